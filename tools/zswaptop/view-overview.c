// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything at a glance: what is going on in words, the pool, rates with their past,
 * and, where there is room, histograms.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "bars.h"
#include "text.h"

#define LABEL		8	/* columns of what a line is about */
#define FIXED_LINES	(4 + 1 + TOP_RATES + 3)	/* all but the verdict and the notes */
#define RATE_COLUMNS	48	/* before the sparkline */
#define SPARK_MOST	300

static enum role level_role(enum zs_level level)
{
	static const enum role roles[] = {
		[ZS_LEVEL_GOOD] = ROLE_GOOD, [ZS_LEVEL_NOTE] = ROLE_NOTE,
		[ZS_LEVEL_WARN] = ROLE_WARN, [ZS_LEVEL_BAD] = ROLE_BAD,
	};

	return roles[level];
}

/* What is going on, what to do, and the numbers: in so many lines. */
static int draw_verdict(const struct app *app, int line, int lines)
{
	const struct zs_verdict *verdict = &app->verdict;
	enum role role = level_role(verdict->level);
	int columns = ui_columns() - 2, end = line + lines;

	ui_text(line, 0, 2, role, glyphs->dot);
	line += ui_paragraph(line, 2, columns, 2, role, verdict->text);
	if (line < end)
		line += ui_paragraph(line, 2, columns, end - line > 3 ? 2 : 1, ROLE_STRONG,
				     verdict->advice);
	if (line < end)
		line += ui_paragraph(line, 2, columns, end - line > 2 ? 2 : end - line, ROLE_DIM,
				     verdict->evidence);
	return line;
}

/* "Pool    ████████·······  62.1 MiB of 63.9 MiB  97%" */
static void draw_gauge(int line, const char *name, double part, double whole, const char *more)
{
	double share = whole > 0 ? part / whole : 0;
	enum role role = share < 0.8 ? ROLE_GOOD : share < 0.95 ? ROLE_WARN : ROLE_BAD;
	char label[120], a[ZS_TEXT], b[ZS_TEXT];
	int width;

	snprintf(label, sizeof(label), "%8s of %-8s %4.0f%%%s", zs_format_bytes(a, part),
		 zs_format_bytes(b, whole), share * 100, more);
	width = ui_columns() - LABEL - 2 - text_columns(label);
	ui_text(line, 0, LABEL, ROLE_STRONG, name);
	if (width > 60)
		width = 60;
	ui_fill(line, LABEL, width, ROLE_DIM, glyphs->track);
	ui_bar(line, LABEL, width, role, share);
	ui_text(line, LABEL + width + 1, ui_columns(), ROLE_NORMAL, label);
}

static void draw_pool(const struct app *app, int line)
{
	const struct zs_pool *pool = &app->pool;
	char more[64] = "";

	if ((pool->have & ZS_HAVE_MEMORY) && pool->memory_bytes)
		snprintf(more, sizeof(more), "  %4.1f%% of RAM",
			 (double)pool->pool_bytes * 100 / (double)pool->memory_bytes);
	if ((pool->have & ZS_HAVE_POOL) && pool->limit_bytes)
		draw_gauge(line, "Pool", (double)pool->pool_bytes, (double)pool->limit_bytes, more);
	else
		ui_printf(line, 0, ui_columns(), ROLE_DIM, "%-*snot known", LABEL, "Pool");
	if ((pool->have & ZS_HAVE_MEMORY) && pool->swap_bytes)
		draw_gauge(line + 1, "Swap", (double)(pool->swap_bytes - pool->swap_free_bytes),
			   (double)pool->swap_bytes, "");
	else
		ui_printf(line + 1, 0, ui_columns(), ROLE_DIM, "%-*snone", LABEL, "Swap");
}

