/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In place of libbpf's header of that name, which does not go together with its others:
 * so that a program of the host can include bpf/pages.bpf.h for what a page is.  The
 * helpers do nothing here.
 */
#ifndef ZS_NATIVE_BPF_HELPERS_H
#define ZS_NATIVE_BPF_HELPERS_H

#include <stddef.h>
#include <sys/cdefs.h>

#define SEC(name)
#define __uint(name, value)	int (*name)[value]
#define __type(name, value)	__typeof__(value) *name

#define bpf_map_lookup_elem(map, key)	((void)(map), (void)(key), NULL)
#define bpf_jiffies64()			0ULL

#endif /* ZS_NATIVE_BPF_HELPERS_H */
