/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion of command lines in bash, zsh and fish, from the tables that argp parses. */
#ifndef ZS_COMPLETION_H
#define ZS_COMPLETION_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct zs_completion_command - a first word of a command line, with options of its own
 * @name: the word
 * @argp: what is behind it
 */
struct zs_completion_command {
	const char *name;
	const struct argp *argp;
};

/**
 * struct zs_completion_words - what the argument of an option may be
 * @arg: as the tables call it: "VIEW"
 * @words: with a blank between two
 */
struct zs_completion_words {
	const char *arg;
	const char *words;
};

/**
 * struct zs_completion - a tool
 * @tool: its name
 * @argp: its options
 * @commands: its commands; the last one's name is NULL.  NULL: none
 * @words: of arguments that this tool alone has; the last one's name is NULL.  NULL: none
 *
 * Everywhere, FILE, DIR, CGROUP, PID, SOURCE, KIND and FILTER are what they say, and "a|b"
 * is one of these words.  With ",..." behind any words, there may be several, with commas
 * between.  Of args_doc, words that begin with FILE or DIR are what they say as well; a
 * command's NAME is that of a command; and COMMAND is another program's command line behind
 * "--".
 */
struct zs_completion {
	const char *tool;
	const struct argp *argp;
	const struct zs_completion_command *commands;
	const struct zs_completion_words *words;
};

/**
 * zs_completion_asked - whether the command line is --completion=SHELL
 * @argc: from main()
 * @argv: from main()
 *
 * No table has this option: it is for who installs the tool.
 */
bool zs_completion_asked(int argc, char **argv);

/**
 * zs_completion_main - print what the shell is to read
 * @completion: the tool
 * @argv: from main()
 *
 * Return: the exit status.
 */
int zs_completion_main(const struct zs_completion *completion, char **argv);

/* The rest is between completion.c and the shells' own files. */

enum zs_value {
	ZS_VALUE_NONE,		/* the option has no argument */
	ZS_VALUE_FREE,		/* one that nobody can guess */
	ZS_VALUE_FILE,
	ZS_VALUE_DIR,
	ZS_VALUE_CGROUP,
	ZS_VALUE_PID,
	ZS_VALUE_WORDS,
	ZS_VALUE_LIST,		/* some of the words, with commas between */
	ZS_VALUE_FILTER,	/* the words are fields, which comparisons begin with */
	ZS_VALUE_COUNT
};

/**
 * struct zs_choice - an option
 * @letter: 0 without
 * @name: its long name; NULL without
 * @optional: its argument may be left out
 * @value: what that is
 * @arg: what it is called
 * @words: of ZS_VALUE_WORDS and what is below it, with a blank between two
 * @doc: what it does
 */
struct zs_choice {
	char letter;
	const char *name;
	bool optional;
	enum zs_value value;
	const char *arg;
	const char *words;
	const char *doc;
};

typedef void zs_choice_fn(const struct zs_choice *choice, void *context);

/**
 * zs_completion_options - each option that --help has
 * @completion: the tool
 * @argp: its own, or that of a command
 * @fn: called with each
 * @context: for @fn
 */
void zs_completion_options(const struct zs_completion *completion, const struct argp *argp,
			   zs_choice_fn *fn, void *context);

/* What is no option, may be several of these. */
enum {
	ZS_OPERAND_FILE		= 1 << 0,
	ZS_OPERAND_DIR		= 1 << 1,
	ZS_OPERAND_COMMAND	= 1 << 2,
	ZS_OPERAND_NAME		= 1 << 3,	/* of a command; it is one where there is none yet */
};

unsigned int zs_completion_operands(const struct argp *argp);

/* What parts the words of a value: ",", or any of " &|"; NULL: it is one word. */
const char *zs_completion_separators(enum zs_value value);

/* The first sentence of what --help says, without its full stop: of so many bytes. */
const char *zs_completion_title(const struct argp *argp, int *length);

#define ZS_COMPLETION_NAME	64

/* A tool's name, as one of a function: of ZS_COMPLETION_NAME bytes. */
void zs_completion_function(const struct zs_completion *completion, char *name);

/**
 * zs_completion_text - text for between two single quotes
 * @text: the text
 * @length: of so many bytes, or shorter
 * @special: characters that need a backslash
 * @quote: what a single quote is in it
 * @out: where to
 */
void zs_completion_text(const char *text, int length, const char *special, const char *quote,
			FILE *out);

void zs_completion_bash(const struct zs_completion *completion, FILE *out);
void zs_completion_zsh(const struct zs_completion *completion, FILE *out);
void zs_completion_fish(const struct zs_completion *completion, FILE *out);

#endif /* ZS_COMPLETION_H */
