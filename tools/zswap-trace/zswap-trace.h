/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ZSWAP_TRACE_H
#define ZSWAP_TRACE_H

#include "options.h"
#include "zswapscope.h"

/**
 * struct trace_style - how to print histograms
 * @timestamp: the time of day above each dump
 * @coarse: durations in ms and ages in s, instead of us and ms
 */
struct trace_style {
	bool timestamp;
	bool coarse;
};

/**
 * struct trace_dump - what happened in an interval
 * @interval: in all
 * @parties: by cgroup and by process, sorted
 * @source: that it comes from; NULL: a recording
 * @pool: the pool now; all 0 of a recording
 */
struct trace_dump {
	struct zs_snapshot interval;
	struct zs_parties parties[ZS_BY_COUNT];
	const struct zs_source *source;
	struct zs_pool pool;
};

void trace_print_text(const struct trace_dump *dump, const struct trace_style *style);
void trace_print_json(const struct trace_dump *dump);

/* Counts, histograms, cgroups and processes, as members of a JSON object. */
struct json_object;
void trace_json_add(struct json_object *object, const struct trace_dump *dump);

/**
 * trace_pin - leave a source counting in a directory of a BPF file system
 * @common: what to count
 * @directory: where to
 * @error: why not
 */
void trace_pin(const struct zs_common *common, const char *directory,
	       struct zs_error *error);

#endif /* ZSWAP_TRACE_H */
