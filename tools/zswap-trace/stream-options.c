// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "stream-options.h"
#include "stream.h"

void stream_option_kinds(const struct argp_state *state, const char *arg, uint32_t *kinds)
{
	char names[256];
	size_t used = 0;

	if (zs_event_kinds_parse(arg, kinds))
		return;
	for (unsigned int kind = 0; kind < ZSWAP_EVENT_LOST; kind++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					 kind ? ", " : "", zs_event_name(kind));
	zs_usage_error(state, "-e takes kinds of events with commas between, not '%s': %s", arg,
		       names);
}

void stream_option_buffer(const struct argp_state *state, const char *arg, uint32_t *bytes)
{
	uint64_t value;

	if (!zs_parse_bytes(arg, &value) || value < ZS_STREAM_LEAST || value > ZS_STREAM_MOST ||
	    (value & (value - 1)))
		zs_usage_error(state, "-b takes a power of two from %uK to %uM, not '%s'",
			       ZS_STREAM_LEAST >> 10, ZS_STREAM_MOST >> 20, arg);
	*bytes = (uint32_t)value;
}

void stream_option_filter(const struct argp_state *state, const char *arg,
			  struct zswap_filter *filter)
{
	struct zs_error error = { ZS_OK, "" };

	if (zs_filter_parse(arg, filter, NULL, &error))
		return;
	if (error.code == ZS_ERR_ARGUMENT)
		zs_usage_error(state, "%s", error.text);
	exit(zs_exit_failure(&error));
}
