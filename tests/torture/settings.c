// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is changed about settings: the module's parameters, the kernel's about memory, the
 * cgroups' limits; and memory pressure, of one cgroup and of all.
 *
 * A setting is harsh for a while, and mild after that, or there would soon be no page in the
 * pool at all.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "region.h"

#define PARAMETERS	"/sys/module/zswap_zbud/parameters/"
#define THP		"/sys/kernel/mm/transparent_hugepage/"

/* A file, and what may be written to it; there is always one value. */
struct setting {
	const char *path;
	const char *harsh[6];
	const char *mild[6];
};

static const struct setting
	enabled = { PARAMETERS "enabled", { "N" }, { "Y" } },
	compressor = { PARAMETERS "compressor", { "deflate", "lz4hc", "zstd" },
		       { "lzo", "lz4", "lzo-rle", "zstd" } },
	max_pool_percent = { PARAMETERS "max_pool_percent", { "0", "1", "60" }, { "2", "5", "10" } },
	accept_threshold_percent = { PARAMETERS "accept_threshold_percent", { "0", "50" },
				     { "90", "95", "100" } },
	max_compression_ratio = { PARAMETERS "max_compression_ratio", { "1", "20", "50" },
				  { "80", "100" } },
	incompressible = { PARAMETERS "incompressible", { "keep" }, { "keep", "reject" } },
	same_filled = { PARAMETERS "same_filled_pages_enabled", { "N" }, { "Y" } },
	shrinker = { PARAMETERS "shrinker_enabled", { "Y" }, { "N", "Y" } },
	buddies = { PARAMETERS "buddies", { "2", "3", "32" }, { "8", "16" } },
	frame_order = { PARAMETERS "frame_order", { "0", "2" }, { "1", "2" } },
	huge_pages = { THP "enabled", { "never" }, { "always", "madvise" } },
	huge_shared_pages = { THP "shmem_enabled", { "never" }, { "advise", "always" } },
	middle_pages = { THP "hugepages-64kB/enabled", { "never" }, { "inherit", "always" } },
	lru = { "/sys/kernel/mm/lru_gen/enabled", { "n" }, { "y" } },
	readahead = { "/proc/sys/vm/page-cluster", { "0", "5" }, { "2", "3" } },
	swappiness = { "/proc/sys/vm/swappiness", { "200", "1" }, { "60", "100" } },
	compaction = { "/proc/sys/vm/compact_memory", { "1" }, { "1" } },
	caches = { "/proc/sys/vm/drop_caches", { "3" }, { "1" } };

static const char *draw_value(struct conductor *conductor, const char *const values[6])
{
	unsigned int count = 0;

	while (count < 6 && values[count])
		count++;
	return values[draw(conductor, count)];
}

/*
 * Return: whether that could be done; parameters of a module may not be there, and where
 * allocations fail, a compressor may not be had.
 */
static bool set(const struct setting *setting, const char *value)
{
	if (put(setting->path, "%s", value))
		return true;
	if (!strncmp(setting->path, PARAMETERS, strlen(PARAMETERS)) &&
	    (errno == ENOENT || errno == ENODEV || (errno == ENOMEM && can_inject())))
		return false;
	die("%s cannot be set to %s: %s", setting->path, value, strerror(errno));
}

static bool flip(struct conductor *conductor, const void *about)
{
	const struct setting *setting = about;
	const char *harsh = draw_value(conductor, setting->harsh);
	const char *mild = draw_value(conductor, setting->mild);

	note("%s is %s, and %s then", strrchr(setting->path, '/') + 1, harsh, mild);
	if (!set(setting, harsh))
		return false;
	await_pages(conductor, 50);
	return set(setting, mild);
}

/* --- Cgroups --- */

/* A life that goes on for a while; its cgroup may be gone when it is written to. */
static struct slot *draw_life(struct conductor *conductor)
{
	return &torture->slots[draw(conductor, torture->nr_slots)];
}

/* So many percent of what a life has. */
static uint64_t share_of(const struct slot *slot, unsigned int percent)
{
	return slot->pages * PAGE_BYTES / 100 * percent;
}

