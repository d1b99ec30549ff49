#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several swap areas at once: disk, file, and two that read at once; which come and
# go, as do processors and the module, while a workload checks all of its pages.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512 --cpus 2 --timeout 1500

local_contents 48

#
# Four areas, by priority: the first three are so small that all are used, however well
# pages compress: with zstd some 44 MB of the workload below are in swap.
#
modprobe brd rd_nr=1 rd_size=10240
modprobe zram num_devices=1
modprobe loop
modprobe ext4
echo 8M > /sys/block/zram0/disksize
# Without holes: filling them later would be charged to the workload.
dd if=/dev/zero of=/tmp/disk bs=1M count=24 2>/dev/null
mkdir /tmp/disk-mounted
loop=$(losetup --find --show /tmp/disk)
mkfs.ext4 -q "$loop" && mount -t ext4 "$loop" /tmp/disk-mounted
dd if=/dev/zero of=/tmp/disk-mounted/swap bs=1M count=8 2>/dev/null
chmod 600 /tmp/disk-mounted/swap
# Each has the lowest number that is free when it comes, and keeps it if it returns
# before another comes.
areas='/dev/vda /dev/ram0 /tmp/disk-mounted/swap /dev/zram0'
types='0 1 2 3'

area_on() { # AREA
	case $1 in
	/dev/vda) swapon --priority 1 "$1" ;;
	/dev/zram0) swapon --priority 10 "$1" ;;
	/dev/ram0) swapon --priority 20 "$1" ;;
	*) swapon --priority 30 "$1" ;;
	esac
}

swapoff /dev/vda
for area in $areas; do
	[ "$area" = /dev/vda ] || mkswap "$area" > /dev/null
	ok "area_on $area" "swapon $area"
done
is "$(grep -c . /proc/swaps)" 5 'there are four swap areas'

stored_something() {
	[ "$(counter stored_pages)" -gt 1000 ]
}

held() { # TYPE: pages of a swap area, if none was loaded but for good
	echo $(($(hist_count store "$1") - $(hist_count load "$1") - $(hist_count invalidate "$1")))
}

count_types() { # start|stop
	for event in store load invalidate; do
		"hist_$1" $event type
	done
}

#
# Of one area's pages, and of no other's, swapoff leaves nothing.
#
count_types start
hold areas max 80
echo 60M > "$cgroup/memory.reclaim"
total=0
for type in $types; do
	total=$((total + $(held "$type")))
	ok "[ $(held "$type") -gt 100 ]" "area $type: $(held "$type") pages are stored"
done
is "$(counter stored_pages)" $total 'which are all there are'
for type in 2 1 3 0; do
	area=$(echo "$areas" | cut -d ' ' -f $((type + 1)))
	total=$((total - $(held "$type")))
	ok "swapoff $area" "area $type: swapoff $area"
	is "$(held "$type")" 0 "area $type: nothing is left of it"
	is "$(counter stored_pages)" $total "area $type: the others' pages are there"
done
is "$total $(counter pool_pages)" '0 0' 'the pool is empty'
release
is $? 0 'every page is as it was'
for area in $areas; do
	area_on "$area"
done

#
# Under load, from here on.
#
# A cgroup pays for its compressed pages, too: of 96 MB, half or so are in swap.
cgroup_make devices 72M
in_cgroup zs-workload --source $contents --size 96 --seconds 100000 --threads 2 --write 20 \
	> "$VM_OUT/devices.out" 2>&1 &
workload=$!
ok "wait_for 240 grep -q filled '$VM_OUT/devices.out'" 'a workload is under way'

loads_of_each() { # all have come $1 times since $before
	for type in $types; do
		[ "$(hist_count load "$type")" -ge $(($(echo "$before" | cut -d ' ' -f $((type + 1))) + $1)) ] ||
			return 1
	done
}

loads_now() {
	for type in $types; do
		hist_count load "$type"
	done | tr '\n' ' '
}

busy() { # NAME: pages of all areas are read
	before=$(loads_now)
	ok 'wait_for 240 loads_of_each 20' "$1: pages of each area are loaded"
}
busy 'four areas'

