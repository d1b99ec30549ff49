// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zs-workload: anonymous memory with real contents, touched at random and
 * verified.  Made larger than the machine's memory, it makes the kernel swap;
 * every page that comes back is compared with a checksum taken when it was
 * written, so that a page which is lost, stale or somebody else's is found.
 *
 * The contents are those of the machine's own files, page by page as a process
 * would have them.  Pages that are all zero are left out, since the kernel keeps
 * them as a bit and hands them to nobody.
 *
 * Each thread owns the pages whose number leaves its own remainder: nothing here
 * is locked but the first report of an error.
 */
#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../program.h"

#define PAGE		4096UL
#define WORDS		(PAGE / sizeof(uint64_t))
#define CHUNK		(256 * PAGE)
#define HUGE_ALIGN	(2UL << 20)
/* No file gives more than this: one huge library is not a machine's memory. */
#define FILE_SHARE	(16UL << 20)
/* Pages that stay together when they are saved. */
#define SAVE_RUN	64UL
#define MAX_SOURCES	16
#define MAX_THREADS	256

static struct {
	uint64_t size_mb;
	uint64_t seconds;
	uint64_t touches;
	bool count_touches;
	uint64_t threads;
	uint64_t seed;
	char *sources[MAX_SOURCES + 1];
	unsigned int nr_sources;
	uint64_t write_percent;
	uint64_t incompressible_percent;
	uint64_t same_filled_percent;
	uint64_t zeros_percent;
	uint64_t drop_percent;
	bool thp;
	bool hold;
	bool survive;
	const char *save;
} opt = {
	.size_mb = 256,
	.seconds = 10,
	.threads = 1,
	.seed = 1,
};

static unsigned char *arena;
static uint64_t nr_pages;	/* filled so far, and all of them after filling */
static uint64_t *sums;		/* of each page, never swapped out */
static uint64_t *old_sums;	/* before the last rewrite: tells a stale page */

static volatile sig_atomic_t stop;
static atomic_bool failed;
static pthread_mutex_t report_lock = PTHREAD_MUTEX_INITIALIZER;

struct worker {
	pthread_t thread;
	unsigned int index;
	uint64_t random;
	uint64_t touches;
	uint64_t rewrites;
	uint64_t verified;
	uint64_t errors;	/* pages that could not be read, or written to */
};

