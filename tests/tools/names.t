#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Processes and cgroups with names that somebody chose who does not like us: whatever shows
# them shows no more than text.  And nothing that others may read has an address of the
# kernel in it.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
# shellcheck source=../terminal.sh
. "$top/tests/terminal.sh"
if [ -z "${ZS_IN_GUEST:-}" ]; then
	make -s -C "$top/tools" check-build >&2 || bail_out 'tools_addresses does not build'
fi
in_guest --mem 768 --timeout 580

out=$VM_OUT
pins=/sys/fs/bpf/zswap
local_contents 16
set_parameter max_pool_percent 1

# Each has a word in it by which to find it.  A process: a formula; an end of line and a
# terminal's title; HTML; from right to left, and quotes; no UTF-8, and CSI in one byte.
comm_of() {
	case $1 in
	1) echo '=1+1|"frm",a' ;;
	2) printf '\033]0;pwn\007\nx' ;;
	3) echo '</script>scr<b>' ;;
	4) printf '\342\200\256gpj\\"%s' "'" ;;
	5) printf 'bad\377\302\233\233\302x' ;;
	esac
}

# A cgroup may have more bytes, but neither '/' nor an end of line.  Two processes in one.
cgroup_of() {
	# shellcheck disable=SC1003 # it is a backslash
	case $1 in
	1 | 4) printf '=one,"\033]0;t\007\033[31m\\' ;;
	2 | 5) echo "<script>two('&amp;')<i>" ;;
	3) printf 'three\342\200\256\342\201\246\302\233\177\377\342\200\250' ;;
	esac
}
processes='frm pwn scr gpj bad'
cgroups='one two three'

# signal_all SIGNAL: to those processes
signal_all() {
	for n in 1 2 3; do
		xargs kill "-$1" < "/sys/fs/cgroup/$(cgroup_of $n)/cgroup.procs"
	done
}

# tool NAME CMD...: in the background, until it has its source; its pid is in $tool, and
# in $tools
tool() {
	tool_name=$1
	shift
	"$@" > "$out/$tool_name" 2> "$out/$tool_name.err" &
	tool=$!
	tools="${tools:-} $tool"
	ok "wait_for 120 grep -qsE 'source:|listening|recording' '$out/$tool_name.err'" "$tool_name: listens"
}

cd /tmp || exit 1
ok "zswap-trace --pin $pins" 'pinned'
tool exporter zswap-exporter
tool r.record zswap-trace record -o /tmp/r
tool events.text zswap-trace events
tool events.json zswap-trace events --json
tool trace.text zswap-trace
tool trace.json zswap-trace --json
tool by-cgroup.text zswap-trace --by cgroup
tool by-comm.json zswap-trace --by comm --json
tool top.json zswaptop --json -d 1
tool top.text zswaptop -b -d 1

for n in 1 2 3 4 5; do
	cgroup_make "$(cgroup_of $n)" 8M
	in_cgroup zs-workload --source $contents --size 10 --touches 100 --write 30 --hold \
		--name "$(comm_of $n)" > "$out/workload-$n" 2>&1 &
	workloads="${workloads:-} $!"
	ok "wait_for 120 grep -qs holding '$out/workload-$n'" "a process like $n holds its pages"
done
is "$(grep -lF pwn /proc/[0-9]*/comm | wc -l)" 1 'names are what they were meant to be'

curl -sf http://127.0.0.1:19877/metrics > "$out/metrics.prom"
curl -sf -H 'Accept: application/openmetrics-text; version=1.0.0' http://127.0.0.1:19877/metrics \
	> "$out/openmetrics.prom"
cat $pins/usage > "$out/usage.text"
cat $pins/stats > "$out/stats.text"

# The screen, with each byte that it sends.
start 100 30 -d 0.5
tmux pipe-pane -t top "cat > '$out/screen.raw'"
ok 'wait_for 120 shows "source: tp_btf"' 'the screen has its source'
title=$(tmux display-message -p -t top '#{pane_title}')
press 2 'three' 'cgroups'
press 7 'events|Events' 'events'
signal_all USR1
ok 'wait_for 120 shows "(frm|pwn|scr|gpj|bad)"' 'events as they come'
keys 3
press i '(frm|pwn|scr|gpj|bad)' 'processes, since the beginning'
press 4 'reason' 'rejects'
is "$(tmux display-message -p -t top '#{pane_title}')" "$title" "the terminal's title is its own"
keys q
ok 'wait_for 60 shows "status 0"' 'q ends it'

