// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "replay-pool.h"

/* The owner of pages of which nothing is known but that they are there. */
#define NOBODY		UINT32_MAX

/* Lengths that are remembered, for pages whose own is not known. */
#define LENGTHS		256
#define LENGTH_DEFAULT	(ZS_MODEL_PAGE / 2)

/* Where a page is, in the model. */
enum state {
	UNKNOWN,	/* nothing was heard of it */
	POOL,		/* in the pool, in page frames */
	FILLED,		/* in the pool, and same-filled */
	DEVICE,
	MEMORY,		/* it was read from the pool */
	GONE,
};

/**
 * struct place - where a page is
 * @object: in the pool
 * @since_ns: when it came into the pool, or from it into memory
 * @state: enum state
 * @on_device: in the recording it is on the device
 */
struct place {
	struct zs_object *object;
	uint64_t since_ns;
	uint8_t state;
	bool on_device;
};

/**
 * struct replay - a replay
 * @settings: with what
 * @result: what it came to, so far
 * @pool: the pool
 * @places: of all pages
 * @evicted_ns: what was evicted had come no later than this
 * @longest: compressed pages longer than this many bytes do not compress
 * @begun: what happens from now on counts
 * @looks_done: looks at the kernel's pool that are over
 * @look_ns: the time that they stand for
 * @look_page_ns: with the pages that this pool had then
 * @lengths: some of those that were seen last
 * @length_count: how many were seen
 * @length_next: the next to take for a page whose length is not known
 * @failed: there was no memory
 */
struct replay {
	const struct zs_replay_settings *settings;
	struct zs_replay_result *result;
	struct zs_replay_pool pool;
	struct place *places;
	uint64_t evicted_ns;
	unsigned int longest;
	bool begun;
	size_t looks_done;
	double look_ns;
	double look_page_ns;
	uint16_t lengths[LENGTHS];
	size_t length_count;
	size_t length_next;
	bool failed;
};

/*
 * Lengths
 */

static bool is_known(uint16_t length)
{
	return length != ZS_LENGTH_FILLED && length != ZS_LENGTH_UNKNOWN;
}

static void note_length(struct replay *replay, uint16_t length)
{
	if (is_known(length))
		replay->lengths[replay->length_count++ % LENGTHS] = length;
}

/* Of a page whose own is not known: one after the other of those that were noted. */
static uint16_t any_length(struct replay *replay)
{
	size_t count = replay->length_count < LENGTHS ? replay->length_count : LENGTHS;

	return count ? replay->lengths[replay->length_next++ % count] : LENGTH_DEFAULT;
}

/* There are some from the beginning. */
static void note_first_lengths(struct replay *replay, const struct zs_workload *workload)
{
	for (size_t i = 0; i < workload->held_count && replay->length_count < LENGTHS; i++)
		note_length(replay, workload->held[i].length);
	for (size_t i = 0; i < workload->count && replay->length_count < LENGTHS; i++)
		if (workload->ops[i].what == ZS_OP_STORE ||
		    workload->ops[i].what == ZS_OP_REFUSED)
			note_length(replay, workload->ops[i].length);
}

/*
 * The pool
 */

static void page_evicted(uint32_t owner, void *context)
{
	struct replay *replay = context;
	struct place *place;

	replay->result->writebacks += replay->begun;
	if (owner == NOBODY)
		return;
	place = &replay->places[owner];
	place->state = DEVICE;
	place->object = NULL;
	if (place->since_ns > replay->evicted_ns)
		replay->evicted_ns = place->since_ns;
}

/* It leaves the pool, if it is there. */
static void take_out(struct replay *replay, struct place *place, enum state state)
{
	if (place->state == POOL)
		replay->pool.model->kind->remove(replay->pool.model, place->object);
	place->object = NULL;
	place->state = state;
}

static bool put_in(struct replay *replay, uint32_t page, uint16_t length)
{
	struct zs_model *model = replay->pool.model;
	struct zs_object *object = model->kind->insert(model, length, page);

	if (!object) {
		replay->failed = true;
		return false;
	}
	if (page != NOBODY) {
		replay->places[page].object = object;
		replay->places[page].state = POOL;
	}
	zs_replay_pool_changed(&replay->pool);
	return true;
}

