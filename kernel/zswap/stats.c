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

#include "zswap.h"

struct zswap_stats zswap_stats;

static struct dentry *debugfs_dir;

static int counter_get(void *data, u64 *value)
{
	*value = atomic64_read((atomic64_t *)data);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(counter_fops, counter_get, NULL, "%llu\n");

static int pool_pages_get(void *data, u64 *value)
{
	*value = zswap_pool_pages();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(pool_pages_fops, pool_pages_get, NULL, "%llu\n");

static int pool_total_size_get(void *data, u64 *value)
{
	*value = zswap_pool_pages() << PAGE_SHIFT;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(pool_total_size_fops, pool_total_size_get, NULL, "%llu\n");

static int stored_pages_get(void *data, u64 *value)
{
	*value = frontswap_stored_pages();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(stored_pages_fops, stored_pages_get, NULL, "%llu\n");

static const struct {
	const char *name;
	atomic64_t *counter;
} counters[] = {
	{ "pool_limit_hit", &zswap_stats.pool_limit_hit },
	{ "written_back_pages", &zswap_stats.written_back_pages },
	{ "duplicate_entry", &zswap_stats.duplicate_entry },
	{ "decompress_fail", &zswap_stats.decompress_fail },
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
	debugfs_create_file("pool_pages", 0444, debugfs_dir, NULL,
			    &pool_pages_fops);
	debugfs_create_file("pool_total_size", 0444, debugfs_dir, NULL,
			    &pool_total_size_fops);
	debugfs_create_file("stored_pages", 0444, debugfs_dir, NULL,
			    &stored_pages_fops);
}

/** zswap_stats_exit() - remove them */
void zswap_stats_exit(void)
{
	debugfs_remove(debugfs_dir);
}
