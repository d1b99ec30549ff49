// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The events themselves.  They are read while this view is shown, and only then does the
 * kernel hand them over; the last few thousand are kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "app.h"
#include "stream.h"
#include "text.h"

#define KEPT		4096
#define NAMES		1024	/* of processes and cgroups that are remembered */
#define EACH_NS		200000000	/* between two readings */

/**
 * struct entry - an event that is kept
 * @event: the event; or ZSWAP_EVENT_LOST, where some were lost
 * @number: its number since the view was opened
 */
struct entry {
	struct zswap_event event;
	uint64_t number;
};

/* A name, by number: cgroups and processes have some thousand times the same few. */
struct name {
	uint64_t id;
	char text[64];
};

static struct entry *ring;
static uint64_t written;	/* entries, those that are gone included */
static struct name cgroups[NAMES], processes[NAMES];

/* Numbers of the entries that match the filter, as a ring: [first_match, end_match). */
static uint64_t *matches;
static uint64_t first_match, end_match;
static uint64_t looked_at;	/* entries before this one were compared with it */
static char filter[64];		/* that they were compared with */
static uint64_t top;		/* first match on the screen */
static uint64_t clock_offset;	/* from CLOCK_MONOTONIC to the time of day */
static size_t shown;		/* lines on the screen */
static bool following = true;
static struct table table;	/* for the filter alone */

/* ---- reading ------------------------------------------------------------- */

static bool take(const struct zswap_event *event, void *context)
{
	struct entry *entry = &ring[written % KEPT];

	(void)context;
	entry->event = *event;
	entry->number = written++;
	return true;
}

static const char *remember(struct name *names, uint64_t id, bool *known)
{
	struct name *name = &names[id % NAMES];

	*known = name->id == id && *name->text;
	name->id = id;
	return name->text;
}

static const char *cgroup_name(const struct app *app, uint64_t id)
{
	char path[4096];
	bool known;
	const char *text = remember(cgroups, id, &known);

	if (!id)
		return "-";
	if (!known)
		text_clean((char *)text, sizeof(cgroups[0].text),
			   zs_cgroup_path(path, sizeof(path), id, app->common.source.root));
	return text;
}

static const char *process_name(const struct app *app, uint32_t pid)
{
	char comm[ZSWAP_COMM_BYTES];
	bool known;
	const char *text = remember(processes, pid, &known);

	if (!pid)
		return "-";
	if (!known) {
		zs_source_comm(app->source, pid, comm);
		text_clean((char *)text, sizeof(processes[0].text), *comm ? comm : "?");
	}
	return text;
}

/* ---- what is shown --------------------------------------------------------- */

/* Once for all, so that an event does not change its time. */
static void find_clock_offset(void)
{
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_offset = (uint64_t)wall.tv_sec * ZS_NSEC + (uint64_t)wall.tv_nsec - zs_now();
}

static bool is_narrow(void)
{
	return ui_columns() < 100;
}

/* The columns of the time, with milliseconds or more, of a process and of a cgroup. */
static int time_columns(void)
{
	return is_narrow() ? 12 : 15;
}

static int process_columns(void)
{
	return is_narrow() ? 15 : 22;
}

static int cgroup_columns(void)
{
	return is_narrow() ? 12 : ui_columns() < 160 ? 24 : 48;
}

/* @size: of @text, at least 20 */
static void format_clock(uint64_t time_ns, char *text, size_t size)
{
	uint64_t ns = time_ns + clock_offset;
	time_t seconds = (time_t)(ns / ZS_NSEC);
	size_t length = strftime(text, size, "%H:%M:%S", localtime(&seconds));

	snprintf(text + length, size - length, ".%06llu",
		 (unsigned long long)(ns % ZS_NSEC / 1000));
	text[time_columns()] = '\0';
}

