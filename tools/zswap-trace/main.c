// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace - histograms of what zswap does */
#include <ctype.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "by.h"
#include "commands.h"
#include "completion.h"
#include "dump.h"
#include "expectations.h"
#include "pin.h"

enum { KEY_PIN = 0x200, KEY_UNPIN, KEY_EXPECT, KEY_BY, KEY_TOP };

struct options {
	struct zs_common common;
	struct trace_style style;
	struct expectations expectations;
	const char *pin;	/* DIR of --pin */
	const char *unpin;	/* DIR of --unpin */
	enum by by;
	uint64_t top;		/* groups of --by to show */
	double duration;	/* 0: until a signal */
	double interval;	/* 0: one dump at the end */
	uint64_t count;		/* 0: any number of dumps */
};

struct trace {
	const struct options *options;
	struct zs_source *source;
	struct zs_clock clock;
	struct zs_snapshot last;
	struct zs_parties last_parties;
	struct by_past last_groups;
};

static const struct argp_option trace_options[] = {
	{ "timestamp", 'T', NULL, 0, "Print the time above each dump", 1 },
	{ "milliseconds", 'm', NULL, 0,
	  "Durations in ms instead of us, ages in s instead of ms", 1 },
	{ "duration", 'd', "SECS", 0, "End after this many seconds", 1 },
	{ "expect", KEY_EXPECT, "EXPECTATION", 0,
	  "Instead of histograms, judge what COMMAND, or -d, brings: \"load.p99 < 200us\"; "
	  "again for more; \"help\" lists all measures", 1 },
	{ "by", KEY_BY, "cgroup|pid|comm|reason|device", 0,
	  "Counts and histograms apart for each of these, those with the most events first; "
	  "by reason, of rejects", 1 },
	{ "top", KEY_TOP, "N", 0, "With --by, so many of them; the others are counted together (5)", 1 },
	{ "pin", KEY_PIN, "DIR", 0,
	  "Load and attach, pin all of it in DIR, below /sys/fs/bpf, and leave it counting", 2 },
	{ "unpin", KEY_UNPIN, "DIR", 0, "Remove what --pin has left in DIR", 2 },
	{ 0 },
};

/* All but the histograms; the table is at the end. */
static const struct command commands[];

static void parse_interval(const char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	char names[256];

	if (zs_parse_seconds(arg, &options->interval))
		return;
	if (isalpha((unsigned char)*arg))
		zs_usage_error(state, "'%s' is neither a command (%s) nor an interval in seconds",
			       arg, command_names(commands, names, sizeof(names)));
	zs_usage_error(state, "the interval is seconds, " ZS_SECONDS_TEXT ", not '%s'", arg);
}

static void parse_word(const char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (state->arg_num) {
	case 0:
		parse_interval(arg, state);
		return;
	case 1:
		if (!zs_parse_count(arg, &options->count))
			zs_usage_error(state, "the count is a number from 1 up, not '%s'", arg);
		return;
	default:
		zs_usage_error(state, "'%s' is one word too many", arg);
	}
}

/* Those print nothing, so that nothing can be said about how. */
static void check_pin(const struct options *options, struct argp_state *state)
{
	const struct zs_common *common = &options->common;
	const char *name = options->pin ? "--pin" : "--unpin";

	if (!options->pin && !options->unpin)
		return;
	if (options->pin && options->unpin)
		zs_usage_error(state, "--pin and --unpin contradict each other");
	if (options->style.timestamp || options->style.coarse || options->duration ||
	    options->interval || common->json || options->by)
		zs_usage_error(state, "%s prints nothing: leave out -T, -m, -d, --by, --json and the interval",
			       name);
	if (options->unpin && (common->cgroup || common->source.pid || common->source.kind))
		zs_usage_error(state, "--unpin takes all that was pinned: leave out -c, -p and --source");
	if (common->source.kind == ZS_SOURCE_COUNTERS)
		zs_usage_error(state, "--source counters has no BPF programs to pin: leave it out");
}

/* They are judged once, when there is nothing more to come. */
static void check_expectations(const struct options *options, struct argp_state *state)
{
	char **command = options->expectations.command;

	if (!options->expectations.count && command)
		zs_usage_error(state, "a command goes with --expect, or with zswap-trace record: leave it out");
	if (!options->expectations.count)
		return;
	if (options->style.timestamp || options->style.coarse || options->interval)
		zs_usage_error(state, "--expect judges once, at the end: leave out -T, -m and the interval");
	if (options->pin || options->unpin || options->by)
		zs_usage_error(state, "--expect ends with a judgement: leave out --by, --pin and --unpin");
	if (command ? !*command : !options->duration)
		zs_usage_error(state, "--expect judges a command or a time: give a command behind --, or -d");
	if (command && options->duration)
		zs_usage_error(state, "with a command, its end is the end: leave out -d, or have timeout run it: -- timeout %g %s ...",
			       options->duration, *command);
}

