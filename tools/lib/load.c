// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "load.h"
#include "ring.h"

static bool is_at(const struct bpf_program *program, const char *prefix)
{
	return !strncmp(bpf_program__section_name(program), prefix, strlen(prefix));
}

static const char *section_prefix(enum zs_source_kind kind)
{
	return kind == ZS_SOURCE_TP_BTF ? "tp_btf/" : "raw_tp/";
}

static bool stock(enum zs_source_kind kind)
{
	return kind == ZS_SOURCE_FENTRY || kind == ZS_SOURCE_KPROBE;
}

/* Can the kernel run a program when we ask for that, and can that look for symbols? */
static bool runs_on_request(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_SYSCALL, BPF_FUNC_kallsyms_lookup_name,
				       NULL) == 1;
}

/* There is no event of a write that has ended. */
static bool only_counts(const struct bpf_program *program)
{
	const char *name = bpf_program__name(program);

	return !strcmp(name, "zsf_write_done") || !strcmp(name, "zsk_write_done");
}

/*
 * A program is of a source by its section, if that is one of our tracepoints; or
 * because the plan has a function for it, which may have another name than the
 * section says.
 */
static int choose_program(struct bpf_program *program, const struct zs_plan *plan,
			  const struct zs_options *options)
{
	const char *function = zs_plan_function(plan, bpf_program__name(program));
	bool ours = !stock(plan->kind) && is_at(program, section_prefix(plan->kind));

	if (options->events_only && only_counts(program))
		function = NULL;
	/* nobody reads an iterator that is not pinned, and what is pinned nobody runs */
	bpf_program__set_autoload(program, ours || function ||
				  (options->pin ? is_at(program, "iter/") :
				   is_at(program, "syscall") && runs_on_request()));
	if (function && plan->fentry)
		return bpf_program__set_attach_target(program, 0, function);
	return 0;
}

/* A stream that nobody asked for has one slot, which is not used. */
static int size_stream(struct zs_source *source, const struct zs_options *options)
{
	int cpus = libbpf_num_possible_cpus();
	struct zswap_bpf *bpf = source->bpf;
	uint32_t slots = 1;

	if (cpus < 1)
		return -cpus;
	if (options->stream) {
		slots = zs_ring_slots(options->stream, (unsigned int)cpus);
		bpf->rodata->zs_ring_shift = (__u32)__builtin_ctz(slots);
		bpf_map__set_max_entries(bpf->maps.zs_rings, (__u32)cpus);
		bpf_map__set_max_entries(bpf->maps.zs_slots, (__u32)cpus * slots);
	}
	/* the kernel has whole pages only */
	bpf_map__set_max_entries(bpf->maps.zs_bell, (__u32)sysconf(_SC_PAGESIZE));
	return 0;
}

/* What is not used need not be large.  Number 0 is for those that find none. */
static int size_maps(struct zs_source *source, const struct zs_options *options)
{
	uint64_t pairs = source->attribute && !options->events_only ?
			 options->pairs ?: ZS_PAIRS_DEFAULT : 0;
	__u32 groups = zs_source_group_count(source->count_by);
	struct zswap_bpf *bpf = source->bpf;

	bpf_map__set_max_entries(bpf->maps.zs_usage, groups ?: (__u32)pairs + 1);
	bpf->data_shared->zs_shared.numbers = (__u32)pairs + 1;
	if (!stock(source->plan.kind))
		bpf_map__set_max_entries(bpf->maps.zs_calls, 1);
	return size_stream(source, options);
}

static void set_options(struct zs_source *source, const struct zs_options *options)
{
	double thrash = options->thrash > 0 ? options->thrash : ZS_THRASH_DEFAULT;
	struct zs_shared *shared = &source->bpf->data_shared->zs_shared;
	struct timespec jiffy = { .tv_nsec = 4000000 };

	source->attribute = !options->totals_only || options->pid;
	source->count_by = options->count_by;
	source->bpf->rodata->zs_count_by = options->count_by;
	shared->attribute = source->attribute;
	shared->target_cgroup = options->cgroup;
	shared->target_pid = (__u32)options->pid;
	shared->pid_mask = options->cgroups_only && !options->pid ? 0 : ~0U;
	shared->filtered = options->cgroup || options->pid;
	/* the coarse clocks are those that the kernel moves on once in a jiffy */
	clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy);
	shared->jiffy_ns = (__u64)jiffy.tv_nsec;
	shared->thrash_ns = (__u64)(thrash * ZS_NSEC);
	source->bpf->rodata->zs_events_only = options->events_only;
	if (options->filter)
		memcpy((void *)&source->bpf->rodata->zs_filter, options->filter,
		       sizeof(*options->filter));
}

/*
 * Where the kernel's own zswap keeps what its functions do not say.  What it has counted
 * until now is debugfs' to tell; without that, the rejects of before would be taken for
 * new ones.  And who asks only for the flag would take each reject of a pool that has been
 * full for one because of that.  So it is all of them or none.
 */
