// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the index, in a module of their own that has index.c inside.
 *
 * The index does not look at the zswap entries, so here they are numbers.  Its memory
 * is stood in for, and its counting down: there a test can have a neighbour come in.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/swap.h>

/* The index's memory comes from here, so that it can be counted, and refused. */
#define UNLIMITED	INT_MAX

static struct {
	atomic_t leaves;
	atomic_t leaves_made;
	atomic_t nodes;
	int allowed;		/* allocations until they fail */
} memory;

/* Something that a neighbour does at the worst of times, once; or nothing. */
static void (*meanwhile)(void);
/* The same, as a slot that is in use is about to be emptied. */
static void (*first)(void);

static void let_pass(void (**what)(void))
{
	void (*deed)(void);

	/* the cases with several threads set none, and all of them look here at once */
	deed = READ_ONCE(*what);
	if (!deed)
		return;
	*what = NULL;
	deed();
}

static bool memory_allows(void)
{
	if (memory.allowed == UNLIMITED)
		return true;
	if (!memory.allowed)
		return false;
	memory.allowed--;
	return true;
}

static void *memory_leaf(struct kmem_cache *cache, gfp_t gfp)
{
	void *leaf = NULL;

	let_pass(&meanwhile);
	if (memory_allows())
		leaf = kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_ZERO);
	if (leaf) {
		atomic_inc(&memory.leaves);
		atomic_inc(&memory.leaves_made);
	}
	return leaf;
}

static void memory_free_leaf(struct kmem_cache *cache, void *leaf)
{
	atomic_dec(&memory.leaves);
	kmem_cache_free(cache, leaf);
}

static unsigned long memory_node(gfp_t gfp)
{
	unsigned long node = 0;

	let_pass(&meanwhile);
	if (memory_allows())
		node = __get_free_page(GFP_ATOMIC | __GFP_ZERO);
	if (node)
		atomic_inc(&memory.nodes);
	return node;
}

static void memory_free_node(unsigned long node)
{
	atomic_dec(&memory.nodes);
	free_pages(node, 0);
}

/* A leaf has counted down, and still is in its place. */
static bool counts_down(atomic_t *used)
{
	bool zero = atomic_dec_and_test(used);

	if (zero)
		let_pass(&meanwhile);
	return zero;
}

#undef xchg
#undef kmem_cache_zalloc
#undef get_zeroed_page
#undef free_page
#define kmem_cache_zalloc(cache, gfp)	memory_leaf(cache, gfp)
#define kmem_cache_free(cache, leaf)	memory_free_leaf(cache, leaf)
#define get_zeroed_page(gfp)		memory_node(gfp)
#define free_page(node)			memory_free_node(node)
#define atomic_dec_and_test(used)	counts_down(used)
#define xchg(slot, value)		(let_pass(&first), raw_xchg(slot, value))

#include "index.c"

static struct zswap_entry *number(unsigned long nr)
{
	return (struct zswap_entry *)(nr + 1);
}

static struct zswap_entry *insert_at(unsigned int type, pgoff_t place, struct zswap_entry *entry)
{
	return zswap_index_insert(swp_entry(type, place), entry);
}

static struct zswap_entry *find_at(unsigned int type, pgoff_t place)
{
	return zswap_index_find(swp_entry(type, place));
}

static struct zswap_entry *remove_at(unsigned int type, pgoff_t place)
{
	return zswap_index_remove(swp_entry(type, place));
}

static int test_init(struct kunit *test)
{
	memset(&memory, 0, sizeof(memory));
	memory.allowed = UNLIMITED;
	meanwhile = NULL;
	first = NULL;
	memset(roots, 0, sizeof(roots));
	return zswap_index_init();
}

/* All memory comes back, whatever the test was. */
static void test_exit(struct kunit *test)
{
	zswap_index_exit();
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.nodes), 0);
}

static void expect_end(struct kunit *test, unsigned int type, unsigned long *cursor)
{
	swp_entry_t swp;

	KUNIT_EXPECT_FALSE(test, zswap_index_next(type, &swp, cursor));
	KUNIT_EXPECT_FALSE(test, zswap_index_next(type, &swp, cursor));
}

/* First and last of leaves, of nodes on each level, and of all that there may be. */
static const unsigned long places[] = {
	0, 1, 62, 63, 64, 127, 128,
	32767, 32768, 32769,
	16777215, 16777216,
	4294967294UL, 4294967295UL,
};

