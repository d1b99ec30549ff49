/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of a kernel, as its BTF and its symbol table tell them. */
#ifndef ZS_KERNEL_H
#define ZS_KERNEL_H

#include "zswapscope.h"

struct zs_kernel;

/* What a value is, as far as a program that was built for it can tell. */
enum zs_value { ZS_NO_VALUE, ZS_BOOL, ZS_NUMBER, ZS_POINTER, ZS_OTHER_VALUE };

/**
 * zs_kernel_open - learn about a kernel
 * @btf: a file with its BTF; NULL: the running kernel
 * @symbols: read the running kernel's symbols, too: that takes a moment
 * @root: prefix of /proc and /sys, or NULL
 * @error: why not: only a file that was named can be wrong
 *
 * Return: the kernel, for zs_kernel_close(), or NULL.
 */
struct zs_kernel *zs_kernel_open(const char *btf, bool symbols, const char *root,
				 struct zs_error *error);
void zs_kernel_close(struct zs_kernel *kernel);

/* Whether it has BTF at all. */
bool zs_kernel_has_btf(const struct zs_kernel *kernel);

/* Whether its symbols are known. */
bool zs_kernel_has_symbols(const struct zs_kernel *kernel);

/**
 * zs_kernel_arguments - of a function, by the BTF
 * @kernel: the kernel
 * @name: the function
 *
 * Return: how many it takes; -1: the BTF does not know the function.
 */
int zs_kernel_arguments(const struct zs_kernel *kernel, const char *name);

/* What a function returns, by the BTF; ZS_NO_VALUE also if that does not know it. */
enum zs_value zs_kernel_result(const struct zs_kernel *kernel, const char *name);

/**
 * zs_kernel_member - of a structure, by the BTF
 * @kernel: the kernel
 * @structure: its name
 * @member: whatever structures and unions without a name it is within
 *
 * Return: ZS_NO_VALUE, if there is none.
 */
enum zs_value zs_kernel_member(const struct zs_kernel *kernel, const char *structure,
			       const char *member);

/**
 * zs_kernel_symbol - is there such a symbol, and where?
 * @kernel: the kernel
 * @name: of a function or variable
 * @address: set to where, 0 for those who may not know; may be NULL
 *
 * Return: false also when symbols are not known.
 */
bool zs_kernel_symbol(const struct zs_kernel *kernel, const char *name,
		      uint64_t *address);

#endif /* ZS_KERNEL_H */
