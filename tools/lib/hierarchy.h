/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of cgroups with what each has in memory and in swap, kept up to date at a
 * cost that hardly depends on how many there are.
 *
 * zs_hierarchy_refresh() notices new and gone cgroups and renews the figures of a few,
 * those that are the oldest first; zs_hierarchy_read() renews those of one, which a tool
 * does for what is on the screen.
 *
 * Not among them: cgroups whose path is longer than PATH_MAX.  What they have is in the
 * figures of those above them, as everything is.
 */
#ifndef ZS_HIERARCHY_H
#define ZS_HIERARCHY_H

#include <stddef.h>
#include <stdint.h>

#include "zswapscope.h"

/* Figures of a struct zs_cgroup that are known, as bits of its @have. */
enum zs_cgroup_have {
	ZS_CGROUP_ZSWAP		= 1 << 0,	/* zswap_bytes */
	ZS_CGROUP_ZSWAPPED	= 1 << 1,	/* zswapped_bytes */
	ZS_CGROUP_SWAP		= 1 << 2,	/* swap_bytes: the root has none */
	ZS_CGROUP_MEMORY	= 1 << 3,	/* memory_bytes: the root has none */
	ZS_CGROUP_ZSWAP_MAX	= 1 << 4,	/* zswap_max: zs_hierarchy_read() alone */
};

/**
 * struct zs_cgroup - a cgroup, with all that is below it
 * @id: its inode number, as in events
 * @name: last component of its path, as it is: any byte but '/' and '\0' may be in there
 *	  (zs_format_name() for the screen); of the root "/"
 * @path: "/a/b", as it is, too; of the root "/"
 * @parent: NULL: the root
 * @child: the first one below it, in no order, or NULL
 * @sibling: the next one below @parent, or NULL
 * @depth: of the root 0
 * @have: which of the following are known; 0 without the memory controller
 * @zswap_bytes: compressed, what zswap holds for it takes
 * @zswapped_bytes: and took, before it was compressed
 * @swap_bytes: swap that it uses, which includes what zswap holds
 * @memory_bytes: memory that it uses
 * @zswap_max: limit of @zswap_bytes; UINT64_MAX: none
 * @read_ns: when these were read, CLOCK_MONOTONIC; 0: never
 */
struct zs_cgroup {
	uint64_t id;
	const char *name;
	const char *path;
	struct zs_cgroup *parent;
	struct zs_cgroup *child;
	struct zs_cgroup *sibling;
	unsigned int depth;
	unsigned int have;
	uint64_t zswap_bytes;
	uint64_t zswapped_bytes;
	uint64_t swap_bytes;
	uint64_t memory_bytes;
	uint64_t zswap_max;
	uint64_t read_ns;
};

struct zs_hierarchy;

/**
 * zs_hierarchy_open - start to follow the cgroups below /sys/fs/cgroup
 * @root: prefix of /sys, or NULL; has to stay
 * @error: why not: no cgroups, or those of version 1
 *
 * Only the root is known before the first refresh.
 *
 * Return: what zs_hierarchy_close() wants, or NULL.
 */
struct zs_hierarchy *zs_hierarchy_open(const char *root, struct zs_error *error);
void zs_hierarchy_close(struct zs_hierarchy *hierarchy);

/**
 * zs_hierarchy_refresh - notice new and gone cgroups, and renew figures
 * @hierarchy: the tree; pointers into it are invalid afterwards, but for the root's
 * @budget: renew the figures of at most so many cgroups
 *
 * With thousands of new cgroups, it takes some refreshes until all of them are known.
 */
void zs_hierarchy_refresh(struct zs_hierarchy *hierarchy, unsigned int budget);

/* Whether the last refresh left nothing to look at: every cgroup is known. */
bool zs_hierarchy_complete(const struct zs_hierarchy *hierarchy);

struct zs_cgroup *zs_hierarchy_root(struct zs_hierarchy *hierarchy);

/* Return: NULL if there is none, or none any more. */
struct zs_cgroup *zs_hierarchy_find(struct zs_hierarchy *hierarchy, uint64_t id);

/* Renew all figures of this one; those of one that is gone stay as they were. */
void zs_hierarchy_read(struct zs_hierarchy *hierarchy, struct zs_cgroup *cgroup);

/* How many there are, the root included. */
size_t zs_hierarchy_count(const struct zs_hierarchy *hierarchy);

/*
 * The next one in the order of a printed tree, parents before children, or NULL after the
 * last: for (c = root; c; c = zs_hierarchy_next(c)).
 */
struct zs_cgroup *zs_hierarchy_next(const struct zs_cgroup *cgroup);

/*
 * As zs_cgroup_path(), but without asking the kernel about those that are known here; of
 * one that has gone lately, "/a/b (gone)".
 */
char *zs_hierarchy_path(struct zs_hierarchy *hierarchy, char *text, size_t size, uint64_t id);

#endif /* ZS_HIERARCHY_H */
