#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every tracepoint is as docs/events.md says, and fires with the right fields, as often
# as it should: counted by ftrace's histograms, by zswap's own counters, by /proc/vmstat
# and by our BPF programs, over one and the same run.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512 --timeout 900

page_doc=$top/docs/events.md
formats=$tracefs/events/zswap

#
# The documentation, and what the kernel says itself
#

# documented_fields EVENT: a type and a name to a line, in their order
documented_fields() {
	on_host awk -F ' *[|] *' -v title="## zswap_$1" '
		/^## / { here = $0 == title }
		here && $2 ~ /^`[a-z_]+`$/ { gsub("`", ""); print $3, $2 }' "$page_doc"
}

format_fields() {
	on_host sed -n '/ common_/!s/^\tfield:\([^;]*\);.*/\1/p' "$VM_OUT/$1.format"
}

# documented_words TITLE: a number and a name to a line
documented_words() {
	on_host awk -F ' *[|] *' -v title="## $1" '
		/^## / { here = $0 == title }
		here && $2 ~ /^[0-9]+$/ { gsub("`", ""); print $2, $3 }' "$page_doc"
}

# format_words EVENT FIELD: how a number is printed
format_words() {
	grep -o "__print_symbolic(REC->$2, .*" "$VM_OUT/$1.format" |
		sed 's/{ -1,.*//' | grep -o '{ [0-9]*, "[a-z_]*" }' | sed 's/{ \([0-9]*\), "\(.*\)" }/\1 \2/'
}

documented=$(sed -n 's/^## zswap_//p' "$page_doc" | sort)
is "$documented" "$(find $formats -mindepth 1 -type d -name 'zswap_*' | sed 's/.*zswap_//' | sort)" \
	'every event is documented, and none else'
is "$(echo "$all_events $more_events" | tr ' ' '\n' | sort)" "$documented" 'and the tests know them'
for event in $documented; do
	cat "$formats/zswap_$event/format" > "$VM_OUT/$event.format"
	fields=$(format_fields "$event")
	# shellcheck disable=SC2086,SC2116 # on one line
	words=$(echo $fields)
	is "$(documented_fields "$event")" "$fields" "zswap_$event: fields, their types and order"
	for field in reason:Reasons cause:Causes kind:Kinds stage:Stages; do
		case " $words " in
		*" ${field%:*} "*) ;;
		*) continue ;;
		esac
		is "$(format_words "$event" ${field%:*})" "$(documented_words ${field#*:})" \
			"zswap_$event: ${field#*:}"
	done
done

#
# Events of a run, one by one
#

# record [EVENT...]: these, or every one, from now on.  The clock is one for all processors.
record() {
	echo 16384 > $tracefs/buffer_size_kb
	echo global > $tracefs/trace_clock
	echo > $tracefs/trace
	# shellcheck disable=SC2048 # words without blanks
	for event in ${*:-$documented}; do
		echo 1 > "$formats/zswap_$event/enable"
	done
}

# recorded NAME: no more; those that came are in $events, with their time, in seconds
recorded() {
	echo 0 > $formats/enable
	cat $tracefs/trace > "$VM_OUT/$1.trace"
	echo > $tracefs/trace
	is "$(on_host awk '/entries-in-buffer/ { split($3, n, "/"); print n[2] - n[1]; exit }' "$VM_OUT/$1.trace")" 0 \
		"$1: no event is missing"
	timed "$1"
}

# timed NAME: $events, of what ftrace said
timed() {
	events=$VM_OUT/$1.events
	on_host sed -nE "s/.* ([0-9.]+): ((zswap|mm)_[a-z_]+: .*)/\\2 at=\\1/w $events" "$VM_OUT/$1.trace"
}

# query EVENTS AWK: over these (an extended regex) of what was recorded: an event's name is
# in event, its fields in f
query() {
	on_host sh -c 'grep -E "$1" "$2" | awk "$3"' query "^zswap_($1):" "$events" '
		{
			event = $1
			gsub("^zswap_|:$", "", event)
			delete f
			for (i = 2; i <= NF; i++) {
				split($i, pair, "=")
				f[pair[1]] = pair[2]
			}
		}
		'"$2"
}

# each EVENT CONDITION: there are some, and it holds for all of them
each() {
	query "$1" '
		!('"$2"') { print; bad++ }
		END { exit !NR || bad > 0 }'
}

