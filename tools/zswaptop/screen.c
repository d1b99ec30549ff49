// SPDX-License-Identifier: GPL-2.0-or-later
/* The terminal view. */
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "zswaptop.h"

enum { COLOUR_TITLE = 1, COLOUR_LOW, COLOUR_MIDDLE, COLOUR_HIGH };

#define BAR_FIRST	8	/* column of a bar */
#define MIN_COLUMNS	40
#define MIN_LINES	8

static SCREEN *screen;
static bool colours;

static bool start(void)
{
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return false;
	set_term(screen);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	curs_set(0);
	colours = has_colors() && !getenv("NO_COLOR");
	if (!colours)
		return true;
	start_color();
	use_default_colors();
	init_pair(COLOUR_TITLE, COLOR_CYAN, -1);
	init_pair(COLOUR_LOW, COLOR_GREEN, -1);
	init_pair(COLOUR_MIDDLE, COLOR_YELLOW, -1);
	init_pair(COLOUR_HIGH, COLOR_RED, -1);
	return true;
}

static void stop(void)
{
	endwin();
	delscreen(screen);
}

static void colour_on(int pair)
{
	if (colours)
		attron(COLOR_PAIR(pair));
}

static void colour_off(int pair)
{
	if (colours)
		attroff(COLOR_PAIR(pair));
}

/* A title bar across the whole line. */
static void title(int line, const char *text)
{
	attron(A_REVERSE);
	mvhline(line, 0, ' ', COLS);
	mvaddnstr(line, 0, text, COLS);
	attroff(A_REVERSE);
}

/* "Pool    [||||||||         62.1 MiB of 63.9 MiB, 97%]" */
static void bar(int line, const char *name, double part, double whole)
{
	int width = COLS - BAR_FIRST - 2, filled, length, pair;
	double share = whole > 0 ? part / whole : 0;
	char label[80], a[ZS_TEXT], b[ZS_TEXT];

	length = snprintf(label, sizeof(label), "%s of %s, %.0f%%",
			  zs_format_bytes(a, part), zs_format_bytes(b, whole),
			  share * 100);
	filled = (int)((share > 1 ? 1 : share) * width + 0.5);
	pair = share < 0.7 ? COLOUR_LOW : share < 0.9 ? COLOUR_MIDDLE : COLOUR_HIGH;

	mvaddstr(line, 0, name);
	mvaddch(line, BAR_FIRST, '[');
	colour_on(pair);
	mvhline(line, BAR_FIRST + 1, '|', filled);
	colour_off(pair);
	mvaddch(line, BAR_FIRST + 1 + width, ']');
	if (length < width) {
		attron(A_BOLD);
		mvaddstr(line, BAR_FIRST + 1 + width - length, label);
		attroff(A_BOLD);
	}
}

static void show_pool(const struct top_sample *sample)
{
	const struct zs_pool *pool = &sample->pool;
	const struct zswap_usage *total = &sample->total.stats.usage;
	char a[ZS_TEXT], b[ZS_TEXT];
	double ratio;

	if ((pool->have & ZS_HAVE_POOL) && pool->limit_bytes)
		bar(1, "Pool", (double)pool->pool_bytes, (double)pool->limit_bytes);
	else
		mvaddstr(1, 0, "Pool    not known");
	if (pool->have & ZS_HAVE_MEMORY)
		bar(2, "Swap", (double)(pool->swap_bytes - pool->swap_free_bytes),
		    (double)pool->swap_bytes);

	mvprintw(3, 0, "Held    ");
	if (zs_pool_ratio(pool, &ratio))
		printw("%s in %s: ratio %.2f:1",
		       zs_format_bytes(a, (double)pool->stored_pages * ZSWAP_PAGE_BYTES),
		       zs_format_bytes(b, (double)pool->pool_bytes), ratio);
	else
		addstr("nothing");
	if (total->store_bytes_out)
		printw("; bytes compressed %.2f:1",
		       (double)(total->stores * ZSWAP_PAGE_BYTES) /
		       (double)total->store_bytes_out);

	mvprintw(4, 0, "zswap   %s", zs_pool_state(pool));
	if (pool->have & ZS_HAVE_PARAMETERS)
		printw("; %s, at most %llu%% of RAM", pool->compressor,
		       (unsigned long long)pool->max_pool_percent);
}

