# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For the tests that look at zswaptop's screen inside the virtual machine: behind guest.sh.

export LANG=C.UTF-8

# start COLUMNS LINES [OPTION...]: the shell around it tells the exit status
start() {
	start_columns=$1 start_lines=$2
	shift 2
	tmux -u new-session -d -s top -x "$start_columns" -y "$start_lines" \
		"zswaptop $* 2> '$VM_OUT/top.err'; echo \"status \$?\"; exec cat"
}

screen() {
	tmux capture-pane -p -t top
}

# The system's own grep: busybox's knows only bytes.
shows() { # REGEXP
	screen | command -p grep -Eq -- "$1"
}

keys() {
	tmux send-keys -t top "$@"
}

# press KEY REGEXP WHAT: after this key, this is shown
press() {
	keys "$1"
	ok "wait_for 60 shows '$2'" "$1: $3" || diag "$(screen)"
}

shown_clock() {
	screen | sed -n '1s/.* //p'
}

another_clock() {
	[ "$(shown_clock)" != "$clock" ]
}

# refreshes NUMBER: until as many have come, or more, as the clock on the screen shows
refreshes() {
	for _ in $(seq "$1"); do
		clock=$(shown_clock)
		wait_for 60 another_clock || return
	done
}
