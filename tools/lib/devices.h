/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The swap areas of this machine, and what goes on in each. */
#ifndef ZS_DEVICES_H
#define ZS_DEVICES_H

#include "zswapscope.h"

/**
 * struct zs_device - a swap area
 * @name: as /proc/swaps has it, "/dev/vda2" or "/swapfile"
 * @type: its number, as events have it; -1: not known, then @counts are not known either
 * @partition: it is a block device; else it is a file
 * @size_bytes: room for pages
 * @used_bytes: of them, taken; pages that are in the pool take their place here, too
 * @priority: the area with the highest is used first
 * @have_io: the following are known; they are of the block device, so with a file, those
 *	of its file system
 * @reads: requests, as all of the following since the machine booted
 * @read_bytes: bytes
 * @read_ns: time that all of them took together
 * @writes: requests
 * @write_bytes: bytes
 * @write_ns: time that all of them took together
 * @busy_ns: time in which there was at least one request
 * @have_counts: the following are known
 * @counts: what zswap did with its pages, since the source was opened; without those that
 *	its filters leave out
 */
struct zs_device {
	char name[64];
	int type;
	bool partition;
	uint64_t size_bytes;
	uint64_t used_bytes;
	int priority;
	bool have_io;
	uint64_t reads;
	uint64_t read_bytes;
	uint64_t read_ns;
	uint64_t writes;
	uint64_t write_bytes;
	uint64_t write_ns;
	uint64_t busy_ns;
	bool have_counts;
	struct zswap_device_counts counts;
};

/**
 * struct zs_devices - all of them
 * @list: as /proc/swaps has them
 * @count: how many
 * @counts: by type, also of those that no area has, or none any more
 */
struct zs_devices {
	struct zs_device *list;
	size_t count;
	struct zswap_device_counts counts[ZSWAP_DEVICES];
};

struct zs_area;

/**
 * zs_devices_number - give swap areas their types
 * @devices: as /proc/swaps has them: in the order of their types, free ones left out
 * @areas: as the kernel has them, ZSWAP_DEVICES
 *
 * Return: false, and no area has a type, if these are not the same areas.
 */
bool zs_devices_number(struct zs_devices *devices, const struct zs_area *areas);

/**
 * zs_devices_read - which swap areas there are, and their figures
 * @devices: the result, cumulative, for zs_devices_free()
 * @source: whose counts to take; NULL for none
 * @root: prefix of /proc, or NULL
 * @error: why not
 *
 * That there is no swap is no error.
 */
bool zs_devices_read(struct zs_devices *devices, struct zs_source *source,
		     const char *root, struct zs_error *error);

void zs_devices_free(struct zs_devices *devices);

/**
 * zs_devices_subtract - what happened between two readings
 * @after: the later one; its cumulative figures become those of the interval
 * @before: the earlier one; of areas that are not in it, the block device's figures are
 *	not known
 */
void zs_devices_subtract(struct zs_devices *after, const struct zs_devices *before);

#endif /* ZS_DEVICES_H */
