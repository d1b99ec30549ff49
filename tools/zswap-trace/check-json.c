// SPDX-License-Identifier: GPL-2.0-or-later
/* What zswap-trace check has found, as JSON. */
#include "check.h"
#include "json.h"

static struct json_object *known(enum zs_known known)
{
	return known == ZS_UNKNOWN ? NULL : json_object_new_boolean(known == ZS_YES);
}

static struct json_object *text_or_null(const char *text)
{
	return *text ? json_object_new_string(text) : NULL;
}

static struct json_object *machine(const struct check_report *report)
{
	const struct zs_environment *env = &report->env;
	struct json_object *object = json_object_new_object();
	struct json_object *events = json_object_new_object();

	for (size_t i = 0; i < ZS_EVENTS; i++)
		json_object_object_add(events, zs_events[i].name, known(report->events[i]));
	json_object_object_add(object, "kernel", json_object_new_string(report->release));
	json_object_object_add(object, "kernel_btf", known(env->vmlinux_btf));
	json_object_object_add(object, "module_btf", known(env->module_btf));
	json_object_object_add(object, "cap_bpf", known(env->cap_bpf));
	json_object_object_add(object, "cap_perfmon", known(env->cap_perfmon));
	json_object_object_add(object, "cap_sys_admin", known(env->cap_sys_admin));
	json_object_object_add(object, "lockdown", text_or_null(env->lockdown));
	json_object_object_add(object, "bpf_jit", known(env->jit));
	json_object_object_add(object, "tracefs", known(env->tracefs));
	json_object_object_add(object, "debugfs", known(env->debugfs));
	json_object_object_add(object, "module_loaded", known(env->module));
	json_object_object_add(object, "module_enabled", known(report->ours_enabled));
	json_object_object_add(object, "kernel_zswap", known(env->stock));
	json_object_object_add(object, "kernel_zswap_enabled", known(report->stock_enabled));
	json_object_object_add(object, "tracepoints", events);
	return object;
}

static struct json_object *hooks(const struct zs_plan *plan)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < plan->count; i++) {
		const char *function = plan->choices[i].function;
		struct json_object *hook = json_object_new_object();

		json_object_object_add(hook, "hook",
			json_object_new_string(plan->choices[i].hook->program));
		json_object_object_add(hook, "function",
			function ? json_object_new_string(function) : NULL);
		json_object_object_add(hook, "for",
			json_object_new_string(plan->choices[i].hook->what));
		json_object_array_add(array, hook);
	}
	return array;
}

static struct json_object *one_source(const struct check_source *source)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "works", json_object_new_boolean(source->works));
	json_object_object_add(object, "why", source->works ? NULL :
			       json_object_new_string(source->why.text));
	json_object_object_add(object, "note", text_or_null(source->note));
	json_object_object_add(object, "frontswap", source->planned ?
			       json_object_new_boolean(source->plan.old) : NULL);
	json_object_object_add(object, "hooks", source->planned ? hooks(&source->plan) : NULL);
	return object;
}

static struct json_object *sources(const struct check_report *report)
{
	struct json_object *object = json_object_new_object();

	for (int kind = ZS_SOURCE_TP_BTF; kind < ZS_SOURCE_COUNT; kind++)
		if (!report->btf || kind == ZS_SOURCE_FENTRY)
			json_object_object_add(object, zs_source_kind_name(kind),
					       one_source(&report->sources[kind]));
	return object;
}

