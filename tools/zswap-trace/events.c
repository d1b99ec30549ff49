// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace events - the events one by one */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "events.h"
#include "stream-options.h"

#define REFRESH		0.1	/* seconds */
/* What a pipe takes at once or not at all; lines are written when there are about so many. */
#define AT_ONCE		4096
#define NEARLY		(AT_ONCE - 512)

struct options {
	struct zs_common common;
	struct zswap_filter filter;
	struct events_style style;
	uint32_t kinds;
	uint64_t count;		/* 0: any number */
	double seconds;		/* 0: until a signal */
};

/**
 * struct events - what is going on
 * @options: from the command line
 * @style: how events are printed
 * @source: where they come from
 * @clock: what we wait for
 * @printed: how many were
 * @lost: how many were not, as far as was said
 * @over: nothing more is to be printed
 * @ending: a signal has come
 * @error: why it failed
 */
struct events {
	const struct options *options;
	struct events_style style;
	struct zs_source *source;
	struct zs_clock clock;
	uint64_t printed;
	uint64_t lost;
	bool over;
	bool ending;
	struct zs_error *error;
};

static const struct argp_option events_options[] = {
	{ "events", 'e', "KIND", 0, "Only events of these kinds: names, with commas between", 1 },
	{ "filter", 'f', "FILTER", 0,
	  "Only events for which this holds: \"event==load && duration>200us || reason==compress_poor\"", 1 },
	{ "count", 'n', "N", 0, "End after so many events", 1 },
	{ "duration", 'd', "SECS", 0, "End after this many seconds", 1 },
	{ "timestamp", 'T', NULL, 0, "The time of day, not the time since the beginning", 2 },
	{ "delta", 't', NULL, 0, "The time since the event before", 2 },
	{ "buffer", 'b', "BYTES", 0,
	  "Room for events that were not read yet, on all processors together: a power of two; "
	  "K and M are units (8M)", 3 },
	{ 0 },
};

static void check(const struct options *options, struct argp_state *state)
{
	if (options->common.source.kind == ZS_SOURCE_COUNTERS)
		zs_usage_error(state, "--source counters has no events to show: leave it out");
	if (!(options->kinds & zs_filter_kinds(&options->filter) &
	      ~ZS_STREAM_KIND(ZSWAP_EVENT_LOST)))
		zs_usage_error(state, "-e and -f contradict each other: no event is let through");
}

static void set_time(struct options *options, enum events_time time, struct argp_state *state)
{
	if (options->style.time && options->style.time != time)
		zs_usage_error(state, "-T and -t contradict each other");
	options->style.time = time;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state);
		state->child_inputs[0] = &options->common;
		return 0;
	case 'e':
		stream_option_kinds(state, arg, &options->kinds);
		return 0;
	case 'f':
		stream_option_filter(state, arg, &options->filter);
		return 0;
	case 'n':
		if (!zs_parse_count(arg, &options->count))
			zs_usage_error(state, "-n takes a number from 1 up, not '%s'", arg);
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &options->seconds);
		return 0;
	case 'b':
		stream_option_buffer(state, arg, &options->common.source.stream);
		return 0;
	case 'T':
		set_time(options, EVENTS_TIME_OF_DAY, state);
		return 0;
	case 't':
		set_time(options, EVENTS_SINCE_LAST, state);
		return 0;
	case ARGP_KEY_ARG:
		zs_usage_error(state, "'%s' is one word too many; a filter comes behind -f", arg);
	case ARGP_KEY_END:
		check(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp events_argp = {
	.options = events_options,
	.parser = parse,
	.children = zs_common_children,
	.doc = "Show zswap's events one by one."
	       "\vA FILTER is comparisons of event, cgroup, pid, length, duration, age, reason, "
	       "cause, kind, type, offset, result and cpu, joined by && and ||; the kernel hands out "
	       "nothing else.  Exit status: 0, 1 after a failure, 2 for a wrong command line.",
};

/*
 * Whole lines are written, as many as go at once.  A reader that takes none keeps us
 * waiting; but a signal must end that, and the next one kill.
 */
static void write_out(struct events *events)
{
	struct pollfd fds[] = {
		{ .fd = STDOUT_FILENO, .events = POLLOUT },
		{ .fd = events->clock.signals, .events = POLLIN },
	};

	while (!events->ending && poll(fds, ZS_ARRAY_SIZE(fds), -1) >= 0 && !fds[0].revents)
		events->ending = zs_clock_wait(&events->clock, events->error) &
				 (ZS_WAKE_END | ZS_WAKE_LIMIT);
	if (zs_output_flush(events->error) != ZS_OUTPUT_OK)
		events->over = true;
}

static bool print(const struct zswap_event *event, void *context)
{
	struct events *events = context;

	if (events->style.json)
		events_print_json(&events->style, event);
	else
		events_print_text(&events->style, event);
	if (event->event == ZSWAP_EVENT_LOST)
		events->lost += event->count;
	else
		events->printed++;
	if (events->printed == events->options->count)
		events->over = true;
	if (__fpending(stdout) > NEARLY)
		write_out(events);
	return !events->over;
}

static uint64_t real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * ZS_NSEC + (uint64_t)now.tv_nsec - zs_now();
}

