// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tree of cgroups.
 *
 * A look at every cgroup costs microseconds, and there may be 10,000 of them, so none is
 * taken without a reason.  New and gone cgroups are noticed by
 *  - inotify on those that have others below them.  Not on all: a watch keeps an inode in
 *    memory, and a user has no more than 8192 watches on a small machine, root's daemons
 *    included;
 *  - the root's cgroup.stat, which tells how many there are.  When that is not how many we
 *    know, we look for those without a watch that have got their first one below them;
 *  - the number of links of a directory, two more than cgroups below it, and its inode
 *    number, whenever its figures are renewed anyway.
 * Whatever the first two miss, the last one finds after a round of renewals.
 *
 * A cgroup with a reason to be looked at waits in a queue, and a refresh takes no more than
 * so many from it: right after the start there are thousands.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "hierarchy.h"

#define ID_BUCKETS	8192
#define WATCH_BUCKETS	256
/* A quarter of what root has at least: others need some, too. */
#define MOST_WATCHES	2048
/* Work of one refresh that is not figures: to look at a directory is one. */
#define MOST_STEPS	1024
/* Names to read for the price of a look. */
#define NAMES_PER_STEP	16
/* So many that are gone are still known by their path: events of them may yet be shown. */
#define GONE_PATHS	256
/* Room for memory.stat, which the kernel prints into a page. */
#define FILE_BYTES	(ZSWAP_PAGE_BYTES + 1)

struct node {
	struct zs_cgroup cgroup;	/* the first: a pointer to one is one to the other */
	struct node *same_id;		/* next in its bucket */
	struct node *same_watch;
	TAILQ_ENTRY(node) round;	/* all of them, the oldest figures first */
	TAILQ_ENTRY(node) waiting;
	unsigned int children;
	unsigned int seen;		/* number of the scan that saw it last */
	int watch;			/* -1: none */
	bool queued;
	bool changed;			/* its names have to be read, whatever their number */
	char path[];
};

TAILQ_HEAD(nodes, node);

struct gone {
	uint64_t id;
	char *path;
};

struct zs_hierarchy {
	const char *prefix;
	struct node *root;
	struct nodes round;
	struct nodes waiting;
	size_t count;
	size_t watches;
	unsigned int scan;
	uint64_t swept;		/* the number of cgroups that made us look for more */
	int directory;		/* of the root */
	int inotify;		/* -1: none to be had */
	int numbers;		/* cgroup.stat of the root, or -1 */
	bool kernfs;		/* a directory names inode numbers as stat() does */
	struct gone gone[GONE_PATHS];
	size_t gone_count;	/* ever; the oldest makes room */
	struct node *by_id[ID_BUCKETS];
	struct node *by_watch[WATCH_BUCKETS];
};

static struct node *node_of(const struct zs_cgroup *cgroup)
{
	return (struct node *)cgroup;
}

/* ---- finding ----------------------------------------------------------- */

static struct node **id_bucket(struct zs_hierarchy *hierarchy, uint64_t id)
{
	return &hierarchy->by_id[id % ID_BUCKETS];
}

static struct node **watch_bucket(struct zs_hierarchy *hierarchy, int watch)
{
	return &hierarchy->by_watch[(unsigned int)watch % WATCH_BUCKETS];
}

static struct node *find_id(struct zs_hierarchy *hierarchy, uint64_t id)
{
	struct node *node = *id_bucket(hierarchy, id);

	while (node && node->cgroup.id != id)
		node = node->same_id;
	return node;
}

static struct node *find_watch(struct zs_hierarchy *hierarchy, int watch)
{
	struct node *node = *watch_bucket(hierarchy, watch);

	while (node && node->watch != watch)
		node = node->same_watch;
	return node;
}

/* ---- the queue --------------------------------------------------------- */

static void look_at(struct zs_hierarchy *hierarchy, struct node *node)
{
	if (node->queued)
		return;
	node->queued = true;
	TAILQ_INSERT_TAIL(&hierarchy->waiting, node, waiting);
}

