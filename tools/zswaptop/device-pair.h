/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swap areas, of the interval between two readings. */
#ifndef TOP_DEVICE_PAIR_H
#define TOP_DEVICE_PAIR_H

#include "devices.h"

/**
 * struct device_pair - swap areas
 * @interval: what happened between the last two readings
 * @now: cumulative
 * @seconds: length of the interval; 0: there is no reading before
 * @time_ns: of the last reading
 */
struct device_pair {
	struct zs_devices interval;
	struct zs_devices now;
	double seconds;
	uint64_t time_ns;
};

/* Read again. @source: as zs_devices_read() has it. */
bool device_pair_read(struct device_pair *pair, struct zs_source *source, const char *root,
		      struct zs_error *error);

/* Forget everything, as what comes counts from another zero; or at the end. */
void device_pair_clear(struct device_pair *pair);

#endif /* TOP_DEVICE_PAIR_H */
