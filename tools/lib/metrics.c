// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "metrics.h"
#include "state.h"

#define CGROUP_ROOT	"/sys/fs/cgroup"
#define NAME_BYTES	96

struct zs_metrics {
	struct zs_source *source;
	struct zs_metrics_options options;
	struct zs_labels labels;
};

/* Where a text is being written to. */
struct text {
	FILE *out;
	enum zs_dialect dialect;
	const struct zs_metrics_data *data;
};

static void begin(const struct text *text, const struct zs_family *family)
{
	zs_write_family(text->out, text->dialect, family);
}

/* ---- what there is to say ---------------------------------------------- */

/*
 * Of a counter: another name, where its own does not end in its unit, and a word of help.
 * One that is not here goes by its own name.
 */
static const struct {
	const char *counter;
	const char *name;
	const char *help;
} counter_words[] = {
	{ "stores", NULL, "Pages stored in the pool." },
	{ "store_bytes_out", "store_bytes", "Compressed bytes of the pages stored." },
	{ "same_filled", NULL, "Pages stored that repeat one word, and take no memory." },
	{ "incompressible", NULL, "Pages stored as they are." },
	{ "restores", NULL, "Pages stored or rejected again within the thrash window of their load." },
	{ "loads", NULL, "Pages loaded back from the pool." },
	{ "load_bytes", NULL, "Compressed bytes of the pages loaded." },
	{ "disk_reads", NULL, "Pages read from the swap devices." },
	{ "refaults", NULL, "Pages read from the swap devices within the thrash window of their eviction." },
	{ "reject_reads", NULL, "Pages read from the swap devices that zswap had rejected." },
	{ "writebacks", NULL, "Pages written from the pool to the swap devices." },
	{ "writeback_bytes", NULL, "Compressed bytes of the pages written back." },
	{ "writebacks_failed", NULL, "Attempts to write a page back that failed." },
	{ "rejects", NULL, "Pages refused, which went to the swap devices as they were." },
	{ "invalidates", NULL, "Pages dropped because nobody needs them any more." },
	{ "invalidate_bytes", NULL, "Compressed bytes of the pages dropped." },
	{ "evicts", NULL, "Frames of the pool that were freed by eviction." },
	{ "evict_frames", NULL, "Page frames that these gave back." },
	{ "evict_pages", NULL, "Pages that the frames evicted held." },
	{ "evict_bytes", NULL, "Compressed bytes of these pages." },
	{ "evicts_failed", NULL, "Attempts at an eviction that freed no frame." },
	{ "pool_limit_reached", NULL, "Times that the pool came to its limit." },
	{ "pool_limit_left", NULL, "Times that the pool was below its limit again." },
	{ "compressor_changes", NULL, "Times that another compressor was chosen." },
	{ "drains", NULL, "Drains of the whole pool that began." },
	{ "shrinks", NULL, "Runs of the shrinker, and for a cgroup at its limit." },
	{ "shrink_scanned", NULL, "Pages that these runs looked at." },
	{ "shrink_written", NULL, "Pages that these runs wrote back." },
	{ "backgrounds", NULL, "Runs of the background worker." },
	{ "background_frames", NULL, "Page frames that the background worker freed." },
};

/* "zswap_stores", "zswap_cgroup_stores"; and a line of help. */
static struct zs_family counter_family(char name[NAME_BYTES], char help[NAME_BYTES * 2],
				       const char *prefix, const char *counter)
{
	struct zs_family family = { .name = name, .type = ZS_METRIC_COUNTER, .help = help };
	const char *own = counter;

	snprintf(help, NAME_BYTES * 2, "Counter %s of the events.", counter);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(counter_words); i++) {
		if (strcmp(counter_words[i].counter, counter))
			continue;
		own = counter_words[i].name ?: counter;
		family.help = counter_words[i].help;
	}
	snprintf(name, NAME_BYTES, "%s_%s", prefix, own);
	return family;
}

