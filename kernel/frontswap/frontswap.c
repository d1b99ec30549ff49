// SPDX-License-Identifier: GPL-2.0
/*
 * frontswap: stands where the swap code calls the built-in zswap.
 *
 * Livepatch redirects the built-in zswap's entry points to the hooks below
 * (livepatch.c).  A hook asks the backend first and then runs the body of the
 * function that it replaced.  So without an active backend a task that was
 * redirected and one that was not do the same, and it does not matter which of
 * them stored a page and which loads it.  A backend must hold pages only while
 * every task goes through the hooks; hence the life of this module:
 *
 *	insmod	       the built-in zswap is unused, or we refuse;
 *		       livepatch begins to switch tasks over       (transparent)
 *	post_patch     every task is switched: activate the backend, if it is
 *		       there and the built-in zswap is still unused   (active)
 *	pre_unpatch,   no more stores, wait for those under way, then
 *	unregister     drain: every page goes to the device or to its folio
 *						   (draining, then transparent)
 *	unpatch	       tasks are switched back, at last rmmod
 *
 * After activation the built-in zswap stays empty, even if someone enables it:
 * an active backend is asked to store in its stead.  Where it may still hold a
 * page because it was used some time before, our operations include it.
 *
 * In a kernel that was built with this file, the hooks are what the swap code
 * calls, and there is nothing that they stand in front of (builtin.c).
 *
 * Locks: klp_mutex (livepatch's, held around the callbacks) -> fs_mutex, which
 * serialises registration, activation and draining.  Hooks take neither: they
 * run inside fs_srcu, which nests, sleeps and may be entered with spinlocks
 * held.  The order of fs_mutex and fs_srcu is fs_mutex -> synchronize_srcu().
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/frontswap.h>
#include <linux/mutex.h>
#include <linux/srcu.h>
#include <linux/wait.h>

#include "hooks.h"
#include "symbols.h"

/* How long registration waits for livepatch to switch every task over. */
#define ACTIVATION_TIMEOUT	(30 * HZ)

DEFINE_STATIC_SRCU(fs_srcu);
static DEFINE_MUTEX(fs_mutex);
static DECLARE_WAIT_QUEUE_HEAD(fs_patched_wait);

/* All tasks go through the hooks. Protected by fs_mutex. */
static bool fs_patched;
/* They are being removed. Protected by fs_mutex. */
static bool fs_leaving;
/* The registered backend. Protected by fs_mutex. */
static const struct frontswap_ops *fs_backend;

/* The backend that may hold pages: set while active or draining. */
static const struct frontswap_ops __rcu *fs_active;
/* Whether it may take more of them: cleared before the drain. */
static bool fs_accepting;

/* Whether the built-in zswap could hold a page: it was enabled once. */
static bool stock_was_used(void)
{
	return !stock_call(zswap_never_enabled)();
}

static bool stock_in_use(void)
{
	return stock_call(zswap_is_enabled)() ||
	       atomic_read(frontswap_zswap_stored_pages);
}

#define STOCK_IN_USE	"the built-in zswap is enabled or still holds pages"
#define STOCK_CURE	"'echo N > /sys/module/zswap/parameters/enabled', " \
			"then 'swapoff -a && swapon -a', and load again"

/*
 * After a store that did not happen, what was kept before is older than what
 * the device is going to have.
 */
static void forget_folio(struct folio *folio, const struct frontswap_ops *ops)
{
	long i;

	for (i = 0; i < folio_nr_pages(folio); i++)
		ops->invalidate_page(frontswap_folio_entry(folio, i));
}

static void stock_forget_folio(struct folio *folio)
{
	long i;

	if (!stock_was_used())
		return;
	for (i = 0; i < folio_nr_pages(folio); i++)
		stock_call(zswap_invalidate)(frontswap_folio_entry(folio, i));
}

/* The backend, if one may hold pages; it stays until hook_leave(). */
static const struct frontswap_ops *hook_enter(int *idx)
	__acquires(&fs_srcu)
{
	*idx = srcu_read_lock(&fs_srcu);
	return srcu_dereference(fs_active, &fs_srcu);
}

static void hook_leave(int idx)
	__releases(&fs_srcu)
{
	srcu_read_unlock(&fs_srcu, idx);
}

