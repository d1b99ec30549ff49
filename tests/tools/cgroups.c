// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it costs to follow the cgroups of this machine, in CPU time and memory, next to
 * what it costs to read memory.stat of each of them once.  Lines of "name value".
 */
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "hierarchy.h"

#define ROOT	"/sys/fs/cgroup"
#define BUDGET	256	/* of figures, a refresh */
#define ROWS	50	/* on a screen */
#define CHANGES	20	/* cgroups made and removed between two refreshes */

static struct zs_hierarchy *tree;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return ((double)time.tv_sec + (double)time.tv_nsec / ZS_NSEC) * 1e3;
}

static void tell(const char *name, double ms)
{
	printf("%s %.2f\n", name, ms);
}

/* As a tool does each second: a refresh, and figures of the rows on the screen. */
static double refresh(void)
{
	double begin = now();
	struct zs_cgroup *cgroup;
	int row = 0;

	zs_hierarchy_refresh(tree, BUDGET);
	for (cgroup = zs_hierarchy_root(tree); cgroup && row < ROWS; row++) {
		zs_hierarchy_read(tree, cgroup);
		cgroup = zs_hierarchy_next(cgroup);
	}
	return now() - begin;
}

/* Until nothing is left to look at. */
static void settle(const char *what)
{
	double begin = now(), worst = 0, one;
	int refreshes = 0;

	do {
		one = refresh();
		refreshes++;
		if (one > worst)
			worst = one;
	} while (!zs_hierarchy_complete(tree));
	printf("%s %.2f\n%s_worst %.2f\n%s_refreshes %d\n", what, now() - begin, what, worst,
	       what, refreshes);
}

static double mean_refresh(void)
{
	double sum = 0;

	for (int i = 0; i < 10; i++)
		sum += refresh();
	return sum / 10;
}

/* Return: CPU time in milliseconds. */
static double read_all(const char *file)
{
	double begin = now();
	size_t got = 0;

	for (struct zs_cgroup *c = zs_hierarchy_root(tree); c; c = zs_hierarchy_next(c)) {
		char path[PATH_MAX], text[8192];
		int fd;

		snprintf(path, sizeof(path), ROOT "%s/%s", c->path, file);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			got += read(fd, text, sizeof(text)) > 0;
			close(fd);
		}
	}
	printf("%s_files %zu\n", file, got);
	return now() - begin;
}

/* Return: the inode number of the new one. */
static uint64_t change(const char *parent, int number, bool make)
{
	char path[PATH_MAX];
	struct stat status;

	snprintf(path, sizeof(path), ROOT "%s/zs-new-%d", parent, number);
	if (make ? mkdir(path, 0755) : rmdir(path))
		err(1, "%s", path);
	return make && !stat(path, &status) ? status.st_ino : 0;
}

/* How many of the new and the gone ones are known after one refresh? */
static void follow(const char *parent)
{
	uint64_t id[CHANGES];
	int known = 0, left = 0;

	for (int i = 0; i < CHANGES; i++)
		id[i] = change(parent, i, true);
	tell("refresh_made", refresh());
	for (int i = 0; i < CHANGES; i++)
		known += zs_hierarchy_find(tree, id[i]) != NULL;
	printf("made_known %d\n", known);
	/* One goes, another comes: the number of them tells nothing. */
	change(parent, 0, false);
	id[0] = change(parent, CHANGES, true);
	tell("refresh_swapped", refresh());
	printf("swapped_known %d\n", zs_hierarchy_find(tree, id[0]) != NULL);
	for (int i = 1; i <= CHANGES; i++)
		change(parent, i, false);
	tell("refresh_removed", refresh());
	for (int i = 0; i < CHANGES; i++)
		left += zs_hierarchy_find(tree, id[i]) != NULL;
	printf("removed_known %d\n", left);
}

/* One below a cgroup that had none and so is not watched, and is gone again. */
static void follow_leaf(void)
{
	struct zs_cgroup *leaf = zs_hierarchy_root(tree);
	char path[PATH_MAX];
	uint64_t id;

	while (leaf->child)
		leaf = leaf->child;
	snprintf(path, sizeof(path), "%s", leaf->path);
	id = change(path, 0, true);
	settle("leaf");
	printf("leaf_known %d\n", zs_hierarchy_find(tree, id) != NULL);
	change(path, 0, false);
	settle("leaf_gone");
	printf("leaf_left %d\n", zs_hierarchy_find(tree, id) != NULL);
}

static void tell_memory(void)
{
	uint64_t rss = 0, peak = 0;
	struct zs_field fields[] = {
		{ "VmRSS:", &rss, false }, { "VmHWM:", &peak, false },
	};

	zs_read_fields("/proc/self/status", fields, ZS_ARRAY_SIZE(fields));
	printf("rss_kib %llu\npeak_kib %llu\n", (unsigned long long)rss, (unsigned long long)peak);
}

int main(int argc, char **argv)
{
	struct zs_error error;
	double all, one;

	if (argc != 2)
		errx(2, "the path of a cgroup to make others in is the one argument");
	tree = zs_hierarchy_open(NULL, &error);
	if (!tree)
		errx(1, "%s", error.text);
	settle("find");
	printf("cgroups %zu\n", zs_hierarchy_count(tree));
	all = read_all("memory.stat");
	tell("read_all", all);
	tell("read_all_current", read_all("memory.current"));
	one = mean_refresh();
	tell("refresh", one);
	printf("ratio %.4f\n", one / all);
	follow(argv[1]);
	follow_leaf();
	tell_memory();
	zs_hierarchy_close(tree);
	return 0;
}
