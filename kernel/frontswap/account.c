// SPDX-License-Identifier: GPL-2.0
/*
 * Accounting: what /proc/meminfo, /proc/vmstat and a cgroup's memory.stat and
 * memory.zswap.* say about zswap, kept for a backend as for the built-in one.
 *
 * An objcg may be NULL everywhere: the page belongs to no cgroup but the root.
 */
#include <linux/export.h>
#include <linux/frontswap.h>
#include <linux/vmstat.h>

#include "symbols.h"

/* Of every hierarchy's root directory. */
#define ROOT_ID	1

/**
 * frontswap_objcg_get() - the cgroup that a folio's compressed bytes belong to
 * @folio: a locked folio
 *
 * Return: a reference for obj_cgroup_put(), or NULL.
 */
struct obj_cgroup *frontswap_objcg_get(struct folio *folio)
{
	return mm_call(get_obj_cgroup_from_folio)(folio);
}
EXPORT_SYMBOL_GPL(frontswap_objcg_get);

/* Bytes that a cgroup and its descendants have in the pool, as last flushed. */
static unsigned long zswap_bytes(struct mem_cgroup *memcg)
{
	return mm_call(memcg_page_state)(memcg, MEMCG_ZSWAP_B);
}

/* Has it, or an ancestor of it, a limit?  Most have not, and need no statistics. */
static bool has_limit(struct obj_cgroup *objcg)
{
	struct mem_cgroup *memcg;

	rcu_read_lock();
	for (memcg = obj_cgroup_memcg(objcg); memcg; memcg = parent_mem_cgroup(memcg))
		if (READ_ONCE(memcg->zswap_max) != PAGE_COUNTER_MAX)
			break;
	rcu_read_unlock();
	return memcg;
}

/**
 * frontswap_objcg_at_limit() - who is at memory.zswap.max?
 * @objcg: the cgroup of a page, or NULL
 *
 * Context: may sleep.
 * Return: NULL if there is room; the cgroup or the ancestor of it that is at its
 *	limit, with a reference for mem_cgroup_put(); -EDQUOT if one of them
 *	forbids zswap with a limit of 0.
 */
struct mem_cgroup *frontswap_objcg_at_limit(struct obj_cgroup *objcg)
{
	struct mem_cgroup *own, *memcg, *full = NULL;

	if (!objcg || !has_limit(objcg))
		return NULL;
	/* brings the statistics that it judges by up to date, which we use too */
	if (mm_call(obj_cgroup_may_zswap)(objcg))
		return NULL;

	own = get_mem_cgroup_from_objcg(objcg);
	for (memcg = own; memcg; memcg = parent_mem_cgroup(memcg)) {
		unsigned long max = READ_ONCE(memcg->zswap_max);

		if (!max) {
			full = ERR_PTR(-EDQUOT);
			break;
		}
		if (!full && max != PAGE_COUNTER_MAX &&
		    zswap_bytes(memcg) / PAGE_SIZE >= max)
			full = memcg;
	}
	if (!IS_ERR_OR_NULL(full))
		css_get(&full->css);
	mem_cgroup_put(own);
	return full;
}
EXPORT_SYMBOL_GPL(frontswap_objcg_at_limit);

/**
 * frontswap_memcg_may_writeback() - does memory.zswap.writeback allow it?
 * @memcg: the cgroup, or NULL; its ancestors count, too
 *
 * Context: any; the caller keeps @memcg.
 */
bool frontswap_memcg_may_writeback(struct mem_cgroup *memcg)
{
	return mm_call(mem_cgroup_zswap_writeback_enabled)(memcg);
}
EXPORT_SYMBOL_GPL(frontswap_memcg_may_writeback);

/**
 * frontswap_memcg_next() - walk over a cgroup and its descendants
 * @root: the cgroup
 * @memcg: where the walk is, or NULL for its beginning
 *
 * Context: may sleep between the steps.
 * Return: the next one, with a reference that the next step drops, or NULL at
 *	the end, to which every walk goes.
 */
struct mem_cgroup *frontswap_memcg_next(struct mem_cgroup *root,
					struct mem_cgroup *memcg)
{
	return mm_call(mem_cgroup_iter)(root, memcg, NULL);
}
EXPORT_SYMBOL_GPL(frontswap_memcg_next);

