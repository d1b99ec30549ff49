/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a recording knows of the kernel's own pool: its page frames at some moments.  These
 * are the recorder's looks at the pool, and those events that have a number of frames.
 *
 * The recorder looks ten times a second, less often if it has to wait, for a disk or a
 * processor; and then a mean over its looks is not that over the time.  Who compares the
 * pool with a model has to compare them at the same moments.
 */
#ifndef ZS_LOOKS_H
#define ZS_LOOKS_H

#include <zswapscope/event.h>
#include <zswapscope/recording.h>

#include "zswapscope.h"

#define ZS_LOOK_STORED_UNKNOWN	UINT64_MAX

/**
 * struct zs_look - the pool at a moment
 * @time_ns: the moment
 * @pages: page frames that it had
 * @stored: pages that it held, or ZS_LOOK_STORED_UNKNOWN
 * @ns: how much of the time it stands for: half of what is between the looks before and
 *	behind it, so that the mean is over straight lines from look to look
 */
struct zs_look {
	uint64_t time_ns;
	uint64_t pages;
	uint64_t stored;
	uint64_t ns;
};

/**
 * struct zs_looks - an array of them; all 0: empty
 * @looks: in the order of time after zs_looks_weigh()
 * @count: how many
 * @room: how many there is memory for
 */
struct zs_looks {
	struct zs_look *looks;
	size_t count;
	size_t room;
};

/* What an event, or the recorder, tells, in any order. Return: false: no memory. */
bool zs_looks_event(struct zs_looks *looks, const struct zswap_event *event);
bool zs_looks_state(struct zs_looks *looks, const struct zswap_state *state);

/**
 * zs_looks_weigh - put them in order, and find out what each stands for
 * @looks: all of them; those that stand for nothing go
 * @first_ns: of the time that is looked at
 * @last_ns: its end
 *
 * No event comes before the first, or behind the last.  So the pool was then as at the
 * last look before, or the first one behind it.
 */
void zs_looks_weigh(struct zs_looks *looks, uint64_t first_ns, uint64_t last_ns);

void zs_looks_free(struct zs_looks *looks);

#endif /* ZS_LOOKS_H */
