/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What our BPF programs count, compared with all others that count the same. */
#ifndef ZS_RECONCILE_H
#define ZS_RECONCILE_H

#include "compare.h"
#include "zswapscope.h"

#define ZS_RECONCILE_PAIRS	64
#define ZS_RECONCILE_NOTES	8

/**
 * struct zs_event_info - a tracepoint of ours
 * @name: behind "zswap_"
 * @key: a field with few values, to count it by
 * @value: a field to sum up, or NULL
 */
struct zs_event_info {
	const char *name;
	const char *key;
	const char *value;
};

#define ZS_EVENTS	12
extern const struct zs_event_info zs_events[ZS_EVENTS];

/**
 * struct zs_reconciliation - a comparison
 * @seconds: how long was counted
 * @ended: a signal came before it was over: nothing else is there
 * @pairs: the counters
 * @count: how many
 * @balanced: stored pages are compared
 * @balance: of these
 * @parties: pairs of cgroup and process that were counted for
 * @summed: they are compared with the totals
 * @sums: their sum, by zs_counter_infos
 * @totals: and the totals
 * @missed: runs that the kernel left out
 * @health: what could not be counted as it should
 * @notes: what is not compared, and why
 * @notes_count: how many
 */
struct zs_reconciliation {
	double seconds;
	bool ended;
	struct zs_pair pairs[ZS_RECONCILE_PAIRS];
	size_t count;
	bool balanced;
	struct zs_balance balance;
	size_t parties;
	bool summed;
	uint64_t sums[64];
	uint64_t totals[64];
	uint64_t missed;
	struct zswap_health health;
	char notes[ZS_RECONCILE_NOTES][320];
	size_t notes_count;
};

/**
 * zs_reconcile - compare
 * @source: a source with BPF; it is at its end afterwards
 * @clock: for signals
 * @seconds: how long to count
 * @root: prefix of /proc and /sys, or NULL
 * @result: the result
 * @error: why not
 */
bool zs_reconcile(struct zs_source *source, struct zs_clock *clock, double seconds,
		  const char *root, struct zs_reconciliation *result,
		  struct zs_error *error);

/* Differences that prove that somebody counts wrong. */
size_t zs_reconcile_differences(const struct zs_reconciliation *result);

/* Whether any counter moved. */
bool zs_reconcile_happened(const struct zs_reconciliation *result);

#endif /* ZS_RECONCILE_H */
