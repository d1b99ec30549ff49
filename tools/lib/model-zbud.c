// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zbud as kernel/zswap/zbud.c has it: two buddies to a frame of one page, of which the
 * first of 64 chunks is the header's.
 */
#include "model-frames.h"

#define CHUNK_BYTES	64

static const struct zs_frames_shape shape = {
	.chunk_bytes = CHUNK_BYTES,
	.chunks = ZS_MODEL_PAGE / CHUNK_BYTES - 1,
	.buddies = 2,
	.pages = 1,
};

static struct zs_model *create(void)
{
	return zs_frames_create(&zs_model_zbud, &shape);
}

const struct zs_model_kind zs_model_zbud = {
	.name = "zbud",
	.title = "two buddies in a frame of one page",
	.most_bytes = ZS_MODEL_PAGE - CHUNK_BYTES,
	.create = create,
	.destroy = zs_frames_destroy,
	.insert = zs_frames_insert,
	.remove = zs_frames_remove,
	.touch = zs_frames_touch,
	.evict = zs_frames_evict,
};
