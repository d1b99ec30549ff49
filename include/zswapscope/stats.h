/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs keep and the tools read, cumulative since the programs
 * were loaded.  Nothing in it is ever reset; the tools subtract two snapshots.
 *
 *	struct zswap_usage	what has a cgroup and a process, struct zswap_who: for
 *				each CPU and each pair of them, as far as there is
 *				room; the first is for all others
 *	struct zswap_pool_stats	what the pool alone has, for each CPU
 *	struct zswap_stats	both, summed up: of the tools
 *	struct zswap_health	what could not be counted as it should
 *
 * Every member of the first three is a __u64, so that summing over CPUs and
 * subtracting are loops over words: keep it so.
 */
#ifndef ZSWAPSCOPE_STATS_H
#define ZSWAPSCOPE_STATS_H

#include <linux/types.h>
#include <zswapscope/vocabulary.h>

#define ZSWAP_PAGE_BYTES	4096ULL

/* One more than the vocabulary: a number that these programs do not know yet. */
#define ZSWAP_REJECT_SLOTS	(ZSWAP_REJECT_COUNT + 1)
#define ZSWAP_CAUSE_SLOTS	(ZSWAP_CAUSE_COUNT + 1)

/*
 * Slots of a histogram.  Slot 0 counts the value zero and nothing else; the last
 * slot has no upper end.  Those between depend on the scale:
 *
 *	BYTES		slot k: 128 (k - 1) < value <= 128 k; two of zbud's chunks
 *	DURATION, AGE	slot 1: below 2^FIRST; slot k: 2^(FIRST + k - 2) <= value
 *			< 2^(FIRST + k - 1) nanoseconds, with FIRST 7 (128 ns) for
 *			durations and 17 (131 us) for ages
 */
#define ZSWAP_HIST_SLOTS	32
#define ZSWAP_HIST_STEP_BYTES	128
#define ZSWAP_HIST_FIRST_DURATION	7
#define ZSWAP_HIST_FIRST_AGE	17

/*
 * X(SYMBOL, "name", SCALE, "title"): the histograms, first those that are kept
 * by cgroup and process as well, then those of the pool alone.
 *
 * Only writebacks and evictions that succeeded are in theirs.  A duration that
 * the kernel did not measure (0: nobody listened when the operation began) is
 * left out, and so is the length of a page rejected before it was compressed.
 */
#define ZSWAP_USAGE_HISTOGRAMS(X)							\
	X(STORE_SIZE,		"store_size",		BYTES,	  "compressed size")	\
	X(STORE_DURATION,	"store_duration",	DURATION, "store duration")	\
	X(LOAD_DURATION,	"load_duration",	DURATION, "load duration")	\
	X(LOAD_AGE,		"load_age",		AGE,	  "age at load")	\
	X(DISK_READ_DURATION,	"disk_read_duration",	DURATION, "disk read duration")	\
	X(WRITEBACK_DURATION,	"writeback_duration",	DURATION, "writeback duration")	\
	X(WRITEBACK_AGE,	"writeback_age",	AGE,	  "age at writeback")	\
	X(REJECT_DURATION,	"reject_duration",	DURATION, "reject duration")	\
	X(REJECT_SIZE,		"reject_size",		BYTES,	  "size at rejection")	\
	X(EVICT_DURATION,	"evict_duration",	DURATION, "eviction latency")	\
	X(EVICT_AGE,		"evict_age",		AGE,	  "age at eviction")	\
	X(REFAULT_AGE,		"refault_age",		AGE,	  "from eviction to disk read") \
	X(RESTORE_AGE,		"restore_age",		AGE,	  "from load to next store")

