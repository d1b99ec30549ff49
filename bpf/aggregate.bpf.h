/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one aggregation behind every source of events.  A source only unpacks
 * its arguments and calls zs_on_EVENT(); what is counted is decided here.
 *
 * Each event of a page is counted twice: in the totals, and for its cgroup and its
 * process.  Each function touches the members of its own event and no others: see
 * struct zswap_usage on why that makes plain increments safe.
 */
#ifndef ZSWAPSCOPE_AGGREGATE_BPF_H
#define ZSWAPSCOPE_AGGREGATE_BPF_H

#include "who.bpf.h"

static __always_inline void zs_count(struct zswap_hist *hist, __u32 slot,
				     __u64 value)
{
	hist->sum += value;
	hist->slots[slot & (ZSWAP_HIST_SLOTS - 1)]++;
}

static __always_inline __u32 zs_duration_slot(__u64 ns)
{
	return zswap_hist_slot_time(ns, ZSWAP_HIST_FIRST_DURATION);
}

static __always_inline __u32 zs_age_slot(__u64 ns)
{
	return zswap_hist_slot_time(ns, ZSWAP_HIST_FIRST_AGE);
}

static __always_inline struct zswap_hist *zs_pool_hist(struct zswap_stats *stats,
						       enum zswap_histogram which)
{
	return &stats->hist[which - ZSWAP_USAGE_HIST_COUNT];
}

/* 0 is a measurement that was not made, not a fast one. */
static __always_inline void zs_count_known(struct zswap_hist *hist, __u64 ns)
{
	if (ns)
		zs_count(hist, zs_duration_slot(ns), ns);
}

/*
 * The word's own slot, or the one after the last word.  The barriers keep the
 * compiler from checking one copy of the number and indexing with another,
 * which the verifier cannot follow.
 */
static __always_inline __u64 zs_word_slot(__u64 word, __u64 words)
{
	barrier_var(word);
	if (word > words)
		word = words;
	barrier_var(word);
	return word;
}

/*
 * Store
 */

struct zs_stored {
	__u64 length;
	__u64 duration_ns;
	__u64 kind;
	bool restored;
	__u64 restore_ns;
};

static __always_inline void zs_add_store(struct zswap_usage *usage,
					 const struct zs_stored *stored,
					 __u32 size_slot, __u32 duration_slot)
{
	usage->stores++;
	usage->store_bytes_out += stored->length;
	if (stored->kind == ZSWAP_KIND_SAME_FILLED)
		usage->same_filled++;
	else if (stored->kind == ZSWAP_KIND_INCOMPRESSIBLE)
		usage->incompressible++;
	zs_count(&usage->hist[ZSWAP_HIST_STORE_SIZE], size_slot, stored->length);
	if (stored->duration_ns)
		zs_count(&usage->hist[ZSWAP_HIST_STORE_DURATION], duration_slot,
			 stored->duration_ns);
}

/* Stores and rejects both end a page's stay in memory. */
static __always_inline void zs_add_restore(struct zswap_usage *usage, __u64 ns)
{
	struct zswap_hist *hist = &usage->hist[ZSWAP_HIST_RESTORE_AGE];

	/* by two programs, which may run on one CPU, one within the other */
	__sync_fetch_and_add(&hist->sum, ns);
	__sync_fetch_and_add(&hist->slots[zs_age_slot(ns) & (ZSWAP_HIST_SLOTS - 1)], 1);
	if (ns < thrash_ns)
		__sync_fetch_and_add(&usage->restores, 1);
}

static __always_inline void zs_restored(struct zswap_stats *stats,
					struct zswap_usage *usage, __u64 pfn,
					__u64 cgroup)
{
	__u64 ns;

	if (!zs_frame_restored(pfn, cgroup, &ns))
		return;
	zs_add_restore(&stats->usage, ns);
	if (usage)
		zs_add_restore(usage, ns);
}

