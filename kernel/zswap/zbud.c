// SPDX-License-Identifier: GPL-2.0
/*
 * zbud: compressed pages that share page frames.
 *
 * A frame is 2^order pages in one piece, and holds objects, its buddies, up to a
 * number that it was given when it was made, as its order was: so both can be
 * changed at any time, and hold for new frames.  With two buddies and one page
 * this is the zbud of old; with more of both less is left over.  frame.c says how
 * objects lie in a frame.
 *
 * An object may be moved within its frame, to make room for another in one piece.
 * It never leaves its frame, and its slot never moves: a handle is the frame's
 * address with the slot's number in its low bits.
 *
 * An object of PAGE_SIZE bytes has a frame for itself, a "whole" one of one page,
 * whose header is outside of it and which never gets a second buddy.  The handle
 * is then the header's address, with WHOLE in its lowest bit.
 *
 * A frame's life
 *
 *	zbud_alloc() takes it from the page allocator.  While there is room for
 *	another object it is in the bin of frames with about so much room; and
 *	always it is on "lru", whose head is the frame that most recently got a
 *	buddy.  zbud_free() of the last buddy gives it back.
 *
 *	zbud_reclaim() takes the frame at the lru's tail off both and sets
 *	->reclaiming.  It now belongs to the reclaimer: no allocation can find
 *	it, so nothing moves in it; no second reclaimer can; and zbud_free()
 *	only marks the slot vacant.  So the frame's memory stays while the
 *	owner's evict operation runs without any lock, whoever else frees the
 *	buddies meanwhile, and a handle in it cannot come to mean another
 *	object.  When evict is done the reclaimer gives the frame back, all
 *	its pages at once, or puts it on the lists again if an object stayed.
 *
 *	zbud_touch() marks a frame as used since it was filled.  The reclaimer
 *	that finds it at the tail takes the mark off and moves the frame to the
 *	head: a second chance.
 *
 * Why a pointer from zbud_map() is good until zbud_unmap()
 *
 *	The frame stays because the object does, which the caller sees to.  The
 *	object stays where it is because it is pinned: only zbud_alloc() moves
 *	objects, with the pool's lock, and only in a frame whose count of pins
 *	it could change from 0 to "moving".  Whoever would pin it then waits for
 *	that lock.  Pins of other objects in the frame keep it from moving, and
 *	from nothing else; nobody waits for a pin, so its holder may sleep.
 *	Before an object is mapped for the first time it may be moved with
 *	whatever is there, as nobody has written to it.
 *
 * What is kept in struct page
 *
 *	Of a frame's first page we have, as its owner, ->lru, ->index (of the
 *	frame's header, as a whole one's is elsewhere) and ->private (when it
 *	last got a buddy).  The page allocator wants back what it gave: no
 *	reference, no ->mapping, no flag of its own, and checks that the first
 *	word, of ->lru, is no marker of a page pool; what list_del() leaves is
 *	not, and has its lowest bit clear, as everything in a list has: set, it
 *	would be a tail page.  It clears ->private of a first page itself.
 *	The other pages are left alone, and are no compound page's: such has its
 *	own idea of what is in them.
 *
 * Locks: pool->lock protects the lists, the headers, and the pages' fields.  It is
 * a leaf: nothing is called, allocated or freed under it.  Taken in process context
 * only.  Mapping takes it only where objects are being moved.
 */
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/zbud.h>

#include "frame.h"

/* A handle's low bits: the slot's number, or that its frame is a whole one. */
#define HANDLE_WHOLE		1UL
#define HANDLE_SLOT_SHIFT	1

/* Frames are found by their room, to so many bytes. */
#define BIN_BYTES	32
#define NR_BINS		((PAGE_SIZE << ZBUD_MAX_ORDER) / BIN_BYTES)
/* In each bin so many are looked at for one with enough of its room in one piece. */
#define BIN_LOOKS	4
/* Bins where things would have to move but cannot, before a new frame is made. */
#define BINS_PINNED	4

/* Touched frames that one reclaim passes over, so that it ends. */
#define SECOND_CHANCES	32

