// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "plan.h"

#define PREFIX	4	/* of a program's name: "zsf_" or "zsk_" */

/* As in bpf/io.bpf.h and bpf/stock.bpf.h. */
static const struct zs_hook hooks[] = {
	{ "unmap", { "try_to_unmap_one" }, 4, ZS_NO_VALUE, ZS_AT_DEVICE, ZS_BY_ANY, false,
	  "whose page a stored page is" },
	{ "read_done", { "__end_swap_bio_read", "end_swap_bio_read" }, 1,
	  ZS_NO_VALUE, ZS_AT_DEVICE, ZS_BY_ANY, false, "how long disk reads take" },
	{ "write_done", { "__end_swap_bio_write", "end_swap_bio_write" }, 1,
	  ZS_NO_VALUE, ZS_AT_DEVICE, ZS_BY_ANY, false, "how long the I/O of writebacks takes" },

	{ "malloc", { "zpool_malloc" }, 4, ZS_NUMBER, ZS_AT_BOTH, ZS_BY_FENTRY, false,
	  "compressed sizes" },
	{ "malloc_in", { "zpool_malloc" }, 4, ZS_NUMBER, ZS_AT_BOTH, ZS_BY_KPROBE, false,
	  "compressed sizes" },
	{ "malloc_out", { "zpool_malloc" }, 4, ZS_NUMBER, ZS_AT_BOTH, ZS_BY_KPROBE, false,
	  "compressed sizes" },
	{ "submit", { "__swap_writepage" }, 2, ZS_NO_VALUE, ZS_AT_BOTH, ZS_BY_ANY, false,
	  "writebacks" },

	{ "store_in", { "zswap_store" }, 1, ZS_BOOL, ZS_AT_FOLIOS, ZS_BY_ANY, true, "stores" },
	{ "store_out", { "zswap_store" }, 1, ZS_BOOL, ZS_AT_FOLIOS, ZS_BY_ANY, true, "stores" },
	{ "load_in", { "zswap_load" }, 1, ZS_BOOL, ZS_AT_FOLIOS, ZS_BY_ANY, true, "loads" },
	{ "load_out", { "zswap_load" }, 1, ZS_BOOL, ZS_AT_FOLIOS, ZS_BY_ANY, true, "loads" },
	{ "wback_in", { "zswap_writeback_entry" }, 2, ZS_NUMBER, ZS_AT_FOLIOS, ZS_BY_ANY, false,
	  "writebacks" },
	{ "wback_out", { "zswap_writeback_entry" }, 2, ZS_NUMBER, ZS_AT_FOLIOS, ZS_BY_ANY, false,
	  "writebacks" },
	{ "decompress", { "zswap_decompress" }, 2, ZS_NO_VALUE, ZS_AT_FOLIOS, ZS_BY_ANY, false,
	  "sizes of loads, phases of writebacks" },
	{ "free", { "zswap_entry_free" }, 1, ZS_NO_VALUE, ZS_AT_FOLIOS, ZS_BY_ANY, false,
	  "invalidations" },

	{ "fstore_in", { "zswap_frontswap_store" }, 3, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY, true,
	  "stores" },
	{ "fstore_out", { "zswap_frontswap_store" }, 3, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY, true,
	  "stores" },
	{ "fload_in", { "zswap_frontswap_load" }, 3, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY, true,
	  "loads" },
	{ "fload_out", { "zswap_frontswap_load" }, 3, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY, true,
	  "loads" },
	{ "fmiss_in", { "__frontswap_load" }, 1, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY, false,
	  "disk reads" },
	{ "fmiss_out", { "__frontswap_load" }, 1, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY, false,
	  "disk reads" },
	{ "fwback_in", { "zswap_writeback_entry" }, 2, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY, false,
	  "writebacks" },
	{ "fwback_out", { "zswap_writeback_entry" }, 2, ZS_NUMBER, ZS_AT_FRONTSWAP, ZS_BY_ANY,
	  false, "writebacks" },
	{ "finval", { "zswap_frontswap_invalidate_page" }, 2, ZS_NO_VALUE, ZS_AT_FRONTSWAP,
	  ZS_BY_ANY, false, "invalidations" },
};
_Static_assert(ZS_ARRAY_SIZE(hooks) <= ZS_PLAN_HOOKS, "a plan has room for all hooks");

/*
 * Of the structures that the programs look into, as in bpf/kernel.bpf.h, what they cannot
 * do without.  Newer kernels have flags of another type, for one.
 */
static const struct {
	const char *structure, *member;
	enum zs_value value;
	bool folios;		/* only of a zswap that takes folios */
} members[] = {
	{ "folio", "flags", ZS_NUMBER, false },
	{ "folio", "private", ZS_POINTER, false },
	{ "folio", "memcg_data", ZS_NUMBER, false },
	{ "obj_cgroup", "memcg", ZS_POINTER, true },
	{ "zswap_entry", "length", ZS_NUMBER, true },
	{ "zswap_entry", "objcg", ZS_POINTER, true },
};

/* With other arguments than ours it is another function, and with another result, too. */
static bool usable(const struct zs_kernel *kernel, const char *function,
		   const struct zs_hook *hook, bool fentry)
{
	int arguments = zs_kernel_arguments(kernel, function);

	if (arguments >= 0 && (arguments != hook->arguments ||
			       (hook->result != ZS_NO_VALUE &&
				hook->result != zs_kernel_result(kernel, function))))
		return false;
	if (fentry && arguments < 0)
		return false;
	/* a function that was inlined everywhere may still be in the BTF */
	return zs_kernel_has_symbols(kernel) ?
		zs_kernel_symbol(kernel, function, NULL) : fentry;
}

