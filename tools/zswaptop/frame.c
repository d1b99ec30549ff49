// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines around a view: title, tabs, hints; and what lies over it: the menu. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "text.h"

#define TITLE		0
#define TABS		1
#define BODY		2

static const char *interval_title(const struct app *app)
{
	for (size_t i = 0; i < settings_intervals_count; i++)
		if (settings_intervals[i].seconds == app->settings.interval)
			return settings_intervals[i].title;
	return "";
}

/* Events that are in no total. */
static uint64_t lost(const struct app *app)
{
	return app->total.missed + app->total.health.calls_lost;
}

static void draw_title(const struct app *app)
{
	char left[256], right[128], clock[16], number[32] = "";
	const char *source = attach_running(&app->attach) ? "attaching ..." :
			     app->source ? zs_source_kind_name(app_kind(app)) : "no source";
	int columns = ui_columns();

	ui_fill(TITLE, 0, columns, ROLE_BAR, " ");
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime(&app->wall));
	if (lost(app))
		snprintf(number, sizeof(number), "LOST %llu  ", (unsigned long long)lost(app));
	snprintf(left, sizeof(left), "zswaptop %s  source: %s  each %g s  rates: %s",
		 ZSWAPSCOPE_VERSION, source, app->settings.delay, interval_title(app));
	snprintf(right, sizeof(right), "%s%s%s", number, app->frozen ? "FROZEN " : "", clock);
	ui_text(TITLE, 0, columns - text_columns(right) - 1, ROLE_BAR, left);
	ui_text(TITLE, columns - text_columns(right), columns, ROLE_BAR, right);
}

/* The tab that is shown takes the blanks around its name, too. */
static void draw_tabs(const struct app *app)
{
	int gap = ui_columns() >= 100 ? 3 : 1;
	int x = 1;

	for (size_t i = 0; i < views_count; i++) {
		bool shown = (int)i == app->tab;
		char text[64];

		/* narrow: the number will do for those that are not shown */
		if (ui_columns() < 80 && !shown)
			snprintf(text, sizeof(text), "%zu", i + 1);
		else
			snprintf(text, sizeof(text), "%zu %s", i + 1, views[i]->title);
		if (shown)
			ui_printf(TABS, x - 1, ui_columns(), ROLE_TAB, " %s ", text);
		else
			ui_text(TABS, x, ui_columns(), ROLE_NORMAL, text);
		x += text_columns(text) + gap;
	}
}

static void draw_hints(const struct app *app, int line)
{
	const struct table *table = app->view->table;
	char hints[256] = "";
	size_t length = 0;

	if (table && *table->filter)
		length = (size_t)snprintf(hints, sizeof(hints), "Filter: %s (Esc ends it)  ",
					  table->filter);
	if (app->view != views[app->tab])
		length += (size_t)snprintf(hints + length, sizeof(hints) - length, "Esc Back  ");
	if (app->view->where & IN_SORTED)
		length += (size_t)snprintf(hints + length, sizeof(hints) - length,
					   "F6 Sort  \\ Filter  ");
	if (app->view->where & IN_TREE)
		length += (size_t)snprintf(hints + length, sizeof(hints) - length, "t Tree  ");
	if (table && app->view == views[app->tab])
		length += (size_t)snprintf(hints + length, sizeof(hints) - length, "Enter Open  ");
	snprintf(hints + length, sizeof(hints) - length,
		 "[ ] Interval  Z Freeze  h Help  q Quit");
	ui_text(line, 0, ui_columns(), ROLE_DIM, hints);
}

static void draw_last(struct app *app, int line)
{
	int x;

	if (app->prompt.action != ACT_NONE) {
		x = ui_printf(line, 0, ui_columns(), ROLE_STRONG, "%s: ", app->prompt.label);
		x = ui_text(line, x, ui_columns() - x - 1, ROLE_NORMAL, app->prompt.text);
		ui_cursor(line, x);
		ui_text(line, x + 2, ui_columns() - x - 2, ROLE_DIM,
			"(Enter: yes, Esc: as before)");
	} else if (*app->message && zs_now() < app->message_ns) {
		ui_text(line, 0, ui_columns(), app->message_bad ? ROLE_BAD : ROLE_NOTE,
			app->message);
	} else {
		draw_hints(app, line);
	}
}

static void draw_menu(const struct app *app, int line)
{
	const struct table *table = app->view->table;
	char text[64], padded[128];

	text_fit(padded, sizeof(padded), " Sort by: Enter takes it", 46, 0, "");
	ui_text(line++, 2, 46, ROLE_BAR, padded);
	for (size_t i = 0; i < table->columns_count && line < ui_lines() - 1; i++) {
		if (!table->columns[i].key)
			continue;
		snprintf(text, sizeof(text), " %-10s %s", table->columns[i].key,
			 table->columns[i].help);
		text_fit(padded, sizeof(padded), text, 46, 0, glyphs->more);
		ui_text(line++, 2, 46, app->menu == (int)i ? ROLE_TAB : ROLE_BAR, padded);
	}
}

void app_explain(struct app *app, int line, const char *what)
{
	int columns = ui_columns() - 2;

	if (attach_running(&app->attach)) {
		ui_printf(line, 2, columns, ROLE_NOTE, "%s: attaching, which takes a moment", what);
		return;
	}
	ui_printf(line++, 2, columns, ROLE_WARN, "%s: not known without BPF.", what);
	if (app->common.source.kind == ZS_SOURCE_COUNTERS)
		ui_text(line, 2, columns, ROLE_NORMAL, "Start without --source counters.");
	else
		ui_paragraph(line, 2, columns, 4, ROLE_NORMAL, app->why);
}

void app_explain_none(struct app *app, int line, const char *what)
{
	line += ui_paragraph(line, 2, ui_columns() - 2, 4, ROLE_NORMAL, what);
	if (app->state != ZS_STATE_ACTIVE)
		ui_paragraph(line, 2, ui_columns() - 2, 3, ROLE_NOTE,
			     zs_state_words(app->state, &app->pool));
}

void frame_draw(struct app *app)
{
	int lines = ui_lines();

	if (lines < UI_LINES || ui_columns() < UI_COLUMNS) {
		ui_printf(0, 0, ui_columns(), ROLE_WARN, "terminal too small");
		ui_printf(1, 0, ui_columns(), ROLE_NORMAL, "%dx%d: needs %dx%d; q quits",
			  ui_columns(), lines, UI_COLUMNS, UI_LINES);
		return;
	}
	draw_title(app);
	draw_tabs(app);
	ui_clip(lines - 1);
	if ((app->view->needs & NEED_BPF) && !app->bpf)
		app_explain(app, BODY + 1, app->view->title);
	else
		app->view->draw(app, BODY, lines - BODY - 1);
	if (app->menu >= 0)
		draw_menu(app, BODY);
	ui_clip(lines);
	draw_last(app, lines - 1);
}
