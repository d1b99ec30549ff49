// SPDX-License-Identifier: GPL-2.0-or-later
/* How long it took, and how old pages were: distributions on a logarithmic axis. */
#include <math.h>
#include <stdlib.h>

#include "report-html-parts.h"

#define BINS_PER_OCTAVE	8
#define BINS	(65 * BINS_PER_OCTAVE)
#define TIP_BYTES	96
#define HEIGHT	66
#define TOP	34	/* room for two rows of labels */

/* A distribution, and how it looks. */
struct row {
	enum zswap_histogram which;
	const char *title;
	const char *class;
};

/* Those that share an axis. */
struct family {
	const char *title;
	const struct row *rows;
	size_t count;
	const char *none;
};

static const struct row latencies[] = {
	{ ZSWAP_HIST_STORE_DURATION, "Store", "store" },
	{ ZSWAP_HIST_LOAD_DURATION, "Load", "load" },
	{ ZSWAP_HIST_DISK_READ_DURATION, "Disk read", "read" },
	{ ZSWAP_HIST_WRITEBACK_DURATION, "Writeback", "writeback" },
	{ ZSWAP_HIST_REJECT_DURATION, "Reject", "reject" },
};

static const struct row ages[] = {
	{ ZSWAP_HIST_LOAD_AGE, "At load: since it was stored", "load" },
	{ ZSWAP_HIST_WRITEBACK_AGE, "At writeback: since it was stored", "writeback" },
	{ ZSWAP_HIST_REFAULT_AGE, "At disk read: since it was evicted", "read" },
	{ ZSWAP_HIST_INVALIDATE_AGE, "At invalidation: since it was stored", "store" },
};

/* Bins of an axis, in eighths of powers of two. */
struct bins {
	int first;
	size_t count;
	double values[BINS];
};

static double bin_low(int bin)
{
	return exp2((double)bin / BINS_PER_OCTAVE);
}

static const struct zs_spread *spread_of(const struct report_data *data, const struct row *row)
{
	return &data->tally->spreads[row->which];
}

/* Return: whether there is any value. */
static bool find_axis(const struct report_data *data, const struct family *family,
		      struct chart_axis *axis, struct bins *bins)
{
	double least = INFINITY, most = 0;
	int last;

	for (size_t i = 0; i < family->count; i++) {
		const struct zs_spread *spread = spread_of(data, &family->rows[i]);

		if (!spread->count)
			continue;
		least = fmin(least, (double)spread->least);
		most = fmax(most, (double)spread->most);
	}
	if (!(most > 0))
		return false;
	*axis = chart_log(CHART_TIME, fmax(least, 1), most);
	bins->first = (int)floor(log2(axis->low) * BINS_PER_OCTAVE);
	last = (int)floor(log2(axis->high) * BINS_PER_OCTAVE);
	if (last - bins->first + 1 > BINS)
		last = bins->first + BINS - 1;
	bins->count = (size_t)(last - bins->first + 1);
	axis->low = bin_low(bins->first);
	axis->high = bin_low(last + 1);
	return true;
}

static int bin_of(const struct bins *bins, double value)
{
	int bin = (int)floor(log2(value) * BINS_PER_OCTAVE) - bins->first;

	return bin < 0 ? 0 : bin >= (int)bins->count ? (int)bins->count - 1 : bin;
}

/* A bucket that is in two bins is in each by its share: or even values would look uneven. */
static void add_bucket(struct bins *bins, double low, double high, double count)
{
	int from, to;

	low = fmax(low, bin_low(bins->first));
	high = fmax(high, low * 1.0001);
	from = bin_of(bins, low);
	to = bin_of(bins, high);
	for (int i = from; i <= to; i++) {
		double left = i == from ? low : bin_low(bins->first + i);
		double right = i == to ? high : bin_low(bins->first + i + 1);

		bins->values[i] += count * (right - left) / (high - low);
	}
}

static void fill(struct bins *bins, const struct zs_spread *spread)
{
	for (size_t i = 0; i < bins->count; i++)
		bins->values[i] = 0;
	for (unsigned int i = 0; spread->buckets && i < ZS_SPREAD_BUCKETS; i++)
		if (spread->buckets[i])
			add_bucket(bins, zs_spread_low(i), zs_spread_low(i + 1),
				   spread->buckets[i]);
}

static void write_tips(char *tips, const struct bins *bins)
{
	char from[ZS_TEXT], to[ZS_TEXT], count[ZS_TEXT];

	for (size_t i = 0; i < bins->count; i++)
		tips += sprintf(tips, "%s%s to %s: %s%s", i ? "|" : "",
				html_time(from, bin_low(bins->first + (int)i)),
				html_time(to, bin_low(bins->first + (int)i + 1)),
				bins->values[i] > 0 && bins->values[i] < 0.5 ? "under " : "",
				html_count(count, (uint64_t)ceil(bins->values[i] - 0.5)));
}

