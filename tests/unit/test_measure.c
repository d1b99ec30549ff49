// SPDX-License-Identifier: GPL-2.0-or-later
/* Measures: their names, their values, and that the truth is within their bounds. */
#include "test.h"

#include "measure.h"

#define US	1000ULL

static struct zs_snapshot interval;
static struct zs_spread spreads[ZSWAP_HIST_COUNT];

static int empty(void **state)
{
	(void)state;
	memset(&interval, 0, sizeof(interval));
	interval.time_ns = 4 * ZS_NSEC;
	for (size_t i = 0; i < ZSWAP_HIST_COUNT; i++)
		zs_spread_free(&spreads[i]);
	return 0;
}

static struct zs_reading evaluate(const char *name, const struct zs_seen *seen)
{
	struct zs_measure measure;
	struct zs_reading value;
	struct zs_error error;

	assert_true(zs_measure_find(name, &measure, &error));
	zs_measure_evaluate(&measure, seen, &value);
	return value;
}

static const struct zs_seen exact = {
	.interval = &interval, .witness = ZS_WITNESS_PROGRAMS,
};

static void assert_exact(const char *name, double wanted)
{
	struct zs_reading value = evaluate(name, &exact);

	assert_true(value.known);
	assert_near(value.value, wanted);
	assert_near(value.low, wanted);
	assert_near(value.high, wanted);
}

static void assert_unknown(const char *name, const char *why)
{
	struct zs_reading value = evaluate(name, &exact);

	assert_false(value.known);
	assert_string_equal(value.why, why);
}

static void assert_called(const char *typed, const char *name, enum zs_measure_unit unit)
{
	struct zs_measure measure;

	assert_true(zs_measure_find(typed, &measure, NULL));
	assert_string_equal(measure.name, name);
	assert_int_equal(measure.unit, unit);
}

static void names(void **state)
{
	struct zs_measure measure;

	(void)state;
	assert_called("store", "store", ZS_MEASURE_NUMBER);
	assert_called("store.rate", "store.rate", ZS_MEASURE_RATE);
	assert_called("store.bytes.rate", "store.bytes.rate", ZS_MEASURE_BYTES_RATE);
	assert_called("reject.compress_poor", "reject.compress_poor", ZS_MEASURE_NUMBER);
	assert_called("writeback.shrinker.rate", "writeback.shrinker.rate", ZS_MEASURE_RATE);
	assert_called("hit_ratio", "hit_ratio", ZS_MEASURE_SHARE);
	assert_called("ratio", "ratio", ZS_MEASURE_RATIO);
	assert_called("load.p99", "load.p99", ZS_MEASURE_TIME);
	assert_called("load.p99.9", "load.p99.9", ZS_MEASURE_TIME);
	assert_called("writeback.age.mean", "writeback.age.mean", ZS_MEASURE_TIME);
	assert_called("size.p90", "size.p90", ZS_MEASURE_BYTES);
	/* as JSON has them */
	assert_called("stores", "store", ZS_MEASURE_NUMBER);
	assert_called("disk_reads.rate", "miss.rate", ZS_MEASURE_RATE);
	assert_called("load_duration.p99", "load.p99", ZS_MEASURE_TIME);
	assert_true(zs_measure_find("age.p99.5", &measure, NULL));
	assert_near(measure.q, 0.995);
	assert_true(zs_measure_find("age.max", &measure, NULL));
	assert_true(measure.q == 1);
}

static void assert_no_measure(const char *typed, const char *hint)
{
	struct zs_measure measure;
	struct zs_error error;

	assert_false(zs_measure_find(typed, &measure, &error));
	assert_int_equal(error.code, ZS_ERR_ARGUMENT);
	if (!strstr(error.text, hint))
		fail_msg("'%s' says: %s", typed, error.text);
}

