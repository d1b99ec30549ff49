// SPDX-License-Identifier: GPL-2.0-or-later
/* Comparisons: what is alike is not found to differ, and what differs is. */
#include "test.h"

#include "bootstrap.h"
#include "contrast.h"

#define SECONDS		10
#define EVENTS		4000
#define RUNS		200
#define RESAMPLES	200

static uint64_t random_state;

static double uniform(void)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double)(random_state >> 11) / 0x1p53;
}

/* About normal: the sum of twelve. */
static double normal(void)
{
	double sum = -6;

	for (unsigned int i = 0; i < 12; i++)
		sum += uniform();
	return sum;
}

static void add(struct zs_sliced *sliced, struct zswap_event event, double seconds)
{
	event.time_ns = 1 + (uint64_t)(seconds * (double)ZS_NSEC);
	zs_sliced_add(sliced, &event);
}

/*
 * A run in which each event depends on the one before: a burden that comes and goes makes
 * events more frequent, slower, and more of them misses.  @slower: times, all loads
 */
static struct zs_sliced *run(uint64_t seed, double slower)
{
	struct zs_sliced *sliced = zs_sliced_new(1, 1 + SECONDS * ZS_NSEC);
	double burden = 0, seconds = 0;

	assert_non_null(sliced);
	random_state = seed * 2654435761ULL + 12345;
	burden = normal();
	while (seconds < SECONDS) {
		double speed = 1 + burden / 6;

		/* forgets itself in about 50 events, as many as are in a slice */
		burden = 0.98 * burden + 0.2 * normal();
		seconds += -log(1 - uniform()) * SECONDS / EVENTS / exp(burden / 5);
		if (seconds >= SECONDS)
			break;
		if (uniform() < 0.5)
			add(sliced, (struct zswap_event){
				.event = ZSWAP_EVENT_STORE, .length = (__u32)(200 + 3000 * uniform()),
				.duration_ns = (__u64)(20000 * exp(normal() / 3) * fabs(speed)),
			}, seconds);
		else if (uniform() < 0.8 - burden / 20)
			add(sliced, (struct zswap_event){
				.event = ZSWAP_EVENT_LOAD, .age_ns = ZS_NSEC,
				.duration_ns = (__u64)(slower * 5000 * exp(normal() / 3 + burden / 5)),
			}, seconds);
		else
			add(sliced, (struct zswap_event){ .event = ZSWAP_EVENT_MISS }, seconds);
	}
	return sliced;
}

static const char *const names[] = {
	"store.rate", "load.rate", "miss.rate", "ratio", "hit_ratio",
	"store.p50", "load.p50", "load.p90", "load.mean", "size.p50",
};
#define NAMES	ZS_ARRAY_SIZE(names)

static struct zs_contrast list[NAMES];

static const struct zs_contrast *contrast(const char *name)
{
	for (size_t i = 0; i < NAMES; i++)
		if (!strcmp(list[i].measure.name, name))
			return &list[i];
	fail_msg("no %s", name);
	return NULL;
}

static void compare(const struct zs_sliced *a, const struct zs_sliced *b, double threshold)
{
	struct zs_contrast_options options = {
		.threshold = threshold, .resamples = RESAMPLES, .seed = 1,
	};

	memset(list, 0, sizeof(list));
	for (size_t i = 0; i < NAMES; i++)
		assert_true(zs_measure_find(names[i], &list[i].measure, NULL));
	assert_true(zs_contrast(list, NAMES, a, b, &options));
}

/*
 * Of runs of the same kind, no more than one in twenty may be found to differ in anything
 * at all, and an interval has the truth, 0, in about nineteen of twenty.  With the numbers
 * of so many runs, twice that would be chance once in a thousand times.
 */
static void same_runs(void **state)
{
	unsigned int alarms = 0, outside = 0;

	(void)state;
	for (unsigned int i = 0; i < RUNS; i++) {
		struct zs_sliced *a = run(2 * i + 1, 1), *b = run(2 * i + 2, 1);
		bool alarm = false;

		compare(a, b, 0);
		for (size_t j = 0; j < NAMES; j++) {
			alarm |= zs_contrast_real(&list[j]);
			outside += list[j].low > 0 || list[j].high < 0;
		}
		alarms += alarm;
		zs_sliced_free(a);
		zs_sliced_free(b);
	}
	printf("# %u of %d pairs of the same kind differ; %.1f %% of the intervals are without 0\n",
	       alarms, RUNS, 100.0 * outside / (RUNS * NAMES));
	assert_true(alarms <= RUNS / 10);
	assert_true(outside <= RUNS * NAMES / 10);
	/* one that never says anything would pass as well */
	assert_true(outside >= RUNS * NAMES / 100);
}

static void slower_runs(void **state)
{
	unsigned int found = 0, others = 0;

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		struct zs_sliced *a = run(2 * i + 1, 1), *b = run(2 * i + 2, 1.5);

		compare(a, b, 0.02);
		found += contrast("load.p50")->verdict == ZS_CONTRAST_HIGHER &&
			 zs_contrast_worse(contrast("load.p50"));
		others += zs_contrast_real(contrast("store.rate")) ||
			  zs_contrast_real(contrast("size.p50"));
		/* the other way round */
		compare(b, a, 0.02);
		found += contrast("load.p50")->verdict == ZS_CONTRAST_LOWER &&
			 !zs_contrast_worse(contrast("load.p50"));
		zs_sliced_free(a);
		zs_sliced_free(b);
	}
	assert_int_equal(found, 40);
	assert_true(others <= 2);
}

