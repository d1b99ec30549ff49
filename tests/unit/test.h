/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cmocka wants before itself, and a folder of files to read. */
#ifndef TEST_H
#define TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "zswapscope.h"

static char fixture_root[] = "/tmp/zswapscope-unit-XXXXXX";

/* A new, empty prefix for /proc and /sys. */
__attribute__((unused))
static int fixture_start(void **state)
{
	(void)state;
	strcpy(strrchr(fixture_root, '-'), "-XXXXXX");
	return mkdtemp(fixture_root) ? 0 : -1;
}

__attribute__((unused))
static int fixture_stop(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture_root);
	return system(command);
}

/* Write a file below the prefix, with the folders above it. */
__attribute__((unused))
static void fixture_file(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", fixture_root, path);
	for (char *slash = full + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define assert_near(a, b) \
	assert_true(fabs((double)(a) - (double)(b)) <= 1e-9 * fabs((double)(b)))

#endif /* TEST_H */
