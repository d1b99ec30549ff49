/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of events that filters know, too, as JSON and CSV name them. */
#ifndef ZSWAP_TRACE_FIELDS_H
#define ZSWAP_TRACE_FIELDS_H

#include <stddef.h>

#include <zswapscope/filter.h>

/**
 * struct event_field - a field
 * @name: its name, with its unit
 * @field: for zswap_event_field(), which knows whether an event has it
 * @word: what a value is called; NULL: it is a number
 */
struct event_field {
	const char *name;
	__u8 field;
	const char *(*word)(unsigned int value);
};

extern const struct event_field event_fields[];
extern const size_t event_field_count;

#endif /* ZSWAP_TRACE_FIELDS_H */
