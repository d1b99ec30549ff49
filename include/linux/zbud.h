/* SPDX-License-Identifier: GPL-2.0 */
/*
 * zbud: a pool of page frames that compressed pages share, kept in LRU order, so
 * that reclaiming one frame costs as many writebacks as it has buddies, and gives
 * all its pages back.  How many buddies and pages a new frame has can be set.
 * What does not compress can have a page for itself, in the same order.
 */
#ifndef _LINUX_ZBUD_H
#define _LINUX_ZBUD_H

#include <linux/types.h>

struct zbud_pool;

/* Objects that a frame may have at most, and the largest order of its pages. */
#define ZBUD_MAX_BUDDIES	32
#define ZBUD_MAX_ORDER		2

/**
 * struct zbud_ops - what the owner of a pool does for it
 * @evict: make room for the pool: write the object's contents to where they
 *	belong and zbud_free() it.  @tag is what zbud_alloc() was given, @arg
 *	what zbud_reclaim() was given.  Called without locks; may sleep.  The
 *	object may be freed by others before or during the call; its memory
 *	stays, and its handle is not used again, until evict returns.
 *	Returns 0 when the object is gone, or a negative errno if it stays;
 *	-ENOMEM if that is for want of memory, and any other would stay as well.
 */
struct zbud_ops {
	int (*evict)(void *owner, unsigned long handle, unsigned long tag,
		     void *arg);
};

/**
 * struct zbud_reclaimed - the frame that zbud_reclaim() looked at
 * @pages: that it has, or had
 * @buddies: objects that it held
 * @bytes: their sizes, summed
 * @added_ns: the @now_ns of its most recent zbud_alloc()
 */
struct zbud_reclaimed {
	unsigned int pages;
	unsigned int buddies;
	unsigned int bytes;
	u64 added_ns;
};

/**
 * struct zbud_usage - what a pool's frames hold, and what they waste
 * @pages: of all frames, those being reclaimed included
 * @frames: frames that objects share, by their order; likewise
 * @whole: frames that are one object; likewise
 * @unbuddied: frames with room for another object
 * @free_bytes: room in these
 * @lost_bytes: room that no object can have: in frames that have as many as they
 *	may, or next to nothing left; headers and slots not counted
 * @denied: frames that had to have fewer pages, as there were no so many in one
 *	piece
 * @compactions: how often objects were moved to make room for another
 * @moved_bytes: what was moved
 * @pinned: how often they could not be, as somebody was using one of them
 */
struct zbud_usage {
	unsigned long pages;
	unsigned long frames[ZBUD_MAX_ORDER + 1];
	unsigned long whole;
	unsigned long unbuddied;
	unsigned long free_bytes;
	unsigned long lost_bytes;
	unsigned long denied;
	unsigned long compactions;
	unsigned long moved_bytes;
	unsigned long pinned;
};

struct zbud_pool *zbud_pool_create(const struct zbud_ops *ops, void *owner);
void zbud_pool_destroy(struct zbud_pool *pool);
void zbud_set_shape(struct zbud_pool *pool, unsigned int buddies,
		    unsigned int order);
size_t zbud_max_size(void);
int zbud_alloc(struct zbud_pool *pool, size_t size, unsigned long tag,
	       u64 now_ns, gfp_t gfp, unsigned long *handle);
void zbud_free(struct zbud_pool *pool, unsigned long handle);
void *zbud_map(struct zbud_pool *pool, unsigned long handle);
void zbud_unmap(unsigned long handle);
unsigned long zbud_tag(unsigned long handle);
void zbud_touch(unsigned long handle);
int zbud_reclaim(struct zbud_pool *pool, void *arg, struct zbud_reclaimed *seen);
unsigned long zbud_pages(const struct zbud_pool *pool);
void zbud_get_usage(struct zbud_pool *pool, struct zbud_usage *usage);

#endif /* _LINUX_ZBUD_H */
