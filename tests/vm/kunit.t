#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What guest.sh makes of KUnit's results: no case that failed, or did not run, gets lost.
# The results are as Linux 6.12 writes them.
# shellcheck disable=SC2016,SC2034 # code for ok(); tap.sh's count
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"

VM_OUT=$(mktemp -d)
trap 'rm -rf "$VM_OUT"' EXIT

# verdicts SUITE: what kunit_suite says about the results on stdin
verdicts() {
	mkdir "$VM_OUT/$1"
	cat > "$VM_OUT/$1/results"
	(
		tap_number=0
		kunit_suite "$VM_OUT/$1/"
	) | grep -v '^#'
}

cat > "$VM_OUT/wanted" <<'END'
ok 1 - good: first
ok 2 - good: second # SKIP not here
ok 3 - good: third
ok 4 - good: every case has a result
ok 5 - good: the suite succeeds
END
verdicts good > "$VM_OUT/got" <<'END'
KTAP version 1
1..1
    KTAP version 1
    # Subtest: good
    1..3
    ok 1 first
    ok 2 second # SKIP not here
        KTAP version 1
        # Subtest: third
        ok 1 4096
        ok 2 1
    # third: pass:2 fail:0 skip:0 total:2
    ok 3 third
# good: pass:2 fail:0 skip:1 total:3
ok 1 good
END
ok 'diff "$VM_OUT/wanted" "$VM_OUT/got"' 'a suite that succeeds'

cat > "$VM_OUT/wanted" <<'END'
ok 1 - bad: first
not ok 2 - bad: second
ok 3 - bad: every case has a result
not ok 4 - bad: the suite succeeds
END
verdicts bad > "$VM_OUT/got" <<'END'
KTAP version 1
1..1
    KTAP version 1
    # Subtest: bad
    1..2
    ok 1 first
    # second: EXPECTATION FAILED at zbud_test.c:12
    Expected 1 == 2, but
    not ok 2 second
# bad: pass:1 fail:1 skip:0 total:2
not ok 1 bad
END
ok 'diff "$VM_OUT/wanted" "$VM_OUT/got"' 'a case that fails'

cat > "$VM_OUT/wanted" <<'END'
not ok 1 - gone: every case has a result
not ok 2 - gone: the suite succeeds
END
verdicts gone > "$VM_OUT/got" < /dev/null
ok 'diff "$VM_OUT/wanted" "$VM_OUT/got"' 'no results'

done_testing
