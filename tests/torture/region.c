// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory whose pages are known: writing, verifying, and what to do when one is wrong.
 *
 * Before pages are verified, the kernel is asked which of them are in swap, and where, at
 * the price of a system call for up to RUN_PAGES of them.  So their number is known, and
 * should one be wrong, the swap entry that it came from.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "region.h"

/* An entry of /proc/PID/pagemap. */
#define ENTRY_PRESENT	(1ULL << 63)
#define ENTRY_SWAPPED	(1ULL << 62)
#define ENTRY_FRAME	((1ULL << 55) - 1)
#define ENTRY_TYPE	0x1fU
#define ENTRY_OFFSET_SHIFT 5

/* The page that is being touched, for who gets a SIGBUS for it. */
static struct region *touched;
static unsigned int touched_index;

/**
 * lock_memory() - keep memory out of swap
 *
 * What comes of a fork is not locked, even if it was.
 */
void lock_memory(void *memory, size_t bytes)
{
	if (mlock(memory, bytes))
		die("cannot lock %zu bytes: %s", bytes, strerror(errno));
}

static void *map(size_t bytes, int flags, int fd)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (memory == MAP_FAILED)
		die("cannot map %zu bytes: %s", bytes, strerror(errno));
	return memory;
}

/**
 * region_make() - memory of zeros
 * @region: has its slot; gets all else
 * @pages: of it
 * @shared: with children to come; else it is theirs and mine apart
 *
 * A shared region has a file, or is anonymous, by turns.  The memory begins at a multiple
 * of a huge page.
 */
