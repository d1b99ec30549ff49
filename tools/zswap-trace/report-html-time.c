// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened when: the pool, rates, and where events are missing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report-html-parts.h"

/* Rows of the table that says the same, at most. */
#define TABLE_ROWS	30

#define POOL_HEIGHT	110
#define RATE_HEIGHT	58
#define TIP_BYTES	96	/* of a column, at most */

static const struct {
	const char *title;
	const char *class;
} rates[REPORT_RATES] = {
	[REPORT_STORES] = { "Stores", "store" },
	[REPORT_LOADS] = { "Loads", "load" },
	[REPORT_DISK_READS] = { "Disk reads", "read" },
	[REPORT_WRITEBACKS] = { "Writebacks", "writeback" },
	[REPORT_REJECTS] = { "Rejects", "reject" },
};

static struct chart_axis time_axis(const struct report_data *data)
{
	return (struct chart_axis){
		.unit = CHART_TIME, .low = 0, .high = (double)(data->end_ns - data->begin_ns),
	};
}

static double rate(const struct report_data *data, enum report_rate which, size_t column)
{
	return (double)data->rates[which][column] / report_column_seconds(data);
}

static char *tip_time(char text[ZS_TEXT], const struct report_data *data, size_t column)
{
	return html_time(text, report_column_ns(data, column));
}

/* Columns from which events are missing, side by side as one. */
static void mark_missing(const struct chart *chart, const struct report_data *data)
{
	for (size_t i = 0; i < data->columns; i++) {
		uint64_t lost = 0, gaps = 0;
		char count[ZS_TEXT], word[80];
		size_t first = i;

		for (; i < data->columns && (data->lost[i] || data->gaps[i]); i++) {
			lost += data->lost[i];
			gaps += data->gaps[i];
		}
		if (i == first)
			continue;
		snprintf(word, sizeof(word), "%s%s%s", lost ? html_count(count, lost) : "",
			 lost ? " events lost" : "",
			 !gaps ? "" : lost ? ", and more" : "events are missing, nobody knows how many");
		chart_band(chart, report_column_ns(data, first), report_column_ns(data, i), "gap",
			   word);
	}
}

static double most_of(const double *values, size_t count)
{
	double most = 0;

	for (size_t i = 0; i < count; i++)
		if (values[i] > most)
			most = values[i];
	return most;
}

static uint64_t total_of(const struct report_data *data, enum report_rate which)
{
	uint64_t total = 0;

	for (size_t i = 0; i < data->columns; i++)
		total += data->rates[which][i];
	return total;
}

static void rate_tips(char *tips, const struct report_data *data, enum report_rate which)
{
	char when[ZS_TEXT], value[ZS_TEXT];

	for (size_t i = 0; i < data->columns; i++)
		tips += sprintf(tips, "%s%s/s at %s", i ? "|" : "",
				html_short(value, rate(data, which, i)), tip_time(when, data, i));
}

static void draw_rate(struct html *html, const struct report_data *data, enum report_rate which,
		      bool last)
{
	char tips[REPORT_COLUMNS * TIP_BYTES], mean[ZS_TEXT], peak[ZS_TEXT], description[160];
	double values[REPORT_COLUMNS], most;
	struct chart chart = {
		.html = html, .title = rates[which].title, .description = description,
		.tips = tips, .tip_count = data->columns, .x = time_axis(data),
		.height = RATE_HEIGHT, .top = 6, .quiet = !last,
	};

	for (size_t i = 0; i < data->columns; i++)
		values[i] = rate(data, which, i);
	most = most_of(values, data->columns);
	html_short(mean, (double)total_of(data, which) / report_seconds(data));
	html_short(peak, most);
	html_print(html, "<h4><i class=\"key %s\"></i>%s <small>%s/s on average, at most %s/s</small></h4>",
		   rates[which].class, rates[which].title, mean, peak);
	snprintf(description, sizeof(description), "%s per second over time: %s on average, at most %s.",
		 rates[which].title, mean, peak);
	rate_tips(tips, data, which);
	chart.y = chart_linear(CHART_NUMBER, most);
	chart_begin(&chart);
	chart_steps(&chart, values, data->columns, rates[which].class);
	mark_missing(&chart, data);
	chart_end(&chart);
}

static void draw_rates(struct html *html, const struct report_data *data)
{
	const char *separator = "<p class=\"soft\">None at all: ";
	int last = -1;

	html_print(html, "<figure><h3>Pages per second</h3>");
	for (int i = 0; i < REPORT_RATES; i++)
		if (total_of(data, (enum report_rate)i))
			last = i;
	for (int i = 0; i <= last; i++)
		if (total_of(data, (enum report_rate)i))
			draw_rate(html, data, (enum report_rate)i, i == last);
	for (int i = 0; i < REPORT_RATES; i++) {
		if (total_of(data, (enum report_rate)i))
			continue;
		html_print(html, "%s%s", separator, rates[i].title);
		separator = ", ";
	}
	html_print(html, "%s</figure>\n", *separator == ',' ? ".</p>" : "");
}

