// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measures of the time that a command took.  They come from the statistics that the
 * programs keep; where a quantile is asked for, events are counted more finely as well.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expectations.h"
#include "stream.h"
#include "tally.h"

#define STREAM_BYTES	(4U << 20)
/* How often to look for events, where few come. */
#define TICK_SECONDS	0.1

struct run {
	const struct expectations *expectations;
	struct zs_source *source;
	struct zs_clock clock;
	struct zs_child child;
	struct zs_tally *tally;		/* NULL: events are not asked for */
	struct zs_snapshot before;
	struct expectations_result result;
};

void expectations_add(struct expectations *expectations, const char *text,
		      const struct argp_state *state)
{
	struct zs_error error;

	if (!strcmp(text, "help")) {
		zs_measure_print();
		exit(ZS_EXIT_OK);
	}
	if (expectations->count == EXPECTATIONS_MOST)
		zs_usage_error(state, "more than %d of --expect", EXPECTATIONS_MOST);
	if (!zs_expectation_parse(text, &expectations->list[expectations->count++], &error))
		zs_usage_error(state, "--expect: %s (--expect help lists all measures)",
			       error.text);
}

/* The event that has a histogram's values; ZSWAP_EVENT_COUNT: none has. */
static enum zswap_event_kind event_of(enum zswap_histogram which)
{
	switch (which) {
	case ZSWAP_HIST_STORE_SIZE:
	case ZSWAP_HIST_STORE_DURATION:
		return ZSWAP_EVENT_STORE;
	case ZSWAP_HIST_LOAD_DURATION:
	case ZSWAP_HIST_LOAD_AGE:
		return ZSWAP_EVENT_LOAD;
	case ZSWAP_HIST_DISK_READ_DURATION:
		return ZSWAP_EVENT_READ;
	case ZSWAP_HIST_WRITEBACK_DURATION:
	case ZSWAP_HIST_WRITEBACK_AGE:
	case ZSWAP_HIST_WRITEBACK_ALLOC:
	case ZSWAP_HIST_WRITEBACK_DECOMPRESS:
	case ZSWAP_HIST_WRITEBACK_SUBMIT:
		return ZSWAP_EVENT_WRITEBACK;
	case ZSWAP_HIST_REJECT_DURATION:
	case ZSWAP_HIST_REJECT_SIZE:
		return ZSWAP_EVENT_REJECT;
	case ZSWAP_HIST_EVICT_DURATION:
	case ZSWAP_HIST_EVICT_AGE:
		return ZSWAP_EVENT_EVICT;
	case ZSWAP_HIST_REFAULT_AGE:
		return ZSWAP_EVENT_MISS;
	case ZSWAP_HIST_INVALIDATE_AGE:
		return ZSWAP_EVENT_INVALIDATE;
	case ZSWAP_HIST_POOL_LIMIT_DURATION:
		return ZSWAP_EVENT_POOL_LIMIT;
	case ZSWAP_HIST_SHRINK_DURATION:
		return ZSWAP_EVENT_SHRINK;
	case ZSWAP_HIST_BACKGROUND_DURATION:
		return ZSWAP_EVENT_BACKGROUND;
	default:
		return ZSWAP_EVENT_COUNT;
	}
}

/* Events of these kinds make quantiles better known. */
static uint32_t kinds_wanted(const struct expectations *expectations)
{
	uint32_t kinds = 0;

	for (size_t i = 0; i < expectations->count; i++) {
		const struct zs_measure *measure = &expectations->list[i].measure;
		enum zswap_event_kind event = event_of(measure->info->histogram);

		if (measure->statistic == ZS_STATISTIC_QUANTILE && event != ZSWAP_EVENT_COUNT)
			kinds |= ZS_STREAM_KIND(event);
	}
	return kinds;
}

/* What happened before the first snapshot is not in the statistics either. */
static bool take(unsigned int cpu, const struct zswap_event *events, size_t count,
		 void *context)
{
	struct run *run = context;

	(void)cpu;
	for (size_t i = 0; i < count; i++)
		if (events[i].time_ns >= run->before.time_ns)
			zs_tally_add(run->tally, &events[i]);
	return true;
}

static bool drain(struct run *run, struct zs_error *error)
{
	return !run->tally || zs_source_stream_batches(run->source, take, run, error) >= 0;
}

/* A source without a stream still has its histograms. */
static bool start_stream(struct run *run, struct zs_error *error)
{
	uint32_t kinds = kinds_wanted(run->expectations);

	if (!kinds || zs_source_kind(run->source) == ZS_SOURCE_COUNTERS)
		return true;
	run->tally = zs_tally_new();
	if (!run->tally)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	if (!zs_source_stream_start(run->source, kinds, error) ||
	    !zs_clock_interval(&run->clock, TICK_SECONDS, error))
		return false;
	run->clock.watch = zs_source_stream_fd(run->source);
	return true;
}

