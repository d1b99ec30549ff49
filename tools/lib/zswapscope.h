/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libzswapscope: what the tools know about zswap.
 *
 * Two independent halves:
 *  - events: zs_source_open() chooses where they come from and attaches,
 *    zs_source_snapshot() reads cumulative statistics, zs_stats_subtract()
 *    makes an interval of two of them, zs_hist_quantile() reads its histograms;
 *  - state: zs_pool_read() reads what the kernel shows in files.
 *
 * What is where:
 *
 *	source.c load.c plan.c kernel.c environment.c	events: where they come from
 *	stream.c ring.c event.c filter.c		one by one
 *	pin.c						counted without us
 *	stats.c parties.c				what they come to: in the kernel,
 *	tally.c spread.c sliced.c			and from the events themselves
 *	pool.c state.c					zswap, from files
 *	devices.c cgroup.c hierarchy.c files.c		and the machine
 *	recording*.c looks.c				recordings
 *	workload.c replay*.c model*.c			with another pool, or other settings
 *	measure*.c expect.c contrast.c bootstrap.c	measures: what is expected, what differs
 *	verdict.c					what is going on, in words
 *	compare.c reconcile.c triggers.c		whether all who count agree
 *	format.c utf8.c json.c				output: for people, as JSON,
 *	metrics.c exposition.c labels.c			and for Prometheus
 *	options.c arguments.c completion*.c		command lines
 *	clock.c output.c child.c error.c		how a tool waits, writes, runs and fails
 *
 * Units: bytes, pages and nanoseconds, always; formatting is the last step.
 *
 * Errors: functions that can fail return false or NULL and fill in a struct
 * zs_error, whose text is one line without a newline that names the cure.
 * Nothing in here prints, except libbpf when asked to be verbose.
 */
#ifndef ZSWAPSCOPE_H
#define ZSWAPSCOPE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <zswapscope/stats.h>

#define ZS_MODULE	"zswap_zbud"	/* whose tracepoints these are */
#define ZS_MODULE_RELEASE "6.12"	/* the Linux that it is for */
#define ZS_NSEC		1000000000ULL

#define ZS_ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* ---- errors ------------------------------------------------------------ */

enum zs_code {
	ZS_OK,
	ZS_ERR_NO_MODULES,	/* the kernel modules are not loaded */
	ZS_ERR_NO_TRACEFS,	/* no tracepoints, and no tracefs to look for them */
	ZS_ERR_NO_EVENTS,	/* tracefs is there, the tracepoints are not */
	ZS_ERR_NO_RIGHTS,	/* capabilities are missing */
	ZS_ERR_NO_BTF,		/* what was asked for needs BTF */
	ZS_ERR_LOCKDOWN,	/* rights are there, the kernel refuses all the same */
	ZS_ERR_NO_FUNCTIONS,	/* the kernel has no zswap whose functions we know */
	ZS_ERR_NO_COUNTERS,	/* this kernel has no zswap counters to read */
	ZS_ERR_CGROUP,		/* no such cgroup */
	ZS_ERR_PROCESS,		/* no such process */
	ZS_ERR_ARGUMENT,	/* options that contradict each other */
	ZS_ERR_SYSTEM,		/* anything else; the text has the errno's words */
};

struct zs_error {
	enum zs_code code;
	char text[320];
};

/**
 * zs_fail - fill in an error
 * @error: what to fill in; may be NULL
 * @code: its code
 * @format: printf format of its text
 *
 * Return: false, for "return zs_fail(...)".
 */
