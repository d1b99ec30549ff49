// SPDX-License-Identifier: GPL-2.0-or-later
/* From the name of a measure to the measure, and to the nearest one if it is none. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

static const struct {
	const char *name;
	enum zs_statistic statistic;
	double q;
} statistics[] = {
	{ "p50",  ZS_STATISTIC_QUANTILE, 0.5 },
	{ "p90",  ZS_STATISTIC_QUANTILE, 0.9 },
	{ "p99",  ZS_STATISTIC_QUANTILE, 0.99 },
	{ "max",  ZS_STATISTIC_QUANTILE, 1 },
	{ "min",  ZS_STATISTIC_QUANTILE, 0 },
	{ "mean", ZS_STATISTIC_MEAN,	 0 },
	{ "sum",  ZS_STATISTIC_SUM,	 0 },
};

/* What the same number is called in JSON; NULL: nothing. */
static const char *other_name(const struct zs_measure_info *info)
{
	if (info->kind == ZS_MEASURE_SPREAD)
		return zs_hist_infos[info->histogram].name;
	if (info->kind != ZS_MEASURE_COUNTER)
		return NULL;
	for (size_t i = 0; i < zs_counter_count; i++)
		if (zs_counter_infos[i].offset == info->offset)
			return zs_counter_infos[i].name;
	return NULL;
}

static bool is_called(const char *name, const char *text, size_t length)
{
	return name && strlen(name) == length && !strncmp(name, text, length);
}

static const struct zs_measure_info *find_info(const char *name, size_t length, bool spread)
{
	for (size_t i = 0; i < zs_measure_count; i++) {
		const struct zs_measure_info *info = &zs_measure_infos[i];

		if ((info->kind == ZS_MEASURE_SPREAD) == spread &&
		    (is_called(info->name, name, length) ||
		     is_called(other_name(info), name, length)))
			return info;
	}
	return NULL;
}

/* p0 to p100, with decimals. */
static bool parse_quantile(const char *text, double *q)
{
	char *end;

	if (text[0] != 'p' || !isdigit((unsigned char)text[1]) ||
	    text[1 + strspn(text + 1, "0123456789.")])
		return false;
	*q = strtod(text + 1, &end) / 100;
	return !*end && *q <= 1 && end[-1] != '.';
}

static bool parse_statistic(const char *text, struct zs_measure *measure)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(statistics); i++) {
		if (strcmp(text, statistics[i].name))
			continue;
		measure->statistic = statistics[i].statistic;
		measure->q = statistics[i].q;
		return true;
	}
	measure->statistic = ZS_STATISTIC_QUANTILE;
	return parse_quantile(text, &measure->q);
}

/* NAME or NAME.rate */
static bool find_number(const char *name, struct zs_measure *measure)
{
	size_t length = strlen(name), whole = length;
	const bool rate = length > 5 && !strcmp(name + length - 5, ".rate");

	if (rate)
		length -= 5;
	measure->info = find_info(name, length, false);
	if (!measure->info || (rate && measure->info->kind != ZS_MEASURE_COUNTER) ||
	    whole >= ZS_MEASURE_NAME)
		return false;
	measure->statistic = rate ? ZS_STATISTIC_RATE : ZS_STATISTIC_VALUE;
	measure->q = 0;
	measure->unit = !rate ? measure->info->unit :
			measure->info->unit == ZS_MEASURE_BYTES ? ZS_MEASURE_BYTES_RATE :
			ZS_MEASURE_RATE;
	snprintf(measure->name, sizeof(measure->name), "%s%s", measure->info->name,
		 rate ? ".rate" : "");
	return true;
}

/* NAME.STATISTIC; both may have dots. */
static bool find_statistic(const char *name, struct zs_measure *measure)
{
	for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
		measure->info = find_info(name, (size_t)(dot - name), true);
		if (!measure->info || !parse_statistic(dot + 1, measure) ||
		    strlen(dot) + strlen(measure->info->name) >= ZS_MEASURE_NAME)
			continue;
		measure->unit = measure->info->unit;
		snprintf(measure->name, sizeof(measure->name), "%s%s", measure->info->name, dot);
		return true;
	}
	return false;
}

/*
 * The nearest name: the fewest letters to put in, take out or change
 */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* @typed: has less than ZS_MEASURE_NAME letters */
static size_t distance(const char *typed, const char *name)
{
	size_t costs[ZS_MEASURE_NAME + 1];

	for (size_t i = 0; i <= strlen(typed); i++)
		costs[i] = i;
	for (; *name; name++) {
		size_t diagonal = costs[0]++;

		for (size_t i = 0; typed[i]; i++) {
			size_t changed = diagonal + (tolower((unsigned char)typed[i]) != *name);

			diagonal = costs[i + 1];
			costs[i + 1] = least(changed, 1 + least(costs[i], costs[i + 1]));
		}
	}
	return costs[strlen(typed)];
}

/**
 * struct nearest - the best so far
 * @typed: the name to come near
 * @name: the best
 * @distance: its distance
 */
struct nearest {
	const char *typed;
	char name[ZS_MEASURE_NAME];
	size_t distance;
};

static void consider(struct nearest *nearest, const char *base, const char *suffix)
{
	char name[ZS_MEASURE_NAME];
	size_t far;

	snprintf(name, sizeof(name), "%s%s%s", base, *suffix ? "." : "", suffix);
	far = distance(nearest->typed, name);
	if (far >= nearest->distance)
		return;
	nearest->distance = far;
	memcpy(nearest->name, name, sizeof(name));
}

static void find_nearest(struct nearest *nearest)
{
	nearest->distance = SIZE_MAX;
	for (size_t i = 0; i < zs_measure_count; i++) {
		const struct zs_measure_info *info = &zs_measure_infos[i];

		if (info->kind != ZS_MEASURE_SPREAD)
			consider(nearest, info->name, "");
		if (info->kind == ZS_MEASURE_COUNTER)
			consider(nearest, info->name, "rate");
		for (size_t s = 0; info->kind == ZS_MEASURE_SPREAD &&
				   s < ZS_ARRAY_SIZE(statistics); s++)
			consider(nearest, info->name, statistics[s].name);
	}
}

bool zs_measure_find(const char *name, struct zs_measure *measure, struct zs_error *error)
{
	struct nearest nearest = { .typed = name };
	char text[ZS_TEXT];

	memset(measure, 0, sizeof(*measure));
	if (find_number(name, measure) || find_statistic(name, measure))
		return true;
	zs_format_name(text, name);
	if (find_info(name, strlen(name), true))
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "'%s' is a distribution: which of it? %s.p99, %s.max, %s.mean, ...",
			       text, text, text, text);
	if (!*name || strlen(name) >= ZS_MEASURE_NAME)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "'%s' is no measure: they are as load, hit_ratio, load.p99", text);
	find_nearest(&nearest);
	return zs_fail(error, ZS_ERR_ARGUMENT, "'%s' is no measure: the nearest is '%s'", text,
		       nearest.name);
}
