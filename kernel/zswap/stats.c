// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, and /sys/kernel/debug/zswap/: the built-in zswap's files, with the
 * same meaning, and more.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/frontswap.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/zbud.h>

#include "zswap.h"

struct zswap_stats zswap_stats;

static struct dentry *debugfs_dir;

static int counter_get(void *data, u64 *value)
{
	*value = atomic64_read((atomic64_t *)data);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(counter_fops, counter_get, NULL, "%llu\n");

/* What is asked for at the time, and not counted as it happens. */
#define DEFINE_COMPUTED(name, expression)				\
static int name##_get(void *data, u64 *value)				\
{									\
	*value = (expression);						\
	return 0;							\
}									\
DEFINE_DEBUGFS_ATTRIBUTE(name##_fops, name##_get, NULL, "%llu\n")

static struct zbud_usage pool_usage(void)
{
	struct zbud_usage usage;

	zbud_get_usage(zswap_pool, &usage);
	return usage;
}

DEFINE_COMPUTED(pool_pages, zswap_pool_pages());
DEFINE_COMPUTED(pool_total_size, zswap_pool_pages() << PAGE_SHIFT);
DEFINE_COMPUTED(stored_pages, frontswap_stored_pages());
DEFINE_COMPUTED(compressors, zswap_compressors_live());
DEFINE_COMPUTED(pool_unbuddied_pages, pool_usage().unbuddied);
DEFINE_COMPUTED(pool_free_bytes, pool_usage().free_bytes);
DEFINE_COMPUTED(pool_lost_bytes, pool_usage().lost_bytes);
DEFINE_COMPUTED(pool_frames_1_page, pool_usage().frames[0]);
DEFINE_COMPUTED(pool_frames_2_pages, pool_usage().frames[1]);
DEFINE_COMPUTED(pool_frames_4_pages, pool_usage().frames[2]);
DEFINE_COMPUTED(pool_frames_whole, pool_usage().whole);
DEFINE_COMPUTED(pool_order_denied, pool_usage().denied);
DEFINE_COMPUTED(pool_compactions, pool_usage().compactions);
DEFINE_COMPUTED(pool_moved_bytes, pool_usage().moved_bytes);
DEFINE_COMPUTED(pool_pinned, pool_usage().pinned);

static const struct {
	const char *name;
	const struct file_operations *fops;
} computed[] = {
	{ "pool_pages", &pool_pages_fops },
	{ "pool_total_size", &pool_total_size_fops },
	{ "stored_pages", &stored_pages_fops },
	{ "compressors", &compressors_fops },
	{ "pool_unbuddied_pages", &pool_unbuddied_pages_fops },
	{ "pool_free_bytes", &pool_free_bytes_fops },
	{ "pool_lost_bytes", &pool_lost_bytes_fops },
	{ "pool_frames_1_page", &pool_frames_1_page_fops },
	{ "pool_frames_2_pages", &pool_frames_2_pages_fops },
	{ "pool_frames_4_pages", &pool_frames_4_pages_fops },
	{ "pool_frames_whole", &pool_frames_whole_fops },
	{ "pool_order_denied", &pool_order_denied_fops },
	{ "pool_compactions", &pool_compactions_fops },
	{ "pool_moved_bytes", &pool_moved_bytes_fops },
	{ "pool_pinned", &pool_pinned_fops },
};

static const struct {
	const char *name;
	atomic64_t *counter;
} counters[] = {
	{ "pool_limit_hit", &zswap_stats.pool_limit_hit },
	{ "written_back_pages", &zswap_stats.written_back_pages },
	{ "duplicate_entry", &zswap_stats.duplicate_entry },
	{ "decompress_fail", &zswap_stats.decompress_fail },
	{ "second_chances", &zswap_stats.second_chances },
	{ "same_filled_pages", &zswap_stats.same_filled_pages },
	{ "stored_incompressible_pages", &zswap_stats.stored_incompressible_pages },
#define REJECT_COUNTER(symbol, name) \
	{ "reject_" name, &zswap_stats.reject[ZSWAP_REJECT_##symbol] },
	ZSWAP_REJECT_REASONS(REJECT_COUNTER)
};

/** zswap_stats_init() - make the files; without debugfs there are none */
void zswap_stats_init(void)
{
	unsigned int i;

	debugfs_dir = debugfs_create_dir("zswap", NULL);
	if (PTR_ERR_OR_ZERO(debugfs_dir) == -EEXIST) {
		/* it belongs to the built-in zswap, from when it was enabled */
		pr_info("statistics are in debugfs' zswap_zbud/, as zswap/ is the built-in zswap's\n");
		debugfs_dir = debugfs_create_dir("zswap_zbud", NULL);
	}
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		debugfs_create_file(counters[i].name, 0444, debugfs_dir,
				    counters[i].counter, &counter_fops);
	for (i = 0; i < ARRAY_SIZE(computed); i++)
		debugfs_create_file(computed[i].name, 0444, debugfs_dir, NULL,
				    computed[i].fops);
}

/** zswap_stats_exit() - remove them */
void zswap_stats_exit(void)
{
	debugfs_remove(debugfs_dir);
}
