#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/bench/curves: pictures of what grows, from results as the benchmark's parts write
# them; and what it says of a file that is none.
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"

curves=$top/tests/bench/curves
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# run ARG...: its $status; what it says is in out and err
run() {
	"$curves" "$@" >out 2>err
	status=$?
}

# results SCHEMA ROW...: a file of such results, on stdout
results() {
	jq -n --arg schema "$1" '{ schema: $schema, kernel: "6.12.0", quick: false,
		results: ($ARGS.positional | map(fromjson)) }' --args "${@:2}"
}

# row WHAT NUMBER VARIANT MEDIAN: of scale
row() {
	jq -nc --arg what "$1" --argjson number "$2" --arg variant "$3" --argjson median "$4" '{
		$what, $number, $variant } + ({ least: ($median * 0.9), $median, most: ($median * 1.1), of: 3 }
		| { per_page: ., store: ., load: . })'
}

# What is wrong with a picture, and what is in it: "lines 3 points 3,3,3 marks 9 ..."
cat >look.py <<'END'
import re
import sys
import xml.etree.ElementTree as tree

SVG = '{http://www.w3.org/2000/svg}'
root = tree.parse(sys.argv[1]).getroot()
width, height = map(float, root.get('viewBox').split()[2:])


def luminance(colour):
    parts = re.findall('..', colour[1:] if len(colour) == 7 else ''.join(2 * c for c in colour[1:]))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
              for value in (int(part, 16) / 255 for part in parts)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def wrong(*what):
    print('wrong:', *what)


ids = {one.get('id'): one for one in root.iter() if one.get('id')}
for name in root.get('aria-labelledby').split():
    if not (ids[name].text or '').strip():
        wrong(name, 'says nothing')
if root.get('role') != 'img' or root[0].tag != f'{SVG}title':
    wrong('it is no image with a title')
for scheme in root.find(f'{SVG}style').text.split('@media(prefers-color-scheme:dark)'):
    paper, ink = (re.search(pattern, scheme).group(1)
                  for pattern in (r'\.paper{fill:(#\w+)', r'text{fill:(#\w+)'))
    if contrast(ink, paper) < 4.5:
        wrong('text', ink, 'on', paper)
    for colour in re.findall(r'\.v\d{stroke:(#\w+)', scheme):
        if contrast(colour, paper) < 3:
            wrong('a line', colour, 'on', paper)
for one in root.iter():
    for name, value in one.attrib.items():
        if re.search(r'\b(nan|inf|None)\b', value):
            wrong(one.tag, name, value)
lines = list(root.iter(f'{SVG}polyline'))
points = [[tuple(map(float, point.split(','))) for point in line.get('points').split()]
          for line in lines]
for line in points:
    if [x for x, _ in line] != sorted({x for x, _ in line}):
        wrong('a line goes back')
    if any(not (0 < x < width and 0 < y < height) for x, y in line):
        wrong('a point is outside')
dashes = [line.get('stroke-dasharray') for line in lines]
if len(set(dashes)) != len(dashes):
    wrong('lines alike')
texts = [one.text for one in root.iter(f'{SVG}text')]
print(f'lines {len(lines)}, points {" ".join(str(len(line)) for line in points)}')
print('texts', ' | '.join(texts))
for line in points:
    print('down' if line[-1][1] > line[0][1] else 'up')
END

#
# A line for each variant.
#
names=('built-in zbud' 'zswapscope' 'a <b> & "c"')
rows=()
for name in "${names[@]}"; do
	for number in 16 64 256; do	# an order that is not that of a line
		rows=("$(row 'pool, MiB' $number "$name" $((90000 + number)))" "${rows[@]}")
	done
	rows+=("$(row processors 1 "$name" 95000)" "$(row processors 8 "$name" 90000)"
		"$(row cgroups 1000 "$name" 0)")
done
results zswapscope-bench-scale/1 "${rows[@]}" >scale.json
run scale.json
is "$status $(cat out err)" '0 ' 'scale: says nothing'
is "$(echo *.svg)" 'scale-cgroups.svg scale-load.svg scale-processors.svg scale-store.svg' 'scale: a picture of each thing that grows'

# shows NAME LINES TEXT...: the picture is right, has such lines and these texts
shows() {
	local name=$1
	python3 look.py "$name.svg" >seen 2>&1
	is "$? $(grep wrong seen)" '0 ' "$name: well-formed, readable on light and on dark, with a title"
	is "$(sed -n 's/^lines //p' seen)" "$2" "$name: a line for each variant, with its points"
	for text in "${@:3}"; do
		ok "grep '^texts' seen | grep -qF -- '| $text'" "$name: says '$text'"
	done
}

