// SPDX-License-Identifier: GPL-2.0
/*
 * Writeback: a page leaves the pool for the swap device.
 *
 * It begins with where the page was when somebody chose it: a swap entry, and a
 * handle in the pool that may mean nothing any more.  A fresh folio in the swap
 * cache makes the swap entry ours alone, and then the index tells the truth; see
 * the rule of the slot in linux/frontswap.h.
 *
 * Locks: none of our own, see zswap.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/frontswap.h>
#include <linux/ktime.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/zbud.h>
#include <trace/events/zswap.h>

#include "zswap.h"

/* Frames that one call tries to free before it gives up on the pool. */
#define EVICT_TRIES	8
#define EVICT_FORBIDDEN	2
/* Pages that it asks to go before it tries no further frame: whoever waits, waits. */
#define EVICT_PAGES	ZBUD_MAX_BUDDIES
/* How often a drain says how far it is: in the log, and in pages as an event. */
#define DRAIN_REPORT	(5 * HZ)
#define DRAIN_EVENT	1024
/* How long it rests after a pass without success; and an area whose device takes nothing. */
#define DRAIN_REST	(HZ / 20)
#define DRAIN_PATIENCE	(5 * HZ)
/* And after so many pages of a pass for which there was no memory. */
#define DRAIN_SCARCE	1024
/* What the device does not take stays in memory, until only such a part is available. */
#define MEMORY_TO_LEAVE	8

static void page_lost(swp_entry_t swp)
{
	pr_err("page %lu of swap area %u is lost: memory was corrupted; its reader gets an error\n",
	       swp_offset(swp), swp_type(swp));
}

/*
 * The page is in the swap cache, from when it was stored or swapped in.  Make
 * the folio its owner again: dirty, it will be written before it is freed.
 */
static int give_back(struct folio *folio, swp_entry_t swp)
{
	struct zswap_entry *entry;

	if (!frontswap_lock_cached(folio, swp)) {
		folio_put(folio);
		return -EAGAIN;
	}
	if (!folio_test_uptodate(folio) && !folio_test_large(folio) &&
	    !folio_test_hwpoison(folio)) {
		/* we could not give it to a reader: once more, before it is lost */
		entry = zswap_index_find(swp);
		if (entry && !zswap_entry_read(entry, folio, 0))
			folio_mark_uptodate(folio);
	}
	entry = zswap_index_remove(swp);
	if (entry && !folio_test_uptodate(folio)) {
		page_lost(swp);
		zswap_entry_drop(swp, entry);
		frontswap_writeback_poison(folio);
		return 0;
	}
	if (entry) {
		folio_mark_dirty(folio);
		zswap_entry_drop(swp, entry);
	}
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}

/* When a writeback was how far; 0 where it did not get, or nobody listens. */
struct times {
	u64 start;
	u64 found;	/* it has a folio, or knows that there is none */
	u64 filled;
	u64 submitting;
	u64 submitted;
};

/* One look at the clock, for the end of this and the beginning of that. */
static u64 time_of(const struct times *times)
{
	return times->start ? ktime_get_ns() : 0;
}

/* What the folio of a swap entry that is ours alone is to become. */
enum fate { FATE_WRITE, FATE_ABORT, FATE_READ, FATE_FAIL, FATE_POISON };

/* What an event says of the page. */
struct told {
	enum zswap_kind kind;
	unsigned int length;
	u64 age;
	u64 cgroup;
};

static void tell(struct told *told, const struct zswap_entry *entry,
		 const struct times *times)
{
	if (!times->start)
		return;
	told->length = entry->length;
	told->kind = zswap_entry_kind(entry);
	told->age = times->found - entry->stored_ns;
	told->cgroup = frontswap_objcg_id(entry->objcg);
}

/*
 * Decide it, fill the folio, and let the entry go if it is no longer needed.
 * Returns as zswap_write_back() does.
 */
