// SPDX-License-Identifier: GPL-2.0-or-later
/* How small pages become, and what that means for zbud. */
#include <math.h>
#include <string.h>

#include "report-html-parts.h"

#define HEIGHT	150
#define TOP	50	/* room for three rows of labels */
#define TIP_BYTES	112

/* A frame of two has a header of as much as a bar, or less: two pages of so many fit. */
#define HALF_CHUNKS	((int)(REPORT_CHUNKS - 1) / 2)

static uint64_t total_of(const uint64_t *sizes, size_t chunks)
{
	uint64_t total = 0;

	for (size_t i = 0; i <= chunks; i++)
		total += sizes[i];
	return total;
}

static void write_tips(char *tips, const struct report_data *data)
{
	char stored[ZS_TEXT], rejected[ZS_TEXT];

	for (size_t i = 1; i <= REPORT_CHUNKS; i++) {
		tips += sprintf(tips, "%s%zu\u2013%zu B: %s stored", i > 1 ? "|" : "",
				(i - 1) * REPORT_CHUNK + 1, i * REPORT_CHUNK,
				html_count(stored, data->stored_sizes[i]));
		if (data->rejected_sizes[i])
			tips += sprintf(tips, ", %s rejected",
					html_count(rejected, data->rejected_sizes[i]));
	}
}

/* What the lines across it mean. */
static void draw_marks(const struct chart *chart, const struct report_data *data)
{
	const struct zs_spread *spread = &data->tally->spreads[ZSWAP_HIST_STORE_SIZE];
	char label[2 * ZS_TEXT], text[ZS_TEXT];
	uint64_t percent;
	double p50;

	chart_mark(chart, ZSWAP_PAGE_BYTES / 8.0, 0, "8:1", "ratio");
	chart_mark(chart, ZSWAP_PAGE_BYTES / 4.0, 0, "4:1", "ratio");
	chart_mark(chart, ZSWAP_PAGE_BYTES / 2.0, 0, "2:1", "ratio");
	if (zs_recording_number(data->recording, "zswap.max_compression_ratio", &percent) &&
	    percent && percent < 100) {
		snprintf(label, sizeof(label), "limit, %u%% of a page", (unsigned int)percent);
		chart_mark(chart, (double)(ZSWAP_PAGE_BYTES * percent) / 100, 1, label, "limit");
	}
	if (zs_spread_quantile(spread, 0.5, &p50)) {
		snprintf(label, sizeof(label), "p50 %s", zs_format_bytes(text, p50));
		chart_mark(chart, p50, 2, label, "mark");
	}
}

/* Does a frame hold two pages, and no more? */
static bool are_pairs(const struct report_data *data)
{
	const char *pool = zs_recording_fact(data->recording, "zswap.pool");
	uint64_t buddies = 2, order = 0;

	zs_recording_number(data->recording, "zswap.buddies", &buddies);
	zs_recording_number(data->recording, "zswap.frame_order", &order);
	return pool && !strcmp(pool, "zbud") && buddies == 2 && !order;
}

static void draw(struct html *html, const struct report_data *data, const char *description)
{
	double stored[REPORT_CHUNKS], rejected[REPORT_CHUNKS], most = 0;
	char tips[REPORT_CHUNKS * TIP_BYTES];
	struct chart chart = {
		.html = html, .title = "Compressed sizes", .description = description,
		.tips = tips, .tip_count = REPORT_CHUNKS, .height = HEIGHT, .top = TOP,
		.x = { CHART_BYTES, false, 0, ZSWAP_PAGE_BYTES },
	};

	for (size_t i = 0; i < REPORT_CHUNKS; i++) {
		stored[i] = (double)data->stored_sizes[i + 1];
		rejected[i] = (double)data->rejected_sizes[i + 1];
		most = fmax(most, stored[i] + rejected[i]);
	}
	write_tips(tips, data);
	chart.y = chart_linear(CHART_NUMBER, most);
	chart_begin(&chart);
	if (are_pairs(data))
		chart_band(&chart, 0, HALF_CHUNKS * REPORT_CHUNK, "half",
			   "two pages of such a size share a frame");
	chart_bars(&chart, stored, NULL, REPORT_CHUNKS, "store");
	chart_bars(&chart, rejected, stored, REPORT_CHUNKS, "reject");
	draw_marks(&chart, data);
	chart_end(&chart);
}

static void about_zbud(struct html *html, const struct report_data *data)
{
	uint64_t all = total_of(data->stored_sizes, REPORT_CHUNKS);
	uint64_t small = total_of(data->stored_sizes, HALF_CHUNKS);
	char text[ZS_TEXT];

	html_print(html, "<figcaption>A bar is 64 bytes. A page frame holds two pages at most: on "
		   "the shaded side, up to %d bytes, two pages of the same size share a frame, as "
		   "%s of those stored can; a larger one needs a smaller neighbour.</figcaption>",
		   HALF_CHUNKS * REPORT_CHUNK, html_percent(text, (double)small, (double)all));
}

/* The same in sixteenths of a page. */
static void numbers(struct html *html, const struct report_data *data)
{
	static const char *const columns[] = { "Bytes", "Ratio from", "Stored", "Rejected" };
	struct report_table table = { .html = html, .columns = columns,
				      .count = ZS_ARRAY_SIZE(columns), .class = "" };
	const size_t step = 4;
	char text[ZS_TEXT];

	html_print(html, "<details><summary>The same as a table</summary>");
	report_table_begin(&table, NULL);
	for (size_t first = 1; first <= REPORT_CHUNKS; first += step) {
		uint64_t stored = 0, rejected = 0;

		for (size_t i = first; i < first + step; i++) {
			stored += data->stored_sizes[i];
			rejected += data->rejected_sizes[i];
		}
		report_table_row(&table);
		report_table_cell(&table, "%zu\u2013%zu", (first - 1) * REPORT_CHUNK + 1,
				  (first + step - 1) * REPORT_CHUNK);
		report_table_cell(&table, "%s", zs_format_ratio(text, (double)REPORT_CHUNKS /
							(double)(first + step - 1)));
		report_table_cell(&table, "%s", html_count(text, stored));
		report_table_cell(&table, "%s", html_count(text, rejected));
	}
	report_table_end(&table);
	html_print(html, "</details>");
}

void report_html_sizes(struct html *html, const struct report_data *data)
{
	uint64_t stored = total_of(data->stored_sizes, REPORT_CHUNKS);
	uint64_t rejected = total_of(data->rejected_sizes, REPORT_CHUNKS);
	char a[ZS_TEXT], b[ZS_TEXT], description[200];

	html_print(html, "<section id=\"sizes\"><h2>Compressed sizes</h2>\n");
	if (!stored && !rejected) {
		html_print(html, "<p class=\"soft\">No page was compressed.</p></section>\n");
		return;
	}
	html_count(a, stored);
	html_count(b, rejected);
	snprintf(description, sizeof(description),
		 "Compressed sizes from 0 to 4096 bytes of %s pages stored and %s rejected.", a, b);
	html_print(html, "<figure><h3>Bytes of a compressed page</h3><p class=\"scale\"><span>"
		   "<i class=\"key store\"></i>%s stored</span>", a);
	if (rejected)
		html_print(html, "<span><i class=\"key reject\"></i>%s rejected</span>", b);
	if (data->same_filled)
		html_print(html, "<span>%s more repeat one word and need no room</span>",
			   html_count(a, data->same_filled));
	html_print(html, "</p>");
	draw(html, data, description);
	if (are_pairs(data) && stored)
		about_zbud(html, data);
	numbers(html, data);
	html_print(html, "</figure></section>\n");
}
