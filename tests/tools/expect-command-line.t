#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace --expect, as far as it takes no zswap: what it refuses, and what becomes of
# the command.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
. "$top/tests/tap.sh"
bin=$top/build/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make -s -C "$top/tools" >&2 || bail_out 'the tools do not build'

run() {		# run ARG...
	timeout 30 "$bin/zswap-trace" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

refused() {	# refused TEXT ARG...: one line that has TEXT, and nothing was run
	local text=$1
	shift
	run "$@" -- touch "$work/ran"
	ok "[ $status = 2 ] && [ ! -s '$work/out' ] && [ \$(wc -l <'$work/err') = 1 ]" "refused: $*"
	ok "grep -qF -- \"\$text\" '$work/err'" "and it says: $text" || diag "$(cat "$work/err")"
	ok "[ ! -e '$work/ran' ]" 'the command did not run'
	: "$text"
}

refused "the nearest is 'load.p99'" --expect 'laod.p99 < 200us'
refused "'200' is no value of load.p99, which is a time, as 500ns, 200us, 1.5ms or 2s" --expect 'load.p99 < 200'
refused "--expect help lists all measures" --expect 'load.p99 is fast'
refused "there must be <, <=, >, >=, == or !=" --expect 'load.p99 ! 5us'
refused "a share, as 0.9 or 90%" --expect 'store >= 0' --expect 'hit_ratio > 90'
refused "leave out -T, -m and the interval" --expect 'store > 0' -T
refused "leave out -T, -m and the interval" --expect 'store > 0' 1 2
refused "leave out -d" --expect 'store > 0' -d 2
refused "--pin" --expect 'store > 0' --pin /sys/fs/bpf/none
refused "a command goes with --expect" -T

run --expect 'store > 0'
is $status 2 'neither a command nor -d: exit status 2'
like "$(cat "$work/err")" 'give a command behind --, or -d' 'and it says what would be right'
run --expect 'store > 0' --
is $status 2 'nothing behind --: exit status 2'

run --expect help
is $status 0 '--expect help: exit status 0'
ok "[ \$(grep -c '^  [a-z]' '$work/out') -gt 60 ]" 'it lists all measures'
like "$(cat "$work/out")" '^  reject\.compress_poor  +of them, with the reason compress_poor$' 'those of a reason'
like "$(cat "$work/out")" '^  load\.p99  +how long a load took$' 'and distributions'

# The manual page has each of them, and no other.
is "$(sed -n '/^\.Ss Measures/,/^\.Sh/s/^\.It Cm //p' "$top/docs/zswap-trace.8")" \
	"$(sed -n 's/^  \([a-z][^ ]*\) .*/\1/p' "$work/out")" 'the manual page lists the same'

grep -q '^zswpout ' /proc/vmstat || {
	skip 'the rest' 'this kernel has no zswap counters'
	done_testing
}

run --source counters --expect 'store >= 0' --expect 'hit_ratio <= 100%' --expect 'load.p99 < 1s' \
	-- echo from the command
is $status 1 'one fails: exit status 1'
is "$(head -n 1 "$work/out")" 'from the command' 'the command prints where we do'
like "$(cat "$work/out")" '^ok    store >= 0 +seen [0-9]+$' 'one that holds'
like "$(cat "$work/out")" "^FAIL  load.p99 < 1s +the kernel's own counters do not tell" 'one that cannot be known'

run --source counters --expect 'store >= 0' -- true
is $status 0 'all hold: exit status 0'
is "$(wc -l <"$work/out")" 1 'one line for each'
run --source counters --expect 'store < 0' -- true
is $status 1 'one that is false: exit status 1'
like "$(cat "$work/out")" '^FAIL  store < 0  seen [0-9]+$' 'and it is told'

run --source counters --expect 'store >= 0' -- sh -c 'exit 7'
is $status 1 'the command fails: exit status 1'
like "$(cat "$work/out")" '^ok    store >= 0' 'although all is as expected'
like "$(cat "$work/out")" '^FAIL  the command  exit status 7$' 'its status is told'
# shellcheck disable=SC2016 # for the inner shell
run --source counters --expect 'store >= 0' -- sh -c 'kill -9 $$'
like "$(cat "$work/out")" '^FAIL  the command  killed by signal 9 \(Killed\)$' 'or which signal killed it'
run --source counters --expect 'store >= 0' -- /no/such/command
is $status 1 'a command that there is not: exit status 1'
like "$(cat "$work/err")" 'cannot run the command: No such file' 'and it is told'
is "$(cat "$work/out")" '' 'and nothing else'

run --source counters --expect 'store >= 0' --expect 'store < 0' --json -- echo hello
is "$(jq -r .schema "$work/out")" 'zswap-trace-expect/1' 'JSON, with nothing in between'
like "$(cat "$work/err")" '^hello$' 'what the command prints goes to stderr then'
is "$(jq -c '[.ok, .command_status, [.expectations[].judged]]' "$work/out")" '[false,0,["ok","fail"]]' \
	'what was judged'
run --source counters --expect 'store >= 0' --expect 'load.max < 1s' --json -d 0.1
is "$(jq -c '[.command_status, (.interval_s >= 0.1), .expectations[1].value]' "$work/out")" '[null,true,null]' \
	'without a command, for a time'

# A signal is the command's as well; what it was until then is judged.
# shellcheck disable=SC2016 # for the inner shell
"$bin/zswap-trace" --source counters --expect 'store >= 0' -- sh -c 'trap "exit 0" TERM
	: >"$0"; while :; do sleep 0.1; done' "$work/started" >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 100); do [ -e "$work/started" ] && break; sleep 0.1; done
kill -TERM $pid
wait $pid
is $? 0 'a signal is passed on, and the command may end in order'
like "$(cat "$work/out")" '^ok    store >= 0' 'and what was seen is judged'

done_testing