static bool has_bpf(const struct zs_metrics_data *data)
{
	return data->kind != ZS_SOURCE_COUNTERS;
}

/* The functions of a kernel's own zswap tell nothing of frames and of the pool. */
static bool has_pool_events(const struct zs_metrics_data *data)
{
	return data->kind == ZS_SOURCE_TP_BTF || data->kind == ZS_SOURCE_RAW_TP;
}

static bool is_of_frames(const char *name)
{
	return !strncmp(name, "evict", strlen("evict"));
}

static bool counter_known(const struct zs_metrics_data *data, size_t which)
{
	static const struct {
		const char *name;
		unsigned int have;	/* any of these */
	} files[] = {
		{ "stores",	ZS_HAVE_VMSTAT },
		{ "loads",	ZS_HAVE_VMSTAT },
		{ "disk_reads",	ZS_HAVE_VMSTAT },
		{ "writebacks",	ZS_HAVE_VMSTAT_WRITEBACK | ZS_HAVE_WRITTEN_BACK },
		{ "rejects",	ZS_HAVE_REJECTS },
	};
	const char *name = zs_counter_infos[which].name;

	if (has_pool_events(data))
		return true;
	if (has_bpf(data))
		return which < zs_usage_counter_count && !is_of_frames(name);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(files); i++)
		if (!strcmp(files[i].name, name))
			return data->pool.have & files[i].have;
	return false;
}

static bool hist_known(const struct zs_metrics_data *data, enum zswap_histogram which)
{
	if (has_pool_events(data))
		return true;
	return has_bpf(data) && !is_of_frames(zs_hist_infos[which].name) &&
	       which < ZSWAP_HIST_POOL_LIMIT_DURATION;
}

/* ---- events ------------------------------------------------------------ */

static void write_counters(const struct text *text)
{
	const struct zswap_stats *stats = &text->data->snapshot.stats;
	char name[NAME_BYTES], help[NAME_BYTES * 2];

	for (size_t i = 0; i < zs_counter_count; i++) {
		struct zs_family family = counter_family(name, help, "zswap",
							 zs_counter_infos[i].name);

		if (!counter_known(text->data, i))
			continue;
		begin(text, &family);
		zs_write_sample(text->out, &family, NULL, zs_counter(stats, i));
	}
}

/* A sample for each word of a vocabulary. */
static void write_words(const struct text *text, const char *name, const char *help,
			const char *label, const char *(*word)(unsigned int),
			const __u64 *counts, unsigned int slots)
{
	struct zs_family family = { name, ZS_METRIC_COUNTER, help };

	begin(text, &family);
	for (unsigned int i = 0; i < slots; i++) {
		struct zs_tag tags[] = { { label, word(i) }, { 0 } };

		zs_write_sample(text->out, &family, tags, counts[i]);
	}
}

#define REASON	"reason", zs_reason_name
#define CAUSE	"cause", zs_cause_name

static void write_vocabularies(const struct text *text)
{
	const struct zswap_usage *usage = &text->data->snapshot.stats.usage;
	const struct zswap_pool_stats *pool = &text->data->snapshot.stats.pool;

	if (has_bpf(text->data) || (text->data->pool.have & ZS_HAVE_REJECTS))
		write_words(text, "zswap_rejects_by_reason", "Pages refused, by reason.",
			    REASON, usage->reject_by_reason, ZSWAP_REJECT_SLOTS);
	if (has_bpf(text->data))
		write_words(text, "zswap_writebacks_by_cause",
			    "Pages written back, by what asked for it.", CAUSE,
			    usage->writeback_by_cause, ZSWAP_CAUSE_SLOTS);
	if (!has_pool_events(text->data))
		return;
	write_words(text, "zswap_writebacks_failed_by_cause",
		    "Attempts to write a page back that failed, by what asked for it.", CAUSE,
		    pool->writeback_failed_by_cause, ZSWAP_CAUSE_SLOTS);
	write_words(text, "zswap_evicts_by_cause",
		    "Frames evicted, by what asked for it.", CAUSE,
		    pool->evict_by_cause, ZSWAP_CAUSE_SLOTS);
	write_words(text, "zswap_evicts_failed_by_cause",
		    "Attempts at an eviction that freed no frame, by what asked for it.", CAUSE,
		    pool->evict_failed_by_cause, ZSWAP_CAUSE_SLOTS);
}