/* What it takes in the pool; 0: it does not compress. */
static unsigned int room_for(struct replay *replay, uint16_t length)
{
	if (length <= replay->longest)
		return length;
	return replay->settings->keep ? ZS_MODEL_PAGE : 0;
}

/*
 * Operations
 */

static bool is_admitted(struct replay *replay, uint16_t *length)
{
	enum zswap_reject_reason why;

	if (*length == ZS_LENGTH_FILLED)
		return true;
	if (!zs_replay_pool_admits(&replay->pool, &why)) {
		replay->result->rejects[why]++;
		return false;
	}
	if (*length == ZS_LENGTH_UNKNOWN)
		*length = any_length(replay);
	*length = room_for(replay, *length);
	if (!*length)
		replay->result->rejects[ZSWAP_REJECT_COMPRESS_POOR]++;
	return *length;
}

/* A page is swapped out, and the pool may have it or not. */
static void store(struct replay *replay, const struct zs_op *op)
{
	struct place *place = &replay->places[op->page];
	uint16_t length = op->length;

	note_length(replay, length);
	place->on_device = op->what == ZS_OP_REFUSED;
	if (!is_admitted(replay, &length)) {
		take_out(replay, place, DEVICE);
		return;
	}
	take_out(replay, place, FILLED);
	place->since_ns = op->time_ns;
	replay->result->stores++;
	if (length != ZS_LENGTH_FILLED)
		put_in(replay, op->page, length);
}

static void refuse(struct replay *replay, struct place *place)
{
	replay->result->refused++;
	place->on_device = true;
	take_out(replay, place, DEVICE);
}

/* The recording has it in the pool. */
static void load(struct replay *replay, const struct zs_op *op)
{
	struct zs_model *model = replay->pool.model;
	struct place *place = &replay->places[op->page];

	if (place->state == DEVICE) {
		replay->result->disk_loads++;
		replay->result->added++;
		return;
	}
	replay->result->loads++;
	if (op->what == ZS_OP_LOAD) {
		take_out(replay, place, MEMORY);
		place->since_ns = op->time_ns;
	} else if (place->state == POOL) {
		model->kind->touch(model, place->object);
	}
}

/* The recording has it on the device. */
static void miss(struct replay *replay, const struct zs_op *op)
{
	struct place *place = &replay->places[op->page];
	bool again = place->state == MEMORY && place->since_ns > replay->evicted_ns;

	if (place->state != POOL && place->state != FILLED && !again) {
		replay->result->disk_loads++;
		place->state = DEVICE;
		return;
	}
	replay->result->loads++;
	replay->result->avoided++;
	replay->result->assumed += again;
	take_out(replay, place, MEMORY);
	place->since_ns = op->time_ns;
}

static void write_back(struct replay *replay, struct place *place)
{
	place->on_device = true;
	if (place->state != POOL && place->state != FILLED)
		return;
	take_out(replay, place, DEVICE);
	replay->result->writebacks++;
}

static void operate(struct replay *replay, const struct zs_op *op)
{
	zs_replay_pool_advance(&replay->pool, op->time_ns);
	switch (op->what) {
	case ZS_OP_STORE:
	case ZS_OP_REFUSED:
		store(replay, op);
		return;
	case ZS_OP_REJECT:
		refuse(replay, &replay->places[op->page]);
		return;
	case ZS_OP_LOAD:
	case ZS_OP_PEEK:
		load(replay, op);
		return;
	case ZS_OP_MISS:
		miss(replay, op);
		return;
	case ZS_OP_INVALIDATE:
		take_out(replay, &replay->places[op->page], GONE);
		return;
	case ZS_OP_EVICTED:
		replay->places[op->page].on_device = true;
		return;
	case ZS_OP_WRITE:
		write_back(replay, &replay->places[op->page]);
		return;
	case ZS_OP_SHORTAGE:
		if (!replay->settings->unlimited)
			zs_replay_pool_evict(&replay->pool);
		return;
	}
}

/*
 * From the beginning to the end
 */

