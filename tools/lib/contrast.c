// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"
#include "contrast.h"

/* Values beyond a quantile, without which the bootstrap knows nothing about it. */
#define TAIL_LEAST	10
/*
 * Pieces drawn of so few differ less among each other than other runs would: by the root
 * of 16 in 15, and by as much as Student's distribution is wider than the normal one.
 */
#define WIDER		(sqrt(16.0 / 15) * 2.131 / 1.960)
_Static_assert(ZS_PIECES == 16, "WIDER is of this many");

static int by_size(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static double spread_of(const double *values, size_t count)
{
	double sum = 0, squares = 0, mean;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	mean = sum / (double)count;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (double)(count - 1));
}

/*
 * How likely chance alone is this many standard errors off, to either side.  The errors
 * are estimated from so few pieces, which makes it Student's distribution; it is brought
 * to the normal one, near enough.
 */
static double chance(double errors)
{
	const double freedom = ZS_PIECES - 1;
	double normal = errors * (1 - 1 / (4 * freedom)) /
			sqrt(1 + errors * errors / (2 * freedom));

	return erfc(normal / M_SQRT2);
}

/* What may be: a share of A, or of shares, which are small or large, that much itself. */
static double allowed(const struct zs_contrast *contrast, double threshold)
{
	return contrast->measure.unit == ZS_MEASURE_SHARE ? threshold :
	       threshold * fabs(contrast->a.value);
}

/* The least difference that what is known of both allows; 0: they may be the same. */
static double surely(const struct zs_contrast *contrast)
{
	if (contrast->difference > 0)
		return fmax(contrast->b.low - contrast->a.high, 0);
	return fmax(contrast->a.low - contrast->b.high, 0);
}

static void none(struct zs_contrast *contrast, enum zs_contrast_verdict verdict,
		 const char *why)
{
	contrast->verdict = verdict;
	contrast->p = NAN;
	snprintf(contrast->why, sizeof(contrast->why), "%s", why);
}

/* Whether there are enough values for the bootstrap to judge this one by. */
static bool enough(const struct zs_measure *measure, const struct zs_sliced *sliced)
{
	double count, tail;

	if (measure->info->kind != ZS_MEASURE_SPREAD ||
	    measure->statistic != ZS_STATISTIC_QUANTILE)
		return true;
	count = (double)sliced->all->spreads[measure->info->histogram].count;
	tail = fmin(measure->q, 1 - measure->q);
	/* a little less of it, for 1 - 0.99 */
	return count * tail >= TAIL_LEAST * (1 - 1e-9);
}

/* Of the smallest or the largest value no number of others tells what chance does. */
static bool extreme(const struct zs_measure *measure)
{
	return measure->statistic == ZS_STATISTIC_QUANTILE &&
	       (measure->q <= 0 || measure->q >= 1);
}

/* Return: false: it can be told without the bootstrap, or not at all. */
static bool can_be_judged(struct zs_contrast *contrast, const struct zs_sliced *a,
			  const struct zs_sliced *b)
{
	if (!contrast->a.known || !contrast->b.known)
		none(contrast, ZS_CONTRAST_NONE, contrast->a.known ? contrast->b.why :
						 contrast->a.why);
	else if (extreme(&contrast->measure))
		none(contrast, ZS_CONTRAST_NONE, "one value tells nothing of chance");
	else if (!enough(&contrast->measure, a) || !enough(&contrast->measure, b))
		none(contrast, ZS_CONTRAST_UNCLEAR, "too few values");
	else if (isinf(contrast->a.high) || isinf(contrast->b.high))
		none(contrast, ZS_CONTRAST_UNCLEAR, "too much was lost");
	else
		return true;
	return false;
}

/* Runs in which nothing happened have no value: they say nothing here. Return: how many do. */
static size_t differences(const double *a, const double *b, size_t count, double *result)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (!isnan(a[i]) && !isnan(b[i]))
			result[used++] = b[i] - a[i];
	return used;
}

static void set_interval(struct zs_contrast *contrast, double *sorted, size_t count)
{
	size_t cut = (size_t)((double)count * ZS_CONTRAST_LEVEL / 2);

	qsort(sorted, count, sizeof(*sorted), by_size);
	contrast->low = contrast->difference - WIDER * (contrast->difference - sorted[cut]);
	contrast->high = contrast->difference +
			 WIDER * (sorted[count - 1 - cut] - contrast->difference);
	/* no measure is below 0 */
	contrast->low = fmax(contrast->low, -contrast->a.value);
}

