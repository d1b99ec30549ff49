// SPDX-License-Identifier: GPL-2.0-or-later
/* What somebody reads first: what was recorded, what is missing, what happened. */
#include <string.h>
#include <time.h>

#include "report-html-parts.h"
#include "verdict.h"

/* A damaged file may have any number. */
#define FLAWS_TOLD	12

static const struct zswap_usage *usage_of(const struct report_data *data)
{
	return &data->tally->snapshot.stats.usage;
}

static uint64_t events_of(const struct report_data *data)
{
	uint64_t events = 0;

	for (unsigned int i = 0; i < ZSWAP_EVENT_COUNT; i++)
		if (i != ZSWAP_EVENT_LOST)
			events += data->summary.events[i];
	return events;
}

/* A fact that is there, and not empty. */
static const char *fact(const struct report_data *data, const char *name)
{
	const char *value = zs_recording_fact(data->recording, name);

	return value && *value ? value : NULL;
}

static void title(struct html *html, const struct report_data *data, const char *path)
{
	const char *command = fact(data, "command"), *slash = strrchr(path, '/');

	html_print(html, "<h1>zswap%s ", command ? " during" : ":");
	html_name(html, command ? command : slash && slash[1] ? slash + 1 : path);
	html_print(html, "</h1>\n");
}

static void day_and_time(struct html *html, const struct report_data *data)
{
	uint64_t ns;
	time_t seconds;
	struct tm when;
	char text[64];

	if (!zs_recording_number(data->recording, "start_real_ns", &ns))
		return;
	seconds = (time_t)(ns / ZS_NSEC);
	if (gmtime_r(&seconds, &when) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &when))
		html_print(html, "%s, ", text);
}

static void memory(struct html *html, const struct report_data *data)
{
	uint64_t number;
	char text[ZS_TEXT];

	if (zs_recording_number(data->recording, "cpus", &number))
		html_print(html, "%llu CPUs, ", (unsigned long long)number);
	if (zs_recording_number(data->recording, "memory_bytes", &number))
		html_print(html, "%s of memory, ", zs_format_bytes(text, (double)number));
}

static void subtitle(struct html *html, const struct report_data *data)
{
	static const struct {
		const char *fact, *before;
	} named[] = { { "machine", "" }, { "kernel", "Linux " }, { "source", "source " } };
	char a[ZS_TEXT], b[ZS_TEXT];

	html_print(html, "<p class=\"sub\">");
	for (size_t i = 0; i < ZS_ARRAY_SIZE(named); i++) {
		if (!fact(data, named[i].fact))
			continue;
		html_print(html, "%s", named[i].before);
		html_name(html, fact(data, named[i].fact));
		html_print(html, ", ");
	}
	memory(html, data);
	day_and_time(html, data);
	html_print(html, "%s events in %s", html_count(a, events_of(data)),
		   html_time(b, report_seconds(data) * ZS_NSEC));
	if (fact(data, "filter")) {
		html_print(html, ", filtered by <code>");
		html_name(html, fact(data, "filter"));
		html_print(html, "</code>");
	}
	html_print(html, "</p>\n");
}

/* "zswap: zbud, lzo, max_pool_percent 20, ...": how it was set. */
static void settings(struct html *html, const struct report_data *data)
{
	static const struct {
		const char *fact, *before;
	} named[] = {
		{ "zswap.pool", "" }, { "zswap.compressor", "" },
		{ "zswap.max_pool_percent", "max_pool_percent " },
		{ "zswap.accept_threshold_percent", "accept_threshold_percent " },
		{ "zswap.max_compression_ratio", "max_compression_ratio " },
		{ "zswap.incompressible", "incompressible pages: " },
		{ "zswap.buddies", "buddies " },
		{ "zswap.frame_order", "frame_order " },
	};
	const char *before = "<p class=\"sub\">Settings: ";

	for (size_t i = 0; i < ZS_ARRAY_SIZE(named); i++) {
		if (!fact(data, named[i].fact))
			continue;
		html_print(html, "%s%s", before, named[i].before);
		html_name(html, fact(data, named[i].fact));
		before = ", ";
	}
	html_print(html, "%s\n", *before == ',' ? "</p>" : "");
}

