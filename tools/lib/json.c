// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "exposition.h"
#include "json.h"

static struct json_object *number(uint64_t value)
{
	return json_object_new_uint64(value);
}

struct json_object *zs_json_number(double value)
{
	char text[64];

	/* json-c's own format shows the 17 digits of a double. */
	snprintf(text, sizeof(text), "%.3f", value);
	return json_object_new_double_s(value, text);
}

struct json_object *zs_json_exact(double value)
{
	char text[64];

	if (!isfinite(value))
		return NULL;
	snprintf(text, sizeof(text), "%.15g", value);
	return json_object_new_double_s(value, text);
}

struct json_object *zs_json_counters(const struct zswap_stats *stats)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < zs_counter_count; i++)
		json_object_object_add(object, zs_counter_infos[i].name,
				       number(zs_counter(stats, i)));
	json_object_object_add(object, "store_bytes_in",
			       number(stats->usage.stores * ZSWAP_PAGE_BYTES));
	return object;
}

struct json_object *zs_json_rates(const struct zswap_stats *stats, double seconds)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < zs_counter_count; i++)
		json_object_object_add(object, zs_counter_infos[i].name,
			zs_json_number((double)zs_counter(stats, i) / seconds));
	return object;
}

static struct json_object *words(const __u64 *counts, unsigned int slots,
				 const char *(*name)(unsigned int))
{
	struct json_object *object = json_object_new_object();

	for (unsigned int i = 0; i < slots; i++)
		json_object_object_add(object, name(i), number(counts[i]));
	return object;
}

struct json_object *zs_json_reasons(const __u64 *by_reason)
{
	return words(by_reason, ZSWAP_REJECT_SLOTS, zs_reason_name);
}

struct json_object *zs_json_causes(const __u64 *by_cause)
{
	return words(by_cause, ZSWAP_CAUSE_SLOTS, zs_cause_name);
}

/* {"low": 32768, "high": 65536}: between what a quantile is; no end is null. */
static struct json_object *bounds(double low, double high)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "low", number((uint64_t)low));
	json_object_object_add(object, "high", isinf(high) ? NULL : number((uint64_t)high));
	return object;
}

struct json_object *zs_json_summary(const struct zswap_hist *hist,
				    const struct zs_hist_info *info)
{
	static const struct {
		const char *name;
		double q;
	} quantiles[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 } };
	struct json_object *object = json_object_new_object();
	struct json_object *exact = json_object_new_object();
	double value, low, high;

	json_object_object_add(object, "unit", json_object_new_string(
		info->unit == ZS_UNIT_BYTES ? "bytes" : "ns"));
	json_object_object_add(object, "count", number(zs_hist_count(hist)));
	json_object_object_add(object, "mean", zs_hist_mean(hist, &value) ?
			       zs_json_number(value) : NULL);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(quantiles); i++)
		json_object_object_add(object, quantiles[i].name,
			zs_hist_quantile(hist, info->unit, quantiles[i].q, &value) ?
			zs_json_number(value) : NULL);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(quantiles); i++)
		json_object_object_add(exact, quantiles[i].name,
			zs_hist_quantile_bounds(hist, info->unit, quantiles[i].q, &low, &high) ?
			bounds(low, high) : NULL);
	json_object_object_add(object, "bounds", exact);
	return object;
}

/* All that a usage has, but for what is 0. */
static void add_usage(struct json_object *object, const struct zswap_usage *usage)
{
	struct json_object *reasons = json_object_new_object();
	struct json_object *histograms = json_object_new_object();

	for (size_t i = 0; i < zs_usage_counter_count; i++)
		if (zs_usage_counter(usage, i))
			json_object_object_add(object, zs_counter_infos[i].name,
					       number(zs_usage_counter(usage, i)));
	for (unsigned int i = 0; i < ZSWAP_REJECT_SLOTS; i++)
		if (usage->reject_by_reason[i])
			json_object_object_add(reasons, zs_reason_name(i),
					       number(usage->reject_by_reason[i]));
	for (unsigned int i = 0; i < ZSWAP_USAGE_HIST_COUNT; i++)
		if (zs_hist_count(&usage->hist[i]))
			json_object_object_add(histograms, zs_hist_infos[i].name,
				zs_json_summary(&usage->hist[i], &zs_hist_infos[i]));
	json_object_object_add(object, "reject_by_reason", reasons);
	json_object_object_add(object, "histograms", histograms);
}

struct json_object *zs_json_name(const char *name)
{
	char *text = zs_name_text(name);
	struct json_object *object = text ? json_object_new_string(text) : NULL;

	free(text);
	return object;
}