static void nothing_there(struct kunit *test)
{
	unsigned long cursor = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		KUNIT_EXPECT_NULL(test, zswap_index_find(swp_entry(0, places[i])));
		KUNIT_EXPECT_NULL(test, zswap_index_remove(swp_entry(0, places[i])));
	}
	KUNIT_EXPECT_TRUE(test, zswap_index_empty());
	expect_end(test, 0, &cursor);
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.nodes), 0);
}

/* In every other place, of the first and the last swap area. */
static void comes_and_goes(struct kunit *test)
{
	static const unsigned int types[] = { 0, MAX_SWAPFILES - 1 };
	unsigned int t, i;

	for (t = 0; t < ARRAY_SIZE(types); t++)
		for (i = 0; i < ARRAY_SIZE(places); i += 2)
			KUNIT_EXPECT_NULL(test, insert_at(types[t], places[i],
							  number(t * 1000 + i)));
	for (t = 0; t < ARRAY_SIZE(types); t++)
		for (i = 0; i < ARRAY_SIZE(places); i++)
			KUNIT_EXPECT_PTR_EQ(test, find_at(types[t], places[i]),
					    i % 2 ? NULL : number(t * 1000 + i));
	KUNIT_EXPECT_NULL(test, zswap_index_find(swp_entry(1, 0)));
	KUNIT_EXPECT_FALSE(test, zswap_index_empty());

	for (t = 0; t < ARRAY_SIZE(types); t++)
		for (i = 0; i < ARRAY_SIZE(places); i += 2) {
			KUNIT_EXPECT_PTR_EQ(test, remove_at(types[t], places[i]),
					    number(t * 1000 + i));
			KUNIT_EXPECT_NULL(test, remove_at(types[t], places[i]));
		}
	KUNIT_EXPECT_TRUE(test, zswap_index_empty());
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 0);
}

static void replaced(struct kunit *test)
{
	swp_entry_t swp = swp_entry(0, 70), neighbour = swp_entry(0, 71);

	KUNIT_EXPECT_NULL(test, zswap_index_insert(swp, number(1)));
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_insert(swp, number(2)), number(1));
	KUNIT_EXPECT_NULL(test, zswap_index_insert(neighbour, number(3)));
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_insert(swp, number(4)), number(2));
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves_made), 1);

	/* it was counted once */
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(swp), number(4));
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_find(neighbour), number(3));
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(neighbour), number(3));
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 0);
}

/* What is in the way is removed as it is found, as a drain does. */
static void walked_in_order(struct kunit *test)
{
	unsigned long cursor = 0;
	swp_entry_t swp;
	unsigned int i;

	for (i = ARRAY_SIZE(places); i--;)
		zswap_index_insert(swp_entry(3, places[i]), number(i));
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		KUNIT_ASSERT_TRUE(test, zswap_index_next(3, &swp, &cursor));
		KUNIT_EXPECT_EQ(test, swp.val, swp_entry(3, places[i]).val);
		if (i % 3 == 0)
			zswap_index_remove(swp);
	}
	expect_end(test, 3, &cursor);

	cursor = 0;
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (i % 3 == 0)
			continue;
		KUNIT_ASSERT_TRUE(test, zswap_index_next(3, &swp, &cursor));
		KUNIT_EXPECT_EQ(test, swp.val, swp_entry(3, places[i]).val);
		zswap_index_remove(swp);
	}
	expect_end(test, 3, &cursor);
	KUNIT_EXPECT_TRUE(test, zswap_index_empty());
}

/* Three nodes and a leaf: whichever is denied, nothing has changed. */
static void memory_denied(struct kunit *test)
{
	swp_entry_t swp = swp_entry(0, 5);
	int allowed;

	for (allowed = 0; allowed < NODE_LEVELS + 1; allowed++) {
		/* what was there before is not asked for again */
		memory.allowed = allowed ? 1 : 0;
		KUNIT_EXPECT_EQ(test, PTR_ERR(zswap_index_insert(swp, number(1))),
				-ENOMEM);
		KUNIT_EXPECT_NULL(test, zswap_index_find(swp));
		KUNIT_EXPECT_TRUE(test, zswap_index_empty());
	}
	memory.allowed = 1;
	KUNIT_EXPECT_NULL(test, zswap_index_insert(swp, number(1)));
	/* in a leaf that is there */
	KUNIT_EXPECT_NULL(test, zswap_index_insert(swp_entry(0, 6), number(2)));
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(swp), number(1));
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(swp_entry(0, 6)), number(2));
}

