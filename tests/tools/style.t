#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests/format, tests/functions and those of tests/check find that need no other tool:
# each kind of error, put into files that have none.  And what they leave alone.
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

#
# tests/format
#
cat > "$work/good.c" <<'END'
// SPDX-License-Identifier: GPL-2.0-or-later
/* Something of everything. */
#include <stdio.h>

#define MOST		16
#define MOST_OF_THEM	12	/* in columns */
#define WORDS(X) X(ONE, "one") X(TWO, "two")
#define SWAP(a, b)			\
	do {				\
		if ((a) != (b))		\
			swap(&(a), &(b));	\
	} while (0)

enum order { UP, DOWN, SIDEWAYS };

struct place {
	const char *name;	/* as it is printed */
	unsigned int operator;
};

static const struct place places[] = {
	{ "here", 1 }, { "there", 2 },
	{ "elsewhere",	3 },
	[MOST]		= { "the last", 4 },
};

/* clang-format off */
static const int matrix[] = { 1,0,
			      0,1 };
/* clang-format on */

static int find(const struct place *from, size_t count, const char *name,
		unsigned int flags)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(from[i].name, name))
			continue;
		/* there it is */
		return from[i].operator & flags &&
			count > MOST ? (int)i :
				       -1;
	}
	switch (flags) {
	case 1:
		return matrix[0];
	default:
		break;
	}
	do {
		flags--;
	} while (flags);
	if (count)
		printf("a message that is longer than any line may be, as one may look for it where it comes from: %s\n", name);
	else
		goto out;
	if (name) {
		show((struct place){ name, 1 });
		hide(name);
	} else {
		show(*places);
	}
out:
	return -1;
}
END

# found SED: what is said of that file, changed by SED
found() {
	sed -E "$1" "$work/good.c" > "$work/bad.c"
	if cmp -s "$work/good.c" "$work/bad.c"; then
		echo 'nothing was changed'
	else
		"$top/tests/format" "$work/bad.c" | sed 's/.*bad\.c:[0-9]*: //' |
			paste -sd @
	fi
}

ok "'$top/tests/format' '$work/good.c'" 'nothing is found where nothing is'
while IFS='|' read -r name change wanted; do
	[ -n "$name" ] || continue
	is "$(found "$change")" "$wanted" "format: $name"
