// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "chart.h"

/* What is stretched counts in these along x, and in pixels up. */
#define WIDTH		1000
#define LABELS		22	/* pixels below, for labels */
#define LABEL_ROW	14	/* pixels from one row of labels to the next */
#define X_TICKS		9
#define Y_TICKS		3

static double up(const struct chart *chart, double value)
{
	return chart->height * (1 - chart_at(&chart->y, value));
}

static double percent(const struct chart *chart, double x)
{
	return 100 * chart_at(&chart->x, x);
}

static const char *anchor(double at)
{
	return at < 0.04 ? "start" : at > 0.94 ? "end" : "middle";
}

static void y_axis(const struct chart *chart)
{
	struct chart_tick ticks[CHART_TICKS];
	size_t count = chart_ticks(&chart->y, chart->height < 50 ? 1 : Y_TICKS, ticks);

	for (size_t i = 0; i < count; i++) {
		double y = chart->top + chart->height * (1 - ticks[i].at);

		html_print(chart->html,
			   "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>"
			   "<text class=\"y\" x=\"-6\" y=\"%.1f\">", y, y, y + 4);
		html_text(chart->html, ticks[i].label);
		html_print(chart->html, "</text>");
	}
}

static void x_axis(const struct chart *chart)
{
	struct chart_tick ticks[CHART_TICKS];
	size_t count = chart_ticks(&chart->x, X_TICKS, ticks);
	unsigned int bottom = chart->top + chart->height;

	for (size_t i = 0; i < count; i++) {
		double at = 100 * ticks[i].at;

		html_print(chart->html,
			   "<line class=\"grid\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%u\" y2=\"%u\"/>",
			   at, at, chart->top, bottom + (chart->quiet ? 0 : 4));
		if (chart->quiet)
			continue;
		html_print(chart->html, "<text class=\"x%s\" x=\"%.2f%%\" y=\"%u\" text-anchor=\"%s\">",
			   ticks[i].minor ? " minor" : "", at, bottom + 17, anchor(ticks[i].at));
		html_text(chart->html, ticks[i].label);
		html_print(chart->html, "</text>");
	}
}

/* The part that is stretched. */
static void stretch(const struct chart *chart, double width, double height)
{
	html_print(chart->html,
		   "<svg class=\"in\" y=\"%u\" width=\"100%%\" height=\"%u\" "
		   "viewBox=\"0 0 %g %g\" preserveAspectRatio=\"none\">",
		   chart->top, chart->height, width, height);
}

void chart_begin(const struct chart *chart)
{
	struct html *html = chart->html;
	unsigned int id = ++html->ids;

	html_print(html, "<div class=\"plot\"><svg class=\"chart\" role=\"img\" "
		   "aria-labelledby=\"t%u\" aria-describedby=\"d%u\" width=\"100%%\" height=\"%u\"",
		   id, id, chart->top + chart->height + (chart->quiet ? 4 : LABELS));
	if (chart->tips) {
		html_print(html, " data-n=\"%zu\" data-tips=\"", chart->tip_count);
		html_text(html, chart->tips);
		html_print(html, "\"");
	}
	html_print(html, "><title id=\"t%u\">", id);
	html_text(html, chart->title);
	html_print(html, "</title><desc id=\"d%u\">", id);
	html_text(html, chart->description);
	html_print(html, "</desc>");
	y_axis(chart);
	x_axis(chart);
}

void chart_end(const struct chart *chart)
{
	double bottom = chart->top + chart->height;

	html_print(chart->html, "<line class=\"base\" x1=\"0\" x2=\"100%%\" y1=\"%.0f\" y2=\"%.0f\"/>"
		   "</svg></div>\n", bottom, bottom);
}

/* Equal neighbours are one step; an area begins and ends at the bottom. */
static void step_path(const struct chart *chart, const double *values, size_t count, bool area)
{
	double width = (double)WIDTH / (double)count;

	for (size_t i = 0; i < count; i++) {
		double y = up(chart, values[i]);

		if (isnan(values[i]))
			continue;
		if (!i || isnan(values[i - 1]))
			html_print(chart->html, "M%.1f %.1f", (double)i * width,
				   area ? chart->height : y);
		while (i + 1 < count && values[i + 1] == values[i])
			i++;
		html_print(chart->html, "V%.1fH%.1f", y, (double)(i + 1) * width);
		if (area && (i + 1 == count || isnan(values[i + 1])))
			html_print(chart->html, "V%u", chart->height);
	}
}

static bool any_value(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isnan(values[i]))
			return true;
	return false;
}

static void draw_steps(const struct chart *chart, const double *values, size_t count,
		       const char *class, bool area)
{
	if (!any_value(values, count))
		return;
	stretch(chart, WIDTH, chart->height);
	html_print(chart->html, "<path class=\"%s\" d=\"", class);
	step_path(chart, values, count, area);
	html_print(chart->html, "\"/></svg>");
}

void chart_steps(const struct chart *chart, const double *values, size_t count,
		 const char *class)
{
	draw_steps(chart, values, count, class, true);
}

void chart_line(const struct chart *chart, const double *values, size_t count,
		const char *class)
{
	draw_steps(chart, values, count, class, false);
}

void chart_bars(const struct chart *chart, const double *values, const double *below,
		size_t count, const char *class)
{
	double width = (double)WIDTH / (double)count, gap = width * 0.12;

	if (!any_value(values, count))
		return;
	stretch(chart, WIDTH, chart->height);
	html_print(chart->html, "<path class=\"%s\" d=\"", class);
	for (size_t i = 0; i < count; i++) {
		double from = below ? below[i] : 0, foot = up(chart, from);

		if (values[i] > 0)
			html_print(chart->html, "M%.1f %.1fV%.1fh%.1fV%.1fz",
				   (double)i * width + gap / 2, foot, up(chart, from + values[i]),
				   width - gap, foot);
	}
	html_print(chart->html, "\"/></svg>");
}

void chart_mark(const struct chart *chart, double x, unsigned int row, const char *label,
		const char *class)
{
	double at = percent(chart, x);
	unsigned int y = 11 + row * LABEL_ROW;

	html_print(chart->html,
		   "<line class=\"%s\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%u\" y2=\"%u\"/>"
		   "<text class=\"%s\" x=\"%.2f%%\" dx=\"%d\" y=\"%u\" text-anchor=\"%s\">",
		   class, at, at, y - 9, chart->top + chart->height, class, at,
		   at > 60 ? -5 : 5, y, at > 60 ? "end" : "start");
	html_text(chart->html, label);
	html_print(chart->html, "</text>");
}

void chart_band(const struct chart *chart, double from, double to, const char *class,
		const char *word)
{
	double left = percent(chart, from), right = percent(chart, to);

	html_print(chart->html, "<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" y=\"%u\" height=\"%u\"><title>",
		   class, left, right > left ? right - left : 0, chart->top, chart->height);
	html_text(chart->html, word);
	html_print(chart->html, "</title></rect>");
}
