// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cgroups: what happened to their pages, and what they have in the pool.  The events come
 * from the programs, which know a few hundred; the tree and the sizes from the kernel's
 * files, where there may be thousands, so sizes are read of what is on the screen.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "arena.h"
#include "figures.h"

#define DEEPEST	2048	/* a path of PATH_MAX has no more levels */

struct cgroup_row {
	struct row row;
	struct figures figures;
	double pool;
	double zswapped;
	double swap;
	const char *name;
	struct zs_cgroup *cgroup;	/* NULL: gone, or not of this machine */
};

static const struct column columns[] = {
	{ "name", "cgroup", 18, COLUMN_TEXT, offsetof(struct cgroup_row, name), true, 'N', "its name" },
	{ "pool", "in pool", 8, COLUMN_BYTES, offsetof(struct cgroup_row, pool), false, 'M',
	  "memory that its pages take in the pool, of all below it" },
	{ "zswapped", "was", 8, COLUMN_BYTES, offsetof(struct cgroup_row, zswapped), false, 0,
	  "and took before they were compressed" },
	FIGURES_COLUMNS(struct cgroup_row, figures),
	{ "swap", "swap", 8, COLUMN_BYTES, offsetof(struct cgroup_row, swap), false, 0,
	  "swap that it uses, that in the pool included" },
};

static struct table table = {
	.columns = columns, .columns_count = ZS_ARRAY_SIZE(columns),
	.stride = sizeof(struct cgroup_row), .sort = 3, .pinned = 1,
};
static struct cgroup_row *rows;
static struct arena names;
static struct zs_parties recent, total;	/* by cgroup */

static unsigned int depth_of(const struct cgroup_row *row)
{
	unsigned int depth = row->cgroup ? row->cgroup->depth : 0;

	return depth < DEEPEST ? depth : DEEPEST;
}

static double known(const struct zs_cgroup *cgroup, unsigned int bit, uint64_t bytes)
{
	return cgroup && (cgroup->have & bit) ? (double)bytes : NAN;
}

static void set_sizes(struct cgroup_row *row)
{
	const struct zs_cgroup *cgroup = row->cgroup;

	row->pool = row->zswapped = row->swap = NAN;
	if (!cgroup)
		return;
	row->pool = known(cgroup, ZS_CGROUP_ZSWAP, cgroup->zswap_bytes);
	row->zswapped = known(cgroup, ZS_CGROUP_ZSWAPPED, cgroup->zswapped_bytes);
	row->swap = known(cgroup, ZS_CGROUP_SWAP, cgroup->swap_bytes);
}

static void set_figures(struct app *app, struct cgroup_row *row)
{
	struct zswap_who who = { .cgroup = row->row.id };
	const struct zs_party *now = who_find(&recent, &who), *all = who_find(&total, &who);

	figures_of(&row->figures, now ? &now->usage : NULL, all ? &all->usage : NULL,
		   (double)app->who.recent_ns / ZS_NSEC);
}

/*
 * In the tree, what happened below a cgroup happened in it, as with the sizes.  Parents
 * come before their children.
 */
static void sum_up(size_t count)
{
	static struct figures below[DEEPEST + 2];

	memset(below, 0, sizeof(below));
	for (size_t i = count; i-- > 0;) {
		unsigned int depth = depth_of(&rows[i]);

		figures_add(&rows[i].figures, &below[depth + 1]);
		memset(&below[depth + 1], 0, sizeof(below[0]));
		if (rows[i].cgroup)
			figures_add(&below[depth], &rows[i].figures);
	}
}

/* Nothing happened to it, and it has nothing in swap. */
static bool is_idle(const struct cgroup_row *row)
{
	return !row->figures.pages && isnan(row->figures.ratio) && !(row->pool > 0) &&
	       !(row->swap > 0);
}

/* A row without its names. */
static void add_row(struct app *app, struct cgroup_row *row, uint64_t id,
		    struct zs_cgroup *cgroup)
{
	*row = (struct cgroup_row){
		.row = { .id = id, .parent = cgroup && cgroup->parent ? cgroup->parent->id : 0 },
		.cgroup = cgroup,
	};
	set_figures(app, row);
	set_sizes(row);
}

