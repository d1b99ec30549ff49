/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the reader of recordings share. */
#ifndef ZS_RECORDING_READ_H
#define ZS_RECORDING_READ_H

#include "recording.h"

#define ZS_FLAWS	32	/* that are told one by one */

/**
 * struct zs_block - an intact block of events
 * @at: its contents
 * @count: events
 * @cpu: theirs
 * @gap: a block is missing before it
 */
struct zs_block {
	const unsigned char *at;
	uint32_t count;
	uint32_t cpu;
	bool gap;
};

struct zs_run;

/**
 * struct zs_name - what a number is called
 * @id: the number
 * @order: in the file: the last one holds
 * @name: the name
 */
struct zs_name {
	uint64_t id;
	size_t order;
	const char *name;
};

/**
 * struct zs_names - cgroups, processes
 * @list: by @id once they are sorted
 * @count: how many
 * @room: for so many
 */
struct zs_names {
	struct zs_name *list;
	size_t count;
	size_t room;
};

/**
 * struct zs_fact - a fact
 * @name: its name
 * @value: what it says
 */
struct zs_fact {
	const char *name;
	const char *value;
};

/**
 * struct zs_recording - a file that was read
 * @bytes: all of it
 * @size: of it
 * @mapped: @bytes are to be unmapped
 * @copy: or to be freed
 * @event_bytes: of an event in it
 * @blocks: the intact blocks of events: by processor, and as they stand in the file
 * @block_count: how many
 * @block_room: room for so many
 * @gap_at_end: a block is missing behind the last one of events
 * @runs: room for the merge: one for each processor
 * @facts: in the order of the file
 * @fact_count: how many
 * @fact_room: room for so many
 * @cgroups: names by inode number
 * @processes: names by number
 * @texts: copies of the blocks of text, with an end behind each line
 * @text_count: how many
 * @text_room: room for so many
 * @states: of the pool
 * @state_count: how many
 * @state_room: room for so many
 * @summary: what there is in all
 * @flaws: what is wrong
 * @flaw_count: how many of them are in there
 * @flaws_more: those that found no room
 */
struct zs_recording {
	const unsigned char *bytes;
	size_t size;
	bool mapped;
	void *copy;
	uint32_t event_bytes;
	struct zs_block *blocks;
	size_t block_count;
	size_t block_room;
	bool gap_at_end;
	struct zs_run *runs;
	struct zs_fact *facts;
	size_t fact_count;
	size_t fact_room;
	struct zs_names cgroups;
	struct zs_names processes;
	char **texts;
	size_t text_count;
	size_t text_room;
	struct zswap_state *states;
	size_t state_count;
	size_t state_room;
	struct zs_recorded summary;
	struct zs_flaw flaws[ZS_FLAWS];
	size_t flaw_count;
	uint64_t flaws_more;
};

/* Room for one more. Return: false: no memory. */
bool zs_room(void **array, size_t *room, size_t count, size_t each);

/* Something is wrong. */
void zs_flaw(struct zs_recording *recording, uint64_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Find all blocks, and take in what they hold. Return: false: no memory. */
bool zs_recording_scan(struct zs_recording *recording, size_t offset);

/* A block of FACTS, CGROUP or PROCESS. Return: false: no memory. */
bool zs_recording_text(struct zs_recording *recording, enum zswap_block_kind kind,
		       const unsigned char *at, size_t bytes, uint64_t offset);
void zs_recording_sort_names(struct zs_recording *recording);
void zs_recording_free_text(struct zs_recording *recording);

/* Sort the blocks of events, and sum them up. Return: false: no memory. */
bool zs_recording_sum_up(struct zs_recording *recording);

#endif /* ZS_RECORDING_READ_H */
