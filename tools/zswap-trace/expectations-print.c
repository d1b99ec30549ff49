// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of the expectations, as text and as JSON. */
#include <stdio.h>
#include <string.h>

#include "expectations.h"
#include "json.h"

/* How a command ended, if it was not well. */
static char *status_text(char *text, size_t size, int status)
{
	if (status > 128)
		snprintf(text, size, "killed by signal %d (%s)", status - 128,
			 strsignal(status - 128));
	else
		snprintf(text, size, "exit status %d", status);
	return text;
}

static int widest(const struct expectations *expectations)
{
	int width = 0;

	for (size_t i = 0; i < expectations->count; i++) {
		int length = (int)strlen(expectations->list[i].text);

		if (length > width)
			width = length;
	}
	return width;
}

void expectations_print_text(const struct expectations *expectations,
			     const struct expectations_result *result)
{
	uint64_t missed = result->interval.missed + result->interval.health.calls_lost;
	int width = widest(expectations);
	char text[ZS_SEEN_TEXT];

	for (size_t i = 0; i < expectations->count; i++)
		printf("%-4s  %-*s  %s\n", result->judged[i] == ZS_JUDGED_OK ? "ok" : "FAIL",
		       width, expectations->list[i].text,
		       zs_expectation_seen(text, &expectations->list[i], &result->values[i]));
	if (result->status)
		printf("FAIL  %-*s  %s\n", width, "the command",
		       status_text(text, sizeof(text), result->status));
	if (missed)
		printf("%llu events were not counted: what is seen is allowed to be as much off\n",
		       (unsigned long long)missed);
}

/* null: there is no value, or no bound. */
static struct json_object *part_of(const struct zs_reading *value, double part)
{
	return value->known ? zs_json_exact(part) : NULL;
}

static struct json_object *expectation(const struct zs_expectation *expected,
				       const struct zs_reading *value,
				       enum zs_judgement judged)
{
	struct json_object *object = json_object_new_object();
	const char *unit = zs_measure_unit_name(expected->measure.unit);
	char text[ZS_SEEN_TEXT];

	json_object_object_add(object, "expectation", json_object_new_string(expected->text));
	json_object_object_add(object, "measure",
			       json_object_new_string(expected->measure.name));
	json_object_object_add(object, "unit", unit ? json_object_new_string(unit) : NULL);
	json_object_object_add(object, "limit", zs_json_exact(expected->limit));
	json_object_object_add(object, "judged",
			       json_object_new_string(zs_judgement_name(judged)));
	json_object_object_add(object, "value", part_of(value, value->value));
	json_object_object_add(object, "low", part_of(value, value->low));
	json_object_object_add(object, "high", part_of(value, value->high));
	json_object_object_add(object, "seen", json_object_new_string(
		zs_expectation_seen(text, expected, value)));
	return object;
}

void expectations_print_json(const struct expectations *expectations,
			     const struct expectations_result *result)
{
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();

	zs_json_head(object, "zswap-trace-expect/1", &result->interval, result->source);
	json_object_object_add(object, "health", zs_json_health(&result->interval));
	for (size_t i = 0; i < expectations->count; i++)
		json_object_array_add(list, expectation(&expectations->list[i],
							&result->values[i],
							result->judged[i]));
	json_object_object_add(object, "expectations", list);
	json_object_object_add(object, "command_status", expectations->command ?
			       json_object_new_int(result->status) : NULL);
	json_object_object_add(object, "ok", json_object_new_boolean(result->ok));
	zs_json_print(object);
}
