// SPDX-License-Identifier: GPL-2.0
/*
 * zs_race: data races on purpose, to see that KCSAN finds such in a module.
 *
 *	insmod zs_race.ko wrong=plain
 *
 * has two threads, until it is removed, and one kind of access that is wrong:
 *
 *	plain		both count, without a lock
 *	kernel		they read what the kernel writes
 *	order		one hands a message over, without a barrier
 *
 * Without "wrong", all is as it should be, and nothing is to be found.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

static char *wrong = "";
module_param(wrong, charp, 0444);

/* Whose turn it is, of the two who hand a message over. */
enum turn { SENDER, RECEIVER };

static bool wrong_plain, wrong_kernel, wrong_order;
static struct task_struct *threads[2];

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static unsigned long unlocked, locked, sleeping, message, received;
static u64 time_seen;
static int turn;

static noinline void race_count(void)
{
	if (wrong_plain)
		unlocked++;
	spin_lock(&lock);
	locked++;
	spin_unlock(&lock);
	mutex_lock(&mutex);
	sleeping++;
	mutex_unlock(&mutex);
}

static noinline void race_kernel(void)
{
	u64 now = wrong_kernel ? jiffies_64 : get_jiffies_64();

	spin_lock(&lock);
	time_seen = now;
	spin_unlock(&lock);
}

/* Nobody waits here for ever: what the other one does not take now he takes later. */
#define LOOKS	1000

static noinline void race_send(void)
{
	int looks;

	/* pairs with the release in race_receive() */
	if (smp_load_acquire(&turn) != SENDER)
		return;
	message++;
	/* pairs with the acquire in race_receive(), or is what should */
	if (wrong_order)
		WRITE_ONCE(turn, RECEIVER);
	else
		smp_store_release(&turn, RECEIVER);	/* as above */
	/* in here the message may still be on its way, if nothing forbids it */
	for (looks = 0; looks < LOOKS && READ_ONCE(turn) != SENDER; looks++)
		cpu_relax();
}

static noinline void race_receive(void)
{
	/* pairs with the release in race_send() */
	if (smp_load_acquire(&turn) != RECEIVER)
		return;
	received = message;
	/* pairs with the acquire in race_send() */
	smp_store_release(&turn, SENDER);
}

static int run(void *receives)
{
	while (!kthread_should_stop()) {
		race_count();
		race_kernel();
		if (receives)
			race_receive();
		else
			race_send();
		cond_resched();
	}
	return 0;
}

static int __init race_init(void)
{
	wrong_plain = !strcmp(wrong, "plain");
	wrong_kernel = !strcmp(wrong, "kernel");
	wrong_order = !strcmp(wrong, "order");
	if (*wrong && !wrong_plain && !wrong_kernel && !wrong_order)
		return -EINVAL;

	threads[0] = kthread_run(run, NULL, "zs_race/send");
	if (IS_ERR(threads[0]))
		return PTR_ERR(threads[0]);
	threads[1] = kthread_run(run, &turn, "zs_race/receive");
	if (IS_ERR(threads[1])) {
		kthread_stop(threads[0]);
		return PTR_ERR(threads[1]);
	}
	return 0;
}

static void __exit race_exit(void)
{
	kthread_stop(threads[0]);
	kthread_stop(threads[1]);
	/* what nobody reads the compiler would not write */
	pr_info("counted %lu, %lu and %lu, received %lu, at %llu\n", unlocked, locked,
		sleeping, received, time_seen);
}

module_init(race_init);
module_exit(race_exit);
MODULE_DESCRIPTION("Races for data on purpose, for tests");
MODULE_LICENSE("GPL");