/**
 * struct zbud_pool - a pool
 * @lock: protects all but the reading of @buddies, @order and @usage.pages
 * @buddies: that a new frame may have
 * @order: of a new frame
 * @usage: what there is; all of it is kept up to date
 * @lru: first pages of all frames but those being reclaimed; head: most recently
 *	added to
 * @filled: bit N is set while bin[N] has a frame
 * @bin: frames with room for another object, by the bytes of the largest that
 *	there is room for
 * @ops: the owner's operations
 * @owner: passed to them
 */
struct zbud_pool {
	spinlock_t lock;
	unsigned int buddies;
	unsigned int order;
	struct zbud_usage usage;
	struct list_head lru;
	DECLARE_BITMAP(filled, NR_BINS);
	struct list_head bin[NR_BINS];
	const struct zbud_ops *ops;
	void *owner;
};

static struct zbud_frame *handle_frame(unsigned long handle)
{
	if (handle & HANDLE_WHOLE)
		return (struct zbud_frame *)(handle & ~HANDLE_WHOLE);
	return (struct zbud_frame *)(handle & PAGE_MASK);
}

static unsigned int handle_slot(unsigned long handle)
{
	if (handle & HANDLE_WHOLE)
		return 0;
	return (handle & ~PAGE_MASK) >> HANDLE_SLOT_SHIFT;
}

static unsigned long frame_handle(const struct zbud_frame *frame, unsigned int slot)
{
	return (unsigned long)frame |
	       (frame->whole ? HANDLE_WHOLE : slot << HANDLE_SLOT_SHIFT);
}

static struct page *frame_page(const struct zbud_frame *frame)
{
	return virt_to_page(frame->whole ? frame->page : frame);
}

static struct zbud_frame *page_frame(const struct page *page)
{
	return (struct zbud_frame *)page->index;
}

/* Let a frame be found by its room, if it has any. */
static void frame_file(struct zbud_pool *pool, struct zbud_frame *frame)
{
	unsigned int room = frame_room(frame);

	lockdep_assert_held(&pool->lock);
	if (room) {
		list_add(&frame->node, &pool->bin[room / BIN_BYTES]);
		__set_bit(room / BIN_BYTES, pool->filled);
		pool->usage.unbuddied++;
		pool->usage.free_bytes += room;
	} else if (!frame->whole) {
		pool->usage.lost_bytes += frame_vacant(frame);
	}
}

/* The reverse of frame_file(), to be called before a frame changes. */
static void frame_unfile(struct zbud_pool *pool, struct zbud_frame *frame)
{
	unsigned int room = frame_room(frame);

	lockdep_assert_held(&pool->lock);
	if (room) {
		list_del(&frame->node);
		if (list_empty(&pool->bin[room / BIN_BYTES]))
			__clear_bit(room / BIN_BYTES, pool->filled);
		pool->usage.unbuddied--;
		pool->usage.free_bytes -= room;
	} else if (!frame->whole) {
		pool->usage.lost_bytes -= frame_vacant(frame);
	}
}

/* Have a frame's room in one piece, unless somebody has an object mapped. */
static bool compact(struct zbud_pool *pool, struct zbud_frame *frame, size_t size)
{
	lockdep_assert_held(&pool->lock);
	if (!frame_try_move(frame)) {
		pool->usage.pinned++;
		return false;
	}
	pool->usage.compactions++;
	pool->usage.moved_bytes += frame_make_gap(frame, size);
	frame_moved(frame);
	return true;
}

/* A frame of this bin that has a place for @size bytes now. */
static struct zbud_frame *look_in_bin(struct zbud_pool *pool, unsigned int bin,
				      size_t size)
{
	struct zbud_frame *frame, *roomy = NULL;
	unsigned int looks = 0;

	list_for_each_entry(frame, &pool->bin[bin], node) {
		if (frame_gap(frame) >= (int)size)
			return frame;
		if (!roomy && frame_room(frame) >= size)
			roomy = frame;
		if (++looks == BIN_LOOKS)
			break;
	}
	if (roomy && (frame_find(roomy, size) || compact(pool, roomy, size)))
		return roomy;
	return NULL;
}

