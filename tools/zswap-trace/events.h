/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswap-trace events: what its files share. */
#ifndef ZSWAP_TRACE_EVENTS_H
#define ZSWAP_TRACE_EVENTS_H

#include <zswapscope/filter.h>

#include "names.h"
#include "stream.h"

/* Which time stands before an event. */
enum events_time {
	EVENTS_SINCE_START,
	EVENTS_SINCE_LAST,	/* the event before */
	EVENTS_TIME_OF_DAY,
};

/**
 * struct events_style - how to print events
 * @time: which time
 * @json: objects, not lines
 * @start_ns: the beginning, CLOCK_MONOTONIC
 * @last_ns: time of the event before; @start_ns: there was none
 * @real_ns: from CLOCK_MONOTONIC to CLOCK_REALTIME; 0: nobody knows
 * @names: of cgroups and processes
 */
struct events_style {
	enum events_time time;
	bool json;
	uint64_t start_ns;
	uint64_t last_ns;
	uint64_t real_ns;
	struct names *names;
};

/* What the columns are, for people. */
void events_print_title(const struct events_style *style);

/* As @style wants it. */
void events_print(struct events_style *style, const struct zswap_event *event);

void events_print_json(struct events_style *style, const struct zswap_event *event);

/**
 * struct events_choice - which events of a recording
 * @kinds: bits of ZS_STREAM_KIND(); what was lost is always shown
 * @filter: as the kernel would have judged them
 * @count: so many of them; 0: all
 */
struct events_choice {
	uint32_t kinds;
	const struct zswap_filter *filter;
	uint64_t count;
};

/**
 * events_print_recording - the events of a recording on stdout, which is to be flushed
 * @recording: the recording
 * @choice: which of them
 * @style: how; times and names are those of the recording
 * @error: why not
 *
 * It ends early, and returns true, when stdout takes no more.
 */
bool events_print_recording(const struct zs_recording *recording,
			    const struct events_choice *choice, struct events_style style,
			    struct zs_error *error);

#endif /* ZSWAP_TRACE_EVENTS_H */
