// SPDX-License-Identifier: GPL-2.0-or-later
/* Measures: their values from what was seen, with how exactly that is known. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure.h"

/* Without a word on what might have been lost. */
static double counted(const struct zs_seen *seen, size_t offset)
{
	return (double)*(const __u64 *)((const char *)seen->interval + offset);
}

__attribute__((format(printf, 2, 3)))
static void unknown(struct zs_reading *value, const char *format, ...)
{
	va_list args;

	value->known = false;
	va_start(args, format);
	vsnprintf(value->why, sizeof(value->why), format, args);
	va_end(args);
}

static void known(struct zs_reading *value, double best, double low, double high)
{
	value->known = true;
	value->value = best;
	value->low = low;
	value->high = high;
}

static void evaluate_counter(const struct zs_measure *measure, const struct zs_seen *seen,
			     struct zs_reading *value)
{
	const bool bytes = measure->info->unit == ZS_MEASURE_BYTES;
	double count = counted(seen, measure->info->offset);
	double lost = seen->lost * (bytes ? (double)ZSWAP_PAGE_BYTES : 1);
	double seconds = 1;

	/* these are what is lost */
	if (measure->info->offset == offsetof(struct zs_snapshot, missed) ||
	    measure->info->offset == offsetof(struct zs_snapshot, health.events_lost))
		lost = isinf(lost) ? lost : 0;
	if (measure->statistic == ZS_STATISTIC_RATE) {
		seconds = (double)seen->interval->time_ns / ZS_NSEC;
		if (!seen->interval->time_ns)
			return unknown(value, "no time has passed");
	}
	known(value, count / seconds, count / seconds, (count + lost) / seconds);
}

/*
 * Lost events may all be of the part, or all of the rest: the truth is between.  A lost
 * store has anything from no byte to a page.
 */
static void evaluate_ratio(const struct zs_measure *measure, const struct zs_seen *seen,
			   struct zs_reading *value)
{
	double page = (double)ZSWAP_PAGE_BYTES;
	double in = counted(seen, measure->info->offset) * page;
	double out = counted(seen, measure->info->whole);
	double best = in / out;

	if (in == 0)
		return unknown(value, "no %s happened", measure->info->noun);
	if (out == 0)
		return unknown(value, "all pages stored were same-filled: they took no byte");
	if (isinf(seen->lost))
		return known(value, best, fmin(best, 1), INFINITY);
	known(value, best,
	      fmin(best, (in + seen->lost * page) / (out + seen->lost * page)),
	      (in + seen->lost * page) / out);
}

static void evaluate_share(const struct zs_measure *measure, const struct zs_seen *seen,
			   struct zs_reading *value)
{
	const struct zs_measure_info *info = measure->info;
	double part = counted(seen, info->offset), whole = counted(seen, info->whole);

	if (info->apart)
		whole += part;
	if (whole == 0)
		return unknown(value, "no %s happened", info->noun);
	if (isinf(seen->lost))
		return known(value, part / whole, 0, 1);
	known(value, part / whole, part / (whole + seen->lost),
	      (part + seen->lost) / (whole + seen->lost));
}

/*
 * Distributions: first what the histogram says, then what is known more finely.
 */

/* Of the value that has this rank, from 1 up; see zs_spread_bounds(). */
static void slot_bounds(const struct zswap_hist *hist, enum zs_unit unit, double rank,
			double *low, double *high)
{
	unsigned int slot = 0;
	double below = 0;

	while (slot < ZSWAP_HIST_SLOTS - 1 && below + (double)hist->slots[slot] < rank)
		below += (double)hist->slots[slot++];
	*low = zs_slot_low(unit, slot);
	*high = zs_slot_high(unit, slot) - 1;
	if (unit != ZS_UNIT_BYTES && slot == ZSWAP_HIST_SLOTS - 1)
		*high = INFINITY;
}

/* The same that zs_spread_bounds() does: no more than rounding makes another rank. */
static double rank_of(double q, double count)
{
	double rank = ceil(q * count * (1 - 1e-9));

	return rank < 1 ? 1 : rank;
}

/*
 * If @lost values of @count + @lost are missing, they may all be below the quantile, or all
 * above.  Return: the quantiles of those we have that it is between, which may be no
 * quantiles: below 0 or above 1.
 */
static void shift_quantile(double q, double count, double lost, double *low, double *high)
{
	*low = isinf(lost) ? -1 : (q * (count + lost) - lost) / count;
	*high = isinf(lost) ? 2 : q * (count + lost) / count;
	/* the least value of all may be one of the lost */
	if (lost > 0 && q * (count + lost) <= lost)
		*low = -1;
	if (lost > 0 && rank_of(q, count + lost) > count)
		*high = 2;
}

