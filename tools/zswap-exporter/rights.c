// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attaching takes capabilities.  Reading does not: maps are read by their descriptors,
 * which Linux allows everybody since 5.19, files of procfs are open to all, and debugfs'
 * folder is kept open (zs_pool_keep_debugfs()).
 */
#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exporter.h"

static bool failed(struct zs_error *error, const char *what)
{
	return zs_fail(error, ZS_ERR_SYSTEM, "giving up rights: %s: %s", what, strerror(errno));
}

static bool find_by_name(struct exporter_user *user, const char *name, struct zs_error *error)
{
	const struct passwd *entry = getpwnam(name);

	if (!entry)
		return zs_fail(error, ZS_ERR_ARGUMENT, "there is no user '%s' (--user)", name);
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	snprintf(user->name, sizeof(user->name), "%s", name);
	return true;
}

/* Only its owner may write there, and to go round that would take a capability. */
static bool find_owner(struct exporter_user *user, const char *file, struct zs_error *error)
{
	const struct passwd *entry;
	char folder[PATH_MAX];
	struct stat status;

	snprintf(folder, sizeof(folder), "%s", file);
	if (stat(dirname(folder), &status))
		return zs_fail(error, ZS_ERR_SYSTEM, "the folder of %s: %s", file,
			       strerror(errno));
	entry = getpwuid(status.st_uid);
	user->uid = status.st_uid;
	user->gid = entry ? entry->pw_gid : status.st_gid;
	snprintf(user->name, sizeof(user->name), "%s", entry ? entry->pw_name : "?");
	return true;
}

bool exporter_find_user(struct exporter_user *user, const char *name, const char *file,
			struct zs_error *error)
{
	*user = (struct exporter_user){ .uid = getuid(), .gid = getgid(), .name = "?" };
	if (name && !find_by_name(user, name, error))
		return false;
	if (geteuid()) {
		if (user->uid != getuid())
			return zs_fail(error, ZS_ERR_ARGUMENT,
				       "only root can become '%s': leave out --user", name);
		return true;
	}
	if (name)
		return true;
	return file ? find_owner(user, file, error) :
		find_by_name(user, EXPORTER_USER, error);
}

/* For children, which there are not: what is not there cannot be had again. */
static void drop_bounds(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static bool become(const struct exporter_user *user, struct zs_error *error)
{
	if (geteuid())
		return true;
	if (setgroups(0, NULL))
		return failed(error, "setgroups");
	if (setresgid(user->gid, user->gid, user->gid))
		return failed(error, "setresgid");
	if (setresuid(user->uid, user->uid, user->uid))
		return failed(error, "setresuid");
	return true;
}

static bool drop_capabilities(struct zs_error *error)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } }, have[2];

	if (syscall(SYS_capset, &header, none))
		return failed(error, "capset");
	if (syscall(SYS_capget, &header, have))
		return failed(error, "capget");
	return !memcmp(have, none, sizeof(have)) ||
	       zs_fail(error, ZS_ERR_SYSTEM, "giving up rights: some capabilities are still there");
}

bool exporter_drop_rights(const struct exporter_user *user, struct zs_error *error)
{
	drop_bounds();
	if (!become(user, error) || !drop_capabilities(error))
		return false;
	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || failed(error, "no_new_privs");
}
