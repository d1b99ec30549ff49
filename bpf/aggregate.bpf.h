/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one aggregation behind every source of events.  A source only unpacks
 * its arguments and calls zs_on_EVENT(); what is counted is decided here.  Where only
 * the events are wanted (zs_events_only), nothing is.
 *
 * Each function touches the members of its own event and no others: see struct
 * zswap_usage on why that makes plain increments safe.
 */
#ifndef ZSWAPSCOPE_AGGREGATE_BPF_H
#define ZSWAPSCOPE_AGGREGATE_BPF_H

#include "groups.bpf.h"
#include "stream.bpf.h"

static __always_inline void zs_count(struct zswap_hist *hist, __u32 slot,
				     __u64 value)
{
	hist->sum += value;
	hist->slots[slot & (ZSWAP_HIST_SLOTS - 1)]++;
}

static __always_inline __u32 zs_duration_slot(__u64 ns)
{
	return zswap_hist_slot_time(ns, ZSWAP_HIST_FIRST_DURATION);
}

static __always_inline __u32 zs_age_slot(__u64 ns)
{
	return zswap_hist_slot_time(ns, ZSWAP_HIST_FIRST_AGE);
}

static __always_inline struct zswap_hist *zs_pool_hist(struct zswap_pool_stats *pool,
						       enum zswap_histogram which)
{
	return &pool->hist[which - ZSWAP_USAGE_HIST_COUNT];
}

/* 0 is a measurement that was not made, not a fast one. */
static __always_inline void zs_count_known(struct zswap_hist *hist, __u64 ns)
{
	if (ns)
		zs_count(hist, zs_duration_slot(ns), ns);
}

/*
 * The word's own slot, or the one after the last word.  The barriers keep the
 * compiler from checking one copy of the number and indexing with another,
 * which the verifier cannot follow.
 */
static __always_inline __u64 zs_word_slot(__u64 word, __u64 words)
{
	barrier_var(word);
	if (word > words)
		word = words;
	barrier_var(word);
	return word;
}

/* What is counted of a swap area. */
static __always_inline struct zswap_device_counts *zs_device(struct zswap_pool_stats *pool,
							     __u32 type)
{
	return &pool->device[type & (ZSWAP_DEVICES - 1)];
}

/*
 * Store
 */

/* Stores and rejects both end a page's stay in memory. */
static __always_inline void zs_restored(struct zswap_usage *usage, __u64 pfn,
					__u64 cgroup)
{
	struct zswap_hist *hist = &usage->hist[ZSWAP_HIST_RESTORE_AGE];
	__u64 ns;

	if (!zs_frame_restored(pfn, cgroup, &ns))
		return;
	/* by two programs, which may run on one CPU, one within the other */
	__sync_fetch_and_add(&hist->sum, ns * ZS_FRAME_SAMPLE);
	__sync_fetch_and_add(&hist->slots[zs_age_slot(ns) & (ZSWAP_HIST_SLOTS - 1)],
			     ZS_FRAME_SAMPLE);
	if (ns < zs_shared.thrash_ns)
		__sync_fetch_and_add(&usage->restores, ZS_FRAME_SAMPLE);
}

static __always_inline void zs_count_store(__u32 number, __u32 type, __u64 cgroup,
					   __u32 length, __u64 duration_ns, __u32 kind,
					   __u64 pfn)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_usage *usage = zs_usage_of_page(number, type);

	if (!pool || !usage)
		return;
	usage->stores++;
	zs_device(pool, type)->stores++;
	usage->store_bytes_out += length;
	if (kind == ZSWAP_KIND_SAME_FILLED)
		usage->same_filled++;
	else if (kind == ZSWAP_KIND_INCOMPRESSIBLE)
		usage->incompressible++;
	zs_count(&usage->hist[ZSWAP_HIST_STORE_SIZE], zswap_hist_slot_bytes(length),
		 length);
	zs_count_known(&usage->hist[ZSWAP_HIST_STORE_DURATION], duration_ns);
	zs_restored(usage, pfn, cgroup);
}

