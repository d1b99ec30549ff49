// SPDX-License-Identifier: GPL-2.0-or-later
/* What zswap-trace check has found, as text. */
#include <stdio.h>
#include <string.h>

#include "check.h"

static const char *yes_no(enum zs_known known)
{
	return known == ZS_YES ? "yes" : known == ZS_NO ? "no" : "not known";
}

static const char *mounted(enum zs_known known)
{
	return known == ZS_YES ? "mounted" : known == ZS_NO ? "not mounted" :
	       "no right to look";
}

static void print_events(const struct check_report *report)
{
	static const struct {
		enum zs_known known;
		const char *title;
	} parts[] = {
		{ ZS_YES, "" }, { ZS_NO, "missing:" }, { ZS_UNKNOWN, "not known:" },
	};

	for (size_t part = 0; part < ZS_ARRAY_SIZE(parts); part++) {
		bool any = false;

		for (size_t i = 0; i < ZS_EVENTS; i++) {
			if (report->events[i] != parts[part].known)
				continue;
			if (!any)
				printf("  %-14s%s%s", "tracepoints", parts[part].title,
				       *parts[part].title ? " " : "");
			printf("%s%s", any ? " " : "", zs_events[i].name);
			any = true;
		}
		if (any)
			putchar('\n');
	}
}

static void print_machine(const struct check_report *report)
{
	const struct zs_environment *env = &report->env;

	printf("machine\n");
	printf("  %-14s%s\n", "kernel", report->release);
	printf("  %-14skernel: %s, module %s: %s\n", "BTF", yes_no(env->vmlinux_btf),
	       ZS_MODULE, yes_no(env->module_btf));
	printf("  %-14sCAP_BPF: %s, CAP_PERFMON: %s, CAP_SYS_ADMIN: %s\n", "rights",
	       yes_no(env->cap_bpf), yes_no(env->cap_perfmon), yes_no(env->cap_sys_admin));
	printf("  %-14s%s\n", "lockdown", *env->lockdown ? env->lockdown : "not known");
	printf("  %-14s%s\n", "BPF JIT", env->jit == ZS_YES ? "on" : env->jit == ZS_NO ?
	       "off: fentry needs it: sysctl net.core.bpf_jit_enable=1" : "not known");
	printf("  %-14s%s\n", "tracefs", mounted(env->tracefs));
	printf("  %-14s%s\n", "debugfs", mounted(env->debugfs));
	printf("  %-14sloaded: %s, enabled: %s\n", "zswap, ours", yes_no(env->module),
	       env->module == ZS_YES ? yes_no(report->ours_enabled) : "no");
	printf("  %-14sbuilt in: %s, enabled: %s\n", "the kernel's", yes_no(env->stock),
	       env->stock == ZS_YES ? yes_no(report->stock_enabled) : "no");
	print_events(report);
}

static void print_sources(const struct check_report *report)
{
	printf("\nsources\n");
	for (int kind = ZS_SOURCE_TP_BTF; kind < ZS_SOURCE_COUNT; kind++) {
		const struct check_source *source = &report->sources[kind];

		printf("  %-14s", zs_source_kind_name(kind));
		if (!source->works)
			printf("no: %s\n", source->why.text);
		else
			printf("works%s%s%s\n",
			       report->chosen == (enum zs_source_kind)kind ?
			       "; --source auto takes it" : "",
			       *source->note ? "; " : "", source->note);
	}
	if (report->chosen == ZS_SOURCE_AUTO)
		printf("  --source auto finds none that works\n");
}

/* Those of one function stand together in the plan. */
static size_t print_function(const struct zs_plan *plan, size_t first)
{
	const struct zs_hook *hook = plan->choices[first].hook;
	const char *function = plan->choices[first].function;
	size_t next = first;

	if (function)
		printf("  %-14s%s (", "", function);
	else
		printf("  %-14smissing: %s%s%s (", "", hook->functions[0],
		       hook->functions[1] ? " or " : "",
		       hook->functions[1] ? hook->functions[1] : "");
	do {
		printf("%s%s", next > first ? ", " : "", plan->choices[next].hook->program);
		next++;
	} while (next < plan->count &&
		 !strcmp(plan->choices[next].hook->functions[0], hook->functions[0]));
	printf("); %s%s\n", function ? "" : "not known: ", hook->what);
	return next;
}

static void print_functions(const char *name, const struct check_source *source)
{
	if (!source->planned || !source->plan.count)
		return;
	printf("  %s%s\n", name, source->plan.kind != ZS_SOURCE_FENTRY &&
	       source->plan.kind != ZS_SOURCE_KPROBE ? ", beside the tracepoints" :
	       source->plan.old ? ", of a zswap behind frontswap (Linux 6.1)" :
				  ", of a zswap that takes folios (Linux 6.12)");
	for (size_t i = 0; i < source->plan.count;)
		i = print_function(&source->plan, i);
}

