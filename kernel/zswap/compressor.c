// SPDX-License-Identifier: GPL-2.0
/*
 * Compressors: one of the kernel's algorithms, with a context for each CPU.
 *
 * A compressor lives as long as it is the current one, or an entry was
 * compressed with it: each entry has a reference (per-CPU counted).  When it
 * is retired and the last entry is gone, its contexts are freed.
 *
 * The synchronous interface (crypto_comp) works on plain buffers.  The
 * asynchronous one would copy every page once more, through a scratch buffer
 * that the whole CPU shares.
 *
 * A context is used under its mutex, so that its user can be preempted and
 * migrated.  It is made when its CPU comes up and kept when the CPU goes down:
 * a task that picked it just before may still be using it.
 *
 * Locks: a context's mutex is taken with none of ours held.  Within it the zbud
 * pool's lock may be taken; the algorithms take none and do not allocate.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpuhotplug.h>
#include <linux/crypto.h>
#include <linux/highmem.h>
#include <linux/instrumented.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "zswap.h"

/* A page that does not compress grows: in here any will fit. */
#define BUFFER_SIZE	(2 * PAGE_SIZE)

/*
 * An algorithm may want more room than its result takes: for the longest that the
 * next few bytes could become, or to write in whole words.
 */
#define ROOM_TO_WRITE	32

struct zswap_context {
	struct mutex lock;
	struct crypto_comp *tfm;
	u8 *buffer;
};

struct zswap_compressor {
	struct percpu_ref ref;
	struct zswap_context __percpu *contexts;
	struct hlist_node cpuhp_node;
	struct work_struct free_work;
	char name[CRYPTO_MAX_ALG_NAME];
};

static enum cpuhp_state cpuhp_state;
static struct workqueue_struct *free_wq;
static atomic_t live_compressors;
static DECLARE_WAIT_QUEUE_HEAD(all_freed);

static int context_prepare(unsigned int cpu, struct hlist_node *node)
{
	struct zswap_compressor *comp =
		hlist_entry(node, struct zswap_compressor, cpuhp_node);
	struct zswap_context *context = per_cpu_ptr(comp->contexts, cpu);
	struct crypto_comp *tfm;
	u8 *buffer;

	if (context->tfm)
		return 0;	/* the CPU was up before */

	buffer = kmalloc_node(BUFFER_SIZE, GFP_KERNEL, cpu_to_node(cpu));
	if (!buffer)
		return -ENOMEM;
	tfm = crypto_alloc_comp(comp->name, 0, 0);
	if (IS_ERR(tfm)) {
		kfree(buffer);
		return PTR_ERR(tfm);
	}
	context->buffer = buffer;
	context->tfm = tfm;
	return 0;
}

static void contexts_free(struct zswap_compressor *comp)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct zswap_context *context = per_cpu_ptr(comp->contexts, cpu);

		if (context->tfm)
			crypto_free_comp(context->tfm);
		kfree(context->buffer);
	}
	free_percpu(comp->contexts);
}

static void compressor_free(struct work_struct *work)
{
	struct zswap_compressor *comp =
		container_of(work, struct zswap_compressor, free_work);

	cpuhp_state_remove_instance_nocalls(cpuhp_state, &comp->cpuhp_node);
	contexts_free(comp);
	percpu_ref_exit(&comp->ref);
	kfree(comp);
	if (atomic_dec_and_test(&live_compressors))
		wake_up_all(&all_freed);
}

/* The last entry is gone; contexts cannot be freed in this (RCU) context. */
static void compressor_unused(struct percpu_ref *ref)
{
	struct zswap_compressor *comp =
		container_of(ref, struct zswap_compressor, ref);

	queue_work(free_wq, &comp->free_work);
}

/**
 * zswap_compressor_create() - make contexts of an algorithm for all CPUs
 * @name: as in /proc/crypto, e.g. "lzo"
 *
 * Context: may sleep; may load a module.
 * Return: the compressor with one reference, for zswap_compressor_retire(); or
 *	-ENOENT for an unknown algorithm, -ENOMEM.
 */
struct zswap_compressor *zswap_compressor_create(const char *name)
{
	struct zswap_compressor *comp;
	int cpu, err = -ENOMEM;

	if (strlen(name) >= CRYPTO_MAX_ALG_NAME || !crypto_has_comp(name, 0, 0))
		return ERR_PTR(-ENOENT);

	comp = kzalloc(sizeof(*comp), GFP_KERNEL);
	if (!comp)
		return ERR_PTR(-ENOMEM);
	strscpy(comp->name, name, sizeof(comp->name));
	INIT_WORK(&comp->free_work, compressor_free);

	comp->contexts = alloc_percpu(struct zswap_context);
	if (!comp->contexts)
		goto free;
	for_each_possible_cpu(cpu)
		mutex_init(&per_cpu_ptr(comp->contexts, cpu)->lock);

	err = percpu_ref_init(&comp->ref, compressor_unused, 0, GFP_KERNEL);
	if (err)
		goto free_contexts;
	/* calls context_prepare() for every CPU that is up */
	err = cpuhp_state_add_instance(cpuhp_state, &comp->cpuhp_node);
	if (err)
		goto exit_ref;

	atomic_inc(&live_compressors);
	return comp;

exit_ref:
	percpu_ref_exit(&comp->ref);
free_contexts:
	contexts_free(comp);
free:
	kfree(comp);
	return ERR_PTR(err);
}

