// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A writeback's event and the end of its write, in either order and at once: the handlers
 * of bpf/aggregate.bpf.h on this machine's processor.  What "at once" comes down to is
 * what the other one does between a look at the page and the swap of its word, so it is
 * run right there.
 */
#include "test.h"

#include <linux/bpf.h>

static uint64_t clock_ns;

/* The other one, before the next swap. */
static void (*meanwhile)(void);

static uint64_t swap_word(uint64_t *word, uint64_t before, uint64_t after)
{
	void (*other)(void) = meanwhile;
	uint64_t found;

	meanwhile = NULL;
	if (other)
		other();
	found = *word;
	if (found == before)
		*word = after;
	return found;
}

static void *look_up(const void *map, const void *key);

#define bpf_map_lookup_elem(map, key)	look_up(map, key)
#define bpf_ktime_get_ns()		(clock_ns += 1000)
#define __sync_val_compare_and_swap(word, before, after)	swap_word((void *)(word), before, after)

/* what only BPF programs call has no other file that calls it */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "aggregate.bpf.h"

#undef __sync_val_compare_and_swap

#define OFFSET	77
#define CGROUP	1234
#define MS	1000000ULL

static struct zs_page *const page = &zs_pages[OFFSET];
static struct zswap_pool_stats pool;
static struct zswap_usage usage;
static const struct zs_written written = { .submit_ns = 2 * MS, .cause = ZSWAP_CAUSE_SHRINKER };

/* One page, one CPU: all in one place. */
static void *look_up(const void *map, const void *key)
{
	(void)key;
	return map == &zs_pool ? (void *)&pool : map == &zs_usage ? (void *)&usage : NULL;
}

static void event(void)
{
	zs_on_writeback(0, OFFSET, CGROUP, 0, &written);
}

static void end(void)
{
	zs_on_write_done(0, OFFSET);
}

static void other_store(void)
{
	zs_on_store(0, OFFSET + ZS_PAGES, CGROUP, 100, 0, 0, 1, 0);
}

static int start(void **state)
{
	(void)state;
	memset(page, 0, sizeof(*page));
	memset(&pool, 0, sizeof(pool));
	memset(&usage, 0, sizeof(usage));
	memset(&zs_shared, 0, sizeof(zs_shared));
	zs_shared.thrash_ns = 60000 * MS;
	clock_ns = 5000 * MS;
	meanwhile = NULL;
	zs_on_store(0, OFFSET, CGROUP, 1000, 0, 0, 1, 0);
	return 0;
}

static void assert_times(uint64_t count, uint64_t least, uint64_t most)
{
	const struct zswap_hist *hist = zs_pool_hist(&pool, ZSWAP_HIST_WRITEBACK_IO);

	assert_int_equal(zs_hist_count(hist), count);
	assert_in_range(hist->sum, least, most);
}

/* Once, from the submission 2 ms ago until now; and gone since then. */
static void assert_written(void)
{
	assert_times(1, 2 * MS - 20000, 2 * MS + 20000);
	assert_int_equal(usage.writebacks, 1);
	assert_int_equal(page->tag, zs_page_tag(0, OFFSET));
	assert_int_equal(zs_page_state(page), ZS_PAGE_EVICTED);
	assert_in_range(zs_page_since(page, clock_ns), 2 * MS - 20000, 2 * MS + 20000);
	assert_null(meanwhile);
}

static void event_first(void **state)
{
	(void)state;
	event();
	assert_int_equal(zs_page_state(page), ZS_PAGE_WRITING);
	end();
	assert_written();
}

static void end_first(void **state)
{
	(void)state;
	end();
	assert_int_equal(zs_page_state(page), ZS_PAGE_WRITTEN);
	event();
	assert_written();
}

static void end_within_event(void **state)
{
	(void)state;
	meanwhile = end;
	event();
	assert_written();
}

static void event_within_end(void **state)
{
	(void)state;
	meanwhile = event;
	end();
	assert_written();
}

/* The page comes to another cgroup with its event: that is another number. */
static void end_within_event_of_another_cgroup(void **state)
{
	(void)state;
	zs_shared.attribute = true;
	zs_shared.numbers = ZS_NUMBERS_DEFAULT;
	page->who = 0;
	meanwhile = end;
	zs_on_writeback(0, OFFSET, CGROUP + 1, 0, &written);
	assert_written();
	assert_int_equal(zs_who_at(page->who)->cgroup, CGROUP + 1);
}

/* Nothing is known of the page, and the end comes when its tag is in place. */
static void end_within_event_of_an_unknown_page(void **state)
{
	(void)state;
	memset(page, 0, sizeof(*page));
	meanwhile = end;
	event();
	assert_int_equal(zs_page_state(page), ZS_PAGE_WRITING);
	assert_times(0, 0, 0);
	/* its place was that of a page in the pool */
	start(state);
	page->tag++;
	meanwhile = end;
	event();
	assert_written();
	assert_int_equal(zs_shared.health.pages_forgotten, 1);
}

static void end_of_an_unknown_page(void **state)
{
	(void)state;
	page->tag++;
	end();
	assert_int_equal(zs_page_state(page), ZS_PAGE_STORED);
	assert_times(0, 0, 0);
}

/* The place comes to another page at the worst moment: which stays as it is. */
static void another_page_meanwhile(void **state)
{
	(void)state;
	meanwhile = other_store;
	end();
	assert_int_equal(zs_page_state(page), ZS_PAGE_STORED);
	assert_int_equal(page->tag, zs_page_tag(0, OFFSET + ZS_PAGES));
	assert_times(0, 0, 0);
}

/* The second end in a row is of nobody. */
static void one_end_counts_once(void **state)
{
	(void)state;
	event();
	end();
	end();
	assert_written();
}

/* All is over, and the page on its way back, when the event comes. */
static void event_too_late(void **state)
{
	(void)state;
	end();
	zs_on_miss(0, OFFSET, CGROUP, 0, bpf_ktime_get_ns());
	assert_int_equal(usage.refaults, 1);
	event();
	assert_times(1, 2 * MS, 2 * MS);
	assert_int_equal(zs_page_state(page), ZS_PAGE_READING);
}

/* A clock that was read before what it is compared with. */
static void no_time_before_the_beginning(void **state)
{
	uint64_t word = zs_page_word(ZS_PAGE_WRITING, 0, 5000 * MS);

	(void)state;
	assert_int_equal(zs_word_since(word, 5000 * MS), 0);
	assert_int_equal(zs_word_since(word, 4999 * MS), 0);
	assert_int_equal(zs_word_since(word, 5000 * MS + 4096), 4096);
	/* in the middle of 47 bits of 1024 ns it is over */
	assert_int_equal(zs_word_since(word, 5000 * MS + (1ULL << 55)), 1ULL << 55);
}

#define TEST(name)	cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(event_first),
		TEST(end_first),
		TEST(end_within_event),
		TEST(event_within_end),
		TEST(end_within_event_of_another_cgroup),
		TEST(end_within_event_of_an_unknown_page),
		TEST(end_of_an_unknown_page),
		TEST(another_page_meanwhile),
		TEST(one_end_counts_once),
		TEST(event_too_late),
		TEST(no_time_before_the_beginning),
	};

	return cmocka_run_group_tests_name("written", tests, NULL, NULL);
}
