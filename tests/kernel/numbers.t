#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every number that somebody reads agrees with the tracepoints, to the page: of pages
# of all kinds, alone and in huge ones, in the pool and after their end.  And so do
# the numbers that Debian's htop and PCP show.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
fetch_tools=$top/tests/vm/fetch-tools
[ -n "${ZS_IN_GUEST:-}" ] || "$fetch_tools" htop pcp || {
	tap_result 1 'htop and PCP are there'
	done_testing
}
in_guest --mem 640 --timeout 1200

local_contents 48

# As a solid-state disk it has room for large folios in one piece.
swapoff /dev/vda
echo 0 > /sys/block/vda/queue/rotational
swapon /dev/vda
echo madvise > /sys/kernel/mm/transparent_hugepage/enabled
echo 100000000 > /sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs

#
# The events, in the kernel's histograms: by all that is asked for below.
#
hist_start store kind,cgroup:vals=length
hist_start load kind,cgroup:vals=length
hist_start writeback result,kind,cgroup:vals=length
hist_start reject reason
hist_start evict result:vals=buddies
hist_start invalidate type

# sum EVENT VALUE [FIELD=NUMBER]...: of the events with these numbers, how many
# (hitcount), or the sum of another value
sum() {
	sum_event=$1 sum_value=$2
	shift 2
	awk -v value="$sum_value" -v want="$*" '
		BEGIN { wanted = split(want, pair, " ") }
		$1 == "{" {
			gsub(/[{},:]/, " ")
			for (i = 1; i < NF; i += 2)
				f[$i] = $(i + 1)
			for (i = 1; i <= wanted; i++) {
				split(pair[i], side, "=")
				if (f[side[1]] != side[2])
					next
			}
			n += f[value]
		}
		$1 == "Dropped:" && $2 > 0 { exit 1 }
		END { printf "%d\n", n }' "$tracefs/events/zswap/zswap_$sum_event/hist"
}

# held VALUE [FIELD=NUMBER]...: pages in the pool, or the sum of a value of theirs;
# without what was invalidated
held() {
	echo $(($(sum store "$@") - $(sum load "$@") - $(sum writeback "$@" result=0)))
}

kilobytes() { # NAME: of /proc/meminfo
	awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo
}

