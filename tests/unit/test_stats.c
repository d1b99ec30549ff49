// SPDX-License-Identifier: GPL-2.0-or-later
/* Histograms, quantiles, and the arithmetic of snapshots. */
#include "test.h"

/* The definition in words, to compare the branch-free one with. */
static unsigned int slot_by_definition(uint64_t value)
{
	unsigned int slot = 0;

	while (slot < ZSWAP_HIST_SLOTS - 1 && value >= 1ULL << slot)
		slot++;
	return slot;
}

static void slots_at_the_bounds(void **state)
{
	(void)state;
	assert_int_equal(zswap_hist_slot(0), 0);
	assert_int_equal(zswap_hist_slot(1), 1);
	assert_int_equal(zswap_hist_slot(2), 2);
	assert_int_equal(zswap_hist_slot(3), 2);
	assert_int_equal(zswap_hist_slot(4), 3);
	assert_int_equal(zswap_hist_slot(4095), 12);
	assert_int_equal(zswap_hist_slot(4096), 13);
	assert_int_equal(zswap_hist_slot(1ULL << 62), 63);
	assert_int_equal(zswap_hist_slot(1ULL << 63), 63);
	assert_int_equal(zswap_hist_slot(UINT64_MAX), 63);
	for (unsigned int bit = 0; bit < 64; bit++) {
		uint64_t power = 1ULL << bit;

		assert_int_equal(zswap_hist_slot(power), slot_by_definition(power));
		assert_int_equal(zswap_hist_slot(power - 1), slot_by_definition(power - 1));
		assert_int_equal(zswap_hist_slot(power + 1), slot_by_definition(power + 1));
	}
}

static void slots_of_many_values(void **state)
{
	uint64_t value = 88172645463325252ULL;

	(void)state;
	for (unsigned int i = 0; i < 1000000; i++) {
		uint64_t shifted;

		/* xorshift, then a magnitude at random */
		value ^= value << 13;
		value ^= value >> 7;
		value ^= value << 17;
		shifted = value >> (value & 63);
		assert_int_equal(zswap_hist_slot(shifted),
				 slot_by_definition(shifted));
	}
}

static void values_lie_in_their_slot(void **state)
{
	(void)state;
	for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS - 1; slot++) {
		assert_int_equal(zswap_hist_slot((uint64_t)zs_slot_low(slot)), slot);
		assert_int_equal(zswap_hist_slot((uint64_t)zs_slot_high(slot)), slot + 1);
	}
}

static void quantile_of_nothing(void **state)
{
	struct zswap_hist hist = { 0 };
	double value = 42;

	(void)state;
	assert_false(zs_hist_quantile(&hist, 0.5, &value));
	assert_false(zs_hist_mean(&hist, &value));
	assert_near(value, 42);
}

static void quantile_of_zeros(void **state)
{
	struct zswap_hist hist = { .slots = { 1000 } };
	double value;

	(void)state;
	assert_true(zs_hist_quantile(&hist, 0.99, &value));
	assert_near(value, 0);
}

static void quantile_interpolates(void **state)
{
	struct zswap_hist hist = { .slots = { [11] = 100 } };	/* 1024..2047 */
	double value;

	(void)state;
	zs_hist_quantile(&hist, 0, &value);
	assert_near(value, 1024);
	zs_hist_quantile(&hist, 0.5, &value);
	assert_near(value, 1536);
	zs_hist_quantile(&hist, 1, &value);
	assert_near(value, 2048);
}

static void quantile_crosses_empty_slots(void **state)
{
	struct zswap_hist hist = { .slots = { [0] = 10, [5] = 80, [20] = 10 } };
	double value;

	(void)state;
	zs_hist_quantile(&hist, 0.05, &value);
	assert_near(value, 0);
	zs_hist_quantile(&hist, 0.5, &value);
	assert_near(value, 24);		/* the middle of 16..31 */
	zs_hist_quantile(&hist, 0.9, &value);
	assert_near(value, 32);
	zs_hist_quantile(&hist, 0.95, &value);
	assert_near(value, 786432);	/* the middle of 2^19..2^20 */
}

