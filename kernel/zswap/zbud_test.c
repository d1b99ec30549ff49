// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of zbud, in a module of their own that has zbud.c and frame.c inside.
 *
 * A model goes along with the pool: which objects live, what their bytes are,
 * which frame each is in, and the frames' order.  Whatever a test does to the
 * pool it does by put_object(), drop_object(), touch_object() and reclaim().
 * They tell the model, ask it what must come of it, and then compare what both
 * hold.  A test itself only says what is special about it, in plain numbers
 * where it can, so that the model has to be right as well.
 *
 * The model shares neither constants nor code with zbud.c, but for how much it
 * looks around.  Frames are told apart by their address, which is in a handle.
 *
 * There are several suites: the same tests for frames of several shapes, and one
 * of what has a shape, or several, of its own.
 *
 * A failed assertion ends its test at once, maybe inside of evict.  What the
 * pool holds then is not freed: nobody knows what still points there.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/zbud.h>

/*
 * zbud's memory comes from here, so that it can be counted, and refused.  Only
 * the page allocator and slab are stood in for, not zbud's own functions.
 */
#define UNLIMITED	INT_MAX

static struct {
	atomic_t pages;
	atomic_t headers;	/* a pool is one, too */
	int allowed;		/* allocations until they fail */
	unsigned int order;	/* the largest that there is */
	struct zbud_pool *raise;	/* gets the largest order while one is going on */
	gfp_t gfp[ZBUD_MAX_ORDER + 1];	/* of the most recent ones */
} memory;

static bool memory_allows(gfp_t gfp, unsigned int order)
{
	WRITE_ONCE(memory.gfp[order], gfp);
	if (order > memory.order)
		return false;
	if (memory.allowed == UNLIMITED)
		return true;
	if (!memory.allowed)
		return false;
	memory.allowed--;
	return true;
}

static unsigned long memory_pages(gfp_t gfp, unsigned int order)
{
	unsigned long page;

	if (memory.raise)
		zbud_set_shape(memory.raise, 16, ZBUD_MAX_ORDER);
	if (!memory_allows(gfp, order))
		return 0;
	/* an offer that fails by itself would look like one that was refused */
	page = __get_free_pages(order ? GFP_KERNEL : gfp, order);
	if (!page)
		return 0;
	atomic_add(1 << order, &memory.pages);
	/* so that nobody relies on what an old page happens to hold */
	memset((void *)page, 0xa5, PAGE_SIZE << order);
	return page;
}

static void memory_free_pages(unsigned long page, unsigned int order)
{
	atomic_sub(1 << order, &memory.pages);
	free_pages(page, order);
}

static void *memory_header(size_t size, gfp_t gfp)
{
	void *header = memory_allows(gfp, 0) ? kzalloc(size, gfp) : NULL;

	if (header)
		atomic_inc(&memory.headers);
	return header;
}

static void memory_free_header(const void *header)
{
	if (header)
		atomic_dec(&memory.headers);
	kfree(header);
}

#undef kzalloc
#undef kfree
#undef __get_free_pages
#undef free_pages
#define __get_free_pages(gfp, order)	memory_pages(gfp, order)
#define free_pages(page, order)		memory_free_pages(page, order)
#define kzalloc(size, gfp)		memory_header(size, gfp)
#define kfree(header)			memory_free_header(header)

#undef pr_fmt
#include "frame.c"
#include "zbud.c"

/*
 * The model
 */

/* As frame.c's head has it: a header, and what each object costs besides its bytes. */
#define MODEL_HEADER	32
#define MODEL_SLOT	12
#define MODEL_ROOM	(4096 - MODEL_HEADER - MODEL_SLOT)
/* Frames of about the same room are as good as each other. */
#define MODEL_BIN	32
#define MODEL_BUDDIES	32
static_assert(PAGE_SIZE == 4096);

#define NR_OBJECTS	256
/* Any of its offsets begins PAGE_SIZE bytes that look like no others. */
#define PATTERN_SIZE	(2 * PAGE_SIZE)

struct model_frame;

/**
 * struct model_object - an object as it should be
 * @frame: the one it is in, or was when its reclaim began; NULL: not in use
 * @handle: what zbud calls it
 * @tag: what we do; no two objects ever have the same
 * @bytes: where it was when last seen; only @pinned says that it is there still
 * @size: its bytes
 * @pattern: its contents' place in the pattern
 * @live: not freed
 * @pinned: mapped
 * @asked: evict was called for it in the reclaim under way
 */
struct model_object {
	struct model_frame *frame;
	unsigned long handle;
	unsigned long tag;
	void *bytes;
	size_t size;
	unsigned int pattern;
	bool live;
	bool pinned;
	bool asked;
};

/**
 * struct model_frame - a frame as it should be
 * @lru: in model->lru, or, while being reclaimed or not in use, elsewhere
 * @all: in model->frames or model->spare
 * @base: where it begins
 * @order: of its pages
 * @limit: objects that it may hold
 * @object: what it holds, by slot
 * @added_ns: when the latest object came
 * @whole: one object has it for itself
 * @touched: since it was filled, or had its second chance
 * @reclaiming: by a reclaim() further up the stack
 * @lists: for walk(): on how many of the pool's lists it was seen
 */
struct model_frame {
	struct list_head lru;
	struct list_head all;
	void *base;
	unsigned int order;
	unsigned int limit;
	struct model_object *object[MODEL_BUDDIES];
	u64 added_ns;
	bool whole;
	bool touched;
	bool reclaiming;
	unsigned int lists;
};

/**
 * struct shape - what new frames are like
 * @buddies: objects that they may hold
 * @order: of their pages
 */
struct shape {
	unsigned int buddies;
	unsigned int order;
};

/**
 * struct model - one test's pool, and what should be in it
 * @test: the test
 * @pool: the pool
 * @shape: of new frames
 * @denied: frames that have fewer pages than that says
 * @pins: objects that are mapped
 * @lru: frames, youngest first, but those being reclaimed
 * @frames: all frames, those being reclaimed included
 * @spare: frames not in use
 * @nr_frames: how many are in @frames
 * @frame: all of them
 * @object: objects
 * @next: where to look for an object that is not in use: freed ones rest
 * @live: objects that live
 * @now_ns: the clock
 * @last_tag: given out
 * @rnd: chance
 * @pattern: what contents are made of
 */
struct model {
	struct kunit *test;
	struct zbud_pool *pool;
	struct shape shape;
	unsigned long denied;
	unsigned int pins;
	struct list_head lru;
	struct list_head frames;
	struct list_head spare;
	unsigned int nr_frames;
	struct model_frame *frame;
	struct model_object *object;
	unsigned int next;
	unsigned int live;
	u64 now_ns;
	unsigned long last_tag;
	struct rnd_state rnd;
	u8 *pattern;
};

/**
 * struct eviction - one call of zbud_reclaim(), as its @arg
 * @model: the model
 * @evict: what to do with each object; returns what evict is to return
 * @frame: the frame that it has to be, or NULL for none
 * @calls: of @evict
 * @err: the first error that it returned
 * @last: what it returned last
 * @seen: what zbud_reclaim() told
 * @depth: how many reclaims are further up the stack
 * @script: for scripted()
 */
struct eviction {
	struct model *model;
	int (*evict)(struct eviction *eviction, struct model_object *object);
	struct model_frame *frame;
	unsigned int calls;
	int err;
	int last;
	struct zbud_reclaimed seen;
	unsigned int depth;
	const struct script *script;
};

static u32 chance(struct model *model, u32 ceiling)
{
	return prandom_u32_state(&model->rnd) % ceiling;
}

static unsigned int objects_in(const struct model_frame *frame)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MODEL_BUDDIES; i++)
		nr += !!frame->object[i];
	return nr;
}

static unsigned int bytes_in(const struct model_frame *frame)
{
	unsigned int i, bytes = 0;

	for (i = 0; i < MODEL_BUDDIES; i++)
		bytes += frame->object[i] ? frame->object[i]->size : 0;
	return bytes;
}

static bool is_pinned(const struct model_frame *frame)
{
	unsigned int i;

	for (i = 0; i < MODEL_BUDDIES; i++) {
		if (frame->object[i] && frame->object[i]->pinned)
			return true;
	}
	return false;
}

/* Those up to the last that is taken. */
static unsigned int slots_of(const struct model_frame *frame)
{
	unsigned int slots = MODEL_BUDDIES;

	while (slots && !frame->object[slots - 1])
		slots--;
	return slots;
}

/* Of a frame that is not whole. */
static unsigned int vacant_bytes(const struct model_frame *frame)
{
	return (4096 << frame->order) - MODEL_HEADER -
	       slots_of(frame) * MODEL_SLOT - bytes_in(frame);
}

/* The largest object that may come, if anything may be moved for it. */
static unsigned int room_of(const struct model_frame *frame)
{
	unsigned int cost = MODEL_SLOT;

	if (frame->whole || objects_in(frame) == frame->limit)
		return 0;
	if (objects_in(frame) < slots_of(frame))
		cost = 0;
	return vacant_bytes(frame) > cost ? vacant_bytes(frame) - cost : 0;
}

static unsigned int slot_of(unsigned long handle)
{
	return handle & 1 ? 0 : (handle & 4095) >> 1;
}

static void *base_of(struct model *model, unsigned long handle)
{
	if (!(handle & 1))
		return (void *)(handle & ~4095UL);
	/* a whole frame: its page */
	return zbud_map(model->pool, handle);
}

static struct model_frame *find_frame(struct model *model, const void *base)
{
	struct model_frame *frame;

	list_for_each_entry(frame, &model->frames, all) {
		if (frame->base == base)
			return frame;
	}
	return NULL;
}

static void discard_frame(struct model *model, struct model_frame *frame)
{
	list_del(&frame->lru);
	list_move(&frame->all, &model->spare);
	model->nr_frames--;
}

/* Contents, and the ways to them. */
static void verify_object(struct model *model, struct model_object *object)
{
	struct kunit *test = model->test;

	if (object->live) {
		void *bytes = zbud_map(model->pool, object->handle);

		if (object->pinned)
			KUNIT_ASSERT_PTR_EQ(test, bytes, object->bytes);
		object->bytes = bytes;
		KUNIT_ASSERT_EQ(test, zbud_tag(object->handle), object->tag);
	}
	/* one that was freed while its frame is reclaimed: its memory stays */
	KUNIT_ASSERT_TRUE_MSG(test, !memcmp(object->bytes,
					    model->pattern + object->pattern,
					    object->size),
			      "contents changed: object %lu of %zu bytes",
			      object->tag, object->size);
	if (object->live)
		zbud_unmap(object->handle);
}

static void verify_objects(struct model *model)
{
	unsigned int i;

	for (i = 0; i < NR_OBJECTS; i++) {
		if (model->object[i].frame)
			verify_object(model, &model->object[i]);
	}
}

