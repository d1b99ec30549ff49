// SPDX-License-Identifier: GPL-2.0-or-later
/* Events as lines: time, processor, process, cgroup, and what happened. */
#include <stdio.h>
#include <time.h>

#include "events.h"

static void print_time_of_day(uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / ZS_NSEC);
	struct tm local;
	char text[ZS_TEXT];

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%H:%M:%S", &local);
	printf("%s.%06u", text, (unsigned int)(real_ns % ZS_NSEC / 1000));
}

/* An event may be older than the one before, if that came late. */
static double seconds_between(uint64_t from, uint64_t to)
{
	return (double)(int64_t)(to - from) / (double)ZS_NSEC;
}

static void print_time(const struct events_style *style, uint64_t time_ns)
{
	switch (style->time) {
	case EVENTS_TIME_OF_DAY:
		print_time_of_day(time_ns + style->real_ns);
		return;
	case EVENTS_SINCE_LAST:
		printf("%12.6f", seconds_between(style->last_ns, time_ns));
		return;
	default:
		printf("%12.6f", seconds_between(style->start_ns, time_ns));
	}
}

static void print_process(struct names *names, uint32_t pid)
{
	char text[64] = "-";

	if (pid)
		snprintf(text, sizeof(text), "%s/%u", names_process(names, pid), pid);
	printf("  %-22s", text);
}

void events_print_title(const struct events_style *style)
{
	fprintf(stderr, style->time == EVENTS_TIME_OF_DAY ? "%-15s" : "%12s",
		style->time == EVENTS_TIME_OF_DAY ? "TIME" :
		style->time == EVENTS_SINCE_LAST ? "SECONDS+" : "SECONDS");
	fprintf(stderr, " %5s  %-22s  %-20s  %s\n", "CPU", "PROCESS/PID", "CGROUP", "EVENT");
}

static void print_lost(const struct zswap_event *event)
{
	if (event->count)
		printf("  --- %u event%s lost ---\n", event->count, event->count == 1 ? "" : "s");
	else
		printf("  --- events lost, nobody knows how many ---\n");
}

static void print_text(struct events_style *style, const struct zswap_event *event)
{
	char text[ZS_EVENT_TEXT];

	print_time(style, event->time_ns);
	style->last_ns = event->time_ns;
	printf(" [%03u]", event->cpu);
	if (event->event == ZSWAP_EVENT_LOST) {
		print_lost(event);
		return;
	}
	print_process(style->names, event->pid);
	printf("  %-20s", names_cgroup(style->names, event->cgroup));
	printf("  %s\n", zs_event_format(text, sizeof(text), event));
}

void events_print(struct events_style *style, const struct zswap_event *event)
{
	if (style->json)
		events_print_json(style, event);
	else
		print_text(style, event);
}
