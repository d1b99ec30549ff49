// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written is markup where we wrote it, and text where somebody else did. */
#include "test.h"

#include "html.h"

static char *page;
static size_t size;
static struct html html;

static void begin(void)
{
	html = (struct html){ .file = open_memstream(&page, &size) };
	assert_non_null(html.file);
}

static void ends_as(const char *expected)
{
	fclose(html.file);
	assert_string_equal(page, expected);
	free(page);
}

static void markup(void **state)
{
	(void)state;
	begin();
	html_text(&html, "<script>\"a\" & 'b'</script>");
	ends_as("&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
	begin();
	html_print(&html, "<b x=\"%d\">", 1);
	html_text(&html, "<b>");
	ends_as("<b x=\"1\">&lt;b&gt;");
}

/* Each of these has one character, of as many bytes as it can have. */
static void characters(void **state)
{
	(void)state;
	begin();
	html_text(&html, "a\u00b5\u20ac\U0001f600~");
	ends_as("a\u00b5\u20ac\U0001f600~");
}

static void no_characters(void **state)
{
	static const struct {
		const char *text;
		unsigned int count;	/* of replacements, before the "x" */
	} wrong[] = {
		{ "\x01x", 1 }, { "\x7fx", 1 }, { "\nx", 1 }, { "\x80x", 1 }, { "\xffx", 1 },
		{ "\xc2x", 1 }, { "\xe2\x82x", 2 }, { "\xf0\x9f\x98x", 3 },
		{ "\xc0\xafx", 1 }, { "\xe0\x80\xafx", 1 }, { "\xed\xa0\x80x", 1 },
		{ "\xf4\x90\x80\x80x", 1 }, { "\xf8\x88\x80\x80\x80x", 5 },
		{ "\u202ex", 1 }, { "\u2066x", 1 }, { "\uffffx", 1 }, { "\ufeffx", 1 },
		{ "\xc2\x9bx", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(wrong); i++) {
		char expected[32] = "";

		for (unsigned int n = 0; n < wrong[i].count; n++)
			strcat(expected, "\ufffd");
		strcat(expected, "x");
		begin();
		html_text(&html, wrong[i].text);
		ends_as(expected);
	}
	/* the end of the text is not read over */
	begin();
	html_text(&html, "\xf0");
	ends_as("\ufffd");
}

static void names(void **state)
{
	char longest[HTML_NAME + 1], longer[3 * HTML_NAME + 1], *at;

	(void)state;
	begin();
	html_name(&html, "");
	ends_as("?");
	begin();
	html_name(&html, "a<b");
	ends_as("a&lt;b");
	memset(longest, 'a', HTML_NAME);
	longest[HTML_NAME] = '\0';
	begin();
	html_name(&html, longest);
	ends_as(longest);
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	longer[sizeof(longer) - 2] = 'z';
	begin();
	html_name(&html, longer);
	fclose(html.file);
	at = strstr(page, "\u2026");
	assert_non_null(at);
	assert_true(strlen(page) <= HTML_NAME + strlen("\u2026"));
	assert_int_equal(page[strlen(page) - 1], 'z');
	free(page);
}

static void numbers(void **state)
{
	char text[ZS_TEXT];

	(void)state;
	assert_string_equal(html_count(text, 0), "0");
	assert_string_equal(html_count(text, 999), "999");
	assert_string_equal(html_count(text, 1000), "1,000");
	assert_string_equal(html_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
	assert_string_equal(html_short(text, 0), "0");
	assert_string_equal(html_short(text, 0.25), "0.25");
	assert_string_equal(html_short(text, 10), "10");
	assert_string_equal(html_short(text, 100), "100");
	assert_string_equal(html_short(text, 12.34), "12.3");
	assert_string_equal(html_short(text, 999.7), "1k");
	assert_string_equal(html_short(text, 4560), "4.56k");
	assert_string_equal(html_short(text, 1.8e19), "18E");
	assert_string_equal(html_time(text, 49100), "49.1 \u00b5s");
	assert_string_equal(html_time(text, 4.9e6), "4.90 ms");
	assert_string_equal(html_percent(text, 0, 0), "0%");
	assert_string_equal(html_percent(text, 1, 3), "33%");
	assert_string_equal(html_percent(text, 1, 1000), "under 1%");
	assert_string_equal(html_percent(text, 999, 1000), "over 99%");
	assert_string_equal(html_percent(text, 3, 3), "100%");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup),
		cmocka_unit_test(characters),
		cmocka_unit_test(no_characters),
		cmocka_unit_test(names),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests_name("trace_html", tests, NULL, NULL);
}
