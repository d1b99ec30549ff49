#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Everything at once, briefly: workloads of every kind in cgroups with limits of every
# kind check all of their pages, while each setting changes, processors and swap areas
# come and go, and at last the module and the hooks do.  The other tests look at one
# thing each, and closely; this one goes everywhere, so that the debug kernel has seen
# it all.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 400 --timeout 900

local_contents 24

# Large folios are swapped in one piece on a disk that does not rotate; a second area,
# which has its turns for as long as it has room, reads at once.
swapoff /dev/vda
echo 0 > /sys/block/vda/queue/rotational
swapon --priority 10 /dev/vda
modprobe brd rd_nr=1 rd_size=8192
mkswap /dev/ram0 > /dev/null
swapon --priority 10 /dev/ram0

# Off by default where there is so little memory.
echo always > /sys/kernel/mm/transparent_hugepage/enabled

set_parameter max_pool_percent 2
set_parameter shrinker_enabled Y

# work NAME MEMORY_MAX OPTION...: a workload in a cgroup, until the storm is over
workers=
work() {
	cgroup_make "$1" "$2"
	name=$1
	shift 2
	in_cgroup zs-workload --source $contents --seconds 100000 --write 20 "$@" \
		> "$VM_OUT/$name.out" 2>&1 &
	workers="$workers $name:$!"
}

hist_start writeback cause
hist_start store kind
hist_start reject reason
hist_start load kind

work plain 8M --size 14 --same-filled 10 --incompressible 5 --threads 2
work limited 8M --size 12
echo 1M > "$cgroup/memory.zswap.max"
work large 14M --size 20 --thp --incompressible 1

stored() {
	awk '$1 == "zswpout" { print $2 }' /proc/vmstat
}
stored_since() { # BEFORE: some hundred pages
	[ "$(stored)" -gt $(($1 + 300)) ]
}
# weather NAME CMD...: it changes, and swapping goes on
weather() {
	weather_name=$1
	shift
	ok "$*" "$weather_name"
	ok "wait_for 240 stored_since $(stored)" "$weather_name: pages are stored"
}

weather 'calm' true
weather 'lz4' set_parameter compressor lz4
weather 'what does not compress is kept' set_parameter incompressible keep
weather 'two buddies to a page' 'set_parameter buddies 2 && set_parameter frame_order 0'
weather 'a processor goes' 'echo 0 > /sys/devices/system/cpu/cpu1/online'
weather 'zstd' set_parameter compressor zstd
weather 'hysteresis' 'set_parameter accept_threshold_percent 50 && set_parameter max_pool_percent 1'
weather 'as many as there may be' 'set_parameter buddies 32 && set_parameter frame_order 2'
weather 'a processor comes' 'echo 1 > /sys/devices/system/cpu/cpu1/online'
weather 'what does not compress is rejected' set_parameter incompressible reject
weather 'no hysteresis' set_parameter accept_threshold_percent 100
weather 'room again' set_parameter max_pool_percent 2
weather 'sixteen to two pages' 'set_parameter buddies 16 && set_parameter frame_order 1'
weather 'a swap area goes' swapoff /dev/ram0
weather 'no same-filled pages' set_parameter same_filled_pages_enabled N
# It may not find as much as that, and says so.
weather 'memory pressure' 'cgroup_set plain memory.reclaim 2M || true'
weather 'a swap area comes' swapon --priority 10 /dev/ram0
weather 'same-filled pages' set_parameter same_filled_pages_enabled Y

# Its pages are the parent's from now on.
passing_cgroup() {
	cgroup_split passing
	mkdir "$cgroup/child"
	sh -c 'echo $$ > "$0/cgroup.procs" && exec dd if=/bin/sh of=/dev/shm/passing bs=64k count=1' \
		"$cgroup/child" 2> /dev/null
	cksum < /dev/shm/passing > "$VM_OUT/passing"
	cgroup_set passing/child memory.reclaim 64K
	rmdir "$cgroup/child"
}
weather 'a cgroup is removed' passing_cgroup

for cause in $(seq 0 5); do
	diag "writebacks for cause $cause: $(hist_count writeback "$cause")"
done
for cause in cgroup_limit:2 shrinker:3; do
	ok "[ $(hist_count writeback ${cause#*:}) -gt 0 ]" "pages were written back: ${cause%:*}"
done
ok "[ $(($(hist_count writeback 0) + $(hist_count writeback 5))) -gt 100 ]" \
	'pages were written back: the pool'\''s limit'
for kind in compressed:0 same_filled:1 incompressible:2; do
	ok "[ $(hist_count store ${kind#*:}) -gt 0 ]" "pages were stored: ${kind%:*}"
	ok "[ $(hist_count load ${kind#*:}) -gt 0 ]" "pages were loaded: ${kind%:*}"
done
ok "[ $(counter pool_compactions) -gt 0 ]" \
	"compressed pages were moved: $(counter pool_moved_bytes) bytes, $(counter pool_compactions) times"
for reason in compress_poor large_folio; do
	ok "[ $(hist_count reject "$(reason_number $reason)") -gt 0 ]" \
		"pages were rejected: $reason"
done
hist_stop writeback cause
hist_stop store kind
hist_stop reject reason
hist_stop load kind

ok zswap_goes 'the module goes'
weather 'the module comes' 'zswap_comes max_pool_percent=2 shrinker_enabled=Y'
if is_built_in; then
	skip 'the hooks let go' 'there is no livepatch'
else
	ok "echo 0 > $klp/enabled && wait_for 120 test ! -d $klp" 'the hooks let go'
	ok 'rmmod zswap_zbud && rmmod frontswap' 'and go'
	weather 'all is back' "insmod $modules/frontswap.ko && zswap_comes max_pool_percent=2"
fi

is "$(cksum < /dev/shm/passing)" "$(cat "$VM_OUT/passing")" 'pages of the removed cgroup are as they were'
rm /dev/shm/passing
pkill -TERM -x zs-workload
for worker in $workers; do
	wait "${worker#*:}"
	is $? 0 "${worker%:*}: every page is as it was left"
	diag "$(tail -n 1 "$VM_OUT/${worker%:*}.out")"
done
swapoff -a
is "$(counter stored_pages) $(counter pool_pages) $(counter compressors)" '0 0 1' 'nothing is left'

done_testing
