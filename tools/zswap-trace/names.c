// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A name is asked for again and again, and to find it takes system calls: so it is kept,
 * in a place that it shares with few others.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exposition.h"
#include "names.h"

#define PLACES	1024
#define GOOD_NS	ZS_NSEC		/* a process may get another name, a pid another process */

/**
 * struct name - of a number
 * @id: the number; 0: there is none here
 * @asked_ns: when it was asked for
 * @text: the name
 */
struct name {
	uint64_t id;
	uint64_t asked_ns;
	char *text;
};

struct names {
	const struct zs_source *source;
	const struct zs_recording *recording;
	const char *root;
	struct name cgroups[PLACES];
	struct name processes[PLACES];
};

struct names *names_new(const struct zs_source *source, const struct zs_recording *recording,
			const char *root)
{
	struct names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->source = source;
	names->recording = recording;
	names->root = root;
	return names;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < PLACES; i++) {
		free(names->cgroups[i].text);
		free(names->processes[i].text);
	}
	free(names);
}

static struct name *place_of(struct name *places, uint64_t id)
{
	return &places[id % PLACES];
}

static void keep(struct name *name, uint64_t id, const char *text)
{
	free(name->text);
	name->id = id;
	name->text = zs_name_text(text);
}

static const char *text_of(const struct name *name)
{
	return name->text ? name->text : "?";
}

static void ask_cgroup(const struct names *names, char *path, size_t size, uint64_t id)
{
	const char *known = names->recording ? zs_recording_cgroup(names->recording, id) : "";

	if (!names->recording)
		zs_cgroup_path(path, size, id, names->root);
	else if (*known)
		snprintf(path, size, "%s", known);
	else
		snprintf(path, size, "cgroup %llu", (unsigned long long)id);
}

const char *names_cgroup(struct names *names, uint64_t id)
{
	struct name *name = place_of(names->cgroups, id);
	char path[PATH_MAX];

	if (!id)
		return "-";
	if (name->id != id) {
		ask_cgroup(names, path, sizeof(path), id);
		keep(name, id, path);
	}
	return text_of(name);
}

const char *names_process(struct names *names, uint32_t pid)
{
	struct name *name = place_of(names->processes, pid);
	char comm[ZSWAP_COMM_BYTES];
	uint64_t now = names->recording ? 0 : zs_now();

	if (name->id == pid && now - name->asked_ns < GOOD_NS)
		return text_of(name);
	if (names->recording)
		snprintf(comm, sizeof(comm), "%s", zs_recording_comm(names->recording, pid));
	else
		zs_source_comm(names->source, pid, comm);
	/* one that has ended keeps the name that it had */
	if (*comm || name->id != pid)
		keep(name, pid, *comm ? comm : "?");
	name->asked_ns = now;
	return text_of(name);
}
