// SPDX-License-Identifier: GPL-2.0-or-later
/* The same counting as in bpf/aggregate.bpf.h, from events: keep the two alike. */
#include <stdlib.h>

#include "tally.h"

#define THRASH_NS	(ZS_THRASH_DEFAULT * ZS_NSEC)

/**
 * struct measured - the values that an event tells
 * @list: each with the histogram that it is for
 * @count: how many
 */
struct measured {
	struct {
		enum zswap_histogram which;
		uint64_t value;
	} list[5];
	unsigned int count;
};

static void measured(struct measured *all, enum zswap_histogram which, uint64_t value)
{
	all->list[all->count].which = which;
	all->list[all->count++].value = value;
}

/* 0 is a measurement that was not made, not a fast one. */
static void measured_if(struct measured *all, enum zswap_histogram which, uint64_t value)
{
	if (value)
		measured(all, which, value);
}

static void measure_writeback(struct measured *all, const struct zswap_event *event)
{
	measured_if(all, ZSWAP_HIST_WRITEBACK_AGE, event->age_ns);
	measured_if(all, ZSWAP_HIST_WRITEBACK_DURATION, event->duration_ns);
	measured_if(all, ZSWAP_HIST_WRITEBACK_ALLOC, event->alloc_ns);
	measured_if(all, ZSWAP_HIST_WRITEBACK_DECOMPRESS, event->decompress_ns);
	measured_if(all, ZSWAP_HIST_WRITEBACK_SUBMIT, event->submit_ns);
}

/* Those of pages and frames. */
static void measure_page(struct measured *all, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
		measured(all, ZSWAP_HIST_STORE_SIZE, event->length);
		measured_if(all, ZSWAP_HIST_STORE_DURATION, event->duration_ns);
		break;
	case ZSWAP_EVENT_LOAD:
		measured_if(all, ZSWAP_HIST_LOAD_DURATION, event->duration_ns);
		measured_if(all, ZSWAP_HIST_LOAD_AGE, event->age_ns);
		break;
	case ZSWAP_EVENT_MISS:
		measured_if(all, ZSWAP_HIST_REFAULT_AGE, event->age_ns);
		break;
	case ZSWAP_EVENT_READ:
		measured(all, ZSWAP_HIST_DISK_READ_DURATION, event->duration_ns);
		break;
	case ZSWAP_EVENT_WRITEBACK:
		if (!event->result)
			measure_writeback(all, event);
		break;
	case ZSWAP_EVENT_REJECT:
		measured_if(all, ZSWAP_HIST_REJECT_DURATION, event->duration_ns);
		measured_if(all, ZSWAP_HIST_REJECT_SIZE, event->length);
		break;
	case ZSWAP_EVENT_EVICT:
		if (event->result)
			break;
		measured(all, ZSWAP_HIST_EVICT_AGE, event->age_ns);
		measured_if(all, ZSWAP_HIST_EVICT_DURATION, event->duration_ns);
		break;
	case ZSWAP_EVENT_INVALIDATE:
		measured(all, ZSWAP_HIST_INVALIDATE_AGE, event->age_ns);
		break;
	}
}

/* And those of the pool. */
static void measure_pool(struct measured *all, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_POOL_LIMIT:
		if (!event->why)
			measured_if(all, ZSWAP_HIST_POOL_LIMIT_DURATION, event->duration_ns);
		break;
	case ZSWAP_EVENT_SHRINK:
		measured_if(all, ZSWAP_HIST_SHRINK_DURATION, event->duration_ns);
		break;
	case ZSWAP_EVENT_BACKGROUND:
		measured_if(all, ZSWAP_HIST_BACKGROUND_DURATION, event->duration_ns);
		break;
	}
}

static struct measured measure(const struct zswap_event *event)
{
	struct measured all = { .count = 0 };

	measure_page(&all, event);
	measure_pool(&all, event);
	return all;
}

static void count(struct zswap_hist *hist, enum zs_unit unit, uint64_t value)
{
	unsigned int slot = unit == ZS_UNIT_BYTES ? zswap_hist_slot_bytes(value) :
		zswap_hist_slot_time(value, unit == ZS_UNIT_AGE ? ZSWAP_HIST_FIRST_AGE :
				     ZSWAP_HIST_FIRST_DURATION);

	hist->sum += value;
	hist->slots[slot]++;
}

static void count_usage_values(struct zswap_usage *usage, const struct measured *all)
{
	for (unsigned int i = 0; i < all->count; i++) {
		enum zswap_histogram which = all->list[i].which;

		if (which < ZSWAP_USAGE_HIST_COUNT)
			count(&usage->hist[which], zs_hist_infos[which].unit,
			      all->list[i].value);
	}
}

/* A word's own slot, or the one behind the last word. */
static unsigned int word(unsigned int why, unsigned int words)
{
	return why < words ? why : words;
}

static void count_store(struct zswap_usage *usage, const struct zswap_event *event)
{
	usage->stores++;
	usage->store_bytes_out += event->length;
	usage->same_filled += event->kind == ZSWAP_KIND_SAME_FILLED;
	usage->incompressible += event->kind == ZSWAP_KIND_INCOMPRESSIBLE;
}

static void count_writeback(struct zswap_usage *usage, const struct zswap_event *event)
{
	if (event->result) {
		usage->writebacks_failed++;
		return;
	}
	usage->writebacks++;
	usage->writeback_bytes += event->length;
	usage->writeback_by_cause[word(event->why, ZSWAP_CAUSE_COUNT)]++;
}

