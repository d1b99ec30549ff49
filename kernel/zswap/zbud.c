// SPDX-License-Identifier: GPL-2.0
/*
 * zbud: two compressed pages to a page frame.
 *
 * A frame
 *
 *	+--------+------------------+.......................+---------------+
 *	| header | buddy 0          |  free, in one piece   |       buddy 1 |
 *	+--------+------------------+.......................+---------------+
 *
 * is cut in chunks of 64 bytes.  The header takes the first chunk, buddy 0
 * grows from the left and buddy 1 ends at the right, so whatever is free is in
 * one piece.  Neither buddy ever moves: a handle is the frame's address with
 * the buddy's number in its lowest bit, and mapping it is arithmetic.
 *
 * An object of PAGE_SIZE bytes has a frame for itself, a "whole" one, whose
 * header is outside of it and which never gets a second buddy.  The handle is
 * then the header's address, with WHOLE in its low bits.
 *
 * A frame's life
 *
 *	zbud_alloc() takes it from the page allocator, and it is on the list
 *	unbuddied[free chunks] while one buddy is vacant, on "buddied" while
 *	both are taken; always on "lru" as well, whose head is the frame that
 *	most recently got a buddy.  zbud_free() of the last buddy gives it back.
 *
 *	zbud_reclaim() takes the frame at the lru's tail off both lists and
 *	sets ->reclaiming.  It now belongs to the reclaimer: no allocation can
 *	find it, no second reclaimer can, and zbud_free() only marks the buddy
 *	vacant.  So the frame's memory stays while the owner's evict operation
 *	runs without any lock, whoever else frees the buddies meanwhile, and a
 *	handle in it cannot come to mean another object.  When evict is done
 *	the reclaimer gives the frame back, or puts it on the lists again if an
 *	object stayed.
 *
 *	zbud_touch() marks a frame as used since it was filled.  The reclaimer
 *	that finds it at the tail takes the mark off and moves the frame to the
 *	head: a second chance.
 *
 * Locks: pool->lock protects the lists and the headers.  It is a leaf: nothing
 * is called, allocated or freed under it.  Taken in process context only.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/zbud.h>

#define CHUNK_SHIFT	6
#define CHUNK_SIZE	(1UL << CHUNK_SHIFT)
/* The chunks of a frame that buddies can have: all but the header's. */
#define FRAME_CHUNKS	((PAGE_SIZE >> CHUNK_SHIFT) - 1)

/* A handle's low bits: the buddy's number, or that its frame is a whole one. */
#define HANDLE_BUDDY	1UL
#define HANDLE_WHOLE	2UL
#define HANDLE_BITS	(HANDLE_BUDDY | HANDLE_WHOLE)

/* Touched frames that one reclaim passes over, so that it ends. */
#define SECOND_CHANCES	32

/**
 * struct zbud_frame - the header of a frame: in its first chunk, or of a whole
 *	frame, elsewhere
 * @node: in pool->unbuddied[] or pool->buddied
 * @lru: in pool->lru
 * @tag: the owner's word for each buddy
 * @whole_tag: of a whole frame: the same as @tag[0]
 * @page: of a whole frame: where it is
 * @added_ns: when the most recent buddy came
 * @size: bytes of each buddy, 0 while vacant
 * @whole: a whole frame, with one object, buddy 0
 * @touched: used since it was filled; written without a lock
 * @reclaiming: off both lists, in the hands of zbud_reclaim()
 */
struct zbud_frame {
	struct list_head node;
	struct list_head lru;
	union {
		unsigned long tag[2];
		struct {
			unsigned long whole_tag;
			void *page;
		};
	};
	u64 added_ns;
	u16 size[2];
	bool whole;
	bool touched;
	bool reclaiming;
};
static_assert(sizeof(struct zbud_frame) <= CHUNK_SIZE);

/**
 * struct zbud_pool - a pool
 * @lock: protects all but @pages' reading
 * @vacancies: bit N is set while unbuddied[N] has a frame, so that finding the
 *	best fit is one instruction
 * @unbuddied: frames with one vacant buddy, by their free chunks
 * @buddied: frames with none
 * @lru: all frames but those being reclaimed; head: most recently added to
 * @nr_unbuddied: frames on the lists of @unbuddied
 * @nr_whole: whole frames on @buddied
 * @free_chunks: vacant chunks of the frames in @unbuddied
 * @lost_chunks: vacant chunks of the frames in @buddied
 * @pages: frames, those being reclaimed included
 * @ops: the owner's operations
 * @owner: passed to them
 */
