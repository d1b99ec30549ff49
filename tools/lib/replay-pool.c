// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's worker runs beside the stores.  Here it evicts a frame each time it could
 * have, by the times that the recording has of it; without any, it is done at once.
 */
#include "replay-pool.h"

/* As in kernel/zswap/params.c. */
#define BACKGROUND_SHIFT	5
#define GOAL_SHIFT		4

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

/* What the worker takes for a page, by the recording's next eviction. */
static uint64_t pace(struct zs_replay_pool *pool)
{
	while (pool->pace_count > 1 && pool->paces->time_ns < pool->now_ns) {
		pool->paces++;
		pool->pace_count--;
	}
	return pool->pace_count ? pool->paces->page_ns : 0;
}

static uint64_t worker_goal(const struct zs_replay_pool *pool)
{
	if (pool->full && pool->accept_pages < pool->background_goal)
		return pool->accept_pages;
	return pool->background_goal;
}

void zs_replay_pool_advance(struct zs_replay_pool *pool, uint64_t now_ns)
{
	while (pool->working && pool->due_ns <= now_ns) {
		size_t count;

		if (pool->due_ns > pool->now_ns)
			pass(pool, pool->due_ns);
		count = pool->model->pages > worker_goal(pool) ? evict_page(pool) : 0;
		pool->working = count;
		pool->due_ns = pool->now_ns + count * pace(pool);
	}
	if (now_ns > pool->now_ns)
		pass(pool, now_ns);
}

static void kick_worker(struct zs_replay_pool *pool)
{
	if (pool->working)
		return;
	pool->working = true;
	pool->due_ns = pool->now_ns + pace(pool);
	zs_replay_pool_advance(pool, pool->now_ns);
}

/* At the limit: may the pool grow by a page? */
static bool make_room(struct zs_replay_pool *pool, enum zswap_reject_reason *why)
{
	*why = ZSWAP_REJECT_POOL_LIMIT;
	if (pool->accept_pages < pool->max_pages) {
		pool->full = true;
		return false;
	}
	if (!evict_page(pool)) {
		*why = ZSWAP_REJECT_RECLAIM_FAIL;
		return false;
	}
	return pool->model->pages < pool->max_pages;
}

bool zs_replay_pool_admits(struct zs_replay_pool *pool, enum zswap_reject_reason *why)
{
	if (pool->full) {
		if (pool->model->pages > pool->accept_pages) {
			kick_worker(pool);
			*why = ZSWAP_REJECT_HYSTERESIS;
			return false;
		}
		pool->full = false;
	}
	if (pool->model->pages < pool->background_pages)
		return true;
	kick_worker(pool);
	return pool->model->pages < pool->max_pages || make_room(pool, why);
}
