// SPDX-License-Identifier: GPL-2.0
/*
 * Writeback: from a backend's memory through the swap cache to the device.
 *
 *	folio = frontswap_writeback_begin(entry, how, &fresh);
 *	if fresh: the folio is new, locked, in the swap cache and empty; the
 *		entry is the caller's alone (see linux/frontswap.h).  Others may
 *		find it and wait for its lock, so it must not be unlocked without
 *		the page's true contents.  The caller does one of these:
 *		  submit  it is filled; write it to the device
 *		  abort   it is filled, but shall not be written now
 *		  read    the backend has no page for it: read it, like swap-in
 *		  fail    the backend keeps the page, and cannot give its contents
 *		  poison  it keeps nothing, and the contents are lost
 *	else: somebody has the page in the swap cache already.  The folio is
 *		neither locked nor filled by us; frontswap_lock_cached() or
 *		folio_put() it.
 *
 * Writeback runs in the middle of reclaim, where memory is short, and must not
 * start reclaim of its own: that could come back here, and would charge
 * innocent cgroups for it.  PF_MEMALLOC forbids that.  It would also open the
 * last reserves, without which not even the disk driver gets on; so only who has
 * few writebacks under way may have them, and only while the device writes: what
 * it does not take stays in memory.
 */
#include <linux/export.h>
#include <linux/frontswap.h>
#include <linux/mempolicy.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>

#include "symbols.h"

/*
 * Writing to a swap file on NFS and its like goes through the file system.
 * Reclaim that somebody does for himself may have begun inside of one; only
 * kswapd, and whoever is in no reclaim at all, surely has not.
 */
static bool may_enter_fs(void)
{
	return (current->flags & (PF_MEMALLOC | PF_KSWAPD)) != PF_MEMALLOC;
}

/*
 * Does the cgroup that the swap entry is charged to forbid writeback?  Only a
 * hint, as the entry may be anybody's; but it spares what has to be done to know
 * for sure.  One that is offline has handed its pages, and the say, to its parent.
 */
static bool forbidden(swp_entry_t entry)
{
	struct mem_cgroup *memcg;
	bool online, may = true;

	rcu_read_lock();
	memcg = mm_call(mem_cgroup_from_id)(mm_call(lookup_swap_cgroup_id)(entry));
	/* data_race: one bit, and it may go at any time as well as just before */
	online = memcg && data_race(memcg->css.flags & CSS_ONLINE);
	if (online)
		may = mm_call(mem_cgroup_zswap_writeback_enabled)(memcg);
	rcu_read_unlock();
	return !may;
}

/*
 * data_race, for both: nobody but current writes its flags, but a task that is
 * preempted loses PF_BLOCK_TS, also in the middle of this, and then may have it back.
 * It says that the time its plug has kept is to be thrown away, which is done twice
 * then; and the plug is still there, as it cannot go in the middle.
 */
static unsigned int begin_noreclaim(void)
{
	/* data_race: see above */
	return data_race(memalloc_noreclaim_save());
}

static void end_noreclaim(unsigned int flags)
{
	/* data_race: see above */
	data_race(({ memalloc_noreclaim_restore(flags); 0; }));
}

/* What is known about a writeback before anything is done for it. */
static int look_ahead(swp_entry_t entry)
{
	struct swap_info_struct *si = mm_call(get_swap_device)(entry);
	int err = 0;

	if (!si)
		return -EAGAIN;	/* swapoff is under way */
	/* data_race: a bit that stays as swapon has set it, beside others */
	if (data_race(si->flags & SWP_FS_OPS) && !may_enter_fs())
		err = -EAGAIN;
	else if (forbidden(entry))
		err = -EPERM;
	percpu_ref_put(&si->users);
	return err;
}

/**
 * frontswap_writeback_begin() - get hold of a swap entry, to write its page
 * @entry: the swap entry; it need not be in use
 * @how: FRONTSWAP_FORCE: whatever its cgroup and the caller's context say;
 *	FRONTSWAP_RESERVES: take the folio from the last reserves, if need be
 * @fresh: set when a new folio was made for it
 *
 * Context: may sleep, without locks.
 * Return: a folio with a reference; -ENOMEM without memory for one; -EAGAIN when
 *	the entry is being freed or worked on by others, or was freed already;
 *	and without FRONTSWAP_FORCE: -EAGAIN when its swap file cannot be written
 *	to from here, -EPERM when its cgroup forbids it.
 */