static void wrong_names(void **state)
{
	(void)state;
	assert_no_measure("laod.p99", "'load.p99'");
	assert_no_measure("stroe", "'store'");
	assert_no_measure("reject.compres_poor", "'reject.compress_poor'");
	assert_no_measure("LOAD.P99", "'load.p99'");
	assert_no_measure("hitratio", "'hit_ratio'");
	assert_no_measure("age", "which of it? age.p99");
	assert_no_measure("load.p101", "no measure");
	assert_no_measure("load.p", "no measure");
	assert_no_measure("load.p99.", "no measure");
	assert_no_measure("load.p9.9.9", "no measure");
	assert_no_measure("hit_ratio.rate", "'hit_ratio'");
	assert_no_measure("", "no measure");
	assert_no_measure("a-name-that-is-much-longer-than-any-that-there-could-be-of-a-measure",
			  "they are as");
	assert_no_measure("load\n\033[31m", "'load?\?[31m'");
	assert_no_measure("load.p00000000000000000000000000000000000000050", "no measure");
}

/* What is counted can be asked for, by the name that it has elsewhere. */
static void all_that_is_counted(void **state)
{
	struct zs_measure measure;
	char name[64];

	(void)state;
	for (size_t i = 0; i < zs_counter_count; i++) {
		assert_true(zs_measure_find(zs_counter_infos[i].name, &measure, NULL));
		assert_int_equal(measure.info->offset, zs_counter_infos[i].offset);
	}
	for (size_t i = 0; i < ZSWAP_HIST_COUNT; i++) {
		snprintf(name, sizeof(name), "%s.p50", zs_hist_infos[i].name);
		assert_true(zs_measure_find(name, &measure, NULL));
		assert_int_equal(measure.info->histogram, i);
	}
	for (unsigned int i = 0; i < ZSWAP_REJECT_COUNT; i++) {
		snprintf(name, sizeof(name), "reject.%s", zs_reason_name(i));
		assert_true(zs_measure_find(name, &measure, NULL));
	}
	for (unsigned int i = 0; i < ZSWAP_CAUSE_COUNT; i++) {
		snprintf(name, sizeof(name), "evict.%s.rate", zs_cause_name(i));
		assert_true(zs_measure_find(name, &measure, NULL));
		snprintf(name, sizeof(name), "writeback.%s", zs_cause_name(i));
		assert_true(zs_measure_find(name, &measure, NULL));
	}
}

/* Each name means one thing. */
static void no_name_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < zs_measure_count; i++)
		for (size_t j = 0; j < i; j++)
			assert_true((zs_measure_infos[i].kind == ZS_MEASURE_SPREAD) !=
				    (zs_measure_infos[j].kind == ZS_MEASURE_SPREAD) ||
				    strcmp(zs_measure_infos[i].name, zs_measure_infos[j].name));
}

static void counters(void **state)
{
	(void)state;
	interval.stats.usage.stores = 12;
	interval.stats.usage.store_bytes_out = 16384;
	interval.stats.usage.reject_by_reason[ZSWAP_REJECT_COMPRESS_POOR] = 3;
	interval.stats.pool.evict_by_cause[ZSWAP_CAUSE_BACKGROUND] = 7;
	interval.health.events_lost = 5;
	assert_exact("store", 12);
	assert_exact("store.rate", 3);
	assert_exact("store.bytes.rate", 4096);
	assert_exact("reject.compress_poor", 3);
	assert_exact("evict.background", 7);
	assert_exact("load", 0);
	assert_exact("lost", 5);
	interval.time_ns = 0;
	assert_unknown("store.rate", "no time has passed");
}

static void quotients(void **state)
{
	(void)state;
	assert_unknown("ratio", "no store happened");
	assert_unknown("hit_ratio", "no load or miss happened");
	interval.stats.usage.stores = 100;
	assert_unknown("ratio", "all pages stored were same-filled: they took no byte");
	interval.stats.usage.store_bytes_out = 25 * 4096;
	interval.stats.usage.loads = 90;
	interval.stats.usage.disk_reads = 10;
	interval.stats.usage.refaults = 4;
	interval.stats.usage.rejects = 25;
	interval.stats.usage.same_filled = 50;
	assert_exact("ratio", 4);
	assert_exact("hit_ratio", 0.9);
	assert_exact("reject_ratio", 0.2);
	assert_exact("same_filled_ratio", 0.5);
	assert_exact("incompressible_ratio", 0);
	assert_exact("refault_ratio", 0.4);
}

