/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report as one HTML file that needs nothing else: no network, no script, no font. */
#ifndef ZSWAP_TRACE_REPORT_HTML_H
#define ZSWAP_TRACE_REPORT_HTML_H

#include "recording.h"

/**
 * report_html - print a report of a recording as HTML
 * @recording: whatever is in it
 * @path: its name
 * @error: why not: no memory
 *
 * To stdout, which is to be flushed.  The page is of much the same size for any number of
 * events.
 */
bool report_html(const struct zs_recording *recording, const char *path,
		 struct zs_error *error);

/* The same to another file. */
bool report_html_print(FILE *file, const struct zs_recording *recording, const char *path,
		       struct zs_error *error);

#endif /* ZSWAP_TRACE_REPORT_HTML_H */
