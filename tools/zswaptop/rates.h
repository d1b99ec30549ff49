/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters that are shown as rates. */
#ifndef TOP_RATES_H
#define TOP_RATES_H

#include "zswapscope.h"

/**
 * struct top_rate - a counter that is shown as a rate
 * @name: for the screen
 * @column: for the batch view
 * @offset: in struct zswap_stats
 * @counted: the counters source has it as well
 * @stock: the sources of a kernel's own zswap have it as well
 */
struct top_rate {
	const char *name;
	const char *column;
	size_t offset;
	bool counted;
	bool stock;
};

#define TOP_RATES 9
extern const struct top_rate top_rates[TOP_RATES];

/* Whether a source knows it. */
bool top_rate_known(const struct top_rate *rate, enum zs_source_kind kind);

/* The seconds of an interval or of all; never 0, so rates can divide by it. */
double top_seconds(const struct zs_snapshot *snapshot);

static inline uint64_t top_count(const struct top_rate *rate,
				 const struct zs_snapshot *snapshot)
{
	return *(const __u64 *)((const char *)&snapshot->stats + rate->offset);
}

/* Per second, formatted; "-" where the source cannot know it. */
char *top_format_rate(char text[ZS_TEXT], const struct top_rate *rate,
		      enum zs_source_kind kind, const struct zs_snapshot *snapshot);

#endif /* TOP_RATES_H */
