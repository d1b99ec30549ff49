/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of zswap.  docs/events.md explains every field.
 *
 * ABI: fields are only added, and only at the end.  Ages and durations are
 * nanoseconds; a duration is 0 when nobody listened as the operation began.
 * "cgroup" is the inode number of the directory of the cgroup that pays for the page
 * (1: the root), the number that bpf_get_current_cgroup_id() and "ls -i" give.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM zswap

#if !defined(_TRACE_ZSWAP_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_ZSWAP_H

#include <linux/tracepoint.h>
#include <zswapscope/vocabulary.h>

#ifndef ZSWAP_TRACE_WORDS
#define ZSWAP_TRACE_WORDS
#define ZSWAP_EXPORT_REASON(symbol, name) TRACE_DEFINE_ENUM(ZSWAP_REJECT_##symbol);
#define ZSWAP_EXPORT_CAUSE(symbol, name) TRACE_DEFINE_ENUM(ZSWAP_CAUSE_##symbol);
#define ZSWAP_EXPORT_KIND(symbol, name) TRACE_DEFINE_ENUM(ZSWAP_KIND_##symbol);
#define ZSWAP_EXPORT_STAGE(symbol, name) TRACE_DEFINE_ENUM(ZSWAP_DRAIN_##symbol);
#define ZSWAP_PAIR_REASON(symbol, name) { ZSWAP_REJECT_##symbol, name },
#define ZSWAP_PAIR_CAUSE(symbol, name) { ZSWAP_CAUSE_##symbol, name },
#define ZSWAP_PAIR_KIND(symbol, name) { ZSWAP_KIND_##symbol, name },
#define ZSWAP_PAIR_STAGE(symbol, name) { ZSWAP_DRAIN_##symbol, name },
#endif

ZSWAP_REJECT_REASONS(ZSWAP_EXPORT_REASON)
ZSWAP_CAUSES(ZSWAP_EXPORT_CAUSE)
ZSWAP_KINDS(ZSWAP_EXPORT_KIND)
ZSWAP_DRAIN_STAGES(ZSWAP_EXPORT_STAGE)

#define zswap_show_reason(reason) \
	__print_symbolic(reason, ZSWAP_REJECT_REASONS(ZSWAP_PAIR_REASON) { -1, NULL })
#define zswap_show_cause(cause) \
	__print_symbolic(cause, ZSWAP_CAUSES(ZSWAP_PAIR_CAUSE) { -1, NULL })
#define zswap_show_kind(kind) \
	__print_symbolic(kind, ZSWAP_KINDS(ZSWAP_PAIR_KIND) { -1, NULL })
#define zswap_show_stage(stage) \
	__print_symbolic(stage, ZSWAP_DRAIN_STAGES(ZSWAP_PAIR_STAGE) { -1, NULL })

TRACE_EVENT(zswap_store,
	TP_PROTO(unsigned int type, unsigned long offset, u64 cgroup,
		 unsigned int length, u64 duration_ns, unsigned int kind,
		 unsigned long pfn),
	TP_ARGS(type, offset, cgroup, length, duration_ns, kind, pfn),

	TP_STRUCT__entry(
		__field(unsigned int, type)
		__field(unsigned long, offset)
		__field(u64, cgroup)
		__field(unsigned int, length)
		__field(u64, duration_ns)
		__field(unsigned int, kind)
		__field(unsigned long, pfn)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->offset = offset;
		__entry->cgroup = cgroup;
		__entry->length = length;
		__entry->duration_ns = duration_ns;
		__entry->kind = kind;
		__entry->pfn = pfn;
	),
	TP_printk("type=%u offset=%lu cgroup=%llu length=%u duration_ns=%llu kind=%s pfn=0x%lx",
		  __entry->type, __entry->offset, __entry->cgroup,
		  __entry->length, __entry->duration_ns,
		  zswap_show_kind(__entry->kind), __entry->pfn)
);

TRACE_EVENT(zswap_load,
	TP_PROTO(unsigned int type, unsigned long offset, u64 cgroup,
		 unsigned int length, u64 age_ns, u64 duration_ns,
		 unsigned int kind, unsigned long pfn),
	TP_ARGS(type, offset, cgroup, length, age_ns, duration_ns, kind, pfn),

	TP_STRUCT__entry(
		__field(unsigned int, type)
		__field(unsigned long, offset)
		__field(u64, cgroup)
		__field(unsigned int, length)
		__field(u64, age_ns)
		__field(u64, duration_ns)
		__field(unsigned int, kind)
		__field(unsigned long, pfn)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->offset = offset;
		__entry->cgroup = cgroup;
		__entry->length = length;
		__entry->age_ns = age_ns;
		__entry->duration_ns = duration_ns;
		__entry->kind = kind;
		__entry->pfn = pfn;
	),
	TP_printk("type=%u offset=%lu cgroup=%llu length=%u age_ns=%llu duration_ns=%llu kind=%s pfn=0x%lx",
		  __entry->type, __entry->offset, __entry->cgroup,
		  __entry->length, __entry->age_ns, __entry->duration_ns,
		  zswap_show_kind(__entry->kind), __entry->pfn)
);

