// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events as a trace of Chrome's, which Perfetto (ui.perfetto.dev) opens as well:
 *
 *	processes	those of the events, with a track for each processor
 *	slices		what took some time: stores, loads, writebacks, evictions, ...
 *	async slices	reads from the device, which overlap
 *	instants	rejects, misses, losses, changes of the pool
 *	counters	the pool, and the pages in it
 *
 * Times are microseconds of CLOCK_MONOTONIC, with three decimals.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exposition.h"
#include "report.h"

#define POOL	0	/* process number of what is no process's */

/**
 * struct printer - where we are
 * @names: of cgroups and processes
 * @any: something was printed, so that a comma is due
 * @reads: reads so far: a number for each
 * @tracks: numbers of processes and processors that have a name by now
 * @count: how many
 * @room: for so many: a power of two, half of it free
 * @failed: no memory
 */
struct printer {
	struct names *names;
	bool any;
	uint64_t reads;
	uint64_t *tracks;
	size_t count;
	size_t room;
	bool failed;
};

/* Names come as UTF-8 without control characters. */
static void put_text(const char *text)
{
	putchar_unlocked('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar_unlocked('\\');
		putchar_unlocked(*text);
	}
	putchar_unlocked('"');
}

static void put_time(const char *name, uint64_t ns)
{
	printf(",\"%s\":%" PRIu64 ".%03u", name, ns / 1000, (unsigned int)(ns % 1000));
}

/* {"ph":"X","name":...,"pid":1,"tid":2,"ts":3.000 */
static void begin(struct printer *printer, char phase, const char *name, uint32_t pid,
		  unsigned int cpu, uint64_t ns)
{
	fputs_unlocked(printer->any ? ",\n" : "\n", stdout);
	printer->any = true;
	printf("{\"ph\":\"%c\",\"name\":", phase);
	put_text(name);
	/* a track 0 would be taken for a process's own */
	printf(",\"pid\":%u,\"tid\":%u", pid, cpu + 1);
	put_time("ts", ns);
}

/* ---- names of tracks ---------------------------------------------------- */

static size_t place_of(const struct printer *printer, uint64_t track)
{
	size_t place = (track * 0x9e3779b97f4a7c15ULL >> 32) & (printer->room - 1);

	while (printer->tracks[place] && printer->tracks[place] != track)
		place = (place + 1) & (printer->room - 1);
	return place;
}

static bool make_room(struct printer *printer)
{
	struct printer larger = *printer;

	if (printer->count * 2 < printer->room)
		return true;
	larger.room = printer->room ? printer->room * 2 : 64;
	larger.tracks = calloc(larger.room, sizeof(*larger.tracks));
	if (!larger.tracks)
		return false;
	for (size_t i = 0; i < printer->room; i++)
		if (printer->tracks[i])
			larger.tracks[place_of(&larger, printer->tracks[i])] = printer->tracks[i];
	free(printer->tracks);
	*printer = larger;
	return true;
}

/* Return: whether it is new. */
static bool is_new(struct printer *printer, uint64_t track)
{
	size_t place;

	if (!make_room(printer)) {
		printer->failed = true;
		return false;
	}
	place = place_of(printer, track);
	if (printer->tracks[place])
		return false;
	printer->tracks[place] = track;
	printer->count++;
	return true;
}

static void name_track(struct printer *printer, const char *what, uint32_t pid,
		       unsigned int cpu, const char *name)
{
	begin(printer, 'M', what, pid, cpu, 0);
	printf(",\"args\":{\"name\":");
	put_text(name);
	printf("}}");
}

static void name_tracks(struct printer *printer, uint32_t pid, unsigned int cpu)
{
	const uint64_t process = 1ULL << 63 | pid, track = 1ULL << 62 | (uint64_t)cpu << 32 | pid;
	char text[ZS_TEXT];

	if (is_new(printer, process))
		name_track(printer, "process_name", pid, cpu,
			   pid == POOL ? "zswap" : names_process(printer->names, pid));
	if (is_new(printer, track)) {
		snprintf(text, sizeof(text), "CPU %u", cpu);
		name_track(printer, "thread_name", pid, cpu, text);
	}
}

/* ---- events ------------------------------------------------------------- */

/* What an event says in words is enough for who looks at one. */
static void put_details(struct printer *printer, const struct zswap_event *event)
{
	char text[ZS_EVENT_TEXT], *printable;

	printable = zs_name_text(zs_event_format(text, sizeof(text), event));
	printf(",\"args\":{\"event\":");
	put_text(printable ?: "");
	free(printable);
	if (event->cgroup) {
		printf(",\"cgroup\":");
		put_text(names_cgroup(printer->names, event->cgroup));
	}
	if (event->length)
		printf(",\"length\":%u", event->length);
	if (event->age_ns && event->event <= ZSWAP_EVENT_INVALIDATE)
		printf(",\"age_us\":%.3f", (double)event->age_ns / 1000);
	printf("}}");
}