#define ZSWAP_POOL_HISTOGRAMS(X)							\
	X(WRITEBACK_ALLOC,	"writeback_alloc",	DURATION, "writeback: folio allocation") \
	X(WRITEBACK_DECOMPRESS,	"writeback_decompress",	DURATION, "writeback: decompression") \
	X(WRITEBACK_SUBMIT,	"writeback_submit",	DURATION, "writeback: submission") \
	X(WRITEBACK_IO,		"writeback_io",		DURATION, "writeback: I/O completion") \
	X(INVALIDATE_AGE,	"invalidate_age",	AGE,	  "age at invalidation") \
	X(POOL_LIMIT_DURATION,	"pool_limit_duration",	DURATION, "time at the pool's limit") \
	X(SHRINK_DURATION,	"shrink_duration",	DURATION, "shrinker and cgroup runs") \
	X(BACKGROUND_DURATION,	"background_duration",	DURATION, "background worker's runs")

/* And for each cause, the latency of the evictions that it asked for. */
#define ZSWAP_ENUM_HIST(symbol, name, scale, title)	ZSWAP_HIST_##symbol,
enum zswap_histogram {
	ZSWAP_USAGE_HISTOGRAMS(ZSWAP_ENUM_HIST)
	ZSWAP_USAGE_HIST_COUNT,
	ZSWAP_HIST_BEFORE_POOL = ZSWAP_USAGE_HIST_COUNT - 1,
	ZSWAP_POOL_HISTOGRAMS(ZSWAP_ENUM_HIST)
	ZSWAP_HIST_COUNT
};

#undef ZSWAP_ENUM_HIST

#define ZSWAP_POOL_HIST_COUNT	(ZSWAP_HIST_COUNT - ZSWAP_USAGE_HIST_COUNT)

/**
 * struct zswap_hist - a histogram
 * @sum: sum of all values counted, for means
 * @slots: how many values fell in each slot, see ZSWAP_HIST_SLOTS
 */
struct zswap_hist {
	__u64 sum;
	__u64 slots[ZSWAP_HIST_SLOTS];
};

/**
 * struct zswap_usage - what a cgroup's or a process's pages went through
 * @stores: pages stored
 * @store_bytes_out: bytes they were compressed to
 * @same_filled: of them, those that repeat one word
 * @incompressible: of them, those that are kept as they are
 * @restores: pages stored or rejected again within the thrash window of their load
 * @loads: pages loaded back from the pool
 * @load_bytes: their compressed bytes
 * @disk_reads: pages that had to be read from the swap device
 * @refaults: of them, those evicted from the pool within the thrash window
 * @reject_reads: of them, those that zswap had rejected
 * @writebacks: pages written from the pool to the swap device
 * @writeback_bytes: their compressed bytes
 * @writebacks_failed: attempts at that which failed
 * @rejects: pages refused, they went straight to the device
 * @invalidates: pages dropped because nobody needs them any more
 * @invalidate_bytes: their compressed bytes
 * @evicts: pool frames freed by eviction; of no cgroup, as a frame may have several
 * @evict_frames: page frames that these gave back
 * @evict_pages: compressed pages these held
 * @evict_bytes: their compressed bytes
 * @evicts_failed: attempts that freed no frame
 * @reject_by_reason: @rejects by enum zswap_reject_reason
 * @writeback_by_cause: @writebacks by enum zswap_cause
 * @hist: the histograms of ZSWAP_USAGE_HISTOGRAMS
 *
 * A member is written by the program of one event only, except where that is an
 * atomic addition.  The kernel never lets a program interrupt itself on a CPU,
 * so plain increments suffice even where programs can be preempted.
 */
struct zswap_usage {
	__u64 stores;
	__u64 store_bytes_out;
	__u64 same_filled;
	__u64 incompressible;
	__u64 restores;
	__u64 loads;
	__u64 load_bytes;
	__u64 disk_reads;
	__u64 refaults;
	__u64 reject_reads;
	__u64 writebacks;
	__u64 writeback_bytes;
	__u64 writebacks_failed;
	__u64 rejects;
	__u64 invalidates;
	__u64 invalidate_bytes;
	__u64 evicts;
	__u64 evict_frames;
	__u64 evict_pages;
	__u64 evict_bytes;
	__u64 evicts_failed;
	__u64 reject_by_reason[ZSWAP_REJECT_SLOTS];
	__u64 writeback_by_cause[ZSWAP_CAUSE_SLOTS];
	struct zswap_hist hist[ZSWAP_USAGE_HIST_COUNT];
};

