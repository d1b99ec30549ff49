// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A wrong page: what it should have been, what it is, where it was in swap, what was done
 * meanwhile, and what became of that swap entry, as the recordings have it.
 */
#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "torture.h"

/* Of a swap entry's events, the last ones. */
#define HISTORY	40

/* Monotonic to the time of day, as the tools print it. */
static const char *time_of_day(uint64_t time_ns)
{
	static char texts[4][32];
	static unsigned int turn;
	struct timespec real;
	char *text = texts[turn++ % 4];
	uint64_t at;
	time_t seconds;

	clock_gettime(CLOCK_REALTIME, &real);
	at = real.tv_sec * NSEC + real.tv_nsec - (now_ns() - time_ns);
	seconds = at / NSEC;
	strftime(text, 16, "%H:%M:%S", localtime(&seconds));
	snprintf(text + strlen(text), 16, ".%06u", (unsigned int)(at % NSEC / 1000));
	return text;
}

static void print_name(const char *before, struct page_name name)
{
	const struct owner *owner = &torture->owners[name.region];

	printf("  %s: region %u, page %u, generation %u", before, name.region, name.index,
	       name.generation);
	if (owner->pid)
		printf(" (of life %u, process %d, %s", owner->life, (int)owner->pid,
		       owner->shared ? "shared" : "private");
	if (owner->pid && owner->parent)
		printf("; the copy of a child of region %u", owner->parent);
	puts(owner->pid ? ")" : "");
}

static void print_line(const char *before, const unsigned char *bytes, size_t at)
{
	printf("  %s %03zx:", before, at);
	for (size_t i = 0; i < 16; i++)
		printf(" %02x", bytes[at + i]);
	printf("  ");
	for (size_t i = 0; i < 16; i++)
		putchar(isprint(bytes[at + i]) ? bytes[at + i] : '.');
	putchar('\n');
}

/* From the line before the first difference on. */
static void print_difference(const struct finding *finding, size_t first)
{
	static unsigned char wanted[PAGE_BYTES] __attribute__((aligned(sizeof(uint64_t))));
	size_t at = (first & ~15UL) < 16 ? 0 : (first & ~15UL) - 16;

	page_make(finding->wanted, wanted);
	printf("  the first difference is at byte %#zx:\n", first);
	for (unsigned int i = 0; i < 4 && at < PAGE_BYTES; i++, at += 16) {
		print_line("wanted", wanted, at);
		print_line(" found", finding->page, at);
	}
}

/* Of a page that is torn: which generations are in it. */
static void print_mixture(const struct finding *finding)
{
	struct page_name name = finding->wanted;

	for (unsigned int back = 0; back < 4 && name.generation; back++, name.generation--)
		printf("  of its %zu words, %zu are as in generation %u\n", PAGE_WORDS,
		       page_words_of(name, finding->page), name.generation);
}

static void print_page(const struct finding *finding)
{
	struct page_verdict verdict;

	if (finding->unreadable) {
		printf("WRONG PAGE: it cannot be read\n");
		print_name("wanted", finding->wanted);
		return;
	}
	page_judge(finding->wanted, finding->page, &verdict);
	printf("WRONG PAGE: %s\n", page_fault_word(verdict.fault));
	print_name("wanted", finding->wanted);
	if (verdict.named)
		print_name("found ", verdict.found);
	printf("  %zu of its %zu words differ%s\n", verdict.differ, PAGE_WORDS,
	       finding->freed ? "; after MADV_FREE, zeros would be right, too" : "");
	if (verdict.fault == PAGE_TORN || verdict.fault == PAGE_GARBLED)
		print_mixture(finding);
	print_difference(finding, verdict.first);
	printf("  read again, it is %s\n", finding->right_again ? "right" : "still wrong");
}

/* See Documentation/admin-guide/mm/pagemap.rst for the bits. */
static uint64_t frame_flags(uint64_t pfn)
{
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	uint64_t flags = 0;

	if (fd < 0)
		return 0;
	if (pread(fd, &flags, sizeof(flags), pfn * sizeof(flags)) < 0)
		flags = 0;
	close(fd);
	return flags;
}

