// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"

#define NUMBER_LETTERS	"0123456789."

/* Longer ones before those that they begin with. */
static const struct {
	const char *text;
	enum zswap_operator operator;
} signs[] = {
	{ "<=", ZSWAP_LESS_EQUAL }, { ">=", ZSWAP_GREATER_EQUAL }, { "==", ZSWAP_EQUAL },
	{ "!=", ZSWAP_NOT_EQUAL }, { "<", ZSWAP_LESS }, { ">", ZSWAP_GREATER },
	{ "=", ZSWAP_EQUAL },
};

/**
 * struct scale - a unit that a value may be typed in
 * @name: behind the number
 * @size: in the measure's own unit
 */
struct scale {
	const char *name;
	double size;
};

#define SCALES	8

/**
 * struct words - how values of a unit are typed
 * @what: they are, for messages
 * @scales: up to one without a name
 * @bare: a number alone will do
 */
static const struct words {
	const char *what;
	struct scale scales[SCALES];
	bool bare;
} words[ZS_MEASURE_UNITS] = {
	[ZS_MEASURE_NUMBER]	= { "a whole number, as 0 or 1000", { { NULL, 0 } }, true },
	[ZS_MEASURE_BYTES]	= { "bytes, as 1000, 4K or 1.5M",
				    { { "B", 1 }, { "K", 0x1p10 }, { "M", 0x1p20 },
				      { "G", 0x1p30 }, { NULL, 0 } }, true },
	[ZS_MEASURE_TIME]	= { "a time, as 500ns, 200us, 1.5ms or 2s",
				    { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 },
				      { NULL, 0 } }, false },
	[ZS_MEASURE_RATIO]	= { "a ratio, as 2.5 or 2.5:1", { { ":1", 1 }, { NULL, 0 } },
				    true },
	[ZS_MEASURE_SHARE]	= { "a share, as 0.9 or 90%", { { "%", 0.01 }, { NULL, 0 } },
				    true },
	[ZS_MEASURE_RATE]	= { "a number per second, as 100 or 100/s",
				    { { "/s", 1 }, { NULL, 0 } }, true },
	[ZS_MEASURE_BYTES_RATE]	= { "bytes per second, as 1000, 4K or 1.5M/s",
				    { { "B", 1 }, { "K", 0x1p10 }, { "M", 0x1p20 },
				      { "B/s", 1 }, { "K/s", 0x1p10 }, { "M/s", 0x1p20 },
				      { "/s", 1 }, { NULL, 0 } }, true },
};

/* Return: what is behind blanks. */
static const char *skip_blanks(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

/* A word without the blanks behind it, for messages as well. */
static void copy_word(char *word, size_t size, const char *from, size_t length)
{
	while (length && isspace((unsigned char)from[length - 1]))
		length--;
	snprintf(word, size, "%.*s", (int)(length < size ? length : size - 1), from);
}

/* Return: its size; 0: there is no such unit. */
static double find_scale(const struct words *unit, const char *name, double value)
{
	/* nothing is nothing in any unit */
	if (!*name)
		return unit->bare || value == 0 ? 1 : 0;
	for (const struct scale *scale = unit->scales; scale->name; scale++)
		if (!strcmp(scale->name, name))
			return scale->size;
	return 0;
}

static bool parse_value(const char *word, enum zs_measure_unit unit, double *limit)
{
	size_t length = strspn(word, NUMBER_LETTERS);
	double value, scale;
	char *end;

	value = strtod(word, &end);
	if (!length || end != word + length)
		return false;
	scale = find_scale(&words[unit], skip_blanks(end), value);
	if (scale == 0 || (unit == ZS_MEASURE_NUMBER && value != floor(value)) ||
	    (unit == ZS_MEASURE_SHARE && value * scale > 1))
		return false;
	/* "%" is a division, so that 90% is 0.9 */
	*limit = scale < 1 ? value / (1 / scale) : value * scale;
	return true;
}

static bool find_sign(const char *at, size_t *which)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(signs); i++) {
		if (strncmp(at, signs[i].text, strlen(signs[i].text)))
			continue;
		*which = i;
		return true;
	}
	return false;
}

