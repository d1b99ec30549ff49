/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's types, as far as the programs look into them.  libbpf finds where a
 * member is in the kernel at hand (CO-RE), by its name alone; so no header of a
 * certain kernel is needed to build this.
 */
#ifndef ZSWAPSCOPE_KERNEL_BPF_H
#define ZSWAPSCOPE_KERNEL_BPF_H

#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <linux/types.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct mem_cgroup {
	struct cgroup_subsys_state css;
};

struct obj_cgroup {
	struct mem_cgroup *memcg;
};

struct task_struct {
	int tgid;
	unsigned int flags;
	char comm[ZSWAP_COMM_BYTES];
	struct task_struct *group_leader;
};

struct mm_struct {
	struct task_struct *owner;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
};

/* A folio's first page is at the folio's address, with these where a folio has them. */
struct folio {
	unsigned long flags;
	void *private;		/* of one in the swap cache: its swap entry */
	unsigned long memcg_data;
	unsigned int _folio_nr_pages;
};

struct page {
	unsigned long flags;
};

struct bio_vec {
	struct page *bv_page;
};

struct bio {
	struct bio_vec *bi_io_vec;
};

struct swap_info_struct {
	unsigned long flags;
	short prio;
	unsigned int pages;
	unsigned char *swap_map;
};

/* Of the kernel's own zswap. */
struct zswap_entry {
	struct {
		unsigned long val;
	} swpentry;
	unsigned int length;
	struct obj_cgroup *objcg;
};

#pragma clang attribute pop

/* Numbers that differ between kernels; libbpf puts the right ones in. */
enum pageflags {
	PG_swapcache = 10,
	PG_swapbacked = 17,
	PG_head = 6,
};

#define ZS_PAGE_HAS(flags, name)					\
	((flags) >> bpf_core_enum_value(enum pageflags, PG_##name) & 1)

/*
 * A member behind a pointer of which the verifier knows the type (@direct, a constant:
 * an argument of fentry), or with a call that may fail, giving 0.
 */
#define ZS_READ(direct, from, member)					\
	((direct) ? (from)->member : BPF_CORE_READ(from, member))

/* A swap entry: its swap area is in the highest bits that an xarray can hold. */
#define ZS_SWAP_TYPE_SHIFT	58

static __always_inline __u32 zs_swap_type(__u64 swap)
{
	return swap >> ZS_SWAP_TYPE_SHIFT;
}

static __always_inline __u64 zs_swap_offset(__u64 swap)
{
	return swap & ((1ULL << ZS_SWAP_TYPE_SHIFT) - 1);
}

#endif /* ZSWAPSCOPE_KERNEL_BPF_H */