static struct zs_family hist_family(char name[NAME_BYTES], char help[NAME_BYTES * 2],
				    const char *base, const char *more,
				    const struct zs_hist_info *info)
{
	const char *unit = info->unit == ZS_UNIT_BYTES ? "bytes" : "seconds";

	snprintf(name, NAME_BYTES, "zswap_%s%s_%s", base, more, unit);
	snprintf(help, NAME_BYTES * 2, "Histogram, %s: %s%s.", unit, info->title,
		 *more ? ", by what asked for it" : "");
	return (struct zs_family){ name, ZS_METRIC_HISTOGRAM, help };
}

static void write_histograms(const struct text *text)
{
	const struct zswap_stats *stats = &text->data->snapshot.stats;
	const struct zs_hist_info *evict = &zs_hist_infos[ZSWAP_HIST_EVICT_DURATION];
	char name[NAME_BYTES], help[NAME_BYTES * 2];
	struct zs_family family;

	for (unsigned int i = 0; i < ZSWAP_HIST_COUNT; i++) {
		const struct zs_hist_info *info = &zs_hist_infos[i];

		if (!hist_known(text->data, i))
			continue;
		family = hist_family(name, help, info->name, "", info);
		begin(text, &family);
		zs_write_hist(text->out, &family, NULL, zs_stats_hist(stats, i), info->unit);
	}
	if (!has_pool_events(text->data))
		return;
	family = hist_family(name, help, evict->name, "_by_cause", evict);
	begin(text, &family);
	for (unsigned int i = 0; i < ZSWAP_CAUSE_SLOTS; i++) {
		struct zs_tag tags[] = { { "cause", zs_cause_name(i) }, { 0 } };

		zs_write_hist(text->out, &family, tags, &stats->pool.evict_duration_by_cause[i],
			      evict->unit);
	}
}

/* ---- by cgroup --------------------------------------------------------- */

static bool is_shown(const struct zs_labels *labels, size_t which)
{
	return !which || labels->list[which].named;
}

static void write_cgroup_counter(const struct text *text, const struct zs_family *family,
				 size_t word)
{
	const struct zs_labels *labels = text->data->labels;

	begin(text, family);
	for (size_t i = 0; i < labels->count; i++) {
		struct zs_tag tags[] = { { "cgroup", labels->list[i].text }, { 0 } };

		if (is_shown(labels, i))
			zs_write_sample(text->out, family, tags, labels->list[i].words[word]);
	}
}

static void write_cgroup_rejects(const struct text *text)
{
	static const struct zs_family family = {
		"zswap_cgroup_rejects_by_reason", ZS_METRIC_COUNTER,
		"Pages refused, by cgroup and reason.",
	};
	const size_t first = offsetof(struct zswap_usage, reject_by_reason) / sizeof(__u64);
	const struct zs_labels *labels = text->data->labels;

	begin(text, &family);
	for (size_t i = 0; i < labels->count; i++) {
		for (unsigned int reason = 0; reason < ZSWAP_REJECT_SLOTS; reason++) {
			struct zs_tag tags[] = {
				{ "cgroup", labels->list[i].text },
				{ "reason", zs_reason_name(reason) }, { 0 },
			};

			if (is_shown(labels, i))
				zs_write_sample(text->out, &family, tags,
						labels->list[i].words[first + reason]);
		}
	}
}

