/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters of events, as they are typed:
 *
 *	event==load && duration>200us || reason==compress_poor
 *
 * Comparisons of a field with a value, joined by && and ||, of which && binds tighter; there
 * are no parentheses.  include/zswapscope/filter.h has the fields, and judges events.
 */
#ifndef ZS_FILTER_H
#define ZS_FILTER_H

#include <zswapscope/filter.h>

#include "zswapscope.h"

/**
 * zs_filter_parse - understand a filter
 * @text: as it was typed
 * @filter: the result
 * @root: prefix of /sys, for the paths of cgroups, or NULL
 * @error: where it is wrong, and what would be right
 */
bool zs_filter_parse(const char *text, struct zswap_filter *filter, const char *root,
		     struct zs_error *error);

/* The number of the cgroup that has a path.  Return: false with an error of what is wrong. */
typedef bool zs_filter_cgroup_fn(const char *path, const void *context, uint64_t *id,
				 struct zs_error *error);

/* The same; @find is asked for cgroups, with @context. */
bool zs_filter_parse_by(const char *text, struct zswap_filter *filter,
			zs_filter_cgroup_fn *find, const void *context,
			struct zs_error *error);

/**
 * zs_filter_format - a filter as text that zs_filter_parse() understands
 * @text: the result; cut off if there is no room.  ZS_FILTER_TEXT is enough
 * @size: of @text
 * @filter: the filter, whose cgroups are told by number
 */
char *zs_filter_format(char *text, size_t size, const struct zswap_filter *filter);

#define ZS_FILTER_TEXT	(ZSWAP_FILTER_TERMS * 48)

/* Name of an enum zswap_field. */
const char *zs_filter_field(unsigned int field);

/* Kinds of events that can pass at all: bits of ZS_STREAM_KIND(). */
uint32_t zs_filter_kinds(const struct zswap_filter *filter);

#endif /* ZS_FILTER_H */
