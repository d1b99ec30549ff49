// SPDX-License-Identifier: GPL-2.0-or-later
/* zswaptop's texts as wide as a terminal shows them, its keys, its groups of bars. */
#include "test.h"

#include <ctype.h>
#include <curses.h>
#include <locale.h>
#include <stdbool.h>

#include "arena.h"
#include "bars.h"
#include "keys.h"
#include "text.h"
#include "view.h"

static void test_clip(void **state)
{
	int used;

	(void)state;
	assert_int_equal(text_columns("abc"), 3);
	assert_int_equal(text_columns("äöü"), 3);
	assert_int_equal(text_columns("漢字"), 4);
	assert_int_equal(text_clip("äöü", 2, &used), 4);
	assert_int_equal(used, 2);
	/* half of a wide character is none of it */
	assert_int_equal(text_clip("漢字", 3, &used), 3);
	assert_int_equal(used, 2);
	assert_int_equal(text_clip("abc", 0, &used), 0);
	assert_int_equal(text_clip("abc", -1, &used), 0);
	/* a mark that is put on the character before takes no column */
	assert_int_equal(text_columns("e\xcc\x81"), 1);
	assert_int_equal(text_clip("e\xcc\x81x", 1, &used), 3);
}

static void test_clean(void **state)
{
	char text[16];

	(void)state;
	assert_string_equal(text_clean(text, sizeof(text), "a\tb\033c\x7f"), "a?b?c?");
	assert_string_equal(text_clean(text, sizeof(text), "\xff\xc3" "a\xc3"), "??a?");
	assert_string_equal(text_clean(text, sizeof(text), "ä漢"), "ä漢");
	/* what turns the direction of writing has no columns, and would do more */
	assert_string_equal(text_clean(text, sizeof(text), "a\u202ebc"), "a?bc");
	/* no part of a character is left when the room ends */
	assert_string_equal(text_clean(text, 5, "abc漢"), "abc");
	assert_string_equal(text_clean(text, 1, "abc"), "");
	assert_string_equal(text_clean(text, 3, "abc"), "ab");
	assert_string_equal(text_clean(text, 4, "abc"), "abc");
	assert_string_equal(text_clean(text, sizeof(text), "a b~\xc3 ä c"), "a b~? ä c");
}

static void test_fit(void **state)
{
	char text[64];

	(void)state;
	assert_string_equal(text_fit(text, sizeof(text), "abc", 5, 0, "~"), "abc  ");
	assert_string_equal(text_fit(text, sizeof(text), "abc", 5, 1, "~"), "  abc");
	assert_string_equal(text_fit(text, sizeof(text), "abcdef", 5, 0, "~"), "abcd~");
	assert_string_equal(text_fit(text, sizeof(text), "漢字漢", 5, 0, "…"), "漢字…");
	assert_string_equal(text_fit(text, sizeof(text), "漢字漢", 4, 0, "…"), "漢… ");
	assert_string_equal(text_fit(text, sizeof(text), "abc", 0, 0, "~"), "");
}

static void test_wrap(void **state)
{
	(void)state;
	assert_int_equal(text_wrap("some words", 20), 10);
	assert_int_equal(text_wrap("some words", 7), 5);
	assert_int_equal(text_wrap("some words", 4), 4);
	/* a word that is too long is broken, and something is always taken */
	assert_int_equal(text_wrap("something", 4), 4);
	assert_int_equal(text_wrap("漢字", 1), 1);
}

static void test_arena(void **state)
{
	struct arena arena = { NULL, NULL };
	char large[100000];
	const char *first;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	first = arena_clean(&arena, "a\nb");
	assert_string_equal(first, "a?b");
	assert_string_equal(arena_clean(&arena, large), large);
	for (int i = 0; i < 100000; i++)
		assert_string_equal(arena_clean(&arena, "name"), "name");
	assert_string_equal(first, "a?b");
	arena_reset(&arena);
	assert_ptr_equal(arena_clean(&arena, "again"), first);
	arena_free(&arena);
}

