// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it costs to follow the cgroups of this machine, in CPU time and memory, next to
 * what it costs to read memory.stat of each of them once.  Lines of "name value", times in
 * milliseconds.
 *
 * An emulated processor counts the time that its own machine takes from it, too: all is
 * done a few times, and the least counts.
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
#define ROUNDS	3
#define REFRESHES 64	/* at most, until all is known */

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

static double least(double one, double other)
{
	return !one || other < one ? other : one;
}

/* What each of some refreshes in a row costs. */
struct course {
	double cost[REFRESHES];
	int refreshes;
};

/* Until nothing is left to look at. */
static void settle(struct course *course)
{
	int i = 0;

	do {
		course->cost[i] = least(course->cost[i], refresh());
		i++;
	} while (!zs_hierarchy_complete(tree) && i < REFRESHES);
	if (i > course->refreshes)
		course->refreshes = i;
}

static void tell_course(const char *what, const struct course *course)
{
	double sum = 0, worst = 0;

	for (int i = 0; i < course->refreshes; i++) {
		sum += course->cost[i];
		if (course->cost[i] > worst)
			worst = course->cost[i];
	}
	printf("%s %.2f\n%s_worst %.2f\n%s_refreshes %d\n", what, sum, what, worst, what,
	       course->refreshes);
}

/* Each time as if nobody had looked at them before. */
static void find_all(void)
{
	struct course course = { .refreshes = 0 };
	struct zs_error error;

	for (int i = 0; i < ROUNDS; i++) {
		int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

		if (fd < 0 || write(fd, "2", 1) != 1)
			err(1, "drop_caches");
		close(fd);
		zs_hierarchy_close(tree);
		tree = zs_hierarchy_open(NULL, &error);
		if (!tree)
			errx(1, "%s", error.text);
		settle(&course);
	}
	tell_course("find", &course);
	printf("cgroups %zu\n", zs_hierarchy_count(tree));
}

static double one_refresh(void)
{
	double best = 0;

	for (int i = 0; i < 10; i++)
		best = least(best, refresh());
	return best;
}

/* Return: how many have such a file. */
static size_t read_all(const char *file)
{
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
	return got;
}

static double time_all(void)
{
	double best = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double begin = now();
		size_t got = read_all("memory.stat");

		best = least(best, now() - begin);
		if (!i)
			printf("files %zu\n", got);
	}
	tell("read_all", best);
	return best;
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

/* New ones, one for another, and none of them any more: each is known after one refresh. */
static void follow(const char *parent)
{
	double made = 0, swapped = 0, removed = 0;
	int missed = 0, left = 0;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t id[CHANGES];

		for (int i = 0; i < CHANGES; i++)
			id[i] = change(parent, i, true);
		made = least(made, refresh());
		for (int i = 0; i < CHANGES; i++)
			missed += !zs_hierarchy_find(tree, id[i]);
		/* The number of them tells nothing. */
		change(parent, 0, false);
		id[0] = change(parent, CHANGES, true);
		swapped = least(swapped, refresh());
		missed += !zs_hierarchy_find(tree, id[0]);
		for (int i = 1; i <= CHANGES; i++)
			change(parent, i, false);
		removed = least(removed, refresh());
		for (int i = 0; i < CHANGES; i++)
			left += zs_hierarchy_find(tree, id[i]) != NULL;
	}
	tell("refresh_made", made);
	tell("refresh_swapped", swapped);
	tell("refresh_removed", removed);
	printf("missed %d\nleft %d\n", missed, left);
}

static const char *some_leaf(void)
{
	struct zs_cgroup *leaf = zs_hierarchy_root(tree);

	while (leaf->child)
		leaf = leaf->child;
	return leaf->path;
}

/* One below a cgroup that had none and so is not watched, and is gone again. */
static void follow_leaf(void)
{
	struct course course = { .refreshes = 0 }, gone = course;
	int missed = 0, left = 0;

	for (int round = 0; round < ROUNDS; round++) {
		char path[PATH_MAX];
		uint64_t id;

		snprintf(path, sizeof(path), "%s", some_leaf());
		id = change(path, 0, true);
		settle(&course);
		missed += !zs_hierarchy_find(tree, id);
		change(path, 0, false);
		settle(&gone);
		left += zs_hierarchy_find(tree, id) != NULL;
	}
	tell_course("leaf", &course);
	tell_course("leaf_gone", &gone);
	printf("leaf_missed %d\nleaf_left %d\n", missed, left);
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
	double all, one;

	if (argc != 2)
		errx(2, "the path of a cgroup to make others in is the one argument");
	find_all();
	all = time_all();
	one = one_refresh();
	tell("refresh", one);
	printf("ratio %.4f\n", one / all);
	follow(argv[1]);
	follow_leaf();
	tell_memory();
	zs_hierarchy_close(tree);
	return 0;
}
