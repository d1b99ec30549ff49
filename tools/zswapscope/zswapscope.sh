#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zswapscope: the modules, on and off, now and at each boot; and what is the matter with
# them.  The man page, zswapscope(8), tells of each command.
#
# On:   the built-in zswap is switched off and emptied, frontswap comes, then zswap_zbud with
#	the parameters of the configuration, and livepatch switches every task over.
# Off:  zswap_zbud goes, which writes all its pages out, then livepatch switches every task
#	back, and frontswap goes.  The built-in zswap is as it was before.
#
# Whoever comes to either in the middle of the way goes on from there.  One at a time does:
# $lock is held.  What was before is in $state, for as long as the machine is up.
#
# Debian's policy has "local" in every sh.
# shellcheck disable=SC3043
set -u
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C

version=@VERSION@
config=/etc/zswapscope.conf
unit=zswapscope.service
state=/run/zswapscope
lock=/run/zswapscope.lock

stock=/sys/module/zswap/parameters
hooks=/sys/kernel/livepatch/frontswap
cache=/sys/module/zswap_zbud

# Exit status of "status", beside 0 and 2.
exit_trouble=1
exit_off=3
exit_cannot=4

say() {
	printf 'zswapscope: %s\n' "$*" >&2
}

fail() {
	say "$*"
	exit 1
}

bad_usage() {
	say "$* (see --help)"
	exit 2
}

usage_line='Usage: zswapscope [OPTION...] enable|disable|status|start|stop'

usage() {
	cat <<-END
		$usage_line
		Have zswapscope's modules take what is swapped out, and say what they do or why not.

		  enable    now, and at each boot
		  disable   no more: every page in the pool is written out first
		  status    what runs, and why not
		  start     now only, or the parameters of the configuration again
		  stop      until the next boot

		  -f, --config=FILE          Parameters are in it (/etc/zswapscope.conf)
		  -m, --modules=DIR          Take the modules from there, not from /lib/modules
		  -t, --timeout=SECS         Wait so long for what is not in our hands (60)
		  -?, --help                 Give this help list
		      --usage                Give a short usage message
		  -V, --version              Print program version

		Exit status: 0, 1 after a failure, 2 for a wrong command line or configuration;
		of status, 0 if all pages that are swapped out are offered to the pool, 1 if
		something is half done, 3 if nothing runs, 4 if nothing can.
	END
}

# ---- shells that complete our command line ---------------------------------

commands='enable disable status start stop'

completion_bash() {
	cat <<-END
		# zswapscope --completion=bash
		_zswapscope()
		{
		    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} i

		    COMPREPLY=()
		    if [[ \$cur == = ]]; then
		        cur=''
		    elif [[ \$prev == = ]]; then
		        prev=\${COMP_WORDS[COMP_CWORD-2]}
		    fi
		    case \$prev in
		    -f | --config) compopt -o default; return ;;
		    -m | --modules) compopt -o dirnames; return ;;
		    -t | --timeout) return ;;
		    esac
		    if [[ \$cur == -* ]]; then
		        mapfile -t COMPREPLY < <(compgen -W '$(options | xargs)' -- "\$cur")
		        return
		    fi
		    for ((i = 1; i < COMP_CWORD; i++)); do
		        [[ " $commands " != *" \${COMP_WORDS[i]} "* ]] || return
		    done
		    mapfile -t COMPREPLY < <(compgen -W '$commands' -- "\$cur")
		}
		complete -F _zswapscope zswapscope
	END
}

# options: all, as the help list has them
options() {
	usage | sed -nE 's/^ {2,6}(-.*)/\1/p' | sed 's/  .*//' | grep -oE '(^|, )--?[^ ,=]+' | sed 's/^, //'
}

