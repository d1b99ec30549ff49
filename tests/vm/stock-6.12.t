#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's Linux 6.12 with its own zswap, in a guest.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_stock_guest 6.12 --mem 320

# shellcheck disable=SC2034 # for what follows
series=6.12
. "$(dirname "$0")/stock-zswap"
