/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zs-torture: processes that write pages and verify them, and others that meanwhile
 * change all that can be changed about swapping.
 *
 *	main.c		options, lives, the end
 *	life.c		processes in a cgroup of their own: what they do, one thing after another
 *	private.c	what is done to memory of one process, and of its children
 *	again.c		the same page, stored again while the pool has what it was
 *	shared.c	what is done to memory that several have
 *	region.c	memory whose pages are known
 *	page.c		what is in a page
 *	cgroup.c	their limits
 *	conduct.c	the two that change things, and what they have in common
 *	settings.c	parameters, cgroups' limits, memory pressure
 *	machine.c	swap areas, processors, modules, tools
 *	faults.c	functions of the modules that fail
 *	recorder.c	zswap-trace record, which runs beside all that
 *	finding.c	a wrong page, and its history
 *	files.c		small files of the kernel
 *
 * All processes share one struct torture, whose pages are locked: what is known about
 * pages must not be swapped itself.
 */
#ifndef TORTURE_H
#define TORTURE_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "page.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof(*(array)))
#define NSEC			1000000000ULL
#define HUGE_BYTES		(2UL << 20)
#define HUGE_PAGES		(HUGE_BYTES / PAGE_BYTES)

#define MAX_AREAS	3
#define MAX_SLOTS	16
#define MAX_ACTIONS	64
#define MAX_FAULTS	16
#define MAX_RECORDINGS	4
#define MAX_REGIONS	0x10000U
#define NOTES		32
#define NOTE_BYTES	112

/* What processes do, see private.c and shared.c. */
#define OPERATIONS(X)							\
	X(WRITE, "write") X(ZERO, "zero") X(READ, "read")		\
	X(PIPE, "pipe") X(DROP, "drop") X(FREE, "free")			\
	X(RENEW, "renew") X(PAGEOUT, "pageout") X(COLD, "cold")		\
	X(WILLNEED, "willneed") X(HUGE, "huge") X(COLLAPSE, "collapse")	\
	X(MOVE, "move") X(AWAY, "away") X(PROTECT, "protect")		\
	X(FORK, "fork") X(LINGER, "linger") X(AGAIN, "again")		\
	X(SHARED_WRITE, "shared-write") X(SHARED_READ, "shared-read")	\
	X(PREAD, "pread") X(PWRITE, "pwrite") X(PUNCH, "punch")		\
	X(TRUNCATE, "truncate") X(UNMAP, "unmap")			\
	X(SHARED_PAGEOUT, "shared-pageout") X(SHARED_HUGE, "shared-huge")

enum operation {
#define X(id, word) OP_##id,
	OPERATIONS(X)
#undef X
	NR_OPERATIONS
};

/* What all are at. */
enum phase {
	PHASE_RUN,
	PHASE_VERIFY,	/* every process verifies all it has, and stands still */
	PHASE_EMPTY,	/* gives all of it up */
	PHASE_FILL,	/* and writes a part of it anew, and has that swapped out */
	PHASE_AGAIN,	/* verifies all once more, without swap */
	PHASE_FOUND,	/* a page was wrong: nobody goes on */
};

/* What somebody did, and when, for whoever looks for a reason. */
struct note {
	uint64_t time_ns;
	char text[NOTE_BYTES];
};

/* Who a region's number was given to. */
struct owner {
	pid_t pid;
	uint16_t parent;	/* region of which it is the child's copy; 0: of none */
	uint16_t life;
	bool shared;
};

/* A swap entry. */
struct place {
	bool known;
	unsigned int type;
	uint64_t offset;
};

struct finding {
	pid_t pid;
	int life;
	enum operation operation;
	bool unreadable;		/* SIGBUS, or a system call's EFAULT */
	bool freed;			/* zeros would have been right as well */
	bool shared;
	bool swapped;			/* when it was looked at just before */
	struct page_name wanted;
	uint64_t written_ns;		/* when that was written */
	uint64_t found_ns;
	const void *address;
	uint64_t entry;			/* what pagemap said then; 0 for shared memory */
	struct place before;		/* the swap entry of that */
	uint64_t pfn;			/* where it is now, or 0 */
	bool right_again;		/* it is right when it is read again */
	unsigned char page[PAGE_BYTES];
};

/* A life: a cgroup, and who is in it; its slot has another one after it. */
struct slot {
	pid_t pid;
	unsigned int life;		/* number, from 1 on */
	bool shared;
	unsigned int pages;
	atomic_bool killed;		/* the conductor has, so its end is no news */
	atomic_bool resting;		/* it stands still, at the end */
	_Atomic uint64_t active_ns;	/* when its last operation was over */
	atomic_int operation;
	char cgroup[32];		/* below the others' */
};

