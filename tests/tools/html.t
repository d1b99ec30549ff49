#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswap-trace report --html: a page that is one file, whatever the recording is; and how a
# browser shows it, on a desk, on a telephone and on paper.
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"

trace=$top/build/bin/zswap-trace
generate=$top/build/unit/tools_recordings
shots=$top/build/html
{ make -s -C "$top/tools" && make -s -C "$top/tools" check-build; } >&2 ||
	bail_out 'the tools do not build'
"$top/tests/deps" browser || bail_out 'no browser can be installed'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$shots"

# report NAME [OPTION...]: $work/NAME.html of a recording made with these options
report() {
	"$generate" "${@:2}" "$work/$1" &&
		"$trace" report --html "$work/$1" >"$work/$1.html" 2>"$work/$1.err"
}

#
# One file, whole, that asks for nothing else.
#
check=$work/check
cat >"$check" <<'END'
"""What is wrong with a page: one line each."""
import re
import sys
import xml.etree.ElementTree as tree

text = open(sys.argv[1], encoding="utf-8").read()
page = tree.fromstring(text)
ids = set()
for one in page.iter():
    for name, value in one.attrib.items():
        if name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset") and \
                not value.startswith("#"):
            print("from elsewhere:", one.tag, name, value)
        if name.startswith("on"):
            print("a script in", one.tag, name)
        if name == "id":
            if value in ids:
                print("twice the id", value)
            ids.add(value)
        if re.search(r"\b(nan|inf|-nan)\b", value.replace("inf ", ""), re.I):
            print("no number:", one.tag, name, value[:80])
    if one.tag == "script" and "querySelectorAll" not in (one.text or ""):
        print("another script:", one.text)
    if one.tag in ("iframe", "object", "embed", "link", "img", "base"):
        print("a", one.tag)
    if one.tag not in ("style", "script") and re.search(r"\b-?(nan|inf)\b", one.text or ""):
        print("no number:", one.text)
for one in page.iter("a"):
    if one.get("href")[1:] not in ids:
        print("leads nowhere:", one.get("href"))
for one in page.iter("svg"):
    if one.get("role") == "img":
        if not (one.find("title") is not None and one.find("title").text):
            print("a chart without a title")
        if not (one.find("desc") is not None and one.find("desc").text):
            print("a chart without a description")
        for what in ("aria-labelledby", "aria-describedby"):
            if one.get(what) not in ids:
                print("a chart whose", what, "is missing")
style = page.find("head/style").text
for bad in ("@import", "url(http", "url(//", "expression("):
    if bad in style:
        print("the style sheet has", bad)
if page.find("head/meta[@name='viewport']") is None:
    print("no viewport")
END

whole() { # NAME: what is said of it
	ok "test -s '$work/$1.html'" "$2: there is a page"
	is "$(python3 "$check" "$work/$1.html" 2>&1)" '' "$2: it is well-formed, and complete without a network"
	is "$(($(wc -c <"$work/$1.html") < 500000))" 1 "$2: it has less than 500,000 bytes"
}

report full -n 30000 -L 3
is $? 0 'a recording becomes a page'
whole full 'a recording'
page=$(cat "$work/full.html")
for title in 'Over time' 'Latency over time' 'Compressed sizes' 'Latencies and ages' Rejects \
	'Cgroups and processes' 'The recording'; do
	like "$page" "<h2>$title</h2>" "it has a part: $title"
done
like "$page" '<strong>Not all is here.</strong> [0-9,]+ events were lost, in 3 places' \
	'what was lost is said at the beginning'
like "$page" '<rect class="gap".*<title>[0-9,]+ events lost</title>' 'and where, in the charts'
like "$page" 'max_pool_percent 20' 'the settings are there'

# The counts are those that the text of the report has.
counted() { # EVENT: of the page's table
	sed -n "s,.*<th scope=\"row\">$1</th><td>\([0-9\,]*\)</td>.*,\1,p" "$work/full.html" | tr -d ,
}
"$trace" report --json "$work/full" >"$work/full.json"
for event in store load miss writeback reject; do
	is "$(counted $event)" "$(jq ".events.$event" "$work/full.json")" "as many: $event"
done

