// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

/* The watch of the command, for the handler, which can have no argument; -1: none. */
static volatile int watched = -1;

char **zs_child_command(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		argv[i] = NULL;
		*argc = i;
		return argv + i + 1;
	}
	return NULL;
}

/*
 * A signal that ends the tool at once: the first one, before there is a clock that waits
 * for it, or the second one.  The command might ignore it, so it gets another.
 */
static void end_both(int number)
{
	if (watched >= 0)
		pidfd_send_signal(watched, SIGKILL, NULL, 0);
	signal(number, SIG_DFL);
	raise(number);
}

static void handle_signals(void)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = end_both }, before;

	for (size_t i = 0; i < ZS_ARRAY_SIZE(ending); i++)
		/* under nohup, SIGHUP is to be ignored */
		if (!sigaction(ending[i], NULL, &before) && before.sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	/* who was started with SIGCHLD ignored could not wait for anyone */
	signal(SIGCHLD, SIG_DFL);
}

/* In the new process. */
static void __attribute__((noreturn))
become(char *const argv[], int output, int hold, int trouble)
{
	char word;
	int number;

	/* not given the word: the tool is gone, or has thought better of it */
	if (read(hold, &word, 1) != 1)
		_exit(ZS_CHILD_NOT_RUN);
	if (output == STDOUT_FILENO || dup2(output, STDOUT_FILENO) >= 0)
		execvp(argv[0], argv);
	number = errno;
	/* a lost message is a wrong status at worst */
	if (write(trouble, &number, sizeof(number)) != sizeof(number))
		_exit(ZS_CHILD_NOT_RUN);
	_exit(number == ENOENT ? ZS_CHILD_NOT_FOUND : ZS_CHILD_NOT_RUN);
}

static void close_both(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

bool zs_child_start(struct zs_child *child, char *const argv[], int output,
		    struct zs_error *error)
{
	int hold[2], trouble[2];

	*child = (struct zs_child){ .watch = -1, .hold = -1, .trouble = -1 };
	if (pipe2(hold, O_CLOEXEC))
		return zs_fail(error, ZS_ERR_SYSTEM, "a pipe for %s: %s", argv[0],
			       strerror(errno));
	if (pipe2(trouble, O_CLOEXEC)) {
		close_both(hold);
		return zs_fail(error, ZS_ERR_SYSTEM, "a pipe for %s: %s", argv[0],
			       strerror(errno));
	}
	child->pid = fork();
	if (!child->pid) {
		close(hold[1]);
		become(argv, output, hold[0], trouble[1]);
	}
	close(hold[0]);
	close(trouble[1]);
	child->hold = hold[1];
	child->trouble = trouble[0];
	if (child->pid > 0)
		child->watch = pidfd_open(child->pid, 0);
	if (child->watch >= 0) {
		watched = child->watch;
		handle_signals();
		return true;
	}
	zs_fail(error, ZS_ERR_SYSTEM, "a process for %s: %s", argv[0], strerror(errno));
	zs_child_end(child);
	return false;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool zs_child_go(struct zs_child *child, struct zs_error *error)
{
	int number = 0;

	/* who does not read it was killed meanwhile, and that is not told as a failure */
	if (write(child->hold, "", 1) == 1)
		/* ends when the command has replaced the process */
		while (read(child->trouble, &number, sizeof(number)) < 0 && errno == EINTR)
			;
	close_one(&child->hold);
	close_one(&child->trouble);
	if (number)
		zs_fail(error, ZS_ERR_SYSTEM, "cannot run the command: %s", strerror(number));
	return !number;
}

void zs_child_signal(const struct zs_child *child, const struct zs_clock *clock)
{
	if (child->pid && clock->signal && !clock->from_terminal)
		kill(child->pid, clock->signal);
}

int zs_child_wait(struct zs_child *child)
{
	int status;
	pid_t pid;

	if (!child->pid)
		return child->status;
	do
		pid = waitpid(child->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	child->pid = 0;
	if (pid < 0)
		child->status = ZS_CHILD_NOT_RUN;
	else
		child->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
						      WEXITSTATUS(status);
	return child->status;
}

void zs_child_end(struct zs_child *child)
{
	bool held = child->hold >= 0;

	close_one(&child->hold);
	close_one(&child->trouble);
	if (held && child->pid > 0)
		zs_child_wait(child);
	watched = -1;
	close_one(&child->watch);
	child->pid = 0;
}
