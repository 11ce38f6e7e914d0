#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# ERP (RFC 6696) against Debian's hostapd, which asks a station that it does not know with EAP-Initiate/Re-auth-Start.
#
#	port0 ─ auth0   EAP-TLS 1.2, an ER server
#	port1 ─ auth1   EAP-TLS 1.3, the same
#	port2 ─ auth2   an ER server, and a supplicant of another realm
#	port3 ─ auth3   an ER server, and a supplicant without erp=1
#	port4 ─ auth4   an ER server that loses its keys
#	port5 ─ auth5   no ER server, but it asks
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 5
printf '"%s" TLS\n' tlsuser@erp.example tlsuser@elsewhere.example >>"$LAB_DIR/eap_users.txt"
export LAB_HOSTAPD_FLAGS='-dd -K'
erp=(eap_server_erp=1 erp_send_reauth_start=1 erp_domain=erp.example)
net_need lab_hostapd erp12 hostapd auth0 "${erp[@]}"
net_need lab_hostapd erp13 hostapd-tls13 auth1 "${erp[@]}"
net_need lab_hostapd realm hostapd auth2 "${erp[@]}"
net_need lab_hostapd plain hostapd auth3 "${erp[@]}"
net_need lab_hostapd loses hostapd auth4 "${erp[@]}"
net_need lab_hostapd none hostapd auth5 erp_send_reauth_start=1

lab_config wpa_supplicant/sup-tls12.conf | sed 's/"tlsuser"/"tlsuser@erp.example"/' >"$LAB_DIR/plain.conf"
sed 's/eap=TLS/erp=1\n&/' "$LAB_DIR/plain.conf" >"$LAB_DIR/tls.conf"
lab_config wpa_supplicant/sup-tls13.conf | sed 's/"tlsuser"/"tlsuser@erp.example"/; s/eap=TLS/erp=1\n&/' >"$LAB_DIR/tls13.conf"
sed 's/@erp.example/@elsewhere.example/' "$LAB_DIR/tls.conf" >"$LAB_DIR/realm.conf"

# logins PORT N: N logins of a port have come to a result
logins()
{
	lab_events run "[.[] | select(.event == \"auth\" and .port == \"$1\")] | length >= $2"
}

# story PORT: the first three of them
story()
{
	lab_events run "[.[] | select(.event == \"auth\" and .port == \"$1\") | .result + \" \" + .method][:3]"
}

# gone AUTH: the authenticator knows no station
gone()
{
	! lab_hostapd_cli "$1" all_sta | grep -qi '^[0-9a-f:]\{17\}$'
}

# again N: each port is down for a moment, hostapd forgets the station (not its key), and it logs in for the Nth time
again()
{
	local n

	for n in 0 1 2 3 4 5; do
		net_need lab_near ip link set port$n down
		lab_hostapd_cli auth$n deauthenticate "$(lab_near cat /sys/class/net/port$n/address)" >/dev/null
	done
	for n in 0 1 2 3 4 5; do
		eventually 20 "auth$n has no station" gone auth$n
		net_need lab_near ip link set port$n up
	done
	for n in 0 1 2 3 4 5; do
		eventually 20 "port$n has logged in, login $1" logins port$n "$1"
	done
}

net_need lab_xeap run -p "port0,port4,port5=$LAB_DIR/tls.conf" -p "port1=$LAB_DIR/tls13.conf" \
	-p "port2=$LAB_DIR/realm.conf" -p "port3=$LAB_DIR/plain.conf"
for port in port0 port1 port2 port3 port4 port5; do
	eventually 20 "$port has logged in" logins $port 1
done
net_need lab_stop loses
net_need lab_hostapd loses2 hostapd auth4 "${erp[@]}"
again 2
again 3
is 'TLS 1.2, then ERP' "$(story port0)" '["success TLS","success ERP","success ERP"]'
is 'TLS 1.3, then ERP' "$(story port1)" '["success TLS","success ERP","success ERP"]'
is 'another realm is authenticated in full' "$(story port2)" '["success TLS","success TLS","success TLS"]'
is 'without erp=1 all are full' "$(story port3)" '["success TLS","success TLS","success TLS"]'
is 'a server that lost its keys is authenticated to in full' "$(story port4)" '["success TLS","success TLS","success TLS"]'
is 'a server without ERP is authenticated to in full' "$(story port5)" '["success TLS","success TLS","success TLS"]'
net_end
