// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts and the names of a recording. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "recording-read.h"

/* A copy of a block, for which its lines can be ended. */
static char *keep_text(struct zs_recording *recording, const unsigned char *at, size_t bytes)
{
	char *text;

	if (!zs_room((void **)&recording->texts, &recording->text_room, recording->text_count,
		     sizeof(*recording->texts)))
		return NULL;
	text = malloc(bytes + 1);
	if (!text)
		return NULL;
	memcpy(text, at, bytes);
	/* the last line ends with the block if nothing else ends it */
	text[bytes] = '\0';
	recording->texts[recording->text_count++] = text;
	return text;
}

/* As the recorder should have done it. */
static void make_visible(char *line)
{
	for (; *line; line++)
		if (iscntrl((unsigned char)*line))
			*line = '?';
}

static bool take_fact(struct zs_recording *recording, char *line, char *value)
{
	if (!zs_room((void **)&recording->facts, &recording->fact_room, recording->fact_count,
		     sizeof(*recording->facts)))
		return false;
	recording->facts[recording->fact_count++] = (struct zs_fact){ line, value };
	return true;
}

static bool take_name(struct zs_names *names, uint64_t id, const char *name)
{
	if (!zs_room((void **)&names->list, &names->room, names->count, sizeof(*names->list)))
		return false;
	names->list[names->count] = (struct zs_name){ id, names->count, name };
	names->count++;
	return true;
}

/* Return: false: no memory; @good: whether the line is one. */
static bool take_line(struct zs_recording *recording, enum zswap_block_kind kind, char *line,
		      bool *good)
{
	char *rest = strchr(line, kind == ZSWAP_BLOCK_FACTS ? '=' : ' ');
	uint64_t id;

	*good = false;
	if (!rest || rest == line)
		return true;
	*rest++ = '\0';
	if (kind == ZSWAP_BLOCK_FACTS) {
		*good = true;
		return take_fact(recording, line, rest);
	}
	if (!zs_parse_number(line, &id))
		return true;
	*good = true;
	return take_name(kind == ZSWAP_BLOCK_CGROUP ? &recording->cgroups :
			 &recording->processes, id, rest);
}

bool zs_recording_text(struct zs_recording *recording, enum zswap_block_kind kind,
		       const unsigned char *at, size_t bytes, uint64_t offset)
{
	char *text = keep_text(recording, at, bytes), *end;
	size_t wrong = 0;
	bool good;

	if (!text)
		return false;
	end = text + bytes;
	for (char *line = text, *next; line < end; line = next) {
		char *newline = memchr(line, '\n', (size_t)(end - line));

		next = newline ? newline + 1 : end;
		if (newline)
			*newline = '\0';
		make_visible(line);
		if (!take_line(recording, kind, line, &good))
			return false;
		wrong += !good;
	}
	if (wrong)
		zs_flaw(recording, offset, "%zu line%s of its text say%s nothing: left out",
			wrong, wrong == 1 ? "" : "s", wrong == 1 ? "s" : "");
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct zs_name *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* By number, each once: the last one. */
static void sort_names(struct zs_names *names)
{
	size_t kept = 0;

	if (!names->count)
		return;
	qsort(names->list, names->count, sizeof(*names->list), by_id);
	for (size_t i = 1; i < names->count; i++) {
		kept += names->list[i].id != names->list[kept].id;
		names->list[kept] = names->list[i];
	}
	names->count = kept + 1;
}

void zs_recording_sort_names(struct zs_recording *recording)
{
	sort_names(&recording->cgroups);
	sort_names(&recording->processes);
}

static const char *name_of(const struct zs_names *names, uint64_t id)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->list[middle].id == id)
			return names->list[middle].name;
		if (names->list[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return "";
}

const char *zs_recording_cgroup(const struct zs_recording *recording, uint64_t id)
{
	return name_of(&recording->cgroups, id);
}

/* The same for "/a/", "a" and "/sys/fs/cgroup/a": where it begins, and how long it is. */
static const char *below_root(const char *path, size_t *length)
{
	static const char root[] = "/sys/fs/cgroup";
	size_t skip = strlen(root);

	if (!strncmp(path, root, skip) && (!path[skip] || path[skip] == '/'))
		path += skip;
	path += strspn(path, "/");
	*length = strlen(path);
	while (*length && path[*length - 1] == '/')
		--*length;
	return path;
}

bool zs_recording_cgroup_find(const struct zs_recording *recording, const char *path,
			      uint64_t *id, struct zs_error *error)
{
	const struct zs_names *names = &recording->cgroups;
	const struct zs_name *found = NULL;
	size_t length, other;

	path = below_root(path, &length);
	for (size_t i = 0; i < names->count; i++) {
		const char *name = below_root(names->list[i].name, &other);

		if (other != length || strncmp(name, path, length))
			continue;
		if (found)
			return zs_fail(error, ZS_ERR_CGROUP,
				       "more than one cgroup was '/%.*s': give its number, as %llu or %llu",
				       (int)length, path, (unsigned long long)found->id,
				       (unsigned long long)names->list[i].id);
		found = &names->list[i];
	}
	if (!found)
		return zs_fail(error, ZS_ERR_CGROUP, "the recording has no cgroup '/%.*s'",
			       (int)length, path);
	*id = found->id;
	return true;
}

const char *zs_recording_comm(const struct zs_recording *recording, uint32_t pid)
{
	return name_of(&recording->processes, pid);
}

const char *zs_recording_fact(const struct zs_recording *recording, const char *name)
{
	for (size_t i = recording->fact_count; i--;)
		if (!strcmp(recording->facts[i].name, name))
			return recording->facts[i].value;
	return NULL;
}

bool zs_recording_number(const struct zs_recording *recording, const char *name,
			 uint64_t *number)
{
	const char *value = zs_recording_fact(recording, name);

	return value && zs_parse_number(value, number);
}

const char *zs_recording_fact_at(const struct zs_recording *recording, size_t nth,
				 const char **value)
{
	if (nth >= recording->fact_count)
		return NULL;
	*value = recording->facts[nth].value;
	return recording->facts[nth].name;
}

void zs_recording_free_text(struct zs_recording *recording)
{
	for (size_t i = 0; i < recording->text_count; i++)
		free(recording->texts[i]);
	free(recording->texts);
	free(recording->facts);
	free(recording->cgroups.list);
	free(recording->processes.list);
}
