// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers as people read them: bytes, times, ratios. */
#include <stdio.h>
#include <string.h>

#include "zswapscope.h"

/* Three significant digits, or all of a larger number. */
static int digits(double value)
{
	return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

char *zs_format_bytes(char text[ZS_TEXT], double bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	size_t unit = 0;

	while (bytes >= 1023.5 && unit + 1 < ZS_ARRAY_SIZE(units)) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, ZS_TEXT, "%.*f %s", unit ? digits(bytes) : 0, bytes,
		 units[unit]);
	return text;
}

char *zs_format_more(char text[ZS_TEXT], const char *more)
{
	return strncat(text, more, ZS_TEXT - 1 - strlen(text));
}

char *zs_format_time(char text[ZS_TEXT], double ns)
{
	/* @next: how many of this unit make the next one */
	static const struct {
		const char *name;
		double next;
	} units[] = {
		{ "ns", 1000 }, { "us", 1000 }, { "ms", 1000 },
		{ "s", 120 }, { "min", 120 }, { "h", 48 }, { "d", 0 },
	};
	static const double size[] = { 1, 1e3, 1e6, 1e9, 60e9, 3600e9, 86400e9 };
	size_t unit = 0;

	while (units[unit].next && ns / size[unit] >= units[unit].next - 0.5)
		unit++;
	ns /= size[unit];
	snprintf(text, ZS_TEXT, "%.*f %s", unit ? digits(ns) : 0, ns,
		 units[unit].name);
	return text;
}

char *zs_format_name(char text[ZS_TEXT], const char *name)
{
	snprintf(text, ZS_TEXT, "%s", *name ? name : "?");
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '?';
	return text;
}

char *zs_format_number(char text[ZS_TEXT], double value)
{
	/* Nothing is nothing, "0.0" would look like a little. */
	int decimals = value > 0 && value < 9.95;

	snprintf(text, ZS_TEXT, "%.*f", decimals, value);
	return text;
}

char *zs_format_ratio(char text[ZS_TEXT], double ratio)
{
	snprintf(text, ZS_TEXT, "%.2f:1", ratio);
	return text;
}

char *zs_format_quantile(char text[ZS_TEXT], const struct zswap_stats *stats,
			 enum zswap_histogram which, double q)
{
	enum zs_unit unit = zs_hist_infos[which].unit;
	double value;

	if (!zs_hist_quantile(zs_stats_hist(stats, which), unit, q, &value))
		return strcpy(text, "-");
	if (unit == ZS_UNIT_BYTES)
		return zs_format_bytes(text, value);
	return zs_format_time(text, value);
}

/* The reason with the largest count below that of the one before it. */
static int next_reason(const __u64 *by_reason, const bool *done)
{
	int best = -1;

	for (int i = 0; i < ZSWAP_REJECT_SLOTS; i++) {
		if (done[i] || !by_reason[i])
			continue;
		if (best < 0 || by_reason[i] > by_reason[best])
			best = i;
	}
	return best;
}

char *zs_format_rejects(char *text, size_t size, const __u64 *by_reason)
{
	bool done[ZSWAP_REJECT_SLOTS] = { false };
	size_t used = 0;
	int reason;

	snprintf(text, size, "-");
	while ((reason = next_reason(by_reason, done)) >= 0 && used < size) {
		int length = snprintf(text + used, size - used, "%s%s:%llu",
				      used ? " " : "",
				      zs_reason_name((unsigned int)reason),
				      by_reason[reason]);

		done[reason] = true;
		used += (size_t)length;
	}
	return text;
}