static void scan_later(struct zs_hierarchy *hierarchy, struct node *node)
{
	node->changed = true;
	look_at(hierarchy, node);
}

static void leave_queue(struct zs_hierarchy *hierarchy, struct node *node)
{
	if (node->queued)
		TAILQ_REMOVE(&hierarchy->waiting, node, waiting);
	node->queued = false;
}

/* It is not where it was: the one above it has to be read again. */
static void lost(struct zs_hierarchy *hierarchy, struct node *node)
{
	if (node->cgroup.parent)
		scan_later(hierarchy, node_of(node->cgroup.parent));
}

/* ---- watches ----------------------------------------------------------- */

static void watch(struct zs_hierarchy *hierarchy, struct node *node, int directory)
{
	struct node **bucket;
	char path[64];

	if (node->watch >= 0 || hierarchy->inotify < 0 || hierarchy->watches >= MOST_WATCHES)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", directory);
	node->watch = inotify_add_watch(hierarchy->inotify, path,
					IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR);
	if (node->watch < 0)
		return;
	bucket = watch_bucket(hierarchy, node->watch);
	node->same_watch = *bucket;
	*bucket = node;
	hierarchy->watches++;
	node->changed = true;
}

static void forget_watch(struct zs_hierarchy *hierarchy, struct node *node)
{
	struct node **link;

	if (node->watch < 0)
		return;
	link = watch_bucket(hierarchy, node->watch);
	while (*link != node)
		link = &(*link)->same_watch;
	*link = node->same_watch;
	node->watch = -1;
	hierarchy->watches--;
}

/* ---- making and removing ----------------------------------------------- */

static size_t print_path(char *path, size_t size, const struct zs_cgroup *parent,
			 const char *name)
{
	bool top = !parent || !parent->parent;

	return (size_t)snprintf(path, size, "%s/%s", top ? "" : parent->path, name);
}

/* Return: NULL for a path that is too long to be opened, and without memory. */
static struct node *add(struct zs_hierarchy *hierarchy, struct node *parent, const char *name,
			uint64_t id)
{
	struct zs_cgroup *above = parent ? &parent->cgroup : NULL;
	size_t length = print_path(NULL, 0, above, name);
	struct node *node;

	if (length >= PATH_MAX)
		return NULL;
	node = calloc(1, sizeof(*node) + length + 1);
	if (!node)
		return NULL;
	print_path(node->path, length + 1, above, name);
	node->cgroup.path = node->path;
	node->cgroup.name = node->path + (parent ? length - strlen(name) : 0);
	node->cgroup.id = id;
	node->cgroup.parent = above;
	node->watch = -1;
	if (parent) {
		node->cgroup.depth = above->depth + 1;
		node->cgroup.sibling = above->child;
		above->child = &node->cgroup;
		parent->children++;
	}
	node->same_id = *id_bucket(hierarchy, id);
	*id_bucket(hierarchy, id) = node;
	TAILQ_INSERT_HEAD(&hierarchy->round, node, round);
	hierarchy->count++;
	scan_later(hierarchy, node);
	return node;
}

static void remember(struct zs_hierarchy *hierarchy, const struct zs_cgroup *cgroup)
{
	struct gone *gone = &hierarchy->gone[hierarchy->gone_count++ % GONE_PATHS];

	free(gone->path);
	gone->path = strdup(cgroup->path);
	gone->id = cgroup->id;
}

static const char *gone_path(const struct zs_hierarchy *hierarchy, uint64_t id)
{
	for (size_t i = 0; i < GONE_PATHS; i++)
		if (hierarchy->gone[i].path && hierarchy->gone[i].id == id)
			return hierarchy->gone[i].path;
	return NULL;
}

