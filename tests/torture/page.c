// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is in a page, and what that says.
 *
 * A page is of a kind that its name chooses: one word all over, or all over but for one
 * place; noise, which does not compress; or words of which a share is noise and the others
 * are a few that come again, so that compressed pages have all lengths there are.  All but
 * the first kind begin with a head of three words: the name, and the sum of all other words.
 */
#include <string.h>

#include "page.h"

#define MAGIC	0x5a53u		/* "ZS" */

enum kind { KIND_WORD, KIND_NOISE, KIND_MIXED };

/* Where the sum is. */
#define SUM_WORD	2
#define HEAD_WORDS	3

/* Of a hundred pages of a region, by its number: how many are one word, and how many noise. */
static const struct {
	unsigned int word, noise;
} mixtures[] = { { 8, 10 }, { 8, 3 }, { 4, 30 }, { 40, 2 } };

/* 16 bits of region, 16 of index, 24 of generation, as one number. */
static uint64_t pack(struct page_name name)
{
	return (uint64_t)name.region << 40 | (uint64_t)name.index << 24 |
		(name.generation & MAX_GENERATION);
}

static struct page_name unpack(uint64_t packed)
{
	return (struct page_name){ packed >> 40, packed >> 24, packed & MAX_GENERATION };
}

/* Of the pages of one word, one in so many has another one somewhere. */
#define ODD_SHARE	3

/* A page of one word. */
struct plain {
	uint64_t word, odd;
	size_t at;		/* where @odd is; 0: it is as all others */
};

static enum kind kind_of(struct page_name name, uint64_t *random)
{
	unsigned int mixture = name.region % (sizeof(mixtures) / sizeof(*mixtures));
	unsigned int draw;

	*random = pack(name) * 0xd6e8feb86659fd93u;
	draw = next_random(random) % 100;
	if (draw < mixtures[mixture].word)
		return KIND_WORD;
	return draw < mixtures[mixture].word + mixtures[mixture].noise ? KIND_NOISE : KIND_MIXED;
}

/* A name with eight bits of check behind it, none of which are zeros only. */
static uint64_t word_of(struct page_name name)
{
	uint64_t packed = pack(name);

	return packed << 8 | ((packed * 0x9e3779b97f4a7c15u) >> 57 << 1 | 1);
}

/* Half of the odd words are the last one, which is the easiest to be forgotten. */
static struct plain plain_of(struct page_name name, uint64_t random)
{
	struct plain plain = { .word = word_of(name) };

	plain.odd = plain.word;
	if (next_random(&random) % ODD_SHARE)
		return plain;
	plain.at = next_random(&random) % 2 ? PAGE_WORDS - 1 :
		1 + next_random(&random) % (PAGE_WORDS - 1);
	plain.odd = ~plain.word;
	return plain;
}

/* Of all words but the sum's. */
static uint64_t page_sum(const uint64_t *words)
{
	uint64_t head = words[0] ^ words[1] * 0xc2b2ae3d27d4eb4fu ^ words[3] * 0x165667b19e3779f9u;

	return sum_words(head, words + HEAD_WORDS + 1, PAGE_WORDS - HEAD_WORDS - 1);
}

/* Of each 16 words the first few are noise, the others come again from page to page. */
static void make_mixed(uint64_t *words, uint64_t random)
{
	unsigned int noise = next_random(&random) % 17;
	uint64_t few[4];

	for (size_t i = 0; i < 4; i++)
		few[i] = next_random(&random) & 0x0000ffff00ffffffu;
	for (size_t i = HEAD_WORDS; i < PAGE_WORDS; i++)
		words[i] = i % 16 < noise ? next_random(&random) : few[i / 16 % 4];
}

static uint64_t head_of(struct page_name name)
{
	return (uint64_t)MAGIC << 48 | (uint64_t)name.region << 16 | name.index;
}

/**
 * page_make() - write a page
 * @name: which one
 * @page: PAGE_BYTES, aligned to words
 */
void page_make(struct page_name name, void *page)
{
	uint64_t *words = page, random;
	enum kind kind;

	if (!name.generation) {
		memset(page, 0, PAGE_BYTES);
		return;
	}
	kind = kind_of(name, &random);
	if (kind == KIND_WORD) {
		struct plain plain = plain_of(name, random);

		for (size_t i = 0; i < PAGE_WORDS; i++)
			words[i] = plain.word;
		words[plain.at] = plain.odd;
		return;
	}
	words[0] = head_of(name);
	words[1] = name.generation;
	if (kind == KIND_MIXED)
		make_mixed(words, random);
	else
		for (size_t i = HEAD_WORDS; i < PAGE_WORDS; i++)
			words[i] = next_random(&random);
	words[SUM_WORD] = page_sum(words);
}