/* @now: for sources whose events do not tell the age of a page; else 0 */
static __always_inline int zs_on_store(__u32 type, __u64 offset, __u64 cgroup,
				       __u32 length, __u64 duration_ns,
				       __u32 kind, __u64 pfn, __u64 now)
{
	struct zs_stored stored = {
		.length = length, .duration_ns = duration_ns, .kind = kind,
	};
	__u32 size_slot = zswap_hist_slot_bytes(length);
	__u32 duration_slot = zs_duration_slot(duration_ns);
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	struct zswap_usage *usage;
	struct zswap_who who;

	if (!page || !stats)
		return 0;
	zs_who_of(&who, cgroup, page, tag);
	zs_page_set(page, tag, zs_who_pid(&who), cgroup,
		    zs_page_word(ZS_PAGE_STORED, length, now));
	if (!zs_wanted(&who))
		return 0;
	zs_add_store(&stats->usage, &stored, size_slot, duration_slot);
	usage = zs_usage_of(&who);
	if (usage)
		zs_add_store(usage, &stored, size_slot, duration_slot);
	zs_restored(stats, usage, pfn, cgroup);
	return 0;
}

/*
 * Load
 */

static __always_inline void zs_add_load(struct zswap_usage *usage, __u64 length,
					__u64 age_ns, __u32 age_slot,
					__u64 duration_ns, __u32 duration_slot)
{
	usage->loads++;
	usage->load_bytes += length;
	if (age_ns)
		zs_count(&usage->hist[ZSWAP_HIST_LOAD_AGE], age_slot, age_ns);
	if (duration_ns)
		zs_count(&usage->hist[ZSWAP_HIST_LOAD_DURATION], duration_slot,
			 duration_ns);
}

/* @stays: it is in the pool still */
static __always_inline int zs_on_load(__u32 type, __u64 offset, __u64 cgroup,
				      __u32 length, __u64 age_ns,
				      __u64 duration_ns, __u64 pfn, bool stays)
{
	__u32 duration_slot = zs_duration_slot(duration_ns);
	__u32 age_slot = zs_age_slot(age_ns);
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	struct zswap_usage *usage;
	struct zswap_who who;

	if (!page || !stats)
		return 0;
	zs_who_of(&who, cgroup, page, tag);
	if (page->tag == tag && !stays)
		page->word = zs_page_word(ZS_PAGE_OTHER, 0, 0);
	if (!zs_wanted(&who))
		return 0;
	zs_add_load(&stats->usage, length, age_ns, age_slot, duration_ns,
		    duration_slot);
	usage = zs_usage_of(&who);
	if (usage)
		zs_add_load(usage, length, age_ns, age_slot, duration_ns,
			    duration_slot);
	zs_frame_loaded(pfn, cgroup);
	return 0;
}

/*
 * Disk read: it begins with a miss, and ends in an interrupt
 */

static __always_inline void zs_add_miss(struct zswap_usage *usage, bool evicted,
					bool rejected, __u64 evicted_ns)
{
	usage->disk_reads++;
	if (rejected)
		usage->reject_reads++;
	if (!evicted)
		return;
	zs_count(&usage->hist[ZSWAP_HIST_REFAULT_AGE], zs_age_slot(evicted_ns),
		 evicted_ns);
	if (evicted_ns < thrash_ns)
		usage->refaults++;
}

static __always_inline int zs_on_miss(__u32 type, __u64 offset, __u64 cgroup,
				      __u64 now)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	bool evicted = false, rejected = false;
	struct zswap_usage *usage;
	enum zs_page_state state;
	struct zswap_who who;
	__u64 evicted_ns = 0;

	if (!page || !stats)
		return 0;
	zs_who_of(&who, cgroup, page, tag);
	if (page->tag == tag) {
		state = zs_page_state(page);
		rejected = state == ZS_PAGE_REJECTED;
		evicted = state == ZS_PAGE_EVICTED || state == ZS_PAGE_WRITING;
		evicted_ns = zs_page_since(page, now);
	}
	zs_page_set(page, tag, zs_who_pid(&who), cgroup,
		    zs_page_word(ZS_PAGE_READING, 0, now));
	if (!zs_wanted(&who))
		return 0;
	zs_add_miss(&stats->usage, evicted, rejected, evicted_ns);
	usage = zs_usage_of(&who);
	if (usage)
		zs_add_miss(usage, evicted, rejected, evicted_ns);
	return 0;
}

