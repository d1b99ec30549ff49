// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages are numbered by a hash table of their swap entries.  Of each page, the last
 * operation is known while the workload is made, as some operations tell more of the one
 * before: a page that is loaded twice had stayed in the pool the first time.
 */
#include <stdlib.h>

#include "model.h"
#include "workload.h"

#define NO_PAGE		UINT32_MAX

/* What is known of a page instead of its last operation. */
#define NOTHING		UINT32_MAX
#define SEEN		(UINT32_MAX - 1)
#define OPS_MOST	(UINT32_MAX - 2)

#define TABLE_LEAST	1024U

/* A place in the hash table. */
struct swap_slot {
	uint64_t key;
	uint32_t page;	/* NO_PAGE: it is free */
};

/**
 * struct zs_workload_maker - a workload that is being made
 * @made: it
 * @ops_room: operations that there is memory for
 * @held_room: pages that were there before, that there is memory for
 * @pace_room: paces that there is memory for
 * @last: of each page, the number of its last operation, or NOTHING, or SEEN
 * @last_room: pages that there is memory for
 * @table: the numbers of the pages
 * @table_size: a power of two
 * @trusted: operations before this one may have been followed by some that were lost
 * @run_pace: first pace of the worker's run, which is not over
 * @worker_ns: when the worker was done with something
 * @asked_ns: when a page was refused that the worker has not begun to work for; or 0
 * @refusing: its run is for such a page
 * @decided: whether a page was admitted to the pool, or not
 * @failed: there was no memory
 */
struct zs_workload_maker {
	struct zs_workload *made;
	size_t ops_room;
	size_t held_room;
	size_t pace_room;
	uint32_t *last;
	size_t last_room;
	struct swap_slot *table;
	size_t table_size;
	size_t trusted;
	size_t run_pace;
	uint64_t worker_ns;
	uint64_t asked_ns;
	bool refusing;
	bool decided;
	bool failed;
};

/* Room for one more. Return: the array, or NULL: no memory, and nothing has changed. */
static void *grow(void *array, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? *room * 2 : 256;
	void *larger;

	if (count < *room)
		return array;
	larger = reallocarray(array, more, size);
	if (larger)
		*room = more;
	return larger;
}

/*
 * Numbers of pages
 */

static uint64_t event_key(const struct zswap_event *event)
{
	return (uint64_t)event->type << 56 ^ event->offset;
}

static size_t table_place(const struct zs_workload_maker *maker, uint64_t key)
{
	size_t place = (key * 0x9e3779b97f4a7c15ULL) >> 20 & (maker->table_size - 1);

	while (maker->table[place].page != NO_PAGE && maker->table[place].key != key)
		place = (place + 1) & (maker->table_size - 1);
	return place;
}

static bool table_resize(struct zs_workload_maker *maker, size_t size)
{
	struct swap_slot *old = maker->table;
	size_t old_size = maker->table_size;
	struct swap_slot *table = malloc(size * sizeof(*table));

	if (!table)
		return false;
	for (size_t i = 0; i < size; i++)
		table[i].page = NO_PAGE;
	maker->table = table;
	maker->table_size = size;
	for (size_t i = 0; i < old_size; i++)
		if (old[i].page != NO_PAGE)
			table[table_place(maker, old[i].key)] = old[i];
	free(old);
	return true;
}

/* The number of an event's page; NO_PAGE: no memory. */
static uint32_t page_of(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	struct zs_workload *made = maker->made;
	uint64_t key = event_key(event);
	struct swap_slot *slot;
	uint32_t *last;

	if (made->pages >= maker->table_size / 2 &&
	    !table_resize(maker, maker->table_size * 2))
		return NO_PAGE;
	slot = &maker->table[table_place(maker, key)];
	if (slot->page != NO_PAGE)
		return slot->page;
	last = grow(maker->last, &maker->last_room, made->pages, sizeof(*last));
	if (!last)
		return NO_PAGE;
	maker->last = last;
	last[made->pages] = NOTHING;
	*slot = (struct swap_slot){ .key = key, .page = made->pages };
	return made->pages++;
}

