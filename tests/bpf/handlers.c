// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every event, handed to its program by hand, and what is in the maps after that.
 *
 * The raw_tp programs stand for the tp_btf ones, which are the same bodies: the kernel
 * runs only the former on request (BPF_PROG_TEST_RUN takes no tp_btf, and of fentry and
 * fexit only those on its own bpf_fentry_test functions).  io.bpf.h and stock.bpf.h are
 * therefore not in here; what the former leaves in zs_pages is written by hand.
 *
 * What is expected is all of the statistics, not the one counter: nothing else may move.
 */
#include "../unit/test.h"

#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "filter.h"
#include "ring.h"
#include "stream.h"
/* What the programs remember of a page; last, for the sake of their helpers. */
#include <zswapscope/shared.h>
#include "zswap.skel.h"
#include "pages.bpf.h"

#define SECOND		1000000000ULL
#define CGROUP		0x100000007ULL	/* needs more than 32 bits */
#define OTHER_CGROUP	9ULL
#define OWNER_PID	123456U		/* of nobody here */
#define JIFFY		4000000ULL
#define FRAME		0x12340ULL	/* of those that are remembered */

static struct zswap_bpf *bpf;
/* Loaded once, for all tests that need nothing else: that takes a second. */
static struct zswap_bpf *kept;
static struct zs_shared *shared;
static struct zswap_stats want;

/*
 * Loading
 */

static void share_defaults(void)
{
	memset(&want, 0, sizeof(want));
	shared = &bpf->data_shared->zs_shared;
	shared->numbers = ZS_NUMBERS_DEFAULT;
	shared->attribute = true;
	shared->pid_mask = ~0U;
	shared->thrash_ns = ZS_THRASH_DEFAULT * SECOND;
	shared->jiffy_ns = JIFFY;
}

static int open_programs(void **state)
{
	struct bpf_program *program;

	(void)state;
	bpf = zswap_bpf__open();
	if (!bpf)
		return -1;
	bpf_object__for_each_program(program, bpf->obj)
		bpf_program__set_autoload(program,
					  !strncmp(bpf_program__name(program), "zsr_", 4));
	share_defaults();
	return 0;
}

static int close_programs(void **state)
{
	(void)state;
	zswap_bpf__destroy(bpf);
	bpf = NULL;
	return 0;
}

static void *map_all(const struct bpf_map *map)
{
	void *all = mmap(NULL, (size_t)bpf_map__max_entries(map) * bpf_map__value_size(map),
			 PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	assert_ptr_not_equal(all, MAP_FAILED);
	return all;
}

static bool is_array(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_ARRAY && !bpf_map__is_internal(map);
}

static void empty_map(const struct bpf_map *map)
{
	size_t size = bpf_map__value_size(map), cpus = (size_t)libbpf_num_possible_cpus();
	void *nothing;

	if (is_array(map)) {
		size *= bpf_map__max_entries(map);
		nothing = map_all(map);
		memset(nothing, 0, size);
		munmap(nothing, size);
	} else if (bpf_map__type(map) == BPF_MAP_TYPE_PERCPU_ARRAY) {
		nothing = calloc(cpus, size);
		assert_non_null(nothing);
		for (__u32 i = 0; i < bpf_map__max_entries(map); i++)
			assert_int_equal(bpf_map__update_elem(map, &i, sizeof(i), nothing,
							      cpus * size, 0), 0);
		free(nothing);
	}
}

/* Those that are loaded, as if they were new; or others, to be loaded and kept. */
static int open_kept_programs(void **state)
{
	struct bpf_map *map;

	if (kept) {
		bpf = kept;
		bpf_object__for_each_map(map, bpf->obj)
			empty_map(map);
		memset(bpf->bss, 0, sizeof(*bpf->bss));
		memset(bpf->data_shared, 0, sizeof(*bpf->data_shared));
		share_defaults();
		return 0;
	}
	if (open_programs(state))
		return -1;
	bpf_object__for_each_map(map, bpf->obj)
		if (is_array(map))
			bpf_map__set_map_flags(map, BPF_F_MMAPABLE);
	return 0;
}

static int keep_programs(void **state)
{
	/* not those that a test has failed to load */
	if (!kept && bpf_map__fd(bpf->maps.zs_pool) >= 0)
		kept = bpf;
	if (bpf != kept)
		return close_programs(state);
	bpf = NULL;
	return 0;
}

static int close_kept_programs(void **state)
{
	bpf = kept;
	return close_programs(state);
}

/* A test may change what is shared before that; loading moves it. */
static void load(void)
{
	int ret = bpf == kept ? 0 : zswap_bpf__load(bpf);

	shared = &bpf->data_shared->zs_shared;

	if (ret)
		fail_msg("the programs do not load: %s (zswap-trace -v tells more)",
			 strerror(-ret));
}

/*
 * Events
 */

static void fire_on(int cpu, const char *event, const __u64 *words, size_t count)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = words,
		    .ctx_size_in = (__u32)(count * sizeof(*words)));
	struct bpf_program *program;
	char name[32];

	if (cpu >= 0) {
		options.flags = BPF_F_TEST_RUN_ON_CPU;
		options.cpu = (__u32)cpu;
	}
	snprintf(name, sizeof(name), "zsr_%s", event);
	program = bpf_object__find_program_by_name(bpf->obj, name);
	assert_non_null(program);
	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program), &options), 0);
	assert_int_equal(options.retval, 0);
}

#define FIRE(event, ...) do {						\
	const __u64 words[] = { __VA_ARGS__ };				\
									\
	fire_on(-1, event, words, ZS_ARRAY_SIZE(words));		\
} while (0)

/* As include/trace/events/zswap.h has their arguments; an int is extended. */
#define MINUS(number)	((__u64)-(__s64)(number))

static void store(__u64 offset, __u64 cgroup, __u64 pfn)
{
	FIRE("store", 0, offset, cgroup, 1000, 50000, ZSWAP_KIND_COMPRESSED, pfn);
}

static void load_page(__u64 offset, __u64 cgroup, __u64 pfn)
{
	FIRE("load", 0, offset, cgroup, 1000, SECOND, 20000, ZSWAP_KIND_COMPRESSED, pfn);
}

static void miss(__u64 offset, __u64 cgroup)
{
	FIRE("miss", 0, offset, cgroup, 0);
}

static void writeback(__u64 offset, __u64 cause, __u64 result, __u64 submit_ns)
{
	FIRE("writeback", 0, offset, CGROUP, 900, 3 * SECOND, 70000, cause, result,
	     ZSWAP_KIND_COMPRESSED, 1000, 2000, submit_ns);
}

static void reject(__u64 offset, __u64 reason, __u64 pfn)
{
	FIRE("reject", 0, offset, CGROUP, reason, 3500, 8000, pfn);
}

static void invalidate(__u64 offset, __u64 cgroup)
{
	FIRE("invalidate", 0, offset, 2 * SECOND, cgroup, 800, ZSWAP_KIND_INCOMPRESSIBLE);
}

/*
 * What is expected
 */

/* By the bounds that users are told, not by how the programs find a slot. */
static unsigned int slot_of(enum zs_unit unit, __u64 value)
{
	unsigned int slot = 0;

	while (slot < ZSWAP_HIST_SLOTS - 1 && (double)value >= zs_slot_high(unit, slot))
		slot++;
	return slot;
}

static void want_value(enum zswap_histogram which, __u64 value)
{
	struct zswap_hist *hist = (struct zswap_hist *)zs_stats_hist(&want, which);

	hist->sum += value;
	hist->slots[slot_of(zs_hist_infos[which].unit, value)]++;
}

static void want_store(void)
{
	want.usage.stores++;
	want.pool.device[0].stores++;
	want.usage.store_bytes_out += 1000;
	want_value(ZSWAP_HIST_STORE_SIZE, 1000);
	want_value(ZSWAP_HIST_STORE_DURATION, 50000);
}

static void want_load(void)
{
	want.usage.loads++;
	want.pool.device[0].loads++;
	want.usage.load_bytes += 1000;
	want_value(ZSWAP_HIST_LOAD_AGE, SECOND);
	want_value(ZSWAP_HIST_LOAD_DURATION, 20000);
}

static void want_miss(void)
{
	want.usage.disk_reads++;
	want.pool.device[0].disk_reads++;
}

