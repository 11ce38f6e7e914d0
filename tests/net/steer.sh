#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# xeap steer: the program on ports without a process that serves them.
. "$(dirname "$0")/lib.sh"

# steer ARGUMENT…: xeap steer in the near namespace, on pins of this test's own
steer()
{
	lab_near "$LAB_XEAP" steer --pin "$LAB_DIR/bpf/xeap" "$@"
}

# shown FILTER: what `steer show --json` says, as one array
shown()
{
	steer show --json | jq -e -s "$1"
}

# pings COUNT: so many of three are answered
pings()
{
	test "$(lab_far "$LAB_ROOT/tests/net/ping" 192.0.2.1 3)" = "$1"
}

# refused STATUS WORDS ARGUMENT…: one line that has the words, and this exit status
refused()
{
	local status=$1 words=$2 out got

	shift 2
	out=$(steer "$@" 2>&1 >/dev/null)
	got=$?
	[ $got = "$status" ] && [[ $(head -1 <<<"$out") == *"$words"* ]] && return
	echo "status $got: $out"
	return 1
}

net_own_mounts
net_begin
net_need lab_bpffs
net_need lab_ports 0 2
is 'nothing is shown where nothing is' "$(steer show --json)" ''
ok 'attach' steer attach port0 port1
ok 'both are native, pinned, and counted from nothing' shown \
	'map([.port, .mode, .pinned, .packets.redirected]) == [["port0","native",true,0],["port1","native",true,0]]'
ok 'again is no error' steer attach port0
ok 'and changes nothing' shown '.[0].slot == 1 and .[1].slot == 2'
ok 'the table has a line for each' test "$(steer show | grep -c '^port[01] .*yes')" = 2
ok 'show of one port' test "$(steer show --json port1 | jq -r .port)" = port1
ok 'show of a port that has none' refused 1 'no program of xeap' show port2
ok 'another mode is refused' refused 1 "ask for that mode, or run 'xeap steer detach'" attach --mode generic port0
ok 'mode packet is refused' refused 1 'in mode native or generic' attach --mode packet port2
ok 'a port that there is not' refused 1 'no port nix here' attach nix
ok 'the ones behind it are attached all the same' shown 'length == 2'
ok 'detach of a port that has none' refused 1 'port port2 is not pinned in' detach port2
ok 'detach of one' steer detach port1
ok 'leaves the other' shown 'map(.port) == ["port0"]'
ok 'no program is on it' net_unattached port1
ok 'detach of all' steer detach
ok 'no program is left' net_unattached port0
ok 'nor a pin' test ! -e "$LAB_DIR/bpf/xeap"
ok 'detach where nothing is' refused 1 'nothing is pinned in' detach
ok 'a directory that is no bpffs' refused 1 'is not on a bpffs' attach --pin "$LAB_DIR/none" port0
ok 'is not made' test ! -e "$LAB_DIR/none"
ok 'no action' refused 2 'show, attach or detach'
ok 'an action that there is not' refused 2 'show, attach or detach' look
ok 'attach without a port' refused 2 'needs a PORT' attach
ok '--json with attach' refused 2 'goes with show' attach --json port0
ok '--mode with show' refused 2 'go with attach' show --mode native
ok '--gate with detach' refused 2 'go with attach' detach --gate port

# A gate that stands before anybody is there.
net_need lab_near ip addr add 192.0.2.1/24 dev port0
net_need lab_far ip addr add 192.0.2.2/24 dev auth0
ok 'pings get through' pings 3
ok 'attach with a gate' steer attach --gate port port0
ok 'no ping gets through' pings 0
ok 'the same program' shown 'map(.program) == ["xeap_steer_gate"] and .[0].packets.gated > 0'
ok 'attach without one' steer attach port0
ok 'pings get through again' pings 3
ok 'attach with one that fails open' steer attach --gate port --gate-fail open port0
ok 'and pings get through: nobody is there' pings 3
ok 'detach' steer detach
for action in show 'attach port2' detach; do
	steer attach port0 >/dev/null
	# shellcheck disable=SC2086
	lab_near setpriv --reuid 65534 --clear-groups "$LAB_XEAP" steer --pin "$LAB_DIR/bpf/xeap" $action >/dev/null 2>"$LAB_DIR/denied.txt"
	is "$action without permission: exit status 3" $? 3
	ok "$action without permission: one line" test "$(wc -l <"$LAB_DIR/denied.txt")" = 1
done
ok 'nothing of that had an effect' shown 'map(.port) == ["port0"]'
ok 'detach' steer detach
net_end
