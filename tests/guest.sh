# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For the tests that run inside the virtual machine.  A test says
#
#	. "$(dirname "$0")/../guest.sh"
#	in_guest --mem 320
#
# and everything behind that runs as root in a guest with these options.  In the
# environment, ZS_KERNEL=debug asks for the debug kernel (make test-debug),
# ZS_KERNEL=kcsan for the one with KCSAN (make test-kcsan), and ZS_KERNEL=builtin for
# the one that has zswapscope built in (make test-builtin).

top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=tap.sh
. "$top/tests/tap.sh"

modules=$top/build/modules
# How much longer than on the stock kernel anything may take.
patience=1
case ${ZS_KERNEL:-} in
debug) patience=5 ;;
kcsan) patience=4 ;;
esac

# built_kernel: is it one of those that were built for these tests?
built_kernel() {
	case ${ZS_KERNEL:-} in
	debug | kcsan | builtin) ;;
	*) return 1 ;;
	esac
}

! built_kernel || modules=$top/build/$ZS_KERNEL/modules

# is_built_in: there are no modules that could come and go
is_built_in() {
	[ "${ZS_KERNEL:-}" = builtin ]
}

# has_kunit: the modules with KUnit tests can be loaded
has_kunit() {
	built_kernel && ! is_built_in
}

# How kprobes call a module's function.
# shellcheck disable=SC2034 # for those who read this file
in_zswap=$(is_built_in || echo zswap_zbud:)

# In the environment of the guest's shell there are the words of $guest_env, as NAME=VALUE.
in_guest() {
	if [ -n "${ZS_IN_GUEST:-}" ]; then
		guest_begins
		return
	fi
	guest_out=$(basename "$0" .t)
	if built_kernel; then
		guest_out=$ZS_KERNEL-$guest_out
		# An option that comes again counts.
		# shellcheck disable=SC2046 # words without blanks
		set -- "$@" $(built_options "$@")
	fi
	# shellcheck disable=SC2086 # words
	exec "$top/tests/vm/run" --answer --out "$top/build/test-out/$guest_out" \
		"$@" -- env ZS_IN_GUEST=1 "ZS_KERNEL=${ZS_KERNEL:-}" ${guest_env:-} sh "$0"
}

# guest_begins: to load a program with its libraries takes an emulated processor a tenth of
# a second, and busybox, which has none, a fifth of that.  So it stands in for those
# that tests start most often, where it does the same.
guest_begins() {
	mkdir /run/quick
	for guest_applet in cat cut date grep mkdir mktemp rm rmdir sed sleep sort tail tr; do
		busybox ln -s "$(command -v busybox)" /run/quick/$guest_applet
	done
	PATH=/run/quick:$PATH
	# The line to the host, see on_host.
	busybox stty -F /dev/ttyS1 -echo
	exec 8<> /dev/ttyS1
	host_answers=1
}

# on_host CMD [ARG...]: run it on the host, where it takes a tenth of the time or less, and
# has the same files in $VM_OUT, and none else that the guest has written.  Its input is
# empty.  One at a time: not from the background.
on_host() {
	printf '%s\0' "$@" > /run/vm/ctl/ask
	echo >&8
	read -r host_status <&8
	[ ! -s /run/vm/ctl/complaint ] || cat /run/vm/ctl/complaint >&2
	[ ! -s /run/vm/ctl/answer ] || cat /run/vm/ctl/answer
	return "$host_status"
}

# in_stock_guest SERIES [OPTION...]: like in_guest, with Debian's Linux 6.12, 6.1, or its newest,
# for its own zswap: our modules are not loaded.  Where there is no such kernel, the test is
# skipped.
in_stock_guest() {
	if [ -n "${ZS_IN_GUEST:-}" ]; then
		guest_begins
		return
	fi
	guest_series=$1
	shift
	! is_built_in || skip_all 'this kernel has our zswap built in, and no other'
	if [ "$guest_series" != 6.12 ]; then
		! built_kernel || skip_all "the $ZS_KERNEL kernel is a Linux 6.12"
		guest_why=$("$top/tests/vm/fetch-kernel" --kernel "$guest_series" --available 2>&1) ||
			skip_all "$(echo "$guest_why" | tail -n 1)"
		[ "$guest_series" = newest ] || guest_series=debian-$guest_series
		set -- --kernel "$guest_series" "$@"
	fi
	in_guest --no-modules "$@"
}

