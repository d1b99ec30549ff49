// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

enum {
	KEY_JSON = 0x100,
	KEY_SOURCE,
	KEY_PAIRS,
	KEY_THRASH,
};

static const struct argp_option common_options[] = {
	{ "cgroup", 'c', "CGROUP", 0,
	  "Only pages of this cgroup (not of those below it): a path below /sys/fs/cgroup", 10 },
	{ "pid", 'p', "PID", 0,
	  "Only this process's pages, or what it did to pages whose owner is not known", 10 },
	{ "pairs", KEY_PAIRS, "N", 0,
	  "Tell so many pairs of cgroup and process apart (160); the others are counted together", 20 },
	{ "thrash", KEY_THRASH, "SECS", 0,
	  "Pages that come back within this time are thrash (60)", 20 },
	{ "json", KEY_JSON, NULL, 0, "One JSON object per interval", 20 },
	{ "source", KEY_SOURCE, "SOURCE", 0,
	  "Where events come from: auto; tp_btf or raw_tp (our tracepoints); fentry or "
	  "kprobe (the kernel's own zswap); counters (no BPF)", 20 },
	{ "verbose", 'v', NULL, 0, "Let libbpf explain itself on stderr", 20 },
	{ 0 },
};

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	struct zs_common *common = state->input;
	uint64_t pid;

	switch (key) {
	case 'c':
		zs_option_name(state, "-c", "the path of a cgroup", arg, &common->cgroup);
		return 0;
	case 'p':
		if (!zs_parse_count(arg, &pid) || pid > INT_MAX)
			zs_usage_error(state, "'%s' is no process number", arg);
		common->source.pid = (pid_t)pid;
		return 0;
	case KEY_JSON:
		common->json = true;
		return 0;
	case KEY_SOURCE:
		if (!zs_source_kind_parse(arg, &common->source.kind))
			zs_usage_error(state,
				       "'%s' is no source: auto, tp_btf, raw_tp, fentry, kprobe or counters",
				       arg);
		return 0;
	case KEY_PAIRS:
		if (!zs_parse_count(arg, &common->source.pairs) ||
		    common->source.pairs > ZS_PAIRS_MOST)
			zs_usage_error(state, "--pairs takes a number from 1 to %d, not '%s'",
				       ZS_PAIRS_MOST, arg);
		return 0;
	case KEY_THRASH:
		zs_option_seconds(state, "--thrash", arg, &common->source.thrash);
		return 0;
	case 'v':
		common->source.verbose = true;
		return 0;
	/* which the tool's own parser has not taken */
	case ARGP_KEY_ARG:
		zs_usage_error(state, "'%s' is one word too many", arg);
	case ARGP_KEY_END:
		if (common->source.kind == ZS_SOURCE_COUNTERS &&
		    (common->cgroup || common->source.pid))
			zs_usage_error(state,
				       "--source counters cannot tell cgroups or processes apart: leave out -c and -p");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp common_argp = {
	.options = common_options,
	.parser = parse_common,
};

const struct argp_child zs_common_children[] = {
	{ &common_argp, 0, NULL, 0 },
	{ 0 },
};

void zs_options_parse(const struct argp *argp, int argc, char **argv,
		      const char *version, void *input)
{
	argp_program_version = version;
	argp_err_exit_status = ZS_EXIT_USAGE;
	/* getopt's messages start with it, as all of ours do. */
	argv[0] = program_invocation_short_name;
	argp_parse(argp, argc, argv, 0, NULL, input);
}

/*
 * For an option that it does not know, getopt prints a line that says so, and
 * argp then adds one of its own ("Try ... --help").  One is enough.
 */
void zs_options_init(struct argp_state *state, struct zs_common *common)
{
	FILE *nowhere = fopen("/dev/null", "we");

	if (nowhere)
		state->err_stream = nowhere;
	if (common)
		state->child_inputs[0] = common;
}

void zs_usage_error(const struct argp_state *state, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", state->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(ZS_EXIT_USAGE);
}

void zs_option_seconds(const struct argp_state *state, const char *option,
		       const char *arg, double *seconds)
{
	if (!zs_parse_seconds(arg, seconds))
		zs_usage_error(state, "%s takes seconds, " ZS_SECONDS_TEXT ", not '%s'", option, arg);
}

void zs_option_count(const struct argp_state *state, const char *option,
		     const char *arg, uint64_t *count)
{
	if (!zs_parse_count(arg, count))
		zs_usage_error(state, "%s takes a number from 1 up, not '%s'", option, arg);
}

void zs_option_name(const struct argp_state *state, const char *option, const char *what,
		    const char *arg, const char **name)
{
	if (!*arg)
		zs_usage_error(state, "%s needs %s", option, what);
	*name = arg;
}

bool zs_common_find(struct zs_common *common, struct zs_error *error)
{
	struct zs_options *options = &common->source;

	if (common->cgroup &&
	    !zs_cgroup_find(common->cgroup, &options->cgroup, error))
		return false;
	return !options->pid || zs_process_find(options->pid, error);
}

struct zs_source *zs_common_open(struct zs_common *common,
				 struct zs_error *error)
{
	return zs_common_find(common, error) ? zs_source_open(&common->source, error) : NULL;
}

void zs_common_tell(const struct zs_source *source, const char *more)
{
	fprintf(stderr, "%s: source: %s%s\n", program_invocation_short_name,
		zs_source_kind_name(zs_source_kind(source)), more);
	if (*zs_source_note(source))
		fprintf(stderr, "%s: %s\n", program_invocation_short_name,
			zs_source_note(source));
}

int zs_exit_failure(const struct zs_error *error)
{
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, error->text);
	return error->code == ZS_ERR_ARGUMENT ? ZS_EXIT_USAGE : ZS_EXIT_FAILURE;
}

int zs_exit_status(const struct zs_error *error)
{
	return error->code == ZS_OK ? ZS_EXIT_OK : zs_exit_failure(error);
}
