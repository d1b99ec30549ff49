// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of --by as JSON. */
#include "by.h"
#include "json.h"

static struct json_object *number(uint64_t value)
{
	return json_object_new_uint64(value);
}

static void add_identity(struct json_object *object, enum by by, const struct by_group *group)
{
	json_object_object_add(object, by == BY_PID ? "comm" : by_name(by),
			       json_object_new_string(group->name));
	switch (by) {
	case BY_CGROUP:
		json_object_object_add(object, "cgroup_id", number(group->who.cgroup));
		return;
	case BY_PID:
		json_object_object_add(object, "pid", number(group->who.pid));
		json_object_object_add(object, "role",
			json_object_new_string(zs_role_name(group->who.role)));
		return;
	case BY_DEVICE:
		json_object_object_add(object, "type", group->number < ZSWAP_DEVICES ?
				       number(group->number) : NULL);
		return;
	default:
		return;
	}
}

static void add_usage(struct json_object *object, const struct zswap_usage *usage)
{
	struct json_object *counts = json_object_new_object();
	struct json_object *histograms = json_object_new_object();

	for (size_t i = 0; i < zs_usage_counter_count; i++)
		json_object_object_add(counts, zs_counter_infos[i].name,
				       number(zs_usage_counter(usage, i)));
	for (unsigned int i = 0; i < ZSWAP_USAGE_HIST_COUNT; i++)
		json_object_object_add(histograms, zs_hist_infos[i].name,
				       trace_json_histogram(&usage->hist[i], &zs_hist_infos[i]));
	json_object_object_add(object, "events", number(by_events(usage)));
	json_object_object_add(object, "counts", counts);
	json_object_object_add(object, "rejects", zs_json_reasons(usage->reject_by_reason));
	json_object_object_add(object, "writebacks_by_cause",
			       zs_json_causes(usage->writeback_by_cause));
	json_object_object_add(object, "histograms", histograms);
}

void by_add_json(struct json_object *object, const struct by_groups *groups)
{
	struct json_object *array = json_object_new_array(), *one;

	for (size_t i = 0; i < groups->count; i++) {
		one = json_object_new_object();
		add_identity(one, groups->by, &groups->list[i]);
		add_usage(one, &groups->list[i].usage);
		json_object_array_add(array, one);
	}
	if (by_events(&groups->other)) {
		one = json_object_new_object();
		json_object_object_add(one, "other", json_object_new_boolean(true));
		json_object_object_add(one, "groups", number(groups->others));
		add_usage(one, &groups->other);
		json_object_array_add(array, one);
	}
	json_object_object_add(object, "by", json_object_new_string(by_name(groups->by)));
	json_object_object_add(object, "groups", array);
}
