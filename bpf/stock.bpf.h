/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Source of events: the functions of the kernel's own zswap, where our modules are
 * not.  Linux 6.12 hands zswap folios (zswap_store and so on); Linux 6.1 has it
 * behind frontswap (zswap_frontswap_store and so on).  User space loads the programs
 * of the functions that the kernel at hand has, at fentry and fexit, or with kprobes.
 *
 * What a function says at its beginning is remembered until its end by the thread
 * that is in it.  What nobody says is not known: reasons are told as far as the
 * allocator and the return value tell them, ages as far as zs_pages goes back.
 */
#ifndef ZSWAPSCOPE_STOCK_BPF_H
#define ZSWAPSCOPE_STOCK_BPF_H

#include "io.bpf.h"

struct zpool;

/* Where the kernel's zswap has these flags, or 0.  Set before loading. */
const volatile __u64 address_of_enabled = 0;
const volatile __u64 address_of_pool_reached_full = 0;

/*
 * Where it counts what it has refused for a reason, or 0, and how many of these were
 * told here.  There is nothing else to tell some of them by: a page that grew, say,
 * never comes to the allocator.
 */
const volatile __u64 address_of_reject[ZSWAP_REJECT_COUNT] = {};
__u64 rejects_told[ZSWAP_REJECT_COUNT] SEC(ZS_SHARED);

/* Of Linux, and the same for all time. */
#define ZS_ENODEV	19
#define ZS_EINVAL	22
#define ZS_ENOSPC	28
#define ZS_PF_WQ_WORKER	0x20
/* struct page, of which page frames have one each */
#define ZS_PAGE_SHIFT_OF_STRUCT	6

enum zs_op { ZS_OP_STORE, ZS_OP_LOAD, ZS_OP_WRITEBACK, ZS_OP_MISS };

#define ZS_CALL_ALLOCATED	1U	/* the allocator was asked, and said... */
#define ZS_CALL_SUBMITTED	2U	/* the page was handed to the device */
#define ZS_CALL_LARGE		4U	/* it is about a large folio */

/* A function of zswap that a thread is in.  Times are when; 0: not yet. */
struct zs_call {
	__u64 swap;
	__u64 cgroup;
	__u64 folio;
	__u64 started;
	__u64 decompressing;
	__u64 submitting;
	__u64 age_ns;
	__u32 length;
	int allocated;
	__u32 flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct zs_call);
} zs_calls SEC(".maps");

static __always_inline __u64 zs_call_key(enum zs_op op)
{
	return (bpf_get_current_pid_tgid() & 0xffffffff) << 2 | op;
}

static __always_inline struct zs_call *zs_call_of(enum zs_op op)
{
	__u64 key = zs_call_key(op);

	return bpf_map_lookup_elem(&zs_calls, &key);
}

static __always_inline int zs_call_begin(enum zs_op op, struct zs_call *call)
{
	__u64 key = zs_call_key(op);

	call->started = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&zs_calls, &key, call, BPF_ANY))
		__sync_fetch_and_add(&zs_shared.health.calls_lost, 1);
	return 0;
}

/* Copies it, so that it is over for the next one. */
static __always_inline bool zs_call_end(enum zs_op op, struct zs_call *call)
{
	__u64 key = zs_call_key(op);
	struct zs_call *found = bpf_map_lookup_elem(&zs_calls, &key);

	if (!found)
		return false;
	*call = *found;
	bpf_map_delete_elem(&zs_calls, &key);
	return true;
}

/* Where a folio is, instead of its number, which is as good to tell it by. */
static __always_inline __u64 zs_call_frame(const struct zs_call *call)
{
	return call->folio >> ZS_PAGE_SHIFT_OF_STRUCT;
}

static __always_inline void zs_call_folio(bool direct, struct zs_call *call,
					  struct folio *folio)
{
	call->swap = (__u64)ZS_READ(direct, folio, private);
	call->cgroup = zs_folio_cgroup(direct, folio);
	/* no arithmetic on a pointer that the verifier knows */
	call->folio = (__u64)folio;
	if (ZS_PAGE_HAS(ZS_READ(direct, folio, flags), head))
		call->flags |= ZS_CALL_LARGE;
}

