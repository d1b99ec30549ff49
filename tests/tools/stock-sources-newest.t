#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The newest kernel that Debian has, which nobody has ported anything to: the modules are
# refused, each time with the reason.  Of the tools' sources, those that cannot work there say
# why not, whether that is judged from its BTF alone or on the kernel itself; what works counts
# as the kernel does.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" >&2 || bail_out 'the tools do not build'
fi
in_stock_guest newest --mem 384

out=$VM_OUT
release=$(uname -r)
refused="Linux $release is not supported: the modules are for Linux 6.12"
diag "$release"

#
# The modules
#
kdir=$(on_host "$top/tests/vm/fetch-kernel" --kernel newest --print kdir)
is "$("$top/kernel/supported"; echo $?)" "$refused
1" 'kernel/supported refuses it'
on_host make -s -C "$top" modules KDIR="$kdir" FLAVOUR=newest > "$out/made" 2>&1
is "$?,$(head -n 1 "$out/made")" "2,$refused" 'no modules are built for it'
on_host rm -rf "$top/build/newest"
is "$(zswapscope --modules "$modules" start 2>&1; echo $?)" "zswapscope: $refused
1" 'zswapscope start loads none'
is "$(zswapscope status | head -n 1)" "zswapscope cannot run: $refused" 'zswapscope status says so'
ok "! insmod '$modules/frontswap.ko' 2> '$out/insmod'" 'nor does the kernel take one that was built for Linux 6.12'
like "$(dmesg | grep frontswap)" 'version magic' 'which it has the reason for'

#
# The tools, from the BTF alone
#
on_host "$top/build/bin/zswap-trace" check --btf "$kdir/vmlinux" > "$out/offline"
offline_status=$?
offline=$(sed -n 's/^  fentry  *//p' "$out/offline")
diag "by its BTF: fentry: $offline"
like "$offline" '^no: .*(struct|function) .*--source counters|^would work' 'its BTF is judged'
is $offline_status "$(case $offline in no*) echo 1 ;; *) echo 0 ;; esac)" 'and the exit status goes with that'
# What libbpf finds of what the programs look into, in any BTF.
relocated() { # BTF STRUCTURE MEMBER
	on_host bpftool gen min_core_btf "$1" "$out/min.btf" "$top/build/obj/bpf/zswap.bpf.o" &&
		on_host bpftool btf dump file "$out/min.btf" format c |
		sed -n "/^struct $2 {/,/^};/p" | grep -q " \**$3;"
}
for member in flags private memcg_data; do
	relocated "$kdir/vmlinux" folio $member
	found=$?
	case $offline in
	*"struct folio has no member $member "*) ok "[ $found != 0 ]" "libbpf does not find folio.$member either" ;;
	*) ok "[ $found = 0 ]" "libbpf finds folio.$member" ;;
	esac
done

#
# The tools, on the kernel itself
#
local_contents 24
stock_set_parameter enabled Y
is "$(stock_parameter enabled)" Y "the kernel's own zswap is on"
# What is compressed is charged to the group as well.
cgroup_make work 28M
zswap-trace check --json > "$out/check" 2> "$out/check.err"
is $? 0 'zswap-trace check'
of() {
	jq -r "$1" "$out/check"
}
for source in fentry kprobe; do
	works=$(of ".sources.$source.works")
	why=$(of ".sources.$source.why")
	diag "$source: works: $works, $why"
	like "$works $why" '^true |^false .*(struct|function) .*--source counters' "$source works, or it is said why not"
done
case $offline in
no*) is "no: $(of .sources.fentry.why)" "$offline" 'for the same reason as from the BTF alone' ;;
*) skip 'for the same reason as from the BTF alone' 'there is none' ;;
esac
like "$(of '.chosen')" '^(fentry|kprobe|counters)$' 'one source is chosen'

zswap-trace --json > "$out/trace" 2> "$out/trace.err" &
trace=$!
ok "wait_for 60 grep -qs source: '$out/trace.err'" 'zswap-trace begins'
stores=$(vmstat zswpout) loads=$(vmstat zswpin)
ok "in_cgroup zs-workload --source $contents --size 36 --touches 1000 --write 20" 'a workload finds every page as it left it'
swapoff -a
stores=$(($(vmstat zswpout) - stores)) loads=$(($(vmstat zswpin) - loads))
kill -INT $trace
wait $trace
is $? 0 'and ends'
ok "[ $stores -gt 1000 ] && [ $loads -gt 100 ]" "$stores stores, $loads loads"
is "$(jq -r .source "$out/trace")" "$(of .chosen)" 'it has taken the source that was chosen'
is "$(jq -c '[.counts.stores, .counts.loads]' "$out/trace")" "[$stores,$loads]" 'and counts as the kernel does'

done_testing