/* What the pool says of itself, and the memory that it has. */
static void check_usage(struct model *model)
{
	struct zbud_usage usage, want = {};
	struct kunit *test = model->test;
	unsigned int i, headers = 1;
	struct model_frame *frame;

	list_for_each_entry(frame, &model->lru, lru) {
		if (room_of(frame)) {
			want.unbuddied++;
			want.free_bytes += room_of(frame);
		} else if (!frame->whole) {
			want.lost_bytes += vacant_bytes(frame);
		}
	}
	list_for_each_entry(frame, &model->frames, all) {
		want.pages += 1 << frame->order;
		want.whole += frame->whole;
		want.frames[frame->order] += !frame->whole;
		headers += frame->whole;
	}

	zbud_get_usage(model->pool, &usage);
	KUNIT_ASSERT_EQ(test, usage.pages, want.pages);
	for (i = 0; i <= ZBUD_MAX_ORDER; i++)
		KUNIT_ASSERT_EQ(test, usage.frames[i], want.frames[i]);
	KUNIT_ASSERT_EQ(test, usage.whole, want.whole);
	KUNIT_ASSERT_EQ(test, usage.unbuddied, want.unbuddied);
	KUNIT_ASSERT_EQ(test, usage.free_bytes, want.free_bytes);
	KUNIT_ASSERT_EQ(test, usage.lost_bytes, want.lost_bytes);
	KUNIT_ASSERT_EQ(test, usage.denied, model->denied);
	KUNIT_ASSERT_EQ(test, zbud_pages(model->pool), want.pages);
	KUNIT_ASSERT_EQ(test, atomic_read(&memory.pages), want.pages);
	KUNIT_ASSERT_EQ(test, atomic_read(&memory.headers), headers);
}

/* Objects' places are their own: inside of the frame, beside its header and each other. */
static void check_places(struct model *model, const struct model_frame *frame)
{
	unsigned int head = MODEL_HEADER + slots_of(frame) * MODEL_SLOT;
	struct kunit *test = model->test;
	unsigned int i, j;

	for (i = 0; i < MODEL_BUDDIES; i++) {
		struct model_object *object = frame->object[i];

		if (!object)
			continue;
		verify_object(model, object);
		KUNIT_ASSERT_GE(test, object->bytes - frame->base,
				frame->whole ? 0 : head);
		KUNIT_ASSERT_LE(test, object->bytes - frame->base + object->size,
				4096 << frame->order);
		/* those before it were just looked at */
		for (j = 0; j < i; j++) {
			const struct model_object *other = frame->object[j];

			KUNIT_ASSERT_TRUE(test, !other ||
					  object->bytes + object->size <= other->bytes ||
					  other->bytes + other->size <= object->bytes);
		}
	}
}

/**
 * struct fit - where an object may come to
 * @room: of the fullest frame that has room for it; 0 if none has
 * @maybe: that need not be found: a frame where it takes luck to be looked at, or
 *	where somebody has an object mapped
 */
struct fit {
	unsigned int room;
	bool maybe;
};

static struct fit best_fit(struct model *model, size_t size)
{
	struct model_frame *frame;
	unsigned int crowd = 0;
	struct fit fit = {};

	if (size == PAGE_SIZE)
		return fit;
	list_for_each_entry(frame, &model->lru, lru) {
		unsigned int room = room_of(frame);

		/* some of these are too small */
		crowd += room && room / MODEL_BIN == size / MODEL_BIN;
		if (room >= size && (!fit.room || room < fit.room))
			fit.room = room;
	}
	fit.maybe = model->pins ||
		    (fit.room / MODEL_BIN == size / MODEL_BIN && crowd > BIN_LOOKS);
	return fit;
}

static struct model_object *unused_object(struct model *model)
{
	unsigned int i;

	for (i = 0; i < NR_OBJECTS; i++) {
		struct model_object *object;

		object = &model->object[model->next++ % NR_OBJECTS];
		if (!object->frame)
			return object;
	}
	return NULL;
}

static struct model_frame *new_frame(struct model *model, void *base, bool whole)
{
	unsigned int order = min(model->shape.order, memory.order);
	struct model_frame *frame;

	frame = list_first_entry(&model->spare, struct model_frame, all);
	list_move(&frame->all, &model->frames);
	model->nr_frames++;
	memset(frame->object, 0, sizeof(frame->object));
	frame->base = base;
	frame->whole = whole;
	frame->order = whole ? 0 : order;
	frame->limit = whole ? 1 : model->shape.buddies;
	frame->touched = false;
	frame->reclaiming = false;
	if (!whole && order < model->shape.order)
		model->denied++;
	return frame;
}

/* The frame that a new object came to, which has to be one that it may come to. */
static struct model_frame *place_object(struct model *model,
					struct model_object *object,
					struct fit fit)
{
	void *base = base_of(model, object->handle);
	unsigned int slot = slot_of(object->handle);
	struct kunit *test = model->test;
	struct model_frame *frame = find_frame(model, base);

	if (frame) {
		unsigned int room = room_of(frame);

		KUNIT_ASSERT_NE_MSG(test, fit.room, 0,
				    "%zu bytes fit nowhere, and have no new frame",
				    object->size);
		KUNIT_ASSERT_FALSE(test, frame->reclaiming);
		KUNIT_ASSERT_GE(test, room, object->size);
		if (!fit.maybe)
			KUNIT_ASSERT_EQ(test, room / MODEL_BIN, fit.room / MODEL_BIN);
		list_del(&frame->lru);
	} else {
		KUNIT_ASSERT_TRUE_MSG(test, !fit.room || fit.maybe,
				      "%zu bytes fit, and have a new frame",
				      object->size);
		frame = new_frame(model, base, object->size == PAGE_SIZE);
	}
	KUNIT_ASSERT_LT(test, slot, frame->limit);
	KUNIT_ASSERT_NULL(test, frame->object[slot]);
	list_add(&frame->lru, &model->lru);
	frame->object[slot] = object;
	frame->added_ns = model->now_ns;
	return frame;
}

/* An object of @size bytes, written full. */
static struct model_object *put_object(struct model *model, size_t size)
{
	struct model_object *object = unused_object(model);
	struct fit fit = best_fit(model, size);
	struct kunit *test = model->test;
	unsigned int i;

	cond_resched();
	KUNIT_ASSERT_NOT_NULL(test, object);
	object->tag = ++model->last_tag;
	object->size = size;
	object->pattern = object->tag % PAGE_SIZE;
	object->handle = 0;
	model->now_ns += 1 + chance(model, 1000);
	KUNIT_ASSERT_EQ_MSG(test, zbud_alloc(model->pool, size, object->tag,
					     model->now_ns, GFP_KERNEL,
					     &object->handle), 0,
			    "%zu bytes", size);
	KUNIT_ASSERT_NE(test, object->handle, 0);
	for (i = 0; i < NR_OBJECTS; i++) {
		const struct model_object *other = &model->object[i];

		if (other->frame)
			KUNIT_ASSERT_NE(test, object->handle, other->handle);
	}

	object->frame = place_object(model, object, fit);
	object->live = true;
	object->pinned = false;
	object->asked = false;
	model->live++;
	object->bytes = zbud_map(model->pool, object->handle);
	memcpy(object->bytes, model->pattern + object->pattern, size);
	zbud_unmap(object->handle);
	check_places(model, object->frame);
	check_usage(model);
	return object;
}

static void forget_object(struct model_object *object)
{
	struct model_frame *frame = object->frame;

	frame->object[slot_of(object->handle)] = NULL;
	object->frame = NULL;
}

static void drop_object(struct model *model, struct model_object *object)
{
	struct model_frame *frame = object->frame;

	KUNIT_ASSERT_TRUE(model->test, object->live);
	KUNIT_ASSERT_FALSE(model->test, object->pinned);
	verify_object(model, object);
	zbud_free(model->pool, object->handle);
	object->live = false;
	model->live--;
	/* else its reclaim has yet to find that out */
	if (!frame->reclaiming) {
		forget_object(object);
		if (!objects_in(frame))
			discard_frame(model, frame);
	}
	check_usage(model);
}

static void touch_object(struct model_object *object)
{
	zbud_touch(object->handle);
	object->frame->touched = true;
}

/* It stays where it is from now on, until unpin_object(). */
static void pin_object(struct model *model, struct model_object *object)
{
	object->bytes = zbud_map(model->pool, object->handle);
	object->pinned = true;
	model->pins++;
}

static void unpin_object(struct model *model, struct model_object *object)
{
	verify_object(model, object);
	zbud_unmap(object->handle);
	object->pinned = false;
	model->pins--;
}

static int evict(void *owner, unsigned long handle, unsigned long tag, void *arg)
{
	struct eviction *eviction = arg;
	struct model *model = eviction->model;
	struct model_object *object = NULL;
	struct kunit *test = model->test;
	unsigned int i;
	int err;

	KUNIT_ASSERT_PTR_EQ(test, owner, (void *)model);
	KUNIT_ASSERT_NOT_NULL(test, eviction->frame);
	for (i = 0; i < MODEL_BUDDIES; i++) {
		if (eviction->frame->object[i] &&
		    eviction->frame->object[i]->tag == tag)
			object = eviction->frame->object[i];
	}
	KUNIT_ASSERT_NOT_NULL_MSG(test, object, "%lu was not to go yet", tag);
	KUNIT_ASSERT_EQ(test, object->handle, handle);
	KUNIT_ASSERT_FALSE(test, object->asked);
	object->asked = true;
	eviction->calls++;
	verify_object(model, object);

	KUNIT_ASSERT_NE(test, eviction->last, -ENOMEM);
	err = eviction->evict(eviction, object);
	eviction->last = err;
	/* whatever that did, the memory stays for as long as we are here */
	verify_object(model, object);
	/* the first, unless one says more */
	if (!eviction->err || err == -ENOMEM || err == -EPERM)
		eviction->err = err;
	return err;
}

static const struct zbud_ops ops = { .evict = evict };

/* The frame that the next reclaim takes, out of the model's order. */
static struct model_frame *take_expected(struct model *model)
{
	struct model_frame *frame;
	unsigned int chances;

	if (list_empty(&model->lru))
		return NULL;
	for (chances = 0; chances < SECOND_CHANCES; chances++) {
		frame = list_last_entry(&model->lru, struct model_frame, lru);
		if (!frame->touched)
			break;
		frame->touched = false;
		list_move(&frame->lru, &model->lru);
	}
	frame = list_last_entry(&model->lru, struct model_frame, lru);
	list_del_init(&frame->lru);
	frame->reclaiming = true;
	return frame;
}

/* Its objects are where they were, and not asked yet; what it has, in @want. */
static void prepare_reclaim(struct model *model, const struct model_frame *frame,
			    struct zbud_reclaimed *want)
{
	unsigned int i;

	for (i = 0; i < MODEL_BUDDIES; i++) {
		if (!frame->object[i])
			continue;
		/* where it is, it stays, also when it is freed */
		verify_object(model, frame->object[i]);
		frame->object[i]->asked = false;
	}
	*want = (struct zbud_reclaimed){
		.pages = 1 << frame->order,
		.buddies = objects_in(frame),
		.bytes = bytes_in(frame),
		.added_ns = frame->added_ns,
	};
}

/* Returns what zbud_reclaim() is to return for a frame whose objects were asked to go. */
static int settle_reclaimed(struct eviction *eviction, struct model_frame *frame)
{
	struct model *model = eviction->model;
	unsigned int i;
	int err;

	frame->reclaiming = false;
	for (i = 0; i < MODEL_BUDDIES; i++) {
		if (frame->object[i] && !frame->object[i]->live)
			forget_object(frame->object[i]);
	}
	if (!objects_in(frame)) {
		discard_frame(model, frame);
		return 0;
	}
	err = eviction->err ?: -EAGAIN;
	if (err == -ENOMEM)
		list_add_tail(&frame->lru, &model->lru);
	else
		list_add(&frame->lru, &model->lru);
	return err;
}

