// SPDX-License-Identifier: GPL-2.0-or-later
/* What zswap-trace diff has found, as text and as JSON. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diff.h"
#include "json.h"

#define FACT_TEXT	60

/* What somebody else chose, fit to be printed: no control character, not too long. */
static char *show(char text[FACT_TEXT], const char *value)
{
	snprintf(text, FACT_TEXT, "%s", value ? value : "(not told)");
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '?';
	return text;
}

static double seconds(const struct diff_side *side)
{
	return (double)side->sliced->all->snapshot.time_ns / ZS_NSEC;
}

static uint64_t events(const struct diff_side *side)
{
	struct zs_recorded summary;
	uint64_t count = 0;

	zs_recording_summary(side->recording, &summary);
	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++)
		count += i == ZSWAP_EVENT_LOST ? 0 : summary.events[i];
	return count;
}

static void print_side(const char *name, const struct diff_side *side)
{
	char path[FACT_TEXT], time[ZS_TEXT];

	printf("%s  %s: %llu events in %s", name, show(path, side->path),
	       (unsigned long long)events(side),
	       zs_format_time(time, seconds(side) * (double)ZS_NSEC));
	if (isinf(side->sliced->lost))
		printf(", an unknown number lost");
	else if (side->sliced->lost > 0)
		printf(", %.0f lost", side->sliced->lost);
	putchar('\n');
}

static void print_facts(const struct diff *diff)
{
	char name[FACT_TEXT], text_a[FACT_TEXT], text_b[FACT_TEXT];
	const char *fact, *a, *b;

	for (size_t i = 0; (fact = diff_fact(diff, i, &a, &b)); i++)
		printf("%s%s: %s | %s\n", i ? "   " : "not alike:\n   ", show(name, fact),
		       show(text_a, a), show(text_b, b));
}

/* Of a share in points, of all others in percent of A. */
static double relative(const struct zs_contrast *contrast, double difference)
{
	if (contrast->measure.unit == ZS_MEASURE_SHARE)
		return 100 * difference;
	return 100 * difference / contrast->a.value;
}

static const char *relative_unit(const struct zs_contrast *contrast)
{
	return contrast->measure.unit == ZS_MEASURE_SHARE ? " pt" : " %";
}

/* "+12.3 %"; "new" if there is nothing to be a percentage of. */
static char *change(char text[ZS_TEXT], const struct zs_contrast *contrast, double difference)
{
	double percent = relative(contrast, difference);

	if (isnan(difference))
		return strcpy(text, "-");
	if (difference == 0)
		percent = 0;
	if (!isfinite(percent))
		return strcpy(text, "new");
	snprintf(text, ZS_TEXT, "%+.*f%s", fabs(percent) < 99.95 ? 1 : 0, percent,
		 relative_unit(contrast));
	return text;
}

static char *interval(char text[2 * ZS_TEXT], const struct zs_contrast *contrast)
{
	double low = relative(contrast, contrast->low), high = relative(contrast, contrast->high);

	if (!isfinite(low) || !isfinite(high))
		return strcpy(text, "-");
	snprintf(text, 2 * ZS_TEXT, "%+.1f..%+.1f", low, high);
	return text;
}

static char *value(char text[ZS_TEXT], const struct zs_contrast *contrast,
		   const struct zs_reading *of)
{
	return of->known ? zs_measure_format(text, contrast->measure.unit, of->value) :
			   strcpy(text, "-");
}

static void print_contrast(const struct zs_contrast *contrast)
{
	char a[ZS_TEXT], b[ZS_TEXT], by[ZS_TEXT], range[2 * ZS_TEXT];

	printf("%-22s %12s %12s %11s %18s  ", contrast->measure.name,
	       value(a, contrast, &contrast->a), value(b, contrast, &contrast->b),
	       change(by, contrast, contrast->difference), interval(range, contrast));
	if (contrast->verdict == ZS_CONTRAST_NONE)
		printf("%s\n", contrast->why);
	else if (*contrast->why)
		printf("%s: %s\n", zs_contrast_name(contrast->verdict), contrast->why);
	else
		printf("%s%s\n", zs_contrast_name(contrast->verdict),
		       zs_contrast_worse(contrast) ? " (worse)" :
		       !zs_contrast_real(contrast) ||
		       contrast->measure.info->better == ZS_NEITHER_BETTER ? "" : " (better)");
}