static struct json_object *row(const char *ours, const char *theirs,
			       const struct zs_best *best, bool exact)
{
	struct json_object *object = json_object_new_object();
	bool compared = zs_best_known(best);

	json_object_object_add(object, "ours", json_object_new_string(ours));
	json_object_object_add(object, "theirs", json_object_new_string(theirs));
	json_object_object_add(object, "exact", json_object_new_boolean(exact));
	json_object_object_add(object, "ours_count", compared ? json_object_new_int64(
		(int64_t)(best[ZS_END].ours - best[ZS_BEGIN].ours)) : NULL);
	json_object_object_add(object, "theirs_count", compared ? json_object_new_int64(
		(int64_t)(best[ZS_END].theirs - best[ZS_BEGIN].theirs)) : NULL);
	json_object_object_add(object, "difference", compared ?
		json_object_new_int64(zs_best_difference(best)) : NULL);
	return object;
}

static struct json_object *rows(const struct zs_reconciliation *result)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < result->count; i++)
		json_object_array_add(array, row(result->pairs[i].name, result->pairs[i].of,
						 result->pairs[i].best,
						 !result->pairs[i].inexact));
	if (result->balanced)
		json_object_array_add(array, row("in less out", "debugfs stored_pages",
						 result->balance.best, true));
	return array;
}

static struct json_object *parties(const struct zs_reconciliation *result)
{
	struct json_object *object = json_object_new_object();
	struct json_object *differences = json_object_new_object();

	if (!result->summed) {
		json_object_put(object);
		json_object_put(differences);
		return NULL;
	}
	json_object_object_add(object, "pairs", json_object_new_uint64(result->parties));
	for (size_t i = 0; i < zs_usage_counter_count; i++)
		json_object_object_add(differences, zs_counter_infos[i].name,
			json_object_new_int64((int64_t)(result->totals[i] - result->sums[i])));
	json_object_object_add(object, "differences", differences);
	return object;
}

static struct json_object *comparison(const struct check_report *report)
{
	const struct zs_reconciliation *result = &report->reconciliation;
	struct json_object *object = json_object_new_object();
	struct json_object *health = json_object_new_object();
	struct json_object *notes = json_object_new_array();

	json_object_object_add(object, "source",
		json_object_new_string(zs_source_kind_name(report->used)));
	json_object_object_add(object, "seconds", zs_json_number(result->seconds));
	json_object_object_add(object, "happened",
		json_object_new_boolean(zs_reconcile_happened(result)));
	json_object_object_add(object, "differences",
		json_object_new_uint64(zs_reconcile_differences(result)));
	json_object_object_add(object, "counters", rows(result));
	json_object_object_add(object, "by_cgroup_and_process", parties(result));
	json_object_object_add(object, "missed", json_object_new_uint64(result->missed));
	json_object_object_add(health, "who_overflow",
		json_object_new_uint64(result->health.who_overflow));
	json_object_object_add(health, "pages_forgotten",
		json_object_new_uint64(result->health.pages_forgotten));
	json_object_object_add(health, "calls_lost",
		json_object_new_uint64(result->health.calls_lost));
	json_object_object_add(health, "events_lost",
		json_object_new_uint64(result->health.events_lost));
	json_object_object_add(object, "health", health);
	for (size_t i = 0; i < result->notes_count; i++)
		json_object_array_add(notes, json_object_new_string(result->notes[i]));
	json_object_object_add(object, "not_compared", notes);
	return object;
}

void check_print_json(const struct check_report *report)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "schema", json_object_new_string("zswap-trace-check/1"));
	if (report->btf) {
		json_object_object_add(object, "btf", json_object_new_string(report->btf));
		json_object_object_add(object, "sources", sources(report));
		zs_json_print(object);
		return;
	}
	json_object_object_add(object, "machine", machine(report));
	json_object_object_add(object, "pool", zs_json_pool(&report->pool));
	json_object_object_add(object, "sources", sources(report));
	json_object_object_add(object, "chosen", report->chosen == ZS_SOURCE_AUTO ? NULL :
		json_object_new_string(zs_source_kind_name(report->chosen)));
	json_object_object_add(object, "not_compared", text_or_null(report->not_compared));
	json_object_object_add(object, "comparison", *report->not_compared ? NULL :
			       comparison(report));
	zs_json_print(object);
}
