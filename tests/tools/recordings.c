// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes recordings for tests, of a workload that is made up: the same options give the
 * same file, byte by byte.  A working set is stored, loaded and dropped, the pool runs
 * into its limit and writes back, some pages do not compress; and there is every kind of
 * damage, as a disk or another machine might do it.
 */
#include <argp.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording-checksum.h"
#include "recording.h"

#define BATCH		200	/* events of a processor, until they are written */
#define CPUS_MOST	64
#define BEGIN_NS	(5000 * ZS_NSEC)
#define STATES_EVERY	(100 * 1000000ULL)
#define BUDDIES		2	/* pages to a frame of the pool, as zbud has them */

static const struct option_values {
	uint64_t events;
	uint64_t seed;
	unsigned int cpus;
	double seconds;
	unsigned int slower;
	unsigned int rejects;
	unsigned int lost;
	unsigned int pages;
	unsigned int limit;
	const char *damage;
	const char *file;
} defaults = {
	.events = 20000, .seed = 1, .cpus = 4, .seconds = 10, .slower = 100, .rejects = 4,
	.pages = 4096, .limit = 1024,
};

static struct option_values options;

/* ---- chance ------------------------------------------------------------- */

static uint64_t chance_state;

/* xorshift64*, so that the same seed is the same file on every machine. */
static uint64_t chance(void)
{
	chance_state ^= chance_state >> 12;
	chance_state ^= chance_state << 25;
	chance_state ^= chance_state >> 27;
	return chance_state * 0x2545f4914f6cdd1dULL;
}

static uint64_t below(uint64_t end)
{
	return end ? (chance() >> 16) % end : 0;
}

static bool percent(unsigned int of_hundred)
{
	return below(100) < of_hundred;
}

/* Around @usual, with a tail: one of a hundred takes ten times as long. */
static uint64_t lasting(uint64_t usual)
{
	uint64_t ns = usual / 2 + (below(usual) + below(usual)) / 2;

	if (percent(1))
		ns *= 10;
	return ns * options.slower / 100;
}

/* ---- who ---------------------------------------------------------------- */

static const struct {
	uint64_t id;
	const char *path;
} cgroups[] = {
	{ 3001, "/system.slice/db.service" },
	{ 3002, "/user.slice/user-1000.slice/a \"quoted\", name" },
	{ 3003, "/machine.slice/b\303\274ro <1> & \\more" },
	{ 3004, "/batch" },
};

static const struct {
	uint32_t pid;
	unsigned int cgroup;
	const char *comm;
} processes[] = {
	{ 101, 0, "postgres" },
	{ 102, 0, "postgres" },
	{ 203, 1, "a,\"b\" 'c'" },
	{ 204, 2, "web\\server" },
	{ 205, 3, "cc1plus" },
	{ 77, 3, "kswapd0" },
};

#define PROCESSES	(ZS_ARRAY_SIZE(processes) - 1)
#define KSWAPD		processes[PROCESSES].pid

/* ---- the recording ------------------------------------------------------ */

static struct zs_recorder *recorder;

static struct {
	struct zswap_event events[BATCH];
	size_t count;
} cpus[CPUS_MOST];

static uint64_t now_ns = BEGIN_NS;
static uint64_t events_done;
static uint64_t events_lost;

static void need(bool ok, const struct zs_error *error)
{
	if (!ok)
		errx(1, "%s", error->text);
}

static void write_cpu(unsigned int cpu)
{
	struct zs_error error;

	need(zs_recorder_events(recorder, cpu, cpus[cpu].events, cpus[cpu].count, &error),
	     &error);
	cpus[cpu].count = 0;
}

static void put(unsigned int cpu, struct zswap_event event)
{
	event.time_ns = now_ns;
	event.cpu = (__u16)cpu;
	cpus[cpu].events[cpus[cpu].count++] = event;
	if (cpus[cpu].count == BATCH)
		write_cpu(cpu);
}

static void emit(struct zswap_event event)
{
	uint64_t step = (uint64_t)(options.seconds * 1e9) / options.events;

	now_ns += 1 + below(2 * step);
	events_done++;
	put((unsigned int)below(options.cpus), event);
}

/* ---- the workload ------------------------------------------------------- */

enum page_state { NOWHERE, STORED, ON_DISK };

static struct page {
	enum page_state state;
	uint32_t length;
	uint8_t kind;
	uint64_t since;
} *pages;

static unsigned int stored;		/* pages */
static unsigned int in_frames;		/* those of them that take memory */
static uint64_t written_back;
static bool at_limit;
static uint64_t limit_since;

