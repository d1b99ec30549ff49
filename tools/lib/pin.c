// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "files.h"
#include "pin.h"
#include "source.h"

#define BPFFS	"/sys/fs/bpf"
/* The first to come and the last to go: what has it was made by us. */
#define MARK	"map/zs_usage"
#define PREFIX	"zs"		/* of all names below prog, map and link */

#define UNLOAD_SECONDS	10

static const char *const folders[] = { "link", "prog", "map" };

/* The iterators' links: reading them runs the program. */
static const struct {
	const char *name;
	const char *program;
	const char *map;
} files[] = {
	{ "stats", "zs_show_stats", "zs_pool" },
	{ "usage", "zs_show_usage", "zs_usage" },
};

/*
 * Paths
 */

/* A file in the directory; false if its path is too long. */
static bool path_of(char path[PATH_MAX], const char *directory, const char *name)
{
	size_t before = strlen(directory), length = strlen(name);

	if (before + 1 + length >= PATH_MAX)
		return false;
	memcpy(path, directory, before);
	path[before] = '/';
	memcpy(path + before + 1, name, length + 1);
	return true;
}

/* The directory without slashes at the end, and the one that it is in. */
static void split(const char *directory, char path[PATH_MAX], char parent[PATH_MAX])
{
	size_t length = strlen(directory);
	char *slash;

	while (length > 1 && directory[length - 1] == '/')
		length--;
	snprintf(path, PATH_MAX, "%.*s", (int)length, directory);
	strcpy(parent, path);
	slash = strrchr(parent, '/');
	if (!slash)
		strcpy(parent, ".");
	else
		slash[slash == parent] = '\0';
}

static bool in_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

static bool not_in_bpffs(const char *path, struct zs_error *error)
{
	return zs_fail(error, ZS_ERR_SYSTEM,
		       "'%.120s' is not in a BPF file system: give a directory below %s%s",
		       path, BPFFS, in_bpffs(BPFFS) ? "" :
		       ", after mount -t bpf bpf " BPFFS);
}

static bool fail_errno(struct zs_error *error, const char *doing, const char *path)
{
	if (errno == EACCES || errno == EPERM)
		return zs_fail(error, ZS_ERR_NO_RIGHTS, "no rights for %s %.200s: run as root, or choose a directory of your own",
			       doing, path);
	return zs_fail(error, ZS_ERR_SYSTEM, "%s %.200s: %s", doing, path, strerror(errno));
}

static bool is_dot(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Return: 1, 0, or -1 with errno. */
static int is_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int empty = 1;

	if (!dir)
		return -1;
	while (empty && (entry = readdir(dir)))
		empty = is_dot(entry->d_name);
	closedir(dir);
	return empty;
}

bool zs_pin_check(const char *directory, struct zs_error *error)
{
	char path[PATH_MAX], parent[PATH_MAX];
	const char *name;
	int empty;

	split(directory, path, parent);
	name = strrchr(path, '/');
	name = name ? name + 1 : path;
	if (!zs_may(parent, F_OK))
		return errno == EACCES ? fail_errno(error, "looking into", parent) :
			zs_fail(error, ZS_ERR_SYSTEM,
				"there is no directory '%.200s' to pin in: make it first, or choose one below %s",
				parent, BPFFS);
	if (!in_bpffs(parent))
		return not_in_bpffs(path, error);
	if (strchr(name, '.'))
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "'%.120s': a name in a BPF file system has no dots, choose another",
			       path);
	empty = is_empty(path);
	if (empty > 0 || (empty < 0 && errno == ENOENT)) {
		if (zs_may(parent, W_OK | X_OK))
			return true;
		return fail_errno(error, "pinning in", parent);
	}
	if (empty < 0)
		return fail_errno(error, "opening", path);
	return zs_fail(error, ZS_ERR_SYSTEM,
		       "'%.120s' is not empty: choose another directory, or zswap-trace --unpin it first",
		       path);
}

/*
 * Pinning
 */

static bool make_folders(const char *path, struct zs_error *error)
{
	char folder[PATH_MAX];

	/* root's, as bpffs is; whoever may read more can be told by chmod */
	if (mkdir(path, 0700) && errno != EEXIST)
		return fail_errno(error, "making", path);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(folders); i++)
		if (!path_of(folder, path, folders[i]) || mkdir(folder, 0700))
			return fail_errno(error, "making", folder);
	return true;
}

static bool pin(int fd, const char *path, const char *name, struct zs_error *error)
{
	char file[PATH_MAX];

	if (!path_of(file, path, name)) {
		errno = ENAMETOOLONG;
		return fail_errno(error, "pinning", name);
	}
	return !bpf_obj_pin(fd, file) || fail_errno(error, "pinning", file);
}

static bool pin_as(int fd, const char *path, const char *folder, const char *name,
		   struct zs_error *error)
{
	char relative[64];

	snprintf(relative, sizeof(relative), "%s/%s", folder, name);
	return pin(fd, path, relative, error);
}