# children NAME: sum over the cgroups below the root
children() {
	cat /sys/fs/cgroup/*/memory.stat | awk -v name="$1" '$1 == name { n += $2 } END { printf "%d\n", n }'
}

zswpout=$(vmstat zswpout)
zswpin=$(vmstat zswpin)
zswpwb=$(vmstat zswpwb)
same_filled=1 # of enum zswap_kind
incompressible=2

# agree NAME: all that can be said at any time
agree() {
	stores=$(sum store hitcount)
	loads=$(sum load hitcount)
	written=$(sum writeback hitcount result=0)
	invalidates=$(sum invalidate hitcount)
	stored=$((stores - loads - written - invalidates))
	frames=$(counter pool_pages)
	diag "stores $stores loads $loads written $written invalidated $invalidates" \
		"held $stored in $frames frames"
	is "$(counter stored_pages)" $stored "$1: stored_pages"
	is "$(kilobytes Zswapped)" $((stored * 4)) "$1: meminfo's Zswapped"
	is "$(kilobytes Zswap)" $((frames * 4)) "$1: meminfo's Zswap"
	is "$(counter pool_total_size)" $((frames * 4096)) "$1: pool_total_size"
	is $(($(vmstat zswpout) - zswpout)) "$stores" "$1: vmstat's zswpout"
	is $(($(vmstat zswpin) - zswpin)) "$loads" "$1: vmstat's zswpin"
	is $(($(vmstat zswpwb) - zswpwb)) "$written" "$1: vmstat's zswpwb"
	is "$(counter written_back_pages)" "$written" "$1: written_back_pages"
	for reason in $(reasons); do
		is "$(counter "reject_$reason")" \
			"$(sum reject hitcount "reason=$(reason_number "$reason")")" \
			"$1: reject_$reason"
	done
	# What the root's own processes have in swap, no child's memory.stat tells.
	for event in store:zswpout load:zswpin; do
		is "$(children "${event#*:}")" \
			$(($(sum "${event%:*}" hitcount) - $(sum "${event%:*}" hitcount cgroup=1))) \
			"$1: memory.stat's ${event#*:}"
	done
	is "$(children zswpwb)" $((written - $(sum writeback hitcount result=0 cgroup=1))) \
		"$1: memory.stat's zswpwb"
}

# of_kinds NAME: and what can be said until something is invalidated
of_kinds() {
	is "$(sum invalidate hitcount)" 0 "$1: nothing was invalidated"
	is "$(counter same_filled_pages)" "$(held hitcount kind=$same_filled)" \
		"$1: same_filled_pages"
	is "$(counter stored_incompressible_pages)" "$(held hitcount kind=$incompressible)" \
		"$1: stored_incompressible_pages"
	is "$(children zswapped)" $((($(held hitcount) - $(held hitcount cgroup=1)) * 4096)) \
		"$1: memory.stat's zswapped"
	is "$(children zswap)" $(($(held length) - $(held length cgroup=1))) \
		"$1: memory.stat's zswap"
}

mix='--incompressible 5 --same-filled 20'

# mixed NAME OPTION...: a workload with some of everything holds it
mixed() {
	name=$1
	shift
	cgroup_make "$name" max
	# shellcheck disable=SC2086 # a list of options
	in_cgroup zs-workload --source "$contents" --size 24 --hold $mix "$@" \
		> "$VM_OUT/$name.out" 2>&1 &
	holder=$!
	ok "wait_for 120 grep -q holding '$VM_OUT/$name.out'" "$name: a workload holds its pages"
}

#
# Stored once.
#
set_parameter max_pool_percent 50
set_parameter incompressible keep
mixed huge --thp
small_holder=$holder
echo 24M > "$cgroup/memory.reclaim"
pool_settles huge
ok "[ $(sum store hitcount kind=$same_filled) -gt 500 ]" 'huge: with same-filled pages'
ok "[ $(sum store hitcount kind=$incompressible) -gt 100 ]" 'huge: and incompressible ones'
agree huge
of_kinds huge

# More than the pool may have: the oldest are written back.
set_parameter max_pool_percent 3
set_parameter incompressible reject
mixed small
echo 24M > "$cgroup/memory.reclaim"
pool_settles small
ok "[ $(sum writeback hitcount result=0) -gt 0 ]" 'small: some were evicted'
ok "[ $(sum reject hitcount) -gt 0 ]" 'small: and some rejected'
agree small
of_kinds small

release
is $? 0 'small: every page is as it was'
wait "$small_holder"
is $? 0 'huge: every page is as it was'

#
# Read, written to, stored again.
#
cgroup_make changing 24M
# shellcheck disable=SC2086
in_cgroup zs-workload --source "$contents" --size 32 --touches 2000 --write 30 --thp $mix \
	> "$VM_OUT/changing.out" 2>&1
is $? 0 'changing: every page is as it was left'
pool_settles changing
agree changing
is "$(counter same_filled_pages) $(counter stored_incompressible_pages)" '0 0' \
	'changing: no page of either kind is left'

mixed again
echo 24M > "$cgroup/memory.reclaim"
pool_settles again
agree again

#
# PCP's agent reads debugfs.  Its sizes are in bytes; and it takes pool_total_size,
# which is in bytes, for pages.
#
pcp=$(on_host "$fetch_tools" --print pcp)
agent="/usr/bin/python3 $pcp/usr/lib/pcp/pmdas/zswap/pmdazswap.python"
names='pool_limit_hit reject_reclaim_fail reject_alloc_fail reject_kmemcache_fail
	reject_compress_poor written_back_pages duplicate_entry pool_pages stored_pages
	pool_total_size same_filled_pages'
mkdir /tmp/pcp
sed -E "s,=/(etc|(usr/lib|usr/share|var/lib)/pcp)(/|$),=$pcp/\1\3,
	s,^PCP_(TMP|LOG|RUN|TMPFILE)_DIR=.*,PCP_\1_DIR=/tmp/pcp," "$pcp/etc/pcp.conf" > /tmp/pcp/pcp.conf

# with_pcp CMD...: with its libraries, which no Python finds where they are
with_pcp() {
	(cd /tmp/pcp &&
		env PCP_CONF=/tmp/pcp/pcp.conf PMNS_DEFAULT=/tmp/pcp/root LD_LIBRARY_PATH="$pcp/usr/lib" \
			LD_PRELOAD='libpcp.so.3 libpcp_pmda.so.3' \
			PYTHONPATH="$pcp/usr/lib/python3/dist-packages" "$@")
}

# shellcheck disable=SC2086
with_pcp env PCP_PYTHON_PMNS=root $agent > /tmp/pcp/root
# An agent that starts slowly answers late: asked twice, and answers known by their
# number, every question has one.
{
	echo "open pipe $agent"
	for name in $names $names; do
		echo "fetch zswap.$name"
	done
} > /tmp/pcp/commands
with_pcp "$pcp/usr/bin/dbpmda" -e < /tmp/pcp/commands > "$VM_OUT/pcp.out" 2>&1
item=0
for name in $names; do
	case $name in
	*_pages | *_size) unit=4096 ;;
	*) unit=1 ;;
	esac
	is "$(awk -v "answer=125.0.$item" '
			/numval/ { it = $1 == answer }
			it && $1 == "value" { value = $2 }
			END { print value }' "$VM_OUT/pcp.out")" \
		$(($(counter "$name") * unit)) "PCP: zswap.$name"
	item=$((item + 1))
done

#
# htop, of memory and of swap, says how much is compressed; in three digits.
#
htop=$(on_host "$fetch_tools" --print htop)
cat > /tmp/htoprc << 'END'
htop_version=3.4.1
config_reader_min_version=3
fields=0 48 46 1
header_layout=one_100
column_meters_0=Memory Swap
column_meter_modes_0=2 2
END
loader=$(find "$htop/" -name ld-linux-x86-64.so.2 | head -n 1)
tmux new-session -d -s htop -x 150 -y 20 \
	"HTOPRC=/tmp/htoprc '$loader' --library-path '$htop/usr/lib/x86_64-linux-gnu' '$htop/usr/bin/htop' -d 5 2> '$VM_OUT/htop.err'; exec cat"
screen() {
	tmux capture-pane -p -t htop
}
shows() {
	screen | grep -q "$1"
}
ok 'wait_for 60 shows frontswap:' 'htop shows what is compressed'
screen > "$VM_OUT/htop.txt"

# near WORD KILOBYTES: what the screen says behind WORD, to its last digit
near() {
	grep -o "$1:[0-9.]*[KMG]" "$VM_OUT/htop.txt" | awk -F : -v want="$2" '
		{
			unit = index("KMG", substr($2, length($2)))
			number = substr($2, 1, length($2) - 1)
			digits = index(number, ".") ? length(number) - index(number, ".") : 0
			off = number - want / 1024 ^ (unit - 1)
			print $0, want
			good = off * off <= (10 ^ -digits) ^ 2
		}
		END { exit !good }'
}
zswapped=$(kilobytes Zswapped)
ok "near frontswap $zswapped" "htop: of the swap, $zswapped kB are compressed"
zswap=$(kilobytes Zswap)
ok "near compressed $zswap" "htop: in $zswap kB of the memory"
tmux kill-server
pool_settles htop
is "$(kilobytes Zswapped) $(kilobytes Zswap)" "$zswapped $zswap" 'which they were all the time'

# Beside its compressed bytes, a page costs what it costs the built-in zswap.
is "$(cat /sys/kernel/slab/zswap_zbud_entry/slab_size)" 56 'an entry takes 56 bytes of slab'

release
is $? 0 'again: every page is as it was'
swapoff /dev/vda
agree 'at the end'
is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'nothing is left'
done_testing
