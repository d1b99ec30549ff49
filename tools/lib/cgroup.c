// SPDX-License-Identifier: GPL-2.0-or-later
/* The path of a cgroup, of which an event has only the number. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "zswapscope.h"

#define CGROUP_ROOT	"/sys/fs/cgroup"
/* As the kernel encodes a file of kernfs: 64 bits, its inode number. */
#define FILEID_KERNFS	0xfe

/* Return: a descriptor of the cgroup's directory, or -1. */
static int open_by_number(int mount, uint64_t id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} u = { .handle = { .handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS } };

	memcpy(u.room + offsetof(struct file_handle, f_handle), &id, sizeof(id));
	return open_by_handle_at(mount, &u.handle, O_PATH | O_CLOEXEC);
}

/* In the file system: with the mount point before it. */
static bool find_path(char *path, size_t size, uint64_t id, const char *root)
{
	int mount, directory;
	char link[64];
	ssize_t length;

	zs_path(path, size, root, CGROUP_ROOT);
	mount = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mount < 0)
		return false;
	directory = open_by_number(mount, id);
	close(mount);
	if (directory < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", directory);
	length = readlink(link, path, size - 1);
	close(directory);
	if (length <= 0)
		return false;
	path[length] = '\0';
	return true;
}

bool zs_cgroup_lookup(char *text, size_t size, uint64_t id, const char *root)
{
	static const char mount[] = CGROUP_ROOT;
	char path[PATH_MAX], *below;

	if (!find_path(path, sizeof(path), id, root))
		return false;
	below = strstr(path, mount);
	snprintf(text, size, "%s", below && below[strlen(mount)] ? below + strlen(mount) : "/");
	return true;
}

char *zs_cgroup_path(char *text, size_t size, uint64_t id, const char *root)
{
	if (!id)
		snprintf(text, size, "-");
	else if (!zs_cgroup_lookup(text, size, id, root))
		snprintf(text, size, "cgroup %llu (gone)", (unsigned long long)id);
	return text;
}
