// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lives: each is a cgroup with a process in it that has memory, and does one thing after
 * another to it, until it has done enough; then it verifies all its pages and ends, the
 * cgroup is removed, and the slot has another life.  Some have children that share their
 * memory, in another cgroup below the life's own.
 *
 * At the end of a run, each verifies all its pages and gives them up; after that, it writes
 * some of them anew, and once swap is off, it verifies again.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "region.h"
#include "cgroup.h"

#define MAX_CHILDREN	2
#define SHARERS		2
/* A life's operations: so many, and up to so many more. */
#define LIFE_LEAST	500
#define LIFE_MORE	1500
/* At the end, one page in so many is written once more. */
#define FILLED		3

/* Of children: those that are not of this process. */
static pid_t children[MAX_CHILDREN];
static unsigned int nr_children;
static bool is_child;

/* How often each operation comes, of as many as there are; the others: once. */
static const unsigned int weights[NR_OPERATIONS] = {
	[OP_WRITE] = 30, [OP_ZERO] = 2, [OP_READ] = 40, [OP_PIPE] = 4, [OP_DROP] = 3,
	[OP_FREE] = 4, [OP_RENEW] = 2, [OP_PAGEOUT] = 8, [OP_COLD] = 2, [OP_WILLNEED] = 2,
	[OP_FORK] = 3, [OP_PROTECT] = 2, [OP_AWAY] = 2, [OP_LINGER] = 6, [OP_AGAIN] = 6,
	[OP_SHARED_WRITE] = 30,
	[OP_SHARED_READ] = 40, [OP_PREAD] = 8, [OP_PWRITE] = 5, [OP_PUNCH] = 2,
	[OP_UNMAP] = 4, [OP_SHARED_PAGEOUT] = 8,
};

/* What a process has of its own must not be swapped: its stack, and its variables. */
static void __attribute__((noinline)) lock_own(void)
{
	extern char __data_start[], _end[];
	volatile char room[64 << 10];
	uintptr_t start, end;
	char line[256];
	FILE *maps;

	/* the stack is that large, once it was */
	for (size_t i = 0; i < sizeof(room); i += PAGE_BYTES)
		room[i] = 1;
	start = (uintptr_t)__data_start & -PAGE_BYTES;
	lock_memory((void *)start, (uintptr_t)_end - start);
	maps = fopen("/proc/self/maps", "re");
	while (maps && fgets(line, sizeof(line), maps))
		if (strstr(line, "[stack]") && sscanf(line, "%lx-%lx", &start, &end) == 2)
			lock_memory((void *)start, end - start);
	if (maps)
		fclose(maps);
}

/* --- Children --- */

static void child_ended(pid_t pid, int status)
{
	for (unsigned int i = 0; i < nr_children; i++)
		if (children[i] == pid)
			children[i] = children[--nr_children];
	if (status)
		die("a child (%d) has ended with status %#x", (int)pid, status);
}

/* Return: whether there was one to wait for. */
static bool reap(int flags)
{
	int status;
	pid_t pid = waitpid(-1, &status, flags);

	if (pid <= 0)
		return false;
	child_ended(pid, status);
	return true;
}

/* Whoever finds a page wrong wants all others to leave everything as it is. */
static void stand_still(void)
{
	while (atomic_load(&torture->phase) == PHASE_FOUND)
		pause();
}

/** has_relatives() - whether a parent or a child may have pages in common with this process */
bool has_relatives(void)
{
	return is_child || nr_children;
}

static void __attribute__((noreturn)) be_child(struct region *region, unsigned int operations)
{
	is_child = true;
	nr_children = 0;
	region->planting = false;
	region->lingering.count = 0;
	lock_own();
	region_inherit(region, region_number(region->number, region->slot->life, false));
	region->random ^= (uint64_t)getpid() << 32;
	for (unsigned int i = 0; i < 4; i++)
		region_verify(region, region_draw(region, RUN_PAGES));
	operate(region, operations);
	region_verify_all(region);
	stand_still();
	_exit(0);
}

/**
 * begin_child() - fork one that verifies what there was at the fork
 * @region: private memory
 * @operations: that it does to its copy
 *
 * Return: whether there is one; not of a child, and not while there are enough.
 */
bool begin_child(struct region *region, unsigned int operations)
{
	pid_t pid;

	if (is_child || nr_children == MAX_CHILDREN)
		return false;
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid)
		be_child(region, operations);
	children[nr_children++] = pid;
	atomic_fetch_add(&torture->forks, 1);
	return true;
}

/* --- One thing after another --- */

static enum operation draw_operation(struct region *region)
{
	operation_fn *const *functions = region->shared ? shared_operations : private_operations;
	unsigned int sum = 0, at;

	for (unsigned int i = 0; i < NR_OPERATIONS; i++)
		sum += functions[i] ? weights[i] + !weights[i] : 0;
	at = next_random(&region->random) % sum;
	for (unsigned int i = 0; i < NR_OPERATIONS; i++) {
		unsigned int weight = functions[i] ? weights[i] + !weights[i] : 0;

		if (at < weight)
			return i;
		at -= weight;
	}
	return OP_READ;
}

/**
 * operate() - do one thing after another to a region
 * @region: whose operations those are
 * @operations: how many, at most; all ends with the run
 */
