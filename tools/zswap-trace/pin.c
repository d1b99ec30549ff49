// SPDX-License-Identifier: GPL-2.0-or-later
/* zswap-trace --pin: a source that goes on counting without us. */
#include <stdio.h>

#include "commands.h"
#include "options.h"
#include "pin.h"

static void say_what(struct zs_source *source, const char *directory)
{
	enum zs_source_kind kind = zs_source_kind(source);
	bool ours = kind == ZS_SOURCE_TP_BTF || kind == ZS_SOURCE_RAW_TP;

	fprintf(stderr, "zswap-trace: source: %s, pinned: cat %s/stats, cat %s/usage\n",
		zs_source_kind_name(kind), directory, directory);
	if (*zs_source_note(source))
		fprintf(stderr, "zswap-trace: %s\n", zs_source_note(source));
	fprintf(stderr, "zswap-trace: it goes on counting%s until zswap-trace --unpin %s\n",
		ours ? ", and rmmod " ZS_MODULE " is refused," : "", directory);
}

void trace_pin(const struct zs_common *common, const char *directory,
	       struct zs_error *error)
{
	struct zs_common pinned = *common;
	struct zs_source *source;
	struct zs_clock clock;

	if (!zs_pin_check(directory, error))
		return;
	/* a signal must not leave a half of it behind */
	if (!zs_clock_start(&clock, -1, error))
		return;
	pinned.source.pin = true;
	source = zs_common_open(&pinned, error);
	if (source && zs_pin(source, directory, error))
		say_what(source, directory);
	zs_source_close(source);
	zs_clock_stop(&clock);
}
