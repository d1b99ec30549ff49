// SPDX-License-Identifier: GPL-2.0
/*
 * All programs, one object: user space loads those of one source, and those of
 * io.bpf.h beside it as far as the kernel at hand lets it.
 *
 *	tracepoints.bpf.h	a source: our own tracepoints
 *	stock.bpf.h		a source: the functions of the kernel's own zswap
 *	io.bpf.h		beside either: owners of pages, and the device
 *	iterators.bpf.h		what "cat" shows of pinned programs
 *	areas.bpf.h		which swap area is whose
 *	aggregate.bpf.h		behind all of them: what is counted
 *	who.bpf.h		by cgroup and process
 *	groups.bpf.h		or by something else
 *	stream.bpf.h		event by event, if anybody wants that
 *	filter.bpf.h		and which of them
 *	ring.bpf.h		and how these come to user space
 *	pages.bpf.h		what is remembered of a page between its events
 *	kernel.bpf.h		the kernel's structures, as far as they are looked at
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "tracepoints.bpf.h"
#include "io.bpf.h"
#include "stock.bpf.h"
#include "iterators.bpf.h"
#include "areas.bpf.h"

char LICENSE[] SEC("license") = "GPL";
