// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zsmalloc as Linux 6.12 has it on x86-64, with its default of up to 8 pages to a zspage.
 *
 * An object, of its bytes and 8 for its handle, is of a size class: each 16 bytes there is
 * one.  A class cuts its objects from zspages, runs of as many pages as leave the least
 * over at the end.  Neighbouring classes whose zspages have as many pages and as many
 * objects are one, that of the largest of them.
 *
 * A new object goes to the fullest zspage of its class that is not full, by tenths, and in
 * a tenth to the one that came there last.  A zspage goes with its last object.  What is
 * oldest leaves object by object, and no object moves: the compaction that the kernel does
 * under memory pressure is not modelled.
 */
#include <stdlib.h>
#include <sys/queue.h>

#include "model.h"

#define LEAST_BYTES	32U
#define CLASS_BYTES	16U
#define HANDLE_BYTES	8U
#define CLASSES		((ZS_MODEL_PAGE - LEAST_BYTES) / CLASS_BYTES + 1)
#define ZSPAGE_PAGES	8U
#define TENTHS		10U

/* Touched objects that one eviction passes over, so that it ends. */
#define SECOND_CHANCES	32

struct zs_object {
	TAILQ_ENTRY(zs_object) lru;
	struct zspage *zspage;
	uint32_t owner;
	bool touched;
};

/**
 * struct zspage - a run of pages with at least one object
 * @node: in its class, among those that are about as full; not while it is full
 * @class: its class
 * @used: objects in it
 */
struct zspage {
	LIST_ENTRY(zspage) node;
	struct class *class;
	unsigned int used;
};

/**
 * struct class - objects of like sizes
 * @pages: of a zspage
 * @room: objects of a zspage
 * @by_tenth: its zspages that are not full, by how full they are
 */
struct class {
	unsigned int pages;
	unsigned int room;
	LIST_HEAD(, zspage) by_tenth[TENTHS];
};

/**
 * struct zsmalloc - the pool
 * @model: what all models have
 * @class: of each size, the one that it was merged with
 * @classes: they
 * @lru: all objects, the youngest first
 */
struct zsmalloc {
	struct zs_model model;
	struct class *class[CLASSES];
	struct class classes[CLASSES];
	TAILQ_HEAD(object_list, zs_object) lru;
};

static struct zsmalloc *to_zsmalloc(struct zs_model *model)
{
	return (struct zsmalloc *)model;
}

/* How many pages of a zspage leave the least over behind objects of that size? */
static unsigned int choose_pages(unsigned int bytes)
{
	unsigned int best = 1, least = ZS_MODEL_PAGE;

	if (!(bytes & (bytes - 1)))
		return 1;
	for (unsigned int pages = 1; pages <= ZSPAGE_PAGES; pages++) {
		unsigned int left = pages * ZS_MODEL_PAGE % bytes;

		if (left < least) {
			least = left;
			best = pages;
		}
	}
	return best;
}

static void make_classes(struct zsmalloc *pool)
{
	struct class *larger = NULL;

	for (unsigned int i = CLASSES; i-- > 0;) {
		unsigned int bytes = LEAST_BYTES + i * CLASS_BYTES;
		unsigned int pages = choose_pages(bytes);
		unsigned int room = pages * ZS_MODEL_PAGE / bytes;

		if (!larger || larger->pages != pages || larger->room != room) {
			larger = &pool->classes[i];
			larger->pages = pages;
			larger->room = room;
		}
		pool->class[i] = larger;
	}
}

static struct class *find_class(struct zsmalloc *pool, unsigned int length)
{
	unsigned int bytes = length + HANDLE_BYTES;

	if (bytes <= LEAST_BYTES)
		return pool->class[0];
	/* that of a whole page has its handle elsewhere */
	if (bytes > ZS_MODEL_PAGE)
		return pool->class[CLASSES - 1];
	return pool->class[(bytes - LEAST_BYTES + CLASS_BYTES - 1) / CLASS_BYTES];
}

static bool is_full(const struct zspage *zspage)
{
	return zspage->used == zspage->class->room;
}

static unsigned int tenth(const struct zspage *zspage)
{
	return zspage->used * TENTHS / zspage->class->room;
}

