// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From block to block.  What is no intact block is left out: the next one is looked for
 * at each multiple of 8 behind it.  An honest file costs one checksum of all of it.  One
 * that is made to look like blocks all over would cost a megabyte of checksum for each 8
 * bytes, so what may be spent on candidates that turn out to be none is limited.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "recording-checksum.h"
#include "recording-read.h"

#define PATIENCE	(256ULL << 20)	/* bytes of checksums in vain, whatever the size */

/**
 * struct scan - where we are
 * @recording: what is found
 * @at: offset
 * @next: number of the block that should be next
 * @patience: bytes of checksums in vain that are left
 * @gap: a block is missing before the next of events
 * @ended: there was an END
 * @lost: something was left out right before
 * @incomplete: something is missing, wherever
 */
struct scan {
	struct zs_recording *recording;
	size_t at;
	uint64_t next;
	uint64_t patience;
	bool gap;
	bool ended;
	bool lost;
	bool incomplete;
};

enum found { NO_BLOCK, DAMAGED, CUT_OFF, INTACT };

static size_t whole(size_t bytes)
{
	return (bytes + 7) & ~(size_t)7;
}

/* What stands at an offset. */
static enum found look(struct scan *scan, size_t at, struct zswap_block *block)
{
	const struct zs_recording *recording = scan->recording;
	static const uint32_t magic = ZSWAP_BLOCK_MAGIC;
	size_t left = recording->size - at;

	if (left < sizeof(*block))
		return left >= sizeof(block->magic) &&
			!memcmp(recording->bytes + at, &magic, sizeof(magic)) ? CUT_OFF : NO_BLOCK;
	memcpy(block, recording->bytes + at, sizeof(*block));
	if (block->magic != ZSWAP_BLOCK_MAGIC || block->bytes > ZSWAP_BLOCK_MOST)
		return NO_BLOCK;
	if (sizeof(*block) + block->bytes > left)
		return CUT_OFF;
	if (zs_block_checksum(block, recording->bytes + at + sizeof(*block)) == block->checksum)
		return INTACT;
	scan->patience -= block->bytes < scan->patience ? block->bytes : scan->patience;
	return DAMAGED;
}

/* Return: the offset of the next intact block, or the size of the file. */
static size_t next_intact(struct scan *scan, size_t at)
{
	const struct zs_recording *recording = scan->recording;
	struct zswap_block block;

	for (; at + sizeof(block) <= recording->size && scan->patience; at += 8)
		if (look(scan, at, &block) == INTACT)
			return at;
	return recording->size;
}

static const char *contents(enum zswap_block_kind kind)
{
	switch (kind) {
	case ZSWAP_BLOCK_EVENTS:
		return "events";
	case ZSWAP_BLOCK_FACTS:
		return "facts";
	case ZSWAP_BLOCK_CGROUP:
		return "names of cgroups";
	case ZSWAP_BLOCK_PROCESS:
		return "names of processes";
	case ZSWAP_BLOCK_STATES:
		return "states of the pool";
	default:
		return "something unknown";
	}
}

/* Go on behind what is no intact block. */
static void skip(struct scan *scan, enum found found, const struct zswap_block *block)
{
	struct zs_recording *recording = scan->recording;
	size_t from = scan->at, end = from + sizeof(*block) + whole(block->bytes);
	struct zswap_block after;

	scan->lost = true;
	scan->incomplete = true;
	/* damaged inside only, mostly: the next one is where it should be */
	if (found == DAMAGED && (end >= recording->size || look(scan, end, &after) == INTACT)) {
		scan->at = end < recording->size ? end : recording->size;
		zs_flaw(recording, from, "the checksum of %u bytes of %s is wrong: they are left out",
			block->bytes, contents(block->kind));
		return;
	}
	scan->at = next_intact(scan, from + 8);
	if (scan->at < recording->size)
		zs_flaw(recording, from, "damaged: the next %zu bytes are no blocks, and left out",
			scan->at - from);
	else if (found == CUT_OFF)
		zs_flaw(recording, from, "the file ends in the middle of a block: its last %zu bytes are left out",
			scan->at - from);
	else if (!scan->patience)
		zs_flaw(recording, from, "damaged all over: the other %zu bytes are left out",
			scan->at - from);
	else
		zs_flaw(recording, from, "damaged: the last %zu bytes are no blocks, and left out",
			scan->at - from);
}

