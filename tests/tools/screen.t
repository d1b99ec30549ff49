#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswaptop's screen as far as it takes no zswap: on a machine that consists of files, in
# a terminal of tmux.  ZSWAPTOP= names another program, or one with valgrind before it.
set -u
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd -P)
zswaptop=${ZSWAPTOP:-$top/build/bin/zswaptop}
work=$(mktemp -d)
export LANG=C.UTF-8 XDG_CONFIG_HOME=$work/config
unset NO_COLOR
# a server that stays, or the next session would meet one that is ending
tmux -S "$work/tmux" -f /dev/null new-session -d -s idle 'exec cat' || exit 1
trap 'tmux -S "$work/tmux" kill-server 2>/dev/null; rm -rf "$work"' EXIT

make -s -C "$top/tools" >&2 || bail_out 'the tools do not build'

parameters=$work/root/sys/module/zswap_zbud/parameters
debugfs=$work/root/sys/kernel/debug/zswap_zbud

# module: zswap is loaded and enabled, and has pages
# cgroup PATH KIB: that takes so much in the pool
cgroup() {
	mkdir -p "$work/root/sys/fs/cgroup/$1"
	echo $(($2 << 10)) > "$work/root/sys/fs/cgroup/$1/memory.zswap.current"
	echo $(($2 << 12)) > "$work/root/sys/fs/cgroup/$1/memory.swap.current"
	echo max > "$work/root/sys/fs/cgroup/$1/memory.zswap.max"
	echo 1 > "$work/root/sys/fs/cgroup/$1/memory.current"
	printf '%s\n' "zswap $(($2 << 10))" "zswapped $(($2 << 11))" \
		> "$work/root/sys/fs/cgroup/$1/memory.stat"
}

module() {
	mkdir -p "$parameters" "$debugfs"
	echo Y > "$parameters/enabled"
	echo 20 > "$parameters/max_pool_percent"
	echo lzo > "$parameters/compressor"
	echo 100 > "$parameters/max_compression_ratio"
	echo 25600 > "$debugfs/pool_pages"
	echo 64000 > "$debugfs/stored_pages"
	echo 1000 > "$debugfs/pool_unbuddied_pages"
	echo 3000000 > "$debugfs/pool_free_bytes"
	echo 100000 > "$debugfs/pool_lost_bytes"
	echo 0 > "$debugfs/reject_compress_poor"
}

# machine: that is so, and there are two swap areas
machine() {
	rm -rf "$work/root"
	mkdir -p "$work/root/proc/sys/kernel" "$work/root/sys/fs/cgroup"
	echo memory > "$work/root/sys/fs/cgroup/cgroup.controllers"
	cgroup apps 300
	cgroup apps/web 200
	cgroup apps/$'b\303\274ro\033' 100
	cgroup db 400
	cgroup idle 0
	echo 6.12.0 > "$work/root/proc/sys/kernel/osrelease"
	module
	memory 2097152 1048576
	counters 100000 40000 7000 3000
	printf '%s\t\t%s\t%s\t\t%s\t%s\n' Filename Type Size Used Priority \
		/dev/vda2 partition 2097148 1048576 -2 \
		/swapfile file 1048572 0 -3 > "$work/root/proc/swaps"
}

memory() { # SWAP FREE: KiB
	printf '%s %s kB\n' MemTotal: 4194304 SwapTotal: "$1" SwapFree: "$2" \
		> "$work/root/proc/meminfo.new"
	mv "$work/root/proc/meminfo.new" "$work/root/proc/meminfo"
}

counters() { # STORES LOADS WRITEBACKS DISK_READS
	printf 'zswpout %s\nzswpin %s\nzswpwb %s\npswpin %s\n' "$@" > "$work/root/proc/vmstat.new"
	mv "$work/root/proc/vmstat.new" "$work/root/proc/vmstat"
}

terminal() {
	tmux -S "$work/tmux" "$@"
}