/* Put a zspage, in which an object came or went, where it is found by how full it is. */
static void refile(struct zspage *zspage, unsigned int used)
{
	const struct zspage before = { .class = zspage->class, .used = zspage->used };
	bool was_filed = zspage->used && !is_full(zspage);

	zspage->used = used;
	if (was_filed && used && !is_full(zspage) && tenth(&before) == tenth(zspage))
		return;
	if (was_filed)
		LIST_REMOVE(zspage, node);
	if (used && !is_full(zspage))
		LIST_INSERT_HEAD(&zspage->class->by_tenth[tenth(zspage)], zspage, node);
}

static struct zspage *find_zspage(const struct class *class)
{
	for (unsigned int i = TENTHS; i-- > 0;)
		if (!LIST_EMPTY(&class->by_tenth[i]))
			return LIST_FIRST(&class->by_tenth[i]);
	return NULL;
}

static struct zspage *zspage_new(struct zsmalloc *pool, struct class *class)
{
	struct zspage *zspage = calloc(1, sizeof(*zspage));

	if (!zspage)
		return NULL;
	zspage->class = class;
	pool->model.pages += class->pages;
	return zspage;
}

static struct zs_model *create(void)
{
	struct zsmalloc *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->model.kind = &zs_model_zsmalloc;
	TAILQ_INIT(&pool->lru);
	make_classes(pool);
	return &pool->model;
}

static struct zs_object *insert(struct zs_model *model, unsigned int length, uint32_t owner)
{
	struct zsmalloc *pool = to_zsmalloc(model);
	struct class *class = find_class(pool, length);
	struct zs_object *object = malloc(sizeof(*object));
	struct zspage *zspage;

	if (!object)
		return NULL;
	zspage = find_zspage(class);
	if (!zspage)
		zspage = zspage_new(pool, class);
	if (!zspage) {
		free(object);
		return NULL;
	}
	refile(zspage, zspage->used + 1);
	*object = (struct zs_object){ .zspage = zspage, .owner = owner };
	TAILQ_INSERT_HEAD(&pool->lru, object, lru);
	model->objects++;
	return object;
}

static void remove_object(struct zs_model *model, struct zs_object *object)
{
	struct zsmalloc *pool = to_zsmalloc(model);
	struct zspage *zspage = object->zspage;

	refile(zspage, zspage->used - 1);
	if (!zspage->used) {
		model->pages -= zspage->class->pages;
		free(zspage);
	}
	TAILQ_REMOVE(&pool->lru, object, lru);
	model->objects--;
	free(object);
}

static void touch(struct zs_model *model, struct zs_object *object)
{
	(void)model;
	object->touched = true;
}

/* The oldest that was not touched; those that were lose that, and are young again. */
static struct zs_object *find_oldest(struct zsmalloc *pool)
{
	struct zs_object *object = TAILQ_LAST(&pool->lru, object_list);

	for (unsigned int i = 0; i < SECOND_CHANCES && object && object->touched; i++) {
		object->touched = false;
		TAILQ_REMOVE(&pool->lru, object, lru);
		TAILQ_INSERT_HEAD(&pool->lru, object, lru);
		object = TAILQ_LAST(&pool->lru, object_list);
	}
	return object;
}

static size_t evict(struct zs_model *model, uint32_t owners[ZS_MODEL_EVICTED])
{
	struct zs_object *object = find_oldest(to_zsmalloc(model));

	if (!object)
		return 0;
	owners[0] = object->owner;
	remove_object(model, object);
	return 1;
}

static void destroy(struct zs_model *model)
{
	uint32_t owners[ZS_MODEL_EVICTED];

	if (!model)
		return;
	while (evict(model, owners))
		;
	free(model);
}

const struct zs_model_kind zs_model_zsmalloc = {
	.name = "zsmalloc",
	.title = "size classes, from which the oldest page leaves",
	.most_bytes = ZS_MODEL_PAGE,
	.grows_by = 1,
	.create = create,
	.destroy = destroy,
	.insert = insert,
	.remove = remove_object,
	.touch = touch,
	.evict = evict,
};
