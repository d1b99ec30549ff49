// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For libFuzzer: whatever a file says, the reader of recordings, all that print one, and
 * those who compare and replay it stay within their memory, and what they rely on holds.
 *
 * Behind a wrong checksum nothing is looked at, so most inputs get right ones after they
 * were changed, see repair().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "events.h"
#include "recording-checksum.h"
#include "report-html-data.h"
#include "report-html.h"
#include "replay.h"
#include "report.h"
#include "sliced.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

/* ---- what has to hold --------------------------------------------------- */

static void need(bool true_it_is)
{
	if (!true_it_is)
		abort();
}

struct checked {
	uint64_t count;
	uint64_t last_ns;
	bool words;
	uint64_t kinds[ZSWAP_EVENT_COUNT];
};

static bool check_event(const struct zswap_event *event, void *context)
{
	struct checked *checked = context;
	char text[ZS_EVENT_TEXT];

	need(event->event < ZSWAP_EVENT_COUNT && event->role < ZSWAP_ROLE_COUNT);
	need(event->kind <= ZSWAP_KIND_COUNT && event->type < ZSWAP_DEVICES);
	need(event->result <= 0 && event->result >= -4095);
	need(event->time_ns >= checked->last_ns);
	checked->last_ns = event->time_ns;
	checked->count++;
	checked->kinds[event->event]++;
	if (checked->words) {
		zs_event_format(text, sizeof(text), event);
		need(strlen(text) < sizeof(text));
	}
	return true;
}

static void check_reader(const struct zs_recording *recording, bool words)
{
	struct checked checked = { .words = words };
	struct zs_recorded summary;
	const struct zs_flaw *flaw;
	const char *name, *value;
	uint64_t number;
	size_t nth;

	zs_recording_summary(recording, &summary);
	zs_recording_events(recording, check_event, &checked);
	need(!memcmp(checked.kinds, summary.events, sizeof(checked.kinds)));
	if (checked.count > checked.kinds[ZSWAP_EVENT_LOST])
		need(checked.last_ns == summary.last_ns);
	for (nth = 0; (flaw = zs_recording_flaw(recording, nth)); nth++)
		need(strlen(flaw->text) > 0 && strlen(flaw->text) < sizeof(flaw->text));
	need(nth < 100);
	for (nth = 0; (name = zs_recording_fact_at(recording, nth, &value)); nth++) {
		need(zs_recording_fact(recording, name) != NULL);
		need(strlen(value) < 1U << 20);
		zs_recording_number(recording, name, &number);
	}
	need(zs_recording_cgroup(recording, summary.last_ns) != NULL);
	need(zs_recording_comm(recording, (uint32_t)summary.lost) != NULL);
}

/* ---- who prints --------------------------------------------------------- */

static void page(const struct zs_recording *recording)
{
	struct report_data *data = report_data_gather(recording, NULL);

	need(data != NULL && report_seconds(data) > 0);
	report_data_free(data);
}

/* What diff compares. */
static void slice(const struct zs_recording *recording)
{
	struct zs_sliced *sliced = zs_sliced_read(recording, NULL);

	need(sliced != NULL);
	zs_sliced_seen(sliced);
	zs_sliced_free(sliced);
}

static bool add(const struct zswap_event *event, void *context)
{
	return zs_workload_add(context, event);
}

/* What they stand for is the time, or less of it. */
static void check_looks(const struct zs_workload *workload)
{
	const struct zs_looks *looks = &workload->looks;
	uint64_t left = workload->last_ns - workload->first_ns;

	for (size_t i = 0; i < looks->count; i++) {
		need(!i || looks->looks[i].time_ns >= looks->looks[i - 1].time_ns);
		need(looks->looks[i].ns <= left);
		left -= looks->looks[i].ns;
	}
}

/* What whatif replays, in a pool so small that it evicts. */
static void replay(const struct zs_recording *recording)
{
	struct zs_workload_maker *maker = zs_workload_begin();
	size_t count;
	const struct zswap_state *states = zs_recording_states(recording, &count);
	struct zs_workload *workload;

	need(maker != NULL);
	zs_recording_events(recording, add, maker);
	zs_workload_states(maker, states, count);
	workload = zs_workload_end(maker, NULL);
	need(workload != NULL);
	check_looks(workload);
	for (size_t i = 0; zs_model_at(i); i++) {
		struct zs_replay_settings settings = {
			.pool = zs_model_at(i), .memory_pages = 64, .max_pool_percent = 20,
			.accept_threshold_percent = 90, .max_compression_ratio = 80,
			.held_unknown = 3,
		};
		struct zs_replay_result result;

		need(zs_replay(workload, &settings, &result, NULL));
		need(result.end_pages <= result.peak_pages);
		need(result.looked_pages < (double)result.peak_pages + 0.5);
	}
	zs_workload_free(workload);
}

