#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every state of the model of swapping: nothing is lost in any of them, the ways to them
# are all gone, and where a rule is taken away something is lost.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")" && pwd -P)
command -v spin > /dev/null || bail_out 'there is no spin: tests/deps installs it'
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Who runs at the same time, and what may happen.  user, kswapd and disk always do: so
# stores, loads and invalidations are in all of them.
right='
SLOTS=2
USERS=2 FORK
WORKER ZEROS ERRORS
WORKER ZEROS AT_ONCE
WORKER ADMIN
WORKER SWAPOFF
ADMIN SWAPOFF
ADMIN SWAPOFF UNTOLD
WORKER ADMIN ZEROS UNTOLD
ADMIN ZEROS AT_ONCE
ADMIN TRANSITION ERRORS
'
# One rule less, where that is fatal.
wrong='
ADMIN TRANSITION WITHOUT_LATE_ACTIVATION
ADMIN WITHOUT_DRAIN
ADMIN WITHOUT_WAITING
ADMIN WITHOUT_GIVING_BACK
ADMIN ERRORS WITHOUT_DIRTY_CHECK
ADMIN SWAPOFF UNTOLD WITHOUT_EXCHANGE
WORKER ADMIN ZEROS UNTOLD WITHOUT_TAKING
WORKER WITHOUT_LOOKING
WORKER ZEROS WITHOUT_SUPERSEDED
WORKER SWAPOFF WITHOUT_FILLING
WORKER SWAPOFF WITHOUT_FREEZING
AT_ONCE WITHOUT_ASKING_THE_CACHE
WITHOUT_INVALIDATE
WITHOUT_FORGETTING
WITHOUT_DIRTYING
'

# Both processors; the right ones first, as they take longest.  What check says, and its
# exit status, go to a file that is called like the words.
export here out
# shellcheck disable=SC2016 # $1 is for the inner shell
printf '%s' "$right" "$wrong" | sed '/^$/d' | xargs -P 2 -I WORDS sh -c '
	quick=
	case "$1" in *WITHOUT*) quick=-q ;; esac
	"$here/check" -o "$out/$1.d" $quick swap $(printf " -D%s" $1) > "$out/$1" 2>&1
	echo "status $?" >> "$out/$1"
' sh WORDS

while read -r words; do
	[ -n "$words" ] || continue
	diag "$words: $(grep -m1 states "$out/$words"), $(grep -m1 seconds "$out/$words")"
	is "$(grep -v 'states$\|seconds$' "$out/$words")" 'status 0' "$words: nothing is lost"
done <<END
$right
END

# A line that none of them comes to would say that nothing is checked there.
set --
while read -r words; do
	[ -z "$words" ] || set -- "$@" "$out/$words.d"
done <<END
$right
END
is "$("$here/unreached" "$@" 2>&1)" '' 'every line of the model is come to'

while read -r words; do
	[ -n "$words" ] || continue
	ok "grep -q '^counterexample: assertion violated' '$out/$words' && grep -qx 'status 1' '$out/$words'" \
		"$words: something is lost" || diag "$(cat "$out/$words")"
done <<END
$wrong
END

# What it is run by.
ok "! '$here/check' nothing 2> /dev/null" 'a model that there is not'
is "$("$here/check" swap WORKER 2>&1)" 'check: not a definition: WORKER (they are like -DWORKER)' \
	'what is no definition'

done_testing