struct torture {
	atomic_int phase;
	atomic_bool fold;		/* conductors: end after this deck */
	_Atomic uint64_t verified;
	_Atomic uint64_t swapped;	/* of those, in swap just before */
	_Atomic uint64_t operations[NR_OPERATIONS];
	_Atomic uint64_t actions[MAX_ACTIONS];
	_Atomic uint64_t lives, killed, ended, forks;
	_Atomic uint64_t events, events_lost;
	atomic_flag failing;		/* a function, by zs_fault.ko, of which there is but one */
	_Atomic uint64_t faults[MAX_FAULTS];
	_Atomic uint64_t held;		/* folios, by somebody else, while they were stored */
	_Atomic uint64_t stored_again;	/* as far as was looked: see count_stored_again() */
	atomic_uint next_region;
	atomic_bool planted;
	/* whoever waits for more pages is woken at that many */
	_Atomic uint64_t wanted[2];
	atomic_uint bell[2];
	atomic_uint decks[2];		/* that were played */
	atomic_flag taken;		/* there is a finding, or will be */
	atomic_bool found;
	struct finding finding;
	atomic_uint notes;
	struct note note[NOTES];
	struct slot slots[MAX_SLOTS];
	unsigned int nr_slots;
	atomic_int recorder;		/* its process, or 0 */
	atomic_uint recordings;		/* that were begun */
	_Atomic uint64_t recorded_ns;	/* when the last one was */
	struct owner owners[MAX_REGIONS];
};

struct options {
	uint64_t seed;
	uint64_t seconds;
	uint64_t decks;
	uint64_t lives;		/* at a time */
	uint64_t shared_lives;
	uint64_t mb;		/* of each, on average */
	uint64_t pace;		/* pages between actions, on average */
	uint64_t stall;		/* seconds that an operation may take */
	bool calm;			/* no actions */
	bool inject;			/* allocations fail, where the kernel can do that */
	bool free_shared;		/* see private.c: op_free() */
	bool bare;			/* nothing that needs the modules, nor the recorder */
	const char *plant;
	const char *modules;
	const char *out;
	bool verbose;
	const char *areas[MAX_AREAS];
	unsigned int nr_areas;
};

extern struct torture *torture;
extern struct options opt;

/* main.c */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
uint64_t now_ns(void);
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void call_main(void);
uint16_t region_number(uint16_t parent, unsigned int life, bool shared);
const char *operation_word(enum operation operation);
void count_verified(uint64_t pages, uint64_t swapped);

/* files.c */
bool put(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool get(const char *path, char *text, size_t size);
uint64_t get_number(const char *path);
uint64_t get_field(const char *path, const char *name);
bool exists(const char *path);
void wait_briefly(void);

/* life.c */
void life_begin(struct slot *slot, uint64_t seed);
void life_end(struct slot *slot);

/* conduct.c */
struct conductor {
	unsigned int which;		/* 0 or 1 */
	uint64_t random;
	const struct action *actions;
	unsigned int nr_actions;
	unsigned int first;		/* number of its first action among all */
};

struct action {
	const char *name;
	/* whether it could be done */
	bool (*run)(struct conductor *conductor, const void *about);
	const void *about;
	enum {
		ACTION_ANY,
		ACTION_OURS,		/* it takes the modules */
		ACTION_SLOW,		/* no more often than it has to be */
		ACTION_INJECTION,	/* the modules, and a kernel that can fail on demand */
	} kind;
};

extern const struct action settings_actions[], machine_actions[];
extern const unsigned int nr_settings_actions, nr_machine_actions;

bool go_on(const struct conductor *conductor);
bool await_pages(struct conductor *conductor, unsigned int percent);
unsigned int draw(struct conductor *conductor, unsigned int below);
pid_t conduct(unsigned int which);
bool all_done(void);
void print_actions(void);

/* machine.c */
bool built_in(void);
bool insert_module(const char *name, const char *parameters);
void remove_module(const char *name);
void count_stored_again(void);
void hold_begin(void);
void hold_end(void);
void drop_modules(void);
bool machine_swapoff(void);

/* faults.c */
struct fault;
extern const struct fault fault_zbud_alloc, fault_entry_alloc, fault_index_insert,
	fault_lru_prepare, fault_compress, fault_writeback, fault_late_store, fault_slab,
	fault_pages;
bool fail_begin(struct conductor *conductor, const struct fault *fault);
uint64_t fail_hits(void);
void fail_end(const struct fault *fault);
bool fail_function(struct conductor *conductor, const void *about);
bool fail_allocations(struct conductor *conductor, const void *about);
bool can_inject(void);
uint64_t all_faults(void);
void print_faults(void);

/* recorder.c */
pid_t spawn(char *const argv[], int *out);
bool wait_for_output(int fd, const char *text);
void recorder_start(void);
void recorder_stop(void);
void recording_path(unsigned int number, char *path, size_t size);

/* finding.c */
void finding_print(void);

#endif
