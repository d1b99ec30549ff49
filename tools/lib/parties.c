// SPDX-License-Identifier: GPL-2.0-or-later
/* Statistics by cgroup and process. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "files.h"
#include "source.h"
#include "stream.h"

/* A name that the programs noted, or that the process still has. */
void zs_source_comm(const struct zs_source *source, uint32_t pid,
		    char comm[ZSWAP_COMM_BYTES])
{
	struct zswap_comm name;
	char path[64];
	__u32 index;

	*comm = '\0';
	if (source->bpf) {
		index = pid % bpf_map__max_entries(source->bpf->maps.zs_comms);
		if (!bpf_map__lookup_elem(source->bpf->maps.zs_comms, &index, sizeof(index),
					  &name, sizeof(name), 0) && name.pid == pid)
			snprintf(comm, ZSWAP_COMM_BYTES, "%.*s", ZSWAP_COMM_BYTES - 1,
				 name.comm);
	}
	if (*comm)
		return;
	zs_path(path, sizeof(path), source->root, "/proc/%u/comm", pid);
	if (!zs_read_line(path, comm, ZSWAP_COMM_BYTES))
		*comm = '\0';
}

static bool read_list(struct zs_source *source, struct zs_parties *parties,
		      __u32 numbers, struct zs_error *error)
{
	for (__u32 number = 1; number < numbers; number++) {
		struct zs_party *party = &parties->list[parties->count];

		party->who = source->bpf->data_shared->zs_shared.who[number];
		if (!zs_source_usage(source, number, &party->usage, error))
			return false;
		/* taken for a pair that another CPU had given one before */
		if (!party->who.pid && !zs_usage_pages(&party->usage))
			continue;
		zs_source_comm(source, party->who.pid, party->comm);
		parties->count++;
	}
	return true;
}

bool zs_source_parties(struct zs_source *source, struct zs_parties *parties,
		       struct zs_error *error)
{
	__u32 numbers;

	memset(parties, 0, sizeof(*parties));
	if (!source->bpf || !source->attribute || source->count_by != ZS_COUNT_BY_WHO)
		return true;
	numbers = zs_source_numbers(source);
	parties->list = calloc(numbers, sizeof(*parties->list));
	if (!parties->list)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	if (zs_source_usage(source, 0, &parties->other, error) &&
	    read_list(source, parties, numbers, error))
		return true;
	zs_parties_free(parties);
	return false;
}

static bool same(const struct zswap_who *one, const struct zswap_who *other)
{
	return one->cgroup == other->cgroup && one->pid == other->pid &&
	       one->role == other->role;
}

static struct zs_party *find(const struct zs_parties *parties, size_t count,
			     const struct zswap_who *who)
{
	for (size_t i = 0; i < count; i++)
		if (same(&parties->list[i].who, who))
			return &parties->list[i];
	return NULL;
}

void zs_parties_subtract(struct zs_parties *after, const struct zs_parties *before)
{
	for (size_t i = 0; i < after->count; i++) {
		struct zs_party *party = &after->list[i];
		const struct zs_party *old = find(before, before->count, &party->who);

		if (old)
			zs_usage_subtract(&party->usage, &party->usage, &old->usage);
	}
	zs_usage_subtract(&after->other, &after->other, &before->other);
}

bool zs_parties_copy(struct zs_parties *copy, const struct zs_parties *parties)
{
	*copy = *parties;
	copy->list = calloc(parties->count + 1, sizeof(*copy->list));
	if (!copy->list)
		return false;
	if (parties->count)
		memcpy(copy->list, parties->list,
		       parties->count * sizeof(*copy->list));
	return true;
}

void zs_parties_merge(struct zs_parties *parties, enum zs_by by)
{
	size_t count = 0;

	for (size_t i = 0; i < parties->count; i++) {
		struct zs_party party = parties->list[i];
		struct zs_party *sum;

		if (by == ZS_BY_CGROUP) {
			party.who.pid = 0;
			party.who.role = 0;
			party.comm[0] = '\0';
		} else {
			party.who.cgroup = 0;
		}
		sum = find(parties, count, &party.who);
		if (sum)
			zs_usage_add(&sum->usage, &party.usage);
		else
			parties->list[count++] = party;
	}
	parties->count = count;
}

uint64_t zs_usage_pages(const struct zswap_usage *usage)
{
	return usage->stores + usage->loads + usage->disk_reads + usage->writebacks +
	       usage->rejects + usage->invalidates + usage->evict_pages;
}

static int by_pages(const void *a, const void *b)
{
	uint64_t one = zs_usage_pages(&((const struct zs_party *)a)->usage);
	uint64_t other = zs_usage_pages(&((const struct zs_party *)b)->usage);

	return (one < other) - (one > other);
}

void zs_parties_sort(struct zs_parties *parties)
{
	if (parties->count)
		qsort(parties->list, parties->count, sizeof(*parties->list), by_pages);
	while (parties->count &&
	       !zs_usage_pages(&parties->list[parties->count - 1].usage))
		parties->count--;
}

void zs_parties_free(struct zs_parties *parties)
{
	free(parties->list);
	memset(parties, 0, sizeof(*parties));
}
