// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <sys/queue.h>

#include "model-frames.h"

/* Touched frames that one eviction passes over, so that it ends. */
#define SECOND_CHANCES	32
/* Frames are found by their room, to so many bytes. */
#define BIN_BYTES	32
#define BINS		(ZS_FRAMES_PAGES * ZS_MODEL_PAGE / BIN_BYTES)
/* In a bin so many are looked at. */
#define BIN_LOOKS	4
#define WORD_BITS	64
#define WORDS		(BINS / WORD_BITS)

/**
 * struct zs_object - a buddy
 * @frame: that it is in
 * @owner: the caller's number
 * @length: in bytes
 */
struct zs_object {
	struct frame *frame;
	uint32_t owner;
	unsigned int length;
};

/**
 * struct frame - a frame with at least one buddy
 * @node: among those that have about as much room for another
 * @lru: among all, the one that was most recently added to first
 * @slots: its buddies; what is behind @used is NULL
 * @used: up to the last that is taken
 * @buddies: how many
 * @bytes: their lengths, summed
 * @whole: a page as it is has it for itself
 * @touched: used since it was filled
 */
struct frame {
	LIST_ENTRY(frame) node;
	TAILQ_ENTRY(frame) lru;
	struct zs_object *slots[ZS_FRAMES_BUDDIES];
	unsigned int used;
	unsigned int buddies;
	unsigned int bytes;
	bool whole;
	bool touched;
};

/**
 * struct frames - the pool
 * @model: what all models have
 * @shape: of its frames
 * @filled: a bit for each of @bins that is not empty
 * @bins: frames that have room for another buddy, by that
 * @lru: all frames
 */
struct frames {
	struct zs_model model;
	const struct zs_frames_shape *shape;
	uint64_t filled[WORDS];
	LIST_HEAD(, frame) bins[BINS];
	TAILQ_HEAD(lru_list, frame) lru;
};

static struct frames *to_frames(struct zs_model *model)
{
	return (struct frames *)model;
}

/* The longest object that there is room for. */
static unsigned int room(const struct frames *pool, const struct frame *frame)
{
	/* a vacant slot is used again, unless it is the last, which is none */
	unsigned int slots = frame->used + (frame->buddies == frame->used);
	unsigned int taken = ZS_FRAMES_HEADER + slots * ZS_FRAMES_SLOT + frame->bytes;
	unsigned int all = pool->shape->pages * ZS_MODEL_PAGE;

	if (frame->whole || frame->buddies == pool->shape->buddies || taken >= all)
		return 0;
	return all - taken;
}

/* Put a frame where it is found by what it has room for. */
static void frame_file(struct frames *pool, struct frame *frame)
{
	unsigned int bin = room(pool, frame) / BIN_BYTES;

	if (!room(pool, frame))
		return;
	LIST_INSERT_HEAD(&pool->bins[bin], frame, node);
	pool->filled[bin / WORD_BITS] |= 1ULL << bin % WORD_BITS;
}

/* The reverse, before it changes. */
static void frame_unfile(struct frames *pool, struct frame *frame)
{
	unsigned int bin = room(pool, frame) / BIN_BYTES;

	if (!room(pool, frame))
		return;
	LIST_REMOVE(frame, node);
	if (LIST_EMPTY(&pool->bins[bin]))
		pool->filled[bin / WORD_BITS] &= ~(1ULL << bin % WORD_BITS);
}

/* Return: the next bin, from this one on, that is not empty; or BINS. */
static unsigned int next_filled(const struct frames *pool, unsigned int bin)
{
	unsigned int word = bin / WORD_BITS;
	uint64_t bits;

	if (bin >= BINS)
		return BINS;
	bits = pool->filled[word] & ~0ULL << bin % WORD_BITS;
	while (!bits && ++word < WORDS)
		bits = pool->filled[word];
	return bits ? word * WORD_BITS + (unsigned int)__builtin_ctzll(bits) : BINS;
}

static struct frame *find_best_fit(const struct frames *pool, unsigned int length)
{
	unsigned int bin = next_filled(pool, length / BIN_BYTES);
	struct frame *frame;

	for (; bin < BINS; bin = next_filled(pool, bin + 1)) {
		unsigned int looks = 0;

		LIST_FOREACH(frame, &pool->bins[bin], node) {
			if (room(pool, frame) >= length)
				return frame;
			if (++looks == BIN_LOOKS)
				break;
		}
	}
	return NULL;
}

