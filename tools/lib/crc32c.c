// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two ways to the same number.  By tables: eight bytes at a time, table[k][b] is what a
 * byte b does that has k more bytes behind it.  With SSE 4.2: an instruction.  Which is
 * faster on this machine, it tries once.
 */
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "crc32c.h"
#include "zswapscope.h"

#define POLYNOMIAL	0x82f63b78U	/* its bits from the other end */

static uint32_t table[8][256];

static void fill_table(void)
{
	for (unsigned int byte = 0; byte < 256; byte++) {
		uint32_t crc = byte;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table[0][byte] = crc;
	}
	for (unsigned int byte = 0; byte < 256; byte++)
		for (int more = 1; more < 8; more++)
			table[more][byte] = table[more - 1][byte] >> 8 ^
				table[0][table[more - 1][byte] & 0xff];
}

/* The byte of the lowest address is the lowest, on every machine. */
static uint32_t word(const unsigned char *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint32_t zs_crc32c_table(uint32_t crc, const void *bytes, size_t size)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const unsigned char *at = bytes;

	pthread_once(&once, fill_table);
	crc = ~crc;
	for (; size >= 8; size -= 8, at += 8) {
		uint32_t low = crc ^ word(at), high = word(at + 4);

		crc = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^
		      table[5][low >> 16 & 0xff] ^ table[4][low >> 24] ^
		      table[3][high & 0xff] ^ table[2][high >> 8 & 0xff] ^
		      table[1][high >> 16 & 0xff] ^ table[0][high >> 24];
	}
	while (size--)
		crc = crc >> 8 ^ table[0][(crc ^ *at++) & 0xff];
	return ~crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2")))
static uint32_t by_instruction(uint32_t crc, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	uint64_t all = (uint32_t)~crc, next;

	for (; size >= 8; size -= 8, at += 8) {
		memcpy(&next, at, 8);
		all = __builtin_ia32_crc32di(all, next);
	}
	crc = (uint32_t)all;
	while (size--)
		crc = __builtin_ia32_crc32qi(crc, *at++);
	return ~crc;
}

static bool have_instruction(void)
{
	return __builtin_cpu_supports("sse4.2");
}
#else
#define by_instruction	zs_crc32c_table

static bool have_instruction(void)
{
	return false;
}
#endif

typedef uint32_t crc_fn(uint32_t crc, const void *bytes, size_t size);

/* Nanoseconds for a few hundred bytes, at best. */
static uint64_t time_of(crc_fn *fn)
{
	static volatile uint32_t keep;
	unsigned char bytes[512] = { 0 };
	uint64_t least = UINT64_MAX, began, took;

	for (int i = 0; i < 5; i++) {
		began = zs_now();
		keep = fn(0, bytes, sizeof(bytes));
		took = zs_now() - began;
		if (took < least)
			least = took;
	}
	(void)keep;
	return least;
}

static crc_fn *faster = zs_crc32c_table;

/* An emulated processor may have the instruction, and take a loop for each of its bits. */
static void choose(void)
{
	if (have_instruction() && time_of(by_instruction) < time_of(zs_crc32c_table))
		faster = by_instruction;
}

uint32_t zs_crc32c(uint32_t crc, const void *bytes, size_t size)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, choose);
	return faster(crc, bytes, size);
}
