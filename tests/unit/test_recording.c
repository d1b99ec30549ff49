// SPDX-License-Identifier: GPL-2.0-or-later
/* Recordings: written, read, and read with every kind of damage. */
#include "test.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recording-checksum.h"
#include "recording.h"

#define MOST	(8U << 20)

/* A file in memory, to be damaged. */
static _Alignas(8) unsigned char bytes[MOST];
static size_t size;
static char path[PATH_MAX];

/* What zs_recording_events() handed over. */
static struct zswap_event seen[4096];
static size_t seen_count, seen_most;

static bool see(const struct zswap_event *event, void *context)
{
	(void)context;
	if (seen_count < ZS_ARRAY_SIZE(seen))
		seen[seen_count] = *event;
	return ++seen_count != seen_most;
}

static void see_all(const struct zs_recording *recording)
{
	seen_count = 0;
	seen_most = 0;
	zs_recording_events(recording, see, NULL);
}

static struct zswap_event store(uint64_t time, unsigned int cpu)
{
	return (struct zswap_event){
		.time_ns = time, .cpu = (__u16)cpu, .length = 100, .offset = time,
		.cgroup = 77, .pid = 42,
	};
}

static void slurp(void)
{
	int fd = open(path, O_RDONLY);
	ssize_t got;

	assert_true(fd >= 0);
	got = read(fd, bytes, sizeof(bytes));
	assert_true(got > 0 && (size_t)got < sizeof(bytes));
	size = (size_t)got;
	close(fd);
}

static struct zs_recorder *create(void)
{
	struct zs_error error = { ZS_OK, "" };
	struct zs_recorder *recorder;

	snprintf(path, sizeof(path), "%s/recording", fixture_root);
	recorder = zs_recorder_create(path, &error);
	if (!recorder)
		fail_msg("%s", error.text);
	return recorder;
}

/*
 * Blocks:
 *	0: facts	1, 2: names
 *	3: processor 0, 10, 30, 50	4: processor 1, 20, 40, 60
 *	5: processor 0, 70		6: states
 *	7: the end
 */
static void write_sample(void)
{
	const struct zswap_event zero[] = { store(10, 0), store(30, 0), store(50, 0) };
	const struct zswap_event one[] = { store(20, 1), store(40, 1), store(60, 1) };
	const struct zswap_event last = store(70, 0);
	const struct zswap_state states[] = {
		{ .time_ns = 15, .stored_pages = 5 }, { .time_ns = 65, .stored_pages = 7 },
	};
	struct zs_recorder *recorder = create();

	assert_true(zs_recorder_fact(recorder, "kernel", "6.12.%d", 1));
	assert_true(zs_recorder_fact(recorder, "cpus", "%d", 2));
	assert_true(zs_recorder_cgroup(recorder, 77, "/a b/c"));
	assert_true(zs_recorder_process(recorder, 42, "a name\n"));
	assert_true(zs_recorder_flush(recorder, NULL));
	assert_true(zs_recorder_events(recorder, 0, zero, 3, NULL));
	assert_true(zs_recorder_events(recorder, 1, one, 3, NULL));
	assert_true(zs_recorder_events(recorder, 1, one, 0, NULL));
	assert_true(zs_recorder_events(recorder, 0, &last, 1, NULL));
	assert_true(zs_recorder_states(recorder, states, 2, NULL));
	assert_true(zs_recorder_bytes(recorder) > 32);
	assert_true(zs_recorder_finish(recorder, NULL));
	slurp();
}

/* Where block @number is. */
static struct zswap_block *block(uint64_t number)
{
	size_t at = sizeof(struct zswap_recording);

	while (at < size) {
		struct zswap_block *here = (struct zswap_block *)(bytes + at);

		assert_int_equal(here->magic, ZSWAP_BLOCK_MAGIC);
		if (here->number == number)
			return here;
		at += sizeof(*here) + ((here->bytes + 7) & ~7U);
	}
	fail_msg("there is no block %" PRIu64, number);
	return NULL;
}

static size_t offset_of(const void *at)
{
	return (size_t)((const unsigned char *)at - bytes);
}

static struct zswap_event *events_of(uint64_t number)
{
	return (struct zswap_event *)(block(number) + 1);
}

/* After a change that is no damage. */
static void sign(struct zswap_block *at)
{
	at->checksum = zs_block_checksum(at, at + 1);
}

static void sign_header(void)
{
	struct zswap_recording *header = (struct zswap_recording *)bytes;

	header->checksum = zs_recording_checksum(header);
}

