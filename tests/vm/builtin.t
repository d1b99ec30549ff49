#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel with zswapscope built in: what it has without anybody loading anything, what its
# command line says, and the switch that stands for the modules' coming and going.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
is_built_in || skip_all 'this kernel has it as modules; make test-builtin has one with it built in'
in_guest --mem 320 --boot zswap_zbud.max_pool_percent=31 --boot zswap_zbud.buddies=99 \
	--boot zswap_zbud.compressor=nonsense

local_contents 24

#
# What there is
#
is "$(ls /sys/module/zswap 2>/dev/null)" '' 'the kernel has no other zswap'
is "$(grep -c zswap /proc/modules)" 0 'nor is ours a module'
ok '[ ! -e /sys/kernel/livepatch ]' 'there is no livepatch'
ok "dmesg | grep -q 'frontswap: active: swap goes through the backend'" 'it is active since the boot'
ok "[ -e $tracefs/events/zswap/zswap_store ]" 'its events are there'
ok "[ -e $zswap_debugfs/pool_pages ]" 'and its counters'

# On the command line
is "$(parameter max_pool_percent)" 31 'a parameter of the command line'
is "$(parameter buddies)" 16 'one that is none: the default'
like "$(dmesg)" "\`?99'? invalid for parameter \`?'?zswap_zbud.buddies" 'and the log tells'
is "$(parameter compressor) $(parameter enabled)" 'lzo Y' 'an unknown compressor: the default'
like "$(dmesg)" 'compressor nonsense is not known to this kernel; using lzo' 'and the log tells'

#
# The switch
#
hold switch max 40
reclaim() {
	echo "$1" 2>/dev/null > "$cgroup/memory.reclaim"
}
reclaim 32M
stored=$(counter stored_pages)
ok "[ $stored -gt 4000 ]" "$stored pages are stored"
is "$(cat $builtin_switch)" Y 'the switch is on'
for bad in 2 x ''; do
	ok "! echo '$bad' 2>/dev/null > $builtin_switch" "it is never '$bad'"
done
is "$(cat $builtin_switch) $(counter stored_pages)" "Y $stored" 'and stays on'

written=$(vmstat pswpout)
ok "echo N > $builtin_switch" 'off'
is "$(cat $builtin_switch)" N 'it is'
is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'and nothing is in the pool'
ok "[ $(($(vmstat pswpout) - written)) -gt $((stored / 2)) ]" 'but on the swap device'
outs=$(vmstat zswpout)
reclaim 40M
is "$(vmstat zswpout)" "$outs" 'nor does anything come'
ok "echo N > $builtin_switch" 'off once more: nothing happens'
release
is $? 0 'every page is as it was left'

hold again max 40
ok "echo Y > $builtin_switch" 'on'
reclaim 32M
ok "[ $(counter stored_pages) -gt 4000 ]" 'pages are stored again'
release
is $? 0 'and every one is as it was left'
swapoff -a
is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'nothing is left'

done_testing
