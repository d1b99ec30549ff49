// SPDX-License-Identifier: GPL-2.0-or-later
/* What is typed: numbers, sizes, times, cgroups and processes. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "zswapscope.h"

#define CGROUP_ROOT	"/sys/fs/cgroup"

/* strtod() takes more than people mean: signs, hex, inf, nan, spaces. */
bool zs_parse_seconds(const char *text, double *seconds)
{
	double value;
	char *end;

	if (!*text || text[strspn(text, "0123456789.")])
		return false;
	value = strtod(text, &end);
	if (*end || end == text || !(value >= ZS_SECONDS_LEAST && value <= ZS_SECONDS_MOST))
		return false;
	*seconds = value;
	return true;
}

bool zs_parse_count(const char *text, uint64_t *count)
{
	unsigned long long value;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno || !value)
		return false;
	*count = value;
	return true;
}

bool zs_parse_bytes(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMG";
	size_t digits = strspn(text, "0123456789");
	const char *unit = strchr(units, text[digits]);
	char number[32];
	uint64_t value;
	int shift = 0;

	if (digits >= sizeof(number) || !unit || (*unit && text[digits + 1]))
		return false;
	if (*unit)
		shift = 10 * (int)(unit - units + 1);
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (!zs_parse_count(number, &value) || value > UINT64_MAX >> shift)
		return false;
	*bytes = value << shift;
	return true;
}

static bool is_directory(const char *path, struct stat *status)
{
	return !stat(path, status) && S_ISDIR(status->st_mode);
}

static bool has_file(const char *directory, const char *name)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return !access(path, F_OK);
}

bool zs_cgroup_find(const char *path, uint64_t *id, struct zs_error *error)
{
	struct stat status;
	struct statfs fs;
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s", path);
	/* "/user.slice", as in /proc/PID/cgroup, is below the root as well, and "/" is the root. */
	if (path[0] != '/' || !path[1] || !is_directory(full, &status))
		snprintf(full, sizeof(full), CGROUP_ROOT "/%s", path + strspn(path, "/"));
	if (!is_directory(full, &status))
		return zs_fail(error, ZS_ERR_CGROUP,
			       "no cgroup '%s': give a directory below %s",
			       path, CGROUP_ROOT);
	if (statfs(full, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC)
		return zs_fail(error, ZS_ERR_CGROUP,
			       "'%s' is no cgroup of version 2: give a directory of a cgroup2 mount",
			       full);
	/* Else its pages are those of the cgroup above, and all counts 0. */
	if (!has_file(full, "memory.stat"))
		return zs_fail(error, ZS_ERR_CGROUP,
			       "cgroup '%s' has no memory controller: echo +memory > %s/../cgroup.subtree_control",
			       path, full);
	*id = status.st_ino;
	return true;
}

bool zs_process_find(pid_t pid, struct zs_error *error)
{
	if (!kill(pid, 0) || errno == EPERM)
		return true;
	return zs_fail(error, ZS_ERR_PROCESS, "no process %d", (int)pid);
}
