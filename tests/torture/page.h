/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages that say whose they are.
 *
 * What a page has in it follows from its name: the region that it was written for, its
 * number there, and its generation, which grows with each time that it is written.  So
 * whoever finds a page can tell whether it is the one that was asked for, and if it is
 * not, which one it is.
 */
#ifndef TORTURE_PAGE_H
#define TORTURE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../program.h"

#define PAGE_BYTES	4096UL
#define PAGE_WORDS	(PAGE_BYTES / sizeof(uint64_t))

/* Beyond these, names would not fit into a page of one word. */
#define MAX_INDEX	0xffffU
#define MAX_GENERATION	0xffffffU

/**
 * struct page_name - which page
 * @region: number of the region that it was written for
 * @index: its number in there
 * @generation: which of the pages that were there, one after the other; 0: the page of
 *	zeros, which is everybody's
 */
struct page_name {
	uint16_t region;
	uint16_t index;
	uint32_t generation;
};

/* What is wrong with a page, in the order in which to look. */
enum page_fault {
	PAGE_RIGHT,
	PAGE_ZEROED,	/* zeros, where a page was */
	PAGE_STALE,	/* an earlier generation of it */
	PAGE_LATER,	/* a later one, which nobody has written here */
	PAGE_FOREIGN,	/* another page, whole */
	PAGE_TORN,	/* it begins like a page of ours, and its sum is wrong */
	PAGE_GARBLED,	/* nothing that was ever written */
};

/**
 * struct page_verdict - what there is instead of a page
 * @fault: what is wrong
 * @named: the page says a name, which is @found
 * @found: that name
 * @first: byte at which it begins to differ
 * @differ: words that differ
 */
struct page_verdict {
	enum page_fault fault;
	bool named;
	struct page_name found;
	size_t first;
	size_t differ;
};

void page_make(struct page_name name, void *page);
bool page_is(struct page_name name, const void *page);
bool page_is_zero(const void *page);
bool page_is_noise(struct page_name name);
void page_judge(struct page_name wanted, const void *page, struct page_verdict *verdict);
const char *page_fault_word(enum page_fault fault);
size_t page_words_of(struct page_name name, const void *page);

#endif