static void witnesses(void **state)
{
	struct zs_seen seen = { .interval = &interval, .witness = ZS_WITNESS_COUNTERS };

	(void)state;
	interval.stats.usage.restores = 5;
	assert_true(evaluate("store", &seen).known);
	assert_false(evaluate("load.p99", &seen).known);
	assert_non_null(strstr(evaluate("load.p99", &seen).why, "BPF"));
	seen.witness = ZS_WITNESS_EVENTS;
	assert_string_equal(evaluate("store.again", &seen).why, "a recording does not tell");
	assert_exact("store.again", 5);
}

static void add_load(uint64_t ns, bool in_spread)
{
	struct zswap_hist *hist = &interval.stats.usage.hist[ZSWAP_HIST_LOAD_DURATION];

	interval.stats.usage.loads++;
	hist->sum += ns;
	hist->slots[zswap_hist_slot_time(ns, ZSWAP_HIST_FIRST_DURATION)]++;
	if (in_spread)
		assert_true(zs_spread_add(&spreads[ZSWAP_HIST_LOAD_DURATION], ns));
}

static void distributions(void **state)
{
	struct zs_seen fine = exact;
	struct zs_reading value;

	(void)state;
	assert_unknown("load.p99", "no load happened");
	interval.stats.usage.loads = 1;
	assert_unknown("load.p99", "no load was measured");
	interval.stats.usage.loads = 0;
	for (uint64_t i = 1; i <= 100; i++)
		add_load(i * US, true);
	assert_exact("load.mean", 50500);
	assert_exact("load.sum", 5050000);
	value = evaluate("load.p99", &exact);
	/* the slot: a power of two */
	assert_true(value.low == 65536 && value.high == 131071);
	assert_true(value.low <= value.value && value.value <= value.high);
	fine.spreads = spreads;
	value = evaluate("load.p99", &fine);
	assert_true(value.low <= 99000 && 99000 <= value.high && value.high - value.low < 1100);
	value = evaluate("load.max", &fine);
	assert_true(value.low == 100000 && value.high == 100000 && value.value == 100000);
	value = evaluate("load.min", &fine);
	assert_true(value.low == 1000 && value.high == 1000);
	/* a distribution of which there is nothing finer */
	fine.spreads = &(struct zs_spread[ZSWAP_HIST_COUNT]){ { 0 } }[0];
	value = evaluate("load.p99", &fine);
	assert_true(value.low == 65536 && value.high == 131071);
}

static void beyond_the_scale(void **state)
{
	struct zs_reading value;

	(void)state;
	add_load(1ULL << 60, false);
	value = evaluate("load.max", &exact);
	assert_true(value.low <= ldexp(1, 60) && isinf(value.high));
}

static uint64_t random_state;

static uint64_t next_random(void)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return random_state >> 33;
}

