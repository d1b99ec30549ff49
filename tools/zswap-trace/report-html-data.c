// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "report-html-data.h"

/* Columns so wide that a few events of each are in them. */
#define EVENTS_PER_COLUMN	8
#define COLUMNS_LEAST		30

/* What the events of one pass need. */
struct pass {
	struct report_data *data;
	double columns_per_ns;
	bool failed;
};

double report_seconds(const struct report_data *data)
{
	return (double)(data->end_ns - data->begin_ns) / ZS_NSEC;
}

double report_column_seconds(const struct report_data *data)
{
	return report_seconds(data) / (double)data->columns;
}

double report_column_ns(const struct report_data *data, size_t column)
{
	return (double)(data->end_ns - data->begin_ns) * (double)column / (double)data->columns;
}

double report_row_low(unsigned int row)
{
	return exp2((double)row / REPORT_ROWS_PER_OCTAVE);
}

/* Where the fraction of a power of two goes on to the next row. */
static unsigned int row_of(uint64_t ns)
{
	static const uint64_t bounds[REPORT_ROWS_PER_OCTAVE] = {
		/* of 2^16: times 2^(1/4), 2^(2/4), 2^(3/4) */
		0, 77936, 92682, 110218,
	};
	unsigned int octave = 63 - (unsigned int)__builtin_clzll(ns);
	uint64_t fraction = octave < 16 ? ns << (16 - octave) : ns >> (octave - 16);
	unsigned int part = REPORT_ROWS_PER_OCTAVE - 1;

	while (fraction < bounds[part])
		part--;
	return octave * REPORT_ROWS_PER_OCTAVE + part;
}

static size_t column_of(const struct pass *pass, uint64_t time_ns)
{
	const struct report_data *data = pass->data;
	size_t column;

	if (time_ns <= data->begin_ns)
		return 0;
	if (time_ns >= data->end_ns)
		return data->columns - 1;
	column = (size_t)((double)(time_ns - data->begin_ns) * pass->columns_per_ns);
	return column < data->columns ? column : data->columns - 1;
}

/* What an event counts for; REPORT_RATES: nothing that moved a page. */
static enum report_rate rate_of(const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_STORE:
		return REPORT_STORES;
	case ZSWAP_EVENT_LOAD:
		return REPORT_LOADS;
	case ZSWAP_EVENT_MISS:
		return REPORT_DISK_READS;
	case ZSWAP_EVENT_WRITEBACK:
		return event->result ? REPORT_RATES : REPORT_WRITEBACKS;
	case ZSWAP_EVENT_REJECT:
		return REPORT_REJECTS;
	default:
		return REPORT_RATES;
	}
}

static size_t chunks_of(uint32_t length)
{
	size_t chunks = ((size_t)length + REPORT_CHUNK - 1) / REPORT_CHUNK;

	return chunks < REPORT_CHUNKS ? chunks : REPORT_CHUNKS;
}

static void add_size(struct report_data *data, const struct zswap_event *event)
{
	if (event->event == ZSWAP_EVENT_STORE && event->kind == ZSWAP_KIND_SAME_FILLED)
		data->same_filled++;
	else if (event->event == ZSWAP_EVENT_STORE && event->length)
		data->stored_sizes[chunks_of(event->length)]++;
	else if (event->event == ZSWAP_EVENT_REJECT && event->length)
		data->rejected_sizes[chunks_of(event->length)]++;
}

static void add_to_group(struct report_group *group, const struct zswap_event *event,
			 enum report_rate rate)
{
	group->counts[rate]++;
	if (rate == REPORT_REJECTS)
		group->rejects[event->why < ZSWAP_REJECT_COUNT ? event->why : ZSWAP_REJECT_COUNT]++;
	if (rate == REPORT_STORES && event->length) {
		group->store_pages++;
		group->store_bytes += event->length;
	}
	if (rate == REPORT_LOADS && event->duration_ns) {
		group->loads_timed++;
		group->load_ns += event->duration_ns;
	}
}

static bool add_groups(struct report_data *data, const struct zswap_event *event,
		       enum report_rate rate)
{
	struct report_group *cgroup, *process;

	cgroup = report_group_of(&data->cgroups, event->cgroup);
	process = report_group_of(&data->processes, REPORT_PROCESS(event->pid, event->role));
	if (!cgroup || !process)
		return false;
	add_to_group(cgroup, event, rate);
	add_to_group(process, event, rate);
	return true;
}

