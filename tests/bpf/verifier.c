// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the running kernel's verifier has to do for each of our programs:
 *
 *	bpf_verifier SOURCE...
 *
 * loads those of each source, the iterators included, and prints lines of kernel,
 * program and number of instructions that the verifier went through.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "source.h"

static bool print_program(const char *kernel, const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_program__fd(program) < 0)
		return true;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		return false;
	printf("%s %s %u\n", kernel, bpf_program__name(program), info.verified_insns);
	return true;
}

static bool print_source(const char *kernel, enum zs_source_kind kind)
{
	const struct zs_options options = { .kind = kind, .pin = true };
	struct zs_error error;
	struct zs_source *source = zs_source_open(&options, &error);
	struct bpf_program *program;
	bool ok = true;

	if (!source) {
		fprintf(stderr, "bpf_verifier: %s: %s\n", zs_source_kind_name(kind),
			error.text);
		return false;
	}
	bpf_object__for_each_program(program, source->bpf->obj)
		ok = print_program(kernel, program) && ok;
	zs_source_close(source);
	return ok;
}

int main(int argc, char **argv)
{
	enum zs_source_kind kind;
	unsigned int major, minor;
	struct utsname uts;
	char kernel[32];
	bool ok = true;

	uname(&uts);
	if (sscanf(uts.release, "%u.%u", &major, &minor) != 2)
		return 1;
	snprintf(kernel, sizeof(kernel), "%u.%u", major, minor);
	for (int i = 1; i < argc; i++) {
		if (!zs_source_kind_parse(argv[i], &kind))
			return 2;
		ok = print_source(kernel, kind) && ok;
	}
	return ok ? 0 : 1;
}
