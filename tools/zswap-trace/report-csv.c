// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events as CSV, RFC 4180: a line each that ends in CR LF, and a line of names above them.
 * A column that says nothing of an event is empty.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <zswapscope/filter.h>

#include "fields.h"
#include "report.h"

/*
 * Names are quoted always, so that nobody has to look what is in them.  One that somebody
 * else chose may look like a formula, and there are programs that
 * would work it out, in quotes or not: so its first character is written as others are
 * that are not to be shown as they are.
 */
static void put_text(const char *text)
{
	putchar_unlocked('"');
	if (*text && strchr("=+-@", *text))
		printf("\\x%02x", (unsigned char)*text++);
	for (; *text; text++) {
		if (*text == '"')
			putchar_unlocked('"');
		putchar_unlocked(*text);
	}
	putchar_unlocked('"');
}

static void put_number(uint64_t value)
{
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	fwrite_unlocked(at, 1, (size_t)(digits + sizeof(digits) - at), stdout);
}

/* What filters know as well: a number, a word, or nothing. */
static void put_fields(const struct zswap_event *event)
{
	for (size_t i = 0; i < event_field_count; i++) {
		const struct event_field *field = &event_fields[i];
		uint64_t value = zswap_event_field(event, field->field);

		putchar_unlocked(',');
		if (value == ZSWAP_FIELD_NOTHING)
			continue;
		if (field->word)
			fputs_unlocked(field->word((unsigned int)value), stdout);
		else
			put_number(value);
	}
}

static bool has_result(unsigned int event)
{
	return event == ZSWAP_EVENT_WRITEBACK || event == ZSWAP_EVENT_EVICT ||
	       event == ZSWAP_EVENT_BACKGROUND;
}

/* Numbers that events of one kind alone have, each in a column of its own. */
static const struct {
	const char *name;
	enum zswap_event_kind event;
	unsigned char offset;
	unsigned char size;
	bool unknown;		/* is what 0 says */
} own[] = {
#define COLUMN(name, EVENT, member, unknown) \
	{ name, ZSWAP_EVENT_##EVENT, offsetof(struct zswap_event, member), \
	  sizeof(((struct zswap_event *)0)->member), unknown }
#define OWN(name, EVENT, member)	COLUMN(name, EVENT, member, false)
	OWN("alloc_ns", WRITEBACK, alloc_ns),
	OWN("decompress_ns", WRITEBACK, decompress_ns),
	OWN("submit_ns", WRITEBACK, submit_ns),
	OWN("evicted_pages", EVICT, count),
	COLUMN("evicted_frames", EVICT, pages, true),
	OWN("limit_reached", POOL_LIMIT, why),
	OWN("pool_pages", POOL_LIMIT, pool.pages),
	OWN("pool_limit_pages", POOL_LIMIT, pool.limit),
	OWN("drain_pages", DRAIN, drain.pages),
	OWN("drain_frames", DRAIN, drain.frames),
	OWN("shrink_node", SHRINK, count),
	OWN("shrink_scanned", SHRINK, shrink.scanned),
	OWN("shrink_written", SHRINK, shrink.written),
	OWN("background_frames", BACKGROUND, background.frames),
	OWN("background_left", BACKGROUND, background.left),
	OWN("background_goal", BACKGROUND, background.goal),
	COLUMN("lost", LOST, count, true),
#undef OWN
#undef COLUMN
};

static void put_own(const struct zswap_event *event)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(own); i++) {
		const char *at = (const char *)event + own[i].offset;
		uint64_t wide = 0;
		uint32_t word;

		putchar_unlocked(',');
		if (event->event != own[i].event)
			continue;
		if (own[i].size == sizeof(wide)) {
			memcpy(&wide, at, sizeof(wide));
		} else if (own[i].size == sizeof(word)) {
			memcpy(&word, at, sizeof(word));
			wide = word;
		} else {
			wide = (unsigned char)*at;
		}
		if (wide || !own[i].unknown)
			put_number(wide);
	}
}

/* The stage of a drain, and the names of compressors. */
static void put_words(const struct zswap_event *event)
{
	putchar_unlocked(',');
	if (event->event == ZSWAP_EVENT_DRAIN)
		fputs_unlocked(zs_stage_name(event->why), stdout);
	putchar_unlocked(',');
	if (event->event == ZSWAP_EVENT_COMPRESSOR)
		put_text(event->compressor.from);
	putchar_unlocked(',');
	if (event->event == ZSWAP_EVENT_COMPRESSOR)
		put_text(event->compressor.to);
}

static void put_who(struct names *names, const struct zswap_event *event)
{
	putchar_unlocked(',');
	if (event->pid) {
		put_number(event->pid);
		putchar_unlocked(',');
		put_text(names_process(names, event->pid));
		putchar_unlocked(',');
		fputs_unlocked(zs_role_name(event->role), stdout);
	} else {
		fputs_unlocked(",,", stdout);
	}
	putchar_unlocked(',');
	if (event->cgroup) {
		put_number(event->cgroup);
		putchar_unlocked(',');
		put_text(names_cgroup(names, event->cgroup));
	} else {
		putchar_unlocked(',');
	}
}

static bool put_event(const struct zswap_event *event, void *context)
{
	put_number(event->time_ns);
	putchar_unlocked(',');
	put_number(event->cpu);
	putchar_unlocked(',');
	fputs_unlocked(zs_event_name(event->event), stdout);
	put_who(context, event);
	put_fields(event);
	putchar_unlocked(',');
	if (has_result(event->event))
		printf("%d", event->result);
	put_own(event);
	put_words(event);
	fputs_unlocked("\r\n", stdout);
	return !ferror_unlocked(stdout);
}

bool report_csv(const struct zs_recording *recording, struct zs_error *error)
{
	struct names *names = names_new(NULL, recording, NULL);

	if (!names)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	printf("time_ns,cpu,event,pid,comm,role,cgroup_id,cgroup");
	for (size_t i = 0; i < event_field_count; i++)
		printf(",%s", event_fields[i].name);
	printf(",result");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(own); i++)
		printf(",%s", own[i].name);
	printf(",drain_stage,compressor_from,compressor_to\r\n");
	zs_recording_events(recording, put_event, names);
	names_free(names);
	return true;
}
