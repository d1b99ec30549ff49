/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rings of events, one for each CPU, from the side that reads: zswapscope/ring.h. */
#ifndef ZS_RING_H
#define ZS_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zswapscope/event.h>
#include <zswapscope/ring.h>

/**
 * struct zs_rings - the rings of all CPUs
 * @rings: by CPU
 * @slots: @each of the first CPU, and then of the next
 * @last_ns: by CPU, time of the event that was handed over last
 * @cpus: how many there are
 * @each: slots of a ring, a power of two
 */
struct zs_rings {
	struct zs_ring *rings;
	struct zswap_event *slots;
	uint64_t *last_ns;
	unsigned int cpus;
	uint32_t each;
};

/**
 * zs_ring_slots - how many slots a ring of each CPU gets
 * @bytes: for the slots of all of them
 * @cpus: how many
 */
uint32_t zs_ring_slots(uint32_t bytes, unsigned int cpus);

/**
 * zs_ring_ready - events that are whole, from the oldest on
 * @rings: the rings
 * @cpu: of which
 * @most: of them
 * @events: the result: the first; they stay until zs_ring_done()
 *
 * In the order of time: of two programs one of which interrupted the other, the one that was
 * first to take room may have been second to look at the clock.  That one's time becomes the
 * other's.
 *
 * Return: how many; there may be more when these are done.
 */
size_t zs_ring_ready(struct zs_rings *rings, unsigned int cpu, size_t most,
		     const struct zswap_event **events);

/* The first @count events of those were read: their slots are free. */
void zs_ring_done(struct zs_rings *rings, unsigned int cpu, size_t count);

/* Is there an event that is not whole yet, or was not read? */
bool zs_ring_busy(const struct zs_rings *rings, unsigned int cpu);

/**
 * zs_ring_owes - were events lost after the last one that can be read?
 * @rings: the rings
 * @cpu: of which
 * @since: when
 *
 * If others come after them, these are announced in their row.
 */
bool zs_ring_owes(const struct zs_rings *rings, unsigned int cpu, uint64_t *since);

/* Take that loss, as an event. Return: false if there is none any more. */
bool zs_ring_loss(struct zs_rings *rings, unsigned int cpu, struct zswap_event *event);

#endif /* ZS_RING_H */
