#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The model of zbud against the kernel's zbud: a workload under pressure is recorded, and
# replayed with the settings that it had.  Writebacks, disk reads and the largest number of
# page frames have to be the same within 2%, and so has their mean, at the moments at which
# that of the kernel is known.  With a threshold, how long the pool refuses pages depends
# on the worker's luck with the disk: it decides which of the pages that go to the device are
# refused, and which written back later.  Their sum, disk reads and the peak may be 5% apart
# then, all in all of three recordings, as a single one is too short for luck to even out.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 320

local_contents 32
set_parameter max_pool_percent 5
cgroup_make work 48M

# In the guest's memory: a file of the host's would keep the recorder waiting at each write,
# and it would look at the pool once in seconds then, instead of ten times a second.
recording=$(mktemp)

# workload RECORDING: it needs half as much again as there is, in memory and in the pool
workload() {
	# shellcheck disable=SC2016 # for the shell that gets it
	zswap-trace record -o "$1" -- sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$cgroup" \
		zs-workload --source "$contents" --size 96 --touches 16000 --write 30 \
		--same-filled 3 --incompressible 5 2>&1
}

# replay_on_host OPTION...: by the host, which is faster
replay_on_host() {
	on_host "$top/build/bin/zswap-trace" whatif "$@" "$VM_OUT/recording"
}

# together ANSWER...: as one, with sums, and means of what is a part
together() {
	jq -s 'def sums(names): . as $all | reduce names[] as $name ({}; .[$name] = ($all | map(.[$name]) | add));
		{ recorded: map(.recorded) | sums(["events_lost", "writebacks", "rejects", "disk_reads", "peak_pages", "looks"]),
		  replayed: [.[0].replayed[0] + (map(.replayed[0]) | length as $runs |
			sums(["writebacks", "rejects", "disk_reads", "peak_pages"]) +
			(sums(["mean_pages_off", "writebacks_off"]) | map_values(. / $runs)))] }' "$@"
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
	runs='1 2 3'
	[ $accept = 80 ] || runs=1
	rm -f "$VM_OUT/$accept".*
	for run in $runs; do
		ok "workload '$recording'" "$what: workload $run is recorded"
		mv "$recording" "$VM_OUT/recording"
		ok "replay_on_host --json > '$VM_OUT/$accept.$run.json'" "$what: and replayed"
		replay_on_host --pool zbud,nbuddies,nbuddies2,zsmalloc > "$VM_OUT/$accept.$run.out"
		diag "$(cat "$VM_OUT/$accept.$run.out")"
		rm "$VM_OUT/recording"
	done
	written=$(($(counter written_back_pages) - written))
	together "$VM_OUT/$accept".?.json > "$VM_OUT/$accept.json"
	is "$(of .recorded.events_lost)" 0 "$what: no event is lost"
	is "$(of .recorded.writebacks)" $written "$what: the recording has all pages that the kernel wrote back"
	ok "[ $written -gt 1000 ]" "$what: and these are many"
	is "$(of '.replayed[0] | "\(.pool) \(.max_pool_percent) \(.accept_threshold_percent)"')" \
		"nbuddies2 5 $accept" "$what: the first replay has the same settings"
	percent=2
	[ $accept = 100 ] || percent=5
	ok "[ $(of .recorded.looks) -gt 50 ]" "$what: the kernel's page frames are known of many moments"
	# Below 100, chance has it which of them are refused and which are written back.
	[ $accept = 80 ] || ok "within 2 $(of '.replayed[0].writebacks_off')" \
		"$what: the model writes as many pages back within 2%"
	ok "within $percent $(of '(.replayed[0] | .writebacks + .rejects) / (.recorded | .writebacks + .rejects) - 1')" \
		"$what: as many pages go to the device, written back or refused, within $percent%"
	ok "within 2 $(of '.replayed[0].mean_pages_off')" \
		"$what: with as many page frames within 2%"
	ok "within $percent $(of '.replayed[0].peak_pages / .recorded.peak_pages - 1')" \
		"$what: also when these are most"
	ok "within $percent $(of '.replayed[0].disk_reads / .recorded.disk_reads - 1')" \
		"$what: and as many are read from disk"
done

done_testing
