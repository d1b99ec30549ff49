/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zswap-trace whatif: a recording with other pools and settings.
 *
 *	whatif.c       options
 *	whatif-facts.c what the recording says of the machine and its settings
 *	whatif-plan.c  which settings to try
 *	whatif-run.c   trying them
 *	whatif-notes.c what is to be known about the answer
 *	whatif-text.c  the answer as a table
 *	whatif-json.c  and as JSON
 */
#ifndef ZSWAP_TRACE_WHATIF_H
#define ZSWAP_TRACE_WHATIF_H

#include "recording.h"
#include "replay.h"

#define WHATIF_CHOICES	16	/* of each setting */
#define WHATIF_ROWS	256	/* combinations of them */
#define WHATIF_NOTES	16
#define WHATIF_NOTE	240	/* bytes of one */

/* Settings that can be chosen, apart from the pool. */
enum whatif_setting {
	WHATIF_MAX_POOL,
	WHATIF_RATIO,
	WHATIF_ACCEPT,
	WHATIF_SETTINGS
};

/**
 * struct whatif_choices - what is to be tried
 * @pools: pools; NULL behind the last
 * @percents: percents, by enum whatif_setting
 * @counts: how many of each
 * @memory_bytes: RAM; 0: as the recording says
 */
struct whatif_choices {
	const struct zs_model_kind *pools[WHATIF_CHOICES + 1];
	unsigned int percents[WHATIF_SETTINGS][WHATIF_CHOICES];
	size_t counts[WHATIF_SETTINGS];
	uint64_t memory_bytes;
};

/**
 * struct whatif_row - settings, and what they come to
 * @settings: they
 * @result: what they come to
 * @needed_pages: most page frames that the pool would have without a limit
 */
struct whatif_row {
	struct zs_replay_settings settings;
	struct zs_replay_result result;
	uint64_t needed_pages;
};

/**
 * struct whatif_pool - the kernel's own pool, by the looks of the workload
 * @known: there are some
 * @mean_pages: page frames, over the time
 * @peak_pages: the most that were seen
 * @density_known: and they say how many pages it held
 * @density: pages held in a page frame, over the time
 */
struct whatif_pool {
	bool known;
	double mean_pages;
	uint64_t peak_pages;
	bool density_known;
	double density;
};

/**
 * struct whatif_report - the answer
 * @path: of the recording
 * @recording: it
 * @summary: what it has
 * @workload: what is replayed
 * @settings: as recorded; the pool is the model that is like the recorded one
 * @pool: name of the recorded pool; "" if it is not known
 * @modelled: there is a model of it
 * @seen: the recorded pool
 * @rows: the first is as recorded, with the model of the recorded pool
 * @row_count: how many
 * @notes: what is to be known
 * @note_count: how many
 */
struct whatif_report {
	const char *path;
	const struct zs_recording *recording;
	struct zs_recorded summary;
	const struct zs_workload *workload;
	struct zs_replay_settings settings;
	char pool[32];
	bool modelled;
	struct whatif_pool seen;
	struct whatif_row rows[WHATIF_ROWS];
	size_t row_count;
	char notes[WHATIF_NOTES][WHATIF_NOTE];
	size_t note_count;
};

void whatif_note(struct whatif_report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * whatif_facts - the recorded settings
 * @report: @settings and @seen are filled in, and notes on what is not known
 * @memory_bytes: RAM; 0: as the recording says
 * @error: it does not, either
 */
bool whatif_facts(struct whatif_report *report, uint64_t memory_bytes,
		  struct zs_error *error);

/* Fill in the settings of all rows, none twice. */
void whatif_plan(struct whatif_report *report, const struct whatif_choices *choices);

/* How many rows that can be at most. */
size_t whatif_combinations(const struct whatif_choices *choices);

/* Fill in what they come to. */
bool whatif_run(struct whatif_report *report, struct zs_error *error);

/* Add what is to be known of the whole. */
void whatif_notes(struct whatif_report *report);

/*
 * How far a model is from what was seen, of page frames at the same moments: -0.01 is 1%
 * below; false: nothing was seen.
 */
bool whatif_pages_off(const struct whatif_report *report, const struct whatif_row *row,
		      double *off);
bool whatif_writebacks_off(const struct whatif_report *report, const struct whatif_row *row,
			   double *off);

/* Disk reads that there would be less than in the recording; below 0: more. */
int64_t whatif_avoided(const struct whatif_report *report, const struct whatif_row *row);

/* Pages to a page frame, over the time; false: it is not known, or there was none. */
bool whatif_density(const struct whatif_row *row, double *density);

void whatif_print_text(const struct whatif_report *report);
void whatif_print_json(const struct whatif_report *report);

#endif /* ZSWAP_TRACE_WHATIF_H */