/* Returns what zbud_reclaim() did, which was right. */
static int reclaim_with(struct eviction *eviction)
{
	struct zbud_reclaimed *seen = &eviction->seen;
	struct zbud_reclaimed untouched, want = {};
	struct model *model = eviction->model;
	struct kunit *test = model->test;
	struct model_frame *frame;
	int err;

	eviction->frame = take_expected(model);
	frame = eviction->frame;
	if (frame)
		prepare_reclaim(model, frame, &want);
	memset(&untouched, 0x5a, sizeof(untouched));
	*seen = untouched;

	err = zbud_reclaim(model->pool, eviction, seen);

	/* once there is no memory the others are not asked */
	if (eviction->last == -ENOMEM)
		KUNIT_ASSERT_LE(test, eviction->calls, want.buddies);
	else
		KUNIT_ASSERT_EQ(test, eviction->calls, want.buddies);
	if (!frame) {
		KUNIT_ASSERT_EQ(test, err, -ENOENT);
		KUNIT_ASSERT_MEMEQ(test, seen, &untouched, sizeof(untouched));
		return err;
	}
	KUNIT_ASSERT_EQ(test, seen->pages, want.pages);
	KUNIT_ASSERT_EQ(test, seen->buddies, want.buddies);
	KUNIT_ASSERT_EQ(test, seen->bytes, want.bytes);
	KUNIT_ASSERT_EQ(test, seen->added_ns, want.added_ns);
	KUNIT_ASSERT_EQ(test, err, settle_reclaimed(eviction, frame));
	check_usage(model);
	return err;
}

static int reclaim(struct model *model,
		   int (*what)(struct eviction *, struct model_object *))
{
	struct eviction eviction = { .model = model, .evict = what };

	return reclaim_with(&eviction);
}

static int let_go(struct eviction *eviction, struct model_object *object)
{
	drop_object(eviction->model, object);
	return 0;
}

static int keep(struct eviction *eviction, struct model_object *object)
{
	return -EBUSY;
}

static int keep_without_memory(struct eviction *eviction, struct model_object *object)
{
	return -ENOMEM;
}

/* A frame's header agrees with its slots, of which the last one is never vacant. */
static void check_header(struct kunit *test, const struct zbud_frame *frame)
{
	unsigned int i, bytes = 0, buddies = 0, low = 4096 << frame->order;

	for (i = 0; i < frame->slots; i++) {
		const struct zbud_slot *slot = &frame->slot[i];

		buddies += slot->size > 0;
		bytes += slot->size;
		if (slot->size)
			low = min_t(unsigned int, low, slot->start);
	}
	KUNIT_ASSERT_EQ(test, frame->buddies, buddies);
	KUNIT_ASSERT_EQ(test, frame->bytes, bytes);
	KUNIT_ASSERT_EQ(test, frame->low, low);
	KUNIT_ASSERT_GT(test, frame->buddies, 0);
	KUNIT_ASSERT_LE(test, frame->buddies, frame->limit);
	KUNIT_ASSERT_NE(test, frame->slot[frame->slots - 1].size, 0);
	KUNIT_ASSERT_FALSE(test, frame->reclaiming);
	if (!frame->whole)
		KUNIT_ASSERT_GE(test, (int)low,
				MODEL_HEADER + frame->slots * MODEL_SLOT);
}

/*
 * Every frame in the order of age once, and in the bin where it belongs, or in none;
 * and the counts of them right.  Whoever calls this has the pool for himself, and so
 * needs no lock.
 */
static void check_lists(struct kunit *test, const struct zbud_pool *pool)
{
	unsigned long pages = zbud_pages(pool), frames = 0, filed = 0;
	struct zbud_usage want = {};
	const struct zbud_frame *frame;
	const struct page *page;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pool->bin); i++) {
		KUNIT_ASSERT_EQ_MSG(test, test_bit(i, pool->filled),
				    !list_empty(&pool->bin[i]),
				    "frames with room for about %u bytes", i * MODEL_BIN);
		list_for_each_entry(frame, &pool->bin[i], node) {
			/* a list that was broken may have no end */
			KUNIT_ASSERT_LE(test, ++filed, pages);
			KUNIT_ASSERT_FALSE(test, frame->whole);
			KUNIT_ASSERT_EQ(test, frame_room(frame) / MODEL_BIN, i);
		}
	}
	list_for_each_entry(page, &pool->lru, lru) {
		frame = page_frame(page);
		KUNIT_ASSERT_LE(test, ++frames, pages);
		KUNIT_ASSERT_PTR_EQ(test, page, frame_page(frame));
		check_header(test, frame);
		want.pages += 1 << frame->order;
		want.whole += frame->whole;
		want.frames[frame->order] += !frame->whole;
		want.unbuddied += frame_room(frame) > 0;
		want.free_bytes += frame_room(frame);
		if (!frame->whole && !frame_room(frame))
			want.lost_bytes += frame_vacant(frame);
	}
	KUNIT_ASSERT_EQ(test, filed, want.unbuddied);
	/* what happened, and not what is */
	want.denied = pool->usage.denied;
	want.compactions = pool->usage.compactions;
	want.moved_bytes = pool->usage.moved_bytes;
	want.pinned = pool->usage.pinned;
	KUNIT_ASSERT_MEMEQ(test, &pool->usage, &want, sizeof(want));
}

/* A frame of the pool's, found on a list, is the model's, with the same objects. */
static void match_frame(struct model *model, const struct zbud_frame *frame)
{
	const void *base = frame->whole ? frame->page : (const void *)frame;
	struct model_frame *same = find_frame(model, base);
	struct kunit *test = model->test;

	KUNIT_ASSERT_NOT_NULL(test, same);
	KUNIT_ASSERT_FALSE(test, same->reclaiming);
	KUNIT_ASSERT_EQ(test, frame->whole, same->whole);
	KUNIT_ASSERT_EQ(test, frame->order, same->order);
	KUNIT_ASSERT_EQ(test, frame->limit, same->limit);
	KUNIT_ASSERT_EQ(test, frame->buddies, objects_in(same));
	KUNIT_ASSERT_EQ(test, frame->bytes, bytes_in(same));
	KUNIT_ASSERT_EQ(test, frame_room(frame), room_of(same));
	KUNIT_ASSERT_EQ(test, page_private(frame_page(frame)), same->added_ns);
	KUNIT_ASSERT_EQ(test, frame->touched, same->touched);
	/* a whole frame has none */
	KUNIT_ASSERT_EQ(test, atomic_read(&frame->pins) > 0,
			is_pinned(same) && !same->whole);
	same->lists++;
}

/* All of the pool's lists, against the model's; and every object. */
static void walk(struct model *model)
{
	struct zbud_pool *pool = model->pool;
	struct kunit *test = model->test;
	struct model_frame *expected;
	struct zbud_frame *frame;
	struct page *page;
	unsigned int i;

	check_lists(test, pool);
	list_for_each_entry(expected, &model->frames, all)
		expected->lists = 0;
	for (i = 0; i < ARRAY_SIZE(pool->bin); i++) {
		list_for_each_entry(frame, &pool->bin[i], node)
			match_frame(model, frame);
	}

	/* the same frames once more, in the right order */
	expected = list_first_entry(&model->lru, struct model_frame, lru);
	list_for_each_entry(page, &pool->lru, lru) {
		frame = page_frame(page);
		KUNIT_ASSERT_FALSE(test, list_entry_is_head(expected, &model->lru, lru));
		match_frame(model, frame);
		KUNIT_ASSERT_PTR_EQ(test, frame->whole ? frame->page : (void *)frame,
				    expected->base);
		KUNIT_ASSERT_EQ(test, expected->lists, 1 + (room_of(expected) > 0));
		check_places(model, expected);
		expected = list_next_entry(expected, lru);
	}
	KUNIT_ASSERT_TRUE(test, list_entry_is_head(expected, &model->lru, lru));
	verify_objects(model);
}

static void drop_all(struct model *model)
{
	unsigned int i;

	for (i = 0; i < NR_OBJECTS; i++) {
		if (model->object[i].frame)
			drop_object(model, &model->object[i]);
	}
	walk(model);
	KUNIT_ASSERT_EQ(model->test, zbud_pages(model->pool), 0);
}

static void expect_pages(struct model *model, unsigned long pages)
{
	KUNIT_ASSERT_EQ(model->test, zbud_pages(model->pool), pages);
}

static void expect_frames(struct model *model, unsigned int frames)
{
	KUNIT_ASSERT_EQ(model->test, model->nr_frames, frames);
}

/* The next frame to be reclaimed is @object's, and nothing else goes with it. */
static void expect_next(struct model *model, struct model_object *object)
{
	unsigned int live = model->live - objects_in(object->frame);

	KUNIT_ASSERT_TRUE(model->test, object->live);
	KUNIT_ASSERT_EQ(model->test, reclaim(model, let_go), 0);
	KUNIT_ASSERT_FALSE(model->test, object->live);
	KUNIT_ASSERT_EQ(model->test, model->live, live);
}

static bool same_frame(const struct model_object *one, const struct model_object *two)
{
	return one->frame == two->frame;
}

/*
 * A new frame with as much room: that of so many objects of about the same size, too
 * large for what other frames have.  Returns one of them.
 */
static struct model_object *put_frame(struct model *model, unsigned int room)
{
	unsigned int left, pieces = (2 << model->shape.order) - 1;
	struct model_object *first = NULL, *object;

	left = (4096 << model->shape.order) - MODEL_HEADER - pieces * MODEL_SLOT;
	if (room)
		left -= MODEL_SLOT + room;
	for (; pieces; pieces--) {
		object = put_object(model, left / pieces);
		left -= object->size;
		first = first ?: object;
		KUNIT_ASSERT_PTR_EQ(model->test, object->frame, first->frame);
	}
	KUNIT_ASSERT_EQ(model->test, room_of(first->frame),
			objects_in(first->frame) < first->frame->limit ? room : 0);
	return first;
}

static void drop_frame(struct model *model, struct model_frame *frame)
{
	unsigned int i;

	for (i = 0; i < MODEL_BUDDIES; i++) {
		if (frame->object[i])
			drop_object(model, frame->object[i]);
	}
}

static void set_shape(struct model *model, unsigned int buddies, unsigned int order)
{
	model->shape = (struct shape){ buddies, order };
	zbud_set_shape(model->pool, buddies, order);
}

static int init_shape(struct kunit *test, unsigned int buddies, unsigned int order)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);
	unsigned int i;

	if (!model)
		return -ENOMEM;
	test->priv = model;
	model->test = test;
	INIT_LIST_HEAD(&model->lru);
	INIT_LIST_HEAD(&model->frames);
	INIT_LIST_HEAD(&model->spare);
	model->frame = kunit_kcalloc(test, NR_OBJECTS, sizeof(*model->frame),
				     GFP_KERNEL);
	model->object = kunit_kcalloc(test, NR_OBJECTS, sizeof(*model->object),
				      GFP_KERNEL);
	model->pattern = kunit_kzalloc(test, PATTERN_SIZE, GFP_KERNEL);
	if (!model->frame || !model->object || !model->pattern)
		return -ENOMEM;
	for (i = 0; i < NR_OBJECTS; i++)
		list_add(&model->frame[i].all, &model->spare);
	/* the same for every run: a failure has to come again */
	prandom_seed_state(&model->rnd, 20250611);
	prandom_bytes_state(&model->rnd, model->pattern, PATTERN_SIZE);

	atomic_set(&memory.pages, 0);
	atomic_set(&memory.headers, 0);
	memory.allowed = UNLIMITED;
	memory.order = ZBUD_MAX_ORDER;
	memory.raise = NULL;
	model->pool = zbud_pool_create(&ops, model);
	if (!model->pool)
		return -ENOMEM;
	set_shape(model, buddies, order);
	return 0;
}

/* The zbud of old, which is also what a pool makes if nobody says anything. */
static int init_2_0(struct kunit *test)
{
	return init_shape(test, 2, 0);
}

static int init_16_0(struct kunit *test)
{
	return init_shape(test, 16, 0);
}

static int init_16_1(struct kunit *test)
{
	return init_shape(test, 16, 1);
}

