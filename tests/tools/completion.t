#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bash, zsh and fish load what the tools say of themselves, where make install puts it, and
# complete with it: each option of each --help and nothing else, and what options take.
# shellcheck disable=SC2317 # functions are called by a part of their names
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$top/tests/tap.sh"
bin=$top/build/bin
work=$(mktemp -d)
server=zs-completion-$$
trap 'tmux -L $server kill-server 2>/dev/null; rm -rf "$work"' EXIT
tools='zswaptop zswap-trace zswap-exporter zswapscope'

make -s -C "$top" install-tools DESTDIR="$work/root" PREFIX=/usr >&2 ||
	bail_out 'the tools do not build'
bash_files=$work/root/usr/share/bash-completion/completions
zsh_files=$work/root/usr/share/zsh/site-functions
fish_files=$work/root/usr/share/fish/vendor_completions.d
mkdir "$work/cwd" && cd "$work/cwd" && touch one.zs two.zs && mkdir sub
PATH=$bin:$PATH

for tool in $tools; do
	ok "bash -n '$bash_files/$tool'" "$tool: bash can read it"
	ok "zsh -n '$zsh_files/_$tool'" "$tool: zsh can read it"
	ok "fish -n '$fish_files/$tool.fish'" "$tool: fish can read it"
done

# completed SHELL LINE: what it offers at the end of the line, a word to a line, sorted
completed() {
	"completed_$1" "$2" | sort -u
}

