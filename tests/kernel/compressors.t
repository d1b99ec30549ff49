#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every compressor that the kernel has: under memory pressure, and changed while
# pages are held that an earlier one compressed.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 320 --timeout 1500

all='lzo lzo-rle lz4 lz4hc zstd deflate 842'

known_already() {
	grep -Eq "^name +: $1\$" /proc/crypto
}

# Known, or in a module that the kernel would load when it is asked for it.
to_be_had() {
	known_already "$1" || modprobe -qn "crypto-$1"
}

# Setting it loads what it takes.
offered=
loaded=0
for name in $all; do
	if ! to_be_had "$name"; then
		kept=$(parameter compressor)
		error=$(echo "$name" | LC_ALL=C tee $zswap_parameters/compressor 2>&1 >/dev/null)
		is "${error##*: }, still $(parameter compressor)" "Invalid argument, still $kept" \
			"$name, which this kernel does not have, is refused, and the old one kept"
		skip "$name: under memory pressure" 'not in this kernel'
		continue
	fi
	if ! known_already "$name"; then
		loaded=$((loaded + 1))
		set_parameter compressor "$name"
		ok "known_already $name" "$name: setting it loads its module"
	else
		set_parameter compressor "$name"
	fi
	is "$(parameter compressor)" "$name" "$name: can be set"
	offered="$offered $name"
done
if [ -d "/lib/modules/$(uname -r)/kernel/crypto" ]; then
	ok "[ $loaded -gt 0 ]" 'some came from a module'
else
	skip 'some came from a module' 'this kernel has no modules'
fi
is "$(counter compressors)" 1 'those that are neither current nor needed are gone'

# They are given no more room than a page may take: what fits has to be the same as with
# all the room there is, and the rest be refused.
ok "insmod '$modules/zs_room.ko' algorithms=$(echo "${offered# }" | tr ' ' ,)" \
	'all of them keep within the room that they are given'
refused=$(cat /sys/module/zs_room/parameters/refused)
diag "$(cat /sys/module/zs_room/parameters/tried) times, of which $refused refused"
ok "[ $refused -gt 1000 ]" 'and refuse what does not fit'
rmmod zs_room

# Pages are stored, loaded and evicted, intact; and all counters agree.
set_parameter compressor lzo
# shellcheck disable=SC2086 # names
"$top/tests/kernel/pressure" $offered > "$VM_OUT/pressure.out" 2>&1
is $? 0 'under memory pressure, one after the other'
diag "$(cat "$VM_OUT/pressure.out")"

# column COMPRESSOR NUMBER
column() {
	awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$VM_OUT/pressure.out"
}
for name in $offered; do
	ok "[ $(column "$name" 2) -gt 1000 ] && [ $(column "$name" 3) -gt 100 ] &&
		[ $(column "$name" 4) -gt 100 ]" "$name: pages were stored, loaded and written back"
	is "$(column "$name" 7), $(column "$name" 8)" 'intact, agree' \
		"$name: all are as they were left, and counters agree"
	ok "echo '$(column "$name" 6)' | awk '{ exit !(\$1 > 1.2) }'" "$name: they were compressed"
done
ok "! '$top/tests/kernel/pressure' nonsense > '$VM_OUT/nonsense.out'" \
	'one that is asked for and not to be had is an error'

# Changing it under load.  None of this has to leave the pool for want of room.
set_parameter max_pool_percent 40
lengths='hist:keys=cgroup:vals=hitcount,length'

# reclaim_measured: put the pages of the cgroup made last into the pool, and print the
# mean length of those stored
reclaim_measured() {
	echo "$lengths" > $tracefs/events/zswap/zswap_store/trigger
	echo 20M > "$cgroup/memory.reclaim"
	awk -v id="$(stat -c %i "$cgroup")" '
		$1 == "{" && $3 == id {
			for (i = 1; i < NF; i++)
				if ($i == "length:")
					bytes = $(i + 1)
				else if ($i == "hitcount:")
					pages = $(i + 1)
			printf "%d", bytes / pages
		}' $tracefs/events/zswap/zswap_store/hist
	echo "!$lengths" > $tracefs/events/zswap/zswap_store/trigger
}

compressors_are() {
	[ "$(counter compressors)" -eq "$1" ]
}

is "$(parameter compressor), $(counter stored_pages)" "${offered##* }, 0" \
	'the pool is empty, with the last one'
set_parameter compressor lzo
local_contents 24
hold early max 24
early=$cgroup
by_lzo=$(reclaim_measured)
held=$(counter stored_pages)
ok "[ $held -gt 4000 ]" "lzo: $held pages are held"
ok 'wait_for 60 compressors_are 1' 'by the only compressor there is'

set_parameter compressor zstd
ok 'compressors_are 2' 'changed: the old one stays, for its pages'
# It has to have room for its compressed pages, too, on a machine whose files compress badly.
cgroup_make churn 20M
in_cgroup zs-workload --source "$contents" --size 24 --seconds 100000 --threads 2 --write 25 \
	> "$VM_OUT/churn.out" 2>&1 &
churn=$!
hist_start store type
hist_start load type
busier() {
	[ "$(hist_count store)" -gt "$stores" ] && [ "$(hist_count load)" -gt "$loads" ]
}
most=0
for name in zstd lz4 deflate lzo-rle lz4 zstd; do
	set_parameter compressor $name
	stores=$(($(hist_count store) + 300))
	loads=$(($(hist_count load) + 100))
	ok 'wait_for 120 busier' "$name, under load: pages are stored and loaded"
	now=$(counter compressors)
	[ "$now" -le "$most" ] || most=$now
done
hist_stop store type
hist_stop load type
ok "[ $most -gt 2 ]" "pages of several are held at a time ($most compressors)"
xargs kill < "$cgroup/cgroup.procs"
wait $churn
is $? 0 'every page of a workload that saw them change is as it was left'
diag "$(tail -n 1 "$VM_OUT/churn.out")"
ok 'wait_for 60 compressors_are 2' 'whose are gone, and their compressors, but not those before'

ok 'swapoff /dev/vda' 'swapoff reads what the first one compressed'
ok 'wait_for 60 compressors_are 1' 'after which nobody needs that either'
is "$(counter stored_pages) $(counter decompress_fail)" '0 0' 'all of it was readable'

swapon /dev/vda
cgroup=$early
by_zstd=$(reclaim_measured)
ok "[ $((by_zstd * 100)) -lt $((by_lzo * 95)) ]" \
	"the same pages are smaller now ($by_zstd bytes after zstd, $by_lzo after lzo)"
release
is $? 0 'and as they were left'
ok 'wait_for 60 compressors_are 1' 'the current compressor remains'

done_testing
