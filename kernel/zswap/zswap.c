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
 * A large folio is stored page by page, all of them or none.  It stays locked,
 * and in the swap cache, so until it is done nobody sees that it is not: an
 * eviction that comes upon one of its entries finds the folio and lets go.
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
 * lock; or a list_lru's; or a compression context's mutex, and within it the zbud
 * pool's lock.  Of the spinlocks, none is taken within another of these.
 * Invalidation may come with the swap code's spinlocks held.  Nothing of ours is
 * held while a folio is allocated, charged or submitted, so eviction in the
 * middle of a store waits for nobody who could wait for the store.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/frontswap.h>
#include <linux/ktime.h>
#include <linux/memcontrol.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/zbud.h>

#include "zswap.h"

#define CREATE_TRACE_POINTS
#include <trace/events/zswap.h>

/* Pages of a large folio that cost memory between two looks at cgroups' limits. */
#define CGROUP_LOOK	32

struct zbud_pool *zswap_pool;

/** zswap_pool_pages() - page frames of the pool */
unsigned long zswap_pool_pages(void)
{
	return zbud_pages(zswap_pool);
}

/*
 * Store
 */

/* How many may be stored, of the page's cgroup, before that is looked at again. */
struct allowance {
	struct obj_cgroup *objcg;
	unsigned int pages;
	bool seen;
};

/* A page that costs no memory is refused only where zswap is forbidden. */
static bool allowed(struct allowance *allowance, bool costs)
{
	if (costs ? !allowance->pages : !allowance->seen) {
		if (!zswap_cgroup_admits(allowance->objcg, costs))
			return false;
		allowance->seen = true;
		if (costs)
			allowance->pages = CGROUP_LOOK;
	}
	allowance->pages -= costs;
	return true;
}

/**
 * struct rejection - why a folio was refused
 * @page: which of its pages it was, or -1: the folio as such
 * @reason: why
 * @length: of that page, compressed, if it got so far
 */
struct rejection {
	long page;
	enum zswap_reject_reason reason;
	unsigned int length;
};

/* Give an entry the page's contents, which may take memory that there is not. */
static int fill_entry(struct zswap_entry *entry, struct folio *folio, long nth,
		      struct rejection *why)
{
	int err;

	if (!zswap_pool_admits(&why->reason))
		return -ENOSPC;
	why->reason = ZSWAP_REJECT_LRU_FAIL;
	err = zswap_lru_prepare(entry->objcg);
	if (err)
		return err;
	err = zswap_entry_fill(entry, folio, nth, &why->length, &why->reason);
	/* an eviction gives the pool a frame back: compress once more */
	if (err == -ENOMEM && why->reason == ZSWAP_REJECT_ALLOC_FAIL &&
	    !zswap_evict_frame(ZSWAP_CAUSE_ALLOC_FAIL, NULL))
		err = zswap_entry_fill(entry, folio, nth, &why->length,
				       &why->reason);
	if (!err && folio_test_workingset(folio)) {
		entry->touched = true;
		zbud_touch(entry->handle);
	}
	return err;
}

static struct zswap_entry *store_page(struct folio *folio, long nth,
				      struct allowance *allowance,
				      struct rejection *why)
{
	swp_entry_t swp = frontswap_folio_entry(folio, nth);
	struct zswap_entry *entry, *old;
	unsigned long fill;
	bool same_filled;
	int err;

	why->page = nth;
	why->length = 0;
	same_filled = READ_ONCE(zswap_params.same_filled_pages) &&
		      zswap_same_filled(folio, nth, &fill);

	why->reason = ZSWAP_REJECT_CGROUP_LIMIT;
	if (!allowed(allowance, !same_filled))
		return ERR_PTR(-EDQUOT);
	why->reason = ZSWAP_REJECT_KMEMCACHE_FAIL;
	entry = zswap_entry_alloc(allowance->objcg);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	if (same_filled) {
		entry->fill = fill;
	} else {
		err = fill_entry(entry, folio, nth, why);
		if (err)
			goto discard;
	}

