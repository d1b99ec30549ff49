#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace events: that a filter lets through what ftrace's own filters do, in the
# order of time, with losses where they were; and that it is a good neighbour in a pipe.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

local_contents 24
set_parameter max_pool_percent 1
cgroup_make other 8M
cgroup_make events 8M
out=$VM_OUT

# trigger EVENT FILTER: ftrace counts the events that this is true of; untrigger ends that
trigger() {
	echo "hist:keys=type if $2" > "$tracefs/events/zswap/zswap_$1/trigger"
}

untrigger() {
	echo "!hist:keys=type if $2" > "$tracefs/events/zswap/zswap_$1/trigger"
}

# show NAME ARG...: zswap-trace events in the background, until it listens; adds to $shown
show() {
	show_name=$1
	shift
	zswap-trace events "$@" > "$out/$show_name" 2> "$out/$show_name.err" &
	shown="${shown:-} $!"
	ok "wait_for 60 grep -qs source: '$out/$show_name.err'" "$show_name: zswap-trace events $*"
}

workload() {
	in_cgroup zs-workload --source $contents --size 20 --touches "$1" --write 20 --zeros 5 \
		--same-filled 5 > "$out/workload" 2>&1
}

# lines NAME WORD: how many lines of text are of an event of this name
lines() {
	awk -v word="$2" '{ for (i = 4; i <= 7; i++) if ($i == word) { n++; break } } END { print n + 0 }' "$out/$1"
}

objects() { # NAME QUERY
	jq -s "[.[] | select($2)] | length" "$out/$1"
}

number=$(cgroup_id events)
slow=150000
trigger load "duration_ns > $slow"
trigger store "cgroup == $number && length < 1024"
trigger reject "reason == $(reason_number compress_poor)"
trigger writeback 'result == 0'

show filtered -f "event==load && duration>150us || event==store && cgroup==/events && length<1K || reason==compress_poor"
show written --json -f 'event==writeback && result==0' -e writeback,load
show all --json -b 16M --source raw_tp
show narrow --json -b 4K -e store,load
show pid -p $$ -t
for by in cgroup pid comm reason device; do
	zswap-trace --json --by $by > "$out/by-$by" 2> "$out/by-$by.err" &
	shown="$shown $!"
	ok "wait_for 60 grep -qs source: '$out/by-$by.err'" "zswap-trace --by $by"
done
stores=$(vmstat zswpout) loads=$(vmstat zswpin)
ok 'workload 150' 'a workload finds every page as it left it'
cgroup=/sys/fs/cgroup/other
ok 'workload 100' 'and one in another cgroup'
swapoff -a
stores=$(($(vmstat zswpout) - stores)) loads=$(($(vmstat zswpin) - loads))
# shellcheck disable=SC2086 # words without blanks
kill -INT $shown
for one in $shown; do
	wait "$one"
	is $? 0 'SIGINT ends it with 0'
done
diag "$stores stores, $loads loads; filtered: $(wc -l < "$out/filtered") lines, all: $(wc -l < "$out/all")"

#
# Filters
#
for event in load store reject writeback; do
	ok "[ $(hist_count $event) -gt 0 ]" "ftrace's filter has seen $(hist_count $event) of $event"
done
is "$(lines filtered load)" "$(hist_count load)" 'loads that took long: as many as ftrace has'
is "$(lines filtered store)" "$(hist_count store)" "one cgroup's short stores: as many as ftrace has"
is "$(lines filtered reject)" "$(hist_count reject)" 'rejects for a reason: as many as ftrace has'
is "$(wc -l < "$out/filtered")" "$(($(hist_count load) + $(hist_count store) + $(hist_count reject)))" \
	'and nothing else was let through'
is "$(objects written 'true')" "$(hist_count writeback)" 'writebacks that succeeded: as many as ftrace has'
is "$(objects all '.event == "load" and .duration_ns > 150000')" "$(hist_count load)" \
	'without a filter, the same are there'
is "$(objects all '.event == "store" and .cgroup == "/events" and .length < 1024')" \
	"$(hist_count store)" 'by the path of their cgroup, too'
untrigger load "duration_ns > $slow"
untrigger store "cgroup == $number && length < 1024"
untrigger reject "reason == $(reason_number compress_poor)"
untrigger writeback 'result == 0'

#
# All of them
#
is "$(objects all '.event == "lost"')" 0 'with room enough, nothing is lost'
is "$(objects all '.event == "store"')" "$stores" 'all stores, as vmstat has them'
is "$(objects all '.event == "load"')" "$loads" 'all loads, as vmstat has them'
is "$(objects all '.time_ns < 1 or .cpu > 7 or .time_s < 1.7e9')" 0 'all have a time and a processor'
late=$(jq -s '[range(1; length) as $i | select(.[$i].time_ns < .[$i - 1].time_ns)] | length' "$out/all")
is "$late" 0 'in the order of time'
is "$(objects all '.event == "store" and .comm != "zs-workload"')" 0 'processes have their names'
like "$(head -n 1 "$out/filtered")" '^ +[0-9]+\.[0-9]{6} \[00[0-9]\]  [^ ]+/[0-9]+ +/[a-z]+ +(load|store|reject) ' \
	'a line has time, processor, process, cgroup and the event'
