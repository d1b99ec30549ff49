/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one aggregation behind every source of events.  A source only unpacks
 * its arguments and calls zs_on_EVENT(); what is counted is decided here.
 *
 * Each function touches the members of its own event and no others: see
 * struct zswap_stats on why that makes plain increments safe.
 */
#ifndef ZSWAPSCOPE_AGGREGATE_BPF_H
#define ZSWAPSCOPE_AGGREGATE_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <zswapscope/stats.h>

/* Set before loading; 0 takes everything, and the verifier drops the check. */
const volatile __u64 target_cgroup = 0;	/* inode number of a cgroup */
const volatile __u32 target_pid = 0;	/* process that did the work */

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zswap_stats);
} zs_stats SEC(".maps");

/* This CPU's statistics, or NULL when the event is not asked for. */
static __always_inline struct zswap_stats *zs_this_cpu(void)
{
	__u32 zero = 0;

	if (target_pid && bpf_get_current_pid_tgid() >> 32 != target_pid)
		return NULL;
	return bpf_map_lookup_elem(&zs_stats, &zero);
}

static __always_inline struct zswap_stats *zs_this_cpu_of(__u64 cgroup)
{
	if (target_cgroup && cgroup != target_cgroup)
		return NULL;
	return zs_this_cpu();
}

/* For events that do not say whose page it was. */
static __always_inline struct zswap_stats *zs_this_cpu_of_nobody(void)
{
	if (target_cgroup)
		return NULL;
	return zs_this_cpu();
}

static __always_inline void zs_count(struct zswap_stats *stats,
				     enum zswap_histogram which, __u64 value)
{
	struct zswap_hist *hist = &stats->hist[which];

	hist->sum += value;
	hist->slots[zswap_hist_slot(value)]++;
}

/* 0 is a measurement that was not made, not a fast one. */
static __always_inline void zs_count_known(struct zswap_stats *stats,
					   enum zswap_histogram which,
					   __u64 value)
{
	if (value)
		zs_count(stats, which, value);
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

static __always_inline int zs_on_store(__u64 cgroup, __u32 length,
				       __u64 duration_ns)
{
	struct zswap_stats *stats = zs_this_cpu_of(cgroup);

	if (!stats)
		return 0;
	stats->stores++;
	stats->store_bytes_in += ZSWAP_PAGE_BYTES;
	stats->store_bytes_out += length;
	zs_count(stats, ZSWAP_HIST_STORE_SIZE, length);
	zs_count_known(stats, ZSWAP_HIST_STORE_DURATION, duration_ns);
	return 0;
}

static __always_inline int zs_on_load(__u64 cgroup, __u32 length, __u64 age_ns,
				      __u64 duration_ns)
{
	struct zswap_stats *stats = zs_this_cpu_of(cgroup);

	if (!stats)
		return 0;
	stats->loads++;
	stats->load_bytes += length;
	zs_count(stats, ZSWAP_HIST_LOAD_AGE, age_ns);
	zs_count_known(stats, ZSWAP_HIST_LOAD_DURATION, duration_ns);
	return 0;
}

static __always_inline int zs_on_writeback(__u64 cgroup, __u32 length,
					   __u64 age_ns, __u64 duration_ns,
					   __u32 cause, int result)
{
	struct zswap_stats *stats = zs_this_cpu_of(cgroup);
	__u64 slot;

	if (!stats)
		return 0;
	slot = zs_word_slot(cause, ZSWAP_CAUSE_COUNT);
	if (result) {
		stats->writebacks_failed++;
		stats->writeback_failed_by_cause[slot]++;
		return 0;
	}
	stats->writebacks++;
	stats->writeback_bytes += length;
	stats->writeback_by_cause[slot]++;
	zs_count(stats, ZSWAP_HIST_WRITEBACK_AGE, age_ns);
	zs_count_known(stats, ZSWAP_HIST_WRITEBACK_DURATION, duration_ns);
	return 0;
}

static __always_inline int zs_on_reject(__u64 cgroup, __u32 reason,
					__u32 length)
{
	struct zswap_stats *stats = zs_this_cpu_of(cgroup);

	if (!stats)
		return 0;
	stats->rejects++;
	stats->reject_by_reason[zs_word_slot(reason, ZSWAP_REJECT_COUNT)]++;
	zs_count_known(stats, ZSWAP_HIST_REJECT_SIZE, length);
	return 0;
}

static __always_inline int zs_on_evict(__u32 cause, __u32 buddies, __u32 bytes,
				       __u64 age_ns, __u64 duration_ns,
				       int result)
{
	struct zswap_stats *stats = zs_this_cpu_of_nobody();
	__u64 slot;

	if (!stats)
		return 0;
	slot = zs_word_slot(cause, ZSWAP_CAUSE_COUNT);
	if (result) {
		stats->evicts_failed++;
		stats->evict_failed_by_cause[slot]++;
		return 0;
	}
	stats->evicts++;
	stats->evict_pages += buddies;
	stats->evict_bytes += bytes;
	stats->evict_by_cause[slot]++;
	zs_count(stats, ZSWAP_HIST_EVICT_AGE, age_ns);
	zs_count_known(stats, ZSWAP_HIST_EVICT_DURATION, duration_ns);
	return 0;
}

static __always_inline int zs_on_invalidate(__u64 age_ns)
{
	struct zswap_stats *stats = zs_this_cpu_of_nobody();

	if (!stats)
		return 0;
	stats->invalidates++;
	zs_count(stats, ZSWAP_HIST_INVALIDATE_AGE, age_ns);
	return 0;
}

#endif /* ZSWAPSCOPE_AGGREGATE_BPF_H */
