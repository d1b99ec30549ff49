// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands that a tool runs: their beginning, their end, and signals meanwhile. */
#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

#define LONG_ENOUGH	20000	/* ms, for what has to happen */

static bool readable(int fd, int ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	return poll(&pollfd, 1, ms) == 1;
}

static void start(struct zs_child *child, char *const argv[])
{
	struct zs_error error = { ZS_OK, "" };

	assert_true(zs_child_start(child, argv, STDOUT_FILENO, &error));
}

static void start_shell(struct zs_child *child, char *script)
{
	start(child, (char *[]){ "sh", "-c", script, NULL });
}

/* Run it from the beginning to the end. */
static int run_shell(char *script)
{
	struct zs_child child;
	int status;

	start_shell(&child, script);
	assert_true(zs_child_go(&child, NULL));
	status = zs_child_wait(&child);
	zs_child_end(&child);
	return status;
}

static void test_command_line(void **state)
{
	char *none[] = { "record", "-o", "r", NULL };
	char *empty[] = { "record", "--", NULL };
	char *some[] = { "record", "-o", "r", "--", "ls", "--", "-l", NULL };
	int argc = 3;

	(void)state;
	assert_null(zs_child_command(&argc, none));
	assert_int_equal(argc, 3);
	argc = 2;
	assert_ptr_equal(zs_child_command(&argc, empty), empty + 2);
	assert_int_equal(argc, 1);
	assert_null(empty[1]);
	argc = 7;
	assert_ptr_equal(zs_child_command(&argc, some), some + 4);
	assert_int_equal(argc, 3);
	assert_null(some[3]);
	assert_string_equal(some[5], "--");
}

static void test_exit_status(void **state)
{
	(void)state;
	assert_int_equal(run_shell("exit 0"), 0);
	assert_int_equal(run_shell("exit 3"), 3);
	assert_int_equal(run_shell("kill -TERM $$"), 128 + SIGTERM);
}

static void test_held(void **state)
{
	struct zs_child child;
	struct stat status;
	char path[PATH_MAX], script[PATH_MAX + 16];

	(void)state;
	snprintf(path, sizeof(path), "%s/ran", fixture_root);
	snprintf(script, sizeof(script), ": > %s", path);
	start_shell(&child, script);
	assert_false(readable(child.watch, 200));
	assert_int_not_equal(stat(path, &status), 0);
	assert_true(zs_child_go(&child, NULL));
	assert_true(readable(child.watch, LONG_ENOUGH));
	assert_int_equal(zs_child_wait(&child), 0);
	assert_int_equal(stat(path, &status), 0);
	zs_child_end(&child);
}

/* One that was never let go has not run, and nobody is left behind. */
static void test_given_up(void **state)
{
	struct zs_child child;
	struct stat status;
	char path[PATH_MAX], script[PATH_MAX + 16];
	pid_t pid;

	(void)state;
	snprintf(path, sizeof(path), "%s/given-up", fixture_root);
	snprintf(script, sizeof(script), ": > %s", path);
	start_shell(&child, script);
	pid = child.pid;
	zs_child_end(&child);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_not_equal(stat(path, &status), 0);
}

static void test_cannot_run(void **state)
{
	struct zs_error error = { ZS_OK, "" };
	struct zs_child child;

	(void)state;
	start(&child, (char *[]){ "no-such-command-here", NULL });
	assert_false(zs_child_go(&child, &error));
	assert_non_null(strstr(error.text, "No such file"));
	assert_int_equal(zs_child_wait(&child), ZS_CHILD_NOT_FOUND);
	zs_child_end(&child);

	start(&child, (char *[]){ "/etc/passwd", NULL });
	assert_false(zs_child_go(&child, &error));
	assert_non_null(strstr(error.text, "Permission denied"));
	assert_int_equal(zs_child_wait(&child), ZS_CHILD_NOT_RUN);
	zs_child_end(&child);
}

static void test_output(void **state)
{
	struct zs_child child;
	int pipes[2];
	char text[8] = "";

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_true(zs_child_start(&child, (char *[]){ "echo", "there", NULL }, pipes[1], NULL));
	assert_true(zs_child_go(&child, NULL));
	assert_int_equal(read(pipes[0], text, sizeof(text)), 6);
	assert_string_equal(text, "there\n");
	assert_int_equal(zs_child_wait(&child), 0);
	zs_child_end(&child);
	close(pipes[0]);
	close(pipes[1]);
}

/*
 * The rest has a clock, so signals are blocked from there on: each in a process of its own,
 * whose exit status tells.
 */
