// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of --by as text. */
#include <stdio.h>

#include "by.h"

static void print_usage(const struct zswap_usage *usage, bool coarse)
{
	for (size_t i = 0; i < zs_usage_counter_count; i++)
		if (zs_usage_counter(usage, i))
			printf("%-24s %12llu\n", zs_counter_infos[i].name,
			       (unsigned long long)zs_usage_counter(usage, i));
	trace_print_words("rejects by reason", usage->reject_by_reason, ZSWAP_REJECT_SLOTS,
			  zs_reason_name);
	trace_print_words("writebacks by cause", usage->writeback_by_cause, ZSWAP_CAUSE_SLOTS,
			  zs_cause_name);
	for (unsigned int i = 0; i < ZSWAP_USAGE_HIST_COUNT; i++)
		trace_print_histogram(&usage->hist[i], &zs_hist_infos[i], "", coarse);
}

static void print_title(const struct by_groups *groups, const struct by_group *group)
{
	printf("\n%s = %s", by_name(groups->by), group->name);
	if (groups->by == BY_PID)
		printf("/%u, %s", group->who.pid, zs_role_name(group->who.role));
	printf(" (%llu events)\n", (unsigned long long)by_events(&group->usage));
}

void by_print_text(const struct by_groups *groups, bool coarse)
{
	for (size_t i = 0; i < groups->count; i++) {
		print_title(groups, &groups->list[i]);
		print_usage(&groups->list[i].usage, coarse);
	}
	if (!by_events(&groups->other))
		return;
	printf("\n%s = (other)", by_name(groups->by));
	if (groups->others)
		printf(", %zu more", groups->others);
	printf(" (%llu events)\n", (unsigned long long)by_events(&groups->other));
	print_usage(&groups->other, coarse);
}
