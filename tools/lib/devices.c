// SPDX-License-Identifier: GPL-2.0-or-later
/* Swap areas: /proc/swaps, their block devices' /proc/diskstats, and our counts. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "devices.h"
#include "files.h"
#include "source.h"

#define SECTOR	512	/* of diskstats, whatever the device's is */
#define NS_OF_MS	1000000ULL

/* What /proc/diskstats is asked for a swap area. */
struct disk {
	const char *name;	/* behind /dev/; NULL: none */
	dev_t number;		/* 0: none */
};

/* As the kernel writes names: what would be taken for a blank is "\040". */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' &&
		    from[2] >= '0' && from[2] <= '7' && from[3] >= '0' && from[3] <= '7') {
			*to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 |
				       (from[3] - '0'));
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

/* Name, type, size and used in KiB, priority.  @path: gets all of the name. */
static bool parse_area(char *line, struct zs_device *device, const char **path)
{
	size_t length = strcspn(line, " \t");
	unsigned long long size, used;
	char kind[16];

	if (sscanf(line + length, "%15s %llu %llu %d", kind, &size, &used,
		   &device->priority) != 4)
		return false;
	line[length] = '\0';
	unescape(line);
	*path = line;
	snprintf(device->name, sizeof(device->name), "%s", line);
	device->type = -1;
	device->partition = !strcmp(kind, "partition");
	device->size_bytes = size * 1024;
	device->used_bytes = used * 1024;
	return true;
}

static bool parse_disk(const char *line, const struct disk *disk, struct zs_device *device)
{
	unsigned long long reads, read_sectors, read_ms, writes, write_sectors, write_ms,
			   busy_ms;
	unsigned int major, minor;
	char name[64];

	if (sscanf(line, "%u %u %63s %llu %*u %llu %llu %llu %*u %llu %llu %*u %llu", &major,
		   &minor, name, &reads, &read_sectors, &read_ms, &writes, &write_sectors,
		   &write_ms, &busy_ms) != 10)
		return false;
	if ((!disk->name || strcmp(name, disk->name)) &&
	    (!disk->number || disk->number != makedev(major, minor)))
		return false;
	device->have_io = true;
	device->reads = reads;
	device->read_bytes = read_sectors * SECTOR;
	device->read_ns = read_ms * NS_OF_MS;
	device->writes = writes;
	device->write_bytes = write_sectors * SECTOR;
	device->write_ns = write_ms * NS_OF_MS;
	device->busy_ns = busy_ms * NS_OF_MS;
	return true;
}

/* The block device of an area: itself, by name or number, or that of its file. */
static void read_io(struct zs_device *device, const char *path, const char *root)
{
	struct disk disk = { 0 };
	char full[PATH_MAX], line[512];
	struct stat status;
	FILE *file;

	if (device->partition && !strncmp(path, "/dev/", 5))
		disk.name = path + 5;
	zs_path(full, sizeof(full), root, "%s", path);
	if (!stat(full, &status))
		disk.number = S_ISBLK(status.st_mode) ? status.st_rdev :
			      device->partition ? 0 : status.st_dev;
	zs_path(full, sizeof(full), root, "/proc/diskstats");
	file = fopen(full, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file) && !parse_disk(line, &disk, device))
		;
	fclose(file);
}

static bool add_area(struct zs_devices *devices, char *line, const char *root,
		     struct zs_error *error)
{
	struct zs_device *list, device = { 0 };
	const char *path;

	/* its first line has titles */
	if (!parse_area(line, &device, &path))
		return true;
	list = realloc(devices->list, (devices->count + 1) * sizeof(*list));
	if (!list)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	devices->list = list;
	read_io(&device, path, root);
	list[devices->count++] = device;
	return true;
}

static bool read_areas(struct zs_devices *devices, const char *root,
		       struct zs_error *error)
{
	char path[PATH_MAX], *line = NULL;
	size_t size = 0;
	bool ok = true;
	FILE *file;

	zs_path(path, sizeof(path), root, "/proc/swaps");
	file = fopen(path, "re");
	if (!file)
		return zs_fail(error, ZS_ERR_SYSTEM, "reading /proc/swaps: %s",
			       errno == ENOENT ? "this kernel has no swap" : strerror(errno));
	while (ok && getline(&line, &size, file) > 0)
		ok = add_area(devices, line, root, error);
	free(line);
	fclose(file);
	return ok;
}

