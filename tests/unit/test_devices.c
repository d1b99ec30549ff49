// SPDX-License-Identifier: GPL-2.0-or-later
/* Swap areas: what files say of them, which type is whose, what happened between two. */
#include "test.h"

#include <sys/sysmacros.h>
#include <unistd.h>

#include <zswapscope/shared.h>

#include "devices.h"

#define SWAPS "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define VDA "/dev/vda                                partition\t1048572\t\t2048\t\t-2\n"
#define LOOP "/dev/loop0                              partition\t12284\t\t12\t\t10\n"
#define FILE_OF_SPACES "/swap\\040files/a\\134b\\011c                   file\t\t65532\t\t0\t\t-3\n"

#define DISKSTATS \
	" 253       0 vda 100 5 2000 300 40 6 800 50 0 77 350 0 0 0 0 9 9\n" \
	" 253       1 vda1 1 1 1 1 1 1 1 1 0 1 1\n" \
	"   7       0 loop0 3 0 24 1 4 0 32 2 0 2 3 0 0 0 0 0 0\n"

static void assert_read(struct zs_devices *devices)
{
	struct zs_error error = { .text = "" };

	if (!zs_devices_read(devices, NULL, fixture_root, &error))
		fail_msg("%s", error.text);
}

static void none(void **state)
{
	struct zs_devices devices;

	(void)state;
	fixture_file("/proc/swaps", SWAPS);
	assert_read(&devices);
	assert_int_equal(devices.count, 0);
	zs_devices_free(&devices);
	/* nor a title */
	fixture_file("/proc/swaps", "");
	assert_read(&devices);
	assert_int_equal(devices.count, 0);
	zs_devices_free(&devices);
}

static void no_file(void **state)
{
	struct zs_devices devices;
	struct zs_error error;

	(void)state;
	assert_false(zs_devices_read(&devices, NULL, fixture_root, &error));
	assert_string_equal(error.text, "reading /proc/swaps: this kernel has no swap");
	assert_int_equal(devices.count, 0);
}

static void areas(void **state)
{
	struct zs_devices devices;
	const struct zs_device *vda, *file;

	(void)state;
	fixture_file("/proc/swaps", SWAPS VDA FILE_OF_SPACES);
	fixture_file("/proc/diskstats", DISKSTATS);
	assert_read(&devices);
	assert_int_equal(devices.count, 2);
	vda = &devices.list[0];
	assert_string_equal(vda->name, "/dev/vda");
	assert_true(vda->partition);
	assert_int_equal(vda->type, -1);
	assert_int_equal(vda->priority, -2);
	assert_int_equal(vda->size_bytes, 1048572ULL * 1024);
	assert_int_equal(vda->used_bytes, 2048 * 1024);
	assert_true(vda->have_io);
	assert_int_equal(vda->reads, 100);
	assert_int_equal(vda->read_bytes, 2000 * 512);
	assert_int_equal(vda->read_ns, 300000000);
	assert_int_equal(vda->writes, 40);
	assert_int_equal(vda->write_bytes, 800 * 512);
	assert_int_equal(vda->write_ns, 50000000);
	assert_int_equal(vda->busy_ns, 77000000);
	assert_false(vda->have_counts);
	file = &devices.list[1];
	assert_string_equal(file->name, "/swap files/a\\b\tc");
	assert_false(file->partition);
	/* there is no such file, so no one knows where it would be */
	assert_false(file->have_io);
	zs_devices_free(&devices);
	assert_null(devices.list);
}

/* The block device of a file is its file system's, if diskstats has that. */
static void io_of_a_file(void **state)
{
	char text[256];
	struct zs_devices devices;
	struct stat status;

	(void)state;
	fixture_file("/swapfile", "");
	snprintf(text, sizeof(text), "%s/swapfile", fixture_root);
	assert_int_equal(stat(text, &status), 0);
	fixture_file("/proc/swaps", SWAPS "/swapfile file\t\t8\t\t0\t\t-2\n");
	snprintf(text, sizeof(text), DISKSTATS " %u %u mine 9 0 0 0 0 0 0 0 0 0 0\n",
		 major(status.st_dev), minor(status.st_dev));
	fixture_file("/proc/diskstats", text);
	assert_read(&devices);
	assert_true(devices.list[0].have_io);
	assert_int_equal(devices.list[0].reads, 9);
	zs_devices_free(&devices);
}

static void nonsense(void **state)
{
	struct zs_devices devices;

	(void)state;
	fixture_file("/proc/swaps", SWAPS "/dev/vda\n/dev/vda partition x 0 -1\n\n" VDA);
	fixture_file("/proc/diskstats", "vda\n253 0 vda 1 2 3\n");
	assert_read(&devices);
	assert_int_equal(devices.count, 1);
	assert_false(devices.list[0].have_io);
	zs_devices_free(&devices);
}

