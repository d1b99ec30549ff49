// SPDX-License-Identifier: GPL-2.0
/*
 * Puts the hooks in place in a running kernel, and takes them away again.
 *
 * The life of the module is that of its livepatch, see frontswap.c.  Livepatch has its
 * klp_mutex around each of the callbacks, which take fs_mutex within.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/livepatch.h>
#include <linux/module.h>

#include "hooks.h"
#include "symbols.h"

/* Swap entries that a large folio had are freed by this one, and zswap may hear nothing of it. */
static void hook_range_free(struct swap_info_struct *si, swp_entry_t entry,
			    unsigned int nr_pages)
{
	hook_range_freed(entry, nr_pages);
	stock_call(swap_entry_range_free)(si, entry, nr_pages);
}

/* Every task is switched over (or stayed, if unpatching failed). */
static void post_patch(struct klp_object *obj)
{
	frontswap_hooked();
}

/* No task is switched back before we return. */
static void pre_unpatch(struct klp_object *obj)
{
	frontswap_unhooking();
}

/*
 * Every task is switched back, for good.  Nothing else is called if patching was given
 * up before it was complete.
 */
static void post_unpatch(struct klp_object *obj)
{
	frontswap_unhooked();
}

static struct klp_func hooks[] = {
	{ .old_name = "zswap_store", .new_func = hook_store },
	{ .old_name = "zswap_load", .new_func = hook_load },
	{ .old_name = "zswap_invalidate", .new_func = hook_invalidate },
	{ .old_name = "zswap_swapon", .new_func = hook_swapon },
	{ .old_name = "zswap_swapoff", .new_func = hook_swapoff },
	{ .old_name = "zswap_is_enabled", .new_func = hook_is_enabled },
	{ .old_name = "zswap_never_enabled", .new_func = hook_never_enabled },
	{ .old_name = "zswap_total_pages", .new_func = hook_total_pages },
	{ .old_name = "swap_entry_range_free", .new_func = hook_range_free },
	{ }
};

static struct klp_object objects[] = {
	{
		.funcs = hooks,
		.callbacks = {
			.post_patch = post_patch,
			.pre_unpatch = pre_unpatch,
			.post_unpatch = post_unpatch,
		},
	},
	{ }
};

/*
 * A livepatch that replaces all others unpatches them without a callback, and so
 * without a drain.  Livepatch refuses one that does not know this state.
 */
static struct klp_state states[] = {
	{ .id = 0x7a737770, .version = 1 },	/* "zswp" */
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
	.states = states,
};

static int __init frontswap_init(void)
{
	int err = frontswap_resolve_symbols();

	if (!err)
		err = frontswap_may_stand_here();
	return err ?: klp_enable_patch(&patch);
}

/*
 * Livepatch keeps the module until it is unpatched and no task is inside a
 * hook, so nothing is left to do.
 */
static void __exit frontswap_exit(void)
{
}

module_init(frontswap_init);
module_exit(frontswap_exit);
MODULE_DESCRIPTION("A backend in front of the swap devices, by livepatch");
MODULE_LICENSE("GPL");
/* with one, modpost adds a checksum of the sources: it tells loaded and installed ones apart */
MODULE_VERSION("0.1.0");
MODULE_INFO(livepatch, "Y");
