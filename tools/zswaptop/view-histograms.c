// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Histograms: a table of all of them, and the selected one as bars.  Of the whole
 * machine, or, as view_detail, of one cgroup or process.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "bars.h"
#include "rates.h"

struct hist_row {
	struct row row;
	double rate;
	double mean;
	double p50;
	double p90;
	double p99;
	const char *title;
	const struct zswap_hist *hist;
	const struct zs_hist_info *info;
};

static const struct column columns[] = {
	{ "rate", "events/s", 9, COLUMN_RATE, offsetof(struct hist_row, rate), false, 'P',
	  "how many, each second" },
	{ "p50", "p50", 8, COLUMN_VALUE, offsetof(struct hist_row, p50), false, 0, "half are below" },
	{ "p90", "p90", 8, COLUMN_VALUE, offsetof(struct hist_row, p90), false, 0, "90% are below" },
	{ "p99", "p99", 8, COLUMN_VALUE, offsetof(struct hist_row, p99), false, 0, "99% are below" },
	{ "mean", "mean", 8, COLUMN_VALUE, offsetof(struct hist_row, mean), false, 0, "their mean" },
	{ NULL, "what", 20, COLUMN_TEXT, offsetof(struct hist_row, title), true, 0, "" },
};

static void format_value(char *text, size_t size, const void *row, double value)
{
	char short_text[ZS_TEXT];

	snprintf(text, size, "%s",
		 bars_format(short_text, ((const struct hist_row *)row)->info->unit, value));
}

#define HIST_TABLE { \
	.columns = columns, .columns_count = ZS_ARRAY_SIZE(columns), \
	.stride = sizeof(struct hist_row), .value = format_value, .by_id = true, .pinned = 5, \
}

static struct table table = HIST_TABLE, detail_table = HIST_TABLE;
static struct hist_row rows[ZSWAP_HIST_COUNT], detail_rows[ZSWAP_USAGE_HIST_COUNT];
static struct zswap_stats detail_stats;
static struct zs_parties detail_parties;

static double quantile(const struct hist_row *row, double q)
{
	double value;

	return zs_hist_quantile(row->hist, row->info->unit, q, &value) ? value : NAN;
}

static void set_row(struct hist_row *row, const struct zswap_stats *stats, unsigned int which,
		    double seconds)
{
	*row = (struct hist_row){
		.row = { .id = which + 1, .text = zs_hist_infos[which].title },
		.title = zs_hist_infos[which].title,
		.hist = zs_stats_hist(stats, which),
		.info = &zs_hist_infos[which],
	};
	row->rate = (double)zs_hist_count(row->hist) / seconds;
	if (!zs_hist_mean(row->hist, &row->mean))
		row->mean = NAN;
	row->p50 = quantile(row, 0.5);
	row->p90 = quantile(row, 0.9);
	row->p99 = quantile(row, 0.99);
}

/* In the order of the vocabulary, which is that of a page's life. */
static void arrange(struct table *which, const struct hist_row *first, size_t count)
{
	which->rows = first;
	which->count = count;
	table_arrange(which);
}

static void update(struct app *app)
{
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		set_row(&rows[i], &app->recent.stats, i, app_seconds(app));
	arrange(&table, rows, ZS_ARRAY_SIZE(rows));
}

static void draw_both(struct table *which, int line, int lines)
{
	const struct hist_row *row = table_selected(which);
	int listed = (int)which->lines_count + 1;
	int bars = row ? lines - listed - 1 : 0;

	/* half of it for the bars, at least: the table scrolls */
	if (bars < lines / 2)
		listed = lines - lines / 2 - 1;
	table_draw(which, line, listed, true);
	if (row)
		bars_draw_titled(row->hist, row->info, line + listed + 1, 0, ui_columns(),
				 lines - listed - 1);
}

static void draw(struct app *app, int line, int lines)
{
	(void)app;
	draw_both(&table, line, lines);
}

static bool act(struct app *app, enum action action, int argument)
{
	struct table *which = app->view->table;

	switch (action) {
	case ACT_OPEN:
		app_say(app, false, "its bars are shown below");
		return true;
	case ACT_SHIFT:
		table_move(which, argument);
		return true;
	default:
		return false;
	}
}

const struct view view_histograms = {
	.name = "histograms",
	.title = "Histograms",
	.where = IN_TABLE,
	.needs = NEED_BPF,
	.table = &table,
	.update = update,
	.draw = draw,
	.act = act,
};

/* ---- of a cgroup or a process ------------------------------------------------ */

static void update_detail(struct app *app)
{
	const struct zs_party *party;
	double seconds = (double)app->who.recent_ns / ZS_NSEC;

	memset(&detail_stats, 0, sizeof(detail_stats));
	who_merge(&detail_parties, &app->who.recent, app->subject.by);
	party = who_find(&detail_parties, &app->subject.who);
	if (party)
		detail_stats.usage = party->usage;
	for (unsigned int i = 0; i < ZSWAP_USAGE_HIST_COUNT; i++)
		set_row(&detail_rows[i], &detail_stats, i, seconds);
	arrange(&detail_table, detail_rows, ZS_ARRAY_SIZE(detail_rows));
}

static void draw_detail(struct app *app, int line, int lines)
{
	const struct zswap_usage *usage = &detail_stats.usage;
	double seconds = (double)app->who.recent_ns / ZS_NSEC;
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], d[ZS_TEXT], e[ZS_TEXT], rejects[256];

	ui_printf(line, 0, ui_columns(), ROLE_STRONG, "%s %s",
		  app->subject.by == ZS_BY_CGROUP ? "Cgroup" : "Process:", app->subject.title);
	ui_printf(line + 1, 0, ui_columns(), ROLE_NORMAL,
		  "per second: %s stores, %s loads, %s disk reads, %s writebacks, %s rejects",
		  zs_format_number(a, (double)usage->stores / seconds),
		  zs_format_number(b, (double)usage->loads / seconds),
		  zs_format_number(c, (double)usage->disk_reads / seconds),
		  zs_format_number(d, (double)usage->writebacks / seconds),
		  zs_format_number(e, (double)usage->rejects / seconds));
	ui_printf(line + 2, 0, ui_columns(), ROLE_NORMAL, "rejects: %s",
		  zs_format_rejects(rejects, sizeof(rejects), usage->reject_by_reason));
	draw_both(&detail_table, line + 3, lines - 3);
}

void detail_open(struct app *app, enum zs_by by, const struct zswap_who *who,
		 const char *title)
{
	if (!app->bpf) {
		app_say(app, true, "histograms take BPF, which is not in use here");
		return;
	}
	app->subject.by = by;
	app->subject.who = *who;
	snprintf(app->subject.title, sizeof(app->subject.title), "%s", title);
	app_show(app, &view_detail);
}

const struct view view_detail = {
	.name = "detail",
	.title = "Detail",
	.where = IN_TABLE | IN_DETAIL,
	.needs = NEED_PARTIES | NEED_BPF,
	.table = &detail_table,
	.update = update_detail,
	.draw = draw_detail,
	.act = act,
};
