/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is expected of a measure: "load.p99 < 200us", "reject.compress_poor > 0". */
#ifndef ZS_EXPECT_H
#define ZS_EXPECT_H

#include <zswapscope/filter.h>

#include "measure.h"

#define ZS_EXPECT_TEXT	(ZS_MEASURE_NAME + 40)

/**
 * struct zs_expectation - a comparison of a measure with a limit
 * @measure: the measure
 * @operator: how to compare
 * @limit: in the measure's unit
 * @text: all of it, in one way of writing
 */
struct zs_expectation {
	struct zs_measure measure;
	enum zswap_operator operator;
	double limit;
	char text[ZS_EXPECT_TEXT];
};

/**
 * zs_expectation_parse - understand an expectation
 * @text: as it was typed: MEASURE OPERATOR VALUE[UNIT]
 * @expectation: the result
 * @error: what is wrong, and what would be right
 */
bool zs_expectation_parse(const char *text, struct zs_expectation *expectation,
			  struct zs_error *error);

enum zs_judgement {
	ZS_JUDGED_OK,
	ZS_JUDGED_FAIL,
	ZS_JUDGED_UNKNOWN,	/* there is no value, or the limit is within its bounds */
	ZS_JUDGED_COUNT
};

enum zs_judgement zs_expectation_judge(const struct zs_expectation *expectation,
				       const struct zs_reading *value);

/* For machines: "ok", "fail", "unknown". */
const char *zs_judgement_name(enum zs_judgement judgement);

#define ZS_SEEN_TEXT	160

/* In words: "seen 143 us (128 us to 181 us)", "no load happened", "cannot be told: ..." */
char *zs_expectation_seen(char text[ZS_SEEN_TEXT], const struct zs_expectation *expectation,
			  const struct zs_reading *value);

#endif /* ZS_EXPECT_H */
