#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A short round of torture: see docs/reliability.md, and make torture for a long one.  And
# what it does when a page is wrong: here are pages made wrong on purpose.
# shellcheck source-path=SCRIPTDIR source=../guest.sh
. "$(dirname "$0")/../guest.sh"
in_guest --mem 256 --timeout 900
# shellcheck source=../torture/setup.sh
. "$top/tests/torture/setup.sh"

torture_setup

for bad in '--plant nothing' '--seconds 0' '--lives many' '--seed -1' '--area /dev/vda'; do
	# shellcheck disable=SC2086 # words
	torture usage $bad
	is $? 2 "a wrong option: $bad"
done

# plant FAULT WORDS: it is found, and so is what became of that page
plant() {
	torture "$1" --calm --lives 2 --shared 1 --plant "$1"
	is $? 1 "$1: a wrong page is a failure"
	found=$(cat "$VM_OUT/$1.out")
	like "$found" "^WRONG PAGE: $2\$" "$1: it is said what is wrong"
	like "$found" '^  wanted: region [0-9]+, page [0-9]+, generation [0-9]+ \(of life [0-9]+, process' \
		"$1: and what would be right"
	like "$found" '^   found [0-9a-f]{3}:( [0-9a-f]{2}){16}  ' "$1: where the difference begins"
	place=$(echo "$found" | sed -nE 's/.*(in swap at|last read into from) ([0-9]+:[0-9]+)$/\2/p' | tail -n 1)
	like "$place" '^[0-9]+:[0-9]+$' "$1: where it was in swap"
	like "$found" "^  [0-9:.]+ +\[[0-9]+\].* (store|reject) +$place " "$1: how it got there"
	like "$found" "^  [0-9:.]+ +\[[0-9]+\].* (load|miss|read) +$place " "$1: and how it came back"
	rm -f "$VM_OUT"/torture-*.rec
	swapoff -a
	ok torture_areas_on "$1: swap areas for the next one"
}

plant_each() {
	plant foreign 'foreign identity'
	like "$found" '^  found : region [0-9]+, page [0-9]+, generation [0-9]+ \(of life' \
		'and whose page it is'
	plant stale 'stale generation'
	plant zero 'zeros'
	plant torn 'torn: wrong checksum'
	like "$found" '^  of its 512 words, [0-9]+ are as in generation [0-9]+$' \
		'and how much of it is right'
	# Of shared memory, nobody says what its swap entries are: by the page frame, then.
	plant shared 'stale generation'
}

ok "on_host '$top/tests/torture/mutants' --check" 'each of the errors for make torture-mutants can be put into the modules'

# Not the kernel is looked at by that, but zs-torture.
if [ "$patience" = 1 ]; then
	plant_each
else
	skip 'pages made wrong on purpose' 'once is enough, on the stock kernel'
fi

# With KASAN everything takes longer, so there less is done between two actions, and by fewer, who
# have as much memory together: so more of the processors is left to who changes things.
lives='--lives 4'
[ "$patience" = 1 ] || lives='--lives 2 --size 20'
# shellcheck disable=SC2086 # words
torture_run short --seed 1 --decks 1 $lives --shared 1 --pace $((300 / patience))
torture_unload

done_testing
