// SPDX-License-Identifier: GPL-2.0-or-later
/* Filters: what is understood, what is refused and where, and what passes. */
#include "test.h"

#include <errno.h>

#include "filter.h"
#include "stream.h"

static struct zswap_filter parsed(const char *text)
{
	struct zswap_filter filter;
	struct zs_error error = { .text = "" };

	if (!zs_filter_parse(text, &filter, fixture_root, &error))
		fail_msg("%s: %s", text, error.text);
	return filter;
}

static void assert_refused(const char *text, const char *wanted)
{
	struct zswap_filter filter;
	struct zs_error error = { .text = "" };

	if (zs_filter_parse(text, &filter, fixture_root, &error))
		fail_msg("'%s' was taken", text);
	assert_string_equal(error.text, wanted);
	assert_int_equal(error.code, strstr(wanted, "no cgroup") ? ZS_ERR_CGROUP : ZS_ERR_ARGUMENT);
}

static bool passes(const char *text, struct zswap_event event)
{
	struct zswap_filter filter = parsed(text);

	return zswap_filter_passes(&filter, &event);
}

static void assert_term(const char *text, unsigned int field, unsigned int operator,
			uint64_t value)
{
	struct zswap_filter filter = parsed(text);

	assert_int_equal(filter.count, 1);
	assert_int_equal(filter.terms[0].field, field);
	assert_int_equal(filter.terms[0].operator, operator);
	assert_int_equal(filter.terms[0].value, value);
	assert_false(filter.terms[0].or);
}

static void terms(void **state)
{
	(void)state;
	assert_term("event==load", ZSWAP_FIELD_EVENT, ZSWAP_EQUAL, ZSWAP_EVENT_LOAD);
	assert_term("event=pool_limit", ZSWAP_FIELD_EVENT, ZSWAP_EQUAL, ZSWAP_EVENT_POOL_LIMIT);
	assert_term(" event != load ", ZSWAP_FIELD_EVENT, ZSWAP_NOT_EQUAL, ZSWAP_EVENT_LOAD);
	assert_term("reason=='lru_fail'", ZSWAP_FIELD_REASON, ZSWAP_EQUAL, ZSWAP_REJECT_LRU_FAIL);
	assert_term("cause!=drain", ZSWAP_FIELD_CAUSE, ZSWAP_NOT_EQUAL, ZSWAP_CAUSE_DRAIN);
	assert_term("kind=same_filled", ZSWAP_FIELD_KIND, ZSWAP_EQUAL, ZSWAP_KIND_SAME_FILLED);
	assert_term("pid=4711", ZSWAP_FIELD_PID, ZSWAP_EQUAL, 4711);
	assert_term("cpu<2", ZSWAP_FIELD_CPU, ZSWAP_LESS, 2);
	assert_term("type>=1", ZSWAP_FIELD_TYPE, ZSWAP_GREATER_EQUAL, 1);
	assert_term("offset\t<=\t65536", ZSWAP_FIELD_OFFSET, ZSWAP_LESS_EQUAL, 65536);
	assert_term("result!=0", ZSWAP_FIELD_RESULT, ZSWAP_NOT_EQUAL, 0);
	assert_term("result==EAGAIN", ZSWAP_FIELD_RESULT, ZSWAP_EQUAL, EAGAIN);
	assert_term("offset<18446744073709551614", ZSWAP_FIELD_OFFSET, ZSWAP_LESS, UINT64_MAX - 1);
}

static void units(void **state)
{
	(void)state;
	assert_term("duration>200us", ZSWAP_FIELD_DURATION, ZSWAP_GREATER, 200000);
	assert_term("duration>200ns", ZSWAP_FIELD_DURATION, ZSWAP_GREATER, 200);
	assert_term("duration>0", ZSWAP_FIELD_DURATION, ZSWAP_GREATER, 0);
	assert_term("duration>1.5ms", ZSWAP_FIELD_DURATION, ZSWAP_GREATER, 1500000);
	assert_term("age>=0.25s", ZSWAP_FIELD_AGE, ZSWAP_GREATER_EQUAL, 250000000);
	assert_term("age<18446744073s", ZSWAP_FIELD_AGE, ZSWAP_LESS, 18446744073000000000ULL);
	assert_term("length<=2K", ZSWAP_FIELD_LENGTH, ZSWAP_LESS_EQUAL, 2048);
	assert_term("length<=1.5K", ZSWAP_FIELD_LENGTH, ZSWAP_LESS_EQUAL, 1536);
	assert_term("length>1M", ZSWAP_FIELD_LENGTH, ZSWAP_GREATER, 1 << 20);
	assert_term("length>7B", ZSWAP_FIELD_LENGTH, ZSWAP_GREATER, 7);
}

