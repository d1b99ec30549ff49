#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What loading our programs costs: how many instructions the verifier goes through for
# each of them, on each kernel, against what it was when that was recorded last.  A
# program that grows by more than a tenth is a failure, as is one without a record.
#
#	UPDATE=1 tests/tools/verifier.t
#
# records anew what it finds.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
top=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$top/tests/tap.sh"

record=$top/tests/bpf/verified-insns
out=$top/build/test-out/verifier
mkdir -p "$out"
: > "$out/found"
make -s -C "$top/tools" check-build >&2 || bail_out 'bpf_verifier does not build'

# measure SERIES COMMAND [OPTION...]: in a guest that starts without the modules
measure() {
	measure_series=$1 measure_command=$2
	shift 2
	"$top/tests/vm/run" --no-modules --out "$out/$measure_series" "$@" -- \
		sh -c "$measure_command" > "$out/$measure_series.counts"
	is $? 0 "$measure_series: every program is loaded"
	# what is beside several sources comes several times
	awk '$3 > most[$1 " " $2] { most[$1 " " $2] = $3 }
		END { for (name in most) print name, most[name] }' "$out/$measure_series.counts" |
		LC_ALL=C sort -V >> "$out/found"
	series="$series $measure_series"
}

verifier=$top/build/unit/bpf_verifier
modules=$top/build/modules
series=
measure 6.12 "$verifier fentry kprobe && insmod $modules/frontswap.ko &&
	insmod $modules/zswap_zbud.ko && $verifier tp_btf raw_tp"
if why=$("$top/tests/vm/fetch-kernel" --kernel 6.1 --available 2>&1); then
	measure 6.1 "$verifier fentry kprobe" --kernel debian-6.1
else
	skip '6.1: every program is loaded' "$(echo "$why" | tail -n 1)"
fi

if [ -n "${UPDATE:-}" ]; then
	# what is not measured here stays as it was
	{
		awk -v series="$series " 'index(series, " " $1 " ") == 0' "$record"
		cat "$out/found"
	} | LC_ALL=C sort -V > "$out/record"
	cp "$out/record" "$record"
	diag "recorded in $record"
fi

# recorded KERNEL PROGRAM
recorded() {
	awk -v kernel="$1" -v program="$2" '$1 == kernel && $2 == program { print $3 }' "$record"
}

while read -r kernel program count; do
	before=$(recorded "$kernel" "$program")
	if [ -z "$before" ]; then
		tap_result 1 "$kernel: $program has a record"
		diag "the verifier goes through $count instructions; to record that: UPDATE=1 $0"
		continue
	fi
	ok "[ $((count * 10)) -le $((before * 11)) ]" "$kernel: $program, $count instructions verified" ||
		diag "they were $before: make it cheaper, or record what it costs now: UPDATE=1 $0"
done < "$out/found"
for kernel in $series; do
	grep "^$kernel " "$record" | cut -d ' ' -f 1,2 | sort > "$out/known"
	gone=$(grep "^$kernel " "$out/found" | cut -d ' ' -f 1,2 | sort | comm -13 - "$out/known" | xargs)
	is "$gone" '' "$kernel: all that is recorded is still there (if not: UPDATE=1 $0)"
done

done_testing
