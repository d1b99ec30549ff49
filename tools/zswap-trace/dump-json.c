// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts and histograms of an interval as JSON. */
#include "by.h"
#include "dump.h"
#include "json.h"

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

struct json_object *trace_json_histogram(const struct zswap_hist *hist,
					 const struct zs_hist_info *info)
{
	struct json_object *object = zs_json_summary(hist, info);

	json_object_object_add(object, "sum", json_object_new_uint64(hist->sum));
	json_object_object_add(object, "buckets", buckets(hist, info->unit));
	return object;
}

/* {"pool_limit": {...}, ...}: the latency of evictions, by what asked for them */
static struct json_object *evict_durations(const struct zswap_stats *stats)
{
	struct json_object *object = json_object_new_object();

	for (unsigned int i = 0; i < ZSWAP_CAUSE_SLOTS; i++)
		json_object_object_add(object, zs_cause_name(i),
			trace_json_histogram(&stats->pool.evict_duration_by_cause[i],
				  &zs_hist_infos[ZSWAP_HIST_EVICT_DURATION]));
	return object;
}

void trace_json_add(struct json_object *object, const struct trace_dump *dump)
{
	const struct zswap_stats *stats = &dump->interval.stats;
	struct json_object *histograms = json_object_new_object();

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
				       trace_json_histogram(zs_stats_hist(stats, i),
							    &zs_hist_infos[i]));
	json_object_object_add(object, "histograms", histograms);
	json_object_object_add(object, "evict_duration_by_cause",
			       evict_durations(stats));
	json_object_object_add(object, "cgroups",
		zs_json_parties(&dump->parties[ZS_BY_CGROUP], ZS_BY_CGROUP, NULL));
	json_object_object_add(object, "processes",
		zs_json_parties(&dump->parties[ZS_BY_PROCESS], ZS_BY_PROCESS, NULL));
}

void trace_print_json(const struct trace_dump *dump)
{
	struct json_object *object = json_object_new_object();

	zs_json_head(object, "zswap-trace/1", &dump->interval, dump->source);
	json_object_object_add(object, "health", zs_json_health(&dump->interval));
	json_object_object_add(object, "pool", zs_json_pool(&dump->pool));
	trace_json_add(object, dump);
	if (dump->groups)
		by_add_json(object, dump->groups);
	zs_json_print(object);
}