static __always_inline int zs_folio_begin(bool direct, enum zs_op op,
					  struct folio *folio)
{
	struct zs_call call = {};

	zs_call_folio(direct, &call, folio);
	return zs_call_begin(op, &call);
}

/* What zs_pages remembers of a page in the pool; its age is 0 if it does not. */
static __always_inline const struct zs_page *zs_held(__u64 swap, __u64 now,
						     __u64 *age_ns)
{
	__u32 type = zs_swap_type(swap);
	__u64 offset = zs_swap_offset(swap);
	const struct zs_page *page = zs_page_place(type, offset);

	*age_ns = 0;
	if (page->tag != zs_page_tag(type, offset))
		return NULL;
	if (zs_page_state(page) == ZS_PAGE_STORED)
		*age_ns = zs_page_since(page, now);
	return page;
}

/*
 * What a function has come to.  Each kind has a function of its own, not a static one:
 * the verifier goes through such a one once, whatever it is called with.
 */
struct zs_outcome {
	__u64 swap;
	__u64 cgroup;
	__u64 frame;
	__u64 length;
	__u64 age_ns;
	__u64 duration_ns;
	__u64 now;
	__u32 word;		/* kind, reason, or whether it stays */
	int result;
	struct zs_written written;
};

__noinline int zs_stock_store(struct zs_outcome *outcome)
{
	if (!outcome)
		return 0;
	return zs_on_store(zs_swap_type(outcome->swap), zs_swap_offset(outcome->swap),
			   outcome->cgroup, outcome->length, outcome->duration_ns,
			   outcome->word, outcome->frame, outcome->now);
}

__noinline int zs_stock_reject(struct zs_outcome *outcome)
{
	if (!outcome)
		return 0;
	return zs_on_reject(zs_swap_type(outcome->swap), zs_swap_offset(outcome->swap),
			    outcome->cgroup, outcome->word, outcome->length,
			    outcome->duration_ns, outcome->frame);
}

__noinline int zs_stock_load(struct zs_outcome *outcome)
{
	if (!outcome)
		return 0;
	return zs_on_load(zs_swap_type(outcome->swap), zs_swap_offset(outcome->swap),
			  outcome->cgroup, outcome->length, outcome->age_ns,
			  outcome->duration_ns, ZSWAP_KIND_COUNT, outcome->frame,
			  outcome->word);
}

__noinline int zs_stock_miss(struct zs_outcome *outcome)
{
	if (!outcome)
		return 0;
	return zs_on_miss(zs_swap_type(outcome->swap), zs_swap_offset(outcome->swap),
			  outcome->cgroup, outcome->frame, outcome->now);
}

__noinline int zs_stock_writeback(struct zs_outcome *outcome)
{
	if (!outcome)
		return 0;
	return zs_on_writeback(zs_swap_type(outcome->swap),
			       zs_swap_offset(outcome->swap), outcome->cgroup,
			       outcome->result, &outcome->written);
}

__noinline int zs_stock_invalidate(struct zs_outcome *outcome)
{
	if (!outcome)
		return 0;
	return zs_on_invalidate(zs_swap_type(outcome->swap),
				zs_swap_offset(outcome->swap), outcome->age_ns,
				outcome->cgroup, outcome->length,
				ZSWAP_KIND_COUNT);
}

/*
 * Store
 */

static __always_inline bool zs_flag_at(__u64 address, bool otherwise)
{
	bool flag = otherwise;

	if (address)
		bpf_probe_read_kernel(&flag, sizeof(flag), (const void *)address);
	return flag;
}

/* Has the kernel counted one more, that was not told yet? */
static __always_inline bool zs_tell(enum zswap_reject_reason reason)
{
	__u64 counted = 0;

	if (!address_of_reject[reason])
		return false;
	bpf_probe_read_kernel(&counted, sizeof(counted),
			      (const void *)address_of_reject[reason]);
	if (counted <= rejects_told[reason])
		return false;
	__sync_fetch_and_add(&rejects_told[reason], 1);
	return true;
}

