// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stream of events: from the ring buffer into an array, where they are put in order,
 * and from there to who reads them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "source.h"
#include "stream.h"

#define HELD	4096	/* events */

/**
 * struct zs_stream - what a source has for its stream
 * @ring: libbpf's view of the ring buffer
 * @epoll: readable when the kernel said that there is much to read
 * @held: events that were read, in the order of time
 * @first: the first of them that was not handed over
 * @end: behind the last
 * @batch: room for those of one CPU
 * @lost: events of which it was said that they were lost
 */
struct zs_stream {
	struct ring_buffer *ring;
	int epoll;
	struct zswap_event *held;
	size_t first;
	size_t end;
	struct zswap_event *batch;
	uint64_t lost;
};

void zs_stream_close(struct zs_stream *stream)
{
	if (!stream)
		return;
	ring_buffer__free(stream->ring);
	if (stream->epoll >= 0)
		close(stream->epoll);
	free(stream->held);
	free(stream->batch);
	free(stream);
}

/* One more, before those that are later; almost always there are none. */
static int take(void *context, void *data, size_t size)
{
	struct zs_stream *stream = context;
	struct zswap_event *held = stream->held, event = { 0 };
	size_t at = stream->end;

	/* of a program of another version, as far as we know what it says */
	memcpy(&event, data, size < sizeof(event) ? size : sizeof(event));
	while (at > stream->first && held[at - 1].time_ns > event.time_ns)
		at--;
	memmove(&held[at + 1], &held[at], (stream->end - at) * sizeof(*held));
	held[at] = event;
	/* an error, so that libbpf goes no further */
	return ++stream->end < HELD ? 0 : -ENOSPC;
}

/*
 * Edge-triggered: readable once when the kernel says so, not for as long as there is
 * anything to read, or a reader that polls would be back at once for each event.
 */
static bool watch(struct zs_stream *stream, int ring)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };

	stream->epoll = epoll_create1(EPOLL_CLOEXEC);
	return stream->epoll >= 0 &&
		!epoll_ctl(stream->epoll, EPOLL_CTL_ADD, ring, &event);
}

static struct zs_stream *open_stream(int ring, struct zs_error *error)
{
	struct zs_stream *stream = calloc(1, sizeof(*stream));

	if (stream) {
		stream->epoll = -1;
		stream->held = calloc(HELD, sizeof(*stream->held));
		stream->batch = calloc(HELD, sizeof(*stream->batch));
		stream->ring = ring_buffer__new(ring, take, stream, NULL);
	}
	if (stream && stream->held && stream->batch && stream->ring && watch(stream, ring))
		return stream;
	zs_fail(error, ZS_ERR_SYSTEM, "opening the stream of events: %s", strerror(errno));
	zs_stream_close(stream);
	return NULL;
}

bool zs_source_stream_start(struct zs_source *source, uint32_t kinds,
			    struct zs_error *error)
{
	if (!source->bpf)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "the %s source has no events to show one by one: use another --source",
			       zs_source_kind_name(source->kind));
	if (!source->bpf->bss->zs_shared.stream_step)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "this source was opened without a stream of events");
	if (!source->stream)
		source->stream = open_stream(bpf_map__fd(source->bpf->maps.zs_events), error);
	if (!source->stream)
		return false;
	__atomic_store_n(&source->bpf->bss->zs_shared.stream, kinds & ZS_STREAM_ALL,
			 __ATOMIC_RELAXED);
	return true;
}

static bool running(const struct zs_source *source)
{
	return __atomic_load_n(&source->bpf->bss->zs_shared.stream, __ATOMIC_RELAXED);
}

void zs_source_stream_stop(struct zs_source *source)
{
	if (source->stream)
		__atomic_store_n(&source->bpf->bss->zs_shared.stream, 0, __ATOMIC_RELAXED);
}

int zs_source_stream_fd(const struct zs_source *source)
{
	return source->stream ? source->stream->epoll : -1;
}

