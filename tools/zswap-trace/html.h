/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing HTML that is XML as well.  What we wrote ourselves goes through html_print();
 * what anybody else may have chosen, names above all, through html_text() or html_name().
 */
#ifndef ZSWAP_TRACE_HTML_H
#define ZSWAP_TRACE_HTML_H

#include <stdint.h>
#include <stdio.h>

#include "zswapscope.h"

/**
 * struct html - a page being written
 * @file: where to; its error indicator tells of a failure
 * @ids: elements that have an id so far
 */
struct html {
	FILE *file;
	unsigned int ids;
};

/* Markup, as it stands. */
void html_print(struct html *html, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Text, or an attribute between double quotes: what would be markup is escaped.  What is no
 * UTF-8, no character of XML or would change the direction of what follows is U+FFFD.
 */
void html_text(struct html *html, const char *text);

/* The same, of at most HTML_NAME characters: "?" for none, an ellipsis for the middle of more. */
void html_name(struct html *html, const char *name);

#define HTML_NAME	120

/* "12,345". */
char *html_count(char text[ZS_TEXT], uint64_t count);

/* Three digits: "0", "0.25", "12.3", "4.56k", "7.89M". */
char *html_short(char text[ZS_TEXT], double value);

/* As zs_format_time(), with a real mu. */
char *html_time(char text[ZS_TEXT], double ns);

/* "37%"; "under 1%" and "over 99%" are not none and not all. */
char *html_percent(char text[ZS_TEXT], double part, double whole);

#endif /* ZSWAP_TRACE_HTML_H */
