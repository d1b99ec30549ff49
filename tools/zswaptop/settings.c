// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings.h"
#include "view.h"

#define VERSION		1
#define FILE_MOST	(64 * 1024)	/* a file of settings is not longer */

const struct settings_interval settings_intervals[] = {
	{ 0,	    "refresh", "one refresh" },
	{ 5,	    "5s",      "5 s" },
	{ 15,	    "15s",     "15 s" },
	{ 60,	    "1min",    "1 min" },
	{ 300,	    "5min",    "5 min" },
	{ HUGE_VAL, "start",   "since start" },
};
const size_t settings_intervals_count = ZS_ARRAY_SIZE(settings_intervals);

void settings_default(struct settings *settings)
{
	*settings = (struct settings){ .delay = 1, .tree = true };
}

static bool parse_bool(const char *value, bool *result)
{
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return false;
	*result = !strcmp(value, "yes");
	return true;
}

static bool parse_interval(const char *value, double *seconds)
{
	for (size_t i = 0; i < settings_intervals_count; i++) {
		if (strcmp(settings_intervals[i].name, value))
			continue;
		*seconds = settings_intervals[i].seconds;
		return true;
	}
	return false;
}

/* "sort.cgroups": the view, or -1. */
static int parse_view_key(const char *key, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(key, prefix, length))
		return -1;
	return view_find(key + length);
}

static bool parse_setting(struct settings *settings, const char *key, const char *value)
{
	const struct {
		const char *key;
		bool *value;
	} flags[] = {
		{ "tree", &settings->tree }, { "idle", &settings->idle },
		{ "full", &settings->full }, { "ascii", &settings->ascii },
	};
	int view;

	for (size_t i = 0; i < ZS_ARRAY_SIZE(flags); i++)
		if (!strcmp(key, flags[i].key))
			return parse_bool(value, flags[i].value);
	if (!strcmp(key, "delay"))
		return zs_parse_seconds(value, &settings->delay);
	if (!strcmp(key, "interval"))
		return parse_interval(value, &settings->interval);
	if (!strcmp(key, "view")) {
		if (view_find(value) < 0)
			return false;
		snprintf(settings->view, sizeof(settings->view), "%s", value);
		return true;
	}
	view = parse_view_key(key, "inverted.");
	if (view >= 0)
		return parse_bool(value, &settings->inverted[view]);
	view = parse_view_key(key, "sort.");
	if (view < 0 || !view_sort_known(view, value))
		return false;
	snprintf(settings->sort[view], SETTINGS_WORD, "%s", value);
	return true;
}

/* Blanks at both ends go. */
static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

/* A line, its newline gone. Return: false if it is no setting. */
static bool parse_line(struct settings *settings, char *line, int *version)
{
	char *equals, *key, *value;

	line = trim(line);
	if (!*line || *line == '#')
		return true;
	equals = strchr(line, '=');
	if (!equals)
		return false;
	*equals = '\0';
	key = trim(line);
	value = trim(equals + 1);
	if (!strcmp(key, "version")) {
		*version = atoi(value);
		return *version == VERSION;
	}
	return *version == VERSION && parse_setting(settings, key, value);
}

void settings_parse(struct settings *settings, const char *text, char *problem, size_t size)
{
	char *copy = strdup(text), *rest = copy, *line;
	int number = 0, wrong = 0, first = 0, version = 0;
	struct settings result = *settings;

	*problem = '\0';
	while (copy && (line = strsep(&rest, "\n"))) {
		number++;
		if (parse_line(&result, line, &version))
			continue;
		if (!wrong++)
			first = number;
	}
	free(copy);
	if (version != VERSION && (wrong || version))
		snprintf(problem, size,
			 "it has no line \"version = %d\" that comes first: it is ignored", VERSION);
	else if (wrong > 1)
		snprintf(problem, size, "line %d and %d more are not understood", first, wrong - 1);
	else if (wrong)
		snprintf(problem, size, "line %d is not understood", first);
	if (version == VERSION)
		*settings = result;
}

static const char *interval_name(double seconds)
{
	for (size_t i = 0; i < settings_intervals_count; i++)
		if (settings_intervals[i].seconds == seconds)
			return settings_intervals[i].name;
	return settings_intervals[0].name;
}

static const char *yes(bool value)
{
	return value ? "yes" : "no";
}

char *settings_format(const struct settings *settings)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	fprintf(file, "# Settings of zswaptop, written by its key W: see zswaptop(8).\n"
		"version = %d\ndelay = %.10g\ninterval = %s\n", VERSION, settings->delay,
		interval_name(settings->interval));
	fprintf(file, "tree = %s\nidle = %s\nfull = %s\nascii = %s\n", yes(settings->tree),
		yes(settings->idle), yes(settings->full), yes(settings->ascii));
	if (*settings->view)
		fprintf(file, "view = %s\n", settings->view);
	for (int view = 0; view < SETTINGS_VIEWS; view++) {
		if (!*settings->sort[view])
			continue;
		fprintf(file, "sort.%s = %s\ninverted.%s = %s\n", view_name(view),
			settings->sort[view], view_name(view), yes(settings->inverted[view]));
	}
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
}

bool settings_path(char *path, size_t size)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int length;

	/* the standard says that a relative path is to be ignored */
	if (base && *base == '/')
		length = snprintf(path, size, "%s/zswapscope/zswaptoprc", base);
	else if (home && *home)
		length = snprintf(path, size, "%s/.config/zswapscope/zswaptoprc", home);
	else
		return false;
	return length > 0 && (size_t)length < size;
}

/* All of the file, or NULL with errno; bytes that end a text are taken for garbage. */
static char *read_file(const char *path)
{
	char *text = calloc(1, FILE_MOST + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t length = text && fd >= 0 ? read(fd, text, FILE_MOST) : -1;
	int number = errno;

	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < length; i++)
		if (!text[i])
			text[i] = '?';
	if (length >= 0)
		return text;
	free(text);
	errno = number;
	return NULL;
}

void settings_read(struct settings *settings, char *problem, size_t size)
{
	char path[PATH_MAX], wrong[128], *text;

	*problem = '\0';
	if (!settings_path(path, sizeof(path)))
		return;
	text = read_file(path);
	if (!text) {
		if (errno != ENOENT && errno != ENOTDIR)
			snprintf(problem, size, "%s: %s", path, strerror(errno));
		return;
	}
	settings_parse(settings, text, wrong, sizeof(wrong));
	if (*wrong)
		snprintf(problem, size, "%s: %s", path, wrong);
	free(text);
}

/* The folders above a file. */
static bool make_folders(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		int ret;

		*slash = '\0';
		ret = mkdir(path, 0700);
		*slash = '/';
		if (ret && errno != EEXIST)
			return false;
	}
	return true;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t length = strlen(text);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, length) == (ssize_t)length && !fsync(fd);
	return !close(fd) && ok;
}

bool settings_write(const struct settings *settings, struct zs_error *error)
{
	char path[PATH_MAX], new[PATH_MAX + 16];
	char *text;
	bool ok;

	if (!settings_path(path, sizeof(path)))
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "settings are not written: neither XDG_CONFIG_HOME nor HOME is set");
	text = settings_format(settings);
	snprintf(new, sizeof(new), "%s.%d", path, (int)getpid());
	ok = text && make_folders(path) && write_file(new, text) && !rename(new, path);
	if (!ok) {
		zs_fail(error, ZS_ERR_SYSTEM, "settings are not written: %.200s: %s", path,
			strerror(errno));
		unlink(new);
	}
	free(text);
	return ok;
}