#define NO_TIME	"' is no time, as 500ns, 200us, 1.5ms or 2s"

static void wrong_numbers(void **state)
{
	(void)state;
	assert_refused("duration>xx", "filter, character 10: 'xx" NO_TIME);
	assert_refused("duration>200", "filter, character 10: '200" NO_TIME);
	assert_refused("age<1.5", "filter, character 5: '1.5" NO_TIME);
	assert_refused("duration>200xs", "filter, character 10: '200xs" NO_TIME);
	assert_refused("duration>-1us", "filter, character 10: '-1us" NO_TIME);
	assert_refused("duration>1.us", "filter, character 10: '1.us" NO_TIME);
	assert_refused("duration>.5us", "filter, character 10: '.5us" NO_TIME);
	assert_refused("duration>1.5ns", "filter, character 10: '1.5ns" NO_TIME);
	assert_refused("duration>0x10", "filter, character 10: '0x10" NO_TIME);
	assert_refused("duration>1e9", "filter, character 10: '1e9" NO_TIME);
	/* 2^64 of them, or of their unit */
	assert_refused("duration>18446744073709551616",
		       "filter, character 10: '18446744073709551616" NO_TIME);
	assert_refused("duration>18446744074s", "filter, character 10: '18446744074s" NO_TIME);
	assert_refused("duration>1.00000000000000000000s",
		       "filter, character 10: '1.00000000000000000000s" NO_TIME);
	assert_refused("length>1s",
		       "filter, character 8: '1s' is no number of bytes, as 1000 or 2K");
	assert_refused("result=EWHAT",
		       "filter, character 8: 'EWHAT' is no result: 0, or an errno as ENOMEM or 12");
	assert_refused("pid=me", "filter, character 5: 'me' is no process number");
}

static void wrong_words(void **state)
{
	(void)state;
	assert_refused("event==laod", "filter, character 8: 'laod' is no event: store, load, miss, "
		       "writeback, reject, evict, invalidate, pool_limit, compressor, drain, shrink, "
		       "background, read, lost");
	assert_refused("pid==1 && cause=thirst", "filter, character 17: 'thirst' is no cause: "
		       "pool_limit, alloc_fail, cgroup_limit, shrinker, drain, background");
	assert_refused("kind=7", "filter, character 6: '7' is no kind of a page: "
		       "compressed, same_filled, incompressible");
	assert_refused("latency>5us", "filter, character 1: 'latency' is no field: event, cgroup, "
		       "pid, length, duration, age, reason, cause, kind, type, offset, result, cpu");
	assert_refused("reason<disabled",
		       "filter, character 7: with 'reason' only == and != make sense");
}

static void wrong_grammar(void **state)
{
	(void)state;
	assert_refused("", "filter, at its end: a comparison is missing, as in duration>200us");
	assert_refused(" \t", "filter, at its end: a comparison is missing, as in duration>200us");
	assert_refused("pid==1 &&",
		       "filter, at its end: a comparison is missing, as in duration>200us");
	assert_refused("&& pid==1",
		       "filter, character 1: a comparison is missing, as in duration>200us");
	assert_refused("pid==1 && || cpu==1",
		       "filter, character 11: a comparison is missing, as in duration>200us");
	assert_refused("pid", "filter, at its end: behind 'pid' there must be ==, !=, <, <=, > or >=");
	assert_refused("pid ~ 5",
		       "filter, character 5: behind 'pid' there must be ==, !=, <, <=, > or >=");
	assert_refused("pid==", "filter, at its end: a value is missing: "
		       "'pid' is compared with a process number");
	assert_refused("pid==&&cpu=1", "filter, character 6: a value is missing: "
		       "'pid' is compared with a process number");
	assert_refused("pid=1 cpu=1", "filter, character 7: between comparisons there must be && or ||");
	assert_refused("pid=1 & cpu=1",
		       "filter, character 7: between comparisons there must be && or ||");
	assert_refused("pid=1&cpu=1", "filter, character 5: '1&cpu=1' is no process number");
	assert_refused("(pid=1)",
		       "filter, character 1: there are no parentheses; && binds tighter than ||");
	assert_refused("pid=1 && (cpu=1)",
		       "filter, character 10: there are no parentheses; && binds tighter than ||");
	assert_refused("pid=1 )",
		       "filter, character 7: there are no parentheses; && binds tighter than ||");
	assert_refused("cgroup='/a", "filter, character 8: its other ' is missing");
	assert_refused("cgroup=\"\"", "filter, character 9: a value is missing: "
		       "'cgroup' is compared with a cgroup");
}

