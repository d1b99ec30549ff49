#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tools promise on the command line, as far as it takes no zswap.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
bin=$top/build/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

result() {	# result STATUS NAME: 0 is ok
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		sed 's/^/# stdout: /' "$work/out"
		sed 's/^/# stderr: /' "$work/err"
		echo "# exit status $status"
	fi
}

run() {		# run TOOL ARG...
	# shellcheck disable=SC2086 # a tool, and perhaps a command of it
	timeout 20 "$bin/"$1 "${@:2}" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

# The last run ended with status $1, $2 lines on stdout and $3 on stderr.
ended() {
	# shellcheck disable=SC1009,SC1072,SC1073 # the operator is an argument
	[ "$status" = "$1" ] && [ "$(wc -l <"$work/out")" "$2" "$3" ] &&
		[ "$(wc -l <"$work/err")" = "$4" ]
}

usage_error() {	# usage_error WORD TOOL ARG...: one line that has WORD, status 2
	run "${@:2}"
	ended 2 -eq 0 1 && grep -qF -- "$1" "$work/err" &&
		grep -q "^$2: " "$work/err"
	result $? "a wrong command line is one line and exit status 2: ${*:2}"
}

if ! make -s -C "$top/tools" >&2; then
	echo '1..0'
	echo 'Bail out! the tools do not build'
	exit 1
fi

for tool in zswaptop zswap-trace; do
	run $tool --help
	ended 0 -gt 10 0 && grep -q -- '--source' "$work/out"
	result $? "$tool --help"

	run $tool --version
	ended 0 -eq 1 0 && grep -Eq "^$tool [0-9]+\.[0-9]+" "$work/out"
	result $? "$tool --version"

	usage_error "--no-such-option" $tool --no-such-option
	usage_error "'y'" $tool -y
	usage_error "'d'" $tool -d
	usage_error "soon" $tool -d soon
	usage_error "'0'" $tool -d 0
	usage_error "'-1'" $tool -d -1
	usage_error "1e999" $tool -d 1e999
	usage_error "to 31536000" $tool -d 31536001
	usage_error "''" $tool -d ''
	usage_error "perf" $tool --source perf
	usage_error "'0'" $tool --pairs 0
	usage_error "'512'" $tool --pairs 512
	usage_error "'soon'" $tool --thrash soon
	usage_error "'x1'" $tool -p x1
	usage_error "99999999999" $tool -p 99999999999
	usage_error "-c" $tool -c ''
	usage_error "counters" $tool --source counters -p 1
	usage_error "counters" $tool --source counters -c user.slice

	run $tool -c no/such/cgroup
	ended 1 -eq 0 1 && grep -q 'no/such/cgroup.*/sys/fs/cgroup' "$work/err"
	result $? "$tool: a cgroup that does not exist is a failure"

	run $tool -p 2147483647
	ended 1 -eq 0 1 && grep -q 'no process 2147483647' "$work/err"
	result $? "$tool: a process that does not exist is a failure"

	# Something works everywhere; what, and why not something better, is said.
	short='-d 0.1'
	[ $tool = zswap-trace ] || short="$short -n 1"
	# shellcheck disable=SC2086
	run $tool $short
	if [ -e /sys/module/zswap_zbud ]; then
		result 0 "$tool without the modules # SKIP they are loaded"
	elif grep -q '^zswpout ' /proc/vmstat; then
		[ "$status" = 0 ] && grep -Eq "^$tool: source: (fentry|kprobe|counters)" "$work/err" &&
			{ ! grep -q 'source: counters' "$work/err" ||
				grep -q "^$tool: using counters: ." "$work/err"; }
		result $? "$tool without the modules shows the kernel's own zswap"
	else
		[ "$status" = 1 ] && grep -q 'zswap_zbud is not loaded.*insmod' "$work/err"
		result $? "$tool without any zswap names insmod"
	fi
done

usage_error "word" zswaptop word
usage_error "'0'" zswaptop -n 0
usage_error "many" zswaptop -n many
usage_error "1.5" zswaptop -n 1.5
usage_error "soon" zswap-trace soon
usage_error "'0'" zswap-trace 0
usage_error "'x'" zswap-trace 1 x
usage_error "'3'" zswap-trace 1 2 3

usage_error "--openmetrics" zswaptop --openmetrics --json
usage_error "--openmetrics" zswaptop --openmetrics -n 2
for address in 80 localhost:80 127.0.0.1 127.0.0.1: 127.0.0.1:x 127.0.0.1:65536 ::1:80 '[::1]' '[::1:80' 1.2.3.4.5:80 ''; do
	usage_error "'$address'" zswap-exporter --listen "$address"
done
usage_error "'-1'" zswap-exporter --cgroups -1
usage_error "'501'" zswap-exporter --cgroups 501
usage_error "no-such-user" zswap-exporter --user no-such-user
usage_error "--json" zswap-exporter --json
usage_error "--textfile" zswap-exporter --textfile ''
usage_error "--listen" zswap-exporter --textfile x --listen :80
usage_error "-d" zswap-exporter -d 1
usage_error "'soon'" zswap-exporter --textfile x -d soon
usage_error "word" zswap-exporter word
usage_error "counters" zswap-exporter --source counters -p 1
run zswap-exporter --help
ended 0 -gt 10 0 && grep -q -- '--listen' "$work/out"
result $? "zswap-exporter --help"
run zswap-exporter -p 2147483647 --listen 127.0.0.1:0
ended 1 -eq 0 1 && grep -q 'no process 2147483647' "$work/err"
result $? "zswap-exporter: a process that does not exist is a failure"

# What "zswap-trace record" wants, before it looks whether there is anything to record.
record_error() {	# record_error WORD ARG...
	usage_error "$1" "zswap-trace record" "${@:2}"
}

record_error "'x'" x
record_error "-o" -o ''
record_error "store,nothing" -e store,nothing
record_error "'5'" -b 5
record_error "'2K'" -b 2K
record_error "'2048M'" -b 2048M
record_error "'12K'" -b 12K
record_error "--json" --json
record_error "counters" --source counters
record_error "behind --" --
record_error "timeout" -d 1 -- true
record_error "'colour'" -f colour==red
run zswap-trace record -f cgroup==/no/such/cgroup
ended 1 -eq 0 1 && grep -q '/no/such/cgroup' "$work/err"
result $? "zswap-trace record: a filter for a cgroup that does not exist is a failure"
script -qec "$bin/zswap-trace record -o -" /dev/null >"$work/out" 2>"$work/err" </dev/null
status=$?
[ "$status" = 2 ] && grep -q 'not for a terminal' "$work/out"
result $? "zswap-trace record: a recording is not for a terminal"
echo earlier >"$work/recording"
run zswap-trace record -o "$work/recording" -p 2147483647 -- touch "$work/touched"
ended 1 -eq 0 1 && grep -q 'no process 2147483647' "$work/err" && [ ! -e "$work/touched" ] &&
	[ "$(cat "$work/recording")" = earlier ]
result $? "zswap-trace record: where it cannot begin, no command runs and no file is gone"

# These work without BPF, where the kernel has zswap at all.
if ! grep -q '^zswpout ' /proc/vmstat; then
	result 0 "the counters source # SKIP this kernel has no zswap"
else
	run zswaptop --source counters -d 0.1 -n 3
	[ "$status" = 0 ] && [ "$(wc -l <"$work/out")" = 4 ] &&
		grep -q 'source: counters' "$work/err"
	result $? "zswaptop without a terminal prints a header and a line per interval"

	[ "$(awk '{ print NF }' "$work/out" | sort -u)" = 17 ]
	result $? "every line, header included, has the same columns"

	run zswaptop --source counters --json -d 0.1 -n 2
	[ "$(jq -r .schema "$work/out" | sort | uniq -c | xargs)" = "2 zswaptop/1" ]
	result $? "zswaptop --json is an object per line with its schema"

	run zswap-trace --source counters --json 0.1 2
	[ "$(jq -r .schema "$work/out" | sort | uniq -c | xargs)" = "2 zswap-trace/1" ]
	result $? "zswap-trace --json is an object per line with its schema"

	run zswap-trace --source counters -d 0.2
	[ "$status" = 0 ] && grep -q '^seconds  *0\.2' "$work/out"
	result $? "zswap-trace -d ends by itself and prints once"

	for signal in INT TERM; do
		for tool in zswaptop zswap-trace; do
			: >"$work/err"
			# bash lets background jobs ignore SIGINT; env undoes it.
			env --default-signal=INT "$bin/$tool" --source counters \
				>"$work/out" 2>"$work/err" &
			pid=$!
			# what comes before it is ready is for the shell that it was
			for ((i = 0; i < 600; i++)); do
				grep -q 'source: ' "$work/err" && break
				sleep 0.1
			done
			kill -$signal $pid
			wait $pid
			status=$?
			ended 0 -lt 20 2 || ended 0 -lt 20 3
			result $? "$tool ends in order on SIG$signal"
		done
	done

	timeout 20 bash -o pipefail -c "'$bin/zswaptop' --source counters -d 0.1 2>'$work/err' | head -2" \
		>"$work/out"
	status=$?
	[ "$status" = 0 ] && ! grep -qi pipe "$work/err"
	result $? "a reader that goes away ends it quietly, with 0"

	timeout 20 "$bin/zswaptop" --source counters -d 0.1 >/dev/full 2>"$work/err"
	status=$?
	: >"$work/out"
	[ "$status" = 1 ] && grep -q 'No space left' "$work/err"
	result $? "a full disk is a failure that is told"
fi
echo "1..$number"
