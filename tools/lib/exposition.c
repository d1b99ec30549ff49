// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exposition.h"
#include "utf8.h"

#define OPENMETRICS	"application/openmetrics-text"
#define PLAIN		"text/plain"

const char *zs_dialect_type(enum zs_dialect dialect)
{
	return dialect == ZS_DIALECT_OPENMETRICS ?
		OPENMETRICS "; version=1.0.0; charset=utf-8" :
		PLAIN "; version=0.0.4; charset=utf-8";
}

/* How much a client wants a type, 0 to 1; of an Accept header that names it. */
static double preference(const char *accept, const char *type)
{
	size_t length = strlen(type);
	double most = 0;

	for (const char *range = accept; *range; range += *range == ',') {
		size_t size = strcspn(range, ",");
		const char *end = range + size;
		double q = 1;

		range += strspn(range, " \t");
		if (!strncasecmp(range, type, length) && strchr(" \t;,", range[length])) {
			for (const char *at = range; at < end; at++)
				if (*at == ';' && at[strspn(at + 1, " \t") + 1] == 'q')
					sscanf(at + 1, " q = %lf", &q);
			if (q > most)
				most = q;
		}
		range = end;
	}
	return most;
}

enum zs_dialect zs_dialect_accepted(const char *accept)
{
	double openmetrics = accept ? preference(accept, OPENMETRICS) : 0;

	return openmetrics > 0 && openmetrics >= preference(accept, PLAIN) ?
		ZS_DIALECT_OPENMETRICS : ZS_DIALECT_TEXT;
}

static const char *unit_of(const char *name)
{
	static const char *const units[] = { "seconds", "bytes", "ratio" };
	const char *last = strrchr(name, '_');

	for (size_t i = 0; last && i < ZS_ARRAY_SIZE(units); i++)
		if (!strcmp(last + 1, units[i]))
			return units[i];
	return NULL;
}

static const char *suffix(const struct zs_family *family)
{
	return family->type == ZS_METRIC_COUNTER ? "_total" : "";
}

void zs_write_family(FILE *out, enum zs_dialect dialect, const struct zs_family *family)
{
	static const char *const types[] = { "counter", "gauge", "histogram" };
	bool openmetrics = dialect == ZS_DIALECT_OPENMETRICS;
	const char *more = openmetrics ? "" : suffix(family);
	const char *unit = unit_of(family->name);

	fprintf(out, "# HELP %s%s %s\n", family->name, more, family->help);
	fprintf(out, "# TYPE %s%s %s\n", family->name, more, types[family->type]);
	if (unit)
		fprintf(out, "# UNIT %s%s %s\n", family->name, more, unit);
}

/* For the older dialect it is a comment, as UNIT is. */
void zs_write_end(FILE *out)
{
	fputs("# EOF\n", out);
}

void zs_write_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

/* {cgroup="/a"}, with the bound of a bucket if there is one; or nothing. */
static void write_tags(FILE *out, const struct zs_tag *tags, const char *bound)
{
	const struct zs_tag last[] = { { bound ? "le" : NULL, bound }, { 0 } };
	char before = '{';

	for (int turn = 0; turn < 2; turn++, tags = last) {
		for (; tags && tags->name; tags++) {
			fprintf(out, "%c%s=", before, tags->name);
			zs_write_quoted(out, tags->value);
			before = ',';
		}
	}
	if (before == ',')
		fputc('}', out);
}

void zs_write_sample(FILE *out, const struct zs_family *family, const struct zs_tag *tags,
		     uint64_t number)
{
	fprintf(out, "%s%s", family->name, suffix(family));
	write_tags(out, tags, NULL);
	fprintf(out, " %" PRIu64 "\n", number);
}

void zs_write_real(FILE *out, const struct zs_family *family, double number)
{
	fprintf(out, "%s%s %.6g\n", family->name, suffix(family), number);
}

/* Nanoseconds are whole, so 15 digits are all there are. */
char *zs_bucket_bound(char text[ZS_TEXT], enum zs_unit unit, unsigned int slot)
{
	double most = zs_slot_high(unit, slot) - 1;

	/* The last slot has no end; and no time is 0, or there is no harm in 0 being short. */
	if (slot >= ZSWAP_HIST_SLOTS - 1 || (unit != ZS_UNIT_BYTES && !slot))
		return NULL;
	if (unit == ZS_UNIT_BYTES)
		snprintf(text, ZS_TEXT, "%.1f", most);
	else
		snprintf(text, ZS_TEXT, "%.15g", most / (double)ZS_NSEC);
	return text;
}

static void write_bucket(FILE *out, const struct zs_family *family,
			 const struct zs_tag *tags, const char *bound, uint64_t count)
{
	fprintf(out, "%s_bucket", family->name);
	write_tags(out, tags, bound);
	fprintf(out, " %" PRIu64 "\n", count);
}

void zs_write_hist(FILE *out, const struct zs_family *family, const struct zs_tag *tags,
		   const struct zswap_hist *hist, enum zs_unit unit)
{
	uint64_t count = 0;
	char bound[ZS_TEXT];

	for (unsigned int slot = 0; slot < ZSWAP_HIST_SLOTS; slot++) {
		count += hist->slots[slot];
		if (zs_bucket_bound(bound, unit, slot))
			write_bucket(out, family, tags, bound, count);
	}
	write_bucket(out, family, tags, "+Inf", count);

	fprintf(out, "%s_sum", family->name);
	write_tags(out, tags, NULL);
	/* To the nanosecond: a double would forget them after some weeks. */
	if (unit == ZS_UNIT_BYTES)
		fprintf(out, " %" PRIu64 "\n", (uint64_t)hist->sum);
	else
		fprintf(out, " %" PRIu64 ".%09" PRIu64 "\n", (uint64_t)(hist->sum / ZS_NSEC),
			(uint64_t)(hist->sum % ZS_NSEC));
	fprintf(out, "%s_count", family->name);
	write_tags(out, tags, NULL);
	fprintf(out, " %" PRIu64 "\n", count);
}

char *zs_label_text(const char *name)
{
	char *text = malloc(4 * strlen(name) + 1), *to = text;
	uint32_t code;

	while (text && *name) {
		size_t length = zs_utf8_next(name, &code);

		if (code || *name == '\n')
			to = mempcpy(to, name, length);
		else
			for (size_t i = 0; i < length; i++)
				to += sprintf(to, "\\x%02x", (unsigned char)name[i]);
		name += length;
	}
	if (text)
		*to = '\0';
	return text;
}

char *zs_name_text(const char *name)
{
	char *text = zs_label_text(name);

	for (char *c = text; c && *c; c++)
		if (*c == '\n')
			*c = '?';
	return text;
}
