// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The events of a recording: each processor's are in the order of time, and are merged.
 * What an event says is bounded, so that who reads it may index by it.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "recording-read.h"

#define ERRNO_MOST	4095
#define OUT_OF_ORDER	1000000ULL	/* ns that are no flaw: an interrupt came between */

/**
 * struct zs_run - what a processor has left
 * @block: the block that it is in
 * @end: behind its last one
 * @nth: the next event in there
 * @latest: time of the one before it
 * @time: of the next event
 * @gap: an event is due that says that something is missing
 */
struct zs_run {
	const struct zs_block *block;
	const struct zs_block *end;
	uint32_t nth;
	uint64_t latest;
	uint64_t time;
	bool gap;
};

static const unsigned char *event_at(const struct zs_recording *recording,
				     const struct zs_block *block, uint32_t nth)
{
	return block->at + (size_t)nth * recording->event_bytes;
}

static uint64_t time_at(const struct zs_recording *recording, const struct zs_block *block,
			uint32_t nth)
{
	uint64_t time;

	memcpy(&time, event_at(recording, block, nth) + offsetof(struct zswap_event, time_ns),
	       sizeof(time));
	return time;
}

static unsigned int kind_at(const struct zs_recording *recording, const struct zs_block *block,
			    uint32_t nth)
{
	return event_at(recording, block, nth)[offsetof(struct zswap_event, event)];
}

/* ---- bounds ------------------------------------------------------------- */

/* One past the words that we know is "other". */
static unsigned int words_of(unsigned int event)
{
	switch (event) {
	case ZSWAP_EVENT_REJECT:
		return ZSWAP_REJECT_COUNT;
	case ZSWAP_EVENT_WRITEBACK:
	case ZSWAP_EVENT_EVICT:
	case ZSWAP_EVENT_SHRINK:
		return ZSWAP_CAUSE_COUNT;
	case ZSWAP_EVENT_DRAIN:
		return ZSWAP_DRAIN_COUNT;
	case ZSWAP_EVENT_POOL_LIMIT:
		return 1;
	default:
		return 0;
	}
}

static void bound_name(char name[ZSWAP_COMPRESSOR_BYTES])
{
	name[ZSWAP_COMPRESSOR_BYTES - 1] = '\0';
	for (; *name; name++)
		if (!isprint((unsigned char)*name))
			*name = '?';
}

/* @event: of a kind that we know */
static void bound(struct zswap_event *event)
{
	unsigned int words = words_of(event->event);

	if (event->why > words)
		event->why = (__u8)words;
	if (event->kind > ZSWAP_KIND_COUNT)
		event->kind = ZSWAP_KIND_COUNT;
	if (event->role >= ZSWAP_ROLE_COUNT)
		event->role = ZSWAP_ROLE_WORKER;
	event->type &= ZSWAP_DEVICES - 1;
	if (event->result > 0 || event->result < -ERRNO_MOST)
		event->result = -ERRNO_MOST;
	if (event->event == ZSWAP_EVENT_COMPRESSOR) {
		bound_name(event->compressor.from);
		bound_name(event->compressor.to);
	}
}

/* ---- sum ---------------------------------------------------------------- */

