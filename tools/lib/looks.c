// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "looks.h"

static bool add(struct zs_looks *looks, uint64_t time_ns, uint64_t pages, uint64_t stored)
{
	struct zs_look *more = looks->looks;

	if (looks->count == looks->room) {
		looks->room = looks->room ? looks->room * 2 : 64;
		more = reallocarray(more, looks->room, sizeof(*more));
		if (!more)
			return false;
		looks->looks = more;
	}
	more[looks->count++] = (struct zs_look){
		.time_ns = time_ns, .pages = pages, .stored = stored,
	};
	return true;
}

bool zs_looks_event(struct zs_looks *looks, const struct zswap_event *event)
{
	uint64_t now = event->time_ns;

	switch (event->event) {
	case ZSWAP_EVENT_POOL_LIMIT:
		return add(looks, now, event->pool.pages, ZS_LOOK_STORED_UNKNOWN);
	case ZSWAP_EVENT_BACKGROUND:
		if (event->duration_ns && event->duration_ns < now &&
		    !add(looks, now - event->duration_ns, event->background.frames,
			 ZS_LOOK_STORED_UNKNOWN))
			return false;
		return add(looks, now, event->background.left, ZS_LOOK_STORED_UNKNOWN);
	default:
		return true;
	}
}

bool zs_looks_state(struct zs_looks *looks, const struct zswap_state *state)
{
	return add(looks, state->time_ns, state->pool_bytes / ZSWAP_PAGE_BYTES,
		   state->stored_pages);
}

static int by_time(const void *a, const void *b)
{
	const struct zs_look *one = a, *other = b;

	if (one->time_ns != other->time_ns)
		return one->time_ns < other->time_ns ? -1 : 1;
	return (one->pages > other->pages) - (one->pages < other->pages);
}

/* Before the time, and behind it, the look that is nearest is enough. */
static void keep_nearest(struct zs_looks *looks, uint64_t first_ns, uint64_t last_ns)
{
	size_t skip = 0, count = looks->count;

	while (skip + 1 < count && looks->looks[skip + 1].time_ns <= first_ns)
		skip++;
	while (count > skip + 1 && looks->looks[count - 2].time_ns >= last_ns)
		count--;
	looks->count = count - skip;
	for (size_t i = 0; skip && i < looks->count; i++)
		looks->looks[i] = looks->looks[skip + i];
}

static uint64_t within(uint64_t time_ns, uint64_t first_ns, uint64_t last_ns)
{
	if (time_ns < first_ns)
		return first_ns;
	return time_ns > last_ns ? last_ns : time_ns;
}

void zs_looks_weigh(struct zs_looks *looks, uint64_t first_ns, uint64_t last_ns)
{
	if (!looks->count)
		return;
	qsort(looks->looks, looks->count, sizeof(*looks->looks), by_time);
	keep_nearest(looks, first_ns, last_ns);
	for (size_t i = 0; i < looks->count; i++) {
		const struct zs_look *before = &looks->looks[i ? i - 1 : 0];
		const struct zs_look *behind = &looks->looks[i + 1 < looks->count ? i + 1 : i];

		looks->looks[i].ns = (within(behind->time_ns, first_ns, last_ns) -
				      within(before->time_ns, first_ns, last_ns)) / 2;
	}
}

void zs_looks_free(struct zs_looks *looks)
{
	free(looks->looks);
	*looks = (struct zs_looks){ 0 };
}
