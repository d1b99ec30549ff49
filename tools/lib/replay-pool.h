/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model with a limit: what is admitted to it, and when it evicts, as in
 * kernel/zswap/reclaim.c; for replay.c alone.
 */
#ifndef ZS_REPLAY_POOL_H
#define ZS_REPLAY_POOL_H

#include "replay.h"

/* An object was evicted: its owner, as the model was told. */
typedef void zs_evicted_fn(uint32_t owner, void *context);

/**
 * struct zs_pacer - how fast the worker is
 * @next: where it looks first, in what is recorded of that
 * @left: how much there is from there on
 * @page_ns: the time that a page takes, as it was last found
 */
struct zs_pacer {
	const struct zs_pace *next;
	size_t left;
	uint64_t page_ns;
};

/**
 * struct zs_replay_pool - the pool
 * @model: what is in it
 * @pacers: of the worker; the second one's is of a pool that refuses pages, where it waits
 *	for each frame's writes
 * @evicted: called for each object that is evicted
 * @context: handed on to it
 * @max_pages: the limit, in page frames
 * @accept_pages: once it was reached, pages are taken from here on
 * @background_pages: the worker is asked for from here on
 * @background_goal: and goes down to this
 * @full: the limit was reached, and pages are not taken yet
 * @refused_ns: when a page was last refused for that
 * @working: the worker is at work, or will be
 * @resting: it will be when no page has been refused for a while, or as soon as one is
 * @began_ns: when it evicted a frame
 * @due_ns: when it will be done with that, and see to the next one
 * @now_ns: the time
 * @page_ns: pages times nanoseconds, so far
 * @object_ns: the same of objects
 * @peak: the most pages
 */
struct zs_replay_pool {
	struct zs_model *model;
	struct zs_pacer pacers[2];
	zs_evicted_fn *evicted;
	void *context;
	uint64_t max_pages;
	uint64_t accept_pages;
	uint64_t background_pages;
	uint64_t background_goal;
	bool full;
	uint64_t refused_ns;
	bool working;
	bool resting;
	uint64_t began_ns;
	uint64_t due_ns;
	uint64_t now_ns;
	double page_ns;
	double object_ns;
	uint64_t peak;
};

/* Limits as settings have them; the rest is the caller's. */
void zs_replay_pool_limit(struct zs_replay_pool *pool,
			  const struct zs_replay_settings *settings);

/* Time goes on, and the worker works. */
void zs_replay_pool_advance(struct zs_replay_pool *pool, uint64_t now_ns);

/**
 * zs_replay_pool_admits - may the pool take one more page?
 * @pool: the pool
 * @why: set if it may not
 */
bool zs_replay_pool_admits(struct zs_replay_pool *pool, enum zswap_reject_reason *why);

/* Evict until there is a page less. Return: false: the pool is empty. */
bool zs_replay_pool_evict(struct zs_replay_pool *pool);

/* What is in it has changed. */
static inline void zs_replay_pool_changed(struct zs_replay_pool *pool)
{
	if (pool->model->pages > pool->peak)
		pool->peak = pool->model->pages;
}

#endif /* ZS_REPLAY_POOL_H */