shows scale-load '3, points 3 3 3' 'pages of the process, MiB' 'instructions of a load, median' "${names[@]}"
shows scale-store '3, points 3 3 3' 'pages of the process, MiB' 'instructions of a store, median' \
	'256' '100,000' 'Linux 6.12.0, emulated' "${names[@]}"
is "$(grep -cx up seen)" 3 'scale-store: more is higher'
shows scale-processors '3, points 2 2 2' 'processors' 'instructions for each page touched' "${names[@]}"
is "$(grep -cx down seen)" 3 'scale-processors: less is lower'
shows scale-cgroups '3, points 1 1 1' 'cgroups' '1,000' "${names[@]}"

many=()
for nth in 1 2 3 4 5 6; do
	for jobs in 4 8 12; do
		many+=("$(row '' $jobs "variant number $nth" $((jobs * nth)) |
			jq -c '{ jobs: .number, variant, seconds: .per_page }')")
	done
done
mkdir elsewhere
results zswapscope-bench-compile/1 "${many[@]}" >elsewhere/compile.json
run elsewhere/compile.json scale.json
is "$status $(cat out err)" '0 ' 'several at once'
shows elsewhere/compile '6, points 3 3 3 3 3 3' 'jobs of make (-j)' 'wall time, seconds' '12' 'variant number 6'

#
# What cannot be drawn: one line that says why, and no picture.
#
rm -f ./*.svg
# refuses REGEX NAME [FILE]: of bad.json, or FILE
refuses() {
	run "${3:-bad.json}"
	is "$status $(wc -l <err)" '2 1' "$2: exit status 2, one line"
	like "$(cat err)" "^curves: ${3:-bad.json}: $1" "$2: says so"
}

refuses 'No such file or directory$' 'no file' none.json
refuses 'Is a directory$' 'a folder' elsewhere
echo '{' >bad.json
refuses 'no JSON: ' 'half a file'
printf '%0100000d' 0 | tr 0 '[' >bad.json
refuses 'no JSON: ' 'a list in a list in a list'
printf '\377' >bad.json
refuses 'no JSON: ' 'no text'
for bad in '[]' '3' '{}' '{"schema": ["x"]}' '{"schema": "zswapscope-bench-thrash/1", "results": []}'; do
	echo "$bad" >bad.json
	refuses 'the schema is .*, and has to be one of zswapscope-bench-scale/1' "$bad"
done
for bad in null 3 '[3]' '{}'; do
	echo '{"schema": "zswapscope-bench-scale/1", "results": '"$bad"'}' >bad.json
	refuses '"results" is no list of rows$' "results: $bad"
done
echo '{"schema": "zswapscope-bench-scale/1", "results": []}' >bad.json
refuses 'there is no row for scale-store.svg$' 'no results'
while IFS='#' read -r change regex; do
	jq "$change" scale.json >bad.json
	refuses "$regex" "$change"
done <<'END'
.results[0].number = "x"#.*: "number" is "x", and no number above 0$
.results[0].number = 0#.*: "number" is 0, and no number above 0$
.results[0].number = 1e16#.*: "number" is 1e\+16, and no number above 0$
del(.results[0].variant)#a row has no "variant", or one that cannot be printed$
.results[0].variant = "a\u0001"#a row has no "variant", or one that cannot be printed$
.results[0].store = null#.*: there is no "store"$
.results[0].store.median = -1#.*: "store" has \[.*-1, .*\], and not three numbers$
.results[0].store.most = true#.*: "store" has \[.*true\], and not three numbers$
.results[0].load.least = null#.*: "load" has \[null, .*\], and not three numbers$
.results |= map(select(.what != "cgroups"))#there is no row for scale-cgroups.svg$
.results |= [.[0] as $row | range(7) | $row * { variant: "v\(.)" }]#7 variants, and 6 can be told apart$
END
sed 's/"number": 16/"number": NaN/' scale.json >bad.json
refuses '.*: "number" is NaN, and no number above 0$' 'not a number'
is "$(ls ./*.svg 2>/dev/null)" '' 'and nothing is drawn'

#
# The command line.
#
run --help
is "$status $(cat err)" '0 ' '--help'
like "$(cat out)" '^Usage: tests/bench/curves RESULT' 'is about curves'
run
is "$status $(cat err)" '2 curves: name a result (see --help)' 'without a result'
run --what scale.json
is "$status $(cat err)" '2 curves: unknown option: --what (see --help)' 'an unknown option'
mkdir elsewhere/scale-store.svg
cp scale.json elsewhere/
run elsewhere/scale.json
is "$status $(cat err)" '1 curves: elsewhere/scale-store.svg: Is a directory' 'a picture that cannot be written'

done_testing
