// SPDX-License-Identifier: GPL-2.0-or-later
/* Which cgroup has a label, and that no counter ever goes back. */
#include "test.h"

#include <unistd.h>

#include "exposition.h"
#include "labels.h"

#define CGROUPS	"/sys/fs/cgroup"

static struct zs_labels labels;
static struct zs_parties parties;

static void start(size_t most)
{
	assert_true(zs_labels_start(&labels, most, fixture_root, NULL));
}

static int stop(void **state)
{
	zs_labels_stop(&labels);
	zs_parties_free(&parties);
	return fixture_stop(state);
}

/* A cgroup's folder is one that has a file. Return: its number. */
static uint64_t cgroup(const char *name)
{
	char path[512];
	struct stat status;

	snprintf(path, sizeof(path), CGROUPS "%s/cgroup.procs", name);
	fixture_file(path, "");
	snprintf(path, sizeof(path), "%s" CGROUPS "%s", fixture_root, name);
	assert_int_equal(stat(path, &status), 0);
	return status.st_ino;
}

static void remove_cgroup(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" CGROUPS "%s/cgroup.procs", fixture_root, name);
	assert_int_equal(unlink(path), 0);
	*strrchr(path, '/') = '\0';
	assert_int_equal(rmdir(path), 0);
}

/* So many more pages stored by that cgroup. */
static void store(uint64_t id, uint64_t stores)
{
	for (size_t i = 0; i < parties.count; i++) {
		if (parties.list[i].who.cgroup != id)
			continue;
		parties.list[i].usage.stores += stores;
		return;
	}
	parties.list = realloc(parties.list, (parties.count + 1) * sizeof(*parties.list));
	assert_non_null(parties.list);
	memset(&parties.list[parties.count], 0, sizeof(*parties.list));
	parties.list[parties.count].who.cgroup = id;
	parties.list[parties.count++].usage.stores = stores;
}

static void update(void)
{
	assert_true(zs_labels_update(&labels, &parties, NULL));
}

static const struct zs_label *find(const char *text)
{
	for (size_t i = 0; i < labels.count; i++)
		if (!strcmp(labels.list[i].text, text))
			return &labels.list[i];
	return NULL;
}

/* stores are the first word; -1: it has no label. */
static int64_t stores_of(const char *text)
{
	const struct zs_label *label = find(text);

	return label && (label->named || label == labels.list) ? (int64_t)label->words[0] : -1;
}

static int64_t sum(void)
{
	int64_t all = 0;

	for (size_t i = 0; i < labels.count; i++)
		all += (int64_t)labels.list[i].words[0];
	return all;
}

static void the_largest_have_labels(void **state)
{
	uint64_t small, large, larger;

	(void)state;
	start(2);
	small = cgroup("/small");
	large = cgroup("/large.slice");
	larger = cgroup("/large.slice/one");
	store(small, 1);
	store(large, 10);
	store(larger, 100);
	store(0, 1000);
	parties.other.stores = 10000;
	update();
	assert_int_equal(stores_of("/large.slice"), 10);
	assert_int_equal(stores_of("/large.slice/one"), 100);
	assert_int_equal(stores_of("/small"), -1);
	assert_int_equal(stores_of("(other)"), 11001);
}

static void none_wanted(void **state)
{
	(void)state;
	start(0);
	store(cgroup("/a"), 7);
	update();
	assert_int_equal(stores_of("/a"), -1);
	assert_int_equal(stores_of("(other)"), 7);
}

static void the_root_is_a_slash(void **state)
{
	(void)state;
	start(2);
	store(cgroup(""), 3);
	update();
	assert_int_equal(stores_of("/"), 3);
}

static void who_was_gone_before_is_one_of_the_others(void **state)
{
	uint64_t gone;

	(void)state;
	start(2);
	cgroup("/here");
	gone = cgroup("/gone");
	remove_cgroup("/gone");
	store(gone, 5);
	update();
	assert_int_equal(stores_of("(other)"), 5);
	assert_int_equal(labels.count, 1);
}