static int take_out(struct folio *folio, unsigned long handle,
		    enum zswap_cause cause, enum fate *fate,
		    struct times *times, struct told *told)
{
	swp_entry_t swp = folio->swap;
	struct zswap_entry *entry;
	int err;

	/*
	 * First of all: an entry that was not told of its swap entry's end could
	 * be in the hands of drop_unused(), and must not be looked at.
	 */
	if (frontswap_superseded(folio)) {
		entry = zswap_index_remove(swp);
		if (entry)
			zswap_entry_drop(swp, entry);
		folio_zero_range(folio, 0, PAGE_SIZE);
		*fate = FATE_ABORT;
		return 0;
	}
	/* the swap entry is ours alone now: the index tells the truth */
	entry = zswap_index_find(swp);
	if (!entry || (handle && !(entry->length && entry->handle == handle))) {
		/* the buddy has gone; the swap entry is another page's now */
		*fate = FATE_READ;
		return 0;
	}

	tell(told, entry, times);
	err = zswap_entry_read(entry, folio, 0);
	times->filled = time_of(times);
	/* of bytes that cannot be read the entry stays, and says so to every reader */
	if (err && cause != ZSWAP_CAUSE_DRAIN) {
		*fate = FATE_FAIL;
		return err;
	}
	if (cause != ZSWAP_CAUSE_DRAIN &&
	    !frontswap_objcg_may_writeback(entry->objcg)) {
		*fate = FATE_ABORT;
		return -EPERM;
	}

	entry = zswap_index_remove(swp);
	if (WARN_ON_ONCE(!entry)) {
		*fate = FATE_READ;
		return 0;
	}
	if (err) {
		page_lost(swp);
		zswap_entry_drop(swp, entry);
		*fate = FATE_POISON;
		return 0;
	}
	frontswap_count_written_back(entry->objcg);
	atomic64_inc(&zswap_stats.written_back_pages);
	zswap_entry_free(entry);
	*fate = FATE_WRITE;
	return 0;
}

/* The folio becomes that; one that is written is waited for with @batch, if there is one. */
static void carry_out(struct folio *folio, enum fate fate,
		      struct zswap_batch *batch, struct times *times)
{
	switch (fate) {
	case FATE_WRITE:
		times->submitting = time_of(times);
		frontswap_writeback_submit(folio, batch);
		times->submitted = time_of(times);
		if (batch)
			batch->folios[batch->nr++] = folio;
		else
			zswap_sample_write(folio);
		break;
	case FATE_ABORT:
		frontswap_writeback_abort(folio);
		break;
	case FATE_READ:
		frontswap_writeback_read(folio);
		break;
	case FATE_FAIL:
		frontswap_writeback_fail(folio);
		break;
	case FATE_POISON:
		frontswap_writeback_poison(folio);
		break;
	}
}

/* The event of a writeback that was over at @end. */
static void report(swp_entry_t swp, const struct times *times, u64 end,
		   const struct told *told, enum zswap_cause cause, int err)
{
	if (!times->start)
		return;
	trace_zswap_writeback(swp_type(swp), swp_offset(swp), told->cgroup,
			      told->length, told->age, end - times->start,
			      cause, err, told->kind,
			      times->found - times->start,
			      trace_between(times->found, times->filled),
			      trace_between(times->submitting, times->submitted));
}

/**
 * zswap_batch_wait() - wait for the writes of a batch, and give its memory back
 * @batch: the batch; empty afterwards
 *
 * Context: may sleep.
 */
void zswap_batch_wait(struct zswap_batch *batch)
{
	if (!batch->nr)
		return;
	batch->done = batch->done / 2 + batch->nr;
	batch->failed /= 2;
	while (batch->nr)
		batch->failed += !frontswap_writeback_finish(batch->folios[--batch->nr]);
	batch->most = zswap_batch_fails(batch) ? 1 : ZSWAP_BATCH;
}