completion_zsh() {
	cat <<-'END'
		#compdef zswapscope
		# zswapscope --completion=zsh
		_zswapscope() {
			_arguments -s -S \
				'*-f+[Parameters are in it]:FILE:_files' \
				'*--config=[Parameters are in it]:FILE:_files' \
				'*-m+[Take the modules from there]:DIR:_files -/' \
				'*--modules=[Take the modules from there]:DIR:_files -/' \
				'*-t+[Wait so long for what is not in our hands]:SECS: ' \
				'*--timeout=[Wait so long for what is not in our hands]:SECS: ' \
				'*-?[Give this help list]' \
				'*--help[Give this help list]' \
				'*--usage[Give a short usage message]' \
				'*-V[Print program version]' \
				'*--version[Print program version]' \
				'1:command:(enable disable status start stop)'
		}
		if [[ $funcstack[1] == _zswapscope ]]; then
			_zswapscope "$@"
		else
			compdef _zswapscope zswapscope
		fi
	END
}

completion_fish() {
	cat <<-END
		# zswapscope --completion=fish
		complete -c zswapscope -f
		complete -c zswapscope -s f -l config -r -F -d 'Parameters are in it'
		complete -c zswapscope -s m -l modules -x -a '(__fish_complete_directories)' -d 'Take the modules from there'
		complete -c zswapscope -s t -l timeout -x -d 'Wait so long for what is not in our hands'
		complete -c zswapscope -s '?' -l help -d 'Give this help list'
		complete -c zswapscope -l usage -d 'Give a short usage message'
		complete -c zswapscope -s V -l version -d 'Print program version'
		complete -c zswapscope -n 'not __fish_seen_subcommand_from $commands' -a '$commands'
	END
}

completion() { # SHELL
	case $1 in
	bash | zsh | fish) "completion_$1" || fail 'the completion cannot be written' ;;
	*) bad_usage "'$1' is no shell that can be completed in: bash, zsh or fish" ;;
	esac
}

# ---- what there is ----------------------------------------------------------

# Beside this script where it is installed, or where it was built.
supported() {
	local place
	for place in "$here/../libexec/zswapscope/supported" "$here/../../kernel/supported"; do
		[ -x "$place" ] || continue
		"$place"
		return
	done
	echo "nobody knows what is supported: there is no $here/../libexec/zswapscope/supported"
	return 1
}

loaded() { # MODULE
	[ -d "/sys/module/$1" ]
}

# word FILE: what is in it, or nothing
word() {
	local word=
	[ ! -r "$1" ] || read -r word <"$1"
	echo "$word"
}

# A transition, to the hooks or from them, is over.
settled() {
	[ "$(word $hooks/transition)" != 1 ]
}

hooked() {
	[ "$(word $hooks/enabled)" = 1 ] && settled
}

unhooked() {
	[ ! -d $hooks ]
}

runs() {
	[ "$(word $cache/initstate)" = live ] && hooked && [ "$(verdict)" != refused ]
}

# verdict: the last word of the log on whether the cache was activated: active, refused, or
# nothing, as who may not read the log cannot know
verdict() {
	dmesg 2>/dev/null | sed -n '
		s/.*\] frontswap: active: .*/active/p
		s/.*\] frontswap: not activated: .*/refused/p' | tail -n 1
}

# meminfo NAME: in kB
meminfo() {
	sed -n "s/^$1: *\([0-9]*\) kB/\1/p" /proc/meminfo
}

mib() { # KB
	echo "$((($1 + 512) / 1024)) MiB"
}

# has_modules: there are both, for the running kernel
has_modules() {
	module_file frontswap >/dev/null && module_file zswap_zbud >/dev/null
}

module_file() { # NAME: prints its path
	if [ -n "$modules" ]; then
		[ -e "$modules/$1.ko" ] && echo "$modules/$1.ko"
	else
		modinfo -F filename "$1" 2>/dev/null
	fi
}

why_no_modules() {
	local release
	release=$(uname -r)
	if [ -n "$modules" ]; then
		echo "there are no frontswap.ko and zswap_zbud.ko in $modules: 'make modules' builds them"
	elif [ -d /usr/share/doc/zswapscope-dkms ] && [ ! -e "/lib/modules/$release/build" ]; then
		echo "there are no modules for Linux $release, as its headers are missing:" \
			"'apt install linux-headers-$release' has them built"
	elif [ -d /usr/share/doc/zswapscope-dkms ]; then
		echo "there are no modules for Linux $release: 'dkms autoinstall' builds them"
	else
		echo "there are no modules for Linux $release:" \
			"install zswapscope-dkms and linux-headers-$release (or call 'make install')"
	fi
}

