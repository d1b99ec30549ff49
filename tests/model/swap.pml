// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of swapped-out pages, for spin: what the swap code of Linux 6.12 does, and
 * what frontswap.ko and zswap_zbud.ko do in its midst.  docs/concurrency.md says what
 * is checked and what is not; model.t runs it.
 *
 * What has a function of the same name in kernel/ is that function; the others are the
 * kernel's.  One step here (an atomic or a d_step) is what a lock, an atomic operation
 * or the sole ownership of what it touches makes one step there; taking a lock is one with
 * what follows, and giving it back with what went before.  A page's contents are a number:
 * who owns it, and the generation.  Memory is short at any time: whatever allocates may
 * fail.
 *
 * Who takes part: user, kswapd and disk always; and, by -D, WORKER (evicts), ADMIN
 * (loads, drains, unloads, over and over), SWAPOFF (the same with the swap area).
 * By -D as well:
 *	SLOTS=, USERS=, GENS=	sizes: at most 2, 2, and any
 *	TRANSITION		livepatch switches tasks one by one, and not all at once
 *	ERRORS			writes to the device fail
 *	ZEROS			pages become all zeros, of which zswap is told nothing
 *	FORK			two users share a page
 *	AT_ONCE			a device that reads at once: faults bypass the swap cache
 *	UNTOLD			the swap code may free a swap entry and say nothing
 *	WITHOUT_...		one rule less: a counterexample there must be
 */
#ifndef SLOTS
#define SLOTS	1
#endif
#ifndef USERS
#define USERS	1
#endif
#ifndef GENS
#define GENS	2
#endif
#define FOLIOS	(SLOTS + USERS)
#define ENTRIES	(SLOTS + 1)

#define NONE	9
/* Contents: what nobody wrote, all zeros, and what a user wrote. */
#define EMPTY	0
#define ZERO	1
#define PAGE(u)	(2 + (u) * GENS + gen[u])

/* Tasks, as livepatch and SRCU tell them apart: the users, and these. */
#define KSWAPD	(USERS)
#define LOADER	(USERS + 1)
#if defined(WORKER) && defined(SWAPOFF)
#define EVICTER	(USERS + 2)
#define OFFER	(USERS + 3)
#define TASKS	(USERS + 4)
#elif defined(WORKER) || defined(SWAPOFF)
#define EVICTER	(USERS + 2)
#define OFFER	(USERS + 2)
#define TASKS	(USERS + 3)
#else
#define EVICTER	NONE
#define OFFER	NONE
#define TASKS	(USERS + 2)
#endif

/* The first thing in a step: any of these that may be, or wait. */
#define CHOOSE(n, size, may)						\
	if								\
	:: may(0) -> n = 0						\
	:: size > 1 && may(1 % size) -> n = 1				\
	:: size > 2 && may(2 % size) -> n = 2				\
	:: size > 3 && may(3 % size) -> n = 3				\
	:: size > 4 && may(4 % size) -> n = 4				\
	:: size > 5 && may(5 % size) -> n = 5				\
	fi

/*
 * The swap area
 */
bool writeok = true;		/* takes new pages */
bool dead;			/* get_swap_device() fails */
byte device_refs;		/* of tasks that it did not fail for */
byte count[SLOTS];		/* users of a swap entry, SWAP_HAS_CACHE aside */
bool has_cache[SLOTS];
byte cache[SLOTS] = NONE;	/* the folio in the swap cache */
bool zeromap[SLOTS];
byte on_disk[SLOTS];

/*
 * Memory
 */
typedef struct_folio {
	bool locked;
	bool uptodate;
	bool dirty;
	bool writeback;
	byte swap = NONE;	/* its swap entry, while it is in the swap cache */
	byte content;
	byte refs;		/* 0: a free page frame */
	byte mapped;
};
struct_folio folio[FOLIOS];

byte pte_folio[USERS] = NONE;
byte pte_swap[USERS] = NONE;
byte truth[USERS];		/* what the user's page has to be */
byte gen[USERS];

/*
 * frontswap.ko
 */
