// SPDX-License-Identifier: GPL-2.0-or-later
/* What other settings and other pools would have made of the same stores and loads. */
#include "test.h"

#include "replay.h"

#define MS	1000000ULL
#define BEGIN	(1000 * MS)

static struct zs_workload_maker *maker;
static struct zs_workload *workload;
static struct zs_replay_settings settings;
static struct zs_replay_result result;
static uint64_t now;

/* 100 page frames, if it is zbud's. */
static int start(void **state)
{
	(void)state;
	maker = zs_workload_begin();
	workload = NULL;
	now = BEGIN;
	settings = (struct zs_replay_settings){
		.pool = &zs_model_zbud, .memory_pages = 1000, .max_pool_percent = 10,
		.accept_threshold_percent = 100, .max_compression_ratio = 80,
	};
	return maker ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	zs_workload_free(workload);
	return 0;
}

/* A millisecond later than the one before. */
static void add(struct zswap_event event)
{
	now += MS;
	event.time_ns = now;
	assert_true(zs_workload_add(maker, &event));
}

static void store(uint64_t offset, unsigned int length)
{
	add((struct zswap_event){ .event = ZSWAP_EVENT_STORE, .offset = offset,
				  .length = length });
}

static void reject(uint64_t offset, unsigned int length, enum zswap_reject_reason why)
{
	add((struct zswap_event){ .event = ZSWAP_EVENT_REJECT, .offset = offset,
				  .length = length, .why = why });
}

static void load(uint64_t offset)
{
	add((struct zswap_event){ .event = ZSWAP_EVENT_LOAD, .offset = offset,
				  .length = 3000, .age_ns = MS / 2 });
}

static void invalidate(uint64_t offset)
{
	add((struct zswap_event){ .event = ZSWAP_EVENT_INVALIDATE, .offset = offset,
				  .length = 3000, .age_ns = MS / 2 });
}

static void miss(uint64_t offset)
{
	add((struct zswap_event){ .event = ZSWAP_EVENT_MISS, .offset = offset });
}

static void writeback(uint64_t offset, enum zswap_cause why)
{
	add((struct zswap_event){ .event = ZSWAP_EVENT_WRITEBACK, .offset = offset,
				  .length = 3000, .age_ns = MS / 2, .why = why });
}

/* The recorder looks at the kernel's pool. */
static void look(uint64_t time_ns, uint64_t pages)
{
	struct zswap_state seen = { .time_ns = time_ns, .pool_bytes = pages * 4096 };

	assert_true(zs_workload_states(maker, &seen, 1));
}

static void made(void)
{
	if (!workload)
		workload = zs_workload_end(maker, NULL);
	assert_non_null(workload);
}

static void replay(void)
{
	made();
	assert_true(zs_replay(workload, &settings, &result, NULL));
	/* pages are somewhere */
	assert_int_equal(result.loads + result.disk_loads,
			 workload->course.loads + workload->course.misses);
}

static void what_fits_stays(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 40; i++)
		store(i, 1900);
	for (unsigned int i = 0; i < 10; i++)
		load(i);
	invalidate(10);
	replay();
	assert_int_equal(result.stores, 40);
	assert_int_equal(result.loads, 10);
	assert_int_equal(result.disk_loads, 0);
	assert_int_equal(result.writebacks, 0);
	assert_int_equal(result.limit_pages, 100);
	assert_int_equal(result.peak_pages, 20);
	/* 5 pairs were loaded, and one page of another pair is gone */
	assert_int_equal(result.end_pages, 15);
	assert_true(result.mean_objects / result.mean_pages > 1.8);
	assert_true(result.mean_objects / result.mean_pages <= 2.0);
}

static void the_mean_is_over_the_time(void **state)
{
	(void)state;
	store(1, 3000);
	now += 97 * MS;
	store(2, 3000);
	now += 100 * MS;
	load(2);
	replay();
	/* 98 ms with one frame, 101 with two */
	assert_true(fabs(result.mean_pages - (98 + 2 * 101) / 199.0) < 1e-9);
}

