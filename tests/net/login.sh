#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# Logins against Debian's hostapd in each mode that veth has: every method, TLS version, key type and fragmentation.
#
#	port0 ─ auth0   MD5                          default authenticator (PAE group address)
#	port1 ─ auth1   MD5                          authenticator that answers to the supplicant's address
#	port2 ─ auth2   EAP-TLS 1.2, EC
#	port3 ─ auth3   EAP-TLS 1.3, EC
#	port4 ─ auth4   EAP-TLS 1.2, RSA on both sides
#	port5 ─ auth5   EAP-TLS 1.2, the server's messages in fragments of 200
#	port6 ─ auth6   EAP-TLS 1.2, fragments of 200 both ways
#	port7 ─ auth7   EAP-TLS 1.3, fragments of 200 both ways
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 7
net_need lab_hostapd plain hostapd 'auth0 auth2'
net_need lab_hostapd unicast hostapd-unicast auth1
net_need lab_hostapd tls13 hostapd-tls13 auth3
net_need lab_hostapd rsa hostapd-rsa auth4
net_need lab_hostapd frag hostapd-frag 'auth5 auth6'
net_need lab_hostapd tls13frag hostapd-tls13-frag auth7

for conf in md5 tls12 tls12-rsa tls12-frag tls13 tls13-frag; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
done

# check MODE PORT METHOD TLS-VERSION FRAMES: the auth event of a port, and how many requests it answered
check()
{
	local got

	got=$(lab_events "run-$1" ".[] | select(.event == \"auth\" and .port == \"$2\") |
		[.result, .mode, .method, .tls_version, .frames_tx] | map(tostring) | join(\" \")")
	is "$1: $2 logs in by $3 $4" "$got" "\"success $1 $3 $4 $5\""
}

successes()
{
	cat "$LAB_DIR"/*.log | grep -c CTRL-EVENT-EAP-SUCCESS
}

for mode in native generic packet; do
	before=$(successes)
	net_need lab_xeap "run-$mode" --once --mode "$mode" --timeout 20 -p "port0,port1=$LAB_DIR/md5.conf" \
		-p "port2,port5=$LAB_DIR/tls12.conf" -p "port3=$LAB_DIR/tls13.conf" \
		-p "port4=$LAB_DIR/tls12-rsa.conf" -p "port6=$LAB_DIR/tls12-frag.conf" \
		-p "port7=$LAB_DIR/tls13-frag.conf"
	lab_join "run-$mode" 30
	is "$mode: exit status 0" $? 0
	is "$mode: nothing on standard error" "$(cat "$LAB_DIR/run-$mode.err")" ''
	check $mode port0 MD5 null 3
	check $mode port1 MD5 null 3
	check $mode port2 TLS 1.2 5
	check $mode port3 TLS 1.3 6
	check $mode port4 TLS 1.2 7
	is "$mode: the summary counts them all and no copy" \
		"$(lab_events "run-$mode" 'last | [.event, .ports, .authenticated, .failed, .tx_copied, .retransmitted]')" \
		'["summary",8,8,0,0,0]'
	# Messages of over 1,000 bytes in fragments of 200 take more frames than whole ones.
	for port in port5 port6 port7; do
		ok "$mode: $port logs in with fragments" lab_events "run-$mode" \
			"any(.[]; .event == \"auth\" and .port == \"$port\" and .result == \"success\" and .frames_tx > 8)"
	done
	is "$mode: hostapd says success for each of them" "$(($(successes) - before))" 8
done
net_end