/* Where there is most room; nothing has to move there, or it is of no use. */
static struct zbud_frame *roomiest(struct zbud_pool *pool, size_t size)
{
	unsigned long bin = find_last_bit(pool->filled, NR_BINS);
	struct zbud_frame *frame;

	if (bin == NR_BINS)
		return NULL;
	frame = list_first_entry(&pool->bin[bin], struct zbud_frame, node);
	return frame_gap(frame) >= (int)size ? frame : NULL;
}

/* The fullest frame with room for @size bytes, which have a place now; unfiled. */
static struct zbud_frame *take_best_fit(struct zbud_pool *pool, size_t size)
{
	unsigned long pinned = pool->usage.pinned;
	unsigned long bin = size / BIN_BYTES;
	struct zbud_frame *frame = NULL;

	lockdep_assert_held(&pool->lock);
	for_each_set_bit_from(bin, pool->filled, NR_BINS) {
		frame = look_in_bin(pool, bin, size);
		if (frame)
			break;
		if (pool->usage.pinned - pinned == BINS_PINNED) {
			frame = roomiest(pool, size);
			break;
		}
	}
	if (frame) {
		frame_unfile(pool, frame);
		list_del(&frame_page(frame)->lru);
	}
	return frame;
}

/**
 * zbud_pool_create() - make an empty pool
 * @ops: the owner's operations
 * @owner: passed to them
 *
 * Its frames will have two buddies and one page, until zbud_set_shape().
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
	for (i = 0; i < ARRAY_SIZE(pool->bin); i++)
		INIT_LIST_HEAD(&pool->bin[i]);
	INIT_LIST_HEAD(&pool->lru);
	pool->buddies = 2;
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
 * zbud_set_shape() - what new frames are like
 * @pool: the pool; frames that it has stay as they are
 * @buddies: objects that share one: 1 to ZBUD_MAX_BUDDIES
 * @order: 2^order pages, or fewer if there are no so many in one piece: 0 to
 *	ZBUD_MAX_ORDER
 *
 * Context: any.
 */
void zbud_set_shape(struct zbud_pool *pool, unsigned int buddies,
		    unsigned int order)
{
	WRITE_ONCE(pool->buddies, buddies);
	WRITE_ONCE(pool->order, order);
}

/**
 * zbud_max_size() - the largest object that shares a frame, in bytes
 *
 * It fits in a frame of one page, which is all that there may be.
 */
size_t zbud_max_size(void)
{
	return PAGE_SIZE - FRAME_OVERHEAD;
}

/*
 * Several pages in one piece are an offer: nobody is to look for them, or to wake
 * anyone to do so, as one page will do.  If the caller may take that from reserves,
 * he may take these: he comes the less often.
 */
static gfp_t order_gfp(gfp_t gfp, unsigned int order)
{
	if (!order)
		return gfp;
	return (gfp & ~(__GFP_RECLAIM | __GFP_HIGH)) | __GFP_NORETRY | __GFP_NOWARN;
}

/* With fewer pages than 2^@order if there are no so many in one piece. */
static struct zbud_frame *frame_new(struct zbud_pool *pool, unsigned int order,
				    gfp_t gfp)
{
	struct zbud_frame *frame;

	do {
		frame = (struct zbud_frame *)
			__get_free_pages(order_gfp(gfp, order), order);
	} while (!frame && order--);
	if (frame)
		frame_init(frame, order, READ_ONCE(pool->buddies));
	return frame;
}

static struct zbud_frame *frame_new_whole(gfp_t gfp)
{
	struct zbud_frame *frame = kzalloc(struct_size(frame, slot, 1), gfp);

	if (!frame)
		return NULL;
	frame_init(frame, 0, 1);
	frame->whole = true;
	frame->page = (void *)__get_free_pages(gfp, 0);
	if (!frame->page) {
		kfree(frame);
		return NULL;
	}
	return frame;
}

