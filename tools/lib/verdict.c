// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules, the most harmful first: the first one that has something to say says it.
 * Their thresholds are where a person would begin to care, no more.
 */
#include <stdio.h>
#include <string.h>

#include "verdict.h"

/* From this share of its limit on, a pool is at it: the worker keeps it a little below. */
#define AT_LIMIT	0.93
/* Written pages that come back too soon: a matter of tuning, and of too little memory. */
#define THRASH_WARN	0.10
#define THRASH_BAD	0.30
/* Refused pages, of those that wanted in. */
#define REJECTS_WARN	0.20
/* Swap-ins from the pool, of all. */
#define HITS_FEW	0.50
/* Fewer of anything, in a second, are no load. */
#define RATE_LITTLE	1.0

/* What the rules look at, worked out once: rates are per second. */
struct facts {
	const struct zs_sight *sight;
	const struct zswap_stats *stats;
	double seconds;
	double stores;
	double loads;
	double disk_reads;
	double writebacks;
	double rejects;
	double refaulted;	/* of the pages that are written back; below 0: not known */
	double rejected;	/* of the pages that want in */
	double hits;		/* of the pages that come back */
	double full;		/* of the limit; below 0: not known */
};

static double share(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static void find_facts(struct facts *facts, const struct zs_sight *sight)
{
	const struct zswap_usage *usage = &sight->interval->stats.usage;
	const struct zs_pool *pool = sight->pool;
	double seconds = sight->interval->time_ns ?
			 (double)sight->interval->time_ns / ZS_NSEC : 1;

	*facts = (struct facts){
		.sight = sight,
		.stats = &sight->interval->stats,
		.seconds = seconds,
		.stores = (double)usage->stores / seconds,
		.loads = (double)usage->loads / seconds,
		.disk_reads = (double)usage->disk_reads / seconds,
		.writebacks = (double)usage->writebacks / seconds,
		.rejects = (double)usage->rejects / seconds,
		.refaulted = -1,
		.full = -1,
	};
	facts->rejected = share(facts->rejects, facts->stores + facts->rejects);
	facts->hits = share(facts->loads, facts->loads + facts->disk_reads);
	/* counters know nothing of single pages */
	if (sight->source != ZS_SOURCE_COUNTERS)
		facts->refaulted = share((double)usage->refaults, (double)usage->writebacks);
	/* some of those that come back had gone before */
	if (facts->refaulted > 1)
		facts->refaulted = 1;
	if ((pool->have & ZS_HAVE_POOL) && pool->limit_bytes)
		facts->full = share((double)pool->pool_bytes, (double)pool->limit_bytes);
}

static void set(struct zs_verdict *verdict, enum zs_level level, const char *advice)
{
	verdict->level = level;
	snprintf(verdict->advice, sizeof(verdict->advice), "%s", advice);
}

#define SAY(verdict, format...) \
	snprintf((verdict)->text, sizeof((verdict)->text), format)

static char *bandwidth(char text[ZS_TEXT], double pages)
{
	zs_format_bytes(text, pages * ZSWAP_PAGE_BYTES);
	zs_format_more(text, "/s");
	return text;
}

/* "100%" is for all of them, and "0%" for none. */
static char *percent(char text[ZS_TEXT], double part)
{
	if (part > 0 && part < 0.01)
		return strcpy(text, "under 1%");
	if (part < 1 && part > 0.99)
		return strcpy(text, "over 99%");
	snprintf(text, ZS_TEXT, "%.0f%%", part * 100);
	return text;
}

/* How soon is too soon. */
static const char *too_soon(char text[ZS_TEXT], double seconds)
{
	if (seconds == 60)
		return "a minute";
	snprintf(text, ZS_TEXT, "%g s", seconds);
	return text;
}

/* " of pages 4.2 min old", as far as that is known. */
static const char *how_old(char text[64], const struct facts *facts)
{
	enum zswap_histogram which = ZSWAP_HIST_WRITEBACK_AGE;
	char age[ZS_TEXT];
	double ns;

	*text = '\0';
	if (zs_hist_quantile(zs_stats_hist(facts->stats, which), ZS_UNIT_AGE, 0.5, &ns))
		snprintf(text, 64, " of pages %s old", zs_format_time(age, ns));
	return text;
}

/* The reason for most of the rejects. */
static unsigned int main_reason(const struct zswap_usage *usage)
{
	unsigned int most = 0;

	for (unsigned int i = 1; i < ZSWAP_REJECT_SLOTS; i++)
		if (usage->reject_by_reason[i] > usage->reject_by_reason[most])
			most = i;
	return most;
}

/*
 * The rules.  Return: whether it is this.
 */

static bool thrashes(struct zs_verdict *verdict, const struct facts *facts)
{
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], old[64];
	bool full = facts->full >= AT_LIMIT;

	if (facts->writebacks < RATE_LITTLE || facts->refaulted < THRASH_WARN)
		return false;
	SAY(verdict, "%s: writing back %s%s; %s come back within %s",
	    full ? "pool at its limit" : "pool under pressure",
	    bandwidth(a, facts->writebacks), how_old(old, facts),
	    percent(b, facts->refaulted), too_soon(c, facts->sight->thrash));
	set(verdict, facts->refaulted >= THRASH_BAD ? ZS_LEVEL_BAD : ZS_LEVEL_WARN,
	    full ? "raise max_pool_percent or shrink the workload" :
		   "the workload needs more memory than there is: shrink it");
	return true;
}

