// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "reconcile.h"
#include "source.h"
#include "triggers.h"

/*
 * An operation that began before our programs were attached may be counted by the
 * kernel and has no event; let those end first.
 */
#define SETTLE		1.0
/* At least so long at either end, and at most. */
#define LOOK_LEAST	0.5
#define LOOK_MOST	8.0
/* After the programs are detached, those that run come to their end. */
#define STOP		0.1

#define GROUPS		(2 + ZS_EVENTS)

const struct zs_event_info zs_events[ZS_EVENTS] = {
	{ "store",	"type",		"length" },
	{ "load",	"type",		"length" },
	{ "miss",	"type",		NULL },
	{ "writeback",	"result",	"length" },
	{ "reject",	"reason",	NULL },
	{ "evict",	"result",	"bytes" },
	{ "invalidate",	"type",		"length" },
	{ "pool_limit",	"reached",	NULL },
	{ "background",	"result",	NULL },
	{ "shrink",	"cause",	"written" },
	{ "compressor",	"to",		NULL },
	{ "drain",	"stage",	NULL },
};

/* What of an event is which counter of ours. */
static const struct {
	const char *event;
	enum zs_trigger_value value;
	const char *counter;
} event_counters[] = {
	{ "store",	ZS_TRIGGER_ALL,		"stores" },
	{ "store",	ZS_TRIGGER_ALL_SUM,	"store_bytes_out" },
	{ "load",	ZS_TRIGGER_ALL,		"loads" },
	{ "load",	ZS_TRIGGER_ALL_SUM,	"load_bytes" },
	{ "miss",	ZS_TRIGGER_ALL,		"disk_reads" },
	{ "writeback",	ZS_TRIGGER_ZERO,	"writebacks" },
	{ "writeback",	ZS_TRIGGER_ZERO_SUM,	"writeback_bytes" },
	{ "writeback",	ZS_TRIGGER_OTHER,	"writebacks_failed" },
	{ "reject",	ZS_TRIGGER_ALL,		"rejects" },
	{ "evict",	ZS_TRIGGER_ZERO,	"evicts" },
	{ "evict",	ZS_TRIGGER_ZERO_SUM,	"evict_bytes" },
	{ "evict",	ZS_TRIGGER_OTHER,	"evicts_failed" },
	{ "invalidate",	ZS_TRIGGER_ALL,		"invalidates" },
	{ "invalidate",	ZS_TRIGGER_ALL_SUM,	"invalidate_bytes" },
	{ "pool_limit",	ZS_TRIGGER_OTHER,	"pool_limit_reached" },
	{ "pool_limit",	ZS_TRIGGER_ZERO,	"pool_limit_left" },
	{ "background",	ZS_TRIGGER_ALL,		"backgrounds" },
	{ "shrink",	ZS_TRIGGER_ALL,		"shrinks" },
	{ "shrink",	ZS_TRIGGER_ALL_SUM,	"shrink_written" },
	{ "compressor",	ZS_TRIGGER_ALL,		"compressor_changes" },
	{ "drain",	ZS_TRIGGER_ZERO,	"drains" },
};

/* What vmstat_read() reads. */
enum { ZSWPOUT, ZSWPIN, ZSWPWB, STORED };

static const struct {
	const char *name;
	const char *counter;
} vmstat_counters[] = {
	[ZSWPOUT] = { "zswpout", "stores" },
	[ZSWPIN] = { "zswpin", "loads" },
	[ZSWPWB] = { "zswpwb", "writebacks" },
};

struct event_reader {
	int fd;
	const struct zs_event_info *info;
	struct zs_error *error;
};

struct work {
	struct zs_source *source;
	struct zs_clock *clock;
	const char *root;
	struct zs_reconciliation *result;
	struct zs_error *error;
	int vmstat;
	int debugfs;		/* the folder of its counters */
	bool stored;
	char files[ZS_GROUP_MOST][64];
	unsigned int files_count;
	struct zs_triggers *triggers;
	struct event_reader events[ZS_EVENTS];
	struct zs_group groups[GROUPS];
	size_t groups_count;
};

