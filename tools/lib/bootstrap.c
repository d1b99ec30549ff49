// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"

/**
 * struct draw - a run that is made up
 * @random: state of the generator
 * @times: how often each slice is in it
 */
struct draw {
	uint64_t random;
	uint64_t times[ZS_SLICES];
};

/* splitmix64: small, and good enough to choose one of 64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t word = *state += 0x9e3779b97f4a7c15ULL;

	word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ULL;
	word = (word ^ (word >> 27)) * 0x94d049bb133111ebULL;
	return word ^ (word >> 31);
}

static void draw_slices(struct draw *draw)
{
	memset(draw->times, 0, sizeof(draw->times));
	for (unsigned int i = 0; i < ZS_PIECES; i++) {
		uint64_t first = next_random(&draw->random);

		for (unsigned int j = 0; j < ZS_PIECE; j++)
			draw->times[(first + j) % ZS_SLICES]++;
	}
}

static uint64_t *word_at(struct zs_snapshot *snapshot, size_t offset)
{
	return (uint64_t *)((char *)snapshot + offset);
}

static void sum_word(const struct zs_sliced *sliced, const struct draw *draw, size_t offset,
		     struct zs_snapshot *sum)
{
	uint64_t *to = word_at(sum, offset);

	*to = 0;
	for (unsigned int i = 0; i < ZS_SLICES; i++)
		*to += draw->times[i] * *word_at(&sliced->slices[i]->snapshot, offset);
}

/* A counter or a quotient: only the numbers that it is made of have to be summed up. */
static double number_of(const struct zs_sliced *sliced, const struct draw *draw,
			const struct zs_measure *measure, struct zs_snapshot *scratch)
{
	struct zs_seen seen = { .interval = scratch, .witness = ZS_WITNESS_EVENTS };
	struct zs_reading value;

	scratch->time_ns = sliced->all->snapshot.time_ns;
	sum_word(sliced, draw, measure->info->offset, scratch);
	if (measure->info->kind == ZS_MEASURE_QUOTIENT)
		sum_word(sliced, draw, measure->info->whole, scratch);
	zs_measure_evaluate(measure, &seen, &value);
	return value.known ? value.value : NAN;
}

/**
 * struct merger - a distribution of a run that is made up
 * @which: distribution
 * @from: first bucket of the whole recording that has a value
 * @to: the one behind the last
 * @sum: of the slices
 */
struct merger {
	enum zswap_histogram which;
	unsigned int from;
	unsigned int to;
	struct zs_spread sum;
};

static void add_slice(struct merger *merger, const struct zs_spread *slice, uint64_t times)
{
	struct zs_spread *sum = &merger->sum;

	if (!times || !slice->count)
		return;
	if (!sum->count || slice->least < sum->least)
		sum->least = slice->least;
	if (slice->most > sum->most)
		sum->most = slice->most;
	sum->count += times * slice->count;
	sum->sum += (double)times * slice->sum;
	for (unsigned int i = merger->from; i < merger->to; i++)
		sum->buckets[i] += times * slice->buckets[i];
}

static void merge(struct merger *merger, const struct zs_sliced *sliced,
		  const struct draw *draw)
{
	struct zs_spread *sum = &merger->sum;

	*sum = (struct zs_spread){ .buckets = sum->buckets };
	memset(sum->buckets + merger->from, 0,
	       (merger->to - merger->from) * sizeof(*sum->buckets));
	for (unsigned int i = 0; i < ZS_SLICES; i++)
		add_slice(merger, &sliced->slices[i]->spreads[merger->which], draw->times[i]);
}

static double statistic_of(const struct zs_spread *spread, const struct zs_measure *measure)
{
	double value;

	if (!spread->count)
		return NAN;
	if (measure->statistic == ZS_STATISTIC_SUM)
		return spread->sum;
	if (measure->statistic == ZS_STATISTIC_MEAN)
		zs_spread_mean(spread, &value);
	else
		zs_spread_quantile(spread, measure->q, &value);
	return value;
}

/**
 * struct work - what is needed for all runs
 * @sliced: the run that there was
 * @measures: which
 * @count: of them
 * @scratch: numbers of a run
 * @mergers: by enum zswap_histogram; those that no measure wants have no buckets
 */
struct work {
	const struct zs_sliced *sliced;
	const struct zs_measure *measures;
	size_t count;
	struct zs_snapshot scratch;
	struct merger mergers[ZSWAP_HIST_COUNT];
};

/* Return: false: no memory. */
static bool prepare_merger(struct work *work, enum zswap_histogram which)
{
	const struct zs_spread *all = &work->sliced->all->spreads[which];
	struct merger *merger = &work->mergers[which];

	if (!all->count || merger->sum.buckets)
		return true;
	merger->which = which;
	merger->from = zs_spread_bucket(all->least);
	merger->to = zs_spread_bucket(all->most) + 1;
	merger->sum.buckets = calloc(ZS_SPREAD_BUCKETS, sizeof(*merger->sum.buckets));
	return merger->sum.buckets;
}

static bool prepare(struct work *work)
{
	for (size_t i = 0; i < work->count; i++)
		if (work->measures[i].info->kind == ZS_MEASURE_SPREAD &&
		    !prepare_merger(work, work->measures[i].info->histogram))
			return false;
	return true;
}

static double value_of(struct work *work, const struct draw *draw,
		       const struct zs_measure *measure)
{
	if (measure->info->kind != ZS_MEASURE_SPREAD)
		return number_of(work->sliced, draw, measure, &work->scratch);
	return statistic_of(&work->mergers[measure->info->histogram].sum, measure);
}

static void resample(struct work *work, size_t resamples, uint64_t seed, double *values)
{
	struct draw draw = { .random = seed };

	for (size_t r = 0; r < resamples; r++) {
		draw_slices(&draw);
		for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
			if (work->mergers[i].sum.buckets)
				merge(&work->mergers[i], work->sliced, &draw);
		for (size_t m = 0; m < work->count; m++)
			values[m * resamples + r] = value_of(work, &draw, &work->measures[m]);
	}
}

bool zs_bootstrap(const struct zs_sliced *sliced, const struct zs_measure *measures,
		  size_t count, size_t resamples, uint64_t seed, double *values)
{
	struct work *work = calloc(1, sizeof(*work));
	bool ok;

	if (!work)
		return false;
	work->sliced = sliced;
	work->measures = measures;
	work->count = count;
	ok = prepare(work);
	if (ok)
		resample(work, resamples, seed, values);
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++)
		zs_spread_free(&work->mergers[i].sum);
	free(work);
	return ok;
}