static int in_process(int (*body)(int fd), int *fd)
{
	int pipes[2];
	pid_t pid;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		close(pipes[0]);
		_exit(body(pipes[1]));
	}
	close(pipes[1]);
	*fd = pipes[0];
	return pid;
}

static void assert_ends(pid_t pid, int want)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, want);
}

/* Return: whether it woke for nothing but that. */
static bool woke_for(struct zs_clock *clock, int wake)
{
	struct zs_error error;

	if (!zs_clock_limit(clock, LONG_ENOUGH / 1000.0, &error))
		return false;
	return zs_clock_wait(clock, &error) == wake;
}

static bool start_both(struct zs_child *child, struct zs_clock *clock, char *script, int fd)
{
	char *argv[] = { "sh", "-c", script, NULL };

	if (!zs_child_start(child, argv, fd, NULL) || !zs_clock_start(clock, -1, NULL))
		return false;
	clock->child = child->watch;
	return zs_child_go(child, NULL);
}

static int signals_are_default(int fd)
{
	struct zs_clock clock;
	struct zs_child child;

	/* SIGPIPE is ignored by the clock, the others are blocked by it */
	if (!start_both(&child, &clock, "grep -Eq '^SigBlk:.0+$' /proc/self/status &&"
			" ! grep -Eq '^SigIgn:.*[13579bdf]...$' /proc/self/status", fd))
		return 10;
	if (!woke_for(&clock, ZS_WAKE_CHILD))
		return 11;
	return zs_child_wait(&child);
}

static int passes_on(int fd)
{
	struct zs_clock clock;
	struct zs_child child;

	if (!start_both(&child, &clock, "exec sleep 1000", fd))
		return 10;
	kill(getpid(), SIGTERM);
	if (!woke_for(&clock, ZS_WAKE_END) || clock.signal != SIGTERM)
		return 11;
	zs_child_signal(&child, &clock);
	if (!woke_for(&clock, ZS_WAKE_CHILD))
		return 12;
	return zs_child_wait(&child);
}

/* The terminal has sent it already. */
static int passes_nothing_on(int fd)
{
	struct zs_clock clock;
	struct zs_child child;
	int status;

	if (!start_both(&child, &clock, "exec sleep 1000", fd))
		return 10;
	clock.signal = SIGINT;
	clock.from_terminal = true;
	zs_child_signal(&child, &clock);
	if (readable(child.watch, 200))
		return 11;
	kill(child.pid, SIGKILL);
	status = zs_child_wait(&child);
	zs_child_end(&child);
	return status == 128 + SIGKILL ? 0 : 12;
}

static int ignores_the_first(int fd)
{
	struct zs_clock clock;
	struct zs_child child;

	/* once it says so, it is deaf */
	if (!start_both(&child, &clock, "trap '' INT; echo $$; exec sleep 1000", fd))
		return 10;
	if (!woke_for(&clock, ZS_WAKE_END))
		return 11;
	dprintf(fd, "first\n");
	woke_for(&clock, ZS_WAKE_CHILD);
	return 12;
}

static void test_signals(void **state)
{
	int fd;

	(void)state;
	assert_ends(in_process(signals_are_default, &fd), 0);
	close(fd);
	assert_ends(in_process(passes_on, &fd), (128 + SIGTERM) << 8);
	close(fd);
	assert_ends(in_process(passes_nothing_on, &fd), 0);
	close(fd);
}

static void test_second_kills_both(void **state)
{
	pid_t pid, grandchild;
	char text[64];
	ssize_t length;
	int fd;

	(void)state;
	pid = in_process(ignores_the_first, &fd);
	length = read(fd, text, sizeof(text) - 1);
	assert_true(length > 0);
	text[length] = '\0';
	grandchild = atoi(text);
	assert_true(grandchild > 1);
	kill(pid, SIGINT);
	length = read(fd, text, sizeof(text) - 1);
	assert_true(length == 6 && !strncmp(text, "first\n", 6));
	assert_int_equal(kill(grandchild, 0), 0);
	kill(pid, SIGINT);
	assert_ends(pid, SIGINT);
	/* it has the other end, too: the end of file is that of the command */
	assert_true(readable(fd, LONG_ENOUGH));
	assert_int_equal(read(fd, text, sizeof(text)), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_cannot_run),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_second_kills_both),
	};

	/* a shell starts what it puts into the background deaf to it */
	signal(SIGINT, SIG_DFL);
	return cmocka_run_group_tests(tests, fixture_start, fixture_stop);
}
