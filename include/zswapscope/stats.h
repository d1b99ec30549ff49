/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs keep and the tools read: one struct zswap_stats per
 * CPU, cumulative since the programs were loaded.  Nothing in it is ever
 * reset; the tools subtract two snapshots.
 *
 * Every member is a __u64, so that summing over CPUs and subtracting are loops
 * over words: keep it so.
 */
#ifndef ZSWAPSCOPE_STATS_H
#define ZSWAPSCOPE_STATS_H

#include <linux/types.h>
#include <zswapscope/vocabulary.h>

#define ZSWAP_PAGE_BYTES	4096ULL

/*
 * Slots of a log2 histogram: slot 0 counts the value zero and nothing else,
 * slot k counts [2^(k-1), 2^k), the last one everything from 2^62 up.
 */
#define ZSWAP_HIST_SLOTS	64

/* One more than the vocabulary: a number that these programs do not know yet. */
#define ZSWAP_REJECT_SLOTS	(ZSWAP_REJECT_COUNT + 1)
#define ZSWAP_CAUSE_SLOTS	(ZSWAP_CAUSE_COUNT + 1)

/*
 * X(SYMBOL, "name", KIND, "title"): the histograms.  KIND is BYTES, DURATION
 * or AGE, the latter two in nanoseconds.
 *
 * Only writebacks and evictions that succeeded are in theirs.  A duration that
 * the kernel did not measure (0: nobody listened when the operation began) is
 * left out, and so is the length of a page rejected before it was compressed.
 */
#define ZSWAP_HISTOGRAMS(X)							\
	X(STORE_SIZE,		"store_size",	      BYTES,	"compressed size")	\
	X(STORE_DURATION,	"store_duration",     DURATION,	"store duration")	\
	X(LOAD_DURATION,	"load_duration",      DURATION,	"load duration")	\
	X(LOAD_AGE,		"load_age",	      AGE,	"age at load")		\
	X(WRITEBACK_DURATION,	"writeback_duration", DURATION,	"writeback duration")	\
	X(WRITEBACK_AGE,	"writeback_age",      AGE,	"age at writeback")	\
	X(EVICT_DURATION,	"evict_duration",     DURATION,	"eviction latency")	\
	X(EVICT_AGE,		"evict_age",	      AGE,	"age at eviction")	\
	X(REJECT_SIZE,		"reject_size",	      BYTES,	"size at rejection")	\
	X(INVALIDATE_AGE,	"invalidate_age",     AGE,	"age at invalidation")

#define ZSWAP_ENUM_HIST(symbol, name, kind, title)	ZSWAP_HIST_##symbol,
enum zswap_histogram {
	ZSWAP_HISTOGRAMS(ZSWAP_ENUM_HIST)
	ZSWAP_HIST_COUNT
};
#undef ZSWAP_ENUM_HIST

/**
 * struct zswap_hist - a log2 histogram
 * @sum: sum of all values counted, for means
 * @slots: how many values fell in each slot, see ZSWAP_HIST_SLOTS
 */
struct zswap_hist {
	__u64 sum;
	__u64 slots[ZSWAP_HIST_SLOTS];
};

/**
 * struct zswap_stats - cumulative statistics of one CPU, or of their sum
 * @stores: pages stored
 * @store_bytes_in: bytes of those pages
 * @store_bytes_out: bytes they were compressed to
 * @loads: pages loaded back from the pool
 * @load_bytes: their compressed bytes
 * @writebacks: pages written to the swap device
 * @writeback_bytes: their compressed bytes
 * @writebacks_failed: attempts at that which failed
 * @rejects: pages refused, they went straight to the device
 * @evicts: pool frames freed by eviction
 * @evict_pages: compressed pages these held
 * @evict_bytes: their compressed bytes
 * @evicts_failed: attempts that freed no frame
 * @invalidates: pages dropped because nobody needs them any more
 * @writeback_by_cause: @writebacks by enum zswap_cause
 * @writeback_failed_by_cause: @writebacks_failed by enum zswap_cause
 * @evict_by_cause: @evicts by enum zswap_cause
 * @evict_failed_by_cause: @evicts_failed by enum zswap_cause
 * @reject_by_reason: @rejects by enum zswap_reject_reason
 * @hist: the histograms, by enum zswap_histogram
 *
 * A member is written by the program of one event only.  The kernel never lets
 * a program interrupt itself on a CPU, so plain increments suffice even where
 * programs can be preempted.
 */
struct zswap_stats {
	__u64 stores;
	__u64 store_bytes_in;
	__u64 store_bytes_out;
	__u64 loads;
	__u64 load_bytes;
	__u64 writebacks;
	__u64 writeback_bytes;
	__u64 writebacks_failed;
	__u64 rejects;
	__u64 evicts;
	__u64 evict_pages;
	__u64 evict_bytes;
	__u64 evicts_failed;
	__u64 invalidates;
	__u64 writeback_by_cause[ZSWAP_CAUSE_SLOTS];
	__u64 writeback_failed_by_cause[ZSWAP_CAUSE_SLOTS];
	__u64 evict_by_cause[ZSWAP_CAUSE_SLOTS];
	__u64 evict_failed_by_cause[ZSWAP_CAUSE_SLOTS];
	__u64 reject_by_reason[ZSWAP_REJECT_SLOTS];
	struct zswap_hist hist[ZSWAP_HIST_COUNT];
};

/* 1 when x is not 0; hidden from the optimizer, which would make it a jump. */
static inline __attribute__((always_inline)) __u64 zswap_nonzero(__u64 x)
{
	x = (x | -x) >> 63;
	__asm__ volatile("" : "+r"(x));
	return x;
}

/**
 * zswap_hist_slot - the slot of a histogram that counts a value
 * @value: the value
 *
 * Without a jump: the BPF verifier would follow both sides of each of them, for
 * each histogram of a program.
 */
static inline __attribute__((always_inline)) __u32 zswap_hist_slot(__u64 value)
{
	__u64 slot = 0, step;

	step = zswap_nonzero(value >> 32) << 5;
	value >>= step;
	slot += step;
	step = zswap_nonzero(value >> 16) << 4;
	value >>= step;
	slot += step;
	step = zswap_nonzero(value >> 8) << 3;
	value >>= step;
	slot += step;
	step = zswap_nonzero(value >> 4) << 2;
	value >>= step;
	slot += step;
	step = zswap_nonzero(value >> 2) << 1;
	value >>= step;
	slot += step;
	step = zswap_nonzero(value >> 1);
	value >>= step;
	slot += step;

	/* What is left of the value is its highest bit, or 0 if it was 0. */
	slot += value;
	slot -= slot >> 6;
	return slot & (ZSWAP_HIST_SLOTS - 1);
}

#endif /* ZSWAPSCOPE_STATS_H */
