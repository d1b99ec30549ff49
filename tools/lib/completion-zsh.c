// SPDX-License-Identifier: GPL-2.0-or-later
/* Completion in zsh: a function for each table, whose lines _arguments reads. */
#include <limits.h>

#include "completion.h"

/*
 * All have the name of the functions.  A cgroup goes with the path of the mount, or without.
 * Another program is behind "--".
 */
static const char head[] =
	"_%1$s_cgroups() {\n"
	"	if [[ $PREFIX == /sys/fs/cgroup* ]]; then\n"
	"		_path_files -/\n"
	"	else\n"
	"		compset -P /\n"
	"		_path_files -/ -W /sys/fs/cgroup\n"
	"	fi\n"
	"}\n"
	"\n"
	"_%1$s_program() {\n"
	"	local -i dashes=${words[(i)--]}\n"
	"	(( dashes < CURRENT )) || return\n"
	"	shift $dashes words\n"
	"	(( CURRENT -= dashes ))\n"
	"	_normal\n"
	"	return 0\n"
	"}\n"
	"\n";

/* Found by compinit, the file is a function itself; or else it has been read by hand. */
static const char tail[] =
	"if [[ $funcstack[1] == _%2$s ]]; then\n"
	"	_%1$s \"$@\"\n"
	"else\n"
	"	compdef _%1$s %2$s\n"
	"fi\n";

/**
 * struct script - what is being written
 * @completion: the tool
 * @function: what the names of its functions begin with
 * @out: where to
 */
struct script {
	const struct zs_completion *completion;
	char function[ZS_COMPLETION_NAME];
	FILE *out;
};

static void print_text(const struct script *script, const char *text, int length,
		       const char *special)
{
	zs_completion_text(text, length, special, "'\\''", script->out);
}

static void print_action(const struct script *script, const struct zs_choice *choice)
{
	switch (choice->value) {
	case ZS_VALUE_FILE:
		fputs("_files", script->out);
		break;
	case ZS_VALUE_DIR:
		fputs("_files -/", script->out);
		break;
	case ZS_VALUE_PID:
		fputs("{ compadd -- /proc/<->(\\:t) }", script->out);
		break;
	case ZS_VALUE_CGROUP:
		fprintf(script->out, "_%s_cgroups", script->function);
		break;
	case ZS_VALUE_WORDS:
		fprintf(script->out, "(%s)", choice->words);
		break;
	case ZS_VALUE_LIST:
	case ZS_VALUE_FILTER:
		fprintf(script->out, "{ compset -P \"*[%s]\"; compadd -S \"\" -- %s }",
			zs_completion_separators(choice->value), choice->words);
		break;
	default:
		fputc(' ', script->out);
	}
}

/* @assign: how its argument goes on behind it. */
static void print_spec(const struct script *script, const struct zs_choice *choice,
		       const char *assign)
{
	fprintf(script->out, "%s[", choice->arg ? assign : "");
	print_text(script, choice->doc, INT_MAX, "[]\\");
	fputc(']', script->out);
	if (choice->arg) {
		fputs(choice->optional ? "::" : ":", script->out);
		print_text(script, choice->arg, INT_MAX, ":\\");
		fputc(':', script->out);
		print_action(script, choice);
	}
	fputs("' \\\n", script->out);
}

/* The star: it may come again. */
static void print_option(const struct zs_choice *choice, void *context)
{
	const struct script *script = context;

	if (choice->letter) {
		fprintf(script->out, "\t\t'*-%c", choice->letter);
		print_spec(script, choice, choice->optional ? "-" : "+");
	}
	if (choice->name) {
		fprintf(script->out, "\t\t'*--%s", choice->name);
		print_spec(script, choice, choice->optional ? "=-" : "=");
	}
}

/* With a text for what cannot be completed, nothing would be inserted that can be. */
static void print_operands(const struct script *script, const char *name, unsigned int operands)
{
	if (!*name ? !!script->completion->commands : operands & ZS_OPERAND_NAME)
		fprintf(script->out, "\t\t'1:command:_%s_first' \\\n", script->function);
	if (operands & ZS_OPERAND_FILE)
		fputs("\t\t'*:file:_files'", script->out);
	else if (operands & ZS_OPERAND_DIR)
		fputs("\t\t'*:directory:_files -/'", script->out);
	fputs("\n}\n\n", script->out);
}

/* @name: of a command; "" for the tool alone. */
static void print_table(const struct script *script, const char *name, const struct argp *argp)
{
	unsigned int operands = zs_completion_operands(argp);

	fprintf(script->out, "_%s_%s() {\n", script->function, *name ? name : "options");
	if (operands & ZS_OPERAND_COMMAND)
		fprintf(script->out, "\t_%s_program && return\n", script->function);
	fputs("\t_arguments -s -S \\\n", script->out);
	zs_completion_options(script->completion, argp, print_option, (void *)script);
	print_operands(script, name, operands);
}

/* They are the first word, or none at all. */
static void print_first(const struct script *script)
{
	const struct zs_completion_command *command = script->completion->commands;
	const char *title;
	int length;

	fprintf(script->out, "_%s_first() {\n\tlocal -a commands=(\n", script->function);
	for (; command->name; command++) {
		title = zs_completion_title(command->argp, &length);
		fprintf(script->out, "\t\t'%s:", command->name);
		print_text(script, title, length, ":\\");
		fputs("'\n", script->out);
	}
	fputs("\t)\n\t(( CURRENT != 2 )) || _describe -t commands command commands\n}\n\n",
	      script->out);
}

static void print_main(const struct script *script)
{
	const struct zs_completion_command *command = script->completion->commands;

	fprintf(script->out, "_%s() {\n", script->function);
	if (command)
		fputs("\tif (( CURRENT > 2 )); then\n\t\tcase $words[2] in\n", script->out);
	for (; command && command->name; command++)
		fprintf(script->out,
			"\t\t%1$s) shift words; (( CURRENT-- )); _%2$s_%1$s; return ;;\n",
			command->name, script->function);
	if (script->completion->commands)
		fputs("\t\tesac\n\tfi\n", script->out);
	fprintf(script->out, "\t_%s_options\n}\n\n", script->function);
}

void zs_completion_zsh(const struct zs_completion *completion, FILE *out)
{
	struct script script = { .completion = completion, .out = out };
	const struct zs_completion_command *command = completion->commands;

	zs_completion_function(completion, script.function);
	fprintf(out, "#compdef %1$s\n# %1$s --completion=zsh\n\n", completion->tool);
	fprintf(out, head, script.function);
	for (; command && command->name; command++)
		print_table(&script, command->name, command->argp);
	print_table(&script, "", completion->argp);
	if (completion->commands)
		print_first(&script);
	print_main(&script);
	fprintf(out, tail, script.function, completion->tool);
}
