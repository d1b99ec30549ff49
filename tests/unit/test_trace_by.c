// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of --by: whose they are, which come first, and what becomes of the others. */
#include "test.h"

#include <json-c/json.h>

#include "by.h"

static struct zs_party list[4];
static struct trace_dump dump;
static struct by_past past;

static void set(size_t nth, uint64_t cgroup, uint32_t pid, const char *comm, uint64_t stores)
{
	memset(&list[nth], 0, sizeof(list[nth]));
	list[nth].who = (struct zswap_who){ .cgroup = cgroup, .pid = pid };
	strcpy(list[nth].comm, comm);
	list[nth].usage.stores = stores;
	list[nth].usage.hist[ZSWAP_HIST_STORE_SIZE].slots[3] = stores;
	list[nth].usage.hist[ZSWAP_HIST_STORE_SIZE].sum = stores * 300;
}

static struct by_groups take(enum by by)
{
	struct by_groups groups;
	struct zs_error error = { .text = "" };

	memset(&dump, 0, sizeof(dump));
	for (enum zs_by i = 0; i < ZS_BY_COUNT; i++)
		dump.parties[i] = (struct zs_parties){ .list = list, .count = ZS_ARRAY_SIZE(list) };
	if (!by_take(&groups, by, &dump, NULL, &past, &error))
		fail_msg("%s", error.text);
	return groups;
}

static void keys(void **state)
{
	enum by by;

	(void)state;
	for (enum by i = BY_NOTHING + 1; i < BY_COUNT; i++) {
		assert_true(by_parse(by_name(i), &by));
		assert_int_equal(by, i);
	}
	assert_false(by_parse("", &by));
	assert_false(by_parse("cgroups", &by));
}

static void by_process(void **state)
{
	struct by_groups groups;

	(void)state;
	set(0, 0, 11, "few", 2);
	set(1, 0, 12, "many\n\x1b", 30);
	set(2, 0, 13, "", 7);
	set(3, 0, 14, "few", 1);
	groups = take(BY_PID);
	assert_int_equal(groups.count, 4);
	assert_string_equal(groups.list[0].name, "many?\\x1b");
	assert_int_equal(groups.list[0].who.pid, 12);
	assert_string_equal(groups.list[1].name, "?");
	assert_string_equal(groups.list[3].name, "few");
	assert_int_equal(groups.list[3].usage.stores, 1);
	by_free(&groups);
}

static void by_name_of_process(void **state)
{
	struct by_groups groups = take(BY_COMM);

	(void)state;
	assert_int_equal(groups.count, 3);
	assert_string_equal(groups.list[2].name, "few");
	assert_int_equal(groups.list[2].usage.stores, 3);
	assert_int_equal(groups.list[2].usage.hist[ZSWAP_HIST_STORE_SIZE].slots[3], 3);
	by_free(&groups);
}

/* What is cut off is not lost. */
static void others(void **state)
{
	struct by_groups groups = take(BY_PID);

	(void)state;
	groups.other.stores = 100;
	by_cut(&groups, 2);
	assert_int_equal(groups.count, 2);
	assert_int_equal(groups.others, 2);
	assert_int_equal(groups.other.stores, 103);
	by_cut(&groups, 2);
	assert_int_equal(groups.other.stores, 103);
	by_free(&groups);
}

static void as_text(void **state)
{
	struct by_groups groups = take(BY_PID);
	FILE *before = stdout;
	char *text = NULL;
	size_t size;

	(void)state;
	by_cut(&groups, 1);
	stdout = open_memstream(&text, &size);
	by_print_text(&groups, false);
	fclose(stdout);
	stdout = before;
	assert_non_null(strstr(text, "\npid = many?\\x1b/12, worker (30 events)\n"));
	assert_non_null(strstr(text, "\npid = (other), 3 more (10 events)\n"));
	assert_non_null(strstr(text, "\ncompressed size (bytes): count 30, mean 300, p50 321 (257..384), "));
	free(text);
	by_free(&groups);
}

static void as_json(void **state)
{
	struct by_groups groups = take(BY_CGROUP);
	struct json_object *object = json_object_new_object(), *array, *one, *value;

	(void)state;
	by_cut(&groups, 1);
	by_add_json(object, &groups);
	assert_true(json_object_object_get_ex(object, "by", &value));
	assert_string_equal(json_object_get_string(value), "cgroup");
	assert_true(json_object_object_get_ex(object, "groups", &array));
	assert_int_equal(json_object_array_length(array), 2);
	one = json_object_array_get_idx(array, 0);
	assert_true(json_object_object_get_ex(one, "cgroup", &value));
	assert_true(json_object_object_get_ex(one, "events", &value));
	assert_int_equal(json_object_get_int64(value), 30);
	one = json_object_array_get_idx(array, 1);
	assert_true(json_object_object_get_ex(one, "other", &value));
	assert_true(json_object_object_get_ex(one, "events", &value));
	assert_int_equal(json_object_get_int64(value), 10);
	json_object_put(object);
	by_free(&groups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(by_process),
		cmocka_unit_test(by_name_of_process),
		cmocka_unit_test(others),
		cmocka_unit_test(as_text),
		cmocka_unit_test(as_json),
	};

	return cmocka_run_group_tests_name("by", tests, NULL, NULL);
}