# number EVENT [CONDITION]: of those for which it holds
number() {
	query "$1" "${2:-1}"' { n++ } END { print n + 0 }'
}

# limit_alternates: the pool comes to its limit and leaves it by turns; as many frames as
# it has and may have are right; and so is the time between the two
limit_alternates() {
	query pool_limit '
		{
			gap = int(f["limit"] / 32)
			if (f["reached"] + 0 == at_limit) bad = 1
			at_limit = f["reached"] + 0
			if (at_limit) {
				# or a page less, which is no room for a frame of two
				if (f["pages"] + 1 < f["limit"] || f["duration_ns"] != 0) bad = 1
				since = f["at"]
			} else {
				took = f["duration_ns"] / 1e9
				off = f["at"] - since - took
				if (took <= 0 || off > 1 || off < -1) bad = 1
				if (f["limit"] + 0 && f["pages"] >= f["limit"] - gap) bad = 1
			}
			if (bad) { print; exit }
		}
		END { exit bad || !NR }'
}

# A little of it beside, so that a look is quick: the state of the pool
watch=$tracefs/instances/watch
mkdir $watch
for event in pool_limit background; do
	echo 1 > $watch/events/zswap/zswap_$event/enable
done

# limit_is REACHED: what the last event of the pool's limit said
limit_is() {
	[ "$(grep zswap_pool_limit: $watch/trace | tail -n 1 | grep -c "reached=$1")" = 1 ]
}

# At its limit the pool may have been or not: the worker keeps it from there, if it can.
not_at_limit() {
	! limit_is 1
}

section() {
	diag "$(cut -d ' ' -f 1 /proc/uptime) $1"
}

vmstat_since() {
	echo $(($(vmstat "$1") - $2))
}

section 'a run'
# A pool of 1% of RAM, and a cgroup that needs more than that: so pages are
# stored, loaded, evicted and, where they do not compress, rejected.
local_contents 64
set_parameter max_pool_percent 1
cgroup_make events 24M
cgroup_id=$(stat -c %i "$cgroup")

count_every_event

zswpout=$(vmstat zswpout)
zswpin=$(vmstat zswpin)
zswpwb=$(vmstat zswpwb)
pswpin=$(vmstat pswpin)

# Our own tool watches as well; it says on stderr when it is attached.
zswap-trace --json > "$VM_OUT/trace.json" 2> "$VM_OUT/trace.err" &
tracer=$!
ok 'wait_for 60 grep -q source: "$VM_OUT/trace.err"' 'zswap-trace attaches to all events'

# What the kernel writes out of memory, by its own account, for the page frames.
written_folios=$tracefs/events/vmscan/mm_vmscan_write_folio/enable
record
echo 1 > $written_folios

section 'all are listening'
# Each event is printed and read again, which takes its time on the debug kernel.
size=$((patience > 1 ? 40 : 64))
in_cgroup zs-workload --source $contents --size $size --touches $((size * 50)) --write 25 \
	--incompressible 5 > "$VM_OUT/workload.out" 2>&1
is $? 0 'the workload finds every page as it left it'
diag "$(tail -n 1 "$VM_OUT/workload.out")"
echo 0 > $written_folios

section 'swapoff'
# Freed with the process: invalidated.  What the rest of the guest has in swap
# comes back with swapoff; after that nothing can happen any more.
swapoff -a
is "$(counter stored_pages)" 0 'swapoff leaves nothing in the pool'
is "$(counter pool_pages)" 0 'and not a page frame'
ok 'wait_for 10 not_at_limit' 'nor is it at its limit'

kill -INT $tracer
wait $tracer
is $? 0 'zswap-trace ends in order'
section 'the count'
recorded run

stores=$(hist_count store)
loads=$(hist_count load)
misses=$(hist_count miss)
invalidates=$(hist_count invalidate)
written=$(hist_count writeback 0)
rejects=$(hist_count reject)
freed=$(hist_count evict 0)
diag "stores $stores loads $loads misses $misses written $written rejects $rejects" \
	"evicted $freed invalidated $invalidates"

for count in "$stores" "$loads" "$misses" "$written" "$rejects" "$freed" "$invalidates"; do
	ok "[ $count -gt 0 ]" 'an event came'