void operate(struct region *region, unsigned int operations)
{
	while (operations-- && atomic_load(&torture->phase) == PHASE_RUN) {
		enum operation operation = draw_operation(region);

		region->operation = operation;
		atomic_store(&region->slot->operation, operation);
		if ((region->shared ? shared_operations : private_operations)[operation](region))
			atomic_fetch_add(&torture->operations[operation], 1);
		atomic_store(&region->slot->active_ns, now_ns());
		while (reap(WNOHANG))
			;
	}
}

static void enter(const struct slot *slot, const char *leaf)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUPS "/%s/%s/cgroup.procs", slot->cgroup, leaf);
	if (!put(path, "%d", getpid()))
		die("%s: %s", path, strerror(errno));
}

/* What is to be done in this phase is done. */
static void rest(struct region *region, int phase)
{
	atomic_store(&region->slot->resting, true);
	call_main();
	while (atomic_load(&torture->phase) == phase)
		syscall(SYS_futex, &torture->phase, FUTEX_WAIT, phase, NULL, NULL, 0);
	stand_still();
}

/* Nobody else has this memory any more. */
static void give_all_up(struct region *region)
{
	struct run all = { 0, region->pages };

	advise(region, all, region->shared ? MADV_REMOVE : MADV_DONTNEED);
	region_zeroed(region, all);
}

/* There is to be something for swapoff. */
static void fill(struct region *region)
{
	struct run part = { 0, region->pages / FILLED };

	for (unsigned int i = 0; i < part.count; i++)
		region_write(region, i);
	advise(region, part, MADV_PAGEOUT);
}

/*
 * All was verified: let the main process see that nothing is left in swap of what is given
 * up, and then switch swap off, and verify once more.
 */
static void finish(struct region *region)
{
	rest(region, PHASE_VERIFY);
	give_all_up(region);
	rest(region, PHASE_EMPTY);
	fill(region);
	rest(region, PHASE_FILL);
	region_verify_all(region);
}

static void share(struct region *region, unsigned int operations)
{
	for (unsigned int i = 0; i < SHARERS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (pid)
			continue;
		region->planting = false;
		region->random ^= (uint64_t)(i + 1) << 32;
		lock_own();
		enter(region->slot, i ? "b" : "a");
		operate(region, operations);
		region_verify_all(region);
		stand_still();
		_exit(0);
	}
}

static void __attribute__((noreturn)) live(struct slot *slot, uint64_t seed)
{
	static struct region region;
	unsigned int operations;

	/* with its children, so that its orphans can be waited for */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	enter(slot, "a");
	lock_own();
	region.slot = slot;
	region.random = seed;
	region.planting = opt.plant && slot->shared == !strcmp(opt.plant, "shared");
	operations = LIFE_LEAST + next_random(&region.random) % LIFE_MORE;
	region_make(&region, slot->pages, slot->shared);
	region_touch_safely(&region);
	for (unsigned int i = 0; i < region.pages; i++)
		if (next_random(&region.random) % 8)
			region_write(&region, i);
	if (slot->shared)
		share(&region, operations);
	operate(&region, operations);
	while (reap(0))
		;
	stand_still();
	region_verify_all(&region);
	stand_still();
	if (atomic_load(&torture->phase) != PHASE_RUN)
		finish(&region);
	_exit(0);
}

/* --- For the main process --- */

static void make_cgroup(const struct slot *slot, const char *leaf)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUPS "/%s/%s", slot->cgroup, leaf);
	if (mkdir(path, 0755))
		die("%s: %s", path, strerror(errno));
}

/**
 * life_begin() - a slot has another life
 * @slot: its life is over; whether the new one is shared is set
 * @seed: of what it does
 */
void life_begin(struct slot *slot, uint64_t seed)
{
	uint64_t random = seed;
	pid_t pid;

	slot->life = atomic_fetch_add(&torture->lives, 1) + 1;
	slot->pages = opt.mb * (192 + next_random(&random) % 128) / HUGE_PAGES * HUGE_PAGES;
	atomic_store(&slot->killed, false);
	atomic_store(&slot->resting, false);
	atomic_store(&slot->active_ns, now_ns());
	snprintf(slot->cgroup, sizeof(slot->cgroup), "life%u", slot->life);
	make_cgroup(slot, "");
	cgroup_put(slot->cgroup, "cgroup.subtree_control", "+memory");
	make_cgroup(slot, "a");
	if (slot->shared)
		make_cgroup(slot, "b");
	cgroup_limit(slot->cgroup, slot->pages, next_random(&random) % 3 ? LIMIT_HARD : LIMIT_SOFT,
		     &random);
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid)
		live(slot, seed);
	slot->pid = pid;
}

/** life_end() - its process has ended: nothing is to be left of its cgroup */
void life_end(struct slot *slot)
{
	static const char *const leaves[] = { "/a", "/b", "" };
	char path[128];

	cgroup_put(slot->cgroup, "cgroup.kill", "1");
	for (unsigned int i = 0; i < ARRAY_SIZE(leaves); i++) {
		snprintf(path, sizeof(path), CGROUPS "/%s%s", slot->cgroup, leaves[i]);
		while (rmdir(path) && errno != ENOENT) {
			if (errno != EBUSY)
				die("rmdir %s: %s", path, strerror(errno));
			/* orphans are ours, and in the cgroup until they are waited for */
			waitpid(-slot->pid, NULL, WNOHANG);
			wait_briefly();
		}
	}
	slot->pid = 0;
	atomic_fetch_add(&torture->ended, 1);
}
