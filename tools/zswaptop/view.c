// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "settings.h"
#include "view.h"

const struct view *const views[] = {
	&view_overview, &view_cgroups, &view_processes, &view_rejects, &view_histograms,
	&view_devices, &view_events,
};
const size_t views_count = ZS_ARRAY_SIZE(views);

_Static_assert(ZS_ARRAY_SIZE(views) == SETTINGS_VIEWS, "the settings have as many views");

int view_find(const char *name)
{
	for (size_t i = 0; i < views_count; i++)
		if (!strcmp(views[i]->name, name))
			return (int)i;
	return -1;
}

const char *view_name(int view)
{
	return views[view]->name;
}

bool view_sort_known(int view, const char *key)
{
	const struct table *table = views[view]->table;

	if (!table || !(views[view]->where & IN_SORTED))
		return false;
	for (size_t i = 0; i < table->columns_count; i++)
		if (table->columns[i].key && !strcmp(table->columns[i].key, key))
			return true;
	return false;
}

bool view_sort_keys(int view, char *text, size_t size)
{
	const struct table *table = views[view]->table;
	size_t length = 0;

	*text = '\0';
	if (!table || !(views[view]->where & IN_SORTED))
		return false;
	for (size_t i = 0; i < table->columns_count && length < size; i++)
		if (table->columns[i].key)
			length += (size_t)snprintf(text + length, size - length, "%s%s",
						   length ? ", " : "", table->columns[i].key);
	return true;
}

/* Once, and with a blank behind it. */
static void add_word(char *text, size_t size, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; *at; at += strcspn(at, " ") + 1)
		if (strcspn(at, " ") == length && !memcmp(at, word, length))
			return;
	length = strlen(text);
	snprintf(text + length, size - length, "%s ", word);
}

void view_every_name(char *text, size_t size)
{
	*text = '\0';
	for (size_t i = 0; i < views_count; i++)
		add_word(text, size, views[i]->name);
}

void view_every_sort_key(char *text, size_t size)
{
	const struct table *table;

	*text = '\0';
	for (size_t i = 0; i < views_count; i++) {
		table = views[i]->table;
		if (!table || !(views[i]->where & IN_SORTED))
			continue;
		for (size_t j = 0; j < table->columns_count; j++)
			if (table->columns[j].key)
				add_word(text, size, table->columns[j].key);
	}
}