static void print_circumstances(const struct finding *finding)
{
	printf("  found %s by process %d of life %d at %p, at \"%s\", in %s memory\n",
	       time_of_day(finding->found_ns), (int)finding->pid, finding->life, finding->address,
	       operation_word(finding->operation), finding->shared ? "shared" : "private");
	printf("  wanted is since %s\n", time_of_day(finding->written_ns));
	if (finding->before.known)
		printf("  just before, it was in swap at %u:%lu\n", finding->before.type,
		       finding->before.offset);
	else
		printf("  just before, it was %s\n", finding->swapped ? "in swap" :
		       "in RAM, or on its way");
	if (finding->entry)
		printf("  pagemap said %#lx then\n", finding->entry);
	if (finding->pfn)
		printf("  now it is in page frame %#lx, of which kpageflags says %#lx\n",
		       finding->pfn, frame_flags(finding->pfn));
}

static void print_notes(void)
{
	unsigned int end = atomic_load(&torture->notes), begin = end > NOTES ? end - NOTES : 0;

	if (atomic_load(&torture->recordings))
		printf("  the last recording is since %s\n",
		       time_of_day(atomic_load(&torture->recorded_ns)));
	puts("  what was done before:");
	for (unsigned int i = begin; i < end; i++)
		printf("  %s %s\n", time_of_day(torture->note[i % NOTES].time_ns),
		       torture->note[i % NOTES].text);
}

/* --- History --- */

/* The recording is whole once the recorder has ended; its parent will not wait for it. */
static void end_recorder(void)
{
	pid_t pid = atomic_load(&torture->recorder);
	struct pollfd ended = { .events = POLLIN };

	if (!pid)
		return;
	ended.fd = syscall(SYS_pidfd_open, pid, 0);
	kill(pid, SIGINT);
	if (ended.fd >= 0)
		poll(&ended, 1, 60000);
}

/* The recordings that there are still, from the oldest on. */
static void each_recording(void (*look)(const char *path, void *about), void *about)
{
	unsigned int last = atomic_load(&torture->recordings);
	unsigned int first = last > MAX_RECORDINGS ? last - MAX_RECORDINGS + 1 : 1;
	char path[256];

	for (unsigned int number = first; number <= last; number++) {
		recording_path(number, path, sizeof(path));
		look(path, about);
	}
}

static FILE *read_events(const char *path, const char *options)
{
	char command[512];

	snprintf(command, sizeof(command), "exec zswap-trace events -i %s %s", path, options);
	return popen(command, "r");
}

static void print_events(const char *path, void *about)
{
	static char lines[HISTORY][256];
	const struct place *place = about;
	unsigned int count = 0;
	char options[128];
	FILE *file;

	snprintf(options, sizeof(options), "-T -f 'type==%u && offset==%lu'", place->type,
		 place->offset);
	file = read_events(path, options);
	while (file && fgets(lines[count % HISTORY], sizeof(*lines), file))
		count++;
	if (!file || pclose(file))
		printf("  %s cannot be read\n", path);
	printf("  events of %u:%lu in %s: %u%s\n", place->type, place->offset, path, count,
	       count > HISTORY ? "; the last ones:" : "");
	for (unsigned int i = count > HISTORY ? count - HISTORY : 0; i < count; i++)
		printf("  %s", lines[i % HISTORY]);
}

struct search {
	uint64_t pfn;
	struct place place;
};

/* The number behind a member's name, or 0. */
static uint64_t member(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

/* The last time that something was read into that page frame. */
static void find_frame(const char *path, void *about)
{
	struct search *search = about;
	char line[1024];
	FILE *file = read_events(path, "--json -e load,miss,read");

	while (file && fgets(line, sizeof(line), file))
		if (member(line, "\"pfn\":") == search->pfn)
			search->place = (struct place){ true, member(line, "\"type\":"),
				member(line, "\"offset\":") };
	if (file)
		pclose(file);
}

static void print_history(const struct finding *finding)
{
	struct place place = finding->before;
	struct search search = { .pfn = finding->pfn };

	if (!place.known && finding->pfn) {
		each_recording(find_frame, &search);
		place = search.place;
		if (place.known)
			printf("  that page frame was last read into from %u:%lu\n", place.type,
			       place.offset);
	}
	if (place.known)
		each_recording(print_events, &place);
	else
		puts("  its swap entry is not known, so neither is its history");
}

/** finding_print() - all that is known of the wrong page */
void finding_print(void)
{
	const struct finding *finding = &torture->finding;

	end_recorder();
	print_page(finding);
	print_circumstances(finding);
	print_notes();
	print_history(finding);
	fflush(stdout);
}
