#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Debian of its own has the packages installed, runs zswapscope, is booted again, has
# newer packages, and has them purged, after which there is no trace of them.  What has to be
# compiled is, on this machine, in a chroot; all else happens in the virtual machine, whose
# systemd and dpkg are Debian's.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
[ "$(id -u)" = 0 ] || skip_all 'takes root, as whose files the guest has'
# Mounts of its own, which end with it.
[ -n "${ZS_UNSHARED:-}" ] || ZS_UNSHARED=1 exec unshare --mount "$0" "$@"

out=$top/build/test-out/image
work=$top/build/image
rm -rf --one-file-system "$work"
mkdir -p "$work" "$out"
trap 'umount -R "$root" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT

make -s -C "$top" deb >"$work/old" 2>"$work/err" || bail_out "make deb: $(cat "$work/err")"
make -s -C "$top" deb REVISION=2 >"$work/new" 2>"$work/err" || bail_out "make deb: $(cat "$work/err")"
mapfile -t old <"$work/old"
mapfile -t new <"$work/new"
version=$(dpkg-deb -f "${old[0]}" Version)
release=$("$top/tests/vm/fetch-kernel" --print release)
# In regular expressions.
release_re=${release//[+]/[+]}
# shellcheck disable=SC2046 # words
image=$("$top/tests/packages/image" $(dpkg-deb -f "${old[0]}" Depends |
	sed 's/([^)]*)//g; s/|[^,]*//g; s/[ ,]/\n/g' | sort -u)) || bail_out 'there is no image'

# Its files are below ours.
root=$work/root
mkdir "$root" "$work/upper" "$work/layer"
mount -t overlay -o "lowerdir=$image,upperdir=$work/upper,workdir=$work/layer" root "$root" ||
	bail_out 'there is no overlay'

# mounted: what has to be there in a chroot, and not when the guest has it
mounted() {
	mount --bind /proc "$root/proc"
	mount --bind /dev "$root/dev"
}
unmounted() {
	umount -R "$root/proc" "$root/dev"
}

# in_root CMD...: in the chroot
in_root() {
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
}

# in_image NAME: the part of in-image with that name, in the guest
in_image() {
	"$top/tests/vm/run" --root "$root" --kernel "$root/boot/vmlinuz-$release" --mem 448 --timeout 400 \
		--out "$out/$1" -- sh "/run/vm$top/tests/packages/in-image" "$1" >"$work/$1" 2>"$work/$1.err"
	guest_status=$?
	# Its assertions are ours.
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			name=${line#* - }
			status=0
			[[ $line != not* ]] || status=1
			tap_result $status "$1: $name"
			;;
		'#'*) echo "$line" ;;
		esac
	done <"$work/$1"
	is "$guest_status,$(tail -n 1 "$work/$1" | grep -c '^1\.\.')" '0,1' "$1: the guest has come to its end" ||
		diag "$(tail -n 30 "$work/$1.err")"
}

# tree: all that there is, but for what systems write as they go
tree() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./srv -o -path ./var/log \
		-o -path ./var/cache -o -path ./var/tmp \) -prune -o -print) | sort
}

tree >"$work/before"
mounted
cp "${old[@]}" "${new[@]}" "$root/srv"
ok "in_root apt-get install -q -y '/srv/${old[0]##*/}' '/srv/${old[1]##*/}' > '$work/install' 2>&1" \
	'apt installs the packages, and needs no other' || diag "$(tail -n 20 "$work/install")"
like "$(in_root dkms status zswapscope)" "^zswapscope/$version, $release_re, x86_64: installed" 'DKMS has built the modules'
for module in frontswap zswap_zbud; do
	file=$(find "$root/lib/modules/$release/updates/dkms" -name "$module.ko*")
	ok "[ -n '$file' ]" "$module: is there"
	like "$(in_root modinfo -k "$release" -F signer $module)" . "$module: and signed, with the key of the machine"
	in_root modinfo -k "$release" -F filename $module >"$work/filename"
	is "$root$(cat "$work/filename")" "$file" "$module: and found"
done
like "$(in_root zswapscope enable 2>&1)" 'this is a chroot: nothing was loaded' 'enabled in a chroot: loads nothing'
ok '[ -L "$root/etc/systemd/system/multi-user.target.wants/zswapscope.service" ]' 'but is, at the next boot'
in_root zswapscope disable >"$work/disable" 2>&1
is "$?,$(find "$root/etc/systemd" -name '*zswap*')" '0,' 'and is not, after all'
# As the kernel's packages have it done, for one that is not supported.
other=6.1.0-56-amd64
mkdir "$root/lib/modules/$other"
ln -s "/usr/src/linux-headers-$release" "$root/lib/modules/$other/build"
in_root /etc/kernel/postinst.d/dkms $other >"$work/kernel" 2>&1
is "$?,$(in_root dkms status zswapscope | grep -c $other)" 0,0 'another kernel installs nevertheless, without modules' ||
	diag "$(cat "$work/kernel")"
rm -rf "$root/lib/modules/$other"
unmounted

in_image first

mounted
# Before there are headers of the kernel: those that come call what builds.
mv "$root/lib/modules/$release/build" "$root/srv/build"
ok "in_root dpkg -i '/srv/${new[1]##*/}' > '$work/upgrade' 2>&1" 'newer modules' || diag "$(tail -n 20 "$work/upgrade")"
is "$(in_root dkms status zswapscope | sed 's/:.*//')" "zswapscope/$version+2" 'take the place of the others'
mv "$root/srv/build" "$root/lib/modules/$release/build"
ok "in_root /etc/kernel/header_postinst.d/dkms '$release' > '$work/hook' 2>&1" "a kernel's headers come" || diag "$(cat "$work/hook")"
like "$(in_root dkms status zswapscope)" "^zswapscope/${version}[+]2, $release_re, x86_64: installed" 'and have its modules built'
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
