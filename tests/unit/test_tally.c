// SPDX-License-Identifier: GPL-2.0-or-later
/* Events come to the statistics that the programs in the kernel would have counted. */
#include "test.h"

#include "tally.h"

static struct zs_tally *tally;

static int start(void **state)
{
	(void)state;
	tally = zs_tally_new();
	return tally ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	zs_tally_free(tally);
	zs_tally_free(NULL);
	return 0;
}

#define ADD(...)	zs_tally_add(tally, &(struct zswap_event){ __VA_ARGS__ })
#define USAGE		(&tally->snapshot.stats.usage)
#define POOL		(&tally->snapshot.stats.pool)

static uint64_t values(enum zswap_histogram which)
{
	uint64_t count = zs_hist_count(zs_stats_hist(&tally->snapshot.stats, which));

	/* the same values are in the finer one */
	assert_int_equal(count, tally->spreads[which].count);
	assert_int_equal(zs_stats_hist(&tally->snapshot.stats, which)->sum,
			 tally->spreads[which].sum);
	return count;
}

/* All values of all histograms, so that none is counted that was not meant. */
static uint64_t all_values(void)
{
	uint64_t count = 0;

	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		count += values(i);
	return count;
}

static void stores(void **state)
{
	(void)state;
	ADD(.event = ZSWAP_EVENT_STORE, .length = 1000, .duration_ns = 300, .type = 2);
	ADD(.event = ZSWAP_EVENT_STORE, .kind = ZSWAP_KIND_SAME_FILLED, .type = 2);
	ADD(.event = ZSWAP_EVENT_STORE, .kind = ZSWAP_KIND_INCOMPRESSIBLE, .length = 4096);
	assert_int_equal(tally->events[ZSWAP_EVENT_STORE], 3);
	assert_int_equal(USAGE->stores, 3);
	assert_int_equal(USAGE->store_bytes_out, 5096);
	assert_int_equal(USAGE->same_filled, 1);
	assert_int_equal(USAGE->incompressible, 1);
	assert_int_equal(POOL->device[2].stores, 2);
	assert_int_equal(POOL->device[0].stores, 1);
	assert_int_equal(values(ZSWAP_HIST_STORE_SIZE), 3);
	assert_int_equal(values(ZSWAP_HIST_STORE_DURATION), 1);
	assert_int_equal(USAGE->hist[ZSWAP_HIST_STORE_SIZE].slots[0], 1);
	assert_int_equal(USAGE->hist[ZSWAP_HIST_STORE_SIZE].slots[8], 1);
	assert_int_equal(USAGE->hist[ZSWAP_HIST_STORE_SIZE].slots[31], 1);
	/* 256 <= 300 < 512 */
	assert_int_equal(USAGE->hist[ZSWAP_HIST_STORE_DURATION].slots[3], 1);
	assert_int_equal(all_values(), 4);
}

static void loads_and_misses(void **state)
{
	(void)state;
	ADD(.event = ZSWAP_EVENT_LOAD, .length = 10, .duration_ns = 1, .age_ns = 5);
	ADD(.event = ZSWAP_EVENT_LOAD, .length = 10);
	ADD(.event = ZSWAP_EVENT_MISS);
	ADD(.event = ZSWAP_EVENT_MISS, .age_ns = 59 * ZS_NSEC);
	ADD(.event = ZSWAP_EVENT_MISS, .age_ns = 60 * ZS_NSEC);
	ADD(.event = ZSWAP_EVENT_READ, .duration_ns = 77);
	assert_int_equal(USAGE->loads, 2);
	assert_int_equal(USAGE->load_bytes, 20);
	assert_int_equal(USAGE->disk_reads, 3);
	assert_int_equal(USAGE->refaults, 1);
	assert_int_equal(POOL->device[0].loads, 2);
	assert_int_equal(POOL->device[0].disk_reads, 3);
	assert_int_equal(values(ZSWAP_HIST_LOAD_DURATION), 1);
	assert_int_equal(values(ZSWAP_HIST_LOAD_AGE), 1);
	assert_int_equal(values(ZSWAP_HIST_REFAULT_AGE), 2);
	assert_int_equal(values(ZSWAP_HIST_DISK_READ_DURATION), 1);
	assert_int_equal(all_values(), 5);
}

