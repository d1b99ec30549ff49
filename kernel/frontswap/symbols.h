/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of mm that are not exported, by name and type, one line each.
 *
 * They are called as mm_call(<name>)(...).  Of a module that is a static call: a
 * direct one, patched in once at load.  A function pointer will not do: the kernel
 * seals the ENDBR of functions whose address it never takes, and an indirect call
 * to one of them is fatal on hardware with IBT.
 *
 * Built into a kernel, it is the function itself, and the compiler looks whether the
 * types below are those that it has.  So that is the way to see what is different in
 * another kernel: docs/porting.md.
 */
#ifndef FRONTSWAP_SYMBOLS_H
#define FRONTSWAP_SYMBOLS_H

#include <linux/list_lru.h>
#include <linux/memcontrol.h>
#include <linux/static_call.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/version.h>
#include <linux/writeback.h>

#ifndef MODULE
#include <linux/build_bug.h>
#include <linux/mempolicy.h>
#include <linux/swap_cgroup.h>

/* of the folder that this one is in: mm/zswapscope/frontswap */
#include "../../internal.h"
#include "../../swap.h"
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0) || \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#error "the functions below are declared as Linux 6.12 has them: build against its headers"
#endif

struct mempolicy;
struct swap_iocb;

/* X(return type, name, (arguments)) */
#define FRONTSWAP_MM_FUNCTIONS(X)					\
	X(struct folio *, __read_swap_cache_async,			\
	  (swp_entry_t entry, gfp_t gfp, struct mempolicy *mpol,	\
	   pgoff_t ilx, bool *new_page_allocated, bool skip_if_exists))	\
	X(void, __swap_writepage,					\
	  (struct folio *folio, struct writeback_control *wbc))		\
	X(void, swap_read_folio,					\
	  (struct folio *folio, struct swap_iocb **plug))		\
	X(void, __delete_from_swap_cache,				\
	  (struct folio *folio, swp_entry_t entry, void *shadow))	\
	X(void, put_swap_folio, (struct folio *folio, swp_entry_t entry)) \
	X(struct mempolicy *, get_task_policy, (struct task_struct *p))	\
	X(struct swap_info_struct *, get_swap_device, (swp_entry_t entry)) \
	X(void, lru_add_drain, (void))					\
	X(unsigned short, lookup_swap_cgroup_id, (swp_entry_t entry))	\
	X(struct mem_cgroup *, mem_cgroup_from_id, (unsigned short id))	\
	X(struct obj_cgroup *, get_obj_cgroup_from_folio,		\
	  (struct folio *folio))					\
	X(bool, obj_cgroup_may_zswap, (struct obj_cgroup *objcg))	\
	X(int, memcg_list_lru_alloc,					\
	  (struct mem_cgroup *memcg, struct list_lru *lru, gfp_t gfp))	\
	X(struct mem_cgroup *, mem_cgroup_iter,				\
	  (struct mem_cgroup *root, struct mem_cgroup *prev,		\
	   struct mem_cgroup_reclaim_cookie *reclaim))			\
	X(void, mem_cgroup_flush_stats, (struct mem_cgroup *memcg))	\
	X(unsigned long, memcg_page_state,				\
	  (struct mem_cgroup *memcg, int item))				\
	X(void, obj_cgroup_charge_zswap,				\
	  (struct obj_cgroup *objcg, size_t size))			\
	X(void, obj_cgroup_uncharge_zswap,				\
	  (struct obj_cgroup *objcg, size_t size))			\
	X(bool, mem_cgroup_zswap_writeback_enabled,			\
	  (struct mem_cgroup *memcg))					\
	X(void, __count_memcg_events,					\
	  (struct mem_cgroup *memcg, enum vm_event_item item,		\
	   unsigned long count))

/*
 * What livepatch redirects: the built-in zswap's entry points, and the freeing
 * of a range of swap entries.  Each has its body behind stock_call(<name>): the
 * function without its first call, the one to ftrace, which would lead back to
 * the hook.  Built in, there is no other zswap, and what would be its body does
 * nothing.
 */
#define FRONTSWAP_STOCK_FUNCTIONS(X)					\
	X(bool, zswap_store, (struct folio *folio))			\
	X(bool, zswap_load, (struct folio *folio))			\
	X(void, zswap_invalidate, (swp_entry_t entry))			\
	X(int, zswap_swapon, (int type, unsigned long nr_pages))	\
	X(void, zswap_swapoff, (int type))				\
	X(bool, zswap_is_enabled, (void))				\
	X(bool, zswap_never_enabled, (void))				\
	X(unsigned long, zswap_total_pages, (void))			\
	X(void, swap_entry_range_free,					\
	  (struct swap_info_struct *si, swp_entry_t entry,		\
	   unsigned int nr_pages))

#ifdef MODULE
#define mm_call(name)		static_call(mm_##name)
#define stock_call(name)	static_call(stock_##name)

#define FRONTSWAP_DECLARE_MM(ret, name, args)				\
	typedef ret mm_##name##_fn args;				\
	DECLARE_STATIC_CALL(mm_##name, mm_##name##_fn);
#define FRONTSWAP_DECLARE_STOCK(ret, name, args)			\
	typedef ret stock_##name##_fn args;				\
	DECLARE_STATIC_CALL(stock_##name, stock_##name##_fn);

/* /proc/meminfo's Zswapped reads it; so do we, for the count of our pages. */
extern atomic_t *frontswap_zswap_stored_pages;

int frontswap_resolve_symbols(void);

#else
#define mm_call(name)		name
#define stock_call(name)	stock_##name

#define FRONTSWAP_DECLARE_MM(ret, name, args)				\
	static_assert(__same_type(name, ret args));
#define FRONTSWAP_DECLARE_STOCK(ret, name, args)			\
	static inline ret stock_##name args { return (ret)0; }

#define frontswap_zswap_stored_pages	(&zswap_stored_pages)
#endif

FRONTSWAP_MM_FUNCTIONS(FRONTSWAP_DECLARE_MM)
FRONTSWAP_STOCK_FUNCTIONS(FRONTSWAP_DECLARE_STOCK)

#endif /* FRONTSWAP_SYMBOLS_H */
