// SPDX-License-Identifier: GPL-2.0-or-later
/* A recording for people: whose it is, its quantiles, and then the histogram dump of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "exposition.h"
#include "report.h"

#define LABEL	"  %-18s"

/* Whatever it says, nothing but text. */
static void print_text(const char *text)
{
	char *printable = zs_name_text(text);

	fputs(printable ?: "?", stdout);
	free(printable);
}

/* " NAME VALUE", as far as there is one. Return: whether there is. */
static bool print_fact(const struct zs_recording *recording, const char *fact,
		       const char *before)
{
	const char *value = zs_recording_fact(recording, fact);

	if (!value || !*value)
		return false;
	fputs(before, stdout);
	print_text(value);
	return true;
}

static void print_time(const struct zs_recording *recording, const struct report_counts *counts)
{
	char text[ZS_TEXT] = "at a time that is not known";
	uint64_t real_ns;

	if (zs_recording_number(recording, "start_real_ns", &real_ns)) {
		time_t seconds = (time_t)(real_ns / ZS_NSEC);
		struct tm local;

		localtime_r(&seconds, &local);
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	}
	printf(LABEL "%s, for %.3f s\n", "recorded", text,
	       (double)(counts->end_ns - counts->begin_ns) / ZS_NSEC);
}

static void print_bytes_fact(const struct zs_recording *recording, const char *fact,
			     const char *what)
{
	char text[ZS_TEXT];
	uint64_t bytes;

	if (zs_recording_number(recording, fact, &bytes))
		printf(", %s of %s", zs_format_bytes(text, (double)bytes), what);
}

static void print_machine(const struct zs_recording *recording)
{
	printf(LABEL "%s", "machine", "");
	if (!print_fact(recording, "machine", ""))
		printf("not known");
	print_fact(recording, "kernel", ", Linux ");
	print_fact(recording, "cpus", ", processors: ");
	print_bytes_fact(recording, "memory_bytes", "memory");
	print_bytes_fact(recording, "swap_bytes", "swap");
	putchar('\n');
}

static void print_zswap(const struct zs_recording *recording)
{
	static const char *const parameters[] = {
		"max_pool_percent", "max_compression_ratio", "accept_threshold_percent",
		"incompressible", "buddies", "frame_order",
	};
	char fact[64], before[64];

	printf(LABEL "%s", "zswap", "");
	if (!print_fact(recording, "zswap.pool", ""))
		printf("not known");
	print_fact(recording, "zswap.compressor", ", ");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(parameters); i++) {
		snprintf(fact, sizeof(fact), "zswap.%s", parameters[i]);
		snprintf(before, sizeof(before), ", %s ", parameters[i]);
		print_fact(recording, fact, before);
	}
	putchar('\n');
}

static void print_source(const struct zs_recording *recording)
{
	printf(LABEL "%s", "source", "");
	if (!print_fact(recording, "source", ""))
		printf("not known");
	print_fact(recording, "kinds", "; events: ");
	print_fact(recording, "filter", "; those with ");
	putchar('\n');
}

static void print_command(const struct zs_recording *recording)
{
	if (!zs_recording_fact(recording, "command"))
		return;
	printf(LABEL "%s", "command", "");
	if (!print_fact(recording, "command", ""))
		putchar('-');
	print_fact(recording, "exit_status", "; its exit status: ");
	putchar('\n');
}

static uint64_t events_of(const struct zs_recorded *summary)
{
	uint64_t count = 0;

	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++)
		if (i != ZSWAP_EVENT_LOST)
			count += summary->events[i];
	return count;
}

static void print_events(const struct report_counts *counts)
{
	const struct zs_recorded *summary = &counts->summary;
	double seconds = (double)(counts->end_ns - counts->begin_ns) / ZS_NSEC;
	uint64_t count = events_of(summary);
	char text[ZS_TEXT];

	printf(LABEL "%" PRIu64, "events", count);
	if (seconds > 0)
		printf(", %s a second", zs_format_number(text, (double)count / seconds));
	putchar('\n');
	if (summary->lost)
		printf(LABEL "%" PRIu64 ", at %" PRIu64 " places\n", "events lost", summary->lost,
		       counts->places - counts->gaps);
	if (counts->gaps)
		printf(LABEL "%" PRIu64 ": nobody knows how many events were there\n", "gaps",
		       counts->gaps);
	printf(LABEL "%s\n", "whole", summary->whole ? "yes" :
	       "no: something is missing in the file, or its end is");
}

static void print_state(const char *when, const struct zswap_state *state)
{
	char bytes[ZS_TEXT], limit[ZS_TEXT];

	printf(LABEL "%s of %s, %" PRIu64 " pages held\n", when,
	       zs_format_bytes(bytes, (double)state->pool_bytes),
	       zs_format_bytes(limit, (double)state->limit_bytes),
	       (uint64_t)state->stored_pages);
}

static void print_pool(const struct zs_recording *recording)
{
	struct report_pool pool;

	report_pool(recording, &pool);
	if (!pool.count)
		return;
	printf("\npool\n");
	print_state("at the beginning", &pool.first);
	print_state("at its largest", &pool.most);
	print_state("at the end", &pool.last);
}

static char *format(char text[ZS_TEXT], enum zs_unit unit, double value)
{
	return unit == ZS_UNIT_BYTES ? zs_format_bytes(text, value) : zs_format_time(text, value);
}

static void print_spread(const struct zs_spread *spread, const struct zs_hist_info *info)
{
	static const double quantiles[] = { 0, 0.5, 0.9, 0.99, 0.999, 1 };
	char text[ZS_TEXT];
	double value;

	if (!zs_spread_mean(spread, &value))
		return;
	printf("  %-22s %10" PRIu64 " %10s", info->name, spread->count,
	       format(text, info->unit, value));
	for (size_t i = 0; i < ZS_ARRAY_SIZE(quantiles); i++) {
		zs_spread_quantile(spread, quantiles[i], &value);
		printf(" %10s", format(text, info->unit, value));
	}
	putchar('\n');
}

static void print_quantiles(const struct zs_tally *tally)
{
	bool any = false;

	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++) {
		if (tally->spreads[i].count && !any)
			printf("\n%-24s %10s %10s %10s %10s %10s %10s %10s %10s\n",
			       "quantiles, to 1/64", "count", "mean", "least", "p50", "p90",
			       "p99", "p99.9", "most");
		any |= tally->spreads[i].count;
		print_spread(&tally->spreads[i], &zs_hist_infos[i]);
	}
}

bool report_text(const struct zs_recording *recording, const char *path,
		 const struct trace_style *style, struct zs_error *error)
{
	struct report_counts *counts = report_count(recording, error);

	if (!counts)
		return false;
	printf("recording ");
	print_text(path);
	putchar('\n');
	print_time(recording, counts);
	print_command(recording);
	print_machine(recording);
	print_zswap(recording);
	print_source(recording);
	print_events(counts);
	print_pool(recording);
	print_quantiles(counts->tally);
	putchar('\n');
	trace_print_text(&counts->dump, style);
	report_counts_free(counts);
	return true;
}
