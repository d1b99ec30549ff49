#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every tracepoint fires, with the right fields, as often as it should: counted
# by ftrace's histograms, by zswap's own counters, by /proc/vmstat and by our BPF
# programs, over one and the same run.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

fields() {
	sed -n 's/.*field:\([^;]*\);.*/\1/p' "$tracefs/events/zswap/zswap_$1/format" |
		grep -v ' common_' | awk '{ print $NF }' | tr '\n' ' '
}

is "$(fields store)" 'type offset cgroup length duration_ns kind ' 'zswap_store: fields'
is "$(fields load)" 'type offset cgroup length age_ns duration_ns kind ' 'zswap_load: fields'
is "$(fields writeback)" 'type offset cgroup length age_ns duration_ns cause result kind ' \
	'zswap_writeback: fields'
is "$(fields reject)" 'type offset cgroup reason length ' 'zswap_reject: fields'
is "$(fields evict)" 'cause buddies bytes age_ns duration_ns result ' 'zswap_evict: fields'
is "$(fields invalidate)" 'type offset age_ns ' 'zswap_invalidate: fields'

# A pool of 1% of RAM, and a cgroup that needs more than that: so pages are
# stored, loaded, evicted and, where they do not compress, rejected.
local_contents 64
set_parameter max_pool_percent 1
cgroup_make events 24M
cgroup_id=$(stat -c %i "$cgroup")

count_every_event

zswpout=$(awk '$1 == "zswpout" { print $2 }' /proc/vmstat)
zswpin=$(awk '$1 == "zswpin" { print $2 }' /proc/vmstat)
zswpwb=$(awk '$1 == "zswpwb" { print $2 }' /proc/vmstat)

# Our own tool watches as well; it says on stderr when it is attached.
zswap-trace --json > "$VM_OUT/trace.json" 2> "$VM_OUT/trace.err" &
tracer=$!
attached() {
	[ "$(bpftool prog show | grep -c 'name zs_')" -ge 6 ]
}
ok 'wait_for 60 attached' 'zswap-trace attaches to all six events'

# A sample of the events themselves, for their fields.
echo 16384 > $tracefs/buffer_size_kb
for event in $all_events; do
	echo 1 > $tracefs/events/zswap/zswap_$event/enable
done

in_cgroup zs-workload --source $contents --size 64 --touches 3000 --write 25 \
	--incompressible 5 > "$VM_OUT/workload.out" 2>&1
is $? 0 'the workload finds every page as it left it'
diag "$(tail -n 1 "$VM_OUT/workload.out")"

for event in $all_events; do
	echo 0 > $tracefs/events/zswap/zswap_$event/enable
done

# Freed with the process: invalidated.  What the rest of the guest has in swap
# comes back with swapoff; after that nothing can happen any more.
swapoff -a
is "$(counter stored_pages)" 0 'swapoff leaves nothing in the pool'
is "$(counter pool_pages)" 0 'and not a page frame'

kill -INT $tracer
wait $tracer
is $? 0 'zswap-trace ends in order'

stores=$(hist_count store)
loads=$(hist_count load)
invalidates=$(hist_count invalidate)
written=$(hist_count writeback 0)
rejects=$(hist_count reject)
freed=$(hist_count evict 0)
diag "stores $stores loads $loads written $written rejects $rejects" \
	"evicted $freed invalidated $invalidates"

for count in "$stores" "$loads" "$written" "$rejects" "$freed" "$invalidates"; do
	ok "[ $count -gt 0 ]" 'an event came'
done
is $((stores - loads - written - invalidates)) 0 \
	'what was stored was loaded, written back or invalidated, to the page'
is "$(counter written_back_pages)" "$written" 'debugfs counts the same writebacks'
for reason in $(reasons); do
	is "$(counter "reject_$reason")" "$(hist_count reject "$(reason_number "$reason")")" \
		"debugfs counts the same rejects: $reason"
done
vmstat_since() {
	echo $(($(awk -v name="$1" '$1 == name { print $2 }' /proc/vmstat) - $2))
}
is "$(vmstat_since zswpout "$zswpout")" "$stores" 'vmstat counts the same stores'
is "$(vmstat_since zswpin "$zswpin")" "$loads" 'vmstat counts the same loads'
is "$(vmstat_since zswpwb "$zswpwb")" "$written" 'vmstat counts the same writebacks'

# The BPF programs' counts.
bpf() {
	jq -r "$1" "$VM_OUT/trace.json"
}
is "$(bpf .counts.stores)" "$stores" 'BPF counts the same stores'
is "$(bpf .counts.loads)" "$loads" 'BPF counts the same loads'
is "$(bpf .counts.writebacks)" "$written" 'BPF counts the same writebacks'
is "$(bpf .counts.invalidates)" "$invalidates" 'BPF counts the same invalidates'
is "$(bpf .counts.evicts)" "$freed" 'BPF counts the same evictions'
for reason in $(reasons); do
	is "$(bpf ".rejects.$reason")" "$(hist_count reject "$(reason_number "$reason")")" \
		"BPF counts the same rejects: $reason"
done

# The sample: each field has a value that can be.
grep -o 'zswap_[a-z]*: .*' $tracefs/trace > "$VM_OUT/events.txt"
each() { # EVENT CONDITION (awk, on the array f)
	awk -v event="zswap_$1:" '
		$1 == event {
			seen++
			for (i = 2; i <= NF; i++) {
				split($i, pair, "=")
				f[pair[1]] = pair[2]
			}
			if (!('"$2"')) { print; bad++ }
		}
		END { exit !seen || bad > 0 }' "$VM_OUT/events.txt"
}
here="f[\"type\"] == 0 && f[\"offset\"] > 0"
whose="(f[\"cgroup\"] == $cgroup_id || f[\"cgroup\"] == 1)"
fits='f["length"] <= 4096 * 0.8 && (f["length"] == 0) == (f["kind"] == "same_filled")'
ok "each store '$here && $whose && $fits && f[\"duration_ns\"] > 0'" 'zswap_store: values'
ok "each load '$here && $whose && $fits && f[\"age_ns\"] > f[\"duration_ns\"] && f[\"duration_ns\"] > 0'" \
	'zswap_load: values'
ok "each writeback '$here && (f[\"result\"] || $whose && $fits && f[\"age_ns\"] > 0) && f[\"duration_ns\"] > 0 && f[\"cause\"] ~ /pool_limit|background/'" \
	'zswap_writeback: values'
ok "each reject '$here && $whose && (f[\"reason\"] != \"compress_poor\" || f[\"length\"] > 4096 * 0.8)'" \
	'zswap_reject: values'
ok "each evict 'f[\"buddies\"] >= 1 && f[\"buddies\"] <= 2 && f[\"bytes\"] > 0 && f[\"bytes\"] < 4096 && f[\"age_ns\"] > f[\"duration_ns\"] && f[\"cause\"] ~ /pool_limit|background/'" \
	'zswap_evict: values'
ok "each invalidate '$here && f[\"age_ns\"] > 0'" 'zswap_invalidate: values'
ok "grep -q 'zswap_store.*cgroup=$cgroup_id ' '$VM_OUT/events.txt'" \
	'the cgroup of the page is the one it was charged to'

done_testing
