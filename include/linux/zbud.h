/* SPDX-License-Identifier: GPL-2.0 */
/*
 * zbud: a pool of page frames that hold up to two compressed pages each, kept
 * in LRU order, so that reclaiming one frame costs at most two writebacks.  What
 * does not compress can have a frame for itself, in the same order.
 */
#ifndef _LINUX_ZBUD_H
#define _LINUX_ZBUD_H

#include <linux/types.h>

struct zbud_pool;

/**
 * struct zbud_ops - what the owner of a pool does for it
 * @evict: make room for the pool: write the object's contents to where they
 *	belong and zbud_free() it.  @tag is what zbud_alloc() was given, @arg
 *	what zbud_reclaim() was given.  Called without locks; may sleep.  The
 *	object may be freed by others before or during the call; its memory
 *	stays readable, and its handle is not used again, until evict returns.
 *	Returns 0 when the object is gone, or a negative errno if it stays;
 *	-ENOMEM if that is for want of memory, and any other would stay as well.
 */
struct zbud_ops {
	int (*evict)(void *owner, unsigned long handle, unsigned long tag,
		     void *arg);
};

/**
 * struct zbud_reclaimed - the frame that zbud_reclaim() looked at
 * @buddies: objects that it held, 1 or 2
 * @bytes: their sizes, summed
 * @added_ns: the @now_ns of its most recent zbud_alloc()
 */
struct zbud_reclaimed {
	unsigned int buddies;
	unsigned int bytes;
	u64 added_ns;
};

/**
 * struct zbud_usage - what a pool's frames hold, and what they waste
 * @frames: page frames, those being reclaimed included
 * @unbuddied: frames with a single buddy
 * @whole: frames that are one object
 * @free_bytes: room beside single buddies, in whole chunks
 * @lost_bytes: room that no object can have: beside two buddies, in chunks;
 *	headers and the rests of chunks not counted
 */
struct zbud_usage {
	unsigned long frames;
	unsigned long unbuddied;
	unsigned long whole;
	unsigned long free_bytes;
	unsigned long lost_bytes;
};

struct zbud_pool *zbud_pool_create(const struct zbud_ops *ops, void *owner);
void zbud_pool_destroy(struct zbud_pool *pool);
size_t zbud_max_size(void);
int zbud_alloc(struct zbud_pool *pool, size_t size, unsigned long tag,
	       u64 now_ns, gfp_t gfp, unsigned long *handle);
void zbud_free(struct zbud_pool *pool, unsigned long handle);
void *zbud_map(unsigned long handle);
unsigned long zbud_tag(unsigned long handle);
void zbud_touch(unsigned long handle);
int zbud_reclaim(struct zbud_pool *pool, void *arg, struct zbud_reclaimed *seen);
unsigned long zbud_pages(const struct zbud_pool *pool);
void zbud_get_usage(struct zbud_pool *pool, struct zbud_usage *usage);

#endif /* _LINUX_ZBUD_H */