static void thresholds(void **state)
{
	struct zs_sliced *a = run(1, 1), *b = run(2, 1.5);

	(void)state;
	compare(a, b, 1);
	for (size_t i = 0; i < NAMES; i++)
		assert_false(zs_contrast_real(&list[i]));
	assert_int_equal(contrast("load.p50")->verdict, ZS_CONTRAST_SAME);
	zs_sliced_free(a);
	zs_sliced_free(b);
}

/* The same numbers every time, and nothing at all between a run and itself. */
static void repeatable(void **state)
{
	struct zs_sliced *a = run(1, 1), *b = run(2, 1.1);
	struct zs_contrast before[NAMES];

	(void)state;
	compare(a, b, 0);
	memcpy(before, list, sizeof(before));
	compare(a, b, 0);
	for (size_t i = 0; i < NAMES; i++) {
		assert_true(before[i].p == list[i].p);
		assert_true(before[i].low == list[i].low && before[i].high == list[i].high);
	}
	compare(a, a, 0);
	for (size_t i = 0; i < NAMES; i++) {
		assert_true(list[i].difference == 0);
		assert_false(zs_contrast_real(&list[i]));
	}
	zs_sliced_free(a);
	zs_sliced_free(b);
}

/* What was lost might have made the difference. */
static void losses(void **state)
{
	struct zs_sliced *a = run(1, 1), *b = run(2, 1.5);

	(void)state;
	compare(a, b, 0.02);
	assert_true(zs_contrast_real(contrast("load.p50")));
	add(b, (struct zswap_event){ .event = ZSWAP_EVENT_LOST, .count = 5 }, 5);
	compare(a, b, 0.02);
	assert_true(zs_contrast_real(contrast("load.p50")));
	add(b, (struct zswap_event){ .event = ZSWAP_EVENT_LOST, .count = 5000 }, 5);
	compare(a, b, 0.02);
	for (size_t i = 0; i < NAMES; i++)
		assert_false(zs_contrast_real(&list[i]));
	/* a gap of which nobody knows what was in it */
	add(a, (struct zswap_event){ .event = ZSWAP_EVENT_LOST }, 5);
	compare(a, b, 0.02);
	for (size_t i = 0; i < NAMES; i++)
		assert_false(zs_contrast_real(&list[i]));
	assert_string_equal(contrast("load.rate")->why, "too much was lost");
	zs_sliced_free(a);
	zs_sliced_free(b);
}

static void nothing_to_compare(void **state)
{
	struct zs_sliced *a = zs_sliced_new(1, ZS_NSEC), *b = run(2, 1);
	struct zs_contrast_options options = { .resamples = RESAMPLES, .seed = 1 };
	struct zs_contrast one = { .p = 0 };

	(void)state;
	compare(a, b, 0.02);
	assert_int_equal(contrast("load.p50")->verdict, ZS_CONTRAST_NONE);
	assert_string_equal(contrast("load.p50")->why, "no load happened");
	/* none before, many now: that is a difference */
	assert_int_equal(contrast("load.rate")->verdict, ZS_CONTRAST_HIGHER);
	compare(a, a, 0.02);
	assert_int_equal(contrast("load.rate")->verdict, ZS_CONTRAST_SAME);
	/* of the largest value chance tells nothing; nor of one of a thousand of a few */
	assert_true(zs_measure_find("load.max", &one.measure, NULL));
	assert_true(zs_contrast(&one, 1, b, b, &options));
	assert_int_equal(one.verdict, ZS_CONTRAST_NONE);
	assert_true(zs_measure_find("load.p99.9", &one.measure, NULL));
	assert_true(zs_contrast(&one, 1, b, b, &options));
	assert_int_equal(one.verdict, ZS_CONTRAST_UNCLEAR);
	assert_string_equal(one.why, "too few values");
	zs_sliced_free(a);
	zs_sliced_free(b);
}

/* The slices of a run are the run. */
static void slices(void **state)
{
	struct zs_sliced *sliced = run(3, 1);
	uint64_t stores = 0;

	(void)state;
	for (unsigned int i = 0; i < ZS_SLICES; i++) {
		assert_true(sliced->slices[i]->snapshot.stats.usage.stores > 0);
		stores += sliced->slices[i]->snapshot.stats.usage.stores;
	}
	assert_int_equal(stores, sliced->all->snapshot.stats.usage.stores);
	/* times that cannot be, as of a damaged file */
	add(sliced, (struct zswap_event){ .event = ZSWAP_EVENT_STORE }, 1e9);
	zs_sliced_add(sliced, &(struct zswap_event){ .event = ZSWAP_EVENT_STORE });
	assert_int_equal(sliced->all->snapshot.stats.usage.stores, stores + 2);
	zs_sliced_free(sliced);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices),
		cmocka_unit_test(same_runs),
		cmocka_unit_test(slower_runs),
		cmocka_unit_test(thresholds),
		cmocka_unit_test(repeatable),
		cmocka_unit_test(losses),
		cmocka_unit_test(nothing_to_compare),
	};

	return cmocka_run_group_tests_name("contrast", tests, NULL, NULL);
}