/* Swap areas: Linux has room for fewer, in five bits of a swap entry. */
#define ZSWAP_DEVICES	32

/**
 * struct zswap_device_counts - what pages of a swap area went through
 * @stores: stored in the pool instead of there
 * @loads: loaded back from the pool
 * @disk_reads: read from the area
 * @writebacks: written there from the pool
 * @rejects: refused, they went straight there
 * @invalidates: dropped from the pool, as nobody needs them any more
 */
struct zswap_device_counts {
	__u64 stores;
	__u64 loads;
	__u64 disk_reads;
	__u64 writebacks;
	__u64 rejects;
	__u64 invalidates;
};

/**
 * struct zswap_pool_stats - what the pool went through
 * @pool_limit_reached: how often the pool came to its limit
 * @pool_limit_left: and was below it again
 * @compressor_changes: how often another compressor was chosen
 * @drains: drains begun
 * @shrinks: runs of the shrinker, and for a cgroup at its limit
 * @shrink_scanned: entries these looked at
 * @shrink_written: pages these wrote back
 * @backgrounds: runs of the background worker
 * @background_frames: frames these freed
 * @writeback_failed_by_cause: writebacks_failed by enum zswap_cause
 * @evict_by_cause: evicts by enum zswap_cause
 * @evict_failed_by_cause: evicts_failed by enum zswap_cause
 * @hist: the histograms of ZSWAP_POOL_HISTOGRAMS
 * @evict_duration_by_cause: ZSWAP_HIST_EVICT_DURATION by enum zswap_cause
 * @device: by swap area, that is the type of a swap entry; whoever has it
 */
struct zswap_pool_stats {
	__u64 pool_limit_reached;
	__u64 pool_limit_left;
	__u64 compressor_changes;
	__u64 drains;
	__u64 shrinks;
	__u64 shrink_scanned;
	__u64 shrink_written;
	__u64 backgrounds;
	__u64 background_frames;
	__u64 writeback_failed_by_cause[ZSWAP_CAUSE_SLOTS];
	__u64 evict_by_cause[ZSWAP_CAUSE_SLOTS];
	__u64 evict_failed_by_cause[ZSWAP_CAUSE_SLOTS];
	struct zswap_hist hist[ZSWAP_POOL_HIST_COUNT];
	struct zswap_hist evict_duration_by_cause[ZSWAP_CAUSE_SLOTS];
	struct zswap_device_counts device[ZSWAP_DEVICES];
};

/**
 * struct zswap_stats - all that was counted
 * @usage: of all cgroups and processes
 * @pool: of the pool
 */
struct zswap_stats {
	struct zswap_usage usage;
	struct zswap_pool_stats pool;
};

/**
 * struct zswap_who - whom an event is attributed to
 * @cgroup: inode number of the directory of the cgroup that pays for the page; 0
 *	for an eviction, whose frame may have pages of several
 * @pid: process number (of the whole process, as ps shows it)
 * @role: enum zswap_role: is it the one whose page it is, or who did the work?
 */
struct zswap_who {
	__u64 cgroup;
	__u32 pid;
	__u32 role;
};

#define ZSWAP_COMM_BYTES	16

/* The name of a process, in the slot of an array that its number leads to. */
struct zswap_comm {
	__u32 pid;
	char comm[ZSWAP_COMM_BYTES];
};

/**
 * struct zswap_health - what could not be counted as it should
 * @who_overflow: events that found the map of cgroups and processes full; they are
 *	counted in the totals, and in its "other"
 * @pages_forgotten: pages whose past made way for another's before it was asked
 *	for: their owner, eviction or I/O is not known then
 * @calls_lost: functions of a kernel's own zswap that began without a trace of it,
 *	as the map of calls was full: they are counted nowhere
 * @events_lost: events for which the stream (event.h) had no room: they are counted, but
 *	nobody can read them one by one
 */