static int by_cpu(const void *a, const void *b)
{
	const struct zs_block *x = a, *y = b;

	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/**
 * struct sums - what the events are found to be
 * @unknown: of kinds that we do not know
 * @first_unknown: offset of the first of them
 * @late: behind later ones
 * @first_late: offset of the first of them
 * @count: those that we know
 * @latest: time of the latest of this processor
 */
struct sums {
	uint64_t unknown;
	uint64_t first_unknown;
	uint64_t late;
	uint64_t first_late;
	uint64_t count;
	uint64_t latest;
};

static void sum_up_event(struct zs_recording *recording, const struct zs_block *block,
			 uint32_t nth, struct sums *sums)
{
	const unsigned char *at = event_at(recording, block, nth);
	struct zs_recorded *summary = &recording->summary;
	unsigned int kind = kind_at(recording, block, nth);
	uint64_t time = time_at(recording, block, nth);
	uint32_t count;

	if (kind >= ZSWAP_EVENT_COUNT) {
		if (!sums->unknown++)
			sums->first_unknown = (uint64_t)(at - recording->bytes);
		return;
	}
	if (sums->latest > time && sums->latest - time > OUT_OF_ORDER && !sums->late++)
		sums->first_late = (uint64_t)(at - recording->bytes);
	if (time < sums->latest)
		time = sums->latest;
	sums->latest = time;
	summary->events[kind]++;
	if (kind == ZSWAP_EVENT_LOST) {
		memcpy(&count, at + offsetof(struct zswap_event, count), sizeof(count));
		summary->lost += count;
	}
	if (!sums->count++ || time < summary->first_ns)
		summary->first_ns = time;
	if (time > summary->last_ns)
		summary->last_ns = time;
}

/* Return: whether there is an event that we know. */
static bool sum_up_block(struct zs_recording *recording, const struct zs_block *block,
			 struct sums *sums)
{
	uint64_t before = sums->count;

	for (uint32_t nth = 0; nth < block->count; nth++)
		sum_up_event(recording, block, nth, sums);
	return sums->count > before;
}

/* A gap before a block with nothing in it that we know is one before the next block. */
static void sum_up_all(struct zs_recording *recording, struct sums *sums)
{
	bool gap = false;

	for (size_t i = 0; i < recording->block_count; i++) {
		struct zs_block *block = &recording->blocks[i];

		if (!i || block->cpu != block[-1].cpu) {
			sums->latest = 0;
			recording->gap_at_end |= gap;
			gap = false;
		}
		gap |= block->gap;
		block->gap = false;
		if (sum_up_block(recording, block, sums)) {
			block->gap = gap;
			recording->summary.events[ZSWAP_EVENT_LOST] += gap;
			gap = false;
		}
	}
	recording->gap_at_end |= gap;
	recording->summary.events[ZSWAP_EVENT_LOST] += recording->gap_at_end;
}

static size_t count_cpus(const struct zs_recording *recording)
{
	size_t count = 0;

	for (size_t i = 0; i < recording->block_count; i++)
		count += !i || recording->blocks[i].cpu != recording->blocks[i - 1].cpu;
	return count;
}

bool zs_recording_sum_up(struct zs_recording *recording)
{
	struct sums sums = { 0 };

	if (recording->block_count)
		qsort(recording->blocks, recording->block_count, sizeof(*recording->blocks),
		      by_cpu);
	sum_up_all(recording, &sums);
	if (sums.unknown)
		zs_flaw(recording, sums.first_unknown, "here and later, %" PRIu64
			" events are of kinds that this program does not know: they are left out",
			sums.unknown);
	if (sums.late)
		zs_flaw(recording, sums.first_late, "here and later, %" PRIu64
			" events stand behind later ones: they are taken to be as late",
			sums.late);
	recording->runs = calloc(count_cpus(recording) + 1, sizeof(*recording->runs));
	return recording->runs;
}

/* ---- merge -------------------------------------------------------------- */

/* Go to the next event that we know. Return: false: there is none. */
static bool settle(const struct zs_recording *recording, struct zs_run *run)
{
	for (; run->block < run->end; run->block++, run->nth = 0) {
		if (!run->nth)
			run->gap |= run->block->gap;
		for (; run->nth < run->block->count; run->nth++) {
			if (kind_at(recording, run->block, run->nth) >= ZSWAP_EVENT_COUNT)
				continue;
			run->time = time_at(recording, run->block, run->nth);
			if (run->time < run->latest)
				run->time = run->latest;
			run->latest = run->time;
			return true;
		}
	}
	return false;
}

/* What is missing, at a time. */
static bool hand_gap(uint64_t time, uint32_t cpu, zs_event_fn *fn, void *context)
{
	const struct zswap_event lost = {
		.time_ns = time, .event = ZSWAP_EVENT_LOST, .kind = ZSWAP_KIND_COUNT,
		.cpu = (__u16)cpu,
	};

	return fn(&lost, context);
}

static bool hand(const struct zs_recording *recording, struct zs_run *run, zs_event_fn *fn,
		 void *context)
{
	struct zswap_event event;

	if (run->gap && !hand_gap(run->time, run->block->cpu, fn, context))
		return false;
	run->gap = false;
	memcpy(&event, event_at(recording, run->block, run->nth), sizeof(event));
	event.time_ns = run->time;
	bound(&event);
	run->nth++;
	return fn(&event, context);
}

/* Of the same time, the lower processor's is first. */
static bool before(const struct zs_run *a, const struct zs_run *b)
{
	return a->time != b->time ? a->time < b->time : a->block->cpu < b->block->cpu;
}

/* A heap: the one at @at may be later than those below it. */
static void sink(struct zs_run *runs, size_t count, size_t at)
{
	for (;;) {
		size_t least = at, child = 2 * at + 1;
		struct zs_run kept;

		if (child < count && before(&runs[child], &runs[least]))
			least = child;
		if (child + 1 < count && before(&runs[child + 1], &runs[least]))
			least = child + 1;
		if (least == at)
			return;
		kept = runs[at];
		runs[at] = runs[least];
		runs[least] = kept;
		at = least;
	}
}

/* One for each processor. */
static size_t make_runs(const struct zs_recording *recording, struct zs_run *runs)
{
	size_t at = 0, count = 0;

	while (at < recording->block_count) {
		const struct zs_block *block = &recording->blocks[at];
		struct zs_run *run = &runs[count];

		while (at < recording->block_count && recording->blocks[at].cpu == block->cpu)
			at++;
		*run = (struct zs_run){ .block = block, .end = &recording->blocks[at] };
		count += settle(recording, run);
	}
	for (size_t i = count / 2; i--;)
		sink(runs, count, i);
	return count;
}

void zs_recording_events(const struct zs_recording *recording, zs_event_fn *fn, void *context)
{
	struct zs_run *runs = recording->runs;
	size_t count = make_runs(recording, runs);
	bool more = true;

	while (count && more) {
		more = hand(recording, runs, fn, context);
		if (!settle(recording, runs))
			runs[0] = runs[--count];
		sink(runs, count, 0);
	}
	if (more && recording->gap_at_end)
		hand_gap(recording->summary.last_ns, 0, fn, context);
}
