// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this machine offers, and what to say when that is not enough.  The
 * facts are gathered in one place and judged in another, so that every verdict
 * can be tested anywhere.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "zswapscope.h"

#define CAP_SYS_ADMIN_BIT	21
#define CAP_PERFMON_BIT		38
#define CAP_BPF_BIT		39

static enum zs_known exists(const char *root, const char *file)
{
	char path[PATH_MAX];

	zs_path(path, sizeof(path), root, "%s", file);
	if (zs_may(path, F_OK))
		return ZS_YES;
	return errno == EACCES ? ZS_UNKNOWN : ZS_NO;
}

static enum zs_known has(unsigned long long caps, unsigned int bit)
{
	return caps >> bit & 1 ? ZS_YES : ZS_NO;
}

static void read_rights(struct zs_environment *env, const char *root)
{
	char path[PATH_MAX], line[256];
	unsigned long long caps = 0;
	bool found = false;
	FILE *file;

	env->rights = ZS_UNKNOWN;
	env->cap_bpf = ZS_UNKNOWN;
	env->cap_perfmon = ZS_UNKNOWN;
	env->cap_sys_admin = ZS_UNKNOWN;
	zs_path(path, sizeof(path), root, "/proc/self/status");
	file = fopen(path, "re");
	if (!file)
		return;
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "CapEff: %llx", &caps) == 1;
	fclose(file);
	if (!found)
		return;
	env->cap_sys_admin = has(caps, CAP_SYS_ADMIN_BIT);
	env->cap_perfmon = has(caps, CAP_PERFMON_BIT);
	env->cap_bpf = has(caps, CAP_BPF_BIT);
	env->rights = env->cap_sys_admin == ZS_YES ||
		      (env->cap_bpf == ZS_YES && env->cap_perfmon == ZS_YES) ?
		      ZS_YES : ZS_NO;
}

/* "none [integrity] confidentiality": the level in force is in brackets. */
static void read_lockdown(struct zs_environment *env, const char *root)
{
	char path[PATH_MAX], line[128], *start, *end;

	zs_path(path, sizeof(path), root, "/sys/kernel/security/lockdown");
	if (!zs_read_line(path, line, sizeof(line)))
		return;
	start = strchr(line, '[');
	end = start ? strchr(start, ']') : NULL;
	if (!end)
		return;
	*end = '\0';
	snprintf(env->lockdown, sizeof(env->lockdown), "%s", start + 1);
}

/* Its folder is always there, mounted or not. */
static void read_debugfs(struct zs_environment *env, const char *root)
{
	char path[PATH_MAX], line[512], type[64];
	FILE *file;

	zs_path(path, sizeof(path), root, "/proc/mounts");
	file = fopen(path, "re");
	env->debugfs = file ? ZS_NO : ZS_UNKNOWN;
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %*s %63s", type) == 1 && !strcmp(type, "debugfs"))
			env->debugfs = ZS_YES;
	if (file)
		fclose(file);
	zs_path(path, sizeof(path), root, "/sys/kernel/debug");
	if (env->debugfs == ZS_YES && !zs_may(path, X_OK))
		env->debugfs = ZS_UNKNOWN;
}

static void read_perf(struct zs_environment *env, const char *root)
{
	char path[PATH_MAX], line[32];

	zs_path(path, sizeof(path), root, "/proc/sys/kernel/perf_event_paranoid");
	if (zs_read_line(path, line, sizeof(line)))
		env->perf_paranoid = atoi(line);
}

static void read_jit(struct zs_environment *env, const char *root)
{
	char path[PATH_MAX];
	uint64_t jit;

	zs_path(path, sizeof(path), root, "/proc/sys/net/core/bpf_jit_enable");
	env->jit = !zs_read_u64(path, &jit) ? ZS_UNKNOWN : jit ? ZS_YES : ZS_NO;
}

static const char *const mounts[] = {
	"/sys/kernel/tracing", "/sys/kernel/debug/tracing",
};

