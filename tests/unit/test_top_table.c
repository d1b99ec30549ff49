// SPDX-License-Identifier: GPL-2.0-or-later
/* zswaptop's table: sorted, filtered, as a tree, and the selection that stays. */
#include "test.h"

#include "table.h"

struct item {
	struct row row;
	double rate;
	const char *name;
};

static const struct column columns[] = {
	{ "rate", "rate", 6, COLUMN_RATE, offsetof(struct item, rate), false, 'P', "" },
	{ NULL, "between", 6, COLUMN_BYTES, offsetof(struct item, rate), false, 0, "" },
	{ "name", "name", 9, COLUMN_TEXT, offsetof(struct item, name), true, 'N', "" },
};

/*
 *	1 root
 *	2   web	     3 web/a  4 web/b
 *	5   db	     6 db/x
 */
static const struct item items[] = {
	{ { 1, 0, "root" }, 1, "root" },
	{ { 2, 1, "web" }, 5, "web" },
	{ { 3, 2, "web/a" }, 2, "a" },
	{ { 4, 2, "web/b" }, 7, "b" },
	{ { 5, 1, "db" }, NAN, "db" },
	{ { 6, 5, "db/x" }, 3, "x" },
};

static struct table table;

static int start(void **state)
{
	(void)state;
	table = (struct table){
		.columns = columns, .columns_count = ZS_ARRAY_SIZE(columns),
		.rows = items, .count = ZS_ARRAY_SIZE(items), .stride = sizeof(items[0]),
		.page = 4,
	};
	return 0;
}

static int stop(void **state)
{
	(void)state;
	table_free(&table);
	return 0;
}

/* The ids of the lines, as digits. */
static const char *order(void)
{
	static char text[16];
	size_t i;

	table_arrange(&table);
	for (i = 0; i < table.lines_count; i++)
		text[i] = (char)('0' + table.lines[i].row->id);
	text[i] = '\0';
	return text;
}

static void test_sort(void **state)
{
	(void)state;
	/* what is not known comes last */
	assert_string_equal(order(), "426315");
	table.inverted = true;
	assert_string_equal(order(), "513624");
}

static void test_sort_names(void **state)
{
	(void)state;
	assert_true(table_sort_letter(&table, 'N'));
	/* a b db root web x */
	assert_string_equal(order(), "345126");
	table.inverted = true;
	assert_string_equal(order(), "621543");
	assert_false(table_sort_key(&table, "between"));
	assert_false(table_sort_key(&table, ""));
	assert_false(table_sort_letter(&table, 'X'));
	assert_string_equal(order(), "621543");
}

static void test_sort_step(void **state)
{
	(void)state;
	/* over the column that cannot be sorted by, and round */
	table_sort_step(&table, 1);
	assert_int_equal(table.sort, 2);
	table_sort_step(&table, 1);
	assert_int_equal(table.sort, 0);
	table_sort_step(&table, -1);
	assert_int_equal(table.sort, 2);
}

