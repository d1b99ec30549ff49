// SPDX-License-Identifier: GPL-2.0-or-later
/* An object per interval and line. */
#include "json.h"
#include "zswaptop.h"

static void show(const struct top_sample *sample)
{
	const struct zswap_stats *stats = &sample->interval.stats;
	struct json_object *object = json_object_new_object();
	struct json_object *histograms = json_object_new_object();

	zs_json_head(object, "zswaptop/1", &sample->interval, sample->source);
	json_object_object_add(object, "health", zs_json_health(&sample->interval));
	json_object_object_add(object, "pool", zs_json_pool(&sample->pool));
	json_object_object_add(object, "counts", zs_json_counters(stats));
	json_object_object_add(object, "rates",
			       zs_json_rates(stats, top_seconds(&sample->interval)));
	json_object_object_add(object, "total",
			       zs_json_counters(&sample->total.stats));
	json_object_object_add(object, "rejects",
			       zs_json_reasons(stats->usage.reject_by_reason));
	json_object_object_add(object, "writebacks_by_cause",
			       zs_json_causes(stats->usage.writeback_by_cause));
	json_object_object_add(object, "evicts_by_cause",
			       zs_json_causes(stats->pool.evict_by_cause));
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		json_object_object_add(histograms, zs_hist_infos[i].name,
				       zs_json_summary(zs_stats_hist(stats, i),
						       &zs_hist_infos[i]));
	json_object_object_add(object, "histograms", histograms);
	zs_json_print(object);
}

const struct top_view top_view_json = { .show = show };