/* Count a frame that is new to the pool, or (@one: -1) is no longer in it. */
static void count_frame(struct zbud_pool *pool, const struct zbud_frame *frame,
			long one)
{
	lockdep_assert_held(&pool->lock);
	WRITE_ONCE(pool->usage.pages,
		   pool->usage.pages + one * (1L << frame->order));
	if (frame->whole)
		pool->usage.whole += one;
	else
		pool->usage.frames[frame->order] += one;
}

/* @order: what was asked for */
static void frame_enter(struct zbud_pool *pool, struct zbud_frame *frame,
			unsigned int order)
{
	count_frame(pool, frame, 1);
	if (frame->order < order)
		pool->usage.denied++;
	frame_page(frame)->index = (unsigned long)frame;
}

/* Without the lock; it was counted out. */
static void frame_release(struct zbud_frame *frame)
{
	/* nobody has a handle in it any more */
	ASSERT_EXCLUSIVE_ACCESS(*frame);
	/* each pin is of an object that its holder keeps */
	WARN_ON_ONCE(atomic_read(&frame->pins));
	set_page_private(frame_page(frame), 0);
	if (frame->whole) {
		free_pages((unsigned long)frame->page, 0);
		kfree(frame);
		return;
	}
	free_pages((unsigned long)frame, frame->order);
}

/**
 * zbud_alloc() - allocate room for an object
 * @pool: the pool
 * @size: bytes: 1 to zbud_max_size(), or PAGE_SIZE for a frame of its own
 * @tag: the owner's word for the object, handed to its evict operation
 * @now_ns: the time, handed out by zbud_reclaim()
 * @gfp: for a new frame, if one is needed; not highmem.  0: there is to be none
 * @handle: where the handle goes; never 0
 *
 * Makes its frame the most recently added to.
 *
 * Context: process context; sleeps only if @gfp lets it.
 * Return: 0; -EINVAL for a size of 0; -ENOSPC for one above zbud_max_size()
 *	other than PAGE_SIZE; -ENOMEM when no frame has room, or can be had.
 */
noinline int zbud_alloc(struct zbud_pool *pool, size_t size, unsigned long tag,
			u64 now_ns, gfp_t gfp, unsigned long *handle)
{
	const bool whole = size == PAGE_SIZE;
	struct zbud_frame *frame = NULL;

	if (!size)
		return -EINVAL;
	if (size > zbud_max_size() && !whole)
		return -ENOSPC;

	spin_lock(&pool->lock);
	if (!whole)
		frame = take_best_fit(pool, size);
	if (!frame) {
		const unsigned int order = whole ? 0 : READ_ONCE(pool->order);

		spin_unlock(&pool->lock);
		if (gfp)
			frame = whole ? frame_new_whole(gfp) : frame_new(pool, order, gfp);
		if (!frame)
			return -ENOMEM;
		spin_lock(&pool->lock);
		frame_enter(pool, frame, order);
	}

	*handle = frame_handle(frame, frame_add(frame, size, tag));
	set_page_private(frame_page(frame), now_ns);
	frame_file(pool, frame);
	list_add(&frame_page(frame)->lru, &pool->lru);
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
		/* the reclaimer looks what is left when it is done */
		frame_remove(frame, handle_slot(handle));
		spin_unlock(&pool->lock);
		return;
	}
	frame_unfile(pool, frame);
	frame_remove(frame, handle_slot(handle));
	empty = !frame->buddies;
	if (empty) {
		list_del(&frame_page(frame)->lru);
		count_frame(pool, frame, -1);
	} else {
		frame_file(pool, frame);
	}
	spin_unlock(&pool->lock);

	if (empty)
		frame_release(frame);
}

/**
 * zbud_map() - where an object's bytes are
 * @pool: its pool
 * @handle: an object that the caller keeps from being freed
 *
 * Context: process context; may be followed by sleeping.
 * Return: a pointer that is valid until zbud_unmap(), which has to follow.
 */
