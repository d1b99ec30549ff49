/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text that Prometheus reads, in its two dialects.  They differ in what a counter's
 * metadata call it, in the end, and in nothing else that is written here:
 *
 *	TEXT		# TYPE zswap_stores_total counter
 *	OPENMETRICS	# TYPE zswap_stores counter, # UNIT, # EOF
 *
 * and zswap_stores_total 12 in both.  There is no text that both kinds of parsers take
 * without a complaint.
 */
#ifndef ZS_EXPOSITION_H
#define ZS_EXPOSITION_H

#include <stdio.h>

#include "zswapscope.h"

enum zs_dialect {
	ZS_DIALECT_TEXT,	/* Prometheus text format 0.0.4: promtool, node_exporter */
	ZS_DIALECT_OPENMETRICS,	/* OpenMetrics 1.0.0 */
};

enum zs_metric_type { ZS_METRIC_COUNTER, ZS_METRIC_GAUGE, ZS_METRIC_HISTOGRAM };

/**
 * struct zs_family - samples of one name
 * @name: without "_total" of a counter; ends in its unit where it has one
 * @type: of all of them
 * @help: what it is, a line; nothing in it is to be escaped
 */
struct zs_family {
	const char *name;
	enum zs_metric_type type;
	const char *help;
};

/* The Content-Type of a dialect. */
const char *zs_dialect_type(enum zs_dialect dialect);

/**
 * zs_dialect_accepted - the dialect for a client
 * @accept: its Accept header, or NULL
 *
 * Return: OpenMetrics for who names it, and does not like plain text better.
 */
enum zs_dialect zs_dialect_accepted(const char *accept);

/* HELP, TYPE and UNIT: what comes before the first sample. */
void zs_write_family(FILE *out, enum zs_dialect dialect, const struct zs_family *family);

/* What comes last. */
void zs_write_end(FILE *out);

/**
 * struct zs_tag - a label and its value
 * @name: of the label; NULL ends a list
 * @value: any UTF-8: it is escaped
 */
struct zs_tag {
	const char *name;
	const char *value;
};

/* A sample of a counter or a gauge; @tags: a list, or NULL. */
void zs_write_sample(FILE *out, const struct zs_family *family, const struct zs_tag *tags,
		     uint64_t number);
void zs_write_real(FILE *out, const struct zs_family *family, double number);

/* All of a histogram: cumulative buckets, their bounds inclusive; the sum; the count. */
void zs_write_hist(FILE *out, const struct zs_family *family, const struct zs_tag *tags,
		   const struct zswap_hist *hist, enum zs_unit unit);

/**
 * zs_bucket_bound - the bound of a bucket, as a label has it
 * @text: where to
 * @unit: of the histogram
 * @slot: that is the last in it
 *
 * Values are integers, so the largest that a slot counts is one below its high, and this
 * is the bound that is true to the last value: "1.27e-07" for what is below 128 ns.
 *
 * Return: @text; or NULL for a slot that has no bucket of its own.
 */
char *zs_bucket_bound(char text[ZS_TEXT], enum zs_unit unit, unsigned int slot);

/* A label's value in its quotes, escaped. */
void zs_write_quoted(FILE *out, const char *text);

/**
 * zs_label_text - a name that somebody else chose, as a label may have it
 * @name: any bytes
 *
 * What is no UTF-8 (a server drops all of a scrape for it), and what is not to be shown as
 * it is (see zs_character_shown()), are written as "\xff"; but a newline stays one.
 *
 * Return: allocated; NULL without memory.
 */
char *zs_label_text(const char *name);

/* The same in one line: a newline is "?". */
char *zs_name_text(const char *name);

#endif /* ZS_EXPOSITION_H */