static void quantile_of_hist(const struct zs_measure *measure, const struct zs_seen *seen,
			     const struct zswap_hist *hist, struct zs_reading *value)
{
	enum zs_unit unit = zs_hist_infos[measure->info->histogram].unit;
	double count = (double)zs_hist_count(hist);
	double from, to, low, high, ignored;

	shift_quantile(measure->q, count, seen->lost, &from, &to);
	slot_bounds(hist, unit, rank_of(from, count), &low, &ignored);
	slot_bounds(hist, unit, rank_of(to, count), &ignored, &high);
	zs_hist_quantile(hist, unit, measure->q, &value->value);
	if (from < 0)
		low = 0;
	if (to > 1)
		high = unit == ZS_UNIT_BYTES ? (double)ZSWAP_PAGE_BYTES : INFINITY;
	known(value, fmin(fmax(value->value, low), high), low, high);
}

static void quantile_of_spread(const struct zs_measure *measure, const struct zs_seen *seen,
			       struct zs_reading *value)
{
	const struct zs_spread *spread = &seen->spreads[measure->info->histogram];
	double from, to, low = 0, high = 0, ignored;

	shift_quantile(measure->q, (double)spread->count, seen->spreads_lost, &from, &to);
	if (from >= 0)
		zs_spread_bounds(spread, from, &low, &ignored);
	if (to <= 1)
		zs_spread_bounds(spread, to, &ignored, &high);
	else
		high = INFINITY;
	/* both are true, and each may be the narrower one */
	value->low = fmax(value->low, low);
	value->high = fmin(value->high, high);
	zs_spread_quantile(spread, measure->q, &value->value);
	value->value = fmin(fmax(value->value, value->low), value->high);
}

static void evaluate_spread(const struct zs_measure *measure, const struct zs_seen *seen,
			    struct zs_reading *value)
{
	const struct zs_measure_info *info = measure->info;
	const struct zswap_hist *hist = zs_stats_hist(&seen->interval->stats, info->histogram);
	double count = (double)zs_hist_count(hist), sum = (double)hist->sum;

	if (count == 0 && counted(seen, info->offset) > 0)
		return unknown(value, "no %s was measured", info->noun);
	if (count == 0)
		return unknown(value, "no %s happened", info->noun);
	/* a sum of 64 bits may have come round */
	if (seen->spreads && (double)seen->spreads[info->histogram].count == count)
		sum = seen->spreads[info->histogram].sum;
	switch (measure->statistic) {
	case ZS_STATISTIC_SUM:
		return known(value, sum, sum, seen->lost > 0 ? INFINITY : sum);
	case ZS_STATISTIC_MEAN:
		return known(value, sum / count,
			     isinf(seen->lost) ? 0 : sum / (count + seen->lost),
			     seen->lost > 0 ? INFINITY : sum / count);
	default:
		quantile_of_hist(measure, seen, hist, value);
		if (seen->spreads && seen->spreads[info->histogram].count)
			quantile_of_spread(measure, seen, value);
	}
}

void zs_measure_evaluate(const struct zs_measure *measure, const struct zs_seen *seen,
			 struct zs_reading *value)
{
	*value = (struct zs_reading){ .known = false };
	if (!(measure->info->witness & seen->witness))
		return unknown(value, "%s", seen->witness == ZS_WITNESS_COUNTERS ?
			       "the kernel's own counters do not tell, it takes BPF" :
			       "a recording does not tell");
	switch (measure->info->kind) {
	case ZS_MEASURE_COUNTER:
		return evaluate_counter(measure, seen, value);
	case ZS_MEASURE_SPREAD:
		return evaluate_spread(measure, seen, value);
	default:
		if (measure->unit == ZS_MEASURE_RATIO)
			return evaluate_ratio(measure, seen, value);
		return evaluate_share(measure, seen, value);
	}
}

char *zs_measure_format(char text[ZS_TEXT], enum zs_measure_unit unit, double value)
{
	if (isinf(value))
		return strcpy(text, "any");
	switch (unit) {
	case ZS_MEASURE_BYTES:
		return zs_format_bytes(text, value);
	case ZS_MEASURE_TIME:
		return zs_format_time(text, value);
	case ZS_MEASURE_RATIO:
		return zs_format_ratio(text, value);
	case ZS_MEASURE_SHARE:
		snprintf(text, ZS_TEXT, "%.2f %%", 100 * value);
		return text;
	case ZS_MEASURE_RATE:
		snprintf(text, ZS_TEXT, value < 100 ? "%.2f/s" : "%.0f/s", value);
		return text;
	case ZS_MEASURE_BYTES_RATE:
		zs_format_bytes(text, value);
		return zs_format_more(text, "/s");
	default:
		snprintf(text, ZS_TEXT, "%.0f", value);
		return text;
	}
}

const char *zs_measure_unit_name(enum zs_measure_unit unit)
{
	static const char *const names[ZS_MEASURE_UNITS] = {
		[ZS_MEASURE_BYTES]	= "bytes",
		[ZS_MEASURE_TIME]	= "ns",
		[ZS_MEASURE_RATE]	= "1/s",
		[ZS_MEASURE_BYTES_RATE]	= "bytes/s",
	};

	return names[unit];
}
