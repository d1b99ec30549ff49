// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is changed about the machine: swap areas and processors go and come, as do the
 * modules, and tools that attach to zswap's events.
 *
 * As long as one of those is attached, the module cannot go; so the recorder ends before,
 * and there is another recording after that.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "torture.h"

#define LIVEPATCH	"/sys/kernel/livepatch/frontswap"
#define SWITCH		"/sys/module/frontswap/parameters/active"
#define PARAMETERS	"/sys/module/zswap_zbud/parameters/"
#define PROCESSOR	"/sys/devices/system/cpu/cpu1/online"
/* How often a module that has just come goes, one time after the other. */
#define AT_ONCE		2

/* --- Swap areas --- */

static const unsigned int area_numbers[MAX_AREAS] = { 0, 1, 2 };

/* Areas with one priority have turns. */
static void area_on(struct conductor *conductor, const char *area)
{
	unsigned int priority = draw(conductor, 3);

	note("swapon %s, priority %u", area, priority);
	if (swapon(area, SWAP_FLAG_PREFER | priority))
		die("swapon %s: %s", area, strerror(errno));
}

/* The others have room for what was in it. */
static bool change_area(struct conductor *conductor, const void *about)
{
	const unsigned int *number = about;
	const char *area = opt.areas[*number];

	note("swapoff %s", area);
	if (swapoff(area))
		die("swapoff %s: %s", area, strerror(errno));
	await_pages(conductor, 50);
	area_on(conductor, area);
	return true;
}

/** machine_swapoff() - no area is left; whether that worked */
bool machine_swapoff(void)
{
	for (unsigned int i = 0; i < opt.nr_areas; i++) {
		if (!swapoff(opt.areas[i]))
			continue;
		printf("swapoff %s: %s\n", opt.areas[i], strerror(errno));
		return false;
	}
	return true;
}

/* --- A processor --- */

static bool change_processor(struct conductor *conductor, const void *about)
{
	(void)about;
	if (!put(PROCESSOR, "0"))
		die(PROCESSOR ": %s", strerror(errno));
	await_pages(conductor, 100);
	if (!put(PROCESSOR, "1"))
		die(PROCESSOR ": %s", strerror(errno));
	return true;
}

/* --- Modules --- */

/** built_in() - there are none: all is a part of the kernel, and has a switch */
bool built_in(void)
{
	return exists(SWITCH);
}

static void set_switch(const char *word)
{
	note("the switch is %s", word);
	if (!put(SWITCH, "%s", word))
		die(SWITCH " cannot be %s: %s", word, strerror(errno));
}

/** remove_module() - rmmod; tools that were killed are detached a little later */
void remove_module(const char *name)
{
	note("rmmod %s", name);
	while (syscall(SYS_delete_module, name, O_NONBLOCK)) {
		if (errno != EAGAIN && errno != EBUSY)
			die("rmmod %s: %s", name, strerror(errno));
		wait_briefly();
	}
}

