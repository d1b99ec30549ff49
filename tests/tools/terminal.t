#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What zswaptop shows on a terminal.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 512

local_contents 48
set_parameter max_pool_percent 1
cgroup_make terminal 16M
in_cgroup zs-workload --source "$contents" --size 32 --seconds 100000 --write 20 \
	> "$VM_OUT/workload.out" 2>&1 &
workload=$!

screen() {
	tmux capture-pane -p -t top
}

shows() { # REGEXP
	screen | grep -Eq "$1"
}

tmux new-session -d -s top -x 100 -y 30 \
	'zswaptop -d 0.5 2> "$VM_OUT/top.err"; echo "status $?"; exec cat'
ok 'wait_for 60 shows "Pool .*MiB of .*MiB"' 'the pool against its limit'
ok 'wait_for 60 shows "Held .* ratio [1-9][.0-9]*:1"' 'pages held, and the ratio'
for row in stores loads writebacks evictions 'disk reads' refaults; do
	ok "wait_for 120 shows '^$row +[0-9]+ +[1-9][0-9]*'" "the rate of $row"
done
ok 'wait_for 60 shows "Since start .*compress_poor:[1-9]"' 'rejects by reason'
ok 'wait_for 60 shows "^eviction latency .*[0-9] [mu]?s"' 'the latency of evictions'
ok 'wait_for 60 shows "^disk read duration .*[0-9] [mu]?s"' 'how long disk reads take'
ok 'wait_for 60 shows "^age at eviction .*[0-9] [mu]?s"' 'their age'
screen > "$VM_OUT/screen.txt"

tmux resize-window -t top -x 80 -y 24
ok 'wait_for 60 shows "Pool .*MiB"' 'a smaller window'
is "$(screen | awk '{ if (length($0) > 80) wide = 1 } END { print wide + 0 }')" 0 'is not overrun'
tmux resize-window -t top -x 30 -y 6
ok 'wait_for 60 shows "too small"' 'one that is too small says so'
tmux resize-window -t top -x 100 -y 30
ok 'wait_for 60 shows "Pool .*MiB"' 'and back'

tmux send-keys -t top q
ok 'wait_for 60 shows "status 0"' 'q leaves, with 0'
pkill -x zs-workload
wait $workload
is $? 0 'the workload found every page as it left it'

done_testing
