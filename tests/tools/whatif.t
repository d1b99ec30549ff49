#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace whatif on recordings that are made up, whole and damaged.  Whether its zbud is
# the kernel's is tested by whatif-kernel.t, and what becomes of a page by the unit tests.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
top=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$top/tests/tap.sh"
make -s -C "$top/tools" all check-build >&2 || bail_out 'the tools do not build'
PATH=$top/build/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# recording NAME OPTION...
recording() {
	name=$1
	shift
	"$top/build/unit/tools_recordings" "$@" "$work/$name" || bail_out "no recording $name"
}

# whatif NAME ARG...: its answer is in $work/NAME.out
whatif() {
	name=$1
	shift
	timeout 60 zswap-trace whatif "$@" > "$work/$name.out" 2> "$work/$name.err"
}

# of NAME FILTER: of the answer in JSON
of() {
	jq -r "$2" "$work/$1.out"
}

# row NAME CONDITION FIELD: of the replay for which that holds
row() {
	of "$1" "[.replayed[] | select($2)] | if length == 1 then .[0].$3 else length end"
}

# A pool of 1024 frames, as the recording has it, is a fifth of this memory.
memory=20M
recording whole -n 60000 -l 1024 -p 4096

ok "whatif table '$work/whole'" 'an answer'
is "$(cat "$work/table.err")" '' 'and nothing else'
for pool in recorded zbud nbuddies nbuddies2 zsmalloc; do
	like "$(cat "$work/table.out")" "^$pool +20 +90 +90 " "$pool: has a row"
done
for settings in '10 +90 +90' '50 +90 +90' '20 +50 +90' '20 +100 +90' '20 +90 +100'; do
	like "$(cat "$work/table.out")" "^zbud +$settings " "settings $settings: have one, too"
done
is "$(grep -c '^zbud *20 *90 *90' "$work/table.out")" 1 'what was recorded has one row, not two'

# --- what is in it ---

whatif all --json --memory $memory "$work/whole"
is "$(wc -l < "$work/all.out")" 1 '--json: one line'
is "$(of all .schema)" zswap-trace-whatif/1 'with a schema'
is "$(of all '[.replayed[].limit_pages] | max')" 2560 'half of 20 MiB of RAM is the largest limit'
is "$(of all '[.replayed[] | .peak_pages <= .limit_pages + 7] | all')" true \
	'no pool is larger than its limit and a zspage'
is "$(of all '[.replayed[] | .peak_pages <= .needed_pages + 7] | all')" true \
	'nor than without one'
is "$(of all '.recorded.loads + .recorded.disk_reads')" \
	"$(of all '[.replayed[] | .loads + .disk_reads] | unique | join(" ")')" \
	'each replay has read all pages that were read, from somewhere'
is "$(of all '[.recorded.stores + .recorded.rejects - (.replayed[] | .stores + .rejects)] | unique | join(" ")')" 0 \
	'and stored or refused all that came'
is "$(of all '[.recorded.disk_reads - (.replayed[] | .disk_reads + .disk_reads_avoided)] | unique | join(" ")')" \
	0 'reads avoided are those of the recording less its own'
is "$(of all '[.replayed[] | .avoided - .added == .disk_reads_avoided] | all')" true \
	'and those from the pool less those that were'
ok "[ $(row all '.max_pool_percent == 50' writebacks) -lt $(row all '.max_pool_percent == 10' writebacks) ]" \
	'a larger pool writes less back'
ok "[ $(row all '.max_pool_percent == 50' disk_reads) -lt $(row all '.max_pool_percent == 10' disk_reads) ]" \
	'and has less read from disk'
ok "[ $(row all '.max_compression_ratio == 50' rejects) -gt $(row all '.max_compression_ratio == 100' rejects) ]" \
	'a lower ratio refuses more'
same='.max_pool_percent == 20 and .max_compression_ratio == 90 and .accept_threshold_percent == 90'
for pool in nbuddies nbuddies2; do
	ok "[ $(row all "$same and .pool == \"$pool\"" needed_pages) -lt $(row all "$same and .pool == \"zbud\"" needed_pages) ]" \
		"$pool: needs fewer frames than zbud"