static unsigned int frames(void)
{
	return (in_frames + BUDDIES - 1) / BUDDIES;
}

/* What all events of a page have. */
static struct zswap_event of_page(size_t nth, unsigned int event)
{
	size_t who = nth % PROCESSES;

	return (struct zswap_event){
		.event = (__u8)event, .offset = nth, .pfn = 100000 + nth,
		.type = nth % 8 == 7, .kind = ZSWAP_KIND_COUNT, .role = ZSWAP_ROLE_OWNER,
		.pid = processes[who].pid, .cgroup = cgroups[processes[who].cgroup].id,
	};
}

static void forget(struct page *page, enum page_state state)
{
	stored--;
	in_frames -= page->kind != ZSWAP_KIND_SAME_FILLED;
	page->state = state;
	page->since = now_ns;
}

/* The pool is full: its oldest frame, that is two pages, goes to the disk. */
static void write_back(void)
{
	struct zswap_event event;
	unsigned int gone = 0, bytes = 0;

	for (size_t tries = 0; tries < options.pages && gone < BUDDIES; tries++) {
		size_t nth = below(options.pages);
		struct page *page = &pages[nth];

		if (page->state != STORED || page->kind == ZSWAP_KIND_SAME_FILLED)
			continue;
		event = of_page(nth, ZSWAP_EVENT_WRITEBACK);
		event.why = percent(80) ? ZSWAP_CAUSE_POOL_LIMIT : ZSWAP_CAUSE_SHRINKER;
		event.kind = page->kind;
		event.length = page->length;
		event.age_ns = now_ns - page->since;
		event.pid = KSWAPD;
		event.role = ZSWAP_ROLE_WORKER;
		event.pfn = 0;
		event.alloc_ns = (__u32)lasting(900);
		event.decompress_ns = (__u32)lasting(3000);
		event.submit_ns = (__u32)lasting(12000);
		event.duration_ns = (__u64)event.alloc_ns + event.decompress_ns + event.submit_ns;
		event.result = percent(2) ? -16 : 0;
		emit(event);
		if (event.result)
			continue;
		bytes += page->length;
		gone++;
		written_back++;
		forget(page, ON_DISK);
	}
	emit((struct zswap_event){
		.event = ZSWAP_EVENT_EVICT, .count = gone, .length = bytes, .pid = KSWAPD,
		.why = ZSWAP_CAUSE_POOL_LIMIT, .kind = ZSWAP_KIND_COUNT,
		.age_ns = 1000000 + below(ZS_NSEC), .duration_ns = lasting(40000),
		.result = gone ? 0 : -11, .pages = 2,
	});
}

/* Two thirds around 1300 bytes, the rest anything: like text and pointers do. */
static uint32_t compressed(void)
{
	if (percent(66))
		return (uint32_t)(700 + below(600) + below(600));
	return (uint32_t)(40 + below(3800));
}

static void reject(size_t nth, unsigned int reason, uint32_t length)
{
	struct zswap_event event = of_page(nth, ZSWAP_EVENT_REJECT);

	event.why = (__u8)reason;
	event.length = length;
	event.duration_ns = lasting(length ? 14000 : 600);
	emit(event);
	pages[nth].state = ON_DISK;
	pages[nth].since = 0;
}

static void note_limit(bool reached)
{
	if (reached == at_limit)
		return;
	emit((struct zswap_event){
		.event = ZSWAP_EVENT_POOL_LIMIT, .why = reached, .kind = ZSWAP_KIND_COUNT,
		.duration_ns = reached ? 0 : now_ns - limit_since,
		.pool = { .pages = frames(), .limit = options.limit },
	});
	at_limit = reached;
	limit_since = now_ns;
}

static void store(size_t nth)
{
	struct zswap_event event = of_page(nth, ZSWAP_EVENT_STORE);
	struct page *page = &pages[nth];

	if (percent(options.rejects)) {
		reject(nth, ZSWAP_REJECT_COMPRESS_POOR, (uint32_t)(3800 + below(297)));
		return;
	}
	note_limit(frames() >= options.limit);
	if (at_limit) {
		if (percent(10)) {
			reject(nth, ZSWAP_REJECT_POOL_LIMIT, 0);
			return;
		}
		write_back();
	}
	event.kind = percent(8) ? ZSWAP_KIND_SAME_FILLED : ZSWAP_KIND_COMPRESSED;
	event.length = event.kind == ZSWAP_KIND_SAME_FILLED ? 0 : compressed();
	event.duration_ns = lasting(event.length ? 9000 + 4 * event.length : 400);
	emit(event);
	*page = (struct page){
		.state = STORED, .length = event.length, .kind = event.kind, .since = now_ns,
	};
	stored++;
	in_frames += event.kind != ZSWAP_KIND_SAME_FILLED;
}

