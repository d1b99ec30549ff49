#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules, dashboard and unit, by those who know; and zswap-exporter's HTTP, as far as it
# takes no zswap.
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"

exporter=$top/build/bin/zswap-exporter
rules=$top/docs/prometheus/zswap.rules.yml
dashboard=$top/docs/grafana/zswap.json
unit=$top/tools/zswap-exporter/zswap-exporter.service
make -s -C "$top/tools" >&2 || bail_out 'the tools do not build'
prometheus=$("$top/tests/vm/fetch-tools" --print prometheus) || bail_out 'Prometheus cannot be fetched'
PATH=$PATH:$prometheus/usr/bin
work=$(mktemp -d)
pids=''
# shellcheck disable=SC2317 # the trap calls it
clean() {
	# shellcheck disable=SC2086 # a list of numbers
	[ -z "$pids" ] || kill $pids 2>/dev/null
	rm -rf "$work"
}
trap clean EXIT

#
# What is beside it.
#
ok "promtool check rules '$rules'" 'promtool has no complaint about the rules'
ok "cd '${rules%/*}' && promtool test rules zswap.test.yml" 'and they do what their tests say'
is "$(grep -oE 'instance:zswap_[a-z_]+:[a-z0-9_]+' "$rules" | sort -u | while read -r name; do
	grep -q "record: $name$" "$rules" || echo "$name"
done)" '' 'what they use of each other is recorded'
ok "grep -o 'alert: .*' '$rules' | while read -r _ name; do
	grep -q \"alertname: \$name\$\" '${rules%/*}/zswap.test.yml' || { echo \"\$name\"; exit 1; }
done" 'each alert has a test'

ok "jq -e '.panels | length > 10 and (map(.id) | unique | length) == length' '$dashboard'" \
	'the dashboard is JSON, each panel has its number'
is "$(jq -r '.panels[] | select(.targets | length == 0 or any(.expr == "")) | .title' "$dashboard")" '' \
	'and something to show'
is "$(jq -r '[.panels[] | .gridPos as $p | range($p.x; $p.x + $p.w) as $x | range($p.y; $p.y + $p.h) as $y | [$x, $y]]
	| [length - (unique | length), (map(.[0]) | max)] | join(" ")' "$dashboard")" '0 23' \
	'no two in the same place, none outside'
# JSON is YAML; Grafana's variables are no PromQL.
jq '{groups: [{name: "dashboard", rules: [.panels[].targets[].expr
	| gsub("\\$__rate_interval"; "5m") | gsub("\\$[a-z]+"; "x")] | to_entries
	| map({record: "x\(.key)", expr: .value})}]}' "$dashboard" > "$work/dashboard.yml"
ok "promtool check rules '$work/dashboard.yml'" 'each of its expressions is PromQL'

if command -v systemd-analyze > /dev/null; then
	sed "s,/usr/local/bin,${exporter%/*}," "$unit" > "$work/zswap-exporter.service"
	is "$(systemd-analyze verify --man=no "$work/zswap-exporter.service" 2>&1)" '' \
		'systemd has no complaint about the unit'
	ok "systemd-analyze security --offline=true --threshold=30 '$work/zswap-exporter.service'" \
		'and finds that it is exposed little'
else
	skip 'systemd has no complaint about the unit' 'there is no systemd-analyze'
fi

#
# HTTP, from counters alone.
#
if ! grep -q '^zswpout ' /proc/vmstat; then
	skip 'zswap-exporter' 'this kernel has no zswap'
	done_testing
fi

# begin NAME ADDRESS: sets $pid and $url
begin() {
	"$exporter" --source counters --listen "$2" 2> "$work/$1.err" &
	pid=$!
	pids="$pids $pid"
	tries=0
	until url=$(sed -n 's/.*listening on \(.*\)metrics$/\1/p' "$work/$1.err") && [ -n "$url" ]; do
		tries=$((tries + 1))
		if [ $tries -gt 100 ] || ! kill -0 $pid 2>/dev/null; then
			bail_out "no server at $2: $(cat "$work/$1.err")"
		fi
		sleep 0.1
	done
}