static void count_evict(struct zswap_usage *usage, const struct zswap_event *event)
{
	if (event->result) {
		usage->evicts_failed++;
		return;
	}
	usage->evicts++;
	usage->evict_frames += event->pages;
	usage->evict_pages += event->count;
	usage->evict_bytes += event->length;
}

static void count_usage(struct zswap_usage *usage, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
		count_store(usage, event);
		break;
	case ZSWAP_EVENT_LOAD:
		usage->loads++;
		usage->load_bytes += event->length;
		break;
	case ZSWAP_EVENT_MISS:
		usage->disk_reads++;
		usage->refaults += event->age_ns && event->age_ns < THRASH_NS;
		break;
	case ZSWAP_EVENT_WRITEBACK:
		count_writeback(usage, event);
		break;
	case ZSWAP_EVENT_REJECT:
		usage->rejects++;
		usage->reject_by_reason[word(event->why, ZSWAP_REJECT_COUNT)]++;
		break;
	case ZSWAP_EVENT_EVICT:
		count_evict(usage, event);
		break;
	case ZSWAP_EVENT_INVALIDATE:
		usage->invalidates++;
		usage->invalidate_bytes += event->length;
		break;
	}
}

void zs_tally_usage(struct zswap_usage *usage, const struct zswap_event *event)
{
	struct measured all = measure(event);

	count_usage(usage, event);
	count_usage_values(usage, &all);
}

static void count_device(struct zswap_device_counts *device, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
		device->stores++;
		break;
	case ZSWAP_EVENT_LOAD:
		device->loads++;
		break;
	case ZSWAP_EVENT_MISS:
		device->disk_reads++;
		break;
	case ZSWAP_EVENT_WRITEBACK:
		device->writebacks += !event->result;
		break;
	case ZSWAP_EVENT_REJECT:
		device->rejects++;
		break;
	case ZSWAP_EVENT_INVALIDATE:
		device->invalidates++;
		break;
	}
}

static void count_pool_evict(struct zswap_pool_stats *pool, const struct zswap_event *event)
{
	unsigned int cause = word(event->why, ZSWAP_CAUSE_COUNT);

	if (event->result) {
		pool->evict_failed_by_cause[cause]++;
		return;
	}
	pool->evict_by_cause[cause]++;
	if (event->duration_ns)
		count(&pool->evict_duration_by_cause[cause], ZS_UNIT_DURATION,
		      event->duration_ns);
}

static void count_shrink(struct zswap_pool_stats *pool, const struct zswap_event *event)
{
	pool->shrinks++;
	pool->shrink_scanned += event->shrink.scanned;
	pool->shrink_written += event->shrink.written;
}

static void count_background(struct zswap_pool_stats *pool, const struct zswap_event *event)
{
	pool->backgrounds++;
	if (event->background.left < event->background.frames)
		pool->background_frames += event->background.frames - event->background.left;
}

static void count_pool(struct zswap_pool_stats *pool, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_WRITEBACK:
		if (event->result)
			pool->writeback_failed_by_cause[word(event->why, ZSWAP_CAUSE_COUNT)]++;
		break;
	case ZSWAP_EVENT_EVICT:
		count_pool_evict(pool, event);
		break;
	case ZSWAP_EVENT_POOL_LIMIT:
		pool->pool_limit_reached += !!event->why;
		pool->pool_limit_left += !event->why;
		break;
	case ZSWAP_EVENT_COMPRESSOR:
		pool->compressor_changes++;
		break;
	case ZSWAP_EVENT_DRAIN:
		pool->drains += event->why == ZSWAP_DRAIN_BEGIN;
		break;
	case ZSWAP_EVENT_SHRINK:
		count_shrink(pool, event);
		break;
	case ZSWAP_EVENT_BACKGROUND:
		count_background(pool, event);
		break;
	}
}

static void count_pool_values(struct zswap_pool_stats *pool, const struct measured *all)
{
	for (unsigned int i = 0; i < all->count; i++) {
		enum zswap_histogram which = all->list[i].which;

		if (which >= ZSWAP_USAGE_HIST_COUNT)
			count(&pool->hist[which - ZSWAP_USAGE_HIST_COUNT],
			      zs_hist_infos[which].unit, all->list[i].value);
	}
}

struct zs_tally *zs_tally_new(void)
{
	return calloc(1, sizeof(struct zs_tally));
}

void zs_tally_free(struct zs_tally *tally)
{
	if (!tally)
		return;
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		zs_spread_free(&tally->spreads[i]);
	free(tally);
}

void zs_tally_add(struct zs_tally *tally, const struct zswap_event *event)
{
	struct zswap_stats *stats = &tally->snapshot.stats;
	struct measured all = measure(event);

	if (event->event >= ZSWAP_EVENT_COUNT)
		return;
	tally->events[event->event]++;
	if (event->event == ZSWAP_EVENT_LOST) {
		tally->snapshot.health.events_lost += event->count;
		return;
	}
	count_usage(&stats->usage, event);
	count_usage_values(&stats->usage, &all);
	count_device(&stats->pool.device[event->type % ZSWAP_DEVICES], event);
	count_pool(&stats->pool, event);
	count_pool_values(&stats->pool, &all);
	for (unsigned int i = 0; i < all.count; i++)
		zs_spread_add(&tally->spreads[all.list[i].which], all.list[i].value);
}
