// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "files.h"
#include "kernel.h"

/* The symbols that anybody here asks for, so that the table need not be kept. */
#define WANTED	64

struct symbol {
	char name[64];
	uint64_t address;
};

struct zs_kernel {
	struct btf *btf;
	struct symbol *symbols;	/* sorted by name */
	size_t count;
};

void zs_kernel_close(struct zs_kernel *kernel)
{
	if (!kernel)
		return;
	btf__free(kernel->btf);
	free(kernel->symbols);
	free(kernel);
}

bool zs_kernel_has_btf(const struct zs_kernel *kernel)
{
	return kernel->btf;
}

int zs_kernel_arguments(const struct zs_kernel *kernel, const char *name)
{
	const struct btf_type *type;
	int id;

	if (!kernel->btf)
		return -1;
	id = btf__find_by_name_kind(kernel->btf, name, BTF_KIND_FUNC);
	if (id < 0)
		return -1;
	type = btf__type_by_id(kernel->btf, (__u32)id);
	type = btf__type_by_id(kernel->btf, type->type);
	return type ? btf_vlen(type) : -1;
}

static int by_name(const void *a, const void *b)
{
	const struct symbol *one = a, *other = b;

	return strcmp(one->name, other->name);
}

/*
 * Those that can be meant, of a table of 200,000: what has to do with swap.  A
 * compiler's variants ("name.isra.0") are other functions, with other arguments.
 */
static bool interesting(const char *name)
{
	return strstr(name, "swap") || strstr(name, "zpool") ||
	       strstr(name, "try_to_unmap");
}

static void add_symbol(struct zs_kernel *kernel, const char *name, uint64_t address)
{
	struct symbol *symbols;

	if (!(kernel->count % WANTED)) {
		symbols = realloc(kernel->symbols,
				  (kernel->count + WANTED) * sizeof(*symbols));
		if (!symbols)
			return;
		kernel->symbols = symbols;
	}
	symbols = &kernel->symbols[kernel->count++];
	snprintf(symbols->name, sizeof(symbols->name), "%s", name);
	symbols->address = address;
}

/* "ffffffff81234560 T name", and behind it the module for those of modules. */
static void read_symbols(struct zs_kernel *kernel, const char *root)
{
	char path[128], line[512], name[256], module[64], kind;
	unsigned long long address;
	FILE *file;

	zs_path(path, sizeof(path), root, "/proc/kallsyms");
	file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (!interesting(line) ||
		    sscanf(line, "%llx %c %255s %63s", &address, &kind, name,
			   module) != 3 || strlen(name) >= sizeof(kernel->symbols->name))
			continue;
		add_symbol(kernel, name, address);
	}
	fclose(file);
	if (kernel->count)
		qsort(kernel->symbols, kernel->count, sizeof(*kernel->symbols), by_name);
}

struct zs_kernel *zs_kernel_open(const char *btf, bool symbols, const char *root,
				 struct zs_error *error)
{
	struct zs_kernel *kernel = calloc(1, sizeof(*kernel));
	char path[128], why[128];

	if (!kernel) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	zs_path(path, sizeof(path), root, "/sys/kernel/btf/vmlinux");
	kernel->btf = btf__parse(btf ? btf : path, NULL);
	if (btf && !kernel->btf) {
		libbpf_strerror(errno, why, sizeof(why));
		zs_fail(error, ZS_ERR_NO_BTF,
			"'%s' has no BTF to read (%s): give a copy of a kernel's /sys/kernel/btf/vmlinux, or its vmlinux with debug information",
			btf, why);
		zs_kernel_close(kernel);
		return NULL;
	}
	if (symbols && !btf)
		read_symbols(kernel, root);
	return kernel;
}

bool zs_kernel_symbol(const struct zs_kernel *kernel, const char *name,
		      uint64_t *address)
{
	const struct symbol *found;
	struct symbol wanted;

	if (!kernel->count)
		return false;
	snprintf(wanted.name, sizeof(wanted.name), "%s", name);
	found = bsearch(&wanted, kernel->symbols, kernel->count, sizeof(wanted), by_name);
	if (found && address)
		*address = found->address;
	return found;
}

bool zs_kernel_has_symbols(const struct zs_kernel *kernel)
{
	return kernel->count;
}
