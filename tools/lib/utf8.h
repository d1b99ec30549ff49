/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be shown of names that somebody else chose. */
#ifndef ZS_UTF8_H
#define ZS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * zs_character_shown - whether a character may be shown as it is
 * @code: in Unicode
 *
 * Not those that a terminal obeys, that turn the direction of writing (text behind them
 * looks like something else), that end a line, or that are no characters.
 */
bool zs_character_shown(uint32_t code);

/**
 * zs_utf8_next - the character that a text begins with
 * @text: not empty
 * @code: the character, or 0: none that may be shown
 *
 * Return: its bytes; 1 if it is no UTF-8.
 */
size_t zs_utf8_next(const char *text, uint32_t *code);

#endif /* ZS_UTF8_H */
