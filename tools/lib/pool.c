// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of zswap from the kernel's files; no BPF. */
#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "zswapscope.h"

static void read_parameters(struct zs_pool *pool, const char *root)
{
	char path[PATH_MAX], base[PATH_MAX - 64], word[8];

	zs_path(base, sizeof(base), root, "/sys/module/%s/parameters", ZS_MODULE);
	pool->ours = zs_may(base, X_OK);
	if (!pool->ours)
		zs_path(base, sizeof(base), root, "/sys/module/zswap/parameters");

	zs_path(path, sizeof(path), base, "/enabled");
	if (!zs_read_line(path, word, sizeof(word)))
		return;
	pool->enabled = word[0] == 'Y' || word[0] == '1';
	zs_path(path, sizeof(path), base, "/max_pool_percent");
	if (!zs_read_u64(path, &pool->max_pool_percent))
		return;
	zs_path(path, sizeof(path), base, "/compressor");
	if (!zs_read_line(path, pool->compressor, sizeof(pool->compressor)))
		return;
	/* The kernel's own has none. */
	zs_path(path, sizeof(path), base, "/max_compression_ratio");
	if (!zs_read_u64(path, &pool->max_compression_ratio))
		pool->max_compression_ratio = 100;
	pool->have |= ZS_HAVE_PARAMETERS;
}

/*
 * Where the counters are.  The kernel's own zswap makes a folder "zswap", and
 * ours has to take another name when it has done so.
 */
static void find_debugfs(char *base, size_t size, const char *root)
{
	zs_path(base, size, root, "/sys/kernel/debug/" ZS_MODULE);
	if (!zs_may(base, X_OK))
		zs_path(base, size, root, "/sys/kernel/debug/zswap");
}

static int kept = -1;

bool zs_pool_keep_debugfs(const char *root)
{
	char base[PATH_MAX];

	find_debugfs(base, sizeof(base), root);
	if (kept < 0)
		kept = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return kept >= 0;
}

/* A process may always follow its own descriptors. */
void zs_pool_debugfs(char *base, size_t size, const char *root)
{
	find_debugfs(base, size, root);
	if (kept >= 0 && !zs_may(base, X_OK))
		zs_path(base, size, NULL, "/proc/self/fd/%d", kept);
}

static bool read_debugfs(const char *base, const char *name, uint64_t *value)
{
	char path[PATH_MAX];

	zs_path(path, sizeof(path), base, "/%s", name);
	return zs_read_u64(path, value);
}

static void read_rejects(struct zs_pool *pool, const char *base)
{
	char name[64];

	for (unsigned int i = 0; i < ZSWAP_REJECT_COUNT; i++) {
		snprintf(name, sizeof(name), "reject_%s", zs_reason_name(i));
		if (read_debugfs(base, name, &pool->rejects[i]))
			pool->have |= ZS_HAVE_REJECTS;
	}
}

static void read_sizes(struct zs_pool *pool, const char *base)
{
	uint64_t pages;

	/* Older kernels count pages, newer ones bytes. */
	if (read_debugfs(base, "pool_pages", &pages)) {
		pool->pool_bytes = pages * ZSWAP_PAGE_BYTES;
		pool->have |= ZS_HAVE_POOL;
	} else if (read_debugfs(base, "pool_total_size", &pool->pool_bytes)) {
		pool->have |= ZS_HAVE_POOL;
	}
	if (read_debugfs(base, "stored_pages", &pool->stored_pages))
		pool->have |= ZS_HAVE_STORED;
	if (read_debugfs(base, "written_back_pages", &pool->written_back))
		pool->have |= ZS_HAVE_WRITTEN_BACK;
}

static void read_counters(struct zs_pool *pool, const char *root)
{
	char base[PATH_MAX - 64];

	zs_pool_debugfs(base, sizeof(base), root);
	read_sizes(pool, base);
	if (read_debugfs(base, "pool_limit_hit", &pool->pool_limit_hit))
		pool->have |= ZS_HAVE_LIMIT_HIT;
	if (read_debugfs(base, "duplicate_entry", &pool->duplicates))
		pool->have |= ZS_HAVE_DUPLICATE;
	if (read_debugfs(base, "pool_unbuddied_pages", &pool->unbuddied_frames) &&
	    read_debugfs(base, "pool_free_bytes", &pool->free_bytes) &&
	    read_debugfs(base, "pool_lost_bytes", &pool->lost_bytes))
		pool->have |= ZS_HAVE_WASTE;
	read_rejects(pool, base);
}