static void load(size_t nth)
{
	struct zswap_event event = of_page(nth, ZSWAP_EVENT_LOAD);
	struct page *page = &pages[nth];

	event.kind = page->kind;
	event.length = page->length;
	event.age_ns = now_ns - page->since;
	event.duration_ns = lasting(page->length ? 2500 + page->length : 300);
	emit(event);
	forget(page, NOWHERE);
}

static void drop(size_t nth)
{
	struct zswap_event event = of_page(nth, ZSWAP_EVENT_INVALIDATE);
	struct page *page = &pages[nth];

	event.kind = page->kind;
	event.length = page->length;
	event.age_ns = now_ns - page->since;
	event.pfn = 0;
	emit(event);
	forget(page, NOWHERE);
}

static void miss(size_t nth)
{
	struct zswap_event event = of_page(nth, ZSWAP_EVENT_MISS);
	struct page *page = &pages[nth];

	event.age_ns = page->since ? now_ns - page->since : 0;
	emit(event);
	event = of_page(nth, ZSWAP_EVENT_READ);
	event.pfn = 0;
	event.duration_ns = lasting(140000);
	emit(event);
	page->state = NOWHERE;
}

/* Now and then something of the pool as a whole. */
static void of_pool(void)
{
	struct zswap_event event = { .kind = ZSWAP_KIND_COUNT };

	switch (below(3)) {
	case 0:
		event.event = ZSWAP_EVENT_SHRINK;
		event.why = ZSWAP_CAUSE_SHRINKER;
		event.pid = KSWAPD;
		event.shrink.scanned = 64;
		event.shrink.written = below(64);
		break;
	case 1:
		event.event = ZSWAP_EVENT_BACKGROUND;
		event.background.frames = frames();
		event.background.left = frames() - below(frames() / 8 + 1);
		event.background.goal = options.limit * 9 / 10;
		break;
	default:
		event.event = ZSWAP_EVENT_COMPRESSOR;
		strcpy(event.compressor.from, "lzo");
		strcpy(event.compressor.to, "zstd");
	}
	if (event.event != ZSWAP_EVENT_COMPRESSOR)
		event.duration_ns = lasting(400000);
	emit(event);
}

static void lose(void)
{
	uint32_t count = (uint32_t)(1 + below(300));

	events_lost += count;
	put((unsigned int)below(options.cpus),
	    (struct zswap_event){ .event = ZSWAP_EVENT_LOST, .count = count,
				  .kind = ZSWAP_KIND_COUNT });
}

static void write_state(void)
{
	struct zs_error error;
	struct zswap_state state = {
		.time_ns = now_ns, .pool_bytes = frames() * ZSWAP_PAGE_BYTES,
		.limit_bytes = options.limit * ZSWAP_PAGE_BYTES, .stored_pages = stored,
		.written_back = written_back,
		.free_bytes = (uint64_t)(20 + below(10)) << 20,
	};

	need(zs_recorder_states(recorder, &state, 1, &error), &error);
}

static void step(void)
{
	size_t nth = below(options.pages);

	if (below(4000) < 2) {
		of_pool();
		return;
	}
	switch (pages[nth].state) {
	case NOWHERE:
		store(nth);
		break;
	case STORED:
		if (percent(70))
			load(nth);
		else if (percent(30))
			drop(nth);
		break;
	case ON_DISK:
		miss(nth);
		break;
	}
}

static void run(void)
{
	uint64_t next_state = now_ns, next_lost = 0;
	unsigned int lost = 0;

	if (options.lost)
		next_lost = options.events / (options.lost + 1);
	while (events_done < options.events) {
		if (now_ns >= next_state) {
			write_state();
			next_state = now_ns + STATES_EVERY;
		}
		if (lost < options.lost && events_done >= next_lost * (lost + 1)) {
			lose();
			lost++;
		}
		step();
	}
	write_state();
	for (unsigned int cpu = 0; cpu < options.cpus; cpu++)
		write_cpu(cpu);
}