# variables of zswaptop's environment
with=

# start COLUMNS LINES [OPTION...]: in a shell that tells the exit status
start() {
	columns=$1 lines=$2
	shift 2
	terminal kill-session -t top 2>/dev/null
	terminal -f /dev/null -u new-session -d -s top -x "$columns" -y "$lines" \
		"env $with $zswaptop --root '$work/root' --source counters $* 2>> '$work/err'
		echo \"status \$?\"; stty -a | grep -o -- '-\\?icanon'; exec cat"
}

screen() {
	terminal capture-pane -p -t top
}

shows() { # REGEXP
	screen | grep -Eq -- "$1"
}

# until it is shown, at most half a minute
wait_shows() {
	local i
	for ((i = 0; i < 300; i++)); do
		shows "$1" && return
		sleep 0.1
	done
	screen
	return 1
}

# soon CODE NAME: it succeeds, at most half a minute from now
soon() {
	local i
	for ((i = 0; i < 300; i++)); do
		eval "$1" && break
		sleep 0.1
	done
	ok "$1 || { screen; false; }" "$2"
}

keys() {
	for key in "$@"; do
		terminal send-keys -t top "$key"
	done
}

process() {
	pgrep -f "zswaptop --root $work/root"
}

# how often it has waited for a key or its next refresh
waits() {
	sed -n 's/^voluntary_ctxt_switches:\s*//p' "/proc/$(process)/status"
}

widest() {
	screen | wc -L
}

# --- starting and ending ---

machine
start 80 24
soon 'shows "1 Overview 2 Cgroups"' 'it starts, with a bar of tabs'
soon 'shows "^Pool .* 100 MiB of  *819 MiB +12%  +2.4% of RAM"' 'the pool against its limit and RAM'
soon 'shows "^Swap .*1.00 GiB of 2.00 GiB +50%"' 'swap'
soon 'shows "^Held +250 MiB in 100 MiB, saves 150 MiB +ratio 2.50:1"' 'what is held, what that saves, the ratio'
soon 'shows "^Pages .*zbud wastes 2.96 MiB, 3%"' 'what zbud wastes'
soon 'shows "next to nothing is swapped"' 'enabled and idle, in words'
soon 'shows "counters only"' 'what is missing without BPF'
ok '[ "$(widest)" -le 80 ]' 'no line is wider than the window'
keys q
soon 'shows "^icanon" && shows "status 0"' 'q ends with 0 and a sane terminal'

for how in C-c TERM HUP; do
	start 80 24
	wait_shows Overview > /dev/null
	case $how in
	C-c) keys C-c ;;
	*) kill -$how "$(process)" ;;
	esac
	soon 'shows "^icanon" && shows "status 0"' "$how ends with 0 and a sane terminal"
done

start 80 24 -n 2 -d 0.1
soon 'shows "status 0"' '-n counts refreshes'

# --- keys ---

start 100 30 -d 0.2
wait_shows Overview > /dev/null
view=1
for name in 'next to nothing' 'cgroup' 'Processes: not known without BPF' 'what that means' \
	'Histograms: not known without BPF' 'swap area .*/dev|/dev/vda2' 'Events: not known without BPF'; do
	keys $view
	soon "shows '$name'" "$view: its view"
	view=$((view + 1))
done
keys Tab
soon 'shows "^Pool"' 'Tab: from the last view to the first'
keys BTab
soon 'shows "Events: not known"' 'Shift-Tab: and back'
keys h
soon 'shows "Keys in the view Events"' 'h: help'
keys q
soon 'shows "status 0"' 'q: ends from there, too'

