// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "spread.h"

#define BUCKETS_BYTES	(ZS_SPREAD_BUCKETS * sizeof(uint64_t))

/* Of each power of two the highest bits tell the bucket: the first of them is always 1. */
unsigned int zs_spread_bucket(uint64_t value)
{
	unsigned int shift;

	if (value >> ZS_SPREAD_SHIFT == 0)
		return (unsigned int)value;
	shift = 63 - (unsigned int)__builtin_clzll(value) - ZS_SPREAD_SHIFT;
	return (shift << ZS_SPREAD_SHIFT) + (unsigned int)(value >> shift);
}

double zs_spread_low(unsigned int bucket)
{
	unsigned int group = bucket >> ZS_SPREAD_SHIFT;
	double step;

	if (!group)
		return bucket;
	/* the end of the last bucket, 2^64, is still a number */
	step = (double)(1ULL << (group - 1));
	return (double)(bucket - ((group - 1) << ZS_SPREAD_SHIFT)) * step;
}

bool zs_spread_add_many(struct zs_spread *spread, uint64_t value, uint64_t count)
{
	if (!count)
		return true;
	if (!spread->buckets) {
		spread->buckets = calloc(1, BUCKETS_BYTES);
		if (!spread->buckets)
			return false;
	}
	if (!spread->count || value < spread->least)
		spread->least = value;
	if (value > spread->most)
		spread->most = value;
	spread->count += count;
	spread->sum += (double)value * (double)count;
	spread->buckets[zs_spread_bucket(value)] += count;
	return true;
}

bool zs_spread_add(struct zs_spread *spread, uint64_t value)
{
	return zs_spread_add_many(spread, value, 1);
}

void zs_spread_free(struct zs_spread *spread)
{
	free(spread->buckets);
	memset(spread, 0, sizeof(*spread));
}

/* Which of the values in order of size, from 1 up. */
static uint64_t rank_of(const struct zs_spread *spread, double q)
{
	double exact = q * (double)spread->count;
	uint64_t rank;

	if (!(exact > 1))
		return 1;
	if (exact >= (double)spread->count)
		return spread->count;
	rank = (uint64_t)exact;
	/* 0.07 * 100 is a little more than 7: that is no reason for the eighth */
	return exact - (double)rank > 1e-9 * exact ? rank + 1 : rank;
}

/* The bucket that has it. @below: values in the buckets before */
static unsigned int find_rank(const struct zs_spread *spread, uint64_t rank, uint64_t *below)
{
	unsigned int bucket = 0;

	*below = 0;
	while (*below + spread->buckets[bucket] < rank)
		*below += spread->buckets[bucket++];
	return bucket;
}

/* The values that can be in a bucket, ends included. */
static void bucket_bounds(const struct zs_spread *spread, unsigned int bucket,
			  double *low, double *high)
{
	*low = zs_spread_low(bucket);
	*high = zs_spread_low(bucket + 1) - 1;
	if (*low < (double)spread->least)
		*low = (double)spread->least;
	if (*high > (double)spread->most)
		*high = (double)spread->most;
}

/* Return: the rank; of the first and the last value there is no doubt. */
static uint64_t find(const struct zs_spread *spread, double q, double *low, double *high,
		     uint64_t *below, uint64_t *here)
{
	uint64_t rank = rank_of(spread, q);
	unsigned int bucket = find_rank(spread, rank, below);

	*here = spread->buckets[bucket];
	bucket_bounds(spread, bucket, low, high);
	if (rank == 1)
		*high = *low;
	else if (rank == spread->count)
		*low = *high;
	return rank;
}

bool zs_spread_bounds(const struct zs_spread *spread, double q, double *low, double *high)
{
	uint64_t below, here;

	if (!spread->count)
		return false;
	find(spread, q, low, high, &below, &here);
	return true;
}

bool zs_spread_quantile(const struct zs_spread *spread, double q, double *value)
{
	uint64_t rank, below, here;
	double low, high;

	if (!spread->count)
		return false;
	rank = find(spread, q, &low, &high, &below, &here);
	/* values of a bucket are taken to be spread evenly over it */
	*value = low + (high - low) * ((double)(rank - below) - 0.5) / (double)here;
	return true;
}

bool zs_spread_mean(const struct zs_spread *spread, double *value)
{
	if (!spread->count)
		return false;
	*value = spread->sum / (double)spread->count;
	return true;
}