# built_options OPTION...: what a guest with these takes on a built kernel, to have as
# much memory (MemTotal, of which the pool's limit is a part).  With KASAN, its shadow is an
# eighth, the kernel and lockdep are larger, and what KASAN keeps of freed memory comes on top
built_options() {
	guest_mem=512 guest_timeout=600
	while [ $# -gt 0 ]; do
		case $1 in
		--mem) guest_mem=$2 ;;
		--timeout) guest_timeout=$2 ;;
		esac
		shift
	done
	[ "$ZS_KERNEL" != debug ] || guest_mem=$((guest_mem * 8 / 7 + 85))
	echo --kernel "$ZS_KERNEL" --mem "$guest_mem" --timeout $((guest_timeout * patience))
}

tracefs=/sys/kernel/tracing
zswap_debugfs=/sys/kernel/debug/zswap
zswap_parameters=/sys/module/zswap_zbud/parameters
stock_parameters=/sys/module/zswap/parameters
klp=/sys/kernel/livepatch/frontswap
builtin_switch=/sys/module/frontswap/parameters/active
zswap_defaults='accept_threshold_percent=95 buddies=16 compressor=lzo enabled=Y frame_order=1
	incompressible=reject max_compression_ratio=100 max_pool_percent=20
	same_filled_pages_enabled=Y shrinker_enabled=N'
kunit_debugfs=/sys/kernel/debug/kunit
# Events of pages and frames, which the tools count and a replay needs.
all_events='store load writeback reject evict invalidate'
# The others.
# shellcheck disable=SC2034 # for those who read this file
more_events='miss pool_limit background shrink compressor drain'

# counter NAME: a number of debugfs, where a stock kernel's own zswap has its own
counter() {
	cat "$zswap_debugfs/$1"
}

# set_parameter NAME VALUE
set_parameter() {
	echo "$2" 2>/dev/null > "$zswap_parameters/$1"
}

parameter() {
	cat "$zswap_parameters/$1"
}

# vmstat NAME
vmstat() {
	busybox awk -v name="$1" '$1 == name { print $2 }' /proc/vmstat
}

# stock_set_parameter NAME VALUE: of the kernel's own zswap
stock_set_parameter() {
	echo "$2" 2>/dev/null > "$stock_parameters/$1"
}

stock_parameter() {
	cat "$stock_parameters/$1"
}

# stock_zswap_on [POOL_PERCENT [ZPOOL [COMPRESSOR]]]: the kernel's own zswap takes pages
# from here on.  By default with zbud, which every series has and can write pages back
# from: each has another default, and 6.1's zsmalloc only holds them.  A full pool goes on
# writing: 6.1 evicts a frame when it refuses a page at the limit, and none below the
# limit; newer kernels evict down to the threshold.
#
# After a change of zpool or compressor, 6.1 writes back from the old pool alone for as
# long as there is a page in it; those of freed swap slots stay for long, and cannot be
# written back.  So a test of write-back has to come before such a change.
stock_zswap_on() {
	case $(uname -r) in
	6.1.*) stock_threshold=100 ;;
	*) stock_threshold=50 ;;
	esac
	ok "stock_set_parameter max_pool_percent ${1:-20} &&
		stock_set_parameter accept_threshold_percent $stock_threshold &&
		stock_set_parameter zpool ${2:-zbud} &&
		stock_set_parameter compressor ${3:-lzo} &&
		stock_set_parameter enabled Y" "the kernel's own zswap is on"
	# With a name that it does not know, it would take its default, and say so here.
	is "$(stock_parameter zpool) $(stock_parameter compressor) $(stock_parameter enabled)" \
		"${2:-zbud} ${3:-lzo} Y" "with ${2:-zbud} and ${3:-lzo}"
}

stock_zswap_off() {
	stock_set_parameter enabled N
}

# jq OPTION... QUERY [FILE]: it takes half a second to start in a guest; so the host's, for
# a file in $VM_OUT or what comes through a pipe
jq() {
	for jq_file in "$@"; do :; done
	case ${host_answers:-}$jq_file in
	1"$VM_OUT"/*)
		on_host jq "$@"
		return
		;;
	1*)
		if [ ! -f "$jq_file" ]; then
			cat > "$VM_OUT/jq.in"
			on_host jq "$@" "$VM_OUT/jq.in"
			return
		fi
		;;
	esac
	command jq "$@"
}

# reasons: the words of a reject, in the order of their numbers
reasons() {
	sed -n '/define ZSWAP_REJECT_REASONS/,/^$/s/.*X(.*"\(.*\)").*/\1/p' \
		"$top/include/zswapscope/vocabulary.h"
}