bool patched[TASKS];		/* livepatch has switched it over */
bool backend;			/* fs_active is set */
bool accepting;			/* fs_accepting */
bool reading[TASKS];		/* within fs_srcu */
bool waited_for[TASKS];		/* and was so when synchronize_srcu() began */

/*
 * zswap_zbud.ko
 */
bool loaded;			/* its code, its pool */
byte index[SLOTS] = NONE;
bool live[ENTRIES];		/* an entry, and what it has in the pool */
byte kept[ENTRIES];		/* the contents */
byte tag[ENTRIES] = NONE;	/* the swap entry, as the pool has it */

/* The rule of the slot: a swap entry is in the hands of one at most. */
bool owned[SLOTS];

inline own(s)
{
	assert(!owned[s]);
	owned[s] = true
}

inline disown(s)
{
	owned[s] = false
}

/*
 * zswap: index and entries; within steps
 */

inline entry_free(e)
{
	assert(loaded && live[e]);
	live[e] = false;
	kept[e] = EMPTY;
	tag[e] = NONE;
	e = NONE
}

/* An exchange: whoever gets the entry is the only one to have it. */
inline index_remove(s, e)
{
	assert(loaded);
	e = index[s];
	index[s] = NONE
}

inline invalidate_page(s, e)
{
	index_remove(s, e);
	if
	:: e != NONE -> entry_free(e)
	:: else
	fi
}

/* Of a swap entry that is nobody's, so that there may be another who does the same. */
inline remove_unowned(s, e)
{
#ifdef WITHOUT_EXCHANGE
	e = index[s];
	index[s] = NONE;
	if
	:: e != NONE -> d_step { entry_free(e) }
	:: else
	fi
#else
	d_step { invalidate_page(s, e) }
#endif
}

/*
 * frontswap: the hooks
 */

/* Is there a backend to be asked, and may it store?  It stays until hook_leave(). */
#ifdef ADMIN
inline hook_enter()
{
	d_step {
		ops = patched[me] && backend;
		may_store = ops && accepting;
		reading[me] = ops
	}
}

/* Within the last step of a hook. */
inline hook_leave()
{
	reading[me] = false;
	waited_for[me] = false;
	ops = false;
	may_store = false
}
#else	/* there always is one */
#define ops		true
#define may_store	true
#define hook_enter()	skip
#define hook_leave()	skip
#endif

inline hook_invalidate(s)
{
	hook_enter();
	if
#ifndef WITHOUT_INVALIDATE
	:: d_step { ops -> own(s); invalidate_page(s, e); disown(s); hook_leave() }
#else
	:: d_step { ops -> hook_leave() }
#endif
	:: !ops
	fi
}

/* zswap_index_insert(), zswap_entry_publish(), and what was there before goes. */
inline insert(s, e)
{
	old = index[s];
	index[s] = e;
	e = NONE;
	if
	:: old != NONE -> entry_free(old)
	:: else
	fi
}

inline forget(s)
{
#ifdef WITHOUT_FORGETTING
	skip
#else
	invalidate_page(s, e)
#endif
}

/* The folio is locked, in the swap cache, and would be written to the device. */
inline hook_store(f, s)
{
	hook_enter();
	if
	:: d_step { may_store ->	/* store_page() */
		assert(loaded);
		own(s);
		e = 0;
		do
		:: e < ENTRIES && live[e] -> e++
		:: else -> break
		od;
		if
		:: e == ENTRIES -> e = NONE
		:: else ->
			/* from now on evictions find it by its tag */
			live[e] = true;
			kept[e] = folio[f].content;
			tag[e] = s
		fi };
		if
		:: d_step { e != NONE ->
			insert(s, e);
			stored = true;
			disown(s);
			hook_leave() }
		/* another page of a large folio cannot be stored */
		:: d_step { e != NONE -> insert(s, e) };
			d_step { invalidate_page(s, e); disown(s); hook_leave() }
		/* refused: a limit, or no memory for the index */
		:: d_step { true ->
			if
			:: e != NONE -> entry_free(e)
			:: else
			fi;
			forget(s);
			disown(s);
			hook_leave() }
		fi
	:: d_step { ops && !may_store -> own(s); forget(s); disown(s); hook_leave() }
	:: !ops
	fi
}

