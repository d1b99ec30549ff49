// SPDX-License-Identifier: GPL-2.0-or-later
/* Why something failed, in one line. */
#include <stdio.h>

#include "zswapscope.h"

bool zs_fail(struct zs_error *error, enum zs_code code, const char *format, ...)
{
	va_list args;

	if (!error)
		return false;
	error->code = code;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return false;
}
