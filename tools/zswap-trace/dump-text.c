// SPDX-License-Identifier: GPL-2.0-or-later
/* Histograms as bcc's tools print them. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "by.h"
#include "dump.h"
#include "exposition.h"

#define BAR_WIDTH	40
#define MAX_ROWS	10	/* of a table by cgroup or process */

/* Name and size in bytes or nanoseconds of the unit to print in. */
static const char *unit_of(enum zs_unit unit, bool coarse, double *size)
{
	switch (unit) {
	case ZS_UNIT_DURATION:
		*size = coarse ? 1e6 : 1e3;
		return coarse ? "ms" : "us";
	case ZS_UNIT_AGE:
		*size = coarse ? 1e9 : 1e6;
		return coarse ? "s" : "ms";
	default:
		*size = 1;
		return "bytes";
	}
}

/*
 * Whole bytes have neighbours: both ends are in the bucket.  Times are cut at
 * powers of two of a nanosecond: the second end belongs to the next bucket.
 */
static void print_range(unsigned int slot, enum zs_unit unit, double size)
{
	double low = zs_slot_low(unit, slot), high = zs_slot_high(unit, slot);

	if (!slot)
		printf("%12s    %-12s", "0", "");
	else if (unit == ZS_UNIT_BYTES)
		printf("%12.0f -> %-12.0f", low, high - 1);
	else
		printf("%12.6g -> %-12.6g", low / size, high / size);
}

static void print_buckets(const struct zswap_hist *hist, enum zs_unit unit,
			  double size)
{
	unsigned int first = ZSWAP_HIST_SLOTS, last = 0;
	__u64 most = 0;

	for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++) {
		if (!hist->slots[slot])
			continue;
		if (first == ZSWAP_HIST_SLOTS)
			first = slot;
		last = slot;
		if (hist->slots[slot] > most)
			most = hist->slots[slot];
	}
	printf("%20s%8s : %-12s distribution\n", "value", "", "count");
	for (unsigned int slot = first; slot <= last; slot++) {
		/* Divide first: the count times 40 may not fit. */
		int stars = (int)((double)hist->slots[slot] / (double)most *
				  BAR_WIDTH + 0.5);

		print_range(slot, unit, size);
		printf(" : %-12llu |%.*s%*s|\n", hist->slots[slot], stars,
		       "****************************************",
		       BAR_WIDTH - stars, "");
	}
}

/* Three or more significant digits, but never an exponent. */
static char *amount(char text[ZS_TEXT], double value)
{
	snprintf(text, ZS_TEXT, "%.*f",
		 value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0, value);
	return text;
}

/* "p99 183 (128..256)": interpolated, and the bounds within which it is, whatever it is. */
static void print_quantile(const struct zswap_hist *hist, enum zs_unit unit, double q,
			   double size)
{
	char value[ZS_TEXT], low[ZS_TEXT], high[ZS_TEXT] = "";
	double quantile, from, to;

	zs_hist_quantile(hist, unit, q, &quantile);
	zs_hist_quantile_bounds(hist, unit, q, &from, &to);
	printf(", p%.0f %s", q * 100, amount(value, quantile / size));
	/* the last one of times has no end */
	if (!isinf(to))
		amount(high, to / size);
	if (from < to)
		printf(" (%s..%s)", amount(low, from / size), high);
}

void trace_print_histogram(const struct zswap_hist *hist, const struct zs_hist_info *info,
			   const char *detail, bool coarse)
{
	static const double quantiles[] = { 0.50, 0.90, 0.99 };
	char text[ZS_TEXT];
	double size, mean;
	const char *unit = unit_of(info->unit, coarse, &size);

	if (!zs_hist_mean(hist, &mean))
		return;
	printf("\n%s%s (%s): count %llu, mean %s", info->title, detail, unit,
	       (unsigned long long)zs_hist_count(hist), amount(text, mean / size));
	for (size_t i = 0; i < ZS_ARRAY_SIZE(quantiles); i++)
		print_quantile(hist, info->unit, quantiles[i], size);
	putchar('\n');
	print_buckets(hist, info->unit, size);
}

static void print_counts(const struct zswap_stats *stats)
{
	for (size_t i = 0; i < zs_counter_count; i++) {
		uint64_t count = zs_counter(stats, i);

		if (count)
			printf("%-24s %12llu\n", zs_counter_infos[i].name,
			       (unsigned long long)count);
	}
}

void trace_print_words(const char *title, const __u64 *counts, unsigned int slots,
		       const char *(*name)(unsigned int))
{
	bool any = false;

	for (unsigned int i = 0; i < slots; i++) {
		if (!counts[i])
			continue;
		if (!any)
			printf("\n%s\n", title);
		any = true;
		printf("  %-22s %12llu\n", name(i), counts[i]);
	}
}

/* The columns of a table by cgroup or process: the counters that move pages. */
static const struct {
	const char *title;
	size_t offset;
} columns[] = {
	{ "stores",	offsetof(struct zswap_usage, stores) },
	{ "loads",	offsetof(struct zswap_usage, loads) },
	{ "diskreads",	offsetof(struct zswap_usage, disk_reads) },
	{ "refaults",	offsetof(struct zswap_usage, refaults) },
	{ "restores",	offsetof(struct zswap_usage, restores) },
	{ "writeback",	offsetof(struct zswap_usage, writebacks) },
	{ "rejects",	offsetof(struct zswap_usage, rejects) },
	{ "evicted",	offsetof(struct zswap_usage, evict_pages) },
};

