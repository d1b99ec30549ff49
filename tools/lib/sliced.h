/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording in slices of time, all of one length: what events come to in each of them.
 */
#ifndef ZS_SLICED_H
#define ZS_SLICED_H

#include "measure.h"
#include "recording.h"
#include "tally.h"

#define ZS_SLICES	64

/**
 * struct zs_sliced - a recording
 * @all: of it
 * @slices: by time
 * @first_ns: when the first slice begins
 * @slice_ns: how long each is
 * @lost: events that are missing; INFINITY: nobody knows how many
 */
struct zs_sliced {
	struct zs_tally *all;
	struct zs_tally *slices[ZS_SLICES];
	uint64_t first_ns;
	uint64_t slice_ns;
	double lost;
};

/* Of events from @first_ns to @last_ns. Return: NULL: no memory. */
struct zs_sliced *zs_sliced_new(uint64_t first_ns, uint64_t last_ns);
void zs_sliced_free(struct zs_sliced *sliced);

/* An event, in any order; one of another time goes to the slice next to it. */
void zs_sliced_add(struct zs_sliced *sliced, const struct zswap_event *event);

/* All events of a recording, from when it was begun to when it ended. */
struct zs_sliced *zs_sliced_read(const struct zs_recording *recording,
				 struct zs_error *error);

/* For zs_measure_evaluate(). */
struct zs_seen zs_sliced_seen(const struct zs_sliced *sliced);

#endif /* ZS_SLICED_H */
