/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Standard output, which may be closed, full, or read by somebody who stands still: what
 * could not be written is told, and no reader keeps a tool from ending.
 */
#ifndef ZS_OUTPUT_H
#define ZS_OUTPUT_H

#include <sys/types.h>

#include "zswapscope.h"

/**
 * zs_output_begin - take over standard output
 *
 * The first thing that a tool's main() does.  From here on what was not written when the
 * tool exits is told on stderr, and makes its exit status ZS_EXIT_FAILURE; but not that a
 * reader has left.  Where standard output is no terminal, "stdout" becomes a stream whose
 * fileno() is -1.
 */
void zs_output_begin(void);

/* Writing looks at the signals of this clock from now on; NULL: at none. */
void zs_output_watch(struct zs_clock *clock);

/**
 * zs_output_write - write(2) to somebody who may not read
 * @fd: where to
 * @data: what
 * @bytes: how much; with a clock that is watched, no more than PIPE_BUF of it are written
 *
 * Return: how much was written; -1 with an errno, of which ECANCELED is: a signal asks
 * for an end, and the reader takes nothing.
 */
ssize_t zs_output_write(int fd, const void *data, size_t bytes);

/* In words, for an errno of zs_output_write(). */
const char *zs_output_trouble(int number);

enum zs_output { ZS_OUTPUT_OK, ZS_OUTPUT_CLOSED, ZS_OUTPUT_FAILED };

/* Flush stdout, and tell a reader that went away from a real failure. */
enum zs_output zs_output_flush(struct zs_error *error);

#endif /* ZS_OUTPUT_H */
