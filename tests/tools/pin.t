#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace --pin leaves programs that count behind, which cat and bpftool read; and
# --unpin leaves nothing.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

out=$VM_OUT
dir=/sys/fs/bpf/zswap

# loaded: what the kernel has of BPF, of anybody's
loaded() {
	bpftool -j prog show | jq -c '[.[] | ["prog", .id, .name]][]'
	bpftool -j map show | jq -c '[.[] | ["map", .id, .name]][]'
	bpftool -j link show | jq -c '[.[] | ["link", .id, .type]][]'
}

# stat NAME: a line of "stats"
stat_of() {
	awk -v name="$1" '$1 == name { print $2 }' "$out/stats"
}

# summed MAP JQ: a counter as bpftool has dumped the map, over CPUs
summed() {
	jq "[.[].formatted.values[].value | $2] | add" "$out/$1.json"
}

# fails STATUS REGEX ARG...: with one line
fails() {
	fails_status=$1 fails_like=$2
	shift 2
	zswap-trace "$@" > "$out/failed" 2>&1
	is "$? $(wc -l < "$out/failed")" "$fails_status 1" "zswap-trace $*: fails with one line"
	like "$(cat "$out/failed")" "$fails_like" 'which says why'
}

local_contents 48
set_parameter max_pool_percent 1
cgroup_make pinned 24M
loaded > "$out/loaded.before"

#
# Where it cannot be
#
fails 1 "'/tmp/zswap' is not in a BPF file system.*/sys/fs/bpf" --pin /tmp/zswap
fails 1 "no directory '/sys/fs/bpf/no/such'" --pin /sys/fs/bpf/no/such/folder
fails 1 'no dots' --pin /sys/fs/bpf/zswap.pinned
mkdir -p /sys/fs/bpf/strange/other
fails 1 "'/sys/fs/bpf/strange' is not empty" --pin /sys/fs/bpf/strange
fails 1 'not made by --pin' --unpin /sys/fs/bpf/strange
ok '[ -d /sys/fs/bpf/strange/other ]' 'and left as it was'
rmdir /sys/fs/bpf/strange/other /sys/fs/bpf/strange
fails 1 'is not in a BPF file system' --unpin /tmp
fails 1 'No such file' --unpin $dir
setpriv --reuid 65534 --clear-groups --bounding-set=-all zswap-trace --pin $dir > "$out/failed" 2>&1
is $? 1 'without rights, it fails'
like "$(cat "$out/failed")" 'no rights.*root' 'and says which are missing'
umount /sys/fs/bpf
fails 1 'mount -t bpf bpf /sys/fs/bpf' --pin $dir
mount -t bpf -o mode=700 bpf /sys/fs/bpf
loaded > "$out/loaded.failed"
ok "cmp '$out/loaded.before' '$out/loaded.failed'" 'no failure leaves anything loaded'

#
# Pinned under load, it counts
#
start_workload pinned --size 32 --touches 100000000 --write 20
busy() {
	[ "$(counter stored_pages)" -gt 0 ]
}
ok 'wait_for 60 busy' 'pages are being stored'
ok "zswap-trace --pin $dir > '$out/pin.out' 2> '$out/pin.err'" '--pin, while they are' ||
	bail_out "$(cat "$out/pin.err")"
is "$(wc -c < "$out/pin.out")" 0 'what it says goes to stderr'
like "$(cat "$out/pin.err")" 'source: tp_btf' 'its source'
like "$(cat "$out/pin.err")" "rmmod zswap_zbud is refused, until zswap-trace --unpin $dir" \
	'that the module stays, and until when'
fails 1 'not empty.*--unpin' --pin $dir
ok '! rmmod zswap_zbud' 'rmmod is refused'
ok "cat $dir/stats > '$out/stats' && cat $dir/usage > '$out/usage.busy'" 'cat reads both files under load'
first=$(stat_of stores)
more() {
	cat $dir/stats > "$out/stats" && [ "$(stat_of stores)" -gt $((first + 100)) ]
}
ok 'wait_for 60 more' 'it counts on'
xargs kill < "$cgroup/cgroup.procs"
wait "$workload" 2>/dev/null
swapoff -a

#
# Quiet: everybody says the same
#
swapon /dev/vda
count_every_event
before=$out/stats.before
cat $dir/stats > "$before"
in_cgroup zs-workload --source $contents --size 32 --touches 2000 --write 20 > "$out/workload" 2>&1
is $? 0 'a workload finds every page as it left it'
swapoff -a
# That the pool has left its limit is noticed up to a second later: so all is read again
# when something has changed meanwhile.
at_one_moment() {
	cat $dir/stats > "$out/stats"
	cat $dir/usage > "$out/usage"
	for map in zs_usage zs_pool; do
		bpftool -j map dump pinned "$dir/map/$map" > "$out/$map.json"
	done
	cat $dir/stats > "$out/stats.after"
	cmp -s "$out/stats" "$out/stats.after"
}
ok 'wait_for 60 at_one_moment' 'stats, usage and the maps are read, and nothing changes meanwhile'
grown() {
	echo $(($(stat_of "$1") - $(awk -v name="$1" '$1 == name { print $2 }' "$before")))
}
for event in store load invalidate reject; do
	is "$(grown ${event}s)" "$(hist_count $event)" "stats and ftrace count the same ${event}s"
done
for event in writeback evict; do
	is "$(grown ${event}s)" "$(hist_count $event 0)" "stats and ftrace count the same ${event}s"