/* @now: for sources whose events do not tell the age of a page; else 0 */
static __always_inline int zs_on_store(__u32 type, __u64 offset, __u64 cgroup,
				       __u32 length, __u64 duration_ns,
				       __u32 kind, __u64 pfn, __u64 now)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset), number;
	struct zswap_who who;

	number = zs_number_of(cgroup, page, tag, &who);
	zs_page_set(page, tag, number, zs_page_word(ZS_PAGE_STORED, length, now));
	if (!zs_wanted(&who))
		return 0;
	if (!zs_events_only)
		zs_count_store(number, type, cgroup, length, duration_ns, kind, pfn);
	if (zs_streams(ZSWAP_EVENT_STORE))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_STORE, .type = type, .offset = offset,
			.length = length, .duration_ns = duration_ns, .kind = kind,
			.pfn = zs_event_pfn(pfn),
		}, &who);
	return 0;
}

/*
 * Load
 */

static __always_inline void zs_count_load(__u32 number, __u32 type, __u64 cgroup,
					  __u32 length, __u64 age_ns, __u64 duration_ns,
					  __u64 pfn)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_usage *usage = zs_usage_of_page(number, type);

	if (!pool || !usage)
		return;
	usage->loads++;
	zs_device(pool, type)->loads++;
	usage->load_bytes += length;
	zs_count_known(&usage->hist[ZSWAP_HIST_LOAD_DURATION], duration_ns);
	if (age_ns)
		zs_count(&usage->hist[ZSWAP_HIST_LOAD_AGE], zs_age_slot(age_ns),
			 age_ns);
	zs_frame_loaded(pfn, cgroup);
}

/* @stays: it is in the pool still */
static __always_inline int zs_on_load(__u32 type, __u64 offset, __u64 cgroup,
				      __u32 length, __u64 age_ns,
				      __u64 duration_ns, __u32 kind, __u64 pfn,
				      bool stays)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset), number;
	struct zswap_who who;

	number = zs_number_of(cgroup, page, tag, &who);
	if (page->tag == tag && !stays)
		page->word = zs_page_word(ZS_PAGE_OTHER, 0, 0);
	if (!zs_wanted(&who))
		return 0;
	if (!zs_events_only)
		zs_count_load(number, type, cgroup, length, age_ns, duration_ns, pfn);
	if (zs_streams(ZSWAP_EVENT_LOAD))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_LOAD, .type = type, .offset = offset,
			.length = length, .age_ns = age_ns, .duration_ns = duration_ns,
			.kind = kind, .pfn = zs_event_pfn(pfn),
		}, &who);
	return 0;
}

/*
 * Disk read: it begins with a miss, and ends in an interrupt
 */

static __always_inline bool zs_was_evicted(enum zs_page_state state)
{
	return state == ZS_PAGE_EVICTED || state == ZS_PAGE_WRITING ||
	       state == ZS_PAGE_WRITTEN;
}

/* When it is read after it was evicted: how long after, and is that too soon? */
static __always_inline void zs_refault(struct zswap_usage *usage, __u64 ns)
{
	zs_count(&usage->hist[ZSWAP_HIST_REFAULT_AGE], zs_age_slot(ns), ns);
	if (ns < zs_shared.thrash_ns)
		usage->refaults++;
}

/* @since: its eviction; 0: it was not evicted */
static __always_inline void zs_count_miss(__u32 number, __u32 type,
					  enum zs_page_state state, __u64 since)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_usage *usage = zs_usage_of_page(number, type);

	if (!pool || !usage)
		return;
	usage->disk_reads++;
	zs_device(pool, type)->disk_reads++;
	if (state == ZS_PAGE_REJECTED)
		usage->reject_reads++;
	if (zs_was_evicted(state))
		zs_refault(usage, since);
}

