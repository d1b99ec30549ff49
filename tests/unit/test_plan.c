// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels that do not run here, from BTF written on the fly, and what is planned for them. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "test.h"
#include "plan.h"

#define MOST_ARGUMENTS	6

struct function {
	const char *name;
	int arguments;
	bool truth;	/* it returns a bool, else a number */
};

/* A member that has another type than ever before: a structure. */
static const char *odd_member;

/* Linux 6.12, as far as zswap goes. */
static const struct function folios[] = {
	{ "zswap_store", 1, true }, { "zswap_load", 1, true }, { "zswap_writeback_entry", 2, false },
	{ "zswap_decompress", 2, false }, { "zswap_entry_free", 1, false }, { "zpool_malloc", 4, false },
	{ "__swap_writepage", 2, false }, { "try_to_unmap_one", 4, false },
	{ "end_swap_bio_read", 1, false }, { "end_swap_bio_write", 1, false }, { NULL, 0, false },
};

/* Linux 6.1; two of its functions have names of their own. */
static const struct function frontswap[] = {
	{ "zswap_frontswap_store", 3, false }, { "zswap_frontswap_load", 3, false },
	{ "zswap_frontswap_invalidate_page", 2, false }, { "__frontswap_load", 1, false },
	{ "zswap_writeback_entry", 2, false }, { "zpool_malloc", 4, false },
	{ "__swap_writepage", 2, false }, { "try_to_unmap_one", 4, false },
	{ "end_swap_bio_read", 1, false }, { "__end_swap_bio_read", 1, false },
	{ "end_swap_bio_write", 1, false }, { "__end_swap_bio_write", 1, false },
	{ NULL, 0, false },
};

static const struct function no_zswap[] = {
	{ "try_to_unmap_one", 4, false }, { "schedule", 0, false }, { NULL, 0, false },
};

/* One of them with another name or number of arguments; NULL: not at all. */
static struct function *changed(const struct function *functions, const char *name,
				const char *new_name, int arguments)
{
	static struct function copy[ZS_PLAN_HOOKS];
	size_t count = 0;
	bool found = false;

	for (; functions->name; functions++) {
		bool it = !strcmp(functions->name, name);

		found |= it;
		if (it && !new_name)
			continue;
		copy[count] = *functions;
		if (it) {
			copy[count].name = new_name;
			copy[count].arguments = arguments;
		}
		count++;
	}
	assert_true(found);
	copy[count].name = NULL;
	return copy;
}

static void add_function(struct btf *btf, const struct function *function, int word, int truth)
{
	char name[] = "a";
	int proto = btf__add_func_proto(btf, function->truth ? truth : word);

	assert_true(proto > 0 && function->arguments <= MOST_ARGUMENTS);
	for (int i = 0; i < function->arguments; i++, name[0]++)
		assert_int_equal(btf__add_func_param(btf, name, word), 0);
	assert_true(btf__add_func(btf, function->name, BTF_FUNC_STATIC, proto) > 0);
}

/* A structure of numbers and pointers ("*"), which may be within one without a name. */
static int add_structure(struct btf *btf, const char *name, const char *const *members, int word)
{
	int pointer = btf__add_ptr(btf, 0), odd = btf__add_struct(btf, "odd", 8);
	int structure;

	assert_int_equal(btf__add_field(btf, "f", word, 0, 0), 0);
	structure = btf__add_struct(btf, name, 64);
	assert_true(pointer > 0 && odd > 0 && structure > 0);
	for (__u32 at = 0; *members; members++, at += 64) {
		const char *member = *members + (**members == '*');
		int type = **members == '*' ? pointer : word;

		if (odd_member && !strcmp(odd_member, member))
			type = odd;
		assert_int_equal(btf__add_field(btf, member, type, at, 0), 0);
	}
	return structure;
}

static void add_structures(struct btf *btf, int word)
{
	static const char *const folio[] = { "flags", "*private", "memcg_data", NULL };
	static const char *const entry[] = { "length", "*objcg", NULL };
	static const char *const objcg[] = { "*memcg", NULL };
	int inner = add_structure(btf, NULL, folio, word);

	assert_true(btf__add_struct(btf, "folio", 64) > 0);
	assert_int_equal(btf__add_field(btf, "before", word, 0, 0), 0);
	assert_int_equal(btf__add_field(btf, NULL, inner, 64, 0), 0);
	add_structure(btf, "zswap_entry", entry, word);
	add_structure(btf, "obj_cgroup", objcg, word);
}

