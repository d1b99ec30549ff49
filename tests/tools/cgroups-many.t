#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What it costs to follow 10,000 cgroups, next to what it costs to read memory.stat of
# each of them once: tests/tools/cgroups.c measures, in CPU time.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" check-build >&2 || bail_out 'tools_cgroups does not build'
fi
in_guest --mem 1024 --no-modules --swap 0

# 100 with 99 below each: to make all that takes 20 s.
cgroup_split many
(
	cd "$cgroup" && seq -f slice-%g 100 | xargs mkdir &&
		for slice in *-*; do
			echo +memory > "$slice/cgroup.subtree_control" || exit 1
			seq -f "$slice/a-service-%g.scope" 99
		done | xargs mkdir
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
	ok "[ $(measured ${what}_refreshes) -le 8 ]" "$what: a few refreshes find all"
done
is "$(measured missed)" 0 'new ones are known after one refresh, also one for another'
is "$(measured left)" 0 'those that are gone are not'
is "$(measured leaf_missed) $(measured leaf_left)" '0 0' 'nor does one escape where there was none'
ok '[ "$(measured peak_kib)" -lt 32768 ]' 'memory is below 32 MiB'

done_testing