struct zswap_health {
	__u64 who_overflow;
	__u64 pages_forgotten;
	__u64 calls_lost;
	__u64 events_lost;
};

/* Hides a number from the optimizer, which knows nothing of it any more. */
#define ZSWAP_HIDE(x)	__asm__("" : "+r"(x))

/* How many significant bits a byte has. */
#define ZSWAP_TIMES_2(x)	x, x
#define ZSWAP_TIMES_4(x)	ZSWAP_TIMES_2(x), ZSWAP_TIMES_2(x)
#define ZSWAP_TIMES_8(x)	ZSWAP_TIMES_4(x), ZSWAP_TIMES_4(x)
#define ZSWAP_TIMES_16(x)	ZSWAP_TIMES_8(x), ZSWAP_TIMES_8(x)
#define ZSWAP_TIMES_32(x)	ZSWAP_TIMES_16(x), ZSWAP_TIMES_16(x)
#define ZSWAP_TIMES_64(x)	ZSWAP_TIMES_32(x), ZSWAP_TIMES_32(x)
static const __u8 zswap_byte_bits[256] = {
	0, 1, ZSWAP_TIMES_2(2), ZSWAP_TIMES_4(3), ZSWAP_TIMES_8(4), ZSWAP_TIMES_16(5),
	ZSWAP_TIMES_32(6), ZSWAP_TIMES_64(7), ZSWAP_TIMES_64(8), ZSWAP_TIMES_64(8),
};

/*
 * How many significant bits a number has; 30 if there are more.  Most numbers are short,
 * which costs one jump; hiding keeps the optimizer from doing for them what long ones need.
 * The verifier does not look into the table: all that it knows behind it is a byte, by
 * whichever way it came there, so the caller's mask has it forget the ways, instead of
 * following each of them to the program's end.
 */
static inline __attribute__((always_inline)) __u64 zswap_bits(__u64 value)
{
	const __u64 most = (1ULL << (ZSWAP_HIST_SLOTS - 2)) - 1;
	__u64 bits = 0;

	if (value > 0xff) {
		if (value > most)
			value = most;
		value >>= 8;
		bits = 8;
		ZSWAP_HIDE(value);
		if (value > 0xff) {
			value >>= 8;
			bits = 16;
			ZSWAP_HIDE(value);
		}
		if (value > 0xff) {
			value >>= 8;
			bits = 24;
		}
		ZSWAP_HIDE(bits);
	}
	return bits + zswap_byte_bits[value & 0xff];
}

/**
 * zswap_hist_slot_time - the slot of a histogram that counts a duration or an age
 * @ns: nanoseconds
 * @first: ZSWAP_HIST_FIRST_DURATION or ZSWAP_HIST_FIRST_AGE
 */
static inline __attribute__((always_inline)) __u32
zswap_hist_slot_time(__u64 ns, unsigned int first)
{
	if (!ns)
		return 0;
	return (1 + zswap_bits(ns >> first)) & (ZSWAP_HIST_SLOTS - 1);
}

/**
 * zswap_hist_slot_bytes - the slot of a histogram that counts a size
 * @bytes: mostly up to a page
 */
static inline __attribute__((always_inline)) __u32
zswap_hist_slot_bytes(__u64 bytes)
{
	__u64 slot = (bytes + ZSWAP_HIST_STEP_BYTES - 1) / ZSWAP_HIST_STEP_BYTES;

	/* a whole page is in the last one, and what has become longer than that */
	if (slot > ZSWAP_HIST_SLOTS - 1)
		slot = ZSWAP_HIST_SLOTS - 1;
	return slot & (ZSWAP_HIST_SLOTS - 1);
}

#endif /* ZSWAPSCOPE_STATS_H */
