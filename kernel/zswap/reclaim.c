// SPDX-License-Identifier: GPL-2.0
/*
 * Reclaim: when the pool is to give memory back, and whose.
 *
 *	pool		From a little below max_pool_percent on, a worker evicts
 *			the oldest frames, whoever they belong to, so that
 *			stores need not.  A store that finds the pool at the
 *			limit all the same evicts a frame itself; or, with an
 *			accept_threshold_percent below 100, the pool counts as
 *			full, and refuses, until it is down to that threshold:
 *			by a frame for a page that is refused, and at once when
 *			none comes any more.
 *	cgroup		A store that finds its cgroup, or an ancestor of it, at
 *			memory.zswap.max writes back the oldest pages of that
 *			cgroup and its descendants, and of nobody else.
 *	shrinker	Under memory pressure the kernel asks for cold pages, a
 *			cgroup at a time, before any limit is reached.
 *
 * Locks: none of our own, but where the limits are computed (params.c).  All of
 * this may run within reclaim, in any process.  It waits for a compression context
 * and for the block layer to take a write; for writes themselves only what runs in
 * work queues does, and where the device is one that writes at once (zram).
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/frontswap.h>
#include <linux/math.h>
#include <linux/memcontrol.h>
#include <linux/nodemask.h>
#include <linux/shrinker.h>
#include <linux/workqueue.h>
#include <linux/zbud.h>
#include <trace/events/zswap.h>

#include "zswap.h"

/* Pages that a cgroup at its limit gives at a time: looking for them costs. */
#define CGROUP_BATCH	8
#define CGROUP_TRIES	2
/* Entries looked at for that, as some get a second chance. */
#define CGROUP_SCAN	128
/* Failures in a row, each of several frames, before the worker takes a rest. */
#define WORKER_FAILURES	4
#define WORKER_REST	(HZ / 10)
/* The same, and everybody's, where the swap device does not take what is written. */
#define WRITES_REST	HZ
/*
 * Of the writes that nobody waits for, one is looked at so often; so many in a row that
 * have failed are no pages that somebody has changed meanwhile.
 */
#define SAMPLE_EVERY	(HZ / 20)
#define SAMPLES_FAILED	3
/* So long after a full pool has refused a page the next one may still come. */
#define REFUSING	(10 * HZ)

static struct shrinker *shrinker;
static struct workqueue_struct *worker_wq;
/* The pool was at its limit, and is not yet down to the accept threshold. */
static bool pool_full;
/* When it last refused a page for that. */
static unsigned long refused_at = INITIAL_JIFFIES;
/* When the worker has rested: what it could not evict, it need not try at once. */
static unsigned long worker_rested = INITIAL_JIFFIES;
/* When evictions are worth a try after the device has failed; 0: it has not. */
static unsigned long writes_rested;

/*
 * The pool at its limit: since when, and when no longer
 *
 * It came to its limit when a store found it there.  It has left it when it is so
 * far below that the worker would not be asked for, and takes pages again: a
 * frame that comes and goes at the limit is no news.  That is noticed by a store;
 * by the worker, which runs on new limits, too; by a drain; and where nothing of
 * that happens, as nobody stores any more, by a look once a second.
 *
 * The word is the time at which it came there, or 0.  Whoever changes it puts
 * LIMIT_CHANGING there while he says so: so each change is told once, and they
 * are told in their order.  Others leave it to him: what they saw they see again.
 * A store that finds the pool well below its limit only reads the word.
 */

#define LIMIT_CHANGING	1
#define LIMIT_LOOK	HZ

static atomic64_t at_limit_since __read_mostly;

static void look_at_limit(struct work_struct *unused);
static DECLARE_DELAYED_WORK(limit_look, look_at_limit);

static bool limit_change(u64 from)
{
	return atomic64_cmpxchg(&at_limit_since, from, LIMIT_CHANGING) == from;
}

/* A store found the pool there. */
static void limit_reached(unsigned long pages, unsigned long limit)
{
	u64 now;

	if (atomic64_read(&at_limit_since) || !limit_change(0))
		return;
	now = ktime_get_ns();
	trace_zswap_pool_limit(true, pages, limit, 0);
	atomic64_set_release(&at_limit_since, now);
	queue_delayed_work(worker_wq, &limit_look, LIMIT_LOOK);
}

