// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is done to private memory.  Each operation says in the region what the pages
 * should be from then on; those that should change nothing look whether they have not.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "region.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* What one operation reads or writes at most, through the kernel. */
#define COPIED_PAGES	8U

/** draw_wide() - like region_draw(), of up to four huge pages */
struct run draw_wide(struct region *region)
{
	struct run run = { 0, 1 + next_random(&region->random) % (4 * HUGE_PAGES) };

	if (run.count > region->pages)
		run.count = region->pages;
	run.first = next_random(&region->random) % (region->pages - run.count + 1);
	return run;
}

/** advise() - madvise(), which has to succeed */
bool advise(struct region *region, struct run run, int advice)
{
	if (madvise(region_page(region, run.first), run.count * PAGE_BYTES, advice))
		die("madvise(%d) of %u pages: %s", advice, run.count, strerror(errno));
	return true;
}

/* A quarter of the time of many, at all other times of few. */
static struct run draw_any(struct region *region)
{
	return next_random(&region->random) % 4 ? region_draw(region, RUN_PAGES) :
		draw_wide(region);
}

/* Of many pages, the first ones. */
static struct run beginning(struct run run)
{
	return (struct run){ run.first, run.count < RUN_PAGES ? run.count : RUN_PAGES };
}

static bool op_write(struct region *region)
{
	struct run run = region_draw(region, RUN_PAGES);

	for (unsigned int i = 0; i < run.count; i++)
		region_write(region, run.first + i);
	return true;
}

static bool op_zero(struct region *region)
{
	struct run run = region_draw(region, RUN_PAGES);

	memset(region_page(region, run.first), 0, run.count * PAGE_BYTES);
	region_zeroed(region, run);
	return true;
}

static bool op_read(struct region *region)
{
	for (unsigned int i = 0; i < 4; i++)
		region_verify(region, region_draw(region, RUN_PAGES));
	return true;
}

/**
 * read_back() - have the kernel read pages, which it does in another way
 * @region: of these
 * @run: up to COPIED_PAGES of them are read
 */
