// SPDX-License-Identifier: GPL-2.0-or-later
/* What other settings would have brought, as JSON. */
#include "json.h"
#include "whatif.h"

static void add_count(struct json_object *object, const char *name, uint64_t count)
{
	json_object_object_add(object, name, json_object_new_uint64(count));
}

/* null: it is not known */
static void add_number(struct json_object *object, const char *name, bool known, double value)
{
	json_object_object_add(object, name, known ? zs_json_number(value) : NULL);
}

/* A share, of which a thousandth may be all there is. */
static void add_share(struct json_object *object, const char *name, bool known, double value)
{
	json_object_object_add(object, name, known ? zs_json_exact(value) : NULL);
}

static void add_string(struct json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

static void add_settings(struct json_object *object, const struct zs_replay_settings *settings)
{
	add_count(object, "max_pool_percent", settings->max_pool_percent);
	add_count(object, "max_compression_ratio", settings->max_compression_ratio);
	add_count(object, "accept_threshold_percent", settings->accept_threshold_percent);
}

static struct json_object *recorded(const struct whatif_report *report)
{
	const struct zs_course *course = &report->workload->course;
	const struct whatif_pool *seen = &report->seen;
	struct json_object *object = json_object_new_object();

	add_string(object, "pool", report->pool);
	add_settings(object, &report->settings);
	add_count(object, "memory_bytes", report->settings.memory_pages * ZS_MODEL_PAGE);
	add_number(object, "mean_pages", seen->known, seen->mean_pages);
	add_number(object, "peak_pages", seen->known, (double)seen->peak_pages);
	add_number(object, "density", seen->density_known, seen->density);
	add_count(object, "looks", report->workload->looks.count);
	add_count(object, "stores", course->stores);
	add_count(object, "loads", course->loads);
	add_count(object, "disk_reads", course->misses);
	add_count(object, "invalidates", course->invalidates);
	add_count(object, "writebacks", course->writebacks);
	add_count(object, "writebacks_asked_for", course->asked);
	add_count(object, "rejects", course->rejects);
	add_count(object, "unknown_lengths", course->unknown);
	add_count(object, "held_before", report->workload->held_count);
	add_count(object, "held_before_unknown", report->settings.held_unknown);
	add_count(object, "stray", course->stray);
	add_count(object, "events_lost", course->lost);
	add_count(object, "gaps", course->gaps);
	json_object_object_add(object, "whole", json_object_new_boolean(report->summary.whole));
	return object;
}

static struct json_object *replayed(const struct whatif_report *report,
				    const struct whatif_row *row)
{
	const struct zs_replay_result *result = &row->result;
	struct json_object *object = json_object_new_object();
	__u64 reasons[ZSWAP_REJECT_SLOTS] = { 0 };
	double density = 0, pages = 0, writebacks = 0;
	bool known = whatif_density(row, &density);

	for (size_t i = 0; i < ZSWAP_REJECT_COUNT; i++)
		reasons[i] = result->rejects[i];
	add_string(object, "pool", row->settings.pool->name);
	add_settings(object, &row->settings);
	add_count(object, "limit_pages", result->limit_pages);
	add_number(object, "mean_pages", true, result->mean_pages);
	add_count(object, "peak_pages", result->peak_pages);
	add_count(object, "needed_pages", row->needed_pages);
	add_number(object, "density", known, density);
	add_count(object, "stores", result->stores);
	add_count(object, "loads", result->loads);
	add_count(object, "disk_reads", result->disk_loads);
	json_object_object_add(object, "disk_reads_avoided",
			       json_object_new_int64(whatif_avoided(report, row)));
	add_count(object, "avoided", result->avoided);
	add_count(object, "avoided_assumed", result->assumed);
	add_count(object, "added", result->added);
	add_count(object, "writebacks", result->writebacks);
	add_count(object, "rejects", zs_replay_rejects(result));
	json_object_object_add(object, "rejects_by_reason", zs_json_reasons(reasons));
	add_count(object, "rejects_as_recorded", result->refused);
	add_count(object, "held_that_were_written", result->stray);
	known = whatif_pages_off(report, row, &pages);
	add_share(object, "mean_pages_off", known, pages);
	known = whatif_writebacks_off(report, row, &writebacks);
	add_share(object, "writebacks_off", known, writebacks);
	return object;
}

void whatif_print_json(const struct whatif_report *report)
{
	struct json_object *object = json_object_new_object();
	struct json_object *rows = json_object_new_array(), *notes = json_object_new_array();
	const struct zs_workload *workload = report->workload;

	for (size_t i = 0; i < report->row_count; i++)
		json_object_array_add(rows, replayed(report, &report->rows[i]));
	for (size_t i = 0; i < report->note_count; i++)
		json_object_array_add(notes, json_object_new_string(report->notes[i]));
	add_string(object, "schema", "zswap-trace-whatif/1");
	add_count(object, "duration_ns", workload->last_ns - workload->first_ns);
	json_object_object_add(object, "recorded", recorded(report));
	json_object_object_add(object, "replayed", rows);
	json_object_object_add(object, "notes", notes);
	zs_json_print(object);
}
