// SPDX-License-Identifier: GPL-2.0-or-later
/* What a report in HTML gathers, and that it is written of anything. */
#include <unistd.h>

#include "test.h"

#include "report-html-data.h"
#include "report-html.h"

static char path[PATH_MAX];
static struct zs_error error;

static struct zs_recorder *begin(void)
{
	struct zs_recorder *recorder;

	snprintf(path, sizeof(path), "%s/recording", fixture_root);
	recorder = zs_recorder_create(path, &error);
	assert_non_null(recorder);
	return recorder;
}

static struct zs_recording *end(struct zs_recorder *recorder)
{
	struct zs_recording *recording;

	assert_true(zs_recorder_finish(recorder, &error));
	recording = zs_recording_open(path, &error);
	assert_non_null(recording);
	return recording;
}

static void put(struct zs_recorder *recorder, const struct zswap_event *event)
{
	assert_true(zs_recorder_events(recorder, event->cpu, event, 1, &error));
}

/* The page of a recording, which is closed; to be freed. */
static char *page_of(struct zs_recording *recording)
{
	char *page;
	size_t size;
	FILE *file = open_memstream(&page, &size);

	assert_non_null(file);
	assert_true(report_html_print(file, recording, "<name>", &error));
	fclose(file);
	zs_recording_close(recording);
	assert_non_null(strstr(page, "</html>"));
	assert_null(strstr(page, "<name>"));
	return page;
}

static void groups(void **state)
{
	struct report_groups all = { .list = NULL };

	(void)state;
	for (uint64_t id = 1000; id > 0; id--)
		for (uint64_t i = 0; i < id % 7; i++)
			report_group_of(&all, id)->counts[REPORT_REJECTS]++;
	/* those with 7 as a divisor were never asked for */
	assert_int_equal(all.count, 1000 - 1000 / 7);
	report_groups_sort(&all, REPORT_REJECTS);
	assert_int_equal(all.list[0].id, 6);
	assert_int_equal(all.list[1].id, 13);
	assert_int_equal(all.list[0].counts[REPORT_REJECTS], 6);
	/* they are found after sorting, too */
	assert_int_equal(report_group_of(&all, 1000)->counts[REPORT_REJECTS], 1000 % 7);
	assert_int_equal(report_group_total(report_group_of(&all, 6)), 6);
	report_groups_free(&all);
	report_groups_sort(&all, REPORT_RATES);
}

static struct zswap_event event_at(uint64_t time_ns, enum zswap_event_kind kind)
{
	return (struct zswap_event){
		.time_ns = time_ns, .event = (uint8_t)kind, .cgroup = 7, .pid = 9,
		.role = ZSWAP_ROLE_OWNER, .length = 130, .duration_ns = 1000,
	};
}

static void columns(void **state)
{
	struct zs_recorder *recorder = begin();
	struct zswap_event lost = { .time_ns = 5500, .event = ZSWAP_EVENT_LOST, .count = 12 };
	struct zswap_state pool = { .time_ns = 4000, .pool_bytes = 4096, .limit_bytes = 8192 };
	struct zs_recording *recording;
	struct report_data *data;

	(void)state;
	zs_recorder_fact(recorder, "start_mono_ns", "1000");
	zs_recorder_fact(recorder, "end_mono_ns", "31000");
	for (uint64_t time_ns = 2000; time_ns <= 30000; time_ns += 1000) {
		struct zswap_event event = event_at(time_ns, ZSWAP_EVENT_STORE);

		put(recorder, &event);
		if (time_ns == 5000)
			put(recorder, &lost);
	}
	assert_true(zs_recorder_states(recorder, &pool, 1, &error));
	recording = end(recorder);
	data = report_data_gather(recording, &error);
	assert_non_null(data);
	assert_int_equal(data->begin_ns, 1000);
	assert_int_equal(data->end_ns, 31000);
	assert_int_equal(data->columns, 30);
	assert_int_equal(data->rates[REPORT_STORES][0], 0);
	for (size_t i = 1; i < 30; i++)
		assert_int_equal(data->rates[REPORT_STORES][i], 1);
	assert_int_equal(data->lost[4], 12);
	assert_int_equal(data->loss_places, 1);
	assert_true(isnan(data->pool[2]));
	assert_near(data->pool[3], 4096);
	assert_near(data->limit[29], 8192);
	/* 130 bytes are three chunks */
	assert_int_equal(data->stored_sizes[3], 29);
	assert_int_equal(data->cgroups.count, 1);
	assert_int_equal(data->cgroups.list[0].counts[REPORT_STORES], 29);
	report_data_free(data);
	free(page_of(recording));
}

