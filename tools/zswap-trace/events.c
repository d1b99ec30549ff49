// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace events - the events one by one */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "events.h"
#include "stream-options.h"

#define REFRESH		0.1	/* seconds */
#define BUFFER		(64U << 10)

struct options {
	struct stream_options stream;
	struct events_style style;
	const char *input;	/* a recording; NULL: the kernel */
	uint64_t count;		/* 0: any number */
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
	struct zs_error *error;
};

static const struct argp_option events_options[] = {
	{ "input", 'i', "FILE", 0, "Events of a recording, not those that happen now; - is stdin", 1 },
	{ "count", 'n', "N", 0, "End after so many events", 1 },
	{ "timestamp", 'T', NULL, 0, "The time of day, not the time since the beginning", 2 },
	{ "delta", 't', NULL, 0, "The time since the event before", 2 },
	{ 0 },
};

/* What is about the kernel says nothing about a recording. */
static void check_input(const struct options *options, const struct argp_state *state)
{
	const struct stream_options *stream = &options->stream;
	const struct zs_common *common = &stream->common;

	if (common->cgroup || common->source.pid)
		zs_usage_error(state, "-c and -p are for the kernel: with -i, have -f 'cgroup==...' or 'pid==...'");
	if (common->source.kind || common->source.stream || stream->seconds)
		zs_usage_error(state, "-i reads what was recorded: leave out -b, -d and --source");
}

static void check(struct options *options, const struct argp_state *state)
{
	if (options->input)
		check_input(options, state);
	else
		stream_options_check(state, &options->stream);
	options->style.json = options->stream.common.json;
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
		stream_options_init(state, &options->stream);
		return 0;
	case 'i':
		zs_option_name(state, "-i", "a file", arg, &options->input);
		return 0;
	case 'n':
		zs_option_count(state, "-n", arg, &options->count);
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
	.children = stream_children,
	.doc = "Show zswap's events one by one."
	       "\vA FILTER is comparisons of event, cgroup, pid, length, duration, age, reason, "
	       "cause, kind, type, offset, result and cpu, joined by && and ||; the kernel hands out "
	       "nothing else.  With -i, FILE is of zswap-trace record.  Exit status: 0, 1 after a failure, 2 for a wrong command line.",
};

static bool print(const struct zswap_event *event, void *context)
{
	struct events *events = context;

	events_print(&events->style, event);
	if (event->event == ZSWAP_EVENT_LOST)
		events->lost += event->count;
	else
		events->printed++;
	if (events->printed == events->options->count)
		events->over = true;
	return !events->over && !ferror(stdout);
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
	if (zs_source_stream_read(events->source, print, events, 0, events->error) < 0 ||
	    zs_output_flush(events->error) != ZS_OUTPUT_OK)
		events->over = true;
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
	zs_output_flush(events->error);
}

static void follow(struct events *events)
{
	int wake;

	while (!events->over) {
		wake = zs_clock_wait(&events->clock, events->error);
		if (wake < 0 || (wake & ZS_WAKE_CLOSED))
			return;
		if (wake & (ZS_WAKE_END | ZS_WAKE_LIMIT))
			break;
		read_all(events);
	}
	zs_source_stream_stop(events->source);
	if (!events->over)
		read_all(events);
	print_last_loss(events);
}

static bool start(struct events *events)
{
	const struct stream_options *stream = &events->options->stream;

	events->style.start_ns = zs_now();
	events->style.last_ns = events->style.start_ns;
	events->style.names = names_new(events->source, NULL, stream->common.source.root);
	if (!events->style.names)
		return zs_fail(events->error, ZS_ERR_SYSTEM, "out of memory");
	return stream_start(stream, events->source, &events->clock, REFRESH, events->error);
}

static void tell_losses(const struct events *events)
{
	if (events->lost)
		fprintf(stderr, "%s: %llu events were lost: try a larger -b, or fewer of them, with -e or -f\n",
			program_invocation_short_name, (unsigned long long)events->lost);
}

static void show(struct events *events)
{
	events->source = stream_open(&events->options->stream, "show", events->error);
	if (!events->source || !start(events))
		return;
	/* from here on, whatever happens is shown */
	zs_common_tell(events->source, "");
	if (isatty(STDOUT_FILENO) && !events->style.json)
		events_print_title(&events->style);
	follow(events);
	tell_losses(events);
}

static void show_live(const struct options *options, struct zs_error *error)
{
	struct events events = { .options = options, .style = options->style, .error = error };

	if (!zs_clock_start(&events.clock, -1, error))
		return;
	show(&events);
	names_free(events.style.names);
	zs_source_close(events.source);
	zs_clock_stop(&events.clock);
}

static void show_recording(struct options *options, struct zs_error *error)
{
	const struct events_choice choice = {
		.kinds = options->stream.kinds, .filter = &options->stream.filter,
		.count = options->count,
	};
	struct zs_recording *recording;

	/* who goes away has seen enough */
	signal(SIGPIPE, SIG_IGN);
	recording = zs_recording_open(options->input, error);
	if (!recording)
		return;
	zs_recording_tell(recording, options->input);
	if (stream_options_recorded(&options->stream, recording, error)) {
		if (isatty(STDOUT_FILENO) && !options->style.json)
			events_print_title(&options->style);
		if (events_print_recording(recording, &choice, options->style, error))
			zs_output_flush(error);
	}
	zs_recording_close(recording);
}

int events_main(int argc, char **argv)
{
	struct options options = { .stream = STREAM_OPTIONS_NONE };
	struct zs_error error = { ZS_OK, "" };

	command_parse(&events_argp, argc, argv, &options);
	setvbuf(stdout, NULL, _IOFBF, BUFFER);
	if (options.input)
		show_recording(&options, &error);
	else
		show_live(&options, &error);
	return zs_exit_status(&error);
}
