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

/**
 * frontswap_objcg_get() - the cgroup that a folio's compressed bytes belong to
 * @folio: a locked folio
 *
 * Return: a reference for obj_cgroup_put(), or NULL.
 */
struct obj_cgroup *frontswap_objcg_get(struct folio *folio)
{
	return static_call(mm_get_obj_cgroup_from_folio)(folio);
}
EXPORT_SYMBOL_GPL(frontswap_objcg_get);

/**
 * frontswap_objcg_may_store() - is the cgroup below memory.zswap.max?
 * @objcg: the cgroup, or NULL
 *
 * Looks at the ancestors too.
 *
 * Context: may sleep.
 */
bool frontswap_objcg_may_store(struct obj_cgroup *objcg)
{
	return !objcg || static_call(mm_obj_cgroup_may_zswap)(objcg);
}
EXPORT_SYMBOL_GPL(frontswap_objcg_may_store);

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
	may = static_call(mm_mem_cgroup_zswap_writeback_enabled)(obj_cgroup_memcg(objcg));
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
		static_call(mm_obj_cgroup_charge_zswap)(objcg, bytes);
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
		static_call(mm_obj_cgroup_uncharge_zswap)(objcg, bytes);
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
	static_call(mm___count_memcg_events)(memcg, item, 1);
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
 * frontswap_cgroup_id() - the cgroup that a folio is charged to
 * @folio: a locked folio
 *
 * Return: the inode number of its directory, or 0 without a cgroup.
 */
u64 frontswap_cgroup_id(struct folio *folio)
{
	struct mem_cgroup *memcg = folio_memcg(folio);

	return memcg ? cgroup_id(memcg->css.cgroup) : 0;
}
EXPORT_SYMBOL_GPL(frontswap_cgroup_id);
