// SPDX-License-Identifier: GPL-2.0-or-later
#include "report-html-parts.h"
#include "report-html.h"

/*
 * Nothing may come from anywhere else, whatever is in the page: not even a script that
 * somebody has got into it.
 */
#define POLICY	"default-src 'none'; style-src 'unsafe-inline'; script-src '" REPORT_SCRIPT_DIGEST \
		"'; base-uri 'none'; form-action 'none'"

static void begin(struct html *html, const char *path)
{
	html_print(html, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
		   "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\"/>\n"
		   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		   "<meta name=\"generator\" content=\"zswap-trace %s\"/>\n<title>", POLICY,
		   ZSWAPSCOPE_VERSION);
	html_name(html, path);
	html_print(html, " - zswap-trace report</title>\n<style>");
	fputs(report_style, html->file);
	html_print(html, "</style></head><body>\n"
		   /* what hatches gaps: for all charts */
		   "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
		   "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
		   "<path d=\"M-1 5L5 -1M1 7L7 1\"/></pattern></defs></svg>\n");
}

static void contents(struct html *html)
{
	static const struct {
		const char *id, *title;
	} parts[] = {
		{ "time", "Over time" }, { "heat", "Latency over time" },
		{ "sizes", "Compressed sizes" }, { "latency", "Latencies and ages" },
		{ "rejects", "Rejects" }, { "who", "Cgroups and processes" },
		{ "recording", "The recording" },
	};

	html_print(html, "<nav aria-label=\"Contents\">");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(parts); i++)
		html_print(html, "<a href=\"#%s\">%s</a>", parts[i].id, parts[i].title);
	html_print(html, "</nav>\n");
}

static void end(struct html *html)
{
	html_print(html, "</main>\n<footer><p>Made by zswap-trace %s. The page needs nothing but "
		   "itself.</p></footer>\n<script>", ZSWAPSCOPE_VERSION);
	fputs(report_script, html->file);
	html_print(html, "</script>\n</body></html>\n");
}

bool report_html_print(FILE *file, const struct zs_recording *recording, const char *path,
		       struct zs_error *error)
{
	struct report_data *data = report_data_gather(recording, error);
	struct html html = { .file = file };

	if (!data)
		return false;
	begin(&html, path);
	html_print(&html, "<header>\n");
	report_html_head(&html, data, path);
	contents(&html);
	html_print(&html, "</header>\n<main>\n");
	report_html_time(&html, data);
	report_html_heat(&html, data);
	report_html_sizes(&html, data);
	report_html_spreads(&html, data);
	report_html_rejects(&html, data);
	report_html_who(&html, data);
	report_html_facts(&html, data, path);
	end(&html);
	report_data_free(data);
	return true;
}

bool report_html(const struct zs_recording *recording, const char *path,
		 struct zs_error *error)
{
	return report_html_print(stdout, recording, path, error);
}
