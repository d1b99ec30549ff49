// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the stream of events for as long as it is let, and says what came:
 *
 *	bpf_stream SOURCE BYTES [only]
 *
 * with rings of so many bytes; "only": from programs that count nothing.  After SIGINT a
 * JSON object: how many events of each kind were read, and counted; what is wrong with
 * them; and the swap areas.  Of those that were lost, it is how many of them the stream told
 * of.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <json-c/json.h>

#include "devices.h"
#include "source.h"
#include "stream.h"

#define REFRESH	100	/* ms */
#define BUDDIES	32	/* that a frame may have */
#define FRAME_PAGES	4	/* likewise */

struct reader {
	uint64_t read[ZSWAP_EVENT_COUNT];
	uint64_t store_bytes;
	uint64_t began_ns;
	uint64_t last_ns;
	uint64_t out_of_order;
	uint64_t wakes;
	uint64_t wrong;
	char first_wrong[2 * ZS_EVENT_TEXT];
	bool ours;
	struct zs_source *source;
};

/* What a page's event of a source of ours has, and another source need not. */
static bool page_is_whole(const struct zswap_event *event)
{
	if (event->kind >= ZSWAP_KIND_COUNT || !event->duration_ns || !event->pfn)
		return false;
	return (event->kind == ZSWAP_KIND_SAME_FILLED) == !event->length;
}

/*
 * An attempt to write that ended early did not look at whose page it was (docs/events.md);
 * Linux 6.1 does not even say which it was, nor whose one is that is invalidated.
 */
static bool may_be_nobodys(const struct zswap_event *event, bool ours)
{
	return event->result || (!ours && event->event == ZSWAP_EVENT_INVALIDATE);
}

/* Return: what is wrong, or NULL. */
static const char *judge_page(const struct zswap_event *event, bool ours)
{
	uint64_t parts = (uint64_t)event->alloc_ns + event->decompress_ns + event->submit_ns;

	if (!event->pid || !(event->cgroup || may_be_nobodys(event, ours)))
		return "is nobody's";
	/* a page that was refused may have grown */
	if (event->length > ZSWAP_PAGE_BYTES * (event->event == ZSWAP_EVENT_REJECT ? 2 : 1) ||
	    event->type >= ZSWAP_DEVICES)
		return "is out of bounds";
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
		return ours && !page_is_whole(event) ? "is not whole" : NULL;
	case ZSWAP_EVENT_LOAD:
		return ours && !(page_is_whole(event) && event->age_ns) ? "is not whole" : NULL;
	case ZSWAP_EVENT_WRITEBACK:
		return event->why >= ZSWAP_CAUSE_COUNT ? "has no cause" :
			!event->result && !event->duration_ns ? "took no time" :
			parts > event->duration_ns ? "has parts longer than itself" : NULL;
	case ZSWAP_EVENT_REJECT:
		return event->why > ZSWAP_REJECT_COUNT ? "has no reason" :
			!event->duration_ns ? "took no time" : NULL;
	case ZSWAP_EVENT_READ:
		return !event->duration_ns ? "took no time" : NULL;
	default:
		return NULL;
	}
}

static const char *judge(const struct zswap_event *event, const struct reader *reader)
{
	if (event->time_ns < reader->began_ns || event->time_ns > zs_now())
		return "is of another time";
	if (event->cpu >= libbpf_num_possible_cpus() || event->role >= ZSWAP_ROLE_COUNT ||
	    event->event >= ZSWAP_EVENT_COUNT || event->nothing)
		return "makes no sense";
	switch (event->event) {
	case ZSWAP_EVENT_EVICT:
		return event->count > BUDDIES || !event->pages || event->pages > FRAME_PAGES ||
			event->why >= ZSWAP_CAUSE_COUNT || !event->pid ?
			"makes no sense" : NULL;
	case ZSWAP_EVENT_POOL_LIMIT:
		return !event->pool.limit || event->why > 1 ? "has no limit" : NULL;
	case ZSWAP_EVENT_COMPRESSOR:
	case ZSWAP_EVENT_DRAIN:
	case ZSWAP_EVENT_SHRINK:
	case ZSWAP_EVENT_BACKGROUND:
		return NULL;
	case ZSWAP_EVENT_LOST:
		return !event->count || event->pid ? "makes no sense" : NULL;
	default:
		return judge_page(event, reader->ours);
	}
}