/* Put it below the prefix. Return: its whole path. */
static const char *write_btf(const char *path, const struct function *functions)
{
	static char full[PATH_MAX];
	struct btf *btf = btf__new_empty();
	const void *data;
	__u32 size;
	FILE *file;
	int word, truth;

	assert_non_null(btf);
	word = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	truth = btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
	assert_true(word > 0 && truth > 0);
	add_structures(btf, word);
	/* a variable of a function's name is no function */
	assert_true(btf__add_typedef(btf, "zswap_store", word) > 0);
	for (; functions->name; functions++)
		add_function(btf, functions, word, truth);
	data = btf__raw_data(btf, &size);
	assert_non_null(data);
	fixture_file(path, "");
	snprintf(full, sizeof(full), "%s%s", fixture_root, path);
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, size, 1, file), 1);
	fclose(file);
	btf__free(btf);
	return full;
}

/* The symbols of these functions, and others that are nobody's business. */
static void write_symbols(const struct function *functions)
{
	char text[4096] = "ffffffff81000000 T _text\n";

	for (; functions->name; functions++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "ffffffff8123456%c t %s\n",
			 '0' + (char)(used % 10), functions->name);
	}
	strcat(text, "ffffffff82abcde0 d zswap_enabled\n");
	strcat(text, "ffffffff82abcde0 t zswap_compress.isra.0\n");
	strcat(text, "ffffffffc0001000 t zswap_of_module\t[zswap_zbud]\n");
	fixture_file("/proc/kallsyms", text);
}

static struct zs_kernel *kernel_of(const struct function *btf,
				   const struct function *symbols)
{
	struct zs_error error = { ZS_OK, "" };
	struct zs_kernel *kernel;

	if (btf)
		write_btf("/sys/kernel/btf/vmlinux", btf);
	if (symbols)
		write_symbols(symbols);
	kernel = zs_kernel_open(NULL, symbols, fixture_root, &error);
	assert_non_null(kernel);
	assert_int_equal(error.code, ZS_OK);
	return kernel;
}

static struct zs_plan plan_of(const struct function *btf, const struct function *symbols,
			      enum zs_source_kind kind)
{
	struct zs_kernel *kernel = kernel_of(btf, symbols);
	struct zs_error error = { ZS_OK, "" };
	struct zs_plan plan;

	assert_true(zs_plan_make(&plan, kernel, kind, &error));
	zs_kernel_close(kernel);
	return plan;
}

static void refused(const struct function *btf, const struct function *symbols,
		    enum zs_source_kind kind, enum zs_code code, const char *says)
{
	struct zs_kernel *kernel = kernel_of(btf, symbols);
	struct zs_error error = { ZS_OK, "" };
	struct zs_plan plan;

	assert_false(zs_plan_make(&plan, kernel, kind, &error));
	assert_int_equal(error.code, code);
	assert_non_null(strstr(error.text, says));
	assert_null(strchr(error.text, '\n'));
	zs_kernel_close(kernel);
}

