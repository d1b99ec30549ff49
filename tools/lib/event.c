// SPDX-License-Identifier: GPL-2.0-or-later
/* An event in words. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stream.h"

#define NAME(symbol, name)	name,

const char *zs_event_name(unsigned int event)
{
	static const char *const names[] = { ZSWAP_EVENTS(NAME) };

	return event < ZS_ARRAY_SIZE(names) ? names[event] : "other";
}

const char *zs_kind_name(unsigned int kind)
{
	static const char *const names[] = { ZSWAP_KINDS(NAME) };

	return kind < ZS_ARRAY_SIZE(names) ? names[kind] : "other";
}

const char *zs_stage_name(unsigned int stage)
{
	static const char *const names[] = { ZSWAP_DRAIN_STAGES(NAME) };

	return stage < ZS_ARRAY_SIZE(names) ? names[stage] : "other";
}

static bool find_kind(const char *name, size_t length, uint32_t *kinds)
{
	for (unsigned int event = 0; event < ZSWAP_EVENT_COUNT; event++) {
		if (strlen(zs_event_name(event)) != length ||
		    strncmp(zs_event_name(event), name, length))
			continue;
		*kinds |= ZS_STREAM_KIND(event);
		return true;
	}
	return false;
}

bool zs_event_kinds_parse(const char *text, uint32_t *kinds)
{
	*kinds = 0;
	for (;;) {
		size_t length = strcspn(text, ",");

		if (!find_kind(text, length, kinds))
			return false;
		if (!text[length])
			return true;
		text += length + 1;
	}
}

/*
 * A line that grows; what does not fit is cut off.
 */
struct line {
	char *text;
	size_t size;
	size_t used;
};

__attribute__((format(printf, 2, 3)))
static void add(struct line *line, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line->text + line->used, line->size - line->used, format, args);
	va_end(args);
	if (length < 0)
		return;
	line->used += (size_t)length;
	if (line->used >= line->size)
		line->used = line->size - 1;
}

static void add_time(struct line *line, const char *what, uint64_t ns)
{
	char text[ZS_TEXT];

	if (ns)
		add(line, "  %s%s", what, zs_format_time(text, (double)ns));
}

/* A page's length and how it is held, as far as they are known. */
static void add_size(struct line *line, const struct zswap_event *event)
{
	if (event->kind == ZSWAP_KIND_SAME_FILLED)
		add(line, "  same-filled");
	else if (event->length)
		add(line, "  %u bytes", event->length);
	if (event->kind == ZSWAP_KIND_INCOMPRESSIBLE)
		add(line, "  incompressible");
}

/* A failure by its number: the kernel's, which may be another machine's. */
static void add_result(struct line *line, const struct zswap_event *event)
{
	if (event->result)
		add(line, "  failed: %s", strerror(-event->result));
}

static void add_page(struct line *line, const struct zswap_event *event)
{
	char place[40];

	snprintf(place, sizeof(place), "%u:%llu", event->type,
		 (unsigned long long)event->offset);
	/* Linux 6.1 does not say which page it could not write */
	if (event->result && !event->cgroup)
		strcpy(place, "-");
	add(line, "  %-12s", place);
	add_size(line, event);
}

static void add_load(struct line *line, const struct zswap_event *event)
{
	add_page(line, event);
	add_time(line, "", event->duration_ns);
	add_time(line, "age ", event->age_ns);
}

static void add_miss(struct line *line, const struct zswap_event *event)
{
	add_page(line, event);
	add_time(line, "evicted before ", event->age_ns);
}

static void add_writeback(struct line *line, const struct zswap_event *event)
{
	add_load(line, event);
	add(line, "  %s", zs_cause_name(event->why));
	add_result(line, event);
}

static void add_reject(struct line *line, const struct zswap_event *event)
{
	add_page(line, event);
	add(line, "  %s", zs_reason_name(event->why));
	add_time(line, "", event->duration_ns);
}