# reason_number NAME
reason_number() {
	reasons | busybox awk -v name="$1" '$1 == name { print NR - 1 }'
}

# hist_start EVENT KEY: count an event by one of its fields, in the kernel
hist_start() {
	echo "hist:keys=$2:size=2048" > "$tracefs/events/zswap/zswap_$1/trigger"
}

# hist_stop EVENT KEY: a trigger has to go before its module does
hist_stop() {
	echo "!hist:keys=$2:size=2048" > "$tracefs/events/zswap/zswap_$1/trigger"
}

# hist_count EVENT [NUMBER]: how often it came, with its key equal to NUMBER
hist_count() {
	busybox awk -v want="${2:-}" '
		$1 == "{" && (want == "" || $3 == want) { n += $NF }
		$1 == "Dropped:" && $2 > 0 { exit 1 }
		END { print n + 0 }' "$tracefs/events/zswap/zswap_$1/hist"
}

# local_contents MB: real file contents in the guest's RAM, in $contents, for
# workloads that start often: the host's files are slow to read from a guest
local_contents() {
	contents=/tmp/contents
	mkdir -p $contents
	find /usr/lib/x86_64-linux-gnu -maxdepth 1 -type f -size +64k -size -4096k -printf '%s %p\n' 2>/dev/null |
		sort -k 2 | awk -v left="$(($1 << 20))" '
			left > 0 { left -= $1; print $2 }' |
		xargs cp -t $contents
}

# cgroup_make NAME MEMORY_MAX
cgroup_make() {
	cgroup=/sys/fs/cgroup/$1
	mkdir -p "$cgroup"
	echo "$2" > "$cgroup/memory.max"
}

# in_cgroup CMD...: run in the cgroup made last
in_cgroup() {
	sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cgroup" "$@"
}

# cgroup_split NAME: its children have memory of their own
cgroup_split() {
	cgroup_make "$1" max
	echo +memory > "$cgroup/cgroup.subtree_control"
}

# cgroup_set NAME FILE VALUE
cgroup_set() {
	echo "$3" > "/sys/fs/cgroup/$1/$2"
}

# cgroup_get NAME FILE [FIELD]: a number, or one of those in memory.stat and its like
cgroup_get() {
	busybox awk -v name="${3:-}" 'name == "" { print $1 } name != "" && $1 == name { print $2 }' \
		"/sys/fs/cgroup/$1/$2"
}

# cgroup_id NAME: as events have it
cgroup_id() {
	stat -c %i "/sys/fs/cgroup/$1"
}

# cgroup_reclaim NAME MB: have so much memory of it swapped, or what there is
cgroup_reclaim() {
	cgroup_set "$1" memory.reclaim "$2M" 2>/dev/null
}

# start_workload NAME OPTION...: in that cgroup, in the background; sets $workload,
# to wait for
start_workload() {
	cgroup=/sys/fs/cgroup/$1
	workload_out=$VM_OUT/workload-$(echo "$1" | tr / -).out
	shift
	rm -f "$workload_out"
	in_cgroup zs-workload --source "$contents" "$@" > "$workload_out" 2>&1 &
	# shellcheck disable=SC2034 # for who called
	workload=$!
}

# hold_in NAME MB: like hold, in a cgroup that is there
hold_in() {
	start_workload "$1" --size "$2" --hold
	ok "wait_for 240 grep -q holding '$workload_out'" "$1: a workload holds its pages"
}

# pages_in_pool NAME MB: a workload in that cgroup has about all its pages in the pool,
# and stands still, or it would soon load some
pages_in_pool() {
	hold_in "$1" "$2"
	ok "freeze $1" "$1: and does not move"
	cgroup_reclaim "$1" "$2"
	ok "[ $(cgroup_get "$1" memory.stat zswapped) -gt $(($2 << 19)) ]" "$1: has its pages in the pool"
}