static void set_names(struct app *app, struct cgroup_row *row)
{
	char path[PATH_MAX];

	if (!row->cgroup) {
		if (app->hierarchy)
			zs_hierarchy_path(app->hierarchy, path, sizeof(path), row->row.id);
		else
			zs_cgroup_path(path, sizeof(path), row->row.id, app->common.source.root);
		row->row.text = row->name = arena_clean(&names, path);
		return;
	}
	row->row.text = row->name = arena_clean(&names, row->cgroup->path);
	if (table.tree && !app->settings.full && row->cgroup->parent)
		row->name = strrchr(row->name, '/') + 1;
}

/*
 * Leave out what is idle and has nothing below it that is not.  Parents come before their
 * children, so from the last row on it is known what is below a row.
 */
static size_t drop_idle(size_t count)
{
	static bool below[DEEPEST + 2];
	size_t kept = count;

	memset(below, 0, sizeof(below));
	for (size_t i = count; i-- > 0;) {
		unsigned int depth = depth_of(&rows[i]);

		if (is_idle(&rows[i]) && !below[depth + 1])
			continue;
		below[depth + 1] = false;
		below[depth] = true;
		rows[--kept] = rows[i];
	}
	memmove(rows, rows + kept, (count - kept) * sizeof(*rows));
	return count - kept;
}

static bool make_rows(size_t count)
{
	struct cgroup_row *more = realloc(rows, (count + 1) * sizeof(*rows));

	if (more)
		rows = more;
	return more;
}

static size_t add_rows(struct app *app)
{
	size_t count = 0;

	if (app->hierarchy)
		for (struct zs_cgroup *cgroup = zs_hierarchy_root(app->hierarchy); cgroup;
		     cgroup = zs_hierarchy_next(cgroup))
			add_row(app, &rows[count++], cgroup->id, cgroup);
	/* those that are gone, or that the tree does not know yet */
	for (size_t i = 0; i < total.count; i++) {
		uint64_t id = total.list[i].who.cgroup;

		if (id && !(app->hierarchy && zs_hierarchy_find(app->hierarchy, id)))
			add_row(app, &rows[count++], id, NULL);
	}
	return count;
}

static void update(struct app *app)
{
	size_t most = app->hierarchy ? zs_hierarchy_count(app->hierarchy) : 0;

	arena_reset(&names);
	who_merge(&recent, &app->who.recent, ZS_BY_CGROUP);
	who_merge(&total, &app->who.total, ZS_BY_CGROUP);
	table.count = 0;
	table.tree = app->settings.tree;
	if (!make_rows(most + total.count))
		return;
	table.count = add_rows(app);
	if (table.tree)
		sum_up(table.count);
	if (!app->settings.idle)
		table.count = drop_idle(table.count);
	for (size_t i = 0; i < table.count; i++)
		set_names(app, &rows[i]);
	table.rows = rows;
	table_arrange(&table);
}

/* What is on the screen is of now. */
static void read_visible(struct app *app)
{
	if (!app->hierarchy || app->frozen)
		return;
	for (size_t i = 0; i < table.page && table.top + i < table.lines_count; i++) {
		struct cgroup_row *row = (struct cgroup_row *)table.lines[table.top + i].row;

		if (!row->cgroup)
			continue;
		zs_hierarchy_read(app->hierarchy, row->cgroup);
		set_sizes(row);
	}
}

static void draw(struct app *app, int line, int lines)
{
	if (!table.count) {
		app_explain_none(app, line + 1, *app->no_hierarchy ? app->no_hierarchy :
				 "no cgroup has pages in swap, or had: i shows the others");
		return;
	}
	read_visible(app);
	if (!app->bpf) {
		lines -= 4;
		app_explain(app, line + lines + 1, "Pages per second");
	}
	table_draw(&table, line, lines, true);
}

static bool act(struct app *app, enum action action, int argument)
{
	const struct cgroup_row *row = table_selected(&table);
	struct zswap_who who = { .cgroup = row ? row->row.id : 0 };

	(void)argument;
	if (action != ACT_OPEN)
		return false;
	if (row)
		detail_open(app, ZS_BY_CGROUP, &who, row->row.text);
	return true;
}

const struct view view_cgroups = {
	.name = "cgroups",
	.title = "Cgroups",
	.where = IN_TABLE | IN_SORTED | IN_TREE | IN_PARTIES,
	.needs = NEED_PARTIES | NEED_HIERARCHY,
	.table = &table,
	.update = update,
	.draw = draw,
	.act = act,
};