/* Take a block out of the file. */
static void cut(uint64_t number)
{
	struct zswap_block *at = block(number);
	unsigned char *end = (unsigned char *)(at + 1) + ((at->bytes + 7) & ~7U);

	memmove(at, end, (size_t)(bytes + size - end));
	size -= (size_t)(end - (unsigned char *)at);
}

static struct zs_recording *read_it(void)
{
	struct zs_error error = { ZS_OK, "" };
	struct zs_recording *recording = zs_recording_read(bytes, size, &error);

	if (!recording)
		fail_msg("%s", error.text);
	return recording;
}

static struct zs_recorded summary_of(const struct zs_recording *recording)
{
	struct zs_recorded summary;

	zs_recording_summary(recording, &summary);
	return summary;
}

/* The only flaw is this one. */
static void assert_flaw(const struct zs_recording *recording, size_t offset, const char *text)
{
	const struct zs_flaw *flaw = zs_recording_flaw(recording, 0);

	assert_non_null(flaw);
	assert_string_equal(flaw->text, text);
	assert_int_equal(flaw->offset, offset);
	assert_null(zs_recording_flaw(recording, 1));
}

static void assert_times(const struct zs_recording *recording, const uint64_t *times,
			 size_t count)
{
	see_all(recording);
	assert_int_equal(seen_count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(seen[i].time_ns, times[i]);
}

#define ASSERT_TIMES(recording, ...) \
	assert_times(recording, (const uint64_t[]){ __VA_ARGS__ }, \
		     ZS_ARRAY_SIZE(((const uint64_t[]){ __VA_ARGS__ })))

static void assert_refused(size_t offset, const char *words)
{
	struct zs_error error = { ZS_OK, "" };
	char where[64];

	assert_null(zs_recording_read(bytes, size, &error));
	snprintf(where, sizeof(where), "at offset %zu: ", offset);
	assert_ptr_equal(strstr(error.text, where), error.text);
	assert_non_null(strstr(error.text, words));
}

/* ---- intact ------------------------------------------------------------- */

static void intact(void **state)
{
	struct zs_recording *recording;
	struct zs_recorded summary;

	(void)state;
	write_sample();
	recording = read_it();
	summary = summary_of(recording);
	assert_null(zs_recording_flaw(recording, 0));
	assert_true(summary.whole);
	assert_int_equal(summary.events[ZSWAP_EVENT_STORE], 7);
	assert_int_equal(summary.events[ZSWAP_EVENT_LOST], 0);
	assert_int_equal(summary.lost, 0);
	assert_int_equal(summary.first_ns, 10);
	assert_int_equal(summary.last_ns, 70);
	ASSERT_TIMES(recording, 10, 20, 30, 40, 50, 60, 70);
	assert_int_equal(seen[1].cpu, 1);
	assert_int_equal(seen[6].cgroup, 77);
	assert_int_equal(seen[6].length, 100);
	zs_recording_close(recording);
}

static void facts_and_names(void **state)
{
	struct zs_recording *recording;
	const char *value;
	uint64_t number;

	(void)state;
	write_sample();
	recording = read_it();
	assert_string_equal(zs_recording_fact(recording, "kernel"), "6.12.1");
	assert_null(zs_recording_fact(recording, "kerne"));
	assert_true(zs_recording_number(recording, "cpus", &number));
	assert_int_equal(number, 2);
	assert_false(zs_recording_number(recording, "kernel", &number));
	assert_false(zs_recording_number(recording, "none", &number));
	assert_string_equal(zs_recording_fact_at(recording, 1, &value), "cpus");
	assert_string_equal(value, "2");
	assert_null(zs_recording_fact_at(recording, 2, &value));
	assert_string_equal(zs_recording_cgroup(recording, 77), "/a b/c");
	assert_string_equal(zs_recording_cgroup(recording, 78), "");
	assert_string_equal(zs_recording_comm(recording, 42), "a name?");
	assert_string_equal(zs_recording_comm(recording, 0), "");
	zs_recording_close(recording);
}

static void states_are_read(void **state)
{
	struct zs_recording *recording;
	const struct zswap_state *states;
	size_t count;

	(void)state;
	write_sample();
	recording = read_it();
	states = zs_recording_states(recording, &count);
	assert_int_equal(count, 2);
	assert_int_equal(states[0].stored_pages, 5);
	assert_int_equal(states[1].time_ns, 65);
	zs_recording_close(recording);
}

static void later_ones_hold(void **state)
{
	struct zs_recorder *recorder = create();
	struct zs_recording *recording;
	char text[32];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "name %d", i);
		assert_true(zs_recorder_process(recorder, (uint32_t)(i % 1000), text));
		assert_true(zs_recorder_fact(recorder, "i", "%d", i));
	}
	assert_false(zs_recorder_fact(recorder, "a name", "%d", 1));
	assert_false(zs_recorder_fact(recorder, "", "%d", 1));
	assert_true(zs_recorder_finish(recorder, NULL));
	slurp();
	recording = read_it();
	assert_null(zs_recording_flaw(recording, 0));
	assert_string_equal(zs_recording_comm(recording, 0), "name 4000");
	assert_string_equal(zs_recording_comm(recording, 999), "name 4999");
	assert_string_equal(zs_recording_comm(recording, 1000), "");
	assert_string_equal(zs_recording_fact(recording, "i"), "4999");
	zs_recording_close(recording);
}

