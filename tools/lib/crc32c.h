/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CRC-32C (Castagnoli), the checksum of recordings. */
#ifndef ZS_CRC32C_H
#define ZS_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/**
 * zs_crc32c - go on with a checksum
 * @crc: of what comes before; 0: nothing
 * @bytes: what comes next
 * @size: of it
 *
 * With the processor's own instruction, where there is one and it is faster.
 */
uint32_t zs_crc32c(uint32_t crc, const void *bytes, size_t size);

/* The same without it. */
uint32_t zs_crc32c_table(uint32_t crc, const void *bytes, size_t size);

#endif /* ZS_CRC32C_H */