/* Does the folio take the page over?  Else it is one page fault's, which may fail. */
#ifdef WITHOUT_ASKING_THE_CACHE
#define takes_over(f)	true
#else
#define takes_over(f)	(folio[f].swap != NONE)
#endif

/* Fill a locked folio, or leave that to the device.  Unlocks it if it is filled. */
inline hook_load(f, s)
{
	hook_enter();
	if
	:: d_step { ops ->	/* zswap_index_find(), zswap_entry_read() */
		assert(loaded);
		own(s);
		e = index[s];
		if
		:: e != NONE ->
			assert(live[e]);
			folio[f].content = kept[e]
		:: else -> disown(s)
		fi };
		if
		:: d_step { e != NONE ->
			if
			:: takes_over(f) ->
				index[s] = NONE;
				entry_free(e);
#ifndef WITHOUT_DIRTYING
				folio[f].dirty = true
#endif
			:: else
			fi;
			e = NONE;
			folio[f].uptodate = true;
			folio[f].locked = false;
			disown(s);
			hook_leave() }
		:: d_step { e == NONE -> hook_leave() }
		fi
	:: !ops
	fi
}

/*
 * The swap code
 */

#ifdef SWAPOFF
#define get_swap_device()	device_refs++
#define put_swap_device()	device_refs--
#else
#define get_swap_device()	skip
#define put_swap_device()	skip
#endif

/* Within steps; NONE if there is none. */
inline folio_alloc(f)
{
	f = 0;
	do
	:: f < FOLIOS && folio[f].refs -> f++
	:: else -> break
	od;
	if
	:: f == FOLIOS -> f = NONE
	:: else -> folio[f].refs = 1
	fi
}

/* Within steps. */
inline folio_put(f)
{
	folio[f].refs--;
	if
	:: !folio[f].refs ->
		assert(folio[f].swap == NONE && !folio[f].mapped && !folio[f].writeback);
		folio[f].content = EMPTY;
		folio[f].uptodate = false;
		folio[f].dirty = false
	:: else
	fi;
	f = NONE
}

/* Within steps. */
inline folio_unlock_put(f)
{
	assert(folio[f].locked);
	folio[f].locked = false;
	folio_put(f)
}

/*
 * The swap entry is in the hands of whoever frees it, as SWAP_HAS_CACHE is set.  What
 * the device has of it is of no use to anyone from now on.
 */
inline free_swap_slot(s)
{
#ifdef UNTOLD
	if
	:: hook_invalidate(s)
	:: true
	fi;
#else
	hook_invalidate(s);
#endif
	d_step {
		assert(!count[s] && has_cache[s] && cache[s] == NONE);
#ifndef UNTOLD
		assert(index[s] == NONE);	/* it would stay for good */
#endif
		zeromap[s] = false;
		has_cache[s] = false;
		on_disk[s] = EMPTY
	}
}

inline free_if(s)
{
	if
	:: d_step { freeing -> freeing = false }; free_swap_slot(s)
	:: else
	fi
}

/* Within steps, and then free_if(): SWAP_HAS_CACHE goes. */
inline swapcache_clear(s)
{
	freeing = !count[s];
	has_cache[s] = freeing
}

/* Within steps, and then free_if(): a user less. */
inline swap_free(s)
{
	assert(count[s]);
	count[s]--;
	freeing = !count[s] && !has_cache[s];
	has_cache[s] = has_cache[s] || freeing
}

/* Within steps, and then free_if().  The folio is locked. */
inline delete_from_swap_cache(f, s)
{
	assert(folio[f].locked && folio[f].swap == s && !folio[f].writeback);
	cache[s] = NONE;
	folio[f].swap = NONE;
	folio[f].refs--;
	swapcache_clear(s)
}

#define swap_freeable(f, s)						\
	(folio[f].swap == s && !folio[f].writeback && !count[s])

/* Within steps, and then free_if().  The folio is locked. */
inline folio_free_swap(f, s)
{
	if
	:: swap_freeable(f, s) ->
		delete_from_swap_cache(f, s);
		folio[f].dirty = true
	:: else
	fi
}