static int init_32_2(struct kunit *test)
{
	return init_shape(test, 32, 2);
}

static void zbud_test_exit(struct kunit *test)
{
	struct model *model = test->priv;

	if (!model || !model->pool)
		return;
	KUNIT_EXPECT_EQ(test, zbud_pages(model->pool), 0);
	if (zbud_pages(model->pool))
		return;
	zbud_pool_destroy(model->pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.pages), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.headers), 0);
}

/*
 * Filling
 */

static int try_alloc(struct model *model, size_t size)
{
	unsigned long handle;

	return zbud_alloc(model->pool, size, 1, 1, GFP_KERNEL, &handle);
}

static void sizes_taken_and_refused(struct kunit *test)
{
	struct model *model = test->priv;
	size_t size;

	KUNIT_EXPECT_EQ(test, zbud_max_size(), MODEL_ROOM);
	for (size = 1; size <= PAGE_SIZE; size++) {
		if (size > MODEL_ROOM && size < PAGE_SIZE) {
			KUNIT_ASSERT_EQ(test, try_alloc(model, size), -ENOSPC);
			check_usage(model);
			continue;
		}
		drop_object(model, put_object(model, size));
		expect_pages(model, 0);
	}

	/* nor does it matter what there is already */
	put_object(model, 64);
	put_object(model, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, try_alloc(model, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, try_alloc(model, MODEL_ROOM + 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, try_alloc(model, PAGE_SIZE - 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, try_alloc(model, PAGE_SIZE + 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, try_alloc(model, 2 * PAGE_SIZE), -ENOSPC);
	KUNIT_EXPECT_EQ(test, try_alloc(model, SIZE_MAX), -ENOSPC);
	KUNIT_EXPECT_EQ(test, try_alloc(model, SIZE_MAX - PAGE_SIZE + 2), -ENOSPC);
	walk(model);
	drop_all(model);
}

static void memory_denied(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *object;
	unsigned long handle;
	unsigned int order;

	memory.allowed = 0;
	KUNIT_EXPECT_NULL(test, zbud_pool_create(&ops, model));
	KUNIT_EXPECT_EQ(test, try_alloc(model, 1), -ENOMEM);
	KUNIT_EXPECT_EQ(test, try_alloc(model, PAGE_SIZE), -ENOMEM);
	check_usage(model);
	/* a whole frame takes two pieces: the header, and then no page */
	memory.allowed = 1;
	KUNIT_EXPECT_EQ(test, try_alloc(model, PAGE_SIZE), -ENOMEM);
	check_usage(model);
	memory.allowed = UNLIMITED;

	/* what fits beside a buddy takes none */
	object = put_frame(model, 1900);
	memory.allowed = 0;
	KUNIT_EXPECT_EQ(test, try_alloc(model, 2100), -ENOMEM);
	KUNIT_EXPECT_EQ(test, try_alloc(model, PAGE_SIZE), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, same_frame(object, put_object(model, 1900)));
	memory.allowed = UNLIMITED;

	/* which goes for memory that is there, but is not to be used, as well */
	KUNIT_EXPECT_EQ(test, zbud_alloc(model->pool, PAGE_SIZE, 1, 1, 0, &handle),
			-ENOMEM);
	drop_all(model);
	KUNIT_EXPECT_EQ(test, zbud_alloc(model->pool, 1, 1, 1, 0, &handle), -ENOMEM);
	check_usage(model);
	object = put_frame(model, 1900);
	KUNIT_ASSERT_EQ(test, zbud_alloc(model->pool, 1900, 1, 1, 0, &handle), 0);
	KUNIT_EXPECT_EQ(test, handle & PAGE_MASK, object->handle & PAGE_MASK);
	zbud_free(model->pool, handle);
	drop_all(model);

	/* how hard to try is the caller's to say; but for several pages not at all */
	KUNIT_ASSERT_EQ(test, zbud_alloc(model->pool, 1, 1, 1, GFP_NOWAIT, &handle), 0);
	for (order = 0; order <= ZBUD_MAX_ORDER; order++) {
		if (order != model->shape.order)
			continue;
		KUNIT_EXPECT_EQ(test, (__force u32)memory.gfp[order],
				(__force u32)(order ? __GFP_NORETRY | __GFP_NOWARN :
						      GFP_NOWAIT));
	}
	zbud_free(model->pool, handle);
	KUNIT_ASSERT_EQ(test, zbud_alloc(model->pool, PAGE_SIZE, 1, 1,
					 GFP_KERNEL | __GFP_NORETRY, &handle), 0);
	KUNIT_EXPECT_EQ(test, (__force u32)memory.gfp[0],
			(__force u32)(GFP_KERNEL | __GFP_NORETRY));
	zbud_free(model->pool, handle);
}

static void contents_stay_apart(struct kunit *test)
{
	struct model *model = test->priv;
	unsigned int i;

	/* both sides of every edge of a bin, and some whole frames, all at once */
	put_object(model, 1);
	for (i = 1; i <= 63; i++) {
		put_object(model, i * 64);
		if (i < 63)
			put_object(model, i * 64 + 1);
		if (i % 8 == 0)
			put_object(model, PAGE_SIZE);
		verify_objects(model);
	}
	put_object(model, zbud_max_size());
	walk(model);

	while (model->live) {
		struct model_object *object;

		object = &model->object[chance(model, NR_OBJECTS)];
		if (!object->live)
			continue;
		drop_object(model, object);
		if (model->live % 8 == 0)
			walk(model);
	}
	expect_pages(model, 0);
}

/*
 * Sharing
 */

static void as_many_as_may(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *first, *other, *object;
	unsigned int i;

	first = put_object(model, 100);
	for (i = 1; i < model->shape.buddies; i++) {
		object = put_object(model, 64 + i);
		KUNIT_EXPECT_TRUE(test, same_frame(first, object));
		expect_frames(model, 1);
	}

	/* there would be room for more, but there may be no more */
	other = put_object(model, 100);
	KUNIT_EXPECT_FALSE(test, same_frame(first, other));
	expect_frames(model, 2);
	object = put_object(model, 1);
	KUNIT_EXPECT_TRUE(test, same_frame(other, object));
	walk(model);

	/* until one goes, whichever it was: the fuller one fits better */
	drop_object(model, first->frame->object[model->shape.buddies / 2]);
	object = put_object(model, 200);
	KUNIT_EXPECT_TRUE(test, same_frame(first, object));
	walk(model);
	drop_all(model);
}

static void fits_to_the_byte(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *more;
	unsigned int size;

	for (size = 1; size < 2000; size += size < 80 ? 1 : 37) {
		a = put_frame(model, size);
		b = put_object(model, size);
		KUNIT_EXPECT_TRUE(test, same_frame(a, b));
		KUNIT_EXPECT_EQ(test, vacant_bytes(a->frame), 0);
		drop_object(model, b);
		more = put_object(model, size + 1);
		KUNIT_EXPECT_FALSE(test, same_frame(a, more));
		drop_object(model, more);
		b = put_object(model, size);
		KUNIT_EXPECT_TRUE(test, same_frame(a, b));

		/* and from the other side: a's slot stays, for whoever comes */
		drop_object(model, a);
		more = put_object(model, a->size + 1);
		KUNIT_EXPECT_FALSE(test, same_frame(b, more));
		drop_object(model, more);
		more = put_object(model, a->size);
		KUNIT_EXPECT_TRUE(test, same_frame(b, more));
		KUNIT_EXPECT_EQ(test, vacant_bytes(b->frame), 0);
		walk(model);
		drop_all(model);
	}
}

static void fullest_that_fits(struct kunit *test)
{
	static const unsigned int room[] = { 1152, 192, 1792, 512, 1472, 832 };
	static const struct {
		unsigned int size;
		int frame;
	} want[] = {
		{ 640, 5 }, { 820, 0 }, { 180, 1 }, { 1793, -1 },
		{ 510, 3 }, { 1465, 4 }, { 1790, 2 },
	};
	struct model *model = test->priv;
	struct model_object *in[ARRAY_SIZE(room)], *object;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(room); i++)
		in[i] = put_frame(model, room[i]);
	expect_frames(model, ARRAY_SIZE(room));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		unsigned int frames = model->nr_frames;

		object = put_object(model, want[i].size);
		if (want[i].frame < 0) {
			expect_frames(model, frames + 1);
			drop_object(model, object);
			continue;
		}
		for (j = 0; j < ARRAY_SIZE(room); j++)
			KUNIT_EXPECT_EQ_MSG(test, same_frame(object, in[j]),
					    j == want[i].frame,
					    "%u bytes", want[i].size);
		/* what is left of its room is not to disturb */
		if (room_of(object->frame))
			put_object(model, room_of(object->frame));
	}
	walk(model);
	drop_all(model);
}

static void freed_in_every_order(struct kunit *test)
{
	/* two frames, full to the last byte: who left a vacancy fits it, and best */
	static const unsigned int size[2] = { 1288, 1700 };
	struct model *model = test->priv;
	struct model_object *object[4];
	unsigned int order, step, i;

	for (order = 0; order < 4 * 4 * 4 * 4; order++) {
		unsigned int left[2] = {}, lost[2] = {};
		bool seen[4] = {};
		bool twice = false;

		for (i = 0; i < 4; i++) {
			unsigned int which = (order >> (2 * i)) & 3;

			twice |= seen[which];
			seen[which] = true;
		}
		if (twice)
			continue;

		for (i = 0; i < 2; i++) {
			object[i] = put_frame(model, size[i]);
			object[i + 2] = put_object(model, size[i]);
			KUNIT_ASSERT_TRUE(test, same_frame(object[i], object[i + 2]));
			left[i] = objects_in(object[i]->frame);
		}

		for (step = 0; step < 4; step++) {
			unsigned int which = (order >> (2 * step)) & 3;
			struct model_frame *frame = object[which]->frame;
			unsigned int bytes = object[which]->size;

			drop_object(model, object[which]);
			left[which & 1]--;
			expect_frames(model, !!left[0] + !!left[1]);
			walk(model);
			if (++lost[which & 1] == 2)
				continue;

			/* the vacancy is used again, by whoever comes */
			object[which] = put_object(model, bytes);
			KUNIT_EXPECT_PTR_EQ(test, object[which]->frame, frame);
			expect_frames(model, !!left[0] + !!left[1]);
			walk(model);
			drop_object(model, object[which]);
			expect_frames(model, !!left[0] + !!left[1]);
		}
		drop_all(model);
	}
}

/*
 * Reclaim
 */

static void reclaim_of_nothing(struct kunit *test)
{
	struct model *model = test->priv;

	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), -ENOENT);
	drop_object(model, put_object(model, 100));
	drop_object(model, put_object(model, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), -ENOENT);
	put_object(model, 100);
	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), -ENOENT);
}

