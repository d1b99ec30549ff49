// SPDX-License-Identifier: GPL-2.0-or-later
/* Read what is to be shown: the totals always, the rest while a view wants it. */
#include <math.h>
#include <string.h>

#include "app.h"

#define JUDGED_SECONDS	15	/* long enough for calm, short enough to be of now */
/* Time for the figures of cgroups at each refresh, and how many these may be. */
#define HIERARCHY_NS	10000000
#define HIERARCHY_LEAST	64
#define HIERARCHY_MOST	4096

enum zs_source_kind app_kind(const struct app *app)
{
	return app->source ? zs_source_kind(app->source) : ZS_SOURCE_COUNTERS;
}

double app_seconds(const struct app *app)
{
	return top_seconds(&app->recent);
}

/* What was asked for may go away: that is worth a word, and no reason to end. */
static void check_target(struct app *app)
{
	const struct zs_options *options = &app->common.source;
	struct zs_error error;
	uint64_t id;

	app->gone = options->cgroup && app->common.cgroup &&
		    (!zs_cgroup_find(app->common.cgroup, &id, &error) || id != options->cgroup);
	if (options->pid && !zs_process_find(options->pid, &error))
		app->gone = true;
}

bool app_sample(struct app *app, struct zs_error *error)
{
	struct zs_snapshot now = { .time_ns = 0 };

	zs_pool_read(&app->pool, app->common.source.root);
	check_target(app);
	if (!app->source)
		return true;
	if (!zs_source_snapshot(app->source, &now, error))
		return false;
	history_add(&app->history, &now);
	return true;
}

static void read_devices(struct app *app)
{
	struct zs_error error;

	if (!device_pair_read(&app->devices, app->bpf ? app->source : NULL,
			      app->common.source.root, &error))
		app_say(app, true, "%s", error.text);
}

/* As many figures as there is time for: how long one takes, the time before tells. */
static void refresh_hierarchy(struct app *app)
{
	static unsigned int budget = HIERARCHY_LEAST;
	uint64_t begin = zs_now(), took;

	zs_hierarchy_refresh(app->hierarchy, budget);
	took = zs_now() - begin;
	if (took < HIERARCHY_NS / 2 && budget < HIERARCHY_MOST)
		budget *= 2;
	else if (took > HIERARCHY_NS && budget > HIERARCHY_LEAST)
		budget /= 2;
}

static void read_hierarchy(struct app *app)
{
	struct zs_error error;

	if (!app->hierarchy && !*app->no_hierarchy) {
		app->hierarchy = zs_hierarchy_open(app->common.source.root, &error);
		if (!app->hierarchy)
			snprintf(app->no_hierarchy, sizeof(app->no_hierarchy), "%.199s",
				 error.text);
	}
	if (app->hierarchy)
		refresh_hierarchy(app);
}

void app_read_needs(struct app *app)
{
	unsigned int needs = app->view->needs;
	struct zs_error error;

	if ((needs & NEED_PARTIES) && app->bpf &&
	    !who_read(&app->who, app->source, app->settings.interval, &error))
		app_say(app, true, "%s", error.text);
	if (needs & NEED_DEVICES)
		read_devices(app);
	if (needs & NEED_HIERARCHY)
		read_hierarchy(app);
}

static void judge(struct app *app)
{
	struct zs_snapshot lately;
	struct zs_sight sight = {
		.pool = &app->pool,
		.source = app_kind(app),
		.interval = &lately,
		.thrash = app->common.source.thrash ? app->common.source.thrash :
			  ZS_THRASH_DEFAULT,
	};

	memset(&lately, 0, sizeof(lately));
	if (app->history.any)
		history_interval(&app->history, JUDGED_SECONDS, &lately);
	app->state = zs_state_of(&app->pool, app->history.any ? &lately : NULL);
	sight.state = app->state;
	zs_verdict(&app->verdict, &sight);
}

/* What is shown is of now. */
void app_refresh(struct app *app)
{
	app->wall = time(NULL);
	history_show(&app->history);
	if (app->history.any) {
		history_interval(&app->history, app->settings.interval, &app->recent);
		history_interval(&app->history, HUGE_VAL, &app->total);
	}
	judge(app);
	app_read_needs(app);
	if (app->view->update)
		app->view->update(app);
}

void app_use_source(struct app *app, struct zs_source *source)
{
	events_close(app);
	zs_source_close(app->source);
	app->source = source;
	app->bpf = source && zs_source_kind(source) != ZS_SOURCE_COUNTERS;
	app_forget(app);
	if (source)
		snprintf(app->why, sizeof(app->why), "%.399s", zs_source_note(source));
	if (app->view->needs & NEED_STREAM)
		events_open(app);
}

void app_forget(struct app *app)
{
	history_clear(&app->history);
	memset(&app->recent, 0, sizeof(app->recent));
	memset(&app->total, 0, sizeof(app->total));
	who_clear(&app->who, zs_now());
	device_pair_clear(&app->devices);
}
