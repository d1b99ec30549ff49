// SPDX-License-Identifier: GPL-2.0-or-later
/* Why pages were refused; and below, whose, for the reason that is selected. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "arena.h"

struct reject_row {
	struct row row;
	double rate;
	double share;
	double total;
	const char *name;
	const char *words;
};

struct culprit_row {
	struct row row;
	double rate;
	double share;
	double total;
	const char *name;
	struct zswap_who who;
};

/* What a reason means, and what could be done. */
static const char *const meanings[ZSWAP_REJECT_SLOTS] = {
	[ZSWAP_REJECT_DISABLED]	      = "zswap is loaded, but its parameter enabled is N",
	[ZSWAP_REJECT_LARGE_FOLIO]    = "another page of the same large folio was refused: all or none",
	[ZSWAP_REJECT_CGROUP_LIMIT]   = "memory.zswap.max of the cgroup, or of one above it, is reached",
	[ZSWAP_REJECT_RECLAIM_FAIL]   = "the pool is at its limit, and nothing could be evicted",
	[ZSWAP_REJECT_POOL_LIMIT]     = "the pool is at max_pool_percent, even after an eviction",
	[ZSWAP_REJECT_COMPRESS_FAIL]  = "the compressor returned an error",
	[ZSWAP_REJECT_COMPRESS_POOR]  = "compresses to more than max_compression_ratio percent",
	[ZSWAP_REJECT_KMEMCACHE_FAIL] = "no memory for the entry of a page",
	[ZSWAP_REJECT_ALLOC_FAIL]     = "no page frame for the pool, not even after an eviction",
	[ZSWAP_REJECT_INDEX_FAIL]     = "no memory for a node of the index",
	[ZSWAP_REJECT_HYSTERESIS]     = "the pool was full, and is above accept_threshold_percent yet",
	[ZSWAP_REJECT_LRU_FAIL]	      = "no memory for the cgroup's list of its pages",
	[ZSWAP_REJECT_COUNT]	      = "a reason that this zswaptop does not know",
};

static const struct column columns[] = {
	{ "rate", "reject/s", 9, COLUMN_RATE, offsetof(struct reject_row, rate), false, 'P',
	  "pages refused, each second" },
	{ "share", "share", 6, COLUMN_SHARE, offsetof(struct reject_row, share), false, 0,
	  "of all that were refused" },
	{ "total", "total", 10, COLUMN_COUNT, offsetof(struct reject_row, total), false, 'M',
	  "since the start" },
	{ "name", "reason", 15, COLUMN_WORD, offsetof(struct reject_row, name), true, 'N', "its name" },
	{ NULL, "what that means", 20, COLUMN_TEXT, offsetof(struct reject_row, words), true, 0, "" },
};

static const struct column who_columns[] = {
	{ "rate", "reject/s", 9, COLUMN_RATE, offsetof(struct culprit_row, rate), false, 'P', "" },
	{ "share", "share", 6, COLUMN_SHARE, offsetof(struct culprit_row, share), false, 0, "" },
	{ "total", "total", 10, COLUMN_COUNT, offsetof(struct culprit_row, total), false, 'M', "" },
	{ "name", "whose pages", 20, COLUMN_TEXT, offsetof(struct culprit_row, name), true, 'N', "" },
};

static struct table table = {
	.columns = columns, .columns_count = ZS_ARRAY_SIZE(columns),
	.stride = sizeof(struct reject_row), .sort = 2, .pinned = 4,
};
static struct table who_table = {
	.columns = who_columns, .columns_count = ZS_ARRAY_SIZE(who_columns),
	.stride = sizeof(struct culprit_row), .sort = 2, .pinned = 3,
};
static struct reject_row rows[ZSWAP_REJECT_SLOTS];
static struct culprit_row *who_rows;
static struct arena names;
static struct zs_parties recent, total;
static enum zs_by by = ZS_BY_CGROUP;
static bool in_who;	/* the keys are for the lower table */