void check_print_matrix(const struct check_report *report)
{
	if (report->btf) {
		const struct check_source *fentry = &report->sources[ZS_SOURCE_FENTRY];

		printf("%s\n\nsources\n  %-14s%s%s\n", report->btf, "fentry",
		       fentry->works ? "would work, if none of the functions was inlined there" :
		       "no: ", fentry->works ? "" : fentry->why.text);
		if (fentry->planned)
			printf("\nfunctions\n");
		print_functions("fentry", fentry);
		return;
	}
	print_machine(report);
	print_sources(report);
	printf("\nfunctions of the kernel\n");
	print_functions("tp_btf and raw_tp", &report->sources[ZS_SOURCE_TP_BTF]);
	print_functions("fentry", &report->sources[ZS_SOURCE_FENTRY]);
	print_functions("kprobe", &report->sources[ZS_SOURCE_KPROBE]);
}

static void print_row(const char *what, const char *with, const struct zs_best *best,
		      bool inexact)
{
	uint64_t ours = best[ZS_END].ours - best[ZS_BEGIN].ours;
	uint64_t theirs = best[ZS_END].theirs - best[ZS_BEGIN].theirs;

	printf("  %-24s  %-32s", what, with);
	if (!zs_best_known(best))
		printf("%14s%14s  never still long enough to be compared\n", "-", "-");
	else
		printf("%14lld%14lld%12lld%s\n", (long long)ours, (long long)theirs,
		       (long long)zs_best_difference(best),
		       inexact && zs_best_difference(best) ? "  (theirs is not exact)" : "");
}

static bool at_rest(const struct zs_best *best)
{
	return zs_best_known(best) && best[ZS_BEGIN].ours == best[ZS_END].ours &&
	       best[ZS_BEGIN].theirs == best[ZS_END].theirs;
}

/* Names only, and each once: it may have been compared with several. */
static void print_at_rest(const struct zs_reconciliation *result)
{
	int column = 0;

	for (size_t i = 0; i < result->count; i++) {
		const struct zs_pair *pair = &result->pairs[i];
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before |= !strcmp(result->pairs[k].name, pair->name);
		if (before || !at_rest(pair->best))
			continue;
		if (!column)
			column = printf("  none, in both:");
		else if (column > 80)
			column = printf(",\n                ") - 2;
		else
			column += printf(",");
		column += printf(" %s", pair->name);
	}
	if (column)
		putchar('\n');
}

static void print_parties(const struct zs_reconciliation *result)
{
	size_t differ = 0;

	if (!result->summed)
		return;
	for (size_t i = 0; i < zs_usage_counter_count; i++) {
		if (result->sums[i] == result->totals[i])
			continue;
		printf("  %-24s  %-32s%14llu%14llu%12lld\n", zs_counter_infos[i].name,
		       "total, sum by cgroup, process", (unsigned long long)result->totals[i],
		       (unsigned long long)result->sums[i],
		       (long long)(result->totals[i] - result->sums[i]));
		differ++;
	}
	if (!differ)
		printf("  by cgroup and process     %zu pairs of them: all %zu counters add up to the totals\n",
		       result->parties, zs_usage_counter_count);
}

static void print_health(const struct zs_reconciliation *result)
{
	const struct zswap_health *health = &result->health;

	printf("  runs that the kernel left out (recursion): %llu%s\n",
	       (unsigned long long)result->missed,
	       result->missed ? ": their events are not in ours" : "");
	printf("  maps: no room for a cgroup or process: %llu events, pages forgotten: %llu, calls lost: %llu\n",
	       (unsigned long long)health->who_overflow,
	       (unsigned long long)health->pages_forgotten,
	       (unsigned long long)health->calls_lost);
}

void check_print_comparison(const struct check_report *report)
{
	const struct zs_reconciliation *result = &report->reconciliation;

	if (*report->not_compared) {
		printf("\nnothing is compared: %s\n", report->not_compared);
		return;
	}
	printf("\ncomparison, %g seconds, source %s\n", result->seconds,
	       zs_source_kind_name(report->used));
	if (!zs_reconcile_happened(result)) {
		printf("  nothing happened in %g seconds: nothing was compared\n", result->seconds);
	} else {
		printf("  %-24s  %-32s%14s%14s%12s\n", "ours", "theirs", "ours", "theirs",
		       "difference");
		for (size_t i = 0; i < result->count; i++)
			if (!at_rest(result->pairs[i].best))
				print_row(result->pairs[i].name, result->pairs[i].of,
					  result->pairs[i].best, result->pairs[i].inexact);
		if (result->balanced)
			print_row("in less out", "debugfs stored_pages", result->balance.best,
				  false);
		print_at_rest(result);
	}
	print_parties(result);
	print_health(result);
	for (size_t i = 0; i < result->notes_count; i++)
		printf("  not compared: %s\n", result->notes[i]);
}
