/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns that cgroups and processes have in common. */
#ifndef TOP_FIGURES_H
#define TOP_FIGURES_H

#include "table.h"
#include "zswapscope.h"

/**
 * struct figures - what somebody did, per second
 * @pages: all that were moved
 * @stores: pages compressed
 * @loads: pages decompressed
 * @disk: pages read from the device
 * @writebacks: pages written from the pool to the device
 * @rejects: pages refused
 * @refaults: pages evicted and read again soon
 * @ratio: of what was stored since the start, or NAN
 */
struct figures {
	double pages;
	double stores;
	double loads;
	double disk;
	double writebacks;
	double rejects;
	double refaults;
	double ratio;
};

/* Of an interval, and for the ratio since the start; NULL: nothing. */
void figures_of(struct figures *figures, const struct zswap_usage *recent,
		const struct zswap_usage *total, double seconds);

/* sum += part, but for the ratio. */
void figures_add(struct figures *sum, const struct figures *part);

/* Columns of a row that has its figures as member @figures. */
#define FIGURES_COLUMNS(row, figures) \
	{ "pages", "pages/s", 8, COLUMN_RATE, offsetof(row, figures.pages), false, 'P', \
	  "all pages moved, in any way" }, \
	{ "stores", "store/s", 7, COLUMN_RATE, offsetof(row, figures.stores), false, 0, \
	  "pages compressed into the pool" }, \
	{ "loads", "load/s", 7, COLUMN_RATE, offsetof(row, figures.loads), false, 0, \
	  "pages decompressed from it" }, \
	{ "disk", "disk/s", 7, COLUMN_RATE, offsetof(row, figures.disk), false, 0, \
	  "pages read from the device" }, \
	{ "writebacks", "wb/s", 7, COLUMN_RATE, offsetof(row, figures.writebacks), false, 0, \
	  "pages written back" }, \
	{ "rejects", "rej/s", 7, COLUMN_RATE, offsetof(row, figures.rejects), false, 0, \
	  "pages refused" }, \
	{ "refaults", "refl/s", 7, COLUMN_RATE, offsetof(row, figures.refaults), false, 0, \
	  "pages evicted, and read soon after" }

#endif /* TOP_FIGURES_H */
