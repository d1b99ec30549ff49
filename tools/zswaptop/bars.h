/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Histograms as bars. */
#ifndef TOP_BARS_H
#define TOP_BARS_H

#include "zswapscope.h"

/* A value of that unit: "49.1 us", "1.2 KiB". */
char *bars_format(char text[ZS_TEXT], enum zs_unit unit, double value);

/**
 * bars_draw_titled - a line with the title, p50 and p99, and a bar for each slot that is used
 * @hist: the histogram
 * @info: what it is about
 * @line: where to begin
 * @column: where to begin
 * @columns: that there are
 * @lines: that there are; where these are too few, slots are put together
 */
void bars_draw_titled(const struct zswap_hist *hist, const struct zs_hist_info *info,
		      int line, int column, int columns, int lines);

/**
 * bars_group - how many slots a bar has to stand for
 * @hist: the histogram
 * @bars: that there is room for
 * @first: the result: slot that the first bar begins with
 * @last: the result: the last slot that is used
 *
 * Return: 0 if the histogram is empty.
 */
unsigned int bars_group(const struct zswap_hist *hist, unsigned int bars, unsigned int *first,
			unsigned int *last);

#endif /* TOP_BARS_H */
