// SPDX-License-Identifier: GPL-2.0-or-later
/* zswaptop - watch zswap live */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zswaptop.h"

struct options {
	struct zs_common common;
	double delay;
	uint64_t count;
	bool batch;
	bool openmetrics;
};

enum { KEY_OPENMETRICS = 0x200 };

struct top {
	const struct options *options;
	const struct top_view *view;
	struct zs_source *source;
	struct zs_clock clock;
	struct zs_snapshot first;
	struct zs_snapshot last;
	struct top_sample sample;
	const char *state;
};

static const struct argp_option top_options[] = {
	{ "delay", 'd', "SECS", 0, "Seconds between two refreshes (1; fractions are fine)", 1 },
	{ "count", 'n', "N", 0, "End after N refreshes", 1 },
	{ "batch", 'b', NULL, 0, "A line per interval; by itself when the output is no terminal", 1 },
	{ "openmetrics", KEY_OPENMETRICS, NULL, 0,
	  "Once, after the first interval, all of it as Prometheus reads it", 1 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state);
		state->child_inputs[0] = &options->common;
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &options->delay);
		return 0;
	case 'n':
		if (!zs_parse_count(arg, &options->count))
			zs_usage_error(state, "-n takes a number from 1 up, not '%s'", arg);
		return 0;
	case 'b':
		options->batch = true;
		return 0;
	case KEY_OPENMETRICS:
		options->openmetrics = true;
		return 0;
	case ARGP_KEY_END:
		if (options->openmetrics && (options->common.json || options->batch || options->count))
			zs_usage_error(state, "--openmetrics is one text: leave out --json, -b and -n");
		return 0;
	case ARGP_KEY_ARG:
		zs_usage_error(state, "'%s' is one word too many", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = top_options,
	.parser = parse,
	.children = zs_common_children,
	.doc = "Watch zswap live: how full its pool is, what it does, how long that takes."
	       "\vKeys: q ends.  Exit status: 0, 1 after a failure, 2 for a wrong command line.",
};

double top_seconds(const struct zs_snapshot *snapshot)
{
	return snapshot->time_ns ? (double)snapshot->time_ns / ZS_NSEC : 1;
}

#define RATE(name, column, member, counted, stock) \
	{ name, column, offsetof(struct zswap_stats, member), counted, stock }
const struct top_rate top_rates[TOP_RATES] = {
	RATE("stores",	    "store/s",	usage.stores,	   true,  true),
	RATE("loads",	    "load/s",	usage.loads,	   true,  true),
	RATE("writebacks",  "wb/s",	usage.writebacks,  true,  true),
	RATE("evictions",   "evict/s",	usage.evicts,	   false, false),
	RATE("rejects",	    "reject/s", usage.rejects,	   true,  true),
	RATE("invalidates", "inval/s",	usage.invalidates, false, true),
	RATE("disk reads",  "disk/s",	usage.disk_reads,  true,  true),
	RATE("refaults",    "refault/s", usage.refaults,   false, true),
	RATE("restores",    "restore/s", usage.restores,   false, true),
};

static bool rate_known(const struct top_rate *rate, enum zs_source_kind kind)
{
	switch (kind) {
	case ZS_SOURCE_COUNTERS:
		return rate->counted;
	case ZS_SOURCE_FENTRY:
	case ZS_SOURCE_KPROBE:
		return rate->stock;
	default:
		return true;
	}
}

char *top_format_rate(char text[ZS_TEXT], const struct top_rate *rate,
		      const struct top_sample *sample,
		      const struct zs_snapshot *snapshot)
{
	if (!rate_known(rate, zs_source_kind(sample->source)))
		return strcpy(text, "-");
	return zs_format_number(text, (double)top_count(rate, snapshot) /
				      top_seconds(snapshot));
}

/* The screen needs a terminal at both ends that can place the cursor. */
static bool screen_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) && term && *term &&
	       strcmp(term, "dumb");
}

static const struct top_view *choose_view(const struct options *options)
{
	if (options->common.json)
		return &top_view_json;
	if (options->batch || !screen_possible())
		return &top_view_batch;
	return &top_view_screen;
}

