/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all programs share, but for what they count: settings, and whom the numbers of
 * struct zs_page and zs_usage stand for.  In one place, as the way to memory is most of
 * what a program takes; by far the most events need nothing else of it than the first
 * page.
 */
#ifndef ZSWAPSCOPE_SHARED_H
#define ZSWAPSCOPE_SHARED_H

#include <zswapscope/stats.h>

/* Pairs of cgroup and process that can have a number of their own: 1 less. */
#define ZS_NUMBERS		512
#define ZS_NUMBERS_DEFAULT	161

/* The hash table: a power of two, and more than there are numbers by default. */
#define ZS_INDEX_SHIFT		9
#define ZS_INDEX_PROBES		8

/*
 * What zs_usage has a struct zswap_usage for: a number, see struct zs_shared; a swap area's
 * type, and one more for events of no page; a slot of enum zswap_reject_reason, and one more
 * for events that are no reject.
 */
enum zs_count_by {
	ZS_COUNT_BY_WHO,
	ZS_COUNT_BY_AREA,
	ZS_COUNT_BY_REASON,
};

/**
 * struct zs_shared - one for all CPUs
 * @target_cgroup: inode number of the only cgroup to be counted; 0: all
 * @thrash_ns: pages that come back within this time are thrash
 * @jiffy_ns: of this kernel
 * @target_pid: the only process to be counted, owner or worker; 0: all
 * @attribute: whether to count by cgroup and process at all
 * @filtered: there is a target
 * @pid_mask: all bits; or none, when processes are not to be told apart
 * @numbers: how many there may be, with number 0, which is for all others
 * @last_owner: the process whose page was unmapped last, whose name is noted
 * @last_number: that was looked for last, by role, so that it is found at once
 * @stream: kinds of events that somebody wants one by one: bits of enum zswap_event_kind
 * @pairs: numbers given, those included that there were not any more
 * @health: what could not be counted as it should
 * @who: whom a number stands for
 * @index: numbers, by hash; 0: none
 *
 * The first seven are set before loading, and stay.  All up to @stream are in one cache
 * line.
 */
struct zs_shared {
	__u64 target_cgroup;
	__u64 thrash_ns;
	__u64 jiffy_ns;
	__u32 target_pid;
	__u32 attribute;
	__u32 filtered;
	__u32 pid_mask;
	__u32 numbers;
	__u32 last_owner;
	__u32 last_number[ZSWAP_ROLE_COUNT];
	__u32 stream;
	__u64 pairs;
	struct zswap_health health;
	struct zswap_who who[ZS_NUMBERS];
	__u32 index[1 << ZS_INDEX_SHIFT];
};

/**
 * struct zs_page - the last that is known of a page
 * @tag: tells the swap entries of one place apart; 0: there was none yet
 * @who: number of its pair of cgroup and process (or, where only events are wanted, its
 *	owner: who.bpf.h), or, while it is ZS_PAGE_UNMAPPED and its cgroup not known, its
 *	owner's pid
 * @word: from the left, 4 bits of state (enum zs_page_state), 13 of length and 47 of time
 *	in units of 1024 ns
 */
struct zs_page {
	__u32 tag;
	__u32 who;
	__u64 word;
};

/**
 * struct zs_area - a swap area as the kernel has it, in the place of its type
 * @used: there is one
 * @prio: its priority
 * @pages: its room
 */
struct zs_area {
	__u32 used;
	__s32 prio;
	__u64 pages;
};

#endif /* ZSWAPSCOPE_SHARED_H */
