// SPDX-License-Identifier: GPL-2.0
/*
 * The inside of a frame.
 *
 *	+--------+-------+-------+--............--+--------+.....+--------+
 *	| header | slot 0 slot 1 |      gap       | object |hole | object |
 *	+--------+-------+-------+--............--+--------+.....+--------+
 *	                                          low
 *
 * Slots grow from the left, one for each object, and never move; objects are put
 * from the right, without any rounding, and may.  One that goes leaves a hole, or
 * makes the gap larger if it was the lowest.  Its slot is vacant then, and is
 * used again first; the last slots' room comes back when they are vacant.
 *
 * An object goes to the gap, or into a hole.  If it fits in neither it may still
 * have room in all of them, and gets it as others move up: frame_make_gap(), which
 * moves no more of them than it has to.
 *
 * Locks: the pool's.  Slots are read without it: who may use an object's handle
 * keeps its slot from being changed, but for the start of one that moves, which
 * a pin prevents.
 */
#include <linux/bits.h>
#include <linux/instrumented.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "frame.h"

/**
 * frame_init() - make an empty frame of fresh memory
 * @frame: where it begins
 * @order: it has 2^order pages
 * @limit: objects that it may have
 */
void frame_init(struct zbud_frame *frame, unsigned int order, unsigned int limit)
{
	memset(frame, 0, sizeof(*frame));
	INIT_LIST_HEAD(&frame->node);
	frame->order = order;
	frame->limit = limit;
	frame->low = frame_size(frame);
}

/* A vacant slot, which may be a new one. */
static unsigned int take_slot(struct zbud_frame *frame)
{
	unsigned int nr;

	if (frame->buddies == frame->slots)
		return frame->slots++;
	for (nr = 0; frame->slot[nr].size; nr++)
		;
	return nr;
}

/* The objects' slots, the lowest first; returns how many. */
static unsigned int sort_slots(const struct zbud_frame *frame, u8 *sorted)
{
	unsigned int i, at, nr = 0;

	for (i = 0; i < frame->slots; i++) {
		if (!frame->slot[i].size)
			continue;
		for (at = nr++; at; at--) {
			if (frame->slot[sorted[at - 1]].start < frame->slot[i].start)
				break;
			sorted[at] = sorted[at - 1];
		}
		sorted[at] = i;
	}
	return nr;
}

/* Where the free bytes above an object end: at the next one, or with the frame. */
static unsigned int hole_end(const struct zbud_frame *frame, const u8 *sorted,
			     unsigned int at, unsigned int nr)
{
	return at + 1 < nr ? frame->slot[sorted[at + 1]].start : frame_size(frame);
}

/**
 * frame_find_hole() - the smallest hole that is large enough for an object
 * @frame: any
 * @size: its bytes
 *
 * Return: where it would begin; 0 if there is none.
 */
unsigned int frame_find_hole(const struct zbud_frame *frame, unsigned int size)
{
	unsigned int at, nr, best = 0, least = UINT_MAX;
	u8 sorted[ZBUD_MAX_BUDDIES];

	nr = sort_slots(frame, sorted);
	for (at = 0; at < nr; at++) {
		const struct zbud_slot *slot = &frame->slot[sorted[at]];
		unsigned int end = hole_end(frame, sorted, at, nr);
		unsigned int hole = end - (slot->start + slot->size);

		if (hole >= size && hole < least) {
			least = hole;
			best = end - size;
		}
	}
	return best;
}

/**
 * frame_add() - put an object into a frame
 * @frame: one where it has a place, see frame_find(); or a whole one
 * @size: bytes
 * @tag: the owner's word for it
 *
 * Return: its slot's number.
 */
unsigned int frame_add(struct zbud_frame *frame, unsigned int size,
		       unsigned long tag)
{
	unsigned int start = frame->whole ? 0 : frame_find(frame, size);
	unsigned int nr = take_slot(frame);

	frame->slot[nr] = (struct zbud_slot){ tag, start, size };
	frame->low = min_t(unsigned int, frame->low, start);
	frame->bytes += size;
	frame->buddies++;
	return nr;
}

/**
 * frame_remove() - take an object out
 * @frame: its frame
 * @nr: its slot's number
 *
 * Its bytes stay where they are until something else is put there.
 */
void frame_remove(struct zbud_frame *frame, unsigned int nr)
{
	struct zbud_slot *slot = &frame->slot[nr];
	unsigned int i, low = frame_size(frame);

	frame->bytes -= slot->size;
	frame->buddies--;
	slot->size = 0;
	while (frame->slots && !frame->slot[frame->slots - 1].size)
		frame->slots--;
	if (slot->start != frame->low)
		return;
	for (i = 0; i < frame->slots; i++) {
		if (frame->slot[i].size)
			low = min_t(unsigned int, low, frame->slot[i].start);
	}
	frame->low = low;
}

/**
 * frame_make_gap() - move objects up, until another fits
 * @frame: one whose frame_room() it fits, which nobody has mapped: between
 *	frame_try_move() and frame_moved()
 * @size: its bytes
 *
 * Return: how many bytes moved.
 */
unsigned int frame_make_gap(struct zbud_frame *frame, unsigned int size)
{
	int lacks = (int)size - frame_gap(frame);
	unsigned int nr, up = 0, moved = 0, low;
	u8 sorted[ZBUD_MAX_BUDDIES];
	struct zbud_slot *slot;

	/* up to which one: the lowest holes are the cheapest to have */
	nr = sort_slots(frame, sorted);
	do {
		slot = &frame->slot[sorted[up++]];
		low = hole_end(frame, sorted, up - 1, nr);
		lacks -= low - (slot->start + slot->size);
	} while (lacks > 0 && up < nr);

	while (up--) {
		slot = &frame->slot[sorted[up]];
		low -= slot->size;
		if (low == slot->start)
			continue;
		instrument_read((void *)frame + slot->start, slot->size);
		instrument_write((void *)frame + low, slot->size);
		memmove((void *)frame + low, (void *)frame + slot->start, slot->size);
		slot->start = low;
		moved += slot->size;
	}
	frame->low = low;
	return moved;
}

/** frame_taken() - the slots that have an object, as bits */
unsigned int frame_taken(const struct zbud_frame *frame)
{
	unsigned int nr, taken = 0;

	for (nr = 0; nr < frame->slots; nr++)
		taken |= frame->slot[nr].size ? BIT(nr) : 0;
	return taken;
}