static void write_cgroup_pool(const struct text *text)
{
	static const struct zs_family family = {
		"zswap_cgroup_pool_bytes", ZS_METRIC_GAUGE,
		"Memory that the pages of the cgroup, and of those below it, take in the pool.",
	};
	const struct zs_labels *labels = text->data->labels;
	char path[PATH_MAX];
	uint64_t bytes;

	begin(text, &family);
	for (size_t i = 1; i < labels->count; i++) {
		struct zs_tag tags[] = { { "cgroup", labels->list[i].text }, { 0 } };

		zs_path(path, sizeof(path), labels->list[i].path, "/memory.zswap.current");
		if (is_shown(labels, i) && zs_read_u64(path, &bytes))
			zs_write_sample(text->out, &family, tags, bytes);
	}
}

/* Evictions are of no cgroup. */
static void write_cgroups(const struct text *text)
{
	char name[NAME_BYTES], help[NAME_BYTES * 2];

	if (!text->data->labels)
		return;
	for (size_t i = 0; i < zs_usage_counter_count; i++) {
		struct zs_family family = counter_family(name, help, "zswap_cgroup",
							 zs_counter_infos[i].name);

		if (!is_of_frames(zs_counter_infos[i].name))
			write_cgroup_counter(text, &family,
					     zs_counter_infos[i].offset / sizeof(__u64));
	}
	write_cgroup_rejects(text);
	write_cgroup_pool(text);
}

/* ---- swap areas --------------------------------------------------------- */

/* Names may have been cut, and then be the same. */
static bool is_first(const struct zs_devices *devices, size_t which)
{
	for (size_t i = 0; i < which; i++)
		if (!strcmp(devices->list[i].name, devices->list[which].name))
			return false;
	return true;
}

static void write_device_gauge(const struct text *text, const char *name, const char *help,
			       size_t offset)
{
	struct zs_family family = { name, ZS_METRIC_GAUGE, help };
	const struct zs_devices *devices = text->data->devices;

	begin(text, &family);
	for (size_t i = 0; i < devices->count; i++) {
		const struct zs_device *device = &devices->list[i];
		char *label = zs_label_text(device->name);
		struct zs_tag tags[] = { { "device", label }, { 0 } };

		if (label && is_first(devices, i))
			zs_write_sample(text->out, &family, tags,
					*(const uint64_t *)((const char *)device + offset));
		free(label);
	}
}

/* To join the counters with the names. */
static void write_device_info(const struct text *text)
{
	static const struct zs_family family = {
		"zswap_device_info", ZS_METRIC_GAUGE, "Swap areas, and the types that events call them.",
	};
	const struct zs_devices *devices = text->data->devices;

	begin(text, &family);
	for (size_t i = 0; i < devices->count; i++) {
		const struct zs_device *device = &devices->list[i];
		char *label = zs_label_text(device->name), type[ZS_TEXT];
		struct zs_tag tags[] = { { "device", label }, { "type", type }, { 0 } };

		snprintf(type, sizeof(type), "%d", device->type);
		if (label && device->type >= 0 && is_first(devices, i))
			zs_write_sample(text->out, &family, tags, 1);
		free(label);
	}
}

#define DEVICE_WORDS	(sizeof(struct zswap_device_counts) / sizeof(__u64))

/*
 * By type, not by name: they are of a type for ever, and another area may have it next.
 * Those that never had anything are left out.
 */
