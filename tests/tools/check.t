#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace check: what it says of a machine, and that everything that counts agrees
# to the last event, under load.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512 --timeout 900

local_contents 64
set_parameter max_pool_percent 1
cgroup_make idle 24M
cgroup_make work 24M
out=$VM_OUT

# check NAME ARG...: its stdout, stderr and $status
check() {
	name=$1
	shift
	timeout 200 zswap-trace check "$@" > "$out/$name" 2> "$out/$name.err"
	status=$?
}

of() { # FILE QUERY
	jq -r "$2" "$out/$1"
}

# agreed FILE OURS THEIRS: how many of these were counted
agreed() {
	# shellcheck disable=SC3013 # dash knows it
	[ "$out/$1.rows" -nt "$out/$1" ] ||
		of "$1" '.comparison.counters[] | "\(.ours) \(.theirs) \(.ours_count)"' > "$out/$1.rows"
	awk -v row="$2 $3 " 'index($0, row) == 1 { print $NF }' "$out/$1.rows"
}

said() {
	cat "$out/$1"
}

instances() {
	find $tracefs/instances -mindepth 1 -maxdepth 1 | wc -l
}

# One that writes all the time, so that the pool is at its limit: who verifies his pages
# only reads them, for seconds.  And processes that begin and end, so that pages are
# invalidated as well.
load() {
	load_one --size 36 -j 2 --seconds 100000 --write 60 &
	while [ ! -e "$out/enough" ]; do
		load_one --size 16 --touches 1000 --write 30
	done
	wait
}

load_one() {
	in_cgroup zs-workload --source $contents --zeros 10 --same-filled 5 "$@" \
		>> "$out/workload" 2>&1 || : > "$out/wrong"
}

comparing() {
	[ "$(instances)" = 1 ]
}

# While a comparison goes on, pages of the load are stored, however seldom that gets a
# processor.
press() {
	wait_for 120 comparing
	while [ ! -e "$out/compared" ]; do
		cgroup_set work memory.reclaim 64K 2>/dev/null
		# whom it presses upon, and who compares, need the processor more
		sleep 0.05
	done
}

# check_pressed NAME ARG...: meanwhile
check_pressed() {
	rm -f "$out/compared"
	press &
	pressure=$!
	check "$@"
	: > "$out/compared"
	wait $pressure
}

#
# At rest, and not at work at all.
#
check rest -d 0.5
is $status 0 'at rest: exit status 0'
like "$(said rest)" 'nothing happened in 0.5 seconds: nothing was compared' 'and that is said plainly'
like "$(said rest)" '^  kernel +6\.12' 'the kernel'
like "$(said rest)" '^  rights +CAP_BPF: yes, CAP_PERFMON: yes, CAP_SYS_ADMIN: yes$' 'rights'
like "$(said rest)" '^  zswap, ours +loaded: yes, enabled: yes$' 'zswap'
like "$(said rest)" '^  BPF JIT +on$' 'the JIT'
like "$(said rest)" '^  tp_btf +works; --source auto takes it' 'a source that works, and is chosen'
like "$(said rest)" '^  raw_tp +works' 'another one that works'
like "$(said rest)" '^  fentry +no: module zswap_zbud is loaded, and pages go to it' 'and one that would see nothing'
like "$(said rest)" '^ +try_to_unmap_one \(unmap\); whose page' 'the function of a hook'
is "$(said rest | sed -n 's/^  tracepoints  *//p' | wc -w)" 12 'all tracepoints'

set_parameter enabled N
check disabled --json
is $status 0 'zswap is not at work: exit status 0'
like "$(of disabled .not_compared)" 'echo Y >' 'it says what to do'
is "$(of disabled .comparison)" null 'nothing is compared'
is "$(of disabled .machine.module_enabled)" false 'it is disabled'
set_parameter enabled Y

#
# Under load.
#
# It is to leave something of the processors to who looks at the machine before he compares.
cgroup_set work cpu.max '40000 100000'
load &
load=$!
busy() {
	[ "$(counter written_back_pages)" -gt 500 ]
}
ok 'wait_for 120 busy' 'there is load'

