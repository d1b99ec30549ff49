// SPDX-License-Identifier: GPL-2.0
/*
 * zs_park: have a task stay within a function, for as long as a test likes.
 *
 *	insmod zs_park.ko symbol=xa_erase within=zswap_store
 *	echo 1 > /sys/module/zs_park/parameters/release
 *
 * The next task that calls @symbol, and calls it from @within if that is given, sleeps
 * instead, with @within on its stack; "parked" is then its number.  "release" lets it go on
 * as if nothing had been.  All other calls are as ever, also those of whoever comes
 * afterwards.
 *
 * So @symbol has to be called from where one may sleep, and to have six arguments at most,
 * none of them on the stack.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/static_call.h>
#include <linux/string.h>
#include <linux/wait.h>

static char *symbol;
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "function that is called, or module:function");

static char *within;
module_param(within, charp, 0444);
MODULE_PARM_DESC(within, "function that has to have called it");

typedef unsigned long called_fn(unsigned long a, unsigned long b, unsigned long c,
				unsigned long d, unsigned long e, unsigned long f);

/* Not through a pointer: see kernel/frontswap/symbols.h. */
DEFINE_STATIC_CALL_NULL(called, called_fn);

static DECLARE_COMPLETION(may_go);
static DECLARE_WAIT_QUEUE_HEAD(gone);
static atomic_t wanted = ATOMIC_INIT(1);	/* tasks that are to be parked, still */
static atomic_t inside = ATOMIC_INIT(0);
static int parked;
module_param(parked, int, 0444);

static int set_release(const char *value, const struct kernel_param *kp)
{
	complete_all(&may_go);
	return 0;
}

static const struct kernel_param_ops release_ops = { .set = set_release };
module_param_cb(release, &release_ops, NULL, 0200);

/* Stands in for what was called: its caller's frame is the next one on the stack. */
static noinline __used unsigned long park(unsigned long a, unsigned long b,
					  unsigned long c, unsigned long d,
					  unsigned long e, unsigned long f)
{
	unsigned long value;

	WRITE_ONCE(parked, current->pid);
	/* idle: nobody is to think that it hangs */
	wait_for_completion_state(&may_go, TASK_IDLE);
	WRITE_ONCE(parked, 0);
	value = static_call(called)(a, b, c, d, e, f);
	if (atomic_dec_and_test(&inside))
		wake_up_all(&gone);
	return value;
}

static bool called_from(unsigned long address, const char *name)
{
	char where[KSYM_SYMBOL_LEN];
	size_t length = strlen(name);

	/* "name+0x12/0x34", and the module's name behind it */
	sprint_symbol(where, address);
	return !strncmp(where, name, length) && where[length] == '+';
}

static int on_call(struct kprobe *p, struct pt_regs *regs)
{
	/* before the function has done anything, the return address is on top */
	if (!atomic_read(&wanted) ||
	    (within && !called_from(*(unsigned long *)regs->sp, within)))
		return 0;
	if (atomic_dec_if_positive(&wanted) < 0)
		return 0;
	atomic_inc(&inside);
	instruction_pointer_set(regs, (unsigned long)park);
	return 1;
}

NOKPROBE_SYMBOL(on_call);

static struct kprobe probe = { .pre_handler = on_call };

static int __init park_init(void)
{
	int err;

	if (!symbol) {
		pr_err("symbol=function is missing\n");
		return -EINVAL;
	}
	/* where it is has to be known before the first one comes */
	probe.symbol_name = symbol;
	probe.flags = KPROBE_FLAG_DISABLED;
	err = register_kprobe(&probe);
	if (err) {
		pr_err("%s cannot be probed: error %d\n", symbol, err);
		return err;
	}
	static_call_update(called, (called_fn *)probe.addr);
	err = enable_kprobe(&probe);
	if (err)
		unregister_kprobe(&probe);
	return err;
}

static void __exit park_exit(void)
{
	unregister_kprobe(&probe);
	complete_all(&may_go);
	wait_event(gone, !atomic_read(&inside));
	/* and until the last one has left park(), too */
	synchronize_rcu_tasks();
}

module_init(park_init);
module_exit(park_exit);
MODULE_DESCRIPTION("Keeps a task within a function, for tests");
MODULE_LICENSE("GPL");
