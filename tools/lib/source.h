/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A source as the library's own files see it. */
#ifndef ZS_SOURCE_H
#define ZS_SOURCE_H

#include <bpf/libbpf.h>

#include "plan.h"
#include "zswapscope.h"
#include "zswap.skel.h"

#define ZS_SOURCE_LINKS	64

/**
 * struct zs_source - an open source
 * @kind: which
 * @root: prefix of /proc and /sys, or NULL
 * @bpf: the programs and maps; NULL for the counters
 * @links: what they are attached by
 * @links_count: how many
 * @plan: the functions that they are attached to
 * @attribute: events are counted by cgroup and process as well
 * @cpus: that the kernel may have
 * @per_cpu: room for a struct zswap_stats of each
 * @note: what had to be done without
 */
struct zs_source {
	enum zs_source_kind kind;
	const char *root;
	struct zswap_bpf *bpf;
	struct bpf_link *links[ZS_SOURCE_LINKS];
	size_t links_count;
	struct zs_plan plan;
	bool attribute;
	int cpus;
	struct zswap_stats *per_cpu;
	char note[512];
};

#endif /* ZS_SOURCE_H */