static void reclaim_tells_what_it_saw(struct kunit *test)
{
	struct model *model = test->priv;
	struct eviction eviction = { .model = model, .evict = let_go };
	struct model_object *a, *b;
	u64 came;

	a = put_object(model, 1000);
	came = model->now_ns;
	KUNIT_EXPECT_EQ(test, reclaim_with(&eviction), 0);
	KUNIT_EXPECT_EQ(test, eviction.seen.buddies, 1);
	KUNIT_EXPECT_EQ(test, eviction.seen.bytes, 1000);
	KUNIT_EXPECT_EQ(test, eviction.seen.added_ns, came);
	KUNIT_EXPECT_FALSE(test, a->live);
	expect_pages(model, 0);

	/* the time is the younger buddy's, even when that has gone */
	a = put_object(model, 1000);
	b = put_object(model, 2000);
	came = model->now_ns;
	put_object(model, PAGE_SIZE);
	eviction = (struct eviction){ .model = model, .evict = let_go };
	KUNIT_EXPECT_EQ(test, reclaim_with(&eviction), 0);
	KUNIT_EXPECT_EQ(test, eviction.seen.buddies, 2);
	KUNIT_EXPECT_EQ(test, eviction.seen.bytes, 3000);
	KUNIT_EXPECT_EQ(test, eviction.seen.added_ns, came);
	KUNIT_EXPECT_FALSE(test, a->live);
	KUNIT_EXPECT_FALSE(test, b->live);
	KUNIT_EXPECT_EQ(test, eviction.seen.pages, 1 << model->shape.order);
	expect_pages(model, 1);

	came = model->now_ns;
	eviction = (struct eviction){ .model = model, .evict = let_go };
	KUNIT_EXPECT_EQ(test, reclaim_with(&eviction), 0);
	KUNIT_EXPECT_EQ(test, eviction.seen.buddies, 1);
	KUNIT_EXPECT_EQ(test, eviction.seen.bytes, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, eviction.seen.pages, 1);
	KUNIT_EXPECT_EQ(test, eviction.seen.added_ns, came);
	expect_pages(model, 0);

	put_object(model, 1000);
	b = put_object(model, 2000);
	came = model->now_ns;
	drop_object(model, b);
	eviction = (struct eviction){ .model = model, .evict = let_go };
	KUNIT_EXPECT_EQ(test, reclaim_with(&eviction), 0);
	KUNIT_EXPECT_EQ(test, eviction.seen.buddies, 1);
	KUNIT_EXPECT_EQ(test, eviction.seen.bytes, 1000);
	KUNIT_EXPECT_EQ(test, eviction.seen.added_ns, came);
}

/**
 * struct script - what evict does when it is called first and second
 * @frees: SELF, OTHER or both: what was not freed before
 * @result: what it returns, whether that is true or not
 */
struct script {
	unsigned int frees[2];
	int result[2];
};

#define SELF	1
#define OTHER	2

static int scripted(struct eviction *eviction, struct model_object *object)
{
	struct model_object **two = eviction->frame->object;
	struct model_object *other = two[two[0] == object ? 1 : 0];
	unsigned int call = eviction->calls - 1;
	unsigned int frees = eviction->script->frees[call];

	if (frees & SELF && object->live)
		drop_object(eviction->model, object);
	if (frees & OTHER && other && other->live)
		drop_object(eviction->model, other);
	return eviction->script->result[call];
}

/* A frame of each kind: which of the two are put, and which then is dropped. */
static const struct {
	const char *name;
	size_t size[2];
	int drop;
} kinds[] = {
	{ "first buddy", { 1000, 0 }, -1 },
	{ "second buddy", { 1000, 2000 }, 0 },
	{ "both buddies", { 1000, 2000 }, -1 },
	{ "whole frame", { PAGE_SIZE, 0 }, -1 },
};

static void try_script(struct model *model, unsigned int kind,
		       const struct script *script)
{
	struct eviction eviction = {
		.model = model, .evict = scripted, .script = script,
	};
	struct model_object *two[2] = {}, *stays = NULL, *next;
	struct kunit *test = model->test;
	unsigned int i;
	int err;

	for (i = 0; i < 2; i++) {
		if (kinds[kind].size[i])
			two[i] = put_object(model, kinds[kind].size[i]);
	}
	if (kinds[kind].drop >= 0)
		drop_object(model, two[kinds[kind].drop]);
	next = put_object(model, PAGE_SIZE);

	err = reclaim_with(&eviction);
	for (i = 0; i < 2; i++) {
		if (two[i] && two[i]->live)
			stays = two[i];
	}
	KUNIT_ASSERT_EQ(test, !err, !stays);
	expect_frames(model, 1 + !!stays);
	walk(model);
	if (stays && err == -ENOMEM) {
		/* still its turn */
		expect_next(model, stays);
		expect_next(model, next);
	} else if (stays) {
		/* its turn is over */
		expect_next(model, next);
		/* and its vacancy is one again */
		if (room_of(stays->frame)) {
			size_t size = min(room_of(stays->frame), MODEL_ROOM);
			struct model_object *fits = put_object(model, size);

			KUNIT_EXPECT_TRUE(test, same_frame(stays, fits));
			drop_object(model, fits);
		}
		expect_next(model, stays);
	}
	drop_all(model);
}

static void every_outcome_of_evict(struct kunit *test)
{
	/* two different errors: the first counts, but for those that say more */
	static const int first[] = { 0, -EBUSY, -EPERM, -ENOMEM };
	static const int second[] = { 0, -EIO, -EPERM, -ENOMEM };
	unsigned int kind, frees, result;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (frees = 0; frees < 4 * 4; frees++) {
			for (result = 0; result < 4 * 4; result++) {
				struct script script = {
					.frees = { frees % 4, frees / 4 },
					.result = {
						first[result % 4],
						second[result / 4],
					},
				};

				try_script(test->priv, kind, &script);
			}
		}
	}
}

static void refused_goes_to_the_end(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c;

	a = put_frame(model, 0);
	b = put_object(model, PAGE_SIZE);
	c = put_frame(model, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep), -EBUSY);
	/* which was a's */
	expect_next(model, b);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep), -EBUSY);
	/* c's */
	expect_next(model, a);
	expect_next(model, c);
	expect_pages(model, 0);
}

static int alloc_and_lack_memory(struct eviction *eviction, struct model_object *object)
{
	put_object(eviction->model, PAGE_SIZE);
	return -ENOMEM;
}

static void refused_without_memory_stays(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c;

	a = put_object(model, PAGE_SIZE);
	b = put_frame(model, 0);
	c = put_frame(model, 0);
	/* it is a's turn until there is memory, whatever comes meanwhile */
	KUNIT_EXPECT_EQ(test, reclaim(model, keep_without_memory), -ENOMEM);
	KUNIT_EXPECT_EQ(test, reclaim(model, alloc_and_lack_memory), -ENOMEM);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep_without_memory), -ENOMEM);
	walk(model);
	/* or until a is used: now it is b's */
	touch_object(a);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep_without_memory), -ENOMEM);
	expect_next(model, b);
	expect_next(model, c);
	/* what came meanwhile is older than a's second chance */
	expect_frames(model, 2);
	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), 0);
	KUNIT_EXPECT_TRUE(test, a->live);
	expect_next(model, a);
	expect_pages(model, 0);
}

/**
 * struct stranger - a task that frees what is not its own
 * @pool: from here
 * @handle: these
 * @done: when that is done
 */
struct stranger {
	struct zbud_pool *pool;
	unsigned long handle[2];
	struct completion done;
};

static int stranger_thread(void *data)
{
	struct stranger *stranger = data;
	unsigned int i;

	for (i = 0; i < 2; i++)
		zbud_free(stranger->pool, stranger->handle[i]);
	kthread_complete_and_exit(&stranger->done, 0);
}

/* The first call finds both buddies there, and has both vanish; the second none. */
static int lose_to_stranger(struct eviction *eviction, struct model_object *object)
{
	struct model_object **two = eviction->frame->object;
	struct model *model = eviction->model;
	struct stranger stranger = {
		.pool = model->pool,
		.handle = { two[0]->handle, two[1]->handle },
	};
	struct task_struct *task;

	if (eviction->calls == 2) {
		KUNIT_EXPECT_FALSE(model->test, object->live);
		return -EAGAIN;
	}
	init_completion(&stranger.done);
	task = kthread_run(stranger_thread, &stranger, "zbud_test");
	KUNIT_ASSERT_FALSE(model->test, IS_ERR(task));
	wait_for_completion(&stranger.done);
	two[0]->live = false;
	two[1]->live = false;
	model->live -= 2;
	verify_objects(model);
	return -EBUSY;
}

static void freed_by_others_meanwhile(struct kunit *test)
{
	struct model *model = test->priv;

	put_object(model, 1000);
	put_object(model, 2000);
	KUNIT_EXPECT_EQ(test, reclaim(model, lose_to_stranger), 0);
	expect_pages(model, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), -ENOENT);
}

static int alloc_and_let_go(struct eviction *eviction, struct model_object *object)
{
	struct model *model = eviction->model;
	struct kunit *test = model->test;
	struct model_object *new;

	/* just what would fit beside it, and just what it leaves */
	new = put_object(model, 3392);
	KUNIT_EXPECT_FALSE(test, same_frame(new, object));
	drop_object(model, object);
	new = put_object(model, 640);
	KUNIT_EXPECT_FALSE(test, same_frame(new, object));
	new = put_object(model, MODEL_ROOM);
	KUNIT_EXPECT_FALSE(test, same_frame(new, object));
	return 0;
}

static int alloc_and_keep(struct eviction *eviction, struct model_object *object)
{
	put_object(eviction->model, 3392);
	return -EBUSY;
}

static void alloc_from_evict(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *old;

	put_object(model, 640);
	KUNIT_EXPECT_EQ(test, reclaim(model, alloc_and_let_go), 0);
	walk(model);
	drop_all(model);

	/* a frame that is kept is younger than what came meanwhile */
	old = put_object(model, 640);
	KUNIT_EXPECT_EQ(test, reclaim(model, alloc_and_keep), -EBUSY);
	expect_frames(model, 2);
	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), 0);
	KUNIT_EXPECT_TRUE(test, old->live);
	drop_all(model);

	/* a pool whose only frame is being reclaimed has room nowhere */
	put_object(model, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, reclaim(model, alloc_and_keep), -EBUSY);
	expect_frames(model, 2);
	drop_all(model);
}

static int reclaim_the_rest(struct eviction *eviction, struct model_object *object)
{
	struct eviction nested = {
		.model = eviction->model,
		.evict = reclaim_the_rest,
		.depth = eviction->depth + 1,
	};
	unsigned int frames = eviction->model->nr_frames;
	struct kunit *test = eviction->model->test;
	int err = reclaim_with(&nested);

	if (frames == nested.depth) {
		/* every frame is in the hands of a reclaim */
		KUNIT_EXPECT_EQ(test, err, -ENOENT);
	} else {
		KUNIT_EXPECT_EQ(test, err, 0);
		KUNIT_EXPECT_PTR_NE(test, nested.frame, eviction->frame);
	}
	drop_object(eviction->model, object);
	return 0;
}

static int keep_all(struct eviction *eviction, struct model_object *object)
{
	/* once, of all that are in the frame */
	if (eviction->calls == 1)
		KUNIT_EXPECT_EQ(eviction->model->test,
				reclaim(eviction->model, keep), -EBUSY);
	return -EIO;
}

static void reclaim_from_evict(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		if (i % 3)
			put_frame(model, i);
		else
			put_object(model, PAGE_SIZE);
	}
	expect_frames(model, 8);
	KUNIT_EXPECT_EQ(test, reclaim(model, reclaim_the_rest), 0);
	expect_pages(model, 0);

	/* the one that is kept last is the youngest */
	a = put_frame(model, 0);
	b = put_frame(model, 0);
	c = put_frame(model, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep_all), -EIO);
	walk(model);
	expect_next(model, c);
	expect_next(model, b);
	expect_next(model, a);
}

/*
 * Order
 */

static void oldest_first(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *object[8];
	unsigned int i;

	for (i = 0; i < 8; i++)
		object[i] = put_frame(model, 4 * i);
	expect_frames(model, 8);
	/* what goes by itself leaves the others' order alone */
	drop_frame(model, object[3]->frame);
	for (i = 0; i < 8; i++) {
		if (i != 3)
			expect_next(model, object[i]);
	}
	expect_pages(model, 0);
}

