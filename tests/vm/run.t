#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The runner of the virtual machine keeps its promises: exit codes, clean streams,
# and no failure that looks like success.  Needs none of the project's modules.
# shellcheck disable=SC2016 # code for ok(), and names of variables
top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$top/build/test-out/run

# vm ARG...: a run without modules; sets status, fills $work/stdout and $work/stderr
vm() {
	"$top/tests/vm/run" --out "$out" --no-modules "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
	status=$?
}

# wrong WHAT ARG...: a wrong command line is one line and exit status 2, without a boot
wrong() {
	wrong_what=$1
	shift
	vm "$@"
	is "$status $(wc -l <"$work/stderr")" '2 1' "wrong usage: $wrong_what"
}

wrong 'unknown option' --no-such-option -- true
wrong 'no command' --
wrong 'not a number' --mem lots -- true
wrong 'no processors' --cpus 0 -- true
wrong 'no value' --timeout
wrong 'a disk that serves nothing' --swap-iops 0 -- true
wrong 'a kernel that is none' --kernel "$0" -- true
wrong 'unknown kernel' --kernel no/such/image -- true
like "$(cat "$work/stderr")" 'a file nor one of stock, debug, kcsan, builtin, debian-6.1, newest' 'which names those there are'
wrong 'modules for Linux 6.1' --kernel debian-6.1 --modules "$work" -- true
mkdir "$work/full" && touch "$work/full/precious"
wrong 'a root without an init' --root "$work/full" -- true
wrong 'Secure Boot without a root that is the guest'\''s' --secure-boot "$work/state" -- true
wrong 'a folder with something in it' --out "$work/full" -- true
ok '[ -e "$work/full/precious" ]' 'which is left alone'

for kernel in fetch-kernel build-debug-kernel; do
	"$top/tests/vm/$kernel" --print nonsense >"$work/stdout" 2>"$work/stderr"
	is "$? $(wc -l <"$work/stderr")" '2 1' "wrong usage: $kernel"
done
"$top/tests/vm/build-debug-kernel" --flavour vanilla >"$work/stdout" 2>"$work/stderr"
is "$? $(wc -l <"$work/stderr")" '2 1' 'wrong usage: a flavour that is none'
"$top/tests/vm/fetch-kernel" --kernel 6.1 --print kdir >"$work/stdout" 2>"$work/stderr"
is "$? $(wc -l <"$work/stderr")" '2 1' 'wrong usage: headers of Linux 6.1'

# An apt that knows no package at all, and nothing in the cache.
cat >"$work/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$work/apt";
Dir::State::status "/dev/null";
Dir::Cache "$work/apt";
END
mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial"
none() {
	APT_CONFIG="$work/apt.conf" XDG_CACHE_HOME="$work/cache" "$@" >"$work/stdout" 2>"$work/stderr"
	status=$?
}
none "$top/tests/vm/fetch-kernel" --kernel 6.1 --available
is $status 1 'a kernel that cannot be had: a test can tell beforehand'
like "$(tail -n 1 "$work/stderr")" 'apt knows no linux-image-6\.1\..*: it is Debian 12.s' 'and is told why'
none "$top/tests/vm/run" --out "$out" --kernel debian-6.1 -- true
is $status 125 'there is no running it'
like "$(tail -n 1 "$work/stderr")" 'apt knows no linux-image-6\.1\.' 'for the same reason'