static bool all_are(const uint64_t *words, struct plain plain)
{
	uint64_t differ = words[plain.at] ^ plain.odd;

	for (size_t i = 0; i < plain.at; i++)
		differ |= words[i] ^ plain.word;
	for (size_t i = plain.at + 1; i < PAGE_WORDS; i++)
		differ |= words[i] ^ plain.word;
	return !differ;
}

/** page_is_zero() - whether all of a page is zeros */
bool page_is_zero(const void *page)
{
	return all_are(page, (struct plain){ 0 });
}

/**
 * page_is() - whether this is that page, by its name and by the sum of all its words
 * @name: which one
 * @page: what there is
 */
bool page_is(struct page_name name, const void *page)
{
	const uint64_t *words = page;
	uint64_t random;

	if (!name.generation)
		return page_is_zero(page);
	if (kind_of(name, &random) == KIND_WORD)
		return all_are(words, plain_of(name, random));
	return words[0] == head_of(name) && words[1] == name.generation &&
		words[SUM_WORD] == page_sum(words);
}

/** page_is_noise() - whether a page of that name does not compress */
bool page_is_noise(struct page_name name)
{
	uint64_t random;

	return name.generation && kind_of(name, &random) == KIND_NOISE;
}

/**
 * page_words_of() - how many words of this are as they are in that page
 * @name: which one
 * @page: what there is
 */
size_t page_words_of(struct page_name name, const void *page)
{
	uint64_t made[PAGE_WORDS];
	const uint64_t *words = page;
	size_t same = 0;

	page_make(name, made);
	for (size_t i = 0; i < PAGE_WORDS; i++)
		same += words[i] == made[i];
	return same;
}

/* The name that the page says, if it says one; *whole: and its contents are those. */
static bool identify(const uint64_t *words, struct page_name *name, bool *whole)
{
	uint64_t random;

	*name = unpack(words[0] >> 8);
	*whole = name->generation && word_of(*name) == words[0] &&
		kind_of(*name, &random) == KIND_WORD && page_is(*name, words);
	if (*whole)
		return true;
	if (words[0] >> 32 != MAGIC << 16 || !words[1] || words[1] > MAX_GENERATION)
		return false;
	*name = (struct page_name){ words[0] >> 16, words[0], words[1] };
	*whole = words[SUM_WORD] == page_sum(words);
	return true;
}

static void find_difference(struct page_name wanted, const uint64_t *words,
			    struct page_verdict *verdict)
{
	uint64_t made[PAGE_WORDS];
	const unsigned char *a = (const void *)made, *b = (const void *)words;

	page_make(wanted, made);
	for (verdict->first = 0; verdict->first < PAGE_BYTES - 1; verdict->first++)
		if (a[verdict->first] != b[verdict->first])
			break;
	verdict->differ = PAGE_WORDS - page_words_of(wanted, words);
}

/**
 * page_judge() - what is wrong with a page
 * @wanted: which one it should be
 * @page: what there is
 * @verdict: gets the answer; its fault is PAGE_RIGHT if nothing is wrong
 */
void page_judge(struct page_name wanted, const void *page, struct page_verdict *verdict)
{
	bool whole = false;

	*verdict = (struct page_verdict){ .fault = PAGE_RIGHT };
	if (page_is(wanted, page))
		return;
	find_difference(wanted, page, verdict);
	if (page_is_zero(page)) {
		verdict->fault = PAGE_ZEROED;
		return;
	}
	verdict->named = identify(page, &verdict->found, &whole);
	if (!verdict->named)
		verdict->fault = PAGE_GARBLED;
	else if (!whole)
		verdict->fault = PAGE_TORN;
	else if (verdict->found.region != wanted.region || verdict->found.index != wanted.index)
		verdict->fault = PAGE_FOREIGN;
	else
		verdict->fault = verdict->found.generation < wanted.generation ? PAGE_STALE :
			PAGE_LATER;
}

/** page_fault_word() - a few words for what is wrong */
const char *page_fault_word(enum page_fault fault)
{
	static const char *const words[] = {
		[PAGE_RIGHT] = "right",
		[PAGE_ZEROED] = "zeros",
		[PAGE_STALE] = "stale generation",
		[PAGE_LATER] = "later generation",
		[PAGE_FOREIGN] = "foreign identity",
		[PAGE_TORN] = "torn: wrong checksum",
		[PAGE_GARBLED] = "no page that was ever written",
	};

	return words[fault];
}