static void find_variables(struct zs_source *source, const struct zs_kernel *kernel,
			   const struct zs_environment *env, const char *root)
{
	struct zswap_bpf__rodata *rodata = source->bpf->rodata;
	uint64_t address = 0;
	struct zs_pool pool;
	char name[64];

	if (!zs_kernel_symbol(kernel, "zswap_enabled", &address) || !address ||
	    env->debugfs != ZS_YES) {
		source->few_reasons = true;
		return;
	}
	zs_pool_read(&pool, root);
	if (zs_kernel_symbol(kernel, "zswap_enabled", &address))
		rodata->address_of_enabled = address;
	if (zs_kernel_symbol(kernel, "zswap_pool_reached_full", &address))
		rodata->address_of_pool_reached_full = address;
	for (unsigned int i = 0; i < ZSWAP_REJECT_COUNT; i++) {
		snprintf(name, sizeof(name), "zswap_reject_%s", zs_reason_name(i));
		if (zs_kernel_symbol(kernel, name, &address))
			rodata->address_of_reject[i] = address;
		source->bpf->data_shared->rejects_told[i] = pool.rejects[i];
	}
}

/* Return: 0 or an errno. */
static int load(struct zs_source *source, const struct zs_options *options,
		const struct zs_environment *env, const struct zs_kernel *kernel)
{
	struct bpf_program *program;
	int number = 0;

	source->bpf = zswap_bpf__open();
	if (!source->bpf)
		return errno;
	bpf_object__for_each_program(program, source->bpf->obj) {
		number = -choose_program(program, &source->plan, options);
		if (number)
			return number;
	}
	set_options(source, options);
	if (stock(source->plan.kind))
		find_variables(source, kernel, env, options->root);
	number = size_maps(source, options);
	return number ? number : -zswap_bpf__load(source->bpf);
}

static struct bpf_link *attach(const struct bpf_program *program,
			       const struct zs_plan *plan)
{
	const char *function = zs_plan_function(plan, bpf_program__name(program));

	if (function && !plan->fentry)
		return bpf_program__attach_kprobe(program, is_at(program, "kretprobe/"),
						  function);
	return bpf_program__attach(program);
}

static void note(struct zs_source *source, const char *text)
{
	size_t used = strlen(source->note);

	snprintf(source->note + used, sizeof(source->note) - used, "%s%s",
		 used ? "; " : "", text);
}

/* What is beside a source may fail, and be done without. */
static bool is_beside(const struct bpf_program *program, const struct zs_plan *plan)
{
	const char *name = bpf_program__name(program);

	for (size_t i = 0; i < plan->count; i++)
		if (!strcmp(plan->choices[i].hook->program, name + 4) &&
		    zs_plan_function(plan, name))
			return plan->choices[i].hook->at == ZS_AT_DEVICE;
	return false;
}

/* Return: 0 or an errno. */
static int attach_all(struct zs_source *source)
{
	struct bpf_program *program;
	char text[160];

	bpf_object__for_each_program(program, source->bpf->obj) {
		struct bpf_link *link;

		if (bpf_program__fd(program) < 0 || is_at(program, "iter/") ||
		    is_at(program, "syscall"))
			continue;
		link = attach(program, &source->plan);
		if (link) {
			source->linked[source->links_count] = program;
			source->links[source->links_count++] = link;
			continue;
		}
		if (!is_beside(program, &source->plan))
			return errno;
		snprintf(text, sizeof(text), "cannot attach to %s: %s",
			 zs_plan_function(&source->plan, bpf_program__name(program)),
			 strerror(errno));
		note(source, text);
	}
	return 0;
}

static bool try(struct zs_source *source, enum zs_source_kind kind,
		const struct zs_options *options, const struct zs_environment *env,
		const struct zs_kernel *kernel, struct zs_error *error)
{
	int number;

	if (!zs_plan_make(&source->plan, kernel, kind, error))
		return false;
	number = load(source, options, env, kernel);
	if (number) {
		/* tp_btf resolves names while loading: no such type, ESRCH. */
		if (number == ESRCH)
			number = ENOENT;
		zs_diagnose_errno(env, kind, number, "loading the BPF programs", error);
		return false;
	}
	/* while there is the right to it, which a tool may drop */
	zs_source_areas(source);
	number = attach_all(source);
	if (number) {
		zs_diagnose_errno(env, kind, number, stock(kind) ?
				  "attaching to the functions of zswap" :
				  "attaching to the tracepoints", error);
		return false;
	}
	source->kind = kind;
	return true;
}

/*
 * The symbols take a moment to read.  Where tracepoints are the source, only what
 * goes beside them would need them; so they are read if that does not work.
 */
bool zs_load(struct zs_source *source, enum zs_source_kind kind,
	     const struct zs_options *options, const struct zs_environment *env,
	     struct zs_error *error)
{
	struct zs_kernel *kernel = NULL;
	char missing[400];
	bool ok = false;

	for (int symbols = stock(kind); !ok && symbols <= 1; symbols++) {
		zs_unload(source);
		zs_kernel_close(kernel);
		kernel = zs_kernel_open(NULL, symbols, options->root, error);
		if (!kernel)
			return false;
		ok = try(source, kind, options, env, kernel, error);
	}
	zs_kernel_close(kernel);
	if (!ok) {
		zs_unload(source);
		return false;
	}
	zs_plan_missing(&source->plan, missing, sizeof(missing));
	if (*missing)
		note(source, missing);
	if (source->few_reasons)
		note(source, "most reasons of rejects are not known: that takes CAP_SYSLOG (kallsyms) and CAP_DAC_READ_SEARCH (debugfs)");
	return true;
}

void zs_source_stop(struct zs_source *source)
{
	while (source->links_count)
		bpf_link__destroy(source->links[--source->links_count]);
}

void zs_unload(struct zs_source *source)
{
	zs_source_stop(source);
	zswap_bpf__destroy(source->bpf);
	source->bpf = NULL;
	source->few_reasons = false;
	source->note[0] = '\0';
}
