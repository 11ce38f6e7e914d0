#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# xeap status and xeap capture, wrongly called, or with nobody there who answers.
# time limit: 60 s

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
xeap=$(realpath "${XEAP_BUILD:-build}")/xeap
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# says WHAT STATUS PATTERN COMMAND…: the exit status, and the first line on standard error
says()
{
	local what=$1 status=$2 pattern=$3 got out

	shift 3
	out=$("$@" 2>&1 >/dev/null)
	got=$?
	[ "$got" = "$status" ] && head -n 1 <<<"$out" | grep -q -e "$pattern"
	report $? "$what" "exit status $got"$'\n'"$out"
}

# server REPLY: listens once at $dir/control and says that
server()
{
	python3 -c "import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(1)
open(sys.argv[1] + '.ready', 'w').close()
c = s.accept()[0]
c.recv(4096)
c.sendall(eval('b\"' + sys.argv[2] + '\"'))
" "$dir/control" "$1" &
	while [ ! -e "$dir/control.ready" ]; do
		sleep 0.02
	done
}

# answered WHAT STATUS PATTERN REPLY COMMAND ARGS…
answered()
{
	local what=$1 status=$2 pattern=$3 reply=$4 command=$5

	shift 5
	rm -f "$dir/control" "$dir/control.ready"
	server "$reply"
	says "$what" "$status" "$pattern" timeout 10 "$xeap" "$command" --control "$dir/control" "$@"
	wait
}

says 'status: no time' 2 'watch takes seconds' "$xeap" status --watch=x
says 'status: too short a time' 2 'watch takes seconds' "$xeap" status --watch=0.01
says 'status: two forms' 2 'not both' "$xeap" status --json --prometheus
says 'status: metrics that are watched' 2 'who scrapes' "$xeap" status --prometheus --watch
says 'status: a word' 2 'no words' "$xeap" status port0
says 'status: an empty name' 2 'empty name' "$xeap" status -p a,,b
says 'status: an unknown option' 2 'unrecognized' "$xeap" status --jsn
says 'capture: no file' 2 'no file given' "$xeap" capture -p a
says 'capture: no frames' 2 'whole number from 1' "$xeap" capture -w "$dir/f" -c 0
says 'capture: no number' 2 'whole number from 1' "$xeap" capture -w "$dir/f" -c 5x
says 'capture: a word' 2 'no words' "$xeap" capture -w "$dir/f" port0
says 'capture: a terminal' 2 'is a terminal' bash -c 'script -qefc "$0 capture -w -" /dev/null >&2' "$xeap"
for command in status 'capture -w f'; do
	# shellcheck disable=SC2086 # words
	set -- $command
	word=$1
	shift
	says "$word: nobody has ever been there" 1 'no xeap run listens' "$xeap" "$word" --control "$dir/nowhere" "$@"
	says "$word: too long a path" 1 'from 1 to 107 bytes' "$xeap" "$word" --control "$dir/$(printf '%0200d' 0)" "$@"
	says "$word: a file" 1 'Connection refused\|no xeap run' "$xeap" "$word" --control "$0" "$@"
	answered "$word: refused" 1 'xeap.*: not today$' '{\"error\":\"not today\"}\n' "$word" "$@"
done
answered 'status: cut short' 1 'broke off' '{\"schema\":\"xeap-status\",\"ports\":[' status
answered 'status: not what it should be' 1 'broke off' '[1,2]\n' status
answered 'status: nothing' 1 'broke off' '' status
answered 'status: only that there is nothing' 0 '' '{}\n' status
answered 'capture: not what it should be' 1 'does not answer with a capture' 'this is no capture at all' capture -w "$dir/f"
answered 'capture: a block without an end' 1 'does not answer with a capture' '\x06\0\0\0\xf0\xff\xff\xff' capture -w "$dir/f"
answered 'capture: nothing' 0 '0 frames written, 0 lost' '' capture -w "$dir/f"
[ "$(stat -c '%a %s' "$dir/f")" = '600 0' ]
report $? 'a capture is for its owner'
echo "1..$count"
exit $((failures > 0))