# end NAME: of the last one
end() {
	kill -TERM "$pid"
	wait "$pid"
	is $? 0 "$1: SIGTERM ends it with 0"
}

# status METHOD PATH: of an answer, and whether it has a body
status() {
	curl -s -o /dev/null -w '%{http_code} %{size_download}' -X "$1" "$url$2"
}

begin http 127.0.0.1:0
ok "curl -sf ${url}metrics > '$work/metrics' && promtool check metrics < '$work/metrics'" \
	'promtool has no complaint about the metrics'
like "$(curl -sI "${url}metrics")" '^Content-Type: text/plain; version=0\.0\.4' 'which are text'
is "$(curl -sI "${url}metrics" | awk -F ': ' 'tolower($1) == "content-length" { print $2 + 0 }')" \
	"$(wc -c < "$work/metrics")" 'HEAD says how much'
like "$(curl -s "$url")" '<a href="/metrics">' 'there is a page that leads there'
like "$(status GET no/such/page)" '^404 ' 'and no other'
like "$(status POST metrics)" '^405 ' 'POST is refused'
like "$(status DELETE metrics)" '^405 ' 'and DELETE'
like "$(curl -s -i -X PUT -d x "${url}metrics")" '^Allow: GET, HEAD' 'with a word on what is not'
like "$(curl -s -o /dev/null -w '%{http_code} %{num_connects}\n' "${url}metrics" --next \
	-s -o /dev/null -w '%{http_code} %{num_connects}\n' "${url}metrics")" '^200 0' \
	'a connection may be used again'
is "$(curl -s -o /dev/null -w '%{http_code}' "${url}metrics?x=1")" 200 'a query does not matter'
# shellcheck disable=SC2046 # a list of numbers
is "$(curl -s --no-progress-meter --parallel --parallel-max 20 -w '%{http_code}\n' \
	$(for i in $(seq 50); do echo "-o $work/many.$i ${url}metrics"; done) | sort | uniq -c | xargs)" \
	'50 200' 'fifty requests at once have their answers'
is "$(for i in $(seq 50); do tail -n 1 "$work/many.$i"; done | sort -u)" '# EOF' 'whole'

#
# Those who mean it no good.
#
cat > "$work/hostile.py" <<'END'
"""What a server answers to what is no request, and whether it answers others meanwhile."""
import socket
import sys
import time

host, port = sys.argv[1].removeprefix("http://").rstrip("/").split(":")
GOOD = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def connect():
    return socket.create_connection((host, int(port)), timeout=60)


def answer(data, end=True):
    """The status, or "closed": also while one is still sending."""
    with connect() as one:
        got = b""
        try:
            one.sendall(data)
            if end:
                one.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        try:
            while more := one.recv(65536):
                got += more
        except ConnectionResetError:
            pass
    return got.split(b"\r\n")[0].decode("latin-1").removeprefix("HTTP/1.1 ").removeprefix("HTTP/1.0 ")[:3] or "closed"


def say(what, *of):
    print(what + ":", *of)


