#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A recording has what happened: its counts are those of ftrace's histograms over the same
# run, also where events were filtered, lost, or cut off by a full disk or a kill.  All of
# them are recorded at the same time, of the demo's kind of workload.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" check-build >&2 || bail_out 'tools_recorded does not build'
fi
in_guest --mem 640 --timeout 400

work=/tmp/recordings
mkdir $work
cd $work || exit 1

# Events, and a key for each; all that are tracepoints.
keys='store:type load:type miss:type writeback:result reject:reason evict:result
	invalidate:type pool_limit:reached background:result shrink:cause'

section() {
	diag "$(cut -d ' ' -f 1 /proc/uptime) $1"
}

# recorded FILE QUERY
recorded() {
	jq -r "$2" "$VM_OUT/$1.json"
}

# readable FILE: read it, for recorded
readable() {
	ok "'$top/build/unit/tools_recorded' $1 > '$VM_OUT/$1.json'" "$1: is readable"
}

# counts FILE: "store=1 load=2 ...", of the events that have a trigger
counts() {
	jq -r --arg keys "$keys" '.events as $n | $keys | [splits("\\s+") | sub(":.*"; "") |
		"\(.)=\($n[.])"] | join(" ")' "$VM_OUT/$1.json"
}

# record_start NAME OPTION...: in the background, until it says that it records; $recorder
record_output=/dev/null
record_start() {
	record_name=$1
	shift
	zswap-trace record -o "$record_name" "$@" > "$record_output" 2> "$VM_OUT/$record_name.err" &
	recorder=$!
	ok "wait_for 60 grep -q recording '$VM_OUT/$record_name.err'" "$record_name: is being recorded"
}

section 'everybody listens'
local_contents 64
set_parameter max_pool_percent 1
is "$(counter stored_pages) $(vmstat zswpout)" '0 0' 'nothing has happened yet'
for pair in $keys; do
	hist_start "${pair%:*}" "${pair#*:}"
done
# Another trigger of the same events needs a name, or it is the same one; so an instance.
few=$tracefs/instances/few
mkdir $few
echo 'hist:keys=type:size=2048 if length > 2000' > $few/events/zswap/zswap_store/trigger
echo 'hist:keys=type:size=2048 if age_ns < 500000000' > $few/events/zswap/zswap_load/trigger
echo 'hist:keys=reason:size=2048 if reason == '"$(reason_number compress_poor)" > \
	$few/events/zswap/zswap_reject/trigger

filter='event==store && length>2000 || event==load && age<500ms || reason==compress_poor'
record_start filtered -f "$filter"
filtered=$recorder
record_start tiny -b 4K
tiny=$recorder
record_start killed
killed=$recorder
mkdir disk
mount -t tmpfs -o size=256k none disk
record_start full -o disk/full
full=$recorder

section 'a run'
cgroup_make recorded 24M
# What the rest of the guest has in swap comes back with swapoff; after that, nothing happens.
cat > script <<-END
	echo \$\$ > $cgroup/cgroup.procs
	zs-workload --source $contents --size 40 --touches 1200 --write 25 --incompressible 5 --drop 5
	echo "workload: \$?"
	swapoff -a
END
{
	zswap-trace record -o all -- sh script > out 2> err &&
		zswap-trace report all > report.txt && zswap-trace report --html all > report.html &&
		zswap-trace whatif all > whatif.txt
} &
all=$!
much() {
	[ "$(stat -c %s killed)" -gt 100000 ]
}
ok 'wait_for 60 much' 'events reach the file while they come'
kill -KILL $killed
wait $killed 2> /dev/null
wait $all
is $? 0 'a recording, a report, a page and what if'
diag "$(cat out err)"
like "$(cat out)" '^workload: 0$' 'whose output is where it belongs'
like "$(cat err)" '^zswap-trace record: recorded [0-9,]+ events in [0-9.]+ (s|min) to all \([0-9.]+ [KM]iB\), 0 lost$' \
	'and one line says what was recorded'

section 'the others end'
wait $full
is $? 1 'a full disk is a failure'
kill -INT $filtered
wait $filtered
is $? 0 'Ctrl-C ends in order'
kill -TERM $tiny
wait $tiny
is $? 0 'and so does SIGTERM'

section 'a recording of all'
readable all
expected=$(for pair in $keys; do printf "%s=%s " "${pair%:*}" "$(hist_count "${pair%:*}")"; done)
expected=${expected% }
diag "$expected"
for pair in $keys; do
	case ${pair%:*} in
	pool_limit | shrink | background) ;;
	*) ok "[ $(hist_count "${pair%:*}") -gt 20 ]" "there is some of ${pair%:*}" ;;
	esac
done
is "$(counts all)" "$expected" 'it has as many events of each kind as ftrace counts'
is "$(recorded all '"\(.lost) \(.whole) \(.backwards) \(.flaws)"')" '0 true 0 []' \
	'it is whole, in order, and nothing is lost'
