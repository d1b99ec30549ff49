// SPDX-License-Identifier: GPL-2.0-or-later
/* How latencies changed over time: how many took how long, as colours. */
#include <string.h>

#include "report-html-parts.h"

#define TIP_BYTES	112	/* of a column, at most */
#define TABLE_ROWS	30
#define ROWS_LEAST	(3 * REPORT_ROWS_PER_OCTAVE)

static const struct {
	const char *title;
	const char *what;
} maps[REPORT_HEATS] = {
	[REPORT_HEAT_LOAD] = { "Latency of loads over time", "loads" },
	[REPORT_HEAT_STORE] = { "Latency of stores over time", "stores" },
};

/* The part of a map that has something in it. */
struct window {
	unsigned int first;
	unsigned int rows;	/* 0: it is empty */
	uint32_t most;
	uint64_t total;
};

typedef const uint32_t (*heat_rows)[REPORT_COLUMNS];

static struct window find_window(const struct report_data *data, heat_rows heat)
{
	struct window window = { .rows = 0 };
	unsigned int last = 0;

	for (unsigned int row = 0; row < REPORT_ROWS; row++)
		for (size_t column = 0; column < data->columns; column++) {
			uint32_t cell = heat[row][column];

			if (!cell)
				continue;
			if (!window.total)
				window.first = row;
			last = row;
			window.total += cell;
			if (cell > window.most)
				window.most = cell;
		}
	if (!window.total)
		return window;
	while (last - window.first + 1 < ROWS_LEAST) {
		if (window.first)
			window.first--;
		if (last + 1 < REPORT_ROWS)
			last++;
	}
	window.rows = last - window.first + 1;
	return window;
}

/* Of some columns, interpolated within its row. Return: how many there are. */
static uint64_t quantile(heat_rows heat, size_t first, size_t count, double q, double *value)
{
	uint64_t total = 0, below = 0, here = 0;
	unsigned int row;

	for (row = 0; row < REPORT_ROWS; row++)
		for (size_t i = first; i < first + count; i++)
			total += heat[row][i];
	for (row = 0; total && row < REPORT_ROWS; row++) {
		here = 0;
		for (size_t i = first; i < first + count; i++)
			here += heat[row][i];
		if (here && (double)(below + here) >= q * (double)total)
			break;
		below += here;
	}
	if (total)
		*value = report_row_low(row) + (report_row_low(row + 1) - report_row_low(row)) *
			 (q * (double)total - (double)below) / (double)here;
	return total;
}

static void write_tips(char *tips, const struct report_data *data, heat_rows heat)
{
	char when[ZS_TEXT], count[ZS_TEXT], a[ZS_TEXT], b[ZS_TEXT];
	double p50 = 0, p99 = 0;

	for (size_t i = 0; i < data->columns; i++) {
		uint64_t total = quantile(heat, i, 1, 0.5, &p50);

		html_time(when, report_column_ns(data, i));
		if (!total) {
			tips += sprintf(tips, "%snone at %s", i ? "|" : "", when);
			continue;
		}
		quantile(heat, i, 1, 0.99, &p99);
		tips += sprintf(tips, "%s%s at %s: p50 %s, p99 %s", i ? "|" : "",
				html_short(count, (double)total), when, html_time(a, p50),
				html_time(b, p99));
	}
}

static void numbers(struct html *html, const struct report_data *data, heat_rows heat)
{
	static const char *const columns[] = { "From", "Count", "p50", "p99" };
	struct report_table table = { .html = html, .columns = columns,
				      .count = ZS_ARRAY_SIZE(columns), .class = "" };
	size_t step = (data->columns + TABLE_ROWS - 1) / TABLE_ROWS;
	char text[ZS_TEXT];
	double value = 0;

	html_print(html, "<details><summary>The same as a table</summary>");
	report_table_begin(&table, NULL);
	for (size_t i = 0; i < data->columns; i += step) {
		size_t count = i + step < data->columns ? step : data->columns - i;
		uint64_t total = quantile(heat, i, count, 0.5, &value);

		report_table_row(&table);
		report_table_cell(&table, "%s", html_time(text, report_column_ns(data, i)));
		report_table_cell(&table, "%s", html_count(text, total));
		report_table_cell(&table, "%s", total ? html_time(text, value) : "-");
		quantile(heat, i, count, 0.99, &value);
		report_table_cell(&table, "%s", total ? html_time(text, value) : "-");
	}
	report_table_end(&table);
	html_print(html, "</details>\n");
}

/* The cells of the window, one row after the other. */
static void draw(const struct chart *chart, const struct report_data *data, heat_rows heat,
		 const struct window *window)
{
	static uint32_t cells[REPORT_ROWS * REPORT_COLUMNS];

	for (unsigned int row = 0; row < window->rows; row++)
		memcpy(&cells[row * data->columns], heat[window->first + row],
		       data->columns * sizeof(cells[0]));
	chart_heat(chart, cells, data->columns, window->rows, window->most);
}

static void draw_map(struct html *html, const struct report_data *data, enum report_heat which,
		     const struct window *window)
{
	heat_rows heat = data->heat[which];
	char tips[REPORT_COLUMNS * TIP_BYTES], description[200], a[ZS_TEXT], b[ZS_TEXT];
	struct chart chart = {
		.html = html, .title = maps[which].title, .description = description,
		.tips = tips, .tip_count = data->columns, .top = 6,
		.x = { CHART_TIME, false, 0, (double)(data->end_ns - data->begin_ns) },
		.y = { CHART_TIME, true, report_row_low(window->first),
		       report_row_low(window->first + window->rows) },
	};
	double p50 = 0, p99 = 0;

	chart.height = window->rows * 5;
	chart.height = chart.height < 130 ? 130 : chart.height > 260 ? 260 : chart.height;
	quantile(heat, 0, data->columns, 0.5, &p50);
	quantile(heat, 0, data->columns, 0.99, &p99);
	snprintf(description, sizeof(description),
		 "How many %s took how long, over time. In all, half took less than %s, 99%% less than %s.",
		 maps[which].what, html_time(a, p50), html_time(b, p99));
	write_tips(tips, data, heat);
	html_print(html, "<figure><h3>%s</h3>", maps[which].title);
	chart_heat_legend(html, window->most, maps[which].what);
	chart_begin(&chart);
	draw(&chart, data, heat, window);
	chart_end(&chart);
	numbers(html, data, heat);
	html_print(html, "</figure>\n");
}

void report_html_heat(struct html *html, const struct report_data *data)
{
	html_print(html, "<section id=\"heat\"><h2>Latency over time</h2>\n");
	for (unsigned int which = 0; which < REPORT_HEATS; which++) {
		struct window window = find_window(data, data->heat[which]);

		if (window.rows)
			draw_map(html, data, (enum report_heat)which, &window);
		else
			html_print(html, "<p class=\"soft\">No %s that were timed.</p>\n",
				   maps[which].what);
	}
	html_print(html, "</section>\n");
}
