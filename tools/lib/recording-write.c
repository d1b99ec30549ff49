// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing a recording.  A block is one system call from where its contents are, so that
 * who is killed leaves whole blocks and at most one that is not.  After the first failure
 * nothing more is written: behind half a block nobody would look for another.  To a pipe,
 * whose reader may keep us waiting, it goes in pieces.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "output.h"
#include "recording-checksum.h"
#include "recording.h"

/* Facts and names are written at the latest when there is so much of them. */
#define MUCH	(64U << 10)

/* Names of ours: longer lines are cut off. */
#define LINE	(PATH_MAX + 64)

/**
 * struct noted - lines that are to be a block
 * @text: the lines
 * @used: bytes of it
 * @size: of the room
 */
struct noted {
	char *text;
	size_t used;
	size_t size;
};

/**
 * struct zs_recorder - a recording that is being written
 * @fd: the file
 * @piped: it is a pipe, or something else that may have no room for a while
 * @path: its name, for messages
 * @bytes: written
 * @blocks: written
 * @noted: facts and names, by enum zswap_block_kind
 * @failed: what went wrong first; ZS_OK: nothing
 */
struct zs_recorder {
	int fd;
	bool piped;
	char *path;
	uint64_t bytes;
	uint64_t blocks;
	struct noted noted[ZSWAP_BLOCK_END];
	struct zs_error failed;
};

/* The directory below which the file's file system is mounted. */
static void mount_point(const char *path, char at[PATH_MAX])
{
	struct stat here, above;

	if (!realpath(path, at) || stat(at, &here)) {
		strcpy(at, "?");
		return;
	}
	while (at[1]) {
		char kept[PATH_MAX], *slash = strrchr(at, '/');

		strcpy(kept, at);
		slash[slash == at] = '\0';
		if (stat(at, &above) || above.st_dev != here.st_dev) {
			strcpy(at, kept);
			return;
		}
	}
}

static bool write_failed(struct zs_recorder *recorder, int number)
{
	struct zs_error *error = &recorder->failed;
	char at[PATH_MAX], kept[ZS_TEXT];

	zs_format_bytes(kept, (double)recorder->bytes);
	if (number == EPIPE)
		return zs_fail(error, ZS_ERR_SYSTEM, "writing the recording: nobody reads it any more");
	if (number == ENOSPC || number == EDQUOT) {
		mount_point(recorder->path, at);
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "writing %.80s: %s on the file system mounted at %.80s; what was recorded until then (%s) can be read",
			       recorder->path, number == ENOSPC ? "no space is left" :
			       "the quota is used up", at, kept);
	}
	return zs_fail(error, ZS_ERR_SYSTEM,
		       "writing %.150s: %s; what was recorded until then (%s) can be read",
		       recorder->path, zs_output_trouble(number), kept);
}

/* All of it, in one call if the file takes it. */
static bool write_all(struct zs_recorder *recorder, struct iovec *part, int parts)
{
	while (parts) {
		ssize_t done = recorder->piped ?
			zs_output_write(recorder->fd, part->iov_base, part->iov_len) :
			writev(recorder->fd, part, parts);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return write_failed(recorder, errno);
		recorder->bytes += (uint64_t)done;
		for (; parts && (size_t)done >= part->iov_len; part++, parts--)
			done -= (ssize_t)part->iov_len;
		if (parts) {
			part->iov_base = (char *)part->iov_base + done;
			part->iov_len -= (size_t)done;
		}
	}
	return true;
}

static bool write_block(struct zs_recorder *recorder, enum zswap_block_kind kind,
			unsigned int cpu, const void *contents, size_t bytes)
{
	static const char fill[8];
	struct zswap_block block = {
		.magic = ZSWAP_BLOCK_MAGIC, .kind = kind, .bytes = (__u32)bytes,
		.number = recorder->blocks, .cpu = cpu,
	};
	struct iovec parts[] = {
		{ &block, sizeof(block) },
		{ (void *)contents, bytes },
		{ (void *)fill, -bytes & 7 },
	};

	if (recorder->failed.code)
		return false;
	block.checksum = zs_block_checksum(&block, contents);
	if (!write_all(recorder, parts, ZS_ARRAY_SIZE(parts)))
		return false;
	recorder->blocks++;
	return true;
}

/* What failed, for the caller, who may hear of it more than once. */
static bool tell(const struct zs_recorder *recorder, struct zs_error *error)
{
	if (!recorder->failed.code)
		return true;
	if (error)
		*error = recorder->failed;
	return false;
}

static bool may_wait(int fd)
{
	struct stat status;

	return !fstat(fd, &status) && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

static bool open_file(struct zs_recorder *recorder, const char *path, struct zs_error *error)
{
	bool to_stdout = !strcmp(path, "-");

	recorder->path = strdup(to_stdout ? "/dev/stdout" : path);
	if (!recorder->path)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	if (to_stdout && isatty(STDOUT_FILENO))
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "a recording is not for a terminal: name a file, or send it through a pipe");
	/* nobody else's business: sizes say something of what is in the pages */
	recorder->fd = to_stdout ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0) :
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
	if (recorder->fd < 0)
		return zs_fail(error, ZS_ERR_SYSTEM, "%.200s: %s", path, strerror(errno));
	recorder->piped = may_wait(recorder->fd);
	return true;
}

static bool write_header(struct zs_recorder *recorder)
{
	struct zswap_recording header = {
		.order = ZSWAP_RECORDING_ORDER,
		.version = ZSWAP_RECORDING_VERSION,
		.event_version = ZSWAP_EVENT_VERSION,
		.event_bytes = sizeof(struct zswap_event),
	};
	struct iovec part = { &header, sizeof(header) };

	memcpy(header.magic, ZSWAP_RECORDING_MAGIC, sizeof(header.magic));
	header.checksum = zs_recording_checksum(&header);
	return write_all(recorder, &part, 1);
}

