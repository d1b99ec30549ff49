// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The main process: begins lives and conductors, waits for what happens to them, and has
 * everything verified at the end.
 *
 * It does nothing to memory itself.  What it waits for are signals: of a process that has
 * ended, and SIGUSR1 from one that has found a page wrong or has come to its end.
 */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "region.h"

/* So many times what is between two actions, on average. */
#define CALM	30

struct torture *torture;
struct options opt = {
	.decks = 1,
	.lives = 6,
	.shared_lives = 2,
	.mb = 12,
	.pace = 300,
	.stall = 120,
	.modules = "build/modules",
	.out = ".",
};

static pid_t main_process;
static pid_t conductors[2];
static uint64_t began_ns;
static sigset_t signals;

/* --- What all use --- */

/** now_ns() - the monotonic clock */
uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

/** die() - this process cannot go on, and so neither can the run */
void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "zs-torture: process %d: ", (int)getpid());
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	_exit(1);
}

/** note() - what is done, for whoever looks for the reason of something */
void note(const char *format, ...)
{
	unsigned int number = atomic_fetch_add(&torture->notes, 1);
	struct note *at = &torture->note[number % NOTES];
	va_list args;

	va_start(args, format);
	at->time_ns = now_ns();
	vsnprintf(at->text, sizeof(at->text), format, args);
	va_end(args);
	if (opt.verbose)
		fprintf(stderr, "%8.3f %s\n", (at->time_ns - began_ns) / 1e9, at->text);
}

/** call_main() - there is something for the main process to look at */
void call_main(void)
{
	kill(main_process, SIGUSR1);
}

/**
 * region_number() - a number that no region had before
 * @parent: whose copy it is, or 0
 * @life: of whom
 * @shared: it is
 */
uint16_t region_number(uint16_t parent, unsigned int life, bool shared)
{
	unsigned int number = atomic_fetch_add(&torture->next_region, 1) + 1;

	if (number >= MAX_REGIONS)
		die("more than %u regions: that is as far as numbers go", MAX_REGIONS);
	torture->owners[number] = (struct owner){ getpid(), parent, life, shared };
	return number;
}

/** operation_word() - its name */
const char *operation_word(enum operation operation)
{
	static const char *const words[] = {
#define X(id, word) [OP_##id] = word,
		OPERATIONS(X)
#undef X
	};

	return words[operation];
}

/**
 * count_verified() - pages were right
 * @pages: so many
 * @swapped: of these, so many were in swap just before
 *
 * Wakes whoever waits for as many as there are now.
 */
void count_verified(uint64_t pages, uint64_t swapped)
{
	uint64_t before, wanted;

	atomic_fetch_add(&torture->verified, pages);
	if (!swapped)
		return;
	before = atomic_fetch_add(&torture->swapped, swapped);
	for (unsigned int i = 0; i < 2; i++) {
		wanted = atomic_load(&torture->wanted[i]);
		if (before >= wanted || before + swapped < wanted)
			continue;
		atomic_fetch_add(&torture->bell[i], 1);
		syscall(SYS_futex, &torture->bell[i], FUTEX_WAKE, 1, NULL, NULL, 0);
	}
}

/* --- Beginning --- */

