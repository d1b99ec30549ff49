#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Large folios: stored page by page, all of their pages or none, and forgotten
# with their swap entries, on whichever way these go.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 640 --timeout 1200

thp=/sys/kernel/mm/transparent_hugepage
split=/sys/kernel/debug/split_huge_pages
size=16
folios=$((size / 2))
pages=$((size * 256))

# Only as a solid-state disk does the swap device have room for large folios in one
# piece.
swapoff /dev/vda
echo 0 > /sys/block/vda/queue/rotational
swapon /dev/vda

# Only those who ask get huge pages, and only when they ask: khugepaged would make
# some of its own.
echo madvise > $thp/enabled
echo always > $thp/defrag
echo 0 > $thp/khugepaged/defrag
echo 100000000 > $thp/khugepaged/scan_sleep_millisecs
set_parameter max_pool_percent 50

# Contents of which every page compresses: one that does not takes the 511 others
# with it.
contents=/tmp/numbers
mkdir $contents
seq 1000000 4000000 | head -c ${size}M > $contents/numbers
is "$(stat -c %s $contents/numbers)" $((size << 20)) 'there are numbers enough'
numbers=$contents

# The same, but for two of the huge pages, in which one page each does not compress:
# the last, and one in the middle.
mkdir /tmp/mixed
cp $contents/numbers /tmp/mixed/numbers
for page in $((1 * 512 + 511)) $((5 * 512 + 100)); do
	dd if=/dev/urandom of=/tmp/mixed/numbers bs=4096 count=1 seek=$page conv=notrunc 2>/dev/null
done

memory_stat() {
	awk -v name="$1" '$1 == name { print $2 }' "$cgroup/memory.stat"
}

#
# Counting.  A large folio's swap entries are aligned and side by side: an event that
# came of each of its pages fills a bucket of offsets.
#
bucket=512
stores_before=0
hist_start store "offset.buckets=$bucket"
hist_start reject reason
for event in load invalidate; do
	hist_start $event type
done
hist_start writeback result

# count_stores BUCKET: from now on, in buckets of so many pages
count_stores() {
	stores_before=$((stores_before + $(hist_count store)))
	hist_stop store "offset.buckets=$bucket"
	bucket=$1
	hist_start store "offset.buckets=$bucket"
}

# whole: how many large folios were stored since
whole() {
	awk -v bucket="$bucket" '$1 == "{" && $NF == bucket { n++ } END { print n + 0 }' \
		$tracefs/events/zswap/zswap_store/hist
}

rejects() {
	hist_count reject "$(reason_number "$1")"
}

# Pages held, by the events.
held() {
	echo $((stores_before + $(hist_count store) - $(hist_count load) -
		$(hist_count writeback 0) - $(hist_count invalidate)))
}

nothing_stored() {
	[ "$(counter stored_pages)" = 0 ]
}

# Freed pages may wait in a CPU's batch for a moment, and their swap entries with them.
all_gone() { # NAME
	ok 'wait_for 10 nothing_stored' "$1: no page stays in the pool"
	is "$(held)" "$(counter stored_pages)" "$1: and by the events, none"
}

#
# Workloads that hold huge pages, and these pages' ways.
#

# huge NAME OPTION...: a workload in huge pages; $holder is its process
huge() {
	name=$1
	shift
	rm -f "$VM_OUT/$name.out"
	cgroup_make "$name" max
	in_cgroup zs-workload --source "$contents" --size $size --thp --hold "$@" \
		> "$VM_OUT/$name.out" 2>&1 &
	holder=$!
	ok "wait_for 120 grep -q holding '$VM_OUT/$name.out'" "$name: a workload holds its pages"
	is "$(memory_stat anon_thp)" $((folios << 21)) "$name: in $folios huge pages"
	count_stores 512
}

reclaimed() {
	echo ${size}M > "$cgroup/memory.reclaim"
	[ "$(memory_stat anon_thp)$(memory_stat shmem_thp)" = 00 ]
} 2>/dev/null

# What slipped away before the fault was in place, and was loaded, comes again.
cached() {
	echo ${size}M > "$cgroup/memory.reclaim"
	[ "$(memory_stat swapcached)" -ge $((size << 20)) ] &&
		[ "$(counter stored_pages)" -ge $pages ]
} 2>/dev/null

# stay_cached NAME: all goes to the pool, but stays in the swap cache as well, as if
# somebody always looked at it when it was to leave
stay_cached() {
	insmod "$modules/zs_fault.ko" symbol=__remove_mapping ret=0 count=1000000000
	ok 'wait_for 120 cached' "$1: its huge pages are in the swap cache"
	rmmod zs_fault
	ok "[ $(counter stored_pages) -ge $pages ]" "$1: and in the pool"
}