/* What is there now. */
static void read_all(struct events *events)
{
	/* the time of day may be set meanwhile */
	events->style.real_ns = real_ns();
	if (zs_source_stream_read(events->source, print, events, 0, events->error) < 0)
		events->over = true;
	if (__fpending(stdout))
		write_out(events);
}

/* What was lost behind the last event, if nobody has said so. */
static void print_last_loss(struct events *events)
{
	struct zswap_event event = { .event = ZSWAP_EVENT_LOST, .time_ns = zs_now() };
	struct zswap_health health;

	if (events->over || !zs_source_health(events->source, &health) ||
	    health.events_lost <= events->lost)
		return;
	event.count = (__u32)(health.events_lost - events->lost);
	print(&event, events);
	write_out(events);
}

static void follow(struct events *events)
{
	int wake;

	while (!events->over && !events->ending) {
		wake = zs_clock_wait(&events->clock, events->error);
		if (wake < 0 || (wake & ZS_WAKE_CLOSED))
			return;
		if (wake & (ZS_WAKE_END | ZS_WAKE_LIMIT))
			break;
		read_all(events);
	}
	zs_source_stream_stop(events->source);
	events->ending = true;
	if (!events->over)
		read_all(events);
	print_last_loss(events);
}

static bool start(struct events *events)
{
	const struct options *options = events->options;
	const uint32_t kinds = options->kinds & zs_filter_kinds(&options->filter);

	events->style.start_ns = zs_now();
	events->style.last_ns = events->style.start_ns;
	events->style.names = names_new(events->source, NULL, options->common.source.root);
	if (!events->style.names)
		return zs_fail(events->error, ZS_ERR_SYSTEM, "out of memory");
	if (!zs_source_stream_start(events->source, kinds, events->error) ||
	    !zs_clock_interval(&events->clock, REFRESH, events->error) ||
	    (options->seconds &&
	     !zs_clock_limit(&events->clock, options->seconds, events->error)))
		return false;
	events->clock.watch = zs_source_stream_fd(events->source);
	return true;
}

/* Where nothing but the counters works, it was said why; but not that they will not do. */
static bool has_events(const struct events *events)
{
	if (zs_source_kind(events->source) != ZS_SOURCE_COUNTERS)
		return true;
	return zs_fail(events->error, ZS_ERR_NO_EVENTS, "there are no events to show: %s",
		       zs_source_note(events->source));
}

static void tell_losses(const struct events *events)
{
	if (events->lost)
		fprintf(stderr, "%s: %llu events were lost: try a larger -b, or fewer of them, with -e or -f\n",
			program_invocation_short_name, (unsigned long long)events->lost);
}

static void show(struct events *events)
{
	struct zs_common common = events->options->common;

	common.source.filter = &events->options->filter;
	/* nobody asks for histograms here */
	common.source.events_only = true;
	events->source = zs_common_open(&common, events->error);
	if (!events->source || !has_events(events))
		return;
	if (!start(events))
		return;
	/* from here on, whatever happens is shown */
	zs_common_tell(events->source, "");
	if (isatty(STDOUT_FILENO) && !events->style.json)
		events_print_title(&events->style);
	follow(events);
	tell_losses(events);
}

int events_main(int argc, char **argv)
{
	static char buffer[16 * AT_ONCE];
	struct options options = {
		.common.source.stream = STREAM_BUFFER_DEFAULT, .kinds = ZS_STREAM_ALL,
	};
	struct zs_error error = { ZS_OK, "" };
	struct events events = { .options = &options, .error = &error };

	/* argp and all messages begin with it */
	program_invocation_short_name = "zswap-trace events";
	zs_options_parse(&events_argp, argc, argv, "zswap-trace " ZSWAPSCOPE_VERSION, &options);
	events.style = options.style;
	events.style.json = options.common.json;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (zs_clock_start(&events.clock, -1, &error)) {
		show(&events);
		names_free(events.style.names);
		zs_source_close(events.source);
		zs_clock_stop(&events.clock);
	}
	return error.code == ZS_OK ? ZS_EXIT_OK : zs_exit_failure(&error);
}