# signatures: the kernel takes modules only with a signature that it trusts
signatures() {
	grep -qs '\[\(integrity\|confidentiality\)\]' /sys/kernel/security/lockdown ||
		[ "$(word /sys/module/module/parameters/sig_enforce)" = Y ]
}

# certificate: that of the key that DKMS signs with
certificate() {
	local file
	file=$(cat /etc/dkms/framework.conf /etc/dkms/framework.conf.d/*.conf 2>/dev/null |
		sed -nE "s/^[[:space:]]*mok_certificate=[\"']?([^\"']*).*/\1/p" | tail -n 1)
	echo "${file:-/var/lib/dkms/mok.pub}"
}

signature_cure() {
	echo "have its key trusted ('mokutil --import $(certificate)', reboot, enroll it), or switch Secure Boot off"
}

# why_not_signed: why this kernel is going to refuse the modules, or nothing
why_not_signed() {
	local file
	signatures || return 0
	file=$(module_file zswap_zbud)
	if [ -z "$(modinfo -F signer "$file" 2>/dev/null)" ]; then
		echo "this kernel takes signed modules only (Secure Boot, lockdown), and ours are not signed:" \
			"packages of zswapscope-dkms are, by dkms; $(signature_cure)"
		return
	fi
	# Whose key others are signed with, the kernel knows.
	case $file in
	*/updates/dkms/*) why_not_enrolled "$(certificate)" ;;
	esac
}

# why_not_enrolled CERTIFICATE: or nothing, also where there is none who knows
why_not_enrolled() {
	case $(mokutil --test-key "$1" 2>/dev/null) in
	*'in the enrollment request'*)
		echo "this kernel takes modules only that it trusts (Secure Boot, lockdown), and the key of ours" \
			"waits to be enrolled: reboot, and choose 'Enroll MOK' when asked"
		;;
	*'is not enrolled'*)
		echo "this kernel takes modules only that it trusts (Secure Boot, lockdown), and not yet the key" \
			"of ours: $(signature_cure)"
		;;
	esac
}

# tasks_in STATE: those that livepatch has so, as "12 (name), 34 (name) and 5 others"
tasks_in() {
	local file task found=0 shown=
	for file in /proc/[0-9]*/task/[0-9]*/patch_state; do
		[ "$(word "$file" 2>/dev/null)" = "$1" ] || continue
		found=$((found + 1))
		[ $found -le 3 ] || continue
		task=${file%/patch_state}
		shown="$shown${shown:+, }${task##*/} ($(word "$task/comm" 2>/dev/null))"
	done
	[ $found -le 3 ] || shown="$shown and $((found - 3)) others"
	echo "$shown"
}

# who_holds: the tasks that a transition waits for
who_holds() {
	local who state_before=0
	[ "$(id -u)" = 0 ] || {
		echo "(which, root can see)"
		return
	}
	[ "$(word $hooks/enabled)" = 1 ] || state_before=1
	who=$(tasks_in $state_before)
	echo "${who:-none any more}"
}

systemd_runs() {
	[ -d /run/systemd/system ]
}

# Another root than that of the first process: what is loaded here is loaded elsewhere.
in_chroot() {
	[ "$(stat -Lc %d:%i /proc/1/root/. 2>/dev/null)" != "$(stat -Lc %d:%i /. 2>/dev/null)" ]
}

# ---- waiting -----------------------------------------------------------------

now() {
	local up
	read -r up _ </proc/uptime
	echo "${up%.*}"
}

# wait_for CMD...: until it succeeds; for $timeout seconds, of what gives no event
wait_for() {
	local until
	until=$(($(now) + timeout))
	until "$@"; do
		[ "$(now)" -lt $until ] || return 1
		sleep 0.1
	done
}

# ---- configuration ------------------------------------------------------------

# read_config: sets settings, NAME=VALUE words, or says what is wrong with which line
read_config() {
	local line name value number=0 known
	settings=
	if [ ! -e "$config" ]; then
		[ -z "$config_given" ] || bad_usage "there is no $config"
		return
	fi
	if [ ! -r "$config" ] || [ -d "$config" ]; then
		bad_usage "$config cannot be read"
	fi
	if loaded zswap_zbud; then
		known=" $(cd $cache/parameters && echo *) "
	else
		known=" $(modinfo -F parm "$(module_file zswap_zbud)" 2>/dev/null | sed 's/:.*//' | xargs) "
	fi
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		line=$(echo "${line%%#*}" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; s/[[:space:]]*=[[:space:]]*/=/')
		[ -n "$line" ] || continue
		name=${line%%=*}
		value=${line#*=}
		case $line in
		*=*) ;;
		*) bad_usage "$config:$number: '$line' is no NAME=VALUE" ;;
		esac
		case $value in
		'' | *[!A-Za-z0-9_.,\(\)-]*) bad_usage "$config:$number: '$value' is no value for $name" ;;
		esac
		case $known in
		*" $name "* | '  ') ;;
		*) bad_usage "$config:$number: there is no parameter '$name'; there are:$known" ;;
		esac
		settings="$settings $name=$value"
	done <"$config"
}