static bool see(const struct zswap_event *event, void *context)
{
	struct reader *reader = context;
	const char *wrong = judge(event, reader);
	char text[ZS_EVENT_TEXT];

	if (wrong && !reader->wrong++)
		snprintf(reader->first_wrong, sizeof(reader->first_wrong), "%s: %s",
			 zs_event_format(text, sizeof(text), event), wrong);
	if (event->event >= ZSWAP_EVENT_COUNT)
		return true;
	if (event->event == ZSWAP_EVENT_LOST)
		reader->read[event->event] += event->count;
	else if (event->event != ZSWAP_EVENT_DRAIN || event->why == ZSWAP_DRAIN_BEGIN)
		reader->read[event->event]++;
	if (event->event == ZSWAP_EVENT_STORE)
		reader->store_bytes += event->length;
	reader->out_of_order += event->time_ns < reader->last_ns;
	reader->last_ns = event->time_ns;
	return true;
}

/* Until there is a signal. */
static bool read_on(struct reader *reader, struct zs_error *error)
{
	struct pollfd polled[2] = { { .events = POLLIN }, { .events = POLLIN } };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	polled[0].fd = signalfd(-1, &set, SFD_CLOEXEC);
	polled[1].fd = zs_source_stream_fd(reader->source);
	fprintf(stderr, "source: %s\n", zs_source_kind_name(zs_source_kind(reader->source)));
	while (poll(polled, 2, REFRESH) >= 0 && !polled[0].revents) {
		reader->wakes += !!polled[1].revents;
		if (zs_source_stream_read(reader->source, see, reader, 0, error) < 0)
			return false;
	}
	return true;
}

static void add(struct json_object *object, const char *name, uint64_t value)
{
	json_object_object_add(object, name, json_object_new_uint64(value));
}

static struct json_object *counted(const struct zs_snapshot *snapshot)
{
	const struct zswap_stats *stats = &snapshot->stats;
	const struct zswap_usage *usage = &stats->usage;
	const struct zswap_pool_stats *pool = &stats->pool;
	const uint64_t counts[ZSWAP_EVENT_COUNT] = {
		[ZSWAP_EVENT_STORE]	 = usage->stores,
		[ZSWAP_EVENT_LOAD]	 = usage->loads,
		[ZSWAP_EVENT_MISS]	 = usage->disk_reads,
		[ZSWAP_EVENT_WRITEBACK]	 = usage->writebacks + usage->writebacks_failed,
		[ZSWAP_EVENT_REJECT]	 = usage->rejects,
		[ZSWAP_EVENT_EVICT]	 = usage->evicts + usage->evicts_failed,
		[ZSWAP_EVENT_INVALIDATE] = usage->invalidates,
		[ZSWAP_EVENT_POOL_LIMIT] = pool->pool_limit_reached + pool->pool_limit_left,
		[ZSWAP_EVENT_COMPRESSOR] = pool->compressor_changes,
		[ZSWAP_EVENT_DRAIN]	 = pool->drains,
		[ZSWAP_EVENT_SHRINK]	 = pool->shrinks,
		[ZSWAP_EVENT_BACKGROUND] = pool->backgrounds,
		[ZSWAP_EVENT_READ]	 = zs_hist_count(zs_stats_hist(stats,
							 ZSWAP_HIST_DISK_READ_DURATION)),
		[ZSWAP_EVENT_LOST]	 = snapshot->health.events_lost,
	};
	struct json_object *object = json_object_new_object();

	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++)
		add(object, zs_event_name(i), counts[i]);
	return object;
}