static void quantile_of_the_last_slot(void **state)
{
	struct zswap_hist hist = { .slots = { [63] = 1 } };
	double value;

	(void)state;
	assert_true(zs_hist_quantile(&hist, 0.5, &value));
	assert_true(value >= (double)(1ULL << 62));
	assert_true(isfinite(value));
}

static void quantile_is_within_a_factor_of_two(void **state)
{
	struct zswap_hist hist = { 0 };
	double value;

	(void)state;
	for (uint64_t i = 1; i <= 10000; i++)
		hist.slots[zswap_hist_slot(i)]++;
	for (unsigned int percent = 1; percent < 100; percent++) {
		double truth = percent * 100;

		assert_true(zs_hist_quantile(&hist, percent / 100.0, &value));
		assert_true(value >= truth / 2 && value <= truth * 2);
	}
}

static void counts_are_64_bit(void **state)
{
	struct zswap_hist hist = { .slots = { [3] = 5000000000ULL, [4] = 5000000000ULL } };
	double value;

	(void)state;
	assert_true(zs_hist_count(&hist) == 10000000000ULL);
	zs_hist_quantile(&hist, 0.5, &value);
	assert_near(value, 8);
}

static void mean_is_exact(void **state)
{
	struct zswap_hist hist = { .sum = 10, .slots = { [1] = 1, [3] = 3 } };
	double value;

	(void)state;
	assert_true(zs_hist_mean(&hist, &value));
	assert_near(value, 2.5);
}

static void add_and_subtract(void **state)
{
	static struct zswap_stats a, b, sum, back;
	__u64 *words = (__u64 *)&a;

	(void)state;
	for (size_t i = 0; i < sizeof(a) / sizeof(*words); i++)
		words[i] = i;
	memset(&b, 1, sizeof(b));
	sum = a;
	zs_stats_add(&sum, &b);
	zs_stats_subtract(&back, &sum, &b);
	assert_memory_equal(&back, &a, sizeof(a));
	zs_stats_subtract(&back, &sum, &sum);
	memset(&b, 0, sizeof(b));
	assert_memory_equal(&back, &b, sizeof(b));
}

static void subtract_across_a_wrap(void **state)
{
	struct zs_snapshot before = { .stats.stores = UINT64_MAX - 1, .time_ns = 5,
				      .missed = 1 };
	struct zs_snapshot after = { .stats.stores = 3, .time_ns = 12, .missed = 4 };
	struct zs_snapshot result;

	(void)state;
	zs_snapshot_subtract(&result, &after, &before);
	assert_int_equal(result.stats.stores, 5);
	assert_int_equal(result.time_ns, 7);
	assert_int_equal(result.missed, 3);
}

static void every_word_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(zs_reason_name(ZSWAP_REJECT_COMPRESS_POOR), "compress_poor");
	assert_string_equal(zs_reason_name(ZSWAP_REJECT_COUNT), "other");
	assert_string_equal(zs_reason_name(UINT32_MAX), "other");
	assert_string_equal(zs_cause_name(ZSWAP_CAUSE_DRAIN), "drain");
	assert_string_equal(zs_cause_name(ZSWAP_CAUSE_COUNT), "other");
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++) {
		assert_non_null(zs_hist_infos[i].name);
		assert_non_null(zs_hist_infos[i].title);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_at_the_bounds),
		cmocka_unit_test(slots_of_many_values),
		cmocka_unit_test(values_lie_in_their_slot),
		cmocka_unit_test(quantile_of_nothing),
		cmocka_unit_test(quantile_of_zeros),
		cmocka_unit_test(quantile_interpolates),
		cmocka_unit_test(quantile_crosses_empty_slots),
		cmocka_unit_test(quantile_of_the_last_slot),
		cmocka_unit_test(quantile_is_within_a_factor_of_two),
		cmocka_unit_test(counts_are_64_bit),
		cmocka_unit_test(mean_is_exact),
		cmocka_unit_test(add_and_subtract),
		cmocka_unit_test(subtract_across_a_wrap),
		cmocka_unit_test(every_word_has_a_name),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