/**
 * frontswap_memcg_usage() - what a cgroup and its descendants have in the pool
 * @memcg: the cgroup
 * @bytes: compressed bytes
 * @pages: the pages that these are
 *
 * Small changes of late may be missing, so that asking is cheap.
 *
 * Context: may sleep.
 */
void frontswap_memcg_usage(struct mem_cgroup *memcg, unsigned long *bytes,
			   unsigned long *pages)
{
	mm_call(mem_cgroup_flush_stats)(memcg);
	*bytes = zswap_bytes(memcg);
	*pages = mm_call(memcg_page_state)(memcg, MEMCG_ZSWAPPED);
}
EXPORT_SYMBOL_GPL(frontswap_memcg_usage);

/**
 * frontswap_disk_swapins() - pages that a cgroup had to read from swap devices
 * @memcg: the cgroup; NULL only where the kernel was told to have none
 * @nid: the node whose memory they were read to
 *
 * Context: any.
 * Return: the swap code's counter, to be read and subtracted from.
 */
atomic_long_t *frontswap_disk_swapins(struct mem_cgroup *memcg, int nid)
{
	struct lruvec *lruvec = memcg ? &memcg->nodeinfo[nid]->lruvec :
					&NODE_DATA(nid)->__lruvec;

	return &lruvec->zswap_lruvec_state.nr_disk_swapins;
}
EXPORT_SYMBOL_GPL(frontswap_disk_swapins);

/* Has it one already?  Then it keeps it, or hands it to its parent when it goes. */
static bool has_list(struct obj_cgroup *objcg, struct list_lru *lru)
{
	bool has;
	int id;

	rcu_read_lock();
	id = memcg_kmem_id(obj_cgroup_memcg(objcg));
	has = id < 0 || xa_load(&lru->xa, id);
	rcu_read_unlock();
	return has;
}

/**
 * frontswap_objcg_prepare_lru() - make a list of a list_lru for a cgroup
 * @objcg: the cgroup, or NULL
 * @lru: memcg-aware
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int frontswap_objcg_prepare_lru(struct obj_cgroup *objcg, struct list_lru *lru)
{
	struct mem_cgroup *memcg;
	int err;

	if (!objcg || has_list(objcg, lru))
		return 0;
	memcg = get_mem_cgroup_from_objcg(objcg);
	err = mm_call(memcg_list_lru_alloc)(memcg, lru, GFP_KERNEL);
	mem_cgroup_put(memcg);
	return err;
}
EXPORT_SYMBOL_GPL(frontswap_objcg_prepare_lru);

/**
 * frontswap_objcg_may_writeback() - does memory.zswap.writeback allow it?
 * @objcg: the cgroup, or NULL
 *
 * Context: any.
 */
bool frontswap_objcg_may_writeback(struct obj_cgroup *objcg)
{
	bool may;

	if (!objcg)
		return true;
	rcu_read_lock();
	may = mm_call(mem_cgroup_zswap_writeback_enabled)(obj_cgroup_memcg(objcg));
	rcu_read_unlock();
	return may;
}
EXPORT_SYMBOL_GPL(frontswap_objcg_may_writeback);

/**
 * frontswap_objcg_charge() - charge a compressed page
 * @objcg: the cgroup, or NULL
 * @bytes: its size
 *
 * Context: reclaim (PF_MEMALLOC), where it cannot fail.
 */
void frontswap_objcg_charge(struct obj_cgroup *objcg, size_t bytes)
{
	if (objcg)
		mm_call(obj_cgroup_charge_zswap)(objcg, bytes);
}
EXPORT_SYMBOL_GPL(frontswap_objcg_charge);

/**
 * frontswap_objcg_uncharge() - the reverse
 * @objcg: the cgroup, or NULL
 * @bytes: what was charged
 *
 * Context: any but interrupts.
 */
void frontswap_objcg_uncharge(struct obj_cgroup *objcg, size_t bytes)
{
	if (objcg)
		mm_call(obj_cgroup_uncharge_zswap)(objcg, bytes);
}
EXPORT_SYMBOL_GPL(frontswap_objcg_uncharge);