bool hook_store(struct folio *folio)
{
	const struct frontswap_ops *ops;
	bool stored = false;
	int idx;

	ops = hook_enter(&idx);
	if (ops && READ_ONCE(fs_accepting)) {
		stored = !ops->store(folio);
		if (!stored)
			forget_folio(folio, ops);
		stock_forget_folio(folio);
	} else {
		if (ops)
			forget_folio(folio, ops);
		stored = stock_call(zswap_store)(folio);
	}
	hook_leave(idx);
	return stored;
}

bool hook_load(struct folio *folio)
{
	const struct frontswap_ops *ops;
	int idx, err = -ENOENT;

	ops = hook_enter(&idx);
	if (ops)
		err = ops->load(folio);
	hook_leave(idx);

	/*
	 * "true" means that the device is not to be read.  Where the backend
	 * has the page but cannot give it, the folio is not up to date, and the
	 * reader gets an error instead of old data from the device.
	 */
	if (err != -ENOENT)
		return true;
	return stock_was_used() && stock_call(zswap_load)(folio);
}

void hook_invalidate(swp_entry_t entry)
{
	const struct frontswap_ops *ops;
	int idx;

	ops = hook_enter(&idx);
	if (ops)
		ops->invalidate_page(entry);
	hook_leave(idx);

	if (!ops || stock_was_used())
		stock_call(zswap_invalidate)(entry);
}

/*
 * The swap code tells zswap of every swap entry that it frees alone.  Of those
 * that a large folio had, and that go with it, it does not: the built-in zswap
 * of 6.12 takes no large folios.  They come by here, still in the hands of
 * whoever frees them, and with the swap area's lock held.
 */
void hook_range_freed(swp_entry_t entry, unsigned int nr_pages)
{
	const struct frontswap_ops *ops;
	unsigned int i;
	int idx;

	if (nr_pages > 1) {
		ops = hook_enter(&idx);
		for (i = 0; ops && i < nr_pages; i++)
			ops->invalidate_page(swp_entry(swp_type(entry),
						       swp_offset(entry) + i));
		hook_leave(idx);
	}
}

int hook_swapon(int type, unsigned long nr_pages)
{
	const struct frontswap_ops *ops;
	int idx, err;

	err = stock_call(zswap_swapon)(type, nr_pages);
	if (err)
		return err;

	ops = hook_enter(&idx);
	if (ops)
		ops->init(type);
	hook_leave(idx);
	return 0;
}

void hook_swapoff(int type)
{
	const struct frontswap_ops *ops;
	int idx;

	ops = hook_enter(&idx);
	if (ops)
		ops->invalidate_area(type);
	hook_leave(idx);

	stock_call(zswap_swapoff)(type);
}

/* Asked by memory.zswap.writeback: a zswap that is off must not hold back. */
bool hook_is_enabled(void)
{
	const struct frontswap_ops *ops;
	bool enabled = false;
	int idx;

	ops = hook_enter(&idx);
	if (ops)
		enabled = READ_ONCE(fs_accepting) && ops->enabled();
	hook_leave(idx);
	return enabled || stock_call(zswap_is_enabled)();
}

/*
 * Asked before a large folio is swapped in: its pages could be in a pool by the
 * time that it is allocated.  (The built-in zswap's own functions have this one
 * inlined, and are not misled.)
 */
bool hook_never_enabled(void)
{
	return false;
}

unsigned long hook_total_pages(void)
{
	unsigned long pages = stock_call(zswap_total_pages)();
	const struct frontswap_ops *ops;
	int idx;

	ops = hook_enter(&idx);
	if (ops)
		pages += ops->total_pages();
	hook_leave(idx);
	return pages;
}

/* Tell the backend about the swap areas that were there before it. */
static void announce_swap_areas(const struct frontswap_ops *ops)
{
	unsigned int type;

	for (type = 0; type < MAX_SWAPFILES; type++)
		ops->init(type);
}

/* Every task is in the hooks, and there is a backend: let it work. */
static int activate(void)
{
	lockdep_assert_held(&fs_mutex);

	if (stock_in_use()) {
		pr_err("not activated: %s: %s\n", STOCK_IN_USE, STOCK_CURE);
		return -EBUSY;
	}
	announce_swap_areas(fs_backend);
	rcu_assign_pointer(fs_active, fs_backend);
	/* a store that sees only one of the two goes to the device, as before */
	WRITE_ONCE(fs_accepting, true);
	pr_info("active: swap goes through the backend\n");
	return 0;
}

