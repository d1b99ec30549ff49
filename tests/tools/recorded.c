// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a recording has, as JSON, straight from the library: for tests that compare it with
 * what others have counted.
 *
 *	tools_recorded FILE
 */
#include <stdio.h>

#include "json.h"
#include "options.h"
#include "recording.h"

struct seen {
	const struct zs_recording *recording;
	struct json_object *cgroups;
	struct json_object *processes;
	uint64_t backwards;	/* events that are earlier than the one before */
	uint64_t last_ns;
};

static void count(struct json_object *object, const char *name)
{
	struct json_object *number;

	if (!*name)
		name = "?";
	if (json_object_object_get_ex(object, name, &number))
		json_object_int_inc(number, 1);
	else
		json_object_object_add(object, name, json_object_new_int64(1));
}

static bool take(const struct zswap_event *event, void *context)
{
	struct seen *seen = context;

	seen->backwards += event->time_ns < seen->last_ns;
	seen->last_ns = event->time_ns;
	if (event->event == ZSWAP_EVENT_LOST)
		return true;
	if (event->cgroup)
		count(seen->cgroups, zs_recording_cgroup(seen->recording, event->cgroup));
	if (event->pid)
		count(seen->processes, zs_recording_comm(seen->recording, event->pid));
	return true;
}

static struct json_object *event_counts(const struct zs_recorded *summary)
{
	struct json_object *events = json_object_new_object();

	for (unsigned int kind = 0; kind < ZSWAP_EVENT_LOST; kind++)
		json_object_object_add(events, zs_event_name(kind),
				       json_object_new_uint64(summary->events[kind]));
	return events;
}

static struct json_object *flaws(const struct zs_recording *recording)
{
	struct json_object *array = json_object_new_array();
	const struct zs_flaw *flaw;

	for (size_t i = 0; (flaw = zs_recording_flaw(recording, i)); i++)
		json_object_array_add(array, json_object_new_string(flaw->text));
	return array;
}

static struct json_object *facts(const struct zs_recording *recording)
{
	struct json_object *object = json_object_new_object();
	const char *name, *value;

	for (size_t i = 0; (name = zs_recording_fact_at(recording, i, &value)); i++)
		json_object_object_add(object, name, json_object_new_string(value));
	return object;
}

static void print(const struct zs_recording *recording)
{
	struct seen seen = {
		.recording = recording,
		.cgroups = json_object_new_object(),
		.processes = json_object_new_object(),
	};
	struct json_object *object = json_object_new_object();
	struct zs_recorded summary;
	size_t states;

	zs_recording_summary(recording, &summary);
	zs_recording_states(recording, &states);
	zs_recording_events(recording, take, &seen);
	json_object_object_add(object, "events", event_counts(&summary));
	json_object_object_add(object, "lost", json_object_new_uint64(summary.lost));
	json_object_object_add(object, "whole", json_object_new_boolean(summary.whole));
	json_object_object_add(object, "seconds", zs_json_number(
		(double)(summary.last_ns - summary.first_ns) / ZS_NSEC));
	json_object_object_add(object, "states", json_object_new_uint64(states));
	json_object_object_add(object, "backwards", json_object_new_uint64(seen.backwards));
	json_object_object_add(object, "flaws", flaws(recording));
	json_object_object_add(object, "facts", facts(recording));
	json_object_object_add(object, "cgroups", seen.cgroups);
	json_object_object_add(object, "processes", seen.processes);
	zs_json_print(object);
}

int main(int argc, char **argv)
{
	struct zs_error error = { ZS_OK, "" };
	struct zs_recording *recording;

	recording = argc == 2 ? zs_recording_open(argv[1], &error) : NULL;
	if (!recording) {
		fprintf(stderr, "%s\n", argc == 2 ? error.text : "usage: tools_recorded FILE");
		return ZS_EXIT_FAILURE;
	}
	print(recording);
	zs_recording_close(recording);
	return zs_output_flush(&error) == ZS_OUTPUT_OK ? ZS_EXIT_OK : ZS_EXIT_FAILURE;
}