static void judge(struct zs_contrast *contrast, const double *a, const double *b,
		  double *scratch, const struct zs_contrast_options *options)
{
	size_t count = differences(a, b, options->resamples, scratch);
	double beyond = surely(contrast) - allowed(contrast, options->threshold);
	double error;

	if (count < options->resamples / 2)
		return none(contrast, ZS_CONTRAST_UNCLEAR, "it happened in few moments only");
	error = spread_of(scratch, count) * sqrt((double)ZS_PIECES / (ZS_PIECES - 1));
	set_interval(contrast, scratch, count);
	if (beyond <= 0)
		contrast->p = 1;
	else
		contrast->p = error > 0 ? chance(beyond / error) : 0;
}

static int by_chance(const void *a, const void *b)
{
	const struct zs_contrast *one = *(struct zs_contrast *const *)a;
	const struct zs_contrast *other = *(struct zs_contrast *const *)b;

	return (one->p > other->p) - (one->p < other->p);
}

/* Holm's method: the smallest of n is n times as likely as it looks, and so on. */
static bool correct(struct zs_contrast *list, size_t count)
{
	struct zs_contrast **sorted = calloc(count ? count : 1, sizeof(*sorted));
	size_t judged = 0;
	double most = 0;

	if (!sorted)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!isnan(list[i].p))
			sorted[judged++] = &list[i];
	qsort(sorted, judged, sizeof(*sorted), by_chance);
	for (size_t i = 0; i < judged; i++) {
		most = fmax(most, fmin(sorted[i]->p * (double)(judged - i), 1));
		sorted[i]->p = most;
	}
	free(sorted);
	return true;
}

static void decide(struct zs_contrast *contrast, double threshold)
{
	double most = allowed(contrast, threshold);

	if (isnan(contrast->p))
		return;
	if (contrast->p < ZS_CONTRAST_LEVEL)
		contrast->verdict = contrast->difference > 0 ? ZS_CONTRAST_HIGHER :
							       ZS_CONTRAST_LOWER;
	else if (contrast->low >= -most && contrast->high <= most)
		contrast->verdict = ZS_CONTRAST_SAME;
	else
		contrast->verdict = ZS_CONTRAST_UNCLEAR;
}

static void evaluate(struct zs_contrast *contrast, const struct zs_sliced *a,
		     const struct zs_sliced *b)
{
	struct zs_seen seen_a = zs_sliced_seen(a), seen_b = zs_sliced_seen(b);

	contrast->difference = contrast->low = contrast->high = contrast->p = NAN;
	contrast->why[0] = '\0';
	zs_measure_evaluate(&contrast->measure, &seen_a, &contrast->a);
	zs_measure_evaluate(&contrast->measure, &seen_b, &contrast->b);
	if (contrast->a.known && contrast->b.known)
		contrast->difference = contrast->b.value - contrast->a.value;
}

bool zs_contrast(struct zs_contrast *list, size_t count, const struct zs_sliced *a,
		 const struct zs_sliced *b, const struct zs_contrast_options *options)
{
	const size_t resamples = options->resamples;
	struct zs_measure *measures = calloc(count ? count : 1, sizeof(*measures));
	double *values = calloc((2 * count + 1) * resamples, sizeof(*values));
	double *of_b = values ? values + count * resamples : NULL;
	double *scratch = values ? of_b + count * resamples : NULL;
	bool ok = measures && values;

	for (size_t i = 0; ok && i < count; i++)
		measures[i] = list[i].measure;
	/* other numbers for the other recording, or chance would strike both alike */
	ok = ok && zs_bootstrap(a, measures, count, resamples, options->seed, values) &&
	     zs_bootstrap(b, measures, count, resamples, ~options->seed, of_b);
	for (size_t i = 0; ok && i < count; i++) {
		evaluate(&list[i], a, b);
		if (can_be_judged(&list[i], a, b))
			judge(&list[i], values + i * resamples, of_b + i * resamples, scratch,
			      options);
	}
	ok = ok && correct(list, count);
	for (size_t i = 0; ok && i < count; i++)
		decide(&list[i], options->threshold);
	free(measures);
	free(values);
	return ok;
}

const char *zs_contrast_name(enum zs_contrast_verdict verdict)
{
	static const char *const names[ZS_CONTRAST_COUNT] = {
		[ZS_CONTRAST_SAME]	= "same",
		[ZS_CONTRAST_UNCLEAR]	= "unclear",
		[ZS_CONTRAST_LOWER]	= "lower",
		[ZS_CONTRAST_HIGHER]	= "higher",
		[ZS_CONTRAST_NONE]	= "none",
	};

	return names[verdict];
}

bool zs_contrast_real(const struct zs_contrast *contrast)
{
	return contrast->verdict == ZS_CONTRAST_LOWER || contrast->verdict == ZS_CONTRAST_HIGHER;
}

bool zs_contrast_worse(const struct zs_contrast *contrast)
{
	enum zs_better better = contrast->measure.info->better;

	return (better == ZS_LESS_BETTER && contrast->verdict == ZS_CONTRAST_HIGHER) ||
	       (better == ZS_MORE_BETTER && contrast->verdict == ZS_CONTRAST_LOWER);
}