/* As far as it can be told. */
static __always_inline __u32 zs_reject_reason(const struct zs_call *call, int result)
{
	if (result == -ZS_ENODEV || !zs_flag_at(address_of_enabled, true))
		return ZSWAP_REJECT_DISABLED;
	if (call->flags & ZS_CALL_LARGE)
		return ZSWAP_REJECT_LARGE_FOLIO;
	if (zs_tell(ZSWAP_REJECT_COMPRESS_POOR) || call->allocated == -ZS_ENOSPC)
		return ZSWAP_REJECT_COMPRESS_POOR;
	/* Linux 6.1 does not count those */
	if (zs_tell(ZSWAP_REJECT_COMPRESS_FAIL) || result == -ZS_EINVAL)
		return ZSWAP_REJECT_COMPRESS_FAIL;
	if (zs_tell(ZSWAP_REJECT_KMEMCACHE_FAIL))
		return ZSWAP_REJECT_KMEMCACHE_FAIL;
	if (call->flags & ZS_CALL_ALLOCATED)
		return ZSWAP_REJECT_ALLOC_FAIL;
	if (zs_flag_at(address_of_pool_reached_full, false))
		return ZSWAP_REJECT_POOL_LIMIT;
	return ZSWAP_REJECT_COUNT;
}

static __always_inline int zs_store_end(int result)
{
	struct zs_outcome outcome = { .now = bpf_ktime_get_ns() };
	struct zs_call call;

	if (!zs_call_end(ZS_OP_STORE, &call))
		return 0;
	outcome.swap = call.swap;
	outcome.cgroup = call.cgroup;
	outcome.frame = zs_call_frame(&call);
	outcome.length = call.length;
	outcome.duration_ns = outcome.now - call.started;
	if (result) {
		outcome.word = zs_reject_reason(&call, result);
		return zs_stock_reject(&outcome);
	}
	/* what was stored without memory is one word */
	outcome.word = call.flags & ZS_CALL_ALLOCATED ? ZSWAP_KIND_COMPRESSED :
							ZSWAP_KIND_SAME_FILLED;
	return zs_stock_store(&outcome);
}

static __always_inline int zs_malloc_begin(__u32 size)
{
	struct zs_call *call = zs_call_of(ZS_OP_STORE);

	if (call)
		call->length = size;
	return 0;
}

static __always_inline int zs_malloc_end(int result)
{
	struct zs_call *call = zs_call_of(ZS_OP_STORE);

	if (!call)
		return 0;
	call->allocated = result;
	call->flags |= ZS_CALL_ALLOCATED;
	return 0;
}

/*
 * Load
 */

/* @stays: the pool keeps it after a load. @misses: what was not loaded comes from the device */
static __always_inline int zs_load_end(bool loaded, bool stays, bool misses)
{
	struct zs_outcome outcome = { .now = bpf_ktime_get_ns(), .word = stays };
	const struct zs_page *page;
	struct zs_call call;

	if (!zs_call_end(ZS_OP_LOAD, &call))
		return 0;
	outcome.swap = call.swap;
	outcome.cgroup = call.cgroup;
	if (!loaded)
		return misses ? zs_stock_miss(&outcome) : 0;
	page = zs_held(call.swap, outcome.now, &outcome.age_ns);
	outcome.frame = zs_call_frame(&call);
	outcome.length = call.length;
	if (!outcome.length && page)
		outcome.length = zs_page_length(page);
	outcome.duration_ns = outcome.now - call.started;
	return zs_stock_load(&outcome);
}

/* Of frontswap, behind which zswap is not asked for all. */
static __always_inline int zs_miss_end(bool missed)
{
	struct zs_outcome outcome = { .now = bpf_ktime_get_ns() };
	struct zs_call call;

	if (!zs_call_end(ZS_OP_MISS, &call) || !missed)
		return 0;
	outcome.swap = call.swap;
	outcome.cgroup = call.cgroup;
	return zs_stock_miss(&outcome);
}

/*
 * Writeback
 */

static __always_inline int zs_writeback_begin(__u64 swap)
{
	struct zs_call call = { .swap = swap };

	return zs_call_begin(ZS_OP_WRITEBACK, &call);
}

/* An entry is decompressed, for a load or for a writeback. */
static __always_inline int zs_decompress_begin(bool direct, struct zswap_entry *entry)
{
	struct zs_call *call = zs_call_of(ZS_OP_LOAD);
	struct obj_cgroup *objcg;

	if (!call)
		call = zs_call_of(ZS_OP_WRITEBACK);
	if (!call)
		return 0;
	call->length = ZS_READ(direct, entry, length);
	call->decompressing = bpf_ktime_get_ns();
	if (!call->cgroup) {
		objcg = ZS_READ(direct, entry, objcg);
		call->cgroup = objcg ? zs_memcg_id(BPF_CORE_READ(objcg, memcg)) : 1;
	}
	return 0;
}

