// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "triggers.h"

#define INSTANCE	"zswapscope-"
#define TRIGGERS	16
#define COMMAND		128

struct zs_triggers {
	char path[PATH_MAX - 128];	/* of the instance */
	struct {
		char event[32];
		char command[COMMAND];
		int fd;
	} list[TRIGGERS];
	size_t count;
};

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return false;
	written = write(fd, text, strlen(text));
	close(fd);
	return written == (ssize_t)strlen(text);
}

static bool write_trigger(const struct zs_triggers *triggers, const char *event,
			  const char *command)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/events/zswap/zswap_%s/trigger", triggers->path,
		 event);
	return write_file(path, command);
}

/* A trigger has to go before its module can; so do not leave that to rmdir(). */
static void remove_triggers(const struct zs_triggers *triggers, const char *event)
{
	char path[PATH_MAX], line[512], command[520];
	FILE *file;

	snprintf(path, sizeof(path), "%s/events/zswap/zswap_%s/trigger", triggers->path,
		 event);
	file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, " \n")] = '\0';
		if (strncmp(line, "hist:", 5))
			continue;
		snprintf(command, sizeof(command), "!%s", line);
		write_trigger(triggers, event, command);
	}
	fclose(file);
}

static void remove_instance(const struct zs_triggers *triggers)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *events;

	snprintf(path, sizeof(path), "%s/events/zswap", triggers->path);
	events = opendir(path);
	while (events && (entry = readdir(events)))
		if (!strncmp(entry->d_name, "zswap_", 6))
			remove_triggers(triggers, entry->d_name + 6);
	if (events)
		closedir(events);
	rmdir(triggers->path);
}

/* Of one of us that was killed. */
static void remove_stale(const char *instances)
{
	struct zs_triggers stale = { .count = 0 };
	struct dirent *entry;
	DIR *directory = opendir(instances);

	while (directory && (entry = readdir(directory))) {
		int pid;

		if (sscanf(entry->d_name, INSTANCE "%d", &pid) != 1 ||
		    !kill(pid, 0) || errno != ESRCH)
			continue;
		snprintf(stale.path, sizeof(stale.path), "%s/%.64s", instances,
			 entry->d_name);
		remove_instance(&stale);
	}
	if (directory)
		closedir(directory);
}

static bool find_instances(char *path, size_t size, const char *root,
			   struct zs_error *error)
{
	static const char *const mounts[] = {
		"/sys/kernel/tracing", "/sys/kernel/debug/tracing",
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(mounts); i++) {
		zs_path(path, size, root, "%s/instances", mounts[i]);
		if (zs_may(path, F_OK))
			return true;
		if (errno == EACCES)
			return zs_fail(error, ZS_ERR_NO_RIGHTS,
				       "no right to use ftrace's triggers: run as root, or with CAP_DAC_OVERRIDE");
	}
	return zs_fail(error, ZS_ERR_NO_TRACEFS,
		       "tracefs is not mounted, so there are no triggers: mount -t tracefs tracefs /sys/kernel/tracing");
}

struct zs_triggers *zs_triggers_open(const char *root, struct zs_error *error)
{
	struct zs_triggers *triggers = calloc(1, sizeof(*triggers));
	char path[PATH_MAX - 256], buffer[PATH_MAX];

	if (!triggers) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	if (!find_instances(path, sizeof(path), root, error))
		goto discard;
	remove_stale(path);
	snprintf(triggers->path, sizeof(triggers->path), "%s/" INSTANCE "%d", path,
		 (int)getpid());
	if (mkdir(triggers->path, 0700)) {
		zs_fail(error, errno == EACCES || errno == EPERM ? ZS_ERR_NO_RIGHTS :
			ZS_ERR_SYSTEM, "cannot make a tracefs instance (%s): %s",
			triggers->path, errno == EACCES || errno == EPERM ?
			"run as root, or with CAP_DAC_OVERRIDE" : strerror(errno));
		goto discard;
	}
	/* events are counted, not kept */
	snprintf(buffer, sizeof(buffer), "%s/buffer_size_kb", triggers->path);
	write_file(buffer, "4");
	return triggers;

discard:
	free(triggers);
	return NULL;
}