/*
 * Operations
 */

/* A length of 0 is of a same-filled page, or is not known, which sources tell. */
static uint16_t length_of(const struct zswap_event *event)
{
	if (event->length)
		return event->length < ZS_MODEL_PAGE ? event->length : ZS_MODEL_PAGE;
	return event->event != ZSWAP_EVENT_REJECT && event->kind == ZSWAP_KIND_SAME_FILLED ?
	       ZS_LENGTH_FILLED : ZS_LENGTH_UNKNOWN;
}

static bool add_op(struct zs_workload_maker *maker, const struct zswap_event *event,
		   enum zs_op_what what, uint32_t page)
{
	struct zs_workload *made = maker->made;
	struct zs_op *ops;

	if (made->count >= OPS_MOST)
		return false;
	ops = grow(made->ops, &maker->ops_room, made->count, sizeof(*ops));
	if (!ops)
		return false;
	made->ops = ops;
	ops[made->count] = (struct zs_op){
		.time_ns = made->last_ns,
		.page = page,
		.length = length_of(event),
		.what = what,
	};
	if (page != NO_PAGE)
		maker->last[page] = made->count;
	made->count++;
	return true;
}

/* The last operation of a page, if nothing can have happened to it since; or NULL. */
static struct zs_op *last_op(struct zs_workload_maker *maker, uint32_t page)
{
	uint32_t last = maker->last[page];

	if (last == NOTHING || last == SEEN || last < maker->trusted)
		return NULL;
	return &maker->made->ops[last];
}

/* An event says that the page is in the pool. How did it come there? */
static bool page_is_held(struct zs_workload_maker *maker, const struct zswap_event *event,
			 uint32_t page)
{
	struct zs_workload *made = maker->made;
	struct zs_op *before = last_op(maker, page);
	uint64_t stored_ns = event->age_ns && event->age_ns < event->time_ns ?
			     event->time_ns - event->age_ns : 0;
	struct zs_held *held;

	if (before && before->what == ZS_OP_LOAD) {
		before->what = ZS_OP_PEEK;
		return true;
	}
	if (maker->last[page] != NOTHING)
		return true;
	if (stored_ns > made->first_ns) {
		made->course.stray++;
		return true;
	}
	held = grow(made->held, &maker->held_room, made->held_count, sizeof(*held));
	if (!held)
		return false;
	made->held = held;
	held[made->held_count++] = (struct zs_held){
		.stored_ns = stored_ns,
		.page = page,
		.length = length_of(event),
	};
	maker->last[page] = SEEN;
	return true;
}

static bool add_store(struct zs_workload_maker *maker, const struct zswap_event *event,
		      uint32_t page)
{
	maker->made->course.stores++;
	/* a same-filled page is not asked for */
	maker->decided = maker->decided || length_of(event) != ZS_LENGTH_FILLED;
	maker->made->course.unknown += length_of(event) == ZS_LENGTH_UNKNOWN;
	return add_op(maker, event, ZS_OP_STORE, page);
}

/* Was it for what a pool with other limits, or another pool, may see differently? */
static bool depends_on_pool(unsigned int reason)
{
	return reason == ZSWAP_REJECT_POOL_LIMIT || reason == ZSWAP_REJECT_RECLAIM_FAIL ||
	       reason == ZSWAP_REJECT_HYSTERESIS || reason == ZSWAP_REJECT_COMPRESS_POOR;
}

/* The worker is asked for by these. */
static bool is_for_limit(uint8_t why)
{
	return why == ZSWAP_REJECT_POOL_LIMIT || why == ZSWAP_REJECT_HYSTERESIS;
}

static bool add_reject(struct zs_workload_maker *maker, const struct zswap_event *event,
		       uint32_t page)
{
	bool depends = depends_on_pool(event->why);

	maker->made->course.rejects++;
	if (!maker->decided && depends) {
		maker->made->full = event->why == ZSWAP_REJECT_HYSTERESIS;
		maker->decided = true;
	}
	maker->made->course.unknown += depends && length_of(event) == ZS_LENGTH_UNKNOWN;
	if (is_for_limit(event->why) && !maker->asked_ns)
		maker->asked_ns = maker->made->last_ns;
	return add_op(maker, event, depends ? ZS_OP_REFUSED : ZS_OP_REJECT, page);
}

