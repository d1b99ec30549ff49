// SPDX-License-Identifier: GPL-2.0-or-later
#include "fields.h"
#include "stream.h"

const struct event_field event_fields[] = {
	{ "type", ZSWAP_FIELD_TYPE, NULL },
	{ "offset", ZSWAP_FIELD_OFFSET, NULL },
	{ "kind", ZSWAP_FIELD_KIND, zs_kind_name },
	{ "length", ZSWAP_FIELD_LENGTH, NULL },
	{ "duration_ns", ZSWAP_FIELD_DURATION, NULL },
	{ "age_ns", ZSWAP_FIELD_AGE, NULL },
	{ "reason", ZSWAP_FIELD_REASON, zs_reason_name },
	{ "cause", ZSWAP_FIELD_CAUSE, zs_cause_name },
};
const size_t event_field_count = ZS_ARRAY_SIZE(event_fields);
