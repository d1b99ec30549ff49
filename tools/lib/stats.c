// SPDX-License-Identifier: GPL-2.0-or-later
/* Arithmetic on statistics, and the names of what is in them. */
#include <stdio.h>

#include "zswapscope.h"

#define WORDS	(sizeof(struct zswap_stats) / sizeof(__u64))

#define HIST_INFO(symbol, name, kind, title)	{ name, title, ZS_UNIT_##kind },
const struct zs_hist_info zs_hist_infos[ZSWAP_HIST_COUNT] = {
	ZSWAP_HISTOGRAMS(HIST_INFO)
};

#define COUNTER(member)	{ #member, offsetof(struct zswap_stats, member) }
const struct zs_counter_info zs_counter_infos[] = {
	COUNTER(stores),
	COUNTER(store_bytes_in),
	COUNTER(store_bytes_out),
	COUNTER(loads),
	COUNTER(load_bytes),
	COUNTER(writebacks),
	COUNTER(writeback_bytes),
	COUNTER(writebacks_failed),
	COUNTER(rejects),
	COUNTER(evicts),
	COUNTER(evict_pages),
	COUNTER(evict_bytes),
	COUNTER(evicts_failed),
	COUNTER(invalidates),
};
const size_t zs_counter_count = ZS_ARRAY_SIZE(zs_counter_infos);

/* A scalar that is added to the struct must be added to the table. */
_Static_assert(ZS_ARRAY_SIZE(zs_counter_infos) * sizeof(__u64) ==
	       offsetof(struct zswap_stats, writeback_by_cause),
	       "zs_counter_infos misses a member of struct zswap_stats");
_Static_assert(sizeof(struct zswap_stats) < 32 * 1024,
	       "the kernel takes no larger value of a per-CPU map");

#define NAME(symbol, name)	name,
const char *zs_reason_name(unsigned int reason)
{
	static const char *const names[] = { ZSWAP_REJECT_REASONS(NAME) };

	return reason < ZS_ARRAY_SIZE(names) ? names[reason] : "other";
}

const char *zs_cause_name(unsigned int cause)
{
	static const char *const names[] = { ZSWAP_CAUSES(NAME) };

	return cause < ZS_ARRAY_SIZE(names) ? names[cause] : "other";
}

void zs_stats_add(struct zswap_stats *sum, const struct zswap_stats *part)
{
	const __u64 *from = (const __u64 *)part;
	__u64 *to = (__u64 *)sum;

	for (size_t i = 0; i < WORDS; i++)
		to[i] += from[i];
}

void zs_stats_subtract(struct zswap_stats *result,
		       const struct zswap_stats *after,
		       const struct zswap_stats *before)
{
	const __u64 *a = (const __u64 *)after, *b = (const __u64 *)before;
	__u64 *to = (__u64 *)result;

	for (size_t i = 0; i < WORDS; i++)
		to[i] = a[i] - b[i];
}

void zs_snapshot_subtract(struct zs_snapshot *result,
			  const struct zs_snapshot *after,
			  const struct zs_snapshot *before)
{
	zs_stats_subtract(&result->stats, &after->stats, &before->stats);
	result->time_ns = after->time_ns - before->time_ns;
	result->missed = after->missed - before->missed;
}

uint64_t zs_hist_count(const struct zswap_hist *hist)
{
	uint64_t count = 0;

	for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++)
		count += hist->slots[slot];
	return count;
}

double zs_slot_low(unsigned int slot)
{
	return slot ? (double)(1ULL << (slot - 1)) : 0;
}

double zs_slot_high(unsigned int slot)
{
	return (double)(1ULL << slot);
}

bool zs_hist_quantile(const struct zswap_hist *hist, double q, double *value)
{
	uint64_t total = zs_hist_count(hist);
	double rank = q * (double)total, below = 0;
	unsigned int last = 0;

	if (!total)
		return false;
	for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++) {
		double here = (double)hist->slots[slot];

		if (!hist->slots[slot])
			continue;
		last = slot;
		if (below + here >= rank) {
			double low = zs_slot_low(slot);

			/* All values of slot 0 are 0, there is nothing between. */
			*value = !slot ? 0 : low +
				(rank - below) / here * (zs_slot_high(slot) - low);
			return true;
		}
		below += here;
	}
	/* Only rounding leads here. */
	*value = last ? zs_slot_high(last) : 0;
	return true;
}

bool zs_hist_mean(const struct zswap_hist *hist, double *value)
{
	uint64_t total = zs_hist_count(hist);

	if (!total)
		return false;
	*value = (double)hist->sum / (double)total;
	return true;
}