/* With --survive: where a thread goes on whose page cannot be had. */
static _Thread_local sigjmp_buf on_bus;
static _Thread_local volatile sig_atomic_t on_bus_set;

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *format, ...)
{
	va_list args;

	fputs("zs-workload: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static uint64_t page_sum(const void *page)
{
	return sum_words(0, page, WORDS);
}

static unsigned char *page_of(uint64_t number)
{
	return arena + number * PAGE;
}

/* Whose contents are these?  Knowing that is half of finding the bug. */
static void report_mismatch(uint64_t number, const void *page, uint64_t got)
{
	const uint64_t *words = page;
	size_t zeros = 0;

	pthread_mutex_lock(&report_lock);
	if (atomic_exchange(&failed, true))
		goto unlock;
	printf("MISMATCH page %" PRIu64 " at %p: expected %016" PRIx64 ", got %016" PRIx64 "\n",
	       number, (void *)page_of(number), sums[number], got);
	for (size_t i = 0; i < WORDS; i++)
		zeros += words[i] == 0;
	printf("  %zu of its %zu words are zero; it begins with", zeros, WORDS);
	for (size_t i = 0; i < 4; i++)
		printf(" %016" PRIx64, words[i]);
	putchar('\n');
	if (old_sums && got == old_sums[number])
		puts("  it is stale: these are its contents before the last rewrite");
	for (uint64_t i = 0; i < nr_pages; i++) {
		if (i != number && sums[i] == got) {
			printf("  these are the contents of page %" PRIu64 " at %p\n",
			       i, (void *)page_of(i));
			break;
		}
	}
	got = page_sum(page_of(number));
	printf("  read again: %016" PRIx64 ", %s\n", got,
	       got == sums[number] ? "as it should be" : "still wrong");
	fflush(stdout);
unlock:
	pthread_mutex_unlock(&report_lock);
}

/* Whoever is here without having said where to go on dies of it, as ever. */
static void on_sigbus(int signal)
{
	if (on_bus_set)
		siglongjmp(on_bus, 1);
	sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
	raise(signal);
}

/*
 * Do something with a page that may not be there: with --survive, false if it was not.
 * The signal mask is left alone (SA_NODEFER), as to save it is a system call.
 */
#define CAN(something)							\
	(opt.survive && sigsetjmp(on_bus, 0) ? on_bus_set = 0, false :	\
	 (on_bus_set = 1, (something), on_bus_set = 0, true))

static bool verify(struct worker *worker, uint64_t number, const void *page)
{
	uint64_t got;

	if (!CAN(got = page_sum(page))) {
		worker->errors++;
		return true;
	}
	worker->verified++;
	if (got == sums[number])
		return true;
	report_mismatch(number, page, got);
	return false;
}

/* --- Filling --- */

struct file {
	char *path;
	uint64_t size;
};

static struct file *files;
static size_t nr_files;

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* What is compressed already is not what lies in memory. */
static bool is_compressed(const char *name)
{
	static const char *const suffixes[] = {
		".gz", ".xz", ".zst", ".bz2", ".zip", ".png", ".jpg", ".whl", ".jar", ".debug",
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (!strcasecmp(dot, suffixes[i]))
			return true;
	return false;
}

static void add_file(const char *path, uint64_t size)
{
	if (!(nr_files & (nr_files + 1))) {
		files = realloc(files, (2 * nr_files + 2) * sizeof(*files));
		if (!files)
			die("out of memory");
	}
	files[nr_files] = (struct file){ strdup(path), size };
	if (!files[nr_files++].path)
		die("out of memory");
}

/*
 * Look at a source's entries number "from" to "to" and add files of [min, max)
 * bytes until there are "wanted".  Returns what was found, and in *ended whether
 * there is nothing behind "to".
 */
static uint64_t collect_from(char *source, uint64_t wanted, size_t from, size_t to,
			     off_t min, off_t max, bool *ended)
{
	char *paths[] = { source, NULL };
	FTSENT *entry = NULL;
	uint64_t found = 0;
	size_t seen = 0;
	FTS *fts;

	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (!fts)
		die("%s: %s", source, strerror(errno));
	while (found < wanted && seen < to && !stop && (entry = fts_read(fts))) {
		const struct stat *st = entry->fts_statp;
		uint64_t size;

		if (seen++ < from || entry->fts_info != FTS_F || !S_ISREG(st->st_mode) ||
		    st->st_size < min || st->st_size >= max || is_compressed(entry->fts_name))
			continue;
		size = st->st_size;
		if (size > FILE_SHARE)
			size = FILE_SHARE;
		add_file(entry->fts_path, size);
		found += size;
	}
	*ended = found < wanted && seen < to;
	fts_close(fts);
	return found;
}

/*
 * The guest's file system takes a millisecond for a look at a file.  So large
 * files first, and a few thousand entries of every source before a longer search,
 * which the first source that has enough can end.
 */
static void collect(uint64_t wanted)
{
	static const off_t sizes[] = { LONG_MAX, 64 << 10, 4 << 10, 1 };
	uint64_t found = 0;

	for (size_t j = 1; j < sizeof(sizes) / sizeof(*sizes); j++) {
		bool ended[MAX_SOURCES] = { false }, all_ended = false;
		size_t from = 0, to = 2000;

		while (!all_ended && found < wanted && !stop) {
			all_ended = true;
			for (unsigned int i = 0; i < opt.nr_sources && found < wanted; i++) {
				uint64_t share = wanted - found;

				if (!from)
					share /= opt.nr_sources - i;
				if (!ended[i])
					found += collect_from(opt.sources[i], share, from, to,
							      sizes[j], sizes[j - 1], &ended[i]);
				all_ended &= ended[i];
			}
			from = to;
			to *= 4;
		}
	}
	if (!nr_files && !stop)
		die("no readable files in the sources");
}

static bool is_zero(const unsigned char *page)
{
	return !page[0] && !memcmp(page, page + 1, PAGE - 1);
}

/* A page of one word is no work for a compressor. */
static bool is_one_word(const unsigned char *page)
{
	return !memcmp(page, page + sizeof(uint64_t), PAGE - sizeof(uint64_t));
}

static void get_random_page(unsigned char *page)
{
	size_t done = 0;

	while (done < PAGE) {
		ssize_t n = getrandom(page + done, PAGE - done, 0);

		if (n < 0 && errno != EINTR)
			die("getrandom: %s", strerror(errno));
		if (n > 0)
			done += n;
	}
}

/* One word all over, another for each page. */
static void fill_page(unsigned char *page, uint64_t word)
{
	for (size_t i = 0; i < PAGE; i += sizeof(word))
		memcpy(page + i, &word, sizeof(word));
}

static void add_page(const unsigned char *contents, uint64_t *random)
{
	unsigned char *page = page_of(nr_pages);

	if (next_random(random) % 100 < opt.incompressible_percent)
		get_random_page(page);
	else if (next_random(random) % 100 < opt.same_filled_percent)
		fill_page(page, next_random(random) | 1);
	else
		memcpy(page, contents, PAGE);
	sums[nr_pages++] = page_sum(page);
}

/* Returns false when the file gave nothing. */
static bool fill_from(const struct file *file, unsigned char *buffer, uint64_t wanted,
		      uint64_t *random)
{
	uint64_t left = file->size, before = nr_pages;
	int fd;

	fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	while (left && nr_pages < wanted && !stop) {
		ssize_t n = read(fd, buffer, left < CHUNK ? left : CHUNK);

		if (n <= 0)
			break;
		left -= n;
		memset(buffer + n, 0, -n & (PAGE - 1));
		for (ssize_t at = 0; at < n && nr_pages < wanted; at += PAGE)
			if (!(opt.save ? is_one_word(buffer + at) : is_zero(buffer + at)))
				add_page(buffer + at, random);
	}
	/* The cache of the sources is not what this is about. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
	return nr_pages > before;
}

static void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		die("cannot map %zu bytes: %s", size, strerror(errno));
	return memory;
}

/* A table that has to be right even when swapping is wrong. */
static void *map_locked(size_t size)
{
	void *memory = map(size);

	if (mlock(memory, size))
		die("cannot lock %zu bytes: %s", size, strerror(errno));
	return memory;
}

static void make_arena(uint64_t wanted)
{
	size_t size = wanted * PAGE;

	arena = map(size + HUGE_ALIGN);
	/* with --survive all the rest is locked */
	if (munlock(arena, size + HUGE_ALIGN))
		die("munlock: %s", strerror(errno));
	arena += -(uintptr_t)arena & (HUGE_ALIGN - 1);
	/* Linux 6.12 writes a huge folio to the device in one piece. */
	if (madvise(arena, size, opt.thp ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) && opt.thp)
		die("MADV_HUGEPAGE: %s", strerror(errno));
	sums = map_locked(wanted * sizeof(*sums));
	if (opt.write_percent)
		old_sums = map_locked(wanted * sizeof(*old_sums));
}

static void fill(uint64_t wanted)
{
	uint64_t random = opt.seed;
	unsigned char *buffer;
	double start = now();
	size_t used = 0;

	/* A quarter more than needed, for the zero pages in it. */
	collect(wanted * PAGE + wanted * PAGE / 4);
	make_arena(wanted);
	buffer = map(CHUNK);
	while (nr_pages < wanted && !stop) {
		bool progress = false;

		for (size_t i = 0; i < nr_files && nr_pages < wanted && !stop; i++) {
			if (fill_from(&files[i], buffer, wanted, &random)) {
				progress = true;
				used++;
			}
		}
		if (!progress && !stop)
			die("the sources have no readable contents");
	}
	/* or it would be swapped, too, and nobody would look at it again */
	munmap(buffer, CHUNK);
	printf("filled %" PRIu64 " pages (%" PRIu64 " MB) from %zu files in %.1f s\n",
	       nr_pages, nr_pages >> 8, used, now() - start);
	fflush(stdout);
}

/* --- Touching and verifying --- */

static uint64_t own_pages(const struct worker *worker)
{
	return nr_pages / opt.threads + (worker->index < nr_pages % opt.threads);
}

static uint64_t random_page(struct worker *worker)
{
	return next_random(&worker->random) % own_pages(worker) * opt.threads + worker->index;
}

/* Nobody knows how far it was written: it becomes another page, of zeros. */
static bool start_again(struct worker *worker, uint64_t number)
{
	worker->errors++;
	if (madvise(page_of(number), PAGE, MADV_DONTNEED))
		die("MADV_DONTNEED: %s", strerror(errno));
	sums[number] = page_sum(page_of(number));
	return is_zero(page_of(number));
}

static bool clear(struct worker *worker, uint64_t number)
{
	if (!CAN(memset(page_of(number), 0, PAGE)))
		return start_again(worker, number);
	sums[number] = page_sum(page_of(number));
	return true;
}

static bool copy(struct worker *worker, uint64_t number, uint64_t from)
{
	unsigned char page[PAGE] __attribute__((aligned(sizeof(uint64_t))));

	if (!CAN(memcpy(page, page_of(from), PAGE))) {
		worker->errors++;
		return true;
	}
	if (!verify(worker, from, page))
		return false;
	if (!CAN(memcpy(page_of(number), page, PAGE)))
		return start_again(worker, number);
	sums[number] = sums[from];
	return true;
}

/* The page becomes a copy of another one of the same thread, or all zeros. */
static bool rewrite(struct worker *worker, uint64_t number)
{
	uint64_t from = random_page(worker);

	worker->rewrites++;
	old_sums[number] = sums[number];
	if (next_random(&worker->random) % 100 < opt.zeros_percent)
		return clear(worker, number);
	return copy(worker, number, from);
}

static void *touch(void *argument)
{
	struct worker *worker = argument;
	uint64_t limit = UINT64_MAX;
	double end = now() + opt.seconds;

	if (opt.count_touches)
		limit = opt.touches / opt.threads + (worker->index < opt.touches % opt.threads);
	if (!own_pages(worker))
		return NULL;
	while (worker->touches < limit && !stop &&
	       !atomic_load_explicit(&failed, memory_order_relaxed)) {
		uint64_t number = random_page(worker);

		if (!opt.count_touches && now() >= end)
			break;
		worker->touches++;
		if (!verify(worker, number, page_of(number)))
			break;
		if (next_random(&worker->random) % 100 < opt.write_percent &&
		    !rewrite(worker, number))
			break;
	}
	return NULL;
}

static void *verify_all(void *argument)
{
	struct worker *worker = argument;

	for (uint64_t i = worker->index; i < nr_pages && !atomic_load(&failed); i += opt.threads)
		verify(worker, i, page_of(i));
	return NULL;
}

static void run(struct worker *workers, void *(*function)(void *))
{
	unsigned int i;
	int error;

	/* whose stack is there, come what may */
	if (opt.threads == 1) {
		function(workers);
		return;
	}
	for (i = 0; i < opt.threads; i++) {
		error = pthread_create(&workers[i].thread, NULL, function, &workers[i]);
		if (error)
			die("cannot start a thread: %s", strerror(error));
	}
	for (i = 0; i < opt.threads; i++)
		pthread_join(workers[i].thread, NULL);
}

static void on_signal(int signal)
{
	stop = signal;
}

static void catch_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGUSR1 };
	struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
}

/* Pages may be lost, but none of those that this program itself takes. */
static void survive(void)
{
	struct sigaction action = { .sa_handler = on_sigbus, .sa_flags = SA_NODEFER };

	sigaction(SIGBUS, &action, NULL);
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT))
		die("mlockall: %s", strerror(errno));
}

