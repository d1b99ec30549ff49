#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# While livepatch switches tasks over, some go through the hooks and others do not.  Here
# that is held open, in both directions, by a task that stays within a patched function:
# nothing may be stored meanwhile, every page has to be right, and whoever thinks better of
# it has to get out of it.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
! is_built_in || skip_all 'there are no modules that could come and go'
in_guest --mem 400 --no-modules

local_contents 24
modprobe brd rd_nr=1 rd_size=8192
mkswap /dev/ram0 > /dev/null

park=/sys/module/zs_park/parameters
is_parked() {
	[ "$(cat $park/parked)" != 0 ]
}

# park WITHIN SYMBOL CMD...: from the background, CMD comes to that function, which calls
# SYMBOL there, and stays; sets $parked, its number, and $job, to wait for
park() {
	park_within=$1
	ok "insmod '$modules/zs_park.ko' within=$1 symbol=$2" "who calls $2 in $1 is to stay there"
	shift 2
	"$@" &
	job=$!
	ok 'wait_for 60 is_parked' "which $* does"
	parked=$(cat $park/parked)
	like "$(cat "/proc/$parked/stack")" " $park_within\+" "$park_within is on its stack"
}

let_go() {
	echo 1 > $park/release
	wait "$job"
	is $? 0 'it is let go, and has done what it was to do'
	rmmod zs_park
}

# held_in STATE: all tasks are where they should be, but for the one that is parked
held_in() {
	[ "$(cat $klp/transition)" = 1 ] &&
		[ "$(grep -lx -e "$1" /proc/[0-9]*/task/[0-9]*/patch_state 2>/dev/null)" = \
			"/proc/$parked/task/$parked/patch_state" ]
}

# It may not find as much as that, and says so.
reclaim_kept() { # MB
	cgroup_reclaim kept "$1" || true
}

zswapped() {
	awk '/^Zswapped/ { print $2 }' /proc/meminfo
}

swapped_since() { # OUT IN
	[ "$(vmstat pswpout)" -gt $(($1 + 200)) ] && [ "$(vmstat pswpin)" -gt $(($2 + 200)) ]
}

# past_the_pool NAME: for as long as it is open, what is swapped comes by the hooks, and
# goes to the device
past_the_pool() {
	past=$(vmstat zswpout)/$(vmstat zswpin)
	ok "wait_for 120 swapped_since $(vmstat pswpout) $(vmstat pswpin)" \
		"$1: pages are written to the device, and read from it"
	is "$(cat $klp/transition)" 1 "$1: the transition is open still"
	is "$(vmstat zswpout)/$(vmstat zswpin) $(zswapped)" "$past 0" "$1: nothing was stored"
	[ ! -d "$zswap_parameters" ] ||
		is "$(counter stored_pages) $(counter pool_pages)" '0 0' "$1: the pool is empty"
}

stored() {
	[ "$(counter stored_pages)" -gt 1000 ]
}

log() {
	dmesg | grep -c "$1"
}

# A backend that waits for the hooks.
waiting() {
	grep -qs frontswap_register "/proc/$backend/stack"
}
start_backend() {
	insmod "$modules/zswap_zbud.ko" 2> /dev/null &
	backend=$!
	ok 'wait_for 60 waiting' 'a backend waits for the transition'
}

# It swaps all the time, and compares all that it reads; and this one does so at its end.
cgroup_make busy 14M
start_workload busy --size 24 --touches 1000000000 --write 20
busy=$workload
cgroup_make kept max
hold_in kept 20
kept=$workload

#
# The hooks come
#
park zswap_swapon __kvmalloc_node_noprof swapon /dev/ram0
ok "insmod $modules/frontswap.ko" 'the hooks come'
ok 'wait_for 60 held_in 0' 'every task is switched over, but one'
start_backend
reclaim_kept 18
past_the_pool 'a backend is waiting'
wait $backend
is $? 0 'a backend does not wait for ever'
is "$(log 'frontswap: waiting for tasks to switch over; see .*/transition$')" 1 \
	'and it is said where one sees what it waits for'
for event in store load reject invalidate; do
	hist_start $event type
done
past_the_pool 'a backend is there'
is "$(hist_count store) $(hist_count load) $(hist_count reject) $(hist_count invalidate)" '0 0 0 0' \
	'no hook has asked the backend for anything'
for event in store load reject invalidate; do
	hist_stop $event type
done
is "$(log 'frontswap: active')" 0 'it is not active'
let_go
ok 'wait_for 60 patched' 'the transition is complete'
ok 'wait_for 120 stored' 'pages are stored from here on'
is "$(log 'frontswap: active')" 1 'the backend is active'
stop_workload kept $kept 'those that were swapped before'

