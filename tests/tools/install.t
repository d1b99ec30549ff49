#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make install puts what it says where it says, that runs from there, and make uninstall
# takes all of it away again.  And zswapscope's words for who mistypes, or has no right.
PATH=$PATH:/usr/sbin:/sbin
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# What is said of jobs is not ours.
unset MAKEFLAGS MFLAGS MAKELEVEL

kdir=$("$top/tests/vm/fetch-kernel" --print kdir) || bail_out 'there is no kernel to build for'
release=$("$top/tests/vm/fetch-kernel" --print release)

# has FOLDER: all that is in it and is no folder, with paths from there
has() {
	(cd "$1" && find . ! -type d | sed 's/^\.//' | sort)
}

# folders FOLDER: those that have our name, or nothing but what was installed would need
folders() {
	(cd "$1" && find . -type d \( -name '*zswap*' -o -name extra \))
}

# make_target NAME ROOT [VARIABLE...]: silently, if all is well
make_target() {
	make_root=$2
	target=$1
	shift 2
	make -s -C "$top" "$target" DESTDIR="$make_root" KDIR="$kdir" "$@" > "$work/made" 2>&1
}

# expected PREFIX: what there is to be
expected() {
	for tool in zswaptop zswap-trace zswap-exporter zswapscope; do
		echo "$1/bin/$tool"
		echo "$1/share/bash-completion/completions/$tool"
		echo "$1/share/zsh/site-functions/_$tool"
		echo "$1/share/fish/vendor_completions.d/$tool.fish"
	done
	echo "$1/libexec/zswapscope/supported"
	for page in "$top"/docs/*.8; do
		echo "$1/share/man/man8/${page##*/}"
	done
	for unit in zswapscope zswap-exporter; do
		echo "$1/lib/systemd/system/$unit.service"
	done
	echo /etc/zswapscope.conf
	for ko in frontswap zswap_zbud; do
		echo "/lib/modules/$release/extra/$ko.ko"
	done
}

# installs ROOT PREFIX: there, and away again
installs() {
	root=$1 prefix=$2
	mkdir -p "$root"
	ok "make_target install '$root' PREFIX=$prefix" "$prefix: installs" || diag "$(tail -n 5 "$work/made")"
	is "$(has "$root")" "$(expected "$prefix" | sort)" "$prefix: these, and no other"
	for tool in zswaptop zswap-trace zswap-exporter zswapscope; do
		like "$("$root$prefix/bin/$tool" --version)" '[0-9]+\.[0-9]+' "$prefix: $tool runs from there"
	done
	like "$("$root$prefix/bin/zswapscope" status | grep -F "Linux $(uname -r)")" '^  kernel ' \
		"$prefix: and finds what it needs there"
	for ko in "$root/lib/modules/$release/extra"/*.ko; do
		is "zswapscope $(modinfo -F version "$ko")" "$("$root$prefix/bin/zswapscope" --version)" \
			"$prefix: ${ko##*/} is of the same version"
	done
	for unit in zswapscope zswap-exporter; do
		like "$(cat "$root$prefix/lib/systemd/system/$unit.service")" "^ExecStart=$prefix/bin/$unit" \
			"$prefix: $unit.service is of what is there"
	done
	is "$(find "$root" -type f -perm /022)" '' "$prefix: nobody else may write to any of it"
	ok "make_target uninstall '$root' PREFIX=$prefix" "$prefix: uninstalls" || diag "$(tail -n 5 "$work/made")"
	is "$(has "$root")" '' "$prefix: and nothing stays behind"
	is "$(folders "$root")" '' "$prefix: no folder of ours either"
	is "$(cat "$work/made")" '' "$prefix: which is not worth a word"
	ok "make_target uninstall '$root' PREFIX=$prefix" "$prefix: another time, there is nothing to do"
}

installs "$work/one root" /usr/local
installs "$work/other" /usr

