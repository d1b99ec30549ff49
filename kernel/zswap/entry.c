// SPDX-License-Identifier: GPL-2.0
/*
 * Entries: what is kept of a page, and its contents, in and out.
 *
 * A page is kept in one of three ways (enum zswap_kind):
 *
 *	compressed	in the pool, beside others in a frame
 *	same-filled	as the word that it repeats; no pool memory
 *	incompressible	in the pool as it is, with a frame for itself, if the
 *			parameter "incompressible" says so
 *
 * An entry's life: zswap_entry_alloc(), then zswap_entry_fill() or a fill word,
 * then it goes into the index, then zswap_entry_publish() accounts for it and
 * makes it eligible for eviction.  Whoever gets it from zswap_index_remove(), or as
 * what zswap_index_insert() replaced, and nobody else, ends it with zswap_entry_free():
 * not who has found it before.  One that never got into the index ends with
 * zswap_entry_discard().
 */
#include <linux/frontswap.h>
#include <linux/highmem.h>
#include <linux/local_lock.h>
#include <linux/memcontrol.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/zbud.h>
#include <trace/events/zswap.h>

#include "copy.h"
#include "zswap.h"

#define WORDS_PER_PAGE	(PAGE_SIZE / sizeof(unsigned long))

/*
 * No sleeping for a frame: we are here because there are none.  Reclaim may take
 * it from the last reserves, for the whole page that it gives; but not one after
 * the other for a large folio, which gives nothing before all of them are stored.
 */
#define GFP_FRAME	(GFP_NOWAIT | __GFP_NORETRY | __GFP_NOWARN)
#define GFP_NEXT_FRAME	(GFP_FRAME | __GFP_HIGH | __GFP_NOMEMALLOC)

static struct kmem_cache *entry_cache;

/* What each page costs beside its compressed bytes: the built-in zswap has as much. */
static_assert(sizeof(struct zswap_entry) <= 56);

/*
 * Free entries of a CPU.  Pages come in one by one and go out one by one, and the slab
 * allocator is cheaper by the dozen; where they come as others go, it is not asked at
 * all.  KASAN knows a use after free only of what has gone back to the allocator.
 */
#define STASH		16
#define STASH_MOVES	8
#define STASH_USED	(!IS_ENABLED(CONFIG_KASAN))

struct stash {
	local_lock_t lock;	/* where the slab allocator may sleep, so may we */
	unsigned int nr;
	void *entries[STASH];
};

static DEFINE_PER_CPU(struct stash, stashes) = { .lock = INIT_LOCAL_LOCK(lock) };

/** zswap_entries_init() - before the first entry; 0 or -ENOMEM */
int zswap_entries_init(void)
{
	/* the built-in zswap may have a cache of the struct's own name */
	entry_cache = kmem_cache_create("zswap_zbud_entry",
					sizeof(struct zswap_entry), 0, 0, NULL);
	return entry_cache ? 0 : -ENOMEM;
}

/** zswap_entries_exit() - after the last one */
void zswap_entries_exit(void)
{
	struct stash *stash;
	int cpu;

	for_each_possible_cpu(cpu) {
		stash = per_cpu_ptr(&stashes, cpu);
		kmem_cache_free_bulk(entry_cache, stash->nr, stash->entries);
	}
	kmem_cache_destroy(entry_cache);
}

/* From whichever CPU this is; NULL if it has none. */
static struct zswap_entry *stash_pop(void)
{
	struct zswap_entry *entry = NULL;
	struct stash *stash;

	local_lock(&stashes.lock);
	stash = this_cpu_ptr(&stashes);
	if (stash->nr)
		entry = stash->entries[--stash->nr];
	local_unlock(&stashes.lock);
	return entry;
}

static void stash_push(struct zswap_entry *entry)
{
	struct stash *stash;

	local_lock(&stashes.lock);
	stash = this_cpu_ptr(&stashes);
	if (stash->nr == STASH) {
		stash->nr -= STASH_MOVES;
		kmem_cache_free_bulk(entry_cache, STASH_MOVES,
				     stash->entries + stash->nr);
	}
	stash->entries[stash->nr++] = entry;
	local_unlock(&stashes.lock);
}

static struct zswap_entry *entry_take(void)
{
	struct zswap_entry *entry = STASH_USED ? stash_pop() : NULL;
	void *some[STASH_MOVES];
	int nr = 0;

	if (entry)
		return entry;
	/* all of them or none; may sleep, and wake up on another CPU */
	if (STASH_USED)
		nr = kmem_cache_alloc_bulk(entry_cache, GFP_KERNEL | __GFP_NOWARN,
					   STASH_MOVES, some);
	if (!nr)
		return kmem_cache_alloc(entry_cache, GFP_KERNEL | __GFP_NOWARN);
	while (--nr)
		stash_push(some[nr]);
	return some[0];
}