/* Rows that are alike keep their places, whatever order they come in. */
static void test_stable(void **state)
{
	static struct item alike[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		alike[i] = (struct item){ { 4 - i, 0, "" }, 1, "" };
	table.rows = alike;
	table.count = 4;
	assert_string_equal(order(), "1234");
}

static void test_filter(void **state)
{
	(void)state;
	strcpy(table.filter, "WEB/");
	assert_string_equal(order(), "43");
	strcpy(table.filter, "nobody");
	assert_string_equal(order(), "");
	assert_null(table_selected(&table));
	table_move(&table, 1);
	assert_null(table_selected(&table));
}

static void test_tree(void **state)
{
	(void)state;
	table.tree = true;
	/* root; web with b and a; db, whose rate is not known, with x */
	assert_string_equal(order(), "124356");
	assert_int_equal(table.lines[0].depth, 0);
	assert_int_equal(table.lines[2].depth, 2);
	assert_false(table.lines[2].last);
	assert_true(table.lines[3].last);
	assert_true(table.lines[1].children);
	/* below a and b, the line of db goes on; below db, nothing does */
	assert_int_equal(table.lines[3].open, 1 << 1);
	assert_int_equal(table.lines[5].open, 0);
}

/* A match is shown with those above it, also if it is folded. */
static void test_tree_filter(void **state)
{
	(void)state;
	table.tree = true;
	strcpy(table.filter, "db/x");
	assert_string_equal(order(), "156");
	table_fold(&table, 5, true);
	assert_string_equal(order(), "156");
	table.filter[0] = '\0';
	assert_string_equal(order(), "12435");
}

static void test_fold(void **state)
{
	(void)state;
	table.tree = true;
	table_fold(&table, 2, true);
	table_fold(&table, 2, true);
	assert_string_equal(order(), "1256");
	assert_true(table.lines[1].folded);
	table_fold(&table, 2, false);
	assert_string_equal(order(), "124356");
	table_fold_all(&table, true);
	assert_string_equal(order(), "125");
	table_fold_all(&table, false);
	assert_string_equal(order(), "124356");
}

/* A parent that is not there, itself, or a child of its own child: no row is lost. */
static void test_tree_garbage(void **state)
{
	static const struct item odd[] = {
		{ { 1, 9, "" }, 3, "" },
		{ { 2, 2, "" }, 2, "" },
		{ { 3, 1, "" }, 1, "" },
	};

	(void)state;
	table.tree = true;
	table.rows = odd;
	table.count = 3;
	assert_string_equal(order(), "132");
}

static void test_selection(void **state)
{
	(void)state;
	assert_string_equal(order(), "426315");
	/* not moved yet: the first row, whoever that is */
	assert_int_equal(((const struct row *)table_selected(&table))->id, 4);
	table.inverted = true;
	order();
	assert_int_equal(((const struct row *)table_selected(&table))->id, 5);
	/* moved: it stays on its row */
	table_move(&table, 1);
	assert_int_equal(table.selected, 1);
	table.inverted = false;
	order();
	assert_int_equal(((const struct row *)table_selected(&table))->id, 1);
	assert_int_equal(table.cursor, 4);
	/* at the ends, it stops */
	table_move(&table, 100);
	assert_int_equal(table.cursor, 5);
	table_move(&table, -100);
	assert_int_equal(table.cursor, 0);
}

/* The row that was selected is gone: what is in its place is. */
static void test_selection_gone(void **state)
{
	(void)state;
	order();
	table_move(&table, 2);
	assert_int_equal(table.selected, 6);
	table.count = 5;
	assert_string_equal(order(), "42315");
	assert_int_equal(table.selected, 3);
	table.count = 1;
	assert_string_equal(order(), "1");
	assert_int_equal(table.selected, 1);
	table.count = 0;
	assert_string_equal(order(), "");
	assert_null(table_selected(&table));
}

static void test_search(void **state)
{
	(void)state;
	order();
	assert_true(table_search(&table, "WEB"));
	assert_int_equal(table.selected, 2);
	assert_true(table_search(&table, "web"));
	assert_int_equal(table.selected, 3);
	/* round, to the first one */
	assert_true(table_search(&table, "web"));
	assert_int_equal(table.selected, 4);
	assert_false(table_search(&table, "nobody"));
	assert_int_equal(table.selected, 4);
	table.count = 0;
	order();
	assert_false(table_search(&table, "web"));
}

static void test_cells(void **state)
{
	char text[64];

	(void)state;
	table_cell(&table, &columns[0], &items[0], text, sizeof(text));
	assert_string_equal(text, "1.0");
	table_cell(&table, &columns[0], &items[4], text, sizeof(text));
	assert_string_equal(text, "-");
	table_cell(&table, &columns[1], &items[1], text, sizeof(text));
	assert_string_equal(text, "5 B");
	table_cell(&table, &columns[2], &items[2], text, sizeof(text));
	assert_string_equal(text, "a");
}

int main(void)
{
	const struct CMUnitTest top_table[] = {
		cmocka_unit_test_setup_teardown(test_sort, start, stop),
		cmocka_unit_test_setup_teardown(test_sort_names, start, stop),
		cmocka_unit_test_setup_teardown(test_sort_step, start, stop),
		cmocka_unit_test_setup_teardown(test_stable, start, stop),
		cmocka_unit_test_setup_teardown(test_filter, start, stop),
		cmocka_unit_test_setup_teardown(test_tree, start, stop),
		cmocka_unit_test_setup_teardown(test_tree_filter, start, stop),
		cmocka_unit_test_setup_teardown(test_fold, start, stop),
		cmocka_unit_test_setup_teardown(test_tree_garbage, start, stop),
		cmocka_unit_test_setup_teardown(test_selection, start, stop),
		cmocka_unit_test_setup_teardown(test_selection_gone, start, stop),
		cmocka_unit_test_setup_teardown(test_search, start, stop),
		cmocka_unit_test_setup_teardown(test_cells, start, stop),
	};

	return cmocka_run_group_tests(top_table, NULL, NULL);
}
