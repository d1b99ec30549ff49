// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters, in /sys/module/zswap_zbud/parameters/.
 *
 * A bad value is refused with EINVAL and the old one stays.  What the store
 * path needs of them is computed here, once, so that it divides nothing.
 *
 * Locks: the module's parameter lock serialises the setters.  Within it, or where a
 * store finds the pool at its limit, "limits_lock", a leaf, has the limits computed
 * by one at a time.  Readers take none; the compressor is found under RCU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/crypto.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/zbud.h>
#include <trace/events/zswap.h>

#include "zswap.h"

struct zswap_params zswap_params = {
	.enabled = true,
	.same_filled_pages = true,
};

/*
 * The worker begins when a 32nd of the pool is left, and ends at a 16th: little
 * enough to be no loss, and enough for the stores that come meanwhile.
 */
#define BACKGROUND_SHIFT	5
#define GOAL_SHIFT		4

/* A number within bounds, which setters write, and who acts on a new one. */
struct bounded {
	unsigned int value;
	unsigned int least;
	unsigned int most;
	void (*changed)(void);
};

static void limits_changed(void);
static void ratio_changed(void);
static void shape_changed(void);

static struct bounded max_pool_percent = { 20, 0, 100, limits_changed };
static struct bounded accept_threshold_percent = { 95, 0, 100, limits_changed };
static struct bounded max_compression_ratio = { 100, 1, 100, ratio_changed };
/* Of new frames: how many compressed pages share one, and the order of its size. */
static struct bounded buddies = { 16, 2, ZBUD_MAX_BUDDIES, shape_changed };
static struct bounded frame_order = { 1, 0, ZBUD_MAX_ORDER, shape_changed };

/* Else limits of a percentage before could come after those of a new one, and stay. */
static DEFINE_SPINLOCK(limits_lock);

static const char default_compressor[] = "lzo";
static char compressor_name[CRYPTO_MAX_ALG_NAME] = "lzo";

static struct zswap_compressor __rcu *current_compressor;
/* zswap_params_init() has run: setters from now on act, and not only note */
static bool params_live;

/**
 * zswap_params_refresh_limit() - compute the pool's limits from RAM's size
 *
 * RAM can be added and removed; whoever finds the pool at its limit has the
 * time to look whether it still is.
 *
 * Context: any.
 */
void zswap_params_refresh_limit(void)
{
	unsigned long pages;

	spin_lock(&limits_lock);
	/* a setter has written before it comes here, without the lock */
	pages = totalram_pages() * READ_ONCE(max_pool_percent.value) / 100;
	WRITE_ONCE(zswap_params.max_pages, pages);
	WRITE_ONCE(zswap_params.accept_pages,
		   pages * READ_ONCE(accept_threshold_percent.value) / 100);
	WRITE_ONCE(zswap_params.background_pages,
		   pages - (pages >> BACKGROUND_SHIFT));
	WRITE_ONCE(zswap_params.background_goal, pages - (pages >> GOAL_SHIFT));
	spin_unlock(&limits_lock);
}

static void limits_changed(void)
{
	zswap_params_refresh_limit();
	if (params_live)
		zswap_reclaim_new_limits();
}

static void ratio_changed(void)
{
	size_t length = PAGE_SIZE * max_compression_ratio.value / 100;

	WRITE_ONCE(zswap_params.max_length, min(length, zbud_max_size()));
}

static void shape_changed(void)
{
	if (!params_live)
		return;
	zbud_set_shape(zswap_pool, buddies.value, frame_order.value);
	WRITE_ONCE(zswap_params.frame_pages, 1U << frame_order.value);
}

static int bounded_set(const char *val, const struct kernel_param *kp)
{
	struct bounded *param = kp->arg;
	unsigned int value;

	if (kstrtouint(val, 10, &value) || value < param->least || value > param->most)
		return -EINVAL;
	WRITE_ONCE(param->value, value);
	param->changed();
	return 0;
}

static int bounded_get(char *buffer, const struct kernel_param *kp)
{
	const struct bounded *param = kp->arg;

	return sysfs_emit(buffer, "%u\n", param->value);
}

/* Make it the current one; entries of the one before keep that alive. */
static int switch_compressor(const char *name)
{
	struct zswap_compressor *comp, *old;

	comp = zswap_compressor_create(name);
	if (IS_ERR(comp))
		return PTR_ERR(comp);
	old = rcu_replace_pointer(current_compressor, comp, true);
	if (old)
		zswap_compressor_retire(old);
	return 0;
}

static int compressor_set(const char *val, const struct kernel_param *kp)
{
	char buffer[CRYPTO_MAX_ALG_NAME], *name;
	int err;

	if (strscpy(buffer, val, sizeof(buffer)) < 0)
		return -EINVAL;
	name = strim(buffer);
	if (!*name)
		return -EINVAL;
	if (params_live && strcmp(name, compressor_name)) {
		err = switch_compressor(name);
		if (err == -ENOENT) {
			pr_err("compressor %s is not known to this kernel; still using %s\n",
			       name, compressor_name);
			return -EINVAL;
		}
		if (err)
			return err;
		trace_zswap_compressor(compressor_name, name);
	}
	strscpy(compressor_name, name, sizeof(compressor_name));
	return 0;
}

