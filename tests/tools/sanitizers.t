#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswaptop makes no mistake with memory: all of screen.t with AddressSanitizer and
# UndefinedBehaviorSanitizer, and a walk through all views with valgrind, which looks for
# what is lost, too.
set -u
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd -P)
out=$top/build/sanitized
work=$(mktemp -d)
trap 'tmux -S "$work/tmux" kill-server 2>/dev/null; rm -rf "$work"' EXIT

# The compiler warns of other things when it adds checks.
make -s -C "$top/tools" BUILD="$out" CFLAGS='-O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer -w' \
	"$out/bin/zswaptop" >&2 || bail_out 'zswaptop does not build with sanitizers'

# What is lost is valgrind's to find: LeakSanitizer hangs where nobody may trace.
export ASAN_OPTIONS=detect_leaks=0:log_path=$work/report UBSAN_OPTIONS=log_path=$work/report
ZSWAPTOP=$out/bin/zswaptop "$top/tests/tools/screen.t" > "$work/screen.tap" 2>&1
is $? 0 'screen.t, with sanitizers' || diag "$(grep -A 40 '^not ok' "$work/screen.tap")"
ok "[ $(grep -c '^ok ' "$work/screen.tap") -gt 100 ]" 'all of it'
is "$(cat "$work"/report* 2>/dev/null | head -n 20)" '' 'no report'
unset ASAN_OPTIONS UBSAN_OPTIONS

screen() {
	tmux -S "$work/tmux" capture-pane -p -t top
}

# until REGEXP: it is shown, at most two minutes from now: valgrind is slow
until_shown() {
	local i
	for ((i = 0; i < 1200; i++)); do
		screen 2>/dev/null | grep -Eq -- "$1" && return
		sleep 0.1
	done
	screen
	return 1
}

key() {
	tmux -S "$work/tmux" send-keys -t top "$1"
}

export LANG=C.UTF-8 XDG_CONFIG_HOME=$work/config
tmux -S "$work/tmux" -f /dev/null -u new-session -d -s top -x 100 -y 30 \
	"valgrind -q --log-file='$work/valgrind' --leak-check=full --errors-for-leak-kinds=definite \
	 --error-exitcode=99 '$top/build/bin/zswaptop' --source counters -d 0.2 2>'$work/err'
	 echo \"status \$?\"; exec cat"
ok "until_shown '1 Overview'" 'with valgrind: it starts'
for view in 2:cgroup 3:Processes 4:'what that means' 5:Histograms 6:'swap area|swap areas|no swap' 7:Events h:Keys; do
	key "${view%%:*}"
	ok "until_shown '${view#*:}'" "with valgrind: ${view%%:*}"
done
key 6
ok "until_shown 'swap area|swap areas|no swap'" 'with valgrind: and back'
key F6
ok "until_shown 'Sort by'" 'with valgrind: a menu'
key Enter
key \\
key x
ok "until_shown 'Filter: x'" 'with valgrind: a filter'
key Enter
key W
ok "until_shown 'written: '" 'with valgrind: the settings'
key q
ok "until_shown 'status [0-9]'" 'with valgrind: it ends'
like "$(screen)" 'status 0' 'in order'
is "$(cat "$work/valgrind" "$work/err")" '' 'no error, and nothing lost'
done_testing