static void entry_release(struct zswap_entry *entry)
{
	if (STASH_USED)
		stash_push(entry);
	else
		kmem_cache_free(entry_cache, entry);
}

/**
 * zswap_entry_alloc() - make an empty entry
 * @objcg: the page's cgroup, or NULL; a reference, which the entry takes over
 * @now: since when the page is stored, by ktime_get_ns()
 *
 * Context: may sleep.
 * Return: an entry for zswap_entry_fill(), or NULL without memory.
 */
noinline struct zswap_entry *zswap_entry_alloc(struct obj_cgroup *objcg, u64 now)
{
	struct zswap_entry *entry = entry_take();

	if (!entry)
		return NULL;
	entry->handle = 0;
	entry->comp = NULL;
	entry->objcg = objcg;
	INIT_LIST_HEAD(&entry->lru);
	entry->stored_ns = now;
	entry->length = 0;
	entry->touched = false;
	return entry;
}

/* The counter of pages that are held this way; NULL for the ordinary one. */
static atomic64_t *kind_counter(const struct zswap_entry *entry)
{
	switch (zswap_entry_kind(entry)) {
	case ZSWAP_KIND_SAME_FILLED:
		return &zswap_stats.same_filled_pages;
	case ZSWAP_KIND_INCOMPRESSIBLE:
		return &zswap_stats.stored_incompressible_pages;
	default:
		return NULL;
	}
}

/**
 * zswap_entry_discard() - free an entry that was not published
 * @entry: in no index
 *
 * Context: process context, atomic or not.
 */
void zswap_entry_discard(struct zswap_entry *entry)
{
	/* it is in no index, and on no list */
	ASSERT_EXCLUSIVE_ACCESS(*entry);
	if (entry->length)
		zbud_free(zswap_pool, entry->handle);
	if (entry->comp)
		zswap_compressor_put(entry->comp);
	if (entry->objcg)
		obj_cgroup_put(entry->objcg);
	entry_release(entry);
}

/**
 * zswap_entry_publish() - account for a page that is in the index now
 * @entry: its entry, of a folio that is locked: nobody frees it meanwhile
 *
 * Context: process context; reclaim (PF_MEMALLOC); after zswap_lru_prepare().
 */
void zswap_entry_publish(struct zswap_entry *entry)
{
	atomic64_t *counter = kind_counter(entry);

	frontswap_objcg_charge(entry->objcg, entry->length);
	frontswap_stored_pages_add(1);
	if (counter)
		atomic64_inc(counter);
	if (entry->length)
		zswap_lru_add(entry);
}

/**
 * zswap_entry_free() - free a published entry, and what it holds
 * @entry: from zswap_index_remove(), or replaced by zswap_index_insert()
 *
 * Context: process context, atomic or not.
 */
void zswap_entry_free(struct zswap_entry *entry)
{
	atomic64_t *counter = kind_counter(entry);

	if (entry->length)
		zswap_lru_del(entry);
	if (counter)
		atomic64_dec(counter);
	frontswap_objcg_uncharge(entry->objcg, entry->length);
	frontswap_stored_pages_add(-1);
	zswap_entry_discard(entry);
}

/**
 * zswap_entry_drop() - free a published entry whose page nobody needs any more
 * @swp: its swap entry
 * @entry: as for zswap_entry_free()
 *
 * Context: process context, atomic or not.
 */
void zswap_entry_drop(swp_entry_t swp, struct zswap_entry *entry)
{
	if (trace_zswap_invalidate_enabled())
		trace_zswap_invalidate(swp_type(swp), swp_offset(swp),
				       zswap_entry_age(entry),
				       frontswap_objcg_id(entry->objcg),
				       entry->length, zswap_entry_kind(entry));
	zswap_entry_free(entry);
}

/*
 * Contents
 */

/**
 * zswap_same_filled() - does a page repeat one word?
 * @folio: a locked folio
 * @nth: which of its pages
 * @fill: set to the word, if so
 *
 * Context: any.
 */
bool zswap_same_filled(struct folio *folio, long nth, unsigned long *fill)
{
	unsigned long *words = kmap_local_folio(folio, nth * PAGE_SIZE);
	unsigned int i = WORDS_PER_PAGE - 1;

	/* most pages that begin with one word end with another */
	if (words[0] == words[i])
		for (i = 1; i < WORDS_PER_PAGE && words[i] == words[0]; i++)
			;
	else
		i = 0;
	*fill = words[0];
	kunmap_local(words);
	return i == WORDS_PER_PAGE;
}

