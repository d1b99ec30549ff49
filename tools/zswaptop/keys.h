/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All keys: the table decides what a key does, is the help screen, and what the manual
 * page has to say.
 */
#ifndef TOP_KEYS_H
#define TOP_KEYS_H

#include <stddef.h>

/* Where a key means something; a view is in several of these at once. */
enum context {
	IN_ALL		= 1 << 0,
	IN_TABLE	= 1 << 1,	/* with rows to select */
	IN_SORTED	= 1 << 2,	/* that can be sorted */
	IN_TREE		= 1 << 3,
	IN_PARTIES	= 1 << 4,	/* cgroups or processes */
	IN_REJECTS	= 1 << 5,
	IN_DETAIL	= 1 << 6,
	IN_EVENTS	= 1 << 7,
	IN_HELP		= 1 << 8,
};

enum action {
	ACT_NONE,
	ACT_QUIT, ACT_HELP, ACT_VIEW, ACT_VIEW_STEP, ACT_FREEZE, ACT_DELAY, ACT_INTERVAL,
	ACT_SINCE_START, ACT_WRITE, ACT_REDRAW, ACT_ATTACH, ACT_BACK,
	ACT_MOVE, ACT_PAGE, ACT_END, ACT_SHIFT, ACT_OPEN, ACT_FILTER, ACT_SEARCH, ACT_NEXT,
	ACT_SORT_MENU, ACT_SORT_STEP, ACT_SORT_LETTER, ACT_INVERT,
	ACT_TREE, ACT_FOLD, ACT_FOLD_ALL, ACT_IDLE, ACT_FULL,
	ACT_WHO, ACT_FOLLOW,
};

#define KEYS_EACH	4

/**
 * struct key - a key, or several that do the same
 * @codes: as curses has them; 0: no more
 * @label: their names, for people
 * @where: bits of enum context
 * @action: what is done
 * @argument: of that
 * @help: in words
 */
struct key {
	int codes[KEYS_EACH];
	const char *label;
	unsigned int where;
	enum action action;
	int argument;
	const char *help;
};

extern const struct key keys[];
extern const size_t keys_count;

/* The key with this code where @where is, or NULL. */
const struct key *key_find(int code, unsigned int where);

#endif /* TOP_KEYS_H */
