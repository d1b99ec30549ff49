#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# All unit tests of the tools as one TAP stream.  Each binary numbers its tests
# from 1; a binary that dies early must count as a failure.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
number=0

result() {	# result ok|"not ok" NAME
	number=$((number + 1))
	echo "$1 $number - $2"
}

run_binary() {	# run_binary PATH: its tests, and whether it had them all
	local name line plan='' seen=0 status output
	name=${1##*/test_}
	output=$(CMOCKA_MESSAGE_OUTPUT=TAP "$1" 2>&1)
	status=$?
	while IFS= read -r line; do
		line=${line#"${line%%[![:space:]]*}"}
		case $line in
		1..*)
			plan=${line#1..} ;;
		'ok '* | 'not ok '*)
			seen=$((seen + 1))
			result "${line%%ok *}ok" "$name: ${line#*ok * - }" ;;
		*)
			echo "# ${line#\# }" ;;
		esac
	done <<<"$output"
	if [ "$seen" != "$plan" ]; then
		result 'not ok' "$name: all of its ${plan:-(how many?)} tests ran, not $seen (exit status $status)"
	fi
}

if ! make -s -C "$top/tools" check-build >&2; then
	echo '1..0'
	echo 'Bail out! the unit tests do not build'
	exit 1
fi
for source in "$top"/tests/unit/test_*.c; do
	binary=$top/build/unit/$(basename "$source" .c)
	run_binary "$binary"
done
echo "1..$number"