/*
 * What neighbours do at the worst of times, which tasks hardly ever meet
 */

#define MINE	swp_entry(0, 5)
#define THEIRS	swp_entry(0, 6)

static struct zswap_entry *old_of_theirs;

static void insert_theirs(void)
{
	old_of_theirs = zswap_index_insert(THEIRS, number(2));
}

static void remove_theirs(void)
{
	old_of_theirs = zswap_index_remove(THEIRS);
}

static void expect_only_theirs(struct kunit *test)
{
	unsigned long cursor = 0;
	swp_entry_t swp;

	KUNIT_EXPECT_NULL(test, zswap_index_find(MINE));
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_find(THEIRS), number(2));
	KUNIT_EXPECT_TRUE(test, zswap_index_next(0, &swp, &cursor));
	KUNIT_EXPECT_EQ(test, swp.val, THEIRS.val);
	expect_end(test, 0, &cursor);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 1);
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(THEIRS), number(2));
}

/* A leaf that is to go is no place for another one. */
static void insert_as_it_counts_down(struct kunit *test)
{
	zswap_index_insert(MINE, number(1));
	meanwhile = insert_theirs;
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(MINE), number(1));
	KUNIT_EXPECT_NULL(test, meanwhile);
	KUNIT_EXPECT_NULL(test, old_of_theirs);
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves_made), 2);
	expect_only_theirs(test);
}

/* And the one that takes its place may go before it. */
static void comes_and_goes_as_it_counts_down(void)
{
	insert_theirs();
	remove_theirs();
}

static void goes_first(struct kunit *test)
{
	zswap_index_insert(MINE, number(1));
	meanwhile = comes_and_goes_as_it_counts_down;
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(MINE), number(1));
	KUNIT_EXPECT_PTR_EQ(test, old_of_theirs, number(2));
	KUNIT_EXPECT_TRUE(test, zswap_index_empty());
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 0);
	zswap_index_insert(THEIRS, number(2));
	expect_only_theirs(test);
}

/* Both make the same node, the first one of all. */
static void two_make_a_node(struct kunit *test)
{
	meanwhile = insert_theirs;
	KUNIT_EXPECT_NULL(test, zswap_index_insert(MINE, number(1)));
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.nodes), NODE_LEVELS);
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 1);
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(MINE), number(1));
	expect_only_theirs(test);
}

/* Both make the same leaf. */
static void two_make_a_leaf(struct kunit *test)
{
	zswap_index_insert(MINE, number(1));
	zswap_index_remove(MINE);
	meanwhile = insert_theirs;
	KUNIT_EXPECT_NULL(test, zswap_index_insert(MINE, number(1)));
	KUNIT_EXPECT_NULL(test, meanwhile);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 1);
	KUNIT_EXPECT_PTR_EQ(test, zswap_index_remove(MINE), number(1));
	expect_only_theirs(test);
}

static void remove_mine(void)
{
	old_of_theirs = zswap_index_remove(MINE);
}

/* A drain and a swapoff find the same swap entry, which is nobody's: one has it. */
static void two_remove_one(struct kunit *test)
{
	zswap_index_insert(MINE, number(1));
	zswap_index_insert(THEIRS, number(2));
	first = remove_mine;
	KUNIT_EXPECT_NULL(test, zswap_index_remove(MINE));
	KUNIT_EXPECT_NULL(test, first);
	KUNIT_EXPECT_PTR_EQ(test, old_of_theirs, number(1));
	/* and it was counted once */
	expect_only_theirs(test);
}

/*
 * Neighbours at work: each task has two slots of each of two leaves for itself, and
 * mostly has nothing there, so that leaves come and go all the time.
 */
#define RACERS		4
#define RACE_LEAVES	2
#define RACE_SLOTS	4
#define RACE_OPERATIONS	40000

struct racer {
	struct rnd_state rnd;
	unsigned int nr;
	struct zswap_entry *has[RACE_SLOTS];
	const char **wrong;
	struct completion *done;
};

