# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# TAP for tests in shell, on the host and in the guest.  The last line of a test is
# done_testing: a test that ends before it has no plan, and counts as failed.

tap_number=0
tap_failed=0
tap_log=

# diag TEXT: for a reader, not for the harness
diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# tap_result STATUS NAME
tap_result() {
	tap_number=$((tap_number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_number - $2"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_number - $2"
	fi
	return "$1"
}

# ok CODE NAME: CODE, for the shell, succeeds; what it prints is shown when it does not
ok() {
	# One for all: to have it and to be rid of it takes two programs.
	[ -n "$tap_log" ] || tap_log=$(mktemp)
	eval "$1" >"$tap_log" 2>&1
	tap_status=$?
	tap_result $tap_status "$2" || {
		diag "exit status $tap_status: $1"
		[ ! -s "$tap_log" ] || diag "$(cat "$tap_log")"
	}
	return $tap_status
}

# is GOT WANTED NAME
is() {
	tap_status=1
	[ "$1" != "$2" ] || tap_status=0
	tap_result $tap_status "$3" || {
		diag "got:    '$1'"
		diag "wanted: '$2'"
	}
	return $tap_status
}

# like TEXT REGEX NAME: some line of TEXT matches the extended REGEX
like() {
	tap_status=0
	printf '%s\n' "$1" | grep -Eq -e "$2" || tap_status=1
	tap_result $tap_status "$3" || {
		diag "got:        '$1'"
		diag "not like:   '$2'"
	}
	return $tap_status
}

# unlike TEXT REGEX NAME: no line does
unlike() {
	tap_status=0
	! printf '%s\n' "$1" | grep -Eq -e "$2" || tap_status=1
	tap_result $tap_status "$3" || {
		diag "got:        '$1'"
		diag "but wanted nothing like: '$2'"
	}
	return $tap_status
}

# skip NAME WHY: a test that makes no sense here
skip() {
	tap_number=$((tap_number + 1))
	echo "ok $tap_number - $1 # SKIP $2"
}

# take_results NAME: those of another test, whose TAP is on standard input, are ours
take_results() {
	while IFS= read -r take_line; do
		case $take_line in
		'ok '*' # SKIP '*)
			take_line=${take_line#* - }
			skip "$1: ${take_line%% # SKIP *}" "${take_line#* # SKIP }"
			;;
		'ok '*) tap_result 0 "$1: ${take_line#* - }" ;;
		'not ok '*) tap_result 1 "$1: ${take_line#* - }" ;;
		'#'*) printf '%s\n' "$take_line" ;;
		esac
	done
}

# skip_all WHY: nor does any other
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# wait_for SECONDS CMD...: until it succeeds, looking ten times a second at what
# gives no event that could be waited for; $patience times as long
wait_for() {
	# The time without a program, for the sake of emulated processors.
	read -r wait_now _ < /proc/uptime
	wait_until=$((${wait_now%.*} + $1 * ${patience:-1}))
	shift
	until "$@"; do
		read -r wait_now _ < /proc/uptime
		[ "${wait_now%.*}" -lt $wait_until ] || return 1
		sleep 0.1
	done
}

# pipe_full FIFO: nothing more goes into it; what goes in is no help to another writer
pipe_full() {
	pipe_trouble=$(LC_ALL=C dd if=/dev/zero of="$1" bs=4096 count=1 oflag=nonblock 2>&1) && return 1
	case $pipe_trouble in
	*'temporarily unavailable'*) ;;
	*) return 1 ;;
	esac
}

tap_end() {
	[ -z "$tap_log" ] || rm -f "$tap_log"
}

bail_out() {
	echo "Bail out! $*"
	tap_end
	exit 1
}

done_testing() {
	echo "1..$tap_number"
	tap_end
	[ $tap_failed = 0 ]
	exit
}