void zs_triggers_close(struct zs_triggers *triggers)
{
	if (!triggers)
		return;
	for (size_t i = 0; i < triggers->count; i++) {
		char command[COMMAND + 1];

		close(triggers->list[i].fd);
		snprintf(command, sizeof(command), "!%s", triggers->list[i].command);
		write_trigger(triggers, triggers->list[i].event, command);
	}
	remove_instance(triggers);
	free(triggers);
}

bool zs_triggers_add(struct zs_triggers *triggers, const char *event, const char *key,
		     const char *value, int *fd, struct zs_error *error)
{
	char path[PATH_MAX];
	size_t slot = triggers->count;

	if (slot == TRIGGERS)
		return zs_fail(error, ZS_ERR_SYSTEM, "too many triggers");
	snprintf(triggers->list[slot].event, sizeof(triggers->list[slot].event), "%s", event);
	snprintf(triggers->list[slot].command, sizeof(triggers->list[slot].command),
		 "hist:keys=%s%s%s", key, value ? ":vals=" : "", value ? value : "");
	if (!write_trigger(triggers, event, triggers->list[slot].command))
		return zs_fail(error, ZS_ERR_SYSTEM,
			       "no trigger on event zswap_%s (%s): that needs a kernel with CONFIG_HIST_TRIGGERS",
			       event, strerror(errno));
	snprintf(path, sizeof(path), "%s/events/zswap/zswap_%s/hist", triggers->path, event);
	triggers->list[slot].fd = open(path, O_RDONLY | O_CLOEXEC);
	if (triggers->list[slot].fd < 0) {
		zs_fail(error, ZS_ERR_SYSTEM, "%s: %s", path, strerror(errno));
		remove_triggers(triggers, event);
		return false;
	}
	*fd = triggers->list[slot].fd;
	triggers->count++;
	return true;
}

static bool number_behind(const char *line, const char *name, uint64_t *number)
{
	char word[64];
	const char *at;

	snprintf(word, sizeof(word), " %s:", name);
	at = strstr(line, word);
	if (!at)
		return false;
	*number = strtoull(at + strlen(word), NULL, 10);
	return true;
}

/* "{ result:          0 } hitcount:         12  length:      34567" */
static bool parse_line(const char *line, const char *value, uint64_t *values)
{
	const char *end = strchr(line, '}');
	uint64_t hits, sum = 0;
	bool zero;

	if (!end || !number_behind(end, "hitcount", &hits) ||
	    (value && !number_behind(end, value, &sum)))
		return false;
	/* the last word of the key, a number in most of them */
	while (end > line && end[-1] == ' ')
		end--;
	zero = end - line >= 2 && end[-1] == '0' && end[-2] == ' ';
	values[ZS_TRIGGER_ALL] += hits;
	values[ZS_TRIGGER_ALL_SUM] += sum;
	values[zero ? ZS_TRIGGER_ZERO : ZS_TRIGGER_OTHER] += hits;
	if (zero)
		values[ZS_TRIGGER_ZERO_SUM] += sum;
	return true;
}

bool zs_trigger_parse(const char *text, const char *value, uint64_t *values)
{
	const char *dropped = strstr(text, "Dropped:");

	for (int i = 0; i < ZS_TRIGGER_VALUES; i++)
		values[i] = 0;
	/* the end is there, so nothing was cut off */
	if (!dropped || strtoull(dropped + strlen("Dropped:"), NULL, 10))
		return false;
	for (; text && *text; text = strchr(text, '\n'), text += !!text)
		if (*text == '{' && !parse_line(text, value, values))
			return false;
	return true;
}

bool zs_trigger_read(int fd, const char *value, uint64_t *values)
{
	char text[8192];

	return zs_read_again(fd, text, sizeof(text)) && zs_trigger_parse(text, value, values);
}
