/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What events come to: the statistics that the programs in the kernel keep, counted
 * from the events themselves, for a recording and for what a tool groups on its own.
 */
#ifndef ZS_TALLY_H
#define ZS_TALLY_H

#include "spread.h"
#include "stream.h"

/**
 * struct zs_tally - what was counted
 * @snapshot: of an interval: as zs_snapshot_subtract() makes it.  Its @time_ns is the
 *	caller's to set, its @health has events_lost
 * @events: of each kind
 * @spreads: the same values as the histograms have, finer; by enum zswap_histogram
 *
 * What events do not tell is not counted: restores, reject_reads, the end of writes.
 * Refaults are misses that know their age, within ZS_THRASH_DEFAULT.
 */
struct zs_tally {
	struct zs_snapshot snapshot;
	uint64_t events[ZSWAP_EVENT_COUNT];
	struct zs_spread spreads[ZSWAP_HIST_COUNT];
};

/* Large, so it has a place of its own. Return: all of it 0, or NULL: no memory. */
struct zs_tally *zs_tally_new(void);
void zs_tally_free(struct zs_tally *tally);

void zs_tally_add(struct zs_tally *tally, const struct zswap_event *event);

/* What an event adds to the counts of a cgroup, a process, a swap area. */
void zs_tally_usage(struct zswap_usage *usage, const struct zswap_event *event);

#endif /* ZS_TALLY_H */
