/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools of frames that buddies share, as kernel/zswap/zbud.c and frame.c have them, with
 * any number of buddies and pages: see there.
 *
 * An object goes to the fullest frame that has room for it, as far as bins of 32 bytes
 * tell; of equally full ones, to the one that changed last.  Where its room lies does not
 * matter, as buddies are moved; that one is being read just then, and cannot be, is left
 * out.  An eviction empties the frame that got no object for the longest time.  One that
 * was touched meanwhile is passed over once, up to 32 in a row.
 */
#ifndef ZS_MODEL_FRAMES_H
#define ZS_MODEL_FRAMES_H

#include "model.h"

/**
 * struct zs_frames_shape - what tells them apart
 * @buddies: objects that a frame may hold, up to ZS_FRAMES_BUDDIES
 * @pages: of a frame, up to ZS_FRAMES_PAGES
 */
struct zs_frames_shape {
	unsigned int buddies;
	unsigned int pages;
};

#define ZS_FRAMES_BUDDIES	32
#define ZS_FRAMES_PAGES		4

/* Besides the bytes of its objects, a frame has these, and these for each object. */
#define ZS_FRAMES_HEADER	32
#define ZS_FRAMES_SLOT		12

/* The longest object that fits in a frame of one page. */
#define ZS_FRAMES_MOST		(ZS_MODEL_PAGE - ZS_FRAMES_HEADER - ZS_FRAMES_SLOT)

/* Operations of struct zs_model_kind. */
struct zs_model *zs_frames_create(const struct zs_model_kind *kind,
				  const struct zs_frames_shape *shape);
void zs_frames_destroy(struct zs_model *model);
struct zs_object *zs_frames_insert(struct zs_model *model, unsigned int length,
				   uint32_t owner);
void zs_frames_remove(struct zs_model *model, struct zs_object *object);
void zs_frames_touch(struct zs_model *model, struct zs_object *object);
size_t zs_frames_evict(struct zs_model *model, uint32_t owners[ZS_MODEL_EVICTED]);

#endif /* ZS_MODEL_FRAMES_H */
