// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The comparison of counters that nobody can read at one instant, against a zswap that
 * is only a model: between any two readings some operations get on by a step, and most
 * of them are on their way when something is read.
 */
#include "test.h"
#include "compare.h"
#include "triggers.h"

enum { OUT, IN, WB, STORED, THEIRS };		/* group "vmstat" */
enum { TRIGGER_STORE, TRIGGER_LOAD };		/* group "ftrace" */
enum op { NONE, STORE, LOAD, WRITEBACK, INVALIDATE, OPS };

#define FLYING	4

struct world {
	struct zswap_stats ours;
	uint64_t theirs[THEIRS];
	uint64_t triggers[2];
	struct {
		enum op op;
		unsigned int step;
	} flying[FLYING];
	uint64_t seed;
	unsigned int rush;	/* steps at each reading; 0: as it comes */
	unsigned int lose;	/* stores that ours does not get */
	unsigned int twice;	/* loads that ours gets twice */
	double seconds;		/* since its beginning */
	unsigned int pauses;	/* until the end is asked for; 0: never */
	bool idle;
	bool broken;
};

static uint64_t any(struct world *world, uint64_t below)
{
	world->seed ^= world->seed << 13;
	world->seed ^= world->seed >> 7;
	world->seed ^= world->seed << 17;
	return (world->seed >> 11) % below;
}

/* What zswap does, in its order. Return: false at the operation's end. */
static bool step(struct world *world, enum op op, unsigned int step)
{
	struct zswap_usage *ours = &world->ours.usage;

	switch (op) {
	case STORE:
		if (step == 0)
			world->theirs[STORED]++;
		else if (step == 1)
			world->theirs[OUT]++;
		else if (step == 2)
			ours->stores += world->lose ? 0 : 1;
		else
			world->triggers[TRIGGER_STORE]++;
		if (step == 2 && world->lose)
			world->lose--;
		return step < 3;
	case LOAD:
		if (step == 0)
			world->theirs[IN]++;
		else if (step == 1)
			world->theirs[STORED]--;
		else if (step == 2)
			ours->loads += world->twice ? 2 : 1;
		else
			world->triggers[TRIGGER_LOAD]++;
		if (step == 2 && world->twice)
			world->twice--;
		return step < 3;
	case WRITEBACK:
		if (step == 0)
			world->theirs[WB]++;
		else if (step == 1)
			world->theirs[STORED]--;
		/* it waits for the device for a while */
		else if (step == 12)
			ours->writebacks++;
		return step < 12;
	case INVALIDATE:
		if (step == 0)
			ours->invalidates++;
		else
			world->theirs[STORED]--;
		return step < 1;
	default:
		return false;
	}
}

static void get_on(struct world *world)
{
	unsigned int which = (unsigned int)any(world, FLYING);

	if (world->idle)
		return;
	if (world->flying[which].op == NONE) {
		if (any(world, 3))
			return;
		world->flying[which].op = 1 + any(world, OPS - 1);
		world->flying[which].step = 0;
	}
	if (!step(world, world->flying[which].op, world->flying[which].step++))
		world->flying[which].op = NONE;
}

/* Often nothing happens between two readings, and sometimes a lot. */
static void pass(struct world *world)
{
	uint64_t steps = world->rush ? world->rush : any(world, 2) ? 0 : any(world, 12);

	while (steps--)
		get_on(world);
}

static bool read_ours(void *context, struct zswap_stats *stats)
{
	struct world *world = context;

	pass(world);
	*stats = world->ours;
	pass(world);
	return true;
}

static bool read_vmstat(void *context, uint64_t *values)
{
	struct world *world = context;

	pass(world);
	for (int i = 0; i < STORED; i++)
		values[i] = world->theirs[i];
	pass(world);
	values[STORED] = world->theirs[STORED];
	return !world->broken;
}

static bool read_triggers(void *context, uint64_t *values)
{
	struct world *world = context;

	pass(world);
	memcpy(values, world->triggers, sizeof(world->triggers));
	pass(world);
	return true;
}

static bool pause_world(void *context, double seconds)
{
	struct world *world = context;

	world->seconds += seconds;
	for (int i = 0; i < 100; i++)
		get_on(world);
	return !world->pauses || --world->pauses;
}

/* It stands still between two pauses, however long the machine takes. */
static double world_time(void *context)
{
	const struct world *world = context;

	return world->seconds;
}

struct set {
	struct world world;
	struct zs_pair vmstat[3];
	struct zs_pair triggers[2];
	struct zs_balance balance;
	struct zs_group groups[2];
	struct zs_comparison comparison;
};

#define OURS(member)	offsetof(struct zswap_stats, usage.member)

