// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Those who change things while others have pages in swap: two processes, each with actions
 * of its own, so that what one changes meets what the other does.
 *
 * Each shuffles its actions and does them all, and then shuffles them again: a deck of
 * cards.  So each action comes as often as any other, in no order, and after one deck all
 * were done.  Between them they wait until pages were verified that had been in swap.
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "torture.h"

/* An action that could not be done is tried again, after the others. */
#define TRIES	4

static const char *const names[] = { "settings", "machine" };

static const struct action *actions_of(unsigned int which, unsigned int *count)
{
	*count = which ? nr_machine_actions : nr_settings_actions;
	return which ? machine_actions : settings_actions;
}

/* Without our modules there is less to do, as there is on an ordinary kernel. */
static bool is_possible(const struct action *action)
{
	switch (action->kind) {
	case ACTION_OURS:
		return !opt.bare;
	case ACTION_INJECTION:
		return !opt.bare && can_inject();
	default:
		return true;
	}
}

static bool did_all(const struct conductor *conductor)
{
	for (unsigned int i = 0; i < conductor->nr_actions; i++)
		if (is_possible(&conductor->actions[i]) &&
		    !atomic_load(&torture->actions[conductor->first + i]))
			return false;
	return true;
}

/** go_on() - whether there is time for more */
bool go_on(const struct conductor *conductor)
{
	return atomic_load(&torture->phase) == PHASE_RUN &&
		!(atomic_load(&torture->fold) && did_all(conductor));
}

/** draw() - a number below a bound */
unsigned int draw(struct conductor *conductor, unsigned int below)
{
	return next_random(&conductor->random) % below;
}

/**
 * await_pages() - wait until pages were verified that had been in swap
 * @conductor: who waits
 * @percent: of the usual number
 *
 * Return: whether they were; the run may end before.
 */
bool await_pages(struct conductor *conductor, unsigned int percent)
{
	unsigned int count = 1 + opt.pace * percent / 100;
	atomic_uint *bell = &torture->bell[conductor->which];
	uint64_t wanted = atomic_load(&torture->swapped) + count / 2 + draw(conductor, count);
	unsigned int before = atomic_load(bell);

	atomic_store(&torture->wanted[conductor->which], wanted);
	while (atomic_load(&torture->swapped) < wanted) {
		if (atomic_load(&torture->phase) != PHASE_RUN)
			return false;
		/* a second, as the phase may have changed after we looked */
		syscall(SYS_futex, bell, FUTEX_WAIT, before, &(struct timespec){ .tv_sec = 1 },
			NULL, 0);
		before = atomic_load(bell);
	}
	return true;
}

/* Return: how many there are; in a deck beyond those asked for, not the slow ones. */
static unsigned int shuffle(struct conductor *conductor, unsigned int *order)
{
	bool extra = opt.decks && atomic_load(&torture->decks[conductor->which]) >= opt.decks;
	unsigned int count = 0;

	for (unsigned int i = 0; i < conductor->nr_actions; i++) {
		unsigned int j = draw(conductor, count + 1);

		if (!is_possible(&conductor->actions[i]) ||
		    (extra && conductor->actions[i].kind == ACTION_SLOW))
			continue;
		order[count] = order[j];
		order[j] = i;
		count++;
	}
	return count;
}

static bool act(struct conductor *conductor, unsigned int number)
{
	const struct action *action = &conductor->actions[number];

	note("%s begins", action->name);
	if (!action->run(conductor, action->about)) {
		note("%s cannot be done now", action->name);
		return false;
	}
	atomic_fetch_add(&torture->actions[conductor->first + number], 1);
	note("%s is done", action->name);
	return true;
}

static void play_deck(struct conductor *conductor)
{
	unsigned int order[MAX_ACTIONS], left = shuffle(conductor, order);

	for (unsigned int try = 0; try < TRIES && left; try++) {
		unsigned int put_back = 0;

		for (unsigned int i = 0; i < left && go_on(conductor); i++) {
			if (!act(conductor, order[i]))
				order[put_back++] = order[i];
			await_pages(conductor, 100);
		}
		left = put_back;
	}
}

/* Decks until both have had enough of them, or there is no more time. */
static void play(struct conductor *conductor)
{
	atomic_uint *mine = &torture->decks[conductor->which];
	atomic_uint *other = &torture->decks[!conductor->which];

	while (go_on(conductor)) {
		if (opt.decks && atomic_load(mine) >= opt.decks && atomic_load(other) >= opt.decks)
			break;
		play_deck(conductor);
		atomic_fetch_add(mine, 1);
	}
}

/**
 * conduct() - begin one of the two
 * @which: 0, settings; 1, the machine, and the recorder
 *
 * Return: its process.
 */
pid_t conduct(unsigned int which)
{
	struct conductor conductor = { .which = which, .random = opt.seed ^ (which + 1) << 16 };
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, names[which]);
	conductor.actions = actions_of(which, &conductor.nr_actions);
	conductor.first = which ? nr_settings_actions : 0;
	if (which && !opt.bare) {
		/* what is planted is to have come back from swap, and not to have lingered */
		if (!opt.calm)
			hold_begin();
		recorder_start();
	}
	if (opt.calm)
		while (atomic_load(&torture->phase) == PHASE_RUN && !atomic_load(&torture->fold))
			await_pages(&conductor, 100);
	else
		play(&conductor);
	/* the finding wants to look at it */
	while (atomic_load(&torture->phase) == PHASE_FOUND)
		pause();
	if (which && !opt.bare) {
		recorder_stop();
		count_stored_again();
	}
	_exit(0);
}

/** print_actions() - all of them, and how often they were done */
void print_actions(void)
{
	const char *comma = "";

	for (unsigned int which = 0, number = 0; which < 2; which++) {
		unsigned int count;
		const struct action *actions = actions_of(which, &count);

		for (unsigned int i = 0; i < count; i++, comma = ", ")
			printf("%s%s %lu", comma, actions[i].name,
			       atomic_load(&torture->actions[number++]));
	}
}

/** all_done() - each action was done once at least; says which ones were not */
bool all_done(void)
{
	bool all = true;

	for (unsigned int which = 0, number = 0; which < 2; which++) {
		unsigned int count;
		const struct action *actions = actions_of(which, &count);

		for (unsigned int i = 0; i < count; i++) {
			if (atomic_load(&torture->actions[number++]) || !is_possible(&actions[i]))
				continue;
			printf("NOT DONE: %s; so this run has not shown what it should\n",
			       actions[i].name);
			all = false;
		}
	}
	return all;
}