static void write_facts(void)
{
	zs_recorder_fact(recorder, "kernel", "6.12.73-made-up");
	zs_recorder_fact(recorder, "machine", "x86_64");
	zs_recorder_fact(recorder, "source", "tp_btf");
	zs_recorder_fact(recorder, "cpus", "%u", options.cpus);
	zs_recorder_fact(recorder, "page_bytes", "%llu", ZSWAP_PAGE_BYTES);
	zs_recorder_fact(recorder, "memory_bytes", "%u", 512U << 20);
	zs_recorder_fact(recorder, "swap_bytes", "%u", 1024U << 20);
	zs_recorder_fact(recorder, "start_mono_ns", "%llu", BEGIN_NS);
	zs_recorder_fact(recorder, "start_real_ns", "%llu", 1700000000 * ZS_NSEC);
	zs_recorder_fact(recorder, "kinds", "all");
	zs_recorder_fact(recorder, "filter", "%s", "");
	zs_recorder_fact(recorder, "owners", "1");
	zs_recorder_fact(recorder, "command", "made up --seed %llu",
			 (unsigned long long)options.seed);
	zs_recorder_fact(recorder, "zswap.pool", "zbud");
	zs_recorder_fact(recorder, "zswap.compressor", "lzo");
	zs_recorder_fact(recorder, "zswap.max_pool_percent", "20");
	zs_recorder_fact(recorder, "zswap.max_compression_ratio", "90");
	zs_recorder_fact(recorder, "zswap.accept_threshold_percent", "90");
	zs_recorder_fact(recorder, "zswap.incompressible", "N");
	zs_recorder_fact(recorder, "zswap.stored_pages", "0");
	zs_recorder_fact(recorder, "zswap.pool_bytes", "0");
}

static void write_end(void)
{
	zs_recorder_fact(recorder, "end_mono_ns", "%llu", (unsigned long long)now_ns);
	zs_recorder_fact(recorder, "events_lost", "%llu", (unsigned long long)events_lost);
	zs_recorder_fact(recorder, "exit_status", "0");
	zs_recorder_fact(recorder, "end.stored_pages", "%u", stored);
	zs_recorder_fact(recorder, "end.pool_bytes", "%llu", frames() * ZSWAP_PAGE_BYTES);
	zs_recorder_fact(recorder, "end.written_back", "%llu",
			 (unsigned long long)written_back);
}

static void write_file(void)
{
	struct zs_error error;

	recorder = zs_recorder_create(options.file, &error);
	need(recorder, &error);
	write_facts();
	for (size_t i = 0; i < ZS_ARRAY_SIZE(cgroups); i++)
		zs_recorder_cgroup(recorder, cgroups[i].id, cgroups[i].path);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(processes); i++)
		zs_recorder_process(recorder, processes[i].pid, processes[i].comm);
	need(zs_recorder_flush(recorder, &error), &error);
	run();
	write_end();
	need(zs_recorder_finish(recorder, &error), &error);
}

/* ---- damage ------------------------------------------------------------- */

static int fd = -1;
static unsigned char *bytes;
static size_t size;

static struct zswap_block *next_block(struct zswap_block *block)
{
	return (struct zswap_block *)((unsigned char *)(block + 1) +
				      ((block->bytes + 7) & ~7U));
}

/* A block of events about in the middle of the file. */
static struct zswap_block *middle(void)
{
	struct zswap_block *block = (struct zswap_block *)(bytes + sizeof(struct zswap_recording));

	while ((size_t)((unsigned char *)block - bytes) < size / 2 ||
	       block->kind != ZSWAP_BLOCK_EVENTS)
		block = next_block(block);
	return block;
}

static size_t offset_of(const void *at)
{
	return (size_t)((const unsigned char *)at - bytes);
}

static void resize(size_t to)
{
	if (ftruncate(fd, (off_t)to))
		err(1, "%s", options.file);
}

static void empty(void)
{
	resize(0);
}

static void truncated(void)
{
	struct zswap_block *block = middle();

	resize(offset_of(block) + sizeof(*block) + block->bytes / 2);
}

static void no_end(void)
{
	resize(size - sizeof(struct zswap_block));
}

static void corrupt(void)
{
	struct zswap_block *block = middle();

	((unsigned char *)(block + 1))[block->bytes / 2] ^= 0x10;
}

static void torn(void)
{
	struct zswap_block *block = middle();

	memset(block, 0, 512);
}

static void missing(void)
{
	struct zswap_block *block = middle(), *next = next_block(block);
	size_t gone = offset_of(next) - offset_of(block);

	memmove(block, next, size - offset_of(next));
	resize(size - gone);
}

static struct zswap_recording *header(void)
{
	return (struct zswap_recording *)bytes;
}

static void sign_header(void)
{
	header()->checksum = zs_recording_checksum(header());
}

