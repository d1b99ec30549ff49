/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was read in the last minutes.  Snapshots are cumulative, so any two of them make
 * an interval: nothing has to be added up, whatever the reader looks at.
 */
#ifndef TOP_HISTORY_H
#define TOP_HISTORY_H

#include "zswapscope.h"

#define HISTORY_SECONDS	600	/* at least, unless samples are rare */

/**
 * struct history - the last minutes
 * @ring: moments, at least @spacing_ns apart
 * @room: of them
 * @count: of them that are used
 * @next: where the next one goes
 * @spacing_ns: what comes sooner replaces the newest
 * @first: the first moment of all
 * @last: the newest
 * @previous: the one before it
 * @shown: the newest that is shown: all that is read here ends there
 * @shown_previous: the one before that
 * @any: there is a @first
 */
struct history {
	struct zs_snapshot *ring;
	size_t room;
	size_t count;
	size_t next;
	uint64_t spacing_ns;
	struct zs_snapshot first;
	struct zs_snapshot last;
	struct zs_snapshot previous;
	struct zs_snapshot shown;
	struct zs_snapshot shown_previous;
	bool any;
};

bool history_start(struct history *history, double delay);
void history_stop(struct history *history);

/* Forget everything: what comes counts from another zero. */
void history_clear(struct history *history);

void history_add(struct history *history, const struct zs_snapshot *new);

/* From now on, the newest moment is shown. */
void history_show(struct history *history);

/**
 * history_interval - what happened lately
 * @history: with at least one moment
 * @seconds: how far back, or as far as is known; 0: since the sample before;
 *	HUGE_VAL: since the first
 * @result: its @time_ns is the length, which is not 0
 */
void history_interval(const struct history *history, double seconds,
		      struct zs_snapshot *result);

/**
 * history_spark - rates of a counter
 * @history: the history
 * @offset: of the counter in struct zswap_stats
 * @cell: seconds that each value is about
 * @values: the result, the newest one last; those that are not known come first, and
 *	are negative
 * @count: how many
 *
 * Cells begin at multiples of @cell, so a value does not change any more once its time
 * is over.  The newest cell is the last complete one.
 */
void history_spark(const struct history *history, size_t offset, double cell,
		   double *values, size_t count);

#endif /* TOP_HISTORY_H */
