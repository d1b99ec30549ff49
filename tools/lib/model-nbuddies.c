// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A zbud that the kernel has not: as many buddies as fit in a frame of one page or of two.
 * Chunks are of 32 bytes, and one of each page is the header's.  What is vacant counts
 * wherever it lies, as buddies may be moved within their frame.  A page as it is has a page
 * for itself.
 */
#include "model-frames.h"

#define CHUNK_BYTES	32
#define PAGE_CHUNKS	(ZS_MODEL_PAGE / CHUNK_BYTES - 1)

static const struct zs_frames_shape one_page = {
	.chunk_bytes = CHUNK_BYTES,
	.chunks = PAGE_CHUNKS,
	.buddies = PAGE_CHUNKS,
	.pages = 1,
};

static const struct zs_frames_shape two_pages = {
	.chunk_bytes = CHUNK_BYTES,
	.chunks = 2 * PAGE_CHUNKS,
	.buddies = 2 * PAGE_CHUNKS,
	.pages = 2,
};

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
	.title = "as many buddies as fit in a frame of one page",
	.most_bytes = PAGE_CHUNKS * CHUNK_BYTES,
	.create = create_one,
	.destroy = zs_frames_destroy,
	.insert = zs_frames_insert,
	.remove = zs_frames_remove,
	.touch = zs_frames_touch,
	.evict = zs_frames_evict,
};

const struct zs_model_kind zs_model_nbuddies2 = {
	.name = "nbuddies2",
	.title = "as many buddies as fit in a frame of two pages",
	.most_bytes = ZS_MODEL_PAGE - 1,
	.create = create_two,
	.destroy = zs_frames_destroy,
	.insert = zs_frames_insert,
	.remove = zs_frames_remove,
	.touch = zs_frames_touch,
	.evict = zs_frames_evict,
};
