// SPDX-License-Identifier: GPL-2.0-or-later
/* The pages of torture: each is told from all others, and what is wrong with one is said. */
#include "test.h"

#include "page.h"

/* Of all kinds, and of regions of each mixture. */
#define REGIONS	8
#define PAGES	64

struct page {
	uint64_t words[PAGE_WORDS];
};

static struct page page, other;

static struct page_name name_of(unsigned int region, unsigned int index, uint32_t generation)
{
	return (struct page_name){ region, index, generation };
}

static enum page_fault fault_of(struct page_name wanted)
{
	struct page_verdict verdict;

	page_judge(wanted, &page, &verdict);
	assert_true(page_is(wanted, &page) == (verdict.fault == PAGE_RIGHT));
	return verdict.fault;
}

/* Words that are not as the first one. */
static size_t other_words(const struct page *of)
{
	size_t count = 0;

	for (size_t i = 1; i < PAGE_WORDS; i++)
		count += of->words[i] != of->words[0];
	return count;
}

static void right(void **state)
{
	unsigned int one_word = 0, nearly = 0, last = 0, noise = 0;
	struct page_name name;

	(void)state;
	for (unsigned int region = 1; region <= REGIONS; region++)
		for (unsigned int index = 0; index < PAGES; index++) {
			name = name_of(region, index, 1 + index % 3);
			page_make(name, &page);
			assert_int_equal(fault_of(name), PAGE_RIGHT);
			assert_false(page_is_zero(&page));
			one_word += !other_words(&page);
			nearly += other_words(&page) == 1;
			last += other_words(&page) == 1 &&
				page.words[PAGE_WORDS - 1] != page.words[0];
			noise += page_is_noise(name);
		}
	/* neither all of them nor none */
	assert_in_range(one_word, REGIONS * PAGES / 20, REGIONS * PAGES / 2);
	assert_in_range(noise, REGIONS * PAGES / 20, REGIONS * PAGES / 2);
	/* those that differ in one word do so at their end, or elsewhere */
	assert_in_range(nearly, REGIONS * PAGES / 50, one_word);
	assert_in_range(last, nearly / 4, nearly - 1);
	page_make(name_of(1, 1, 0), &page);
	assert_int_equal(fault_of(name_of(1, 1, 0)), PAGE_RIGHT);
	assert_true(page_is_zero(&page));
}

static void limits(void **state)
{
	(void)state;
	for (unsigned int region = 0xffff - REGIONS; region <= 0xffff; region++) {
		page_make(name_of(region, MAX_INDEX, MAX_GENERATION), &page);
		assert_int_equal(fault_of(name_of(region, MAX_INDEX, MAX_GENERATION)), PAGE_RIGHT);
		assert_int_equal(fault_of(name_of(region, MAX_INDEX, 1)), PAGE_LATER);
	}
}

static void other_pages(void **state)
{
	struct page_verdict verdict;

	(void)state;
	for (unsigned int region = 1; region <= REGIONS; region++)
		for (unsigned int index = 0; index < PAGES; index++) {
			page_make(name_of(region, index, 2), &page);
			assert_int_equal(fault_of(name_of(region, index, 3)), PAGE_STALE);
			assert_int_equal(fault_of(name_of(region, index, 1)), PAGE_LATER);
			assert_int_equal(fault_of(name_of(region + 1, index, 2)), PAGE_FOREIGN);
			assert_int_equal(fault_of(name_of(region, index ^ 1, 2)), PAGE_FOREIGN);
			page_judge(name_of(9, 9, 9), &page, &verdict);
			assert_true(verdict.named);
			assert_int_equal(verdict.found.region, region);
			assert_int_equal(verdict.found.index, index);
			assert_int_equal(verdict.found.generation, 2);
			/* where zeros should be, too */
			assert_int_equal(fault_of(name_of(region, index ^ 1, 0)), PAGE_FOREIGN);
		}
}

static void zeroed(void **state)
{
	(void)state;
	memset(&page, 0, sizeof(page));
	assert_int_equal(fault_of(name_of(1, 2, 3)), PAGE_ZEROED);
}

/* Whichever single bit is another one, it is found, and so is where. */
static void single_bits(void **state)
{
	struct page_verdict verdict;

	(void)state;
	for (unsigned int index = 0; index < PAGES; index++) {
		struct page_name name = name_of(2, index, 1);

		page_make(name, &page);
		for (size_t word = 0; word < PAGE_WORDS; word++) {
			unsigned int bit = (word * 7 + index) % 64;

			page.words[word] ^= 1ULL << bit;
			page_judge(name, &page, &verdict);
			assert_int_not_equal(verdict.fault, PAGE_RIGHT);
			assert_int_equal(verdict.differ, 1);
			assert_int_equal(verdict.first, word * 8 + bit / 8);
			page.words[word] ^= 1ULL << bit;
		}
		assert_int_equal(fault_of(name), PAGE_RIGHT);
	}
}

/* Half of one generation, half of another. */
static void torn(void **state)
{
	unsigned int seen = 0;

	(void)state;
	for (unsigned int index = 0; index < PAGES; index++) {
		page_make(name_of(1, index, 5), &page);
		page_make(name_of(1, index, 4), &other);
		if (other_words(&page) <= 1 || other_words(&other) <= 1)
			continue;
		memcpy(page.words + PAGE_WORDS / 2, other.words + PAGE_WORDS / 2, PAGE_BYTES / 2);
		assert_int_equal(fault_of(name_of(1, index, 5)), PAGE_TORN);
		assert_true(page_words_of(name_of(1, index, 5), &page) >= PAGE_WORDS / 2);
		assert_true(page_words_of(name_of(1, index, 4), &page) >= PAGE_WORDS / 2);
		seen++;
	}
	assert_true(seen > PAGES / 2);
}

static void garbled(void **state)
{
	struct page_verdict verdict;

	(void)state;
	memset(&page, 0x55, sizeof(page));
	page_judge(name_of(1, 2, 3), &page, &verdict);
	assert_int_equal(verdict.fault, PAGE_GARBLED);
	assert_false(verdict.named);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right),
		cmocka_unit_test(limits),
		cmocka_unit_test(other_pages),
		cmocka_unit_test(zeroed),
		cmocka_unit_test(single_bits),
		cmocka_unit_test(torn),
		cmocka_unit_test(garbled),
	};

	return cmocka_run_group_tests_name("torture_page", tests, NULL, NULL);
}