/* The pool is no longer there, if it was. */
static void limit_left(unsigned long pages)
{
	u64 since = atomic64_read(&at_limit_since);

	if (since <= LIMIT_CHANGING || !limit_change(since))
		return;
	trace_zswap_pool_limit(false, pages, READ_ONCE(zswap_params.max_pages),
			       ktime_get_ns() - since);
	atomic64_set_release(&at_limit_since, 0);
}

static void limit_check(void)
{
	unsigned long pages = zbud_pages(zswap_pool);

	if (READ_ONCE(pool_full) && pages <= READ_ONCE(zswap_params.accept_pages))
		WRITE_ONCE(pool_full, false);
	if (pages < READ_ONCE(zswap_params.background_pages) &&
	    !READ_ONCE(pool_full))
		limit_left(pages);
}

/**
 * zswap_reclaim_drained() - the pool is empty, and no store runs
 *
 * Context: may sleep.
 */
void zswap_reclaim_drained(void)
{
	limit_left(zbud_pages(zswap_pool));
}

/*
 * The pool
 */

/* How many pages the worker is to leave. */
static unsigned long worker_goal(void)
{
	unsigned long goal = READ_ONCE(zswap_params.background_goal);

	if (READ_ONCE(pool_full))
		goal = min(goal, READ_ONCE(zswap_params.accept_pages));
	return goal;
}

/*
 * Pages that are refused are on their way to the device, and were swapped out a
 * moment ago, so that some will be read again soon.  Each page that is evicted
 * meanwhile is a write more, alone where theirs go in clusters, which reads wait
 * for.
 */
static bool refusing(void)
{
	return READ_ONCE(pool_full) &&
	       time_before(jiffies, READ_ONCE(refused_at) + REFUSING);
}

/**
 * zswap_writes_fail() - does the swap device refuse what is written to it?
 *
 * The worker sees that of its writes; of all others, samples are taken.
 *
 * Context: any.
 */
bool zswap_writes_fail(void)
{
	unsigned long rested = READ_ONCE(writes_rested);

	return unlikely(rested) && time_before(jiffies, rested);
}

static void writes_failed(void)
{
	/* never the 0 that says that there is nothing to remember */
	WRITE_ONCE(writes_rested, (jiffies + WRITES_REST) | 1);
}

/*
 * The sample: who gets from 0 to 1 may queue the work, which has it to itself until
 * that is 0 again.  It may wait for a device that answers nobody, so it is not in the
 * worker's queue; and no memory is to be had by it, so any queue will do.
 */
static atomic_t sampling;
static struct folio *sample;
static unsigned int samples_failed;
static unsigned long sampled_at = INITIAL_JIFFIES;

static void look_at_sample(struct work_struct *unused)
{
	unsigned int failed = 0;

	if (!frontswap_writeback_finish(sample))
		failed = READ_ONCE(samples_failed) + 1;
	WRITE_ONCE(samples_failed, failed);
	if (failed >= SAMPLES_FAILED)
		writes_failed();
	WRITE_ONCE(sampled_at, jiffies);
	atomic_set_release(&sampling, 0);
}

static DECLARE_WORK(sample_look, look_at_sample);

/**
 * zswap_sample_write() - the write of a folio was submitted, and nobody waits for it
 * @folio: with a reference, which is dropped now or when it is written
 *
 * Context: any.
 */
void zswap_sample_write(struct folio *folio)
{
	if (time_before(jiffies, READ_ONCE(sampled_at) + SAMPLE_EVERY) ||
	    atomic_cmpxchg_acquire(&sampling, 0, 1)) {
		folio_put(folio);
		return;
	}
	sample = folio;
	queue_work(system_unbound_wq, &sample_look);
}

/* As when new limits are lower, and nobody stores. */
static bool too_large(void)
{
	return zbud_pages(zswap_pool) > READ_ONCE(zswap_params.background_pages);
}

