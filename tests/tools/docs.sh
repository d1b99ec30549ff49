# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the two halves of docs.t share: docs.t itself, on the host, and docs-guest.  A
# command of the documentation is accounted for by one of these words, each with the
# command as it is there; docs.t compares the list of them with the documentation.
# shellcheck disable=SC2154 # $accounts is the caller's: the file of the list

account_for() {
	printf '%s\n' "$1" >> "$accounts"
}

# also COMMAND...: those that the last one stood for as well
also() {
	for also_command; do
		account_for "$also_command"
	done
}

# docs_result COMMAND AS STATUS REGEX TEXT: it ended with 0, and some line is like REGEX
docs_result() {
	docs_bad=$3
	[ "$docs_bad" != 0 ] || printf '%s\n' "$5" | grep -Eq -e "$4" || docs_bad=1
	tap_result "$docs_bad" "$1${2:+ (as: $2)}" || {
		diag "exit status $3; not like '$4':"
		diag "$(printf '%s\n' "$5" | head -n 60)"
	}
}

# runs COMMAND REGEX [AS]: a shell ends it with 0, and it prints something like REGEX.  AS is
# what is run in its place, where times or names have to be others here
runs() {
	account_for "$1"
	runs_status=0
	runs_said=$(timeout 100 sh -c "${3:-$1}" 2>&1 < /dev/null) || runs_status=$?
	docs_result "$1" "${3:-}" $runs_status "$2" "$runs_said"
}

# watches COMMAND REGEX [AS]: it goes on until Ctrl-C, and ends with 0 then; which it gets
# when it has printed something like REGEX
watches() {
	account_for "$1"
	watches_out=$(mktemp)
	env --default-signal=INT sh -c "exec ${3:-$1}" > "$watches_out" 2>&1 < /dev/null &
	watches_pid=$!
	wait_for 60 grep -Eqs -e "$2" "$watches_out"
	kill -INT $watches_pid
	watches_status=0
	wait $watches_pid || watches_status=$?
	docs_result "$1" "${3:+$3, }until Ctrl-C" $watches_status "$2" "$(cat "$watches_out")"
	rm -f "$watches_out"
}