static void heading(int line, const char *text)
{
	colour_on(COLOUR_TITLE);
	attron(A_BOLD);
	mvaddnstr(line, 0, text, COLS);
	attroff(A_BOLD);
	colour_off(COLOUR_TITLE);
}

static int show_rates(const struct top_sample *sample, int line)
{
	heading(line++, "                    now/s       mean/s        total");
	for (size_t i = 0; i < TOP_RATES; i++) {
		const struct top_rate *rate = &top_rates[i];
		char a[ZS_TEXT], b[ZS_TEXT];

		mvprintw(line++, 0, "%-12s %12s %12s %12llu", rate->name,
			 top_format_rate(a, rate, sample, &sample->interval),
			 top_format_rate(b, rate, sample, &sample->total),
			 (unsigned long long)top_count(rate, &sample->total));
	}
	return line;
}

/* Quantiles of the interval, and of all since the start. */
static int show_times(const struct top_sample *sample, int line)
{
	static const enum zswap_histogram rows[] = {
		ZSWAP_HIST_STORE_DURATION, ZSWAP_HIST_LOAD_DURATION,
		ZSWAP_HIST_DISK_READ_DURATION, ZSWAP_HIST_WRITEBACK_DURATION,
		ZSWAP_HIST_EVICT_DURATION, ZSWAP_HIST_EVICT_AGE,
	};
	const struct zswap_stats *now = &sample->interval.stats;
	const struct zswap_stats *all = &sample->total.stats;
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT], d[ZS_TEXT];

	heading(line++, "                      now: p50          p99     since start: p50          p99");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(rows); i++)
		mvprintw(line++, 0, "%-18s %11s %12s %20s %12s",
			 zs_hist_infos[rows[i]].title,
			 zs_format_quantile(a, now, rows[i], 0.5),
			 zs_format_quantile(b, now, rows[i], 0.99),
			 zs_format_quantile(c, all, rows[i], 0.5),
			 zs_format_quantile(d, all, rows[i], 0.99));
	return line;
}

static int show_rejects(const char *name, const struct zswap_stats *stats,
			int line)
{
	char reasons[256], text[300];

	snprintf(text, sizeof(text), "%-11s  %s", name,
		 zs_format_rejects(reasons, sizeof(reasons),
				   stats->usage.reject_by_reason));
	mvaddnstr(line, 0, text, COLS);
	return line + 1;
}

static void draw(const struct top_sample *sample)
{
	char text[256], clock[ZS_TEXT], missed[64] = "";
	int line;

	erase();
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime(&sample->wall));
	if (sample->total.missed)
		snprintf(missed, sizeof(missed), "MISSED: %llu   ",
			 (unsigned long long)sample->total.missed);
	snprintf(text, sizeof(text), "zswaptop %s   source: %s   %seach %g s   q: quit   %s",
		 ZSWAPSCOPE_VERSION,
		 zs_source_kind_name(zs_source_kind(sample->source)), missed,
		 sample->delay, clock);
	title(0, text);
	if (COLS < MIN_COLUMNS || LINES < MIN_LINES) {
		mvaddnstr(1, 0, "terminal too small", COLS);
		refresh();
		return;
	}
	show_pool(sample);
	/* 24 lines are all used: no blank ones */
	line = show_rates(sample, 5);
	line = show_times(sample, line);
	line = show_rejects("Rejects now", &sample->interval.stats, line);
	show_rejects("Since start", &sample->total.stats, line);
	refresh();
}

static void resize(const struct top_sample *sample)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	draw(sample);
}

static bool key(const struct top_sample *sample)
{
	int typed;

	while ((typed = getch()) != ERR) {
		if (typed == 'q' || typed == 'Q')
			return true;
		if (typed == ('L' & 0x1f)) {
			clearok(curscr, TRUE);
			draw(sample);
		}
	}
	return false;
}

const struct top_view top_view_screen = {
	.start = start,
	.show = draw,
	.resize = resize,
	.key = key,
	.stop = stop,
};