/* Of a path that is too long, the end tells more. */
static void fit_path(char *text, size_t size, const char *path, int columns)
{
	int extra = text_columns(path) - columns;

	if (extra <= 0) {
		text_fit(text, size, path, columns, 0, "");
		return;
	}
	path += text_clip(path, extra + 1, NULL);
	snprintf(text, size, "%s%s", glyphs->more, path);
}

/* Where there is little room: what matters stands at the end, so blanks have to go. */
static void squeeze(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != ' ' || from[1] != ' ')
			*to++ = *from;
	*to = '\0';
}

/* Who, and what happened: "zs-workload 208  /a/b  store  0:1234 ..." */
static void format_entry(const struct app *app, const struct entry *entry, char *text,
			 size_t size)
{
	const struct zswap_event *event = &entry->event;
	char what[ZS_EVENT_TEXT], who[96], process[128], cgroup[128];

	if (event->event == ZSWAP_EVENT_LOST) {
		snprintf(text, size, "--- %u events lost here: they came faster than they were read ---",
			 event->count);
		return;
	}
	snprintf(who, sizeof(who), "%s %u", process_name(app, event->pid), event->pid);
	text_fit(process, sizeof(process), event->pid ? who : "-", process_columns(), 0,
		 glyphs->more);
	fit_path(cgroup, sizeof(cgroup), cgroup_name(app, event->cgroup), cgroup_columns());
	zs_event_format(what, sizeof(what), event);
	if (is_narrow())
		squeeze(what);
	snprintf(text, size, "%s %s %s", process, cgroup, what);
}

/* Whatever is on the screen of it: names in full, and what happened. */
static bool matches_filter(const struct app *app, const struct entry *entry)
{
	const struct zswap_event *event = &entry->event;
	char what[ZS_EVENT_TEXT], text[512];

	if (!*filter || event->event == ZSWAP_EVENT_LOST)
		return true;
	snprintf(text, sizeof(text), "%s %u %s %s", process_name(app, event->pid), event->pid,
		 cgroup_name(app, event->cgroup), zs_event_format(what, sizeof(what), event));
	return table_match(text, filter);
}

/* Look at those that have come; or, with another filter, at all again. */
static void match(const struct app *app)
{
	uint64_t oldest = written > KEPT ? written - KEPT : 0;

	if (strcmp(filter, table.filter)) {
		snprintf(filter, sizeof(filter), "%s", table.filter);
		looked_at = 0;
		first_match = end_match = 0;
	}
	if (looked_at < oldest)
		looked_at = oldest;
	for (; looked_at < written; looked_at++)
		if (matches_filter(app, &ring[looked_at % KEPT]))
			matches[end_match++ % KEPT] = looked_at;
	while (first_match < end_match && matches[first_match % KEPT] < oldest)
		first_match++;
}

void events_read(struct app *app)
{
	struct zs_error error;
	uint64_t expirations;

	if (app->ticker < 0)
		return;
	/* it only says that it is time */
	if (read(app->ticker, &expirations, sizeof(expirations)) < 0)
		expirations = 0;
	if (app->frozen)
		return;
	if (zs_source_stream_read(app->source, take, NULL, 0, &error) < 0)
		app_say(app, true, "%s", error.text);
	match(app);
}

static bool start_ticker(struct app *app)
{
	struct itimerspec period = {
		.it_value.tv_nsec = EACH_NS, .it_interval.tv_nsec = EACH_NS,
	};
	struct epoll_event event = { .events = EPOLLIN };

	app->ticker = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	event.data.fd = app->ticker;
	if (app->ticker < 0 || timerfd_settime(app->ticker, 0, &period, NULL) ||
	    epoll_ctl(app->wakeup, EPOLL_CTL_ADD, app->ticker, &event))
		return false;
	event.data.fd = zs_source_stream_fd(app->source);
	return !epoll_ctl(app->wakeup, EPOLL_CTL_ADD, event.data.fd, &event);
}

