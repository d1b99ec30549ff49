/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of zswap-trace: each has a file of its own, and a line in main.c.
 *
 *	main.c						the command line; without a command:
 *	dump-*.c by*.c					histograms; of all, or by cgroup and so on
 *	expectations*.c pin.c				--expect, --pin
 *	help.c check*.c diff*.c whatif*.c		a command each
 *	events*.c record.c record-*.c			those that take events from the kernel
 *	report*.c					one that reads a recording, to the end:
 *	report-html*.c html.c chart*.c			as a page
 *	stream-options.c recordings.c names.c fields.c	what several of them share
 */
#ifndef ZSWAP_TRACE_COMMANDS_H
#define ZSWAP_TRACE_COMMANDS_H

#include <argp.h>

struct zs_common;
struct zs_error;

/**
 * struct command - zswap-trace NAME
 * @name: its first word
 * @argp: its options
 * @main: gets the command line from its name on; Return: the exit status
 */
struct command {
	const char *name;
	const struct argp *argp;
	int (*main)(int argc, char **argv);
};

/* Of a table whose last one's name is NULL: help.c. */
const struct command *command_find(const struct command *commands, const char *name);

/* "check, events" */
char *command_names(const struct command *commands, char *text, size_t size);

/* For people, with what they do. Return: to be freed; NULL without memory. */
char *command_list(const struct command *commands);

/**
 * command_parse - zs_options_parse() of a command, whose messages begin with its name
 * @argp: its options
 * @argc: as its main() got it
 * @argv: as its main() got it
 * @input: for the parser
 */
void command_parse(const struct argp *argp, int argc, char **argv, void *input);

/**
 * trace_pin - leave a source counting in a directory of a BPF file system
 * @common: what to count
 * @directory: where to
 * @error: why not
 */
void trace_pin(const struct zs_common *common, const char *directory,
	       struct zs_error *error);

extern const struct argp help_argp;
int help_main(int argc, char **argv, int (*tool)(int argc, char **argv),
	      const struct command *commands);

extern const struct argp check_argp;
int check_main(int argc, char **argv);

extern const struct argp record_argp;
int record_main(int argc, char **argv);

extern const struct argp events_argp;
int events_main(int argc, char **argv);

extern const struct argp report_argp;
int report_main(int argc, char **argv);

extern const struct argp diff_argp;
int diff_main(int argc, char **argv);

extern const struct argp whatif_argp;
int whatif_main(int argc, char **argv);

#endif /* ZSWAP_TRACE_COMMANDS_H */
