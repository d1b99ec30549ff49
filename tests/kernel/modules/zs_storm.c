// SPDX-License-Identifier: GPL-2.0
/*
 * zs_storm: zswap's events without zswap's work, to see what it costs to record them.
 *
 *	insmod zs_storm.ko
 *	echo "200000 1000 500" > /sys/module/zs_storm/parameters/fire
 *
 * fires 200000 events, in turns a store and a load, in bursts of 1000, with a pause of
 * 500 microseconds (0: none) after each; by who writes, on the CPU where it is.  The events
 * are those of zswap_zbud.ko, and who has attached to them is called as for its own.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/tracepoint.h>

#include "find.h"

/* As include/trace/events/zswap.h has them. */
typedef int store_fn(void *data, unsigned int type, unsigned long offset, u64 cgroup,
		     unsigned int length, u64 duration_ns, unsigned int kind,
		     unsigned long pfn);
typedef int load_fn(void *data, unsigned int type, unsigned long offset, u64 cgroup,
		    unsigned int length, u64 age_ns, u64 duration_ns, unsigned int kind,
		    unsigned long pfn);

static struct tracepoint *store, *load;
static struct module *owner;
static DEFINE_MUTEX(firing);

/* A page's whole stay: who keeps owners or ages by page finds both of its events. */
static noinline void fire_pair(unsigned long nth)
{
	unsigned long offset = nth % 32768 + 1;

	preempt_disable_notrace();
	((store_fn *)store->iterator)(NULL, 0, offset, 1, 1234, 56789,
				      0, offset);
	((load_fn *)load->iterator)(NULL, 0, offset, 1, 1234, 1000000, 23456,
				    0, offset);
	preempt_enable_notrace();
}

static int fire(unsigned long count, unsigned long burst, unsigned long pause_us)
{
	unsigned long nth = 0, end;

	while (nth < count) {
		if (signal_pending(current))
			return -EINTR;
		end = min(nth + burst, count);
		for (; nth < end; nth += 2)
			fire_pair(nth / 2);
		if (pause_us)
			usleep_range(pause_us, pause_us + 10);
		else
			cond_resched();
	}
	return 0;
}

static int fire_set(const char *text, const struct kernel_param *kp)
{
	unsigned long count, burst, pause_us;
	int err;

	if (sscanf(text, "%lu %lu %lu", &count, &burst, &pause_us) != 3 || !burst)
		return -EINVAL;
	mutex_lock(&firing);
	err = fire(count, burst, pause_us);
	mutex_unlock(&firing);
	return err;
}

static const struct kernel_param_ops fire_ops = { .set = fire_set };
module_param_cb(fire, &fire_ops, NULL, 0200);

/* Told of all modules with tracepoints, those first that are there already. */
static int look_at(struct notifier_block *block, unsigned long state, void *data)
{
	struct module *mod = ((struct tp_module *)data)->mod;

	if (state != MODULE_STATE_COMING || owner)
		return 0;
	store = find_tracepoint(mod, "zswap_store");
	load = find_tracepoint(mod, "zswap_load");
	/* it stays as long as we do */
	if (store && load && try_module_get(mod))
		owner = mod;
	return 0;
}

static struct notifier_block looking = { .notifier_call = look_at };

static int __init storm_init(void)
{
	int err = register_tracepoint_module_notifier(&looking);

	if (err)
		return err;
	unregister_tracepoint_module_notifier(&looking);
	if (owner)
		return 0;
	pr_err("nobody has tracepoints zswap_store and zswap_load: load zswap_zbud before\n");
	return -ENOENT;
}

static void __exit storm_exit(void)
{
	module_put(owner);
}

module_init(storm_init);
module_exit(storm_exit);
MODULE_DESCRIPTION("Fires the events of zswap, for tests");
MODULE_LICENSE("GPL");
