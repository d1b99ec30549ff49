// SPDX-License-Identifier: GPL-2.0
/*
 * zswap: compressed pages in RAM, in front of the swap device.
 *
 * A page's life
 *
 *	store	    the folio is locked, in the swap cache.  Its page is
 *		    compressed to a buddy in the zbud pool; an entry in the
 *		    index says where.  Whatever the swap entry had before goes.
 *	load	    the entry leaves the pool and the folio is dirty from then
 *		    on, as the device never saw the page.
 *	writeback   a new folio in the swap cache is filled from the pool and
 *		    submitted to the device; the entry leaves the pool.
 *	invalidate  the swap entry is freed, or stored anew: the entry goes.
 *	drain	    writeback of everything; a page that still is in the swap
 *		    cache is given back to its folio, by making that dirty.
 *
 * So stores - loads - writebacks - invalidates = pages held, at any time, by
 * the tracepoints as well as by the counters.  (Swap devices that read at once,
 * such as zram, are the exception: there a load may leave the entry in the pool,
 * and an invalidate follows.)
 *
 * Who may touch an entry: the one who has its swap entry for itself, which is
 * frontswap's rule of the slot (linux/frontswap.h).  There is no lock for it
 * and no reference count.  Eviction begins with a buddy of which it knows only
 * the tag, the swap entry; it must first get that for itself, as a fresh folio
 * in the swap cache, and then looks in the index whether the entry found there
 * still is that buddy's.  While a frame is being reclaimed its handles are not
 * used again, so comparing them is enough.
 *
 * Locks: none of our own on any path of a page.  What we call takes an xarray's
 * lock; or a compression context's mutex, and within it the zbud pool's lock.
 * Invalidation may come with the swap code's spinlocks held.  Nothing of ours is
 * held while a folio is allocated, charged or submitted, so eviction in the
 * middle of a store waits for nobody who could wait for the store.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/frontswap.h>
#include <linux/ktime.h>
#include <linux/memcontrol.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/zbud.h>

#include "zswap.h"

#define CREATE_TRACE_POINTS
#include <trace/events/zswap.h>

/* Frames that one store tries to free before it gives up on the pool. */
#define EVICT_TRIES	8
#define EVICT_FORBIDDEN	2
/* Writes that a drain has under way at a time: the memory it borrows. */
#define DRAIN_BATCH	32
#define DRAIN_REPORT	(5 * HZ)

/**
 * struct zswap_entry - a page held
 * @handle: its buddy in the pool
 * @comp: what it was compressed with; a reference
 * @objcg: the cgroup that is charged for @length; a reference, or NULL
 * @stored_ns: when
 * @length: compressed bytes
 */
struct zswap_entry {
	unsigned long handle;
	struct zswap_compressor *comp;
	struct obj_cgroup *objcg;
	u64 stored_ns;
	unsigned int length;
};

static struct kmem_cache *entry_cache;
static struct zbud_pool *pool;

/** zswap_pool_pages() - page frames of the pool */
unsigned long zswap_pool_pages(void)
{
	return zbud_pages(pool);
}

static u64 age_of(const struct zswap_entry *entry)
{
	return ktime_get_ns() - entry->stored_ns;
}

/* When an operation began, if somebody listens; else 0. */
#define trace_start(event) (trace_##event##_enabled() ? ktime_get_ns() : 0)

static u64 trace_duration(u64 start)
{
	return start ? ktime_get_ns() - start : 0;
}

/*
 * Entries
 */

static noinline struct zswap_entry *entry_alloc(void)
{
	return kmem_cache_alloc(entry_cache, GFP_KERNEL | __GFP_NOWARN);
}

/* Free an entry that is no longer in the index, and what it holds. */
static void entry_free(struct zswap_entry *entry)
{
	zbud_free(pool, entry->handle);
	zswap_compressor_put(entry->comp);
	frontswap_objcg_uncharge(entry->objcg, entry->length);
	if (entry->objcg)
		obj_cgroup_put(entry->objcg);
	kmem_cache_free(entry_cache, entry);
	frontswap_stored_pages_add(-1);
}

static void entry_drop(swp_entry_t swp, struct zswap_entry *entry)
{
	if (trace_zswap_invalidate_enabled())
		trace_zswap_invalidate(swp_type(swp), swp_offset(swp),
				       age_of(entry));
	entry_free(entry);
}

static int entry_decompress(struct zswap_entry *entry, struct folio *folio,
			    long nth)
{
	int err = zswap_decompress(entry->comp, zbud_map(entry->handle),
				   entry->length, folio, nth);

	if (err)
		atomic64_inc(&zswap_stats.decompress_fail);
	return err;
}

