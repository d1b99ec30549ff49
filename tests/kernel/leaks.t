#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What stays behind when the modules and the tools have come and gone, CYCLES times (of the
# environment; make leaks has it as a variable): nothing.
#
# Of what has a name there is a list before and after.  Memory has none, and some of it is
# always on its way; so it is counted three times, with half of the cycles in between: what
# leaks with each cycle, or with one tool's, has grown both times.  That both would notice is
# seen at the end, where something is left behind on purpose.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
! is_built_in || skip_all 'there are no modules that could come and go'

# So few only tell whether what has a name has stayed; make leaks has more.
cycles=${CYCLES:-6}
case $cycles in
*[!0-9]* | '' | ??????*) bail_out "CYCLES=$cycles: it is a number from 6 to 99999" ;;
esac
[ "$cycles" -ge 6 ] || bail_out "CYCLES=$cycles: it is a number from 6 to 99999"
# shellcheck disable=SC2034 # for in_guest
guest_env="CYCLES=$cycles"
if [ "${ZS_KERNEL:-}" = debug ]; then
	set -- --boot kmemleak=on
fi
# A slab allocator that checks keeps no objects for a processor: what is said to be in use is.
in_guest --mem 400 --no-modules --boot slab_debug=F --timeout $((300 + cycles * 15)) "$@"

half=$((cycles / 2))
# Each tool has its turn in one of six cycles; fewer than nine may be by chance, and so may
# more than that where the cycles are so few that all is young.
by=$((half / 6))
enough=9
out=$VM_OUT
mkdir /run/mem
mount -t tmpfs -o mode=755,huge=never mem /run/mem
# Of a cycle's own, below here.
work=/run/mem/work
mkdir $work
# The host's has files that come and go; but the sources may be there.
case $top/ in
/tmp/*) tmp= ;;
*) mount -t tmpfs tmp /tmp && tmp=/tmp ;;
esac
# shellcheck disable=SC2034 # of tap.sh
tap_log=/run/mem/tap
contents=/run/mem/contents
dd if=/usr/lib/x86_64-linux-gnu/libc.so.6 of=$contents bs=64k count=8 2> /dev/null
sum=$(cksum < $contents)

#
# What has a name
#

# names FOLDER DEPTH: what there is below it, without the numbers that are given anew
names() {
	find "$1" -mindepth 1 -maxdepth "$2" 2> /dev/null | sed 's/-[0-9]*$//' | sort
}

# The kernel's own threads, but for those that come and go.
threads() {
	for thread in /proc/[0-9]*; do
		[ -n "$({ tr -d '\0' < "$thread/cmdline"; } 2> /dev/null)" ] || cat "$thread/comm" 2> /dev/null
	done | grep -v '^kworker/[0-9u]' | sort | uniq -c
}

named() {
	for kind in prog map link btf; do
		echo "bpf $kind:"
		bpftool -j $kind show
		echo
	done
	for file in kprobe_events uprobe_events dynamic_events set_event enabled_functions; do
		echo "$file:"
		cat "$tracefs/$file"
	done
	names $tracefs/instances 1
	names $tracefs/events 1
	names /sys/kernel/debug 1
	names /sys/kernel/debug/shrinker 1
	names /sys/kernel/slab 1
	names /sys/kernel/livepatch 1
	names /sys/fs/bpf 9
	names /sys/module 1
	names /sys/module/frontswap 1
	names /sys/module/zswap_zbud 1
	names /sys/fs/cgroup 3
	names /dev/shm 3
	[ -z "$tmp" ] || names "$tmp" 3
	# that of this test is its own, and so are the files that its functions are rid of
	names /run 3 | grep -v '^/run/\(vm\|mem\)/'
	names $work 3
	echo threads:
	threads
}

# same_names BEFORE: after what goes a little later
same_names() {
	named > /run/mem/named.now
	cmp -s "/run/mem/$1" /run/mem/named.now
}

#
# Memory
#

# What can be had back is had back; what is counted then is what somebody has.
tidy() {
	sync
	echo 3 > /proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 > "$cache"
	done 2> /dev/null
}

# amounts: lines of a name and how many there are.  Pages that nobody says that he has:
# free ones that a processor keeps for itself are in zoneinfo, and vmalloc's and those of
# processors' areas have names elsewhere.
amounts() {
	# areas that are given back stay unpurged, by the thousand, until it is worth while
	awk 'NR > 2 && $1 != "vmap_area" { print "slab:" $1, $2 }' /proc/slabinfo
	awk '$3 == "unpurged" { next } { who = $3; sub(/\+.*/, "", who); n[who]++ } END { for (who in n) print "vmalloc:" who, n[who] }' \
		/proc/vmallocinfo
	awk '{ kb[$1] = $2 } END { print "percpu-pages", kb["Percpu:"] / 4 }' /proc/meminfo
	# who reads has memory of his own, which is counted when somebody asks for it
	awk 'BEGIN {
			getline < "/proc/sys/vm/stat_refresh"
			split("Buffers Cached SwapCached AnonPages Slab PageTables Percpu VmallocUsed", told)
			for (i in told) had[told[i] ":"] = 1
		}
		$1 == "MemTotal:" { pages += $2 / 4 }
		$1 in had { pages -= $2 / 4 }
		$1 == "nr_free_pages" || $1 == "count:" { pages -= $2 }
		END { print "pages", int(pages) }' /proc/zoneinfo /proc/meminfo
	awk '{ print "open-files", $1 }' /proc/sys/fs/file-nr
	awk '$1 == "nr_dying_descendants" { print "dying-cgroups", $2 }' /sys/fs/cgroup/cgroup.stat
}

