// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace record - keep events in a file */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "record.h"
#include "stream.h"

#define OUTPUT_DEFAULT	"zswap.rec"

static const struct argp_option record_options[] = {
	{ "output", 'o', "FILE", 0, "Where to: a file, or - for a pipe (" OUTPUT_DEFAULT ")", 1 },
	{ 0 },
};

static void check(struct record_options *options, struct argp_state *state)
{
	stream_options_check(state, &options->stream);
	if (options->stream.common.json)
		zs_usage_error(state, "a recording is no JSON: leave out --json, and see zswap-trace report --json");
	if (options->command && !*options->command)
		zs_usage_error(state, "there is no command behind --");
	if (options->command && options->stream.seconds)
		zs_usage_error(state, "with a command, its end is the end: leave out -d, or have timeout run it: -- timeout %g %s ...",
			       options->stream.seconds, *options->command);
	if (!strcmp(options->output, "-") && isatty(STDOUT_FILENO))
		zs_usage_error(state, "a recording is not for a terminal: -o FILE, or a pipe behind -o -");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct record_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		stream_options_init(state, &options->stream);
		return 0;
	case 'o':
		zs_option_name(state, "-o", "a file", arg, &options->output);
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
	.children = stream_children,
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
	const uint32_t buffer = options->stream.common.source.stream;

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
		.stream = STREAM_OPTIONS_NONE, .output = OUTPUT_DEFAULT,
	};
	struct record_result result = { .started = false };
	struct zs_error error = { ZS_OK, "" };
	struct zs_child child = { .pid = 0 };
	struct zs_clock clock;
	bool piped;

	options.command = zs_child_command(&argc, argv);
	command_parse(&record_argp, argc, argv, &options);
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
