/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cgroups and processes did, of the interval that is shown and since the start. */
#ifndef TOP_WHO_H
#define TOP_WHO_H

#include "zswapscope.h"

#define WHO_KEPT	6

/**
 * struct who - by cgroup and process
 * @kept: earlier readings, the oldest first
 * @kept_ns: when they were taken
 * @kept_count: how many there are
 * @recent: what happened in the interval
 * @recent_ns: its length
 * @total: since the source was attached
 * @total_ns: how long that is
 * @attached_ns: when that was
 */
struct who {
	struct zs_parties kept[WHO_KEPT];
	uint64_t kept_ns[WHO_KEPT];
	size_t kept_count;
	struct zs_parties recent;
	uint64_t recent_ns;
	struct zs_parties total;
	uint64_t total_ns;
	uint64_t attached_ns;
};

/**
 * who_read - read what there is now
 * @who: what is known
 * @source: one with BPF
 * @seconds: length of the interval: 0: since the last reading; HUGE_VAL: since the start
 * @error: why not
 */
bool who_read(struct who *who, struct zs_source *source, double seconds,
	      struct zs_error *error);

/* Forget everything, as what comes counts from another zero; or at the end. */
void who_clear(struct who *who, uint64_t attached_ns);

/**
 * who_merge - sum up by cgroup or by process
 * @merged: the result, sorted for who_find(); what was in it before is freed
 * @parties: what to sum up
 * @by: by what
 */
void who_merge(struct zs_parties *merged, const struct zs_parties *parties, enum zs_by by);

/* A party of the same cgroup or process and role, or NULL; of who_merge(). */
const struct zs_party *who_find(const struct zs_parties *merged, const struct zswap_who *who);

#endif /* TOP_WHO_H */