static void work(struct work_struct *unused)
{
	u64 start = trace_start(zswap_background);
	unsigned long frames = zbud_pages(zswap_pool), goal;
	/* after a failure, one page is enough to try it with */
	struct zswap_batch batch = {
		.most = READ_ONCE(writes_rested) ? 1 : ZSWAP_BATCH,
	};
	unsigned int failures = 0;
	bool worked = false;
	int err = 0;

	/* what the device does not take stays in memory, four times as large */
	while (failures < WORKER_FAILURES && err != -ENOMEM &&
	       !zswap_batch_fails(&batch)) {
		goal = worker_goal();
		if (zbud_pages(zswap_pool) <= goal)
			break;
		worked = true;
		err = zswap_evict_frame(ZSWAP_CAUSE_BACKGROUND, &batch);
		failures = err ? failures + 1 : 0;
		if (!err && refusing())
			break;
		cond_resched();
	}
	zswap_batch_wait(&batch);
	if (zswap_batch_fails(&batch)) {
		err = -EIO;
		WRITE_ONCE(worker_rested, jiffies + WRITES_REST);
		writes_failed();
	} else {
		if (batch.done) {
			WRITE_ONCE(writes_rested, 0);
			WRITE_ONCE(samples_failed, 0);
		}
		if (err)
			WRITE_ONCE(worker_rested, jiffies + WORKER_REST);
	}
	limit_check();
	/* it was asked for once, and maybe nobody will ask again; what is forbidden stays so */
	if (err && err != -EPERM && too_large())
		queue_delayed_work(worker_wq, &limit_look, LIMIT_LOOK);
	if (worked)
		trace_zswap_background(frames, zbud_pages(zswap_pool), goal,
				       trace_duration(start), err);
}

static DECLARE_WORK(worker, work);

/* Have the pool looked after, unless that was of no use a moment ago. */
static void kick_worker(void)
{
	if (!work_pending(&worker) &&
	    time_after_eq(jiffies, READ_ONCE(worker_rested)))
		queue_work(worker_wq, &worker);
}

static void look_at_limit(struct work_struct *unused)
{
	limit_check();
	/* it did a frame for each page that was refused, and now none is; or it had to rest */
	if (READ_ONCE(pool_full) || too_large())
		kick_worker();
	else if (!atomic64_read(&at_limit_since))
		return;
	queue_delayed_work(worker_wq, &limit_look, LIMIT_LOOK);
}

/* A page is refused, as the pool is full: the worker does its share. */
static void refuse(void)
{
	unsigned long now = jiffies;

	if (READ_ONCE(refused_at) != now)
		WRITE_ONCE(refused_at, now);
	kick_worker();
	/* others may have found that the pool left its limit, since we found it there */
	if (!delayed_work_pending(&limit_look))
		queue_delayed_work(worker_wq, &limit_look, LIMIT_LOOK);
}

/**
 * zswap_reclaim_new_limits() - the limits have changed
 *
 * The pool may be too large now, and that need not wait for the next store; nor
 * does it count that it was full by other limits.
 *
 * Context: any.
 */
void zswap_reclaim_new_limits(void)
{
	WRITE_ONCE(pool_full, false);
	WRITE_ONCE(worker_rested, jiffies);
	queue_work(worker_wq, &worker);
}

/* May the pool grow by a frame? */
static bool may_grow(unsigned long pages, unsigned long limit)
{
	return pages + READ_ONCE(zswap_params.frame_pages) <= limit;
}

/*
 * At the limit: may it nevertheless, or once something was evicted?  If nothing can
 * be, what fits beside other pages may still come.
 */
static bool make_room(bool *grow, enum zswap_reject_reason *why)
{
	unsigned int tries = READ_ONCE(zswap_params.frame_pages);
	unsigned long pages, limit;

	atomic64_inc(&zswap_stats.pool_limit_hit);
	zswap_params_refresh_limit();
	limit = READ_ONCE(zswap_params.max_pages);
	pages = zbud_pages(zswap_pool);
	if (may_grow(pages, limit))
		return true;
	limit_reached(pages, limit);
	*why = ZSWAP_REJECT_POOL_LIMIT;
	if (READ_ONCE(zswap_params.accept_pages) < limit) {
		WRITE_ONCE(pool_full, true);
		refuse();
		return false;
	}
	/* the oldest frames may have fewer pages than a new one */
	do {
		*grow = !zswap_evict_frame(ZSWAP_CAUSE_POOL_LIMIT, NULL);
		if (!*grow)
			return true;
	} while (!may_grow(zbud_pages(zswap_pool), limit) && --tries);
	return tries;
}

/**
 * zswap_pool_admits() - may the pool take one more page?
 * @grow: set to whether it may have a new frame for it
 * @why: set if it may not take it
 *
 * Context: may sleep; reclaim.
 */
