/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that a source and the pool have, as text for Prometheus.  Counters, histograms and
 * reasons come from the library's tables, so that a new one is here by itself.
 *
 * What the source cannot see is left out: a 0 would say that it did not happen.
 */
#ifndef ZS_METRICS_H
#define ZS_METRICS_H

#include "devices.h"
#include "exposition.h"
#include "labels.h"
#include "zswapscope.h"

#define ZS_METRICS_CGROUPS	20

/**
 * struct zs_metrics_options - what to tell
 * @cgroups: so many have a label of their own; 0: none has
 * @root: prefix of /proc and /sys, for tests; NULL for none
 */
struct zs_metrics_options {
	size_t cgroups;
	const char *root;
};

struct zs_metrics;

/**
 * zs_metrics_open - begin to tell
 * @source: of the events; has to stay for as long
 * @options: what to tell
 * @error: why not
 *
 * It remembers who has a label, so that no series goes back from one text to the next.
 *
 * Return: for zs_metrics_close(), or NULL.
 */
struct zs_metrics *zs_metrics_open(struct zs_source *source,
				   const struct zs_metrics_options *options,
				   struct zs_error *error);
void zs_metrics_close(struct zs_metrics *metrics);

/**
 * zs_metrics_text - all of it, now; one caller at a time
 * @metrics: of zs_metrics_open()
 * @dialect: of the text
 * @length: of the text
 * @error: why not
 *
 * Return: allocated, or NULL.
 */
char *zs_metrics_text(struct zs_metrics *metrics, enum zs_dialect dialect, size_t *length,
		      struct zs_error *error);

/**
 * struct zs_metrics_data - what a text is written of
 * @kind: of the source
 * @note: of the source
 * @snapshot: cumulative
 * @pool: now
 * @devices: swap areas; NULL: not known
 * @labels: by cgroup; NULL: the source cannot tell them apart
 */
struct zs_metrics_data {
	enum zs_source_kind kind;
	const char *note;
	struct zs_snapshot snapshot;
	struct zs_pool pool;
	const struct zs_devices *devices;
	const struct zs_labels *labels;
};

/* The text, without reading anything but cgroups' files: zs_metrics_text() ends in it. */
char *zs_metrics_write(const struct zs_metrics_data *data, enum zs_dialect dialect,
		       size_t *length);

#endif /* ZS_METRICS_H */
