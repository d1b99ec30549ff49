/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event as the stream has it: written by bpf/stream.bpf.h, read by tools/lib/stream.h.
 * Of every source and every kind it is this one struct, so that a reader can keep an
 * array of them.
 *
 * The layout is ABI for who keeps events in a file: a member may be added at the end, or
 * where events of its kind have had 0, and only with another version.  A record in the
 * ring buffer has its length with it.
 */
#ifndef ZSWAPSCOPE_EVENT_H
#define ZSWAPSCOPE_EVENT_H

#include <linux/types.h>
#include <zswapscope/vocabulary.h>

/* Of version 1, evictions have no @pages: 0. */
#define ZSWAP_EVENT_VERSION	2

/* Room for the name of a compressor, cut off if it is longer. */
#define ZSWAP_COMPRESSOR_BYTES	12

/**
 * struct zswap_event - something that happened in zswap
 * @time_ns: when it was over, CLOCK_MONOTONIC
 * @cgroup: that pays for the page, or was shrunk: inode number of its directory; 0: none
 * @duration_ns: how long it took; 0: not measured
 * @pid: whose page it is, or who did the work, see @role; 0: events are not attributed,
 *	or this one is of the pool as a whole
 * @length: compressed bytes; of an eviction, those of all its pages; 0: none, or not known
 * @result: of a writeback, an eviction and the background worker: 0, or -errno
 * @event: enum zswap_event_kind
 * @role: enum zswap_role, of @pid
 * @why: enum zswap_reject_reason of a reject; enum zswap_cause of a writeback, an eviction
 *	and a shrink; enum zswap_drain_stage of a drain; of a pool_limit, 1 when the limit
 *	was reached, 0 when the pool is below it again
 * @kind: enum zswap_kind of a page, or ZSWAP_KIND_COUNT where the source does not know it
 * @type: the page's swap area
 * @nothing: 0
 * @cpu: on which it happened
 * @count: compressed pages of an evicted frame; node of a shrink; of a lost, how many events were
 * @submit_ns: the part of a writeback that it took to hand the page to the device; its
 *	three parts end at 4.2 s
 * @offset: of the page in the swap area; of a writeback that failed in Linux 6.1's own
 *	zswap this is not known, nor are its @type and @cgroup: all are 0
 * @age_ns: since the page was stored; of a miss, since it was evicted; of an eviction,
 *	of the frame; 0: not known
 * @pfn: page frame that the page came from or went to; 0: not known
 * @pages: page frames that an eviction tried to free; 0: not known
 * @alloc_ns: the part of a writeback that it took to get a folio
 * @decompress_ns: and to decompress the page
 * @pool: of a pool_limit
 * @pool.pages: pages in the pool
 * @pool.limit: pages that may be
 * @drain: of a drain
 * @drain.pages: in the pool
 * @drain.frames: of the pool
 * @shrink: of a shrink
 * @shrink.scanned: entries that it looked at
 * @shrink.written: pages that it wrote back
 * @background: of a background
 * @background.frames: of the pool, at the beginning
 * @background.left: and at the end
 * @background.goal: that it was after
 * @compressor: of a compressor
 * @compressor.from: its name
 * @compressor.to: the new one's
 *
 * Which member of the unions holds is told by @event: those without a name of their own
 * are of pages and evictions.  What says nothing is 0.  All members of a union have the same
 * size, so that who fills in one of them leaves nothing undefined.
 */
struct zswap_event {
	__u64 time_ns;
	__u64 cgroup;
	__u64 duration_ns;
	__u32 pid;
	__u32 length;
	__s32 result;
	__u8 event;
	__u8 role;
	__u8 why;
	__u8 kind;
	__u8 type;
	__u8 nothing;
	__u16 cpu;
	union {
		__u32 count;
		__u32 submit_ns;
	};
	union {
		struct {
			__u64 offset;
			__u64 age_ns;
			union {
				__u64 pfn;
				__u64 pages;
				struct {
					__u32 alloc_ns;
					__u32 decompress_ns;
				};
			};
		};
		struct {
			__u64 pages;
			__u64 limit;
			__u64 nothing;
		} pool;
		struct {
			__u64 pages;
			__u64 frames;
			__u64 nothing;
		} drain;
		struct {
			__u64 scanned;
			__u64 written;
			__u64 nothing;
		} shrink;
		struct {
			__u64 frames;
			__u64 left;
			__u64 goal;
		} background;
		struct {
			char from[ZSWAP_COMPRESSOR_BYTES];
			char to[ZSWAP_COMPRESSOR_BYTES];
		} compressor;
	};
};

#define ZSWAP_EVENT_BYTES	72
_Static_assert(sizeof(struct zswap_event) == ZSWAP_EVENT_BYTES,
	       "an event has a fixed layout, see ZSWAP_EVENT_VERSION");

#endif /* ZSWAPSCOPE_EVENT_H */
