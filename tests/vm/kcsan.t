#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A data race in a module is found on the kcsan kernel, and fails the run: one among the
# module's own accesses, one with the kernel's, and one for want of a barrier.  And where
# a lock, a mutex or a barrier keeps accesses apart there is nothing to be found, although
# the kernel is not instrumented.
# shellcheck disable=SC2016 # code for ok()
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
[ "${ZS_KERNEL:-}" = kcsan ] || skip_all 'this kernel has no KCSAN; make test-kcsan has one'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$top/build/test-out/kcsan-kcsan

# In the guest: until KCSAN has found something, or has looked so often.
cat > "$work/races" <<'END'
. "$1/tests/tap.sh"
watched() {
	sed -n 's/^setup_watchpoints: *//p' /sys/kernel/debug/kcsan
}
enough() {
	[ "$(watched)" -gt $((begin + most)) ] || dmesg | grep -q 'BUG: KCSAN'
}
insmod "$1/build/kcsan/modules/zs_race.ko" wrong="$2" || exit
begin=$(watched) most=$3
wait_for 240 enough || exit
rmmod zs_race
END

# races WRONG WATCHPOINTS: sets status, and fills $work/stderr
races() {
	"$top/tests/vm/run" --kernel kcsan --no-modules --swap 0 --boot kcsan.skip_watch=10 --out "$out" \
		-- sh "$work/races" "$top" "$1" "$2" > "$work/stdout" 2> "$work/stderr" < /dev/null
	status=$?
}

# finds WRONG WORDS WHAT
finds() {
	races "$1" 1000000
	is $status 99 "$3 fails the run"
	like "$(cat "$work/stderr")" "BUG: KCSAN: data-race in $2" "$3 is named"
}

finds plain 'race_count \[zs_race\] / race_count \[zs_race\]' 'a race of two accesses of a module'
finds kernel 'race_kernel\+' 'a race with the kernel'
like "$(cat "$work/stderr")" 'race at unknown origin, with read to' 'and that it is one'
finds order 'race_receive \[zs_race\] / race_send \[zs_race\]' 'a barrier that is missing'
like "$(cat "$work/stderr")" 'write \(reordered\) to' 'and what went past it'

races '' 3000
is $status 0 'what is in order is no race'
diag "watchpoints: $(sed -n 's/^setup_watchpoints: *//p' "$out/kcsan.log")"

# As it would be with modules that are not instrumented.
"$top/tests/vm/run" --kernel kcsan --swap 0 --boot kcsan.early_enable=0 --out "$out" -- true \
	> "$work/stdout" 2> "$work/stderr" < /dev/null
is $? 99 'a run in which KCSAN looks at nothing fails, too'
like "$(cat "$work/stderr")" 'KCSAN has looked at nothing' 'and it is said why'

done_testing