/* Within steps. */
inline swap_cache_get(f, s)
{
	f = cache[s];
	if
	:: f != NONE -> folio[f].refs++
	:: else
	fi
}

/* __read_swap_cache_async(): a folio with a reference; @fresh: new, and locked. */
inline read_swap_cache(f, s, fresh)
{
	swap_cache_get(f, s);
	if
	:: f == NONE && count[s] && !has_cache[s] ->
		folio_alloc(f);
		if
		:: f != NONE ->
			/* swapcache_prepare(), add_to_swap_cache() */
			assert(cache[s] == NONE);
			fresh = true;
			has_cache[s] = true;
			cache[s] = f;
			folio[f].locked = true;
			folio[f].swap = s;
			folio[f].refs++
		:: else
		fi
	:: else
	fi
}

/* Fill a locked folio, and unlock it. */
inline swap_read_folio(f, s)
{
	if
	:: d_step { zeromap[s] ->
		folio[f].content = ZERO;
		folio[f].uptodate = true;
		folio[f].locked = false }
	:: else ->
		hook_load(f, s);
		if
		:: d_step { !folio[f].uptodate ->
			folio[f].content = on_disk[s];
			folio[f].uptodate = true;
			folio[f].locked = false }
		:: else
		fi
	fi
}

inline swapin(f, s)
{
	d_step { read_swap_cache(f, s, fresh) };
	if
	:: d_step { fresh -> fresh = false }; swap_read_folio(f, s)
	:: else
	fi
}

/* Within steps: the page table's lock.  What is read is what was written last. */
inline map_page(u, f)
{
	assert(folio[f].uptodate);
	assert(folio[f].content == truth[u]);
	pte_swap[u] = NONE;
	pte_folio[u] = f;
	folio[f].mapped++;
	folio[f].refs++
}

/*
 * zswap: writeback
 */
#define FATE_WRITE	1
#define FATE_ABORT	2
#define FATE_READ	3

/* swapoff maps what it has found, whether that is in the swap cache still or not. */
#ifdef WITHOUT_FREEZING
#define nobody_has(f)	true
#else
#define nobody_has(f)	(folio[f].refs == 2)
#endif
#ifdef WITHOUT_DIRTY_CHECK
#define unchanged(f)	true
#else
#define unchanged(f)	(!folio[f].dirty)
#endif

/* Within steps, and then free_if(). */
inline leave_swap_cache(f, s)
{
	if
	:: nobody_has(f) && unchanged(f) -> delete_from_swap_cache(f, s)
	:: else
	fi
}

/*
 * The folio is fresh, so the swap entry is ours.  @h: the entry that was chosen, or
 * NONE for a drain, which wants whatever there is.
 */
inline take_out(f, s, h)
{
	d_step {
		assert(loaded);
		own(s);
		if
#ifndef WITHOUT_SUPERSEDED
		/* what the index has may be in the hands of drop_unused() */
		:: zeromap[s] ->
#ifdef WITHOUT_TAKING
			e = index[s];
#endif
			folio[f].content = ZERO;
			fate = FATE_ABORT
#endif
		:: else ->
#ifdef WITHOUT_LOOKING
			e = (h == NONE -> index[s] : h);
#else
			e = index[s];
#endif
			if
			:: e == NONE || (h != NONE && e != h) -> fate = FATE_READ
			:: else ->
				assert(live[e]);
				folio[f].content = kept[e];
				fate = FATE_WRITE
			fi
		fi
	};
	if
	:: d_step { fate == FATE_READ -> e = NONE; fate = 0; disown(s) };
		swap_read_folio(f, s);
		d_step { folio_put(f) }
	:: d_step { fate == FATE_WRITE ->
		index[s] = NONE;
		entry_free(e);
		disown(s);
		/* frontswap_writeback_submit() */
		folio[f].uptodate = true;
		folio[f].writeback = true;
		folio[f].locked = false;
		if
		:: h != NONE -> folio_put(f); fate = 0
		:: else
		fi };
		if
		/* frontswap_writeback_finish() */
		:: d_step { fate == FATE_WRITE && !folio[f].writeback && !folio[f].locked ->
			folio[f].locked = true;
			fate = 0;
			if
			:: folio[f].swap == s -> leave_swap_cache(f, s)
			:: else
			fi;
			folio_unlock_put(f) };
			free_if(s)
		:: fate == 0
		fi
	:: d_step { fate == FATE_ABORT ->
#ifdef WITHOUT_TAKING
		index[s] = NONE;
		if
		:: e != NONE -> entry_free(e)
		:: else
		fi;
#else
		invalidate_page(s, e);
#endif
		disown(s);
		/* frontswap_writeback_abort() */
		folio[f].uptodate = true;
		leave_swap_cache(f, s);
		folio_unlock_put(f);
		fate = 0 };
		free_if(s)
	:: d_step { fate == FATE_WRITE && h != NONE ->	/* its cgroup forbids it */
		e = NONE;
		disown(s);
#ifdef WITHOUT_FILLING
		folio[f].content = EMPTY;
#endif
		folio[f].uptodate = true;
		leave_swap_cache(f, s);
		folio_unlock_put(f);
		fate = 0 };
		free_if(s)
	fi
}

