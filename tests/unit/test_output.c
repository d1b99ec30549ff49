// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing to a pipe whose reader stands still, while signals are taken over. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "output.h"
#include "recording.h"

#define MUCH	(1 << 20)	/* more than a pipe takes */

static char much[MUCH];
static int ends[2];
static struct zs_clock ticker;

/* A pipe, and a clock that has taken over signals; a mask as before is left behind. */
static int start(void **state)
{
	(void)state;
	return pipe2(ends, O_CLOEXEC) || !zs_clock_start(&ticker, -1, NULL) ? -1 : 0;
}

static int stop(void **state)
{
	(void)state;
	zs_clock_stop(&ticker);
	if (ends[0] >= 0)
		close(ends[0]);
	close(ends[1]);
	return 0;
}

/* Return: how much was written until it cannot be, with errno. */
static size_t write_much(void)
{
	size_t done = 0;

	while (done < MUCH) {
		ssize_t some = zs_output_write(ends[1], much + done, MUCH - done);

		if (some < 0)
			break;
		done += (size_t)some;
	}
	return done;
}

static void a_signal_ends_it(void **state)
{
	(void)state;
	raise(SIGINT);
	/* which finds room at first */
	assert_int_equal(zs_output_write(ends[1], much, 0), 0);
	assert_int_equal(zs_output_write(ends[1], much, 100), 100);
	assert_in_range(write_much(), PIPE_BUF, MUCH - 1);
	assert_int_equal(errno, ECANCELED);
	/* and is not lost */
	assert_int_equal(zs_clock_wait(&ticker, NULL), ZS_WAKE_END);
	assert_int_equal(ticker.signal, SIGINT);
	/* no second time of patience, also without the clock */
	zs_clock_stop(&ticker);
	assert_int_equal(zs_output_write(ends[1], much, 1), -1);
	assert_int_equal(errno, ECANCELED);
	assert_true(zs_clock_start(&ticker, -1, NULL));
}

/* After the first, the next one is to kill. */
static void the_next_one_kills(void **state)
{
	sigset_t blocked;

	(void)state;
	raise(SIGTERM);
	write_much();
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	assert_false(sigismember(&blocked, SIGTERM));
	assert_false(sigismember(&blocked, SIGINT));
}

static void *read_much(void *context)
{
	static char text[1 << 16];
	size_t done = 0;
	ssize_t some;

	(void)context;
	while (done < MUCH && (some = read(ends[0], text, sizeof(text))) > 0)
		done += (size_t)some;
	return (void *)done;
}

/* Who reads, gets all of it, signal or not. */
static void a_reader_gets_it(void **state)
{
	pthread_t reader;
	void *got;

	(void)state;
	raise(SIGHUP);
	assert_int_equal(pthread_create(&reader, NULL, read_much, NULL), 0);
	assert_int_equal(write_much(), MUCH);
	assert_int_equal(pthread_join(reader, &got), 0);
	assert_int_equal((size_t)got, MUCH);
	assert_int_equal(zs_clock_wait(&ticker, NULL), ZS_WAKE_END);
}

/* What is no signal to end waits on: a change of the window's size, for one. */
static void others_do_not(void **state)
{
	pthread_t reader;
	void *got;

	(void)state;
	raise(SIGWINCH);
	while (!fcntl(ends[1], F_SETFL, O_NONBLOCK) && write(ends[1], much, PIPE_BUF) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(pthread_create(&reader, NULL, read_much, NULL), 0);
	assert_int_not_equal(write_much(), 0);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(pthread_join(reader, &got), 0);
	assert_int_equal(zs_clock_wait(&ticker, NULL), ZS_WAKE_RESIZE);
	ends[1] = -1;
}

static void nobody_is_told(void **state)
{
	(void)state;
	close(ends[0]);
	ends[0] = -1;
	assert_int_equal(zs_output_write(ends[1], much, 1), -1);
	assert_int_equal(errno, EPIPE);
}

/* A recording goes into a pipe the same way. */
static void a_recording(void **state)
{
	const size_t count = 1000;
	struct zswap_event *events = calloc(count, sizeof(*events));
	struct zs_error error = { ZS_OK, "" };
	struct zs_recorder *recorder;
	char path[64];

	(void)state;
	assert_non_null(events);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
	recorder = zs_recorder_create(path, &error);
	assert_non_null(recorder);
	assert_true(zs_recorder_events(recorder, 0, events, 10, &error));
	raise(SIGINT);
	while (zs_recorder_events(recorder, 0, events, count, &error))
		;
	assert_non_null(strstr(error.text, "its reader took nothing"));
	assert_false(zs_recorder_finish(recorder, NULL));
	assert_int_equal(zs_clock_wait(&ticker, NULL), ZS_WAKE_END);
	free(events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_signal_ends_it, start, stop),
		cmocka_unit_test_setup_teardown(the_next_one_kills, start, stop),
		cmocka_unit_test_setup_teardown(a_reader_gets_it, start, stop),
		cmocka_unit_test_setup_teardown(others_do_not, start, stop),
		cmocka_unit_test_setup_teardown(nobody_is_told, start, stop),
		cmocka_unit_test_setup_teardown(a_recording, start, stop),
	};

	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