static void read_tracefs(struct zs_environment *env, const char *root)
{
	char path[128];

	env->tracefs = ZS_NO;
	env->events = ZS_UNKNOWN;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(mounts); i++) {
		enum zs_known here;

		snprintf(path, sizeof(path), "%s/events", mounts[i]);
		here = exists(root, path);
		if (here == ZS_UNKNOWN)
			env->tracefs = ZS_UNKNOWN;
		if (here != ZS_YES)
			continue;
		env->tracefs = ZS_YES;
		snprintf(path, sizeof(path), "%s/events/zswap/zswap_store",
			 mounts[i]);
		env->events = exists(root, path);
		return;
	}
}

enum zs_known zs_environment_event(const char *event, const char *root)
{
	enum zs_known known = ZS_NO;
	char path[128];

	for (size_t i = 0; i < ZS_ARRAY_SIZE(mounts); i++) {
		enum zs_known here;

		snprintf(path, sizeof(path), "%s/events/zswap/zswap_%s", mounts[i], event);
		here = exists(root, path);
		if (here == ZS_YES)
			return ZS_YES;
		if (here == ZS_UNKNOWN)
			known = ZS_UNKNOWN;
	}
	return known;
}

void zs_environment_read(struct zs_environment *env, const char *root)
{
	memset(env, 0, sizeof(*env));
	env->module = exists(root, "/sys/module/" ZS_MODULE);
	env->stock = exists(root, "/sys/module/zswap");
	env->vmlinux_btf = exists(root, "/sys/kernel/btf/vmlinux");
	env->module_btf = exists(root, "/sys/kernel/btf/" ZS_MODULE);
	/* what is built in has no state of loading, and its types are among the kernel's */
	if (env->module == ZS_YES && exists(root, "/sys/module/" ZS_MODULE "/initstate") == ZS_NO)
		env->module_btf = env->vmlinux_btf;
	read_debugfs(env, root);
	read_rights(env, root);
	read_jit(env, root);
	read_lockdown(env, root);
	read_perf(env, root);
	read_tracefs(env, root);
}

static bool no_rights(struct zs_error *error)
{
	return zs_fail(error, ZS_ERR_NO_RIGHTS,
		       "no rights to load BPF programs: run as root, or with CAP_BPF and CAP_PERFMON (--source counters needs neither)");
}

static bool no_tracepoints(const struct zs_environment *env,
			   struct zs_error *error)
{
	if (env->tracefs == ZS_YES)
		return zs_fail(error, ZS_ERR_NO_EVENTS,
			       "module %s is loaded, but has no zswap tracepoints: it is not the one that came with this tool, rebuild it and load it again",
			       ZS_MODULE);
	return zs_fail(error, ZS_ERR_NO_TRACEFS,
		       "the kernel knows no zswap tracepoints, and tracefs is not mounted to look for them: mount -t tracefs tracefs /sys/kernel/tracing");
}

static bool diagnose_stock(const struct zs_environment *env, struct zs_error *error)
{
	if (env->stock == ZS_NO && env->module != ZS_YES)
		return zs_fail(error, ZS_ERR_NO_MODULES,
			       "this kernel has no zswap of its own, and module %s is not loaded: insmod frontswap.ko && insmod %s.ko",
			       ZS_MODULE, ZS_MODULE);
	if (env->rights == ZS_NO)
		return no_rights(error);
	if (env->module == ZS_YES)
		return zs_fail(error, ZS_ERR_NO_FUNCTIONS,
			       "module %s is loaded, and pages go to it and not to the kernel's own zswap: use tp_btf or raw_tp",
			       ZS_MODULE);
	if (env->vmlinux_btf == ZS_NO)
		return zs_fail(error, ZS_ERR_NO_BTF,
			       "the kernel has no BTF (/sys/kernel/btf/vmlinux): use a kernel with CONFIG_DEBUG_INFO_BTF, or --source counters");
	return true;
}

