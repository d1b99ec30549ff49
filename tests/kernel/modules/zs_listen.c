// SPDX-License-Identifier: GPL-2.0
/*
 * zs_listen: somebody who listens to zswap's events and does nothing with them, to see what
 * an event costs by itself: the clock that is read for its durations, its arguments, the call.
 *
 *	insmod zs_listen.ko events=zswap_store,zswap_load
 *
 * of zswap_zbud.ko, which stays for as long as this does.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/tracepoint.h>

#include "find.h"

#define MAX_EVENTS	16

static char *events[MAX_EVENTS];
static unsigned int nr_events;
module_param_array(events, charp, &nr_events, 0444);
MODULE_PARM_DESC(events, "names of those to listen to");

static struct tracepoint *found[MAX_EVENTS];
static struct module *owner;

/* Whatever the arguments are: it looks at none. */
static void listen(void *data)
{
}

/* Told of all modules with tracepoints, those first that are there already. */
static int look_at(struct notifier_block *block, unsigned long state, void *data)
{
	struct module *mod = ((struct tp_module *)data)->mod;
	unsigned int i;

	if (state != MODULE_STATE_COMING || owner)
		return 0;
	for (i = 0; i < nr_events; i++) {
		found[i] = find_tracepoint(mod, events[i]);
		if (!found[i])
			return 0;
	}
	if (try_module_get(mod))
		owner = mod;
	return 0;
}

static struct notifier_block looking = { .notifier_call = look_at };

static void listen_stop(unsigned int nr)
{
	while (nr--)
		tracepoint_probe_unregister(found[nr], listen, NULL);
	tracepoint_synchronize_unregister();
	module_put(owner);
}

static int __init listen_init(void)
{
	unsigned int i;
	int err = register_tracepoint_module_notifier(&looking);

	if (err)
		return err;
	unregister_tracepoint_module_notifier(&looking);
	if (!owner) {
		pr_err("no module has all of these events: load zswap_zbud before\n");
		return -ENOENT;
	}
	for (i = 0; i < nr_events; i++) {
		err = tracepoint_probe_register(found[i], listen, NULL);
		if (err) {
			listen_stop(i);
			return err;
		}
	}
	return 0;
}

static void __exit listen_exit(void)
{
	listen_stop(nr_events);
}

module_init(listen_init);
module_exit(listen_exit);
MODULE_DESCRIPTION("Listens to events of zswap and does nothing, for tests");
MODULE_LICENSE("GPL");
