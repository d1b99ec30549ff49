// SPDX-License-Identifier: GPL-2.0-or-later
/* What there is to complete: a walk through the tables that argp parses. */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "completion.h"
#include "filter.h"
#include "options.h"
#include "stream.h"

#define ASKED	"--completion="

/* Those that argp adds to every table. */
static const struct argp_option added_options[] = {
	{ "help", '?', NULL, 0, "Give this help list", 0 },
	{ "usage", 0x100, NULL, 0, "Give a short usage message", 0 },
	{ "version", 'V', NULL, 0, "Print program version", 0 },
	{ 0 },
};

static const struct {
	const char *arg;
	enum zs_value value;
} values[] = {
	{ "FILE",	ZS_VALUE_FILE },
	{ "DIR",	ZS_VALUE_DIR },
	{ "CGROUP",	ZS_VALUE_CGROUP },
	{ "PID",	ZS_VALUE_PID },
	{ "FILTER",	ZS_VALUE_FILTER },
};

static const struct {
	const char *word;
	unsigned int operand;
} operands[] = {
	{ "FILE",	ZS_OPERAND_FILE },
	{ "DIR",	ZS_OPERAND_DIR },
	{ "COMMAND",	ZS_OPERAND_COMMAND },
	{ "NAME",	ZS_OPERAND_NAME },
};

static const char *source_name(unsigned int kind)
{
	return zs_source_kind_name((enum zs_source_kind)kind);
}

/* What options of every tool take. */
static const struct {
	const char *arg;
	const char *(*name)(unsigned int number);
	unsigned int count;
} names[] = {
	{ "SOURCE",	source_name,		ZS_SOURCE_COUNTERS + 1 },
	/* that some were lost is told in any case */
	{ "KIND",	zs_event_name,		ZSWAP_EVENT_LOST },
	{ "FILTER",	zs_filter_field,	ZSWAP_FIELD_COUNT },
};

/* With a blank between two; the next call takes its room. */
static const char *find_names(const char *arg)
{
	static char words[256];
	size_t used = 0;

	for (size_t i = 0; i < ZS_ARRAY_SIZE(names); i++)
		for (unsigned int k = 0; !strcmp(arg, names[i].arg) && k < names[i].count; k++)
			used += (size_t)snprintf(words + used, sizeof(words) - used, "%s%s",
						 k ? " " : "", names[i].name(k));
	return used ? words : NULL;
}

/* "a|b" as "a b"; the next call takes its room. */
static const char *alternatives(const char *arg)
{
	static char words[128];

	snprintf(words, sizeof(words), "%s", arg);
	for (char *bar = words; (bar = strchr(bar, '|')); bar++)
		*bar = ' ';
	return words;
}

static const char *find_words(const struct zs_completion *completion, const char *arg)
{
	const struct zs_completion_words *words = completion->words;

	for (; words && words->arg; words++)
		if (!strcmp(words->arg, arg))
			return words->words;
	return strchr(arg, '|') ? alternatives(arg) : find_names(arg);
}

static void find_value(const struct zs_completion *completion, struct zs_choice *choice)
{
	char arg[64];
	char *more;

	if (!choice->arg)
		return;
	snprintf(arg, sizeof(arg), "%s", choice->arg);
	more = strstr(arg, ",...");
	if (more)
		*more = '\0';
	choice->words = find_words(completion, arg);
	choice->value = !choice->words ? ZS_VALUE_FREE : more ? ZS_VALUE_LIST : ZS_VALUE_WORDS;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(values); i++)
		if (!strcmp(values[i].arg, arg))
			choice->value = values[i].value;
}

const char *zs_completion_separators(enum zs_value value)
{
	return value == ZS_VALUE_LIST ? "," : value == ZS_VALUE_FILTER ? " &|" : NULL;
}

static bool is_last(const struct argp_option *option)
{
	return !option->name && !option->key && !option->doc && !option->group;
}

