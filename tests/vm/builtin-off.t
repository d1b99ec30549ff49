#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel with zswapscope built in that was booted with its switch off.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
is_built_in || skip_all 'this kernel has it as modules; make test-builtin has one with it built in'
in_guest --mem 256 --boot frontswap.active=N

local_contents 8

is "$(cat $builtin_switch)" N 'it is off'
hold off max 16
echo 8M 2>/dev/null > "$cgroup/memory.reclaim"
ok "[ $(vmstat pswpout) -gt 1000 ]" 'pages go to the swap device'
is "$(vmstat zswpout) $(counter stored_pages)" '0 0' 'and none to the pool'
ok "echo Y > $builtin_switch" 'on'
echo 16M 2>/dev/null > "$cgroup/memory.reclaim"
ok "[ $(counter stored_pages) -gt 1000 ]" 'and pages are stored'
release
is $? 0 'every page is as it was left'

done_testing
