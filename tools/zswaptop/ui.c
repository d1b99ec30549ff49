// SPDX-License-Identifier: GPL-2.0-or-later
#include <curses.h>
#include <langinfo.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "text.h"
#include "ui.h"
#include "zswapscope.h"

static const struct glyphs unicode = {
	.spark = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" },
	.bar = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" },
	.track = "·",
	.more = "…",
	.branch = "├─", .corner = "└─", .trunk = "│ ", .blank = "  ",
	.folded = "+", .unfolded = "─",
	.up = "▲", .down = "▼",
	.dot = "●",
	.line = "─",
};

static const struct glyphs ascii = {
	.spark = { " ", "_", "_", ".", ".", "-", "-", "^", "#" },
	.bar = { "", "", "", "", "|", "|", "|", "|", "|" },
	.track = ".",
	.more = "~",
	.branch = "|-", .corner = "`-", .trunk = "| ", .blank = "  ",
	.folded = "+", .unfolded = "-",
	.up = "^", .down = "v",
	.dot = "*",
	.line = "-",
};

const struct glyphs *glyphs = &ascii;

static SCREEN *screen;
static int cursor_line = -1, cursor_column;
static int clip;
static attr_t looks[ROLE_COUNT];

void ui_glyphs(bool want_ascii)
{
	bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");

	glyphs = utf8 && !want_ascii ? &unicode : &ascii;
}

/* Without a colour, every role still has to differ from plain text where it matters. */
static const attr_t plain[ROLE_COUNT] = {
	[ROLE_STRONG]	= A_BOLD,
	[ROLE_HEAD]	= A_BOLD | A_UNDERLINE,
	[ROLE_BAR]	= A_REVERSE,
	[ROLE_TAB]	= A_REVERSE | A_BOLD,
	[ROLE_SELECTED]	= A_REVERSE,
	[ROLE_WARN]	= A_BOLD,
	[ROLE_BAD]	= A_BOLD | A_REVERSE,
};

/*
 * Colours that can be read on black and on white: half as bright as either.  Eight
 * colours have none of these that means caution: magenta has to do.
 */
static const struct {
	enum role role;
	short few, many;
	attr_t attributes;
} colours[] = {
	{ ROLE_DIM,   -1,	     243, A_NORMAL },
	{ ROLE_HEAD,  COLOR_CYAN,    31,  A_BOLD },
	{ ROLE_SPARK, COLOR_CYAN,    31,  A_NORMAL },
	{ ROLE_NOTE,  COLOR_CYAN,    31,  A_NORMAL },
	{ ROLE_GOOD,  COLOR_GREEN,   28,  A_NORMAL },
	{ ROLE_WARN,  COLOR_MAGENTA, 130, A_BOLD },
	{ ROLE_BAD,   COLOR_RED,     160, A_BOLD },
};

static void choose_looks(bool colour)
{
	memcpy(looks, plain, sizeof(looks));
	if (!colour)
		return;
	start_color();
	use_default_colors();
	for (size_t i = 0; i < ZS_ARRAY_SIZE(colours); i++) {
		short pair = (short)(i + 1);
		short number = COLORS >= 256 ? colours[i].many : colours[i].few;

		init_pair(pair, number, -1);
		looks[colours[i].role] = colours[i].attributes | (attr_t)COLOR_PAIR(pair);
	}
}

/* The shell shall find its terminal as it was, whatever happens. */
static void crashed(int number)
{
	endwin();
	raise(number);
}