# is_set NAME VALUE: it has that value
is_set() {
	case $(word "$cache/parameters/$1"),$2 in
	[YN],[1yY]*) set -- "$1" Y ;;
	[YN],[0nN]*) set -- "$1" N ;;
	esac
	[ "$(word "$cache/parameters/$1")" = "$2" ]
}

# apply: the settings to what is loaded; those that differ
apply() {
	local setting name value status=0
	for setting in $settings; do
		name=${setting%%=*}
		value=${setting#*=}
		! is_set "$name" "$value" || continue
		echo "$value" 2>/dev/null >"$cache/parameters/$name" || {
			say "$config: $setting is refused, it is $(word "$cache/parameters/$name") still"
			status=1
		}
	done
	return $status
}

# ---- the built-in zswap ---------------------------------------------------------

# The cache is ours then, and so is what meminfo counts.
stock_holds() { # in kB
	if loaded zswap_zbud; then
		echo 0
	else
		meminfo Zswapped
	fi
}

stock_empty() {
	[ "$(stock_holds)" = 0 ]
}

# swap_areas: their names, a line for each
swap_areas() {
	awk 'NR > 1 { print $1 }' /proc/swaps
}

# stock_set NAME VALUE
stock_set() {
	echo "$2" 2>/dev/null >"$stock/$1"
}

# Whatever becomes of us, these are what they were.
stock_settings_back() {
	[ -n "$stock_limit" ] || return 0
	stock_set max_pool_percent "$stock_limit"
	stock_set shrinker_enabled "$stock_shrinker"
	stock_set enabled N
	stock_limit=
}

# stock_wakes: at its limit, it has a worker write pages out, when there is one to be stored;
# so somebody swaps a few of his own
stock_wakes() {
	local group=/sys/fs/cgroup/zswapscope
	mkdir -p $group 2>/dev/null
	# shellcheck disable=SC2016 # for the other shell
	[ ! -e $group/memory.reclaim ] || sh -c 'echo $$ >"$0/cgroup.procs" &&
		text=$(head -c 200000 /dev/urandom | od -An -tx1) && echo 512K >"$0/memory.reclaim"' $group 2>/dev/null
	rmdir $group 2>/dev/null || true
}

# stock_write_out: all that it has goes to the swap device.  With a limit of nothing it takes
# no page, and its worker and its shrinker give back what there is; the first time that either
# sees a page it lets it be.  That reads nothing to memory, as swapoff would, which has
# cgroups at their limits lose processes.
stock_write_out() {
	local before idle=0
	say "the built-in zswap writes out the $(mib "$(stock_holds)") that it holds"
	stock_limit=$(word $stock/max_pool_percent)
	stock_shrinker=$(word $stock/shrinker_enabled)
	stock_set max_pool_percent 0
	stock_set shrinker_enabled Y
	stock_set enabled Y
	before=$(stock_holds)
	until stock_empty || [ $idle -ge 20 ]; do
		echo 2 >/proc/sys/vm/drop_caches
		stock_wakes
		sleep 0.1
		idle=$((idle + 1))
		[ "$(stock_holds)" -ge "$before" ] || idle=0
		before=$(stock_holds)
	done
	stock_settings_back
}

# stock_off: the built-in zswap is off and empty
stock_off() {
	[ "$(word $stock/enabled)" != Y ] || {
		say 'the built-in zswap is switched off'
		mkdir -p $state && : >$state/stock-was-on
		stock_set enabled N || fail "it cannot be: $stock/enabled is refused"
	}
	stock_empty || stock_write_out
	stock_empty || {
		set -- "$(stock_holds)"
		stock_back
		fail "the built-in zswap keeps $1 kB, which it cannot write out (is memory.zswap.writeback 0 somewhere?):" \
			"'swapoff -a && swapon -a' reads them to memory, if there is enough"
	}
}

stock_back() {
	[ -e $state/stock-was-on ] || return 0
	stock_set enabled Y && say 'the built-in zswap is on again, as it was before'
	rm -f $state/stock-was-on
}

# ---- modules ------------------------------------------------------------------

# load NAME [SETTING...]: or say why not
load() {
	local name="$1" said reason
	shift
	# What the module says comes behind it.
	echo "<6>zswapscope: loading $name" >/dev/kmsg
	if [ -n "$modules" ]; then
		said=$(insmod "$modules/$name.ko" "$@" 2>&1) && return
	else
		said=$(modprobe "$name" "$@" 2>&1) && return
	fi
	reason=$(dmesg | awk '
		/\] zswapscope: loading / { said = "" }
		match($0, /\] (frontswap|zswap_zbud): /) { said = substr($0, RSTART + RLENGTH) }
		END { print said }')
	case $said in
	*'Key was rejected'* | *'Required key not available'*)
		reason="this kernel takes modules only that it trusts (Secure Boot): $(signature_cure)"
		;;
	*'not permitted'*)
		if signatures; then
			reason="this kernel takes signed modules only (Secure Boot, lockdown): $(signature_cure)"
		else
			reason='no right to load modules: inside a container, it is for the machine outside'
		fi
		;;
	*'Exec format error'* | *'Unknown symbol'*)
		reason="${reason:+$reason; }it was built for another kernel: build it again ('dkms autoinstall', or 'make install')"
		;;
	esac
	say "$name cannot be loaded: ${reason:-${said##*: }}"
	return 1
}

