#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel/builtin/apply puts all of it into a tree or nothing, once, and takes it out again;
# in a tree that has no more of a kernel than what the patches want to see.  That they
# fit into a real one is what make test-builtin begins with.
# shellcheck disable=SC2016 # code for ok()
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=../tap.sh
. "$top/tests/tap.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/linux
apply=$top/kernel/builtin/apply

# The lines around those that a patch adds, and some before and behind them.
make_tree() { # SUBLEVEL
	local patch_file file
	rm -rf "$tree"
	mkdir -p "$tree"
	for patch_file in "$top"/kernel/builtin/*.patch; do
		file=$(sed -n 's,^--- a/,,p' "$patch_file")
		mkdir -p "$tree/$(dirname "$file")"
		{
			seq 5
			sed '1,/^@@/d; /^+/d; s/^[- ]//' "$patch_file"
			seq 5
		} > "$tree/$file"
	done
	: > "$tree/Kbuild"
	printf '# comment\nVERSION = 6\nPATCHLEVEL = %s\nSUBLEVEL = 7\nEXTRAVERSION =\n' "$1" > "$tree/Makefile"
	rm -rf "$work/before"
	cp -r "$tree" "$work/before"
}

# run ARG...: sets $status and $said
run() {
	said=$("$apply" "$@" 2>&1)
	status=$?
}

as_before() {
	diff -r "$work/before" "$tree"
}

make_tree 12
run --check "$tree"
is "$status $said" "0 $tree (Linux 6.12.7): it fits" '--check: it fits'
ok as_before '--check changes nothing'

run "$tree"
is $status 0 'applied'
for file in Kbuild Kconfig frontswap/builtin.c frontswap/frontswap.c zswap/zswap.c include/linux/frontswap.h; do
	ok "[ -s $tree/mm/zswapscope/$file ]" "there is a $file"
done
ok '[ -z "$(find "$tree" -name livepatch.c -o -name symbols.c -o -name "*_test.c" -o -name "*.orig" -o -name "*.rej")" ]' \
	'and nothing that belongs to modules alone, or is left over'
ok 'grep -q "+= zswapscope/" "$tree/mm/Makefile" && grep -q zswapscope/Kconfig "$tree/mm/Kconfig"' 'it will be built'
missing=$(grep -ho '#include ".*"' "$tree"/mm/zswapscope/{frontswap,zswap}/*.[ch] | cut -d '"' -f 2 | sort -u |
	while read -r name; do
		[[ $name == ../../* ]] || ls "$tree"/mm/zswapscope/*/"$name" 2>&1 >/dev/null
	done)
is "$missing" '' 'each header that one of its files includes is there, or of mm'
run --check "$tree"
is "$status $said" "0 $tree (Linux 6.12.7) has it" '--check: it has it'

# Once more: what has not changed is not even touched, or make would compile it again.
find "$tree" -type f -exec touch -d 2020-01-01 {} +
: > "$work/then"
echo '/* other */' >> "$tree/mm/zswapscope/zswap/zbud.c"
touch "$tree/mm/zswapscope/zswap/gone.c" "$tree/mm/zswapscope/zswap/zbud.o"
run --check "$tree"
is "$status $said" "0 $tree (Linux 6.12.7) has it, but other sources than here" '--check: it has others'
run "$tree"
is $status 0 'applied again'
is "$(cd "$tree" && find . -type f -newer "$work/then" ! -name zbud.o)" ./mm/zswapscope/zswap/zbud.c \
	'only what has changed is replaced'
ok '[ ! -e "$tree/mm/zswapscope/zswap/gone.c" ] && [ -e "$tree/mm/zswapscope/zswap/zbud.o" ]' \
	'what is no longer here goes, and what make has made stays'
is "$(grep -c zswapscope "$tree/mm/Makefile")" 1 'and no line is there twice'

run --undo "$tree"
is $status 0 'undone'
ok as_before 'all is as it was'
run --undo "$tree"
is $status 0 'undone again'
ok as_before 'all is as it was'

# All or nothing
sed -i '/zswap_stored_pages/d' "$tree/include/linux/zswap.h" "$work/before/include/linux/zswap.h"
for option in --check ''; do
	# shellcheck disable=SC2086 # a word, or none
	run $option "$tree"
	is $status 1 "a line that does not fit is an error${option:+, with $option}"
	like "$said" 'does not fit into Linux 6.12.7, nothing was changed: zswap-h.patch' 'and it is said which'
	ok as_before 'and all is as it was'
done

for other in 11 13; do
	make_tree $other
	run "$tree"
	is $status 1 "Linux 6.$other is an error"
	like "$said" "is Linux 6.$other.7, and this is for 6.12 .docs/porting.md" 'and it is said why'
	ok as_before 'and all is as it was'
done

run "$work"
is "$status $said" "1 apply: $work is not the source of a kernel" 'a folder that is none'
for bad in '' --nonsense "$tree $tree" "--list $tree"; do
	# shellcheck disable=SC2086 # words, or none
	run $bad
	is $status 2 "wrong usage: '${bad//$work/}'"
done

done_testing
