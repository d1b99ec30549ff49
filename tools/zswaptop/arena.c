// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "text.h"

#define BLOCK	(64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	char text[];
};

static struct arena_block *find_room(struct arena *arena, size_t size)
{
	struct arena_block **link = arena->now ? &arena->now : &arena->first;

	while (*link && (*link)->size - (*link)->used < size)
		link = &(*link)->next;
	if (!*link) {
		size_t room = size > BLOCK ? size : BLOCK;

		*link = malloc(sizeof(**link) + room);
		if (!*link)
			return NULL;
		**link = (struct arena_block){ .size = room };
	}
	arena->now = *link;
	return *link;
}

const char *arena_clean(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;
	struct arena_block *block = find_room(arena, size);
	char *copy;

	if (!block)
		return "";
	copy = text_clean(block->text + block->used, size, text);
	block->used += strlen(copy) + 1;
	return copy;
}

void arena_reset(struct arena *arena)
{
	for (struct arena_block *block = arena->first; block; block = block->next)
		block->used = 0;
	arena->now = arena->first;
}

void arena_free(struct arena *arena)
{
	while (arena->first) {
		struct arena_block *next = arena->first->next;

		free(arena->first);
		arena->first = next;
	}
	arena->now = NULL;
}
