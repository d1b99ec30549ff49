#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace report: all forms of a recording say the same, and every kind of damage is
# told with its place while the rest is used.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trace=$top/build/bin/zswap-trace
make_recording=$top/build/unit/tools_recordings

if ! make -s -C "$top/tools" all "$make_recording" >&2; then
	echo '1..0'
	echo 'Bail out! the tools do not build'
	exit 1
fi

report() {	# report ARG...: its output in $work/out and $work/err, and its status
	timeout 60 "$trace" report "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

# --- Whole: each form is read back, and compared with the others ---

whole=$work/whole
"$make_recording" -n 20000 -L 3 -l 512 "$whole"
report "$whole"
is "$status $(cat "$work/err")" '0 ' 'a whole recording has no flaws'
text=$(cat "$work/out")
like "$text" '^  whole +yes$' 'it says so'
like "$text" '^  machine +x86_64, Linux 6.12.73-made-up, processors: 4, 512 MiB of memory' 'the machine'
like "$text" '^  command +made up --seed 1; its exit status: 0$' 'the command'
like "$text" '^  events lost +[0-9]+, at 3 places$' 'what was lost'
like "$text" '^  store_size +[0-9]+ ' 'quantiles'
like "$text" '^compressed size \(bytes\): count' 'histograms'
like "$text" '^  /user.slice/user-1000.slice/a "quoted", name ' 'cgroups by the names of the recording'

report --json "$whole"
cp "$work/out" "$work/whole.json"
report -m "$whole"
cp "$work/out" "$work/whole.coarse"
report --csv "$whole"
cp "$work/out" "$work/whole.csv"
report --perfetto "$whole"
cp "$work/out" "$work/whole.trace"
report --events "$whole"
cp "$work/out" "$work/whole.events"
report --html "$whole"
cp "$work/out" "$work/whole.html"

cat >"$work/compare.py" <<'END'
import collections, csv, json, sys

def read(path):
    with open(path, newline='', encoding='utf-8') as file:
        return file.read()

def pages(row):
    """All that a count by cgroup is about."""
    return row['event'] in ('store', 'load', 'reject', 'miss')

number = 0
def check(ok, name, *seen):
    global number
    number += 1
    if not ok:
        print(name, *seen)
        sys.exit(1)

base = sys.argv[1]
report = json.loads(read(base + '.json'))
text = read(base + '.csv')
check(text.endswith('\r\n') and text.count('\n') == text.count('\r\n'), 'lines end in CR LF')
rows = list(csv.DictReader(text.splitlines(True), strict=True))
kinds = collections.Counter(row['event'] for row in rows)
check(all(None not in row and None not in row.values() for row in rows), 'columns')
check({k: v for k, v in kinds.items() if k != 'lost'} ==
      {k: v for k, v in report['events'].items() if v}, 'events', kinds, report['events'])
check(sum(int(row['lost']) for row in rows if row['event'] == 'lost') ==
      report['events_lost'] > 0, 'lost')
times = [int(row['time_ns']) for row in rows]
check(times == sorted(times), 'in the order of time')
check(sum(int(row['length']) for row in rows if row['event'] == 'store') ==
      report['counts']['store_bytes_out'], 'lengths')
evicts = [row for row in rows if row['event'] == 'evict' and row['result'] == '0']
check(sum(int(row['evicted_pages']) for row in evicts) == report['counts']['evict_pages'] and
      sum(int(row['evicted_frames']) for row in evicts) == report['counts']['evict_frames'] ==
      2 * report['counts']['evicts'] > 0, 'evictions')
reasons = collections.Counter(row['reason'] for row in rows if row['event'] == 'reject')
check(dict(reasons) == {k: v for k, v in report['rejects'].items() if v}, 'reasons', reasons)
loads = sorted(int(row['duration_ns']) for row in rows if row['event'] == 'load')
for name, q in ('p50', 0.5), ('p90', 0.9), ('p99', 0.99):
    exact = loads[max(0, -(-len(loads) * int(q * 100) // 100) - 1)]
    seen = report['quantiles']['load_duration'][name]
    check(abs(seen - exact) <= exact / 64, name, exact, seen)
check(report['quantiles']['load_duration']['max'] == loads[-1], 'max')
check(abs(report['quantiles']['load_duration']['mean'] - sum(loads) / len(loads)) < 0.01, 'mean')
by_cgroup = collections.Counter(row['cgroup'] for row in rows if row['event'] == 'store')
check(dict(by_cgroup) == {c['cgroup']: c['stores'] for c in report['cgroups']
                          if c.get('stores')}, 'cgroups', by_cgroup)
check('/machine.slice/b\u00fcro <1> & \\more' in by_cgroup, 'a cgroup with a name')
by_process = collections.Counter(row['comm'] for row in rows if row['event'] == 'load')
check('a,"b" \'c\'' in by_process, 'a process with a name', by_process)
check(report['facts']['kernel'] == '6.12.73-made-up' and report['whole'] is True and
      report['flaws'] == [], 'facts')

trace = json.loads(read(base + '.trace'))
events = trace['traceEvents']
slices = [e for e in events if e['ph'] == 'X']
check(collections.Counter(e['name'] for e in slices)['load'] == kinds['load'], 'slices')
check(all(e['dur'] > 0 and e['ts'] > 0 for e in slices), 'times of slices')
check(abs(sum(e['dur'] for e in slices if e['name'] == 'load') * 1000 - sum(loads)) < len(loads),
      'durations of slices')
check(sum(e['ph'] == 'b' for e in events) == sum(e['ph'] == 'e' for e in events) ==
      kinds['read'], 'reads')
check(sum(e['ph'] == 'i' and e['name'].startswith('reject: ') for e in events) ==
      kinds['reject'], 'instants')
check(sum(e['ph'] == 'C' and e['name'] == 'pool' for e in events) ==
      report['pool']['states'], 'counters')
check(all(' in 2 frames ' in e['args']['event'] for e in slices if e['name'] == 'evict'),
      'frames of an eviction')
named = {e['pid'] for e in events if e['ph'] == 'M' and e['name'] == 'process_name'}
check(named == {e['pid'] for e in events}, 'names of processes')
check(trace['otherData']['zswap.compressor'] == 'lzo', 'facts of the trace')
check(len(read(base + '.events').splitlines()) == len(rows), 'lines')
END
ok "python3 '$work/compare.py' '$whole'" 'text, JSON, CSV and trace agree, value by value'

cat >"$work/histograms.py" <<'END'
import csv, re, sys

def histograms(path):
    """Title and unit, the count of the heading, and rows of (from, to, count)."""
    found = []
    with open(path, encoding='utf-8') as file:
        for line in file:
            heading = re.match(r'([^:]+ \((\w+)\)): count (\d+), mean ', line)
            row = re.match(r' +([\d.e+]+)(?: -> ([\d.e+]+))? +: (\d+) +\|', line)
            if heading:
                found.append((heading[1], heading[2], int(heading[3]), []))
            elif row and found:
                found[-1][3].append((float(row[1]), float(row[2] or row[1]), int(row[3])))
    return found

base = sys.argv[1]
fine, coarse = histograms(base + '.text'), histograms(base + '.coarse')
with open(base + '.csv', newline='', encoding='utf-8') as file:
    lengths = [int(row['length']) for row in csv.DictReader(file) if row['event'] == 'store']
for title, _, count, rows in fine + coarse:
    if sum(n for _, _, n in rows) != count:
        print(title, 'has another sum')
    if not rows[0][2] or not rows[-1][2]:
        print(title, 'begins or ends with nothing')
    if any(low <= 0 for low, _, _ in rows[1:]):
        print(title, 'has zero with others')
sizes = next(rows for title, _, _, rows in fine if title.startswith('compressed size'))
if sizes[0] != (0, 0, lengths.count(0)) or not sizes[0][2]:
    print('zeros:', sizes[0], lengths.count(0))
for low, high, count in sizes:
    if count != sum(low <= length <= high for length in lengths):
        print('from', low, 'to', high, 'another count')
units = {'us': ('ms', 1000), 'ms': ('s', 1000), 'bytes': ('bytes', 1)}
for (title, unit, count, rows), (_, other, others, more) in zip(fine, coarse, strict=True):
    want, factor = units[unit]
    if other != want or count != others or len(rows) != len(more) or any(
            abs(a - b * factor) > a * 1e-4 or n != m for (a, _, n), (b, _, m) in zip(rows, more)):
        print(title, '-m has other values')
print(len(fine))
END
echo "$text" >"$work/whole.text"
like "$(python3 "$work/histograms.py" "$whole")" '^[1-9][0-9]$' \
	'histograms: zero is by itself, none begins or ends empty, counts are the events, and -m only changes units'
ok "grep -q '</html>' '$work/whole.html'" 'and there is a page of it'

"$trace" report --csv - <"$whole" >"$work/out" 2>"$work/err"
ok "cmp '$work/out' '$work/whole.csv'" 'a recording comes from stdin as well'
ok "cat '$whole' | '$trace' report --csv - | cmp - '$work/whole.csv'" 'and through a pipe'
cp "$whole" "$work/again"
"$make_recording" -n 20000 -L 3 -l 512 "$work/again"
ok "cmp '$whole' '$work/again'" 'the same options make the same recording'

# --- Checksums: by another program, of what docs/recording.md says ---

cat >"$work/checksums.py" <<'END'
import os, struct, subprocess, sys

def parts(data):
    """What each checksum is of, and what it is."""
    yield data[:28], data[28:32]
    at = 32
    while at < len(data):
        header, size = data[at:at + 32], struct.unpack_from('=I', data, at + 12)[0]
        yield data[at + 32:at + 32 + size] + header[:4] + bytes(4) + header[8:], header[4:8]
        at += 32 + (size + 7) // 8 * 8

with open(sys.argv[1], 'rb') as file:
    found = list(parts(file.read()))
os.mkdir(sys.argv[2])
for nth, (contents, _) in enumerate(found):
    with open(f'{sys.argv[2]}/{nth:06}', 'wb') as file:
        file.write(contents)
lines = subprocess.run(['xxhsum', '-H1'] + sorted(os.listdir(sys.argv[2])), cwd=sys.argv[2],
                       check=True, capture_output=True, text=True).stdout.splitlines()
same = sum(line.split()[0][-8:] == f'{struct.unpack("=I", kept)[0]:08x}'
           for line, (_, kept) in zip(lines, found))
print(len(found) > 100 and len(lines) == len(found), len(found) - same)
END
is "$(python3 "$work/checksums.py" "$whole" "$work/blocks")" 'True 0' \
	'xxhsum finds the checksums of the header and of every block'

# --- Names that nobody should choose ---

ok "LC_ALL=C grep -qP '[\x80-\xff]' '$work/whole.csv' && iconv -f utf-8 -t utf-8 '$work/whole.csv' >/dev/null" \
	'what is printed is UTF-8'

# --- Damage ---

usable() {	# usable DAMAGE OFFSET-AND-WORDS: it is told, and the rest is there
	"$make_recording" -n 20000 -d "$1" "$work/damaged"
	report --json "$work/damaged"
	is "$status" 0 "$1: the rest is used"
	like "$(cat "$work/err")" "^zswap-trace report: $work/damaged: at offset $2" "$1: what is wrong, and where"
	is "$(wc -l <"$work/err")" 1 "$1: in one line"
	is "$(jq -r '"\(.whole) \(.flaws | length)"' "$work/out")" "$3 1" "$1: JSON says so as well"
	cp "$work/err" "$work/told"
	cp "$work/out" "$work/damaged.json"
	for form in '' --csv --perfetto --events --html; do
		report ${form:+"$form"} "$work/damaged"
		[ -s "$work/out" ] || status="nothing, $status"
		[ "$status $(cat "$work/err")" = "0 $(cat "$work/told")" ] || break
	done
	is "$status $(cat "$work/err")" "0 $(cat "$work/told")" "$1: and so does every other form"
	cp "$work/damaged.json" "$work/out"
}

usable truncated '[0-9]+: the file ends in the middle of a block: its last [0-9]+ bytes are left out$' false
like "$(jq .events.store "$work/out")" '^[0-9]{4}$' 'half of the stores are there'
usable no-end '[0-9]+: the file ends without an end' false
usable corrupt '[0-9]+: the checksum of [0-9]+ bytes of events is wrong' false
is "$(jq .gaps "$work/out")" 1 'and a gap is at its place'
usable torn '[0-9]+: damaged: the next [0-9]+ bytes are no blocks' false
usable missing '[0-9]+: 1 block is missing before here$' false
usable header '28: the checksum of the header is wrong' true
"$make_recording" -n 20000 -d corrupt "$work/damaged"
ok "'$trace' report --events '$work/damaged' 2>/dev/null | grep -q 'events lost, nobody knows how many'" \
	'a gap is a line among the events'

useless() {	# useless DAMAGE OFFSET-AND-WORDS: it is told, and nothing else is said
	"$make_recording" -n 2000 -d "$1" "$work/damaged"
	for form in '' --json --csv --perfetto --events --html; do
		report ${form:+"$form"} "$work/damaged"
		[ "$status $(wc -c <"$work/out") $(wc -l <"$work/err")" = '1 0 1' ] || break
	done
	is "$status $(wc -c <"$work/out") $(cat "$work/err")" \
		"1 0 zswap-trace report: $work/damaged: at offset $2" "$1: nothing can be used"
}

useless empty '0: the file is empty: nothing was recorded into it'
useless no-recording '0: this is no recording: it does not begin with ZSWAPREC'
useless foreign '8: it was recorded on a machine with the other order of bytes: read it there'
useless future '12: version 3 of the format, and this program knows none above 2: use a newer one'
useless past '12: version 1 of the format, which no release had, and this program knows version 2: record it again'

# --- Events, as the live stream would show them ---

events() {	# events ARG...: of the whole recording
	timeout 60 "$trace" events -i "$whole" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

events
ok "[ $status = 0 ] && cmp '$work/out' '$work/whole.events'" 'events -i: what report --events prints'
events --json
cp "$work/out" "$work/whole.objects"
objects() {	# objects QUERY: how many of them, and of the lines that say what was lost
	jq -s "[.[] | select(.event == \"lost\" or ($1))] | length" "$work/whole.objects"
}
is "$(jq -r '[.time_ns, .event, .cpu] | @csv' "$work/whole.objects" | sha1sum)" \
	"$(python3 -c 'import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print("%s,\"%s\",%s" % (row["time_ns"], row["event"], row["cpu"]))' "$work/whole.csv" | sha1sum)" \
	'with --json, those of report --csv'
is "$(jq -r 'select(.event == "evict") | .pages' "$work/whole.objects" | sort -u)" 2 \
	'an eviction has its page frames'
is "$(jq '.time_s' "$work/whole.objects" | head -n 1 | cut -d . -f 1)" 1700000000 'with the time of day'
while IFS='|' read -r filter query; do
	events --json -f "$filter"
	is "$status $(jq -s length "$work/out")" "0 $(objects "$query")" "-f $filter"
	ok "[ $(objects "$query") -gt 3 ] && [ $(objects "$query") -lt 19000 ]" 'which some pass, and others do not'
done <<-'END'
	event==load && duration>10us|.event == "load" and .duration_ns > 10000
	reason==compress_poor|.reason == "compress_poor"
	cgroup==/batch|.cgroup == "/batch"
	cgroup=='/sys/fs/cgroup/user.slice/user-1000.slice/a "quoted", name/'|.cgroup_id == 3002
	cgroup==3004 && event!=store|.cgroup_id == 3004 and .event != "store"
END
events -e load,store --json
is "$(jq -s length "$work/out")" "$(objects '.event == "load" or .event == "store"')" '-e: these kinds'
events -n 5 -e load
is "$(grep -vc lost "$work/out")" 5 '-n: so many of them'
TZ=UTC events -T -n 1
like "$(cat "$work/out")" '^22:13:20\.[0-9]{6} \[' '-T: the time of day when it was recorded'
"$trace" events -i - -n 3 <"$whole" >"$work/out" 2>"$work/err"
is "$? $(wc -l <"$work/out")" '0 3' '-i -: from stdin'
events -f cgroup==/nobody
is "$status $(cat "$work/err")" \
	"1 zswap-trace events: filter, character 9: the recording has no cgroup '/nobody'" \
	'a cgroup that was not there is a failure'
"$make_recording" -n 20000 -d corrupt "$work/damaged"
"$trace" events -i "$work/damaged" >"$work/out" 2>"$work/err"
is "$? $(grep -c 'nobody knows how many' "$work/out") $(wc -l <"$work/err")" '0 1 1' 'a gap is told, and shown'
for arguments in '-d 1' '-b 4K' '-c /batch' '-p 1' '--source fentry' 'word' '-e loads' '-f load' '-e load -f event==store'; do
	# shellcheck disable=SC2086 # words
	events $arguments
	is "$status $(wc -c <"$work/out") $(wc -l <"$work/err")" '2 0 1' "events -i FILE $arguments: one line, and 2"
done
"$trace" events -i /nonexistent 2>"$work/err"
is "$? $(cat "$work/err")" '1 zswap-trace events: /nonexistent: No such file or directory' 'events -i: no such file'

# --- The command line ---

wrong() {	# wrong WORDS ARG...
	report "${@:2}"
	is "$status $(wc -l <"$work/err")" '2 1' "a wrong command line: ${*:2}"
	like "$(cat "$work/err")" "$1" "and why"
}

wrong 'which recording' --json
wrong 'contradict' --json --csv "$whole"
wrong 'one word too many' "$whole" "$whole"
wrong 'm is for text' -m --csv "$whole"
report /nonexistent
is "$status $(cat "$work/err")" '1 zswap-trace report: /nonexistent: No such file or directory' 'no such file'

for form in --csv --perfetto --events; do
	"$trace" report $form "$whole" 2>"$work/err" | head -n 1 >/dev/null
	is "${PIPESTATUS[0]} $(cat "$work/err")" '0 ' "head ends $form quietly"
	"$trace" report $form "$whole" >/dev/full 2>"$work/err"
	is "$? $(wc -l <"$work/err")" '1 1' "a full disk is a failure of $form"
done

done_testing