struct zbud_pool {
	spinlock_t lock;
	u64 vacancies;
	struct list_head unbuddied[FRAME_CHUNKS + 1];
	struct list_head buddied;
	struct list_head lru;
	unsigned long nr_unbuddied;
	unsigned long nr_whole;
	unsigned long free_chunks;
	unsigned long lost_chunks;
	atomic_long_t pages;
	const struct zbud_ops *ops;
	void *owner;
};
/* unbuddied[] needs a bit in vacancies for each of its lists */
static_assert(FRAME_CHUNKS < 64);

static unsigned int to_chunks(size_t size)
{
	return (size + CHUNK_SIZE - 1) >> CHUNK_SHIFT;
}

static unsigned int frame_free_chunks(const struct zbud_frame *frame)
{
	return FRAME_CHUNKS - to_chunks(frame->size[0]) -
	       to_chunks(frame->size[1]);
}

static bool frame_empty(const struct zbud_frame *frame)
{
	return !frame->size[0] && !frame->size[1];
}

/* Of one that buddies share: has it both? */
static bool frame_full(const struct zbud_frame *frame)
{
	return frame->size[0] && frame->size[1];
}

static struct zbud_frame *handle_frame(unsigned long handle)
{
	if (handle & HANDLE_WHOLE)
		return (struct zbud_frame *)(handle & ~HANDLE_BITS);
	return (struct zbud_frame *)(handle & PAGE_MASK);
}

static unsigned int handle_buddy(unsigned long handle)
{
	return handle & HANDLE_BUDDY;
}

static unsigned long frame_handle(const struct zbud_frame *frame,
				  unsigned int buddy)
{
	return (unsigned long)frame | (frame->whole ? HANDLE_WHOLE : buddy);
}

/* Put a frame with one or two buddies on the list where it belongs. */
static void frame_file(struct zbud_pool *pool, struct zbud_frame *frame)
{
	unsigned int vacant;

	lockdep_assert_held(&pool->lock);
	if (frame->whole) {
		list_add(&frame->node, &pool->buddied);
		pool->nr_whole++;
		return;
	}
	vacant = frame_free_chunks(frame);
	if (frame_full(frame)) {
		list_add(&frame->node, &pool->buddied);
		pool->lost_chunks += vacant;
		return;
	}
	list_add(&frame->node, &pool->unbuddied[vacant]);
	pool->vacancies |= BIT_ULL(vacant);
	pool->nr_unbuddied++;
	pool->free_chunks += vacant;
}

/* The reverse of frame_file(), to be called before a size changes. */
static void frame_unfile(struct zbud_pool *pool, struct zbud_frame *frame)
{
	unsigned int vacant;

	lockdep_assert_held(&pool->lock);
	list_del(&frame->node);
	if (frame->whole) {
		pool->nr_whole--;
		return;
	}
	vacant = frame_free_chunks(frame);
	if (frame_full(frame)) {
		pool->lost_chunks -= vacant;
		return;
	}
	if (list_empty(&pool->unbuddied[vacant]))
		pool->vacancies &= ~BIT_ULL(vacant);
	pool->nr_unbuddied--;
	pool->free_chunks -= vacant;
}

/* The fullest frame whose vacant buddy has room for @chunks, unfiled. */
static struct zbud_frame *take_best_fit(struct zbud_pool *pool,
					unsigned int chunks)
{
	u64 fits = pool->vacancies & ~(BIT_ULL(chunks) - 1);
	struct zbud_frame *frame;

	lockdep_assert_held(&pool->lock);
	if (!fits)
		return NULL;
	frame = list_first_entry(&pool->unbuddied[__ffs64(fits)],
				 struct zbud_frame, node);
	frame_unfile(pool, frame);
	list_del(&frame->lru);
	return frame;
}

/**
 * zbud_pool_create() - make an empty pool
 * @ops: the owner's operations
 * @owner: passed to them
 *
 * Context: may sleep.
 * Return: the pool, or NULL without memory.
 */
struct zbud_pool *zbud_pool_create(const struct zbud_ops *ops, void *owner)
{
	struct zbud_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	unsigned int i;

	if (!pool)
		return NULL;
	spin_lock_init(&pool->lock);
	for (i = 0; i < ARRAY_SIZE(pool->unbuddied); i++)
		INIT_LIST_HEAD(&pool->unbuddied[i]);
	INIT_LIST_HEAD(&pool->buddied);
	INIT_LIST_HEAD(&pool->lru);
	pool->ops = ops;
	pool->owner = owner;
	return pool;
}

/**
 * zbud_pool_destroy() - free a pool
 * @pool: the pool; all its objects were freed before
 *
 * Context: may sleep.
 */