/* The device has read a page; in an interrupt, for whoever waits. */
static __always_inline int zs_on_read_done(__u32 type, __u64 offset, __u64 now)
{
	struct zs_page *page = zs_page_place(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	struct zswap_usage *usage;
	struct zswap_who who;
	__u64 ns;
	__u32 slot;

	if (!page || !stats || page->tag != zs_page_tag(type, offset) ||
	    zs_page_state(page) != ZS_PAGE_READING)
		return 0;
	ns = zs_page_since(page, now);
	slot = zs_duration_slot(ns);
	who.cgroup = page->cgroup;
	who.pid = page->pid & ~ZS_PID_WORKER;
	who.role = page->pid & ZS_PID_WORKER ? ZSWAP_ROLE_WORKER : ZSWAP_ROLE_OWNER;
	page->word = zs_page_word(ZS_PAGE_OTHER, 0, 0);
	if (!zs_wanted(&who))
		return 0;
	zs_count(&stats->usage.hist[ZSWAP_HIST_DISK_READ_DURATION], slot, ns);
	/* its miss made room for it, if there was any: nothing new in an interrupt */
	usage = attribute ? bpf_map_lookup_elem(&zs_usage, &who) : NULL;
	if (usage)
		zs_count(&usage->hist[ZSWAP_HIST_DISK_READ_DURATION], slot, ns);
	return 0;
}

/*
 * Writeback
 */

struct zs_written {
	__u64 length;
	__u64 age_ns;
	__u64 duration_ns;
	__u64 cause;
	__u64 alloc_ns;
	__u64 decompress_ns;
	__u64 submit_ns;
};

static __always_inline void zs_add_writeback(struct zswap_usage *usage,
					     const struct zs_written *written,
					     __u32 age_slot, __u32 duration_slot)
{
	usage->writebacks++;
	usage->writeback_bytes += written->length;
	usage->writeback_by_cause[zs_word_slot(written->cause, ZSWAP_CAUSE_COUNT)]++;
	if (written->age_ns)
		zs_count(&usage->hist[ZSWAP_HIST_WRITEBACK_AGE], age_slot,
			 written->age_ns);
	if (written->duration_ns)
		zs_count(&usage->hist[ZSWAP_HIST_WRITEBACK_DURATION],
			 duration_slot, written->duration_ns);
}

/* From a write's submission to its end. */
static __always_inline void zs_add_write_io(struct zswap_stats *stats, __u64 ns)
{
	struct zswap_hist *hist = zs_pool_hist(stats, ZSWAP_HIST_WRITEBACK_IO);

	/* in an interrupt, or out of it */
	__sync_fetch_and_add(&hist->sum, ns);
	__sync_fetch_and_add(&hist->slots[zs_duration_slot(ns) & (ZSWAP_HIST_SLOTS - 1)], 1);
}

/* A page that was written: its write may have ended before we hear of it. */
static __always_inline void zs_page_written(struct zswap_stats *stats,
					    struct zs_page *page, __u32 tag,
					    const struct zswap_who *who,
					    __u64 submit_ns, __u64 now)
{
	enum zs_page_state state = ZS_PAGE_WRITING;
	__u64 begin = now - submit_ns;

	if (page->tag == tag && zs_page_state(page) == ZS_PAGE_WRITTEN) {
		state = ZS_PAGE_EVICTED;
		zs_add_write_io(stats, submit_ns - zs_page_since(page, now));
	}
	zs_page_set(page, tag, zs_who_pid(who), who->cgroup,
		    zs_page_word(state, 0, begin));
}

static __always_inline int zs_on_writeback(__u32 type, __u64 offset,
					   __u64 cgroup, int result,
					   const struct zs_written *written)
{
	__u32 duration_slot = zs_duration_slot(written->duration_ns);
	__u32 age_slot = zs_age_slot(written->age_ns);
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	struct zswap_usage *usage;
	struct zswap_who who;

	if (!page || !stats)
		return 0;
	zs_who_of(&who, cgroup, page, tag);
	if (!result)
		zs_page_written(stats, page, tag, &who, written->submit_ns,
				bpf_ktime_get_ns());
	if (!zs_wanted(&who))
		return 0;
	usage = zs_usage_of(&who);
	if (result) {
		stats->usage.writebacks_failed++;
		stats->writeback_failed_by_cause[zs_word_slot(written->cause,
							      ZSWAP_CAUSE_COUNT)]++;
		if (usage)
			usage->writebacks_failed++;
		return 0;
	}
	zs_add_writeback(&stats->usage, written, age_slot, duration_slot);
	if (usage)
		zs_add_writeback(usage, written, age_slot, duration_slot);
	zs_count_known(zs_pool_hist(stats, ZSWAP_HIST_WRITEBACK_ALLOC),
		       written->alloc_ns);
	zs_count_known(zs_pool_hist(stats, ZSWAP_HIST_WRITEBACK_DECOMPRESS),
		       written->decompress_ns);
	zs_count_known(zs_pool_hist(stats, ZSWAP_HIST_WRITEBACK_SUBMIT),
		       written->submit_ns);
	return 0;
}

/* The device has written a page; in an interrupt, mostly. */
static __always_inline int zs_on_write_done(__u32 type, __u64 offset, __u64 now)
{
	struct zs_page *page = zs_page_place(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	enum zs_page_state state;

	if (!page || !stats || page->tag != zs_page_tag(type, offset))
		return 0;
	state = zs_page_state(page);
	if (state == ZS_PAGE_STORED) {
		/* its event has not come yet */
		page->word = zs_page_word(ZS_PAGE_WRITTEN, 0, now);
		return 0;
	}
	if (state != ZS_PAGE_WRITING)
		return 0;
	if (zs_wanted_of_pool())
		zs_add_write_io(stats, zs_page_since(page, now));
	/* since when it is gone: its thrash is counted from there */
	page->word = (page->word & ~(~0ULL << ZS_STATE_SHIFT)) |
		     (__u64)ZS_PAGE_EVICTED << ZS_STATE_SHIFT;
	return 0;
}

/*
 * Reject
 */

static __always_inline void zs_add_reject(struct zswap_usage *usage, __u64 reason,
					  __u64 duration_ns, __u32 duration_slot)
{
	usage->rejects++;
	usage->reject_by_reason[zs_word_slot(reason, ZSWAP_REJECT_COUNT)]++;
	if (duration_ns)
		zs_count(&usage->hist[ZSWAP_HIST_REJECT_DURATION], duration_slot,
			 duration_ns);
}

static __always_inline int zs_on_reject(__u32 type, __u64 offset, __u64 cgroup,
					__u32 reason, __u32 length,
					__u64 duration_ns, __u64 pfn)
{
	__u32 duration_slot = zs_duration_slot(duration_ns);
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	struct zswap_usage *usage;
	struct zswap_who who;

	if (!page || !stats)
		return 0;
	zs_who_of(&who, cgroup, page, tag);
	zs_page_set(page, tag, zs_who_pid(&who), cgroup,
		    zs_page_word(ZS_PAGE_REJECTED, 0, 0));
	if (!zs_wanted(&who))
		return 0;
	zs_add_reject(&stats->usage, reason, duration_ns, duration_slot);
	if (length)
		zs_count(zs_pool_hist(stats, ZSWAP_HIST_REJECT_SIZE),
			 zswap_hist_slot_bytes(length), length);
	usage = zs_usage_of(&who);
	if (usage)
		zs_add_reject(usage, reason, duration_ns, duration_slot);
	zs_restored(stats, usage, pfn, cgroup);
	return 0;
}

/*
 * Evict, invalidate
 */

static __always_inline void zs_add_evict(struct zswap_usage *usage,
					 __u64 buddies, __u64 bytes, __u64 age_ns,
					 __u64 duration_ns, __u32 duration_slot)
{
	usage->evicts++;
	usage->evict_pages += buddies;
	usage->evict_bytes += bytes;
	zs_count(&usage->hist[ZSWAP_HIST_EVICT_AGE], zs_age_slot(age_ns), age_ns);
	if (duration_ns)
		zs_count(&usage->hist[ZSWAP_HIST_EVICT_DURATION], duration_slot,
			 duration_ns);
}

static __always_inline int zs_on_evict(__u32 cause, __u32 buddies, __u32 bytes,
				       __u64 age_ns, __u64 duration_ns,
				       int result)
{
	__u32 duration_slot = zs_duration_slot(duration_ns);
	struct zswap_stats *stats = zs_this_cpu();
	struct zswap_usage *usage;
	struct zswap_who who;
	__u64 slot;

	if (!stats)
		return 0;
	zs_who_of(&who, 0, NULL, 0);
	if (!zs_wanted(&who))
		return 0;
	usage = zs_usage_of(&who);
	slot = zs_word_slot(cause, ZSWAP_CAUSE_COUNT);
	if (result) {
		stats->usage.evicts_failed++;
		stats->evict_failed_by_cause[slot]++;
		if (usage)
			usage->evicts_failed++;
		return 0;
	}
	stats->evict_by_cause[slot]++;
	if (duration_ns)
		zs_count(&stats->evict_duration_by_cause[slot], duration_slot,
			 duration_ns);
	zs_add_evict(&stats->usage, buddies, bytes, age_ns, duration_ns,
		     duration_slot);
	if (usage)
		zs_add_evict(usage, buddies, bytes, age_ns, duration_ns,
			     duration_slot);
	return 0;
}

static __always_inline int zs_on_invalidate(__u32 type, __u64 offset, __u64 age_ns,
					    __u64 cgroup, __u32 length)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset);
	struct zswap_stats *stats = zs_this_cpu();
	struct zswap_usage *usage;
	struct zswap_who who;

	if (!page || !stats)
		return 0;
	zs_who_of(&who, cgroup, page, tag);
	/* stored anew, it has its new owner already, who is the old one */
	if (page->tag == tag && zs_page_state(page) == ZS_PAGE_STORED)
		page->word = zs_page_word(ZS_PAGE_OTHER, 0, 0);
	if (!zs_wanted(&who))
		return 0;
	stats->usage.invalidates++;
	stats->usage.invalidate_bytes += length;
	zs_count(zs_pool_hist(stats, ZSWAP_HIST_INVALIDATE_AGE),
		 zs_age_slot(age_ns), age_ns);
	usage = zs_usage_of(&who);
	if (usage) {
		usage->invalidates++;
		usage->invalidate_bytes += length;
	}
	return 0;
}

