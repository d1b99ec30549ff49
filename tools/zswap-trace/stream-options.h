/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of the options of those commands that read the stream of events. */
#ifndef ZSWAP_TRACE_STREAM_OPTIONS_H
#define ZSWAP_TRACE_STREAM_OPTIONS_H

#include "filter.h"
#include "options.h"

#define STREAM_BUFFER_DEFAULT	(8U << 20)

/* All of them: a wrong one ends the program, see zs_usage_error(). */

/* -e KIND[,KIND...]: bits of ZS_STREAM_KIND(). */
void stream_option_kinds(const struct argp_state *state, const char *arg, uint32_t *kinds);

/* -b BYTES: a power of two that there may be. */
void stream_option_buffer(const struct argp_state *state, const char *arg, uint32_t *bytes);

/**
 * stream_option_filter - -f FILTER
 * @state: of the parser
 * @arg: the filter as it was typed
 * @filter: the result
 *
 * A cgroup that there is not is a failure, not a wrong command line, as with -c.
 */
void stream_option_filter(const struct argp_state *state, const char *arg,
			  struct zswap_filter *filter);

#endif /* ZSWAP_TRACE_STREAM_OPTIONS_H */
