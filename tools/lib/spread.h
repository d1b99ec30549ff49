/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram fine enough for quantiles that can be compared: 64 buckets for each power of
 * two, so that a value is known to 1/64 of itself; below 128, exactly.
 */
#ifndef ZS_SPREAD_H
#define ZS_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

#define ZS_SPREAD_SHIFT		6
#define ZS_SPREAD_BUCKETS	((64 - ZS_SPREAD_SHIFT + 1) << ZS_SPREAD_SHIFT)

/**
 * struct zs_spread - values
 * @count: how many
 * @sum: of them; a double, as the ages of an hour's events are more than 64 bits hold
 * @least: the smallest
 * @most: the largest
 * @buckets: ZS_SPREAD_BUCKETS of them; NULL as long as there is no value.  They begin at
 *	zs_spread_low()
 *
 * All 0 is an empty one.
 */
struct zs_spread {
	uint64_t count;
	double sum;
	uint64_t least;
	uint64_t most;
	uint64_t *buckets;
};

/* Return: false: no memory; then it is not counted. */
bool zs_spread_add(struct zs_spread *spread, uint64_t value);
bool zs_spread_add_many(struct zs_spread *spread, uint64_t value, uint64_t count);

/* It is empty then. */
void zs_spread_free(struct zs_spread *spread);

unsigned int zs_spread_bucket(uint64_t value);

/* A bucket's values are [zs_spread_low(bucket), zs_spread_low(bucket + 1)). */
double zs_spread_low(unsigned int bucket);

/**
 * zs_spread_bounds - between what a quantile is
 * @spread: the values
 * @q: 0 to 1
 * @low: the quantile is not below
 * @high: nor above; the same as @low where it is known exactly
 *
 * The quantile is a value that was added: the smallest that at least q of all values are
 * not above.  So 0 is the least one, and 1 the largest.
 *
 * Return: false: it is empty.
 */
bool zs_spread_bounds(const struct zs_spread *spread, double q, double *low, double *high);

/* A guess within these bounds, so at most 1/64 off. Return: false: it is empty. */
bool zs_spread_quantile(const struct zs_spread *spread, double q, double *value);

/* The mean, exact. Return: false: it is empty. */
bool zs_spread_mean(const struct zs_spread *spread, double *value);

#endif /* ZS_SPREAD_H */