/* Nobody below it or above it points to it any more. */
static void drop(struct zs_hierarchy *hierarchy, struct node *node)
{
	struct node **link = id_bucket(hierarchy, node->cgroup.id);

	while (*link != node)
		link = &(*link)->same_id;
	*link = node->same_id;
	if (node->watch >= 0)
		inotify_rm_watch(hierarchy->inotify, node->watch);
	forget_watch(hierarchy, node);
	leave_queue(hierarchy, node);
	TAILQ_REMOVE(&hierarchy->round, node, round);
	hierarchy->count--;
	remember(hierarchy, &node->cgroup);
	free(node);
}

/* With all below it, from the bottom: no recursion, it may be deep. */
static void drop_tree(struct zs_hierarchy *hierarchy, struct node *top)
{
	struct zs_cgroup *cgroup = &top->cgroup;

	for (;;) {
		struct zs_cgroup *parent = cgroup->parent;
		bool last = cgroup == &top->cgroup;

		if (cgroup->child) {
			cgroup = cgroup->child;
			continue;
		}
		if (!last)
			parent->child = cgroup->sibling;
		drop(hierarchy, node_of(cgroup));
		if (last)
			return;
		cgroup = parent;
	}
}

/* @link: what points to it, of the one above it */
static void remove_child(struct zs_hierarchy *hierarchy, struct zs_cgroup **link)
{
	struct node *node = node_of(*link);

	node_of(node->cgroup.parent)->children--;
	*link = node->cgroup.sibling;
	drop_tree(hierarchy, node);
}

static bool is_above(const struct node *node, const struct zs_cgroup *cgroup)
{
	while (cgroup && cgroup != &node->cgroup)
		cgroup = cgroup->parent;
	return cgroup;
}

/* ---- looking at a directory -------------------------------------------- */

/* Return: a descriptor of its directory, or -1 if it is gone. */
static int open_directory(const struct zs_hierarchy *hierarchy, const struct node *node,
			  struct stat *status)
{
	const char *path = node->cgroup.parent ? node->path + 1 : ".";
	int fd = openat(hierarchy->directory, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, status) || status->st_ino != node->cgroup.id) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Return: whether it is a directory, or something that has just gone. */
static bool directory_id(const struct zs_hierarchy *hierarchy, int fd,
			 const struct dirent *entry, uint64_t *id)
{
	struct stat status;

	*id = entry->d_ino;
	if (entry->d_type == DT_DIR && hierarchy->kernfs)
		return true;
	if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
		return false;
	if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(status.st_mode))
		return false;
	*id = status.st_ino;
	return true;
}

/* A cgroup is never renamed, but what looks like cgroups may be: it is new, then. */
static void saw(struct zs_hierarchy *hierarchy, struct node *parent, const char *name,
		uint64_t id)
{
	struct node *node = find_id(hierarchy, id);

	if (node && node->cgroup.parent == &parent->cgroup && !strcmp(node->cgroup.name, name)) {
		node->seen = hierarchy->scan;
		return;
	}
	/* Those above are not up to date themselves. */
	if (node && is_above(node, &parent->cgroup))
		return;
	if (node) {
		struct zs_cgroup **link = &node->cgroup.parent->child;

		while (*link != &node->cgroup)
			link = &(*link)->sibling;
		remove_child(hierarchy, link);
	}
	node = add(hierarchy, parent, name, id);
	if (node)
		node->seen = hierarchy->scan;
}

static void remove_unseen(struct zs_hierarchy *hierarchy, struct node *parent)
{
	struct zs_cgroup **link = &parent->cgroup.child;

	while (*link) {
		if (node_of(*link)->seen == hierarchy->scan)
			link = &(*link)->sibling;
		else
			remove_child(hierarchy, link);
	}
}

/* Return: how many names it had. */
static unsigned int scan(struct zs_hierarchy *hierarchy, struct node *node, int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	unsigned int count = 0;
	uint64_t id;

	node->changed = false;
	if (!names) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	hierarchy->scan++;
	while (errno = 0, entry = readdir(names)) {
		count++;
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    directory_id(hierarchy, fd, entry, &id))
			saw(hierarchy, node, entry->d_name, id);
	}
	/* It may have gone meanwhile: the one above it knows. */
	if (!errno)
		remove_unseen(hierarchy, node);
	closedir(names);
	return count;
}

