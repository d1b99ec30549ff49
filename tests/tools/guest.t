#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tools print while pages are stored, loaded and written back; from both
# kinds of BPF programs at once, against the kernel's own counters.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" check-build >&2 || bail_out 'bpf_stream does not build'
fi
in_guest --mem 512

local_contents 64
set_parameter max_pool_percent 1
cgroup_make idle 24M
cgroup_make work 24M
out=$VM_OUT

workload() {
	in_cgroup zs-workload --source $contents --size 48 --touches "$1" --write 20 \
		> "$out/workload" 2>&1
}

# A tool names its source when it is attached.
attached() {
	grep -qs 'source:' "$out/$1.err"
}

lines() {
	wc -l < "$out/$1"
}

of() { # FILE QUERY [OPTION...]
	of_file=$out/$1 of_query=$2
	shift 2
	jq -r "$@" "$of_query" "$of_file"
}

#
# Both views of zswaptop and both sources, side by side.
#
zswaptop -d 0.5 > "$out/batch" 2> "$out/batch.err" &
batch=$!
zswaptop --json -d 0.5 --source raw_tp > "$out/json" 2> "$out/json.err" &
json=$!
zswap-trace --json > "$out/trace" 2> "$out/trace.err" &
trace=$!
for name in batch json trace; do
	ok "wait_for 60 attached $name" "$name attaches"
done
like "$(cat "$out/batch.err")" 'source: tp_btf' 'tp_btf is chosen by itself'
# Room for all events, and for so few that most are lost.
stream_start stream tp_btf 16777216
stream_start narrow raw_tp 4096
stream_start only tp_btf 16777216 only
bpftool prog show > "$out/programs"
for event in $all_events; do
	ok "grep -q 'name zs_$event ' '$out/programs' && grep -q 'name zsr_$event ' '$out/programs'" \
		"bpftool prog show names zs_$event and zsr_$event"
done

stores=$(vmstat zswpout)
loads=$(vmstat zswpin)
reads=$(vmstat pswpin)
ok 'workload 4000' 'the workload finds every page as it left it'
swapoff -a
stores=$(($(vmstat zswpout) - stores))
loads=$(($(vmstat zswpin) - loads))
reads=$(($(vmstat pswpin) - reads))
written=$(counter written_back_pages)
poor=$(counter reject_compress_poor)
ok "[ $stores -gt 0 ] && [ $loads -gt 0 ] && [ $written -gt 0 ]" \
	"$stores stores, $loads loads, $written writebacks, $poor compress_poor"

# Two lines more: the first interval that begins now is whole in the second.
seen=$(($(lines json) + 2))
more() {
	[ "$(lines json)" -ge $seen ]
}
ok 'wait_for 60 more' 'zswaptop goes on'
kill -INT $batch $json $trace
for pid in $batch $json $trace; do
	wait "$pid"
	is $? 0 'SIGINT ends a tool with 0'
done
streams_stop

like "$(head -n 1 "$out/batch")" 'store/s' 'batch output starts with its header'
ok "awk 'NR > 1 && (NF < 17 || \$1 !~ /^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\$/ || \$6 !~ /^[0-9.]+\$/) { bad = 1 }
	END { exit bad || NR < 3 }' '$out/batch'" 'every line of batch output has its columns'
ok "awk 'NR > 1 { store += \$6; sub(/:1/, \"\", \$5); if (\$5 + 0 > ratio) ratio = \$5 + 0 }
	END { exit !(store > 0 && ratio > 1.2) }' '$out/batch'" \
	'batch output shows stores, and a ratio above 1.2'
ok "! grep -q \$(printf '\\033') '$out/batch'" 'and no escape sequences'

ok "jq -e . '$out/json' > /dev/null" 'zswaptop --json is JSON'
is "$(of json .schema | sort -u)" zswaptop/1 "zswaptop's schema"
is "$(of json .source | sort -u)" raw_tp 'zswaptop names its source'
is "$(tail -n 1 "$out/json" | jq .total.stores)" "$stores" 'stores: BPF (raw_tp) and vmstat agree'
is "$(jq -s 'map(.counts.stores) | add' "$out/json")" "$stores" 'stores: the intervals add up'

ok "jq -e . '$out/trace' > /dev/null" 'zswap-trace --json is JSON'
is "$(of trace .schema)" zswap-trace/1 "zswap-trace's schema"
is "$(of trace .counts.stores)" "$stores" 'stores: BPF (tp_btf) and vmstat agree'
is "$(of trace .counts.loads)" "$loads" 'loads: BPF (tp_btf) and vmstat agree'
is "$(of trace .counts.writebacks)" "$written" 'writebacks: BPF (tp_btf) and debugfs agree'
is "$(of trace .rejects.compress_poor)" "$poor" 'compress_poor: BPF (tp_btf) and debugfs agree'
is "$(of trace .counts.disk_reads)" "$reads" 'pages read from disk: BPF and vmstat agree'
is "$(of trace '[.health[]] | add')" 0 'no event is missed, nothing is forgotten'

