/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How events come from the programs to who reads them: each CPU has a ring of slots of its
 * own, in memory that both see, so that no lock is taken and nothing is copied twice.
 *
 * Written by bpf/ring.bpf.h, read by tools/lib/ring.h; no file has it, so both may change.
 *
 * A program takes a slot by moving @head on, by compare-and-swap, as another one may
 * interrupt it there, takes the time, fills in the slot and last its time_ns.  A slot whose
 * time_ns is 0 is empty, or not whole yet.  The reader takes whole slots, puts 0 into their
 * time_ns, and then moves @tail on.
 *
 * What finds no room is counted in @lost; with the next that finds some, the program first
 * writes a ZSWAP_EVENT_LOST.  If there is no next one, the reader takes the number.
 */
#ifndef ZSWAPSCOPE_RING_H
#define ZSWAPSCOPE_RING_H

#include <linux/types.h>

/**
 * struct zs_ring - of one CPU
 * @head: slots that were taken since the beginning
 * @lost: events that found none, of which the stream does not tell yet
 * @lost_ns: when the first of them was
 * @nothing: @tail is in a cache line of its own, as another CPU writes it
 * @tail: slots that were read and are free again
 * @nothing_else: and alone in it
 */
struct zs_ring {
	__u64 head;
	__u64 lost;
	__u64 lost_ns;
	__u64 nothing[5];
	__u64 tail;
	__u64 nothing_else[7];
};

_Static_assert(sizeof(struct zs_ring) == 128, "a ring has two cache lines");

/* Slots of a ring: a power of two, at the least so many. */
#define ZS_RING_LEAST	32

#endif /* ZSWAPSCOPE_RING_H */