static const char *choose(const struct zs_kernel *kernel, const struct zs_hook *hook,
			  bool fentry)
{
	for (size_t i = 0; hook->functions[i]; i++)
		if (usable(kernel, hook->functions[i], hook, fentry))
			return hook->functions[i];
	return NULL;
}

static bool belongs(const struct zs_hook *hook, const struct zs_plan *plan, bool stock)
{
	if (hook->by != ZS_BY_ANY && (hook->by == ZS_BY_FENTRY) != plan->fentry)
		return false;
	switch (hook->at) {
	case ZS_AT_DEVICE:
		return true;
	case ZS_AT_BOTH:
		return stock;
	case ZS_AT_FRONTSWAP:
		return stock && plan->old;
	default:
		return stock && !plan->old;
	}
}

/* Is it Linux 6.12's zswap, or 6.1's? */
static bool find_generation(struct zs_plan *plan, const struct zs_kernel *kernel,
			    struct zs_error *error)
{
	static const struct zs_hook store = { .arguments = 1, .result = ZS_BOOL };
	static const struct zs_hook frontswap_store = { .arguments = 3,
						       .result = ZS_NUMBER };

	if (usable(kernel, "zswap_store", &store, plan->fentry)) {
		plan->old = false;
		return true;
	}
	if (usable(kernel, "zswap_frontswap_store", &frontswap_store, plan->fentry)) {
		plan->old = true;
		return true;
	}
	return zs_fail(error, ZS_ERR_NO_FUNCTIONS,
		       "the kernel's own zswap has neither function zswap_store(folio) nor zswap_frontswap_store(type, offset, page): it is not built in, or they were renamed or inlined");
}

static bool check_members(const struct zs_plan *plan, const struct zs_kernel *kernel,
			  struct zs_error *error)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(members); i++) {
		if ((members[i].folios && plan->old) ||
		    zs_kernel_member(kernel, members[i].structure, members[i].member) ==
		    members[i].value)
			continue;
		return zs_fail(error, ZS_ERR_NO_FUNCTIONS,
			       "the kernel's struct %s has no member %s that is a %s: it is none of those whose zswap is known here (Linux 6.12 and 6.1); --source counters does without",
			       members[i].structure, members[i].member,
			       members[i].value == ZS_POINTER ? "pointer" : "number");
	}
	return true;
}

bool zs_plan_make(struct zs_plan *plan, const struct zs_kernel *kernel,
		  enum zs_source_kind kind, struct zs_error *error)
{
	bool stock = kind == ZS_SOURCE_FENTRY || kind == ZS_SOURCE_KPROBE;

	memset(plan, 0, sizeof(*plan));
	plan->kind = kind;
	plan->fentry = kind != ZS_SOURCE_KPROBE;
	if (kind == ZS_SOURCE_COUNTERS)
		return true;
	if (!zs_kernel_has_btf(kernel)) {
		/* tracepoints do without; but nothing beside them */
		if (!stock)
			return true;
		return zs_fail(error, ZS_ERR_NO_BTF,
			       "the kernel has no BTF (/sys/kernel/btf/vmlinux), without which nothing is known of its own zswap's functions: use a kernel with CONFIG_DEBUG_INFO_BTF, or --source counters");
	}
	if (stock && (!find_generation(plan, kernel, error) ||
		      !check_members(plan, kernel, error)))
		return false;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(hooks); i++) {
		const struct zs_hook *hook = &hooks[i];
		const char *function;

		if (!belongs(hook, plan, stock))
			continue;
		function = choose(kernel, hook, plan->fentry);
		if (!function && hook->vital)
			return zs_fail(error, ZS_ERR_NO_FUNCTIONS,
				       "the kernel has no function %s %s with %d arguments (changed, renamed or inlined?): %s cannot be seen there, but by --source counters",
				       hook->result == ZS_BOOL ? "bool" : "int",
				       hook->functions[0], hook->arguments, hook->what);
		plan->choices[plan->count].hook = hook;
		plan->choices[plan->count++].function = function;
	}
	return true;
}

/* Both ends of a function are missing together. */
static bool said_before(const struct zs_plan *plan, size_t which)
{
	for (size_t i = 0; i < which; i++)
		if (!plan->choices[i].function &&
		    !strcmp(plan->choices[i].hook->functions[0],
			    plan->choices[which].hook->functions[0]))
			return true;
	return false;
}

void zs_plan_missing(const struct zs_plan *plan, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < plan->count && used < size; i++) {
		const struct zs_hook *hook = plan->choices[i].hook;
		int length;

		if (plan->choices[i].function || said_before(plan, i))
			continue;
		length = snprintf(text + used, size - used,
				  "%sno function %s in this kernel: not known: %s",
				  used ? "; " : "", hook->functions[0], hook->what);
		used += (size_t)length;
	}
}

const char *zs_plan_function(const struct zs_plan *plan, const char *program)
{
	if (strncmp(program, plan->fentry ? "zsf_" : "zsk_", PREFIX))
		return NULL;
	for (size_t i = 0; i < plan->count; i++)
		if (!strcmp(plan->choices[i].hook->program, program + PREFIX))
			return plan->choices[i].function;
	return NULL;
}