static void joined(void **state)
{
	struct zswap_filter filter = parsed("event==load&&duration>200us||reason==compress_poor");

	(void)state;
	assert_int_equal(filter.count, 3);
	assert_false(filter.terms[0].or);
	assert_false(filter.terms[1].or);
	assert_true(filter.terms[2].or);
	assert_int_equal(filter.terms[2].field, ZSWAP_FIELD_REASON);
	assert_int_equal(filter.terms[2].value, ZSWAP_REJECT_COMPRESS_POOR);
}

static void most_terms(void **state)
{
	char text[ZSWAP_FILTER_TERMS * 16 + 16] = "pid=0";
	struct zswap_filter filter;

	(void)state;
	for (int i = 1; i < ZSWAP_FILTER_TERMS; i++)
		sprintf(text + strlen(text), "||pid=%d", i);
	filter = parsed(text);
	assert_int_equal(filter.count, ZSWAP_FILTER_TERMS);
	for (__u32 pid = 0; pid < ZSWAP_FILTER_TERMS + 1; pid++)
		assert_int_equal(zswap_filter_passes(&filter, &(struct zswap_event){ .pid = pid }),
				 pid < ZSWAP_FILTER_TERMS);
	strcat(text, "||pid=99");
	assert_refused(text, "filter, character 119: 16 comparisons are the most that there may be");
}

static void cgroups(void **state)
{
	char path[PATH_MAX];
	struct zswap_filter filter;
	struct stat status;

	(void)state;
	fixture_file("/sys/fs/cgroup/a b/c&d/memory.stat", "");
	fixture_file("/sys/fs/cgroup/user.slice/memory.stat", "");
	snprintf(path, sizeof(path), "%s/sys/fs/cgroup/user.slice", fixture_root);
	assert_int_equal(stat(path, &status), 0);
	assert_term("cgroup==/user.slice", ZSWAP_FIELD_CGROUP, ZSWAP_EQUAL, status.st_ino);
	filter = parsed("cgroup!=user.slice&&pid==1");
	assert_int_equal(filter.count, 2);
	assert_int_equal(filter.terms[0].value, status.st_ino);
	snprintf(path, sizeof(path), "%s/sys/fs/cgroup/a b/c&d", fixture_root);
	assert_int_equal(stat(path, &status), 0);
	assert_term("cgroup=\"/a b/c&d\"", ZSWAP_FIELD_CGROUP, ZSWAP_EQUAL, status.st_ino);
	assert_term("cgroup==4711", ZSWAP_FIELD_CGROUP, ZSWAP_EQUAL, 4711);
	assert_refused("pid=1&&cgroup=/a\x01", "filter, character 15: no cgroup '/a?': "
		       "give a directory below /sys/fs/cgroup");
}

static void text(void **state)
{
	static const struct {
		const char *typed;
		const char *told;
	} filters[] = {
		{ "event = load && duration > 200us || reason != compress_poor",
		  "event==load && duration>200us || reason!=compress_poor" },
		{ "age>=90000ms", "age>=90s" },
		{ "length<2048", "length<2K" },
		{ "length<=1000", "length<=1000B" },
		{ "duration>0", "duration>0" },
		{ "cgroup==17 || type==1 && result==ENOMEM",
		  "cgroup==17 || type==1 && result==12" },
	};
	char told[ZS_FILTER_TEXT], again[ZS_FILTER_TEXT];

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(filters); i++) {
		struct zswap_filter filter = parsed(filters[i].typed), second;

		assert_string_equal(zs_filter_format(told, sizeof(told), &filter), filters[i].told);
		second = parsed(told);
		assert_memory_equal(&filter, &second, sizeof(filter));
		assert_string_equal(zs_filter_format(again, 5, &filter), strndupa(told, 4));
	}
	assert_string_equal(zs_filter_format(told, sizeof(told), &(struct zswap_filter){ 0 }), "");
}

