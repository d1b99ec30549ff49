#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's Prometheus scrapes zswap-exporter, and its answers are what the kernel counted.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
fetch_tools=$top/tests/vm/fetch-tools
[ -n "${ZS_IN_GUEST:-}" ] || "$fetch_tools" prometheus || {
	tap_result 1 'Prometheus is there'
	done_testing
}
in_guest --mem 768

prometheus=$(on_host "$fetch_tools" --print prometheus)
PATH=$PATH:$prometheus/usr/bin
out=$VM_OUT
exporter_url=http://127.0.0.1:19877
prometheus_url=http://127.0.0.1:9090

local_contents 48
set_parameter max_pool_percent 1
# A name that somebody chose who does not like us.  (The kernel takes no newline.)
cgroup_make "$(printf 'evil"\\\377')" 24M
label='"/evil\"\\\\xff"'

listens() {
	grep -qs 'listening on' "$out/exporter.err"
}

# in_status PID FIELD: of /proc
in_status() {
	awk -v name="$2:" '$1 == name { $1 = ""; print substr($0, 2) }' "/proc/$1/status"
}

# attached: programs of ours that the kernel has
attached() {
	bpftool prog show | grep -c 'name zs'
}

none_attached() {
	[ "$(attached)" = 0 ]
}

# answers URL: a server does
answers() {
	curl -sf -o /dev/null "$1"
}

# ask EXPRESSION: what Prometheus says, as JSON
ask() {
	curl -sf --data-urlencode "query=$1" $prometheus_url/api/v1/query
}

# query EXPRESSION: its only value
query() {
	ask "$1" | jq -r '.data.result | if length == 1 then .[0].value[1] else "\(length) results" end'
}

# scraped_since TIME: there is a sample that is younger, of a scrape that began later
scraped_since() {
	query "timestamp(zswap_stores_total) > bool $1" | grep -qx 1
}

#
# Attach, give up all rights, serve.
#
stores=$(vmstat zswpout) loads=$(vmstat zswpin) reads=$(vmstat pswpin)
# With no more rights than its unit gives it, and without the line to the host.
rights=$(sed -n 's/^CapabilityBoundingSet=//p' "$top/tools/zswap-exporter/zswap-exporter.service" |
	tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
setpriv --bounding-set "-all,$rights" --no-new-privs zswap-exporter 2> "$out/exporter.err" 8>&- &
exporter=$!
ok 'wait_for 60 listens' "zswap-exporter serves, with no more than $rights before"
like "$(cat "$out/exporter.err")" 'source: raw_tp' 'from the tracepoints'
is "$(in_status $exporter Uid | xargs)" '65534 65534 65534 65534' 'as nobody'
is "$(in_status $exporter Gid | xargs)" '65534 65534 65534 65534' 'in its group'
is "$(for set in Inh Prm Eff Bnd Amb; do in_status $exporter Cap$set; done | sort -u)" \
	0000000000000000 'without a capability'
is "$(in_status $exporter NoNewPrivs)" 1 'and without a way to get one'
is "$(in_status $exporter Groups | xargs)" '' 'in no other group'
# Beside what it was given: maps and programs, its socket, and a folder of numbers.
is "$(find "/proc/$exporter/fd" -type l ! -name '[012]' -printf '%l\n' |
	grep -vE '^(anon_inode:|socket:|/dev/null$|/sys/kernel/debug/zswap(_zbud)?$)')" '' \
	'and it has nothing open that only root could open'

cat > "$out/prometheus.yml" <<-END
	global: { scrape_interval: 2s, evaluation_interval: 2s }
	rule_files: [ "$top/docs/prometheus/zswap.rules.yml" ]
	scrape_configs:
	  - job_name: zswap
	    static_configs: [ { targets: [ "127.0.0.1:19877" ] } ]
END
prometheus --config.file="$out/prometheus.yml" --storage.tsdb.path=/tmp/tsdb \
	--web.listen-address=127.0.0.1:9090 > "$out/prometheus.log" 2>&1 &
server=$!
ok "wait_for 120 answers $prometheus_url/-/ready" 'Prometheus starts'

