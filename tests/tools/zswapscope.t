#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswapscope(8) has the modules take over from a built-in zswap that is in use, and give way
# to it again, while processes swap; it says what it cannot do and what helps, and leaves
# nothing half done.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 448 --no-modules

out=$VM_OUT
conf=/etc/zswapscope.conf
# What the host has of it is not the guest's.
rm -f $conf

# zs ARG...: zswapscope, with what was built
zs() {
	zswapscope --modules "$modules" "$@"
}

# says STATUS REGEX ARG...: it exits so, and says that, of which each line has its name
says() {
	says_status=$1 says_like=$2
	shift 2
	zs "$@" > "$out/said" 2>&1
	is $? "$says_status" "$*: exit status $says_status"
	like "$(cat "$out/said")" "$says_like" "$*: says so"
}

# fails STATUS REGEX ARG...: with one line
fails() {
	says "$@"
	is "$(wc -l < "$out/said")" 1 'in one line'
}

# shows STATUS REGEX...: what zswapscope status is, and says
shows() {
	zs status > "$out/status" 2>&1
	is $? "$1" "status: exit status $1"
	shift
	for shows_like; do
		like "$(cat "$out/status")" "$shows_like" "status: $shows_like"
	done
}

nothing_loaded() {
	[ ! -d /sys/module/frontswap ] && [ ! -d /sys/module/zswap_zbud ] && [ ! -d $klp ]
}

local_contents 32
modprobe brd rd_nr=1 rd_size=8192
mkswap /dev/ram0 > /dev/null

#
# Where it cannot be
#
shows 3 '^zswapscope does not run: ' '^  at boot  *no: zswapscope.service is not installed' '^  built-in  *off$' \
	'^  kernel  *Linux .* is supported$' '^  swap  *0 of 10[0-9]* MiB in use \(/dev/vda\)$'
mkdir /run/fake
printf '#!/bin/sh\necho 6.18.1-amd64\n' > /run/fake/uname
chmod 755 /run/fake/uname
is "$(PATH=/run/fake:$PATH zs start 2>&1; echo $?)" \
	'zswapscope: Linux 6.18.1-amd64 is not supported: the modules are for Linux 6.12
1' 'another kernel: refused'
like "$(PATH=/run/fake:$PATH zs status)" '^zswapscope cannot run: Linux 6.18.1-amd64 is not supported' \
	'which status says, too'
like "$(zswapscope start 2>&1)" '^zswapscope: there are no modules for Linux .*: install zswapscope-dkms and ' \
	'modules that are not installed are missed'
zswapscope status > "$out/said"
is "$?,$(sed 's/: .*//; q' "$out/said")" '4,zswapscope cannot run' 'by status as well'

#
# The configuration
#
bad_config() { # REGEX TEXT
	printf '%b' "$2" > "$out/conf"
	fails 2 "$1" --config "$out/conf" start
}
fails 2 'there is no /no/such' --config /no/such start
bad_config "conf:3: 'compressor' is no NAME=VALUE" '# one\n\ncompressor # lz4\n'
bad_config "conf:1: there is no parameter 'compresor'; there are: .* compressor" 'compresor=lz4\n'
bad_config "conf:1: '' is no value for buddies" 'buddies =  \n'
bad_config "conf:2: 'lzo; reboot' is no value" 'buddies=2\ncompressor=lzo; reboot\n'
ok nothing_loaded 'with a mistake in it, nothing is loaded'

#
# A built-in zswap that is in use
#
stock_zswap_on 20
echo max_pool_percent=200 > "$out/conf"
says 1 "^zswapscope: zswap_zbud cannot be loaded: .200' invalid for parameter .max_pool_percent'" --config "$out/conf" start
ok nothing_loaded 'frontswap does not stay alone'
is "$(stock_parameter enabled)" Y 'and the built-in zswap is on again'
cgroup_make work 300M
hold_in work 40
work=$workload
# Swapped all the time, and compared.
cgroup_make busy 20M
start_workload busy --size 30 --touches 1000000000 --write 20
busy=$workload
cgroup_reclaim work 24
stock_holds() {
	[ "$(awk '/^Zswapped/ { print $2 }' /proc/meminfo)" -gt 20000 ]
}
ok 'wait_for 60 stock_holds' 'it has pages'
shows 3 '^zswapscope does not run: ' '^  built-in  *on$'

cat > $conf <<-'END'
	# A comment
	max_pool_percent = 33   # a third
	compressor=lzo-rle
	same_filled_pages_enabled=n
	END
