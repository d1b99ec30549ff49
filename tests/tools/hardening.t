#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tools are built so that a bug in them is hard to make use of, unless somebody has
# flags of his own.
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
make -s -C "$top/tools" >&2 || bail_out 'the tools do not build'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CC=${CC:-cc}

# soft FILE: what it lacks, in words
soft() {
	readelf -Wld --dyn-syms "$1" > "$work/elf"
	grep -q '(FLAGS_1).* PIE' "$work/elf" || echo pie
	grep -q ' GNU_RELRO ' "$work/elf" || echo relro
	grep -Eq '\(FLAGS\).*BIND_NOW|\(FLAGS_1\).* NOW' "$work/elf" || echo now
	grep -Eq ' GNU_STACK .* RW  ' "$work/elf" || echo stack
	! grep -Eq '\(TEXTREL\)|\(FLAGS\).*TEXTREL' "$work/elf" || echo textrel
	! grep -Eq '\(R(UN)?PATH\)' "$work/elf" || echo rpath
	! grep -Eq ' LOAD .* RWE ' "$work/elf" || echo rwx
	grep -q ' __stack_chk_fail' "$work/elf" || echo protector
	grep -Eq ' __[a-z]+_chk(@|$)' "$work/elf" || echo fortify
}

# What has none of it is known for that.
cat > "$work/bare.c" <<-'END'
	#include <stdio.h>
	int main(int argc, char **argv)
	{
		char text[64];

		sprintf(text, "%d %s", argc, argv[0]);
		return puts(text) == EOF;
	}
END
ok "$CC -O1 -U_FORTIFY_SOURCE -fno-stack-protector -fno-pie -no-pie -Wl,-z,norelro,-z,lazy,-z,execstack \
	-Wl,-rpath,/tmp '$work/bare.c' -o '$work/bare'" 'a program without any of it'
is "$(soft "$work/bare" | xargs)" 'pie relro now stack rpath protector fortify' 'is one that lacks it'

for tool in zswaptop zswap-trace zswap-exporter; do
	is "$(soft "$top/build/bin/$tool" | xargs)" '' \
		"$tool: anywhere in memory, all of its tables read-only, no stack to execute, and checks"
done

# commands VARIABLE...: what would be run, where nothing is built yet
commands() {
	env -u CFLAGS -u LDFLAGS make -n -C "$top/tools" V=1 BUILD="$work/none" "$@" 2>/dev/null |
		grep -E -- ' -o [^ ]*/(lib/format.o|zswap-trace)$'
}
level=$(commands | sed -n 's/.* -D_FORTIFY_SOURCE=\([0-9]\) .* -c .*/\1/p')
ok "echo 'int n;' | $CC -O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$level -include stdio.h -x c -c - -o '$work/level.o'" \
	"the C library has level $level of its checks"
ok "[ $level = 3 ] || ! echo 'int n;' |
	$CC -O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -include stdio.h -x c -c - -o '$work/level.o'" 'and no higher one'
is "$(commands CFLAGS=-O1 LDFLAGS=-Wl,--build-id | wc -l)" 2 'with flags of somebody'
unlike "$(commands CFLAGS=-O1 LDFLAGS=-Wl,--build-id)" 'stack-protector|FORTIFY|relro|-O2|-pie' 'none are added'
like "$(commands CPPFLAGS=-DMINE | head -n 1)" '-DMINE .*-fstack-protector-strong' 'CPPFLAGS are no reason to leave them out'

done_testing