static void write_device_counters(const struct text *text)
{
	static const char *const names[] = {
		"stores", "loads", "disk_reads", "writebacks", "rejects", "invalidates",
	};
	const struct zswap_device_counts *counts = text->data->snapshot.stats.pool.device;
	static const struct zswap_device_counts none;
	char name[NAME_BYTES], help[NAME_BYTES * 2], type[ZS_TEXT];

	_Static_assert(ZS_ARRAY_SIZE(names) == DEVICE_WORDS, "a count of a swap area has no name");
	for (size_t word = 0; word < DEVICE_WORDS; word++) {
		struct zs_family family = counter_family(name, help, "zswap_device", names[word]);

		begin(text, &family);
		for (unsigned int i = 0; i < ZSWAP_DEVICES; i++) {
			struct zs_tag tags[] = { { "type", type }, { 0 } };

			snprintf(type, sizeof(type), "%u", i);
			if (memcmp(&counts[i], &none, sizeof(none)))
				zs_write_sample(text->out, &family, tags,
						((const __u64 *)&counts[i])[word]);
		}
	}
}

static void write_devices(const struct text *text)
{
	if (has_bpf(text->data))
		write_device_counters(text);
	if (!text->data->devices)
		return;
	write_device_gauge(text, "zswap_device_size_bytes", "Room of a swap area.",
			   offsetof(struct zs_device, size_bytes));
	write_device_gauge(text, "zswap_device_used_bytes",
			   "Of it, taken; what is in the pool takes its place, too.",
			   offsetof(struct zs_device, used_bytes));
	write_device_info(text);
}

/* ---- the pool ---------------------------------------------------------- */

/* @have: all of these */
static void write_gauge(const struct text *text, unsigned int have, const char *name,
			uint64_t value, const char *help)
{
	struct zs_family family = { name, ZS_METRIC_GAUGE, help };

	if ((text->data->pool.have & have) != have)
		return;
	begin(text, &family);
	zs_write_sample(text->out, &family, NULL, value);
}

/* @have: any of these */
static void write_counted(const struct text *text, unsigned int have, const char *name,
			  uint64_t value, const char *help)
{
	struct zs_family family = { name, ZS_METRIC_COUNTER, help };

	if (!(text->data->pool.have & have))
		return;
	begin(text, &family);
	zs_write_sample(text->out, &family, NULL, value);
}

static void write_ratio(const struct text *text)
{
	static const struct zs_family family = {
		"zswap_pool_ratio", ZS_METRIC_GAUGE,
		"Bytes of the pages in the pool, uncompressed, to the pool's memory.",
	};
	double ratio;

	if (!zs_pool_ratio(&text->data->pool, &ratio))
		return;
	begin(text, &family);
	zs_write_real(text->out, &family, ratio);
}

static void write_pool(const struct text *text)
{
	const struct zs_pool *pool = &text->data->pool;

	write_gauge(text, ZS_HAVE_POOL, "zswap_pool_bytes", pool->pool_bytes,
		    "Memory that the pool takes.");
	write_gauge(text, ZS_HAVE_PARAMETERS | ZS_HAVE_MEMORY, "zswap_pool_limit_bytes",
		    pool->limit_bytes, "Memory that the pool may take.");
	write_gauge(text, ZS_HAVE_STORED, "zswap_stored_pages", pool->stored_pages,
		    "Pages in the pool.");
	write_gauge(text, ZS_HAVE_STORED, "zswap_stored_bytes",
		    pool->stored_pages * ZSWAP_PAGE_BYTES,
		    "Bytes of the pages in the pool, uncompressed.");
	write_ratio(text);
	write_gauge(text, ZS_HAVE_WASTE, "zswap_pool_unbuddied_frames", pool->unbuddied_frames,
		    "Frames of zbud that have room for another page.");
	write_gauge(text, ZS_HAVE_WASTE, "zswap_pool_free_bytes", pool->free_bytes,
		    "Room in frames that have room for another page.");
	write_gauge(text, ZS_HAVE_WASTE, "zswap_pool_lost_bytes", pool->lost_bytes,
		    "Room in other frames, which nobody can have.");
	write_gauge(text, ZS_HAVE_MEMORY, "zswap_memory_bytes", pool->memory_bytes,
		    "Memory of this machine.");
	write_gauge(text, ZS_HAVE_MEMORY, "zswap_swap_bytes", pool->swap_bytes,
		    "Swap space of this machine.");
	write_gauge(text, ZS_HAVE_MEMORY, "zswap_swap_free_bytes", pool->swap_free_bytes,
		    "Swap space that is free.");
	write_gauge(text, ZS_HAVE_PARAMETERS, "zswap_enabled", pool->enabled,
		    "Whether pages are being stored.");
}

