// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of a page: their rows and cells, and bars in them. */
#include "report-html-parts.h"

void report_table_begin(struct report_table *table, const char *caption)
{
	struct html *html = table->html;

	html_print(html, "<table class=\"%s\">", table->class);
	if (caption) {
		html_print(html, "<caption>");
		html_text(html, caption);
		html_print(html, "</caption>");
	}
	html_print(html, "<thead><tr>");
	for (size_t i = 0; i < table->count; i++) {
		html_print(html, "<th scope=\"col\">");
		html_text(html, table->columns[i]);
		html_print(html, "</th>");
	}
	html_print(html, "</tr></thead><tbody>\n");
	table->at = 0;
}

static void end_row(struct report_table *table)
{
	if (table->at)
		html_print(table->html, "</tr>\n");
	table->at = 0;
}

void report_table_row(struct report_table *table)
{
	end_row(table);
	html_print(table->html, "<tr>");
}

/* The first of a row is its head; others of a row that becomes a list have their label. */
static const char *begin_cell(struct report_table *table, const char *class)
{
	struct html *html = table->html;

	if (!table->at++) {
		html_print(html, "<th scope=\"row\">");
		return "</th>";
	}
	html_print(html, "<td");
	if (*class)
		html_print(html, " class=\"%s\"", class);
	if (*table->class) {
		html_print(html, " data-label=\"");
		html_text(html, table->columns[table->at - 1]);
		html_print(html, "\"");
	}
	html_print(html, ">");
	return "</td>";
}

void report_table_cell(struct report_table *table, const char *format, ...)
{
	const char *end = begin_cell(table, "");
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	html_text(table->html, text);
	html_print(table->html, "%s", end);
}

void report_table_name(struct report_table *table, const char *name)
{
	const char *end = begin_cell(table, "words");

	html_name(table->html, name);
	html_print(table->html, "%s", end);
}

void report_table_bar(struct report_table *table, double part, double whole)
{
	const char *end = begin_cell(table, "share");

	html_print(table->html, "<i style=\"width:%.1f%%\"></i>%s",
		   whole > 0 ? 100 * part / whole : 0, end);
}

void report_table_end(struct report_table *table)
{
	end_row(table);
	html_print(table->html, "</tbody></table>\n");
}
