// SPDX-License-Identifier: GPL-2.0
/*
 * zs_clock: how long functions take, by the same probe whoever has them.
 *
 *	insmod zs_clock.ko called=zswap_store,zswap_load functions=zswap_writeback_entry
 *
 * From then on each call is a sample in /sys/kernel/debug/zs_clock/FUNCTION: 32 bits, of
 * which the lowest is the lowest of what the call returned, and the others are the
 * nanoseconds.  "calls" in that folder's FUNCTION.calls counts those that found no room,
 * too; "missed" those that no probe could be had for.
 *
 *	functions  an fprobe, in the function itself.
 *	called     two kprobes wherever the kernel's text calls it, at the call and behind
 *		   it.  For what a livepatch replaces: a second user of ftrace at the same
 *		   function would have ftrace look for both of them at each call, which
 *		   the livepatch would be charged with.  What the probes themselves take,
 *		   by a function that does nothing, is subtracted ("probes_ns").
 *
 *	echo 100000 > /sys/module/zs_clock/parameters/detours
 *	cat /sys/module/zs_clock/parameters/detours
 *
 * calls zswap_invalidate so often, of a page that nobody has, and tells the nanoseconds
 * of all of them; without a probe, if it is none of the functions.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/fprobe.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/vmalloc.h>
#include <asm/text-patching.h>

#define MAX_FUNCTIONS	8
#define MAX_SAMPLES	(1U << 18)
/* Of each function, at a time. */
#define MAX_ACTIVE	64

/* Places that a function is called at. */
#define MAX_SITES	8

static char *functions[MAX_FUNCTIONS];
static unsigned int nr_functions;
module_param_array(functions, charp, &nr_functions, 0444);
MODULE_PARM_DESC(functions, "names of those to time");

static char *called[MAX_FUNCTIONS];
static unsigned int nr_called;
module_param_array(called, charp, &nr_called, 0444);
MODULE_PARM_DESC(called, "names of those to time where they are called");

static unsigned long probes_ns;
module_param(probes_ns, ulong, 0444);
MODULE_PARM_DESC(probes_ns, "what is subtracted from those: it is measured");

/**
 * struct site - a place where a function is called
 * @at: the call
 * @behind: what follows it
 * @clock: of the function
 */
struct site {
	struct kprobe at;
	struct kprobe behind;
	struct clock *clock;
};

/* A call that has not returned. */
struct call {
	struct task_struct *task;
	u64 start;
};

struct clock {
	struct fprobe probe;
	struct site sites[MAX_SITES];
	unsigned int nr_sites;
	struct call active[MAX_ACTIVE];
	atomic_t missed;
	atomic_t calls;
	u32 *samples;
	struct debugfs_blob_wrapper blob;
	char calls_name[64];
};

static struct clock clocks[2 * MAX_FUNCTIONS];
static unsigned int nr_clocks;
static struct dentry *folder;

static void sample(struct clock *clock, u64 took, bool odd)
{
	unsigned int nth = atomic_fetch_inc(&clock->calls);

	if (nth < MAX_SAMPLES)
		clock->samples[nth] = (min_t(u64, took, U32_MAX) & ~1U) | odd;
}

static int begin(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
		 struct pt_regs *regs, void *data)
{
	*(u64 *)data = ktime_get_ns();
	return 0;
}

static void end(struct fprobe *probe, unsigned long ip, unsigned long ret_ip,
		struct pt_regs *regs, void *data)
{
	u64 took = ktime_get_ns() - *(u64 *)data;

	sample(container_of(probe, struct clock, probe), took,
	       regs_return_value(regs) & 1);
}

/*
 * Where it is called
 */

static int at_call(struct kprobe *probe, struct pt_regs *regs)
{
	struct clock *clock = container_of(probe, struct site, at)->clock;
	unsigned int i;

	for (i = 0; i < MAX_ACTIVE; i++) {
		if (cmpxchg(&clock->active[i].task, NULL, current))
			continue;
		clock->active[i].start = ktime_get_ns();
		return 0;
	}
	atomic_inc(&clock->missed);
	return 0;
}

static int behind_call(struct kprobe *probe, struct pt_regs *regs)
{
	u64 now = ktime_get_ns(), took;
	struct clock *clock = container_of(probe, struct site, behind)->clock;
	unsigned int i;

	for (i = 0; i < MAX_ACTIVE; i++) {
		if (READ_ONCE(clock->active[i].task) != current)
			continue;
		took = now - clock->active[i].start;
		WRITE_ONCE(clock->active[i].task, NULL);
		sample(clock, took - min_t(u64, took, probes_ns),
		       regs_return_value(regs) & 1);
		break;
	}
	return 0;
}

