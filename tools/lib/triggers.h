/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events counted by ftrace's hist triggers, in a tracefs instance of our own, so that
 * nothing of anybody else's tracing is changed.
 */
#ifndef ZS_TRIGGERS_H
#define ZS_TRIGGERS_H

#include "zswapscope.h"

/* What is read of an event. */
enum zs_trigger_value {
	ZS_TRIGGER_ALL,		/* how often it came */
	ZS_TRIGGER_ALL_SUM,	/* the sum of its value */
	ZS_TRIGGER_ZERO,	/* how often its key was 0 */
	ZS_TRIGGER_ZERO_SUM,	/* the sum of its value then */
	ZS_TRIGGER_OTHER,	/* how often its key was something else */
	ZS_TRIGGER_VALUES
};

struct zs_triggers;

/**
 * zs_triggers_open - make an instance
 * @root: prefix of /sys, or NULL
 * @error: why not
 *
 * Return: it, for zs_triggers_close(), which must be called.
 */
struct zs_triggers *zs_triggers_open(const char *root, struct zs_error *error);
void zs_triggers_close(struct zs_triggers *triggers);

/**
 * zs_triggers_add - count an event from now on
 * @triggers: of zs_triggers_open()
 * @event: "store"
 * @key: a field
 * @value: a field to sum up, or NULL
 * @fd: set to a file for zs_trigger_read()
 * @error: why not
 */
bool zs_triggers_add(struct zs_triggers *triggers, const char *event, const char *key,
		     const char *value, int *fd, struct zs_error *error);

/**
 * zs_trigger_read - read what was counted
 * @fd: from zs_triggers_add()
 * @value: as there
 * @values: the result, by enum zs_trigger_value
 *
 * Return: false also if something was dropped.
 */
bool zs_trigger_read(int fd, const char *value, uint64_t *values);

/* The same of a text. */
bool zs_trigger_parse(const char *text, const char *value, uint64_t *values);

#endif /* ZS_TRIGGERS_H */
