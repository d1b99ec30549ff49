// SPDX-License-Identifier: GPL-2.0-or-later
/* What is served otherwise, in a file that is replaced as a whole: for node_exporter. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exporter.h"

static bool write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			text += written;
			length -= (size_t)written;
		}
	}
	return true;
}

/* In the same folder, and with a name that node_exporter does not take for one of its. */
static bool replace(const char *file, const char *text, size_t length)
{
	char path[PATH_MAX];
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "%s.XXXXXX", file);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = write_all(fd, text, length) && !fchmod(fd, 0644);
	ok = !close(fd) && ok && !rename(path, file);
	if (!ok) {
		int number = errno;

		unlink(path);
		errno = number;
	}
	return ok;
}

bool exporter_write(const char *file, struct zs_metrics *metrics, struct zs_error *error)
{
	size_t length;
	char *text = zs_metrics_text(metrics, ZS_DIALECT_TEXT, &length, error);
	bool ok;

	if (!text)
		return false;
	ok = replace(file, text, length) ||
	     zs_fail(error, ZS_ERR_SYSTEM, "writing %s: %s", file, strerror(errno));
	free(text);
	return ok;
}
