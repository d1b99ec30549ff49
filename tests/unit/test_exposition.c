// SPDX-License-Identifier: GPL-2.0-or-later
/* The text for Prometheus: bounds of buckets, labels, dialects. */
#include "test.h"

#include "exposition.h"

static char *written;
static size_t written_size;
static FILE *out;

static int start(void **state)
{
	(void)state;
	out = open_memstream(&written, &written_size);
	return out ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	free(written);
	return 0;
}

static const char *text(void)
{
	fclose(out);
	return written;
}

static const char *bound(enum zs_unit unit, unsigned int slot)
{
	static char buffer[ZS_TEXT];

	return zs_bucket_bound(buffer, unit, slot);
}

static void bounds(void **state)
{
	(void)state;
	assert_string_equal(bound(ZS_UNIT_BYTES, 0), "0.0");
	assert_string_equal(bound(ZS_UNIT_BYTES, 1), "128.0");
	assert_string_equal(bound(ZS_UNIT_BYTES, 2), "256.0");
	assert_string_equal(bound(ZS_UNIT_BYTES, 30), "3840.0");
	assert_null(bound(ZS_UNIT_BYTES, 31));

	assert_null(bound(ZS_UNIT_DURATION, 0));
	assert_string_equal(bound(ZS_UNIT_DURATION, 1), "1.27e-07");
	assert_string_equal(bound(ZS_UNIT_DURATION, 2), "2.55e-07");
	assert_string_equal(bound(ZS_UNIT_DURATION, 14), "0.001048575");
	assert_string_equal(bound(ZS_UNIT_DURATION, 30), "68.719476735");
	assert_null(bound(ZS_UNIT_DURATION, 31));

	assert_string_equal(bound(ZS_UNIT_AGE, 1), "0.000131071");
	assert_string_equal(bound(ZS_UNIT_AGE, 30), "70368.744177663");
	assert_null(bound(ZS_UNIT_AGE, 31));
}

/* Whether a value is in a bucket is what its bound says, for those next to it as well. */
static void bounds_are_inclusive_and_exact(void **state)
{
	static const unsigned int first[] = {
		[ZS_UNIT_DURATION] = ZSWAP_HIST_FIRST_DURATION,
		[ZS_UNIT_AGE] = ZSWAP_HIST_FIRST_AGE,
	};

	(void)state;
	for (int unit = ZS_UNIT_BYTES; unit <= ZS_UNIT_AGE; unit++) {
		double scale = unit == ZS_UNIT_BYTES ? 1 : 1e9;

		for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++) {
			uint64_t edge = (uint64_t)zs_slot_high(unit, slot) - 1;

			if (!bound(unit, slot))
				continue;
			for (uint64_t value = edge ? edge - 1 : 0; value <= edge + 1; value++) {
				unsigned int counted = unit == ZS_UNIT_BYTES ?
					zswap_hist_slot_bytes(value) :
					zswap_hist_slot_time(value, first[unit]);

				assert_int_equal(counted <= slot,
						 (double)value / scale <= atof(bound(unit, slot)));
			}
		}
	}
}

static const struct zs_family waits = { "zswap_wait_seconds", ZS_METRIC_HISTOGRAM, "Waits." };

static void histogram(void **state)
{
	struct zswap_hist hist = { .sum = 12345678901234567ULL };
	char *line, *rest;
	unsigned int lines = 0;

	(void)state;
	hist.slots[0] = 1;
	hist.slots[1] = 2;
	hist.slots[3] = 4;
	hist.slots[31] = 8;
	zs_write_hist(out, &waits, NULL, &hist, ZS_UNIT_DURATION);
	line = strtok_r((char *)text(), "\n", &rest);
	assert_string_equal(line, "zswap_wait_seconds_bucket{le=\"1.27e-07\"} 3");
	assert_string_equal(strtok_r(NULL, "\n", &rest), "zswap_wait_seconds_bucket{le=\"2.55e-07\"} 3");
	assert_string_equal(strtok_r(NULL, "\n", &rest), "zswap_wait_seconds_bucket{le=\"5.11e-07\"} 7");
	while ((line = strtok_r(NULL, "\n", &rest)) && !strstr(line, "+Inf"))
		lines++;
	assert_int_equal(lines, 27);
	assert_string_equal(line, "zswap_wait_seconds_bucket{le=\"+Inf\"} 15");
	assert_string_equal(strtok_r(NULL, "\n", &rest), "zswap_wait_seconds_sum 12345678.901234567");
	assert_string_equal(strtok_r(NULL, "\n", &rest), "zswap_wait_seconds_count 15");
	assert_null(strtok_r(NULL, "\n", &rest));
}

static void histogram_of_sizes(void **state)
{
	static const struct zs_family sizes = { "zswap_size_bytes", ZS_METRIC_HISTOGRAM, "Sizes." };
	static const struct zs_tag tags[] = { { "cause", "a\"b" }, { 0 } };
	struct zswap_hist hist = { .sum = 300 };

	(void)state;
	hist.slots[0] = 5;
	hist.slots[2] = 1;
	zs_write_hist(out, &sizes, tags, &hist, ZS_UNIT_BYTES);
	assert_memory_equal(text(),
		"zswap_size_bytes_bucket{cause=\"a\\\"b\",le=\"0.0\"} 5\n"
		"zswap_size_bytes_bucket{cause=\"a\\\"b\",le=\"128.0\"} 5\n"
		"zswap_size_bytes_bucket{cause=\"a\\\"b\",le=\"256.0\"} 6\n", 3 * 40);
	assert_non_null(strstr(written,
		"zswap_size_bytes_bucket{cause=\"a\\\"b\",le=\"+Inf\"} 6\n"
		"zswap_size_bytes_sum{cause=\"a\\\"b\"} 300\n"
		"zswap_size_bytes_count{cause=\"a\\\"b\"} 6\n"));
}