start 80 24 --view cgroups
wait_shows 'cgroup' > /dev/null
keys h
soon 'shows "^q F10 +quit" && ! shows "swap +swap that"' 'help is longer than the window'
keys NPage
soon 'shows "swap +swap that" && ! shows "^q F10"' 'PgDn: the rest, with what columns say'
keys Home
soon 'shows "^q F10 +quit"' 'Home: the beginning'
keys Down
soon 'shows "Keys, and" && ! shows "^q F10"' 'Down: a line further'
keys Up
soon 'shows "^q F10"' 'Up: and back'
keys j
soon '! shows "^q F10"' 'j: a line further'
keys k
soon 'shows "^q F10"' 'k: and back'
keys End
soon '! shows "^q F10"' 'End: the end'
keys Home
soon 'shows "^q F10"' 'Home: and back'
keys G
soon '! shows "^q F10"' 'G: the end'
keys g
soon 'shows "^q F10"' 'g: and back'
keys NPage
soon '! shows "^q F10"' 'NPage: a page further'
keys PPage
soon 'shows "^q F10"' 'PPage: and back'
keys h
soon 'shows "^cgroup +in pool"' 'h: back'
keys '?'
soon 'shows "^q F10 +quit"' '?: help'
keys h
soon 'shows "^cgroup +in pool"' 'h: back'
keys F1
soon 'shows "^q F10 +quit"' 'F1: help'
keys h
soon 'shows "^cgroup +in pool"' 'h: back'
keys F10
soon 'shows "status 0"' 'F10: ends, as q does'

start 100 30 -d 0.2
wait_shows Overview > /dev/null
counters 100500 40000 7000 3000
soon 'shows "^stores .* 500 "' 'totals since the start'
keys Z
soon 'shows FROZEN' 'Z: frozen'
counters 101000 40000 7000 3000
# shellcheck disable=SC2034 # in what is waited for
waited=$(waits)
keys 1
# The key ends one, and two refreshes another two.
soon '[ "$(waits)" -ge $((waited + 4)) ]' 'it goes on looking'
ok 'shows "^stores .* 500 "' 'and nothing changes'
keys z
soon 'shows "^stores .* 1000 " && ! shows FROZEN' 'until it goes on'
keys Space
soon 'shows FROZEN' 'Space does that, too'
keys Space
keys ']'
soon 'shows "rates: 5 s"' ']: a longer interval'
keys ']' ']' ']' ']'
soon 'shows "rates: since start"' ']: since the start'
keys ']'
soon 'shows "longest interval"' 'and that is the longest'
keys '['
soon 'shows "rates: 5 min"' '[: a shorter one'
keys 0
soon 'shows "rates: since start"' '0: since the start'
keys 0
soon 'shows "rates: 5 min"' '0: and back'
keys '[' '[' '[' '[' '['
soon 'shows "shortest interval"' 'the shortest is a refresh'
keys d 0 . 5 Enter
soon 'shows "each 0.5 s"' 'd: another delay'
keys s x Enter
soon 'shows "not .x." && shows "each 0.5 s"' 's: a wrong delay changes nothing, and says so'
keys d 7 Escape
soon 'shows "q Quit" && shows "each 0.5 s"' 'Esc: as before'
keys A
soon 'shows "source counters attaches nothing"' 'A: attach again'
keys F9
soon 'shows "does nothing here"' 'a wrong key says that it is one'
keys C-l
soon 'shows "^Pool"' 'Ctrl-L draws it again'

