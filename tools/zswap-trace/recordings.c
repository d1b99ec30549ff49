// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "options.h"
#include "recordings.h"

enum { KEY_JSON = 0x600 };

static const struct argp_option recordings_options[] = {
	{ "json", KEY_JSON, NULL, 0, "One JSON object instead of text", 2 },
	{ 0 },
};

static void check(const struct recordings *recordings, const struct argp_state *state)
{
	if (recordings->count < recordings->wanted)
		zs_usage_error(state, recordings->wanted == 1 ?
			       "which recording? Make one with zswap-trace record -o FILE" :
			       "it takes two recordings: FILE_A FILE_B");
	if (recordings->count == 2 && !strcmp(recordings->paths[0], "-") &&
	    !strcmp(recordings->paths[1], "-"))
		zs_usage_error(state, "only one of the recordings can come from stdin");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct recordings *recordings = state->input;

	switch (key) {
	case KEY_JSON:
		recordings->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (recordings->count == recordings->wanted)
			zs_usage_error(state, "'%s' is one word too many", arg);
		recordings->paths[recordings->count++] = arg;
		return 0;
	case ARGP_KEY_END:
		check(recordings, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp recordings_argp = {
	.options = recordings_options,
	.parser = parse,
};

const struct argp_child recordings_children[] = {
	{ &recordings_argp, 0, NULL, 0 },
	{ 0 },
};

void recordings_init(struct argp_state *state, struct recordings *recordings)
{
	zs_options_init(state, NULL);
	state->child_inputs[0] = recordings;
}
