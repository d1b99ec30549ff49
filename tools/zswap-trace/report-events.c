// SPDX-License-Identifier: GPL-2.0-or-later
/* A recording's events, a line each. */
#include <stdio.h>

#include "events.h"
#include "report.h"

static bool print_event(const struct zswap_event *event, void *context)
{
	events_print_text(context, event);
	return !ferror(stdout);
}

bool report_events(const struct zs_recording *recording, struct zs_error *error)
{
	struct events_style style = {
		.time = EVENTS_SINCE_START,
		.names = names_new(NULL, recording, NULL),
	};
	struct zs_recorded summary;

	if (!style.names)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	zs_recording_summary(recording, &summary);
	style.start_ns = style.last_ns = summary.first_ns;
	zs_recording_events(recording, print_event, &style);
	names_free(style.names);
	return true;
}