/* As argp sees it: neither hidden, nor the title of a group, nor a text in the list. */
static bool is_shown(const struct argp_option *option)
{
	return (option->name || option->key) && !(option->flags & (OPTION_HIDDEN | OPTION_DOC));
}

static void walk_table(const struct zs_completion *completion, const struct argp_option *table,
		       zs_choice_fn *fn, void *context)
{
	const struct argp_option *meant = table;

	for (const struct argp_option *option = table; option && !is_last(option); option++) {
		struct zs_choice choice = { .name = option->name };

		if (!(option->flags & OPTION_ALIAS))
			meant = option;
		if (!is_shown(option) || !is_shown(meant))
			continue;
		if (option->key > 0 && option->key <= UCHAR_MAX && isprint(option->key))
			choice.letter = (char)option->key;
		choice.arg = meant->arg;
		choice.optional = meant->flags & OPTION_ARG_OPTIONAL;
		choice.doc = meant->doc ? meant->doc : "";
		find_value(completion, &choice);
		fn(&choice, context);
	}
}

static void walk(const struct zs_completion *completion, const struct argp *argp,
		 zs_choice_fn *fn, void *context)
{
	const struct argp_child *child = argp->children;

	walk_table(completion, argp->options, fn, context);
	for (; child && child->argp; child++)
		walk(completion, child->argp, fn, context);
}

void zs_completion_options(const struct zs_completion *completion, const struct argp *argp,
			   zs_choice_fn *fn, void *context)
{
	walk(completion, argp, fn, context);
	walk_table(completion, added_options, fn, context);
}

/* A word of args_doc begins where no other does. */
unsigned int zs_completion_operands(const struct argp *argp)
{
	const char *doc = argp->args_doc ? argp->args_doc : "";
	unsigned int found = 0;

	for (const char *at = doc; *at; at++)
		for (size_t i = 0; i < ZS_ARRAY_SIZE(operands); i++)
			if ((at == doc || !isalnum((unsigned char)at[-1])) &&
			    !strncmp(at, operands[i].word, strlen(operands[i].word)))
				found |= operands[i].operand;
	return found;
}

const char *zs_completion_title(const struct argp *argp, int *length)
{
	const char *doc = argp->doc ? argp->doc : "";

	*length = (int)strcspn(doc, ".\v\n");
	return doc;
}

void zs_completion_function(const struct zs_completion *completion, char *name)
{
	snprintf(name, ZS_COMPLETION_NAME, "%s", completion->tool);
	for (; *name; name++)
		if (!isalnum((unsigned char)*name))
			*name = '_';
}

void zs_completion_text(const char *text, int length, const char *special, const char *quote,
			FILE *out)
{
	for (int i = 0; i < length && text[i]; i++) {
		if (text[i] == '\'') {
			fputs(quote, out);
			continue;
		}
		if (strchr(special, text[i]))
			fputc('\\', out);
		fputc(text[i], out);
	}
}

bool zs_completion_asked(int argc, char **argv)
{
	return argc == 2 && !strncmp(argv[1], ASKED, strlen(ASKED));
}

int zs_completion_main(const struct zs_completion *completion, char **argv)
{
	static const struct {
		const char *shell;
		void (*print)(const struct zs_completion *completion, FILE *out);
	} shells[] = {
		{ "bash",	zs_completion_bash },
		{ "zsh",	zs_completion_zsh },
		{ "fish",	zs_completion_fish },
	};
	const char *shell = argv[1] + strlen(ASKED);
	struct zs_error error = { ZS_OK, "" };

	for (size_t i = 0; i < ZS_ARRAY_SIZE(shells); i++) {
		if (strcmp(shells[i].shell, shell))
			continue;
		shells[i].print(completion, stdout);
		return zs_output_flush(&error) == ZS_OUTPUT_FAILED ? zs_exit_failure(&error) :
			ZS_EXIT_OK;
	}
	zs_fail(&error, ZS_ERR_ARGUMENT, "'%s' is no shell that can be completed in: bash, zsh or fish",
		shell);
	return zs_exit_failure(&error);
}
