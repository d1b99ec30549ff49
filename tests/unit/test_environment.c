// SPDX-License-Identifier: GPL-2.0-or-later
/* Every reason not to work has its own code, and names its cure on one line. */
#include <errno.h>

#include "test.h"

static const struct zs_environment good = {
	.module = ZS_YES, .stock = ZS_YES, .tracefs = ZS_YES, .events = ZS_YES,
	.vmlinux_btf = ZS_YES, .module_btf = ZS_YES, .rights = ZS_YES,
	.lockdown = "none",
};

static void refused(const struct zs_environment *env, enum zs_source_kind kind,
		    enum zs_code code, const char *cure)
{
	struct zs_error error = { ZS_OK, "" };

	assert_false(zs_diagnose(env, kind, &error));
	assert_int_equal(error.code, code);
	assert_non_null(strstr(error.text, cure));
	assert_null(strchr(error.text, '\n'));
}

static void refused_by_kernel_at(const struct zs_environment *env, enum zs_source_kind kind,
				 int number, enum zs_code code, const char *cure)
{
	struct zs_error error = { ZS_OK, "" };

	assert_false(zs_diagnose_errno(env, kind, number, "loading", &error));
	assert_int_equal(error.code, code);
	assert_non_null(strstr(error.text, cure));
	assert_null(strchr(error.text, '\n'));
}

static void refused_by_kernel(const struct zs_environment *env, int number,
			      enum zs_code code, const char *cure)
{
	refused_by_kernel_at(env, ZS_SOURCE_RAW_TP, number, code, cure);
}

static void nothing_is_wrong(void **state)
{
	(void)state;
	assert_true(zs_diagnose(&good, ZS_SOURCE_TP_BTF, NULL));
	assert_true(zs_diagnose(&good, ZS_SOURCE_RAW_TP, NULL));
}

static void no_modules(void **state)
{
	struct zs_environment env = good;

	(void)state;
	env.module = ZS_NO;
	refused(&env, ZS_SOURCE_TP_BTF, ZS_ERR_NO_MODULES, "insmod");
	refused(&env, ZS_SOURCE_RAW_TP, ZS_ERR_NO_MODULES, "insmod");
}

/* The kernel's own zswap takes neither our module nor tracefs, but it takes BTF. */
static void kernels_own(void **state)
{
	static const enum zs_source_kind kinds[] = { ZS_SOURCE_FENTRY, ZS_SOURCE_KPROBE };

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(kinds); i++) {
		struct zs_environment env = good;

		env.module = ZS_NO;
		env.module_btf = ZS_NO;
		env.tracefs = ZS_NO;
		env.events = ZS_UNKNOWN;
		assert_true(zs_diagnose(&env, kinds[i], NULL));
		env.module = ZS_YES;
		refused(&env, kinds[i], ZS_ERR_NO_FUNCTIONS, "use tp_btf or raw_tp");
		env.module = ZS_NO;
		env.vmlinux_btf = ZS_NO;
		refused(&env, kinds[i], ZS_ERR_NO_BTF, "CONFIG_DEBUG_INFO_BTF");
		env.rights = ZS_NO;
		refused(&env, kinds[i], ZS_ERR_NO_RIGHTS, "CAP_BPF and CAP_PERFMON");
		env.stock = ZS_NO;
		refused(&env, kinds[i], ZS_ERR_NO_MODULES, "no zswap of its own");
		/* ours is built in, in its place */
		env.rights = ZS_YES;
		env.module = ZS_YES;
		refused(&env, kinds[i], ZS_ERR_NO_FUNCTIONS, "use tp_btf or raw_tp");
	}
}

static void no_rights(void **state)
{
	struct zs_environment env = good;

	(void)state;
	env.rights = ZS_NO;
	refused(&env, ZS_SOURCE_RAW_TP, ZS_ERR_NO_RIGHTS, "CAP_BPF and CAP_PERFMON");
	refused_by_kernel(&env, EPERM, ZS_ERR_NO_RIGHTS, "run as root");
}

