#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 240 s
#
# One ring for many ports.
#
#	port0 … port63 ─ auth0 … auth63      logins through the funnel, native and generic
#	port0 … port255 ─ auth0 … auth255    the funnel by itself, from 128 ports on
#	xeapf…-0 ═ xeapf…-1                  the funnel's veth: nothing foreign gets in or out
. "$(dirname "$0")/lib.sh"

# range FIRST LAST: names of far ends
range()
{
	seq -f 'auth%.0f' -s ' ' "$1" "$2"
}

# funnels: how many ends of funnels there are
funnels()
{
	ip -n "$LAB_NEAR" -o link show | grep -c 'xeapf'
}

# joined RUN RING COUNT: so many ports were joined that way
joined()
{
	lab_events "$1" "[.[] | select(.event == \"port\" and .state == \"joined\" and .ring == \"$2\")] | length == $3"
}

# logged_in RUN COUNT: so many ports are, or were, authenticated
logged_in()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .result == \"success\") | .port] | unique | length == $2"
}

# watched NAME: what tests/net/ethertypes saw
watched()
{
	grep -v ready "$LAB_DIR/$1.out"
}

net_begin
net_need lab_ports 0 63
net_need lab_near ip addr add 192.0.2.1/24 dev port0
net_need lab_far ip addr add 192.0.2.2/24 dev auth0
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

# hostapd asks nobody who has left with EAPOL-Logoff, so each run has its own.
for mode in native generic; do
	net_need lab_hostapd plain hostapd "$(range 0 63)"
	for side in near far; do
		net_need lab_start "types-$mode-$side" $side "$LAB_ROOT/tests/net/ethertypes"
		net_need lab_wait 5 net_quiet grep -q ready "$LAB_DIR/types-$mode-$side.out"
	done
	net_need lab_start "ping-$mode" near "$LAB_ROOT/tests/net/ping" 192.0.2.2 300
	net_need lab_xeap "run-$mode" --rings funnel --mode $mode --start-period 1 -c "$LAB_DIR/md5.conf" -p '*'
	eventually 15 "$mode: 64 ports log in" logged_in "run-$mode" 64
	ok "$mode: all of them through the funnel, which is no port itself" joined "run-$mode" funnel 64
	is "$mode: one funnel" "$(funnels)" 2
	for end in $(ip -n "$LAB_NEAR" -o link show | grep -o 'xeapf[0-9-]*' | sort -u); do
		is "$mode: $end has no address" "$(ip -n "$LAB_NEAR" -o addr show dev "$end")" ''
		# Whatever is sent on its ends stays there.
		lab_near python3 -c "import socket
for tag in b'\x88\xb5\0\x01\xff\xff', b'\x88\xb5\xff\xff\0\1', b'':
	s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	s.bind(('$end', 0))
	s.send(b'\x01\x80\xc2\0\0\x03\x02\0\0\0\0\x01' + tag + b'\x88\x8e\2\0\0\5\1\1\0\5\1' + bytes(40))"
	done
	net_need lab_join "ping-$mode" 15
	lab_stop "run-$mode" TERM
	is "$mode: exit status 0" $? 0
	is "$mode: nothing on standard error" "$(cat "$LAB_DIR/run-$mode.err")" ''
	is "$mode: 64 are authenticated, nothing was copied or sent again" \
		"$(lab_events "run-$mode" 'last | [.ports, .authenticated, .tx_copied, .retransmitted]')" '[64,64,0,0]'
	is "$mode: no funnel is left" "$(funnels)" 0
	is "$mode: ping through a port lost nothing" "$(cat "$LAB_DIR/ping-$mode.out")" 300
	net_need lab_stop "types-$mode-near"
	net_need lab_stop "types-$mode-far"
	watched "types-$mode-near" >"$LAB_DIR/near"
	watched "types-$mode-far" >"$LAB_DIR/far"
	# The two of ours that were sent on each end are seen as they are sent, and nothing else is.
	is "$mode: the funnel shows what was sent on it by others, and nothing more" \
		"$(grep xeapf "$LAB_DIR/near" | sed 's/^xeapf[0-9]*-//')" $'0 888e 1\n0 88b5 2\n1 888e 1\n1 88b5 2'
	is "$mode: none of it comes out of a port" "$(grep -v xeapf "$LAB_DIR/near"; cat "$LAB_DIR/far")" \
		"$(grep -v -e xeapf -e 88b5 "$LAB_DIR/near"; grep -v 88b5 "$LAB_DIR/far")"
	is "$mode: every port's EAPOL is on its far end" \
		"$(awk '$2 == "888e"' "$LAB_DIR/far" | wc -l)" 64
	net_need lab_stop plain
done

# A port is removed in the middle of a login; the others go on.
net_need lab_hostapd rest hostapd "$(range 1 63)" eap_reauth_period=1
lab_config wpa_supplicant/sup-tls13.conf >"$LAB_DIR/tls.conf"
net_need lab_start half far "$LAB_ROOT/tests/net/half-authenticator" auth0
net_need lab_xeap middle --rings funnel --start-period 1 -c "$LAB_DIR/md5.conf" -p 'port*' -p "port0=$LAB_DIR/tls.conf"
lab_join half 20
is 'port0 is in the middle of a login' $? 0
net_need lab_near ip link delete port0
eventually 5 'its removal was told' lab_events middle 'any(.[]; .event == "port" and .port == "port0" and .state == "removed")'
eventually 15 'the others log in' logged_in middle 63
eventually 15 'and again' lab_events middle \
	'[.[] | select(.event == "auth" and .port == "port5" and .result == "success")] | length >= 3'
net_need lab_ports 0 0
net_need lab_hostapd back hostapd auth0
eventually 15 'port0 logs in when it is back' logged_in middle 64

# Killed: the ports are free at once, the next one takes the veth away and works.
lab_stop middle KILL
is 'killed' $? 137
eventually 2 'no program stays on a port' net_unattached port5
is 'its veth stays' "$(funnels)" 2
net_need lab_xeap again --rings funnel --once --start-period 1 --timeout 15 -c "$LAB_DIR/md5.conf" -p 'port*'
lab_join again 20
is 'the next xeap logs all of them in' $? 0
is 'no funnel is left, neither its own nor the old one' "$(funnels)" 0

# From 128 ports on the funnel is taken without being asked for.
for name in rest back; do
	net_need lab_stop $name
done
net_need lab_ports 64 255
net_need lab_hostapd many hostapd "$(range 0 255)"
net_need lab_xeap many --once --timeout 40 --start-period 2 -c "$LAB_DIR/md5.conf" -p 'port*'
lab_join many 50
is '256 ports: exit status 0' $? 0
ok '256 ports go through the funnel' joined many funnel 256
net_need lab_xeap own --once --rings own --timeout 40 --start-period 2 -c "$LAB_DIR/md5.conf" -p 'port*'
lab_join own 50
is '256 ports with own rings: exit status 0' $? 0
ok '256 ports have own rings when that is asked for' joined own own 256
is 'no funnel is left' "$(funnels)" 0
net_end
