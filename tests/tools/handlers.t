#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The programs of all events, one event after the other: tests/bpf/handlers.c, in a
# guest.  Neither zswap nor swap is needed for that.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" check-build >&2 || bail_out 'bpf_handlers does not build'
fi
in_guest --no-modules --swap 0

CMOCKA_MESSAGE_OUTPUT=TAP "$top/build/unit/bpf_handlers" > "$VM_OUT/handlers" 2>&1
handlers_status=$?
# A failure's reason is in lines after it.
while IFS= read -r line; do
	line=${line#"${line%%[! 	]*}"}
	case $line in
	'ok '*) tap_result 0 "${line#ok * - }" ;;
	'not ok '*) tap_result 1 "${line#not ok * - }" ;;
	1..*) planned=${line#1..} ;;
	*) diag "${line#'# '}" ;;
	esac
done < "$VM_OUT/handlers"
# shellcheck disable=SC2154 # tap.sh's
is "$tap_number" "${planned:-unknown}" 'all tests of the handlers ran'
is "$handlers_status" 0 'and their exit status is 0'

done_testing
