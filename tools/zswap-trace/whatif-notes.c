// SPDX-License-Identifier: GPL-2.0-or-later
/* What is to be known about the answer: what is missing, or assumed. */
#include <stdarg.h>
#include <stdio.h>

#include "whatif.h"

#define COUNT(number)	((unsigned long long)(number))

void whatif_note(struct whatif_report *report, const char *format, ...)
{
	va_list args;

	if (report->note_count == WHATIF_NOTES)
		return;
	va_start(args, format);
	vsnprintf(report->notes[report->note_count++], WHATIF_NOTE, format, args);
	va_end(args);
}

/* What is missing in the recording. */
static void note_gaps(struct whatif_report *report)
{
	static const enum zswap_event_kind needed[] = {
		ZSWAP_EVENT_LOAD, ZSWAP_EVENT_INVALIDATE,
	};
	const struct zs_course *course = &report->workload->course;
	const char *filter = zs_recording_fact(report->recording, "filter");
	const char *kinds = zs_recording_fact(report->recording, "kinds");

	if (course->gaps)
		whatif_note(report, "approximate: %llu events are lost, in %llu places, and what became of their pages is not known",
			    COUNT(course->lost), COUNT(course->gaps));
	if (!report->summary.whole)
		whatif_note(report, "approximate: the recording is not whole");
	if (filter && *filter)
		whatif_note(report, "approximate: the recording has only the events of its filter: record without -f");
	if (!course->stores)
		whatif_note(report, "nothing to replay: the recording has no page stored");
	for (size_t i = 0; kinds && course->stores && i < ZS_ARRAY_SIZE(needed); i++)
		if (!report->summary.events[needed[i]])
			whatif_note(report, "no %s is in the recording, of these kinds: %.60s; pages may seem to stay for ever",
				    zs_event_name(needed[i]), kinds);
}

/* What is assumed for want of something better. */
static void note_unknown(struct whatif_report *report)
{
	const struct zs_workload *workload = report->workload;
	const struct zs_course *course = &workload->course;

	if (course->unknown)
		whatif_note(report, "%llu pages of %llu have no known length, as they were refused before they were compressed: they are taken to be as long as those before them",
			    COUNT(course->unknown), COUNT(course->stores + course->rejects));
	if (course->stray)
		whatif_note(report, "%llu pages were in the pool although nothing says how they came there",
			    COUNT(course->stray));
	if (workload->held_count || report->settings.held_unknown)
		whatif_note(report, "%llu pages were in the pool before; of %llu of them the recording tells nothing more, so that their length is assumed",
			    COUNT(workload->held_count + report->settings.held_unknown),
			    COUNT(report->settings.held_unknown));
	if (!workload->pace_count && report->rows[0].result.writebacks)
		whatif_note(report, "how fast the background worker is is not in the recording: here it takes no time");
}

/* How far the model can be trusted: it has the kernel's own settings, too. */
static void note_check(struct whatif_report *report)
{
	const struct whatif_row *row = &report->rows[0];
	double pages, writebacks;
	char written[64] = "";

	if (!report->modelled)
		return;
	if (whatif_writebacks_off(report, row, &writebacks))
		snprintf(written, sizeof(written), ", and writes %+.1f%% pages back",
			 writebacks * 100);
	if (whatif_pages_off(report, row, &pages))
		whatif_note(report, "with the recorded settings, the model has %+.1f%% of the kernel's own page frames, at the %zu moments at which these are known%s",
			    pages * 100, report->workload->looks.count, written);
}

static void note_stray(struct whatif_report *report)
{
	uint64_t most = 0;

	for (size_t i = 0; i < report->row_count; i++)
		if (report->rows[i].result.stray > most)
			most = report->rows[i].result.stray;
	if (most)
		whatif_note(report, "up to %llu pages are held at the end that the kernel had written to the device, and perhaps nobody needs: that a page there is freed is no event",
			    COUNT(most));
}

void whatif_notes(struct whatif_report *report)
{
	note_gaps(report);
	note_unknown(report);
	note_check(report);
	note_stray(report);
}
