// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree of cgroups follows what happens to directories, and is in no haste. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <time.h>
#include <unistd.h>

#include "hierarchy.h"
#include "test.h"

#define ROOT	"/sys/fs/cgroup"

static struct zs_hierarchy *tree;

static char *full(char path[PATH_MAX], const char *cgroup)
{
	snprintf(path, PATH_MAX, "%s" ROOT "%s", fixture_root, cgroup);
	return path;
}

static void make(const char *cgroup)
{
	char path[PATH_MAX];

	assert_int_equal(mkdir(full(path, cgroup), 0755), 0);
}

static void unmake(const char *cgroup)
{
	char path[PATH_MAX];

	assert_int_equal(rmdir(full(path, cgroup)), 0);
}

static void move(const char *from, const char *to)
{
	char before[PATH_MAX], after[PATH_MAX];

	assert_int_equal(rename(full(before, from), full(after, to)), 0);
}

static uint64_t number_of(const char *cgroup)
{
	char path[PATH_MAX];
	struct stat status;

	assert_int_equal(stat(full(path, cgroup), &status), 0);
	return status.st_ino;
}

static void figure(const char *cgroup, const char *file, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), ROOT "%s/%s", cgroup, file);
	fixture_file(path, text);
}

/* Until nothing waits to be looked at. */
static void settle(void)
{
	do
		zs_hierarchy_refresh(tree, 0);
	while (!zs_hierarchy_complete(tree));
}

static int start(void **state)
{
	struct zs_error error;

	if (fixture_start(state))
		return -1;
	fixture_file(ROOT "/cgroup.controllers", "memory\n");
	tree = zs_hierarchy_open(fixture_root, &error);
	return tree ? 0 : -1;
}

static int stop(void **state)
{
	zs_hierarchy_close(tree);
	return fixture_stop(state);
}

static struct zs_cgroup *find(const char *path)
{
	struct zs_cgroup *cgroup;

	for (cgroup = zs_hierarchy_root(tree); cgroup; cgroup = zs_hierarchy_next(cgroup))
		if (!strcmp(cgroup->path, path))
			return cgroup;
	return NULL;
}

/* All that the tree says of itself agrees. */
static void is_sound(size_t count)
{
	struct zs_cgroup *cgroup;
	size_t seen = 0;

	for (cgroup = zs_hierarchy_root(tree); cgroup; cgroup = zs_hierarchy_next(cgroup)) {
		struct zs_cgroup *parent = cgroup->parent, *child = parent ? parent->child : NULL;

		seen++;
		assert_ptr_equal(zs_hierarchy_find(tree, cgroup->id), cgroup);
		assert_int_equal(cgroup->depth, parent ? parent->depth + 1 : 0);
		while (parent && child != cgroup) {
			assert_non_null(child);
			child = child->sibling;
		}
	}
	assert_int_equal(seen, count);
	assert_int_equal(zs_hierarchy_count(tree), count);
}

static void no_cgroups(void **state)
{
	struct zs_error error = { ZS_OK, "" };

	(void)state;
	assert_null(zs_hierarchy_open(fixture_root, &error));
	assert_int_equal(error.code, ZS_ERR_CGROUP);
	assert_non_null(strstr(error.text, "mount -t cgroup2"));
	fixture_file(ROOT "/memory/cgroup.procs", "");
	assert_null(zs_hierarchy_open(fixture_root, &error));
	assert_int_equal(error.code, ZS_ERR_CGROUP);
	assert_non_null(strstr(error.text, "version 1"));
	assert_null(strchr(error.text, '\n'));
	assert_null(zs_hierarchy_open(fixture_root, NULL));
}

static void the_root_alone(void **state)
{
	struct zs_cgroup *root = zs_hierarchy_root(tree);

	(void)state;
	assert_string_equal(root->path, "/");
	assert_string_equal(root->name, "/");
	assert_int_equal(root->id, number_of("/"));
	settle();
	is_sound(1);
	assert_null(zs_hierarchy_next(root));
	assert_null(zs_hierarchy_find(tree, 0));
}