static void writebacks(void **state)
{
	(void)state;
	ADD(.event = ZSWAP_EVENT_WRITEBACK, .length = 100, .why = ZSWAP_CAUSE_SHRINKER,
	    .duration_ns = 9, .age_ns = 8, .alloc_ns = 3, .decompress_ns = 4, .submit_ns = 2);
	ADD(.event = ZSWAP_EVENT_WRITEBACK, .length = 100, .why = 200);
	ADD(.event = ZSWAP_EVENT_WRITEBACK, .length = 100, .why = ZSWAP_CAUSE_DRAIN,
	    .duration_ns = 9, .age_ns = 8, .result = -5);
	assert_int_equal(USAGE->writebacks, 2);
	assert_int_equal(USAGE->writeback_bytes, 200);
	assert_int_equal(USAGE->writebacks_failed, 1);
	assert_int_equal(USAGE->writeback_by_cause[ZSWAP_CAUSE_SHRINKER], 1);
	assert_int_equal(USAGE->writeback_by_cause[ZSWAP_CAUSE_COUNT], 1);
	assert_int_equal(POOL->writeback_failed_by_cause[ZSWAP_CAUSE_DRAIN], 1);
	assert_int_equal(POOL->device[0].writebacks, 2);
	assert_int_equal(values(ZSWAP_HIST_WRITEBACK_DURATION), 1);
	assert_int_equal(values(ZSWAP_HIST_WRITEBACK_SUBMIT), 1);
	assert_int_equal(all_values(), 5);
}

static void rejects(void **state)
{
	(void)state;
	ADD(.event = ZSWAP_EVENT_REJECT, .why = ZSWAP_REJECT_COMPRESS_POOR, .length = 4000,
	    .duration_ns = 5);
	ADD(.event = ZSWAP_EVENT_REJECT, .why = 99);
	assert_int_equal(USAGE->rejects, 2);
	assert_int_equal(USAGE->reject_by_reason[ZSWAP_REJECT_COMPRESS_POOR], 1);
	assert_int_equal(USAGE->reject_by_reason[ZSWAP_REJECT_COUNT], 1);
	assert_int_equal(POOL->device[0].rejects, 2);
	assert_int_equal(values(ZSWAP_HIST_REJECT_SIZE), 1);
	assert_int_equal(values(ZSWAP_HIST_REJECT_DURATION), 1);
	assert_int_equal(all_values(), 2);
}

static void evictions(void **state)
{
	(void)state;
	ADD(.event = ZSWAP_EVENT_EVICT, .count = 2, .length = 3000, .duration_ns = 7,
	    .pages = 4, .why = ZSWAP_CAUSE_POOL_LIMIT);
	ADD(.event = ZSWAP_EVENT_EVICT, .count = 2, .length = 3000, .age_ns = 7,
	    .pages = 4, .why = ZSWAP_CAUSE_POOL_LIMIT, .result = -11);
	ADD(.event = ZSWAP_EVENT_INVALIDATE, .length = 50);
	assert_int_equal(USAGE->evicts, 1);
	assert_int_equal(USAGE->evict_frames, 4);
	assert_int_equal(USAGE->evict_pages, 2);
	assert_int_equal(USAGE->evict_bytes, 3000);
	assert_int_equal(USAGE->evicts_failed, 1);
	assert_int_equal(POOL->evict_by_cause[ZSWAP_CAUSE_POOL_LIMIT], 1);
	assert_int_equal(POOL->evict_failed_by_cause[ZSWAP_CAUSE_POOL_LIMIT], 1);
	assert_int_equal(zs_hist_count(&POOL->evict_duration_by_cause[ZSWAP_CAUSE_POOL_LIMIT]), 1);
	assert_int_equal(USAGE->invalidates, 1);
	assert_int_equal(USAGE->invalidate_bytes, 50);
	assert_int_equal(POOL->device[0].invalidates, 1);
	/* ages that are 0 are counted here */
	assert_int_equal(values(ZSWAP_HIST_EVICT_AGE), 1);
	assert_int_equal(values(ZSWAP_HIST_INVALIDATE_AGE), 1);
	assert_int_equal(all_values(), 3);
}

