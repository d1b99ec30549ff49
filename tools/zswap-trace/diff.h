/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswap-trace diff: two recordings, side by side. */
#ifndef ZSWAP_TRACE_DIFF_H
#define ZSWAP_TRACE_DIFF_H

#include "contrast.h"
#include "options.h"

#define DIFF_MEASURES	128

/**
 * struct diff_side - one of the recordings
 * @path: of its file
 * @recording: what is in it
 * @sliced: its events
 */
struct diff_side {
	const char *path;
	struct zs_recording *recording;
	struct zs_sliced *sliced;
};

/**
 * struct diff - what was compared
 * @a: the first recording
 * @b: the second
 * @list: measures, with what there is to say of them
 * @count: how many
 * @options: how they were compared
 */
struct diff {
	struct diff_side a;
	struct diff_side b;
	struct zs_contrast list[DIFF_MEASURES];
	size_t count;
	struct zs_contrast_options options;
};

/**
 * diff_fact - a fact that the recordings differ in
 * @diff: they
 * @nth: from 0 up
 * @a: its value in the first; NULL: it has none
 * @b: in the second
 *
 * Return: its name; NULL: there are no more.  All of it somebody else may have chosen.
 */
const char *diff_fact(const struct diff *diff, size_t nth, const char **a, const char **b);

void diff_print_text(const struct diff *diff);
void diff_print_json(const struct diff *diff);

#endif /* ZSWAP_TRACE_DIFF_H */
