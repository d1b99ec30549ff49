// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace help - which commands there are */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"

const struct command *command_find(const struct command *commands, const char *name)
{
	for (; commands->name; commands++)
		if (!strcmp(commands->name, name))
			return commands;
	return NULL;
}

char *command_names(const struct command *commands, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (; commands->name && used < size; commands++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
					 commands->name);
	return text;
}

char *command_list(const struct command *commands)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("Commands, whose options \"zswap-trace help NAME\" tells:\n", out);
	for (; commands->name; commands++)
		/* how begins what its --help says */
		fprintf(out, "  %-10s %.*s\n", commands->name,
			(int)strcspn(commands->argp->doc, ".,\v"), commands->argp->doc);
	fclose(out);
	return text;
}

void command_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	static char name[32];

	snprintf(name, sizeof(name), "zswap-trace %s", argv[0]);
	program_invocation_short_name = name;
	zs_options_parse(argp, argc, argv, "zswap-trace " ZSWAPSCOPE_VERSION, input);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const char **name = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		zs_options_init(state, NULL);
		return 0;
	case ARGP_KEY_ARG:
		if (*name)
			zs_usage_error(state, "'%s' is one word too many", arg);
		*name = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp help_argp = {
	.parser = parse,
	.args_doc = "[NAME]",
	.doc = "Show which commands there are, or what one of them takes.",
};

int help_main(int argc, char **argv, int (*tool)(int argc, char **argv),
	      const struct command *commands)
{
	const struct command *command;
	char *name = NULL, names[256];
	char itself[] = "zswap-trace", option[] = "--help";
	char *asked[] = { itself, option, NULL };

	command_parse(&help_argp, argc, argv, &name);
	if (!name) {
		program_invocation_short_name = itself;
		return tool(2, asked);
	}
	command = command_find(commands, name);
	if (!command) {
		fprintf(stderr, "%s: '%s' is no command: %s\n", program_invocation_short_name,
			name, command_names(commands, names, sizeof(names)));
		return ZS_EXIT_USAGE;
	}
	asked[0] = name;
	return command->main(2, asked);
}
