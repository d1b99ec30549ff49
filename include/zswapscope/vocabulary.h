/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words that the kernel, the BPF programs and the tools share: why a page
 * was rejected, what asked for a writeback, how a page is held, how far a drain
 * is, which event it was.  Each list stands here once; the tracepoints print it, the BPF maps are
 * indexed by it, the tools name it.
 *
 * The numbers are ABI: new words go before the closing COUNT only.
 */
#ifndef ZSWAPSCOPE_VOCABULARY_H
#define ZSWAPSCOPE_VOCABULARY_H

/*
 * X(SYMBOL, "name"): why zswap_store refused a page.
 *
 * disabled       zswap is loaded, but "enabled" is N
 * large_folio    another page of the same large folio was refused: all or none
 * cgroup_limit   memory.zswap.max of the cgroup, or of an ancestor, is reached
 * reclaim_fail   the pool is at its limit and nothing could be evicted
 * pool_limit     the pool is at its limit, even after an eviction if one was tried
 * compress_fail  the compressor returned an error
 * compress_poor  longer than max_compression_ratio percent of a page
 * kmemcache_fail no memory for the entry
 * alloc_fail     no page frame for the pool, not even after an eviction
 * index_fail     no memory for a node of the index
 * hysteresis     the pool was at its limit, and is still above the share of it
 *                that accept_threshold_percent names
 * lru_fail       no memory for the cgroup's list of its pages
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
	X(INDEX_FAIL,	 "index_fail")		\
	X(HYSTERESIS,	 "hysteresis")		\
	X(LRU_FAIL,	 "lru_fail")

/*
 * X(SYMBOL, "name"): what asked for a writeback or an eviction.
 *
 * pool_limit    a store found the pool at max_pool_percent
 * alloc_fail    a store found no free page frame
 * cgroup_limit  a cgroup is at memory.zswap.max
 * shrinker      memory pressure asked for cold pages
 * drain         the module, or its hooks, are being removed
 * background    the pool is close to max_pool_percent, or was at it
 */
#define ZSWAP_CAUSES(X)				\
	X(POOL_LIMIT,	"pool_limit")		\
	X(ALLOC_FAIL,	"alloc_fail")		\
	X(CGROUP_LIMIT,	"cgroup_limit")		\
	X(SHRINKER,	"shrinker")		\
	X(DRAIN,	"drain")		\
	X(BACKGROUND,	"background")

/*
 * X(SYMBOL, "name"): how a page is held.
 *
 * compressed     in its compressed bytes
 * same_filled    one word tells all of it; its length is 0, it has no memory
 * incompressible as it is, a page long
 */
#define ZSWAP_KINDS(X)				\
	X(COMPRESSED,	  "compressed")		\
	X(SAME_FILLED,	  "same_filled")	\
	X(INCOMPRESSIBLE, "incompressible")

/*
 * X(SYMBOL, "name"): how far a drain is.
 *
 * begin     no store runs any more
 * progress  some pages have gone
 * end       nothing is left
 */
#define ZSWAP_DRAIN_STAGES(X)			\
	X(BEGIN,    "begin")			\
	X(PROGRESS, "progress")			\
	X(END,	    "end")

/*
 * X(SYMBOL, "name"): what a process has to do with the pages it is named for.
 *
 * worker  it did the work; whose page it is, is not known
 * owner   it is the one whose page it is
 */
#define ZSWAP_ROLES(X)				\
	X(WORKER,	"worker")		\
	X(OWNER,	"owner")

/*
 * X(SYMBOL, "name"): the events of the stream (event.h), as docs/events.md has them.
 *
 * miss        a page is not in the pool, and is read from the device
 * evict       a page frame of the pool was reclaimed, or not
 * shrink      a run of the shrinker, or for a cgroup at its limit
 * background  a run of the background worker
 *
 * And those that are no tracepoint's:
 * read        the device has read the page of a miss
 * lost        no event: here in the stream, some were lost
 */
#define ZSWAP_EVENTS(X)				\
	X(STORE,	"store")		\
	X(LOAD,		"load")			\
	X(MISS,		"miss")			\
	X(WRITEBACK,	"writeback")		\
	X(REJECT,	"reject")		\
	X(EVICT,	"evict")		\
	X(INVALIDATE,	"invalidate")		\
	X(POOL_LIMIT,	"pool_limit")		\
	X(COMPRESSOR,	"compressor")		\
	X(DRAIN,	"drain")		\
	X(SHRINK,	"shrink")		\
	X(BACKGROUND,	"background")		\
	X(READ,		"read")			\
	X(LOST,		"lost")

#define ZSWAP_ENUM_REJECT(symbol, name)	ZSWAP_REJECT_##symbol,
#define ZSWAP_ENUM_CAUSE(symbol, name)	ZSWAP_CAUSE_##symbol,
#define ZSWAP_ENUM_KIND(symbol, name)	ZSWAP_KIND_##symbol,
#define ZSWAP_ENUM_ROLE(symbol, name)	ZSWAP_ROLE_##symbol,
#define ZSWAP_ENUM_STAGE(symbol, name)	ZSWAP_DRAIN_##symbol,
#define ZSWAP_ENUM_EVENT(symbol, name)	ZSWAP_EVENT_##symbol,

enum zswap_reject_reason {
	ZSWAP_REJECT_REASONS(ZSWAP_ENUM_REJECT)
	ZSWAP_REJECT_COUNT
};

enum zswap_cause {
	ZSWAP_CAUSES(ZSWAP_ENUM_CAUSE)
	ZSWAP_CAUSE_COUNT
};

enum zswap_kind {
	ZSWAP_KINDS(ZSWAP_ENUM_KIND)
	ZSWAP_KIND_COUNT
};

enum zswap_drain_stage {
	ZSWAP_DRAIN_STAGES(ZSWAP_ENUM_STAGE)
	ZSWAP_DRAIN_COUNT
};

enum zswap_role {
	ZSWAP_ROLES(ZSWAP_ENUM_ROLE)
	ZSWAP_ROLE_COUNT
};

enum zswap_event_kind {
	ZSWAP_EVENTS(ZSWAP_ENUM_EVENT)
	ZSWAP_EVENT_COUNT
};

#undef ZSWAP_ENUM_REJECT
#undef ZSWAP_ENUM_CAUSE
#undef ZSWAP_ENUM_KIND
#undef ZSWAP_ENUM_ROLE
#undef ZSWAP_ENUM_STAGE
#undef ZSWAP_ENUM_EVENT

#endif /* ZSWAPSCOPE_VOCABULARY_H */
