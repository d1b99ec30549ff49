// SPDX-License-Identifier: GPL-2.0-or-later
/* The checksum of recordings: known answers, and both ways to it. */
#include "test.h"

#include "crc32c.h"

/* Of RFC 3720, B.4; and the check value of the catalogue of CRCs. */
static void known(void **state)
{
	unsigned char bytes[32];

	(void)state;
	assert_int_equal(zs_crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(zs_crc32c_table(0, "123456789", 9), 0xe3069283);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(zs_crc32c(0, bytes, sizeof(bytes)), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(zs_crc32c(0, bytes, sizeof(bytes)), 0x62a8ab43);
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	assert_int_equal(zs_crc32c(0, bytes, sizeof(bytes)), 0x46dd794e);
	assert_int_equal(zs_crc32c_table(0, bytes, sizeof(bytes)), 0x46dd794e);
	assert_int_equal(zs_crc32c(0, NULL, 0), 0);
}

/* Of any length, at any address, in any two parts. */
static void both_ways(void **state)
{
	unsigned char bytes[128];

	(void)state;
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 37 + 11);
	for (size_t from = 0; from < 9; from++) {
		for (size_t size = 0; size < 100; size++) {
			uint32_t crc = zs_crc32c(0, bytes + from, size);
			size_t half = size / 3;

			assert_int_equal(crc, zs_crc32c_table(0, bytes + from, size));
			assert_int_equal(crc, zs_crc32c(zs_crc32c(0, bytes + from, half),
							bytes + from + half, size - half));
			assert_int_equal(crc, zs_crc32c_table(zs_crc32c(0, bytes + from, half),
							      bytes + from + half, size - half));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known),
		cmocka_unit_test(both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
