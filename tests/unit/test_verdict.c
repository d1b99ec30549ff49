// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether zswap works, and what is going on, in words. */
#include "test.h"

#include "verdict.h"

#define MIB	(1ULL << 20)

static struct zs_pool pool;
static struct zs_snapshot interval;
static struct zs_verdict verdict;

/* Ten seconds of a pool of 60 MiB at most; events are per second. */
static int start(void **state)
{
	(void)state;
	memset(&interval, 0, sizeof(interval));
	interval.time_ns = 10 * ZS_NSEC;
	pool = (struct zs_pool){
		.have = ZS_HAVE_PARAMETERS | ZS_HAVE_POOL | ZS_HAVE_STORED | ZS_HAVE_MEMORY,
		.ours = true,
		.loadable = true,
		.enabled = true,
		.pool_bytes = 30 * MIB,
		.limit_bytes = 60 * MIB,
		.stored_pages = 60 * MIB / ZSWAP_PAGE_BYTES,
		.memory_bytes = 300 * MIB,
		.swap_bytes = 600 * MIB,
	};
	return 0;
}

static void happens(__u64 *counter, uint64_t each_second)
{
	*counter = each_second * 10;
}

static void judge(enum zs_source_kind source)
{
	const struct zs_sight sight = {
		.pool = &pool, .state = zs_state_of(&pool, &interval),
		.source = source, .interval = &interval, .thrash = 60,
	};

	zs_verdict(&verdict, &sight);
}

#define assert_says(text, part)						\
	do {								\
		if (!strstr(text, part))				\
			fail_msg("'%s' does not say '%s'", text, part);	\
	} while (0)

static void the_states_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(zs_state_of(&pool, &interval), ZS_STATE_IDLE);
	assert_int_equal(zs_state_of(&pool, NULL), ZS_STATE_ACTIVE);
	interval.stats.usage.invalidates = 1;
	assert_int_equal(zs_state_of(&pool, &interval), ZS_STATE_ACTIVE);
	pool.swap_bytes = 0;
	assert_int_equal(zs_state_of(&pool, &interval), ZS_STATE_NO_SWAP);
	pool.enabled = false;
	assert_int_equal(zs_state_of(&pool, &interval), ZS_STATE_DISABLED);
	pool.have = 0;
	assert_int_equal(zs_state_of(&pool, &interval), ZS_STATE_NOT_LOADED);
	pool.loadable = false;
	assert_int_equal(zs_state_of(&pool, &interval), ZS_STATE_UNSUPPORTED);
}

static void each_state_names_its_cure(void **state)
{
	static const struct {
		enum zs_state state;
		bool ours;
		bool loadable;
		const char *says;
	} cases[] = {
		{ ZS_STATE_UNSUPPORTED, false, false, "Linux 6.12" },
		{ ZS_STATE_NOT_LOADED, false, true, "modprobe zswap_zbud" },
		{ ZS_STATE_DISABLED, true, true, "echo Y > /sys/module/zswap_zbud/parameters/enabled" },
		{ ZS_STATE_DISABLED, false, true, "modprobe zswap_zbud, or echo Y" },
		{ ZS_STATE_DISABLED, false, false, "echo Y > /sys/module/zswap/parameters/enabled" },
		{ ZS_STATE_NO_SWAP, true, true, "swapon" },
	};

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(cases); i++) {
		const struct zs_sight sight = {
			.pool = &pool, .state = cases[i].state, .interval = &interval,
		};

		pool.ours = cases[i].ours;
		pool.loadable = cases[i].loadable;
		zs_verdict(&verdict, &sight);
		assert_says(verdict.text, cases[i].says);
		assert_int_equal(verdict.level, ZS_LEVEL_BAD);
	}
}

static void an_idle_pool_is_well(void **state)
{
	(void)state;
	judge(ZS_SOURCE_TP_BTF);
	assert_int_equal(verdict.level, ZS_LEVEL_GOOD);
	assert_says(verdict.text, "the pool holds 60.0 MiB in 30.0 MiB");
	pool.stored_pages = 0;
	pool.pool_bytes = 0;
	judge(ZS_SOURCE_TP_BTF);
	assert_string_equal(verdict.text, "enabled and idle: nothing is swapped");
	assert_string_equal(verdict.evidence, "pool 0% full");
}

/* Of 800 pages that go, so many come back. */
static void thrash(uint64_t refaults)
{
	struct zswap_usage *usage = &interval.stats.usage;

	pool.pool_bytes = 59 * MIB;
	happens(&usage->stores, 900);
	happens(&usage->loads, 300);
	happens(&usage->writebacks, 800);
	happens(&usage->disk_reads, refaults + 10);
	happens(&usage->refaults, refaults);
	/* 2^17 << 11 ns and more: 268 to 537 ms */
	happens(&usage->hist[ZSWAP_HIST_WRITEBACK_AGE].slots[13], 800);
}

static void pages_that_come_back_are_thrash(void **state)
{
	(void)state;
	thrash(96);
	judge(ZS_SOURCE_TP_BTF);
	assert_int_equal(verdict.level, ZS_LEVEL_WARN);
	assert_string_equal(verdict.text,
		"pool at its limit: writing back 3.12 MiB/s of pages 403 ms old; 12% come back within a minute");
	assert_says(verdict.advice, "max_pool_percent");
	assert_string_equal(verdict.evidence,
		"pool 98% full, stores 900/s, loads 300/s, disk reads 106/s, writebacks 800/s, refaults 96/s");
	thrash(400);
	judge(ZS_SOURCE_TP_BTF);
	assert_int_equal(verdict.level, ZS_LEVEL_BAD);
}

