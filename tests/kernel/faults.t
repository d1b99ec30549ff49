#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever can fail is made to fail, again and again, under pages that are stored, loaded,
# written back and drained: what the user sees of it, and that no page is wrong.  Functions
# fail by zs_fault, devices by the device mapper, and on the debug kernel allocations by the
# kernel's own fault injection.
#
# FAULTS=N in the environment injects N times as many of those that can be counted out;
# PARTS=functions,drains,modules,devices,allocations does these.
# docs/reliability.md has the figures of such runs.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
# shellcheck disable=SC2034 # for in_guest
guest_env="FAULTS=${FAULTS:-1} PARTS=${PARTS:-}"
in_guest --mem 512 --swap 512 --timeout $((900 + 60 * ${FAULTS:-1}))

# The debug kernel takes six times as long.
if [ "$patience" = 1 ]; then
	PARTS=${PARTS:-functions,drains,modules,devices}
else
	PARTS=${PARTS:-allocations}
fi
scale=${FAULTS:-1}
injected=0
verified=0
local_contents 48

# --- What all parts use ---

# note N WHERE: so many more faults
note() {
	injected=$((injected + $1))
	diag "faults $1: $2"
}

# numbers_now: what "delta NAME" counts from
numbers_now() {
	grep -s . "$zswap_debugfs"/* > /run/numbers
}

delta() {
	echo $(($(counter "$1") - $(sed -n "s,^$zswap_debugfs/$1:,,p" /run/numbers)))
}

said_now() {
	dmesg -C
}

said() {
	dmesg | grep -q -e "$1"
}

hits() {
	cat /sys/module/zs_fault/parameters/hits
}

spoil() {
	insmod "$modules/zs_fault.ko" "symbol=$1" "ret=$2" "every=$3" "count=$4"
}

spoilt_out() {
	[ "$(hits)" = "$1" ]
}

# So that evictions never end: a pool that is too small, and evicts instead of refusing.
small_pool() {
	set_parameter max_pool_percent 2 && set_parameter accept_threshold_percent 100
}

# held_is_right [LOST]: the workload that holds pages ends, and of them so many are lost
held_is_right() {
	release
	is $? 0 "$held: no page is wrong" || diag "$(cat "$VM_OUT/hold-$held.out")"
	is "$(workload_number "hold-$held" lost)" "${1:-0}" "$held: so many cannot be read"
	verified=$((verified + $(workload_number "hold-$held" verified)))
}

# holding_again: the touches after a SIGUSR1 are done
holding_again() {
	[ "$(grep -c holding "$VM_OUT/hold-$held.out")" = 2 ]
}

touch_held() {
	pkill -USR1 -x zs-workload
	ok 'wait_for 120 holding_again' "$held: pages are touched $1"
}

# churn_start NAME OPTION...: pages are stored, loaded and written back, until churn_stop
churn_start() {
	churn=$1
	shift
	small_pool
	# Not memory.max: all that a small cgroup has can be on its way to a slow device.
	cgroup_make "$churn" max
	echo 24M > "$cgroup/memory.high"
	in_cgroup zs-workload --source "$contents" --size 48 --seconds 1000000 --write 30 --survive "$@" \
		> "$VM_OUT/$churn.out" 2>&1 &
	churner=$!
	ok "wait_for 120 grep -q filled '$VM_OUT/$churn.out'" "$churn: a workload is under way"
}

# workload_number NAME WHAT: of what it says at its end
workload_number() {
	sed -n "s/.*[, ]$2 \([0-9]*\).*/\1/p" "$VM_OUT/$1.out" | tail -n 1
}

# churn_stop: every page is right, and none is lost
churn_stop() {
	# What could not be read may lie about as a folio that says so, until reclaim takes it.
	echo 200M 2>/dev/null > "/sys/fs/cgroup/$churn/memory.reclaim"
	xargs kill < "/sys/fs/cgroup/$churn/cgroup.procs"
	wait "$churner"
	is $? 0 "$churn: no page is wrong" || diag "$(cat "$VM_OUT/$churn.out")"
	is "$(workload_number "$churn" lost)" 0 \
		"$churn: of $(workload_number "$churn" verified) that were looked at, none is lost"
	verified=$((verified + $(workload_number "$churn" verified)))
	rmdir "/sys/fs/cgroup/$churn"
}

