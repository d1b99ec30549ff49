// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "figures.h"

void figures_of(struct figures *figures, const struct zswap_usage *recent,
		const struct zswap_usage *total, double seconds)
{
	*figures = (struct figures){ .ratio = NAN };
	if (total && total->store_bytes_out)
		figures->ratio = (double)(total->stores * ZSWAP_PAGE_BYTES) /
				 (double)total->store_bytes_out;
	if (!recent)
		return;
	figures->pages = (double)zs_usage_pages(recent) / seconds;
	figures->stores = (double)recent->stores / seconds;
	figures->loads = (double)recent->loads / seconds;
	figures->disk = (double)recent->disk_reads / seconds;
	figures->writebacks = (double)recent->writebacks / seconds;
	figures->rejects = (double)recent->rejects / seconds;
	figures->refaults = (double)recent->refaults / seconds;
}

void figures_add(struct figures *sum, const struct figures *part)
{
	sum->pages += part->pages;
	sum->stores += part->stores;
	sum->loads += part->loads;
	sum->disk += part->disk;
	sum->writebacks += part->writebacks;
	sum->rejects += part->rejects;
	sum->refaults += part->refaults;
}
