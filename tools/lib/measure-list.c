// SPDX-License-Identifier: GPL-2.0-or-later
/* All measures, in the order in which they are listed. */
#include <stdio.h>

#include "measure.h"

#define USAGE(member)	offsetof(struct zs_snapshot, stats.usage.member)
#define POOL(member)	offsetof(struct zs_snapshot, stats.pool.member)

#define PROGRAMS	ZS_WITNESS_PROGRAMS
#define RECORDED	(ZS_WITNESS_PROGRAMS | ZS_WITNESS_EVENTS)
#define ALL		(RECORDED | ZS_WITNESS_COUNTERS)

#define COUNTER(name, offset, better, witness, meaning) \
	{ name, meaning, name, ZS_MEASURE_COUNTER, ZS_MEASURE_NUMBER, better, witness, \
	  offset, 0, false, 0 },
#define BYTES(name, offset, better, meaning) \
	{ name, meaning, name, ZS_MEASURE_COUNTER, ZS_MEASURE_BYTES, better, RECORDED, \
	  offset, 0, false, 0 },
#define SHARE(name, part, whole, apart, better, witness, noun, meaning) \
	{ name, meaning, noun, ZS_MEASURE_QUOTIENT, ZS_MEASURE_SHARE, better, witness, \
	  part, whole, apart, 0 },
