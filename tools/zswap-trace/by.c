// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cgroups and processes come from the pairs of these that the kernel counts by; reasons and
 * swap areas are counted by the kernel instead of those, see bpf/groups.bpf.h.  So nothing
 * is lost under load, as it would be from a stream of events.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zswapscope/shared.h>

#include "by.h"
#include "devices.h"
#include "exposition.h"

static const char *const names[BY_COUNT] = {
	[BY_CGROUP] = "cgroup",
	[BY_PID] = "pid",
	[BY_COMM] = "comm",
	[BY_REASON] = "reason",
	[BY_DEVICE] = "device",
};

const char *by_name(enum by by)
{
	return names[by];
}

bool by_parse(const char *name, enum by *by)
{
	for (enum by i = BY_NOTHING + 1; i < BY_COUNT; i++) {
		if (strcmp(names[i], name))
			continue;
		*by = i;
		return true;
	}
	return false;
}

unsigned int by_count_by(enum by by)
{
	return by == BY_REASON ? ZS_COUNT_BY_REASON : by == BY_DEVICE ? ZS_COUNT_BY_AREA :
	       ZS_COUNT_BY_WHO;
}

uint64_t by_events(const struct zswap_usage *usage)
{
	return zs_usage_pages(usage) + usage->writebacks_failed + usage->invalidates +
	       usage->evicts + usage->evicts_failed;
}

/* The name is somebody else's choice. */
static bool name_group(struct by_group *group, const char *name)
{
	group->name = zs_name_text(name);
	return group->name;
}

static bool name_party(struct by_group *group, enum by by, const struct zs_party *party)
{
	char path[PATH_MAX];

	group->who = party->who;
	if (by == BY_CGROUP)
		return name_group(group, zs_cgroup_path(path, sizeof(path), party->who.cgroup,
							NULL));
	return name_group(group, *party->comm ? party->comm : "?");
}

/* One of the same name, or NULL. */
static struct by_group *find_comm(const struct by_groups *groups, const char *name)
{
	for (size_t i = 0; i < groups->count; i++)
		if (!strcmp(groups->list[i].name, name))
			return &groups->list[i];
	return NULL;
}

static bool add_party(struct by_groups *groups, const struct zs_party *party)
{
	struct by_group *group = &groups->list[groups->count], *same = NULL;

	if (!name_party(group, groups->by, party))
		return false;
	if (groups->by == BY_COMM)
		same = find_comm(groups, group->name);
	if (same)
		free(group->name);
	else
		groups->count++;
	zs_usage_add(&(same ?: group)->usage, &party->usage);
	return true;
}

static bool take_parties(struct by_groups *groups, const struct zs_parties *parties)
{
	groups->other = parties->other;
	groups->list = calloc(parties->count ?: 1, sizeof(*groups->list));
	if (!groups->list)
		return false;
	for (size_t i = 0; i < parties->count; i++)
		if (!add_party(groups, &parties->list[i]))
			return false;
	return true;
}

/* Without names, there are numbers. */
static void learn_areas(struct by_past *past, struct zs_source *source)
{
	struct zs_devices devices;

	if (!zs_devices_read(&devices, source, NULL, NULL))
		return;
	for (size_t i = 0; i < devices.count; i++)
		if (devices.list[i].type >= 0 && devices.list[i].type < ZSWAP_DEVICES)
			strcpy(past->areas[devices.list[i].type], devices.list[i].name);
	zs_devices_free(&devices);
}

static bool name_area(struct by_group *group, const struct by_past *past)
{
	char text[ZS_TEXT];

	if (group->number == ZSWAP_DEVICES)
		return name_group(group, "(evictions: a frame has no area)");
	snprintf(text, sizeof(text), "swap area %u", group->number);
	return name_group(group, *past->areas[group->number] ? past->areas[group->number] : text);
}

static bool take_numbers(struct by_groups *groups, const struct zswap_usage *now,
			 const struct by_past *past)
{
	groups->list = calloc(past->count ?: 1, sizeof(*groups->list));
	if (!groups->list)
		return false;
	for (size_t i = 0; i < past->count; i++) {
		struct by_group *group = &groups->list[groups->count];

		zs_usage_subtract(&group->usage, &now[i], &past->usages[i]);
		group->number = (unsigned int)i;
		/* the last of reasons is of what is no reject */
		if (groups->by == BY_REASON && i == ZSWAP_REJECT_SLOTS)
			memset(&group->usage, 0, sizeof(group->usage));
		if (!by_events(&group->usage))
			continue;
		if (!(groups->by == BY_DEVICE ? name_area(group, past) :
		      name_group(group, zs_reason_name(group->number))))
			return false;
		groups->count++;
	}
	return true;
}

static bool read_numbers(struct by_groups *groups, struct zs_source *source,
			 struct by_past *past, struct zs_error *error)
{
	struct zswap_usage *now;
	size_t count;
	bool ok;

	if (!zs_source_groups(source, &now, &count, error))
		return false;
	if (groups->by == BY_DEVICE)
		learn_areas(past, source);
	ok = take_numbers(groups, now, past) ||
	     zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	free(past->usages);
	past->usages = now;
	return ok;
}

bool by_begin(struct by_past *past, enum by by, struct zs_source *source,
	      struct zs_error *error)
{
	if (by == BY_DEVICE)
		learn_areas(past, source);
	return zs_source_groups(source, &past->usages, &past->count, error);
}

static int compare(const void *a, const void *b)
{
	const struct by_group *one = a, *other = b;
	uint64_t first = by_events(&one->usage), second = by_events(&other->usage);

	if (first != second)
		return first > second ? -1 : 1;
	return strcmp(one->name, other->name);
}

bool by_take(struct by_groups *groups, enum by by, const struct trace_dump *dump,
	     struct zs_source *source, struct by_past *past, struct zs_error *error)
{
	*groups = (struct by_groups){ .by = by };
	if (by_count_by(by) != ZS_COUNT_BY_WHO) {
		if (!read_numbers(groups, source, past, error))
			return false;
	} else if (!take_parties(groups, &dump->parties[by == BY_CGROUP ? ZS_BY_CGROUP :
							ZS_BY_PROCESS])) {
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	}
	if (groups->count)
		qsort(groups->list, groups->count, sizeof(*groups->list), compare);
	return true;
}

void by_cut(struct by_groups *groups, size_t most)
{
	while (groups->count > most) {
		struct by_group *group = &groups->list[--groups->count];

		zs_usage_add(&groups->other, &group->usage);
		groups->others++;
		free(group->name);
	}
}

void by_free(struct by_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		free(groups->list[i].name);
	free(groups->list);
	groups->list = NULL;
	groups->count = 0;
}
