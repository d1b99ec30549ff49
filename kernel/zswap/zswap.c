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
 * Locks: none of our own on any path of a page, but where it finds the pool at
 * its limit (params.c).  What we call takes a list_lru's; or a compression
 * context's mutex, and within it the zbud pool's lock; or a CPU's for its entries
 * (entry.c), and within it the slab allocator's.  Of the spinlocks, none is taken
 * within another of these.  Invalidation may come with the swap code's
 * spinlocks held.  Nothing of ours is held while a folio is allocated, charged or
 * submitted, so eviction in the middle of a store waits for nobody who could wait
 * for the store.
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

/* Of which an event of its own tells, or none is due. */
static void forget_page(swp_entry_t swp)
{
	struct zswap_entry *entry = zswap_index_remove(swp);

	if (entry)
		zswap_entry_free(entry);
}

/** zswap_pool_pages() - page frames of the pool */
unsigned long zswap_pool_pages(void)
{
	return zbud_pages(zswap_pool);
}

/*
 * Store
 */

/* How many may be stored, of the folio's cgroup, before that is looked at again. */
struct allowance {
	unsigned int pages;
	bool seen;
};

/* A page that costs no memory is refused only where zswap is forbidden. */
static bool allowed(struct allowance *allowance, struct obj_cgroup *objcg, bool costs)
{
	if (costs ? !allowance->pages : !allowance->seen) {
		if (!zswap_cgroup_admits(objcg, costs))
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
	bool grow;
	int err;

	if (!zswap_pool_admits(&grow, &why->reason))
		return -ENOSPC;
	why->reason = ZSWAP_REJECT_LRU_FAIL;
	err = zswap_lru_prepare(entry->objcg);
	if (err)
		return err;
	err = zswap_entry_fill(entry, folio, nth, grow, &why->length,
			       &why->reason);
	/* an eviction gives the pool a frame back: compress once more */
	if (err == -ENOMEM && why->reason == ZSWAP_REJECT_ALLOC_FAIL &&
	    !zswap_evict_frame(ZSWAP_CAUSE_ALLOC_FAIL, NULL))
		err = zswap_entry_fill(entry, folio, nth, grow, &why->length,
				       &why->reason);
	if (!err && folio_test_workingset(folio)) {
		entry->touched = true;
		zbud_touch(entry->handle);
	}
	return err;
}

static struct zswap_entry *store_page(struct folio *folio, long nth,
				      u64 now, struct allowance *allowance,
				      struct rejection *why)
{
	swp_entry_t swp = frontswap_folio_entry(folio, nth);
	struct zswap_entry *entry, *old;
	struct obj_cgroup *objcg;
	unsigned long fill;
	bool same_filled;
	int err;

	why->page = nth;
	why->length = 0;
	same_filled = READ_ONCE(zswap_params.same_filled_pages) &&
		      zswap_same_filled(folio, nth, &fill);

	objcg = frontswap_objcg_get(folio);
	why->reason = ZSWAP_REJECT_CGROUP_LIMIT;
	err = -EDQUOT;
	if (!allowed(allowance, objcg, !same_filled))
		goto put_objcg;
	why->reason = ZSWAP_REJECT_KMEMCACHE_FAIL;
	err = -ENOMEM;
	entry = zswap_entry_alloc(objcg, now);
	if (!entry)
		goto put_objcg;
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
put_objcg:
	if (objcg)
		obj_cgroup_put(objcg);
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
		duration = (ktime_get_ns() - start) / pages;
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

/* It is not: take back what was stored of it, and say why, of each page. */
static void count_rejected(struct folio *folio, const struct rejection *why,
			   u64 start)
{
	const bool tracing = trace_zswap_reject_enabled();
	long i, pages = folio_nr_pages(folio);
	u64 cgroup = 0, duration = 0;

	if (tracing) {
		cgroup = frontswap_folio_id(folio);
		/* as of those that are stored */
		duration = (ktime_get_ns() - start) / pages;
	}

	for (i = 0; i < why->page; i++)
		forget_page(frontswap_folio_entry(folio, i));
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
	/* since when its pages are stored; so events need not look at the clock again */
	u64 start = ktime_get_ns();
	long i;

	if (READ_ONCE(zswap_params.enabled)) {
		for (i = 0; i < folio_nr_pages(folio); i++) {
			entry = store_page(folio, i, start, &allowance, &why);
			if (IS_ERR(entry))
				break;
		}
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

/*
 * A folio outside of the swap cache belongs to one page fault, which may yet drop
 * it: then the pool must have the page still.
 */
static bool takes_over(struct folio *folio)
{
	return folio_test_swapcache(folio);
}

/*
 * A page of a folio is filled, as all of them are: its entry goes, if the folio takes
 * the page over.  @start: when that began, if somebody listens.  A large folio's pages
 * share its time evenly.
 */
static void count_loaded(struct folio *folio, swp_entry_t swp, long nth,
			 struct zswap_entry *entry, u64 start)
{
	u64 stored = entry->stored_ns, cgroup = 0, now;
	unsigned int length = entry->length;
	enum zswap_kind kind = zswap_entry_kind(entry);

	frontswap_count_loaded(entry->objcg);
	if (start)
		cgroup = frontswap_objcg_id(entry->objcg);
	if (takes_over(folio)) {
		forget_page(swp);
	} else if (length) {
		WRITE_ONCE(entry->touched, true);
		zbud_touch(entry->handle);
	}
	if (start) {
		/* by one clock, so that no load is longer than its page was there */
		now = ktime_get_ns();
		trace_zswap_load(swp_type(swp), swp_offset(swp), cgroup, length,
				 now - stored,
				 (now - start) >> folio_order(folio), kind,
				 folio_pfn(folio) + nth);
	}
}

/* All of a folio is filled. */
static void loaded(struct folio *folio)
{
	if (takes_over(folio))
		folio_mark_dirty(folio);
	folio_mark_uptodate(folio);
}

/* Nothing of it is held: the device is read, for each page. */
static void trace_missed(struct folio *folio)
{
	u64 cgroup = frontswap_folio_id(folio);
	long i;

	for (i = 0; i < folio_nr_pages(folio); i++) {
		swp_entry_t swp = frontswap_folio_entry(folio, i);

		trace_zswap_miss(swp_type(swp), swp_offset(swp), cgroup,
				 folio_pfn(folio) + i);
	}
}

static int missed(struct folio *folio)
{
	if (trace_zswap_miss_enabled())
		trace_missed(folio);
	return -ENOENT;
}

/*
 * Large folios are not swapped in while we are here; but one whose swap-in began
 * before can still come.  Its pages are all on the device, or all ours, or we
 * cannot help it: an error that its reader did not deserve is better than the
 * device's old contents of a page that we have.  For that one of them has to be
 * freed and stored anew since its reader looked, which was before we were there.
 */
static noinline int load_large_folio(struct folio *folio)
{
	long i, ours = 0, pages = folio_nr_pages(folio);
	u64 start = trace_start(zswap_load);
	swp_entry_t swp;
	int err;

	for (i = 0; i < pages; i++)
		ours += !!zswap_index_find(frontswap_folio_entry(folio, i));
	if (!ours)
		return missed(folio);
	if (ours != pages)
		return -EIO;
	/* none of the entries goes before all of them were read: see load_folio() */
	for (i = 0; i < pages; i++) {
		swp = frontswap_folio_entry(folio, i);
		err = zswap_entry_read(zswap_index_find(swp), folio, i);
		if (err)
			return err;
	}
	for (i = 0; i < pages; i++) {
		swp = frontswap_folio_entry(folio, i);
		count_loaded(folio, swp, i, zswap_index_find(swp), start);
	}
	loaded(folio);
	return 0;
}

static int load_folio(struct folio *folio)
{
	swp_entry_t swp = folio->swap;
	struct zswap_entry *entry;
	u64 start;
	int err;

	if (unlikely(folio_test_large(folio)))
		return load_large_folio(folio);
	entry = zswap_index_find(swp);
	if (!entry)
		return missed(folio);
	/* from where it is known that there is something to load */
	start = trace_start(zswap_load);
	/*
	 * The entry stays if its bytes do not decompress: without it, the next
	 * reader would get the device's old contents and not an error.
	 */
	err = zswap_entry_read(entry, folio, 0);
	if (err)
		return err;
	count_loaded(folio, swp, 0, entry, start);
	loaded(folio);
	return 0;
}

static void invalidate_page(swp_entry_t swp)
{
	struct zswap_entry *entry = zswap_index_remove(swp);

	if (entry)
		zswap_entry_drop(swp, entry);
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

	err = zswap_index_init();
	if (err)
		return err;
	err = zswap_entries_init();
	if (err)
		goto exit_index;
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
exit_index:
	zswap_index_exit();
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
	zswap_index_exit();
}

/* Of a module, that is its init. */
late_initcall(zswap_init);
module_exit(zswap_exit);
MODULE_DESCRIPTION("Compressed swap cache on zbud, with tracepoints");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