void read_back(struct region *region, struct run run)
{
	static unsigned char copy[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
	int ends[2];

	if (pipe(ends))
		die("pipe: %s", strerror(errno));
	for (unsigned int i = run.first; i < run.first + run.count && i < run.first + COPIED_PAGES;
	     i++) {
		if (write(ends[1], region_page(region, i), PAGE_BYTES) != PAGE_BYTES)
			region_unreadable(region, i);
		if (read(ends[0], copy, PAGE_BYTES) != PAGE_BYTES)
			die("reading a pipe: %s", strerror(errno));
		region_check_copy(region, i, copy);
	}
	close(ends[0]);
	close(ends[1]);
}

static bool op_pipe(struct region *region)
{
	read_back(region, region_draw(region, COPIED_PAGES));
	return true;
}

static bool op_drop(struct region *region)
{
	struct run run = draw_any(region);

	/* of large ones there would be too little left to swap */
	run.count = (run.count + 3) / 4;
	advise(region, run, MADV_DONTNEED);
	region_zeroed(region, run);
	region_verify(region, beginning(run));
	return true;
}

/*
 * Not while a parent and a child have pages in common.  Where one of those came from a swap
 * device that reads at once, and was not written since, Linux 6.12 takes it from both when
 * one of them gives it up, with our modules and without: see docs/reliability.md.
 */
static bool op_free(struct region *region)
{
	struct run run = region_draw(region, RUN_PAGES);

	if (has_relatives() && !opt.free_shared)
		return false;
	advise(region, run, MADV_FREE);
	for (unsigned int i = run.first; i < run.first + run.count; i++)
		region->states[i].freed = region->states[i].generation != 0;
	return true;
}

/* New memory where the old was. */
static bool op_renew(struct region *region)
{
	struct run run = region_draw(region, RUN_PAGES);

	if (mmap(region_page(region, run.first), run.count * PAGE_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		die("mmap of %u pages: %s", run.count, strerror(errno));
	region_zeroed(region, run);
	region_verify(region, run);
	return true;
}

static bool op_pageout(struct region *region)
{
	return advise(region, draw_any(region), MADV_PAGEOUT);
}

static bool op_cold(struct region *region)
{
	return advise(region, draw_any(region), MADV_COLD);
}

static bool op_willneed(struct region *region)
{
	struct run run = region_draw(region, RUN_PAGES);

	advise(region, run, MADV_WILLNEED);
	region_verify(region, run);
	return true;
}

static bool op_huge(struct region *region)
{
	return advise(region, (struct run){ 0, region->pages },
		      next_random(&region->random) % 4 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

/* It may not be possible, for many reasons. */
static bool op_collapse(struct region *region)
{
	unsigned int huge = next_random(&region->random) % (region->pages / HUGE_PAGES);
	struct run run = { huge * HUGE_PAGES, HUGE_PAGES };
	bool done = !madvise(region_page(region, run.first), HUGE_BYTES, MADV_COLLAPSE);

	region_verify(region, beginning(run));
	return done;
}

/* What is no longer one mapping has to be moved in parts. */
static void move(unsigned char *from, unsigned char *to, size_t pages)
{
	size_t half = pages / 2;

	if (mremap(from, pages * PAGE_BYTES, pages * PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
		   to) != MAP_FAILED)
		return;
	if (errno != EFAULT || !half)
		die("mremap of %zu pages: %s", pages, strerror(errno));
	move(from, to, half);
	move(from + half * PAGE_BYTES, to + half * PAGE_BYTES, pages - half);
}

static unsigned char *reserve(size_t bytes)
{
	void *room = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			  -1, 0);

	if (room == MAP_FAILED)
		die("mmap of %zu bytes: %s", bytes, strerror(errno));
	return room;
}

/* All of it, to another multiple of a huge page. */
static bool op_move(struct region *region)
{
	size_t bytes = region->pages * PAGE_BYTES;
	unsigned char *room = reserve(bytes + HUGE_BYTES);
	size_t before = -(uintptr_t)room & (HUGE_BYTES - 1);

	move(region->base, room + before, region->pages);
	if (before)
		munmap(room, before);
	munmap(room + before + bytes, HUGE_BYTES - before);
	region->base = room + before;
	region_verify(region, region_draw(region, RUN_PAGES));
	return true;
}

/* A part of it, and back. */
static bool op_away(struct region *region)
{
	struct run run = draw_any(region);
	unsigned char *room = reserve(run.count * PAGE_BYTES);
	unsigned int index = next_random(&region->random) % run.count;

	move(region_page(region, run.first), room, run.count);
	region_check_copy(region, run.first + index, room + index * PAGE_BYTES);
	move(room, region_page(region, run.first), run.count);
	region_verify(region, beginning(run));
	return true;
}

static bool op_protect(struct region *region)
{
	struct run run = region_draw(region, RUN_PAGES);
	unsigned char *page = region_page(region, run.first);

	if (mprotect(page, run.count * PAGE_BYTES, PROT_READ))
		die("mprotect: %s", strerror(errno));
	region_verify(region, run);
	if (mprotect(page, run.count * PAGE_BYTES, PROT_READ | PROT_WRITE))
		die("mprotect: %s", strerror(errno));
	return true;
}

/* The child has what is here now, whatever its parent does from here on. */
static bool op_fork(struct region *region)
{
	return begin_child(region, 10 + next_random(&region->random) % 40);
}

operation_fn *const private_operations[NR_OPERATIONS] = {
	[OP_WRITE] = op_write,
	[OP_ZERO] = op_zero,
	[OP_READ] = op_read,
	[OP_PIPE] = op_pipe,
	[OP_DROP] = op_drop,
	[OP_FREE] = op_free,
	[OP_RENEW] = op_renew,
	[OP_PAGEOUT] = op_pageout,
	[OP_COLD] = op_cold,
	[OP_WILLNEED] = op_willneed,
	[OP_HUGE] = op_huge,
	[OP_COLLAPSE] = op_collapse,
	[OP_MOVE] = op_move,
	[OP_AWAY] = op_away,
	[OP_PROTECT] = op_protect,
	[OP_FORK] = op_fork,
	[OP_LINGER] = op_linger,
	[OP_AGAIN] = op_again,
};
