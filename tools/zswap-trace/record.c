// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace record - keep events in a file */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "record.h"
#include "stream-options.h"

#define OUTPUT_DEFAULT	"zswap.rec"

static const struct argp_option record_options[] = {
	{ "output", 'o', "FILE", 0, "Where to: a file, or - for a pipe (" OUTPUT_DEFAULT ")", 1 },
	{ "events", 'e', "KIND", 0, "Only events of these kinds: names, with commas between", 1 },
	{ "filter", 'f', "FILTER", 0,
	  "Only events for which this holds: \"event==load && duration>200us || reason==compress_poor\"", 1 },
	{ "duration", 'd', "SECS", 0, "End after this many seconds", 1 },
	{ "buffer", 'b', "BYTES", 0,
	  "Room for events that were not read yet, on all processors together: a power of two; "
	  "K and M are units (8M)", 1 },
	{ 0 },
};

static void check(const struct record_options *options, struct argp_state *state)
{
	if (options->common.json)
		zs_usage_error(state, "a recording is no JSON: leave out --json, and see zswap-trace report --json");
	if (options->common.source.kind == ZS_SOURCE_COUNTERS)
		zs_usage_error(state, "--source counters has no events to record: leave it out");
	if (options->command && !*options->command)
		zs_usage_error(state, "there is no command behind --");
	if (options->command && options->seconds)
		zs_usage_error(state, "with a command, its end is the end: leave out -d, or have timeout run it: -- timeout %g %s ...",
			       options->seconds, *options->command);
	if (!strcmp(options->output, "-") && isatty(STDOUT_FILENO))
		zs_usage_error(state, "a recording is not for a terminal: -o FILE, or a pipe behind -o -");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct record_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state);
		state->child_inputs[0] = &options->common;
		return 0;
	case 'o':
		if (!*arg)
			zs_usage_error(state, "-o needs a file");
		options->output = arg;
		return 0;
	case 'e':
		stream_option_kinds(state, arg, &options->kinds);
		options->kinds_text = arg;
		return 0;
	case 'f':
		stream_option_filter(state, arg, &options->filter);
		options->filter_text = arg;
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &options->seconds);
		return 0;
	case 'b':
		stream_option_buffer(state, arg, &options->common.source.stream);
		return 0;
	case ARGP_KEY_ARG:
		zs_usage_error(state, "'%s' is one word too many; a command comes behind --", arg);
	case ARGP_KEY_END:
		check(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp record_argp = {
	.options = record_options,
	.parser = parse,
	.args_doc = "[-- COMMAND [ARG...]]",
	.children = zs_common_children,
	.doc = "Record zswap's events in a file."
	       "\vWith COMMAND, from before its first instruction until it has ended; without, "
	       "until Ctrl-C.  zswap-trace report FILE reads it.  Exit status: that of "
	       "COMMAND, 0 without, 1 after a failure, 2 for a wrong command line; 126 and 127 "
	       "when COMMAND cannot be run.",
};

/* 12,345 */
static char *with_commas(char text[ZS_TEXT], uint64_t number)
{
	char digits[ZS_TEXT];
	int count = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	char *end = text;

	for (int i = 0; i < count; i++) {
		if (i && (count - i) % 3 == 0)
			*end++ = ',';
		*end++ = digits[i];
	}
	*end = '\0';
	return text;
}

static void tell(const struct record_options *options, const struct record_result *result)
{
	char events[ZS_TEXT], lost[ZS_TEXT], bytes[ZS_TEXT], time[ZS_TEXT];
	const uint32_t buffer = options->common.source.stream;

	fprintf(stderr, "%s: recorded %s events in %s to %s (%s), %s lost\n",
		program_invocation_short_name, with_commas(events, result->events),
		zs_format_time(time, (double)result->time_ns), options->output,
		zs_format_bytes(bytes, (double)result->bytes),
		with_commas(lost, result->lost));
	if (result->lost && buffer < ZS_STREAM_MOST)
		fprintf(stderr, "%s: the buffer was too small: try -b %uK, or fewer events, with -e\n",
			program_invocation_short_name,
			(buffer < ZS_STREAM_MOST / 4 ? buffer * 4 : ZS_STREAM_MOST) >> 10);
	if (result->missed)
		fprintf(stderr, "%s: %s events are missing, as the kernel did not hand them out\n",
			program_invocation_short_name, with_commas(lost, result->missed));
}

static int exit_status(const struct zs_child *child, const struct record_result *result,
		       const struct zs_error *error)
{
	int failure = error->code ? zs_exit_failure(error) : ZS_EXIT_OK;

	/* child->status is 0 where there is no command */
	return failure && !result->not_run ? failure : child->status;
}

int record_main(int argc, char **argv)
{
	struct record_options options = {
		.common.source.stream = STREAM_BUFFER_DEFAULT,
		.common.source.events_only = true, .output = OUTPUT_DEFAULT,
		.kinds = ZS_STREAM_ALL, .kinds_text = "all",
	};
	struct record_result result = { .started = false };
	struct zs_error error = { ZS_OK, "" };
	struct zs_child child = { .pid = 0 };
	struct zs_clock clock;
	bool piped;

	options.command = zs_child_command(&argc, argv);
	program_invocation_short_name = "zswap-trace record";
	zs_options_parse(&record_argp, argc, argv, "zswap-trace " ZSWAPSCOPE_VERSION, &options);
	piped = !strcmp(options.output, "-");
	/* what a command prints must not get into the recording */
	if (options.command && !zs_child_start(&child, options.command, piped ? STDERR_FILENO :
					       STDOUT_FILENO, &error))
		return zs_exit_failure(&error);
	/* a file that is too large is a failure to write, and no death */
	signal(SIGXFSZ, SIG_IGN);
	if (zs_clock_start(&clock, -1, &error)) {
		clock.output = piped ? STDOUT_FILENO : -1;
		clock.child = options.command ? child.watch : -1;
		record_run(&options, &clock, options.command ? &child : NULL, &result, &error);
		zs_clock_stop(&clock);
	}
	if (result.started && !result.not_run)
		tell(&options, &result);
	if (options.command)
		zs_child_end(&child);
	return exit_status(&child, &result, &error);
}
