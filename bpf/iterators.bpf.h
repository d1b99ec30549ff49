/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "cat" shows of pinned programs: "stats", a line of name and value for each
 * counter, and "usage", a line for each cgroup and process.  Histograms are in the
 * maps only, for who has bpftool.
 *
 * The kernel calls an iterator once for each element of its map, and once more at
 * the end, without one.  It hands over the values of all CPUs in a row, but lets a
 * program look only at places in it that are known beforehand; so they are looked up
 * CPU by CPU instead, however many there are.
 */
#ifndef ZSWAPSCOPE_ITERATORS_BPF_H
#define ZSWAPSCOPE_ITERATORS_BPF_H

#include <stddef.h>
#include <bpf/bpf_tracing.h>
#include "who.bpf.h"

/* Above any number of CPUs: one that is too high is not found, and ends a loop. */
#define ZS_CPUS_MOST	8192
/* And of pairs of cgroup and process. */
#define ZS_NUMBERS_MOST	(1 << 20)

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
} __attribute__((preserve_access_index));

/*
 * stats: the totals
 */

struct zs_line {
	char name[36];
	__u32 offset;
};

#define ZS_OF_USAGE(label, member)	{ label, offsetof(struct zswap_usage, member) },
#define ZS_OF_POOL(label, member)	{ label, offsetof(struct zswap_pool_stats, member) },
#define ZS_USAGE(member)	ZS_OF_USAGE(#member, member)
#define ZS_POOL(member)		ZS_OF_POOL(#member, member)

