// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <bpf/libbpf.h>

#include "check.h"
#include "commands.h"
#include "dump.h"
#include "files.h"
#include "kernel.h"

#define SECONDS_DEFAULT	3.0

enum { KEY_BTF = 0x300 };

struct options {
	struct zs_common common;
	double seconds;
	const char *btf;
};

static const struct argp_option check_options[] = {
	{ "duration", 'd', "SECS", 0, "Compare what is counted in so many seconds (3)", 1 },
	{ "btf", KEY_BTF, "FILE", 0,
	  "Judge another kernel, by a copy of its /sys/kernel/btf/vmlinux", 1 },
	{ 0 },
};

/* Nothing of the running kernel is asked then. */
static void check_btf_alone(const struct options *options, struct argp_state *state)
{
	const struct zs_common *common = &options->common;

	if (options->btf && (common->cgroup || common->source.pid || common->source.kind ||
			     options->seconds))
		zs_usage_error(state, "--btf judges a kernel that does not run: leave out -c, -p, -d and --source");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state, &options->common);
		return 0;
	case 'd':
		zs_option_seconds(state, "-d", arg, &options->seconds);
		return 0;
	case KEY_BTF:
		zs_option_name(state, "--btf", "a file", arg, &options->btf);
		return 0;
	case ARGP_KEY_END:
		check_btf_alone(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp check_argp = {
	.options = check_options,
	.parser = parse,
	.children = zs_common_children,
	.doc = "What zswapscope can see on this machine, and whether all who count agree."
	       "\vWhile zswap is at work, what the BPF programs count is compared with ftrace's "
	       "triggers, /proc/vmstat and debugfs, exactly.  With -c or -p it counts a part, "
	       "and that differs from all of it.  Exit status: 0, 1 after a failure or when "
	       "something differs, 2 for a wrong command line or a file that is no BTF; with "
	       "--btf 1 if no source with BPF would work there.",
};

/*
 * The machine
 */

static enum zs_known read_enabled(const char *module)
{
	char path[128], word[8];

	zs_path(path, sizeof(path), NULL, "/sys/module/%s/parameters/enabled", module);
	if (!zs_read_line(path, word, sizeof(word)))
		return ZS_UNKNOWN;
	return word[0] == 'Y' ? ZS_YES : ZS_NO;
}

static void read_machine(struct check_report *report)
{
	struct utsname name;

	if (!uname(&name))
		snprintf(report->release, sizeof(report->release), "%s", name.release);
	zs_environment_read(&report->env, NULL);
	zs_pool_read(&report->pool, NULL);
	for (size_t i = 0; i < ZS_EVENTS; i++)
		report->events[i] = report->env.tracefs != ZS_YES ? ZS_UNKNOWN :
				    zs_environment_event(zs_events[i].name, NULL);
	report->ours_enabled = read_enabled(ZS_MODULE);
	report->stock_enabled = read_enabled("zswap");
}

/* That a source works is known when it has worked. Return: which it was. */
static enum zs_source_kind try_source(struct check_source *result, enum zs_source_kind kind,
				      bool verbose)
{
	struct zs_options options = { .kind = kind, .verbose = verbose };
	struct zs_source *source = zs_source_open(&options, &result->why);

	result->works = source;
	if (source) {
		kind = zs_source_kind(source);
		snprintf(result->note, sizeof(result->note), "%s", zs_source_note(source));
	}
	zs_source_close(source);
	return kind;
}

static bool first_choice(enum zs_source_kind kind)
{
	return kind == ZS_SOURCE_TP_BTF || kind == ZS_SOURCE_FENTRY;
}

static void try_sources(struct check_report *report, bool verbose)
{
	struct zs_kernel *kernel = zs_kernel_open(NULL, true, NULL, NULL);
	static struct check_source chosen;

	report->chosen = try_source(&chosen, ZS_SOURCE_AUTO, verbose);
	for (int kind = ZS_SOURCE_TP_BTF; kind < ZS_SOURCE_COUNT; kind++) {
		struct check_source *source = &report->sources[kind];

		/* not twice, where nothing has to be said of what was not chosen */
		if (kind == (int)report->chosen && first_choice(kind))
			*source = chosen;
		else
			try_source(source, kind, verbose);
		source->planned = kernel && zs_plan_make(&source->plan, kernel, kind, NULL);
	}
	zs_kernel_close(kernel);
}

/*
 * The comparison
 */

static bool is_active(const struct zs_pool *pool)
{
	return (pool->have & ZS_HAVE_PARAMETERS) && pool->enabled &&
	       (pool->have & ZS_HAVE_MEMORY) && pool->swap_bytes;
}

/* Return: false with an error. */
static bool compare(struct check_report *report, struct options *options,
		    struct zs_clock *clock, struct zs_error *error)
{
	struct zs_source *source;
	bool ok = true;

	if (!is_active(&report->pool)) {
		snprintf(report->not_compared, sizeof(report->not_compared),
			 "zswap is not at work: %s", zs_pool_state(&report->pool));
		return true;
	}
	source = zs_common_open(&options->common, error);
	if (!source) {
		bool asked = options->common.source.kind != ZS_SOURCE_AUTO;

		snprintf(report->not_compared, sizeof(report->not_compared), "%s",
			 error->text);
		if (!asked)
			error->code = ZS_OK;
		return !asked;
	}
	report->used = zs_source_kind(source);
	if (report->used == ZS_SOURCE_COUNTERS) {
		const char *why = *zs_source_note(source) ? zs_source_note(source) : "";

		snprintf(report->not_compared, sizeof(report->not_compared),
			 "it takes a source with BPF, and this is counters; %.400s", why);
	} else {
		ok = zs_reconcile(source, clock, options->seconds, NULL,
				  &report->reconciliation, error);
	}
	zs_source_close(source);
	return ok;
}

/* In one line, for those who read nothing else. */
static bool judge(const struct zs_reconciliation *result, struct zs_error *error)
{
	size_t count = zs_reconcile_differences(result);
	const struct zs_pair *worst = NULL;

	if (!count)
		return true;
	for (size_t i = 0; i < result->count && !worst; i++)
		if (!result->pairs[i].inexact && zs_best_known(result->pairs[i].best) &&
		    zs_best_difference(result->pairs[i].best))
			worst = &result->pairs[i];
	if (!worst)
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "%zu differences: pages that are stored, or what is counted by cgroup and process; see the table",
			       count);
	return zs_fail(error, ZS_ERR_SYSTEM, "%zu differences, the first: %s and %s by %lld",
		       count, worst->name, worst->of,
		       (long long)zs_best_difference(worst->best));
}

