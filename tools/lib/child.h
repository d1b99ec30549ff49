/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command that a tool runs, "zswap-trace ... -- COMMAND ARGUMENT...", and watches from
 * its first instruction to its last:
 *
 *	command = zs_child_command(&argc, argv);	what is behind the --
 *	zs_child_start(&child, command, ...);		before zs_clock_start()
 *	zs_clock_start(&clock, ...);
 *	clock.child = child.watch;
 *	... attach ...
 *	zs_child_go(&child, &error);
 *	... zs_clock_wait(), and of what it returns:
 *		ZS_WAKE_END: zs_child_signal(&child, &clock), and go on waiting
 *		ZS_WAKE_CHILD: status = zs_child_wait(&child), clock.child = -1
 *	zs_child_end(&child);
 *
 * It inherits signals as the tool was given them, which is why it starts first.  Ctrl-C
 * reaches both, as they share a terminal; the tool goes on until the command has ended.
 * The next signal of that kind kills both.
 */
#ifndef ZS_CHILD_H
#define ZS_CHILD_H

#include "zswapscope.h"

/* Exit statuses of a command that did not run, as in a shell. */
#define ZS_CHILD_NOT_RUN	126
#define ZS_CHILD_NOT_FOUND	127

/**
 * struct zs_child - a command; one at a time
 * @pid: its process; 0: there is none any more
 * @watch: readable when it has ended, for zs_clock.child; -1: there is none
 * @hold: what it waits for before it runs
 * @trouble: what it says when it cannot run
 * @status: how it ended, see zs_child_wait()
 */
struct zs_child {
	pid_t pid;
	int watch;
	int hold;
	int trouble;
	int status;
};

/**
 * zs_child_command - cut the command off a command line
 * @argc: words in @argv; the result is those before "--"
 * @argv: the words, with a NULL behind them
 *
 * Return: the first word behind "--", which is NULL if there is none; NULL, too, without
 * a "--", when *argc stays as it was.
 */
char **zs_child_command(int *argc, char **argv);

/**
 * zs_child_start - have a process ready for a command
 * @child: to be filled in
 * @argv: the command; searched for in PATH
 * @output: what becomes its stdout: STDOUT_FILENO leaves it as it is
 * @error: why not
 *
 * It waits for zs_child_go(), and is gone without having done anything if that never
 * comes.
 */
bool zs_child_start(struct zs_child *child, char *const argv[], int output,
		    struct zs_error *error);

/**
 * zs_child_go - let it run
 * @child: the command
 * @error: why it cannot: no such file, no right to execute it
 *
 * Return: false: it did not run, zs_child_wait() says 126 or 127.
 */
bool zs_child_go(struct zs_child *child, struct zs_error *error);

/* Pass on the signal that ZS_WAKE_END stands for, unless it went to both. */
void zs_child_signal(const struct zs_child *child, const struct zs_clock *clock);

/* Wait until it has ended. Return: its exit status; 128 more than the signal that killed it. */
int zs_child_wait(struct zs_child *child);

/* Who did not run yet, never does; who runs, goes on. */
void zs_child_end(struct zs_child *child);

#endif /* ZS_CHILD_H */