keys 2
soon 'shows "─ apps +300 KiB +600 KiB"' 'cgroups, with what they have in the pool'
# which of two with as many pages comes first, the numbers of their folders say
soon 'shows "^[│ ]  [├└]─ web +200 KiB"' 'as a tree'
soon 'shows "─ büro[?] +100 KiB"' 'a name may be anything'
ok '! shows idle' 'without those that have nothing'
keys i
soon 'shows "─ idle"' 'i: with them'
keys i M
soon 'shows "in pool▼" && screen | sed -n 5p | grep -Eq "─ db +400"' 'M: by memory'
keys / a p p s Enter -
soon 'shows "[+] apps" && ! shows "─ web"' '-: the row that was found is folded'
keys +
soon 'shows "─ web"' '+: and unfolded'
keys '*'
soon 'shows "[+] apps"' '*: all are'
keys '='
soon 'shows "─ web"' '=: is a + without Shift'
keys c
soon 'shows "─ /apps/web"' 'c: whole paths'
keys c t
soon 'shows "^/apps/web +200 KiB"' 't: flat'
keys -
soon 'shows "only a tree can be folded"' 'which cannot be folded'
keys F5
soon 'shows "─ web"' 'F5: a tree'
keys Enter
soon 'shows "histograms take BPF"' 'Enter: a row has no histograms without BPF'
rm -r "$work/root/sys/fs/cgroup/db"
soon '! shows "─ db" && shows "─ apps"' 'one that is gone goes'
keys 4
soon 'shows "compress_poor +compresses to more"' 'rejects'
echo 30 > "$debugfs/reject_compress_poor"
soon 'shows "^ .*30 compress_poor"' 'are counted'
keys w
keys 6
soon 'shows "^/dev/vda2.*1.00 GiB 2.00 GiB"' 'swap areas'
first() { screen | sed -n 4p; }
keys '>' '>'
soon 'shows "of▼"' '>: sort by the next column'
keys '<'
soon 'shows "used▼"' '<: by the one before'
keys .
soon 'shows "of▼"' '.: is a > without Shift'
keys ,
soon 'shows "used▼"' ',: and a <'
keys I
soon 'shows "used▲" && first | grep -q swapfile' 'I: the other way round'
keys R
soon 'shows "used▼" && first | grep -q vda2' 'R: and back'
keys N
soon 'shows "swap area▲"' 'N: by name'
keys M
soon 'shows "used▼"' 'M: by memory'
keys P
soon 'shows "store/s▼|store/▼"' 'P: by pages'
keys F6
soon 'shows "Sort by: Enter takes it"' 'F6: a menu of columns'
keys Up Up Up Enter
soon 'shows "prio▼|pri▼"' 'and the choice counts'
keys F6 Escape
soon 'shows "pri▼" && ! shows "Sort by:"' 'Esc leaves it as it was'
# shellcheck disable=SC1003 # a backslash, and no quote
keys '\' v d a
soon 'shows "Filter: vda" && ! shows swapfile' '\: a filter, while it is typed'
keys Enter
soon 'shows "Filter: vda .Esc ends it"' 'it stays'
keys Escape
soon 'shows swapfile' 'until Esc'
keys F4 z z
soon 'shows "Filter: zz" && ! shows vda2' 'F4: one that nothing fits'
keys BSpace BSpace
soon 'shows vda2' 'Backspace takes it back'
keys Escape / s w a p f Enter
soon 'shows "^/swapfile"' '/: search'
keys n
keys F3 n o b o d y Enter
soon 'shows "no row with .nobody."' 'F3: what is not there is said'
keys Right Right
soon 'shows "<>?$" && shows "^/dev/vda2"' 'Right: columns to the right, the name stays'
keys Left Left
soon 'shows "used"' 'Left: back'
keys Enter
soon 'shows "no histograms of its own"' 'Enter: a device has no histograms'

# --- settings ---

keys W
soon 'shows "written: $work/config/zswapscope/zswaptoprc"' 'W: writes the settings'
keys q
wait_shows 'status 0' > /dev/null
like "$(cat "$work/config/zswapscope/zswaptoprc")" '^sort.devices = priority$' 'that are what was chosen'
start 100 30
soon 'shows "pri▼" && shows "each 0.5 s"' 'and count at the next start'
keys q
start 100 30 --view overview -d 2
soon 'shows "^Pool" && shows "each 2 s"' 'the command line wins'
keys q
printf 'version = 1\nview = \377\376\n' > "$work/config/zswapscope/zswaptoprc"
start 140 30
soon 'shows "zswaptoprc: line 2 is not understood"' 'garbage in the file is said in a line'
keys q
soon 'shows "status 0"' 'and no more than that'
$zswaptop -b --root "$work/root" --source counters -n 1 -d 0.05 > "$work/out" 2> "$work/batch"
like "$(cat "$work/batch")" 'zswaptoprc: line 2 is not understood' 'in batch, on standard error'
rm -rf "$work/config"
touch "$work/config"
start 140 30
wait_shows Overview > /dev/null
keys W
soon 'shows "settings are not written: .*"' 'a file that cannot be written is said'
rm "$work/config"