static void the_limit_writes_back(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 300; i++)
		store(i, 3000);
	load(0);
	load(299);
	replay();
	/* at 97 the worker goes down to 94, at once, as the recording has none */
	assert_int_equal(result.peak_pages, 97);
	assert_int_equal(result.writebacks, 204);
	assert_int_equal(result.end_pages, 300 - 204 - 1);
	assert_int_equal(result.added, 1);
	assert_int_equal(result.disk_loads, 1);
	assert_int_equal(result.loads, 1);
	settings.max_pool_percent = 20;
	replay();
	assert_int_equal(result.limit_pages, 200);
	assert_true(result.writebacks < 120);
	settings.unlimited = true;
	replay();
	assert_int_equal(result.writebacks, 0);
	assert_int_equal(result.peak_pages, 300);
	assert_int_equal(result.added, 0);
}

static void no_pool_at_all(void **state)
{
	(void)state;
	store(1, 3000);
	load(1);
	settings.max_pool_percent = 0;
	replay();
	assert_int_equal(result.rejects[ZSWAP_REJECT_RECLAIM_FAIL], 1);
	assert_int_equal(result.added, 1);
	assert_int_equal(result.peak_pages, 0);
}

/*
 * The worker needs 2.5 ms for a page, as its run is over a millisecond after its eviction,
 * and a page comes each millisecond.
 */
static void the_worker_is_as_fast_as_it_was(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		store(i, 3000);
		add((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .duration_ns = 4 * MS,
					  .why = ZSWAP_CAUSE_BACKGROUND, .count = 2 });
		add((struct zswap_event){ .event = ZSWAP_EVENT_BACKGROUND });
		now -= 2 * MS;
	}
	replay();
	assert_int_equal(workload->pace_count, 300);
	assert_int_equal(workload->paces[0].page_ns, 5 * MS / 2);
	/* so that stores come to the limit, and have to evict */
	assert_int_equal(result.peak_pages, 100);
	assert_true(result.writebacks >= 200);
	assert_true(result.writebacks <= 204);
}

static void the_pool_is_full_until_the_threshold(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		store(i, 3000);
		add((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .duration_ns = 2 * MS,
					  .why = ZSWAP_CAUSE_BACKGROUND, .count = 1 });
		add((struct zswap_event){ .event = ZSWAP_EVENT_BACKGROUND });
		now -= 2 * MS;
	}
	settings.accept_threshold_percent = 50;
	replay();
	assert_int_equal(result.peak_pages, 100);
	/* 50 evictions of 2 ms each, while a page comes in each of them */
	assert_int_equal(result.rejects[ZSWAP_REJECT_POOL_LIMIT] > 0, 1);
	assert_true(result.rejects[ZSWAP_REJECT_HYSTERESIS] > 90);
	assert_true(result.rejects[ZSWAP_REJECT_HYSTERESIS] < 210);
	assert_int_equal(result.stores + zs_replay_rejects(&result), 300);
}

static void it_may_have_been_full_before(void **state)
{
	(void)state;
	reject(1, 0, ZSWAP_REJECT_HYSTERESIS);
	for (unsigned int i = 2; i < 20; i++)
		store(i, 3000);
	settings.accept_threshold_percent = 50;
	settings.held_unknown = 90;
	replay();
	assert_true(workload->full);
	/* the worker, which takes no time, does a frame for each */
	assert_int_equal(result.rejects[ZSWAP_REJECT_HYSTERESIS], 19);
	assert_int_equal(result.writebacks, 19);
}

static void once_none_is_refused_the_worker_goes_on(void **state)
{
	(void)state;
	reject(1, 0, ZSWAP_REJECT_HYSTERESIS);
	store(2, 3000);
	now += 11000 * MS;
	store(3, 3000);
	settings.accept_threshold_percent = 50;
	settings.held_unknown = 90;
	replay();
	/* from 90 down to 50, at once */
	assert_int_equal(result.rejects[ZSWAP_REJECT_HYSTERESIS], 2);
	assert_int_equal(result.writebacks, 40);
	assert_int_equal(result.stores, 1);
}

/* Frames of the kernel's pool, at a moment and in that order. */
static void assert_look(size_t nth, uint64_t time_ns, uint64_t pages)
{
	assert_true(nth < workload->looks.count);
	assert_int_equal(workload->looks.looks[nth].time_ns, time_ns);
	assert_int_equal(workload->looks.looks[nth].pages, pages);
}

/* As these looks have it. */
static double kernel_mean(void)
{
	double pages = 0, ns = 0;

	for (size_t i = 0; i < workload->looks.count; i++) {
		ns += (double)workload->looks.looks[i].ns;
		pages += (double)workload->looks.looks[i].ns *
			 (double)workload->looks.looks[i].pages;
	}
	return pages / ns;
}

