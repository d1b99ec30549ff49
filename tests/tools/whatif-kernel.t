#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The model of zbud against the kernel's zbud: a workload under pressure is recorded, and
# replayed with the settings that it had.  Writebacks, disk reads and the largest number of
# page frames have to be the same within 2%.  Their mean is known of the kernel from some
# moments only, fewer when the recorder waits for a processor: 5%.  With a threshold, how long the pool refuses pages depends on the worker's
# luck with the disk, and all may be 10% apart.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 320

local_contents 32
set_parameter max_pool_percent 5
cgroup_make work 48M

# workload RECORDING: it needs half as much again as there is, in memory and in the pool
workload() {
	# shellcheck disable=SC2016 # for the shell that gets it
	zswap-trace record -o "$1" -- sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cgroup" \
		zs-workload --source "$contents" --size 96 --touches 16000 --write 30 \
		--same-filled 3 --incompressible 5 2>&1
}

# of FILTER: of the answer
of() {
	jq -r "$1" "$VM_OUT/$accept.json"
}

# within PERCENT NUMBER: a part of 1
within() {
	[ "$(jq -n "($2 | fabs) * 100 <= $1")" = true ]
}

for accept in 100 80; do
	what="accept_threshold_percent $accept"
	set_parameter accept_threshold_percent $accept
	written=$(counter written_back_pages)
	ok "workload '$VM_OUT/recording'" "$what: a workload is recorded"
	written=$(($(counter written_back_pages) - written))
	ok "zswap-trace whatif --json '$VM_OUT/recording' > '$VM_OUT/$accept.json'" "$what: and replayed"
	zswap-trace whatif --pool zbud,nbuddies,nbuddies2,zsmalloc "$VM_OUT/recording" > "$VM_OUT/$accept.out"
	diag "$(cat "$VM_OUT/$accept.out")"
	is "$(of .recorded.events_lost)" 0 "$what: no event is lost"
	is "$(of .recorded.writebacks)" $written "$what: the recording has all pages that the kernel wrote back"
	ok "[ $written -gt 1000 ]" "$what: and these are many"
	is "$(of '.replayed[0] | "\(.pool) \(.max_pool_percent) \(.accept_threshold_percent)"')" \
		"zbud 5 $accept" "$what: the first replay has the same settings"
	percent=2 mean_percent=5
	[ $accept = 100 ] || percent=10 mean_percent=10
	ok "within $percent $(of '.replayed[0].writebacks_off')" \
		"$what: the model writes as many pages back within $percent%"
	ok "within $mean_percent $(of '.replayed[0].mean_pages_off')" \
		"$what: with as many page frames within $mean_percent%"
	ok "within $percent $(of '.replayed[0].peak_pages / .recorded.peak_pages - 1')" \
		"$what: also when these are most"
	ok "within $percent $(of '.replayed[0].disk_reads / .recorded.disk_reads - 1')" \
		"$what: and as many are read from disk"
	rm "$VM_OUT/recording"
done

done_testing
