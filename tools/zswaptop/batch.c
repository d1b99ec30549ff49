// SPDX-License-Identifier: GPL-2.0-or-later
/* A line per interval, for people reading a log and for awk. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "zswaptop.h"

/* A screen has 24 lines; a file needs its header once. */
#define HEADER_EACH	22

static unsigned int lines;

static void show_header(void)
{
	if (lines % HEADER_EACH || (lines && !isatty(STDOUT_FILENO)))
		return;
	printf("%8s %8s %9s %8s %7s", "time", "pool-MiB", "limit-MiB",
	       "held-MiB", "ratio");
	for (size_t i = 0; i < TOP_RATES; i++)
		printf(" %9s", top_rates[i].column);
	printf(" %9s %9s  %s\n", "evage-p50", "evlat-p99", "rejects");
}

static char *mib(char text[ZS_TEXT], bool known, uint64_t bytes)
{
	if (!known)
		return strcpy(text, "-");
	snprintf(text, ZS_TEXT, "%.1f", (double)bytes / (1 << 20));
	return text;
}

/* A column is a word: "4.2 s" becomes "4.2s". */
static char *word(char *text)
{
	char *space = strchr(text, ' ');

	if (space)
		memmove(space, space + 1, strlen(space));
	return text;
}

void batch_print(const struct top_sample *sample)
{
	const struct zswap_stats *stats = &sample->interval.stats;
	const struct zs_pool *pool = &sample->pool;
	char text[ZS_TEXT], rejects[256];
	double ratio;

	show_header();
	lines++;
	strftime(text, sizeof(text), "%H:%M:%S", localtime(&sample->wall));
	printf("%8s", text);
	printf(" %8s", mib(text, pool->have & ZS_HAVE_POOL, pool->pool_bytes));
	printf(" %9s", mib(text, pool->limit_bytes, pool->limit_bytes));
	printf(" %8s", mib(text, pool->have & ZS_HAVE_STORED,
			   pool->stored_pages * ZSWAP_PAGE_BYTES));
	printf(" %7s", zs_pool_ratio(pool, &ratio) ?
	       zs_format_ratio(text, ratio) : "-");
	for (size_t i = 0; i < TOP_RATES; i++)
		printf(" %9s", top_format_rate(text, &top_rates[i],
					       zs_source_kind(sample->source),
					       &sample->interval));
	printf(" %9s", word(zs_format_quantile(text, stats, ZSWAP_HIST_EVICT_AGE, 0.5)));
	printf(" %9s", word(zs_format_quantile(text, stats, ZSWAP_HIST_EVICT_DURATION, 0.99)));
	printf("  %s", zs_format_rejects(rejects, sizeof(rejects),
					 stats->usage.reject_by_reason));
	if (sample->interval.missed)
		printf(" missed:%llu", (unsigned long long)sample->interval.missed);
	putchar('\n');
}