static void both_pools_are_looked_at_at_once(void **state)
{
	(void)state;
	store(1, 3000);
	look(now, 1);
	store(2, 3000);
	store(3, 3000);
	look(now, 3);
	load(2);
	load(3);
	/* the recorder has to wait, while there is one page */
	now += 100 * MS;
	store(4, 3000);
	store(5, 3000);
	look(now, 3);
	replay();
	assert_true(fabs(result.looked_pages - kernel_mean()) < 1e-9);
	assert_true(result.mean_pages < 1.2);
	assert_true(result.looked_pages > 2.5);
}

static void looks_see_the_worker(void **state)
{
	(void)state;
	add((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .duration_ns = 2 * MS,
				  .why = ZSWAP_CAUSE_BACKGROUND, .count = 1 });
	for (unsigned int i = 0; i < 98; i++)
		store(i, 3000);
	/* the last one had it come, and it goes from 98 down to 94, one in 2 ms */
	look(now + 5 * MS, 96);
	look(now + 20 * MS, 94);
	now += 100 * MS;
	load(0);
	replay();
	assert_true(fabs(result.looked_pages - 95) < 1e-9);
}

static void looks_around_the_time_are_of_its_ends(void **state)
{
	(void)state;
	/* in no order */
	look(BEGIN + 400 * MS, 7);
	look(BEGIN + 300 * MS, 1);
	look(BEGIN - 200 * MS, 5);
	look(BEGIN - 100 * MS, 0);
	store(1, 3000);
	now += 98 * MS;
	load(1);
	look(BEGIN + 51 * MS, 1);
	replay();
	assert_int_equal(workload->looks.count, 3);
	assert_look(0, BEGIN - 100 * MS, 0);
	assert_look(1, BEGIN + 51 * MS, 1);
	assert_look(2, BEGIN + 300 * MS, 1);
	/* from 1 ms to 100 ms: all of the time, and nothing else */
	assert_int_equal(workload->looks.looks[0].ns, 25 * MS);
	assert_int_equal(workload->looks.looks[1].ns, 99 * MS / 2);
	assert_int_equal(workload->looks.looks[2].ns, 49 * MS / 2);
	/* before and behind it, the model has nothing */
	assert_true(fabs(result.looked_pages - 0.5) < 1e-9);
	assert_true(fabs(result.mean_pages - 1) < 1e-9);
}

static void events_are_looks_as_well(void **state)
{
	(void)state;
	store(1, 3000);
	add((struct zswap_event){ .event = ZSWAP_EVENT_POOL_LIMIT, .why = 1,
				  .pool = { .pages = 70, .limit = 70 } });
	look(now - MS / 2, 69);
	add((struct zswap_event){ .event = ZSWAP_EVENT_POOL_LIMIT,
				  .pool = { .pages = 60, .limit = 70 } });
	add((struct zswap_event){ .event = ZSWAP_EVENT_BACKGROUND, .duration_ns = 3 * MS / 2,
				  .background = { .frames = 68, .left = 55, .goal = 55 } });
	replay();
	assert_look(0, now - 5 * MS / 2, 69);
	assert_look(1, now - 2 * MS, 70);
	assert_look(2, now - 3 * MS / 2, 68);
	assert_look(3, now - MS, 60);
	assert_look(4, now, 55);
	assert_int_equal(workload->looks.count, 5);
}

static void no_look_is_no_mean(void **state)
{
	(void)state;
	store(1, 3000);
	now += 10 * MS;
	load(1);
	replay();
	assert_int_equal(workload->looks.count, 0);
	assert_true(result.looked_pages == 0);
}

static void one_look_is_no_mean(void **state)
{
	(void)state;
	store(1, 3000);
	look(now, 1);
	load(1);
	replay();
	assert_int_equal(workload->looks.count, 1);
	assert_int_equal(workload->looks.looks[0].ns, 0);
	assert_true(result.looked_pages == 0);
}

static void a_disk_read_is_avoided(void **state)
{
	(void)state;
	store(1, 3000);
	store(2, 3000);
	writeback(1, ZSWAP_CAUSE_BACKGROUND);
	writeback(2, ZSWAP_CAUSE_POOL_LIMIT);
	miss(1);
	/* swapped out without an event: it was clean, and would not have been */
	miss(1);
	miss(3);
	replay();
	assert_int_equal(result.avoided, 2);
	assert_int_equal(result.assumed, 1);
	assert_int_equal(result.disk_loads, 1);
	assert_int_equal(result.writebacks, 0);
	assert_int_equal(workload->course.writebacks, 2);
	assert_int_equal(workload->course.asked, 0);
	/* nobody knows whether the second one is of any use */
	assert_int_equal(result.stray, 1);
	assert_int_equal(result.end_pages, 1);
}