static void no_more_than_all_come_back(void **state)
{
	(void)state;
	thrash(1000);
	judge(ZS_SOURCE_TP_BTF);
	assert_says(verdict.text, "; 100% come back");
}

static void below_the_limit_it_is_not_the_limit(void **state)
{
	(void)state;
	thrash(400);
	pool.pool_bytes = 20 * MIB;
	judge(ZS_SOURCE_TP_BTF);
	assert_says(verdict.text, "pool under pressure");
	assert_null(strstr(verdict.advice, "max_pool_percent"));
}

static void cold_pages_may_go(void **state)
{
	(void)state;
	thrash(8);
	judge(ZS_SOURCE_TP_BTF);
	assert_int_equal(verdict.level, ZS_LEVEL_NOTE);
	assert_says(verdict.text, "1% come back soon: cold ones go");
	assert_string_equal(verdict.advice, "");
}

static void counters_do_not_know_who_comes_back(void **state)
{
	(void)state;
	thrash(0);
	judge(ZS_SOURCE_COUNTERS);
	assert_int_equal(verdict.level, ZS_LEVEL_NOTE);
	assert_null(strstr(verdict.text, "come back"));
}

static void each_reason_of_a_reject_has_its_advice(void **state)
{
	struct zswap_usage *usage = &interval.stats.usage;

	(void)state;
	for (unsigned int reason = 0; reason < ZSWAP_REJECT_COUNT; reason++) {
		memset(&interval.stats, 0, sizeof(interval.stats));
		happens(&usage->stores, 300);
		happens(&usage->rejects, 100);
		happens(&usage->reject_by_reason[reason], 90);
		happens(&usage->reject_by_reason[(reason + 1) % ZSWAP_REJECT_COUNT], 10);
		judge(ZS_SOURCE_TP_BTF);
		assert_true(verdict.level >= ZS_LEVEL_NOTE);
		assert_says(verdict.text, "25% of the pages swapped out, 400 KiB/s, ");
		if (reason == ZSWAP_REJECT_COMPRESS_POOR)
			assert_says(verdict.advice, "max_compression_ratio");
		if (reason == ZSWAP_REJECT_CGROUP_LIMIT)
			assert_says(verdict.advice, "memory.zswap.max");
	}
}

static void a_few_rejects_are_no_matter(void **state)
{
	struct zswap_usage *usage = &interval.stats.usage;

	(void)state;
	happens(&usage->stores, 900);
	happens(&usage->rejects, 100);
	happens(&usage->reject_by_reason[ZSWAP_REJECT_COMPRESS_POOR], 100);
	judge(ZS_SOURCE_TP_BTF);
	assert_int_equal(verdict.level, ZS_LEVEL_GOOD);
	assert_says(verdict.text, "has room for 30.0 MiB more");
}

static void disk_reads_are_told_with_their_reason(void **state)
{
	struct zswap_usage *usage = &interval.stats.usage;

	(void)state;
	happens(&usage->loads, 100);
	happens(&usage->disk_reads, 300);
	judge(ZS_SOURCE_TP_BTF);
	assert_int_equal(verdict.level, ZS_LEVEL_WARN);
	assert_says(verdict.text, "75% of the pages that come back are read from disk");
	happens(&usage->reject_reads, 200);
	judge(ZS_SOURCE_TP_BTF);
	assert_says(verdict.text, "the pool had refused them");
	assert_says(verdict.advice, "rejects");
}

static void help_is_told_in_time_won(void **state)
{
	struct zswap_usage *usage = &interval.stats.usage;

	(void)state;
	happens(&usage->loads, 960);
	happens(&usage->disk_reads, 40);
	happens(&usage->hist[ZSWAP_HIST_LOAD_DURATION].slots[9], 960);
	usage->hist[ZSWAP_HIST_LOAD_DURATION].sum = 500000000;
	happens(&usage->hist[ZSWAP_HIST_DISK_READ_DURATION].slots[17], 40);
	judge(ZS_SOURCE_TP_BTF);
	assert_int_equal(verdict.level, ZS_LEVEL_GOOD);
	assert_says(verdict.text, "96% of the pages that come back, it has in RAM, in ");
	assert_says(verdict.text, " us instead of ");
	assert_says(verdict.evidence, "takes 5% of a CPU");
}

/* The longest of everything fits. */
static void nothing_is_cut_off(void **state)
{
	struct zswap_usage *usage = &interval.stats.usage;

	(void)state;
	thrash(800);
	happens(&usage->rejects, UINT64_MAX / 100);
	usage->hist[ZSWAP_HIST_STORE_DURATION].sum = UINT64_MAX;
	judge(ZS_SOURCE_TP_BTF);
	assert_true(strlen(verdict.text) < sizeof(verdict.text) - 1);
	assert_true(strlen(verdict.evidence) < sizeof(verdict.evidence) - 1);
}

#define FRESH(test) cmocka_unit_test_setup(test, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(the_states_are_told_apart),
		FRESH(each_state_names_its_cure),
		FRESH(an_idle_pool_is_well),
		FRESH(pages_that_come_back_are_thrash),
		FRESH(no_more_than_all_come_back),
		FRESH(below_the_limit_it_is_not_the_limit),
		FRESH(cold_pages_may_go),
		FRESH(counters_do_not_know_who_comes_back),
		FRESH(each_reason_of_a_reject_has_its_advice),
		FRESH(a_few_rejects_are_no_matter),
		FRESH(disk_reads_are_told_with_their_reason),
		FRESH(help_is_told_in_time_won),
		FRESH(nothing_is_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
