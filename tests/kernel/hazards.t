#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What could lose a page if nobody had thought of it.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

local_contents 64

# A livepatch that replaces all others would take the hooks away, undrained.
if is_built_in; then
	skip 'a replacing livepatch is refused' 'there is no livepatch'
else
	ok "! insmod $modules/zs_replace.ko 2>/dev/null" 'a replacing livepatch is refused'
	ok 'patched' 'and the hooks are where they were'
fi

# swapoff uses whatever folio it once found in the swap cache, and eviction makes
# folios and takes them back, for pages that may not be written.
hold forbidden 256M 80
forbidden=$holder
echo 0 > "$cgroup/memory.zswap.writeback"
echo 40M > "$cgroup/memory.reclaim"
ok "[ $(counter stored_pages) -gt 5000 ]" 'pages that may not be written back are in the pool'
set_parameter max_pool_percent 1
cgroup_make other 16M
in_cgroup zs-workload --source $contents --size 32 --seconds 100000 --write 20 \
	> "$VM_OUT/other.out" 2>&1 &
other=$!
hist_start writeback result
forbidden_writebacks() {
	[ "$(hist_count writeback 18446744073709551615)" -gt 100 ]
}
ok 'wait_for 120 forbidden_writebacks' 'evictions fail, as they must'
echo 300M > "$cgroup/memory.max"
ok 'swapoff /dev/vda' 'swapoff, meanwhile'
hist_stop writeback result
pkill -x zs-workload
wait $other
is $? 0 'every page of the other workload is as it was'
wait $forbidden
is $? 0 'and every page that could not be written back'
swapon /dev/vda

# Zero pages are not stored: what was stored of them before must not come back.
cgroup_make zeros 16M
in_cgroup zs-workload --source $contents --size 40 --touches 3000 --write 50 --zeros 50 \
	> "$VM_OUT/zeros.out" 2>&1
is $? 0 'pages that become zeros stay zeros'

set_parameter max_pool_percent 20

# Bytes that do not decompress: the reader gets an error, and never old contents;
# and a drain does not wait for them for ever.  Not the first pages of all: those are
# of how the process began, and nobody may ever read them again.
hold corrupt 48M 60
insmod "$modules/zs_fault.ko" "symbol=${in_zswap}zswap_decompress" ret=-5 count=3 every=200
ok zswap_goes 'a drain ends, though three pages do not decompress'
is "$(cat /sys/module/zs_fault/parameters/hits)" 3 'which is what happened'
is "$(dmesg | grep -c 'is lost: memory was corrupted')" 3 'and was said'
release
is $? 135 'whoever reads them gets SIGBUS (and no old contents)'
rmmod zs_fault
ok zswap_comes 'insmod again'

hold corrupt 48M 60
insmod "$modules/zs_fault.ko" "symbol=${in_zswap}zswap_decompress" ret=-5 count=1000000
release
is $? 135 'a load that fails is an error, too'
rmmod zs_fault
ok "[ $(counter decompress_fail) -gt 0 ]" 'and is counted'
swapoff -a
is "$(counter stored_pages)" 0 'nothing is left behind'

done_testing