/* --- Saving --- */

static void save_run(int fd, uint64_t first, uint64_t count)
{
	for (size_t done = 0; done < count * PAGE; ) {
		ssize_t n = write(fd, page_of(first) + done, count * PAGE - done);

		if (n < 0)
			die("%s: %s", opt.save, strerror(errno));
		done += n;
	}
}

/*
 * Runs of pages go to the files in turns, so that whoever needs less than all takes
 * some files, and has a bit of everything.
 */
static void save(void)
{
	uint64_t nr_files = (nr_pages * PAGE + FILE_SHARE - 1) / FILE_SHARE;
	char path[PATH_MAX];

	if (mkdir(opt.save, 0777) && errno != EEXIST)
		die("%s: %s", opt.save, strerror(errno));
	for (uint64_t nth = 0; nth < nr_files; nth++) {
		int fd;

		snprintf(path, sizeof(path), "%s/%03" PRIu64, opt.save, nth);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (fd < 0)
			die("%s: %s", path, strerror(errno));
		for (uint64_t at = nth * SAVE_RUN; at < nr_pages; at += nr_files * SAVE_RUN)
			save_run(fd, at, nr_pages - at < SAVE_RUN ? nr_pages - at : SAVE_RUN);
		if (close(fd))
			die("%s: %s", path, strerror(errno));
	}
}