# measure NAME: the least of some looks, as what is on its way is not meant
measure() {
	for _ in 1 2 3; do
		tidy
		amounts
	done | awk '!($1 in n) || $2 < n[$1] { n[$1] = $2 } END { for (who in n) print who, n[who] }' |
		sort > "$out/$1"
}

# grown A B C BY: what there is more of, by so many and both times
grown() {
	awk -v by="$4" 'FILENAME == ARGV[1] { a[$1] = $2 } FILENAME == ARGV[2] { b[$1] = $2 }
		FILENAME == ARGV[3] && b[$1] - a[$1] >= by && $2 - b[$1] >= by {
			print $1 ": " a[$1] + 0, b[$1] + 0, $2
		}' "$out/$1" "$out/$2" "$out/$3"
}

not_grown() { # A B C BY
	measure "$3"
	[ -z "$(grown "$@")" ]
}

#
# A cycle
#

# swap_some: half a megabyte, out and in again and out; in a cgroup of its own
swap_some() {
	cgroup_make leaks max
	in_cgroup dd if=$contents of=/run/mem/swapped bs=64k 2> /dev/null
	# more than there is, which it says
	cgroup_reclaim leaks 1
	is_whole || return
	cgroup_reclaim leaks 1
	return 0
}

is_whole() {
	[ "$(cksum < /run/mem/swapped)" = "$sum" ]
}

swap_none() {
	rm /run/mem/swapped
	rmdir /sys/fs/cgroup/leaks
}

attached() {
	grep -q source: $work/err
}

