// SPDX-License-Identifier: GPL-2.0-or-later
/* The loop: sleep, sample, handle what is typed, draw. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "app.h"

#define MESSAGE_SECONDS	4
#define STREAM_BYTES	(1 << 20)	/* events of 200 ms, with room to spare */

void app_say(struct app *app, bool bad, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(app->message, sizeof(app->message), format, args);
	va_end(args);
	app->message_bad = bad;
	app->message_ns = zs_now() + MESSAGE_SECONDS * ZS_NSEC;
}

void app_show(struct app *app, const struct view *view)
{
	bool stream = app->view && (app->view->needs & NEED_STREAM);

	if (stream && !(view->needs & NEED_STREAM))
		events_close(app);
	app->view = view;
	if (!stream && (view->needs & NEED_STREAM))
		events_open(app);
	app_read_needs(app);
	if (view->update)
		view->update(app);
}

void app_show_tab(struct app *app, int tab)
{
	app->tab = tab;
	app_show(app, views[tab]);
}

/* The counters are there at once, if the kernel has any. */
static void open_counters(struct app *app)
{
	struct zs_options options = {
		.kind = ZS_SOURCE_COUNTERS, .root = app->common.source.root,
	};
	struct zs_error error;
	struct zs_source *source;

	/* they are about the whole machine */
	if (app->common.source.cgroup || app->common.source.pid)
		return;
	source = zs_source_open(&options, &error);
	app_use_source(app, source);
	if (!source)
		snprintf(app->why, sizeof(app->why), "%s", error.text);
}

static bool watch(struct app *app, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return !epoll_ctl(app->wakeup, EPOLL_CTL_ADD, fd, &event);
}

static bool start_attaching(struct app *app, struct zs_error *error)
{
	struct zs_options options = app->common.source;

	app->module = app->pool.ours;
	if (options.kind == ZS_SOURCE_COUNTERS)
		return true;
	options.stream = STREAM_BYTES;
	if (!attach_start(&app->attach, &options, error))
		return false;
	return watch(app, app->attach.fd) ||
	       zs_fail(error, ZS_ERR_SYSTEM, "epoll: %s", strerror(errno));
}

/* Return: false if what was asked for cannot be had, so there is no use in going on. */
static bool finish_attaching(struct app *app, struct zs_error *error)
{
	struct zs_source *source = attach_take(&app->attach, error);
	const struct zs_options *options = &app->common.source;
	bool first = !app->tried;

	app->tried = true;
	if (source) {
		app_use_source(app, source);
		return true;
	}
	if (first && (options->kind != ZS_SOURCE_AUTO || options->cgroup || options->pid))
		return false;
	/* what is shown already goes on being shown */
	snprintf(app->why, sizeof(app->why), "%s", error->text);
	app_say(app, true, "%s", error->text);
	return true;
}

/* The modules came or went: what was attached, or not, is no longer the best. */
static bool follow_modules(struct app *app, struct zs_error *error)
{
	if (attach_running(&app->attach) || app->module == app->pool.ours)
		return true;
	app->module = app->pool.ours;
	/* files that are not the same ones count from another zero */
	if (!app->bpf) {
		app_forget(app);
		if (!app_sample(app, error))
			return false;
	}
	if (app->common.source.kind != ZS_SOURCE_AUTO)
		return true;
	app_say(app, false, "%s: attaching again", app->pool.ours ?
		"the modules are loaded now" : "the modules are gone");
	return start_attaching(app, error);
}

void app_attach(struct app *app)
{
	struct zs_error error;

	if (attach_running(&app->attach))
		app_say(app, false, "attaching already");
	else if (app->common.source.kind == ZS_SOURCE_COUNTERS)
		app_say(app, true, "--source counters attaches nothing");
	else if (!start_attaching(app, &error))
		app_say(app, true, "%s", error.text);
	else
		app_say(app, false, "attaching");
}

static void draw(struct app *app)
{
	ui_begin();
	frame_draw(app);
	ui_end();
}

static bool tick(struct app *app, struct zs_error *error)
{
	if (!app_sample(app, error) || !follow_modules(app, error))
		return false;
	if (!app->frozen)
		app_refresh(app);
	return true;
}

/* What the wakeup descriptor stands for. */
static bool take_wakeup(struct app *app, struct zs_error *error)
{
	struct epoll_event events[4];
	int count = epoll_wait(app->wakeup, events, 4, 0);

	for (int i = 0; i < count; i++) {
		if (events[i].data.fd == app->attach.fd) {
			if (!finish_attaching(app, error) || !app_sample(app, error))
				return false;
			if (!app->frozen)
				app_refresh(app);
		} else {
			events_read(app);
		}
	}
	return true;
}

