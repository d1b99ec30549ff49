// SPDX-License-Identifier: GPL-2.0-or-later
/* How many page frames objects take in each model, and what leaves first. */
#include "test.h"

#include "model.h"

#define MOST	4096

static struct zs_model *model;
static struct zs_object *objects[MOST];
static uint32_t owners[ZS_MODEL_EVICTED];

static void start(const struct zs_model_kind *kind)
{
	model = kind->create();
	assert_non_null(model);
	assert_int_equal(model->pages, 0);
	assert_ptr_equal(model->kind, kind);
	memset(objects, 0, sizeof(objects));
}

static int stop(void **state)
{
	(void)state;
	if (model)
		model->kind->destroy(model);
	model = NULL;
	return 0;
}

static void insert(uint32_t owner, unsigned int length)
{
	objects[owner] = model->kind->insert(model, length, owner);
	assert_non_null(objects[owner]);
}

static void drop(uint32_t owner)
{
	model->kind->remove(model, objects[owner]);
	objects[owner] = NULL;
}

static void touch(uint32_t owner)
{
	model->kind->touch(model, objects[owner]);
}

static size_t evict(void)
{
	return model->kind->evict(model, owners);
}

/* An eviction gives that one, and no other. */
static void evicts(uint32_t owner)
{
	assert_int_equal(evict(), 1);
	assert_int_equal(owners[0], owner);
}

/* So many of that length take so many pages. */
static void takes(const struct zs_model_kind *kind, unsigned int count, unsigned int length,
		  unsigned int pages)
{
	start(kind);
	for (unsigned int i = 0; i < count; i++)
		insert(i, length);
	assert_int_equal(model->pages, pages);
	assert_int_equal(model->objects, count);
	stop(NULL);
}

static void zbud_has_two_to_a_frame(void **state)
{
	(void)state;
	/* less a header of 32 bytes, and 12 for each */
	takes(&zs_model_zbud, 2, 2020, 1);
	takes(&zs_model_zbud, 2, 2021, 2);
	takes(&zs_model_zbud, 10, 1, 5);
	takes(&zs_model_zbud, 3, 4096, 3);
	start(&zs_model_zbud);
	insert(0, 2000);
	insert(1, 2040);
	assert_int_equal(model->pages, 1);
	/* a page as it is has no buddy, and the longest other one may have none */
	insert(2, 4096);
	insert(3, 4052);
	insert(4, 1);
	assert_int_equal(model->pages, 4);
}

static void zbud_takes_the_best_fit(void **state)
{
	(void)state;
	start(&zs_model_zbud);
	insert(0, 40 * 64);
	insert(1, 50 * 64);
	insert(2, 60 * 64);
	assert_int_equal(model->pages, 3);
	/* one fits beside the second one, and one then beside the first */
	insert(3, 4096 - 32 - 24 - 50 * 64);
	insert(4, 4096 - 32 - 24 - 40 * 64);
	assert_int_equal(model->pages, 3);
	/* the frame with a vacancy that changed last is taken first */
	drop(3);
	drop(4);
	insert(5, 50 * 64);
	assert_int_equal(model->pages, 4);
	insert(6, 10 * 64);
	drop(5);
	assert_int_equal(model->pages, 4);
	drop(6);
	assert_int_equal(model->pages, 3);
}

static void the_oldest_frame_leaves(void **state)
{
	(void)state;
	start(&zs_model_zbud);
	insert(0, 3000);
	insert(1, 3500);
	insert(2, 3200);
	/* the frame of 0 is the youngest then */
	insert(3, 900);
	evicts(1);
	evicts(2);
	assert_int_equal(evict(), 2);
	assert_int_equal(owners[0] + owners[1], 3);
	assert_int_equal(model->pages, 0);
	assert_int_equal(evict(), 0);
}

static void what_leaves_by_itself_makes_no_frame_younger(void **state)
{
	(void)state;
	start(&zs_model_zbud);
	insert(0, 1000);
	insert(1, 1000);
	insert(2, 1000);
	drop(1);
	evicts(0);
	evicts(2);
}

static void what_was_touched_gets_a_second_chance(void **state)
{
	const struct zs_model_kind *kind;

	(void)state;
	for (size_t i = 0; (kind = zs_model_at(i)); i++) {
		start(kind);
		for (uint32_t owner = 0; owner < 3; owner++)
			insert(owner, 4096);
		touch(0);
		evicts(1);
		evicts(2);
		evicts(0);
		stop(NULL);
	}
}

static void second_chances_end(void **state)
{
	(void)state;
	start(&zs_model_zbud);
	for (uint32_t owner = 0; owner < 100; owner++) {
		insert(owner, 4000);
		touch(owner);
	}
	/* after so many, what is oldest leaves although it was touched */
	evicts(32);
}

