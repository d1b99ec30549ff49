// SPDX-License-Identifier: GPL-2.0-or-later
/* Axes, ticks and shapes, of sensible values and of others. */
#include "test.h"

#include "chart.h"

static char labels[512];

/* "0 s|5 s|10 s", with those in brackets that may be left out. */
static const char *labelled(struct chart_axis axis, unsigned int wanted)
{
	struct chart_tick ticks[CHART_TICKS];
	size_t count = chart_ticks(&axis, wanted, ticks);

	*labels = '\0';
	for (size_t i = 0; i < count; i++) {
		assert_true(ticks[i].at >= 0 && ticks[i].at <= 1);
		assert_true(!i || ticks[i].at > ticks[i - 1].at);
		sprintf(labels + strlen(labels), ticks[i].minor ? "%s(%s)" : "%s%s",
			i ? "|" : "", ticks[i].label);
	}
	return labels;
}

static void linear(void **state)
{
	(void)state;
	assert_string_equal(labelled(chart_linear(CHART_NUMBER, 87), 3), "0|50|100");
	assert_string_equal(labelled(chart_linear(CHART_NUMBER, 1234), 3), "0|500|1k|1.5k");
	assert_string_equal(labelled(chart_linear(CHART_BYTES, 30 << 20), 3), "0 B|16 MiB|32 MiB");
	assert_string_equal(labelled((struct chart_axis){ CHART_BYTES, false, 0, 4096 }, 8),
			    "0 B|(512 B)|1 KiB|(1.5 KiB)|2 KiB|(2.5 KiB)|3 KiB|(3.5 KiB)|4 KiB");
	assert_string_equal(labelled((struct chart_axis){ CHART_TIME, false, 0, 20e9 }, 4),
			    "0 s|5 s|10 s|15 s|20 s");
	assert_string_equal(labelled((struct chart_axis){ CHART_TIME, false, 0, 1.1e9 }, 3),
			    "0 s|0.5 s|1 s");
	assert_string_equal(labelled((struct chart_axis){ CHART_TIME, false, 0, 2700e9 }, 4),
			    "0 min|15 min|30 min|45 min");
	assert_string_equal(labelled((struct chart_axis){ CHART_TIME, false, 0, 300 }, 4),
			    "0 ns|100 ns|200 ns|300 ns");
}

static void logarithmic(void **state)
{
	(void)state;
	assert_string_equal(labelled(chart_log(CHART_TIME, 1e3, 1e7), 8),
			    "1 \u00b5s|10 \u00b5s|100 \u00b5s|1 ms|10 ms");
	assert_string_equal(labelled(chart_log(CHART_TIME, 1e4, 1e5), 8),
			    "10 \u00b5s|20 \u00b5s|50 \u00b5s|100 \u00b5s");
	assert_string_equal(labelled(chart_log(CHART_TIME, 1e9, 3600e9), 8),
			    "1 s|10 s|1 min|10 min|1 h");
	/* too many decades: every second or third */
	assert_string_equal(labelled(chart_log(CHART_TIME, 1, 1e9), 9),
			    "1 ns|100 ns|10 \u00b5s|1 ms|100 ms");
	assert_string_equal(labelled(chart_log(CHART_TIME, 1e3, 1e10), 9),
			    "1 \u00b5s|(10 \u00b5s)|100 \u00b5s|(1 ms)|10 ms|(100 ms)|1 s|(10 s)");
	/* one value has neighbours all the same */
	assert_string_equal(labelled(chart_log(CHART_TIME, 1e3, 1e3), 8),
			    "500 ns|1 \u00b5s|2 \u00b5s");
}

/* Whatever the values are, an axis has a length, and all is on it. */
static void senseless(void **state)
{
	static const double values[] = {
		0, -1, NAN, INFINITY, -INFINITY, 1e-300, 1e300, 1, 1.8446744073709552e19, 1e-9,
	};
	static const enum chart_unit units[] = { CHART_NUMBER, CHART_BYTES, CHART_TIME };

	(void)state;
	for (size_t u = 0; u < ZS_ARRAY_SIZE(units); u++)
		for (size_t i = 0; i < ZS_ARRAY_SIZE(values); i++)
			for (size_t k = 0; k < ZS_ARRAY_SIZE(values); k++) {
				struct chart_axis one = chart_linear(units[u], values[i]);
				struct chart_axis two = chart_log(units[u], values[i], values[k]);

				assert_true(one.high > one.low && isfinite(one.high));
				assert_true(two.high > two.low && two.low > 0);
				assert_true(chart_at(&one, values[k]) >= 0 &&
					    chart_at(&one, values[k]) <= 1);
				assert_true(chart_at(&two, values[k]) >= 0 &&
					    chart_at(&two, values[k]) <= 1);
				labelled(one, 4);
				labelled(two, 8);
			}
}