/* Return: whether to go on waiting. */
static bool handle(struct run *run, int wake, struct zs_error *error)
{
	if (wake < 0 || !drain(run, error))
		return false;
	if (wake & (ZS_WAKE_CHILD | ZS_WAKE_LIMIT))
		return false;
	if (!(wake & ZS_WAKE_END))
		return true;
	if (run->expectations->command)
		zs_child_signal(&run->child, &run->clock);
	return run->expectations->command;
}

/* Return: false with an error: there is nothing to be judged. */
static bool watch(struct run *run, struct zs_error *error)
{
	const struct expectations *expectations = run->expectations;
	struct zs_snapshot after;

	if (!start_stream(run, error) ||
	    !zs_source_snapshot(run->source, &run->before, error))
		return false;
	if (expectations->command ? !zs_child_go(&run->child, error) :
				    !zs_clock_limit(&run->clock, expectations->seconds, error))
		return false;
	/* who reads what the command prints may leave before it has ended */
	run->clock.output = -1;
	while (handle(run, zs_clock_wait(&run->clock, error), error))
		;
	if (expectations->command)
		run->result.status = zs_child_wait(&run->child);
	if (error->code || !zs_source_snapshot(run->source, &after, error))
		return false;
	zs_source_stream_stop(run->source);
	zs_snapshot_subtract(&run->result.interval, &after, &run->before);
	return drain(run, error);
}

static void judge(struct run *run)
{
	const struct expectations *expectations = run->expectations;
	struct expectations_result *result = &run->result;
	const struct zs_snapshot *interval = &result->interval;
	struct zs_seen seen = {
		.interval = interval,
		.lost = (double)(interval->missed + interval->health.calls_lost),
		.spreads = run->tally ? run->tally->spreads : NULL,
		.witness = zs_source_kind(run->source) == ZS_SOURCE_COUNTERS ?
			   ZS_WITNESS_COUNTERS : ZS_WITNESS_PROGRAMS,
	};

	seen.spreads_lost = seen.lost + (double)interval->health.events_lost;
	result->source = run->source;
	result->ok = !result->status;
	for (size_t i = 0; i < expectations->count; i++) {
		const struct zs_expectation *expectation = &expectations->list[i];

		zs_measure_evaluate(&expectation->measure, &seen, &result->values[i]);
		result->judged[i] = zs_expectation_judge(expectation, &result->values[i]);
		result->ok &= result->judged[i] == ZS_JUDGED_OK;
	}
}

/* Return: the exit status. */
static int run_all(struct run *run, const struct zs_common *asked, struct zs_error *error)
{
	struct zs_common common = *asked;

	if (kinds_wanted(run->expectations) && common.source.kind != ZS_SOURCE_COUNTERS)
		common.source.stream = STREAM_BYTES;
	run->source = zs_common_open(&common, error);
	if (!run->source)
		return zs_exit_failure(error);
	zs_common_tell(run->source, "");
	if (!watch(run, error))
		return zs_exit_failure(error);
	judge(run);
	if (common.json)
		expectations_print_json(run->expectations, &run->result);
	else
		expectations_print_text(run->expectations, &run->result);
	if (zs_output_flush(error) == ZS_OUTPUT_FAILED)
		return zs_exit_failure(error);
	return run->result.ok ? ZS_EXIT_OK : ZS_EXIT_FAILURE;
}

int expectations_run(const struct expectations *expectations, const struct zs_common *common)
{
	struct run *run = calloc(1, sizeof(*run));
	struct zs_error error = { ZS_OK, "" };
	int status = ZS_EXIT_FAILURE;

	if (!run) {
		zs_fail(&error, ZS_ERR_SYSTEM, "out of memory");
		return zs_exit_failure(&error);
	}
	run->expectations = expectations;
	/* JSON is for who parses it: what the command prints must not be in between */
	if (expectations->command &&
	    !zs_child_start(&run->child, expectations->command,
			    common->json ? STDERR_FILENO : STDOUT_FILENO, &error)) {
		free(run);
		return zs_exit_failure(&error);
	}
	if (zs_clock_start(&run->clock, -1, &error)) {
		if (expectations->command)
			run->clock.child = run->child.watch;
		status = run_all(run, common, &error);
	} else {
		zs_exit_failure(&error);
	}
	if (expectations->command)
		zs_child_end(&run->child);
	zs_tally_free(run->tally);
	zs_source_close(run->source);
	zs_clock_stop(&run->clock);
	free(run);
	return status;
}
