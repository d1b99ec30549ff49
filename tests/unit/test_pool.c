// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of the pool from files, whole, in parts, and broken. */
#include "test.h"

#define PARAMETERS	"/sys/module/zswap_zbud/parameters/"
#define DEBUGFS		"/sys/kernel/debug/zswap/"

static void whole(void)
{
	fixture_file(PARAMETERS "enabled", "Y\n");
	fixture_file(PARAMETERS "compressor", "lzo\n");
	fixture_file(PARAMETERS "max_pool_percent", "20\n");
	fixture_file(PARAMETERS "max_compression_ratio", "80\n");
	fixture_file(DEBUGFS "pool_pages", "1000\n");
	fixture_file(DEBUGFS "stored_pages", "1700\n");
	fixture_file(DEBUGFS "pool_limit_hit", "3\n");
	fixture_file(DEBUGFS "written_back_pages", "18446744073709551615\n");
	fixture_file(DEBUGFS "duplicate_entry", "4\n");
	fixture_file(DEBUGFS "reject_compress_poor", "5\n");
	fixture_file(DEBUGFS "reject_alloc_fail", "6\n");
	fixture_file("/proc/meminfo",
		     "MemTotal:         500000 kB\n"
		     "SwapTotal:       1000000 kB\n"
		     "SwapFree:         900000 kB\n"
		     "Zswap:              4444 kB\n"
		     "Zswapped:           8888 kB\n");
	fixture_file("/proc/vmstat", "nr_free_pages 1\nzswpin 7\nzswpout 8\nzswpwb 9\n");
}

static void all_is_read(void **state)
{
	struct zs_pool pool;
	double ratio;

	(void)state;
	whole();
	zs_pool_read(&pool, fixture_root);
	assert_int_equal(pool.have, (ZS_HAVE_DUPLICATE << 1) - 1);
	assert_true(pool.ours);
	assert_true(pool.enabled);
	assert_string_equal(pool.compressor, "lzo");
	assert_int_equal(pool.max_pool_percent, 20);
	assert_int_equal(pool.max_compression_ratio, 80);
	assert_int_equal(pool.pool_bytes, 4096000);
	assert_int_equal(pool.limit_bytes, 102400000);
	assert_int_equal(pool.stored_pages, 1700);
	assert_int_equal(pool.pool_limit_hit, 3);
	assert_true(pool.written_back == UINT64_MAX);
	assert_int_equal(pool.duplicates, 4);
	assert_int_equal(pool.rejects[ZSWAP_REJECT_COMPRESS_POOR], 5);
	assert_int_equal(pool.rejects[ZSWAP_REJECT_ALLOC_FAIL], 6);
	assert_int_equal(pool.swap_bytes, 1024000000);
	assert_int_equal(pool.zswpin, 7);
	assert_int_equal(pool.zswpout, 8);
	assert_int_equal(pool.zswpwb, 9);
	assert_true(zs_pool_ratio(&pool, &ratio));
	assert_near(ratio, 1.7);
	assert_string_equal(zs_pool_state(&pool), "enabled");
}

static void without_debugfs_meminfo_serves(void **state)
{
	struct zs_pool pool;

	(void)state;
	fixture_file("/proc/meminfo", "MemTotal: 500000 kB\nZswap: 4000 kB\nZswapped: 8000 kB\n");
	zs_pool_read(&pool, fixture_root);
	assert_int_equal(pool.pool_bytes, 4000 * 1024);
	assert_int_equal(pool.stored_pages, 2000);
	assert_int_equal(pool.have, ZS_HAVE_POOL | ZS_HAVE_STORED);
}

static void our_own_folder_of_debugfs_comes_first(void **state)
{
	struct zs_pool pool;

	(void)state;
	whole();
	fixture_file("/sys/kernel/debug/zswap_zbud/stored_pages", "11\n");
	zs_pool_read(&pool, fixture_root);
	assert_int_equal(pool.stored_pages, 11);
}

static void nothing_is_there(void **state)
{
	struct zs_pool pool;
	double ratio;

	(void)state;
	zs_pool_read(&pool, fixture_root);
	assert_int_equal(pool.have, 0);
	assert_false(zs_pool_ratio(&pool, &ratio));
	assert_non_null(strstr(zs_pool_state(&pool), "not supported"));
}

static void an_empty_pool_has_no_ratio(void **state)
{
	struct zs_pool pool = { .have = ZS_HAVE_POOL | ZS_HAVE_STORED };
	double ratio;

	(void)state;
	assert_false(zs_pool_ratio(&pool, &ratio));
}

