/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What no event of zswap can tell, beside any source: whose page is being swapped
 * out, and when the device has read or written a page.  The functions are the
 * kernel's own and may be missing; then that is not known, and all else is.
 */
#ifndef ZSWAPSCOPE_IO_BPF_H
#define ZSWAPSCOPE_IO_BPF_H

#include "aggregate.bpf.h"
#include "kernel.bpf.h"
#include <bpf/bpf_tracing.h>

/*
 * ZS_FUNCTION(NAME, FUNCTION, CALL, ARGUMENTS...): the programs zsf_NAME (fentry)
 * and zsk_NAME (kprobe) at the beginning of FUNCTION.  User space loads one of
 * them, and may know a better name for the function.
 */
#define ZS_FUNCTION(name, function, call, args...)			\
SEC("fentry/" #function)						\
int BPF_PROG(zsf_##name, args)						\
{									\
	const bool direct = true;					\
									\
	(void)direct;							\
	return call;							\
}									\
									\
SEC("kprobe/" #function)						\
int BPF_KPROBE(zsk_##name, args)					\
{									\
	const bool direct = false;					\
									\
	(void)direct;							\
	return call;							\
}

/* Of Linux, and the same for all time. */
#define ZS_MEMCG_MASK	(~3UL)

static __always_inline __u64 zs_memcg_id(struct mem_cgroup *memcg)
{
	return memcg ? BPF_CORE_READ(memcg, css.cgroup, kn, id) : 1;
}

/* Who pays for a folio. */
static __always_inline __u64 zs_folio_cgroup(bool direct, struct folio *folio)
{
	unsigned long memcg = ZS_READ(direct, folio, memcg_data) & ZS_MEMCG_MASK;

	return zs_memcg_id((struct mem_cgroup *)memcg);
}

/* A page whose owner is known; its cgroup is when it is stored. */
static __always_inline void zs_unmapped_page(__u64 swap, __u32 pid)
{
	__u32 type = zs_swap_type(swap);
	__u64 offset = zs_swap_offset(swap);

	zs_page_set(zs_page_place(type, offset), zs_page_tag(type, offset), pid,
		    zs_page_word(ZS_PAGE_UNMAPPED, 0, 0));
}

/* Those of a folio of several. */
struct zs_unmapped {
	__u64 swap;
	__u32 pid;
};

/* For bpf_loop(): the nth of them. */
static long zs_unmapped_nth(__u32 nth, struct zs_unmapped *unmapped)
{
	zs_unmapped_page(unmapped->swap + nth, unmapped->pid);
	return 0;
}

/* Not where every page comes through. */
static __noinline int zs_unmapped_pages(__u64 swap, __u32 pid, __u32 pages)
{
	struct zs_unmapped unmapped = { .swap = swap, .pid = pid };

	bpf_loop(pages, zs_unmapped_nth, &unmapped, 0);
	return 0;
}

/* The name of a process that we have not met, or that had another one's place. */
static __noinline int zs_note_name(struct task_struct *owner, __u32 pid)
{
	struct zswap_comm *name = zs_comm_place(pid);

	zs_shared.last_owner = pid;
	if (!name || name->pid == pid)
		return 0;
	name->pid = pid;
	bpf_probe_read_kernel(name->comm, sizeof(name->comm),
			      BPF_CORE_READ(owner, group_leader, comm));
	return 0;
}

/* Who has a page table: 0 if nobody, as the kernel may be built without the answer. */
static __always_inline __u32 zs_owner_of(bool direct, struct mm_struct *mm)
{
	struct task_struct *owner;
	__u32 pid;

	if (!bpf_core_field_exists(mm->owner))
		return 0;
	owner = ZS_READ(direct, mm, owner);
	if (!owner)
		return 0;
	pid = ZS_READ(direct, owner, tgid);
	/* mostly it is the one of the page before */
	if (pid != zs_shared.last_owner)
		zs_note_name(owner, pid);
	return pid;
}

/*
 * A folio is taken out of a page table.  If it is in the swap cache, that is to write
 * it to swap, and the page table's owner is whose page it is.  With a folio of
 * several, the last one counts.
 */
static __always_inline int zs_unmap(bool direct, struct folio *folio,
				    struct vm_area_struct *vma)
{
	__u64 flags = ZS_READ(direct, folio, flags), swap;
	struct mm_struct *mm;
	__u32 pid;

	if (!ZS_PAGE_HAS(flags, swapcache) || !ZS_PAGE_HAS(flags, swapbacked))
		return 0;
	mm = ZS_READ(direct, vma, vm_mm);
	pid = mm ? zs_owner_of(direct, mm) : 0;
	if (!pid)
		return 0;
	swap = (__u64)ZS_READ(direct, folio, private);
	if (ZS_PAGE_HAS(flags, head) && bpf_core_field_exists(folio->_folio_nr_pages))
		return zs_unmapped_pages(swap, pid, ZS_READ(direct, folio, _folio_nr_pages));
	zs_unmapped_page(swap, pid);
	return 0;
}

ZS_FUNCTION(unmap, try_to_unmap_one, zs_unmap(direct, folio, vma),
	    struct folio *folio, struct vm_area_struct *vma)

/* What a bio of the swap code is about. */
static __always_inline struct folio *zs_bio_folio(bool direct, struct bio *bio)
{
	struct bio_vec *vec = ZS_READ(direct, bio, bi_io_vec);
	struct page *page = ZS_READ(direct, vec, bv_page);

	return (struct folio *)page;
}

static __always_inline int zs_read_done(bool direct, struct bio *bio)
{
	struct folio *folio = zs_bio_folio(direct, bio);
	__u64 swap = (__u64)ZS_READ(direct, folio, private);

	return zs_on_read_done(zs_swap_type(swap), zs_swap_offset(swap),
			       zs_events_only ? zs_folio_cgroup(direct, folio) : 0);
}

ZS_FUNCTION(read_done, end_swap_bio_read, zs_read_done(direct, bio),
	    struct bio *bio)

static __always_inline int zs_write_done(bool direct, struct bio *bio)
{
	struct folio *folio = zs_bio_folio(direct, bio);
	__u64 swap = (__u64)ZS_READ(direct, folio, private);

	return zs_on_write_done(zs_swap_type(swap), zs_swap_offset(swap));
}

ZS_FUNCTION(write_done, end_swap_bio_write, zs_write_done(direct, bio),
	    struct bio *bio)

#endif /* ZSWAPSCOPE_IO_BPF_H */