static void what_left_long_ago_was_evicted_again(void **state)
{
	(void)state;
	store(1, 3000);
	writeback(1, ZSWAP_CAUSE_BACKGROUND);
	miss(1);
	for (unsigned int i = 10; i < 400; i++)
		store(i, 3000);
	miss(1);
	replay();
	assert_int_equal(result.avoided, 1);
	assert_int_equal(result.assumed, 0);
	assert_int_equal(result.disk_loads, 1);
}

static void what_others_asked_for_is_written_back(void **state)
{
	(void)state;
	store(1, 3000);
	store(2, 3000);
	store(3, 3000);
	writeback(1, ZSWAP_CAUSE_SHRINKER);
	writeback(2, ZSWAP_CAUSE_ALLOC_FAIL);
	add((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .count = 1,
				  .why = ZSWAP_CAUSE_ALLOC_FAIL });
	miss(1);
	replay();
	assert_int_equal(workload->course.asked, 2);
	assert_int_equal(result.writebacks, 2);
	assert_int_equal(result.disk_loads, 1);
	assert_int_equal(result.end_pages, 1);
}

static void longer_pages_are_accepted(void **state)
{
	(void)state;
	reject(1, 3500, ZSWAP_REJECT_COMPRESS_POOR);
	/* what it had before goes after that, and is not the new one */
	invalidate(1);
	miss(1);
	store(2, 3000);
	replay();
	assert_int_equal(result.rejects[ZSWAP_REJECT_COMPRESS_POOR], 1);
	assert_int_equal(result.disk_loads, 1);
	settings.max_compression_ratio = 90;
	replay();
	assert_int_equal(result.rejects[ZSWAP_REJECT_COMPRESS_POOR], 0);
	assert_int_equal(result.avoided, 1);
	settings.max_compression_ratio = 50;
	replay();
	assert_int_equal(result.rejects[ZSWAP_REJECT_COMPRESS_POOR], 2);
	assert_int_equal(result.peak_pages, 0);
	settings.keep = true;
	replay();
	assert_int_equal(zs_replay_rejects(&result), 0);
	assert_int_equal(result.peak_pages, 1);
}

static void what_no_pool_has_a_say_in_is_refused(void **state)
{
	(void)state;
	reject(1, 1000, ZSWAP_REJECT_CGROUP_LIMIT);
	reject(2, 0, ZSWAP_REJECT_LARGE_FOLIO);
	replay();
	assert_int_equal(result.refused, 2);
	assert_int_equal(result.stores, 0);
	assert_int_equal(workload->course.unknown, 0);
}

static void unknown_lengths_are_as_those_before(void **state)
{
	(void)state;
	store(1, 1000);
	store(2, 1500);
	reject(3, 0, ZSWAP_REJECT_HYSTERESIS);
	reject(4, 0, ZSWAP_REJECT_POOL_LIMIT);
	replay();
	assert_int_equal(workload->course.unknown, 2);
	assert_int_equal(result.stores, 4);
	/* 1000 + 1500 twice */
	assert_int_equal(result.peak_pages, 2);
}

static void same_filled_pages_take_no_memory(void **state)
{
	(void)state;
	add((struct zswap_event){ .event = ZSWAP_EVENT_STORE, .offset = 1,
				  .kind = ZSWAP_KIND_SAME_FILLED });
	settings.max_pool_percent = 0;
	load(1);
	replay();
	assert_int_equal(result.stores, 1);
	assert_int_equal(result.loads, 1);
	assert_int_equal(result.peak_pages, 0);
}

