// SPDX-License-Identifier: GPL-2.0-or-later
/* From the text of a filter to its terms, and back. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "filter.h"
#include "stream.h"

#define PATH_ROOM	4096

/**
 * struct unit - of a number
 * @name: behind it
 * @size: what it stands for
 */
struct unit {
	const char *name;
	uint64_t size;
};

static const struct unit plain[] = { { "", 1 }, { NULL, 0 } };
/* From the smallest: "" is that of a number alone, which a time must not be. */
static const struct unit times[] = {
	{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", ZS_NSEC }, { NULL, 0 },
};
static const struct unit sizes[] = {
	{ "", 1 }, { "B", 1 }, { "K", 1 << 10 }, { "M", 1 << 20 }, { NULL, 0 },
};

/**
 * struct field - how a field is typed
 * @name: its name
 * @what: what its values are, for messages
 * @units: of its numbers
 * @word: name of a value, if it has names
 * @words: how many
 * @alike: only == and != make sense
 */
struct field {
	const char *name;
	const char *what;
	const struct unit *units;
	const char *(*word)(unsigned int value);
	unsigned int words;
	bool alike;
};

static const struct field fields[ZSWAP_FIELD_COUNT] = {
	[ZSWAP_FIELD_EVENT]    = { "event", "event", NULL, zs_event_name, ZSWAP_EVENT_COUNT, true },
	[ZSWAP_FIELD_CGROUP]   = { "cgroup", "cgroup", plain, NULL, 0, true },
	[ZSWAP_FIELD_PID]      = { "pid", "process number", plain, NULL, 0, false },
	[ZSWAP_FIELD_LENGTH]   = { "length", "number of bytes, as 1000 or 2K", sizes, NULL, 0, false },
	[ZSWAP_FIELD_DURATION] = { "duration", "time, as 500ns, 200us, 1.5ms or 2s", times, NULL, 0, false },
	[ZSWAP_FIELD_AGE]      = { "age", "time, as 500ns, 200us, 1.5ms or 2s", times, NULL, 0, false },
	[ZSWAP_FIELD_REASON]   = { "reason", "reason", NULL, zs_reason_name, ZSWAP_REJECT_COUNT, true },
	[ZSWAP_FIELD_CAUSE]    = { "cause", "cause", NULL, zs_cause_name, ZSWAP_CAUSE_COUNT, true },
	[ZSWAP_FIELD_KIND]     = { "kind", "kind of a page", NULL, zs_kind_name, ZSWAP_KIND_COUNT, true },
	[ZSWAP_FIELD_TYPE]     = { "type", "number of a swap area, from 0", plain, NULL, 0, false },
	[ZSWAP_FIELD_OFFSET]   = { "offset", "number of a page in a swap area", plain, NULL, 0, false },
	[ZSWAP_FIELD_RESULT]   = { "result", "result: 0, or an errno as ENOMEM or 12", plain, NULL, 0, false },
	[ZSWAP_FIELD_CPU]      = { "cpu", "number of a processor, from 0", plain, NULL, 0, false },
};

/* "==" comes before "=", which is a part of it; so do the others. */
static const struct {
	const char *text;
	enum zswap_operator operator;
} operators[] = {
	{ "==", ZSWAP_EQUAL }, { "!=", ZSWAP_NOT_EQUAL }, { "<=", ZSWAP_LESS_EQUAL },
	{ ">=", ZSWAP_GREATER_EQUAL }, { "<", ZSWAP_LESS }, { ">", ZSWAP_GREATER },
	{ "=", ZSWAP_EQUAL },
};

/**
 * struct parser - where we are
 * @text: all of it
 * @at: what is left
 * @word: that was taken last
 * @length: of it
 * @find: knows cgroups
 * @context: for it
 * @error: for what is wrong
 */
struct parser {
	const char *text;
	const char *at;
	const char *word;
	size_t length;
	zs_filter_cgroup_fn *find;
	const void *context;
	struct zs_error *error;
};

/* At @place; how the sentence goes on is the caller's. */
__attribute__((format(printf, 3, 4)))
static bool wrong(const struct parser *parser, const char *place, const char *format, ...)
{
	char sentence[280];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	if (!*place)
		return zs_fail(parser->error, ZS_ERR_ARGUMENT, "filter, at its end: %s", sentence);
	return zs_fail(parser->error, ZS_ERR_ARGUMENT, "filter, character %zu: %s",
		       (size_t)(place - parser->text) + 1, sentence);
}

/* The word, fit to be printed. */
static char *show(const struct parser *parser, char text[ZS_TEXT])
{
	char word[ZS_TEXT];

	snprintf(word, sizeof(word), "%.*s", parser->length < sizeof(word) ?
		 (int)parser->length : (int)sizeof(word) - 1, parser->word);
	return zs_format_name(text, word);
}

static void skip_blanks(struct parser *parser)
{
	while (isspace((unsigned char)*parser->at))
		parser->at++;
}

static bool is_join(const char *at)
{
	return !strncmp(at, "&&", 2) || !strncmp(at, "||", 2);
}

static void take_word(struct parser *parser, const char *end)
{
	parser->word = parser->at;
	parser->length = (size_t)(end - parser->at);
	parser->at = end;
}

static bool word_is(const struct parser *parser, const char *name)
{
	return strlen(name) == parser->length && !strncmp(name, parser->word, parser->length);
}

/* ", "-separated names, as many as there is room for. */
static void list_words(char *text, size_t size, const struct field *field)
{
	size_t used = 0;

	for (unsigned int i = 0; i < field->words && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 field->word(i));
}

static bool take_field(struct parser *parser, struct zswap_term *term)
{
	const char *end = parser->at;
	char word[ZS_TEXT];

	if (*end == '(' || *end == ')')
		return wrong(parser, end, "there are no parentheses; && binds tighter than ||");
	while (isalnum((unsigned char)*end) || *end == '_')
		end++;
	if (end == parser->at)
		return wrong(parser, end, "a comparison is missing, as in duration>200us");
	take_word(parser, end);
	for (unsigned int i = 0; i < ZSWAP_FIELD_COUNT; i++) {
		if (!word_is(parser, fields[i].name))
			continue;
		term->field = (__u8)i;
		return true;
	}
	return wrong(parser, parser->word, "'%s' is no field: event, cgroup, pid, length, "
		     "duration, age, reason, cause, kind, type, offset, result, cpu",
		     show(parser, word));
}

static bool take_operator(struct parser *parser, struct zswap_term *term)
{
	const struct field *field = &fields[term->field];

	skip_blanks(parser);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(operators); i++) {
		if (strncmp(parser->at, operators[i].text, strlen(operators[i].text)))
			continue;
		term->operator = (__u8)operators[i].operator;
		if (field->alike && term->operator != ZSWAP_EQUAL &&
		    term->operator != ZSWAP_NOT_EQUAL)
			return wrong(parser, parser->at, "with '%s' only == and != make sense",
				     field->name);
		parser->at += strlen(operators[i].text);
		return true;
	}
	return wrong(parser, parser->at, "behind '%s' there must be ==, !=, <, <=, > or >=",
		     field->name);
}