static uint64_t start_of(const struct zswap_event *event)
{
	return event->duration_ns < event->time_ns ? event->time_ns - event->duration_ns : 0;
}

static void put_slice(struct printer *printer, const struct zswap_event *event)
{
	uint64_t start = start_of(event);

	begin(printer, 'X', zs_event_name(event->event), event->pid, event->cpu, start);
	put_time("dur", event->time_ns - start);
	put_details(printer, event);
}

/* Both ends of a read, which goes on while others begin and end. */
static void put_read(struct printer *printer, const struct zswap_event *event)
{
	uint64_t number = ++printer->reads;

	begin(printer, 'b', "read", event->pid, event->cpu, start_of(event));
	printf(",\"cat\":\"read\",\"id\":%" PRIu64, number);
	put_details(printer, event);
	begin(printer, 'e', "read", event->pid, event->cpu, event->time_ns);
	printf(",\"cat\":\"read\",\"id\":%" PRIu64 "}", number);
}

static void put_instant(struct printer *printer, const struct zswap_event *event)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", zs_event_name(event->event),
		 event->event == ZSWAP_EVENT_REJECT ? ": " : "",
		 event->event == ZSWAP_EVENT_REJECT ? zs_reason_name(event->why) : "");
	begin(printer, 'i', name, event->pid, event->cpu, event->time_ns);
	/* what is lost is missing everywhere */
	printf(",\"s\":\"%c\"", event->event == ZSWAP_EVENT_LOST ? 'g' : 't');
	put_details(printer, event);
}

static bool put_event(const struct zswap_event *event, void *context)
{
	struct printer *printer = context;

	name_tracks(printer, event->pid, event->cpu);
	switch (event->event) {
	case ZSWAP_EVENT_READ:
		put_read(printer, event);
		break;
	case ZSWAP_EVENT_REJECT:
	case ZSWAP_EVENT_POOL_LIMIT:
		put_instant(printer, event);
		break;
	default:
		if (event->duration_ns)
			put_slice(printer, event);
		else
			put_instant(printer, event);
	}
	return !printer->failed && !ferror_unlocked(stdout);
}

static void put_state(struct printer *printer, const struct zswap_state *state)
{
	begin(printer, 'C', "pool", POOL, 0, state->time_ns);
	printf(",\"args\":{\"bytes\":%" PRIu64 "}}", (uint64_t)state->pool_bytes);
	begin(printer, 'C', "pool limit", POOL, 0, state->time_ns);
	printf(",\"args\":{\"bytes\":%" PRIu64 "}}", (uint64_t)state->limit_bytes);
	begin(printer, 'C', "pages in the pool", POOL, 0, state->time_ns);
	printf(",\"args\":{\"pages\":%" PRIu64 "}}", (uint64_t)state->stored_pages);
	begin(printer, 'C', "pages written back", POOL, 0, state->time_ns);
	printf(",\"args\":{\"pages\":%" PRIu64 "}}", (uint64_t)state->written_back);
}

static void put_states(struct printer *printer, const struct zs_recording *recording)
{
	size_t count;
	const struct zswap_state *states = zs_recording_states(recording, &count);

	for (size_t i = 0; i < count && !ferror_unlocked(stdout); i++)
		put_state(printer, &states[i]);
}

static void put_facts(const struct zs_recording *recording)
{
	const char *name, *value, *comma = "";

	for (size_t nth = 0; (name = zs_recording_fact_at(recording, nth, &value)); nth++) {
		char *printable_name = zs_name_text(name), *printable = zs_name_text(value);

		/* a name stands there once */
		if (value == zs_recording_fact(recording, name)) {
			fputs(comma, stdout);
			put_text(printable_name ?: "");
			putchar(':');
			put_text(printable ?: "");
			comma = ",";
		}
		free(printable_name);
		free(printable);
	}
}

bool report_perfetto(const struct zs_recording *recording, struct zs_error *error)
{
	struct printer printer = { .names = names_new(NULL, recording, NULL) };

	if (printer.names) {
		printf("{\"displayTimeUnit\":\"ns\",\"otherData\":{");
		put_facts(recording);
		printf("},\"traceEvents\":[");
		name_tracks(&printer, POOL, 0);
		put_states(&printer, recording);
		zs_recording_events(recording, put_event, &printer);
		printf("\n]}\n");
	}
	if (!printer.names || printer.failed)
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	names_free(printer.names);
	free(printer.tracks);
	return printer.names && !printer.failed;
}
