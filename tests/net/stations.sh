#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 180 s
#
# Many supplicants on a port, and ports that are VLANs.
#
#	port0 ─ auth0                  200 stations, hostapd answers to their addresses
#	port1 ─ auth1                  50 stations, hostapd answers to the group address
#	port2 ─ auth2 ─ tag-relay ─ VLANs 0, 100, 101 and 10.20, hostapd on the other ends (vlan…)
. "$(dirname "$0")/lib.sh"

# logged_in RUN PORT COUNT: so many of a port's supplicants are, or were, authenticated
logged_in()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .result == \"success\" and .port == \"$2\") | [.vlan, .mac]] | unique | length == $3"
}

net_begin
net_need lab_ports 0 3
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
net_need lab_hostapd addressed hostapd-unicast auth0 eap_reauth_period=6
net_need lab_hostapd grouped hostapd auth1
for vlan in 100 101 1020; do
	net_need lab_far ip link add "vlan$vlan" type veth peer name "sw$vlan"
	net_need lab_far ip link set "vlan$vlan" up
	net_need lab_far ip link set "sw$vlan" up
done
net_need lab_hostapd vlans hostapd 'vlan100 vlan101 vlan1020'
net_need lab_start relay far "$LAB_ROOT/tests/net/tag-relay" auth2 sw100=100 sw101=101 sw1020=10.20
net_need lab_wait 5 net_quiet grep -q ready "$LAB_DIR/relay.out"

for mode in native generic packet; do
	net_need lab_xeap "run-$mode" -w 2 --mode $mode --start-period 1 -c "$LAB_DIR/md5.conf" \
		-p port0 --stations 200 --station-mac 02:00:00:00:01:00
	eventually 20 "$mode: 200 stations log in on one port" logged_in "run-$mode" port0 200
	[ $mode != native ] ||
		eventually 20 'each is authenticated again when it is asked' lab_events "run-$mode" \
			'[.[] | select(.event == "auth" and .result == "success")] | group_by(.mac) | map(length) | min >= 2'
	is "$mode: each from its own address" "$(lab_events "run-$mode" '[.[] | select(.event == "auth") | .mac] | unique | [.[0], .[-1]]')" \
		'["02:00:00:00:01:00","02:00:00:00:01:c7"]'
	is "$mode: nobody failed" "$(lab_events "run-$mode" '[.[] | select(.event == "auth" and .result != "success")] | length')" 0
	is "$mode: nothing on standard error" "$(cat "$LAB_DIR/run-$mode.err")" ''
	lab_stop "run-$mode"
	is "$mode: exit status 0" $? 0
	net_need lab_stop addressed
	[ $mode = packet ] || net_need lab_hostapd addressed hostapd-unicast auth0
done

net_need lab_xeap group --once --timeout 30 --start-period 1 -c "$LAB_DIR/md5.conf" -p port1 --stations 50
lab_join group 30
is 'an authenticator of the group address: all log in' $? 0
is 'all 50, with no frame sent twice' "$(lab_events group 'last | [.authenticated, .frames_rx, .frames_tx, .retransmitted]')" '[50,150,150,0]'

# A port of VLANs, and one without any: tagged frames of others pass it by.
for rings in own funnel; do
	net_need lab_xeap "vlans-$rings" --rings $rings --start-period 1 --auth-period 2 --held-period 1 \
		-c "$LAB_DIR/md5.conf" -p port2:100-101+10.20
	eventually 20 "$rings rings: three VLANs log in" logged_in "vlans-$rings" port2 3
	is "$rings rings: each by its tags" "$(lab_events "vlans-$rings" '[.[] | select(.event == "auth") | .vlan] | unique')" '["10.20","100","101"]'
	lab_stop "vlans-$rings"
	is "$rings rings: exit status 0" $? 0
	net_need lab_stop vlans
	net_need lab_hostapd vlans hostapd 'vlan100 vlan101 vlan1020'
done
is 'tags: no frame was lost between two VLANs' "$(lab_events vlans-own 'last | [.authenticated, .failed]')" '[3,0]'
net_end
