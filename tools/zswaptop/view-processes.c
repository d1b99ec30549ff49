// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes, and what happened to their pages, or what they did to those of others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "arena.h"
#include "figures.h"
#include "files.h"

struct process_row {
	struct row row;
	struct figures figures;
	double pid;
	const char *comm;
	const char *role;
	const char *text;	/* its cgroup, or its command */
	struct zswap_who who;
};

static const struct column columns[] = {
	{ "pid", "pid", 7, COLUMN_COUNT, offsetof(struct process_row, pid), true, 'N',
	  "number of the process" },
	{ "comm", "name", 15, COLUMN_WORD, offsetof(struct process_row, comm), true, 0, "its name" },
	{ "role", "role", 6, COLUMN_WORD, offsetof(struct process_row, role), true, 0,
	  "owner of the pages, or worker: who did it" },
	FIGURES_COLUMNS(struct process_row, figures),
	{ "cgroup", "cgroup", 14, COLUMN_TEXT, offsetof(struct process_row, text), true, 0,
	  "cgroup of its pages, or its command" },
};

static struct table table = {
	.columns = columns, .columns_count = ZS_ARRAY_SIZE(columns),
	.stride = sizeof(struct process_row), .sort = 3, .pinned = 2,
};
static struct process_row *rows;
static struct arena names;
static struct zs_parties recent, total;	/* by process */

/* The arguments of a process, which are separated by '\0'. */
static bool read_command(char *text, size_t size, uint32_t pid, const char *root)
{
	char path[64];
	FILE *file;
	size_t length;

	zs_path(path, sizeof(path), root, "/proc/%u/cmdline", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	length = fread(text, 1, size - 1, file);
	fclose(file);
	for (size_t i = 0; i + 1 < length; i++)
		if (!text[i])
			text[i] = ' ';
	text[length] = '\0';
	return length;
}

/* The cgroup that most of the pages were of. */
static uint64_t cgroup_of(const struct zs_parties *parties, const struct zswap_who *who)
{
	uint64_t most = 0, cgroup = 0;

	for (size_t i = 0; i < parties->count; i++) {
		const struct zs_party *party = &parties->list[i];

		if (party->who.pid != who->pid || party->who.role != who->role ||
		    zs_usage_pages(&party->usage) < most)
			continue;
		most = zs_usage_pages(&party->usage);
		cgroup = party->who.cgroup;
	}
	return cgroup;
}

static void set_text(struct app *app, struct process_row *row)
{
	char text[4096];

	if (app->settings.full &&
	    read_command(text, sizeof(text), row->who.pid, app->common.source.root)) {
		row->text = arena_clean(&names, text);
		return;
	}
	zs_cgroup_path(text, sizeof(text), cgroup_of(&app->who.total, &row->who),
		       app->common.source.root);
	row->text = arena_clean(&names, text);
}

static void add_row(struct app *app, struct process_row *row, const struct zs_party *party)
{
	const struct zs_party *now = who_find(&recent, &party->who);
	char text[8192];

	*row = (struct process_row){
		.row.id = (uint64_t)party->who.pid << 8 | (party->who.role + 1),
		.pid = party->who.pid,
		.comm = arena_clean(&names, *party->comm ? party->comm : "?"),
		.role = zs_role_name(party->who.role),
		.who = party->who,
	};
	figures_of(&row->figures, now ? &now->usage : NULL, &party->usage,
		   (double)app->who.recent_ns / ZS_NSEC);
	set_text(app, row);
	snprintf(text, sizeof(text), "%u %s %s %s", row->who.pid, row->comm, row->role, row->text);
	row->row.text = arena_clean(&names, text);
}

static void update(struct app *app)
{
	struct process_row *more;

	arena_reset(&names);
	table.count = 0;
	who_merge(&recent, &app->who.recent, ZS_BY_PROCESS);
	who_merge(&total, &app->who.total, ZS_BY_PROCESS);
	more = realloc(rows, (total.count + 1) * sizeof(*rows));
	if (!more)
		return;
	rows = more;
	for (size_t i = 0; i < total.count; i++) {
		const struct zs_party *now = who_find(&recent, &total.list[i].who);

		if (app->settings.idle || (now && zs_usage_pages(&now->usage)))
			add_row(app, &rows[table.count++], &total.list[i]);
	}
	table.rows = rows;
	table_arrange(&table);
}

static void draw(struct app *app, int line, int lines)
{
	const struct zswap_usage *other = &app->who.recent.other;

	if (!table.count) {
		app_explain_none(app, line + 1,
				 "no process had pages swapped in this interval: i shows those before");
		return;
	}
	if (zs_usage_pages(other))
		ui_printf(line + --lines, 0, ui_columns(), ROLE_NOTE,
			  "and %llu pages of processes that are not told apart: see --pairs",
			  (unsigned long long)zs_usage_pages(other));
	table_draw(&table, line, lines, true);
}

static bool act(struct app *app, enum action action, int argument)
{
	const struct process_row *row = table_selected(&table);
	char title[64];

	(void)argument;
	if (action != ACT_OPEN)
		return false;
	if (row) {
		snprintf(title, sizeof(title), "%s, process %u, %s", row->comm, row->who.pid,
			 row->role);
		detail_open(app, ZS_BY_PROCESS, &row->who, title);
	}
	return true;
}

const struct view view_processes = {
	.name = "processes",
	.title = "Processes",
	.where = IN_TABLE | IN_SORTED | IN_PARTIES,
	.needs = NEED_PARTIES | NEED_BPF,
	.table = &table,
	.update = update,
	.draw = draw,
	.act = act,
};