bool zs_expectation_parse(const char *text, struct zs_expectation *expectation,
			  struct zs_error *error)
{
	const char *name = skip_blanks(text), *at;
	char word[ZS_TEXT], shown[ZS_TEXT], measure[2 * ZS_MEASURE_NAME];
	size_t sign;

	at = name + strcspn(name, "<>=!");
	copy_word(measure, sizeof(measure), name, (size_t)(at - name));
	if (!*measure)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "a measure is missing, as in 'load.p99 < 200us'");
	if (!zs_measure_find(measure, &expectation->measure, error))
		return false;
	if (!*at)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "behind '%s' a comparison is missing, as in '%s < 10'", measure,
			       measure);
	if (!find_sign(at, &sign))
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "behind '%s' there must be <, <=, >, >=, == or !=", measure);
	expectation->operator = signs[sign].operator;
	at = skip_blanks(at + strlen(signs[sign].text));
	copy_word(word, sizeof(word), at, strlen(at));
	if (!*word)
		return zs_fail(error, ZS_ERR_ARGUMENT, "behind '%s %s' a value is missing: %s",
			       measure, signs[sign].text, words[expectation->measure.unit].what);
	if (strlen(at) >= sizeof(word) ||
	    !parse_value(word, expectation->measure.unit, &expectation->limit))
		return zs_fail(error, ZS_ERR_ARGUMENT, "'%s' is no value of %s, which is %s",
			       zs_format_name(shown, word), measure,
			       words[expectation->measure.unit].what);
	snprintf(expectation->text, sizeof(expectation->text), "%s %s %s",
		 expectation->measure.name, signs[sign].text, word);
	return true;
}

static bool holds(enum zswap_operator operator, double value, double limit)
{
	switch (operator) {
	case ZSWAP_EQUAL:
		return value == limit;
	case ZSWAP_NOT_EQUAL:
		return value != limit;
	case ZSWAP_LESS:
		return value < limit;
	case ZSWAP_LESS_EQUAL:
		return value <= limit;
	case ZSWAP_GREATER:
		return value > limit;
	default:
		return value >= limit;
	}
}

enum zs_judgement zs_expectation_judge(const struct zs_expectation *expectation,
				       const struct zs_reading *value)
{
	bool low, high, between;

	if (!value->known)
		return ZS_JUDGED_UNKNOWN;
	low = holds(expectation->operator, value->low, expectation->limit);
	high = holds(expectation->operator, value->high, expectation->limit);
	/* == and != can be otherwise in the middle than they are at both ends */
	between = value->low < expectation->limit && expectation->limit < value->high &&
		  (expectation->operator == ZSWAP_EQUAL ||
		   expectation->operator == ZSWAP_NOT_EQUAL);
	if (low != high || between)
		return ZS_JUDGED_UNKNOWN;
	return low ? ZS_JUDGED_OK : ZS_JUDGED_FAIL;
}

const char *zs_judgement_name(enum zs_judgement judgement)
{
	static const char *const names[ZS_JUDGED_COUNT] = { "ok", "fail", "unknown" };

	return names[judgement];
}

char *zs_expectation_seen(char text[ZS_SEEN_TEXT], const struct zs_expectation *expectation,
			  const struct zs_reading *value)
{
	enum zs_measure_unit unit = expectation->measure.unit;
	char best[ZS_TEXT], low[ZS_TEXT], high[ZS_TEXT];

	if (!value->known)
		return strcpy(text, value->why);
	zs_measure_format(best, unit, value->value);
	zs_measure_format(low, unit, value->low);
	zs_measure_format(high, unit, value->high);
	if (zs_expectation_judge(expectation, value) == ZS_JUDGED_UNKNOWN && isinf(value->high))
		snprintf(text, ZS_SEEN_TEXT, "cannot be told: %s or more", low);
	else if (zs_expectation_judge(expectation, value) == ZS_JUDGED_UNKNOWN)
		snprintf(text, ZS_SEEN_TEXT, "cannot be told: between %s and %s", low, high);
	else if (isinf(value->high))
		snprintf(text, ZS_SEEN_TEXT, "seen %s (%s or more)", best, low);
	else if (strcmp(low, high))
		snprintf(text, ZS_SEEN_TEXT, "seen %s (%s to %s)", best, low, high);
	else
		snprintf(text, ZS_SEEN_TEXT, "seen %s", best);
	return text;
}
