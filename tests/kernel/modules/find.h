/* SPDX-License-Identifier: GPL-2.0 */
/* How a module finds another one's tracepoint. */
#ifndef ZS_TEST_FIND_H
#define ZS_TEST_FIND_H

#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

/* A module's tracepoint of that name, or NULL. */
static inline struct tracepoint *find_tracepoint(const struct module *mod, const char *name)
{
	struct tracepoint *found;
	unsigned int i;

	for (i = 0; i < mod->num_tracepoints; i++) {
		found = tracepoint_ptr_deref(&mod->tracepoints_ptrs[i]);
		if (!strcmp(found->name, name))
			return found;
	}
	return NULL;
}

#endif /* ZS_TEST_FIND_H */
