// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "text.h"
#include "utf8.h"

/* What nearly all text is made of: one byte, one column, whatever the locale. */
static bool is_plain(char c)
{
	return c >= ' ' && c <= '~';
}

/* The next character: its bytes, at least 1, and its columns; -1 if it is none. */
static size_t next(const char *text, mbstate_t *state, int *columns)
{
	wchar_t wide;
	size_t bytes;

	/* there may be 10,000 paths, and to decode each of their letters takes long */
	if (is_plain(*text) && mbsinit(state)) {
		*columns = 1;
		return 1;
	}
	bytes = mbrtowc(&wide, text, strnlen(text, MB_LEN_MAX), state);
	if (bytes == (size_t)-1 || bytes == (size_t)-2) {
		memset(state, 0, sizeof(*state));
		*columns = -1;
		return 1;
	}
	*columns = zs_character_shown((uint32_t)wide) ? wcwidth(wide) : -1;
	return bytes ? bytes : 1;
}

size_t text_clip(const char *text, int columns, int *used)
{
	mbstate_t state = { 0 };
	size_t length = 0;
	int sum = 0;

	while (text[length]) {
		int width;
		size_t bytes = next(text + length, &state, &width);

		if (width < 0)
			width = 1;
		if (sum + width > columns)
			break;
		sum += width;
		length += bytes;
	}
	if (used)
		*used = sum;
	return length;
}

int text_columns(const char *text)
{
	int used;

	text_clip(text, 1 << 20, &used);
	return used;
}

char *text_clean(char *to, size_t size, const char *from)
{
	mbstate_t state = { 0 };
	size_t length = 0;

	/* most often, that is all of it */
	while (length + 1 < size && is_plain(from[length])) {
		to[length] = from[length];
		length++;
	}
	from += length;
	while (*from) {
		int columns;
		size_t bytes = next(from, &state, &columns);

		if (length + bytes >= size)
			break;
		if (columns < 0) {
			to[length++] = '?';
		} else {
			memcpy(to + length, from, bytes);
			length += bytes;
		}
		from += bytes;
	}
	to[length] = '\0';
	return to;
}

char *text_fit(char *to, size_t size, const char *text, int columns, int right,
	       const char *more)
{
	int used;
	size_t bytes = text_clip(text, columns, &used);

	if (text[bytes] && columns > 0) {
		bytes = text_clip(text, columns - 1, &used);
		snprintf(to, size, "%.*s%s%*s", (int)bytes, text, more,
			 columns - 1 - used, "");
	} else if (right) {
		snprintf(to, size, "%*s%.*s", columns - used, "", (int)bytes, text);
	} else {
		snprintf(to, size, "%.*s%*s", (int)bytes, text, columns - used, "");
	}
	return to;
}

size_t text_wrap(const char *text, int columns)
{
	size_t bytes = text_clip(text, columns, NULL);
	size_t end = bytes;

	if (!text[bytes] || text[bytes] == ' ')
		return bytes;
	while (end && text[end - 1] != ' ')
		end--;
	return end ? end : bytes ? bytes : 1;
}