/* Read names only where there are others below it, or were: most have none. */
static unsigned int look_closer(struct zs_hierarchy *hierarchy, struct node *node,
				int directory, const struct stat *status)
{
	if (status->st_nlink == 2 && !node->children) {
		node->changed = false;
		return 0;
	}
	/* First the watch, so that nothing is missed between the two. */
	watch(hierarchy, node, directory);
	if (!node->changed && status->st_nlink == node->children + 2)
		return 0;
	return scan(hierarchy, node, directory);
}

/* Return: what it cost. */
static unsigned int look(struct zs_hierarchy *hierarchy, struct node *node)
{
	struct stat status;
	unsigned int names;
	int directory;

	leave_queue(hierarchy, node);
	directory = open_directory(hierarchy, node, &status);
	if (directory < 0) {
		lost(hierarchy, node);
		return 1;
	}
	names = look_closer(hierarchy, node, directory, &status);
	close(directory);
	return 1 + names / NAMES_PER_STEP;
}

/* ---- what has changed -------------------------------------------------- */

static void take_event(struct zs_hierarchy *hierarchy, const struct inotify_event *event)
{
	struct node *node;

	if (event->mask & IN_Q_OVERFLOW) {
		TAILQ_FOREACH(node, &hierarchy->round, round)
			scan_later(hierarchy, node);
		return;
	}
	node = find_watch(hierarchy, event->wd);
	if (!node)
		return;
	if (event->mask & IN_IGNORED) {
		forget_watch(hierarchy, node);
		look_at(hierarchy, node);
	} else if (event->mask & IN_ISDIR) {
		scan_later(hierarchy, node);
	}
}

