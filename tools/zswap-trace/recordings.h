/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What those commands share that read recordings and answer a question about them. */
#ifndef ZSWAP_TRACE_RECORDINGS_H
#define ZSWAP_TRACE_RECORDINGS_H

#include <argp.h>
#include <stdbool.h>

#define RECORDINGS_MOST	2

/**
 * struct recordings - the command line of such a command
 * @wanted: how many recordings it takes, up to RECORDINGS_MOST; to be set before parsing
 * @count: how many there are
 * @paths: they; one of them may be "-", for stdin
 * @json: --json
 */
struct recordings {
	unsigned int wanted;
	unsigned int count;
	const char *paths[RECORDINGS_MOST];
	bool json;
};

/* The only children of such a command's argp; their input is a struct recordings. */
extern const struct argp_child recordings_children[];

/* For ARGP_KEY_INIT, instead of zs_options_init(). */
void recordings_init(struct argp_state *state, struct recordings *recordings);

#endif /* ZSWAP_TRACE_RECORDINGS_H */