TRACE_EVENT(zswap_miss,
	TP_PROTO(unsigned int type, unsigned long offset, u64 cgroup,
		 unsigned long pfn),
	TP_ARGS(type, offset, cgroup, pfn),

	TP_STRUCT__entry(
		__field(unsigned int, type)
		__field(unsigned long, offset)
		__field(u64, cgroup)
		__field(unsigned long, pfn)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->offset = offset;
		__entry->cgroup = cgroup;
		__entry->pfn = pfn;
	),
	TP_printk("type=%u offset=%lu cgroup=%llu pfn=0x%lx",
		  __entry->type, __entry->offset, __entry->cgroup, __entry->pfn)
);

TRACE_EVENT(zswap_writeback,
	TP_PROTO(unsigned int type, unsigned long offset, u64 cgroup,
		 unsigned int length, u64 age_ns, u64 duration_ns,
		 unsigned int cause, int result, unsigned int kind,
		 u64 alloc_ns, u64 decompress_ns, u64 submit_ns),
	TP_ARGS(type, offset, cgroup, length, age_ns, duration_ns, cause,
		result, kind, alloc_ns, decompress_ns, submit_ns),

	TP_STRUCT__entry(
		__field(unsigned int, type)
		__field(unsigned long, offset)
		__field(u64, cgroup)
		__field(unsigned int, length)
		__field(u64, age_ns)
		__field(u64, duration_ns)
		__field(unsigned int, cause)
		__field(int, result)
		__field(unsigned int, kind)
		__field(u64, alloc_ns)
		__field(u64, decompress_ns)
		__field(u64, submit_ns)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->offset = offset;
		__entry->cgroup = cgroup;
		__entry->length = length;
		__entry->age_ns = age_ns;
		__entry->duration_ns = duration_ns;
		__entry->cause = cause;
		__entry->result = result;
		__entry->kind = kind;
		__entry->alloc_ns = alloc_ns;
		__entry->decompress_ns = decompress_ns;
		__entry->submit_ns = submit_ns;
	),
	TP_printk("type=%u offset=%lu cgroup=%llu length=%u age_ns=%llu duration_ns=%llu cause=%s result=%d kind=%s alloc_ns=%llu decompress_ns=%llu submit_ns=%llu",
		  __entry->type, __entry->offset, __entry->cgroup,
		  __entry->length, __entry->age_ns, __entry->duration_ns,
		  zswap_show_cause(__entry->cause), __entry->result,
		  zswap_show_kind(__entry->kind), __entry->alloc_ns,
		  __entry->decompress_ns, __entry->submit_ns)
);

TRACE_EVENT(zswap_reject,
	TP_PROTO(unsigned int type, unsigned long offset, u64 cgroup,
		 unsigned int reason, unsigned int length, u64 duration_ns,
		 unsigned long pfn),
	TP_ARGS(type, offset, cgroup, reason, length, duration_ns, pfn),

	TP_STRUCT__entry(
		__field(unsigned int, type)
		__field(unsigned long, offset)
		__field(u64, cgroup)
		__field(unsigned int, reason)
		__field(unsigned int, length)
		__field(u64, duration_ns)
		__field(unsigned long, pfn)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->offset = offset;
		__entry->cgroup = cgroup;
		__entry->reason = reason;
		__entry->length = length;
		__entry->duration_ns = duration_ns;
		__entry->pfn = pfn;
	),
	TP_printk("type=%u offset=%lu cgroup=%llu reason=%s length=%u duration_ns=%llu pfn=0x%lx",
		  __entry->type, __entry->offset, __entry->cgroup,
		  zswap_show_reason(__entry->reason), __entry->length,
		  __entry->duration_ns, __entry->pfn)
);

TRACE_EVENT(zswap_evict,
	TP_PROTO(unsigned int cause, unsigned int buddies, unsigned int bytes,
		 u64 age_ns, u64 duration_ns, int result, unsigned int pages),
	TP_ARGS(cause, buddies, bytes, age_ns, duration_ns, result, pages),

	TP_STRUCT__entry(
		__field(unsigned int, cause)
		__field(unsigned int, buddies)
		__field(unsigned int, bytes)
		__field(u64, age_ns)
		__field(u64, duration_ns)
		__field(int, result)
		__field(unsigned int, pages)
	),
	TP_fast_assign(
		__entry->cause = cause;
		__entry->buddies = buddies;
		__entry->bytes = bytes;
		__entry->age_ns = age_ns;
		__entry->duration_ns = duration_ns;
		__entry->result = result;
		__entry->pages = pages;
	),
	TP_printk("cause=%s buddies=%u bytes=%u age_ns=%llu duration_ns=%llu result=%d pages=%u",
		  zswap_show_cause(__entry->cause), __entry->buddies,
		  __entry->bytes, __entry->age_ns, __entry->duration_ns,
		  __entry->result, __entry->pages)
);

