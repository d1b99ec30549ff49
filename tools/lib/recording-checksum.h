/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checksums of recordings, see docs/recording.md. */
#ifndef ZS_RECORDING_CHECKSUM_H
#define ZS_RECORDING_CHECKSUM_H

#include <zswapscope/recording.h>

/**
 * zs_recording_checksum - what a header's checksum has to be
 * @header: the header; what its checksum is makes no difference
 *
 * Return: the checksum
 */
__u32 zs_recording_checksum(const struct zswap_recording *header);

/**
 * zs_block_checksum - what a block's checksum has to be
 * @block: its header; what its checksum is makes no difference
 * @contents: @block->bytes of contents
 *
 * Return: the checksum
 */
__u32 zs_block_checksum(const struct zswap_block *block, const void *contents);

#endif /* ZS_RECORDING_CHECKSUM_H */
