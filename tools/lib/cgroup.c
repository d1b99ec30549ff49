// SPDX-License-Identifier: GPL-2.0-or-later
/* The path of a cgroup, of which an event has only the number. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

/* In the file system: with the mount point before it.  If not, errno says why. */
static bool find_path(char *path, size_t size, uint64_t id, const char *root)
{
	int mount, directory, number;
	char link[64];
	ssize_t length;

	zs_path(path, size, root, CGROUP_ROOT);
	mount = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mount < 0)
		return false;
	directory = open_by_number(mount, id);
	number = errno;
	close(mount);
	if (directory < 0) {
		errno = number;
		return false;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", directory);
	length = readlink(link, path, size - 1);
	close(directory);
	if (length <= 0)
		return false;
	path[length] = '\0';
	return true;
}

struct walk {
	bool (*visit)(void *context, const char *path, const char *below, uint64_t id);
	void *context;
	size_t root_length;
	char path[PATH_MAX];
};

/* Return: false if the visitor has seen enough. */
static bool walk_folder(struct walk *walk)
{
	size_t length = strlen(walk->path);
	struct dirent *entry;
	struct stat status;
	bool more = true;
	DIR *folder;

	if (stat(walk->path, &status))
		return true;
	if (!walk->visit(walk->context, walk->path, walk->path + walk->root_length,
			 status.st_ino))
		return false;
	/* In kernfs a folder's links are those in it, and two: most have none. */
	if (status.st_nlink == 2)
		return true;
	folder = opendir(walk->path);
	while (folder && more && (entry = readdir(folder))) {
		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") ||
		    !strcmp(entry->d_name, "..") ||
		    length + strlen(entry->d_name) + 2 > sizeof(walk->path))
			continue;
		walk->path[length] = '/';
		strcpy(walk->path + length + 1, entry->d_name);
		more = walk_folder(walk);
		walk->path[length] = '\0';
	}
	if (folder)
		closedir(folder);
	return more;
}

void zs_cgroup_walk(const char *root,
		    bool (*visit)(void *context, const char *path, const char *below,
				  uint64_t id),
		    void *context)
{
	struct walk walk = { .visit = visit, .context = context };

	zs_path(walk.path, sizeof(walk.path), root, CGROUP_ROOT);
	walk.root_length = strlen(walk.path);
	walk_folder(&walk);
}

struct search {
	uint64_t id;
	char *text;
	size_t size;
	bool found;
};

static bool is_that(void *context, const char *path, const char *below, uint64_t id)
{
	struct search *search = context;

	(void)path;
	if (id != search->id)
		return true;
	snprintf(search->text, search->size, "%s", *below ? below : "/");
	search->found = true;
	return false;
}

/*
 * The short way from a number to a path takes CAP_DAC_READ_SEARCH; who has not got that may
 * read all names, and look whose number it is.
 */
bool zs_cgroup_lookup(char *text, size_t size, uint64_t id, const char *root)
{
	struct search search = { .id = id, .text = text, .size = size };
	static const char mount[] = CGROUP_ROOT;
	char path[PATH_MAX], *below;

	if (find_path(path, sizeof(path), id, root)) {
		below = strstr(path, mount);
		snprintf(text, size, "%s",
			 below && below[strlen(mount)] ? below + strlen(mount) : "/");
		return true;
	}
	if (errno == EPERM)
		zs_cgroup_walk(root, is_that, &search);
	return search.found;
}

char *zs_cgroup_path(char *text, size_t size, uint64_t id, const char *root)
{
	if (!id)
		snprintf(text, size, "-");
	else if (!zs_cgroup_lookup(text, size, id, root))
		snprintf(text, size, "cgroup %llu (gone)", (unsigned long long)id);
	return text;
}
