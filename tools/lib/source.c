// SPDX-License-Identifier: GPL-2.0-or-later
/* Choose where events come from, and read what was counted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "load.h"
#include "source.h"
#include "stream.h"

static const char *const kind_names[] = {
	[ZS_SOURCE_AUTO]	= "auto",
	[ZS_SOURCE_TP_BTF]	= "tp_btf",
	[ZS_SOURCE_RAW_TP]	= "raw_tp",
	[ZS_SOURCE_FENTRY]	= "fentry",
	[ZS_SOURCE_KPROBE]	= "kprobe",
	[ZS_SOURCE_COUNTERS]	= "counters",
};

const char *zs_source_kind_name(enum zs_source_kind kind)
{
	return kind_names[kind];
}

bool zs_source_kind_parse(const char *name, enum zs_source_kind *kind)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(kind_names); i++) {
		if (strcmp(name, kind_names[i]))
			continue;
		*kind = (enum zs_source_kind)i;
		return true;
	}
	return false;
}

enum zs_source_kind zs_source_kind(const struct zs_source *source)
{
	return source->kind;
}

const char *zs_source_note(const struct zs_source *source)
{
	return source->note;
}

static int print_nothing(enum libbpf_print_level level, const char *format,
			 va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int print_all(enum libbpf_print_level level, const char *format,
		     va_list args)
{
	(void)level;
	return vfprintf(stderr, format, args);
}

static bool open_bpf(struct zs_source *source, enum zs_source_kind kind,
		     const struct zs_options *options,
		     const struct zs_environment *env, struct zs_error *error)
{
	if (!zs_diagnose(env, kind, error) ||
	    !zs_load(source, kind, options, env, error))
		return false;
	source->cpus = libbpf_num_possible_cpus();
	if (source->cpus < 1)
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "cannot tell the number of CPUs: %s",
			       strerror(-source->cpus));
	source->usage = calloc((size_t)source->cpus, sizeof(*source->usage));
	source->pool = calloc((size_t)source->cpus, sizeof(*source->pool));
	if (!source->usage || !source->pool)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	return true;
}

static bool open_counters(struct zs_source *source,
			  const struct zs_options *options,
			  struct zs_error *error)
{
	struct zs_pool pool;

	if (options->cgroup || options->pid)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "the counters source cannot tell cgroups or processes apart: leave out -c and -p, or use another --source");
	zs_pool_read(&pool, options->root);
	if (!(pool.have & ZS_HAVE_VMSTAT))
		return zs_fail(error, ZS_ERR_NO_COUNTERS,
			       "/proc/vmstat has no zswap counters: this kernel was built without CONFIG_ZSWAP");
	source->kind = ZS_SOURCE_COUNTERS;
	snprintf(source->note, sizeof(source->note),
		 "counters only: no histograms, no causes, no evictions%s",
		 pool.have & ZS_HAVE_REJECTS ? "" :
		 "; rejects need root and debugfs");
	return true;
}

/* Say before all else why it is not the source that one would expect. */
static void note_fallback(struct zs_source *source, const struct zs_error *why)
{
	char rest[sizeof(source->note)];

	memcpy(rest, source->note, sizeof(rest));
	snprintf(source->note, sizeof(source->note), "using %s: %.320s%s%.150s",
		 zs_source_kind_name(source->kind), why->text, *rest ? "; " : "", rest);
}

/*
 * The modules' tracepoints, if they are loaded; or else the functions of the kernel's
 * own zswap; or else what the kernel counts.  Each is tried, whatever the one before
 * stumbled over: raw_tp does with less than tp_btf, and kprobes with less than fentry.
 */