/**
 * zswap_write_back() - move a page from the pool to the swap device
 * @swp: its swap entry
 * @handle: the object that is to go, or 0 for whatever the swap entry has
 * @cause: what asked for it
 * @batch: has room, and gets the folio of the write; NULL: nobody waits for it
 *
 * Context: may sleep.
 * Return: 0 when the object is gone, by us or by others; -EEXIST when the page
 *	is in the swap cache; -EPERM when its cgroup forbids writeback; -ENOMEM
 *	for want of memory; -EAGAIN when others are at work on the swap entry;
 *	-EIO for bytes that do not decompress.
 */
int zswap_write_back(swp_entry_t swp, unsigned long handle,
		     enum zswap_cause cause, struct zswap_batch *batch)
{
	struct times times = { .start = trace_start(zswap_writeback) };
	struct told told = { .kind = ZSWAP_KIND_COMPRESSED };
	struct folio *folio;
	unsigned int how = 0;
	enum fate fate;
	u64 end;
	bool fresh;
	int err;

	/* a drain has to get on, and what it borrows it gives back once it is written */
	if (cause == ZSWAP_CAUSE_DRAIN)
		how = FRONTSWAP_FORCE |
		      (zswap_batch_fails(batch) ? 0 : FRONTSWAP_RESERVES);
	folio = frontswap_writeback_begin(swp, how, &fresh);
	times.found = time_of(&times);
	end = times.found;
	if (IS_ERR(folio)) {
		err = PTR_ERR(folio);
		goto trace;
	}
	if (!fresh) {
		if (cause == ZSWAP_CAUSE_DRAIN)
			return give_back(folio, swp);
		folio_put(folio);
		err = -EEXIST;
		goto trace;
	}

	err = take_out(folio, handle, cause, &fate, &times, &told);
	carry_out(folio, fate, batch, &times);
	/* the buddy is gone, but was not written: that was an invalidation */
	if (!err && fate != FATE_WRITE)
		return 0;
	end = times.submitted ?: time_of(&times);
trace:
	report(swp, &times, end, &told, cause, err);
	return err;
}

struct eviction {
	enum zswap_cause cause;
	struct zswap_batch *batch;
	unsigned int pages;	/* that were asked to go */
};

/* zbud asks for an object to go; its tag is the swap entry. */
static int evict(void *owner, unsigned long handle, unsigned long tag, void *arg)
{
	struct eviction *eviction = arg;
	struct zswap_batch *batch = eviction->batch;

	eviction->pages++;
	if (batch) {
		if (batch->nr == batch->most)
			zswap_batch_wait(batch);
		if (zswap_batch_fails(batch))
			return -EIO;
	}
	return zswap_write_back((swp_entry_t){ tag }, handle, eviction->cause, batch);
}

static const struct zbud_ops zbud_ops = { .evict = evict };

/** zswap_pool_create() - the pool, or NULL without memory */
struct zbud_pool *zswap_pool_create(void)
{
	return zbud_pool_create(&zbud_ops, NULL);
}

/**
 * zswap_evict_frame() - free one frame, the oldest that lets itself be freed
 * @cause: what asked for it
 * @batch: gets the folios of the writes, and is waited for whenever it is full;
 *	NULL: nobody waits for them
 *
 * Context: may sleep.
 * Return: 0; -ENOENT if there is none; -EIO without a try while the device takes
 *	nothing, unless it is the worker who asks, who has it once that is seen of
 *	@batch; else why the last one that was
 *	tried could not be freed.
 */