static void pool_tips(char *tips, const struct report_data *data)
{
	char when[ZS_TEXT], pool[ZS_TEXT], pages[ZS_TEXT];

	for (size_t i = 0; i < data->columns; i++) {
		tips += sprintf(tips, "%s", i ? "|" : "");
		if (isnan(data->pool[i]))
			tips += sprintf(tips, "not known at %s", tip_time(when, data, i));
		else
			tips += sprintf(tips, "%s, %s pages at %s",
					zs_format_bytes(pool, data->pool[i]),
					html_short(pages, data->stored_pages[i]),
					tip_time(when, data, i));
	}
}

static void draw_pool(struct html *html, const struct report_data *data)
{
	double most = most_of(data->pool, data->columns);
	double limit = most_of(data->limit, data->columns);
	char tips[REPORT_COLUMNS * TIP_BYTES], description[160], peak[ZS_TEXT], most_limit[ZS_TEXT];
	struct chart chart = {
		.html = html, .title = "Pool and its limit", .description = description,
		.tips = tips, .tip_count = data->columns, .x = time_axis(data),
		.y = chart_linear(CHART_BYTES, most > limit ? most : limit),
		.height = POOL_HEIGHT, .top = 6,
	};

	zs_format_bytes(peak, most);
	zs_format_bytes(most_limit, limit);
	snprintf(description, sizeof(description), "Bytes of the pool over time: at most %s%s%s.",
		 peak, limit > 0 ? ", of a limit of " : "", limit > 0 ? most_limit : "");
	pool_tips(tips, data);
	html_print(html, "<figure><h3>Pool</h3><p class=\"scale\"><span><i class=\"key pool\"></i>"
		   "bytes in use, at most %s</span>", peak);
	if (limit > 0)
		html_print(html, "<span><i class=\"key limit\"></i>limit, %s</span>", most_limit);
	html_print(html, "</p>");
	chart_begin(&chart);
	chart_steps(&chart, data->pool, data->columns, "pool");
	chart_line(&chart, data->limit, data->columns, "limit");
	mark_missing(&chart, data);
	chart_end(&chart);
	html_print(html, "</figure>\n");
}

/* Some columns as one row. */
static void table_row(struct report_table *table, const struct report_data *data, size_t first,
		      size_t count)
{
	uint64_t lost = 0, gaps = 0;
	char text[ZS_TEXT];

	report_table_row(table);
	report_table_cell(table, "%s", tip_time(text, data, first));
	for (unsigned int which = 0; which < REPORT_RATES; which++) {
		double pages = 0;

		for (size_t i = first; i < first + count; i++)
			pages += (double)data->rates[which][i];
		report_table_cell(table, "%s", html_short(text, pages / (double)count /
							  report_column_seconds(data)));
	}
	if (isnan(data->pool[first + count - 1]))
		report_table_cell(table, "-");
	else
		report_table_cell(table, "%s",
				  zs_format_bytes(text, data->pool[first + count - 1]));
	for (size_t i = first; i < first + count; i++) {
		lost += data->lost[i];
		gaps += data->gaps[i];
	}
	report_table_cell(table, "%s%s", lost || !gaps ? html_count(text, lost) : "",
			  !gaps ? "" : lost ? " and more" : "some");
}

static void numbers(struct html *html, const struct report_data *data)
{
	static const char *const columns[] = {
		"From", "Stores/s", "Loads/s", "Disk reads/s", "Writebacks/s", "Rejects/s", "Pool",
		"Lost",
	};
	struct report_table table = {
		.html = html, .columns = columns, .count = ZS_ARRAY_SIZE(columns), .class = "wide",
	};
	size_t step = (data->columns + TABLE_ROWS - 1) / TABLE_ROWS;

	html_print(html, "<details><summary>The same as a table</summary>");
	report_table_begin(&table, NULL);
	for (size_t i = 0; i < data->columns; i += step)
		table_row(&table, data, i, i + step < data->columns ? step : data->columns - i);
	report_table_end(&table);
	html_print(html, "</details>\n");
}

void report_html_time(struct html *html, const struct report_data *data)
{
	size_t states;
	char text[ZS_TEXT];

	zs_recording_states(data->recording, &states);
	html_print(html, "<section id=\"time\"><h2>Over time</h2><p class=\"soft\">Each step is %s.%s</p>\n",
		   html_time(text, report_column_seconds(data) * ZS_NSEC),
		   data->loss_places || data->gap_places ?
		   " Where events are missing, the charts are hatched." : "");
	if (states)
		draw_pool(html, data);
	draw_rates(html, data);
	numbers(html, data);
	html_print(html, "</section>\n");
}
