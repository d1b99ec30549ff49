/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory whose pages are known.
 *
 * What each page should be is in a table that is locked into memory.  For shared memory
 * the table is shared as well, and each page has a lock in it: who does not get that at
 * once leaves the page alone.
 */
#ifndef TORTURE_REGION_H
#define TORTURE_REGION_H

#include "torture.h"

/* Pages that are looked at together. */
#define RUN_PAGES	64U

struct page_state {
	uint32_t generation;		/* 0: zeros */
	uint32_t last;			/* the highest that there was */
	uint16_t region;		/* whose generation that is */
	bool freed;			/* zeros would do as well, and stay */
	atomic_bool locked;
	uint64_t written_ns;
};

/* Some pages of a region. */
struct run {
	unsigned int first, count;
};

struct region {
	unsigned char *base;
	unsigned int pages;
	uint16_t number;
	bool shared;
	int fd;				/* -1: there is none */
	struct page_state *states;
	struct slot *slot;
	enum operation operation;	/* that is under way */
	uint64_t random;
	struct run lingering;		/* see again.c */
	bool planting;
};

void region_make(struct region *region, unsigned int pages, bool shared);
void region_drop(struct region *region);
void region_inherit(struct region *region, uint16_t number);
struct run region_draw(struct region *region, unsigned int most);
struct run region_lock(struct region *region, struct run run);
void region_unlock(struct region *region, struct run run);
struct page_name region_next(struct region *region, unsigned int index);
void region_write(struct region *region, unsigned int index);
void region_write_as_named(struct region *region, unsigned int index);
void region_zeroed(struct region *region, struct run run);
struct page_name region_name(const struct region *region, unsigned int index);
unsigned char *region_page(const struct region *region, unsigned int index);
void region_verify(struct region *region, struct run run);
void region_verify_all(struct region *region);
void region_check_copy(struct region *region, unsigned int index, const void *copy);
void region_unreadable(struct region *region, unsigned int index);
bool region_touch_safely(struct region *region);
void lock_memory(void *memory, size_t bytes);

/* An operation: whether there was something to do. */
typedef bool operation_fn(struct region *region);

/* private.c, shared.c */
extern operation_fn *const private_operations[NR_OPERATIONS];
extern operation_fn *const shared_operations[NR_OPERATIONS];
bool advise(struct region *region, struct run run, int advice);
struct run draw_wide(struct region *region);
void read_back(struct region *region, struct run run);

/* again.c */
operation_fn op_linger, op_again;

/* life.c */
void operate(struct region *region, unsigned int operations);
bool begin_child(struct region *region, unsigned int operations);
bool has_relatives(void);

#endif
