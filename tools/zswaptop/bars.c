// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>

#include "bars.h"
#include "ui.h"

#define RANGE	20	/* columns of "1.13 KiB .. 1.25 KiB" */
#define COUNT	17	/* of "1234567  12.3%" */

char *bars_format(char text[ZS_TEXT], enum zs_unit unit, double value)
{
	return unit == ZS_UNIT_BYTES ? zs_format_bytes(text, value) : zs_format_time(text, value);
}

unsigned int bars_group(const struct zswap_hist *hist, unsigned int bars, unsigned int *first,
			unsigned int *last)
{
	unsigned int low = ZSWAP_HIST_SLOTS, high = 0;

	for (unsigned int i = 0; i < ZSWAP_HIST_SLOTS; i++) {
		if (!hist->slots[i])
			continue;
		low = low < i ? low : i;
		high = i;
	}
	if (low == ZSWAP_HIST_SLOTS || !bars)
		return 0;
	*first = low;
	*last = high;
	return (high - low + bars) / bars;
}

static void draw_bar(const struct zs_hist_info *info, unsigned int low, unsigned int high,
		     uint64_t count, double most, double all, int line, int column, int columns)
{
	char range[80], a[ZS_TEXT], b[ZS_TEXT];
	int width = columns - RANGE - COUNT - 2;

	bars_format(a, info->unit, zs_slot_low(info->unit, low));
	bars_format(b, info->unit, zs_slot_high(info->unit, high));
	/* the last slot of times has no end */
	if (high + 1 == ZSWAP_HIST_SLOTS && info->unit != ZS_UNIT_BYTES)
		*b = '\0';
	snprintf(range, sizeof(range), "%8s .. %s", a, b);
	ui_text(line, column, RANGE, ROLE_DIM, range);
	ui_bar(line, column + RANGE + 1, width, ROLE_SPARK, (double)count / most);
	ui_printf(line, column + columns - COUNT, COUNT, count ? ROLE_NORMAL : ROLE_DIM,
		  "%9llu %6.1f%%", (unsigned long long)count, (double)count * 100 / all);
}

/* A bar for each slot that is used, and those between; of several, where there is no room. */
static void draw(const struct zswap_hist *hist, const struct zs_hist_info *info, int line,
		 int column, int columns, int lines)
{
	unsigned int first, last, each;
	uint64_t sums[ZSWAP_HIST_SLOTS] = { 0 }, most = 0;
	double all = (double)zs_hist_count(hist);

	each = bars_group(hist, lines > 0 ? (unsigned int)lines : 0, &first, &last);
	if (!each) {
		ui_text(line, column, columns, ROLE_DIM, "nothing in this interval");
		return;
	}
	for (unsigned int i = first; i <= last; i++) {
		sums[(i - first) / each] += hist->slots[i];
		if (sums[(i - first) / each] > most)
			most = sums[(i - first) / each];
	}
	for (unsigned int i = first; i <= last; i += each) {
		unsigned int high = i + each - 1;

		if (high >= ZSWAP_HIST_SLOTS)
			high = ZSWAP_HIST_SLOTS - 1;
		draw_bar(info, i, high, sums[(i - first) / each], (double)most, all, line++, column,
			 columns);
	}
}

void bars_draw_titled(const struct zswap_hist *hist, const struct zs_hist_info *info,
		      int line, int column, int columns, int lines)
{
	char a[ZS_TEXT], b[ZS_TEXT];
	double p50, p99;
	int x;

	ui_fill(line, column, columns, ROLE_HEAD, " ");
	x = ui_text(line, column, columns, ROLE_HEAD, info->title);
	if (zs_hist_quantile(hist, info->unit, 0.5, &p50) &&
	    zs_hist_quantile(hist, info->unit, 0.99, &p99))
		ui_printf(line, x, columns - (x - column), ROLE_HEAD, "  p50 %s  p99 %s",
			  bars_format(a, info->unit, p50), bars_format(b, info->unit, p99));
	draw(hist, info, line + 1, column, columns, lines - 1);
}
