#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The reader of recordings, and all that print one, with what a fuzzer makes of them: the
# seeds, and a short run.  "make fuzz RUNS=10000000" is a long one.
set -u
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wanted=20000

fuzz() {	# fuzz OPTION...: what it says, in $work/log
	"$top/tests/fuzz/run" "$@" >"$work/log" 2>&1
}

runs() {
	sed -n 's/^stat::number_of_executed_units: *//p' "$work/log"
}

if ! fuzz -runs=0 && ! grep -q '^INFO: Seed' "$work/log"; then
	tail -n 20 "$work/log" | sed 's/^/# /'
	bail_out 'the fuzz target does not build'
fi
ok "grep -q '^stat::' '$work/log'" 'seeds, and what was found before: no finding' ||
	diag "$(tail -n 40 "$work/log")"
ok "[ $(runs) -ge 19 ]" 'all of them'

# About 20 seconds of a processor.
fuzz -runs=$wanted -max_total_time=120 -seed=1
is $? 0 'a short run: no finding' || diag "$(tail -n 40 "$work/log")"
ok "[ $(runs) -ge $wanted ]" 'as many as were wanted' || diag "$(tail -n 12 "$work/log")"
ok "! grep -qE 'ERROR|SUMMARY|runtime error' '$work/log'" 'nothing was reported'

# Behind the checksums is most of what there is to reach.
reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$work/log" | tail -n 1)
ok "[ ${reached:-0} -gt 1000 ]" "what is behind the checksums was reached (${reached:-0} edges)"
done_testing