#define SPREAD(name, unit, which, of, better, witness, noun, meaning) \
	{ name, meaning, noun, ZS_MEASURE_SPREAD, unit, better, witness, \
	  of, 0, false, ZSWAP_HIST_##which },
#define TIMES(name, which, of, better, witness, noun, meaning) \
	SPREAD(name, ZS_MEASURE_TIME, which, of, better, witness, noun, meaning)
#define SIZES(name, which, of, better, noun, meaning) \
	SPREAD(name, ZS_MEASURE_BYTES, which, of, better, RECORDED, noun, meaning)

#define REJECT(symbol, name) \
	COUNTER("reject." name, USAGE(reject_by_reason[ZSWAP_REJECT_##symbol]), \
		ZS_LESS_BETTER, ALL, "of them, with the reason " name)
#define WRITEBACK(symbol, name) \
	COUNTER("writeback." name, USAGE(writeback_by_cause[ZSWAP_CAUSE_##symbol]), \
		ZS_LESS_BETTER, RECORDED, "of them, with the cause " name)
#define EVICT(symbol, name) \
	COUNTER("evict." name, POOL(evict_by_cause[ZSWAP_CAUSE_##symbol]), \
		ZS_LESS_BETTER, RECORDED, "of them, with the cause " name)

const struct zs_measure_info zs_measure_infos[] = {
	COUNTER("store", USAGE(stores), ZS_NEITHER_BETTER, ALL, "pages stored in the pool")
	COUNTER("store.same_filled", USAGE(same_filled), ZS_NEITHER_BETTER, RECORDED,
		"of them, those that repeat one word")
	COUNTER("store.incompressible", USAGE(incompressible), ZS_LESS_BETTER, RECORDED,
		"of them, those that are kept as they are")
	COUNTER("store.again", USAGE(restores), ZS_LESS_BETTER, PROGRAMS,
		"of them, those loaded shortly before (--thrash)")
	BYTES("store.bytes", USAGE(store_bytes_out), ZS_NEITHER_BETTER,
	      "bytes they were compressed to")
	COUNTER("load", USAGE(loads), ZS_NEITHER_BETTER, ALL, "pages loaded back from the pool")
	BYTES("load.bytes", USAGE(load_bytes), ZS_NEITHER_BETTER, "their compressed bytes")
	COUNTER("miss", USAGE(disk_reads), ZS_LESS_BETTER, ALL,
		"pages that were not in the pool, and read from the swap device")
	COUNTER("miss.refault", USAGE(refaults), ZS_LESS_BETTER, RECORDED,
		"of them, those evicted from the pool shortly before (--thrash)")
	COUNTER("miss.rejected", USAGE(reject_reads), ZS_LESS_BETTER, PROGRAMS,
		"of them, those that zswap had rejected")
	COUNTER("reject", USAGE(rejects), ZS_LESS_BETTER, ALL,
		"pages refused, which went straight to the device")
	ZSWAP_REJECT_REASONS(REJECT)
	COUNTER("writeback", USAGE(writebacks), ZS_LESS_BETTER, ALL,
		"pages written from the pool to the device")
	ZSWAP_CAUSES(WRITEBACK)
	COUNTER("writeback.failed", USAGE(writebacks_failed), ZS_LESS_BETTER, RECORDED,
		"attempts at that which failed; they are not in the above")
	BYTES("writeback.bytes", USAGE(writeback_bytes), ZS_LESS_BETTER,
	      "compressed bytes of the pages written")
	COUNTER("evict", USAGE(evicts), ZS_LESS_BETTER, RECORDED,
		"frames of the pool freed by eviction")
	ZSWAP_CAUSES(EVICT)
	COUNTER("evict.failed", USAGE(evicts_failed), ZS_LESS_BETTER, RECORDED,
		"attempts that freed no frame; they are not in the above")
	COUNTER("evict.frames", USAGE(evict_frames), ZS_NEITHER_BETTER, RECORDED,
		"page frames these gave back, one or more each")
	COUNTER("evict.pages", USAGE(evict_pages), ZS_LESS_BETTER, RECORDED,
		"compressed pages these frames held")
	BYTES("evict.bytes", USAGE(evict_bytes), ZS_LESS_BETTER, "their compressed bytes")
	COUNTER("invalidate", USAGE(invalidates), ZS_NEITHER_BETTER, RECORDED,
		"pages dropped because nobody needs them any more")
	BYTES("invalidate.bytes", USAGE(invalidate_bytes), ZS_NEITHER_BETTER,
	      "their compressed bytes")
	COUNTER("pool_limit", POOL(pool_limit_reached), ZS_LESS_BETTER, RECORDED,
		"times the pool came to its limit")
	COUNTER("pool_limit.left", POOL(pool_limit_left), ZS_NEITHER_BETTER, RECORDED,
		"times it was below it again")
	COUNTER("compressor", POOL(compressor_changes), ZS_NEITHER_BETTER, RECORDED,
		"times another compressor was chosen")
	COUNTER("drain", POOL(drains), ZS_NEITHER_BETTER, RECORDED, "drains begun")
	COUNTER("shrink", POOL(shrinks), ZS_LESS_BETTER, RECORDED,
		"runs of the shrinker, and for a cgroup at its limit")
	COUNTER("shrink.scanned", POOL(shrink_scanned), ZS_LESS_BETTER, RECORDED,
		"entries these looked at")
	COUNTER("shrink.written", POOL(shrink_written), ZS_LESS_BETTER, RECORDED,
		"pages these wrote back")
	COUNTER("background", POOL(backgrounds), ZS_NEITHER_BETTER, RECORDED,
		"runs of the background worker")
	COUNTER("background.frames", POOL(background_frames), ZS_NEITHER_BETTER, RECORDED,
		"page frames these freed")
	COUNTER("missed", offsetof(struct zs_snapshot, missed), ZS_LESS_BETTER, PROGRAMS,
		"events that nobody counted, as a program was running on that CPU")
	COUNTER("lost", offsetof(struct zs_snapshot, health.events_lost), ZS_LESS_BETTER,
		RECORDED, "events that found no room in the ring buffer")

	{ "ratio", "bytes of the pages stored, to the bytes they were compressed to", "store",
	  ZS_MEASURE_QUOTIENT, ZS_MEASURE_RATIO, ZS_MORE_BETTER, RECORDED,
	  USAGE(stores), USAGE(store_bytes_out), false, 0 },
	SHARE("hit_ratio", USAGE(loads), USAGE(disk_reads), true, ZS_MORE_BETTER, ALL,
	      "load or miss", "share of the pages wanted back that were in the pool")
	SHARE("reject_ratio", USAGE(rejects), USAGE(stores), true, ZS_LESS_BETTER, ALL,
	      "store or reject", "share of the pages offered that were refused")
	SHARE("same_filled_ratio", USAGE(same_filled), USAGE(stores), false, ZS_NEITHER_BETTER,
	      RECORDED, "store", "share of the pages stored that repeat one word")
	SHARE("incompressible_ratio", USAGE(incompressible), USAGE(stores), false, ZS_LESS_BETTER,
	      RECORDED, "store", "share of the pages stored that are kept as they are")
	SHARE("refault_ratio", USAGE(refaults), USAGE(disk_reads), false, ZS_LESS_BETTER, RECORDED,
	      "miss", "share of the misses that were evicted shortly before (--thrash)")

	TIMES("store", STORE_DURATION, USAGE(stores), ZS_LESS_BETTER, RECORDED, "store",
	      "how long a store took")
	TIMES("load", LOAD_DURATION, USAGE(loads), ZS_LESS_BETTER, RECORDED, "load",
	      "how long a load took")
	TIMES("read", DISK_READ_DURATION, USAGE(disk_reads), ZS_LESS_BETTER, RECORDED, "read",
	      "how long the device took to read the page of a miss")
	TIMES("reject", REJECT_DURATION, USAGE(rejects), ZS_LESS_BETTER, RECORDED, "reject",
	      "how long it took to refuse a page")
	TIMES("writeback", WRITEBACK_DURATION, USAGE(writebacks), ZS_LESS_BETTER, RECORDED,
	      "writeback", "how long a writeback took, until the device had the page")
	TIMES("writeback.alloc", WRITEBACK_ALLOC, USAGE(writebacks), ZS_LESS_BETTER, RECORDED,
	      "writeback", "the part of it to get a folio")
	TIMES("writeback.decompress", WRITEBACK_DECOMPRESS, USAGE(writebacks), ZS_LESS_BETTER,
	      RECORDED, "writeback", "the part to decompress the page")
	TIMES("writeback.submit", WRITEBACK_SUBMIT, USAGE(writebacks), ZS_LESS_BETTER, RECORDED,
	      "writeback", "the part to hand it to the device")
	TIMES("writeback.io", WRITEBACK_IO, USAGE(writebacks), ZS_LESS_BETTER, PROGRAMS,
	      "writeback", "and how long the device then took to write it")
	TIMES("evict", EVICT_DURATION, USAGE(evicts), ZS_LESS_BETTER, RECORDED, "evict",
	      "how long it took to free a frame")
	TIMES("shrink", SHRINK_DURATION, POOL(shrinks), ZS_LESS_BETTER, RECORDED, "shrink",
	      "how long a run of the shrinker took")
	TIMES("background", BACKGROUND_DURATION, POOL(backgrounds), ZS_NEITHER_BETTER, RECORDED,
	      "background", "how long a run of the background worker took")
	TIMES("pool_limit", POOL_LIMIT_DURATION, POOL(pool_limit_left), ZS_LESS_BETTER, RECORDED,
	      "pool_limit.left", "how long the pool stayed at its limit")
	SIZES("size", STORE_SIZE, USAGE(stores), ZS_LESS_BETTER, "store",
	      "bytes that a page stored was compressed to")
	SIZES("reject.size", REJECT_SIZE, USAGE(rejects), ZS_LESS_BETTER, "reject",
	      "bytes that a page refused was compressed to")
	TIMES("age", LOAD_AGE, USAGE(loads), ZS_NEITHER_BETTER, RECORDED, "load",
	      "how long a page loaded had been in the pool")
	TIMES("writeback.age", WRITEBACK_AGE, USAGE(writebacks), ZS_NEITHER_BETTER, RECORDED,
	      "writeback", "how long a page written back had been in the pool")
	TIMES("evict.age", EVICT_AGE, USAGE(evicts), ZS_NEITHER_BETTER, RECORDED, "evict",
	      "how long a frame evicted had been in the pool")
	TIMES("invalidate.age", INVALIDATE_AGE, USAGE(invalidates), ZS_NEITHER_BETTER, RECORDED,
	      "invalidate", "how long a page dropped had been in the pool")
	TIMES("refault.age", REFAULT_AGE, USAGE(refaults), ZS_NEITHER_BETTER, RECORDED,
	      "miss.refault", "how long after its eviction a page was missed")
	TIMES("store.again.age", RESTORE_AGE, USAGE(restores), ZS_NEITHER_BETTER, PROGRAMS,
	      "store.again", "how long after its load a page was stored again")
};
const size_t zs_measure_count = ZS_ARRAY_SIZE(zs_measure_infos);

static void print_kind(enum zs_measure_kind kind, const char *behind)
{
	char name[ZS_MEASURE_NAME];

	for (size_t i = 0; i < zs_measure_count; i++) {
		const struct zs_measure_info *info = &zs_measure_infos[i];

		if (info->kind != kind)
			continue;
		snprintf(name, sizeof(name), "%s%s", info->name, behind);
		printf("  %-24s %s\n", name, info->meaning);
	}
}

void zs_measure_print(void)
{
	puts("Counters; with .rate behind the name (load.rate), per second:");
	print_kind(ZS_MEASURE_COUNTER, "");
	puts("\nRatios (2.5 or 2.5:1) and shares (0.9 or 90%):");
	print_kind(ZS_MEASURE_QUOTIENT, "");
	puts("\nDistributions, of times (200us) and sizes (2K); a statistic goes behind the name:\n"
	     "p0 to p100 (load.p99, load.p99.9), min, max, mean, sum:");
	print_kind(ZS_MEASURE_SPREAD, ".p99");
}
