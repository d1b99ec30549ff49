// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * XXH64, as it takes no instruction that some processor lacks, or an emulated one takes a
 * loop for.  It is in the header of the library, whose functions become ours: no program
 * depends on another file for it.
 */
#include <stddef.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "recording-checksum.h"

__u32 zs_recording_checksum(const struct zswap_recording *header)
{
	return (__u32)XXH64(header, offsetof(struct zswap_recording, checksum), 0);
}

__u32 zs_block_checksum(const struct zswap_block *block, const void *contents)
{
	struct zswap_block plain = *block;
	XXH64_state_t state;

	plain.checksum = 0;
	XXH64_reset(&state, 0);
	if (block->bytes)
		XXH64_update(&state, contents, block->bytes);
	XXH64_update(&state, &plain, sizeof(plain));
	return (__u32)XXH64_digest(&state);
}