static __always_inline int zs_on_miss(__u32 type, __u64 offset, __u64 cgroup, __u64 pfn,
				      __u64 now)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset), number;
	enum zs_page_state state = ZS_PAGE_OTHER;
	struct zswap_who who;
	__u64 since = 0;

	number = zs_number_of(cgroup, page, tag, &who);
	if (page->tag == tag) {
		state = zs_page_state(page);
		since = zs_page_since(page, now);
	}
	zs_page_set(page, tag, number, zs_page_word(ZS_PAGE_READING, 0, now));
	if (!zs_wanted(&who))
		return 0;
	if (!zs_events_only)
		zs_count_miss(number, type, state, since);
	if (zs_streams(ZSWAP_EVENT_MISS))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_MISS, .type = type, .offset = offset,
			.age_ns = zs_was_evicted(state) ? since : 0, .kind = ZSWAP_KIND_COUNT,
			.pfn = zs_event_pfn(pfn),
		}, &who);
	return 0;
}

static __always_inline void zs_count_read(__u32 number, __u32 type, __u64 ns)
{
	struct zswap_usage *usage = zs_usage_of_page(number, type);

	if (usage)
		zs_count(&usage->hist[ZSWAP_HIST_DISK_READ_DURATION], zs_duration_slot(ns), ns);
}

/*
 * The device has read a page; in an interrupt, for whoever waits.
 * @cgroup: that pays for it; of events only, the others know that of a page
 */
static __always_inline int zs_on_read_done(__u32 type, __u64 offset, __u64 cgroup)
{
	struct zs_page *page = zs_page_place(type, offset);
	struct zswap_who who;
	bool asked;
	__u64 ns;

	if (page->tag != zs_page_tag(type, offset) ||
	    zs_page_state(page) != ZS_PAGE_READING)
		return 0;
	ns = zs_page_since(page, bpf_ktime_get_ns());
	page->word = zs_page_word(ZS_PAGE_OTHER, 0, 0);
	/* mostly nobody asks whose it is */
	asked = zs_shared.filtered || zs_streams(ZSWAP_EVENT_READ);
	if (asked) {
		zs_who_of_page(page, cgroup, &who);
		/* a filter lets pass whom it knows */
		if (!zs_wanted(&who))
			return 0;
	}
	if (!zs_events_only)
		zs_count_read(page->who, type, ns);
	/* less than what times are kept in is some time yet */
	if (asked && zs_streams(ZSWAP_EVENT_READ))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_READ, .type = type, .offset = offset,
			.duration_ns = ns ?: 1, .kind = ZSWAP_KIND_COUNT,
		}, &who);
	return 0;
}

/*
 * Writeback
 */

struct zs_written {
	__u64 length;
	__u64 age_ns;
	__u64 duration_ns;
	__u64 cause;
	__u64 kind;
	__u64 alloc_ns;
	__u64 decompress_ns;
	__u64 submit_ns;
};

/*
 * The event of a writeback comes when its page was handed to the device, the end of its
 * write in an interrupt: in either order, or at once on two CPUs.  The time from one to the
 * other is counted by who comes second.  A page goes
 *
 *	STORED -> WRITING (the event came)  -> EVICTED (the end came, and counts)
 *	STORED -> WRITTEN (the end came)    -> EVICTED (the event came, and counts)
 *
 * Both swap the word for one that they have looked at, so one of the two gets it from
 * STORED.  The other one's swap fails, and tells it what the first has left, from where
 * only this other one goes on: the end comes once, and while the event's program was not
 * there yet, no other event of this page that is in the pool comes (see pages.bpf.h).  An
 * interrupt within the event's program is the same as the end on another CPU, in between.
 *
 * The event may be late: the write has ended, the page was freed, read again, even
 * stored, all before the program runs.  A state that no page in the pool has tells so;
 * then the word is another event's, and only the time is counted, as far as it is known.
 * A page that was stored again looks as if its end had not come, and waits for it.
 *
 * The tag is that of the swap entry all the time, if the page was known when its
 * writeback began.  If it was not (stored before the programs came, or pushed out of its
 * place: pages_forgotten), the event puts its tag there, and then swaps the word for what
 * it was before that: if the end has come between, that fails, as above.  If the end came
 * before the tag, it has found nobody; this page has no time, and stays WRITING until its
 * next event.  The pair of who has it (@who) may change with the event, as a page comes
 * to another cgroup when its own goes; the end does not look at it.
 *
 * A page of another swap entry may come to this place at any time.  Then a swap fails,
 * and leaves the other one's word as it is.
 */

