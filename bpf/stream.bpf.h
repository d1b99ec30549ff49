/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events one by one, for who wants to see each of them.  A kind of event that nobody
 * asked for costs a look at zs_shared.stream, which is with what every event needs.
 */
#ifndef ZSWAPSCOPE_STREAM_BPF_H
#define ZSWAPSCOPE_STREAM_BPF_H

#include "who.bpf.h"
#include "filter.bpf.h"
#include "ring.bpf.h"

/* A frame that has a number; of a stock kernel's we know where its struct page is. */
#define ZS_PFN_MOST	(1ULL << 40)

/* Does anybody want to see events of this kind? */
static __always_inline bool zs_streams(enum zswap_event_kind kind)
{
	return zs_shared.stream & 1U << kind;
}

static __always_inline __u64 zs_event_pfn(__u64 frame)
{
	return frame < ZS_PFN_MOST ? frame : 0;
}

/* A part of a writeback, as far as it has room. */
static __always_inline __u32 zs_event_part(__u64 ns)
{
	return ns < 0xffffffff ? ns : 0xffffffff;
}

/**
 * zs_stream() - put an event into the stream
 * @event: all that only this event knows
 * @who: whom it is attributed to
 *
 * A function of its own, not a static one: the verifier goes through it once a program.
 */
__noinline int zs_stream(struct zswap_event *event, const struct zswap_who *who)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct zs_ring *ring = bpf_map_lookup_elem(&zs_rings, &cpu);

	if (!ring || !event || !who)
		return 0;
	event->cgroup = who->cgroup;
	event->pid = who->pid;
	event->role = who->role;
	event->cpu = cpu;
	if (!zs_filter_passes(event))
		return 0;
	return zs_ring_write(ring, cpu, event);
}

/* Of the pool as a whole, which is nobody's. */
static __always_inline int zs_stream_of_pool(struct zswap_event *event)
{
	const struct zswap_who nobody = {};

	return zs_stream(event, &nobody);
}

#endif /* ZSWAPSCOPE_STREAM_BPF_H */