/* The page is in the swap cache: the folio is to be its owner again. */
inline give_back(f, s)
{
	d_step { !folio[f].locked ->
		if
		:: folio[f].swap == s ->
			own(s);
			index_remove(s, e);
			if
			:: e != NONE ->
				entry_free(e);
#ifndef WITHOUT_GIVING_BACK
				folio[f].dirty = true
#endif
			:: else
			fi;
			disown(s)
		:: else
		fi;
		folio_put(f) }
}

/* A swap entry that is nobody's: the swap code did not say that it was freed. */
inline drop_unused(s)
{
	unused = !dead && !count[s] && !has_cache[s];
	if
	:: unused -> unused = false; remove_unowned(s, e)
	:: else
	fi
}

/* frontswap_writeback_begin(), within steps. */
inline writeback_begin(f, s, fresh)
{
	if
	:: !dead -> read_swap_cache(f, s, fresh)
	:: else
	fi
}

/* zswap_write_back() of a page that was chosen. */
inline evict(s, h)
{
	d_step { writeback_begin(f, s, fresh) };
	if
	:: d_step { fresh -> fresh = false }; take_out(f, s, h)
	:: d_step { !fresh && f != NONE -> folio_put(f) }
	:: !fresh && f == NONE
	fi
}

/* And of whatever the swap entry has, for a drain. */
inline drain_one(s)
{
	d_step { writeback_begin(f, s, fresh) };
	if
	:: d_step { fresh -> fresh = false }; take_out(f, s, NONE)
	:: !fresh && f != NONE -> give_back(f, s)
	:: !fresh && f == NONE -> drop_unused(s)
	fi
}

#ifdef ADMIN
#define LOCALS								\
	byte f = NONE, s = NONE, e = NONE;				\
	bool fresh, freeing, ops, may_store
#else
#define LOCALS								\
	byte f = NONE, s = NONE, e = NONE;				\
	bool fresh, freeing
#endif

/*
 * Who does all that
 */

#define pte_shared(u)	(folio[pte_folio[u]].mapped > 1 ||		\
			 (folio[pte_folio[u]].swap != NONE &&		\
			  count[folio[pte_folio[u]].swap]))