void zbud_pool_destroy(struct zbud_pool *pool)
{
	WARN_ON(zbud_pages(pool));
	kfree(pool);
}

/**
 * zbud_max_size() - the largest object that shares a frame, in bytes
 */
size_t zbud_max_size(void)
{
	return FRAME_CHUNKS << CHUNK_SHIFT;
}

static struct zbud_frame *frame_new(struct zbud_pool *pool, gfp_t gfp)
{
	struct zbud_frame *frame = (struct zbud_frame *)__get_free_page(gfp);

	if (frame) {
		memset(frame, 0, sizeof(*frame));
		atomic_long_inc(&pool->pages);
	}
	return frame;
}

static struct zbud_frame *frame_new_whole(struct zbud_pool *pool, gfp_t gfp)
{
	struct zbud_frame *frame = kzalloc(sizeof(*frame), gfp);

	if (!frame)
		return NULL;
	frame->page = (void *)__get_free_page(gfp);
	if (!frame->page) {
		kfree(frame);
		return NULL;
	}
	frame->whole = true;
	atomic_long_inc(&pool->pages);
	return frame;
}

static void frame_release(struct zbud_pool *pool, struct zbud_frame *frame)
{
	atomic_long_dec(&pool->pages);
	if (frame->whole) {
		free_page((unsigned long)frame->page);
		kfree(frame);
		return;
	}
	free_page((unsigned long)frame);
}

/**
 * zbud_alloc() - allocate room for an object
 * @pool: the pool
 * @size: bytes: 1 to zbud_max_size(), or PAGE_SIZE for a frame of its own
 * @tag: the owner's word for the object, handed to its evict operation
 * @now_ns: the time, handed out by zbud_reclaim()
 * @gfp: for a new frame, if one is needed; not highmem
 * @handle: where the handle goes; never 0
 *
 * Makes its frame the most recently added to.
 *
 * Context: process context; sleeps only if @gfp lets it.
 * Return: 0; -EINVAL for a size of 0; -ENOSPC for one above zbud_max_size()
 *	other than PAGE_SIZE; -ENOMEM when no frame can be had.
 */
noinline int zbud_alloc(struct zbud_pool *pool, size_t size, unsigned long tag,
			u64 now_ns, gfp_t gfp, unsigned long *handle)
{
	const bool whole = size == PAGE_SIZE;
	struct zbud_frame *frame = NULL;
	unsigned int buddy;

	if (!size)
		return -EINVAL;
	if (size > zbud_max_size() && !whole)
		return -ENOSPC;

	spin_lock(&pool->lock);
	if (!whole)
		frame = take_best_fit(pool, to_chunks(size));
	if (!frame) {
		spin_unlock(&pool->lock);
		frame = whole ? frame_new_whole(pool, gfp) : frame_new(pool, gfp);
		if (!frame)
			return -ENOMEM;
		spin_lock(&pool->lock);
	}

	buddy = frame->size[0] ? 1 : 0;
	frame->size[buddy] = size;
	frame->tag[buddy] = tag;
	frame->added_ns = now_ns;
	*handle = frame_handle(frame, buddy);
	frame_file(pool, frame);
	list_add(&frame->lru, &pool->lru);
	spin_unlock(&pool->lock);
	return 0;
}

/**
 * zbud_free() - free an object
 * @pool: its pool
 * @handle: the object
 *
 * Context: process context, atomic or not.
 */
void zbud_free(struct zbud_pool *pool, unsigned long handle)
{
	struct zbud_frame *frame = handle_frame(handle);
	bool empty;

	spin_lock(&pool->lock);
	if (frame->reclaiming) {
		/* the reclaimer looks at the sizes when it is done */
		frame->size[handle_buddy(handle)] = 0;
		spin_unlock(&pool->lock);
		return;
	}
	frame_unfile(pool, frame);
	frame->size[handle_buddy(handle)] = 0;
	empty = frame_empty(frame);
	if (empty)
		list_del(&frame->lru);
	else
		frame_file(pool, frame);
	spin_unlock(&pool->lock);

	if (empty)
		frame_release(pool, frame);
}

/**
 * zbud_map() - where an object's bytes are
 * @handle: an object that the caller keeps from being freed
 *
 * Context: any.
 * Return: a pointer that is valid until the object is freed.
 */
void *zbud_map(unsigned long handle)
{
	struct zbud_frame *frame = handle_frame(handle);

	if (handle & HANDLE_WHOLE)
		return frame->page;
	if (!handle_buddy(handle))
		return (void *)frame + CHUNK_SIZE;
	return (void *)frame + PAGE_SIZE -
	       (to_chunks(READ_ONCE(frame->size[1])) << CHUNK_SHIFT);
}