/* Wait for a signal; those that came before count. */
static void hold(void)
{
	sigset_t all, before;

	printf("holding %" PRIu64 " pages until SIGTERM or SIGUSR1, process %d\n",
	       nr_pages, (int)getpid());
	fflush(stdout);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	while (!stop)
		sigsuspend(&before);
	if (stop == SIGUSR1 && opt.count_touches)
		stop = 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Give the first pages back, large folios in one piece: they read as zeros then. */
static void drop(void)
{
	uint64_t wanted = nr_pages * opt.drop_percent / 100;

	if (!wanted)
		return;
	if (madvise(arena, wanted * PAGE, MADV_DONTNEED))
		die("MADV_DONTNEED: %s", strerror(errno));
	sums[0] = page_sum(arena);
	if (!is_zero(arena)) {
		printf("page 0 was given back, and is there still\n");
		atomic_store(&failed, true);
	}
	for (uint64_t i = 1; i < wanted; i++)
		sums[i] = sums[0];
}

/* --- The command line --- */

enum {
	KEY_TOUCHES = 256, KEY_SEED, KEY_SOURCE, KEY_THP, KEY_HOLD, KEY_INCOMPRESSIBLE,
	KEY_ZEROS, KEY_SAME_FILLED, KEY_DROP, KEY_SAVE, KEY_NAME, KEY_SURVIVE,
};

static const struct argp_option options[] = {
	{ "size", 's', "MB", 0, "Memory to fill (default 256)", 0 },
	{ "seconds", 't', "N", 0, "Touch pages for this long (default 10; 0: not at all)", 0 },
	{ "touches", KEY_TOUCHES, "N", 0, "Touch this many pages, however long it takes", 0 },
	{ "threads", 'j', "N", 0, "Threads that touch and verify (default 1)", 0 },
	{ "write", 'w', "PERCENT", 0, "Of the touches, rewrite this share of the pages (default 0)", 0 },
	{ "zeros", KEY_ZEROS, "PERCENT", 0, "Of the rewrites, let this share make the page all zeros", 0 },
	{ "seed", KEY_SEED, "N", 0, "Of the order of touches (default 1)", 0 },
	{ "source", KEY_SOURCE, "DIR", 0,
	  "Take contents from here; may be repeated (default /usr/lib, /usr/share/doc, /usr/include)", 0 },
	{ "incompressible", KEY_INCOMPRESSIBLE, "PERCENT", 0,
	  "Fill this share of the pages with random data", 0 },
	{ "same-filled", KEY_SAME_FILLED, "PERCENT", 0,
	  "Fill this share of the others with a single word each, not zero", 0 },
	{ "drop", KEY_DROP, "PERCENT", 0,
	  "Give this share of the memory back (MADV_DONTNEED) before all of it is verified", 0 },
	{ "thp", KEY_THP, NULL, 0, "Ask for huge pages (default: ask for none)", 0 },
	{ "hold", KEY_HOLD, NULL, 0,
	  "After filling, wait for SIGTERM or SIGUSR1 instead of touching; with --touches, touch after "
	  "a SIGUSR1, and wait once more", 0 },
	{ "save", KEY_SAVE, "DIR", 0,
	  "Fill without pages of a single word, write all pages to files there, and end; a source for "
	  "others, which has little of everything in each of its files", 0 },
	{ "survive", KEY_SURVIVE, NULL, 0,
	  "Count pages that cannot be read (SIGBUS), instead of dying of the first one: an error is no "
	  "wrong page", 0 },
	{ "name", KEY_NAME, "NAME", 0, "Be called that: any bytes, 15 of them", 0 },
	{ 0 },
};

static const struct number_option numbers[] = {
	{ 's', "size", &opt.size_mb, 1, 1 << 20 },
	{ 't', "seconds", &opt.seconds, 0, INT_MAX },
	{ 'j', "threads", &opt.threads, 1, MAX_THREADS },
	{ 'w', "write", &opt.write_percent, 0, 100 },
	{ KEY_ZEROS, "zeros", &opt.zeros_percent, 0, 100 },
	{ KEY_SEED, "seed", &opt.seed, 0, UINT64_MAX },
	{ KEY_DROP, "drop", &opt.drop_percent, 0, 100 },
	{ KEY_INCOMPRESSIBLE, "incompressible", &opt.incompressible_percent, 0, 100 },
	{ KEY_SAME_FILLED, "same-filled", &opt.same_filled_percent, 0, 100 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	if (take_number(state, numbers, key, arg))
		return 0;
	switch (key) {
	case KEY_TOUCHES:
		opt.touches = number(state, "touches", arg, 0, UINT64_MAX);
		opt.count_touches = true;
		break;
	case KEY_SOURCE:
		if (opt.nr_sources == MAX_SOURCES)
			argp_error(state, "more than %d sources", MAX_SOURCES);
		opt.sources[opt.nr_sources++] = arg;
		break;
	case KEY_THP:
		opt.thp = true;
		break;
	case KEY_HOLD:
		opt.hold = true;
		break;
	case KEY_SAVE:
		opt.save = arg;
		break;
	case KEY_SURVIVE:
		opt.survive = true;
		break;
	case KEY_NAME:
		prctl(PR_SET_NAME, arg);
		break;
	case ARGP_KEY_END:
		if (opt.nr_sources)
			break;
		opt.sources[opt.nr_sources++] = "/usr/lib";
		opt.sources[opt.nr_sources++] = "/usr/share/doc";
		opt.sources[opt.nr_sources++] = "/usr/include";
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Fill anonymous memory with the contents of files, touch it in random order, "
	       "and verify every page."
	       "\vExits with 0 when every page was as it was left, with 1 when one was not. "
	       "SIGTERM, SIGINT and SIGUSR1 end the touching early; all pages are verified all "
	       "the same.",
};

static struct worker sum_of(const struct worker *workers)
{
	struct worker sum = { 0 };

	for (unsigned int i = 0; i < opt.threads; i++) {
		sum.touches += workers[i].touches;
		sum.rewrites += workers[i].rewrites;
		sum.verified += workers[i].verified;
		sum.errors += workers[i].errors;
	}
	return sum;
}

/* @before: errors there were before all pages were verified. */
static void print_result(const struct worker *sum, uint64_t before, double start)
{
	printf("pages %" PRIu64 ", touches %" PRIu64 ", rewrites %" PRIu64 ", verified %" PRIu64
	       ", ", nr_pages, sum->touches, sum->rewrites, sum->verified);
	if (opt.survive)
		printf("errors %" PRIu64 ", lost %" PRIu64 ", ", before, sum->errors - before);
	printf("%.1f s\n", now() - start);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write the result: %s", strerror(errno));
}

/* All that is done to pages once they are there. */
static void work(struct worker *workers)
{
	for (unsigned int i = 0; i < opt.threads; i++) {
		workers[i].index = i;
		workers[i].random = opt.seed + ((uint64_t)i << 32);
	}
	if (opt.hold)
		hold();
	if (!opt.hold || (opt.count_touches && !stop))
		run(workers, touch);
	if (opt.hold && opt.count_touches && !stop)
		hold();
	if (!failed)
		drop();
}

int main(int argc, char **argv)
{
	static struct worker workers[MAX_THREADS];
	struct worker sum;
	double start = now();
	uint64_t before;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	catch_signals();
	if (opt.survive)
		survive();
	fill(opt.size_mb << 8);
	if (opt.save) {
		save();
		return 0;
	}
	work(workers);
	before = sum_of(workers).errors;
	if (!failed)
		run(workers, verify_all);
	if (failed)
		return 1;
	sum = sum_of(workers);
	print_result(&sum, before, start);
	return 0;
}
