#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's Linux 6.1 with its own zswap, in a guest.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_stock_guest 6.1 --mem 320

# shellcheck disable=SC2034 # for what follows
series=6.1
. "$(dirname "$0")/stock-zswap"
