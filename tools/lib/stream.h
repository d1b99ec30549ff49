/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events themselves, one by one, as the kernel hands them over.  The source has to be
 * opened with zs_options.stream.  The filters of the source hold for the stream as they do
 * for the counts: each event that is counted while the stream runs is in it, or in
 * zswap_health.events_lost; and where some were lost, a ZSWAP_EVENT_LOST says how many.
 *
 * Each CPU has a ring of its own.  Those of all together have zs_options.stream bytes; a
 * ring has a power of two of events, ZS_RING_LEAST at the least.  So it may be a little
 * less, or, with a great many CPUs, more.
 *
 * How to wait: poll zs_source_stream_fd() with a timeout of a refresh (100 ms, say), and
 * read after either.  The descriptor becomes readable when a quarter of a ring is full,
 * not with the first event, so that the kernel wakes nobody for each of them.
 */
#ifndef ZS_STREAM_H
#define ZS_STREAM_H

#include <zswapscope/event.h>

#include "zswapscope.h"

#define ZS_STREAM_LEAST		4096U
#define ZS_STREAM_MOST		(1U << 30)

/* Kinds of events as a mask for zs_source_stream_start(). */
#define ZS_STREAM_KIND(kind)	(1U << (kind))
#define ZS_STREAM_ALL		(ZS_STREAM_KIND(ZSWAP_EVENT_COUNT) - 1)

/* @event: is only lent.  Return: false to stop reading after this one. */
typedef bool zs_event_fn(const struct zswap_event *event, void *context);

/**
 * zs_source_stream_start - events go to the rings from here on
 * @source: opened with zs_options.stream
 * @kinds: which: bits of ZS_STREAM_KIND()
 * @error: why not
 *
 * May be called again for other kinds.  Return: false if this source has none.
 */
bool zs_source_stream_start(struct zs_source *source, uint32_t kinds,
			    struct zs_error *error);

/* No more events; what is in the rings can still be read. */
void zs_source_stream_stop(struct zs_source *source);

/**
 * zs_source_stream_fd - a descriptor to poll
 * @source: the source
 *
 * Return: readable when there is much to read, see above; -1: there is no stream.
 */
int zs_source_stream_fd(const struct zs_source *source);

/**
 * zs_source_stream_read - hand over what is there
 * @source: the source
 * @fn: called for each event
 * @context: handed on to it
 * @most: events to hand over; 0: all that are there
 * @error: why not
 *
 * In the order of time, as far as this can be known: a program may take the time of its
 * event and be kept from finishing it.  So events younger than ZS_STREAM_LATE are held back
 * for the next call, unless the stream was stopped; what comes later than that yet, comes
 * out of order.
 *
 * Return: how many events were handed over, or -1.
 */
long zs_source_stream_read(struct zs_source *source, zs_event_fn *fn, void *context,
			   size_t most, struct zs_error *error);

#define ZS_STREAM_LATE	1000000ULL	/* ns */

/*
 * @events: of one CPU, in the order of time, with losses as ZSWAP_EVENT_LOST at their place;
 * they are only lent.  Return: false to stop reading after these.
 */
typedef bool zs_batch_fn(unsigned int cpu, const struct zswap_event *events, size_t count,
			 void *context);

/**
 * zs_source_stream_batches - hand over all that is there, many at once
 * @source: the source
 * @fn: called for what a CPU has, perhaps more than once
 * @context: handed on to it
 * @error: why not
 *
 * For who writes them down: nothing is held back, and nothing put in order over all CPUs.
 * A stream is read this way or with zs_source_stream_read(), not both.
 *
 * Return: how many events were handed over, those of losses included, or -1.
 */
long zs_source_stream_batches(struct zs_source *source, zs_batch_fn *fn, void *context,
			      struct zs_error *error);

/* Name of an enum zswap_event_kind, "store"; "other" past their end. */
const char *zs_event_name(unsigned int event);

/* Name of an enum zswap_kind and of an enum zswap_drain_stage. */
const char *zs_kind_name(unsigned int kind);
const char *zs_stage_name(unsigned int stage);

/**
 * zs_event_kinds_parse - kinds of events by their names, "store,load"
 * @text: names, with commas between
 * @kinds: the result, for zs_source_stream_start()
 *
 * Return: false if one of them is none.
 */
bool zs_event_kinds_parse(const char *text, uint32_t *kinds);

/**
 * zs_event_format - an event as a line: "store       0:1234  1410 bytes  49.1 us"
 * @text: the result, without a newline; without time, cgroup and process
 * @size: of @text; ZS_EVENT_TEXT is enough
 * @event: the event
 */
char *zs_event_format(char *text, size_t size, const struct zswap_event *event);

#define ZS_EVENT_TEXT	160

/**
 * zs_source_comm - the name of a process of an event
 * @source: the source
 * @pid: the process
 * @comm: the result; "" if nobody knows it any more
 *
 * As the programs noted it, so also of one that is gone.  This is a system call or
 * two: keep the answer.
 */
void zs_source_comm(const struct zs_source *source, uint32_t pid,
		    char comm[ZSWAP_COMM_BYTES]);

#endif /* ZS_STREAM_H */
