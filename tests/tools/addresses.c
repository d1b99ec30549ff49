// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses of the kernel, in files and in pinned maps: in words of eight bytes where such
 * words are, padding included, and in digits.  One line each of where there is one.
 */
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define WORD	sizeof(uint64_t)

/* Of x86-64: memory, vmalloc, struct pages and stacks; and code, data and modules. */
static bool is_address(uint64_t word)
{
	return (word >= 0xffff800000000000 && word < 0xfffffe8000000000) ||
	       (word >= 0xffffffff80000000 && word < 0xffffffffff000000);
}

static void tell(const char *name, size_t at, uint64_t word)
{
	printf("%s: 0x%llx at %zu\n", name, (unsigned long long)word, at);
}

static void scan_words(const char *name, const char *bytes, size_t size)
{
	uint64_t word;

	for (size_t at = 0; at + WORD <= size; at += WORD) {
		memcpy(&word, bytes + at, WORD);
		if (is_address(word))
			tell(name, at, word);
	}
}

/* "0xffff888012345678", the same without 0x, and 18446612682070000000. */
static void scan_digits(const char *name, const char *bytes, size_t size)
{
	for (size_t at = 0, length; at < size; at += length ? length : 1) {
		const char *digits = bytes + at;
		char text[32], *end;
		uint64_t word;

		for (length = 0; at + length < size && isalnum((unsigned char)digits[length]);)
			length++;
		if (length < 16 || length > 20)
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)length, digits);
		word = strtoull(text, &end, length == 20 ? 10 : 16);
		if (!*end && is_address(word))
			tell(name, at, word);
	}
}

static void scan_file(const char *name)
{
	FILE *file = fopen(name, "re");
	size_t size = 0, room = 1 << 20;
	char *bytes = malloc(room);

	if (!file || !bytes)
		err(1, "%s", name);
	for (size_t got; (got = fread(bytes + size, 1, room - size, file));) {
		size += got;
		if (size < room)
			continue;
		bytes = realloc(bytes, room *= 2);
		if (!bytes)
			err(1, "%s", name);
	}
	if (ferror(file) || !size)
		errx(1, "%s cannot be read, or has nothing in it", name);
	fclose(file);
	scan_words(name, bytes, size);
	scan_digits(name, bytes, size);
	free(bytes);
}

static void scan_map(const char *name, int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	size_t size, values = 0;
	char *value, *key = NULL, *next;

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		err(1, "%s", name);
	size = info.value_size;
	if (info.type == BPF_MAP_TYPE_PERCPU_ARRAY)
		size = (size + WORD - 1) / WORD * WORD * (size_t)libbpf_num_possible_cpus();
	value = malloc(size);
	next = malloc(info.key_size);
	if (!value || !next)
		err(1, "%s", name);
	while (!bpf_map_get_next_key(fd, key, next)) {
		key = next;
		if (bpf_map_lookup_elem(fd, key, value))
			continue;
		scan_words(name, value, size);
		values++;
	}
	fprintf(stderr, "%s: %zu values of %zu bytes\n", name, values, size);
	free(value);
	free(next);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int fd = bpf_obj_get(argv[i]);

		if (fd >= 0)
			scan_map(argv[i], fd);
		else
			scan_file(argv[i]);
	}
	return 0;
}
