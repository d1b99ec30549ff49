// SPDX-License-Identifier: GPL-2.0-or-later
/* What people read, and what they type. */
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static void bytes(void **state)
{
	char text[ZS_TEXT];

	(void)state;
	assert_string_equal(zs_format_bytes(text, 0), "0 B");
	assert_string_equal(zs_format_bytes(text, 512), "512 B");
	assert_string_equal(zs_format_bytes(text, 1023), "1023 B");
	assert_string_equal(zs_format_bytes(text, 1024), "1.00 KiB");
	assert_string_equal(zs_format_bytes(text, 32715571), "31.2 MiB");
	assert_string_equal(zs_format_bytes(text, 1073741823), "1.00 GiB");
	assert_string_equal(zs_format_bytes(text, 1.8e19), "15987 PiB");
}

/* Of numbers that are too long for it. */
static void more(void **state)
{
	char text[ZS_TEXT];

	(void)state;
	strcpy(text, "12.3");
	assert_string_equal(zs_format_more(text, "/s"), "12.3/s");
	zs_format_number(text, 1e40);
	assert_int_equal(strlen(text), ZS_TEXT - 1);
	assert_int_equal(strlen(zs_format_more(text, "/s")), ZS_TEXT - 1);
	strcpy(text, "123456789012345678901234567890");
	assert_string_equal(zs_format_more(text, "/s"), "123456789012345678901234567890/");
}

static void times(void **state)
{
	char text[ZS_TEXT];

	(void)state;
	assert_string_equal(zs_format_time(text, 0), "0 ns");
	assert_string_equal(zs_format_time(text, 850), "850 ns");
	assert_string_equal(zs_format_time(text, 49100), "49.1 us");
	assert_string_equal(zs_format_time(text, 999900), "1.00 ms");
	assert_string_equal(zs_format_time(text, 4.2e9), "4.20 s");
	assert_string_equal(zs_format_time(text, 90e9), "90.0 s");
	assert_string_equal(zs_format_time(text, 252e9), "4.20 min");
	assert_string_equal(zs_format_time(text, 3 * 3600e9), "3.00 h");
	assert_string_equal(zs_format_time(text, 10 * 86400e9), "10.0 d");
	assert_string_equal(zs_format_time(text, 1.8e19), "208333 d");
}

static void numbers(void **state)
{
	char text[ZS_TEXT];

	(void)state;
	assert_string_equal(zs_format_number(text, 0), "0");
	assert_string_equal(zs_format_number(text, 0.5), "0.5");
	assert_string_equal(zs_format_number(text, 9.99), "10");
	assert_string_equal(zs_format_number(text, 812.4), "812");
	assert_string_equal(zs_format_number(text, 1e12), "1000000000000");
	assert_string_equal(zs_format_ratio(text, 2.914), "2.91:1");
}

static void quantiles(void **state)
{
	static struct zswap_stats stats;
	char text[ZS_TEXT];

	(void)state;
	assert_string_equal(zs_format_quantile(text, &stats, ZSWAP_HIST_LOAD_AGE, 0.5), "-");
	stats.usage.hist[ZSWAP_HIST_LOAD_AGE].slots[11] = 1;
	stats.usage.hist[ZSWAP_HIST_LOAD_DURATION].slots[11] = 1;
	stats.usage.hist[ZSWAP_HIST_STORE_SIZE].slots[11] = 1;
	assert_string_equal(zs_format_quantile(text, &stats, ZSWAP_HIST_LOAD_AGE, 0.5), "101 ms");
	assert_string_equal(zs_format_quantile(text, &stats, ZSWAP_HIST_LOAD_DURATION, 0.5),
			    "98.3 us");
	assert_string_equal(zs_format_quantile(text, &stats, ZSWAP_HIST_STORE_SIZE, 0.5), "1.31 KiB");
	/* one of those that only the pool has */
	stats.usage.hist[ZSWAP_HIST_REJECT_SIZE].slots[31] = 1;
	assert_string_equal(zs_format_quantile(text, &stats, ZSWAP_HIST_REJECT_SIZE, 1), "4.00 KiB");
}