bool zswap_pool_admits(bool *grow, enum zswap_reject_reason *why)
{
	unsigned long pages = zbud_pages(zswap_pool);

	*grow = true;
	if (READ_ONCE(pool_full)) {
		if (pages > READ_ONCE(zswap_params.accept_pages)) {
			refuse();
			*why = ZSWAP_REJECT_HYSTERESIS;
			return false;
		}
		WRITE_ONCE(pool_full, false);
	}
	/* the worker's business is a pool that this page may fill so far */
	if (likely(may_grow(pages, READ_ONCE(zswap_params.background_pages)))) {
		if (unlikely(atomic64_read(&at_limit_since)))
			limit_left(pages);
		return true;
	}
	kick_worker();
	return may_grow(pages, READ_ONCE(zswap_params.max_pages)) ||
	       make_room(grow, why);
}

/*
 * A cgroup
 */

struct oldest {
	struct mem_cgroup *memcg;	/* with a reference */
	int nid;
	u64 stored_ns;
};

/* Of all that may be written back, who has the page stored first? */
static bool find_oldest(struct mem_cgroup *root, struct oldest *oldest)
{
	struct mem_cgroup *memcg = NULL;
	int nid;

	oldest->memcg = NULL;
	oldest->stored_ns = U64_MAX;
	while ((memcg = frontswap_memcg_next(root, memcg))) {
		if (!frontswap_memcg_may_writeback(memcg))
			continue;
		for_each_node_state(nid, N_MEMORY) {
			u64 stored_ns = zswap_lru_oldest(memcg, nid);

			if (stored_ns >= oldest->stored_ns)
				continue;
			if (oldest->memcg)
				mem_cgroup_put(oldest->memcg);
			css_get(&memcg->css);
			oldest->memcg = memcg;
			oldest->nid = nid;
			oldest->stored_ns = stored_ns;
		}
	}
	return oldest->memcg;
}

/* Write some pages of a cgroup back; returns how many. */
static unsigned long shrink(struct mem_cgroup *memcg, int nid,
			    unsigned long wanted, unsigned long *scan,
			    enum zswap_cause cause, bool *warm)
{
	struct zswap_victim victims[CGROUP_BATCH];
	unsigned long written = 0;
	unsigned int i, nr;
	int err;

	if (zswap_writes_fail())
		return 0;
	do {
		nr = zswap_lru_collect(memcg, nid, victims,
				       min(wanted, (unsigned long)CGROUP_BATCH),
				       scan);
		for (i = 0; i < nr; i++) {
			err = zswap_write_back(victims[i].swp, victims[i].handle,
					       cause, NULL);
			written += !err;
			wanted--;
			if (err == -EEXIST)
				*warm = true;
		}
	} while (nr && wanted && *scan && !*warm);
	return written;
}

static void trace_shrunk(enum zswap_cause cause, struct mem_cgroup *memcg,
			 int nid, unsigned long scanned, unsigned long written,
			 u64 start)
{
	if (scanned && trace_zswap_shrink_enabled())
		trace_zswap_shrink(cause, frontswap_memcg_id(memcg), nid,
				   scanned, written, trace_duration(start));
}

static bool shrink_cgroup(struct mem_cgroup *root)
{
	u64 start = trace_start(zswap_shrink);
	unsigned long scan = CGROUP_SCAN, written;
	struct oldest oldest;
	bool warm = false;

	if (!find_oldest(root, &oldest))
		return false;
	written = shrink(oldest.memcg, oldest.nid, CGROUP_BATCH, &scan,
			 ZSWAP_CAUSE_CGROUP_LIMIT, &warm);
	trace_shrunk(ZSWAP_CAUSE_CGROUP_LIMIT, oldest.memcg, oldest.nid,
		     CGROUP_SCAN - scan, written, start);
	mem_cgroup_put(oldest.memcg);
	return written;
}

/**
 * zswap_cgroup_admits() - may a cgroup have one more page in the pool?
 * @objcg: the cgroup, or NULL
 * @costs: the page needs memory, unlike a same-filled one
 *
 * Context: may sleep; reclaim.
 */
