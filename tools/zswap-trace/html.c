// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "html.h"
#include "utf8.h"

#define REPLACEMENT	0xfffd

void html_print(struct html *html, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(html->file, format, args);
	va_end(args);
}

/* Takes the next character of a text that has one. */
static uint32_t next(const char **text)
{
	uint32_t code;

	*text += zs_utf8_next(*text, &code);
	return code ? code : REPLACEMENT;
}

static void put_utf8(FILE *file, uint32_t code)
{
	if (code < 0x80) {
		putc((int)code, file);
		return;
	}
	if (code < 0x800) {
		putc((int)(0xc0 | code >> 6), file);
	} else {
		if (code < 0x10000) {
			putc((int)(0xe0 | code >> 12), file);
		} else {
			putc((int)(0xf0 | code >> 18), file);
			putc((int)(0x80 | (code >> 12 & 0x3f)), file);
		}
		putc((int)(0x80 | (code >> 6 & 0x3f)), file);
	}
	putc((int)(0x80 | (code & 0x3f)), file);
}

static void put(struct html *html, uint32_t code)
{
	switch (code) {
	case '<':
		fputs("&lt;", html->file);
		break;
	case '>':
		fputs("&gt;", html->file);
		break;
	case '&':
		fputs("&amp;", html->file);
		break;
	case '"':
		fputs("&quot;", html->file);
		break;
	case '\'':
		fputs("&#39;", html->file);
		break;
	default:
		put_utf8(html->file, code);
	}
}

void html_text(struct html *html, const char *text)
{
	while (*text)
		put(html, next(&text));
}

void html_name(struct html *html, const char *name)
{
	const size_t half = HTML_NAME / 2 - 1;
	const char *rest = name;
	size_t count = 0;

	while (*rest) {
		next(&rest);
		count++;
	}
	if (!count)
		html_text(html, "?");
	for (size_t i = 0; i < count; i++) {
		uint32_t code = next(&name);

		if (count <= HTML_NAME || i < half || i >= count - half)
			put(html, code);
		else if (i == half)
			put(html, 0x2026);
	}
}

char *html_count(char text[ZS_TEXT], uint64_t count)
{
	char digits[ZS_TEXT], *to = text;
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return text;
}

char *html_short(char text[ZS_TEXT], double value)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };
	unsigned int unit = 0;
	char *end;

	while (value >= 999.5 && unit + 1 < ZS_ARRAY_SIZE(units)) {
		value /= 1000;
		unit++;
	}
	snprintf(text, ZS_TEXT, "%.*f", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value);
	if (strchr(text, '.')) {
		end = text + strlen(text);
		while (end[-1] == '0')
			*--end = '\0';
		if (end[-1] == '.')
			*--end = '\0';
	}
	return zs_format_more(text, units[unit]);
}

char *html_time(char text[ZS_TEXT], double ns)
{
	char plain[ZS_TEXT], *unit;

	zs_format_time(plain, ns);
	unit = strstr(plain, "us");
	if (!unit)
		return strcpy(text, plain);
	snprintf(text, ZS_TEXT, "%.*s\u00b5s", (int)(unit - plain), plain);
	return text;
}

char *html_percent(char text[ZS_TEXT], double part, double whole)
{
	double share = whole > 0 ? part / whole : 0;

	if (share > 0 && share < 0.01)
		return strcpy(text, "under 1%");
	if (share > 0.99 && share < 1)
		return strcpy(text, "over 99%");
	snprintf(text, ZS_TEXT, "%.0f%%", share * 100);
	return text;
}