static struct json_object *party_object(const struct zs_party *party, enum zs_by by,
					const char *root)
{
	struct json_object *object = json_object_new_object();
	char path[PATH_MAX];

	if (by == ZS_BY_CGROUP) {
		json_object_object_add(object, "cgroup", zs_json_name(party->path ?:
			zs_cgroup_path(path, sizeof(path), party->who.cgroup, root)));
		json_object_object_add(object, "cgroup_id", number(party->who.cgroup));
	} else {
		json_object_object_add(object, "pid", number(party->who.pid));
		json_object_object_add(object, "comm", zs_json_name(party->comm));
		json_object_object_add(object, "role",
			json_object_new_string(zs_role_name(party->who.role)));
	}
	add_usage(object, &party->usage);
	return object;
}

struct json_object *zs_json_parties(const struct zs_parties *parties, enum zs_by by,
				    const char *root)
{
	struct json_object *array = json_object_new_array(), *other;

	for (size_t i = 0; i < parties->count; i++)
		json_object_array_add(array, party_object(&parties->list[i], by, root));
	if (zs_usage_pages(&parties->other)) {
		other = json_object_new_object();
		json_object_object_add(other, "other", json_object_new_boolean(true));
		add_usage(other, &parties->other);
		json_object_array_add(array, other);
	}
	return array;
}

struct json_object *zs_json_health(const struct zs_snapshot *interval)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < zs_health_count; i++)
		json_object_object_add(object, zs_health_infos[i].name,
				       number(zs_health(interval, i)));
	return object;
}

static void add_if(struct json_object *object, const char *name, bool known,
		   uint64_t value)
{
	json_object_object_add(object, name, known ? number(value) : NULL);
}

struct json_object *zs_json_pool(const struct zs_pool *pool)
{
	struct json_object *object = json_object_new_object();
	bool parameters = pool->have & ZS_HAVE_PARAMETERS;
	bool memory = pool->have & ZS_HAVE_MEMORY;
	double ratio;

	json_object_object_add(object, "state",
			       json_object_new_string(zs_pool_state(pool)));
	json_object_object_add(object, "enabled", parameters ?
			       json_object_new_boolean(pool->enabled) : NULL);
	json_object_object_add(object, "compressor", parameters ?
			       json_object_new_string(pool->compressor) : NULL);
	add_if(object, "max_pool_percent", parameters, pool->max_pool_percent);
	add_if(object, "max_compression_ratio", parameters,
	       pool->max_compression_ratio);
	add_if(object, "pool_bytes", pool->have & ZS_HAVE_POOL, pool->pool_bytes);
	add_if(object, "limit_bytes", parameters && memory, pool->limit_bytes);
	add_if(object, "held_bytes", pool->have & ZS_HAVE_STORED,
	       pool->stored_pages * ZSWAP_PAGE_BYTES);
	add_if(object, "held_pages", pool->have & ZS_HAVE_STORED,
	       pool->stored_pages);
	json_object_object_add(object, "ratio", zs_pool_ratio(pool, &ratio) ?
			       zs_json_number(ratio) : NULL);
	add_if(object, "half_full_frames", pool->have & ZS_HAVE_WASTE,
	       pool->unbuddied_frames);
	add_if(object, "free_bytes", pool->have & ZS_HAVE_WASTE, pool->free_bytes);
	add_if(object, "lost_bytes", pool->have & ZS_HAVE_WASTE, pool->lost_bytes);
	add_if(object, "pool_limit_hit", pool->have & ZS_HAVE_LIMIT_HIT,
	       pool->pool_limit_hit);
	add_if(object, "duplicate_entry", pool->have & ZS_HAVE_DUPLICATE,
	       pool->duplicates);
	add_if(object, "memory_bytes", memory, pool->memory_bytes);
	add_if(object, "swap_bytes", memory, pool->swap_bytes);
	add_if(object, "swap_free_bytes", memory, pool->swap_free_bytes);
	return object;
}

void zs_json_head(struct json_object *object, const char *schema,
		  const struct zs_snapshot *interval,
		  const struct zs_source *source)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	json_object_object_add(object, "schema", json_object_new_string(schema));
	json_object_object_add(object, "time_s",
		zs_json_number((double)now.tv_sec + (double)now.tv_nsec / 1e9));
	json_object_object_add(object, "interval_s",
		zs_json_number((double)interval->time_ns / 1e9));
	json_object_object_add(object, "source", json_object_new_string(
		zs_source_kind_name(zs_source_kind(source))));
	json_object_object_add(object, "missed", number(interval->missed));
}

void zs_json_print(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
