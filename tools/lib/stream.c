// SPDX-License-Identifier: GPL-2.0-or-later
/* The stream of events: from the rings of the CPUs to who reads them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "ring.h"
#include "source.h"
#include "stream.h"

/* How long an event may take to be whole, once there will be no more of them. */
#define SETTLE_NS	20000000ULL
#define SETTLE_EACH_NS	100000

/* What a CPU has, in the order of time: events, and then perhaps that some were lost. */
struct lane {
	const struct zswap_event *events;
	size_t count;
	uint64_t owes;	/* since when; 0: none were lost */
};

/**
 * struct zs_stream - what a source has for its stream
 * @rings: the rings, as the kernel has them
 * @rings_bytes: of struct zs_ring
 * @slots_bytes: of slots
 * @bell: a ring buffer, into which the kernel puts something when there is much to read
 * @epoll: readable when it has
 * @lanes: by CPU; of zs_source_stream_read()
 */
struct zs_stream {
	struct zs_rings rings;
	size_t rings_bytes;
	size_t slots_bytes;
	struct ring_buffer *bell;
	int epoll;
	struct lane *lanes;
};

void zs_stream_close(struct zs_stream *stream)
{
	if (!stream)
		return;
	ring_buffer__free(stream->bell);
	if (stream->epoll >= 0)
		close(stream->epoll);
	if (stream->rings.rings)
		munmap(stream->rings.rings, stream->rings_bytes);
	if (stream->rings.slots)
		munmap(stream->rings.slots, stream->slots_bytes);
	free(stream->rings.last_ns);
	free(stream->lanes);
	free(stream);
}

/*
 * Edge-triggered: readable once when the kernel says so, not for as long as there is
 * anything to read, or a reader that polls would be back at once.
 */
static bool watch(struct zs_stream *stream, int bell)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };

	stream->epoll = epoll_create1(EPOLL_CLOEXEC);
	return stream->epoll >= 0 &&
		!epoll_ctl(stream->epoll, EPOLL_CTL_ADD, bell, &event);
}

/* All of a map. Return: NULL if it cannot be mapped, with errno. */
static void *map_all(const struct bpf_map *map, size_t *bytes)
{
	void *all;

	*bytes = (size_t)bpf_map__max_entries(map) * bpf_map__value_size(map);
	all = mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	return all == MAP_FAILED ? NULL : all;
}

static int ignore(void *context, void *data, size_t size)
{
	(void)context;
	(void)data;
	(void)size;
	return 0;
}

static bool prepare(struct zs_stream *stream, const struct zs_source *source)
{
	const struct zswap_bpf *bpf = source->bpf;
	struct zs_rings *rings = &stream->rings;
	int bell = bpf_map__fd(bpf->maps.zs_bell);

	stream->epoll = -1;
	rings->cpus = (unsigned int)source->cpus;
	rings->each = 1U << bpf->rodata->zs_ring_shift;
	rings->last_ns = calloc(rings->cpus, sizeof(*rings->last_ns));
	stream->lanes = calloc(rings->cpus, sizeof(*stream->lanes));
	rings->rings = map_all(bpf->maps.zs_rings, &stream->rings_bytes);
	rings->slots = map_all(bpf->maps.zs_slots, &stream->slots_bytes);
	stream->bell = ring_buffer__new(bell, ignore, NULL, NULL);
	return rings->last_ns && stream->lanes && rings->rings && rings->slots &&
		stream->bell && watch(stream, bell);
}

static struct zs_stream *open_stream(const struct zs_source *source, struct zs_error *error)
{
	struct zs_stream *stream = calloc(1, sizeof(*stream));

	if (stream && prepare(stream, source))
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
	if (!source->bpf->rodata->zs_ring_shift)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "this source was opened without a stream of events");
	if (!source->stream)
		source->stream = open_stream(source, error);
	if (!source->stream)
		return false;
	__atomic_store_n(&source->bpf->data_shared->zs_shared.stream, kinds & ZS_STREAM_ALL,
			 __ATOMIC_RELAXED);
	return true;
}

static bool running(const struct zs_source *source)
{
	return __atomic_load_n(&source->bpf->data_shared->zs_shared.stream, __ATOMIC_RELAXED);
}

void zs_source_stream_stop(struct zs_source *source)
{
	if (source->stream)
		__atomic_store_n(&source->bpf->data_shared->zs_shared.stream, 0, __ATOMIC_RELAXED);
}

int zs_source_stream_fd(const struct zs_source *source)
{
	return source->stream ? source->stream->epoll : -1;
}

static bool begin(struct zs_source *source, struct zs_error *error)
{
	struct epoll_event event;

	if (!source->stream)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "the stream of events was not started");
	/* not readable any more: we are about to */
	epoll_wait(source->stream->epoll, &event, 1, 0);
	ring_buffer__consume(source->stream->bell);
	return true;
}

/* The oldest event that was not read is not whole yet. */
static bool unfinished(struct zs_rings *rings, unsigned int cpu)
{
	const struct zswap_event *events;

	return zs_ring_busy(rings, cpu) && !zs_ring_ready(rings, cpu, 1, &events);
}

