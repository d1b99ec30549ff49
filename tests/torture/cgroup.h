/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cgroups of lives. */
#ifndef TORTURE_CGROUP_H
#define TORTURE_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/* All are below this one. */
#define CGROUPS "/sys/fs/cgroup/torture"

enum limit {
	LIMIT_HARD,	/* memory.high is less than there is; memory.zswap.max far less */
	LIMIT_SOFT,	/* none: what has to go is asked for */
};

bool cgroup_put(const char *cgroup, const char *file, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
uint64_t cgroup_events(const char *cgroup, const char *name);
void cgroup_limit(const char *cgroup, unsigned int pages, enum limit limit, uint64_t *random);

#endif
