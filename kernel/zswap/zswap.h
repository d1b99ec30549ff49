/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of zswap_zbud.ko share.
 *
 *	zswap.c       entries, store, load, invalidate, writeback, drain
 *	index.c       swap entry -> zswap entry
 *	compressor.c  contexts of the kernel's crypto API, per CPU
 *	params.c      module parameters
 *	stats.c       counters, and debugfs
 *	zbud.c        page frames
 */
#ifndef ZSWAP_INTERNAL_H
#define ZSWAP_INTERNAL_H

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/types.h>
#include <zswapscope/vocabulary.h>

struct zswap_compressor;
struct zswap_context;
struct zswap_entry;

/* params.c: read without locks; a store sees the old value or the new one */
struct zswap_params {
	bool enabled;
	/* compressed pages longer than this many bytes are rejected */
	unsigned int max_length;
	/* page frames that the pool may have */
	unsigned long max_pages;
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
			 struct zswap_compressed *out);
void zswap_compress_end(struct zswap_compressed *out);
int zswap_decompress(struct zswap_compressor *comp, const void *bytes,
		     unsigned int length, struct folio *folio, long nth);

/* index.c */
void zswap_index_init(void);
struct zswap_entry *zswap_index_insert(swp_entry_t swp,
				       struct zswap_entry *entry);
struct zswap_entry *zswap_index_find(swp_entry_t swp);
struct zswap_entry *zswap_index_remove(swp_entry_t swp);
bool zswap_index_next(unsigned int type, swp_entry_t *swp, unsigned long *cursor);

/* stats.c */
struct zswap_stats {
	atomic64_t pool_limit_hit;
	atomic64_t written_back_pages;
	atomic64_t duplicate_entry;
	atomic64_t decompress_fail;
	atomic64_t reject[ZSWAP_REJECT_COUNT];
};
extern struct zswap_stats zswap_stats;

void zswap_stats_init(void);
void zswap_stats_exit(void);

/* zswap.c */
unsigned long zswap_pool_pages(void);

#endif /* ZSWAP_INTERNAL_H */
