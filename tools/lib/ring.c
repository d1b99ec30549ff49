// SPDX-License-Identifier: GPL-2.0-or-later
#include "ring.h"

uint32_t zs_ring_slots(uint32_t bytes, unsigned int cpus)
{
	uint64_t share = bytes / sizeof(struct zswap_event) / (cpus ? cpus : 1);
	uint32_t slots = ZS_RING_LEAST;

	while (2ULL * slots <= share)
		slots *= 2;
	return slots;
}

static struct zswap_event *slot(const struct zs_rings *rings, unsigned int cpu, uint64_t nth)
{
	return &rings->slots[(size_t)cpu * rings->each + (nth & (rings->each - 1))];
}

size_t zs_ring_ready(struct zs_rings *rings, unsigned int cpu, size_t most,
		     const struct zswap_event **events)
{
	uint64_t tail = rings->rings[cpu].tail, last = rings->last_ns[cpu], now;
	struct zswap_event *first = slot(rings, cpu, tail);
	size_t row = rings->each - (tail & (rings->each - 1)), count;

	if (row > most)
		row = most;
	for (count = 0; count < row; count++) {
		/* with the time, all the rest is there */
		now = __atomic_load_n(&first[count].time_ns, __ATOMIC_ACQUIRE);
		if (!now)
			break;
		if (now < last)
			first[count].time_ns = last;
		else
			last = now;
	}
	*events = first;
	return count;
}

void zs_ring_done(struct zs_rings *rings, unsigned int cpu, size_t count)
{
	struct zs_ring *ring = &rings->rings[cpu];

	if (!count)
		return;
	rings->last_ns[cpu] = slot(rings, cpu, ring->tail + count - 1)->time_ns;
	for (size_t i = 0; i < count; i++)
		__atomic_store_n(&slot(rings, cpu, ring->tail + i)->time_ns, 0,
				 __ATOMIC_RELAXED);
	/* not before they are empty */
	__atomic_store_n(&ring->tail, ring->tail + count, __ATOMIC_RELEASE);
}

bool zs_ring_busy(const struct zs_rings *rings, unsigned int cpu)
{
	const struct zs_ring *ring = &rings->rings[cpu];

	return __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) != ring->tail;
}

bool zs_ring_owes(const struct zs_rings *rings, unsigned int cpu, uint64_t *since)
{
	const struct zs_ring *ring = &rings->rings[cpu];

	if (!__atomic_load_n(&ring->lost, __ATOMIC_RELAXED) || zs_ring_busy(rings, cpu))
		return false;
	*since = __atomic_load_n(&ring->lost_ns, __ATOMIC_RELAXED);
	if (*since < rings->last_ns[cpu])
		*since = rings->last_ns[cpu];
	return true;
}

bool zs_ring_loss(struct zs_rings *rings, unsigned int cpu, struct zswap_event *event)
{
	struct zs_ring *ring = &rings->rings[cpu];
	uint64_t since, lost;

	if (!zs_ring_owes(rings, cpu, &since))
		return false;
	lost = __atomic_exchange_n(&ring->lost, 0, __ATOMIC_ACQ_REL);
	*event = (struct zswap_event){
		.event = ZSWAP_EVENT_LOST, .kind = ZSWAP_KIND_COUNT, .time_ns = since,
		.cpu = (uint16_t)cpu, .count = lost < UINT32_MAX ? (uint32_t)lost : UINT32_MAX,
	};
	rings->last_ns[cpu] = since;
	return lost;
}