done
is $((stores - loads - written - invalidates)) 0 \
	'what was stored was loaded, written back or invalidated, to the page'
is "$(counter written_back_pages)" "$written" 'debugfs counts the same writebacks'
for reason in $(reasons); do
	is "$(counter "reject_$reason")" "$(hist_count reject "$(reason_number "$reason")")" \
		"debugfs counts the same rejects: $reason"
done
is "$(vmstat_since zswpout "$zswpout")" "$stores" 'vmstat counts the same stores'
is "$(vmstat_since zswpin "$zswpin")" "$loads" 'vmstat counts the same loads'
is "$(vmstat_since zswpwb "$zswpwb")" "$written" 'vmstat counts the same writebacks'
# Linux 6.12 counts there what it asks a device for, and neither what zswap has nor zeros.
is "$(vmstat_since pswpin "$pswpin")" "$misses" 'vmstat counts the same misses, as read from the device'

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
count_no_event

section 'each field has a value that can be'
here='f["type"] == 0 && f["offset"] > 0'
frame='f["pfn"] ~ /^0x[0-9a-f]+$/ && f["pfn"] != "0x0"'
whose="(f[\"cgroup\"] == $cgroup_id || f[\"cgroup\"] == 1)"
# What a frame of one page has for an object, beside its header and a slot.
longest=4052
fits="f[\"length\"] <= $longest && (f[\"length\"] == 0) == (f[\"kind\"] == \"same_filled\")"
ok "each store '$here && $whose && $fits && $frame && f[\"duration_ns\"] > 0'" 'zswap_store: values'
ok "each load '$here && $whose && $fits && $frame && f[\"age_ns\"] > f[\"duration_ns\"] && f[\"duration_ns\"] > 0'" \
	'zswap_load: values'
ok "each miss '$here && $whose && $frame'" 'zswap_miss: values'
ok "each writeback '$here && (f[\"result\"] || $whose && $fits && f[\"age_ns\"] > 0) && f[\"duration_ns\"] > 0 && f[\"cause\"] ~ /pool_limit|background/'" \
	'zswap_writeback: values'
ok "each writeback 'f[\"alloc_ns\"] > 0 && f[\"alloc_ns\"] + f[\"decompress_ns\"] + f[\"submit_ns\"] <= f[\"duration_ns\"]'" \
	'zswap_writeback: its phases are parts of it'
ok "each writeback 'f[\"result\"] ? f[\"submit_ns\"] == 0 : f[\"decompress_ns\"] > 0 && f[\"submit_ns\"] > 0'" \
	'zswap_writeback: which it comes to or does not'
ok "each reject '$here && $whose && $frame && f[\"duration_ns\"] > 0 && (f[\"reason\"] != \"compress_poor\" || f[\"length\"] > $longest)'" \
	'zswap_reject: values'
ok "each evict 'f[\"buddies\"] >= 1 && f[\"buddies\"] <= 16 && f[\"pages\"] >= 1 && f[\"pages\"] <= 2 && f[\"bytes\"] > 0 && f[\"bytes\"] < 4096 * f[\"pages\"] && f[\"age_ns\"] > f[\"duration_ns\"] && f[\"cause\"] ~ /pool_limit|background/'" \
	'zswap_evict: values'
ok "each invalidate '$here && $whose && $fits && f[\"age_ns\"] > 0'" 'zswap_invalidate: values'
ok "each background 'f[\"frames\"] > f[\"goal\"] && f[\"goal\"] == $(($(limit_of 1) - $(limit_of 1) / 16)) && f[\"duration_ns\"] > 0 && f[\"result\"] <= 0'" \
	'zswap_background: values'
ok "grep -q 'zswap_store.*cgroup=$cgroup_id ' '$events'" \
	'the cgroup of the page is the one it was charged to'
# frames EVENTS: the page frames that they name
frames() {
	on_host sed -nE "s/^($1): .*pfn=(0x[0-9a-f]+).*/\\2/p" "$events" | sort -u
}
frames 'zswap_store|zswap_reject' > "$VM_OUT/frames"
frames mm_vmscan_write_folio > "$VM_OUT/vmscan-frames"
is "$(comm -23 "$VM_OUT/frames" "$VM_OUT/vmscan-frames" | head)" '' \
	'the page frames are those that the kernel says it writes out'
