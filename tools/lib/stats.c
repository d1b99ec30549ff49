// SPDX-License-Identifier: GPL-2.0-or-later
/* Arithmetic on statistics, and the names of what is in them. */
#include <math.h>
#include <stdio.h>

#include "zswapscope.h"

#define WORDS(object)	(sizeof(object) / sizeof(__u64))

#define HIST_INFO(symbol, name, scale, title)	{ name, title, ZS_UNIT_##scale },
const struct zs_hist_info zs_hist_infos[ZSWAP_HIST_COUNT] = {
	ZSWAP_USAGE_HISTOGRAMS(HIST_INFO)
	ZSWAP_POOL_HISTOGRAMS(HIST_INFO)
};

#define USAGE(member)	{ #member, offsetof(struct zswap_stats, usage.member) }
#define POOL(member)	{ #member, offsetof(struct zswap_stats, pool.member) }
const struct zs_counter_info zs_counter_infos[] = {
	USAGE(stores),
	USAGE(store_bytes_out),
	USAGE(same_filled),
	USAGE(incompressible),
	USAGE(restores),
	USAGE(loads),
	USAGE(load_bytes),
	USAGE(disk_reads),
	USAGE(refaults),
	USAGE(reject_reads),
	USAGE(writebacks),
	USAGE(writeback_bytes),
	USAGE(writebacks_failed),
	USAGE(rejects),
	USAGE(invalidates),
	USAGE(invalidate_bytes),
	USAGE(evicts),
	USAGE(evict_frames),
	USAGE(evict_pages),
	USAGE(evict_bytes),
	USAGE(evicts_failed),
	POOL(pool_limit_reached),
	POOL(pool_limit_left),
	POOL(compressor_changes),
	POOL(drains),
	POOL(shrinks),
	POOL(shrink_scanned),
	POOL(shrink_written),
	POOL(backgrounds),
	POOL(background_frames),
};
const size_t zs_counter_count = ZS_ARRAY_SIZE(zs_counter_infos);
const size_t zs_usage_counter_count =
	offsetof(struct zswap_usage, reject_by_reason) / sizeof(__u64);

#define HEALTH(member, title)	{ #member, offsetof(struct zs_snapshot, health.member), title }
const struct zs_health_info zs_health_infos[] = {
	{ "missed", offsetof(struct zs_snapshot, missed),
	  "events that a program missed, as one was running on that CPU" },
	HEALTH(who_overflow, "events whose pair of cgroup and process found no room of its own"),
	HEALTH(pages_forgotten, "pages whose past made way for another's before it was asked for"),
	HEALTH(calls_lost, "calls of zswap's functions that were not followed, and not counted"),
	HEALTH(events_lost, "events that found no room in the ring buffer; they are counted"),
};
const size_t zs_health_count = ZS_ARRAY_SIZE(zs_health_infos);

/* A scalar that is added to a struct must be added to the table. */
_Static_assert((ZS_ARRAY_SIZE(zs_health_infos) - 1) * sizeof(__u64) ==
	       sizeof(struct zswap_health), "zs_health_infos misses a member");
_Static_assert(ZS_ARRAY_SIZE(zs_counter_infos) * sizeof(__u64) ==
	       offsetof(struct zswap_usage, reject_by_reason) +
	       offsetof(struct zswap_pool_stats, writeback_failed_by_cause),
	       "zs_counter_infos misses a member");
_Static_assert(!offsetof(struct zswap_stats, usage),
	       "a counter of a usage has the same offset in both");