# stop_workload NAME PID WHAT: those in the cgroup end, and the one to wait for says
# whether all its pages were right
stop_workload() {
	thaw "$1"
	xargs kill < "/sys/fs/cgroup/$1/cgroup.procs"
	wait "$2"
	is $? 0 "$3: every page is as it was left"
}

# freeze NAME: processes in the cgroup stand still, until thaw
freeze() {
	cgroup_set "$1" cgroup.freeze 1
	wait_for 60 grep -q 'frozen 1' "/sys/fs/cgroup/$1/cgroup.events"
}

thaw() {
	cgroup_set "$1" cgroup.freeze 0
}

# limit_of PERCENT: page frames that the pool may have with this max_pool_percent
limit_of() {
	awk -v percent="$1" '$1 == "MemTotal:" { print int($2 / 4 * percent / 100) }' /proc/meminfo
}

# pool_settles NAME: evictions in the background go on for a little while; until after that
pool_settles() {
	pool_numbers=
	ok 'wait_for 60 pool_settled' "$1: the pool is idle"
}

pool_settled() {
	pool_seen=$pool_numbers
	pool_numbers=$(counter written_back_pages)/$(counter stored_pages)/$(counter pool_pages)
	[ "$pool_numbers" = "$pool_seen" ] || pool_changed=$(date +%s)
	# One that has refused pages is made smaller only when none has come for ten seconds.
	[ "${pool_numbers##*/}" -le $(($(limit_of "$(parameter max_pool_percent)") *
		$(parameter accept_threshold_percent) / 100)) ] ||
		[ $(($(date +%s) - pool_changed)) -gt 11 ] && [ "$pool_numbers" = "$pool_seen" ]
}

# sample_start: keep the events themselves, for replay
sample_start() {
	echo 16384 > $tracefs/buffer_size_kb
	echo global > $tracefs/trace_clock
	echo > $tracefs/trace
	for event in $all_events; do
		echo 1 > "$tracefs/events/zswap/zswap_$event/enable"
	done
}

# sample_stop NAME: from now on they are in a file, for replay; all of them
sample_stop() {
	for event in $all_events; do
		echo 0 > "$tracefs/events/zswap/zswap_$event/enable"
	done
	samples=$VM_OUT/$1.events
	cat $tracefs/trace > "$samples.trace"
	echo > $tracefs/trace
	on_host awk '/entries-in-buffer/ { split($3, n, "/"); exit n[1] != n[2] }' "$samples.trace" ||
		bail_out 'the trace buffer was too small'
	on_host sed -n "s/.*\(zswap_[a-z]*: .*\)/\1/w $samples" "$samples.trace"
}

# replay ID...: what became of the pages that these cgroups stored, in the last
# samples; replayed NAME is one of the numbers, see kernel/replay.awk
replay() {
	on_host awk -v cgroups="$*" -f "$top/tests/kernel/replay.awk" "$samples" > "$VM_OUT/replay.out"
}

replayed() {
	awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }' "$VM_OUT/replay.out"
}

# Events, and a field of each that is worth knowing.
counted_events='store:type load:type invalidate:type miss:type reject:reason writeback:result evict:result'

# count_every_event: in the kernel, from now on
count_every_event() {
	for pair in $counted_events; do
		hist_start "${pair%:*}" "${pair#*:}"
	done
}

# count_no_event: no more, so that the module can go
count_no_event() {
	for pair in $counted_events; do
		hist_stop "${pair%:*}" "${pair#*:}"
	done
}

# hold NAME MEMORY_MAX MB [OPTION...]: a workload in a cgroup keeps its pages, until
# release; the process to wait for is $holder
hold() {
	hold_name=$1
	hold_size=$3
	cgroup_make "$1" "$2"
	shift 3
	rm -f "$VM_OUT/hold-$hold_name.out"
	in_cgroup zs-workload --source "$contents" --size "$hold_size" --hold "$@" \
		> "$VM_OUT/hold-$hold_name.out" 2>&1 &
	holder=$!
	ok "wait_for 120 grep -q holding '$VM_OUT/hold-$hold_name.out'" \
		"$hold_name: a workload holds its pages"
}

# release: it ends, and its exit status says whether its pages were all right
release() {
	pkill -x zs-workload
	wait "$holder"
}

