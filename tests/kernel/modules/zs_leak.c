// SPDX-License-Identifier: GPL-2.0
/*
 * zs_leak: memory that is kept, to see whether a test that looks for leaks finds it.
 *
 *	insmod zs_leak.ko
 *	echo slab > /sys/module/zs_leak/parameters/keep
 *
 * keeps an object ("slab"), a page frame ("page"), an area of vmalloc's ("vmalloc") or of
 * every processor ("percpu"), until rmmod; each time that it is written to.  And "lost"
 * keeps an object of which nobody knows any more, for kmemleak: for good.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

/* As large as they may be: smaller ones would go where there is room already. */
#define PERCPU_SIZE	PCPU_MIN_UNIT_SIZE

struct kept {
	struct list_head list;
	struct page *page;
	void *area;
	void __percpu *everywhere;
};

static LIST_HEAD(all);
static DEFINE_MUTEX(all_lock);

static void give_back(struct kept *kept)
{
	if (kept->page)
		__free_page(kept->page);
	vfree(kept->area);
	free_percpu(kept->everywhere);
	kfree(kept);
}

static int set_keep(const char *value, const struct kernel_param *kp)
{
	struct kept *kept = kzalloc(sizeof(*kept), GFP_KERNEL);
	bool done = kept;

	if (!kept)
		return -ENOMEM;
	INIT_LIST_HEAD(&kept->list);
	if (sysfs_streq(value, "lost"))
		return 0;
	if (sysfs_streq(value, "page"))
		done = (kept->page = alloc_page(GFP_KERNEL));
	else if (sysfs_streq(value, "vmalloc"))
		done = (kept->area = vmalloc(PAGE_SIZE));
	else if (sysfs_streq(value, "percpu"))
		done = (kept->everywhere = __alloc_percpu(PERCPU_SIZE, 8));
	else
		done = sysfs_streq(value, "slab");
	if (!done) {
		kfree(kept);
		return -EINVAL;
	}
	mutex_lock(&all_lock);
	list_add(&kept->list, &all);
	mutex_unlock(&all_lock);
	return 0;
}

static const struct kernel_param_ops keep_ops = { .set = set_keep };
module_param_cb(keep, &keep_ops, NULL, 0200);

static int __init leak_init(void)
{
	return 0;
}

static void __exit leak_exit(void)
{
	struct kept *kept, *next;

	list_for_each_entry_safe(kept, next, &all, list)
		give_back(kept);
}

module_init(leak_init);
module_exit(leak_exit);
MODULE_DESCRIPTION("Keeps memory, for tests");
MODULE_LICENSE("GPL");