_Static_assert(sizeof(struct zswap_usage) < 32 * 1024 &&
	       sizeof(struct zswap_pool_stats) < 32 * 1024,
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

const char *zs_role_name(unsigned int role)
{
	static const char *const names[] = { ZSWAP_ROLES(NAME) };

	return role < ZS_ARRAY_SIZE(names) ? names[role] : "other";
}

static void add_words(void *sum, const void *part, size_t words)
{
	const __u64 *from = part;
	__u64 *to = sum;

	for (size_t i = 0; i < words; i++)
		to[i] += from[i];
}

static void subtract_words(void *result, const void *after, const void *before,
			   size_t words)
{
	const __u64 *a = after, *b = before;
	__u64 *to = result;

	for (size_t i = 0; i < words; i++)
		to[i] = a[i] - b[i];
}

void zs_pool_stats_add(struct zswap_pool_stats *sum,
		       const struct zswap_pool_stats *part)
{
	add_words(sum, part, WORDS(*sum));
}

void zs_stats_subtract(struct zswap_stats *result,
		       const struct zswap_stats *after,
		       const struct zswap_stats *before)
{
	subtract_words(result, after, before, WORDS(*result));
}

void zs_usage_add(struct zswap_usage *sum, const struct zswap_usage *part)
{
	add_words(sum, part, WORDS(*sum));
}

void zs_usage_subtract(struct zswap_usage *result,
		       const struct zswap_usage *after,
		       const struct zswap_usage *before)
{
	subtract_words(result, after, before, WORDS(*result));
}

const struct zswap_hist *zs_stats_hist(const struct zswap_stats *stats,
				       enum zswap_histogram which)
{
	return which < ZSWAP_USAGE_HIST_COUNT ? &stats->usage.hist[which] :
		&stats->pool.hist[which - ZSWAP_USAGE_HIST_COUNT];
}

void zs_snapshot_subtract(struct zs_snapshot *result,
			  const struct zs_snapshot *after,
			  const struct zs_snapshot *before)
{
	zs_stats_subtract(&result->stats, &after->stats, &before->stats);
	result->time_ns = after->time_ns - before->time_ns;
	result->missed = after->missed - before->missed;
	subtract_words(&result->health, &after->health, &before->health,
		       WORDS(result->health));
}

uint64_t zs_hist_count(const struct zswap_hist *hist)
{
	uint64_t count = 0;

	for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++)
		count += hist->slots[slot];
	return count;
}

double zs_slot_high(enum zs_unit unit, unsigned int slot)
{
	unsigned int first = unit == ZS_UNIT_AGE ? ZSWAP_HIST_FIRST_AGE :
			     ZSWAP_HIST_FIRST_DURATION;

	if (!slot)
		return 1;
	if (unit == ZS_UNIT_BYTES)
		return slot == ZSWAP_HIST_SLOTS - 1 ? (double)ZSWAP_PAGE_BYTES + 1 :
			(double)slot * ZSWAP_HIST_STEP_BYTES + 1;
	return (double)(1ULL << (first + slot - 1));
}

double zs_slot_low(enum zs_unit unit, unsigned int slot)
{
	return slot ? zs_slot_high(unit, slot - 1) : 0;
}

bool zs_hist_quantile(const struct zswap_hist *hist, enum zs_unit unit, double q,
		      double *value)
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
			double low = zs_slot_low(unit, slot);

			/* All values of slot 0 are 0, there is nothing between. */
			*value = !slot ? 0 : low + (rank - below) / here *
				(zs_slot_high(unit, slot) - low);
			return true;
		}
		below += here;
	}
	/* Only rounding leads here. */
	*value = last ? zs_slot_high(unit, last) : 0;
	return true;
}

/* The slot that a quantile is in. Return: false if there is none. */
static bool find_slot(const struct zswap_hist *hist, double q, unsigned int *slot)
{
	double rank = q * (double)zs_hist_count(hist), below = 0;
	bool found = false;

	for (unsigned int i = 0; i < ZSWAP_HIST_SLOTS; i++) {
		if (!hist->slots[i])
			continue;
		found = true;
		*slot = i;
		below += (double)hist->slots[i];
		if (below >= rank)
			break;
	}
	return found;
}

bool zs_hist_quantile_bounds(const struct zswap_hist *hist, enum zs_unit unit, double q,
			     double *low, double *high)
{
	unsigned int slot;

	if (!find_slot(hist, q, &slot))
		return false;
	*low = zs_slot_low(unit, slot);
	if (!slot)
		*high = *low;
	else if (unit == ZS_UNIT_BYTES)
		*high = zs_slot_high(unit, slot) - 1;
	else
		*high = slot == ZSWAP_HIST_SLOTS - 1 ? INFINITY : zs_slot_high(unit, slot);
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
