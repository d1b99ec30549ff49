// SPDX-License-Identifier: GPL-2.0-or-later
/* Choose where events come from, load, attach, and read what was counted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "zswap.skel.h"
#include "zswapscope.h"

struct zs_source {
	enum zs_source_kind kind;
	const char *root;
	struct zswap_bpf *bpf;
	struct zswap_stats *per_cpu;
	int cpus;
	char note[320];
};

static const char *const kind_names[] = {
	[ZS_SOURCE_AUTO]	= "auto",
	[ZS_SOURCE_TP_BTF]	= "tp_btf",
	[ZS_SOURCE_RAW_TP]	= "raw_tp",
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

/* Programs belong to a source by the kind of their section. */
static bool program_is_of(const struct bpf_program *program,
			  enum zs_source_kind kind)
{
	const char *section = bpf_program__section_name(program);
	const char *prefix = kind == ZS_SOURCE_TP_BTF ? "tp_btf/" : "raw_tp/";

	return !strncmp(section, prefix, strlen(prefix));
}

static bool load_and_attach(struct zs_source *source, enum zs_source_kind kind,
			    const struct zs_options *options,
			    const struct zs_environment *env,
			    struct zs_error *error)
{
	struct bpf_program *program;
	int number;

	source->bpf = zswap_bpf__open();
	if (!source->bpf)
		return zs_diagnose_errno(env, errno, "opening the BPF object",
					 error);
	bpf_object__for_each_program(program, source->bpf->obj)
		bpf_program__set_autoload(program, program_is_of(program, kind));
	source->bpf->rodata->target_cgroup = options->cgroup;
	source->bpf->rodata->target_pid = (__u32)options->pid;

	number = -zswap_bpf__load(source->bpf);
	if (number) {
		/* tp_btf resolves names while loading: no such type, ESRCH. */
		if (number == ESRCH)
			number = ENOENT;
		zs_diagnose_errno(env, number, "loading the BPF programs", error);
		goto destroy;
	}
	number = -zswap_bpf__attach(source->bpf);
	if (number) {
		zs_diagnose_errno(env, number, "attaching to the tracepoints",
				  error);
		goto destroy;
	}
	source->kind = kind;
	return true;

destroy:
	zswap_bpf__destroy(source->bpf);
	source->bpf = NULL;
	return false;
}

static bool open_kind(struct zs_source *source, enum zs_source_kind kind,
		      const struct zs_options *options,
		      const struct zs_environment *env, struct zs_error *error)
{
	return zs_diagnose(env, kind, error) &&
	       load_and_attach(source, kind, options, env, error);
}

/*
 * raw_tp does with less, BTF and CAP_SYS_ADMIN (which reading a module's BTF
 * takes): try it whatever tp_btf stumbled over, unless that concerns both.
 */
static bool raw_tp_may_help(const struct zs_error *error)
{
	return error->code != ZS_ERR_NO_MODULES &&
	       error->code != ZS_ERR_NO_RIGHTS &&
	       error->code != ZS_ERR_NO_EVENTS;
}

static bool open_auto(struct zs_source *source, const struct zs_options *options,
		      const struct zs_environment *env, struct zs_error *error)
{
	struct zs_error first;

	if (open_kind(source, ZS_SOURCE_TP_BTF, options, env, error))
		return true;
	if (!raw_tp_may_help(error))
		return false;
	first = *error;
	if (!open_kind(source, ZS_SOURCE_RAW_TP, options, env, error))
		return false;
	if (first.code == ZS_ERR_NO_BTF)
		snprintf(source->note, sizeof(source->note),
			 "no BTF of %s: using raw_tp, which shows the same",
			 env->vmlinux_btf == ZS_NO ? "the kernel" :
			 "module " ZS_MODULE);
	else
		snprintf(source->note, sizeof(source->note),
			 "tp_btf does not work here: using raw_tp, which shows the same");
	return true;
}

static bool prepare_snapshots(struct zs_source *source, struct zs_error *error)
{
	source->cpus = libbpf_num_possible_cpus();
	if (source->cpus < 1)
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "cannot tell the number of CPUs: %s",
			       strerror(-source->cpus));
	source->per_cpu = calloc((size_t)source->cpus, sizeof(*source->per_cpu));
	if (!source->per_cpu)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	return true;
}

static bool open_bpf(struct zs_source *source, const struct zs_options *options,
		     struct zs_error *error)
{
	struct zs_environment env;

	libbpf_set_print(options->verbose ? print_all : print_nothing);
	zs_environment_read(&env, options->root);
	if (options->kind == ZS_SOURCE_AUTO ?
	    !open_auto(source, options, &env, error) :
	    !open_kind(source, options->kind, options, &env, error))
		return false;
	return prepare_snapshots(source, error);
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

struct zs_source *zs_source_open(const struct zs_options *options,
				 struct zs_error *error)
{
	struct zs_source *source = calloc(1, sizeof(*source));
	bool ok;

	if (!source) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	source->root = options->root;
	ok = options->kind == ZS_SOURCE_COUNTERS ?
		open_counters(source, options, error) :
		open_bpf(source, options, error);
	if (ok)
		return source;
	zs_source_close(source);
	return NULL;
}

void zs_source_close(struct zs_source *source)
{
	if (!source)
		return;
	zswap_bpf__destroy(source->bpf);
	free(source->per_cpu);
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

static bool snapshot_bpf(struct zs_source *source, struct zs_snapshot *snapshot,
			 struct zs_error *error)
{
	size_t size = (size_t)source->cpus * sizeof(*source->per_cpu);
	__u32 zero = 0;
	int ret;

	ret = bpf_map__lookup_elem(source->bpf->maps.zs_stats, &zero,
				   sizeof(zero), source->per_cpu, size, 0);
	if (ret)
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "reading the statistics: %s", strerror(-ret));
	for (int cpu = 0; cpu < source->cpus; cpu++)
		zs_stats_add(&snapshot->stats, &source->per_cpu[cpu]);
	snapshot->missed = missed_runs(source);
	return true;
}

static void snapshot_counters(const struct zs_source *source,
			      struct zs_snapshot *snapshot)
{
	struct zswap_stats *stats = &snapshot->stats;
	struct zs_pool pool;

	zs_pool_read(&pool, source->root);
	stats->stores = pool.zswpout;
	stats->store_bytes_in = pool.zswpout * ZSWAP_PAGE_BYTES;
	stats->loads = pool.zswpin;
	stats->writebacks = pool.have & ZS_HAVE_VMSTAT_WRITEBACK ?
			    pool.zswpwb : pool.written_back;
	for (unsigned int i = 0; i < ZSWAP_REJECT_SLOTS; i++) {
		stats->reject_by_reason[i] = pool.rejects[i];
		stats->rejects += pool.rejects[i];
	}
}

bool zs_source_snapshot(struct zs_source *source, struct zs_snapshot *snapshot,
			struct zs_error *error)
{
	struct timespec now;

	memset(snapshot, 0, sizeof(*snapshot));
	clock_gettime(CLOCK_MONOTONIC, &now);
	snapshot->time_ns = (uint64_t)now.tv_sec * ZS_NSEC + (uint64_t)now.tv_nsec;
	if (source->kind != ZS_SOURCE_COUNTERS)
		return snapshot_bpf(source, snapshot, error);
	snapshot_counters(source, snapshot);
	return true;
}
