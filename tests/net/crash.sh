#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# kill -9 of xeap in the middle of its work: nothing stays in the way of an ordinary supplicant on the same port, nor of
# the next xeap.
. "$(dirname "$0")/lib.sh"

# attached PORT: an XDP program is on it
attached()
{
	ip -n "$LAB_NEAR" -d link show "$1" | grep -q 'prog/xdp'
}

net_begin
net_need lab_ports 0 3
net_need lab_hostapd hostapd hostapd 'auth0 auth1 auth2 auth3' eap_reauth_period=1
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

for mode in native generic packet; do
	net_need lab_xeap "first-$mode" --mode $mode --start-period 1 -c "$LAB_DIR/md5.conf" -p 'port*'
	eventually 10 "$mode: four ports log in" lab_events "first-$mode" \
		'[.[] | select(.event == "auth" and .result == "success") | .port] | unique | length == 4'
	[ $mode = packet ] || ok "$mode: a program is attached" attached port0
	lab_stop "first-$mode" KILL
	is "$mode: killed" $? 137
	eventually 2 "$mode: no program stays attached" net_unattached port0

	before=$(lab_hostapd_count hostapd 'auth0: CTRL-EVENT-EAP-SUCCESS')
	net_need lab_start "wpa-$mode" near wpa_supplicant -D wired -i port0 -c "$LAB_DIR/md5.conf"
	eventually 15 "$mode: wpa_supplicant logs in on the port" grep -q CTRL-EVENT-EAP-SUCCESS "$LAB_DIR/wpa-$mode.out"
	ok "$mode: hostapd says so" test "$(lab_hostapd_count hostapd 'auth0: CTRL-EVENT-EAP-SUCCESS')" -gt "$before"
	lab_stop "wpa-$mode"

	net_need lab_xeap "second-$mode" --mode $mode --once --start-period 1 --timeout 15 -c "$LAB_DIR/md5.conf" -p 'port*'
	lab_join "second-$mode" 20
	is "$mode: the next xeap logs all of them in" $? 0
	is "$mode: in the mode it was told" "$(lab_events "second-$mode" '[.[] | select(.event == "auth") | .mode] | unique')" "[\"$mode\"]"
done
net_end
