// SPDX-License-Identifier: GPL-2.0
/*
 * zs_hold: somebody else has a folio while it is stored, as who wants its page just
 * then would.
 *
 *	insmod zs_hold.ko every=3
 *
 * Of each @every-th call of zswap_zbud's store_folio() (where that is built in, @symbol has
 * to say so), and of all that are of large folios, the folio is held until it is unlocked
 * and a moment longer.  So reclaim, which has unmapped it, cannot take it out of the swap
 * cache: it stays there, clean, while the pool has its pages, too.  Whoever reads one gets
 * it from there, and if he changes it, it will be stored to the same swap entry again.
 * "hits" tells how many were held; "rmmod" gives all back.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

/* At a time; in pages, as memory is short: a huge one, and some. */
#define MAX_FOLIOS	32
#define MAX_PAGES	640
/* How long a folio is held at least. */
#define HELD_JIFFIES	2

static char *symbol = "zswap_zbud:store_folio";
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "what stores a folio (default zswap_zbud:store_folio)");

static unsigned int every = 2;
module_param(every, uint, 0444);
MODULE_PARM_DESC(every, "hold one small folio of so many (default 2)");

static unsigned int hits;
module_param(hits, uint, 0444);

static struct held {
	struct folio *folio;
	unsigned long since;
} held[MAX_FOLIOS];
static unsigned int nr_held, nr_pages, calls;
static bool leaving;
/* Protects all of that; within a kprobe, where nothing else may be taken. */
static DEFINE_RAW_SPINLOCK(lock);

static void give_back(struct work_struct *work);
static DECLARE_DELAYED_WORK(worker, give_back);

static bool is_over(const struct held *one)
{
	return leaving || (time_after(jiffies, one->since + HELD_JIFFIES) &&
			   !folio_test_locked(one->folio));
}

/* One that need not be held any longer, or NULL. */
static struct folio *take_one(void)
{
	struct folio *folio = NULL;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&lock, flags);
	for (i = 0; i < nr_held && !is_over(&held[i]); i++)
		;
	if (i < nr_held) {
		folio = held[i].folio;
		nr_pages -= folio_nr_pages(folio);
		held[i] = held[--nr_held];
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return folio;
}

static void give_back(struct work_struct *work)
{
	struct folio *folio;

	while ((folio = take_one()))
		folio_put(folio);
	if (!READ_ONCE(leaving))
		schedule_delayed_work(&worker, 1);
}

static int hold(struct kprobe *p, struct pt_regs *regs)
{
	struct folio *folio = (struct folio *)regs_get_kernel_argument(regs, 0);
	unsigned int pages = folio_nr_pages(folio);
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if ((!(++calls % every) || pages > 1) && nr_held < MAX_FOLIOS &&
	    nr_pages + pages <= MAX_PAGES) {
		folio_get(folio);
		held[nr_held++] = (struct held){ folio, jiffies };
		nr_pages += pages;
		hits++;
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return 0;
}

NOKPROBE_SYMBOL(hold);

static struct kprobe probe = { .pre_handler = hold };

static int __init hold_init(void)
{
	int err;

	if (!every)
		return -EINVAL;
	probe.symbol_name = symbol;
	err = register_kprobe(&probe);
	if (err) {
		pr_err("%s cannot be probed: error %d\n", symbol, err);
		return err;
	}
	schedule_delayed_work(&worker, 1);
	return 0;
}

static void __exit hold_exit(void)
{
	/* waits for who is in it */
	unregister_kprobe(&probe);
	cancel_delayed_work_sync(&worker);
	leaving = true;
	give_back(NULL);
}

module_init(hold_init);
module_exit(hold_exit);
MODULE_DESCRIPTION("Holds folios while they are stored, for tests");
MODULE_LICENSE("GPL");
