// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of cgroups and processes: the difference of two, sums, order. */
#include "test.h"

#define ONE	1001
#define OTHER	1002

static void add(struct zs_parties *parties, uint64_t cgroup, uint32_t pid, uint32_t role,
		uint64_t stores, uint64_t loads)
{
	struct zs_party *party;

	parties->list = realloc(parties->list, (parties->count + 1) * sizeof(*party));
	assert_non_null(parties->list);
	party = &parties->list[parties->count++];
	memset(party, 0, sizeof(*party));
	party->who = (struct zswap_who){ .cgroup = cgroup, .pid = pid, .role = role };
	snprintf(party->comm, sizeof(party->comm), "p%u", pid);
	party->usage.stores = stores;
	party->usage.loads = loads;
	party->usage.hist[ZSWAP_HIST_STORE_SIZE].slots[3] = stores;
}

static const struct zs_party *get(const struct zs_parties *parties, uint64_t cgroup,
				  uint32_t pid, uint32_t role)
{
	for (size_t i = 0; i < parties->count; i++) {
		const struct zswap_who *who = &parties->list[i].who;

		if (who->cgroup == cgroup && who->pid == pid && who->role == role)
			return &parties->list[i];
	}
	return NULL;
}

/* By pid, cgroup and role, whatever their order; who is new counts from zero. */
static void subtract(void **state)
{
	struct zs_parties before = { 0 }, after = { 0 };

	(void)state;
	add(&before, ONE, 10, ZSWAP_ROLE_OWNER, 100, 7);
	add(&before, OTHER, 10, ZSWAP_ROLE_OWNER, 50, 0);
	before.other.rejects = 5;
	add(&after, ONE, 10, ZSWAP_ROLE_WORKER, 3, 0);
	add(&after, OTHER, 10, ZSWAP_ROLE_OWNER, 50, 1);
	add(&after, ONE, 10, ZSWAP_ROLE_OWNER, 111, 7);
	after.other.rejects = 9;
	zs_parties_subtract(&after, &before);
	assert_int_equal(after.count, 3);
	assert_int_equal(get(&after, ONE, 10, ZSWAP_ROLE_WORKER)->usage.stores, 3);
	assert_int_equal(get(&after, ONE, 10, ZSWAP_ROLE_OWNER)->usage.stores, 11);
	assert_int_equal(get(&after, ONE, 10, ZSWAP_ROLE_OWNER)->usage.loads, 0);
	assert_int_equal(get(&after, ONE, 10, ZSWAP_ROLE_OWNER)->
			 usage.hist[ZSWAP_HIST_STORE_SIZE].slots[3], 11);
	assert_int_equal(get(&after, OTHER, 10, ZSWAP_ROLE_OWNER)->usage.stores, 0);
	assert_int_equal(get(&after, OTHER, 10, ZSWAP_ROLE_OWNER)->usage.loads, 1);
	assert_int_equal(after.other.rejects, 4);
	/* the minuend only */
	assert_int_equal(before.count, 2);
	assert_int_equal(before.list[0].usage.stores, 100);
	zs_parties_free(&before);
	zs_parties_free(&after);
	assert_null(after.list);
	assert_int_equal(after.count, 0);
}

static void merge_by_cgroup(void **state)
{
	struct zs_parties parties = { 0 };

	(void)state;
	add(&parties, ONE, 10, ZSWAP_ROLE_OWNER, 1, 0);
	add(&parties, OTHER, 10, ZSWAP_ROLE_OWNER, 20, 0);
	add(&parties, ONE, 11, ZSWAP_ROLE_OWNER, 300, 5);
	add(&parties, ONE, 12, ZSWAP_ROLE_WORKER, 4000, 6);
	parties.other.stores = 9;
	zs_parties_merge(&parties, ZS_BY_CGROUP);
	assert_int_equal(parties.count, 2);
	assert_int_equal(get(&parties, ONE, 0, 0)->usage.stores, 4301);
	assert_int_equal(get(&parties, ONE, 0, 0)->usage.loads, 11);
	assert_int_equal(get(&parties, ONE, 0, 0)->usage.hist[ZSWAP_HIST_STORE_SIZE].slots[3],
			 4301);
	assert_string_equal(get(&parties, ONE, 0, 0)->comm, "");
	assert_int_equal(get(&parties, OTHER, 0, 0)->usage.stores, 20);
	assert_int_equal(parties.other.stores, 9);
	zs_parties_free(&parties);
}

