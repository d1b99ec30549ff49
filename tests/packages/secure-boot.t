#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A machine with Secure Boot, as it is sold: Microsoft's keys in its firmware, and Debian's shim,
# GRUB and kernel.  What DKMS has built is signed with a key that nobody but this machine knows.
# Until that is enrolled, zswapscope says what to do, and nothing breaks; when somebody has
# enrolled it in MokManager, as zswapscope said, the modules run.
set -u
# shellcheck source-path=SCRIPTDIR source=machine.sh
. "$(dirname "$0")/machine.sh"

mapfile -t debs < <(packages '')
[ "${#debs[@]}" = 2 ] || bail_out 'make deb does not make them'
machine secure-boot "${debs[@]}"
state=$work/firmware

mounted
ok "in_root apt-get install -q -y '/srv/${debs[0]##*/}' '/srv/${debs[1]##*/}' > '$work/install' 2>&1" 'the packages are installed' ||
	bail_out "$(tail -n 20 "$work/install")"
unmounted

in_image not_enrolled --secure-boot "$state"
ok "'$top/tests/vm/enroll' '$state' password" 'somebody enrolls the key, with the password that mokutil was given' ||
	bail_out "$(tr -cd '[:print:]\n' <"$state/enroll.log" | tail -n 30)"
in_image enrolled --secure-boot "$state"

done_testing