/* A probe that has one is not made a jump by and by: all cost the same, and always. */
static void unused(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static int site_start(struct clock *clock, u8 *call)
{
	struct site *site = &clock->sites[clock->nr_sites];
	int err;

	if (clock->nr_sites == MAX_SITES)
		return -E2BIG;
	site->clock = clock;
	site->behind = (struct kprobe){ .addr = (void *)(call + CALL_INSN_SIZE),
		.pre_handler = behind_call, .post_handler = unused };
	site->at = (struct kprobe){ .addr = (void *)call,
		.pre_handler = at_call, .post_handler = unused };
	err = register_kprobe(&site->behind);
	if (err)
		return err;
	err = register_kprobe(&site->at);
	if (err) {
		unregister_kprobe(&site->behind);
		return err;
	}
	clock->nr_sites++;
	return 0;
}

static void sites_stop(struct clock *clock)
{
	for (; clock->nr_sites; clock->nr_sites--) {
		unregister_kprobe(&clock->sites[clock->nr_sites - 1].at);
		unregister_kprobe(&clock->sites[clock->nr_sites - 1].behind);
	}
}

/* Probe all direct calls of a function within some text. */
static int sites_start(struct clock *clock, void *function, u8 *text, u8 *end)
{
	int err = 0;

	for (; !err && text + CALL_INSN_SIZE <= end; text++)
		if (*text == CALL_INSN_OPCODE &&
		    text + CALL_INSN_SIZE + *(s32 *)(text + 1) == function)
			err = site_start(clock, text);
	if (!err && !clock->nr_sites)
		err = -ENOENT;
	if (err)
		sites_stop(clock);
	return err;
}

/* What the probes take, of a function that takes nothing. */

static noinline notrace void nothing(void)
{
	barrier();
}

static noinline notrace void call_nothing(unsigned int count)
{
	while (count--) {
		nothing();
		barrier();
	}
}

#define CALIBRATION	100

static int calibrate(void)
{
	static struct clock clock;
	static u32 samples[CALIBRATION];
	u32 least = U32_MAX;
	unsigned int i;
	int err;

	clock.samples = samples;
	err = sites_start(&clock, nothing, (u8 *)call_nothing,
			  (u8 *)call_nothing + 64);
	if (err)
		return err;
	call_nothing(CALIBRATION);
	sites_stop(&clock);
	for (i = 0; i < CALIBRATION; i++)
		least = min(least, samples[i]);
	probes_ns = least;
	return 0;
}

static unsigned long (*lookup)(const char *name);

static int called_start(struct clock *clock, const char *name)
{
	void *function = (void *)lookup(name);

	if (!function)
		return -ENOENT;
	return sites_start(clock, function, (u8 *)lookup("_stext"),
			   (u8 *)lookup("_etext"));
}

static int clock_start(struct clock *clock, const char *name, bool where_called)
{
	clock->samples = vzalloc(MAX_SAMPLES * sizeof(u32));
	if (!clock->samples)
		return -ENOMEM;
	clock->blob.data = clock->samples;
	clock->blob.size = MAX_SAMPLES * sizeof(u32);
	snprintf(clock->calls_name, sizeof(clock->calls_name), "%s.calls", name);
	debugfs_create_blob(name, 0400, folder, &clock->blob);
	debugfs_create_atomic_t(clock->calls_name, 0400, folder, &clock->calls);
	if (where_called)
		return called_start(clock, name);
	clock->probe = (struct fprobe){
		.entry_handler = begin,
		.exit_handler = end,
		.entry_data_size = sizeof(u64),
		.nr_maxactive = MAX_ACTIVE,
	};
	return register_fprobe_syms(&clock->probe, &name, 1);
}

/* Those that were started; the memory also of one that could not be. */
static void clocks_stop(void)
{
	unsigned int i;

	for (i = 0; i < nr_clocks; i++) {
		if (clocks[i].nr_sites)
			sites_stop(&clocks[i]);
		else
			unregister_fprobe(&clocks[i].probe);
	}
	debugfs_remove(folder);
	for (i = 0; i < ARRAY_SIZE(clocks); i++)
		vfree(clocks[i].samples);
}

static int missed_get(void *data, u64 *value)
{
	unsigned int i, nth;

	*value = 0;
	for (i = 0; i < nr_clocks; i++) {
		*value += clocks[i].probe.nmissed + atomic_read(&clocks[i].missed);
		for (nth = 0; nth < clocks[i].nr_sites; nth++)
			*value += clocks[i].sites[nth].at.nmissed +
				  clocks[i].sites[nth].behind.nmissed;
	}
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(missed_fops, missed_get, NULL, "%llu\n");

/*
 * The detour
 */

static void (*invalidate)(swp_entry_t swp);
static u64 detours_ns;

static int detours_set(const char *text, const struct kernel_param *kp)
{
	unsigned int count, i;
	u64 start;

	if (kstrtouint(text, 10, &count))
		return -EINVAL;
	if (!invalidate)
		return -ENXIO;
	start = ktime_get_ns();
	for (i = 0; i < count; i++)
		invalidate(swp_entry(0, 0));
	detours_ns = ktime_get_ns() - start;
	return 0;
}

static int detours_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%llu\n", detours_ns);
}

static const struct kernel_param_ops detours_ops = {
	.set = detours_set, .get = detours_get,
};
module_param_cb(detours, &detours_ops, NULL, 0600);

/* No CPU that a test runs on minds an indirect call to it. */
static void *find(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	void *address = NULL;

	if (!register_kprobe(&probe)) {
		address = (void *)((unsigned long)probe.addr - probe.offset);
		unregister_kprobe(&probe);
	}
	return address;
}

static int start_all(char **names, unsigned int nr, bool where_called)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		err = clock_start(&clocks[nr_clocks], names[i], where_called);
		if (err) {
			pr_err("%s cannot be probed: error %d\n", names[i], err);
			return err;
		}
		nr_clocks++;
	}
	return 0;
}

static int __init clock_init(void)
{
	int err;

	invalidate = find("zswap_invalidate");
	lookup = find("kallsyms_lookup_name");
	if (!lookup)
		return -ENOENT;
	if (nr_called) {
		err = calibrate();
		if (err) {
			pr_err("the probes cannot be calibrated: error %d\n", err);
			return err;
		}
	}
	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("missed", 0400, folder, NULL, &missed_fops);
	err = start_all(functions, nr_functions, false) ?:
	      start_all(called, nr_called, true);
	if (err)
		clocks_stop();
	return err;
}

static void __exit clock_exit(void)
{
	clocks_stop();
}

module_init(clock_init);
module_exit(clock_exit);
MODULE_DESCRIPTION("How long functions take, for tests");
MODULE_LICENSE("GPL");
