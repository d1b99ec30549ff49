// SPDX-License-Identifier: GPL-2.0-or-later
/* Small files of the kernel: settings, counters, statistics. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "torture.h"

/**
 * put() - write a file of the kernel's
 * @path: which
 * @format: what, as for printf()
 *
 * Return: whether it was taken; errno says why not.
 */
bool put(const char *path, const char *format, ...)
{
	char text[128];
	va_list args;
	int fd, length, error;
	bool done;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = write(fd, text, length) == length;
	error = errno;
	close(fd);
	errno = error;
	return done;
}

/**
 * get() - read a small file
 * @path: which
 * @text: gets it, without a newline at its end
 * @size: room there
 */
bool get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	*text = '\0';
	if (fd < 0)
		return false;
	length = read(fd, text, size - 1);
	close(fd);
	if (length < 0)
		return false;
	text[length] = '\0';
	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return true;
}

/** get_number() - the number that a file has; 0 if it has none */
uint64_t get_number(const char *path)
{
	char text[64];

	return get(path, text, sizeof(text)) ? strtoull(text, NULL, 10) : 0;
}

/** get_field() - the number behind a name that begins a line; 0 if there is none */
uint64_t get_field(const char *path, const char *name)
{
	char line[256];
	size_t length = strlen(name);
	uint64_t value = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, length) || !strchr(": ", line[length]))
			continue;
		value = strtoull(line + length + 1, NULL, 10);
		break;
	}
	fclose(file);
	return value;
}

/** exists() - whether there is such a file or folder */
bool exists(const char *path)
{
	return !access(path, F_OK);
}

/** wait_briefly() - before looking again at what gives no event */
void wait_briefly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
}
