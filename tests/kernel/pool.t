#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pool: what costs memory in it and what does not, when it takes pages and when it
# does not, who makes room, and whose pages go first.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512 --timeout 1500

by_limit=0
by_background=5
same_filled=1
incompressible=2

local_contents 40

# reclaim AMOUNT: of the cgroup made last; that there was less is no error
reclaim() {
	echo "$1" 2>/dev/null > "$cgroup/memory.reclaim"
}

# stored_as KIND [LENGTH]: pages stored that way, while stores were counted by both
stored_as() {
	awk -v kind="$1" -v want="${2:-}" '
		$1 == "{" {
			gsub(",", "")
			if ($3 == kind && (want == "" || $5 == want))
				n += $NF
		}
		$1 == "Dropped:" && $2 > 0 { exit 1 }
		END { print n + 0 }' $tracefs/events/zswap/zswap_store/hist
}

pool_at_most() {
	[ "$(counter pool_pages)" -le "$1" ]
}

# trace_on EVENT...: events, one by one and in their order, from now on
trace_on() {
	echo > $tracefs/trace
	for event; do
		echo 1 > $tracefs/events/zswap/zswap_"$event"/enable
	done
}

# trace_off EVENT...: no more; those that came are in $events
trace_off() {
	for event; do
		echo 0 > $tracefs/events/zswap/zswap_"$event"/enable
	done
	events=$VM_OUT/events.txt
	cp $tracefs/trace "$VM_OUT/trace.txt"
	grep -o 'zswap_[a-z_]*: .*' "$VM_OUT/trace.txt" > "$events"
	is "$(cat $tracefs/per_cpu/cpu*/stats | awk '/^(overrun|dropped)/ { n += $NF } END { print n }')" \
		0 'no event is missing'
}
echo 4096 > $tracefs/buffer_size_kb

# everything_gone: the pool gave all its memory back
everything_gone() {
	is "$(counter pool_pages) $(counter stored_pages)" '0 0' "$1: nothing is left in the pool"
}

#
# Pages that repeat one word
#
hist_start store kind,length
hold same max 24 --same-filled 100
reclaim 24M
stored=$(stored_as $same_filled)
swapped=$(($(cat "$cgroup/memory.swap.current") / 4096))
ok "[ $stored -gt 5500 ]" "same-filled: $stored pages are stored as a word"
is "$(stored_as $same_filled 0)" "$stored" 'with a length of 0'
is "$(stored_as 0 0)" 0 'which no other page has'
is "$(counter same_filled_pages)" "$stored" 'debugfs counts them'
# A process has a few others: its stack, its libraries' data, the buffer it reads into.
ok "[ $((swapped - stored)) -ge 0 ] && [ $((swapped - stored)) -lt 500 ]" \
	"they are what was swapped out ($swapped pages)"
pool=$(counter pool_pages)
ok "[ $pool -le $((swapped - stored)) ]" "and have no memory in the pool ($pool frames)"
current=$(cat "$cgroup/memory.zswap.current")
ok "[ $current -le $(((swapped - stored) * 4096)) ]" "for which their cgroup could pay ($current bytes)"
zswapped=$(awk '$1 == "zswapped" { print $2 / 4096 }' "$cgroup/memory.stat")
ok "[ $zswapped -ge $stored ]" "but which knows of them ($zswapped pages)"
hist_stop store kind,length

ok zswap_goes 'rmmod writes them out'
release
is $? 0 'every page is as it was left'

ok 'zswap_comes same_filled_pages_enabled=N' 'insmod same_filled_pages_enabled=N'
hist_start store kind,length
hold same max 16 --same-filled 100
reclaim 8M
# From the others on, it is as before; those that are compressed stay that.
set_parameter same_filled_pages_enabled Y
stored=$(stored_as 0)
ok "[ $stored -gt 1500 ]" "$stored pages are compressed, though they repeat one word"
is "$(stored_as $same_filled) $(counter same_filled_pages)" '0 0' 'and none is stored as a word'
# Sixteen of them share a frame of two pages.
ok "[ $(counter pool_pages) -ge $((stored / 8)) ]" 'which takes memory in the pool'
reclaim 16M
ok "[ $(stored_as $same_filled) -gt 1500 ]" 'Y again: the rest is'
release
is $? 0 'every page is as it was left'
everything_gone same-filled
hist_stop store kind,length