static void make_torture(void)
{
	torture = mmap(NULL, sizeof(*torture), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (torture == MAP_FAILED)
		die("cannot map %zu bytes: %s", sizeof(*torture), strerror(errno));
	if (mlockall(MCL_CURRENT))
		die("cannot lock memory: %s", strerror(errno));
}

static void make_cgroups(void)
{
	if (mkdir(CGROUPS, 0755))
		die(CGROUPS ": %s", strerror(errno));
	if (!cgroup_put("", "cgroup.subtree_control", "+memory"))
		die(CGROUPS "/cgroup.subtree_control: %s", strerror(errno));
}

static void fill_slot(struct slot *slot)
{
	life_begin(slot, opt.seed * 0x9e3779b97f4a7c15u + atomic_load(&torture->lives));
}

static void begin(void)
{
	main_process = getpid();
	began_ns = now_ns();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	make_torture();
	make_cgroups();
	torture->nr_slots = opt.lives + opt.shared_lives;
	for (unsigned int i = 0; i < torture->nr_slots; i++) {
		torture->slots[i].shared = i < opt.shared_lives;
		fill_slot(&torture->slots[i]);
	}
	for (unsigned int i = 0; i < 2; i++) {
		conductors[i] = conduct(i);
		if (conductors[i] < 0)
			die("fork: %s", strerror(errno));
	}
}

/* --- What happens --- */

static bool is_phase(enum phase phase)
{
	return (enum phase)atomic_load(&torture->phase) == phase;
}

static void set_phase(enum phase phase)
{
	int expected = atomic_load(&torture->phase);

	/* once something was found, that stays */
	while (expected != PHASE_FOUND &&
	       !atomic_compare_exchange_weak(&torture->phase, &expected, phase))
		;
	syscall(SYS_futex, &torture->phase, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static struct slot *slot_of(pid_t pid)
{
	for (unsigned int i = 0; i < torture->nr_slots; i++)
		if (torture->slots[i].pid == pid)
			return &torture->slots[i];
	return NULL;
}

/* Return: whether its end is as it should be. */
static bool slot_ended(struct slot *slot, int status)
{
	uint64_t oom = cgroup_events(slot->cgroup, "oom_kill");
	bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

	if (status && !(killed && atomic_load(&slot->killed))) {
		printf("FAILED: life %u (process %d) has ended with status %#x; %lu OOM kills there\n",
		       slot->life, (int)slot->pid, status, oom);
		return false;
	}
	life_end(slot);
	return true;
}

static bool conductor_ended(unsigned int which, int status)
{
	conductors[which] = 0;
	if (!status)
		return true;
	printf("FAILED: conductor %u has ended with status %#x\n", which, status);
	return false;
}

/* All that have ended; false if one of them should not have. */
static bool reap(void)
{
	bool good = true;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct slot *slot = slot_of(pid);

		if (slot)
			good = slot_ended(slot, status) && good;
		else if (pid == conductors[0] || pid == conductors[1])
			good = conductor_ended(pid == conductors[1], status) && good;
	}
	return good;
}

static void print_file(const char *format, int pid, const char *name)
{
	char path[128], text[4096];

	snprintf(path, sizeof(path), format, pid, name);
	if (get(path, text, sizeof(text)) && *text)
		printf("%s:\n%s\n", path, text);
}

/* Where everybody is, as somebody does not come back. */
static bool print_stall(const struct slot *slot)
{
	char path[128], line[32];
	FILE *file;

	printf("FAILED: life %u does nothing for more than %lu s, at \"%s\"\n", slot->life,
	       opt.stall, operation_word(atomic_load(&slot->operation)));
	for (unsigned int i = 0; i < 2; i++)
		if (conductors[i])
			print_file("/proc/%d/%s", conductors[i], "stack");
	for (const char *leaf = "a"; leaf; leaf = *leaf == 'a' && slot->shared ? "b" : NULL) {
		snprintf(path, sizeof(path), CGROUPS "/%s/%s/cgroup.procs", slot->cgroup, leaf);
		file = fopen(path, "re");
		while (file && fgets(line, sizeof(line), file)) {
			print_file("/proc/%d/%s", atoi(line), "status");
			print_file("/proc/%d/%s", atoi(line), "stack");
		}
		if (file)
			fclose(file);
	}
	return false;
}

static bool nobody_stalls(void)
{
	uint64_t now = now_ns();

	for (unsigned int i = 0; i < torture->nr_slots; i++) {
		struct slot *slot = &torture->slots[i];
		uint64_t active = atomic_load(&slot->active_ns);

		if (slot->pid && !atomic_load(&slot->resting) && now > active &&
		    now - active > opt.stall * NSEC)
			return print_stall(slot);
	}
	return true;
}

/* Until something happens, or for a second. */
static bool look(void)
{
	int signal = sigtimedwait(&signals, NULL, &(struct timespec){ .tv_sec = 1 });

	if (signal == SIGTERM || signal == SIGINT) {
		puts("FAILED: ended by a signal");
		return false;
	}
	if (atomic_load(&torture->found)) {
		printf("A wrong page was found after %.1f s.\n",
		       (torture->finding.found_ns - began_ns) / 1e9);
		finding_print();
		return false;
	}
	return reap() && nobody_stalls();
}

/* --- The run --- */

/* Where a life is over, there is another one. */
static void fill_slots(void)
{
	for (unsigned int i = 0; i < torture->nr_slots; i++)
		if (!torture->slots[i].pid && is_phase(PHASE_RUN))
			fill_slot(&torture->slots[i]);
}

/* Lives, one after the other, until the conductors have done all that they should. */
static bool run(void)
{
	while (conductors[0] || conductors[1]) {
		if (!look())
			return false;
		if (opt.seconds && now_ns() > began_ns + opt.seconds * NSEC)
			atomic_store(&torture->fold, true);
		fill_slots();
	}
	return true;
}

/*
 * What a module has forgotten goes with it; so before the end there is a while in which it
 * stays, and nothing else is changed.
 */
static bool go_on_calmly(void)
{
	uint64_t enough = atomic_load(&torture->swapped) + CALM * opt.pace;

	while (!opt.calm && atomic_load(&torture->swapped) < enough) {
		if (!look())
			return false;
		fill_slots();
	}
	return true;
}

/* Those that are there either rest or end. */
static bool all_rest(void)
{
	for (unsigned int i = 0; i < torture->nr_slots; i++)
		if (torture->slots[i].pid && !atomic_load(&torture->slots[i].resting))
			return false;
	return true;
}

static bool all_ended(void)
{
	for (unsigned int i = 0; i < torture->nr_slots; i++)
		if (torture->slots[i].pid)
			return false;
	return true;
}

static bool wait_until(bool (*condition)(void))
{
	while (!condition())
		if (!look())
			return false;
	return true;
}

static void begin_phase(enum phase phase)
{
	for (unsigned int i = 0; i < torture->nr_slots; i++) {
		atomic_store(&torture->slots[i].active_ns, now_ns());
		atomic_store(&torture->slots[i].resting, false);
	}
	set_phase(phase);
}

/*
 * Nobody has a page of zswap's without a swap entry of it.  Both numbers are of all that ever
 * were in one of the cgroups; and what is in swap of them is next to nothing now.  The first
 * one may be a moment old.
 */
static bool nothing_forgotten(void)
{
	uint64_t until = now_ns() + opt.stall * NSEC, held, used;

	do {
		held = get_field(CGROUPS "/memory.stat", "zswapped");
		used = get_number(CGROUPS "/memory.swap.current");
		if (held <= used)
			return true;
		wait_briefly();
	} while (now_ns() < until);
	printf("FORGOTTEN: zswap has %lu pages of swap entries that were freed, and %lu are in use\n",
	       held / PAGE_BYTES, used / PAGE_BYTES);
	return false;
}

/*
 * All pages are verified with swap; given up, and then swap has nothing of them; and some that
 * were written anew are verified when swap had to give them all back.
 */
static bool end(void)
{
	begin_phase(PHASE_VERIFY);
	if (!wait_until(all_rest))
		return false;
	for (unsigned int i = 0; i < torture->nr_slots; i++)
		if (torture->slots[i].pid)
			cgroup_limit(torture->slots[i].cgroup, torture->slots[i].pages, LIMIT_SOFT,
				     &(uint64_t){ 0 });
	begin_phase(PHASE_EMPTY);
	if (!wait_until(all_rest) || !nothing_forgotten())
		return false;
	if (!opt.bare && !opt.calm)
		hold_end();
	begin_phase(PHASE_FILL);
	if (!wait_until(all_rest) || !machine_swapoff())
		return false;
	begin_phase(PHASE_AGAIN);
	return wait_until(all_ended) && !rmdir(CGROUPS);
}

static void print_operations(void)
{
	const char *comma = "";

	for (unsigned int i = 0; i < NR_OPERATIONS; i++, comma = ", ")
		printf("%s%s %lu", comma, operation_word(i), atomic_load(&torture->operations[i]));
}

static void print_summary(uint64_t oom_kills)
{
	printf("seed %lu, %.1f s; operations: ", opt.seed, (now_ns() - began_ns) / 1e9);
	print_operations();
	printf("; actions: ");
	print_actions();
	printf("; faults %lu: ", all_faults());
	print_faults();
	printf("; held %lu, stored again %lu; lives %lu, killed %lu, children %lu; events %lu, "
	       "lost %lu; OOM kills %lu; verified %lu, swapped %lu, wrong 0\n",
	       atomic_load(&torture->held), atomic_load(&torture->stored_again),
	       atomic_load(&torture->lives),
	       atomic_load(&torture->killed), atomic_load(&torture->forks),
	       atomic_load(&torture->events), atomic_load(&torture->events_lost), oom_kills,
	       atomic_load(&torture->verified), atomic_load(&torture->swapped));
}

/* After a run that has failed, there is to be room for another one. */
static void kill_all(void)
{
	for (unsigned int i = 0; i < 2; i++) {
		if (!conductors[i])
			continue;
		kill(conductors[i], SIGKILL);
		waitpid(conductors[i], NULL, 0);
	}
	cgroup_put("", "cgroup.kill", "1");
	/* in a moment those are none of anybody's, and ours to wait for */
	while (waitpid(-1, NULL, 0) > 0)
		;
	for (unsigned int i = 0; i < torture->nr_slots; i++)
		if (torture->slots[i].pid)
			life_end(&torture->slots[i]);
	drop_modules();
	rmdir(CGROUPS "/balloon");
	rmdir(CGROUPS);
}

/* --- The command line --- */

enum {
	KEY_SEED = 256, KEY_DECKS, KEY_SHARED, KEY_PACE, KEY_STALL, KEY_CALM, KEY_BARE, KEY_FREE_SHARED,
	KEY_PLANT, KEY_MODULES, KEY_INJECT,
};

static const struct argp_option options[] = {
	{ "seed", KEY_SEED, "N", 0, "Of everything that is chosen (default 0)", 0 },
	{ "seconds", 's', "N", 0, "Go on for this long, and until each action was done", 0 },
	{ "decks", KEY_DECKS, "N", 0, "Do each action so many times (default 1)", 0 },
	{ "lives", 'l', "N", 0, "So many with private memory at a time (default 6)", 0 },
	{ "shared", KEY_SHARED, "N", 0, "And with shared memory (default 2)", 0 },
	{ "size", 'm', "MB", 0, "What each has, on average (default 12)", 0 },
	{ "pace", KEY_PACE, "N", 0,
	  "Pages that come out of swap between two actions, on average (default 300)", 0 },
	{ "stall", KEY_STALL, "SECS", 0, "An operation takes no longer (default 120)", 0 },
	{ "calm", KEY_CALM, NULL, 0, "No actions; ends with a signal, or with what is planted", 0 },
	{ "bare", KEY_BARE, NULL, 0,
	  "Do nothing that takes our modules, to see what a kernel does without them", 0 },
	{ "inject", KEY_INJECT, NULL, 0,
	  "Have the module's allocations fail, where the kernel has fault injection", 0 },
	{ "free-shared", KEY_FREE_SHARED, NULL, 0,
	  "MADV_FREE also while a parent and a child have pages in common, which Linux 6.12 gets wrong", 0 },
	{ "plant", KEY_PLANT, "FAULT", 0,
	  "Put a wrong page there, to see it found: foreign, stale, zero, torn, or shared for a stale "
	  "one in shared memory", 0 },
	{ "modules", KEY_MODULES, "DIR", 0, "Where the modules are (default build/modules)", 0 },
	{ "area", 'a', "DEVICE", 0,
	  "A swap area, which is on; each is switched off and on, and with one of them off, the others "
	  "need room for all pages; three of them", 0 },
	{ "out", 'o', "DIR", 0, "Where recordings go (default .)", 0 },
	{ "verbose", 'v', NULL, 0, "Say each action on stderr", 0 },
	{ 0 },
};

static const char *plant_word(struct argp_state *state, const char *text)
{
	static const char *const words[] = { "foreign", "stale", "zero", "torn", "shared" };

	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(text, words[i]))
			return text;
	argp_error(state, "--plant wants foreign, stale, zero, torn or shared, not '%s'", text);
	return NULL;
}

static const struct number_option numbers[] = {
	{ KEY_SEED, "seed", &opt.seed, 0, UINT64_MAX },
	{ KEY_DECKS, "decks", &opt.decks, 1, 1000000 },
	{ 'l', "lives", &opt.lives, 1, MAX_SLOTS / 2 },
	{ KEY_SHARED, "shared", &opt.shared_lives, 0, MAX_SLOTS / 2 },
	{ 'm', "size", &opt.mb, 4, 128 },
	{ KEY_PACE, "pace", &opt.pace, 1, 1000000 },
	{ KEY_STALL, "stall", &opt.stall, 1, 100000 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	if (take_number(state, numbers, key, arg))
		return 0;
	switch (key) {
	case 's':
		opt.seconds = number(state, "seconds", arg, 1, 1000000);
		opt.decks = 0;
		break;
	case KEY_CALM:
		opt.calm = true;
		break;
	case KEY_BARE:
		opt.bare = true;
		break;
	case KEY_INJECT:
		opt.inject = true;
		break;
	case KEY_FREE_SHARED:
		opt.free_shared = true;
		break;
	case KEY_PLANT:
		opt.plant = plant_word(state, arg);
		break;
	case KEY_MODULES:
		opt.modules = arg;
		break;
	case 'a':
		if (opt.nr_areas == MAX_AREAS)
			argp_error(state, "more than %d areas", MAX_AREAS);
		opt.areas[opt.nr_areas++] = arg;
		break;
	case 'o':
		opt.out = arg;
		break;
	case 'v':
		opt.verbose = true;
		break;
	case ARGP_KEY_END:
		if (opt.nr_areas < MAX_AREAS)
			argp_error(state, "%d swap areas are needed: --area DEVICE", MAX_AREAS);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Have processes write pages and verify them, while all that can be changed about "
	       "swapping changes.  For a virtual machine that has nothing to lose."
	       "\vExits with 0 when every page was right and each action was done at least once, "
	       "else with 1, after a report.",
};

int main(int argc, char **argv)
{
	uint64_t oom_kills;
	bool good;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	oom_kills = get_field("/proc/vmstat", "oom_kill");
	begin();
	good = run() && go_on_calmly() && end() && (opt.calm || all_done());
	if (!good) {
		printf("It failed after %.1f s.\n", (now_ns() - began_ns) / 1e9);
		kill_all();
		return 1;
	}
	print_summary(get_field("/proc/vmstat", "oom_kill") - oom_kills);
	return 0;
}
