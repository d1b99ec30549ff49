#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Pinned kprobes go on counting a kernel's own zswap, without the process that made
# them: on the oldest kernel, whose links are the hardest to keep.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_stock_guest 6.1 --mem 320

dir=/sys/fs/bpf/zswap
local_contents 32
stock_zswap_on 20
cgroup_make work 24M

stat_of() {
	awk -v name="$1" '$1 == name { print $2 }' $dir/stats
}

for source in kprobe fentry; do
	zswap-trace --pin $dir --source $source > "$VM_OUT/pin" 2>&1
	is $? 0 "--pin --source $source"
	like "$(cat "$VM_OUT/pin")" "source: $source" 'says so'
	unlike "$(cat "$VM_OUT/pin")" rmmod 'and nothing of modules, as there are none'
	before=$(vmstat zswpout)
	ok "in_cgroup zs-workload --source $contents --size 32 --touches 1000" \
		'a workload finds every page as it left it'
	stores=$(($(vmstat zswpout) - before))
	ok "[ $stores -gt 100 ]" 'pages are stored'
	is "$(stat_of stores)" "$stores" "$source: stats and the kernel count the same stores"
	ok "grep -q zs-workload $dir/usage" 'usage names the process'
	ok "zswap-trace --unpin $dir && [ ! -e $dir ]" '--unpin'
	is "$(bpftool -j prog show | jq -c '[.[].name | select(. and startswith("zs"))]')" '[]' \
		'nothing stays loaded'
done
zswap-trace --pin $dir --source tp_btf > "$VM_OUT/pin" 2>&1
is "$? $(wc -l < "$VM_OUT/pin")" '1 1' 'a source that is not there: a failure, in one line'
ok "[ ! -e $dir ]" 'which leaves no directory'

done_testing