# ownerless: pages on the kernel's lists that are neither somebody's memory, nor in the swap
# cache (by their flags, see Documentation/admin-guide/mm/pagemap.rst: LRU and SWAPBACKED, but
# neither ANON nor SWAPCACHE), nor of a tmpfs, of which there is but the number
ownerless() {
	# Has all counts and lists brought up to date.
	echo 1 > /proc/sys/vm/drop_caches
	cat /proc/sys/vm/stat_refresh
	perl -e 'open my $flags, "<:raw", "/proc/kpageflags" or die "kpageflags: $!";
		my $pages = 0;
		while (read $flags, my $some, 65536) { $pages += ($_ & 0x7020) == 0x4020 for unpack "Q*", $some }
		print $pages - $ARGV[0], "\n"' "$(vmstat nr_shmem)"
}

# --- Functions that fail, while pages are stored, loaded and written back ---

functions() {
	hist_start writeback result
	hist_start evict cause
	ownerless=$(ownerless)
	churn_start functions
	# Each is done for as many calls as it says; the condition is what the user sees.
	while IFS='|' read -r where symbol value every count sees words; do
		count=$((count * scale))
		numbers_now
		said_now
		# shellcheck disable=SC2034 # for the condition
		evicted=$(hist_count evict 1)
		spoil "$symbol" "$value" "$every" "$count"
		ok "wait_for $((60 + count / 5)) spoilt_out $count" "$where: $symbol fails $count times"
		hits=$(hits)
		rmmod zs_fault
		ok "wait_for 30 eval '$sees'" "$where: $words" || diag "$(grep -s . "$zswap_debugfs"/reject_*)"
		note "$hits" "$where: $symbol"
	done <<-'EOF'
		store|crypto_comp_compress|-5|7|40|[ $(delta reject_compress_fail) = $hits ]|compress_fail, each time
		store|zswap_zbud:zswap_compress_begin|-12|7|40|[ $(delta reject_compress_fail) = $hits ]|compress_fail, each time
		store|zswap_zbud:zswap_entry_alloc|0|7|40|[ $(delta reject_kmemcache_fail) = $hits ]|kmemcache_fail, each time
		store|zswap_zbud:zswap_lru_prepare|-12|7|40|[ $(delta reject_lru_fail) = $hits ]|lru_fail, each time
		store|frontswap:frontswap_objcg_prepare_lru|-12|7|40|[ $(delta reject_lru_fail) = $hits ]|lru_fail, each time
		store|zswap_zbud:zswap_index_insert|-12|7|40|[ $(delta reject_index_fail) = $hits ]|index_fail, each time
		store|frontswap:frontswap_objcg_at_limit|-122|7|40|[ $(delta reject_cgroup_limit) = $hits ]|cgroup_limit, each time
		store|zswap_zbud:zbud_alloc|-12|1|80|[ $(delta reject_alloc_fail) -gt 0 ]|alloc_fail
		store|zswap_zbud:zbud_alloc|-12|7|40|[ $(hist_count evict 1) -gt $evicted ]|a frame is evicted for it
		writeback|frontswap:frontswap_writeback_begin|-12|3|100|[ $(writebacks -12) -ge $hits ]|result -12 (ENOMEM)
		writeback|frontswap:frontswap_writeback_begin|-11|3|100|[ $(writebacks -11) -ge $hits ]|result -11 (EAGAIN)
		writeback|frontswap:frontswap_writeback_begin|-1|3|100|[ $(writebacks -1) -ge $hits ]|result -1 (EPERM)
		writeback|zswap_zbud:zswap_write_back|-5|3|100|[ $(delta written_back_pages) -gt 0 ]|other pages go in their stead
		load, writeback|zswap_zbud:zswap_decompress|-5|40|50|[ $(delta decompress_fail) = $hits ]|decompress_fail, each time
		load, writeback|crypto_comp_decompress|-22|40|50|[ $(delta decompress_fail) = $hits ] && said "bytes became.*memory corrupted"|decompress_fail, each time, and a line in the log
	EOF
	hist_stop writeback result
	hist_stop evict cause
	churn_stop
	# A few come and go while that is counted.
	left=$(($(ownerless) - ownerless))
	ok "[ $left -le 10 ]" "functions: no page is left that nobody has ($left)"
	ok "[ $(workload_number functions errors) -gt 0 ]" \
		"functions: readers got errors ($(workload_number functions errors)), which have passed"
}

