// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "rates.h"

double top_seconds(const struct zs_snapshot *snapshot)
{
	return snapshot->time_ns ? (double)snapshot->time_ns / ZS_NSEC : 1;
}

#define RATE(name, column, member, counted, stock) \
	{ name, column, offsetof(struct zswap_stats, member), counted, stock }
const struct top_rate top_rates[TOP_RATES] = {
	RATE("stores",	    "store/s",	usage.stores,	   true,  true),
	RATE("loads",	    "load/s",	usage.loads,	   true,  true),
	RATE("writebacks",  "wb/s",	usage.writebacks,  true,  true),
	RATE("evictions",   "evict/s",	usage.evicts,	   false, false),
	RATE("rejects",	    "reject/s", usage.rejects,	   true,  true),
	RATE("invalidates", "inval/s",	usage.invalidates, false, true),
	RATE("disk reads",  "disk/s",	usage.disk_reads,  true,  true),
	RATE("refaults",    "refault/s", usage.refaults,   false, true),
	RATE("restores",    "restore/s", usage.restores,   false, true),
};

bool top_rate_known(const struct top_rate *rate, enum zs_source_kind kind)
{
	switch (kind) {
	case ZS_SOURCE_COUNTERS:
		return rate->counted;
	case ZS_SOURCE_FENTRY:
	case ZS_SOURCE_KPROBE:
		return rate->stock;
	default:
		return true;
	}
}

char *top_format_rate(char text[ZS_TEXT], const struct top_rate *rate,
		      enum zs_source_kind kind, const struct zs_snapshot *snapshot)
{
	if (!top_rate_known(rate, kind))
		return strcpy(text, "-");
	return zs_format_number(text, (double)top_count(rate, snapshot) /
				      top_seconds(snapshot));
}
