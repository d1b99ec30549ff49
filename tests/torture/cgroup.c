// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cgroups of lives, and their limits.
 *
 * No cgroup may run out of memory.  What zswap has of its pages counts, too, and where pages
 * are kept as they are that may be all of them: so who has a limit has one for zswap as well,
 * well below it, and what is beyond that goes to the swap device, which has room for all.
 * And at times all pages of a small cgroup are on their way to or from swap: so the limit is
 * memory.high, and memory.max is megabytes above it.
 */
#include <stdarg.h>
#include <stdio.h>

#include "cgroup.h"
#include "torture.h"

/**
 * cgroup_put() - write to a cgroup's file
 * @cgroup: below CGROUPS; "" is that one
 * @file: its name
 * @format: what
 *
 * Return: whether it was taken; the cgroup may have ended.
 */
bool cgroup_put(const char *cgroup, const char *file, const char *format, ...)
{
	char path[128], text[64];
	va_list args;

	snprintf(path, sizeof(path), CGROUPS "/%s/%s", cgroup, file);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return put(path, "%s", text);
}

/** cgroup_events() - a number of its memory.events */
uint64_t cgroup_events(const char *cgroup, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUPS "/%s/memory.events", cgroup);
	return get_field(path, name);
}

/**
 * cgroup_limit() - limits for a cgroup that has so many pages
 * @cgroup: below CGROUPS
 * @pages: that it would have without a limit
 * @limit: of which kind
 * @random: how much exactly
 */
void cgroup_limit(const char *cgroup, unsigned int pages, enum limit limit, uint64_t *random)
{
	uint64_t bytes = pages * PAGE_BYTES;

	cgroup_put(cgroup, "memory.max", "max");
	if (limit == LIMIT_SOFT) {
		cgroup_put(cgroup, "memory.high", "max");
		cgroup_put(cgroup, "memory.zswap.max", "max");
		return;
	}
	cgroup_put(cgroup, "memory.zswap.max", "%lu", bytes / 100 * (5 + next_random(random) % 20));
	/* tables and page tables come on top */
	cgroup_put(cgroup, "memory.high", "%lu",
		   (1 << 20) + bytes / 100 * (40 + next_random(random) % 30));
}