/* The shell's turn: until it lets us go on. */
static void suspend(struct app *app)
{
	sigset_t stop, old;

	ui_suspend();
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &old);
	/* stopped in here */
	sigprocmask(SIG_SETMASK, &old, NULL);
	ui_resume();
	draw(app);
}

/* Return: whether to go on; @ok: whether that is in order. */
static bool handle(struct app *app, int wake, bool *ok, struct zs_error *error)
{
	bool quit = false;
	int code;

	if (wake & (ZS_WAKE_END | ZS_WAKE_CLOSED))
		return false;
	if (wake & ZS_WAKE_SUSPEND)
		suspend(app);
	if (wake & ZS_WAKE_RESUME)
		ui_resume();
	if (wake & ZS_WAKE_RESIZE)
		ui_resize();
	while ((wake & ZS_WAKE_INPUT) && !quit && (code = ui_key()) >= 0)
		app_key(app, code, &quit);
	if (quit)
		return false;
	*ok = (!(wake & ZS_WAKE_WATCH) || take_wakeup(app, error)) &&
	      (!(wake & ZS_WAKE_TICK) || tick(app, error));
	if (!*ok)
		return false;
	draw(app);
	return true;
}

static bool loop(struct app *app, uint64_t count, struct zs_error *error)
{
	bool ok = true;

	for (;;) {
		int wake = zs_clock_wait(&app->clock, error);

		if (wake < 0)
			return false;
		if (!handle(app, wake, &ok, error))
			return ok;
		if ((wake & ZS_WAKE_TICK) && count && !--count)
			return true;
	}
}

static void close_app(struct app *app)
{
	for (size_t i = 0; i < views_count; i++)
		if (views[i]->table)
			table_free(views[i]->table);
	events_close(app);
	zs_source_close(app->source);
	who_clear(&app->who, 0);
	device_pair_clear(&app->devices);
	zs_hierarchy_close(app->hierarchy);
	history_stop(&app->history);
	close(app->wakeup);
	zs_clock_stop(&app->clock);
}

/* What settings and options say about tables. */
static void set_up_tables(struct app *app, const char *filter)
{
	for (size_t i = 0; i < views_count; i++) {
		struct table *table = views[i]->table;

		if (!table)
			continue;
		if (*app->settings.sort[i])
			table_sort_key(table, app->settings.sort[i]);
		table->inverted = app->settings.inverted[i];
		if (filter && app->tab == (int)i)
			snprintf(table->filter, sizeof(table->filter), "%s", filter);
	}
	view_cgroups.table->tree = app->settings.tree;
}

static bool open_app(struct app *app, struct zs_error *error)
{
	app->wakeup = epoll_create1(EPOLL_CLOEXEC);
	if (app->wakeup < 0 || !history_start(&app->history, app->settings.delay))
		return zs_fail(error, ZS_ERR_SYSTEM, "cannot start: %s", strerror(errno));
	if (!zs_clock_start(&app->clock, STDIN_FILENO, error))
		return false;
	app->clock.watch = app->wakeup;
	return zs_clock_interval(&app->clock, app->settings.delay, error) &&
	       zs_common_find(&app->common, error);
}

static bool run(struct app *app, uint64_t count, struct zs_error *error)
{
	open_counters(app);
	if (!app_sample(app, error))
		return false;
	app_refresh(app);
	draw(app);
	return start_attaching(app, error) && loop(app, count, error);
}

bool app_run(const struct zs_common *common, const struct settings *settings,
	     const char *filter, const char *problem, uint64_t count, struct zs_error *error)
{
	static struct app app = { .attach.fd = -1, .ticker = -1, .menu = -1 };
	int tab = *settings->view ? view_find(settings->view) : 0;
	bool ok;

	app.common = *common;
	app.settings = *settings;
	app.tab = tab;
	app.view = views[tab];
	ui_glyphs(settings->ascii);
	set_up_tables(&app, filter);
	if (*problem)
		app_say(&app, true, "%s", problem);
	if (!open_app(&app, error))
		return false;
	if (!ui_start())
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "this terminal (TERM=%s) cannot do that: use -b", getenv("TERM"));
	ok = run(&app, count, error);
	ui_stop();
	/*
	 * Nobody waits for a source that is half attached.  The kernel takes back what
	 * the thread has, as it does after a SIGKILL.
	 */
	if (attach_running(&app.attach)) {
		fflush(NULL);
		if (!ok)
			zs_exit_failure(error);
		_exit(ok ? ZS_EXIT_OK : ZS_EXIT_FAILURE);
	}
	close_app(&app);
	return ok;
}
