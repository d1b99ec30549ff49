// SPDX-License-Identifier: GPL-2.0-or-later
/* The recording once more, with each of the settings. */
#include "whatif.h"

/* What a pool needs without a limit does not depend on the limit. */
static const struct whatif_row *find_alike(const struct whatif_report *report, size_t row)
{
	const struct zs_replay_settings *settings = &report->rows[row].settings;

	for (size_t i = 0; i < row; i++) {
		const struct zs_replay_settings *other = &report->rows[i].settings;

		if (other->pool == settings->pool &&
		    other->max_compression_ratio == settings->max_compression_ratio)
			return &report->rows[i];
	}
	return NULL;
}

static bool run_row(struct whatif_report *report, size_t number, struct zs_error *error)
{
	struct whatif_row *row = &report->rows[number];
	const struct whatif_row *alike = find_alike(report, number);
	struct zs_replay_settings unlimited = row->settings;
	struct zs_replay_result result;

	if (!zs_replay(report->workload, &row->settings, &row->result, error))
		return false;
	if (alike) {
		row->needed_pages = alike->needed_pages;
		return true;
	}
	unlimited.unlimited = true;
	if (!zs_replay(report->workload, &unlimited, &result, error))
		return false;
	row->needed_pages = result.peak_pages;
	return true;
}

bool whatif_run(struct whatif_report *report, struct zs_error *error)
{
	for (size_t i = 0; i < report->row_count; i++)
		if (!run_row(report, i, error))
			return false;
	return true;
}

int64_t whatif_avoided(const struct whatif_report *report, const struct whatif_row *row)
{
	return (int64_t)(report->workload->course.misses - row->result.disk_loads);
}

bool whatif_density(const struct whatif_row *row, double *density)
{
	if (row->result.mean_pages <= 0)
		return false;
	*density = row->result.mean_objects / row->result.mean_pages;
	return true;
}

bool whatif_pages_off(const struct whatif_report *report, const struct whatif_row *row,
		      double *off)
{
	if (!report->seen.known || report->seen.mean_pages <= 0)
		return false;
	*off = row->result.looked_pages / report->seen.mean_pages - 1;
	return true;
}

bool whatif_writebacks_off(const struct whatif_report *report, const struct whatif_row *row,
			   double *off)
{
	uint64_t writebacks = report->workload->course.writebacks;

	if (!writebacks)
		return false;
	*off = (double)row->result.writebacks / (double)writebacks - 1;
	return true;
}
