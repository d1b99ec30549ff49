// SPDX-License-Identifier: GPL-2.0-or-later
/* Histograms, quantiles, and the arithmetic of snapshots. */
#include "test.h"

static const unsigned int firsts[] = {
	ZSWAP_HIST_FIRST_DURATION, ZSWAP_HIST_FIRST_AGE,
};

/* The definitions in words, to compare the branch-free ones with. */
static unsigned int time_by_definition(uint64_t ns, unsigned int first)
{
	unsigned int slot = 1;

	if (!ns)
		return 0;
	while (slot < ZSWAP_HIST_SLOTS - 1 && ns >= 1ULL << (first + slot - 1))
		slot++;
	return slot;
}

static unsigned int bytes_by_definition(uint64_t bytes)
{
	unsigned int slot = 0;

	while (slot < ZSWAP_HIST_SLOTS - 1 && bytes > slot * 128)
		slot++;
	return slot;
}

static void times_at_the_bounds(void **state)
{
	(void)state;
	assert_int_equal(zswap_hist_slot_time(0, ZSWAP_HIST_FIRST_DURATION), 0);
	assert_int_equal(zswap_hist_slot_time(1, ZSWAP_HIST_FIRST_DURATION), 1);
	assert_int_equal(zswap_hist_slot_time(127, ZSWAP_HIST_FIRST_DURATION), 1);
	assert_int_equal(zswap_hist_slot_time(128, ZSWAP_HIST_FIRST_DURATION), 2);
	assert_int_equal(zswap_hist_slot_time(255, ZSWAP_HIST_FIRST_DURATION), 2);
	assert_int_equal(zswap_hist_slot_time(256, ZSWAP_HIST_FIRST_DURATION), 3);
	assert_int_equal(zswap_hist_slot_time(1ULL << 35, ZSWAP_HIST_FIRST_DURATION), 30);
	assert_int_equal(zswap_hist_slot_time(1ULL << 36, ZSWAP_HIST_FIRST_DURATION), 31);
	assert_int_equal(zswap_hist_slot_time(131071, ZSWAP_HIST_FIRST_AGE), 1);
	assert_int_equal(zswap_hist_slot_time(131072, ZSWAP_HIST_FIRST_AGE), 2);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(firsts); i++) {
		unsigned int first = firsts[i];

		assert_int_equal(zswap_hist_slot_time(1ULL << 62, first), 31);
		assert_int_equal(zswap_hist_slot_time(1ULL << 63, first), 31);
		assert_int_equal(zswap_hist_slot_time(UINT64_MAX, first), 31);
		for (unsigned int bit = 0; bit < 64; bit++) {
			uint64_t power = 1ULL << bit;

			for (int off = -1; off <= 1; off++)
				assert_int_equal(zswap_hist_slot_time(power + off, first),
						 time_by_definition(power + off, first));
		}
	}
}

static void times_of_many_values(void **state)
{
	uint64_t value = 88172645463325252ULL;

	(void)state;
	for (unsigned int i = 0; i < 1000000; i++) {
		unsigned int first = firsts[i & 1];
		uint64_t shifted;

		/* xorshift, then a magnitude at random */
		value ^= value << 13;
		value ^= value >> 7;
		value ^= value << 17;
		shifted = value >> (value & 63);
		assert_int_equal(zswap_hist_slot_time(shifted, first),
				 time_by_definition(shifted, first));
	}
}

static void bytes_of_every_length(void **state)
{
	(void)state;
	assert_int_equal(zswap_hist_slot_bytes(0), 0);
	assert_int_equal(zswap_hist_slot_bytes(1), 1);
	assert_int_equal(zswap_hist_slot_bytes(128), 1);
	assert_int_equal(zswap_hist_slot_bytes(129), 2);
	assert_int_equal(zswap_hist_slot_bytes(3840), 30);
	assert_int_equal(zswap_hist_slot_bytes(3841), 31);
	assert_int_equal(zswap_hist_slot_bytes(4096), 31);
	/* what a compressor makes of a page that does not compress */
	assert_int_equal(zswap_hist_slot_bytes(4097), 31);
	assert_int_equal(zswap_hist_slot_bytes(8192), 31);
	for (uint64_t bytes = 0; bytes <= ZSWAP_PAGE_BYTES; bytes++)
		assert_int_equal(zswap_hist_slot_bytes(bytes), bytes_by_definition(bytes));
}