static struct json_object *read_counts(const struct reader *reader)
{
	struct json_object *object = json_object_new_object();

	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++)
		add(object, zs_event_name(i), reader->read[i]);
	return object;
}

static void add_counts(struct json_object *object, const struct zswap_device_counts *counts)
{
	add(object, "stores", counts->stores);
	add(object, "loads", counts->loads);
	add(object, "disk_reads", counts->disk_reads);
	add(object, "writebacks", counts->writebacks);
	add(object, "rejects", counts->rejects);
	add(object, "invalidates", counts->invalidates);
}

/* Swap areas that there are, or counts by type whoever had it. */
static struct json_object *areas(const struct zs_devices *devices)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < devices->count; i++) {
		const struct zs_device *device = &devices->list[i];
		struct json_object *object = json_object_new_object();

		json_object_object_add(object, "name", json_object_new_string(device->name));
		json_object_object_add(object, "type", json_object_new_int(device->type));
		json_object_object_add(object, "have_io",
				       json_object_new_boolean(device->have_io));
		add(object, "write_bytes", device->write_bytes);
		if (device->have_counts)
			add_counts(object, &device->counts);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *types(const struct zs_devices *devices)
{
	struct json_object *array = json_object_new_array();

	for (int type = 0; type < ZSWAP_DEVICES; type++) {
		struct json_object *object = json_object_new_object();

		add_counts(object, &devices->counts[type]);
		json_object_array_add(array, object);
	}
	return array;
}

static void print(const struct reader *reader, const struct zs_snapshot *snapshot,
		  const struct zs_devices *devices)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "read", read_counts(reader));
	json_object_object_add(object, "counted", counted(snapshot));
	add(object, "store_bytes", reader->store_bytes);
	add(object, "store_bytes_counted", snapshot->stats.usage.store_bytes_out);
	add(object, "writebacks_failed", snapshot->stats.usage.writebacks_failed);
	add(object, "events_lost", snapshot->health.events_lost);
	add(object, "out_of_order", reader->out_of_order);
	add(object, "wakes", reader->wakes);
	add(object, "wrong", reader->wrong);
	json_object_object_add(object, "first_wrong",
			       json_object_new_string(reader->first_wrong));
	json_object_object_add(object, "areas", areas(devices));
	json_object_object_add(object, "types", types(devices));
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY));
	json_object_put(object);
}

int main(int argc, char **argv)
{
	struct reader reader = { .began_ns = zs_now() };
	struct zs_options options = { 0 };
	struct zs_error error = { .text = "bpf_stream SOURCE BYTES [only]" };
	struct zs_snapshot snapshot;
	struct zs_devices devices;
	bool ok;

	ok = argc >= 3 && argc <= 4 && zs_source_kind_parse(argv[1], &options.kind);
	if (ok) {
		options.stream = (uint32_t)atoi(argv[2]);
		options.events_only = argc == 4;
		reader.source = zs_source_open(&options, &error);
	}
	ok = reader.source && zs_source_stream_start(reader.source, ZS_STREAM_ALL, &error);
	if (ok) {
		reader.ours = options.kind == ZS_SOURCE_TP_BTF ||
			      options.kind == ZS_SOURCE_RAW_TP;
		ok = read_on(&reader, &error);
		/* nothing more comes: all that was counted can be read */
		zs_source_stop(reader.source);
		zs_source_stream_stop(reader.source);
	}
	ok = ok && zs_source_snapshot(reader.source, &snapshot, &error) &&
		zs_source_stream_read(reader.source, see, &reader, 0, &error) >= 0 &&
		zs_devices_read(&devices, reader.source, NULL, &error);
	if (ok) {
		print(&reader, &snapshot, &devices);
		zs_devices_free(&devices);
	} else {
		fprintf(stderr, "bpf_stream: %s\n", error.text);
	}
	zs_source_close(reader.source);
	return !ok;
}