TRACE_EVENT(zswap_invalidate,
	TP_PROTO(unsigned int type, unsigned long offset, u64 age_ns,
		 u64 cgroup, unsigned int length, unsigned int kind),
	TP_ARGS(type, offset, age_ns, cgroup, length, kind),

	TP_STRUCT__entry(
		__field(unsigned int, type)
		__field(unsigned long, offset)
		__field(u64, age_ns)
		__field(u64, cgroup)
		__field(unsigned int, length)
		__field(unsigned int, kind)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->offset = offset;
		__entry->age_ns = age_ns;
		__entry->cgroup = cgroup;
		__entry->length = length;
		__entry->kind = kind;
	),
	TP_printk("type=%u offset=%lu age_ns=%llu cgroup=%llu length=%u kind=%s",
		  __entry->type, __entry->offset, __entry->age_ns,
		  __entry->cgroup, __entry->length,
		  zswap_show_kind(__entry->kind))
);

TRACE_EVENT(zswap_pool_limit,
	TP_PROTO(unsigned int reached, unsigned long pages, unsigned long limit,
		 u64 duration_ns),
	TP_ARGS(reached, pages, limit, duration_ns),

	TP_STRUCT__entry(
		__field(unsigned int, reached)
		__field(unsigned long, pages)
		__field(unsigned long, limit)
		__field(u64, duration_ns)
	),
	TP_fast_assign(
		__entry->reached = reached;
		__entry->pages = pages;
		__entry->limit = limit;
		__entry->duration_ns = duration_ns;
	),
	TP_printk("reached=%u pages=%lu limit=%lu duration_ns=%llu",
		  __entry->reached, __entry->pages, __entry->limit,
		  __entry->duration_ns)
);

TRACE_EVENT(zswap_background,
	TP_PROTO(unsigned long frames, unsigned long left, unsigned long goal,
		 u64 duration_ns, int result),
	TP_ARGS(frames, left, goal, duration_ns, result),

	TP_STRUCT__entry(
		__field(unsigned long, frames)
		__field(unsigned long, left)
		__field(unsigned long, goal)
		__field(u64, duration_ns)
		__field(int, result)
	),
	TP_fast_assign(
		__entry->frames = frames;
		__entry->left = left;
		__entry->goal = goal;
		__entry->duration_ns = duration_ns;
		__entry->result = result;
	),
	TP_printk("frames=%lu left=%lu goal=%lu duration_ns=%llu result=%d",
		  __entry->frames, __entry->left, __entry->goal,
		  __entry->duration_ns, __entry->result)
);

TRACE_EVENT(zswap_shrink,
	TP_PROTO(unsigned int cause, u64 cgroup, unsigned int node,
		 unsigned long scanned, unsigned long written, u64 duration_ns),
	TP_ARGS(cause, cgroup, node, scanned, written, duration_ns),

	TP_STRUCT__entry(
		__field(unsigned int, cause)
		__field(u64, cgroup)
		__field(unsigned int, node)
		__field(unsigned long, scanned)
		__field(unsigned long, written)
		__field(u64, duration_ns)
	),
	TP_fast_assign(
		__entry->cause = cause;
		__entry->cgroup = cgroup;
		__entry->node = node;
		__entry->scanned = scanned;
		__entry->written = written;
		__entry->duration_ns = duration_ns;
	),
	TP_printk("cause=%s cgroup=%llu node=%u scanned=%lu written=%lu duration_ns=%llu",
		  zswap_show_cause(__entry->cause), __entry->cgroup,
		  __entry->node, __entry->scanned, __entry->written,
		  __entry->duration_ns)
);

TRACE_EVENT(zswap_compressor,
	TP_PROTO(const char *from, const char *to),
	TP_ARGS(from, to),

	TP_STRUCT__entry(
		__string(from, from)
		__string(to, to)
	),
	TP_fast_assign(
		__assign_str(from);
		__assign_str(to);
	),
	TP_printk("from=%s to=%s",
		  __get_str(from), __get_str(to))
);

TRACE_EVENT(zswap_drain,
	TP_PROTO(unsigned int stage, unsigned long pages, unsigned long frames,
		 u64 duration_ns),
	TP_ARGS(stage, pages, frames, duration_ns),

	TP_STRUCT__entry(
		__field(unsigned int, stage)
		__field(unsigned long, pages)
		__field(unsigned long, frames)
		__field(u64, duration_ns)
	),
	TP_fast_assign(
		__entry->stage = stage;
		__entry->pages = pages;
		__entry->frames = frames;
		__entry->duration_ns = duration_ns;
	),
	TP_printk("stage=%s pages=%lu frames=%lu duration_ns=%llu",
		  zswap_show_stage(__entry->stage), __entry->pages,
		  __entry->frames, __entry->duration_ns)
);

#endif /* _TRACE_ZSWAP_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
