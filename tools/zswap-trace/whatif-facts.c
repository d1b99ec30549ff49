// SPDX-License-Identifier: GPL-2.0-or-later
/* What a recording says of the machine and its settings. */
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

/* Our module's zbud, by the parameters that it had; of a kernel's own it is the old one. */
static const struct zs_model_kind *find_zbud(struct whatif_report *report)
{
	const struct zs_model_kind *kind = &zs_model_zbud;
	uint64_t buddies, order;

	if (!zs_recording_number(report->recording, "zswap.buddies", &buddies) ||
	    !zs_recording_number(report->recording, "zswap.frame_order", &order))
		return kind;
	if (buddies > 2)
		kind = order ? &zs_model_nbuddies2 : &zs_model_nbuddies;
	if (kind->buddies != buddies || kind->grows_by != 1U << (order & 7))
		whatif_note(report, "there is no model of %u buddies with frame_order %u: %s stands for it",
			    (unsigned int)buddies, (unsigned int)order, kind->name);
	return kind;
}

static void find_pool(struct whatif_report *report)
{
	const char *name = zs_recording_fact(report->recording, "zswap.pool");
	const struct zs_model_kind *kind = name ? zs_model_find(name) : NULL;
	char text[ZS_TEXT];

	if (kind == &zs_model_zbud)
		kind = find_zbud(report);
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

/* Same-filled pages are held, and take no page frame. */
static void look_at_pool(struct whatif_report *report)
{
	const struct zs_looks *looks = &report->workload->looks;
	struct whatif_pool *seen = &report->seen;
	double ns = 0, pages = 0, stored = 0, stored_pages = 0;

	for (size_t i = 0; i < looks->count; i++) {
		const struct zs_look *look = &looks->looks[i];
		double look_ns = (double)look->ns;

		if (look->pages > seen->peak_pages)
			seen->peak_pages = look->pages;
		ns += look_ns;
		pages += look_ns * (double)look->pages;
		if (look->stored == ZS_LOOK_STORED_UNKNOWN)
			continue;
		stored += look_ns * (double)look->stored;
		stored_pages += look_ns * (double)look->pages;
	}
	seen->known = ns > 0 && seen->peak_pages;
	seen->mean_pages = ns > 0 ? pages / ns : 0;
	seen->density_known = stored_pages > 0;
	seen->density = seen->density_known ? stored / stored_pages : 0;
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
	look_at_pool(report);
	return true;
}