static void assert_missing(const struct zs_plan *plan, const char *wanted)
{
	char text[400];

	zs_plan_missing(plan, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void assert_function(const struct zs_plan *plan, const char *program,
			    const char *function)
{
	const char *got = zs_plan_function(plan, program);

	assert_non_null(got);
	assert_string_equal(got, function);
}

static void symbols_of_the_kernel(void **state)
{
	struct zs_kernel *kernel = kernel_of(folios, folios);
	uint64_t address = 0;

	(void)state;
	assert_true(zs_kernel_has_btf(kernel));
	assert_true(zs_kernel_has_symbols(kernel));
	assert_true(zs_kernel_symbol(kernel, "zswap_enabled", &address));
	assert_true(address == 0xffffffff82abcde0);
	assert_true(zs_kernel_symbol(kernel, "zswap_store", NULL));
	/* the compiler's variants and other modules' functions are not meant */
	assert_false(zs_kernel_symbol(kernel, "zswap_compress", NULL));
	assert_false(zs_kernel_symbol(kernel, "zswap_of_module", NULL));
	assert_false(zs_kernel_symbol(kernel, "zswap", NULL));
	assert_int_equal(zs_kernel_arguments(kernel, "zswap_store"), 1);
	assert_int_equal(zs_kernel_arguments(kernel, "try_to_unmap_one"), 4);
	assert_int_equal(zs_kernel_arguments(kernel, "zswap_compress"), -1);
	/* it is a type there, and no function */
	assert_int_equal(zs_kernel_arguments(kernel, "long"), -1);
	zs_kernel_close(kernel);
}

static void linux_6_12(void **state)
{
	struct zs_plan plan;

	(void)state;
	plan = plan_of(folios, folios, ZS_SOURCE_FENTRY);
	assert_true(plan.fentry);
	assert_false(plan.old);
	assert_missing(&plan, "");
	assert_function(&plan, "zsf_store_in", "zswap_store");
	assert_function(&plan, "zsf_store_out", "zswap_store");
	assert_function(&plan, "zsf_malloc", "zpool_malloc");
	assert_function(&plan, "zsf_read_done", "end_swap_bio_read");
	assert_null(zs_plan_function(&plan, "zsf_fstore_in"));
	assert_null(zs_plan_function(&plan, "zsf_malloc_in"));
	assert_null(zs_plan_function(&plan, "zsk_store_in"));
	assert_null(zs_plan_function(&plan, "zs_store"));

	plan = plan_of(folios, folios, ZS_SOURCE_KPROBE);
	assert_false(plan.fentry);
	assert_missing(&plan, "");
	assert_function(&plan, "zsk_store_in", "zswap_store");
	assert_function(&plan, "zsk_malloc_in", "zpool_malloc");
	assert_function(&plan, "zsk_malloc_out", "zpool_malloc");
	assert_null(zs_plan_function(&plan, "zsk_malloc"));
	assert_null(zs_plan_function(&plan, "zsf_store_in"));
}

static void linux_6_1(void **state)
{
	struct zs_plan plan;

	(void)state;
	plan = plan_of(frontswap, frontswap, ZS_SOURCE_FENTRY);
	assert_true(plan.old);
	assert_missing(&plan, "");
	assert_function(&plan, "zsf_fstore_in", "zswap_frontswap_store");
	assert_function(&plan, "zsf_fmiss_out", "__frontswap_load");
	assert_function(&plan, "zsf_finval", "zswap_frontswap_invalidate_page");
	assert_null(zs_plan_function(&plan, "zsf_store_in"));
	/* the better of two names */
	assert_function(&plan, "zsf_read_done", "__end_swap_bio_read");
	assert_function(&plan, "zsf_write_done", "__end_swap_bio_write");
}

/* Of tracepoints, only what goes beside them. */
static void beside_tracepoints(void **state)
{
	struct zs_plan plan;

	(void)state;
	plan = plan_of(folios, NULL, ZS_SOURCE_TP_BTF);
	assert_int_equal(plan.count, 3);
	assert_function(&plan, "zsf_unmap", "try_to_unmap_one");
	assert_null(zs_plan_function(&plan, "zsf_store_in"));
	plan = plan_of(no_zswap, NULL, ZS_SOURCE_RAW_TP);
	assert_int_equal(plan.count, 3);
	assert_function(&plan, "zsf_unmap", "try_to_unmap_one");
	assert_missing(&plan, "no function __end_swap_bio_read in this kernel: not known: how long disk reads take; "
			      "no function __end_swap_bio_write in this kernel: not known: how long the I/O of writebacks takes");
	plan = plan_of(folios, NULL, ZS_SOURCE_COUNTERS);
	assert_int_equal(plan.count, 0);
}

static void a_renamed_function(void **state)
{
	const struct function *kernel;
	struct zs_plan plan;

	(void)state;
	/* the source works, and says what it cannot know */
	kernel = changed(folios, "zswap_writeback_entry", "zswap_evict_entry", 2);
	plan = plan_of(kernel, kernel, ZS_SOURCE_FENTRY);
	assert_missing(&plan, "no function zswap_writeback_entry in this kernel: not known: writebacks");
	assert_function(&plan, "zsf_store_in", "zswap_store");
	assert_null(zs_plan_function(&plan, "zsf_wback_in"));
	/* it does not without that */
	kernel = changed(folios, "zswap_load", "zswap_fetch", 1);
	refused(kernel, kernel, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "zswap_load");
	refused(kernel, kernel, ZS_SOURCE_KPROBE, ZS_ERR_NO_FUNCTIONS, "loads");
	kernel = changed(folios, "zswap_store", "zswap_keep", 1);
	refused(kernel, kernel, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "zswap_frontswap_store");
}

static void other_arguments(void **state)
{
	const struct function *kernel;
	struct zs_plan plan;

	(void)state;
	kernel = changed(folios, "zswap_decompress", "zswap_decompress", 3);
	plan = plan_of(kernel, kernel, ZS_SOURCE_FENTRY);
	assert_missing(&plan, "no function zswap_decompress in this kernel: not known: sizes of loads, phases of writebacks");
	plan = plan_of(kernel, kernel, ZS_SOURCE_KPROBE);
	assert_null(zs_plan_function(&plan, "zsk_decompress"));
	kernel = changed(folios, "zswap_load", "zswap_load", 2);
	refused(kernel, kernel, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "zswap_load with 1 arguments");
	/* Linux 6.6 and 6.7 call it so, too: not the one we know */
	kernel = changed(folios, "zswap_store", "zswap_store", 3);
	refused(kernel, kernel, ZS_SOURCE_KPROBE, ZS_ERR_NO_FUNCTIONS, "zswap_store(folio)");
	kernel = changed(frontswap, "zswap_frontswap_store", "zswap_frontswap_store", 2);
	refused(kernel, kernel, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "inlined");
}

/* Linux 7.3 has zswap_load() tell more than yes or no: to take it for that is to be wrong. */
static void another_result(void **state)
{
	struct function *kernel = changed(folios, "zswap_load", "zswap_load", 1);

	(void)state;
	for (size_t i = 0; kernel[i].name; i++)
		if (!strcmp(kernel[i].name, "zswap_load"))
			kernel[i].truth = false;
	refused(kernel, kernel, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "bool zswap_load");
	refused(kernel, kernel, ZS_SOURCE_KPROBE, ZS_ERR_NO_FUNCTIONS, "changed");
	refused(kernel, NULL, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "--source counters");
}

/* As the flags of a folio have, in Linux 7.3. */
static void another_structure(void **state)
{
	struct zs_kernel *kernel = kernel_of(folios, folios);
	struct zs_plan plan;

	(void)state;
	assert_int_equal(zs_kernel_member(kernel, "folio", "flags"), ZS_NUMBER);
	assert_int_equal(zs_kernel_member(kernel, "folio", "private"), ZS_POINTER);
	assert_int_equal(zs_kernel_member(kernel, "folio", "public"), ZS_NO_VALUE);
	assert_int_equal(zs_kernel_member(kernel, "folios", "flags"), ZS_NO_VALUE);
	zs_kernel_close(kernel);
	odd_member = "flags";
	refused(folios, folios, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS,
		"struct folio has no member flags that is a number");
	refused(frontswap, frontswap, ZS_SOURCE_KPROBE, ZS_ERR_NO_FUNCTIONS, "struct folio");
	/* which Linux 6.1 does without */
	odd_member = "objcg";
	refused(folios, folios, ZS_SOURCE_KPROBE, ZS_ERR_NO_FUNCTIONS,
		"struct zswap_entry has no member objcg that is a pointer");
	plan = plan_of(frontswap, frontswap, ZS_SOURCE_KPROBE);
	assert_true(plan.old);
	odd_member = NULL;
}

/* In the BTF, but inlined: the symbols tell. */
static void an_inlined_function(void **state)
{
	const struct function *symbols;
	struct zs_plan plan;

	(void)state;
	symbols = changed(folios, "zswap_entry_free", NULL, 0);
	plan = plan_of(folios, symbols, ZS_SOURCE_FENTRY);
	assert_missing(&plan, "no function zswap_entry_free in this kernel: not known: invalidations");
	symbols = changed(folios, "zswap_load", NULL, 0);
	refused(folios, symbols, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "inlined");
	symbols = changed(frontswap, "__end_swap_bio_read", NULL, 0);
	plan = plan_of(frontswap, symbols, ZS_SOURCE_FENTRY);
	assert_function(&plan, "zsf_read_done", "end_swap_bio_read");
}

/* A function that the BTF leaves out: kprobes do with its symbol. */
static void symbols_alone(void **state)
{
	const struct function *btf = changed(folios, "zswap_store", NULL, 0);
	struct zs_plan plan;

	(void)state;
	refused(btf, folios, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "zswap_store");
	plan = plan_of(btf, folios, ZS_SOURCE_KPROBE);
	assert_function(&plan, "zsk_store_in", "zswap_store");
}

static void no_zswap_at_all(void **state)
{
	(void)state;
	refused(no_zswap, no_zswap, ZS_SOURCE_FENTRY, ZS_ERR_NO_FUNCTIONS, "not built in");
	refused(no_zswap, no_zswap, ZS_SOURCE_KPROBE, ZS_ERR_NO_FUNCTIONS, "not built in");
}

static void no_btf(void **state)
{
	struct zs_kernel *kernel;
	struct zs_plan plan;

	(void)state;
	refused(NULL, folios, ZS_SOURCE_FENTRY, ZS_ERR_NO_BTF, "CONFIG_DEBUG_INFO_BTF");
	refused(NULL, folios, ZS_SOURCE_KPROBE, ZS_ERR_NO_BTF, "CONFIG_DEBUG_INFO_BTF");
	kernel = kernel_of(NULL, NULL);
	assert_false(zs_kernel_has_btf(kernel));
	assert_int_equal(zs_kernel_arguments(kernel, "zswap_store"), -1);
	/* our tracepoints do not need it */
	assert_true(zs_plan_make(&plan, kernel, ZS_SOURCE_RAW_TP, NULL));
	assert_int_equal(plan.count, 0);
	zs_kernel_close(kernel);
}

/* A kernel of which there is nothing but a file. */
static void a_file_alone(void **state)
{
	const char *path = write_btf("/elsewhere", folios);
	struct zs_kernel *kernel;
	struct zs_plan plan;

	(void)state;
	/* the running kernel's symbols are not its symbols */
	write_symbols(no_zswap);
	kernel = zs_kernel_open(path, true, fixture_root, NULL);
	assert_non_null(kernel);
	assert_true(zs_kernel_has_btf(kernel));
	assert_false(zs_kernel_has_symbols(kernel));
	assert_true(zs_plan_make(&plan, kernel, ZS_SOURCE_FENTRY, NULL));
	assert_function(&plan, "zsf_store_in", "zswap_store");
	zs_kernel_close(kernel);
}

static void not_btf(const char *text)
{
	struct zs_error error = { ZS_OK, "" };
	char path[PATH_MAX];

	fixture_file("/garbage", text);
	snprintf(path, sizeof(path), "%s/garbage", fixture_root);
	assert_null(zs_kernel_open(path, false, fixture_root, &error));
	assert_int_equal(error.code, ZS_ERR_NO_BTF);
	assert_non_null(strstr(error.text, path));
	assert_null(strchr(error.text, '\n'));
}

static void a_file_of_garbage(void **state)
{
	struct zs_error error = { ZS_OK, "" };

	(void)state;
	not_btf("");
	not_btf("hello\n");
	not_btf("\x7f" "ELF, it says, and that is all of it................................");
	not_btf("\x9f\xeb\x01, it says");
	assert_null(zs_kernel_open("/no/such/file", false, NULL, &error));
	assert_non_null(strstr(error.text, "No such file"));
	assert_null(zs_kernel_open("/", false, NULL, &error));
	assert_int_equal(error.code, ZS_ERR_NO_BTF);
}

/* The running kernel's own BTF may be broken: then there is none. */
static void garbage_in_the_kernel(void **state)
{
	struct zs_kernel *kernel;

	(void)state;
	fixture_file("/sys/kernel/btf/vmlinux", "hello\n");
	kernel = kernel_of(NULL, folios);
	assert_false(zs_kernel_has_btf(kernel));
	zs_kernel_close(kernel);
}

static void missing_is_cut_to_its_room(void **state)
{
	static const struct function bare[] = {
		{ "zswap_store", 1, true }, { "zswap_load", 1, true },
		{ NULL, 0, false },
	};
	struct zs_plan plan = plan_of(bare, bare, ZS_SOURCE_KPROBE);
	char text[400], small[60];

	(void)state;
	zs_plan_missing(&plan, text, sizeof(text));
	zs_plan_missing(&plan, small, sizeof(small));
	assert_int_equal(strlen(small), sizeof(small) - 1);
	assert_memory_equal(text, small, sizeof(small) - 1);
	/* both ends of a function are missing once */
	assert_null(strstr(strstr(text, "zpool_malloc") + 1, "zpool_malloc"));
}

#define WITH_FILES(test) \
	cmocka_unit_test_setup_teardown(test, fixture_start, fixture_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILES(symbols_of_the_kernel),
		WITH_FILES(linux_6_12),
		WITH_FILES(linux_6_1),
		WITH_FILES(beside_tracepoints),
		WITH_FILES(a_renamed_function),
		WITH_FILES(other_arguments),
		WITH_FILES(another_result),
		WITH_FILES(another_structure),
		WITH_FILES(an_inlined_function),
		WITH_FILES(symbols_alone),
		WITH_FILES(no_zswap_at_all),
		WITH_FILES(no_btf),
		WITH_FILES(a_file_alone),
		WITH_FILES(a_file_of_garbage),
		WITH_FILES(garbage_in_the_kernel),
		WITH_FILES(missing_is_cut_to_its_room),
	};

	libbpf_set_print(NULL);
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
