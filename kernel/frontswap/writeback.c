// SPDX-License-Identifier: GPL-2.0
/*
 * Writeback: from a backend's memory through the swap cache to the device.
 *
 *	folio = frontswap_writeback_begin(entry, &fresh);
 *	if fresh: the folio is new, locked, in the swap cache and empty; the
 *		entry is the caller's alone (see linux/frontswap.h).  Either
 *		fill it and frontswap_writeback_submit(), or
 *		frontswap_writeback_abort().
 *	else: somebody has the page in the swap cache already.  The folio is
 *		neither locked nor filled by us; frontswap_lock_cached() or
 *		folio_put() it.
 *
 * Writeback runs in the middle of reclaim, where memory is short, and must not
 * start reclaim of its own: that could come back here, and would charge
 * innocent cgroups for it.  So the folio is allocated with PF_MEMALLOC, which
 * forbids recursion and opens the reserves.  It is one page at a time, given
 * back when the write completes, in exchange for memory in the pool.
 */
#include <linux/export.h>
#include <linux/frontswap.h>
#include <linux/mempolicy.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>

#include "symbols.h"

/**
 * frontswap_writeback_begin() - get hold of a swap entry, to write its page
 * @entry: the swap entry; it need not be in use
 * @fresh: set when a new folio was made for it
 *
 * Context: may sleep, without locks.
 * Return: a folio with a reference; or an error: -EAGAIN when there is no
 *	memory for a folio, or the entry is being freed or worked on by others,
 *	or was freed already.
 */
struct folio *frontswap_writeback_begin(swp_entry_t entry, bool *fresh)
{
	unsigned int flags = memalloc_noreclaim_save();
	struct folio *folio;

	/*
	 * skip_if_exists: an entry with its cache bit set and no folio yet is
	 * in other hands, possibly those of a caller up this very stack.
	 */
	folio = static_call(mm___read_swap_cache_async)(entry,
			GFP_KERNEL | __GFP_NOWARN,
			static_call(mm_get_task_policy)(current),
			NO_INTERLEAVE_INDEX, fresh, true);
	memalloc_noreclaim_restore(flags);
	return folio ?: ERR_PTR(-EAGAIN);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_begin);

/**
 * frontswap_writeback_submit() - write a fresh folio to the swap device
 * @folio: from frontswap_writeback_begin(), filled by the caller
 *
 * The folio is unlocked; the caller keeps its reference.  If the write fails,
 * the folio stays dirty in the swap cache, so that nothing is lost.
 *
 * Context: may sleep.
 */
void frontswap_writeback_submit(struct folio *folio)
{
	struct writeback_control wbc = { .sync_mode = WB_SYNC_NONE };

	folio_mark_uptodate(folio);
	/* freed as soon as it is written: nobody asked to have it in memory */
	folio_set_reclaim(folio);
	static_call(mm___swap_writepage)(folio, &wbc);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_submit);

/**
 * frontswap_writeback_abort() - take back a fresh folio
 * @folio: from frontswap_writeback_begin(); its reference is dropped
 *
 * Context: may sleep.
 */
void frontswap_writeback_abort(struct folio *folio)
{
	static_call(mm_delete_from_swap_cache)(folio);
	folio_unlock(folio);
	folio_put(folio);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_abort);

/**
 * frontswap_lock_cached() - lock a folio that was found in the swap cache
 * @folio: from frontswap_writeback_begin() with @fresh unset
 * @entry: the swap entry that it was found for
 *
 * Context: may sleep, for as long as a read of the folio takes.
 * Return: true with the folio locked, if it still is the page of @entry and up
 *	to date.
 */
bool frontswap_lock_cached(struct folio *folio, swp_entry_t entry)
{
	folio_lock(folio);
	if (folio_test_swapcache(folio) && !folio_test_large(folio) &&
	    folio->swap.val == entry.val && folio_test_uptodate(folio))
		return true;
	folio_unlock(folio);
	return false;
}
EXPORT_SYMBOL_GPL(frontswap_lock_cached);
