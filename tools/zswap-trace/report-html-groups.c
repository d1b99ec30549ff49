// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts by cgroup and by process, of which there may be any number. */
#include <stdlib.h>
#include <string.h>

#include "report-html-data.h"

#define SLOTS_LEAST	64

static size_t slot_of(const struct report_groups *groups, uint64_t id)
{
	size_t slot = (size_t)(id * 0x9e3779b97f4a7c15ULL >> 20) & (groups->slot_count - 1);

	while (groups->slots[slot] && groups->list[groups->slots[slot] - 1].id != id)
		slot = (slot + 1) & (groups->slot_count - 1);
	return slot;
}

/* At most half of the slots are in use. */
static bool grow(struct report_groups *groups)
{
	size_t slot_count = groups->slot_count ? groups->slot_count * 2 : SLOTS_LEAST;
	struct report_group *list;
	uint32_t *slots;

	list = realloc(groups->list, slot_count / 2 * sizeof(*list));
	if (!list)
		return false;
	groups->list = list;
	groups->room = slot_count / 2;
	slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return false;
	free(groups->slots);
	groups->slots = slots;
	groups->slot_count = slot_count;
	for (size_t i = 0; i < groups->count; i++)
		groups->slots[slot_of(groups, list[i].id)] = (uint32_t)i + 1;
	return true;
}

struct report_group *report_group_of(struct report_groups *groups, uint64_t id)
{
	size_t slot;

	if (groups->count * 2 == groups->slot_count && !grow(groups))
		return NULL;
	slot = slot_of(groups, id);
	if (!groups->slots[slot]) {
		memset(&groups->list[groups->count], 0, sizeof(groups->list[0]));
		groups->list[groups->count].id = id;
		groups->slots[slot] = (uint32_t)++groups->count;
	}
	return &groups->list[groups->slots[slot] - 1];
}

void report_groups_free(struct report_groups *groups)
{
	free(groups->list);
	free(groups->slots);
	memset(groups, 0, sizeof(*groups));
}

uint64_t report_group_total(const struct report_group *group)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < REPORT_RATES; i++)
		total += group->counts[i];
	return total;
}

static uint64_t weight(const struct report_group *group, enum report_rate by)
{
	return by < REPORT_RATES ? group->counts[by] : report_group_total(group);
}

static int compare(const void *a, const void *b, void *by)
{
	const struct report_group *one = a, *other = b;
	uint64_t left = weight(one, *(enum report_rate *)by);
	uint64_t right = weight(other, *(enum report_rate *)by);

	if (left != right)
		return left > right ? -1 : 1;
	return one->id < other->id ? -1 : one->id > other->id;
}

void report_groups_sort(struct report_groups *groups, enum report_rate by)
{
	if (groups->count)
		qsort_r(groups->list, groups->count, sizeof(groups->list[0]), compare, &by);
	/* the numbers in them are others' now */
	if (groups->slots)
		memset(groups->slots, 0, groups->slot_count * sizeof(groups->slots[0]));
	for (size_t i = 0; i < groups->count; i++)
		groups->slots[slot_of(groups, groups->list[i].id)] = (uint32_t)i + 1;
}

void report_group_add(struct report_group *sum, const struct report_group *part)
{
	for (unsigned int i = 0; i < REPORT_RATES; i++)
		sum->counts[i] += part->counts[i];
	for (unsigned int i = 0; i < ZSWAP_REJECT_SLOTS; i++)
		sum->rejects[i] += part->rejects[i];
	sum->store_pages += part->store_pages;
	sum->store_bytes += part->store_bytes;
	sum->load_ns += part->load_ns;
	sum->loads_timed += part->loads_timed;
}
