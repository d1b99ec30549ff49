// SPDX-License-Identifier: GPL-2.0-or-later
#include "state.h"

static bool anything_happened(const struct zs_snapshot *interval)
{
	const struct zswap_usage *usage = &interval->stats.usage;

	return usage->stores || usage->loads || usage->disk_reads || usage->writebacks ||
	       usage->rejects || usage->invalidates;
}

enum zs_state zs_state_of(const struct zs_pool *pool, const struct zs_snapshot *interval)
{
	if (!(pool->have & ZS_HAVE_PARAMETERS))
		return pool->loadable ? ZS_STATE_NOT_LOADED : ZS_STATE_UNSUPPORTED;
	if (!pool->enabled)
		return ZS_STATE_DISABLED;
	if ((pool->have & ZS_HAVE_MEMORY) && !pool->swap_bytes)
		return ZS_STATE_NO_SWAP;
	return interval && !anything_happened(interval) ? ZS_STATE_IDLE : ZS_STATE_ACTIVE;
}

const char *zs_state_name(enum zs_state state)
{
	static const char *const names[ZS_STATE_COUNT] = {
		[ZS_STATE_UNSUPPORTED]	= "unsupported",
		[ZS_STATE_NOT_LOADED]	= "not_loaded",
		[ZS_STATE_DISABLED]	= "disabled",
		[ZS_STATE_NO_SWAP]	= "no_swap",
		[ZS_STATE_IDLE]		= "idle",
		[ZS_STATE_ACTIVE]	= "active",
	};

	return names[state];
}

static const char *disabled(const struct zs_pool *pool)
{
	if (pool->ours)
		return "loaded but disabled: echo Y > /sys/module/" ZS_MODULE "/parameters/enabled";
	if (pool->loadable)
		return "not loaded, and the kernel's own is disabled: modprobe " ZS_MODULE
		       ", or echo Y > /sys/module/zswap/parameters/enabled";
	return "the kernel's own, and disabled: echo Y > /sys/module/zswap/parameters/enabled";
}

const char *zs_state_words(enum zs_state state, const struct zs_pool *pool)
{
	switch (state) {
	case ZS_STATE_UNSUPPORTED:
		return "not supported: this kernel has no zswap, and the modules are for Linux "
		       ZS_MODULE_RELEASE;
	case ZS_STATE_NOT_LOADED:
		return "not loaded: modprobe " ZS_MODULE;
	case ZS_STATE_DISABLED:
		return disabled(pool);
	case ZS_STATE_NO_SWAP:
		return "enabled, but there is no swap: swapon DEVICE";
	case ZS_STATE_IDLE:
		return "enabled and idle";
	default:
		return "enabled";
	}
}

const char *zs_pool_state(const struct zs_pool *pool)
{
	return zs_state_words(zs_state_of(pool, NULL), pool);
}
