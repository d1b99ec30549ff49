// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "stream-options.h"
#include "stream.h"

#define BUFFER_DEFAULT	(8U << 20)

static const struct argp_option stream_argp_options[] = {
	{ "events", 'e', "KIND,...", 0, "Only events of these kinds", 1 },
	{ "filter", 'f', "FILTER", 0,
	  "Only events for which this holds: \"event==load && duration>200us || reason==compress_poor\"", 1 },
	{ "duration", 'd', "SECS", 0, "End after this many seconds", 1 },
	{ "buffer", 'b', "BYTES", 0,
	  "Room for events that were not read yet, on all processors together: a power of two; "
	  "K and M are units (8M)", 3 },
	{ 0 },
};

static void parse_kinds(const struct argp_state *state, const char *arg, uint32_t *kinds)
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

static void parse_buffer(const struct argp_state *state, const char *arg, uint32_t *bytes)
{
	uint64_t value;

	if (!zs_parse_bytes(arg, &value) || value < ZS_STREAM_LEAST || value > ZS_STREAM_MOST ||
	    (value & (value - 1)))
		zs_usage_error(state, "-b takes a power of two from %uK to %uM, not '%s'",
			       ZS_STREAM_LEAST >> 10, ZS_STREAM_MOST >> 20, arg);
	*bytes = (uint32_t)value;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct stream_options *stream = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &stream->common;
		return 0;
	case 'e':
		parse_kinds(state, arg, &stream->kinds);
		stream->kinds_text = arg;
		return 0;
	case 'f':
		stream->filter_text = arg;
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &stream->seconds);
		return 0;
	case 'b':
		parse_buffer(state, arg, &stream->common.source.stream);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp stream_argp = {
	.options = stream_argp_options,
	.parser = parse,
	.children = zs_common_children,
};

const struct argp_child stream_children[] = {
	{ &stream_argp, 0, NULL, 0 },
	{ 0 },
};

void stream_options_init(struct argp_state *state, struct stream_options *stream)
{
	zs_options_init(state, NULL);
	state->child_inputs[0] = stream;
}

/* What cannot pass the filter costs nothing if it is not asked for. */
static uint32_t wanted_kinds(const struct stream_options *stream)
{
	return stream->kinds & zs_filter_kinds(&stream->filter);
}

static bool agree(const struct stream_options *stream, struct zs_error *error)
{
	return wanted_kinds(stream) & ~ZS_STREAM_KIND(ZSWAP_EVENT_LOST) ||
		zs_fail(error, ZS_ERR_ARGUMENT,
			"-e and -f contradict each other: no event is let through");
}

void stream_options_check(const struct argp_state *state, struct stream_options *stream)
{
	struct zs_options *source = &stream->common.source;
	struct zs_error error = { ZS_OK, "" };

	if (source->kind == ZS_SOURCE_COUNTERS)
		zs_usage_error(state, "--source counters has no events: leave it out");
	source->stream = source->stream ?: BUFFER_DEFAULT;
	if ((!stream->filter_text ||
	     zs_filter_parse(stream->filter_text, &stream->filter, NULL, &error)) &&
	    agree(stream, &error))
		return;
	exit(zs_exit_failure(&error));
}

static bool find_recorded(const char *path, const void *recording, uint64_t *id,
			  struct zs_error *error)
{
	return zs_recording_cgroup_find(recording, path, id, error);
}

bool stream_options_recorded(struct stream_options *stream, const struct zs_recording *recording,
			     struct zs_error *error)
{
	return (!stream->filter_text ||
		zs_filter_parse_by(stream->filter_text, &stream->filter, find_recorded, recording,
				   error)) &&
		agree(stream, error);
}

struct zs_source *stream_open(const struct stream_options *stream, const char *what,
			      struct zs_error *error)
{
	struct zs_common common = stream->common;
	struct zs_source *source;

	common.source.filter = &stream->filter;
	/* nobody asks for histograms here */
	common.source.events_only = true;
	source = zs_common_open(&common, error);
	if (!source || zs_source_kind(source) != ZS_SOURCE_COUNTERS)
		return source;
	/* where nothing but the counters works, it was not said yet that they will not do */
	zs_fail(error, ZS_ERR_NO_EVENTS, "there are no events to %s: %.250s", what,
		zs_source_note(source));
	zs_source_close(source);
	return NULL;
}

bool stream_start(const struct stream_options *stream, struct zs_source *source,
		  struct zs_clock *clock, double tick, struct zs_error *error)
{
	if (!zs_clock_interval(clock, tick, error) ||
	    (stream->seconds && !zs_clock_limit(clock, stream->seconds, error)) ||
	    !zs_source_stream_start(source, wanted_kinds(stream), error))
		return false;
	clock->watch = zs_source_stream_fd(source);
	return true;
}
