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

void trace_print_text(const struct zs_snapshot *interval,
		      const struct trace_style *style);
void trace_print_json(const struct zs_snapshot *interval,
		      const struct zs_source *source);

#endif /* ZSWAP_TRACE_H */
