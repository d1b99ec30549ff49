// SPDX-License-Identifier: GPL-2.0-or-later
/* zswaptop's last minutes: intervals and sparklines of cumulative snapshots. */
#include "test.h"

#include "history.h"

static struct history history;

static int start(void **state)
{
	(void)state;
	return history_start(&history, 1) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	history_stop(&history);
	return 0;
}

/* At so many seconds, so many stores in all. */
static void add(double seconds, uint64_t stores)
{
	struct zs_snapshot point = {
		.time_ns = (uint64_t)(seconds * ZS_NSEC),
	};

	point.stats.usage.stores = stores;
	history_add(&history, &point);
	history_show(&history);
}

static double rate(double seconds)
{
	struct zs_snapshot interval;

	history_interval(&history, seconds, &interval);
	return (double)interval.stats.usage.stores * ZS_NSEC / (double)interval.time_ns;
}

static void test_interval(void **state)
{
	(void)state;
	/* 10 a second for a minute, then 100 for 10 seconds */
	for (int i = 0; i <= 60; i++)
		add(1000 + i, (uint64_t)i * 10);
	for (int i = 1; i <= 10; i++)
		add(1060 + i, 600 + (uint64_t)i * 100);
	assert_near(rate(0), 100);
	assert_near(rate(5), 100);
	assert_near(rate(20), (10 * 100 + 10 * 10) / 20.0);
	assert_near(rate(HUGE_VAL), 1600 / 70.0);
	/* longer than is known: all that is known */
	assert_near(rate(300), 1600 / 70.0);
}

/* A timer is never quite on time. */
static void test_jitter(void **state)
{
	(void)state;
	add(100, 0);
	add(101.01, 10);
	add(101.99, 20);
	add(103, 30);
	add(103.98, 40);
	add(105, 50);
	assert_near(rate(5), 50 / 5.0);
	add(105.99, 60);
	/* five refreshes, not six, although that is 4.98 seconds */
	assert_near(rate(5), 50 / 4.98);
}

static void test_first(void **state)
{
	struct zs_snapshot interval;

	(void)state;
	add(50, 7);
	history_interval(&history, 0, &interval);
	assert_int_equal(interval.stats.usage.stores, 0);
	assert_true(interval.time_ns > 0);
	history_interval(&history, HUGE_VAL, &interval);
	assert_int_equal(interval.stats.usage.stores, 0);
}

/* Refreshes faster than the ring's spacing: the newest is exact all the same. */
static void test_fast(void **state)
{
	(void)state;
	for (int i = 0; i <= 1000; i++)
		add(10 + i * 0.01, (uint64_t)i);
	assert_near(rate(0), 100);
	assert_true(history.count <= 21);
	assert_true(fabs(rate(5) - 100) < 1);
}

/* More than there is room for: the oldest goes, what is left is right. */
static void test_wrap(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++)
		add(i + 1, (uint64_t)i * 3);
	assert_int_equal(history.count, history.room);
	assert_near(rate(60), 3);
	assert_near(rate(100000), 3);
	assert_near(rate(HUGE_VAL), 3);
}

static void test_spark(void **state)
{
	double values[6];

	(void)state;
	/* 2 a second until 1010, then 8 */
	for (int i = 0; i <= 10; i++)
		add(1000 + i, (uint64_t)i * 2);
	for (int i = 1; i <= 7; i++)
		add(1010 + i, 20 + (uint64_t)i * 8);
	history_spark(&history, offsetof(struct zswap_stats, usage.stores), 5, values, 6);
	/* [1000, 1005), [1005, 1010), [1010, 1015); the one that is not over is not there */
	assert_true(values[0] < 0 && values[1] < 0 && values[2] < 0);
	assert_near(values[3], 2);
	assert_near(values[4], 2);
	assert_near(values[5], 8);
	/* a second later, a cell is what it was */
	add(1018, 100);
	history_spark(&history, offsetof(struct zswap_stats, usage.stores), 5, values, 6);
	assert_near(values[5], 8);
}

/* Frozen: what is read ends where it was shown last. */
static void test_frozen(void **state)
{
	struct zs_snapshot point = { .time_ns = 1020 * ZS_NSEC };
	double before[6], after[6];

	(void)state;
	for (int i = 0; i <= 10; i++)
		add(1000 + i, (uint64_t)i * 2);
	history_spark(&history, offsetof(struct zswap_stats, usage.stores), 1, before, 6);
	point.stats.usage.stores = 1000;
	history_add(&history, &point);
	assert_near(rate(0), 2);
	assert_near(rate(5), 2);
	history_spark(&history, offsetof(struct zswap_stats, usage.stores), 1, after, 6);
	assert_memory_equal(before, after, sizeof(before));
	history_show(&history);
	assert_near(rate(0), 98);
}

static void test_clear(void **state)
{
	double values[3];

	(void)state;
	add(100, 1000);
	add(101, 2000);
	history_clear(&history);
	assert_false(history.any);
	/* another source counts from another zero */
	add(102, 5);
	add(103, 6);
	assert_near(rate(60), 1);
	history_spark(&history, offsetof(struct zswap_stats, usage.stores), 1, values, 3);
	assert_near(values[2], 1);
	assert_true(values[1] < 0);
}

int main(void)
{
	const struct CMUnitTest top_history[] = {
		cmocka_unit_test_setup_teardown(test_interval, start, stop),
		cmocka_unit_test_setup_teardown(test_jitter, start, stop),
		cmocka_unit_test_setup_teardown(test_first, start, stop),
		cmocka_unit_test_setup_teardown(test_fast, start, stop),
		cmocka_unit_test_setup_teardown(test_wrap, start, stop),
		cmocka_unit_test_setup_teardown(test_spark, start, stop),
		cmocka_unit_test_setup_teardown(test_frozen, start, stop),
		cmocka_unit_test_setup_teardown(test_clear, start, stop),
	};

	return cmocka_run_group_tests(top_history, NULL, NULL);
}
