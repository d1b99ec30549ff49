// SPDX-License-Identifier: GPL-2.0-or-later
/* Expectations: understood or refused with a cure, and judged only where it can be told. */
#include "test.h"

#include "expect.h"

static struct zs_expectation parsed(const char *text)
{
	struct zs_expectation expectation;
	struct zs_error error = { ZS_OK, "" };

	if (!zs_expectation_parse(text, &expectation, &error))
		fail_msg("'%s': %s", text, error.text);
	return expectation;
}

static void assert_parsed(const char *typed, const char *text, enum zswap_operator operator,
			  double limit)
{
	struct zs_expectation expectation = parsed(typed);

	assert_string_equal(expectation.text, text);
	assert_int_equal(expectation.operator, operator);
	assert_true(expectation.limit == limit);
}

static void right(void **state)
{
	(void)state;
	assert_parsed("load.p99 < 200us", "load.p99 < 200us", ZSWAP_LESS, 200000);
	assert_parsed("load.p99<200us", "load.p99 < 200us", ZSWAP_LESS, 200000);
	assert_parsed("  load.max  <=\t1.5ms  ", "load.max <= 1.5ms", ZSWAP_LESS_EQUAL, 1.5e6);
	assert_parsed("age.p50 > 2 s", "age.p50 > 2 s", ZSWAP_GREATER, 2e9);
	assert_parsed("load.min >= 10ns", "load.min >= 10ns", ZSWAP_GREATER_EQUAL, 10);
	assert_parsed("load.min > 0", "load.min > 0", ZSWAP_GREATER, 0);
	assert_parsed("reject.compress_poor > 0", "reject.compress_poor > 0", ZSWAP_GREATER, 0);
	assert_parsed("reject = 0", "reject = 0", ZSWAP_EQUAL, 0);
	assert_parsed("rejects == 0", "reject == 0", ZSWAP_EQUAL, 0);
	assert_parsed("store != 12", "store != 12", ZSWAP_NOT_EQUAL, 12);
	assert_parsed("size.p90 < 2K", "size.p90 < 2K", ZSWAP_LESS, 2048);
	assert_parsed("size.p90 < 2048", "size.p90 < 2048", ZSWAP_LESS, 2048);
	assert_parsed("store.bytes < 1.5M", "store.bytes < 1.5M", ZSWAP_LESS, 1572864);
	assert_parsed("store.bytes.rate > 4K/s", "store.bytes.rate > 4K/s", ZSWAP_GREATER, 4096);
	assert_parsed("load.rate > 100/s", "load.rate > 100/s", ZSWAP_GREATER, 100);
	assert_parsed("load.rate > 0.5", "load.rate > 0.5", ZSWAP_GREATER, 0.5);
	assert_parsed("hit_ratio >= 90%", "hit_ratio >= 90%", ZSWAP_GREATER_EQUAL, 0.9);
	assert_parsed("hit_ratio >= 0.9", "hit_ratio >= 0.9", ZSWAP_GREATER_EQUAL, 0.9);
	assert_parsed("ratio > 2.5:1", "ratio > 2.5:1", ZSWAP_GREATER, 2.5);
}

static void assert_wrong(const char *typed, const char *hint)
{
	struct zs_expectation expectation;
	struct zs_error error = { ZS_OK, "" };

	assert_false(zs_expectation_parse(typed, &expectation, &error));
	assert_int_equal(error.code, ZS_ERR_ARGUMENT);
	if (!strstr(error.text, hint) || strchr(error.text, '\n'))
		fail_msg("'%s' says: %s", typed, error.text);
}

