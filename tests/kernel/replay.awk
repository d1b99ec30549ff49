# SPDX-License-Identifier: GPL-2.0-or-later
#
# Replay events of zswap, as sample_stop (tests/guest.sh) leaves them, and tell of
# the pages that some cgroups stored what became of them:
#
#	awk -v cgroups='ID ID...' -f tests/kernel/replay.awk EVENTS
#
# It prints a name and a number to a line:
#
#	stored loaded written invalidated	pages; written: to the device
#	written_CAUSE		those that were written for that cause
#	disordered_CAUSE	of these, those that were written though an older page was held
#	forbidden		attempts that memory.zswap.writeback made fail
#	rejected_REASON		pages refused
#	held			pages in the pool at the end
#	held_ID			those that this cgroup stored
#	bytes			their compressed bytes
#	most			the most bytes that were held at a time
#	misnamed		loads and writebacks that name another cgroup than the store
#
# A page is known by its swap entry.  Those that were stored before the events begin
# are none of ours.
BEGIN {
	split(cgroups, list, " ")
	for (i in list)
		ours[list[i]] = 1
	oldest = 1
	most = 0
}

# It is out of the pool.
function gone(key) {
	delete at[seq[key]]
	bytes -= length_of[key]
	held--
	held_of[owner[key]]--
	delete seq[key]
}

{
	event = $1
	delete f
	for (i = 2; i <= NF; i++) {
		split($i, pair, "=")
		f[pair[1]] = pair[2]
	}
	key = f["type"] " " f["offset"]
}

event == "zswap_store:" && f["cgroup"] in ours {
	n["stored"]++
	seq[key] = ++last
	at[last] = key
	owner[key] = f["cgroup"]
	length_of[key] = f["length"]
	bytes += f["length"]
	held++
	held_of[f["cgroup"]]++
	if (bytes > most)
		most = bytes
	next
}

event == "zswap_reject:" && f["cgroup"] in ours {
	n["rejected_" f["reason"]]++
	next
}

!(key in seq) { next }

event ~ /load|writeback/ && f["result"] + 0 == 0 && f["cgroup"] != owner[key] { n["misnamed"]++ }
event == "zswap_load:" { n["loaded"]++; gone(key) }
event == "zswap_invalidate:" { n["invalidated"]++; gone(key) }

# One that could not be written is passed over, as is one without memory of its own.
event == "zswap_writeback:" {
	if (f["result"] != 0) {
		n["forbidden"] += f["result"] == -1
		passed[seq[key]] = 1
		next
	}
	n["written"]++
	n["written_" f["cause"]]++
	while (oldest < seq[key] && (!(oldest in at) || oldest in passed || !length_of[at[oldest]]))
		oldest++
	n["disordered_" f["cause"]] += oldest < seq[key]
	gone(key)
}

END {
	split("stored loaded written invalidated forbidden misnamed", list, " ")
	for (i in list)
		n[list[i]] += 0
	for (i in n)
		print i, n[i]
	for (i in ours)
		print "held_" i, held_of[i] + 0
	print "held", held + 0
	print "bytes", bytes + 0
	print "most", most
}
