// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As in htop: F1 F3 F4 F5 F6 F10, h, I, M, P, N, /, \, t, +, -, *, Z, space aside.  As in
 * top: d and s, R, <, >, i, c, W, z aside.  Where both have the same key for something
 * else, htop's counts.
 */
#include <curses.h>

#include "keys.h"
#include "zswapscope.h"

#define CONTROL(letter)	((letter) & 0x1f)
#define ESCAPE		27

const struct key keys[] = {
	{ { 'q', 'Q', KEY_F(10) }, "q F10", IN_ALL, ACT_QUIT, 0, "quit" },
	{ { 'h', '?', KEY_F(1) }, "h ? F1", IN_ALL, ACT_HELP, 0, "this help" },
	{ { '1' }, "1", IN_ALL, ACT_VIEW, 0, "overview" },
	{ { '2' }, "2", IN_ALL, ACT_VIEW, 1, "cgroups" },
	{ { '3' }, "3", IN_ALL, ACT_VIEW, 2, "processes" },
	{ { '4' }, "4", IN_ALL, ACT_VIEW, 3, "rejects, by reason" },
	{ { '5' }, "5", IN_ALL, ACT_VIEW, 4, "histograms" },
	{ { '6' }, "6", IN_ALL, ACT_VIEW, 5, "swap devices" },
	{ { '7' }, "7", IN_ALL, ACT_VIEW, 6, "events, as they come" },
	{ { '\t' }, "Tab", IN_ALL, ACT_VIEW_STEP, 1, "next view" },
	{ { KEY_BTAB }, "Shift-Tab", IN_ALL, ACT_VIEW_STEP, -1, "view before" },
	{ { 'Z', 'z', ' ' }, "Z z Space", IN_ALL, ACT_FREEZE, 0, "freeze, and go on" },
	{ { 'd', 's' }, "d s", IN_ALL, ACT_DELAY, 0, "seconds between refreshes" },
	{ { '[' }, "[", IN_ALL, ACT_INTERVAL, -1, "rates of a shorter interval" },
	{ { ']' }, "]", IN_ALL, ACT_INTERVAL, 1, "rates of a longer interval" },
	{ { '0' }, "0", IN_ALL, ACT_SINCE_START, 0, "since the start, and back" },
	{ { 'W' }, "W", IN_ALL, ACT_WRITE, 0, "write the settings" },
	{ { 'A' }, "A", IN_ALL, ACT_ATTACH, 0, "attach again" },
	{ { CONTROL('L') }, "Ctrl-L", IN_ALL, ACT_REDRAW, 0, "draw the screen again" },
	{ { ESCAPE }, "Esc", IN_ALL, ACT_BACK, 0, "back; end a filter" },

	{ { KEY_UP, 'k' }, "Up k", IN_TABLE | IN_HELP, ACT_MOVE, -1, "row above" },
	{ { KEY_DOWN, 'j' }, "Down j", IN_TABLE | IN_HELP, ACT_MOVE, 1, "row below" },
	{ { KEY_PPAGE }, "PgUp", IN_TABLE | IN_HELP, ACT_PAGE, -1, "page up" },
	{ { KEY_NPAGE }, "PgDn", IN_TABLE | IN_HELP, ACT_PAGE, 1, "page down" },
	{ { KEY_HOME, 'g' }, "Home g", IN_TABLE | IN_HELP, ACT_END, -1, "first row" },
	{ { KEY_END, 'G' }, "End G", IN_TABLE | IN_HELP, ACT_END, 1, "last row" },
	{ { KEY_LEFT }, "Left", IN_TABLE, ACT_SHIFT, -1, "columns to the left" },
	{ { KEY_RIGHT }, "Right", IN_TABLE, ACT_SHIFT, 1, "columns to the right" },
	{ { '\r', '\n', KEY_ENTER }, "Enter", IN_TABLE, ACT_OPEN, 0,
	  "the row's own histograms" },
	{ { '\\', KEY_F(4) }, "\\ F4", IN_TABLE, ACT_FILTER, 0, "only rows with a text" },
	{ { '/', KEY_F(3) }, "/ F3", IN_TABLE, ACT_SEARCH, 0, "search a row" },
	{ { 'n' }, "n", IN_TABLE, ACT_NEXT, 0, "next one found" },

	{ { KEY_F(6) }, "F6", IN_SORTED, ACT_SORT_MENU, 0, "sort by: choose a column" },
	{ { '<', ',' }, "< ,", IN_SORTED, ACT_SORT_STEP, -1, "sort by the column before" },
	{ { '>', '.' }, "> .", IN_SORTED, ACT_SORT_STEP, 1, "sort by the next column" },
	{ { 'I', 'R' }, "I R", IN_SORTED, ACT_INVERT, 0, "sort the other way round" },
	{ { 'P' }, "P", IN_SORTED, ACT_SORT_LETTER, 'P', "sort by pages moved" },
	{ { 'M' }, "M", IN_SORTED, ACT_SORT_LETTER, 'M', "sort by memory" },
	{ { 'N' }, "N", IN_SORTED, ACT_SORT_LETTER, 'N', "sort by name or number" },

	{ { 't', KEY_F(5) }, "t F5", IN_TREE, ACT_TREE, 0, "tree, or flat" },
	{ { '-' }, "-", IN_TREE, ACT_FOLD, 1, "fold the row's children" },
	{ { '+', '=' }, "+ =", IN_TREE, ACT_FOLD, 0, "unfold them" },
	{ { '*' }, "*", IN_TREE, ACT_FOLD_ALL, 0, "fold all, unfold all" },
	{ { 'i' }, "i", IN_PARTIES, ACT_IDLE, 0, "rows without events, too" },
	{ { 'c' }, "c", IN_PARTIES, ACT_FULL, 0, "full paths and commands" },
	{ { 'w' }, "w", IN_REJECTS, ACT_WHO, 0, "who: cgroups, or processes" },
	{ { 'f' }, "f", IN_EVENTS, ACT_FOLLOW, 0, "follow the newest" },
};
const size_t keys_count = ZS_ARRAY_SIZE(keys);

const struct key *key_find(int code, unsigned int where)
{
	for (size_t i = 0; i < keys_count; i++) {
		if (!(keys[i].where & where))
			continue;
		for (int j = 0; j < KEYS_EACH && keys[i].codes[j]; j++)
			if (keys[i].codes[j] == code)
				return &keys[i];
	}
	return NULL;
}