int zswap_evict_frame(enum zswap_cause cause, struct zswap_batch *batch)
{
	struct eviction eviction = { .cause = cause, .batch = batch };
	struct zbud_reclaimed seen;
	u64 start, now;
	int tries, forbidden = 0, err = -ENOENT;

	/* it would make the pool smaller by more memory that nobody can free */
	if (cause != ZSWAP_CAUSE_BACKGROUND && zswap_writes_fail())
		return -EIO;
	for (tries = 0; tries < EVICT_TRIES && eviction.pages < EVICT_PAGES; tries++) {
		start = trace_start(zswap_evict);
		err = zbud_reclaim(zswap_pool, &eviction, &seen);
		if (err == -ENOENT)
			break;
		if (trace_zswap_evict_enabled()) {
			now = ktime_get_ns();
			trace_zswap_evict(cause, seen.buddies, seen.bytes,
					  now - seen.added_ns,
					  trace_between(start, now), err, seen.pages);
		}
		/* without memory, or a device, the next one would fare no better */
		if (!err || err == -ENOMEM || (batch && zswap_batch_fails(batch)))
			break;
		/* a pool of pages that may not be written: each try costs */
		if (err == -EPERM && ++forbidden == EVICT_FORBIDDEN)
			break;
	}
	return err;
}

/*
 * Drain
 */

/*
 * A page that a drain finds without a user: the swap code did not say that it
 * was freed.  Nobody gets it by that swap entry, as no store runs.
 */
static bool drop_unused(swp_entry_t swp)
{
	struct zswap_entry *entry;

	if (!frontswap_entry_free(swp))
		return false;
	entry = zswap_index_remove(swp);
	if (entry)
		zswap_entry_drop(swp, entry);
	return true;
}

/* What is known of a swap area by the writes of a drain. */
enum area_state {
	AREA_TAKES,
	AREA_REFUSES,
	AREA_UNTRIED,	/* refused, and there was no memory to try again, but the last reserves */
};

/**
 * struct drain - one on its way
 * @start: when it began, if somebody listens
 * @next_report: when it is to say in the log how far it is
 * @since_event: pages since it has said so as an event
 * @scarce: pages for which this pass has found no memory, and it was not us who had it
 * @batch: its writes, which all are of one area
 * @area: of each swap area, its state; and until when it is left alone
 */
struct drain {
	u64 start;
	unsigned long next_report;
	unsigned int since_event;
	unsigned int scarce;
	struct zswap_batch batch;
	struct {
		enum area_state state;
		unsigned long rests;
	} area[MAX_SWAPFILES];
};

static void trace_drain(const struct drain *drain, enum zswap_drain_stage stage)
{
	if (trace_zswap_drain_enabled())
		trace_zswap_drain(stage, frontswap_stored_pages(),
				  zbud_pages(zswap_pool),
				  trace_duration(drain->start));
}

static const char refused[] =
	", which the swap device does not take (write errors); swapoff has them read to memory";

static bool drain_refused(const struct drain *drain)
{
	unsigned int type;

	for (type = 0; type < MAX_SWAPFILES; type++) {
		if (drain->area[type].state != AREA_TAKES)
			return true;
	}
	return false;
}

/* Say in the log how far it is, for who waits for rmmod. */
static void drain_report(struct drain *drain)
{
	if (time_before(jiffies, drain->next_report))
		return;
	pr_info("draining: %ld pages left%s\n", frontswap_stored_pages(),
		drain_refused(drain) ? refused : "");
	drain->next_report = jiffies + DRAIN_REPORT;
}

static void drain_progress(struct drain *drain)
{
	drain_report(drain);
	if (++drain->since_event == DRAIN_EVENT) {
		trace_drain(drain, ZSWAP_DRAIN_PROGRESS);
		drain->since_event = 0;
	}
}

/*
 * A page that the device does not take stays in memory, and is out of our hands.  As
 * long as there is memory that is as good; then it is looked, now and then, with one
 * page, whether the device takes any.  The rest stays in the pool for that long.
 *
 * Return: whether the area is to be gone on with.
 */
