// SPDX-License-Identifier: GPL-2.0-or-later
/* Which pages were refused, and whose they were. */
#include "report-html-parts.h"

#define ROWS	10

static const char *const words[ZSWAP_REJECT_SLOTS] = {
	[ZSWAP_REJECT_DISABLED] = "zswap is disabled",
	[ZSWAP_REJECT_LARGE_FOLIO] = "another page of its large folio was refused",
	[ZSWAP_REJECT_CGROUP_LIMIT] = "the cgroup is at memory.zswap.max",
	[ZSWAP_REJECT_RECLAIM_FAIL] = "the pool is full, and nothing could be evicted",
	[ZSWAP_REJECT_POOL_LIMIT] = "the pool is full",
	[ZSWAP_REJECT_COMPRESS_FAIL] = "the compressor failed",
	[ZSWAP_REJECT_COMPRESS_POOR] = "it compresses too little",
	[ZSWAP_REJECT_KMEMCACHE_FAIL] = "no memory for its entry",
	[ZSWAP_REJECT_ALLOC_FAIL] = "no memory for the pool",
	[ZSWAP_REJECT_INDEX_FAIL] = "no memory for the index",
	[ZSWAP_REJECT_HYSTERESIS] = "the pool was full, and is not small enough yet",
	[ZSWAP_REJECT_LRU_FAIL] = "no memory for the cgroup\u2019s list",
	[ZSWAP_REJECT_COUNT] = "for a reason that is not known here",
};

/* The one with the most among those that are not in @done yet; or ZSWAP_REJECT_SLOTS. */
static unsigned int next_reason(const __u64 *counts, const bool *done)
{
	unsigned int best = ZSWAP_REJECT_SLOTS;

	for (unsigned int i = 0; i < ZSWAP_REJECT_SLOTS; i++)
		if (counts[i] && !done[i] &&
		    (best == ZSWAP_REJECT_SLOTS || counts[i] > counts[best]))
			best = i;
	return best;
}

static void by_reason(struct html *html, const struct report_data *data)
{
	static const char *const columns[] = { "Reason", "Pages", "" };
	const struct zswap_usage *usage = &data->tally->snapshot.stats.usage;
	struct report_table table = { .html = html, .columns = columns,
				      .count = ZS_ARRAY_SIZE(columns), .class = "" };
	bool done[ZSWAP_REJECT_SLOTS] = { false };
	unsigned int reason;
	char text[ZS_TEXT];

	html_print(html, "<figure><h3>By reason</h3>");
	report_table_begin(&table, NULL);
	while ((reason = next_reason(usage->reject_by_reason, done)) < ZSWAP_REJECT_SLOTS) {
		done[reason] = true;
		report_table_row(&table);
		report_table_cell(&table, "%s: %s", zs_reason_name(reason), words[reason]);
		report_table_cell(&table, "%s", html_count(text, usage->reject_by_reason[reason]));
		report_table_bar(&table, (double)usage->reject_by_reason[reason],
				 (double)usage->rejects);
	}
	report_table_end(&table);
	html_print(html, "</figure>\n");
}

static unsigned int main_reason(const struct report_group *group)
{
	unsigned int most = 0;

	for (unsigned int i = 1; i < ZSWAP_REJECT_SLOTS; i++)
		if (group->rejects[i] > group->rejects[most])
			most = i;
	return most;
}

static void cells(struct report_table *table, const struct report_group *group, uint64_t all)
{
	uint64_t rejects = group->counts[REPORT_REJECTS];
	char text[ZS_TEXT];

	report_table_cell(table, "%s", html_count(text, rejects));
	report_table_cell(table, "%s", html_percent(text, (double)rejects,
			  (double)(rejects + group->counts[REPORT_STORES])));
	report_table_name(table, zs_reason_name(main_reason(group)));
	report_table_bar(table, (double)rejects, (double)all);
}

/* The groups are sorted for this. */
static void by_cgroup(struct html *html, const struct report_data *data)
{
	static const char *const columns[] = { "Cgroup", "Pages", "Of its pages",
					       "Mostly", "" };
	struct report_table table = { .html = html, .columns = columns,
				      .count = ZS_ARRAY_SIZE(columns), .class = "wide" };
	uint64_t all = data->tally->snapshot.stats.usage.rejects;
	struct report_group other = { .id = 0 };
	size_t others = 0;

	html_print(html, "<figure><h3>By cgroup</h3>");
	report_table_begin(&table, NULL);
	for (size_t i = 0; i < data->cgroups.count; i++) {
		const struct report_group *group = &data->cgroups.list[i];

		if (!group->counts[REPORT_REJECTS])
			break;
		if (i >= ROWS) {
			report_group_add(&other, group);
			others++;
			continue;
		}
		report_table_row(&table);
		report_cgroup_cell(&table, data, group->id);
		cells(&table, group, all);
	}
	if (others) {
		report_table_row(&table);
		report_table_cell(&table, "%zu others", others);
		cells(&table, &other, all);
	}
	report_table_end(&table);
	html_print(html, "</figure>\n");
}

void report_html_rejects(struct html *html, struct report_data *data)
{
	html_print(html, "<section id=\"rejects\"><h2>Rejects</h2>\n");
	if (!data->tally->snapshot.stats.usage.rejects) {
		html_print(html, "<p class=\"soft\">No page was refused.</p></section>\n");
		return;
	}
	report_groups_sort(&data->cgroups, REPORT_REJECTS);
	by_reason(html, data);
	by_cgroup(html, data);
	html_print(html, "</section>\n");
}
