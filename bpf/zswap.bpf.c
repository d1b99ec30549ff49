// SPDX-License-Identifier: GPL-2.0
/*
 * Sources of events: our own tracepoints, once through the BTF of the module
 * (tp_btf) and once without it (raw_tp).  User space loads one of the two.
 *
 * Both see the arguments of include/trace/events/zswap.h as 64-bit words, all
 * of them scalars, so one body per event serves both, and no kernel type has
 * to be known here.  Names fit the 15 characters that the kernel keeps.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "aggregate.bpf.h"

char LICENSE[] SEC("license") = "GPL";

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
	      zs_on_store(cgroup, length, duration_ns),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 length,
	      __u64 duration_ns)

ZS_TRACEPOINT(load,
	      zs_on_load(cgroup, length, age_ns, duration_ns),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 length,
	      __u64 age_ns, __u64 duration_ns)

ZS_TRACEPOINT(writeback,
	      zs_on_writeback(cgroup, length, age_ns, duration_ns, cause, result),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 length,
	      __u64 age_ns, __u64 duration_ns, __u32 cause, int result)

ZS_TRACEPOINT(reject,
	      zs_on_reject(cgroup, reason, length),
	      __u32 type, __u64 offset, __u64 cgroup, __u32 reason,
	      __u32 length)

ZS_TRACEPOINT(evict,
	      zs_on_evict(cause, buddies, bytes, age_ns, duration_ns, result),
	      __u32 cause, __u32 buddies, __u32 bytes, __u64 age_ns,
	      __u64 duration_ns, int result)

ZS_TRACEPOINT(invalidate,
	      zs_on_invalidate(age_ns),
	      __u32 type, __u64 offset, __u64 age_ns)