bool zs_fail(struct zs_error *error, enum zs_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- names ------------------------------------------------------------- */

enum zs_unit { ZS_UNIT_BYTES, ZS_UNIT_DURATION, ZS_UNIT_AGE };

/**
 * struct zs_hist_info - what a histogram is about
 * @name: for machines: store_size
 * @title: for people: compressed size
 * @unit: of its values; durations and ages are nanoseconds
 */
struct zs_hist_info {
	const char *name;
	const char *title;
	enum zs_unit unit;
};

/**
 * struct zs_counter_info - a scalar member of struct zswap_stats
 * @name: the member's name
 * @offset: its offset
 */
struct zs_counter_info {
	const char *name;
	size_t offset;
};

/**
 * struct zs_health_info - a number of struct zs_snapshot about what was not counted right
 * @name: "missed", or the member's name of struct zswap_health
 * @offset: in struct zs_snapshot
 * @title: for people: what it counts
 */
struct zs_health_info {
	const char *name;
	size_t offset;
	const char *title;
};

extern const struct zs_hist_info zs_hist_infos[ZSWAP_HIST_COUNT];
extern const struct zs_health_info zs_health_infos[];
extern const size_t zs_health_count;
extern const struct zs_counter_info zs_counter_infos[];
extern const size_t zs_counter_count;
/* How many of them, from the first one on, a struct zswap_usage has, too. */
extern const size_t zs_usage_counter_count;

/* Names of enum zswap_reject_reason, _cause and _role; "other" past their end. */
const char *zs_reason_name(unsigned int reason);
const char *zs_cause_name(unsigned int cause);
const char *zs_role_name(unsigned int role);

static inline uint64_t zs_counter(const struct zswap_stats *stats, size_t which)
{
	return *(const __u64 *)((const char *)stats + zs_counter_infos[which].offset);
}

/* @which: below zs_usage_counter_count */
static inline uint64_t zs_usage_counter(const struct zswap_usage *usage, size_t which)
{
	return *(const __u64 *)((const char *)usage + zs_counter_infos[which].offset);
}

/* ---- statistics -------------------------------------------------------- */

/**
 * struct zs_snapshot - statistics at a moment
 * @stats: cumulative, summed over all CPUs
 * @time_ns: when they were read, CLOCK_MONOTONIC
 * @missed: events that the kernel did not hand to our programs because one of
 *	    them was already running on that CPU
 * @health: what the programs could not count as they should
 */
struct zs_snapshot {
	struct zswap_stats stats;
	uint64_t time_ns;
	uint64_t missed;
	struct zswap_health health;
};

static inline uint64_t zs_health(const struct zs_snapshot *snapshot, size_t which)
{
	return *(const __u64 *)((const char *)snapshot + zs_health_infos[which].offset);
}

/* sum += part; and result = after - before, right across a wrap of a counter. */
void zs_pool_stats_add(struct zswap_pool_stats *sum,
		       const struct zswap_pool_stats *part);
void zs_stats_subtract(struct zswap_stats *result,
		       const struct zswap_stats *after,
		       const struct zswap_stats *before);
void zs_usage_add(struct zswap_usage *sum, const struct zswap_usage *part);
void zs_usage_subtract(struct zswap_usage *result,
		       const struct zswap_usage *after,
		       const struct zswap_usage *before);

/* A histogram, wherever it is; a usage has those below ZSWAP_USAGE_HIST_COUNT. */
const struct zswap_hist *zs_stats_hist(const struct zswap_stats *stats,
				       enum zswap_histogram which);

/**
 * zs_snapshot_subtract - what happened between two snapshots
 * @result: statistics of the interval; its @time_ns is the interval's length
 * @after: the later snapshot
 * @before: the earlier one
 */
void zs_snapshot_subtract(struct zs_snapshot *result,
			  const struct zs_snapshot *after,
			  const struct zs_snapshot *before);

uint64_t zs_hist_count(const struct zswap_hist *hist);

/*
 * Bounds of a slot, [low, high), bytes or nanoseconds; slot 0 is [0, 1).  The last
 * one of times has no end: its high is a factor of two above its low, for quantiles.
 */
double zs_slot_low(enum zs_unit unit, unsigned int slot);
double zs_slot_high(enum zs_unit unit, unsigned int slot);

/**
 * zs_hist_quantile - a quantile, interpolated linearly within its slot
 * @hist: the histogram
 * @unit: of its values
 * @q: 0 to 1
 * @value: the result; as far from the truth as a slot is wide: a factor of two for
 *	times above the first slot's, 128 bytes for sizes
 *
 * Return: false if the histogram is empty.
 */
bool zs_hist_quantile(const struct zswap_hist *hist, enum zs_unit unit, double q,
		      double *value);

/**
 * zs_hist_quantile_bounds - between what a quantile is for certain
 * @hist: the histogram
 * @unit: of its values
 * @q: 0 to 1
 * @low: the smallest value that it can have
 * @high: the largest, of bytes; of times, all are below it; infinity for the last slot of
 *	times, which has no end.  @low when all values of the slot are the same
 *
 * Return: false if the histogram is empty.
 */
bool zs_hist_quantile_bounds(const struct zswap_hist *hist, enum zs_unit unit, double q,
			     double *low, double *high);

/* The mean, exact. Return: false if the histogram is empty. */
bool zs_hist_mean(const struct zswap_hist *hist, double *value);

/* ---- source of events -------------------------------------------------- */

enum zs_source_kind {
	ZS_SOURCE_AUTO,		/* the first of the following that works */
	ZS_SOURCE_TP_BTF,	/* our tracepoints, through the module's BTF */
	ZS_SOURCE_RAW_TP,	/* our tracepoints, without BTF */
	ZS_SOURCE_FENTRY,	/* functions of the kernel's own zswap */
	ZS_SOURCE_KPROBE,	/* the same with kprobes, where fentry cannot attach */
	ZS_SOURCE_COUNTERS,	/* files of procfs and debugfs */
	ZS_SOURCE_COUNT
};

/* How many pairs of cgroup and process are told apart, unless asked otherwise. */
#define ZS_PAIRS_DEFAULT	160
#define ZS_PAIRS_MOST		511
#define ZS_THRASH_DEFAULT	60	/* seconds */

struct zswap_filter;

/**
 * struct zs_options - what to open
 * @kind: which source
 * @cgroup: inode number of the only cgroup to count, 0 for all
 * @pid: the only process to count, 0 for all
 * @totals_only: do not count by cgroup and process, which costs less
 * @cgroups_only: do not tell processes apart, so that there is room for more cgroups
 * @pairs: of cgroup and process, to be told apart; 0: ZS_PAIRS_DEFAULT
 * @count_by: enum zs_count_by, see zs_source_groups(); 0: by cgroup and process
 * @thrash: pages that come back within so many seconds are thrash; 0:
 *	ZS_THRASH_DEFAULT
 * @stream: bytes for events that wait to be read, of all CPUs together, see stream.h: a
 *	power of two from ZS_STREAM_LEAST up; 0: none
 * @events_only: nothing is counted, but for zswap_health and what the pool alone has, so
 *	that events cost less; with @stream
 * @filter: which events the stream has, see filter.h; NULL: all.  It is only lent
 * @pin: for zs_pin(), so the counters are no source to choose
 * @verbose: let libbpf speak on stderr
 * @root: prefix of /proc and /sys, for tests; NULL for none
 */
struct zs_options {
	enum zs_source_kind kind;
	uint64_t cgroup;
	pid_t pid;
	bool totals_only;
	bool cgroups_only;
	uint64_t pairs;
	unsigned int count_by;
	double thrash;
	uint32_t stream;
	bool events_only;
	const struct zswap_filter *filter;
	bool pin;
	bool verbose;
	const char *root;
};

struct zs_source;

/**
 * zs_source_open - choose a source of events and start counting
 * @options: what to open
 * @error: why not
 *
 * Return: the source, to be closed with zs_source_close(), or NULL.
 */
struct zs_source *zs_source_open(const struct zs_options *options,
				 struct zs_error *error);
void zs_source_close(struct zs_source *source);

bool zs_source_snapshot(struct zs_source *source, struct zs_snapshot *snapshot,
			struct zs_error *error);

/* The part of a snapshot that costs nothing. Return: false: a source without BPF. */
bool zs_source_health(const struct zs_source *source, struct zswap_health *health);

enum zs_source_kind zs_source_kind(const struct zs_source *source);

/* One line on what had to be done without, or "" when nothing had to be. */
const char *zs_source_note(const struct zs_source *source);

const char *zs_source_kind_name(enum zs_source_kind kind);
bool zs_source_kind_parse(const char *name, enum zs_source_kind *kind);

/* ---- by cgroup and process --------------------------------------------- */

/**
 * struct zs_party - what a process did to pages of a cgroup
 * @who: its key; 0 as @who.cgroup or @who.pid: of all of them
 * @comm: the process's name, or "" if nobody knows it any more
 * @path: the cgroup's, which may be another machine's; NULL: it is this one's
 * @usage: cumulative, or of an interval
 */
struct zs_party {
	struct zswap_who who;
	char comm[ZSWAP_COMM_BYTES];
	const char *path;
	struct zswap_usage usage;
};

/**
 * struct zs_parties - all of them
 * @list: in no order
 * @count: how many
 * @other: those that were too many to be told apart
 */
struct zs_parties {
	struct zs_party *list;
	size_t count;
	struct zswap_usage other;
};

/**
 * zs_source_parties - read the statistics by cgroup and process
 * @source: a source; one without BPF, or with @totals_only, has none
 * @parties: the result, cumulative, for zs_parties_free()
 * @error: why not
 */
bool zs_source_parties(struct zs_source *source, struct zs_parties *parties,
		       struct zs_error *error);

/**
 * zs_source_groups - read the statistics by swap area or by reason of a reject
 * @source: opened with @count_by; one without BPF has none
 * @groups: the result, cumulative, to be freed: by enum zs_count_by's numbers; the last one is
 *	of events that have no such number
 * @count: how many, that one included
 * @error: why not
 *
 * Nothing is counted by cgroup and process then.
 */
bool zs_source_groups(struct zs_source *source, struct zswap_usage **groups, size_t *count,
		      struct zs_error *error);

/* after -= before: what happened between the two. */
void zs_parties_subtract(struct zs_parties *after, const struct zs_parties *before);

bool zs_parties_copy(struct zs_parties *copy, const struct zs_parties *parties);

enum zs_by { ZS_BY_CGROUP, ZS_BY_PROCESS, ZS_BY_COUNT };

/* Sum up those of the same cgroup, or of the same process and role. */
void zs_parties_merge(struct zs_parties *parties, enum zs_by by);

/* Those with the most pages moved come first; those with no event go. */
void zs_parties_sort(struct zs_parties *parties);
void zs_parties_free(struct zs_parties *parties);

/* Pages that a usage is about: stored, loaded, read, written back, rejected. */
uint64_t zs_usage_pages(const struct zswap_usage *usage);

/**
 * zs_cgroup_path - the path of a cgroup, below /sys/fs/cgroup
 * @text: the result: "/user.slice/a"; or, of one that is gone, "cgroup 1234 (gone)"
 * @size: of @text
 * @id: its inode number; 0: "-"
 * @root: prefix of /sys, or NULL
 */
char *zs_cgroup_path(char *text, size_t size, uint64_t id, const char *root);

/* The same.  Return: false if it is gone. */
bool zs_cgroup_lookup(char *text, size_t size, uint64_t id, const char *root);

/**
 * zs_cgroup_walk - see each cgroup, with those below it behind it
 * @root: prefix of /sys, or NULL
 * @visit: gets the path in the file system, that below /sys/fs/cgroup ("" of the root),
 *	and the inode number; returns false to have seen enough
 * @context: its first argument
 */
void zs_cgroup_walk(const char *root,
		    bool (*visit)(void *context, const char *path, const char *below,
				  uint64_t id),
		    void *context);

/* ---- what this machine offers ------------------------------------------ */

enum zs_known { ZS_NO, ZS_YES, ZS_UNKNOWN };

/**
 * struct zs_environment - facts that decide which source can work
 * @module: the module is loaded
 * @stock: the kernel has a zswap of its own
 * @tracefs: tracefs is mounted (ZS_UNKNOWN: no right to look)
 * @events: the tracepoints are in it
 * @vmlinux_btf: the kernel has BTF
 * @module_btf: the module has BTF, or is a part of a kernel that has
 * @debugfs: debugfs is mounted (ZS_UNKNOWN: no right to look)
 * @jit: BPF programs are compiled, which fentry needs
 * @rights: this process has CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN
 * @cap_bpf: it has the one
 * @cap_perfmon: it has the other
 * @cap_sys_admin: it has that
 * @perf_paranoid: kernel.perf_event_paranoid; 0 unknown
 * @lockdown: the kernel's lockdown level: "none", "integrity", ...; "" unknown
 */
struct zs_environment {
	enum zs_known module;
	enum zs_known stock;
	enum zs_known tracefs;
	enum zs_known events;
	enum zs_known vmlinux_btf;
	enum zs_known module_btf;
	enum zs_known debugfs;
	enum zs_known jit;
	enum zs_known rights;
	enum zs_known cap_bpf;
	enum zs_known cap_perfmon;
	enum zs_known cap_sys_admin;
	int perf_paranoid;
	char lockdown[24];
};

void zs_environment_read(struct zs_environment *env, const char *root);

/* Whether tracepoint zswap_EVENT is there, as far as this process may look. */
enum zs_known zs_environment_event(const char *event, const char *root);

/**
 * zs_diagnose - say beforehand why a source cannot work
 * @env: the facts
 * @kind: any source but ZS_SOURCE_AUTO and ZS_SOURCE_COUNTERS
 * @error: why not
 *
 * Return: true if nothing speaks against it.
 */
bool zs_diagnose(const struct zs_environment *env, enum zs_source_kind kind,
		 struct zs_error *error);

/* The same for an errno that the kernel gave in spite of zs_diagnose(). */
bool zs_diagnose_errno(const struct zs_environment *env, enum zs_source_kind kind,
		       int number, const char *doing, struct zs_error *error);

/* ---- state of the pool ------------------------------------------------- */

/* Members of struct zs_pool that could be read, as bits of its @have. */
enum zs_pool_have {
	ZS_HAVE_PARAMETERS	= 1 << 0,
	ZS_HAVE_POOL		= 1 << 1,
	ZS_HAVE_STORED		= 1 << 2,
	ZS_HAVE_LIMIT_HIT	= 1 << 3,
	ZS_HAVE_WRITTEN_BACK	= 1 << 4,
	ZS_HAVE_REJECTS		= 1 << 5,
	ZS_HAVE_MEMORY		= 1 << 6,
	ZS_HAVE_VMSTAT		= 1 << 7,
	ZS_HAVE_VMSTAT_WRITEBACK = 1 << 8,	/* zswpwb is younger than the others */
	ZS_HAVE_DUPLICATE	= 1 << 9,
	ZS_HAVE_WASTE		= 1 << 10,
};

/**
 * struct zs_pool - zswap as the kernel's files show it
 * @have: which of the following are known
 * @ours: the parameters are our module's, not those of the kernel's own zswap
 * @loadable: our modules are for this kernel
 * @enabled: pages are being stored
 * @max_pool_percent: limit of the pool, in percent of RAM
 * @max_compression_ratio: limit of a compressed page, in percent of a page
 * @compressor: name of the algorithm
 * @pool_bytes: memory that the pool takes
 * @limit_bytes: memory that it may take
 * @stored_pages: pages held, compressed
 * @unbuddied_frames: frames of zbud that have room for another page
 * @free_bytes: that room
 * @lost_bytes: room in others, that nobody can have
 * @pool_limit_hit: how often the limit was reached
 * @written_back: pages written to the swap device
 * @duplicates: pages stored again before they were invalidated
 * @rejects: by reason; reasons that have no file stay 0
 * @memory_bytes: RAM
 * @swap_bytes: swap, in all
 * @swap_free_bytes: and free
 * @zswpout: pages stored, from vmstat
 * @zswpin: pages loaded, from vmstat
 * @zswpwb: pages written back, from vmstat
 * @pswpin: pages read from swap devices, from vmstat
 */
struct zs_pool {
	unsigned int have;
	bool ours;
	bool loadable;
	bool enabled;
	uint64_t max_pool_percent;
	uint64_t max_compression_ratio;
	char compressor[64];
	uint64_t pool_bytes;
	uint64_t limit_bytes;
	uint64_t stored_pages;
	uint64_t unbuddied_frames;
	uint64_t free_bytes;
	uint64_t lost_bytes;
	uint64_t pool_limit_hit;
	uint64_t written_back;
	uint64_t duplicates;
	uint64_t rejects[ZSWAP_REJECT_SLOTS];
	uint64_t memory_bytes;
	uint64_t swap_bytes;
	uint64_t swap_free_bytes;
	uint64_t zswpout;
	uint64_t zswpin;
	uint64_t zswpwb;
	uint64_t pswpin;
};

/**
 * zs_pool_read - read the state of the pool
 * @pool: the result; nothing in it is an error, see its @have
 * @root: prefix of /proc and /sys, or NULL
 *
 * Sizes come from debugfs, which is exact and needs root, else from meminfo.
 * Without our module, the kernel's own zswap is read.
 */
void zs_pool_read(struct zs_pool *pool, const char *root);

/*
 * Renew the sizes of a pool that was read: @pool_bytes, @limit_bytes, @stored_pages and
 * @written_back.  A sixth of the files, for who does it often.
 */
void zs_pool_renew(struct zs_pool *pool, const char *root);

/* The folder of its counters in debugfs, below a prefix or NULL. */
void zs_pool_debugfs(char *base, size_t size, const char *root);

/*
 * Have that folder open from now on, for who is about to give up his rights: only root may
 * enter debugfs, but who is inside may read.  Return: false if there is none.
 */
bool zs_pool_keep_debugfs(const char *root);

/* In words, what zswap is doing: "enabled", or what keeps it from working. */
const char *zs_pool_state(const struct zs_pool *pool);

/* Pages held per page frame of the pool. Return: false if it is empty. */
bool zs_pool_ratio(const struct zs_pool *pool, double *ratio);

/* ---- formatting -------------------------------------------------------- */

#define ZS_TEXT	32	/* room for any of these */

/* "512 B", "31.2 MiB". */
char *zs_format_bytes(char text[ZS_TEXT], double bytes);

/* Nanoseconds in three digits and a unit: "850 ns", "49.1 us", "4.2 min". */
char *zs_format_time(char text[ZS_TEXT], double ns);

/* What stands behind one of them, "/s": as far as there is room, for any number is possible. */
char *zs_format_more(char text[ZS_TEXT], const char *more);

/* A name that somebody else chose: what cannot be printed is a '?'; "?" for none. */
char *zs_format_name(char text[ZS_TEXT], const char *name);

/* A rate or a mean: one decimal below 10, none above. */
char *zs_format_number(char text[ZS_TEXT], double value);

/* "2.91:1". */
char *zs_format_ratio(char text[ZS_TEXT], double ratio);

/* A quantile as zs_format_time() or zs_format_bytes(); "-" if there is none. */
char *zs_format_quantile(char text[ZS_TEXT], const struct zswap_stats *stats,
			 enum zswap_histogram which, double q);

/**
 * zs_format_rejects - "compress_poor:12 no_frame:3", most frequent first
 * @text: where to; "-" if there were none
 * @size: its size
 * @by_reason: counts by enum zswap_reject_reason
 */
char *zs_format_rejects(char *text, size_t size, const __u64 *by_reason);

/* ---- arguments --------------------------------------------------------- */

#define ZS_SECONDS_LEAST	0.01
#define ZS_SECONDS_MOST		31536000	/* a year */
/* The same, for messages. */
#define ZS_SECONDS_TEXT		"from 0.01 to 31536000"

/* Whole words only, no sign, no overflow. Seconds: ZS_SECONDS_LEAST to ZS_SECONDS_MOST. */
bool zs_parse_seconds(const char *text, double *seconds);
bool zs_parse_count(const char *text, uint64_t *count);

/* Bytes from 1 up: a number, with K, M or G behind it for a unit of 1024, 1024^2, 1024^3. */
bool zs_parse_bytes(const char *text, uint64_t *bytes);

/**
 * zs_cgroup_find - the inode number of a cgroup
 * @path: below /sys/fs/cgroup, or absolute; "/" is the root of cgroups
 * @id: the result
 * @error: why not
 */
bool zs_cgroup_find(const char *path, uint64_t *id, struct zs_error *error);

/* Whether a process exists. */
bool zs_process_find(pid_t pid, struct zs_error *error);

/* ---- waiting ----------------------------------------------------------- */

/* Nanoseconds of CLOCK_MONOTONIC, as bpf_ktime_get_ns() has it. */
uint64_t zs_now(void);

/* What zs_clock_wait() woke up for; several may be true at once. */
enum zs_wake {
	ZS_WAKE_TICK	= 1 << 0,	/* an interval has passed */
	ZS_WAKE_END	= 1 << 1,	/* SIGINT, SIGTERM, SIGHUP */
	ZS_WAKE_RESIZE	= 1 << 2,	/* SIGWINCH */
	ZS_WAKE_INPUT	= 1 << 3,	/* something was typed */
	ZS_WAKE_CLOSED	= 1 << 4,	/* nobody reads our output any more */
	ZS_WAKE_LIMIT	= 1 << 5,	/* the time of zs_clock_limit() is over */
	ZS_WAKE_WATCH	= 1 << 6,	/* zs_clock.watch is readable */
	ZS_WAKE_SUSPEND	= 1 << 7,	/* SIGTSTP; only with an input */
	ZS_WAKE_RESUME	= 1 << 8,	/* SIGCONT; only with an input */
	ZS_WAKE_CHILD	= 1 << 9,	/* the command of zs_clock.child has ended */
};

struct zs_clock {
	int timer;
	int limit;
	int signals;
	int input;
	int watch;	/* one more to wait for, that the caller sets; -1: none */
	int child;	/* and the watch of a command, see child.h; -1: none */
	int output;
	int signal;	/* that ZS_WAKE_END stands for; 0: there was none yet */
	bool from_terminal; /* it went to all who run on the terminal */
	int woken;	/* bits that zs_clock_room() found, for zs_clock_wait() */
};

/**
 * zs_clock_start - take over signals
 * @clock: to be filled in
 * @input: file descriptor to watch for input, or -1
 * @error: why not
 *
 * From here on SIGINT, SIGTERM and SIGHUP wait for zs_clock_wait().  After the
 * first of them, the next one kills.  Without an input, whoever writes looks at
 * them as well: see output.h.
 */
bool zs_clock_start(struct zs_clock *clock, int input, struct zs_error *error);

/* Wake with ZS_WAKE_TICK each so many seconds, from now on. */
bool zs_clock_interval(struct zs_clock *clock, double seconds,
		       struct zs_error *error);

/* Wake with ZS_WAKE_LIMIT once, so many seconds from now. */
bool zs_clock_limit(struct zs_clock *clock, double seconds,
		    struct zs_error *error);

/*
 * Sleep so many seconds.  Return: false when there is a signal, or nobody reads our
 * output any more; both are left for zs_clock_wait().
 */
bool zs_clock_sleep(const struct zs_clock *clock, double seconds);

/* Sleep. Return: bits of enum zs_wake, or -1. */
int zs_clock_wait(struct zs_clock *clock, struct zs_error *error);

/**
 * zs_clock_room - sleep until a file takes something, or there is no hope of that
 * @clock: what it wakes up for meanwhile is left for zs_clock_wait()
 * @fd: the file
 *
 * Return: false: a signal asks for an end, and nothing was taken for a second since then.
 */
bool zs_clock_room(struct zs_clock *clock, int fd);
void zs_clock_stop(struct zs_clock *clock);

#endif /* ZSWAPSCOPE_H */
