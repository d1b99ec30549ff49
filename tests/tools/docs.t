#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every command of the documentation (docs-commands finds them) does what is said of it: it
# is run here, or in a guest by docs-guest; or it is named below, with the test or the step
# of continuous integration that runs it, or with the reason why nobody does.  A command
# that is none of these fails, and so does a line below whose command is not to be found.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
# shellcheck source-path=SCRIPTDIR source=docs.sh
. "$top/tests/tools/docs.sh"

make -s -C "$top/tools" >&2 || bail_out 'the tools do not build'
prometheus=$("$top/tests/vm/fetch-tools" --print prometheus) || bail_out 'Prometheus cannot be fetched'
out=$top/build/test-out/docs-guest
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
accounts=$work/accounts
touch "$accounts" "$work/blocks"

sh "$top/tests/tools/docs-guest" >"$work/guest" 2>"$work/guest.err" </dev/null &
guest=$!

# elsewhere COMMAND FILE [REGEX]: FILE runs it.  One of its lines is just that command, or is
# like REGEX
elsewhere() {
	local status=0
	account_for "$1"
	if [ $# = 2 ]; then
		grep -Fxq -e "$1" "$top/$2" || status=1
	else
		grep -Eq -e "$3" "$top/$2" || status=1
	fi
	tap_result $status "$1: $2 has it" || diag "no line of $2 is like '${3:-$1}'"
}

# not_run COMMAND WHY: the reason is for who reads this
not_run() {
	account_for "$1"
}

# no_commands FILE LINE WHAT: the block that begins with this line has none
no_commands() {
	printf '%s\t%s\n' "$1" "$2" >>"$work/blocks"
}

#
# What is no command
#
no_commands README.md 'page reclaim -> swap_writepage -> frontswap.ko -> zswap_zbud.ko -> swap device' 'a picture'
no_commands docs/bpf.md 'source of events behind all of them read by' 'a picture'
no_commands docs/concurrency.md \
	'zswap_entry_alloc() -> zswap_entry_fill() -> zswap_index_insert() -> zswap_entry_publish() store: S, D' 'a picture'
no_commands docs/concurrency.md \
	'zbud_alloc() -> bin, lru -> zbud_reclaim() -> evict() of each object, without a lock -> frame_release()' 'a picture'
no_commands docs/concurrency.md \
	'insmod -> tasks are switched, hooks are transparent -> post_patch: activate() -> hooks ask the backend' 'a picture'
no_commands docs/performance.md 'OURS_ALL = [' 'lines of tests/bench/variants.py'
no_commands docs/reliability.md 'WRONG PAGE: stale generation' 'what a test has printed'

#
# What has a test or a step of its own: the whole of it, or what it does
#
for command in 'make check' 'make test' 'make test-debug'; do
	elsewhere "$command" .ci/run "^$command \|\| status=1\$"
done
elsewhere 'make test TESTS=tests/model/model.t' .ci/run '^make test '
while IFS= read -r command; do
	elsewhere "$command" .ci/long
done <<'END'
make
make check CHECKS="checkpatch licence"
make coverage
make demo
make test TESTS="tests/unit/unit.t"
make test-debug TESTS="tests/kernel/cgroups.t"
make test-kcsan
make test-builtin
make test-packages
prove -v tests/kernel/pool.t
ZS_KERNEL=debug prove -v tests/kernel/pool.t
ZS_KERNEL=builtin prove -v tests/kernel/pool.t
ZS_KERNEL=debug tests/kernel/faults.t
FAULTS=10 tests/kernel/faults.t
PARTS=devices tests/kernel/faults.t
tests/vm/run -- sh -c 'build/bin/zs-workload --help; dmesg | tail'
tests/vm/run -- bpftool prog show
tests/vm/run --kernel debug --mem 1024 -- bash
make fuzz
make leaks CYCLES=100
make leaks KERNEL=debug CYCLES=20
make torture MINUTES=60 SEED=7
make torture KERNEL=debug
make torture BARE=1
make torture BARE=1 OPTIONS=--free-shared
make torture OPTIONS="--pace 50 --lives 3"
make torture-mutants
make bench
make bench QUICK=1
make bench BENCH="density thrash"
make bench BENCH=attached
make bench BENCH=locks
make screens
END
for part in compile density thrash; do
	elsewhere "make bench BENCH=$part" .ci/long '^make bench$'
done
not_run 'make -j16' 'it is what tests/bench/compile has been measured with'
elsewhere 'make leaks' .ci/long '^make leaks CYCLES=100$'
elsewhere 'make torture' .ci/long '^make torture MINUTES=60 SEED=7$'
elsewhere 'tests/kernel/faults.t' tests/run-all 'qw\(unit model kernel vm tools\)'

# The Makefile's own lines
elsewhere 'tests/deps package' Makefile '^	\$\(Q\)tests/deps package$'
elsewhere 'make all test-modules' Makefile '\$\(MAKE\) all test-modules KDIR='
elsewhere 'make modules test-modules FLAVOUR=debug KDIR="$(tests/vm/build-debug-kernel --print kdir)"' \
	Makefile '\$\(MAKE\) .*modules\) test-modules FLAVOUR=\$\(BUILT\) KDIR="\$\$kdir"'
elsewhere 'make test-modules FLAVOUR=builtin KDIR="$(tests/vm/build-debug-kernel --flavour builtin --print kdir)"' \
	Makefile 'filter-out builtin,\$\(BUILT\)\),modules\) test-modules FLAVOUR=\$\(BUILT\) KDIR="\$\$kdir"'
elsewhere 'make compile_commands.json' Makefile 'tests/compile-commands > \$@.new'
elsewhere 'make install-tools' tests/tools/manual.t 'make -s .* install-tools DESTDIR='

# Packages, and what is installed
elsewhere 'make deb' tests/packages/deb.t "'make deb'"
elsewhere 'sudo apt install ./build/deb/zswapscope*.deb linux-headers-amd64' tests/packages/image.t 'apt-get install .*/srv/.*old'
elsewhere 'sudo apt purge zswapscope zswapscope-dkms' tests/packages/in-image 'apt-get purge .* zswapscope zswapscope-dkms'
elsewhere 'sudo apt purge zswapscope' tests/packages/in-image 'apt-get purge .* zswapscope '
for command in 'zswapscope enable' 'systemctl restart zswapscope' 'systemctl reload zswapscope'; do
	elsewhere "sudo $command" tests/packages/in-image "^	ok '$command'"
done
also 'zswapscope enable'
elsewhere 'systemctl enable --now zswap-exporter' tests/packages/in-image "^	ok 'systemctl start zswap-exporter'"
for command in install uninstall; do
	elsewhere "sudo make $command" tests/tools/install.t "make_target $command '"
	also "make $command"
done
elsewhere 'make deb DEBIAN="$(tests/packages/image --release trixie --build)"' tests/packages/machine.sh \
	'make .* deb .*DEBIAN="\$builder"'
elsewhere 'sudo mokutil --import /var/lib/dkms/mok.pub' tests/packages/in-image '^import="mokutil --import \$key"'
also 'mokutil --import' 'sudo mokutil --import'
not_run 'sudo reboot' 'a machine is booted again by image.t and secure-boot.t'

# Tools
elsewhere 'zswaptop' tests/tools/terminal.t '^start '
elsewhere 'build/bin/zswap-trace check' tests/tools/check.t '^check rest '
also 'zswap-trace check'
elsewhere 'zswap-trace check -d 10' tests/tools/check.t '^check_pressed text -d 1$'
elsewhere 'zswap-trace check --json | jq .comparison.differences' tests/tools/check.t 'of \$source \.comparison\.differences'
elsewhere 'zswap-trace check --btf vmlinux.btf && echo works there, too' tests/tools/check.t '^check btf --btf '
also 'zswap-trace check --btf FILE' 'zswap-trace check --btf vmlinux'
elsewhere 'zswap-trace --by reason' tests/tools/events.t '^for by in .*reason'
elsewhere 'zswap-trace --by cgroup 1' tests/tools/events.t '^for by in cgroup'
elsewhere 'zswap-trace 1' tests/tools/habits.t '^coproc TRACE .*\$trace.* 0\.2 '
elsewhere 'zswap-trace -T 5' tests/tools/habits.t '^run .* -T 0\.1 2$'
elsewhere 'zswap-trace --json 1 60 | jq .histograms.store_size.p50' tests/tools/stock-sources 'histograms\.store_size\.p50'
elsewhere 'zswap-trace events' tests/tools/events.t '^show all '
elsewhere "zswap-trace events -f 'event==load && duration>200us || reason==compress_poor'" tests/tools/events.t \
	'^show filtered -f .event==load && duration>.* \|\| reason==compress_poor'
elsewhere "zswap-trace events -T -n 10 -f 'event==writeback && result!=0'" tests/tools/events.t \
	"^show written .*-f 'event==writeback && result==0'"
elsewhere 'zswap-trace record' tests/tools/recording.t '^record_start killed$'
elsewhere 'zswap-trace record -o build.rec -- make -j8 && zswap-trace report build.rec' tests/tools/recording.t \
	'zswap-trace record -o all -- .* &&$'
elsewhere 'zswap-trace --pin DIR' tests/tools/pin.t 'zswap-trace --pin \$dir '
elsewhere 'zswap-trace --unpin DIR' tests/tools/pin.t 'zswap-trace --unpin \$dir'
elsewhere 'cat DIR/stats' tests/tools/pin.t 'cat \$dir/stats '
elsewhere 'cat DIR/usage' tests/tools/pin.t 'cat \$dir/usage '
elsewhere 'bpftool prog show pinned DIR/prog/zs_store' tests/tools/pin.t 'bpftool prog show pinned \$dir/prog/zs_store'
elsewhere 'bpftool map dump pinned DIR/map/zs_pool' tests/tools/pin.t 'for map in .*zs_pool'
elsewhere 'zswap-exporter --listen [::1]:19877' tests/tools/prometheus.t "begin ipv6 '\[::1\]:0'"
elsewhere 'zswap-exporter --textfile /var/lib/prometheus/node-exporter/zswap.prom -d 15' \
	tests/tools/exporter.t 'zswap-exporter --textfile .* -d 0\.2'
also 'zswap-exporter --textfile FILE'
elsewhere 'curl -s http://127.0.0.1:19877/metrics | promtool check metrics' tests/tools/prometheus.t \
	'curl -sf .*metrics.* && promtool check metrics <'
elsewhere 'kill -9' tests/tools/recording.t '^kill -KILL \$killed'

# Other people's tools
elsewhere "perf record -e 'zswap:*' -a sleep 10 && perf script" tests/tools/tracers.t "perf record .*-a .*-e 'zswap:\\*'"
also "perf record -e 'zswap:*'" 'perf record'
elsewhere 'trace-cmd record -e zswap sleep 10 && trace-cmd report' tests/tools/tracers.t 'trace-cmd record .*-e zswap '
also 'trace-cmd record -e zswap' 'trace-cmd record'
for probe in 'zswap_store { @bytes = hist(args->length); }' 'zswap_reject { @rejects[args->reason] = count(); }' \
	'zswap_miss { @misses[comm] = count(); }'; do
	elsewhere "bpftrace -e 'tracepoint:zswap:$probe'" tests/tools/tracers.t "^	tracepoint:zswap:${probe//[^a-z_ ]/.}\$"
done
elsewhere 'ls -di' tests/guest.sh 'stat -c %i "/sys/fs/cgroup/'
elsewhere 'grep -l 0 /proc/*/patch_state' tests/kernel/transition.t 'grep -lx .*patch_state'

# What is checked by other means
elsewhere 'tests/model/check swap -DWORKER -DSWAPOFF' tests/model/model.t '^WORKER SWAPOFF$'
elsewhere 'tests/model/check swap -DWORKER -DSWAPOFF -DWITHOUT_FREEZING' tests/model/model.t '^WORKER SWAPOFF WITHOUT_FREEZING$'
for command in 'apt-get install linux-source-6.12' 'tar xf /usr/src/linux-source-6.12.tar.xz'; do
	elsewhere "$command" tests/vm/build-debug-kernel '^source=linux-source-6\.12$'
done
elsewhere 'kernel/builtin/apply linux-source-6.12' tests/vm/build-debug-kernel 'kernel/builtin/apply" \.$'
also 'kernel/builtin/apply TREE' 'cd linux-source-6.12'
elsewhere 'kernel/builtin/apply --check TREE' tests/vm/apply.t '^run --check "\$tree"'
not_run 'make olddefconfig' 'build-debug-kernel has its own configuration completed in another way'
not_run 'make bindeb-pkg' 'build-debug-kernel builds the same tree, without packages'
not_run 'make mm/zswapscope/' 'of the next kernel, which there is not yet; build-debug-kernel has make build all'
not_run 'make KDIR=...' 'with the headers of that kernel'
not_run 'git log -p' 'in a history of the kernel, to be read'
elsewhere 'echo N > /sys/module/frontswap/parameters/active' tests/vm/builtin.t 'echo N > \$builtin_switch'
for number in 0 1; do
	elsewhere "echo $number > enabled" tests/kernel/transition.t "echo $number > \\\$klp/enabled"
done
also 'echo 0'

#
# What takes neither zswap nor root
#
cd "$top" || exit
runs 'make help' '^make test  '
runs 'tests/check --list' '^licence '
runs 'tests/bench/density --help' '^Usage: '
runs 'tests/format --help' '^Usage: '
PATH=$top/build/bin:$PATH:$prometheus/usr/bin
runs 'zswap-trace help' '^  record  +Record '
runs 'zswap-trace help events' 'zswap-trace events'
if grep -q '^zswpout ' /proc/vmstat; then
	cd "$work" || exit
	runs 'zswaptop -s refaults --flat' 'store/s' 'zswaptop -s refaults --flat -d 0.1 -n 1'
	runs 'zswaptop -d 10 | tee log' 'store/s' 'zswaptop -d 0.1 -n 1 | tee log'
	also 'zswaptop | tee log'
	runs 'zswaptop --json -n 60 | jq .rates.stores' '^[0-9.]+$' 'zswaptop --json -d 0.1 -n 1 | jq .rates.stores'
	also 'zswaptop --json'
	runs 'zswaptop --openmetrics' '^# EOF$'
	runs 'zswaptop --openmetrics -d 10 | promtool check metrics' '^0$' 'zswaptop --openmetrics -d 0.1 | promtool check metrics; echo $?'
else
	skip 'zswaptop' 'this kernel counts nothing of zswap'
	also 'zswaptop -s refaults --flat' 'zswaptop -d 10 | tee log' 'zswaptop | tee log' 'zswaptop --json' \
		'zswaptop --json -n 60 | jq .rates.stores' 'zswaptop --openmetrics' \
		'zswaptop --openmetrics -d 10 | promtool check metrics'
fi

#
# In the guest; and what it has recorded, here
#
wait $guest
is "$?,$(tail -n 1 "$work/guest" | grep -c '^1\.\.[1-9]')" '0,1' 'the guest has come to its end' ||
	diag "$(tail -n 30 "$work/guest.err")"
take_results guest <"$work/guest"
if [ -e "$out/accounts" ]; then
	cat "$out/accounts" >>"$accounts"
	also 'tests/vm/run -- CMD' 'tests/vm/run -v -- CMD'
fi
like "$(cat "$work/guest.err")" '^\[ *[0-9.]+\] ' 'tests/vm/run -v: the console of its kernel'

cd "$out" || exit
ln -s "$top/build" build
cp r r2
cp r after
cp before good.rec
cp after new.rec
cp r zswap.rec
for tool in build/bin/zswap-trace zswap-trace; do
	runs "$tool report r" '^  store_size +[1-9]'
	runs "$tool report --html r > r.html" '</html>$' "$tool report --html r > r.html && cat r.html"
	runs "$tool whatif r" '^zsmalloc '
done
also 'zswap-trace report'
runs "build/bin/zswap-trace events -i r -f 'age<1s'" ' load '
runs "zswap-trace events -i zswap.rec -f 'duration>1ms'" ' us' "zswap-trace events -i zswap.rec -f 'duration>10us'"
runs 'build/bin/zswap-trace diff r r2' 'store'
# Whether they differ, and that is real, is chance.
runs 'zswap-trace diff before after' '^load.p99 ' 'zswap-trace diff before after; [ $? -le 1 ]'
runs 'zswap-trace diff --worse -t 10 -m load.p99 -m hit_ratio good.rec new.rec' 'load.p99' \
	'zswap-trace diff --worse -t 10 -m load.p99 -m hit_ratio good.rec new.rec; [ $? -le 1 ]'
runs "zswap-trace report --csv r | grep ',reject,'" ',reject,'
runs 'zswap-trace report --json r | jq .quantiles.load_duration' '"p99": [0-9.]+'
runs 'zswap-trace report --perfetto r > r.json' '^[1-9][0-9]*$' 'zswap-trace report --perfetto r > r.json && jq ".traceEvents | length" r.json'
runs 'zswap-trace whatif --max-pool-percent 10,20,40 --pool zbud,zsmalloc r' '^zbud .*40'
runs "zswap-trace whatif --json r | jq '.replayed[] | [.pool, .density]'" '"zsmalloc"'

#
# All of them
#
# unaccounted FOLDER: its commands that have not been dealt with, with their places
unaccounted() {
	"$top/tests/tools/docs-commands" "$1" | awk -F '\t' -v accounts="$accounts" -v blocks="$work/blocks" '
		BEGIN {
			while ((getline line < accounts) > 0) known[line]
			while ((getline line < blocks) > 0) bare[line]
		}
		{ file = $1; sub(/:.*/, "", file) }
		$1 == $2 && (file "\t" $3) in bare { skipped[$2] }
		!($2 in skipped) && !($3 in known) { print $1 ": " $3 }'
}

"$top/tests/tools/docs-commands" "$top" >"$work/commands"
number=$(cut -f 3 "$work/commands" | sort -u | wc -l)
ok '[ "$number" -gt 180 ]' "the documentation has $number commands"
is "$(unaccounted "$top")" '' 'each of them is run, or has a reason not to be'
is "$(sort -u "$accounts" | comm -23 - <(cut -f 3 "$work/commands" | sort -u))" '' \
	'and there is no other command in the lists of those'
is "$(sort "$work/blocks" | comm -23 - <(awk -F '\t' -v OFS='\t' '$1 == $2 { sub(/:.*/, "", $1); print $1, $3 }' \
	"$work/commands" | sort))" '' 'nor a block'

# One that is new is noticed, in each kind of page.
mkdir "$work/new"
cp -r "$top/README.md" "$top/docs" "$work/new"
printf '\n    make nonsense    # of a new kind\n' >>"$work/new/README.md"
sed -i '4s/^/Try `zswapscope --nonsense\nstatus`. /' "$work/new/docs/install.md"
sed -i 's/^\.Sh EXAMPLES/&\n.Dl zswaptop -f \\(aqnonsense\\(aq/' "$work/new/docs/zswaptop.8"
is "$(unaccounted "$work/new" | sed 's/[^:]*://')" "$(printf '%s\n' "$(wc -l <"$work/new/README.md"): make nonsense" \
	'4: zswapscope --nonsense status' "$(sed -n '/^\.Sh EXAMPLES/=' "$top/docs/zswaptop.8" | awk '{ print $1 + 1 }'): zswaptop -f 'nonsense'")" \
	'a new command fails'

done_testing