static bool limit_again(struct conductor *conductor, const char *cgroup, const struct slot *slot)
{
	cgroup_limit(cgroup, slot->pages, draw(conductor, 3) ? LIMIT_HARD : LIMIT_SOFT,
		     &conductor->random);
	return true;
}

enum limited { ZSWAP_NONE, ZSWAP_LITTLE, ZSWAP_ALL, MEMORY_LITTLE, NO_WRITEBACK };

/* Those of memory are only there together with those of zswap, see cgroup.c. */
static bool limit(const char *cgroup, const struct slot *slot, enum limited limited,
		  struct conductor *conductor)
{
	switch (limited) {
	case ZSWAP_NONE:
		return cgroup_put(cgroup, "memory.zswap.max", "0");
	case ZSWAP_LITTLE:
		return cgroup_put(cgroup, "memory.zswap.max", "%lu", share_of(slot, 3));
	case ZSWAP_ALL:
		cgroup_limit(cgroup, slot->pages, LIMIT_SOFT, &conductor->random);
		return cgroup_put(cgroup, "memory.reclaim", "%lu", share_of(slot, 50)) ||
			errno == EAGAIN;
	case MEMORY_LITTLE:
		cgroup_limit(cgroup, slot->pages, LIMIT_HARD, &conductor->random);
		return cgroup_put(cgroup, "memory.zswap.max", "%lu", share_of(slot, 5)) &&
			cgroup_put(cgroup, "memory.max", "%lu", (4 << 20) + share_of(slot, 50));
	case NO_WRITEBACK:
		cgroup_limit(cgroup, slot->pages, LIMIT_SOFT, &conductor->random);
		return cgroup_put(cgroup, "memory.zswap.writeback", "0");
	}
	return false;
}

static const enum limited zswap_none = ZSWAP_NONE, zswap_little = ZSWAP_LITTLE,
	zswap_all = ZSWAP_ALL, memory_little = MEMORY_LITTLE, no_writeback = NO_WRITEBACK;

static bool limit_life(struct conductor *conductor, const void *about)
{
	const struct slot *slot = draw_life(conductor);
	const enum limited *limited = about;
	char cgroup[sizeof(slot->cgroup)];

	strcpy(cgroup, slot->cgroup);
	note("of %s", cgroup);
	if (!limit(cgroup, slot, *limited, conductor))
		return false;
	await_pages(conductor, 50);
	if (*limited == NO_WRITEBACK)
		cgroup_put(cgroup, "memory.zswap.writeback", "1");
	return limit_again(conductor, cgroup, slot);
}

/* The limit of all of them together. */
static bool limit_all(struct conductor *conductor, const void *about)
{
	bool done = cgroup_put("", "memory.zswap.max", "%u", draw(conductor, 8) << 20);

	(void)about;
	await_pages(conductor, 50);
	return cgroup_put("", "memory.zswap.max", "max") && done;
}

/* It may not find as much, and says so. */
static bool reclaim(struct conductor *conductor, const void *about)
{
	const struct slot *slot = draw_life(conductor);

	(void)about;
	return cgroup_put(slot->cgroup, "memory.reclaim", "%lu",
			  share_of(slot, 10 + draw(conductor, 90))) || errno == EAGAIN;
}

/* All in it, in the middle of whatever they do. */
static bool kill_life(struct conductor *conductor, const void *about)
{
	struct slot *slot = draw_life(conductor);

	(void)about;
	if (!slot->pid || atomic_exchange(&slot->killed, true))
		return false;
	note("of %s", slot->cgroup);
	if (!cgroup_put(slot->cgroup, "cgroup.kill", "1"))
		return false;
	atomic_fetch_add(&torture->killed, 1);
	return true;
}

/* --- Pressure on all memory --- */

#define BALLOON		CGROUPS "/balloon"
/* Pages that kswapd looks at before there was pressure enough. */
#define PRESSURE	2000U
#define BALLOON_STEP	(512 * PAGE_BYTES)

static uint64_t kswapd_scanned(void)
{
	return get_field("/proc/vmstat", "pgscan_kswapd");
}

/*
 * As much memory as it takes to have kswapd at work, which has to take it from the others,
 * as this is locked.  It takes a little at a time, so that there is always something left.
 */
