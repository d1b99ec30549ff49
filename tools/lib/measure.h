/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures by name: what can be expected of a run, and compared between two.
 *
 *	load			how many loads
 *	load.rate		and how many per second
 *	ratio, hit_ratio, ...	of one number to another
 *	load.p99		a statistic of a distribution: p0 to p100, min, max, mean, sum
 *
 * Counters and distributions also go by the names that JSON has: load_duration.p99.
 */
#ifndef ZS_MEASURE_H
#define ZS_MEASURE_H

#include "spread.h"
#include "zswapscope.h"

enum zs_measure_unit {
	ZS_MEASURE_NUMBER,
	ZS_MEASURE_BYTES,
	ZS_MEASURE_TIME,	/* ns */
	ZS_MEASURE_RATIO,	/* 2.9 is 2.9:1 */
	ZS_MEASURE_SHARE,	/* 0 to 1 */
	ZS_MEASURE_RATE,	/* per second */
	ZS_MEASURE_BYTES_RATE,
	ZS_MEASURE_UNITS
};

enum zs_better { ZS_NEITHER_BETTER, ZS_LESS_BETTER, ZS_MORE_BETTER };

enum zs_measure_kind { ZS_MEASURE_COUNTER, ZS_MEASURE_QUOTIENT, ZS_MEASURE_SPREAD };

/* Who knows a measure at all, as bits. */
enum zs_witness {
	ZS_WITNESS_PROGRAMS	= 1 << 0,	/* programs in the kernel */
	ZS_WITNESS_EVENTS	= 1 << 1,	/* a recording */
	ZS_WITNESS_COUNTERS	= 1 << 2,	/* files of the kernel */
};

/**
 * struct zs_measure_info - a measure, or a family of them with a statistic behind the name
 * @name: its name
 * @meaning: in words, for the list of all
 * @noun: what happened none of if there is no value: "load"
 * @kind: which of the following say how it is computed
 * @unit: of its value
 * @better: when it is less, or more; a store is neither
 * @witness: bits of enum zs_witness
 * @offset: of a counter in struct zs_snapshot; of a quotient, its part; of a distribution,
 *	of what happened
 * @whole: of a quotient, its whole
 * @apart: of a share: @whole is without the part, as misses are without loads
 * @histogram: of a distribution
 */
struct zs_measure_info {
	const char *name;
	const char *meaning;
	const char *noun;
	enum zs_measure_kind kind;
	enum zs_measure_unit unit;
	enum zs_better better;
	unsigned int witness;
	size_t offset;
	size_t whole;
	bool apart;
	enum zswap_histogram histogram;
};

extern const struct zs_measure_info zs_measure_infos[];
extern const size_t zs_measure_count;

enum zs_statistic {
	ZS_STATISTIC_VALUE,	/* of a counter or a quotient: itself */
	ZS_STATISTIC_RATE,
	ZS_STATISTIC_QUANTILE,
	ZS_STATISTIC_MEAN,
	ZS_STATISTIC_SUM,
};

#define ZS_MEASURE_NAME	40

/**
 * struct zs_measure - one that can be evaluated
 * @info: its family
 * @statistic: which of it
 * @q: of a quantile: 0 to 1
 * @unit: of its value
 * @name: in full
 */
struct zs_measure {
	const struct zs_measure_info *info;
	enum zs_statistic statistic;
	double q;
	enum zs_measure_unit unit;
	char name[ZS_MEASURE_NAME];
};

/**
 * zs_measure_find - by its name
 * @name: as it was typed
 * @measure: the result
 * @error: that there is none, and what comes near
 */
bool zs_measure_find(const char *name, struct zs_measure *measure, struct zs_error *error);

/**
 * struct zs_seen - what a measure is computed from
 * @interval: an interval, as zs_snapshot_subtract() makes it
 * @lost: events that may have happened and are not in it; INFINITY: nobody knows how many
 * @spreads: finer distributions, by enum zswap_histogram; or NULL
 * @spreads_lost: values that may be missing in them
 * @witness: who tells all this, one of enum zs_witness
 */
struct zs_seen {
	const struct zs_snapshot *interval;
	double lost;
	const struct zs_spread *spreads;
	double spreads_lost;
	enum zs_witness witness;
};

/**
 * struct zs_reading - the value of a measure
 * @known: there is one
 * @value: as good as it is known
 * @low: it is not below this
 * @high: nor above; the same as @low, if it is exact, and INFINITY if all may be
 * @why: why there is none: "no load happened"
 */
struct zs_reading {
	bool known;
	double value;
	double low;
	double high;
	char why[80];
};

void zs_measure_evaluate(const struct zs_measure *measure, const struct zs_seen *seen,
			 struct zs_reading *value);

/* A value with its unit: "143 us", "12", "2.91:1", "93.1 %", "12.3/s". */
char *zs_measure_format(char text[ZS_TEXT], enum zs_measure_unit unit, double value);

/* How JSON names the unit: "ns", "bytes", "1/s"; NULL for a plain number. */
const char *zs_measure_unit_name(enum zs_measure_unit unit);

/* The list of all, for --help: a family on each line; on stdout. */
void zs_measure_print(void);

#endif /* ZS_MEASURE_H */
