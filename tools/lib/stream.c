// SPDX-License-Identifier: GPL-2.0-or-later
/* The stream of events. */
#include "source.h"
#include "stream.h"

bool zs_source_stream_start(struct zs_source *source, uint32_t kinds,
			    struct zs_error *error)
{
	(void)kinds;
	return zs_fail(error, ZS_ERR_ARGUMENT, "this source has no stream of events: %s",
		       zs_source_kind_name(source->kind));
}

void zs_source_stream_stop(struct zs_source *source)
{
	(void)source;
}

int zs_source_stream_fd(const struct zs_source *source)
{
	(void)source;
	return -1;
}

long zs_source_stream_read(struct zs_source *source, zs_event_fn *fn, void *context,
			   size_t most, struct zs_error *error)
{
	(void)fn;
	(void)context;
	(void)most;
	zs_source_stream_start(source, 0, error);
	return -1;
}
