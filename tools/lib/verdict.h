/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is going on, in words: the one line that somebody reads first.  A judgement of
 * numbers that the tools show as well, and it names those that it rests on.
 */
#ifndef ZS_VERDICT_H
#define ZS_VERDICT_H

#include "state.h"

/**
 * enum zs_level - how somebody should take it
 * @ZS_LEVEL_GOOD: zswap helps, or has nothing to do
 * @ZS_LEVEL_NOTE: worth knowing
 * @ZS_LEVEL_WARN: it could do better
 * @ZS_LEVEL_BAD: it does harm, or nothing
 */
enum zs_level { ZS_LEVEL_GOOD, ZS_LEVEL_NOTE, ZS_LEVEL_WARN, ZS_LEVEL_BAD };

/**
 * struct zs_sight - what is judged
 * @pool: the state of the pool now
 * @state: of zs_state_of()
 * @source: where the events come from: what it does not see is not held against it
 * @interval: what happened of late, over some seconds; its @time_ns is their length
 * @thrash: pages that come back within so many seconds come back too soon
 */
struct zs_sight {
	const struct zs_pool *pool;
	enum zs_state state;
	enum zs_source_kind source;
	const struct zs_snapshot *interval;
	double thrash;
};

/**
 * struct zs_verdict - the judgement
 * @level: how to take it
 * @text: what is going on
 * @advice: what to do about it; "" where there is nothing to do
 * @evidence: the numbers; "" where there are none
 */
struct zs_verdict {
	enum zs_level level;
	char text[256];
	char advice[200];
	char evidence[256];
};

/**
 * zs_verdict - judge
 * @verdict: the result
 * @sight: what there is to see
 */
void zs_verdict(struct zs_verdict *verdict, const struct zs_sight *sight);

#endif /* ZS_VERDICT_H */
