#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every reason to reject a page, provoked; and the page is intact all the same.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

hist_start reject reason
hist_start evict cause
hist_start store kind
# Of enum zswap_kind.
compressed=0
local_contents 48
# Half of what does not fit has to: a cgroup pays for its compressed pages, too.
cgroup_make rejects 28M
set_parameter max_pool_percent 50

# As a solid-state disk it has room for large folios in one piece.
swapoff /dev/vda
echo 0 > /sys/block/vda/queue/rotational
swapon /dev/vda

# provoke REASON WORKLOAD_OPTION...: run the workload; the event must have come
provoke() {
	reason=$1
	shift
	before=$(hist_count reject "$(reason_number "$reason")")
	in_cgroup zs-workload --source $contents --size 40 --touches 200 "$@" \
		> "$VM_OUT/$reason.out" 2>&1
	is $? 0 "$reason: every page is as it was"
	after=$(hist_count reject "$(reason_number "$reason")")
	ok "[ $after -gt $before ]" "$reason: the event came ($((after - before)) times)"
	is "$(counter "reject_$reason")" "$after" "$reason: debugfs agrees"
}

# fault FUNCTION RETURN_VALUE COUNT REASON: let a function fail meanwhile
fault() {
	insmod "$modules/zs_fault.ko" "symbol=$1" "ret=$2" "count=$3"
	provoke "$4"
	is "$(cat /sys/module/zs_fault/parameters/hits)" "$3" \
		"$4: $1 failed as often as asked"
	rmmod zs_fault
}

set_parameter enabled N
provoke disabled
set_parameter enabled Y

echo always > /sys/kernel/mm/transparent_hugepage/enabled
# Of a large folio, all pages for the sake of one that does not compress.
provoke large_folio --thp --incompressible 1

provoke compress_poor --incompressible 100
fault crypto_comp_compress -5 10 compress_fail
fault "${in_zswap}zswap_entry_alloc" 0 10 kmemcache_fail
fault "${in_zswap}zswap_lru_prepare" -12 10 lru_fail
fault "${in_zswap}zswap_index_insert" -12 10 index_fail

hold held 32M 40
alloc_fail_cause=1
is "$(hist_count evict $alloc_fail_cause)" 0 'nothing was evicted for want of a frame'
cgroup_make rejects 28M
fault "${in_zswap}zbud_alloc" -12 200 alloc_fail
ok "[ $(hist_count evict $alloc_fail_cause) -gt 0 ]" \
	'alloc_fail: frames were evicted to make room, first'
release
is $? 0 'alloc_fail: the pages that were held are as they were'

cgroup_make rejects 28M
echo 0 > "$cgroup/memory.zswap.max"
provoke cgroup_limit
echo max > "$cgroup/memory.zswap.max"

# A pool that is far above its limit, as that was lowered, and then refuses until half
# of that is free: while pages come all the time.
cgroup_make rejects 28M
in_cgroup zs-workload --source $contents --size 40 --seconds 100000 --write 50 \
	> "$VM_OUT/limits.out" 2>&1 &
limits=$!
ok "wait_for 120 grep -q filled '$VM_OUT/limits.out'" 'a workload is under way'
set_parameter accept_threshold_percent 50
for reason in pool_limit hysteresis; do
	came() {
		[ "$(hist_count reject "$(reason_number "$reason")")" -gt 0 ] && return
		# The worker was faster than the pages: again, as soon as there are many.
		set_parameter max_pool_percent $(($(counter pool_pages) > 2000 ? 1 : 50))
		false
	}
	ok 'wait_for 120 came' "$reason: the event came"
done
set_parameter accept_threshold_percent 100
set_parameter max_pool_percent 50
pkill -x zs-workload
wait $limits
is $? 0 'pool_limit, hysteresis: every page is as it was'
for reason in pool_limit hysteresis; do
	is "$(counter "reject_$reason")" "$(hist_count reject "$(reason_number "$reason")")" \
		"$reason: debugfs agrees"
done

# A pool that is full of pages that may not be written back.  (What does not
# compress cannot be swapped at all then, so their cgroup must not need to.)
hold held 256M 60
echo 0 > "$cgroup/memory.zswap.writeback"
echo 30M > "$cgroup/memory.reclaim"
set_parameter max_pool_percent 1
cgroup_make rejects 28M
pages=$(counter pool_pages)
stores=$(hist_count store $compressed)
provoke reclaim_fail
ok "[ $(hist_count store $compressed) -gt $stores ]" 'reclaim_fail: what fits beside them is stored'
is "$(counter pool_pages)" "$pages" 'reclaim_fail: and takes no frame'
set_parameter max_pool_percent 50
release
is $? 0 'reclaim_fail: the pages that were held are as they were'

hist_stop reject reason
hist_stop evict cause
hist_stop store kind

# Where nobody listens a page is not compressed to an end that is of no use; a compressor
# that fails for another reason is told from that all the same.
failed=$(counter reject_compress_fail)
poor=$(counter reject_compress_poor)
insmod "$modules/zs_fault.ko" symbol=crypto_comp_compress ret=-5 count=10 every=3
in_cgroup zs-workload --source $contents --size 40 --touches 200 --incompressible 20 \
	> "$VM_OUT/unheard.out" 2>&1
is $? 0 'unheard: every page is as it was'
rmmod zs_fault
is "$(($(counter reject_compress_fail) - failed))" 10 'unheard: compress_fail counts what failed'
ok "[ $(counter reject_compress_poor) -gt $poor ]" 'unheard: and compress_poor what became too long'
done_testing