static unsigned int slot_of(enum zs_unit unit, uint64_t value)
{
	switch (unit) {
	case ZS_UNIT_BYTES:
		return zswap_hist_slot_bytes(value);
	case ZS_UNIT_AGE:
		return zswap_hist_slot_time(value, ZSWAP_HIST_FIRST_AGE);
	default:
		return zswap_hist_slot_time(value, ZSWAP_HIST_FIRST_DURATION);
	}
}

static void values_lie_in_their_slot(void **state)
{
	(void)state;
	for (int unit = ZS_UNIT_BYTES; unit <= ZS_UNIT_AGE; unit++) {
		assert_near(zs_slot_low(unit, 0), 0);
		for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++) {
			uint64_t low = (uint64_t)zs_slot_low(unit, slot);
			uint64_t high = (uint64_t)zs_slot_high(unit, slot);

			assert_true(low < high);
			assert_int_equal(slot_of(unit, low), slot);
			assert_int_equal(slot_of(unit, high - 1), slot);
			if (slot < ZSWAP_HIST_SLOTS - 1)
				assert_int_equal(slot_of(unit, high), slot + 1);
		}
	}
	/* a page is the end of the scale */
	assert_near(zs_slot_high(ZS_UNIT_BYTES, ZSWAP_HIST_SLOTS - 1), 4097);
}

static void quantile_of_nothing(void **state)
{
	struct zswap_hist hist = { 0 };
	double value = 42;

	(void)state;
	assert_false(zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.5, &value));
	assert_false(zs_hist_mean(&hist, &value));
	assert_near(value, 42);
}

static void quantile_of_zeros(void **state)
{
	struct zswap_hist hist = { .slots = { 1000 } };
	double value;

	(void)state;
	assert_true(zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.99, &value));
	assert_near(value, 0);
}

static void quantile_interpolates(void **state)
{
	struct zswap_hist hist = { .slots = { [5] = 100 } };	/* 1024..2047 */
	double value;

	(void)state;
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0, &value);
	assert_near(value, 1024);
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.5, &value);
	assert_near(value, 1536);
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 1, &value);
	assert_near(value, 2048);
	/* the same slot on the other scales */
	zs_hist_quantile(&hist, ZS_UNIT_AGE, 0.5, &value);
	assert_near(value, 1536 * 1024);
	zs_hist_quantile(&hist, ZS_UNIT_BYTES, 0.5, &value);
	assert_near(value, 577);	/* the middle of 513..640 */
}

static void quantile_crosses_empty_slots(void **state)
{
	struct zswap_hist hist = { .slots = { [0] = 10, [5] = 80, [20] = 10 } };
	double value;

	(void)state;
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.05, &value);
	assert_near(value, 0);
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.5, &value);
	assert_near(value, 1536);	/* the middle of 1024..2047 */
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.9, &value);
	assert_near(value, 2048);
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.95, &value);
	assert_near(value, 50331648);	/* the middle of 2^25..2^26 */
}

static void quantile_of_the_last_slot(void **state)
{
	struct zswap_hist hist = { .slots = { [31] = 1 } };
	double value;

	(void)state;
	assert_true(zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.5, &value));
	assert_true(value >= (double)(1ULL << 36));
	assert_true(isfinite(value));
	assert_true(zs_hist_quantile(&hist, ZS_UNIT_AGE, 0.5, &value));
	assert_true(value >= (double)(1ULL << 46));
	assert_true(isfinite(value));
	assert_true(zs_hist_quantile(&hist, ZS_UNIT_BYTES, 1, &value));
	assert_near(value, 4097);
}