	old = zswap_index_insert(swp, entry);
	if (IS_ERR(old)) {
		why->reason = ZSWAP_REJECT_INDEX_FAIL;
		err = PTR_ERR(old);
		goto discard;
	}
	zswap_entry_publish(entry);
	if (old) {
		/* the page was changed after it was stored, and comes again */
		atomic64_inc(&zswap_stats.duplicate_entry);
		zswap_entry_drop(swp, old);
	}
	return entry;

discard:
	zswap_entry_discard(entry);
	return ERR_PTR(err);
}

/* The folio is ours: say so, of each page.  @entry: the only one, or any. */
static void count_stored(struct folio *folio, struct zswap_entry *entry,
			 u64 start)
{
	const bool tracing = trace_zswap_store_enabled();
	long i, pages = folio_nr_pages(folio);
	u64 duration = 0;

	/* a large folio's pages share its time evenly */
	if (tracing)
		duration = trace_duration(start) / pages;
	for (i = 0; i < pages; i++) {
		swp_entry_t swp = frontswap_folio_entry(folio, i);

		if (pages > 1)
			entry = zswap_index_find(swp);
		frontswap_count_stored(entry->objcg);
		if (tracing)
			trace_zswap_store(swp_type(swp), swp_offset(swp),
					  frontswap_objcg_id(entry->objcg),
					  entry->length, duration,
					  zswap_entry_kind(entry),
					  folio_pfn(folio) + i);
	}
}

/* Whom a folio would be charged to. */
static u64 cgroup_of(struct folio *folio)
{
	struct obj_cgroup *objcg = frontswap_objcg_get(folio);
	u64 id = frontswap_objcg_id(objcg);

	if (objcg)
		obj_cgroup_put(objcg);
	return id;
}

/* It is not: take back what was stored of it, and say why, of each page. */
static void count_rejected(struct folio *folio, const struct rejection *why,
			   u64 start)
{
	const bool tracing = trace_zswap_reject_enabled();
	long i, pages = folio_nr_pages(folio);
	u64 cgroup = 0, duration = 0;

	if (tracing) {
		cgroup = cgroup_of(folio);
		/* as of those that are stored */
		duration = trace_duration(start) / pages;
	}

	for (i = 0; i < why->page; i++)
		zswap_entry_free(zswap_index_remove(frontswap_folio_entry(folio, i)));
	for (i = 0; i < pages; i++) {
		swp_entry_t swp = frontswap_folio_entry(folio, i);
		bool it = why->page < 0 || why->page == i;
		enum zswap_reject_reason reason = ZSWAP_REJECT_LARGE_FOLIO;

		if (it)
			reason = why->reason;
		atomic64_inc(&zswap_stats.reject[reason]);
		if (tracing)
			trace_zswap_reject(swp_type(swp), swp_offset(swp),
					   cgroup, reason,
					   it ? why->length : 0, duration,
					   folio_pfn(folio) + i);
	}
}

static int store_folio(struct folio *folio)
{
	struct rejection why = { .page = -1, .reason = ZSWAP_REJECT_DISABLED };
	struct zswap_entry *entry = ERR_PTR(-EBUSY);
	struct allowance allowance = { };
	u64 start = 0;
	long i;

	/* which of the two it will be is not known yet */
	if (trace_zswap_store_enabled() || trace_zswap_reject_enabled())
		start = ktime_get_ns();
	if (READ_ONCE(zswap_params.enabled)) {
		allowance.objcg = frontswap_objcg_get(folio);
		for (i = 0; i < folio_nr_pages(folio); i++) {
			entry = store_page(folio, i, &allowance, &why);
			if (IS_ERR(entry))
				break;
		}
		if (allowance.objcg)
			obj_cgroup_put(allowance.objcg);
	}
	if (IS_ERR(entry)) {
		count_rejected(folio, &why, start);
		return PTR_ERR(entry);
	}
	count_stored(folio, entry, start);
	return 0;
}