static int by_size(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

#define MANY	300

static void assert_within(const char *name, const struct zs_seen *seen, double truth)
{
	struct zs_reading value = evaluate(name, seen);

	assert_true(value.known);
	if (value.low > truth * (1 + 1e-9) || truth > value.high * (1 + 1e-9))
		fail_msg("%s is %g, not within %g..%g, %g lost", name, truth, value.low,
			 value.high, seen->lost);
}

/* Whatever is lost, and from wherever: what would have been without is within the bounds. */
static void losses(void **state)
{
	static uint64_t values[MANY];

	random_state = 7;
	for (unsigned int round = 0; round < 300; round++) {
		struct zs_seen seen = exact;
		unsigned int lost = 0, slow = 0, from = (unsigned int)next_random() % MANY;
		unsigned int upto = from + (unsigned int)next_random() % 40;
		double sum = 0;

		empty(state);
		for (size_t i = 0; i < MANY; i++)
			values[i] = 100 + next_random() % (1U << (next_random() % 24));
		if (round % 2)
			qsort(values, MANY, sizeof(*values), by_size);
		for (size_t i = 0; i < MANY; i++) {
			sum += (double)values[i];
			slow += values[i] > 5000;
			interval.stats.usage.disk_reads += values[i] > 5000;
			/* what is lost is the smallest, or the largest, or anything */
			if (i >= from && i < upto) {
				lost++;
				continue;
			}
			add_load(values[i], true);
		}
		seen.lost = lost;
		qsort(values, MANY, sizeof(*values), by_size);
		for (unsigned int fine = 0; fine < 2; fine++) {
			seen.spreads = fine ? spreads : NULL;
			seen.spreads_lost = lost;
			assert_within("load", &seen, MANY);
			assert_within("load.rate", &seen, MANY / 4.0);
			assert_within("load.p1", &seen, (double)values[MANY / 100 - 1]);
			assert_within("load.p50", &seen, (double)values[MANY / 2 - 1]);
			assert_within("load.p99", &seen, (double)values[MANY / 100 * 99 - 1]);
			assert_within("load.min", &seen, (double)values[0]);
			assert_within("load.max", &seen, (double)values[MANY - 1]);
			assert_within("load.mean", &seen, sum / MANY);
			assert_within("load.sum", &seen, sum);
		}
		/* no miss is lost */
		assert_within("hit_ratio", &seen, (double)MANY / (MANY + slow));
	}
}

static void any_number_lost(void **state)
{
	struct zs_seen seen = exact;
	struct zs_reading value;

	(void)state;
	add_load(1000, true);
	seen.lost = INFINITY;
	value = evaluate("load", &seen);
	assert_true(value.low == 1 && isinf(value.high));
	value = evaluate("load.p50", &seen);
	assert_true(value.low == 0 && isinf(value.high));
	value = evaluate("hit_ratio", &seen);
	assert_true(value.low == 0 && value.high == 1);
	/* the stream lost them, the programs counted all */
	seen.lost = 0;
	seen.spreads = spreads;
	seen.spreads_lost = INFINITY;
	value = evaluate("load.p50", &seen);
	assert_true(value.low == 512 && value.high == 1023);
}

static void assert_text(enum zs_measure_unit unit, double value, const char *wanted)
{
	char text[ZS_TEXT];

	assert_string_equal(zs_measure_format(text, unit, value), wanted);
}

static void texts(void **state)
{
	(void)state;
	assert_text(ZS_MEASURE_NUMBER, 12345, "12345");
	assert_text(ZS_MEASURE_BYTES, 2048, "2.00 KiB");
	assert_text(ZS_MEASURE_TIME, 143000, "143 us");
	assert_text(ZS_MEASURE_RATIO, 2.914, "2.91:1");
	assert_text(ZS_MEASURE_SHARE, 0.9312, "93.12 %");
	assert_text(ZS_MEASURE_RATE, 12.3, "12.30/s");
	assert_text(ZS_MEASURE_RATE, 12345.6, "12346/s");
	assert_text(ZS_MEASURE_BYTES_RATE, 4096, "4.00 KiB/s");
	assert_text(ZS_MEASURE_TIME, INFINITY, "any");
	assert_string_equal(zs_measure_unit_name(ZS_MEASURE_TIME), "ns");
	assert_null(zs_measure_unit_name(ZS_MEASURE_NUMBER));
}

#define EMPTY(name)	cmocka_unit_test_setup_teardown(name, empty, empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(wrong_names),
		cmocka_unit_test(all_that_is_counted),
		cmocka_unit_test(no_name_twice),
		EMPTY(counters),
		EMPTY(quotients),
		EMPTY(witnesses),
		EMPTY(distributions),
		EMPTY(beyond_the_scale),
		EMPTY(losses),
		EMPTY(any_number_lost),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
