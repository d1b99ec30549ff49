#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The habits of a command-line tool that need no zswap to be seen; those that need one are
# in events.t and guest.t.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=../tap.sh
. "$top/tests/tap.sh"
make -s -C "$top/tools" >&2 || bail_out 'the tools do not build'
grep -q '^zswpout ' /proc/vmstat || skip_all 'this kernel counts nothing of zswap'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trace=$top/build/bin/zswap-trace
counters=(--source counters)

# In a pipe, each dump comes when it is made, and a reader that leaves ends it quietly.
for format in '' --json; do
	{
		# shellcheck disable=SC2086 # a word, or none
		timeout 60 "$trace" "${counters[@]}" $format 0.2 2>"$work/err"
		echo $? >"$work/status"
	} | head -n 1 >"$work/out"
	is "$(wc -l <"$work/out") $(cat "$work/status")" '1 0' "| head: the first line${format:+ of $format} comes at once, and 0"
	is "$(grep -vc 'source: counters\|using counters\|counters only' "$work/err")" 0 'with nothing but the source on stderr'
done

# A reader sees a dump while the tool goes on: that has no end of its own.
coproc TRACE { exec "$trace" "${counters[@]}" 0.2 2>/dev/null; }
pid=$TRACE_PID
seen=
while read -r -t 30 line <&"${TRACE[0]}"; do
	case $line in
	seconds*) seen=$line && break ;;
	esac
done
like "$seen" '^seconds +0\.[0-9]{3}$' 'a dump is in the pipe'
ok "kill -0 $pid" 'and its writer is still there'
kill -TERM "$pid"
wait "$pid"
is $? 0 'which a signal ends with 0'

# A reader that stands still does not keep it, once there is a signal to end.
for format in '' --json; do
	rm -f "$work/err"
	mkfifo "$work/still"
	exec 7<>"$work/still"
	# shellcheck disable=SC2086 # a word, or none
	# --foreground: or a signal comes twice, and the second one kills
	timeout --foreground -s KILL 60 "$trace" "${counters[@]}" $format 0.01 >"$work/still" 2>"$work/err" 7<&- &
	pid=$!
	ok "wait_for 30 grep -qs source: '$work/err' && wait_for 30 pipe_full '$work/still'" \
		"a pipe is full${format:+ of $format}"
	kill -TERM $pid
	wait $pid
	is $? 1 'a signal ends it, which is a failure'
	like "$(tail -n 1 "$work/err")" '^zswap-trace: writing the output: its reader took nothing' 'and says why'
	exec 7<&-
	rm "$work/still"
done

# A command that does not end when it is asked to: the next Ctrl-C ends both.
cat >"$work/stubborn" <<-'END'
	trap '' INT TERM
	echo $$ >"$1"
	while :; do sleep 0.1; done
END
env --default-signal=INT "$trace" "${counters[@]}" --expect 'store.rate >= 0' -- \
	sh "$work/stubborn" "$work/command" >"$work/out" 2>"$work/err" &
pid=$!
ok "wait_for 30 test -s '$work/command'" 'a command is at work'
kill -INT $pid
# as long as a reader that stands still would be waited for
sleep 1.5
ok "kill -0 $pid && kill -0 $(cat "$work/command")" 'and goes on after a first Ctrl-C, which it ignores'
kill -INT $pid
wait $pid
is "$? $(wc -c <"$work/out")" '130 0' 'a second one kills'
ok "wait_for 30 eval '! kill -0 $(cat "$work/command") 2>/dev/null'" 'the command as well'

# Nothing to read but data.
run() { # ARG...: without a terminal, stdin closed
	timeout 60 "$trace" "$@" >"$work/out" 2>"$work/err" <&-
	status=$?
}
run "${counters[@]}" -T 0.1 2
is "$status $(grep -c '^seconds' "$work/out")" '0 2' 'without a terminal: two dumps'
ok "! grep -q $'\\033' '$work/out' '$work/err'" 'no colours, nor anything else for a terminal'
is "$(grep -c 'source' "$work/out")" 0 'which source it is does not get among the data'
TERM='' run "${counters[@]}" 0.1 1
is $status 0 'without TERM'
run "${counters[@]}" --json 0.1 2
is "$(jq -s length "$work/out")" 2 'an object a line'
ok "LC_ALL=C timeout 60 '$trace' --source counters 0.1 1 > '$work/out' 2>&1" 'in locale C'
"$trace" "${counters[@]}" 0.1 1 >/dev/full 2>"$work/err"
is $? 1 'a full disk is a failure'
like "$(tail -n 1 "$work/err")" '^zswap-trace: writing the output: No space left on device$' 'which is said'