# watch N: a tool comes, counts a little, and ends; the Nth of them, in the Nth way
watch() {
	watch_end=$(echo INT TERM KILL | cut -d ' ' -f $(($1 / 6 % 3 + 1)))
	case $(($1 % 6)) in
	0) set -- zswap-trace --json ;;
	1) set -- zswap-trace events ;;
	2) set -- zswap-trace record -o $work/recording ;;
	3) set -- zswaptop -b -d 0.2 ;;
	4) set -- zswap-exporter --listen 127.0.0.1:19877 ;;
	5)
		zswap-trace --pin /sys/fs/bpf/zswap 2> /dev/null && swap_some &&
			cat /sys/fs/bpf/zswap/stats > /dev/null && zswap-trace --unpin /sys/fs/bpf/zswap
		return
		;;
	esac
	"$@" > $work/out 2> $work/err &
	watcher=$!
	wait_for 60 attached && swap_some || return
	[ "$1" != zswap-exporter ] || curl -sf -o /dev/null http://127.0.0.1:19877/metrics || return
	kill -s "$watch_end" $watcher
	wait $watcher 2> /dev/null
	watch_status=$?
	rm -f $work/*
	case $watch_end in
	KILL) [ $watch_status = 137 ] ;;
	*) [ $watch_status = 0 ] ;;
	esac
}

# The hooks stay for some cycles: it takes a second or two until they are there, or gone.
hooks_for=4

cycle() { # N
	[ -d $klp ] || insmod "$modules/frontswap.ko" || return
	insmod "$modules/zswap_zbud.ko" || return
	watch "$1" || return
	[ "$(counter stored_pages)" -gt 0 ] || return
	rmmod zswap_zbud && is_whole && swap_none || return
	[ $(($1 % hooks_for)) != 0 ] || hooks_go
}

hooks_go() {
	echo 0 > $klp/enabled
	wait_for 60 test ! -d $klp
	rmmod frontswap
}

cycle_number=0
cycle_failed=
run_cycles() { # HOW_MANY
	cycle_left=$1
	while [ "$cycle_left" -gt 0 ]; do
		cycle_left=$((cycle_left - 1))
		cycle_number=$((cycle_number + 1))
		cycle $cycle_number || cycle_failed="$cycle_failed $cycle_number"
	done
	[ ! -d $klp ] || hooks_go
}

# The first of everything leaves something behind: modules, caches, folders of tracefs.
run_cycles 6
is "$cycle_failed" '' 'some cycles to begin with' || bail_out "$(cat $work/err)"
measure warm
named > /run/mem/named.before
ok 'wait_for 60 same_names named.before' 'what there is stays the same for a while' ||
	diag "$(diff /run/mem/named.before /run/mem/named.now)"
[ ! -e /sys/kernel/debug/kmemleak ] || echo clear > /sys/kernel/debug/kmemleak

measure 0
run_cycles $half
measure 1
run_cycles $half
is "$cycle_failed" '' "$((2 * half)) cycles: modules and tools come, are used, and go"
ok "wait_for 60 same_names named.before" 'there is what there was before' ||
	diag "$(diff /run/mem/named.before /run/mem/named.now)"
if [ $by -ge $enough ]; then
	ok "wait_for 60 not_grown 0 1 2 $by" 'nothing has grown with each cycle' ||
		diag "$(grown 0 1 2 $by)"
else
	measure 2
	skip 'nothing has grown with each cycle' "$cycles cycles are too few to know"
fi
awk '{ n[$1] = n[$1] " " $2 } END { for (who in n) print who n[who] }' "$out/0" "$out/1" "$out/2" |
	sort | awk '$1 !~ /:/ || $4 - $2 > 5 || $2 - $4 > 5' > "$out/amounts"
diag "$(cat "$out/amounts")"

#
# What it finds
#

if [ -e /sys/kernel/debug/kmemleak ]; then
	# It looks at nothing younger than some seconds: what was lost before is found by
	# the time that this is.
	ok "insmod '$modules/zs_leak.ko' && echo lost > /sys/module/zs_leak/parameters/keep" 'kmemleak: an object is lost'
	scanned() {
		echo scan > /sys/kernel/debug/kmemleak
		cat /sys/kernel/debug/kmemleak > "$out/kmemleak"
		grep -q 'zs_leak' "$out/kmemleak"
	}
	ok 'wait_for 60 scanned && scanned' 'kmemleak: it is found'
	rmmod zs_leak
	# Each has its stack; where modules were that have gone, there are bare addresses.
	lost() {
		awk '/^unreferenced object/ { if (ours && !planted) print text; text = ""; ours = planted = 0 }
			{ text = text $0 "\n" }
			/ 0xffffffff|\[(frontswap|zswap_zbud)\]/ { ours = 1 }
			/\[zs_leak\]/ { planted = 1 }
			END { if (ours && !planted) print text }' "$out/kmemleak"
	}
	is "$(lost)" '' 'kmemleak: and nothing else of any module'
	diag "kmemleak: $(grep -c '^unreferenced' "$out/kmemleak") objects in all"
fi

# plant HOW_MANY WHEN: of each kind
plant() {
	plant_left=$1
	while [ "$plant_left" -gt 0 ]; do
		for kind in slab page vmalloc percpu; do
			echo $kind > /sys/module/zs_leak/parameters/keep
		done
		cgroup_make leaks max
		in_cgroup dd if=$contents "of=/run/mem/planted.$2.$plant_left" bs=4k count=1 2> /dev/null
		rmdir "$cgroup"
		plant_left=$((plant_left - 1))
	done
}

plant_all() {
	insmod "$modules/zs_leak.ko"
	measure 2
	# Twice what is told at least, as some could be hidden by what has become less; a hundred,
	# as the first areas of processors go where there is room; and not for each cycle, as with
	# so little memory left the pages of removed cgroups are swapped, and these go.
	planted=$((2 * by))
	[ $planted -ge 100 ] || planted=100
	plant $planted first
	measure 3
	plant $planted second
	measure 4
	grown 2 3 4 $by > "$out/grown"
	diag "$(cat "$out/grown")"
	for kind in slab:kmalloc vmalloc:set_keep percpu-pages pages dying-cgroups; do
		like "$(cat "$out/grown")" "^$kind" "what is left behind by each cycle is found: $kind"
	done
	rm /run/mem/planted.*
	rmmod zs_leak
}
[ $by -lt $enough ] || plant_all

# left WHAT CMD: it is left behind, and found
left() {
	eval "$2"
	named > /run/mem/named.now
	like "$(diff /run/mem/named.before /run/mem/named.now)" "^> .*$1" "what is left behind is found: $1"
}
left '/run/left' '> /run/left'
rm /run/left
left 'p:kprobes/left' "echo 'p:left do_exit' > $tracefs/kprobe_events"
left '/sys/kernel/tracing/events/kprobes' true
echo > $tracefs/kprobe_events
mkdir $tracefs/instances/left
left '/sys/kernel/tracing/instances/left' true
rmdir $tracefs/instances/left
insmod "$modules/frontswap.ko"
insmod "$modules/zswap_zbud.ko"
left '/sys/fs/bpf/zswap/prog/zs_store' 'zswap-trace --pin /sys/fs/bpf/zswap 2> /dev/null'
for what in '"name":"zs_store"' '"name":"zs_pool"' '"type":"tracing"' '"name":"zswap_zbud"' /sys/module/zswap_zbud \
	/sys/kernel/debug/zswap /sys/kernel/livepatch/frontswap zswap_store 'kworker/R-zswap'; do
	left "$what" true
done
ok '! rmmod zswap_zbud 2> /dev/null' 'what is pinned keeps the module'
zswap-trace --unpin /sys/fs/bpf/zswap
rmmod zswap_zbud
hooks_go
ok "wait_for 60 same_names named.before" 'it is all gone' ||
	diag "$(diff /run/mem/named.before /run/mem/named.now)"

done_testing
