/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a report in HTML shows, gathered from a recording's events in one pass.  How much
 * this is depends on how many cgroups and processes there are, not on how many events.
 */
#ifndef ZSWAP_TRACE_REPORT_HTML_DATA_H
#define ZSWAP_TRACE_REPORT_HTML_DATA_H

#include "recording.h"
#include "tally.h"

/* Columns of time, at most. */
#define REPORT_COLUMNS	120

/* Rows of a heat map: of a latency, so many for each power of two of nanoseconds. */
#define REPORT_ROWS_PER_OCTAVE	4
#define REPORT_ROWS	(64 * REPORT_ROWS_PER_OCTAVE)

/* zbud's unit: a page's length is so many of them. */
#define REPORT_CHUNK	64
#define REPORT_CHUNKS	(ZSWAP_PAGE_BYTES / REPORT_CHUNK)

enum report_rate {
	REPORT_STORES,
	REPORT_LOADS,
	REPORT_DISK_READS,
	REPORT_WRITEBACKS,
	REPORT_REJECTS,
	REPORT_RATES
};

/* Which heat map. */
enum report_heat { REPORT_HEAT_LOAD, REPORT_HEAT_STORE, REPORT_HEATS };

/**
 * struct report_group - what the pages of a cgroup or a process went through
 * @id: inode number of the cgroup; or pid, and enum zswap_role above it, see REPORT_PID()
 * @counts: by enum report_rate
 * @store_pages: pages stored in compressed bytes
 * @store_bytes: and how many
 * @load_ns: how long all loads took that were timed
 * @loads_timed: how many these were
 * @rejects: by enum zswap_reject_reason
 */
struct report_group {
	uint64_t id;
	uint64_t counts[REPORT_RATES];
	uint64_t store_pages;
	uint64_t store_bytes;
	uint64_t load_ns;
	uint64_t loads_timed;
	uint64_t rejects[ZSWAP_REJECT_SLOTS];
};

#define REPORT_PROCESS(pid, role)	((uint64_t)(role) << 32 | (pid))
#define REPORT_PID(id)			((uint32_t)(id))
#define REPORT_ROLE(id)			((unsigned int)((id) >> 32))

/* All groups; @slots has the number of one in @list, plus 1, where its id leads to. */
struct report_groups {
	struct report_group *list;
	size_t count;
	size_t room;
	uint32_t *slots;
	size_t slot_count;
};

/**
 * struct report_data - all that is shown
 * @recording: that it is of
 * @summary: how many events, and what is missing
 * @tally: all of them, counted
 * @begin_ns: when the first column begins, CLOCK_MONOTONIC
 * @end_ns: when the last one ends
 * @columns: how many there are
 * @rates: events in a column, by enum report_rate
 * @lost: events lost in a column
 * @gaps: places in a column where nobody knows how many are missing
 * @loss_places: how often some were lost
 * @gap_places: how often nobody knows how many
 * @failed_writebacks: attempts that failed
 * @heat: how many took so long: by enum report_heat, row and column
 * @stored_sizes: pages stored, by their length in chunks; not those without one
 * @rejected_sizes: pages rejected because of it
 * @same_filled: pages stored that have no length, as one word tells all
 * @pool: bytes of the pool in a column; NAN: not known
 * @limit: bytes it may have
 * @stored_pages: in it
 * @cgroups: by cgroup
 * @processes: by process and role
 */
struct report_data {
	const struct zs_recording *recording;
	struct zs_recorded summary;
	struct zs_tally *tally;
	uint64_t begin_ns;
	uint64_t end_ns;
	size_t columns;
	uint64_t rates[REPORT_RATES][REPORT_COLUMNS];
	uint64_t lost[REPORT_COLUMNS];
	uint64_t gaps[REPORT_COLUMNS];
	uint64_t loss_places;
	uint64_t gap_places;
	uint64_t failed_writebacks;
	uint32_t heat[REPORT_HEATS][REPORT_ROWS][REPORT_COLUMNS];
	uint64_t stored_sizes[REPORT_CHUNKS + 1];
	uint64_t rejected_sizes[REPORT_CHUNKS + 1];
	uint64_t same_filled;
	double pool[REPORT_COLUMNS];
	double limit[REPORT_COLUMNS];
	double stored_pages[REPORT_COLUMNS];
	struct report_groups cgroups;
	struct report_groups processes;
};

/**
 * report_data_gather - read all events
 * @recording: whatever is in it
 * @error: why not: no memory
 *
 * Return: to be freed with report_data_free(), or NULL.
 */
struct report_data *report_data_gather(const struct zs_recording *recording,
				       struct zs_error *error);
void report_data_free(struct report_data *data);

/* How long the recording is, and one column of it: seconds, above 0. */
double report_seconds(const struct report_data *data);
double report_column_seconds(const struct report_data *data);

/* Where a column begins, nanoseconds from the beginning. */
double report_column_ns(const struct report_data *data, size_t column);

/* Where a row of a heat map begins, nanoseconds. */
double report_row_low(unsigned int row);

/* The group of an id, which is made if need be. Return: NULL: no memory. */
struct report_group *report_group_of(struct report_groups *groups, uint64_t id);
void report_groups_free(struct report_groups *groups);

/* Those with the most first: of one of their counts, or of all if @by is REPORT_RATES. */
void report_groups_sort(struct report_groups *groups, enum report_rate by);
uint64_t report_group_total(const struct report_group *group);

/* sum += part, but for the id. */
void report_group_add(struct report_group *sum, const struct report_group *part);

#endif /* ZSWAP_TRACE_REPORT_HTML_DATA_H */