static void print_sum(const struct diff *diff)
{
	size_t real = 0, worse = 0, unclear = 0;

	for (size_t i = 0; i < diff->count; i++) {
		real += zs_contrast_real(&diff->list[i]);
		worse += zs_contrast_worse(&diff->list[i]);
		unclear += diff->list[i].verdict == ZS_CONTRAST_UNCLEAR;
	}
	if (!diff->count)
		puts("nothing happened in either");
	else if (real)
		printf("%zu of %zu differences are real, for %zu of them B is worse; %zu are unclear\n",
		       real, diff->count, worse, unclear);
	else
		printf("no difference is real; %zu of %zu are unclear\n", unclear, diff->count);
}

void diff_print_text(const struct diff *diff)
{
	print_side("A", &diff->a);
	print_side("B", &diff->b);
	print_facts(diff);
	if (diff->count)
		printf("\n%-22s %12s %12s %11s %18s  %s\n", "measure", "A", "B", "change",
		       "95 % interval", "verdict");
	for (size_t i = 0; i < diff->count; i++)
		print_contrast(&diff->list[i]);
	putchar('\n');
	print_sum(diff);
}

/*
 * JSON
 */

static struct json_object *text_or_null(const char *text)
{
	return text && *text ? json_object_new_string(text) : NULL;
}

static struct json_object *value_json(const struct zs_reading *value)
{
	struct json_object *object;

	if (!value->known)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "value", zs_json_exact(value->value));
	json_object_object_add(object, "low", zs_json_exact(value->low));
	json_object_object_add(object, "high", zs_json_exact(value->high));
	return object;
}

static struct json_object *side_json(const struct diff_side *side)
{
	struct json_object *object = json_object_new_object();
	struct zs_recorded summary;

	zs_recording_summary(side->recording, &summary);
	json_object_object_add(object, "file", json_object_new_string(side->path));
	json_object_object_add(object, "seconds", zs_json_exact(seconds(side)));
	json_object_object_add(object, "events", json_object_new_uint64(events(side)));
	json_object_object_add(object, "lost", zs_json_exact(side->sliced->lost));
	json_object_object_add(object, "whole", json_object_new_boolean(summary.whole));
	return object;
}

static struct json_object *facts_json(const struct diff *diff)
{
	struct json_object *object = json_object_new_object();
	const char *name, *a, *b;

	for (size_t i = 0; (name = diff_fact(diff, i, &a, &b)); i++) {
		struct json_object *pair = json_object_new_object();

		json_object_object_add(pair, "a", a ? json_object_new_string(a) : NULL);
		json_object_object_add(pair, "b", b ? json_object_new_string(b) : NULL);
		json_object_object_add(object, name, pair);
	}
	return object;
}

static struct json_object *contrast_json(const struct zs_contrast *contrast)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "measure",
			       json_object_new_string(contrast->measure.name));
	json_object_object_add(object, "unit",
			       text_or_null(zs_measure_unit_name(contrast->measure.unit)));
	json_object_object_add(object, "a", value_json(&contrast->a));
	json_object_object_add(object, "b", value_json(&contrast->b));
	json_object_object_add(object, "difference", zs_json_exact(contrast->difference));
	json_object_object_add(object, "low", zs_json_exact(contrast->low));
	json_object_object_add(object, "high", zs_json_exact(contrast->high));
	json_object_object_add(object, "change_percent",
			       zs_json_exact(contrast->difference == 0 ? 0 :
				      relative(contrast, contrast->difference)));
	json_object_object_add(object, "p", zs_json_exact(contrast->p));
	json_object_object_add(object, "verdict",
			       json_object_new_string(zs_contrast_name(contrast->verdict)));
	json_object_object_add(object, "worse",
			       json_object_new_boolean(zs_contrast_worse(contrast)));
	json_object_object_add(object, "why", text_or_null(contrast->why));
	return object;
}

void diff_print_json(const struct diff *diff)
{
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();

	json_object_object_add(object, "schema", json_object_new_string("zswap-trace-diff/1"));
	json_object_object_add(object, "a", side_json(&diff->a));
	json_object_object_add(object, "b", side_json(&diff->b));
	json_object_object_add(object, "not_alike", facts_json(diff));
	json_object_object_add(object, "threshold_percent",
			       zs_json_exact(100 * diff->options.threshold));
	json_object_object_add(object, "seed", json_object_new_uint64(diff->options.seed));
	json_object_object_add(object, "resamples",
			       json_object_new_uint64(diff->options.resamples));
	for (size_t i = 0; i < diff->count; i++)
		json_object_array_add(list, contrast_json(&diff->list[i]));
	json_object_object_add(object, "measures", list);
	zs_json_print(object);
}