# writebacks RESULT: so many ended with it since "functions" began
writebacks() {
	hist_count writeback "$(printf %u "$1")"
}

# --- A drain, and swapoff, meanwhile ---

insert_again() {
	ok "insmod '$modules/zswap_zbud.ko' accept_threshold_percent=100" "$1: insmod again"
}

# drain_spoilt WHERE SYMBOL RET EVERY COUNT LOST: the module goes, and no page but as many
# as are LOST
drain_spoilt() {
	held=drain$((held_nr = held_nr + 1))
	hold $held max 24 --survive
	echo 20M > "$cgroup/memory.reclaim"
	ok "[ $(counter stored_pages) -gt 3000 ]" "$1, $2: there is something to drain"
	said_now
	spoil "$2" "$3" "$4" "$5"
	eval "$6"
	is $? 0 "$1, $2: it ends"
	hits=$(hits)
	rmmod zs_fault
	ok "[ $hits -gt 0 ]" "$1, $2: it has failed meanwhile ($hits times)"
	is "$(dmesg | grep -c 'is lost: memory was corrupted')" "$7" "$1, $2: so many pages are said to be lost"
	held_is_right "${8:-$7}"
	note "$hits" "$1: $2"
}

# What a reader could not have once is read again before it is lost.
drain_after_errors() {
	held=again
	hold again max 24 --survive --touches 2000
	echo 24M 2>/dev/null > "$cgroup/memory.reclaim"
	spoil zswap_zbud:zswap_decompress -5 10 $((100 * scale))
	touch_held 'while some cannot be decompressed'
	hits=$(hits)
	rmmod zs_fault
	said_now
	ok 'rmmod zswap_zbud' 'again: the module goes'
	is "$(dmesg | grep -c 'is lost: memory was corrupted')" 0 'again: no page is said to be lost'
	held_is_right
	ok "[ $(workload_number hold-again errors) -gt 0 ]" \
		"again: readers got errors ($(workload_number hold-again errors)), which have passed"
	note "$hits" 'load, and then a drain: zswap_zbud:zswap_decompress'
	insert_again again
}

# What a program sees that does not look at memory, but reads.
reader_of_a_file() {
	cgroup_make file max
	in_cgroup sh -c "cat $contents/* | head -c 8M > /dev/shm/file"
	echo 8M 2>/dev/null > "$cgroup/memory.reclaim"
	spoil zswap_zbud:zswap_decompress -5 1 1000000
	ok "! cat /dev/shm/file > /dev/null 2> $VM_OUT/file.err" 'a file in memory: it cannot be read'
	like "$(cat "$VM_OUT/file.err")" 'Input/output error' 'a file in memory: EIO'
	note "$(hits)" 'load by read(): zswap_zbud:zswap_decompress'
	rmmod zs_fault
	rm /dev/shm/file
}

drains() {
	reader_of_a_file
	drain_after_errors
	drain_spoilt drain frontswap:frontswap_writeback_begin -12 2 $((500 * scale)) 'rmmod zswap_zbud' 0
	insert_again drain
	drain_spoilt drain zswap_zbud:zswap_decompress -5 9 50 'rmmod zswap_zbud' 50
	insert_again drain
	drain_spoilt 'the hooks go' frontswap:frontswap_writeback_begin -12 3 $((300 * scale)) \
		"echo 0 > $klp/enabled && wait_for 60 test ! -d $klp" 0
	rmmod zswap_zbud && rmmod frontswap
	ok "insmod '$modules/frontswap.ko'" 'frontswap: insmod again'
	insert_again swapoff
	drain_spoilt swapoff zswap_zbud:zswap_decompress -5 9 50 'swapoff /dev/vda' 0 50
	is "$(counter stored_pages) $(counter pool_pages)" '0 0' 'swapoff: and nothing is left in the pool'
	swapon /dev/vda
}