static bool take_events(struct scan *scan, const struct zswap_block *block,
			const unsigned char *at)
{
	struct zs_recording *recording = scan->recording;

	if (block->bytes % recording->event_bytes)
		zs_flaw(recording, scan->at, "%u bytes are no whole number of events: the rest is left out",
			block->bytes);
	if (block->bytes < recording->event_bytes)
		return true;
	if (!zs_room((void **)&recording->blocks, &recording->block_room,
		     recording->block_count, sizeof(*recording->blocks)))
		return false;
	recording->blocks[recording->block_count++] = (struct zs_block){
		.at = at, .count = block->bytes / recording->event_bytes,
		.cpu = block->cpu, .gap = scan->gap,
	};
	scan->gap = false;
	return true;
}

static bool take_states(struct scan *scan, const struct zswap_block *block,
			const unsigned char *at)
{
	struct zs_recording *recording = scan->recording;
	const size_t each = sizeof(*recording->states);

	if (block->bytes % each)
		zs_flaw(recording, scan->at, "%u bytes are no whole number of states: the rest is left out",
			block->bytes);
	for (size_t i = 0; i < block->bytes / each; i++) {
		if (!zs_room((void **)&recording->states, &recording->state_room,
			     recording->state_count, each))
			return false;
		memcpy(&recording->states[recording->state_count++], at + i * each, each);
	}
	return true;
}

/* Return: false: no memory. */
static bool take(struct scan *scan, const struct zswap_block *block)
{
	const unsigned char *at = scan->recording->bytes + scan->at + sizeof(*block);

	switch (block->kind) {
	case ZSWAP_BLOCK_EVENTS:
		return take_events(scan, block, at);
	case ZSWAP_BLOCK_FACTS:
	case ZSWAP_BLOCK_CGROUP:
	case ZSWAP_BLOCK_PROCESS:
		return zs_recording_text(scan->recording, block->kind, at, block->bytes,
					 scan->at);
	case ZSWAP_BLOCK_STATES:
		return take_states(scan, block, at);
	case ZSWAP_BLOCK_END:
		scan->ended = true;
		return true;
	default:
		/* of a later version, which says itself that we may skip it */
		return true;
	}
}

/* Is this block the next one? Return: false: it is not to be used. */
static bool in_order(struct scan *scan, const struct zswap_block *block)
{
	uint64_t missing = block->number - scan->next;

	if (block->number < scan->next) {
		zs_flaw(scan->recording, scan->at, "block %llu behind block %" PRIu64
			": of another recording, or twice: left out",
			(unsigned long long)block->number, scan->next - 1);
		scan->incomplete = true;
		return false;
	}
	if (missing) {
		/* what is damaged was told already */
		if (!scan->lost)
			zs_flaw(scan->recording, scan->at, "%" PRIu64 " block%s missing before here",
				missing, missing == 1 ? " is" : "s are");
		scan->gap = true;
		scan->incomplete = true;
	}
	scan->next = block->number + 1;
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct zswap_state *x = a, *y = b;

	return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

bool zs_recording_scan(struct zs_recording *recording, size_t offset)
{
	struct scan scan = {
		.recording = recording, .at = offset,
		.patience = PATIENCE + recording->size,
	};

	while (scan.at < recording->size) {
		struct zswap_block block = { 0 };
		enum found found = look(&scan, scan.at, &block);

		if (found != INTACT) {
			skip(&scan, found, &block);
			continue;
		}
		if (in_order(&scan, &block) && !take(&scan, &block))
			return false;
		scan.lost = false;
		scan.at += sizeof(block) + whole(block.bytes);
	}
	recording->gap_at_end = scan.gap;
	recording->summary.whole = scan.ended && !scan.incomplete;
	if (!scan.ended && !scan.lost)
		zs_flaw(recording, recording->size, "the file ends without an end: its recorder was killed, or is at work still");
	if (recording->state_count)
		qsort(recording->states, recording->state_count, sizeof(*recording->states),
		      by_time);
	return true;
}