for source in tp_btf raw_tp; do
	check_pressed $source --source $source --json -d 2
	ok 'freeze work' "$source: the load rests, to be quick"
	is $status 0 "$source: all agree"
	is "$(of $source .schema)" zswap-trace-check/1 "$source: the schema"
	is "$(of $source .comparison.source)" $source "$source: is what is compared"
	is "$(of $source .comparison.differences)" 0 "$source: no differences"
	is "$(of $source '[.comparison.counters[] | select(.difference != 0)] | length')" 0 \
		"$source: every counter was compared, and is the same"
	is "$(of $source '.comparison.not_compared | length')" 0 "$source: nothing is left out"
	is "$(of $source '[.comparison.by_cgroup_and_process.differences[] | select(. != 0)] | length')" 0 \
		"$source: cgroups and processes add up to the totals"
	is "$(of $source .comparison.missed)" 0 "$source: no run is left out by the kernel"
	for what in 'stores vmstat zswpout' 'loads vmstat zswpin' 'writebacks vmstat zswpwb' \
		    'writebacks debugfs written_back_pages' 'stores ftrace zswap_store' \
		    'load_bytes ftrace zswap_load' 'evicts ftrace zswap_evict' \
		    'disk_reads ftrace zswap_miss'; do
		ours=${what%% *}
		theirs=${what#* }
		n=$(agreed $source "$ours" "$theirs")
		ok "[ $n -gt 0 ]" "$source: $ours and $theirs counted something ($n)"
	done
	is "$(instances)" 0 "$source: no tracefs instance is left"
	thaw work
done
# Less of it is load enough, from here on.
cgroup_set work cpu.max '20000 100000'
is "$(of tp_btf .chosen)" tp_btf 'tp_btf is chosen by itself'
is "$(of tp_btf '[.machine.tracepoints[] | select(. == true)] | length')" 12 'all tracepoints, as JSON'
is "$(of tp_btf '.sources.tp_btf.hooks[] | select(.hook == "unmap") | .function')" \
	try_to_unmap_one "a hook's function, as JSON"

check_pressed text -d 1
is $status 0 'as text: all agree'
like "$(said text)" '^  stores +vmstat zswpout +[0-9]+ +[0-9]+ +0$' 'as text: a row'
like "$(said text)" '^  in less out +debugfs stored_pages +-?[0-9]+ +-?[0-9]+ +0$' \
	'as text: stores, loads, writebacks and invalidates make up the change of stored pages'
like "$(said text)" 'by cgroup and process +[0-9]+ pairs.* add up' 'as text: cgroups and processes'
is "$(said text.err)" '' 'as text: nothing on stderr'

#
# Half of it does not agree with all of it: the comparison can fail.
#
check_pressed part -c idle -d 2 --json
is $status 1 'one cgroup, compared with all: exit status 1'
like "$(said part.err)" '^zswap-trace check: [0-9]+ differences, the first: stores and vmstat zswpout by -[0-9]+$' \
	'it names the difference'
is "$(wc -l < "$out/part.err")" 1 'in one line'
is "$(of part '[.comparison.counters[] | select(.difference < 0) | .theirs | splits(" .*") |
	select(. == "vmstat" or . == "ftrace")] | unique | join(" ")')" 'ftrace vmstat' 'vmstat and ftrace both tell'
is "$(of part '[.comparison.by_cgroup_and_process.differences[] | select(. != 0)] | length')" 0 \
	'what it counts adds up all the same'

#
# A signal ends it in order.
#
zswap-trace check -d 100 > "$out/signal" 2> "$out/signal.err" &
pid=$!
ok 'wait_for 120 comparing' 'it has a tracefs instance of its own'
like "$(ls $tracefs/instances)" "^zswapscope-$pid\$" 'named after the tool'
kill -TERM $pid
wait $pid
is $? 0 'SIGTERM ends it with 0'
is "$(instances)" 0 'and removes the instance'
# one that was killed cannot; the next one does
sh -c "mkdir $tracefs/instances/zswapscope-\$\$"

