// SPDX-License-Identifier: GPL-2.0-or-later
/* Events in words, and the stream where there is none. */
#include "test.h"

#include <errno.h>

#include "stream.h"

#define US	1000ULL
#define SECOND	1000000000ULL

static void assert_text(struct zswap_event event, const char *wanted)
{
	char text[ZS_EVENT_TEXT];

	assert_string_equal(zs_event_format(text, sizeof(text), &event), wanted);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(zs_event_name(ZSWAP_EVENT_STORE), "store");
	assert_string_equal(zs_event_name(ZSWAP_EVENT_BACKGROUND), "background");
	assert_string_equal(zs_event_name(ZSWAP_EVENT_COUNT), "other");
	assert_string_equal(zs_kind_name(ZSWAP_KIND_INCOMPRESSIBLE), "incompressible");
	assert_string_equal(zs_kind_name(ZSWAP_KIND_COUNT), "other");
	assert_string_equal(zs_stage_name(ZSWAP_DRAIN_END), "end");
	assert_string_equal(zs_stage_name(77), "other");
}

/* The numbers are ABI. */
static void numbers(void **state)
{
	(void)state;
	assert_int_equal(ZSWAP_EVENT_STORE, 0);
	assert_int_equal(ZSWAP_EVENT_INVALIDATE, 6);
	assert_int_equal(ZSWAP_EVENT_BACKGROUND, 11);
	assert_int_equal(ZSWAP_EVENT_LOST, 13);
	assert_int_equal(offsetof(struct zswap_event, event), 36);
	assert_int_equal(offsetof(struct zswap_event, type), 40);
	assert_int_equal(offsetof(struct zswap_event, submit_ns), 44);
	assert_int_equal(offsetof(struct zswap_event, offset), 48);
	assert_int_equal(offsetof(struct zswap_event, decompress_ns), 68);
	assert_int_equal(sizeof(((struct zswap_event *)0)->compressor),
			 sizeof(((struct zswap_event *)0)->background));
}

static void kinds(void **state)
{
	uint32_t kinds;

	(void)state;
	assert_true(zs_event_kinds_parse("store", &kinds));
	assert_int_equal(kinds, ZS_STREAM_KIND(ZSWAP_EVENT_STORE));
	assert_true(zs_event_kinds_parse("pool_limit,load,pool_limit", &kinds));
	assert_int_equal(kinds, ZS_STREAM_KIND(ZSWAP_EVENT_LOAD) |
			 ZS_STREAM_KIND(ZSWAP_EVENT_POOL_LIMIT));
	assert_false(zs_event_kinds_parse("", &kinds));
	assert_false(zs_event_kinds_parse("stor", &kinds));
	assert_false(zs_event_kinds_parse("stores", &kinds));
	assert_false(zs_event_kinds_parse("store,", &kinds));
	assert_false(zs_event_kinds_parse(",store", &kinds));
	assert_false(zs_event_kinds_parse("store,,load", &kinds));
	assert_false(zs_event_kinds_parse("store, load", &kinds));
	assert_int_equal(ZS_STREAM_ALL, 0x3fff);
}

static void pages(void **state)
{
	(void)state;
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_STORE, .offset = 1234,
					  .length = 1410, .duration_ns = 49100 },
		    "store       0:1234        1410 bytes  49.1 us");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_STORE, .type = 1, .offset = 5,
					  .kind = ZSWAP_KIND_SAME_FILLED, .duration_ns = 900 },
		    "store       1:5           same-filled  900 ns");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_STORE, .offset = 5,
					  .kind = ZSWAP_KIND_INCOMPRESSIBLE, .length = 4096 },
		    "store       0:5           4096 bytes  incompressible");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_LOAD, .offset = 5, .length = 7,
					  .duration_ns = 20 * US, .age_ns = 90 * SECOND },
		    "load        0:5           7 bytes  20.0 us  age 90.0 s");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_MISS, .offset = 5 },
		    "miss        0:5");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_MISS, .offset = 5,
					  .age_ns = 2 * SECOND, .kind = ZSWAP_KIND_COUNT },
		    "miss        0:5           evicted before 2.00 s");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_REJECT, .offset = 5,
					  .length = 3900, .why = ZSWAP_REJECT_COMPRESS_POOR,
					  .duration_ns = 30 * US, .kind = ZSWAP_KIND_COUNT },
		    "reject      0:5           3900 bytes  compress_poor  30.0 us");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_REJECT, .offset = 5,
					  .why = ZSWAP_REJECT_COUNT },
		    "reject      0:5           other");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_INVALIDATE, .offset = 5,
					  .length = 100, .age_ns = SECOND },
		    "invalidate  0:5           100 bytes  age 1.00 s");
}

