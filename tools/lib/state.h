/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether zswap works at all, and what to do where it does not. */
#ifndef ZS_STATE_H
#define ZS_STATE_H

#include "zswapscope.h"

/**
 * enum zs_state - of zswap, whichever there is
 * @ZS_STATE_UNSUPPORTED: the kernel has none, and the modules are not for it
 * @ZS_STATE_NOT_LOADED: there is none until the modules are loaded
 * @ZS_STATE_DISABLED: there is one, its parameter "enabled" is N
 * @ZS_STATE_NO_SWAP: it is enabled, but there is no swap for it to stand before
 * @ZS_STATE_IDLE: it is enabled, and no page came or went
 * @ZS_STATE_ACTIVE: it is at work
 * @ZS_STATE_COUNT: how many there are
 */
enum zs_state {
	ZS_STATE_UNSUPPORTED,
	ZS_STATE_NOT_LOADED,
	ZS_STATE_DISABLED,
	ZS_STATE_NO_SWAP,
	ZS_STATE_IDLE,
	ZS_STATE_ACTIVE,
	ZS_STATE_COUNT
};

/**
 * zs_state_of - judge
 * @pool: of zs_pool_read()
 * @interval: what happened of late; NULL: not known, then an enabled zswap is active
 */
enum zs_state zs_state_of(const struct zs_pool *pool, const struct zs_snapshot *interval);

/* For machines: "not_loaded". */
const char *zs_state_name(enum zs_state state);

/* For people, on one line, with the cure where there is one: "not loaded: modprobe ...". */
const char *zs_state_words(enum zs_state state, const struct zs_pool *pool);

#endif /* ZS_STATE_H */
