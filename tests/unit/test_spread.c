// SPDX-License-Identifier: GPL-2.0-or-later
/* Fine histograms: every value has its bucket, and quantiles keep what they promise. */
#include "test.h"

#include "spread.h"

static uint64_t random_state;

/* xorshift: the same numbers every time */
static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static void assert_inside(uint64_t value)
{
	unsigned int bucket = zs_spread_bucket(value);
	double low = zs_spread_low(bucket), high = zs_spread_low(bucket + 1);

	assert_true(bucket < ZS_SPREAD_BUCKETS);
	assert_true((double)value >= low);
	/* large numbers may be rounded up when they become a double */
	assert_true(value >> 53 ? (double)value <= high : (double)value < high);
	assert_true(value < 128 ? high - low == 1 : high - low <= low / 64);
}

static void buckets(void **state)
{
	(void)state;
	for (uint64_t value = 0; value < 100000; value++)
		assert_inside(value);
	for (unsigned int bit = 0; bit < 64; bit++) {
		assert_inside(1ULL << bit);
		assert_inside((1ULL << bit) - 1);
		assert_inside((1ULL << bit) + 1);
	}
	assert_int_equal(zs_spread_bucket(UINT64_MAX), ZS_SPREAD_BUCKETS - 1);
	for (unsigned int bucket = 1; bucket <= ZS_SPREAD_BUCKETS; bucket++)
		assert_true(zs_spread_low(bucket) > zs_spread_low(bucket - 1));
	assert_true(zs_spread_low(ZS_SPREAD_BUCKETS) == ldexp(1, 64));
}

/* Where a bucket begins, the one before ends. */
static void edges(void **state)
{
	(void)state;
	for (unsigned int bucket = 0; bucket < ZS_SPREAD_BUCKETS; bucket++)
		assert_int_equal(zs_spread_bucket((uint64_t)zs_spread_low(bucket)), bucket);
	for (unsigned int bucket = 1; bucket < ZS_SPREAD_BUCKETS; bucket++)
		assert_int_equal(zs_spread_bucket((uint64_t)zs_spread_low(bucket) - 1), bucket - 1);
}

static void empty(void **state)
{
	struct zs_spread spread = { 0 };
	double value, low, high;

	(void)state;
	assert_false(zs_spread_quantile(&spread, 0.5, &value));
	assert_false(zs_spread_bounds(&spread, 0.5, &low, &high));
	assert_false(zs_spread_mean(&spread, &value));
	assert_true(zs_spread_add_many(&spread, 5, 0));
	assert_null(spread.buckets);
	assert_int_equal(spread.count, 0);
	zs_spread_free(&spread);
}

static double quantile(const struct zs_spread *spread, double q)
{
	double value;

	assert_true(zs_spread_quantile(spread, q, &value));
	return value;
}

static void small_values_are_exact(void **state)
{
	struct zs_spread spread = { 0 };
	double value;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		assert_true(zs_spread_add(&spread, i));
	assert_int_equal(spread.count, 100);
	assert_int_equal(spread.least, 1);
	assert_int_equal(spread.most, 100);
	for (int percent = 1; percent <= 100; percent++)
		assert_true(quantile(&spread, percent / 100.0) == percent);
	assert_true(quantile(&spread, 0) == 1);
	assert_true(quantile(&spread, 0.505) == 51);
	assert_true(zs_spread_mean(&spread, &value));
	assert_near(value, 50.5);
	zs_spread_free(&spread);
	assert_int_equal(spread.count, 0);
	assert_null(spread.buckets);
}

static void one_value(void **state)
{
	struct zs_spread spread = { 0 };

	(void)state;
	assert_true(zs_spread_add(&spread, 1234567));
	for (int percent = 0; percent <= 100; percent++)
		assert_true(quantile(&spread, percent / 100.0) == 1234567);
	zs_spread_free(&spread);
	assert_true(zs_spread_add_many(&spread, 99, 1ULL << 40));
	assert_true(quantile(&spread, 0.5) == 99);
	assert_int_equal(spread.least, 99);
	assert_int_equal(spread.most, 99);
	assert_int_equal(spread.count, 1ULL << 40);
	zs_spread_free(&spread);
}

static int by_size(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

#define MANY	20000

/* Against the values themselves, sorted; of many orders of magnitude. */
static void quantiles_keep_their_bounds(void **state)
{
	static uint64_t values[MANY];
	struct zs_spread spread = { 0 };
	double low, high, value;

	(void)state;
	random_state = 4711;
	for (size_t i = 0; i < MANY; i++) {
		values[i] = next_random() >> (next_random() % 60);
		assert_true(zs_spread_add(&spread, values[i]));
	}
	qsort(values, MANY, sizeof(*values), by_size);
	for (unsigned int permille = 0; permille <= 1000; permille++) {
		double q = permille / 1000.0;
		size_t rank = permille ? (size_t)permille * MANY / 1000 : 1;
		double truth = (double)values[rank - 1];

		assert_true(zs_spread_bounds(&spread, q, &low, &high));
		assert_true(low <= truth && truth <= high);
		value = quantile(&spread, q);
		assert_true(low <= value && value <= high);
		assert_true(fabs(value - truth) <= truth / 64);
		assert_true(truth >= 128 || value == truth);
	}
	assert_true(quantile(&spread, 1) == (double)values[MANY - 1]);
	zs_spread_free(&spread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets),
		cmocka_unit_test(edges),
		cmocka_unit_test(empty),
		cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(one_value),
		cmocka_unit_test(quantiles_keep_their_bounds),
	};

	return cmocka_run_group_tests_name("spread", tests, NULL, NULL);
}
