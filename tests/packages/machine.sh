# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For tests that have the packages in a Debian of their own: $RELEASE, or as this one.  What
# has to be compiled is, on this machine, in a chroot; all else happens in the virtual
# machine, whose systemd and dpkg are Debian's.

# A test says
#
#	. "$(dirname "$0")/machine.sh"
#
# and goes on as root, with mounts of its own, which end with it.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
[ "$(id -u)" = 0 ] || skip_all 'takes root, as whose files the guest has'
[ -n "${ZS_UNSHARED:-}" ] || ZS_UNSHARED=1 exec unshare --mount "$0" "$@"

machine_gone() {
	umount -R "$root" 2>/dev/null
	rm -rf --one-file-system "$work"
}
root='' work=''
trap machine_gone EXIT

# packages REVISION: builds them, of that revision unless it is empty, and prints their files
packages() {
	local builder='' said
	# shellcheck disable=SC1091
	if [ -n "${RELEASE:-}" ] && [ "$RELEASE" != "$(. /etc/os-release && echo "$VERSION_CODENAME")" ]; then
		builder=$("$top/tests/packages/image" --release "$RELEASE" --build) || return
	fi
	said=$(mktemp)
	make -s -C "$top" deb REVISION="$1" DEBIAN="$builder" 2>"$said" || cat "$said" >&2
	rm -f "$said"
}

# depends DEB...: the packages that they take, by name
depends() {
	local deb
	for deb; do
		dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/[ ,]/\n/g'
	done | sort -u
}

# machine NAME DEB...: $root is a Debian in which these packages can be installed, and what is
# changed there is gone with the test; sets out, where results are, and linux, its kernel
machine() {
	local image
	out=$top/build/test-out/$1
	work=$top/build/$1
	root=$work/root
	shift
	rm -rf --one-file-system "$work"
	mkdir -p "$root" "$work/upper" "$work/layer" "$out"
	# shellcheck disable=SC2046 # words
	image=$("$top/tests/packages/image" ${RELEASE:+--release "$RELEASE"} $(depends "$1")) || bail_out 'there is no image'
	# Its files are below ours.
	mount -t overlay -o "lowerdir=$image,upperdir=$work/upper,workdir=$work/layer" root "$root" ||
		bail_out 'there is no overlay'
	linux=$(cd "$root/lib/modules" && echo *)
	cp "$@" "$root/srv"
}

# mounted: what has to be there in a chroot, and not when the guest has it
mounted() {
	mount --bind /proc "$root/proc"
	mount --bind /dev "$root/dev"
}
unmounted() {
	# From whom still has something open, too, who was started there and is about to end.
	umount -R -l "$root/proc" "$root/dev"
}

# in_root CMD...: in the chroot
in_root() {
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
}

# in_image NAME [OPTION...]: the part of in-image with that name, in the guest
in_image() {
	local name=$1 guest_status
	shift
	"$top/tests/vm/run" --root "$root" --kernel "$root/boot/vmlinuz-$linux" --mem 448 --timeout 400 "$@" \
		--out "$out/$name" -- sh "/run/vm$top/tests/packages/in-image" "$name" >"$work/$name" 2>"$work/$name.err"
	guest_status=$?
	take_results "$name" <"$work/$name"
	is "$guest_status,$(tail -n 1 "$work/$name" | grep -c '^1\.\.')" '0,1' "$name: the guest has come to its end" ||
		diag "$(tail -n 30 "$work/$name.err")"
}
