#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# Netdevs of VLANs (8021q), which not every kernel has built in; in a guest of scripts/vm only.
#
#	port0.10 ─ port0 ─ auth0 ─ auth0.10    hostapd on the VLAN's netdev
. "$(dirname "$0")/../net/lib.sh"

modprobe -a veth 8021q || skip_all 'this kernel has no 8021q'

net_begin
net_need lab_ports 0 0
net_need lab_near ip link add link port0 name port0.10 type vlan id 10
net_need lab_far ip link add link auth0 name auth0.10 type vlan id 10
net_need lab_near ip link set port0.10 up
net_need lab_far ip link set auth0.10 up
net_need lab_hostapd hostapd hostapd auth0.10
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

# A VLAN's netdev has no native XDP.
for mode in auto generic packet; do
	net_need lab_xeap "run-$mode" --once --mode "$mode" --timeout 30 -c "$LAB_DIR/md5.conf" -p port0.10
	lab_join "run-$mode" 50
	is "$mode: a netdev of a VLAN logs in" \
		"$(lab_events "run-$mode" '.[] | select(.event == "auth") | [.result, .mode]')" \
		"[\"success\",\"${mode/auto/generic}\"]"
done
# The port underneath, with the tag in the frames.
net_need lab_far ethtool -K auth0 txvlan off
net_need lab_xeap below --once --mode native --timeout 30 -c "$LAB_DIR/md5.conf" -p port0:10
lab_join below 50
is 'native: the port underneath does so by its tag' \
	"$(lab_events below '.[] | select(.event == "auth") | [.result, .mode]')" '["success","native"]'
net_end