static void check(struct check_report *report, struct options *options,
		  struct zs_clock *clock, struct zs_error *error)
{
	const bool verbose = options->common.source.verbose;

	if (options->common.cgroup &&
	    !zs_cgroup_find(options->common.cgroup, &options->common.source.cgroup, error))
		return;
	if (options->common.source.pid && !zs_process_find(options->common.source.pid, error))
		return;
	read_machine(report);
	try_sources(report, verbose);
	if (!options->common.json) {
		check_print_matrix(report);
		if (zs_output_flush(error) != ZS_OUTPUT_OK)
			return;
	}
	if (!compare(report, options, clock, error) && !*report->not_compared)
		return;
	/* a signal: there is nothing to be shown */
	if (report->reconciliation.ended)
		return;
	if (options->common.json)
		check_print_json(report);
	else
		check_print_comparison(report);
	if (zs_output_flush(error) == ZS_OUTPUT_OK && !*report->not_compared)
		judge(&report->reconciliation, error);
}

/*
 * A file
 */

static int check_file(struct check_report *report, const struct options *options)
{
	struct check_source *fentry = &report->sources[ZS_SOURCE_FENTRY];
	struct zs_error error = { ZS_OK, "" };
	struct zs_kernel *kernel;

	libbpf_set_print(NULL);
	kernel = zs_kernel_open(options->btf, false, NULL, &error);
	if (!kernel) {
		zs_exit_failure(&error);
		return ZS_EXIT_USAGE;
	}
	report->btf = options->btf;
	fentry->works = zs_plan_make(&fentry->plan, kernel, ZS_SOURCE_FENTRY, &fentry->why);
	fentry->planned = fentry->works;
	zs_kernel_close(kernel);
	if (options->common.json)
		check_print_json(report);
	else
		check_print_matrix(report);
	if (zs_output_flush(&error) == ZS_OUTPUT_FAILED)
		return zs_exit_failure(&error);
	return fentry->works ? ZS_EXIT_OK : ZS_EXIT_FAILURE;
}

int check_main(int argc, char **argv)
{
	static struct check_report report;
	struct options options = { .seconds = 0 };
	struct zs_error error = { ZS_OK, "" };
	struct zs_clock clock;

	command_parse(&check_argp, argc, argv, &options);
	if (options.btf)
		return check_file(&report, &options);
	if (!options.seconds)
		options.seconds = SECONDS_DEFAULT;
	if (zs_clock_start(&clock, -1, &error)) {
		check(&report, &options, &clock, &error);
		zs_clock_stop(&clock);
	}
	return zs_exit_status(&error);
}
