// SPDX-License-Identifier: GPL-2.0-or-later
/* Histograms as bcc's tools print them. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "zswap-trace.h"

#define BAR_WIDTH	40

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

static void print_histogram(const struct zswap_hist *hist,
			    const struct zs_hist_info *info, const char *detail,
			    bool coarse)
{
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], d[ZS_TEXT];
	double size, mean, p50, p90, p99;
	const char *unit = unit_of(info->unit, coarse, &size);

	if (!zs_hist_mean(hist, &mean))
		return;
	zs_hist_quantile(hist, info->unit, 0.50, &p50);
	zs_hist_quantile(hist, info->unit, 0.90, &p90);
	zs_hist_quantile(hist, info->unit, 0.99, &p99);
	printf("\n%s%s (%s): count %llu, mean %s, p50 %s, p90 %s, p99 %s\n",
	       info->title, detail, unit, (unsigned long long)zs_hist_count(hist),
	       amount(a, mean / size), amount(b, p50 / size),
	       amount(c, p90 / size), amount(d, p99 / size));
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

static void print_words(const char *title, const __u64 *counts,
			unsigned int slots, const char *(*name)(unsigned int))
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

void trace_print_text(const struct zs_snapshot *interval,
		      const struct trace_style *style)
{
	const struct zswap_stats *stats = &interval->stats;
	char text[ZS_TEXT];

	if (style->timestamp) {
		time_t now = time(NULL);

		strftime(text, sizeof(text), "%H:%M:%S", localtime(&now));
		puts(text);
	}
	printf("%-24s %12.3f\n", "seconds", (double)interval->time_ns / ZS_NSEC);
	print_counts(stats);
	if (interval->missed)
		printf("%-24s %12llu\n", "missed by BPF",
		       (unsigned long long)interval->missed);
	print_words("rejects by reason", stats->usage.reject_by_reason,
		    ZSWAP_REJECT_SLOTS, zs_reason_name);
	print_words("writebacks by cause", stats->usage.writeback_by_cause,
		    ZSWAP_CAUSE_SLOTS, zs_cause_name);
	print_words("failed writebacks by cause",
		    stats->pool.writeback_failed_by_cause, ZSWAP_CAUSE_SLOTS,
		    zs_cause_name);
	print_words("evictions by cause", stats->pool.evict_by_cause,
		    ZSWAP_CAUSE_SLOTS, zs_cause_name);
	print_words("failed evictions by cause", stats->pool.evict_failed_by_cause,
		    ZSWAP_CAUSE_SLOTS, zs_cause_name);
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		print_histogram(zs_stats_hist(stats, i), &zs_hist_infos[i], "",
				style->coarse);
	putchar('\n');
}