/* libbpf's maps for variables have a dot in their names, which bpffs does not like. */
static const char *map_name(const struct bpf_map *map)
{
	const char *dot = strchr(bpf_map__name(map), '.');

	if (!dot)
		return bpf_map__name(map);
	/* they have no name of their own, and one of them is all of one array */
	if (!strcmp(dot, ".bss"))
		return "zs_pages";
	if (!strcmp(dot, ".data.shared"))
		return "zs_globals";
	/* not those of .rodata: there are addresses of the kernel's variables among them */
	return NULL;
}

/* The stream is off, and nobody can switch it on. */
static bool of_stream(const struct zs_source *source, const struct bpf_map *map)
{
	return map == source->bpf->maps.zs_rings || map == source->bpf->maps.zs_slots ||
		map == source->bpf->maps.zs_bell;
}

static bool pin_maps(struct zs_source *source, const char *path, struct zs_error *error)
{
	const struct bpf_map *first = source->bpf->maps.zs_usage;
	struct bpf_map *map;

	if (!pin(bpf_map__fd(first), path, MARK, error))
		return false;
	bpf_object__for_each_map(map, source->bpf->obj)
		if (map != first && !of_stream(source, map) && map_name(map) &&
		    !pin_as(bpf_map__fd(map), path, "map", map_name(map), error))
			return false;
	return true;
}

static bool pin_programs(struct zs_source *source, const char *path,
			 struct zs_error *error)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, source->bpf->obj)
		if (bpf_program__fd(program) >= 0 &&
		    !pin_as(bpf_program__fd(program), path, "prog",
			    bpf_program__name(program), error))
			return false;
	return true;
}

static bool pin_links(struct zs_source *source, const char *path, struct zs_error *error)
{
	for (size_t i = 0; i < source->links_count; i++) {
		const char *name = bpf_program__name(source->linked[i]);

		if (pin_as(bpf_link__fd(source->links[i]), path, "link", name, error))
			continue;
		/* only since then is a kprobe's link more than a perf event */
		return errno == EINVAL ?
			zs_fail(error, ZS_ERR_SYSTEM,
				"the kernel cannot pin the link of %s: kprobes take Linux 5.15 for that",
				name) : false;
	}
	return true;
}

static bool pin_file(struct zs_source *source, const char *path, size_t which,
		     struct zs_error *error)
{
	struct bpf_object *object = source->bpf->obj;
	union bpf_iter_link_info info = {
		.map.map_fd = (__u32)bpf_object__find_map_fd_by_name(object, files[which].map),
	};
	LIBBPF_OPTS(bpf_iter_attach_opts, options,
		    .link_info = &info, .link_info_len = sizeof(info));
	struct bpf_program *program =
		bpf_object__find_program_by_name(object, files[which].program);
	struct bpf_link *link = bpf_program__attach_iter(program, &options);
	bool ok;

	if (!link)
		return fail_errno(error, "attaching", files[which].program);
	ok = pin(bpf_link__fd(link), path, files[which].name, error);
	bpf_link__destroy(link);
	return ok;
}

static void remove_all(const char *path, bool directory);

bool zs_pin(struct zs_source *source, const char *directory, struct zs_error *error)
{
	char path[PATH_MAX], parent[PATH_MAX];
	bool was_there, ok;

	if (!source->bpf)
		return zs_fail(error, ZS_ERR_ARGUMENT,
			       "the counters source has no BPF programs to pin: use another --source");
	split(directory, path, parent);
	was_there = zs_may(path, F_OK);
	ok = make_folders(path, error) && pin_maps(source, path, error) &&
		pin_programs(source, path, error) && pin_links(source, path, error);
	for (size_t i = 0; ok && i < ZS_ARRAY_SIZE(files); i++)
		ok = pin_file(source, path, i, error);
	if (!ok) {
		remove_all(path, !was_there);
		return false;
	}
	/* libbpf would disable a kprobe whose link it gives up, pinned or not */
	for (size_t i = 0; i < source->links_count; i++)
		bpf_link__disconnect(source->links[i]);
	return true;
}

/*
 * Unpinning
 */

struct object {
	enum { OBJECT_LINK, OBJECT_PROGRAM, OBJECT_MAP } type;
	__u32 id;
};

struct objects {
	struct object *list;
	size_t count;
};

/* As in folders[]: "link", "prog", "map". */
static bool object_id(int fd, int type, __u32 *id)
{
	union {
		struct bpf_link_info link;
		struct bpf_prog_info program;
		struct bpf_map_info map;
	} info = {};
	__u32 size = type == OBJECT_LINK ? sizeof(info.link) :
		     type == OBJECT_PROGRAM ? sizeof(info.program) : sizeof(info.map);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return false;
	*id = type == OBJECT_LINK ? info.link.id :
	      type == OBJECT_PROGRAM ? info.program.id : info.map.id;
	return true;
}

static int object_open(const struct object *object)
{
	switch (object->type) {
	case OBJECT_LINK:
		return bpf_link_get_fd_by_id(object->id);
	case OBJECT_PROGRAM:
		return bpf_prog_get_fd_by_id(object->id);
	default:
		return bpf_map_get_fd_by_id(object->id);
	}
}

