// SPDX-License-Identifier: GPL-2.0
/*
 * Built into a kernel, in mm/zswap.c's place: what mm wants of a zswap besides the hooks,
 * which it calls as they are, and a switch.
 *
 * Nothing is patched, so there is no transition: no task has ever gone another way.  The
 * backend registers at the end of the boot, before there is a process that could have a
 * swap area on, and is active from then on.
 *
 * What is livepatch's switch for the module, and rmmod for its backend, is the parameter
 * "active" here: N has every page go to the swap device or to its folio, as unpatching has,
 * and then the hooks do nothing; Y has the backend take pages again.
 *
 * Locks: switch_mutex -> fs_mutex (frontswap.c).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/frontswap.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/memcontrol.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>

#include "hooks.h"
#include "symbols.h"

atomic_t zswap_stored_pages = ATOMIC_INIT(0);

/* Whoever walks over cgroups (reclaim.c) has references meanwhile, and keeps none. */
void zswap_memcg_offline_cleanup(struct mem_cgroup *memcg)
{
}

void zswap_lruvec_state_init(struct lruvec *lruvec)
{
	lruvec->zswap_lruvec_state = (struct zswap_lruvec_state){ };
}

/* A page has to be read from the device: see unprotected() in reclaim.c. */
void zswap_folio_swapin(struct folio *folio)
{
	atomic_long_inc(frontswap_disk_swapins(folio_memcg(folio), folio_nid(folio)));
}

static bool active = true;
/* Before that, what the command line says is only noted. */
static bool booted;
/* Protects both, from when there is more than one task. */
static DEFINE_MUTEX(switch_mutex);

static void switch_to(bool wanted)
{
	mutex_lock(&switch_mutex);
	if (wanted && !active)
		frontswap_hooked();
	else if (!wanted && active)
		frontswap_unhooking();
	active = wanted;
	mutex_unlock(&switch_mutex);
}

static int active_set(const char *val, const struct kernel_param *kp)
{
	bool wanted;
	int err = kstrtobool(val, &wanted);

	if (err)
		return err;
	if (!booted) {
		active = wanted;
		return 0;
	}
	/* a drain may take long, and others want to read their parameters */
	kernel_param_unlock(THIS_MODULE);
	switch_to(wanted);
	kernel_param_lock(THIS_MODULE);
	return 0;
}

static const struct kernel_param_ops active_ops = {
	.set = active_set,
	.get = param_get_bool,
};

module_param_cb(active, &active_ops, &active, 0644);
MODULE_PARM_DESC(active, "swap goes through the backend (default Y); N writes every page out, as rmmod would");

static int __init frontswap_init(void)
{
	frontswap_hooked();
	return 0;
}

/* The backend has registered. */
static int __init frontswap_booted(void)
{
	bool wanted = active;

	active = true;
	booted = true;
	switch_to(wanted);
	return 0;
}

module_init(frontswap_init);
late_initcall_sync(frontswap_booted);
MODULE_DESCRIPTION("A backend in front of the swap devices");
MODULE_LICENSE("GPL");
