/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a view is, and the table of all of them. */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "keys.h"
#include "table.h"

struct app;

/* What a view shows, so that only that is read. */
enum need {
	NEED_PARTIES	= 1 << 0,
	NEED_DEVICES	= 1 << 1,
	NEED_HIERARCHY	= 1 << 2,
	NEED_STREAM	= 1 << 3,
	NEED_BPF	= 1 << 4,	/* without it, there is nothing to show */
};

/**
 * struct view - a way to look at things
 * @name: for --view and the settings
 * @title: in the tab bar
 * @where: contexts of its keys, besides IN_ALL
 * @needs: what it shows
 * @table: that the keys of tables are for; NULL: none
 * @update: there is something new; may be NULL
 * @draw: draw it, in so many lines from @line on
 * @act: do something first; false: do what is always done.  May be NULL
 */
struct view {
	const char *name;
	const char *title;
	unsigned int where;
	unsigned int needs;
	struct table *table;
	void (*update)(struct app *app);
	void (*draw)(struct app *app, int line, int lines);
	bool (*act)(struct app *app, enum action action, int argument);
};

extern const struct view view_overview, view_cgroups, view_processes, view_rejects,
			 view_histograms, view_devices, view_events, view_detail, view_help;

/* Those on the tab bar. */
extern const struct view *const views[];
extern const size_t views_count;

/* By name. Return: its number, or -1. */
int view_find(const char *name);
const char *view_name(int view);

/* Whether a view can be sorted by a column of that key. */
bool view_sort_known(int view, const char *key);

/* The keys of its columns, "stores, loads".  Return: false if it is not sorted. */
bool view_sort_keys(int view, char *text, size_t size);

/* The words that --view takes, and -s for one or another view; a blank behind each. */
void view_every_name(char *text, size_t size);
void view_every_sort_key(char *text, size_t size);

#endif /* TOP_VIEW_H */
