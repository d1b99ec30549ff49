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
