/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the hooks (frontswap.c) and what puts them in place: livepatch.c in a module; in
 * a kernel that was built with them, the linker, and builtin.c.
 *
 *	frontswap.c   the hooks, and the backend that they ask; activation, drain
 *	livepatch.c   puts them in place of mm's functions, and takes them away
 *	builtin.c     what else linux/zswap.h declares, where they are built in
 *	symbols.c     mm's functions that are not exported, by name
 *	writeback.c   what mm does for a backend: folios for the swap device,
 *	account.c     and cgroups
 */
#ifndef FRONTSWAP_HOOKS_H
#define FRONTSWAP_HOOKS_H

#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/zswap.h>

/* Built in, these are the functions that linux/zswap.h declares. */
#ifndef MODULE
#define hook_store		zswap_store
#define hook_load		zswap_load
#define hook_invalidate		zswap_invalidate
#define hook_range_freed	zswap_range_freed
#define hook_swapon		zswap_swapon
#define hook_swapoff		zswap_swapoff
#define hook_is_enabled		zswap_is_enabled
#define hook_never_enabled	zswap_never_enabled
#define hook_total_pages	zswap_total_pages
#endif

bool hook_store(struct folio *folio);
bool hook_load(struct folio *folio);
void hook_invalidate(swp_entry_t entry);
void hook_range_freed(swp_entry_t entry, unsigned int nr_pages);
int hook_swapon(int type, unsigned long nr_pages);
void hook_swapoff(int type);
bool hook_is_enabled(void);
bool hook_never_enabled(void);
unsigned long hook_total_pages(void);

int frontswap_may_stand_here(void);
void frontswap_hooked(void);
void frontswap_unhooking(void);
void frontswap_unhooked(void);

#endif /* FRONTSWAP_HOOKS_H */
