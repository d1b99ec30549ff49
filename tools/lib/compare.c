// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "compare.h"

/* Readings of ours in one go; between two goes others get the processor. */
#define TURNS	6
#define PAUSE	0.002

void zs_best_look(struct zs_best *best, bool ours_first, const uint64_t outer[2],
		  uint64_t inner)
{
	uint64_t ours = ours_first ? outer[0] : inner;
	uint64_t theirs = ours_first ? inner : outer[0];
	int64_t offset = (int64_t)(ours - theirs);

	if (outer[0] != outer[1])
		return;
	if (!best->looks++ || (ours_first ? offset < best->offset : offset > best->offset)) {
		best->offset = offset;
		best->ours = ours;
		best->theirs = theirs;
	}
}

bool zs_best_known(const struct zs_best best[ZS_PHASES])
{
	return best[ZS_BEGIN].looks >= ZS_LOOKS_LEAST &&
	       best[ZS_END].looks >= ZS_LOOKS_LEAST;
}

int64_t zs_best_difference(const struct zs_best best[ZS_PHASES])
{
	return best[ZS_END].offset - best[ZS_BEGIN].offset;
}

static uint64_t word(const struct zswap_stats *stats, size_t offset)
{
	return *(const __u64 *)((const char *)stats + offset);
}

/* Readings in their order: theirs[now], ours[now], theirs[!now]; before it, ours[!now]. */
struct turn {
	struct zswap_stats ours[2];
	uint64_t theirs[2][ZS_GROUP_MOST];
	unsigned int now;
	bool first;
};

static void look_at_pair(struct zs_pair *pair, enum zs_phase phase, const struct turn *turn)
{
	unsigned int now = turn->now, which = pair->theirs;
	uint64_t outer[2];

	if (!pair->ours_first) {
		outer[0] = turn->theirs[now][which];
		outer[1] = turn->theirs[!now][which];
		zs_best_look(&pair->best[phase], false, outer, word(&turn->ours[now], pair->ours));
	} else if (!turn->first) {
		outer[0] = word(&turn->ours[!now], pair->ours);
		outer[1] = word(&turn->ours[now], pair->ours);
		zs_best_look(&pair->best[phase], true, outer, turn->theirs[now][which]);
	}
}

static void look_at_balance(const struct zs_group *group, enum zs_phase phase,
			    const struct turn *turn)
{
	struct zs_balance *balance = group->balance;
	const struct zswap_usage *usage = &turn->ours[turn->now].usage;
	const uint64_t *before = turn->theirs[turn->now], *after = turn->theirs[!turn->now];
	int64_t *reference = balance->reference[phase];
	uint64_t stored[2] = { before[balance->theirs], after[balance->theirs] };
	bool better = false, worse = false;

	for (size_t i = 0; i < ZS_ARRAY_SIZE(balance->pairs); i++) {
		unsigned int which = group->pairs[balance->pairs[i]].theirs;

		if (before[which] != after[which])
			return;
	}
	for (size_t i = 0; i < ZS_ARRAY_SIZE(balance->pairs); i++) {
		const struct zs_pair *pair = &group->pairs[balance->pairs[i]];
		int64_t offset = (int64_t)(word(&turn->ours[turn->now], pair->ours) -
					   before[pair->theirs]);

		if (!balance->referenced[phase] || offset > reference[i]) {
			reference[i] = offset;
			better = true;
		}
		worse |= offset < reference[i];
	}
	balance->referenced[phase] = true;
	/* what was seen so far had something on its way */
	if (better)
		balance->best[phase].looks = 0;
	if (!worse)
		zs_best_look(&balance->best[phase], false, stored,
			     usage->stores - usage->loads - usage->writebacks -
			     usage->invalidates);
}

static bool look(struct zs_comparison *comparison, struct zs_group *group,
		 enum zs_phase phase)
{
	static struct turn turn;

	turn.now = 0;
	turn.first = true;
	if (!group->read(group->context, turn.theirs[0]))
		return false;
	for (unsigned int i = 0; i < TURNS; i++) {
		if (!comparison->read(comparison->context, &turn.ours[turn.now]) ||
		    !group->read(group->context, turn.theirs[!turn.now]))
			return false;
		for (size_t k = 0; k < group->count; k++)
			look_at_pair(&group->pairs[k], phase, &turn);
		if (group->balance)
			look_at_balance(group, phase, &turn);
		turn.now = !turn.now;
		turn.first = false;
	}
	return true;
}

static bool done(const struct zs_best best[ZS_PHASES], enum zs_phase phase)
{
	return best[phase].looks >= ZS_LOOKS_LEAST &&
	       (phase == ZS_BEGIN || !zs_best_difference(best));
}

static bool all_done(const struct zs_comparison *comparison, enum zs_phase phase)
{
	for (size_t i = 0; i < comparison->count; i++) {
		const struct zs_group *group = &comparison->groups[i];

		for (size_t k = 0; k < group->count; k++)
			if (!done(group->pairs[k].best, phase))
				return false;
		if (group->balance && !done(group->balance->best, phase))
			return false;
	}
	return true;
}

enum zs_compared zs_compare(struct zs_comparison *comparison, enum zs_phase phase)
{
	double begin = comparison->now(comparison->context), passed;

	do {
		for (size_t i = 0; i < comparison->count; i++)
			if (!look(comparison, &comparison->groups[i], phase))
				return ZS_COMPARE_FAILED;
		if (!comparison->pause(comparison->context, PAUSE))
			return ZS_COMPARE_ENDED;
		passed = comparison->now(comparison->context) - begin;
	} while (passed < comparison->least ||
		 (passed < comparison->most && !all_done(comparison, phase)));
	return ZS_COMPARED;
}
