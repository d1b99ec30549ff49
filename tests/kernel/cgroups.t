#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cgroups: each pays for what it has in the pool, memory.zswap.max and
# memory.zswap.writeback mean what the kernel's documentation says, and pages outlive
# the cgroup that they were stored for.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512 --timeout 1500

local_contents 32
set_parameter max_pool_percent 50
page=4096

# What memory.zswap.current and memory.stat say, and what the last replay says that
# they must.
charged() { # CGROUP
	for file in memory.zswap.current 'memory.stat zswap' 'memory.stat zswapped' \
		'memory.stat zswpout' 'memory.stat zswpin' 'memory.stat zswpwb'; do
		# shellcheck disable=SC2086 # a file and a field
		printf '%s ' "$(cgroup_get "$1" $file)"
	done
}
to_be_charged() {
	echo "$(replayed bytes) $(replayed bytes) $(($(replayed held) * page))" \
		"$(replayed stored) $(replayed loaded) $(replayed written) "
}

# The kernel adds up less than 64 changes for each processor only every two seconds.
is_charged() { # CGROUP WANTED
	is_charged_wanted=$2
	agrees() {
		[ "$(charged "$1")" = "$is_charged_wanted" ]
	}
	wait_for 30 agrees "$1"
	is "$(charged "$1")" "$2" \
		"$1: memory.zswap.current, and memory.stat's zswap, zswapped, zswpout, zswpin, zswpwb"
}

nothing_charged() { # CGROUP
	[ "$(cgroup_get "$1" memory.zswap.current) $(cgroup_get "$1" memory.stat zswapped)" = '0 0' ]
}

pswpout() {
	awk '$1 == "pswpout" { print $2 }' /proc/vmstat
}

section() {
	diag "$(cut -d ' ' -f 1 /proc/uptime) $1"
}

section 'charging: two children at work, in a pool that is too small for them'
set_parameter max_pool_percent 1
cgroup_split charging
cgroup_make charging/one 8M
cgroup_make charging/two 8M
one_id=$(cgroup_id charging/one)
two_id=$(cgroup_id charging/two)
sample_start
work() { # CGROUP
	start_workload "$1" --size 12 --seconds 100000 --threads 2 --write 20 \
		--incompressible 5 --same-filled 5
}
work charging/one
one=$workload
work charging/two
two=$workload
busy() { # CGROUP
	[ "$(cgroup_get "$1" memory.stat zswpin)" -gt 300 ] &&
		[ "$(cgroup_get "$1" memory.stat zswpwb)" -gt 200 ]
}
ok 'wait_for 240 busy charging/one && wait_for 240 busy charging/two' \
	'pages are loaded and written back'
ok 'freeze charging' 'and then nothing moves'
pool_settles charging
sample_stop charging
replay "$one_id"
is_charged charging/one "$(to_be_charged)"
replay "$two_id"
is_charged charging/two "$(to_be_charged)"
replay "$one_id" "$two_id"
is_charged charging "$(to_be_charged)"
is "$(replayed misnamed)" 0 'events of a page name the cgroup that stored it'
diag "$(charged charging)"
thaw charging
stop_workload charging/one "$one" charging/one
stop_workload charging/two "$two" charging/two
ok 'wait_for 30 nothing_charged charging' 'nothing is charged when the pages are gone'
set_parameter max_pool_percent 50

section 'memory.zswap.max of 0: the parent'\''s counts for its children'
cgroup_split none
cgroup_make none/child 16M
cgroup_set none memory.zswap.max 0
sample_start
in_cgroup zs-workload --source $contents --size 24 --touches 500 --write 20 \
	> "$VM_OUT/none.out" 2>&1
is $? 0 'none: every page is as it was left'
sample_stop none
replay "$(cgroup_id none/child)"
ok "[ $(replayed rejected_cgroup_limit) -gt 1000 ]" 'pages are rejected'
is "$(grep -c "zswap_reject.*cgroup=$(cgroup_id none/child) " "$samples")" \
	"$(replayed rejected_cgroup_limit)" 'for no other reason'
is "$(replayed stored) $(cgroup_get none memory.stat zswpout)" '0 0' 'and none is stored'

section 'memory.zswap.max: who is at it makes room with its own pages'

# keeps_limit BYTES TASKS: by the events, which are exact.  Who has found that there is
# room may use it, so each task that stores can exceed the limit by a page; and by one
# more to our eyes, as a writeback's event comes a little after it.
keeps_limit() {
	[ "$(replayed most)" -le $(($1 + 2 * $2 * page)) ]
}

limit=1048576
# Reading ahead takes slots as they come, a bystander's, too.
echo 0 > /proc/sys/vm/page-cluster
cgroup_make bystander max
pages_in_pool bystander 6
bystander=$workload
untouched=$(charged bystander)

