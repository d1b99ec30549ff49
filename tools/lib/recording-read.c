// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a recording: the file, its header, and what its reader is told of it.  Nothing
 * in the file is believed: recording-scan.c finds the blocks that are intact,
 * recording-events.c bounds what events say.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording-checksum.h"
#include "recording-read.h"

#define EVENT_MOST	4096U	/* bytes of an event of any version */

bool zs_room(void **array, size_t *room, size_t count, size_t each)
{
	size_t more = *room ? *room * 2 : 16;
	void *larger;

	if (count < *room)
		return true;
	larger = reallocarray(*array, more, each);
	if (!larger)
		return false;
	*array = larger;
	*room = more;
	return true;
}

/* ---- what is wrong ------------------------------------------------------ */

void zs_flaw(struct zs_recording *recording, uint64_t offset, const char *format, ...)
{
	struct zs_flaw *flaw = &recording->flaws[recording->flaw_count];
	va_list args;

	/* the last place is for how many there are more */
	if (recording->flaw_count >= ZS_FLAWS - 1) {
		if (!recording->flaws_more++)
			recording->flaws[ZS_FLAWS - 1].offset = offset;
		snprintf(recording->flaws[ZS_FLAWS - 1].text, sizeof(flaw->text),
			 "and %" PRIu64 " more of that kind from here on", recording->flaws_more);
		return;
	}
	flaw->offset = offset;
	va_start(args, format);
	vsnprintf(flaw->text, sizeof(flaw->text), format, args);
	va_end(args);
	recording->flaw_count++;
}

const struct zs_flaw *zs_recording_flaw(const struct zs_recording *recording, size_t nth)
{
	return nth < recording->flaw_count + !!recording->flaws_more ?
		&recording->flaws[nth] : NULL;
}

void zs_recording_tell(const struct zs_recording *recording, const char *path)
{
	const struct zs_flaw *flaw;

	for (size_t nth = 0; (flaw = zs_recording_flaw(recording, nth)); nth++)
		fprintf(stderr, "%s: %s: at offset %" PRIu64 ": %s\n",
			program_invocation_short_name, path, flaw->offset, flaw->text);
}

/* ---- the header --------------------------------------------------------- */

static bool refuse(struct zs_error *error, size_t offset, const char *what)
{
	return zs_fail(error, ZS_ERR_SYSTEM, "at offset %zu: %s", offset, what);
}

static bool check_version(uint32_t version, struct zs_error *error)
{
	char text[128];

	if (version == ZSWAP_RECORDING_VERSION)
		return true;
	snprintf(text, sizeof(text), version > ZSWAP_RECORDING_VERSION ?
		 "version %u of the format, and this program knows none above %d: use a newer one" :
		 "version %u of the format, which no release had, and this program knows version %d: record it again",
		 version, ZSWAP_RECORDING_VERSION);
	return refuse(error, offsetof(struct zswap_recording, version), text);
}

/* What of the header has to be right, or nothing else can be read. */
static bool check_header(const struct zs_recording *recording, struct zswap_recording *header,
			 struct zs_error *error)
{
	size_t have = recording->size < sizeof(*header) ? recording->size : sizeof(*header);

	memcpy(header, recording->bytes, have);
	if (!have)
		return refuse(error, 0, "the file is empty: nothing was recorded into it");
	if (memcmp(header->magic, ZSWAP_RECORDING_MAGIC,
		   have < sizeof(header->magic) ? have : sizeof(header->magic)))
		return refuse(error, 0, "this is no recording: it does not begin with "
			      ZSWAP_RECORDING_MAGIC);
	if (have < sizeof(*header))
		return refuse(error, have, "the file ends in the middle of its header");
	if (header->order == __builtin_bswap32(ZSWAP_RECORDING_ORDER))
		return refuse(error, offsetof(struct zswap_recording, order),
			      "it was recorded on a machine with the other order of bytes: read it there");
	if (header->order != ZSWAP_RECORDING_ORDER)
		return refuse(error, offsetof(struct zswap_recording, order),
			      "the header is damaged: no order of bytes looks like this");
	return check_version(header->version, error);
}