/* A value ends at a blank, or where comparisons are joined; unless it is in quotes. */
static bool take_value(struct parser *parser, const struct field *field)
{
	const char *end;

	skip_blanks(parser);
	end = parser->at;
	if (*end == '"' || *end == '\'') {
		end = strchr(end + 1, *parser->at);
		if (!end)
			return wrong(parser, parser->at, "its other %c is missing", *parser->at);
		parser->at++;
		take_word(parser, end);
		parser->at++;
	} else {
		while (*end && !isspace((unsigned char)*end) && !is_join(end))
			end++;
		take_word(parser, end);
	}
	if (parser->length)
		return true;
	return wrong(parser, parser->word, "a value is missing: '%s' is compared with a %s",
		     field->name, field->what);
}

/* Digits, as far as they go. Return: how many; 0 also if they are far too many. */
static size_t take_digits(const char **at, const char *end, uint64_t *value)
{
	const char *begin = *at;

	for (*value = 0; *at < end && isdigit((unsigned char)**at); ++*at)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(**at - '0'), value))
			return 0;
	return (size_t)(*at - begin);
}

static const struct unit *find_unit(const struct unit *units, const char *name, size_t length)
{
	for (const struct unit *unit = units; unit->name; unit++)
		if (strlen(unit->name) == length && !strncmp(unit->name, name, length))
			return unit;
	return NULL;
}

/* 200us, 1.5K: a whole number of the smallest unit. */
static bool parse_number(const struct parser *parser, const struct unit *units, uint64_t *value)
{
	const char *at = parser->word, *end = at + parser->length;
	uint64_t whole, part = 0, scale = 1;
	const struct unit *unit;
	size_t digits = 0;

	if (!take_digits(&at, end, &whole))
		return false;
	if (at < end && *at == '.') {
		at++;
		digits = take_digits(&at, end, &part);
		/* 10^19 is the largest power of 10 that there is room for */
		if (!digits || digits > 19)
			return false;
	}
	while (digits--)
		scale *= 10;
	/* nothing is nothing in any unit */
	if (at == end && !whole && !part) {
		*value = 0;
		return true;
	}
	unit = find_unit(units, at, (size_t)(end - at));
	if (!unit || __builtin_mul_overflow(part, unit->size, &part) || part % scale)
		return false;
	return !__builtin_mul_overflow(whole, unit->size, value) &&
	       !__builtin_add_overflow(*value, part / scale, value);
}