/*
 * Load
 */

/* Fill one page of a folio, and let the entry go if the folio can own it. */
static int load_page(struct folio *folio, swp_entry_t swp, long nth,
		     bool exclusive)
{
	u64 start = trace_start(zswap_load), age, cgroup;
	struct zswap_entry *entry = zswap_index_find(swp);
	enum zswap_kind kind;
	unsigned int length;
	int err;

	if (!entry)
		return -ENOENT;
	/*
	 * The entry stays if its bytes do not decompress: without it, the next
	 * reader would get the device's old contents and not an error.
	 */
	err = zswap_entry_read(entry, folio, nth);
	if (err)
		return err;

	frontswap_count_loaded(entry->objcg);
	length = entry->length;
	kind = zswap_entry_kind(entry);
	age = start ? zswap_entry_age(entry) : 0;
	cgroup = start ? frontswap_objcg_id(entry->objcg) : 0;
	if (exclusive) {
		zswap_index_remove(swp);
		zswap_entry_free(entry);
	} else if (length) {
		WRITE_ONCE(entry->touched, true);
		zbud_touch(entry->handle);
	}
	/* since it began, as what the event says was asked for then */
	if (start)
		trace_zswap_load(swp_type(swp), swp_offset(swp), cgroup, length,
				 age, trace_duration(start), kind,
				 folio_pfn(folio) + nth);
	return 0;
}

/*
 * Large folios are not swapped in while we are here; but one whose swap-in began
 * before can still come.  Its pages are all on the device, or all ours, or we
 * cannot help it.
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

/* Nothing of it is held: the device is read, for each page. */
static void trace_missed(struct folio *folio)
{
	u64 cgroup = cgroup_of(folio);
	long i;

	for (i = 0; i < folio_nr_pages(folio); i++) {
		swp_entry_t swp = frontswap_folio_entry(folio, i);

		trace_zswap_miss(swp_type(swp), swp_offset(swp), cgroup,
				 folio_pfn(folio) + i);
	}
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
	if (err == -ENOENT && trace_zswap_miss_enabled())
		trace_missed(folio);
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
		zswap_entry_drop(swp, zswap_index_remove(swp));
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
	.drain = zswap_drain,
	.enabled = is_enabled,
	.total_pages = zswap_pool_pages,
};

static int __init zswap_init(void)
{
	int err;

	zswap_index_init();
	err = zswap_entries_init();
	if (err)
		return err;
	err = -ENOMEM;
	zswap_pool = zswap_pool_create();
	if (!zswap_pool)
		goto exit_entries;
	err = zswap_compressors_init();
	if (err)
		goto destroy_pool;
	err = zswap_reclaim_init();
	if (err)
		goto exit_compressors;
	err = zswap_params_init();
	if (err)
		goto exit_reclaim;
	zswap_stats_init();
	err = frontswap_register(&frontswap_ops);
	if (err)
		goto exit_stats;
	return 0;

exit_stats:
	zswap_stats_exit();
	zswap_params_exit();
exit_reclaim:
	zswap_reclaim_exit();
exit_compressors:
	zswap_compressors_exit();
destroy_pool:
	zbud_pool_destroy(zswap_pool);
exit_entries:
	zswap_entries_exit();
	return err;
}

static void __exit zswap_exit(void)
{
	frontswap_unregister(&frontswap_ops);
	zswap_stats_exit();
	zswap_params_exit();
	zswap_reclaim_exit();
	zswap_compressors_exit();
	zbud_pool_destroy(zswap_pool);
	zswap_entries_exit();
}

module_init(zswap_init);
module_exit(zswap_exit);
MODULE_DESCRIPTION("Compressed swap cache on zbud, with tracepoints");
MODULE_LICENSE("GPL");