/*
 * The pool
 */

static __always_inline int zs_on_pool_limit(__u32 reached, __u64 duration_ns)
{
	struct zswap_stats *stats = zs_this_cpu();

	if (!stats || !zs_wanted_of_pool())
		return 0;
	if (reached) {
		stats->pool_limit_reached++;
		return 0;
	}
	stats->pool_limit_left++;
	zs_count_known(zs_pool_hist(stats, ZSWAP_HIST_POOL_LIMIT_DURATION),
		       duration_ns);
	return 0;
}

static __always_inline int zs_on_compressor(void)
{
	struct zswap_stats *stats = zs_this_cpu();

	if (stats && zs_wanted_of_pool())
		stats->compressor_changes++;
	return 0;
}

static __always_inline int zs_on_drain(__u32 stage)
{
	struct zswap_stats *stats = zs_this_cpu();

	if (stats && zs_wanted_of_pool() && stage == ZSWAP_DRAIN_BEGIN)
		stats->drains++;
	return 0;
}

static __always_inline int zs_on_shrink(__u64 cgroup, __u64 scanned,
					__u64 written, __u64 duration_ns)
{
	struct zswap_stats *stats = zs_this_cpu();

	if (!stats || (target_cgroup && cgroup != target_cgroup) || target_pid)
		return 0;
	stats->shrinks++;
	stats->shrink_scanned += scanned;
	stats->shrink_written += written;
	zs_count_known(zs_pool_hist(stats, ZSWAP_HIST_SHRINK_DURATION),
		       duration_ns);
	return 0;
}

static __always_inline int zs_on_background(__u64 frames, __u64 left,
					    __u64 duration_ns)
{
	struct zswap_stats *stats = zs_this_cpu();

	if (!stats || !zs_wanted_of_pool())
		return 0;
	stats->backgrounds++;
	/* stores may have made it larger meanwhile */
	if (left < frames)
		stats->background_frames += frames - left;
	zs_count_known(zs_pool_hist(stats, ZSWAP_HIST_BACKGROUND_DURATION),
		       duration_ns);
	return 0;
}

#endif /* ZSWAPSCOPE_AGGREGATE_BPF_H */