static void buddies_fill_their_frames(void **state)
{
	(void)state;
	takes(&zs_model_nbuddies, 16, 32, 1);
	takes(&zs_model_nbuddies, 17, 32, 2);
	/* less a header of 32 bytes, and 12 for each */
	takes(&zs_model_nbuddies, 4, (4064 - 48) / 4, 1);
	takes(&zs_model_nbuddies, 4, (4064 - 48) / 4 + 1, 2);
	takes(&zs_model_nbuddies, 2, 4096, 2);
	takes(&zs_model_nbuddies2, 16, 32, 2);
	takes(&zs_model_nbuddies2, 17, 32, 4);
	takes(&zs_model_nbuddies2, 3, (8160 - 36) / 3, 2);
	takes(&zs_model_nbuddies2, 3, (8160 - 36) / 3 + 1, 4);
	/* a page as it is has a page for itself */
	takes(&zs_model_nbuddies2, 3, 4096, 3);
	takes(&zs_model_nbuddies2, 3, 4052, 4);
	start(&zs_model_nbuddies);
	insert(0, 1280);
	insert(1, 1280);
	insert(2, 4064 - 36 - 2560);
	assert_int_equal(model->pages, 1);
	/* what is vacant counts, wherever it lies; and what is vacant behind the last slot */
	drop(0);
	drop(2);
	insert(3, 4064 - 24 - 1280);
	assert_int_equal(model->pages, 1);
	assert_int_equal(evict(), 2);
	assert_int_equal(model->pages, 0);
}

static void zsmalloc_has_classes(void **state)
{
	(void)state;
	/* with 8 bytes of its handle 3632: 9 of them in 8 pages, the last such class */
	takes(&zs_model_zsmalloc, 9, 3624, 8);
	takes(&zs_model_zsmalloc, 10, 3624, 16);
	takes(&zs_model_zsmalloc, 9, 3625, 9);
	takes(&zs_model_zsmalloc, 2, 4096, 2);
	/* 5 of 3264 bytes in 4 pages, merged with it all above 3184, which is 9 in 7 */
	takes(&zs_model_zsmalloc, 5, 3256, 4);
	takes(&zs_model_zsmalloc, 5, 3177, 4);
	takes(&zs_model_zsmalloc, 9, 3176, 7);
	takes(&zs_model_zsmalloc, 9, 3065, 7);
	takes(&zs_model_zsmalloc, 4, 3064, 3);
	takes(&zs_model_zsmalloc, 5, 3064, 6);
	/* powers of two: one page */
	takes(&zs_model_zsmalloc, 2, 2040, 1);
	takes(&zs_model_zsmalloc, 128, 24, 1);
	takes(&zs_model_zsmalloc, 129, 24, 2);
}

static void zsmalloc_frees_whole_zspages_only(void **state)
{
	(void)state;
	start(&zs_model_zsmalloc);
	for (uint32_t owner = 0; owner < 8; owner++)
		insert(owner, 3064);
	assert_int_equal(model->pages, 6);
	evicts(0);
	evicts(1);
	evicts(2);
	assert_int_equal(model->pages, 6);
	/* half full is fuller than a quarter */
	drop(4);
	drop(5);
	insert(8, 3064);
	insert(9, 3064);
	evicts(3);
	assert_int_equal(model->pages, 3);
}

static void models_have_names(void **state)
{
	(void)state;
	assert_ptr_equal(zs_model_find("zbud"), &zs_model_zbud);
	assert_ptr_equal(zs_model_find("zsmalloc"), &zs_model_zsmalloc);
	assert_null(zs_model_find("z3fold"));
	assert_null(zs_model_find(""));
}

/* A sequence that is the same each time. */
static uint32_t random_number(void)
{
	static uint64_t state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32);
}

static unsigned int random_length(void)
{
	uint32_t number = random_number();

	return number % 20 ? 1 + number % 3277 : ZS_MODEL_PAGE;
}

/* Whatever comes and goes, the bytes have room, and nothing is left at the end. */
static void any_order(const struct zs_model_kind *kind)
{
	unsigned int lengths[MOST] = { 0 };
	uint64_t bytes = 0, count = 0;

	start(kind);
	for (unsigned int step = 0; step < 60000; step++) {
		uint32_t owner = random_number() % MOST;

		if (objects[owner]) {
			drop(owner);
			bytes -= lengths[owner];
			count--;
		} else {
			lengths[owner] = random_length();
			insert(owner, lengths[owner]);
			bytes += lengths[owner];
			count++;
		}
		if (!(step % 10)) {
			size_t left = evict();

			for (size_t i = 0; i < left; i++) {
				assert_non_null(objects[owners[i]]);
				objects[owners[i]] = NULL;
				bytes -= lengths[owners[i]];
			}
			count -= left;
		}
		assert_int_equal(model->objects, count);
		assert_true(model->pages * ZS_MODEL_PAGE >= bytes);
	}
	/* no worse than each with a frame of its own, by far */
	assert_true(model->pages < count * 3 / 4);
	for (uint32_t owner = 0; owner < MOST; owner++)
		if (objects[owner])
			drop(owner);
	assert_int_equal(model->pages, 0);
	assert_int_equal(model->objects, 0);
	stop(NULL);
}

static void pages_are_right_in_any_order(void **state)
{
	(void)state;
	for (size_t i = 0; zs_model_at(i); i++)
		any_order(zs_model_at(i));
}

#define MODEL(test)	cmocka_unit_test_teardown(test, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MODEL(zbud_has_two_to_a_frame),
		MODEL(zbud_takes_the_best_fit),
		MODEL(the_oldest_frame_leaves),
		MODEL(what_leaves_by_itself_makes_no_frame_younger),
		MODEL(what_was_touched_gets_a_second_chance),
		MODEL(second_chances_end),
		MODEL(buddies_fill_their_frames),
		MODEL(zsmalloc_has_classes),
		MODEL(zsmalloc_frees_whole_zspages_only),
		MODEL(models_have_names),
		MODEL(pages_are_right_in_any_order),
	};

	return cmocka_run_group_tests_name("models", tests, NULL, NULL);
}
