/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A frame: 2^order pages that objects share.  This is its inside, for zbud.c
 * alone; see frame.c.
 */
#ifndef ZBUD_FRAME_H
#define ZBUD_FRAME_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <linux/zbud.h>

/**
 * struct zbud_slot - where an object is; 12 bytes, as each object costs as many
 * @tag: the owner's word for it
 * @start: its first byte's place in the frame
 * @size: its bytes, 0 while the slot is vacant
 */
struct zbud_slot {
	unsigned long tag;
	u16 start;
	u16 size;
} __packed __aligned(4);

/**
 * struct zbud_frame - the header of a frame: its first bytes, or of a whole
 *	frame, elsewhere
 * @node: in one of pool->bin, while there is room for another object
 * @page: of a whole frame, which never is: where its page is
 * @pins: of objects that are mapped; negative while objects are moved
 * @low: where the lowest object begins; the frame's size if there is none
 * @bytes: of its objects, summed
 * @slots: how many @slot has, vacant ones included
 * @buddies: how many objects there are
 * @limit: how many there may be
 * @order: of its pages
 * @whole: a whole frame, which is one object
 * @touched: used since it was filled; written without a lock
 * @reclaiming: off all lists, in the hands of zbud_reclaim()
 * @slot: the objects
 */
struct zbud_frame {
	union {
		struct list_head node;
		void *page;
	};
	atomic_t pins;
	u16 low;
	u16 bytes;
	u8 slots;
	u8 buddies;
	u8 limit;
	u8 order;
	bool whole;
	bool touched;
	bool reclaiming;
	struct zbud_slot slot[];
};

/* All that a frame with one object has besides it. */
#define FRAME_OVERHEAD	(sizeof(struct zbud_frame) + sizeof(struct zbud_slot))

static_assert(sizeof(struct zbud_slot) == 12);
static_assert(sizeof(struct zbud_frame) == 32);
/* u16 has all places of a frame, and its end */
static_assert((PAGE_SIZE << ZBUD_MAX_ORDER) <= U16_MAX);

void frame_init(struct zbud_frame *frame, unsigned int order, unsigned int limit);
unsigned int frame_find_hole(const struct zbud_frame *frame, unsigned int size);
unsigned int frame_add(struct zbud_frame *frame, unsigned int size,
		       unsigned long tag);
void frame_remove(struct zbud_frame *frame, unsigned int nr);
unsigned int frame_make_gap(struct zbud_frame *frame, unsigned int size);
unsigned int frame_taken(const struct zbud_frame *frame);

static inline unsigned int frame_size(const struct zbud_frame *frame)
{
	return PAGE_SIZE << frame->order;
}

/* What objects and their slots leave, wherever it is. */
static inline unsigned int frame_vacant(const struct zbud_frame *frame)
{
	return frame_size(frame) - frame->bytes -
	       offsetof(struct zbud_frame, slot[frame->slots]);
}

/* What a new object costs besides its bytes. */
static inline unsigned int frame_slot_cost(const struct zbud_frame *frame)
{
	return frame->buddies < frame->slots ? 0 : sizeof(struct zbud_slot);
}

/* Bytes of the largest object that there is room for, once others have moved. */
static inline unsigned int frame_room(const struct zbud_frame *frame)
{
	unsigned int vacant = frame_vacant(frame), cost = frame_slot_cost(frame);

	if (frame->buddies == frame->limit || vacant <= cost)
		return 0;
	return vacant - cost;
}

/* The same, if none moves; negative if there is not even room for the slot. */
static inline int frame_gap(const struct zbud_frame *frame)
{
	return (int)(frame->low - offsetof(struct zbud_frame, slot[frame->slots])) -
	       (int)frame_slot_cost(frame);
}

/*
 * A place for an object, where nothing has to move for it: the gap, or else the
 * smallest hole that is large enough.  0 if there is none.
 */
static inline unsigned int frame_find(const struct zbud_frame *frame, unsigned int size)
{
	int gap = frame_gap(frame);

	if (gap >= (int)size)
		return frame->low - size;
	/* a slot takes room of the gap, wherever its object is */
	return gap < 0 ? 0 : frame_find_hole(frame, size);
}

/*
 * Pins
 *
 * While somebody has an object mapped, nothing in its frame moves.  He may sleep
 * meanwhile, so nobody waits for that: objects are moved where there is no pin,
 * or not at all.  The mover, who has the pool's lock, is waited for with that.
 */

/* Returns false while objects move. */
static inline bool frame_pin(struct zbud_frame *frame)
{
	return atomic_inc_unless_negative(&frame->pins);
}

static inline void frame_unpin(struct zbud_frame *frame)
{
	/* what was read or written there was so before anything moves */
	atomic_dec_return_release(&frame->pins);
}

static inline bool frame_try_move(struct zbud_frame *frame)
{
	return atomic_cmpxchg_acquire(&frame->pins, 0, -1) == 0;
}

static inline void frame_moved(struct zbud_frame *frame)
{
	atomic_set_release(&frame->pins, 0);
}

#endif /* ZBUD_FRAME_H */