static void what_was_there_before_is_held(void **state)
{
	(void)state;
	store(1, 3000);
	/* stored 100 ms and 200 ms before the beginning; 3 is not heard of any more */
	add((struct zswap_event){ .event = ZSWAP_EVENT_LOAD, .offset = 2, .length = 900,
				  .age_ns = 100 * MS });
	add((struct zswap_event){ .event = ZSWAP_EVENT_INVALIDATE, .offset = 4,
				  .length = 3000, .age_ns = 200 * MS });
	settings.held_unknown = 1;
	replay();
	assert_int_equal(workload->held_count, 2);
	assert_int_equal(workload->held[0].length, 3000);
	assert_int_equal(workload->held[1].length, 900);
	assert_int_equal(result.peak_pages, 3);
	assert_int_equal(result.end_pages, 2);
	assert_int_equal(result.writebacks, 0);
	/* too many for the limit: they were on the device before */
	settings.max_pool_percent = 0;
	replay();
	assert_int_equal(result.writebacks, 0);
	assert_int_equal(result.added, 1);
}

static void a_page_may_stay_when_it_is_loaded(void **state)
{
	(void)state;
	store(1, 3000);
	load(1);
	load(1);
	invalidate(1);
	store(2, 3000);
	load(2);
	replay();
	assert_int_equal(workload->ops[1].what, ZS_OP_PEEK);
	assert_int_equal(workload->ops[2].what, ZS_OP_PEEK);
	assert_int_equal(workload->ops[5].what, ZS_OP_LOAD);
	assert_int_equal(result.loads, 3);
	assert_int_equal(result.end_pages, 0);
}

static void losses_are_counted(void **state)
{
	(void)state;
	store(1, 3000);
	load(1);
	add((struct zswap_event){ .event = ZSWAP_EVENT_LOST, .count = 7 });
	/* it was stored in between, and lost: it did not stay */
	load(1);
	load(2);
	add((struct zswap_event){ .event = ZSWAP_EVENT_LOST });
	replay();
	assert_int_equal(workload->course.lost, 7);
	assert_int_equal(workload->course.gaps, 2);
	assert_int_equal(workload->course.stray, 1);
	assert_int_equal(workload->ops[1].what, ZS_OP_LOAD);
	assert_int_equal(result.loads, 3);
}

static void nothing_at_all(void **state)
{
	(void)state;
	replay();
	assert_int_equal(workload->count, 0);
	assert_int_equal(result.peak_pages, 0);
	assert_true(result.mean_pages == 0);
}

static void other_pools_need_less(void **state)
{
	double zbud, nbuddies, nbuddies2;

	(void)state;
	for (unsigned int i = 0; i < 5000; i++) {
		store(i, 400 + i * 7919 % 2500);
		if (i > 500)
			load(i * 7919UL % (i - 400));
	}
	settings.unlimited = true;
	replay();
	zbud = result.mean_pages;
	settings.pool = &zs_model_nbuddies;
	replay();
	nbuddies = result.mean_pages;
	settings.pool = &zs_model_nbuddies2;
	replay();
	nbuddies2 = result.mean_pages;
	assert_true(nbuddies < zbud);
	assert_true(nbuddies2 < nbuddies);
	settings.unlimited = false;
	settings.pool = &zs_model_zsmalloc;
	replay();
	/* the last zspage that came may be one of several pages */
	assert_true(result.peak_pages < 100 + 8);
	assert_true(result.writebacks > 0);
}

#define REPLAY(test)	cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REPLAY(what_fits_stays),
		REPLAY(the_mean_is_over_the_time),
		REPLAY(the_limit_writes_back),
		REPLAY(no_pool_at_all),
		REPLAY(the_worker_is_as_fast_as_it_was),
		REPLAY(the_pool_is_full_until_the_threshold),
		REPLAY(it_may_have_been_full_before),
		REPLAY(once_none_is_refused_the_worker_goes_on),
		REPLAY(both_pools_are_looked_at_at_once),
		REPLAY(looks_see_the_worker),
		REPLAY(looks_around_the_time_are_of_its_ends),
		REPLAY(events_are_looks_as_well),
		REPLAY(no_look_is_no_mean),
		REPLAY(one_look_is_no_mean),
		REPLAY(a_disk_read_is_avoided),
		REPLAY(what_left_long_ago_was_evicted_again),
		REPLAY(what_others_asked_for_is_written_back),
		REPLAY(longer_pages_are_accepted),
		REPLAY(what_no_pool_has_a_say_in_is_refused),
		REPLAY(unknown_lengths_are_as_those_before),
		REPLAY(same_filled_pages_take_no_memory),
		REPLAY(what_was_there_before_is_held),
		REPLAY(a_page_may_stay_when_it_is_loaded),
		REPLAY(losses_are_counted),
		REPLAY(nothing_at_all),
		REPLAY(other_pools_need_less),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
