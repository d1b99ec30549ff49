/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of zswap_zbud.ko share.
 *
 *	zswap.c       the module; store, load, invalidate
 *	entry.c       what is kept of a page, and its contents
 *	index.c       swap entry -> zswap entry
 *	lru.c         the order of age within each cgroup
 *	writeback.c   from the pool to the swap device; drain
 *	reclaim.c     when to write back, and what: limits, shrinker
 *	copy.h        copying what was compressed
 *	compressor.c  contexts of the kernel's crypto API, per CPU
 *	params.c      module parameters
 *	stats.c       counters, and debugfs
 *	zbud.c        page frames
 *	frame.c       the inside of one
 */
#ifndef ZSWAP_INTERNAL_H
#define ZSWAP_INTERNAL_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/types.h>
#include <zswapscope/vocabulary.h>

struct mem_cgroup;
struct obj_cgroup;
struct shrink_control;
struct shrinker;
struct zbud_pool;
struct zswap_compressor;
struct zswap_context;

/**
 * struct zswap_entry - a page held
 * @handle: its object in the pool, unless it is same-filled
 * @fill: if it is: the word that it is full of
 * @comp: what it was compressed with, a reference; NULL for a page that was not
 * @objcg: the cgroup that is charged for @length; a reference, or NULL
 * @lru: in its cgroup's list, unless it is same-filled
 * @stored_ns: when
 * @length: bytes in the pool: 0 when same-filled, PAGE_SIZE when kept as it is
 * @touched: used since it was stored; a hint, written without a lock
 */
struct zswap_entry {
	union {
		unsigned long handle;
		unsigned long fill;
	};
	struct zswap_compressor *comp;
	struct obj_cgroup *objcg;
	struct list_head lru;
	u64 stored_ns;
	u16 length;
	bool touched;
};

/**
 * struct zswap_victim - where a page was when it was chosen for writeback
 * @swp: its swap entry
 * @handle: its object in the pool; not to be used, only compared
 */
struct zswap_victim {
	swp_entry_t swp;
	unsigned long handle;
};

/* zswap.c */
extern struct zbud_pool *zswap_pool;

unsigned long zswap_pool_pages(void);

/* When an operation began, if somebody listens; else 0. */
#define trace_start(event) (trace_##event##_enabled() ? ktime_get_ns() : 0)

/* For who has looked at the clock anyway; 0 if he did not at one of the two. */
static inline u64 trace_between(u64 start, u64 end)
{
	return start && end ? end - start : 0;
}

static inline u64 trace_duration(u64 start)
{
	return start ? ktime_get_ns() - start : 0;
}

/* entry.c */
int zswap_entries_init(void);
void zswap_entries_exit(void);
struct zswap_entry *zswap_entry_alloc(struct obj_cgroup *objcg, u64 now);
void zswap_entry_discard(struct zswap_entry *entry);
int zswap_entry_fill(struct zswap_entry *entry, struct folio *folio, long nth,
		     bool grow, unsigned int *length,
		     enum zswap_reject_reason *why);
int zswap_entry_read(struct zswap_entry *entry, struct folio *folio, long nth);
void zswap_entry_publish(struct zswap_entry *entry);
void zswap_entry_free(struct zswap_entry *entry);
void zswap_entry_drop(swp_entry_t swp, struct zswap_entry *entry);
bool zswap_same_filled(struct folio *folio, long nth, unsigned long *fill);

/* How a page is held. */
static inline enum zswap_kind zswap_entry_kind(const struct zswap_entry *entry)
{
	if (!entry->length)
		return ZSWAP_KIND_SAME_FILLED;
	return entry->comp ? ZSWAP_KIND_COMPRESSED : ZSWAP_KIND_INCOMPRESSIBLE;
}

static inline u64 zswap_entry_age(const struct zswap_entry *entry)
{
	return ktime_get_ns() - entry->stored_ns;
}

/* params.c: read without locks; a store sees the old value or the new one */
struct zswap_params {
	bool enabled;
	bool same_filled_pages;
	bool shrinker;
	/* keep what does not compress as it is, instead of rejecting it */
	bool keep_incompressible;
	/* compressed pages longer than this many bytes do not compress */
	unsigned int max_length;
	/* of a new frame of the pool */
	unsigned int frame_pages;
	/* page frames that the pool may have */
	unsigned long max_pages;
	/* once it had them: at how many it takes pages again; max_pages: at once */
	unsigned long accept_pages;
	/* from how many on it is made smaller in the background, and how small */
	unsigned long background_pages;
	unsigned long background_goal;
};

extern struct zswap_params zswap_params;