static bool open_auto(struct zs_source *source, const struct zs_options *options,
		      const struct zs_environment *env, struct zs_error *error)
{
	static const enum zs_source_kind modules[] = { ZS_SOURCE_TP_BTF, ZS_SOURCE_RAW_TP };
	static const enum zs_source_kind stock[] = { ZS_SOURCE_FENTRY, ZS_SOURCE_KPROBE };
	const enum zs_source_kind *kinds = env->module == ZS_NO ? stock : modules;
	struct zs_error first, next;

	if (open_bpf(source, kinds[0], options, env, &first))
		return true;
	if (open_bpf(source, kinds[1], options, env, &next) ||
	    (!options->pin && open_counters(source, options, &next))) {
		note_fallback(source, &first);
		return true;
	}
	*error = first;
	return false;
}

/* What slots come to in the end is for zs_ring_slots() to say. */
static bool check_stream(const struct zs_options *options, struct zs_error *error)
{
	uint32_t size = options->stream;

	if (!size || (size >= ZS_STREAM_LEAST && size <= ZS_STREAM_MOST &&
		      !(size & (size - 1))))
		return true;
	return zs_fail(error, ZS_ERR_ARGUMENT,
		       "a stream of events takes a power of two from %u to %u bytes, not %u",
		       ZS_STREAM_LEAST, ZS_STREAM_MOST, size);
}

struct zs_source *zs_source_open(const struct zs_options *options,
				 struct zs_error *error)
{
	struct zs_source *source = calloc(1, sizeof(*source));
	struct zs_environment env;
	bool ok;

	if (!source) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	source->root = options->root;
	if (!check_stream(options, error)) {
		free(source);
		return NULL;
	}
	libbpf_set_print(options->verbose ? print_all : print_nothing);
	zs_environment_read(&env, options->root);
	switch (options->kind) {
	case ZS_SOURCE_AUTO:
		ok = open_auto(source, options, &env, error);
		break;
	case ZS_SOURCE_COUNTERS:
		ok = open_counters(source, options, error);
		break;
	default:
		ok = open_bpf(source, options->kind, options, &env, error);
	}
	if (ok)
		return source;
	zs_source_close(source);
	return NULL;
}

void zs_source_close(struct zs_source *source)
{
	if (!source)
		return;
	zs_stream_close(source->stream);
	zs_unload(source);
	free(source->usage);
	free(source->pool);
	free(source);
}

/* Runs that the kernel skipped, because the program was active on that CPU. */
static uint64_t missed_runs(const struct zs_source *source)
{
	struct bpf_program *program;
	uint64_t missed = 0;

	bpf_object__for_each_program(program, source->bpf->obj) {
		struct bpf_prog_info info = {};
		__u32 length = sizeof(info);

		if (bpf_program__fd(program) >= 0 &&
		    !bpf_obj_get_info_by_fd(bpf_program__fd(program), &info,
					    &length))
			missed += info.recursion_misses;
	}
	return missed;
}

static bool read_values(const struct zs_source *source, const struct bpf_map *map,
			__u32 index, void *values, size_t size, struct zs_error *error)
{
	int ret = bpf_map__lookup_elem(map, &index, sizeof(index), values,
				       (size_t)source->cpus * size, 0);

	return !ret || zs_fail(error, ZS_ERR_SYSTEM, "reading the statistics: %s",
			       strerror(-ret));
}

__u32 zs_source_group_count(enum zs_count_by by)
{
	switch (by) {
	case ZS_COUNT_BY_AREA:
		return ZSWAP_DEVICES + 1;
	case ZS_COUNT_BY_REASON:
		return ZSWAP_REJECT_SLOTS + 1;
	default:
		return 0;
	}
}

__u32 zs_source_numbers(const struct zs_source *source)
{
	__u32 groups = zs_source_group_count(source->count_by);
	__u64 pairs = source->bpf->data_shared->zs_shared.pairs;
	__u32 most = bpf_map__max_entries(source->bpf->maps.zs_usage);

	if (groups)
		return groups;
	return pairs < most ? (__u32)pairs + 1 : most;
}