static void new_buddy_makes_young(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c, *new;

	a = put_frame(model, 1280);
	b = put_frame(model, 1200);
	c = put_frame(model, 1200);
	new = put_object(model, 1280);
	KUNIT_ASSERT_TRUE(test, same_frame(a, new));
	expect_next(model, b);
	expect_next(model, c);
	expect_next(model, a);
	expect_pages(model, 0);

	/* it stays young when either has gone; going makes nobody young */
	a = put_frame(model, 1280);
	b = put_frame(model, 1200);
	new = put_object(model, 1280);
	c = put_frame(model, 1200);
	drop_object(model, a);
	expect_next(model, b);
	expect_next(model, new);
	expect_next(model, c);
}

static void touched_is_passed_over_once(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c, *d, *new;

	/* twice is no more than once */
	a = put_frame(model, 1280);
	b = put_object(model, PAGE_SIZE);
	c = put_frame(model, 1200);
	touch_object(a);
	touch_object(a);
	expect_next(model, b);
	d = put_frame(model, 1200);
	expect_next(model, c);
	expect_next(model, a);
	expect_next(model, d);

	/* but twice with a reclaim between is; a whole frame can be as well */
	a = put_object(model, PAGE_SIZE);
	b = put_frame(model, 1200);
	c = put_frame(model, 1200);
	d = put_frame(model, 1200);
	touch_object(a);
	expect_next(model, b);
	touch_object(a);
	expect_next(model, c);
	expect_next(model, d);
	expect_next(model, a);

	/* any buddy does it for the frame, and for no other */
	a = put_frame(model, 1280);
	new = put_object(model, 1280);
	b = put_frame(model, 1200);
	KUNIT_ASSERT_TRUE(test, same_frame(a, new));
	touch_object(new);
	expect_next(model, b);
	KUNIT_EXPECT_TRUE(test, new->live);
	expect_next(model, a);
	KUNIT_EXPECT_FALSE(test, new->live);

	/* what comes beside it does not take that away */
	a = put_frame(model, 1280);
	b = put_frame(model, 1200);
	touch_object(a);
	put_object(model, 1280);
	c = put_frame(model, 1200);
	expect_next(model, b);
	expect_next(model, c);
	expect_next(model, a);

	/* alone, it is its own second chance */
	a = put_object(model, 100);
	touch_object(a);
	expect_next(model, a);
	expect_pages(model, 0);
}

static void all_touched(struct kunit *test)
{
	static const unsigned int frames[] = {
		2, SECOND_CHANCES - 1, SECOND_CHANCES, SECOND_CHANCES + 1,
		SECOND_CHANCES + 3,
	};
	struct model *model = test->priv;
	struct model_object *object[SECOND_CHANCES + 3];
	unsigned int i, n;

	for (n = 0; n < ARRAY_SIZE(frames); n++) {
		for (i = 0; i < frames[n]; i++) {
			object[i] = put_frame(model, 0);
			touch_object(object[i]);
		}
		expect_frames(model, frames[n]);
		/* patience has an end: the first whom it does not reach goes */
		if (frames[n] > SECOND_CHANCES)
			expect_next(model, object[SECOND_CHANCES]);
		/* after the others of those, it is the oldest's turn */
		for (i = 0; i < frames[n]; i++) {
			if (i != SECOND_CHANCES)
				expect_next(model, object[i]);
			walk(model);
		}
		expect_pages(model, 0);
	}
}

static void whole_frames(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *whole, *other;

	a = put_frame(model, 1900);
	whole = put_object(model, PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(whole->bytes));
	expect_pages(model, (1 << model->shape.order) + 1);
	/* nobody comes beside it, not even into what a is then too full for */
	b = put_object(model, 1900);
	KUNIT_EXPECT_TRUE(test, same_frame(a, b));
	other = put_object(model, 1);
	expect_frames(model, 3);
	KUNIT_EXPECT_FALSE(test, same_frame(whole, other));
	verify_objects(model);
	walk(model);
	drop_object(model, other);

	/* with the others in order: b has made a young */
	expect_next(model, whole);
	whole = put_object(model, PAGE_SIZE);
	expect_next(model, a);
	other = put_object(model, PAGE_SIZE);
	expect_pages(model, 2);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep), -EBUSY);
	touch_object(other);
	expect_next(model, whole);
	drop_object(model, other);
	expect_pages(model, 0);
}

/*
 * By chance
 */

#define RANDOM_OPERATIONS	12000
/* Leaves room for what evict allocates. */
#define RANDOM_OBJECTS		(NR_OBJECTS - 56)
#define WALK_EVERY		500

static size_t random_size(struct model *model)
{
	switch (chance(model, 16)) {
	case 0:
		return PAGE_SIZE;
	case 1:
		return MODEL_ROOM - chance(model, 2);
	case 2 ... 4:
		return MODEL_BIN * (1 + chance(model, MODEL_ROOM / MODEL_BIN - 1)) +
		       chance(model, 2);
	case 5 ... 9:
		return 1 + chance(model, 600);
	default:
		return 1 + chance(model, MODEL_ROOM);
	}
}

static struct model_object *random_object(struct model *model)
{
	unsigned int i, first = chance(model, NR_OBJECTS);

	for (i = 0; i < NR_OBJECTS; i++) {
		struct model_object *object;

		object = &model->object[(first + i) % NR_OBJECTS];
		if (object->live && !object->pinned)
			return object;
	}
	return NULL;
}

static int evict_at_random(struct eviction *eviction, struct model_object *object)
{
	static const int results[] = { 0, -EBUSY, -EIO, -ENOMEM };
	struct eviction nested = {
		.model = eviction->model,
		.evict = evict_at_random,
		.depth = eviction->depth + 1,
	};
	struct model *model = eviction->model;
	struct model_object *victim;

	/* as a page that is just being loaded */
	if (object->pinned)
		return -EAGAIN;
	switch (chance(model, 12)) {
	case 0 ... 2:
		/* refuse, or say that it is gone when it is not */
		return results[chance(model, ARRAY_SIZE(results))];
	case 3:
		/* anybody, maybe this frame's other one */
		victim = random_object(model);
		if (victim)
			drop_object(model, victim);
		break;
	case 4:
		put_object(model, random_size(model));
		break;
	case 5:
		if (nested.depth < 4)
			reclaim_with(&nested);
		break;
	case 6:
		if (object->live)
			touch_object(object);
		break;
	default:
		break;
	}
	if (object->live)
		drop_object(model, object);
	return results[chance(model, 16) ? 0 : chance(model, ARRAY_SIZE(results))];
}

static void unpin_all(struct model *model)
{
	unsigned int i;

	for (i = 0; i < NR_OBJECTS; i++) {
		if (model->object[i].pinned)
			unpin_object(model, &model->object[i]);
	}
}

/* Map something, or be done with everything that is mapped. */
static void random_pin(struct model *model)
{
	struct model_object *object = random_object(model);

	if (model->pins == 3)
		unpin_all(model);
	else if (object)
		pin_object(model, object);
}

static void random_operation(struct model *model, bool grow)
{
	struct model_object *object = random_object(model);
	unsigned int what = chance(model, 100);

	if (what < (grow ? 50 : 30)) {
		if (model->live < RANDOM_OBJECTS)
			put_object(model, random_size(model));
	} else if (what < 75) {
		if (object)
			drop_object(model, object);
	} else if (what < 90) {
		if (object)
			touch_object(object);
	} else if (what < 91) {
		KUNIT_ASSERT_EQ(model->test,
				try_alloc(model, MODEL_ROOM + 1 + chance(model, 43)),
				-ENOSPC);
	} else if (!grow || what < 94) {
		reclaim(model, evict_at_random);
	}
}

static void random_operations(struct kunit *test)
{
	struct model *model = test->priv;
	unsigned int i, most = 0;

	for (i = 0; i < RANDOM_OPERATIONS; i++) {
		/* so that the pool is at times large and at times empty */
		random_operation(model, i / 1000 % 2 == 0);
		/* and at times nobody holds anything still */
		if (i / 2000 % 2 == 0)
			unpin_all(model);
		else if (chance(model, 16) == 0)
			random_pin(model);
		most = max(most, model->nr_frames);
		if (i % WALK_EVERY == 0)
			walk(model);
	}
	unpin_all(model);
	kunit_info(test, "%lu objects, at most %u frames, %lu bytes moved in %lu compactions, %lu pinned",
		   model->last_tag, most, model->pool->usage.moved_bytes,
		   model->pool->usage.compactions, model->pool->usage.pinned);
	KUNIT_EXPECT_GT(test, model->pool->usage.compactions, 0);
	KUNIT_EXPECT_GT(test, model->pool->usage.pinned, 0);
	drop_all(model);
}

/*
 * All at once.  No model can tell what several tasks do to a pool, but each of
 * them knows its own objects.
 */

#define RACERS		4
#define RACE_OPERATIONS	4000
/* Few, so that the same frames are freed, filled and reclaimed at a time. */
#define RACE_OBJECTS	16

/**
 * struct race_object - an object of a racer's
 * @lock: for all of it; taken before the pool's.  Its racer alone puts it, but
 *	anybody's eviction may drop it
 * @tag: the object's, or 0 for none
 * @handle: the object's
 * @size: the object's
 * @mapped: its racer has it mapped, and nobody may drop it
 */
struct race_object {
	spinlock_t lock;
	unsigned long tag;
	unsigned long handle;
	size_t size;
	bool mapped;
};

/**
 * struct racer - one of the tasks
 * @race: all of them
 * @rnd: chance
 * @nr: its number
 * @tags: how many it has given out
 * @object: its objects
 * @evicted: frames that it reclaimed
 */
struct racer {
	struct race *race;
	struct rnd_state rnd;
	unsigned int nr;
	unsigned long tags;
	struct race_object object[RACE_OBJECTS];
	unsigned long evicted;
};

/**
 * struct race - a race
 * @pool: for all of them
 * @shape: of its frames
 * @pattern: what contents are made of
 * @wrong: what went wrong first; a racer cannot make its test fail itself
 * @done: once for each racer
 * @racer: they
 */
struct race {
	struct zbud_pool *pool;
	struct shape shape;
	const u8 *pattern;
	const char *wrong;
	struct completion done;
	struct racer racer[RACERS];
};

static void race_check(struct race *race, bool right, const char *what)
{
	if (!right)
		cmpxchg(&race->wrong, NULL, what);
}

static struct race_object *race_object_of(struct race *race, unsigned long tag)
{
	unsigned long nr = tag % (RACERS * RACE_OBJECTS);

	return &race->racer[nr / RACE_OBJECTS].object[nr % RACE_OBJECTS];
}

static void race_compare(struct race *race, const struct race_object *object,
			 const void *bytes)
{
	race_check(race, zbud_tag(object->handle) == object->tag, "another's tag");
	race_check(race, !memcmp(bytes, race->pattern + object->tag % PAGE_SIZE,
				 object->size), "another's contents");
}

static void race_verify(struct race *race, const struct race_object *object)
{
	lockdep_assert_held(&object->lock);
	race_compare(race, object, zbud_map(race->pool, object->handle));
	zbud_unmap(object->handle);
}

/* As one who reads a page, and has to wait for something in the middle of that. */
static void race_linger(struct racer *racer, struct race_object *object)
{
	struct race *race = racer->race;
	const void *bytes;

	spin_lock(&object->lock);
	object->mapped = object->tag;
	spin_unlock(&object->lock);
	if (!object->mapped)
		return;
	bytes = zbud_map(race->pool, object->handle);
	race_compare(race, object, bytes);
	usleep_range(1, 50);
	race_compare(race, object, bytes);
	zbud_unmap(object->handle);
	spin_lock(&object->lock);
	object->mapped = false;
	spin_unlock(&object->lock);
}

