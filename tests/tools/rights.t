#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rights that each tool and each source takes: as a user who has these and no others,
# it works; without any one of them it says in one line what would help, or what it does
# instead.  docs/security.md has the table.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_stock_guest 6.12 --mem 512 --timeout 580

out=$VM_OUT
dir=/sys/fs/bpf/mine

# user CAPABILITIES: sets $user, the words before a command that make it one of nobody, who
# has these and can have no others.  (With a function, who runs it in the background would
# know the number of a shell.)
user() {
	user_caps=$(echo "-all $1" | xargs | sed 's/ /,+/g')
	user="setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=$user_caps
		--ambient-caps=$user_caps --bounding-set=$user_caps --no-new-privs"
}

# as_user CAPABILITIES CMD...: in the foreground
as_user() {
	user "$1"
	shift
	$user "$@"
}

# traces CAPABILITIES SOURCE: zswap-trace as that user, while something happens, with
# $status, and what it said in $out/said and $out/err
traces() {
	rm -f "$out/said" "$out/err"
	user "$1"
	$user zswap-trace --source "$2" --json > "$out/said" 2> "$out/err" &
	tracer=$!
	# at its beginning it says its source, or why not
	wait_for 60 test -s "$out/err"
	# more than its name is there if it has a source
	if grep -q source: "$out/err"; then
		stores=$(vmstat zswpout)
		in_cgroup zs-workload --source $contents --size 12 --touches 20 > /dev/null 2>&1
		stores=$(($(vmstat zswpout) - stores))
		kill -INT $tracer
	fi
	wait $tracer
	status=$?
}

# works CAPABILITIES SOURCE [NOTE]: it counts what happens, and has nothing else to say
works() {
	traces "$1" "$2"
	is "$status $(sed -n 's/.*source: \([a-z_]*\).*/\1/p' "$out/err")" "0 ${4:-$2}" "$2 works with '$1'"
	ok "[ $stores -gt 0 ] && [ $(jq .counts.stores "$out/said") -ge $stores ]" \
		"$2 with '$1': counts the $stores stores"
	like "$(grep -vc source: "$out/err") $(grep -v source: "$out/err")" "${3:-^0 }" \
		"$2 with '$1': ${3:-nothing is missing}"
}

# fails CAPABILITIES SOURCE REGEX: in one line
fails() {
	traces "$1" "$2"
	is "$status $(wc -l < "$out/err") $(wc -c < "$out/said")" '1 1 0' \
		"$2 with '$1' alone: a failure, in one line"
	like "$(cat "$out/err")" "$3" "$2 with '$1' alone: which says what it takes"
}

bpf='bpf perfmon'
all='bpf perfmon syslog dac_read_search'
few='most reasons of rejects are not known: that takes CAP_SYSLOG .* and CAP_DAC_READ_SEARCH'
no='no rights to load BPF programs: run as root, or with CAP_BPF and CAP_PERFMON'

local_contents 16
stock_zswap_on 1
cgroup_make work 8M

#
# The kernel's own zswap.
#
sysctl -q -w kernel.perf_event_paranoid=2
for source in fentry kprobe; do
	fails '' $source "$no"
	fails bpf $source "$no"
	fails perfmon $source "$no"
	works "$bpf" $source "$few"
	works "$bpf syslog" $source "$few"
	works "$bpf dac_read_search" $source "$few"
	works "$all" $source
	is "$(jq -r '[.cgroups[] | select(.stores) | .cgroup] | join(" ")' "$out/said")" /work \
		"$source: the cgroup has its name"
done
traces "$bpf" fentry
is "$(jq -r '[.cgroups[] | select(.stores) | .cgroup] | join(" ")' "$out/said")" /work \
	'and also for who may not ask the short way'
# Debian's kernel has a level above those of Linux.
sysctl -q -w kernel.perf_event_paranoid=3
fails "$all" kprobe 'kernel.perf_event_paranoid is 3: run as root, use --source fentry, or sysctl'
works 'sys_admin syslog dac_read_search' kprobe
works "$all" fentry

# modes DIRECTORY...: of it, and of what is in it
modes() {
	find "$@" -printf '%y %m %U:%G\n' | sort -u
}
stock_modes=$(modes $zswap_debugfs) stock_parameter_modes=$(modes $stock_parameters)

#
# What the kernel counts.
#
works '' counters 'rejects need root and debugfs'
works dac_read_search counters '^1 zswap-trace: counters only: [^;]*$'
works '' auto "using counters: $no" counters
like "$(as_user '' zswaptop -b -n 1 -d 0.1 2>&1)" "using counters: $no" 'zswaptop says so, too'

#
# The modules.
#
stock_set_parameter enabled N
ok "insmod '$modules/frontswap.ko' && insmod '$modules/zswap_zbud.ko' && wait_for 60 patched" \
	'the modules are loaded'
