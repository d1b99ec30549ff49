// SPDX-License-Identifier: GPL-2.0
/*
 * zs_room: does an algorithm keep within the room that it is given?
 *
 *	insmod zs_room.ko algorithms=lzo,zstd
 *
 * compressor.c is inside.  Pages of all lengths are compressed with all the room there
 * is, and then where just so much is wanted, or a little less, or much less: what fits
 * has to be the same, what does not has to be refused, and nothing may be written behind
 * the room.  Loading fails, after a line that says what was wrong, where that is not so;
 * "tried" tells how many compressions it took, and "refused" how many of them were.
 */
#include "compressor.c"

#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/string.h>

#define MAX_ALGORITHMS	8
#define PAGES		200
#define CANARY		0xa5

static char *algorithms[MAX_ALGORITHMS];
static unsigned int nr_algorithms;
module_param_array(algorithms, charp, &nr_algorithms, 0444);
MODULE_PARM_DESC(algorithms, "names, as in /proc/crypto");

static unsigned int tried;
module_param(tried, uint, 0444);
static unsigned int refused;
module_param(refused, uint, 0444);

static u8 whole[BUFFER_SIZE];

/* The more of it is random the longer it becomes; the rest are words from before. */
static void fill_page(u8 *page, unsigned int nr, struct rnd_state *rnd)
{
	unsigned int random = PAGE_SIZE / PAGES * nr, at, words;

	prandom_bytes_state(rnd, page, PAGE_SIZE);
	words = max(random, 64U);
	for (at = words; at + 16 <= PAGE_SIZE; at += 16)
		memcpy(page + at, page + prandom_u32_state(rnd) % (words - 16), 16);
}

static void lay_canaries(struct zswap_compressor *comp)
{
	int cpu;

	for_each_online_cpu(cpu)
		memset(per_cpu_ptr(comp->contexts, cpu)->buffer, CANARY, BUFFER_SIZE);
}

static bool canaries_live(struct zswap_compressor *comp, unsigned int room)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (memchr_inv(per_cpu_ptr(comp->contexts, cpu)->buffer + room, CANARY,
			       BUFFER_SIZE - room))
			return false;
	return true;
}

/* What is wrong, if something is.  @length: of the page in @whole */
static const char *try_wanted(struct zswap_compressor *comp, struct folio *folio,
			      unsigned int wanted, unsigned int length)
{
	struct zswap_compressed out;
	bool same;
	int err;

	lay_canaries(comp);
	tried++;
	err = zswap_compress_begin(comp, folio, 0, wanted, &out);
	if (err) {
		refused++;
		if (err != -ENOSPC)
			return "it fails otherwise than for want of room";
		if (length <= wanted)
			return "what fits is refused";
	} else {
		same = out.length == length && !memcmp(out.bytes, whole, length);
		zswap_compress_end(&out);
		if (!same)
			return "with less room the result is another";
	}
	if (!canaries_live(comp, wanted + ROOM_TO_WRITE))
		return "it writes behind its room";
	return NULL;
}

static const char *try_page(struct zswap_compressor *comp, struct folio *folio,
			    unsigned int *wanted, unsigned int *length)
{
	struct zswap_compressed out;
	const char *wrong = NULL;
	unsigned int i, lengths[6];

	*wanted = 0;
	if (zswap_compress_begin(comp, folio, 0, 0, &out))
		return "it fails with all the room that there is";
	*length = out.length;
	memcpy(whole, out.bytes, out.length);
	zswap_compress_end(&out);

	lengths[0] = *length;
	lengths[1] = *length - 1;
	/* of what is too long by less than its room nobody knows, but by more */
	lengths[2] = *length > ROOM_TO_WRITE + 1 ? *length - ROOM_TO_WRITE - 1 : 1;
	lengths[3] = *length / 2 + 1;
	lengths[4] = 1;
	lengths[5] = PAGE_SIZE * 80 / 100;
	for (i = 0; !wrong && i < ARRAY_SIZE(lengths); i++) {
		*wanted = lengths[i];
		wrong = try_wanted(comp, folio, *wanted, *length);
	}
	return wrong;
}

static int try_algorithm(const char *name, struct folio *folio)
{
	struct zswap_compressor *comp = zswap_compressor_create(name);
	unsigned int nr, wanted = 0, length = 0;
	const char *wrong = NULL;
	struct rnd_state rnd;

	if (IS_ERR(comp))
		return PTR_ERR(comp);
	prandom_seed_state(&rnd, 20261126);
	for (nr = 0; nr < PAGES && !wrong; nr++) {
		fill_page(folio_address(folio), nr, &rnd);
		wrong = try_page(comp, folio, &wanted, &length);
		cond_resched();
	}
	zswap_compressor_retire(comp);
	if (!wrong)
		return 0;
	pr_err("%s: a page of %u bytes, of which %u are wanted: %s\n", name, length,
	       wanted, wrong);
	return -EILSEQ;
}

static int __init room_init(void)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 0);
	unsigned int i;
	int err;

	if (!folio)
		return -ENOMEM;
	err = zswap_compressors_init();
	if (err)
		goto put;
	for (i = 0; i < nr_algorithms && !err; i++)
		err = try_algorithm(algorithms[i], folio);
	zswap_compressors_exit();
put:
	folio_put(folio);
	return err;
}

static void __exit room_exit(void)
{
}

module_init(room_init);
module_exit(room_exit);
MODULE_DESCRIPTION("Compresses with less room than there is, for tests");
MODULE_LICENSE("GPL");
