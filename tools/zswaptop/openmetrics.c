// SPDX-License-Identifier: GPL-2.0-or-later
/* What there is after an interval, once, as Prometheus reads it. */
#include <stdio.h>
#include <stdlib.h>

#include "metrics.h"
#include "zswaptop.h"

static bool print_text(struct zs_source *source, const char *root, struct zs_error *error)
{
	struct zs_metrics_options options = { .cgroups = ZS_METRICS_CGROUPS, .root = root };
	struct zs_metrics *metrics = zs_metrics_open(source, &options, error);
	size_t length;
	char *text;

	text = metrics ? zs_metrics_text(metrics, ZS_DIALECT_TEXT, &length, error) : NULL;
	if (text)
		fwrite(text, 1, length, stdout);
	free(text);
	zs_metrics_close(metrics);
	return text && zs_output_flush(error) != ZS_OUTPUT_FAILED;
}

bool top_openmetrics(const struct zs_common *options, double delay, struct zs_error *error)
{
	struct zs_common common = *options;
	struct zs_source *source;
	struct zs_clock clock;
	bool ok;

	if (!zs_clock_start(&clock, -1, error))
		return false;
	common.source.cgroups_only = true;
	source = zs_common_open(&common, error);
	ok = source;
	if (ok) {
		zs_common_tell(source, "");
		/* A signal is an end without a text. */
		if (zs_clock_sleep(&clock, delay))
			ok = print_text(source, common.source.root, error);
	}
	zs_source_close(source);
	zs_clock_stop(&clock);
	return ok;
}