static void read_meminfo(struct zs_pool *pool, const char *root)
{
	uint64_t total = 0, swap = 0, swap_free = 0, zswap = 0, zswapped = 0;
	struct zs_field fields[] = {
		{ "MemTotal:",	&total, false },
		{ "SwapTotal:",	&swap, false },
		{ "SwapFree:",	&swap_free, false },
		{ "Zswap:",	&zswap, false },
		{ "Zswapped:",	&zswapped, false },
	};
	char path[PATH_MAX];

	zs_path(path, sizeof(path), root, "/proc/meminfo");
	zs_read_fields(path, fields, ZS_ARRAY_SIZE(fields));
	if (fields[0].found && fields[1].found && fields[2].found) {
		pool->memory_bytes = total * 1024;
		pool->swap_bytes = swap * 1024;
		pool->swap_free_bytes = swap_free * 1024;
		pool->have |= ZS_HAVE_MEMORY;
	}
	if (fields[3].found && !(pool->have & ZS_HAVE_POOL)) {
		pool->pool_bytes = zswap * 1024;
		pool->have |= ZS_HAVE_POOL;
	}
	if (fields[4].found && !(pool->have & ZS_HAVE_STORED)) {
		pool->stored_pages = zswapped * 1024 / ZSWAP_PAGE_BYTES;
		pool->have |= ZS_HAVE_STORED;
	}
}

static void read_vmstat(struct zs_pool *pool, const char *root)
{
	struct zs_field fields[] = {
		{ "zswpout",	&pool->zswpout, false },
		{ "zswpin",	&pool->zswpin, false },
		{ "zswpwb",	&pool->zswpwb, false },
		{ "pswpin",	&pool->pswpin, false },
	};
	char path[PATH_MAX];

	zs_path(path, sizeof(path), root, "/proc/vmstat");
	zs_read_fields(path, fields, ZS_ARRAY_SIZE(fields));
	if (fields[0].found && fields[1].found)
		pool->have |= ZS_HAVE_VMSTAT;
	if (fields[2].found)
		pool->have |= ZS_HAVE_VMSTAT_WRITEBACK;
}

/* Whether this is a kernel that the modules are for. */
static void read_release(struct zs_pool *pool, const char *root)
{
	static const char series[] = ZS_MODULE_RELEASE;
	char path[PATH_MAX], release[128];

	zs_path(path, sizeof(path), root, "/proc/sys/kernel/osrelease");
	if (!zs_read_line(path, release, sizeof(release)))
		return;
	pool->loadable = !strncmp(release, series, sizeof(series) - 1) &&
			 !isdigit((unsigned char)release[sizeof(series) - 1]);
}

static void set_limit(struct zs_pool *pool)
{
	if ((pool->have & ZS_HAVE_PARAMETERS) && (pool->have & ZS_HAVE_MEMORY))
		pool->limit_bytes = pool->memory_bytes * pool->max_pool_percent / 100;
}

void zs_pool_read(struct zs_pool *pool, const char *root)
{
	memset(pool, 0, sizeof(*pool));
	read_release(pool, root);
	read_parameters(pool, root);
	read_counters(pool, root);
	read_meminfo(pool, root);
	read_vmstat(pool, root);
	set_limit(pool);
}

void zs_pool_renew(struct zs_pool *pool, const char *root)
{
	const unsigned int sizes = ZS_HAVE_POOL | ZS_HAVE_STORED;
	char base[PATH_MAX - 64], path[PATH_MAX];

	pool->have &= ~(sizes | ZS_HAVE_WRITTEN_BACK);
	zs_pool_debugfs(base, sizeof(base), root);
	read_sizes(pool, base);
	if ((pool->have & sizes) != sizes)
		read_meminfo(pool, root);
	zs_path(path, sizeof(path), root, "/sys/module/%s/parameters/max_pool_percent",
		pool->ours ? ZS_MODULE : "zswap");
	zs_read_u64(path, &pool->max_pool_percent);
	set_limit(pool);
}

bool zs_pool_ratio(const struct zs_pool *pool, double *ratio)
{
	if (!(pool->have & ZS_HAVE_POOL) || !(pool->have & ZS_HAVE_STORED) ||
	    !pool->pool_bytes || !pool->stored_pages)
		return false;
	*ratio = (double)pool->stored_pages * ZSWAP_PAGE_BYTES /
		 (double)pool->pool_bytes;
	return true;
}