#define ZS_REJECTS(symbol, name)					\
	ZS_OF_USAGE("rejects." name, reject_by_reason[ZSWAP_REJECT_##symbol])
#define ZS_WRITEBACKS(symbol, name)					\
	ZS_OF_USAGE("writebacks." name, writeback_by_cause[ZSWAP_CAUSE_##symbol])
#define ZS_WRITEBACKS_FAILED(symbol, name)				\
	ZS_OF_POOL("writebacks_failed." name, writeback_failed_by_cause[ZSWAP_CAUSE_##symbol])
#define ZS_EVICTS(symbol, name)						\
	ZS_OF_POOL("evicts." name, evict_by_cause[ZSWAP_CAUSE_##symbol])
#define ZS_EVICTS_FAILED(symbol, name)					\
	ZS_OF_POOL("evicts_failed." name, evict_failed_by_cause[ZSWAP_CAUSE_##symbol])

/* What has a dot in its name is a part of the counter before the dot. */
static const struct zs_line zs_usage_lines[] = {
	ZS_USAGE(stores)
	ZS_USAGE(store_bytes_out)
	ZS_USAGE(same_filled)
	ZS_USAGE(incompressible)
	ZS_USAGE(restores)
	ZS_USAGE(loads)
	ZS_USAGE(load_bytes)
	ZS_USAGE(disk_reads)
	ZS_USAGE(refaults)
	ZS_USAGE(reject_reads)
	ZS_USAGE(writebacks)
	ZS_USAGE(writeback_bytes)
	ZS_USAGE(writebacks_failed)
	ZS_USAGE(rejects)
	ZS_USAGE(invalidates)
	ZS_USAGE(invalidate_bytes)
	ZS_USAGE(evicts)
	ZS_USAGE(evict_frames)
	ZS_USAGE(evict_pages)
	ZS_USAGE(evict_bytes)
	ZS_USAGE(evicts_failed)
	ZSWAP_REJECT_REASONS(ZS_REJECTS)
	ZS_REJECTS(COUNT, "other")
	ZSWAP_CAUSES(ZS_WRITEBACKS)
	ZS_WRITEBACKS(COUNT, "other")
};

static const struct zs_line zs_pool_lines[] = {
	ZS_POOL(pool_limit_reached)
	ZS_POOL(pool_limit_left)
	ZS_POOL(compressor_changes)
	ZS_POOL(drains)
	ZS_POOL(shrinks)
	ZS_POOL(shrink_scanned)
	ZS_POOL(shrink_written)
	ZS_POOL(backgrounds)
	ZS_POOL(background_frames)
	ZSWAP_CAUSES(ZS_WRITEBACKS_FAILED)
	ZS_WRITEBACKS_FAILED(COUNT, "other")
	ZSWAP_CAUSES(ZS_EVICTS)
	ZS_EVICTS(COUNT, "other")
	ZSWAP_CAUSES(ZS_EVICTS_FAILED)
	ZS_EVICTS_FAILED(COUNT, "other")
};

/* All that is no histogram: what is added to the structs must be added above. */
_Static_assert(sizeof(zs_usage_lines) / sizeof(struct zs_line) ==
	       offsetof(struct zswap_usage, hist) / sizeof(__u64),
	       "zs_usage_lines misses a counter");
_Static_assert(sizeof(zs_pool_lines) / sizeof(struct zs_line) ==
	       offsetof(struct zswap_pool_stats, hist) / sizeof(__u64),
	       "zs_pool_lines misses a counter");

struct zs_total {
	__u32 number;
	__u32 offset;
	__u64 value;
};

/* Return: 1 after the last CPU. */
static __always_inline long zs_total_add(struct zs_total *total, void *values, __u64 most)
{
	__u64 offset = total->offset;

	barrier_var(offset);
	if (!values || offset > most)
		return 1;
	total->value += *(__u64 *)(values + offset);
	return 0;
}

static long zs_usage_of_cpu(__u32 cpu, struct zs_total *total)
{
	return zs_total_add(total, bpf_map_lookup_percpu_elem(&zs_usage, &total->number, cpu),
			    sizeof(struct zswap_usage) - sizeof(__u64));
}

/* Whoever has this number; the numbers end where there is nobody. */
static long zs_usage_of_all(__u32 number, struct zs_total *total)
{
	if (number > zs_shared.pairs)
		return 1;
	total->number = number;
	bpf_loop(ZS_CPUS_MOST, zs_usage_of_cpu, total, 0);
	return 0;
}

static long zs_pool_of_cpu(__u32 cpu, struct zs_total *total)
{
	return zs_total_add(total, bpf_map_lookup_percpu_elem(&zs_pool, &total->number, cpu),
			    sizeof(struct zswap_pool_stats) - sizeof(__u64));
}

SEC("iter/bpf_map_elem")
int zs_show_stats(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	__u32 i;

	/* of zs_pool, which has one */
	if (!ctx->key)
		return 0;
	for (i = 0; i < sizeof(zs_usage_lines) / sizeof(zs_usage_lines[0]); i++) {
		struct zs_total total = { .offset = zs_usage_lines[i].offset };

		bpf_loop(ZS_NUMBERS_MOST, zs_usage_of_all, &total, 0);
		BPF_SEQ_PRINTF(seq, "%s %llu\n", zs_usage_lines[i].name, total.value);
	}
	for (i = 0; i < sizeof(zs_pool_lines) / sizeof(zs_pool_lines[0]); i++) {
		struct zs_total total = { .offset = zs_pool_lines[i].offset };

		bpf_loop(ZS_CPUS_MOST, zs_pool_of_cpu, &total, 0);
		BPF_SEQ_PRINTF(seq, "%s %llu\n", zs_pool_lines[i].name, total.value);
	}
	BPF_SEQ_PRINTF(seq, "who_overflow %llu\npages_forgotten %llu\ncalls_lost %llu\n",
		       zs_shared.health.who_overflow, zs_shared.health.pages_forgotten,
		       zs_shared.health.calls_lost);
	BPF_SEQ_PRINTF(seq, "events_lost %llu\n", zs_shared.health.events_lost);
	return 0;
}

/*
 * usage: by cgroup and process
 */

/*
 * The counters of a struct zswap_usage; they come first in it.  With the builtin: the offsetof()
 * of libbpf is no constant for the compiler, and the array below so one of variable length.
 */
#define ZS_USAGE_WORDS	(__builtin_offsetof(struct zswap_usage, reject_by_reason) / sizeof(__u64))

struct zs_part {
	__u32 number;
	__u64 words[ZS_USAGE_WORDS];
};

static long zs_part_add(__u32 cpu, struct zs_part *part)
{
	const __u64 *words = bpf_map_lookup_percpu_elem(&zs_usage, &part->number, cpu);
	__u32 i;

	if (!words)
		return 1;
#pragma clang loop unroll(full)
	for (i = 0; i < ZS_USAGE_WORDS; i++)
		part->words[i] += words[i];
	return 0;
}

/* Return: false if there is nothing in it. */
static __always_inline bool zs_part_sum(struct zs_part *part)
{
	__u64 any = 0;
	__u32 i;

	bpf_loop(ZS_CPUS_MOST, zs_part_add, part, 0);
#pragma clang loop unroll(full)
	for (i = 0; i < ZS_USAGE_WORDS; i++)
		any |= part->words[i];
	return any;
}

#define ZS_WORD(part, member)						\
	((part)->words[offsetof(struct zswap_usage, member) / sizeof(__u64)])

/* Arrays: for literals, libbpf would make a map more, whatever is loaded. */
#define ZS_ROLE_WORD(symbol, name)	name,
static const char zs_roles[][8] = { ZSWAP_ROLES(ZS_ROLE_WORD) "other" };

/*
 * What a process calls itself, for who reads lines on a terminal: no ends of lines, nothing
 * that a terminal would obey, and no bytes that may be no character.
 */
static __always_inline void zs_show_comm(struct seq_file *seq, const struct zswap_comm *name)
{
	char comm[ZSWAP_COMM_BYTES];
	__u32 i;

	__builtin_memcpy(comm, name->comm, sizeof(comm));
#pragma clang loop unroll(full)
	for (i = 0; i < sizeof(comm); i++)
		if (comm[i] && (comm[i] < ' ' || comm[i] > '~'))
			comm[i] = '?';
	comm[sizeof(comm) - 1] = '\0';
	BPF_SEQ_PRINTF(seq, " %s\n", comm);
}

static __always_inline void zs_show_counters(struct seq_file *seq, struct zs_part *part)
{
	BPF_SEQ_PRINTF(seq, " %9llu %9llu %9llu %10llu %8llu %10llu %9llu %12llu %11llu %7llu",
		       ZS_WORD(part, stores), ZS_WORD(part, restores),
		       ZS_WORD(part, loads), ZS_WORD(part, disk_reads),
		       ZS_WORD(part, refaults), ZS_WORD(part, writebacks),
		       ZS_WORD(part, rejects), ZS_WORD(part, reject_reads),
		       ZS_WORD(part, invalidates), ZS_WORD(part, evicts));
}

SEC("iter/bpf_map_elem")
int zs_show_usage(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	const struct zswap_who *who;
	const struct zswap_comm *comm;
	const __u32 *number = ctx->key;
	struct zs_part part = {};
	__u32 pid, role;

	if (!ctx->meta->seq_num) {
		BPF_SEQ_PRINTF(seq, "              cgroup     pid role      stores  restores");
		BPF_SEQ_PRINTF(seq, "     loads disk_reads refaults writebacks   rejects");
		BPF_SEQ_PRINTF(seq, " reject_reads invalidates  evicts comm\n");
	}
	/* at the end comes number 0, for all that found none */
	if (!number) {
		if (!zs_part_sum(&part))
			return 0;
		BPF_SEQ_PRINTF(seq, "                   -       - -     ");
		zs_show_counters(seq, &part);
		BPF_SEQ_PRINTF(seq, " (all others)\n");
		return 0;
	}
	part.number = *number;
	if (!part.number || part.number > zs_shared.pairs || !zs_part_sum(&part))
		return 0;
	who = zs_who_at(part.number);
	pid = who->pid;
	role = who->role;
	BPF_SEQ_PRINTF(seq, "%20llu %7u %-6s", who->cgroup, pid,
		       zs_roles[role < ZSWAP_ROLE_COUNT ? role : ZSWAP_ROLE_COUNT]);
	comm = zs_comm_place(pid);
	zs_show_counters(seq, &part);
	if (comm && comm->pid == pid)
		zs_show_comm(seq, comm);
	else
		BPF_SEQ_PRINTF(seq, " -\n");
	return 0;
}

#endif /* ZSWAPSCOPE_ITERATORS_BPF_H */