# triggers: those of ftrace on zswap's events, which the kernel does not remove in time
triggers() {
	grep -lsv '^#' /sys/kernel/tracing/events/zswap/*/trigger \
		/sys/kernel/tracing/instances/*/events/zswap/*/trigger 2>/dev/null | xargs
}

# unload_cache: which writes out all that is in it; for as long as that takes, but not silently
unload_cache() {
	local left before quiet=0 said next
	loaded zswap_zbud || return 0
	said=$(triggers)
	[ -z "$said" ] || {
		say "ftrace has triggers on zswap's events, which have to be removed first ('echo !...'): $said"
		return 1
	}
	before=$(meminfo Zswapped)
	[ "$before" = 0 ] || say "$(mib "$before") of pages are written out"
	rm -f $state.rmmod
	{ rmmod zswap_zbud 2>&1; echo "exit $?"; } >$state.rmmod &
	next=$(($(now) + 10))
	while ! grep -qs '^exit' $state.rmmod; do
		sleep 0.1
		[ "$(now)" -ge $next ] || continue
		next=$(($(now) + 10))
		left=$(meminfo Zswapped)
		quiet=$((quiet + 10))
		[ "$left" -ge "$before" ] || quiet=0
		before=$left
		say "$(mib "$left") are left"
		[ $quiet -lt "$timeout" ] || {
			say "for $quiet seconds, none could be written: the drain goes on by itself;" \
				"dmesg says what it waits for, and 'swapoff -a' has them in memory"
			return 1
		}
	done
	wait
	said=$(sed '/^exit/d' $state.rmmod)
	left=$(sed -n 's/^exit //p' $state.rmmod)
	rm -f $state.rmmod
	[ "$left" = 0 ] && return
	case $said in
	*'in use'*)
		say 'zswap_zbud is in use: end what watches it first (zswaptop, zswap-trace, another tracer)'
		;;
	*) say "zswap_zbud cannot be unloaded: ${said##*: }" ;;
	esac
	return 1
}

unload_hooks() {
	local said
	loaded frontswap || return 0
	if [ -d $hooks ]; then
		[ "$(word $hooks/enabled)" = 0 ] || echo 0 >$hooks/enabled || {
			say "the hooks cannot be taken away: $hooks/enabled is refused"
			return 1
		}
		wait_for unhooked || {
			say "the hooks do nothing any more, but wait for tasks that are within them: $(who_holds);" \
				"call 'zswapscope stop' again when these have gone on"
			return 1
		}
	fi
	# Livepatch lets go of the module a moment later.
	wait_for unloaded_hooks || {
		said=$(rmmod frontswap 2>&1)
		say "frontswap cannot be unloaded: ${said##*: }"
		return 1
	}
}

unloaded_hooks() {
	rmmod frontswap 2>/dev/null || ! loaded frontswap
}

# load_hooks: or turn round those that are on their way out
load_hooks() {
	if [ -d $hooks ]; then
		[ "$(word $hooks/enabled)" = 1 ] || echo 1 >$hooks/enabled || return
		# Until then, they are leaving for who comes.
		wait_for settled || {
			say "the hooks were on their way out, and have to come back first; livepatch waits for $(who_holds)"
			return 1
		}
		return
	fi
	! loaded frontswap || rmmod frontswap ||
		fail 'frontswap is loaded, without its hooks, and cannot be unloaded'
	load frontswap
}

# ---- the exporter, which has zswap_zbud in use -----------------------------------

exporter=zswap-exporter.service

exporter_waits() {
	systemd_runs && systemctl -q is-active $exporter || return 1
	say "$exporter is stopped meanwhile"
	systemctl stop $exporter
}

# Not waited for: systemd may have asked us, and wait itself.
exporter_goes_on() {
	systemctl --no-block start $exporter
}

exporter_looks_again() {
	! systemd_runs || systemctl --no-block try-restart $exporter 2>/dev/null || true
}

# ---- commands ----------------------------------------------------------------------

need_root() {
	[ "$(id -u)" = 0 ] || fail "$command takes root: 'sudo zswapscope $command'"
}

take_lock() {
	exec 9>$lock || fail "$lock cannot be written"
	flock -w "$timeout" 9 || fail 'another zswapscope is at work, and does not come to its end'
}

let_go() {
	exec 9>&-
}

start() {
	local why
	if runs; then
		read_config
		apply || exit 1
		say 'it runs'
		return
	fi
	why=$(supported) || fail "$why"
	has_modules || fail "$(why_no_modules)"
	read_config
	why=$(why_not_signed)
	[ -z "$why" ] || fail "$why"
	# Hooks that are gone for good do not come back beneath a cache.
	if unhooked && loaded zswap_zbud; then
		unload_cache || exit 1
		unload_hooks || exit 1
	fi
	stock_off
	load_hooks || {
		stock_back
		exit 1
	}
	if loaded zswap_zbud; then
		apply
	else
		# shellcheck disable=SC2086 # words without blanks
		load zswap_zbud $settings || {
			unload_hooks
			stock_back
			exit 1
		}
	fi
	wait_for settled || fail "the modules are loaded, and will work as soon as livepatch has switched" \
		"every task over; it waits for $(who_holds); 'zswapscope status' says when that is done"
	runs || fail "the modules are loaded, but not activated: $(dmesg | sed -n 's/.*\] frontswap: not activated: //p' |
		tail -n 1)"
	exporter_looks_again
	say 'it runs: what is swapped out goes through the pool'
	[ "$(swap_areas)" ] || say 'but there is no swap, so nothing is swapped out: swapon adds some'
}

stop() {
	local exporter_was=
	if ! loaded zswap_zbud && ! loaded frontswap; then
		stock_back
		say 'it does not run'
		return
	fi
	! exporter_waits || exporter_was=1
	unload_cache && unload_hooks && stock_back
	set -- $?
	[ -z "$exporter_was" ] || exporter_goes_on
	[ "$1" = 0 ] || exit 1
	say 'it runs no more: every page is back'
}

# at_boot WORD: enable or disable the unit; sets at_boot_done, or says why not
at_boot() {
	at_boot_done=
	command -v systemctl >/dev/null || {
		[ "$1" = disable ] ||
			say "nothing was done for the next boot, as there is no systemd: have 'zswapscope start' called there"
		return
	}
	if systemd_runs; then
		systemctl -q "$1" $unit
	else
		SYSTEMD_OFFLINE=1 systemctl -q "$1" $unit 2>/dev/null
	fi || {
		[ "$1" = disable ] || say "nothing was done for the next boot: $unit is not installed ('make install')"
		return
	}
	at_boot_done=1
	systemd_runs || say "it is ${1}d for the next boot with systemd, which does not run here"
}

enable() {
	need_root
	if in_chroot; then
		read_config
		say 'this is a chroot: nothing was loaded'
		at_boot enable
		return
	fi
	take_lock
	start
	let_go
	at_boot enable
	# What runs already is found by it.
	[ -z "$at_boot_done" ] || ! systemd_runs || systemctl start $unit
}

disable() {
	need_root
	at_boot disable
	if in_chroot; then
		say 'this is a chroot: nothing was unloaded'
		return
	fi
	take_lock
	stop
	let_go
	[ -z "$at_boot_done" ] || ! systemd_runs || systemctl stop $unit
}

start_now() {
	need_root
	! in_chroot || fail 'this is a chroot: nothing was loaded'
	take_lock
	start
}

stop_now() {
	need_root
	! in_chroot || fail 'this is a chroot: nothing was unloaded'
	take_lock
	stop
}

# ---- status ------------------------------------------------------------------------

# head: in one line; the exit status is that of status
head_line() {
	local why
	if loaded zswap_zbud || loaded frontswap; then
		if runs; then
			echo 'zswapscope runs: what is swapped out goes through the pool'
			return 0
		elif ! settled && [ "$(word $hooks/enabled)" = 1 ]; then
			echo "zswapscope waits: livepatch has not yet switched every task over; it waits for $(who_holds)"
		elif ! settled || [ "$(word $hooks/enabled)" = 0 ]; then
			echo "zswapscope is on its way out: livepatch waits for $(who_holds); then, 'zswapscope stop' unloads it"
		elif [ "$(word $cache/initstate)" = going ]; then
			echo "zswapscope drains: $(mib "$(meminfo Zswapped)") have to be written out"
		elif ! loaded zswap_zbud; then
			echo "zswapscope is half there: frontswap is loaded, but not zswap_zbud; 'zswapscope start' goes on"
		elif [ "$(verdict)" = refused ]; then
			echo "zswapscope is loaded and does nothing: the built-in zswap was in use; 'zswapscope stop', then 'start'"
		else
			echo "zswapscope is half there: the hooks are missing; 'zswapscope stop', then 'start'"
		fi
		return $exit_trouble
	fi
	if ! why=$(supported); then
		echo "zswapscope cannot run: $why"
	elif ! has_modules; then
		echo "zswapscope cannot run: $(why_no_modules)"
	elif why=$(why_not_signed) && [ -n "$why" ]; then
		echo "zswapscope cannot run: $why"
	else
		echo "zswapscope does not run: 'zswapscope enable' starts it"
		return $exit_off
	fi
	return $exit_cannot
}

status_modules() {
	local running on_disk
	if ! loaded zswap_zbud; then
		! has_modules || module_file zswap_zbud | sed 's/$/ (not loaded)/'
		return
	fi
	running=$(word $cache/srcversion)
	on_disk=$(modinfo -F srcversion "$(module_file zswap_zbud)" 2>/dev/null)
	if [ -z "$on_disk" ]; then
		echo 'loaded, from files that are no longer there'
	elif [ "$running" != "$on_disk" ]; then
		echo "loaded; other ones have been installed since, which a stop and a start would load"
	else
		echo 'loaded'
	fi
}

status_config() {
	local setting name differs=
	loaded zswap_zbud || return 0
	if [ ! -e "$config" ]; then
		echo "there is no $config"
		return
	fi
	# What is wrong with it, "start" says.
	read_config
	for setting in $settings; do
		name=${setting%%=*}
		is_set "$name" "${setting#*=}" ||
			differs="$differs${differs:+, }$name is $(word "$cache/parameters/$name") and not ${setting#*=}"
	done
	echo "${differs:-as in $config}${differs:+: 'zswapscope start' sets what $config says}"
}

status_stock() {
	if [ ! -e $stock/enabled ]; then
		echo 'not there'
	elif [ "$(word $stock/enabled)" = Y ]; then
		echo "on${1:+, but not asked}"
	elif stock_empty; then
		echo 'off'
	else
		echo "off, with $(mib "$(stock_holds)") in it still"
	fi
}

status_boot() {
	local said
	command -v systemctl >/dev/null || {
		echo 'there is no systemd'
		return
	}
	if systemd_runs; then
		said=$(systemctl is-enabled $unit 2>/dev/null)
	else
		said=$(SYSTEMD_OFFLINE=1 systemctl is-enabled $unit 2>/dev/null)
	fi
	case $said in
	enabled) echo "yes ($unit)" ;;
	'' | not-found) echo "no: $unit is not installed" ;;
	*) echo 'no' ;;
	esac
}

status_swap() {
	[ "$(swap_areas)" ] || {
		echo 'none: nothing is swapped out, so there is nothing to compress'
		return
	}
	awk 'NR > 1 { size += $3; used += $4; names = names (names ? ", " : "") $1 }
		END { printf "%d of %d MiB in use (%s)\n", used / 1024, size / 1024, names }' /proc/swaps
}

status_pool() {
	loaded zswap_zbud || return 0
	echo "$(mib "$(meminfo Zswapped)") of pages, compressed to $(mib "$(meminfo Zswap)")"
}

# line NAME TEXT: unless there is nothing to be said
line() {
	[ -z "$2" ] || printf '  %-12s%s\n' "$1" "$2"
}

status() {
	local code why ours=
	head_line
	code=$?
	[ $code != 0 ] || ours=1
	why=$(supported) && why="Linux $(uname -r), which is supported"
	line kernel "$why"
	line modules "$(status_modules)"
	line pool "$(status_pool)"
	line parameters "$(status_config)"
	line 'at boot' "$(status_boot)"
	line swap "$(status_swap)"
	line built-in "$(status_stock "$ours")"
	exit $code
}

# ---- the command line ------------------------------------------------------------------

here=$(dirname "$(readlink -f "$0")")
command='' modules='' config_given='' timeout=60 stock_limit=

while [ $# -gt 0 ]; do
	case $1 in
	--config | --modules | --timeout | -f | -m | -t)
		[ $# -ge 2 ] || bad_usage "$1 wants a value"
		name=$1 value=$2
		shift
		;;
	--config=* | --modules=* | --timeout=*) name=${1%%=*} value=${1#*=} ;;
	-[fmt]?*) value=${1#-?} name=${1%"$value"} ;;
	--completion=*)
		completion "${1#*=}"
		exit
		;;
	-\? | -h | --help)
		usage
		exit
		;;
	--usage)
		echo "$usage_line"
		exit
		;;
	-V | --version)
		echo "zswapscope $version"
		exit
		;;
	-*) bad_usage "unknown option '$1'" ;;
	enable | disable | status | start | stop)
		[ -z "$command" ] || bad_usage "one command at a time: $command, or $1"
		command=$1
		shift
		continue
		;;
	*)
		[ -z "$command" ] || bad_usage "'$1' is one word too many behind $command"
		bad_usage "'$1' is no command: enable, disable, status, start or stop"
		;;
	esac
	case $name in
	-f | --config) config=$value config_given=1 ;;
	-m | --modules) modules=$value ;;
	-t | --timeout)
		case $value in
		'' | *[!0-9]* | ???????*) bad_usage "'$value' is no number of seconds" ;;
		esac
		timeout=$value
		;;
	esac
	shift
done

trap stock_settings_back EXIT
trap 'exit 1' INT TERM HUP

case $command in
'') bad_usage 'it wants a command: enable, disable, status, start or stop' ;;
start) start_now ;;
stop) stop_now ;;
*) "$command" ;;
esac
