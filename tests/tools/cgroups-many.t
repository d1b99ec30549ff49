#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What it costs to follow 10,000 cgroups, next to what it costs to read memory.stat of
# each of them once, in CPU time: the library, measured by tests/tools/cgroups.c, and then
# zswaptop on a terminal, while some of them swap.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
# shellcheck source-path=SCRIPTDIR source=../terminal.sh
. "$top/tests/terminal.sh"
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" check-build >&2 || bail_out 'tools_cgroups does not build'
fi
in_guest --mem 1024

# 100 with 99 below each: to make all that takes 10 s.
cgroup_split many
(
	cd "$cgroup" && seq -f slice-%g 100 | xargs mkdir &&
		for slice in *-*; do
			echo +memory > "$slice/cgroup.subtree_control" || exit 1
		done
	printf '%s\n' *-* | awk '{ for (i = 1; i < 100; i++) print $0 "/a-service-" i ".scope" }' |
		xargs mkdir
)
measured=$VM_OUT/measured
ok "$top/build/unit/tools_cgroups /many/slice-7 > '$measured'" 'the tree is there'
diag "$(tr '\n' ' ' < "$measured")"

measured() {
	awk -v name="$1" '$1 == name { print $2 }' "$measured"
}

# at_most SHARE NAME: of the time that it takes to read all memory.stat
at_most() {
	awk -v share="$1" -v one="$(measured "$2")" -v all="$(measured read_all)" \
		'BEGIN { printf "# %s\n", one / all; exit !(one > 0 && one <= share * all) }'
}

is "$(measured cgroups)" $(($(awk '$1 == "nr_descendants" { print $2 }' /sys/fs/cgroup/cgroup.stat) + 1)) \
	'as many cgroups as the kernel knows'
ok '[ "$(measured files)" -gt 10000 ]' 'more than 10,000 have a memory.stat'
ok 'at_most 0.1 refresh' 'a refresh costs less than a tenth of reading them'
for refresh in find_worst refresh_made refresh_swapped refresh_removed leaf_worst leaf_gone_worst; do
	ok "at_most 0.25 $refresh" "$refresh: less than a quarter, whatever has changed"
done
for what in find leaf; do
	ok "[ $(measured ${what}_refreshes) -le 16 ]" "$what: a few refreshes find all"
done
is "$(measured missed)" 0 'new ones are known after one refresh, also one for another'
is "$(measured left)" 0 'those that are gone are not'
is "$(measured leaf_missed) $(measured leaf_left)" '0 0' 'nor does one escape where there was none'
ok '[ "$(measured peak_kib)" -lt 32768 ]' 'memory is below 32 MiB'

# --- zswaptop ---

# Many rows: the figures of each that is on the screen are read.
columns=120 lines=50

local_contents 16
set_parameter max_pool_percent 1
# Enough to be seen, and the rest for what looks at it.  All of it compressed has room in its
# cgroup, in which the pool counts.
cgroup_set many cpu.max '20000 100000'
for slice in 1 50 100; do
	cgroup_set "many/slice-$slice/a-service-1.scope" memory.max 6M
	start_workload "many/slice-$slice/a-service-1.scope" --size 8 --seconds 100000 --write 20
	workloads="${workloads:-} $workload"
done

# Milliseconds of CPU that it had until now, all threads.
cpu_ms() {
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / hz }' \
		"/proc/$zswaptop/stat"
}

# cost NAME: of a refresh of what is on the screen, added to what was measured; the mean
# of some in a row, and of these the least.  There may have been more than were seen: a
# refresh costs that at most.
cost() {
	least=
	for _ in 1 2 3; do
		before=$(cpu_ms)
		refreshes 4
		least=$(awk -v least="$least" -v before="$before" -v now="$(cpu_ms)" \
			'BEGIN { ms = (now - before) / 4; print least == "" || ms < least ? ms : least }')
	done
	echo "$1 $least" >> "$measured"
	diag "$1: $least ms of $(measured read_all)"
}

start $columns $lines -d 1 --view cgroups --tree
ok 'wait_for 120 shows "source: tp_btf"' 'zswaptop attaches'
zswaptop=$(pgrep -x zswaptop)
ok 'wait_for 120 shows "a-service-1.scope +[0-9.]+ [KM]iB +[0-9.]+ [KM]iB +[1-9]"' \
	'and shows who swaps' || diag "$(screen)"
ok 'refreshes 8' 'all cgroups are known by now'
cost zswaptop
ok 'at_most 0.25 zswaptop' 'a refresh costs less than a quarter of reading all memory.stat'
screen > "$VM_OUT/cgroups.txt"

press i 'a-service-2.scope' 'with those that are idle'
cost zswaptop_idle
ok 'at_most 0.25 zswaptop_idle' 'with 10,000 rows, too'
screen > "$VM_OUT/cgroups-idle.txt"
press End '└─ a-service-99.scope' 'the last of them'
keys 1
ok 'wait_for 60 shows "^Pool"' 'the overview'
cost zswaptop_overview

grep -E '^Vm(HWM|RSS)' "/proc/$zswaptop/status" > "$VM_OUT/memory"
diag "$(cat "$VM_OUT/memory")"
ok '[ "$(awk "/^VmHWM/ { print \$2 }" "$VM_OUT/memory")" -lt 32768 ]' 'memory was always below 32 MiB'
keys q
ok 'wait_for 60 shows "status 0"' 'and it ends'
is "$(cat "$VM_OUT/top.err")" '' 'nothing was said on standard error'

cgroup_set many cpu.max max
pkill -x zs-workload
for workload in $workloads; do
	wait "$workload"
	is $? 0 'a workload found every page as it left it'
done

done_testing
