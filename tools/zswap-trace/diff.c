// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace diff - which differences of two recordings are real */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diff.h"
#include "expect.h"
#include "recordings.h"

/* As of diff(1) and cmp(1). */
#define EXIT_DIFFERENT	1
#define EXIT_TROUBLE	2

#define RESAMPLES	1000
#define RESAMPLES_MOST	100000
/* What quantiles are known to, 1/64, is below. */
#define THRESHOLD	0.02

enum { KEY_WORSE = 0x400, KEY_SEED, KEY_RESAMPLES };

struct options {
	struct diff *diff;
	struct recordings recordings;
	bool worse;
};

static const struct argp_option diff_options[] = {
	{ "measure", 'm', "MEASURE", 0,
	  "Compare this one: load.p99, reject.rate, ...; again for more; \"help\" lists all", 1 },
	{ "threshold", 't', "PERCENT", 0,
	  "Differences up to this much do not count (2)", 1 },
	{ "worse", KEY_WORSE, NULL, 0,
	  "Only what is worse in FILE_B makes exit status 1, not what is better or neither", 1 },
	{ "seed", KEY_SEED, "N", 0, "For other random numbers (1)", 2 },
	{ "resamples", KEY_RESAMPLES, "N", 0, "Runs to make up of each recording (1000)", 2 },
	{ 0 },
};

/* Those that say something in any recording that has them. */
static const char *const usual[] = {
	"store.rate", "load.rate", "miss.rate", "reject.rate", "writeback.rate", "evict.rate",
	"invalidate.rate", "pool_limit.rate",
	"ratio", "hit_ratio", "reject_ratio", "same_filled_ratio", "incompressible_ratio",
	"refault_ratio",
	"store.p50", "store.p99", "load.p50", "load.p99", "read.p50", "read.p99",
	"reject.p50", "writeback.p50", "writeback.p99", "evict.p50", "evict.p99",
	"size.p50", "size.p90", "age.p50", "writeback.age.p50", "evict.age.p50",
};

static void parse_measure(const char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	struct diff *diff = options->diff;
	struct zs_error error;

	if (!strcmp(arg, "help")) {
		zs_measure_print();
		exit(ZS_EXIT_OK);
	}
	if (diff->count == DIFF_MEASURES)
		zs_usage_error(state, "more than %d of -m", DIFF_MEASURES);
	if (!zs_measure_find(arg, &diff->list[diff->count].measure, &error))
		zs_usage_error(state, "%s (-m help lists all)", error.text);
	for (size_t i = 0; i < diff->count; i++)
		if (!strcmp(diff->list[i].measure.name, diff->list[diff->count].measure.name))
			return;
	diff->count++;
}

static void parse_threshold(const char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	char *end;
	double percent = strtod(arg, &end);

	if (*end == '%')
		end++;
	if (!isdigit((unsigned char)*arg) || *end || arg[strspn(arg, "0123456789.%")] ||
	    !(percent <= 1000))
		zs_usage_error(state, "-t takes percent, from 0 to 1000, not '%s'", arg);
	options->diff->options.threshold = percent / 100;
}

