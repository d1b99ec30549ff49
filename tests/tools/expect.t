#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace --expect on a command that swaps: what it says it has seen is what ftrace
# has seen, and true and false expectations are told apart.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

local_contents 64
# As much as compressed pages, and what does not compress, may need of it.
cgroup_make work 32M
out=$VM_OUT

# swapping OPTION...: run the workload with these options of zswap-trace
swapping() {
	# shellcheck disable=SC2016 # for the inner shell
	timeout 120 zswap-trace "$@" -- sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cgroup" \
		zs-workload --source "$contents" --size 48 --touches 3000 --write 20 \
		--incompressible 5 --same-filled 5 > "$out/said" 2> "$out/said.err"
	status=$?
}

# of QUERY: of the JSON that was printed
of() {
	jq -r "$1" "$out/said"
}

# seen MEASURE MEMBER
seen() {
	jq -r --arg name "$1" ".expectations[] | select(.measure == \$name) | .$2" "$out/said"
}

#
# Counts, beside those of ftrace.
#
hist_start store type
hist_start load type
hist_start reject reason
swapping --json --expect 'store > 0' --expect 'load > 0' --expect 'reject.compress_poor > 0' \
	--expect 'load.p99 < 10s' --expect 'load.max < 10s' --expect 'load.mean > 0' \
	--expect 'size.p50 < 4K' --expect 'ratio > 1' --expect 'hit_ratio > 1%' --expect 'load.rate > 1'
is $status 0 'all hold: exit status 0'
is "$(of .ok)" true 'and that is said'
is "$(seen store value)" "$(hist_count store)" 'stores: as many as ftrace has counted'
is "$(seen load value)" "$(hist_count load)" 'loads as well'
is "$(seen reject.compress_poor value)" "$(hist_count reject "$(reason_number compress_poor)")" \
	'and rejects of a reason'
hist_stop store type
hist_stop load type
hist_stop reject reason
is "$(of '.expectations[] | select(.measure == "store") | .low == .high')" true 'counts are exact'
is "$(of '.expectations[] | select(.measure == "load.p99") | .low <= .value and .value <= .high and
	.high < .low * 1.02')" true 'a quantile is known to 2 percent'
is "$(of '.expectations[] | select(.measure == "load.max") | .low == .high')" true 'the largest value exactly'
is "$(of '[.expectations[] | select(.measure == "load.max" or .measure == "load.p99").value] |
	.[1] >= .[0]')" true 'and no other is larger'

#
# What is false fails; what did not happen cannot hold.
#
swapping --expect 'store > 0' --expect 'load.p50 < 1ns' --expect 'drain > 0'
is $status 1 'some are false: exit status 1'
like "$(cat "$out/said")" '^ok    store > 0 +seen [1-9]' 'one holds'
like "$(cat "$out/said")" '^FAIL  load.p50 < 1ns +seen [0-9.]+ us' 'one is false: it says what was seen'
like "$(cat "$out/said")" '^FAIL  drain > 0 +seen 0$' 'the other as well'

zswap-trace --expect 'shrink.p99 < 1s' --expect 'shrink == 0' -- true > "$out/said" 2> "$out/said.err"
is $? 1 'nothing happened: exit status 1'
like "$(cat "$out/said")" '^FAIL  shrink.p99 < 1s  no shrink happened$' 'that is no reason to be content'
like "$(cat "$out/said")" '^ok    shrink == 0 +seen 0$' 'unless it was expected'

# Only the events of one cgroup.
swapping -c work --expect 'store > 100' --expect 'load.p99 < 10s'
is $status 0 'of one cgroup: exit status 0'
cgroup_make other 32M
swapping -c work --expect 'store == 0'
is $status 0 'of a cgroup that does nothing: exit status 0'

done_testing
