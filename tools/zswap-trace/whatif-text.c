// SPDX-License-Identifier: GPL-2.0-or-later
/* What other settings would have brought, as a table. */
#include <inttypes.h>
#include <stdio.h>

#include "whatif.h"

static void print_head(const struct whatif_report *report)
{
	const struct zs_workload *workload = report->workload;
	char time[ZS_TEXT], memory[ZS_TEXT];

	zs_format_time(time, (double)(workload->last_ns - workload->first_ns));
	zs_format_bytes(memory, (double)report->settings.memory_pages * ZS_MODEL_PAGE);
	printf("%" PRIu64 " pages stored, %" PRIu64 " refused, %" PRIu64 " loaded, %" PRIu64
	       " read from disk in %s; RAM: %s\n\n", workload->course.stores,
	       workload->course.rejects, workload->course.loads, workload->course.misses, time,
	       memory);
	printf("           pool ratio accept |  page frames of the pool          | pages |   written  disk reads            \n");
	printf("pool          %%     %%      %% |   limit    mean    peak   needed | /frame|      back       all   avoided   rejects\n");
}

static void print_settings(const char *pool, const struct zs_replay_settings *settings)
{
	printf("%-10s %4u  %4u   %4u |", pool, settings->max_pool_percent,
	       settings->max_compression_ratio, settings->accept_threshold_percent);
}

static void print_density(bool known, double density)
{
	if (known)
		printf(" | %5.2f |", density);
	else
		printf(" | %5s |", "-");
}

/* What the kernel did. */
static void print_recorded(const struct whatif_report *report)
{
	const struct zs_course *course = &report->workload->course;
	const struct whatif_pool *seen = &report->seen;

	print_settings("recorded", &report->settings);
	printf(" %7" PRIu64, report->rows[0].result.limit_pages);
	if (seen->known)
		printf(" %7.0f %7" PRIu64 " %8s", seen->mean_pages, seen->peak_pages, "-");
	else
		printf(" %7s %7s %8s", "-", "-", "-");
	print_density(seen->density_known, seen->density);
	printf(" %9" PRIu64 " %9" PRIu64 " %9s %9" PRIu64 "\n", course->writebacks,
	       course->misses, "-", course->rejects);
}

static void print_row(const struct whatif_report *report, const struct whatif_row *row)
{
	const struct zs_replay_result *result = &row->result;
	double density = 0;
	bool known = whatif_density(row, &density);

	print_settings(row->settings.pool->name, &row->settings);
	printf(" %7" PRIu64 " %7.0f %7" PRIu64 " %8" PRIu64, result->limit_pages,
	       result->mean_pages, result->peak_pages, row->needed_pages);
	print_density(known, density);
	printf(" %9" PRIu64 " %9" PRIu64 " %9" PRId64 " %9" PRIu64 "\n", result->writebacks,
	       result->disk_loads, whatif_avoided(report, row), zs_replay_rejects(result));
}

void whatif_print_text(const struct whatif_report *report)
{
	print_head(report);
	print_recorded(report);
	for (size_t i = 0; i < report->row_count; i++)
		print_row(report, &report->rows[i]);
	if (report->note_count)
		putchar('\n');
	for (size_t i = 0; i < report->note_count; i++)
		printf("- %s\n", report->notes[i]);
}