# What is somebody else's.
root=$work/kept
mkdir -p "$root/lib/modules/$release/extra" "$root/lib/modules/6.12.1-old/extra"
touch "$root/lib/modules/$release/extra/other.ko" "$root/lib/modules/6.12.1-old/extra/frontswap.ko"
make_target install "$root"
echo max_pool_percent=30 >> "$root/etc/zswapscope.conf"
make_target install "$root"
like "$(cat "$root/etc/zswapscope.conf")" '^max_pool_percent=30' 'parameters stay when it is installed again'
make_target uninstall "$root"
is "$(has "$root")" "/etc/zswapscope.conf
/lib/modules/$release/extra/other.ko" 'parameters that were changed stay, and modules of others; ours go for every kernel'
is "$(cat "$work/made")" "$root/etc/zswapscope.conf has been changed, and stays" 'which is said'

if command -v systemd-analyze > /dev/null; then
	make_target install-tools "$work/verify" PREFIX=/usr
	# Those that they refer to are not there.
	unlike "$(systemd-analyze verify "$work"/verify/usr/lib/systemd/system/*.service 2>&1)" \
		'zswap.*(Unknown|Failed to parse|Invalid|ignoring)' 'systemd understands the units'
else
	skip 'systemd understands the units' 'there is no systemd'
fi

#
# What modules can be built for
#
make -s -C "$top" modules KDIR=/nonexistent FLAVOUR=unsupported > "$work/made" 2>&1
like "$?,$(head -n 1 "$work/made")" '^2,no kernel headers in KDIR' 'no headers: refused'
mkdir -p "$work/kdir/include/config"
touch "$work/kdir/Makefile"
echo 6.18.1-amd64 > "$work/kdir/include/config/kernel.release"
make -s -C "$top" modules KDIR="$work/kdir" FLAVOUR=unsupported > "$work/made" 2>&1
like "$?,$(head -n 1 "$work/made")" '^2,Linux 6.18.1-amd64 is not supported: the modules are for Linux 6.12$' \
	'another series: refused'
rm -rf "$top/build/unsupported"
for target in 'torture KERNEL=nosuch' 'leaks KERNEL=kcsan'; do
	# shellcheck disable=SC2086 # a target, and a variable
	make -s -C "$top" $target > "$work/made" 2>&1
	like "$?,$(cat "$work/made")" "^2,.*${target#* }: it is stock" "make $target: refused"
done
supported=$top/kernel/supported
grep -v '^CONFIG_LIVEPATCH=' "$kdir/.config" > "$work/config"
is "$("$supported" "$release" "$work/config")" "Linux $release is not supported: it was built without CONFIG_LIVEPATCH" \
	'without livepatch: refused'
is "$("$supported" "$release" "$kdir/.config"; echo $?)" 0 'the one that the tests run is supported'
is "$("$supported" 6.120.1 /dev/null; echo $?)" 'Linux 6.120.1 is not supported: the modules are for Linux 6.12
1' 'a number that begins so is another one'

#
# What is typed
#
PATH=$top/build/bin:$PATH
# fails STATUS REGEX ARG...: with one line
fails() {
	fails_status=$1 fails_like=$2
	shift 2
	zswapscope "$@" > "$work/failed" 2>&1
	is "$? $(wc -l < "$work/failed")" "$fails_status 1" "zswapscope $*: fails with one line"
	like "$(cat "$work/failed")" "^zswapscope: .*$fails_like" 'which says why'
}
fails 2 'wants a command: enable, '
fails 2 "'statsu' is no command: enable, " statsu
fails 2 'one command at a time: status, or stop' status stop
fails 2 "'now' is one word too many behind start" start now
fails 2 "unknown option '--force'" --force start
fails 2 "unknown option '-x'" status -x
fails 2 '--config wants a value' status --config
fails 2 "'soon' is no number of seconds" --timeout=soon status
fails 2 "'' is no number of seconds" -t '' status
is "$(zswapscope --usage)" 'Usage: zswapscope [OPTION...] enable|disable|status|start|stop' '--usage'
for command in enable disable start stop; do
	is "$(setpriv --reuid 65534 --clear-groups "$(command -v zswapscope)" $command 2>&1; echo $?)" \
		"zswapscope: $command takes root: 'sudo zswapscope $command'
1" "$command: without root"
done

done_testing
