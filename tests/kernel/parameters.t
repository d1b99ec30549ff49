#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Parameters: what they are when nobody says anything, what they take, and what
# they refuse, with EINVAL and the old value kept; at run time and at insmod.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 256 --timeout 1500

newline='
'
tab='	'
# The longest name of an algorithm has 127 bytes.
longest=$(printf '%0127d' 0)

# get NAME: its value is in $got.  There are many of these, and a process takes long
# in an emulated machine: so without one.
get() {
	read -r got < "$zswap_parameters/$1"
}

# set_to NAME VALUE: to exactly these bytes; $error is why not.  The shell's own echo
# would only know that it failed.
set_to() {
	error=$(printf '%s' "$2" | LC_ALL=C tee "$zswap_parameters/$1" 2>&1 >/dev/null)
	error=${error##*: }
}

# show VALUE: fit for the name of a test, in $shown
show() {
	shown=
	show_rest=$1
	while [ "$show_rest" != "${show_rest#*"$newline"}" ]; do
		shown="$shown${show_rest%%"$newline"*}<newline>"
		show_rest=${show_rest#*"$newline"}
	done
	shown="\"$shown$show_rest\""
	[ ${#1} -le 40 ] || shown="a name of ${#1} bytes"
}

# accepts NAME VALUE READ_BACK
accepts() {
	show "$2"
	set_to "$1" "$2"
	get "$1"
	is "$error$got" "$3" "$1: $shown is accepted"
}

# refuses NAME VALUE
refuses() {
	show "$2"
	get "$1"
	kept=$got
	set_to "$1" "$2"
	get "$1"
	is "$error, still $got" "Invalid argument, still $kept" \
		"$1: $shown is refused, the old value kept"
}

# get_all: every parameter and its value, in $all
get_all() {
	all=
	for path in "$zswap_parameters"/*; do
		get "${path##*/}"
		all="$all${all:+$newline}${path##*/} $got"
	done
}

# shellcheck disable=SC2086 # words
defaults=$(printf '%s\n' $zswap_defaults | tr '=' ' ')

# Each, its value and its mode: also one that nobody wrote down here would show.
get_all
is "$all" "$defaults" 'all parameters, with their defaults'
is "$(stat -c %a $zswap_parameters/* | sort -u)" 644 'readable by all, writable by root'

# What modinfo says of defaults is what they are.
if is_built_in; then
	described=$(modinfo -F parm zswap_zbud)
else
	described=$(modinfo -F parm "$modules/zswap_zbud.ko")
fi
for default in 'enabled:.*default Y' 'max_pool_percent:.*default 20' \
	'accept_threshold_percent:.*default 95' 'max_compression_ratio:.*default 100' \
	'incompressible:.*reject .default' 'same_filled_pages_enabled:.*default Y' \
	'shrinker_enabled:.*default N' 'compressor:.*default lzo' 'buddies:.*default 16' \
	'frame_order:.*default 1'; do
	like "$described" "^$default" "modinfo tells it: ${default%%:*}"
done

# Good values
for name in enabled same_filled_pages_enabled shrinker_enabled; do
	for value in 0 Y N y n 1 on off; do
		case $value in
		[Yy1] | on) accepts $name $value Y ;;
		*) accepts $name $value N ;;
		esac
	done
	accepts $name "N$newline" N
done
for value in 1 100 33; do
	for name in max_pool_percent accept_threshold_percent max_compression_ratio; do
		accepts $name $value $value
	done
done
accepts max_pool_percent 0 0
accepts accept_threshold_percent 0 0
accepts max_pool_percent "21$newline" 21
for value in 2 32 16; do
	accepts buddies $value $value
done
for value in 0 2 1; do
	accepts frame_order $value $value
done
accepts incompressible keep keep
accepts incompressible "reject$newline" reject
accepts incompressible "keep$newline" keep
# What surrounds a name comes from whoever wrote it, and is none of it.
accepts compressor lzo-rle lzo-rle
accepts compressor "lzo$newline" lzo
accepts compressor "  lzo-rle$tab$newline$newline" lzo-rle
accepts compressor "${newline}lzo" lzo
accepts compressor lzo lzo

# Bad ones
for name in max_pool_percent accept_threshold_percent max_compression_ratio; do
	for value in 101 -1 x 5x 0x10 1.5 ' 5' '1 2' 4294967301 "$newline" "5${newline}5"; do
		refuses $name "$value"
	done
done
refuses max_compression_ratio 0
for value in 0 1 33 -2 x 2x ' 4' "$newline"; do
	refuses buddies "$value"
done
for value in 3 -1 x 1.0 "$newline"; do
	refuses frame_order "$value"
done
for name in enabled same_filled_pages_enabled shrinker_enabled; do
	for value in 2 x -1 ' Y' "$newline"; do
		refuses $name "$value"
	done
done
for value in keeps kee K KEEP ' keep' 0 1 Y "$newline" "keep${newline}reject"; do
	refuses incompressible "$value"
done
# sha256 and crc32c are algorithms of the crypto API, as is lzo, but no compressors.
for value in nonsense sha256 crc32c LZO lz 'lzo lzo-rle' 'lzo;' 'lz*' ../lzo "$newline" ' ' \
	"lzo${newline}lzo-rle" "$longest" "${longest}0" "$longest$newline" \
	"lzo$longest$longest"; do
	refuses compressor "$value"
done
is "$(counter compressors)" 1 'of all the compressors asked for, only the current one is there'
like "$(dmesg)" 'compressor sha256 is not known to this kernel; still using lzo' \
	'the log says what was wrong with one'

# What was not refused has an effect: nobody else needs swap here, so look at the
# limit, which takes no page at 0.
local_contents 16
cgroup_make parameters max
set_parameter enabled Y
set_parameter max_pool_percent 0
hold parameters max 16
echo 4M > "$cgroup/memory.reclaim"
ok "[ $(counter pool_limit_hit) -gt 0 ]" 'max_pool_percent 0: there is no room'
is "$(counter pool_pages)" 0 'not for a page'
release
is $? 0 'and every page is as it was'

# At insmod; at boot, where it is built in: tests/vm/builtin.t
if is_built_in; then
	done_testing
fi
rmmod zswap_zbud

# left_behind: what there is of a module that is not there
left_behind() {
	ls -d /sys/module/zswap_zbud $zswap_debugfs /sys/kernel/debug/zswap_zbud \
		$tracefs/events/zswap 2>/dev/null
	grep zswap_zbud /sys/devices/system/cpu/hotplug/states
	# its queue's own thread; others that have worked for it are called after it for a while
	pgrep kworker/R-zswap
}

# insmod_refuses PARAMETER[=VALUE]
insmod_refuses() {
	show "$1"
	error=$(LC_ALL=C insmod "$modules/zswap_zbud.ko" "$1" 2>&1)
	is "${error##*: } $(left_behind)" 'Invalid parameters ' \
		"insmod with $shown fails, and leaves nothing behind"
}

is "$(left_behind)" '' 'nothing is left of a module removed'
for value in max_pool_percent=101 max_pool_percent=-1 max_pool_percent=x max_pool_percent= \
	max_pool_percent accept_threshold_percent=101 max_compression_ratio=0 \
	max_compression_ratio=101 incompressible=maybe incompressible= incompressible \
	enabled=2 same_filled_pages_enabled=x shrinker_enabled=2 \
	buddies=1 buddies=33 buddies frame_order=3 frame_order=x \
	compressor=nonsense compressor=sha256 compressor=crc32c compressor= compressor \
	"compressor=${longest}0" "compressor=$longest"; do
	insmod_refuses "$value"
done
like "$(dmesg)" 'compressor sha256 is not known to this kernel; see /proc/crypto' \
	'the log says what was wrong with one'
ok "patched && grep -q '^frontswap ' /proc/modules" 'the hooks are still there'

ok "insmod $modules/zswap_zbud.ko enabled=N max_pool_percent=100 accept_threshold_percent=0 \
	max_compression_ratio=1 incompressible=keep same_filled_pages_enabled=N \
	shrinker_enabled compressor=lzo-rle buddies=2 frame_order=0" 'another insmod works, with every parameter'
get_all
is "$all" 'accept_threshold_percent 0
buddies 2
compressor lzo-rle
enabled N
frame_order 0
incompressible keep
max_compression_ratio 1
max_pool_percent 100
same_filled_pages_enabled N
shrinker_enabled Y' 'and has them all'
ok 'rmmod zswap_zbud' 'rmmod'
ok "insmod $modules/zswap_zbud.ko" 'insmod without any'
get_all
is "$all" "$defaults" 'has the defaults again'

done_testing
