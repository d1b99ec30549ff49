/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswap-trace --by: what happened, apart for each cgroup, process, reason or swap area. */
#ifndef ZSWAP_TRACE_BY_H
#define ZSWAP_TRACE_BY_H

#include <json-c/json.h>

#include "dump.h"

#define BY_TOP_DEFAULT	5

enum by {
	BY_NOTHING,
	BY_CGROUP,
	BY_PID,
	BY_COMM,
	BY_REASON,	/* of rejects, and nothing else */
	BY_DEVICE,
	BY_COUNT
};

/**
 * struct by_group - one of them
 * @who: of a cgroup, its number; of a process, that and its role
 * @number: of a reason or a swap area
 * @name: that may be printed: UTF-8, without control characters
 * @usage: of an interval
 */
struct by_group {
	struct zswap_who who;
	unsigned int number;
	char *name;
	struct zswap_usage usage;
};

/**
 * struct by_groups - those of which there is something to tell
 * @by: what they are
 * @list: those with the most events first
 * @count: how many
 * @other: all that are not in the list, together
 * @others: how many these are; 0: not known, or none
 */
struct by_groups {
	enum by by;
	struct by_group *list;
	size_t count;
	struct zswap_usage other;
	size_t others;
};

/* "cgroup"; false if it is none. */
const char *by_name(enum by by);
bool by_parse(const char *name, enum by *by);

/* What zs_options.count_by has to be. */
unsigned int by_count_by(enum by by);

/**
 * struct by_past - what was counted before an interval
 * @usages: by number
 * @count: of them
 * @areas: names of swap areas, by type, as far as they are known: one may have gone since
 */
struct by_past {
	struct zswap_usage *usages;
	size_t count;
	char areas[ZSWAP_DEVICES][64];
};

/**
 * by_take - the groups of an interval
 * @groups: the result, for by_free(), also after a failure
 * @by: what
 * @dump: of the same interval: its parties are merged and sorted
 * @source: asked for numbers
 * @past: brought up to now
 * @error: why not
 */
bool by_take(struct by_groups *groups, enum by by, const struct trace_dump *dump,
	     struct zs_source *source, struct by_past *past, struct zs_error *error);

/* Begin an interval. */
bool by_begin(struct by_past *past, enum by by, struct zs_source *source,
	      struct zs_error *error);

/* Keep so many; the others become one. */
void by_cut(struct by_groups *groups, size_t most);

void by_free(struct by_groups *groups);

/* Events of a usage: stores, loads, reads, writebacks, rejects, evictions, invalidations. */
uint64_t by_events(const struct zswap_usage *usage);

void by_print_text(const struct by_groups *groups, bool coarse);

/* Members "by" and "groups". */
void by_add_json(struct json_object *object, const struct by_groups *groups);

#endif /* ZSWAP_TRACE_BY_H */