/* And what can be done without. */
static void take_header(struct zs_recording *recording, const struct zswap_recording *header)
{
	bool odd = header->event_bytes < sizeof(struct zswap_event) ||
		   header->event_bytes > EVENT_MOST;

	recording->event_bytes = odd ? sizeof(struct zswap_event) : header->event_bytes;
	if (zs_recording_checksum(header) != header->checksum)
		zs_flaw(recording, offsetof(struct zswap_recording, checksum),
			"the checksum of the header is wrong: it is taken as it is");
	if (odd)
		zs_flaw(recording, offsetof(struct zswap_recording, event_bytes),
			"no event has %u bytes: they are taken to have %zu", header->event_bytes,
			sizeof(struct zswap_event));
	else if (header->event_version > ZSWAP_EVENT_VERSION)
		zs_flaw(recording, offsetof(struct zswap_recording, event_version),
			"events of version %u: what is new in them since version %u is left out",
			header->event_version, ZSWAP_EVENT_VERSION);
}

static bool read_all(struct zs_recording *recording, struct zs_error *error)
{
	struct zswap_recording header;

	if (!check_header(recording, &header, error))
		return false;
	take_header(recording, &header);
	if (!zs_recording_scan(recording, sizeof(header)) || !zs_recording_sum_up(recording))
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	zs_recording_sort_names(recording);
	return true;
}

/* ---- the file ----------------------------------------------------------- */

/* What cannot be mapped is read: a pipe. */
static bool read_pipe(struct zs_recording *recording, int fd)
{
	size_t room = 0, used = 0;
	unsigned char *bytes = NULL, *larger;
	ssize_t got;

	do {
		if (used == room) {
			room = room ? room * 2 : 1 << 20;
			larger = realloc(bytes, room);
			if (!larger) {
				free(bytes);
				errno = ENOMEM;
				return false;
			}
			bytes = larger;
		}
		got = read(fd, bytes + used, room - used);
		if (got > 0)
			used += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	recording->copy = bytes;
	recording->bytes = bytes;
	recording->size = used;
	return !got;
}

/* Whole pages come from the file as they are needed. */
static bool map_file(struct zs_recording *recording, int fd)
{
	struct stat about;
	void *at;

	if (fstat(fd, &about))
		return false;
	if (!S_ISREG(about.st_mode) || !about.st_size)
		return read_pipe(recording, fd);
	at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return read_pipe(recording, fd);
	recording->mapped = true;
	recording->bytes = at;
	recording->size = (size_t)about.st_size;
	return true;
}

static bool open_file(struct zs_recording *recording, const char *path, struct zs_error *error)
{
	bool piped = !strcmp(path, "-"), ok;
	int fd = piped ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return zs_fail(error, ZS_ERR_SYSTEM, "%.200s: %s", path, strerror(errno));
	if (piped && isatty(fd))
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "a recording is not typed: name a file, or send it through a pipe");
	ok = map_file(recording, fd);
	if (!ok)
		zs_fail(error, ZS_ERR_SYSTEM, "%.200s: %s", path, strerror(errno));
	if (!piped)
		close(fd);
	return ok;
}

struct zs_recording *zs_recording_open(const char *path, struct zs_error *error)
{
	struct zs_recording *recording = calloc(1, sizeof(*recording));
	struct zs_error why = { ZS_OK, "" };

	if (!recording) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	if (!open_file(recording, path, error)) {
		zs_recording_close(recording);
		return NULL;
	}
	if (read_all(recording, &why))
		return recording;
	zs_fail(error, why.code, "%.100s: %.200s", path, why.text);
	zs_recording_close(recording);
	return NULL;
}

struct zs_recording *zs_recording_read(const void *bytes, size_t size, struct zs_error *error)
{
	struct zs_recording *recording = calloc(1, sizeof(*recording));

	if (!recording) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	recording->bytes = bytes;
	recording->size = size;
	if (read_all(recording, error))
		return recording;
	zs_recording_close(recording);
	return NULL;
}

void zs_recording_close(struct zs_recording *recording)
{
	if (!recording)
		return;
	if (recording->mapped)
		munmap((void *)recording->bytes, recording->size);
	free(recording->copy);
	free(recording->blocks);
	free(recording->runs);
	free(recording->states);
	zs_recording_free_text(recording);
	free(recording);
}

/* ---- what there is ------------------------------------------------------ */

void zs_recording_summary(const struct zs_recording *recording, struct zs_recorded *summary)
{
	*summary = recording->summary;
}

const struct zswap_state *zs_recording_states(const struct zs_recording *recording,
					      size_t *count)
{
	*count = recording->state_count;
	return recording->states;
}
