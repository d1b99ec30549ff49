/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What zs-workload and zs-torture have in common: random numbers that a seed repeats, sums of
 * pages, and numbers on their command lines.
 */
#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/**
 * next_random() - the next number
 * @state: of the generator; any value begins a sequence
 *
 * Return: all 64 bits at random (splitmix64).
 */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/**
 * sum_words() - a sum that tells whether words are as they were
 * @begin: of what is before them
 * @words: in memory
 * @count: of them, an even number
 *
 * Multiply and xor, two chains at a time: an emulated processor does a page in some
 * microseconds.  Each step is a bijection of the state, so that any single changed word
 * changes the sum.
 */
static inline uint64_t sum_words(uint64_t begin, const uint64_t *words, size_t count)
{
	uint64_t a = begin ^ 0x243f6a8885a308d3u, b = 0x13198a2e03707344u;

	for (size_t i = 0; i < count; i += 2) {
		a = (a ^ words[i]) * 0x9e3779b97f4a7c15u;
		b = (b ^ words[i + 1]) * 0xc2b2ae3d27d4eb4fu;
		a ^= a >> 29;
		b ^= b >> 31;
	}
	a ^= b * 0x165667b19e3779f9u;
	return a ^ (a >> 32);
}

/**
 * number() - an option's number; one that is none, or not from @min to @max, ends the program
 * @state: argp's
 * @name: the option's
 * @text: what was given
 */
static inline uint64_t number(struct argp_state *state, const char *name, const char *text,
			      uint64_t min, uint64_t max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || strchr(text, '-') || value < min || value > max)
		argp_error(state, "--%s wants a number from %" PRIu64 " to %" PRIu64 ", not '%s'",
			   name, min, max, text);
	return value;
}

/**
 * struct number_option - an option that is a number
 * @key: argp's; 0 ends a list
 * @name: for messages
 * @value: where it goes
 * @min: the least that it may be
 * @max: the most
 */
struct number_option {
	int key;
	const char *name;
	uint64_t *value;
	uint64_t min;
	uint64_t max;
};

/**
 * take_number() - take an option, if it is one of a list
 * @state: argp's
 * @list: of options
 * @key: of the one that was given
 * @text: and its argument
 *
 * Return: whether it is.
 */
static inline bool take_number(struct argp_state *state, const struct number_option *list, int key,
			       const char *text)
{
	for (; list->key; list++) {
		if (list->key != key)
			continue;
		*list->value = number(state, list->name, text, list->min, list->max);
		return true;
	}
	return false;
}

#endif
