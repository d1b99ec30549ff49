/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What those commands share that read the stream of events: options, and how to begin. */
#ifndef ZSWAP_TRACE_STREAM_OPTIONS_H
#define ZSWAP_TRACE_STREAM_OPTIONS_H

#include "filter.h"
#include "options.h"
#include "recording.h"

/**
 * struct stream_options - which events, and for how long
 * @common: options that all tools have; its source has the size of the buffer, too
 * @kinds: of events, as bits of ZS_STREAM_KIND()
 * @kinds_text: as they were typed
 * @filter: which of them, see stream_options_check()
 * @filter_text: as it was typed; NULL: all
 * @seconds: 0: until a signal
 */
struct stream_options {
	struct zs_common common;
	uint32_t kinds;
	const char *kinds_text;
	struct zswap_filter filter;
	const char *filter_text;
	double seconds;
};

/* Without any of the options. */
#define STREAM_OPTIONS_NONE { .kinds = ZS_STREAM_ALL, .kinds_text = "all" }

/*
 * The only children of such a command's argp, among whose own children the common options
 * are; their input is a struct stream_options.
 */
extern const struct argp_child stream_children[];

/* For ARGP_KEY_INIT, instead of zs_options_init(). */
void stream_options_init(struct argp_state *state, struct stream_options *stream);

/**
 * stream_options_check - for ARGP_KEY_END, where events come from the kernel
 * @state: of the parser
 * @stream: gets what was not typed, and the filter
 *
 * What is wrong ends the program, see zs_usage_error().  A cgroup that there is not is a
 * failure, not a wrong command line, as with -c.
 */
void stream_options_check(const struct argp_state *state, struct stream_options *stream);

/**
 * stream_options_recorded - the same, where events come from a recording
 * @stream: gets the filter
 * @recording: knows the cgroups that the filter names
 * @error: what is wrong
 */
bool stream_options_recorded(struct stream_options *stream, const struct zs_recording *recording,
			     struct zs_error *error);

/**
 * stream_open - open the source, which has events
 * @stream: what was asked for; its filter must stay
 * @what: "show": what is to be done with the events, for messages
 * @error: why not
 */
struct zs_source *stream_open(const struct stream_options *stream, const char *what,
			      struct zs_error *error);

/**
 * stream_start - events come from here on, for as long as was asked for
 * @stream: what was asked for
 * @source: from stream_open()
 * @clock: is to wake up for them, each @tick seconds, and at the end
 * @tick: seconds
 * @error: why not
 */
bool stream_start(const struct stream_options *stream, struct zs_source *source,
		  struct zs_clock *clock, double tick, struct zs_error *error);

#endif /* ZSWAP_TRACE_STREAM_OPTIONS_H */