/* Its page comes, changes, is swapped out by kswapd, comes back, and goes. */
proctype user(byte me)
{
	LOCALS;

end:	do
	/* the first touch, or a write to a page that others have as well */
	:: d_step { pte_swap[me] == NONE && (pte_folio[me] == NONE || pte_shared(me)) ->
		folio_alloc(f);
		if
		:: f != NONE ->
			if
			:: pte_folio[me] != NONE ->
				s = pte_folio[me];
				folio[s].mapped--;
				folio_put(s)
			:: else
			fi;
			gen[me] = (gen[me] + 1) % GENS;
			truth[me] = PAGE(me);
			folio[f].content = truth[me];
			folio[f].uptodate = true;
			folio[f].dirty = true;
			folio[f].mapped = 1;
			pte_folio[me] = f;
			f = NONE
		:: else
		fi }
	/* a write to a page of one's own, whether it is in the swap cache or not */
	:: atomic { pte_folio[me] != NONE && !pte_shared(me) ->
		if
		:: gen[me] = (gen[me] + 1) % GENS;
		   truth[me] = PAGE(me)
#ifdef ZEROS
		:: gen[me] = 0;
		   truth[me] = ZERO
#endif
		fi;
		folio[pte_folio[me]].content = truth[me];
		folio[pte_folio[me]].dirty = true }
	/* munmap() */
	:: d_step { pte_folio[me] != NONE ->
		f = pte_folio[me];
		pte_folio[me] = NONE;
		folio[f].mapped--;
		truth[me] = EMPTY;
		gen[me] = 0;
		s = folio[f].swap;
		if
		:: s != NONE && !folio[f].locked ->
			folio[f].locked = true;
			folio_free_swap(f, s);
			folio_unlock_put(f)
		:: else -> folio_put(f)
		fi };
		free_if(s);
		s = NONE
	/* and of a page that is swapped out: free_swap_and_cache() */
	:: d_step { pte_swap[me] != NONE && !dead ->
		s = pte_swap[me];
		pte_swap[me] = NONE;
		truth[me] = EMPTY;
		gen[me] = 0;
		get_swap_device();
		swap_free(s) };
		free_if(s);
		d_step {
			swap_cache_get(f, s);
			if
			:: f != NONE && !folio[f].locked ->
				folio[f].locked = true;
				folio_free_swap(f, s);
				folio_unlock_put(f)
			:: f != NONE && folio[f].locked -> folio_put(f)
			:: else
			fi
		};
		free_if(s);
		d_step { put_swap_device(); s = NONE }
	/* a page fault */
	:: d_step { pte_swap[me] != NONE && !dead ->
		s = pte_swap[me];
		get_swap_device() };
#ifdef AT_ONCE
		d_step {
			if
			:: cache[s] == NONE && count[s] == 1 && !has_cache[s] ->
				folio_alloc(f);
				if
				:: f != NONE ->
					folio[f].locked = true;
					has_cache[s] = true
				:: else
				fi
			:: else
			fi
		};
		if
		:: f != NONE ->
			swap_read_folio(f, s);
			atomic {
				if
				:: pte_swap[me] == s -> map_page(me, f); swap_free(s)
				:: true	/* the page table has changed, or lacks memory */
				fi;
				swapcache_clear(s);
				folio_put(f)
			};
			free_if(s)
		:: else ->
#endif
		swapin(f, s);
		if
		:: atomic { f != NONE && !folio[f].locked ->
			folio[f].locked = true;
			if
			:: folio[f].swap == s && pte_swap[me] == s ->
				map_page(me, f);
				swap_free(s);
				if
				:: folio_free_swap(f, s)
				:: true
				fi
			:: else
			fi;
			folio_unlock_put(f) };
			free_if(s)
		:: f == NONE
		fi;
#ifdef AT_ONCE
		fi;
#endif
		d_step { put_swap_device(); s = NONE }
#ifdef FORK
	/* the other user becomes a child of this one */
	:: d_step {
		pte_swap[me] != NONE && count[pte_swap[me]] &&
		pte_swap[1 - me] == NONE && pte_folio[1 - me] == NONE ->
		count[pte_swap[me]]++;
		pte_swap[1 - me] = pte_swap[me];
		truth[1 - me] = truth[me] }
#endif
	od
}

#define reclaimable(f)							\
	(folio[f].refs && !folio[f].locked && !folio[f].writeback &&	\
	 (folio[f].swap != NONE || (folio[f].mapped && writeok)))
#define allocatable(s)	(!count[s] && !has_cache[s])

