#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The demo, as it is without a terminal.
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
VM_OUT=$top/build/test-out/demo "$top/tests/demo" < /dev/null > "$work/out" 2> "$work/err"
is $? 0 'the demo ends well'
diag "$(tail -n 1 "$work/err")"

# column NAME TEST: in some line the column passes awk's test of the variable x
column() {
	awk -v name="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i; next }
		{ x = $column; sub(/:1$/, "", x); if ('"$2"') found = 1 }
		END { exit !found }' "$work/out"
}
ok "column store/s 'x > 0'" 'stores appear'
ok "column load/s 'x > 0'" 'loads appear'
ok "column wb/s 'x > 0'" 'writebacks appear'
ok "column ratio 'x > 1.2'" 'a ratio above 1.2 appears'
lines=$(wc -l < "$work/out")
ok "[ $lines -ge 12 ] && [ $lines -le 60 ]" 'for some 20 seconds'
like "$(cat "$work/err")" 'all are as they were left' 'and every page is verified'

done_testing
