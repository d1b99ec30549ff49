/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Source of events: our own tracepoints, once through the BTF of the module
 * (tp_btf) and once without it (raw_tp).  User space loads one of the two.
 *
 * Both see the arguments of include/trace/events/zswap.h as 64-bit words, all
 * of them scalars, so one body per event serves both, and no kernel type has
 * to be known here.  Names fit the 15 characters that the kernel keeps.
 */
#ifndef ZSWAPSCOPE_TRACEPOINTS_BPF_H
#define ZSWAPSCOPE_TRACEPOINTS_BPF_H

#include <bpf/bpf_tracing.h>
#include "aggregate.bpf.h"

/*
 * ZS_TRACEPOINT(EVENT, CALL, ARGUMENTS...): the programs zs_EVENT and
 * zsr_EVENT on tracepoint zswap_EVENT, which hand its arguments on in CALL.
 */
#define ZS_TRACEPOINT(event, call, args...)				\
SEC("tp_btf/zswap_" #event)						\
int BPF_PROG(zs_##event, args)						\
{									\
	return call;							\
}									\
									\
SEC("raw_tp/zswap_" #event)						\
int BPF_PROG(zsr_##event, args)						\
{									\
	return call;							\
}

ZS_TRACEPOINT(store,
	      zs_on_store(type, offset, cgroup, length, duration_ns, kind, pfn, 0),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 length,
	      __u64 duration_ns, __u32 kind, __u64 pfn)

ZS_TRACEPOINT(load,
	      zs_on_load(type, offset, cgroup, length, age_ns, duration_ns, kind, pfn,
			 false),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 length,
	      __u64 age_ns, __u64 duration_ns, __u32 kind, __u64 pfn)

ZS_TRACEPOINT(miss,
	      zs_on_miss(type, offset, cgroup, pfn, bpf_ktime_get_ns()),
	      __u32 type, __u64 offset, __u64 cgroup, __u64 pfn)

static __always_inline int
zs_tp_writeback(__u32 type, __u64 offset, __u64 cgroup, __u32 length, __u64 age_ns,
		__u64 duration_ns, __u32 cause, int result, __u32 kind, __u64 alloc_ns,
		__u64 decompress_ns, __u64 submit_ns)
{
	const struct zs_written written = {
		.length = length, .age_ns = age_ns, .duration_ns = duration_ns,
		.cause = cause, .kind = kind, .alloc_ns = alloc_ns,
		.decompress_ns = decompress_ns, .submit_ns = submit_ns,
	};

	return zs_on_writeback(type, offset, cgroup, result, &written);
}

ZS_TRACEPOINT(writeback,
	      zs_tp_writeback(type, offset, cgroup, length, age_ns, duration_ns,
			      cause, result, kind, alloc_ns, decompress_ns, submit_ns),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 length,
	      __u64 age_ns, __u64 duration_ns, __u32 cause, int result,
	      __u32 kind, __u64 alloc_ns, __u64 decompress_ns, __u64 submit_ns)

ZS_TRACEPOINT(reject,
	      zs_on_reject(type, offset, cgroup, reason, length, duration_ns, pfn),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 reason,
	      __u32 length, __u64 duration_ns, __u64 pfn)

ZS_TRACEPOINT(evict,
	      zs_on_evict(cause, buddies, bytes, age_ns, duration_ns, result, pages),
	      __u32 cause, __u32 buddies, __u32 bytes, __u64 age_ns,
	      __u64 duration_ns, int result, __u32 pages)

ZS_TRACEPOINT(invalidate,
	      zs_on_invalidate(type, offset, age_ns, cgroup, length, kind),
	      __u32 type, __u64 offset, __u64 age_ns, __u64 cgroup, __u32 length,
	      __u32 kind)

ZS_TRACEPOINT(pool_limit,
	      zs_on_pool_limit(reached, pages, limit, duration_ns),
	      __u32 reached, __u64 pages, __u64 limit, __u64 duration_ns)

ZS_TRACEPOINT(compressor,
	      zs_on_compressor(from, to),
	      const char *from, const char *to)

ZS_TRACEPOINT(drain,
	      zs_on_drain(stage, pages, frames, duration_ns),
	      __u32 stage, __u64 pages, __u64 frames, __u64 duration_ns)

ZS_TRACEPOINT(shrink,
	      zs_on_shrink(cause, cgroup, node, scanned, written, duration_ns),
	      __u32 cause, __u64 cgroup, __u32 node, __u64 scanned,
	      __u64 written, __u64 duration_ns)

ZS_TRACEPOINT(background,
	      zs_on_background(frames, left, goal, duration_ns, result),
	      __u64 frames, __u64 left, __u64 goal, __u64 duration_ns, int result)

#endif /* ZSWAPSCOPE_TRACEPOINTS_BPF_H */
