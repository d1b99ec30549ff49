// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is done to memory that several processes have: shared anonymous memory, or a file
 * in memory.  Each page is written and read by one of them at a time, so that all know
 * which generation there has to be; what takes whole ranges does so for the pages that
 * nobody else is at work on.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "region.h"

static unsigned char copy[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static struct run draw_locked(struct region *region)
{
	return region_lock(region, region_draw(region, RUN_PAGES));
}

/* Have each page of a run to ourselves, one by one. */
static bool each_page(struct region *region, void (*touch)(struct region *, unsigned int))
{
	struct run run = draw_locked(region);

	for (unsigned int i = run.first; i < run.first + run.count; i++)
		touch(region, i);
	region_unlock(region, run);
	return run.count;
}

static bool op_write(struct region *region)
{
	return each_page(region, region_write);
}

static bool op_read(struct region *region)
{
	struct run run;

	for (unsigned int i = 0; i < 4; i++) {
		run = draw_locked(region);
		if (run.count)
			region_verify(region, run);
		region_unlock(region, run);
	}
	return run.count;
}

static bool op_pipe(struct region *region)
{
	struct run run = draw_locked(region);

	read_back(region, run);
	region_unlock(region, run);
	return run.count;
}

static void pread_page(struct region *region, unsigned int i)
{
	if (pread(region->fd, copy, PAGE_BYTES, i * PAGE_BYTES) != PAGE_BYTES)
		region_unreadable(region, i);
	region_check_copy(region, i, copy);
}

static void pwrite_page(struct region *region, unsigned int i)
{
	page_make(region_next(region, i), copy);
	if (pwrite(region->fd, copy, PAGE_BYTES, i * PAGE_BYTES) != PAGE_BYTES)
		die("pwrite: %s", strerror(errno));
}

/* As a file, where it is one. */
static bool op_pread(struct region *region)
{
	return region->fd >= 0 && each_page(region, pread_page);
}

static bool op_pwrite(struct region *region)
{
	return region->fd >= 0 && each_page(region, pwrite_page);
}

static bool op_punch(struct region *region)
{
	struct run run = draw_locked(region);

	if (run.count) {
		advise(region, run, MADV_REMOVE);
		region_zeroed(region, run);
		region_verify(region, run);
	}
	region_unlock(region, run);
	return run.count;
}

/* The end of it goes, and comes again as zeros. */
static bool op_truncate(struct region *region)
{
	struct run end = region_draw(region, RUN_PAGES), run;

	if (region->fd < 0)
		return false;
	end.first = region->pages - end.count;
	run = region_lock(region, end);
	if (run.count == end.count) {
		if (ftruncate(region->fd, run.first * PAGE_BYTES) ||
		    ftruncate(region->fd, region->pages * PAGE_BYTES))
			die("ftruncate: %s", strerror(errno));
		region_zeroed(region, run);
	}
	region_unlock(region, run);
	return run.count == end.count;
}

/* Unlike private memory, it is still there afterwards. */
static bool op_unmap(struct region *region)
{
	size_t bytes = region->pages * PAGE_BYTES;

	if (region->fd < 0)
		return advise(region, draw_wide(region), MADV_DONTNEED);
	if (munmap(region->base, bytes) ||
	    mmap(region->base, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, region->fd,
		 0) == MAP_FAILED)
		die("mapping a file again: %s", strerror(errno));
	return true;
}

/* The kernel leaves out what another one has mapped as well. */
static bool op_pageout(struct region *region)
{
	return advise(region, draw_wide(region), MADV_PAGEOUT);
}

static bool op_huge(struct region *region)
{
	return advise(region, (struct run){ 0, region->pages },
		      next_random(&region->random) % 4 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

operation_fn *const shared_operations[NR_OPERATIONS] = {
	[OP_SHARED_WRITE] = op_write,
	[OP_SHARED_READ] = op_read,
	[OP_PIPE] = op_pipe,
	[OP_PREAD] = op_pread,
	[OP_PWRITE] = op_pwrite,
	[OP_PUNCH] = op_punch,
	[OP_TRUNCATE] = op_truncate,
	[OP_UNMAP] = op_unmap,
	[OP_SHARED_PAGEOUT] = op_pageout,
	[OP_SHARED_HUGE] = op_huge,
};