# One boot for all that a command can see.
cat >"$work/look" <<'END'
printf 'a\r\nb\0c\n\377'
printf 'other\r\n' >&2
echo again >/dev/stderr
cd "$VM_OUT"
pwd >cwd
id -u >id
cat >stdin
uname -r >release
grep -c . /proc/swaps >swaps
nproc >nproc
stat -f -c %T /sys/fs/cgroup /sys/kernel/tracing /sys/kernel/debug /sys/fs/bpf >mounts
cat /sys/fs/cgroup/cgroup.subtree_control >controllers
cat /sys/class/net/lo/operstate /sys/class/net/lo/flags >lo
{ modprobe lz4 && grep -c '^lz4 ' /proc/modules; } >modprobe 2>&1
echo "$PATH" >path
touch /usr/written /tmp/written /etc/written && ls /usr/written >written
printf '%s|' "$@" >args
exit 7
END
start=$(date +%s)
vm --swap 64 --cpus 2 -- sh "$work/look" "it's" 'two words' '$HOME' ''
took=$(($(date +%s) - start))
printf 'a\r\nb\0c\n\377' >"$work/wanted"
is $status 7 "the exit status is the command's"
ok "[ $took -lt 30 ]" "boot, command and shutdown took $took s"
ok 'cmp "$work/wanted" "$work/stdout"' 'stdout is byte for byte what was written'
printf 'other\r\nagain\n' >"$work/wanted"
ok 'cmp "$work/wanted" "$work/stderr"' 'stderr is apart, and has nothing else'
is "$(cat "$out/cwd")" "$out" '$VM_OUT has the same path on both sides'
is "$(cat "$out/id")" 0 'the command is root'
is "$(cat "$out/stdin")" '' 'stdin is empty'
is "$(cat "$out/release")" "$("$top/tests/vm/fetch-kernel" --print release)" 'the kernel is the fetched one'
is "$(cat "$out/swaps")" 2 'a swap disk is on'
is "$(cat "$out/nproc")" 2 'as many processors as asked for'
is "$(tr '\n' ' ' <"$out/mounts")" 'cgroup2fs tracefs debugfs bpf_fs ' 'cgroup2, tracefs, debugfs, bpffs'
like "$(cat "$out/controllers")" 'memory' 'the memory controller is on'
like "$(cat "$out/lo")" '0x9|0x49' 'the loopback device is up'
is "$(cat "$out/modprobe")" 1 "modprobe finds the kernel's modules"
like "$(cat "$out/path")" "$top/build/bin" "the project's programs are in PATH"
is "$(cat "$out/written")" /usr/written 'everything can be written to'
ok '[ ! -e /usr/written ] && [ ! -e /etc/written ]' 'but nothing arrives on the host'
is "$(cat "$out/args")" "it's|two words|\$HOME||" 'arguments arrive as they are'
like "$(head -n 1 "$out/dmesg.log")" 'Linux version' "the kernel's log is beside them"

vm --swap 0 -- sh -c 'echo one; test $(grep -c . /proc/swaps) = 1'
is "$status $(cat "$work/stdout")" '0 one' 'success is 0; --swap 0 is no swap'
ok '[ ! -e "$out/cwd" ]' '$VM_OUT was emptied before'

# The host's clock tells, as the guest's may be late.
start=$(date +%s%N)
vm --swap 64 --swap-iops 5 --swap-rate 1 --boot zs.word=1 --boot zs.other -- sh -c '
	cat /proc/cmdline >"$VM_OUT/cmdline"
	swapoff /dev/vda
	dd if=/dev/vda of=/dev/null bs=4k count=40 iflag=direct,skip_bytes skip=8M
	dd if=/dev/vda of=/dev/null bs=1M count=6 iflag=direct'
took=$((($(date +%s%N) - start) / 1000000000))
is $status 0 'a slow disk works'
like "$(cat "$out/cmdline")" ' zs.word=1 zs.other$' "words for the kernel's command line"
ok "[ $took -ge 12 ]" "40 requests at 5 a second and 6 MB at one took $took s"

# A guest that asks its host, as tests do.
cat >"$work/asks" <<'END'
. "$(dirname "$0")/../guest.sh"
ZS_IN_GUEST=1
in_guest
cd "$VM_OUT"
on_host uname -r >host
on_host printf '%s|' "it's" 'two  words' '' '$HOME' >words
echo '{ "a": [1, 2] }' >json
jq -c .a "$VM_OUT/json" >path
echo '{ "a": 3 }' | jq .a >pipe
on_host sh -c 'echo complaint >&2; : >"$0/touched"; exit 7' "$VM_OUT" 2>complaint
echo $? >status
on_host true
echo $? >>status
[ -e touched ]
END
vm --answer -- sh -c ". '$work/asks'" "$0"
is $status 0 '--answer: the host does what the guest asks for, and the guest has the files'
is "$(cat "$out/host")" "$(uname -r)" 'it is the host'
is "$(cat "$out/words")" "it's|two  words||\$HOME|" 'words arrive as they are'
is "$(cat "$out/path") $(cat "$out/pipe")" '[1,2] 3' "a guest's jq is the host's, for a file and a pipe"
is "$(cat "$out/complaint") $(xargs <"$out/status")" 'complaint 7 0' \
	'stderr and the exit status come back'

