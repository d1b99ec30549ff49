// SPDX-License-Identifier: GPL-2.0-or-later
/* Completion in bash: a function that does without the package bash-completion. */
#include "completion.h"

/*
 * All have the name of the function.  Of a value that has more than one word, the last one
 * is completed, and the quote that may be before the first is readline's.  A cgroup can be
 * given with the path of the mount or without it; when it is complete, those below it are
 * next.  An option's value comes as three words, as "=" parts words.  Which table is the
 * right one is the first thing to know.
 */
static const char head[] =
	"_%1$s_cgroups()\n"
	"{\n"
	"	local root=/sys/fs/cgroup\n"
	"\n"
	"	[[ $1 != \"$root\"* ]] || root=''\n"
	"	mapfile -t COMPREPLY < <(compgen -d -- \"$root/${1#/}\")\n"
	"	if [[ ${#COMPREPLY[@]} == 1 ]] && compgen -d -- \"${COMPREPLY[0]}/\" > /dev/null; then\n"
	"		COMPREPLY+=(\"${COMPREPLY[0]}/\")\n"
	"	fi\n"
	"	[[ $1 == /* ]] || root=$root/\n"
	"	COMPREPLY=(\"${COMPREPLY[@]#\"$root\"}\")\n"
	"}\n"
	"\n"
	"_%1$s_joined()\n"
	"{\n"
	"	local word=${3#[\\'\\\"]} last\n"
	"\n"
	"	last=${word##*[$1]}\n"
	"	compopt -o nospace\n"
	"	mapfile -t COMPREPLY < <(compgen -P \"${word%%\"$last\"}\" -W \"$2\" -- \"$last\")\n"
	"}\n"
	"\n"
	"_%1$s()\n"
	"{\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"	local command='' options='' value='' operands='' program='' behind='' i\n"
	"\n"
	"	COMPREPLY=()\n"
	"	if [[ $cur == = ]]; then\n"
	"		cur=''\n"
	"	elif [[ $prev == = ]]; then\n"
	"		prev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"	fi\n"
	"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
	"		[[ ${COMP_WORDS[i]} != -- ]] || { behind=$((i + 1)); break; }\n"
	"	done\n"
	"	((COMP_CWORD < 2)) || command=${COMP_WORDS[1]}\n"
	"	case $command in\n";

static const char tail[] =
	"	esac\n"
	"	if [[ $behind ]]; then\n"
	"		value=${program:-${operands:-free}}\n"
	"	elif [[ -z $value && $cur == -* ]]; then\n"
	"		value=\"words $options\"\n"
	"	fi\n"
	"	case ${value:=$operands} in\n"
	"	words' '*) mapfile -t COMPREPLY < <(compgen -W \"${value#words }\" -- \"$cur\") ;;\n"
	"	list' '*) _%1$s_joined , \"${value#list }\" \"$cur\" ;;\n"
	"	filter' '*) _%1$s_joined ' &|' \"${value#filter }\" \"$cur\" ;;\n"
	"	pid) mapfile -t COMPREPLY < <(compgen -W \"$(cd /proc && echo [0-9]*)\" -- \"$cur\") ;;\n"
	"	file) compopt -o default ;;\n"
	"	dir) compopt -o dirnames ;;\n"
	"	cgroup) compopt -o filenames; _%1$s_cgroups \"$cur\" ;;\n"
	"	program)\n"
	"		if declare -F _command_offset > /dev/null; then\n"
	"			_command_offset \"$behind\"\n"
	"		elif ((COMP_CWORD == behind)); then\n"
	"			mapfile -t COMPREPLY < <(compgen -c -- \"$cur\")\n"
	"		else\n"
	"			compopt -o default\n"
	"		fi\n"
	"		;;\n"
	"	esac\n"
	"}\n"
	"\n"
	"complete -F _%1$s %2$s\n";

static void print_name(const struct zs_choice *choice, void *context)
{
	FILE *out = context;

	if (choice->letter)
		fprintf(out, " -%c", choice->letter);
	if (choice->name)
		fprintf(out, " --%s", choice->name);
}

static void print_value(const struct zs_choice *choice, void *context)
{
	static const char *const names[] = {
		[ZS_VALUE_FREE]		= "free",
		[ZS_VALUE_FILE]		= "file",
		[ZS_VALUE_DIR]		= "dir",
		[ZS_VALUE_CGROUP]	= "cgroup",
		[ZS_VALUE_PID]		= "pid",
		[ZS_VALUE_WORDS]	= "words",
		[ZS_VALUE_LIST]		= "list",
		[ZS_VALUE_FILTER]	= "filter",
	};
	FILE *out = context;

	if (choice->value == ZS_VALUE_NONE)
		return;
	fputs("\t\t", out);
	if (choice->letter)
		fprintf(out, "-%c%s", choice->letter, choice->name ? " | " : "");
	if (choice->name)
		fprintf(out, "--%s", choice->name);
	fprintf(out, ") value='%s%s%s' ;;\n", names[choice->value],
		choice->words ? " " : "", choice->words ? choice->words : "");
}

/* They are word number @place, or none at all. */
static void print_commands(const struct zs_completion_command *command, int place, FILE *out)
{
	if (!command)
		return;
	fprintf(out, "\t\t((COMP_CWORD > %d)) || operands='words", place);
	for (; command->name; command++)
		fprintf(out, " %s", command->name);
	fputs("'\n", out);
}

/* What sets the variables for one table. */
static void print_table(const struct zs_completion *completion, const struct argp *argp,
			FILE *out)
{
	unsigned int operands = zs_completion_operands(argp);

	fputs("\t\toptions='", out);
	zs_completion_options(completion, argp, print_name, out);
	fputs("'\n", out);
	if (operands & (ZS_OPERAND_FILE | ZS_OPERAND_DIR))
		fprintf(out, "\t\toperands=%s\n", operands & ZS_OPERAND_FILE ? "file" : "dir");
	/* of the tool itself, its commands are the first word */
	if ((operands & ZS_OPERAND_NAME) || argp == completion->argp)
		print_commands(completion->commands, argp == completion->argp ? 1 : 2, out);
	if (operands & ZS_OPERAND_COMMAND)
		fputs("\t\tprogram=program\n", out);
	fputs("\t\tcase $prev in\n", out);
	zs_completion_options(completion, argp, print_value, out);
	fputs("\t\tesac\n\t\t;;\n", out);
}

void zs_completion_bash(const struct zs_completion *completion, FILE *out)
{
	const struct zs_completion_command *command = completion->commands;
	char function[ZS_COMPLETION_NAME];

	zs_completion_function(completion, function);
	fprintf(out, "# %s --completion=bash\n\n", completion->tool);
	fprintf(out, head, function);
	for (; command && command->name; command++) {
		fprintf(out, "\t%s)\n", command->name);
		print_table(completion, command->argp, out);
	}
	fputs("\t*)\n", out);
	print_table(completion, completion->argp, out);
	fprintf(out, tail, function, completion->tool);
}
