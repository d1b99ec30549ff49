// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of zbud, in a module of their own that has zbud.c inside.
 *
 * A model goes along with the pool: which objects live, what their bytes are,
 * which frame each is in, and the frames' order.  Whatever a test does to the
 * pool it does by put_object(), drop_object(), touch_object() and reclaim().
 * They tell the model, ask it what must come of it, and then compare what both
 * hold.  A test itself only says what is special about it, in plain numbers
 * where it can, so that the model has to be right as well.
 *
 * The model shares neither constants nor code with zbud.c, but for the bound of
 * a reclaim's patience.  Frames are told apart by the page that zbud_map()
 * points to.
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

/*
 * zbud's memory comes from here, so that it can be counted, and refused.  Only
 * the page allocator and slab are stood in for, not zbud's own functions.
 */
#define UNLIMITED	INT_MAX

static struct {
	atomic_t pages;
	atomic_t headers;	/* a pool is one, too */
	int allowed;		/* allocations until they fail */
	gfp_t gfp;		/* of the most recent one */
} memory;

static bool memory_allows(gfp_t gfp)
{
	WRITE_ONCE(memory.gfp, gfp);
	if (memory.allowed == UNLIMITED)
		return true;
	if (!memory.allowed)
		return false;
	memory.allowed--;
	return true;
}

static unsigned long memory_page(gfp_t gfp)
{
	unsigned long page;

	if (!memory_allows(gfp))
		return 0;
	page = __get_free_page(gfp);
	if (!page)
		return 0;
	atomic_inc(&memory.pages);
	/* so that nobody relies on what an old page happens to hold */
	memset((void *)page, 0xa5, PAGE_SIZE);
	return page;
}

static void memory_free_page(unsigned long page)
{
	atomic_dec(&memory.pages);
	free_page(page);
}

static void *memory_header(size_t size, gfp_t gfp)
{
	void *header = memory_allows(gfp) ? kzalloc(size, gfp) : NULL;

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

#undef __get_free_page
#undef free_page
#undef kzalloc
#undef kfree
#define __get_free_page(gfp)	memory_page(gfp)
#define free_page(page)		memory_free_page(page)
#define kzalloc(size, gfp)	memory_header(size, gfp)
#define kfree(header)		memory_free_header(header)

#undef pr_fmt
#include "zbud.c"

/*
 * The model
 */

/* As zbud.c's head has it: all chunks but the header's are the buddies'. */
#define MODEL_CHUNK	64
#define MODEL_ROOM	(4096 - MODEL_CHUNK)
#define MODEL_CHUNKS	(MODEL_ROOM / MODEL_CHUNK)
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
 * @bytes: where it was when it came
 * @size: its bytes
 * @pattern: its contents' place in the pattern
 * @live: not freed
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
	bool asked;
};

/**
 * struct model_frame - a frame as it should be
 * @lru: in model->lru, or, while being reclaimed or not in use, elsewhere
 * @all: in model->frames or model->spare
 * @page: which one
 * @object: what it holds, in no order
 * @added_ns: when the latest object came
 * @touched: since it was filled, or had its second chance
 * @reclaiming: by a reclaim() further up the stack
 * @lists: for walk(): on how many of the pool's lists it was seen
 */
struct model_frame {
	struct list_head lru;
	struct list_head all;
	void *page;
	struct model_object *object[2];
	u64 added_ns;
	bool touched;
	bool reclaiming;
	unsigned int lists;
};

/**
 * struct model - one test's pool, and what should be in it
 * @test: the test
 * @pool: the pool
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
 * @err: the first that it returned
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
	struct zbud_reclaimed seen;
	unsigned int depth;
	const struct script *script;
};

static u32 chance(struct model *model, u32 ceiling)
{
	return prandom_u32_state(&model->rnd) % ceiling;
}

static unsigned int chunks_of(const struct model_object *object)
{
	return DIV_ROUND_UP(object->size, MODEL_CHUNK);
}

static bool is_whole(const struct model_frame *frame)
{
	return frame->object[0] && frame->object[0]->size == PAGE_SIZE;
}

static unsigned int objects_in(const struct model_frame *frame)
{
	return !!frame->object[0] + !!frame->object[1];
}

/* Of a frame that is not whole. */
static unsigned int vacant_chunks(const struct model_frame *frame)
{
	unsigned int i, vacant = MODEL_CHUNKS;

	for (i = 0; i < 2; i++) {
		if (frame->object[i])
			vacant -= chunks_of(frame->object[i]);
	}
	return vacant;
}

static void *page_of(const void *bytes)
{
	return (void *)((unsigned long)bytes & PAGE_MASK);
}

static struct model_frame *find_frame(struct model *model, const void *page)
{
	struct model_frame *frame;