bool zs_source_usage(struct zs_source *source, __u32 number,
		     struct zswap_usage *usage, struct zs_error *error)
{
	if (!read_values(source, source->bpf->maps.zs_usage, number, source->usage,
			 sizeof(*source->usage), error))
		return false;
	memset(usage, 0, sizeof(*usage));
	for (int cpu = 0; cpu < source->cpus; cpu++)
		zs_usage_add(usage, &source->usage[cpu]);
	return true;
}

bool zs_source_groups(struct zs_source *source, struct zswap_usage **groups, size_t *count,
		      struct zs_error *error)
{
	*count = source->bpf ? zs_source_group_count(source->count_by) : 0;
	*groups = calloc(*count ?: 1, sizeof(**groups));
	if (!*groups)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	for (__u32 i = 0; i < *count; i++) {
		if (zs_source_usage(source, i, &(*groups)[i], error))
			continue;
		free(*groups);
		*groups = NULL;
		return false;
	}
	return true;
}

bool zs_source_pool(struct zs_source *source, struct zswap_pool_stats *pool,
		    struct zs_error *error)
{
	if (!read_values(source, source->bpf->maps.zs_pool, 0, source->pool,
			 sizeof(*source->pool), error))
		return false;
	memset(pool, 0, sizeof(*pool));
	for (int cpu = 0; cpu < source->cpus; cpu++)
		zs_pool_stats_add(pool, &source->pool[cpu]);
	return true;
}

bool zs_source_stats(struct zs_source *source, struct zswap_stats *stats,
		     struct zs_error *error)
{
	struct zswap_usage usage;

	memset(&stats->usage, 0, sizeof(stats->usage));
	if (!zs_source_pool(source, &stats->pool, error))
		return false;
	for (__u32 number = 0; number < zs_source_numbers(source); number++) {
		if (!zs_source_usage(source, number, &usage, error))
			return false;
		zs_usage_add(&stats->usage, &usage);
	}
	return true;
}

bool zs_source_health(const struct zs_source *source, struct zswap_health *health)
{
	if (!source->bpf)
		return false;
	*health = source->bpf->data_shared->zs_shared.health;
	return true;
}

static bool snapshot_bpf(struct zs_source *source, struct zs_snapshot *snapshot,
			 struct zs_error *error)
{
	if (!zs_source_stats(source, &snapshot->stats, error))
		return false;
	snapshot->missed = missed_runs(source);
	snapshot->health = source->bpf->data_shared->zs_shared.health;
	return true;
}

/*
 * The counters of debugfs are the module's, which may go and come while we look; those of
 * vmstat are the kernel's.
 */
static uint64_t goes_on(struct zs_past *past, uint64_t count)
{
	if (count < past->last)
		past->before += past->last;
	past->last = count;
	return past->before + count;
}

static void snapshot_counters(struct zs_source *source, struct zs_snapshot *snapshot)
{
	struct zswap_usage *usage = &snapshot->stats.usage;
	struct zs_pool pool;

	zs_pool_read(&pool, source->root);
	usage->stores = pool.zswpout;
	usage->loads = pool.zswpin;
	usage->disk_reads = pool.pswpin;
	usage->writebacks = pool.have & ZS_HAVE_VMSTAT_WRITEBACK ?
			    pool.zswpwb : goes_on(&source->written, pool.written_back);
	for (unsigned int i = 0; i < ZSWAP_REJECT_SLOTS; i++) {
		usage->reject_by_reason[i] = goes_on(&source->rejects[i], pool.rejects[i]);
		usage->rejects += usage->reject_by_reason[i];
	}
}

bool zs_source_snapshot(struct zs_source *source, struct zs_snapshot *snapshot,
			struct zs_error *error)
{
	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->time_ns = zs_now();
	if (source->kind != ZS_SOURCE_COUNTERS)
		return snapshot_bpf(source, snapshot, error);
	snapshot_counters(source, snapshot);
	return true;
}