/**
 * zswap_compressor_retire() - free it as soon as no entry needs it
 * @comp: a compressor that no new zswap_compressor_tryget() can find, but for
 *	those within RCU read-side sections that have begun
 */
void zswap_compressor_retire(struct zswap_compressor *comp)
{
	percpu_ref_kill(&comp->ref);
}

/**
 * zswap_compressor_tryget() - take a reference, for an entry
 * @comp: a compressor; the caller is in an RCU read-side section
 *
 * Return: false if it was retired.
 */
bool zswap_compressor_tryget(struct zswap_compressor *comp)
{
	return percpu_ref_tryget_live_rcu(&comp->ref);
}

/**
 * zswap_compressor_put() - drop it
 * @comp: the compressor
 *
 * Context: any.
 */
void zswap_compressor_put(struct zswap_compressor *comp)
{
	percpu_ref_put(&comp->ref);
}

static struct zswap_context *context_lock(struct zswap_compressor *comp)
{
	struct zswap_context *context = raw_cpu_ptr(comp->contexts);

	/* whichever CPU we run on in a moment, this one's context will do */
	mutex_lock(&context->lock);
	return context;
}

/*
 * What algorithms say of a buffer that is too small: 842 the one, all others the other,
 * which with a page for an input is their word for nothing else.
 */
static bool lacks_room(int err)
{
	return err == -ENOSPC || err == -EINVAL;
}

/**
 * zswap_compress_begin() - compress a page
 * @comp: the compressor
 * @folio: a locked folio
 * @nth: which of its pages
 * @wanted: longer results, in bytes, are of no use, and need not be made: which
 *	spares most of what a page that does not compress would cost.  0: whatever
 *	it is
 * @out: filled in with the result, which may be longer
 *
 * After a success the caller holds a CPU's context, and must neither compress
 * nor decompress anything before zswap_compress_end().
 *
 * Context: may sleep.
 * Return: 0; -ENOSPC if it would be longer than is wanted; else the algorithm's
 *	negative errno.
 */
noinline int zswap_compress_begin(struct zswap_compressor *comp,
				  struct folio *folio, long nth,
				  unsigned int wanted,
				  struct zswap_compressed *out)
{
	struct zswap_context *context = context_lock(comp);
	unsigned int length = wanted ? wanted + ROOM_TO_WRITE : BUFFER_SIZE;
	void *page = kmap_local_folio(folio, nth * PAGE_SIZE);
	int err;

	/* the kernel's algorithms are not instrumented where we are */
	instrument_write(context->buffer, BUFFER_SIZE);
	err = crypto_comp_compress(context->tfm, page, PAGE_SIZE,
				   context->buffer, &length);
	kunmap_local(page);
	if (err) {
		mutex_unlock(&context->lock);
		return wanted && lacks_room(err) ? -ENOSPC : err;
	}
	out->bytes = context->buffer;
	out->length = length;
	out->context = context;
	return 0;
}

/**
 * zswap_compress_end() - give the context back
 * @out: from zswap_compress_begin(); its bytes are no longer valid
 */
void zswap_compress_end(struct zswap_compressed *out)
{
	mutex_unlock(&out->context->lock);
}

/**
 * zswap_decompress() - decompress a page
 * @comp: the compressor that made the bytes
 * @bytes: compressed bytes
 * @length: how many
 * @folio: a locked folio to fill
 * @nth: which of its pages
 *
 * Context: may sleep.
 * Return: 0, or -EIO when they are not what was compressed.
 */
int zswap_decompress(struct zswap_compressor *comp, const void *bytes,
		     unsigned int length, struct folio *folio, long nth)
{
	struct zswap_context *context = context_lock(comp);
	void *page = kmap_local_folio(folio, nth * PAGE_SIZE);
	unsigned int size = PAGE_SIZE;
	int err;

	instrument_read(bytes, length);
	err = crypto_comp_decompress(context->tfm, bytes, length, page, &size);
	kunmap_local(page);
	mutex_unlock(&context->lock);

	if (!err && size == PAGE_SIZE)
		return 0;
	pr_err_ratelimited("%s: %u bytes became %u (error %d): memory corrupted?\n",
			   comp->name, length, size, err);
	return -EIO;
}

/** zswap_compressors_live() - the current one, and those that entries still need */
unsigned int zswap_compressors_live(void)
{
	return atomic_read(&live_compressors);
}

/** zswap_compressors_init() - before the first compressor is made */
int zswap_compressors_init(void)
{
	int state = cpuhp_setup_state_multi(CPUHP_BP_PREPARE_DYN,
					    "mm/zswap_zbud:prepare",
					    context_prepare, NULL);

	if (state < 0)
		return state;
	cpuhp_state = state;

	free_wq = alloc_workqueue("zswap_zbud", 0, 0);
	if (!free_wq) {
		cpuhp_remove_multi_state(cpuhp_state);
		return -ENOMEM;
	}
	return 0;
}

/** zswap_compressors_exit() - after the last one was retired; waits for it */
void zswap_compressors_exit(void)
{
	wait_event(all_freed, !atomic_read(&live_compressors));
	/* the work that woke us may not have returned from this module yet */
	destroy_workqueue(free_wq);
	cpuhp_remove_multi_state(cpuhp_state);
}
