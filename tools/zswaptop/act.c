// SPDX-License-Identifier: GPL-2.0-or-later
/* What keys do. */
#include <curses.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "text.h"

#define ESCAPE	27

static unsigned int where(const struct app *app)
{
	return IN_ALL | app->view->where;
}

/* The table shown anew, after its order or filter has changed. */
static void arranged(struct app *app)
{
	table_arrange(app->view->table);
}

/* ---- what is typed into the last line ----------------------------------- */

static void ask(struct app *app, enum action action, const char *label, const char *text)
{
	app->prompt.action = action;
	app->prompt.label = label;
	snprintf(app->prompt.text, sizeof(app->prompt.text), "%s", text);
	snprintf(app->prompt.before, sizeof(app->prompt.before), "%s", text);
}

static void set_delay(struct app *app, const char *text)
{
	struct zs_error error;
	double seconds;

	if (!zs_parse_seconds(text, &seconds)) {
		app_say(app, true, "the delay is in seconds, " ZS_SECONDS_TEXT ", not '%s'", text);
		return;
	}
	if (!zs_clock_interval(&app->clock, seconds, &error)) {
		app_say(app, true, "%s", error.text);
		return;
	}
	app->settings.delay = seconds;
	app_say(app, false, "a refresh each %g s", seconds);
}

static void search(struct app *app)
{
	if (!*app->search)
		app_say(app, true, "nothing to search for: / asks");
	else if (!table_search(app->view->table, app->search))
		app_say(app, true, "no row with '%s'", app->search);
}

/* The filter works while it is being typed. */
static void prompt_changed(struct app *app)
{
	struct table *table = app->view->table;

	if (app->prompt.action != ACT_FILTER || !table)
		return;
	snprintf(table->filter, sizeof(table->filter), "%s", app->prompt.text);
	if (app->view->update)
		app->view->update(app);
}

static void prompt_done(struct app *app)
{
	enum action action = app->prompt.action;

	app->prompt.action = ACT_NONE;
	if (action == ACT_DELAY) {
		set_delay(app, app->prompt.text);
	} else if (action == ACT_SEARCH) {
		snprintf(app->search, sizeof(app->search), "%s", app->prompt.text);
		search(app);
	}
}

static void prompt_key(struct app *app, int code)
{
	size_t length = strlen(app->prompt.text);

	if (code == '\r' || code == '\n' || code == KEY_ENTER) {
		prompt_done(app);
	} else if (code == ESCAPE) {
		snprintf(app->prompt.text, sizeof(app->prompt.text), "%s", app->prompt.before);
		prompt_changed(app);
		app->prompt.action = ACT_NONE;
	} else if (code == KEY_BACKSPACE || code == 127 || code == '\b') {
		/* a character may have several bytes */
		while (length && ((unsigned char)app->prompt.text[--length] & 0xc0) == 0x80)
			;
		app->prompt.text[length] = '\0';
		prompt_changed(app);
	} else if (code == ('U' & 0x1f)) {
		app->prompt.text[0] = '\0';
		prompt_changed(app);
	} else if (code >= ' ' && code < 256 && length + 1 < sizeof(app->prompt.text)) {
		app->prompt.text[length] = (char)code;
		app->prompt.text[length + 1] = '\0';
		prompt_changed(app);
	}
}

/* ---- the menu of columns ------------------------------------------------- */

static void sort_changed(struct app *app)
{
	const struct table *table = app->view->table;

	if (app->view == views[app->tab]) {
		snprintf(app->settings.sort[app->tab], SETTINGS_WORD, "%s",
			 table->columns[table->sort].key);
		app->settings.inverted[app->tab] = table->inverted;
	}
	arranged(app);
}

static void menu_step(struct app *app, int step)
{
	int count = (int)app->view->table->columns_count;

	do {
		app->menu = (app->menu + count + step) % count;
	} while (!app->view->table->columns[app->menu].key);
}

static void menu_key(struct app *app, int code)
{
	const struct key *key = key_find(code, where(app));

	if (key && key->action == ACT_MOVE) {
		menu_step(app, key->argument);
		return;
	}
	if (key && key->action == ACT_OPEN) {
		app->view->table->sort = (size_t)app->menu;
		sort_changed(app);
	}
	app->menu = -1;
}

/* ---- tables --------------------------------------------------------------- */

static void fold(struct app *app, bool fold)
{
	struct table *table = app->view->table;
	const struct row *row = table_selected(table);

	if (!table->tree || !row)
		app_say(app, true, "only a tree can be folded: t");
	else
		table_fold(table, row->id, fold);
	arranged(app);
}

static void fold_all(struct app *app)
{
	struct table *table = app->view->table;

	table_fold_all(table, !table->folded_count);
	arranged(app);
}

static void sort_by_letter(struct app *app, char letter)
{
	struct table *table = app->view->table;
	size_t before = table->sort;

	if (!table_sort_letter(table, letter)) {
		app_say(app, true, "no column here for %c: F6 shows those there are", letter);
		return;
	}
	/* once more: the other way round, as in htop */
	table->inverted = table->sort == before && !table->inverted;
	sort_changed(app);
}

