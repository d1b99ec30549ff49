// SPDX-License-Identifier: GPL-2.0-or-later
/* Our module's zbud with frame_order=0, and with 1, which is its default. */
#include "model-frames.h"

/* The module's default. */
#define BUDDIES	16

static const struct zs_frames_shape one_page = { .buddies = BUDDIES, .pages = 1 };
static const struct zs_frames_shape two_pages = { .buddies = BUDDIES, .pages = 2 };

static struct zs_model *create_one(void)
{
	return zs_frames_create(&zs_model_nbuddies, &one_page);
}

static struct zs_model *create_two(void)
{
	return zs_frames_create(&zs_model_nbuddies2, &two_pages);
}

const struct zs_model_kind zs_model_nbuddies = {
	.name = "nbuddies",
	.title = "sixteen buddies in a frame of one page",
	.most_bytes = ZS_FRAMES_MOST,
	.buddies = BUDDIES,
	.grows_by = 1,
	.create = create_one,
	.destroy = zs_frames_destroy,
	.insert = zs_frames_insert,
	.remove = zs_frames_remove,
	.touch = zs_frames_touch,
	.evict = zs_frames_evict,
};

const struct zs_model_kind zs_model_nbuddies2 = {
	.name = "nbuddies2",
	.title = "sixteen buddies in a frame of two pages",
	.most_bytes = ZS_FRAMES_MOST,
	.buddies = BUDDIES,
	.grows_by = 2,
	.create = create_two,
	.destroy = zs_frames_destroy,
	.insert = zs_frames_insert,
	.remove = zs_frames_remove,
	.touch = zs_frames_touch,
	.evict = zs_frames_evict,
};
