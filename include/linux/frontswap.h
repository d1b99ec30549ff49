/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frontswap: a place in front of the swap device for one backend, and the mm
 * services that such a backend needs and a module cannot reach by itself.
 *
 * The rule of the slot, which all of this rests on: while a folio is locked in
 * the swap cache, or the swap entry is being freed, nobody else stores, loads,
 * writes back or invalidates that swap entry.  So the operations on one entry
 * never run at the same time, and a backend may use its object for an entry
 * without a lock for as long as the operation lasts.
 *
 * One thing happens behind a backend's back: a page that is all zeros is noted
 * by the swap code itself, and what the backend kept of it before is stale from
 * then on.  Loads never ask for such a page; a writeback has to ask, with
 * frontswap_superseded().
 */
#ifndef _LINUX_FRONTSWAP_H
#define _LINUX_FRONTSWAP_H

#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

struct list_lru;
struct mem_cgroup;
struct obj_cgroup;

/**
 * struct frontswap_ops - a backend
 * @init: nothing is kept for swap area @type, make ready for it.  Called for
 *	every possible area at activation, and at swapon.  May sleep.
 * @store: keep the contents of a locked swap-cache folio, all its pages or
 *	none, in place of what was kept for its swap entries before.  Returns 0
 *	or a negative errno, after which frontswap invalidates the entries, so
 *	that nothing stale stays.  May sleep.
 * @load: fill a locked folio.  For one in the swap cache the backend forgets
 *	the contents and marks the folio dirty.  Returns 0 with the folio up to
 *	date; -ENOENT if it holds nothing of it; any other error if it holds
 *	the contents and cannot give them, which the reader sees as an I/O
 *	error.  May sleep.
 * @invalidate_page: forget what is kept for @entry, if anything.  Atomic.
 * @invalidate_area: forget everything of a swap area; it is gone.  May sleep.
 * @drain: hand every page back, by writing it to the swap device or to its
 *	folio in the swap cache.  No store runs or starts while it does; loads
 *	and invalidates go on.  Returns when nothing is left.  May sleep.
 * @enabled: whether stores are wanted.  Atomic.
 * @total_pages: page frames in use.  Atomic.
 */
struct frontswap_ops {
	void (*init)(unsigned int type);
	int (*store)(struct folio *folio);
	int (*load)(struct folio *folio);
	void (*invalidate_page)(swp_entry_t entry);
	void (*invalidate_area)(unsigned int type);
	void (*drain)(void);
	bool (*enabled)(void);
	unsigned long (*total_pages)(void);
};

/* The swap entry of the nth page of a folio in the swap cache. */
static inline swp_entry_t frontswap_folio_entry(struct folio *folio, long nth)
{
	return swp_entry(swp_type(folio->swap), swp_offset(folio->swap) + nth);
}

int frontswap_register(const struct frontswap_ops *ops);
void frontswap_unregister(const struct frontswap_ops *ops);

/* Writeback: see kernel/frontswap/writeback.c */
#define FRONTSWAP_FORCE		1U
#define FRONTSWAP_RESERVES	2U

struct folio *frontswap_writeback_begin(swp_entry_t entry, unsigned int how,
					bool *fresh);
bool frontswap_entry_free(swp_entry_t entry);
bool frontswap_superseded(struct folio *folio);
void frontswap_writeback_submit(struct folio *folio, bool awaited);
bool frontswap_writeback_finish(struct folio *folio);
void frontswap_writeback_abort(struct folio *folio);
void frontswap_writeback_read(struct folio *folio);
void frontswap_writeback_fail(struct folio *folio);
void frontswap_writeback_poison(struct folio *folio);
bool frontswap_lock_cached(struct folio *folio, swp_entry_t entry);

/* Accounting: see kernel/frontswap/account.c */
struct obj_cgroup *frontswap_objcg_get(struct folio *folio);
struct mem_cgroup *frontswap_objcg_at_limit(struct obj_cgroup *objcg);
int frontswap_objcg_prepare_lru(struct obj_cgroup *objcg, struct list_lru *lru);
bool frontswap_objcg_may_writeback(struct obj_cgroup *objcg);
void frontswap_objcg_charge(struct obj_cgroup *objcg, size_t bytes);
void frontswap_objcg_uncharge(struct obj_cgroup *objcg, size_t bytes);
bool frontswap_memcg_may_writeback(struct mem_cgroup *memcg);
struct mem_cgroup *frontswap_memcg_next(struct mem_cgroup *root,
					struct mem_cgroup *memcg);
void frontswap_memcg_usage(struct mem_cgroup *memcg, unsigned long *bytes,
			   unsigned long *pages);
atomic_long_t *frontswap_disk_swapins(struct mem_cgroup *memcg, int nid);
void frontswap_count_stored(struct obj_cgroup *objcg);
void frontswap_count_loaded(struct obj_cgroup *objcg);
void frontswap_count_written_back(struct obj_cgroup *objcg);
void frontswap_stored_pages_add(int pages);
long frontswap_stored_pages(void);
u64 frontswap_memcg_id(struct mem_cgroup *memcg);
u64 frontswap_folio_id(struct folio *folio);
u64 frontswap_objcg_id(struct obj_cgroup *objcg);

#endif /* _LINUX_FRONTSWAP_H */
