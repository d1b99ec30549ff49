#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tools on Linux 6.1, with its own zswap.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
series=6.1
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" check-build >&2 || bail_out 'bpf_stream does not build'
fi
in_stock_guest $series --mem 512
# shellcheck source=stock-sources
. "$top/tests/tools/stock-sources"
