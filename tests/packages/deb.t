#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make deb makes packages that lintian has nothing to say about, with all that make install
# would have installed, and modules for just the kernels that are supported.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$top/build/deb

for wrong in '' '1 2' v1 '--revision' '--no 1' '1/2'; do
	# shellcheck disable=SC2086 # words
	"$top/tools/packaging/make-deb" $wrong >"$work/said" 2>&1
	is "$? $(wc -l <"$work/said")" '2 1' "make-deb $wrong: refused in one line"
done

ok "make -s -C '$top' deb > '$work/debs'" 'make deb' || done_testing
mapfile -t debs <"$work/debs"
is "${#debs[@]}" 2 'two packages'
version=$(dpkg-deb -f "${debs[0]}" Version)
is "$(for deb in "${debs[@]}"; do dpkg-deb -f "$deb" Package; done | xargs)" 'zswapscope zswapscope-dkms' 'which are these'
is "$(lintian --tag-display-limit 0 --allow-root --fail-on error,warning "$out/zswapscope_${version}_amd64.changes" 2>&1; echo $?)" 0 \
	'lintian has nothing to say about them'

# files DEB: those in it
files() {
	dpkg-deb --fsys-tarfile "$1" | tar -t | sed -n 's,^\.\(/.*[^/]\)$,\1,p' | sort
}

make -s -C "$top" install-tools DESTDIR="$work/root" PREFIX=/usr >"$work/made" 2>&1 || bail_out 'the tools do not build'
(cd "$work/root" && find . -type f) | sed 's/^\.//' | sort >"$work/wanted"
# Manual pages are compressed there, and Debian 12 has units elsewhere.
files "${debs[0]}" | sed -E 's,(/man8/.*)\.gz$,\1,; s,^/lib/systemd,/usr/lib/systemd,' | sort >"$work/has"
is "$(comm -23 "$work/wanted" "$work/has")" '' 'zswapscope has all that make install has'
is "$(comm -13 "$work/wanted" "$work/has" | grep -v '^/usr/share/doc/zswapscope/')" '' 'and beside it documentation alone'
like "$(cat "$work/has")" '^/usr/share/doc/zswapscope/zswap\.md' 'some'
is "$(dpkg-deb --ctrl-tarfile "${debs[0]}" | tar -xO ./conffiles)" /etc/zswapscope.conf 'parameters are the administrator'\''s'
depends=$(dpkg-deb -f "${debs[0]}" Depends)
like "$depends" 'libjson-c[0-9]+ .*libmicrohttpd[0-9]+' 'it depends on the libraries that the tools use'
unlike "$depends" 'libbpf|clang|bpftool|xxhash' 'and on nothing that they were built with'
like "$(dpkg-deb -f "${debs[1]}" Depends)" '^zswapscope \(>= .*dkms' 'the modules depend on what loads them, and on DKMS'

src=/usr/src/zswapscope-$version
files "${debs[1]}" | sed -n "s,^$src/,,p" | grep -v '^dkms.conf$' >"$work/has"
(cd "$top" && find kernel include -type f ! -name '.*' ! -path kernel/supported ! -path 'kernel/builtin/*') | sort >"$work/wanted"
is "$(diff "$work/wanted" "$work/has")" '' 'zswapscope-dkms has their sources, and no other'
dpkg-deb --fsys-tarfile "${debs[1]}" | tar -xO ".$src/dkms.conf" >"$work/dkms.conf"
# shellcheck disable=SC1091,SC2154 # what DKMS does
tries() { # RELEASE
	(set +u && . "$work/dkms.conf" && [[ $1 =~ $BUILD_EXCLUSIVE_KERNEL ]])
}
for release in "$("$top/tests/vm/fetch-kernel" --print release)" 6.12.9-amd64 6.1.0-56-amd64 6.18.1-amd64 6.120.1 16.12.1; do
	tries "$release"
	dkms_says=$?
	"$top/kernel/supported" "$release" /dev/null >"$work/said" 2>&1
	grep -q 'the modules are for' "$work/said"
	is "$((!$?))" "$dkms_says" "$release: DKMS and kernel/supported agree"
done
like "$(cat "$work/dkms.conf")" "^BUILD_EXCLUSIVE_CONFIG=\"$("$top/kernel/supported" --options)\"\$" 'and on options'
# shellcheck disable=SC2016 # for the other shell, which does as Debian 13's script for packages
is "$(bash -c 'AUTOINSTALL=; . "$0" >/dev/null 2>&1; echo $AUTOINSTALL' "$work/dkms.conf")" yes \
	'who asks before there is a kernel hears that it is built'
unlike "$(cat "$work/dkms.conf")" '@' 'nothing is left open'

done_testing