static void mark(const struct chart *chart, const struct zs_spread *spread, double q,
		 const char *name, unsigned int row)
{
	char label[2 * ZS_TEXT], text[ZS_TEXT];
	double value;

	if (!zs_spread_quantile(spread, q, &value))
		return;
	snprintf(label, sizeof(label), "%s %s", name, html_time(text, value));
	chart_mark(chart, value, row, label, "mark");
}

static void draw(struct html *html, const struct zs_spread *spread, const struct row *row,
		 const struct chart_axis *axis, struct bins *bins, bool last)
{
	static char tips[BINS * TIP_BYTES];
	char description[200], a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT];
	double p50 = 0, p99 = 0, most = 0;
	struct chart chart = {
		.html = html, .title = row->title, .description = description, .tips = tips,
		.tip_count = bins->count, .x = *axis, .height = HEIGHT, .top = TOP, .quiet = !last,
	};

	fill(bins, spread);
	for (size_t i = 0; i < bins->count; i++)
		most = fmax(most, bins->values[i]);
	write_tips(tips, bins);
	zs_spread_quantile(spread, 0.5, &p50);
	zs_spread_quantile(spread, 0.99, &p99);
	snprintf(description, sizeof(description),
		 "Distribution of %s values: half are below %s, 99%% below %s.",
		 html_count(a, spread->count), html_time(b, p50), html_time(c, p99));
	html_print(html, "<h4><i class=\"key %s\"></i>%s <small>%s</small></h4>", row->class,
		   row->title, html_count(a, spread->count));
	chart.y = chart_linear(CHART_NUMBER, most);
	chart_begin(&chart);
	chart_steps(&chart, bins->values, bins->count, row->class);
	mark(&chart, spread, 0.5, "p50", 0);
	mark(&chart, spread, 0.99, "p99", 1);
	chart_end(&chart);
}

static void numbers(struct html *html, const struct report_data *data,
		    const struct family *family)
{
	static const char *const columns[] = { "", "Count", "Mean", "p50", "p90", "p99", "Most" };
	static const double quantiles[] = { 0.5, 0.9, 0.99 };
	struct report_table table = { .html = html, .columns = columns,
				      .count = ZS_ARRAY_SIZE(columns), .class = "wide" };
	char text[ZS_TEXT];
	double value;

	report_table_begin(&table, NULL);
	for (size_t i = 0; i < family->count; i++) {
		const struct zs_spread *spread = spread_of(data, &family->rows[i]);

		if (!spread->count)
			continue;
		report_table_row(&table);
		report_table_cell(&table, "%s", family->rows[i].title);
		report_table_cell(&table, "%s", html_count(text, spread->count));
		value = 0;
		zs_spread_mean(spread, &value);
		report_table_cell(&table, "%s", html_time(text, value));
		for (size_t k = 0; k < ZS_ARRAY_SIZE(quantiles); k++) {
			zs_spread_quantile(spread, quantiles[k], &value);
			report_table_cell(&table, "%s", html_time(text, value));
		}
		report_table_cell(&table, "%s", html_time(text, (double)spread->most));
	}
	report_table_end(&table);
}

static void draw_family(struct html *html, const struct report_data *data,
			const struct family *family)
{
	struct chart_axis axis;
	static struct bins bins;
	size_t last = 0;

	html_print(html, "<figure><h3>%s</h3>", family->title);
	if (!find_axis(data, family, &axis, &bins)) {
		html_print(html, "<p class=\"soft\">%s</p></figure>\n", family->none);
		return;
	}
	for (size_t i = 0; i < family->count; i++)
		if (spread_of(data, &family->rows[i])->count)
			last = i;
	for (size_t i = 0; i <= last; i++)
		if (spread_of(data, &family->rows[i])->count)
			draw(html, spread_of(data, &family->rows[i]), &family->rows[i], &axis,
			     &bins, i == last);
	numbers(html, data, family);
	html_print(html, "</figure>\n");
}

void report_html_spreads(struct html *html, const struct report_data *data)
{
	static const struct family families[] = {
		{ "How long it took", latencies, ZS_ARRAY_SIZE(latencies), "Nothing was timed." },
		{ "How old pages were", ages, ZS_ARRAY_SIZE(ages),
		  "The age of no page is known." },
	};

	html_print(html, "<section id=\"latency\"><h2>Latencies and ages</h2>"
		   "<p class=\"soft\">Times are logarithmic; each height is the number of pages.</p>"
		   "<div class=\"pair\">\n");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(families); i++)
		draw_family(html, data, &families[i]);
	html_print(html, "</div></section>\n");
}
