// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exposition.h"
#include "labels.h"

static bool no_memory(struct zs_error *error)
{
	return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
}

/* Return: its place in the list, or -1. */
static ssize_t add_label(struct zs_labels *labels, const char *text, const char *path)
{
	struct zs_label *label, *list;

	list = reallocarray(labels->list, labels->count + 1, sizeof(*list));
	if (!list)
		return -1;
	labels->list = list;
	label = &list[labels->count];
	memset(label, 0, sizeof(*label));
	label->text = strdup(text);
	label->path = path ? strdup(path) : NULL;
	if (!label->text || (path && !label->path)) {
		free(label->text);
		free(label->path);
		return -1;
	}
	return (ssize_t)labels->count++;
}

bool zs_labels_start(struct zs_labels *labels, size_t most, const char *root,
		     struct zs_error *error)
{
	*labels = (struct zs_labels){ .most = most, .root = root };
	return !add_label(labels, ZS_LABELS_OTHER, NULL) || no_memory(error);
}

void zs_labels_stop(struct zs_labels *labels)
{
	for (size_t i = 0; i < labels->count; i++) {
		free(labels->list[i].text);
		free(labels->list[i].path);
	}
	free(labels->list);
	free(labels->known);
	memset(labels, 0, sizeof(*labels));
}

/* ---- whose number it is ------------------------------------------------ */

static struct zs_labelled *find_known(const struct zs_labels *labels, uint64_t id)
{
	for (size_t i = 0; i < labels->known_count; i++)
		if (labels->known[i].id == id)
			return &labels->known[i];
	return NULL;
}

/* Of two names that are written alike, both have the one label. */
static ssize_t label_of_path(struct zs_labels *labels, const char *path, const char *below)
{
	char *text = zs_label_text(*below ? below : "/");
	ssize_t found = -1;

	if (!text)
		return -1;
	for (size_t i = 1; i < labels->count && found < 0; i++)
		if (!strcmp(labels->list[i].text, text))
			found = (ssize_t)i;
	if (found < 0)
		found = add_label(labels, text, path);
	free(text);
	return found;
}

/* A walk through the tree for cgroups that are not known yet. */
struct walk {
	struct zs_labels *labels;
	size_t first;		/* of the known ones that are looked for */
	size_t left;
	bool ok;
};

static bool take(void *context, const char *path, const char *below, uint64_t id)
{
	struct walk *walk = context;

	for (size_t i = walk->first; i < walk->labels->known_count; i++) {
		struct zs_labelled *known = &walk->labels->known[i];
		ssize_t label;

		if (known->id != id)
			continue;
		label = label_of_path(walk->labels, path, below);
		walk->ok = label > 0;
		if (walk->ok)
			known->label = (size_t)label;
		walk->left--;
		break;
	}
	return walk->ok && walk->left;
}

static bool find_paths(struct zs_labels *labels, size_t first)
{
	struct walk walk = {
		.labels = labels, .first = first, .left = labels->known_count - first, .ok = true,
	};

	zs_cgroup_walk(labels->root, take, &walk);
	return walk.ok;
}

/* Each is looked for once: who is not there then will not come back. */
static bool know_all(struct zs_labels *labels, const struct zs_parties *parties)
{
	size_t first = labels->known_count;
	struct zs_labelled *known;

	known = reallocarray(labels->known, first + parties->count + 1, sizeof(*known));
	if (!known)
		return false;
	labels->known = known;
	for (size_t i = 0; i < parties->count; i++) {
		uint64_t id = parties->list[i].who.cgroup;

		if (id && !find_known(labels, id))
			known[labels->known_count++] = (struct zs_labelled){ .id = id };
	}
	return first == labels->known_count || find_paths(labels, first);
}

/* ---- who has a label --------------------------------------------------- */

static uint64_t pages(const struct zs_label *label)
{
	struct zswap_usage usage = { 0 };

	memcpy(&usage, label->now, sizeof(label->now));
	return zs_usage_pages(&usage);
}

/* The one without a label that has moved the most pages; NULL: none has moved any. */
static struct zs_label *find_largest(const struct zs_labels *labels)
{
	struct zs_label *largest = NULL;
	uint64_t most = 0;

	for (size_t i = 1; i < labels->count; i++) {
		struct zs_label *label = &labels->list[i];

		if (!label->named && !label->gone && pages(label) > most) {
			most = pages(label);
			largest = label;
		}
	}
	return largest;
}

/* The one who has to give his label away first: who is gone, or else has moved the least. */
static struct zs_label *find_smallest(const struct zs_labels *labels)
{
	struct zs_label *smallest = NULL;

	for (size_t i = 1; i < labels->count; i++) {
		struct zs_label *label = &labels->list[i];

		if (!label->named)
			continue;
		if (!smallest || label->gone > smallest->gone ||
		    (label->gone == smallest->gone && pages(label) < pages(smallest)))
			smallest = label;
	}
	return smallest;
}

static size_t count_named(const struct zs_labels *labels)
{
	size_t count = 0;

	for (size_t i = 1; i < labels->count; i++)
		count += labels->list[i].named;
	return count;
}

static void choose(struct zs_labels *labels)
{
	size_t named = count_named(labels);
	struct zs_label *largest, *smallest;

	for (size_t i = 1; i < labels->count; i++)
		labels->list[i].gone = access(labels->list[i].path, F_OK);
	while (labels->most && (largest = find_largest(labels))) {
		if (named == labels->most) {
			smallest = find_smallest(labels);
			if (!smallest->gone && pages(largest) <= 2 * pages(smallest))
				return;
			smallest->named = false;
			named--;
		}
		largest->named = true;
		named++;
	}
}

/* ---- what is counted for them ------------------------------------------ */

static void add_words(__u64 *sum, const __u64 *words)
{
	for (size_t i = 0; i < ZS_LABEL_WORDS; i++)
		sum[i] += words[i];
}

static void read_now(struct zs_labels *labels, const struct zs_parties *parties)
{
	for (size_t i = 0; i < labels->count; i++)
		memset(labels->list[i].now, 0, sizeof(labels->list[i].now));
	add_words(labels->list[0].now, (const __u64 *)&parties->other);
	for (size_t i = 0; i < parties->count; i++) {
		const struct zs_labelled *known =
			find_known(labels, parties->list[i].who.cgroup);

		add_words(labels->list[known ? known->label : 0].now,
			  (const __u64 *)&parties->list[i].usage);
	}
}

static void count(struct zs_labels *labels)
{
	for (size_t i = 0; i < labels->count; i++) {
		struct zs_label *label = &labels->list[i];
		struct zs_label *counted = label->named ? label : &labels->list[0];

		for (size_t word = 0; word < ZS_LABEL_WORDS; word++)
			counted->words[word] += label->now[word] - label->last[word];
		memcpy(label->last, label->now, sizeof(label->last));
	}
}

bool zs_labels_update(struct zs_labels *labels, const struct zs_parties *parties,
		      struct zs_error *error)
{
	if (!know_all(labels, parties))
		return no_memory(error);
	read_now(labels, parties);
	choose(labels);
	count(labels);
	return true;
}