static void note(struct zs_reconciliation *result, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void note(struct zs_reconciliation *result, const char *format, ...)
{
	va_list args;

	if (result->notes_count == ZS_RECONCILE_NOTES)
		return;
	va_start(args, format);
	vsnprintf(result->notes[result->notes_count++], sizeof(result->notes[0]), format,
		  args);
	va_end(args);
}

static size_t counter_offset(const char *name)
{
	size_t i = 0;

	while (strcmp(zs_counter_infos[i].name, name))
		i++;
	return zs_counter_infos[i].offset;
}

static bool stock(const struct work *work)
{
	enum zs_source_kind kind = zs_source_kind(work->source);

	return kind == ZS_SOURCE_FENTRY || kind == ZS_SOURCE_KPROBE;
}

/* Does the source see what a hook at the kernel's own functions is for? */
static bool hooked(const struct work *work, const char *hook)
{
	char program[32];

	snprintf(program, sizeof(program), "%s_%s", work->source->plan.fentry ? "zsf" : "zsk",
		 hook);
	return zs_plan_function(&work->source->plan, program);
}

static struct zs_pair *add_pair(struct work *work, struct zs_group *group,
				const char *name, size_t ours, unsigned int theirs)
{
	struct zs_pair *pair = &work->result->pairs[work->result->count++];

	snprintf(pair->name, sizeof(pair->name), "%s", name);
	pair->ours = ours;
	pair->theirs = theirs;
	if (!group->count++)
		group->pairs = pair;
	return pair;
}

/*
 * /proc/vmstat, and the pages in the pool
 */

/* These can be read from their beginning once only: open them each time. */
static bool read_debugfs(const struct work *work, const char *name, uint64_t *value)
{
	int fd = openat(work->debugfs, name, O_RDONLY | O_CLOEXEC);
	char text[32];
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return false;
	text[got] = '\0';
	*value = strtoull(text, NULL, 10);
	return true;
}

static bool vmstat_read(void *context, uint64_t *values)
{
	struct work *work = context;
	char text[32768];

	if (!zs_read_again(work->vmstat, text, sizeof(text)))
		return zs_fail(work->error, ZS_ERR_SYSTEM, "reading /proc/vmstat: %s",
			       strerror(errno));
	for (unsigned int i = ZSWPOUT; i <= ZSWPWB; i++)
		if (!zs_find_field(text, vmstat_counters[i].name, &values[i]))
			values[i] = 0;
	values[STORED] = 0;
	return !work->stored || read_debugfs(work, "stored_pages", &values[STORED]) ||
	       zs_fail(work->error, ZS_ERR_SYSTEM, "reading stored_pages: %s",
		       strerror(errno));
}

/* Devices that read at once: a page that is loaded stays in the pool, and has no event. */
static bool swap_reads_at_once(const char *root)
{
	static const char *const names[] = { "/dev/zram", "/dev/ram", "/dev/pmem", "/dev/nd" };
	char path[PATH_MAX], line[512];
	bool found = false;
	FILE *file;

	zs_path(path, sizeof(path), root, "/proc/swaps");
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		for (size_t i = 0; i < ZS_ARRAY_SIZE(names); i++)
			found |= !strncmp(line, names[i], strlen(names[i]));
	if (file)
		fclose(file);
	return found;
}

/* Why stored pages cannot be compared, or NULL. */
static const char *no_balance(const struct work *work)
{
	if (!work->stored)
		return "debugfs has no stored_pages to read: "
		       "as root, mount -t debugfs debugfs /sys/kernel/debug";
	if (work->groups[0].count <= ZSWPWB)
		return "not all of stores, loads and writebacks are known to both";
	if (stock(work) && work->source->plan.old)
		return "frontswap keeps a page that was loaded";
	if (stock(work) && !hooked(work, "free"))
		return "invalidations are not known from this source";
	if (swap_reads_at_once(work->root))
		return "the pool keeps a page that was loaded when swap is in memory (zram, brd, pmem)";
	return NULL;
}

static void add_balance(struct work *work, struct zs_group *group)
{
	const char *why = no_balance(work);

	if (why) {
		note(work->result, "stored_pages: %s", why);
		return;
	}
	work->result->balanced = true;
	work->result->balance.theirs = STORED;
	for (unsigned int i = ZSWPOUT; i <= ZSWPWB; i++)
		work->result->balance.pairs[i] = i;
	group->balance = &work->result->balance;
}

static bool add_vmstat(struct work *work)
{
	struct zs_group *group = &work->groups[work->groups_count++];
	char path[PATH_MAX], text[32768];
	bool writebacks = !stock(work) || hooked(work, "wback_out") ||
			  hooked(work, "fwback_out");
	uint64_t unused;

	group->read = vmstat_read;
	group->context = work;
	zs_path(path, sizeof(path), work->root, "/proc/vmstat");
	work->vmstat = open(path, O_RDONLY | O_CLOEXEC);
	if (work->vmstat < 0 || !zs_read_again(work->vmstat, text, sizeof(text)))
		return zs_fail(work->error, ZS_ERR_NO_COUNTERS, "%s: %s", path,
			       strerror(errno));
	for (unsigned int i = ZSWPOUT; i <= ZSWPWB; i++) {
		struct zs_pair *pair;

		if (!zs_find_field(text, vmstat_counters[i].name, &unused)) {
			note(work->result, "vmstat %s: this kernel has none",
			     vmstat_counters[i].name);
			continue;
		}
		if (i == ZSWPWB && !writebacks) {
			note(work->result, "writebacks: not known from this source");
			continue;
		}
		pair = add_pair(work, group, vmstat_counters[i].counter,
				counter_offset(vmstat_counters[i].counter), i);
		snprintf(pair->of, sizeof(pair->of), "vmstat %s", vmstat_counters[i].name);
	}
	add_balance(work, group);
	return true;
}

/*
 * debugfs
 */

static bool debugfs_read(void *context, uint64_t *values)
{
	struct work *work = context;

	for (unsigned int i = 0; i < work->files_count; i++)
		if (!read_debugfs(work, work->files[i], &values[i]))
			return zs_fail(work->error, ZS_ERR_SYSTEM, "reading debugfs %s: %s",
				       work->files[i], strerror(errno));
	return true;
}

static void add_file(struct work *work, struct zs_group *group, const char *file,
		     const char *name, size_t ours, bool ours_first)
{
	struct zs_pair *pair;
	uint64_t unused;

	if (!read_debugfs(work, file, &unused))
		return;
	pair = add_pair(work, group, name, ours, work->files_count);
	snprintf(pair->of, sizeof(pair->of), "debugfs %s", file);
	pair->ours_first = ours_first;
	/* the kernel's own adds to plain words, from all CPUs */
	pair->inexact = stock(work);
	snprintf(work->files[work->files_count++], sizeof(work->files[0]), "%s", file);
}

/* Of the kernel's own zswap, which reasons can be told from outside. */
static bool told_from_outside(unsigned int reason)
{
	return reason == ZSWAP_REJECT_COMPRESS_POOR || reason == ZSWAP_REJECT_ALLOC_FAIL;
}

static void add_debugfs(struct work *work)
{
	struct zs_group *group = &work->groups[work->groups_count];
	bool old = work->source->plan.old;

	if (!work->stored) {
		note(work->result, "debugfs: its counters cannot be read: as root, mount -t debugfs debugfs /sys/kernel/debug");
		return;
	}
	group->read = debugfs_read;
	group->context = work;
	if (!stock(work) || hooked(work, old ? "fwback_out" : "wback_out"))
		add_file(work, group, "written_back_pages", "writebacks",
			 counter_offset("writebacks"), stock(work) && !old);
	for (unsigned int i = 0; i < ZSWAP_REJECT_COUNT; i++) {
		char file[64], name[64];

		if (stock(work) && !told_from_outside(i))
			continue;
		snprintf(file, sizeof(file), "reject_%s", zs_reason_name(i));
		snprintf(name, sizeof(name), "rejects %s", zs_reason_name(i));
		add_file(work, group, file, name,
			 offsetof(struct zswap_stats, usage.reject_by_reason[i]), false);
	}
	if (stock(work))
		note(work->result, "debugfs: the kernel's own zswap does not promise exact counters there: differences in them are not held against anybody");
	work->groups_count += !!group->count;
}

/*
 * ftrace
 */

static bool event_read(void *context, uint64_t *values)
{
	const struct event_reader *reader = context;

	return zs_trigger_read(reader->fd, reader->info->value, values) ||
	       zs_fail(reader->error, ZS_ERR_SYSTEM,
		       "ftrace's trigger on event zswap_%s cannot be read any more: is somebody else removing it?",
		       reader->info->name);
}

static bool add_event(struct work *work, unsigned int which)
{
	const struct zs_event_info *info = &zs_events[which];
	struct zs_group *group = &work->groups[work->groups_count];
	struct event_reader *reader = &work->events[which];
	struct zs_error why;

	if (!zs_triggers_add(work->triggers, info->name, info->key, info->value,
			     &reader->fd, &why)) {
		note(work->result, "ftrace: %.300s", why.text);
		return false;
	}
	reader->info = info;
	reader->error = work->error;
	group->read = event_read;
	group->context = reader;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(event_counters); i++) {
		struct zs_pair *pair;

		if (strcmp(event_counters[i].event, info->name))
			continue;
		pair = add_pair(work, group, event_counters[i].counter,
				counter_offset(event_counters[i].counter),
				event_counters[i].value);
		snprintf(pair->of, sizeof(pair->of), "ftrace zswap_%s", info->name);
		/* probes of a tracepoint run in the order that they came in */
		pair->ours_first = true;
	}
	work->groups_count++;
	return true;
}