ok "[ $(recorded all .states) -gt 20 ]" 'with states of the pool'
is "$(recorded all '.facts | "\(.command) \(.exit_status) \(.source) \(.events_lost) \(."zswap.pool") \(."zswap.max_pool_percent")"')" \
	'sh script 0 tp_btf 0 zbud 1' 'and facts'
is "$(recorded all '.facts."end.stored_pages"')" 0 'of the end, too'
ok "[ $(recorded all '.cgroups."/recorded"') -gt $(($(hist_count store) / 2)) ]" \
	'cgroups have their names'
ok "[ $(recorded all '.processes."zs-workload"') -gt $(($(hist_count store) / 2)) ]" \
	'and processes, which are gone'

section 'what is made of it'
cp report.html report.txt whatif.txt "$VM_OUT"
is "$(zswap-trace report --json all | jq '"\(.counts.stores) \(.counts.loads)"')" \
	"\"$(hist_count store) $(hist_count load)\"" 'the report has the same counts'
like "$(head -c 100 report.html)" '^<!DOCTYPE html>' 'the page is one'
like "$(tail -n 1 report.html)" '</html>$' 'as a whole'
like "$(head -n 1 whatif.txt)" "^$(hist_count store) pages stored, $(hist_count reject) refused" \
	'whatif replays the same pages'
for pool in zbud nbuddies zsmalloc; do
	ok "grep -q '^$pool ' whatif.txt" "with $pool"
done

section 'filtered'
readable filtered
# few EVENT: what the trigger with a condition counted
few() {
	awk '$1 == "{" { n += $NF } END { print n + 0 }' "$few/events/zswap/zswap_$1/hist"
}
diag "stores $(few store) loads $(few load) rejects $(few reject)"
ok "[ $(few store) -gt 20 ] && [ $(few store) -lt $(hist_count store) ]" 'the filter lets some stores pass'
ok "[ $(few load) -gt 20 ] && [ $(few load) -lt $(hist_count load) ]" 'and some loads'
is "$(recorded filtered '.events | "\(.store) \(.load) \(.reject)"')" \
	"$(few store) $(few load) $(few reject)" 'as many as pass the conditions of ftrace'
is "$(recorded filtered '[.events[]] | add')" $(($(few store) + $(few load) + $(few reject))) \
	'and nothing else'
is "$(zswap-trace events -i all -f "$filter" | wc -l)" $(($(few store) + $(few load) + $(few reject))) \
	'and so many of all are what the filter lets pass afterwards'
is "$(zswap-trace events -i all -e store -f cgroup==/recorded | wc -l)" \
	"$(zswap-trace events -i all --json | jq -s '[.[] | select(.event == "store" and .cgroup == "/recorded")] | length')" \
	'cgroups by the paths that they had'

section 'no room'
diag "$(cat "$VM_OUT/tiny.err")"
readable tiny
ok "[ $(recorded tiny .lost) -gt 20 ]" 'a buffer that is too small loses events'
total=$(echo "$expected" | tr ' ' '\n' | awk -F = '{ n += $2 } END { print n }')
is $(($(recorded tiny '[.events[]] | add') + $(recorded tiny .lost))) \
	$((total + $(recorded all .events.read))) 'recorded and lost are all that came'
is "$(recorded tiny .facts.events_lost)" "$(recorded tiny .lost)" 'as the facts say'
like "$(cat "$VM_OUT/tiny.err")" 'try -b 16K' 'and what to do is said'

section 'the killed one'
readable killed
is "$(recorded killed .whole)" false 'who was killed leaves no end'
ok "[ $(recorded killed '[.events[]] | add') -gt 1000 ]" 'but events'
ok "[ $(recorded killed '[.events[]] | add') -lt $total ]" 'not all of them'
is "$(recorded killed .lost)" 0 'and no gap'

section 'the full disk'
diag "$(cat "$VM_OUT/full.err")"
like "$(cat "$VM_OUT/full.err")" 'zswap-trace record: writing disk/full: no space is left on the file system mounted at .*/disk;' 'it is named'
cp disk/full full
readable full
ok "[ $(recorded full '[.events[]] | add') -gt 1000 ]" 'with what was written'
is "$(recorded full .whole)" false 'and it is known that this is not all'

section 'commands'
swapon /dev/vda
zswap-trace record -o none -- no-such-command 2> err
is $? 127 'a command that there is not'
like "$(cat err)" 'cannot run the command: No such file' 'is told'
mkfifo pipe
cat pipe > piped &
reader=$!
record_output=pipe
# An -o that comes again counts.
record_start pipe -o - -e store,load -- sh -c 'echo from the command; exec sleep 1000'
# which is not yet at work when it was started
wait_for 60 grep -q '^from the command$' "$VM_OUT/pipe.err"
kill -TERM $recorder
wait $recorder
is $? 143 'SIGTERM is passed on to the command, whose exit status tells of it'
wait $reader
readable piped
is "$(recorded piped '"\(.whole) \(.facts.kinds)"')" 'true store,load' 'a pipe gets a whole recording'
like "$(cat "$VM_OUT/pipe.err")" '^from the command$' 'and not what the command prints'
done_testing