struct folio *frontswap_writeback_begin(swp_entry_t entry, unsigned int how,
					bool *fresh)
{
	gfp_t gfp = (GFP_HIGHUSER_MOVABLE & ~__GFP_DIRECT_RECLAIM) |
		    __GFP_HIGH | __GFP_NOWARN;
	struct mempolicy *policy;
	struct folio *folio;
	struct page *page;
	unsigned int flags;
	int err;

	if (!(how & FRONTSWAP_FORCE)) {
		err = look_ahead(entry);
		if (err)
			return ERR_PTR(err);
	}
	if (!(how & FRONTSWAP_RESERVES))
		gfp |= __GFP_NOMEMALLOC;
	flags = begin_noreclaim();
	policy = mm_call(get_task_policy)(current);
	/*
	 * skip_if_exists: an entry with its cache bit set and no folio yet is
	 * in other hands, possibly those of a caller up this very stack.
	 */
	folio = mm_call(__read_swap_cache_async)(entry, gfp, policy, NO_INTERLEAVE_INDEX,
						 fresh, true);
	err = -EAGAIN;
	if (!folio) {
		/* it does not say why: was it the memory? */
		page = alloc_page(gfp);
		if (page)
			__free_page(page);
		else
			err = -ENOMEM;
	}
	end_noreclaim(flags);
	return folio ?: ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_begin);

/**
 * frontswap_entry_free() - is a swap entry nobody's?
 * @entry: the swap entry
 *
 * Only as of now, unless the caller knows that it cannot change.
 *
 * Context: any.
 */
bool frontswap_entry_free(swp_entry_t entry)
{
	struct swap_info_struct *si = mm_call(get_swap_device)(entry);
	bool unused;

	if (!si)
		return false;
	unused = !READ_ONCE(si->swap_map[swp_offset(entry)]);
	percpu_ref_put(&si->users);
	return unused;
}
EXPORT_SYMBOL_GPL(frontswap_entry_free);

/**
 * frontswap_superseded() - has the page become all zeros since it was stored?
 * @folio: a locked folio in the swap cache
 *
 * Then what the backend has of it is stale, and nobody needs it any more.
 *
 * Context: any.
 */
bool frontswap_superseded(struct folio *folio)
{
	struct swap_info_struct *si;
	bool zeros;

	/* cannot fail, as the folio keeps the swap area in use */
	si = mm_call(get_swap_device)(folio->swap);
	if (WARN_ON_ONCE(!si))
		return false;
	zeros = test_bit(swp_offset(folio->swap), si->zeromap);
	percpu_ref_put(&si->users);
	return zeros;
}
EXPORT_SYMBOL_GPL(frontswap_superseded);

/**
 * frontswap_writeback_submit() - write a fresh folio to the swap device
 * @folio: from frontswap_writeback_begin(), filled by the caller
 * @awaited: frontswap_writeback_finish() is to give its memory back
 *
 * The folio is unlocked; the caller keeps its reference.  If the write fails,
 * the folio stays dirty in the swap cache, so that nothing is lost.
 *
 * Context: may sleep.
 */
void frontswap_writeback_submit(struct folio *folio, bool awaited)
{
	struct writeback_control wbc = { .sync_mode = WB_SYNC_NONE };

	folio_mark_uptodate(folio);
	/*
	 * Nobody asked to have it in memory: if it is left to reclaim, that is to find it
	 * first.  To see to that, the end of the write takes a reference, for longer than
	 * who waits for it could wait, and on whichever CPU it is.
	 */
	if (!awaited)
		folio_set_reclaim(folio);
	mm_call(__swap_writepage)(folio, &wbc);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_submit);

/* References to a folio that only the swap cache and we know. */
#define OUR_REFS	2

/*
 * Take a locked folio, which nobody will miss, out of the swap cache.  It stays there,
 * for reclaim to find, if anybody else has it: swapoff maps the folio that it once
 * found for a swap entry, whether or not that still is in the swap cache.  By then
 * the page may have been read anew, changed and unmapped again, to the same swap
 * entry.  No one can come to have the folio while its references are frozen.
 */
static void leave_swap_cache(struct folio *folio)
{
	struct address_space *mapping = folio_mapping(folio);
	swp_entry_t entry = folio->swap;
	bool leaves;

	/* with cgroup v1 only reclaim can charge the page to its cgroup's swap again */
	if (!cgroup_subsys_on_dfl(memory_cgrp_subsys))
		return;
	/*
	 * This CPU's batch of folios on their way to the LRU has a reference.  Another's may
	 * have, if we have come from there since; then it is for reclaim to find.
	 */
	if (folio_ref_count(folio) > OUR_REFS)
		mm_call(lru_add_drain)();

	xa_lock_irq(&mapping->i_pages);
	leaves = folio_ref_freeze(folio, OUR_REFS);
	if (leaves && folio_test_dirty(folio)) {
		/* whoever had a reference has changed the page */
		folio_ref_unfreeze(folio, OUR_REFS);
		leaves = false;
	}
	if (leaves) {
		mm_call(__delete_from_swap_cache)(folio, entry, NULL);
		folio_ref_unfreeze(folio, 1);
	}
	xa_unlock_irq(&mapping->i_pages);
	if (leaves)
		mm_call(put_swap_folio)(folio, entry);
}

