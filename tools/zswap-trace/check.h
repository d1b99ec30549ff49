/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zswap-trace check: what works on this machine, and do all who count agree? */
#ifndef ZSWAP_TRACE_CHECK_H
#define ZSWAP_TRACE_CHECK_H

#include "options.h"
#include "plan.h"
#include "reconcile.h"
#include "zswapscope.h"

/**
 * struct check_source - what is known of a source
 * @works: it does: it was tried
 * @why: why not
 * @note: what it does without, though it works
 * @planned: @plan is known
 * @plan: the kernel's functions that it uses
 */
struct check_source {
	bool works;
	struct zs_error why;
	char note[512];
	bool planned;
	struct zs_plan plan;
};

/**
 * struct check_report - all that is printed
 * @btf: the file that was judged; then only @sources is there, with fentry alone
 * @release: of the running kernel
 * @env: facts
 * @pool: state of zswap
 * @events: our tracepoints, by zs_events
 * @ours_enabled: our zswap is
 * @stock_enabled: the kernel's own is
 * @sources: by enum zs_source_kind
 * @chosen: what --source auto takes; ZS_SOURCE_AUTO: nothing works
 * @used: the source that is compared
 * @not_compared: why nothing is compared; "" if something is
 * @reconciliation: the comparison
 */
struct check_report {
	const char *btf;
	char release[80];
	struct zs_environment env;
	struct zs_pool pool;
	enum zs_known events[ZS_EVENTS];
	enum zs_known ours_enabled;
	enum zs_known stock_enabled;
	struct check_source sources[ZS_SOURCE_COUNT];
	enum zs_source_kind chosen;
	enum zs_source_kind used;
	char not_compared[512];
	struct zs_reconciliation reconciliation;
};

/* The part that needs no time, and the rest. */
void check_print_matrix(const struct check_report *report);
void check_print_comparison(const struct check_report *report);

void check_print_json(const struct check_report *report);

#endif /* ZSWAP_TRACE_CHECK_H */
