// SPDX-License-Identifier: GPL-2.0-or-later
#include "utf8.h"

#include "zswapscope.h"

bool zs_character_shown(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x0000, 0x001f }, { 0x007f, 0x009f },	/* controls */
		{ 0x061c, 0x061c }, { 0x200e, 0x200f },	/* marks of direction */
		{ 0x2028, 0x202e },			/* ends of lines; directions */
		{ 0x2066, 0x2069 },			/* directions */
		{ 0xd800, 0xdfff },			/* surrogates */
		{ 0xfeff, 0xfeff },			/* order of bytes */
		{ 0xfff9, 0xfffb },			/* annotations */
		{ 0x110000, UINT32_MAX },
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(hidden); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return false;
	return (code & 0xfffe) != 0xfffe;
}

/*
 * How long the character is that a byte begins, and what the byte has of it; the least
 * that needs so many bytes, as a longer way to write a character is none.
 */
static size_t begins(unsigned char byte, uint32_t *code, uint32_t *least)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} lengths[] = {
		{ 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	for (size_t i = 0; i < ZS_ARRAY_SIZE(lengths); i++) {
		if ((byte & lengths[i].mask) != lengths[i].lead)
			continue;
		*code = byte & (unsigned char)~lengths[i].mask;
		*least = lengths[i].least;
		return i + 1;
	}
	return 0;
}

size_t zs_utf8_next(const char *text, uint32_t *code)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t value, least;
	size_t length = begins(*at, &value, &least);

	*code = 0;
	if (!length)
		return 1;
	for (size_t i = 1; i < length; i++) {
		/* nor is the '\0' at the end one that goes on */
		if ((at[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (at[i] & 0x3f);
	}
	if (value >= least && zs_character_shown(value))
		*code = value;
	return length;
}
