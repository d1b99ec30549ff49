// SPDX-License-Identifier: GPL-2.0-or-later
/* On its own, as term.h has macros called columns and lines. */
#include <stdlib.h>
#include <unistd.h>

#include "ui.h"

#include <curses.h>
#include <term.h>

bool ui_possible(void)
{
	const char *term = getenv("TERM");
	bool possible;
	char *place;
	int error;

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO) || !term || !*term ||
	    setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return false;
	place = tigetstr("cup");
	possible = place && place != (char *)-1;
	/* newterm() makes one of its own */
	del_curterm(cur_term);
	return possible;
}