void events_open(struct app *app)
{
	struct zs_error error;

	if (!app->bpf)
		return;
	if (!ring)
		ring = calloc(KEPT, sizeof(*ring));
	if (!matches)
		matches = calloc(KEPT, sizeof(*matches));
	if (!ring || !matches) {
		app_say(app, true, "out of memory");
		return;
	}
	find_clock_offset();
	if (!zs_source_stream_start(app->source, ZS_STREAM_ALL, &error) || !start_ticker(app))
		app_say(app, true, "%s", error.text);
}

void events_close(struct app *app)
{
	if (app->ticker < 0)
		return;
	close(app->ticker);
	app->ticker = -1;
	epoll_ctl(app->wakeup, EPOLL_CTL_DEL, zs_source_stream_fd(app->source), NULL);
	zs_source_stream_stop(app->source);
}

static void update(struct app *app)
{
	if (ring && matches)
		match(app);
}

static enum role role_of(const struct zswap_event *event)
{
	switch (event->event) {
	case ZSWAP_EVENT_REJECT:
	case ZSWAP_EVENT_MISS:
		return ROLE_WARN;
	case ZSWAP_EVENT_WRITEBACK:
	case ZSWAP_EVENT_EVICT:
		return ROLE_NOTE;
	case ZSWAP_EVENT_LOST:
		return ROLE_BAD;
	default:
		return ROLE_NORMAL;
	}
}

static void draw_heads(int line)
{
	char text[256];

	ui_fill(line, 0, ui_columns(), ROLE_HEAD, " ");
	snprintf(text, sizeof(text), "%-*s %-*s %-*s %s", time_columns(), "time",
		 process_columns(), "process", cgroup_columns(), "cgroup", "event");
	ui_text(line, 0, ui_columns() - 16, ROLE_HEAD, text);
	ui_text(line, ui_columns() - 15, 15, ROLE_HEAD, following ? "      following" :
		"  f or End: new");
}

static void draw(struct app *app, int line, int lines)
{
	char text[512], clock[32];

	draw_heads(line);
	shown = (size_t)lines - 1;
	if (following || top + shown > end_match)
		top = end_match - first_match > shown ? end_match - shown : first_match;
	if (top < first_match)
		top = first_match;
	if (first_match == end_match) {
		app_explain_none(app, line + 1, *filter ? "no event matches the filter" :
				 "no event yet");
		return;
	}
	for (size_t i = 0; i < shown && top + i < end_match; i++) {
		const struct entry *entry = &ring[matches[(top + i) % KEPT] % KEPT];
		int x;

		format_clock(entry->event.time_ns, clock, sizeof(clock));
		x = ui_printf(line + 1 + (int)i, 0, time_columns() + 1, ROLE_DIM, "%s ", clock);
		format_entry(app, entry, text, sizeof(text));
		ui_text(line + 1 + (int)i, x, ui_columns(), role_of(&entry->event), text);
	}
}

static void scroll(long lines)
{
	if (lines < 0 && top - first_match < (uint64_t)-lines)
		top = first_match;
	else
		top += (uint64_t)lines;
	following = top + shown >= end_match;
}

static bool act(struct app *app, enum action action, int argument)
{
	switch (action) {
	case ACT_MOVE:
		scroll(argument);
		return true;
	case ACT_PAGE:
		scroll(argument * (long)shown);
		return true;
	case ACT_END:
		scroll(argument * (long)KEPT);
		return true;
	case ACT_FOLLOW:
		following = true;
		return true;
	case ACT_OPEN:
	case ACT_SHIFT:
	case ACT_SEARCH:
	case ACT_NEXT:
		app_say(app, false, "events are filtered: \\ asks for what");
		return true;
	default:
		return false;
	}
}

const struct view view_events = {
	.name = "events",
	.title = "Events",
	.where = IN_TABLE | IN_EVENTS,
	.needs = NEED_STREAM | NEED_BPF,
	.table = &table,
	.update = update,
	.draw = draw,
	.act = act,
};
