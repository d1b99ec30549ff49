#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace diff, on recordings that are made up: alike, slower, damaged.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
bin=$top/build/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make -s -C "$top/tools" all check-build >&2 || bail_out 'the tools do not build'

made() {	# made NAME ARG...
	"$top/build/unit/tools_recordings" "${@:2}" "$work/$1" >/dev/null
}

differ() {	# differ ARG...: its $status
	(cd "$work" && timeout 60 "$bin/zswap-trace" diff "$@") >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

# of QUERY: of the JSON that was printed
of() {
	jq -r "$1" "$work/out"
}

verdict() {	# verdict MEASURE
	jq -r --arg name "$1" '.measures[] | select(.measure == $name) | .verdict' "$work/out"
}

made one -n 60000 -s 1
made two -n 60000 -s 2
made slow -n 60000 -s 3 -S 140
made rejects -n 60000 -s 4 -r 30

differ one one
is $status 0 'a recording and itself: exit status 0'
like "$(cat "$work/out")" '^no difference is real; ' 'none is found'
is "$(grep -cE '(higher|lower)' "$work/out")" 0 'in no line'
is "$(cat "$work/err")" '' 'and there is nothing else to say'

differ one two
is $status 0 'two runs of the same kind: exit status 0' || diag "$(cat "$work/out")"
like "$(cat "$work/out")" '^load\.p99 +[0-9.]+ us +[0-9.]+ us +[-+][0-9.]+ % ' 'values and the change, side by side'
like "$(cat "$work/out")" '^hit_ratio +[0-9.]+ % +[0-9.]+ % +[-+0-9.]+ pt ' 'shares differ in points'

differ one slow
is $status 1 'one is slower: exit status 1'
like "$(cat "$work/out")" '^load\.p50 .* higher \(worse\)$' 'loads take longer, and that is worse'
like "$(cat "$work/out")" ' differences are real, for [1-9]' 'and this is summed up'
differ slow one
like "$(cat "$work/out")" '^load\.p50 .* lower \(better\)$' 'the other way round it is better'
differ --worse slow one -m load.p50 -m load.p99 -m store.p50
is $status 0 '--worse: what is better does not matter'
differ --worse one slow -m load.p50
is $status 1 'what is worse does'
is "$(grep -c '^[a-z_]*\.[a-z0-9]* ' "$work/out")" 1 'only what was asked for is compared'
differ one slow -t 90 -m load.p50
is $status 0 'a threshold above it: exit status 0'
differ one slow -m size.p50
is $status 0 'what did not change: exit status 0'
like "$(cat "$work/out")" '^size\.p50 .* same$' 'is the same'

differ --json one slow
is "$(of .schema) $(of .threshold_percent)" 'zswap-trace-diff/1 2' 'JSON'
is "$(verdict load.p50) $(verdict size.p50)" 'higher same' 'with the same verdicts'
is "$(of '.measures[] | select(.measure == "load.p50") | .low <= .difference and .difference <= .high and
	.p < 0.05 and .worse')" true 'between what the difference is, and how sure that is'
is "$(of '[.measures[] | select(.p != null) | .p <= 1] | all')" true 'no p is above 1'
cp "$work/out" "$work/before"
differ --json one slow
is "$(cmp "$work/out" "$work/before" 2>&1)" '' 'the same every time'
differ --json --seed 2 one slow
ok "! cmp -s '$work/out' '$work/before'" 'but for another seed'
is "$(verdict load.p50)" higher 'which finds the same'

differ one rejects
is $status 1 'more rejects: exit status 1'
like "$(cat "$work/out")" '^reject\.rate .* higher \(worse\)$' 'are found'

#
# Files that are not as they should be
#
made torn -n 60000 -s 5 -d torn
made lossy -n 60000 -s 6 -L 20
made corrupt -n 60000 -s 7 -d corrupt
differ one torn
like "$(cat "$work/err")" 'torn: at offset [0-9]+: ' 'a flaw is told, with its file'
ok "[ $status -lt 2 ]" 'and what is intact is compared'
differ lossy slow
like "$(cat "$work/out")" '^A  lossy: .* lost$' 'lost events are told'
differ one corrupt --json
ok "[ $status -lt 2 ] && jq -e '.measures | length > 5' '$work/out'" 'a damaged file is compared as well'
is "$(of '[.measures[] | select(.verdict == "higher" or .verdict == "lower")] | length')" 0 \
	'but when nobody knows how much is missing, nothing is sure'

for damage in empty foreign future past no-recording; do
	made damaged -d $damage
	differ one damaged
	is "$status $(wc -l <"$work/err")" '2 1' "$damage: exit status 2, and one line"
	like "$(cat "$work/err")" '^zswap-trace diff: damaged: ' 'with the name of the file'
done
differ one none
is $status 2 'a file that is not there: exit status 2'

refused() {	# refused TEXT ARG...
	differ "${@:2}"
	ok "[ $status = 2 ] && [ \$(wc -l <'$work/err') = 1 ] && [ ! -s '$work/out' ]" "refused: ${*:2}"
	is "$(grep -cF -- "$1" "$work/err")" 1 "and it says: $1" || diag "$(cat "$work/err")"
}
refused 'it takes two recordings' one
refused 'one word too many' one two slow
refused "nearest is 'load.p99'" -m laod.p99 one two
refused '-t takes percent' -t -5 one two
refused '-t takes percent' -t much one two
refused '--seed takes a number' --seed 0 one two
refused '--resamples takes a number from 100 to 100000' --resamples 5 one two
refused 'only one' - -

#
# How long it takes
#
made many -n 1000000 -s 8
made more -n 1000000 -s 9
start=$(date +%s%N)
differ many more
took=$((($(date +%s%N) - start) / 1000000))
diag "two recordings of a million events: $took ms"
ok "[ $took -lt 30000 ]" 'a million events each take no long time'

done_testing
