/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The recent past of pages, for what no single event tells: whose page it is, how
 * long its I/O takes, whether it comes back soon after it has gone.
 *
 * Two tables, by swap entry and by page frame.  A page's place in a table is given
 * by its number, so that a look costs an index and a comparison; two pages whose
 * places are the same push each other out, which is counted (struct zswap_health)
 * and costs an answer, never a wrong count.
 *
 * Nobody else works on a swap entry while one event about it is on its way (the rule
 * of the slot, linux/frontswap.h), so a slot has one writer; except that two swap
 * entries that share it may be written at once, by which one duration or one owner
 * in a great many may be another page's.
 */
#ifndef ZSWAPSCOPE_PAGES_BPF_H
#define ZSWAPSCOPE_PAGES_BPF_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <zswapscope/shared.h>
#include <zswapscope/stats.h>

/* Places in the tables: powers of two, from 4096 up. */
#define ZS_PAGES	65536
#define ZS_FRAMES	8192

/*
 * One frame in so many is remembered, and counts for all of them: most of what a look
 * costs is the way to memory, and what is wanted is a rate.
 */
#define ZS_FRAME_SAMPLE	8

/*
 * Variables in a map of their own, beside that of zs_pages, so that who looks at the one
 * need not see the other.
 */
#define ZS_SHARED	".data.shared"

struct zs_shared zs_shared SEC(ZS_SHARED) __attribute__((aligned(64)));

enum zs_page_state {
	ZS_PAGE_OTHER,		/* nothing to be remembered but its owner */
	ZS_PAGE_UNMAPPED,	/* taken out of its owner's page table */
	ZS_PAGE_STORED,		/* in the pool */
	ZS_PAGE_REJECTED,	/* on its way to the device, or there, without the pool */
	ZS_PAGE_WRITTEN,	/* its write from the pool ended before we knew of it */
	ZS_PAGE_WRITING,	/* from the pool, on its way to the device, since then */
	ZS_PAGE_EVICTED,	/* on the device; its eviction was then */
	ZS_PAGE_READING,	/* from the device, since then */
};

/* The words of struct zs_page. */
#define ZS_STATE_SHIFT	60
#define ZS_LENGTH_SHIFT	47
#define ZS_LENGTH_MASK	0x1fffULL
#define ZS_TICK_SHIFT	10
#define ZS_TICK_MASK	((1ULL << ZS_LENGTH_SHIFT) - 1)

/* A variable, so that a place is an address that is known, and not looked up. */
struct zs_page zs_pages[ZS_PAGES];

/*
 * A page frame that a page was loaded to: the upper 12 bits tell it, and whose it is,
 * well enough from others of the same place; the rest is when, in 16 jiffies.  Small,
 * as most of the time that a look takes is the way to memory.
 */
#define ZS_FRAME_CHECK		(0xfffU << 20)
#define ZS_FRAME_TICK_SHIFT	4

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ZS_FRAMES);
	__type(key, __u32);
	__type(value, __u32);
} zs_frames SEC(".maps");

static __always_inline __u64 zs_page_word(enum zs_page_state state, __u64 length,
					  __u64 ns)
{
	return (__u64)state << ZS_STATE_SHIFT | length << ZS_LENGTH_SHIFT |
	       (ns >> ZS_TICK_SHIFT & ZS_TICK_MASK);
}

static __always_inline enum zs_page_state zs_word_state(__u64 word)
{
	word >>= ZS_STATE_SHIFT;
	/* or it is compared where it is, with a constant that takes more to have */
	barrier_var(word);
	return word;
}

static __always_inline enum zs_page_state zs_page_state(const struct zs_page *page)
{
	return zs_word_state(page->word);
}

static __always_inline __u64 zs_page_length(const struct zs_page *page)
{
	return page->word >> ZS_LENGTH_SHIFT & ZS_LENGTH_MASK;
}

/*
 * Nanoseconds between what a word remembers and now; 0 also when now, which another CPU
 * may have read, was a little before.
 */
static __always_inline __u64 zs_word_since(__u64 word, __u64 now)
{
	__u64 left = ((now >> ZS_TICK_SHIFT) - word) << (64 - ZS_LENGTH_SHIFT);
	/* all of its bits are that of the sign */
	__u64 before = (__s64)left >> 63;

	return ((left & ~before) >> (64 - ZS_LENGTH_SHIFT)) << ZS_TICK_SHIFT;
}

