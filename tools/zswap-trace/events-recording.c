// SPDX-License-Identifier: GPL-2.0-or-later
/* The events of a recording, as the kernel would have handed them out. */
#include <stdio.h>
#include <unistd.h>

#include "events.h"

struct printer {
	const struct events_choice *choice;
	struct events_style style;
	uint64_t left;
};

static bool is_wanted(const struct events_choice *choice, const struct zswap_event *event)
{
	return event->event == ZSWAP_EVENT_LOST ||
		((choice->kinds & ZS_STREAM_KIND(event->event)) &&
		 zswap_filter_passes(choice->filter, event));
}

static bool print(const struct zswap_event *event, void *context)
{
	struct printer *printer = context;

	if (!is_wanted(printer->choice, event))
		return true;
	events_print(&printer->style, event);
	if (event->event != ZSWAP_EVENT_LOST && printer->left && !--printer->left)
		return false;
	return !ferror(stdout);
}

/* A moment by both clocks. */
static uint64_t real_ns(const struct zs_recording *recording)
{
	uint64_t real, mono;

	return zs_recording_number(recording, "start_real_ns", &real) &&
		zs_recording_number(recording, "start_mono_ns", &mono) && real > mono ?
		real - mono : 0;
}

bool events_print_recording(const struct zs_recording *recording,
			    const struct events_choice *choice, struct events_style style,
			    struct zs_error *error)
{
	struct printer printer = { .choice = choice, .style = style, .left = choice->count };
	struct zs_recorded summary;

	printer.style.real_ns = real_ns(recording);
	if (style.time == EVENTS_TIME_OF_DAY && !printer.style.real_ns)
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "the recording does not say what time it was: leave out -T");
	printer.style.names = names_new(NULL, recording, NULL);
	if (!printer.style.names)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	zs_recording_summary(recording, &summary);
	printer.style.start_ns = printer.style.last_ns = summary.first_ns;
	zs_recording_events(recording, print, &printer);
	names_free(printer.style.names);
	return true;
}
