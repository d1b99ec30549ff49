// SPDX-License-Identifier: GPL-2.0-or-later
/* The table without its looks: table-draw.c has these. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "zswapscope.h"

/* While a tree is put together: a row, and where it belongs. */
struct node {
	const struct row *row;
	struct node *parent;
	struct node *child;	/* the last one; they are in a ring */
	struct node *sibling;
	bool shown;
};

static const struct row *row_at(const struct table *table, size_t i)
{
	return (const struct row *)((const char *)table->rows + i * table->stride);
}

bool table_match(const char *text, const char *part)
{
	return strcasestr(text, part);
}

static int compare_numbers(double one, double other)
{
	/* what is not known comes last, that is, first of what is turned round */
	if (isnan(one) || isnan(other))
		return (isnan(one) ? 0 : 1) - (isnan(other) ? 0 : 1);
	return (one > other) - (one < other);
}

static int compare_rows(const struct table *table, const struct row *one,
			const struct row *other)
{
	const struct column *column = &table->columns[table->sort];
	const char *a = (const char *)one + column->offset;
	const char *b = (const char *)other + column->offset;
	int result = 0;

	if (table->by_id)
		result = 0;
	else if (column->kind == COLUMN_TEXT || column->kind == COLUMN_WORD)
		result = strcoll(*(const char *const *)a, *(const char *const *)b);
	else
		result = compare_numbers(*(const double *)a, *(const double *)b);
	if (column->up == table->inverted)
		result = -result;
	/* rows that are alike shall not change places each second */
	return result ? result : (one->id > other->id) - (one->id < other->id);
}

static int compare_lines(const void *one, const void *other, void *table)
{
	return compare_rows(table, ((const struct table_line *)one)->row,
			    ((const struct table_line *)other)->row);
}

static int compare_nodes(const void *one, const void *other, void *table)
{
	return compare_rows(table, (*(struct node *const *)one)->row,
			    (*(struct node *const *)other)->row);
}

static bool make_room(struct table *table)
{
	struct table_line *lines;

	if (table->lines_room >= table->count)
		return true;
	lines = realloc(table->lines, table->count * sizeof(*lines));
	if (!lines)
		return false;
	table->lines = lines;
	table->lines_room = table->count;
	return true;
}

static void arrange_flat(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = row_at(table, i);

		if (*table->filter && !table_match(row->text, table->filter))
			continue;
		table->lines[table->lines_count++] = (struct table_line){ .row = row };
	}
	if (table->lines_count)
		qsort_r(table->lines, table->lines_count, sizeof(*table->lines),
			compare_lines, table);
}

static int compare_ids(const void *one, const void *other)
{
	uint64_t a = ((const struct node *)one)->row->id;
	uint64_t b = ((const struct node *)other)->row->id;

	return (a > b) - (a < b);
}

static struct node *find_node(struct node *nodes, size_t count, uint64_t id)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (nodes[middle].row->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && nodes[low].row->id == id ? &nodes[low] : NULL;
}

