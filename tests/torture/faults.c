// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions of the modules that fail now and then for a while, or are late, which no page may
 * be lost by: by zs_fault.ko, and on a kernel that has fault injection, each allocation that has
 * the module among its callers.
 *
 * Decompression is none of them: who cannot have his page gets SIGBUS, as he should.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torture.h"

#define INJECTION	"/sys/kernel/debug/"
/* More of them than there can be. */
#define TIMES		1000000000
/* Until there were so many, as some of them are called seldom; or so often. */
#define HITS		50U
#define TRIES		8U
/* Callers that are looked at: as many as the kernel can. */
#define DEPTH		32

/* Each has its place in torture->faults. */
enum { ZBUD_ALLOC, ENTRY_ALLOC, INDEX_INSERT, LRU_PREPARE, COMPRESS, WRITEBACK, LATE_STORE,
	SLAB, PAGES, NR_FAULTS };

struct fault {
	unsigned int number;
	const char *name;	/* of the function, or the folder of the injection */
	const char *module;
	long ret;		/* what it returns */
	unsigned int late_ms;	/* it does not fail, but has to wait */
};

const struct fault
	fault_zbud_alloc = { ZBUD_ALLOC, "zbud_alloc", "zswap_zbud", -ENOMEM, 0 },
	fault_entry_alloc = { ENTRY_ALLOC, "zswap_entry_alloc", "zswap_zbud", 0, 0 },
	fault_index_insert = { INDEX_INSERT, "zswap_index_insert", "zswap_zbud", -ENOMEM, 0 },
	fault_lru_prepare = { LRU_PREPARE, "zswap_lru_prepare", "zswap_zbud", -ENOMEM, 0 },
	fault_compress = { COMPRESS, "zswap_compress_begin", "zswap_zbud", -EINVAL, 0 },
	fault_writeback = { WRITEBACK, "frontswap_writeback_begin", "frontswap", -ENOMEM, 0 },
	/* the first thing that a store does; it is called by nothing else */
	fault_late_store = { LATE_STORE, "frontswap_objcg_get", "frontswap", 0, 100 },
	fault_slab = { SLAB, "failslab", "zswap_zbud", 0, 0 },
	fault_pages = { PAGES, "fail_page_alloc", "zswap_zbud", 0, 0 };

static const struct fault *const faults[NR_FAULTS] = {
	&fault_zbud_alloc, &fault_entry_alloc, &fault_index_insert, &fault_lru_prepare,
	&fault_compress, &fault_writeback, &fault_late_store, &fault_slab, &fault_pages,
};

_Static_assert(NR_FAULTS <= MAX_FAULTS, "struct torture has room for each");

static void count(const struct fault *fault, uint64_t hits)
{
	note("%s %s %lu times", fault->name, fault->late_ms ? "was late" : "has failed", hits);
	atomic_fetch_add(&torture->faults[fault->number], hits);
}

/**
 * fail_begin() - from here on one call in so many fails, or is late
 *
 * Return: false if it cannot: the module is not there, or something else fails already.
 */
bool fail_begin(struct conductor *conductor, const struct fault *fault)
{
	const bool prefix = !built_in();
	char parameters[128];

	/* who loads a module while another one does is told that he has done so, too */
	if (atomic_flag_test_and_set(&torture->failing))
		return false;
	snprintf(parameters, sizeof(parameters), "symbol=%s%s%s ret=%ld late=%u count=%d every=%u",
		 prefix ? fault->module : "", prefix ? ":" : "", fault->name, fault->ret,
		 fault->late_ms, TIMES, 2 + draw(conductor, 7));
	if (insert_module("zs_fault", parameters))
		return true;
	if (errno != ENOENT)
		die("insmod zs_fault %s: %s", parameters, strerror(errno));
	atomic_flag_clear(&torture->failing);
	return false;
}

/** fail_hits() - how many calls did so since */
uint64_t fail_hits(void)
{
	return get_number("/sys/module/zs_fault/parameters/hits");
}

/** fail_end() - no more */
void fail_end(const struct fault *fault)
{
	count(fault, fail_hits());
	remove_module("zs_fault");
	atomic_flag_clear(&torture->failing);
}

/** fail_function() - an action */
bool fail_function(struct conductor *conductor, const void *about)
{
	const struct fault *fault = about;
	unsigned int tries = 0;

	if (!fail_begin(conductor, fault))
		return false;
	while (fail_hits() < HITS && tries++ < TRIES && await_pages(conductor, 50))
		;
	fail_end(fault);
	return true;
}

/**
 * can_inject() - whether the kernel makes allocations fail on demand, and is to
 *
 * Those of code that is built in nobody can tell from the kernel's own.
 */
bool can_inject(void)
{
	return opt.inject && !built_in() && exists(INJECTION "failslab/require-start") &&
		exists(INJECTION "fail_page_alloc/require-start");
}

static void set_word(const struct fault *fault, const char *file, const char *word)
{
	char path[128];

	snprintf(path, sizeof(path), INJECTION "%s/%s", fault->name, file);
	if (!put(path, "%s", word))
		die("%s cannot be set to %s: %s", path, word, strerror(errno));
}

static void set(const struct fault *fault, const char *file, uint64_t value)
{
	char word[32];

	snprintf(word, sizeof(word), "%lu", value);
	set_word(fault, file, word);
}

/* From the first to behind the last function of a module. */
static bool find_code(const char *module, uint64_t *start, uint64_t *end)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[256], in[64], type;
	unsigned long at;

	*start = UINT64_MAX;
	*end = 0;
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx %c %*s [%63[^]]]", &at, &type, in) != 3 ||
		    strcmp(in, module) || !strchr("tT", type))
			continue;
		*start = at < *start ? at : *start;
		*end = at > *end ? at : *end;
	}
	if (file)
		fclose(file);
	/* what begins there is part of it */
	*end += 1024;
	return *start < *end;
}

/** fail_allocations() - an action: one allocation in so many that the module asks for fails */
bool fail_allocations(struct conductor *conductor, const void *about)
{
	const struct fault *fault = about;
	unsigned int tries = 0;
	uint64_t start, end, hits;
	char path[128];

	if (!find_code(fault->module, &start, &end))
		return false;
	set(fault, "verbose", 0);
	set(fault, "interval", 1);
	set(fault, "space", 0);
	set(fault, "times", TIMES);
	set(fault, "stacktrace-depth", DEPTH);
	set(fault, "require-start", start);
	set(fault, "require-end", end);
	set_word(fault, "ignore-gfp-wait", "N");
	if (fault == &fault_pages) {
		set_word(fault, "ignore-gfp-highmem", "N");
		set(fault, "min-order", 0);
	}
	set(fault, "probability", 2 + draw(conductor, 20));
	snprintf(path, sizeof(path), INJECTION "%s/times", fault->name);
	do
		hits = TIMES - get_number(path);
	while (hits < HITS && tries++ < TRIES && await_pages(conductor, 50));
	set(fault, "probability", 0);
	count(fault, hits);
	return true;
}

/** all_faults() - how many there were */
uint64_t all_faults(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < NR_FAULTS; i++)
		sum += atomic_load(&torture->faults[i]);
	return sum;
}

/** print_faults() - and of which kinds */
void print_faults(void)
{
	for (unsigned int i = 0; i < NR_FAULTS; i++)
		printf("%s%s%s %lu", i ? ", " : "", faults[i]->late_ms ? "late " : "",
		       faults[i]->name, atomic_load(&torture->faults[i]));
}