/* The whole header as the other kind of machine writes it; nobody reads further. */
static void foreign(void)
{
	__u32 *const numbers[] = {
		&header()->order, &header()->version, &header()->event_version,
		&header()->event_bytes, &header()->nothing,
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(numbers); i++)
		*numbers[i] = __builtin_bswap32(*numbers[i]);
	sign_header();
	header()->checksum = __builtin_bswap32(header()->checksum);
}

static void future(void)
{
	header()->version = ZSWAP_RECORDING_VERSION + 1;
	sign_header();
}

static void past(void)
{
	header()->version = ZSWAP_RECORDING_VERSION - 1;
	sign_header();
}

static void bad_header(void)
{
	header()->nothing = 1;
}

static void no_recording(void)
{
	memcpy(bytes, "#!/bin/s", 8);
}

static const struct {
	const char *name;
	void (*do_it)(void);
} damages[] = {
	{ "empty", empty },
	{ "truncated", truncated },
	{ "no-end", no_end },
	{ "corrupt", corrupt },
	{ "torn", torn },
	{ "missing", missing },
	{ "foreign", foreign },
	{ "future", future },
	{ "past", past },
	{ "header", bad_header },
	{ "no-recording", no_recording },
};

static void damage(void)
{
	struct stat about;

	fd = open(options.file, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &about))
		err(1, "%s", options.file);
	size = (size_t)about.st_size;
	bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		err(1, "%s", options.file);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(damages); i++)
		if (!strcmp(options.damage, damages[i].name))
			damages[i].do_it();
	close(fd);
}

/* ---- command line ------------------------------------------------------- */

static const struct argp_option argp_options[] = {
	{ "events", 'n', "N", 0, "About so many (20000)", 0 },
	{ "seed", 's', "N", 0, "Of chance (1)", 0 },
	{ "cpus", 'c', "N", 0, "Processors, up to 64 (4)", 0 },
	{ "seconds", 't', "SECS", 0, "That it took (10)", 0 },
	{ "pages", 'p', "N", 0, "Of the working set (4096)", 0 },
	{ "limit", 'l', "N", 0, "Of the pool, page frames (1024)", 0 },
	{ "slower", 'S', "PERCENT", 0, "All durations, of what they are (100)", 0 },
	{ "rejects", 'r', "PERCENT", 0, "Pages that do not compress (4)", 0 },
	{ "lost", 'L', "N", 0, "Times that events were lost (0)", 0 },
	{ "damage", 'd', "KIND", 0,
	  "empty, truncated, no-end, corrupt, torn, missing, foreign, future, past, header, no-recording", 0 },
	{ 0 },
};

static uint64_t number(struct argp_state *state, const char *arg, uint64_t least, uint64_t most)
{
	char *end;
	uint64_t value = strtoull(arg, &end, 10);

	if (*end || end == arg || value < least || value > most)
		argp_error(state, "a number from %llu to %llu, not '%s'",
			   (unsigned long long)least, (unsigned long long)most, arg);
	return value;
}

static const char *damage_name(struct argp_state *state, const char *arg)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(damages); i++)
		if (!strcmp(arg, damages[i].name))
			return arg;
	argp_error(state, "no such damage: '%s'", arg);
	return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'n':
		options.events = number(state, arg, 1, 1ULL << 40);
		return 0;
	case 's':
		options.seed = number(state, arg, 0, UINT64_MAX);
		return 0;
	case 'c':
		options.cpus = (unsigned int)number(state, arg, 1, CPUS_MOST);
		return 0;
	case 't':
		options.seconds = atof(arg);
		return 0;
	case 'p':
		options.pages = (unsigned int)number(state, arg, 16, 1U << 24);
		return 0;
	case 'l':
		options.limit = (unsigned int)number(state, arg, 1, 1U << 24);
		return 0;
	case 'S':
		options.slower = (unsigned int)number(state, arg, 1, 100000);
		return 0;
	case 'r':
		options.rejects = (unsigned int)number(state, arg, 0, 100);
		return 0;
	case 'L':
		options.lost = (unsigned int)number(state, arg, 0, 1000000);
		return 0;
	case 'd':
		options.damage = damage_name(state, arg);
		return 0;
	case ARGP_KEY_ARG:
		options.file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which file?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse, .args_doc = "FILE",
		.doc = "Write a recording of a workload that is made up.",
	};

	options = defaults;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	/* any seed but 0, which would stay 0 */
	chance_state = options.seed * 0x9e3779b97f4a7c15ULL | 1;
	for (int i = 0; i < 8; i++)
		chance();
	pages = calloc(options.pages, sizeof(*pages));
	if (!pages)
		err(1, "%u pages", options.pages);
	write_file();
	if (options.damage)
		damage();
	return 0;
}