static void free_recorder(struct zs_recorder *recorder)
{
	if (recorder->fd >= 0)
		close(recorder->fd);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(recorder->noted); i++)
		free(recorder->noted[i].text);
	free(recorder->path);
	free(recorder);
}

struct zs_recorder *zs_recorder_create(const char *path, struct zs_error *error)
{
	struct zs_recorder *recorder = calloc(1, sizeof(*recorder));

	if (!recorder) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	recorder->fd = -1;
	if (open_file(recorder, path, error)) {
		if (write_header(recorder))
			return recorder;
		tell(recorder, error);
	}
	free_recorder(recorder);
	return NULL;
}

/* Arrays of any length, in blocks that are not too large. */
static bool write_array(struct zs_recorder *recorder, enum zswap_block_kind kind,
			unsigned int cpu, const void *array, size_t count, size_t each)
{
	const size_t most = ZSWAP_BLOCK_MOST / each;

	for (size_t done = 0; done < count; done += most) {
		size_t some = count - done < most ? count - done : most;

		if (!write_block(recorder, kind, cpu, (const char *)array + done * each,
				 some * each))
			return false;
	}
	return true;
}

bool zs_recorder_events(struct zs_recorder *recorder, unsigned int cpu,
			const struct zswap_event *events, size_t count,
			struct zs_error *error)
{
	write_array(recorder, ZSWAP_BLOCK_EVENTS, cpu, events, count, sizeof(*events));
	return tell(recorder, error);
}

bool zs_recorder_states(struct zs_recorder *recorder, const struct zswap_state *states,
			size_t count, struct zs_error *error)
{
	write_array(recorder, ZSWAP_BLOCK_STATES, 0, states, count, sizeof(*states));
	return tell(recorder, error);
}

/* ---- facts and names ---------------------------------------------------- */

/* Write all lines of a kind, as many to a block as go into one. */
static bool write_noted(struct zs_recorder *recorder, enum zswap_block_kind kind)
{
	struct noted *noted = &recorder->noted[kind];
	size_t done = 0;

	while (done < noted->used) {
		size_t some = noted->used - done;

		if (some > ZSWAP_BLOCK_MOST) {
			const char *line = memrchr(noted->text + done, '\n', ZSWAP_BLOCK_MOST);

			some = (size_t)(line + 1 - (noted->text + done));
		}
		if (!write_block(recorder, kind, 0, noted->text + done, some))
			return false;
		done += some;
	}
	noted->used = 0;
	return true;
}

static bool grow(struct noted *noted, size_t more)
{
	size_t size = noted->size ?: 4096;
	char *text;

	while (size < noted->used + more)
		size *= 2;
	if (size == noted->size)
		return true;
	text = realloc(noted->text, size);
	if (!text)
		return false;
	noted->text = text;
	noted->size = size;
	return true;
}

/* One more line; what would end it early, or is not to be seen, becomes a '?'. */
static bool note(struct zs_recorder *recorder, enum zswap_block_kind kind, const char *line)
{
	struct noted *noted = &recorder->noted[kind];
	size_t length = strlen(line);

	if (recorder->failed.code || !grow(noted, length + 1))
		return false;
	for (size_t i = 0; i < length; i++)
		noted->text[noted->used + i] = iscntrl((unsigned char)line[i]) ? '?' : line[i];
	noted->text[noted->used + length] = '\n';
	noted->used += length + 1;
	return noted->used < MUCH || write_noted(recorder, kind);
}

static bool fact_name_is_good(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.";

	return *name && !name[strspn(name, letters)];
}

bool zs_recorder_fact(struct zs_recorder *recorder, const char *name, const char *format, ...)
{
	char line[LINE];
	va_list args;
	int length;

	if (!fact_name_is_good(name))
		return false;
	length = snprintf(line, sizeof(line), "%.64s=", name);
	va_start(args, format);
	vsnprintf(line + length, sizeof(line) - (size_t)length, format, args);
	va_end(args);
	return note(recorder, ZSWAP_BLOCK_FACTS, line);
}

bool zs_recorder_cgroup(struct zs_recorder *recorder, uint64_t id, const char *path)
{
	char line[LINE];

	snprintf(line, sizeof(line), "%llu %s", (unsigned long long)id, path);
	return note(recorder, ZSWAP_BLOCK_CGROUP, line);
}

bool zs_recorder_process(struct zs_recorder *recorder, uint32_t pid, const char *comm)
{
	char line[LINE];

	snprintf(line, sizeof(line), "%u %s", pid, comm);
	return note(recorder, ZSWAP_BLOCK_PROCESS, line);
}

bool zs_recorder_flush(struct zs_recorder *recorder, struct zs_error *error)
{
	for (unsigned int kind = 0; kind < ZS_ARRAY_SIZE(recorder->noted); kind++)
		write_noted(recorder, kind);
	return tell(recorder, error);
}

uint64_t zs_recorder_bytes(const struct zs_recorder *recorder)
{
	return recorder->bytes;
}

bool zs_recorder_finish(struct zs_recorder *recorder, struct zs_error *error)
{
	int fd;
	bool ok;

	if (!recorder)
		return true;
	if (zs_recorder_flush(recorder, NULL))
		write_block(recorder, ZSWAP_BLOCK_END, 0, NULL, 0);
	/* NFS says only here that its disk is full */
	fd = recorder->fd;
	recorder->fd = -1;
	if (close(fd) && !recorder->failed.code)
		write_failed(recorder, errno);
	ok = tell(recorder, error);
	free_recorder(recorder);
	return ok;
}