# What reads at once may leave the page in the pool, until its swap entry is freed: there
# a page comes to its end twice.  (More comes to its end than was stored, when these
# are more than the pages held.)
ends() { # TYPE
	echo $(($(hist_count load "$1") + $(hist_count invalidate "$1")))
}
twice() { # TYPE
	[ "$(ends "$1")" -gt "$(hist_count store "$1")" ]
}
for type in 1 3; do
	ok "wait_for 240 twice $type" "area $type: pages stay in the pool when they are loaded"
done
for type in 0 2; do
	ended=$(ends $type)
	ok "[ $ended -le $(hist_count store $type) ]" "area $type: pages leave it"
done

for cycle in 1 2; do
	for area in $areas; do
		# for what the disk had, the others have no room
		[ "$area" != /dev/vda ] || echo max > "$cgroup/memory.max"
		ok "swapoff $area" "cycle $cycle: swapoff $area, under load"
		ok "area_on $area" "cycle $cycle: swapon $area"
		echo 72M > "$cgroup/memory.max"
	done
done
busy 'after the cycles'

# A small pool that evicts at its limit, so that pages are written to every area, and read
# from there.
hist_start writeback type
set_parameter accept_threshold_percent 100
set_parameter max_pool_percent 3
written_to_each() {
	for type in $types; do
		[ "$(hist_count writeback "$type")" -ge 20 ] || return 1
	done
}
ok 'wait_for 240 written_to_each' 'pages are written to each area'
set_parameter max_pool_percent 20
hist_stop writeback type

#
# Processors: each has a compressor's buffers of its own.
#
cpu=/sys/devices/system/cpu/cpu1/online
for compressor in lz4 zstd lzo; do
	ok "echo 0 > $cpu" 'a processor goes'
	ok "set_parameter compressor $compressor" "compressor $compressor, meanwhile"
	busy "$compressor on one processor"
	ok "echo 1 > $cpu" 'it returns'
	busy "$compressor on two"
done
count_types stop

#
# The module.
#
drains() {
	dmesg | grep -c "$1"
}
began=$(drains 'draining: [0-9]* pages, [0-9]* page frames')
ended=$(drains 'frontswap: inactive: every page is back')
for cycle in 1 2 3 4 5; do
	ok 'wait_for 240 stored_something' "cycle $cycle: pages are stored"
	# once on a processor that is the only one
	[ $cycle != 4 ] || echo 0 > $cpu
	ok zswap_goes "cycle $cycle: rmmod, under load"
	is "$(awk '/^Zswapped/ { print $2 }' /proc/meminfo)" 0 "cycle $cycle: nothing is left in the pool"
	[ $cycle != 4 ] || echo 1 > $cpu
	ok zswap_comes "cycle $cycle: insmod"
done
is $(($(drains 'draining: [0-9]* pages, [0-9]* page frames') - began)) 5 \
	'the log says of each drain how much there was'
is $(($(drains 'frontswap: inactive: every page is back') - ended)) 5 'and when it was done'
ok 'wait_for 240 stored_something' 'pages are stored'

pkill -TERM -x zs-workload
wait $workload
is $? 0 'every page is as it was left'
diag "$(tail -n 1 "$VM_OUT/devices.out")"
for area in $areas; do
	ok "swapoff $area" "swapoff $area"
done
is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'leaves nothing in the pool'

umount /tmp/disk-mounted

#
# Writes that end on another processor than the drain's: it gives their memory back
#
mkswap "$loop" > /dev/null
echo 0 > "/sys/block/${loop#/dev/}/queue/rq_affinity"
ok "swapon $loop" 'swapon of what is served by a task on any processor'
cgroup_make drained max
hold_in drained 24
cgroup_reclaim drained 20
pages=$(counter stored_pages)
ok "[ $pages -gt 3000 ]" 'pages are stored'
written=$(vmstat pswpout)
taskset -p 2 $$ > /dev/null
ok zswap_goes 'a drain on one of them'
written=$(($(vmstat pswpout) - written))
ok "[ $written -gt $((pages / 2)) ]" 'which has written them'
cached=$(awk '$1 == "SwapCached:" { print $2 / 4 }' /proc/meminfo)
ok "[ $cached -lt $((written / 20)) ]" "and keeps $cached of $written page frames"
stop_workload drained "$workload" 'drained'
swapoff "$loop"
losetup --detach "$loop"
done_testing