static void add_events(struct work *work)
{
	struct zs_error why;

	if (stock(work))
		return;
	work->triggers = zs_triggers_open(work->root, &why);
	if (!work->triggers) {
		note(work->result, "ftrace: %.300s", why.text);
		return;
	}
	for (unsigned int i = 0; i < ZS_EVENTS; i++)
		if (!add_event(work, i))
			return;
}

/*
 * All of it
 */

static bool read_ours(void *context, struct zswap_stats *stats)
{
	struct work *work = context;

	return zs_source_stats(work->source, stats, work->error);
}

static bool pause_for(void *context, double seconds)
{
	struct work *work = context;

	return zs_clock_sleep(work->clock, seconds);
}

/* Nothing counts any more, so both can be read at leisure, and in any order. */
static bool sum_parties(struct work *work)
{
	struct zs_reconciliation *result = work->result;
	struct zswap_usage sum = { 0 };
	struct zs_snapshot snapshot;
	struct zs_parties parties;

	if (!zs_source_snapshot(work->source, &snapshot, work->error))
		return false;
	result->missed = snapshot.missed;
	result->health = snapshot.health;
	zs_source_stop(work->source);
	pause_for(work, STOP);
	if (!zs_source_snapshot(work->source, &snapshot, work->error) ||
	    !zs_source_parties(work->source, &parties, work->error))
		return false;
	result->parties = parties.count;
	result->summed = work->source->attribute;
	for (size_t i = 0; i < parties.count; i++)
		zs_usage_add(&sum, &parties.list[i].usage);
	zs_usage_add(&sum, &parties.other);
	for (size_t i = 0; i < zs_usage_counter_count; i++) {
		result->sums[i] = zs_usage_counter(&sum, i);
		result->totals[i] = zs_counter(&snapshot.stats, i);
	}
	zs_parties_free(&parties);
	return true;
}

