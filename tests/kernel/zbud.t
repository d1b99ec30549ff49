#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pool by itself: KUnit's tests of zbud (kernel/zswap/zbud_test.c), with frames of
# several shapes, each of their cases an assertion here.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"

# Debian's kernels have no KUnit, so the module is not even built for them.
has_kunit || skip_all 'this kernel has no KUnit; make test-debug has one'
in_guest --mem 512 --no-modules

kunit zbud_test

done_testing
