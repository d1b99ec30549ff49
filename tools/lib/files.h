/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files of /proc and /sys, below a prefix that tests can set. */
#ifndef ZS_FILES_H
#define ZS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Path of a file: the prefix, or nothing for NULL, and the formatted rest. */
void zs_path(char *path, size_t size, const char *root, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * zs_may - whether this process could do that to a file
 * @path: of the file or directory
 * @mode: as access() has it
 *
 * With the capabilities that it has now: access() is about those of its real user, and
 * so about none, where a user has been given some.
 *
 * Return: if not, errno is set.
 */
bool zs_may(const char *path, int mode);

/* The first line, without its newline. Return: false if there is none. */
bool zs_read_line(const char *path, char *line, size_t size);

/* Digits alone, up to white space or the end. Return: false if there is anything else. */
bool zs_parse_number(const char *text, uint64_t *value);

/* A number alone on the first line, as in debugfs. */
bool zs_read_u64(const char *path, uint64_t *value);

/**
 * struct zs_field - a number to find in a file of "name value" lines
 * @name: the name, with its colon where the file has one
 * @value: where to put the number
 * @found: set when it was there
 */
struct zs_field {
	const char *name;
	uint64_t *value;
	bool found;
};

/* Return: how many of the fields were found. */
size_t zs_read_fields(const char *path, struct zs_field *fields, size_t count);

/* The number of "name value" in a file that is in memory. Return: false if it is not there. */
bool zs_find_field(const char *text, const char *name, uint64_t *value);

/*
 * All of an open file, from its beginning, with a '\0' behind it: cheaper than to open
 * it each time.  Return: false also if there is not enough room.
 */
bool zs_read_again(int fd, char *text, size_t size);

#endif /* ZS_FILES_H */
