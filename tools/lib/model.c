// SPDX-License-Identifier: GPL-2.0-or-later
/* Which models there are. */
#include <string.h>

#include "model.h"

static const struct zs_model_kind *const kinds[] = {
	&zs_model_zbud,
	&zs_model_nbuddies,
	&zs_model_nbuddies2,
	&zs_model_zsmalloc,
	NULL,
};

const struct zs_model_kind *zs_model_at(size_t nth)
{
	return kinds[nth];
}

const struct zs_model_kind *zs_model_find(const char *name)
{
	size_t i = 0;

	while (kinds[i] && strcmp(kinds[i]->name, name))
		i++;
	return kinds[i];
}
