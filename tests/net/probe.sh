#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 30 s
#
# `xeap probe` on veth ports: what it says, and that it leaves nothing behind.
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 1

lab_near "$LAB_XEAP" probe >"$LAB_DIR/probe.out" 2>"$LAB_DIR/probe.err"
is 'exit status 0' $? 0
is 'a head and a line a port' "$(awk '{ print $1 }' "$LAB_DIR/probe.out" | sort | tr '\n' ' ')" 'PORT port0 port1 '
is 'nothing on standard error' "$(cat "$LAB_DIR/probe.err")" ''

lab_near "$LAB_XEAP" probe --json port1 >"$LAB_DIR/probe.json" 2>"$LAB_DIR/probe.err"
is 'one port as JSON: exit status 0' $? 0
is 'one port as JSON: what veth has' \
	"$(jq -c '[.port, .driver, .queues, .mtu, .modes."zero-copy", .modes.packet]' "$LAB_DIR/probe.json")" \
	'["port1","veth",1,1500,"no","tried"]'
ok 'one port as JSON: native XDP was asked for or tried' \
	jq -e '.modes.native | . == "yes" or . == "tried"' "$LAB_DIR/probe.json"
is 'one port as JSON: a veth takes no rule, has its tags from the far end, and is in no bridge' \
	"$(jq -c '[.flow_rule, .vlan_tags, .bridge]' "$LAB_DIR/probe.json")" '["no","far-end",["linkmode"]]'
ok 'nothing stays attached' net_unattached port1
net_need lab_near ip link add br0 type bridge
net_need lab_near ip link set port1 master br0
is 'a port of a bridge can be locked' "$(lab_near "$LAB_XEAP" probe --json port1 | jq -c .bridge)" \
	'["locked","stations","linkmode"]'
is 'and says so in the table' "$(lab_near "$LAB_XEAP" probe port0 port1 | awk 'NR > 1 { print $1, $9, $10, $11 }')" \
	"$(printf 'port0 no far-end linkmode\nport1 no far-end locked')"
ok 'it was not locked' lab_near sh -c 'bridge -d link show dev port1 | grep -q "locked off"'
net_need lab_near ip link del br0

lab_near "$LAB_XEAP" probe port9 >"$LAB_DIR/probe.out" 2>"$LAB_DIR/probe.err"
is 'unknown port: exit status 1' $? 1
ok 'unknown port: named' grep -q port9 "$LAB_DIR/probe.err"
lab_near "$LAB_XEAP" probe lo >"$LAB_DIR/probe.out" 2>"$LAB_DIR/probe.err"
is 'not an Ethernet port: exit status 1' $? 1
lab_near "$LAB_XEAP" probe --fast >"$LAB_DIR/probe.out" 2>"$LAB_DIR/probe.err"
is 'unknown option: exit status 2' $? 2
lab_near setpriv --reuid=65534 --regid=65534 --clear-groups "$LAB_XEAP" probe >"$LAB_DIR/probe.out" 2>"$LAB_DIR/probe.err"
is 'no permission: exit status 3' $? 3
ok 'no permission: the way out' grep -q sudo "$LAB_DIR/probe.err"
net_end