static void add_heat(struct report_data *data, const struct zswap_event *event, size_t column)
{
	enum report_heat which = event->event == ZSWAP_EVENT_LOAD ? REPORT_HEAT_LOAD :
								    REPORT_HEAT_STORE;

	if ((event->event == ZSWAP_EVENT_LOAD || event->event == ZSWAP_EVENT_STORE) &&
	    event->duration_ns)
		data->heat[which][row_of(event->duration_ns)][column]++;
}

static void add_loss(struct report_data *data, const struct zswap_event *event, size_t column)
{
	if (event->count) {
		data->lost[column] += event->count;
		data->loss_places++;
	} else {
		data->gaps[column]++;
		data->gap_places++;
	}
}

static bool add(const struct zswap_event *event, void *context)
{
	struct pass *pass = context;
	struct report_data *data = pass->data;
	size_t column = column_of(pass, event->time_ns);
	enum report_rate rate = rate_of(event);

	zs_tally_add(data->tally, event);
	if (event->event == ZSWAP_EVENT_LOST)
		add_loss(data, event, column);
	if (event->event == ZSWAP_EVENT_WRITEBACK && event->result)
		data->failed_writebacks++;
	if (rate == REPORT_RATES)
		return true;
	data->rates[rate][column]++;
	add_size(data, event);
	add_heat(data, event, column);
	if (!add_groups(data, event, rate))
		pass->failed = true;
	return !pass->failed;
}

/*
 * From when to when: all events are in it, and what the recorder says about itself if
 * that can be true.
 */
static void find_range(struct report_data *data)
{
	size_t count;
	const struct zswap_state *states = zs_recording_states(data->recording, &count);
	uint64_t number;

	data->begin_ns = data->summary.first_ns;
	data->end_ns = data->summary.last_ns;
	if (!data->begin_ns && count) {
		data->begin_ns = states[0].time_ns;
		data->end_ns = states[count - 1].time_ns;
	}
	if (zs_recording_number(data->recording, "start_mono_ns", &number) && number &&
	    (!data->begin_ns || number < data->begin_ns))
		data->begin_ns = number;
	if (zs_recording_number(data->recording, "end_mono_ns", &number) &&
	    number > data->end_ns)
		data->end_ns = number;
	if (data->end_ns <= data->begin_ns) {
		if (data->begin_ns == UINT64_MAX)
			data->begin_ns--;
		data->end_ns = data->begin_ns + 1;
	}
}

static void find_columns(struct report_data *data)
{
	uint64_t events = 0;

	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++)
		events += data->summary.events[i];
	data->columns = REPORT_COLUMNS;
	if (events / EVENTS_PER_COLUMN < REPORT_COLUMNS)
		data->columns = events / EVENTS_PER_COLUMN;
	if (data->columns < COLUMNS_LEAST)
		data->columns = COLUMNS_LEAST;
	if (data->end_ns - data->begin_ns < data->columns)
		data->columns = 1;
}

/* The last state in a column is the column's, and that of those after it without one. */
static void add_states(struct report_data *data, const struct pass *pass)
{
	size_t count, column, next = 0;
	const struct zswap_state *states = zs_recording_states(data->recording, &count);
	double pool = NAN, limit = NAN, pages = NAN;

	for (column = 0; column < data->columns; column++) {
		while (next < count && column_of(pass, states[next].time_ns) <= column) {
			pool = (double)states[next].pool_bytes;
			limit = states[next].limit_bytes ? (double)states[next].limit_bytes : NAN;
			pages = (double)states[next].stored_pages;
			next++;
		}
		data->pool[column] = pool;
		data->limit[column] = limit;
		data->stored_pages[column] = pages;
	}
}

static void *no_memory(struct report_data *data, struct zs_error *error)
{
	report_data_free(data);
	zs_fail(error, ZS_ERR_SYSTEM, "no memory for the report");
	return NULL;
}

struct report_data *report_data_gather(const struct zs_recording *recording,
				       struct zs_error *error)
{
	struct report_data *data = calloc(1, sizeof(*data));
	struct pass pass = { .data = data };

	if (!data)
		return no_memory(data, error);
	data->recording = recording;
	data->tally = zs_tally_new();
	if (!data->tally)
		return no_memory(data, error);
	zs_recording_summary(recording, &data->summary);
	find_range(data);
	find_columns(data);
	pass.columns_per_ns = (double)data->columns / (double)(data->end_ns - data->begin_ns);
	zs_recording_events(recording, add, &pass);
	if (pass.failed)
		return no_memory(data, error);
	data->tally->snapshot.time_ns = data->end_ns - data->begin_ns;
	add_states(data, &pass);
	return data;
}

void report_data_free(struct report_data *data)
{
	if (!data)
		return;
	zs_tally_free(data->tally);
	report_groups_free(&data->cgroups);
	report_groups_free(&data->processes);
	free(data);
}
