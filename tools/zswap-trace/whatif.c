// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "recordings.h"
#include "whatif.h"

enum { KEY_POOL = 0x500, KEY_MAX_POOL, KEY_RATIO, KEY_ACCEPT, KEY_MEMORY };

struct options {
	struct whatif_choices choices;
	struct recordings recordings;
};

static const struct argp_option whatif_options[] = {
	{ "pool", KEY_POOL, "zbud|nbuddies|nbuddies2|zsmalloc,...", 0, "Try these pools", 1 },
	{ "max-pool-percent", KEY_MAX_POOL, "N,...", 0,
	  "Try these limits of the pool, in percent of RAM", 1 },
	{ "max-compression-ratio", KEY_RATIO, "N,...", 0,
	  "Try these limits of a compressed page, in percent of a page", 1 },
	{ "accept-threshold-percent", KEY_ACCEPT, "N,...", 0,
	  "Try these thresholds, in percent of the limit", 1 },
	{ "memory", KEY_MEMORY, "BYTES", 0,
	  "RAM, of which the limit is a part (as recorded); K, M and G are understood", 1 },
	{ 0 },
};

static void add_pool(struct whatif_choices *choices, const char *name,
		     const struct argp_state *state)
{
	const struct zs_model_kind *kind = zs_model_find(name);
	size_t count = 0;

	if (!kind)
		zs_usage_error(state, "--pool takes zbud, nbuddies, nbuddies2 and zsmalloc, not '%s'",
			       name);
	while (choices->pools[count] && choices->pools[count] != kind)
		count++;
	choices->pools[count] = kind;
}

static void add_percent(struct whatif_choices *choices, enum whatif_setting which,
			const char *text, const struct argp_state *state)
{
	static const char *const names[] = {
		"max-pool-percent", "max-compression-ratio", "accept-threshold-percent",
	};
	unsigned int least = which == WHATIF_RATIO;
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || value < least || value > 100)
		zs_usage_error(state, "--%s takes percents from %u to 100, with commas between, not '%s'",
			       names[which], least, text);
	if (choices->counts[which] == WHATIF_CHOICES)
		zs_usage_error(state, "--%s takes %d percents at most", names[which],
			       WHATIF_CHOICES);
	choices->percents[which][choices->counts[which]++] = (unsigned int)value;
}

/* Words with commas between. */
static void parse_list(int key, const char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	char *words = strdup(arg), *rest = words, *word;

	if (!words)
		zs_usage_error(state, "out of memory");
	while ((word = strsep(&rest, ","))) {
		if (key == KEY_POOL)
			add_pool(&options->choices, word, state);
		else
			add_percent(&options->choices, (enum whatif_setting)(key - KEY_MAX_POOL),
				    word, state);
	}
	free(words);
}

static void check(const struct options *options, struct argp_state *state)
{
	size_t combinations = whatif_combinations(&options->choices);

	if (combinations > WHATIF_ROWS)
		zs_usage_error(state, "these are %zu combinations of settings: at most %d can be tried",
			       combinations, WHATIF_ROWS);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		recordings_init(state, &options->recordings);
		return 0;
	case KEY_POOL:
	case KEY_MAX_POOL:
	case KEY_RATIO:
	case KEY_ACCEPT:
		parse_list(key, arg, state);
		return 0;
	case KEY_MEMORY:
		if (!zs_parse_bytes(arg, &options->choices.memory_bytes))
			zs_usage_error(state, "--memory takes bytes, or K, M or G of them, not '%s'", arg);
		return 0;
	case ARGP_KEY_END:
		check(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp whatif_argp = {
	.options = whatif_options,
	.parser = parse,
	.children = recordings_children,
	.args_doc = "FILE",
	.doc = "What other pools and settings would have made of a recording."
	       "\vFILE is of zswap-trace record; - is stdin. Without options, each pool and a few "
	       "settings are tried; with options, all combinations of what they name, and the "
	       "rest as recorded. Exit status: 0, 1 after a failure or when nothing of FILE "
	       "can be used, 2 for a wrong command line.",
};

static bool add_event(const struct zswap_event *event, void *context)
{
	return zs_workload_add(context, event);
}

static struct zs_workload *make_workload(const struct zs_recording *recording,
					 struct zs_error *error)
{
	struct zs_workload_maker *maker = zs_workload_begin();
	size_t count;
	const struct zswap_state *states = zs_recording_states(recording, &count);

	if (maker) {
		zs_recording_events(recording, add_event, maker);
		zs_workload_states(maker, states, count);
	}
	return zs_workload_end(maker, error);
}

static bool answer(struct whatif_report *report, const struct options *options,
		   struct zs_error *error)
{
	zs_recording_summary(report->recording, &report->summary);
	if (!whatif_facts(report, options->choices.memory_bytes, error))
		return false;
	whatif_plan(report, &options->choices);
	if (!whatif_run(report, error))
		return false;
	whatif_notes(report);
	if (options->recordings.json)
		whatif_print_json(report);
	else
		whatif_print_text(report);
	return zs_output_flush(error) != ZS_OUTPUT_FAILED;
}

static bool whatif(const struct options *options, struct zs_error *error)
{
	const char *path = options->recordings.paths[0];
	struct zs_recording *recording = zs_recording_open(path, error);
	struct zs_workload *workload;
	static struct whatif_report report;
	bool ok = false;

	if (!recording)
		return false;
	zs_recording_tell(recording, path);
	workload = make_workload(recording, error);
	report.path = path;
	report.recording = recording;
	report.workload = workload;
	if (workload)
		ok = answer(&report, options, error);
	zs_workload_free(workload);
	zs_recording_close(recording);
	return ok;
}

int whatif_main(int argc, char **argv)
{
	struct options options = { .recordings.wanted = 1 };
	struct zs_error error = { ZS_OK, "" };

	command_parse(&whatif_argp, argc, argv, &options);
	return whatif(&options, &error) ? ZS_EXIT_OK : zs_exit_failure(&error);
}