static void remember(struct objects *objects, const char *path, int type)
{
	struct object *list;
	int fd = bpf_obj_get(path);
	__u32 id;

	if (fd < 0)
		return;
	if (object_id(fd, type, &id)) {
		list = realloc(objects->list, (objects->count + 1) * sizeof(*list));
		if (list) {
			objects->list = list;
			list[objects->count].type = type;
			list[objects->count++].id = id;
		}
	}
	close(fd);
}

/* Files of a folder of ours; all of them, if none is another one's. */
static bool remember_folder(struct objects *objects, const char *path, int type,
			    char stranger[NAME_MAX + 1])
{
	char folder[PATH_MAX], file[PATH_MAX];
	struct dirent *entry;
	bool ok = true;
	DIR *dir;

	path_of(folder, path, folders[type]);
	dir = opendir(folder);
	while (ok && dir && (entry = readdir(dir))) {
		if (is_dot(entry->d_name))
			continue;
		ok = !strncmp(entry->d_name, PREFIX, strlen(PREFIX)) &&
			entry->d_type != DT_DIR && path_of(file, folder, entry->d_name);
		if (ok)
			remember(objects, file, type);
		else
			snprintf(stranger, NAME_MAX + 1, "%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return ok;
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(folders); i++)
		if (!strcmp(name, folders[i]))
			return true;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(files); i++)
		if (!strcmp(name, files[i].name))
			return true;
	return false;
}

static bool all_known(const char *path, char stranger[NAME_MAX + 1])
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		if (is_dot(entry->d_name) || is_known(entry->d_name))
			continue;
		snprintf(stranger, NAME_MAX + 1, "%s", entry->d_name);
		closedir(dir);
		return false;
	}
	if (dir)
		closedir(dir);
	return true;
}

/* Is the mark a map of ours? Return: false, with @error, if not. */
static bool has_mark(const char *path, struct zs_error *error)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	char mark[PATH_MAX];
	int fd;

	path_of(mark, path, MARK);
	fd = bpf_obj_get(mark);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		return fail_errno(error, "unpinning", path);
	if (fd >= 0) {
		bool ours = !bpf_obj_get_info_by_fd(fd, &info, &size) &&
			!strcmp(info.name, strrchr(MARK, '/') + 1);

		close(fd);
		if (ours)
			return true;
	}
	return zs_fail(error, ZS_ERR_SYSTEM,
		       "'%.120s' was not made by --pin (no %s is pinned in it): left as it is",
		       path, MARK);
}

/* But for the mark. */
static void empty_folder(const char *path, const char *name)
{
	char folder[PATH_MAX], file[PATH_MAX], mark[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	path_of(folder, path, name);
	path_of(mark, path, MARK);
	dir = opendir(folder);
	while (dir && (entry = readdir(dir)))
		if (!is_dot(entry->d_name) && path_of(file, folder, entry->d_name) &&
		    strcmp(file, mark))
			unlink(file);
	if (dir)
		closedir(dir);
}

/* In the order that lets an unpinning that was interrupted be done again. */
static void remove_all(const char *path, bool directory)
{
	char file[PATH_MAX];

	for (size_t i = 0; i < ZS_ARRAY_SIZE(files); i++)
		if (path_of(file, path, files[i].name))
			unlink(file);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(folders); i++)
		empty_folder(path, folders[i]);
	if (path_of(file, path, MARK))
		unlink(file);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(folders); i++)
		if (path_of(file, path, folders[i]))
			rmdir(file);
	if (directory)
		rmdir(path);
}

/* The kernel does it later, by a worker; somebody else may keep it from that. */
static bool wait_unloaded(const struct objects *objects)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	size_t tries = UNLOAD_SECONDS * 100;

	for (size_t i = 0; i < objects->count; i++) {
		int fd;

		while ((fd = object_open(&objects->list[i])) >= 0) {
			close(fd);
			if (!tries--)
				return false;
			nanosleep(&pause, NULL);
		}
	}
	return true;
}

bool zs_unpin(const char *directory, struct zs_error *error)
{
	char path[PATH_MAX], parent[PATH_MAX], stranger[NAME_MAX + 1];
	struct objects objects = { 0 };
	bool ours;

	split(directory, path, parent);
	if (is_empty(path) < 0)
		return fail_errno(error, "opening", path);
	if (!in_bpffs(path))
		return not_in_bpffs(path, error);
	if (!has_mark(path, error))
		return false;
	ours = all_known(path, stranger);
	for (size_t i = 0; ours && i < ZS_ARRAY_SIZE(folders); i++)
		ours = remember_folder(&objects, path, (int)i, stranger);
	if (!ours) {
		free(objects.list);
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "'%.120s' has something that --pin did not make ('%.60s'): left as it is, remove that first",
			       path, stranger);
	}
	remove_all(path, true);
	ours = wait_unloaded(&objects);
	free(objects.list);
	if (zs_may(path, F_OK))
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "'%.120s' cannot be removed: is somebody else pinning in it?", path);
	if (!ours)
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "unpinned, but still loaded: another program has it open (bpftool link show tells what)");
	return true;
}
