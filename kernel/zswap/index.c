// SPDX-License-Identifier: GPL-2.0
/*
 * The index: swap entry -> zswap entry.
 *
 * Each swap area has a tree, as high as the largest area that Linux 6.12 knows:
 *
 *	root[type] -> node -> node -> node -> leaf -> zswap entry
 *		      9 bits  9 bits  9 bits  6 bits of the offset
 *
 * A node is a page of pointers, and stays until the module goes: one is enough for
 * 128 MiB of swap.  A leaf has 64 neighbouring swap entries, and stays for as long
 * as one of them has a zswap entry.
 *
 * There is no lock.  A slot of a leaf belongs to whoever has its swap entry for
 * himself (see linux/frontswap.h), and nobody else changes it.  What neighbours
 * share is the leaf, and its count of slots in use:
 *
 *	insert	counts first, and only up from 1: so a leaf that it has counted in
 *		stays.  If there is none, or one that has counted down to 0, it
 *		puts a new leaf in that place.
 *	remove	empties its slot, and counts.  Whoever counts down to 0 takes the
 *		leaf out of its place, if an insert has not done so already, and
 *		has it freed once nobody can be looking at it.
 *
 * A drain and a swapoff also remove what they find of swap entries that are
 * nobody's.  Both may find the same: so a slot is emptied by an exchange, and one
 * of them has the zswap entry, whoever believes the swap entry to be his.
 *
 * All of them are within RCU from when they read where the leaf is, so what they
 * compare that place with cannot be another leaf at the same address.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "zswap.h"

#define LEAF_BITS	6
#define LEAF_SLOTS	(1U << LEAF_BITS)
#define NODE_BITS	(PAGE_SHIFT - 3)
#define NODE_SLOTS	(1U << NODE_BITS)
#define NODE_LEVELS	3
/* Offsets are below that: swap_info_struct's "max" has 32 bits. */
#define OFFSET_BITS	(LEAF_BITS + NODE_LEVELS * NODE_BITS)

static_assert(sizeof(void *) == 8);
static_assert(OFFSET_BITS > 32);

/**
 * struct leaf - 64 neighbouring swap entries
 * @used: slots that have a zswap entry, and inserts under way; it never leaves 0
 * @rcu: to free it
 * @slot: the zswap entries
 */
struct leaf {
	atomic_t used;
	struct rcu_head rcu;
	struct zswap_entry *slot[LEAF_SLOTS];
};

static void *roots[MAX_SWAPFILES];
static struct kmem_cache *leaf_cache;

/* Where a node has what is above the lowest @shift bits of an offset. */
static void **node_slot(void *node, unsigned long offset, unsigned int shift)
{
	return (void **)node + ((offset >> shift) & (NODE_SLOTS - 1));
}

/* How much of an offset the children of a node of that level have. */
static unsigned int level_shift(unsigned int level)
{
	return LEAF_BITS + level * NODE_BITS;
}

/* One level down, if there is a node.  Those that there are stay. */
static inline void *node_child(void *node, unsigned long offset, unsigned int level)
{
	return node ? READ_ONCE(*node_slot(node, offset, level_shift(level))) : NULL;
}

/* Where the leaf of a swap entry is, if there is one; NULL if not even that is. */
static __always_inline struct leaf **leaf_place(swp_entry_t swp)
{
	unsigned long offset = swp_offset(swp);
	void *node = READ_ONCE(roots[swp_type(swp)]);

	/* without a loop, as this is all that most lookups do */
	static_assert(NODE_LEVELS == 3);
	node = node_child(node, offset, 2);
	node = node_child(node, offset, 1);
	return node ? (struct leaf **)node_slot(node, offset, level_shift(0)) : NULL;
}

/* The same, with the nodes that it takes; NULL without memory.  May sleep. */
static struct leaf **make_leaf_place(swp_entry_t swp, gfp_t gfp)
{
	unsigned long offset = swp_offset(swp);
	void **place = (void **)leaf_place(swp);
	unsigned int level = NODE_LEVELS;
	void *node, *fresh;