/* From a write's submission to its end. */
static __always_inline void zs_add_write_io(__u64 ns)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_hist *hist;

	if (!pool || !zs_wanted_of_pool())
		return;
	hist = zs_pool_hist(pool, ZSWAP_HIST_WRITEBACK_IO);
	/* in an interrupt, or out of it */
	__sync_fetch_and_add(&hist->sum, ns);
	__sync_fetch_and_add(&hist->slots[zs_duration_slot(ns) & (ZSWAP_HIST_SLOTS - 1)], 1);
}

/* Is this of a page that is not in the pool, and on no way out of it? */
static __always_inline bool zs_left_the_pool(enum zs_page_state state)
{
	return 1U << state & (1U << ZS_PAGE_OTHER | 1U << ZS_PAGE_REJECTED |
			      1U << ZS_PAGE_EVICTED | 1U << ZS_PAGE_READING);
}

/* The event.  No static function, so that the verifier goes through it once. */
__noinline int zs_page_written(struct zs_page *page, __u32 tag, __u32 number,
			       __u64 submit_ns)
{
	enum zs_page_state state = ZS_PAGE_STORED;
	__u64 before, found, writing, since, now;

	if (!page)
		return 0;
	before = zs_page_look(page);
	if (page->tag == tag)
		state = zs_word_state(before);
	else
		zs_page_forget(page);
	if (zs_left_the_pool(state)) {
		zs_add_write_io(submit_ns);
		return 0;
	}
	page->tag = tag;
	page->who = number;
	now = bpf_ktime_get_ns();
	writing = zs_page_word(ZS_PAGE_WRITING, 0, now - submit_ns);
	found = before;
	if (state != ZS_PAGE_WRITTEN) {
		found = zs_page_swap(page, before, writing);
		if (found == before || zs_word_state(found) != ZS_PAGE_WRITTEN)
			return 0;
		/* the end has come after that */
		now = bpf_ktime_get_ns();
	}
	since = zs_word_since(found, now);
	zs_add_write_io(submit_ns > since ? submit_ns - since : 0);
	zs_page_swap(page, found, zs_word_in(writing, ZS_PAGE_EVICTED));
	return 0;
}

static __always_inline void zs_count_writeback(__u32 number, __u32 type, __u64 slot,
					       int result,
					       const struct zs_written *written)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_usage *usage = zs_usage_of_page(number, type);

	if (!pool || !usage)
		return;
	if (result) {
		usage->writebacks_failed++;
		pool->writeback_failed_by_cause[slot]++;
		return;
	}
	usage->writebacks++;
	zs_device(pool, type)->writebacks++;
	usage->writeback_bytes += written->length;
	usage->writeback_by_cause[slot]++;
	if (written->age_ns)
		zs_count(&usage->hist[ZSWAP_HIST_WRITEBACK_AGE],
			 zs_age_slot(written->age_ns), written->age_ns);
	zs_count_known(&usage->hist[ZSWAP_HIST_WRITEBACK_DURATION],
		       written->duration_ns);
	zs_count_known(zs_pool_hist(pool, ZSWAP_HIST_WRITEBACK_ALLOC),
		       written->alloc_ns);
	zs_count_known(zs_pool_hist(pool, ZSWAP_HIST_WRITEBACK_DECOMPRESS),
		       written->decompress_ns);
	zs_count_known(zs_pool_hist(pool, ZSWAP_HIST_WRITEBACK_SUBMIT),
		       written->submit_ns);
}

