#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Debian of its own has the packages installed, runs zswapscope, is booted again, has
# newer packages, and has them purged, after which there is no trace of them.
set -u
# shellcheck source-path=SCRIPTDIR source=machine.sh
. "$(dirname "$0")/machine.sh"

mapfile -t old < <(packages '')
mapfile -t new < <(packages 2)
[ "${#old[@]},${#new[@]}" = 2,2 ] || bail_out 'make deb does not make them'
version=$(dpkg-deb -f "${old[0]}" Version)
machine image "${old[@]}" "${new[@]}"
# In regular expressions.
linux_re=${linux//[+]/[+]}

# tree: all that there is, but for what systems write as they go
tree() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./srv -o -path ./var/log \
		-o -path ./var/cache -o -path ./var/tmp \) -prune -o -print) | sort
}

tree >"$work/before"
mounted
ok "in_root apt-get install -q -y '/srv/${old[0]##*/}' '/srv/${old[1]##*/}' > '$work/install' 2>&1" \
	'apt installs the packages, and needs no other' || diag "$(tail -n 20 "$work/install")"
like "$(in_root dkms status zswapscope)" "^zswapscope/$version, $linux_re, x86_64: installed" 'DKMS has built the modules'
for module in frontswap zswap_zbud; do
	file=$(find "$root/lib/modules/$linux/updates/dkms" -name "$module.ko*")
	ok "[ -n '$file' ]" "$module: is there"
	like "$(in_root modinfo -k "$linux" -F signer $module)" . "$module: and signed, with the key of the machine"
	in_root modinfo -k "$linux" -F filename $module >"$work/filename"
	is "$root$(cat "$work/filename")" "$file" "$module: and found"
done
like "$(in_root zswapscope enable 2>&1)" 'this is a chroot: nothing was loaded' 'enabled in a chroot: loads nothing'
ok '[ -L "$root/etc/systemd/system/multi-user.target.wants/zswapscope.service" ]' 'but is, at the next boot'
in_root zswapscope disable >"$work/disable" 2>&1
is "$?,$(find "$root/etc/systemd" -name '*zswap*')" '0,' 'and is not, after all'
# As the kernel's packages have it done, for one that is not supported.
other=6.1.0-56-amd64
mkdir "$root/lib/modules/$other"
ln -s "/usr/src/linux-headers-$linux" "$root/lib/modules/$other/build"
in_root /etc/kernel/postinst.d/dkms $other >"$work/kernel" 2>&1
is "$?,$(in_root dkms status zswapscope | grep -c $other)" 0,0 'another kernel installs nevertheless, without modules' ||
	diag "$(cat "$work/kernel")"
rm -rf "$root/lib/modules/$other"
unmounted

in_image first

mounted
# Before there are headers of the kernel: those that come call what builds.
mv "$root/lib/modules/$linux/build" "$root/srv/build"
ok "in_root dpkg -i '/srv/${new[1]##*/}' > '$work/upgrade' 2>&1" 'newer modules' || diag "$(tail -n 20 "$work/upgrade")"
is "$(in_root dkms status zswapscope | sed 's/:.*//')" "zswapscope/$version+2" 'take the place of the others'
mv "$root/srv/build" "$root/lib/modules/$linux/build"
ok "in_root /etc/kernel/header_postinst.d/dkms '$linux' > '$work/hook' 2>&1" "a kernel's headers come" || diag "$(cat "$work/hook")"
like "$(in_root dkms status zswapscope)" "^zswapscope/${version}[+]2, $linux_re, x86_64: installed" 'and have its modules built'
unmounted

in_image second

tree >"$work/after"
is "$(find "$root" -xdev -path "$root/srv" -prune -o -path "$root/var/log" -prune -o -path "$root/var/cache" -prune -o \
	\( -name '*zswap*' -o -name 'frontswap*' -o -name 'zbud_*' \) -print | grep -v '/usr/src/linux-headers-\|/lib/modules/.*/kernel/')" '' \
	'purged: no file has their name'
# DKMS' own key of the machine, and what systemd and dpkg keep.
is "$(diff "$work/before" "$work/after" | sed -n 's/^> //p' | grep -vE '^\./var/lib/(dkms/mok|systemd|dpkg|dbus|apt|private)|^\./etc/(machine-id|\.updated|mtab)|^\./var/\.updated|^\./root/\.rnd')" \
	'' 'and nothing else stays behind'
is "$(diff "$work/before" "$work/after" | sed -n 's/^< //p')" '' 'nor is anything missing'

done_testing
