# SPDX-License-Identifier: GPL-2.0-or-later
#
# For completion.t: zsh -f complete.zsh FOLDER, with command lines on standard input.  An
# interactive zsh that has FOLDER in its fpath completes each of them; all that it would
# offer is printed, a word to a line, and a full stop behind the last one.
zmodload zsh/zpty
found=$(mktemp)
trap 'rm -f $found' EXIT

# What the interactive one does first.  Whatever is found comes through compadd: what is
# asked for in an array is no result yet.
setup=$(mktemp)
cat > $setup << END
fpath=($1 \$fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
	local -a matches
	if (( ! \${argv[(I)-[OAD]]} )); then
		builtin compadd -O matches "\$@"
		print -rl -- \$matches >> $found
	fi
	builtin compadd "\$@"
}
comppostfuncs=(finished)
finished() { compstate[insert]= compstate[list]=; print -- '-- finished' >> $found }
PS1=
LISTMAX=0
END
zpty shell zsh -f -i
zpty -w shell "source $setup; print ready\\!"
zpty -r shell line '*ready!*'

while IFS= read -r line; do
	: > $found
	zpty -w -n shell "$line"$'\t'
	for (( tries = 0; tries < 400; tries++ )) do
		grep -qx -- '-- finished' $found && break
		sleep 0.05
	done
	(( tries < 400 )) || print 'no answer'
	# Such functions are called once.
	zpty -w shell $'\C-Ucomppostfuncs=(finished)'
	grep -vx -e '-- finished' -e '' $found
	print .
done
zpty -d shell
rm -f $setup