static __always_inline __u64 zs_page_since(const struct zs_page *page, __u64 now)
{
	return zs_word_since(page->word, now);
}

/* What tells the swap entries of one place apart; never 0. */
static __always_inline __u32 zs_page_tag(__u32 type, __u64 offset)
{
	return ((__u32)(offset >> 12) << 5 | (type & 31)) + 1;
}

/* The place of a swap entry, whoever has it. */
static __always_inline struct zs_page *zs_page_place(__u32 type, __u64 offset)
{
	/* swap areas begin apart, so that small ones do not share places */
	struct zs_page *page = &zs_pages[(offset + type * 0x9e37000ULL) & (ZS_PAGES - 1)];

	/* or the compiler finds it for each of its members */
	barrier_var(page);
	return page;
}

/* That is worth something yet, and goes. */
static __always_inline void zs_page_forget(const struct zs_page *page)
{
	if (page->tag && zs_page_state(page) != ZS_PAGE_OTHER)
		__sync_fetch_and_add(&zs_shared.health.pages_forgotten, 1);
}

/* Its word, read once; for who changes it with zs_page_swap(). */
static __always_inline __u64 zs_page_look(const struct zs_page *page)
{
	return *(const volatile __u64 *)&page->word;
}

/* Change a word, if it is still what it was. Return: what it was before that. */
static __always_inline __u64 zs_page_swap(struct zs_page *page, __u64 before, __u64 after)
{
	return __sync_val_compare_and_swap(&page->word, before, after);
}

/* The same in another state, with its length and time. */
static __always_inline __u64 zs_word_in(__u64 word, enum zs_page_state state)
{
	return (word & ~(~0ULL << ZS_STATE_SHIFT)) | (__u64)state << ZS_STATE_SHIFT;
}

static __always_inline void zs_page_set(struct zs_page *page, __u32 tag, __u32 who,
					__u64 word)
{
	if (page->tag != tag)
		zs_page_forget(page);
	page->tag = tag;
	page->who = who;
	page->word = word;
}

static __always_inline __u32 *zs_frame_place(__u64 pfn)
{
	__u32 index = pfn / ZS_FRAME_SAMPLE & (ZS_FRAMES - 1);

	return pfn % ZS_FRAME_SAMPLE ? NULL : bpf_map_lookup_elem(&zs_frames, &index);
}

static __always_inline __u32 zs_frame_check(__u64 pfn, __u64 cgroup)
{
	return (((__u32)(pfn >> 12) ^ (__u32)cgroup) * 0x9e3779b1U) & ZS_FRAME_CHECK;
}

static __always_inline __u32 zs_frame_now(void)
{
	return (bpf_jiffies64() >> ZS_FRAME_TICK_SHIFT) & ~ZS_FRAME_CHECK;
}

/* A page was loaded to a frame. */
static __always_inline void zs_frame_loaded(__u64 pfn, __u64 cgroup)
{
	__u32 *frame = zs_frame_place(pfn);

	if (frame)
		*frame = zs_frame_check(pfn, cgroup) | zs_frame_now();
}

/*
 * A frame's page is on its way to swap: how long, in nanoseconds, after it was
 * loaded?  Return: false when it was not, or by others, as a frame may have come to
 * another cgroup meanwhile; or when it is none of the sample.
 */
static __always_inline bool zs_frame_restored(__u64 pfn, __u64 cgroup, __u64 *ns)
{
	__u32 *frame = zs_frame_place(pfn), ticks;

	if (!frame || !*frame || ((*frame ^ zs_frame_check(pfn, cgroup)) & ZS_FRAME_CHECK))
		return false;
	/* they begin again after half a day, at the least */
	ticks = (zs_frame_now() - *frame) & ~ZS_FRAME_CHECK;
	*frame = 0;
	*ns = ((__u64)ticks << ZS_FRAME_TICK_SHIFT) * zs_shared.jiffy_ns;
	return true;
}

#endif /* ZSWAPSCOPE_PAGES_BPF_H */
