/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events one by one, for who wants to see each of them.  A kind of event that nobody
 * asked for costs a look at zs_shared.stream, which is with what every event needs.
 *
 * The ring buffer has the order in which room was taken in it, over all CPUs: almost that
 * of time_ns, as the clock is read just before.
 *
 * The reader is not woken for each event.  It looks by itself, now and then; and it is
 * woken once a quarter of the buffer waits for it, and at each eighth more, in case it
 * was about to go to sleep when it was woken before.
 */
#ifndef ZSWAPSCOPE_STREAM_BPF_H
#define ZSWAPSCOPE_STREAM_BPF_H

#include "who.bpf.h"
#include "filter.bpf.h"
#include <zswapscope/event.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} zs_events SEC(".maps");

/* In the ring buffer an event has 8 bytes before it. */
#define ZS_EVENT_ROOM	(sizeof(struct zswap_event) + 8)

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
 * zs_stream() - put an event into the ring buffer
 * @event: all that only this event knows
 * @who: whom it is attributed to
 *
 * A function of its own, not a static one: the verifier goes through it once a program.
 */
__noinline int zs_stream(struct zswap_event *event, const struct zswap_who *who)
{
	__u64 flags = BPF_RB_NO_WAKEUP, waiting, step = zs_shared.stream_step;

	if (!event || !who)
		return 0;
	event->cgroup = who->cgroup;
	event->pid = who->pid;
	event->role = who->role;
	event->cpu = bpf_get_smp_processor_id();
	if (!zs_filter_passes(event))
		return 0;
	waiting = bpf_ringbuf_query(&zs_events, BPF_RB_AVAIL_DATA);
	if ((waiting & (step - 1)) + ZS_EVENT_ROOM >= step &&
	    waiting + ZS_EVENT_ROOM >= 2 * step)
		flags = BPF_RB_FORCE_WAKEUP;
	event->time_ns = bpf_ktime_get_ns();
	if (bpf_ringbuf_output(&zs_events, event, sizeof(*event), flags))
		__sync_fetch_and_add(&zs_shared.health.events_lost, 1);
	return 0;
}

/* Of the pool as a whole, which is nobody's. */
static __always_inline int zs_stream_of_pool(struct zswap_event *event)
{
	const struct zswap_who nobody = {};

	return zs_stream(event, &nobody);
}

#endif /* ZSWAPSCOPE_STREAM_BPF_H */
