// SPDX-License-Identifier: GPL-2.0-or-later
/* Which metrics there are, from which source, with which numbers. */
#include "test.h"

#include <unistd.h>

#include "metrics.h"

static char *text;

static int stop(void **state)
{
	free(text);
	text = NULL;
	return fixture_stop(state);
}

static int forget(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

static void write_text(const struct zs_metrics_data *data, enum zs_dialect dialect)
{
	size_t length;

	free(text);
	text = zs_metrics_write(data, dialect, &length);
	assert_non_null(text);
	assert_int_equal(strlen(text), length);
}

/* Whether that is a whole line. */
static bool has_line(const char *line)
{
	size_t length = strlen(line);

	for (const char *at = text; (at = strstr(at, line)); at++)
		if ((at == text || at[-1] == '\n') && at[length] == '\n')
			return true;
	return false;
}

static bool has_family(const char *name)
{
	char start[128];

	snprintf(start, sizeof(start), "# TYPE %s ", name);
	return strstr(text, start);
}

static void every_counter_is_there(void **state)
{
	struct zs_metrics_data data = { .kind = ZS_SOURCE_TP_BTF, .note = "" };
	__u64 *words = (__u64 *)&data.snapshot.stats;
	char line[128];

	(void)state;
	for (size_t i = 0; i < sizeof(data.snapshot.stats) / sizeof(*words); i++)
		words[i] = i + 1;
	write_text(&data, ZS_DIALECT_TEXT);
	for (size_t i = 0; i < zs_counter_count; i++) {
		const char *name = zs_counter_infos[i].name;

		if (!strcmp(name, "store_bytes_out"))
			name = "store_bytes";
		snprintf(line, sizeof(line), "zswap_%s_total %llu", name,
			 (unsigned long long)zs_counter(&data.snapshot.stats, i));
		if (!has_line(line))
			fail_msg("no line '%s'", line);
		snprintf(line, sizeof(line), "# HELP zswap_%s_total Counter ", name);
		if (strstr(text, line))
			fail_msg("no words for the counter %s", name);
	}
	for (unsigned int i = 0; i < ZSWAP_REJECT_SLOTS; i++) {
		snprintf(line, sizeof(line), "zswap_rejects_by_reason_total{reason=\"%s\"} %llu",
			 zs_reason_name(i),
			 (unsigned long long)data.snapshot.stats.usage.reject_by_reason[i]);
		assert_true(has_line(line));
	}
	for (unsigned int i = 0; i < ZSWAP_CAUSE_SLOTS; i++) {
		snprintf(line, sizeof(line), "zswap_evicts_by_cause_total{cause=\"%s\"} %llu",
			 zs_cause_name(i),
			 (unsigned long long)data.snapshot.stats.pool.evict_by_cause[i]);
		assert_true(has_line(line));
	}
	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++) {
		snprintf(line, sizeof(line), "zswap_%s_%s_count %llu", zs_hist_infos[i].name,
			 zs_hist_infos[i].unit == ZS_UNIT_BYTES ? "bytes" : "seconds",
			 (unsigned long long)zs_hist_count(zs_stats_hist(&data.snapshot.stats, i)));
		assert_true(has_line(line));
	}
	assert_non_null(strstr(text, "zswap_evict_duration_by_cause_seconds_bucket{cause=\"drain\",le=\"1.27e-07\"} "));
}

static void health(void **state)
{
	struct zs_metrics_data data = {
		.kind = ZS_SOURCE_FENTRY, .note = "a \"note\"",
		.snapshot = { .missed = 3, .health = { .who_overflow = 4, .calls_lost = 5 } },
	};

	(void)state;
	write_text(&data, ZS_DIALECT_TEXT);
	assert_true(has_line("zswap_health_missed_total 3"));
	assert_true(has_line("zswap_health_who_overflow_total 4"));
	assert_true(has_line("zswap_health_pages_forgotten_total 0"));
	assert_true(has_line("zswap_health_calls_lost_total 5"));
	assert_true(has_line("zswap_source_info{source=\"fentry\",version=\"" ZSWAPSCOPE_VERSION
			     "\",note=\"a \\\"note\\\"\"} 1"));
	assert_true(has_line("zswap_state{state=\"unsupported\"} 1"));
}

