/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text as wide as a terminal shows it. */
#ifndef TOP_TEXT_H
#define TOP_TEXT_H

#include <stddef.h>

/* Columns that a text takes; what cannot be printed takes one. */
int text_columns(const char *text);

/**
 * text_clip - how much of a text fits
 * @text: in the locale's encoding
 * @columns: that there are
 * @used: the result: columns that it takes; may be NULL
 *
 * Return: its bytes.
 */
size_t text_clip(const char *text, int columns, int *used);

/**
 * text_clean - a text that somebody else chose, to be printed
 * @to: the result: control characters and what is no character are '?'
 * @size: of @to
 * @from: the text
 */
char *text_clean(char *to, size_t size, const char *from);

/**
 * text_fit - a text in exactly so many columns
 * @to: the result, padded; what is too long ends in @more
 * @size: of @to
 * @text: cleaned
 * @columns: that it shall take
 * @right: adjust it to the right
 * @more: one column
 */
char *text_fit(char *to, size_t size, const char *text, int columns, int right,
	       const char *more);

/* Bytes of a text that go on one line, which ends between two words if it can. */
size_t text_wrap(const char *text, int columns);

#endif /* TOP_TEXT_H */