struct refusal {
	unsigned int reason;
	enum zs_level level;
	const char *what;
	const char *advice;
};

static const struct refusal refusals[] = {
	{ ZSWAP_REJECT_COMPRESS_POOR, ZS_LEVEL_WARN, "do not compress well enough and go to disk",
	  "try another compressor (zstd), or a higher max_compression_ratio" },
	{ ZSWAP_REJECT_COMPRESS_FAIL, ZS_LEVEL_BAD, "cannot be compressed: the compressor fails",
	  "choose another compressor, and look at the kernel log" },
	{ ZSWAP_REJECT_CGROUP_LIMIT, ZS_LEVEL_WARN, "are refused, as their cgroup is at its limit",
	  "raise memory.zswap.max of the cgroup, or let it write back (memory.zswap.writeback)" },
	{ ZSWAP_REJECT_POOL_LIMIT, ZS_LEVEL_BAD, "find the pool full and go to disk",
	  "raise max_pool_percent or shrink the workload" },
	{ ZSWAP_REJECT_RECLAIM_FAIL, ZS_LEVEL_BAD, "find the pool full, and nothing in it can be written back",
	  "raise max_pool_percent, and see that memory.zswap.writeback is not 0 everywhere" },
	{ ZSWAP_REJECT_HYSTERESIS, ZS_LEVEL_WARN, "wait outside until the pool has shrunk",
	  "raise accept_threshold_percent or max_pool_percent" },
	{ ZSWAP_REJECT_ALLOC_FAIL, ZS_LEVEL_BAD, "find no memory for the pool to grow",
	  "raise vm.min_free_kbytes or shrink the workload" },
	{ ZSWAP_REJECT_KMEMCACHE_FAIL, ZS_LEVEL_BAD, "find no memory for their entry",
	  "raise vm.min_free_kbytes or shrink the workload" },
	{ ZSWAP_REJECT_LARGE_FOLIO, ZS_LEVEL_NOTE, "belong to large folios and go to disk whole",
	  "fewer large folios: /sys/kernel/mm/transparent_hugepage" },
	{ ZSWAP_REJECT_DISABLED, ZS_LEVEL_WARN, "are refused, as zswap is disabled",
	  "echo Y > /sys/module/" ZS_MODULE "/parameters/enabled" },
};

static bool refuses(struct zs_verdict *verdict, const struct facts *facts)
{
	static const struct refusal other = {
		0, ZS_LEVEL_WARN, "are refused and go to disk", "",
	};
	const struct zswap_usage *usage = &facts->stats->usage;
	unsigned int reason = main_reason(usage);
	const struct refusal *refusal = &other;
	char a[ZS_TEXT], b[ZS_TEXT];

	if (facts->rejects < RATE_LITTLE || facts->rejected < REJECTS_WARN)
		return false;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(refusals); i++)
		if (usage->reject_by_reason[reason] && refusals[i].reason == reason)
			refusal = &refusals[i];
	SAY(verdict, "%s of the pages swapped out, %s, %s", percent(a, facts->rejected),
	    bandwidth(b, facts->rejects), refusal->what);
	set(verdict, refusal->level, refusal->advice);
	return true;
}

static bool writes_back(struct zs_verdict *verdict, const struct facts *facts)
{
	char a[ZS_TEXT], b[ZS_TEXT], old[64], back[80] = "";

	if (facts->writebacks < RATE_LITTLE)
		return false;
	if (facts->refaulted >= 0)
		snprintf(back, sizeof(back), "; %s come back soon: cold ones go",
			 facts->refaulted > 0 ? percent(b, facts->refaulted) : "none");
	SAY(verdict, "%s: writing back %s%s%s",
	    facts->full >= AT_LIMIT ? "pool at its limit" : "memory is short",
	    bandwidth(a, facts->writebacks), how_old(old, facts), back);
	set(verdict, ZS_LEVEL_NOTE, "");
	return true;
}

static bool misses(struct zs_verdict *verdict, const struct facts *facts)
{
	const struct zswap_usage *usage = &facts->stats->usage;
	bool refused = usage->reject_reads > usage->disk_reads / 2;
	char a[ZS_TEXT], b[ZS_TEXT];

	if (facts->disk_reads < RATE_LITTLE || facts->hits >= HITS_FEW)
		return false;
	SAY(verdict, "%s of the pages that come back are read from disk, %s%s",
	    percent(a, 1 - facts->hits), bandwidth(b, facts->disk_reads),
	    refused ? ": the pool had refused them" : "");
	set(verdict, ZS_LEVEL_WARN, refused ? "see the rejects, by reason" :
	    "pages from before zswap, or long evicted: it passes, or raise max_pool_percent");
	return true;
}

