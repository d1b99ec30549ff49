# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # variables for those who read this file
#
# What fetch-kernel and build-debug-kernel share: options, cache, apt, and where in
# a kernel's root things are.  fetch-tools has its cache and its apt of it.

self=${0##*/}
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/zswapscope

die() {
	echo "$self: $*" >&2
	exit 1
}

bad_usage() {
	echo "$self: $* (see --help)" >&2
	exit 2
}

say() {
	echo "$self: $*" >&2
}

# own_option WORD [VALUE]: an option that only one of the two has; sets eaten, to how
# many words it takes, or fails.
own_option() {
	return 1
}

# Sets update and what; usage() is the caller's.
parse_options() { # ARG...
	local eaten
	update='' what=''
	while [ $# -gt 0 ]; do
		case $1 in
		--update) update=1 ;;
		--print)
			[ $# -ge 2 ] || bad_usage "--print needs a word"
			shift
			what=$1
			;;
		-h | --help) usage && exit ;;
		*)
			own_option "$@" || bad_usage "unknown argument: $1"
			shift $((eaten - 1))
			;;
		esac
		shift
	done
	case $what in
	'' | release | root | vmlinuz | kdir | modules) ;;
	*) bad_usage "--print $what: not one of release, root, vmlinuz, kdir, modules" ;;
	esac
}

print_what() { # ROOT
	local root=$1 release
	read -r release <"$root/release"
	case $what in
	'') ;;
	release) echo "$release" ;;
	root) echo "$root" ;;
	vmlinuz) echo "$root/boot/vmlinuz-$release" ;;
	kdir) echo "$root/usr/src/linux-headers-$release" ;;
	modules) echo "$root/lib/modules/$release" ;;
	esac
}

# Options of apt's programs: those of lists that are not the machine's (own_lists).
apt_options=()

candidate() { # PACKAGE: the version that apt would download, or nothing
	apt-cache "${apt_options[@]}" policy "$1" | sed -nE 's/^ *Candidate: *//p' | grep -v '^(none)$' || true
}

# From now on, apt's lists are those of another suite, of the same mirror as the machine's;
# the latter stay as they are.
own_lists() { # SUITE [TYPE...]: of deb, or of these
	local suite=$1 own=$cache/apt-$1 uri type
	shift
	# shellcheck disable=SC2016 # apt's
	uri=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' \
		'Label: Debian' | head -n 1)
	[ -n "$uri" ] || die "apt has no lists of Debian's: apt-get update"
	mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
	for type in "${@:-deb}"; do
		echo "$type [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main"
	done >"$own/sources.list"
	apt_options=(-o Dir::Etc::sourcelist="$own/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::State="$own" -o Dir::State::status=/dev/null -o Dir::Cache="$own/cache"
		-o Acquire::Languages=none -o APT::Sandbox::User=root)
}

update_lists() {
	local sudo=
	if [ "$(id -u)" != 0 ] && [ ${#apt_options[@]} = 0 ]; then
		command -v sudo >/dev/null || return 0
		sudo=sudo
	fi
	say "updating the package lists"
	$sudo apt-get "${apt_options[@]}" update -qq >&2 || true
}

# Only the .deb files, into a folder: nothing is installed.
download() { # FOLDER PACKAGE...
	# As root, apt would warn that its own user cannot write here.
	(cd "$1" && shift && apt-get "${apt_options[@]}" -qq -o APT::Sandbox::User=root download "$@") >&2
}
