/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswap-trace events: what its files share. */
#ifndef ZSWAP_TRACE_EVENTS_H
#define ZSWAP_TRACE_EVENTS_H

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
 * @real_ns: from CLOCK_MONOTONIC to CLOCK_REALTIME
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

void events_print_text(struct events_style *style, const struct zswap_event *event);
void events_print_json(struct events_style *style, const struct zswap_event *event);

#endif /* ZSWAP_TRACE_EVENTS_H */
