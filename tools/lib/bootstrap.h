/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of a measure is chance: what it would have been in other runs of the same kind,
 * made up of pieces of a recording, drawn at random, some more than once.
 *
 * Events of a run depend on those just before, so pieces must be long beside that to be as
 * good as independent: a piece is ZS_PIECE slices in a row (sliced.h), from any slice on,
 * and those at the end go on at the beginning (a circular block bootstrap).
 */
#ifndef ZS_BOOTSTRAP_H
#define ZS_BOOTSTRAP_H

#include "sliced.h"

#define ZS_PIECE	4
#define ZS_PIECES	(ZS_SLICES / ZS_PIECE)

/**
 * zs_bootstrap - measures of runs that are made up
 * @sliced: the run that there was
 * @measures: which
 * @count: of them
 * @resamples: how many runs to make up
 * @seed: the same seed gives the same runs
 * @values: the result: of measure m in run r at [m * resamples + r]; NAN: it has no value
 *
 * Return: false: no memory.
 */
bool zs_bootstrap(const struct zs_sliced *sliced, const struct zs_measure *measures,
		  size_t count, size_t resamples, uint64_t seed, double *values);

#endif /* ZS_BOOTSTRAP_H */