/* A 0 would say that it does not happen. */
static void what_a_source_cannot_see_is_left_out(void **state)
{
	static const char *const pool_alone[] = {
		"zswap_evicts_total", "zswap_evict_age_seconds", "zswap_evict_frames_total",
		"zswap_evict_pages_total",
		"zswap_pool_limit_reached_total", "zswap_evict_duration_by_cause_seconds",
		"zswap_pool_limit_duration_seconds", "zswap_evicts_by_cause_total",
	};
	struct zs_metrics_data data = { .kind = ZS_SOURCE_TP_BTF, .note = "" };

	(void)state;
	write_text(&data, ZS_DIALECT_TEXT);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(pool_alone); i++)
		assert_true(has_family(pool_alone[i]));
	data.kind = ZS_SOURCE_KPROBE;
	write_text(&data, ZS_DIALECT_TEXT);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(pool_alone); i++)
		assert_false(has_family(pool_alone[i]));
	assert_true(has_family("zswap_load_duration_seconds"));
	data.kind = ZS_SOURCE_COUNTERS;
	write_text(&data, ZS_DIALECT_TEXT);
	assert_false(has_family("zswap_load_duration_seconds"));
	assert_false(has_family("zswap_stores_total"));
	assert_false(has_family("zswap_pool_bytes"));
	assert_false(has_family("zswap_health_missed_total"));
}

static void dialects(void **state)
{
	struct zs_metrics_data data = { .kind = ZS_SOURCE_TP_BTF, .note = "" };

	(void)state;
	write_text(&data, ZS_DIALECT_TEXT);
	assert_true(has_line("# TYPE zswap_stores_total counter"));
	write_text(&data, ZS_DIALECT_OPENMETRICS);
	assert_true(has_line("# TYPE zswap_stores counter"));
	assert_true(has_line("zswap_stores_total 0"));
	assert_true(has_line("# UNIT zswap_store_duration_seconds seconds"));
	assert_string_equal(text + strlen(text) - 6, "# EOF\n");
}

static void by_cgroup(void **state)
{
	struct zs_label list[] = {
		{ .text = (char *)"(other)", .words = { [0] = 1 } },
		{ .text = (char *)"/a\n\"b\"", .path = (char *)"/nowhere", .named = true,
		  .words = { [0] = 2, [offsetof(struct zswap_usage, reject_by_reason[1]) / 8] = 3 } },
		{ .text = (char *)"/small", .path = (char *)"/nowhere", .words = { [0] = 4 } },
	};
	struct zs_labels labels = { .list = list, .count = 3 };
	struct zs_metrics_data data = { .kind = ZS_SOURCE_TP_BTF, .note = "", .labels = &labels };

	(void)state;
	write_text(&data, ZS_DIALECT_TEXT);
	assert_true(has_line("zswap_cgroup_stores_total{cgroup=\"(other)\"} 1"));
	assert_true(has_line("zswap_cgroup_stores_total{cgroup=\"/a\\n\\\"b\\\"\"} 2"));
	assert_true(has_line("zswap_cgroup_rejects_by_reason_total{cgroup=\"/a\\n\\\"b\\\"\",reason=\"large_folio\"} 3"));
	assert_null(strstr(text, "/small"));
	assert_false(has_family("zswap_cgroup_evicts_total"));
}

static void by_swap_area(void **state)
{
	struct zs_device list[] = {
		{ .name = "/dev/vda", .type = 1, .size_bytes = 8192, .used_bytes = 4096 },
		{ .name = "/swap\377", .type = -1, .size_bytes = 1 },
		{ .name = "/dev/vda", .type = 2, .size_bytes = 2 },
	};
	struct zs_devices devices = { .list = list, .count = 3 };
	struct zs_metrics_data data = { .kind = ZS_SOURCE_FENTRY, .note = "", .devices = &devices };

	(void)state;
	data.snapshot.stats.pool.device[1].stores = 5;
	data.snapshot.stats.pool.device[3].invalidates = 6;
	write_text(&data, ZS_DIALECT_TEXT);
	assert_true(has_line("zswap_device_size_bytes{device=\"/dev/vda\"} 8192"));
	assert_true(has_line("zswap_device_used_bytes{device=\"/dev/vda\"} 4096"));
	assert_true(has_line("zswap_device_size_bytes{device=\"/swap\\\\xff\"} 1"));
	assert_false(has_line("zswap_device_size_bytes{device=\"/dev/vda\"} 2"));
	assert_true(has_line("zswap_device_info{device=\"/dev/vda\",type=\"1\"} 1"));
	assert_null(strstr(text, "type=\"-1\""));
	assert_true(has_line("zswap_device_stores_total{type=\"1\"} 5"));
	assert_true(has_line("zswap_device_stores_total{type=\"3\"} 0"));
	assert_true(has_line("zswap_device_invalidates_total{type=\"3\"} 6"));
	assert_null(strstr(text, "zswap_device_stores_total{type=\"0\"}"));
}