void *zbud_map(struct zbud_pool *pool, unsigned long handle)
{
	struct zbud_frame *frame = handle_frame(handle);

	if (handle & HANDLE_WHOLE)
		return frame->page;
	if (unlikely(!frame_pin(frame))) {
		/* who moves the objects has the lock until that is done */
		spin_lock(&pool->lock);
		frame_pin(frame);
		spin_unlock(&pool->lock);
	}
	return (void *)frame + frame->slot[handle_slot(handle)].start;
}

/**
 * zbud_unmap() - an object may be moved again
 * @handle: the object, not yet freed
 *
 * Context: any.
 */
void zbud_unmap(unsigned long handle)
{
	if (!(handle & HANDLE_WHOLE))
		frame_unpin(handle_frame(handle));
}

/**
 * zbud_tag() - what the owner called an object
 * @handle: an object that the caller keeps from being freed
 *
 * Context: any.
 */
unsigned long zbud_tag(unsigned long handle)
{
	return handle_frame(handle)->slot[handle_slot(handle)].tag;
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
	struct page *page;

	lockdep_assert_held(&pool->lock);
	if (list_empty(&pool->lru))
		return NULL;
	for (chances = 0; ; chances++) {
		page = list_last_entry(&pool->lru, struct page, lru);
		frame = page_frame(page);
		if (!READ_ONCE(frame->touched) || chances == SECOND_CHANCES)
			break;
		WRITE_ONCE(frame->touched, false);
		list_move(&page->lru, &pool->lru);
	}
	list_del(&page->lru);
	frame_unfile(pool, frame);
	return frame;
}

/*
 * Ask the owner to let all of a frame's objects go.  Returns the error that says most:
 * -ENOMEM, as any other object would meet it, too; -EPERM, as it will not pass; or else
 * the first one.  Where one stays for good the others' room is still of use.
 */
static int evict_all(struct zbud_pool *pool, struct zbud_frame *frame,
		     unsigned long taken, void *arg)
{
	unsigned int nr;
	int ret, err = 0;

	for_each_set_bit(nr, &taken, ZBUD_MAX_BUDDIES) {
		/* of one that is freed meanwhile the tag is still there */
		ret = pool->ops->evict(pool->owner, frame_handle(frame, nr),
				       frame->slot[nr].tag, arg);
		if (ret == -ENOMEM)
			return ret;
		if (!err || ret == -EPERM)
			err = ret;
	}
	return err;
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
	unsigned long taken;
	int err;

	spin_lock(&pool->lock);
	frame = take_oldest(pool);
	if (!frame) {
		spin_unlock(&pool->lock);
		return -ENOENT;
	}
	frame->reclaiming = true;
	taken = frame_taken(frame);
	*seen = (struct zbud_reclaimed){
		.pages = 1U << frame->order,
		.buddies = frame->buddies,
		.bytes = frame->bytes,
		.added_ns = page_private(frame_page(frame)),
	};
	spin_unlock(&pool->lock);

	err = evict_all(pool, frame, taken, arg);

	spin_lock(&pool->lock);
	frame->reclaiming = false;
	if (!frame->buddies) {
		count_frame(pool, frame, -1);
		spin_unlock(&pool->lock);
		frame_release(frame);
		return 0;
	}
	frame_file(pool, frame);
	/* that there was no memory says nothing about the frame: it is next again */
	if (err == -ENOMEM)
		list_add_tail(&frame_page(frame)->lru, &pool->lru);
	else
		list_add(&frame_page(frame)->lru, &pool->lru);
	spin_unlock(&pool->lock);
	return err ?: -EAGAIN;
}

/**
 * zbud_pages() - pages that the frames of a pool have
 * @pool: the pool
 *
 * Context: any.
 */
unsigned long zbud_pages(const struct zbud_pool *pool)
{
	return READ_ONCE(pool->usage.pages);
}

/**
 * zbud_get_usage() - what a pool's frames hold, and what they waste
 * @pool: the pool
 * @usage: filled in
 *
 * Context: process context.
 */
void zbud_get_usage(struct zbud_pool *pool, struct zbud_usage *usage)
{
	spin_lock(&pool->lock);
	*usage = pool->usage;
	spin_unlock(&pool->lock);
}
