// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "output.h"

/**
 * struct output - this process has one
 * @clock: that is watched; or NULL
 * @abandoned: its reader took nothing when there was to be an end
 * @failed: errno of the first failure; 0: there was none
 * @told: somebody knows of it, and exits accordingly
 */
static struct output {
	struct zs_clock *clock;
	bool abandoned;
	int failed;
	bool told;
} output;

/*
 * Where one of the three is closed, the next file that is opened would take its number,
 * and what is printed would end up there.  So each is open, for the wrong direction: who
 * uses it learns that it is not there.
 */
static void keep_numbers(void)
{
	int fd;

	for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
		if (fcntl(number, F_GETFD) >= 0)
			continue;
		/* the lowest number that is free, which is this one */
		fd = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
		if (fd != number && fd >= 0)
			close(fd);
	}
}

void zs_output_watch(struct zs_clock *clock)
{
	output.clock = clock;
	if (clock)
		output.abandoned = false;
}

/* Return: false: nobody takes anything any more. */
static bool wait_for_room(int fd)
{
	if (output.clock && !output.abandoned)
		output.abandoned = !zs_clock_room(output.clock, fd);
	return !output.abandoned;
}

/* Somebody may have made it so that it does not wait. */
static bool again(int fd)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	if (errno != EAGAIN)
		return errno == EINTR;
	return output.clock || poll(&room, 1, -1) >= 0 || errno == EINTR;
}

ssize_t zs_output_write(int fd, const void *data, size_t bytes)
{
	/* what a pipe with room for anything takes without waiting */
	size_t some = output.clock && bytes > PIPE_BUF ? PIPE_BUF : bytes;
	ssize_t done;

	if (!bytes)
		return 0;
	do {
		if (!wait_for_room(fd)) {
			errno = ECANCELED;
			return -1;
		}
		done = write(fd, data, some);
	} while (done < 0 && again(fd));
	return done;
}

/* Whole lines, if there are any: whoever is left with a part of the output can read it. */
static size_t piece(const char *text, size_t bytes)
{
	const char *end;

	if (bytes <= PIPE_BUF)
		return bytes;
	end = memrchr(text, '\n', PIPE_BUF);
	return end ? (size_t)(end + 1 - text) : PIPE_BUF;
}

/* Of a stream.  Return: less than all is a failure. */
static ssize_t put(void *cookie, const char *text, size_t bytes)
{
	size_t done = 0;

	(void)cookie;
	while (done < bytes) {
		ssize_t some = zs_output_write(STDOUT_FILENO, text + done,
					       piece(text + done, bytes - done));

		if (some < 0) {
			output.failed = output.failed ?: errno;
			break;
		}
		done += (size_t)some;
	}
	return (ssize_t)done;
}

const char *zs_output_trouble(int number)
{
	return number == ECANCELED ? "its reader took nothing for a second after the signal to end" :
		strerror(number);
}

enum zs_output zs_output_flush(struct zs_error *error)
{
	int number;

	if (!fflush(stdout) && !ferror(stdout))
		return ZS_OUTPUT_OK;
	number = output.failed ?: errno;
	if (number == EPIPE)
		return ZS_OUTPUT_CLOSED;
	output.told = true;
	zs_fail(error, ZS_ERR_SYSTEM, "writing the output: %s", zs_output_trouble(number));
	return ZS_OUTPUT_FAILED;
}

/* NFS says only when a file is closed that its disk is full. */
static void finish(void)
{
	struct zs_error error;

	if (output.told)
		return;
	if (zs_output_flush(&error) != ZS_OUTPUT_FAILED) {
		if (!close(STDOUT_FILENO) || errno == EBADF)
			return;
		zs_fail(&error, ZS_ERR_SYSTEM, "closing the output: %s", strerror(errno));
	}
	_exit(zs_exit_failure(&error));
}

void zs_output_begin(void)
{
	static const cookie_io_functions_t functions = { .write = put };
	FILE *stream;

	keep_numbers();
	/* a terminal is written to line by line, and a Ctrl-C sets it going by itself */
	stream = isatty(STDOUT_FILENO) ? NULL : fopencookie(NULL, "w", functions);
	if (stream)
		stdout = stream;
	atexit(finish);
}