static bool serves(struct zs_verdict *verdict, const struct facts *facts)
{
	const struct zswap_hist *hit, *disk;
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], times[96] = "";
	double hit_ns, disk_ns;

	if (facts->loads < RATE_LITTLE)
		return false;
	hit = zs_stats_hist(facts->stats, ZSWAP_HIST_LOAD_DURATION);
	disk = zs_stats_hist(facts->stats, ZSWAP_HIST_DISK_READ_DURATION);
	if (zs_hist_quantile(hit, ZS_UNIT_DURATION, 0.5, &hit_ns) &&
	    zs_hist_quantile(disk, ZS_UNIT_DURATION, 0.5, &disk_ns) && disk_ns > hit_ns)
		snprintf(times, sizeof(times), ", in %s instead of %s",
			 zs_format_time(b, hit_ns), zs_format_time(c, disk_ns));
	SAY(verdict, "zswap helps: %s of the pages that come back, it has in RAM%s",
	    percent(a, facts->hits), times);
	set(verdict, ZS_LEVEL_GOOD, "");
	return true;
}

static bool takes(struct zs_verdict *verdict, const struct facts *facts)
{
	const struct zs_pool *pool = facts->sight->pool;
	char a[ZS_TEXT], b[ZS_TEXT], room[80] = "";

	if (facts->stores < RATE_LITTLE)
		return false;
	if (facts->full >= 0 && facts->full < 1)
		snprintf(room, sizeof(room), ", and has room for %s more",
			 zs_format_bytes(b, (double)(pool->limit_bytes - pool->pool_bytes)));
	SAY(verdict, "the pool takes %s of pages%s", bandwidth(a, facts->stores), room);
	set(verdict, ZS_LEVEL_GOOD, "");
	return true;
}

static void rests(struct zs_verdict *verdict, const struct facts *facts)
{
	const struct zs_pool *pool = facts->sight->pool;
	char a[ZS_TEXT], b[ZS_TEXT];
	double ratio;

	if (zs_pool_ratio(pool, &ratio))
		SAY(verdict, "next to nothing is swapped; the pool holds %s in %s",
		    zs_format_bytes(a, (double)pool->stored_pages * ZSWAP_PAGE_BYTES),
		    zs_format_bytes(b, (double)pool->pool_bytes));
	else
		SAY(verdict, "enabled and idle: nothing is swapped");
	set(verdict, ZS_LEVEL_GOOD, "");
}

/*
 * The evidence
 */

static void add(char *text, size_t size, const char *what, const char *value)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s %s", used ? ", " : "", what, value);
}

/* What compressing and decompressing takes of one processor, as far as it is timed. */
static double processor(const struct facts *facts)
{
	static const enum zswap_histogram timed[] = {
		ZSWAP_HIST_STORE_DURATION, ZSWAP_HIST_LOAD_DURATION,
		ZSWAP_HIST_REJECT_DURATION,
	};
	double ns = 0;

	for (size_t i = 0; i < ZS_ARRAY_SIZE(timed); i++)
		ns += (double)zs_stats_hist(facts->stats, timed[i])->sum;
	return ns / (facts->seconds * ZS_NSEC);
}

static void add_rate(char *text, size_t size, const char *what, double rate)
{
	char a[ZS_TEXT];

	if (rate <= 0)
		return;
	zs_format_number(a, rate);
	zs_format_more(a, "/s");
	add(text, size, what, a);
}

static void find_evidence(struct zs_verdict *verdict, const struct facts *facts)
{
	const struct zswap_usage *usage = &facts->stats->usage;
	size_t size = sizeof(verdict->evidence);
	char *text = verdict->evidence;
	char a[ZS_TEXT];

	*text = '\0';
	if (facts->full >= 0)
		add(text, size, "pool", zs_format_more(percent(a, facts->full), " full"));
	add_rate(text, size, "stores", facts->stores);
	add_rate(text, size, "loads", facts->loads);
	add_rate(text, size, "disk reads", facts->disk_reads);
	add_rate(text, size, "writebacks", facts->writebacks);
	add_rate(text, size, "refaults", (double)usage->refaults / facts->seconds);
	add_rate(text, size, "rejects", facts->rejects);
	if (processor(facts) > 0)
		add(text, size, "takes", zs_format_more(percent(a, processor(facts)), " of a CPU"));
}

void zs_verdict(struct zs_verdict *verdict, const struct zs_sight *sight)
{
	static bool (*const rules[])(struct zs_verdict *, const struct facts *) = {
		thrashes, refuses, misses, writes_back, serves, takes,
	};
	struct facts facts;

	memset(verdict, 0, sizeof(*verdict));
	if (sight->state < ZS_STATE_IDLE) {
		SAY(verdict, "zswap is %s", zs_state_words(sight->state, sight->pool));
		set(verdict, ZS_LEVEL_BAD, "");
		return;
	}
	find_facts(&facts, sight);
	find_evidence(verdict, &facts);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(rules); i++)
		if (rules[i](verdict, &facts))
			return;
	rests(verdict, &facts);
}