static void catch_crashes(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction action = { .sa_handler = crashed, .sa_flags = SA_RESETHAND };
	struct sigaction old;

	for (size_t i = 0; i < ZS_ARRAY_SIZE(numbers); i++)
		/* a sanitizer has its own */
		if (!sigaction(numbers[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
}

static void input_modes(void)
{
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	/* Esc alone is a key: a sequence comes in one piece. */
	set_escdelay(25);
	curs_set(0);
}

bool ui_start(void)
{
	const char *no_colour = getenv("NO_COLOR");

	/* ^Z is ours to handle, see ui_suspend(). */
	signal(SIGTSTP, SIG_IGN);
	screen = newterm(NULL, stdout, stdin);
	signal(SIGTSTP, SIG_DFL);
	if (!screen)
		return false;
	set_term(screen);
	ui_resize();
	input_modes();
	catch_crashes();
	choose_looks(has_colors() && !(no_colour && *no_colour));
	return true;
}

void ui_stop(void)
{
	endwin();
	delscreen(screen);
	screen = NULL;
}

void ui_suspend(void)
{
	endwin();
}

void ui_resume(void)
{
	reset_prog_mode();
	clearok(curscr, TRUE);
	curs_set(0);
	ui_resize();
}

void ui_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return;
	/* In a line of one column, curses looks at the column before the first. */
	resizeterm(size.ws_row, size.ws_col > 1 ? size.ws_col : 2);
}

int ui_lines(void)
{
	return LINES;
}

int ui_columns(void)
{
	return COLS;
}

void ui_begin(void)
{
	cursor_line = -1;
	clip = LINES;
	erase();
}

void ui_end(void)
{
	curs_set(cursor_line >= 0);
	if (cursor_line >= 0)
		move(cursor_line, cursor_column);
	refresh();
}

void ui_clip(int line)
{
	clip = line < LINES ? line : LINES;
}

void ui_redraw(void)
{
	clearok(curscr, TRUE);
}

int ui_key(void)
{
	int key;

	/* curses tells of a size that we know already */
	do {
		key = getch();
	} while (key == KEY_RESIZE);
	return key == ERR ? -1 : key;
}

int ui_text(int line, int column, int columns, enum role role, const char *text)
{
	int used;
	size_t bytes;

	if (line < 0 || line >= clip || column < 0 || column >= COLS)
		return column;
	if (columns > COLS - column)
		columns = COLS - column;
	bytes = text_clip(text, columns, &used);
	attrset(looks[role]);
	mvaddnstr(line, column, text, (int)bytes);
	attrset(A_NORMAL);
	return column + used;
}

int ui_printf(int line, int column, int columns, enum role role, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return ui_text(line, column, columns, role, text);
}

void ui_fill(int line, int column, int columns, enum role role, const char *glyph)
{
	for (int i = 0; i < columns; i++)
		ui_text(line, column + i, 1, role, glyph);
}

void ui_bar(int line, int column, int columns, enum role role, double share)
{
	int eighths = (int)lround(fmin(fmax(share, 0), 1) * columns * 8);
	int x = 0;

	/* a little is not nothing */
	if (share > 0 && eighths < 4)
		eighths = glyphs == &ascii ? 4 : eighths ? eighths : 1;
	for (; eighths >= 8; eighths -= 8)
		ui_text(line, column + x++, 1, role, glyphs->bar[8]);
	if (x < columns)
		ui_text(line, column + x, 1, role, glyphs->bar[eighths]);
}

void ui_spark(int line, int column, const double *values, size_t count, double largest)
{
	for (size_t i = 0; i < count; i++) {
		int level = 0;

		if (values[i] > 0 && largest > 0)
			level = 1 + (int)(fmin(values[i] / largest, 1) * 7);
		if (values[i] < 0)
			continue;
		ui_text(line, column + (int)i, 1, level ? ROLE_SPARK : ROLE_DIM,
			level ? glyphs->spark[level] : glyphs->track);
	}
}

int ui_paragraph(int line, int column, int columns, int most, enum role role,
		 const char *text)
{
	int used = 0;

	while (*text && used < most) {
		char part[1024];
		size_t bytes = text_wrap(text, columns);

		snprintf(part, sizeof(part), "%.*s", (int)bytes, text);
		text += bytes;
		while (*text == ' ')
			text++;
		ui_text(line + used, column, columns, role, part);
		used++;
		/* cut off: it shall be seen */
		if (*text && used == most)
			ui_text(line + used - 1, column + columns - 1, 1, role, glyphs->more);
	}
	return used;
}

void ui_cursor(int line, int column)
{
	cursor_line = line;
	cursor_column = column;
}
