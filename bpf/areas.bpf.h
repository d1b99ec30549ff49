/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which type of swap entries is whose: /proc/swaps lists the areas in the order of their
 * types, but leaves out the free ones, so that after a swapoff nobody can tell.  The
 * kernel's own table can.  User space runs this program when it wants to know.
 */
#ifndef ZSWAPSCOPE_AREAS_BPF_H
#define ZSWAPSCOPE_AREAS_BPF_H

#include <zswapscope/shared.h>
#include "kernel.bpf.h"

#define ZS_SWP_USED	1	/* of Linux, and the same for all time */

/* Not with what the other programs share. */
struct zs_area zs_areas[ZSWAP_DEVICES] SEC(".data.areas") = {};

/*
 * Where the kernel has its table, and how many there may be; 0: not looked up yet.  Kept,
 * as who runs this may have dropped the right to look for symbols since.
 */
SEC(".data.areas") __u64 zs_swap_info = 0;
SEC(".data.areas") __u64 zs_nr_swapfiles = 0;

static const char zs_symbol_areas[] = "swap_info";
static const char zs_symbol_count[] = "nr_swapfiles";

static __always_inline bool zs_find_symbols(void)
{
	__u64 areas = 0, count = 0;

	if (zs_swap_info && zs_nr_swapfiles)
		return true;
	if (bpf_kallsyms_lookup_name(zs_symbol_areas, sizeof(zs_symbol_areas), 0, &areas) ||
	    bpf_kallsyms_lookup_name(zs_symbol_count, sizeof(zs_symbol_count), 0, &count))
		return false;
	zs_swap_info = areas;
	zs_nr_swapfiles = count;
	return areas && count;
}

/* As /proc/swaps does it. */
static __always_inline void zs_find_area(struct zs_area *area, __u64 address)
{
	const struct swap_info_struct *info = NULL;

	area->used = 0;
	bpf_probe_read_kernel(&info, sizeof(info), (const void *)address);
	if (!info || !(BPF_CORE_READ(info, flags) & ZS_SWP_USED))
		return;
	if (bpf_core_field_exists(info->swap_map) && !BPF_CORE_READ(info, swap_map))
		return;
	area->prio = BPF_CORE_READ(info, prio);
	area->pages = BPF_CORE_READ(info, pages);
	area->used = 1;
}

SEC("syscall")
int zs_find_areas(void *ctx)
{
	__u32 type, most = 0;

	if (!bpf_core_field_exists(((struct swap_info_struct *)0)->flags) ||
	    !bpf_core_field_exists(((struct swap_info_struct *)0)->prio) ||
	    !bpf_core_field_exists(((struct swap_info_struct *)0)->pages))
		return 1;
	if (!zs_find_symbols() ||
	    bpf_probe_read_kernel(&most, sizeof(most), (const void *)zs_nr_swapfiles))
		return 1;
	for (type = 0; type < ZSWAP_DEVICES; type++) {
		zs_areas[type].used = 0;
		if (type < most)
			zs_find_area(&zs_areas[type], zs_swap_info + type * sizeof(void *));
	}
	return 0;
}

#endif /* ZSWAPSCOPE_AREAS_BPF_H */
