// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "attach.h"

static void *open_source(void *argument)
{
	struct attach *attach = argument;
	uint64_t one = 1;

	attach->source = zs_source_open(&attach->options, &attach->error);
	while (write(attach->fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	return NULL;
}

bool attach_start(struct attach *attach, const struct zs_options *options,
		  struct zs_error *error)
{
	int number;

	attach->options = *options;
	attach->source = NULL;
	attach->fd = eventfd(0, EFD_CLOEXEC);
	if (attach->fd < 0)
		return zs_fail(error, ZS_ERR_SYSTEM, "eventfd: %s", strerror(errno));
	/* Signals are blocked already, and so they are in the thread. */
	number = pthread_create(&attach->thread, NULL, open_source, attach);
	if (!number)
		return true;
	close(attach->fd);
	attach->fd = -1;
	return zs_fail(error, ZS_ERR_SYSTEM, "cannot start a thread: %s", strerror(number));
}

struct zs_source *attach_take(struct attach *attach, struct zs_error *error)
{
	pthread_join(attach->thread, NULL);
	close(attach->fd);
	attach->fd = -1;
	*error = attach->error;
	return attach->source;
}
