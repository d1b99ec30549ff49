// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's worker runs beside the stores.  Here it evicts a frame each time it could
 * have, by the times that the recording has of it; without any, it is done at once.
 */
#include "replay-pool.h"

/* As in kernel/zswap/params.c. */
#define BACKGROUND_SHIFT	5
#define GOAL_SHIFT		4

/* As in kernel/zswap/reclaim.c: for so long after it has refused a page a full pool's
 * worker goes on by a frame for another one.
 */
#define REFUSING_NS		10000000000ULL

void zs_replay_pool_limit(struct zs_replay_pool *pool,
			  const struct zs_replay_settings *settings)
{
	/* far from any sum of lengths, and from an overflow */
	uint64_t pages = UINT64_MAX / 1024;

	if (!settings->unlimited && settings->memory_pages < pages)
		pages = settings->memory_pages * settings->max_pool_percent / 100;
	pool->max_pages = pages;
	pool->accept_pages = pages * settings->accept_threshold_percent / 100;
	pool->background_pages = pages - (pages >> BACKGROUND_SHIFT);
	pool->background_goal = pages - (pages >> GOAL_SHIFT);
}

static size_t evict_once(struct zs_replay_pool *pool)
{
	uint32_t owners[ZS_MODEL_EVICTED];
	size_t count = pool->model->kind->evict(pool->model, owners);

	for (size_t i = 0; i < count; i++)
		pool->evicted(owners[i], pool->context);
	return count;
}

/* Return: how many objects it was; 0: the pool is empty. */
static size_t evict_page(struct zs_replay_pool *pool)
{
	uint64_t before = pool->model->pages;
	size_t count = 0, once;

	do {
		once = evict_once(pool);
		count += once;
	} while (once && pool->model->pages >= before);
	return count;
}

bool zs_replay_pool_evict(struct zs_replay_pool *pool)
{
	return evict_page(pool);
}

/* Time goes on, and nothing happens. */
static void pass(struct zs_replay_pool *pool, uint64_t now_ns)
{
	double ns = (double)(now_ns - pool->now_ns);

	pool->page_ns += ns * (double)pool->model->pages;
	pool->object_ns += ns * (double)pool->model->objects;
	pool->now_ns = now_ns;
}

/* What the worker takes for a page, by the recording's next eviction of the same kind. */
static uint64_t pace(struct zs_replay_pool *pool)
{
	struct zs_pacer *pacer = &pool->pacers[pool->full];

	for (; pacer->left; pacer->next++, pacer->left--) {
		/* rather than nothing, the first of the other kind */
		if (pacer->next->refusing == pool->full || !pacer->page_ns)
			pacer->page_ns = pacer->next->page_ns;
		if (pacer->next->refusing == pool->full && pacer->next->time_ns >= pool->now_ns)
			break;
	}
	return pacer->page_ns;
}

static uint64_t worker_goal(const struct zs_replay_pool *pool)
{
	if (pool->full && pool->accept_pages < pool->background_goal)
		return pool->accept_pages;
	return pool->background_goal;
}

/* The worker is done with a frame: does it go on, by a page that was refused meanwhile? */
static bool may_rest(const struct zs_replay_pool *pool)
{
	return pool->full && pool->refused_ns <= pool->began_ns &&
	       pool->now_ns < pool->refused_ns + REFUSING_NS;
}

/* The worker's next frame, if it is to have one; and until when that takes its time. */
static void work(struct zs_replay_pool *pool)
{
	size_t count;

	pool->resting = may_rest(pool);
	if (pool->resting) {
		pool->due_ns = pool->refused_ns + REFUSING_NS;
		return;
	}
	count = pool->model->pages > worker_goal(pool) ? evict_page(pool) : 0;
	pool->working = count;
	pool->began_ns = pool->now_ns;
	pool->due_ns = pool->now_ns + count * pace(pool);
}

void zs_replay_pool_advance(struct zs_replay_pool *pool, uint64_t now_ns)
{
	while (pool->working && pool->due_ns <= now_ns) {
		if (pool->due_ns > pool->now_ns)
			pass(pool, pool->due_ns);
		work(pool);
	}
	if (now_ns > pool->now_ns)
		pass(pool, now_ns);
}

static void kick_worker(struct zs_replay_pool *pool)
{
	if (pool->working && !pool->resting)
		return;
	pool->working = true;
	pool->resting = false;
	/* a full pool's frame goes at once, and the time is that of its writes */
	pool->due_ns = pool->now_ns + (pool->full ? 0 : pace(pool));
	zs_replay_pool_advance(pool, pool->now_ns);
}

/* A page is refused, as the pool is full. */
static void refuse(struct zs_replay_pool *pool)
{
	pool->refused_ns = pool->now_ns;
	kick_worker(pool);
}

/* By a frame, and not beyond? */
static bool may_grow(const struct zs_replay_pool *pool, uint64_t limit)
{
	return pool->model->pages + pool->model->kind->grows_by <= limit;
}

/* At the limit: may the pool grow, once something was evicted? */
static bool make_room(struct zs_replay_pool *pool, enum zswap_reject_reason *why)
{
	unsigned int tries = pool->model->kind->grows_by;

	*why = ZSWAP_REJECT_POOL_LIMIT;
	if (pool->accept_pages < pool->max_pages) {
		pool->full = true;
		refuse(pool);
		return false;
	}
	do {
		if (!evict_page(pool)) {
			*why = ZSWAP_REJECT_RECLAIM_FAIL;
			return false;
		}
	} while (!may_grow(pool, pool->max_pages) && --tries);
	return tries;
}

bool zs_replay_pool_admits(struct zs_replay_pool *pool, enum zswap_reject_reason *why)
{
	if (pool->full) {
		if (pool->model->pages > pool->accept_pages) {
			refuse(pool);
			*why = ZSWAP_REJECT_HYSTERESIS;
			return false;
		}
		pool->full = false;
	}
	if (may_grow(pool, pool->background_pages))
		return true;
	kick_worker(pool);
	return may_grow(pool, pool->max_pages) || make_room(pool, why);
}