static __always_inline int zs_on_writeback(__u32 type, __u64 offset,
					   __u64 cgroup, int result,
					   const struct zs_written *written)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset), number;
	struct zswap_who who;
	__u64 slot;

	number = zs_number_of(cgroup, page, tag, &who);
	if (!result)
		zs_page_written(page, tag, number, written->submit_ns);
	if (!zs_wanted(&who))
		return 0;
	slot = zs_word_slot(written->cause, ZSWAP_CAUSE_COUNT);
	if (!zs_events_only)
		zs_count_writeback(number, type, slot, result, written);
	if (zs_streams(ZSWAP_EVENT_WRITEBACK))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_WRITEBACK, .type = type, .offset = offset,
			.length = written->length, .age_ns = written->age_ns,
			.duration_ns = written->duration_ns, .why = slot,
			.kind = written->kind, .result = result,
			.alloc_ns = zs_event_part(written->alloc_ns),
			.decompress_ns = zs_event_part(written->decompress_ns),
			.submit_ns = zs_event_part(written->submit_ns),
		}, &who);
	return 0;
}

/* The end: the device has written a page; in an interrupt, mostly. */
static __always_inline int zs_on_write_done(__u32 type, __u64 offset)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u64 before, found, now;

	if (page->tag != zs_page_tag(type, offset))
		return 0;
	before = zs_page_look(page);
	found = before;
	/* most that are written past the pool: rejected */
	if (!(1U << zs_word_state(before) & (1U << ZS_PAGE_STORED | 1U << ZS_PAGE_WRITING)))
		return 0;
	now = bpf_ktime_get_ns();
	if (zs_word_state(before) == ZS_PAGE_STORED) {
		found = zs_page_swap(page, before, zs_page_word(ZS_PAGE_WRITTEN, 0, now));
		if (found == before)
			return 0;
	}
	if (zs_word_state(found) != ZS_PAGE_WRITING)
		return 0;
	zs_add_write_io(zs_word_since(found, now));
	/* since when it is gone: its thrash is counted from there */
	zs_page_swap(page, found, zs_word_in(found, ZS_PAGE_EVICTED));
	return 0;
}

/*
 * Reject
 */

static __always_inline void zs_count_reject(__u32 number, __u32 type, __u64 cgroup,
					    __u64 slot, __u32 length, __u64 duration_ns,
					    __u64 pfn)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_usage *usage = zs_usage_of(number, type, slot);

	if (!pool || !usage)
		return;
	usage->rejects++;
	zs_device(pool, type)->rejects++;
	usage->reject_by_reason[slot]++;
	zs_count_known(&usage->hist[ZSWAP_HIST_REJECT_DURATION], duration_ns);
	zs_restored(usage, pfn, cgroup);
	if (length)
		zs_count(&usage->hist[ZSWAP_HIST_REJECT_SIZE],
			 zswap_hist_slot_bytes(length), length);
}

static __always_inline int zs_on_reject(__u32 type, __u64 offset, __u64 cgroup,
					__u32 reason, __u32 length,
					__u64 duration_ns, __u64 pfn)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset), number;
	struct zswap_who who;
	__u64 slot;

	number = zs_number_of(cgroup, page, tag, &who);
	zs_page_set(page, tag, number, zs_page_word(ZS_PAGE_REJECTED, 0, 0));
	if (!zs_wanted(&who))
		return 0;
	slot = zs_word_slot(reason, ZSWAP_REJECT_COUNT);
	if (!zs_events_only)
		zs_count_reject(number, type, cgroup, slot, length, duration_ns, pfn);
	if (zs_streams(ZSWAP_EVENT_REJECT))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_REJECT, .type = type, .offset = offset,
			.length = length, .duration_ns = duration_ns, .why = slot,
			.kind = ZSWAP_KIND_COUNT, .pfn = zs_event_pfn(pfn),
		}, &who);
	return 0;
}