static void draw_held(const struct app *app, int line)
{
	const struct zs_pool *pool = &app->pool;
	double held = (double)pool->stored_pages * ZSWAP_PAGE_BYTES, ratio;
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], d[ZS_TEXT];
	int x = ui_printf(line, 0, LABEL, ROLE_STRONG, "%-*s", LABEL, "Held");

	if (!zs_pool_ratio(pool, &ratio)) {
		ui_text(line, LABEL, ui_columns(), ROLE_DIM,
			pool->have & ZS_HAVE_STORED ? "no page" : "not known");
		return;
	}
	x = ui_printf(line, x, 60, ROLE_NORMAL, "%s in %s, saves ", zs_format_bytes(a, held),
		      zs_format_bytes(b, (double)pool->pool_bytes));
	x = ui_printf(line, x, 20, ROLE_STRONG, "%s",
		      zs_format_bytes(c, fmax(held - (double)pool->pool_bytes, 0)));
	x = ui_text(line, x, 20, ROLE_NORMAL, "   ratio ");
	x = ui_text(line, x, 20, ROLE_STRONG, zs_format_ratio(d, ratio));
	if (app->total.stats.usage.store_bytes_out)
		ui_printf(line, x, ui_columns(), ROLE_NORMAL, "   compressed %s",
			  zs_format_ratio(d, (double)(app->total.stats.usage.stores *
						      ZSWAP_PAGE_BYTES) /
					     (double)app->total.stats.usage.store_bytes_out));
}

/* What the pages are like, and what the pool makes of them. */
static void draw_pages(const struct app *app, int line)
{
	const struct zswap_usage *usage = &app->total.stats.usage;
	const struct zs_pool *pool = &app->pool;
	double stores = (double)usage->stores;
	char a[ZS_TEXT], frames[64];
	int x = ui_printf(line, 0, LABEL, ROLE_STRONG, "%-*s", LABEL, "Pages");

	snprintf(frames, sizeof(frames), ": %llu frames have room for another page",
		 (unsigned long long)pool->unbuddied_frames);
	if (app->bpf && stores > 0)
		x = ui_printf(line, x, 60, ROLE_NORMAL, "same-filled %.1f%%  incompressible %.1f%%   ",
			      (double)usage->same_filled * 100 / stores,
			      (double)usage->incompressible * 100 / stores);
	if ((pool->have & ZS_HAVE_WASTE) && pool->pool_bytes)
		ui_printf(line, x, ui_columns(), ROLE_NORMAL, "zbud wastes %s, %.0f%%%s",
			  zs_format_bytes(a, (double)(pool->free_bytes + pool->lost_bytes)),
			  (double)(pool->free_bytes + pool->lost_bytes) * 100 /
			  (double)pool->pool_bytes, ui_columns() < 100 ? "" : frames);
	else if (!app->bpf || !stores)
		ui_printf(line, x, ui_columns(), ROLE_DIM, "%s%s", pool->compressor,
			  *pool->compressor ? "" : "not known");
}

/* Seconds of a cell of the sparklines: a round number, and some minutes in all. */
static double spark_cell(const struct app *app, int cells)
{
	static const double sizes[] = { 1, 2, 5, 10, 15, 30, 60 };
	double wanted = fmax(app->settings.delay, 150.0 / cells);

	if (isfinite(app->settings.interval))
		wanted = fmax(wanted, fmin(app->settings.interval,
					   (double)HISTORY_SECONDS / cells));
	for (size_t i = 0; i < ZS_ARRAY_SIZE(sizes); i++)
		if (sizes[i] >= wanted)
			return sizes[i];
	return wanted;
}

static void draw_rate(const struct app *app, int line, const struct top_rate *rate,
		      int cells, double cell)
{
	bool known = app->source && top_rate_known(rate, app_kind(app));
	double values[SPARK_MOST], largest = 0;
	char a[ZS_TEXT], b[ZS_TEXT];

	ui_text(line, 0, 14, ROLE_NORMAL, rate->name);
	if (!known) {
		ui_printf(line, 14, 34, ROLE_DIM, "%9s %10s %12s", "-", "-", "-");
		return;
	}
	top_format_rate(a, rate, app_kind(app), &app->recent);
	ui_printf(line, 14, 9, strcmp(a, "0") ? ROLE_STRONG : ROLE_DIM, "%9s", a);
	ui_printf(line, 23, 24, ROLE_NORMAL, " %10s %12llu",
		  top_format_rate(b, rate, app_kind(app), &app->total),
		  (unsigned long long)top_count(rate, &app->total));
	history_spark(&app->history, rate->offset, cell, values, (size_t)cells);
	for (int i = 0; i < cells; i++)
		largest = fmax(largest, values[i]);
	ui_spark(line, RATE_COLUMNS + 1, values, (size_t)cells, largest);
}

/* What the first column is about. */
static const char *recent_title(const struct app *app, char text[ZS_TEXT])
{
	if (!app->settings.interval)
		return "now/s";
	if (isinf(app->settings.interval))
		return "mean/s";
	snprintf(text, ZS_TEXT, "%g s:/s", app->settings.interval);
	return text;
}

