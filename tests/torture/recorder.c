// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zswap-trace record, which runs beside all the rest: should a page be wrong, what became of
 * it is in the recordings, of which the last few are kept.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "torture.h"

#define EVENTS "store,load,miss,writeback,reject,invalidate,read"

/* What it said, without what is not at the end. */
static char said[4096];
static int out = -1;

/**
 * spawn() - start a program
 * @argv: as for execvp()
 * @output: gets the end of a pipe that has its stdout and stderr
 *
 * Return: its process.
 */
pid_t spawn(char *const argv[], int *output)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execvp(argv[0], argv);
		fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(ends[1]);
	*output = ends[0];
	return pid;
}

/* Return: whether there was more. */
static bool read_more(int fd)
{
	size_t length = strlen(said);
	ssize_t more;

	if (length > sizeof(said) / 2) {
		memmove(said, said + length - sizeof(said) / 4, sizeof(said) / 4 + 1);
		length = sizeof(said) / 4;
	}
	more = read(fd, said + length, sizeof(said) - 1 - length);
	said[more > 0 ? length + more : length] = '\0';
	return more > 0;
}

/**
 * wait_for_output() - wait until a program has said something
 * @fd: what it says
 * @text: that
 *
 * Return: false if it has ended without.
 */
bool wait_for_output(int fd, const char *text)
{
	*said = '\0';
	while (read_more(fd))
		if (strstr(said, text))
			return true;
	return false;
}

/** recording_path() - the file of a recording, of which the first one is 1 */
void recording_path(unsigned int number, char *path, size_t size)
{
	snprintf(path, size, "%s/torture-%u.rec", opt.out, number);
}

/** recorder_start() - events are recorded from here on */
void recorder_start(void)
{
	unsigned int number = atomic_load(&torture->recordings) + 1;
	char path[256], old[256];
	char *const argv[] = { "zswap-trace", "record", "-o", path, "-b", "16M", "-e", EVENTS, NULL };

	recording_path(number, path, sizeof(path));
	if (number > MAX_RECORDINGS) {
		recording_path(number - MAX_RECORDINGS, old, sizeof(old));
		unlink(old);
	}
	atomic_store(&torture->recorder, spawn(argv, &out));
	if (!wait_for_output(out, "; recording"))
		die("the recorder does not begin: %s", said);
	atomic_store(&torture->recorded_ns, now_ns());
	atomic_store(&torture->recordings, number);
}

/* The number behind some words, as in 12,345. */
static uint64_t number_behind(const char *text, const char *words)
{
	const char *at = strstr(text, words);
	uint64_t number = 0;

	for (at = at ? at + strlen(words) : ""; isdigit(*at) || *at == ','; at++)
		if (*at != ',')
			number = number * 10 + *at - '0';
	return number;
}

/** recorder_stop() - no more, so that the module can go */
void recorder_stop(void)
{
	pid_t pid = atomic_load(&torture->recorder);
	int status;

	kill(pid, SIGINT);
	while (read_more(out))
		;
	close(out);
	waitpid(pid, &status, 0);
	atomic_store(&torture->recorder, 0);
	if (status || !strstr(said, "recorded "))
		die("the recorder has ended with status %#x: %s", status, said);
	atomic_fetch_add(&torture->events, number_behind(said, "recorded "));
	atomic_fetch_add(&torture->events_lost, number_behind(said, "), "));
}
