// SPDX-License-Identifier: GPL-2.0-or-later
/* All events of a recording, counted: in all, by cgroup and by process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* Told apart, of cgroups and of processes; a recording may claim any number of them. */
#define PARTIES		1024
#define SLOTS		(4 * PARTIES)

/**
 * struct table - parties, to be found
 * @parties: the parties
 * @room: for so many
 * @slots: the place of one in there, plus 1, where its number leads to, or behind that
 */
struct table {
	struct zs_parties *parties;
	size_t room;
	uint32_t slots[SLOTS];
};

struct counting {
	struct report_counts *counts;
	struct table tables[ZS_BY_COUNT];
	bool failed;
};

static bool same(const struct zswap_who *one, const struct zswap_who *other)
{
	return one->cgroup == other->cgroup && one->pid == other->pid &&
	       one->role == other->role;
}

static size_t slot_of(const struct zswap_who *who)
{
	uint64_t mixed = (who->cgroup ^ (uint64_t)who->pid << 32 ^ who->role) *
		0x9e3779b97f4a7c15ULL;

	return (mixed >> 40) % SLOTS;
}

static bool make_room(struct table *table)
{
	struct zs_parties *parties = table->parties;
	size_t room = table->room ? table->room * 2 : 16;
	struct zs_party *list;

	if (parties->count < table->room)
		return true;
	list = reallocarray(parties->list, room, sizeof(*list));
	if (!list)
		return false;
	parties->list = list;
	table->room = room;
	return true;
}

/* Return: NULL: no memory. */
static struct zswap_usage *usage_of(struct table *table, const struct zswap_who *who)
{
	struct zs_parties *parties = table->parties;
	size_t slot = slot_of(who);

	for (; table->slots[slot]; slot = (slot + 1) % SLOTS)
		if (same(&parties->list[table->slots[slot] - 1].who, who))
			return &parties->list[table->slots[slot] - 1].usage;
	if (parties->count == PARTIES)
		return &parties->other;
	if (!make_room(table))
		return NULL;
	parties->list[parties->count] = (struct zs_party){ .who = *who };
	table->slots[slot] = (uint32_t)++parties->count;
	return &parties->list[parties->count - 1].usage;
}

static bool is_of_pages(const struct zswap_event *event)
{
	return event->event <= ZSWAP_EVENT_INVALIDATE || event->event == ZSWAP_EVENT_READ;
}

static bool count_event(const struct zswap_event *event, void *context)
{
	struct counting *counting = context;
	const struct zswap_who by[ZS_BY_COUNT] = {
		[ZS_BY_CGROUP] = { .cgroup = event->cgroup },
		[ZS_BY_PROCESS] = { .pid = event->pid, .role = event->role },
	};

	zs_tally_add(counting->counts->tally, event);
	if (event->event == ZSWAP_EVENT_LOST) {
		counting->counts->places++;
		counting->counts->gaps += !event->count;
	}
	for (enum zs_by i = 0; is_of_pages(event) && i < ZS_BY_COUNT; i++) {
		struct zswap_usage *usage = usage_of(&counting->tables[i], &by[i]);

		if (!usage) {
			counting->failed = true;
			return false;
		}
		zs_tally_usage(usage, event);
	}
	return true;
}

/* The recorder knows when it began and ended; without it, the events do. */
static void find_time(const struct zs_recording *recording, struct report_counts *counts)
{
	const struct zs_recorded *summary = &counts->summary;
	bool any = summary->last_ns;
	uint64_t time;

	counts->begin_ns = summary->first_ns;
	counts->end_ns = summary->last_ns;
	if (zs_recording_number(recording, "start_mono_ns", &time) &&
	    (!any || time <= summary->first_ns))
		counts->begin_ns = time;
	if (zs_recording_number(recording, "end_mono_ns", &time) && time >= summary->last_ns &&
	    time >= counts->begin_ns)
		counts->end_ns = time;
	if (counts->end_ns < counts->begin_ns)
		counts->end_ns = counts->begin_ns;
}

static bool name_parties(const struct zs_recording *recording, struct report_counts *counts)
{
	struct zs_parties *cgroups = &counts->dump.parties[ZS_BY_CGROUP];
	struct zs_parties *processes = &counts->dump.parties[ZS_BY_PROCESS];
	struct names *names = names_new(NULL, recording, NULL);

	counts->paths = calloc(cgroups->count + 1, sizeof(*counts->paths));
	for (size_t i = 0; names && counts->paths && i < cgroups->count; i++) {
		counts->paths[i] = strdup(names_cgroup(names, cgroups->list[i].who.cgroup));
		cgroups->list[i].path = counts->paths[i];
	}
	for (size_t i = 0; names && i < processes->count; i++)
		snprintf(processes->list[i].comm, ZSWAP_COMM_BYTES, "%s",
			 names_process(names, processes->list[i].who.pid));
	names_free(names);
	return names && counts->paths;
}

static bool count_all(const struct zs_recording *recording, struct counting *counting)
{
	struct report_counts *counts = counting->counts;

	counts->tally = zs_tally_new();
	if (!counts->tally)
		return false;
	for (enum zs_by by = 0; by < ZS_BY_COUNT; by++)
		counting->tables[by].parties = &counts->dump.parties[by];
	zs_recording_summary(recording, &counts->summary);
	zs_recording_events(recording, count_event, counting);
	if (counting->failed)
		return false;
	find_time(recording, counts);
	counts->tally->snapshot.time_ns = counts->end_ns - counts->begin_ns;
	counts->dump.interval = counts->tally->snapshot;
	for (enum zs_by by = 0; by < ZS_BY_COUNT; by++)
		zs_parties_sort(&counts->dump.parties[by]);
	return name_parties(recording, counts);
}

struct report_counts *report_count(const struct zs_recording *recording, struct zs_error *error)
{
	struct report_counts *counts = calloc(1, sizeof(*counts));
	struct counting *counting = calloc(1, sizeof(*counting));
	bool ok = counts && counting;

	if (ok) {
		counting->counts = counts;
		ok = count_all(recording, counting);
	}
	free(counting);
	if (ok)
		return counts;
	report_counts_free(counts);
	zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	return NULL;
}

void report_counts_free(struct report_counts *counts)
{
	if (!counts)
		return;
	for (size_t i = 0; counts->paths && i < counts->dump.parties[ZS_BY_CGROUP].count; i++)
		free(counts->paths[i]);
	free(counts->paths);
	for (enum zs_by by = 0; by < ZS_BY_COUNT; by++)
		zs_parties_free(&counts->dump.parties[by]);
	zs_tally_free(counts->tally);
	free(counts);
}

void report_pool(const struct zs_recording *recording, struct report_pool *pool)
{
	const struct zswap_state *states = zs_recording_states(recording, &pool->count);

	*pool = (struct report_pool){ .count = pool->count };
	if (!pool->count)
		return;
	pool->first = states[0];
	pool->last = states[pool->count - 1];
	for (size_t i = 0; i < pool->count; i++)
		if (states[i].pool_bytes >= pool->most.pool_bytes)
			pool->most = states[i];
}