# --- Modules and compressors that do not get what they need ---

# cannot WHERE SYMBOL RET CMD: it fails when that function does, for each of its calls
cannot() {
	nth=1
	while spoil "$2" "$3" $nth 1 && ! eval "$4" 2>/dev/null && [ "$(hits)" = 1 ]; do
		rmmod zs_fault
		nth=$((nth + 1))
	done
	# It has succeeded now, as there is no call of that number.
	is "$(hits)" 0 "$1: fails with each of the $((nth - 1)) calls of $2 that fails, and then does not"
	ok "[ $nth -gt 1 ]" "$1: calls $2"
	rmmod zs_fault
	note $((nth - 1)) "$1: $2"
}

modules() {
	rmmod zswap_zbud
	for what in '__kmem_cache_create_args 0' 'alloc_workqueue 0' 'shrinker_alloc 0' \
		'__list_lru_init -12' '__cpuhp_setup_state -12' '__cpuhp_state_add_instance -12' 'crypto_alloc_base -12' 'crypto_has_alg 0' \
		'frontswap:frontswap_register -16'; do
		# shellcheck disable=SC2086 # two words
		cannot 'insmod zswap_zbud' $what "insmod '$modules/zswap_zbud.ko'" && rmmod zswap_zbud
	done
	insmod "$modules/zswap_zbud.ko"
	for what in '__cpuhp_state_add_instance -12' 'crypto_alloc_base -12' 'crypto_has_alg 0'; do
		# shellcheck disable=SC2086 # two words
		cannot 'another compressor' $what 'set_parameter compressor lz4'
		is "$(parameter compressor)" lz4 'another compressor: and then it is there'
		set_parameter compressor lzo
	done
	ok 'wait_for 30 eval "[ \$(counter compressors) = 1 ]"' 'another compressor: those that failed are gone'
}

# --- Devices that fail ---

faulty=/dev/mapper/faulty
bio_complete=$tracefs/events/block/block_bio_complete

# device_is TABLE: from now on; see dm-flakey and dm-delay
device_is() {
	ok "dmsetup reload faulty --table '0 $sectors $1' && dmsetup resume faulty" "the device: $1"
}

device_is_well() {
	device_is "linear $disk 0"
}

# bios FILTER: those that have ended since the trigger was set
bios_start() {
	bios="hist:keys=error:size=128 if dev == $(($(stat -c 0x%t "$(realpath $faulty)") << 20 | $(stat -c 0x%T "$(realpath $faulty)")))"
	echo "$bios" > $bio_complete/trigger
}

# bios [ERROR]: so many have ended since then
bios() {
	busybox awk -v want="${1:+$(printf %u "${1:-0}")}" '
		$1 == "{" && (want == "" || $3 == want) { n += $NF } END { print n + 0 }' $bio_complete/hist
}

bios_stop() {
	echo "!$bios" > $bio_complete/trigger
}

# While the module goes, debugfs does not answer.
zswapped() {
	busybox awk '$1 == "Zswapped:" { print $2 / 4 }' /proc/meminfo
}

# in_pool NAME MB OPTION...: a workload has its pages in the pool
in_pool() {
	held=$1
	held_size=$2
	shift 2
	set_parameter max_pool_percent 50
	# Or some would be on the device.
	set_parameter incompressible keep
	hold "$held" max "$held_size" --survive "$@"
	echo "${held_size}M" 2>/dev/null > "$cgroup/memory.reclaim"
	ok "[ $(zswapped) -gt $((held_size * 240)) ]" "$held: its pages are in the pool"
}