	if (place)
		return (struct leaf **)place;
	place = &roots[swp_type(swp)];
	while (level--) {
		node = READ_ONCE(*place);
		if (!node) {
			fresh = (void *)get_zeroed_page(gfp);
			if (!fresh)
				return NULL;
			node = cmpxchg(place, NULL, fresh);
			if (node)
				free_page((unsigned long)fresh);
			else
				node = fresh;
		}
		place = node_slot(node, offset, level_shift(level));
	}
	return (struct leaf **)place;
}

/* The slot of a swap entry within its leaf. */
static struct zswap_entry **leaf_slot(struct leaf *leaf, swp_entry_t swp)
{
	return &leaf->slot[swp_offset(swp) & (LEAF_SLOTS - 1)];
}

/**
 * zswap_index_init() - before the first entry
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int zswap_index_init(void)
{
	leaf_cache = kmem_cache_create("zswap_zbud_index", sizeof(struct leaf), 0, 0,
				       NULL);
	return leaf_cache ? 0 : -ENOMEM;
}

static void free_nodes(void *node, unsigned int level)
{
	unsigned int i;

	if (!node)
		return;
	for (i = 0; level && i < NODE_SLOTS; i++)
		free_nodes(((void **)node)[i], level - 1);
	free_page((unsigned long)node);
}

/** zswap_index_exit() - after the last entry has gone; may sleep */
void zswap_index_exit(void)
{
	unsigned int type;

	/* leaves are freed by code of this module */
	rcu_barrier();
	for (type = 0; type < MAX_SWAPFILES; type++)
		free_nodes(roots[type], NODE_LEVELS - 1);
	kmem_cache_destroy(leaf_cache);
}

static void leaf_free(struct rcu_head *rcu)
{
	struct leaf *leaf = container_of(rcu, struct leaf, rcu);

	/* nobody can be looking at it */
	ASSERT_EXCLUSIVE_ACCESS(*leaf);
	kmem_cache_free(leaf_cache, leaf);
}

/* One slot less is in use.  Within RCU. */
static void leaf_put(struct leaf **place, struct leaf *leaf)
{
	if (!atomic_dec_and_test(&leaf->used))
		return;
	cmpxchg(place, leaf, NULL);
	call_rcu(&leaf->rcu, leaf_free);
}

/*
 * A leaf with one slot more in use: the one in that place, or *@fresh, which is put
 * there and taken from the caller.  Within RCU.  NULL if it takes a fresh one.
 */
static struct leaf *leaf_get(struct leaf **place, struct leaf **fresh)
{
	struct leaf *leaf = READ_ONCE(*place);

	for (;;) {
		if (leaf && atomic_inc_not_zero(&leaf->used))
			return leaf;
		if (!*fresh)
			return NULL;
		/* in an empty place, or in that of a leaf that is to be freed */
		if (try_cmpxchg(place, &leaf, *fresh))
			break;
	}
	leaf = *fresh;
	*fresh = NULL;
	return leaf;
}

/**
 * zswap_index_insert() - let a swap entry have this zswap entry
 * @swp: the swap entry, which is the caller's
 * @entry: the zswap entry
 *
 * Context: may sleep.
 * Return: the zswap entry that it had before, or NULL; an ERR_PTR without
 *	memory, and then nothing has changed.
 */
noinline struct zswap_entry *zswap_index_insert(swp_entry_t swp,
						struct zswap_entry *entry)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;
	struct leaf **place = make_leaf_place(swp, gfp);
	struct leaf *leaf, *fresh = NULL;
	struct zswap_entry *old, **slot;

	if (!place)
		return ERR_PTR(-ENOMEM);
	for (;;) {
		rcu_read_lock_sched();
		leaf = leaf_get(place, &fresh);
		if (leaf)
			break;
		rcu_read_unlock_sched();
		fresh = kmem_cache_zalloc(leaf_cache, gfp);
		if (!fresh)
			return ERR_PTR(-ENOMEM);
		/* of the one who puts it there */
		atomic_set(&fresh->used, 1);
	}
	slot = leaf_slot(leaf, swp);
	old = *slot;
	/* others read it in zswap_index_next() */
	WRITE_ONCE(*slot, entry);
	if (old)
		atomic_dec(&leaf->used);	/* not to 0: this slot is in use */
	rcu_read_unlock_sched();
	if (fresh)
		kmem_cache_free(leaf_cache, fresh);
	return old;
}