set_parameter max_pool_percent 1
is "$(modes ${zswap_debugfs}_zbud)" "$stock_modes" 'debugfs: modes are those of the built-in zswap'
like "$stock_modes" '^f 444 0:0$' 'which are those of counters'
is "$(modes $zswap_parameters)" "$stock_parameter_modes" 'parameters: the same'
like "$stock_parameter_modes" '^f 644 0:0$' 'which all may read'
fails '' raw_tp "$no"
fails bpf raw_tp "$no"
fails perfmon raw_tp "$no"
works "$bpf" raw_tp
works sys_admin tp_btf
fails "$bpf" tp_btf 'the BTF of a module is for CAP_SYS_ADMIN alone: run as root, or use --source raw_tp'
works "$bpf" auto 'using raw_tp: the BTF of a module is for CAP_SYS_ADMIN alone' raw_tp

#
# Files and directories are for who may open them: nothing more than BPF takes.
#
mkdir /tmp/mine
chown 65534:65534 /tmp/mine
cd /tmp/mine || exit 1
for command in 'record -o r -- sleep 0.1' 'events -d 0.1'; do
	# shellcheck disable=SC2086 # words
	set -- $command
	as_user "$bpf" zswap-trace "$@" > "$out/said" 2> "$out/err"
	is $? 0 "$1 works with '$bpf'"
	as_user '' zswap-trace "$@" > "$out/said" 2> "$out/err"
	is "$? $(wc -l < "$out/err")" '1 1' "$1 without any: a failure, in one line"
	like "$(cat "$out/err")" "$no" "$1 without any: which says what it takes"
done
as_user "$bpf" zswap-trace --expect 'stores>=0' -- true > "$out/said" 2> "$out/err"
is "$? $(sed -n 's/.*source: //p' "$out/err")" '0 raw_tp' "--expect works with '$bpf'"
as_user '' zswap-trace --expect 'stores>=0' -- true > "$out/said" 2> "$out/err"
is $? 0 '--expect without any: works for what the kernel counts'
like "$(cat "$out/err")" "using counters: $no" 'and says so'
is "$(stat -c '%a %u' r)" '600 65534' 'a recording is its owner'\''s alone'
cd /

# pins CAPABILITIES: with --source raw_tp
pins() {
	as_user "$1" zswap-trace --pin $dir/zswap --source raw_tp > "$out/said" 2> "$out/err"
}
ok "! pins '$bpf'" '--pin where the directory is root'\''s: a failure'
like "$(cat "$out/err")" 'no rights for .* /sys/fs/bpf.*: run as root, or choose a directory of your own' \
	'which says what it takes'
chmod 1711 /sys/fs/bpf
mkdir $dir
chown 65534 $dir
ok "! pins ''" '--pin without any: a failure'
like "$(cat "$out/err")" "$no" 'which says what it takes'
ok "pins '$bpf'" "--pin works with '$bpf', in a directory of one's own"
is "$(find $dir/zswap -type d -printf '%m\n' | sort -u) $(find $dir/zswap -type f -printf '%m\n' | sort -u)" \
	'700 600' 'what is pinned is its owner'\''s alone'
is "$(find $dir/zswap -printf '%u\n' | sort -u)" "$(stat -c %U $dir)" 'who is that user'
like "$(as_user '' cat $dir/zswap/stats)" '^stores +[0-9]+' 'and reads it without any right'
ok "! setpriv --reuid 1 --clear-groups --bounding-set=-all cat $dir/zswap/stats" 'nobody else does'
ok "as_user '$bpf' zswap-trace --unpin $dir/zswap" '--unpin works as well'

# compares CAPABILITIES: sets $left_out, what check says of what it cannot compare
compares() {
	as_user "$1" zswap-trace check -d 0.1 > "$out/said" 2> "$out/err"
	is "$?" 0 "check works with '$1'"
	left_out=$(grep -E '^ +not compared: ' "$out/said")
}
compares "$bpf"
like "$left_out" 'ftrace: no right to use ftrace.s triggers: run as root, or with CAP_DAC_OVERRIDE' \
	'without the right to write in tracefs, ftrace is left out'
like "$left_out" 'debugfs: its counters cannot be read: as root' 'and without that to look into it, debugfs'
compares "$all"
like "$left_out" 'ftrace: cannot make a tracefs instance .*run as root, or with CAP_DAC_OVERRIDE' \
	'who may read all has debugfs, and no triggers'
unlike "$left_out" debugfs 'and nothing is said of debugfs'
compares "$bpf dac_override"
unlike "$left_out" 'ftrace|debugfs' 'with CAP_DAC_OVERRIDE, nothing is left out'
is "$(find $tracefs/instances -mindepth 1 -maxdepth 1 | wc -l)" 0 'and no instance is left'

ok 'rmmod zswap_zbud' 'nothing is attached any more'
done_testing