# A rate takes a sample from before.
ok 'wait_for 60 scraped_since 0' 'and scrapes'

curl -sf $exporter_url/metrics > "$out/before"
like "$(cat "$out/before")" '^zswap_device_info\{device="/dev/vda",type="0"\} 1' \
	'without rights, it knows the types of swap areas'
ok "in_cgroup zs-workload --source $contents --size 48 --touches 2000 --write 20" \
	'the workload finds every page as it left it'
# Its pages are gone with it; nobody else's may move any more.
swapoff -a
curl -sf $exporter_url/metrics > "$out/metrics"
stores=$(($(vmstat zswpout) - stores))
loads=$(($(vmstat zswpin) - loads))
reads=$(($(vmstat pswpin) - reads))
written=$(counter written_back_pages)
poor=$(counter reject_compress_poor)
ok "[ $stores -gt 0 ] && [ $loads -gt 0 ] && [ $written -gt 0 ] && [ $poor -gt 0 ]" \
	"$stores stores, $loads loads, $written writebacks, $poor compress_poor"

#
# What Prometheus says.
#
now=$(date +%s)
ok "wait_for 60 scraped_since $((now + 1))" 'Prometheus scrapes again'
is "$(query up)" 1 'with success'
is "$(query zswap_stores_total)" "$stores" 'stores: Prometheus and vmstat agree'
is "$(query zswap_loads_total)" "$loads" 'loads: Prometheus and vmstat agree'
is "$(query zswap_disk_reads_total)" "$reads" 'pages read from disk: Prometheus and vmstat agree'
is "$(query zswap_writebacks_total)" "$written" 'writebacks: Prometheus and debugfs agree'
is "$(query 'zswap_rejects_by_reason_total{reason="compress_poor"}')" "$poor" \
	'compress_poor: Prometheus and debugfs agree'
is "$(query 'histogram_quantile(0.99, zswap_load_duration_seconds_bucket) > bool 0')" 1 \
	'histogram_quantile() reads the buckets'
recorded() {
	[ "$(query 'count({__name__="instance:zswap_hits:ratio_rate5m"})')" = 1 ]
}
ok 'wait_for 60 recorded' 'the rules are recorded'

# The others in one answer: a line of name, value and labels for each.
ask '{__name__=~"zswap_.*_(total|count|sum)"} or {le="+Inf"}' |
	jq -r '.data.result[] | [.metric.__name__, .value[1], (.metric | tojson)] | join(" ")' > "$out/samples"
# sample NAME [LABEL]: the sum of its samples
sample() {
	on_host awk -v name="zswap_$1" -v label="${2:-}" '
		$1 == name && index($3, label) { n++; sum += $2 }
		END { print n ? sum : "none" }' "$out/samples"
}
is "$(sample device_stores_total '"type":"0"')" "$stores" 'the swap area has all stores'
is "$(sample cgroup_stores_total)" "$stores" 'all cgroups have all stores'
ok "[ $(query "zswap_cgroup_stores_total{cgroup=$label}") -gt $((stores / 2)) ]" \
	'most are of the cgroup of the workload, whatever it is called'