# The worker is asked once, when max_pool_percent is set, and looks again by itself.
looked() {
	[ "$(hist_count background "$(printf %u -5)")" -ge 3 ]
}

fits() {
	[ "$(counter pool_pages)" -le "$(limit_of 1)" ]
}

# Swap is given from the first sector on, so the oldest pages can be written, and others not.
writes_fail_from_some_on() {
	in_pool turned 60
	hist_start background result
	good=$((6000 * 8))
	ok "printf '0 %s linear %s 0\n%s %s flakey %s %s 0 1 1 error_writes\n' $good $disk $good $((sectors - good)) $disk $good |
		dmsetup reload faulty && dmsetup resume faulty" 'the device: from some sector on it takes nothing'
	bios_start
	set_parameter max_pool_percent 1
	ok 'wait_for 60 looked' 'turned: the background says that the device takes nothing (EIO)'
	failed=$(bios -5)
	written=$(bios 0)
	ok "[ $written -gt 3000 ] && [ $failed -lt 300 ]" \
		"turned: after $written pages were written, $failed were enough to see it"
	device_is_well
	ok 'wait_for 60 fits' 'turned: and it goes on once the device does'
	hist_stop background result
	held_is_right
	note "$failed" 'writeback: a write fails, after others did not'
	bios_stop
}

# Who evicts for a cgroup's limit waits for no write, and is told nevertheless.
writes_fail_at_a_limit() {
	device_is "flakey $disk 0 0 1 1 error_writes"
	hold limited max 20 --survive
	held=limited
	cgroup_set limited memory.zswap.max 2M
	numbers_now
	# A device that fails is known by samples, which takes a fraction of a second.
	refused_more() {
		cgroup_reclaim limited 20
		written=$(delta written_back_pages)
		rejected=$(delta reject_cgroup_limit)
		[ "$written" -gt 0 ] && [ "$rejected" -gt "$written" ]
	}
	ok 'wait_for 60 refused_more' 'limited: more pages are refused than evicted'
	diag "limited: $rejected pages refused, $written evicted"
	device_is_well
	cgroup_set limited memory.zswap.max max
	held_is_right
	# most of what fails is what was refused, which the kernel tries again and again
	note "$written" "writeback at a cgroup's limit: a write fails"
}

writes_fail() {
	# The worker sees that it is of no use, and does not exchange small pages for large ones.
	in_pool evicted 60
	hist_start background result
	device_is "flakey $disk 0 0 1 1 error_writes"
	bios_start
	numbers_now
	stored=$(counter stored_pages)
	set_parameter max_pool_percent 1
	ok 'wait_for 60 looked' 'evicted: the background says that the device takes nothing (EIO)'
	ok "[ $(counter stored_pages) -gt $((stored * 3 / 4)) ]" \
		"evicted: most pages stay in the pool ($(counter stored_pages) of $stored)"
	ok 'dmesg | grep -q "Write-error on swap-device"' 'evicted: the log has it'
	failed=$(bios -5)
	ok "[ $failed -gt 0 ] && [ $(delta written_back_pages) -ge $failed ]" 'evicted: those that failed were written back'
	device_is_well
	ok 'wait_for 60 fits' 'evicted: and it goes on once the device does'
	hist_stop background result
	held_is_right
	note "$failed" 'writeback: a write fails'
	bios_stop

	# With enough memory, that is where the pages go.
	in_pool drained 40
	device_is "flakey $disk 0 0 1 1 error_writes"
	bios_start
	said_now
	ok 'rmmod zswap_zbud' 'drained: the module goes, though nothing can be written'
	failed=$(bios -5)
	ok "[ $failed -gt 8000 ]" "drained: each of its writes has failed ($failed)"
	device_is_well
	held_is_right
	note "$failed" 'drain: a write fails'
	bios_stop
	insert_again drained
}

# eat_memory: until less than that part of it is available
available() {
	busybox awk '$1 == "MemTotal:" { total = $2 } $1 == "MemAvailable:" { print int(100 * $2 / total) }' /proc/meminfo
}

