/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two recordings, measure by measure, and which differences are more than chance.
 *
 * A difference is real when it is larger than the threshold by more than the bootstrap
 * (bootstrap.h) leaves to chance, at 5 % for all measures together (Holm's method): of
 * twenty comparisons of two runs that do not differ, one in twenty would otherwise be
 * found to.  What is not known exactly, of lost events and between two buckets, counts
 * against it.
 */
#ifndef ZS_CONTRAST_H
#define ZS_CONTRAST_H

#include "sliced.h"

#define ZS_CONTRAST_LEVEL	0.05

enum zs_contrast_verdict {
	ZS_CONTRAST_SAME,	/* no difference beyond the threshold is likely */
	ZS_CONTRAST_UNCLEAR,	/* there may be one */
	ZS_CONTRAST_LOWER,	/* B is really lower */
	ZS_CONTRAST_HIGHER,
	ZS_CONTRAST_NONE,	/* there is nothing to compare, see its why */
	ZS_CONTRAST_COUNT
};

/**
 * struct zs_contrast - a measure of two recordings
 * @measure: the measure
 * @a: its value in the first
 * @b: and in the second
 * @difference: b - a
 * @low: with 95 % confidence, it is not below this
 * @high: nor above; both by the bootstrap, of this measure alone
 * @p: how likely chance alone makes a difference as large beyond the threshold, corrected
 *	for that there are others; 1 at most
 * @verdict: what that comes to
 * @why: why it is ZS_CONTRAST_NONE, or ZS_CONTRAST_UNCLEAR where no p can be had; or ""
 */
struct zs_contrast {
	struct zs_measure measure;
	struct zs_reading a;
	struct zs_reading b;
	double difference;
	double low;
	double high;
	double p;
	enum zs_contrast_verdict verdict;
	char why[80];
};

/**
 * struct zs_contrast_options - how to compare
 * @threshold: differences up to this share of A do not count; of shares, up to this much
 * @resamples: of the bootstrap: ZS_RESAMPLES_LEAST or more
 * @seed: of the bootstrap
 */
struct zs_contrast_options {
	double threshold;
	size_t resamples;
	uint64_t seed;
};

#define ZS_RESAMPLES_LEAST	100

/**
 * zs_contrast - compare
 * @list: each with its @measure set; the rest is the result
 * @count: how many
 * @a: the first recording
 * @b: the second
 * @options: how
 *
 * Return: false: no memory.
 */
bool zs_contrast(struct zs_contrast *list, size_t count, const struct zs_sliced *a,
		 const struct zs_sliced *b, const struct zs_contrast_options *options);

/* "same", "unclear", "lower", "higher", "none" */
const char *zs_contrast_name(enum zs_contrast_verdict verdict);

/* Whether there is a real difference, and whether B is worse for it. */
bool zs_contrast_real(const struct zs_contrast *contrast);
bool zs_contrast_worse(const struct zs_contrast *contrast);

#endif /* ZS_CONTRAST_H */