static void set_up(struct set *set, uint64_t seed)
{
	memset(set, 0, sizeof(*set));
	set->world.seed = seed * 0x9e3779b97f4a7c15ULL + 1;
	/* they began to count at different times, and long ago */
	set->world.theirs[OUT] = 1000000;
	set->world.theirs[IN] = 5;
	set->world.theirs[STORED] = 300000;
	set->world.ours.usage.stores = UINT64_MAX - 3;
	set->vmstat[0] = (struct zs_pair){ .ours = OURS(stores), .theirs = OUT };
	set->vmstat[1] = (struct zs_pair){ .ours = OURS(loads), .theirs = IN };
	set->vmstat[2] = (struct zs_pair){ .ours = OURS(writebacks), .theirs = WB };
	set->triggers[0] = (struct zs_pair){
		.ours = OURS(stores), .theirs = TRIGGER_STORE, .ours_first = true,
	};
	set->triggers[1] = (struct zs_pair){
		.ours = OURS(loads), .theirs = TRIGGER_LOAD, .ours_first = true,
	};
	set->balance = (struct zs_balance){ .pairs = { 0, 1, 2 }, .theirs = STORED };
	set->groups[0] = (struct zs_group){ read_vmstat, &set->world, set->vmstat, 3,
					    &set->balance };
	set->groups[1] = (struct zs_group){ read_triggers, &set->world, set->triggers, 2,
					    NULL };
	set->comparison = (struct zs_comparison){
		.read = read_ours, .pause = pause_world, .now = world_time, .context = &set->world,
		.groups = set->groups, .count = 2, .least = 0.5, .most = 20,
	};
}

static void run_set(struct set *set, unsigned int lose, unsigned int twice)
{
	assert_int_equal(zs_compare(&set->comparison, ZS_BEGIN), ZS_COMPARED);
	set->world.lose = lose;
	set->world.twice = twice;
	for (int i = 0; i < 100; i++)
		pause_world(&set->world, 1);
	assert_int_equal(set->world.lose, 0);
	assert_int_equal(set->world.twice, 0);
	assert_int_equal(zs_compare(&set->comparison, ZS_END), ZS_COMPARED);
}

static void assert_differ(const struct set *set, int64_t stores, int64_t loads)
{
	assert_true(zs_best_known(set->vmstat[0].best));
	assert_true(zs_best_known(set->vmstat[1].best));
	assert_true(zs_best_known(set->vmstat[2].best));
	assert_true(zs_best_known(set->triggers[0].best));
	assert_true(zs_best_known(set->triggers[1].best));
	assert_true(zs_best_known(set->balance.best));
	assert_int_equal(zs_best_difference(set->vmstat[0].best), stores);
	assert_int_equal(zs_best_difference(set->vmstat[1].best), loads);
	assert_int_equal(zs_best_difference(set->vmstat[2].best), 0);
	assert_int_equal(zs_best_difference(set->triggers[0].best), stores);
	assert_int_equal(zs_best_difference(set->triggers[1].best), loads);
	assert_int_equal(zs_best_difference(set->balance.best), stores - loads);
}

static void all_agree(void **state)
{
	static struct set set;

	(void)state;
	for (uint64_t seed = 0; seed < 25; seed++) {
		set_up(&set, seed);
		run_set(&set, 0, 0);
		assert_differ(&set, 0, 0);
		/* and something did happen meanwhile */
		assert_true(set.vmstat[0].best[ZS_END].theirs >
			    set.vmstat[0].best[ZS_BEGIN].theirs + 100);
		assert_true(set.vmstat[2].best[ZS_END].ours >
			    set.vmstat[2].best[ZS_BEGIN].ours + 100);
	}
}

/* One event among thousands, on either side. */
static void one_lost_is_found(void **state)
{
	static struct set set;

	(void)state;
	for (uint64_t seed = 100; seed < 105; seed++) {
		set_up(&set, seed);
		run_set(&set, 1, 0);
		assert_differ(&set, -1, 0);
		set_up(&set, seed);
		run_set(&set, 0, 1);
		assert_differ(&set, 0, 1);
		set_up(&set, seed);
		run_set(&set, 7, 3);
		assert_differ(&set, -7, 3);
	}
}

/* Nothing is said rather than something that may be wrong. */
static void never_still_is_not_judged(void **state)
{
	static struct set set;

	(void)state;
	set_up(&set, 200);
	set.world.rush = 3000;
	set.comparison.most = 0.6;
	run_set(&set, 0, 0);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(set.vmstat); i++)
		assert_false(zs_best_known(set.vmstat[i].best));
	assert_false(zs_best_known(set.balance.best));
}

/* Counters that stand still agree. */
static void nothing_happens(void **state)
{
	static struct set set;

	(void)state;
	set_up(&set, 300);
	set.world.idle = true;
	run_set(&set, 0, 0);
	assert_differ(&set, 0, 0);
	assert_int_equal(set.vmstat[0].best[ZS_END].ours, set.vmstat[0].best[ZS_BEGIN].ours);
}

static void a_signal_ends_it(void **state)
{
	static struct set set;

	(void)state;
	set_up(&set, 400);
	set.world.pauses = 1;
	assert_int_equal(zs_compare(&set.comparison, ZS_BEGIN), ZS_COMPARE_ENDED);
}