static void writebacks(void **state)
{
	struct zswap_event event = {
		.event = ZSWAP_EVENT_WRITEBACK, .offset = 5, .length = 900, .cgroup = 7,
		.duration_ns = 70 * US, .age_ns = 3 * SECOND, .why = ZSWAP_CAUSE_SHRINKER,
	};

	(void)state;
	assert_text(event, "writeback   0:5           900 bytes  70.0 us  age 3.00 s  shrinker");
	event.result = -ENOMEM;
	assert_text(event, "writeback   0:5           900 bytes  70.0 us  age 3.00 s  shrinker"
			   "  failed: Cannot allocate memory");
	/* nobody knows which page that was */
	event = (struct zswap_event){ .event = ZSWAP_EVENT_WRITEBACK, .result = -EEXIST,
				      .why = ZSWAP_CAUSE_BACKGROUND };
	assert_text(event, "writeback   -             background  failed: File exists");
}

static void pool(void **state)
{
	(void)state;
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .count = 2,
					  .length = 3000, .duration_ns = 90 * US,
					  .age_ns = 5 * SECOND, .why = ZSWAP_CAUSE_POOL_LIMIT },
		    "evict       2 pages  3000 bytes  90.0 us  age 5.00 s  pool_limit");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .count = 16,
					  .length = 7000, .pages = 2 },
		    "evict       16 pages in 2 frames  7000 bytes  pool_limit");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .count = 1,
					  .length = 7, .pages = 1 },
		    "evict       1 page in 1 frame  7 bytes  pool_limit");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_EVICT, .count = 1, .length = 10,
					  .why = ZSWAP_CAUSE_DRAIN, .result = -EAGAIN },
		    "evict       1 page  10 bytes  drain  failed: Resource temporarily unavailable");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_POOL_LIMIT, .why = 1,
					  .pool = { .pages = 100, .limit = 90 } },
		    "pool_limit  reached  100 of 90 pages");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_POOL_LIMIT,
					  .duration_ns = 2 * SECOND,
					  .pool = { .pages = 80, .limit = 90 } },
		    "pool_limit  left  80 of 90 pages  after 2.00 s");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_COMPRESSOR,
					  .compressor = { "lzo", "zstd" } },
		    "compressor  lzo -> zstd");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_DRAIN,
					  .why = ZSWAP_DRAIN_PROGRESS, .duration_ns = SECOND,
					  .drain = { .pages = 4, .frames = 2 } },
		    "drain       progress  4 pages in 2 frames  after 1.00 s");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_SHRINK, .count = 1,
					  .why = ZSWAP_CAUSE_CGROUP_LIMIT,
					  .duration_ns = 30 * US,
					  .shrink = { .scanned = 20, .written = 8 } },
		    "shrink      node 1  cgroup_limit  8 of 20 entries written  30.0 us");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_BACKGROUND,
					  .background = { 10, 7, 6 }, .duration_ns = 40 * US },
		    "background  10 -> 7 frames, goal 6  40.0 us");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_READ, .offset = 5,
					  .kind = ZSWAP_KIND_COUNT, .duration_ns = 900 * US },
		    "read        0:5           900 us");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_LOST, .count = 1 },
		    "lost        1 event");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_LOST },
		    "lost        nobody knows how many events");
	assert_text((struct zswap_event){ .event = ZSWAP_EVENT_LOST, .count = 20 },
		    "lost        20 events");
}

