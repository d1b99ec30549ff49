/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of rows: all of them go at once, with the next refresh. */
#ifndef TOP_ARENA_H
#define TOP_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *first;
	struct arena_block *now;
};

/* A copy, cleaned for the screen; "" without memory. */
const char *arena_clean(struct arena *arena, const char *text);

/* What was copied is gone, the memory is used again. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif /* TOP_ARENA_H */