static void race_drop(struct race *race, struct race_object *object)
{
	race_verify(race, object);
	zbud_free(race->pool, object->handle);
	object->tag = 0;
}

static int race_evict(void *owner, unsigned long handle, unsigned long tag, void *arg)
{
	struct race *race = owner;
	struct race_object *object = race_object_of(race, tag);
	struct racer *racer = arg;
	int err = -EBUSY;

	/* as a writeback may: time for the others to free what is in this frame */
	if (prandom_u32_state(&racer->rnd) % 4 == 0)
		usleep_range(1, 20);
	spin_lock(&object->lock);
	if (object->tag != tag || object->mapped) {
		/* gone already, or yet to be published; or being read */
		err = -EAGAIN;
	} else if (prandom_u32_state(&racer->rnd) % 8) {
		race_check(race, object->handle == handle, "another's handle");
		race_drop(race, object);
		err = 0;
	} else if (prandom_u32_state(&racer->rnd) % 2) {
		err = -ENOMEM;
	}
	spin_unlock(&object->lock);
	return err;
}

static const struct zbud_ops race_ops = { .evict = race_evict };

static void race_put(struct racer *racer, unsigned int nr)
{
	struct race_object *object = &racer->object[nr];
	struct race *race = racer->race;
	unsigned long handle, tag;
	size_t size;

	size = 1 + prandom_u32_state(&racer->rnd) % MODEL_ROOM;
	if (prandom_u32_state(&racer->rnd) % 8 == 0)
		size = PAGE_SIZE;
	/* from the tag alone, evict has to find the object */
	tag = ++racer->tags * RACERS * RACE_OBJECTS + racer->nr * RACE_OBJECTS + nr;
	if (zbud_alloc(race->pool, size, tag, tag, GFP_KERNEL, &handle)) {
		race_check(race, false, "an allocation failed");
		return;
	}
	memcpy(zbud_map(race->pool, handle), race->pattern + tag % PAGE_SIZE, size);
	zbud_unmap(handle);

	spin_lock(&object->lock);
	object->handle = handle;
	object->size = size;
	object->tag = tag;
	spin_unlock(&object->lock);
}

static void race_reclaim(struct racer *racer)
{
	struct race *race = racer->race;
	struct zbud_reclaimed seen;

	switch (zbud_reclaim(race->pool, racer, &seen)) {
	case 0:
		racer->evicted++;
		fallthrough;
	case -EBUSY:
	case -EAGAIN:
	case -ENOMEM:
		race_check(race, seen.buddies && seen.buddies <= race->shape.buddies,
			   "a frame of no or many buddies");
		break;
	case -ENOENT:
		break;
	default:
		race_check(race, false, "a reclaim failed");
	}
}

static int race_thread(void *data)
{
	struct racer *racer = data;
	struct race *race = racer->race;
	unsigned int i;

	for (i = 0; i < RACE_OPERATIONS && !READ_ONCE(race->wrong); i++) {
		unsigned int nr = prandom_u32_state(&racer->rnd) % RACE_OBJECTS;
		unsigned int what = prandom_u32_state(&racer->rnd) % 8;
		struct race_object *object = &racer->object[nr];
		bool put = false;

		if (what < 2)
			race_reclaim(racer);
		if (what == 7)
			race_linger(racer, object);
		spin_lock(&object->lock);
		if (!object->tag)
			put = true;
		else if (what < 4)
			race_drop(race, object);
		else if (what < 6)
			zbud_touch(object->handle);
		else
			race_verify(race, object);
		spin_unlock(&object->lock);
		if (put)
			race_put(racer, nr);
		cond_resched();
	}
	kthread_complete_and_exit(&race->done, 0);
}

static void many_tasks(struct kunit *test)
{
	struct model *model = test->priv;
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	unsigned int i, j, started = 0;
	unsigned long evicted = 0;

	KUNIT_ASSERT_NOT_NULL(test, race);
	race->pool = zbud_pool_create(&race_ops, race);
	KUNIT_ASSERT_NOT_NULL(test, race->pool);
	race->shape = model->shape;
	zbud_set_shape(race->pool, race->shape.buddies, race->shape.order);
	race->pattern = model->pattern;
	init_completion(&race->done);
	for (i = 0; i < RACERS; i++) {
		struct racer *racer = &race->racer[i];

		racer->race = race;
		racer->nr = i;
		prandom_seed_state(&racer->rnd, 20250611 + i);
		for (j = 0; j < RACE_OBJECTS; j++)
			spin_lock_init(&racer->object[j].lock);
	}
	for (i = 0; i < RACERS; i++)
		started += !IS_ERR(kthread_run(race_thread, &race->racer[i],
					       "zbud_test/%u", i));
	for (i = 0; i < started; i++)
		wait_for_completion(&race->done);
	KUNIT_ASSERT_EQ(test, started, RACERS);
	KUNIT_ASSERT_NULL_MSG(test, race->wrong, "%s", race->wrong);
	check_lists(test, race->pool);

	for (i = 0; i < RACERS; i++) {
		for (j = 0; j < RACE_OBJECTS; j++) {
			struct race_object *object = &race->racer[i].object[j];

			spin_lock(&object->lock);
			if (object->tag)
				race_drop(race, object);
			spin_unlock(&object->lock);
		}
		evicted += race->racer[i].evicted;
	}
	KUNIT_ASSERT_NULL_MSG(test, race->wrong, "%s", race->wrong);
	check_lists(test, race->pool);
	KUNIT_ASSERT_EQ(test, zbud_pages(race->pool), 0);
	KUNIT_EXPECT_GT(test, evicted, 0);
	kunit_info(test, "%lu frames reclaimed, %lu compactions, %lu pinned", evicted,
		   race->pool->usage.compactions, race->pool->usage.pinned);
	KUNIT_EXPECT_GT(test, race->pool->usage.compactions, 0);
	zbud_pool_destroy(race->pool);
}

/*
 * What has a shape of its own, and numbers that nobody computes
 */

static void expect_usage(struct model *model, unsigned long pages,
			 unsigned long unbuddied, unsigned long whole,
			 unsigned long free_bytes, unsigned long lost_bytes)
{
	struct kunit *test = model->test;
	struct zbud_usage usage;

	zbud_get_usage(model->pool, &usage);
	KUNIT_EXPECT_EQ(test, usage.pages, pages);
	KUNIT_EXPECT_EQ(test, usage.unbuddied, unbuddied);
	KUNIT_EXPECT_EQ(test, usage.whole, whole);
	KUNIT_EXPECT_EQ(test, usage.free_bytes, free_bytes);
	KUNIT_EXPECT_EQ(test, usage.lost_bytes, lost_bytes);
}

static int look_and_let_go(struct eviction *eviction, struct model_object *object)
{
	/* of the frame being reclaimed, only its being there is known */
	expect_usage(eviction->model, 3, 1, 1, 8, 0);
	drop_object(eviction->model, object);
	expect_usage(eviction->model, 3, 1, 1, 8, 0);
	return 0;
}

static void usage_of_two_buddies(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *first;

	set_shape(model, 2, 0);
	expect_usage(model, 0, 0, 0, 0, 0);
	first = put_object(model, 1);
	expect_usage(model, 1, 1, 0, 4096 - 32 - 12 - 1 - 12, 0);
	put_object(model, 65);
	expect_usage(model, 1, 0, 0, 0, 4096 - 32 - 24 - 66);
	put_object(model, 4096);
	expect_usage(model, 2, 0, 1, 0, 3974);
	put_object(model, 4032);
	/* another slot, and eight bytes */
	expect_usage(model, 3, 1, 1, 8, 3974);
	drop_object(model, first);
	expect_usage(model, 3, 2, 1, 8 + 3975, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, look_and_let_go), 0);
	expect_usage(model, 2, 1, 1, 8, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep), -EBUSY);
	expect_usage(model, 2, 1, 1, 8, 0);
	drop_all(model);
	expect_usage(model, 0, 0, 0, 0, 0);
}

static void usage_of_many_buddies(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *object[3];
	unsigned int i;

	set_shape(model, 16, 1);
	for (i = 0; i < 3; i++)
		object[i] = put_object(model, 2000);
	expect_usage(model, 2, 1, 0, 8192 - 32 - 3 * 2012 - 12, 0);
	/* what is in the middle leaves its slot behind; what is last does not */
	drop_object(model, object[1]);
	expect_usage(model, 2, 1, 0, 8192 - 32 - 2 * 2000 - 3 * 12, 0);
	drop_object(model, object[2]);
	expect_usage(model, 2, 1, 0, 8192 - 32 - 2012 - 12, 0);
	/* eleven bytes are less than a slot */
	put_object(model, 4052);
	put_object(model, 8192 - 32 - 2012 - 4064 - 12 - 11);
	expect_usage(model, 2, 0, 0, 0, 11);
	drop_all(model);
}

static void fewer_pages_than_asked_for(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *small, *large;

	set_shape(model, 16, 1);
	memory.order = 0;
	small = put_object(model, 4000);
	KUNIT_EXPECT_EQ(test, model->denied, 1);
	KUNIT_EXPECT_EQ(test, (__force u32)memory.gfp[0], (__force u32)GFP_KERNEL);
	expect_pages(model, 1);
	/* as soon as there are two pages again, they are taken */
	memory.order = ZBUD_MAX_ORDER;
	large = put_object(model, 4000);
	expect_pages(model, 3);
	KUNIT_EXPECT_FALSE(test, same_frame(small, large));
	/* both have many buddies, and their places in the order of age */
	KUNIT_EXPECT_TRUE(test, same_frame(small, put_object(model, 30)));
	KUNIT_EXPECT_TRUE(test, same_frame(large, put_object(model, 4000)));
	walk(model);
	expect_next(model, small);
	expect_pages(model, 2);
	expect_next(model, large);

	/* down to what there is */
	set_shape(model, 16, 2);
	memory.order = 1;
	put_object(model, 4000);
	KUNIT_EXPECT_EQ(test, model->denied, 2);
	expect_pages(model, 2);
	walk(model);
	drop_all(model);

	/* and to nothing */
	memory.allowed = 0;
	KUNIT_EXPECT_EQ(test, try_alloc(model, 4000), -ENOMEM);
	KUNIT_EXPECT_EQ(test, (__force u32)memory.gfp[0], (__force u32)GFP_KERNEL);
}

static void order_raised_meanwhile(struct kunit *test)
{
	struct model *model = test->priv;

	/* what was asked for was had: as the model knows, none is denied */
	set_shape(model, 16, 0);
	memory.raise = model->pool;
	put_object(model, 4000);
	expect_pages(model, 1);
	memory.raise = NULL;
	set_shape(model, 16, ZBUD_MAX_ORDER);
	put_object(model, 4000);
	expect_pages(model, 5);
	drop_all(model);
}

static void shapes_side_by_side(struct kunit *test)
{
	static const struct shape shapes[] = { { 2, 0 }, { 16, 1 }, { 3, 2 }, { 32, 0 } };
	struct model *model = test->priv;
	struct model_object *in[ARRAY_SIZE(shapes)];
	unsigned int i, j;

	/* each of its own frame's shape, whatever is asked for meanwhile */
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		set_shape(model, shapes[i].buddies, shapes[i].order);
		in[i] = put_object(model, MODEL_ROOM);
		/* nobody else's room */
		while (room_of(in[i]->frame) > MODEL_ROOM)
			put_object(model, MODEL_ROOM);
		KUNIT_EXPECT_EQ(test, in[i]->frame->limit, shapes[i].buddies);
		KUNIT_EXPECT_EQ(test, in[i]->frame->order, shapes[i].order);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_FALSE(test, same_frame(in[i], in[j]));
	}
	walk(model);
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		unsigned long pages = zbud_pages(model->pool);

		expect_next(model, in[i]);
		expect_pages(model, pages - (1 << shapes[i].order));
	}
}

