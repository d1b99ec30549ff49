// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything a tool waits for, in one sleep.  Signals are blocked and read from
 * a file descriptor, so there is no handler, and none can come too early.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "zswapscope.h"

/* How long a reader may stand still once a signal asks for an end, in ms. */
#define PATIENCE_MS	1000

uint64_t zs_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * ZS_NSEC + (uint64_t)now.tv_nsec;
}

static struct timespec to_timespec(double seconds)
{
	struct timespec time = { .tv_sec = (time_t)seconds };

	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * ZS_NSEC);
	return time;
}

static bool failed(struct zs_error *error, const char *what)
{
	return zs_fail(error, ZS_ERR_SYSTEM, "%s: %s", what, strerror(errno));
}

bool zs_clock_start(struct zs_clock *clock, int input, struct zs_error *error)
{
	sigset_t signals;

	*clock = (struct zs_clock){
		.timer = -1, .limit = -1, .signals = -1,
		.input = input, .watch = -1, .child = -1, .output = STDOUT_FILENO,
	};
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGWINCH);
	if (input >= 0) {
		/* a screen has to be put away, and to come back */
		sigaddset(&signals, SIGTSTP);
		sigaddset(&signals, SIGCONT);
	}
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* A closed pipe is the end of the output, not a death. */
	signal(SIGPIPE, SIG_IGN);
	/* who has a screen writes to a terminal, and past stdout */
	if (input < 0)
		zs_output_watch(clock);

	clock->signals = signalfd(-1, &signals, SFD_CLOEXEC);
	return clock->signals >= 0 || failed(error, "signalfd");
}

static bool start_timer(int *fd, const struct itimerspec *when,
			struct zs_error *error)
{
	*fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (*fd < 0 || timerfd_settime(*fd, 0, when, NULL))
		return failed(error, "timerfd");
	return true;
}

bool zs_clock_interval(struct zs_clock *clock, double seconds,
		       struct zs_error *error)
{
	struct itimerspec period = {
		.it_value = to_timespec(seconds),
		.it_interval = to_timespec(seconds),
	};

	return start_timer(&clock->timer, &period, error);
}

bool zs_clock_limit(struct zs_clock *clock, double seconds,
		    struct zs_error *error)
{
	struct itimerspec once = { .it_value = to_timespec(seconds) };

	return start_timer(&clock->limit, &once, error);
}

/* What a signal asks for; the next one to end shall not be asked about. */
static int take_signal(struct zs_clock *clock)
{
	struct signalfd_siginfo info;
	sigset_t ending;

	if (read(clock->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	switch (info.ssi_signo) {
	case SIGWINCH:
		return ZS_WAKE_RESIZE;
	case SIGTSTP:
		return ZS_WAKE_SUSPEND;
	case SIGCONT:
		return ZS_WAKE_RESUME;
	}
	clock->signal = (int)info.ssi_signo;
	clock->from_terminal = info.ssi_code == SI_KERNEL;
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &ending, NULL);
	return ZS_WAKE_END;
}

static bool take_timer(int fd)
{
	uint64_t expirations;

	return read(fd, &expirations, sizeof(expirations)) == sizeof(expirations);
}

bool zs_clock_room(struct zs_clock *clock, int fd)
{
	struct pollfd fds[] = {
		{ .fd = fd,		.events = POLLOUT },
		{ .fd = clock->signals,	.events = POLLIN },
	};
	int ready;

	for (;;) {
		ready = poll(fds, ZS_ARRAY_SIZE(fds), clock->signal ? PATIENCE_MS : -1);
		if (!ready)
			return false;
		/* what is wrong with it, writing will tell */
		if (ready < 0 ? errno != EINTR : fds[0].revents)
			return true;
		if (ready > 0)
			clock->woken |= take_signal(clock);
	}
}

bool zs_clock_sleep(const struct zs_clock *clock, double seconds)
{
	struct pollfd fds[] = {
		{ .fd = clock->signals,	.events = POLLIN },
		{ .fd = clock->output },
	};
	struct timespec time = to_timespec(seconds);

	return !clock->woken && !ppoll(fds, ZS_ARRAY_SIZE(fds), &time, NULL);
}

int zs_clock_wait(struct zs_clock *clock, struct zs_error *error)
{
	/* Descriptors of -1 are ignored; stdout is watched for POLLERR alone. */
	struct pollfd fds[] = {
		{ .fd = clock->timer,	.events = POLLIN },
		{ .fd = clock->limit,	.events = POLLIN },
		{ .fd = clock->signals,	.events = POLLIN },
		{ .fd = clock->input,	.events = POLLIN },
		{ .fd = clock->output },
		{ .fd = clock->watch,	.events = POLLIN },
		{ .fd = clock->child,	.events = POLLIN },
	};
	int wake = clock->woken;

	clock->woken = 0;
	while (poll(fds, ZS_ARRAY_SIZE(fds), wake ? 0 : -1) < 0) {
		if (errno == EINTR)
			continue;
		failed(error, "poll");
		return -1;
	}
	if ((fds[0].revents & POLLIN) && take_timer(clock->timer))
		wake |= ZS_WAKE_TICK;
	if ((fds[1].revents & POLLIN) && take_timer(clock->limit))
		wake |= ZS_WAKE_LIMIT;
	if (fds[2].revents & POLLIN)
		wake |= take_signal(clock);
	if (fds[3].revents & POLLIN)
		wake |= ZS_WAKE_INPUT;
	else if (fds[3].revents)
		wake |= ZS_WAKE_CLOSED;	/* the terminal went away */
	if (fds[4].revents & (POLLERR | POLLHUP))
		wake |= ZS_WAKE_CLOSED;
	if (fds[5].revents & POLLIN)
		wake |= ZS_WAKE_WATCH;
	if (fds[6].revents & POLLIN)
		wake |= ZS_WAKE_CHILD;
	return wake;
}

void zs_clock_stop(struct zs_clock *clock)
{
	if (clock->input < 0)
		zs_output_watch(NULL);
	if (clock->timer >= 0)
		close(clock->timer);
	if (clock->limit >= 0)
		close(clock->limit);
	if (clock->signals >= 0)
		close(clock->signals);
}