/* "30 s", "2.5 min". */
static char *format_seconds(char text[ZS_TEXT], double seconds)
{
	if (seconds < 120)
		snprintf(text, ZS_TEXT, "%g s", seconds);
	else
		snprintf(text, ZS_TEXT, "%.2g min", seconds / 60);
	return text;
}

static int draw_rates(const struct app *app, int line)
{
	int cells = ui_columns() - RATE_COLUMNS - 2;
	double cell;
	char title[160], a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT];

	if (cells > SPARK_MOST)
		cells = SPARK_MOST;
	cell = spark_cell(app, cells);
	snprintf(title, sizeof(title), "%-14s%9s %10s %12s  last %s, each %s", "pages",
		 recent_title(app, c), "mean/s", "total", format_seconds(a, cell * cells),
		 format_seconds(b, cell));
	ui_fill(line, 0, ui_columns(), ROLE_HEAD, " ");
	ui_text(line++, 0, ui_columns(), ROLE_HEAD, title);
	for (size_t i = 0; i < TOP_RATES; i++)
		draw_rate(app, line++, &top_rates[i], cells, cell);
	return line;
}

/* Where pages come back from, and how long that takes. */
static void draw_split(const struct app *app, int line)
{
	const struct zswap_stats *stats = &app->recent.stats;
	double loads = (double)stats->usage.loads, reads = (double)stats->usage.disk_reads;
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], d[ZS_TEXT];
	int x = ui_printf(line, 0, LABEL, ROLE_STRONG, "%-*s", LABEL, "Swap-in");

	if (loads + reads <= 0) {
		ui_text(line, x, ui_columns(), ROLE_DIM, "no page came back in this interval");
		return;
	}
	x = ui_printf(line, x, 24, ROLE_STRONG, "%.0f%% zswap", loads * 100 / (loads + reads));
	if (!app->bpf) {
		ui_printf(line, x, ui_columns(), ROLE_NORMAL, ", %.0f%% disk",
			  reads * 100 / (loads + reads));
		return;
	}
	ui_printf(line, x, ui_columns(), ROLE_NORMAL,
		  ", p50 %s p99 %s; %.0f%% disk, p50 %s p99 %s",
		  zs_format_quantile(a, stats, ZSWAP_HIST_LOAD_DURATION, 0.5),
		  zs_format_quantile(b, stats, ZSWAP_HIST_LOAD_DURATION, 0.99),
		  reads * 100 / (loads + reads),
		  zs_format_quantile(c, stats, ZSWAP_HIST_DISK_READ_DURATION, 0.5),
		  zs_format_quantile(d, stats, ZSWAP_HIST_DISK_READ_DURATION, 0.99));
}

static void draw_evictions(const struct app *app, int line)
{
	const struct zswap_stats *stats = &app->recent.stats;
	bool frames = top_rate_known(&top_rates[3], app_kind(app));
	enum zswap_histogram age = frames ? ZSWAP_HIST_EVICT_AGE : ZSWAP_HIST_WRITEBACK_AGE;
	enum zswap_histogram time = frames ? ZSWAP_HIST_EVICT_DURATION :
				    ZSWAP_HIST_WRITEBACK_DURATION;
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], d[ZS_TEXT];
	int x = ui_printf(line, 0, LABEL, ROLE_STRONG, "%-*s", LABEL,
			  frames ? "Evicted" : "Written");

	if (!app->bpf)
		ui_text(line, x, ui_columns(), ROLE_DIM, "how old and how fast: that takes BPF");
	else if (!zs_hist_count(zs_stats_hist(stats, age)) &&
		 !zs_hist_count(zs_stats_hist(stats, time)))
		ui_text(line, x, ui_columns(), ROLE_DIM, "none in this interval");
	else
		ui_printf(line, x, ui_columns(), ROLE_NORMAL,
			  "age p50 %s, p90 %s; latency p50 %s, p99 %s",
			  zs_format_quantile(a, stats, age, 0.5),
			  zs_format_quantile(b, stats, age, 0.9),
			  zs_format_quantile(c, stats, time, 0.5),
			  zs_format_quantile(d, stats, time, 0.99));
}

