#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 90 s
#
# The sample supplicant (tests/sample/supplicant.c), written for EAPHost's calls, against Debian's hostapd.
#
#	port0 ─ auth0   MD5
#	port1 ─ auth1   EAP-TLS
#	port2 ─ auth2   GTC, which asks for the password
#	port3 ─ auth3   MD5 with a wrong password
. "$(dirname "$0")/lib.sh"

sample=${XEAP_BUILD:-build}/tests/sample/supplicant

net_begin
net_need lab_ports 0 3
net_need lab_hostapd hostapd hostapd 'auth0 auth1 auth2 auth3'
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
lab_config wpa_supplicant/sup-md5-wrongpw.conf >"$LAB_DIR/wrong.conf"
lab_config wpa_supplicant/sup-tls12.conf >"$LAB_DIR/tls.conf"
lab_config wpa_supplicant/sup-gtc.conf | sed '/password=/d' >"$LAB_DIR/gtc.conf"

# log_in PORT CONFIG WANTED [ANSWER]
log_in()
{
	local port=$1

	net_need lab_start "$port" near "$sample" "$port" "$LAB_DIR/$2.conf" ${4:+"$4"}
	lab_join "$port" 40
	is "$port: exit status 0" $? 0
	is "$port: $2 says $3" "$(cat "$LAB_DIR/$port.out")" "$3"
	is "$port: nothing on standard error" "$(cat "$LAB_DIR/$port.err")" ''
}

log_in port0 md5 'success type 4 keys 0'
log_in port1 tls 'success type 13 keys 2'
log_in port2 gtc 'success type 6 keys 0' gtcpass
log_in port3 wrong 'failure 0x80420112'
is 'hostapd says success for each that should' \
	"$(cat "$LAB_DIR"/*.log | grep -c CTRL-EVENT-EAP-SUCCESS)" 3
net_end
