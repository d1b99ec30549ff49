/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whom an event is attributed to, and where that is counted.
 *
 * The process: the one whose page it is, where that is known (it was seen when the
 * page was taken out of its page table, io.bpf.h), or else the one that did the work,
 * the current one.  A page keeps its owner for as long as it is in swap.
 */
#ifndef ZSWAPSCOPE_WHO_BPF_H
#define ZSWAPSCOPE_WHO_BPF_H

#include "pages.bpf.h"

/* Set before loading; 0 takes everything, and the verifier drops the check. */
const volatile __u64 target_cgroup = 0;	/* inode number of a cgroup */
const volatile __u32 target_pid = 0;	/* process, owner or worker */
/* Whether to count by cgroup and process at all. */
const volatile bool attribute = true;

#define ZS_USAGE_DEFAULT	160
#define ZS_COMMS		1024

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zswap_stats);
} zs_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, ZS_USAGE_DEFAULT);
	__type(key, struct zswap_who);
	__type(value, struct zswap_usage);
} zs_usage SEC(".maps");

/* Of those that found no place in zs_usage. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zswap_usage);
} zs_other SEC(".maps");

/* A usage that is all zeros, to begin with. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zswap_usage);
} zs_blank SEC(".maps");

/* Names of processes, which may be gone by the time that somebody asks. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ZS_COMMS);
	__type(key, __u32);
	__type(value, struct zswap_comm);
} zs_comms SEC(".maps");

/* The place of a process's name; it has another one's if its pid is another's. */
static __always_inline struct zswap_comm *zs_comm_place(__u32 pid)
{
	__u32 index = pid % ZS_COMMS;

	return bpf_map_lookup_elem(&zs_comms, &index);
}

static __always_inline __u32 zs_current_pid(void)
{
	return bpf_get_current_pid_tgid() >> 32;
}

/* The event's process: its page's owner, or who is at work. */
static __always_inline void zs_who_of(struct zswap_who *who, __u64 cgroup,
				      const struct zs_page *page, __u32 tag)
{
	who->cgroup = cgroup;
	if (page && page->tag == tag && page->pid && !(page->pid & ZS_PID_WORKER)) {
		who->pid = page->pid;
		who->role = ZSWAP_ROLE_OWNER;
		return;
	}
	who->pid = zs_current_pid();
	who->role = ZSWAP_ROLE_WORKER;
}

/* As a page remembers it. */
static __always_inline __u32 zs_who_pid(const struct zswap_who *who)
{
	return who->role == ZSWAP_ROLE_OWNER ? who->pid : who->pid | ZS_PID_WORKER;
}

static __always_inline bool zs_wanted(const struct zswap_who *who)
{
	return (!target_cgroup || who->cgroup == target_cgroup) &&
	       (!target_pid || who->pid == target_pid);
}

/* Of the pool as a whole, which is nobody's. */
static __always_inline bool zs_wanted_of_pool(void)
{
	return !target_cgroup && !target_pid;
}

/* This CPU's statistics; they are always there, which the verifier cannot know. */
static __always_inline struct zswap_stats *zs_this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&zs_stats, &zero);
}

/* Somebody new; or, when the map is full, the one who stands for all the others. */
static __noinline struct zswap_usage *zs_usage_new(struct zswap_who *who)
{
	struct zswap_usage *usage, *blank;
	struct zswap_comm *name;
	__u32 zero = 0;

	if (!who)
		return NULL;
	blank = bpf_map_lookup_elem(&zs_blank, &zero);
	if (!blank)
		return NULL;
	/* an owner's name was noted when his page was unmapped */
	if (who->role == ZSWAP_ROLE_WORKER) {
		name = zs_comm_place(who->pid);
		if (name) {
			name->pid = who->pid;
			bpf_get_current_comm(name->comm, sizeof(name->comm));
		}
	}
	/* fails if another CPU was first, too: then it is there */
	bpf_map_update_elem(&zs_usage, who, blank, BPF_NOEXIST);
	usage = bpf_map_lookup_elem(&zs_usage, who);
	if (usage)
		return usage;
	__sync_fetch_and_add(&zs_health.who_overflow, 1);
	return bpf_map_lookup_elem(&zs_other, &zero);
}

/* Where this is counted by cgroup and process; NULL if it is not. */
static __always_inline struct zswap_usage *zs_usage_of(struct zswap_who *who)
{
	struct zswap_usage *usage;

	if (!attribute)
		return NULL;
	usage = bpf_map_lookup_elem(&zs_usage, who);
	return usage ?: zs_usage_new(who);
}

#endif /* ZSWAPSCOPE_WHO_BPF_H */