/** insert_module() - insmod; whether that could be done, or errno says why not */
bool insert_module(const char *name, const char *parameters)
{
	int fd, failed, error;
	char path[256];

	note("insmod %s %s", name, parameters);
	snprintf(path, sizeof(path), "%s/%s.ko", opt.modules, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	failed = syscall(SYS_finit_module, fd, parameters, 0);
	error = errno;
	close(fd);
	errno = error;
	return !failed;
}

/** count_stored_again() - before the module goes, which has a counter of that */
void count_stored_again(void)
{
	atomic_fetch_add(&torture->stored_again,
			 get_number("/sys/kernel/debug/zswap/duplicate_entry"));
}

/* What was given at load, where there is nothing that could be loaded. */
static void set_parameters(char *parameters)
{
	char path[128], *left, *pair, *value;

	for (pair = strtok_r(parameters, " ", &left); pair; pair = strtok_r(NULL, " ", &left)) {
		value = strchr(pair, '=');
		*value++ = '\0';
		snprintf(path, sizeof(path), PARAMETERS "%s", pair);
		if (!put(path, "%s", value))
			die("%s cannot be set to %s: %s", path, value, strerror(errno));
	}
}

static void insert_cache(struct conductor *conductor)
{
	static const char *const compressors[] = { "lzo", "lz4", "zstd" };
	char parameters[128];

	snprintf(parameters, sizeof(parameters),
		 "max_pool_percent=%u compressor=%s shrinker_enabled=%c buddies=%u frame_order=%u",
		 2 + draw(conductor, 8), compressors[draw(conductor, ARRAY_SIZE(compressors))],
		 "NY"[draw(conductor, 2)], 2 + draw(conductor, 31), draw(conductor, 3));
	if (built_in()) {
		set_parameters(parameters);
		set_switch("Y");
	} else if (!insert_module("zswap_zbud", parameters)) {
		die("insmod zswap_zbud %s: %s", parameters, strerror(errno));
	}
}

/**
 * hold_begin() - while pages are stored, somebody else has some of them
 *
 * For as long as the module is the same one: see again.c.
 */
void hold_begin(void)
{
	if (!insert_module("zs_hold", built_in() ? "every=3 symbol=store_folio" : "every=3"))
		die("insmod zs_hold: %s", strerror(errno));
}

/** hold_end() - no more */
void hold_end(void)
{
	atomic_fetch_add(&torture->held, get_number("/sys/module/zs_hold/parameters/hits"));
	remove_module("zs_hold");
}

/** drop_modules() - those of tests, which a run that has failed may have left */
void drop_modules(void)
{
	syscall(SYS_delete_module, "zs_fault", O_NONBLOCK);
	syscall(SYS_delete_module, "zs_hold", O_NONBLOCK);
}

static void remove_cache(void)
{
	if (built_in()) {
		set_switch("N");
	} else {
		count_stored_again();
		remove_module("zswap_zbud");
	}
}

/* One function fails at a time: the other conductor's ends after a while. */
static bool await_fail_begin(struct conductor *conductor, const struct fault *fault)
{
	while (!fail_begin(conductor, fault)) {
		if (!go_on(conductor))
			return false;
		wait_briefly();
	}
	return true;
}

/* All that is in the pool goes to the swap devices, while others go on; or fails to, at first. */
static bool change_cache(struct conductor *conductor, const void *about)
{
	const struct fault *failing = about;

	if (failing && !await_fail_begin(conductor, failing))
		return false;
	recorder_stop();
	remove_cache();
	if (failing)
		fail_end(failing);
	hold_end();
	await_pages(conductor, 50);
	insert_cache(conductor);
	hold_begin();
	recorder_start();
	return true;
}

/*
 * It goes as soon as it has come, while its first stores are under way and take longer than
 * to drain what little is there.
 */
static bool change_cache_at_once(struct conductor *conductor, const void *about)
{
	const struct fault *late = about;
	bool failing;

	recorder_stop();
	remove_cache();
	hold_end();
	failing = await_fail_begin(conductor, late);
	for (unsigned int i = 0; failing && i < AT_ONCE; i++) {
		uint64_t before = fail_hits();

		insert_cache(conductor);
		while (fail_hits() == before && go_on(conductor))
			wait_briefly();
		remove_cache();
	}
	if (failing)
		fail_end(late);
	insert_cache(conductor);
	hold_begin();
	recorder_start();
	return failing;
}

/* What is built in cannot go; but so it can be drained while somebody looks at it. */
static bool change_switch(struct conductor *conductor)
{
	set_switch("N");
	await_pages(conductor, 50);
	insert_cache(conductor);
	return true;
}

/* The hooks go first, and that drains the pool. */
static bool change_hooks(struct conductor *conductor, const void *about)
{
	bool failing;

	(void)about;
	if (built_in())
		return change_switch(conductor);
	failing = draw(conductor, 2) && fail_begin(conductor, &fault_writeback);
	recorder_stop();
	while (!put(LIVEPATCH "/enabled", "0")) {
		if (errno != EBUSY)
			die(LIVEPATCH "/enabled: %s", strerror(errno));
		wait_briefly();
	}
	note("the hooks let go");
	if (failing)
		fail_end(&fault_writeback);
	while (exists(LIVEPATCH))
		wait_briefly();
	count_stored_again();
	remove_module("zswap_zbud");
	hold_end();
	remove_module("frontswap");
	await_pages(conductor, 50);
	if (!insert_module("frontswap", ""))
		die("insmod frontswap: %s", strerror(errno));
	insert_cache(conductor);
	hold_begin();
	recorder_start();
	return true;
}

/* --- Tools --- */

#define TOOL_WORDS 8

struct tool {
	char *argv[TOOL_WORDS];
};

static const struct tool
	events = { { "zswap-trace", "events", "--json" } },
	histograms = { { "zswap-trace", "0.5" } },
	top = { { "zswaptop", "-b", "-d", "0.5" } },
	recorder = { { "zswap-trace", "record", "-o", "/dev/null" } };

/*
 * Nobody reads more than its first words, so it may be killed while it waits for its
 * reader, or in the middle of its work.
 */
static bool use_tool(struct conductor *conductor, const void *about)
{
	const struct tool *tool = about;
	int signal = draw(conductor, 3) ? SIGKILL : SIGINT, status, out;
	pid_t pid = spawn(tool->argv, &out);

	if (!wait_for_output(out, "source:"))
		die("%s %s has ended before it was attached", tool->argv[0], tool->argv[1]);
	await_pages(conductor, 100);
	note("kill -%d %s", signal, tool->argv[0]);
	kill(pid, signal);
	/* who waits for its reader is to end all the same */
	close(out);
	waitpid(pid, &status, 0);
	return true;
}

const struct action machine_actions[] = {
	{ "swap-area-1", change_area, &area_numbers[0], ACTION_ANY },
	{ "swap-area-2", change_area, &area_numbers[1], ACTION_ANY },
	{ "swap-area-3", change_area, &area_numbers[2], ACTION_ANY },
	{ "processor", change_processor, NULL, ACTION_ANY },
	{ "module", change_cache, NULL, ACTION_OURS },
	{ "module-failing", change_cache, &fault_writeback, ACTION_OURS },
	{ "module-at-once", change_cache_at_once, &fault_late_store, ACTION_OURS },
	{ "hooks", change_hooks, NULL, ACTION_OURS },
	{ "events", use_tool, &events, ACTION_OURS },
	{ "histograms", use_tool, &histograms, ACTION_OURS },
	{ "zswaptop", use_tool, &top, ACTION_OURS },
	{ "record", use_tool, &recorder, ACTION_OURS },
	{ "fail-slab", fail_allocations, &fault_slab, ACTION_INJECTION },
	{ "fail-pages", fail_allocations, &fault_pages, ACTION_INJECTION },
};

const unsigned int nr_machine_actions = ARRAY_SIZE(machine_actions);
