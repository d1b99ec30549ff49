// SPDX-License-Identifier: GPL-2.0-or-later
/* A recording as one JSON object: what the histogram dump has, and where it comes from. */
#include <stdlib.h>

#include "exposition.h"
#include "json.h"
#include "report.h"

static struct json_object *number(uint64_t value)
{
	return json_object_new_uint64(value);
}

static struct json_object *facts_of(const struct zs_recording *recording)
{
	struct json_object *object = json_object_new_object();
	const char *name, *value;

	for (size_t nth = 0; (name = zs_recording_fact_at(recording, nth, &value)); nth++) {
		char *printable = zs_label_text(name);

		if (printable)
			json_object_object_add(object, printable, zs_json_name(value));
		free(printable);
	}
	return object;
}

static struct json_object *flaws_of(const struct zs_recording *recording)
{
	struct json_object *array = json_object_new_array();
	const struct zs_flaw *flaw;

	for (size_t nth = 0; (flaw = zs_recording_flaw(recording, nth)); nth++) {
		struct json_object *object = json_object_new_object();

		json_object_object_add(object, "offset", number(flaw->offset));
		json_object_object_add(object, "text", json_object_new_string(flaw->text));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *events_of(const struct zs_recorded *summary)
{
	struct json_object *object = json_object_new_object();

	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++)
		if (i != ZSWAP_EVENT_LOST)
			json_object_object_add(object, zs_event_name(i),
					       number(summary->events[i]));
	return object;
}

static struct json_object *state_of(const struct zswap_state *state)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "time_ns", number(state->time_ns));
	json_object_object_add(object, "pool_bytes", number(state->pool_bytes));
	json_object_object_add(object, "limit_bytes", number(state->limit_bytes));
	json_object_object_add(object, "stored_pages", number(state->stored_pages));
	json_object_object_add(object, "written_back", number(state->written_back));
	json_object_object_add(object, "free_bytes", number(state->free_bytes));
	return object;
}

static struct json_object *pool_of(const struct zs_recording *recording)
{
	struct json_object *object;
	struct report_pool pool;

	report_pool(recording, &pool);
	if (!pool.count)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "states", number(pool.count));
	json_object_object_add(object, "first", state_of(&pool.first));
	json_object_object_add(object, "most", state_of(&pool.most));
	json_object_object_add(object, "last", state_of(&pool.last));
	return object;
}

/* Of any distribution: these are bounds as well, as each is at most 1/64 off. */
static struct json_object *quantiles_of(const struct zs_spread *spread)
{
	static const struct {
		const char *name;
		double q;
	} quantiles[] = {
		{ "min", 0 }, { "p10", 0.1 }, { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 },
		{ "p99.9", 0.999 }, { "max", 1 },
	};
	struct json_object *object = json_object_new_object();
	double value;

	json_object_object_add(object, "count", number(spread->count));
	json_object_object_add(object, "mean", zs_spread_mean(spread, &value) ?
			       zs_json_number(value) : NULL);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(quantiles); i++)
		json_object_object_add(object, quantiles[i].name,
			zs_spread_quantile(spread, quantiles[i].q, &value) ?
			zs_json_number(value) : NULL);
	return object;
}

static struct json_object *all_quantiles(const struct zs_tally *tally)
{
	struct json_object *object = json_object_new_object();

	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		json_object_object_add(object, zs_hist_infos[i].name,
				       quantiles_of(&tally->spreads[i]));
	return object;
}

bool report_json(const struct zs_recording *recording, const char *path, struct zs_error *error)
{
	struct report_counts *counts = report_count(recording, error);
	struct json_object *object;

	if (!counts)
		return false;
	object = json_object_new_object();
	json_object_object_add(object, "schema", json_object_new_string("zswap-trace-report/1"));
	json_object_object_add(object, "recording", zs_json_name(path));
	json_object_object_add(object, "interval_s",
		zs_json_number((double)(counts->end_ns - counts->begin_ns) / ZS_NSEC));
	json_object_object_add(object, "begin_ns", number(counts->begin_ns));
	json_object_object_add(object, "end_ns", number(counts->end_ns));
	json_object_object_add(object, "whole", json_object_new_boolean(counts->summary.whole));
	json_object_object_add(object, "events", events_of(&counts->summary));
	json_object_object_add(object, "events_lost", number(counts->summary.lost));
	json_object_object_add(object, "gaps", number(counts->gaps));
	json_object_object_add(object, "flaws", flaws_of(recording));
	json_object_object_add(object, "facts", facts_of(recording));
	json_object_object_add(object, "pool", pool_of(recording));
	json_object_object_add(object, "quantiles", all_quantiles(counts->tally));
	trace_json_add(object, &counts->dump);
	zs_json_print(object);
	report_counts_free(counts);
	return true;
}
