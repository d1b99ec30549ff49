/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copying a compressed page.
 *
 * On x86 memcpy() is one string instruction only where the processor is said to be
 * fast with short ones, and a loop elsewhere.  What is copied here has hundreds of
 * bytes, mostly thousands, for which string instructions are faster everywhere.
 */
#ifndef ZSWAP_COPY_H
#define ZSWAP_COPY_H

#include <linux/instrumented.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#ifdef CONFIG_X86_64
static inline void copy_bytes(void *to, const void *from, size_t bytes)
{
	size_t words = bytes / sizeof(u64);

	if (!words) {
		memcpy(to, from, bytes);
		return;
	}
	instrument_read(from, bytes);
	instrument_write(to, bytes);
	/* the last ones, which may be no whole word: in one with some before them */
	put_unaligned(get_unaligned((u64 *)(from + bytes - sizeof(u64))),
		      (u64 *)(to + bytes - sizeof(u64)));
	asm volatile("rep movsq"
		     : "+D" (to), "+S" (from), "+c" (words) : : "memory");
}
#else
static inline void copy_bytes(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
}
#endif

#endif /* ZSWAP_COPY_H */