static void print_row(const char *name, const struct zswap_usage *usage)
{
	printf("  %-34s", name);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(columns); i++)
		printf(" %9llu", *(const __u64 *)((const char *)usage + columns[i].offset));
	putchar('\n');
}

static void party_name(char *text, size_t size, const struct zs_party *party,
		       enum zs_by by)
{
	char path[PATH_MAX], name[ZS_TEXT], *shown;

	if (by == ZS_BY_PROCESS) {
		snprintf(text, size, "%7u %-15s %s", party->who.pid,
			 zs_format_name(name, party->comm),
			 zs_role_name(party->who.role));
		return;
	}
	shown = zs_name_text(party->path ?:
			     zs_cgroup_path(path, sizeof(path), party->who.cgroup, NULL));
	snprintf(text, size, "%s", shown ?: "?");
	free(shown);
}

static void print_parties(const struct zs_parties *parties, enum zs_by by)
{
	char name[512];

	if (!parties->count && !zs_usage_pages(&parties->other))
		return;
	printf("\n%-36s", by == ZS_BY_CGROUP ? "pages, by cgroup" :
					       "pages, by process");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(columns); i++)
		printf(" %9s", columns[i].title);
	putchar('\n');
	for (size_t i = 0; i < parties->count && i < MAX_ROWS; i++) {
		party_name(name, sizeof(name), &parties->list[i], by);
		print_row(name, &parties->list[i].usage);
	}
	if (parties->count > MAX_ROWS)
		printf("  and %zu more, with fewer\n", parties->count - MAX_ROWS);
	if (zs_usage_pages(&parties->other))
		print_row("(too many to tell apart)", &parties->other);
}

static void print_health(const struct zs_snapshot *interval)
{
	const struct zswap_health *health = &interval->health;
	const struct {
		const char *name;
		unsigned long long count;
	} all[] = {
		{ "missed by BPF", interval->missed },
		{ "pairs without room", health->who_overflow },
		{ "pages forgotten", health->pages_forgotten },
		{ "calls lost", health->calls_lost },
		{ "events lost", health->events_lost },
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(all); i++)
		if (all[i].count)
			printf("%-24s %12llu\n", all[i].name, all[i].count);
}

static void print_pool(const struct zs_pool *pool)
{
	if (!(pool->have & ZS_HAVE_WASTE) || !pool->pool_bytes)
		return;
	printf("\npool now\n  %-22s %12llu\n", "page frames",
	       (unsigned long long)(pool->pool_bytes / ZSWAP_PAGE_BYTES));
	printf("  %-22s %12llu\n", "frames with room",
	       (unsigned long long)pool->unbuddied_frames);
	printf("  %-22s %12llu\n", "bytes of that room",
	       (unsigned long long)pool->free_bytes);
	printf("  %-22s %12llu\n", "bytes lost in others",
	       (unsigned long long)pool->lost_bytes);
}

static void print_evictions(const struct zswap_stats *stats, bool coarse)
{
	char detail[64];

	for (unsigned int i = 0; i < ZSWAP_CAUSE_SLOTS; i++) {
		snprintf(detail, sizeof(detail), ", asked for by %s", zs_cause_name(i));
		trace_print_histogram(&stats->pool.evict_duration_by_cause[i],
				&zs_hist_infos[ZSWAP_HIST_EVICT_DURATION], detail,
				coarse);
	}
}

void trace_print_text(const struct trace_dump *dump, const struct trace_style *style)
{
	const struct zs_snapshot *interval = &dump->interval;
	const struct zswap_stats *stats = &interval->stats;
	char text[ZS_TEXT];

	if (style->timestamp) {
		time_t now = time(NULL);

		strftime(text, sizeof(text), "%H:%M:%S", localtime(&now));
		puts(text);
	}
	printf("%-24s %12.3f\n", "seconds", (double)interval->time_ns / ZS_NSEC);
	if (dump->groups) {
		print_health(interval);
		by_print_text(dump->groups, style->coarse);
		putchar('\n');
		return;
	}
	print_counts(stats);
	print_health(interval);
	trace_print_words("rejects by reason", stats->usage.reject_by_reason,
		    ZSWAP_REJECT_SLOTS, zs_reason_name);
	trace_print_words("writebacks by cause", stats->usage.writeback_by_cause,
		    ZSWAP_CAUSE_SLOTS, zs_cause_name);
	trace_print_words("failed writebacks by cause",
		    stats->pool.writeback_failed_by_cause, ZSWAP_CAUSE_SLOTS,
		    zs_cause_name);
	trace_print_words("evictions by cause", stats->pool.evict_by_cause,
		    ZSWAP_CAUSE_SLOTS, zs_cause_name);
	trace_print_words("failed evictions by cause", stats->pool.evict_failed_by_cause,
		    ZSWAP_CAUSE_SLOTS, zs_cause_name);
	print_pool(&dump->pool);
	for (enum zs_by by = 0; by < ZS_BY_COUNT; by++)
		print_parties(&dump->parties[by], by);
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		trace_print_histogram(zs_stats_hist(stats, i), &zs_hist_infos[i], "",
				      style->coarse);
	print_evictions(stats, style->coarse);
	putchar('\n');
}
