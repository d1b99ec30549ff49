// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device-pair.h"

static bool copy(struct zs_devices *to, const struct zs_devices *from)
{
	*to = *from;
	to->list = calloc(from->count + 1, sizeof(*to->list));
	if (!to->list) {
		to->count = 0;
		return false;
	}
	if (from->count)
		memcpy(to->list, from->list, from->count * sizeof(*to->list));
	return true;
}

bool device_pair_read(struct device_pair *pair, struct zs_source *source, const char *root,
		      struct zs_error *error)
{
	struct zs_devices now;
	uint64_t ns;

	if (!zs_devices_read(&now, source, root, error))
		return false;
	ns = zs_now();
	zs_devices_free(&pair->interval);
	if (!copy(&pair->interval, &now)) {
		zs_devices_free(&now);
		return zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	}
	zs_devices_subtract(&pair->interval, &pair->now);
	zs_devices_free(&pair->now);
	pair->now = now;
	pair->seconds = pair->time_ns ? (double)(ns - pair->time_ns) / ZS_NSEC : 0;
	pair->time_ns = ns;
	return true;
}

void device_pair_clear(struct device_pair *pair)
{
	zs_devices_free(&pair->interval);
	zs_devices_free(&pair->now);
	memset(pair, 0, sizeof(*pair));
}
