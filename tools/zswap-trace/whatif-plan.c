// SPDX-License-Identifier: GPL-2.0-or-later
/* Which settings are tried. */
#include <string.h>

#include "whatif.h"

/* What is tried when nobody asks for anything. */
static const struct whatif_choices usual = {
	.percents = { { 10, 20, 30, 50 }, { 50, 80, 100 }, { 100, 90, 50 } },
	.counts = { 4, 3, 3 },
};

static unsigned int *setting(struct zs_replay_settings *settings, enum whatif_setting which)
{
	switch (which) {
	case WHATIF_MAX_POOL:
		return &settings->max_pool_percent;
	case WHATIF_RATIO:
		return &settings->max_compression_ratio;
	default:
		return &settings->accept_threshold_percent;
	}
}

static bool is_same(const struct zs_replay_settings *a, const struct zs_replay_settings *b)
{
	return a->pool == b->pool && a->max_pool_percent == b->max_pool_percent &&
	       a->max_compression_ratio == b->max_compression_ratio &&
	       a->accept_threshold_percent == b->accept_threshold_percent;
}

static void add_row(struct whatif_report *report, const struct zs_replay_settings *settings)
{
	for (size_t i = 0; i < report->row_count; i++)
		if (is_same(&report->rows[i].settings, settings))
			return;
	if (report->row_count < WHATIF_ROWS)
		report->rows[report->row_count++].settings = *settings;
}

/* Each pool, and then one setting after the other. */
static void plan_usual(struct whatif_report *report)
{
	struct zs_replay_settings settings = report->settings;

	for (size_t i = 0; zs_model_at(i); i++) {
		settings.pool = zs_model_at(i);
		add_row(report, &settings);
	}
	for (enum whatif_setting which = 0; which < WHATIF_SETTINGS; which++) {
		settings = report->settings;
		for (size_t i = 0; i < usual.counts[which]; i++) {
			*setting(&settings, which) = usual.percents[which][i];
			add_row(report, &settings);
		}
	}
}

/* All combinations of a setting and those after it. */
static void plan_chosen(struct whatif_report *report, const struct whatif_choices *choices,
			enum whatif_setting which, struct zs_replay_settings settings)
{
	if (which == WHATIF_SETTINGS) {
		add_row(report, &settings);
		return;
	}
	for (size_t i = 0; i < choices->counts[which]; i++) {
		*setting(&settings, which) = choices->percents[which][i];
		plan_chosen(report, choices, which + 1, settings);
	}
	if (!choices->counts[which])
		plan_chosen(report, choices, which + 1, settings);
}

static bool is_any(const struct whatif_choices *choices)
{
	bool any = choices->pools[0];

	for (enum whatif_setting which = 0; which < WHATIF_SETTINGS; which++)
		any = any || choices->counts[which];
	return any;
}

size_t whatif_combinations(const struct whatif_choices *choices)
{
	size_t pools = 0, product;

	while (choices->pools[pools])
		pools++;
	product = pools ? pools : 1;
	for (enum whatif_setting which = 0; which < WHATIF_SETTINGS; which++)
		product *= choices->counts[which] ? choices->counts[which] : 1;
	/* and what was recorded */
	return product + 1;
}

void whatif_plan(struct whatif_report *report, const struct whatif_choices *choices)
{
	struct zs_replay_settings settings = report->settings;

	add_row(report, &settings);
	if (!is_any(choices)) {
		plan_usual(report);
		return;
	}
	for (size_t i = 0; choices->pools[i]; i++) {
		settings.pool = choices->pools[i];
		plan_chosen(report, choices, 0, settings);
	}
	if (!choices->pools[0])
		plan_chosen(report, choices, 0, settings);
}