done <<'END'
no blank before (|s/if \(count\)/if(count)/|no blank before (
no blank before {|s/count; i\+\+\) \{/count; i++){/|no blank before {
no blank behind a comma|s/count, const/count,const/|no blank before const
no blank behind a comma of a table|s/"here", 1/"here",1/|no blank before 1
no blank behind a comma of a macro|s/ X\(TWO, "two/ X(TWO,"two/|no blank before "two"
no blank before ( of a macro|s/if \(\(a\)/if((a)/|no blank before (
no blanks around an operator|s/i < count/i<count/|no blank before <@no blank before count
a blank before a semicolon|s/flags--;/flags-- ;/|a blank before ;
a blank within parentheses|s/while \(flags\)/while ( flags)/|a blank before flags
a blank behind the name of a function|s/strcmp\(/strcmp (/|a blank before (
a blank behind a cast|s/\(int\)i/(int) i/|a blank before i
the star at the type|s/const char \*name,/const char* name,/|a blank before name@no blank before *
a star between blanks|s/const char \*name;/const char * name;/|a blank before name
two blanks|s/return -1/return  -1/|not one blank before -
a tab within a line|s/size_t i;/size_t	i;/|not one blank before i
too far in|s/^\t(size_t i;)/\t\t\1/|indentation
not far enough in|s/^\t\t(printf)/\t\1/|indentation
blanks for a tab|s/^\t(size_t i;)/        \1/|indentation
a comment too far in|s/^\t\t(\/\* there)/\t\t\t\1/|indentation
a case too far in|s/^\t(case 1:)/\t\t\1/|indentation
a label too far in|s/^out:/\tout:/|indentation
another line not further in|s/^\t\t(unsigned int flags\))/\1/|is no further in than the statement that it belongs to
another line of blanks|s/^\t\t(unsigned int flags\))/                \1/|indentation is tabs, and then less than 8 blanks
a brace in the next line|s/count; i\+\+\) \{/count; i++)\n\t{/|{ belongs in the same line
the brace of a function in its line|N;s/(unsigned int flags\))\n\{/\1 {/;P;D|{ belongs in another line
else in the next line|s/^\t\} else/\t}\n\telse/|else belongs in the same line
while not at its brace|s/^\t\} while \(flags/\t}\n\twhile (flags/|while belongs in the same line
a condition and what it is for in a line|N;s/(if \(strcmp.*\))\n\t*/\1 /;P;D|continue belongs in another line
two statements in a line|s/flags--;/flags--; count++;/|count belongs in another line
case and statement in a line|N;s/case 1:\n\t*/case 1: /;P;D|return belongs in another line
two empty lines|s/^(enum order.*)/\n\1/|more than one empty line
an empty line at a block's beginning|s/^(.*i\+\+\) \{)/\1\n/|an empty line behind {
an empty line at its end|s/^(\t\tflags--;)/\1\n/|an empty line before }
a line of 107 columns|s/^(\t)size_t i;/\1size_t i_that_has_a_name_which_is_longer_than_anybody_would_like_it_to_be_and_does_not_fit_so_well;/|107 columns, not 100 at most
a comment of 112 columns|s/^(\/\* Something of everything.*) \*\//\1 And more, and more, and more, and more, and more, and more, and more, and more... *\//|112 columns, not 100 at most
a row of 116 columns|s/"elsewhere",/"elsewhere" "elsewhere" "elsewhere" "elsewhere" "elsewhere" "elsewhere" "elsewhere", +100000000000/|116 columns, not 112 at most
END

status=0
"$top/tests/format" "$work/good.c" "$work/bad.c" > "$work/said" || status=$?
is $status 1 'format: exit status 1'
like "$(cat "$work/said")" "^$work/bad\\.c:23: 116 columns" 'the file and the line'

#
# tests/functions
#
# lines N: so many of them, the last ones of a function
lines() {
	seq "$1" | sed 's/.*/	a = 1;/'
}

# long LINES: a function of so many lines, in C, shell and Python
long() {
	{
		printf 'int main(int argc,\n\t char **argv)\n{\n'
		lines $(($1 - 4))
		echo '}'
	} > "$work/long.c"
	{
		echo 'main() { # IN SHELL'
		lines $(($1 - 2))
		echo '}'
	} > "$work/long.sh"
	{
		echo 'def main():'
		lines $(($1 - 1)) | tr -d ';'
	} > "$work/long.py"
	"$top/tests/functions" "$work/long.c" "$work/long.sh" "$work/long.py" | sed "s,$work/,,"
}

is "$(long 60)" '' 'functions: 60 lines are not too many'
is "$(long 61)" 'long.c:1: a function of 61 lines: int main(int argc,
long.sh:1: a function of 61 lines: main() { # IN SHELL
long.py:1: a function of 61 lines: def main():' 'but 61 are, in C, shell and Python'

#
# tests/check, of a tree that is not git's
#
tree=$work/tree
mkdir -p "$tree/tests" "$tree/kernel"
cp "$top/tests/check" "$top/tests/format" "$top/tests/functions" "$tree/tests"
cp "$top/.clang-format" "$tree"
echo '/* SPDX-License-Identifier: GPL-2.0 */' > "$tree/kernel/own.h"
echo '/* What it is for. */' >> "$tree/kernel/own.h"
sed 1s/-or-later// "$work/good.c" > "$tree/kernel/good.c"
printf '// SPDX-License-Identifier: GPL-2.0\n#include "own.h"\n' > "$tree/kernel/own.c"
own='format functions heads licence blanks'

# checked FILE: what they say of the tree, if it has this file besides, of standard input
checked() {
	cat > "$tree/$1"
	# shellcheck disable=SC2086 # a list of words
	"$tree/tests/check" $own | grep '^[n#]' | sed 's/ ([0-9]* s)$//; s/^not ok [0-9]* - //'
	rm "$tree/$1"
}

is "$(echo '# SPDX-License-Identifier: GPL-2.0-or-later' | checked tests/list)" '' \
	'check: nothing is found in a tree that is in order'
is "$(sed '1d; s/if (count)/if(count)/; 2s/$/ /' "$work/good.c" | checked kernel/bad.c | tr '\n' '|')" \
	'format|# kernel/bad.c:53: no blank before (|licence|# kernel/bad.c: has no licence, not GPL-2.0|blanks|# kernel/bad.c: line 1: blanks at its end|' 'check: layout, licence and blanks'
is "$({ echo '// SPDX-License-Identifier: GPL-2.0-or-later' && cat "$work/long.c"; } | checked kernel/long.c |
	tr '\n' '|')" \
	'functions|# kernel/long.c:2: a function of 61 lines: int main(int argc,|heads|# kernel/long.c: does not begin with what it is for|licence|# kernel/long.c: has GPL-2.0-or-later, not GPL-2.0|' \
	'check: functions, heads and the licence of another folder'
mkdir "$tree/tests/kernel"
is "$(printf '#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0-or-later\n# What it is for.\n' |
	checked tests/kernel/new.t | tr '\n' '|')" \
	'blanks|# tests/kernel/new.t: is a test, and cannot be run|' 'check: a test that cannot be run'
mkdir "$tree/kernel/zswap"
printf '/* SPDX-License-Identifier: GPL-2.0 */\n/* zswap.c\tall, but for index*.c */\n' > "$tree/kernel/zswap/zswap.h"
ln "$tree/kernel/good.c" "$tree/kernel/zswap/zswap.c"
ln "$tree/kernel/good.c" "$tree/kernel/zswap/index-more.c"
is "$(checked kernel/zswap/lru.c < "$tree/kernel/good.c" | tr '\n' '|')" \
	'heads|# kernel/zswap/zswap.h: does not say what lru.c is|' 'check: a file that its folder does not tell of'

done_testing
