// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the functions of mm that are not exported, once, by name.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/utsname.h>

#include "symbols.h"

#define DEFINE_MM(ret, name, args) \
	DEFINE_STATIC_CALL_NULL(mm_##name, mm_##name##_fn);
#define DEFINE_STOCK(ret, name, args) \
	DEFINE_STATIC_CALL_NULL(stock_##name, stock_##name##_fn);

FRONTSWAP_MM_FUNCTIONS(DEFINE_MM)
FRONTSWAP_STOCK_FUNCTIONS(DEFINE_STOCK)

typedef unsigned long lookup_fn(const char *name);
typedef unsigned long location_fn(unsigned long ip);

DEFINE_STATIC_CALL_NULL(lookup, lookup_fn);
DEFINE_STATIC_CALL_NULL(location, location_fn);

atomic_t *frontswap_zswap_stored_pages;

/* A kprobe finds any function by name, kallsyms_lookup_name() among them. */
static unsigned long address_by_kprobe(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	unsigned long address;

	if (register_kprobe(&probe))
		return 0;
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);

	/*
	 * Where functions begin with ENDBR the probe sits behind it; calls may
	 * go to either place, so the difference does not matter here.
	 */
	return address;
}

static unsigned long resolve(const char *name)
{
	unsigned long address = static_call(lookup)(name);

	if (!address)
		pr_err("Linux %s has no %s: this kernel's swap code is not the one this module was written for (6.12)\n",
		       init_utsname()->release, name);
	return address;
}

/* Behind the function's call to ftrace, which is the first thing it does. */
static unsigned long resolve_body(const char *name)
{
	unsigned long address = resolve(name), site;

	if (!address)
		return 0;
	site = static_call(location)(address);
	if (!site) {
		pr_err("%s cannot be traced, so it cannot be patched either: is ftrace off (ftrace_enabled=0)?\n",
		       name);
		return 0;
	}
	return site + MCOUNT_INSN_SIZE;
}

#define RESOLVE_MM(ret, name, args)					\
	address = resolve(#name);					\
	if (!address)							\
		return -ENOENT;						\
	static_call_update(mm_##name, (mm_##name##_fn *)address);

#define RESOLVE_STOCK(ret, name, args)					\
	address = resolve_body(#name);					\
	if (!address)							\
		return -ENOENT;						\
	static_call_update(stock_##name, (stock_##name##_fn *)address);

/**
 * frontswap_resolve_symbols() - find everything, or name what is missing
 *
 * Context: may sleep; module initialisation.
 * Return: 0, or -ENOENT after a log line that names the symbol.
 */
int frontswap_resolve_symbols(void)
{
	unsigned long address = address_by_kprobe("kallsyms_lookup_name");

	if (!address) {
		pr_err("kallsyms_lookup_name not found: the kernel needs CONFIG_KPROBES and CONFIG_KALLSYMS_ALL\n");
		return -ENOENT;
	}
	static_call_update(lookup, (lookup_fn *)address);

	address = resolve("ftrace_location");
	if (!address)
		return -ENOENT;
	static_call_update(location, (location_fn *)address);

	FRONTSWAP_MM_FUNCTIONS(RESOLVE_MM)
	FRONTSWAP_STOCK_FUNCTIONS(RESOLVE_STOCK)

	address = resolve("zswap_stored_pages");
	if (!address)
		return -ENOENT;
	frontswap_zswap_stored_pages = (atomic_t *)address;
	return 0;
}
