/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools of frames that are cut in chunks, which buddies share: what zbud and its relatives
 * have in common.
 *
 * An object goes to the fullest frame that has room for it; of equally full ones, to the
 * one that changed last.  An eviction empties the frame that got no object for the longest
 * time.  One that was touched meanwhile is passed over once, up to 32 in a row.
 */
#ifndef ZS_MODEL_FRAMES_H
#define ZS_MODEL_FRAMES_H

#include "model.h"

/**
 * struct zs_frames_shape - what tells them apart
 * @chunk_bytes: objects take whole chunks
 * @chunks: of a frame, without those of its header; less than ZS_FRAMES_CHUNKS
 * @buddies: objects that a frame may hold
 * @pages: of a frame
 */
struct zs_frames_shape {
	unsigned int chunk_bytes;
	unsigned int chunks;
	unsigned int buddies;
	unsigned int pages;
};

#define ZS_FRAMES_CHUNKS	256

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