static bool is_area(const struct zs_device *device, const struct zs_area *area)
{
	return device->priority == area->prio &&
		device->size_bytes == area->pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

bool zs_devices_number(struct zs_devices *devices, const struct zs_area *areas)
{
	size_t found = 0;
	bool same = true;

	for (int type = 0; same && type < ZSWAP_DEVICES; type++) {
		if (!areas[type].used)
			continue;
		same = found < devices->count &&
			is_area(&devices->list[found], &areas[type]);
		if (same)
			devices->list[found++].type = type;
	}
	if (same && found == devices->count)
		return true;
	for (size_t i = 0; i < devices->count; i++)
		devices->list[i].type = -1;
	return false;
}

const struct zs_area *zs_source_areas(const struct zs_source *source)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	int program = bpf_program__fd(source->bpf->progs.zs_find_areas);

	if (program < 0 || bpf_prog_test_run_opts(program, &options) || options.retval)
		return NULL;
	return source->bpf->data_areas->zs_areas;
}

/* Areas may come and go between the two readings. */
#define TRIES	3

static bool read_and_number(struct zs_devices *devices, const struct zs_source *source,
			    const char *root, struct zs_error *error)
{
	const struct zs_area *areas;

	for (int i = 0; i < TRIES; i++) {
		zs_devices_free(devices);
		areas = source && source->bpf ? zs_source_areas(source) : NULL;
		if (!read_areas(devices, root, error))
			return false;
		if (!areas || zs_devices_number(devices, areas))
			break;
	}
	return true;
}

static bool read_counts(struct zs_devices *devices, struct zs_source *source,
			struct zs_error *error)
{
	struct zswap_pool_stats *pool = malloc(sizeof(*pool));
	bool ok;

	if (!pool)
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	ok = zs_source_pool(source, pool, error);
	if (ok)
		memcpy(devices->counts, pool->device, sizeof(devices->counts));
	free(pool);
	for (size_t i = 0; ok && i < devices->count; i++) {
		struct zs_device *device = &devices->list[i];

		device->have_counts = device->type >= 0;
		if (device->have_counts)
			device->counts = devices->counts[device->type];
	}
	return ok;
}

bool zs_devices_read(struct zs_devices *devices, struct zs_source *source,
		     const char *root, struct zs_error *error)
{
	memset(devices, 0, sizeof(*devices));
	if (read_and_number(devices, source, root, error) &&
	    (!source || !source->bpf || read_counts(devices, source, error)))
		return true;
	zs_devices_free(devices);
	return false;
}

void zs_devices_free(struct zs_devices *devices)
{
	free(devices->list);
	memset(devices, 0, sizeof(*devices));
}

static const struct zs_device *find(const struct zs_devices *devices,
				    const struct zs_device *like)
{
	for (size_t i = 0; i < devices->count; i++)
		if (!strcmp(devices->list[i].name, like->name))
			return &devices->list[i];
	return NULL;
}

static void subtract_io(struct zs_device *after, const struct zs_device *before)
{
	after->have_io = after->have_io && before && before->have_io;
	if (!after->have_io)
		return;
	after->reads -= before->reads;
	after->read_bytes -= before->read_bytes;
	after->read_ns -= before->read_ns;
	after->writes -= before->writes;
	after->write_bytes -= before->write_bytes;
	after->write_ns -= before->write_ns;
	after->busy_ns -= before->busy_ns;
}

static void subtract_counts(struct zswap_device_counts *after,
			    const struct zswap_device_counts *before)
{
	after->stores -= before->stores;
	after->loads -= before->loads;
	after->disk_reads -= before->disk_reads;
	after->writebacks -= before->writebacks;
	after->rejects -= before->rejects;
	after->invalidates -= before->invalidates;
}

void zs_devices_subtract(struct zs_devices *after, const struct zs_devices *before)
{
	for (size_t i = 0; i < ZSWAP_DEVICES; i++)
		subtract_counts(&after->counts[i], &before->counts[i]);
	for (size_t i = 0; i < after->count; i++) {
		struct zs_device *device = &after->list[i];

		subtract_io(device, find(before, device));
		/* by type, which counts whoever had it before */
		if (device->have_counts)
			device->counts = after->counts[device->type];
	}
}
