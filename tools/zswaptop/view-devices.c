// SPDX-License-Identifier: GPL-2.0-or-later
/* Swap areas: what zswap does with each, and what that means for its block device. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "arena.h"

struct device_row {
	struct row row;
	double priority;
	double used;
	double size;
	double stores;
	double rejects;
	double writebacks;
	double disk_reads;
	double reads;
	double read_time;
	double writes;
	double write_time;
	double busy;
	const char *name;
};

#define AT(member) offsetof(struct device_row, member)
static const struct column columns[] = {
	{ "name", "swap area", 14, COLUMN_TEXT, AT(name), true, 'N', "its file" },
	{ "priority", "prio", 4, COLUMN_COUNT, AT(priority), false, 0, "the highest is used first" },
	{ "used", "used", 8, COLUMN_BYTES, AT(used), false, 'M', "pages in the pool included" },
	{ "size", "of", 8, COLUMN_BYTES, AT(size), false, 0, "its size" },
	{ "stores", "store/s", 7, COLUMN_RATE, AT(stores), false, 'P', "pages the pool keeps for it" },
	{ "rejects", "rej/s", 7, COLUMN_RATE, AT(rejects), false, 0, "pages refused" },
	{ "writebacks", "wb/s", 7, COLUMN_RATE, AT(writebacks), false, 0, "pages written back" },
	{ "disk", "disk/s", 7, COLUMN_RATE, AT(disk_reads), false, 0, "pages read from it" },
	{ "reads", "read/s", 8, COLUMN_BYTES, AT(reads), false, 0, "bytes read, by the block device" },
	{ "read-time", "each", 7, COLUMN_TIME, AT(read_time), false, 0, "time of a read request" },
	{ "writes", "write/s", 8, COLUMN_BYTES, AT(writes), false, 0, "bytes written" },
	{ "write-time", "each", 7, COLUMN_TIME, AT(write_time), false, 0, "time of a write request" },
	{ "busy", "busy", 5, COLUMN_SHARE, AT(busy), false, 0, "share of the time with requests" },
};

static struct table table = {
	.columns = columns, .columns_count = ZS_ARRAY_SIZE(columns),
	.stride = sizeof(struct device_row), .sort = 1, .pinned = 1,
};
static struct device_row *rows;
static struct arena names;

static double each(uint64_t sum, uint64_t count)
{
	return count ? (double)sum / (double)count : NAN;
}

static void set_io(struct device_row *row, const struct zs_device *device, double seconds)
{
	row->reads = row->writes = row->read_time = row->write_time = row->busy = NAN;
	if (!device->have_io || seconds <= 0)
		return;
	row->reads = (double)device->read_bytes / seconds;
	row->writes = (double)device->write_bytes / seconds;
	row->read_time = each(device->read_ns, device->reads);
	row->write_time = each(device->write_ns, device->writes);
	row->busy = fmin((double)device->busy_ns / seconds / ZS_NSEC, 1);
}

static void set_counts(struct device_row *row, const struct zs_device *device, double seconds)
{
	row->stores = row->rejects = row->writebacks = row->disk_reads = NAN;
	if (!device->have_counts || seconds <= 0)
		return;
	row->stores = (double)device->counts.stores / seconds;
	row->rejects = (double)device->counts.rejects / seconds;
	row->writebacks = (double)device->counts.writebacks / seconds;
	row->disk_reads = (double)device->counts.disk_reads / seconds;
}

/* A number of its own for each name. */
static uint64_t hash(const char *text)
{
	uint64_t value = 14695981039346656037ULL;

	while (*text)
		value = (value ^ (unsigned char)*text++) * 1099511628211ULL;
	return value ? value : 1;
}

static void update(struct app *app)
{
	struct device_row *more;
	more = realloc(rows, (app->devices.interval.count + 1) * sizeof(*rows));
	table.count = 0;
	if (!more)
		return;
	rows = more;
	arena_reset(&names);
	for (size_t i = 0; i < app->devices.interval.count; i++) {
		const struct zs_device *device = &app->devices.interval.list[i];
		struct device_row *row = &rows[table.count++];

		*row = (struct device_row){
			.row.id = hash(device->name),
			.priority = device->priority,
			.used = (double)device->used_bytes,
			.size = (double)device->size_bytes,
			.name = arena_clean(&names, device->name),
		};
		row->row.text = row->name;
		set_io(row, device, app->devices.seconds);
		set_counts(row, device, app->devices.seconds);
	}
	table.rows = rows;
	table_arrange(&table);
}

static void draw(struct app *app, int line, int lines)
{
	if (!table.count) {
		app_explain_none(app, line + 1, "there is no swap area: swapon DEVICE");
		return;
	}
	table_draw(&table, line, lines - 2, true);
	ui_text(line + lines - 1, 0, ui_columns(), ROLE_DIM,
		app->bpf ? "pages in the pool take their place in the swap area, too" :
		"counts of zswap take BPF, which is not in use here");
}

static bool act(struct app *app, enum action action, int argument)
{
	(void)argument;
	if (action != ACT_OPEN)
		return false;
	app_say(app, false, "a device has no histograms of its own: 5 has those of disk reads");
	return true;
}

const struct view view_devices = {
	.name = "devices",
	.title = "Devices",
	.where = IN_TABLE | IN_SORTED,
	.needs = NEED_DEVICES,
	.table = &table,
	.update = update,
	.draw = draw,
	.act = act,
};
