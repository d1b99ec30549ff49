// SPDX-License-Identifier: GPL-2.0-or-later
/* A table's looks. */
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "text.h"
#include "ui.h"

#define DEEPEST	24	/* levels of a tree that are drawn */

/* The lines that lead to a row: "| `- ". */
static void draw_lead(const struct table_line *line, char *text, size_t size)
{
	size_t length = 0;

	*text = '\0';
	for (unsigned int depth = 1; depth < line->depth && depth < DEEPEST; depth++)
		length += (size_t)snprintf(text + length, size - length, "%s ",
					   line->open >> depth & 1 ? glyphs->trunk : glyphs->blank);
	if (line->depth && line->depth < DEEPEST)
		length += (size_t)snprintf(text + length, size - length, "%s ",
					   line->last ? glyphs->corner : glyphs->branch);
	if (line->folded && line->children)
		snprintf(text + length, size - length, "%s ", glyphs->folded);
}

static bool is_text(const struct column *column)
{
	return column->kind == COLUMN_TEXT || column->kind == COLUMN_WORD;
}

/* A column, where it is drawn. */
struct place {
	const struct column *column;
	int x;
	int width;
	bool sorted;
};

#define PLACES	32

static size_t text_column(const struct table *table)
{
	size_t i = 0;

	while (i + 1 < table->columns_count && table->columns[i].kind != COLUMN_TEXT)
		i++;
	return i;
}

/* Whether it is scrolled out at the left: never those that are pinned, nor the text. */
static bool scrolled_out(const struct table *table, size_t i, size_t text)
{
	size_t first = table->pinned;

	return i != text && i >= first && i < first + table->shift;
}

static bool all_fit(const struct table *table, int width)
{
	int sum = -1;

	for (size_t i = 0; i < table->columns_count; i++)
		sum += table->columns[i].width + 1;
	return sum <= width;
}

/*
 * Whole columns only, as many as there is room for beside the text, which takes what is
 * left.  Return: how many; @more: some are missing at the right.
 */
static size_t lay_out(const struct table *table, int width, struct place *places, bool *more)
{
	size_t text = text_column(table), count = 0, at = 0;
	int room = width - table->columns[text].width, rest;

	places[0] = (struct place){ .column = table->columns };
	/* arrows at the right end say that there are more columns */
	if (table->shift || !all_fit(table, width))
		room -= 3;
	*more = false;
	for (size_t i = 0; i < table->columns_count && count < PLACES; i++) {
		const struct column *column = &table->columns[i];

		if (scrolled_out(table, i, text))
			continue;
		if (i == text)
			at = count;
		else if (*more || room < column->width + 1)
			*more = true;
		else
			room -= column->width + 1;
		if (i == text || !*more)
			places[count++] = (struct place){ column, 0, column->width,
							  i == table->sort && !table->by_id };
	}
	rest = places[at].width + room;
	/* numbers shall not be far from what they are about */
	places[at].width = text < table->pinned && rest > 64 ? 64 : rest;
	for (size_t i = 1; i < count; i++)
		places[i].x = places[i - 1].x + places[i - 1].width + 1;
	return count;
}

static void draw_heads(const struct table *table, int line, const struct place *places,
		       size_t count, bool more)
{
	int last = ui_columns() - 1;

	ui_fill(line, 0, ui_columns(), ROLE_HEAD, " ");
	for (size_t i = 0; i < count; i++) {
		const struct column *column = places[i].column;
		const char *arrow = column->up != table->inverted ? glyphs->up : glyphs->down;
		int width = places[i].width;
		char text[512], title[64];

		snprintf(title, sizeof(title), "%s%s", column->title, places[i].sorted ? arrow : "");
		/* no room for both: the arrow matters more than the last letter */
		if (places[i].sorted && text_columns(title) > width)
			snprintf(title, sizeof(title), "%.*s%s", width - 1, column->title, arrow);
		text_fit(text, sizeof(text), title, width, !is_text(column), glyphs->more);
		ui_text(line, places[i].x, width, places[i].sorted ? ROLE_TAB : ROLE_HEAD, text);
	}
	if (more)
		ui_text(line, last, 1, ROLE_NOTE, ">");
	if (table->shift)
		ui_text(line, last - 1, 1, ROLE_NOTE, "<");
}

/* Nothing steps back, so that what happens is seen. */
static bool is_nothing(const char *cell)
{
	return !strcmp(cell, "0") || !strcmp(cell, "-") || !strcmp(cell, "0 B") ||
	       !strcmp(cell, "0%");
}

static void draw_row(const struct table *table, int y, const struct table_line *line,
		     const struct place *places, size_t count, bool selected)
{
	if (selected)
		ui_fill(y, 0, ui_columns(), ROLE_SELECTED, " ");
	for (size_t i = 0; i < count; i++) {
		const struct column *column = places[i].column;
		char cell[1024], lead[256] = "", text[2048];
		enum role role = ROLE_NORMAL;

		table_cell(table, column, line->row, cell, sizeof(cell));
		if (column->kind == COLUMN_TEXT && table->tree)
			draw_lead(line, lead, sizeof(lead));
		snprintf(text, sizeof(text), "%s%s", lead, cell);
		text_fit(cell, sizeof(cell), text, places[i].width, !is_text(column), glyphs->more);
		if (selected)
			role = ROLE_SELECTED;
		else if (is_nothing(text))
			role = ROLE_DIM;
		ui_text(y, places[i].x, places[i].width, role, cell);
	}
}

/* The cursor is on the screen, and no line of it is wasted. */
static void scroll(struct table *table)
{
	if (table->cursor < table->top)
		table->top = table->cursor;
	if (table->cursor >= table->top + table->page)
		table->top = table->cursor - table->page + 1;
	if (table->top + table->page > table->lines_count)
		table->top = table->lines_count > table->page ?
			     table->lines_count - table->page : 0;
}

void table_draw(struct table *table, int line, int lines, bool active)
{
	struct place places[PLACES];
	bool more;
	size_t count;

	if (lines < 2)
		return;
	count = lay_out(table, ui_columns(), places, &more);
	table->page = (size_t)lines - 1;
	scroll(table);
	draw_heads(table, line, places, count, more);
	for (size_t i = 0; i < table->page && table->top + i < table->lines_count; i++)
		draw_row(table, line + 1 + (int)i, &table->lines[table->top + i], places, count,
			 active && table->top + i == table->cursor);
}