static void want_writeback(__u64 cause, __u64 submit_ns)
{
	want.usage.writebacks++;
	want.pool.device[0].writebacks++;
	want.usage.writeback_bytes += 900;
	want.usage.writeback_by_cause[cause]++;
	want_value(ZSWAP_HIST_WRITEBACK_AGE, 3 * SECOND);
	want_value(ZSWAP_HIST_WRITEBACK_DURATION, 70000);
	want_value(ZSWAP_HIST_WRITEBACK_ALLOC, 1000);
	want_value(ZSWAP_HIST_WRITEBACK_DECOMPRESS, 2000);
	want_value(ZSWAP_HIST_WRITEBACK_SUBMIT, submit_ns);
}

static void want_reject(__u64 reason)
{
	want.usage.rejects++;
	want.pool.device[0].rejects++;
	want.usage.reject_by_reason[reason]++;
	want_value(ZSWAP_HIST_REJECT_DURATION, 8000);
	want_value(ZSWAP_HIST_REJECT_SIZE, 3500);
}

static void want_invalidate(void)
{
	want.usage.invalidates++;
	want.pool.device[0].invalidates++;
	want.usage.invalidate_bytes += 800;
	want_value(ZSWAP_HIST_INVALIDATE_AGE, 2 * SECOND);
}

/*
 * What there is
 */

static void read_map(const struct bpf_map *map, __u32 index, void *sum, size_t size)
{
	int cpus = libbpf_num_possible_cpus();
	__u64 *values = calloc((size_t)cpus, size), *to = sum;

	assert_non_null(values);
	assert_int_equal(bpf_map__lookup_elem(map, &index, sizeof(index), values,
					      (size_t)cpus * size, 0), 0);
	memset(sum, 0, size);
	for (size_t i = 0; i < (size_t)cpus * size / sizeof(*values); i++)
		to[i % (size / sizeof(*values))] += values[i];
	free(values);
}

static void read_usage(__u32 number, struct zswap_usage *usage)
{
	read_map(bpf->maps.zs_usage, number, usage, sizeof(*usage));
}

static void read_stats(struct zswap_stats *stats)
{
	struct zswap_usage usage;

	memset(stats, 0, sizeof(*stats));
	read_map(bpf->maps.zs_pool, 0, &stats->pool, sizeof(stats->pool));
	for (__u32 i = 0; i <= shared->pairs; i++) {
		if (i >= bpf_map__max_entries(bpf->maps.zs_usage))
			break;
		read_usage(i, &usage);
		zs_usage_add(&stats->usage, &usage);
	}
}

static const char *word_name(size_t offset)
{
	static char text[64];

	for (size_t i = 0; i < zs_counter_count; i++)
		if (zs_counter_infos[i].offset == offset)
			return zs_counter_infos[i].name;
	snprintf(text, sizeof(text), "the word at %zu", offset);
	for (int i = 0; i < ZSWAP_HIST_COUNT; i++) {
		size_t at = (size_t)((const char *)zs_stats_hist(&want, i) -
				     (const char *)&want);

		if (offset >= at && offset < at + sizeof(struct zswap_hist))
			snprintf(text, sizeof(text), "%s, word %zu",
				 zs_hist_infos[i].name, (offset - at) / 8);
	}
	return text;
}

static void assert_words(const void *got, const void *wanted, size_t size)
{
	const __u64 *a = got, *b = wanted;

	for (size_t i = 0; i < size / sizeof(*a); i++)
		if (a[i] != b[i])
			fail_msg("%s is %llu, not %llu", word_name(i * sizeof(*a)),
				 (unsigned long long)a[i], (unsigned long long)b[i]);
}

static void assert_stats(void)
{
	struct zswap_stats got;

	read_stats(&got);
	assert_words(&got, &want, sizeof(got));
}

/* A time that the programs took, counted so often; it is expected from now on. */
static void assert_measured(enum zswap_histogram which, __u64 count, __u64 least, __u64 most)
{
	struct zswap_stats got;
	const struct zswap_hist *hist;

	read_stats(&got);
	hist = zs_stats_hist(&got, which);
	assert_int_equal(zs_hist_count(hist), count);
	assert_in_range(hist->sum, count * least, count * most);
	for (__u64 i = 0; i < count; i++)
		want_value(which, hist->sum / count);
}

/* The number of a pair, or 0. */
static __u32 number_of(__u64 cgroup, __u32 pid, __u32 role)
{
	for (__u32 i = 1; i < ZS_NUMBERS; i++)
		if (shared->who[i].cgroup == cgroup && shared->who[i].pid == pid &&
		    shared->who[i].role == role)
			return i;
	return 0;
}

/* The expected is all of that pair. */
static void assert_of(__u64 cgroup, __u32 pid, __u32 role)
{
	__u32 number = number_of(cgroup, pid, role);
	struct zswap_usage usage;

	assert_int_not_equal(number, 0);
	read_usage(number, &usage);
	assert_words(&usage, &want.usage, sizeof(usage));
}

static void assert_worker(void)
{
	assert_of(CGROUP, (__u32)getpid(), ZSWAP_ROLE_WORKER);
}

static void read_page(__u64 offset, struct zs_page *page)
{
	*page = bpf->bss->zs_pages[offset & (ZS_PAGES - 1)];
}

static void write_page(__u64 offset, const struct zs_page *page)
{
	bpf->bss->zs_pages[offset & (ZS_PAGES - 1)] = *page;
}

/* As zs_unmapped_page() does it. */
static void unmap(__u64 offset, __u32 pid)
{
	const struct zs_page page = {
		.tag = zs_page_tag(0, offset),
		.who = pid,
		.word = zs_page_word(ZS_PAGE_UNMAPPED, 0, 0),
	};

	write_page(offset, &page);
}

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (__u64)now.tv_sec * SECOND + (__u64)now.tv_nsec;
}

/* As zs_on_write_done() does it, before the event of the writeback. */
static void write_done_first(__u64 offset)
{
	struct zs_page page;

	read_page(offset, &page);
	assert_int_equal(page.tag, zs_page_tag(0, offset));
	assert_int_equal(zs_page_state(&page), ZS_PAGE_STORED);
	page.word = zs_page_word(ZS_PAGE_WRITTEN, 0, now_ns());
	write_page(offset, &page);
}

static enum zs_page_state state_of(__u64 offset)
{
	struct zs_page page;

	read_page(offset, &page);
	assert_int_equal(page.tag, zs_page_tag(0, offset));
	return zs_page_state(&page);
}

/*
 * Store, load
 */

static void test_nothing(void **state)
{
	(void)state;
	load();
	assert_stats();
	assert_int_equal(shared->pairs, 0);
}

static void test_store(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	want_store();
	assert_stats();
	assert_worker();
}

static void test_store_kinds(void **state)
{
	(void)state;
	load();
	FIRE("store", 1, 2, CGROUP, 0, 900, ZSWAP_KIND_SAME_FILLED, 1);
	FIRE("store", 2, 2, CGROUP, 4096, 0, ZSWAP_KIND_INCOMPRESSIBLE, 2);
	FIRE("store", 3, 2, CGROUP, 77, 900, ZSWAP_KIND_COUNT, 3);
	want.usage.stores = 3;
	for (int type = 1; type <= 3; type++)
		want.pool.device[type].stores = 1;
	want.usage.store_bytes_out = 4096 + 77;
	want.usage.same_filled = 1;
	want.usage.incompressible = 1;
	want_value(ZSWAP_HIST_STORE_SIZE, 0);
	want_value(ZSWAP_HIST_STORE_SIZE, 4096);
	want_value(ZSWAP_HIST_STORE_SIZE, 77);
	/* that of 0 was not measured */
	want_value(ZSWAP_HIST_STORE_DURATION, 900);
	want_value(ZSWAP_HIST_STORE_DURATION, 900);
	assert_stats();
}

static void test_load(void **state)
{
	(void)state;
	load();
	load_page(1, CGROUP, 1);
	want_load();
	FIRE("load", 0, 2, CGROUP, 10, 0, 0, ZSWAP_KIND_COMPRESSED, 2);
	want.usage.loads++;
	want.pool.device[0].loads++;
	want.usage.load_bytes += 10;
	assert_stats();
	assert_worker();
}

/*
 * Histograms
 */

