#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A built-in zswap that is in use is refused, at load and at activation; and one
# that is enabled later does not get in the way.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
! is_built_in || skip_all 'there are no modules that could come and go'
in_guest --mem 512 --no-modules

local_contents 64

stock=/sys/module/zswap/parameters
last_error() {
	dmesg | grep "frontswap:" | tail -n 1
}

echo Y > $stock/enabled
ok "! insmod $modules/frontswap.ko 2>/dev/null" 'an enabled built-in zswap is refused'
like "$(last_error)" 'built-in zswap is enabled.*echo N >' 'with a cure'

hold refuse 400M 150
echo 60M > "$cgroup/memory.reclaim"
ok "[ $(awk '/^Zswapped/ { print $2 }' /proc/meminfo) -gt 1000 ]" 'the built-in zswap has pages'
echo N > $stock/enabled
ok "! insmod $modules/frontswap.ko 2>/dev/null" 'one that holds pages is refused'

swapoff -a && swapon /dev/vda
ok "insmod $modules/frontswap.ko" 'an empty one is not'
ok 'wait_for 60 patched' 'the hooks are in place'

echo Y > $stock/enabled
ok "! insmod $modules/zswap_zbud.ko 2>/dev/null" 'activation looks again'
like "$(last_error)" 'not activated: the built-in zswap' 'and says why'

# Through the hooks, with no backend behind them, the built-in one works on.
echo 60M > "$cgroup/memory.reclaim"
ok "[ $(awk '/^Zswapped/ { print $2 }' /proc/meminfo) -gt 1000 ]" \
	'without a backend the built-in zswap works as ever'
echo N > $stock/enabled
swapoff -a && swapon /dev/vda

ok "insmod $modules/zswap_zbud.ko" 'a backend, then'
zswap_debugfs=/sys/kernel/debug/zswap_zbud
echo Y > $stock/enabled
echo 60M > "$cgroup/memory.reclaim"
ok "[ $(counter stored_pages) -gt 500 ]" 'which gets the pages, though the built-in one is enabled'
is "$(cat /sys/kernel/debug/zswap/stored_pages)" "$(counter stored_pages)" \
	'and counts them for all'
if built_kernel; then
	skip 'the pool of the built-in one' 'zswap_total_pages is not inlined there, and counts ours as well'
else
	is "$(cat /sys/kernel/debug/zswap/pool_total_size)" 0 'while the pool of the built-in one stays empty'
fi
ok 'rmmod zswap_zbud' 'it drains'
echo 60M > "$cgroup/memory.reclaim"
echo 0 > $klp/enabled
ok "wait_for 60 test ! -d $klp" 'the hooks go, with pages in the built-in zswap'
ok 'rmmod frontswap' 'for good'
release
is $? 0 'every page is as it was left'

done_testing