	list_for_each_entry(frame, &model->frames, all) {
		if (frame->page == page)
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
static void verify_object(struct model *model, const struct model_object *object)
{
	struct kunit *test = model->test;

	/* one that was freed while its frame is reclaimed: its memory stays */
	KUNIT_ASSERT_TRUE_MSG(test, !memcmp(object->bytes,
					    model->pattern + object->pattern,
					    object->size),
			      "contents changed: object %lu of %zu bytes",
			      object->tag, object->size);
	if (!object->live)
		return;
	KUNIT_ASSERT_PTR_EQ(test, zbud_map(object->handle), object->bytes);
	KUNIT_ASSERT_EQ(test, zbud_tag(object->handle), object->tag);
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
	unsigned long unbuddied = 0, whole = 0, vacant = 0, lost = 0;
	struct kunit *test = model->test;
	unsigned int headers = 1;
	struct model_frame *frame;
	struct zbud_usage usage;

	list_for_each_entry(frame, &model->lru, lru) {
		if (is_whole(frame)) {
			whole++;
		} else if (objects_in(frame) == 1) {
			unbuddied++;
			vacant += vacant_chunks(frame);
		} else {
			lost += vacant_chunks(frame);
		}
	}
	list_for_each_entry(frame, &model->frames, all)
		headers += is_whole(frame);

	zbud_get_usage(model->pool, &usage);
	KUNIT_ASSERT_EQ(test, usage.frames, model->nr_frames);
	KUNIT_ASSERT_EQ(test, usage.unbuddied, unbuddied);
	KUNIT_ASSERT_EQ(test, usage.whole, whole);
	KUNIT_ASSERT_EQ(test, usage.free_bytes, vacant * MODEL_CHUNK);
	KUNIT_ASSERT_EQ(test, usage.lost_bytes, lost * MODEL_CHUNK);
	KUNIT_ASSERT_EQ(test, zbud_pages(model->pool), model->nr_frames);
	KUNIT_ASSERT_EQ(test, atomic_read(&memory.pages), model->nr_frames);
	KUNIT_ASSERT_EQ(test, atomic_read(&memory.headers), headers);
}

/* The object's place is its own: inside a page, beside the header and the buddy. */
static void check_place(struct model *model, const struct model_object *object)
{
	const struct model_frame *frame = object->frame;
	unsigned long from = offset_in_page(object->bytes);
	struct kunit *test = model->test;
	unsigned int i;

	KUNIT_ASSERT_LE(test, from + object->size, PAGE_SIZE);
	if (object->size != PAGE_SIZE)
		KUNIT_ASSERT_GE(test, from, MODEL_CHUNK);
	for (i = 0; i < 2; i++) {
		const struct model_object *other = frame->object[i];

		if (!other || other == object)
			continue;
		KUNIT_ASSERT_TRUE(test,
				  object->bytes + object->size <= other->bytes ||
				  other->bytes + other->size <= object->bytes);
	}
}

/* The vacancy of the fullest frame that @size fits in, or a new frame's. */
static unsigned int best_vacancy(struct model *model, size_t size)
{
	unsigned int chunks = DIV_ROUND_UP(size, MODEL_CHUNK);
	unsigned int best = MODEL_CHUNKS;
	struct model_frame *frame;

	if (size == PAGE_SIZE)
		return best;
	list_for_each_entry(frame, &model->lru, lru) {
		if (is_whole(frame) || objects_in(frame) == 2)
			continue;
		if (vacant_chunks(frame) >= chunks)
			best = min(best, vacant_chunks(frame));
	}
	return best;
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

/* The frame that a new object came to, which has to be one that it may come to. */
static struct model_frame *place_object(struct model *model,
					struct model_object *object,
					unsigned int best)
{
	void *page = page_of(object->bytes);
	struct kunit *test = model->test;
	struct model_frame *frame = find_frame(model, page);

	if (best == MODEL_CHUNKS) {
		KUNIT_ASSERT_NULL_MSG(test, frame,
				      "%zu bytes fit nowhere, and have no new frame",
				      object->size);
		frame = list_first_entry(&model->spare, struct model_frame, all);
		list_move(&frame->all, &model->frames);
		model->nr_frames++;
		memset(frame->object, 0, sizeof(frame->object));
		frame->page = page;
		frame->touched = false;
		frame->reclaiming = false;
	} else {
		KUNIT_ASSERT_NOT_NULL_MSG(test, frame,
					  "%zu bytes fit, and have a new frame",
					  object->size);
		KUNIT_ASSERT_FALSE(test, frame->reclaiming);
		KUNIT_ASSERT_EQ(test, objects_in(frame), 1);
		KUNIT_ASSERT_EQ(test, vacant_chunks(frame), best);
		list_del(&frame->lru);
	}
	list_add(&frame->lru, &model->lru);
	frame->object[frame->object[0] ? 1 : 0] = object;
	frame->added_ns = model->now_ns;
	return frame;
}

/* An object of @size bytes, written full. */
static struct model_object *put_object(struct model *model, size_t size)
{
	struct model_object *object = unused_object(model);
	unsigned int best = best_vacancy(model, size);
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

	object->bytes = zbud_map(object->handle);
	object->frame = place_object(model, object, best);
	object->live = true;
	object->asked = false;
	model->live++;
	check_place(model, object);
	memcpy(object->bytes, model->pattern + object->pattern, size);
	verify_object(model, object);
	check_usage(model);
	return object;
}

static void forget_object(struct model_object *object)
{
	struct model_frame *frame = object->frame;

	frame->object[frame->object[0] == object ? 0 : 1] = NULL;
	object->frame = NULL;
}

static void drop_object(struct model *model, struct model_object *object)
{
	struct model_frame *frame = object->frame;

	KUNIT_ASSERT_TRUE(model->test, object->live);
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
	for (i = 0; i < 2; i++) {
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

	err = eviction->evict(eviction, object);
	/* whatever that did, the memory stays for as long as we are here */
	verify_object(model, object);
	eviction->err = eviction->err ?: err;
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

/* Returns what zbud_reclaim() did, which was right. */
static int reclaim_with(struct eviction *eviction)
{
	struct zbud_reclaimed *seen = &eviction->seen;
	struct zbud_reclaimed untouched, want = {};
	struct model *model = eviction->model;
	struct kunit *test = model->test;
	struct model_frame *frame;
	unsigned int i;
	int err, want_err;

	eviction->frame = take_expected(model);
	frame = eviction->frame;
	for (i = 0; frame && i < 2; i++) {
		if (!frame->object[i])
			continue;
		frame->object[i]->asked = false;
		want.buddies++;
		want.bytes += frame->object[i]->size;
		want.added_ns = frame->added_ns;
	}
	memset(&untouched, 0x5a, sizeof(untouched));
	*seen = untouched;

	err = zbud_reclaim(model->pool, eviction, seen);

	KUNIT_ASSERT_EQ(test, eviction->calls, want.buddies);
	if (!frame) {
		KUNIT_ASSERT_EQ(test, err, -ENOENT);
		KUNIT_ASSERT_MEMEQ(test, seen, &untouched, sizeof(untouched));
		return err;
	}
	KUNIT_ASSERT_EQ(test, seen->buddies, want.buddies);
	KUNIT_ASSERT_EQ(test, seen->bytes, want.bytes);
	KUNIT_ASSERT_EQ(test, seen->added_ns, want.added_ns);

	frame->reclaiming = false;
	for (i = 0; i < 2; i++) {
		if (frame->object[i] && !frame->object[i]->live)
			forget_object(frame->object[i]);
	}
	if (objects_in(frame)) {
		want_err = eviction->err ?: -EAGAIN;
		if (want_err == -ENOMEM)
			list_add_tail(&frame->lru, &model->lru);
		else
			list_add(&frame->lru, &model->lru);
	} else {
		want_err = 0;
		discard_frame(model, frame);
	}
	KUNIT_ASSERT_EQ(test, err, want_err);
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

/*
 * Every frame on the list where its sizes belong, and the counts of them right.
 * Whoever calls this has the pool for himself, and so needs no lock.
 */
static void check_lists(struct kunit *test, const struct zbud_pool *pool)
{
	unsigned long pages = zbud_pages(pool);
	unsigned long unbuddied = 0, buddied = 0, whole = 0, lru = 0;
	unsigned long vacant = 0, lost = 0;
	const struct zbud_frame *frame;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pool->unbuddied); i++) {
		KUNIT_ASSERT_EQ_MSG(test, !!(pool->vacancies & BIT_ULL(i)),
				    !list_empty(&pool->unbuddied[i]),
				    "frames with %u vacant chunks", i);
		list_for_each_entry(frame, &pool->unbuddied[i], node) {
			size_t size = frame->size[0] + frame->size[1];

			/* a list that was broken may have no end */
			KUNIT_ASSERT_LE(test, ++unbuddied, pages);
			KUNIT_ASSERT_FALSE(test, frame->whole);
			KUNIT_ASSERT_FALSE(test, frame->reclaiming);
			KUNIT_ASSERT_NE(test, !frame->size[0], !frame->size[1]);
			KUNIT_ASSERT_EQ(test, DIV_ROUND_UP(size, MODEL_CHUNK) + i,
					MODEL_CHUNKS);
			vacant += i;
		}
	}

	list_for_each_entry(frame, &pool->buddied, node) {
		KUNIT_ASSERT_LE(test, ++buddied, pages);
		KUNIT_ASSERT_FALSE(test, frame->reclaiming);
		if (frame->whole) {
			KUNIT_ASSERT_EQ(test, frame->size[0], PAGE_SIZE);
			KUNIT_ASSERT_EQ(test, frame->size[1], 0);
			whole++;
			continue;
		}
		KUNIT_ASSERT_NE(test, frame->size[0], 0);
		KUNIT_ASSERT_NE(test, frame->size[1], 0);
		lost += MODEL_CHUNKS - DIV_ROUND_UP(frame->size[0], MODEL_CHUNK) -
			DIV_ROUND_UP(frame->size[1], MODEL_CHUNK);
	}
	list_for_each_entry(frame, &pool->lru, lru)
		KUNIT_ASSERT_LE(test, ++lru, pages);

	KUNIT_ASSERT_EQ(test, unbuddied + buddied, lru);
	KUNIT_ASSERT_EQ(test, pool->nr_unbuddied, unbuddied);
	KUNIT_ASSERT_EQ(test, pool->nr_whole, whole);
	KUNIT_ASSERT_EQ(test, pool->free_chunks, vacant);
	KUNIT_ASSERT_EQ(test, pool->lost_chunks, lost);
}

/* A frame of the pool's, found on a list, is the model's, with the same objects. */
static void match_frame(struct model *model, const struct zbud_frame *frame)
{
	const void *page = frame->whole ? frame->page : (const void *)frame;
	struct model_frame *same = find_frame(model, page);
	struct kunit *test = model->test;
	size_t sum = 0;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, same);
	KUNIT_ASSERT_FALSE(test, same->reclaiming);
	KUNIT_ASSERT_EQ(test, frame->whole, is_whole(same));
	for (i = 0; i < 2; i++) {
		if (same->object[i])
			sum += same->object[i]->size;
	}
	KUNIT_ASSERT_EQ(test, frame->size[0] + frame->size[1], sum);
	KUNIT_ASSERT_EQ(test, frame->added_ns, same->added_ns);
	KUNIT_ASSERT_EQ(test, frame->touched, same->touched);
	same->lists++;
}

/* All of the pool's lists, against the model's; and every object. */
static void walk(struct model *model)
{
	struct zbud_pool *pool = model->pool;
	struct kunit *test = model->test;
	struct model_frame *expected;
	struct zbud_frame *frame;
	unsigned int i;

	check_lists(test, pool);
	list_for_each_entry(expected, &model->frames, all)
		expected->lists = 0;
	for (i = 0; i < ARRAY_SIZE(pool->unbuddied); i++) {
		list_for_each_entry(frame, &pool->unbuddied[i], node)
			match_frame(model, frame);
	}
	list_for_each_entry(frame, &pool->buddied, node)
		match_frame(model, frame);

	/* the same frames once more, in the right order */
	expected = list_first_entry(&model->lru, struct model_frame, lru);
	list_for_each_entry(frame, &pool->lru, lru) {
		KUNIT_ASSERT_FALSE(test, list_entry_is_head(expected, &model->lru, lru));
		match_frame(model, frame);
		KUNIT_ASSERT_PTR_EQ(test, (frame->whole ? frame->page : (void *)frame),
				    expected->page);
		KUNIT_ASSERT_EQ(test, expected->lists, 2);
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

static void expect_usage(struct model *model, unsigned long frames,
			 unsigned long unbuddied, unsigned long whole,
			 unsigned long free_bytes, unsigned long lost_bytes)
{
	struct kunit *test = model->test;
	struct zbud_usage usage;

	zbud_get_usage(model->pool, &usage);
	KUNIT_EXPECT_EQ(test, usage.frames, frames);
	KUNIT_EXPECT_EQ(test, usage.unbuddied, unbuddied);
	KUNIT_EXPECT_EQ(test, usage.whole, whole);
	KUNIT_EXPECT_EQ(test, usage.free_bytes, free_bytes);
	KUNIT_EXPECT_EQ(test, usage.lost_bytes, lost_bytes);
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

static bool same_page(const struct model_object *one, const struct model_object *two)
{
	return page_of(one->bytes) == page_of(two->bytes);
}

static int zbud_test_init(struct kunit *test)
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
	model->pool = zbud_pool_create(&ops, model);
	return model->pool ? 0 : -ENOMEM;
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
	put_object(model, MODEL_CHUNK);
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
	object = put_object(model, 2000);
	memory.allowed = 0;
	KUNIT_EXPECT_EQ(test, try_alloc(model, 2100), -ENOMEM);
	KUNIT_EXPECT_EQ(test, try_alloc(model, PAGE_SIZE), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, same_page(object, put_object(model, 1900)));
	memory.allowed = UNLIMITED;
	drop_all(model);

	/* how hard to try is the caller's to say */
	KUNIT_ASSERT_EQ(test, zbud_alloc(model->pool, 1, 1, 1,
					 GFP_NOWAIT | __GFP_NOWARN, &handle), 0);
	KUNIT_EXPECT_EQ(test, (__force u32)memory.gfp,
			(__force u32)(GFP_NOWAIT | __GFP_NOWARN));
	zbud_free(model->pool, handle);
	KUNIT_ASSERT_EQ(test, zbud_alloc(model->pool, PAGE_SIZE, 1, 1,
					 GFP_KERNEL | __GFP_NORETRY, &handle), 0);
	KUNIT_EXPECT_EQ(test, (__force u32)memory.gfp,
			(__force u32)(GFP_KERNEL | __GFP_NORETRY));
	zbud_free(model->pool, handle);
}

static void contents_stay_apart(struct kunit *test)
{
	struct model *model = test->priv;
	unsigned int i;

	/* both sides of every chunk's edge, and some whole frames, all at once */
	put_object(model, 1);
	for (i = 1; i <= MODEL_CHUNKS; i++) {
		put_object(model, i * MODEL_CHUNK);
		if (i < MODEL_CHUNKS)
			put_object(model, i * MODEL_CHUNK + 1);
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
 * Pairing
 */

static void two_to_a_frame(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c, *d;

	a = put_object(model, 100);
	expect_pages(model, 1);
	b = put_object(model, 200);
	expect_pages(model, 1);
	KUNIT_EXPECT_TRUE(test, same_page(a, b));

	/* there would be room for more, but there are two */
	c = put_object(model, 100);
	expect_pages(model, 2);
	KUNIT_EXPECT_FALSE(test, same_page(a, c));
	d = put_object(model, 1);
	expect_pages(model, 2);
	KUNIT_EXPECT_TRUE(test, same_page(c, d));
	walk(model);
	drop_all(model);
}

static void fits_to_the_byte(struct kunit *test)
{
	struct model *model = test->priv;
	unsigned int chunks, less;

	for (chunks = 1; chunks < MODEL_CHUNKS; chunks++) {
		/* a chunk that is begun is taken */
		for (less = 0; less < MODEL_CHUNK; less += MODEL_CHUNK - 1) {
			size_t size = chunks * MODEL_CHUNK - less;
			size_t rest = MODEL_ROOM - chunks * MODEL_CHUNK;
			struct model_object *a, *b, *more;

			a = put_object(model, size);
			b = put_object(model, rest);
			KUNIT_EXPECT_TRUE(test, same_page(a, b));
			expect_usage(model, 1, 0, 0, 0, 0);
			drop_object(model, a);
			/* and from the other side */
			more = put_object(model, size + less + 1);
			KUNIT_EXPECT_FALSE(test, same_page(b, more));
			drop_object(model, more);
			a = put_object(model, size);
			KUNIT_EXPECT_TRUE(test, same_page(a, b));
			drop_object(model, b);
			more = put_object(model, rest + 1);
			KUNIT_EXPECT_FALSE(test, same_page(a, more));
			drop_all(model);
		}
	}
}

static void fullest_that_fits(struct kunit *test)
{
	/* chunks: too many for any two of them to share a frame */
	static const unsigned int chunks[] = { 45, 60, 35, 55, 40, 50 };
	static const struct {
		unsigned int chunks;
		int buddy;
	} want[] = {
		/* 18, 3, 28, 8, 23 and 13 are vacant */
		{ 10, 5 }, { 13, 0 }, { 3, 1 }, { 24, 2 }, { 24, -1 },
		{ 1, 3 }, { 23, 4 }, { 40, -1 }, { 39, 10 },
	};
	struct model *model = test->priv;
	struct model_object *object[ARRAY_SIZE(chunks) + ARRAY_SIZE(want)];
	unsigned int i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(chunks); i++)
		object[nr++] = put_object(model, chunks[i] * MODEL_CHUNK);
	expect_pages(model, nr);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		unsigned long pages = zbud_pages(model->pool);

		object[nr] = put_object(model, want[i].chunks * MODEL_CHUNK);
		if (want[i].buddy < 0)
			expect_pages(model, pages + 1);
		else
			KUNIT_EXPECT_TRUE_MSG(test,
					      same_page(object[nr],
							object[want[i].buddy]),
					      "%u chunks", want[i].chunks);
		nr++;
	}
	walk(model);
	drop_all(model);
}

static void freed_in_every_order(struct kunit *test)
{
	/*
	 * Two frames, full to the last chunk, so that each vacancy fits the one
	 * who left it, and best.  In this order they pair: 0 with 2, 1 with 3.
	 */
	static const unsigned int chunks[4] = { 43, 32, 20, 31 };
	struct model *model = test->priv;
	struct model_object *object[4];
	unsigned int order, step, i;

	for (order = 0; order < 4 * 4 * 4 * 4; order++) {
		unsigned int left[2] = { 2, 2 };
		bool seen[4] = {};
		bool twice = false;

		for (i = 0; i < 4; i++) {
			unsigned int which = (order >> (2 * i)) & 3;

			twice |= seen[which];
			seen[which] = true;
		}
		if (twice)
			continue;

		for (i = 0; i < 4; i++)
			object[i] = put_object(model, chunks[i] * MODEL_CHUNK);
		KUNIT_ASSERT_TRUE(test, same_page(object[0], object[2]));
		KUNIT_ASSERT_TRUE(test, same_page(object[1], object[3]));
		expect_pages(model, 2);

		for (step = 0; step < 4; step++) {
			unsigned int which = (order >> (2 * step)) & 3;
			struct model_object *buddy = object[which ^ 2];

			drop_object(model, object[which]);
			left[which & 1]--;
			expect_pages(model, !!left[0] + !!left[1]);
			walk(model);
			if (!left[which & 1])
				continue;

			/* the vacancy is used again, by whoever comes */
			object[which] = put_object(model, chunks[which] * MODEL_CHUNK);
			KUNIT_EXPECT_TRUE(test, same_page(object[which], buddy));
			expect_pages(model, !!left[0] + !!left[1]);
			walk(model);
			drop_object(model, object[which]);
			expect_pages(model, !!left[0] + !!left[1]);
		}
	}
}

/*
 * Accounting.  The model does it all the time: here are the numbers themselves.
 */

static int look_and_let_go(struct eviction *eviction, struct model_object *object)
{
	/* of the frame being reclaimed, only its being there is known */
	expect_usage(eviction->model, 3, 1, 1, 0, 0);
	drop_object(eviction->model, object);
	expect_usage(eviction->model, 3, 1, 1, 0, 0);
	return 0;
}

static void usage_in_numbers(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *first;

	expect_usage(model, 0, 0, 0, 0, 0);
	first = put_object(model, 1);
	expect_usage(model, 1, 1, 0, 62 * 64, 0);
	put_object(model, 65);
	expect_usage(model, 1, 0, 0, 0, 60 * 64);
	put_object(model, 4096);
	expect_usage(model, 2, 0, 1, 0, 60 * 64);
	put_object(model, 4032);
	expect_usage(model, 3, 1, 1, 0, 60 * 64);
	drop_object(model, first);
	expect_usage(model, 3, 2, 1, 61 * 64, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, look_and_let_go), 0);
	expect_usage(model, 2, 1, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep), -EBUSY);
	expect_usage(model, 2, 1, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep), -EBUSY);
	expect_usage(model, 2, 1, 1, 0, 0);
	drop_all(model);
	expect_usage(model, 0, 0, 0, 0, 0);
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
	expect_pages(model, 1);

	came = model->now_ns;
	eviction = (struct eviction){ .model = model, .evict = let_go };
	KUNIT_EXPECT_EQ(test, reclaim_with(&eviction), 0);
	KUNIT_EXPECT_EQ(test, eviction.seen.buddies, 1);
	KUNIT_EXPECT_EQ(test, eviction.seen.bytes, PAGE_SIZE);
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
	{ "left buddy", { 1000, 0 }, -1 },
	{ "right buddy", { 1000, 2000 }, 0 },
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
	next = put_object(model, MODEL_ROOM);

	err = reclaim_with(&eviction);
	for (i = 0; i < 2; i++) {
		if (two[i] && two[i]->live)
			stays = two[i];
	}
	KUNIT_ASSERT_EQ(test, !err, !stays);
	expect_pages(model, 1 + !!stays);
	walk(model);
	if (stays && err == -ENOMEM) {
		/* still its turn */
		expect_next(model, stays);
		expect_next(model, next);
	} else if (stays) {
		/* its turn is over */
		expect_next(model, next);
		/* and its vacancy is one again */
		if (objects_in(stays->frame) == 1 && !is_whole(stays->frame)) {
			size_t size = vacant_chunks(stays->frame) * MODEL_CHUNK;
			struct model_object *fits = put_object(model, size);

			KUNIT_EXPECT_TRUE(test, same_page(stays, fits));
			drop_object(model, fits);
		}
		expect_next(model, stays);
	}
	drop_all(model);
}

static void every_outcome_of_evict(struct kunit *test)
{
	/* two different errors: the first counts */
	static const int first[] = { 0, -EBUSY, -ENOMEM };
	static const int second[] = { 0, -EIO, -ENOMEM };
	unsigned int kind, frees, result;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (frees = 0; frees < 4 * 4; frees++) {
			for (result = 0; result < 3 * 3; result++) {
				struct script script = {
					.frees = { frees % 4, frees / 4 },
					.result = {
						first[result % 3],
						second[result / 3],
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

	a = put_object(model, 4000);
	b = put_object(model, PAGE_SIZE);
	c = put_object(model, 4000);
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
	b = put_object(model, 4000);
	c = put_object(model, 4000);
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
	expect_pages(model, 2);
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
	new = put_object(model, 53 * MODEL_CHUNK);
	KUNIT_EXPECT_FALSE(test, same_page(new, object));
	drop_object(model, object);
	new = put_object(model, 10 * MODEL_CHUNK);
	KUNIT_EXPECT_FALSE(test, same_page(new, object));
	new = put_object(model, MODEL_ROOM);
	KUNIT_EXPECT_FALSE(test, same_page(new, object));
	return 0;
}

static int alloc_and_keep(struct eviction *eviction, struct model_object *object)
{
	put_object(eviction->model, 53 * MODEL_CHUNK);
	return -EBUSY;
}

static void alloc_from_evict(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *old;

	put_object(model, 10 * MODEL_CHUNK);
	KUNIT_EXPECT_EQ(test, reclaim(model, alloc_and_let_go), 0);
	/* 53 and 10 chunks in one frame, all of another */
	expect_usage(model, 2, 1, 0, 0, 0);
	walk(model);
	drop_all(model);

	/* a frame that is kept is younger than what came meanwhile */
	old = put_object(model, 10 * MODEL_CHUNK);
	KUNIT_EXPECT_EQ(test, reclaim(model, alloc_and_keep), -EBUSY);
	expect_pages(model, 2);
	KUNIT_EXPECT_EQ(test, reclaim(model, let_go), 0);
	KUNIT_EXPECT_TRUE(test, old->live);
	drop_all(model);

	/* a pool whose only frame is being reclaimed has room nowhere */
	put_object(model, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, reclaim(model, alloc_and_keep), -EBUSY);
	expect_usage(model, 2, 1, 1, 10 * MODEL_CHUNK, 0);
	drop_all(model);
}

static int reclaim_the_rest(struct eviction *eviction, struct model_object *object)
{
	struct eviction nested = {
		.model = eviction->model,
		.evict = reclaim_the_rest,
		.depth = eviction->depth + 1,
	};
	unsigned long pages = zbud_pages(eviction->model->pool);
	struct kunit *test = eviction->model->test;
	int err = reclaim_with(&nested);

	if (pages == nested.depth) {
		/* every frame is in the hands of a reclaim */
		KUNIT_EXPECT_EQ(test, err, -ENOENT);
	} else {
		KUNIT_EXPECT_EQ(test, err, 0);
		KUNIT_EXPECT_PTR_NE(test, nested.frame, eviction->frame);
	}
	drop_object(eviction->model, object);
	return 0;
}

static int keep_both(struct eviction *eviction, struct model_object *object)
{
	KUNIT_EXPECT_EQ(eviction->model->test, reclaim(eviction->model, keep), -EBUSY);
	return -EIO;
}

static void reclaim_from_evict(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c;
	unsigned int i;

	for (i = 0; i < 8; i++)
		put_object(model, i % 3 ? MODEL_ROOM - i : PAGE_SIZE);
	expect_pages(model, 8);
	KUNIT_EXPECT_EQ(test, reclaim(model, reclaim_the_rest), 0);
	expect_pages(model, 0);

	/* the one that is kept last is the youngest */
	a = put_object(model, MODEL_ROOM);
	b = put_object(model, MODEL_ROOM);
	c = put_object(model, MODEL_ROOM);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep_both), -EIO);
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
		object[i] = put_object(model, 2100 + i);
	expect_pages(model, 8);
	/* what goes by itself leaves the others' order alone */
	drop_object(model, object[3]);
	for (i = 0; i < 8; i++) {
		if (i != 3)
			expect_next(model, object[i]);
	}
	expect_pages(model, 0);
}

static void second_buddy_makes_young(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c, *second;

	a = put_object(model, 43 * MODEL_CHUNK);
	b = put_object(model, 44 * MODEL_CHUNK);
	c = put_object(model, 44 * MODEL_CHUNK);
	second = put_object(model, 20 * MODEL_CHUNK);
	KUNIT_ASSERT_TRUE(test, same_page(a, second));
	expect_next(model, b);
	expect_next(model, c);
	expect_next(model, a);
	expect_pages(model, 0);

	/* it stays young when either has gone; going makes nobody young */
	a = put_object(model, 43 * MODEL_CHUNK);
	b = put_object(model, 44 * MODEL_CHUNK);
	second = put_object(model, 20 * MODEL_CHUNK);
	c = put_object(model, 44 * MODEL_CHUNK);
	drop_object(model, a);
	expect_next(model, b);
	expect_next(model, second);
	expect_next(model, c);
}

static void touched_is_passed_over_once(struct kunit *test)
{
	struct model *model = test->priv;
	struct model_object *a, *b, *c, *d, *second;

	/* twice is no more than once */
	a = put_object(model, 43 * MODEL_CHUNK);
	b = put_object(model, PAGE_SIZE);
	c = put_object(model, 44 * MODEL_CHUNK);
	touch_object(a);
	touch_object(a);
	expect_next(model, b);
	d = put_object(model, 44 * MODEL_CHUNK);
	expect_next(model, c);
	expect_next(model, a);
	expect_next(model, d);

	/* but twice with a reclaim between is; a whole frame can be as well */
	a = put_object(model, PAGE_SIZE);
	b = put_object(model, 44 * MODEL_CHUNK);
	c = put_object(model, 44 * MODEL_CHUNK);
	d = put_object(model, 44 * MODEL_CHUNK);
	touch_object(a);
	expect_next(model, b);
	touch_object(a);
	expect_next(model, c);
	expect_next(model, d);
	expect_next(model, a);

	/* either buddy does it for the frame, and for no other */
	a = put_object(model, 43 * MODEL_CHUNK);
	second = put_object(model, 20 * MODEL_CHUNK);
	b = put_object(model, 44 * MODEL_CHUNK);
	KUNIT_ASSERT_TRUE(test, same_page(a, second));
	touch_object(second);
	expect_next(model, b);
	KUNIT_EXPECT_TRUE(test, second->live);
	expect_next(model, a);
	KUNIT_EXPECT_FALSE(test, second->live);

	/* what comes beside it does not take that away */
	a = put_object(model, 43 * MODEL_CHUNK);
	b = put_object(model, 44 * MODEL_CHUNK);
	touch_object(a);
	put_object(model, 20 * MODEL_CHUNK);
	c = put_object(model, 44 * MODEL_CHUNK);
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
		SECOND_CHANCES + 8,
	};
	struct model *model = test->priv;
	struct model_object *object[SECOND_CHANCES + 8];
	unsigned int i, n;

	for (n = 0; n < ARRAY_SIZE(frames); n++) {
		for (i = 0; i < frames[n]; i++) {
			object[i] = put_object(model, 4000);
			touch_object(object[i]);
		}
		expect_pages(model, frames[n]);
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
	struct model_object *a, *b, *whole, *second;

	a = put_object(model, 2000);
	whole = put_object(model, PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(whole->bytes));
	expect_usage(model, 2, 1, 1, 31 * 64, 0);
	/* nobody comes beside it, not even into what a is then too full for */
	b = put_object(model, 1900);
	KUNIT_EXPECT_TRUE(test, same_page(a, b));
	second = put_object(model, 1);
	expect_pages(model, 3);
	KUNIT_EXPECT_FALSE(test, same_page(whole, second));
	verify_objects(model);
	walk(model);
	drop_object(model, second);
	expect_usage(model, 2, 0, 1, 0, 64);

	/* with the others in order: b has made a young */
	expect_next(model, whole);
	expect_usage(model, 1, 0, 0, 0, 64);
	whole = put_object(model, PAGE_SIZE);
	expect_next(model, a);
	second = put_object(model, PAGE_SIZE);
	expect_usage(model, 2, 0, 2, 0, 0);
	KUNIT_EXPECT_EQ(test, reclaim(model, keep), -EBUSY);
	expect_usage(model, 2, 0, 2, 0, 0);
	touch_object(second);
	expect_next(model, whole);
	drop_object(model, second);
	expect_usage(model, 0, 0, 0, 0, 0);
}

/*
 * By chance
 */

#define RANDOM_OPERATIONS	20000
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
		return MODEL_CHUNK * (1 + chance(model, MODEL_CHUNKS - 1)) +
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
		if (object->live)
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
				try_alloc(model, MODEL_ROOM + 1 + chance(model, 63)),
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
		most = max(most, model->nr_frames);
		if (i % WALK_EVERY == 0)
			walk(model);
	}
	kunit_info(test, "%lu objects, at most %u frames", model->last_tag, most);
	drop_all(model);
}

/*
 * All at once.  No model can tell what several tasks do to a pool, but each of
 * them knows its own objects.
 */

#define RACERS		4
#define RACE_OPERATIONS	8000
/* Few, so that the same frames are freed, filled and reclaimed at a time. */
#define RACE_OBJECTS	8

/**
 * struct race_object - an object of a racer's
 * @lock: for all of it; taken before the pool's.  Its racer alone puts it, but
 *	anybody's eviction may drop it
 * @tag: the object's, or 0 for none
 * @handle: the object's
 * @size: the object's
 */
struct race_object {
	spinlock_t lock;
	unsigned long tag;
	unsigned long handle;
	size_t size;
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
 * @pattern: what contents are made of
 * @wrong: what went wrong first; a racer cannot make its test fail itself
 * @done: once for each racer
 * @racer: they
 */
struct race {
	struct zbud_pool *pool;
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

static void race_verify(struct race *race, const struct race_object *object)
{
	lockdep_assert_held(&object->lock);
	race_check(race, zbud_tag(object->handle) == object->tag, "another's tag");
	race_check(race, !memcmp(zbud_map(object->handle),
				 race->pattern + object->tag % PAGE_SIZE,
				 object->size), "another's contents");
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
	if (object->tag != tag) {
		/* gone already, or yet to be published */
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
	memcpy(zbud_map(handle), race->pattern + tag % PAGE_SIZE, size);

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
		race_check(race, seen.buddies == 1 || seen.buddies == 2,
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
	kunit_info(test, "%lu frames reclaimed", evicted);
	zbud_pool_destroy(race->pool);
}

static struct kunit_case zbud_test_cases[] = {
	KUNIT_CASE(sizes_taken_and_refused),
	KUNIT_CASE(memory_denied),
	KUNIT_CASE(contents_stay_apart),
	KUNIT_CASE(two_to_a_frame),
	KUNIT_CASE(fits_to_the_byte),
	KUNIT_CASE(fullest_that_fits),
	KUNIT_CASE(freed_in_every_order),
	KUNIT_CASE(usage_in_numbers),
	KUNIT_CASE(reclaim_of_nothing),
	KUNIT_CASE(reclaim_tells_what_it_saw),
	KUNIT_CASE(every_outcome_of_evict),
	KUNIT_CASE(refused_goes_to_the_end),
	KUNIT_CASE(refused_without_memory_stays),
	KUNIT_CASE(freed_by_others_meanwhile),
	KUNIT_CASE(alloc_from_evict),
	KUNIT_CASE(reclaim_from_evict),
	KUNIT_CASE(oldest_first),
	KUNIT_CASE(second_buddy_makes_young),
	KUNIT_CASE(touched_is_passed_over_once),
	KUNIT_CASE(all_touched),
	KUNIT_CASE(whole_frames),
	KUNIT_CASE_SLOW(random_operations),
	KUNIT_CASE_SLOW(many_tasks),
	{}
};

static struct kunit_suite zbud_test_suite = {
	.name = "zbud",
	.init = zbud_test_init,
	.exit = zbud_test_exit,
	.test_cases = zbud_test_cases,
};
kunit_test_suite(zbud_test_suite);

MODULE_DESCRIPTION("KUnit tests of zbud");
MODULE_LICENSE("GPL");