static void store_size(__u64 length)
{
	FIRE("store", 0, 1, CGROUP, length, 0, ZSWAP_KIND_COMPRESSED, 1);
	want.usage.stores++;
	want.pool.device[0].stores++;
	want.usage.store_bytes_out += length;
	want_value(ZSWAP_HIST_STORE_SIZE, length);
}

static void test_slots_of_sizes(void **state)
{
	struct zswap_stats got;

	(void)state;
	load();
	store_size(0);
	for (__u64 bound = 128; bound <= 4096; bound += 128) {
		store_size(bound - 127);
		store_size(bound);
	}
	assert_stats();
	/* and in numbers: 0, 1 to 128, ..., 3841 to 4096 */
	read_stats(&got);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_STORE_SIZE].slots[0], 1);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_STORE_SIZE].slots[1], 2);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_STORE_SIZE].slots[31], 4);
}

static void load_times(__u64 age, __u64 duration)
{
	FIRE("load", 0, 1, CGROUP, 0, age, duration, ZSWAP_KIND_COMPRESSED, 1);
	want.usage.loads++;
	want.pool.device[0].loads++;
	if (age)
		want_value(ZSWAP_HIST_LOAD_AGE, age);
	if (duration)
		want_value(ZSWAP_HIST_LOAD_DURATION, duration);
}

static void test_slots_of_times(void **state)
{
	struct zswap_stats got;

	(void)state;
	load();
	load_times(1, 1);
	for (unsigned int bit = 1; bit < 56; bit++) {
		load_times((1ULL << bit) - 1, (1ULL << bit) - 1);
		load_times(1ULL << bit, 1ULL << bit);
	}
	assert_stats();
	/* and in numbers: below 128 ns, and below 131 us */
	read_stats(&got);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_LOAD_DURATION].slots[0], 0);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_LOAD_DURATION].slots[1], 14);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_LOAD_DURATION].slots[2], 2);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_LOAD_AGE].slots[1], 34);
	assert_int_equal(got.usage.hist[ZSWAP_HIST_LOAD_AGE].slots[2], 2);
}

/*
 * Miss, refault
 */

static void test_miss(void **state)
{
	(void)state;
	load();
	miss(1, CGROUP);
	want_miss();
	assert_stats();
	assert_worker();
}

static void test_miss_after_reject(void **state)
{
	(void)state;
	load();
	reject(1, ZSWAP_REJECT_POOL_LIMIT, 1);
	want_reject(ZSWAP_REJECT_POOL_LIMIT);
	miss(1, CGROUP);
	miss(2, CGROUP);
	/* it was in memory since */
	miss(1, CGROUP);
	want.usage.disk_reads = 3;
	want.pool.device[0].disk_reads = 3;
	want.usage.reject_reads = 1;
	assert_stats();
	assert_worker();
}

static void test_refault(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	want_store();
	writeback(1, ZSWAP_CAUSE_SHRINKER, 0, 4 * SECOND);
	want_writeback(ZSWAP_CAUSE_SHRINKER, 4 * SECOND);
	assert_stats();
	miss(1, CGROUP);
	want_miss();
	want.usage.refaults++;
	/* from the submission on */
	assert_measured(ZSWAP_HIST_REFAULT_AGE, 1, 4 * SECOND, 30 * SECOND);
	assert_stats();
	miss(1, CGROUP);
	want_miss();
	assert_stats();
	assert_worker();
}

static void test_refault_beyond_window(void **state)
{
	(void)state;
	shared->thrash_ns = 2 * SECOND;
	load();
	writeback(1, ZSWAP_CAUSE_SHRINKER, 0, 4 * SECOND);
	want_writeback(ZSWAP_CAUSE_SHRINKER, 4 * SECOND);
	miss(1, CGROUP);
	want_miss();
	assert_measured(ZSWAP_HIST_REFAULT_AGE, 1, 4 * SECOND, 30 * SECOND);
	assert_stats();
}

static void test_no_refault(void **state)
{
	(void)state;
	load();
	/* written back, and then in the pool again */
	writeback(1, ZSWAP_CAUSE_SHRINKER, 0, 1000);
	want_writeback(ZSWAP_CAUSE_SHRINKER, 1000);
	store(1, CGROUP, 1);
	want_store();
	miss(1, CGROUP);
	want_miss();
	assert_stats();
}

/*
 * Writeback, reject
 */

static void test_writeback_causes(void **state)
{
	static const __u64 unknown[] = { ZSWAP_CAUSE_COUNT, ZSWAP_CAUSE_COUNT + 1, 0xffffffff };

	(void)state;
	load();
	for (__u64 cause = 0; cause < ZSWAP_CAUSE_COUNT; cause++) {
		writeback(cause, cause, 0, 3000);
		want_writeback(cause, 3000);
	}
	for (size_t i = 0; i < ZS_ARRAY_SIZE(unknown); i++) {
		writeback(100 + i, unknown[i], 0, 3000);
		want_writeback(ZSWAP_CAUSE_COUNT, 3000);
	}
	assert_stats();
	assert_worker();
}

static void test_writeback_unmeasured(void **state)
{
	(void)state;
	load();
	FIRE("writeback", 0, 1, CGROUP, 900, 0, 0, ZSWAP_CAUSE_DRAIN, 0,
	     ZSWAP_KIND_COMPRESSED, 0, 0, 0);
	want.usage.writebacks = 1;
	want.pool.device[0].writebacks = 1;
	want.usage.writeback_bytes = 900;
	want.usage.writeback_by_cause[ZSWAP_CAUSE_DRAIN] = 1;
	assert_stats();
}

static void test_writeback_failed(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	want_store();
	for (__u64 cause = 0; cause <= ZSWAP_CAUSE_COUNT + 1; cause++) {
		writeback(1, cause, MINUS(12), 3000);
		want.usage.writebacks_failed++;
		want.pool.writeback_failed_by_cause[cause < ZSWAP_CAUSE_COUNT ? cause :
						    ZSWAP_CAUSE_COUNT]++;
	}
	assert_stats();
	/* it is still in the pool: to read it is no refault */
	miss(1, CGROUP);
	want_miss();
	assert_stats();
	assert_worker();
}

/* The other order, and both at once: tests/unit/test_written.c. */
static void test_written_before_its_event(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	want_store();
	write_done_first(1);
	writeback(1, ZSWAP_CAUSE_SHRINKER, 0, 4 * SECOND);
	want_writeback(ZSWAP_CAUSE_SHRINKER, 4 * SECOND);
	/* the write was submitted 4 s ago, and ended a moment ago */
	assert_measured(ZSWAP_HIST_WRITEBACK_IO, 1, SECOND, 4 * SECOND);
	assert_stats();
	assert_int_equal(state_of(1), ZS_PAGE_EVICTED);
	assert_worker();
}

/* It ended later than it seems to have begun: that is 0, and no garbage. */
static void test_written_in_no_time(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	want_store();
	write_done_first(1);
	writeback(1, ZSWAP_CAUSE_SHRINKER, 0, 1);
	want_writeback(ZSWAP_CAUSE_SHRINKER, 1);
	want_value(ZSWAP_HIST_WRITEBACK_IO, 0);
	assert_stats();
}

static void test_read_before_its_writeback_event(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	want_store();
	write_done_first(1);
	/* that is a refault, though the event of its writeback is yet to come */
	miss(1, CGROUP);
	want_miss();
	want.usage.refaults++;
	assert_measured(ZSWAP_HIST_REFAULT_AGE, 1, 0, 30 * SECOND);
	writeback(1, ZSWAP_CAUSE_SHRINKER, 0, 5000);
	want_writeback(ZSWAP_CAUSE_SHRINKER, 5000);
	want_value(ZSWAP_HIST_WRITEBACK_IO, 5000);
	assert_stats();
	/* of which the disk read knows nothing */
	assert_int_equal(state_of(1), ZS_PAGE_READING);
}

static void test_reject_reasons(void **state)
{
	static const __u64 unknown[] = { ZSWAP_REJECT_COUNT, ZSWAP_REJECT_COUNT + 1, 0xffffffff };

	(void)state;
	load();
	for (__u64 reason = 0; reason < ZSWAP_REJECT_COUNT; reason++) {
		reject(reason, reason, 1);
		want_reject(reason);
	}
	for (size_t i = 0; i < ZS_ARRAY_SIZE(unknown); i++) {
		reject(100 + i, unknown[i], 1);
		want_reject(ZSWAP_REJECT_COUNT);
	}
	assert_stats();
	assert_worker();
}

