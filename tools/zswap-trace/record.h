/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of zswap-trace record share. */
#ifndef ZSWAP_TRACE_RECORD_H
#define ZSWAP_TRACE_RECORD_H

#include "child.h"
#include "recording.h"
#include "stream-options.h"
#include "zswapscope.h"

/**
 * struct record_options - what to record
 * @stream: which events, and for how long
 * @output: the file; "-": stdout
 * @command: behind "--", or NULL
 */
struct record_options {
	struct stream_options stream;
	const char *output;
	char **command;
};

/**
 * struct record_result - what was recorded
 * @events: in the file
 * @lost: events for which there was no room
 * @missed: events that the kernel did not hand to our programs
 * @owned: some of @events know whose page it was
 * @bytes: of the file
 * @time_ns: how long it took
 * @started: there is something to tell
 * @not_run: the command could not be run
 */
struct record_result {
	uint64_t events;
	uint64_t lost;
	uint64_t missed;
	bool owned;
	uint64_t bytes;
	uint64_t time_ns;
	bool started;
	bool not_run;
};

/**
 * record_run - record until that ends, one way or another
 * @options: what
 * @clock: signals, and the command
 * @child: the command, which is let go and waited for; NULL: there is none
 * @result: the result, also of a failure
 * @error: why it ended early
 */
void record_run(const struct record_options *options, struct zs_clock *clock,
		struct zs_child *child, struct record_result *result, struct zs_error *error);

/* ---- facts: record-facts.c --------------------------------------------- */

/* Of the machine and of what is recorded, before the first event. */
void record_facts_begin(struct zs_recorder *recorder, const struct zs_source *source,
			const struct record_options *options);

/* Of the run.  @child: NULL: there was no command. */
void record_facts_end(struct zs_recorder *recorder, const struct record_result *result,
		      const struct zs_child *child, const char *root);

/* One state of the pool, as it is now; @pool has been read once. */
bool record_state(struct zs_recorder *recorder, struct zs_pool *pool, const char *root,
		  struct zs_error *error);

/* ---- names: record-names.c --------------------------------------------- */

struct record_names;

/* Return: NULL: no memory. */
struct record_names *record_names_new(void);
void record_names_free(struct record_names *names);

/* Whom this event names is to be looked up, if he is new. */
void record_names_note(struct record_names *names, const struct zswap_event *event);

/**
 * record_names_write - look up those who are new, and hand their names to the recorder
 * @names: the names
 * @recorder: gets them
 * @source: knows processes that are gone
 * @root: prefix of /sys, or NULL
 * @until: go on at another time after this time; UINT64_MAX: all of them
 */
void record_names_write(struct record_names *names, struct zs_recorder *recorder,
			const struct zs_source *source, const char *root, uint64_t until);

/* All processes once more: who was seen before it became another program. */
void record_names_again(struct record_names *names, struct zs_recorder *recorder,
			const struct zs_source *source);

#endif /* ZSWAP_TRACE_RECORD_H */
