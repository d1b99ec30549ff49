// SPDX-License-Identifier: GPL-2.0
/*
 * The index: swap entry -> zswap entry.
 *
 * Each swap area has a few xarrays, its shards, so that CPUs that swap to the
 * same device rarely meet at a lock.  64 neighbouring swap entries, a node of
 * an xarray, share a shard; the shard's number is cut out of the key, so that
 * the shards' trees are as dense as a single one would be.
 *
 *	offset   .... high bits .... | shard (4) | low bits (6)
 *	key           .... high bits ........... | low bits (6)
 *
 * The shards are static: there is no swapon or swapoff to race with.
 *
 * Locks: the xarray's own, a leaf.  A caller that may use the entry it finds
 * is one that has the swap entry for itself (see linux/frontswap.h).
 */
#include <linux/err.h>
#include <linux/swap.h>
#include <linux/xarray.h>

#include "zswap.h"

#define LOW_BITS	6
#define SHARD_BITS	4
#define SHARDS		(1U << SHARD_BITS)

static struct xarray shards[MAX_SWAPFILES][SHARDS];

static struct xarray *swp_shard(swp_entry_t swp)
{
	return &shards[swp_type(swp)][(swp_offset(swp) >> LOW_BITS) &
				      (SHARDS - 1)];
}

static unsigned long swp_key(swp_entry_t swp)
{
	unsigned long offset = swp_offset(swp);

	return (offset >> (LOW_BITS + SHARD_BITS) << LOW_BITS) |
	       (offset & (BIT(LOW_BITS) - 1));
}

/* The reverse: where in a swap area the entry with this key in a shard is. */
static unsigned long key_offset(unsigned long key, unsigned int shard)
{
	return (key >> LOW_BITS << (LOW_BITS + SHARD_BITS)) |
	       ((unsigned long)shard << LOW_BITS) |
	       (key & (BIT(LOW_BITS) - 1));
}

/** zswap_index_init() - prepare the empty index */
void zswap_index_init(void)
{
	unsigned int type, shard;

	for (type = 0; type < MAX_SWAPFILES; type++)
		for (shard = 0; shard < SHARDS; shard++)
			xa_init(&shards[type][shard]);
}

/**
 * zswap_index_insert() - let a swap entry have this zswap entry
 * @swp: the swap entry
 * @entry: the zswap entry
 *
 * Context: may sleep.
 * Return: the zswap entry that it had before, or NULL; an ERR_PTR without
 *	memory, and then nothing has changed.
 */
noinline struct zswap_entry *zswap_index_insert(swp_entry_t swp,
						struct zswap_entry *entry)
{
	void *old = xa_store(swp_shard(swp), swp_key(swp), entry,
			     GFP_KERNEL | __GFP_NOWARN);

	return xa_is_err(old) ? ERR_PTR(xa_err(old)) : old;
}

/**
 * zswap_index_find() - the zswap entry of a swap entry, or NULL
 * @swp: the swap entry
 *
 * Context: any.
 */
struct zswap_entry *zswap_index_find(swp_entry_t swp)
{
	return xa_load(swp_shard(swp), swp_key(swp));
}

/**
 * zswap_index_remove() - take it out
 * @swp: the swap entry
 *
 * Context: process context, atomic or not.
 * Return: the zswap entry, or NULL.
 */
struct zswap_entry *zswap_index_remove(swp_entry_t swp)
{
	return xa_erase(swp_shard(swp), swp_key(swp));
}

/**
 * zswap_index_next() - walk over a swap area
 * @type: the swap area
 * @swp: the next swap entry that has a zswap entry
 * @cursor: 0 for the first call; the walk's state
 *
 * Visits each swap entry that is in the index for the whole walk.
 *
 * Context: any.
 * Return: false at the end.
 */
bool zswap_index_next(unsigned int type, swp_entry_t *swp, unsigned long *cursor)
{
	/* the cursor counts keys within a shard, and shards in its top bits */
	const unsigned int shard_shift = BITS_PER_LONG - SHARD_BITS - 1;
	unsigned int shard = *cursor >> shard_shift;
	unsigned long key = *cursor & (BIT(shard_shift) - 1);

	for (; shard < SHARDS; shard++, key = 0) {
		if (!xa_find(&shards[type][shard], &key, BIT(shard_shift) - 1,
			     XA_PRESENT))
			continue;
		*swp = swp_entry(type, key_offset(key, shard));
		*cursor = ((unsigned long)shard << shard_shift) + key + 1;
		return true;
	}
	return false;
}

/** zswap_index_empty() - does no swap entry have a zswap entry? */
bool zswap_index_empty(void)
{
	unsigned int type, shard;

	for (type = 0; type < MAX_SWAPFILES; type++)
		for (shard = 0; shard < SHARDS; shard++)
			if (!xa_empty(&shards[type][shard]))
				return false;
	return true;
}
