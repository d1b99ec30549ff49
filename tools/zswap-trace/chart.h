/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Charts as inline SVG.  They are as wide as there is room: places along x are percentages,
 * or in a part that is stretched; heights and letters keep their size, so that they can be
 * read on a telephone as well.
 *
 *	chart_begin()		frame, grid, axes
 *	chart_steps() ...	what is in it, one above the other
 *	chart_end()
 *
 * Colours are classes of the style sheet.
 */
#ifndef ZSWAP_TRACE_CHART_H
#define ZSWAP_TRACE_CHART_H

#include "html.h"

enum chart_unit { CHART_NUMBER, CHART_BYTES, CHART_TIME };

/**
 * struct chart_axis - what is along a side
 * @unit: of its values; times are nanoseconds
 * @log: it is logarithmic
 * @low: where it begins; above 0 if @log
 * @high: where it ends, above @low
 */
struct chart_axis {
	enum chart_unit unit;
	bool log;
	double low;
	double high;
};

/* Axes for values from 0 up to @most, or from @least to @most: whatever these are. */
struct chart_axis chart_linear(enum chart_unit unit, double most);
struct chart_axis chart_log(enum chart_unit unit, double least, double most);

/* Where a value is, 0 to 1; what is outside is at an end. */
double chart_at(const struct chart_axis *axis, double value);

/**
 * struct chart_tick - a value that is written beside an axis
 * @at: where, 0 to 1
 * @label: "10 us"
 * @minor: it can be left out where there is little room
 */
struct chart_tick {
	double at;
	char label[ZS_TEXT];
	bool minor;
};

#define CHART_TICKS	24

/* Return: how many, about @wanted of them. */
size_t chart_ticks(const struct chart_axis *axis, unsigned int wanted,
		   struct chart_tick ticks[CHART_TICKS]);

/**
 * struct chart - a chart being drawn
 * @html: where to
 * @title: what it shows, for who cannot see it
 * @description: what there is to see, in words
 * @tips: what to say of each of @tip_count parts along x, with '|' between; NULL: nothing
 * @tip_count: how many
 * @x: the axis along
 * @y: and the one up
 * @height: of what is between the axes, pixels
 * @top: above it, for labels of marks
 * @quiet: no labels along x: those of the chart below hold
 */
struct chart {
	struct html *html;
	const char *title;
	const char *description;
	const char *tips;
	size_t tip_count;
	struct chart_axis x;
	struct chart_axis y;
	unsigned int height;
	unsigned int top;
	bool quiet;
};

void chart_begin(const struct chart *chart);
void chart_end(const struct chart *chart);

/* Values of equally wide parts of x, as an area; those that are NAN are left out. */
void chart_steps(const struct chart *chart, const double *values, size_t count,
		 const char *class);

/* The same as a line. */
void chart_line(const struct chart *chart, const double *values, size_t count,
		const char *class);

/* The same as bars, above @below of the same; NULL: above nothing. */
void chart_bars(const struct chart *chart, const double *values, const double *below,
		size_t count, const char *class);

/* A line at an x, with a label in a row above; labels in different rows cannot meet. */
void chart_mark(const struct chart *chart, double x, unsigned int row, const char *label,
		const char *class);

/* From one x to another, over all the height, with a word for who points at it. */
void chart_band(const struct chart *chart, double from, double to, const char *class,
		const char *word);

/* ---- heat maps --------------------------------------------------------- */

#define CHART_HEATS	7

/**
 * chart_heats - from how many on a cell has which colour
 * @most: in a cell
 * @from: the result, rising from 1
 *
 * Return: how many colours are in use.
 */
size_t chart_heats(uint32_t most, uint32_t from[CHART_HEATS]);

/**
 * chart_heat - a map of counts
 * @chart: whose height is cut in equal rows
 * @cells: row after row, the first is the lowest
 * @columns: in a row
 * @rows: how many
 * @most: in a cell
 */
void chart_heat(const struct chart *chart, const uint32_t *cells, size_t columns,
		size_t rows, uint32_t most);

/* What the colours mean: not within a chart. */
void chart_heat_legend(struct html *html, uint32_t most, const char *what);

#endif /* ZSWAP_TRACE_CHART_H */
