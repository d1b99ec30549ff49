/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In place of libbpf's header of that name, which does not go together with its others:
 * so that a program of the host can include bpf/pages.bpf.h for what a page is, or
 * bpf/aggregate.bpf.h to run a handler.  The helpers do nothing here; who includes this
 * may have some of them before.
 */
#ifndef ZS_NATIVE_BPF_HELPERS_H
#define ZS_NATIVE_BPF_HELPERS_H

#include <stddef.h>
#include <sys/cdefs.h>

#define SEC(name)
#define __uint(name, value)	int (*name)[value]
#define __type(name, value)	__typeof__(value) *name

#ifndef bpf_map_lookup_elem
#define bpf_map_lookup_elem(map, key)	((void)(map), (void)(key), NULL)
#endif
#ifndef bpf_ktime_get_ns
#define bpf_ktime_get_ns()		0ULL
#endif
#define bpf_jiffies64()			0ULL
#define bpf_get_current_pid_tgid()	0ULL
#define bpf_get_smp_processor_id()	0U
#define bpf_get_current_comm(comm, size)	((void)(comm), (void)(size))
#define bpf_probe_read_kernel_str(to, size, from)	((void)(to), (void)(size), (void)(from))
#define bpf_ringbuf_output(map, data, size, flags)	((void)(map), (void)(data))

#define __noinline		__attribute__((noinline, unused))
#define barrier()		__asm__ volatile("" : : : "memory")
#define barrier_var(var)	__asm__ volatile("" : "+r"(var))

#endif /* ZS_NATIVE_BPF_HELPERS_H */
