// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "sliced.h"

struct zs_sliced *zs_sliced_new(uint64_t first_ns, uint64_t last_ns)
{
	struct zs_sliced *sliced = calloc(1, sizeof(*sliced));
	bool whole;

	if (!sliced)
		return NULL;
	sliced->first_ns = first_ns;
	sliced->slice_ns = (last_ns - first_ns) / ZS_SLICES + 1;
	sliced->all = zs_tally_new();
	whole = sliced->all;
	for (unsigned int i = 0; i < ZS_SLICES; i++) {
		sliced->slices[i] = zs_tally_new();
		whole &= !!sliced->slices[i];
	}
	if (!whole) {
		zs_sliced_free(sliced);
		return NULL;
	}
	sliced->all->snapshot.time_ns = sliced->slice_ns * ZS_SLICES;
	return sliced;
}

void zs_sliced_free(struct zs_sliced *sliced)
{
	if (!sliced)
		return;
	for (unsigned int i = 0; i < ZS_SLICES; i++)
		zs_tally_free(sliced->slices[i]);
	zs_tally_free(sliced->all);
	free(sliced);
}

void zs_sliced_add(struct zs_sliced *sliced, const struct zswap_event *event)
{
	uint64_t slice = event->time_ns < sliced->first_ns ? 0 :
			 (event->time_ns - sliced->first_ns) / sliced->slice_ns;

	if (event->event == ZSWAP_EVENT_LOST)
		sliced->lost += event->count ? event->count : INFINITY;
	zs_tally_add(sliced->all, event);
	zs_tally_add(sliced->slices[slice < ZS_SLICES ? slice : ZS_SLICES - 1], event);
}

static bool add(const struct zswap_event *event, void *context)
{
	zs_sliced_add(context, event);
	return true;
}

/* A time that the recorder noted, unless events say otherwise. */
static uint64_t noted(const struct zs_recording *recording, const char *name, uint64_t event_ns)
{
	uint64_t time_ns;

	return zs_recording_number(recording, name, &time_ns) ? time_ns : event_ns;
}

struct zs_sliced *zs_sliced_read(const struct zs_recording *recording, struct zs_error *error)
{
	struct zs_recorded summary;
	struct zs_sliced *sliced;
	uint64_t first, last;

	zs_recording_summary(recording, &summary);
	first = noted(recording, "start_mono_ns", summary.first_ns);
	last = noted(recording, "end_mono_ns", summary.last_ns);
	/* facts of a damaged file may be of another time */
	if (summary.first_ns && first > summary.first_ns)
		first = summary.first_ns;
	if (last < summary.last_ns)
		last = summary.last_ns;
	if (last < first)
		last = first;
	sliced = zs_sliced_new(first, last);
	if (!sliced) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	zs_recording_events(recording, add, sliced);
	return sliced;
}

struct zs_seen zs_sliced_seen(const struct zs_sliced *sliced)
{
	return (struct zs_seen){
		.interval = &sliced->all->snapshot,
		.lost = sliced->lost,
		.spreads = sliced->all->spreads,
		.spreads_lost = sliced->lost,
		.witness = ZS_WITNESS_EVENTS,
	};
}