/* Take every page back from the backend, and be transparent again. */
static void deactivate(void)
{
	const struct frontswap_ops *ops;

	lockdep_assert_held(&fs_mutex);

	ops = rcu_dereference_protected(fs_active, lockdep_is_held(&fs_mutex));
	if (!ops)
		return;

	WRITE_ONCE(fs_accepting, false);
	/*
	 * Stores that began before are now complete, and those that begin see
	 * "accepting" unset: from here on the backend's pages only get fewer.
	 */
	synchronize_srcu(&fs_srcu);
	ops->drain();

	rcu_assign_pointer(fs_active, NULL);
	/* no hook is inside the backend when we return: it may be unloaded */
	synchronize_srcu(&fs_srcu);
	pr_info("inactive: every page is back\n");
}

/**
 * frontswap_register() - put a backend in front of the swap devices
 * @ops: the backend
 *
 * Waits for livepatch to switch every task over, usually a second or two.  If
 * that takes longer, the backend becomes active whenever it is done.
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if there is a backend, or the built-in zswap is in use;
 *	-ENODEV if the hooks are being removed; -EINTR when killed while waiting.
 */
int frontswap_register(const struct frontswap_ops *ops)
{
	long left;
	int err = 0;

	left = wait_event_killable_timeout(fs_patched_wait,
					   READ_ONCE(fs_patched) ||
					   READ_ONCE(fs_leaving),
					   ACTIVATION_TIMEOUT);
	if (left < 0)
		return -EINTR;

	mutex_lock(&fs_mutex);
	if (fs_leaving) {
		pr_err("the hooks are being removed: 'rmmod %s' and load it again first\n",
		       KBUILD_MODNAME);
		err = -ENODEV;
	} else if (fs_backend) {
		err = -EBUSY;
	} else {
		fs_backend = ops;
		if (fs_patched)
			err = activate();
		else
			pr_info("waiting for tasks to switch over; see /sys/kernel/livepatch/%s/transition\n",
				KBUILD_MODNAME);
		if (err)
			fs_backend = NULL;
	}
	mutex_unlock(&fs_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(frontswap_register);

/**
 * frontswap_unregister() - drain a backend and forget it
 * @ops: the backend
 *
 * Context: may sleep, for as long as it takes to write every page out.
 */
void frontswap_unregister(const struct frontswap_ops *ops)
{
	mutex_lock(&fs_mutex);
	if (!WARN_ON(fs_backend != ops)) {
		deactivate();
		fs_backend = NULL;
	}
	mutex_unlock(&fs_mutex);
}
EXPORT_SYMBOL_GPL(frontswap_unregister);

/**
 * frontswap_may_stand_here() - is the built-in zswap out of use?
 *
 * Return: 0, or -EBUSY after a log line that says what helps.
 */
int frontswap_may_stand_here(void)
{
	if (!stock_in_use())
		return 0;
	pr_err("%s: %s\n", STOCK_IN_USE, STOCK_CURE);
	return -EBUSY;
}

/**
 * frontswap_hooked() - every task goes through the hooks, or still does
 *
 * Context: may sleep.
 */
void frontswap_hooked(void)
{
	mutex_lock(&fs_mutex);
	WRITE_ONCE(fs_patched, true);
	WRITE_ONCE(fs_leaving, false);
	if (fs_backend)
		activate();
	mutex_unlock(&fs_mutex);
	wake_up_all(&fs_patched_wait);
}

/**
 * frontswap_unhooking() - no page may be left: soon tasks will not come by here
 *
 * Context: may sleep, for as long as it takes to write every page out.
 */
void frontswap_unhooking(void)
{
	mutex_lock(&fs_mutex);
	deactivate();
	WRITE_ONCE(fs_patched, false);
	WRITE_ONCE(fs_leaving, true);
	mutex_unlock(&fs_mutex);
	wake_up_all(&fs_patched_wait);
}

/**
 * frontswap_unhooked() - no task comes by here any more, for good
 *
 * Context: may sleep.
 */
void frontswap_unhooked(void)
{
	mutex_lock(&fs_mutex);
	WRITE_ONCE(fs_leaving, true);
	mutex_unlock(&fs_mutex);
	wake_up_all(&fs_patched_wait);
}