static bool drain_wait(struct drain *drain, unsigned int type)
{
	enum area_state *state = &drain->area[type].state, was = *state;

	if (!drain->batch.nr)
		return true;
	zswap_batch_wait(&drain->batch);
	*state = zswap_batch_fails(&drain->batch) ? AREA_REFUSES : AREA_TAKES;
	if (*state == AREA_TAKES)
		return true;
	if (was == AREA_UNTRIED || si_mem_available() < totalram_pages() / MEMORY_TO_LEAVE) {
		drain->area[type].rests = jiffies + DRAIN_PATIENCE;
		return false;
	}
	/* others first, as long as it is not known of them */
	return was == AREA_REFUSES;
}

/* The pages of one swap area; returns how many of them it made go. */
static unsigned long drain_area(struct drain *drain, unsigned int type)
{
	enum area_state *state = &drain->area[type].state;
	struct zswap_batch *batch = &drain->batch;
	unsigned long cursor = 0, gone = 0;
	swp_entry_t swp;
	int err;

	if (!zswap_index_next(type, &swp, &cursor)) {
		*state = AREA_TAKES;
		return 0;
	}
	batch->most = *state == AREA_TAKES ? ZSWAP_BATCH : 1;
	batch->done = *state == AREA_REFUSES;
	batch->failed = batch->done;
	do {
		err = zswap_write_back(swp, 0, ZSWAP_CAUSE_DRAIN, batch);
		gone += !err || drop_unused(swp);
		if (err == -ENOMEM && !batch->nr) {
			if (*state == AREA_REFUSES)
				*state = AREA_UNTRIED;
			/* what takes no memory goes on; but each other try costs */
			if (!(++drain->scarce % DRAIN_SCARCE))
				schedule_timeout_uninterruptible(DRAIN_REST);
		}
		/* it may be us who have the memory */
		if ((err == -ENOMEM || batch->nr == batch->most) &&
		    !drain_wait(drain, type))
			break;
		drain_progress(drain);
		cond_resched();
	} while (zswap_index_next(type, &swp, &cursor));
	drain_wait(drain, type);
	return gone;
}

/*
 * One pass over everything; returns how many pages it made go.  An area that takes
 * nothing does not keep others waiting, whose pages have memory to give.
 */
static unsigned long drain_pass(struct drain *drain)
{
	unsigned long gone = 0;
	unsigned int type;

	drain->scarce = 0;
	for (type = 0; type < MAX_SWAPFILES; type++) {
		if (drain->area[type].state == AREA_TAKES)
			gone += drain_area(drain, type);
	}
	for (type = 0; type < MAX_SWAPFILES; type++) {
		if (drain->area[type].state != AREA_TAKES &&
		    time_after_eq(jiffies, drain->area[type].rests))
			gone += drain_area(drain, type);
	}
	drain_report(drain);
	if (gone)
		trace_drain(drain, ZSWAP_DRAIN_PROGRESS);
	drain->since_event = 0;
	return gone;
}

/**
 * zswap_drain() - hand every page back, to the swap device or to its folio
 *
 * Context: may sleep; no store runs, or begins, meanwhile.
 */
void zswap_drain(void)
{
	struct drain drain = {
		.start = trace_start(zswap_drain),
		.next_report = jiffies + DRAIN_REPORT,
	};

	pr_info("draining: %ld pages, %lu page frames\n",
		frontswap_stored_pages(), zbud_pages(zswap_pool));
	trace_drain(&drain, ZSWAP_DRAIN_BEGIN);
	/* same-filled pages have no frame; who just took one has no index entry */
	while (!zswap_index_empty() || zbud_pages(zswap_pool)) {
		/*
		 * What a whole pass could not move is being loaded or freed by
		 * others, or there was no memory for a folio, or the device rests.
		 * No event tells when that is over: let others run, and try again.
		 */
		if (!drain_pass(&drain) || drain.scarce)
			schedule_timeout_uninterruptible(DRAIN_REST);
	}
	zswap_reclaim_drained();
	trace_drain(&drain, ZSWAP_DRAIN_END);
	pr_info("drained\n");
}
