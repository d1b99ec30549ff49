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

/* Return: what it takes and returns, or NULL. */
static const struct btf_type *prototype(const struct zs_kernel *kernel, const char *name)
{
	const struct btf_type *type;
	int id;

	if (!kernel->btf)
		return NULL;
	id = btf__find_by_name_kind(kernel->btf, name, BTF_KIND_FUNC);
	if (id < 0)
		return NULL;
	type = btf__type_by_id(kernel->btf, (__u32)id);
	return btf__type_by_id(kernel->btf, type->type);
}

int zs_kernel_arguments(const struct zs_kernel *kernel, const char *name)
{
	const struct btf_type *type = prototype(kernel, name);

	return type ? btf_vlen(type) : -1;
}

static enum zs_value value_of(const struct btf *btf, __u32 id)
{
	int resolved = id ? btf__resolve_type(btf, id) : 0;
	const struct btf_type *type;

	if (resolved <= 0)
		return ZS_NO_VALUE;
	type = btf__type_by_id(btf, (__u32)resolved);
	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		return btf_int_encoding(type) & BTF_INT_BOOL ? ZS_BOOL : ZS_NUMBER;
	case BTF_KIND_ENUM:
		return ZS_NUMBER;
	case BTF_KIND_PTR:
		return ZS_POINTER;
	default:
		return ZS_OTHER_VALUE;
	}
}

enum zs_value zs_kernel_result(const struct zs_kernel *kernel, const char *name)
{
	const struct btf_type *type = prototype(kernel, name);

	return type ? value_of(kernel->btf, type->type) : ZS_NO_VALUE;
}

static enum zs_value find_member(const struct btf *btf, const struct btf_type *type,
				 const char *name)
{
	const struct btf_member *member = btf_members(type);
	enum zs_value value = ZS_NO_VALUE;

	for (int i = 0; i < btf_vlen(type) && value == ZS_NO_VALUE; i++, member++) {
		const struct btf_type *inner = btf__type_by_id(btf, member->type);

		if (member->name_off) {
			if (!strcmp(btf__name_by_offset(btf, member->name_off), name))
				value = value_of(btf, member->type);
		} else if (inner && btf_is_composite(inner)) {
			value = find_member(btf, inner, name);
		}
	}
	return value;
}

enum zs_value zs_kernel_member(const struct zs_kernel *kernel, const char *structure,
			       const char *member)
{
	int id = kernel->btf ?
		 btf__find_by_name_kind(kernel->btf, structure, BTF_KIND_STRUCT) : -1;

	return id < 0 ? ZS_NO_VALUE :
	       find_member(kernel->btf, btf__type_by_id(kernel->btf, (__u32)id), member);
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