static bool find_word(const struct parser *parser, const struct field *field, uint64_t *value)
{
	for (unsigned int i = 0; i < field->words; i++) {
		if (!word_is(parser, field->word(i)))
			continue;
		*value = i;
		return true;
	}
	return false;
}

static bool find_errno(const struct parser *parser, uint64_t *value)
{
	for (int number = 1; number < 4096; number++) {
		const char *name = strerrorname_np(number);

		if (!name || !word_is(parser, name))
			continue;
		*value = (uint64_t)number;
		return true;
	}
	return false;
}

/* @root: prefix of /sys, or NULL. */
static bool look_up_cgroup(const char *path, const void *root, uint64_t *id,
			   struct zs_error *error)
{
	char full[PATH_ROOM + 64];
	struct stat status;

	if (!root)
		return zs_cgroup_find(path, id, error);
	zs_path(full, sizeof(full), root, "/sys/fs/cgroup/%s", path);
	if (stat(full, &status) || !S_ISDIR(status.st_mode))
		return zs_fail(error, ZS_ERR_CGROUP,
			       "no cgroup '%s': give a directory below /sys/fs/cgroup", path);
	*id = status.st_ino;
	return true;
}

/* By its path, or by its number. */
static bool find_cgroup(const struct parser *parser, uint64_t *value)
{
	struct zs_error error = { ZS_OK, "" };
	char path[PATH_ROOM], word[ZS_TEXT];

	if (parse_number(parser, plain, value))
		return true;
	if (parser->length >= sizeof(path))
		return wrong(parser, parser->word, "'%s...' is too long for a path",
			     show(parser, word));
	memcpy(path, parser->word, parser->length);
	path[parser->length] = '\0';
	if (parser->find(path, parser->context, value, &error))
		return true;
	for (char *c = error.text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	wrong(parser, parser->word, "%s", error.text);
	if (parser->error)
		parser->error->code = error.code;
	return false;
}

static bool parse_value(struct parser *parser, struct zswap_term *term)
{
	const struct field *field = &fields[term->field];
	char word[ZS_TEXT], words[200];
	uint64_t value = 0;
	bool found;

	if (!take_value(parser, field))
		return false;
	if (term->field == ZSWAP_FIELD_CGROUP) {
		if (!find_cgroup(parser, &value))
			return false;
		term->value = value;
		return true;
	}
	found = field->words ? find_word(parser, field, &value) :
			       parse_number(parser, field->units, &value);
	if (!found && term->field == ZSWAP_FIELD_RESULT)
		found = find_errno(parser, &value);
	term->value = value;
	if (found)
		return true;
	if (!field->words)
		return wrong(parser, parser->word, "'%s' is no %s", show(parser, word),
			     field->what);
	list_words(words, sizeof(words), field);
	return wrong(parser, parser->word, "'%s' is no %s: %s", show(parser, word), field->what,
		     words);
}

/* What comes behind a comparison. Return: false if that is wrong. */
static bool take_join(struct parser *parser, bool *more, bool *or)
{
	skip_blanks(parser);
	*more = *parser->at;
	if (!*more)
		return true;
	if (*parser->at == '(' || *parser->at == ')')
		return wrong(parser, parser->at,
			     "there are no parentheses; && binds tighter than ||");
	if (!is_join(parser->at))
		return wrong(parser, parser->at, "between comparisons there must be && or ||");
	*or = *parser->at == '|';
	parser->at += 2;
	skip_blanks(parser);
	return true;
}

bool zs_filter_parse_by(const char *text, struct zswap_filter *filter,
			zs_filter_cgroup_fn *find, const void *context,
			struct zs_error *error)
{
	struct parser parser = {
		.text = text, .at = text, .find = find, .context = context, .error = error,
	};
	bool more = true, or = false;

	*filter = (struct zswap_filter){ .count = 0 };
	skip_blanks(&parser);
	while (more) {
		struct zswap_term *term = &filter->terms[filter->count];

		if (filter->count == ZSWAP_FILTER_TERMS)
			return wrong(&parser, parser.at, "%d comparisons are the most that there may be",
				     ZSWAP_FILTER_TERMS);
		term->or = or;
		if (!take_field(&parser, term) || !take_operator(&parser, term) ||
		    !parse_value(&parser, term) || !take_join(&parser, &more, &or))
			return false;
		filter->count++;
	}
	return true;
}

bool zs_filter_parse(const char *text, struct zswap_filter *filter, const char *root,
		     struct zs_error *error)
{
	return zs_filter_parse_by(text, filter, look_up_cgroup, root, error);
}

const char *zs_filter_field(unsigned int field)
{
	return field < ZSWAP_FIELD_COUNT ? fields[field].name : "?";
}

static const char *operator_text(unsigned int operator)
{
	for (size_t i = 0; i < ZS_ARRAY_SIZE(operators); i++)
		if (operators[i].operator == operator)
			return operators[i].text;
	return "?";
}

/* In the largest unit of which it is a whole number. */
static void format_value(char text[ZS_TEXT], const struct field *field, uint64_t value)
{
	const struct unit *best = field->units;

	if (field->words) {
		snprintf(text, ZS_TEXT, "%s", field->word((unsigned int)value));
		return;
	}
	for (const struct unit *unit = best; value && unit->name; unit++)
		if (!(value % unit->size))
			best = unit;
	snprintf(text, ZS_TEXT, "%llu%s", (unsigned long long)(value / best->size),
		 value ? best->name : "");
}

char *zs_filter_format(char *text, size_t size, const struct zswap_filter *filter)
{
	char value[ZS_TEXT];
	size_t used = 0;

	if (size)
		*text = '\0';
	for (__u32 i = 0; i < filter->count && used < size; i++) {
		const struct zswap_term *term = &filter->terms[i];
		const struct field *field = &fields[term->field];

		format_value(value, field, term->value);
		used += (size_t)snprintf(text + used, size - used, "%s%s%s%s",
					 !i ? "" : term->or ? " || " : " && ", field->name,
					 operator_text(term->operator), value);
	}
	return text;
}

#define PAGES	(ZS_STREAM_KIND(ZSWAP_EVENT_STORE) | ZS_STREAM_KIND(ZSWAP_EVENT_LOAD) |	\
		 ZS_STREAM_KIND(ZSWAP_EVENT_MISS) | ZS_STREAM_KIND(ZSWAP_EVENT_WRITEBACK) |	\
		 ZS_STREAM_KIND(ZSWAP_EVENT_REJECT) | ZS_STREAM_KIND(ZSWAP_EVENT_INVALIDATE) |	\
		 ZS_STREAM_KIND(ZSWAP_EVENT_READ))