say("good", answer(GOOD))
say("a long line", answer(b"GET /" + b"a" * 1000000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"))
say("a long header", answer(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1000000 + b"\r\n\r\n"))
say("many headers", answer(b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100000 + b"\r\n"))
say("a body", answer(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + b"a" * 1000000))
say("a body of nobody knows", answer(b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"))
say("chunks", answer(b"GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"))
say("a method", answer(b"A" * 100000 + b" /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
say("bytes", answer(bytes(range(256)) * 400))
say("a folder", answer(b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
say("nothing", answer(b""))
say("good again", answer(GOOD))

# Some ask slowly, some read nothing of a long answer: others do not wait for them.
slow = []
for i in range(20):
    slow.append(connect())
    slow[-1].sendall(GOOD[:10 + i])
for i in range(20):
    slow.append(socket.socket())
    slow[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    slow[-1].connect((host, int(port)))
    slow[-1].sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
say("beside slow ones", answer(GOOD))
# More than there may be: they are closed, or wait; and when they are gone, all is well.
many = [connect() for i in range(300)]
for one in many + slow:
    one.close()
end = time.monotonic() + 60
while (said := answer(GOOD)) != "200" and time.monotonic() < end:
    time.sleep(0.1)
say("after too many", said)
END
python3 "$work/hostile.py" "$url" > "$work/hostile" 2>&1
is $? 0 'one who means it no good has tried'
like "$(cat "$work/hostile")" '^good: 200$' 'a request by hand has its answer'
for pair in 'a long line:414' 'a long header:431' 'many headers:431' 'a body:405|closed' \
	    'a body of nobody knows:400|413|closed' 'chunks:400|413|closed' 'a method:400|414|431|501|closed' \
	    'bytes:400|414|431|501|closed' 'a folder:404' 'nothing:closed'; do
	like "$(cat "$work/hostile")" "^${pair%%:*}: (${pair#*:})\$" "${pair%%:*}: is refused"
done
like "$(cat "$work/hostile")" '^good again: 200$' 'and none of that was its end'
like "$(cat "$work/hostile")" '^beside slow ones: 200$' 'nobody waits for slow ones'
like "$(cat "$work/hostile")" '^after too many: 200$' 'nor for too many, once they are gone'
ok "[ $(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status") -lt 65536 ]" 'and it did not keep what they sent'

"$exporter" --source counters --listen "${url#http://}" > "$work/out" 2> "$work/err"
is $? 2 'an address with something behind it is none'
address=${url#http://}
"$exporter" --source counters --listen "${address%/}" > "$work/out" 2> "$work/err"
is $? 1 'a port that is in use is a failure'
is "$(cat "$work/out" "$work/err")" "zswap-exporter: listening on ${address%/}: Address already in use" \
	'in one line'
end http

if [ -e /proc/net/if_inet6 ] && grep -q '^0*1 ' /proc/net/if_inet6; then
	begin ipv6 '[::1]:0'
	is "$(curl -s -o /dev/null -w '%{http_code}' -g "${url}metrics")" 200 'IPv6'
	end ipv6
	begin all ':0'
	address=${url##*:}
	is "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:${address}metrics")" 200 \
		'all addresses are those of IPv4, too'
	end all
else
	skip 'IPv6' 'there is none'
fi

# systemd's Type=notify
chmod 755 "$work"
NOTIFY_SOCKET=$work/notify
export NOTIFY_SOCKET
python3 -c 'import os, socket
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
	s.settimeout(20)
	s.bind(os.environ["NOTIFY_SOCKET"])
	os.chmod(os.environ["NOTIFY_SOCKET"], 0o777)
	print(s.recv(99).decode(), s.recv(99).decode())' > "$work/notified" &
listener=$!
pids="$pids $listener"
until [ "$(stat -c %a "$NOTIFY_SOCKET" 2>/dev/null)" = 777 ] || ! kill -0 $listener; do
	sleep 0.1
done
begin notify 127.0.0.1:0
end notify
wait $listener
unset NOTIFY_SOCKET
is "$(cat "$work/notified")" 'READY=1 STOPPING=1' 'systemd is told'

#
# A file, once.
#
mkdir "$work/textfile"
ok "'$exporter' --source counters --textfile '$work/textfile/zswap.prom'" '--textfile writes a file'
ok "promtool check metrics < '$work/textfile/zswap.prom'" 'promtool has no complaint'
is "$(ls -A "$work/textfile")" zswap.prom 'nothing is left beside it'
is "$(stat -c %a "$work/textfile/zswap.prom")" 644 'which all may read'
"$exporter" --source counters --textfile "$work/no/such.prom" > "$work/out" 2> "$work/err"
is $? 1 'a folder that does not exist is a failure'
is "$(cat "$work/out" "$work/err" | wc -l)" 1 'in one line'

done_testing