cgroup_make limited 9M
cgroup_set limited memory.zswap.max $limit
sample_start
start_workload limited --size 12 --touches 500 --threads 2 --write 20
most=0
while [ -d /proc/$workload ]; do
	read -r now < "$cgroup/memory.zswap.current"
	[ "$now" -le "$most" ] || most=$now
	sleep 0.1
done
wait $workload
is $? 0 'limited: every page is as it was left'
sample_stop limited
replay "$(cgroup_id limited)"
diag "$(tr '\n' ' ' < "$VM_OUT/replay.out") memory.zswap.current was at most $most"
ok "keeps_limit $limit 2" 'the limit is kept'
ok "[ $(replayed most) -gt $((limit - 64 * page)) ]" 'and used'
# Adding up may miss 64 changes for each processor, such as a load's.
ok "[ $most -le $((limit + 2 * 64 * page)) ]" 'memory.zswap.current says so'
ok "[ $(replayed written_cgroup_limit) -gt 500 ]" 'its pages are written back'
is "$(replayed written_cgroup_limit)" "$(replayed written)" 'for the limit'
is "$(grep -c 'zswap_writeback.*cause=cgroup_limit result=0' "$samples")" \
	"$(replayed written)" 'and nobody else'\''s are'
is "$(cgroup_get limited memory.stat zswpwb)" "$(replayed written)" 'memory.stat counts them'
is_charged bystander "$untouched"

section 'a limit on the parent: the oldest page of all its children goes first'
cgroup_split family
cgroup_make family/older max
cgroup_make family/younger 6M
cgroup_set family memory.zswap.max $limit
sample_start
pages_in_pool family/older 2
older=$workload
hold_in family/younger 10
younger=$workload
sample_stop family
replay "$(cgroup_id family/older)" "$(cgroup_id family/younger)"
diag "$(tr '\n' ' ' < "$VM_OUT/replay.out")"
ok "keeps_limit $limit 2" 'the limit is kept'
is "$(replayed written_cgroup_limit)" "$(replayed written)" 'for the limit, pages are written back'
is "$(replayed disordered_cgroup_limit)" 0 'the oldest first, whoever they belong to'
ok "[ $(cgroup_get family/older memory.stat zswpwb) -gt 100 ]" 'those of a sibling that stores nothing'
ok "[ $(cgroup_get family/younger memory.stat zswpwb) -gt 100 ]" 'and then those of the one that does'
is_charged bystander "$untouched"
stop_workload family/older $older family/older
stop_workload family/younger $younger family/younger
stop_workload bystander $bystander bystander

section 'memory.zswap.writeback of 0: the parent'\''s counts for its children'
cgroup_split forbidding
cgroup_make forbidding/child max
cgroup_set forbidding memory.zswap.writeback 0
is "$(cgroup_get forbidding/child memory.zswap.writeback)" 1 'a child does not say so itself'
hold_in forbidding/child 5
forbidding=$workload
before=$(pswpout)
cgroup_set forbidding/child memory.zswap.max 512K
sample_start
cgroup_reclaim forbidding/child 2
sample_stop limit-forbidding
replay "$(cgroup_id forbidding/child)"
ok "[ $(replayed rejected_cgroup_limit) -gt 0 ]" 'at its limit, pages are rejected'
ok "keeps_limit $((512 << 10)) 1" 'the limit is kept'
is "$(replayed written) $(($(pswpout) - before))" '0 0' 'and nothing is written'

cgroup_set forbidding/child memory.zswap.max max
cgroup_reclaim forbidding/child 5
ok "[ $(cgroup_get forbidding/child memory.stat zswapped) -gt $((2 << 20)) ]" \
	'without a limit, its pages are in the pool'
hist_start writeback result
set_parameter max_pool_percent 0
forbidden() {
	[ "$(hist_count writeback 18446744073709551615)" -ge 16 ]
}
ok 'wait_for 120 forbidden' 'the pool is to be empty, and asks for them in vain'
is "$(hist_count writeback 0) $(($(pswpout) - before)) $(cgroup_get forbidding memory.stat zswpwb)" \
	'0 0 0' 'nothing is written'
cgroup_set forbidding memory.zswap.writeback 1
# A limit that is set again is looked at again.
set_parameter max_pool_percent 0
pool_is_empty() {
	[ "$(counter pool_pages)" = 0 ]
}
ok 'wait_for 120 pool_is_empty' 'all of it is, once it may be'
hist_stop writeback result
set_parameter max_pool_percent 50
stop_workload forbidding/child $forbidding forbidding

