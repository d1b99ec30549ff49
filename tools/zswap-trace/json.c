// SPDX-License-Identifier: GPL-2.0-or-later
#include "json.h"
#include "zswap-trace.h"

/* [{"low": 1024, "high": 2048, "count": 7}, ...]: low <= value < high */
static struct json_object *buckets(const struct zswap_hist *hist, enum zs_unit unit)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++) {
		struct json_object *bucket;

		if (!hist->slots[slot])
			continue;
		bucket = json_object_new_object();
		json_object_object_add(bucket, "low",
			json_object_new_uint64((uint64_t)zs_slot_low(unit, slot)));
		json_object_object_add(bucket, "high",
			json_object_new_uint64((uint64_t)zs_slot_high(unit, slot)));
		json_object_object_add(bucket, "count",
			json_object_new_uint64(hist->slots[slot]));
		json_object_array_add(array, bucket);
	}
	return array;
}

static struct json_object *histogram(const struct zswap_stats *stats,
				     enum zswap_histogram which)
{
	const struct zswap_hist *hist = zs_stats_hist(stats, which);
	struct json_object *object = zs_json_summary(hist, &zs_hist_infos[which]);

	json_object_object_add(object, "sum", json_object_new_uint64(hist->sum));
	json_object_object_add(object, "buckets", buckets(hist, zs_hist_infos[which].unit));
	return object;
}

void trace_print_json(const struct zs_snapshot *interval,
		      const struct zs_source *source)
{
	const struct zswap_stats *stats = &interval->stats;
	struct json_object *object = json_object_new_object();
	struct json_object *histograms = json_object_new_object();

	zs_json_head(object, "zswap-trace/1", interval, source);
	json_object_object_add(object, "counts", zs_json_counters(stats));
	json_object_object_add(object, "rejects",
			       zs_json_reasons(stats->usage.reject_by_reason));
	json_object_object_add(object, "writebacks_by_cause",
			       zs_json_causes(stats->usage.writeback_by_cause));
	json_object_object_add(object, "writebacks_failed_by_cause",
			       zs_json_causes(stats->pool.writeback_failed_by_cause));
	json_object_object_add(object, "evicts_by_cause",
			       zs_json_causes(stats->pool.evict_by_cause));
	json_object_object_add(object, "evicts_failed_by_cause",
			       zs_json_causes(stats->pool.evict_failed_by_cause));
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		json_object_object_add(histograms, zs_hist_infos[i].name,
				       histogram(stats, i));
	json_object_object_add(object, "histograms", histograms);
	zs_json_print(object);
}
