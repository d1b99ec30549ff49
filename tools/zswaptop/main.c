// SPDX-License-Identifier: GPL-2.0-or-later
/* zswaptop - watch zswap live */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "completion.h"
#include "zswaptop.h"

enum {
	KEY_VIEW = 0x1000,
	KEY_FILTER,
	KEY_ASCII,
	KEY_TREE,
	KEY_FLAT,
	KEY_ROOT,
	KEY_OPENMETRICS,
};

/**
 * struct options - the command line
 * @common: of all tools
 * @settings: of the file, and what the command line says instead
 * @sort: argument of -s; NULL without
 * @filter: of --filter; NULL without
 * @count: of -n; 0 without
 * @batch: -b
 * @openmetrics: --openmetrics
 * @problem: with the settings' file
 */
struct options {
	struct zs_common common;
	struct settings settings;
	const char *sort;
	const char *filter;
	uint64_t count;
	bool batch;
	bool openmetrics;
	char problem[512];
};

/* What prints: without a screen. */
struct top {
	const struct options *options;
	void (*print)(const struct top_sample *sample);
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
	{ "view", KEY_VIEW, "VIEW", 0,
	  "Begin with: overview, cgroups, processes, rejects, histograms, devices or events", 2 },
	{ "sort", 's', "KEY", 0, "Sort that view by this column", 2 },
	{ "filter", KEY_FILTER, "TEXT", 0, "Show only its rows that have this text", 2 },
	{ "tree", KEY_TREE, NULL, 0, "Cgroups as a tree", 2 },
	{ "flat", KEY_FLAT, NULL, 0, "Cgroups as a list", 2 },
	{ "ascii", KEY_ASCII, NULL, 0, "No other characters than ASCII's", 2 },
	/* for tests: a machine that consists of files */
	{ "root", KEY_ROOT, "FOLDER", OPTION_HIDDEN, "Prefix of /proc and /sys", 2 },
	{ 0 },
};

static void parse_view(const struct argp_state *state, struct options *options, const char *arg)
{
	if (view_find(arg) < 0)
		zs_usage_error(state, "'%s' is no view: overview, cgroups, processes, rejects, histograms, devices or events",
			       arg);
	snprintf(options->settings.view, sizeof(options->settings.view), "%s", arg);
}

/* -s is about the view that is shown first; without --view, about one that it fits. */
static void parse_sort(const struct argp_state *state, struct options *options)
{
	struct settings *settings = &options->settings;
	int view = *settings->view ? view_find(settings->view) : 0;
	char keys[512];

	if (!view_sort_keys(view, keys, sizeof(keys))) {
		view = view_find("cgroups");
		snprintf(settings->view, sizeof(settings->view), "cgroups");
		view_sort_keys(view, keys, sizeof(keys));
	}
	if (!view_sort_known(view, options->sort))
		zs_usage_error(state, "'%s' is no column of the view %s: %s", options->sort,
			       view_name(view), keys);
	snprintf(settings->sort[view], SETTINGS_WORD, "%s", options->sort);
	settings->inverted[view] = false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state, &options->common);
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &options->settings.delay);
		return 0;
	case 'n':
		zs_option_count(state, "-n", arg, &options->count);
		return 0;
	case 'b':
		options->batch = true;
		return 0;
	case 's':
		options->sort = arg;
		return 0;
	case KEY_VIEW:
		parse_view(state, options, arg);
		return 0;
	case KEY_FILTER:
		options->filter = arg;
		return 0;
	case KEY_TREE:
	case KEY_FLAT:
		options->settings.tree = key == KEY_TREE;
		return 0;
	case KEY_ASCII:
		options->settings.ascii = true;
		return 0;
	case KEY_OPENMETRICS:
		options->openmetrics = true;
		return 0;
	case KEY_ROOT:
		options->common.source.root = arg;
		return 0;
	case ARGP_KEY_END:
		if (options->sort)
			parse_sort(state, options);
		if (options->openmetrics &&
		    (options->common.json || options->batch || options->count))
			zs_usage_error(state, "--openmetrics is one text: leave out --json, -b and -n");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = top_options,
	.parser = parse,
	.children = zs_common_children,
	.doc = "Watch zswap live: how full its pool is, what it does, how long that takes."
	       "\vKeys: h shows them, q ends.  Exit status: 0, 1 after a failure, 2 for a wrong command line.",
};

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

/* On stderr, when it is news. */
static void tell_state(struct top *top)
{
	const char *state = zs_pool_state(&top->sample.pool);

	if (state == top->state)
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
	if (!(wake & ZS_WAKE_TICK))
		return true;
	if (!take_sample(top, error)) {
		*ok = false;
		return false;
	}
	tell_state(top);
	top->print(&top->sample);
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
	    !zs_clock_interval(&top->clock, top->options->settings.delay, error))
		return false;
	tell_state(top);
	do {
		wake = zs_clock_wait(&top->clock, error);
		ok = wake >= 0;
	} while (ok && handle(top, wake, &left, &ok, error));
	return ok;
}

static bool print_lines(const struct options *options, struct zs_error *error)
{
	struct top top = {
		.options = options,
		.print = options->common.json ? json_print : batch_print,
	};
	struct zs_common common = options->common;
	bool ok;

	if (*options->problem)
		fprintf(stderr, "zswaptop: %s\n", options->problem);
	if (!zs_clock_start(&top.clock, -1, error))
		return false;
	top.source = zs_common_open(&common, error);
	ok = top.source;
	if (ok) {
		top.sample.source = top.source;
		top.sample.root = common.source.root;
		top.sample.thrash = common.source.thrash ? common.source.thrash :
				    ZS_THRASH_DEFAULT;
		zs_common_tell(top.source, "");
		ok = run(&top, error);
	}
	zs_source_close(top.source);
	zs_clock_stop(&top.clock);
	return ok;
}

static bool top_main(const struct options *options, struct zs_error *error)
{
	if (options->openmetrics)
		return top_openmetrics(&options->common, options->settings.delay, error);
	if (options->common.json || options->batch || !ui_possible())
		return print_lines(options, error);
	return app_run(&options->common, &options->settings, options->filter, options->problem,
		       options->count, error);
}

static int completion_main(char **argv)
{
	char names[512], keys[1024];
	const struct zs_completion_words words[] = {
		{ "VIEW", names }, { "KEY", keys }, { NULL, NULL },
	};
	const struct zs_completion completion = { "zswaptop", &argp, NULL, words };

	view_every_name(names, sizeof(names));
	view_every_sort_key(keys, sizeof(keys));
	return zs_completion_main(&completion, argv);
}

int main(int argc, char **argv)
{
	struct options options = { .count = 0 };
	struct zs_error error = { ZS_OK, "" };

	zs_output_begin();
	if (zs_completion_asked(argc, argv))
		return completion_main(argv);
	setlocale(LC_CTYPE, "");
	settings_default(&options.settings);
	/* the command line comes later, and wins */
	settings_read(&options.settings, options.problem, sizeof(options.problem));
	zs_options_parse(&argp, argc, argv, "zswaptop " ZSWAPSCOPE_VERSION,
			 &options);
	if (top_main(&options, &error))
		return ZS_EXIT_OK;
	return zs_exit_failure(&error);
}