section 'a cgroup is removed, and its pages are its parent'\''s'
cgroup_make home max
cgroup_split orphans
cgroup_make orphans/removed max
cgroup_make orphans/sibling max
removed_id=$(cgroup_id orphans/removed)
orphans_id=$(cgroup_id orphans)
sibling_id=$(cgroup_id orphans/sibling)
sample_start
hold_in orphans/removed 12
orphan=$workload
ok 'freeze orphans/removed' 'and does not move'
cgroup_reclaim orphans/removed 6
cgroup_get orphans/removed cgroup.procs > /sys/fs/cgroup/home/cgroup.procs
charged=$(charged orphans/removed)
ok 'rmdir /sys/fs/cgroup/orphans/removed' 'it can be removed while the pool has pages of it'
is_charged orphans "$charged"
sample_stop before-removal
# Those in memory are its own still, until they are swapped.
sample_start
cgroup_reclaim orphans 7
ok "[ $(cgroup_get orphans memory.stat zswapped) -gt $((8 << 20)) ]" 'more of its pages follow'

# Each way out of the pool.  All of these pages are older than the sibling's.
cgroup_set orphans memory.zswap.max "$(cgroup_get orphans memory.zswap.current)"
hold_in orphans/sibling 1
sibling=$workload
cgroup_reclaim orphans/sibling 1
cgroup_set orphans memory.zswap.max max
set_parameter max_pool_percent 1
pool_has_shrunk() {
	[ "$(counter pool_total_size)" -le $(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) * 1024 / 100)) ]
}
ok 'wait_for 120 pool_has_shrunk' 'the pool is made smaller'
set_parameter max_pool_percent 50
sample_stop after-removal
cat "$VM_OUT/before-removal.events" "$VM_OUT/after-removal.events" > "$samples.all"
since_removal=$samples
samples=$samples.all
replay "$removed_id" "$orphans_id"
diag "$(tr '\n' ' ' < "$VM_OUT/replay.out")"
ok "[ $(replayed written_cgroup_limit) -gt 50 ]" 'the parent'\''s limit has them written back'
is "$(replayed disordered_cgroup_limit)" 0 'in the order of their age'
ok "[ $(replayed written_background) -gt 50 ]" 'the pool'\''s limit does'
replay "$removed_id" "$orphans_id" "$sibling_id"
is_charged orphans "$(to_be_charged)"
stop_workload home $orphan orphans
stop_workload orphans/sibling $sibling orphans/sibling
ok 'wait_for 30 nothing_charged orphans' 'nothing is charged when the pages are gone'
for event in store writeback; do
	is "$(grep "zswap_$event:" "$since_removal" | grep -v 'result=-' |
		grep -cv -e " cgroup=$orphans_id " -e " cgroup=$sibling_id ")" 0 \
		"zswap_$event names the cgroup that is charged for the page"
done

section 'two hundred cgroups come and go, and their pages stay, in tmpfs files'
set_parameter max_pool_percent 1
# More than the pool may have: pages are evicted while their cgroup goes.
cgroup_split crowd
hist_start store cgroup
mkdir /tmp/pieces
cat $contents/* | head -c 4M | split -d -b 128K - /tmp/pieces/
pieces=$(find /tmp/pieces -type f | wc -l)
crowd=/sys/fs/cgroup/crowd
seq -f $crowd/%g 0 199 | xargs mkdir
i=0
while [ $i -lt 200 ]; do
	(echo 0 > $crowd/$i/cgroup.procs &&
		exec cp "/tmp/pieces/$(printf %02d $((i % pieces)))" /dev/shm/crowd-$i) || break
	echo 128K 2>/dev/null > $crowd/$i/memory.reclaim
	these="${these:-} $crowd/$i"
	i=$((i + 1))
	[ $((i % 10)) != 0 ] && continue
	# shellcheck disable=SC2086 # a list
	rmdir $these || break
	these=
done
is $i 200 'all of them came and went'
ok "[ $(grep -c '^{' $tracefs/events/zswap/zswap_store/hist) -ge 180 ]" 'with pages in the pool'
hist_stop store cgroup
ok "[ $(cgroup_get crowd memory.stat zswpwb) -gt 500 ]" 'and on the device'
cksum /tmp/pieces/* /dev/shm/crowd-* > /tmp/sums
is "$(awk '
	{ n = $3; sub(/.*[-\/]/, "", n) }
	$3 ~ /pieces/ { sum[n + 0] = $1; pieces++; next }
	$1 == sum[n % pieces] { right++ }
	END { print right }' /tmp/sums)" 200 'every page of theirs is as it was left'
rm /dev/shm/crowd-*
ok 'wait_for 30 nothing_charged crowd' 'nothing is charged when the pages are gone'
swapoff -a
is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'nothing is left in the pool'
# What else keeps a cgroup alive is the cache of files that it read.
none_is_dying() {
	echo 3 > /proc/sys/vm/drop_caches
	[ "$(cgroup_get crowd cgroup.stat nr_dying_descendants)" = 0 ]
}
ok 'wait_for 60 none_is_dying' 'and nothing keeps a cgroup that was removed'
ok zswap_goes 'nor elsewhere'

done_testing