static uint64_t parse_number(const char *option, const char *arg, uint64_t least,
			     uint64_t most, const struct argp_state *state)
{
	uint64_t number;

	if (!zs_parse_count(arg, &number) || number < least || number > most)
		zs_usage_error(state, "%s takes a number from %llu to %llu, not '%s'", option,
			       (unsigned long long)least, (unsigned long long)most, arg);
	return number;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		recordings_init(state, &options->recordings);
		return 0;
	case 'm':
		parse_measure(arg, state);
		return 0;
	case 't':
		parse_threshold(arg, state);
		return 0;
	case KEY_WORSE:
		options->worse = true;
		return 0;
	case KEY_SEED:
		options->diff->options.seed = parse_number("--seed", arg, 1, UINT64_MAX, state);
		return 0;
	case KEY_RESAMPLES:
		options->diff->options.resamples = parse_number("--resamples", arg,
			ZS_RESAMPLES_LEAST, RESAMPLES_MOST, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp diff_argp = {
	.options = diff_options,
	.parser = parse,
	.children = recordings_children,
	.args_doc = "FILE_A FILE_B",
	.doc = "Compare two recordings, and tell real differences from chance."
	       "\vThe recordings are those of zswap-trace record.  Exit status: 0 if no "
	       "difference is real, 1 if one is (with --worse: and B is worse for it), 2 for a "
	       "wrong command line or a recording that cannot be read.",
};

/* The next fact of one recording that the other has not, or has otherwise. */
static const char *next_fact(const struct zs_recording *of, const struct zs_recording *other,
			     size_t *at, bool missing, const char **value, const char **another)
{
	const char *name;

	while ((name = zs_recording_fact_at(of, (*at)++, value))) {
		/* those of a moment differ always; and what a fact had before does not count */
		if (!strncmp(name, "start_", 6) || !strncmp(name, "end", 3) ||
		    !strcmp(name, "events_lost") || !strcmp(name, "zswap.stored_pages") ||
		    !strcmp(name, "zswap.pool_bytes") ||
		    zs_recording_fact(of, name) != *value)
			continue;
		*another = zs_recording_fact(other, name);
		if (missing ? !*another : !*another || strcmp(*value, *another))
			return name;
	}
	return NULL;
}

const char *diff_fact(const struct diff *diff, size_t nth, const char **a, const char **b)
{
	const char *name;
	size_t at = 0;

	while ((name = next_fact(diff->a.recording, diff->b.recording, &at, false, a, b)))
		if (!nth--)
			return name;
	at = 0;
	while ((name = next_fact(diff->b.recording, diff->a.recording, &at, true, b, a)))
		if (!nth--)
			return name;
	return NULL;
}

static bool open_side(struct diff_side *side, const char *path, struct zs_error *error)
{
	side->path = path;
	side->recording = zs_recording_open(path, error);
	if (!side->recording)
		return false;
	zs_recording_tell(side->recording, path);
	side->sliced = zs_sliced_read(side->recording, error);
	return side->sliced;
}

static void close_side(struct diff_side *side)
{
	zs_sliced_free(side->sliced);
	zs_recording_close(side->recording);
}

/* A measure of what happened in neither says nothing, unless somebody asked for it. */
static bool anything(const struct diff *diff, const struct zs_measure *measure)
{
	const struct diff_side *sides[] = { &diff->a, &diff->b };

	for (size_t i = 0; i < ZS_ARRAY_SIZE(sides); i++) {
		struct zs_seen seen = zs_sliced_seen(sides[i]->sliced);
		struct zs_reading value;

		zs_measure_evaluate(measure, &seen, &value);
		if (value.known && value.value > 0)
			return true;
	}
	return false;
}

static void choose_usual(struct diff *diff)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(usual); i++) {
		struct zs_measure *measure = &diff->list[diff->count].measure;

		if (zs_measure_find(usual[i], measure, NULL) && anything(diff, measure))
			diff->count++;
	}
}

/* Return: false with an error. */
static bool compare(struct diff *diff, const struct options *options, struct zs_error *error)
{
	if (!open_side(&diff->a, options->recordings.paths[0], error) ||
	    !open_side(&diff->b, options->recordings.paths[1], error))
		return false;
	if (!diff->count)
		choose_usual(diff);
	if (!zs_contrast(diff->list, diff->count, diff->a.sliced, diff->b.sliced,
			 &diff->options))
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	if (options->recordings.json)
		diff_print_json(diff);
	else
		diff_print_text(diff);
	return zs_output_flush(error) != ZS_OUTPUT_FAILED;
}

static bool differs(const struct diff *diff, bool worse)
{
	for (size_t i = 0; i < diff->count; i++)
		if (worse ? zs_contrast_worse(&diff->list[i]) : zs_contrast_real(&diff->list[i]))
			return true;
	return false;
}

int diff_main(int argc, char **argv)
{
	struct diff *diff = calloc(1, sizeof(*diff));
	struct options options = { .diff = diff, .recordings.wanted = 2 };
	struct zs_error error = { ZS_OK, "" };
	int status = EXIT_TROUBLE;

	if (!diff) {
		zs_fail(&error, ZS_ERR_SYSTEM, "out of memory");
		zs_exit_failure(&error);
		return EXIT_TROUBLE;
	}
	diff->options = (struct zs_contrast_options){
		.threshold = THRESHOLD, .resamples = RESAMPLES, .seed = 1,
	};
	command_parse(&diff_argp, argc, argv, &options);
	if (compare(diff, &options, &error))
		status = differs(diff, options.worse) ? EXIT_DIFFERENT : ZS_EXIT_OK;
	else
		zs_exit_failure(&error);
	close_side(&diff->a);
	close_side(&diff->b);
	free(diff);
	return status;
}
