/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswap-trace report: what a recording comes to, and the other forms that it can have. */
#ifndef ZSWAP_TRACE_REPORT_H
#define ZSWAP_TRACE_REPORT_H

#include "dump.h"
#include "names.h"
#include "recording.h"
#include "tally.h"

/**
 * struct report_counts - all events of a recording, counted
 * @summary: how many there are
 * @tally: what they come to
 * @dump: the same as the histogram dump prints it, by cgroup and process
 * @begin_ns: when the recording began, CLOCK_MONOTONIC
 * @end_ns: and ended
 * @places: at which events were lost
 * @gaps: and those of them where nobody knows how many
 * @paths: of the cgroups in @dump
 */
struct report_counts {
	struct zs_recorded summary;
	struct zs_tally *tally;
	struct trace_dump dump;
	uint64_t begin_ns;
	uint64_t end_ns;
	uint64_t places;
	uint64_t gaps;
	char **paths;
};

/**
 * report_count - read all events
 * @recording: of this
 * @error: why not: no memory
 *
 * Return: for report_counts_free(), or NULL.
 */
struct report_counts *report_count(const struct zs_recording *recording, struct zs_error *error);
void report_counts_free(struct report_counts *counts);

/*
 * The forms, on stdout, which is to be flushed.  They end early, and return true, when
 * stdout takes no more.
 */
bool report_text(const struct zs_recording *recording, const char *path,
		 const struct trace_style *style, struct zs_error *error);
bool report_json(const struct zs_recording *recording, const char *path,
		 struct zs_error *error);
bool report_csv(const struct zs_recording *recording, struct zs_error *error);
bool report_perfetto(const struct zs_recording *recording, struct zs_error *error);

/* One event a line, as zswap-trace events -i shows them without any other option. */
bool report_events(const struct zs_recording *recording, struct zs_error *error);

/* What there was of the pool; 0 without any states. */
struct report_pool {
	struct zswap_state first;
	struct zswap_state last;
	struct zswap_state most;	/* bytes, at any time */
	size_t count;
};

void report_pool(const struct zs_recording *recording, struct report_pool *pool);

#endif /* ZSWAP_TRACE_REPORT_H */
