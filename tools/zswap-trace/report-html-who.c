// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose pages they were: by cgroup and by process. */
#include "report-html-parts.h"

#define ROWS	20

void report_cgroup_cell(struct report_table *table, const struct report_data *data, uint64_t id)
{
	const char *path = zs_recording_cgroup(data->recording, id);
	char text[ZS_TEXT + 16];

	if (id && !*path) {
		snprintf(text, sizeof(text), "cgroup %llu", (unsigned long long)id);
		path = text;
	}
	report_table_name(table, id ? path : "(of none)");
}

static void process_cell(struct report_table *table, const struct report_data *data, uint64_t id)
{
	const char *comm = zs_recording_comm(data->recording, REPORT_PID(id));
	char text[ZSWAP_COMM_BYTES + 64];

	snprintf(text, sizeof(text), "%.*s %u%s%s", ZSWAP_COMM_BYTES, *comm ? comm : "process",
		 REPORT_PID(id), REPORT_ROLE(id) == ZSWAP_ROLE_OWNER ? "" : ", ",
		 REPORT_ROLE(id) == ZSWAP_ROLE_OWNER ? "" : zs_role_name(REPORT_ROLE(id)));
	report_table_name(table, REPORT_PID(id) ? text : "(of none)");
}

static void cells(struct report_table *table, const struct report_group *group)
{
	const uint64_t *counts = group->counts;
	uint64_t back = counts[REPORT_LOADS] + counts[REPORT_DISK_READS];
	char text[ZS_TEXT];

	report_table_cell(table, "%s", html_count(text, counts[REPORT_STORES]));
	if (group->store_bytes)
		zs_format_ratio(text, (double)group->store_pages * ZSWAP_PAGE_BYTES /
				(double)group->store_bytes);
	report_table_cell(table, "%s", group->store_bytes ? text : "-");
	report_table_cell(table, "%s", html_count(text, counts[REPORT_LOADS]));
	report_table_cell(table, "%s", html_count(text, counts[REPORT_DISK_READS]));
	report_table_cell(table, "%s", back ? html_percent(text, (double)counts[REPORT_LOADS],
							   (double)back) : "-");
	if (group->loads_timed)
		html_time(text, (double)group->load_ns / (double)group->loads_timed);
	report_table_cell(table, "%s", group->loads_timed ? text : "-");
	report_table_cell(table, "%s", html_count(text, counts[REPORT_WRITEBACKS]));
	report_table_cell(table, "%s", html_count(text, counts[REPORT_REJECTS]));
}

typedef void name_fn(struct report_table *table, const struct report_data *data, uint64_t id);

static void list(struct html *html, const struct report_data *data, const char *what,
		 struct report_groups *groups, name_fn *name)
{
	const char *const columns[] = { "", "Stores", "Ratio", "Loads", "Disk reads", "Hits",
					"Mean load", "Writebacks", "Rejects" };
	struct report_table table = { .html = html, .columns = columns,
				      .count = ZS_ARRAY_SIZE(columns), .class = "wide" };
	struct report_group other = { .id = 0 };

	report_groups_sort(groups, REPORT_RATES);
	html_print(html, "<figure><h3>By %s</h3>", what);
	report_table_begin(&table, NULL);
	for (size_t i = 0; i < groups->count; i++) {
		if (i >= ROWS) {
			report_group_add(&other, &groups->list[i]);
			continue;
		}
		report_table_row(&table);
		name(&table, data, groups->list[i].id);
		cells(&table, &groups->list[i]);
	}
	if (groups->count > ROWS) {
		report_table_row(&table);
		report_table_cell(&table, "%zu others", groups->count - ROWS);
		cells(&table, &other);
	}
	report_table_end(&table);
	html_print(html, "</figure>\n");
}

/* Whether the events of any group say whose they are. */
static bool attributed(const struct report_groups *groups, uint64_t mask)
{
	for (size_t i = 0; i < groups->count; i++)
		if (groups->list[i].id & mask)
			return true;
	return false;
}

void report_html_who(struct html *html, struct report_data *data)
{
	bool cgroups = attributed(&data->cgroups, UINT64_MAX);
	bool processes = attributed(&data->processes, UINT32_MAX);

	html_print(html, "<section id=\"who\"><h2>Cgroups and processes</h2>\n");
	if (!cgroups && !processes)
		html_print(html, "<p class=\"soft\">No event tells whose page it was of.</p>\n");
	else
		html_print(html, "<p class=\"soft\">Pages, those with the most first. Hits are the "
			   "pages that the pool still had when they were needed.</p>\n");
	if (cgroups)
		list(html, data, "cgroup", &data->cgroups, report_cgroup_cell);
	if (processes)
		list(html, data, "process", &data->processes, process_cell);
	html_print(html, "</section>\n");
}