static char *page;
static size_t size;

static void draw(void (*what)(struct chart *chart))
{
	struct html html = { .file = open_memstream(&page, &size) };
	struct chart chart = {
		.html = &html, .title = "<t>", .description = "\"d\"", .height = 100,
		.x = { CHART_NUMBER, false, 0, 10 }, .y = { CHART_NUMBER, false, 0, 10 },
	};

	assert_non_null(html.file);
	what(&chart);
	fclose(html.file);
	assert_null(strstr(page, "nan"));
	assert_null(strstr(page, "inf"));
}

static void steps_of_some(struct chart *chart)
{
	const double values[] = { 1, 1, NAN, 10, 20 };

	chart_steps(chart, values, 5, "one");
	chart_line(chart, values, 5, "two");
}

static void bars_of_some(struct chart *chart)
{
	const double values[] = { 5, 0 }, below[] = { 2.5, 1 };

	chart_bars(chart, values, below, 2, "bars");
}

static void marks(struct chart *chart)
{
	chart_begin(chart);
	chart_mark(chart, 5, 0, "p50 <", "mark");
	chart_band(chart, 9, 100, "gap", "1 & 2");
	chart_end(chart);
}

static void shapes(void **state)
{
	(void)state;
	draw(steps_of_some);
	assert_non_null(strstr(page, "class=\"one\" d=\"M0.0 100.0V90.0H400.0V100M600.0 100.0V0.0H800.0V0.0H1000.0V100\""));
	assert_non_null(strstr(page, "class=\"two\" d=\"M0.0 90.0V90.0H400.0M600.0 0.0V0.0H800.0V0.0H1000.0\""));
	free(page);
	draw(bars_of_some);
	assert_non_null(strstr(page, "d=\"M30.0 75.0V25.0h440.0V75.0z\""));
	free(page);
	draw(marks);
	assert_non_null(strstr(page, "<title id=\"t1\">&lt;t&gt;</title><desc id=\"d1\">&quot;d&quot;</desc>"));
	assert_non_null(strstr(page, "x1=\"50.00%\""));
	assert_non_null(strstr(page, ">p50 &lt;</text>"));
	assert_non_null(strstr(page, "x=\"90.00%\" width=\"10.00%\""));
	free(page);
}

static void heats(void **state)
{
	uint32_t from[CHART_HEATS];

	(void)state;
	assert_int_equal(chart_heats(0, from), 0);
	assert_int_equal(chart_heats(1, from), 1);
	assert_int_equal(from[0], 1);
	assert_int_equal(chart_heats(3, from), 3);
	assert_int_equal(from[2], 3);
	assert_int_equal(chart_heats(UINT32_MAX, from), CHART_HEATS);
	for (unsigned int i = 1; i < CHART_HEATS; i++)
		assert_true(from[i] > from[i - 1]);
}

static void map(struct chart *chart)
{
	/* the lowest row first */
	const uint32_t cells[] = { 0, 2, 2, 1, 0, 0 };

	chart_heat(chart, cells, 3, 2, 2);
}

static void maps(void **state)
{
	(void)state;
	draw(map);
	assert_non_null(strstr(page, "<path class=\"h6\" d=\"M0 0h1v1h-1z\"/>"));
	assert_non_null(strstr(page, "<path class=\"h7\" d=\"M1 1h2v1h-2z\"/>"));
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear),
		cmocka_unit_test(logarithmic),
		cmocka_unit_test(senseless),
		cmocka_unit_test(shapes),
		cmocka_unit_test(heats),
		cmocka_unit_test(maps),
	};

	return cmocka_run_group_tests_name("trace_chart", tests, NULL, NULL);
}