ok "query 'reject|writeback|miss' '
	{ page = f[\"type\"] \" \" f[\"offset\"] }
	event == \"miss\" { if (!(page in device)) { print; bad++ } next }
	f[\"result\"] == 0 { device[page] = 1 }
	END { exit bad > 0 }'" 'what is missed was rejected or written back before'
ok "query 'store|invalidate' '
	{
		page = f[\"type\"] \" \" f[\"offset\"]
		held = f[\"length\"] \" \" f[\"kind\"] \" \" f[\"cgroup\"]
	}
	event == \"store\" { before[page] = now[page]; now[page] = held }
	event == \"invalidate\" && held != now[page] && held != before[page] { print; bad++ }
	END { exit bad > 0 }'" 'what is invalidated is what was stored, then or before'

section 'the limit'
limits=$(number pool_limit)
diag "the limit was reached or left $limits times"
gap=$(($(limit_of 1) / 32))
ok "[ $((gap * limits / 2)) -le $stores ]" \
	'it takes a 32nd of the pool to come back to it'
ok "[ $limits = 0 ] || { limit_alternates && each pool_limit 'f[\"limit\"] == $(limit_of 1)'; }" \
	'zswap_pool_limit: by turns, and the limit is that of the parameter'

section 'the compressor'
record compressor
set_parameter compressor zstd
set_parameter compressor zstd
ok '! set_parameter compressor no-such-thing' 'an unknown compressor is refused'
set_parameter compressor lzo
recorded compressor
is "$(query compressor '{ print f["from"], f["to"] }')" "$(printf 'lzo zstd\nzstd lzo')" \
	'zswap_compressor: each change, and nothing else'

section 'the worker: pages stay as they are while it works, so its numbers can be told'
swapon /dev/vda
set_parameter max_pool_percent 20
cgroup_make worked max
pages_in_pool worked 16
worked=$workload
frames=$(counter pool_pages)
record pool_limit background evict
echo > $watch/trace
set_parameter max_pool_percent 1
goal=$(($(limit_of 1) - $(limit_of 1) / 16))
pool_at_goal() {
	[ "$(counter pool_pages)" -le $goal ] && grep -q "goal=$goal .*result=0" $watch/trace
}
ok 'wait_for 60 pool_at_goal' 'the worker brings the pool to its goal'
recorded worker
diag "$(grep zswap_background "$events")"
is "$(query background '{ print f["frames"], f["goal"], f["result"]; exit }')" \
	"$frames $goal 0" 'zswap_background: what it found, wanted and came to'
ok "each background 'f[\"left\"] <= f[\"goal\"]'" 'and left'
is "$(number pool_limit)" 0 \
	'no store was in it: that is not coming to the limit'
is "$(query background '{ n += f["frames"] - f["left"] } END { print n }')" \
	"$(query evict 'f["cause"] == "background" && f["result"] == 0 { n += f["pages"] } END { print n }')" \
	'the page frames that it freed are those of zswap_evict'
stop_workload worked $worked worked

section 'shrinking'
# shrunk CAUSE: pages that the runs for it say they wrote; and that were written for it
shrunk() {
	query shrink 'f["cause"] == "'"$1"'" { n += f["written"] } END { print n + 0 }'
}
written_for() {
	number writeback 'f["cause"] == "'"$1"'" && f["result"] == 0'
}

set_parameter max_pool_percent 20
cgroup_make limited 9M
cgroup_set limited memory.zswap.max 1048576
record shrink writeback
start_workload limited --size 12 --touches 300 --write 20
wait $workload
is $? 0 'limited: every page is as it was left'
recorded limited
ok "each shrink 'f[\"cause\"] == \"cgroup_limit\" && f[\"cgroup\"] == $(cgroup_id limited) && f[\"node\"] == 0 && f[\"scanned\"] > 0 && f[\"scanned\"] <= 128 && f[\"written\"] <= f[\"scanned\"] && f[\"duration_ns\"] > 0'" \
	'zswap_shrink at a limit: values'
diag "$(shrunk cgroup_limit) pages, $(written_for cgroup_limit) written"
ok "[ $(written_for cgroup_limit) -gt 50 ]" 'pages are written back'
ok "[ $(shrunk cgroup_limit) -ge $(written_for cgroup_limit) ]" 'and each is one of a run'

cgroup_make pressed max
pages_in_pool pressed 6
pressed=$workload
set_parameter shrinker_enabled Y
record shrink writeback
cgroup_reclaim pressed 16
recorded pressed
set_parameter shrinker_enabled N
ok "each shrink 'f[\"cause\"] == \"shrinker\" && f[\"cgroup\"] == $(cgroup_id pressed) && f[\"node\"] == 0 && f[\"scanned\"] > 0 && f[\"written\"] <= f[\"scanned\"] && f[\"duration_ns\"] > 0'" \
	'zswap_shrink under pressure: values'
diag "$(shrunk shrinker) pages, $(written_for shrinker) written"
ok "[ $(written_for shrinker) -gt 50 ]" 'pages are written back'
is "$(shrunk shrinker)" "$(written_for shrinker)" 'and each is one of a run'
stop_workload pressed $pressed pressed

section 'at the limit, until there is no swap'
set_parameter max_pool_percent 1
cgroup_make stuck max
hold_in stuck 16
stuck=$workload
ok 'freeze stuck' 'stuck: and does not move'
cgroup_set stuck memory.zswap.writeback 0
# As little as it takes: at the limit, the kernel tries each page again and again.
to_limit() {
	steps=0
	until limit_is 1 || [ $steps -ge 30 ]; do
		cgroup_reclaim stuck 1
		steps=$((steps + 1))
	done
	limit_is 1
}
record pool_limit
ok to_limit 'the pool comes to its limit'
swapoff /dev/vda
ok 'wait_for 10 limit_is 0' 'that the pool is not at its limit any more is noticed without a store'
recorded left
ok limit_alternates 'zswap_pool_limit: values, by turns'
is "$(query pool_limit '{ print f["reached"], f["limit"] }')" \
	"$(printf '1 %d\n0 %d' "$(limit_of 1)" "$(limit_of 1)")" 'and the limit is that of the parameter'
swapon /dev/vda

section 'at the limit, and not able to leave it; then the limit is raised'
record pool_limit background
ok to_limit 'the pool comes to its limit'
gave_up() {
	grep -q 'zswap_background:.*result=-1' $watch/trace
}
ok 'wait_for 30 gave_up' 'zswap_background: pages that may not be written make the worker give up'
set_parameter max_pool_percent 20
ok 'wait_for 10 limit_is 0' 'the pool leaves its limit as that is raised'
recorded stuck
ok limit_alternates 'with the right values'
is "$(query pool_limit '{ print f["reached"], f["limit"] }')" \
	"$(printf '1 %d\n0 %d' "$(limit_of 1)" "$(limit_of 20)")" 'and limits, having been there once'

section 'a drain, at the limit'
# As the module goes, what ftrace has of it goes, too: it is read meanwhile.
set_parameter max_pool_percent 1
record pool_limit drain
cat $tracefs/trace_pipe > "$VM_OUT/drain.trace" &
reader=$!
ok to_limit 'the pool comes to its limit'
held=$(counter stored_pages)
frames=$(counter pool_pages)
ok zswap_goes 'rmmod drains'
wait_for 10 grep -q 'zswap_drain: .*stage=end' "$VM_OUT/drain.trace"
kill $reader
timed drain
diag "$(grep -E 'zswap_(drain|pool_limit)' "$events")"
is "$(query drain '{ print f["stage"] }' | uniq | tr '\n' ' ')" 'begin progress end ' \
	'zswap_drain: begins, goes on and ends'
is "$(query drain '{ print f["pages"], f["frames"]; exit }')" "$held $frames" \
	'with all there is'
is "$(query drain '{ last = f["pages"] " " f["frames"] } END { print last }')" '0 0' \
	'and without anything'
ok "query drain '
	{
		if (n++ && (f[\"pages\"] > pages || f[\"duration_ns\"] <= took)) { print; bad = 1 }
		if (f[\"stage\"] == \"progress\" && pages - f[\"pages\"] > 1024 + 32) { print; bad = 1 }
		pages = f[\"pages\"]
		took = f[\"duration_ns\"]
	}
	END { exit bad || n <= $((held / 1024)) }'" 'less and less, with time'
is "$(query pool_limit '{ print f["reached"] }' | tr '\n' ' ')" '1 0 ' \
	'and so the pool leaves its limit'
ok limit_alternates 'with the right values'
stop_workload stuck $stuck stuck

done_testing