static void garbage_is_not_known(void **state)
{
	static const char *const garbage[] = {
		"", "\n", "-1\n", "12x\n", "99999999999999999999\n", "0x10\n", " 7\n",
	};
	struct zs_pool pool;

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(garbage); i++) {
		whole();
		fixture_file(DEBUGFS "pool_limit_hit", garbage[i]);
		zs_pool_read(&pool, fixture_root);
		assert_int_equal(pool.have & ZS_HAVE_LIMIT_HIT, 0);
	}
	fixture_file("/proc/vmstat", "zswpin\nzswpout \nzswpinx 3\n\n");
	zs_pool_read(&pool, fixture_root);
	assert_int_equal(pool.have & ZS_HAVE_VMSTAT, 0);
}

static void the_states_have_their_words(void **state)
{
	struct zs_pool pool;

	(void)state;
	whole();
	fixture_file(PARAMETERS "enabled", "N\n");
	zs_pool_read(&pool, fixture_root);
	assert_non_null(strstr(zs_pool_state(&pool), "disabled"));

	fixture_file(PARAMETERS "enabled", "Y\n");
	fixture_file("/proc/meminfo", "MemTotal: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
	zs_pool_read(&pool, fixture_root);
	assert_non_null(strstr(zs_pool_state(&pool), "swapon"));
}

static void the_release_tells_whether_modules_fit(void **state)
{
	static const struct {
		const char *release;
		bool fits;
	} cases[] = {
		{ "6.12.117+deb12-amd64\n", true }, { "6.12\n", true }, { "6.12-rc1\n", true },
		{ "6.1.0-56-amd64\n", false }, { "6.120.1\n", false }, { "16.12\n", false },
	};
	struct zs_pool pool;

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(cases); i++) {
		fixture_file("/proc/sys/kernel/osrelease", cases[i].release);
		zs_pool_read(&pool, fixture_root);
		assert_int_equal(pool.loadable, cases[i].fits);
	}
}

static void the_kernels_own_zswap_is_told_apart(void **state)
{
	struct zs_pool pool;

	(void)state;
	fixture_file("/sys/module/zswap/parameters/enabled", "N\n");
	fixture_file("/sys/module/zswap/parameters/compressor", "zstd\n");
	fixture_file("/sys/module/zswap/parameters/max_pool_percent", "30\n");
	zs_pool_read(&pool, fixture_root);
	assert_false(pool.ours);
	assert_string_equal(pool.compressor, "zstd");
	assert_int_equal(pool.max_compression_ratio, 100);
	assert_non_null(strstr(zs_pool_state(&pool), "own"));
}

/* Its counters begin again; what is told must not. */
static void a_module_that_is_loaded_again_goes_on(void **state)
{
	const struct zs_options options = { .kind = ZS_SOURCE_COUNTERS, .root = fixture_root };
	static const struct {
		const char *file;
		uint64_t sum;
	} turns[] = { { "5\n", 5 }, { "7\n", 7 }, { "", 7 }, { "0\n", 7 }, { "2\n", 9 }, { "1\n", 10 } };
	struct zs_snapshot snapshot;
	struct zs_source *source;

	(void)state;
	whole();
	source = zs_source_open(&options, NULL);
	assert_non_null(source);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(turns); i++) {
		fixture_file(DEBUGFS "reject_compress_poor", turns[i].file);
		assert_true(zs_source_snapshot(source, &snapshot, NULL));
		assert_int_equal(snapshot.stats.usage.reject_by_reason[ZSWAP_REJECT_COMPRESS_POOR],
				 turns[i].sum);
		/* those for another reason stay as they are */
		assert_int_equal(snapshot.stats.usage.rejects, turns[i].sum + 6);
	}
	zs_source_close(source);
}

#define WITH_FILES(test) \
	cmocka_unit_test_setup_teardown(test, fixture_start, fixture_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILES(all_is_read),
		WITH_FILES(without_debugfs_meminfo_serves),
		WITH_FILES(our_own_folder_of_debugfs_comes_first),
		WITH_FILES(nothing_is_there),
		cmocka_unit_test(an_empty_pool_has_no_ratio),
		WITH_FILES(garbage_is_not_known),
		WITH_FILES(the_states_have_their_words),
		WITH_FILES(the_release_tells_whether_modules_fit),
		WITH_FILES(a_module_that_is_loaded_again_goes_on),
		WITH_FILES(the_kernels_own_zswap_is_told_apart),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
