// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same page, stored again while the pool has what it was.
 *
 * Ordinarily that does not happen: who reads a page back has it taken out of the pool.  But
 * a folio that somebody else has a reference to at the moment at which it is stored cannot
 * leave the swap cache.  It lingers: unmapped, or mapped again by who wants it, clean, with
 * its swap entry, and the pool has it, too.  When it is changed then and swapped out again,
 * it goes to the same swap entry; and if that store fails, or is not for zswap any more,
 * nobody may get what the pool had.
 *
 * That somebody else is zs_hold.ko: by itself it happens when a page fault comes within the
 * fraction of a millisecond that a store takes.
 */
#include <string.h>
#include <sys/mman.h>

#include "region.h"

/* Of a large folio, other than a huge one: as much as 64 kB. */
#define MIDDLE_PAGES	16U
/* Names that are tried, for a page of noise. */
#define TRIES		64

/* A page that does not compress, or one that may, if there is such a one soon. */
static void write_anew(struct region *region, unsigned int index, bool noise)
{
	unsigned int tries = 0;

	while (page_is_noise(region_next(region, index)) != noise && ++tries < TRIES)
		;
	region_write_as_named(region, index);
}

static void verify(struct region *region, struct run run)
{
	for (unsigned int i = 0; i < run.count; i += RUN_PAGES)
		region_verify(region, (struct run){ run.first + i,
				run.count - i < RUN_PAGES ? run.count - i : RUN_PAGES });
}

/*
 * Change these pages: to zeros, which do not get as far as zswap; to noise, of which one page
 * is enough to have none of a large folio stored; to something that is stored; or not at all,
 * as reclaim writes only what was changed.  Or give them up, and with them their swap entries.
 */
static void change(struct region *region, struct run run)
{
	enum { ZEROS, NOISE, ONE_OF_NOISE, STORED, UNCHANGED, GIVEN_UP };
	static const unsigned char kinds[] = { ZEROS, NOISE, NOISE, ONE_OF_NOISE, ONE_OF_NOISE,
		STORED, STORED, UNCHANGED, UNCHANGED, GIVEN_UP, GIVEN_UP };
	unsigned int kind = kinds[next_random(&region->random) % sizeof(kinds)];
	unsigned int one = run.first + next_random(&region->random) % run.count;

	if (kind == ZEROS)
		memset(region_page(region, run.first), 0, run.count * PAGE_BYTES);
	if (kind == GIVEN_UP)
		advise(region, run, MADV_DONTNEED);
	if (kind == ZEROS || kind == GIVEN_UP)
		region_zeroed(region, run);
	if (kind == ZEROS || kind == GIVEN_UP || kind == UNCHANGED)
		return;
	for (unsigned int i = run.first; i < run.first + run.count; i++)
		write_anew(region, i, kind == NOISE || (kind == ONE_OF_NOISE && i == one));
}

/** op_again() - change pages that linger, which not all of them may do still */
bool op_again(struct region *region)
{
	struct run run = region->lingering;

	if (!run.count)
		return false;
	region->lingering.count = 0;
	/* read, so that they are mapped, without being written */
	verify(region, run);
	change(region, run);
	advise(region, run, MADV_PAGEOUT);
	/* or whenever somebody comes to it */
	if (next_random(&region->random) % 4)
		verify(region, run);
	return true;
}

/* Pages that are one folio each, or a large one together, as far as there are such. */
static struct run draw_step(struct region *region, unsigned int *step)
{
	unsigned int draw = next_random(&region->random) % 16;
	struct run run;

	*step = draw < 8 ? 1 : draw < 15 ? MIDDLE_PAGES : HUGE_PAGES;
	run.count = *step == 1 ? 1 + next_random(&region->random) % 16 :
		*step == MIDDLE_PAGES ? MIDDLE_PAGES << next_random(&region->random) % 2 : *step;
	run.first = next_random(&region->random) % ((region->pages - run.count) / *step + 1);
	run.first *= *step;
	return run;
}

/** op_linger() - have pages linger, and change them now or later */
bool op_linger(struct region *region)
{
	unsigned int step;
	struct run run = draw_step(region, &step);

	/* what came back from swap is small: large ones are those that are new */
	if (step > 1 && next_random(&region->random) % 4) {
		advise(region, run, MADV_DONTNEED);
		region_zeroed(region, run);
	}
	for (unsigned int i = 0; i < run.count; i++)
		write_anew(region, run.first + i, false);
	/* one by one, or each of the large ones in one piece */
	for (unsigned int i = 0; i < run.count; i += step)
		advise(region, (struct run){ run.first + i, step }, MADV_PAGEOUT);
	region->lingering = run;
	if (next_random(&region->random) % 2)
		op_again(region);
	return true;
}