/* CAP_BPF and CAP_PERFMON are there, and that is not all that it takes. */
static void no_sys_admin(void **state)
{
	struct zs_environment env = good;

	(void)state;
	env.cap_sys_admin = ZS_NO;
	refused_by_kernel_at(&env, ZS_SOURCE_TP_BTF, EPERM, ZS_ERR_NO_RIGHTS, "--source raw_tp");
	refused_by_kernel_at(&env, ZS_SOURCE_TP_BTF, ENOENT, ZS_ERR_NO_RIGHTS, "CAP_SYS_ADMIN");
	refused_by_kernel(&env, EPERM, ZS_ERR_LOCKDOWN, "security policy");
	env.perf_paranoid = 3;
	refused_by_kernel_at(&env, ZS_SOURCE_KPROBE, EACCES, ZS_ERR_NO_RIGHTS,
			     "sysctl kernel.perf_event_paranoid=2");
	refused_by_kernel_at(&env, ZS_SOURCE_FENTRY, EACCES, ZS_ERR_SYSTEM, "verifier");
	env.perf_paranoid = 2;
	refused_by_kernel_at(&env, ZS_SOURCE_KPROBE, EACCES, ZS_ERR_SYSTEM, "verifier");
	env.cap_sys_admin = ZS_YES;
	refused_by_kernel_at(&env, ZS_SOURCE_TP_BTF, EPERM, ZS_ERR_LOCKDOWN, "security policy");
}

static void no_tracepoints(void **state)
{
	struct zs_environment env = good;

	(void)state;
	env.events = ZS_NO;
	refused(&env, ZS_SOURCE_RAW_TP, ZS_ERR_NO_EVENTS, "rebuild");
	/* Without tracefs nobody knows, until the kernel refuses. */
	env.tracefs = ZS_NO;
	env.events = ZS_UNKNOWN;
	assert_true(zs_diagnose(&env, ZS_SOURCE_RAW_TP, NULL));
	refused_by_kernel(&env, ENOENT, ZS_ERR_NO_TRACEFS, "mount -t tracefs");
}

static void no_btf(void **state)
{
	struct zs_environment env = good;

	(void)state;
	env.module_btf = ZS_NO;
	refused(&env, ZS_SOURCE_TP_BTF, ZS_ERR_NO_BTF, "/sys/kernel/btf/zswap_zbud");
	assert_true(zs_diagnose(&env, ZS_SOURCE_RAW_TP, NULL));
	env.vmlinux_btf = ZS_NO;
	refused(&env, ZS_SOURCE_TP_BTF, ZS_ERR_NO_BTF, "/sys/kernel/btf/vmlinux");
	assert_true(zs_diagnose(&env, ZS_SOURCE_RAW_TP, NULL));
}

static void locked_down(void **state)
{
	struct zs_environment env = good;

	(void)state;
	strcpy(env.lockdown, "confidentiality");
	refused_by_kernel(&env, EPERM, ZS_ERR_LOCKDOWN, "locked down (confidentiality)");
	refused_by_kernel(&env, EINVAL, ZS_ERR_LOCKDOWN, "locked down (confidentiality)");
	strcpy(env.lockdown, "integrity");
	refused_by_kernel(&env, EINVAL, ZS_ERR_SYSTEM, "Invalid argument");
	strcpy(env.lockdown, "none");
	refused_by_kernel(&env, EPERM, ZS_ERR_LOCKDOWN, "security policy");
	env.lockdown[0] = '\0';
	refused_by_kernel(&env, EPERM, ZS_ERR_LOCKDOWN, "--source counters");
	refused_by_kernel(&env, ENOSYS, ZS_ERR_LOCKDOWN, "CONFIG_BPF_SYSCALL");
}