static struct frame *frame_new(struct frames *pool, bool whole)
{
	struct frame *frame = calloc(1, sizeof(*frame));

	if (!frame)
		return NULL;
	frame->whole = whole;
	pool->model.pages += whole ? 1 : pool->shape->pages;
	return frame;
}

static void frame_free(struct frames *pool, struct frame *frame)
{
	pool->model.pages -= frame->whole ? 1 : pool->shape->pages;
	free(frame);
}

struct zs_model *zs_frames_create(const struct zs_model_kind *kind,
				  const struct zs_frames_shape *shape)
{
	struct frames *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->model.kind = kind;
	pool->shape = shape;
	TAILQ_INIT(&pool->lru);
	return &pool->model;
}

void zs_frames_destroy(struct zs_model *model)
{
	uint32_t owners[ZS_MODEL_EVICTED];

	if (!model)
		return;
	while (zs_frames_evict(model, owners))
		;
	free(model);
}

/* Return: a frame, off all lists, with room for so much. */
static struct frame *take_frame(struct frames *pool, unsigned int length)
{
	const bool whole = length == ZS_MODEL_PAGE;
	struct frame *frame = whole ? NULL : find_best_fit(pool, length);

	if (!frame)
		return frame_new(pool, whole);
	frame_unfile(pool, frame);
	TAILQ_REMOVE(&pool->lru, frame, lru);
	return frame;
}

static void frame_add(struct frame *frame, struct zs_object *object)
{
	unsigned int slot = 0;

	while (frame->slots[slot])
		slot++;
	frame->slots[slot] = object;
	if (slot == frame->used)
		frame->used++;
	frame->buddies++;
	frame->bytes += object->length;
	object->frame = frame;
}

static void frame_remove(struct frame *frame, const struct zs_object *object)
{
	unsigned int slot = 0;

	while (frame->slots[slot] != object)
		slot++;
	frame->slots[slot] = NULL;
	while (frame->used && !frame->slots[frame->used - 1])
		frame->used--;
	frame->buddies--;
	frame->bytes -= object->length;
}

struct zs_object *zs_frames_insert(struct zs_model *model, unsigned int length,
				   uint32_t owner)
{
	struct frames *pool = to_frames(model);
	struct zs_object *object = malloc(sizeof(*object));
	struct frame *frame;

	if (!object)
		return NULL;
	object->owner = owner;
	object->length = length;
	frame = take_frame(pool, length);
	if (!frame) {
		free(object);
		return NULL;
	}
	frame_add(frame, object);
	frame_file(pool, frame);
	TAILQ_INSERT_HEAD(&pool->lru, frame, lru);
	model->objects++;
	return object;
}

void zs_frames_remove(struct zs_model *model, struct zs_object *object)
{
	struct frames *pool = to_frames(model);
	struct frame *frame = object->frame;

	frame_unfile(pool, frame);
	frame_remove(frame, object);
	if (frame->buddies) {
		frame_file(pool, frame);
	} else {
		TAILQ_REMOVE(&pool->lru, frame, lru);
		frame_free(pool, frame);
	}
	model->objects--;
	free(object);
}

void zs_frames_touch(struct zs_model *model, struct zs_object *object)
{
	(void)model;
	object->frame->touched = true;
}

/* The oldest frame that was not touched; those that were lose that, and are young again. */
static struct frame *find_oldest(struct frames *pool)
{
	struct frame *frame = TAILQ_LAST(&pool->lru, lru_list);

	for (unsigned int i = 0; i < SECOND_CHANCES && frame && frame->touched; i++) {
		frame->touched = false;
		TAILQ_REMOVE(&pool->lru, frame, lru);
		TAILQ_INSERT_HEAD(&pool->lru, frame, lru);
		frame = TAILQ_LAST(&pool->lru, lru_list);
	}
	return frame;
}

size_t zs_frames_evict(struct zs_model *model, uint32_t owners[ZS_MODEL_EVICTED])
{
	struct frames *pool = to_frames(model);
	struct frame *frame = find_oldest(pool);
	size_t count = 0;

	if (!frame)
		return 0;
	frame_unfile(pool, frame);
	TAILQ_REMOVE(&pool->lru, frame, lru);
	for (unsigned int slot = 0; slot < frame->used; slot++) {
		if (!frame->slots[slot])
			continue;
		owners[count++] = frame->slots[slot]->owner;
		free(frame->slots[slot]);
	}
	model->objects -= count;
	frame_free(pool, frame);
	return count;
}