/* Return: whether there may be more than there was room for. */
static bool fill(struct zs_stream *stream)
{
	size_t count = stream->end - stream->first;

	if (count == HELD)
		return true;
	memmove(stream->held, &stream->held[stream->first], count * sizeof(*stream->held));
	stream->first = 0;
	stream->end = count;
	ring_buffer__consume(stream->ring);
	return stream->end == HELD;
}

struct handing {
	zs_event_fn *fn;
	void *context;
	size_t left;
	long done;
};

/* Those up to a time. Return: whether more are wanted. */
static bool hand_over(struct zs_stream *stream, uint64_t horizon, struct handing *to)
{
	while (stream->first < stream->end &&
	       stream->held[stream->first].time_ns <= horizon) {
		if (!to->left)
			return false;
		to->left--;
		to->done++;
		if (!to->fn(&stream->held[stream->first++], to->context))
			return false;
	}
	return to->left;
}

long zs_source_stream_read(struct zs_source *source, zs_event_fn *fn, void *context,
			   size_t most, struct zs_error *error)
{
	struct handing to = { .fn = fn, .context = context, .left = most ?: SIZE_MAX };
	struct zs_stream *stream = source->stream;
	uint64_t horizon = UINT64_MAX;
	struct epoll_event event;
	bool more = true, wanted;

	if (!stream) {
		zs_fail(error, ZS_ERR_ARGUMENT, "the stream of events was not started");
		return -1;
	}
	/* not readable any more: we are about to */
	epoll_wait(stream->epoll, &event, 1, 0);
	if (running(source))
		horizon = zs_now() - ZS_STREAM_LATE;
	do {
		more = fill(stream);
		wanted = hand_over(stream, horizon, &to);
		/* no room, and all are young: make some for the next time */
		if (more && wanted && !stream->first) {
			hand_over(stream, stream->held[HELD / 2].time_ns, &to);
			break;
		}
	} while (more && wanted);
	return to.done;
}

/* What is held, CPU by CPU. Return: whether more are wanted. */
static bool hand_batches(struct zs_source *source, zs_batch_fn *fn, void *context)
{
	struct zs_stream *stream = source->stream;
	bool wanted = true;
	size_t count;

	for (unsigned int cpu = 0; wanted && cpu < (unsigned int)source->cpus; cpu++) {
		count = 0;
		for (size_t i = stream->first; i < stream->end; i++)
			if (stream->held[i].cpu == cpu)
				stream->batch[count++] = stream->held[i];
		wanted = !count || fn(cpu, stream->batch, count, context);
	}
	stream->first = stream->end;
	return wanted;
}

/* What was lost since that was asked last. Return: how many events say so. */
static long hand_loss(struct zs_source *source, zs_batch_fn *fn, void *context)
{
	uint64_t lost = __atomic_load_n(&source->bpf->bss->zs_shared.health.events_lost,
					__ATOMIC_RELAXED);
	struct zswap_event event = {
		.event = ZSWAP_EVENT_LOST, .kind = ZSWAP_KIND_COUNT, .time_ns = zs_now(),
		.count = (uint32_t)(lost - source->stream->lost),
	};

	if (lost == source->stream->lost)
		return 0;
	source->stream->lost = lost;
	fn(0, &event, 1, context);
	return 1;
}

long zs_source_stream_batches(struct zs_source *source, zs_batch_fn *fn, void *context,
			      struct zs_error *error)
{
	struct zs_stream *stream = source->stream;
	struct epoll_event event;
	bool more = true, wanted = true;
	long done = 0;

	if (!stream) {
		zs_fail(error, ZS_ERR_ARGUMENT, "the stream of events was not started");
		return -1;
	}
	epoll_wait(stream->epoll, &event, 1, 0);
	while (more && wanted) {
		more = fill(stream);
		done += (long)(stream->end - stream->first);
		wanted = hand_batches(source, fn, context);
	}
	return wanted ? done + hand_loss(source, fn, context) : done;
}
