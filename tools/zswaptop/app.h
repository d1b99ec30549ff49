/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interactive part: app.c samples and handles keys, a view shows.  It starts with
 * what the kernel counts for everybody, as that is there at once, while the source that
 * was asked for is being attached.
 *
 *	main.c settings.c			the command line, and what is remembered
 *	batch.c json.c openmetrics.c		lines instead of a screen: zswaptop.h
 *	app.c act.c keys.c			the screen: what is typed, and what that does
 *	attach.c sample.c			what is read
 *	history.c rates.c who.c device-pair.c	of it, an interval
 *	view*.c					what is shown, a view each
 *	frame.c table*.c bars.c figures.c	what views are made of
 *	ui.c terminal.c text.c arena.c		how that comes to the terminal
 */
#ifndef TOP_APP_H
#define TOP_APP_H

#include <time.h>

#include "attach.h"
#include "device-pair.h"
#include "hierarchy.h"
#include "history.h"
#include "options.h"
#include "rates.h"
#include "settings.h"
#include "ui.h"
#include "verdict.h"
#include "view.h"
#include "who.h"

/* Something that is typed into the last line. */
struct prompt {
	enum action action;	/* ACT_NONE: nothing is asked for */
	const char *label;
	char text[64];
	char before[64];	/* what Esc goes back to */
};

/* Whose histograms are shown. */
struct subject {
	enum zs_by by;
	struct zswap_who who;
	char title[512];
};

/**
 * struct app - all there is
 * @common: options of all tools
 * @settings: of the file, and of the command line
 * @problem: what is wrong with the file; "" nothing
 * @clock: what is waited for
 * @wakeup: epoll of what is waited for besides
 * @ticker: timer of the events' view
 * @attach: the source that is being attached
 * @source: the source in use; NULL: there is none (yet)
 * @bpf: it has programs
 * @why: why it has not, or there is none
 * @module: whether the modules were loaded when it was attached, to notice that they come
 * @tried: there was a first attempt to attach
 * @history: the last minutes
 * @pool: the pool now
 * @wall: the time now
 * @recent: what happened in the interval that is chosen
 * @total: since the start
 * @state: whether zswap works
 * @verdict: what is going on
 * @who: by cgroup and process
 * @devices: swap areas
 * @hierarchy: cgroups, or NULL
 * @no_hierarchy: why not
 * @gone: the cgroup or process that was asked for is gone
 * @frozen: nothing new is shown
 * @view: what is shown
 * @tab: the view on the tab bar
 * @prompt: what is being asked
 * @search: what was searched last
 * @menu: the column that is chosen in the menu, or -1: there is no menu
 * @subject: of the details
 * @message: for the last line
 * @message_bad: it is an error
 * @message_ns: when it goes
 */
struct app {
	struct zs_common common;
	struct settings settings;
	const char *problem;
	struct zs_clock clock;
	int wakeup;
	int ticker;
	struct attach attach;
	struct zs_source *source;
	bool bpf;
	char why[400];
	bool module;
	bool tried;
	struct history history;
	struct zs_pool pool;
	time_t wall;
	struct zs_snapshot recent;
	struct zs_snapshot total;
	enum zs_state state;
	struct zs_verdict verdict;
	struct who who;
	struct device_pair devices;
	struct zs_hierarchy *hierarchy;
	char no_hierarchy[200];
	bool gone;
	bool frozen;
	const struct view *view;
	int tab;
	struct prompt prompt;
	char search[64];
	int menu;
	struct subject subject;
	char message[256];
	bool message_bad;
	uint64_t message_ns;
};

/**
 * app_run - the interactive part
 * @common: options of all tools
 * @settings: to begin with
 * @filter: text for the filter of the first view, or NULL
 * @problem: with the settings' file, or ""
 * @count: end after so many refreshes; 0: never
 * @error: why it failed
 */
bool app_run(const struct zs_common *common, const struct settings *settings,
	     const char *filter, const char *problem, uint64_t count, struct zs_error *error);

/* For the last line, for some seconds. */
void app_say(struct app *app, bool bad, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Show another view: one of the tab bar, or help or details. */
void app_show_tab(struct app *app, int tab);
void app_show(struct app *app, const struct view *view);

/* Attach, or try it again. */
void app_attach(struct app *app);

/* sample.c: read what is to be shown. */
bool app_sample(struct app *app, struct zs_error *error);
void app_refresh(struct app *app);
void app_read_needs(struct app *app);
/* Another source is in use, all counts begin again. */
void app_use_source(struct app *app, struct zs_source *source);
void app_forget(struct app *app);
enum zs_source_kind app_kind(const struct app *app);
/* Seconds of app->recent. */
double app_seconds(const struct app *app);

/* frame.c: the lines around the view. */
void frame_draw(struct app *app);

/* act.c: keys. */
void app_key(struct app *app, int code, bool *quit);

/* events.c: read the stream while the view of it is open. */
void events_open(struct app *app);
void events_close(struct app *app);
void events_read(struct app *app);

/* A line that says why a view has nothing to show, and what to do about it. */
void app_explain(struct app *app, int line, const char *what);

/* A line for a view without a row: why that is, and what zswap's state has to do with it. */
void app_explain_none(struct app *app, int line, const char *what);

/* The histograms of a cgroup or a process. */
void detail_open(struct app *app, enum zs_by by, const struct zswap_who *who,
		 const char *title);

#endif /* TOP_APP_H */
