/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON of what the library knows, the same in all tools.  Names end in their
 * unit (_ns, _bytes, _s) except for counts; what is not known is null.
 */
#ifndef ZS_JSON_H
#define ZS_JSON_H

#include <json-c/json.h>

#include "zswapscope.h"

/* A name that somebody else chose, which may be no UTF-8: as zs_name_text() writes it. */
struct json_object *zs_json_name(const char *name);

/* A number with three decimals at most. */
struct json_object *zs_json_number(double value);

/* With all digits that count, however large or small; null if it is no number. */
struct json_object *zs_json_exact(double value);

/* {"stores": 12, ...}, all scalars of the statistics. */
struct json_object *zs_json_counters(const struct zswap_stats *stats);

/* The same per second. */
struct json_object *zs_json_rates(const struct zswap_stats *stats, double seconds);

/* {"compress_poor": 3, ...}, and the same for causes; zeros included. */
struct json_object *zs_json_reasons(const __u64 *by_reason);
struct json_object *zs_json_causes(const __u64 *by_cause);

/*
 * {"unit": "ns", "count": 3, "mean": ..., "p50": ..., "p90": ..., "p99": ...,
 *  "bounds": {"p50": {"low": ..., "high": ...}, ...}}: quantiles are interpolated; between
 * these they are for certain
 */
struct json_object *zs_json_summary(const struct zswap_hist *hist,
				    const struct zs_hist_info *info);

/*
 * [{"cgroup": "/a", "cgroup_id": 12, ...counters that are not 0...}, ...], by cgroup or
 * by process, and the others last; @parties is of an interval, and merged and sorted.
 */
struct json_object *zs_json_parties(const struct zs_parties *parties, enum zs_by by,
				    const char *root);

/* {"missed": 0, "who_overflow": 0, ...}: what could not be counted as it should. */
struct json_object *zs_json_health(const struct zs_snapshot *interval);

/* The state of the pool. */
struct json_object *zs_json_pool(const struct zs_pool *pool);

/* Add the object's first members: schema, time, interval, source, missed. */
void zs_json_head(struct json_object *object, const char *schema,
		  const struct zs_snapshot *interval,
		  const struct zs_source *source);

/* Print on one line, and free. */
void zs_json_print(struct json_object *object);

#endif /* ZS_JSON_H */