static void wrong(void **state)
{
	char many[3000];

	(void)state;
	assert_wrong("", "a measure is missing");
	assert_wrong("  ", "a measure is missing");
	assert_wrong("< 5", "a measure is missing");
	assert_wrong("load.p99", "comparison is missing");
	assert_wrong("laod.p99 < 5us", "'load.p99'");
	assert_wrong("load.p99 ! 5us", "<, <=, >");
	assert_wrong("load.p99 < ", "behind 'load.p99 <' a value is missing: a time");
	assert_wrong("load.p99 < 200", "'200' is no value of load.p99, which is a time");
	assert_wrong("load.p99 < 200usec", "a time");
	assert_wrong("load.p99 < -5us", "a time");
	assert_wrong("load.p99 < 0x10us", "a time");
	assert_wrong("load.p99 < 1e3us", "a time");
	assert_wrong("load.p99 < infs", "a time");
	assert_wrong("load.p99 < nans", "a time");
	assert_wrong("load.p99 < 1.2.3us", "a time");
	assert_wrong("load.p99 < .us", "a time");
	assert_wrong("load.p99 < 200us && reject > 0", "a time");
	assert_wrong("load.p99 << 200us", "a time");
	assert_wrong("load.p99 =< 200us", "a time");
	assert_wrong("reject > 0.5", "a whole number");
	assert_wrong("reject > 5us", "a whole number");
	assert_wrong("size.p50 < 5ms", "bytes, as");
	assert_wrong("hit_ratio > 90", "a share, as 0.9 or 90%");
	assert_wrong("hit_ratio > 101%", "a share");
	assert_wrong("ratio > 250%", "a ratio");
	assert_wrong("load.rate > 5K", "per second");
	assert_wrong("load.p99 < \033[31m", "'?[31m'");
	memset(many, '7', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	assert_wrong(many, "no measure");
	memcpy(many, "store <", 7);
	assert_wrong(many, "a whole number");
	memset(many, ' ', 500);
	assert_wrong(many, "no measure");
}

static enum zs_judgement judge(const char *text, double low, double high)
{
	struct zs_expectation expectation = parsed(text);
	struct zs_reading value = {
		.known = true, .value = low, .low = low, .high = high,
	};

	return zs_expectation_judge(&expectation, &value);
}

static void judgements(void **state)
{
	static const struct {
		const char *text;
		enum zs_judgement below, at, above;
	} all[] = {
		{ "store < 10",	 ZS_JUDGED_OK,	 ZS_JUDGED_FAIL, ZS_JUDGED_FAIL },
		{ "store <= 10", ZS_JUDGED_OK,	 ZS_JUDGED_OK,	 ZS_JUDGED_FAIL },
		{ "store > 10",	 ZS_JUDGED_FAIL, ZS_JUDGED_FAIL, ZS_JUDGED_OK },
		{ "store >= 10", ZS_JUDGED_FAIL, ZS_JUDGED_OK,	 ZS_JUDGED_OK },
		{ "store == 10", ZS_JUDGED_FAIL, ZS_JUDGED_OK,	 ZS_JUDGED_FAIL },
		{ "store != 10", ZS_JUDGED_OK,	 ZS_JUDGED_FAIL, ZS_JUDGED_OK },
	};

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(all); i++) {
		assert_int_equal(judge(all[i].text, 9, 9), all[i].below);
		assert_int_equal(judge(all[i].text, 10, 10), all[i].at);
		assert_int_equal(judge(all[i].text, 11, 11), all[i].above);
		assert_int_equal(judge(all[i].text, 8, 9), all[i].below);
		assert_int_equal(judge(all[i].text, 11, INFINITY), all[i].above);
		/* the limit is in the middle: for == and != as well */
		assert_int_equal(judge(all[i].text, 9, 11), ZS_JUDGED_UNKNOWN);
		assert_int_equal(judge(all[i].text, 0, INFINITY), ZS_JUDGED_UNKNOWN);
		assert_int_equal(judge(all[i].text, 9, 10) == all[i].below,
				 all[i].at == all[i].below);
	}
	assert_string_equal(zs_judgement_name(ZS_JUDGED_OK), "ok");
	assert_string_equal(zs_judgement_name(ZS_JUDGED_UNKNOWN), "unknown");
}

static void assert_seen(const char *expected, double value, double low, double high,
			const char *wanted)
{
	struct zs_expectation expectation = parsed(expected);
	struct zs_reading seen = {
		.known = true, .value = value, .low = low, .high = high,
	};
	char text[ZS_SEEN_TEXT];

	assert_string_equal(zs_expectation_seen(text, &expectation, &seen), wanted);
}

static void words(void **state)
{
	struct zs_expectation expectation = parsed("load.p99 < 200us");
	struct zs_reading nothing = { .known = false, .why = "no load happened" };
	char text[ZS_SEEN_TEXT];

	(void)state;
	assert_int_equal(zs_expectation_judge(&expectation, &nothing), ZS_JUDGED_UNKNOWN);
	assert_string_equal(zs_expectation_seen(text, &expectation, &nothing),
			    "no load happened");
	assert_seen("load.p99 < 200us", 143e3, 128e3, 181e3, "seen 143 us (128 us to 181 us)");
	assert_seen("load.p99 < 150us", 143e3, 128e3, 181e3,
		    "cannot be told: between 128 us and 181 us");
	assert_seen("load.p99 < 150us", 143e3, 128e3, INFINITY,
		    "cannot be told: 128 us or more");
	assert_seen("load.p99 > 100us", 143e3, 128e3, INFINITY, "seen 143 us (128 us or more)");
	assert_seen("reject == 0", 0, 0, 0, "seen 0");
	/* so near that there is nothing to be told */
	assert_seen("load.p99 < 200us", 143000, 142990, 143010, "seen 143 us");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right),
		cmocka_unit_test(wrong),
		cmocka_unit_test(judgements),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