void region_make(struct region *region, unsigned int pages, bool shared)
{
	size_t bytes = pages * PAGE_BYTES;
	int sharing = shared ? MAP_SHARED : MAP_PRIVATE;
	unsigned char *room;

	region->pages = pages;
	region->shared = shared;
	region->number = region_number(0, region->slot->life, shared);
	region->states = map(pages * sizeof(*region->states), sharing | MAP_ANONYMOUS, -1);
	lock_memory(region->states, pages * sizeof(*region->states));
	for (unsigned int i = 0; i < pages; i++)
		region->states[i].region = region->number;
	region->fd = -1;
	if (shared && region->slot->life % 2) {
		region->fd = memfd_create("torture", MFD_CLOEXEC);
		if (region->fd < 0 || ftruncate(region->fd, bytes))
			die("memfd of %zu bytes: %s", bytes, strerror(errno));
	}
	room = map(bytes + HUGE_BYTES, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	region->base = room + (-(uintptr_t)room & (HUGE_BYTES - 1));
	if (mmap(region->base, bytes, PROT_READ | PROT_WRITE,
		 sharing | MAP_FIXED | (region->fd < 0 ? MAP_ANONYMOUS : 0), region->fd,
		 0) == MAP_FAILED)
		die("cannot map %zu bytes: %s", bytes, strerror(errno));
}

/** region_drop() - give it back */
void region_drop(struct region *region)
{
	munmap(region->base, region->pages * PAGE_BYTES);
	munmap(region->states, region->pages * sizeof(*region->states));
	if (region->fd >= 0)
		close(region->fd);
}

/** region_inherit() - a child, after its fork: what it writes has another number */
void region_inherit(struct region *region, uint16_t number)
{
	region->number = number;
	lock_memory(region->states, region->pages * sizeof(*region->states));
}

/** region_draw() - some pages at random, a few more often than many */
struct run region_draw(struct region *region, unsigned int most)
{
	struct run run;

	if (most > RUN_PAGES)
		most = RUN_PAGES;
	run.count = 1 + next_random(&region->random) % (1U << next_random(&region->random) % 7);
	if (run.count > most)
		run.count = most;
	run.first = next_random(&region->random) % (region->pages - run.count + 1);
	return run;
}

/**
 * region_lock() - keep others away from shared pages
 *
 * Return: those that nobody else had, up to the first that somebody has; maybe none.
 */
struct run region_lock(struct region *region, struct run run)
{
	unsigned int i;

	for (i = 0; i < run.count; i++)
		if (atomic_exchange(&region->states[run.first + i].locked, true))
			break;
	run.count = i;
	return run;
}

/** region_unlock() - let others have them */
void region_unlock(struct region *region, struct run run)
{
	for (unsigned int i = 0; i < run.count; i++)
		atomic_store(&region->states[run.first + i].locked, false);
}

/** region_name() - which page should be there */
struct page_name region_name(const struct region *region, unsigned int index)
{
	const struct page_state *state = &region->states[index];

	return (struct page_name){ state->region, index, state->generation };
}

/** region_page() - where it is */
unsigned char *region_page(const struct region *region, unsigned int index)
{
	return region->base + index * PAGE_BYTES;
}

static void touch(struct region *region, unsigned int index)
{
	touched = region;
	touched_index = index;
}

/** region_next() - the name of what is to be there from now on: a generation more */
struct page_name region_next(struct region *region, unsigned int index)
{
	struct page_state *state = &region->states[index];

	if (state->last == MAX_GENERATION)
		die("page %u was written %u times: that is as far as names go", index, state->last);
	state->region = region->number;
	state->generation = ++state->last;
	state->freed = false;
	state->written_ns = now_ns();
	return region_name(region, index);
}

/** region_write_as_named() - write the page that region_next() has said */
void region_write_as_named(struct region *region, unsigned int index)
{
	touch(region, index);
	page_make(region_name(region, index), region_page(region, index));
}

/** region_write() - write the page's next generation */
void region_write(struct region *region, unsigned int index)
{
	region_next(region, index);
	region_write_as_named(region, index);
}

/** region_zeroed() - these pages are zeros now */
void region_zeroed(struct region *region, struct run run)
{
	for (unsigned int i = run.first; i < run.first + run.count; i++) {
		region->states[i].generation = 0;
		region->states[i].freed = false;
		region->states[i].written_ns = now_ns();
	}
}

/* --- Where pages are --- */

/* What the kernel says of them, in their order; zeros where it says nothing. */
static void read_pagemap(const struct region *region, struct run run, uint64_t *entries)
{
	static pid_t owner;
	static int fd;
	off_t at = (uintptr_t)region_page(region, run.first) / PAGE_BYTES * sizeof(*entries);

	/* a child's is not its parent's */
	if (owner != getpid()) {
		if (owner)
			close(fd);
		fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
		owner = getpid();
	}
	memset(entries, 0, run.count * sizeof(*entries));
	if (pread(fd, entries, run.count * sizeof(*entries), at) < 0)
		die("/proc/self/pagemap: %s", strerror(errno));
}

/*
 * Which pages are in swap.  Of shared memory, pagemap does not say that, but mincore()
 * tells what is not in RAM; and pages that were never written are nowhere.
 */
static unsigned int find_swapped(const struct region *region, struct run run, bool *swapped,
				 uint64_t *entries)
{
	unsigned char in_ram[RUN_PAGES];
	unsigned int count = 0;

	if (region->shared && mincore(region_page(region, run.first), run.count * PAGE_BYTES,
				      in_ram))
		die("mincore: %s", strerror(errno));
	if (!region->shared)
		read_pagemap(region, run, entries);
	for (unsigned int i = 0; i < run.count; i++) {
		if (region->shared) {
			entries[i] = 0;
			swapped[i] = !(in_ram[i] & 1) && region->states[run.first + i].generation;
		} else {
			swapped[i] = entries[i] & ENTRY_SWAPPED;
		}
		count += swapped[i];
	}
	return count;
}

static struct place place_of(uint64_t entry)
{
	return (struct place){ entry & ENTRY_SWAPPED, entry & ENTRY_TYPE,
		(entry & ENTRY_FRAME) >> ENTRY_OFFSET_SHIFT };
}

static uint64_t frame_of(const struct region *region, unsigned int index)
{
	uint64_t entry;

	read_pagemap(region, (struct run){ index, 1 }, &entry);
	return entry & ENTRY_PRESENT ? entry & ENTRY_FRAME : 0;
}

/* --- Verifying --- */

/* The first one is told; whoever finds one stands still, and leaves all as it is. */
static void __attribute__((noreturn))
report(struct region *region, unsigned int index, const void *page, bool swapped,
       uint64_t entry)
{
	struct finding *finding = &torture->finding;
	const struct page_state *state = &region->states[index];

	if (!atomic_flag_test_and_set(&torture->taken)) {
		if (page)
			memcpy(finding->page, page, PAGE_BYTES);
		finding->unreadable = !page;
		finding->found_ns = now_ns();
		finding->pid = getpid();
		finding->life = region->slot->life;
		finding->operation = region->operation;
		finding->freed = state->freed;
		finding->shared = region->shared;
		finding->swapped = swapped;
		finding->wanted = region_name(region, index);
		finding->written_ns = state->written_ns;
		finding->address = region_page(region, index);
		finding->entry = entry;
		finding->before = place_of(entry);
		finding->pfn = frame_of(region, index);
		finding->right_again = page &&
			page_is(finding->wanted, region_page(region, index));
		atomic_store(&torture->phase, PHASE_FOUND);
		atomic_store(&torture->found, true);
		call_main();
	}
	for (;;)
		pause();
}

/** region_unreadable() - a page can be had no more */
void region_unreadable(struct region *region, unsigned int index)
{
	report(region, index, NULL, false, 0);
}

static void on_bus_error(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	if (touched)
		region_unreadable(touched, touched_index);
	_exit(3);
}

/** region_touch_safely() - from here on, who cannot read a page says so */
bool region_touch_safely(struct region *region)
{
	struct sigaction action = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };

	touched = region;
	return !sigaction(SIGBUS, &action, NULL);
}

