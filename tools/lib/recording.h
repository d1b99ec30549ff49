/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings of events: written as they come, read in the order of time.  The layout is
 * in include/zswapscope/recording.h.
 */
#ifndef ZS_RECORDING_H
#define ZS_RECORDING_H

#include <zswapscope/recording.h>

#include "stream.h"
#include "zswapscope.h"

/* ---- writing ----------------------------------------------------------- */

struct zs_recorder;

/**
 * zs_recorder_create - begin a recording
 * @path: a file, which is written anew, for its owner alone; "-": stdout
 * @error: why not
 *
 * Whatever fails later, what was written until then can be read.
 */
struct zs_recorder *zs_recorder_create(const char *path, struct zs_error *error);

/**
 * zs_recorder_events - write events of one CPU
 * @recorder: the recorder
 * @cpu: they are of
 * @events: in the order of time; they are only lent
 * @count: how many: any number, 0 included
 * @error: why not: a full disk, by its name, and that what was written can be read
 *
 * One block or more, each in one system call, from where the events are.
 */
bool zs_recorder_events(struct zs_recorder *recorder, unsigned int cpu,
			const struct zswap_event *events, size_t count,
			struct zs_error *error);

bool zs_recorder_states(struct zs_recorder *recorder, const struct zswap_state *states,
			size_t count, struct zs_error *error);

/* A fact: a name of letters, digits, '_' and '.', and any text: control characters go. */
bool zs_recorder_fact(struct zs_recorder *recorder, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Names, once each is enough. */
bool zs_recorder_cgroup(struct zs_recorder *recorder, uint64_t id, const char *path);
bool zs_recorder_process(struct zs_recorder *recorder, uint32_t pid, const char *comm);

/* Write facts and names that were only noted so far. */
bool zs_recorder_flush(struct zs_recorder *recorder, struct zs_error *error);

uint64_t zs_recorder_bytes(const struct zs_recorder *recorder);

/* All that is left, and the end.  Frees @recorder in any case; it may be NULL. */
bool zs_recorder_finish(struct zs_recorder *recorder, struct zs_error *error);

/* ---- reading ----------------------------------------------------------- */

struct zs_recording;

/**
 * struct zs_flaw - something wrong with a file
 * @offset: in it, bytes
 * @text: one line without it: "the checksum of 4096 events is wrong: they are left out"
 */
struct zs_flaw {
	uint64_t offset;
	char text[160];
};

/**
 * zs_recording_open - read a file, as far as it is intact
 * @path: the file; "-": stdin
 * @error: why nothing of it can be used: it is empty, no recording, of a later version, of
 *	a machine with the other order of bytes; with the offset
 *
 * Return: the recording, whose flaws are to be told, see zs_recording_flaw().
 */
struct zs_recording *zs_recording_open(const char *path, struct zs_error *error);

/* The same of a file's bytes, which are only lent and must stay. */
struct zs_recording *zs_recording_read(const void *bytes, size_t size,
				       struct zs_error *error);
void zs_recording_close(struct zs_recording *recording);

/* NULL: there are no more. */
const struct zs_flaw *zs_recording_flaw(const struct zs_recording *recording, size_t nth);

/* All flaws, one line each on stderr: "zswap-trace: FILE: at offset 4711: ...". */
void zs_recording_tell(const struct zs_recording *recording, const char *path);

/**
 * zs_recording_events - hand over all events, in the order of time over all CPUs
 * @recording: the recording
 * @fn: called for each; false ends it
 * @context: handed on to it
 *
 * What is lost is an event of its own, ZSWAP_EVENT_LOST, and so is a gap in the file: with
 * a count of 0, as nobody knows it.  Whatever the file says, times never go back, and
 * @event, @role, @why, @kind and @type are in their bounds (or one past them, "other",
 * where there is such a slot), @result is 0 or that of an errno; names of compressors end,
 * and can be printed.  Not to be called from @fn.
 */
void zs_recording_events(const struct zs_recording *recording, zs_event_fn *fn,
			 void *context);

/**
 * struct zs_recorded - what a recording has in all
 * @events: of each kind
 * @lost: events that were lost
 * @first_ns: time of the first event, CLOCK_MONOTONIC; 0: there is none
 * @last_ns: of the last
 * @whole: the recorder ended in order, and no block is missing
 */
struct zs_recorded {
	uint64_t events[ZSWAP_EVENT_COUNT];
	uint64_t lost;
	uint64_t first_ns;
	uint64_t last_ns;
	bool whole;
};

void zs_recording_summary(const struct zs_recording *recording, struct zs_recorded *summary);

/* All states of the pool. Return: the first of @count. */
const struct zswap_state *zs_recording_states(const struct zs_recording *recording,
					      size_t *count);

/* The last value of a fact; NULL: it is not there. */
const char *zs_recording_fact(const struct zs_recording *recording, const char *name);

/* The same as a number. Return: false if it is none. */
bool zs_recording_number(const struct zs_recording *recording, const char *name,
			 uint64_t *number);

/* All facts: NULL behind the last; @value as well. */
const char *zs_recording_fact_at(const struct zs_recording *recording, size_t nth,
				 const char **value);

/* "" if it is not known.  Somebody else chose it: see zs_format_name(). */
const char *zs_recording_cgroup(const struct zs_recording *recording, uint64_t id);
const char *zs_recording_comm(const struct zs_recording *recording, uint32_t pid);

/**
 * zs_recording_cgroup_find - the inode number of the cgroup that had a path
 * @recording: the recording
 * @path: below /sys/fs/cgroup, with that or without it
 * @id: the result
 * @error: why not: none had it, or more than one, one after the other
 */
bool zs_recording_cgroup_find(const struct zs_recording *recording, const char *path,
			      uint64_t *id, struct zs_error *error);

#endif /* ZS_RECORDING_H */