static void of_the_pool(void **state)
{
	(void)state;
	ADD(.event = ZSWAP_EVENT_POOL_LIMIT, .why = 1, .duration_ns = 9);
	ADD(.event = ZSWAP_EVENT_POOL_LIMIT, .duration_ns = 9);
	ADD(.event = ZSWAP_EVENT_COMPRESSOR);
	ADD(.event = ZSWAP_EVENT_DRAIN, .why = ZSWAP_DRAIN_BEGIN);
	ADD(.event = ZSWAP_EVENT_DRAIN, .why = ZSWAP_DRAIN_END);
	ADD(.event = ZSWAP_EVENT_SHRINK, .shrink = { 10, 3, 0 }, .duration_ns = 4);
	ADD(.event = ZSWAP_EVENT_BACKGROUND, .background = { 20, 15, 10 }, .duration_ns = 4);
	ADD(.event = ZSWAP_EVENT_BACKGROUND, .background = { 20, 25, 10 });
	assert_int_equal(POOL->pool_limit_reached, 1);
	assert_int_equal(POOL->pool_limit_left, 1);
	assert_int_equal(POOL->compressor_changes, 1);
	assert_int_equal(POOL->drains, 1);
	assert_int_equal(POOL->shrinks, 1);
	assert_int_equal(POOL->shrink_scanned, 10);
	assert_int_equal(POOL->shrink_written, 3);
	assert_int_equal(POOL->backgrounds, 2);
	assert_int_equal(POOL->background_frames, 5);
	assert_int_equal(values(ZSWAP_HIST_POOL_LIMIT_DURATION), 1);
	assert_int_equal(all_values(), 3);
}

static void lost_and_unknown(void **state)
{
	(void)state;
	ADD(.event = ZSWAP_EVENT_LOST, .count = 5);
	ADD(.event = ZSWAP_EVENT_LOST);
	ADD(.event = 77, .length = 1, .duration_ns = 1);
	ADD(.event = ZSWAP_EVENT_STORE, .type = 255);
	assert_int_equal(tally->events[ZSWAP_EVENT_LOST], 2);
	assert_int_equal(tally->snapshot.health.events_lost, 5);
	assert_int_equal(USAGE->stores, 1);
	assert_int_equal(all_values(), 1);
}

static void of_somebody(void **state)
{
	struct zswap_usage usage = { .stores = 1 };

	(void)state;
	zs_tally_usage(&usage, &(struct zswap_event){
		.event = ZSWAP_EVENT_STORE, .length = 30, .duration_ns = 200 });
	zs_tally_usage(&usage, &(struct zswap_event){
		.event = ZSWAP_EVENT_WRITEBACK, .alloc_ns = 30, .duration_ns = 200 });
	zs_tally_usage(&usage, &(struct zswap_event){ .event = ZSWAP_EVENT_LOST, .count = 3 });
	assert_int_equal(usage.stores, 2);
	assert_int_equal(usage.store_bytes_out, 30);
	assert_int_equal(usage.writebacks, 1);
	assert_int_equal(zs_hist_count(&usage.hist[ZSWAP_HIST_STORE_SIZE]), 1);
	assert_int_equal(zs_hist_count(&usage.hist[ZSWAP_HIST_WRITEBACK_DURATION]), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stores, start, stop),
		cmocka_unit_test_setup_teardown(loads_and_misses, start, stop),
		cmocka_unit_test_setup_teardown(writebacks, start, stop),
		cmocka_unit_test_setup_teardown(rejects, start, stop),
		cmocka_unit_test_setup_teardown(evictions, start, stop),
		cmocka_unit_test_setup_teardown(of_the_pool, start, stop),
		cmocka_unit_test_setup_teardown(lost_and_unknown, start, stop),
		cmocka_unit_test_setup_teardown(of_somebody, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
