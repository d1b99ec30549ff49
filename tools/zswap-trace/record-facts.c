// SPDX-License-Identifier: GPL-2.0-or-later
/* What a recording says of the machine, of zswap's settings and of the run. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "record.h"

static uint64_t real_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * ZS_NSEC + (uint64_t)now.tv_nsec;
}

static void number(struct zs_recorder *recorder, const char *name, uint64_t value)
{
	zs_recorder_fact(recorder, name, "%llu", (unsigned long long)value);
}

/* A file of the module's parameters, as it is; one that this zswap has not is no fact. */
static void parameter(struct zs_recorder *recorder, const char *name, bool ours, const char *root)
{
	char path[256], fact[64], value[64];

	zs_path(path, sizeof(path), root, "/sys/module/%s/parameters/%s",
		ours ? ZS_MODULE : "zswap", name);
	snprintf(fact, sizeof(fact), "zswap.%s", name);
	if (zs_read_line(path, value, sizeof(value)))
		zs_recorder_fact(recorder, fact, "%s", value);
}

static void pool_facts(struct zs_recorder *recorder, const char *root)
{
	static const char *const parameters[] = {
		"enabled", "compressor", "max_pool_percent", "max_compression_ratio",
		"accept_threshold_percent", "incompressible", "same_filled_pages_enabled",
		"shrinker_enabled", "buddies", "frame_order",
	};
	char path[256], zpool[64];
	struct zs_pool pool;

	zs_pool_read(&pool, root);
	if (pool.have & ZS_HAVE_MEMORY) {
		number(recorder, "memory_bytes", pool.memory_bytes);
		number(recorder, "swap_bytes", pool.swap_bytes);
	}
	for (size_t i = 0; i < ZS_ARRAY_SIZE(parameters); i++)
		parameter(recorder, parameters[i], pool.ours, root);
	zs_path(path, sizeof(path), root, "/sys/module/zswap/parameters/zpool");
	if (pool.ours)
		zs_recorder_fact(recorder, "zswap.pool", "zbud");
	else if (zs_read_line(path, zpool, sizeof(zpool)))
		zs_recorder_fact(recorder, "zswap.pool", "%s", zpool);
	if (pool.have & ZS_HAVE_STORED)
		number(recorder, "zswap.stored_pages", pool.stored_pages);
	if (pool.have & ZS_HAVE_POOL)
		number(recorder, "zswap.pool_bytes", pool.pool_bytes);
}

/* Words with blanks between. */
static void command_fact(struct zs_recorder *recorder, char *const *command)
{
	char text[1024];
	size_t used = 0;

	for (size_t i = 0; command[i] && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
					 i ? " " : "", command[i]);
	zs_recorder_fact(recorder, "command", "%s", text);
}

static void machine_facts(struct zs_recorder *recorder)
{
	struct utsname name;

	if (!uname(&name)) {
		zs_recorder_fact(recorder, "kernel", "%s", name.release);
		zs_recorder_fact(recorder, "machine", "%s", name.machine);
		zs_recorder_fact(recorder, "host", "%s", name.nodename);
	}
	number(recorder, "cpus", (uint64_t)sysconf(_SC_NPROCESSORS_CONF));
	number(recorder, "page_bytes", (uint64_t)sysconf(_SC_PAGESIZE));
}

void record_facts_begin(struct zs_recorder *recorder, const struct zs_source *source,
			const struct record_options *options)
{
	const struct zs_common *common = &options->stream.common;

	zs_recorder_fact(recorder, "tool", "zswap-trace %s", ZSWAPSCOPE_VERSION);
	machine_facts(recorder);
	zs_recorder_fact(recorder, "source", "%s", zs_source_kind_name(zs_source_kind(source)));
	if (*zs_source_note(source))
		zs_recorder_fact(recorder, "source_note", "%s", zs_source_note(source));
	zs_recorder_fact(recorder, "kinds", "%s", options->stream.kinds_text);
	if (options->stream.filter_text)
		zs_recorder_fact(recorder, "filter", "%s", options->stream.filter_text);
	if (common->cgroup)
		zs_recorder_fact(recorder, "only_cgroup", "%s", common->cgroup);
	if (common->source.pid)
		zs_recorder_fact(recorder, "only_pid", "%d", (int)common->source.pid);
	if (options->command)
		command_fact(recorder, options->command);
	pool_facts(recorder, common->source.root);
	number(recorder, "start_mono_ns", zs_now());
	number(recorder, "start_real_ns", real_now());
}

void record_facts_end(struct zs_recorder *recorder, const struct record_result *result,
		      const struct zs_child *child, const char *root)
{
	struct zs_pool pool;

	number(recorder, "end_mono_ns", zs_now());
	number(recorder, "events_lost", result->lost);
	number(recorder, "events_missed", result->missed);
	zs_recorder_fact(recorder, "owners", "%s", result->owned ? "yes" : "no");
	if (child)
		zs_recorder_fact(recorder, "exit_status", "%d", child->status);
	zs_pool_read(&pool, root);
	if (pool.have & ZS_HAVE_STORED)
		number(recorder, "end.stored_pages", pool.stored_pages);
	if (pool.have & ZS_HAVE_POOL)
		number(recorder, "end.pool_bytes", pool.pool_bytes);
	if (pool.have & ZS_HAVE_WRITTEN_BACK)
		number(recorder, "end.written_back", pool.written_back);
}

bool record_state(struct zs_recorder *recorder, struct zs_pool *pool, const char *root,
		  struct zs_error *error)
{
	uint64_t free_kib = 0;
	struct zs_field field = { "MemFree:", &free_kib, false };
	struct zswap_state state = { .time_ns = zs_now() };
	char path[256];

	zs_pool_renew(pool, root);
	zs_path(path, sizeof(path), root, "/proc/meminfo");
	zs_read_fields(path, &field, 1);
	state.pool_bytes = pool->pool_bytes;
	state.limit_bytes = pool->limit_bytes;
	state.stored_pages = pool->stored_pages;
	state.written_back = pool->written_back;
	state.free_bytes = free_kib * 1024;
	return zs_recorder_states(recorder, &state, 1, error);
}
