// SPDX-License-Identifier: GPL-2.0-or-later
/* The zbud of old, and our module's with buddies=2 frame_order=0. */
#include "model-frames.h"

#define BUDDIES	2

static const struct zs_frames_shape shape = { .buddies = BUDDIES, .pages = 1 };

static struct zs_model *create(void)
{
	return zs_frames_create(&zs_model_zbud, &shape);
}

const struct zs_model_kind zs_model_zbud = {
	.name = "zbud",
	.title = "two buddies in a frame of one page",
	.most_bytes = ZS_FRAMES_MOST,
	.buddies = BUDDIES,
	.grows_by = 1,
	.create = create,
	.destroy = zs_frames_destroy,
	.insert = zs_frames_insert,
	.remove = zs_frames_remove,
	.touch = zs_frames_touch,
	.evict = zs_frames_evict,
};