#
# Pages that do not compress
#
set_parameter incompressible keep
hist_start store kind,length
hist_start reject reason
poor=$(reason_number compress_poor)
trace_on store writeback
hold keep max 16 --incompressible 50
reclaim 16M
stored=$(stored_as $incompressible)
ok "[ $stored -gt 1500 ]" "incompressible=keep: $stored pages are stored as they are"
is "$(stored_as $incompressible 4096)" "$stored" 'with the length of a page'
is "$(counter stored_incompressible_pages)" "$stored" 'debugfs counts them'
is "$(hist_count reject "$poor")" 0 'none is rejected'
ok "[ $(counter pool_pages) -ge $stored ]" 'each has a frame of its own'
ok "[ $(cat "$cgroup/memory.zswap.current") -ge $((stored * 4096)) ]" 'for which its cgroup pays'

# They are evicted in their turn: neither before nor after the others, and oldest first.
set_parameter max_pool_percent 1
ok "wait_for 120 pool_at_most $(limit_of 1)" 'a smaller pool has less of them'
# The worker goes a little further still.
ok "wait_for 60 pool_at_most $(($(limit_of 1) - $(limit_of 1) / 16))" 'until there is some room'
trace_off store writeback
set_parameter max_pool_percent 20
evicted=$(grep -c '^zswap_writeback.*result=0 kind=incompressible' "$events")
is "$(counter stored_incompressible_pages)" $((stored - evicted)) "$evicted of them were written back"
among=$(grep '^zswap_writeback.*result=0' "$events" | head -n 800 | grep -c kind=incompressible)
ok "[ $among -gt 240 ] && [ $among -lt 640 ]" "$among of the first 800 that were"
ok "awk '
	{ split(\$3, offset, \"=\") }
	/^zswap_store:/ { order[offset[2]] = ++n }
	/^zswap_writeback.*result=0 kind=incompressible/ {
		if (order[offset[2]] <= last) { print; wrong++ }
		last = order[offset[2]]
	}
	END { exit !last || wrong }' '$events'" 'in the order in which they came'
release
is $? 0 'every page is as it was left'
everything_gone 'incompressible=keep'
is "$(counter stored_incompressible_pages)" 0 'nor in its counter'

# Without a device to go to, to keep them would but cost an entry.
kept=$(stored_as $incompressible)
hold forbidden max 4 --incompressible 100
echo 0 > "$cgroup/memory.zswap.writeback"
reclaim 1M
ok "[ $(hist_count reject "$poor") -gt 50 ]" 'memory.zswap.writeback=0: they are rejected nevertheless'
is "$(stored_as $incompressible)" "$kept" 'and none is kept'
release
is $? 0 'every page is as it was left'

set_parameter incompressible reject
before=$(hist_count reject "$poor")
hold reject max 4 --incompressible 100
written=$(vmstat pswpout)
# As much as there is: a part of it would be the process's other pages, which compress.
reclaim 16M
rejected=$(($(hist_count reject "$poor") - before))
is "$rejected" 1024 'incompressible=reject: each of the workload is rejected'
is $(($(vmstat pswpout) - written)) "$rejected" 'and goes to the device, as nothing else does'
is "$(stored_as $incompressible)" "$kept" 'and none is kept'
release
is $? 0 'every page is as it was left'
hist_stop store kind,length

#
# Hysteresis
#
hist_start store type
hist_start evict cause
pool_limit=$(reason_number pool_limit)
hysteresis=$(reason_number hysteresis)
is "$(hist_count reject "$hysteresis")" 0 'without hysteresis no page was rejected for it'
set_parameter max_pool_percent 1
set_parameter accept_threshold_percent 50
limit=$(limit_of 1)
hold hysteresis max 40
trace_on reject background
grown=0
steps=0
# In small steps, so that what comes after the limit was hit is not much.
while [ "$(hist_count reject "$hysteresis")" = 0 ] && [ $steps -lt 80 ]; do
	reclaim 256K
	steps=$((steps + 1))
	now=$(counter pool_pages)
	[ "$now" -le "$grown" ] || grown=$now
done
diag "after $steps steps: pool_limit $(hist_count reject "$pool_limit")," \
	"hysteresis $(hist_count reject "$hysteresis"), the pool had $grown frames of $limit"
ok "[ $grown -le $limit ]" 'a pool that refuses does not grow above its limit'
ok "wait_for 60 pool_at_most $((limit / 2))" 'the pool shrinks to its threshold, and nobody stores'
trace_off reject background
is "$(sed -n 's/.*reason=\(pool_limit\|hysteresis\).*/\1/p' "$events" | uniq | tr '\n' ' ')" \
	'pool_limit hysteresis ' 'the limit rejects a page, and from then on hysteresis does'
ok "[ $(hist_count evict $by_background) -gt 0 ]" 'in the background'
# Its runs that began after a page was refused for want of room, and ended within 9 of the 10 seconds in
# which the next one may come; and what the largest of the others made free.  A page that is
# refused during a run does not make it another.
runs=$(awk '
	match($0, /[0-9]+\.[0-9]+: zswap_/) { at = substr($0, RSTART) + 0 }
	/zswap_reject:.*reason=(pool_limit|hysteresis) / { refused[++refusals] = at }
	/zswap_background:/ {
		for (i = 1; i <= NF; i++) { split($i, field, "="); value[field[1]] = field[2] }
		freed = value["frames"] - value["left"]
		began = at - value["duration_ns"] / 1e9
		for (last = refusals; last && refused[last] > began; last--)
			;
		if (last && at - refused[last] < 9) {
			gentle++
			wrong += freed > 2
		} else if (freed > most) {
			most = freed
		}
	}
	END { print gentle + 0, wrong + 0, most + 0 }' "$VM_OUT/trace.txt")
diag "runs of the worker while pages come, those with more than a frame, pages of the longest: $runs"
gentle=${runs%% *}
ok "[ $gentle -gt 0 ]" 'while pages are refused it works'
is "$(echo "$runs" | cut -d ' ' -f 2)" 0 'and makes a frame free each time'
ok "[ ${runs##* } -gt $((limit / 4)) ]" 'and the rest at once when none comes any more'
is "$(hist_count evict $by_limit)" 0 'and a store never had to evict'
stores=$(hist_count store)
rejects=$(hist_count reject "$hysteresis")
# What was refused before, and is still being written, is taken first.
takes_pages() {
	reclaim 256K
	[ "$(hist_count store)" -gt "$stores" ]
}
ok 'wait_for 10 takes_pages' 'then it takes pages again'
is "$(hist_count reject "$hysteresis")" "$rejects" 'and rejects none'
release
is $? 0 'every page is as it was left'
everything_gone hysteresis

# Without: pages of a workload that goes on are above a limit that was lowered, and
# no worker can be faster than that.
set_parameter max_pool_percent 20
set_parameter accept_threshold_percent 100
hold above max 24
reclaim 24M
cgroup_make churn 16M
in_cgroup zs-workload --source "$contents" --size 24 --seconds 100000 --threads 2 --write 25 \
	> "$VM_OUT/churn.out" 2>&1 &
churn=$!
stores=$(($(hist_count store) + 500))
going_on() {
	[ "$(hist_count store)" -gt "$stores" ]
}
ok 'wait_for 120 going_on' 'another workload stores pages'
set_parameter max_pool_percent 1
at_once() {
	[ "$(hist_count evict $by_limit)" -gt 0 ]
}
ok 'wait_for 60 at_once' 'accept_threshold_percent 100: what is stored at the limit evicts'
is "$(hist_count reject "$hysteresis")" "$rejects" 'and is not rejected for hysteresis'
release
is $? 0 'every page that was held is as it was left'
wait $churn
is $? 0 'and every page of the other workload'
everything_gone 'accept_threshold_percent'

#
# In the background
#
set_parameter max_pool_percent 2
limit=$(limit_of 2)
begin=$((limit - limit / 32))
hold slow max 40
while pool_at_most $((limit * 85 / 100)) && [ "$(counter pool_pages)" -lt "$begin" ]; do
	before=$(counter pool_pages)
	reclaim 1M
	[ "$(counter pool_pages)" -gt "$before" ] || break
done
ok "[ $(counter pool_pages) -gt $((limit * 3 / 4)) ]" 'the pool grows on demand'
limit_hits=$(counter pool_limit_hit)
direct=$(hist_count evict $by_limit)
background=$(hist_count evict $by_background)
stores=$(hist_count store)
steps=0
late=0
while [ $steps -lt 50 ]; do
	reclaim 128K
	steps=$((steps + 1))
	wait_for 60 pool_at_most "$begin" || late=$((late + 1))
done
diag "$(($(hist_count store) - stores)) pages more: $(($(hist_count evict $by_background) - background))" \
	"frames evicted in the background, the pool has $(counter pool_pages) of $limit"
is $late 0 'a pool that fills slowly stays below its limit'
ok "[ $(hist_count evict $by_background) -gt $((background + 20)) ]" 'as frames are evicted in the background'
is "$(counter pool_limit_hit)" "$limit_hits" 'so that it never is at its limit'
is "$(hist_count evict $by_limit)" "$direct" 'and no store has to evict'

stores=$(hist_count store)
set_parameter max_pool_percent 1
ok "wait_for 60 pool_at_most $(limit_of 1)" 'a lower limit makes the pool smaller'
set_parameter max_pool_percent 0
ok 'wait_for 60 pool_at_most 0' 'and one of 0 empties it'
is "$(hist_count store)" "$stores" 'while nobody stores anything'
set_parameter max_pool_percent 20
release
is $? 0 'every page is as it was left'
everything_gone background
hist_stop evict cause
hist_stop reject reason

#
# The order of age
#
hold first max 12
first=$holder
first_id=$(stat -c %i "$cgroup")
reclaim 12M
hold second max 12
second=$holder
reclaim 12M
ok "[ $(counter pool_pages) -gt $(limit_of 2) ]" 'two workloads have their pages in the pool'
trace_on writeback
set_parameter max_pool_percent 2
ok "wait_for 120 pool_at_most $(($(limit_of 2) - $(limit_of 2) / 16))" 'which is made smaller'
trace_off writeback
written=$(grep -c '^zswap_writeback.*result=0' "$events")
whose=$(grep '^zswap_writeback.*result=0' "$events" | head -n 1000 | grep -c "cgroup=$first_id ")
ok "[ $written -ge 1000 ] && [ $whose -ge 950 ]" \
	"the pages that came first go first: $whose of the first 1000 of $written"
set_parameter max_pool_percent 20
is "$(counter second_chances)" 0 'nobody used a page meanwhile, so none got a second chance'
pkill -x zs-workload
wait "$first"
is $? 0 'every page is as it was left'
wait "$second"
is $? 0 'also those that came second'
everything_gone 'the order of age'

# Pages that a workload uses again and again, by the kernel's own judgement, get a
# second chance when their cgroup is at its limit.  The multi-gen LRU forgets its
# judgement (PG_workingset) as it isolates a page for reclaim, so it is the classic
# one's that can be seen here.
lru_gen=/sys/kernel/mm/lru_gen/enabled
[ ! -e $lru_gen ] || echo n > $lru_gen
cgroup_make chances 16M
echo 2M > "$cgroup/memory.zswap.max"
in_cgroup zs-workload --source "$contents" --size 24 --touches 4000 --write 25 \
	> "$VM_OUT/chances.out" 2>&1
is $? 0 'a workload that uses its pages: they are as it left them'
ok "[ $(counter second_chances) -gt 0 ]" "some got a second chance ($(counter second_chances))"
everything_gone 'second chances'
hist_stop store type

done_testing