for pair in store_size:stores store_duration:stores load_duration:loads load_age:loads \
	    writeback_duration:writebacks writeback_age:writebacks \
	    evict_duration:evicts evict_age:evicts invalidate_age:invalidates \
	    reject_duration:rejects disk_read_duration:disk_reads \
	    writeback_alloc:writebacks writeback_decompress:writebacks \
	    writeback_submit:writebacks writeback_io:writebacks; do
	is "$(of trace "[.histograms.${pair%:*}.buckets[].count] | add // 0")" \
		"$(of trace ".counts.${pair#*:}")" \
		"histogram ${pair%:*} has every event of ${pair#*:}"
done
is "$(of trace .histograms.store_size.sum)" "$(of trace .counts.store_bytes_out)" \
	"the sizes' sum is the bytes stored"
for sum in rejects:rejects evicts_by_cause:evicts writebacks_by_cause:writebacks; do
	is "$(of trace "[.${sum%:*}[]] | add")" "$(of trace ".counts.${sum#*:}")" \
		"${sum%:*} add up"
done
is "$(of trace '.histograms.store_size | .p50 <= .p90 and .p90 <= .p99')" true \
	'quantiles are in order'
is "$(of trace '[.evict_duration_by_cause[].count] | add')" "$(of trace .counts.evicts)" \
	'the latency of evictions, by cause, has every eviction'
is "$(of trace '.histograms as $h | [$h.writeback_alloc, $h.writeback_decompress, $h.writeback_submit]
		| map(.sum) | add < $h.writeback_duration.sum')" true \
	'the phases of a writeback are parts of it'
ok "[ $(of trace '.counts.refaults + .counts.reject_reads') -gt 0 ] &&
	[ $(of trace '.counts.refaults + .counts.reject_reads') -le $reads ]" \
	'pages read from disk were evicted a moment before, or rejected'
is "$(of trace '.histograms.refault_age.count >= .counts.refaults')" true 'how long before, is known'

# The same, event by event.
stream_is_whole stream
is "$(of stream .read.store)" "$(of trace .counts.stores)" 'stream: the stores that others count'
ok "[ $(of stream .out_of_order) -le $((stores / 1000)) ]" \
	"stream: in the order of time, but for $(of stream .out_of_order)"
is "$(of narrow '[.read[]] | add')" "$(of narrow '.counted | del(.lost) | add')" \
	'narrow: what is read and what is lost is all'
for query in .read .store_bytes '"\(.wrong) \(.first_wrong)"' .events_lost; do
	is "$(of only "$query" -c)" "$(of stream "$query" -c)" \
		"only: without counts, the same events ($query)"
done
is "$(of only '.counted | .store + .load + .miss + .writeback + .reject + .evict + .read')" 0 \
	'only: and nothing is counted'
is "$(of narrow .read.lost)" "$(of narrow .events_lost)" 'narrow: the stream tells of each that is lost'
ok "[ $(of narrow .events_lost) -gt 0 ] && [ $(of narrow .wakes) -gt 0 ]" \
	'narrow: some are lost, though the reader was woken'
is "$(of narrow '"\(.wrong) \(.first_wrong)"')" '0 ' 'narrow: those that came are whole'

# By cgroup and by process.
counters='stores loads disk_reads refaults restores writebacks rejects invalidates evicts'
for by in cgroups processes; do
	for counter in $counters; do
		is "$(of trace "[.${by}[].$counter // 0] | add")" "$(of trace ".counts.$counter")" \
			"$by: their $counter are all $counter"
	done
done
is "$(of trace '.cgroups[] | select(.cgroup == "/work") | .cgroup_id')" "$(cgroup_id work)" \
	'a cgroup has its path and its number'
ok "[ $(of trace '.cgroups[] | select(.cgroup == "/work") | .stores') -gt $((stores / 2)) ]" \
	'most stores are of the cgroup of the workload'
for counter in stores loads disk_reads writebacks; do
	ok "[ $(of trace ".processes[] | select(.comm == \"zs-workload\" and .role == \"owner\") | .$counter") -gt \
		$(of trace ".counts.$counter / 2 | floor") ]" "most $counter are of its own pages"
done
is "$(of trace '[.processes[] | select(.evicts > 0) | .role] | unique | join(" ")')" worker \
	'who evicts is a worker: a frame may have pages of several'

#
# Text, and filters.
#
# A second area, which is full before the first one is used.
modprobe loop
dd if=/dev/zero of=/tmp/area bs=1M count=12 2>/dev/null
area=$(losetup --find --show /tmp/area)
mkswap "$area" > /dev/null
swapon --priority 10 "$area"
swapon --priority 1 /dev/vda
stream_start two tp_btf 4194304
two=$streams
streams=
stream_start one tp_btf 4096
zswap-trace -c work --json > "$out/cgroup" 2> "$out/cgroup.err" &
tools=$!
zswap-trace -c /sys/fs/cgroup/idle --json > "$out/idle" 2> "$out/idle.err" &
tools="$tools $!"
sleep 10000 &
sleeper=$!
zswap-trace -p $sleeper --json > "$out/pid" 2> "$out/pid.err" &
tools="$tools $!"
zswap-trace --pairs 2 --json > "$out/pairs" 2> "$out/pairs.err" &
tools="$tools $!"
zswap-trace --thrash 0.01 --json > "$out/thrash" 2> "$out/thrash.err" &
tools="$tools $!"
zswap-trace -T > "$out/text" 2> "$out/text.err" &
tools="$tools $!"
for name in cgroup idle pid pairs thrash text; do
	ok "wait_for 60 attached $name" "$name attaches"
done
ok 'workload 500' 'the workload finds every page as it left it, again'
# shellcheck disable=SC2086
kill -INT $tools
# shellcheck disable=SC2086
wait $tools
one=$streams
streams=$two
streams_stop
ok "swapoff '$area'" 'one of two swap areas goes'
streams=$one
streams_stop

# Counts by swap area.
is "$(of two '[.areas[] | "\(.name) \(.type) \(.have_io)"] | join(" ")')" \
	"$area 0 true /dev/vda 1 true" 'areas: two, with their types and block devices'
is "$(of two '[.areas[] | select(.stores > 0 and .loads > 0)] | length')" 2 'areas: both are in use'
ok "[ $(of two '.areas[1].write_bytes') -ge $(of two '.areas[1] | (.writebacks + .rejects) * 4096') ]" \
	'areas: what was written is in what the block device wrote'
for pair in stores:store loads:load disk_reads:miss rejects:reject invalidates:invalidate; do
	is "$(of two "[.areas[].${pair%:*}] | add")" "$(of two ".counted.${pair#*:}")" \
		"areas: their ${pair%:*} are all ${pair%:*}"
done
is "$(of two '[.areas[].writebacks] | add')" "$(of two '.counted.writeback - .writebacks_failed')" \
	'areas: their writebacks are all that succeeded'
is "$(of one '[.areas[] | "\(.name) \(.type)"] | join(" ")')" '/dev/vda 1' \
	'areas: the one that stays has the type that it had'
is "$(of one '.areas[0].stores')" "$(of one '.types[1].stores')" 'areas: and its own counts'
is "$(of one '.types[0].stores')" "$(of two '.areas[0].stores')" \
	'areas: what was done with the other one stays in the totals'

ok "grep -q 'compressed size (bytes): count [0-9]' '$out/text' &&
	grep -q 'store duration (us): count [0-9]' '$out/text' &&
	grep -Eq '^ +[0-9]+ -> [0-9]+ +: [0-9]+ +\\|\\*' '$out/text'" 'zswap-trace prints histograms'
# The buckets of a histogram add up to the count in its heading.
ok "awk '/ \\(bytes\\): count/ { if (name && sum != count) bad = 1
			name = \$0; sub(/.*count /, \"\"); count = \$0 + 0; sum = 0; inside = 1; next }
	/^[a-z].*: count/ { inside = 0 }
	inside && match(\$0, / : [0-9]+ /) { sum += substr(\$0, RSTART + 3) + 0 }
	END { exit bad || !name || sum != count }' '$out/text'" \
	'the buckets add up to the count of their heading'
kill $sleeper
is "$(of pid .counts.stores)" 0 '-p counts nothing of others'
ok "[ $(of cgroup .counts.stores) -gt 0 ]" "-c counts the workload's cgroup"
is "$(of cgroup '[.cgroups[].cgroup] | join(" ")')" /work '-c counts no other'
is "$(of cgroup .counts.stores)" "$(of thrash '.cgroups[] | select(.cgroup == "/work") | .stores')" \
	'and all of it'
ok "[ $(of pairs .health.who_overflow) -gt 0 ]" '--pairs: says when there are more'
is "$(of pairs '[.cgroups[].stores // 0] | add')" "$(of pairs .counts.stores)" \
	'and counts them all the same'
is "$(of pairs '.cgroups[-1].other')" true 'together'
is "$(of pairs '.processes | length <= 3')" true 'apart from so many'
is "$(of pairs .counts.stores)" "$(of thrash .counts.stores)" 'so that no total is less'
ok "[ $(of thrash .counts.refaults) -lt $(of pairs .counts.refaults) ]" \
	'--thrash: pages that come back later are none'
like "$(cat "$out/text")" '^pages, by cgroup .* stores +loads +diskreads' 'zswap-trace prints who'
like "$(cat "$out/text")" '^ +[0-9]+ zs-workload +owner +[0-9]' 'with the name'
like "$(cat "$out/text")" '^eviction latency, asked for by (pool_limit|background) ' \
	'and the latency of evictions by cause'
is "$(of idle .counts.stores)" 0 '-c counts nothing of other cgroups'

done_testing
