/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording: the layout of the file that zswap-trace record writes.  docs/recording.md
 * tells it in words; tools/lib/recording.h reads and writes it.
 *
 *	struct zswap_recording	at the beginning, once
 *	struct zswap_block	and what it holds, any number of times
 *
 * It is written from the beginning to the end, so that a pipe will do; a block is there as
 * a whole or not at all, so that what a recorder that was killed has written can be read
 * up to its last whole block.  All numbers are those of the machine that wrote it; a
 * reader tells from @order whether it is another one.  Blocks begin at multiples of 8.
 */
#ifndef ZSWAPSCOPE_RECORDING_H
#define ZSWAPSCOPE_RECORDING_H

#include <linux/types.h>
#include <zswapscope/event.h>

#define ZSWAP_RECORDING_MAGIC	"ZSWAPREC"
#define ZSWAP_RECORDING_ORDER	0x01020304U
#define ZSWAP_RECORDING_VERSION	2

/**
 * struct zswap_recording - what a file begins with
 * @magic: ZSWAP_RECORDING_MAGIC, without an end
 * @order: ZSWAP_RECORDING_ORDER
 * @version: of the layout; a reader refuses one that it does not know
 * @event_version: ZSWAP_EVENT_VERSION
 * @event_bytes: sizeof(struct zswap_event); of a later version more, the rest of which
 *	an older reader leaves out
 * @nothing: 0
 * @checksum: of all before it: the low half of its XXH64
 */
struct zswap_recording {
	char magic[8];
	__u32 order;
	__u32 version;
	__u32 event_version;
	__u32 event_bytes;
	__u32 nothing;
	__u32 checksum;
};

#define ZSWAP_BLOCK_MAGIC	0x6b6c425aU	/* "ZBlk" */

/*
 * What a block holds; a reader skips kinds that it does not know.
 *
 * EVENTS   struct zswap_event of one CPU, in the order of time
 * FACTS    text, a line each: "name=value", see docs/recording.md
 * CGROUP   text, a line each: "inode number path"
 * PROCESS  text, a line each: "pid name"
 * STATES   struct zswap_state, in the order of time
 * END      nothing: the recorder ended in order
 */
enum zswap_block_kind {
	ZSWAP_BLOCK_EVENTS = 1,
	ZSWAP_BLOCK_FACTS,
	ZSWAP_BLOCK_CGROUP,
	ZSWAP_BLOCK_PROCESS,
	ZSWAP_BLOCK_STATES,
	ZSWAP_BLOCK_END,
};

#define ZSWAP_BLOCK_MOST	(1U << 20)	/* bytes of what a block holds */

/**
 * struct zswap_block - what stands before a block's contents
 * @magic: ZSWAP_BLOCK_MAGIC
 * @checksum: of the contents and then of this header, with 0 here: the low half of the
 *	XXH64 of both in a row
 * @kind: enum zswap_block_kind
 * @bytes: of the contents, without what fills it up to a multiple of 8
 * @number: of the block, from 0 on: one that is missing shows
 * @cpu: of events; else 0
 * @nothing: 0
 */
struct zswap_block {
	__u32 magic;
	__u32 checksum;
	__u32 kind;
	__u32 bytes;
	__u64 number;
	__u32 cpu;
	__u32 nothing;
};

/**
 * struct zswap_state - the pool at a moment
 * @time_ns: CLOCK_MONOTONIC
 * @pool_bytes: that it takes
 * @limit_bytes: that it may take
 * @stored_pages: that it holds
 * @written_back: pages written back since the module was loaded
 * @free_bytes: of memory
 * @nothing: 0
 */
struct zswap_state {
	__u64 time_ns;
	__u64 pool_bytes;
	__u64 limit_bytes;
	__u64 stored_pages;
	__u64 written_back;
	__u64 free_bytes;
	__u64 nothing[2];
};

_Static_assert(sizeof(struct zswap_recording) == 32, "the layout of a recording is fixed");
_Static_assert(sizeof(struct zswap_block) == 32, "the layout of a block is fixed");
_Static_assert(sizeof(struct zswap_state) == 64, "the layout of a state is fixed");

#endif /* ZSWAPSCOPE_RECORDING_H */