/* In no view does a key mean two things, and every key has a name and a meaning. */
static void test_keys(void **state)
{
	(void)state;
	for (size_t view = 0; view < views_count + 2; view++) {
		const struct view *which = view < views_count ? views[view] :
					   view == views_count ? &view_detail : &view_help;
		unsigned int where = IN_ALL | which->where;

		for (size_t i = 0; i < keys_count; i++)
			for (int j = 0; j < KEYS_EACH && keys[i].codes[j]; j++) {
				if (!(keys[i].where & where))
					continue;
				assert_ptr_equal(key_find(keys[i].codes[j], where), &keys[i]);
			}
	}
	for (size_t i = 0; i < keys_count; i++) {
		assert_true(keys[i].codes[0]);
		assert_true(*keys[i].label && *keys[i].help);
		assert_int_not_equal(keys[i].action, ACT_NONE);
	}
	assert_null(key_find('~', IN_ALL));
	assert_null(key_find(KEY_F(5), IN_ALL | IN_TABLE));
	assert_non_null(key_find(KEY_F(5), IN_ALL | IN_TREE));
}

/* A label as the manual page has it: single punctuation marks are mdoc's own. */
static void write_label(FILE *file, const char *label)
{
	fputs(".It Ic", file);
	for (const char *c = label; *c; c++) {
		bool begins = c == label || c[-1] == ' ';
		bool ends = !c[1] || c[1] == ' ';

		if (begins)
			fprintf(file, " %s", ends && strchr(".,:;()[]?!|", *c) ? "\\&" : "");
		if (*c == '\\')
			fputs("\\e", file);
		else if (*c != ' ')
			fputc(*c, file);
	}
}

/* The manual page has all keys, and says of each what the help screen says. */
static void test_manual(void **state)
{
	struct stat status;
	char *page;
	FILE *file;

	(void)state;
	file = fopen(DOCS "/zswaptop.8", "r");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &status), 0);
	page = calloc(1, (size_t)status.st_size + 1);
	assert_int_equal(fread(page, 1, (size_t)status.st_size, file), status.st_size);
	fclose(file);
	for (size_t i = 0; i < keys_count; i++) {
		char *wanted;
		size_t size;
		FILE *memory = open_memstream(&wanted, &size);

		write_label(memory, keys[i].label);
		fprintf(memory, "\n%c%s.\n", toupper(keys[i].help[0]), keys[i].help + 1);
		fclose(memory);
		if (!strstr(page, wanted))
			fail_msg("docs/zswaptop.8 does not have\n%s", wanted);
		free(wanted);
	}
	free(page);
}

/* Columns that are sorted by have a key of one word, of which a view has no two. */
static void test_columns(void **state)
{
	(void)state;
	for (size_t view = 0; view < views_count; view++) {
		const struct table *table = views[view]->table;

		for (size_t i = 0; table && i < table->columns_count; i++) {
			const char *key = table->columns[i].key;

			if (!key)
				continue;
			assert_null(strpbrk(key, " ,="));
			for (size_t j = 0; j < i; j++)
				assert_true(!table->columns[j].key ||
					    strcmp(table->columns[j].key, key));
		}
		assert_int_equal(view_find(view_name((int)view)), view);
	}
	assert_int_equal(view_find("nothing"), -1);
}

static void test_bars(void **state)
{
	struct zswap_hist hist = { 0 };
	unsigned int first, last;

	(void)state;
	assert_int_equal(bars_group(&hist, 10, &first, &last), 0);
	hist.slots[5] = hist.slots[14] = 1;
	assert_int_equal(bars_group(&hist, 0, &first, &last), 0);
	assert_int_equal(bars_group(&hist, 10, &first, &last), 1);
	assert_int_equal(first, 5);
	assert_int_equal(last, 14);
	assert_int_equal(bars_group(&hist, 9, &first, &last), 2);
	assert_int_equal(bars_group(&hist, 1, &first, &last), 10);
}

int main(void)
{
	const struct CMUnitTest top_text[] = {
		cmocka_unit_test(test_clip),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_manual),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_bars),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(top_text, NULL, NULL);
}
