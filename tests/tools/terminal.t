#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What zswaptop shows on a terminal, with zswap at work; tests/tools/screen.t has what
# takes none.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
# shellcheck source-path=SCRIPTDIR source=../terminal.sh
. "$top/tests/terminal.sh"
in_guest --mem 512

local_contents 48
# A pool that evicts at its limit: there is something of everything, all the time.
set_parameter max_pool_percent 1
set_parameter accept_threshold_percent 100
cgroup_split apps
cgroup_make apps/web 16M
# Enough for every rate, and the rest for what looks at it.
cgroup_set apps cpu.max '30000 100000'
in_cgroup zs-workload --source "$contents" --size 32 --seconds 100000 --write 20 --incompressible 10 \
	> "$VM_OUT/workload.out" 2>&1 &
workload=$!

# keep NAME: for a reader
keep() {
	screen > "$VM_OUT/$1.txt"
}

# The tools' programs that the kernel has.
attached() {
	bpftool prog show | grep -c 'name zs_'
}

nothing_attached() {
	[ "$(attached)" = 0 ] && [ "$(bpftool -j link show | jq length)" = 0 ]
}

# --- starting ---

start 80 24 -d 0.5
ok 'wait_for 60 shows "1 Overview 2 Cgroups"' 'the screen is there'
ok 'shows "source: attaching"' 'before anything is attached'
keys q
ok 'wait_for 60 shows "status 0"' 'q while it attaches: leaves, with 0'
ok 'wait_for 20 nothing_attached' 'and nothing stays attached'
tmux kill-session -t top

start 80 24 -d 0.5
ok 'wait_for 60 shows "source: tp_btf"' 'it attaches'
ok '[ "$(attached)" -gt 0 ]' 'programs'

# --- overview ---

ok 'wait_for 60 shows "^Pool .*MiB of .*MiB .*% of RAM"' 'the pool against its limit'
ok 'wait_for 60 shows "^Held .* ratio [1-9][.0-9]*:1 .*compressed [1-9]"' 'pages held, and the ratio'
ok 'wait_for 60 shows "^Pages +same-filled [.0-9]+% .*zbud wastes .*%"' 'what pages are like'
for row in stores loads writebacks evictions 'disk reads' refaults; do
	ok "wait_for 120 shows '^$row +[.0-9]+ +[1-9][.0-9]* +[1-9]'" "the rate of $row"
done
ok 'wait_for 60 shows "^stores .*[▁▂▃▄▅▆▇█]"' 'its past'
ok 'wait_for 60 shows "^Swap-in +[0-9]+% zswap, p50 .*[mu]s.* disk, p50 .*[mu]s"' 'where pages come back from'
ok 'wait_for 60 shows "^Evicted +age p50 .*s, p90 .*; latency p50 .*[mu]s"' 'age and latency of evictions'
ok 'wait_for 60 shows "^Rejects +compress_poor:[1-9]"' 'rejects by reason'
ok 'screen | sed -n 3p | grep -q "● [a-z0-9]"' 'what is going on, in words'
is "$(screen | wc -L)" 80 'all within the window'
keep overview

# --- views, and their keys ---

press 2 '^.*─ web +[0-9.]+ [KM]iB +[0-9.]+ [KM]iB +[1-9]' 'cgroups, as a tree'
keep cgroups
press c '^.*─ /apps/web' 'with their paths'
press c '─ web ' 'without'
press t '^/apps/web +[0-9.]+ [KM]iB' 'flat'
press F5 '─ web ' 'a tree again'
keys N End Home
press '*' '\+ apps' 'folded'
press '*' '─ web' 'unfolded'
keys / a p p s Enter
press - '\+ apps' 'the row is folded'
press + '─ web' 'and unfolded'
press i '─ web' 'with those that are idle'
keys i
press M 'in pool▼' 'by memory'
press P 'pages/s?▼' 'by pages'
keys / w e b Enter Enter
ok 'wait_for 60 shows "^Cgroup /apps/web"' 'Enter: the histograms of a cgroup'
ok 'wait_for 60 shows "^ +[1-9][0-9.]* .* compressed size"' 'have its events'
keep detail
press Down 'store duration +p50 .*[mu]?s' 'the next one'
press Escape '─ web' 'back'

press 3 'zs-workload +owner' 'processes'
ok 'wait_for 60 shows "zs-workload +owner .*/apps/web"' 'and the cgroups of their pages'
keep processes
press c 'zs-workload +owner .* zs-workload -' 'their commands'
keys c
press i 'zs-workload' 'those before, too'
keys i Home Enter
ok 'wait_for 60 shows "^Process: .*process [0-9]+"' 'Enter: the histograms of a process'
press Escape 'zs-workload +owner' 'back'