/* A page is handed to the device: it is a writeback's, or was rejected. */
static __always_inline int zs_submit_begin(bool direct, struct folio *folio)
{
	struct zs_call *call = zs_call_of(ZS_OP_WRITEBACK);
	const struct zs_page *page;

	if (!call)
		return 0;
	call->swap = (__u64)ZS_READ(direct, folio, private);
	call->submitting = bpf_ktime_get_ns();
	call->flags |= ZS_CALL_SUBMITTED;
	/* by the time that it returns, the write may be over */
	page = zs_held(call->swap, call->submitting, &call->age_ns);
	if (!call->length && page)
		call->length = zs_page_length(page);
	if (!call->cgroup)
		call->cgroup = zs_folio_cgroup(direct, folio);
	return 0;
}

/* Linux asks for it in a worker, when the pool is full, or in its shrinker. */
static __always_inline __u32 zs_stock_cause(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	return BPF_CORE_READ(task, flags) & ZS_PF_WQ_WORKER ? ZSWAP_CAUSE_BACKGROUND :
							      ZSWAP_CAUSE_SHRINKER;
}

static __always_inline int zs_writeback_end(int result)
{
	struct zs_outcome outcome = { .result = result };
	struct zs_written *written = &outcome.written;
	__u64 now = bpf_ktime_get_ns();
	struct zs_call call;

	if (!zs_call_end(ZS_OP_WRITEBACK, &call))
		return 0;
	/* it went before it could be written: that is none */
	if (!result && !(call.flags & ZS_CALL_SUBMITTED))
		return 0;
	outcome.swap = call.swap;
	outcome.cgroup = call.cgroup;
	written->length = call.length;
	written->age_ns = call.age_ns;
	written->cause = zs_stock_cause();
	written->kind = ZSWAP_KIND_COUNT;
	written->duration_ns = now - call.started;
	if (call.submitting)
		written->submit_ns = now - call.submitting;
	if (call.decompressing) {
		written->alloc_ns = call.decompressing - call.started;
		if (call.submitting)
			written->decompress_ns = call.submitting - call.decompressing;
	}
	return zs_stock_writeback(&outcome);
}

/*
 * Invalidate
 */

/* An entry goes; if neither loaded nor written back, it was invalidated. */
static __always_inline int zs_entry_free(bool direct, struct zswap_entry *entry)
{
	struct zs_outcome outcome = {};
	struct obj_cgroup *objcg;

	/* a store frees what it replaces */
	if (!zs_call_of(ZS_OP_STORE) &&
	    (zs_call_of(ZS_OP_LOAD) || zs_call_of(ZS_OP_WRITEBACK)))
		return 0;
	objcg = ZS_READ(direct, entry, objcg);
	outcome.cgroup = objcg ? zs_memcg_id(BPF_CORE_READ(objcg, memcg)) : 1;
	outcome.swap = BPF_CORE_READ(entry, swpentry.val);
	outcome.length = ZS_READ(direct, entry, length);
	zs_held(outcome.swap, bpf_ktime_get_ns(), &outcome.age_ns);
	return zs_stock_invalidate(&outcome);
}

/* Frontswap says so of all that was ever stored, also of what was written back. */
static __always_inline int zs_frontswap_invalidate(__u32 type, __u64 offset)
{
	struct zs_outcome outcome = {
		.swap = (__u64)type << ZS_SWAP_TYPE_SHIFT | offset,
	};
	const struct zs_page *page = zs_held(outcome.swap, bpf_ktime_get_ns(),
					     &outcome.age_ns);

	if (page && zs_page_state(page) != ZS_PAGE_STORED)
		return 0;
	if (page) {
		if (!zs_events_only)
			outcome.cgroup = zs_who_at(page->who)->cgroup;
		outcome.length = zs_page_length(page);
	}
	return zs_stock_invalidate(&outcome);
}