/* What is missing, plainly and before anything else. */
static void missing(struct html *html, const struct report_data *data)
{
	const struct zs_flaw *flaw;
	char a[ZS_TEXT], b[ZS_TEXT];
	size_t count = 0;

	while (zs_recording_flaw(data->recording, count))
		count++;
	if (!data->summary.lost && !data->gap_places && !count && data->summary.whole)
		return;
	html_print(html, "<div class=\"flaws bad\" role=\"note\"><p><strong>Not all is here.</strong> ");
	if (data->summary.lost)
		html_print(html, "%s events were lost, in %s places: the counts are too low by "
			   "that much. ", html_count(a, data->summary.lost),
			   html_count(b, data->loss_places));
	if (data->gap_places)
		html_print(html, "In %s places events are missing, and nobody knows how many. ",
			   html_count(a, data->gap_places));
	if (!data->summary.whole)
		html_print(html, "The recorder did not end in order, or a part of the file is "
			   "missing: what there is of it is shown.");
	html_print(html, "</p>");
	for (size_t i = 0; i < count && i < FLAWS_TOLD; i++) {
		flaw = zs_recording_flaw(data->recording, i);
		html_print(html, "%s<li>At offset %llu: ", i ? "" : "<ul>",
			   (unsigned long long)flaw->offset);
		html_text(html, flaw->text);
		html_print(html, "</li>");
	}
	if (count > FLAWS_TOLD)
		html_print(html, "<li>and %zu more</li>", count - FLAWS_TOLD);
	html_print(html, "%s</div>\n", count ? "</ul>" : "");
}

/* The pool as it was at the end, as far as a judgement needs it. */
static void find_pool(struct zs_pool *pool, const struct report_data *data)
{
	size_t count;
	const struct zswap_state *states = zs_recording_states(data->recording, &count);

	memset(pool, 0, sizeof(*pool));
	pool->enabled = true;
	if (!count)
		return;
	pool->have = ZS_HAVE_POOL | ZS_HAVE_STORED;
	pool->pool_bytes = states[count - 1].pool_bytes;
	pool->limit_bytes = states[count - 1].limit_bytes;
	pool->stored_pages = states[count - 1].stored_pages;
}

/* The judgement of zswaptop, of all the time; a part of the events is no base for one. */
static void verdict(struct html *html, const struct report_data *data)
{
	static const char *const classes[] = { "good", "note", "warn", "bad" };
	struct zs_verdict verdict;
	struct zs_pool pool;
	struct zs_sight sight = {
		.pool = &pool, .state = ZS_STATE_ACTIVE, .source = ZS_SOURCE_TP_BTF,
		.interval = &data->tally->snapshot, .thrash = ZS_THRASH_DEFAULT,
	};

	if (fact(data, "filter") || !events_of(data))
		return;
	if (fact(data, "source"))
		zs_source_kind_parse(fact(data, "source"), &sight.source);
	find_pool(&pool, data);
	zs_verdict(&verdict, &sight);
	html_print(html, "<div class=\"verdict %s\"><p><strong>", classes[verdict.level]);
	html_text(html, verdict.text);
	html_print(html, "</strong>");
	if (*verdict.advice) {
		html_print(html, "<br/>What helps: ");
		html_text(html, verdict.advice);
	}
	html_print(html, "</p></div>\n");
}

static void say_stores(struct html *html, const struct report_data *data)
{
	const struct zswap_usage *usage = usage_of(data);
	uint64_t pages = usage->stores - usage->same_filled;
	char a[ZS_TEXT], b[ZS_TEXT], c[ZS_TEXT];

	if (!usage->stores)
		return;
	html_print(html, "%s pages (%s) were stored", html_count(a, usage->stores),
		   zs_format_bytes(b, (double)usage->stores * ZSWAP_PAGE_BYTES));
	if (usage->store_bytes_out && pages)
		html_print(html, ", compressed %s to %s on average",
			   zs_format_ratio(a, (double)pages * ZSWAP_PAGE_BYTES /
					   (double)usage->store_bytes_out),
			   zs_format_bytes(c, (double)usage->store_bytes_out / (double)pages));
	html_print(html, ". ");
}

/* ", half of them in 40 us": the median of a histogram, if it has one. */
static void say_median(struct html *html, const struct report_data *data,
		       enum zswap_histogram which)
{
	char text[ZS_TEXT];
	double value;

	if (zs_spread_quantile(&data->tally->spreads[which], 0.5, &value))
		html_print(html, ", half of them within %s", html_time(text, value));
}