#
# Less of a machine.
#
# shellcheck disable=SC2016 # for that shell
timeout 200 unshare -m sh -c '
	mount -t tmpfs none /sys/kernel/tracing &&
	mount -t tmpfs none /sys/kernel/debug &&
	exec zswap-trace check -d 2' > "$out/bare" 2> "$out/bare.err"
is $? 0 'without tracefs and debugfs: exit status 0'
like "$(said bare)" 'not compared: ftrace: .*mount -t tracefs' 'it names the cure for tracefs'
like "$(said bare)" 'not compared: debugfs: .*mount -t debugfs' 'and for debugfs'
like "$(said bare)" '^  stores +vmstat zswpout +[0-9]+ +[0-9]+ +0$' 'and compares with vmstat'

setpriv --reuid 65534 --clear-groups zswap-trace check > "$out/nobody" 2> "$out/nobody.err"
is $? 0 'nobody: exit status 0'
like "$(said nobody)" '^  rights +CAP_BPF: no, CAP_PERFMON: no, CAP_SYS_ADMIN: no$' 'nobody: has no rights'
like "$(said nobody)" '^  tp_btf +no: no rights to load BPF programs: run as root' 'nobody: why not tp_btf'
like "$(said nobody)" '^  kprobe +no: no rights' 'nobody: why not kprobe'
like "$(said nobody)" '^  counters +works; --source auto takes it' 'nobody: the counters work'
like "$(said nobody)" '^nothing is compared: ' 'nobody: nothing is compared'
like "$(said nobody)" '^ +try_to_unmap_one \(unmap\)' 'nobody: may know the functions'

: > "$out/enough"
cgroup_set work cpu.max max
# Not those that begin and end: one that has just begun would die of it.
pkill -f '^zs-workload .*--seconds 100000'
wait $load
ok "[ ! -e '$out/wrong' ]" 'the workload finds every page as it left it'

check again -d 0.1
is "$(instances)" 0 'an instance of one that was killed is removed'

#
# Kernels that do not run here.
#
check btf --btf /sys/kernel/btf/vmlinux
is $status 0 '--btf: a kernel whose functions are known'
like "$(said btf)" '^ +zswap_store \(store_in, store_out\); stores$' 'its functions'
like "$(said btf)" 'takes folios' 'its generation'
check btf-json --btf /sys/kernel/btf/vmlinux --json
is "$(of btf-json '[.schema, .sources.fentry.works, .sources.fentry.frontswap] | join(" ")')" \
	'zswap-trace-check/1 true false' 'the same as JSON'
check other --btf "$top/build/obj/bpf/zswap.bpf.o"
is $status 1 '--btf: no source with BPF would work'
like "$(said other)" '^  fentry +no: .*zswap_store\(folio\)' 'and why'
for file in /etc/passwd /no/such/file /sys; do
	check garbage --btf $file
	is $status 2 "--btf $file: exit status 2"
	is "$(wc -l < "$out/garbage.err")" 1 'one line'
	like "$(said garbage.err)" "^zswap-trace check: '$file' has no BTF" 'that says so'
	is "$(said garbage)" '' 'and nothing else'
done

#
# The command line.
#
check help --help
is $status 0 '--help'
like "$(said help)" '^Usage: zswap-trace check ' 'is about check'
for wrong in -x word '-d 0' '-d soon' '--btf' '--source nowhere' '--source counters -p 1' \
	     '--btf /x -c work' '--btf /x -d 1' '--btf /x --source fentry'; do
	# shellcheck disable=SC2086 # words
	check usage $wrong
	is "$status $(wc -l < "$out/usage.err") $(wc -l < "$out/usage")" '2 1 0' \
		"check $wrong: a wrong command line is one line and exit status 2"
done
check missing -c no/such/cgroup
is "$status $(wc -l < "$out/missing")" '1 0' 'a cgroup that does not exist is a failure'

done_testing
