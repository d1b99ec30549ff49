/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which events are counted together, in a struct zswap_usage of their own: by default those
 * of a cgroup and a process; or else those of a swap area, or of a reject's reason, in the
 * same place.  That is read-only data, set before loading: the verifier takes out what is
 * not asked for.
 */
#ifndef ZSWAPSCOPE_GROUPS_BPF_H
#define ZSWAPSCOPE_GROUPS_BPF_H

#include "who.bpf.h"

const volatile __u32 zs_count_by = ZS_COUNT_BY_WHO;

/* Of an event that has none. */
#define ZS_NO_AREA	ZSWAP_DEVICES
#define ZS_NO_REASON	ZSWAP_REJECT_SLOTS

/**
 * zs_usage_of() - where an event is counted
 * @number: of its pair of cgroup and process
 * @area: type of its swap entry, or ZS_NO_AREA
 * @reason: slot of its enum zswap_reject_reason, or ZS_NO_REASON
 */
static __always_inline struct zswap_usage *zs_usage_of(__u32 number, __u32 area,
						       __u32 reason)
{
	if (zs_count_by == ZS_COUNT_BY_WHO)
		return zs_usage_at(number);
	if (zs_count_by == ZS_COUNT_BY_REASON)
		return zs_usage_at(reason);
	return zs_usage_at(area < ZS_NO_AREA ? area : ZS_NO_AREA);
}

/* Of a page, but for one that is rejected. */
static __always_inline struct zswap_usage *zs_usage_of_page(__u32 number, __u32 area)
{
	return zs_usage_of(number, area, ZS_NO_REASON);
}

#endif /* ZSWAPSCOPE_GROUPS_BPF_H */