/* It keeps its label until another has moved more than twice as much. */
static void labels_do_not_flap(void **state)
{
	uint64_t a, b;

	(void)state;
	start(1);
	a = cgroup("/a");
	b = cgroup("/b");
	store(a, 10);
	store(b, 9);
	update();
	assert_int_equal(stores_of("/a"), 10);
	store(b, 11);
	update();
	assert_int_equal(stores_of("/a"), 10);
	assert_int_equal(stores_of("/b"), -1);
	assert_int_equal(stores_of("(other)"), 20);

	/* What it did before, and was told of it, is the others'. */
	store(b, 1);
	update();
	assert_int_equal(stores_of("/a"), -1);
	assert_int_equal(stores_of("/b"), 1);
	assert_int_equal(stores_of("(other)"), 20);

	/* And what it does after it has lost it. */
	store(a, 33);
	update();
	assert_int_equal(stores_of("/a"), 43);
	assert_int_equal(stores_of("/b"), -1);
	assert_int_equal(stores_of("(other)"), 20);
	store(b, 2);
	update();
	assert_int_equal(stores_of("(other)"), 22);

	/* With it again, it goes on where it was. */
	store(b, 100);
	update();
	assert_int_equal(stores_of("/b"), 101);
	assert_int_equal(stores_of("(other)"), 22);
	assert_int_equal(sum(), 43 + 123);
}

static void who_was_removed_makes_room(void **state)
{
	uint64_t a, b;

	(void)state;
	start(1);
	a = cgroup("/a");
	b = cgroup("/b");
	store(a, 1000);
	update();
	remove_cgroup("/a");
	update();
	assert_int_equal(stores_of("/a"), 1000);
	store(b, 1);
	update();
	assert_int_equal(stores_of("/a"), -1);
	assert_int_equal(stores_of("/b"), 1);
	/* Large as it is, it does not come back. */
	update();
	assert_int_equal(stores_of("/b"), 1);
	assert_int_equal(sum(), 1001);
}

/* systemd makes a unit's cgroup again when it starts again. */
static void made_again_it_goes_on(void **state)
{
	uint64_t before, after;

	(void)state;
	start(3);
	before = cgroup("/unit.service");
	store(before, 5);
	update();
	assert_int_equal(stores_of("/unit.service"), 5);
	remove_cgroup("/unit.service");
	cgroup("/takes-its-number");
	after = cgroup("/unit.service");
	assert_int_not_equal(before, after);
	store(after, 7);
	update();
	assert_int_equal(stores_of("/unit.service"), 12);
	assert_int_equal(labels.count, 2);
}

static void names_that_are_written_alike_have_one_label(void **state)
{
	(void)state;
	start(3);
	store(cgroup("/\xff"), 1);
	store(cgroup("/\\xff"), 2);
	store(cgroup("/a\"\n\\"), 4);
	update();
	assert_int_equal(stores_of("/\\xff"), 3);
	assert_int_equal(stores_of("/a\"\n\\"), 4);
}

/* Whatever they do, no number goes back, and each page is somewhere. */
static void nothing_ever_goes_back(void **state)
{
	uint64_t ids[12], total = 0, last[13] = { 0 };
	unsigned int seed = 1;
	char name[16];

	(void)state;
	start(3);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(ids); i++) {
		snprintf(name, sizeof(name), "/%zu", i);
		ids[i] = cgroup(name);
	}
	for (int turn = 0; turn < 300; turn++) {
		size_t named = 0;

		for (int n = 0; n < 4; n++) {
			uint64_t pages = (uint64_t)rand_r(&seed) % (1 << turn / 20);

			store(ids[(size_t)rand_r(&seed) % ZS_ARRAY_SIZE(ids)], pages);
			total += pages;
		}
		if (turn == 150)
			remove_cgroup("/4");
		update();
		for (size_t i = 0; i < labels.count; i++) {
			assert_true(labels.list[i].words[0] >= last[i]);
			last[i] = labels.list[i].words[0];
			named += labels.list[i].named;
		}
		assert_true(named <= 3);
		assert_int_equal(sum(), total);
	}
}

#define WITH_FILES(test)	cmocka_unit_test_setup_teardown(test, fixture_start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILES(the_largest_have_labels),
		WITH_FILES(none_wanted),
		WITH_FILES(the_root_is_a_slash),
		WITH_FILES(who_was_gone_before_is_one_of_the_others),
		WITH_FILES(labels_do_not_flap),
		WITH_FILES(who_was_removed_makes_room),
		WITH_FILES(made_again_it_goes_on),
		WITH_FILES(names_that_are_written_alike_have_one_label),
		WITH_FILES(nothing_ever_goes_back),
	};

	return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}