/* What the kernel counts itself, since it was booted or the modules were loaded. */
static void write_kernel(const struct text *text)
{
	const struct zs_pool *pool = &text->data->pool;

	write_counted(text, ZS_HAVE_VMSTAT, "zswap_kernel_stores", pool->zswpout,
		      "Pages stored, as vmstat counts them (zswpout).");
	write_counted(text, ZS_HAVE_VMSTAT, "zswap_kernel_loads", pool->zswpin,
		      "Pages loaded, as vmstat counts them (zswpin).");
	write_counted(text, ZS_HAVE_VMSTAT, "zswap_kernel_disk_reads", pool->pswpin,
		      "Pages read from swap devices, as vmstat counts them (pswpin).");
	write_counted(text, ZS_HAVE_VMSTAT_WRITEBACK, "zswap_kernel_writebacks", pool->zswpwb,
		      "Pages written back, as vmstat counts them (zswpwb).");
	write_counted(text, ZS_HAVE_LIMIT_HIT, "zswap_kernel_pool_limit_hits",
		      pool->pool_limit_hit, "Times that the pool was found at its limit (debugfs).");
	write_counted(text, ZS_HAVE_DUPLICATE, "zswap_kernel_duplicates", pool->duplicates,
		      "Pages stored again before they were invalidated (debugfs).");
	if (pool->have & ZS_HAVE_REJECTS)
		write_words(text, "zswap_kernel_rejects_by_reason",
			    "Pages refused, by reason (debugfs).", REASON,
			    (const __u64 *)pool->rejects, ZSWAP_REJECT_SLOTS);
}

/* ---- what is told about it --------------------------------------------- */

static void write_info(const struct text *text, const char *name, const char *help,
		       const struct zs_tag *tags)
{
	struct zs_family family = { name, ZS_METRIC_GAUGE, help };

	begin(text, &family);
	zs_write_sample(text->out, &family, tags, 1);
}

/* One of them is 1.  Between two texts nobody knows how long it was idle: never. */
static void write_state(const struct text *text)
{
	static const struct zs_family family = {
		"zswap_state", ZS_METRIC_GAUGE, "What zswap is: 1 for the one that is true.",
	};
	enum zs_state state = zs_state_of(&text->data->pool, NULL);

	begin(text, &family);
	for (unsigned int i = 0; i < ZS_STATE_COUNT; i++) {
		struct zs_tag tags[] = { { "state", zs_state_name(i) }, { 0 } };

		if (i != ZS_STATE_IDLE)
			zs_write_sample(text->out, &family, tags, i == state);
	}
}

static void write_about(const struct text *text)
{
	const struct zs_pool *pool = &text->data->pool;
	char *note = zs_label_text(text->data->note);
	const struct zs_tag source[] = {
		{ "source", zs_source_kind_name(text->data->kind) },
		{ "version", ZSWAPSCOPE_VERSION }, { "note", note ?: "" }, { 0 },
	};
	char percent[ZS_TEXT];
	const struct zs_tag parameters[] = {
		{ "compressor", pool->compressor }, { "max_pool_percent", percent },
		{ "zswap", pool->ours ? ZS_MODULE : "built-in" }, { 0 },
	};

	snprintf(percent, sizeof(percent), "%llu", (unsigned long long)pool->max_pool_percent);
	write_info(text, "zswap_source_info", "Where the numbers come from.", source);
	if (pool->have & ZS_HAVE_PARAMETERS)
		write_info(text, "zswap_parameters_info", "How zswap is set.", parameters);
	write_state(text);
	free(note);
}

