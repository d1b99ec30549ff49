#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Each tool, and each command of zswap-trace, has a manual page: with the options of its
# --help and no other, with all sections, and in mdoc that mandoc has nothing to say about.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$top/build/bin:$PATH

make -s -C "$top" install-tools DESTDIR="$work/root" PREFIX=/usr >&2 ||
	bail_out 'the tools do not build'
pages=$work/root/usr/share/man/man8

commands=$(sed -nE 's/^\t\{ "([a-z]+)", &[a-z]+_argp, .*/\1/p' "$top/tools/zswap-trace/main.c")

# section PAGE NAME: its source
section() {
	awk -v name="$2" '/^\.Sh / { here = $0 == ".Sh " name; next } here' "$pages/$1.8"
}

# options: of the macros on standard input, sorted
options() {
	awk '
		/^\.(It|Op) Fl / || /^\.Fl / {
			flag = 0
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^\.?[A-Z][a-z]$/) flag = $i ~ /Fl$/
				else if (flag && $i ~ /^(-[a-z-]+|[A-Za-z]+|\\&[?])$/) print "-" $i
			}
		}' | sed 's/\\&//' | sort -u
}

# helped CMD...: options that its --help has, sorted
helped() {
	"$@" --help | sed -nE 's/^ {2,6}(-.*)/\1/p' | sed 's/  .*//' |
		grep -oE '(^|, )--?[^ ,=[]+' | sed 's/^, //' | sort -u
}

# page NAME CMD...: it is there, whole, and tells of the same options as the command
page() {
	page=$1
	shift
	if ! ok "[ -s '$pages/$page.8' ]" "$page: is installed"; then
		return
	fi
	is "$(mandoc -T lint -W warning "$pages/$page.8" 2>&1 | sed "s,.*/,,")" '' "$page: mandoc has no warning"
	is "$(mandoc -T utf8 "$pages/$page.8" | col -b | grep -E -- '(^| )-[].,;:)]')" '' \
		"$page: no punctuation is set as an option"
	for name in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES OVERHEAD 'SEE ALSO'; do
		ok "[ -n \"\$(section $page '$name')\" ]" "$page: has $name"
	done
	case $page in
	zswap-exporter | zswapscope | zswap-trace-help) ;; # METRICS; words; other pages
	*) ok "[ -n \"\$(section $page FIELDS)\" ]" "$page: has FIELDS" ;;
	esac
	is "$(section "$page" OPTIONS | grep '^\.It Fl' | options)" "$(helped "$@")" \
		"$page: its options are those of --help"
	# In one word there: -bdv.
	is "$(section "$page" SYNOPSIS | options | grep -E '^(--|-.$)' | comm -23 - <(helped "$@"))" '' \
		"$page: and its synopsis has no other"
	is "$(section "$page" NAME | sed -n 's/^\.Nm //p')" "$page" "$page: has its name"
	# A tool's own name is the page's; that of a command is not.
	like "$(section "$page" SYNOPSIS)" "^\.Nm( $*)?\$" "$page: tells what to type"
}

for tool in zswaptop zswap-trace zswap-exporter zswapscope; do
	page $tool $tool
done
for command in $commands; do
	page "zswap-trace-$command" zswap-trace "$command"
	like "$(section zswap-trace COMMANDS)" "^\.It Cm $command( |\$)" "zswap-trace: lists $command"
	like "$(section zswap-trace 'SEE ALSO')" "^\.Xr zswap-trace-$command 8" \
		"zswap-trace: and its page"
done
is "$(cd "$pages" && echo zswap-trace-*.8 | tr ' ' '\n' | sed 's/zswap-trace-//; s/\.8//' | sort)" \
	"$(echo "$commands" | sort)" 'there is no page of anything else'
is "$(cd "$top/docs" && echo *.8)" "$(cd "$pages" && echo *.8)" 'all pages are installed'

# told WHAT MEMBERS PAGE...: a page has each of these members of JSON, marked up by name
told() {
	what=$1 members=$(echo "$2" | sort -u)
	shift 2
	ok "[ $(echo "$members" | wc -l) -gt 20 ]" "$what: its JSON has members"
	for member in $members; do
		ok "cat ${*/%/.8} | grep -E '^\.(It|Va|Ql) ' | grep -qw -- '$member'" \
			"$what: member $member is told of"
	done
}

# What JSON has, of recordings as well, is in the pages; reasons are by their names.
make -s -C "$top/tools" check-build >&2 || bail_out 'the recordings cannot be made'
for seed in 1 2; do
	"$top/build/unit/tools_recordings" -n 2000 -s $seed "$work/recording-$seed" >&2
done
zswap-trace report --json "$work/recording-1" > "$work/report"
zswap-trace whatif --json --pool zbud "$work/recording-1" > "$work/whatif"
zswap-trace diff --json "$work/recording-1" "$work/recording-2" > "$work/diff"
cd "$pages" || bail_out 'no pages are installed'
told report "$(jq -r 'keys[], (.counts, .histograms | keys[]),
	(.histograms[] | keys[], (.buckets[0] // {} | keys[]))' "$work/report")" zswap-trace zswap-trace-report
told whatif "$(jq -r 'keys[], (.recorded, .replayed[] | keys[])' "$work/whatif")" zswap-trace-whatif
told diff "$(jq -r 'keys[], (.a, .measures[] | keys[]), (.measures[].a // {} | keys[])' \
	"$work/diff")" zswap-trace-diff

# Pages that others refer to are there.
others=$(sed -nE 's/^\.Xr (zswap[a-z-]*) 8.*/\1/p' "$pages"/*.8 | sort -u)
for other in $others; do
	ok "[ -e '$pages/$other.8' ]" "$other 8, which pages refer to"
done

done_testing
