#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/tools/screenshot makes pictures of what tmux shows; on this machine, no guest.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
top=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$top/tests/tap.sh"

screenshot=$top/tests/tools/screenshot
work=$(mktemp -d)
mux() {
	LC_ALL=C.UTF-8 tmux -u -f /dev/null -L "zs-screenshot-$$" "$@"
}
trap 'mux kill-server 2>/dev/null; rm -rf "$work"' EXIT

# Row by row: letters in all colours, a bar, a frame, braille, styles, a wide letter.
cat > "$work/contents" <<'END'
e=$(printf '\033')
printf "${e}[31mred${e}[0m       ${e}[38;5;208m█${e}[38;2;1;2;3m█${e}[92m█${e}[0m\n"
printf "${e}[32m█████${e}[33m▌${e}[0m    ▄\n"
printf '┌──┐\n│  │\n└──┘\n'
printf '⣿ \n'
printf "${e}[7m ${e}[0m ${e}[41m ${e}[0m ${e}[4m ${e}[0m ${e}[2m█${e}[0m ${e}[1mbold${e}[0m\n"
printf '漢█\n'
END
mux new-session -d -s screen -x 40 -y 10 \
	"sh '$work/contents'; tmux wait-for -S drawn; exec cat"
mux wait-for drawn
mux capture-pane -e -p -t screen > "$work/in"

ok '$screenshot --columns 40 "$work/in" "$work/dark.png"' 'a dark terminal'
ok '$screenshot --light --columns 40 "$work/in" "$work/light.png"' 'a light one'
ok '$screenshot "$work/in" "$work/narrow.png"' 'as wide as what is on it'

# picture FILE: its size, and then which colours are in a cell: "0,1: #171421 #26a269"
cat > "$work/cells.py" <<'END'
import sys
from PIL import Image
image = Image.open(sys.argv[1]).convert("RGB")
print("size", *image.size)
for row in range(10):
	for column in range(min(40, (image.width - 16) // 9)):
		left, top = 8 + 9 * column, 8 + 18 * row
		colours = image.crop((left, top, left + 9, top + 18)).getcolors()
		print(f"{row},{column}:", *sorted(f"#%02x%02x%02x*{n}" % c for n, c in colours))
END
for theme in dark light narrow; do
	/usr/bin/python3 "$work/cells.py" "$work/$theme.png" > "$work/$theme"
done

cell() { # THEME ROW,COLUMN: colours, with the number of pixels of each
	sed -n "s/^$2: //p" "$work/$1"
}

is "$(head -n 1 "$work/dark")" 'size 376 196' '40 columns, 10 rows and a margin'
is "$(head -n 1 "$work/narrow")" 'size 133 196' 'or as many as there are'
is "$(cell dark 9,39)" '#171421*162' 'dark background'
is "$(cell light 9,39)" '#ffffff*162' 'light background'
like "$(cell dark 0,0)" '#c01c28' 'a red letter'
is "$(cell dark 0,10)" '#ff8700*162' 'one of 256 colours'
is "$(cell dark 0,11)" '#010203*162' 'one of all'
is "$(cell dark 0,12)" '#33d17a*162' 'a bright one'
for column in 0 1 4; do
	is "$(cell dark "1,$column")" '#26a269*162' "column $column of a bar is full, to its edges"
done
is "$(cell dark 1,5)" '#171421*90 #a2734c*72' 'half a column'
is "$(cell dark 1,10)" '#171421*81 #d0cfcc*81' 'half a row'
is "$(cell dark 2,1)" '#171421*153 #d0cfcc*9' 'a line from edge to edge'
is "$(cell dark 3,0)" '#171421*144 #d0cfcc*18' 'upright as well'
is "$(cell dark 2,0)" '#171421*149 #d0cfcc*13' 'a corner joins both'
ok 'ground=$(cell dark 5,0 | grep -o "#171421\*[0-9]*") && [ "${ground#*\*}" -lt 120 ]' 'braille has dots'
is "$(cell dark 5,1)" '#171421*162' 'beside it is nothing'
is "$(cell dark 6,0)" '#d0cfcc*162' 'reverse'
is "$(cell light 6,0)" '#171421*162' 'on a light one, too'
is "$(cell dark 6,2)" '#c01c28*162' 'background'
is "$(cell dark 6,4)" '#171421*153 #d0cfcc*9' 'underline'
unlike "$(cell dark 6,6)" '#d0cfcc|#171421' 'dim is in between'
ok '[ "$(cell dark 6,8)" != "$(cell dark 0,2)" ]' 'bold is there'
is "$(cell dark 7,2)" '#d0cfcc*162' 'a wide letter takes two columns'

#
# Bad input
#
head -c 5000 /dev/urandom > "$work/garbage"
printf '\033[38;5m\033[38;2;1m\033[;;999999;48;5;400mx\033[1:2:3:m\033]8;;\033\\\n\xff\xfe' >> "$work/garbage"
ok '$screenshot --columns 80 "$work/garbage" "$work/garbage.png"' 'garbage is a picture as well'
: > "$work/empty"
ok '$screenshot "$work/empty" "$work/empty.png"' 'nothing, too'
for wrong in '' '--columns 0 a b' '--columns x a b' '--dark a b'; do
	# shellcheck disable=SC2086
	$screenshot $wrong > "$work/log" 2>&1
	is $? 2 "status 2: '$wrong'"
done
said=$($screenshot "$work/none" "$work/x.png" 2>&1)
is $? 1 'status 1 without a file to read'
is "$(printf '%s\n' "$said" | wc -l)" 1 'and one line that says so'

done_testing