press 4 'compress_poor +compresses to more than' 'rejects'
ok 'wait_for 60 shows "^ +[0-9.]+ +[0-9]+% +[1-9][0-9]* /apps/web"' 'whose they are'
keep rejects
press w 'Processes with compress_poor' 'by process'
ok 'wait_for 60 shows "% +[1-9][0-9]* zs-workload"' 'with their names'
press Enter 'Enter: histograms' 'into the lower table'
press Enter '^Process: zs-workload' 'its histograms'
press Escape 'Processes with' 'back'
keys Escape
press w 'Cgroups with' 'by cgroup'

press 5 'store duration' 'histograms'
press Down '^store duration +p50' 'another one'
press Right '^load duration +p50' 'and the next'
ok 'wait_for 60 shows "[mu]s .. [0-9.]+ [mu]s +[▏▎▍▌▋▊▉█]"' 'with bars'
press 0 'rates: since start' 'since the start'
keep histograms
keys 0

press 6 '^/dev/[a-z]+ +-[0-9]+ +[1-9].* MiB' 'swap devices'
ok 'wait_for 60 shows "^/dev/[a-z]+ .* [1-9][0-9.]* +[0-9.]+ +[0-9.]+ +[1-9]"' 'and what zswap does with them'
keep devices

press 7 '[0-9]:[0-9.]+ +zs-workload [0-9]+ +/apps/web +(store|load|miss) ' 'events, as they come'
# shellcheck disable=SC1003 # a backslash, and no quote
press '\' 'Filter:' 'a filter'
tmux send-keys -t top -l reject
only_rejects() {
	shows '/apps/web +reject ' && ! shows ' (store|load|miss) '
}
ok 'wait_for 60 only_rejects' 'while it is typed'
keys Enter
keep events
# There is no way back before there are more of them than the screen has lines.
back() {
	keys Up
	shows 'End: new'
}
ok 'wait_for 60 back' 'Up: back in time'
press f 'following' 'and on'
keys Escape
press Z FROZEN 'freeze'
before=$(screen | sed -n '4,20p')
keys C-l Up Down
is "$(screen | sed -n '4,20p')" "$before" 'and nothing moves'
keys Z
press 1 '^Pool' 'the overview'

# --- windows ---

tmux resize-window -t top -x 200 -y 50
ok 'wait_for 60 shows "disk read duration +p50 .*compressed size +p50"' 'a large window has histograms'
keep overview-large
for size in 30x6 100x30 61x17 250x70 80x24; do
	tmux resize-window -t top -x ${size%x*} -y ${size#*x}
done
ok 'wait_for 60 shows "^Pool .*MiB"' 'after a storm of sizes, it is there'

# --- ending ---

is "$(cat "$VM_OUT/top.err")" '' 'nothing was said on standard error'
pkill -KILL -x zswaptop
ok 'wait_for 20 nothing_attached' 'SIGKILL leaves nothing attached'
tmux kill-session -t top

# --- a cgroup that has gone ---

start 100 40 -d 0.5
ok 'wait_for 60 shows "source: tp_btf"' 'it attaches again'
press 2 'in pool' 'to the view of cgroups'
cgroup_make brief 12M
in_cgroup zs-workload --source "$contents" --size 16 --touches 1000 > "$VM_OUT/brief.out" 2>&1
ok 'wait_for 60 shows "brief "' 'a cgroup is there'
rmdir "$cgroup"
ok 'wait_for 60 shows "/brief \\(gone\\)"' 'and when it has gone, what it did still has its name' || diag "$(screen)"
keys q
ok 'wait_for 60 shows "status 0"' 'q leaves'
tmux kill-session -t top

# --- a cgroup that goes ---

cgroup_make passing max
start 80 24 -d 0.5 -c /passing
ok 'wait_for 60 shows "source: tp_btf"' '-c: it attaches'
ok '! shows "is gone"' 'and the cgroup is there'
rmdir "$cgroup"
ok 'wait_for 60 shows "^ *The cgroup that is watched .-c. is gone"' 'the cgroup goes, which is said'
ok 'refreshes 2' 'and it goes on' || diag "$(screen)"
ok 'shows "is gone"' 'saying so'
press 2 'in pool' 'with all its views'
keys q
ok 'wait_for 60 shows "status 0"' 'until q'
is "$(cat "$VM_OUT/top.err")" '' 'nothing was said on standard error'

cgroup_set apps cpu.max max
pkill -x zs-workload
wait $workload
is $? 0 'the workload found every page as it left it'

done_testing