void zswap_params_refresh_limit(void);
int zswap_params_init(void);
void zswap_params_exit(void);
struct zswap_compressor *zswap_compressor_get_current(void);

/* compressor.c */
int zswap_compressors_init(void);
void zswap_compressors_exit(void);
struct zswap_compressor *zswap_compressor_create(const char *name);
void zswap_compressor_retire(struct zswap_compressor *comp);
bool zswap_compressor_tryget(struct zswap_compressor *comp);
void zswap_compressor_put(struct zswap_compressor *comp);
unsigned int zswap_compressors_live(void);

/**
 * struct zswap_compressed - a compressed page, in a CPU's buffer
 * @bytes: the result
 * @length: its length, in bytes
 * @context: whose buffer it is in
 */
struct zswap_compressed {
	void *bytes;
	unsigned int length;
	struct zswap_context *context;
};

int zswap_compress_begin(struct zswap_compressor *comp, struct folio *folio,
			 long nth, unsigned int wanted,
			 struct zswap_compressed *out);
void zswap_compress_end(struct zswap_compressed *out);
int zswap_decompress(struct zswap_compressor *comp, const void *bytes,
		     unsigned int length, struct folio *folio, long nth);

/* index.c */
int zswap_index_init(void);
void zswap_index_exit(void);
struct zswap_entry *zswap_index_insert(swp_entry_t swp,
				       struct zswap_entry *entry);
struct zswap_entry *zswap_index_find(swp_entry_t swp);
struct zswap_entry *zswap_index_remove(swp_entry_t swp);
bool zswap_index_next(unsigned int type, swp_entry_t *swp, unsigned long *cursor);
bool zswap_index_empty(void);

/* lru.c */
int zswap_lru_init(struct shrinker *shrinker);
void zswap_lru_exit(void);
int zswap_lru_prepare(struct obj_cgroup *objcg);
void zswap_lru_add(struct zswap_entry *entry);
void zswap_lru_del(struct zswap_entry *entry);
unsigned int zswap_lru_collect(struct mem_cgroup *memcg, int nid,
			       struct zswap_victim *victims, unsigned int wanted,
			       unsigned long *scan);
u64 zswap_lru_oldest(struct mem_cgroup *memcg, int nid);
unsigned long zswap_lru_count(struct shrink_control *sc);

/*
 * Writes under way that somebody waits for, so that their memory, a folio each,
 * is not borrowed for longer than need be.
 */
#define ZSWAP_BATCH	32

/**
 * struct zswap_batch - writes under way
 * @folios: of each, with a reference
 * @nr: how many
 * @most: how many it may have: one while the device fails, or may still fail
 * @done: those that were waited for, of which the latest count as much as all before
 * @failed: of these, those that the device did not take; they stay in memory as they
 *	are
 */
struct zswap_batch {
	struct folio *folios[ZSWAP_BATCH];
	unsigned int nr;
	unsigned int most;
	unsigned int done;
	unsigned int failed;
};

/* Does the device fail?  Of a page that was changed meanwhile it looks like that, too. */
static inline bool zswap_batch_fails(const struct zswap_batch *batch)
{
	return batch->failed > batch->done / 2;
}

/* writeback.c */
int zswap_write_back(swp_entry_t swp, unsigned long handle,
		     enum zswap_cause cause, struct zswap_batch *batch);
int zswap_evict_frame(enum zswap_cause cause, struct zswap_batch *batch);
void zswap_batch_wait(struct zswap_batch *batch);
void zswap_drain(void);
struct zbud_pool *zswap_pool_create(void);

/* reclaim.c */
bool zswap_pool_admits(bool *grow, enum zswap_reject_reason *why);
bool zswap_cgroup_admits(struct obj_cgroup *objcg, bool costs);
bool zswap_writes_fail(void);
void zswap_sample_write(struct folio *folio);
void zswap_reclaim_new_limits(void);
void zswap_reclaim_drained(void);
int zswap_reclaim_init(void);
void zswap_reclaim_exit(void);

/* stats.c */
struct zswap_stats {
	atomic64_t pool_limit_hit;
	atomic64_t written_back_pages;
	atomic64_t duplicate_entry;
	atomic64_t decompress_fail;
	atomic64_t second_chances;
	atomic64_t same_filled_pages;
	atomic64_t stored_incompressible_pages;
	atomic64_t reject[ZSWAP_REJECT_COUNT];
};

extern struct zswap_stats zswap_stats;

void zswap_stats_init(void);
void zswap_stats_exit(void);

#endif /* ZSWAP_INTERNAL_H */