/* A latency is in the row whose bounds it has. */
static void rows(void **state)
{
	static const uint64_t latencies[] = { 1, 2, 3, 999, 1000, 65535, 65536, 1ULL << 63, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(latencies); i++) {
		struct zs_recorder *recorder = begin();
		struct zswap_event event = event_at(1000, ZSWAP_EVENT_LOAD);
		struct zs_recording *recording;
		struct report_data *data;
		unsigned int found = 0;

		event.duration_ns = latencies[i];
		put(recorder, &event);
		recording = end(recorder);
		data = report_data_gather(recording, &error);
		assert_non_null(data);
		for (unsigned int row = 0; row < REPORT_ROWS; row++) {
			if (!data->heat[REPORT_HEAT_LOAD][row][0])
				continue;
			found++;
			assert_true((double)latencies[i] >= report_row_low(row) * (1 - 1e-4));
			assert_true((double)latencies[i] <= report_row_low(row + 1) * (1 + 1e-4));
		}
		assert_int_equal(found, 1);
		report_data_free(data);
		free(page_of(recording));
	}
}

static void nothing(void **state)
{
	char *page;

	(void)state;
	page = page_of(end(begin()));
	assert_non_null(strstr(page, "No event was recorded"));
	assert_null(strstr(page, "Not all is here"));
	free(page);
}

/* Events that no kernel sends: numbers that are too large, kinds that do not exist. */
static void senseless(void **state)
{
	struct zs_recorder *recorder = begin();
	struct zswap_event event;
	struct zswap_state pool;
	char *page;

	(void)state;
	for (unsigned int i = 0; i < 3000; i++) {
		unsigned char *bytes = (unsigned char *)&event;

		for (size_t k = 0; k < sizeof(event); k++)
			bytes[k] = i % 3 ? (unsigned char)(i * 31 + k * i) : i % 2 ? 0xff : 0;
		event.event = (uint8_t)(i % 20);
		event.cpu = 0;
		put(recorder, &event);
	}
	memset(&pool, 0xff, sizeof(pool));
	assert_true(zs_recorder_states(recorder, &pool, 1, &error));
	zs_recorder_fact(recorder, "zswap.max_compression_ratio", "%s", "18446744073709551615");
	zs_recorder_fact(recorder, "start_real_ns", "%s", "18446744073709551615");
	zs_recorder_fact(recorder, "start_mono_ns", "%s", "1");
	zs_recorder_fact(recorder, "end_mono_ns", "%s", "18446744073709551615");
	page = page_of(end(recorder));
	assert_null(strstr(page, "nan"));
	assert_null(strstr(page, "inf%"));
	assert_true(strlen(page) < 500000);
	free(page);
}

/* Names are text, however long and whatever is in them. */
static void names(void **state)
{
	struct zs_recorder *recorder = begin();
	struct zswap_event event = event_at(1000, ZSWAP_EVENT_REJECT);
	char *page, longest[4096];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	put(recorder, &event);
	event.cgroup = 8;
	put(recorder, &event);
	zs_recorder_cgroup(recorder, 7, "/<script>alert(1)</script>");
	zs_recorder_cgroup(recorder, 8, longest);
	zs_recorder_process(recorder, 9, "<b>\"'&\x80");
	zs_recorder_fact(recorder, "command", "%s", "<i>rm -rf</i>");
	page = page_of(end(recorder));
	assert_null(strstr(page, "<script>alert"));
	assert_null(strstr(page, "<i>rm"));
	assert_null(strstr(page, "<b>"));
	assert_non_null(strstr(page, "&lt;b&gt;&quot;&#39;&amp;"));
	assert_null(strstr(page, longest));
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups),
		cmocka_unit_test_setup_teardown(columns, fixture_start, fixture_stop),
		cmocka_unit_test_setup_teardown(rows, fixture_start, fixture_stop),
		cmocka_unit_test_setup_teardown(nothing, fixture_start, fixture_stop),
		cmocka_unit_test_setup_teardown(senseless, fixture_start, fixture_stop),
		cmocka_unit_test_setup_teardown(names, fixture_start, fixture_stop),
	};

	return cmocka_run_group_tests_name("trace_report_html", tests, NULL, NULL);
}