# --- terminals ---

with=NO_COLOR=1
start 80 24
wait_shows '^Pool' > /dev/null
terminal capture-pane -e -p -t top > "$work/colours"
unlike "$(cat "$work/colours")" $'\033\\[(3[0-7]|38)' 'NO_COLOR: no colours'
with=
start 80 24
wait_shows '^Pool' > /dev/null
terminal capture-pane -e -p -t top > "$work/colours"
like "$(cat "$work/colours")" $'\033\\[(3[0-7]|38)' 'colours'
unlike "$(cat "$work/colours")" $'\033\\[(4[0-7]|48|3[037]m)' 'none of them black, white, yellow or a background'

for how in 'LANG=C LC_ALL=C' ascii; do
	case $how in
	ascii) start 80 24 --ascii ;;
	*) with=$how && start 80 24 && with= ;;
	esac
	wait_shows '^Pool' > /dev/null
	keys 6 6
	wait_shows 'swap area' > /dev/null
	ok '! screen | LC_ALL=C grep -q "[^ -~]"' "$how: ASCII alone"
done

start 80 24 -d 0.1
wait_shows '^Pool' > /dev/null
for ((i = 0; i < 40; i++)); do
	terminal resize-window -t top -x $((20 + i * 37 % 150)) -y $((3 + i * 13 % 60))
done
terminal resize-window -t top -x 40 -y 10
soon 'shows "terminal too small" && shows "needs 60x16"' 'after a storm of sizes: one that is too small says so'
terminal resize-window -t top -x 60 -y 16
soon 'shows "^Pool" && [ "$(widest)" -le 60 ]' 'the smallest is enough'
terminal resize-window -t top -x 1 -y 1
terminal resize-window -t top -x 250 -y 70
soon 'shows "^Pool .*% of RAM"' 'and the largest'
keys q
soon 'shows "status 0"' 'it lives'

# --- states ---

start 120 30 -d 0.1
wait_shows '^Pool' > /dev/null
echo N > "$parameters/enabled"
soon 'shows "disabled: .*echo Y >"' 'disabled, and the cure'
echo Y > "$parameters/enabled"
memory 0 0
soon 'shows "no swap"' 'no swap, and the cure'
rm -rf "$work/root/sys/module" "$work/root/sys/kernel"
soon 'shows "not loaded"' 'the module is gone while it runs'
memory 2097152 1048576
module
soon 'shows "next to nothing"' 'and there again'
keys q
rm -rf "$work/root/sys/module" "$work/root/sys/kernel"
echo 'MemTotal: 4194304 kB' > "$work/root/proc/meminfo"
echo 'pswpin 0' > "$work/root/proc/vmstat"
start 120 30
soon 'shows "no source"' 'a kernel without zswap: nothing to count'
keys q

machine
rm -r "$work/root/sys/fs/cgroup"
mkdir -p "$work/root/sys/fs/cgroup/memory"
start 60 16 --view cgroups
soon 'shows "unified_cgroup_hierarchy=1"' 'no cgroups, and the whole cure, in the smallest window'
keys 3
soon 'shows "Processes: not known without BPF[.]"' 'and what is not known'
keys q
soon 'shows "status 0"' 'it ends'

is "$(cat "$work"/err*)" '' 'nothing was said on standard error'
done_testing
