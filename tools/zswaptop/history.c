// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"

#define POINTS	1200

bool history_start(struct history *history, double delay)
{
	memset(history, 0, sizeof(*history));
	history->room = POINTS;
	/* half of it, so that a timer that fires a little early is not left out */
	history->spacing_ns = (uint64_t)(fmax((double)HISTORY_SECONDS / POINTS, delay / 2) *
					 ZS_NSEC);
	/* calloc: memory that is never used is never there */
	history->ring = calloc(history->room, sizeof(*history->ring));
	return history->ring;
}

void history_stop(struct history *history)
{
	free(history->ring);
	history->ring = NULL;
}

void history_clear(struct history *history)
{
	history->count = 0;
	history->next = 0;
	history->any = false;
}

/* The one that is @back before the newest of the ring. */
static struct zs_snapshot *point(const struct history *history, size_t back)
{
	return &history->ring[(history->next + 2 * history->room - 1 - back) % history->room];
}

void history_add(struct history *history, const struct zs_snapshot *new)
{
	if (!history->any) {
		history->first = *new;
		history->last = *new;
		history->any = true;
	}
	history->previous = history->last;
	history->last = *new;
	if (history->count && new->time_ns - point(history, 0)->time_ns <
			      history->spacing_ns)
		return;
	history->ring[history->next] = *new;
	history->next = (history->next + 1) % history->room;
	if (history->count < history->room)
		history->count++;
}

void history_show(struct history *history)
{
	history->shown = history->last;
	history->shown_previous = history->previous;
}

/* The latest moment that is not after @time; the oldest there is, if there is none. */
static const struct zs_snapshot *before(const struct history *history, uint64_t time)
{
	size_t low = 0, high = history->count - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (point(history, middle)->time_ns <= time)
			high = middle;
		else
			low = middle + 1;
	}
	return point(history, low);
}

void history_interval(const struct history *history, double seconds,
		      struct zs_snapshot *result)
{
	const struct zs_snapshot *from = &history->shown_previous;
	uint64_t now = history->shown.time_ns;

	if (seconds == HUGE_VAL)
		from = &history->first;
	else if (seconds > 0 && now - from->time_ns < seconds * ZS_NSEC)
		/* a tenth of a second early is not too early */
		from = before(history, now - (uint64_t)fmin((double)now,
							    (seconds - 0.1) * ZS_NSEC));
	zs_snapshot_subtract(result, &history->shown, from);
	if (!result->time_ns)
		result->time_ns = 1;
}

/* The moments that a cell is between; false if that is not known. */
static bool cell_bounds(const struct history *history, uint64_t start, uint64_t end,
			const struct zs_snapshot **from, const struct zs_snapshot **to)
{
	if (!history->count)
		return false;
	*from = before(history, start);
	*to = before(history, end);
	return (*from)->time_ns <= start && (*to)->time_ns > (*from)->time_ns;
}

/* When the cell that is @back before the newest complete one starts; false: too early */
static bool cell_start(const struct history *history, double cell, size_t back,
		       uint64_t *start)
{
	uint64_t length = (uint64_t)(cell * ZS_NSEC);
	uint64_t number = history->shown.time_ns / length;

	if (number < back + 1)
		return false;
	*start = (number - back - 1) * length;
	return true;
}

void history_spark(const struct history *history, size_t offset, double cell,
		   double *values, size_t count)
{
	const struct zs_snapshot *from, *to;
	uint64_t start;

	for (size_t i = 0; i < count; i++) {
		double *value = &values[count - 1 - i];

		*value = -1;
		if (!cell_start(history, cell, i, &start) ||
		    !cell_bounds(history, start, start + (uint64_t)(cell * ZS_NSEC), &from, &to))
			continue;
		*value = (double)(*(const __u64 *)((const char *)&to->stats + offset) -
				  *(const __u64 *)((const char *)&from->stats + offset)) *
			 ZS_NSEC / (double)(to->time_ns - from->time_ns);
	}
}