# forget: the workload dies without looking at its pages
forget() {
	pkill -KILL -x zs-workload
	wait "$holder"
}

#
# Stored whole, and read page by page.
#
is "$(counter stored_pages)" 0 'nothing is stored yet'
splits=$(vmstat thp_split_page)
fallbacks=$(vmstat thp_swpout_fallback)
huge whole
ok 'wait_for 120 reclaimed' 'whole: all of it is reclaimed'
is "$(whole)" $folios "whole: $folios times 512 pages were stored"
is "$(vmstat thp_split_page) $(vmstat thp_swpout_fallback)" "$splits $fallbacks" \
	'whole: no huge page was split'
is "$(vmstat thp_swpout)" 0 'whole: and none went to the device'
is "$(held)" "$(counter stored_pages)" 'whole: as many are held as the events say'
release
is $? 0 'whole: every page is as it was'
all_gone whole

for way in forget drop; do
	huge $way --drop 75
	ok 'wait_for 120 reclaimed' "$way: all of it is reclaimed"
	is "$(whole)" $folios "$way: as a whole"
	if [ $way = forget ]; then
		forget
		is $? 137 'forget: the workload is killed'
	else
		release
		is $? 0 'drop: zeros where it gave pages back, and else what was there'
	fi
	all_gone $way
done

#
# All or nothing.
#
contents=/tmp/mixed
huge poor
ok 'wait_for 120 reclaimed' 'poor: all of it is reclaimed'
is "$(whole)" $((folios - 2)) 'poor: two huge pages were not stored'
is "$(vmstat thp_swpout)" 2 'poor: but went to the device, in one piece each'
is "$(rejects large_folio)" $((2 * 511)) 'poor: 511 pages of each for the sake of one'
ok "[ $(rejects compress_poor) -ge 2 ]" 'poor: of that, compress_poor'
for reason in large_folio compress_poor; do
	is "$(counter reject_$reason)" "$(rejects $reason)" "poor: debugfs agrees: $reason"
done
is "$(held)" "$(counter stored_pages)" 'poor: as many are held as the events say'
ok "[ $(counter stored_pages) -lt $((pages - 512)) ]" 'poor: and so nothing of these two'
release
is $? 0 'poor: every page is as it was'
all_gone poor

set_parameter incompressible keep
huge keep
ok 'wait_for 120 reclaimed' 'keep: all of it is reclaimed'
is "$(whole)" $folios 'keep: everything is stored'
is "$(rejects large_folio)" $((2 * 511)) 'keep: nothing more was rejected'
ok "[ $(counter stored_incompressible_pages) -ge 2 ]" 'keep: the two poor pages as they are'
release
is $? 0 'keep: every page is as it was'
all_gone keep
is "$(counter stored_incompressible_pages)" 0 'keep: nor one of the poor ones'
set_parameter incompressible reject
contents=$numbers

#
# In the pool, and in the swap cache still.  The swap entries of a large folio that
# goes with the swap cache are freed in one piece, of which the kernel tells nobody.
#
huge read
stay_cached read
release
is $? 0 'read: every page is as it was'
all_gone read

huge killed
stay_cached killed
forget
is $? 137 'killed: the workload is killed'
all_gone killed

huge dropped --drop 75
stay_cached dropped
release
is $? 0 'dropped: zeros where it gave pages back, and else what was there'
all_gone dropped

# Only what is mapped can be split; what is only read stays in the swap cache.
cgroup_make split max
in_cgroup zs-workload --source "$contents" --size $size --thp --seconds 100000 \
	> "$VM_OUT/split.out" 2>&1 &
holder=$!
ok "wait_for 120 grep -q filled '$VM_OUT/split.out'" 'split: a workload is under way'
stay_cached split
splits=$(vmstat thp_split_page)
split_all() {
	echo 1 > $split
	[ $(($(vmstat thp_split_page) - splits)) = $folios ]
}
ok 'wait_for 120 split_all' 'split: mapped again, each is split'
ok "[ $(memory_stat swapcached) -ge $((size << 20)) ]" 'split: in the swap cache'
ok "[ $(counter stored_pages) -ge $pages ]" 'split: and in the pool'
release
is $? 0 'split: every page is as it was'
all_gone split

huge drained
stay_cached drained
for event in load invalidate; do
	hist_stop $event type
done
hist_stop store "offset.buckets=$bucket"
hist_stop writeback result
hist_stop reject reason
ok zswap_goes 'drained: the module goes'
is "$(awk '/^Zswapped/ { print $2 }' /proc/meminfo)" 0 'drained: and leaves nothing in the pool'
release
is $? 0 'drained: every page is as it was'
ok 'zswap_comes max_pool_percent=50' 'drained: and comes again'