static void passing(void **state)
{
	const struct zswap_event load = {
		.event = ZSWAP_EVENT_LOAD, .pid = 7, .cgroup = 9, .length = 1000, .cpu = 3,
		.duration_ns = 300000, .age_ns = 5000, .type = 1, .offset = 77,
	};
	const struct zswap_event reject = {
		.event = ZSWAP_EVENT_REJECT, .why = ZSWAP_REJECT_COMPRESS_POOR, .length = 4000,
		.kind = ZSWAP_KIND_COUNT,
	};

	(void)state;
	assert_true(zswap_filter_passes(&(struct zswap_filter){ 0 }, &load));
	assert_true(passes("event==load && duration>200us || reason==compress_poor", load));
	assert_true(passes("event==load && duration>200us || reason==compress_poor", reject));
	assert_false(passes("event==load && duration>300us || reason==pool_limit", load));
	assert_true(passes("event==load && duration>=300us || reason==pool_limit", load));
	assert_false(passes("event==load && duration>200us || reason==pool_limit", reject));
	/* && binds tighter */
	assert_true(passes("pid==7 || pid==8 && cpu==0", load));
	assert_false(passes("pid==8 && cpu==3 || cpu==0", load));
	assert_true(passes("cpu==0 && pid==8 || cpu==3", load));
	assert_true(passes("cgroup==9 && type==1 && offset==77 && kind==compressed", load));
	assert_true(passes("length<1001 && length>999 && length!=1 && length<=1000", load));
}

/* A field that an event has not is unequal to all, and nothing else. */
static void missing(void **state)
{
	const struct zswap_event drain = {
		.event = ZSWAP_EVENT_DRAIN, .why = ZSWAP_DRAIN_BEGIN, .kind = ZSWAP_KIND_COUNT,
		.drain = { .pages = 5, .frames = 6 },
	};
	const struct zswap_event evict = {
		.event = ZSWAP_EVENT_EVICT, .why = ZSWAP_CAUSE_DRAIN, .kind = ZSWAP_KIND_COUNT,
		.age_ns = 50, .length = 5000, .result = -ENOMEM,
	};

	(void)state;
	assert_false(passes("reason==disabled || cause==pool_limit || kind==compressed", drain));
	assert_false(passes("type<5 || offset<100 || age<1s || duration<1s || length<10", drain));
	assert_false(passes("type>0 || offset>0 || age>0 || duration>0 || length>0", drain));
	assert_true(passes("reason!=disabled && type!=0 && age!=5s && duration!=1ns", drain));
	assert_true(passes("result==0 && pid==0 && cgroup==0", drain));
	assert_true(passes("cause==drain && age==50ns && length==5000 && result==ENOMEM", evict));
	assert_false(passes("type==0 || offset==0 || kind!=compressed && reason==disabled", evict));
	/* nothing is a length, too */
	assert_true(passes("length==0 && length<5", (struct zswap_event){
		.event = ZSWAP_EVENT_STORE, .kind = ZSWAP_KIND_SAME_FILLED }));
	assert_true(passes("event==store", (struct zswap_event){ .event = ZSWAP_EVENT_LOST }));
}

static void kinds(void **state)
{
	const uint32_t lost = ZS_STREAM_KIND(ZSWAP_EVENT_LOST);
	struct zswap_filter filter = { 0 };

	(void)state;
	assert_int_equal(zs_filter_kinds(&filter), ZS_STREAM_ALL);
	filter = parsed("event==load && duration>1ns || reason==disabled");
	assert_int_equal(zs_filter_kinds(&filter), lost | ZS_STREAM_KIND(ZSWAP_EVENT_LOAD) |
			 ZS_STREAM_KIND(ZSWAP_EVENT_REJECT));
	filter = parsed("event==load && reason==disabled");
	assert_int_equal(zs_filter_kinds(&filter), lost);
	filter = parsed("reason!=disabled");
	assert_int_equal(zs_filter_kinds(&filter), ZS_STREAM_ALL);
	filter = parsed("event!=load && age>1ns");
	assert_false(zs_filter_kinds(&filter) & ZS_STREAM_KIND(ZSWAP_EVENT_LOAD));
	assert_true(zs_filter_kinds(&filter) & ZS_STREAM_KIND(ZSWAP_EVENT_EVICT));
	assert_false(zs_filter_kinds(&filter) & ZS_STREAM_KIND(ZSWAP_EVENT_DRAIN));
}