static void rejects(void **state)
{
	__u64 by_reason[ZSWAP_REJECT_SLOTS] = { 0 };
	char text[256], small[8];

	(void)state;
	assert_string_equal(zs_format_rejects(text, sizeof(text), by_reason), "-");
	by_reason[ZSWAP_REJECT_ALLOC_FAIL] = 3;
	by_reason[ZSWAP_REJECT_COMPRESS_POOR] = 12;
	by_reason[ZSWAP_REJECT_COUNT] = 1;
	assert_string_equal(zs_format_rejects(text, sizeof(text), by_reason),
			    "compress_poor:12 alloc_fail:3 other:1");
	assert_string_equal(zs_format_rejects(small, sizeof(small), by_reason), "compres");
}

static void seconds(void **state)
{
	static const char *const wrong[] = {
		"", "0", "-1", "+1", "x", "1x", "1s", " 1", "1 ", "inf", "nan", "0x1",
		"1e3", "1e999", ".", "1.2.3", "0.001", "99999999999",
	};
	double value = 0;

	(void)state;
	assert_true(zs_parse_seconds("1", &value));
	assert_near(value, 1);
	assert_true(zs_parse_seconds("0.25", &value));
	assert_near(value, 0.25);
	assert_true(zs_parse_seconds(".5", &value));
	assert_near(value, 0.5);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(wrong); i++)
		assert_false(zs_parse_seconds(wrong[i], &value));
	assert_near(value, 0.5);
}

static void counts(void **state)
{
	static const char *const wrong[] = {
		"", "0", "-1", "+1", "x", "1x", " 1", "1.5", "0x1", "18446744073709551616",
	};
	uint64_t value = 0;

	(void)state;
	assert_true(zs_parse_count("18446744073709551615", &value));
	assert_true(value == UINT64_MAX);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(wrong); i++)
		assert_false(zs_parse_count(wrong[i], &value));
}

static void byte_arguments(void **state)
{
	static const char *const wrong[] = {
		"", "0", "0K", "K", "-1", "1k", "1KB", "1.5M", "1T", " 1", "1 K",
		"18014398509481984K", "18446744073709551616", "00000000000000000000000000000000001",
	};
	uint64_t value = 0;

	(void)state;
	assert_true(zs_parse_bytes("4096", &value));
	assert_true(value == 4096);
	assert_true(zs_parse_bytes("4K", &value));
	assert_true(value == 4096);
	assert_true(zs_parse_bytes("3M", &value));
	assert_true(value == 3 << 20);
	assert_true(zs_parse_bytes("18014398509481983K", &value));
	assert_true(value == UINT64_MAX - 1023);
	assert_true(zs_parse_bytes("17G", &value));
	for (size_t i = 0; i < ZS_ARRAY_SIZE(wrong); i++)
		assert_false(zs_parse_bytes(wrong[i], &value));
	assert_true(value == 17ULL << 30);
}

static void sources(void **state)
{
	enum zs_source_kind kind;

	(void)state;
	for (int i = ZS_SOURCE_AUTO; i < ZS_SOURCE_COUNT; i++) {
		assert_true(zs_source_kind_parse(zs_source_kind_name(i), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(zs_source_kind_parse("", &kind));
	assert_false(zs_source_kind_parse("kprobes", &kind));
}

static void cgroups_and_processes(void **state)
{
	struct zs_error error;
	struct stat status;
	uint64_t id;

	(void)state;
	assert_false(zs_cgroup_find("no/such/cgroup", &id, &error));
	assert_int_equal(error.code, ZS_ERR_CGROUP);
	assert_non_null(strstr(error.text, "no/such/cgroup"));
	assert_false(zs_cgroup_find("/usr", &id, &error));
	assert_int_equal(error.code, ZS_ERR_CGROUP);
	/* the root, whatever cgroups are there */
	if (zs_cgroup_find("/", &id, &error))
		assert_int_equal(stat("/sys/fs/cgroup", &status) ? 0 : status.st_ino, id);
	else
		assert_non_null(strstr(error.text, "/sys/fs/cgroup"));
	assert_true(zs_process_find(getpid(), &error));
	assert_false(zs_process_find(INT_MAX, &error));
	assert_int_equal(error.code, ZS_ERR_PROCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes),
		cmocka_unit_test(more),
		cmocka_unit_test(times),
		cmocka_unit_test(numbers),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(rejects),
		cmocka_unit_test(seconds),
		cmocka_unit_test(counts),
		cmocka_unit_test(byte_arguments),
		cmocka_unit_test(sources),
		cmocka_unit_test(cgroups_and_processes),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
