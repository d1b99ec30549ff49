// SPDX-License-Identifier: GPL-2.0
/*
 * zs_fault: make a function of a module fail, so that its callers' error paths
 * can be tested on a kernel without fault injection; or be late.
 *
 *	insmod zs_fault.ko symbol=zswap_zbud:zbud_alloc ret=-12 count=100 every=7
 *	insmod zs_fault.ko symbol=zswap_zbud:zswap_index_insert count=100 late=50
 *
 * Each @every-th call of @symbol from now on, until these are @count, returns @ret
 * without being run; all others run as ever.  With @late, such a call is run so many
 * milliseconds later instead, in which its processor does nothing else.  "hits" tells how
 * many there were; "rmmod" ends it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

static char *symbol;
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "function to fail, as module:function");

static long ret;
module_param(ret, long, 0444);
MODULE_PARM_DESC(ret, "what it returns (default 0)");

static int count = 1;
module_param(count, int, 0444);
MODULE_PARM_DESC(count, "how many calls to fail (default 1)");

static unsigned int every = 1;
module_param(every, uint, 0444);
MODULE_PARM_DESC(every, "fail each call of so many (default 1: all)");

static unsigned int late;
module_param(late, uint, 0444);
MODULE_PARM_DESC(late, "do not fail it, but keep it waiting for so many ms (default 0: fail)");

static atomic_t calls, left;

static int hits_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", count - max(atomic_read(&left), 0));
}

static const struct kernel_param_ops hits_ops = { .get = hits_get };
module_param_cb(hits, &hits_ops, NULL, 0444);

/* Returns at once, with what the probe left in the return register. */
static noinline notrace __used long return_at_once(void)
{
	long value;

	asm volatile("" : "=a" (value));
	return value;
}

NOKPROBE_SYMBOL(return_at_once);

static int fail_call(struct kprobe *p, struct pt_regs *regs)
{
	if (every > 1 && (unsigned int)atomic_inc_return(&calls) % every)
		return 0;
	if (atomic_dec_if_positive(&left) < 0)
		return 0;
	if (late) {
		mdelay(late);
		return 0;
	}
	regs_set_return_value(regs, ret);
	instruction_pointer_set(regs, (unsigned long)return_at_once);
	return 1;
}

NOKPROBE_SYMBOL(fail_call);

static struct kprobe probe = { .pre_handler = fail_call };

static int __init fault_init(void)
{
	int err;

	if (!symbol || !every) {
		pr_err("symbol=module:function is missing, or every=0 is given\n");
		return -EINVAL;
	}
	atomic_set(&left, count);
	probe.symbol_name = symbol;
	err = register_kprobe(&probe);
	if (err)
		pr_err("%s cannot be probed: error %d\n", symbol, err);
	return err;
}

static void __exit fault_exit(void)
{
	unregister_kprobe(&probe);
	/* who was preempted in return_at_once() has to get out of it */
	synchronize_rcu_tasks();
}

module_init(fault_init);
module_exit(fault_exit);
MODULE_DESCRIPTION("Makes a function fail, for tests");
MODULE_LICENSE("GPL");
