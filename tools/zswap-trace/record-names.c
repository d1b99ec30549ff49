// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of the cgroups and processes that events have only numbers of.  An event costs two
 * looks into a hash table; a number that is new is looked up soon after, but not while
 * events wait to be read, as that takes system calls.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/* Who is asked about, and what was answered. */
struct asked {
	uint64_t number;
	char comm[ZSWAP_COMM_BYTES];	/* of a process; "" not known */
};

/**
 * struct seen - the numbers that came
 * @list: in the order in which they came
 * @count: of them
 * @done: of them, those that were looked up
 * @slots: hash table: a number's place in @list, plus 1
 * @size: of @slots, a power of two, and at least twice that of @list
 * @last: the number before
 */
struct seen {
	struct asked *list;
	size_t count;
	size_t done;
	uint32_t *slots;
	size_t size;
	uint64_t last;
};

struct record_names {
	struct seen cgroups;
	struct seen processes;
};

/* The slot of a number, or the empty one where it belongs. */
static uint32_t *slot_of(const struct seen *seen, uint64_t number)
{
	size_t at = (size_t)(number * 0x9e3779b97f4a7c15ULL >> 32);

	while (seen->slots[at & (seen->size - 1)] &&
	       seen->list[seen->slots[at & (seen->size - 1)] - 1].number != number)
		at++;
	return &seen->slots[at & (seen->size - 1)];
}

static bool grow(struct seen *seen)
{
	size_t size = seen->size ? seen->size * 2 : 256;
	struct asked *list = realloc(seen->list, size / 2 * sizeof(*list));
	uint32_t *slots;

	if (!list)
		return false;
	seen->list = list;
	slots = calloc(size, sizeof(*slots));
	if (!slots)
		return false;
	free(seen->slots);
	seen->slots = slots;
	seen->size = size;
	for (size_t i = 0; i < seen->count; i++)
		*slot_of(seen, list[i].number) = (uint32_t)i + 1;
	return true;
}

static void see(struct seen *seen, uint64_t number)
{
	uint32_t *slot;

	if (number == seen->last || !number)
		return;
	seen->last = number;
	/* without memory, a number has no name: that is all */
	if (seen->count == seen->size / 2 && !grow(seen))
		return;
	slot = slot_of(seen, number);
	if (*slot)
		return;
	seen->list[seen->count++] = (struct asked){ .number = number };
	*slot = (uint32_t)seen->count;
}

struct record_names *record_names_new(void)
{
	return calloc(1, sizeof(struct record_names));
}

void record_names_free(struct record_names *names)
{
	if (!names)
		return;
	free(names->cgroups.list);
	free(names->cgroups.slots);
	free(names->processes.list);
	free(names->processes.slots);
	free(names);
}

void record_names_note(struct record_names *names, const struct zswap_event *event)
{
	see(&names->cgroups, event->cgroup);
	see(&names->processes, event->pid);
}

/* What it is called now, if that is known, and was not before. */
static void write_process(struct asked *asked, struct zs_recorder *recorder,
			  const struct zs_source *source)
{
	char comm[ZSWAP_COMM_BYTES];
	uint32_t pid = (uint32_t)asked->number;

	zs_source_comm(source, pid, comm);
	if (!*comm || !strcmp(comm, asked->comm))
		return;
	strcpy(asked->comm, comm);
	zs_recorder_process(recorder, pid, comm);
}

static void write_cgroup(uint64_t id, struct zs_recorder *recorder, const char *root)
{
	char path[PATH_MAX];

	if (zs_cgroup_lookup(path, sizeof(path), id, root))
		zs_recorder_cgroup(recorder, id, path);
}

void record_names_write(struct record_names *names, struct zs_recorder *recorder,
			const struct zs_source *source, const char *root, uint64_t until)
{
	struct seen *cgroups = &names->cgroups, *processes = &names->processes;

	/* by turns, so that many of the one do not keep out the other */
	while ((cgroups->done < cgroups->count || processes->done < processes->count) &&
	       zs_now() < until) {
		if (cgroups->done < cgroups->count)
			write_cgroup(cgroups->list[cgroups->done++].number, recorder, root);
		if (processes->done < processes->count)
			write_process(&processes->list[processes->done++], recorder, source);
	}
}

void record_names_again(struct record_names *names, struct zs_recorder *recorder,
			const struct zs_source *source)
{
	for (size_t i = 0; i < names->processes.done; i++)
		write_process(&names->processes.list[i], recorder, source);
}