static void a_tree(void **state)
{
	struct zs_cgroup *cgroup;
	char text[64];

	(void)state;
	make("/a");
	make("/a/b");
	make("/a/b/c");
	make("/d");
	settle();
	is_sound(5);
	cgroup = zs_hierarchy_find(tree, number_of("/a/b/c"));
	assert_non_null(cgroup);
	assert_string_equal(cgroup->path, "/a/b/c");
	assert_string_equal(cgroup->name, "c");
	assert_string_equal(cgroup->parent->path, "/a/b");
	assert_int_equal(cgroup->depth, 3);
	assert_null(cgroup->child);
	assert_string_equal(zs_hierarchy_path(tree, text, sizeof(text), cgroup->id), "/a/b/c");
}

static void made_and_removed(void **state)
{
	uint64_t gone;
	char text[64];

	(void)state;
	make("/a");
	make("/a/b");
	settle();
	is_sound(3);
	gone = number_of("/a/b");
	/* As many as before. */
	make("/a/new");
	unmake("/a/b");
	settle();
	is_sound(3);
	assert_null(find("/a/b"));
	assert_non_null(find("/a/new"));
	assert_null(zs_hierarchy_find(tree, gone));

	unmake("/a/new");
	unmake("/a");
	settle();
	is_sound(1);
	assert_string_equal(zs_hierarchy_path(tree, text, sizeof(text), gone), "/a/b (gone)");
	assert_string_equal(zs_hierarchy_path(tree, text, sizeof(text), 1), "cgroup 1 (gone)");
	make("/a");
	make("/a/b");
	settle();
	is_sound(3);
}

/* What had none below it is not watched: its turn to be renewed tells. */
static void below_a_leaf(void **state)
{
	(void)state;
	make("/a");
	make("/a/b");
	settle();
	make("/a/b/c");
	settle();
	assert_null(find("/a/b/c"));
	zs_hierarchy_refresh(tree, 3);
	settle();
	is_sound(4);
	assert_non_null(find("/a/b/c"));
}

/* Or the number of them all. */
static void numbers_differ(void **state)
{
	(void)state;
	figure("", "cgroup.stat", "nr_descendants 2\nnr_dying_descendants 9\n");
	zs_hierarchy_close(tree);
	tree = zs_hierarchy_open(fixture_root, NULL);
	make("/a");
	make("/a/b");
	settle();
	is_sound(3);
	make("/a/b/c");
	figure("", "cgroup.stat", "nr_descendants 3\nnr_dying_descendants 9\n");
	settle();
	is_sound(4);
}

static void renamed(void **state)
{
	uint64_t moved;

	(void)state;
	make("/a");
	make("/a/b");
	make("/a/b/c");
	make("/d");
	make("/d/e");
	settle();
	moved = number_of("/a/b");
	move("/a/b", "/d/B");
	settle();
	is_sound(6);
	assert_string_equal(zs_hierarchy_find(tree, moved)->path, "/d/B");
	assert_non_null(find("/d/B/c"));
	assert_null(find("/a/b"));

	/* One goes below what was below it. */
	move("/d/B", "/b");
	move("/d", "/b/c/d");
	settle();
	is_sound(6);
	assert_non_null(find("/b/c/d/e"));
	/* Upside down, with nothing seen between. */
	move("/b/c", "/c");
	move("/b", "/c/d/b");
	settle();
	is_sound(6);
	assert_non_null(find("/c/d/b"));
	assert_non_null(find("/c/d/e"));
}

