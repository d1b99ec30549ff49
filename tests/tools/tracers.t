#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Other people's tools see the same events: perf, trace-cmd and bpftrace beside
# ftrace's histograms, all over one run; and bpftool explains what we load.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 768

local_contents 48
set_parameter max_pool_percent 1
cgroup_make tracers 16M
count_every_event

# bpftool, on what zswap-trace loads
zswap-trace > /dev/null 2> "$VM_OUT/trace.err" &
ours=$!
# The source is told when all is attached.
ok 'wait_for 60 grep -q source: "$VM_OUT/trace.err"' 'zswap-trace attaches'
bpftool prog show > "$VM_OUT/programs"
for event in $all_events; do
	ok "grep -q 'tracing .*name zs_$event' '$VM_OUT/programs'" "bpftool names the program of $event"
done
# The whole map takes it ten seconds.
like "$(bpftool map dump name zs_usage 2>&1 | head -c 2000)" '"stores"' 'bpftool names the members of the map'
kill -INT $ours
wait $ours
programs_gone() {
	! bpftool prog show | grep -q 'name zs_'
}
ok programs_gone 'nothing stays loaded behind zswap-trace'

# the others
perf record -q -a -m 8M -e 'zswap:*' -o /tmp/perf.data -- sleep infinity 2> "$VM_OUT/perf.err" &
perf_record=$!
trace-cmd record -q -b 16384 -e zswap -o /tmp/trace.dat > "$VM_OUT/trace-cmd.err" 2>&1 &
trace_cmd=$!
bpftrace -e '
	tracepoint:zswap:zswap_store { @bytes = hist(args->length); }
	tracepoint:zswap:zswap_reject { @rejects[args->reason] = count(); }
	tracepoint:zswap:zswap_miss { @misses[comm] = count(); }
' > "$VM_OUT/bpftrace.out" 2>&1 &
bpftrace=$!
# perf turns its events on before it starts its command.
listening() {
	[ "$(cat $tracefs/events/zswap/zswap_store/enable)" != 0 ] &&
		pgrep -x sleep > /dev/null &&
		grep -q Attaching "$VM_OUT/bpftrace.out" &&
		bpftool prog show | grep -q 'tracepoint.*name .*zswap_store'
}
ok 'wait_for 120 listening' 'perf, trace-cmd and bpftrace attach'

in_cgroup zs-workload --source $contents --size 32 --touches 500 --write 20 \
	> "$VM_OUT/workload.out" 2>&1
is $? 0 'the workload finds every page as it left it'
swapoff -a

pkill -INT -x sleep
wait $perf_record
pkill -INT -x trace-cmd
wait $trace_cmd
kill -INT $bpftrace
wait $bpftrace

stores=$(hist_count store)
diag "stores $stores"
ok "[ $stores -gt 1000 ]" 'pages were stored'
# by NAME [KEY]: what bpftrace has counted
by() {
	sed -n "s/^@$1\\[${2:-.*}\\]: //p" "$VM_OUT/bpftrace.out"
}
# A line of its histogram is "[512, 1K)    1234 |@@@@    |".
is "$(awk -F '|' 'NF == 3 { last = split($1, word, " "); n += word[last] } END { print n + 0 }' \
	"$VM_OUT/bpftrace.out")" "$stores" 'bpftrace counts the same stores'
poor=$(reason_number compress_poor)
is "$(by rejects "$poor")" "$(hist_count reject "$poor")" 'the same rejects for a reason'
ok "[ $(by misses zs-workload) -gt 0 ]" 'and who waits for the device'
perf script -i /tmp/perf.data -F event 2> "$VM_OUT/perf-script.err" | sort | uniq -c > "$VM_OUT/perf.counts"
trace-cmd report -i /tmp/trace.dat 2> "$VM_OUT/report.err" |
	grep -o 'zswap_[a-z]*:' | sort | uniq -c > "$VM_OUT/trace-cmd.counts"
for event in $all_events miss; do
	wanted=$(hist_count "$event")
	is "$(awk -v e="zswap:zswap_$event:" '$2 == e { print $1 }' "$VM_OUT/perf.counts")" "$wanted" \
		"perf records every zswap_$event"
	is "$(awk -v e="zswap_$event:" '$2 == e { print $1 }' "$VM_OUT/trace-cmd.counts")" "$wanted" \
		"trace-cmd records every zswap_$event"
done
like "$(trace-cmd report -i /tmp/trace.dat 2>/dev/null | grep -m 1 zswap_reject:)" \
	'reason=compress_poor' 'trace-cmd prints the reason in words'

done_testing
