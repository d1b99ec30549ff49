// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "whatif.h"

#define DEFAULT_MAX_POOL	20
#define DEFAULT_RATIO		100
#define DEFAULT_ACCEPT		100

/* A percentage; what is none, and what is not there, is told. */
static unsigned int percent(struct whatif_report *report, const char *name,
			    unsigned int otherwise)
{
	uint64_t value;
	char fact[64];

	snprintf(fact, sizeof(fact), "zswap.%s", name);
	if (zs_recording_number(report->recording, fact, &value) && value <= 100)
		return (unsigned int)value;
	whatif_note(report, "the recording does not say what %s was: %u is assumed", name,
		    otherwise);
	return otherwise;
}

static void find_pool(struct whatif_report *report)
{
	const char *name = zs_recording_fact(report->recording, "zswap.pool");
	const struct zs_model_kind *kind = name ? zs_model_find(name) : NULL;
	char text[ZS_TEXT];

	report->modelled = kind;
	report->settings.pool = kind ? kind : &zs_model_zbud;
	if (name)
		snprintf(report->pool, sizeof(report->pool), "%s", zs_format_name(text, name));
	if (!kind)
		whatif_note(report, "there is no model of the recorded pool%s%s: zbud stands for it",
			    *report->pool ? ", " : ", whose name is not known", report->pool);
}

/* From the limit, as a recorder that knows no better saw it. */
static uint64_t memory_by_limit(const struct whatif_report *report)
{
	size_t count;
	const struct zswap_state *states = zs_recording_states(report->recording, &count);
	unsigned int max_pool = report->settings.max_pool_percent;

	if (!count || !max_pool || states[count - 1].limit_bytes > UINT64_MAX / 100)
		return 0;
	return states[count - 1].limit_bytes * 100 / max_pool;
}

static bool find_memory(struct whatif_report *report, uint64_t memory_bytes,
			struct zs_error *error)
{
	if (!memory_bytes &&
	    !zs_recording_number(report->recording, "memory_bytes", &memory_bytes))
		memory_bytes = memory_by_limit(report);
	if (!memory_bytes)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "%.200s does not say how much RAM there was: say it with --memory BYTES",
			       report->path);
	report->settings.memory_pages = memory_bytes / ZS_MODEL_PAGE;
	return true;
}

/* Pages that were in the pool before, and are not in the events; not more than can be. */
static void find_held(struct whatif_report *report)
{
	const struct zs_workload *workload = report->workload;
	uint64_t most = report->settings.memory_pages, stored;

	if (!zs_recording_number(report->recording, "zswap.stored_pages", &stored) ||
	    stored <= workload->held_count)
		return;
	stored -= workload->held_count;
	/* as many as there are events, or a quarter of RAM, at the utmost */
	if (most > 1ULL << 22)
		most = 1ULL << 22;
	report->settings.held_unknown = stored < most ? stored : most;
}

/* Is a state of the time that is replayed? */
static bool is_within(const struct whatif_report *report, const struct zswap_state *state)
{
	return state->time_ns >= report->workload->first_ns &&
	       state->time_ns <= report->workload->last_ns;
}

/* The mean over the time, as if it went straight from one state to the next. */
static void look_at_states(struct whatif_report *report)
{
	struct whatif_pool *seen = &report->seen;
	size_t count;
	const struct zswap_state *states = zs_recording_states(report->recording, &count);
	double ns = 0, bytes = 0, stored = 0;

	seen->peak_pages = report->workload->course.limit_pages;
	for (size_t i = 0; i < count; i++) {
		const struct zswap_state *now = &states[i], *next = now + 1;
		double part;

		if (!is_within(report, now))
			continue;
		if (now->pool_bytes / ZS_MODEL_PAGE > seen->peak_pages)
			seen->peak_pages = now->pool_bytes / ZS_MODEL_PAGE;
		if (i + 1 == count || next->time_ns <= now->time_ns || !is_within(report, next))
			continue;
		part = (double)(next->time_ns - now->time_ns);
		ns += part;
		bytes += part * ((double)now->pool_bytes + (double)next->pool_bytes) / 2;
		stored += part * ((double)now->stored_pages + (double)next->stored_pages) / 2;
	}
	seen->known = ns > 0 && seen->peak_pages;
	if (!seen->known)
		return;
	seen->mean_pages = bytes / ns / ZS_MODEL_PAGE;
	seen->mean_stored = stored / ns;
}

bool whatif_facts(struct whatif_report *report, uint64_t memory_bytes,
		  struct zs_error *error)
{
	struct zs_replay_settings *settings = &report->settings;
	const char *incompressible = zs_recording_fact(report->recording, "zswap.incompressible");

	find_pool(report);
	settings->max_pool_percent = percent(report, "max_pool_percent", DEFAULT_MAX_POOL);
	settings->max_compression_ratio = percent(report, "max_compression_ratio", DEFAULT_RATIO);
	settings->accept_threshold_percent = percent(report, "accept_threshold_percent",
						     DEFAULT_ACCEPT);
	settings->keep = incompressible && !strcmp(incompressible, "keep");
	if (!find_memory(report, memory_bytes, error))
		return false;
	find_held(report);
	look_at_states(report);
	return true;
}
