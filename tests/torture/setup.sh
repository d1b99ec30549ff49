# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For what runs zs-torture in the guest, behind ../guest.sh.

torture_areas='/dev/vda1 /dev/vda2 /dev/ram0'

# torture_areas_on: three swap areas, two of which have room for everything; the third reads
# at once
torture_areas_on() {
	for torture_area in $torture_areas; do
		mkswap "$torture_area" > /dev/null && swapon --priority 1 "$torture_area" || return
	done
}

# torture_setup: what zs-torture takes, to be had once
torture_setup() {
	swapoff /dev/vda
	# Large folios are swapped in one piece on a disk that does not rotate.
	echo 0 > /sys/block/vda/queue/rotational
	torture_half=$(($(cat /sys/block/vda/size) / 2))
	addpart /dev/vda 1 2048 $((torture_half - 2048))
	addpart /dev/vda 2 $torture_half $((torture_half - 2048))
	modprobe brd rd_nr=1 rd_size=8192
	# Off by default where there is so little memory.
	echo always > /sys/kernel/mm/transparent_hugepage/enabled
	echo inherit > /sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled
	echo advise > /sys/kernel/mm/transparent_hugepage/shmem_enabled
	ok torture_areas_on 'there are three swap areas'
}

# torture NAME OPTION...: what it says is in $VM_OUT/NAME.out, each action in NAME.log
torture() {
	torture_name=$1
	shift
	# shellcheck disable=SC2154 # of guest.sh
	[ ! -d "$zswap_parameters" ] || set_parameter max_pool_percent 5
	# shellcheck disable=SC2046,SC2086,SC2154 # words without blanks; of guest.sh
	zs-torture $(printf -- '--area %s ' $torture_areas) --modules "$modules" --out "$VM_OUT" \
		--stall $((120 * patience)) --verbose "$@" \
		> "$VM_OUT/$torture_name.out" 2> "$VM_OUT/$torture_name.log"
}

# torture_run NAME OPTION...: every page is right, and nothing is left at the end
torture_run() {
	torture "$@"
	is $? 0 "$1: every page is as it was left, and each action was done" ||
		diag "$(tail -n 20 "$VM_OUT/$1.log")"
	diag "$1: $(cat "$VM_OUT/$1.out")"
	like "$(cat "$VM_OUT/$1.out")" '; faults [1-9][0-9]*: .*; held [1-9][0-9]*, stored again [1-9]' \
		"$1: functions failed meanwhile, and pages were stored again that the pool still had"
	like "$(cat "$VM_OUT/$1.out")" '; OOM kills 0; verified [0-9]+, swapped [1-9][0-9]*, wrong 0$' \
		"$1: pages were verified that had been in swap, and nothing was killed for memory"
	ok no_swap_in_use "$1: no swap is in use"
	is "$(counter stored_pages) $(counter pool_pages)" '0 0' "$1: the pool is empty"
}

# torture_unload: the modules, without which there is nothing left of all that
torture_unload() {
	ok zswap_goes 'the module goes'
	! is_built_in || return
	# shellcheck disable=SC2154 # of guest.sh
	ok "echo 0 > $klp/enabled && wait_for 120 test ! -d $klp" 'the hooks let go'
	ok 'rmmod frontswap' 'and go'
}
