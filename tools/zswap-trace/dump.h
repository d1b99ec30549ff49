/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What zswap-trace prints of an interval: counts and histograms, as text and as JSON. */
#ifndef ZSWAP_TRACE_DUMP_H
#define ZSWAP_TRACE_DUMP_H

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

struct by_groups;

/**
 * struct trace_dump - what happened in an interval
 * @interval: in all
 * @parties: by cgroup and by process, sorted
 * @groups: of --by; NULL without
 * @source: that it comes from; NULL: a recording
 * @pool: the pool now; all 0 of a recording
 */
struct trace_dump {
	struct zs_snapshot interval;
	struct zs_parties parties[ZS_BY_COUNT];
	const struct by_groups *groups;
	const struct zs_source *source;
	struct zs_pool pool;
};

void trace_print_text(const struct trace_dump *dump, const struct trace_style *style);
void trace_print_json(const struct trace_dump *dump);

/* Counts, histograms, cgroups and processes, as members of a JSON object. */
struct json_object;
void trace_json_add(struct json_object *object, const struct trace_dump *dump);

/* Parts of them.  What has no value is not printed. */
void trace_print_words(const char *title, const __u64 *counts, unsigned int slots,
		       const char *(*name)(unsigned int));
void trace_print_histogram(const struct zswap_hist *hist, const struct zs_hist_info *info,
			   const char *detail, bool coarse);
struct json_object *trace_json_histogram(const struct zswap_hist *hist,
					 const struct zs_hist_info *info);

#endif /* ZSWAP_TRACE_DUMP_H */