/*
 * Read a page.  Return: whether it had to be read from swap for that, which is a major fault;
 * one that is unmapped, but has not left the swap cache, as those that are being written to
 * the device, is only mapped again.
 */
static bool comes_from_swap(const unsigned char *page)
{
	struct rusage before, after;

	getrusage(RUSAGE_THREAD, &before);
	(void)*(const volatile unsigned char *)page;
	getrusage(RUSAGE_THREAD, &after);
	return after.ru_majflt != before.ru_majflt;
}

/*
 * Put something wrong there, as a swap that loses pages would, to see that it is found.
 * Only where there is something to tell: it must be wrong in just that way, and have been
 * swapped out, and in, while that was recorded.
 */
static void plant(struct region *region, unsigned int index)
{
	struct page_name name = region_name(region, index);
	unsigned char wrong[PAGE_BYTES] __attribute__((aligned(sizeof(uint64_t))));
	const char *wanted = opt.plant;
	struct page_verdict verdict;

	if (!region->planting || name.generation < 2 || region->states[index].freed ||
	    !atomic_load(&torture->recordings) || atomic_load(&torture->planted) ||
	    region->states[index].written_ns < atomic_load(&torture->recorded_ns))
		return;
	page_make(name, wrong);
	if (!strcmp(wanted, "foreign"))
		page_make((struct page_name){ name.region, name.index ^ 1, name.generation },
			  wrong);
	else if (!strcmp(wanted, "stale") || !strcmp(wanted, "shared"))
		page_make((struct page_name){ name.region, name.index, name.generation - 1 },
			  wrong);
	else if (!strcmp(wanted, "zero"))
		memset(wrong, 0, PAGE_BYTES);
	else
		memset(wrong + PAGE_BYTES / 2, 0x55, PAGE_BYTES / 4);
	page_judge(name, wrong, &verdict);
	if (!strcmp(wanted, "torn") && verdict.fault != PAGE_TORN)
		return;
	if (!comes_from_swap(region_page(region, index)))
		return;
	atomic_store(&torture->planted, true);
	memcpy(region_page(region, index), wrong, PAGE_BYTES);
}

/* MADV_FREE leaves a page or takes it, at any moment; once it is gone it stays away. */
static bool was_freed(struct region *region, unsigned int index, const void *page)
{
	struct page_state *state = &region->states[index];

	if (!state->freed || !page_is_zero(page))
		return false;
	state->freed = false;
	state->generation = 0;
	return true;
}

/** region_verify() - some pages are what they should be, or this does not return */
void region_verify(struct region *region, struct run run)
{
	uint64_t entries[RUN_PAGES];
	bool swapped[RUN_PAGES];
	unsigned int count = find_swapped(region, run, swapped, entries);
	bool backwards = next_random(&region->random) & 1;

	for (unsigned int i = 0; i < run.count; i++) {
		unsigned int at = backwards ? run.count - 1 - i : i, index = run.first + at;
		const unsigned char *page = region_page(region, index);

		touch(region, index);
		if (swapped[at])
			plant(region, index);
		if (!page_is(region_name(region, index), page) && !was_freed(region, index, page))
			report(region, index, page, swapped[at], entries[at]);
	}
	count_verified(run.count, count);
}

/** region_verify_all() - all pages; of shared ones, those that nobody is at work on */
void region_verify_all(struct region *region)
{
	for (unsigned int first = 0; first < region->pages; first += RUN_PAGES) {
		unsigned int left = region->pages - first;
		struct run run = { first, left < RUN_PAGES ? left : RUN_PAGES }, mine = run;

		if (region->shared)
			mine = region_lock(region, run);
		if (mine.count)
			region_verify(region, mine);
		if (region->shared)
			region_unlock(region, mine);
	}
}

/** region_check_copy() - a copy that the kernel has made of a page is right, or as above */
void region_check_copy(struct region *region, unsigned int index, const void *copy)
{
	if (!page_is(region_name(region, index), copy) && !was_freed(region, index, copy))
		report(region, index, copy, false, 0);
	count_verified(1, 0);
}