vm -- sh -c 'echo "<2>BUG: a splat, for a test" >/dev/kmsg; dmesg -C'
is $status 99 'a splat fails the run although the command succeeds and clears the log'
like "$(cat "$work/stderr")" 'BUG: a splat, for a test' 'and is shown'

vm -- sh -c 'echo before; sleep 1; echo c >/proc/sysrq-trigger; sleep 60'
is "$status $(cat "$work/stdout")" '125 before' 'a panic is a failure; what came before is there'
like "$(cat "$work/stderr")" 'Kernel panic - not syncing: sysrq triggered crash' \
	"and shows the console's tail"

# The same holds for Debian's Linux 6.1.
name='Linux 6.1'
if why=$("$top/tests/vm/fetch-kernel" --kernel 6.1 --available 2>&1); then
	# Without --no-modules, which it implies.
	"$top/tests/vm/run" --out "$out" --kernel debian-6.1 -- sh -c '
		uname -r
		cat /proc/swaps
		cat /sys/module/zswap/parameters/enabled >"$VM_OUT/enabled"
		modprobe lz4 || exit
		exit 7' >"$work/stdout" 2>"$work/stderr" </dev/null
	is $? 7 "$name: boots, and the exit status is the command's"
	like "$(head -n 1 "$work/stdout")" '^6\.1\.' "$name: uname -r says so"
	is "$(head -n 1 "$work/stdout")" "$("$top/tests/vm/fetch-kernel" --kernel 6.1 --print release)" \
		"$name: is the fetched one"
	like "$(tail -n 1 "$work/stdout")" '^/dev/vda ' "$name: a swap disk is on"
	is "$(cat "$out/enabled")" N "$name: zswap is there, and off"

	vm --kernel debian-6.1 -- sh -c 'echo "<2>BUG: a splat, for a test" >/dev/kmsg'
	is $status 99 "$name: a splat fails the run"
	vm --kernel debian-6.1 -- sh -c 'echo before; sleep 1; echo c >/proc/sysrq-trigger; sleep 60'
	is "$status $(cat "$work/stdout")" '125 before' "$name: so does a panic"
else
	skip "$name" "$(echo "$why" | tail -n 1)"
fi

vm --timeout 15 -- sh -c 'echo $$; exec sleep 1000'
is $status 124 'a hang ends with --timeout'
like "$(cat "$work/stderr")" 'ran for more than 15 s' 'and is told'

vm -- no-such-command
is $status 127 'a command that does not exist'

# On a terminal the command has one, too.
script -qec "stty rows 33 cols 111 && '$top/tests/vm/run' --out '$out' --no-modules -- stty size" \
	/dev/null </dev/null >"$work/stdout"
is $? 0 'on a terminal'
like "$(tr -d '\r' <"$work/stdout")" '33 111$' 'it is as large as ours'

# A reader that goes away, and a signal, end the guest; neither leaves a process.
"$top/tests/vm/run" --out "$out" --no-modules -- sh -c 'while :; do echo y; sleep 0.1; done' 2>/dev/null | head -n 1 >"$work/stdout"
is "$(cat "$work/stdout")" y 'a reader that goes away ends the run'
"$top/tests/vm/run" --out "$out" --no-modules -- sleep 1000 >/dev/null 2>&1 &
runner=$!
sleep 3
kill -TERM $runner
wait $runner
is $? 143 'so does SIGTERM'
ok '! pgrep -f "qemu-system.*path=$out,"' 'no QEMU is left behind'

done_testing