#
# A store is under way when the backend is to go
#
cgroup_make kept max
hold_in kept 20
kept=$workload
draining=$(log 'zswap_zbud: draining')
# Not that of the others, who are to go on.
ok 'freeze busy' 'the other one does not move'
park store_folio zswap_entry_alloc reclaim_kept 4
thaw busy
rmmod zswap_zbud &
unload=$!
in_srcu() {
	grep -q synchronize_srcu "/proc/$unload/stack"
}
ok 'wait_for 60 in_srcu' 'a drain waits for a store that is under way'
stores=$(vmstat zswpout)
ok "wait_for 120 swapped_since $(vmstat pswpout) $(vmstat pswpin)" 'meanwhile, pages go to the device'
is "$(vmstat zswpout)" "$stores" 'and no other is stored'
is "$(log 'zswap_zbud: draining')" "$draining" 'nothing is drained yet'
let_go
wait $unload
is $? 0 'then the backend goes'
is "$(zswapped)" 0 'with all its pages'
ok "insmod $modules/zswap_zbud.ko" 'and comes back'
ok 'wait_for 120 stored' 'pages are stored'

#
# The hooks go
#
reclaim_kept 18
swapoff /dev/ram0
stopped=$(log 'frontswap: inactive: every page is back')
park zswap_swapon __kvmalloc_node_noprof swapon /dev/ram0
ok stored 'there are pages in the pool'
ok "echo 0 > $klp/enabled" 'the hooks are to go'
is "$(zswapped)" 0 'every page is drained'
is "$(log 'frontswap: inactive: every page is back')" $((stopped + 1)) 'which is said'
ok 'wait_for 60 held_in 1' 'every task is switched back, but one'
past_the_pool 'the hooks are going'
stop_workload kept $kept 'meanwhile, those that were in the pool'
ok "echo 1 > $klp/enabled" 'the hooks are to stay, after all'
ok 'wait_for 60 patched' 'and are there, for all, though one is within them'
is "$(cat $park/parked)" "$parked" 'still'
ok 'wait_for 120 stored' 'pages are stored again'
ok "echo 0 > $klp/enabled" 'no, they are to go'
ok 'wait_for 60 held_in 1' 'which waits for that one again'
past_the_pool 'the hooks are going again'
ok 'rmmod zswap_zbud' 'the backend goes, in the middle of it'
ok "! insmod $modules/zswap_zbud.ko 2> /dev/null" 'none comes'
like "$(dmesg | grep frontswap: | tail -n 1)" \
	"the hooks are being removed: 'rmmod frontswap' and load it again first" 'and it is said what to do'
ok '! rmmod frontswap 2> /dev/null' 'the hooks cannot be unloaded while somebody is in them'
let_go
ok "wait_for 60 test ! -d $klp" 'the hooks are gone'
ok 'rmmod frontswap' 'and unloaded'

#
# The hooks come, and are given up before they are there
#
cgroup_make kept max
hold_in kept 20
kept=$workload
# Not with the other one, which would not swap any more.
ok 'freeze busy' 'the other one does not move'
park zswap_store xa_erase reclaim_kept 18
thaw busy
ok "insmod $modules/frontswap.ko" 'the hooks come'
ok 'wait_for 60 held_in 0' 'every task is switched over, but one'
start_backend
kill -KILL $backend
wait $backend 2> /dev/null
is $? 137 'who waits can be killed'
ok '[ ! -d /sys/module/zswap_zbud ]' 'and nothing is left of it'
past_the_pool 'without a backend'
ok '! rmmod frontswap 2> /dev/null' 'what is being switched to cannot be unloaded'
# The kernel's own: for those that are switched over, and for those that are not.
start_backend
echo Y > $stock_parameters/enabled
kernels_own() {
	[ "$(zswapped)" -gt 4000 ]
}
ok 'wait_for 120 kernels_own' "the kernel's own zswap works meanwhile"
ok "echo 0 > $klp/enabled" 'they are not to come, after all'
ok "wait_for 60 test ! -d $klp" 'and are gone, though one task never was switched'
wait $backend
is $? 1 'there is nothing to wait for any more'
like "$(dmesg | grep frontswap: | tail -n 1)" 'the hooks are being removed' 'which is said'
ok 'rmmod frontswap' 'the hooks are unloaded'
is "$(cat $park/parked)" "$parked" 'while it still is where it was'
let_go
stop_workload kept $kept 'those that were swapped in the middle of that'
stop_workload busy $busy 'those that were swapped all the time'
echo N > $stock_parameters/enabled
swapoff -a
is "$(zswapped)" 0 'nothing is left'

done_testing