static void count(struct obj_cgroup *objcg, enum vm_event_item item)
{
	struct mem_cgroup *memcg;
	unsigned long flags;

	count_vm_event(item);
	if (!objcg)
		return;
	rcu_read_lock();
	memcg = obj_cgroup_memcg(objcg);
	/* per-CPU arithmetic that expects not to be interrupted */
	local_irq_save(flags);
	mm_call(__count_memcg_events)(memcg, item, 1);
	local_irq_restore(flags);
	rcu_read_unlock();
}

/**
 * frontswap_count_stored() - count a page stored (zswpout)
 * @objcg: its cgroup, or NULL
 */
void frontswap_count_stored(struct obj_cgroup *objcg)
{
	count(objcg, ZSWPOUT);
}
EXPORT_SYMBOL_GPL(frontswap_count_stored);

/**
 * frontswap_count_loaded() - count a page loaded (zswpin)
 * @objcg: its cgroup, or NULL
 */
void frontswap_count_loaded(struct obj_cgroup *objcg)
{
	count(objcg, ZSWPIN);
}
EXPORT_SYMBOL_GPL(frontswap_count_loaded);

/**
 * frontswap_count_written_back() - count a page written back (zswpwb)
 * @objcg: its cgroup, or NULL
 */
void frontswap_count_written_back(struct obj_cgroup *objcg)
{
	count(objcg, ZSWPWB);
}
EXPORT_SYMBOL_GPL(frontswap_count_written_back);

/**
 * frontswap_stored_pages_add() - adjust the number of pages held
 * @pages: how many more, or fewer
 */
void frontswap_stored_pages_add(int pages)
{
	atomic_add(pages, frontswap_zswap_stored_pages);
}
EXPORT_SYMBOL_GPL(frontswap_stored_pages_add);

/**
 * frontswap_stored_pages() - pages held, as in /proc/meminfo's Zswapped
 */
long frontswap_stored_pages(void)
{
	return atomic_read(frontswap_zswap_stored_pages);
}
EXPORT_SYMBOL_GPL(frontswap_stored_pages);

/**
 * frontswap_memcg_id() - a cgroup's number, as events have it
 * @memcg: the cgroup, or NULL
 *
 * Context: any; the caller keeps @memcg.
 * Return: the inode number of its directory; the root's for NULL; 0 where there
 *	are no cgroups.
 */
u64 frontswap_memcg_id(struct mem_cgroup *memcg)
{
	if (!memcg)
		return mem_cgroup_disabled() ? 0 : ROOT_ID;
	return cgroup_id(memcg->css.cgroup);
}
EXPORT_SYMBOL_GPL(frontswap_memcg_id);

/**
 * frontswap_folio_id() - the number of the cgroup whose objcg frontswap_objcg_get() gives
 * @folio: a locked folio
 *
 * Without the reference, for who wants no more than the number.
 *
 * Context: any.
 * Return: as frontswap_memcg_id().
 */
u64 frontswap_folio_id(struct folio *folio)
{
	struct mem_cgroup *memcg;
	u64 id;

	rcu_read_lock();
	memcg = folio_memcg(folio);
	/* one that was removed has handed its objcg to its parent; the root has none */
	while (memcg && !rcu_access_pointer(memcg->objcg))
		memcg = parent_mem_cgroup(memcg);
	id = frontswap_memcg_id(memcg);
	rcu_read_unlock();
	return id;
}
EXPORT_SYMBOL_GPL(frontswap_folio_id);

/**
 * frontswap_objcg_id() - the number of the cgroup that an objcg stands for
 * @objcg: the cgroup, or NULL
 *
 * Of one that was removed: its parent's, which has its pages now.
 *
 * Context: any.
 * Return: as frontswap_memcg_id().
 */
u64 frontswap_objcg_id(struct obj_cgroup *objcg)
{
	u64 id;

	rcu_read_lock();
	id = frontswap_memcg_id(objcg ? obj_cgroup_memcg(objcg) : NULL);
	rcu_read_unlock();
	return id;
}
EXPORT_SYMBOL_GPL(frontswap_objcg_id);