eat_memory() {
	mkdir -p /run/eaten
	mount -t ramfs eaten /run/eaten
	# most of it at once: to look takes as long as to eat
	most=$(busybox awk -v percent="$1" '$1 == "MemTotal:" { total = $2 }
		$1 == "MemAvailable:" { print int(($2 - total * percent / 100) / 1024) - 16 }' /proc/meminfo)
	[ "$most" -le 0 ] || dd if=/dev/zero of=/run/eaten/most bs=1M count="$most" 2>/dev/null
	nth=0
	while [ "$(available)" -gt "$1" ]; do
		dd if=/dev/zero of=/run/eaten/$((nth = nth + 1)) bs=1M count=4 2>/dev/null
	done
}

no_memory_and_writes_fail() {
	in_pool scarce 160
	kills=$(vmstat oom_kill)
	eat_memory 16
	device_is "flakey $disk 0 0 1 1 error_writes"
	bios_start
	said_now
	rmmod zswap_zbud &
	drain=$!
	ok 'wait_for 120 said "draining: .*which the swap device does not take"' \
		'scarce: a drain says that the device takes nothing'
	ok "[ $(zswapped) -gt 20000 ]" "scarce: and leaves in the pool what memory has no room for ($(zswapped) pages)"
	ok "[ $(available) -ge 8 ]" "scarce: $(available) % of the memory is available"
	failed=$(bios -5)
	device_is_well
	wait $drain
	is $? 0 'scarce: it goes on once the device does'
	is "$(vmstat oom_kill)" "$kills" 'scarce: and nobody was killed for it'
	umount /run/eaten
	held_is_right
	note "$failed" 'drain, little memory: a write fails'
	bios_stop
	insert_again scarce
}

# Two areas, of which one takes nothing: the pages of the other have memory to give.
one_of_two_fails() {
	swapoff $faulty
	sectors=$((sectors / 2))
	device_is_well
	dmsetup create healthy --table "0 $sectors linear $disk $sectors"
	for area in $faulty /dev/mapper/healthy; do
		mkswap "$area" > /dev/null 2>&1 && swapon --priority 1 "$area"
	done
	ok "[ $(wc -l < /proc/swaps) = 3 ]" 'two: there are two swap areas'
	in_pool two 160
	stored=$(zswapped)
	kills=$(vmstat oom_kill)
	eat_memory 16
	device_is "flakey $disk 0 0 1 1 error_writes"
	bios_start
	rmmod zswap_zbud &
	drain=$!
	# A fifth was moved to memory before there was none left.
	other_gone() {
		[ "$(zswapped)" -lt $((stored * 45 / 100)) ]
	}
	ok 'wait_for 60 other_gone' 'two: pages of the other area are written'
	diag "two: of $stored pages, $(zswapped) are left"
	failed=$(bios -5)
	device_is_well
	wait $drain
	is $? 0 'two: the drain goes on once the device does'
	is "$(vmstat oom_kill)" "$kills" 'two: and nobody was killed for it'
	umount /run/eaten
	held_is_right
	note "$failed" 'drain, little memory, one of two areas: a write fails'
	bios_stop
	swapoff $faulty
	swapoff /dev/mapper/healthy
	dmsetup remove healthy
	sectors=$((sectors * 2))
	device_is_well
	mkswap $faulty > /dev/null 2>&1 && swapon $faulty
	insert_again two
}

reads_fail() {
	in_pool unread 32 --touches 3000
	ok 'rmmod zswap_zbud' 'unread: its pages are on the device'
	insert_again unread
	device_is "flakey $disk 0 0 1 1 error_reads"
	bios_start
	touch_held 'while nothing can be read'
	failed=$(bios -5)
	ok "[ $failed -gt 500 ]" "unread: reads have failed ($failed)"
	ok 'dmesg | grep -q "Read-error on swap-device"' 'unread: the log has it'
	device_is_well
	echo 40M 2>/dev/null > "/sys/fs/cgroup/$held/memory.reclaim"
	held_is_right
	ok "[ $(workload_number hold-unread errors) -gt 1000 ]" \
		"unread: readers got errors ($(workload_number hold-unread errors)), which have passed"
	note "$failed" 'load: a read fails'
	bios_stop
}

device_is_slow() {
	device_is "delay $disk 0 2 $disk 0 20"
	bios_start
	churn_start slow
	late() {
		[ "$(bios)" -ge "$1" ]
	}
	ok "wait_for $((60 * scale)) late $((400 * scale))" 'slow: pages are written and read, each late'
	ok 'rmmod zswap_zbud' 'slow: a drain, meanwhile'
	insert_again slow
	ok "wait_for $((60 * scale)) late $((600 * scale))" 'slow: and more'
	late=$(bios)
	device_is_well
	churn_stop
	note "$late" 'load, writeback, drain: the device is late'
	bios_stop
}

device_stands_still() {
	in_pool still 32 --touches 500
	ok 'dmsetup suspend --noflush --nolockfs faulty' 'still: the device answers nobody'
	rmmod zswap_zbud &
	drain=$!
	left=
	stands() {
		before=$left
		left=$(zswapped)
		waiting=$(awk '$1 == "Writeback:" { print $2 / 4 }' /proc/meminfo)
		[ "$left" = "$before" ] && [ "$waiting" -gt 0 ]
	}
	ok 'wait_for 60 stands' "still: the drain waits for its writes"
	touch_held 'which are in the pool, or on their way'
	ok "[ $(zswapped) -gt 0 ]" "still: the drain waits still ($(zswapped) pages left)"
	ok 'dmsetup resume faulty' 'still: the device answers'
	wait $drain
	is $? 0 'still: the drain ends'
	held_is_right
	is "$(workload_number hold-still errors)" 0 'still: and no reader has seen an error'
	note "$waiting" 'drain: the device answered nobody for a while'
	insert_again still
}

device_is_full() {
	swapoff $faulty
	dmsetup create small --table "0 40960 linear $disk 0" && mkswap /dev/mapper/small > /dev/null 2>&1
	ok 'swapon /dev/mapper/small' 'full: there is a small device'
	set_parameter max_pool_percent 50
	hold full max 60 --survive
	held=full
	ok "! echo 60M > '$cgroup/memory.reclaim'" 'full: memory.reclaim says that it could not'
	is "$(awk '$1 == "SwapFree:" { print $2 }' /proc/meminfo)" 0 'full: no swap is free'
	failed=$(cgroup_get full memory.swap.events fail)
	ok "[ $failed -gt 0 ]" "full: pages were refused a place ($failed)"
	numbers_now
	set_parameter max_pool_percent 1
	ok 'wait_for 60 fits' 'full: what has a place can be written back'
	set_parameter max_pool_percent 50
	ok 'rmmod zswap_zbud' 'full: and drained'
	held_is_right
	note "$failed" 'store: the device is full'
	insert_again full
	swapoff /dev/mapper/small
	dmsetup remove small
	mkswap $faulty > /dev/null 2>&1 && swapon $faulty
}

devices() {
	modprobe -a dm-flakey dm-delay
	# There is nobody else to make what is in /dev/mapper.
	export DM_DISABLE_UDEV=1
	swapoff /dev/vda
	disk=/dev/vda
	sectors=$(cat /sys/block/vda/size)
	ok "dmsetup create faulty --table '0 $sectors linear $disk 0'" 'there is a device of the mapper'
	mkswap $faulty > /dev/null 2>&1 && swapon $faulty
	writes_fail_from_some_on
	writes_fail
	writes_fail_at_a_limit
	no_memory_and_writes_fail
	one_of_two_fails
	reads_fail
	device_is_slow
	device_stands_still
	device_is_full
	swapoff $faulty
	dmsetup remove faulty
	mkswap /dev/vda > /dev/null 2>&1 && swapon /dev/vda
}

# --- Allocations that fail, below one function: with the debug kernel's own faults ---

# text_of FUNCTION [MODULE]: where it is, and what is behind it
text_of() {
	if [ -n "${2:-}" ]; then
		grep "\\[$2\\]" /proc/kallsyms | sort
	else
		grep -A 9 " $1$" /proc/kallsyms
	fi | busybox awk -v name="$1" '$3 == name { start = $1 } start && $1 > start { print "0x" start, "0x" $1; exit }'
}

# may_fail KIND TIMES PERCENT START END: so many of the allocations that have an address
# between these in their stack; of memory (fail_page_alloc) or objects (failslab)
may_fail() {
	for setting in 'probability 0' 'task-filter N' 'ignore-gfp-wait N' 'verbose 0' 'interval 1' 'space 0' \
		'stacktrace-depth 32' "require-start $4" "require-end $5" "times $2" "probability $3"; do
		echo "${setting#* }" > "/sys/kernel/debug/$1/${setting% *}" || return
	done
}

may_not_fail() {
	echo 0 > "/sys/kernel/debug/$1/probability"
}

have_failed() {
	[ "$(cat "/sys/kernel/debug/$1/times")" = 0 ]
}

allocations() {
	if [ ! -d /sys/kernel/debug/failslab ]; then
		skip 'allocations fail' 'this kernel does not inject faults'
		return
	fi
	echo 0 > /sys/kernel/debug/fail_page_alloc/min-order
	echo N > /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	hist_start writeback result
	churn_start allocations
	while IFS='|' read -r where kind function module percent count sees words; do
		count=$((count * scale))
		numbers_now
		# shellcheck disable=SC2034 # for the condition
		enomem=$(writebacks -12)
		# shellcheck disable=SC2046 # two words
		ok "may_fail $kind $count $percent $(text_of "$function" "$module")" "$where: $kind below $function"
		ok "wait_for $((60 + count)) have_failed $kind" "$where: it fails $count times"
		may_not_fail "$kind"
		ok "wait_for 30 eval '$sees'" "$where: $words" || diag "$(grep -s . "$zswap_debugfs"/reject_*)"
		note "$count" "$where: $kind below $function"
	done <<-'EOF'
		store|failslab|store_folio|zswap_zbud|20|20|[ $(($(delta reject_kmemcache_fail) + $(delta reject_index_fail) + $(delta reject_lru_fail))) -gt 0 ]|kmemcache_fail, index_fail or lru_fail
		store|fail_page_alloc|store_folio|zswap_zbud|50|40|[ $(($(delta reject_alloc_fail) + $(delta pool_order_denied))) -gt 0 ]|a frame has one page, or alloc_fail
		writeback|failslab|zswap_write_back|zswap_zbud|50|20|[ $(delta written_back_pages) -gt 0 ]|nothing: what a write takes is kept for it (mempool)
		writeback|fail_page_alloc|zswap_write_back|zswap_zbud|50|40|[ $(writebacks -12) -gt $enomem ]|result -12 (ENOMEM)
		load|fail_page_alloc|swapin_readahead||10|20|[ $(delta decompress_fail) = 0 ]|nothing: the kernel tries again
	EOF
	hist_stop writeback result
	churn_stop
	for kind in failslab fail_page_alloc; do
		set_parameter max_pool_percent 50
		held=$kind
		hold $kind max 12 --survive
		echo 12M 2>/dev/null > "$cgroup/memory.reclaim"
		# shellcheck disable=SC2046 # two words
		ok "may_fail $kind $((200 * scale)) 30 $(text_of zswap_drain zswap_zbud)" "drain: $kind"
		ok 'rmmod zswap_zbud' "drain: $kind: it ends"
		failed=$((200 * scale - $(cat /sys/kernel/debug/$kind/times)))
		may_not_fail $kind
		ok "[ $failed -gt 0 ]" "drain: $kind: it has failed meanwhile ($failed times)"
		held_is_right
		insert_again "drain: $kind"
		note "$failed" "drain: $kind"
	done
}

for part in $(echo "$PARTS" | tr , ' '); do
	$part
done
diag "faults $injected, pages verified $verified"
done_testing
