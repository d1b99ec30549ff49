/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a recording asked of zswap, without what zswap made of it: the stores, loads and
 * invalidations, with the lengths of the pages, so that another pool can be asked the same.
 *
 * In the order of time it is an array of short operations, with the pages numbered; made
 * once, it is replayed as often as need be, see replay.h.
 */
#ifndef ZS_WORKLOAD_H
#define ZS_WORKLOAD_H

#include <zswapscope/event.h>

#include "looks.h"

/*
 * What happens to a page, or to the pool.
 *
 * STORE       it is swapped out
 * REFUSED     the same, and the pool refused it for its limits or its length, which a
 *	       pool with others may see differently
 * REJECT      the same, and it was refused for what no pool has a say in
 * LOAD        it is swapped in, from the pool, and leaves it
 * PEEK        the same, but it stays: a swap device that reads at once
 * MISS        it is swapped in, from the device
 * INVALIDATE  it was in the pool, and nobody needs it any more
 * EVICTED     the pool had it written back for its limit, as another one may not have
 * WRITE       a cgroup's limit, the shrinker or a drain had it written back
 * SHORTAGE    there was no page frame for the pool, so that it gave one back
 */
enum zs_op_what {
	ZS_OP_STORE,
	ZS_OP_REFUSED,
	ZS_OP_REJECT,
	ZS_OP_LOAD,
	ZS_OP_PEEK,
	ZS_OP_MISS,
	ZS_OP_INVALIDATE,
	ZS_OP_EVICTED,
	ZS_OP_WRITE,
	ZS_OP_SHORTAGE,
};

/* A length: the page is same-filled, and takes no memory; or its length is not known. */
#define ZS_LENGTH_FILLED	0
#define ZS_LENGTH_UNKNOWN	UINT16_MAX

/**
 * struct zs_op - an operation
 * @time_ns: when it was over, never before that of the one before it
 * @page: number of the page, that is, of its swap entry; not of a SHORTAGE
 * @length: its compressed bytes, up to a page, or one of the above
 * @what: enum zs_op_what
 */
struct zs_op {
	uint64_t time_ns;
	uint32_t page;
	uint16_t length;
	uint8_t what;
};

/**
 * struct zs_held - a page that was in the pool when the recording began
 * @stored_ns: when it was stored
 * @page: its number
 * @length: compressed bytes, up to a page, or one of the above
 */
struct zs_held {
	uint64_t stored_ns;
	uint32_t page;
	uint16_t length;
};

/**
 * struct zs_pace - how fast the background worker was
 * @time_ns: when it had evicted a frame
 * @took_ns: the time it took
 * @pages: that were in it
 * @page_ns: the time it takes for a page: the mean of the worker's run
 * @refusing: the run was for a page that was refused, see kernel/zswap/reclaim.c
 */
struct zs_pace {
	uint64_t time_ns;
	uint64_t took_ns;
	uint64_t pages;
	uint64_t page_ns;
	bool refusing;
};

/**
 * struct zs_course - what the kernel itself did
 * @stores: pages that came into the pool
 * @loads: and were read from it
 * @misses: pages that were read from the device
 * @invalidates: pages that nobody needed any more
 * @writebacks: pages that were written back
 * @asked: those of them that are WRITE, or came of a SHORTAGE
 * @rejects: pages that were refused
 * @unknown: STOREs and REFUSEDs whose length is not known
 * @lost: events that were lost
 * @gaps: places where events were lost
 * @stray: pages that were in the pool though nothing says how they came there
 */
struct zs_course {
	uint64_t stores;
	uint64_t loads;
	uint64_t misses;
	uint64_t invalidates;
	uint64_t writebacks;
	uint64_t asked;
	uint64_t rejects;
	uint64_t unknown;
	uint64_t lost;
	uint64_t gaps;
	uint64_t stray;
};

/**
 * struct zs_workload - all of it
 * @ops: the operations
 * @count: how many
 * @pages: different pages, numbered from 0 on
 * @held: pages that were there before, the oldest first, as far as something happened to
 *	them; each op about them is in @ops
 * @held_count: how many
 * @paces: how fast the background worker was
 * @pace_count: how many
 * @looks: what is known of the kernel's own pool
 * @first_ns: time of the first event
 * @last_ns: of the last
 * @full: when it began, the pool was full, and not yet down to its threshold
 * @course: what the kernel did
 */
struct zs_workload {
	struct zs_op *ops;
	size_t count;
	uint32_t pages;
	struct zs_held *held;
	size_t held_count;
	struct zs_pace *paces;
	size_t pace_count;
	struct zs_looks looks;
	uint64_t first_ns;
	uint64_t last_ns;
	bool full;
	struct zs_course course;
};

struct zs_workload_maker;

/* NULL: no memory. */
struct zs_workload_maker *zs_workload_begin(void);

/* Events in the order of time. Return: false: no memory; zs_workload_end() says so. */
bool zs_workload_add(struct zs_workload_maker *maker, const struct zswap_event *event);

/* The recorder's looks at the pool, in any order. Return: as zs_workload_add(). */
bool zs_workload_states(struct zs_workload_maker *maker, const struct zswap_state *states,
			size_t count);

/**
 * zs_workload_end - all events were added
 * @maker: is freed; may be NULL
 * @error: why there is no workload
 *
 * Return: the workload, for zs_workload_free(), or NULL.
 */
struct zs_workload *zs_workload_end(struct zs_workload_maker *maker,
				    struct zs_error *error);
void zs_workload_free(struct zs_workload *workload);

#endif /* ZS_WORKLOAD_H */