static bool start_view(struct top *top)
{
	if (!top->view->start || top->view->start())
		return true;
	/* Only a terminal can refuse. */
	top->view = &top_view_batch;
	return !top->view->start || top->view->start();
}

static bool take_sample(struct top *top, struct zs_error *error)
{
	struct zs_snapshot now;

	if (!zs_source_snapshot(top->source, &now, error))
		return false;
	zs_snapshot_subtract(&top->sample.interval, &now, &top->last);
	zs_snapshot_subtract(&top->sample.total, &now, &top->first);
	top->last = now;
	zs_pool_read(&top->sample.pool, top->options->common.source.root);
	top->sample.wall = time(NULL);
	return true;
}

/* On stderr, when it is news; the screen shows it by itself. */
static void tell_state(struct top *top)
{
	const char *state = zs_pool_state(&top->sample.pool);

	if (top->view == &top_view_screen || state == top->state)
		return;
	if (top->state || strcmp(state, "enabled"))
		fprintf(stderr, "zswaptop: zswap is %s\n", state);
	top->state = state;
}

/* Return: whether to go on. */
static bool handle(struct top *top, int wake, uint64_t *left, bool *ok,
		   struct zs_error *error)
{
	if (wake & (ZS_WAKE_END | ZS_WAKE_CLOSED))
		return false;
	if ((wake & ZS_WAKE_INPUT) && top->view->key &&
	    top->view->key(&top->sample))
		return false;
	if ((wake & ZS_WAKE_RESIZE) && top->view->resize)
		top->view->resize(&top->sample);
	if (!(wake & ZS_WAKE_TICK))
		return true;
	if (!take_sample(top, error)) {
		*ok = false;
		return false;
	}
	tell_state(top);
	top->view->show(&top->sample);
	switch (zs_output_flush(error)) {
	case ZS_OUTPUT_OK:
		break;
	case ZS_OUTPUT_FAILED:
		*ok = false;
		return false;
	case ZS_OUTPUT_CLOSED:
		return false;
	}
	return !*left || --*left;
}

static bool run(struct top *top, struct zs_error *error)
{
	uint64_t left = top->options->count;
	bool ok = true;
	int wake;

	if (!zs_source_snapshot(top->source, &top->first, error))
		return false;
	top->last = top->first;
	if (!take_sample(top, error) ||
	    !zs_clock_interval(&top->clock, top->options->delay, error))
		return false;
	tell_state(top);
	if (!start_view(top))
		return zs_fail(error, ZS_ERR_SYSTEM, "no way to show anything");
	/* A screen should not stay empty until the first interval is over. */
	if (top->view->resize)
		top->view->resize(&top->sample);
	do {
		wake = zs_clock_wait(&top->clock, error);
		ok = wake >= 0;
	} while (ok && handle(top, wake, &left, &ok, error));
	if (top->view->stop)
		top->view->stop();
	return ok;
}

static bool top_main(const struct options *options, struct zs_error *error)
{
	struct top top = { .options = options, .view = choose_view(options) };
	struct zs_common common = options->common;
	bool ok;

	if (!zs_clock_start(&top.clock, top.view == &top_view_screen ?
			    STDIN_FILENO : -1, error))
		return false;
	top.source = zs_common_open(&common, error);
	ok = top.source;
	if (ok) {
		top.sample.source = top.source;
		top.sample.delay = options->delay;
		if (top.view != &top_view_screen)
			fprintf(stderr, "zswaptop: source: %s\n",
				zs_source_kind_name(zs_source_kind(top.source)));
		if (*zs_source_note(top.source))
			fprintf(stderr, "zswaptop: %s\n",
				zs_source_note(top.source));
		ok = run(&top, error);
	}
	zs_source_close(top.source);
	zs_clock_stop(&top.clock);
	return ok;
}

int main(int argc, char **argv)
{
	struct options options = { .delay = 1 };
	struct zs_error error = { ZS_OK, "" };

	setlocale(LC_CTYPE, "");
	zs_options_parse(&argp, argc, argv, "zswaptop " ZSWAPSCOPE_VERSION,
			 &options);
	if (options.openmetrics ? top_openmetrics(&options.common, options.delay, &error) :
	    top_main(&options, &error))
		return ZS_EXIT_OK;
	return zs_exit_failure(&error);
}