bool zs_diagnose(const struct zs_environment *env, enum zs_source_kind kind,
		 struct zs_error *error)
{
	if (kind == ZS_SOURCE_FENTRY || kind == ZS_SOURCE_KPROBE)
		return diagnose_stock(env, error);
	if (env->module == ZS_NO)
		return zs_fail(error, ZS_ERR_NO_MODULES,
			       "module %s is not loaded: insmod frontswap.ko && insmod %s.ko",
			       ZS_MODULE, ZS_MODULE);
	if (env->rights == ZS_NO)
		return no_rights(error);
	if (env->tracefs == ZS_YES && env->events == ZS_NO)
		return no_tracepoints(env, error);
	if (kind != ZS_SOURCE_TP_BTF)
		return true;
	if (env->vmlinux_btf == ZS_NO)
		return zs_fail(error, ZS_ERR_NO_BTF,
			       "the kernel has no BTF (/sys/kernel/btf/vmlinux): use --source raw_tp, or a kernel with CONFIG_DEBUG_INFO_BTF");
	if (env->module_btf == ZS_NO)
		return zs_fail(error, ZS_ERR_NO_BTF,
			       "module %s has no BTF (/sys/kernel/btf/%s): use --source raw_tp, or build it with pahole installed",
			       ZS_MODULE, ZS_MODULE);
	return true;
}

/* What takes more than CAP_BPF and CAP_PERFMON. Return: false if it is not that. */
static bool takes_more(const struct zs_environment *env, enum zs_source_kind kind,
		       int number, struct zs_error *error)
{
	if (env->cap_sys_admin != ZS_NO)
		return false;
	/* libbpf finds no such type, or was not allowed to look */
	if (kind == ZS_SOURCE_TP_BTF && (number == EPERM || number == ENOENT)) {
		zs_fail(error, ZS_ERR_NO_RIGHTS,
			"the BTF of a module is for CAP_SYS_ADMIN alone: run as root, or use --source raw_tp, which knows as much");
		return true;
	}
	/* Debian's kernel has a level of its own */
	if (kind == ZS_SOURCE_KPROBE && number == EACCES && env->perf_paranoid > 2) {
		zs_fail(error, ZS_ERR_NO_RIGHTS,
			"this kernel lets nobody but CAP_SYS_ADMIN have kprobes, as kernel.perf_event_paranoid is %d: run as root, use --source fentry, or sysctl kernel.perf_event_paranoid=2",
			env->perf_paranoid);
		return true;
	}
	return false;
}

static bool locked_down(const struct zs_environment *env, struct zs_error *error)
{
	return zs_fail(error, ZS_ERR_LOCKDOWN,
		       "the kernel is locked down (%s) and refuses BPF programs, even to root: boot without lockdown, or use --source counters",
		       env->lockdown);
}

static bool refused(int number, const char *doing, struct zs_error *error)
{
	return zs_fail(error, ZS_ERR_SYSTEM, "%s: %s (--verbose tells more, --source counters does without BPF)",
		       doing, strerror(number));
}

bool zs_diagnose_errno(const struct zs_environment *env, enum zs_source_kind kind,
		       int number, const char *doing, struct zs_error *error)
{
	bool locked = env->lockdown[0] && strcmp(env->lockdown, "none");

	if (env->rights == ZS_YES && takes_more(env, kind, number, error))
		return false;
	switch (number) {
	case EACCES:
		/* Not about rights: the verifier's way to say no. */
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "the kernel's BPF verifier refuses the programs: a bug here, or a kernel too old or too new; --verbose tells where (or use --source counters)");
	case EPERM:
		if (env->rights != ZS_YES)
			return no_rights(error);
		if (locked)
			return locked_down(env, error);
		return zs_fail(error, ZS_ERR_LOCKDOWN,
			       "the kernel refuses BPF programs, even with CAP_BPF and CAP_PERFMON (%s; a container or a security policy?): run outside of it, or use --source counters",
			       doing);
	case EINVAL:
		/* The verifier does not know the helpers that read memory. */
		if (!strcmp(env->lockdown, "confidentiality"))
			return locked_down(env, error);
		return refused(number, doing, error);
	case ENOSYS:
		return zs_fail(error, ZS_ERR_LOCKDOWN,
			       "the kernel has no BPF: it needs CONFIG_BPF_SYSCALL and CONFIG_BPF_EVENTS (or use --source counters)");
	case ENOENT:
		return no_tracepoints(env, error);
	default:
		return refused(number, doing, error);
	}
}