static void take_events(struct zs_hierarchy *hierarchy)
{
	char room[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t got;

	while ((got = read(hierarchy->inotify, room, sizeof(room))) > 0)
		for (char *at = room; at < room + got;) {
			const struct inotify_event *event = (const void *)at;

			take_event(hierarchy, event);
			at += sizeof(*event) + event->len;
		}
}

/* Return: steps left of so many. */
static unsigned int empty_queue(struct zs_hierarchy *hierarchy, unsigned int steps)
{
	struct node *node;

	while (steps && (node = TAILQ_FIRST(&hierarchy->waiting))) {
		unsigned int cost = look(hierarchy, node);

		steps = cost < steps ? steps - cost : 0;
	}
	return steps;
}

/*
 * The kernel knows more or fewer than we do.  Once for each such number: it may count
 * some that we cannot see.
 */
static bool is_another_number(struct zs_hierarchy *hierarchy)
{
	char text[FILE_BYTES];
	uint64_t number;

	if (hierarchy->numbers < 0 || !TAILQ_EMPTY(&hierarchy->waiting) ||
	    !zs_read_again(hierarchy->numbers, text, sizeof(text)) ||
	    !zs_find_field(text, "nr_descendants", &number))
		return false;
	if (number == hierarchy->count - 1 || number == hierarchy->swept)
		return false;
	hierarchy->swept = number;
	return true;
}

static void find_changes(struct zs_hierarchy *hierarchy)
{
	unsigned int steps = MOST_STEPS;
	struct node *node;

	take_events(hierarchy);
	steps = empty_queue(hierarchy, steps);
	if (!is_another_number(hierarchy))
		return;
	TAILQ_FOREACH(node, &hierarchy->round, round)
		if (node->watch < 0)
			look_at(hierarchy, node);
	empty_queue(hierarchy, steps);
}

/* ---- figures ----------------------------------------------------------- */

/* The kernel gives such a file as a whole at the first read. */
static bool read_file(int directory, const char *name, char text[FILE_BYTES])
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, FILE_BYTES - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

static bool read_number(int directory, const char *name, uint64_t *value)
{
	char text[FILE_BYTES];

	if (!read_file(directory, name, text))
		return false;
	if (strcmp(text, "max\n"))
		return zs_parse_number(text, value);
	*value = UINT64_MAX;
	return true;
}

static unsigned int read_known(int directory, const char *name, uint64_t *value,
			       enum zs_cgroup_have bit)
{
	return read_number(directory, name, value) ? bit : 0;
}

/* By far the longest file, and the kernel sums up what all processors counted for it. */
static unsigned int read_stat(struct zs_cgroup *cgroup, int directory)
{
	char text[FILE_BYTES];
	unsigned int have = 0;

	if (!read_file(directory, "memory.stat", text))
		return 0;
	if (zs_find_field(text, "zswap", &cgroup->zswap_bytes))
		have |= ZS_CGROUP_ZSWAP;
	if (zs_find_field(text, "zswapped", &cgroup->zswapped_bytes))
		have |= ZS_CGROUP_ZSWAPPED;
	return have;
}

/* The root has neither of the first two; whose swap is not counted may have some. */
static void read_figures(struct zs_cgroup *cgroup, int directory)
{
	unsigned int have = cgroup->have & ZS_CGROUP_ZSWAP_MAX;

	have |= read_known(directory, "memory.current", &cgroup->memory_bytes, ZS_CGROUP_MEMORY);
	have |= read_known(directory, "memory.swap.current", &cgroup->swap_bytes, ZS_CGROUP_SWAP);
	if ((have & ZS_CGROUP_SWAP) && !cgroup->swap_bytes) {
		/* A page in zswap has a place in swap. */
		cgroup->zswap_bytes = 0;
		cgroup->zswapped_bytes = 0;
		have |= ZS_CGROUP_ZSWAP | ZS_CGROUP_ZSWAPPED;
	} else if ((have & ZS_CGROUP_MEMORY) || !cgroup->parent) {
		have |= read_stat(cgroup, directory);
	}
	cgroup->have = have;
	cgroup->read_ns = zs_now();
}

static void renew(struct zs_hierarchy *hierarchy, struct node *node, bool all)
{
	struct zs_cgroup *cgroup = &node->cgroup;
	struct stat status;
	int directory;

	TAILQ_REMOVE(&hierarchy->round, node, round);
	TAILQ_INSERT_TAIL(&hierarchy->round, node, round);
	directory = open_directory(hierarchy, node, &status);
	if (directory < 0) {
		lost(hierarchy, node);
		return;
	}
	if (status.st_nlink != node->children + 2)
		look_at(hierarchy, node);
	read_figures(cgroup, directory);
	if (all) {
		cgroup->have &= ~ZS_CGROUP_ZSWAP_MAX;
		cgroup->have |= read_known(directory, "memory.zswap.max", &cgroup->zswap_max,
					   ZS_CGROUP_ZSWAP_MAX);
	}
	close(directory);
}

/* ---- for others -------------------------------------------------------- */

static bool no_cgroups(struct zs_error *error, const char *path)
{
	struct stat status;
	char memory[PATH_MAX];

	zs_path(memory, sizeof(memory), path, "/memory");
	if (!stat(memory, &status))
		return zs_fail(error, ZS_ERR_CGROUP,
			       "cgroups are of version 1 here, which know nothing of zswap: boot with systemd.unified_cgroup_hierarchy=1");
	return zs_fail(error, ZS_ERR_CGROUP,
		       "no cgroups in %s: mount -t cgroup2 none /sys/fs/cgroup", path);
}

static bool open_root(struct zs_hierarchy *hierarchy, const char *root, struct zs_error *error)
{
	char path[PATH_MAX];
	struct statfs filesystem;
	struct stat status;

	zs_path(path, sizeof(path), root, "/sys/fs/cgroup");
	hierarchy->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (hierarchy->directory < 0 || fstat(hierarchy->directory, &status) ||
	    faccessat(hierarchy->directory, "cgroup.controllers", F_OK, 0))
		return no_cgroups(error, path);
	hierarchy->kernfs = !fstatfs(hierarchy->directory, &filesystem) &&
			    filesystem.f_type == CGROUP2_SUPER_MAGIC;
	hierarchy->numbers = openat(hierarchy->directory, "cgroup.stat", O_RDONLY | O_CLOEXEC);
	hierarchy->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	hierarchy->root = add(hierarchy, NULL, "", status.st_ino);
	return hierarchy->root || zs_fail(error, ZS_ERR_SYSTEM, "%s", strerror(ENOMEM));
}

struct zs_hierarchy *zs_hierarchy_open(const char *root, struct zs_error *error)
{
	struct zs_hierarchy *hierarchy = calloc(1, sizeof(*hierarchy));

	if (!hierarchy) {
		zs_fail(error, ZS_ERR_SYSTEM, "%s", strerror(ENOMEM));
		return NULL;
	}
	hierarchy->prefix = root;
	TAILQ_INIT(&hierarchy->round);
	TAILQ_INIT(&hierarchy->waiting);
	hierarchy->directory = -1;
	hierarchy->inotify = -1;
	hierarchy->numbers = -1;
	hierarchy->swept = UINT64_MAX;
	if (open_root(hierarchy, root, error))
		return hierarchy;
	zs_hierarchy_close(hierarchy);
	return NULL;
}

void zs_hierarchy_close(struct zs_hierarchy *hierarchy)
{
	if (!hierarchy)
		return;
	if (hierarchy->root)
		drop_tree(hierarchy, hierarchy->root);
	for (size_t i = 0; i < GONE_PATHS; i++)
		free(hierarchy->gone[i].path);
	if (hierarchy->directory >= 0)
		close(hierarchy->directory);
	if (hierarchy->inotify >= 0)
		close(hierarchy->inotify);
	if (hierarchy->numbers >= 0)
		close(hierarchy->numbers);
	free(hierarchy);
}

void zs_hierarchy_refresh(struct zs_hierarchy *hierarchy, unsigned int budget)
{
	find_changes(hierarchy);
	if (budget > hierarchy->count)
		budget = (unsigned int)hierarchy->count;
	while (budget--)
		renew(hierarchy, TAILQ_FIRST(&hierarchy->round), false);
}

bool zs_hierarchy_complete(const struct zs_hierarchy *hierarchy)
{
	return TAILQ_EMPTY(&hierarchy->waiting);
}

struct zs_cgroup *zs_hierarchy_root(struct zs_hierarchy *hierarchy)
{
	return &hierarchy->root->cgroup;
}

struct zs_cgroup *zs_hierarchy_find(struct zs_hierarchy *hierarchy, uint64_t id)
{
	struct node *node = find_id(hierarchy, id);

	return node ? &node->cgroup : NULL;
}

void zs_hierarchy_read(struct zs_hierarchy *hierarchy, struct zs_cgroup *cgroup)
{
	renew(hierarchy, node_of(cgroup), true);
}

size_t zs_hierarchy_count(const struct zs_hierarchy *hierarchy)
{
	return hierarchy->count;
}

struct zs_cgroup *zs_hierarchy_next(const struct zs_cgroup *cgroup)
{
	if (cgroup->child)
		return cgroup->child;
	while (cgroup && !cgroup->sibling)
		cgroup = cgroup->parent;
	return cgroup ? cgroup->sibling : NULL;
}

char *zs_hierarchy_path(struct zs_hierarchy *hierarchy, char *text, size_t size, uint64_t id)
{
	const struct node *node = find_id(hierarchy, id);
	const char *gone = node ? NULL : gone_path(hierarchy, id);

	if (node)
		snprintf(text, size, "%s", node->path);
	else if (gone)
		snprintf(text, size, "%s (gone)", gone);
	else
		zs_cgroup_path(text, size, id, hierarchy->prefix);
	return text;
}
