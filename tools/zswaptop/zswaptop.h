/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswaptop: main.c samples, a view shows. */
#ifndef ZSWAPTOP_H
#define ZSWAPTOP_H

#include <time.h>

#include "options.h"
#include "zswapscope.h"

/**
 * struct top_sample - what there is to show after an interval
 * @interval: what happened in it
 * @total: what happened since the start
 * @pool: the pool now
 * @wall: the time now
 * @source: where it comes from
 * @delay: seconds that an interval should take
 */
struct top_sample {
	struct zs_snapshot interval;
	struct zs_snapshot total;
	struct zs_pool pool;
	time_t wall;
	const struct zs_source *source;
	double delay;
};

/**
 * struct top_view - a way to show samples
 * @start: prepare; false if this view cannot work here; may be NULL
 * @show: a new sample
 * @resize: the terminal has another size, show the sample again; may be NULL
 * @key: something was typed; true to end; may be NULL
 * @stop: undo @start; may be NULL
 */
struct top_view {
	bool (*start)(void);
	void (*show)(const struct top_sample *sample);
	void (*resize)(const struct top_sample *sample);
	bool (*key)(const struct top_sample *sample);
	void (*stop)(void);
};

extern const struct top_view top_view_batch;
extern const struct top_view top_view_json;
extern const struct top_view top_view_screen;

/* One snapshot for Prometheus on stdout, after so many seconds. */
bool top_openmetrics(const struct zs_common *options, double delay, struct zs_error *error);

/* The seconds of an interval or of all; never 0, so rates can divide by it. */
double top_seconds(const struct zs_snapshot *snapshot);

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

static inline uint64_t top_count(const struct top_rate *rate,
				 const struct zs_snapshot *snapshot)
{
	return *(const __u64 *)((const char *)&snapshot->stats + rate->offset);
}

/* Per second, formatted; "-" where the source cannot know it. */
char *top_format_rate(char text[ZS_TEXT], const struct top_rate *rate,
		      const struct top_sample *sample,
		      const struct zs_snapshot *snapshot);

#endif /* ZSWAPTOP_H */