/* Reclaim: takes any folio, to swap it out or to let it go. */
proctype kswapd()
{
	LOCALS;
	byte me = KSWAPD, old = NONE, u;
	bool stored;

end:	do
	:: atomic {
		CHOOSE(f, FOLIOS, reclaimable);
		s = folio[f].swap;
		if
		:: s == NONE ->		/* add_to_swap() */
			if
			:: CHOOSE(s, SLOTS, allocatable);
				assert(cache[s] == NONE);
				has_cache[s] = true;
				cache[s] = f;
				folio[f].swap = s;
				folio[f].refs++;
				folio[f].dirty = true
			:: else
			fi
		:: else
		fi;
		if
		:: s == NONE -> f = NONE
		:: else ->
			folio[f].locked = true;
			folio[f].refs++;
			/* try_to_unmap(), with the page tables' locks */
			u = 0;
			do
			:: u < USERS ->
				if
				:: pte_folio[u] == f ->
					pte_folio[u] = NONE;
					pte_swap[u] = s;
					count[s]++;
					folio[f].mapped--;
					folio[f].refs--
				:: else
				fi;
				u++
			:: else -> break
			od;
			u = 0;
			if
			:: folio[f].refs > 2 -> folio_unlock_put(f)
			/* __remove_mapping(): what is clean needs no write */
			:: folio[f].refs == 2 && !folio[f].dirty ->
				assert(!folio[f].mapped);
				delete_from_swap_cache(f, s);
				folio_unlock_put(f)
			/* swap_writepage() */
			:: folio[f].refs == 2 && folio[f].dirty && swap_freeable(f, s) ->
				folio_free_swap(f, s);
				folio_unlock_put(f)
			:: folio[f].refs == 2 && folio[f].dirty && !swap_freeable(f, s) ->
				folio[f].dirty = false;
				zeromap[s] = folio[f].content == ZERO;
				if
				:: zeromap[s] -> folio_unlock_put(f)
				:: else
				fi
			fi
		fi
	   };
	   if
	   :: f != NONE ->
		hook_store(f, s);
		d_step {
			folio[f].writeback = !stored;
			stored = false;
			folio_unlock_put(f)
		}
	   :: f == NONE -> free_if(s)
	   fi;
	   s = NONE
	od
}

#define written(f)	folio[f].writeback

/* Writes end, well or not. */
proctype disk()
{
	byte f;

end:	do
	:: atomic {
		CHOOSE(f, FOLIOS, written);
		folio[f].writeback = false;
		if
		:: on_disk[folio[f].swap] = folio[f].content
#ifdef ERRORS
		:: folio[f].dirty = true
#endif
		fi;
		f = 0
	   }
	od
}

bool evicting;	/* the worker, or a shrinker, is in zswap_zbud.ko's code */

#ifdef WORKER
#define evictable(e)	(loaded && live[e])

/* Evicts what somebody has chosen: the pool, a cgroup's limit, the shrinker. */
proctype worker()
{
	LOCALS;
	byte me = EVICTER, h = NONE, fate;

end:	do
	:: atomic {
		CHOOSE(h, ENTRIES, evictable);
		s = tag[h];
		evicting = true };
		evict(s, h);
		d_step {
			s = NONE;
			h = NONE;
			evicting = false
		}
	od
}
#endif

#ifdef ADMIN
#define switches_over(t)	(!patched[t] && !reading[t])
#define switches_back(t)	(patched[t] && !reading[t])
#define all_are(what, so)						\
	(what[0] == so && what[1] == so && what[2] == so &&		\
	 what[3 % TASKS] == so && what[4 % TASKS] == so && what[5 % TASKS] == so)

inline switch_all(to)
{
	do
	:: t < TASKS -> patched[t] = to; t++
	:: else -> break
	od;
	t = 0
}

/* In any order, but none that is in one of the functions. */
inline switch_tasks_over()
{
#ifdef TRANSITION
	do
	:: atomic { CHOOSE(t, TASKS, switches_over); patched[t] = true; t = 0 }
	:: all_are(patched, true) -> break
	od
#else
	atomic { all_are(reading, false) -> switch_all(true) }
#endif
}

inline switch_tasks_back()
{
#ifdef TRANSITION
	do
	:: atomic { CHOOSE(t, TASKS, switches_back); patched[t] = false; t = 0 }
	:: all_are(patched, false) -> break
	od
#else
	atomic { all_are(reading, false) -> switch_all(false) }
#endif
}

