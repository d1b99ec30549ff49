// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <sys/queue.h>

#include "model-frames.h"

/* Touched frames that one eviction passes over, so that it ends. */
#define SECOND_CHANCES	32
#define WORD_BITS	64
#define WORDS		(ZS_FRAMES_CHUNKS / WORD_BITS)

/**
 * struct zs_object - a buddy
 * @peers: in its frame
 * @frame: that it is in
 * @owner: the caller's number
 * @chunks: that it takes
 */
struct zs_object {
	LIST_ENTRY(zs_object) peers;
	struct frame *frame;
	uint32_t owner;
	unsigned int chunks;
};

/**
 * struct frame - a frame with at least one buddy
 * @node: among those that have room for another and as many chunks for it
 * @lru: among all, the one that was most recently added to first
 * @objects: its buddies
 * @buddies: how many
 * @vacant: chunks
 * @whole: a page as it is has it for itself
 * @touched: used since it was filled
 */
struct frame {
	LIST_ENTRY(frame) node;
	TAILQ_ENTRY(frame) lru;
	LIST_HEAD(, zs_object) objects;
	unsigned int buddies;
	unsigned int vacant;
	bool whole;
	bool touched;
};

/**
 * struct frames - the pool
 * @model: what all models have
 * @shape: of its frames
 * @vacancies: a bit for each list of @unbuddied that is not empty
 * @unbuddied: frames that have room for another buddy, by vacant chunks
 * @lru: all frames
 */
struct frames {
	struct zs_model model;
	const struct zs_frames_shape *shape;
	uint64_t vacancies[WORDS];
	LIST_HEAD(, frame) unbuddied[ZS_FRAMES_CHUNKS];
	TAILQ_HEAD(lru_list, frame) lru;
};

static struct frames *to_frames(struct zs_model *model)
{
	return (struct frames *)model;
}

static bool may_have_buddy(const struct frames *pool, const struct frame *frame)
{
	return !frame->whole && frame->buddies < pool->shape->buddies;
}

/* Put a frame where it is found by what it has room for. */
static void frame_file(struct frames *pool, struct frame *frame)
{
	if (!may_have_buddy(pool, frame))
		return;
	LIST_INSERT_HEAD(&pool->unbuddied[frame->vacant], frame, node);
	pool->vacancies[frame->vacant / WORD_BITS] |= 1ULL << frame->vacant % WORD_BITS;
}

/* The reverse, before it changes. */
static void frame_unfile(struct frames *pool, struct frame *frame)
{
	if (!may_have_buddy(pool, frame))
		return;
	LIST_REMOVE(frame, node);
	if (LIST_EMPTY(&pool->unbuddied[frame->vacant]))
		pool->vacancies[frame->vacant / WORD_BITS] &=
			~(1ULL << frame->vacant % WORD_BITS);
}

static struct frame *find_best_fit(const struct frames *pool, unsigned int chunks)
{
	unsigned int word = chunks / WORD_BITS;
	uint64_t fits = pool->vacancies[word] & ~0ULL << chunks % WORD_BITS;

	while (!fits && ++word < WORDS)
		fits = pool->vacancies[word];
	if (!fits)
		return NULL;
	return LIST_FIRST(&pool->unbuddied[word * WORD_BITS +
					   (unsigned int)__builtin_ctzll(fits)]);
}

static struct frame *frame_new(struct frames *pool, bool whole)
{
	struct frame *frame = calloc(1, sizeof(*frame));

	if (!frame)
		return NULL;
	frame->vacant = pool->shape->chunks;
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
static struct frame *take_frame(struct frames *pool, unsigned int chunks, bool whole)
{
	struct frame *frame = whole ? NULL : find_best_fit(pool, chunks);

	if (!frame)
		return frame_new(pool, whole);
	frame_unfile(pool, frame);
	TAILQ_REMOVE(&pool->lru, frame, lru);
	return frame;
}

struct zs_object *zs_frames_insert(struct zs_model *model, unsigned int length,
				   uint32_t owner)
{
	struct frames *pool = to_frames(model);
	const bool whole = length == ZS_MODEL_PAGE;
	struct zs_object *object = malloc(sizeof(*object));
	struct frame *frame;

	if (!object)
		return NULL;
	object->owner = owner;
	object->chunks = whole ? pool->shape->chunks :
			 (length + pool->shape->chunk_bytes - 1) / pool->shape->chunk_bytes;
	frame = take_frame(pool, object->chunks, whole);
	if (!frame) {
		free(object);
		return NULL;
	}
	object->frame = frame;
	LIST_INSERT_HEAD(&frame->objects, object, peers);
	frame->vacant -= object->chunks;
	frame->buddies++;
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
	LIST_REMOVE(object, peers);
	frame->vacant += object->chunks;
	frame->buddies--;
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
	struct zs_object *object;
	size_t count = 0;

	if (!frame)
		return 0;
	frame_unfile(pool, frame);
	TAILQ_REMOVE(&pool->lru, frame, lru);
	while ((object = LIST_FIRST(&frame->objects))) {
		LIST_REMOVE(object, peers);
		owners[count++] = object->owner;
		free(object);
	}
	model->objects -= count;
	frame_free(pool, frame);
	return count;
}
