// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace report: a recording in whichever form is wanted. */
#include <signal.h>
#include <stdio.h>

#include "commands.h"
#include "report.h"
#include "report-html.h"

#define BUFFER	(1U << 20)

enum { KEY_JSON = 0x200, KEY_CSV, KEY_PERFETTO, KEY_EVENTS, KEY_HTML };

struct report_options {
	int form;		/* a key; 0: text */
	const char *file;
	struct trace_style style;
};

static const struct argp_option report_options[] = {
	{ "milliseconds", 'm', NULL, 0,
	  "Durations in ms instead of us, ages in s instead of ms", 1 },
	{ "json", KEY_JSON, NULL, 0, "One JSON object, see FIELDS in the manual page", 2 },
	{ "events", KEY_EVENTS, NULL, 0, "All events, one a line", 2 },
	{ "csv", KEY_CSV, NULL, 0, "All events as CSV (RFC 4180), with a line of names", 2 },
	{ "perfetto", KEY_PERFETTO, NULL, 0,
	  "All events as a trace for ui.perfetto.dev or chrome://tracing", 2 },
	{ "html", KEY_HTML, NULL, 0, "One HTML page that needs nothing else", 2 },
	{ 0 },
};

static const char *form_name(int key)
{
	for (size_t i = 0; report_options[i].name; i++)
		if (report_options[i].key == key)
			return report_options[i].name;
	return "?";
}

static void set_form(struct report_options *options, int key, struct argp_state *state)
{
	if (options->form && options->form != key)
		zs_usage_error(state, "--%s and --%s contradict each other",
			       form_name(options->form), form_name(key));
	options->form = key;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct report_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state, NULL);
		return 0;
	case 'm':
		options->style.coarse = true;
		return 0;
	case KEY_JSON:
	case KEY_CSV:
	case KEY_PERFETTO:
	case KEY_EVENTS:
	case KEY_HTML:
		set_form(options, key, state);
		return 0;
	case ARGP_KEY_ARG:
		if (options->file)
			zs_usage_error(state, "'%s' is one word too many: one recording at a time",
				       arg);
		options->file = arg;
		return 0;
	case ARGP_KEY_END:
		if (!options->file)
			zs_usage_error(state, "which recording? Name a file, or - for stdin");
		if (options->form && options->style.coarse)
			zs_usage_error(state, "-m is for text: leave it out with --%s",
				       form_name(options->form));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp report_argp = {
	.options = report_options,
	.parser = parse,
	.args_doc = "FILE",
	.doc = "What a recording comes to, or all of its events in another form."
	       "\vFILE is of zswap-trace record; - is stdin.  What is wrong with it is told on "
	       "stderr, with its place in the file, and the rest is used.  Exit status: 0, 1 "
	       "after a failure or when nothing of the file can be used, 2 for a wrong command "
	       "line.",
};

static bool print(const struct report_options *options, const struct zs_recording *recording,
		  struct zs_error *error)
{
	switch (options->form) {
	case KEY_JSON:
		return report_json(recording, options->file, error);
	case KEY_CSV:
		return report_csv(recording, error);
	case KEY_PERFETTO:
		return report_perfetto(recording, error);
	case KEY_EVENTS:
		return report_events(recording, error);
	case KEY_HTML:
		return report_html(recording, options->file, error);
	default:
		return report_text(recording, options->file, &options->style, error);
	}
}

int report_main(int argc, char **argv)
{
	struct report_options options = { .form = 0 };
	struct zs_error error = { ZS_OK, "" };
	struct zs_recording *recording;

	command_parse(&report_argp, argc, argv, &options);
	/* who goes away has seen enough */
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOFBF, BUFFER);
	recording = zs_recording_open(options.file, &error);
	if (!recording)
		return zs_exit_failure(&error);
	zs_recording_tell(recording, options.file);
	if (print(&options, recording, &error))
		zs_output_flush(&error);
	zs_recording_close(recording);
	return zs_exit_status(&error);
}
