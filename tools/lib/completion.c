// SPDX-License-Identifier: GPL-2.0-or-later
/* What there is to complete: a walk through the tables that argp parses. */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zswapscope/vocabulary.h>

#include "completion.h"
#include "options.h"

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
};

static const struct {
	const char *word;
	unsigned int operand;
} operands[] = {
	{ "FILE",	ZS_OPERAND_FILE },
	{ "DIR",	ZS_OPERAND_DIR },
	{ "COMMAND",	ZS_OPERAND_COMMAND },
};

#define WORD(symbol, name)	name " "
/* Of events. */
static const char kinds[] = ZSWAP_EVENTS(WORD);
#undef WORD

static const char *sources(void)
{
	static char words[128];
	size_t used = 0;

	for (int kind = ZS_SOURCE_AUTO; kind <= ZS_SOURCE_COUNTERS; kind++)
		used += (size_t)snprintf(words + used, sizeof(words) - used, "%s ",
					 zs_source_kind_name((enum zs_source_kind)kind));
	return words;
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
	if (!strcmp(arg, "SOURCE"))
		return sources();
	if (!strcmp(arg, "KIND"))
		return kinds;
	return strchr(arg, '|') ? alternatives(arg) : NULL;
}

static void find_value(const struct zs_completion *completion, struct zs_choice *choice)
{
	if (!choice->arg)
		return;
	choice->words = find_words(completion, choice->arg);
	choice->value = choice->words ? ZS_VALUE_WORDS : ZS_VALUE_FREE;
	for (size_t i = 0; i < ZS_ARRAY_SIZE(values); i++)
		if (!strcmp(values[i].arg, choice->arg))
			choice->value = values[i].value;
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