/* More than go into one block; and from a file, and from a pipe. */
static void large(void **state)
{
	struct zs_recorder *recorder = create();
	const size_t count = 40000;
	struct zswap_event *events = calloc(count, sizeof(*events));
	struct zs_recording *recording;
	char command[PATH_MAX + 64];
	int from, kept;
	FILE *pipe;

	(void)state;
	for (size_t i = 0; i < count; i++)
		events[i] = store(i + 1, 0);
	assert_true(zs_recorder_events(recorder, 0, events, count, NULL));
	assert_true(zs_recorder_finish(recorder, NULL));
	free(events);
	recording = zs_recording_open(path, NULL);
	assert_non_null(recording);
	assert_int_equal(summary_of(recording).events[ZSWAP_EVENT_STORE], count);
	assert_true(summary_of(recording).whole);
	see_all(recording);
	assert_int_equal(seen_count, count);
	zs_recording_close(recording);

	snprintf(command, sizeof(command), "cat '%s'", path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	kept = dup(STDIN_FILENO);
	from = dup2(fileno(pipe), STDIN_FILENO);
	assert_int_equal(from, STDIN_FILENO);
	recording = zs_recording_open("-", NULL);
	dup2(kept, STDIN_FILENO);
	close(kept);
	pclose(pipe);
	assert_non_null(recording);
	assert_int_equal(summary_of(recording).events[ZSWAP_EVENT_STORE], count);
	zs_recording_close(recording);
}

static void ended_early(void **state)
{
	struct zs_recording *recording;

	(void)state;
	write_sample();
	recording = read_it();
	seen_count = 0;
	seen_most = 2;
	zs_recording_events(recording, see, NULL);
	assert_int_equal(seen_count, 2);
	/* and again, from the beginning */
	see_all(recording);
	assert_int_equal(seen_count, 7);
	zs_recording_close(recording);
}

static void nothing_recorded(void **state)
{
	struct zs_recording *recording;

	(void)state;
	assert_true(zs_recorder_finish(create(), NULL));
	slurp();
	recording = read_it();
	assert_null(zs_recording_flaw(recording, 0));
	assert_true(summary_of(recording).whole);
	assert_int_equal(summary_of(recording).first_ns, 0);
	see_all(recording);
	assert_int_equal(seen_count, 0);
	zs_recording_close(recording);
	assert_true(zs_recorder_finish(NULL, NULL));
	zs_recording_close(NULL);
}

/* By path, with the root or without it; which may have been that of two. */
static void cgroups_by_path(void **state)
{
	struct zs_recorder *recorder = create();
	struct zs_recording *recording;
	struct zs_error error;
	uint64_t id = 0;

	(void)state;
	assert_true(zs_recorder_cgroup(recorder, 1, "/"));
	assert_true(zs_recorder_cgroup(recorder, 5, "/a"));
	assert_true(zs_recorder_cgroup(recorder, 6, "/a/b"));
	assert_true(zs_recorder_cgroup(recorder, 7, "/twice"));
	assert_true(zs_recorder_cgroup(recorder, 9, "/twice"));
	assert_true(zs_recorder_finish(recorder, NULL));
	slurp();
	recording = read_it();
	for (size_t i = 0; i < 5; i++) {
		static const char *const paths[] = { "/a", "a", "a/", "/sys/fs/cgroup/a", "//a//" };

		assert_true(zs_recording_cgroup_find(recording, paths[i], &id, &error));
		assert_int_equal(id, 5);
	}
	assert_true(zs_recording_cgroup_find(recording, "a/b", &id, &error));
	assert_int_equal(id, 6);
	assert_true(zs_recording_cgroup_find(recording, "/sys/fs/cgroup", &id, &error));
	assert_int_equal(id, 1);
	assert_false(zs_recording_cgroup_find(recording, "/sys/fs/cgroups/a", &id, &error));
	assert_string_equal(error.text, "the recording has no cgroup '/sys/fs/cgroups/a'");
	assert_false(zs_recording_cgroup_find(recording, "/twice", &id, &error));
	assert_string_equal(error.text, "more than one cgroup was '/twice': give its number, as 7 or 9");
	assert_int_equal(id, 1);
	zs_recording_close(recording);
}

/* ---- writing fails ------------------------------------------------------ */

/* /dev/full takes nothing. */
static void full_disk(void **state)
{
	struct zs_error error = { ZS_OK, "" };

	(void)state;
	assert_null(zs_recorder_create("/dev/full", &error));
	assert_non_null(strstr(error.text, "no space is left on the file system mounted at "));
	assert_non_null(strstr(error.text, "/dev/full"));
	assert_non_null(strstr(error.text, "can be read"));
}

/* A limit of the file's size cuts off a block; what was written can be read. */
static void cut_off(void **state)
{
	const size_t count = 1000;
	struct zswap_event *events = calloc(count, sizeof(*events));
	struct zs_error error = { ZS_OK, "" }, again = { ZS_OK, "" };
	struct zs_recorder *recorder = create();
	struct zs_recording *recording;
	uint64_t whole;
	pid_t child;
	int status;

	(void)state;
	for (size_t i = 0; i < count; i++)
		events[i] = store(i + 1, 0);
	assert_true(zs_recorder_events(recorder, 0, events, count, NULL));
	whole = zs_recorder_bytes(recorder);
	/* in a process of its own, for which the limit is */
	child = fork();
	if (!child) {
		bool failed;

		if (system("true") || signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
			_exit(9);
		prlimit(0, RLIMIT_FSIZE, &(struct rlimit){ whole + 5000, whole + 5000 }, NULL);
		failed = !zs_recorder_events(recorder, 0, events, count, &error);
		failed &= !zs_recorder_events(recorder, 0, events, count, &again);
		failed &= strstr(error.text, "can be read") && !strcmp(error.text, again.text);
		failed &= !zs_recorder_finish(recorder, NULL);
		_exit(failed ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(open(path, O_RDONLY));
	slurp();
	assert_int_equal(size, whole + 5000);
	recording = read_it();
	assert_int_equal(summary_of(recording).events[ZSWAP_EVENT_STORE], count);
	assert_false(summary_of(recording).whole);
	assert_flaw(recording, whole, "the file ends in the middle of a block: its last 5000 bytes are left out");
	zs_recording_close(recording);
	free(events);
	zs_recorder_finish(recorder, NULL);
}

static void no_such_place(void **state)
{
	struct zs_error error = { ZS_OK, "" };

	(void)state;
	assert_null(zs_recorder_create("/nonexistent/recording", &error));
	assert_string_equal(error.text, "/nonexistent/recording: No such file or directory");
	assert_null(zs_recording_open("/nonexistent/recording", &error));
	assert_string_equal(error.text, "/nonexistent/recording: No such file or directory");
}

/* ---- checksums ---------------------------------------------------------- */

/* Answers of xxhsum -H1, for a little-endian machine. */
static void checksums(void **state)
{
	struct zswap_recording header = {
		.magic = "ZSWAPREC", .order = ZSWAP_RECORDING_ORDER, .version = 2,
		.event_version = 2, .event_bytes = 72,
	};
	struct zswap_block at = { .magic = ZSWAP_BLOCK_MAGIC, .kind = ZSWAP_BLOCK_FACTS };
	char text[] = "name=value\nwith=more than 32 bytes of it\n";

	(void)state;
	assert_int_equal(zs_recording_checksum(&header), 0xb7d5453c);
	assert_int_equal(zs_block_checksum(&at, NULL), 0x25692f0d);
	at.number = 7;
	at.bytes = 10;
	assert_int_equal(zs_block_checksum(&at, text), 0x7cb2dee7);
	at.bytes = sizeof(text) - 1;
	assert_int_equal(zs_block_checksum(&at, text), 0x1b0292a2);
	/* what is in their places makes no difference */
	header.checksum = at.checksum = 0xdeadbeef;
	assert_int_equal(zs_recording_checksum(&header), 0xb7d5453c);
	assert_int_equal(zs_block_checksum(&at, text), 0x1b0292a2);
}

/* ---- refused ------------------------------------------------------------ */

static void refused(void **state)
{
	struct zswap_recording *header = (struct zswap_recording *)bytes;
	struct zs_error error = { ZS_OK, "" };

	(void)state;
	write_sample();
	size = 0;
	assert_refused(0, "empty");
	size = 20;
	assert_refused(20, "ends in the middle of its header");

	write_sample();
	header->magic[3] = 'X';
	assert_refused(0, "no recording");
	size = 5;
	assert_refused(0, "no recording");

	write_sample();
	header->order = __builtin_bswap32(header->order);
	header->version = __builtin_bswap32(header->version);
	assert_refused(8, "other order of bytes");
	header->order = 7;
	assert_refused(8, "damaged");

	write_sample();
	header->version = 3;
	sign_header();
	assert_refused(12, "version 3 of the format, and this program knows none above 2: use a newer one");
	/* those had other checksums, but nobody looks that far */
	header->version = 1;
	assert_refused(12, "version 1 of the format, which no release had, and this program knows version 2: record it again");

	fixture_file("/empty", "");
	snprintf(path, sizeof(path), "%s/empty", fixture_root);
	assert_null(zs_recording_open(path, &error));
	assert_non_null(strstr(error.text, "/empty: at offset 0: the file is empty"));
	assert_null(zs_recording_open(fixture_root, &error));
	assert_non_null(strstr(error.text, "Is a directory"));
}

static void odd_header(void **state)
{
	struct zswap_recording *header = (struct zswap_recording *)bytes;
	struct zs_recording *recording;

	(void)state;
	write_sample();
	header->nothing = 1;
	recording = read_it();
	assert_flaw(recording, 28, "the checksum of the header is wrong: it is taken as it is");
	ASSERT_TIMES(recording, 10, 20, 30, 40, 50, 60, 70);
	zs_recording_close(recording);

	write_sample();
	header->event_bytes = 0;
	sign_header();
	recording = read_it();
	assert_flaw(recording, 20, "no event has 0 bytes: they are taken to have 72");
	ASSERT_TIMES(recording, 10, 20, 30, 40, 50, 60, 70);
	zs_recording_close(recording);
}

/* Events of a later version are longer; what we know stands first. */
static void later_events(void **state)
{
	struct zswap_recording *header = (struct zswap_recording *)bytes;
	struct zs_recording *recording;
	struct zswap_block *at;

	(void)state;
	write_sample();
	header->event_bytes = 80;
	header->event_version = ZSWAP_EVENT_VERSION + 1;
	sign_header();
	/* 3 events of 72 bytes, where two of 80 go */
	at = block(3);
	memmove((char *)(at + 1) + 80, (char *)(at + 1) + 72, 72);
	at->bytes = 160;
	sign(at);
	/* what is left over of the block is damage; the others hold 2.7 and 0.9 events */
	recording = read_it();
	assert_string_equal(zs_recording_flaw(recording, 0)->text,
			    "events of version 3: what is new in them since version 2 is left out");
	see_all(recording);
	assert_int_equal(seen[0].time_ns, 10);
	assert_int_equal(summary_of(recording).events[ZSWAP_EVENT_STORE] >= 2, 1);
	zs_recording_close(recording);
}

/* ---- damaged ------------------------------------------------------------ */

/* Cut off at every byte: no crash, and all events of whole blocks. */
static void truncated(void **state)
{
	size_t all, third, whole[3];

	(void)state;
	write_sample();
	all = size;
	third = offset_of(block(3));
	whole[0] = offset_of(block(4));
	whole[1] = offset_of(block(5));
	whole[2] = offset_of(block(6));
	for (size = sizeof(struct zswap_recording); size < all; size++) {
		struct zs_recording *recording = read_it();
		size_t events = size < whole[0] ? 0 : size < whole[1] ? 3 : size < whole[2] ? 6 : 7;

		assert_false(summary_of(recording).whole);
		assert_non_null(zs_recording_flaw(recording, 0));
		assert_int_equal(summary_of(recording).events[ZSWAP_EVENT_STORE], events);
		zs_recording_close(recording);
	}
	size = third + 40;
	{
		struct zs_recording *recording = read_it();

		assert_flaw(recording, third,
			    "the file ends in the middle of a block: its last 40 bytes are left out");
		zs_recording_close(recording);
	}
	size = third;
	{
		struct zs_recording *recording = read_it();

		assert_flaw(recording, third, "the file ends without an end: its recorder was killed, or is at work still");
		zs_recording_close(recording);
	}
}

/* Any bit of a block: it is left out, and what is missing is told at its place. */
static void bit_flipped(void **state)
{
	struct zs_recording *recording;
	size_t from, end;

	(void)state;
	write_sample();
	from = offset_of(block(4));
	end = offset_of(block(5));
	for (size_t bit = from * 8; bit < end * 8; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		recording = read_it();
		assert_non_null(zs_recording_flaw(recording, 0));
		assert_null(zs_recording_flaw(recording, 1));
		assert_int_equal(zs_recording_flaw(recording, 0)->offset, from);
		assert_false(summary_of(recording).whole);
		assert_int_equal(summary_of(recording).events[ZSWAP_EVENT_LOST], 1);
		ASSERT_TIMES(recording, 10, 30, 50, 70, 70);
		assert_int_equal(seen[3].event, ZSWAP_EVENT_LOST);
		assert_int_equal(seen[3].count, 0);
		assert_int_equal(seen[4].event, ZSWAP_EVENT_STORE);
		zs_recording_close(recording);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

static void corrupt_text(void **state)
{
	struct zs_recording *recording;
	struct zswap_block *at;

	(void)state;
	write_sample();
	at = block(4);
	((unsigned char *)at)[100] ^= 1;
	recording = read_it();
	assert_flaw(recording, offset_of(at), "the checksum of 216 bytes of events is wrong: they are left out");
	zs_recording_close(recording);

	/* its length is wrong as well: the next one has to be looked for */
	at->bytes = 99;
	recording = read_it();
	assert_flaw(recording, offset_of(at), "damaged: the next 248 bytes are no blocks, and left out");
	zs_recording_close(recording);
	at->bytes = UINT32_MAX;
	recording = read_it();
	assert_flaw(recording, offset_of(at), "damaged: the next 248 bytes are no blocks, and left out");
	zs_recording_close(recording);
}

/* The first sector of a disk that lost it, and the last. */
static void zeroed(void **state)
{
	struct zs_recording *recording;
	size_t from;

	(void)state;
	write_sample();
	from = offset_of(block(4));
	memset(bytes + from, 0, offset_of(block(6)) - from);
	recording = read_it();
	assert_null(zs_recording_flaw(recording, 1));
	/* nothing of events comes behind it */
	ASSERT_TIMES(recording, 10, 30, 50, 50);
	assert_int_equal(seen[3].event, ZSWAP_EVENT_LOST);
	zs_recording_close(recording);

	write_sample();
	memset(bytes + from, 0, size - from);
	recording = read_it();
	assert_flaw(recording, from, "damaged: the last 544 bytes are no blocks, and left out");
	ASSERT_TIMES(recording, 10, 30, 50);
	zs_recording_close(recording);
}

static void missing(void **state)
{
	struct zs_recording *recording;
	size_t from;

	(void)state;
	write_sample();
	from = offset_of(block(4));
	cut(4);
	recording = read_it();
	assert_flaw(recording, from, "1 block is missing before here");
	ASSERT_TIMES(recording, 10, 30, 50, 70, 70);
	assert_int_equal(seen[3].event, ZSWAP_EVENT_LOST);
	assert_false(summary_of(recording).whole);
	zs_recording_close(recording);
	cut(5);
	recording = read_it();
	assert_flaw(recording, from, "2 blocks are missing before here");
	ASSERT_TIMES(recording, 10, 30, 50, 50);
	zs_recording_close(recording);
}

/* Two files in one: the second is another recording. */
static void concatenated(void **state)
{
	struct zs_recording *recording;
	size_t first;

	(void)state;
	write_sample();
	first = size;
	memcpy(bytes + first, bytes, first);
	size = 2 * first;
	recording = read_it();
	assert_string_equal(zs_recording_flaw(recording, 0)->text,
			    "damaged: the next 32 bytes are no blocks, and left out");
	assert_string_equal(zs_recording_flaw(recording, 1)->text,
			    "block 0 behind block 7: of another recording, or twice: left out");
	ASSERT_TIMES(recording, 10, 20, 30, 40, 50, 60, 70);
	assert_false(summary_of(recording).whole);
	zs_recording_close(recording);
}

/* Many flaws are not told one by one. */
static void many_flaws(void **state)
{
	struct zs_recorder *recorder = create();
	struct zs_recording *recording;
	struct zswap_event event;
	size_t count = 0;

	(void)state;
	for (uint64_t i = 0; i < 200; i++) {
		event = store(i, 0);
		assert_true(zs_recorder_events(recorder, 0, &event, 1, NULL));
	}
	assert_true(zs_recorder_finish(recorder, NULL));
	slurp();
	for (uint64_t i = 0; i < 200; i += 2)
		events_of(i)->pid ^= 1;
	recording = read_it();
	while (zs_recording_flaw(recording, count))
		count++;
	assert_int_equal(count, 32);
	assert_string_equal(zs_recording_flaw(recording, 31)->text,
			    "and 69 more of that kind from here on");
	see_all(recording);
	/* and a gap before each */
	assert_int_equal(seen_count, 200);
	zs_recording_close(recording);
}

/* ---- intact, but odd ---------------------------------------------------- */

/* Nothing that an event says leads anybody out of an array. */
static void bounds(void **state)
{
	struct zs_recording *recording;
	struct zswap_event *events;
	char text[ZS_EVENT_TEXT];

	(void)state;
	write_sample();
	events = events_of(3);
	for (int i = 0; i < 3; i++) {
		events[i].role = events[i].why = events[i].kind = events[i].type = 255;
		events[i].result = INT32_MIN;
	}
	events[0].event = ZSWAP_EVENT_REJECT;
	events[1].event = ZSWAP_EVENT_WRITEBACK;
	events[2].event = ZSWAP_EVENT_COMPRESSOR;
	memset(&events[2].compressor, 7, sizeof(events[2].compressor));
	sign(block(3));
	recording = read_it();
	assert_null(zs_recording_flaw(recording, 0));
	see_all(recording);
	assert_int_equal(seen[0].why, ZSWAP_REJECT_COUNT);
	assert_int_equal(seen[0].role, ZSWAP_ROLE_WORKER);
	assert_int_equal(seen[0].kind, ZSWAP_KIND_COUNT);
	assert_int_equal(seen[0].type, 31);
	assert_int_equal(seen[2].why, ZSWAP_CAUSE_COUNT);
	assert_int_equal(seen[2].result, -4095);
	assert_string_equal(seen[4].compressor.to, "???????????");
	assert_int_equal(seen[4].why, 0);
	for (size_t i = 0; i < seen_count; i++)
		assert_non_null(zs_event_format(text, sizeof(text), &seen[i]));
	zs_recording_close(recording);
}

static void unknown_kinds(void **state)
{
	struct zs_recording *recording;

	(void)state;
	write_sample();
	events_of(3)[1].event = ZSWAP_EVENT_COUNT;
	events_of(3)[2].event = 255;
	sign(block(3));
	/* a block of another kind is skipped without a word */
	block(6)->kind = 1000;
	sign(block(6));
	recording = read_it();
	assert_flaw(recording, offset_of(&events_of(3)[1]),
		    "here and later, 2 events are of kinds that this program does not know: they are left out");
	assert_true(summary_of(recording).whole);
	ASSERT_TIMES(recording, 10, 20, 40, 60, 70);
	zs_recording_close(recording);
}

/* A gap before a block of nothing that we know is told before the next. */
static void gap_before_unknown(void **state)
{
	struct zs_recording *recording;

	(void)state;
	write_sample();
	cut(4);
	events_of(5)->event = 200;
	sign(block(5));
	recording = read_it();
	assert_int_equal(summary_of(recording).events[ZSWAP_EVENT_LOST], 1);
	ASSERT_TIMES(recording, 10, 30, 50, 50);
	assert_int_equal(seen[3].event, ZSWAP_EVENT_LOST);
	zs_recording_close(recording);
}

static void times_go_back(void **state)
{
	struct zs_recording *recording;

	(void)state;
	write_sample();
	events_of(3)[0].time_ns = 35;
	sign(block(3));
	recording = read_it();
	/* so little is no flaw */
	assert_null(zs_recording_flaw(recording, 0));
	ASSERT_TIMES(recording, 20, 35, 35, 40, 50, 60, 70);
	assert_int_equal(summary_of(recording).first_ns, 20);
	zs_recording_close(recording);

	events_of(3)[0].time_ns = 10000000;
	sign(block(3));
	recording = read_it();
	assert_flaw(recording, offset_of(&events_of(3)[1]),
		    "here and later, 3 events stand behind later ones: they are taken to be as late");
	ASSERT_TIMES(recording, 20, 40, 60, 10000000, 10000000, 10000000, 10000000);
	assert_int_equal(summary_of(recording).last_ns, 10000000);
	zs_recording_close(recording);
}

static void lost_events(void **state)
{
	struct zs_recording *recording;

	(void)state;
	write_sample();
	events_of(4)[1].event = ZSWAP_EVENT_LOST;
	events_of(4)[1].count = 1234;
	sign(block(4));
	recording = read_it();
	assert_null(zs_recording_flaw(recording, 0));
	assert_true(summary_of(recording).whole);
	assert_int_equal(summary_of(recording).lost, 1234);
	see_all(recording);
	assert_int_equal(seen[3].event, ZSWAP_EVENT_LOST);
	assert_int_equal(seen[3].count, 1234);
	zs_recording_close(recording);
}

static void odd_lengths(void **state)
{
	struct zs_recording *recording;

	(void)state;
	write_sample();
	block(3)->bytes -= 4;
	sign(block(3));
	block(6)->bytes -= 4;
	sign(block(6));
	recording = read_it();
	assert_string_equal(zs_recording_flaw(recording, 0)->text,
			    "212 bytes are no whole number of events: the rest is left out");
	assert_string_equal(zs_recording_flaw(recording, 1)->text,
			    "124 bytes are no whole number of states: the rest is left out");
	ASSERT_TIMES(recording, 10, 20, 30, 40, 60, 70);
	zs_recording_close(recording);
}

static void odd_lines(void **state)
{
	static const char lines[] = "no value\n=nothing\na=1=2\nb=\n\n\x01=\x02";
	struct zs_recording *recording;
	struct zswap_block *at;

	(void)state;
	write_sample();
	/* instead of the states */
	at = block(6);
	memset(at + 1, 0, at->bytes);
	at->kind = ZSWAP_BLOCK_FACTS;
	memcpy(at + 1, lines, sizeof(lines) - 1);
	memset((char *)(at + 1) + sizeof(lines) - 1, '\n', at->bytes - sizeof(lines) + 1);
	sign(at);
	recording = read_it();
	assert_non_null(strstr(zs_recording_flaw(recording, 0)->text, "lines of its text say nothing"));
	assert_string_equal(zs_recording_fact(recording, "a"), "1=2");
	assert_string_equal(zs_recording_fact(recording, "b"), "");
	assert_string_equal(zs_recording_fact(recording, "?"), "?");
	zs_recording_close(recording);
	at->kind = ZSWAP_BLOCK_CGROUP;
	sign(at);
	recording = read_it();
	assert_string_equal(zs_recording_cgroup(recording, 0), "");
	zs_recording_close(recording);
}

/* All over blocks that look as if they were intact: it takes no hours. */
static void hostile(void **state)
{
	struct zs_recording *recording;

	(void)state;
	write_sample();
	size = MOST;
	for (size_t at = sizeof(struct zswap_recording); at + 32 <= size; at += 16) {
		struct zswap_block fake = {
			.magic = ZSWAP_BLOCK_MAGIC, .kind = ZSWAP_BLOCK_EVENTS,
			.bytes = ZSWAP_BLOCK_MOST,
		};

		memcpy(bytes + at, &fake, 16);
	}
	recording = read_it();
	assert_false(summary_of(recording).whole);
	assert_string_equal(zs_recording_flaw(recording, 0)->text,
			    "damaged all over: the other 8388576 bytes are left out");
	zs_recording_close(recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intact),
		cmocka_unit_test(facts_and_names),
		cmocka_unit_test(states_are_read),
		cmocka_unit_test(later_ones_hold),
		cmocka_unit_test(large),
		cmocka_unit_test(ended_early),
		cmocka_unit_test(nothing_recorded),
		cmocka_unit_test(cgroups_by_path),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(no_such_place),
		cmocka_unit_test(checksums),
		cmocka_unit_test(refused),
		cmocka_unit_test(odd_header),
		cmocka_unit_test(later_events),
		cmocka_unit_test(truncated),
		cmocka_unit_test(bit_flipped),
		cmocka_unit_test(corrupt_text),
		cmocka_unit_test(zeroed),
		cmocka_unit_test(missing),
		cmocka_unit_test(concatenated),
		cmocka_unit_test(many_flaws),
		cmocka_unit_test(bounds),
		cmocka_unit_test(unknown_kinds),
		cmocka_unit_test(gap_before_unknown),
		cmocka_unit_test(times_go_back),
		cmocka_unit_test(lost_events),
		cmocka_unit_test(odd_lengths),
		cmocka_unit_test(odd_lines),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
