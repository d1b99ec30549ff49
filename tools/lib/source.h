/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A source as the library's own files see it. */
#ifndef ZS_SOURCE_H
#define ZS_SOURCE_H

#include <bpf/libbpf.h>
#include <zswapscope/filter.h>
#include <zswapscope/shared.h>

#include "plan.h"
#include "zswapscope.h"
#include "zswap.skel.h"

#define ZS_SOURCE_LINKS	64

struct zs_stream;

/**
 * struct zs_past - of a counter that begins at 0 again when its module is loaded again
 * @last: what it was
 * @before: what it had counted before it began again
 */
struct zs_past {
	uint64_t last;
	uint64_t before;
};

/**
 * struct zs_source - an open source
 * @kind: which
 * @root: prefix of /proc and /sys, or NULL
 * @bpf: the programs and maps; NULL for the counters
 * @links: what they are attached by
 * @linked: the program of each
 * @links_count: how many
 * @plan: the functions that they are attached to
 * @attribute: events are counted by cgroup and process as well
 * @count_by: enum zs_count_by
 * @cpus: that the kernel may have
 * @usage: room for a struct zswap_usage of each
 * @pool: room for a struct zswap_pool_stats of each
 * @stream: of zs_source_stream_start(); NULL before that
 * @written: of the counters, with @rejects
 * @rejects: by reason
 * @few_reasons: of these are known: there is no right to look into the kernel
 * @note: what had to be done without
 */
struct zs_source {
	enum zs_source_kind kind;
	const char *root;
	struct zswap_bpf *bpf;
	struct bpf_link *links[ZS_SOURCE_LINKS];
	const struct bpf_program *linked[ZS_SOURCE_LINKS];
	size_t links_count;
	struct zs_plan plan;
	bool attribute;
	enum zs_count_by count_by;
	int cpus;
	struct zswap_usage *usage;
	struct zswap_pool_stats *pool;
	struct zs_stream *stream;
	struct zs_past written;
	struct zs_past rejects[ZSWAP_REJECT_SLOTS];
	bool few_reasons;
	char note[512];
};

/* How many groups there are, of areas or reasons; 0: pairs of cgroup and process are. */
__u32 zs_source_group_count(enum zs_count_by by);

/* How many numbers of pairs are in use, number 0 is, always; or else of groups. */
__u32 zs_source_numbers(const struct zs_source *source);

/* What a pair's number has, summed over the CPUs. */
bool zs_source_usage(struct zs_source *source, __u32 number,
		     struct zswap_usage *usage, struct zs_error *error);

/* What the pool has, summed over the CPUs. */
bool zs_source_pool(struct zs_source *source, struct zswap_pool_stats *pool,
		    struct zs_error *error);

/**
 * zs_source_stats - read the totals, and nothing else, as fast as it goes
 * @source: one with BPF
 * @stats: the result
 * @error: why not
 */
bool zs_source_stats(struct zs_source *source, struct zswap_stats *stats,
		     struct zs_error *error);

/**
 * zs_source_areas - ask the kernel which swap areas there are now
 * @source: one with BPF
 *
 * The first time needs the right to look for symbols.  Return: ZSWAP_DEVICES, by type;
 * NULL if the kernel cannot be asked.
 */
const struct zs_area *zs_source_areas(const struct zs_source *source);

void zs_stream_close(struct zs_stream *stream);

/* Detach the programs: what was counted stays to be read. */
void zs_source_stop(struct zs_source *source);

#endif /* ZS_SOURCE_H */