static void check_by(struct options *options, struct argp_state *state)
{
	if (options->top && !options->by)
		zs_usage_error(state, "--top is for --by: add that, or leave it out");
	if (options->by && options->common.source.kind == ZS_SOURCE_COUNTERS)
		zs_usage_error(state, "--source counters cannot tell who did what: leave out --by");
	options->top = options->top ?: BY_TOP_DEFAULT;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state, &options->common);
		return 0;
	case 'T':
		options->style.timestamp = true;
		return 0;
	case 'm':
		options->style.coarse = true;
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &options->duration);
		return 0;
	case KEY_EXPECT:
		expectations_add(&options->expectations, arg, state);
		return 0;
	case KEY_BY:
		if (!by_parse(arg, &options->by))
			zs_usage_error(state, "--by takes cgroup, pid, comm, reason or device, not '%s'",
				       arg);
		options->common.source.count_by = by_count_by(options->by);
		return 0;
	case KEY_TOP:
		zs_option_count(state, "--top", arg, &options->top);
		return 0;
	case KEY_PIN:
		zs_option_name(state, "--pin", "a directory", arg, &options->pin);
		return 0;
	case KEY_UNPIN:
		zs_option_name(state, "--unpin", "a directory", arg, &options->unpin);
		return 0;
	case ARGP_KEY_ARG:
		parse_word(arg, state);
		return 0;
	case ARGP_KEY_END:
		check_pin(options, state);
		check_expectations(options, state);
		check_by(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Below all that argp prints. */
static char *add_commands(int key, const char *text, void *input)
{
	(void)input;
	return key == ARGP_KEY_HELP_EXTRA ? command_list(commands) : (char *)text;
}

static const struct argp argp = {
	.options = trace_options,
	.parser = parse,
	.args_doc = "[INTERVAL [COUNT]]\n--expect EXPECTATION... -- COMMAND [ARG...]\nNAME [OPTION...]",
	.children = zs_common_children,
	.help_filter = add_commands,
	.doc = "Histograms of what zswap does: sizes, durations, ages; counts and rejects."
	       "\vWithout INTERVAL, count until Ctrl-C and print once.  Exit status: 0, 1 after "
	       "a failure, 2 for a wrong command line.",
};

static bool any_event(const struct zs_snapshot *interval)
{
	for (size_t i = 0; i < zs_counter_count; i++)
		if (zs_counter(&interval->stats, i))
			return true;
	return false;
}

/*
 * What is left at the end is shown as well; but when the end meets that of an
 * interval, there is nothing left, and an empty dump would only puzzle.
 */
static bool worth_showing(const struct options *options,
			  const struct zs_snapshot *interval)
{
	return !options->interval || any_event(interval) ||
	       (double)interval->time_ns > options->interval * ZS_NSEC / 20;
}

/* By cgroup and by process, since the last time. */
static bool take_parties(struct trace *trace, struct trace_dump *dump,
			 struct zs_error *error)
{
	struct zs_parties now, *parties;

	if (!zs_source_parties(trace->source, &now, error))
		return false;
	for (enum zs_by by = 0; by < ZS_BY_COUNT; by++) {
		parties = &dump->parties[by];
		if (!zs_parties_copy(parties, &now))
			return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		zs_parties_subtract(parties, &trace->last_parties);
		zs_parties_merge(parties, by);
		zs_parties_sort(parties);
	}
	zs_parties_free(&trace->last_parties);
	trace->last_parties = now;
	return true;
}

static bool take_groups(struct trace *trace, struct trace_dump *dump,
			struct by_groups *groups, struct zs_error *error)
{
	if (!trace->options->by)
		return true;
	dump->groups = groups;
	if (!by_take(groups, trace->options->by, dump, trace->source, &trace->last_groups, error))
		return false;
	by_cut(groups, trace->options->top);
	return true;
}

static void print_dump(const struct trace_dump *dump, const struct options *options)
{
	if (options->common.json)
		trace_print_json(dump);
	else
		trace_print_text(dump, &options->style);
}

/* Return: whether to go on; @error has a code if that is a failure. */
static bool dump(struct trace *trace, bool last, struct zs_error *error)
{
	const struct options *options = trace->options;
	struct trace_dump dump = { .source = trace->source };
	struct by_groups groups = { .count = 0 };
	struct zs_snapshot now;
	bool ok;

	if (!zs_source_snapshot(trace->source, &now, error))
		return false;
	zs_snapshot_subtract(&dump.interval, &now, &trace->last);
	if (last && !worth_showing(options, &dump.interval))
		return false;
	trace->last = now;
	zs_pool_read(&dump.pool, options->common.source.root);
	ok = take_parties(trace, &dump, error) && take_groups(trace, &dump, &groups, error);
	if (ok)
		print_dump(&dump, options);
	by_free(&groups);
	for (enum zs_by by = 0; by < ZS_BY_COUNT; by++)
		zs_parties_free(&dump.parties[by]);
	return ok && zs_output_flush(error) == ZS_OUTPUT_OK;
}

static void run(struct trace *trace, struct zs_error *error)
{
	const struct options *options = trace->options;
	uint64_t left = options->count;
	int wake;

	if (!zs_source_snapshot(trace->source, &trace->last, error) ||
	    !by_begin(&trace->last_groups, options->by, trace->source, error))
		return;
	if (options->interval &&
	    !zs_clock_interval(&trace->clock, options->interval, error))
		return;
	if (options->duration &&
	    !zs_clock_limit(&trace->clock, options->duration, error))
		return;
	for (;;) {
		wake = zs_clock_wait(&trace->clock, error);
		if (wake < 0 || (wake & ZS_WAKE_CLOSED))
			return;
		if (wake & (ZS_WAKE_END | ZS_WAKE_LIMIT)) {
			dump(trace, true, error);
			return;
		}
		if ((wake & ZS_WAKE_TICK) &&
		    (!dump(trace, false, error) || (left && !--left)))
			return;
	}
}

static void trace_main(const struct options *options, struct zs_error *error)
{
	struct trace trace = { .options = options };
	struct zs_common common = options->common;

	if (!zs_clock_start(&trace.clock, -1, error))
		return;
	trace.source = zs_common_open(&common, error);
	if (trace.source && options->by && zs_source_kind(trace.source) == ZS_SOURCE_COUNTERS) {
		zs_fail(error, ZS_ERR_NO_EVENTS, "nobody tells who did what, for --by: %s",
			zs_source_note(trace.source));
	} else if (trace.source) {
		zs_common_tell(trace.source, options->interval || options->duration ? "" :
			       "; Ctrl-C prints and ends");
		run(&trace, error);
	}
	zs_parties_free(&trace.last_parties);
	free(trace.last_groups.usages);
	zs_source_close(trace.source);
	zs_clock_stop(&trace.clock);
}

/* Without a command. */
static int histograms(int argc, char **argv)
{
	struct options options = { .duration = 0 };
	struct zs_error error = { ZS_OK, "" };

	options.expectations.command = zs_child_command(&argc, argv);
	zs_options_parse(&argp, argc, argv, "zswap-trace " ZSWAPSCOPE_VERSION,
			 &options);
	if (options.expectations.count) {
		options.expectations.seconds = options.duration;
		return expectations_run(&options.expectations, &options.common);
	}
	if (options.pin)
		trace_pin(&options.common, options.pin, &error);
	else if (options.unpin)
		zs_unpin(options.unpin, &error);
	else
		trace_main(&options, &error);
	return zs_exit_status(&error);
}

static int help(int argc, char **argv)
{
	return help_main(argc, argv, histograms, commands);
}

/* A first word that is one of these is no interval. */
static const struct command commands[] = {
	{ "check", &check_argp, check_main },
	{ "record", &record_argp, record_main },
	{ "diff", &diff_argp, diff_main },
	{ "whatif", &whatif_argp, whatif_main },
	{ "events", &events_argp, events_main },
	{ "report", &report_argp, report_main },
	{ "help", &help_argp, help },
	{ NULL, NULL, NULL },
};

static int completion_main(char **argv)
{
	struct zs_completion_command named[ZS_ARRAY_SIZE(commands)] = { { NULL, NULL } };
	const struct zs_completion completion = { "zswap-trace", &argp, named, NULL };

	for (size_t i = 0; i < ZS_ARRAY_SIZE(commands); i++)
		named[i] = (struct zs_completion_command){ commands[i].name, commands[i].argp };
	return zs_completion_main(&completion, argv);
}

int main(int argc, char **argv)
{
	const struct command *command = argc > 1 ? command_find(commands, argv[1]) : NULL;

	zs_output_begin();
	setlocale(LC_CTYPE, "");
	if (command)
		return command->main(argc - 1, argv + 1);
	if (zs_completion_asked(argc, argv))
		return completion_main(argv);
	return histograms(argc, argv);
}