stores_before=0
hist_start store "offset.buckets=$bucket"
for event in load invalidate; do
	hist_start $event type
done
hist_start writeback result

#
# All at once.  Huge pages go and, as what goes stays in the swap cache, return as
# they are; they are written to; they are split, mapped or not.
#
cgroup_make storm max
in_cgroup zs-workload --source "$contents" --size $size --thp --seconds 100000 --threads 2 \
	--write 20 --drop 25 > "$VM_OUT/storm.out" 2>&1 &
storm=$!
ok "wait_for 120 grep -q filled '$VM_OUT/storm.out'" 'storm: a workload is under way'
worker=$(pgrep -x zs-workload)
# the largest mapping is that of its pages
arena=$(awk '{
		split($1, ends, "-")
		if (length(ends[1]) == 12 && NF == 5)
			print ends[1], ends[2]
	}' "/proc/$worker/maps" | while read -r from to; do
		echo $((0x$to - 0x$from)) "0x$from,0x$to"
	done | sort -n | awk 'END { print $2 }')
diag "splitting $arena"
splits=$(vmstat thp_split_page)
for round in 1 2 3 4; do
	insmod "$modules/zs_fault.ko" symbol=__remove_mapping ret=0 count=$((round * 3))
	echo $((size / 2))M > "$cgroup/memory.reclaim"
	rmmod zs_fault
	case $round in
	[14]) echo "$worker,$arena,0" > $split ;;
	3) echo 1 > $split ;;
	esac
done 2>/dev/null
ok "[ $(vmstat thp_split_page) -gt $splits ]" 'storm: huge pages were split'
ok "[ $(hist_count store) -gt $pages ] && [ $(hist_count load) -gt 0 ]" \
	'storm: pages went and came'
kill -TERM "$worker"
wait $storm
is $? 0 'storm: every page is as it was'
all_gone storm

# Single pages of huge ones come back one by one, and go again alone.
cgroup_make refaults $((size + 8))M
loads=$(hist_count load)
in_cgroup zs-workload --source "$contents" --size $((size * 3 / 2)) --thp --touches 1500 \
	--write 20 > "$VM_OUT/refaults.out" 2>&1
is $? 0 'refaults: every page is as it was'
ok "[ $(hist_count load) -gt $loads ]" "refaults: $(($(hist_count load) - loads)) pages were loaded"
all_gone refaults

#
# Other sizes, and other owners.
#
echo never > $thp/hugepages-2048kB/enabled
echo madvise > $thp/hugepages-64kB/enabled
cgroup_make mthp max
count_stores 16
in_cgroup zs-workload --source "$contents" --size $size --thp --hold > "$VM_OUT/mthp.out" 2>&1 &
holder=$!
ok "wait_for 120 grep -q holding '$VM_OUT/mthp.out'" '64 kB: a workload holds its pages'
folios64=$(cat $thp/hugepages-64kB/stats/nr_anon)
ok "[ $folios64 -ge $((size * 15)) ]" "64 kB: in $folios64 folios"
stay_cached '64 kB'
ok "[ $(whole) -ge $folios64 ]" '64 kB: 16 pages were stored of each'
release
is $? 0 '64 kB: every page is as it was'
all_gone '64 kB'
echo never > $thp/hugepages-64kB/enabled
echo inherit > $thp/hugepages-2048kB/enabled

cgroup_make shmem max
count_stores 512
mkdir /tmp/huge
mount -t tmpfs -o huge=always,size=$((2 * size))M huge /tmp/huge
in_cgroup cp $contents/numbers /tmp/huge/one
is "$(memory_stat shmem_thp)" $((folios << 21)) 'tmpfs: a file in huge pages'
ok 'wait_for 120 reclaimed' 'tmpfs: all of it is reclaimed'
is "$(whole)" $folios 'tmpfs: 512 pages were stored of each'
ok "cmp $contents/numbers /tmp/huge/one" 'tmpfs: the file is as it was'
rm /tmp/huge/one
in_cgroup cp $contents/numbers /tmp/huge/two
stay_cached tmpfs
ok "cmp -n $((size << 19)) $contents/numbers /tmp/huge/two" \
	'tmpfs: half of another is, in the swap cache'
ok "[ $(counter stored_pages) -ge 512 ]" 'tmpfs: what was not is in the pool still'
rm /tmp/huge/two
umount /tmp/huge
all_gone tmpfs

for event in load invalidate; do
	hist_stop $event type
done
hist_stop store "offset.buckets=$bucket"
hist_stop writeback result
ok zswap_goes 'the module goes'
done_testing