# Once more, so that each of them has an event of which the names can be asked.
events_of_all() {
	for word in $processes; do
		grep -qs "$word" "$out/events.json" || return 1
	done
}
ok 'wait_for 60 events_of_all' 'events of all of them have come'
refreshes_of() {
	[ "$(grep -c . "$out/top.json")" -gt 2 ]
}
ok 'wait_for 60 refreshes_of' 'zswaptop has said something, too'
# shellcheck disable=SC2086 # numbers
kill -INT $tools
for tool in $tools; do
	wait "$tool"
done
signal_all TERM
for workload in $workloads; do
	wait "$workload"
	is $? 0 'a process finds its pages as it left them'
done

#
# Addresses: of the kernel's own memory, and of its code and data.
#
# addresses FILE...: where they are
addresses() {
	"$top/build/unit/tools_addresses" "$@" 2>> "$out/maps"
}
known=$(sed -n 's/^\(ffff[0-9a-f]*\) .*/\1/p' /proc/kallsyms | sed -n '5000{p;q;}')
{
	printf 'a number of eight bytes\n'
	# its bytes from the last to the first, as octal numbers
	for at in 15 13 11 9 7 5 3 1; do
		byte=$(echo "$known" | cut -c $at-$((at + 1)))
		# shellcheck disable=SC2059 # made here
		printf "\\$(printf %o $((0x$byte)))"
	done
	printf '12345678 0x%s\n' "$known"
} > known
ok "[ $(stat -c %s known) = 60 ] && [ $(addresses known | wc -l) = 2 ]" 'an address is known for one, in bytes and in digits'
is "$(stat -c %a /tmp/r)" 600 'a recording is for its owner alone'
cat $tracefs/events/zswap/*/format > "$out/formats"
cat $zswap_debugfs/* /sys/module/zswap_zbud/parameters/* /sys/module/frontswap/parameters/* \
	> "$out/debugfs" 2>/dev/null
echo 1 > $tracefs/events/zswap/enable
cgroup_make "$(cgroup_of 2)" 8M
in_cgroup zs-workload --source $contents --size 10 --touches 50 > /dev/null
echo 0 > $tracefs/events/zswap/enable
grep zswap_ $tracefs/trace > "$out/trace"
ok "[ $(wc -l < "$out/trace") -gt 500 ]" 'tracepoints print something'
# shellcheck disable=SC2046 # names without blanks
is "$(addresses r "$out/formats" "$out/debugfs" "$out/trace" "$pins"/map/* \
	$(find "$out" \( -name '*.text' -o -name '*.json' -o -name '*.prom' \)) | head -n 5)" '' \
	'no recording, metric, counter, event or map that is pinned has an address of the kernel'
ok "[ $(grep -c ': [1-9][0-9]* values of' "$out/maps") -ge 6 ]" 'maps were read'
is "$(grep -c '%p' "$out/formats")" 0 'and no event could print one'
is "$(find $pins -type d -printf '%m\n' | sort -u) $(find $pins -type f -printf '%m %U\n' | sort -u)" \
	'700 600 0' 'what is pinned is for root alone'
ok "zswap-trace --unpin $pins" 'unpinned'

#
# A shell that completes such a name.
#
# shellcheck disable=SC2016 # nobody is to run it
command='$(touch owned)`touch owned`;touch owned'
mkdir "/sys/fs/cgroup/$command"
zswaptop --completion=bash > completion
cat > complete <<'END'
compopt() { :; }
. ./completion
COMP_WORDS=(zswaptop -c '') COMP_CWORD=2
_zswaptop
printf '%s\n' "${COMPREPLY[@]}"
END
ok "bash complete > '$out/completed'" 'bash completes the name of a cgroup'
is "$(grep -cF "$command" "$out/completed")" 1 'which may be a command'
ok '[ ! -e owned ]' 'and does not run it'

#
# What is made of a recording.
#
zswap-trace report r > "$out/report.text"
for format in events json csv perfetto html; do
	ok "zswap-trace report --$format r > '$out/report.$format'" "a report as $format"
done
zswap-trace events -i r > "$out/again.text" 2> /dev/null
zswap-trace events -i r --json > "$out/again.json" 2> /dev/null

cat > "$out/look.py" <<'END'
"""What is wrong with an output: FILE KIND WORD..., which are to be in it."""
import csv
import io
import json
import re
import sys
import unicodedata
import xml.etree.ElementTree as tree

name, kind, words = sys.argv[1], sys.argv[2], sys.argv[3:]
data = open(name, "rb").read()
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def bad(text, allowed=""):
    """What a terminal would obey, or a reader be misled by."""
    return sorted({c for c in text if c not in allowed and
                   (unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in BIDI)})


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def say(*what):
    print(name.rpartition("/")[2] + ":", *what)


try:
    text = data.decode("utf-8")
except UnicodeDecodeError as error:
    say(error)
    sys.exit()
if kind == "screen":
    # what curses sends: colours, places, sets of characters, modes
    text = re.sub(r"\x1b(\[[0-9;?]*[A-Za-z@`]|[()][0AB]|[=>78MHc])|[\x0e\x0f\r\b]", "", text)
allowed = "\n" + {"csv": "\r", "html": "\t"}.get(kind, "")
if bad(text, allowed):
    say("has", bad(text, allowed))
if kind == "json":
    decoder, at, found = json.JSONDecoder(), 0, 0
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        at = len(text) - len(text[at:].lstrip())
        found += 1
        for one in strings(value):
            if bad(one):
                say("a string has", bad(one), repr(one))
    if not found:
        say("is empty")
if kind == "csv":
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if len({len(row) for row in rows}) != 1 or len(rows) < 100:
        say("rows of", sorted({len(row) for row in rows}))
    for cell in {cell for row in rows for cell in row}:
        if cell[:1] in tuple("=+-@\t\r") and not re.fullmatch(r"-\d+", cell):
            say("a formula:", repr(cell))
if kind == "html":
    page = tree.fromstring(text)
    if len(list(page.iter("script"))) != 1:
        say("has", len(list(page.iter("script"))), "scripts")
    for one in page.iter():
        for key, value in one.attrib.items():
            if key.startswith("on"):
                say("a script in", one.tag)
    for tag in ("i", "b", "iframe"):
        for one in page.iter(tag):
            if any(word in "".join(one.itertext()) for word in words):
                say("a name is", tag)
    text = "".join(one for part in ("title", "desc", "") for one in page.itertext())
if kind == "prom":
    label = r'[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"'
    for line in text.splitlines():
        if not line.startswith("#") and not re.fullmatch(
                rf"[a-zA-Z_:][\w:]*(\{{{label}(,{label})*\}})? [-+0-9.eEInfNa]+", line):
            say("no sample:", repr(line))
for word in words:
    if word not in text:
        say("nothing of", word)
END

# clean FILE KIND WORD...: with these names in it, and nothing else than text
clean() {
	# shellcheck disable=SC2086 # words
	is "$(on_host /usr/bin/python3 "$out/look.py" "$out/$1" "$2" ${3:-})" '' "$1: names are text, and no more"
}
# It would see what is wrong.
printf 'a\033]0;x\007 \302\233 \342\200\256\n' > "$out/evil"
like "$(on_host /usr/bin/python3 "$out/look.py" "$out/evil" text word)" \
	"has \['.x07', '.x1b', '.x9b', '.u202e'\]" 'what is not clean is found'

for pair in events.text:text events.json:json again.text:text again.json:json trace.text:text \
	    trace.json:json report.csv:csv report.perfetto:json report.html:html; do
	clean "${pair%:*}" "${pair#*:}" "$processes $cgroups"
done
clean report.events text "$processes $cgroups"
clean by-cgroup.text text "$cgroups"
clean by-comm.json json "$processes"
clean top.json json "$processes $cgroups"
clean usage.text text "$processes"
for one in metrics.prom openmetrics.prom; do
	clean $one prom "$cgroups"
done
clean screen.raw screen 'three one'
for pair in top.text:text report.text:text report.json:json; do
	clean "${pair%:*}" "${pair#*:}"
done
is "$(grep -c '^[^,]*,[^,]*,[^,]*,[^,]*,"\\x3d1+1' "$out/report.csv" | sed 's/^[1-9][0-9]*$/some/')" some \
	'a name that begins as a formula does not'

done_testing