static void write_health(const struct text *text)
{
	char name[NAME_BYTES], help[NAME_BYTES * 2];

	for (size_t i = 0; i < zs_health_count; i++) {
		struct zs_family family = { name, ZS_METRIC_COUNTER, help };

		snprintf(name, sizeof(name), "zswap_health_%s", zs_health_infos[i].name);
		snprintf(help, sizeof(help), "Not counted right: %s.", zs_health_infos[i].title);
		begin(text, &family);
		zs_write_sample(text->out, &family, NULL, zs_health(&text->data->snapshot, i));
	}
}

char *zs_metrics_write(const struct zs_metrics_data *data, enum zs_dialect dialect,
		       size_t *length)
{
	char *result = NULL;
	struct text text = { .dialect = dialect, .data = data };
	bool failed;

	text.out = open_memstream(&result, length);
	if (!text.out)
		return NULL;
	write_about(&text);
	write_pool(&text);
	write_counters(&text);
	write_vocabularies(&text);
	write_cgroups(&text);
	write_devices(&text);
	write_histograms(&text);
	write_kernel(&text);
	if (has_bpf(data))
		write_health(&text);
	zs_write_end(text.out);
	failed = ferror(text.out);
	if (!fclose(text.out) && !failed)
		return result;
	free(result);
	return NULL;
}

/* ---- of a source ------------------------------------------------------- */

struct zs_metrics *zs_metrics_open(struct zs_source *source,
				   const struct zs_metrics_options *options,
				   struct zs_error *error)
{
	struct zs_metrics *metrics = calloc(1, sizeof(*metrics));

	if (!metrics) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	metrics->source = source;
	metrics->options = *options;
	if (zs_labels_start(&metrics->labels, options->cgroups, options->root, error))
		return metrics;
	zs_metrics_close(metrics);
	return NULL;
}

void zs_metrics_close(struct zs_metrics *metrics)
{
	if (!metrics)
		return;
	zs_labels_stop(&metrics->labels);
	free(metrics);
}

static bool update_labels(struct zs_metrics *metrics, struct zs_error *error)
{
	struct zs_parties parties;
	bool ok;

	if (!zs_source_parties(metrics->source, &parties, error))
		return false;
	zs_parties_merge(&parties, ZS_BY_CGROUP);
	ok = zs_labels_update(&metrics->labels, &parties, error);
	zs_parties_free(&parties);
	return ok;
}

static char *read_and_write(struct zs_metrics *metrics, struct zs_metrics_data *data,
			    enum zs_dialect dialect, size_t *length, struct zs_error *error)
{
	struct zs_devices devices;
	char *text;

	data->kind = zs_source_kind(metrics->source);
	data->note = zs_source_note(metrics->source);
	zs_pool_read(&data->pool, metrics->options.root);
	if (!zs_source_snapshot(metrics->source, &data->snapshot, error) ||
	    (has_bpf(data) && !update_labels(metrics, error)))
		return NULL;
	data->labels = has_bpf(data) ? &metrics->labels : NULL;
	/* Where there is no swap, there is nothing to say. */
	if (zs_devices_read(&devices, metrics->source, metrics->options.root, NULL))
		data->devices = &devices;
	text = zs_metrics_write(data, dialect, length);
	if (data->devices)
		zs_devices_free(&devices);
	data->devices = NULL;
	if (!text)
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
	return text;
}

char *zs_metrics_text(struct zs_metrics *metrics, enum zs_dialect dialect, size_t *length,
		      struct zs_error *error)
{
	struct zs_metrics_data *data = calloc(1, sizeof(*data));
	char *text;

	if (!data) {
		zs_fail(error, ZS_ERR_SYSTEM, "out of memory");
		return NULL;
	}
	text = read_and_write(metrics, data, dialect, length, error);
	free(data);
	return text;
}