/* Room in the pool; the entry's length says that it has it. */
static int get_room(struct zswap_entry *entry, struct folio *folio, long nth,
		    unsigned int length, bool grow, enum zswap_reject_reason *why)
{
	gfp_t gfp = nth ? GFP_NEXT_FRAME : GFP_FRAME;
	int err = zbud_alloc(zswap_pool, length,
			     frontswap_folio_entry(folio, nth).val,
			     entry->stored_ns, grow ? gfp : 0, &entry->handle);

	if (!err)
		entry->length = length;
	else
		*why = grow ? ZSWAP_REJECT_ALLOC_FAIL : ZSWAP_REJECT_RECLAIM_FAIL;
	return err;
}

/* Keep a page that does not compress. */
static int fill_as_it_is(struct zswap_entry *entry, struct folio *folio, long nth,
			 bool grow, enum zswap_reject_reason *why)
{
	int err = get_room(entry, folio, nth, PAGE_SIZE, grow, why);
	void *page;

	if (err)
		return err;
	page = kmap_local_folio(folio, nth * PAGE_SIZE);
	copy_page(zbud_map(zswap_pool, entry->handle), page);
	kunmap_local(page);
	zbud_unmap(entry->handle);
	return 0;
}

/*
 * May a page that does not compress be kept as it is?  That saves no memory; it
 * only has the page leave for the device in its turn.  A cgroup that forbids the
 * device would but pay for the entry.
 */
static bool may_keep(const struct zswap_entry *entry)
{
	return READ_ONCE(zswap_params.keep_incompressible) &&
	       frontswap_objcg_may_writeback(entry->objcg);
}

/**
 * zswap_entry_fill() - take the contents of a page
 * @entry: an empty entry
 * @folio: a locked folio in the swap cache
 * @nth: which of its pages
 * @grow: the pool may have a new frame for it
 * @length: set to the length of the compressed page, also if that is too long and
 *	somebody listens to rejections; 0 if it could not be compressed
 * @why: set if it cannot be done
 *
 * Context: may sleep; reclaim.
 * Return: 0; -ENOMEM if the pool had no frame: after an eviction it may have;
 *	else the entry is of no use.
 */
int zswap_entry_fill(struct zswap_entry *entry, struct folio *folio, long nth,
		     bool grow, unsigned int *length,
		     enum zswap_reject_reason *why)
{
	struct zswap_compressor *comp = zswap_compressor_get_current();
	const unsigned int max = READ_ONCE(zswap_params.max_length);
	struct zswap_compressed out;
	int err;

	*length = 0;
	/* how long it would have become is of interest to listeners only */
	err = zswap_compress_begin(comp, folio, nth,
				   trace_zswap_reject_enabled() ? 0 : max, &out);
	if (!err) {
		*length = out.length;
		if (out.length > max) {
			zswap_compress_end(&out);
			err = -ENOSPC;
		}
	}
	if (err) {
		*why = err == -ENOSPC ? ZSWAP_REJECT_COMPRESS_POOR :
					ZSWAP_REJECT_COMPRESS_FAIL;
		zswap_compressor_put(comp);
		if (!may_keep(entry))
			return err;
		return fill_as_it_is(entry, folio, nth, grow, why);
	}

	err = get_room(entry, folio, nth, out.length, grow, why);
	if (!err) {
		copy_bytes(zbud_map(zswap_pool, entry->handle), out.bytes, out.length);
		zbud_unmap(entry->handle);
	}
	zswap_compress_end(&out);
	if (err)
		zswap_compressor_put(comp);
	else
		entry->comp = comp;
	return err;
}

/**
 * zswap_entry_read() - give the contents of a page
 * @entry: a published entry that is the caller's
 * @folio: a locked folio to fill
 * @nth: which of its pages
 *
 * Context: may sleep.
 * Return: 0, or -EIO when the bytes are not what was compressed.
 */
int zswap_entry_read(struct zswap_entry *entry, struct folio *folio, long nth)
{
	void *page;
	int err;

	if (zswap_entry_kind(entry) == ZSWAP_KIND_COMPRESSED) {
		err = zswap_decompress(entry->comp,
				       zbud_map(zswap_pool, entry->handle),
				       entry->length, folio, nth);
		zbud_unmap(entry->handle);
		if (err)
			atomic64_inc(&zswap_stats.decompress_fail);
		return err;
	}
	page = kmap_local_folio(folio, nth * PAGE_SIZE);
	if (entry->length) {
		copy_page(page, zbud_map(zswap_pool, entry->handle));
		zbud_unmap(entry->handle);
	} else {
		memset_l(page, entry->fill, WORDS_PER_PAGE);
	}
	kunmap_local(page);
	return 0;
}