/* The dear ones seldom: a page of HTML takes a thousand times as long as to read. */
static void print(const struct zs_recording *recording, unsigned int chance)
{
	static const struct trace_style style = { .coarse = true };
	static const struct zswap_filter filter;
	static const struct events_choice all = { .kinds = ZS_STREAM_ALL, .filter = &filter };
	static const struct events_style objects = { .json = true };

	switch (chance % 4096) {
	case 0:
		need(report_html(recording, "a <file>", NULL));
		break;
	case 1:
	case 2:
		need(report_json(recording, "\"\xff", NULL));
		break;
	case 3:
	case 4:
		need(report_text(recording, "\x1b[2J", &style, NULL));
		break;
	case 5:
	case 6:
		page(recording);
		break;
	case 7:
		slice(recording);
		break;
	case 8:
		replay(recording);
		break;
	}
	switch (chance / 4096 % 64) {
	case 0:
		need(report_csv(recording, NULL));
		break;
	case 1:
		need(report_perfetto(recording, NULL));
		break;
	case 2:
		need(report_events(recording, NULL));
		break;
	case 3:
		need(events_print_recording(recording, &all, objects, NULL));
		break;
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	need(freopen("/dev/null", "w", stdout) != NULL);
	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zs_error error = { ZS_OK, "" };
	struct zs_recording *recording = zs_recording_read(data, size, &error);
	uint32_t chance;

	if (!recording) {
		need(error.code != ZS_OK && strstr(error.text, "at offset "));
		return 0;
	}
	/* the same input, the same way */
	chance = (uint32_t)XXH64(data, size, 1);
	check_reader(recording, chance % 16 == 0);
	print(recording, chance / 16);
	zs_recording_close(recording);
	return 0;
}

/* ---- changes ------------------------------------------------------------ */

static uint32_t chance_state;

static uint32_t below(uint32_t end)
{
	chance_state = chance_state * 1664525 + 1013904223;
	return end ? (chance_state >> 8) % end : 0;
}

static size_t block_end(const uint8_t *data, size_t size, size_t at)
{
	struct zswap_block block;

	if (size - at < sizeof(block))
		return size;
	memcpy(&block, data + at, sizeof(block));
	if (block.bytes > size - at - sizeof(block))
		return size;
	at += sizeof(block) + ((block.bytes + 7) & ~7U);
	return at < size ? at : size;
}

/* Whole blocks from here on: their magic, their number and their checksum. */
static void repair_blocks(uint8_t *data, size_t size)
{
	size_t at = sizeof(struct zswap_recording);
	uint64_t number = 0;

	while (size > at && size - at >= sizeof(struct zswap_block)) {
		size_t left = size - at - sizeof(struct zswap_block);
		struct zswap_block block;

		memcpy(&block, data + at, sizeof(block));
		block.magic = ZSWAP_BLOCK_MAGIC;
		block.number = below(50) ? number : block.number;
		number = block.number + 1;
		if (block.bytes > left)
			block.bytes = (__u32)below((uint32_t)left + 1);
		block.checksum = zs_block_checksum(&block, data + at + sizeof(block));
		/* now and then a wrong one */
		if (below(100) == 0)
			block.checksum ^= 1U << below(32);
		memcpy(data + at, &block, sizeof(block));
		at = block_end(data, size, at);
	}
}

static void repair(uint8_t *data, size_t size)
{
	struct zswap_recording header;

	if (size < sizeof(header))
		return;
	memcpy(&header, data, sizeof(header));
	memcpy(header.magic, ZSWAP_RECORDING_MAGIC, sizeof(header.magic));
	header.order = ZSWAP_RECORDING_ORDER;
	header.version = ZSWAP_RECORDING_VERSION;
	if (below(4))
		header.event_bytes = sizeof(struct zswap_event);
	header.checksum = zs_recording_checksum(&header);
	memcpy(data, &header, sizeof(header));
	repair_blocks(data, size);
}

/* The @nth block from the beginning, as far as there are so many. */
static size_t find_block(const uint8_t *data, size_t size, uint32_t nth)
{
	size_t at = sizeof(struct zswap_recording);

	while (nth-- && block_end(data, size, at) < size)
		at = block_end(data, size, at);
	return at;
}

/* A block twice, or not at all. */
static size_t copy_or_drop(uint8_t *data, size_t size, size_t most)
{
	size_t at = find_block(data, size, below(12));
	size_t end = block_end(data, size, at), length = end - at;

	if (below(2) && size + length <= most) {
		memmove(data + end + length, data + end, size - end);
		memcpy(data + end, data + at, length);
		return size + length;
	}
	memmove(data + at, data + end, size - end);
	return size - length;
}

/* A kind of block, a length, a processor; a word of an event. */
static size_t change_word(uint8_t *data, size_t size)
{
	static const uint64_t words[] = {
		0, 1, 7, 8, 13, 14, 72, 255, 4096, 1U << 20, INT32_MAX, UINT32_MAX,
		INT64_MAX, UINT64_MAX, 1ULL << 63,
	};
	size_t at = find_block(data, size, below(12)), end = block_end(data, size, at);
	uint64_t word = below(2) ? words[below(ZS_ARRAY_SIZE(words))] : below(16);
	size_t width = 1U << below(4);
	size_t where = at + (below(3) ? below((uint32_t)(end - at)) : below(32)) / width * width;

	if (where + width <= size)
		memcpy(data + where, &word, width);
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	chance_state = seed;
	for (uint32_t times = 1 + below(4); times--;) {
		if (size <= sizeof(struct zswap_recording) || below(3) == 0)
			size = LLVMFuzzerMutate(data, size, most);
		else if (below(4) == 0)
			size = copy_or_drop(data, size, most);
		else
			size = change_word(data, size);
	}
	if (below(16))
		repair(data, size);
	return size;
}