static void figures(void **state)
{
	struct zs_cgroup *cgroup;

	(void)state;
	make("/a");
	make("/none");
	figure("/a", "memory.current", "4096\n");
	figure("/a", "memory.swap.current", "8192\n");
	figure("/a", "memory.zswap.max", "max\n");
	figure("/a", "memory.stat", "anon 1\nzswap 1234\nzswapped 4096\nzswpin 7\n");
	figure("", "memory.stat", "anon 1\nzswap 5\nzswapped 6\n");
	settle();
	cgroup = find("/a");
	assert_int_equal(cgroup->read_ns, 0);
	assert_int_equal(cgroup->have, 0);
	zs_hierarchy_read(tree, cgroup);
	assert_true(cgroup->read_ns > 0);
	assert_int_equal(cgroup->have, ZS_CGROUP_ZSWAP | ZS_CGROUP_ZSWAPPED | ZS_CGROUP_SWAP |
				       ZS_CGROUP_MEMORY | ZS_CGROUP_ZSWAP_MAX);
	assert_int_equal(cgroup->memory_bytes, 4096);
	assert_int_equal(cgroup->swap_bytes, 8192);
	assert_int_equal(cgroup->zswap_bytes, 1234);
	assert_int_equal(cgroup->zswapped_bytes, 4096);
	assert_true(cgroup->zswap_max == UINT64_MAX);

	figure("/a", "memory.zswap.max", "77\n");
	figure("/a", "memory.swap.current", "0\n");
	zs_hierarchy_read(tree, cgroup);
	assert_int_equal(cgroup->zswap_max, 77);
	assert_int_equal(cgroup->swap_bytes, 0);
	assert_int_equal(cgroup->zswap_bytes, 0);
	assert_int_equal(cgroup->zswapped_bytes, 0);
	assert_true(cgroup->have & ZS_CGROUP_ZSWAPPED);

	cgroup = find("/none");
	zs_hierarchy_read(tree, cgroup);
	assert_int_equal(cgroup->have, 0);
	assert_true(cgroup->read_ns > 0);
	zs_hierarchy_read(tree, zs_hierarchy_root(tree));
	assert_int_equal(zs_hierarchy_root(tree)->have, ZS_CGROUP_ZSWAP | ZS_CGROUP_ZSWAPPED);
	assert_int_equal(zs_hierarchy_root(tree)->zswapped_bytes, 6);
}

static void garbage_is_unknown(void **state)
{
	struct zs_cgroup *cgroup;

	(void)state;
	make("/a");
	figure("/a", "memory.current", "-1\n");
	figure("/a", "memory.swap.current", "");
	figure("/a", "memory.zswap.max", "99999999999999999999\n");
	settle();
	cgroup = find("/a");
	zs_hierarchy_read(tree, cgroup);
	assert_int_equal(cgroup->have, 0);
}

/* One that goes away keeps what it had, until a refresh takes it. */
static void gone_while_shown(void **state)
{
	struct zs_cgroup *cgroup;
	char path[PATH_MAX];

	(void)state;
	make("/a");
	figure("/a", "memory.current", "4096\n");
	settle();
	cgroup = find("/a");
	zs_hierarchy_read(tree, cgroup);
	assert_int_equal(unlink(full(path, "/a/memory.current")), 0);
	unmake("/a");
	zs_hierarchy_read(tree, cgroup);
	assert_int_equal(cgroup->memory_bytes, 4096);
	settle();
	is_sound(1);
}

/* The oldest first, no more than asked for, and everybody's turn comes. */
static void budget_holds(void **state)
{
	enum { MANY = 50, BUDGET = 7 };
	struct zs_cgroup *cgroup;
	uint64_t before;
	char name[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "/%d", i);
		make(name);
	}
	settle();
	for (int round = 1; round * BUDGET <= MANY; round++) {
		int known = 0;

		zs_hierarchy_refresh(tree, BUDGET);
		for (cgroup = zs_hierarchy_root(tree); cgroup; cgroup = zs_hierarchy_next(cgroup))
			known += cgroup->read_ns > 0;
		assert_int_equal(known, round * BUDGET);
	}
	zs_hierarchy_refresh(tree, BUDGET);
	before = zs_hierarchy_root(tree)->read_ns;
	assert_true(before > 0);
	/* More than there are is once for each. */
	zs_hierarchy_refresh(tree, UINT_MAX);
	for (cgroup = zs_hierarchy_root(tree); cgroup; cgroup = zs_hierarchy_next(cgroup))
		assert_true(cgroup->read_ns > before);
}

