// SPDX-License-Identifier: GPL-2.0-or-later
/* What a recording says beside its events: names, facts, states. */
#include "test.h"

#include <unistd.h>

#include "record.h"
#include "source.h"

static char path[PATH_MAX];
static struct zs_recorder *recorder;
static struct zs_source source = { .kind = ZS_SOURCE_TP_BTF, .root = fixture_root };

static int start(void **state)
{
	(void)state;
	fixture_start(state);
	snprintf(path, sizeof(path), "%s/r", fixture_root);
	recorder = zs_recorder_create(path, NULL);
	return recorder ? 0 : -1;
}

/* End the recording, and read it. */
static struct zs_recording *finish(void)
{
	struct zs_recording *recording;

	assert_true(zs_recorder_finish(recorder, NULL));
	recording = zs_recording_open(path, NULL);
	assert_non_null(recording);
	assert_null(zs_recording_flaw(recording, 0));
	return recording;
}

static void process(unsigned int pid, const char *comm)
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/%u/comm", pid);
	fixture_file(name, comm);
}

static void note(struct record_names *names, uint32_t pid)
{
	struct zswap_event event = { .pid = pid };

	record_names_note(names, &event);
}

static void each_once(void **state)
{
	struct record_names *names = record_names_new();
	struct zs_recording *recording;
	uint64_t bytes;
	char name[16];

	(void)state;
	for (uint32_t pid = 1; pid <= 500; pid++) {
		snprintf(name, sizeof(name), "p%u\n", pid);
		process(pid, name);
	}
	for (int round = 0; round < 2; round++)
		for (uint32_t pid = 0; pid <= 501; pid++)
			note(names, pid);
	record_names_write(names, recorder, &source, fixture_root, UINT64_MAX);
	zs_recorder_flush(recorder, NULL);
	bytes = zs_recorder_bytes(recorder);
	/* nothing is new */
	for (uint32_t pid = 0; pid <= 501; pid++)
		note(names, pid);
	record_names_write(names, recorder, &source, fixture_root, UINT64_MAX);
	record_names_again(names, recorder, &source);
	zs_recorder_flush(recorder, NULL);
	assert_int_equal(zs_recorder_bytes(recorder), bytes);
	record_names_free(names);
	recording = finish();
	for (uint32_t pid = 1; pid <= 500; pid++) {
		snprintf(name, sizeof(name), "p%u", pid);
		assert_string_equal(zs_recording_comm(recording, pid), name);
	}
	/* one that is gone, and nobody */
	assert_string_equal(zs_recording_comm(recording, 501), "");
	assert_string_equal(zs_recording_comm(recording, 0), "");
	zs_recording_close(recording);
}

static void another_program(void **state)
{
	struct record_names *names = record_names_new();
	struct zs_recording *recording;

	(void)state;
	process(7, "sh\n");
	process(8, "stays\n");
	note(names, 7);
	note(names, 8);
	record_names_write(names, recorder, &source, fixture_root, UINT64_MAX);
	process(7, "zs-workload\n");
	record_names_again(names, recorder, &source);
	record_names_free(names);
	recording = finish();
	assert_string_equal(zs_recording_comm(recording, 7), "zs-workload");
	assert_string_equal(zs_recording_comm(recording, 8), "stays");
	zs_recording_close(recording);
}

/* What there was no time for comes the next time. */
static void no_time(void **state)
{
	struct record_names *names = record_names_new();
	struct zs_recording *recording;

	(void)state;
	process(7, "late\n");
	note(names, 7);
	record_names_write(names, recorder, &source, fixture_root, 1);
	record_names_again(names, recorder, &source);
	zs_recorder_flush(recorder, NULL);
	assert_int_equal(zs_recorder_bytes(recorder), sizeof(struct zswap_recording));
	record_names_write(names, recorder, &source, fixture_root, UINT64_MAX);
	record_names_free(names);
	recording = finish();
	assert_string_equal(zs_recording_comm(recording, 7), "late");
	zs_recording_close(recording);
}

static void machine(void)
{
	fixture_file("/sys/module/zswap_zbud/parameters/enabled", "Y\n");
	fixture_file("/sys/module/zswap_zbud/parameters/compressor", "lz4\n");
	fixture_file("/sys/module/zswap_zbud/parameters/max_pool_percent", "10\n");
	fixture_file("/sys/module/zswap_zbud/parameters/max_compression_ratio", "80\n");
	fixture_file("/sys/module/zswap_zbud/parameters/incompressible", "reject\n");
	fixture_file("/proc/meminfo", "MemTotal: 1000 kB\nMemFree: 40 kB\n"
		     "SwapTotal: 2000 kB\nSwapFree: 2000 kB\n");
	fixture_file("/sys/kernel/debug/zswap/pool_pages", "5\n");
	fixture_file("/sys/kernel/debug/zswap/stored_pages", "9\n");
	fixture_file("/sys/kernel/debug/zswap/written_back_pages", "3\n");
}

