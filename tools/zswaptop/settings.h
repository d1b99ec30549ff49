/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What zswaptop remembers in its file, ~/.config/zswapscope/zswaptoprc. */
#ifndef TOP_SETTINGS_H
#define TOP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "zswapscope.h"

#define SETTINGS_VIEWS	7
#define SETTINGS_WORD	32

/**
 * struct settings - what can be set
 * @delay: seconds between two refreshes
 * @interval: seconds that rates are about: 0: one refresh, HUGE_VAL: since the start
 * @view: name of the first view; "": the overview
 * @tree: cgroups as a tree
 * @idle: rows without events are shown, too
 * @full: paths and commands in full
 * @ascii: no other characters
 * @sort: for each view that has a table, the key of a column, or ""
 * @inverted: and whether it is the other way round
 */
struct settings {
	double delay;
	double interval;
	char view[SETTINGS_WORD];
	bool tree;
	bool idle;
	bool full;
	bool ascii;
	char sort[SETTINGS_VIEWS][SETTINGS_WORD];
	bool inverted[SETTINGS_VIEWS];
};

void settings_default(struct settings *settings);

/**
 * settings_parse - read settings from a text
 * @settings: what the text names is changed
 * @text: "key = value" lines
 * @problem: room for one line on what is wrong; "" if nothing is
 * @size: of @problem
 *
 * What is wrong leaves the setting as it was.  A text of another version, or one that is
 * no text at all, changes nothing.
 */
void settings_parse(struct settings *settings, const char *text, char *problem, size_t size);

/* The text, to be freed, or NULL. */
char *settings_format(const struct settings *settings);

/* Where the file is. Return: false if nobody knows a home. */
bool settings_path(char *path, size_t size);

/* Read the file, if there is one. */
void settings_read(struct settings *settings, char *problem, size_t size);

/* Write it, whole or not at all, with the folders above it. */
bool settings_write(const struct settings *settings, struct zs_error *error);

/* Intervals to choose from, the shortest first; by name: "5s", "since start". */
extern const struct settings_interval {
	double seconds;
	const char *name;	/* in the file */
	const char *title;	/* on the screen */
} settings_intervals[];
extern const size_t settings_intervals_count;

#endif /* TOP_SETTINGS_H */
