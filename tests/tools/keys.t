#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Each key that zswaptop has is pressed by a test: tests/tools/screen.t or terminal.t.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
top=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$top/tests/tap.sh"

# rows: the names of the keys in each row of the table, which people read
rows() {
	sed -n 's/^\t{ { .* }, "\([^"]*\)", IN_.*/\1/p' "$top/tools/zswaptop/keys.c"
}

# A line for each key, by the name that tmux has for it.
table() {
	rows | sed 's/\\\\/\\/g' | tr ' ' '\n' |
		sed -e 's/^Shift-Tab$/BTab/' -e 's/^Ctrl-L$/C-l/' -e 's/^Esc$/Escape/' \
			-e 's/^PgUp$/PPage/' -e 's/^PgDn$/NPage/' |
		sort -u
}

# A line for each key that is sent: all words of "keys", the first one of "press"; but not
# what is typed after a key that asks for a text.
pressed() {
	sed -n -e "s/'//g" -e 's/^\t*keys \([^#]*\).*/\1/p' -e 's/^\t*press \([^ ]*\) .*/\1/p' \
		"$top/tests/tools/screen.t" "$top/tests/tools/terminal.t" |
		awk '{
			typed = 0
			for (i = 1; i <= NF; i++) {
				if ($i == "Enter" || $i == "Escape")
					typed = 0
				if (!typed)
					print $i
				if ($i ~ /^([\/\\ds]|F3|F4)$/)
					typed = 1
			}
		}' | sort -u
}

is "$(rows | wc -l)" "$(grep -c 'ACT_' "$top/tools/zswaptop/keys.c")" \
	'every row of the table was understood'
ok '[ "$(rows | wc -l)" -gt 40 ]' 'and there are rows'
work=$(mktemp -d)
table > "$work/table"
pressed > "$work/pressed"
is "$(comm -23 "$work/table" "$work/pressed" | tr '\n' ' ')" '' 'no key is left out by the tests'
rm -rf "$work"

done_testing