static void long_name(void **state)
{
	char text[1024] = SWAPS "/";
	struct zs_devices devices;

	(void)state;
	memset(text + strlen(text), 'x', 300);
	strcat(text, " file\t\t8\t\t4\t\t-2\n");
	fixture_file("/proc/swaps", text);
	assert_read(&devices);
	assert_int_equal(devices.count, 1);
	assert_int_equal(strlen(devices.list[0].name), sizeof(devices.list[0].name) - 1);
	assert_int_equal(devices.list[0].used_bytes, 4096);
	zs_devices_free(&devices);
}

/*
 * Types
 */

static struct zs_area area_of(const struct zs_device *device)
{
	return (struct zs_area){
		.used = 1,
		.prio = device->priority,
		.pages = device->size_bytes / (uint64_t)sysconf(_SC_PAGESIZE),
	};
}

static void assert_types(const struct zs_devices *devices, int first, int second)
{
	assert_int_equal(devices->list[0].type, first);
	assert_int_equal(devices->list[1].type, second);
}

/* The order alone says nothing: the first type is free. */
static void types(void **state)
{
	struct zs_area areas[ZSWAP_DEVICES] = { 0 };
	struct zs_devices devices;

	(void)state;
	fixture_file("/proc/swaps", SWAPS LOOP VDA);
	assert_read(&devices);
	areas[1] = area_of(&devices.list[0]);
	areas[4] = area_of(&devices.list[1]);
	assert_true(zs_devices_number(&devices, areas));
	assert_types(&devices, 1, 4);
	/* what a free one was is of no importance */
	areas[0] = areas[1];
	areas[0].used = 0;
	assert_true(zs_devices_number(&devices, areas));
	assert_types(&devices, 1, 4);
	zs_devices_free(&devices);
}

/* An area has come or gone between the two readings. */
static void types_of_others(void **state)
{
	struct zs_area areas[ZSWAP_DEVICES] = { 0 };
	struct zs_devices devices;

	(void)state;
	fixture_file("/proc/swaps", SWAPS LOOP VDA);
	assert_read(&devices);
	areas[0] = area_of(&devices.list[0]);
	assert_false(zs_devices_number(&devices, areas));
	assert_types(&devices, -1, -1);
	areas[1] = area_of(&devices.list[1]);
	assert_true(zs_devices_number(&devices, areas));
	areas[2] = areas[1];
	assert_false(zs_devices_number(&devices, areas));
	assert_types(&devices, -1, -1);
	areas[2].used = 0;
	areas[1].prio++;
	assert_false(zs_devices_number(&devices, areas));
	areas[1].prio--;
	areas[1].pages++;
	assert_false(zs_devices_number(&devices, areas));
	assert_types(&devices, -1, -1);
	zs_devices_free(&devices);
}

/*
 * Differences
 */

static void subtract(void **state)
{
	struct zs_devices before, after;

	(void)state;
	fixture_file("/proc/swaps", SWAPS VDA);
	fixture_file("/proc/diskstats", DISKSTATS);
	assert_read(&before);
	before.counts[0].stores = 10;
	before.counts[1].stores = 100;
	before.counts[1].loads = 7;
	fixture_file("/proc/swaps", SWAPS LOOP VDA);
	fixture_file("/proc/diskstats",
		     " 253 0 vda 101 5 2008 310 42 6 816 53 0 80 350\n"
		     "   7 0 loop0 3 0 24 1 4 0 32 2 0 2 3\n");
	assert_read(&after);
	after.counts[0].stores = 15;
	after.counts[1].stores = 104;
	after.counts[1].loads = 7;
	after.counts[1].writebacks = 3;
	/* the new one has a type that another one had */
	after.list[0].type = 1;
	after.list[0].have_counts = true;
	after.list[1].type = 0;
	after.list[1].have_counts = true;
	zs_devices_subtract(&after, &before);
	assert_int_equal(after.list[0].counts.stores, 4);
	assert_int_equal(after.list[0].counts.loads, 0);
	assert_int_equal(after.list[0].counts.writebacks, 3);
	assert_false(after.list[0].have_io);
	assert_int_equal(after.list[1].counts.stores, 5);
	assert_true(after.list[1].have_io);
	assert_int_equal(after.list[1].reads, 1);
	assert_int_equal(after.list[1].read_bytes, 4096);
	assert_int_equal(after.list[1].read_ns, 10000000);
	assert_int_equal(after.list[1].writes, 2);
	assert_int_equal(after.list[1].write_bytes, 8192);
	assert_int_equal(after.list[1].write_ns, 3000000);
	assert_int_equal(after.list[1].busy_ns, 3000000);
	/* not cumulative */
	assert_int_equal(after.list[1].used_bytes, 2048 * 1024);
	zs_devices_free(&before);
	zs_devices_free(&after);
}

#define FIXTURE(name)	cmocka_unit_test_setup_teardown(name, fixture_start, fixture_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE(none),
		FIXTURE(no_file),
		FIXTURE(areas),
		FIXTURE(io_of_a_file),
		FIXTURE(nonsense),
		FIXTURE(long_name),
		FIXTURE(types),
		FIXTURE(types_of_others),
		FIXTURE(subtract),
	};

	return cmocka_run_group_tests_name("devices", tests, NULL, NULL);
}
