// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recording: events from the kernel's buffers into a file, a state of the pool and the
 * names that are new ten times a second.  Who is killed leaves what is older than that.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "record.h"

#define TICK_SECONDS	0.1
/* A look at names leaves most of a tick to the events. */
#define NAMES_NS	20000000ULL
/* After the last event, another CPU may be about to hand over one that is earlier. */
#define SETTLE_SECONDS	0.002

struct run {
	const struct record_options *options;
	struct zs_clock *clock;
	struct zs_child *child;
	struct record_result *result;
	struct zs_error *error;
	struct zs_source *source;
	struct zs_recorder *recorder;
	struct record_names *names;
	struct zs_pool pool;
};

/* Return: false to stop: it cannot be written. */
static bool take(unsigned int cpu, const struct zswap_event *events, size_t count,
		 void *context)
{
	struct run *run = context;
	struct record_result *result = run->result;

	for (size_t i = 0; i < count; i++) {
		if (events[i].event == ZSWAP_EVENT_LOST) {
			result->lost += events[i].count;
			continue;
		}
		result->events++;
		result->owned |= events[i].role == ZSWAP_ROLE_OWNER;
		record_names_note(run->names, &events[i]);
	}
	return zs_recorder_events(run->recorder, cpu, events, count, run->error);
}

static bool drain(struct run *run)
{
	return zs_source_stream_batches(run->source, take, run, run->error) >= 0 &&
		!run->error->code;
}

static bool tick(struct run *run)
{
	const char *root = run->options->stream.common.source.root;

	record_names_write(run->names, run->recorder, run->source, root, zs_now() + NAMES_NS);
	return record_state(run->recorder, &run->pool, root, run->error) &&
		zs_recorder_flush(run->recorder, run->error);
}

/*
 * Where zswap is at work memory is short, and whoever reads too late loses events: what
 * is in memory stays there, and the processor comes when it is asked for.  Without the
 * right to that, it goes without.
 */
static void stay_ready(void)
{
	if (!mlockall(MCL_CURRENT | MCL_ONFAULT))
		setpriority(PRIO_PROCESS, 0, -10);
}

/* Return: whether to go on. */
static bool handle(struct run *run, int wake)
{
	if (wake < 0 || !drain(run))
		return false;
	if ((wake & ZS_WAKE_TICK) && !tick(run))
		return false;
	if (wake & ZS_WAKE_CHILD)
		return false;
	if (wake & ZS_WAKE_CLOSED)
		return zs_fail(run->error, ZS_ERR_SYSTEM,
			       "writing the recording: nobody reads it any more");
	if (wake & ZS_WAKE_END) {
		if (!run->child)
			return false;
		zs_child_signal(run->child, run->clock);
	}
	return !(wake & ZS_WAKE_LIMIT);
}

static bool begin(struct run *run)
{
	const struct record_options *options = run->options;
	const char *root = options->stream.common.source.root;

	zs_pool_read(&run->pool, root);
	record_facts_begin(run->recorder, run->source, options);
	if (!record_state(run->recorder, &run->pool, root, run->error) ||
	    !zs_recorder_flush(run->recorder, run->error) ||
	    !stream_start(&options->stream, run->source, run->clock, TICK_SECONDS, run->error))
		return false;
	zs_common_tell(run->source, run->child || options->stream.seconds ? "; recording" :
		       "; recording, until Ctrl-C");
	stay_ready();
	run->result->time_ns = zs_now();
	run->result->started = true;
	run->result->not_run = run->child && !zs_child_go(run->child, run->error);
	return !run->result->not_run;
}

/* What is still there, and what is known only now. */
static void end(struct run *run)
{
	const char *root = run->options->stream.common.source.root;
	struct zs_snapshot now;

	run->result->time_ns = zs_now() - run->result->time_ns;
	zs_source_stream_stop(run->source);
	if (run->error->code || !drain(run))
		return;
	zs_clock_sleep(run->clock, SETTLE_SECONDS);
	if (!drain(run))
		return;
	if (zs_source_snapshot(run->source, &now, NULL)) {
		run->result->missed = now.missed;
		/* those behind which no event came that could say so */
		if (now.health.events_lost > run->result->lost)
			run->result->lost = now.health.events_lost;
	}
	record_names_write(run->names, run->recorder, run->source, root, UINT64_MAX);
	record_names_again(run->names, run->recorder, run->source);
	if (run->child)
		zs_child_wait(run->child);
	record_facts_end(run->recorder, run->result, run->child, root);
	record_state(run->recorder, &run->pool, root, run->error);
}

static void record(struct run *run)
{
	if (begin(run))
		while (handle(run, zs_clock_wait(run->clock, run->error)))
			;
	end(run);
}

/* A recording that ended early, while the command goes on: it is left in peace. */
static void wait_for_command(struct run *run)
{
	struct zs_clock *clock = run->clock;
	int wake;

	clock->watch = -1;
	clock->output = -1;
	while ((wake = zs_clock_wait(clock, run->error)) >= 0 && !(wake & ZS_WAKE_CHILD))
		if (wake & ZS_WAKE_END)
			zs_child_signal(run->child, clock);
	zs_child_wait(run->child);
}

void record_run(const struct record_options *options, struct zs_clock *clock,
		struct zs_child *child, struct record_result *result, struct zs_error *error)
{
	struct run run = {
		.options = options, .clock = clock, .child = child, .result = result,
		.error = error,
	};
	struct zs_error late = { ZS_OK, "" };

	/* before the file of an earlier recording is gone */
	run.source = stream_open(&options->stream, "record", error);
	if (!run.source)
		return;
	run.names = record_names_new();
	if (!run.names)
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	else
		run.recorder = zs_recorder_create(options->output, error);
	if (run.recorder) {
		record(&run);
		zs_recorder_flush(run.recorder, NULL);
		result->bytes = zs_recorder_bytes(run.recorder);
		if (!zs_recorder_finish(run.recorder, &late) && !error->code)
			*error = late;
	}
	zs_source_close(run.source);
	record_names_free(run.names);
	if (result->started && child && child->pid)
		wait_for_command(&run);
}
