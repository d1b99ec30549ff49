// SPDX-License-Identifier: GPL-2.0-or-later
/* zswaptop's file of settings: read back as written, and what garbage does. */
#include "test.h"

#include <unistd.h>

#include "settings.h"
#include "view.h"

static struct settings settings;
static char problem[256];

static void parse(const char *text)
{
	settings_default(&settings);
	settings_parse(&settings, text, problem, sizeof(problem));
}

static void assert_defaults(void)
{
	struct settings defaults;

	settings_default(&defaults);
	assert_memory_equal(&settings, &defaults, sizeof(settings));
}

static void test_round_trip(void **state)
{
	struct settings wanted;
	char *text;

	(void)state;
	settings_default(&wanted);
	wanted.delay = 2.5;
	wanted.interval = HUGE_VAL;
	strcpy(wanted.view, "processes");
	wanted.tree = false;
	wanted.idle = wanted.full = wanted.ascii = true;
	strcpy(wanted.sort[view_find("cgroups")], "refaults");
	wanted.inverted[view_find("cgroups")] = true;
	text = settings_format(&wanted);
	assert_non_null(text);
	parse(text);
	assert_string_equal(problem, "");
	assert_memory_equal(&settings, &wanted, sizeof(settings));
	free(text);
}

static void test_lines(void **state)
{
	(void)state;
	parse("\n  # a comment\nversion=1\r\n\tdelay =  3 \n\ninterval = 5min");
	assert_string_equal(problem, "");
	assert_near(settings.delay, 3);
	assert_near(settings.interval, 300);
	parse("");
	assert_string_equal(problem, "");
	assert_defaults();
}

/* What is wrong leaves its setting as it was, and the others count. */
static void test_wrong(void **state)
{
	static const char *const wrong[] = {
		"delay = 0", "delay = -1", "delay = x", "delay", "delay =", "= 3", "interval = 7s",
		"view = nothing", "tree = maybe", "sort.cgroups = colour", "sort.nothing = name",
		"sort.overview = name", "inverted.cgroups = 1", "unknown = 1", "\xff\xfe\x01",
	};

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(wrong); i++) {
		char text[128];

		snprintf(text, sizeof(text), "version = 1\n%s\nidle = yes\n", wrong[i]);
		parse(text);
		assert_string_equal(problem, "line 2 is not understood");
		assert_true(settings.idle);
		settings.idle = false;
		assert_defaults();
	}
	parse("version = 1\nx\ny\nz\n");
	assert_string_equal(problem, "line 2 and 2 more are not understood");
}

static void test_version(void **state)
{
	static const char *const texts[] = {
		"idle = yes\n", "version = 2\nidle = yes\n", "idle = yes\nversion = 0\n",
		"\x7f" "ELF\x02\x01", "version = one",
	};

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(texts); i++) {
		parse(texts[i]);
		assert_non_null(strstr(problem, "version = 1"));
		assert_defaults();
	}
}

/* Bytes of all values, from a generator that always gives the same. */
static void test_garbage(void **state)
{
	uint32_t value = 1;
	char text[4096];

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t length = snprintf(text, sizeof(text), "version = 1\n");

		for (; length + 1 < sizeof(text); length++) {
			value = value * 1103515245 + 12345;
			text[length] = (char)(value >> 16);
			if (!text[length])
				text[length] = '=';
		}
		text[length] = '\0';
		parse(text);
		assert_non_null(strstr(problem, "not understood"));
		assert_defaults();
	}
}

static void test_file(void **state)
{
	char path[PATH_MAX];
	struct zs_error error = { ZS_OK, "" };
	struct settings written;

	(void)state;
	setenv("XDG_CONFIG_HOME", fixture_root, 1);
	assert_true(settings_path(path, sizeof(path)));
	settings_default(&settings);
	settings_read(&settings, problem, sizeof(problem));
	assert_string_equal(problem, "");	/* there is none yet */
	settings.delay = 7;
	written = settings;
	assert_true(settings_write(&settings, &error));
	settings_default(&settings);
	settings_read(&settings, problem, sizeof(problem));
	assert_string_equal(problem, "");
	assert_memory_equal(&settings, &written, sizeof(settings));
	/* of a file that is wrong, its name is said */
	fixture_file("/zswapscope/zswaptoprc", "version = 1\nnonsense\n");
	settings_read(&settings, problem, sizeof(problem));
	assert_non_null(strstr(problem, "/zswapscope/zswaptoprc: line 2"));
}

/* A folder in its place, and one in the way: a message, and no file left behind. */
static void test_unwritable(void **state)
{
	char path[PATH_MAX];
	struct zs_error error = { ZS_OK, "" };

	(void)state;
	fixture_file("/in-the-way", "");
	snprintf(path, sizeof(path), "%s/in-the-way", fixture_root);
	setenv("XDG_CONFIG_HOME", path, 1);
	assert_false(settings_write(&settings, &error));
	assert_non_null(strstr(error.text, "in-the-way"));
	fixture_file("/other/zswapscope/zswaptoprc/file", "");
	snprintf(path, sizeof(path), "%s/other", fixture_root);
	setenv("XDG_CONFIG_HOME", path, 1);
	assert_false(settings_write(&settings, &error));
	settings_read(&settings, problem, sizeof(problem));
	assert_non_null(strstr(problem, "zswaptoprc: "));
}

static void test_path(void **state)
{
	char path[64];

	(void)state;
	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("HOME", "/home/x", 1);
	assert_true(settings_path(path, sizeof(path)));
	assert_string_equal(path, "/home/x/.config/zswapscope/zswaptoprc");
	assert_false(settings_path(path, 10));
	unsetenv("HOME");
	assert_false(settings_path(path, sizeof(path)));
}

int main(void)
{
	const struct CMUnitTest top_settings[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test_setup_teardown(test_file, fixture_start, fixture_stop),
		cmocka_unit_test_setup_teardown(test_unwritable, fixture_start, fixture_stop),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(top_settings, NULL, NULL);
}
