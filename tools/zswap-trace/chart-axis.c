// SPDX-License-Identifier: GPL-2.0-or-later
/* Axes, and the round values beside them. */
#include <math.h>
#include <string.h>

#include "chart.h"

#define SECOND	1e9
#define MINUTE	(60 * SECOND)
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

/* A logarithmic axis is as long as this at least: with fewer round values it says little. */
#define LOG_LEAST	16

/* There is room for so many labels on a narrow screen. */
#define NARROW_TICKS	5

/* 1, 2 or 5 times a power of ten, not below a value above 0. */
static double round_number(double value)
{
	double ten = pow(10, floor(log10(value)));

	for (unsigned int i = 0; i < 2; i++)
		if (value <= ten * (1 << i) * (1 + 1e-9))
			return ten * (1 << i);
	return value <= 5 * ten * (1 + 1e-9) ? 5 * ten : 10 * ten;
}

static double round_time(double value)
{
	static const double steps[] = {
		MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
		HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR,
	};

	if (value <= 10 * SECOND)
		return round_number(value);
	if (value <= 30 * SECOND)
		return value <= 15 * SECOND ? 15 * SECOND : 30 * SECOND;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(steps); i++)
		if (value <= steps[i])
			return steps[i];
	return DAY * round_number(value / DAY);
}

/* Not below a value above 0. */
static double round_up(enum chart_unit unit, double value)
{
	switch (unit) {
	case CHART_BYTES:
		return exp2(ceil(log2(value) - 1e-9));
	case CHART_TIME:
		return round_time(value);
	default:
		return round_number(value);
	}
}

/* What there is to show is between a millionth and the largest number of 64 bits. */
static double sane(double value, double otherwise)
{
	return value > 0 ? fmin(fmax(value, 1e-6), 2e19) : otherwise;
}

struct chart_axis chart_linear(enum chart_unit unit, double most)
{
	double step;

	most = sane(most, 1);
	step = round_up(unit, most / 4);
	return (struct chart_axis){
		.unit = unit, .low = 0, .high = step * ceil(most / step - 1e-9),
	};
}

struct chart_axis chart_log(enum chart_unit unit, double least, double most)
{
	least = sane(least, 1);
	most = fmax(sane(most, least), least);
	if (most < LOG_LEAST * least) {
		double middle = sqrt(least) * sqrt(most);

		least = middle / sqrt(LOG_LEAST);
		most = middle * sqrt(LOG_LEAST);
	}
	return (struct chart_axis){ .unit = unit, .log = true, .low = least, .high = most };
}

double chart_at(const struct chart_axis *axis, double value)
{
	double at;

	if (axis->log)
		at = value > axis->low ? log(value / axis->low) / log(axis->high / axis->low) : 0;
	else
		at = (value - axis->low) / (axis->high - axis->low);
	return at > 0 ? at < 1 ? at : 1 : 0;
}

/* Units for labels; of times, those that a step is a multiple of. */
static const struct {
	const char *name;
	double size;
} times[] = {
	{ "ns", 1 }, { "\u00b5s", 1e3 }, { "ms", 1e6 }, { "s", SECOND }, { "min", MINUTE },
	{ "h", HOUR }, { "d", DAY },
};

static void time_label(char text[ZS_TEXT], double value, double unit_of)
{
	size_t unit = 0;

	while (unit + 1 < ZS_ARRAY_SIZE(times) && unit_of >= times[unit + 1].size * (1 - 1e-9))
		unit++;
	snprintf(text, ZS_TEXT, "%.6g %s", value / times[unit].size, times[unit].name);
}

static void bytes_label(char text[ZS_TEXT], double value)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	size_t unit = 0;

	while (value >= 1024 && unit + 1 < ZS_ARRAY_SIZE(units)) {
		value /= 1024;
		unit++;
	}
	snprintf(text, ZS_TEXT, "%.4g %s", value, units[unit]);
}

static void label(struct chart_tick *tick, const struct chart_axis *axis, double value,
		  double step)
{
	tick->at = chart_at(axis, value);
	tick->minor = false;
	if (axis->unit == CHART_BYTES)
		bytes_label(tick->label, value);
	else if (axis->unit == CHART_NUMBER)
		html_short(tick->label, value);
	else if (axis->log)
		time_label(tick->label, value, value);
	else
		time_label(tick->label, value, step >= MINUTE ? step : fmin(axis->high, SECOND));
}

static size_t linear_ticks(const struct chart_axis *axis, unsigned int wanted,
			   struct chart_tick ticks[CHART_TICKS])
{
	double step = round_up(axis->unit, (axis->high - axis->low) / wanted);
	size_t count = 0;

	while (count < CHART_TICKS && axis->low + (double)count * step <= axis->high * (1 + 1e-9)) {
		label(&ticks[count], axis, axis->low + (double)count * step, step);
		count++;
	}
	return count;
}

/* Values that a logarithmic axis may have: of times, those that have a unit of their own. */
static double decade(enum chart_unit unit, int number)
{
	static const double above_seconds[] = {
		10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR,
	};
	const int seconds = 10, longer = (int)ZS_ARRAY_SIZE(above_seconds);

	if (unit != CHART_TIME || number < seconds)
		return pow(10, number);
	if (number < seconds + longer)
		return above_seconds[number - seconds];
	return DAY * pow(10, number - seconds - longer);
}

/* With 2 and 5 times those, or without. */
static size_t log_ticks(const struct chart_axis *axis, bool fine,
			struct chart_tick ticks[CHART_TICKS])
{
	static const double factors[] = { 1, 2, 5 };
	size_t count = 0;

	for (int number = 0; number < 22; number++) {
		double here = decade(axis->unit, number), after = decade(axis->unit, number + 1);

		for (size_t i = 0; i < (fine ? ZS_ARRAY_SIZE(factors) : 1); i++) {
			double value = here * factors[i];

			if (value < axis->low * (1 - 1e-9) || value > axis->high * (1 + 1e-9) ||
			    value >= after || count == CHART_TICKS)
				continue;
			label(&ticks[count++], axis, value, value);
		}
	}
	return count;
}

/* Every so many of them, from the first on, so that there are at most @most. */
static size_t thin_out(struct chart_tick *ticks, size_t count, size_t most)
{
	size_t step = (count + most - 1) / most, kept = 0;

	for (size_t i = 0; i < count; i += step)
		ticks[kept++] = ticks[i];
	return kept;
}

size_t chart_ticks(const struct chart_axis *axis, unsigned int wanted,
		   struct chart_tick ticks[CHART_TICKS])
{
	size_t count, step;

	if (!axis->log) {
		count = linear_ticks(axis, wanted, ticks);
	} else {
		count = log_ticks(axis, true, ticks);
		if (count > wanted)
			count = thin_out(ticks, log_ticks(axis, false, ticks), wanted);
	}
	step = (count + NARROW_TICKS - 1) / NARROW_TICKS;
	for (size_t i = 0; i < count; i++)
		ticks[i].minor = i % step;
	return count;
}