/**
 * zswap_index_find() - the zswap entry of a swap entry, or NULL
 * @swp: the swap entry, which is the caller's
 *
 * Context: any.
 */
struct zswap_entry *zswap_index_find(swp_entry_t swp)
{
	struct leaf **place = leaf_place(swp), *leaf;
	struct zswap_entry *entry = NULL;

	if (!place)
		return NULL;
	rcu_read_lock_sched();
	leaf = READ_ONCE(*place);
	if (leaf)
		entry = READ_ONCE(*leaf_slot(leaf, swp));
	rcu_read_unlock_sched();
	return entry;
}

/**
 * zswap_index_remove() - take it out
 * @swp: the swap entry, which is the caller's, or nobody's
 *
 * Context: process context, atomic or not.
 * Return: the zswap entry, which nobody else gets; or NULL.
 */
struct zswap_entry *zswap_index_remove(swp_entry_t swp)
{
	struct leaf **place = leaf_place(swp), *leaf;
	struct zswap_entry *entry = NULL, **slot;

	if (!place)
		return NULL;
	rcu_read_lock_sched();
	leaf = READ_ONCE(*place);
	if (leaf) {
		slot = leaf_slot(leaf, swp);
		if (READ_ONCE(*slot))
			entry = xchg(slot, NULL);
		if (entry)
			leaf_put(place, leaf);
	}
	rcu_read_unlock_sched();
	return entry;
}

/* Is any of a leaf's slots in use, from *@offset on?  Sets it to that, or behind. */
static bool leaf_next(struct leaf **place, unsigned long *offset)
{
	const unsigned long end = (*offset | (LEAF_SLOTS - 1)) + 1;
	struct leaf *leaf;
	bool found = false;

	rcu_read_lock_sched();
	leaf = READ_ONCE(*place);
	while (leaf && *offset < end) {
		found = READ_ONCE(leaf->slot[*offset & (LEAF_SLOTS - 1)]);
		if (found)
			break;
		++*offset;
	}
	rcu_read_unlock_sched();
	if (!found)
		*offset = end;
	return found;
}

/* The place of an offset's leaf; or NULL, and the offset is behind what is missing. */
static struct leaf **next_place(unsigned int type, unsigned long *offset)
{
	void **place = &roots[type];
	unsigned int level = NODE_LEVELS;
	void *node;

	while (level--) {
		node = READ_ONCE(*place);
		if (!node) {
			/* all of the node that is not there */
			*offset = (*offset | (BIT(level_shift(level + 1)) - 1)) + 1;
			return NULL;
		}
		place = node_slot(node, *offset, level_shift(level));
	}
	return (struct leaf **)place;
}

/**
 * zswap_index_next() - walk over a swap area
 * @type: the swap area
 * @swp: the next swap entry that has a zswap entry
 * @cursor: 0 for the first call; the walk's state
 *
 * Visits each swap entry that is in the index for the whole walk.
 *
 * Context: may sleep, as there may be a long way to the next one.
 * Return: false at the end.
 */
bool zswap_index_next(unsigned int type, swp_entry_t *swp, unsigned long *cursor)
{
	struct leaf **place;

	while (*cursor < BIT(OFFSET_BITS)) {
		place = next_place(type, cursor);
		if (place && leaf_next(place, cursor)) {
			*swp = swp_entry(type, (*cursor)++);
			return true;
		}
		/* once for each node of leaves, of which there may be none left */
		if (!(*cursor & (BIT(level_shift(1)) - 1)))
			cond_resched();
	}
	return false;
}

/** zswap_index_empty() - does no swap entry have a zswap entry?  May sleep. */
bool zswap_index_empty(void)
{
	unsigned long cursor;
	unsigned int type;
	swp_entry_t swp;

	for (type = 0; type < MAX_SWAPFILES; type++) {
		cursor = 0;
		if (zswap_index_next(type, &swp, &cursor))
			return false;
	}
	return true;
}