/* Return: whether that was something for a table. */
static bool act_table(struct app *app, enum action action, int argument)
{
	struct table *table = app->view->table;

	if (!table)
		return false;
	switch (action) {
	case ACT_MOVE:
		table_move(table, argument);
		return true;
	case ACT_PAGE:
		table_move(table, argument * (long)table->page);
		return true;
	case ACT_END:
		table_move(table, argument * (long)(table->lines_count + 1));
		return true;
	case ACT_SHIFT:
		if (argument < 0 && table->shift)
			table->shift--;
		else if (argument > 0 && table->pinned + table->shift + 2 < table->columns_count)
			table->shift++;
		return true;
	case ACT_FILTER:
		ask(app, action, "Filter", table->filter);
		return true;
	case ACT_SEARCH:
		ask(app, action, "Search", "");
		return true;
	case ACT_NEXT:
		search(app);
		return true;
	case ACT_SORT_MENU:
		app->menu = (int)table->sort;
		return true;
	case ACT_SORT_STEP:
		table_sort_step(table, argument);
		sort_changed(app);
		return true;
	case ACT_SORT_LETTER:
		sort_by_letter(app, (char)argument);
		return true;
	case ACT_INVERT:
		table->inverted = !table->inverted;
		sort_changed(app);
		return true;
	case ACT_FOLD:
		fold(app, argument);
		return true;
	case ACT_FOLD_ALL:
		fold_all(app);
		return true;
	default:
		return false;
	}
}

/* ---- all views ------------------------------------------------------------- */

static void set_interval(struct app *app, double seconds)
{
	app->settings.interval = seconds;
	if (app->frozen)
		app_say(app, false, "frozen: the interval changes when it goes on (Z)");
	else
		app_refresh(app);
}

static size_t interval_number(const struct app *app)
{
	size_t number = 0;

	while (number + 1 < settings_intervals_count &&
	       settings_intervals[number].seconds != app->settings.interval)
		number++;
	return number;
}

static void step_interval(struct app *app, int step)
{
	size_t number = interval_number(app);

	if (step < 0 && !number)
		app_say(app, false, "the shortest interval is one refresh");
	else if (step > 0 && number + 1 == settings_intervals_count)
		app_say(app, false, "the longest interval is since the start");
	else
		set_interval(app, settings_intervals[number + (size_t)step].seconds);
}

static void since_start(struct app *app)
{
	static double before;

	if (isinf(app->settings.interval)) {
		set_interval(app, before);
	} else {
		before = app->settings.interval;
		set_interval(app, HUGE_VAL);
	}
}

static void write_settings(struct app *app)
{
	struct zs_error error;
	char path[512];

	snprintf(app->settings.view, sizeof(app->settings.view), "%s", view_name(app->tab));
	if (!settings_write(&app->settings, &error))
		app_say(app, true, "%s", error.text);
	else if (settings_path(path, sizeof(path)))
		app_say(app, false, "written: %.200s", path);
}

static void freeze(struct app *app)
{
	app->frozen = !app->frozen;
	if (!app->frozen)
		app_refresh(app);
}

static void back(struct app *app)
{
	struct table *table = app->view->table;

	if (app->view != views[app->tab]) {
		app_show(app, views[app->tab]);
	} else if (table && *table->filter) {
		*table->filter = '\0';
		if (app->view->update)
			app->view->update(app);
	}
}

/* Which rows there are, or what is in them. */
static void switch_setting(struct app *app, bool *setting)
{
	*setting = !*setting;
	if (app->view->update)
		app->view->update(app);
}

static void act_all(struct app *app, enum action action, int argument, bool *quit)
{
	int count = (int)views_count;

	switch (action) {
	case ACT_QUIT:
		*quit = true;
		break;
	case ACT_HELP:
		app_show(app, app->view == &view_help ? views[app->tab] : &view_help);
		break;
	case ACT_VIEW:
		app_show_tab(app, argument);
		break;
	case ACT_VIEW_STEP:
		app_show_tab(app, (app->tab + count + argument) % count);
		break;
	case ACT_FREEZE:
		freeze(app);
		break;
	case ACT_DELAY:
		ask(app, action, "Seconds between refreshes", "");
		break;
	case ACT_INTERVAL:
		step_interval(app, argument);
		break;
	case ACT_SINCE_START:
		since_start(app);
		break;
	case ACT_WRITE:
		write_settings(app);
		break;
	case ACT_REDRAW:
		ui_redraw();
		break;
	case ACT_ATTACH:
		app_attach(app);
		break;
	case ACT_BACK:
		back(app);
		break;
	case ACT_TREE:
		switch_setting(app, &app->settings.tree);
		break;
	case ACT_IDLE:
		switch_setting(app, &app->settings.idle);
		break;
	case ACT_FULL:
		switch_setting(app, &app->settings.full);
		break;
	default:
		break;
	}
}

void app_key(struct app *app, int code, bool *quit)
{
	const struct key *key;

	*app->message = '\0';
	if (app->prompt.action != ACT_NONE) {
		prompt_key(app, code);
		return;
	}
	if (app->menu >= 0) {
		menu_key(app, code);
		return;
	}
	key = key_find(code, where(app));
	if (!key) {
		app_say(app, false, "this key does nothing here: h shows those that do");
		return;
	}
	if (app->view->act && app->view->act(app, key->action, key->argument))
		return;
	if (!act_table(app, key->action, key->argument))
		act_all(app, key->action, key->argument, quit);
}