/* Where an id is among those that are folded, or where it would have to be. */
static size_t find_folded(const struct table *table, uint64_t id)
{
	size_t low = 0, high = table->folded_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (table->folded[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_folded(const struct table *table, uint64_t id)
{
	size_t at = find_folded(table, id);

	return at < table->folded_count && table->folded[at] == id;
}

/* Rows whose text matches, and those above them. */
static void show_matches(struct table *table, struct node *nodes)
{
	for (size_t i = 0; i < table->count; i++) {
		if (*table->filter && !table_match(nodes[i].row->text, table->filter))
			continue;
		for (struct node *node = &nodes[i]; node && !node->shown; node = node->parent)
			node->shown = true;
	}
}

/* The nodes' children, as a list; a row without a parent is a child of @top. */
static void link_nodes(struct table *table, struct node *nodes, struct node *top)
{
	for (size_t i = 0; i < table->count; i++) {
		struct node *parent = NULL;

		if (nodes[i].row->parent)
			parent = find_node(nodes, table->count, nodes[i].row->parent);
		nodes[i].parent = parent == &nodes[i] ? NULL : parent;
	}
	show_matches(table, nodes);
	for (size_t i = 0; i < table->count; i++) {
		struct node *parent = nodes[i].parent ? nodes[i].parent : top;

		if (!nodes[i].shown)
			continue;
		nodes[i].sibling = parent->child;
		parent->child = &nodes[i];
	}
}

/* Lines of what is below a node, @room is for as many pointers as there are rows. */
static void add_children(struct table *table, const struct node *node, unsigned int depth,
			 uint32_t open, struct node **room)
{
	size_t count = 0;

	for (struct node *child = node->child; child; child = child->sibling)
		room[count++] = child;
	if (count > 1)
		qsort_r(room, count, sizeof(*room), compare_nodes, table);
	for (size_t i = 0; i < count; i++) {
		struct table_line *line = &table->lines[table->lines_count++];

		*line = (struct table_line){
			.row = room[i]->row,
			.depth = depth,
			.open = open,
			.last = i + 1 == count,
			.children = room[i]->child,
			/* what is looked for is shown */
			.folded = !*table->filter && is_folded(table, room[i]->row->id),
		};
		if (!line->folded)
			add_children(table, room[i], depth + 1,
				     line->last || depth > 31 ? open : open | 1U << depth,
				     room + count);
	}
}

static bool arrange_tree(struct table *table)
{
	struct node *nodes = calloc(table->count + 1, sizeof(*nodes));
	struct node **room = calloc(table->count + 1, sizeof(*room));
	struct node top = { .row = NULL };

	if (nodes && room) {
		for (size_t i = 0; i < table->count; i++)
			nodes[i].row = row_at(table, i);
		qsort(nodes, table->count, sizeof(*nodes), compare_ids);
		link_nodes(table, nodes, &top);
		add_children(table, &top, 0, 0, room);
	}
	free(nodes);
	free(room);
	return nodes && room;
}

/* The line of the selected row; when it is gone, what is in its place is selected. */
static void find_selected(struct table *table)
{
	for (size_t i = 0; i < table->lines_count; i++) {
		if (table->lines[i].row->id != table->selected)
			continue;
		table->cursor = i;
		return;
	}
	/* nobody has moved yet: stay at the top, whoever is there */
	table_move(table, 0);
}

void table_arrange(struct table *table)
{
	table->lines_count = 0;
	if (!table->count || !make_room(table))
		return;
	if (!table->tree || !arrange_tree(table)) {
		table->lines_count = 0;
		arrange_flat(table);
	}
	if (table->selected)
		find_selected(table);
	else
		table->cursor = 0;
}

void table_free(struct table *table)
{
	free(table->lines);
	free(table->folded);
	table->lines = NULL;
	table->folded = NULL;
	table->lines_room = table->lines_count = table->folded_count = 0;
}

const void *table_selected(const struct table *table)
{
	return table->cursor < table->lines_count ? table->lines[table->cursor].row : NULL;
}

void table_move(struct table *table, long lines)
{
	long last = (long)table->lines_count - 1;
	long cursor = (long)table->cursor + lines;

	if (cursor > last)
		cursor = last;
	if (cursor < 0)
		cursor = 0;
	table->cursor = (size_t)cursor;
	if (table->cursor < table->lines_count)
		table->selected = table->lines[table->cursor].row->id;
}

bool table_search(struct table *table, const char *text)
{
	for (size_t i = 1; i <= table->lines_count; i++) {
		size_t line = (table->cursor + i) % table->lines_count;

		if (!table_match(table->lines[line].row->text, text))
			continue;
		table_move(table, (long)line - (long)table->cursor);
		return true;
	}
	return false;
}

bool table_sort_key(struct table *table, const char *key)
{
	for (size_t i = 0; i < table->columns_count; i++) {
		if (!table->columns[i].key || strcmp(table->columns[i].key, key))
			continue;
		table->sort = i;
		return true;
	}
	return false;
}

bool table_sort_letter(struct table *table, char letter)
{
	for (size_t i = 0; i < table->columns_count; i++) {
		if (table->columns[i].letter != letter)
			continue;
		table->sort = i;
		return true;
	}
	return false;
}

void table_sort_step(struct table *table, int step)
{
	size_t count = table->columns_count;

	do {
		table->sort = (table->sort + count + (size_t)step) % count;
	} while (!table->columns[table->sort].key);
}

static void unfold(struct table *table, size_t at)
{
	table->folded_count--;
	memmove(&table->folded[at], &table->folded[at + 1],
		(table->folded_count - at) * sizeof(*table->folded));
}

void table_fold(struct table *table, uint64_t id, bool fold)
{
	size_t at = find_folded(table, id);
	uint64_t *folded;

	if (is_folded(table, id) == fold)
		return;
	if (!fold) {
		unfold(table, at);
		return;
	}
	folded = realloc(table->folded, (table->folded_count + 1) * sizeof(*folded));
	if (!folded)
		return;
	memmove(&folded[at + 1], &folded[at], (table->folded_count - at) * sizeof(*folded));
	folded[at] = id;
	table->folded = folded;
	table->folded_count++;
}

void table_fold_all(struct table *table, bool fold)
{
	size_t count = table->lines_count;

	if (!fold) {
		table->folded_count = 0;
		return;
	}
	/* the topmost stay open, or nothing would be left to be seen */
	for (size_t i = 0; i < count; i++)
		if (table->lines[i].children && table->lines[i].depth)
			table_fold(table, table->lines[i].row->id, true);
}

void table_cell(const struct table *table, const struct column *column, const void *row,
		char *text, size_t size)
{
	const char *member = (const char *)row + column->offset;
	double value = column->kind > COLUMN_WORD ? *(const double *)member : 0;
	char short_text[ZS_TEXT];

	if (isnan(value)) {
		snprintf(text, size, "-");
		return;
	}
	switch (column->kind) {
	case COLUMN_TEXT:
	case COLUMN_WORD:
		snprintf(text, size, "%s", *(const char *const *)member);
		return;
	case COLUMN_RATE:
		zs_format_number(short_text, value);
		break;
	case COLUMN_COUNT:
		snprintf(short_text, sizeof(short_text), "%.0f", value);
		break;
	case COLUMN_BYTES:
		zs_format_bytes(short_text, value);
		break;
	case COLUMN_TIME:
		zs_format_time(short_text, value);
		break;
	case COLUMN_SHARE:
		snprintf(short_text, sizeof(short_text), "%.0f%%", value * 100);
		break;
	case COLUMN_VALUE:
		table->value(text, size, row, value);
		return;
	}
	snprintf(text, size, "%s", short_text);
}