static void hostile_names(void **state)
{
	static const char *const names[] = {
		"/new\nline", "/\033[31mred", "/\xff\xfe\x80", "/ ", "/...", "/\"quote'\\", "/%s%n",
		"/memory.current",
	};
	char longest[258] = "/";

	(void)state;
	memset(longest + 1, 'x', 255);
	make(longest);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(names); i++)
		make(names[i]);
	settle();
	is_sound(ZS_ARRAY_SIZE(names) + 2);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(names); i++) {
		assert_non_null(find(names[i]));
		assert_string_equal(find(names[i])->name, names[i] + 1);
	}
	assert_non_null(find(longest));
	zs_hierarchy_refresh(tree, 100);
}

/* A link to a directory is none, nor is what links lead to. */
static void links_are_not_followed(void **state)
{
	char path[PATH_MAX];

	(void)state;
	make("/a");
	assert_int_equal(symlink("..", full(path, "/a/up")), 0);
	settle();
	is_sound(2);
}

/* Deeper than a path may be long. */
static void deep(void **state)
{
	enum { DEPTH = 2500 };
	char path[PATH_MAX];
	struct zs_cgroup *last = NULL, *cgroup;
	int fd = open(full(path, "/"), O_PATH | O_DIRECTORY), below;

	(void)state;
	for (int i = 0; i < DEPTH; i++) {
		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		below = openat(fd, "d", O_PATH | O_DIRECTORY);
		assert_true(below >= 0);
		close(fd);
		fd = below;
	}
	close(fd);
	settle();
	for (cgroup = zs_hierarchy_root(tree); cgroup; cgroup = zs_hierarchy_next(cgroup))
		last = cgroup;
	assert_int_equal(strlen(last->path), (size_t)last->depth * 2);
	assert_true(last->depth > 2000 && last->depth < DEPTH);
	assert_int_equal(zs_hierarchy_count(tree), last->depth + 1);
	/* It stays like that, when the last one is looked at again. */
	zs_hierarchy_refresh(tree, UINT_MAX);
	zs_hierarchy_refresh(tree, 0);
	assert_int_equal(zs_hierarchy_count(tree), last->depth + 1);
}

static double cpu_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / ZS_NSEC;
}

static void make_many(void)
{
	char name[64];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "/slice-%d", i);
		make(name);
		for (int j = 0; j < 99; j++) {
			snprintf(name, sizeof(name), "/slice-%d/a-service-%d.scope", i, j);
			make(name);
		}
	}
}

/*
 * 10,000.  A refresh that looked at all of them would take some 20,000 system calls, which
 * is as long as it takes here to find all of them: ten in a row may take no longer.
 */
static void many(void **state)
{
	size_t before = mallinfo2().uordblks;
	double begin, all, idle;

	(void)state;
	make_many();
	begin = cpu_seconds();
	settle();
	all = cpu_seconds() - begin;
	assert_int_equal(zs_hierarchy_count(tree), 10001);
	assert_true(mallinfo2().uordblks - before < 8 << 20);

	begin = cpu_seconds();
	for (int i = 0; i < 10; i++)
		zs_hierarchy_refresh(tree, 64);
	idle = cpu_seconds() - begin;
	print_message("# 10,001 cgroups: found in %.1f ms, a refresh takes %.2f ms, %zu bytes each\n",
		      all * 1e3, idle * 1e2, (mallinfo2().uordblks - before) / 10001);
	assert_true(idle < all);

	make("/slice-99/new");
	unmake("/slice-0/a-service-0.scope");
	settle();
	is_sound(10001);
	assert_non_null(find("/slice-99/new"));
	assert_null(find("/slice-0/a-service-0.scope"));
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_cgroups, fixture_start, fixture_stop),
		IN_TREE(the_root_alone),
		IN_TREE(a_tree),
		IN_TREE(made_and_removed),
		IN_TREE(below_a_leaf),
		IN_TREE(numbers_differ),
		IN_TREE(renamed),
		IN_TREE(figures),
		IN_TREE(garbage_is_unknown),
		IN_TREE(gone_while_shown),
		IN_TREE(budget_holds),
		IN_TREE(hostile_names),
		IN_TREE(links_are_not_followed),
		IN_TREE(deep),
		IN_TREE(many),
	};

	return cmocka_run_group_tests_name("hierarchy", tests, NULL, NULL);
}