/* What was in the pool before; what is too much for the limit was written back then. */
static void begin(struct replay *replay, const struct zs_workload *workload)
{
	for (size_t i = 0; i < workload->held_count && !replay->failed; i++) {
		const struct zs_held *held = &workload->held[i];
		uint16_t length = held->length == ZS_LENGTH_UNKNOWN ? any_length(replay) :
				  held->length;

		replay->places[held->page].since_ns = held->stored_ns;
		replay->places[held->page].state = FILLED;
		if (length == ZS_LENGTH_FILLED)
			continue;
		length = room_for(replay, length);
		if (length)
			put_in(replay, held->page, length);
		else
			replay->places[held->page].state = DEVICE;
	}
	for (uint64_t i = 0; i < replay->settings->held_unknown && !replay->failed; i++) {
		uint16_t length = room_for(replay, any_length(replay));

		if (length)
			put_in(replay, NOBODY, length);
	}
	while (replay->pool.model->pages > replay->pool.max_pages)
		zs_replay_pool_evict(&replay->pool);
	replay->pool.peak = replay->pool.model->pages;
	replay->pool.full = workload->full;
	replay->begun = true;
}

/* What has this pool when the kernel's was looked at, before @until_ns? */
static void look(struct replay *replay, const struct zs_workload *workload, uint64_t until_ns)
{
	for (; replay->looks_done < workload->looks.count; replay->looks_done++) {
		const struct zs_look *at = &workload->looks.looks[replay->looks_done];

		if (at->time_ns >= until_ns)
			return;
		zs_replay_pool_advance(&replay->pool, at->time_ns < workload->last_ns ?
				       at->time_ns : workload->last_ns);
		replay->look_ns += (double)at->ns;
		replay->look_page_ns += (double)at->ns * (double)replay->pool.model->pages;
	}
}

static void end(struct replay *replay, const struct zs_workload *workload)
{
	struct zs_replay_result *result = replay->result;
	double ns = (double)(workload->last_ns - workload->first_ns);

	look(replay, workload, UINT64_MAX);
	zs_replay_pool_advance(&replay->pool, workload->last_ns);
	result->limit_pages = replay->pool.max_pages;
	result->peak_pages = replay->pool.peak;
	result->end_pages = replay->pool.model->pages;
	result->mean_pages = ns ? replay->pool.page_ns / ns : (double)result->end_pages;
	result->looked_pages = replay->look_ns ? replay->look_page_ns / replay->look_ns : 0;
	result->mean_objects = ns ? replay->pool.object_ns / ns :
			       (double)replay->pool.model->objects;
	for (uint32_t i = 0; i < workload->pages; i++)
		result->stray += replay->places[i].state == POOL && replay->places[i].on_device;
}

static bool run(struct replay *replay, const struct zs_workload *workload)
{
	note_first_lengths(replay, workload);
	begin(replay, workload);
	for (size_t i = 0; i < workload->count && !replay->failed; i++) {
		look(replay, workload, workload->ops[i].time_ns);
		operate(replay, &workload->ops[i]);
	}
	end(replay, workload);
	return !replay->failed;
}

static unsigned int longest_of(const struct zs_replay_settings *settings)
{
	unsigned int longest = ZS_MODEL_PAGE * settings->max_compression_ratio / 100;

	return longest < settings->pool->most_bytes ? longest : settings->pool->most_bytes;
}

bool zs_replay(const struct zs_workload *workload, const struct zs_replay_settings *settings,
	       struct zs_replay_result *result, struct zs_error *error)
{
	struct replay replay = {
		.settings = settings,
		.result = result,
		.longest = longest_of(settings),
		.pool = {
			.pacers = {
				{ .next = workload->paces, .left = workload->pace_count },
				{ .next = workload->paces, .left = workload->pace_count },
			},
			.evicted = page_evicted,
			.context = &replay,
			.now_ns = workload->first_ns,
		},
	};
	bool ok = false;

	*result = (struct zs_replay_result){ 0 };
	zs_replay_pool_limit(&replay.pool, settings);
	replay.places = calloc(workload->pages + 1UL, sizeof(*replay.places));
	replay.pool.model = settings->pool->create();
	if (replay.places && replay.pool.model)
		ok = run(&replay, workload);
	settings->pool->destroy(replay.pool.model);
	free(replay.places);
	return ok || zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
}

uint64_t zs_replay_rejects(const struct zs_replay_result *result)
{
	uint64_t sum = result->refused;

	for (size_t i = 0; i < ZSWAP_REJECT_COUNT; i++)
		sum += result->rejects[i];
	return sum;
}
