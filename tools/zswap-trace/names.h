/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of the cgroups and processes of events, from a source or a recording, as they may
 * be printed: UTF-8, without control characters.
 */
#ifndef ZSWAP_TRACE_NAMES_H
#define ZSWAP_TRACE_NAMES_H

#include "recording.h"
#include "stream.h"

struct names;

/**
 * names_new - nothing is known yet
 * @source: who is asked; or NULL
 * @recording: who is asked then
 * @root: prefix of /proc and /sys, or NULL
 *
 * Return: NULL without memory.
 */
struct names *names_new(const struct zs_source *source, const struct zs_recording *recording,
			const char *root);
void names_free(struct names *names);

/* "/user.slice/a"; "cgroup 1234 (gone)"; "-" for 0.  It is good until the next call. */
const char *names_cgroup(struct names *names, uint64_t id);

/* "kswapd0"; "?" if nobody knows it. */
const char *names_process(struct names *names, uint32_t pid);

#endif /* ZSWAP_TRACE_NAMES_H */
