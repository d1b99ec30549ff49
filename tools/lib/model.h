/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools of compressed pages, without the pages: what a pool would need is known from the
 * lengths of its objects and the order in which they come and go.
 *
 * A model is one file, model-NAME.c, that says how objects share page frames and in which
 * order they leave.  When they have to leave is not its business, see replay.h.
 */
#ifndef ZS_MODEL_H
#define ZS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZS_MODEL_PAGE		4096U	/* bytes of a page; events have no others */

/* What one eviction gives at most: all buddies of a frame. */
#define ZS_MODEL_EVICTED	32

/* An object in a model; each has its own. */
struct zs_object;

/**
 * struct zs_model - a pool
 * @kind: what it is
 * @pages: page frames that it takes
 * @objects: that it holds
 *
 * The beginning of each model's own struct.
 */
struct zs_model {
	const struct zs_model_kind *kind;
	uint64_t pages;
	uint64_t objects;
};

/**
 * struct zs_model_kind - a kind of pool
 * @name: a word for it
 * @title: what it is, in a few words
 * @most_bytes: the longest object that may share a frame; one of ZS_MODEL_PAGE has room
 *	in any case
 * @buddies: objects that a frame of zbud may hold; else 0
 * @grows_by: page frames that it takes at a time
 * @create: an empty one, or NULL: no memory
 * @destroy: with all that is in it
 * @insert: room for @length bytes, from 1 to @most_bytes, or ZS_MODEL_PAGE; @owner is the
 *	caller's number for it; NULL: no memory
 * @remove: that object goes
 * @touch: it was used: it, or what it shares, gets a second chance
 * @evict: what is to leave next leaves, at most ZS_MODEL_EVICTED objects; their owners
 *	are noted, and how many it were is returned; 0: the pool is empty
 */
struct zs_model_kind {
	const char *name;
	const char *title;
	unsigned int most_bytes;
	unsigned int buddies;
	unsigned int grows_by;
	struct zs_model *(*create)(void);
	void (*destroy)(struct zs_model *model);
	struct zs_object *(*insert)(struct zs_model *model, unsigned int length,
				    uint32_t owner);
	void (*remove)(struct zs_model *model, struct zs_object *object);
	void (*touch)(struct zs_model *model, struct zs_object *object);
	size_t (*evict)(struct zs_model *model, uint32_t owners[ZS_MODEL_EVICTED]);
};

/* zbud as kernel/zswap/zbud.c has it, with two buddies in a page. */
extern const struct zs_model_kind zs_model_zbud;

/* The same with sixteen, in frames of one page and of two. */
extern const struct zs_model_kind zs_model_nbuddies;
extern const struct zs_model_kind zs_model_nbuddies2;

/* Objects of like sizes share a run of pages; the oldest object leaves, not a frame. */
extern const struct zs_model_kind zs_model_zsmalloc;

/* All of them; NULL behind the last. */
const struct zs_model_kind *zs_model_at(size_t nth);

/* By its name; NULL: there is none. */
const struct zs_model_kind *zs_model_find(const char *name);

#endif /* ZS_MODEL_H */