static void other_errors(void **state)
{
	(void)state;
	refused_by_kernel(&good, EACCES, ZS_ERR_SYSTEM, "verifier");
	refused_by_kernel(&good, ENOMEM, ZS_ERR_SYSTEM, "Cannot allocate memory");
}

static void facts_from_files(void **state)
{
	struct zs_environment env;

	(void)state;
	zs_environment_read(&env, fixture_root);
	assert_int_equal(env.module, ZS_NO);
	assert_int_equal(env.stock, ZS_NO);
	assert_int_equal(env.tracefs, ZS_NO);
	assert_int_equal(env.events, ZS_UNKNOWN);
	assert_int_equal(env.rights, ZS_UNKNOWN);
	assert_string_equal(env.lockdown, "");
	assert_int_equal(env.cap_bpf, ZS_UNKNOWN);
	assert_int_equal(env.jit, ZS_UNKNOWN);
	assert_int_equal(env.debugfs, ZS_UNKNOWN);
	assert_int_equal(zs_environment_event("store", fixture_root), ZS_NO);

	fixture_file("/sys/module/zswap_zbud/initstate", "live\n");
	fixture_file("/sys/module/zswap/parameters/enabled", "N\n");
	fixture_file("/sys/kernel/btf/vmlinux", "");
	fixture_file("/sys/kernel/tracing/events/enable", "0\n");
	fixture_file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	fixture_file("/proc/self/status", "Name:\tx\nCapEff:\t0000000000000000\n");
	zs_environment_read(&env, fixture_root);
	assert_int_equal(env.module, ZS_YES);
	assert_int_equal(env.stock, ZS_YES);
	assert_int_equal(env.vmlinux_btf, ZS_YES);
	assert_int_equal(env.module_btf, ZS_NO);
	assert_int_equal(env.tracefs, ZS_YES);
	assert_int_equal(env.events, ZS_NO);
	assert_int_equal(env.rights, ZS_NO);
	assert_string_equal(env.lockdown, "integrity");

	fixture_file("/sys/kernel/tracing/events/zswap/zswap_store/id", "1\n");
	fixture_file("/proc/sys/net/core/bpf_jit_enable", "1\n");
	fixture_file("/proc/mounts", "debugfs /mnt tmpfs rw 0 0\n");
	zs_environment_read(&env, fixture_root);
	assert_int_equal(env.events, ZS_YES);
	assert_int_equal(env.jit, ZS_YES);
	assert_int_equal(env.debugfs, ZS_NO);
	assert_int_equal(zs_environment_event("store", fixture_root), ZS_YES);
	assert_int_equal(zs_environment_event("load", fixture_root), ZS_NO);
	fixture_file("/proc/sys/net/core/bpf_jit_enable", "0\n");
	fixture_file("/proc/mounts", "x /sys/kernel/debug debugfs rw 0 0\n");
	fixture_file("/sys/kernel/debug/zswap/stored_pages", "1\n");
	zs_environment_read(&env, fixture_root);
	assert_int_equal(env.jit, ZS_NO);
	assert_int_equal(env.debugfs, ZS_YES);
}

/* What is built in has parameters, as a module has, and its types are the kernel's. */
static void built_in(void **state)
{
	struct zs_environment env;

	(void)state;
	fixture_file("/sys/module/zswap_zbud/parameters/enabled", "Y\n");
	zs_environment_read(&env, fixture_root);
	assert_int_equal(env.module, ZS_YES);
	assert_int_equal(env.stock, ZS_NO);
	assert_int_equal(env.module_btf, ZS_NO);
	fixture_file("/sys/kernel/btf/vmlinux", "");
	zs_environment_read(&env, fixture_root);
	assert_int_equal(env.module_btf, ZS_YES);
	/* of a module, which was built without */
	fixture_file("/sys/module/zswap_zbud/initstate", "live\n");
	zs_environment_read(&env, fixture_root);
	assert_int_equal(env.module_btf, ZS_NO);
}

