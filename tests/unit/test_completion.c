// SPDX-License-Identifier: GPL-2.0-or-later
/* What of argp's tables is completed; tests/tools/completion.t has the shells. */
#include "test.h"

#include "completion.h"

static const struct argp_option child_options[] = {
	{ "kind", 'k', "KIND", 0, "Of this kind", 0 },
	{ "by", 0x201, "cgroup|pid", OPTION_ARG_OPTIONAL, "Apart by", 0 },
	{ 0 },
};

static const struct argp child = { .options = child_options };

static const struct argp_child children[] = { { &child, 0, NULL, 0 }, { 0 } };

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "The title of a group", 1 },
	{ "output", 'o', "FILE", 0, "Where to", 1 },
	{ "out", 'O', NULL, OPTION_ALIAS, NULL, 1 },
	{ "secret", 0x200, NULL, OPTION_HIDDEN, "For tests", 1 },
	{ "secretly", 0x202, NULL, OPTION_ALIAS, NULL, 1 },
	{ "a text", 0, NULL, OPTION_DOC, "In the list", 1 },
	{ NULL, 'x', "WHAT", 0, "A letter alone", 1 },
	{ "some", 0x203, "this|that,...", 0, "More than one", 1 },
	{ "numbers", 0x204, "N,...", 0, "Nobody can guess", 1 },
	{ "filter", 'f', "FILTER", 0, "Fields", 1 },
	{ 0 },
};

static const struct argp argp = {
	.options = options,
	.children = children,
	.args_doc = "FILE_A [DIRECTION] PROFILE [-- COMMAND [ARG...]]",
	.doc = "What it does. And more.\vAnd much more.",
};

static const struct zs_completion_words words[] = { { "WHAT", "this that" }, { NULL, NULL } };

static const struct zs_completion completion = { "zs-test", &argp, NULL, words };

static void note(const struct zs_choice *choice, void *context)
{
	fprintf(context, "%c/%s/%d%s/%s/%s\n", choice->letter ? choice->letter : '.',
		choice->name ? choice->name : ".", choice->value, choice->optional ? "?" : "",
		choice->words ? choice->words : ".", choice->doc);
}

static void shown_options_and_none_else(void **state)
{
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	zs_completion_options(&completion, &argp, note, out);
	fclose(out);
	assert_string_equal(text,
			    "o/output/2/./Where to\n"
			    "O/out/2/./Where to\n"
			    "x/./6/this that/A letter alone\n"
			    "./some/7/this that/More than one\n"
			    "./numbers/1/./Nobody can guess\n"
			    "f/filter/8/event cgroup pid length duration age reason cause kind type offset "
			    "result cpu/Fields\n"
			    "k/kind/6/store load miss writeback reject evict invalidate pool_limit compressor "
			    "drain shrink background read/Of this kind\n"
			    "./by/6?/cgroup pid/Apart by\n"
			    "?/help/0/./Give this help list\n"
			    "./usage/0/./Give a short usage message\n"
			    "V/version/0/./Print program version\n");
}

static void operands_by_their_names(void **state)
{
	static const struct argp none = { .args_doc = NULL };
	static const struct argp within = { .args_doc = "[INTERVAL]\nPROFILE" };
	static const struct argp named = { .args_doc = "[NAME]" };
	static const struct argp folder = { .args_doc = "[DIR...]" };

	(void)state;
	assert_int_equal(zs_completion_operands(&none), 0);
	assert_int_equal(zs_completion_operands(&within), 0);
	assert_int_equal(zs_completion_operands(&folder), ZS_OPERAND_DIR);
	assert_int_equal(zs_completion_operands(&named), ZS_OPERAND_NAME);
	assert_true(zs_completion_operands(&argp) & ZS_OPERAND_FILE);
	assert_true(zs_completion_operands(&argp) & ZS_OPERAND_COMMAND);
}

static void text_is_quoted(void **state)
{
	char text[64] = "", name[ZS_COMPLETION_NAME];
	FILE *out = fmemopen(text, sizeof(text), "w");
	int length;

	(void)state;
	assert_non_null(out);
	zs_completion_text("It's [not] all", 10, "[]", "'\\''", out);
	fclose(out);
	assert_string_equal(text, "It'\\''s \\[not\\]");
	zs_completion_function(&completion, name);
	assert_string_equal(name, "zs_test");
	assert_ptr_equal(zs_completion_title(&argp, &length), argp.doc);
	assert_int_equal(length, strlen("What it does"));
}

static void what_parts_words(void **state)
{
	(void)state;
	assert_null(zs_completion_separators(ZS_VALUE_WORDS));
	assert_string_equal(zs_completion_separators(ZS_VALUE_LIST), ",");
	assert_non_null(strchr(zs_completion_separators(ZS_VALUE_FILTER), '|'));
}

static void asked_as_the_only_word(void **state)
{
	char *argv[] = { "zs-test", "--completion=bash", "more", NULL };
	char *other[] = { "zs-test", "--json", NULL };

	(void)state;
	assert_true(zs_completion_asked(2, argv));
	assert_false(zs_completion_asked(3, argv));
	assert_false(zs_completion_asked(1, argv));
	assert_false(zs_completion_asked(2, other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shown_options_and_none_else),
		cmocka_unit_test(operands_by_their_names),
		cmocka_unit_test(text_is_quoted),
		cmocka_unit_test(what_parts_words),
		cmocka_unit_test(asked_as_the_only_word),
	};

	return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