static void say_loads(struct html *html, const struct report_data *data)
{
	const struct zswap_usage *usage = usage_of(data);
	uint64_t back = usage->loads + usage->disk_reads;
	char a[ZS_TEXT], b[ZS_TEXT];

	if (!back)
		return;
	html_print(html, "%s pages came back: %s of them from the pool", html_count(a, back),
		   html_percent(b, (double)usage->loads, (double)back));
	if (usage->loads)
		say_median(html, data, ZSWAP_HIST_LOAD_DURATION);
	if (usage->disk_reads) {
		html_print(html, "; the rest was read from disk");
		say_median(html, data, ZSWAP_HIST_DISK_READ_DURATION);
	}
	html_print(html, ". ");
}

static void say_rest(struct html *html, const struct report_data *data)
{
	const struct zswap_usage *usage = usage_of(data);
	char a[ZS_TEXT], b[ZS_TEXT], reasons[256];

	if (usage->writebacks)
		html_print(html, "%s were written back to make room. ",
			   html_count(a, usage->writebacks));
	if (!usage->rejects)
		return;
	zs_format_rejects(reasons, sizeof(reasons), usage->reject_by_reason);
	reasons[strcspn(reasons, ":")] = '\0';
	html_print(html, "%s (%s of those swapped out) were rejected, most of them for %s.",
		   html_count(a, usage->rejects),
		   html_percent(b, (double)usage->rejects,
				(double)(usage->rejects + usage->stores)),
		   reasons);
}

static void words(struct html *html, const struct report_data *data)
{
	html_print(html, "<p>");
	if (!events_of(data))
		html_print(html, "No event was recorded: nothing was swapped, or the filter let "
			   "nothing pass.");
	say_stores(html, data);
	say_loads(html, data);
	say_rest(html, data);
	html_print(html, "</p>\n");
}

static void tile(struct html *html, const char *name, const char *value, const char *more)
{
	html_print(html, "<div><dt>%s</dt><dd>%s", name, value);
	html_print(html, "<small>%s</small></dd></div>\n", more);
}

static void count_tile(struct html *html, const struct report_data *data, const char *name,
		       uint64_t count)
{
	char value[ZS_TEXT], rate[ZS_TEXT + 8];

	html_short(rate, (double)count / report_seconds(data));
	zs_format_more(rate, "/s");
	tile(html, name, html_count(value, count), rate);
}

static void load_tile(struct html *html, const struct report_data *data)
{
	const struct zs_spread *spread = &data->tally->spreads[ZSWAP_HIST_LOAD_DURATION];
	char value[ZS_TEXT], more[2 * ZS_TEXT], text[ZS_TEXT];
	double p50, p99;

	if (!zs_spread_quantile(spread, 0.5, &p50) || !zs_spread_quantile(spread, 0.99, &p99))
		return;
	snprintf(more, sizeof(more), "99%% below %s", html_time(text, p99));
	tile(html, "Median load", html_time(value, p50), more);
}

static void tiles(struct html *html, const struct report_data *data)
{
	const struct zswap_usage *usage = usage_of(data);
	uint64_t back = usage->loads + usage->disk_reads;
	uint64_t pages = usage->stores - usage->same_filled;
	char value[ZS_TEXT], more[ZS_TEXT + 32], text[ZS_TEXT];

	html_print(html, "<dl class=\"tiles\">\n");
	count_tile(html, data, "Stores", usage->stores);
	if (usage->store_bytes_out) {
		snprintf(more, sizeof(more), "%s a page",
			 zs_format_bytes(text, (double)usage->store_bytes_out /
					 (double)(pages ? pages : 1)));
		tile(html, "Compression", zs_format_ratio(value, (double)pages * ZSWAP_PAGE_BYTES /
						(double)usage->store_bytes_out), more);
	}
	count_tile(html, data, "Loads", usage->loads);
	count_tile(html, data, "Disk reads", usage->disk_reads);
	if (back)
		tile(html, "Hit ratio", html_percent(value, (double)usage->loads, (double)back),
		     "of pages that came back");
	load_tile(html, data);
	count_tile(html, data, "Writebacks", usage->writebacks);
	count_tile(html, data, "Rejects", usage->rejects);
	html_print(html, "</dl>\n");
}

void report_html_head(struct html *html, const struct report_data *data, const char *path)
{
	title(html, data, path);
	subtitle(html, data);
	settings(html, data);
	missing(html, data);
	verdict(html, data);
	words(html, data);
	tiles(html, data);
}