/*
 * Evict, invalidate
 */

static __always_inline void zs_count_evict(__u32 number, __u64 slot, __u32 buddies,
					   __u32 bytes, __u64 age_ns, __u64 duration_ns,
					   int result, __u32 pages)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_usage *usage = zs_usage_of_page(number, ZS_NO_AREA);

	if (!pool || !usage)
		return;
	if (result) {
		usage->evicts_failed++;
		pool->evict_failed_by_cause[slot]++;
		return;
	}
	usage->evicts++;
	usage->evict_frames += pages;
	usage->evict_pages += buddies;
	usage->evict_bytes += bytes;
	zs_count(&usage->hist[ZSWAP_HIST_EVICT_AGE], zs_age_slot(age_ns), age_ns);
	zs_count_known(&usage->hist[ZSWAP_HIST_EVICT_DURATION], duration_ns);
	pool->evict_by_cause[slot]++;
	zs_count_known(&pool->evict_duration_by_cause[slot], duration_ns);
}

static __always_inline int zs_on_evict(__u32 cause, __u32 buddies, __u32 bytes,
				       __u64 age_ns, __u64 duration_ns,
				       int result, __u32 pages)
{
	struct zswap_who who;
	__u32 number = zs_number_of(0, NULL, 0, &who);
	__u64 slot;

	if (!zs_wanted(&who))
		return 0;
	slot = zs_word_slot(cause, ZSWAP_CAUSE_COUNT);
	if (!zs_events_only)
		zs_count_evict(number, slot, buddies, bytes, age_ns, duration_ns, result,
			       pages);
	if (zs_streams(ZSWAP_EVENT_EVICT))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_EVICT, .count = buddies, .length = bytes,
			.age_ns = age_ns, .duration_ns = duration_ns, .why = slot,
			.kind = ZSWAP_KIND_COUNT, .result = result, .pages = pages,
		}, &who);
	return 0;
}

static __always_inline void zs_count_invalidate(__u32 number, __u32 type, __u32 length,
						__u64 age_ns)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_usage *usage = zs_usage_of_page(number, type);

	if (!pool || !usage)
		return;
	usage->invalidates++;
	zs_device(pool, type)->invalidates++;
	usage->invalidate_bytes += length;
	zs_count(zs_pool_hist(pool, ZSWAP_HIST_INVALIDATE_AGE),
		 zs_age_slot(age_ns), age_ns);
}

static __always_inline int zs_on_invalidate(__u32 type, __u64 offset, __u64 age_ns,
					    __u64 cgroup, __u32 length, __u32 kind)
{
	struct zs_page *page = zs_page_place(type, offset);
	__u32 tag = zs_page_tag(type, offset), number;
	struct zswap_who who;

	number = zs_number_of(cgroup, page, tag, &who);
	if (page->tag == tag && zs_page_state(page) == ZS_PAGE_STORED)
		page->word = zs_page_word(ZS_PAGE_OTHER, 0, 0);
	if (!zs_wanted(&who))
		return 0;
	if (!zs_events_only)
		zs_count_invalidate(number, type, length, age_ns);
	if (zs_streams(ZSWAP_EVENT_INVALIDATE))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_INVALIDATE, .type = type, .offset = offset,
			.length = length, .age_ns = age_ns, .kind = kind,
		}, &who);
	return 0;
}

/*
 * The pool
 */

