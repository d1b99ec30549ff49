#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# No page is ever lost: a workload checks every page it touches, under memory
# pressure, while the ground moves under it.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 288 --timeout 3000

# All that is short of memory is the workload: commands here are slow to come back.
cgroup_make shell max
echo 64M > "$cgroup/memory.min"
echo $$ > "$cgroup/cgroup.procs"
local_contents 16

# start: a workload larger than memory, in the background, until stop
start() {
	rm -f "$VM_OUT/workload.out"
	cgroup_make load max
	# What is only read stays on the disk where a drain has put it, and is not stored again.
	in_cgroup zs-workload --source $contents --size 256 --seconds 100000 --threads 2 --write 70 \
		> "$VM_OUT/workload.out" 2>&1 &
	workload=$!
	ok "wait_for 900 grep -q filled '$VM_OUT/workload.out'" 'a workload is under way'
}

# stop: it ends early on SIGTERM, and verifies everything
stop() {
	pkill -TERM -x zs-workload
	wait $workload
	is $? 0 "$1: every page is as it was left"
	diag "$(tail -n 1 "$VM_OUT/workload.out")"
}

stored_something() {
	[ "$(counter stored_pages)" -gt 1000 ]
}

written_something() {
	[ "$(counter written_back_pages)" -gt "$written" ]
}

busy() {
	written=$(($(counter written_back_pages) + 500))
	ok 'wait_for 900 stored_something' "$1: pages are stored"
	ok 'wait_for 900 written_something' "$1: pages are evicted"
}

set_parameter max_pool_percent 3
start
busy 'at first'

# compressors.t has the others.
for compressor in zstd lzo; do
	ok "set_parameter compressor $compressor" "compressor $compressor, under load"
	busy $compressor
done
# moved_something: in the pool, since $moved
moved_something() {
	[ "$(counter pool_compactions)" -gt "$moved" ]
}

# Frames that there are stay as they are: in each of these times there are two shapes.
for shape in '2 0' '32 2' '16 1'; do
	moved=$(counter pool_compactions)
	ok "set_parameter buddies ${shape% *} && set_parameter frame_order ${shape#* }" \
		"frames of ${shape% *} buddies, order ${shape#* }, under load"
	busy "$shape"
	ok 'wait_for 900 moved_something' "$shape: and are moved"
done
diag "$(cd $zswap_debugfs && grep . pool_frames_* pool_order_denied pool_compactions pool_moved_bytes pool_pinned)"

ok '! set_parameter compressor nonsense' 'an unknown compressor is refused'
is "$(parameter compressor)" lzo 'and the old one kept'
for bad in 101 -1 x ''; do
	ok "! set_parameter max_pool_percent '$bad'" "max_pool_percent '$bad' is refused"
	ok "! set_parameter max_compression_ratio '$bad'" \
		"max_compression_ratio '$bad' is refused"
done
ok '! set_parameter max_compression_ratio 0' 'max_compression_ratio 0 is refused'
is "$(parameter max_pool_percent) $(parameter max_compression_ratio)" "3 100" \
	'and the old ones kept'

ok zswap_goes 'rmmod under load'
ok 'dmesg | tail | grep -q "frontswap: inactive: every page is back"' 'after a drain'
is "$(awk '/^Zswapped/ { print $2 }' /proc/meminfo)" 0 'nothing is left in the pool'
ok 'zswap_comes max_pool_percent=3' "insmod under load, with a parameter"
busy 'loaded again'

if is_built_in; then
	skip "livepatch's switch, under load" 'there is no livepatch'
else
	ok "echo 0 > $klp/enabled" "livepatch's switch, under load"
	is "$(counter stored_pages)" 0 'drains as well'
	ok "wait_for 60 test ! -d $klp" 'unpatching completes'
	ok 'rmmod zswap_zbud' 'an idle zswap can be removed'
	ok 'rmmod frontswap' 'and the hooks too'
	ok "insmod $modules/frontswap.ko && zswap_comes max_pool_percent=3" 'both again, under load'
	busy 'both loaded again'
fi
stop 'all of it'

# swapoff takes everything back, into memory that must have room for it
cgroup_set shell memory.min 0
hold swapoff max 60
echo 40M > "$cgroup/memory.reclaim"
ok 'stored_something' 'was reclaimed to the pool'
ok 'swapoff -a' 'swapoff'
is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'empties the pool'
swapon /dev/vda
echo 40M > "$cgroup/memory.reclaim"
ok 'stored_something' 'swapon, and the pool fills again'
release
is $? 0 'swapoff: every page is as it was left'

ok zswap_goes 'zswap goes'
is_built_in || ok "echo 0 > $klp/enabled && wait_for 60 test ! -d $klp && rmmod frontswap" 'and the hooks'
done_testing
