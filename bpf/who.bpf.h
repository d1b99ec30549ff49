/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whom an event is attributed to, and where that is counted.
 *
 * The process: the one whose page it is, where that is known (it was seen when the
 * page was taken out of its page table, io.bpf.h), or else the one that did the work,
 * the current one.  A page keeps its owner for as long as it is in swap.
 *
 * Each pair of cgroup and process has a number, by which zs_usage has its counts; a
 * page remembers that number, so mostly nothing has to be looked for.  Number 0
 * stands for all that find none, as the numbers are bounded.  The totals are the sum
 * over all of them, made by who reads: each event is counted once.
 *
 * A new pair takes the next number, says in zs_shared.who whose it is, and then enters
 * it in zs_shared.index, a hash table of numbers.  If another CPU was first with the
 * same pair, its number is used, and the one taken stays empty.  Nothing is ever removed.
 */
#ifndef ZSWAPSCOPE_WHO_BPF_H
#define ZSWAPSCOPE_WHO_BPF_H

#include "pages.bpf.h"

/*
 * Nobody wants the counts, only the events one by one.  Then pairs have no number, and a
 * page remembers its owner itself: the pid, with ZS_OWNER; or else who did the work.
 * Read-only data, set before loading: the verifier takes out what is not done.
 */
const volatile __u8 zs_events_only = 0;

#define ZS_OWNER	(1U << 31)	/* no pid has that */

#define ZS_COMMS		1024

/* Of the pool as a whole: nobody's. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zswap_pool_stats);
} zs_pool SEC(".maps");

/* By number. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ZS_NUMBERS_DEFAULT);
	__type(key, __u32);
	__type(value, struct zswap_usage);
} zs_usage SEC(".maps");

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

static __always_inline bool zs_same(const struct zswap_who *one,
				    const struct zswap_who *other)
{
	return one->cgroup == other->cgroup && one->pid == other->pid &&
	       one->role == other->role;
}

static __always_inline struct zswap_who *zs_who_at(__u32 number)
{
	return &zs_shared.who[number & (ZS_NUMBERS - 1)];
}

/* Somebody new: a number of its own, or 0 if there is none left. */
static __always_inline __u32 zs_number_new(const struct zswap_who *who)
{
	__u64 number = __sync_fetch_and_add(&zs_shared.pairs, 1) + 1;
	struct zswap_comm *name;

	if (number >= zs_shared.numbers)
		return 0;
	*zs_who_at(number) = *who;
	/* an owner's name was noted when his page was unmapped */
	if (who->role == ZSWAP_ROLE_WORKER) {
		name = zs_comm_place(who->pid);
		if (name) {
			name->pid = who->pid;
			bpf_get_current_comm(name->comm, sizeof(name->comm));
		}
	}
	return number;
}

/* Of events in a row, owners and workers take turns. */
static __always_inline __u32 *zs_last_number(const struct zswap_who *who)
{
	return &zs_shared.last_number[who->role == ZSWAP_ROLE_OWNER];
}

static __noinline __u32 zs_number_find(struct zswap_who *who)
{
	__u32 nth, number, mine = 0, hash, *place;

	if (!who)
		return 0;
	hash = ((who->pid ^ who->role << 31) * 0x9e3779b1U ^
		(__u32)who->cgroup * 0x85ebca6bU) >> (32 - ZS_INDEX_SHIFT);
	for (nth = 0; nth < ZS_INDEX_PROBES; nth++) {
		place = &zs_shared.index[(hash + nth) & ((1 << ZS_INDEX_SHIFT) - 1)];
		number = *place;
		if (!number) {
			if (!mine)
				mine = zs_number_new(who);
			if (!mine)
				break;
			number = __sync_val_compare_and_swap(place, 0, mine);
			if (!number)
				return mine;
		}
		if (zs_same(zs_who_at(number), who)) {
			*zs_last_number(who) = number;
			return number;
		}
	}
	__sync_fetch_and_add(&zs_shared.health.who_overflow, 1);
	return 0;
}

/* Mostly it is the one of the event before. */
static __always_inline __u32 zs_number(struct zswap_who *who)
{
	__u32 last = *zs_last_number(who);
	const struct zswap_who *seen = zs_who_at(last);

	/* as in zs_page_place() */
	barrier_var(seen);
	return last && zs_same(seen, who) ? last : zs_number_find(who);
}