static double share_of(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

static void set_reasons(const struct app *app)
{
	const struct zswap_usage *now = &app->recent.stats.usage;
	const struct zswap_usage *all = &app->total.stats.usage;

	for (unsigned int i = 0; i < ZSWAP_REJECT_SLOTS; i++)
		rows[i] = (struct reject_row){
			.row = { .id = i + 1, .text = zs_reason_name(i) },
			.rate = (double)now->reject_by_reason[i] / app_seconds(app),
			.share = share_of(now->reject_by_reason[i], now->rejects),
			.total = (double)all->reject_by_reason[i],
			.name = zs_reason_name(i),
			.words = meanings[i],
		};
	table.rows = rows;
	table.count = ZSWAP_REJECT_SLOTS;
	table_arrange(&table);
}

static const char *name_of(const struct app *app, const struct zs_party *party)
{
	char text[4096];

	if (by == ZS_BY_CGROUP)
		zs_cgroup_path(text, sizeof(text), party->who.cgroup, app->common.source.root);
	else
		snprintf(text, sizeof(text), "%-15s %7u %s", *party->comm ? party->comm : "?",
			 party->who.pid, zs_role_name(party->who.role));
	return arena_clean(&names, text);
}

static void set_culprits(struct app *app, unsigned int reason)
{
	double seconds = (double)app->who.recent_ns / ZS_NSEC;
	uint64_t whole = app->total.stats.usage.reject_by_reason[reason];
	struct culprit_row *more = realloc(who_rows, (total.count + 1) * sizeof(*who_rows));

	who_table.count = 0;
	if (!more)
		return;
	who_rows = more;
	for (size_t i = 0; i < total.count; i++) {
		const struct zs_party *party = &total.list[i];
		const struct zs_party *now = who_find(&recent, &party->who);
		uint64_t count = party->usage.reject_by_reason[reason];

		if (!count)
			continue;
		who_rows[who_table.count++] = (struct culprit_row){
			.row = { .id = party->who.cgroup ? party->who.cgroup :
				       (uint64_t)party->who.pid << 8 | (party->who.role + 1),
				 .text = name_of(app, party) },
			.rate = now ? (double)now->usage.reject_by_reason[reason] / seconds : 0,
			.share = share_of(count, whole),
			.total = (double)count,
			.who = party->who,
		};
		who_rows[who_table.count - 1].name = who_rows[who_table.count - 1].row.text;
	}
	who_table.rows = who_rows;
	table_arrange(&who_table);
}

static unsigned int selected_reason(void)
{
	const struct reject_row *row = table_selected(&table);

	return row ? (unsigned int)row->row.id - 1 : 0;
}

static void update(struct app *app)
{
	set_reasons(app);
	arena_reset(&names);
	if (!app->bpf)
		return;
	who_merge(&recent, &app->who.recent, by);
	who_merge(&total, &app->who.total, by);
	set_culprits(app, selected_reason());
}

static void draw(struct app *app, int line, int lines)
{
	int listed = ZSWAP_REJECT_SLOTS + 1;

	/* half of it for who it was, at least: reasons that never come are the last */
	if (listed > lines / 2)
		listed = lines / 2;
	table_draw(&table, line, listed, !in_who);
	line += listed + 1;
	lines -= listed + 1;
	if (!app->bpf) {
		app_explain(app, line, "Whose pages");
		return;
	}
	ui_printf(line, 0, ui_columns(), ROLE_STRONG, "%s with %s",
		  by == ZS_BY_CGROUP ? "Cgroups" : "Processes", zs_reason_name(selected_reason()));
	ui_printf(line, 40, ui_columns(), ROLE_DIM, "w: %s   Enter: %s",
		  by == ZS_BY_CGROUP ? "processes" : "cgroups",
		  in_who ? "histograms" : "into this table");
	if (!who_table.count)
		ui_text(line + 1, 2, ui_columns(), ROLE_DIM, "none since the start");
	else
		table_draw(&who_table, line + 1, lines - 1, in_who);
}

static void open_culprit(struct app *app)
{
	const struct culprit_row *row = table_selected(&who_table);

	if (!in_who && who_table.count)
		in_who = true;
	else if (in_who && row)
		detail_open(app, by, &row->who, row->name);
	else
		app_say(app, false, "nobody's pages were refused for that");
}

/* The table that has the keys. */
static bool act_who(enum action action, int argument)
{
	switch (action) {
	case ACT_MOVE:
		table_move(&who_table, argument);
		return true;
	case ACT_PAGE:
		table_move(&who_table, argument * (long)who_table.page);
		return true;
	case ACT_END:
		table_move(&who_table, argument * (long)(who_table.lines_count + 1));
		return true;
	case ACT_BACK:
		in_who = false;
		return true;
	default:
		return false;
	}
}

static bool act(struct app *app, enum action action, int argument)
{
	if (in_who && act_who(action, argument))
		return true;
	switch (action) {
	case ACT_OPEN:
		open_culprit(app);
		return true;
	case ACT_WHO:
		by = by == ZS_BY_CGROUP ? ZS_BY_PROCESS : ZS_BY_CGROUP;
		who_table.selected = 0;
		update(app);
		return true;
	case ACT_MOVE:
		table_move(&table, argument);
		update(app);
		return true;
	default:
		return false;
	}
}

const struct view view_rejects = {
	.name = "rejects",
	.title = "Rejects",
	.where = IN_TABLE | IN_SORTED | IN_REJECTS,
	.needs = NEED_PARTIES,
	.table = &table,
	.update = update,
	.draw = draw,
	.act = act,
};