static void __attribute__((noreturn)) be_balloon(void)
{
	size_t bytes = get_field("/proc/meminfo", "MemTotal") * 1024, at;
	uint64_t before = kswapd_scanned();
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	prctl(PR_SET_NAME, "balloon");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* should there be too little memory after all, it is to go, and none that matters */
	put("/proc/self/oom_score_adj", "1000");
	put(BALLOON "/cgroup.procs", "%d", getpid());
	if (memory == MAP_FAILED)
		die("cannot map %zu bytes: %s", bytes, strerror(errno));
	for (at = 0; at < bytes && kswapd_scanned() < before + PRESSURE; at += BALLOON_STEP)
		lock_memory(memory + at, BALLOON_STEP);
	note("the balloon has %zu pages", at / PAGE_BYTES);
	_exit(kswapd_scanned() > before ? 0 : 4);
}

static bool inflate(struct conductor *conductor, const void *about)
{
	int status;
	pid_t pid;

	(void)conductor;
	(void)about;
	if (mkdir(BALLOON, 0755) && errno != EEXIST)
		die(BALLOON ": %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid)
		be_balloon();
	waitpid(pid, &status, 0);
	rmdir(BALLOON);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
		note("the balloon was killed");
		return false;
	}
	if (status && WEXITSTATUS(status) != 4)
		die("the balloon has ended with status %#x", status);
	return !status;
}

const struct action settings_actions[] = {
	{ "enabled", flip, &enabled, ACTION_OURS },
	{ "compressor", flip, &compressor, ACTION_OURS },
	{ "max_pool_percent", flip, &max_pool_percent, ACTION_OURS },
	{ "accept_threshold_percent", flip, &accept_threshold_percent, ACTION_OURS },
	{ "max_compression_ratio", flip, &max_compression_ratio, ACTION_OURS },
	{ "incompressible", flip, &incompressible, ACTION_OURS },
	{ "same_filled_pages_enabled", flip, &same_filled, ACTION_OURS },
	{ "shrinker_enabled", flip, &shrinker, ACTION_OURS },
	{ "buddies", flip, &buddies, ACTION_OURS },
	{ "frame_order", flip, &frame_order, ACTION_OURS },
	{ "huge-pages", flip, &huge_pages, ACTION_ANY },
	{ "huge-shared-pages", flip, &huge_shared_pages, ACTION_ANY },
	{ "64kB-pages", flip, &middle_pages, ACTION_ANY },
	{ "lru_gen", flip, &lru, ACTION_ANY },
	{ "page-cluster", flip, &readahead, ACTION_ANY },
	{ "swappiness", flip, &swappiness, ACTION_ANY },
	{ "compact_memory", flip, &compaction, ACTION_ANY },
	{ "drop_caches", flip, &caches, ACTION_ANY },
	{ "zswap.max=0", limit_life, &zswap_none, ACTION_ANY },
	{ "zswap.max=little", limit_life, &zswap_little, ACTION_ANY },
	{ "zswap.max=max", limit_life, &zswap_all, ACTION_ANY },
	{ "memory.max", limit_life, &memory_little, ACTION_ANY },
	{ "zswap.writeback", limit_life, &no_writeback, ACTION_ANY },
	{ "zswap.max-of-all", limit_all, NULL, ACTION_ANY },
	{ "memory.reclaim", reclaim, NULL, ACTION_ANY },
	{ "kill", kill_life, NULL, ACTION_ANY },
	{ "fail-zbud_alloc", fail_function, &fault_zbud_alloc, ACTION_OURS },
	{ "fail-entry_alloc", fail_function, &fault_entry_alloc, ACTION_OURS },
	{ "fail-index_insert", fail_function, &fault_index_insert, ACTION_OURS },
	{ "fail-lru_prepare", fail_function, &fault_lru_prepare, ACTION_OURS },
	{ "fail-compress", fail_function, &fault_compress, ACTION_OURS },
	{ "fail-writeback", fail_function, &fault_writeback, ACTION_OURS },
	{ "kswapd", inflate, NULL, ACTION_SLOW },
};

const unsigned int nr_settings_actions = ARRAY_SIZE(settings_actions);