static void test_reject_unmeasured(void **state)
{
	(void)state;
	load();
	FIRE("reject", 0, 1, CGROUP, ZSWAP_REJECT_DISABLED, 0, 0, 1);
	want.usage.rejects = 1;
	want.pool.device[0].rejects = 1;
	want.usage.reject_by_reason[ZSWAP_REJECT_DISABLED] = 1;
	assert_stats();
}

/*
 * Evict, invalidate
 */

static void evict(__u64 cause, __u64 result)
{
	FIRE("evict", cause, 2, 3000, 5 * SECOND, 90000, result, 4);
}

static void test_evict(void **state)
{
	(void)state;
	load();
	for (__u64 cause = 0; cause <= ZSWAP_CAUSE_COUNT + 1; cause++) {
		__u64 slot = cause < ZSWAP_CAUSE_COUNT ? cause : ZSWAP_CAUSE_COUNT;
		struct zswap_hist *hist = &want.pool.evict_duration_by_cause[slot];

		evict(cause, 0);
		want.usage.evicts++;
		want.usage.evict_frames += 4;
		want.usage.evict_pages += 2;
		want.usage.evict_bytes += 3000;
		want_value(ZSWAP_HIST_EVICT_AGE, 5 * SECOND);
		want_value(ZSWAP_HIST_EVICT_DURATION, 90000);
		want.pool.evict_by_cause[slot]++;
		hist->sum += 90000;
		hist->slots[slot_of(ZS_UNIT_DURATION, 90000)]++;
	}
	assert_stats();
	/* a frame is of no cgroup */
	assert_of(0, (__u32)getpid(), ZSWAP_ROLE_WORKER);
}

static void test_evict_failed(void **state)
{
	(void)state;
	load();
	for (__u64 cause = 0; cause <= ZSWAP_CAUSE_COUNT + 1; cause++) {
		evict(cause, MINUS(11));
		want.usage.evicts_failed++;
		want.pool.evict_failed_by_cause[cause < ZSWAP_CAUSE_COUNT ? cause :
						ZSWAP_CAUSE_COUNT]++;
	}
	assert_stats();
}

static void test_invalidate(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	want_store();
	invalidate(1, CGROUP);
	want_invalidate();
	assert_stats();
	assert_worker();
}

/*
 * The pool
 */

static void fire_pool_events(void)
{
	FIRE("pool_limit", 1, 100, 100, 0);
	FIRE("pool_limit", 0, 90, 100, 6 * SECOND);
	FIRE("pool_limit", 0, 90, 100, 0);
	FIRE("compressor", 0, 0);
	FIRE("drain", ZSWAP_DRAIN_BEGIN, 9, 5, 0);
	FIRE("drain", ZSWAP_DRAIN_PROGRESS, 4, 2, 1000);
	FIRE("drain", ZSWAP_DRAIN_END, 0, 0, 2000);
	FIRE("background", 10, 7, 6, 40000, 0);
	/* it grew meanwhile */
	FIRE("background", 10, 11, 6, 40000, 0);
	FIRE("background", 10, 10, 6, 0, MINUS(11));
}

static void want_pool_events(void)
{
	want.pool.pool_limit_reached++;
	want.pool.pool_limit_left += 2;
	want_value(ZSWAP_HIST_POOL_LIMIT_DURATION, 6 * SECOND);
	want.pool.compressor_changes++;
	want.pool.drains++;
	want.pool.backgrounds += 3;
	want.pool.background_frames += 3;
	want_value(ZSWAP_HIST_BACKGROUND_DURATION, 40000);
	want_value(ZSWAP_HIST_BACKGROUND_DURATION, 40000);
}

static void shrink(__u64 cgroup)
{
	FIRE("shrink", ZSWAP_CAUSE_SHRINKER, cgroup, 0, 20, 8, 30000);
}

static void want_shrink(void)
{
	want.pool.shrinks++;
	want.pool.shrink_scanned += 20;
	want.pool.shrink_written += 8;
	want_value(ZSWAP_HIST_SHRINK_DURATION, 30000);
}

static void test_pool(void **state)
{
	(void)state;
	load();
	fire_pool_events();
	want_pool_events();
	shrink(CGROUP);
	want_shrink();
	assert_stats();
	/* these are nobody's */
	assert_int_equal(shared->pairs, 0);
}

/*
 * Restores
 */

static void test_restore(void **state)
{
	(void)state;
	load();
	load_page(1, CGROUP, FRAME);
	want_load();
	store(2, CGROUP, FRAME);
	want_store();
	want.usage.restores += ZS_FRAME_SAMPLE;
	assert_measured(ZSWAP_HIST_RESTORE_AGE, ZS_FRAME_SAMPLE, 0, 30 * SECOND);
	assert_stats();
	/* once for each load */
	store(3, CGROUP, FRAME);
	want_store();
	assert_stats();
	assert_worker();
}

static void test_restore_rejected(void **state)
{
	(void)state;
	load();
	load_page(1, CGROUP, FRAME);
	want_load();
	reject(1, ZSWAP_REJECT_POOL_LIMIT, FRAME);
	want_reject(ZSWAP_REJECT_POOL_LIMIT);
	want.usage.restores += ZS_FRAME_SAMPLE;
	assert_measured(ZSWAP_HIST_RESTORE_AGE, ZS_FRAME_SAMPLE, 0, 30 * SECOND);
	assert_stats();
}

static void test_restore_beyond_window(void **state)
{
	/* a time is counted in 16 jiffies: two of these, and one more */
	const struct timespec pause = { .tv_nsec = 16 * 3 * JIFFY };

	(void)state;
	shared->thrash_ns = 1000000;
	load();
	load_page(1, CGROUP, FRAME);
	want_load();
	nanosleep(&pause, NULL);
	store(1, CGROUP, FRAME);
	want_store();
	assert_measured(ZSWAP_HIST_RESTORE_AGE, ZS_FRAME_SAMPLE, 2000000, 30 * SECOND);
	assert_stats();
}

static void test_no_restore(void **state)
{
	(void)state;
	load();
	load_page(1, CGROUP, FRAME);
	want_load();
	/* a frame that is another cgroup's now, and another frame */
	store(1, OTHER_CGROUP, FRAME);
	store(2, CGROUP, FRAME + ZS_FRAME_SAMPLE);
	want_store();
	want_store();
	/* a frame that is not remembered */
	load_page(3, CGROUP, FRAME + 1);
	want_load();
	store(3, CGROUP, FRAME + 1);
	want_store();
	assert_stats();
}

/*
 * Whose they are
 */