/* Nobody begins one any more; those that were begun take their time, though not long. */
static void settle(struct zs_rings *rings, unsigned int cpu)
{
	const struct timespec each = { .tv_nsec = SETTLE_EACH_NS };
	uint64_t deadline = zs_now() + SETTLE_NS;

	while (unfinished(rings, cpu) && zs_now() < deadline)
		nanosleep(&each, NULL);
}

/*
 * In batches of one CPU
 */

struct handing {
	zs_batch_fn *fn;
	void *context;
	bool stopped;
	long done;
};

/*
 * As much as it has, but no more than a ring is long, as the others have events, too; in
 * parts, so that there is room again meanwhile.
 */
static bool hand_cpu(struct zs_source *source, unsigned int cpu, struct handing *to)
{
	struct zs_rings *rings = &source->stream->rings;
	const struct zswap_event *events;
	struct zswap_event lost;
	size_t count, all = 0;
	bool wanted = true;

	do {
		if (to->stopped)
			settle(rings, cpu);
		count = zs_ring_ready(rings, cpu, rings->each / 4, &events);
		if (count)
			wanted = to->fn(cpu, events, count, to->context);
		zs_ring_done(rings, cpu, count);
		all += count;
	} while (wanted && count && all < rings->each);
	if (wanted && zs_ring_loss(rings, cpu, &lost)) {
		wanted = to->fn(cpu, &lost, 1, to->context);
		all++;
	}
	to->done += (long)all;
	return wanted;
}

long zs_source_stream_batches(struct zs_source *source, zs_batch_fn *fn, void *context,
			      struct zs_error *error)
{
	struct handing to = { .fn = fn, .context = context };
	bool wanted = true;

	if (!begin(source, error))
		return -1;
	to.stopped = !running(source);
	for (unsigned int cpu = 0; wanted && cpu < source->stream->rings.cpus; cpu++)
		wanted = hand_cpu(source, cpu, &to);
	return to.done;
}

/*
 * In the order of time over all CPUs
 */

struct merging {
	zs_event_fn *fn;
	void *context;
	size_t left;
	long done;
	uint64_t horizon;
};

static void look(struct zs_stream *stream, unsigned int cpu)
{
	struct lane *lane = &stream->lanes[cpu];

	lane->owes = 0;
	lane->count = zs_ring_ready(&stream->rings, cpu, stream->rings.each, &lane->events);
	if (!lane->count && !zs_ring_owes(&stream->rings, cpu, &lane->owes))
		lane->owes = 0;
}

/* Time of the next that a CPU has; UINT64_MAX: it has none. */
static uint64_t next_time(const struct lane *lane)
{
	return lane->count ? lane->events->time_ns : lane->owes ?: UINT64_MAX;
}

/* The CPU that has the oldest. @until: time of the next other one's */
static unsigned int find_oldest(const struct zs_stream *stream, uint64_t *until)
{
	uint64_t oldest = UINT64_MAX, time;
	unsigned int found = 0;

	*until = UINT64_MAX;
	for (unsigned int cpu = 0; cpu < stream->rings.cpus; cpu++) {
		time = next_time(&stream->lanes[cpu]);
		if (time < oldest) {
			*until = oldest;
			oldest = time;
			found = cpu;
		} else if (time < *until) {
			*until = time;
		}
	}
	return found;
}

static bool hand_one(struct merging *to, const struct zswap_event *event)
{
	to->left--;
	to->done++;
	return to->fn(event, to->context) && to->left;
}

/* The next one. Return: whether more are wanted. */
static bool hand_next(struct zs_stream *stream, unsigned int cpu, struct merging *to)
{
	struct lane *lane = &stream->lanes[cpu];
	struct zswap_event lost;
	bool wanted = true;

	if (lane->count) {
		wanted = hand_one(to, lane->events);
		zs_ring_done(&stream->rings, cpu, 1);
		lane->events++;
		lane->count--;
	} else if (zs_ring_loss(&stream->rings, cpu, &lost)) {
		wanted = hand_one(to, &lost);
	}
	if (!lane->count)
		look(stream, cpu);
	return wanted;
}

/* Those of the CPU that has the oldest, until another one's are older. */
static bool merge_some(struct zs_stream *stream, struct merging *to)
{
	uint64_t until;
	unsigned int cpu = find_oldest(stream, &until);
	const struct lane *lane = &stream->lanes[cpu];
	bool wanted = true;

	if (until > to->horizon)
		until = to->horizon;
	/* or there is nothing, or only what is too young */
	if (next_time(lane) == UINT64_MAX || next_time(lane) > until)
		return false;
	while (wanted && next_time(lane) <= until)
		wanted = hand_next(stream, cpu, to);
	return wanted;
}

long zs_source_stream_read(struct zs_source *source, zs_event_fn *fn, void *context,
			   size_t most, struct zs_error *error)
{
	struct merging to = { .fn = fn, .context = context, .left = most ?: SIZE_MAX };
	struct zs_stream *stream = source->stream;

	if (!begin(source, error))
		return -1;
	/* what comes from now on is for the next time, or this one might have no end */
	to.horizon = running(source) ? zs_now() - ZS_STREAM_LATE : UINT64_MAX - 1;
	for (unsigned int cpu = 0; cpu < stream->rings.cpus; cpu++) {
		if (!running(source))
			settle(&stream->rings, cpu);
		look(stream, cpu);
	}
	while (merge_some(stream, &to))
		;
	return to.done;
}