static void files(void)
{
	fixture_file("/sys/module/zswap_zbud/parameters/enabled", "Y\n");
	fixture_file("/sys/module/zswap_zbud/parameters/compressor", "lzo\n");
	fixture_file("/sys/module/zswap_zbud/parameters/max_pool_percent", "20\n");
	fixture_file("/sys/kernel/debug/zswap/pool_pages", "1000\n");
	fixture_file("/sys/kernel/debug/zswap/stored_pages", "1700\n");
	fixture_file("/sys/kernel/debug/zswap/reject_compress_poor", "5\n");
	fixture_file("/sys/kernel/debug/zswap/pool_unbuddied_pages", "6\n");
	fixture_file("/sys/kernel/debug/zswap/pool_free_bytes", "7\n");
	fixture_file("/sys/kernel/debug/zswap/pool_lost_bytes", "8\n");
	fixture_file("/proc/meminfo", "MemTotal: 500000 kB\nSwapTotal: 1000 kB\nSwapFree: 900 kB\n");
	fixture_file("/proc/vmstat", "zswpin 7\nzswpout 8\nzswpwb 9\npswpin 10\n");
	fixture_file("/proc/swaps", "Filename Type Size Used Priority\n/dev/vda partition 1000 100 -2\n");
}

static void from_files(void **state)
{
	struct zs_options options = { .kind = ZS_SOURCE_COUNTERS, .root = fixture_root };
	struct zs_metrics_options what = { .cgroups = 3, .root = fixture_root };
	struct zs_source *source;
	struct zs_metrics *metrics;
	size_t length;

	(void)state;
	files();
	source = zs_source_open(&options, NULL);
	assert_non_null(source);
	metrics = zs_metrics_open(source, &what, NULL);
	assert_non_null(metrics);
	text = zs_metrics_text(metrics, ZS_DIALECT_TEXT, &length, NULL);
	assert_non_null(text);
	zs_metrics_close(metrics);
	zs_source_close(source);
	assert_true(has_line("zswap_pool_bytes 4096000"));
	assert_true(has_line("zswap_pool_limit_bytes 102400000"));
	assert_true(has_line("zswap_stored_pages 1700"));
	assert_true(has_line("zswap_stored_bytes 6963200"));
	assert_true(has_line("zswap_pool_ratio 1.7"));
	assert_true(has_line("zswap_pool_unbuddied_frames 6"));
	assert_true(has_line("zswap_pool_free_bytes 7"));
	assert_true(has_line("zswap_pool_lost_bytes 8"));
	assert_true(has_line("zswap_swap_bytes 1024000"));
	assert_true(has_line("zswap_device_used_bytes{device=\"/dev/vda\"} 102400"));
	assert_true(has_line("zswap_enabled 1"));
	assert_true(has_line("zswap_state{state=\"active\"} 1"));
	assert_true(has_line("zswap_parameters_info{compressor=\"lzo\",max_pool_percent=\"20\",zswap=\"zswap_zbud\"} 1"));
	assert_true(has_line("zswap_stores_total 8"));
	assert_true(has_line("zswap_loads_total 7"));
	assert_true(has_line("zswap_writebacks_total 9"));
	assert_true(has_line("zswap_disk_reads_total 10"));
	assert_true(has_line("zswap_rejects_total 5"));
	assert_true(has_line("zswap_kernel_stores_total 8"));
	assert_true(has_line("zswap_kernel_rejects_by_reason_total{reason=\"compress_poor\"} 5"));
	assert_false(has_family("zswap_evicts_total"));
	assert_false(has_family("zswap_cgroup_stores_total"));
	assert_false(has_family("zswap_writebacks_by_cause_total"));
}

/* As for who has given up his rights: root's folder is closed, but it was open before. */
static void a_kept_folder_of_debugfs(void **state)
{
	char path[PATH_MAX], moved[PATH_MAX];
	struct zs_pool pool;

	(void)state;
	files();
	assert_true(zs_pool_keep_debugfs(fixture_root));
	snprintf(path, sizeof(path), "%s/sys/kernel/debug", fixture_root);
	snprintf(moved, sizeof(moved), "%s/sys/kernel/closed", fixture_root);
	assert_int_equal(rename(path, moved), 0);
	zs_pool_read(&pool, fixture_root);
	assert_true(pool.have & ZS_HAVE_REJECTS);
	assert_int_equal(pool.stored_pages, 1700);
}

#define WITH_FILES(test)	cmocka_unit_test_setup_teardown(test, fixture_start, stop)
#define WRITES(test)		cmocka_unit_test_teardown(test, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WRITES(every_counter_is_there),
		WRITES(health),
		WRITES(what_a_source_cannot_see_is_left_out),
		WRITES(dialects),
		WRITES(by_cgroup),
		WRITES(by_swap_area),
		WITH_FILES(from_files),
		WITH_FILES(a_kept_folder_of_debugfs),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