static void shapes_by_chance(struct kunit *test)
{
	struct model *model = test->priv;
	unsigned int i;

	for (i = 0; i < RANDOM_OPERATIONS; i++) {
		if (i % 100 == 0) {
			set_shape(model, 2 + chance(model, ZBUD_MAX_BUDDIES - 1),
				  chance(model, ZBUD_MAX_ORDER + 1));
			memory.order = chance(model, ZBUD_MAX_ORDER + 1);
		}
		random_operation(model, i / 1000 % 2 == 0);
		if (i % WALK_EVERY == 0)
			walk(model);
	}
	memory.order = ZBUD_MAX_ORDER;
	drop_all(model);
}

/* A frame with room for an object of @size, but in two pieces; its objects. */
static void put_pieces(struct model *model, struct model_object *object[4],
		       unsigned int size)
{
	unsigned int i;

	set_shape(model, 16, 1);
	for (i = 0; i < 4; i++)
		object[i] = put_object(model, i % 2 ? size / 2 : 4020 - size / 2);
	put_object(model, room_of(object[0]->frame));
	drop_object(model, object[1]);
	drop_object(model, object[3]);
	KUNIT_ASSERT_EQ(model->test, room_of(object[0]->frame), size);
}

static void moved_to_make_room(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *object[4], *new;
	unsigned long handle[2];

	put_pieces(model, object, 2000);
	handle[0] = object[0]->handle;
	handle[1] = object[2]->handle;
	new = put_object(model, 2000);
	KUNIT_EXPECT_TRUE(test, same_frame(new, object[0]));
	KUNIT_EXPECT_EQ(test, model->pool->usage.compactions, 1);
	/* the one between the two pieces and the one below, but not the one above */
	KUNIT_EXPECT_EQ(test, model->pool->usage.moved_bytes, object[2]->size + 60);
	KUNIT_EXPECT_EQ(test, object[0]->handle, handle[0]);
	KUNIT_EXPECT_EQ(test, object[2]->handle, handle[1]);
	walk(model);
	drop_all(model);

	/* what fits in a hole makes nobody move */
	put_pieces(model, object, 2000);
	new = put_object(model, 1000);
	KUNIT_EXPECT_TRUE(test, same_frame(new, object[0]));
	new = put_object(model, 1000);
	KUNIT_EXPECT_TRUE(test, same_frame(new, object[0]));
	KUNIT_EXPECT_EQ(test, model->pool->usage.compactions, 1);
	walk(model);
	drop_all(model);
}

static void pinned_stays(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *object[4], *new;
	unsigned int i;

	put_pieces(model, object, 2000);
	/* whichever it is, and however often */
	for (i = 0; i < 4; i += 2) {
		pin_object(model, object[i]);
		verify_object(model, object[i]);
		new = put_object(model, 2000);
		KUNIT_EXPECT_FALSE(test, same_frame(new, object[0]));
		drop_object(model, new);
		unpin_object(model, object[i]);
	}
	KUNIT_EXPECT_EQ(test, model->pool->usage.pinned, 2);
	KUNIT_EXPECT_EQ(test, model->pool->usage.compactions, 0);

	/* others come and go beside it, where there is room in one piece */
	pin_object(model, object[2]);
	new = put_object(model, 900);
	KUNIT_EXPECT_TRUE(test, same_frame(new, object[0]));
	verify_object(model, object[2]);
	drop_object(model, new);
	drop_object(model, object[0]);
	verify_object(model, object[2]);
	new = put_object(model, object[0]->size);
	KUNIT_EXPECT_TRUE(test, same_frame(new, object[2]));
	unpin_object(model, object[2]);

	new = put_object(model, 2000);
	KUNIT_EXPECT_TRUE(test, same_frame(new, object[2]));
	KUNIT_EXPECT_EQ(test, model->pool->usage.compactions, 1);
	walk(model);
	drop_all(model);
}

/* Where little would have to move but cannot, there may be much room elsewhere. */
static void pinned_are_passed_over(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *object[BINS_PINNED + 1][4], *rest, *new;
	unsigned int i, nth;

	set_shape(model, 16, 1);
	for (nth = 0; nth <= BINS_PINNED; nth++) {
		unsigned int size = 2000 + 2 * MODEL_BIN * nth;

		for (i = 0; i < 4; i++)
			object[nth][i] = put_object(model, i % 2 ? size / 2 :
						    4020 - size / 2);
		rest = put_object(model, room_of(object[nth][0]->frame));
	}
	for (nth = 0; nth < BINS_PINNED; nth++) {
		drop_object(model, object[nth][1]);
		drop_object(model, object[nth][3]);
		pin_object(model, object[nth][0]);
	}
	drop_object(model, rest);
	for (i = 1; i < 4; i++)
		drop_object(model, object[BINS_PINNED][i]);

	new = put_object(model, 2000);
	KUNIT_EXPECT_TRUE(test, same_frame(new, object[BINS_PINNED][0]));
	KUNIT_EXPECT_EQ(test, model->pool->usage.pinned, BINS_PINNED);
	KUNIT_EXPECT_EQ(test, model->pool->usage.compactions, 0);
	for (nth = 0; nth < BINS_PINNED; nth++)
		unpin_object(model, object[nth][0]);
	walk(model);
	drop_all(model);
}

/*
 * Density.  Sizes as they are: of the pages of a system's libraries, compressed by
 * lzo, those that are kept; a 32nd of them in each of these ranges.
 */
static const u16 quantiles[] = {
	44, 713, 969, 1149, 1249, 1310, 1378, 1447, 1536, 1617, 1712, 1810, 1904, 1993,
	2088, 2183, 2273, 2353, 2421, 2490, 2566, 2650, 2731, 2805, 2873, 2933, 2989,
	3036, 3084, 3130, 3177, 3224, 3276,
};

#define DENSITY_OBJECTS	4096

struct density {
	unsigned long handle[DENSITY_OBJECTS];
	u16 size[DENSITY_OBJECTS];
	unsigned long bytes;
};

static void density_put(struct model *model, struct density *density, unsigned int i)
{
	unsigned int range = chance(model, ARRAY_SIZE(quantiles) - 1);
	unsigned int low = quantiles[range], high = quantiles[range + 1];

	density->size[i] = low + chance(model, high - low);
	density->bytes += density->size[i];
	KUNIT_ASSERT_EQ(model->test,
			zbud_alloc(model->pool, density->size[i], i, 1, GFP_KERNEL,
				   &density->handle[i]), 0);
}

static void density_drop(struct model *model, struct density *density, unsigned int i)
{
	zbud_free(model->pool, density->handle[i]);
	density->bytes -= density->size[i];
}

/* In percent of what there would be if every byte were an object's. */
static unsigned long efficiency(const struct model *model, const struct density *density)
{
	return density->bytes * 100 / (zbud_pages(model->pool) * PAGE_SIZE);
}

static void density_of(struct model *model, unsigned int buddies, unsigned int order,
		       unsigned long filled, unsigned long churned)
{
	struct density *density = kvzalloc(sizeof(*density), GFP_KERNEL);
	struct kunit *test = model->test;
	unsigned long got[2];
	unsigned int i, nr;

	KUNIT_ASSERT_NOT_NULL(test, density);
	set_shape(model, buddies, order);
	for (i = 0; i < DENSITY_OBJECTS; i++)
		density_put(model, density, i);
	got[0] = efficiency(model, density);
	for (i = 0; i < 8 * DENSITY_OBJECTS; i++) {
		nr = chance(model, DENSITY_OBJECTS);
		density_drop(model, density, nr);
		density_put(model, density, nr);
		cond_resched();
	}
	got[1] = efficiency(model, density);
	kunit_info(test, "%u buddies, order %u: %lu %% of the bytes filled, %lu %% churned",
		   buddies, order, got[0], got[1]);
	KUNIT_EXPECT_GE(test, got[0], filled);
	KUNIT_EXPECT_GE(test, got[1], churned);
	check_lists(test, model->pool);
	for (i = 0; i < DENSITY_OBJECTS; i++)
		density_drop(model, density, i);
	kvfree(density);
}

static void density(struct kunit *test)
{
	/* 99 % is what headers and slots leave */
	density_of(test->priv, 2, 0, 86, 86);
	density_of(test->priv, 16, 1, 94, 95);
	density_of(test->priv, 32, 2, 96, 95);
}

/* A suite's cases have its results. */
#define SHAPE_CASES						\
	KUNIT_CASE(sizes_taken_and_refused),			\
	KUNIT_CASE(memory_denied),				\
	KUNIT_CASE(contents_stay_apart),			\
	KUNIT_CASE(as_many_as_may),				\
	KUNIT_CASE(fits_to_the_byte),				\
	KUNIT_CASE(fullest_that_fits),				\
	KUNIT_CASE(freed_in_every_order),			\
	KUNIT_CASE(reclaim_of_nothing),				\
	KUNIT_CASE(reclaim_tells_what_it_saw),			\
	KUNIT_CASE(every_outcome_of_evict),			\
	KUNIT_CASE(refused_goes_to_the_end),			\
	KUNIT_CASE(refused_without_memory_stays),		\
	KUNIT_CASE(freed_by_others_meanwhile),			\
	KUNIT_CASE(alloc_from_evict),				\
	KUNIT_CASE(reclaim_from_evict),				\
	KUNIT_CASE(oldest_first),				\
	KUNIT_CASE(new_buddy_makes_young),			\
	KUNIT_CASE(touched_is_passed_over_once),		\
	KUNIT_CASE(all_touched),				\
	KUNIT_CASE(whole_frames),				\
	KUNIT_CASE_SLOW(random_operations),			\
	KUNIT_CASE_SLOW(many_tasks),				\
	{}

static struct kunit_case cases_2_0[] = { SHAPE_CASES };
static struct kunit_case cases_16_0[] = { SHAPE_CASES };
static struct kunit_case cases_16_1[] = { SHAPE_CASES };
static struct kunit_case cases_32_2[] = { SHAPE_CASES };

static struct kunit_case own_cases[] = {
	KUNIT_CASE(usage_of_two_buddies),
	KUNIT_CASE(usage_of_many_buddies),
	KUNIT_CASE(fewer_pages_than_asked_for),
	KUNIT_CASE(order_raised_meanwhile),
	KUNIT_CASE(shapes_side_by_side),
	KUNIT_CASE_SLOW(shapes_by_chance),
	KUNIT_CASE(moved_to_make_room),
	KUNIT_CASE(pinned_stays),
	KUNIT_CASE(pinned_are_passed_over),
	KUNIT_CASE_SLOW(density),
	{}
};

#define SUITE(suffix, init_function, its_cases)			\
static struct kunit_suite suite_##suffix = {			\
	.name = "zbud_" #suffix,				\
	.init = init_function,					\
	.exit = zbud_test_exit,					\
	.test_cases = its_cases,				\
}

SUITE(2_0, init_2_0, cases_2_0);
SUITE(16_0, init_16_0, cases_16_0);
SUITE(16_1, init_16_1, cases_16_1);
SUITE(32_2, init_32_2, cases_32_2);
SUITE(shapes, init_2_0, own_cases);
kunit_test_suites(&suite_2_0, &suite_16_0, &suite_16_1, &suite_32_2, &suite_shapes);

MODULE_DESCRIPTION("KUnit tests of zbud");
MODULE_LICENSE("GPL");
