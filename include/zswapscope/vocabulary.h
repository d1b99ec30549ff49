/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words that the kernel, the BPF programs and the tools share: why a page
 * was rejected, what asked for a writeback.  Each list stands here once; the
 * tracepoints print it, the BPF maps are indexed by it, the tools name it.
 *
 * The numbers are ABI: new words go before the closing COUNT only.
 */
#ifndef ZSWAPSCOPE_VOCABULARY_H
#define ZSWAPSCOPE_VOCABULARY_H

/*
 * X(SYMBOL, "name"): why zswap_store refused a page.
 *
 * disabled       zswap is loaded, but "enabled" is N
 * large_folio    more than one page to the folio; it goes to the device whole
 * cgroup_limit   memory.zswap.max of the cgroup, or of an ancestor, is reached
 * reclaim_fail   the pool is at its limit and nothing could be evicted
 * pool_limit     still over the limit after an eviction
 * compress_fail  the compressor returned an error
 * compress_poor  longer than max_compression_ratio percent of a page
 * kmemcache_fail no memory for the entry
 * alloc_fail     no page frame for the pool, not even after an eviction
 * index_fail     no memory for a node of the index
 */
#define ZSWAP_REJECT_REASONS(X)			\
	X(DISABLED,	 "disabled")		\
	X(LARGE_FOLIO,	 "large_folio")		\
	X(CGROUP_LIMIT,	 "cgroup_limit")	\
	X(RECLAIM_FAIL,	 "reclaim_fail")	\
	X(POOL_LIMIT,	 "pool_limit")		\
	X(COMPRESS_FAIL, "compress_fail")	\
	X(COMPRESS_POOR, "compress_poor")	\
	X(KMEMCACHE_FAIL, "kmemcache_fail")	\
	X(ALLOC_FAIL,	 "alloc_fail")		\
	X(INDEX_FAIL,	 "index_fail")

/*
 * X(SYMBOL, "name"): what asked for a writeback or an eviction.
 *
 * pool_limit    a store found the pool at max_pool_percent
 * alloc_fail    a store found no free page frame
 * cgroup_limit  a cgroup is at memory.zswap.max
 * shrinker      memory pressure asked for cold pages
 * drain         the module, or its hooks, are being removed
 */
#define ZSWAP_CAUSES(X)				\
	X(POOL_LIMIT,	"pool_limit")		\
	X(ALLOC_FAIL,	"alloc_fail")		\
	X(CGROUP_LIMIT,	"cgroup_limit")		\
	X(SHRINKER,	"shrinker")		\
	X(DRAIN,	"drain")

#define ZSWAP_ENUM_REJECT(symbol, name)	ZSWAP_REJECT_##symbol,
#define ZSWAP_ENUM_CAUSE(symbol, name)	ZSWAP_CAUSE_##symbol,

enum zswap_reject_reason {
	ZSWAP_REJECT_REASONS(ZSWAP_ENUM_REJECT)
	ZSWAP_REJECT_COUNT
};

enum zswap_cause {
	ZSWAP_CAUSES(ZSWAP_ENUM_CAUSE)
	ZSWAP_CAUSE_COUNT
};

#undef ZSWAP_ENUM_REJECT
#undef ZSWAP_ENUM_CAUSE

#endif /* ZSWAPSCOPE_VOCABULARY_H */
