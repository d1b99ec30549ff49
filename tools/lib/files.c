// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

void zs_path(char *path, size_t size, const char *root, const char *format, ...)
{
	int length = snprintf(path, size, "%s", root ? root : "");
	va_list args;

	if (length < 0 || (size_t)length >= size)
		return;
	va_start(args, format);
	vsnprintf(path + length, size - (size_t)length, format, args);
	va_end(args);
}

bool zs_may(const char *path, int mode)
{
	return !faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

bool zs_read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool got;

	if (!file)
		return false;
	got = fgets(line, (int)size, file);
	fclose(file);
	if (got)
		line[strcspn(line, "\n")] = '\0';
	return got;
}

bool zs_parse_number(const char *text, uint64_t *value)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || (*end && !isspace((unsigned char)*end)))
		return false;
	*value = number;
	return true;
}

bool zs_read_u64(const char *path, uint64_t *value)
{
	char line[64];

	return zs_read_line(path, line, sizeof(line)) && zs_parse_number(line, value);
}

static bool match(struct zs_field *field, const char *line)
{
	size_t length = strlen(field->name);

	if (strncmp(line, field->name, length) ||
	    !isspace((unsigned char)line[length]))
		return false;
	line += length;
	line += strspn(line, " \t");
	field->found = zs_parse_number(line, field->value);
	return field->found;
}

size_t zs_read_fields(const char *path, struct zs_field *fields, size_t count)
{
	FILE *file = fopen(path, "re");
	size_t found = 0;
	char line[256];

	if (!file)
		return 0;
	while (found < count && fgets(line, sizeof(line), file))
		for (size_t i = 0; i < count; i++)
			if (!fields[i].found && match(&fields[i], line))
				found++;
	fclose(file);
	return found;
}

bool zs_find_field(const char *text, const char *name, uint64_t *value)
{
	struct zs_field field = { name, value, false };

	while (text && !match(&field, text)) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return field.found;
}

bool zs_read_again(int fd, char *text, size_t size)
{
	size_t used = 0;
	ssize_t got;

	do {
		got = pread(fd, text + used, size - 1 - used, (off_t)used);
		if (got > 0)
			used += (size_t)got;
	} while (got > 0 && used < size - 1);
	text[used] = '\0';
	return !got;
}
