// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys and columns, as far as the view before has them. */
#include <stdio.h>

#include "app.h"

#define MOST	128
#define ACROSS	(size_t)(ui_columns() / 40)	/* the smallest window has room for one */

/* A key or a column, and what it does or says. */
struct entry {
	const char *label;
	const char *help;
};

static size_t top;

static size_t add_keys(struct entry *entries, unsigned int where)
{
	size_t count = 0;

	for (size_t i = 0; i < keys_count && count < MOST; i++)
		if (keys[i].where & where)
			entries[count++] = (struct entry){ keys[i].label, keys[i].help };
	return count;
}

static size_t add_columns(struct entry *entries, size_t count, const struct table *table)
{
	for (size_t i = 0; table && i < table->columns_count && count < MOST; i++)
		if (*table->columns[i].help)
			entries[count++] = (struct entry){ table->columns[i].title,
							   table->columns[i].help };
	return count;
}

/* In columns from top to bottom: @each entries in each. */
static void draw_entries(const struct entry *entries, size_t count, size_t each, int line,
			 int lines)
{
	int width = ui_columns() / (int)ACROSS;

	for (size_t i = 0; i < count; i++) {
		int y = (int)(i % each) - (int)top, x = (int)(i / each) * width;

		if (y < 0 || y >= lines)
			continue;
		ui_text(line + y, x, 11, ROLE_HEAD, entries[i].label);
		ui_text(line + y, x + 11, width - 12, ROLE_NORMAL, entries[i].help);
	}
}

static void draw(struct app *app, int line, int lines)
{
	const struct view *view = views[app->tab];
	struct entry entries[MOST];
	size_t count = add_keys(entries, IN_ALL | view->where), each, room = (size_t)lines - 2;

	count = add_columns(entries, count, view->table);
	each = (count + ACROSS - 1) / ACROSS;
	if (top + room > each)
		top = each > room ? each - room : 0;
	ui_printf(line, 0, ui_columns(), ROLE_STRONG, "Keys%s in the view %s",
		  view->table && view->table->columns_count ? ", and columns," : "", view->title);
	if (each > room)
		ui_text(line, ui_columns() - 26, 26, ROLE_DIM, "Down, PgDn: there is more");
	draw_entries(entries, count, each, line + 2, lines - 2);
}

static bool act(struct app *app, enum action action, int argument)
{
	(void)app;
	switch (action) {
	case ACT_MOVE:
		if (argument > 0 || top)
			top += (size_t)argument;
		return true;
	case ACT_PAGE:
	case ACT_END:
		top = argument > 0 ? MOST : 0;
		return true;
	default:
		return false;
	}
}

const struct view view_help = {
	.name = "help",
	.title = "Help",
	.where = IN_HELP,
	.draw = draw,
	.act = act,
};