/* A process that worked for others and one that owns pages are two lines. */
static void merge_by_process(void **state)
{
	struct zs_parties parties = { 0 };

	(void)state;
	add(&parties, ONE, 10, ZSWAP_ROLE_OWNER, 1, 0);
	add(&parties, OTHER, 10, ZSWAP_ROLE_OWNER, 20, 2);
	add(&parties, ONE, 10, ZSWAP_ROLE_WORKER, 300, 0);
	add(&parties, OTHER, 11, ZSWAP_ROLE_OWNER, 4000, 0);
	zs_parties_merge(&parties, ZS_BY_PROCESS);
	assert_int_equal(parties.count, 3);
	assert_int_equal(get(&parties, 0, 10, ZSWAP_ROLE_OWNER)->usage.stores, 21);
	assert_int_equal(get(&parties, 0, 10, ZSWAP_ROLE_OWNER)->usage.loads, 2);
	assert_int_equal(get(&parties, 0, 10, ZSWAP_ROLE_WORKER)->usage.stores, 300);
	assert_int_equal(get(&parties, 0, 11, ZSWAP_ROLE_OWNER)->usage.stores, 4000);
	assert_string_equal(get(&parties, 0, 11, ZSWAP_ROLE_OWNER)->comm, "p11");
	zs_parties_free(&parties);
}

static void merge_keeps_the_sum(void **state)
{
	struct zs_parties parties = { 0 };
	struct zswap_usage before = { 0 }, after = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		add(&parties, ONE + i % 7, 10 + i % 13, i % 2, i, 3 * i);
	for (size_t i = 0; i < parties.count; i++)
		zs_usage_add(&before, &parties.list[i].usage);
	zs_parties_merge(&parties, ZS_BY_CGROUP);
	assert_int_equal(parties.count, 7);
	for (size_t i = 0; i < parties.count; i++)
		zs_usage_add(&after, &parties.list[i].usage);
	assert_memory_equal(&before, &after, sizeof(before));
	zs_parties_free(&parties);
}

static void sort(void **state)
{
	struct zs_parties parties = { 0 };

	(void)state;
	add(&parties, ONE, 1, 0, 5, 0);
	add(&parties, ONE, 2, 0, 0, 0);
	add(&parties, ONE, 3, 0, 0, 5000000000ULL);
	add(&parties, ONE, 4, 0, 3, 3);
	add(&parties, ONE, 5, 0, 0, 0);
	parties.list[4].usage.rejects = 1;
	zs_parties_sort(&parties);
	assert_int_equal(parties.count, 4);
	assert_int_equal(parties.list[0].who.pid, 3);
	assert_int_equal(parties.list[1].who.pid, 4);
	assert_int_equal(parties.list[2].who.pid, 1);
	assert_int_equal(parties.list[3].who.pid, 5);
	zs_parties_free(&parties);
}

static void nobody(void **state)
{
	struct zs_parties parties = { 0 }, before = { 0 };

	(void)state;
	zs_parties_subtract(&parties, &before);
	zs_parties_merge(&parties, ZS_BY_CGROUP);
	zs_parties_sort(&parties);
	assert_int_equal(parties.count, 0);
	add(&parties, ONE, 1, 0, 0, 0);
	zs_parties_sort(&parties);
	assert_int_equal(parties.count, 0);
	zs_parties_free(&parties);
	zs_parties_free(&parties);
}

static void every_kind_of_page_counts(void **state)
{
	static const size_t members[] = {
		offsetof(struct zswap_usage, stores), offsetof(struct zswap_usage, loads),
		offsetof(struct zswap_usage, disk_reads), offsetof(struct zswap_usage, writebacks),
		offsetof(struct zswap_usage, rejects), offsetof(struct zswap_usage, invalidates),
		offsetof(struct zswap_usage, evict_pages),
	};
	struct zswap_usage usage = { 0 };

	(void)state;
	assert_int_equal(zs_usage_pages(&usage), 0);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(members); i++) {
		*(__u64 *)((char *)&usage + members[i]) = 1ULL << i;
		assert_int_equal(zs_usage_pages(&usage), (2ULL << i) - 1);
	}
}

/* No BPF, no parties. */
static void counters_have_none(void **state)
{
	struct zs_options options = { .kind = ZS_SOURCE_COUNTERS, .root = fixture_root };
	struct zs_parties parties = { .count = 1 };
	struct zs_source *source;

	(void)state;
	fixture_file("/proc/vmstat", "zswpin 7\nzswpout 8\n");
	source = zs_source_open(&options, NULL);
	assert_non_null(source);
	assert_true(zs_source_parties(source, &parties, NULL));
	assert_int_equal(parties.count, 0);
	assert_null(parties.list);
	zs_source_close(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subtract),
		cmocka_unit_test(merge_by_cgroup),
		cmocka_unit_test(merge_by_process),
		cmocka_unit_test(merge_keeps_the_sum),
		cmocka_unit_test(sort),
		cmocka_unit_test(nobody),
		cmocka_unit_test(every_kind_of_page_counts),
		cmocka_unit_test_setup_teardown(counters_have_none, fixture_start, fixture_stop),
	};

	return cmocka_run_group_tests_name("parties", tests, NULL, NULL);
}