/**
 * frontswap_writeback_finish() - wait for a write, and give its folio back
 * @folio: after frontswap_writeback_submit(); its reference is dropped
 *
 * A folio that was written stays in the swap cache until reclaim finds it.  A
 * caller that writes many of them cannot leave them all lying about.
 *
 * Context: may sleep.
 * Return: false if the device did not take it: the folio is the page now, and its
 *	memory is not given back.  Also if somebody has changed the page meanwhile;
 *	so it says something about the device only if it is seen more than once.
 */
bool frontswap_writeback_finish(struct folio *folio)
{
	bool written;

	folio_wait_writeback(folio);
	folio_lock(folio);
	/* a write that failed has made it dirty again, before it ended */
	written = !folio_test_swapcache(folio) || !folio_test_dirty(folio);
	/* still as we left it: on the device, and wanted by nobody? */
	if (folio_test_swapcache(folio) && folio_test_uptodate(folio) &&
	    !folio_test_writeback(folio))
		leave_swap_cache(folio);
	folio_unlock(folio);
	folio_put(folio);
	return written;
}
EXPORT_SYMBOL_GPL(frontswap_writeback_finish);

/**
 * frontswap_writeback_abort() - take a fresh folio back
 * @folio: from frontswap_writeback_begin(), filled by the caller, because others may
 *	have found it already; its reference is dropped
 *
 * Context: may sleep.
 */
void frontswap_writeback_abort(struct folio *folio)
{
	folio_mark_uptodate(folio);
	leave_swap_cache(folio);
	folio_unlock(folio);
	folio_put(folio);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_abort);

/**
 * frontswap_writeback_read() - make an ordinary swap-in of a fresh folio
 * @folio: from frontswap_writeback_begin(); its reference is dropped
 *
 * Context: may sleep.
 */
void frontswap_writeback_read(struct folio *folio)
{
	/* we may be a worker that reclaim relies on: no reclaim from in here */
	unsigned int flags = data_race(memalloc_noio_save());	/* see begin_noreclaim() */

	/* unlocks it, now or when the device has answered */
	mm_call(swap_read_folio)(folio, NULL);
	/* data_race: likewise */
	data_race(({ memalloc_noio_restore(flags); 0; }));
	folio_put(folio);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_read);

/**
 * frontswap_writeback_fail() - the backend cannot fill a fresh folio, now
 * @folio: from frontswap_writeback_begin(); its reference is dropped
 *
 * The backend still has the page, and says so to its reader: so the folio need not.
 * Who has found it already gets an error; reclaim takes it, as it is clean.
 *
 * Context: may sleep.
 */
void frontswap_writeback_fail(struct folio *folio)
{
	leave_swap_cache(folio);
	folio_unlock(folio);
	folio_put(folio);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_fail);

/**
 * frontswap_writeback_poison() - the contents of a page are lost
 * @folio: a locked folio in the swap cache, not up to date
 *
 * Whoever reads the page gets an error.  The folio's reference is kept for good:
 * it must not leave the swap cache, or readers would get what the device has.
 *
 * Context: any.
 */
void frontswap_writeback_poison(struct folio *folio)
{
	folio_unlock(folio);
}
EXPORT_SYMBOL_GPL(frontswap_writeback_poison);

/**
 * frontswap_lock_cached() - lock a folio that was found in the swap cache
 * @folio: from frontswap_writeback_begin() with @fresh unset
 * @entry: the swap entry that it was found for
 *
 * Context: may sleep, for as long as a read of the folio takes.
 * Return: true with the folio locked, if it still has the page of @entry.  It is
 *	not up to date only if it could not be read, or its memory has failed.
 */
bool frontswap_lock_cached(struct folio *folio, swp_entry_t entry)
{
	folio_lock(folio);
	/* large or not: is the entry one of the folio's? */
	if (folio_test_swapcache(folio) && entry.val >= folio->swap.val &&
	    entry.val < folio->swap.val + folio_nr_pages(folio))
		return true;
	folio_unlock(folio);
	return false;
}
EXPORT_SYMBOL_GPL(frontswap_lock_cached);
