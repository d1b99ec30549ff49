// SPDX-License-Identifier: GPL-2.0
/*
 * The order of age within each cgroup.
 *
 * zbud's own list orders page frames, whoever has the pages in them: that is what
 * the pool's limit goes by.  A cgroup that is at a limit of its own, and the
 * shrinker, which is asked to make one cgroup smaller, need its pages alone.  So
 * each entry that uses the pool's memory is on a list of its cgroup as well, one
 * for each node, oldest first: a list_lru, whose lists the kernel hands to the
 * parent when a cgroup goes offline.
 *
 * Nobody owns an entry by finding it here.  What is taken along is only where the
 * page is, see struct zswap_victim, and zswap_write_back() looks again.
 *
 * Locks: the list_lru's, one for each node; a leaf.  An entry leaves its list
 * before anything of it is freed, so under the lock what it refers to is there.
 */
#include <linux/frontswap.h>
#include <linux/list_lru.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/zbud.h>

#include "zswap.h"

static struct list_lru lru;

static int entry_nid(const struct zswap_entry *entry)
{
	/* data_race: bits that never change, beside flags of the slab allocator's */
	return data_race(page_to_nid(virt_to_page(entry)));
}

/* Within RCU: the cgroup as of now; its list is the parent's once it is offline. */
static struct mem_cgroup *entry_memcg(const struct zswap_entry *entry)
{
	return entry->objcg ? obj_cgroup_memcg(entry->objcg) : NULL;
}

/**
 * zswap_lru_prepare() - make sure that a cgroup has its list
 * @objcg: the cgroup, or NULL
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
noinline int zswap_lru_prepare(struct obj_cgroup *objcg)
{
	return frontswap_objcg_prepare_lru(objcg, &lru);
}

/**
 * zswap_lru_add() - an entry is the youngest of its cgroup
 * @entry: an entry that is in the index, or about to be; on no list
 *
 * Context: process context; after zswap_lru_prepare().
 */
void zswap_lru_add(struct zswap_entry *entry)
{
	rcu_read_lock();
	list_lru_add(&lru, &entry->lru, entry_nid(entry), entry_memcg(entry));
	rcu_read_unlock();
}

/**
 * zswap_lru_del() - take an entry off its list
 * @entry: an entry that belongs to the caller
 *
 * Context: process context, atomic or not.
 */
void zswap_lru_del(struct zswap_entry *entry)
{
	rcu_read_lock();
	list_lru_del(&lru, &entry->lru, entry_nid(entry), entry_memcg(entry));
	rcu_read_unlock();
}

struct collection {
	struct zswap_victim *victims;
	unsigned int nr;
	unsigned int wanted;
	unsigned long scanned;
	struct list_head *first;
};

static enum lru_status collect(struct list_head *item, struct list_lru_one *list,
			       spinlock_t *lock, void *arg)
{
	struct zswap_entry *entry = container_of(item, struct zswap_entry, lru);
	struct collection *found = arg;
	struct zswap_victim *victim = &found->victims[found->nr];

	/* enough; or once around, as all that were looked at are at the end now */
	if (found->nr == found->wanted || item == found->first)
		return LRU_STOP;
	if (!found->first)
		found->first = item;
	found->scanned++;
	if (READ_ONCE(entry->touched)) {
		WRITE_ONCE(entry->touched, false);
		atomic64_inc(&zswap_stats.second_chances);
		return LRU_ROTATE;
	}
	victim->swp.val = zbud_tag(entry->handle);
	victim->handle = entry->handle;
	found->nr++;
	/* whoever looks next finds others */
	return LRU_ROTATE;
}

/**
 * zswap_lru_collect() - find the oldest pages of a cgroup
 * @memcg: the cgroup, without its descendants; NULL without cgroups
 * @nid: the node of the entries
 * @victims: the pages found, oldest first
 * @wanted: how many
 * @scan: at most so many are looked at; less those that were, afterwards
 *
 * Those that were touched since they came get a second chance.  All that were
 * looked at become the youngest.
 *
 * Context: process context.
 * Return: how many were found.
 */
unsigned int zswap_lru_collect(struct mem_cgroup *memcg, int nid,
			       struct zswap_victim *victims, unsigned int wanted,
			       unsigned long *scan)
{
	struct collection found = { .victims = victims, .wanted = wanted };
	unsigned long walk = *scan;

	list_lru_walk_one(&lru, nid, memcg, collect, &found, &walk);
	*scan -= found.scanned;
	return found.nr;
}

static enum lru_status look(struct list_head *item, struct list_lru_one *list,
			    spinlock_t *lock, void *arg)
{
	struct zswap_entry *entry = container_of(item, struct zswap_entry, lru);
	u64 *stored_ns = arg;

	*stored_ns = entry->stored_ns;
	return LRU_STOP;
}

/**
 * zswap_lru_oldest() - when the oldest page of a cgroup was stored
 * @memcg: the cgroup, without its descendants
 * @nid: the node of the entries
 *
 * Context: process context.
 * Return: nanoseconds, as ktime_get_ns(); U64_MAX if it has none.
 */
u64 zswap_lru_oldest(struct mem_cgroup *memcg, int nid)
{
	unsigned long walk = 1;
	u64 stored_ns = U64_MAX;

	list_lru_walk_one(&lru, nid, memcg, look, &stored_ns, &walk);
	return stored_ns;
}

/**
 * zswap_lru_count() - pages on the list of a cgroup
 * @sc: which cgroup, and which node
 *
 * Context: any.
 */
unsigned long zswap_lru_count(struct shrink_control *sc)
{
	return list_lru_shrink_count(&lru, sc);
}

/**
 * zswap_lru_init() - before the first entry
 * @shrinker: who will ask, and is told that a cgroup has something to give
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int zswap_lru_init(struct shrinker *shrinker)
{
	return list_lru_init_memcg(&lru, shrinker);
}

/** zswap_lru_exit() - after the last entry has gone */
void zswap_lru_exit(void)
{
	list_lru_destroy(&lru);
}
