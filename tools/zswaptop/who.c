// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "who.h"

_Static_assert(!offsetof(struct zs_party, who), "a party begins with its key");

static void drop_oldest(struct who *who)
{
	zs_parties_free(&who->kept[0]);
	who->kept_count--;
	memmove(&who->kept[0], &who->kept[1], who->kept_count * sizeof(who->kept[0]));
	memmove(&who->kept_ns[0], &who->kept_ns[1], who->kept_count * sizeof(who->kept_ns[0]));
}

/* Keep a reading to subtract from later ones: a few of them, spread over the interval. */
static void keep(struct who *who, double seconds, uint64_t now)
{
	double spacing = isinf(seconds) ? 0 : seconds / (WHO_KEPT - 1);

	/* the oldest is needed until the next one is old enough */
	while (who->kept_count > 1 && now - who->kept_ns[1] >= seconds * ZS_NSEC)
		drop_oldest(who);
	if (who->kept_count && now - who->kept_ns[who->kept_count - 1] < spacing * 0.9 * ZS_NSEC)
		return;
	if (who->kept_count == WHO_KEPT)
		drop_oldest(who);
	if (zs_parties_copy(&who->kept[who->kept_count], &who->total))
		who->kept_ns[who->kept_count++] = now;
}

/* The newest reading that is as old as the interval, or else the oldest. */
static size_t choose(const struct who *who, double seconds, uint64_t now)
{
	size_t best = 0;

	for (size_t i = 1; i < who->kept_count; i++)
		if (now - who->kept_ns[i] >= seconds * 0.95 * ZS_NSEC)
			best = i;
	return best;
}

bool who_read(struct who *who, struct zs_source *source, double seconds,
	      struct zs_error *error)
{
	uint64_t now = zs_now();
	size_t base;

	zs_parties_free(&who->total);
	zs_parties_free(&who->recent);
	if (!zs_source_parties(source, &who->total, error))
		return false;
	who->total_ns = now - who->attached_ns;
	if (!zs_parties_copy(&who->recent, &who->total))
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	if (who->kept_count && !isinf(seconds)) {
		base = choose(who, seconds, now);
		zs_parties_subtract(&who->recent, &who->kept[base]);
		who->recent_ns = now - who->kept_ns[base];
	} else {
		who->recent_ns = who->total_ns;
	}
	keep(who, seconds, now);
	return true;
}

void who_clear(struct who *who, uint64_t attached_ns)
{
	while (who->kept_count)
		drop_oldest(who);
	zs_parties_free(&who->recent);
	zs_parties_free(&who->total);
	who->attached_ns = attached_ns;
}

/* Of two parties, or their keys, as these are what a party begins with. */
static int compare(const void *a, const void *b)
{
	const struct zswap_who *one = a, *other = b;

	if (one->cgroup != other->cgroup)
		return one->cgroup < other->cgroup ? -1 : 1;
	if (one->pid != other->pid)
		return one->pid < other->pid ? -1 : 1;
	return (one->role > other->role) - (one->role < other->role);
}

void who_merge(struct zs_parties *merged, const struct zs_parties *parties, enum zs_by by)
{
	zs_parties_free(merged);
	if (!zs_parties_copy(merged, parties))
		return;
	zs_parties_merge(merged, by);
	if (merged->count)
		qsort(merged->list, merged->count, sizeof(*merged->list), compare);
}

const struct zs_party *who_find(const struct zs_parties *merged, const struct zswap_who *who)
{
	size_t low = 0, high = merged->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct zs_party *party = &merged->list[middle];
		int order = compare(party, who);

		if (!order)
			return party;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