/* The same name is there for most of the events of a process. */
static __always_inline void zs_note_worker(__u32 pid)
{
	struct zswap_comm *name = zs_comm_place(pid);

	if (!name || name->pid == pid)
		return;
	name->pid = pid;
	bpf_get_current_comm(name->comm, sizeof(name->comm));
}

/* In place of a number, what a page is to remember of whose it is. */
static __always_inline __u32 zs_owner_or_worker(const struct zs_page *page, __u32 tag,
						struct zswap_who *who)
{
	__u32 owner = 0;

	if (page && page->tag == tag)
		owner = page->who;
	if (owner && zs_page_state(page) == ZS_PAGE_UNMAPPED)
		owner |= ZS_OWNER;
	if (owner & ZS_OWNER) {
		who->pid = owner & ~ZS_OWNER & zs_shared.pid_mask;
		who->role = ZSWAP_ROLE_OWNER;
		return owner;
	}
	who->pid = zs_current_pid() & zs_shared.pid_mask;
	zs_note_worker(who->pid);
	return who->pid;
}

/**
 * zs_number_of() - the number of an event's pair of cgroup and process
 * @cgroup: that pays for the page; 0 for an event of no page
 * @page: what is remembered of it, or NULL
 * @tag: of its swap entry
 * @who: filled in, with the cgroup alone if nothing is attributed
 */
static __always_inline __u32 zs_number_of(__u64 cgroup, const struct zs_page *page,
					  __u32 tag, struct zswap_who *who)
{
	const struct zswap_who *before;
	__u32 number = 0;

	who->cgroup = cgroup;
	who->pid = 0;
	who->role = ZSWAP_ROLE_WORKER;
	if (!zs_shared.attribute)
		return 0;
	if (zs_events_only)
		return zs_owner_or_worker(page, tag, who);
	if (page && page->tag == tag) {
		if (zs_page_state(page) == ZS_PAGE_UNMAPPED) {
			who->pid = page->who & zs_shared.pid_mask;
			who->role = ZSWAP_ROLE_OWNER;
			return zs_number(who);
		}
		number = page->who;
	}
	before = zs_who_at(number);
	barrier_var(before);
	if (before->role == ZSWAP_ROLE_OWNER) {
		who->pid = before->pid;
		who->role = ZSWAP_ROLE_OWNER;
	} else {
		who->pid = zs_current_pid() & zs_shared.pid_mask;
	}
	/* their roles are; a page comes to another cgroup when its own is removed */
	if (number && before->cgroup == cgroup && before->pid == who->pid)
		return number;
	return zs_number(who);
}

/**
 * zs_who_of_page() - whose a page is of which it is known that an event came before
 * @page: what is remembered of it
 * @cgroup: that pays for it; where there are counts, that is remembered, too
 * @who: filled in
 */
static __always_inline void zs_who_of_page(const struct zs_page *page, __u64 cgroup,
					   struct zswap_who *who)
{
	if (!zs_events_only) {
		*who = *zs_who_at(page->who);
		return;
	}
	who->cgroup = cgroup;
	who->pid = page->who & ~ZS_OWNER;
	who->role = page->who & ZS_OWNER ? ZSWAP_ROLE_OWNER : ZSWAP_ROLE_WORKER;
}

static __always_inline bool zs_wanted(const struct zswap_who *who)
{
	if (!zs_shared.filtered)
		return true;
	return (!zs_shared.target_cgroup || who->cgroup == zs_shared.target_cgroup) &&
	       (!zs_shared.target_pid || who->pid == zs_shared.target_pid);
}

/* Of the pool as a whole, which is nobody's. */
static __always_inline bool zs_wanted_of_pool(void)
{
	return !zs_shared.filtered;
}

/* On this CPU.  They are always there, which the verifier cannot know. */
static __always_inline struct zswap_pool_stats *zs_pool_stats(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&zs_pool, &zero);
}

static __always_inline struct zswap_usage *zs_usage_at(__u32 number)
{
	return bpf_map_lookup_elem(&zs_usage, &number);
}

#endif /* ZSWAPSCOPE_WHO_BPF_H */