/* From the slot's bounds, whatever was interpolated. */
static void assert_bounds(struct zswap_hist *hist, enum zs_unit unit, double q, double low,
			  double high)
{
	double from, to;

	assert_true(zs_hist_quantile_bounds(hist, unit, q, &from, &to));
	assert_near(from, low);
	if (isinf(high))
		assert_true(isinf(to));
	else
		assert_near(to, high);
}

static void quantile_has_bounds(void **state)
{
	struct zswap_hist hist = { .slots = { [0] = 10, [3] = 80, [ZSWAP_HIST_SLOTS - 1] = 10 } };
	struct zswap_hist nothing = { 0 };
	double low, high;

	(void)state;
	assert_false(zs_hist_quantile_bounds(&nothing, ZS_UNIT_AGE, 0.5, &low, &high));
	/* all of the first slot are 0 */
	assert_bounds(&hist, ZS_UNIT_DURATION, 0.10, 0, 0);
	assert_bounds(&hist, ZS_UNIT_DURATION, 0.11, 256, 512);
	assert_bounds(&hist, ZS_UNIT_DURATION, 0.90, 256, 512);
	assert_bounds(&hist, ZS_UNIT_DURATION, 0.91, 128.0 * (1 << 29), INFINITY);
	assert_bounds(&hist, ZS_UNIT_BYTES, 0.50, 257, 384);
	assert_bounds(&hist, ZS_UNIT_BYTES, 1, 3841, 4096);
}

static void quantile_is_within_a_factor_of_two(void **state)
{
	struct zswap_hist hist = { 0 };
	double value;

	(void)state;
	for (uint64_t i = 1; i <= 10000; i++)
		hist.slots[slot_of(ZS_UNIT_DURATION, i)]++;
	for (unsigned int percent = 1; percent < 100; percent++) {
		double truth = percent * 100;

		assert_true(zs_hist_quantile(&hist, ZS_UNIT_DURATION, percent / 100.0,
					     &value));
		assert_true(value >= truth / 2 && value <= truth * 2);
	}
}

static void quantile_of_bytes_is_within_a_step(void **state)
{
	struct zswap_hist hist = { 0 };
	double value;

	(void)state;
	for (uint64_t i = 1; i <= ZSWAP_PAGE_BYTES; i++)
		hist.slots[slot_of(ZS_UNIT_BYTES, i)]++;
	for (unsigned int percent = 1; percent <= 100; percent++) {
		double truth = percent * (double)ZSWAP_PAGE_BYTES / 100;

		assert_true(zs_hist_quantile(&hist, ZS_UNIT_BYTES, percent / 100.0,
					     &value));
		assert_true(fabs(value - truth) <= ZSWAP_HIST_STEP_BYTES);
	}
}

static void counts_are_64_bit(void **state)
{
	struct zswap_hist hist = { .slots = { [3] = 5000000000ULL, [4] = 5000000000ULL } };
	double value;

	(void)state;
	assert_true(zs_hist_count(&hist) == 10000000000ULL);
	zs_hist_quantile(&hist, ZS_UNIT_DURATION, 0.5, &value);
	assert_near(value, 512);
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
	zs_usage_add(&sum.usage, &b.usage);
	zs_pool_stats_add(&sum.pool, &b.pool);
	zs_stats_subtract(&back, &sum, &b);
	assert_memory_equal(&back, &a, sizeof(a));
	zs_stats_subtract(&back, &sum, &sum);
	memset(&b, 0, sizeof(b));
	assert_memory_equal(&back, &b, sizeof(b));
}

static void subtract_across_a_wrap(void **state)
{
	static const struct zs_snapshot before = {
		.stats.usage.stores = UINT64_MAX - 1, .time_ns = 5, .missed = 1,
		.health = { .who_overflow = UINT64_MAX, .pages_forgotten = 3 },
	};
	static const struct zs_snapshot after = {
		.stats.usage.stores = 3, .time_ns = 12, .missed = 4,
		.health = { .who_overflow = 1, .pages_forgotten = 10, .calls_lost = 2,
			    .events_lost = 7 },
	};
	static struct zs_snapshot result;

	(void)state;
	zs_snapshot_subtract(&result, &after, &before);
	assert_int_equal(result.stats.usage.stores, 5);
	assert_int_equal(result.time_ns, 7);
	assert_int_equal(result.missed, 3);
	assert_int_equal(result.health.who_overflow, 2);
	assert_int_equal(result.health.pages_forgotten, 7);
	assert_int_equal(result.health.calls_lost, 2);
	assert_int_equal(result.health.events_lost, 7);
}