static swp_entry_t race_place(const struct racer *racer, unsigned int slot)
{
	return swp_entry(0, slot % RACE_LEAVES * LEAF_SLOTS +
			    slot / RACE_LEAVES * RACERS + racer->nr);
}

static void race_check(struct racer *racer, bool right, const char *wrong)
{
	if (!right)
		WRITE_ONCE(*racer->wrong, wrong);
}

static void race_step(struct racer *racer, unsigned int count)
{
	unsigned int slot = prandom_u32_state(&racer->rnd) % RACE_SLOTS;
	unsigned int what = prandom_u32_state(&racer->rnd) % 4;
	struct zswap_entry *entry = number(count * RACERS + racer->nr);
	swp_entry_t swp = race_place(racer, slot);

	race_check(racer, zswap_index_find(swp) == racer->has[slot],
		   "an entry that was found is not the one that was put there");
	if (what) {
		race_check(racer, zswap_index_remove(swp) == racer->has[slot],
			   "an entry that was removed is not the one that was put there");
		racer->has[slot] = NULL;
	} else {
		race_check(racer, zswap_index_insert(swp, entry) == racer->has[slot],
			   "an entry that was replaced is not the one that was put there");
		racer->has[slot] = entry;
	}
}

/* Those of its own are found, in their order, whatever the others do. */
static void race_walk(struct racer *racer)
{
	unsigned int slot, found = 0, has = 0;
	unsigned long cursor = 0;
	swp_entry_t swp;

	while (zswap_index_next(0, &swp, &cursor))
		found += swp_offset(swp) % RACERS == racer->nr;
	for (slot = 0; slot < RACE_SLOTS; slot++)
		has += !!racer->has[slot];
	race_check(racer, found == has, "a walk has missed some, or found too many");
}

static int race_thread(void *data)
{
	struct racer *racer = data;
	unsigned int i;

	for (i = 0; i < RACE_OPERATIONS && !READ_ONCE(*racer->wrong); i++) {
		race_step(racer, i);
		if (i % 64 == racer->nr)
			race_walk(racer);
		cond_resched();
	}
	kthread_complete_and_exit(racer->done, 0);
}

static void many_tasks(struct kunit *test)
{
	struct racer *racers = kunit_kcalloc(test, RACERS, sizeof(*racers), GFP_KERNEL);
	DECLARE_COMPLETION_ONSTACK(done);
	unsigned int i, slot, started = 0;
	const char *wrong = NULL;

	KUNIT_ASSERT_NOT_NULL(test, racers);
	for (i = 0; i < RACERS; i++) {
		racers[i].nr = i;
		racers[i].wrong = &wrong;
		racers[i].done = &done;
		prandom_seed_state(&racers[i].rnd, 20250611 + i);
		started += !IS_ERR(kthread_run(race_thread, &racers[i], "index_test/%u", i));
	}
	for (i = 0; i < started; i++)
		wait_for_completion(&done);
	KUNIT_ASSERT_EQ(test, started, RACERS);
	KUNIT_ASSERT_NULL_MSG(test, wrong, "%s", wrong);

	for (i = 0; i < RACERS; i++)
		for (slot = 0; slot < RACE_SLOTS; slot++)
			KUNIT_EXPECT_PTR_EQ(test, racers[i].has[slot],
					    zswap_index_remove(race_place(&racers[i], slot)));
	KUNIT_EXPECT_TRUE(test, zswap_index_empty());
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&memory.leaves), 0);
	kunit_info(test, "%d leaves came and went", atomic_read(&memory.leaves_made));
	KUNIT_EXPECT_GT(test, atomic_read(&memory.leaves_made), 100);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nothing_there),
	KUNIT_CASE(comes_and_goes),
	KUNIT_CASE(replaced),
	KUNIT_CASE(walked_in_order),
	KUNIT_CASE(memory_denied),
	KUNIT_CASE(insert_as_it_counts_down),
	KUNIT_CASE(goes_first),
	KUNIT_CASE(two_make_a_node),
	KUNIT_CASE(two_make_a_leaf),
	KUNIT_CASE(two_remove_one),
	KUNIT_CASE_SLOW(many_tasks),
	{}
};

static struct kunit_suite suite = {
	.name = "zswap_index",
	.init = test_init,
	.exit = test_exit,
	.test_cases = cases,
};

kunit_test_suites(&suite);

MODULE_DESCRIPTION("KUnit tests of the index");
MODULE_LICENSE("GPL");
