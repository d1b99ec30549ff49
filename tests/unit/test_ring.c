// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rings of events, read: with memory of our own for the kernel's, and ourselves for
 * the programs.
 */
#include "test.h"

#include "ring.h"

#define EACH	32U
#define CPUS	2U

static struct zs_ring heads[CPUS];
static struct zswap_event slots[CPUS * EACH];
static uint64_t last[CPUS];
static struct zs_rings rings = {
	.rings = heads, .slots = slots, .last_ns = last, .cpus = CPUS, .each = EACH,
};

static int clear(void **state)
{
	(void)state;
	memset(heads, 0, sizeof(heads));
	memset(slots, 0, sizeof(slots));
	memset(last, 0, sizeof(last));
	return 0;
}

static struct zswap_event *take(unsigned int cpu)
{
	return &slots[cpu * EACH + heads[cpu].head++ % EACH];
}

static void put(unsigned int cpu, uint64_t time_ns)
{
	take(cpu)->time_ns = time_ns;
}

static void assert_times(unsigned int cpu, size_t count, uint64_t first)
{
	const struct zswap_event *events;

	assert_int_equal(zs_ring_ready(&rings, cpu, EACH, &events), count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(events[i].time_ns, first + i);
	zs_ring_done(&rings, cpu, count);
}

static void sizes(void **state)
{
	(void)state;
	assert_int_equal(zs_ring_slots(4096, 2), ZS_RING_LEAST);
	assert_int_equal(zs_ring_slots(1 << 20, 1), 8192);
	assert_int_equal(zs_ring_slots(1 << 20, 2), 4096);
	assert_int_equal(zs_ring_slots(1 << 20, 8192), ZS_RING_LEAST);
	assert_int_equal(zs_ring_slots(72 * 64, 1), 64);
	assert_int_equal(zs_ring_slots(72 * 64 - 1, 1), 32);
	assert_int_equal(zs_ring_slots(1U << 30, 1), 8388608);
}

static void nothing(void **state)
{
	uint64_t since;

	(void)state;
	assert_times(0, 0, 0);
	assert_false(zs_ring_busy(&rings, 0));
	assert_false(zs_ring_owes(&rings, 0, &since));
}

static void round_and_round(void **state)
{
	uint64_t time = 1;

	(void)state;
	for (unsigned int i = 0; i < 3 * EACH; i++, time += 5) {
		size_t row = EACH - heads[1].tail % EACH;

		for (unsigned int j = 0; j < 5; j++)
			put(1, time + j);
		/* what is not in a row comes with the next look */
		if (row > 5)
			row = 5;
		assert_times(1, row, time);
		assert_times(1, 5 - row, time + row);
		assert_false(zs_ring_busy(&rings, 1));
	}
	/* and the other one has none of that */
	assert_times(0, 0, 0);
	assert_int_equal(heads[0].tail, 0);
}

static void full(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < EACH; i++)
		put(0, 100 + i);
	assert_times(0, EACH, 100);
	assert_times(0, 0, 0);
}

/* One that is not whole holds up those after it. */
static void half_done(void **state)
{
	struct zswap_event *half;
	const struct zswap_event *events;

	(void)state;
	put(0, 10);
	half = take(0);
	put(0, 12);
	assert_times(0, 1, 10);
	assert_times(0, 0, 0);
	assert_true(zs_ring_busy(&rings, 0));
	half->time_ns = 11;
	assert_times(0, 2, 11);
	assert_false(zs_ring_busy(&rings, 0));
	/* nor more than were asked for */
	put(0, 13);
	put(0, 14);
	assert_int_equal(zs_ring_ready(&rings, 0, 1, &events), 1);
}

/* Who was interrupted took room first, and the time last. */
static void put_in_order(void **state)
{
	const struct zswap_event *events;

	(void)state;
	put(0, 20);
	put(0, 18);
	put(0, 21);
	assert_int_equal(zs_ring_ready(&rings, 0, EACH, &events), 3);
	assert_int_equal(events[0].time_ns, 20);
	assert_int_equal(events[1].time_ns, 20);
	assert_int_equal(events[2].time_ns, 21);
	zs_ring_done(&rings, 0, 3);
	/* also after a look */
	put(0, 19);
	assert_times(0, 1, 21);
}

static void losses(void **state)
{
	struct zswap_event event;
	uint64_t since;

	(void)state;
	put(1, 50);
	heads[1].lost = 7;
	heads[1].lost_ns = 60;
	/* as long as there is an event to read, it is not said */
	assert_false(zs_ring_owes(&rings, 1, &since));
	assert_false(zs_ring_loss(&rings, 1, &event));
	assert_times(1, 1, 50);
	assert_true(zs_ring_owes(&rings, 1, &since));
	assert_int_equal(since, 60);
	assert_true(zs_ring_loss(&rings, 1, &event));
	assert_int_equal(event.event, ZSWAP_EVENT_LOST);
	assert_int_equal(event.count, 7);
	assert_int_equal(event.cpu, 1);
	assert_int_equal(event.time_ns, 60);
	/* once */
	assert_int_equal(heads[1].lost, 0);
	assert_false(zs_ring_loss(&rings, 1, &event));
	/* in order, and as many as there is room for */
	heads[1].lost = 1ULL << 33;
	heads[1].lost_ns = 5;
	assert_true(zs_ring_loss(&rings, 1, &event));
	assert_int_equal(event.count, UINT32_MAX);
	assert_int_equal(event.time_ns, 60);
}

#define TEST(name)	cmocka_unit_test_setup(name, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sizes),
		TEST(nothing),
		TEST(round_and_round),
		TEST(full),
		TEST(half_done),
		TEST(put_in_order),
		TEST(losses),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
