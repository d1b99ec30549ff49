/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table: rows of any struct that begins with a struct row, columns that are data.
 * table_arrange() filters and sorts; the selection stays on its row, wherever that goes.
 */
#ifndef TOP_TABLE_H
#define TOP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct row - what each row begins with
 * @id: that does not change from one refresh to the next, and is not 0
 * @parent: the row above it in a tree, or 0
 * @text: for the filter and the search; cleaned
 */
struct row {
	uint64_t id;
	uint64_t parent;
	const char *text;
};

enum column_kind {
	/* One in each table: const char *, cleaned; at least of its width, and what others leave. */
	COLUMN_TEXT,
	COLUMN_WORD,	/* const char *, of the column's width */
	/* The others are doubles; NAN is not known. */
	COLUMN_RATE,	/* per second */
	COLUMN_COUNT,
	COLUMN_BYTES,
	COLUMN_TIME,	/* nanoseconds */
	COLUMN_VALUE,	/* of the unit that the row has: table.value */
	COLUMN_SHARE,	/* 0 to 1 */
};

/**
 * struct column - a column
 * @key: for -s and the settings; NULL: not sorted by
 * @title: for people
 * @width: columns of the terminal
 * @kind: of what is in it
 * @offset: of that in the row
 * @up: sorted from the lowest up, unless inverted
 * @letter: that sorts by it, or '\0'
 * @help: what it says, for the help screen
 */
struct column {
	const char *key;
	const char *title;
	int width;
	enum column_kind kind;
	size_t offset;
	bool up;
	char letter;
	const char *help;
};

/* A line of the table as it is shown. */
struct table_line {
	const struct row *row;
	unsigned int depth;
	uint32_t open;	/* levels, as bits, that have more rows to come */
	bool last;	/* of its parent's rows */
	bool children;
	bool folded;
};

/**
 * struct table - a table
 * @columns: its columns
 * @columns_count: how many
 * @rows: the first row
 * @count: of rows
 * @stride: bytes from one to the next
 * @value: prints a COLUMN_VALUE; may be NULL otherwise
 * @sort: column that it is sorted by
 * @inverted: the other way round
 * @by_id: not sorted, but in the order of their ids
 * @tree: rows below their parents
 * @filter: only rows whose text has this in it, and those above them; "" all
 * @lines: what is shown
 * @lines_count: how many
 * @lines_room: how many there is room for
 * @selected: id of the selected row; 0: none yet
 * @cursor: its line
 * @top: first line on the screen
 * @pinned: columns at the left that always stay
 * @shift: columns behind these that are scrolled out
 * @page: lines on the screen
 * @folded: ids of rows whose children are not shown, sorted
 * @folded_count: how many
 */
struct table {
	const struct column *columns;
	size_t columns_count;
	const void *rows;
	size_t count;
	size_t stride;
	void (*value)(char *text, size_t size, const void *row, double value);
	size_t sort;
	bool inverted;
	bool by_id;
	bool tree;
	char filter[64];
	struct table_line *lines;
	size_t lines_count;
	size_t lines_room;
	uint64_t selected;
	size_t cursor;
	size_t top;
	size_t pinned;
	size_t shift;
	size_t page;
	uint64_t *folded;
	size_t folded_count;
};

/* Set @rows and @count before; these must live as long as they are shown. */
void table_arrange(struct table *table);
void table_free(struct table *table);

/* The selected row, or NULL. */
const void *table_selected(const struct table *table);

/* Move the selection by so many lines, within the table. */
void table_move(struct table *table, long lines);

/* The next row, from the one below the selection on, whose text has this in it. */
bool table_search(struct table *table, const char *text);

/* Return: false if there is none with that key or letter. */
bool table_sort_key(struct table *table, const char *key);
bool table_sort_letter(struct table *table, char letter);

/* The next column to the right (1) or left (-1) that can be sorted by. */
void table_sort_step(struct table *table, int step);

/* Fold or unfold the children of a row; or of all that are not at the top. */
void table_fold(struct table *table, uint64_t id, bool fold);
void table_fold_all(struct table *table, bool fold);

/* "abc" is in "xAbCx": letters of ASCII whatever their case. */
bool table_match(const char *text, const char *part);

/* The text of a cell, without the tree's lines. */
void table_cell(const struct table *table, const struct column *column, const void *row,
		char *text, size_t size);

/* Draw it, with its headings, in so many lines from @line on. */
void table_draw(struct table *table, int line, int lines, bool active);

#endif /* TOP_TABLE_H */