/* Kinds of events for which a term can hold. */
static uint32_t term_kinds(const struct zswap_term *term)
{
	uint32_t kind = term->value < ZSWAP_EVENT_COUNT ? ZS_STREAM_KIND((__u32)term->value) : 0;

	if (term->operator == ZSWAP_NOT_EQUAL)
		return term->field == ZSWAP_FIELD_EVENT ? ZS_STREAM_ALL & ~kind : ZS_STREAM_ALL;
	switch (term->field) {
	case ZSWAP_FIELD_EVENT:
		return term->operator == ZSWAP_EQUAL ? kind : ZS_STREAM_ALL;
	case ZSWAP_FIELD_REASON:
		return ZS_STREAM_KIND(ZSWAP_EVENT_REJECT);
	case ZSWAP_FIELD_CAUSE:
		return ZS_STREAM_KIND(ZSWAP_EVENT_WRITEBACK) | ZS_STREAM_KIND(ZSWAP_EVENT_EVICT) |
		       ZS_STREAM_KIND(ZSWAP_EVENT_SHRINK);
	case ZSWAP_FIELD_AGE:
		return PAGES | ZS_STREAM_KIND(ZSWAP_EVENT_EVICT);
	case ZSWAP_FIELD_KIND:
	case ZSWAP_FIELD_TYPE:
	case ZSWAP_FIELD_OFFSET:
		return PAGES;
	default:
		return ZS_STREAM_ALL;
	}
}

uint32_t zs_filter_kinds(const struct zswap_filter *filter)
{
	uint32_t kinds = 0, group = ZS_STREAM_ALL;

	for (__u32 i = 0; i < filter->count; i++) {
		if (filter->terms[i].or) {
			kinds |= group;
			group = ZS_STREAM_ALL;
		}
		group &= term_kinds(&filter->terms[i]);
	}
	return kinds | group | ZS_STREAM_KIND(ZSWAP_EVENT_LOST);
}
