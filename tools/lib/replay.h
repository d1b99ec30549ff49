/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A workload with another pool, or with other settings: what would zswap have done?
 *
 * What the pool admits, and when it evicts, is as in kernel/zswap/reclaim.c, in every
 * model; what leaves is the model's to say.  Writebacks of the recording that were for its
 * pool's limit are not replayed; those that others asked for are.
 *
 * What is assumed:
 *  - A page that is swapped in from the pool is dirty, and stored again when it is swapped
 *    out; one that is read from the device is not, if nobody writes to it.  So where the
 *    model has a page that the recording read from the device, and the recording reads it
 *    again without having stored it, the model would have stored it in between.  It counts
 *    as held if nothing has been evicted that came after it was read first.
 *  - That the swap entry of a page on the device is freed is no event.  A model that holds
 *    it does so until it evicts it, or the swap entry is used again.
 *  - Pages whose length is not known are as long as those before them.
 */
#ifndef ZS_REPLAY_H
#define ZS_REPLAY_H

#include "model.h"
#include "workload.h"

/**
 * struct zs_replay_settings - of the module, see docs/zswap.md
 * @pool: which model
 * @memory_pages: RAM, of which the limit is a part
 * @max_pool_percent: the limit
 * @accept_threshold_percent: of it
 * @max_compression_ratio: in percent of a page
 * @keep: what is longer is kept as it is, instead of refused
 * @unlimited: there is no limit, and no shortage of page frames: nothing is evicted
 * @held_unknown: pages in the pool at the beginning, of which the workload has nothing
 */
struct zs_replay_settings {
	const struct zs_model_kind *pool;
	uint64_t memory_pages;
	unsigned int max_pool_percent;
	unsigned int accept_threshold_percent;
	unsigned int max_compression_ratio;
	bool keep;
	bool unlimited;
	uint64_t held_unknown;
};

/**
 * struct zs_replay_result - what it came to
 * @limit_pages: page frames that the pool might have
 * @peak_pages: the most that it had
 * @mean_pages: over the time
 * @looked_pages: the mean over the looks at the kernel's pool, to be compared with that;
 *	0: there are none
 * @end_pages: at the end
 * @mean_objects: pages held in page frames, over the time: less same-filled ones
 * @stores: pages that came into the pool
 * @rejects: pages that did not, by enum zswap_reject_reason; what was refused in the
 *	recording for a reason that no pool has a say in is not in here
 * @refused: those
 * @loads: pages that were read from the pool
 * @disk_loads: and from the device
 * @avoided: pages that were read from the pool, and in the recording from the device
 * @added: the other way round
 * @assumed: those of @avoided of which the recording does not tell that they were stored
 *	once more
 * @writebacks: pages that were written back
 * @stray: pages in the pool at the end that the recording had on the device: it may be
 *	that nobody needs them any more
 */
struct zs_replay_result {
	uint64_t limit_pages;
	uint64_t peak_pages;
	double mean_pages;
	double looked_pages;
	uint64_t end_pages;
	double mean_objects;
	uint64_t stores;
	uint64_t rejects[ZSWAP_REJECT_COUNT];
	uint64_t refused;
	uint64_t loads;
	uint64_t disk_loads;
	uint64_t avoided;
	uint64_t added;
	uint64_t assumed;
	uint64_t writebacks;
	uint64_t stray;
};

/* All of @rejects and @refused. */
uint64_t zs_replay_rejects(const struct zs_replay_result *result);

/**
 * zs_replay - replay a workload
 * @workload: the workload
 * @settings: with what
 * @result: what it came to
 * @error: why not: there is no memory
 *
 * Takes time and memory in proportion to the workload's operations and pages.
 */
bool zs_replay(const struct zs_workload *workload, const struct zs_replay_settings *settings,
	       struct zs_replay_result *result, struct zs_error *error);

#endif /* ZS_REPLAY_H */
