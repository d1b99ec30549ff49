// SPDX-License-Identifier: GPL-2.0-or-later
/* What the recording says about itself, and how much of each event it has. */
#include <string.h>

#include "report-html-parts.h"

/* Who writes a file by hand may write any number. */
#define FACTS_SHOWN	60

static void counts(struct html *html, const struct report_data *data)
{
	static const char *const columns[] = { "Event", "Count" };
	struct report_table table = { .html = html, .columns = columns,
				      .count = ZS_ARRAY_SIZE(columns), .class = "" };
	char text[ZS_TEXT];

	html_print(html, "<figure><h3>Events</h3>");
	report_table_begin(&table, NULL);
	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++) {
		if (!data->summary.events[i] || i == ZSWAP_EVENT_LOST)
			continue;
		report_table_row(&table);
		report_table_cell(&table, "%s", zs_event_name(i));
		report_table_cell(&table, "%s", html_count(text, data->summary.events[i]));
	}
	report_table_row(&table);
	report_table_cell(&table, "lost");
	report_table_cell(&table, "%s", html_count(text, data->summary.lost));
	report_table_end(&table);
	html_print(html, "</figure>\n");
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), rest = strlen(end);

	return length > rest && !strcmp(name + length - rest, end);
}

/* Bytes as people read them; everything else as it stands. */
static void show_value(struct html *html, const struct report_data *data, const char *name,
		       const char *value)
{
	char text[ZS_TEXT];
	uint64_t number;

	if (ends_in(name, "_bytes") && zs_recording_number(data->recording, name, &number))
		html_text(html, zs_format_bytes(text, (double)number));
	else
		html_name(html, value);
}

void report_html_facts(struct html *html, const struct report_data *data, const char *path)
{
	const char *name, *value;

	html_print(html, "<section id=\"recording\"><h2>The recording</h2><div class=\"pair even\">\n"
		   "<figure><h3>Facts</h3><table class=\"facts\"><tbody>"
		   "<tr><th scope=\"row\">file</th><td>");
	html_name(html, path);
	html_print(html, "</td></tr>\n");
	for (size_t i = 0; i < FACTS_SHOWN; i++) {
		name = zs_recording_fact_at(data->recording, i, &value);
		if (!name)
			break;
		if (!*value)
			continue;
		html_print(html, "<tr><th scope=\"row\">");
		html_name(html, name);
		html_print(html, "</th><td>");
		show_value(html, data, name, value);
		html_print(html, "</td></tr>\n");
	}
	html_print(html, "</tbody></table></figure>\n");
	counts(html, data);
	html_print(html, "</div></section>\n");
}
