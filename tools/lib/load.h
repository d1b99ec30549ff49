/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Load the programs of a source into the kernel, and attach them. */
#ifndef ZS_LOAD_H
#define ZS_LOAD_H

#include "source.h"

/**
 * zs_load - load and attach
 * @source: gets kind, bpf, links and plan
 * @kind: any source with BPF
 * @options: what to count
 * @env: facts, for words
 * @error: why not
 */
bool zs_load(struct zs_source *source, enum zs_source_kind kind,
	     const struct zs_options *options, const struct zs_environment *env,
	     struct zs_error *error);

/* The reverse; also of a part. */
void zs_unload(struct zs_source *source);

#endif /* ZS_LOAD_H */