for pair in store_size_bytes:stores store_duration_seconds:stores load_age_seconds:loads \
	    load_duration_seconds:loads writeback_duration_seconds:writebacks \
	    evict_duration_seconds:evicts disk_read_duration_seconds:disk_reads \
	    evict_duration_by_cause_seconds:evicts; do
	is "$(sample "${pair%:*}_count") $(sample "${pair%:*}_bucket" '"+Inf"')" \
		"$(sample "${pair#*:}_total") $(sample "${pair#*:}_total")" \
		"histogram ${pair%:*} has every event of ${pair#*:}"
done
is "$(sample store_size_bytes_sum)" "$(sample store_bytes_total)" \
	"the sizes' sum is the bytes stored"
is "$(sample evicts_by_cause_total)" "$(sample evicts_total)" 'causes add up'
is "$(awk '/^zswap_health_/ { n++; sum += $2 } END { print (n > 3), sum }' "$out/samples")" '1 0' \
	'no event is missed, nothing is forgotten'
is "$(sample kernel_stores_total)" "$(vmstat zswpout)" "and the kernel's own numbers are there"
is "$(sample kernel_rejects_by_reason_total '"compress_poor"')" "$poor" \
	'those of debugfs as well, which only root may enter'
kill -KILL $server

#
# The text.
#
# valid FILE: promtool has no complaint
valid() {
	on_host sh -c '"$0" check metrics < "$1"' "$prometheus/usr/bin/promtool" "$1"
}
ok "valid '$out/metrics'" 'promtool has no complaint'
ok "zswaptop --openmetrics -d 0.1 > '$out/once' && valid '$out/once'" \
	"and none about zswaptop's"
is "$(tail -n 1 "$out/once")" '# EOF' 'which is whole'
curl -sf -H 'Accept: application/openmetrics-text; version=1.0.0' -D "$out/headers" \
	$exporter_url/metrics > "$out/openmetrics"
like "$(cat "$out/headers")" '^Content-Type: application/openmetrics-text; version=1.0.0' \
	'OpenMetrics is for who asks for it'
ok "on_host env PYTHONPATH='$prometheus/usr/lib/python3/dist-packages' /usr/bin/python3 -c '
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
families = list(parse(open(sys.argv[1]).read()))
assert len(families) > 80, len(families)' '$out/openmetrics'" "and a strict parser takes it"

# A series is a line without its last word.
ok "awk '{ value = \$NF; sub(/ [^ ]*\$/, \"\") } /^#/ { next }
	FNR == NR { before[\$0] = value; next }
	/_(total|bucket|count|sum)(\\{|\$)/ && \$0 in before { n++; if (value + 0 < before[\$0] + 0) bad = 1 }
	END { exit bad || n < 900 }' '$out/before' '$out/metrics'" 'no counter goes back'
is "$(sed 's/ [^ ]*$//' "$out/metrics" | grep -v '^#' | sort | uniq -d)" '' 'no series comes twice'

# names FILE...: metrics that are asked for
names() {
	sed -E 's/[a-z]+:zswap_[a-z_]+:[a-z0-9_]+//g' "$@" | grep -oE '\bzswap_[a-z_]+'
}
sed -nE 's/^(zswap_[a-z_]+)[{ ].*/\1/p' "$out/metrics" | sort -u > "$out/known"
{
	names "$top/docs/prometheus/zswap.rules.yml"
	jq -r '.. | .expr?, .definition? | strings' "$top/docs/grafana/zswap.json" | names
} | sort -u > "$out/asked"
ok "[ $(wc -l < "$out/asked") -gt 30 ]" "rules and dashboard ask for $(wc -l < "$out/asked") metrics"
is "$(comm -13 "$out/known" "$out/asked" | xargs)" '' 'which all exist'

#
# Its end, and files.
#
kill -TERM $exporter
wait $exporter
is $? 0 'SIGTERM ends it with 0'
ok 'wait_for 10 none_attached' 'and nothing is attached'

mkdir -m 755 /run/textfile
chown daemon:daemon /run/textfile
zswap-exporter --textfile /run/textfile/zswap.prom -d 0.2 2> "$out/textfile.err" &
exporter=$!
ok 'wait_for 60 test -s /run/textfile/zswap.prom' '--textfile writes a file'
is "$(stat -c '%U %a' /run/textfile/zswap.prom)" 'daemon 644' "as its folder's owner"
first=$(stat -c %i /run/textfile/zswap.prom)
renewed() {
	[ "$(stat -c %i /run/textfile/zswap.prom)" != "$first" ]
}
whole=0
while ! renewed; do
	[ "$(tail -n 1 /run/textfile/zswap.prom)" = '# EOF' ] || whole=1
done
is $whole 0 'and again, whole at every moment'
cp /run/textfile/zswap.prom "$out/textfile"
ok "valid '$out/textfile'" 'promtool has no complaint'
kill -KILL $exporter
wait $exporter
ok 'wait_for 10 none_attached' 'after SIGKILL nothing is attached'

done_testing
