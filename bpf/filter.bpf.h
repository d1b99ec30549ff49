/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which events are let into the stream.  The filter is read-only data, set before loading:
 * without one, the verifier takes its place out of the programs again.
 */
#ifndef ZSWAPSCOPE_FILTER_BPF_H
#define ZSWAPSCOPE_FILTER_BPF_H

#include <zswapscope/filter.h>

const volatile struct zswap_filter zs_filter = {};

/* All of the event that a filter may ask for must be in it. */
static __always_inline bool zs_filter_passes(const struct zswap_event *event)
{
	return zswap_filter_passes(&zs_filter, event);
}

#endif /* ZSWAPSCOPE_FILTER_BPF_H */
