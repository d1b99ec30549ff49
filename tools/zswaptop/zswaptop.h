/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is printed line by line: main.c samples, a printer prints.  The screen is app.h. */
#ifndef ZSWAPTOP_H
#define ZSWAPTOP_H

#include <time.h>

#include "options.h"
#include "rates.h"
#include "zswapscope.h"

/**
 * struct top_sample - what there is to print after an interval
 * @interval: what happened in it
 * @total: what happened since the start
 * @pool: the pool now
 * @wall: the time now
 * @source: where it comes from
 * @root: prefix of /proc and /sys, or NULL
 * @thrash: pages that come back within so many seconds are thrash
 */
struct top_sample {
	struct zs_snapshot interval;
	struct zs_snapshot total;
	struct zs_pool pool;
	time_t wall;
	struct zs_source *source;
	const char *root;
	double thrash;
};

void batch_print(const struct top_sample *sample);
void json_print(const struct top_sample *sample);

/* One snapshot for Prometheus on stdout, after so many seconds. */
bool top_openmetrics(const struct zs_common *options, double delay, struct zs_error *error);

#endif /* ZSWAPTOP_H */