# Words as readline parts them; what is behind a quote is one.
completed_bash() {
	bash --norc -s -- "$1" <<-'END' 2>/dev/null
		line=$1
		for file in ${line%% *}; do
			source "$BASH_FILES/$file"
		done
		compopt() { [[ $2 != default ]] || compgen -f -- "${COMP_WORDS[COMP_CWORD]}"; }
		quoted=${line#"${line%%\'*}"}
		line=${line%"$quoted"}
		line=${line//=/ = }
		read -ra COMP_WORDS <<< "$line"
		[[ $line != *' ' ]] || COMP_WORDS+=("$quoted")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		"_${COMP_WORDS[0]//-/_}"
		((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
	END
}

# One for all questions; a copy of its files is what subshells have, too.
coproc ZSH { exec zsh -f "$top/tests/tools/complete.zsh" "$zsh_files" 2>&1; }
exec 5<&"${ZSH[0]}" 6>&"${ZSH[1]}"

completed_zsh() {
	echo "$1" >&6
	while read -r -t 60 word && [ "$word" != . ]; do
		printf '%s\n' "$word"
	done <&5
}

# With the beginning of the word, of paths and of --option=value; and with descriptions.
completed_fish() {
	# shellcheck disable=SC2016 # fish's own
	XDG_DATA_DIRS=$work/root/usr/share:/usr/share XDG_CONFIG_HOME=$work \
		fish -c 'complete -C $argv[1]' "$1" | cut -f 1 | sed 's/^--[a-z]*=//'
}
export BASH_FILES=$bash_files

# The options that --help has, sorted.
helped() {
	"$@" --help | sed -nE 's/^ {2,6}(-.*)/\1/p' | sed 's/  .*//' |
		grep -oE '(^|, )--?[^ ,=[]+' | sed 's/^, //' | sort -u
}

# offers LINE WORDS WHAT: just these are offered, in each shell
offers() {
	for shell in bash zsh fish; do
		is "$(completed $shell "$1" | xargs -d '\n')" "$2" "$shell: $3"
	done
}

# words: those on standard input, on one line, in the order of completed()
words() {
	tr -s ' ' '\n' | sort -u | xargs -d '\n'
}

commands=$(sed -nE 's/^\t\{ "([a-z]+)", &[a-z]+_argp, .*/\1/p' "$top/tools/zswap-trace/main.c" | words)
like " $commands " ' check ' 'zswap-trace has commands'

#
# Each option of each --help, and none else.
#
for tool in $tools; do
	offers "$tool -" "$(helped "$tool" | words)" "$tool: the options of its --help"
done
for command in $commands; do
	offers "zswap-trace $command -" "$(helped zswap-trace "$command" | words)" \
		"zswap-trace $command: the options of its --help"
done
touch -- -x '-?'
offers 'zswap-trace --u' "$(helped zswap-trace | grep '^--u' | words)" 'those that begin so'
offers 'zswap-trace ' "$commands" 'zswap-trace: its commands are the first word'
offers 'zswap-trace chec' check 'one of them'
offers 'zswap-trace -T ' '' 'and no other'
is "$(completed bash 'zswaptop ')$(completed fish 'zswaptop ')" '' 'zswaptop: no word'
offers 'zswapscope ' 'disable enable start status stop' 'zswapscope: its commands'
offers 'zswapscope st' 'start status stop' 'those that begin so'
offers 'zswapscope -t 5 en' enable 'and behind an option'
is "$(completed bash 'zswapscope status ')$(completed fish 'zswapscope status ')" '' 'one command is enough'
is "$(for shell in bash zsh fish; do completed $shell 'zswapscope -f t'; done | xargs)" 'two.zs two.zs two.zs' \
	'zswapscope -f: files'
offers 'zswap-trace check --completion' '' 'what is hidden is not offered'

#
# What options take.
#
sources=$(zswaptop --source '?' 2>&1 | sed 's/.*: //; s/,//g; s/ or / /' | words)
offers 'zswaptop --source ' "$sources" '--source: those that there are'
offers 'zswaptop --source=tp' tp_btf '--source=: one of them'
views=$(zswaptop --view '?' 2>&1 | sed 's/.*: //; s/,//g; s/ or / /' | words)
offers 'zswaptop -b --view ' "$views" '--view: those that there are'
keys=$(zswaptop -s '?' 2>&1 | sed 's/.*: //; s/,//g' | words)
for shell in bash zsh fish; do
	is "$(comm -23 <(echo "$keys" | tr ' ' '\n') <(completed $shell 'zswaptop --sort '))" '' \
		"$shell: --sort: columns"
	like "$(completed $shell "zswap-trace -p ${$%?}")" "^$$\$" "$shell: -p: processes"
	is "$(completed $shell 'zswap-trace check -d ' | xargs)" '' "$shell: -d: nobody can guess"
	is "$(completed $shell 'zswap-trace check --btf t' | xargs)" two.zs "$shell: --btf: files"
done
for shell in zsh fish; do
	is "$(completed $shell 'zswap-trace --pin ' | tr -d / | xargs)" sub "$shell: --pin: folders"
done
# Of more than one word, the last.
kinds=$(zswap-trace events -e '?' 2>&1 | sed "s/.*'?': //; s/,//g" | words)
fields=$(zswap-trace events -f x==1 2>&1 | sed 's/.*no field: //; s/,//g' | words)
like "$kinds;$fields" '(^| )store .*;.*(^| )duration ' 'there are kinds of events, and fields of filters'
# offers_last LINE WORDS WHAT: offers(), but for what is before the last word
offers_last() {
	for shell in bash zsh fish; do
		is "$(completed $shell "$1" | sed 's/.*[ ,&|]//' | sort -u | xargs -d '\n')" "$2" "$shell: $3"
	done
}
offers_last 'zswap-trace whatif --pool ' 'nbuddies nbuddies2 zbud zsmalloc' '--pool: those that there are'
offers_last 'zswap-trace whatif --pool zbud,nb' 'nbuddies nbuddies2' '--pool: a second one'
offers_last 'zswap-trace whatif --pool=zbud,zs' zsmalloc '--pool=: as well'
offers_last 'zswap-trace events -e ' "$kinds" '-e: kinds of events'
offers_last 'zswap-trace record --events store,load,ev' evict '--events: a third one'
offers_last 'zswap-trace events -f ' "$fields" '-f: fields'
offers_last 'zswap-trace record -f du' duration '-f: one of them'
offers_last "zswap-trace events -f '" "$fields" '-f: within quotes'
offers_last "zswap-trace events -f 'length>1K && ag" age '-f: of a second comparison'
offers_last "zswap-trace events --filter 'length>1K||ag" age '--filter: without blanks'
is "$(completed bash 'zswap-trace whatif --pool zbud,zs') $(completed fish 'zswap-trace whatif --pool zbud,zs')" \
	'zbud,zsmalloc zbud,zsmalloc' 'what was there before stays'
offers 'zswap-trace help ' "$commands" 'help: of each command'
offers 'zswap-trace help chec' check 'help: of one of them'
is "$(completed bash 'zswap-trace help check ')$(completed fish 'zswap-trace help check ')" '' 'help: and not of two'
# Behind "--", another program, and what it takes.
for line in 'zswap-trace record -- cksu' 'zswap-trace --expect x -- cksu'; do
	offers "$line" cksum "$line: a program"
done
for shell in zsh fish; do
	is "$(completed $shell 'zswap-trace record -- cksum t')" two.zs "$shell: and its files"
	is "$(completed $shell 'zswap-trace record -- cksum --js')" '' "$shell: and not our options"
done
offers 'zswap-trace report two' two.zs 'a file that is no option'
cgroups=$(find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort | words)
for shell in bash zsh fish; do
	for path in '' / /sys/fs/cgroup/; do
		is "$(completed $shell "zswap-trace -c $path" | sed "s,^$path,,; s,/$,," | sort -u | xargs -d '\n')" \
			"$cgroups" "$shell: -c $path: cgroups"
	done
done

#
# In a terminal, with what was installed and nothing else.
#
# types SHELL COMMAND...: in that shell, a beginning and the key of completion
types() {
	shell=$1
	shift
	tmux -u -L "$server" new-session -d -s "$shell" -x 100 -y 24 "$@"
	ok "wait_for 60 shows 'ready>'" "$shell: starts"
	tmux -L "$server" send-keys -t "$shell" 'zswap-trace che' Tab
	ok "wait_for 60 shows 'ready> zswap-trace check'" "$shell: a command is completed"
	tmux -L "$server" send-keys -t "$shell" -- '--js'
	ok "wait_for 60 shows 'ready> zswap-trace check --js'" "$shell: goes on"
	tmux -L "$server" send-keys -t "$shell" Tab
	ok "wait_for 60 shows 'ready> zswap-trace check --json'" "$shell: and then an option" ||
		diag "$(tmux -L "$server" capture-pane -p -t "$shell")"
	goes_on 'whatif --pool zbud,zs' 'zbud,zsmalloc' 'a second word of a list'
	goes_on "events -f 'length>1 && dur" "'length>1 && duration" 'a field within quotes'
}

# goes_on BEGINNING END WHAT: in that shell, on a new line
goes_on() {
	tmux -L "$server" send-keys -t "$shell" C-u "zswap-trace $1" Tab
	ok "wait_for 60 shows \"$2\"" "$shell: $3" || diag "$(tmux -L "$server" capture-pane -p -t "$shell")"
}

shows() {
	tmux -L "$server" capture-pane -p -t "$shell" | grep -Eq -- "$1"
}

cat > "$work/bashrc" <<-END
	PS1='ready> '
	source '$bash_files/zswap-trace'
END
mkdir -p "$work/zsh" "$work/fish"
cat > "$work/zsh/.zshrc" <<-END
	PS1='ready> '
	fpath=('$zsh_files' \$fpath)
	autoload -Uz compinit
	compinit -u -D
END
echo 'function fish_prompt; echo "ready> "; end' > "$work/fish/config.fish"
types bash env -i TERM="$TERM" PATH="$PATH" bash --noprofile --rcfile "$work/bashrc" -i
types zsh env -i TERM="$TERM" PATH="$PATH" ZDOTDIR="$work/zsh" zsh -d -i
types fish env -i TERM="$TERM" PATH="$PATH" HOME="$work" XDG_CONFIG_HOME="$work" \
	XDG_DATA_DIRS="$work/root/usr/share:/usr/share" fish -i

#
# Asked for something else
#
zswaptop --completion=ksh > out 2> err
is "$? $(wc -l < out) $(wc -l < err)" '2 0 1' 'another shell: one line, and exit status 2'
like "$(cat err)" "'ksh'.*bash, zsh or fish" 'that tells which there are'
zswaptop --completion=bash > /dev/full 2> err
is "$? $(wc -l < err)" '1 1' 'a full disk is a failure that is told'

done_testing