static uint32_t random_state = 1;

static uint32_t draw(uint32_t below)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % below;
}

static void draw_event(struct zswap_event *event)
{
	memset(event, 0, sizeof(*event));
	event->event = (__u8)draw(ZSWAP_EVENT_COUNT);
	event->why = (__u8)draw(ZSWAP_REJECT_COUNT + 1);
	event->kind = (__u8)draw(ZSWAP_KIND_COUNT + 1);
	event->pid = draw(3);
	event->cgroup = draw(3);
	event->length = draw(3) * 1000;
	event->duration_ns = draw(3) * 1000;
	event->age_ns = draw(3) * 1000;
	event->offset = draw(3);
	event->type = (__u8)draw(2);
	event->result = draw(2) ? -ENOMEM : 0;
	event->cpu = (__u16)draw(2);
}

/* What is not let through by its kind alone does not pass. */
static void kinds_are_enough(void **state)
{
	struct zswap_filter filter;
	struct zswap_event event;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		filter.count = draw(5);
		for (__u32 i = 0; i < filter.count; i++)
			filter.terms[i] = (struct zswap_term){
				.field = (__u8)draw(ZSWAP_FIELD_COUNT),
				.operator = (__u8)draw(ZSWAP_OPERATOR_COUNT),
				.or = i && draw(2), .value = draw(3),
			};
		draw_event(&event);
		if (zswap_filter_passes(&filter, &event))
			assert_true(zs_filter_kinds(&filter) & ZS_STREAM_KIND(event.event));
	}
}

/* Whatever is typed: it is taken and comes back, or it is refused in a clean line. */
static void hostile(void **state)
{
	static const char *const parts[] = {
		"event", "duration", "cgroup", "reason", "result", "==", "=", "!=", "<", ">=",
		"&&", "||", "&", "load", "1", "200us", "1.5", "18446744073709551615", "s", "K",
		"(", "'", "\"", " ", "\t", "\n", "\x1b[31m", "\xff", "%s%n", "/", "..", "E", "-",
		"ENOMEM", "compress_poor", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	char typed[1024], told[ZS_FILTER_TEXT];
	struct zswap_filter filter, again;
	struct zs_error error;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		*typed = '\0';
		for (uint32_t left = draw(14); left; left--)
			strcat(typed, parts[draw(ZS_ARRAY_SIZE(parts))]);
		error.code = ZS_OK;
		if (zs_filter_parse(typed, &filter, fixture_root, &error)) {
			again = parsed(zs_filter_format(told, sizeof(told), &filter));
			assert_memory_equal(&filter, &again, sizeof(filter));
			continue;
		}
		assert_int_not_equal(error.code, ZS_OK);
		assert_true(*error.text);
		for (const char *c = error.text; *c; c++)
			assert_true((unsigned char)*c >= ' ');
	}
}

static void long_text(void **state)
{
	size_t size = 1 << 20;
	char *typed = malloc(size + 1);
	struct zswap_filter filter;
	struct zs_error error;

	(void)state;
	assert_non_null(typed);
	for (size_t at = 0; at < 3; at++) {
		memset(typed, "a= "[at], size);
		typed[size] = '\0';
		assert_false(zs_filter_parse(typed, &filter, fixture_root, &error));
		memcpy(typed, "cgroup=", 7);
		assert_false(zs_filter_parse(typed, &filter, fixture_root, &error));
		memcpy(typed, "event='", 7);
		typed[size - 1] = '\'';
		assert_false(zs_filter_parse(typed, &filter, NULL, NULL));
	}
	free(typed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms),
		cmocka_unit_test(units),
		cmocka_unit_test(wrong_numbers),
		cmocka_unit_test(wrong_words),
		cmocka_unit_test(wrong_grammar),
		cmocka_unit_test(joined),
		cmocka_unit_test(most_terms),
		cmocka_unit_test_setup_teardown(cgroups, fixture_start, fixture_stop),
		cmocka_unit_test(text),
		cmocka_unit_test(passing),
		cmocka_unit_test(missing),
		cmocka_unit_test(kinds),
		cmocka_unit_test(kinds_are_enough),
		cmocka_unit_test(hostile),
		cmocka_unit_test(long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
