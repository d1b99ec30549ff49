/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal: what is shown means something (a role), how that looks is decided here.
 * Everything that prints stays within the columns it is given, and within the window.
 */
#ifndef TOP_UI_H
#define TOP_UI_H

#include <stdbool.h>
#include <stddef.h>

enum role {
	ROLE_NORMAL,
	ROLE_STRONG,	/* the figure that counts */
	ROLE_DIM,	/* what is always the same */
	ROLE_HEAD,	/* headings of columns */
	ROLE_BAR,	/* lines across the screen: the title, the hints */
	ROLE_TAB,	/* the view that is shown */
	ROLE_SELECTED,
	ROLE_SPARK,
	ROLE_GOOD,
	ROLE_NOTE,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_COUNT
};

/* Glyphs: with Unicode, or ASCII where the terminal has nothing else. */
struct glyphs {
	const char *spark[9];	/* from nothing to full */
	const char *bar[9];	/* horizontal, the same */
	const char *track;	/* of a bar that is not filled */
	const char *more;	/* a text goes on */
	const char *branch;	/* of a tree */
	const char *corner;
	const char *trunk;
	const char *blank;
	const char *folded;
	const char *unfolded;
	const char *up;
	const char *down;
	const char *dot;
	const char *line;
};

extern const struct glyphs *glyphs;

/* Smaller than this, and nothing but that is said. */
#define UI_LINES	16
#define UI_COLUMNS	60

/* Choose glyphs: before anything is shown. */
void ui_glyphs(bool ascii);

/* Whether there is a terminal at both ends, and it can place the cursor. */
bool ui_possible(void);

/* Return: false if the terminal cannot do that. */
bool ui_start(void);
void ui_stop(void);

/* The terminal as it was before, and back: for ^Z. */
void ui_suspend(void);
void ui_resume(void);

/* The terminal has another size. */
void ui_resize(void);
int ui_lines(void);
int ui_columns(void);

/* Draw from here on into an empty screen, and show it: only what changed is sent. */
void ui_begin(void);
void ui_end(void);
/* All of it is sent, whatever the terminal is believed to show. */
void ui_redraw(void);

/* Until the next ui_begin(), or another call: nothing is drawn from this line on. */
void ui_clip(int line);

/* A key, as curses has it, or -1: none is waiting. */
int ui_key(void);

/* Return: the column behind it. */
int ui_text(int line, int column, int columns, enum role role, const char *text);
int ui_printf(int line, int column, int columns, enum role role, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void ui_fill(int line, int column, int columns, enum role role, const char *glyph);

/* A bar with @share of @columns filled. */
void ui_bar(int line, int column, int columns, enum role role, double share);

/* Values as a line of small bars, the largest one full; negative ones are unknown. */
void ui_spark(int line, int column, const double *values, size_t count, double largest);

/**
 * ui_paragraph - a text on several lines, broken between words
 * @line: where to begin
 * @column: where to begin
 * @columns: that there are
 * @most: lines
 * @role: of it
 * @text: the text
 *
 * Return: how many lines it took.
 */
int ui_paragraph(int line, int column, int columns, int most, enum role role,
		 const char *text);

void ui_cursor(int line, int column);

#endif /* TOP_UI_H */
