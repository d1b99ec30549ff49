/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which programs go to which functions of a kernel: judged before anything is
 * loaded, and also for a kernel that does not run here.
 */
#ifndef ZS_PLAN_H
#define ZS_PLAN_H

#include "kernel.h"
#include "zswapscope.h"

/**
 * struct zs_hook - what is done at a function of the kernel
 * @program: name of the program, behind "zsf_" (fentry, fexit) or "zsk_" (kprobes)
 * @functions: names that the function goes by, the best first; NULL at the end
 * @arguments: that it takes
 * @result: what it returns; ZS_NO_VALUE: whatever that is
 * @at: which of a plan's kinds it belongs to
 * @by: how it has to be attached
 * @vital: without it the source is of no use
 * @what: in words, what is not known without it
 */
struct zs_hook {
	const char *program;
	const char *functions[3];
	int arguments;
	enum zs_value result;
	enum { ZS_AT_BOTH, ZS_AT_FOLIOS, ZS_AT_FRONTSWAP, ZS_AT_DEVICE } at;
	enum { ZS_BY_ANY, ZS_BY_FENTRY, ZS_BY_KPROBE } by;
	bool vital;
	const char *what;
};

#define ZS_PLAN_HOOKS	32

/**
 * struct zs_plan - what to attach
 * @kind: of source
 * @fentry: at fentry and fexit, else with kprobes
 * @old: the kernel's zswap is behind frontswap, as in Linux 6.1
 * @choices: the hooks, and the function of each; NULL where there is none
 * @count: how many
 */
struct zs_plan {
	enum zs_source_kind kind;
	bool fentry;
	bool old;
	struct {
		const struct zs_hook *hook;
		const char *function;
	} choices[ZS_PLAN_HOOKS];
	size_t count;
};

/**
 * zs_plan_make - judge a kernel
 * @plan: the result
 * @kernel: the kernel
 * @kind: any source but ZS_SOURCE_AUTO; of the tracepoints, only what goes beside
 *	them is in the plan
 * @error: why this source cannot work on that kernel
 */
bool zs_plan_make(struct zs_plan *plan, const struct zs_kernel *kernel,
		  enum zs_source_kind kind, struct zs_error *error);

/**
 * zs_plan_missing - in words, what a plan has to do without
 * @plan: the plan
 * @text: "", or "no function try_to_unmap_one in this kernel: owners of pages; ..."
 * @size: of @text
 */
void zs_plan_missing(const struct zs_plan *plan, char *text, size_t size);

/* The function that a program is for; NULL if it is not in the plan. */
const char *zs_plan_function(const struct zs_plan *plan, const char *program);

#endif /* ZS_PLAN_H */