# stream_start NAME SOURCE BYTES [only]: keep reading the stream of events, through rings
# of that size; from programs that count nothing; adds to $streams
stream_start() {
	"$top/build/unit/bpf_stream" "$2" "$3" ${4:+"$4"} > "$VM_OUT/$1" 2> "$VM_OUT/$1.err" &
	streams="${streams:-} $!"
	ok "wait_for 60 grep -qs source: '$VM_OUT/$1.err'" "$1: a reader of $2 has its stream"
}

# streams_stop: they end, and say what they have read, in the files of their names
streams_stop() {
	# shellcheck disable=SC2086 # words without blanks
	kill -INT $streams
	for stream in $streams; do
		wait "$stream"
		is $? 0 'a reader of events ends with 0'
	done
	streams=
}

# stream_is_whole NAME: each event that was counted was read, and as it should be
stream_is_whole() {
	is "$(jq -c .read "$VM_OUT/$1")" "$(jq -c .counted "$VM_OUT/$1")" \
		"$1: as many events of each kind as were counted"
	is "$(jq .store_bytes "$VM_OUT/$1")" "$(jq .store_bytes_counted "$VM_OUT/$1")" \
		"$1: the lengths of its stores are the bytes stored"
	is "$(jq .events_lost "$VM_OUT/$1")" 0 "$1: none is lost"
	is "$(jq -r '"\(.wrong) \(.first_wrong)"' "$VM_OUT/$1")" '0 ' "$1: all have what they should"
}

# zswap_goes: drained; where it is built in it stays, and is asked for nothing any more
zswap_goes() {
	if is_built_in; then
		echo N > $builtin_switch
	else
		rmmod zswap_zbud
	fi
}

# zswap_comes [NAME=VALUE...]: again, with these parameters, and the defaults of the others
zswap_comes() {
	if ! is_built_in; then
		insmod "$modules/zswap_zbud.ko" "$@"
		return
	fi
	for zswap_pair in $zswap_defaults "$@"; do
		set_parameter "${zswap_pair%%=*}" "${zswap_pair#*=}" || return
	done
	echo Y > $builtin_switch
}

patched() {
	[ "$(cat $klp/transition 2>/dev/null)" = 0 ]
}

no_swap_in_use() {
	[ "$(awk '/^SwapTotal/ { t = $2 } /^SwapFree/ { f = $2 } END { print t - f }' /proc/meminfo)" = 0 ]
}

# kunit MODULE: load a module with KUnit tests; each of their cases is an assertion here
kunit() {
	kunit_before=$(echo $kunit_debugfs/*/)
	ok "insmod '$modules/$1.ko'" "$1: is loaded" || return
	kunit_suites=0
	for kunit_folder in "$kunit_debugfs"/*/; do
		case " $kunit_before " in
		*" $kunit_folder "*) continue ;;
		esac
		kunit_suites=$((kunit_suites + 1))
		kunit_suite "$kunit_folder"
	done
	ok "[ $kunit_suites -gt 0 ]" "$1: has tests ($kunit_suites suites)"
	ok "rmmod $1" "$1: is unloaded"
}

# kunit_suite FOLDER: its cases' results are the lines with one level of indentation;
# those with two are a case's parameters
kunit_suite() {
	kunit_name=$(basename "$1")
	kunit_log=$VM_OUT/kunit-$kunit_name
	cat "$1/results" > "$kunit_log"
	kunit_cases=0
	while read -r kunit_line; do
		[ -n "$kunit_line" ] || continue
		kunit_cases=$((kunit_cases + 1))
		kunit_case=${kunit_line#*ok * }
		case $kunit_line in
		*' # SKIP '*) skip "$kunit_name: ${kunit_case%% # SKIP*}" "${kunit_case#* # SKIP }" ;;
		ok' '*) tap_result 0 "$kunit_name: $kunit_case" ;;
		*) tap_result 1 "$kunit_name: $kunit_case" ;;
		esac
	done <<-EOF
		$(sed -nE 's/^    ((not )?ok [0-9]+ )/\1/p' "$kunit_log")
	EOF
	is "$kunit_cases" "$(sed -n 's/^    1\.\.//p' "$kunit_log")" \
		"$kunit_name: every case has a result"
	ok "grep -q '^ok 1 $kunit_name$' '$kunit_log'" "$kunit_name: the suite succeeds" ||
		diag "$(cat "$kunit_log")"
}