/* From a newer kernel, or no text at all: never more than there is room for. */
static void bounds(void **state)
{
	struct zswap_event event = {
		.event = ZSWAP_EVENT_COMPRESSOR,
		.compressor = { "twelve-bytes", "and-no-end-!" },
	};
	char text[ZS_EVENT_TEXT];

	(void)state;
	assert_text((struct zswap_event){ .event = 200, .offset = 7 }, "other");
	assert_text(event, "compressor  twelve-bytes -> and-no-end-!");
	for (size_t size = 1; size < 40; size++) {
		memset(text, '#', sizeof(text));
		zs_event_format(text, size, &event);
		assert_true(strlen(text) < size);
		assert_memory_equal(text, "compressor  twelve-bytes -> and-no-end-!",
				    strlen(text));
		assert_int_equal(text[size], '#');
	}
	memset(&event, 0xff, sizeof(event));
	for (unsigned int kind = 0; kind <= ZSWAP_EVENT_COUNT; kind++) {
		event.event = (__u8)kind;
		zs_event_format(text, sizeof(text), &event);
		assert_true(strlen(text) < sizeof(text) - 1);
	}
}

static bool see(const struct zswap_event *event, void *context)
{
	(void)event;
	(void)context;
	return true;
}

static void counters_have_no_stream(void **state)
{
	struct zs_options options = {
		.kind = ZS_SOURCE_COUNTERS, .root = fixture_root, .stream = 65536,
	};
	struct zs_source *source;
	struct zs_error error;

	(void)state;
	fixture_file("/proc/vmstat", "zswpin 7\nzswpout 8\n");
	fixture_file("/proc/42/comm", "answer\n");
	source = zs_source_open(&options, &error);
	assert_non_null(source);
	assert_false(zs_source_stream_start(source, ZS_STREAM_ALL, &error));
	assert_int_equal(error.code, ZS_ERR_ARGUMENT);
	assert_non_null(strstr(error.text, "counters"));
	assert_int_equal(zs_source_stream_fd(source), -1);
	assert_int_equal(zs_source_stream_read(source, see, NULL, 0, &error), -1);
	zs_source_stream_stop(source);
	zs_source_close(source);
}

static void names_of_processes(void **state)
{
	struct zs_options options = { .kind = ZS_SOURCE_COUNTERS, .root = fixture_root };
	char comm[ZSWAP_COMM_BYTES];
	struct zs_source *source;

	(void)state;
	fixture_file("/proc/vmstat", "zswpin 7\nzswpout 8\n");
	fixture_file("/proc/42/comm", "answer\n");
	source = zs_source_open(&options, NULL);
	assert_non_null(source);
	zs_source_comm(source, 42, comm);
	assert_string_equal(comm, "answer");
	zs_source_comm(source, 43, comm);
	assert_string_equal(comm, "");
	zs_source_close(source);
}

static void sizes_of_streams(void **state)
{
	static const uint32_t wrong[] = { 1, 2048, 4095, 4097, 12288, 1U << 31 };
	struct zs_options options = { .kind = ZS_SOURCE_COUNTERS, .root = fixture_root };
	struct zs_source *source;
	struct zs_error error;

	(void)state;
	fixture_file("/proc/vmstat", "zswpin 7\nzswpout 8\n");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(wrong); i++) {
		options.stream = wrong[i];
		assert_null(zs_source_open(&options, &error));
		assert_int_equal(error.code, ZS_ERR_ARGUMENT);
		assert_non_null(strstr(error.text, "power of two"));
	}
	for (options.stream = 4096; options.stream <= 1U << 30; options.stream *= 2) {
		source = zs_source_open(&options, &error);
		assert_non_null(source);
		zs_source_close(source);
	}
}

#define FIXTURE(name)	cmocka_unit_test_setup_teardown(name, fixture_start, fixture_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(numbers),
		cmocka_unit_test(kinds),
		cmocka_unit_test(pages),
		cmocka_unit_test(writebacks),
		cmocka_unit_test(pool),
		cmocka_unit_test(bounds),
		FIXTURE(counters_have_no_stream),
		FIXTURE(names_of_processes),
		FIXTURE(sizes_of_streams),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