static void test_owner(void **state)
{
	(void)state;
	load();
	unmap(1, OWNER_PID);
	store(1, CGROUP, 1);
	want_store();
	assert_of(CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
	/* whoever does the rest, here, it stays his */
	writeback(1, ZSWAP_CAUSE_POOL_LIMIT, MINUS(12), 0);
	want.usage.writebacks_failed++;
	want.pool.writeback_failed_by_cause[ZSWAP_CAUSE_POOL_LIMIT]++;
	writeback(1, ZSWAP_CAUSE_POOL_LIMIT, 0, 1000);
	want_writeback(ZSWAP_CAUSE_POOL_LIMIT, 1000);
	invalidate(1, CGROUP);
	want_invalidate();
	load_page(1, CGROUP, 1);
	want_load();
	miss(1, CGROUP);
	want_miss();
	reject(1, ZSWAP_REJECT_POOL_LIMIT, 2);
	want_reject(ZSWAP_REJECT_POOL_LIMIT);
	assert_of(CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
	assert_stats();
	assert_int_equal(shared->pairs, 1);
}

static void test_owner_moves_cgroup(void **state)
{
	(void)state;
	load();
	unmap(1, OWNER_PID);
	store(1, CGROUP, 1);
	load_page(1, OTHER_CGROUP, 1);
	want_load();
	assert_of(OTHER_CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
	want_store();
	assert_stats();
}

static void test_not_the_owner(void **state)
{
	(void)state;
	load();
	/* of the page that has the same place */
	unmap(1 + (__u64)ZS_PAGES, OWNER_PID);
	store(1, CGROUP, 1);
	want_store();
	assert_stats();
	assert_worker();
	assert_int_equal(shared->pairs, 1);
	assert_int_equal(shared->health.pages_forgotten, 1);
}

static void test_two_pairs(void **state)
{
	struct zswap_comm name;
	__u32 pid = (__u32)getpid(), index = pid % bpf_map__max_entries(bpf->maps.zs_comms);
	char comm[ZSWAP_COMM_BYTES] = "";
	FILE *file = fopen("/proc/self/comm", "r");

	(void)state;
	load();
	store(1, OTHER_CGROUP, 1);
	store(2, CGROUP, 2);
	want_store();
	assert_worker();
	assert_of(OTHER_CGROUP, pid, ZSWAP_ROLE_WORKER);
	want_store();
	assert_stats();
	assert_int_equal(shared->pairs, 2);
	/* its name is noted, too */
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%15s", comm), 1);
	fclose(file);
	assert_int_equal(bpf_map__lookup_elem(bpf->maps.zs_comms, &index, sizeof(index),
					      &name, sizeof(name), 0), 0);
	assert_int_equal(name.pid, pid);
	assert_string_equal(name.comm, comm);
}

static void test_too_many(void **state)
{
	struct zswap_usage other;

	(void)state;
	/* two, and number 0 */
	shared->numbers = 3;
	bpf_map__set_max_entries(bpf->maps.zs_usage, 3);
	load();
	store(1, CGROUP, 1);
	want_store();
	assert_worker();
	store(2, OTHER_CGROUP, 2);
	assert_int_equal(shared->health.who_overflow, 0);
	store(3, 77, 3);
	assert_int_equal(shared->health.who_overflow, 1);
	read_usage(0, &other);
	assert_words(&other, &want.usage, sizeof(other));
	assert_worker();
	want_store();
	want_store();
	assert_stats();
	/* those that have a number keep it */
	store(4, CGROUP, 4);
	want_store();
	assert_stats();
	assert_int_equal(shared->health.who_overflow, 1);
}

/* A cgroup has one number for whoever owns its pages, and one for whoever does the work. */
static void test_cgroups_only(void **state)
{
	(void)state;
	shared->pid_mask = 0;
	load();
	unmap(1, OWNER_PID);
	store(1, CGROUP, 1);
	unmap(2, OWNER_PID + 1);
	store(2, CGROUP, 2);
	load_page(1, CGROUP, 1);
	want_store();
	want_store();
	want_load();
	assert_stats();
	assert_of(CGROUP, 0, ZSWAP_ROLE_OWNER);
	assert_int_equal(shared->pairs, 1);
	store(3, CGROUP, 3);
	load_page(4, CGROUP, 4);
	assert_int_not_equal(number_of(CGROUP, 0, ZSWAP_ROLE_WORKER), 0);
	want_store();
	want_load();
	assert_stats();
	assert_int_equal(shared->pairs, 2);
}

static void test_no_attribution(void **state)
{
	struct zswap_usage all;

	(void)state;
	shared->attribute = false;
	shared->numbers = 1;
	bpf_map__set_max_entries(bpf->maps.zs_usage, 1);
	load();
	unmap(1, OWNER_PID);
	store(1, CGROUP, 1);
	want_store();
	load_page(1, OTHER_CGROUP, 1);
	want_load();
	assert_stats();
	read_usage(0, &all);
	assert_words(&all, &want.usage, sizeof(all));
	assert_int_equal(shared->pairs, 0);
	assert_int_equal(shared->health.who_overflow, 0);
}

/*
 * Filters
 */

/* Each event of a page, for each member of that to be counted once. */
static void fire_page_events(__u64 offset, __u64 cgroup)
{
	FIRE("writeback", 0, offset, cgroup, 900, 3 * SECOND, 70000, ZSWAP_CAUSE_POOL_LIMIT,
	     0, ZSWAP_KIND_COMPRESSED, 1000, 2000, 3000);
	store(offset, cgroup, offset);
	load_page(offset, cgroup, offset + 1);
	miss(offset, cgroup);
	invalidate(offset, cgroup);
	FIRE("reject", 0, offset, cgroup, ZSWAP_REJECT_ALLOC_FAIL, 3500, 8000, offset + 2);
}

static void want_page_events(void)
{
	want_store();
	want_load();
	want_miss();
	want_invalidate();
	want_reject(ZSWAP_REJECT_ALLOC_FAIL);
	want_writeback(ZSWAP_CAUSE_POOL_LIMIT, 3000);
}

static void test_target_cgroup(void **state)
{
	(void)state;
	shared->target_cgroup = CGROUP;
	shared->filtered = true;
	load();
	fire_page_events(10, OTHER_CGROUP);
	evict(ZSWAP_CAUSE_POOL_LIMIT, 0);
	fire_pool_events();
	shrink(OTHER_CGROUP);
	assert_stats();
	fire_page_events(20, CGROUP);
	want_page_events();
	shrink(CGROUP);
	want_shrink();
	assert_stats();
	assert_worker();
}

static void test_target_pid(void **state)
{
	(void)state;
	shared->target_pid = OWNER_PID;
	shared->filtered = true;
	load();
	fire_page_events(10, CGROUP);
	evict(ZSWAP_CAUSE_POOL_LIMIT, 0);
	fire_pool_events();
	shrink(CGROUP);
	assert_stats();
	unmap(20, OWNER_PID);
	fire_page_events(20, CGROUP);
	want_page_events();
	assert_stats();
	assert_of(CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
}

static void test_target_pid_of_worker(void **state)
{
	(void)state;
	shared->target_pid = (__u32)getpid();
	shared->filtered = true;
	load();
	unmap(20, OWNER_PID);
	store(20, CGROUP, 1);
	assert_stats();
	fire_page_events(10, CGROUP);
	want_page_events();
	assert_stats();
}

/*
 * Swap areas
 */

static void test_devices(void **state)
{
	(void)state;
	load();
	fire_page_events(10, CGROUP);
	want_page_events();
	/* a number that Linux does not have is somebody's, and nobody else's memory */
	FIRE("miss", 31, 1, CGROUP, 0);
	FIRE("miss", 32 + 7, 1, CGROUP, 0);
	want.usage.disk_reads += 2;
	want.pool.device[31].disk_reads = 1;
	want.pool.device[7].disk_reads = 1;
	assert_stats();
	/* what is tried is not written */
	writeback(1, ZSWAP_CAUSE_POOL_LIMIT, MINUS(12), 0);
	want.usage.writebacks_failed++;
	want.pool.writeback_failed_by_cause[ZSWAP_CAUSE_POOL_LIMIT]++;
	assert_stats();
}

/*
 * By something else than cgroup and process
 */

static void test_by_area(void **state)
{
	struct zswap_usage usage;

	(void)state;
	bpf->rodata->zs_count_by = ZS_COUNT_BY_AREA;
	load();
	FIRE("store", 3, 10, CGROUP, 1000, 50000, ZSWAP_KIND_COMPRESSED, 10);
	FIRE("store", 99, 10, CGROUP, 1000, 50000, ZSWAP_KIND_COMPRESSED, 10);
	store(10, OTHER_CGROUP, 11);
	load_page(10, OTHER_CGROUP, 12);
	reject(11, ZSWAP_REJECT_ALLOC_FAIL, 12);
	evict(ZSWAP_CAUSE_DRAIN, 0);
	read_usage(3, &usage);
	assert_int_equal(usage.stores, 1);
	assert_int_equal(usage.loads + usage.rejects + usage.evicts, 0);
	assert_int_equal(zs_hist_count(&usage.hist[ZSWAP_HIST_STORE_DURATION]), 1);
	read_usage(0, &usage);
	assert_int_equal(usage.stores, 1);
	assert_int_equal(usage.loads, 1);
	assert_int_equal(usage.rejects, 1);
	assert_int_equal(usage.hist[ZSWAP_HIST_LOAD_DURATION].sum, 20000);
	/* of none, or of none that there can be */
	read_usage(ZSWAP_DEVICES, &usage);
	assert_int_equal(usage.stores, 1);
	assert_int_equal(usage.evicts, 1);
}

static void test_by_reason(void **state)
{
	struct zswap_usage usage;

	(void)state;
	bpf->rodata->zs_count_by = ZS_COUNT_BY_REASON;
	load();
	reject(10, ZSWAP_REJECT_ALLOC_FAIL, 12);
	reject(10, ZSWAP_REJECT_DISABLED, 12);
	reject(10, ZSWAP_REJECT_DISABLED, 12);
	reject(10, ZSWAP_REJECT_COUNT + 5, 12);
	store(10, CGROUP, 11);
	evict(ZSWAP_CAUSE_DRAIN, 0);
	for (__u32 reason = 0; reason < ZSWAP_REJECT_SLOTS; reason++) {
		__u64 count = reason == ZSWAP_REJECT_DISABLED ? 2 :
			      reason == ZSWAP_REJECT_ALLOC_FAIL || reason == ZSWAP_REJECT_COUNT;

		read_usage(reason, &usage);
		assert_int_equal(usage.rejects, count);
		assert_int_equal(usage.reject_by_reason[reason], count);
		assert_int_equal(usage.hist[ZSWAP_HIST_REJECT_SIZE].sum, count * 3500);
		assert_int_equal(usage.hist[ZSWAP_HIST_REJECT_DURATION].sum, count * 8000);
		assert_int_equal(usage.stores + usage.evicts, 0);
	}
	read_usage(ZSWAP_REJECT_SLOTS, &usage);
	assert_int_equal(usage.stores, 1);
	assert_int_equal(usage.evicts, 1);
	assert_int_equal(usage.rejects, 0);
}

/*
 * The stream
 */

#define SLOTS		32U

static struct zswap_event seen[64];
static size_t seen_count;
static struct zs_rings rings;
static __u64 stream_began;

static void load_with_stream(__u32 kinds)
{
	rings.cpus = (unsigned int)libbpf_num_possible_cpus();
	rings.each = SLOTS;
	rings.last_ns = calloc(rings.cpus, sizeof(*rings.last_ns));
	bpf->rodata->zs_ring_shift = (__u32)__builtin_ctz(SLOTS);
	bpf_map__set_max_entries(bpf->maps.zs_rings, rings.cpus);
	bpf_map__set_max_entries(bpf->maps.zs_slots, rings.cpus * SLOTS);
	load();
	rings.rings = map_all(bpf->maps.zs_rings);
	rings.slots = map_all(bpf->maps.zs_slots);
	seen_count = 0;
	stream_began = now_ns();
	shared->stream = kinds;
}

static void see(const struct zswap_event *event)
{
	assert_true(seen_count < ZS_ARRAY_SIZE(seen));
	seen[seen_count++] = *event;
}

/* What is there, CPU by CPU: a test stays on one of them, or does not mind. */
static void look(void)
{
	const struct zswap_event *events;
	struct zswap_event lost;
	size_t count;

	for (unsigned int cpu = 0; cpu < rings.cpus; cpu++) {
		while ((count = zs_ring_ready(&rings, cpu, SLOTS, &events))) {
			for (size_t i = 0; i < count; i++)
				see(&events[i]);
			zs_ring_done(&rings, cpu, count);
		}
		if (zs_ring_loss(&rings, cpu, &lost))
			see(&lost);
		assert_false(zs_ring_busy(&rings, cpu));
	}
}

/* Not among the CPUs, of which each has its own ring. */
static int open_on_one_cpu(void **state)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	return sched_setaffinity(0, sizeof(one), &one) ?: open_programs(state);
}

static int close_stream(void **state)
{
	free(rings.last_ns);
	munmap(rings.rings, rings.cpus * sizeof(*rings.rings));
	munmap(rings.slots, (size_t)rings.cpus * SLOTS * sizeof(*rings.slots));
	memset(&rings, 0, sizeof(rings));
	return close_programs(state);
}

/* All of the next event but its time and CPU, of which we know about what they are. */
static void assert_event(size_t which, struct zswap_event wanted, __u64 cgroup, __u32 pid,
			 __u32 role)
{
	const struct zswap_event *event = &seen[which];

	assert_true(which < seen_count);
	assert_in_range(event->time_ns, which ? seen[which - 1].time_ns : stream_began,
			now_ns());
	assert_true(event->cpu < libbpf_num_possible_cpus());
	wanted.time_ns = event->time_ns;
	wanted.cpu = event->cpu;
	wanted.cgroup = cgroup;
	wanted.pid = pid;
	wanted.role = role;
	if (memcmp(event, &wanted, sizeof(wanted)))
		for (size_t i = 0; i < sizeof(wanted); i++)
			if (((unsigned char *)event)[i] != ((unsigned char *)&wanted)[i])
				fail_msg("event %zu (%s): byte %zu is %d, not %d", which,
					 zs_event_name(event->event), i,
					 ((unsigned char *)event)[i],
					 ((unsigned char *)&wanted)[i]);
}

#define PAGE(name, ...)								\
	{ .event = ZSWAP_EVENT_##name, .type = 0, .offset = 10, __VA_ARGS__ }

static const struct zswap_event page_events[] = {
	PAGE(WRITEBACK, .length = 900, .age_ns = 3 * SECOND, .duration_ns = 70000,
	     .why = ZSWAP_CAUSE_POOL_LIMIT, .kind = ZSWAP_KIND_COMPRESSED, .alloc_ns = 1000,
	     .decompress_ns = 2000, .submit_ns = 3000),
	PAGE(STORE, .length = 1000, .duration_ns = 50000, .kind = ZSWAP_KIND_COMPRESSED,
	     .pfn = 10),
	PAGE(LOAD, .length = 1000, .age_ns = SECOND, .duration_ns = 20000,
	     .kind = ZSWAP_KIND_COMPRESSED, .pfn = 11),
	PAGE(MISS, .kind = ZSWAP_KIND_COUNT),
	PAGE(INVALIDATE, .length = 800, .age_ns = 2 * SECOND,
	     .kind = ZSWAP_KIND_INCOMPRESSIBLE),
	PAGE(REJECT, .length = 3500, .duration_ns = 8000, .why = ZSWAP_REJECT_ALLOC_FAIL,
	     .kind = ZSWAP_KIND_COUNT, .pfn = 12),
};

static void test_stream_off(void **state)
{
	(void)state;
	load_with_stream(0);
	fire_page_events(10, CGROUP);
	want_page_events();
	evict(ZSWAP_CAUSE_COUNT, MINUS(11));
	fire_pool_events();
	look();
	assert_int_equal(seen_count, 0);
	assert_int_equal(shared->health.events_lost, 0);
}

static void test_stream_of_pages(void **state)
{
	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	fire_page_events(10, CGROUP);
	want_page_events();
	look();
	assert_int_equal(seen_count, ZS_ARRAY_SIZE(page_events));
	for (size_t i = 0; i < seen_count; i++)
		assert_event(i, page_events[i], CGROUP, (__u32)getpid(), ZSWAP_ROLE_WORKER);
	/* and counted as without it */
	assert_stats();
}

static void test_stream_of_an_owner(void **state)
{
	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	unmap(10, OWNER_PID);
	store(10, CGROUP, 10);
	writeback(10, ZSWAP_CAUSE_COUNT + 3, 0, 5ULL << 32);
	miss(10, CGROUP);
	look();
	assert_int_equal(seen_count, 3);
	assert_event(0, page_events[1], CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
	/* an unknown cause, and a part that is longer than there is room for */
	assert_event(1, (struct zswap_event)
		     PAGE(WRITEBACK, .length = 900, .age_ns = 3 * SECOND,
			  .duration_ns = 70000, .why = ZSWAP_CAUSE_COUNT,
			  .kind = ZSWAP_KIND_COMPRESSED, .alloc_ns = 1000,
			  .decompress_ns = 2000, .submit_ns = 0xffffffff),
		     CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
	/* how long it was gone */
	assert_in_range(seen[2].age_ns, 5ULL << 32, (5ULL << 32) + 30 * SECOND);
	assert_event(2, (struct zswap_event)
		     PAGE(MISS, .kind = ZSWAP_KIND_COUNT, .age_ns = seen[2].age_ns), CGROUP,
		     OWNER_PID, ZSWAP_ROLE_OWNER);
}

static void test_stream_of_the_pool(void **state)
{
#define POOL(name, ...)								\
	{ .event = ZSWAP_EVENT_##name, .kind = ZSWAP_KIND_COUNT, __VA_ARGS__ }
	static const struct zswap_event wanted[] = {
		POOL(POOL_LIMIT, .why = 1, .pool = { 100, 100 }),
		POOL(POOL_LIMIT, .pool = { 90, 100 }, .duration_ns = 6 * SECOND),
		POOL(POOL_LIMIT, .pool = { 90, 100 }),
		POOL(COMPRESSOR, .offset = 0),
		POOL(DRAIN, .why = ZSWAP_DRAIN_BEGIN, .drain = { 9, 5 }),
		POOL(DRAIN, .why = ZSWAP_DRAIN_PROGRESS, .drain = { 4, 2 },
		     .duration_ns = 1000),
		POOL(DRAIN, .why = ZSWAP_DRAIN_END, .duration_ns = 2000),
		POOL(BACKGROUND, .background = { 10, 7, 6 }, .duration_ns = 40000),
		POOL(BACKGROUND, .background = { 10, 11, 6 }, .duration_ns = 40000),
		POOL(BACKGROUND, .background = { 10, 10, 6 }, .result = -11),
	};
	size_t count = ZS_ARRAY_SIZE(wanted);

	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	fire_pool_events();
	FIRE("shrink", ZSWAP_CAUSE_CGROUP_LIMIT, CGROUP, 1, 20, 8, 30000);
	evict(ZSWAP_CAUSE_DRAIN, MINUS(11));
	look();
	assert_int_equal(seen_count, count + 2);
	for (size_t i = 0; i < count; i++)
		assert_event(i, wanted[i], 0, 0, 0);
	assert_event(count, (struct zswap_event)
		     POOL(SHRINK, .why = ZSWAP_CAUSE_CGROUP_LIMIT, .count = 1,
			  .shrink = { 20, 8 }, .duration_ns = 30000), CGROUP, 0, 0);
	assert_event(count + 1, (struct zswap_event)
		     POOL(EVICT, .why = ZSWAP_CAUSE_DRAIN, .count = 2, .length = 3000,
			  .age_ns = 5 * SECOND, .duration_ns = 90000, .result = -11, .pages = 4), 0,
		     (__u32)getpid(), ZSWAP_ROLE_WORKER);
}

/* Only those that were asked for, and only of whom the filters let pass. */
static void test_stream_filtered(void **state)
{
	(void)state;
	shared->target_cgroup = CGROUP;
	shared->filtered = true;
	load_with_stream(ZS_STREAM_KIND(ZSWAP_EVENT_LOAD) | ZS_STREAM_KIND(ZSWAP_EVENT_DRAIN) |
			 ZS_STREAM_KIND(ZSWAP_EVENT_SHRINK));
	fire_page_events(10, OTHER_CGROUP);
	fire_pool_events();
	shrink(OTHER_CGROUP);
	look();
	assert_int_equal(seen_count, 0);
	fire_page_events(10, CGROUP);
	shrink(CGROUP);
	look();
	assert_int_equal(seen_count, 2);
	assert_event(0, page_events[2], CGROUP, (__u32)getpid(), ZSWAP_ROLE_WORKER);
	assert_int_equal(seen[1].event, ZSWAP_EVENT_SHRINK);
}

static void fire_all_events(void)
{
	fire_page_events(10, CGROUP);
	fire_page_events(11, OTHER_CGROUP);
	fire_pool_events();
	shrink(CGROUP);
	evict(ZSWAP_CAUSE_DRAIN, MINUS(11));
	look();
}

static bool same_but_time(const struct zswap_event *one, struct zswap_event other)
{
	other.time_ns = one->time_ns;
	other.cpu = one->cpu;
	return !memcmp(one, &other, sizeof(other));
}

/* The kernel must let pass what this process would have. Return: how many events. */
static size_t assert_filtered(const char *text, const struct zswap_event *all, size_t count)
{
	struct zswap_filter filter;
	struct zs_error error;
	size_t passed = 0;

	if (!zs_filter_parse(text, &filter, NULL, &error))
		fail_msg("%s", error.text);
	assert_int_equal(open_programs(NULL), 0);
	*(struct zswap_filter *)&bpf->rodata->zs_filter = filter;
	load_with_stream(ZS_STREAM_ALL);
	fire_all_events();
	for (size_t i = 0; i < count; i++)
		if (zswap_filter_passes(&filter, &all[i]) &&
		    !(passed < seen_count && same_but_time(&seen[passed++], all[i])))
			fail_msg("%s: event %zu (%s) did not come", text, i,
				 zs_event_name(all[i].event));
	if (passed != seen_count)
		fail_msg("%s: event %zu (%s) came as well", text, passed,
			 zs_event_name(seen[passed].event));
	assert_int_equal(shared->health.events_lost, 0);
	return passed;
}

static void test_stream_filters(void **state)
{
	static const char *const filters[] = {
		"event==store",
		"event!=store",
		"cgroup==9",
		"pid!=0",
		"length>1000",
		"length<=1K && event!=evict",
		"duration<20us",
		"age>=2s",
		"reason==alloc_fail",
		"reason!=alloc_fail",
		"cause==drain || cause==pool_limit",
		"kind==incompressible",
		"type==0",
		"offset==11",
		"result!=0",
		"result==EAGAIN",
		"cpu>=0 && pid==0",
		"event==load && age>=1s || event==reject && length>3000 || event==drain",
		"offset==99||offset==99||offset==99||offset==99||offset==99||offset==99||"
		"offset==99||offset==99||offset==99||offset==99||offset==99||offset==99||"
		"length==800&&duration!=1ns&&age!=2ns&&kind!=same_filled",
		"offset!=1&&offset!=2&&length!=3&&length!=4&&duration!=5ns&&duration!=6ns&&"
		"age!=7ns&&age!=8ns&&kind!=same_filled&&type!=1&&pid!=1&&cgroup!=1&&cause!=drain&&"
		"reason!=disabled&&result<100&&cpu<9999",
	};
	struct zswap_stats before, after;
	struct zswap_event all[64];
	size_t count, passed;

	load_with_stream(ZS_STREAM_ALL);
	fire_all_events();
	count = seen_count;
	memcpy(all, seen, sizeof(seen));
	read_stats(&before);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(filters); i++) {
		close_stream(state);
		passed = assert_filtered(filters[i], all, count);
		assert_in_range(passed, 1, count - 1);
		/* it is counted all the same */
		read_stats(&after);
		assert_memory_equal(&before, &after, sizeof(after));
	}
}

static void assert_lost(size_t which, __u32 count)
{
	const struct zswap_event *event = &seen[which];

	assert_true(which && which < seen_count);
	assert_int_equal(event->event, ZSWAP_EVENT_LOST);
	assert_int_equal(event->count, count);
	assert_int_equal(event->kind, ZSWAP_KIND_COUNT);
	assert_int_equal(event->pid, 0);
	assert_true(event->time_ns >= seen[which - 1].time_ns);
	assert_true(which + 1 == seen_count || event->time_ns <= seen[which + 1].time_ns);
}

static void store_many(size_t count)
{
	while (count--) {
		store(10, CGROUP, 10);
		want_store();
	}
}

/* Where only they are wanted: the same events, of the same owners, and nothing counted. */
static void test_stream_only(void **state)
{
	(void)state;
	bpf->rodata->zs_events_only = true;
	load_with_stream(ZS_STREAM_ALL);
	fire_page_events(10, CGROUP);
	evict(ZSWAP_CAUSE_DRAIN, 0);
	look();
	assert_int_equal(seen_count, ZS_ARRAY_SIZE(page_events) + 1);
	for (size_t i = 0; i < ZS_ARRAY_SIZE(page_events); i++)
		assert_event(i, page_events[i], CGROUP, (__u32)getpid(), ZSWAP_ROLE_WORKER);
	assert_int_equal(seen[6].event, ZSWAP_EVENT_EVICT);
	assert_int_equal(shared->pairs, 0);
	assert_stats();
}

/* A page keeps its owner until it is unmapped again. */
static void test_stream_only_of_an_owner(void **state)
{
	(void)state;
	bpf->rodata->zs_events_only = true;
	load_with_stream(ZS_STREAM_ALL);
	unmap(10, OWNER_PID);
	store(10, CGROUP, 10);
	load_page(10, OTHER_CGROUP, 11);
	unmap(10, OWNER_PID + 1);
	reject(10, ZSWAP_REJECT_ALLOC_FAIL, 12);
	miss(10, CGROUP);
	/* of the same place */
	store(10 + ZS_PAGES, CGROUP, 10);
	look();
	assert_int_equal(seen_count, 5);
	assert_event(0, page_events[1], CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
	assert_event(1, page_events[2], OTHER_CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
	assert_event(2, page_events[5], CGROUP, OWNER_PID + 1, ZSWAP_ROLE_OWNER);
	assert_event(3, page_events[3], CGROUP, OWNER_PID + 1, ZSWAP_ROLE_OWNER);
	assert_int_equal(seen[4].pid, getpid());
	assert_int_equal(seen[4].role, ZSWAP_ROLE_WORKER);
	assert_stats();
}

/* What has no room is counted, and what had it stays whole. */
static void test_stream_full(void **state)
{
	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	store_many(SLOTS + 9);
	assert_int_equal(shared->health.events_lost, 9);
	look();
	assert_int_equal(seen_count, SLOTS + 1);
	for (size_t i = 0; i < SLOTS; i++)
		assert_event(i, page_events[1], CGROUP, (__u32)getpid(), ZSWAP_ROLE_WORKER);
	/* nothing came after them that could have said so */
	assert_lost(SLOTS, 9);
	assert_stats();
	/* there is room again; it is said once */
	store(11, CGROUP, 10);
	look();
	assert_int_equal(seen_count, SLOTS + 2);
	assert_int_equal(seen[SLOTS + 1].offset, 11);
	assert_int_equal(shared->health.events_lost, 9);
}

/* Losses are told in their place: before the next event that had room. */
static void test_stream_loss_in_its_place(void **state)
{
	const struct zswap_event *events;

	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	store_many(SLOTS + 3);
	/* room for one is none, as the loss takes it */
	assert_int_equal(zs_ring_ready(&rings, 0, 1, &events), 1);
	zs_ring_done(&rings, 0, 1);
	store_many(1);
	assert_int_equal(shared->health.events_lost, 4);
	assert_int_equal(zs_ring_ready(&rings, 0, 1, &events), 1);
	zs_ring_done(&rings, 0, 1);
	store(12, CGROUP, 10);
	want_store();
	store_many(2);
	look();
	assert_int_equal(seen_count, SLOTS - 2 + 3);
	assert_lost(SLOTS - 2, 4);
	assert_int_equal(seen[SLOTS - 1].offset, 12);
	/* and those two at the end */
	assert_lost(SLOTS, 2);
	assert_int_equal(shared->health.events_lost, 6);
	assert_stats();
}

/* Round and round, with each of the slots at the end of the memory. */
static void test_stream_goes_round(void **state)
{
	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	for (size_t round = 0; round < 5 * SLOTS; round++) {
		store_many(3);
		seen_count = 0;
		look();
		assert_int_equal(seen_count, 3);
		for (size_t i = 0; i < seen_count; i++)
			assert_event(i, page_events[1], CGROUP, (__u32)getpid(),
				     ZSWAP_ROLE_WORKER);
	}
	assert_int_equal(rings.rings[0].head, 15 * SLOTS);
	assert_stats();
}

/* Each CPU has its own ring. */
static void test_stream_of_every_cpu(void **state)
{
	const __u64 words[] = { 0, 10, CGROUP, 1000, 50000, ZSWAP_KIND_COMPRESSED, 10 };
	int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);

	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	for (int cpu = 0; cpu < cpus; cpu++) {
		fire_on(cpu, "store", words, ZS_ARRAY_SIZE(words));
		want_store();
		assert_int_equal(rings.rings[cpu].head, 1);
	}
	look();
	assert_int_equal(seen_count, cpus);
	for (int cpu = 0; cpu < cpus; cpu++)
		assert_int_equal(seen[cpu].cpu, cpu);
	assert_stats();
}

static bool readable(int epoll)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, 0) == 1;
}

/* Not by the first event, and not by each: when a quarter waits, and an eighth more. */
static void test_stream_wakes(void **state)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC), wakes = 0;
	size_t count, first = 0;

	(void)state;
	load_with_stream(ZS_STREAM_ALL);
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, bpf_map__fd(bpf->maps.zs_bell),
				   &event), 0);
	assert_false(readable(epoll));
	for (count = 1; count <= SLOTS + 4; count++) {
		store(10, CGROUP, 10);
		if (!readable(epoll))
			continue;
		wakes++;
		first = first ?: count;
	}
	close(epoll);
	assert_int_equal(first, SLOTS / 4);
	assert_int_equal(wakes, 7);
}

/*
 * Health, CPUs
 */

static void test_pages_forgotten(void **state)
{
	(void)state;
	load();
	store(1, CGROUP, 1);
	store(1, CGROUP, 1);
	assert_int_equal(shared->health.pages_forgotten, 0);
	/* the next one that has its place */
	store(1 + (__u64)ZS_PAGES, CGROUP, 2);
	assert_int_equal(shared->health.pages_forgotten, 1);
	/* when it is loaded, there is nothing worth remembering */
	load_page(1 + (__u64)ZS_PAGES, CGROUP, 3);
	store(1, CGROUP, 4);
	assert_int_equal(shared->health.pages_forgotten, 1);
	/* the swap area counts, too */
	FIRE("store", 1, 1, CGROUP, 1000, 50000, ZSWAP_KIND_COMPRESSED, 5);
	assert_int_equal(shared->health.pages_forgotten, 1);
}

static void test_every_cpu(void **state)
{
	const __u64 words[] = { 0, 1, CGROUP, 1000, 50000, ZSWAP_KIND_COMPRESSED, 1 };

	(void)state;
	load();
	/* on another CPU, somebody else is at work */
	unmap(1, OWNER_PID);
	for (int cpu = 0; cpu < (int)sysconf(_SC_NPROCESSORS_ONLN); cpu++) {
		fire_on(cpu, "store", words, ZS_ARRAY_SIZE(words));
		want_store();
	}
	assert_stats();
	assert_of(CGROUP, OWNER_PID, ZSWAP_ROLE_OWNER);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, open_kept_programs, keep_programs)
/* With programs or maps that are not as they are for the others. */
#define TEST_OWN(name)	cmocka_unit_test_setup_teardown(name, open_programs, close_programs)
#define TEST_STREAM(name)	cmocka_unit_test_setup_teardown(name, open_on_one_cpu, close_stream)

static const struct CMUnitTest tests[] = {
	TEST(test_nothing),
	TEST(test_store),
	TEST(test_store_kinds),
	TEST(test_load),
	TEST(test_slots_of_sizes),
	TEST(test_slots_of_times),
	TEST(test_miss),
	TEST(test_miss_after_reject),
	TEST(test_refault),
	TEST(test_refault_beyond_window),
	TEST(test_no_refault),
	TEST(test_writeback_causes),
	TEST(test_writeback_unmeasured),
	TEST(test_writeback_failed),
	TEST(test_written_before_its_event),
	TEST(test_written_in_no_time),
	TEST(test_read_before_its_writeback_event),
	TEST(test_reject_reasons),
	TEST(test_reject_unmeasured),
	TEST(test_evict),
	TEST(test_evict_failed),
	TEST(test_invalidate),
	TEST(test_pool),
	TEST(test_restore),
	TEST(test_restore_rejected),
	TEST(test_restore_beyond_window),
	TEST(test_no_restore),
	TEST(test_owner),
	TEST(test_owner_moves_cgroup),
	TEST(test_not_the_owner),
	TEST(test_two_pairs),
	TEST_OWN(test_too_many),
	TEST(test_cgroups_only),
	TEST_OWN(test_no_attribution),
	TEST(test_target_cgroup),
	TEST(test_target_pid),
	TEST(test_target_pid_of_worker),
	TEST(test_devices),
	TEST_OWN(test_by_area),
	TEST_OWN(test_by_reason),
	TEST_STREAM(test_stream_off),
	TEST_STREAM(test_stream_of_pages),
	TEST_STREAM(test_stream_of_an_owner),
	TEST_STREAM(test_stream_of_the_pool),
	TEST_STREAM(test_stream_filtered),
	TEST_STREAM(test_stream_filters),
	TEST_STREAM(test_stream_only),
	TEST_STREAM(test_stream_only_of_an_owner),
	TEST_STREAM(test_stream_full),
	TEST_STREAM(test_stream_loss_in_its_place),
	TEST_STREAM(test_stream_goes_round),
	TEST_STREAM(test_stream_of_every_cpu),
	TEST_STREAM(test_stream_wakes),
	TEST(test_pages_forgotten),
	TEST(test_every_cpu),
};

int main(void)
{
	/* the log of a verifier that says no is megabytes long */
	libbpf_set_print(NULL);
	return cmocka_run_group_tests_name("handlers", tests, NULL, close_kept_programs);
}
