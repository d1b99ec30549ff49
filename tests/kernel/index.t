#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The index by itself: KUnit's tests of it (kernel/zswap/index_test.c), each of their
# cases an assertion here.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"

# Debian's kernels have no KUnit, so the module is not even built for them.
has_kunit || skip_all 'this kernel has no KUnit; make test-debug has one'
in_guest --mem 512 --no-modules

kunit index_test

done_testing
