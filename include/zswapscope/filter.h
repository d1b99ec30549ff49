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

#include <stdbool.h>
#include <linux/types.h>
#include <zswapscope/event.h>

#define ZSWAP_FILTER_TERMS	16

/*
 * Fields of an event.  One that an event has not, or that nobody knows of it, is equal to
 * nothing, and neither less nor greater: every comparison with it fails but "not equal".
 */
enum zswap_field {
	ZSWAP_FIELD_EVENT,	/* enum zswap_event_kind */
	ZSWAP_FIELD_CGROUP,	/* inode number; 0: nobody's */
	ZSWAP_FIELD_PID,	/* 0: nobody's */
	ZSWAP_FIELD_LENGTH,	/* bytes; 0: a same-filled page */
	ZSWAP_FIELD_DURATION,	/* ns */
	ZSWAP_FIELD_AGE,	/* ns */
	ZSWAP_FIELD_REASON,	/* of a reject */
	ZSWAP_FIELD_CAUSE,	/* of a writeback, an eviction, a shrink */
	ZSWAP_FIELD_KIND,	/* enum zswap_kind */
	ZSWAP_FIELD_TYPE,	/* swap area of a page */
	ZSWAP_FIELD_OFFSET,	/* of a page */
	ZSWAP_FIELD_RESULT,	/* errno, positive; 0: it succeeded, or cannot fail */
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

/* What is there of a field that an event has not. */
#define ZSWAP_FIELD_NOTHING	(~0ULL)

/*
 * All that follows is compiled into the programs in the kernel and into the tools.  There,
 * a filter is in read-only data: the verifier knows it, follows one way through each
 * "switch" on it, and throws away what is never reached; so it must not be a copy.
 */
static inline __attribute__((always_inline)) __u64
zswap_nothing_if(bool nothing, __u64 value)
{
	return nothing ? ZSWAP_FIELD_NOTHING : value;
}

/* Has it a place in swap? */
static inline __attribute__((always_inline)) bool
zswap_event_has_page(const struct zswap_event *event)
{
	return event->event < ZSWAP_EVENT_EVICT || event->event == ZSWAP_EVENT_INVALIDATE ||
	       event->event == ZSWAP_EVENT_READ;
}

static inline __attribute__((always_inline)) bool
zswap_event_has_cause(const struct zswap_event *event)
{
	return event->event == ZSWAP_EVENT_WRITEBACK || event->event == ZSWAP_EVENT_EVICT ||
	       event->event == ZSWAP_EVENT_SHRINK;
}

static inline __attribute__((always_inline)) __u64
zswap_event_age(const struct zswap_event *event)
{
	if (!zswap_event_has_page(event) && event->event != ZSWAP_EVENT_EVICT)
		return ZSWAP_FIELD_NOTHING;
	return zswap_nothing_if(!event->age_ns, event->age_ns);
}

/**
 * zswap_event_field() - what a term of a filter compares
 * @event: an event
 * @field: enum zswap_field
 *
 * Return: its value, or ZSWAP_FIELD_NOTHING.
 */
static inline __attribute__((always_inline)) __u64
zswap_event_field(const struct zswap_event *event, __u8 field)
{
	switch (field) {
	case ZSWAP_FIELD_EVENT:
		return event->event;
	case ZSWAP_FIELD_CGROUP:
		return event->cgroup;
	case ZSWAP_FIELD_PID:
		return event->pid;
	case ZSWAP_FIELD_LENGTH:
		return zswap_nothing_if(!event->length &&
					event->kind != ZSWAP_KIND_SAME_FILLED, event->length);
	case ZSWAP_FIELD_DURATION:
		return zswap_nothing_if(!event->duration_ns, event->duration_ns);
	case ZSWAP_FIELD_AGE:
		return zswap_event_age(event);
	case ZSWAP_FIELD_REASON:
		return zswap_nothing_if(event->event != ZSWAP_EVENT_REJECT, event->why);
	case ZSWAP_FIELD_CAUSE:
		return zswap_nothing_if(!zswap_event_has_cause(event), event->why);
	case ZSWAP_FIELD_KIND:
		return zswap_nothing_if(!zswap_event_has_page(event) ||
					event->kind >= ZSWAP_KIND_COUNT, event->kind);
	case ZSWAP_FIELD_TYPE:
		return zswap_nothing_if(!zswap_event_has_page(event), event->type);
	case ZSWAP_FIELD_OFFSET:
		return zswap_nothing_if(!zswap_event_has_page(event), event->offset);
	case ZSWAP_FIELD_RESULT:
		return event->result < 0 ? -(__u64)(__s64)event->result : 0;
	case ZSWAP_FIELD_CPU:
		return event->cpu;
	default:
		return ZSWAP_FIELD_NOTHING;
	}
}

static inline __attribute__((always_inline)) bool
zswap_term_holds(const volatile struct zswap_term *term, const struct zswap_event *event)
{
	__u64 value = zswap_event_field(event, term->field), with = term->value;

	if (value == ZSWAP_FIELD_NOTHING)
		return term->operator == ZSWAP_NOT_EQUAL;
	switch (term->operator) {
	case ZSWAP_EQUAL:
		return value == with;
	case ZSWAP_NOT_EQUAL:
		return value != with;
	case ZSWAP_LESS:
		return value < with;
	case ZSWAP_LESS_EQUAL:
		return value <= with;
	case ZSWAP_GREATER:
		return value > with;
	case ZSWAP_GREATER_EQUAL:
		return value >= with;
	default:
		return false;
	}
}

/**
 * zswap_filter_passes() - is an event wanted?
 * @filter: the filter
 * @event: the event; that some were lost is always wanted
 */
static inline __attribute__((always_inline)) bool
zswap_filter_passes(const volatile struct zswap_filter *filter,
		    const struct zswap_event *event)
{
	__u32 count = filter->count;
	bool passes = true;

	if (!count || event->event == ZSWAP_EVENT_LOST)
		return true;
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
	for (__u32 i = 0; i < ZSWAP_FILTER_TERMS && i < count; i++) {
		if (i && filter->terms[i].or) {
			if (passes)
				return true;
			passes = true;
		}
		if (passes)
			passes = zswap_term_holds(&filter->terms[i], event);
	}
	return passes;
}

#endif /* ZSWAPSCOPE_FILTER_H */
