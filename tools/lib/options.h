/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that all tools have, and how all tools take a wrong one. */
#ifndef ZS_OPTIONS_H
#define ZS_OPTIONS_H

#include <argp.h>

#include "output.h"
#include "zswapscope.h"

#define ZS_EXIT_OK	0
#define ZS_EXIT_FAILURE	1
#define ZS_EXIT_USAGE	2

/**
 * struct zs_common - what the common options say
 * @source: -p, --source and -v
 * @cgroup: argument of -c; NULL without
 * @json: --json
 */
struct zs_common {
	struct zs_options source;
	const char *cgroup;
	bool json;
};

/*
 * The only children of a tool's own argp; their input is a struct zs_common.  A word that the
 * tool's parser leaves is one too many.
 */
extern const struct argp_child zs_common_children[];

/**
 * zs_options_parse - argp_parse() as our tools do it
 * @argp: the tool's options
 * @argc: from main()
 * @argv: from main()
 * @version: text for --version
 * @input: for the parser
 *
 * A wrong command line ends the program: one line on stderr, exit status 2.
 */
void zs_options_parse(const struct argp *argp, int argc, char **argv,
		      const char *version, void *input);

/**
 * zs_options_init - must be called by a tool's parser for ARGP_KEY_INIT
 * @state: of the parser
 * @common: input of zs_common_children; NULL: they are not the parser's children
 */
void zs_options_init(struct argp_state *state, struct zs_common *common);

/* One line on stderr, exit status 2. */
void zs_usage_error(const struct argp_state *state, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/**
 * zs_option_seconds - the argument of an option that takes seconds
 * @state: of the parser
 * @option: as it is typed, for the message
 * @arg: the argument; a wrong one ends the program, see zs_usage_error()
 * @seconds: the result
 */
void zs_option_seconds(const struct argp_state *state, const char *option,
		       const char *arg, double *seconds);

/* The same of an option that takes a number of times, or of things: at least 1. */
void zs_option_count(const struct argp_state *state, const char *option,
		     const char *arg, uint64_t *count);

/**
 * zs_option_name - the argument of an option that takes the name of something
 * @state: of the parser
 * @option: as it is typed, for the message
 * @what: it names, for the message
 * @arg: the argument; an empty one ends the program, see zs_usage_error()
 * @name: the result
 */
void zs_option_name(const struct argp_state *state, const char *option, const char *what,
		    const char *arg, const char **name);

/**
 * zs_common_find - look up the cgroup and the process
 * @common: the options
 * @error: which of them there is not
 */
bool zs_common_find(struct zs_common *common, struct zs_error *error);

/**
 * zs_common_open - look up the cgroup and the process, and open the source
 * @common: the options
 * @error: why not
 */
struct zs_source *zs_common_open(struct zs_common *common,
				 struct zs_error *error);

/**
 * zs_common_tell - say on stderr which source is in use, and what it does without
 * @source: the source
 * @more: to go on with behind its name, or ""
 */
void zs_common_tell(const struct zs_source *source, const char *more);

/**
 * zs_exit_failure - say why a tool failed, on stderr
 * @error: why
 *
 * Return: the tool's exit status.
 */
int zs_exit_failure(const struct zs_error *error);

/* The same, of an error that there may not be. */
int zs_exit_status(const struct zs_error *error);

#endif /* ZS_OPTIONS_H */