bool zswap_cgroup_admits(struct obj_cgroup *objcg, bool costs)
{
	struct mem_cgroup *full;
	unsigned int tries;
	bool shrunk;

	for (tries = 0; (full = frontswap_objcg_at_limit(objcg)); tries++) {
		if (IS_ERR(full))
			return false;
		shrunk = costs && tries < CGROUP_TRIES && shrink_cgroup(full);
		mem_cgroup_put(full);
		if (!costs)
			return true;
		if (!shrunk)
			return false;
	}
	return true;
}

/*
 * The shrinker
 */

static bool may_shrink(struct shrink_control *sc)
{
	/* writing takes the block layer and, for a swap file, its file system */
	const gfp_t io_fs = __GFP_IO | __GFP_FS;

	return READ_ONCE(zswap_params.shrinker) &&
	       (sc->gfp_mask & io_fs) == io_fs &&
	       frontswap_memcg_may_writeback(sc->memcg);
}

/*
 * Pages that the cgroup had to read from disk are pages that should have been
 * held.  Each protects one that still is, once: what is used up here is
 * subtracted from the counter.
 */
static unsigned long unprotected(struct shrink_control *sc, unsigned long held)
{
	atomic_long_t *swapins = frontswap_disk_swapins(sc->memcg, sc->nid);
	long seen = atomic_long_read(swapins), used;

	do {
		used = clamp(seen, 0L, (long)held);
	} while (used && !atomic_long_try_cmpxchg(swapins, &seen, seen - used));
	return held - used;
}

static unsigned long shrinker_count(struct shrinker *self,
				    struct shrink_control *sc)
{
	unsigned long held, bytes, pages;

	if (!may_shrink(sc))
		return 0;
	held = zswap_lru_count(sc);
	if (!held)
		return SHRINK_EMPTY;
	held = unprotected(sc, held);

	/* a page that compressed well gives little memory back, for a whole write */
	pages = 0;
	if (sc->memcg && parent_mem_cgroup(sc->memcg))
		frontswap_memcg_usage(sc->memcg, &bytes, &pages);
	if (!pages) {
		/* the root's own pages are charged to nobody, nor any with cgroup v1 */
		bytes = zswap_pool_pages() << PAGE_SHIFT;
		pages = frontswap_stored_pages();
	}
	return pages ? mult_frac(held, bytes >> PAGE_SHIFT, pages) : 0;
}

static unsigned long shrinker_scan(struct shrinker *self,
				   struct shrink_control *sc)
{
	u64 start = trace_start(zswap_shrink);
	unsigned long scan = sc->nr_to_scan, written;
	bool warm = false;

	sc->nr_scanned = 0;
	if (!may_shrink(sc))
		return SHRINK_STOP;
	written = shrink(sc->memcg, sc->nid, sc->nr_to_scan, &scan,
			 ZSWAP_CAUSE_SHRINKER, &warm);
	sc->nr_scanned = sc->nr_to_scan - scan;
	trace_shrunk(ZSWAP_CAUSE_SHRINKER, sc->memcg, sc->nid, sc->nr_scanned,
		     written, start);
	/* the oldest pages are being used: it is no use to go on to younger ones */
	return warm || !written ? SHRINK_STOP : written;
}

/**
 * zswap_reclaim_init() - before the first page
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int zswap_reclaim_init(void)
{
	int err = -ENOMEM;

	/* the worker frees memory, so it must not wait for memory to run */
	worker_wq = alloc_workqueue("zswap_zbud_evict", WQ_UNBOUND | WQ_MEM_RECLAIM, 1);
	if (!worker_wq)
		return -ENOMEM;
	shrinker = shrinker_alloc(SHRINKER_NUMA_AWARE | SHRINKER_MEMCG_AWARE,
				  KBUILD_MODNAME);
	if (!shrinker)
		goto destroy_wq;
	shrinker->count_objects = shrinker_count;
	shrinker->scan_objects = shrinker_scan;
	err = zswap_lru_init(shrinker);
	if (err)
		goto free_shrinker;
	shrinker_register(shrinker);
	return 0;

free_shrinker:
	shrinker_free(shrinker);
destroy_wq:
	destroy_workqueue(worker_wq);
	return err;
}

/** zswap_reclaim_exit() - after the last page has gone */
void zswap_reclaim_exit(void)
{
	/* returns when nobody is in it any more */
	shrinker_free(shrinker);
	flush_work(&sample_look);
	cancel_work_sync(&worker);
	cancel_delayed_work_sync(&limit_look);
	destroy_workqueue(worker_wq);
	zswap_lru_exit();
}
