/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open a source in a thread of its own: loading programs takes seconds, and the screen
 * shall be there at once.
 */
#ifndef TOP_ATTACH_H
#define TOP_ATTACH_H

#include <pthread.h>

#include "zswapscope.h"

/**
 * struct attach - a source that is being opened
 * @fd: readable once it is done; -1: none is being opened
 * @thread: that opens it
 * @options: what to open
 * @source: the result, or NULL
 * @error: why not
 */
struct attach {
	int fd;
	pthread_t thread;
	struct zs_options options;
	struct zs_source *source;
	struct zs_error error;
};

/* Begin. Return: false if even that fails. */
bool attach_start(struct attach *attach, const struct zs_options *options,
		  struct zs_error *error);

/* When @fd is readable: take the result. */
struct zs_source *attach_take(struct attach *attach, struct zs_error *error);

static inline bool attach_running(const struct attach *attach)
{
	return attach->fd >= 0;
}

#endif /* TOP_ATTACH_H */
