/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting that goes on without us: everything that a source has in the kernel is
 * pinned in a directory of a BPF file system, where bpftool, and cat, find it:
 *
 *	DIR/prog/NAME	the programs
 *	DIR/map/NAME	the maps; zs_globals and zs_constants are the programs' variables
 *	DIR/link/NAME	what attaches each of the programs
 *	DIR/stats	text for cat: counters
 *	DIR/usage	text for cat: by cgroup and process
 */
#ifndef ZS_PIN_H
#define ZS_PIN_H

#include "zswapscope.h"

/**
 * zs_pin_check - say beforehand whether a directory can be pinned in
 * @directory: is made, or empty
 * @error: why not
 */
bool zs_pin_check(const char *directory, struct zs_error *error);

/**
 * zs_pin - pin all of a source
 * @source: one with BPF, that was opened with @pin; it may be closed afterwards
 * @directory: where to
 * @error: why not; then there is nothing left in @directory
 */
bool zs_pin(struct zs_source *source, const char *directory, struct zs_error *error);

/**
 * zs_unpin - remove all that zs_pin() made, and wait until the kernel has unloaded it
 * @directory: the same
 * @error: why not; a directory with anything else in it is left as it is
 */
bool zs_unpin(const char *directory, struct zs_error *error);

#endif /* ZS_PIN_H */
