// SPDX-License-Identifier: GPL-2.0-or-later
/* Completion in fish: a line for each option, with a condition on the first word. */
#include <limits.h>

#include "completion.h"

/* The first word that is a command decides: its name, or "" without one. */
static const char head[] =
	"function __%1$s_is\n"
	"	if set -q argv[2]; and contains -- $argv[2] $__%1$s_commands\n"
	"		test $argv[2] = \"$argv[1]\"\n"
	"	else\n"
	"		test -z \"$argv[1]\"\n"
	"	end\n"
	"end\n"
	"\n"
	"function __%1$s_at\n"
	"	set -l words (commandline -opc)\n"
	"	not contains -- -- $words; and __%1$s_is \"$argv\" $words[2]\n"
	"end\n"
	"\n"
	"function __%1$s_first\n"
	"	test (count (commandline -opc)) = 1\n"
	"end\n"
	"\n"
	"function __%1$s_name\n"
	"	test (count (commandline -opc)) = 2; and __%1$s_at $argv\n"
	"end\n"
	"\n"
	"function __%1$s_behind\n"
	"	set -l words (commandline -opc)\n"
	"	contains -- -- $words; and __%1$s_is \"$argv\" $words[2]\n"
	"end\n"
	"\n"
	"function __%1$s_program\n"
	"	set -l words (commandline -opc)\n"
	"	set words $words[(math (contains -i -- -- $words) + 1)..] (commandline -ct)\n"
	"	complete -C (string join ' ' -- (string escape -- $words[..-2]) $words[-1])\n"
	"end\n"
	"\n";

static const char cgroups[] =
	"function __%1$s_cgroups\n"
	"	set -l root /sys/fs/cgroup/\n"
	"	set -l word (string replace -r '^--cgroup=|^-c' '' -- (commandline -ct))\n"
	"	set -l lead (string match -r '^/sys/fs/cgroup/|^/|' -- $word)\n"
	"	set -l rest (string replace -- $lead '' $word)\n"
	"	for folder in $root$rest*/\n"
	"		echo (string replace -- $root $lead $folder)\n"
	"	end\n"
	"end\n"
	"\n";

/* The last word of a value that has more than one, and what is before it. */
static const char joined[] =
	"function __%1$s_joined\n"
	"	set -l word (commandline -ct | string replace -r '^--[a-z-]+=|^-[a-zA-Z]' '' | string replace -r '^[\\'\"]' '')\n"
	"	set -l before (string match -r \"^.*[$argv[1]]\" -- $word)\n"
	"	printf '%%s\\n' \"$before\"$argv[2..]\n"
	"end\n"
	"\n";

/**
 * struct script - what is being written
 * @completion: the tool
 * @function: what the names of its functions begin with
 * @command: whose table it is; "" for the tool alone
 * @out: where to
 */
struct script {
	const struct zs_completion *completion;
	char function[ZS_COMPLETION_NAME];
	const char *command;
	FILE *out;
};

static void print_text(const struct script *script, const char *text, int length)
{
	fputc('\'', script->out);
	zs_completion_text(text, length, "\\", "\\'", script->out);
	fputc('\'', script->out);
}

/* What a line begins with: its condition. */
static void print_line(const struct script *script, const char *condition)
{
	fprintf(script->out, "complete -c %s -n '__%s_%s%s%s'", script->completion->tool,
		script->function, condition, *script->command ? " " : "", script->command);
}

static void print_value(const struct script *script, const struct zs_choice *choice)
{
	if (!choice->optional && choice->value != ZS_VALUE_FILE)
		fputs(" -x", script->out);
	switch (choice->value) {
	case ZS_VALUE_FILE:
		fputs(choice->optional ? " -F" : " -r -F", script->out);
		break;
	case ZS_VALUE_DIR:
		fputs(" -a '(__fish_complete_directories)'", script->out);
		break;
	case ZS_VALUE_CGROUP:
		fprintf(script->out, " -a '(__%s_cgroups)'", script->function);
		break;
	case ZS_VALUE_PID:
		fputs(" -a '(__fish_complete_pids)'", script->out);
		break;
	case ZS_VALUE_WORDS:
		fprintf(script->out, " -a '%s'", choice->words);
		break;
	case ZS_VALUE_LIST:
	case ZS_VALUE_FILTER:
		fprintf(script->out, " -a '(__%s_joined \"%s\" %s)'", script->function,
			zs_completion_separators(choice->value), choice->words);
		break;
	default:
		break;
	}
}

static void print_option(const struct zs_choice *choice, void *context)
{
	const struct script *script = context;

	print_line(script, "at");
	if (choice->letter)
		fprintf(script->out, " -s '%c'", choice->letter);
	if (choice->name)
		fprintf(script->out, " -l %s", choice->name);
	if (choice->arg)
		print_value(script, choice);
	fputs(" -d ", script->out);
	print_text(script, choice->doc, INT_MAX);
	fputc('\n', script->out);
}

static void print_table(struct script *script, const char *command, const struct argp *argp)
{
	unsigned int operands = zs_completion_operands(argp);

	script->command = command;
	zs_completion_options(script->completion, argp, print_option, script);
	if (operands & ZS_OPERAND_FILE) {
		print_line(script, "at");
		fputs(" -F\n", script->out);
	} else if (operands & ZS_OPERAND_DIR) {
		print_line(script, "at");
		fputs(" -a '(__fish_complete_directories)'\n", script->out);
	}
	if (operands & ZS_OPERAND_NAME && *command) {
		print_line(script, "name");
		fprintf(script->out, " -a \"$__%s_commands\"\n", script->function);
	}
	if (operands & ZS_OPERAND_COMMAND) {
		print_line(script, "behind");
		fprintf(script->out, " -a '(__%s_program)'\n", script->function);
	}
	fputc('\n', script->out);
}

/* Their names, and what they are when one is being typed. */
static void print_commands(struct script *script)
{
	const struct zs_completion_command *command = script->completion->commands;
	const char *title;
	int length;

	fprintf(script->out, "set -g __%s_commands", script->function);
	for (; command && command->name; command++)
		fprintf(script->out, " %s", command->name);
	fputs("\n\n", script->out);
	script->command = "";
	command = script->completion->commands;
	for (; command && command->name; command++) {
		title = zs_completion_title(command->argp, &length);
		print_line(script, "first");
		fprintf(script->out, " -a %s -d ", command->name);
		print_text(script, title, length);
		fputc('\n', script->out);
	}
}

void zs_completion_fish(const struct zs_completion *completion, FILE *out)
{
	struct script script = { .completion = completion, .command = "", .out = out };
	const struct zs_completion_command *command = completion->commands;

	zs_completion_function(completion, script.function);
	fprintf(out, "# %s --completion=fish\n\n", completion->tool);
	fprintf(out, head, script.function);
	fprintf(out, cgroups, script.function);
	fprintf(out, joined, script.function);
	fprintf(out, "complete -c %s -f\n", completion->tool);
	print_commands(&script);
	for (; command && command->name; command++)
		print_table(&script, command->name, command->argp);
	print_table(&script, "", completion->argp);
}