static const struct zs_family bytes = { "zswap_load_bytes", ZS_METRIC_COUNTER, "Bytes loaded." };

static void a_counter_in_plain_text(void **state)
{
	(void)state;
	zs_write_family(out, ZS_DIALECT_TEXT, &bytes);
	zs_write_sample(out, &bytes, NULL, UINT64_MAX);
	assert_string_equal(text(),
			    "# HELP zswap_load_bytes_total Bytes loaded.\n"
			    "# TYPE zswap_load_bytes_total counter\n"
			    "# UNIT zswap_load_bytes_total bytes\n"
			    "zswap_load_bytes_total 18446744073709551615\n");
}

static void a_counter_in_openmetrics(void **state)
{
	static const struct zs_tag tags[] = { { "a", "1" }, { "b", "2" }, { 0 } };

	(void)state;
	zs_write_family(out, ZS_DIALECT_OPENMETRICS, &bytes);
	zs_write_sample(out, &bytes, tags, 0);
	zs_write_end(out);
	assert_string_equal(text(),
			    "# HELP zswap_load_bytes Bytes loaded.\n"
			    "# TYPE zswap_load_bytes counter\n"
			    "# UNIT zswap_load_bytes bytes\n"
			    "zswap_load_bytes_total{a=\"1\",b=\"2\"} 0\n"
			    "# EOF\n");
}

static void quotes(void **state)
{
	(void)state;
	zs_write_quoted(out, "a\\b\"c\nd\xc3\xa9");
	assert_string_equal(text(), "\"a\\\\b\\\"c\\nd\xc3\xa9\"");
}

static void labels(void **state)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "", "" },
		{ "/user.slice/a b", "/user.slice/a b" },
		{ "/dev-a\\x2db", "/dev-a\\x2db" },
		{ "a\"\n", "a\"\n" },
		{ "tab\t, esc\033[31m, del\177", "tab\\x09, esc\\x1b[31m, del\\x7f" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "cut \xe2\x82", "cut \\xe2\\x82" },
		{ "\xe2\x82z", "\\xe2\\x82z" },
		{ "long \xc0\xaf\xe0\x80\xaf", "long \\xc0\\xaf\\xe0\\x80\\xaf" },
		{ "surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80" },
		{ "beyond \xf4\x90\x80\x80", "beyond \\xf4\\x90\\x80\\x80" },
		{ "last \xf4\x8f\xbf\xbd", "last \xf4\x8f\xbf\xbd" },
		{ "none \xf4\x8f\xbf\xbf", "none \\xf4\\x8f\\xbf\\xbf" },
		/* exe.gpj, from right to left */
		{ "bidi \xe2\x80\xaegpj.exe", "bidi \\xe2\\x80\\xaegpj.exe" },
		{ "isolate \xe2\x81\xa6", "isolate \\xe2\\x81\\xa6" },
		{ "mark \xd8\x9c", "mark \\xd8\\x9c" },
		{ "line \xe2\x80\xa8", "line \\xe2\\x80\\xa8" },
		{ "csi \xc2\x9b", "csi \\xc2\\x9b" },
	};

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(cases); i++) {
		char *label = zs_label_text(cases[i].name);

		assert_string_equal(label, cases[i].text);
		free(label);
	}
}

static void a_name_is_one_line(void **state)
{
	char *name = zs_name_text("a\nb\tc");

	(void)state;
	assert_string_equal(name, "a?b\\x09c");
	free(name);
}

static void who_gets_which_dialect(void **state)
{
	static const struct {
		const char *accept;
		bool openmetrics;
	} cases[] = {
		{ NULL, false },
		{ "", false },
		{ "*/*", false },
		{ "text/plain", false },
		{ "text/html,application/xhtml+xml,*/*;q=0.8", false },
		{ "application/openmetrics-text", true },
		{ "Application/OpenMetrics-Text ; version=1.0.0", true },
		{ "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true },
		{ "text/plain;version=0.0.4;q=0.9, application/openmetrics-text;version=1.0.0; q=0.3", false },
		{ "application/openmetrics-text;q=0", false },
		{ "application/openmetrics-text;q=0.0,text/plain", false },
		{ "application/openmetrics-textual", false },
		{ "application/vnd.google.protobuf;q=0.7,application/openmetrics-text;q=0.6", true },
		{ ",,;;q=,=q", false },
	};

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(cases); i++)
		assert_int_equal(zs_dialect_accepted(cases[i].accept), cases[i].openmetrics ?
				 ZS_DIALECT_OPENMETRICS : ZS_DIALECT_TEXT);
}

#define WRITES(test)	cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds),
		cmocka_unit_test(bounds_are_inclusive_and_exact),
		WRITES(histogram),
		WRITES(histogram_of_sizes),
		WRITES(a_counter_in_plain_text),
		WRITES(a_counter_in_openmetrics),
		WRITES(quotes),
		cmocka_unit_test(labels),
		cmocka_unit_test(a_name_is_one_line),
		cmocka_unit_test(who_gets_which_dialect),
	};

	return cmocka_run_group_tests_name("exposition", tests, NULL, NULL);
}