inline synchronize_srcu()
{
	d_step {
		do
		:: t < TASKS -> waited_for[t] = reading[t]; t++
		:: else -> break
		od;
		t = 0
	};
	all_are(waited_for, false)
}

inline activate()
{
	backend = true;
	accepting = true
}

#define held(s)		(index[s] != NONE)
/* No entry, and no frame. */
#define pool_empty	(!held(0) && !held(SLOTS - 1) &&		\
			 !live[0] && !live[1] && !live[ENTRIES - 1])

inline zswap_drain()
{
	do
	:: pool_empty -> break
	:: CHOOSE(s, SLOTS, held); drain_one(s); s = NONE
	od
}

inline deactivate()
{
	accepting = false;
#ifndef WITHOUT_WAITING
	synchronize_srcu();
#endif
#ifndef WITHOUT_DRAIN
	zswap_drain();
#endif
	backend = false;
	synchronize_srcu()
}

/* rmmod, which waits for the worker and for shrinkers; nothing may be held. */
inline unload()
{
	d_step { !evicting -> loaded = false; assert(pool_empty) }
}

/* insmod, and what undoes it, over and over. */
proctype admin()
{
	LOCALS;
	byte me = LOADER, fate, t;
	bool unused;

end:	do
	:: true -> loaded = true;
#ifdef WITHOUT_LATE_ACTIVATION
		activate();
		switch_tasks_over();
#else
		switch_tasks_over();
		activate();
#endif
end_active:	deactivate();
		if
		:: unload(); switch_tasks_back()	/* rmmod zswap_zbud frontswap */
		:: switch_tasks_back(); unload()	/* echo 0 > enabled, first */
		fi
	od
}
#endif

#ifdef SWAPOFF
#define swapped(u)	(pte_swap[u] != NONE)
#define cached(s)	(cache[s] != NONE)

inline try_to_unuse()
{
	do
	:: atomic {	/* a user who has a page there */
		CHOOSE(u, USERS, swapped);
		s = pte_swap[u];
		swap_cache_get(f, s) };
		if
		:: f == NONE -> swapin(f, s)
		:: else
		fi;
		if
		/* unuse_pte() does not look whether it is in the swap cache still */
		:: d_step { f != NONE && !folio[f].locked && !folio[f].writeback ->
			folio[f].locked = true;
			if
			:: pte_swap[u] == s -> map_page(u, f); swap_free(s)
			:: else
			fi;
			if
			:: !freeing -> folio_free_swap(f, s)
			:: else
			fi;
			folio_unlock_put(f) };
			free_if(s)
		:: f == NONE
		fi;
		d_step { s = NONE; u = 0 }
	:: atomic {	/* or a folio that nobody has */
		CHOOSE(s, SLOTS, cached);
		swap_cache_get(f, s) };
		d_step { !folio[f].locked && !folio[f].writeback ->
			folio[f].locked = true;
			folio_free_swap(f, s);
			folio_unlock_put(f) };
		free_if(s);
		s = NONE
	:: allocatable(0) && allocatable(SLOTS - 1) -> break	/* or nothing */
	od
}

/* swapoff, and swapon again. */
proctype swapoff()
{
	LOCALS;
	byte me = OFFER, u;

end:	do
	:: writeok = false;
		try_to_unuse();
		dead = true;
		device_refs == 0;
		hook_enter();
		s = 0;
		do
		:: s < SLOTS ->
			if
			:: ops -> remove_unowned(s, e); assert(index[s] == NONE)
			:: else
			fi;
			s++
		:: else -> break
		od;
		s = NONE;
		d_step {
			hook_leave();
			dead = false;
			writeok = true
		}
	od
}
#endif

init {
	byte t;

	atomic {
		do
		:: t < USERS -> run user(t); t++
		:: else -> break
		od;
		run kswapd();
		run disk();
#ifdef WORKER
		run worker();
#endif
#ifdef SWAPOFF
		run swapoff();
#endif
#ifdef ADMIN
		run admin();
#else
		loaded = true;
#endif
		t = 0
	}
}