# Nowhere to print to, for whatever prints; $recording is one.
recording=$work/recording
make -s -C "$top/tools" "$top/build/unit/tools_recordings" >&2 || bail_out 'what makes recordings does not build'
"$top/build/unit/tools_recordings" -n 2000 "$recording" || bail_out 'there is no recording'
bin=$top/build/bin
complaints() {
	grep -c 'the output:\|Broken pipe' "$work/err"
}
while read -r failure tool arguments; do
	for nowhere in '&-' '/dev/full'; do
		eval "$bin/$tool $arguments >$nowhere 2>'$work/err'"
		is "$? $(complaints)" "$failure 1" "$tool $arguments >$nowhere: a failure, in one line"
		like "$(tail -n 1 "$work/err")" "^$tool( [a-z]+)?: writing the output: " 'that says what'
	done
	eval "$bin/$tool $arguments >'$work/out' 2>'$work/err'"
	ok "[ $? -lt 2 ] && [ -s '$work/out' ]" "$tool $arguments: and with a file, it is there"
	mkfifo "$work/left"
	# shellcheck disable=SC2094 # nothing reads it, which is the point
	exec 8<>"$work/left" 9>"$work/left" 8<&-
	eval "$bin/$tool $arguments >&9 2>'$work/err' 9>&-"
	status=$?
	exec 9>&-
	rm "$work/left"
	# 141: by SIGPIPE
	ok "[ $status -lt 2 ] || [ $status = 141 ]" "$tool $arguments: a reader that has left is no trouble"
	is "$(complaints)" 0 'nor told'
done <<-END
	1 zswap-trace help
	1 zswap-trace help report
	1 zswap-trace --version
	1 zswap-trace --help
	1 zswap-trace --expect help
	1 zswap-trace --completion=bash
	1 zswap-trace --source counters -d 0.1
	1 zswap-trace report $recording
	1 zswap-trace report --events $recording
	1 zswap-trace events -i $recording
	1 zswap-trace report --csv $recording
	1 zswap-trace report --html $recording
	2 zswap-trace diff $recording $recording
	1 zswap-trace diff -m help
	1 zswap-trace whatif $recording
	1 zswaptop --version
	1 zswaptop --help
	1 zswaptop -b -n 1 -d 0.1 --source counters
	1 zswaptop --openmetrics -d 0.1 --source counters
	1 zswap-exporter --help
END
"$trace" nonsense >&- 2>"$work/err"
is "$? $(wc -l <"$work/err")" '2 1' 'who would print nothing does not miss standard output'

# A command that there is not, and those that there are.
run nonsense
is "$status $(wc -l <"$work/err") $(wc -c <"$work/out")" '2 1 0' 'an unknown command: one line, and 2'
commands=$("$trace" --help | sed -n '/^Commands/,$s/^  \([a-z]*\) .*/\1/p' | xargs)
is "$(grep -o '(.*)' "$work/err" | tr -d '(),')" "$commands" 'with the list of commands, that of --help'
ok "[ \$(echo $commands | wc -w) -ge 4 ]" 'of which there are some'
for command in $commands; do
	run help "$command"
	help=$(cat "$work/out")
	is $status 0 "help $command"
	run "$command" --help
	is "$(cat "$work/out")" "$help" "is $command --help"
	run "$command" --no-such-option
	is "$status $(wc -l <"$work/err") $(wc -c <"$work/out")" '2 1 0' "$command: a wrong option is one line, and 2"
	like "$(cat "$work/err")" "^zswap-trace $command: " 'which begins with who says it'
	run "$command" --version
	is "$status $(wc -l <"$work/out")" '0 1' "$command --version"
done
run help nonsense
is "$status $(wc -l <"$work/err")" '2 1' 'help of an unknown command: one line, and 2'
run help
is "$status $(wc -l <"$work/err")" '0 0' 'help'
ok "cmp -s '$work/out' <('$trace' --help)" 'is --help'
ok "! '$trace' help | awk 'length > 79' | grep -q ." 'and fits in 79 columns'

# events without events
run events "${counters[@]}"
is "$status $(wc -l <"$work/err")" '2 1' 'events --source counters: one line, and 2'
for wrong in '-e stores' '-e store,' '-f pid' '-f event==laod' '-f duration>2xs' '-b 5000' '-b 2G' '-n 0' \
	     '-d 0' '-T -t' '-e load -f event==store' 'word'; do
	# shellcheck disable=SC2086 # words
	run events $wrong
	is "$status $(wc -l <"$work/err") $(wc -c <"$work/out")" '2 1 0' "events $wrong: one line, and 2"
done
run events -f cgroup==/no/such/cgroup
is "$status $(wc -l <"$work/err")" '1 1' 'events: a cgroup that does not exist is a failure'
for wrong in '--by size' '--by' '--top 3' '--by cgroup --top 0' '--by cgroup --pin /x' '--by pid --source counters'; do
	# shellcheck disable=SC2086 # words
	run $wrong
	is "$status $(wc -l <"$work/err") $(wc -c <"$work/out")" '2 1 0' "$wrong: one line, and 2"
done

done_testing
