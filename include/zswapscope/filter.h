/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which events are wanted, as the programs in the kernel and the tools both judge it.
 *
 * A filter is a list of terms, each of which compares a field of an event with a number.
 * Terms in a row must all hold; a term with @or begins anew: one such group must hold as
 * a whole.  So "a && b || c && d" is four terms, the third of which has @or.
 */
#ifndef ZSWAPSCOPE_FILTER_H
#define ZSWAPSCOPE_FILTER_H

#include <linux/types.h>
#include <zswapscope/event.h>

#define ZSWAP_FILTER_TERMS	16

/* Fields of an event.  One that its kind of event has not compares as 0. */
enum zswap_field {
	ZSWAP_FIELD_EVENT,	/* enum zswap_event_kind */
	ZSWAP_FIELD_CGROUP,	/* inode number */
	ZSWAP_FIELD_PID,
	ZSWAP_FIELD_LENGTH,	/* bytes */
	ZSWAP_FIELD_DURATION,	/* ns */
	ZSWAP_FIELD_AGE,	/* ns */
	ZSWAP_FIELD_REASON,	/* of a reject; ~0 of others */
	ZSWAP_FIELD_CAUSE,	/* of a writeback, an eviction, a shrink; ~0 of others */
	ZSWAP_FIELD_KIND,	/* enum zswap_kind */
	ZSWAP_FIELD_TYPE,	/* swap area */
	ZSWAP_FIELD_OFFSET,
	ZSWAP_FIELD_RESULT,	/* errno, positive; 0: it succeeded */
	ZSWAP_FIELD_CPU,
	ZSWAP_FIELD_COUNT
};

enum zswap_operator {
	ZSWAP_EQUAL,
	ZSWAP_NOT_EQUAL,
	ZSWAP_LESS,
	ZSWAP_LESS_EQUAL,
	ZSWAP_GREATER,
	ZSWAP_GREATER_EQUAL,
	ZSWAP_OPERATOR_COUNT
};

/**
 * struct zswap_term - one comparison
 * @value: to compare the field with
 * @field: enum zswap_field
 * @operator: enum zswap_operator
 * @or: begins another group of terms
 * @nothing: 0
 */
struct zswap_term {
	__u64 value;
	__u8 field;
	__u8 operator;
	__u8 or;
	__u8 nothing[5];
};

/**
 * struct zswap_filter - all of them
 * @count: how many; 0: all events are wanted
 * @nothing: 0
 * @terms: they
 */
struct zswap_filter {
	__u32 count;
	__u32 nothing;
	struct zswap_term terms[ZSWAP_FILTER_TERMS];
};

#endif /* ZSWAPSCOPE_FILTER_H */