static bool add_load(struct zs_workload_maker *maker, const struct zswap_event *event,
		     uint32_t page)
{
	maker->made->course.loads++;
	return page_is_held(maker, event, page) && add_op(maker, event, ZS_OP_LOAD, page);
}

static bool add_invalidate(struct zs_workload_maker *maker, const struct zswap_event *event,
			   uint32_t page)
{
	struct zs_op *before = last_op(maker, page);

	maker->made->course.invalidates++;
	/* what the pool had before it was stored anew, and that was refused */
	if (before && (before->what == ZS_OP_REFUSED || before->what == ZS_OP_REJECT))
		return true;
	return page_is_held(maker, event, page) &&
	       add_op(maker, event, ZS_OP_INVALIDATE, page);
}

/* Did the pool ask for it, for its limit's sake?  A model decides that anew. */
static bool is_models_own(unsigned int cause)
{
	return cause == ZSWAP_CAUSE_POOL_LIMIT || cause == ZSWAP_CAUSE_BACKGROUND ||
	       cause == ZSWAP_CAUSE_ALLOC_FAIL;
}

static bool add_writeback(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	struct zs_course *course = &maker->made->course;
	uint32_t page;

	if (event->result)
		return true;
	page = page_of(maker, event);
	course->writebacks++;
	course->asked += !is_models_own(event->why) || event->why == ZSWAP_CAUSE_ALLOC_FAIL;
	if (page == NO_PAGE || !page_is_held(maker, event, page))
		return false;
	return add_op(maker, event, is_models_own(event->why) ? ZS_OP_EVICTED : ZS_OP_WRITE,
		      page);
}

/*
 * The worker
 */

/*
 * How long the worker took for the first frame of a run.  If a page was refused, it had to
 * get hold of a processor first, which can be the longer part of it.
 */
static uint64_t first_frame(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	uint64_t now = maker->made->last_ns, asked = maker->asked_ns;
	uint64_t began = asked > maker->worker_ns ? asked : maker->worker_ns;

	maker->refusing = asked && asked <= now - event->duration_ns;
	if (!maker->refusing)
		return event->duration_ns;
	maker->asked_ns = 0;
	return now - began;
}

static bool add_pace(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	struct zs_workload *made = maker->made;
	struct zs_pace *paces = grow(made->paces, &maker->pace_room, made->pace_count,
				     sizeof(*paces));
	uint64_t took;

	if (!paces)
		return false;
	made->paces = paces;
	/* what comes after another one of the same run begins with its end */
	took = made->pace_count > maker->run_pace ? made->last_ns - maker->worker_ns :
						    first_frame(maker, event);
	paces[made->pace_count++] = (struct zs_pace){
		.time_ns = made->last_ns, .took_ns = took,
		.pages = event->count ? event->count : 1, .refusing = maker->refusing,
	};
	maker->worker_ns = made->last_ns;
	return true;
}

/* The worker waits for its writes once in many frames, so each has its share of the run. */
static void level_run(struct zs_workload_maker *maker)
{
	struct zs_workload *made = maker->made;
	uint64_t took = 0, pages = 0;

	for (size_t i = maker->run_pace; i < made->pace_count; i++) {
		took += made->paces[i].took_ns;
		pages += made->paces[i].pages;
	}
	for (; maker->run_pace < made->pace_count; maker->run_pace++)
		made->paces[maker->run_pace].page_ns = took / pages;
}

/* Its last frame took until its writes were done. */
static void end_run(struct zs_workload_maker *maker)
{
	struct zs_workload *made = maker->made;

	if (made->pace_count > maker->run_pace)
		made->paces[made->pace_count - 1].took_ns += made->last_ns - maker->worker_ns;
	maker->worker_ns = made->last_ns;
	level_run(maker);
}