/*
 * Writeback
 */

static void page_lost(swp_entry_t swp)
{
	pr_err("page %lu of swap area %u is lost: memory was corrupted; its reader gets an error\n",
	       swp_offset(swp), swp_type(swp));
}

/*
 * The page is in the swap cache, from when it was stored or swapped in.  Make
 * the folio its owner again: dirty, it will be written before it is freed.
 */
static int give_back(struct folio *folio, swp_entry_t swp)
{
	struct zswap_entry *entry;

	if (!frontswap_lock_cached(folio, swp)) {
		folio_put(folio);
		return -EAGAIN;
	}
	entry = zswap_index_remove(swp);
	if (entry && !folio_test_uptodate(folio)) {
		/* we could not give it to a reader, and cannot now */
		page_lost(swp);
		entry_drop(swp, entry);
		frontswap_writeback_poison(folio);
		return 0;
	}
	if (entry) {
		folio_mark_dirty(folio);
		entry_drop(swp, entry);
	}
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

/* What the folio of a swap entry that is ours alone is to become. */
enum fate { FATE_WRITE, FATE_ABORT, FATE_READ, FATE_POISON };

/*
 * Decide it, fill the folio, and let the entry go if it is no longer needed.
 * Returns as write_back() does.
 */
static int take_out(struct folio *folio, unsigned long handle,
		    enum zswap_cause cause, struct zswap_entry *entry,
		    enum fate *fate)
{
	swp_entry_t swp = folio->swap;
	int err;

	if (!entry || (handle && entry->handle != handle)) {
		/* the buddy has gone; the swap entry is another page's now */
		*fate = FATE_READ;
		return 0;
	}
	if (frontswap_superseded(folio)) {
		zswap_index_remove(swp);
		entry_drop(swp, entry);
		folio_zero_range(folio, 0, PAGE_SIZE);
		*fate = FATE_ABORT;
		return 0;
	}

	err = entry_decompress(entry, folio, 0);
	if (err) {
		*fate = FATE_POISON;
		/* else the entry stays, and says so to every reader */
		if (cause == ZSWAP_CAUSE_DRAIN) {
			page_lost(swp);
			zswap_index_remove(swp);
			entry_drop(swp, entry);
			return 0;
		}
		return err;
	}
	if (cause != ZSWAP_CAUSE_DRAIN &&
	    !frontswap_objcg_may_writeback(entry->objcg)) {
		*fate = FATE_ABORT;
		return -EPERM;
	}

	*fate = FATE_WRITE;
	zswap_index_remove(swp);
	frontswap_count_written_back(entry->objcg);
	atomic64_inc(&zswap_stats.written_back_pages);
	entry_free(entry);
	return 0;
}

/**
 * write_back() - move a page from the pool to the swap device
 * @swp: its swap entry
 * @handle: the buddy that is to go, or 0 for whichever the swap entry has
 * @cause: what asked for it
 * @written: if not NULL, gets the folio, for frontswap_writeback_finish(), or
 *	NULL if nothing was written
 *
 * Context: may sleep.
 * Return: 0 when the buddy is gone, by us or by others; -EEXIST when the page
 *	is in the swap cache; -EPERM when its cgroup forbids writeback; -EAGAIN
 *	for want of memory or of the swap entry; -EIO for bytes that do not
 *	decompress.
 */
static int write_back(swp_entry_t swp, unsigned long handle,
		      enum zswap_cause cause, struct folio **written)
{
	u64 start = trace_start(zswap_writeback);
	struct zswap_entry *entry;
	struct folio *folio;
	unsigned int length = 0;
	u64 cgroup = 0, age = 0;
	enum fate fate;
	bool fresh;
	int err;

	if (written)
		*written = NULL;

	/* a drain has to get on, and waits for its writes: see DRAIN_BATCH */
	folio = frontswap_writeback_begin(swp, cause == ZSWAP_CAUSE_DRAIN,
					  &fresh);
	if (IS_ERR(folio)) {
		err = PTR_ERR(folio);
		goto trace;
	}
	if (!fresh) {
		if (cause == ZSWAP_CAUSE_DRAIN)
			return give_back(folio, swp);
		folio_put(folio);
		err = -EEXIST;
		goto trace;
	}

	/* the swap entry is ours alone now: the index tells the truth */
	entry = zswap_index_find(swp);
	if (entry && start) {
		length = entry->length;
		age = age_of(entry);
		cgroup = frontswap_cgroup_id(folio);
	}
	err = take_out(folio, handle, cause, entry, &fate);
	switch (fate) {
	case FATE_WRITE:
		frontswap_writeback_submit(folio);
		if (written)
			*written = folio;
		else
			folio_put(folio);
		break;
	case FATE_ABORT:
		frontswap_writeback_abort(folio);
		break;
	case FATE_READ:
		frontswap_writeback_read(folio);
		break;
	case FATE_POISON:
		frontswap_writeback_poison(folio);
		break;
	}
	/* the buddy is gone, but was not written: that was an invalidation */
	if (!err && fate != FATE_WRITE)
		return 0;
trace:
	if (start)
		trace_zswap_writeback(swp_type(swp), swp_offset(swp), cgroup,
				      length, age, trace_duration(start), cause,
				      err);
	return err;
}

/* zbud asks for a buddy to go; its tag is the swap entry. */
static int evict(void *owner, unsigned long handle, unsigned long tag, void *arg)
{
	const enum zswap_cause *cause = arg;

	return write_back((swp_entry_t){ tag }, handle, *cause, NULL);
}

static const struct zbud_ops zbud_ops = { .evict = evict };

/* Free one frame, the oldest that lets itself be freed. */
static int evict_frame(enum zswap_cause cause)
{
	struct zbud_reclaimed seen;
	int tries, forbidden = 0, err = -ENOENT;

	for (tries = 0; tries < EVICT_TRIES; tries++) {
		u64 start = trace_start(zswap_evict);

		err = zbud_reclaim(pool, &cause, &seen);
		if (err == -ENOENT)
			break;
		if (trace_zswap_evict_enabled())
			trace_zswap_evict(cause, seen.buddies, seen.bytes,
					  ktime_get_ns() - seen.added_ns,
					  trace_duration(start), err);
		if (!err)
			break;
		/* a pool of pages that may not be written: each try costs */
		if (err == -EPERM && ++forbidden == EVICT_FORBIDDEN)
			break;
	}
	return err;
}

/*
 * Store
 */

static bool pool_at_limit(void)
{
	return zbud_pages(pool) >= READ_ONCE(zswap_params.max_pages);
}

/* Make sure that the pool may grow by a frame; else say why not. */
static bool pool_has_room(enum zswap_reject_reason *why)
{
	if (likely(!pool_at_limit()))
		return true;
	atomic64_inc(&zswap_stats.pool_limit_hit);
	zswap_params_refresh_limit();
	if (evict_frame(ZSWAP_CAUSE_POOL_LIMIT)) {
		*why = ZSWAP_REJECT_RECLAIM_FAIL;
		return false;
	}
	*why = ZSWAP_REJECT_POOL_LIMIT;
	return !pool_at_limit();
}

/* Compress the page and copy the bytes to a buddy. */
static int compress_to_pool(struct folio *folio, struct zswap_entry *entry,
			    enum zswap_reject_reason *why)
{
	struct zswap_compressed out;
	int err;

	err = zswap_compress_begin(entry->comp, folio, &out);
	if (err) {
		*why = ZSWAP_REJECT_COMPRESS_FAIL;
		return err;
	}
	entry->length = out.length;
	if (out.length > READ_ONCE(zswap_params.max_length)) {
		*why = ZSWAP_REJECT_COMPRESS_POOR;
		err = -ENOSPC;
		goto end;
	}
	/* no sleeping for a frame: we are here because there are none */
	*why = ZSWAP_REJECT_ALLOC_FAIL;
	err = zbud_alloc(pool, out.length, folio->swap.val, entry->stored_ns,
			 GFP_NOWAIT | __GFP_NORETRY | __GFP_NOWARN,
			 &entry->handle);
	if (!err)
		memcpy(zbud_map(entry->handle), out.bytes, out.length);
end:
	zswap_compress_end(&out);
	return err;
}

/* Fill an entry that holds a compressor and a cgroup, and publish it. */
static int store_entry(struct folio *folio, struct zswap_entry *entry,
		       enum zswap_reject_reason *why)
{
	struct zswap_entry *old;
	int err;

	err = compress_to_pool(folio, entry, why);
	if (err == -ENOMEM && *why == ZSWAP_REJECT_ALLOC_FAIL) {
		/* an eviction gives the pool a frame back: compress once more */
		if (!evict_frame(ZSWAP_CAUSE_ALLOC_FAIL))
			err = compress_to_pool(folio, entry, why);
	}
	if (err)
		return err;

	old = zswap_index_insert(folio->swap, entry);
	if (IS_ERR(old)) {
		*why = ZSWAP_REJECT_INDEX_FAIL;
		zbud_free(pool, entry->handle);
		return PTR_ERR(old);
	}

	/* the folio is locked, so nobody frees the entry before it is counted */
	frontswap_objcg_charge(entry->objcg, entry->length);
	frontswap_count_stored(entry->objcg);
	frontswap_stored_pages_add(1);

	if (old) {
		/* the page was changed after it was stored, and comes again */
		atomic64_inc(&zswap_stats.duplicate_entry);
		entry_drop(folio->swap, old);
	}
	return 0;
}

static int store_folio(struct folio *folio)
{
	u64 start = trace_start(zswap_store);
	enum zswap_reject_reason why;
	struct zswap_entry *entry;
	struct obj_cgroup *objcg = NULL;
	unsigned int length = 0;
	int err = -EBUSY;

	why = ZSWAP_REJECT_DISABLED;
	if (!READ_ONCE(zswap_params.enabled))
		goto reject;
	why = ZSWAP_REJECT_LARGE_FOLIO;
	if (folio_test_large(folio))
		goto reject;

	objcg = frontswap_objcg_get(folio);
	why = ZSWAP_REJECT_CGROUP_LIMIT;
	if (!frontswap_objcg_may_store(objcg))
		goto put_objcg;
	if (!pool_has_room(&why))
		goto put_objcg;

	err = -ENOMEM;
	why = ZSWAP_REJECT_KMEMCACHE_FAIL;
	entry = entry_alloc();
	if (!entry)
		goto put_objcg;
	entry->comp = zswap_compressor_get_current();
	entry->objcg = objcg;
	entry->stored_ns = ktime_get_ns();
	entry->length = 0;

	err = store_entry(folio, entry, &why);
	length = entry->length;
	if (err)
		goto free_entry;

	if (trace_zswap_store_enabled())
		trace_zswap_store(swp_type(folio->swap), swp_offset(folio->swap),
				  frontswap_cgroup_id(folio), length,
				  trace_duration(start));
	return 0;

free_entry:
	zswap_compressor_put(entry->comp);
	kmem_cache_free(entry_cache, entry);
put_objcg:
	if (objcg)
		obj_cgroup_put(objcg);
reject:
	atomic64_inc(&zswap_stats.reject[why]);
	if (trace_zswap_reject_enabled())
		trace_zswap_reject(swp_type(folio->swap),
				   swp_offset(folio->swap),
				   frontswap_cgroup_id(folio), why, length);
	return err;
}

/*
 * Load
 */

/* Fill one page of a folio, and let the entry go if the folio can own it. */
static int load_page(struct folio *folio, swp_entry_t swp, long nth,
		     bool exclusive)
{
	u64 start = trace_start(zswap_load), age;
	struct zswap_entry *entry = zswap_index_find(swp);
	unsigned int length;
	int err;

	if (!entry)
		return -ENOENT;
	/*
	 * The entry stays if its bytes do not decompress: without it, the next
	 * reader would get the device's old contents and not an error.
	 */
	err = entry_decompress(entry, folio, nth);
	if (err)
		return err;

	frontswap_count_loaded(entry->objcg);
	length = entry->length;
	age = start ? age_of(entry) : 0;
	if (exclusive) {
		zswap_index_remove(swp);
		entry_free(entry);
	}
	if (trace_zswap_load_enabled())
		trace_zswap_load(swp_type(swp), swp_offset(swp),
				 frontswap_cgroup_id(folio), length, age,
				 trace_duration(start));
	return 0;
}

/*
 * Large folios are not stored, and not swapped in while we are here; but one
 * whose swap-in began before can still come.  Its pages are all on the device,
 * or all ours, or we cannot help it.
 */
static int folio_is_ours(struct folio *folio)
{
	long i, ours = 0, pages = folio_nr_pages(folio);

	for (i = 0; i < pages; i++)
		ours += !!zswap_index_find(frontswap_folio_entry(folio, i));
	if (!ours)
		return -ENOENT;
	return ours == pages ? 0 : -EIO;
}

static int load_folio(struct folio *folio)
{
	/*
	 * A folio outside of the swap cache belongs to one page fault, which
	 * may yet drop it: then the pool must have the page still.
	 */
	bool exclusive = folio_test_swapcache(folio);
	long i;
	int err = 0;

	if (unlikely(folio_test_large(folio)))
		err = folio_is_ours(folio);
	for (i = 0; !err && i < folio_nr_pages(folio); i++)
		err = load_page(folio, frontswap_folio_entry(folio, i), i, exclusive);
	if (err)
		return err;

	if (exclusive)
		folio_mark_dirty(folio);
	folio_mark_uptodate(folio);
	return 0;
}

static void invalidate_page(swp_entry_t swp)
{
	/* most swap entries that are freed were loaded before: spare the lock */
	if (zswap_index_find(swp))
		entry_drop(swp, zswap_index_remove(swp));
}

static void invalidate_area(unsigned int type)
{
	unsigned long cursor = 0;
	swp_entry_t swp;

	while (zswap_index_next(type, &swp, &cursor)) {
		invalidate_page(swp);
		cond_resched();
	}
}

/*
 * Drain
 */

/* Writes under way, so that a drain does not have all of them at once. */
struct drain_batch {
	struct folio *folios[DRAIN_BATCH];
	unsigned int nr;
};

static void drain_wait_batch(struct drain_batch *batch)
{
	while (batch->nr) {
		struct folio *folio = batch->folios[--batch->nr];

		frontswap_writeback_finish(folio);
	}
}

/* One pass over everything; returns how many pages it made go. */
static unsigned long drain_pass(unsigned long *next_report)
{
	struct drain_batch batch = { };
	unsigned long cursor, gone = 0;
	unsigned int type;
	swp_entry_t swp;

	for (type = 0; type < MAX_SWAPFILES; type++) {
		cursor = 0;
		while (zswap_index_next(type, &swp, &cursor)) {
			struct folio *folio = NULL;

			gone += !write_back(swp, 0, ZSWAP_CAUSE_DRAIN, &folio);
			if (folio)
				batch.folios[batch.nr++] = folio;
			if (batch.nr == DRAIN_BATCH)
				drain_wait_batch(&batch);
			if (time_after(jiffies, *next_report)) {
				pr_info("draining: %lu page frames left\n",
					zbud_pages(pool));
				*next_report = jiffies + DRAIN_REPORT;
			}
			cond_resched();
		}
	}
	drain_wait_batch(&batch);
	return gone;
}

/* No store runs, so when the pool has no frame it holds no page. */
static void drain(void)
{
	unsigned long next_report = jiffies + DRAIN_REPORT;

	pr_info("draining: %lu page frames to the swap device\n",
		zbud_pages(pool));
	while (zbud_pages(pool)) {
		/*
		 * What a whole pass could not move is being loaded or freed by
		 * others, or there was no memory for a folio.  No event tells
		 * when that is over: let others run, and try again.
		 */
		if (!drain_pass(&next_report))
			schedule_timeout_uninterruptible(HZ / 20);
	}
	pr_info("drained\n");
}

static void init_area(unsigned int type)
{
	/* the index is ready for every area, and empty since swapoff */
}

static bool is_enabled(void)
{
	return READ_ONCE(zswap_params.enabled);
}

static const struct frontswap_ops frontswap_ops = {
	.init = init_area,
	.store = store_folio,
	.load = load_folio,
	.invalidate_page = invalidate_page,
	.invalidate_area = invalidate_area,
	.drain = drain,
	.enabled = is_enabled,
	.total_pages = zswap_pool_pages,
};

static int __init zswap_init(void)
{
	int err = -ENOMEM;

	zswap_index_init();
	entry_cache = KMEM_CACHE(zswap_entry, 0);
	if (!entry_cache)
		return -ENOMEM;
	pool = zbud_pool_create(&zbud_ops, NULL);
	if (!pool)
		goto destroy_cache;
	err = zswap_compressors_init();
	if (err)
		goto destroy_pool;
	err = zswap_params_init();
	if (err)
		goto exit_compressors;
	zswap_stats_init();
	err = frontswap_register(&frontswap_ops);
	if (err)
		goto exit_stats;
	return 0;

exit_stats:
	zswap_stats_exit();
	zswap_params_exit();
exit_compressors:
	zswap_compressors_exit();
destroy_pool:
	zbud_pool_destroy(pool);
destroy_cache:
	kmem_cache_destroy(entry_cache);
	return err;
}

static void __exit zswap_exit(void)
{
	frontswap_unregister(&frontswap_ops);
	zswap_stats_exit();
	zswap_params_exit();
	zswap_compressors_exit();
	zbud_pool_destroy(pool);
	kmem_cache_destroy(entry_cache);
}

module_init(zswap_init);
module_exit(zswap_exit);
MODULE_DESCRIPTION("Compressed swap cache on zbud, with tracepoints");
MODULE_LICENSE("GPL");