is "$(wc -l < "$out/pid")" 0 "-p: nothing of a process that has no pages"

#
# Groups
#
by() { # KEY QUERY
	jq "$2" "$out/by-$1"
}

for by in cgroup pid comm device; do
	is "$(by $by '[.groups[].counts.stores] | add')" "$stores" "--by $by: stores add up to all there are"
	is "$(by $by '[.groups[].counts.loads] | add')" "$loads" "--by $by: so do loads"
	is "$(by $by '[.groups[].histograms.load_duration.count] | add')" "$loads" \
		"--by $by: and what is in their histograms"
	is "$(by $by '[.groups[].histograms.store_size | [.buckets[].count] | add] | add')" "$stores" \
		"--by $by: and in the buckets of these"
done
for name in events other; do
	is "$(by cgroup ".groups[] | select(.cgroup == \"/$name\") | .counts.stores")" \
		"$(objects all ".event == \"store\" and .cgroup == \"/$name\"")" "--by cgroup: the stores of /$name"
done
is "$(by comm '[.groups[] | select(.comm == "zs-workload") | .counts.stores] | add')" "$stores" \
	'--by comm: all are of one program'
is "$(by pid '[.groups[] | select(.counts.stores > 0) | .pid] | unique | length')" \
	"$(jq -s '[.[] | select(.event == "store") | .pid] | unique | length' "$out/all")" \
	'--by pid: each process whose pages were stored has its own'
is "$(by device '.groups[] | select(.type == 0) | .device')" '"/dev/vda"' '--by device: by its name'
is "$(by device '.groups[] | select(.type == 0) | .counts.stores')" "$stores" '--by device: all is there'
rejects=$(objects all '.event == "reject"')
is "$(by reason '[.groups[].counts.rejects] | add')" "$rejects" "--by reason: all $rejects rejects"
is "$(by reason '[.groups[].counts.stores] | add')" 0 '--by reason: and nothing else'
is "$(by reason '.groups[] | select(.reason == "compress_poor") | .counts.rejects')" \
	"$(objects all '.reason == "compress_poor"')" '--by reason: those for one of them'
is "$(by reason '.groups[] | select(.reason == "compress_poor") | .histograms.reject_size.count')" \
	"$(objects all '.reason == "compress_poor" and .length')" '--by reason: with their sizes'
is "$(by cgroup '[.groups[].histograms[] | select(.count > 0) |
	select(.bounds.p99.low > .p99 or (.bounds.p99.high // 1e99) < .p99)] | length')" 0 \
	'a quantile is within its bounds'

#
# Losses
#
lost=$(jq -s 'map(select(.event == "lost") | .count) | add' "$out/narrow")
is "$(($(objects narrow '.event == "store"') + $(objects narrow '.event == "load"') + lost))" \
	"$((stores + loads))" "a small buffer: what is shown and what is lost ($lost) is all"
ok "[ $lost -gt 0 ]" 'and some was lost'
ok "[ $(jq -s '[.[:-1][] | select(.event == "lost")] | length' "$out/narrow") -gt 0 ]" \
	'which is said where it happened, not at the end'
like "$(tail -n 1 "$out/narrow.err")" "$lost events were lost: try a larger -b" 'and once more, with the cure'

#
# A good neighbour
#
swapon /dev/vda
more() {
	while [ ! -e "$out/enough" ]; do
		workload 100 || : > "$out/wrong"
	done
}
more &
more=$!
timeout 60 zswap-trace events -n 25 > "$out/n" 2> "$out/n.err"
is "$? $(wc -l < "$out/n")" '0 25' '-n: so many events, and no more'
{
	timeout 60 zswap-trace events -T 2> "$out/head.err"
	echo $? > "$out/status"
} | head -n 3 > "$out/head"
is "$(cat "$out/status") $(wc -l < "$out/head")" '0 3' '| head: ends quietly with 0'
is "$(grep -vc source: "$out/head.err")" 0 'and says nothing about it'
like "$(head -n 1 "$out/head")" '^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6} \[' '-T: the time of day'
# a second, and what a busy machine makes of it; since the beginning, it would be a great many
timeout 60 zswap-trace events -d 1 -t -e load,store > "$out/delta" 2> "$out/delta.err"
is $? 0 '-d: ends by itself'
ok "awk '{ if (\$1 > 5) exit 1; sum += \$1 } END { exit !(NR > 2 && sum < 10) }' '$out/delta'" \
	'-t: times since the event before add up'

# A reader that has stopped reading does not keep it, once there is a signal to end.
pipe=/tmp/pipe
mkfifo $pipe
tail -f /dev/null < $pipe &
stuck=$!
env --default-signal=INT zswap-trace events --json > $pipe 2> "$out/stuck.err" &
writer=$!
ok 'wait_for 60 grep -qs source: "$out/stuck.err" && wait_for 60 pipe_full $pipe' 'a pipe is full'
kill -INT $writer
wait $writer
is $? 1 'a signal ends it all the same, and that is a failure'
like "$(cat "$out/stuck.err")" 'writing the output: its reader took nothing' 'which is told'
kill $stuck
: > "$out/enough"
wait $more
ok "[ ! -e '$out/wrong' ]" 'the workload has found every page as it left it'

done_testing
