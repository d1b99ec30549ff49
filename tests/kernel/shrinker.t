#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The shrinker: under memory pressure, cold pages are written back before any limit is
# reached, if they may be, and not if such pages were missed before.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512 --timeout 1500

local_contents 32
# No limit is to be reached.
set_parameter max_pool_percent 50
# The shrinker's pages are those that use memory: let it be all of them.
set_parameter same_filled_pages_enabled N
slab_start=$tracefs/events/vmscan/mm_shrink_slab_start
echo 1 > $slab_start/enable

# Ask every shrinker for all it has, in every cgroup.  (memory.reclaim would swap more
# pages out before it asks.)
shrink_all() {
	echo 2 > /proc/sys/vm/drop_caches
}

# Ask a cgroup for more than it has, so that the pressure becomes high.
press() {
	cgroup_reclaim "$1" 16
}

# What our shrinker said to have, each time that it was something.
shrinker_counts() {
	sed -n 's/.* shrinker_scan+.* cache items \([0-9]*\) .*/\1/p' $tracefs/trace
}

# expect_count CGROUP PROTECTED: its pages but those, as far as they save memory
expect_count() {
	expect_pages=$(($(cgroup_get "$1" memory.stat zswapped) / 4096))
	expect_bytes=$(cgroup_get "$1" memory.stat zswap)
	expect_held=$((expect_pages > $2 ? expect_pages - $2 : 0))
	echo $((expect_held * (expect_bytes / 4096) / expect_pages))
}

# memory.stat may be two seconds old; with one cgroup in the pool we know how it ends.
stat_is_exact() { # CGROUP
	[ "$(cgroup_get "$1" memory.stat zswapped)" = "$(($(counter stored_pages) * 4096))" ]
}

pswpin() {
	awk '$1 == "pswpin" { print $2 }' /proc/vmstat
}

section() {
	diag "$(cut -d ' ' -f 1 /proc/uptime) $1"
}

section 'off, as by default'
is "$(parameter shrinker_enabled)" N 'the shrinker is off'
sample_start
cgroup_make off max
pages_in_pool off 5
shrink_all
press off
is "$(shrinker_counts)" '' 'nobody is told about pages'
sample_stop off
is "$(grep -c zswap_writeback "$samples")" 0 'and none is written back'
stop_workload off $workload off

section 'what it has to give'
cgroup_make given max
pages_in_pool given 3
reader=$workload
ok 'wait_for 30 stat_is_exact given' 'memory.stat is up to date'
wanted=$(expect_count given 0)
sample_start
set_parameter shrinker_enabled Y
shrink_all
set_parameter shrinker_enabled N
is "$(shrinker_counts | head -n 1)" "$wanted" 'pages, by what they save'
diag "counts: $(shrinker_counts | tr '\n' ' ')"
sample_stop given
ok "[ $(cgroup_get given memory.stat zswpwb) -gt 400 ]" 'and gives them'
thaw given

section 'a page that has to be read from disk protects one in the pool'
hold_in given 8
cold=$workload
cgroup_reclaim given 8
before=$(pswpin)
# The reader is the older process, and reads all its pages as it ends.
kill "$(sort -n /sys/fs/cgroup/given/cgroup.procs | head -n 1)"
wait $reader
is $? 0 'given: every page of the reader is as it was left'
swapins=$(($(pswpin) - before))
ok "[ $swapins -gt 300 ]" 'which were on disk'
ok 'wait_for 30 stat_is_exact given' 'memory.stat is up to date'
all=$(expect_count given 0)
wanted=$(expect_count given $swapins)
sample_start
set_parameter shrinker_enabled Y
shrink_all
set_parameter shrinker_enabled N
diag "counts: $(shrinker_counts | tr '\n' ' '), wanted $wanted, of $all, with $swapins swap-ins"
is "$(shrinker_counts | head -n 1)" "$wanted" 'as many pages are protected'
ok "[ $wanted -lt $all ]" 'which makes a difference'
sample_stop protected
stop_workload given $cold given

section 'pressure on a cgroup'
cgroup_make calm max
pages_in_pool calm 3
calm=$workload
cgroup_make pressed max
sample_start
pages_in_pool pressed 6
pressed=$workload
set_parameter shrinker_enabled Y
press pressed
sample_stop pressed
replay "$(cgroup_id pressed)"
diag "$(tr '\n' ' ' < "$VM_OUT/replay.out")"
ok "[ $(replayed written_shrinker) -gt 100 ]" 'has its pages written back'
is "$(replayed written_shrinker)" "$(replayed written)" 'for no other cause'
is "$(replayed disordered_shrinker)" 0 'the oldest first'
is "$(grep -c zswap_writeback "$samples")" "$(replayed written)" 'and nobody else'\''s'
is "$(cgroup_get calm memory.stat zswpwb)" 0 'a calm cgroup keeps its pages, though they are older'
stop_workload pressed $pressed pressed

section 'pages that may not be written back'
cgroup_split forbidding
cgroup_make forbidding/child max
cgroup_set forbidding memory.zswap.writeback 0
pages_in_pool forbidding/child 3
sample_start
press forbidding
is "$(shrinker_counts)" '' 'nobody is told about them'
sample_stop forbidding
is "$(grep -c zswap_writeback "$samples")" 0 'and none is written back'
cgroup_set forbidding memory.zswap.writeback 1
press forbidding
ok "[ $(cgroup_get forbidding memory.stat zswpwb) -gt 100 ]" 'they are, once they may be'
stop_workload forbidding/child $workload forbidding

section 'pages whose cgroup was removed'
cgroup_make home max
cgroup_split orphans
cgroup_make orphans/removed max
sample_start
pages_in_pool orphans/removed 3
removed_id=$(cgroup_id orphans/removed)
cgroup_get orphans/removed cgroup.procs > /sys/fs/cgroup/home/cgroup.procs
rmdir /sys/fs/cgroup/orphans/removed
press orphans
sample_stop orphans
replay "$removed_id"
diag "$(tr '\n' ' ' < "$VM_OUT/replay.out")"
ok "[ $(replayed written_shrinker) -gt 100 ]" 'pressure on the parent has them written back'
is "$(replayed disordered_shrinker)" 0 'the oldest first'
stop_workload home $workload orphans
is "$(cgroup_get calm memory.stat zswpwb)" 0 'the calm cgroup has kept its pages all the time'
stop_workload calm $calm calm

section 'a workload that needs more memory than it has, compressed or not'
cgroup_make tight 6M
sample_start
start_workload tight --size 14 --touches 1500 --threads 2 --write 20
wait $workload
is $? 0 'tight: every page is as it was left'
sample_stop tight
replay "$(cgroup_id tight)"
diag "$(tr '\n' ' ' < "$VM_OUT/replay.out")"
ok "[ $(replayed written_shrinker) -gt 100 ]" 'it lives, as the shrinker makes room'
is "$(replayed written)" "$(replayed written_shrinker)" 'which nobody else does'
is "$(counter pool_limit_hit)" 0 'no limit was reached, in all of this'

set_parameter shrinker_enabled N
swapoff -a
is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'nothing is left in the pool'
ok zswap_goes 'and the shrinker goes'

done_testing
