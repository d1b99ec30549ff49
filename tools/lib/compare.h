/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two counters of the same events, compared while they count.
 *
 * No two of them can be read at one instant, and neither is a moment agreed on at
 * which both begin.  But while one of them stands still, the other one can be read
 * next to it: a look reads the one, the other, and the one again, and counts only
 * if both readings of the one are equal.  Its result is an offset: ours - theirs.
 *
 * One thing is left: an event that one of the two has counted and the other one not
 * yet, for as long as it takes the kernel to get there; a writeback counts its page
 * and may then wait for the device before its tracepoint fires.  Which of the two
 * counts first is known, so such an event moves the offset into one direction only:
 * of all looks, the one that is the farthest in the other direction had none on its
 * way, and its offset is exact.  Therefore nothing is smoothed over or rounded: what
 * the offset at the end and the offset at the beginning differ by is the number of
 * events that one has counted and the other one has not.
 */
#ifndef ZS_COMPARE_H
#define ZS_COMPARE_H

#include "zswapscope.h"

/* Looks that a counter must stand still for, or nothing is said about it. */
#define ZS_LOOKS_LEAST	8

#define ZS_GROUP_MOST	32

/**
 * struct zs_best - the best of many looks
 * @looks: how many there were, without those that something moved in
 * @offset: ours - theirs
 * @ours: what was read for it
 * @theirs: and of the other one
 */
struct zs_best {
	uint64_t looks;
	int64_t offset;
	uint64_t ours;
	uint64_t theirs;
};

enum zs_phase { ZS_BEGIN, ZS_END, ZS_PHASES };

/**
 * struct zs_pair - two counters of the same events
 * @name: of ours
 * @of: where theirs is from: "vmstat zswpout"
 * @ours: offset of ours in struct zswap_stats
 * @theirs: number of theirs in what its group reads
 * @ours_first: ours counts an event before theirs does
 * @inexact: theirs may lose events, by its own word: a difference proves nothing
 * @best: the result
 */
struct zs_pair {
	char name[40];
	char of[48];
	size_t ours;
	unsigned int theirs;
	bool ours_first;
	bool inexact;
	struct zs_best best[ZS_PHASES];
};

/**
 * struct zs_balance - stores - loads - writebacks - invalidates = change of stored pages
 * @pairs: those of the stores, loads and writebacks in the same group
 * @theirs: the stored pages, in what the group reads
 * @referenced: @reference is there
 * @reference: their best offsets, of looks that are of use for this
 * @best: the result; "ours" is the sum
 *
 * Stored pages go up and down, so what is on its way moves this offset into both
 * directions.  But where the three pairs have nothing on its way, what remains are
 * stores that are in the pool and not yet counted anywhere, and pages being freed
 * whose invalidation is counted: both make the offset smaller.
 */
struct zs_balance {
	unsigned int pairs[3];
	unsigned int theirs;
	bool referenced[ZS_PHASES];
	int64_t reference[ZS_PHASES][3];
	struct zs_best best[ZS_PHASES];
};

/**
 * struct zs_group - counters that are read together
 * @read: read all of theirs, in their order, up to ZS_GROUP_MOST; false: it failed
 * @context: for it
 * @pairs: which to compare
 * @count: how many
 * @balance: or NULL
 */
struct zs_group {
	bool (*read)(void *context, uint64_t *values);
	void *context;
	struct zs_pair *pairs;
	size_t count;
	struct zs_balance *balance;
};

/**
 * struct zs_comparison - ours and all of theirs
 * @read: read ours
 * @pause: sleep; false: end
 * @now: the time, in seconds
 * @context: for all three
 * @groups: theirs
 * @count: how many
 * @least: seconds to look at either end
 * @most: seconds to look at most, as long as a counter did not stand still often
 *	enough, or, at the end, as there is a difference: what is on its way arrives,
 *	and what is lost does not
 */
struct zs_comparison {
	bool (*read)(void *context, struct zswap_stats *stats);
	bool (*pause)(void *context, double seconds);
	double (*now)(void *context);
	void *context;
	struct zs_group *groups;
	size_t count;
	double least;
	double most;
};

enum zs_compared { ZS_COMPARED, ZS_COMPARE_ENDED, ZS_COMPARE_FAILED };

/* Look at one end of the time that is compared. */
enum zs_compared zs_compare(struct zs_comparison *comparison, enum zs_phase phase);

/* Whether both ends were seen. */
bool zs_best_known(const struct zs_best best[ZS_PHASES]);

/* Events that ours has counted and theirs has not (or the reverse: negative). */
int64_t zs_best_difference(const struct zs_best best[ZS_PHASES]);

/**
 * zs_best_look - judge a look
 * @best: gets it, if it is better
 * @ours_first: ours counts an event before theirs does
 * @outer: what was read twice, ours if @ours_first, else theirs
 * @inner: what was read between
 */
void zs_best_look(struct zs_best *best, bool ours_first, const uint64_t outer[2],
		  uint64_t inner);

#endif /* ZS_COMPARE_H */
