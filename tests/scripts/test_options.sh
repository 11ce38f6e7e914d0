#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# scripts/check-options: a small tree where help, manual page, completion and getopt agree passes; then each is broken, and the
# check has to say where. What the program built here prints is what the check has read.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
. scripts/lab.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# put PATH LINE…: writes a file of the small tree
put()
{
	mkdir -p "$dir/tree/$(dirname "$1")"
	printf '%s\n' "${@:2}" >"$dir/tree/$1"
}

fresh()
{
	rm -rf "$dir/tree"
	mkdir -p "$dir/tree"
	git init -q "$dir/tree"
	put user/tool/run.c 'static const char help_text[] =' '	"usage: xeap run -c CONF [option…]\n"' '	"\n"' \
		'	"  -c, --config CONF  a \"file\"; not --json here\n"' '	"  -c +               more\n"' \
		'	"      --first N, --second N,\n"' '	"      --third N      numbers\n"' \
		'	"\n"' '	"Exit status: 0 but for --no-option.\n";' \
		'static const struct option o[] = {' '	{ "config", required_argument, NULL, 1 },' \
		'	{"first", required_argument, 0, 2}, { "second", 1, 0, 0 },' '	{ "second", optional_argument, NULL, 3 },' \
		'	{ "third", no_argument, NULL, 4 },' '};'
	put user/tool/probe.c 'int help(void)' '{' '	puts("usage: xeap probe\n"' '	     "  -h  this text");' '}'
	put user/tool/main.c 'puts("usage: xeap COMMAND [option…]\n");'
	put user/tool/xeap.1 '.Sh DESCRIPTION' '.Ss xeap run' '.Bl -tag' '.It Fl c , Fl -config Ar conf' 'See' '.Fl -other .' \
		'.It Fl -first Ar n , Fl -second Ar n' '.It Fl -third' '.El' '.Ss xeap probe' '.It Fl h' '.Sh EXAMPLES' '.It Fl x'
	put user/tool/completion.bash '_x()' '{' '	case ${COMP_WORDS[1]} in' \
		'	run) mapfile -t COMPREPLY < <(compgen -W "--config --first --second --third" -- "$1") ;;' \
		'	probe) COMPREPLY=(-h) ;;' '	esac' '}' 'complete -o default -F _x xeap'
	sed -i 's/-- "$1"/-- "$2"/' "$dir/tree/user/tool/completion.bash"
}

# says WHAT STATUS LINE…: the check's whole output; the tree is fresh afterwards
says()
{
	local what=$1 wanted=$2 out status

	shift 2
	out=$(scripts/check-options "$dir/tree" 2>&1)
	status=$?
	[ $status = "$wanted" ] && [ "$out" = "$(printf '%s\n' "$@")" ]
	report $? "$what" "wanted status $wanted and \"$*\"; got status $status: $out"
	fresh
}

# edit FILE SED…: of user/tool
edit()
{
	sed -i "${@:2}" "$dir/tree/user/tool/$1"
}

fresh
says "what agrees passes" 0 'check-options: 6 options, ok'
edit xeap.1 '/Fl -third/d'
says "an option that the page lacks" 1 'user/tool/run.c:2: xeap run --third: is not in user/tool/xeap.1'
edit xeap.1 's/Fl c , //'
says "a short option that the page lacks" 1 'user/tool/run.c:2: xeap run -c: is not in user/tool/xeap.1'
edit xeap.1 '/Ss xeap probe/,/Fl h/{/Fl h/d}'
says "an option that the page has for another command" 1 'user/tool/probe.c:3: xeap probe -h: is not in user/tool/xeap.1'
edit xeap.1 '/Fl -third/a.It Fl -fourth'
says "an option that the page alone has" 1 'user/tool/xeap.1:9: xeap run --fourth: is not in the help'
edit xeap.1 '/Ss xeap probe/d'
says "a command that the page lacks" 1 'user/tool/xeap.1:1: there is no .Ss xeap probe' \
	'user/tool/xeap.1:10: xeap run -h: is not in the help'
put user/tool/xeap-probe.1 '.Sh NAME' '.It Fl x' '.Sh OPTIONS' '.Ss Of all kinds' '.It Fl h' '.Sh EXAMPLES' '.It Fl y'
edit xeap.1 '/Ss xeap probe/,/Fl h/d'
says "a command with a page of its own" 0 'check-options: 6 options, ok'
put user/tool/xeap-probe.1 '.Sh NAME' '.Sh OPTIONS' '.Ss Of all kinds' '.It Fl z'
says "what such a page lacks, and what it alone has" 1 'user/tool/probe.c:3: xeap probe -h: is not in user/tool/xeap-probe.1' \
	'user/tool/xeap-probe.1:4: xeap probe -z: is not in the help'
edit completion.bash 's/ --second//'
says "an option that the completion lacks" 1 'user/tool/run.c:2: xeap run --second: is not offered by user/tool/completion.bash'
edit completion.bash 's/ --second/& --fourth/'
says "an option that the completion alone has" 1 'user/tool/completion.bash:1: xeap run --fourth: is not in the help'
edit completion.bash 's/--config/-c/'
says "one spelling is enough for the completion" 0 'check-options: 6 options, ok'
edit completion.bash '$d'
says "a completion that completes nothing" 1 \
	'user/tool/completion.bash:1: cannot be asked about xeap probe: bash: line 3: complete: xeap: no completion specification' \
	'user/tool/completion.bash:1: cannot be asked about xeap run: bash: line 3: complete: xeap: no completion specification'
edit run.c '/"third"/d'
says "an option that is not taken" 1 'user/tool/run.c:2: xeap run --third: is in the help and not taken'
edit run.c 's/{ "third"/{ "fourth", no_argument, NULL, 5 }, &/'
says "an option that is taken in secret" 1 'user/tool/run.c:2: xeap run --fourth: is not in the help'
edit run.c 's/"Exit/NAME "Exit/'
says "a help that is not literals alone" 1 \
	'user/tool/run.c:2: this help is not string literals alone, so nobody can check it'
rm "$dir/tree"/user/tool/{run,probe}.c
says "no help at all does not pass" 1 'check-options: found nothing to check'

# The program's own words, for every command whose help the check reads
lab_make -s all
while read -r file; do
	command=$(sed -nE 's/.*"usage: xeap ([a-z][a-z-]*).*/\1/p' "$file")
	out=$(diff <("$LAB_XEAP" "$command" --help | grep '^ *-') <(sed -nE 's/^[^"]*"( +-.*)\\n".*/\1/p' "$file" | sed 's/\\"/"/g'))
	report $? "xeap $command --help prints what was checked" "$out"
done < <(grep -lE '"usage: xeap [a-z]' user/tool/*.c)
echo "1..$count"
[ $failures = 0 ]