#
# Names that somebody else chose.
#
unlike "$page" '<1>' 'a name of a cgroup is no markup'
like "$page" 'b.*ro &lt;1&gt; &amp;' 'it is escaped'
evil="$work/<script>alert(1)<\\script>&\"'"
cp "$work/full" "$evil"
"$trace" report --html "$evil" >"$work/evil.html"
whole evil 'a file whose name is markup'
unlike "$(cat "$work/evil.html")" '<script>alert' 'is no script'

#
# Little, nothing, and damaged.
#
# a recorder that was killed at once
head -c 32 "$work/full" >"$work/none"
"$trace" report --html "$work/none" >"$work/none.html" 2>"$work/err"
whole none 'no events'
like "$(cat "$work/none.html")" 'No event was recorded' 'no events: it is said'
report one -n 1
whole one 'one event'
report few -n 7 -t 1
whole few 'a few events'
for damage in truncated no-end corrupt torn missing header; do
	report "$damage" -n 5000 -d "$damage"
	whole "$damage" "$damage"
	like "$(cat "$work/$damage.html")" 'Not all is here' "$damage: it is said"
done
for damage in empty foreign future past no-recording; do
	report "$damage" -n 100 -d "$damage"
	is "$? $(wc -c <"$work/$damage.html") $(wc -l <"$work/$damage.err")" '1 0 1' \
		"$damage: no page, and one line says why"
done
"$trace" report --html "$work/full" >/dev/full 2>"$work/err"
is "$? $(grep -c 'No space left' "$work/err")" '1 1' 'a full disk is a failure that is told'

#
# Much.
#
"$generate" -n 1000000 -c 8 -t 60 -p 20000 -l 8000 "$work/many"
begin=$(date +%s%N)
"$trace" report --html "$work/many" >"$work/many.html"
took=$((($(date +%s%N) - begin) / 1000000))
diag "a million events: $took ms, $(wc -c <"$work/many.html") bytes"
whole many 'a million events'
is "$((took < 8000))" 1 'a million events take little time, even on a machine that is busy'

#
# In a browser.
#
seen() { # NAME JQ: of what the browser saw
	jq -r "$2" "$work/$1.seen"
}

look() { # NAME WHAT [OPTION...]: of the browser
	ok "'$top/tests/tools/browser' ${*:3} '$work/$1.html' >'$work/$1.seen'" \
		"$2: a browser shows it" || return
	is "$(seen "$1" '.errors[]')" '' "$2: without a complaint"
	is "$(seen "$1" '.requests[]')" '' "$2: without a request"
	is "$(seen "$1" '.views | to_entries[] | select(.value.scroll > .value.width) | .key')" '' \
		"$2: nothing is wider than the screen"
	is "$(seen "$1" '.views[].clipped[]' | sort -u)" '' "$2: nothing leaves the page"
	is "$(seen "$1" '.views[].met[]' | sort -u)" '' "$2: no label is on another"
	is "$(seen "$1" '[.views[].smallest] | min >= 12')" true "$2: no letter is smaller than 12 pixels"
	is "$(seen "$1" '.pages >= 1 and .pages <= 20')" true "$2: it can be printed"
	is "$(seen "$1" '.cut[]' | sort -u)" '' "$2: no chart is cut in two"
}

look full 'a recording' --shots "'$shots/report'"
is "$(seen full '[.views | keys[]] | join(" ")')" 'dark desktop narrow phone phone-dark' \
	'on a desk and on a telephone, light and dark'
is "$(seen full '.views.dark.background != .views.desktop.background')" true 'who wants it dark has it dark'
is "$(seen full '.paper == "rgb(255, 255, 255)"')" true 'but paper is white'
is "$(seen full '[.tips[] | select(. == null)] | length')" 0 'each chart says what is where one points at'
is "$(seen full '.tips | length > 10')" true 'there are many'
like "$(seen full '.tips[]')" '^[0-9.]+ .s to [0-9.]+ .s: [0-9,]+$' 'a bar says from where to where, and how many'
few='--view desktop --view narrow'
# shellcheck disable=SC2086 # a list of words
{
	look none 'no events' $few
	look one 'one event' $few
	look truncated truncated $few
	look evil 'a file whose name is markup' $few
	look many 'a million events' $few
}

done_testing