done
is "$(row all "$same and .pool == \"zbud\"" 'density <= 2')" true 'zbud has two pages to a frame at most'
is "$(row all "$same and .pool == \"nbuddies2\"" 'density > 2')" true 'and more buddies make more of it'
like "$(of all '.notes[]')" 'with the recorded settings, the model has' 'it says how exact it is'

# --- what is asked for ---

whatif some --json --memory $memory --pool zsmalloc,nbuddies --max-pool-percent 5,0 "$work/whole"
is "$(of some '[.replayed[] | "\(.pool)-\(.max_pool_percent)"] | join(" ")')" \
	'zbud-20 zsmalloc-5 zsmalloc-0 nbuddies-5 nbuddies-0' 'all combinations, and what was recorded'
is "$(row some '.pool == "nbuddies" and .max_pool_percent == 0' peak_pages)" 0 'no limit, no pool'
is "$(row some '.pool == "zsmalloc" and .max_pool_percent == 5' limit_pages)" 256 'of 20 MiB, 5% are a MiB'
whatif short --json --accept 100 --max-comp 90 "$work/whole"
is "$(of short '[.replayed[] | "\(.pool)-\(.accept_threshold_percent)"] | join(" ")')" 'zbud-90 zbud-100' \
	'the recorded pool, if none is named'
zswap-trace whatif --json --memory $memory - < "$work/whole" > "$work/stdin.out"
is "$(cat "$work/stdin.out")" "$(cat "$work/all.out")" '- is stdin'
ok "zswap-trace whatif '$work/whole' | head -n 1" '| head ends it quietly'

# --- what is missing ---

recording lossy -n 20000 -L 3
whatif lossy --json "$work/lossy"
is "$(of lossy '.recorded.gaps')" 3 'places where events were lost are counted'
like "$(of lossy '.notes[]')" '^approximate: .* events are lost, in 3 places' 'and told'
for damage in truncated no-end corrupt torn missing header; do
	recording "$damage" -n 20000 -d "$damage"
	ok "whatif $damage --json --pool zbud '$work/$damage'" "$damage: what is intact is used"
	like "$(cat "$work/$damage.err")" '^zswap-trace.*offset [0-9]+' "$damage: where it is wrong"
	[ "$damage" = header ] ||
		like "$(of $damage '.notes[]')" '^approximate: ' "$damage: that this is approximate"
	ok "[ $(of $damage '.replayed[0].stores') -gt 0 ]" "$damage: stores are replayed"
done
for damage in empty foreign future past no-recording; do
	recording "$damage" -d "$damage"
	whatif "$damage" "$work/$damage"
	is $? 1 "$damage: is a failure"
	is "$(wc -l < "$work/$damage.err") $(wc -c < "$work/$damage.out")" '1 0' "$damage: in one line"
	like "$(cat "$work/$damage.err")" 'offset [0-9]+' "$damage: which says where"
done
whatif none "$work/none"
is $? 1 'no such file'

# --- wrong command lines ---

# wrong WORD ARG...
wrong() {
	word=$1
	shift
	whatif wrong "$@"
	is "$? $(wc -l < "$work/wrong.err")" '2 1' "a wrong command line: $*"
	like "$(cat "$work/wrong.err")" "^zswap-trace whatif: .*$word" "names $word"
}
wrong 'which recording' --json
wrong "'z3fold'" --pool zbud,z3fold "$work/whole"
wrong "'101'" --max-pool-percent 101 "$work/whole"
wrong "'0'" --max-compression-ratio 0 "$work/whole"
wrong "''" --accept-threshold-percent 90, "$work/whole"
wrong "'-1'" --accept-threshold-percent=-1 "$work/whole"
wrong "'12X'" --memory 12X "$work/whole"
wrong "'more'" "$work/whole" more
wrong combinations --pool zbud,zsmalloc --max-pool-percent 1,2,3,4,5,6,7,8,9,10,11,12 \
	--max-compression-ratio 1,2,3,4,5,6,7,8,9,10,11,12 "$work/whole"

done_testing