static bool add_evict(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	if (event->result)
		return true;
	if (event->why == ZSWAP_CAUSE_ALLOC_FAIL)
		return add_op(maker, event, ZS_OP_SHORTAGE, NO_PAGE);
	if (event->why == ZSWAP_CAUSE_BACKGROUND)
		return add_pace(maker, event);
	return true;
}

static void add_lost(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	maker->made->course.lost += event->count;
	maker->made->course.gaps++;
	maker->trusted = maker->made->count;
}

static void add_time(struct zs_workload *made, uint64_t time_ns)
{
	if (!made->first_ns)
		made->first_ns = time_ns;
	/* those of two CPUs may be a little out of order */
	if (time_ns > made->last_ns)
		made->last_ns = time_ns;
}

static bool add_page(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	uint32_t page = page_of(maker, event);

	if (page == NO_PAGE)
		return false;
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
		return add_store(maker, event, page);
	case ZSWAP_EVENT_REJECT:
		return add_reject(maker, event, page);
	case ZSWAP_EVENT_LOAD:
		return add_load(maker, event, page);
	case ZSWAP_EVENT_INVALIDATE:
		return add_invalidate(maker, event, page);
	default:
		maker->made->course.misses++;
		return add_op(maker, event, ZS_OP_MISS, page);
	}
}

static bool add(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
	case ZSWAP_EVENT_REJECT:
	case ZSWAP_EVENT_LOAD:
	case ZSWAP_EVENT_INVALIDATE:
	case ZSWAP_EVENT_MISS:
		return add_page(maker, event);
	case ZSWAP_EVENT_WRITEBACK:
		return add_writeback(maker, event);
	case ZSWAP_EVENT_EVICT:
		return add_evict(maker, event);
	case ZSWAP_EVENT_BACKGROUND:
		end_run(maker);
		return true;
	case ZSWAP_EVENT_LOST:
		add_lost(maker, event);
		return true;
	default:
		return true;
	}
}

bool zs_workload_add(struct zs_workload_maker *maker, const struct zswap_event *event)
{
	if (maker->failed)
		return false;
	add_time(maker->made, event->time_ns);
	maker->failed = !zs_looks_event(&maker->made->looks, event) || !add(maker, event);
	return !maker->failed;
}

bool zs_workload_states(struct zs_workload_maker *maker, const struct zswap_state *states,
			size_t count)
{
	for (size_t i = 0; i < count && !maker->failed; i++)
		maker->failed = !zs_looks_state(&maker->made->looks, &states[i]);
	return !maker->failed;
}

struct zs_workload_maker *zs_workload_begin(void)
{
	struct zs_workload_maker *maker = calloc(1, sizeof(*maker));

	if (!maker)
		return NULL;
	maker->made = calloc(1, sizeof(*maker->made));
	if (!maker->made || !table_resize(maker, TABLE_LEAST)) {
		zs_workload_end(maker, NULL);
		return NULL;
	}
	return maker;
}

static int by_age(const void *a, const void *b)
{
	const struct zs_held *one = a, *other = b;

	if (one->stored_ns != other->stored_ns)
		return one->stored_ns < other->stored_ns ? -1 : 1;
	return (one->page > other->page) - (one->page < other->page);
}

struct zs_workload *zs_workload_end(struct zs_workload_maker *maker, struct zs_error *error)
{
	struct zs_workload *made = NULL;

	if (maker) {
		made = maker->made;
		if (maker->failed || !maker->table) {
			zs_workload_free(made);
			made = NULL;
		} else {
			level_run(maker);
		}
		free(maker->last);
		free(maker->table);
		free(maker);
	}
	if (!made) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	zs_looks_weigh(&made->looks, made->first_ns, made->last_ns);
	if (made->held_count)
		qsort(made->held, made->held_count, sizeof(*made->held), by_age);
	return made;
}

void zs_workload_free(struct zs_workload *workload)
{
	if (!workload)
		return;
	free(workload->ops);
	free(workload->held);
	free(workload->paces);
	zs_looks_free(&workload->looks);
	free(workload);
}