/*
 * The programs.  ZS_RETURN(NAME, FUNCTION, RET, CALL, ARGUMENTS...) are at the end of
 * FUNCTION, zsf_NAME (fexit) and zsk_NAME (kretprobe): CALL knows what it returned,
 * as RET, and with a kretprobe none of its arguments.
 */
#define ZS_RETURN(name, function, type, call, args...)			\
SEC("fexit/" #function)							\
int BPF_PROG(zsf_##name, args, type ret)				\
{									\
	return call;							\
}									\
									\
SEC("kretprobe/" #function)						\
int BPF_KRETPROBE(zsk_##name, type ret)					\
{									\
	return call;							\
}

/* Both. */
SEC("fexit/zpool_malloc")
int BPF_PROG(zsf_malloc, struct zpool *zpool, __u64 size, __u32 gfp,
	     unsigned long *handle, int ret)
{
	zs_malloc_begin(size);
	return zs_malloc_end(ret);
}

SEC("kprobe/zpool_malloc")
int BPF_KPROBE(zsk_malloc_in, struct zpool *zpool, __u64 size)
{
	return zs_malloc_begin(size);
}

SEC("kretprobe/zpool_malloc")
int BPF_KRETPROBE(zsk_malloc_out, int ret)
{
	return zs_malloc_end(ret);
}

ZS_FUNCTION(submit, __swap_writepage, zs_submit_begin(direct, folio),
	    struct folio *folio)

/* Linux 6.12.  A bool has 8 bits, whatever else is in its register. */
ZS_FUNCTION(store_in, zswap_store, zs_folio_begin(direct, ZS_OP_STORE, folio),
	    struct folio *folio)
ZS_RETURN(store_out, zswap_store, __u8, zs_store_end(ret ? 0 : -1),
	  struct folio *folio)
ZS_FUNCTION(load_in, zswap_load, zs_folio_begin(direct, ZS_OP_LOAD, folio),
	    struct folio *folio)
ZS_RETURN(load_out, zswap_load, __u8, zs_load_end(ret, false, true),
	  struct folio *folio)
ZS_FUNCTION(wback_in, zswap_writeback_entry, zs_writeback_begin(swap),
	    struct zswap_entry *entry, unsigned long swap)
ZS_RETURN(wback_out, zswap_writeback_entry, int, zs_writeback_end(ret),
	  struct zswap_entry *entry, unsigned long swap)
ZS_FUNCTION(decompress, zswap_decompress, zs_decompress_begin(direct, entry),
	    struct zswap_entry *entry)
ZS_FUNCTION(free, zswap_entry_free, zs_entry_free(direct, entry),
	    struct zswap_entry *entry)

/* Linux 6.1. */
ZS_FUNCTION(fstore_in, zswap_frontswap_store,
	    zs_folio_begin(direct, ZS_OP_STORE, (struct folio *)page),
	    __u32 type, unsigned long offset, struct page *page)
ZS_RETURN(fstore_out, zswap_frontswap_store, int, zs_store_end(ret),
	  __u32 type, unsigned long offset, struct page *page)
ZS_FUNCTION(fload_in, zswap_frontswap_load,
	    zs_folio_begin(direct, ZS_OP_LOAD, (struct folio *)page),
	    __u32 type, unsigned long offset, struct page *page)
ZS_RETURN(fload_out, zswap_frontswap_load, int, zs_load_end(!ret, true, false),
	  __u32 type, unsigned long offset, struct page *page)
ZS_FUNCTION(fmiss_in, __frontswap_load,
	    zs_folio_begin(direct, ZS_OP_MISS, (struct folio *)page),
	    struct page *page)
ZS_RETURN(fmiss_out, __frontswap_load, int, zs_miss_end(ret),
	  struct page *page)
ZS_FUNCTION(fwback_in, zswap_writeback_entry, zs_writeback_begin(0),
	    struct zpool *pool, unsigned long handle)
ZS_RETURN(fwback_out, zswap_writeback_entry, int, zs_writeback_end(ret),
	  struct zpool *pool, unsigned long handle)
ZS_FUNCTION(finval, zswap_frontswap_invalidate_page,
	    zs_frontswap_invalidate(type, offset),
	    __u32 type, unsigned long offset)

#endif /* ZSWAPSCOPE_STOCK_BPF_H */