static void rights_are_capabilities(void **state)
{
	static const struct {
		const char *status;
		enum zs_known rights;
	} cases[] = {
		{ "CapEff:\t000001ffffffffff\n", ZS_YES },
		{ "CapEff:\t0000000000200000\n", ZS_YES },	/* SYS_ADMIN */
		{ "CapEff:\t000000c000000000\n", ZS_YES },	/* BPF, PERFMON */
		{ "CapEff:\t0000008000000000\n", ZS_NO },	/* BPF alone */
		{ "CapEff:\t0000004000000000\n", ZS_NO },	/* PERFMON alone */
	};
	struct zs_environment env;

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(cases); i++) {
		fixture_file("/proc/self/status", cases[i].status);
		zs_environment_read(&env, fixture_root);
		assert_int_equal(env.rights, cases[i].rights);
		assert_int_equal(env.cap_sys_admin, i < 2 ? ZS_YES : ZS_NO);
		assert_int_equal(env.cap_bpf, i == 1 || i == 4 ? ZS_NO : ZS_YES);
		assert_int_equal(env.cap_perfmon, i == 1 || i == 3 ? ZS_NO : ZS_YES);
	}
}

/* The first thing that is wrong is told, through the front door. */
static void open_tells(void **state)
{
	struct zs_options options = { .root = fixture_root };
	struct zs_error error;

	(void)state;
	assert_null(zs_source_open(&options, &error));
	assert_int_equal(error.code, ZS_ERR_NO_MODULES);

	fixture_file("/sys/module/zswap_zbud/initstate", "live\n");
	fixture_file("/proc/self/status", "CapEff:\t0000000000000000\n");
	assert_null(zs_source_open(&options, &error));
	assert_int_equal(error.code, ZS_ERR_NO_RIGHTS);

	options.kind = ZS_SOURCE_COUNTERS;
	assert_null(zs_source_open(&options, &error));
	assert_int_equal(error.code, ZS_ERR_NO_COUNTERS);
	options.cgroup = 1;
	assert_null(zs_source_open(&options, &error));
	assert_int_equal(error.code, ZS_ERR_ARGUMENT);
}

static void counters_count(void **state)
{
	struct zs_options options = { .kind = ZS_SOURCE_COUNTERS, .root = fixture_root };
	struct zs_snapshot snapshot;
	struct zs_source *source;

	(void)state;
	fixture_file("/proc/vmstat", "zswpin 7\nzswpout 8\n");
	fixture_file("/sys/kernel/debug/zswap/written_back_pages", "9\n");
	fixture_file("/sys/kernel/debug/zswap/reject_compress_poor", "2\n");
	fixture_file("/sys/kernel/debug/zswap/reject_reclaim_fail", "3\n");
	source = zs_source_open(&options, NULL);
	assert_non_null(source);
	assert_true(zs_source_snapshot(source, &snapshot, NULL));
	assert_int_equal(snapshot.stats.usage.stores, 8);
	assert_int_equal(snapshot.stats.usage.loads, 7);
	assert_int_equal(snapshot.stats.usage.writebacks, 9);
	assert_int_equal(snapshot.stats.usage.rejects, 5);
	assert_true(snapshot.time_ns > 0);
	assert_string_equal(zs_source_kind_name(zs_source_kind(source)), "counters");
	zs_source_close(source);
}

#define WITH_FILES(test) \
	cmocka_unit_test_setup_teardown(test, fixture_start, fixture_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_wrong),
		cmocka_unit_test(no_modules),
		cmocka_unit_test(kernels_own),
		cmocka_unit_test(no_rights),
		cmocka_unit_test(no_sys_admin),
		cmocka_unit_test(no_tracepoints),
		cmocka_unit_test(no_btf),
		cmocka_unit_test(locked_down),
		cmocka_unit_test(other_errors),
		WITH_FILES(facts_from_files),
		WITH_FILES(built_in),
		WITH_FILES(rights_are_capabilities),
		WITH_FILES(open_tells),
		WITH_FILES(counters_count),
	};

	return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