says 0 'the built-in zswap is switched off' start
like "$(cat "$out/said")" '^zswapscope: the built-in zswap writes out the [1-9][0-9]* MiB that it holds' 'its pages are written out'
like "$(cat "$out/said")" '^zswapscope: it runs: ' 'it runs then'
is "$(stock_parameter enabled)" N 'the built-in zswap is off'
is "$(stock_parameter max_pool_percent) $(stock_parameter shrinker_enabled)" '20 N' 'and its parameters are what they were'
ok '[ ! -d /sys/fs/cgroup/zswapscope ]' 'the cgroup that it took is gone'
is "$(parameter max_pool_percent) $(parameter compressor) $(parameter same_filled_pages_enabled)" '33 lzo-rle N' \
	'parameters are those of the file'
cgroup_reclaim work 24
stored() {
	[ "$(counter stored_pages 2> /dev/null || echo 0)" -gt 1500 ]
}
zswap_debugfs=/sys/kernel/debug/zswap_zbud
ok 'wait_for 60 stored' 'pages are stored'
shows 0 '^zswapscope runs: ' '^  modules  *loaded$' '^  pool  *[1-9][0-9]* MiB of pages, compressed to [1-9]' \
	"^  parameters  *as in $conf" '^  built-in  *off'
like "$(setpriv --reuid 65534 --clear-groups "$(command -v zswapscope)" --modules "$modules" status)" \
	'^zswapscope runs: ' 'nobody needs a right to see that'

#
# While it runs
#
sed -i 's/33/34/; s/lzo-rle/lzo/; /same/d' $conf
echo buddies=99 >> $conf
shows 0 'parameters  *max_pool_percent is 33 and not 34, compressor is lzo-rle and not lzo, buddies is 16 and not 99: '
fails 1 "$conf: buddies=99 is refused, it is 16 still" start
is "$(parameter max_pool_percent) $(parameter compressor)" '34 lzo' 'the others are set'
ok stored 'and no page has gone for that'
sed -i /buddies/d $conf
says 0 'it runs' start

hist_start store type
fails 1 'ftrace has triggers on zswap.s events, .*: /sys/kernel/tracing/events/zswap/zswap_store/trigger$' stop
hist_stop store type
zswap-trace 600 > "$out/trace" 2> "$out/trace.err" &
watcher=$!
ok "wait_for 60 grep -qs source: '$out/trace.err'" 'a tool watches'
says 1 'zswap_zbud is in use: end what watches it first' stop
kill $watcher
wait $watcher
shows 0 '^zswapscope runs: '

#
# Away, and back, and away, while processes swap
#
# As in transition.t: somebody stays within a function that is patched.
park=/sys/module/zs_park/parameters
is_parked() {
	[ "$(cat $park/parked)" != 0 ]
}
ok "insmod '$modules/zs_park.ko' within=zswap_swapon symbol=__kvmalloc_node_noprof" 'who switches swap on is to stay there'
swapon /dev/ram0 &
parked=$!
ok 'wait_for 60 is_parked' 'which somebody does'
says 1 "the hooks do nothing any more, but wait for tasks that are within them: $parked \(swapon\);" --timeout 4 stop
shows 1 "^zswapscope is on its way out: livepatch waits for $parked \(swapon\); "
says 0 'it runs: ' start
shows 0 '^zswapscope runs: '
echo 1 > $park/release
wait $parked
is $? 0 'he who stayed goes on'
rmmod zs_park
swapoff /dev/ram0
cgroup_reclaim work 24
ok 'wait_for 60 stored' 'pages are stored'
says 0 '^zswapscope: [1-9][0-9]* MiB of pages are written out' stop
like "$(cat "$out/said")" '^zswapscope: the built-in zswap is on again, as it was before' 'the built-in zswap is on again'
like "$(cat "$out/said")" '^zswapscope: it runs no more: every page is back' 'it runs no more'
ok nothing_loaded 'nothing of it is loaded'
is "$(stock_parameter enabled)" Y 'nothing has been forgotten'
fails 0 'it does not run' stop

#
# For good, where there is no systemd
#
stock_zswap_off
says 0 'it runs: ' enable
like "$(cat "$out/said")" 'nothing was done for the next boot: zswapscope.service is not installed' 'the next boot is not forgotten'
shows 0 '^zswapscope runs: '
cgroup_reclaim work 24
says 0 'it runs no more' disable
is "$(stock_parameter enabled)" N 'what was off stays off'
stop_workload work $work 'those that were swapped'
stop_workload busy $busy 'those that were swapped all the time'

#
# A kernel that takes signed modules only; for good
#
mount -t securityfs securityfs /sys/kernel/security
if [ -e /sys/kernel/security/lockdown ]; then
	ok 'echo integrity > /sys/kernel/security/lockdown' 'locked down'
	fails 1 'takes signed modules only \(Secure Boot, lockdown\), and ours are not signed: .*mokutil --import' start
	shows 4 '^zswapscope cannot run: this kernel takes signed modules only'
	ok nothing_loaded 'nothing is loaded'
else
	skip 'locked down' 'this kernel knows no lockdown'
fi

done_testing
