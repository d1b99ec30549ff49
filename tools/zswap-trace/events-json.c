// SPDX-License-Identifier: GPL-2.0-or-later
/* Events as objects, one a line, with the members that an event of its kind has. */
#include <stdio.h>
#include <string.h>

#include <zswapscope/filter.h>

#include "events.h"
#include "fields.h"
#include "json.h"

static void add_number(struct json_object *object, const char *name, uint64_t value)
{
	json_object_object_add(object, name, json_object_new_uint64(value));
}

static void add_text(struct json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

/* To the microsecond, of the years since 1970. */
static struct json_object *time_of(uint64_t real_ns)
{
	char text[64];

	snprintf(text, sizeof(text), "%llu.%06u", (unsigned long long)(real_ns / ZS_NSEC),
		 (unsigned int)(real_ns % ZS_NSEC / 1000));
	return json_object_new_double_s((double)real_ns / ZS_NSEC, text);
}

static void add_who(struct json_object *object, struct names *names,
		    const struct zswap_event *event)
{
	if (event->pid) {
		add_number(object, "pid", event->pid);
		add_text(object, "comm", names_process(names, event->pid));
		add_text(object, "role", zs_role_name(event->role));
	}
	if (event->cgroup) {
		add_text(object, "cgroup", names_cgroup(names, event->cgroup));
		add_number(object, "cgroup_id", event->cgroup);
	}
}

/* What filters know, too: it is there, or it is not. */
static void add_fields(struct json_object *object, const struct zswap_event *event)
{
	for (size_t i = 0; i < event_field_count; i++) {
		const struct event_field *field = &event_fields[i];
		uint64_t value = zswap_event_field(event, field->field);

		if (value == ZSWAP_FIELD_NOTHING)
			continue;
		if (field->word)
			add_text(object, field->name, field->word((unsigned int)value));
		else
			add_number(object, field->name, value);
	}
}

static void add_result(struct json_object *object, const struct zswap_event *event)
{
	json_object_object_add(object, "result", json_object_new_int(event->result));
}

static void add_compressors(struct json_object *object, const struct zswap_event *event)
{
	char name[ZSWAP_COMPRESSOR_BYTES + 1];

	snprintf(name, sizeof(name), "%.*s", ZSWAP_COMPRESSOR_BYTES, event->compressor.from);
	add_text(object, "from", name);
	snprintf(name, sizeof(name), "%.*s", ZSWAP_COMPRESSOR_BYTES, event->compressor.to);
	add_text(object, "to", name);
}

static void add_page_frame(struct json_object *object, const struct zswap_event *event)
{
	if (event->pfn)
		add_number(object, "pfn", event->pfn);
}

static void add_writeback(struct json_object *object, const struct zswap_event *event)
{
	add_result(object, event);
	add_number(object, "alloc_ns", event->alloc_ns);
	add_number(object, "decompress_ns", event->decompress_ns);
	add_number(object, "submit_ns", event->submit_ns);
}

static void add_rest_of_pool(struct json_object *object, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_POOL_LIMIT:
		json_object_object_add(object, "reached", json_object_new_boolean(event->why));
		add_number(object, "pages", event->pool.pages);
		add_number(object, "limit", event->pool.limit);
		return;
	case ZSWAP_EVENT_DRAIN:
		add_text(object, "stage", zs_stage_name(event->why));
		add_number(object, "pages", event->drain.pages);
		add_number(object, "frames", event->drain.frames);
		return;
	case ZSWAP_EVENT_SHRINK:
		add_number(object, "node", event->count);
		add_number(object, "scanned", event->shrink.scanned);
		add_number(object, "written", event->shrink.written);
		return;
	case ZSWAP_EVENT_BACKGROUND:
		add_number(object, "frames", event->background.frames);
		add_number(object, "left", event->background.left);
		add_number(object, "goal", event->background.goal);
		add_result(object, event);
		return;
	case ZSWAP_EVENT_COMPRESSOR:
		add_compressors(object, event);
		return;
	}
}

/* What no other kind of event has. */
static void add_rest(struct json_object *object, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
	case ZSWAP_EVENT_LOAD:
	case ZSWAP_EVENT_MISS:
	case ZSWAP_EVENT_REJECT:
		add_page_frame(object, event);
		return;
	case ZSWAP_EVENT_WRITEBACK:
		add_writeback(object, event);
		return;
	case ZSWAP_EVENT_EVICT:
		add_number(object, "buddies", event->count);
		if (event->pages)
			add_number(object, "pages", event->pages);
		add_result(object, event);
		return;
	case ZSWAP_EVENT_LOST:
		json_object_object_add(object, "count", event->count ?
				       json_object_new_uint64(event->count) : NULL);
		return;
	default:
		add_rest_of_pool(object, event);
	}
}

void events_print_json(struct events_style *style, const struct zswap_event *event)
{
	struct json_object *object = json_object_new_object();

	if (style->real_ns)
		json_object_object_add(object, "time_s", time_of(event->time_ns + style->real_ns));
	add_number(object, "time_ns", event->time_ns);
	add_number(object, "cpu", event->cpu);
	add_text(object, "event", zs_event_name(event->event));
	if (event->event != ZSWAP_EVENT_LOST) {
		add_who(object, style->names, event);
		add_fields(object, event);
	}
	add_rest(object, event);
	zs_json_print(object);
}