static __always_inline int zs_on_pool_limit(__u32 reached, __u64 pages, __u64 limit,
					    __u64 duration_ns)
{
	struct zswap_pool_stats *pool = zs_pool_stats();

	if (!pool || !zs_wanted_of_pool())
		return 0;
	if (zs_streams(ZSWAP_EVENT_POOL_LIMIT))
		zs_stream_of_pool(&(struct zswap_event){
			.event = ZSWAP_EVENT_POOL_LIMIT, .why = !!reached,
			.duration_ns = duration_ns, .kind = ZSWAP_KIND_COUNT,
			.pool = { .pages = pages, .limit = limit },
		});
	if (reached) {
		pool->pool_limit_reached++;
		return 0;
	}
	pool->pool_limit_left++;
	zs_count_known(zs_pool_hist(pool, ZSWAP_HIST_POOL_LIMIT_DURATION),
		       duration_ns);
	return 0;
}

static __always_inline int zs_on_compressor(const char *from, const char *to)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	struct zswap_event event = {
		.event = ZSWAP_EVENT_COMPRESSOR, .kind = ZSWAP_KIND_COUNT,
	};

	if (!pool || !zs_wanted_of_pool())
		return 0;
	pool->compressor_changes++;
	if (!zs_streams(ZSWAP_EVENT_COMPRESSOR))
		return 0;
	bpf_probe_read_kernel_str(event.compressor.from, sizeof(event.compressor.from), from);
	bpf_probe_read_kernel_str(event.compressor.to, sizeof(event.compressor.to), to);
	return zs_stream_of_pool(&event);
}

static __always_inline int zs_on_drain(__u32 stage, __u64 pages, __u64 frames,
				       __u64 duration_ns)
{
	struct zswap_pool_stats *pool = zs_pool_stats();

	if (!pool || !zs_wanted_of_pool())
		return 0;
	if (stage == ZSWAP_DRAIN_BEGIN)
		pool->drains++;
	if (zs_streams(ZSWAP_EVENT_DRAIN))
		zs_stream_of_pool(&(struct zswap_event){
			.event = ZSWAP_EVENT_DRAIN, .why = stage,
			.duration_ns = duration_ns, .kind = ZSWAP_KIND_COUNT,
			.drain = { .pages = pages, .frames = frames },
		});
	return 0;
}

static __always_inline int zs_on_shrink(__u32 cause, __u64 cgroup, __u32 node,
					__u64 scanned, __u64 written, __u64 duration_ns)
{
	struct zswap_pool_stats *pool = zs_pool_stats();
	const struct zswap_who who = { .cgroup = cgroup };

	if (!pool || !zs_wanted(&who))
		return 0;
	pool->shrinks++;
	pool->shrink_scanned += scanned;
	pool->shrink_written += written;
	zs_count_known(zs_pool_hist(pool, ZSWAP_HIST_SHRINK_DURATION),
		       duration_ns);
	if (zs_streams(ZSWAP_EVENT_SHRINK))
		zs_stream(&(struct zswap_event){
			.event = ZSWAP_EVENT_SHRINK, .why = cause, .count = node,
			.duration_ns = duration_ns, .kind = ZSWAP_KIND_COUNT,
			.shrink = { .scanned = scanned, .written = written },
		}, &who);
	return 0;
}

static __always_inline int zs_on_background(__u64 frames, __u64 left, __u64 goal,
					    __u64 duration_ns, int result)
{
	struct zswap_pool_stats *pool = zs_pool_stats();

	if (!pool || !zs_wanted_of_pool())
		return 0;
	pool->backgrounds++;
	/* stores may have made it larger meanwhile */
	if (left < frames)
		pool->background_frames += frames - left;
	zs_count_known(zs_pool_hist(pool, ZSWAP_HIST_BACKGROUND_DURATION),
		       duration_ns);
	if (zs_streams(ZSWAP_EVENT_BACKGROUND))
		zs_stream_of_pool(&(struct zswap_event){
			.event = ZSWAP_EVENT_BACKGROUND, .result = result,
			.duration_ns = duration_ns, .kind = ZSWAP_KIND_COUNT,
			.background = { .frames = frames, .left = left, .goal = goal },
		});
	return 0;
}

#endif /* ZSWAPSCOPE_AGGREGATE_BPF_H */
