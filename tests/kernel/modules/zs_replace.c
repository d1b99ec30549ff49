// SPDX-License-Identifier: GPL-2.0
/*
 * zs_replace: a livepatch that would replace all others, as distributions' do.
 * It patches something harmless; what matters is that it may not take
 * frontswap's hooks away, as that would happen without a drain.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int cmdline_hook(struct seq_file *m, void *v)
{
	seq_puts(m, "replaced\n");
	return 0;
}

static struct klp_func funcs[] = {
	{ .old_name = "cmdline_proc_show", .new_func = cmdline_hook },
	{ }
};

static struct klp_object objects[] = {
	{ .funcs = funcs },
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
	.replace = true,
};

static int __init replace_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit replace_exit(void)
{
}

module_init(replace_init);
module_exit(replace_exit);
MODULE_DESCRIPTION("A livepatch that replaces others, for tests");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
