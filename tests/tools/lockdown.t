#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tools do on a kernel that is locked down, as with Secure Boot: at level integrity, all
# of it; at level confidentiality they say in a line that it is that, and which numbers they have.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

out=$VM_OUT
lockdown=/sys/kernel/security/lockdown
mount -t securityfs securityfs /sys/kernel/security
[ -e $lockdown ] || skip_all 'this kernel knows no lockdown'
local_contents 16
set_parameter max_pool_percent 1
cgroup_make work 8M

# swaps: pages are stored and loaded
swaps() {
	in_cgroup zs-workload --source $contents --size 12 --touches 100
}

# traces ARG...: zswap-trace, while pages come and go; what it says is in said and err
traces() {
	rm -f "$out/err"
	zswap-trace "$@" > "$out/said" 2> "$out/err" &
	tracer=$!
	# At its beginning it names its source, or says why there is none.
	wait_for 60 test -s "$out/err"
	! grep -q source: "$out/err" || {
		swaps > /dev/null 2>&1
		kill -INT $tracer
	}
	wait $tracer
	status=$?
}

#
# With Secure Boot: modules have to be signed, and these are loaded.
#
ok "echo integrity > $lockdown" 'locked down: integrity'
for source in tp_btf raw_tp; do
	traces --source $source --json
	is "$status $(grep -c . "$out/err")" '0 1' "$source works, and misses nothing" || diag "$(cat "$out/err")"
	ok "[ $(jq .counts.stores "$out/said") -gt 0 ]" "$source: it counts"
done

#
# Nobody is to read the kernel's memory.
#
ok "echo confidentiality > $lockdown" 'locked down: confidentiality'
for source in tp_btf raw_tp; do
	traces --source $source --json
	is "$status $(grep -c . "$out/err") $(wc -c < "$out/said")" '1 1 0' "$source: a failure, in one line"
	like "$(cat "$out/err")" 'locked down \(confidentiality\) and refuses BPF programs.*--source counters' "$source: why, and what helps"
done
traces --json
is $status 0 'what the kernel counts is left'
like "$(cat "$out/err")" 'using counters: the kernel is locked down \(confidentiality\)' 'and that is said'
ok "[ $(jq .counts.stores "$out/said") -gt 0 ]" 'counters: they count'
like "$(zswaptop -b -n 1 -d 0.2 2>&1)" 'using counters: the kernel is locked down \(confidentiality\)' 'zswaptop says so, too'
zswap-trace record -o "$out/r" -- true > "$out/said" 2>&1
is "$? $(wc -l < "$out/said")" '1 1' 'record: a failure, in one line'
like "$(cat "$out/said")" 'locked down \(confidentiality\)' 'record: why'

ok 'rmmod zswap_zbud' 'nothing is attached any more'
done_testing
