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
#define PROCESSOR	"/sys/devices/system/cpu/cpu1/online"

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

/* Tools that were killed are detached a little later. */
static void remove_module(const char *name)
{
	note("rmmod %s", name);
	while (syscall(SYS_delete_module, name, O_NONBLOCK)) {
		if (errno != EAGAIN && errno != EBUSY)
			die("rmmod %s: %s", name, strerror(errno));
		wait_briefly();
	}
}

static void insert_module(const char *name, const char *parameters)
{
	char path[256];
	int fd;

	note("insmod %s %s", name, parameters);
	snprintf(path, sizeof(path), "%s/%s.ko", opt.modules, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0))
		die("insmod %s %s: %s", path, parameters, strerror(errno));
	close(fd);
}

static void insert_cache(struct conductor *conductor)
{
	static const char *const compressors[] = { "lzo", "lz4", "zstd" };
	char parameters[128];

	snprintf(parameters, sizeof(parameters),
		 "max_pool_percent=%u compressor=%s shrinker_enabled=%c buddies=%u frame_order=%u",
		 2 + draw(conductor, 8), compressors[draw(conductor, ARRAY_SIZE(compressors))],
		 "NY"[draw(conductor, 2)], 2 + draw(conductor, 31), draw(conductor, 3));
	insert_module("zswap_zbud", parameters);
}

/* All that is in the pool goes to the swap devices, while others go on. */
static bool change_cache(struct conductor *conductor, const void *about)
{
	(void)about;
	recorder_stop();
	remove_module("zswap_zbud");
	await_pages(conductor, 50);
	insert_cache(conductor);
	recorder_start();
	return true;
}

/* The hooks go first, and that drains the pool. */
static bool change_hooks(struct conductor *conductor, const void *about)
{
	(void)about;
	recorder_stop();
	while (!put(LIVEPATCH "/enabled", "0")) {
		if (errno != EBUSY)
			die(LIVEPATCH "/enabled: %s", strerror(errno));
		wait_briefly();
	}
	note("the hooks let go");
	while (exists(LIVEPATCH))
		wait_briefly();
	remove_module("zswap_zbud");
	remove_module("frontswap");
	await_pages(conductor, 50);
	insert_module("frontswap", "");
	insert_cache(conductor);
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
	{ "hooks", change_hooks, NULL, ACTION_OURS },
	{ "events", use_tool, &events, ACTION_OURS },
	{ "histograms", use_tool, &histograms, ACTION_OURS },
	{ "zswaptop", use_tool, &top, ACTION_OURS },
	{ "record", use_tool, &recorder, ACTION_OURS },
};

const unsigned int nr_machine_actions = ARRAY_SIZE(machine_actions);