static double now(void *context)
{
	(void)context;
	return (double)zs_now() / ZS_NSEC;
}

static bool compare(struct work *work, double seconds)
{
	struct zs_comparison comparison = {
		.read = read_ours, .pause = pause_for, .now = now, .context = work,
		.groups = work->groups, .count = work->groups_count,
		.least = LOOK_LEAST, .most = LOOK_MOST,
	};
	enum zs_compared end;

	work->result->ended = true;
	if (!pause_for(work, SETTLE))
		return true;
	end = zs_compare(&comparison, ZS_BEGIN);
	if (end == ZS_COMPARED && !pause_for(work, seconds))
		return true;
	if (end == ZS_COMPARED)
		end = zs_compare(&comparison, ZS_END);
	if (end == ZS_COMPARE_FAILED)
		return false;
	work->result->ended = end == ZS_COMPARE_ENDED;
	return work->result->ended || sum_parties(work);
}

static void close_all(struct work *work)
{
	zs_triggers_close(work->triggers);
	if (work->debugfs >= 0)
		close(work->debugfs);
	if (work->vmstat >= 0)
		close(work->vmstat);
}

bool zs_reconcile(struct zs_source *source, struct zs_clock *clock, double seconds,
		  const char *root, struct zs_reconciliation *result,
		  struct zs_error *error)
{
	struct work work = {
		.source = source, .clock = clock, .root = root, .result = result,
		.error = error, .vmstat = -1,
	};
	char folder[PATH_MAX];
	uint64_t unused;
	bool ok;

	memset(result, 0, sizeof(*result));
	result->seconds = seconds;
	zs_pool_debugfs(folder, sizeof(folder), root);
	work.debugfs = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	work.stored = read_debugfs(&work, "stored_pages", &unused);
	ok = add_vmstat(&work);
	if (ok) {
		add_debugfs(&work);
		add_events(&work);
		ok = compare(&work, seconds);
	}
	close_all(&work);
	return ok;
}

size_t zs_reconcile_differences(const struct zs_reconciliation *result)
{
	size_t count = 0;

	for (size_t i = 0; i < result->count; i++) {
		const struct zs_pair *pair = &result->pairs[i];

		count += !pair->inexact && zs_best_known(pair->best) &&
			 zs_best_difference(pair->best);
	}
	count += result->balanced && zs_best_known(result->balance.best) &&
		 zs_best_difference(result->balance.best);
	for (size_t i = 0; result->summed && i < zs_usage_counter_count; i++)
		count += result->sums[i] != result->totals[i];
	return count;
}

bool zs_reconcile_happened(const struct zs_reconciliation *result)
{
	for (size_t i = 0; i < result->count; i++) {
		const struct zs_best *best = result->pairs[i].best;

		if (best[ZS_END].ours != best[ZS_BEGIN].ours ||
		    best[ZS_END].theirs != best[ZS_BEGIN].theirs)
			return true;
	}
	return false;
}
