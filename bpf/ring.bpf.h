/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of events to user space: a ring for each CPU, see zswapscope/ring.h.  A program
 * stays on its CPU, but may be interrupted there, and the others may be preempted, by one
 * that has an event, too.
 *
 * The reader is not woken for each event.  It looks by itself, now and then; and it is
 * woken once a quarter of a ring waits for it, and at each eighth more, in case it was
 * about to go to sleep when it was woken before.
 */
#ifndef ZSWAPSCOPE_RING_BPF_H
#define ZSWAPSCOPE_RING_BPF_H

#include "pages.bpf.h"
#include <zswapscope/event.h>
#include <zswapscope/ring.h>

/* Slots of a ring are 1 << zs_ring_shift; 0: there is no stream.  Set before loading. */
const volatile __u32 zs_ring_shift = 0;

/* By CPU; those of all CPUs have as many slots, one CPU's behind another's. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zs_ring);
} zs_rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zswap_event);
} zs_slots SEC(".maps");

/* Whatever is put here wakes the reader; what it is says nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} zs_bell SEC(".maps");

/* Who is interrupted this often between a look at the head and its move has no luck. */
#define ZS_RING_TRIES	8
#define ZS_RING_FULL	(~0ULL)

static __always_inline __u64 zs_ring_look(const __u64 *member)
{
	return *(const volatile __u64 *)member;
}

/* Return: whether there is room for so many. */
static __always_inline bool zs_ring_room(const struct zs_ring *ring, __u64 head, __u32 slots)
{
	return head + slots - zs_ring_look(&ring->tail) <= 1ULL << zs_ring_shift;
}

/* Return: the number of a slot, from 0 on, or ZS_RING_FULL. */
static __always_inline __u64 zs_ring_take(struct zs_ring *ring)
{
	__u64 head;
	int i;

	for (i = 0; i < ZS_RING_TRIES; i++) {
		head = zs_ring_look(&ring->head);
		if (!zs_ring_room(ring, head, 1))
			break;
		if (__sync_val_compare_and_swap(&ring->head, head, head + 1) == head)
			return head;
	}
	return ZS_RING_FULL;
}

/* The time last, as that says that all the rest is there. */
static __always_inline void zs_ring_put(__u32 cpu, __u64 nth, const struct zswap_event *event,
					__u64 time_ns)
{
	__u32 index = cpu << zs_ring_shift | (nth & ((1U << zs_ring_shift) - 1));
	struct zswap_event *slot = bpf_map_lookup_elem(&zs_slots, &index);
	const __u64 *from = (const __u64 *)event;
	__u64 *to = (__u64 *)slot;
	int i;

	/* it is always there, which the verifier cannot know */
	if (!slot)
		return;
	for (i = 1; i < ZSWAP_EVENT_BYTES / 8; i++)
		to[i] = from[i];
	barrier();
#ifdef __TARGET_ARCH_x86
	*(volatile __u64 *)to = time_ns;
#else
	/* where stores may overtake each other, this one does not */
	__sync_lock_test_and_set(to, time_ns);
#endif
}

/* Events that the stream will have to tell of. */
static __always_inline void zs_ring_owe(struct zs_ring *ring, __u64 count, __u64 since)
{
	if (!__sync_fetch_and_add(&ring->lost, count))
		ring->lost_ns = since;
}

/* Where there is room again after some were lost: how many. Return: false if there is none. */
static __noinline bool zs_ring_tell_loss(struct zs_ring *ring, __u32 cpu)
{
	struct zswap_event event = { .event = ZSWAP_EVENT_LOST, .kind = ZSWAP_KIND_COUNT,
				     .cpu = cpu };
	__u64 count, nth, since;

	/* and for the event after it, or there would be one after the other */
	if (!ring || !zs_ring_room(ring, zs_ring_look(&ring->head), 2))
		return false;
	since = zs_ring_look(&ring->lost_ns);
	count = __sync_lock_test_and_set(&ring->lost, 0);
	if (!count)
		return true;
	nth = zs_ring_take(ring);
	if (nth == ZS_RING_FULL) {
		zs_ring_owe(ring, count, since);
		return false;
	}
	event.count = count < 0xffffffff ? count : 0xffffffff;
	zs_ring_put(cpu, nth, &event, since ?: 1);
	return true;
}

/* Room for an event. Return: as zs_ring_take(). */
static __always_inline __u64 zs_ring_find(struct zs_ring *ring, __u32 cpu)
{
	__u64 nth = ZS_RING_FULL;

	if (!zs_ring_look(&ring->lost) || zs_ring_tell_loss(ring, cpu))
		nth = zs_ring_take(ring);
	if (nth == ZS_RING_FULL) {
		zs_ring_owe(ring, 1, bpf_ktime_get_ns());
		__sync_fetch_and_add(&zs_shared.health.events_lost, 1);
	}
	return nth;
}

/* @waiting: slots, the last one of which was just taken */
static __always_inline void zs_ring_sound(__u64 waiting)
{
	__u64 step = (1ULL << zs_ring_shift) / 8, nothing = 0;

	if (!(waiting & (step - 1)) && waiting >= 2 * step)
		bpf_ringbuf_output(&zs_bell, &nothing, sizeof(nothing), BPF_RB_FORCE_WAKEUP);
}

/**
 * zs_ring_write() - an event of this CPU
 * @ring: its ring
 * @cpu: its number
 * @event: the event but for its time, which is now
 */
static __always_inline int zs_ring_write(struct zs_ring *ring, __u32 cpu,
					 const struct zswap_event *event)
{
	__u64 nth = zs_ring_find(ring, cpu);

	if (nth == ZS_RING_FULL)
		return 0;
	zs_ring_put(cpu, nth, event, bpf_ktime_get_ns());
	zs_ring_sound(nth + 1 - zs_ring_look(&ring->tail));
	return 0;
}

#endif /* ZSWAPSCOPE_RING_BPF_H */