done
ok "[ $(grown stores) -gt 1000 ] && [ $(grown writebacks) -gt 0 ]" 'of which there are some'
is "$(grown rejects.compress_poor)" "$(hist_count reject "$(reason_number compress_poor)")" \
	'and rejects of one reason'
diag "$(cat "$out/usage")"
ok "awk '{ if (NF != 2 || \$2 !~ /^[0-9]+\$/) bad = 1 } END { exit bad || NR < 60 }' '$out/stats'" \
	'stats is lines of a name and a number'
is "$(sort "$out/stats" | cut -d ' ' -f 1 | uniq -d)" '' 'no name comes twice'
while read -r name map query; do
	is "$(stat_of "$name")" "$(summed "$map" "$query")" "bpftool map dump $map has the same $name"
done <<EOF
	stores zs_usage .stores
	load_bytes zs_usage .load_bytes
	rejects.compress_poor zs_usage .reject_by_reason[$(reason_number compress_poor)]
	evicts.pool_limit zs_pool .evict_by_cause[0]
	pool_limit_left zs_pool .pool_limit_left
EOF
for sum in rejects writebacks evicts writebacks_failed evicts_failed; do
	is "$(awk -v part="$sum." 'index($1, part) == 1 { n += $2 } END { print n + 0 }' "$out/stats")" \
		"$(stat_of $sum)" "the parts of $sum add up"
done
is "$(stat_of who_overflow)" 0 'the health counters are there'

# column NAME: of usage, added up
column() {
	awk -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
		{ n += $at } END { print n + 0 }' "$out/usage"
}
for name in stores loads disk_reads writebacks rejects invalidates evicts restores refaults; do
	is "$(column $name)" "$(stat_of $name)" "usage adds up to the $name of stats"
done
like "$(cat "$out/usage")" "^ *$(cgroup_id pinned) +[0-9]+ owner .* zs-workload\$" \
	'usage names the cgroup, the process and its role'
is "$(awk 'NR > 1 { print $1, $2, $3 }' "$out/usage" | sort | uniq -d)" '' 'nobody comes twice'

#
# bpftool explains it
#
# pinned KIND QUERY: a line for each object that is pinned: where, and what it says
pinned() {
	bpftool -j -f "$1" show | jq -r ".[] | select(.pinned) | (.pinned[] + \" \" + $2)" |
		sed "s|^$dir/||" | sort
}

# all_of FOLDER: its files, each with its own name, as pinned() would say it
all_of() {
	find "$dir/$1" -type f -printf "$1/%f %f\n" | sort
}

ok "[ $(all_of prog | wc -l) -ge 14 ] && [ $(all_of map | wc -l) -ge 7 ]" 'there are programs and maps'
is "$(pinned prog 'if .btf_id and .gpl_compatible then .name else "?" end')" "$(all_of prog)" \
	'every program has its name, and BTF'
is "$(pinned map 'if .btf_id then .name else "?" end')" \
	"$(all_of map | sed 's/ zs_globals$/ .data.shared/; s/ zs_pages$/ zswap_bp.bss/')" \
	'every map has its name, and BTF'
unlike "$(all_of map)" 'constants|rodata' 'but for the one that may have addresses of the kernel'
bpftool -j prog show > "$out/programs"
is "$(pinned link '(.prog_id | tostring)' | grep ^link/ | while read -r link id; do
		echo "$link $(jq -r ".[] | select(.id == $id) | .name" "$out/programs")"
	done)" "$(all_of link)" 'every link has the name of its program'
like "$(bpftool prog show pinned $dir/prog/zs_store)" 'name zs_store ' 'bpftool prog show pinned'
for event in $all_events; do
	ok "[ -e $dir/link/zs_$event ] && [ -e $dir/prog/zs_$event ]" "the program of $event is linked"
done
bpftool map dump pinned $dir/map/zs_globals > "$out/globals"
like "$(head -n 40 "$out/globals")" '"who_overflow": 0' 'bpftool shows what could not be counted'
like "$(head -n 40 "$out/globals")" '"attribute": 1' 'and what was asked for'
is "$(find $dir -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | xargs)" 'link map prog stats usage' 'the directory has these and no more'

#
# Gone
#
count_no_event
bpftool map pin id "$(bpftool -j map show pinned $dir/map/zs_pool | jq .id)" $dir/other
fails 1 "did not make .'other'" --unpin $dir
ok "[ -e $dir/link/zs_store ]" 'of a directory with more in it, nothing is removed'
rm $dir/other
ok "zswap-trace --unpin $dir/ > '$out/unpin' 2>&1" '--unpin'
is "$(cat "$out/unpin")" '' 'says nothing'
loaded > "$out/loaded.after"
ok "diff '$out/loaded.before' '$out/loaded.after'" 'no program, map or link stays loaded'
ok "[ ! -e $dir ]" 'the directory is gone'
ok 'zswap-trace --pin /sys/fs/bpf/zswap --source raw_tp -c pinned' 'it can be done again, another way'
ok "[ -e $dir/link/zsr_store ]" 'the other source is pinned'
ok "zswap-trace --unpin $dir" 'and unpinned'
mkdir -m 700 $dir
ok "zswap-trace --pin $dir && zswap-trace --unpin $dir" 'an empty directory will do'
ok 'rmmod zswap_zbud' 'and the module can go'

done_testing