static void assert_fact(const struct zs_recording *recording, const char *name,
			const char *value)
{
	const char *fact = zs_recording_fact(recording, name);

	if (!value) {
		assert_null(fact);
		return;
	}
	assert_non_null(fact);
	assert_string_equal(fact, value);
}

static void facts(void **state)
{
	char *command[] = { "make", "-j8", "a\nb", NULL };
	struct record_options options = {
		.stream = {
			.common.source = { .root = fixture_root, .pid = 12 },
			.kinds_text = "store,load", .filter_text = "length>1K",
		},
		.command = command,
	};
	struct record_result result = { .lost = 4, .missed = 2, .owned = true };
	struct zs_child child = { .status = 143 };
	struct zs_recording *recording;
	uint64_t begin, end;

	(void)state;
	machine();
	record_facts_begin(recorder, &source, &options);
	record_facts_end(recorder, &result, &child, fixture_root);
	recording = finish();
	assert_fact(recording, "source", "tp_btf");
	assert_fact(recording, "kinds", "store,load");
	assert_fact(recording, "filter", "length>1K");
	assert_fact(recording, "only_pid", "12");
	assert_fact(recording, "only_cgroup", NULL);
	assert_fact(recording, "command", "make -j8 a?b");
	assert_fact(recording, "memory_bytes", "1024000");
	assert_fact(recording, "swap_bytes", "2048000");
	assert_fact(recording, "zswap.pool", "zbud");
	assert_fact(recording, "zswap.compressor", "lz4");
	assert_fact(recording, "zswap.max_pool_percent", "10");
	assert_fact(recording, "zswap.max_compression_ratio", "80");
	assert_fact(recording, "zswap.incompressible", "reject");
	assert_fact(recording, "zswap.accept_threshold_percent", NULL);
	assert_fact(recording, "zswap.stored_pages", "9");
	assert_fact(recording, "zswap.pool_bytes", "20480");
	assert_fact(recording, "events_lost", "4");
	assert_fact(recording, "events_missed", "2");
	assert_fact(recording, "owners", "yes");
	assert_fact(recording, "exit_status", "143");
	assert_fact(recording, "end.stored_pages", "9");
	assert_fact(recording, "end.written_back", "3");
	assert_true(zs_recording_number(recording, "start_mono_ns", &begin));
	assert_true(zs_recording_number(recording, "end_mono_ns", &end));
	assert_true(begin && begin <= end);
	zs_recording_close(recording);
}

static void states(void **state)
{
	const struct zswap_state *states;
	struct zs_recording *recording;
	struct zs_pool pool;
	size_t count;

	(void)state;
	machine();
	zs_pool_read(&pool, fixture_root);
	assert_true(record_state(recorder, &pool, fixture_root, NULL));
	fixture_file("/sys/kernel/debug/zswap/pool_pages", "6\n");
	fixture_file("/sys/kernel/debug/zswap/stored_pages", "10\n");
	fixture_file("/sys/module/zswap_zbud/parameters/max_pool_percent", "20\n");
	assert_true(record_state(recorder, &pool, fixture_root, NULL));
	recording = finish();
	states = zs_recording_states(recording, &count);
	assert_int_equal(count, 2);
	assert_int_equal(states[0].pool_bytes, 5 * 4096);
	assert_int_equal(states[1].pool_bytes, 6 * 4096);
	assert_int_equal(states[0].limit_bytes, 102400);
	assert_int_equal(states[1].limit_bytes, 204800);
	assert_int_equal(states[0].stored_pages, 9);
	assert_int_equal(states[1].stored_pages, 10);
	assert_int_equal(states[1].written_back, 3);
	assert_int_equal(states[1].free_bytes, 40960);
	assert_true(states[0].time_ns < states[1].time_ns);
	zs_recording_close(recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_once, start, fixture_stop),
		cmocka_unit_test_setup_teardown(another_program, start, fixture_stop),
		cmocka_unit_test_setup_teardown(no_time, start, fixture_stop),
		cmocka_unit_test_setup_teardown(facts, start, fixture_stop),
		cmocka_unit_test_setup_teardown(states, start, fixture_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