static void what_cannot_be_read_ends_it(void **state)
{
	static struct set set;

	(void)state;
	set_up(&set, 500);
	set.world.broken = true;
	assert_int_equal(zs_compare(&set.comparison, ZS_BEGIN), ZS_COMPARE_FAILED);
}

static void a_look(void **state)
{
	struct zs_best best = { 0 };

	(void)state;
	/* moved: not counted */
	zs_best_look(&best, false, (uint64_t[]){ 10, 11 }, 3);
	assert_int_equal(best.looks, 0);
	zs_best_look(&best, false, (uint64_t[]){ 10, 10 }, 3);
	assert_int_equal(best.offset, -7);
	/* theirs has one on its way */
	zs_best_look(&best, false, (uint64_t[]){ 11, 11 }, 3);
	assert_int_equal(best.offset, -7);
	zs_best_look(&best, false, (uint64_t[]){ 11, 11 }, 5);
	assert_int_equal(best.offset, -6);
	assert_int_equal(best.ours, 5);
	assert_int_equal(best.theirs, 11);
	assert_int_equal(best.looks, 3);
	memset(&best, 0, sizeof(best));
	zs_best_look(&best, true, (uint64_t[]){ 10, 10 }, 3);
	assert_int_equal(best.offset, 7);
	/* ours has one on its way */
	zs_best_look(&best, true, (uint64_t[]){ 12, 12 }, 4);
	assert_int_equal(best.offset, 7);
	zs_best_look(&best, true, (uint64_t[]){ 12, 12 }, 6);
	assert_int_equal(best.offset, 6);
	assert_int_equal(best.ours, 12);
	assert_int_equal(best.theirs, 6);
}

static const char triggers[] =
	"# event histogram\n"
	"#\n"
	"# trigger info: hist:keys=result:vals=hitcount,length:sort=hitcount:size=2048 [active]\n"
	"#\n"
	"\n"
	"{ result: 18446744073709551605 } hitcount:          1  length:          0\n"
	"{ result: 18446744073709551606 } hitcount:          2  length:        100\n"
	"{ result:          0 } hitcount: 5000000000  length: 12345678901234\n"
	"\n"
	"Totals:\n"
	"    Hits: 5000000003\n"
	"    Entries: 3\n"
	"    Dropped: 0\n";

static void triggers_are_parsed(void **state)
{
	uint64_t values[ZS_TRIGGER_VALUES];
	char cut[sizeof(triggers)];

	(void)state;
	assert_true(zs_trigger_parse(triggers, "length", values));
	assert_true(values[ZS_TRIGGER_ALL] == 5000000003);
	assert_true(values[ZS_TRIGGER_ZERO] == 5000000000);
	assert_true(values[ZS_TRIGGER_OTHER] == 3);
	assert_true(values[ZS_TRIGGER_ALL_SUM] == 12345678901334);
	assert_true(values[ZS_TRIGGER_ZERO_SUM] == 12345678901234);
	assert_true(zs_trigger_parse(triggers, NULL, values));
	assert_true(values[ZS_TRIGGER_ALL] == 5000000003);
	assert_true(values[ZS_TRIGGER_ALL_SUM] == 0);
	/* a value that is not there, an end that is not there, an event that was lost */
	assert_false(zs_trigger_parse(triggers, "bytes", values));
	memcpy(cut, triggers, sizeof(cut));
	*strstr(cut, "    Dropped") = '\0';
	assert_false(zs_trigger_parse(cut, "length", values));
	memcpy(cut, triggers, sizeof(cut));
	strstr(cut, "Dropped: 0")[9] = '1';
	assert_false(zs_trigger_parse(cut, "length", values));
	/* keys that end in 0 and are not 0; and words */
	assert_true(zs_trigger_parse("{ type:         10 } hitcount: 4\n"
				     "{ to: lz4                    } hitcount: 5\n"
				     "Dropped: 0\n", NULL, values));
	assert_int_equal(values[ZS_TRIGGER_ALL], 9);
	assert_int_equal(values[ZS_TRIGGER_OTHER], 9);
	assert_true(zs_trigger_parse("\nTotals:\n    Hits: 0\n    Entries: 0\n    Dropped: 0\n",
				     "length", values));
	assert_int_equal(values[ZS_TRIGGER_ALL], 0);
}

static void no_tracefs(void **state)
{
	struct zs_error error = { ZS_OK, "" };

	(void)state;
	assert_null(zs_triggers_open(fixture_root, &error));
	assert_int_equal(error.code, ZS_ERR_NO_TRACEFS);
	assert_non_null(strstr(error.text, "mount -t tracefs"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look),
		cmocka_unit_test(all_agree),
		cmocka_unit_test(one_lost_is_found),
		cmocka_unit_test(never_still_is_not_judged),
		cmocka_unit_test(nothing_happens),
		cmocka_unit_test(a_signal_ends_it),
		cmocka_unit_test(what_cannot_be_read_ends_it),
		cmocka_unit_test(triggers_are_parsed),
		cmocka_unit_test_setup_teardown(no_tracefs, fixture_start, fixture_stop),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
