// SPDX-License-Identifier: GPL-2.0-or-later
/* An object per interval and line: what the screen shows, and all counters. */
#include "device-pair.h"
#include "json.h"
#include "verdict.h"
#include "who.h"
#include "zswaptop.h"

#define MOST_PARTIES	10	/* the busiest ones; the others are summed up */

static void add(struct json_object *object, const char *name, struct json_object *value)
{
	json_object_object_add(object, name, value);
}

static struct json_object *count(uint64_t value)
{
	return json_object_new_uint64(value);
}

static struct json_object *verdict_object(const struct top_sample *sample)
{
	static const char *const levels[] = {
		[ZS_LEVEL_GOOD] = "good", [ZS_LEVEL_NOTE] = "note",
		[ZS_LEVEL_WARN] = "warn", [ZS_LEVEL_BAD] = "bad",
	};
	struct json_object *object = json_object_new_object();
	struct zs_sight sight = {
		.pool = &sample->pool,
		.state = zs_state_of(&sample->pool, &sample->interval),
		.source = zs_source_kind(sample->source),
		.interval = &sample->interval,
		.thrash = sample->thrash,
	};
	struct zs_verdict verdict;

	zs_verdict(&verdict, &sight);
	add(object, "state", json_object_new_string(zs_state_name(sight.state)));
	add(object, "level", json_object_new_string(levels[verdict.level]));
	add(object, "text", json_object_new_string(verdict.text));
	add(object, "advice", json_object_new_string(verdict.advice));
	add(object, "evidence", json_object_new_string(verdict.evidence));
	return object;
}

static void add_io(struct json_object *object, const struct zs_device *device)
{
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{ "reads", device->reads }, { "read_bytes", device->read_bytes },
		{ "read_ns", device->read_ns }, { "writes", device->writes },
		{ "write_bytes", device->write_bytes }, { "write_ns", device->write_ns },
		{ "busy_ns", device->busy_ns },
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(members); i++)
		add(object, members[i].name, device->have_io ? count(members[i].value) : NULL);
}

static void add_counts(struct json_object *object, const struct zs_device *device)
{
	const struct zswap_device_counts *counts = &device->counts;
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{ "stores", counts->stores }, { "loads", counts->loads },
		{ "disk_reads", counts->disk_reads }, { "writebacks", counts->writebacks },
		{ "rejects", counts->rejects }, { "invalidates", counts->invalidates },
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(members); i++)
		add(object, members[i].name, device->have_counts ? count(members[i].value) : NULL);
}

static struct json_object *device_object(const struct zs_device *device)
{
	struct json_object *object = json_object_new_object();

	add(object, "name", json_object_new_string(device->name));
	add(object, "type", device->type < 0 ? NULL : json_object_new_int(device->type));
	add(object, "priority", json_object_new_int(device->priority));
	add(object, "size_bytes", count(device->size_bytes));
	add(object, "used_bytes", count(device->used_bytes));
	add_counts(object, device);
	add_io(object, device);
	return object;
}

/* Of the interval; null if they cannot be read. */
static struct json_object *devices_array(const struct top_sample *sample)
{
	static struct device_pair devices;
	struct json_object *array;
	struct zs_error error;

	if (!device_pair_read(&devices, sample->source, sample->root, &error))
		return NULL;
	array = json_object_new_array();
	for (size_t i = 0; i < devices.interval.count; i++)
		json_object_array_add(array, device_object(&devices.interval.list[i]));
	return array;
}

/* The busiest, the busiest first. */
static struct json_object *parties_array(const struct zs_parties *parties, enum zs_by by,
					 const char *root)
{
	struct zs_parties merged;
	struct json_object *array;

	if (!zs_parties_copy(&merged, parties))
		return NULL;
	zs_parties_merge(&merged, by);
	zs_parties_sort(&merged);
	while (merged.count > MOST_PARTIES)
		zs_usage_add(&merged.other, &merged.list[--merged.count].usage);
	array = zs_json_parties(&merged, by, root);
	zs_parties_free(&merged);
	return array;
}

static void add_parties(struct json_object *object, const struct top_sample *sample)
{
	static struct who who;
	struct zs_error error;
	bool known = zs_source_kind(sample->source) != ZS_SOURCE_COUNTERS &&
		     who_read(&who, sample->source, 0, &error);

	add(object, "cgroups", known ?
	    parties_array(&who.recent, ZS_BY_CGROUP, sample->root) : NULL);
	add(object, "processes", known ?
	    parties_array(&who.recent, ZS_BY_PROCESS, sample->root) : NULL);
}

static struct json_object *histograms_object(const struct zswap_stats *stats)
{
	struct json_object *object = json_object_new_object();

	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		add(object, zs_hist_infos[i].name,
		    zs_json_summary(zs_stats_hist(stats, i), &zs_hist_infos[i]));
	return object;
}

void json_print(const struct top_sample *sample)
{
	const struct zswap_stats *stats = &sample->interval.stats;
	struct json_object *object = json_object_new_object();

	zs_json_head(object, "zswaptop/1", &sample->interval, sample->source);
	add(object, "health", zs_json_health(&sample->interval));
	add(object, "verdict", verdict_object(sample));
	add(object, "pool", zs_json_pool(&sample->pool));
	add(object, "counts", zs_json_counters(stats));
	add(object, "rates", zs_json_rates(stats, top_seconds(&sample->interval)));
	add(object, "total", zs_json_counters(&sample->total.stats));
	add(object, "rejects", zs_json_reasons(stats->usage.reject_by_reason));
	add(object, "writebacks_by_cause", zs_json_causes(stats->usage.writeback_by_cause));
	add(object, "evicts_by_cause", zs_json_causes(stats->pool.evict_by_cause));
	add(object, "histograms", histograms_object(stats));
	add(object, "devices", devices_array(sample));
	add_parties(object, sample);
	zs_json_print(object);
}