static void add_evict(struct line *line, const struct zswap_event *event)
{
	add(line, "  %u page%s", event->count, event->count == 1 ? "" : "s");
	if (event->pages)
		add(line, " in %llu frame%s", (unsigned long long)event->pages,
		    event->pages == 1 ? "" : "s");
	add(line, "  %u bytes", event->length);
	add_time(line, "", event->duration_ns);
	add_time(line, "age ", event->age_ns);
	add(line, "  %s", zs_cause_name(event->why));
	add_result(line, event);
}

static void add_pool_limit(struct line *line, const struct zswap_event *event)
{
	add(line, "  %s  %llu of %llu pages", event->why ? "reached" : "left",
	    (unsigned long long)event->pool.pages, (unsigned long long)event->pool.limit);
	add_time(line, "after ", event->duration_ns);
}

static void add_compressor(struct line *line, const struct zswap_event *event)
{
	char from[ZS_TEXT], to[ZS_TEXT], name[ZSWAP_COMPRESSOR_BYTES + 1] = "";

	/* they may be of a file that anybody has written */
	memcpy(name, event->compressor.from, ZSWAP_COMPRESSOR_BYTES);
	zs_format_name(from, name);
	memcpy(name, event->compressor.to, ZSWAP_COMPRESSOR_BYTES);
	add(line, "  %s -> %s", from, zs_format_name(to, name));
}

static void add_drain(struct line *line, const struct zswap_event *event)
{
	add(line, "  %s  %llu pages in %llu frames", zs_stage_name(event->why),
	    (unsigned long long)event->drain.pages,
	    (unsigned long long)event->drain.frames);
	add_time(line, "after ", event->duration_ns);
}

static void add_shrink(struct line *line, const struct zswap_event *event)
{
	add(line, "  node %u  %s  %llu of %llu entries written", event->count,
	    zs_cause_name(event->why), (unsigned long long)event->shrink.written,
	    (unsigned long long)event->shrink.scanned);
	add_time(line, "", event->duration_ns);
}

static void add_background(struct line *line, const struct zswap_event *event)
{
	add(line, "  %llu -> %llu frames, goal %llu",
	    (unsigned long long)event->background.frames,
	    (unsigned long long)event->background.left,
	    (unsigned long long)event->background.goal);
	add_time(line, "", event->duration_ns);
	add_result(line, event);
}

static void add_read(struct line *line, const struct zswap_event *event)
{
	add_page(line, event);
	add_time(line, "", event->duration_ns);
}

static void add_lost(struct line *line, const struct zswap_event *event)
{
	if (event->count)
		add(line, "  %u event%s", event->count, event->count == 1 ? "" : "s");
	else
		add(line, "  nobody knows how many events");
}

char *zs_event_format(char *text, size_t size, const struct zswap_event *event)
{
	static void (*const add_event[ZSWAP_EVENT_COUNT])(struct line *,
							  const struct zswap_event *) = {
		[ZSWAP_EVENT_STORE]	 = add_load,
		[ZSWAP_EVENT_LOAD]	 = add_load,
		[ZSWAP_EVENT_MISS]	 = add_miss,
		[ZSWAP_EVENT_WRITEBACK]	 = add_writeback,
		[ZSWAP_EVENT_REJECT]	 = add_reject,
		[ZSWAP_EVENT_EVICT]	 = add_evict,
		[ZSWAP_EVENT_INVALIDATE] = add_load,
		[ZSWAP_EVENT_POOL_LIMIT] = add_pool_limit,
		[ZSWAP_EVENT_COMPRESSOR] = add_compressor,
		[ZSWAP_EVENT_DRAIN]	 = add_drain,
		[ZSWAP_EVENT_SHRINK]	 = add_shrink,
		[ZSWAP_EVENT_BACKGROUND] = add_background,
		[ZSWAP_EVENT_READ]	 = add_read,
		[ZSWAP_EVENT_LOST]	 = add_lost,
	};
	struct line line = { .text = text, .size = size };

	if (!size)
		return text;
	*text = '\0';
	add(&line, "%-10s", zs_event_name(event->event));
	if (event->event < ZSWAP_EVENT_COUNT)
		add_event[event->event](&line, event);
	/* a column may end in blanks */
	while (line.used && text[line.used - 1] == ' ')
		text[--line.used] = '\0';
	return text;
}
