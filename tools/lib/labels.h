/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cgroups as labels: so many have one of their own, all others are "(other)".
 *
 * A server takes a counter that goes back for one that began again at 0, so no series may
 * ever go back, "(other)" included, whoever has a label at the moment.  Therefore:
 *
 *  - Each event is counted once, for the label that its cgroup had when it was first seen
 *    here.  A cgroup that gets a label late starts at 0, what it did before stays with
 *    "(other)"; one that loses it leaves behind what it had, and goes on from there if it
 *    gets it back.
 *  - A label is its holder's until somebody else has moved more than twice as many pages,
 *    so two cgroups that do about the same do not take turns; or until his cgroup was
 *    removed and somebody else has moved any.
 *  - A label is a path.  A cgroup that is removed and made again goes on with its counters.
 *
 * Cgroups that were gone before anybody asked for their path, and what has none, are
 * "(other)", too.
 */
#ifndef ZS_LABELS_H
#define ZS_LABELS_H

#include "zswapscope.h"

#define ZS_LABELS_OTHER		"(other)"	/* no path: these begin with a slash */

/* All of a usage but its histograms, in words. */
#define ZS_LABEL_WORDS		(offsetof(struct zswap_usage, hist) / sizeof(__u64))

/**
 * struct zs_label - a path, or the others
 * @text: for the label, see zs_label_text(); ZS_LABELS_OTHER
 * @path: of the cgroup's directory; NULL for the others
 * @named: it has a label of its own now
 * @gone: its cgroup was removed
 * @words: what is counted for it, as in struct zswap_usage
 * @last: all that its cgroups did, when they were read last
 * @now: the same, now
 */
struct zs_label {
	char *text;
	char *path;
	bool named;
	bool gone;
	__u64 words[ZS_LABEL_WORDS];
	__u64 last[ZS_LABEL_WORDS];
	__u64 now[ZS_LABEL_WORDS];
};

/**
 * struct zs_labelled - whose label the cgroup with that number has
 * @id: its number
 * @label: place in the list; 0, the others, if its path is not known
 */
struct zs_labelled {
	uint64_t id;
	size_t label;
};

/**
 * struct zs_labels - all that ever were
 * @list: the first are the others
 * @count: of these
 * @most: how many may have a label
 * @known: cgroups that were seen
 * @known_count: of these
 * @root: prefix of /sys, or NULL
 */
struct zs_labels {
	struct zs_label *list;
	size_t count;
	size_t most;
	struct zs_labelled *known;
	size_t known_count;
	const char *root;
};

bool zs_labels_start(struct zs_labels *labels, size_t most, const char *root,
		     struct zs_error *error);

/**
 * zs_labels_update - count what happened since the last call
 * @labels: the labels
 * @parties: cumulative, merged by cgroup; those of this call have all that those of the
 *	     last one had
 * @error: why not
 */
bool zs_labels_update(struct zs_labels *labels, const struct zs_parties *parties,
		      struct zs_error *error);

void zs_labels_stop(struct zs_labels *labels);

#endif /* ZS_LABELS_H */