static void draw_rejects(const struct app *app, int line)
{
	const struct zswap_usage *usage = &app->recent.stats.usage;
	char text[256];
	int x = ui_printf(line, 0, LABEL, ROLE_STRONG, "%-*s", LABEL, "Rejects");

	if (!usage->rejects)
		ui_text(line, x, ui_columns(), ROLE_DIM, "none in this interval");
	else
		ui_text(line, x, ui_columns(), ROLE_NORMAL,
			zs_format_rejects(text, sizeof(text), usage->reject_by_reason));
}

static bool has_health(const struct app *app)
{
	const struct zswap_health *health = &app->total.health;

	return app->total.missed || health->calls_lost || health->who_overflow ||
	       health->events_lost;
}

/* What was counted with a gap, in words. */
static void draw_health(const struct app *app, int line)
{
	const struct zswap_health *health = &app->total.health;
	char text[400] = "";
	size_t length = 0;
	const struct {
		unsigned long long count;
		const char *words;
	} parts[] = {
		{ app->total.missed, "events missed: all totals are too low" },
		{ health->calls_lost, "calls lost: counted nowhere" },
		{ health->who_overflow, "events of too many processes: counted as others (--pairs)" },
		{ health->events_lost, "events not in the stream: the reader was too slow" },
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(parts); i++)
		if (parts[i].count && length < sizeof(text))
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%llu %s",
						   length ? "; " : "", parts[i].count,
						   parts[i].words);
	ui_text(line, 0, ui_columns(), ROLE_WARN, text);
}

static bool explains(const struct app *app)
{
	return (attach_running(&app->attach) && !app->bpf) || *app->why;
}

/* Lines that draw_note() takes. */
static int note_lines(const struct app *app)
{
	return app->gone + has_health(app) + explains(app);
}

/* What this cannot show, and why. */
static int draw_note(const struct app *app, int line, int end)
{
	if (app->gone)
		ui_text(line++, 0, ui_columns(), ROLE_BAD,
			app->common.cgroup ? "The cgroup that is watched (-c) is gone." :
			"The process that is watched (-p) is gone.");
	if (has_health(app))
		draw_health(app, line++);
	if (attach_running(&app->attach) && !app->bpf)
		ui_text(line++, 0, ui_columns(), ROLE_NOTE,
			"Attaching: until then, what the kernel counts for everybody.");
	else if (*app->why)
		line += ui_paragraph(line, 0, ui_columns(), end - line > 1 ? 2 : 1,
				     app->bpf ? ROLE_NOTE : ROLE_WARN, app->why);
	return line;
}

/* As many histograms as there is room for, side by side. */
static void draw_histograms(const struct app *app, int line, int lines)
{
	static const enum zswap_histogram which[] = {
		ZSWAP_HIST_LOAD_DURATION, ZSWAP_HIST_DISK_READ_DURATION, ZSWAP_HIST_STORE_SIZE,
		ZSWAP_HIST_STORE_DURATION, ZSWAP_HIST_EVICT_AGE, ZSWAP_HIST_EVICT_DURATION,
		ZSWAP_HIST_REFAULT_AGE, ZSWAP_HIST_WRITEBACK_DURATION,
	};
	int across = ui_columns() / 60 > 0 ? ui_columns() / 60 : 1;
	int width = ui_columns() / across;
	int rows = lines / 10;
	size_t number = 0;

	if (rows < 1)
		rows = 1;
	for (int row = 0; row < rows; row++)
		for (int x = 0; x < across && number < ZS_ARRAY_SIZE(which); x++, number++)
			bars_draw_titled(zs_stats_hist(&app->recent.stats, which[number]),
					 &zs_hist_infos[which[number]], line + row * (lines / rows),
					 x * width, width - 2, lines / rows - 1);
}

static void draw(struct app *app, int line, int lines)
{
	int end = line + lines;

	line = draw_verdict(app, line, lines - FIXED_LINES - note_lines(app));
	draw_pool(app, line);
	draw_held(app, line + 2);
	draw_pages(app, line + 3);
	line = draw_rates(app, line + 4);
	draw_split(app, line++);
	draw_evictions(app, line++);
	draw_rejects(app, line++);
	line = draw_note(app, line, end);
	if (app->bpf && end - line > 7)
		draw_histograms(app, line + 1, end - line - 1);
}

const struct view view_overview = {
	.name = "overview",
	.title = "Overview",
	.draw = draw,
};
