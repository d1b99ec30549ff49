/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a report in HTML, one file each: report-html-*.c. */
#ifndef ZSWAP_TRACE_REPORT_HTML_PARTS_H
#define ZSWAP_TRACE_REPORT_HTML_PARTS_H

#include "chart.h"
#include "report-html-data.h"

/* The parts, from the top of the page to its end. */
void report_html_head(struct html *html, const struct report_data *data, const char *path);
void report_html_time(struct html *html, const struct report_data *data);
void report_html_heat(struct html *html, const struct report_data *data);
void report_html_sizes(struct html *html, const struct report_data *data);
void report_html_spreads(struct html *html, const struct report_data *data);
/* These sort the groups. */
void report_html_rejects(struct html *html, struct report_data *data);
void report_html_who(struct html *html, struct report_data *data);
void report_html_facts(struct html *html, const struct report_data *data, const char *path);

/* The style sheet, and the script with its SHA-256 as a Content-Security-Policy has it. */
extern const char report_style[];
extern const char report_script[];
#define REPORT_SCRIPT_DIGEST	"sha256-Zq/+SgGxKRIqEDy9JbSguB8FRJAVveUPLREmp3KO7ac="

/**
 * struct report_table - a table being written
 * @html: where to
 * @columns: their titles; the first is of the row's name
 * @count: how many
 * @class: "wide": on a narrow screen, each row becomes a list; or ""
 * @at: the cell that comes next
 */
struct report_table {
	struct html *html;
	const char *const *columns;
	size_t count;
	const char *class;
	size_t at;
};

/* @caption: NULL: none */
void report_table_begin(struct report_table *table, const char *caption);
void report_table_row(struct report_table *table);
void report_table_cell(struct report_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A cell with a name, which somebody else may have chosen. */
void report_table_name(struct report_table *table, const char *name);

/* A bar, as long as a part of a whole. */
void report_table_bar(struct report_table *table, double part, double whole);
void report_table_end(struct report_table *table);

/* A cell with a cgroup's name: "(of none)" if the event says none. */
void report_cgroup_cell(struct report_table *table, const struct report_data *data, uint64_t id);

#endif /* ZSWAP_TRACE_REPORT_HTML_PARTS_H */