static int compressor_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", compressor_name);
}

/* What becomes of a page that does not compress; by zswap_params' member. */
static const char *const incompressible_words[] = { "reject", "keep" };

static int incompressible_set(const char *val, const struct kernel_param *kp)
{
	int choice = sysfs_match_string(incompressible_words, val);

	if (choice < 0)
		return -EINVAL;
	WRITE_ONCE(zswap_params.keep_incompressible, choice);
	return 0;
}

static int incompressible_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n",
			  incompressible_words[zswap_params.keep_incompressible]);
}

static const struct kernel_param_ops bounded_ops = {
	.set = bounded_set,
	.get = bounded_get,
};

static const struct kernel_param_ops incompressible_ops = {
	.set = incompressible_set,
	.get = incompressible_get,
};

static const struct kernel_param_ops compressor_ops = {
	.set = compressor_set,
	.get = compressor_get,
};

module_param_named(enabled, zswap_params.enabled, bool, 0644);
MODULE_PARM_DESC(enabled, "accept pages (default Y); those held stay readable");
module_param_cb(max_pool_percent, &bounded_ops, &max_pool_percent, 0644);
MODULE_PARM_DESC(max_pool_percent, "limit of the pool, percent of RAM (default 20)");
module_param_cb(accept_threshold_percent, &bounded_ops, &accept_threshold_percent,
		0644);
MODULE_PARM_DESC(accept_threshold_percent,
		 "once at the limit, refuse until below this percent of it (default 95; 100: evict instead)");
module_param_cb(max_compression_ratio, &bounded_ops, &max_compression_ratio, 0644);
MODULE_PARM_DESC(max_compression_ratio,
		 "what compresses to more than this percent of a page is incompressible (default 100: what does not get smaller)");
module_param_cb(incompressible, &incompressible_ops, NULL, 0644);
MODULE_PARM_DESC(incompressible,
		 "what becomes of such a page: reject (default), or keep as it is");
module_param_named(same_filled_pages_enabled, zswap_params.same_filled_pages,
		   bool, 0644);
MODULE_PARM_DESC(same_filled_pages_enabled,
		 "keep a page that repeats one word as that word (default Y)");
module_param_named(shrinker_enabled, zswap_params.shrinker, bool, 0644);
MODULE_PARM_DESC(shrinker_enabled,
		 "under memory pressure, write cold pages back before the limit (default N)");
module_param_cb(buddies, &bounded_ops, &buddies, 0644);
MODULE_PARM_DESC(buddies,
		 "compressed pages that share a new frame, at most (2 to 32, default 16)");
module_param_cb(frame_order, &bounded_ops, &frame_order, 0644);
MODULE_PARM_DESC(frame_order,
		 "a new frame has 2^this pages, if there are so many in one piece (0 to 2, default 1)");
module_param_cb(compressor, &compressor_ops, NULL, 0644);
MODULE_PARM_DESC(compressor, "algorithm of the crypto API (default lzo)");

/**
 * zswap_compressor_get_current() - the compressor for a new entry
 *
 * Context: any.
 * Return: with a reference, for zswap_compressor_put().
 */
struct zswap_compressor *zswap_compressor_get_current(void)
{
	struct zswap_compressor *comp;

	rcu_read_lock();
	/* one that was retired under our eyes has a successor already */
	do {
		comp = rcu_dereference(current_compressor);
	} while (!zswap_compressor_tryget(comp));
	rcu_read_unlock();
	return comp;
}

/**
 * zswap_params_init() - put what was given at load to work
 *
 * Context: may sleep.
 * Return: 0; -EINVAL for an unknown compressor; -ENOMEM.
 */
int zswap_params_init(void)
{
	int err;

	kernel_param_lock(THIS_MODULE);
	zswap_params_refresh_limit();
	ratio_changed();
	err = switch_compressor(compressor_name);
	/* a boot is not given up for a slip of the pen, as insmod is */
	if (err == -ENOENT && IS_BUILTIN(CONFIG_ZSWAPSCOPE)) {
		pr_err("compressor %s is not known to this kernel; using %s\n",
		       compressor_name, default_compressor);
		strscpy(compressor_name, default_compressor, sizeof(compressor_name));
		err = switch_compressor(compressor_name);
	}
	if (err == -ENOENT) {
		pr_err("compressor %s is not known to this kernel; see /proc/crypto, or try compressor=lzo\n",
		       compressor_name);
		err = -EINVAL;
	}
	params_live = !err;
	shape_changed();
	kernel_param_unlock(THIS_MODULE);
	return err;
}

/** zswap_params_exit() - retire the compressor; no entry is left */
void zswap_params_exit(void)
{
	kernel_param_lock(THIS_MODULE);
	params_live = false;
	zswap_compressor_retire(rcu_replace_pointer(current_compressor, NULL,
						    true));
	kernel_param_unlock(THIS_MODULE);
}
