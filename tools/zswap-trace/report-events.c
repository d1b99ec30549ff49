// SPDX-License-Identifier: GPL-2.0-or-later
/* A recording's events, a line each. */
#include "events.h"
#include "report.h"

bool report_events(const struct zs_recording *recording, struct zs_error *error)
{
	static const struct zswap_filter all;
	const struct events_choice choice = { .kinds = ZS_STREAM_ALL, .filter = &all };
	const struct events_style style = { .time = EVENTS_SINCE_START };

	return events_print_recording(recording, &choice, style, error);
}
