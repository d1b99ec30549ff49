/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswap-trace --expect: a run of a command, judged by what zswap did meanwhile. */
#ifndef ZSWAP_TRACE_EXPECTATIONS_H
#define ZSWAP_TRACE_EXPECTATIONS_H

#include "child.h"
#include "expect.h"
#include "options.h"

#define EXPECTATIONS_MOST	64

/**
 * struct expectations - what is expected, and of what
 * @list: all of --expect
 * @count: how many
 * @command: behind --; or NULL
 * @seconds: how long to look without a command
 */
struct expectations {
	struct zs_expectation list[EXPECTATIONS_MOST];
	size_t count;
	char **command;
	double seconds;
};

/**
 * struct expectations_result - what was seen
 * @interval: from before the command's first instruction until it had ended
 * @values: of each expectation
 * @judged: and what is to be said of it
 * @source: that it comes from
 * @status: of the command, see zs_child_wait()
 * @ok: all is as expected
 */
struct expectations_result {
	struct zs_snapshot interval;
	struct zs_reading values[EXPECTATIONS_MOST];
	enum zs_judgement judged[EXPECTATIONS_MOST];
	const struct zs_source *source;
	int status;
	bool ok;
};

/* One more, from the command line; a wrong one ends the program, "help" as well. */
void expectations_add(struct expectations *expectations, const char *text,
		      const struct argp_state *state);

/* Return: the exit status: 0 if all is as expected, or else 1. */
int expectations_run(const struct expectations *expectations,
		     const struct zs_common *common);

void expectations_print_text(const struct expectations *expectations,
			     const struct expectations_result *result);
void expectations_print_json(const struct expectations *expectations,
			     const struct expectations_result *result);

#endif /* ZSWAP_TRACE_EXPECTATIONS_H */