static void usage_is_the_beginning_of_stats(void **state)
{
	static struct zswap_stats stats, part;
	__u64 *words = (__u64 *)&stats;

	(void)state;
	for (size_t i = 0; i < sizeof(stats) / sizeof(*words); i++)
		words[i] = i + 1;
	part = stats;
	zs_usage_add(&part.usage, &stats.usage);
	for (size_t i = 0; i < zs_counter_count; i++) {
		uint64_t one = zs_counter(&stats, i);

		assert_true(zs_counter(&part, i) == (i < zs_usage_counter_count ? 2 * one : one));
		if (i < zs_usage_counter_count)
			assert_true(zs_usage_counter(&stats.usage, i) == one);
	}
	zs_usage_subtract(&part.usage, &part.usage, &stats.usage);
	assert_memory_equal(&part, &stats, sizeof(stats));
}

/* Each is where its number says, the usage's and those of the pool. */
static void every_histogram_has_its_place(void **state)
{
	static struct zswap_stats stats;

	(void)state;
	assert_ptr_equal(zs_stats_hist(&stats, ZSWAP_HIST_STORE_SIZE), &stats.usage.hist[0]);
	assert_ptr_equal(zs_stats_hist(&stats, ZSWAP_HIST_RESTORE_AGE),
			 &stats.usage.hist[ZSWAP_USAGE_HIST_COUNT - 1]);
	assert_ptr_equal(zs_stats_hist(&stats, ZSWAP_USAGE_HIST_COUNT), &stats.pool.hist[0]);
	assert_ptr_equal(zs_stats_hist(&stats, ZSWAP_HIST_BACKGROUND_DURATION),
			 &stats.pool.hist[ZSWAP_POOL_HIST_COUNT - 1]);
}

static void every_word_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(zs_reason_name(ZSWAP_REJECT_COMPRESS_POOR), "compress_poor");
	assert_string_equal(zs_reason_name(ZSWAP_REJECT_COUNT), "other");
	assert_string_equal(zs_reason_name(UINT32_MAX), "other");
	assert_string_equal(zs_cause_name(ZSWAP_CAUSE_DRAIN), "drain");
	assert_string_equal(zs_cause_name(ZSWAP_CAUSE_COUNT), "other");
	assert_string_equal(zs_role_name(ZSWAP_ROLE_OWNER), "owner");
	assert_string_equal(zs_role_name(ZSWAP_ROLE_COUNT), "other");
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++) {
		assert_non_null(zs_hist_infos[i].name);
		assert_non_null(zs_hist_infos[i].title);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_at_the_bounds),
		cmocka_unit_test(times_of_many_values),
		cmocka_unit_test(bytes_of_every_length),
		cmocka_unit_test(values_lie_in_their_slot),
		cmocka_unit_test(quantile_of_nothing),
		cmocka_unit_test(quantile_of_zeros),
		cmocka_unit_test(quantile_interpolates),
		cmocka_unit_test(quantile_crosses_empty_slots),
		cmocka_unit_test(quantile_of_the_last_slot),
		cmocka_unit_test(quantile_has_bounds),
		cmocka_unit_test(quantile_is_within_a_factor_of_two),
		cmocka_unit_test(quantile_of_bytes_is_within_a_step),
		cmocka_unit_test(counts_are_64_bit),
		cmocka_unit_test(mean_is_exact),
		cmocka_unit_test(add_and_subtract),
		cmocka_unit_test(subtract_across_a_wrap),
		cmocka_unit_test(usage_is_the_beginning_of_stats),
		cmocka_unit_test(every_histogram_has_its_place),
		cmocka_unit_test(every_word_has_a_name),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