/**
 * zbud_tag() - what the owner called an object
 * @handle: an object that the caller keeps from being freed
 *
 * Context: any.
 */
unsigned long zbud_tag(unsigned long handle)
{
	return handle_frame(handle)->tag[handle_buddy(handle)];
}

/**
 * zbud_touch() - give an object's frame a second chance
 * @handle: an object that the caller keeps from being freed
 *
 * Context: any.
 */
void zbud_touch(unsigned long handle)
{
	WRITE_ONCE(handle_frame(handle)->touched, true);
}

/*
 * Take the oldest frame that was not touched off the lists.  Touched ones on the
 * way lose the mark and go to the head.
 */
static struct zbud_frame *take_oldest(struct zbud_pool *pool)
{
	struct zbud_frame *frame;
	unsigned int chances;

	lockdep_assert_held(&pool->lock);
	if (list_empty(&pool->lru))
		return NULL;
	for (chances = 0; chances < SECOND_CHANCES; chances++) {
		frame = list_last_entry(&pool->lru, struct zbud_frame, lru);
		if (!READ_ONCE(frame->touched))
			break;
		WRITE_ONCE(frame->touched, false);
		list_move(&frame->lru, &pool->lru);
	}
	frame = list_last_entry(&pool->lru, struct zbud_frame, lru);
	list_del(&frame->lru);
	frame_unfile(pool, frame);
	return frame;
}

/**
 * zbud_reclaim() - free the least recently added-to frame
 * @pool: the pool
 * @arg: passed to the owner's evict operation
 * @seen: filled in with what the frame held, unless -ENOENT is returned
 *
 * A frame that was touched gets a second chance.  One with an object that could
 * not be evicted becomes the most recently used one, so that the next call tries
 * another; unless that was for want of memory (-ENOMEM).
 *
 * Context: may sleep, as the owner's evict operation does.
 * Return: 0 when a frame was freed; -ENOENT when there is none to try; the
 *	evict operation's error, or -EAGAIN, when an object stayed.
 */
int zbud_reclaim(struct zbud_pool *pool, void *arg, struct zbud_reclaimed *seen)
{
	struct zbud_frame *frame;
	unsigned long tag[2];
	bool taken[2];
	int i, err = 0;

	spin_lock(&pool->lock);
	frame = take_oldest(pool);
	if (!frame) {
		spin_unlock(&pool->lock);
		return -ENOENT;
	}
	frame->reclaiming = true;
	memset(seen, 0, sizeof(*seen));
	seen->added_ns = frame->added_ns;
	for (i = 0; i < 2; i++) {
		tag[i] = frame->tag[i];
		taken[i] = frame->size[i];
		seen->buddies += taken[i];
		seen->bytes += frame->size[i];
	}
	spin_unlock(&pool->lock);

	for (i = 0; i < 2; i++) {
		int ret = 0;

		if (taken[i])
			ret = pool->ops->evict(pool->owner,
					       frame_handle(frame, i), tag[i], arg);
		err = err ?: ret;
	}

	spin_lock(&pool->lock);
	frame->reclaiming = false;
	if (frame_empty(frame)) {
		spin_unlock(&pool->lock);
		frame_release(pool, frame);
		return 0;
	}
	frame_file(pool, frame);
	/* that there was no memory says nothing about the frame: it is next again */
	if (err == -ENOMEM)
		list_add_tail(&frame->lru, &pool->lru);
	else
		list_add(&frame->lru, &pool->lru);
	spin_unlock(&pool->lock);
	return err ?: -EAGAIN;
}

/**
 * zbud_pages() - the frames of a pool
 * @pool: the pool
 *
 * Context: any.
 */
unsigned long zbud_pages(const struct zbud_pool *pool)
{
	return atomic_long_read(&pool->pages);
}

/**
 * zbud_get_usage() - what a pool's frames hold, and what they waste
 * @pool: the pool
 * @usage: filled in; of a frame being reclaimed only @usage->frames knows
 *
 * Context: process context.
 */
void zbud_get_usage(struct zbud_pool *pool, struct zbud_usage *usage)
{
	spin_lock(&pool->lock);
	usage->frames = zbud_pages(pool);
	usage->unbuddied = pool->nr_unbuddied;
	usage->whole = pool->nr_whole;
	usage->free_bytes = pool->free_chunks << CHUNK_SHIFT;
	usage->lost_bytes = pool->lost_chunks << CHUNK_SHIFT;
	spin_unlock(&pool->lock);
}
